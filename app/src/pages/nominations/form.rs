//! The form that puts one student forward, and the one that corrects what the host rejected.

use super::criteria;
use crate::{
    desk::{
        Desk, Kept, kept, nominations,
        nominations::{Correction, Opening},
    },
    error::AppError,
    pages::{Faults, agreements::name_of, once, page, param, refusal, title},
    texts::Texts,
    ui::*,
};
use domain::{
    academic_year::AcademicYear, eligibility::Eligibility, eqf::EqfLevel, flow::Flow, id::FlowId,
    nomination::NominationForm, partial_date::show_day, student::Skill, term::Term,
};
use leptos::prelude::*;

/// The form of one nomination.
#[component]
pub fn NominatePage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id: FlowId = id.parse().map_err(|_| AppError::NotFound)?;
        let opening = nominations::opening(&desk, id).await?;
        let kept = kept::<NominationForm>(&desk, &format!("/flows/{id}/nominate")).await?;
        let error = kept.as_ref().and_then(|kept| kept.error.clone());
        let form = kept.map_or_else(|| first(&desk, &opening), |kept| kept.form);
        let eligibility = match error {
            Some(AppError::NotEligible { .. }) => nominations::check(&desk, &opening.flow, &form).await?,
            _ => None,
        };
        Ok(nominate(&desk, &opening, &form, error.as_ref(), eligibility.as_ref()))
    })
}

/// A form in which nothing was typed: the year of the address, else the first one for which one can nominate.
fn first(desk: &Desk, opening: &Opening) -> NominationForm {
    let asked = crate::desk::query_value(&desk.visit.query, "year");
    let asked = asked.and_then(|year| {
        let first = year.split('/').next()?.parse::<i32>().ok()?;
        opening.years.iter().find(|year| year.first_year() == first)
    });
    let year = asked.or_else(|| opening.years.first()).map(AcademicYear::to_string);
    let terms = opening.flow.flow.offered_terms();
    let term = terms.first().filter(|_| terms.len() == 1).map(Term::to_string);
    NominationForm {
        year: year.unwrap_or_default(),
        term: term.unwrap_or_default(),
        ..NominationForm::default()
    }
}

/// The pages above a form of a flow.
pub(super) fn trail(desk: &Desk, opening: &Opening) -> Vec<(String, String)> {
    let t = Texts(desk.lang());
    let flow = &opening.flow;
    let anchor = desk.href(&format!("/agreements/{}#flow-{}", flow.agreement, flow.flow.id));
    let names = [flow.flow.sender, flow.flow.receiver].map(|id| name_of(&opening.names, id, desk.lang()));
    vec![
        (desk.href("/agreements"), t.agreements().to_owned()),
        (anchor, t.flow_between(&names[0], &names[1])),
    ]
}

fn nominate(
    desk: &Desk,
    opening: &Opening,
    form: &NominationForm,
    error: Option<&AppError>,
    eligibility: Option<&Eligibility>,
) -> AnyView {
    let t = Texts(desk.lang());
    let flow = &opening.flow.flow;
    let [sender, receiver] = [flow.sender, flow.receiver].map(|id| name_of(&opening.names, id, desk.lang()));
    let heading = t.nominate_one_for(flow.kind);
    let lead = t.nominate_lead(&sender, &receiver);
    let trail = trail(desk, opening);
    let to_list = desk.href(&nominations::list_page(flow.id));
    let list = move || view! { <ButtonLink href=to_list>{t.nominate_list()}</ButtonLink> };
    let typed = Typed { t, form, faults: Faults::of(t, error), flow };
    let body = if opening.years.is_empty() {
        view! { <EmptyState title=t.nominate_not_open() /> }.into_any()
    } else {
        let student = typed.student(true);
        let stay = typed.stay(&opening.years);
        let exception = typed.exception(eligibility.is_some());
        view! {
            <form class="form" method="post" action="/api/nominate_student" novalidate>
                <input type="hidden" name="lang" value=desk.lang().code() />
                <input type="hidden" name="flow" value=flow.id.to_string() />
                {once(desk)}
                {student}
                {stay}
                {exception}
                <Actions>
                    <Button kind=ButtonKind::Primary>{t.do_nominate()}</Button>
                </Actions>
            </form>
        }
        .into_any()
    };
    view! {
        {title(heading)}
        <Breadcrumbs label=t.agreements() trail=trail here=heading />
        <PageHeader title=heading lead=lead actions=list />
        {refused(desk, error, eligibility)}
        {body}
    }
    .into_any()
}

/// Why a form came back; where conditions are not met, every one of them.
fn refused(desk: &Desk, error: Option<&AppError>, eligibility: Option<&Eligibility>) -> AnyView {
    let t = Texts(desk.lang());
    let Some(eligibility) = eligibility else { return refusal(t, error, "form.") };
    let criteria = criteria(desk, eligibility);
    view! {
        <Notice tone=Tone::Warning title=t.nominate_not_eligible() live=true>
            <p>{t.nominate_not_eligible_help()}</p>
        </Notice>
        <Section id="eligibility" title=t.eligibility_section()>{criteria}</Section>
    }
    .into_any()
}

/// What was typed, and where it is wrong.
struct Typed<'a> {
    t: Texts,
    form: &'a NominationForm,
    faults: Faults,
    flow: &'a Flow,
}

impl Typed<'_> {
    /// Who goes. The address is not asked for again where it is known: it names the student.
    fn student(&self, with_email: bool) -> AnyView {
        let (t, student) = (self.t, &self.form.student);
        let name = |field: &str| format!("form[student][{field}]");
        let at = |field: &str| self.faults.at(&format!("student.{field}"));
        let levels = EqfLevel::ALL.map(|level| (level.to_string(), t.eqf_level(level))).to_vec();
        let skills = Skill::parse_all(&student.languages).ok().filter(|skills| !skills.is_empty());
        let skills = skills.map(|skills| {
            let said =
                skills.iter().map(|skill| format!("{} {}", skill.language.name(t.lang()), skill.level));
            t.form_understood(&said.collect::<Vec<_>>().join(", "))
        });
        let email = with_email.then(|| {
            view! {
                <Field
                    name=name("email")
                    label=t.nominate_email()
                    kind="email"
                    help=t.nominate_email_help()
                    required=t.required()
                    value=student.email.clone()
                    error=at("email")
                />
            }
        });
        let fields = view! {
                <Field
                    name=name("name")
                    label=t.nominate_name()
                    required=t.required()
                    value=student.name.clone()
                    error=at("name")
                />
                {email}
                <Field
                    name=name("number")
                    label=t.nominate_number()
                    value=student.number.clone()
                    error=at("number")
                    width=Width::Half
                />
                <Select
                    name=name("level")
                    label=t.nominate_level()
                    options=levels
                    selected=student.level.clone()
                    none=t.nominate_unknown()
                    error=at("level")
                    width=Width::Half
                />
                <Field
                    name=name("field")
                    label=t.nominate_field()
                    help=t.nominate_field_help()
                    value=student.field.clone()
                    error=at("field")
                    width=Width::Half
                />
                <div class="form-row">
                    <Field
                        name=name("study_year")
                        label=t.nominate_study_year()
                        inputmode="numeric"
                        value=student.study_year.clone()
                        error=at("study_year")
                        width=Width::Short
                    />
                    <Field
                        name=name("ects")
                        label=t.nominate_ects()
                        inputmode="decimal"
                        value=student.ects.clone()
                        error=at("ects")
                        width=Width::Short
                    />
                </div>
                <Field
                    name=name("languages")
                    label=t.nominate_languages()
                    help=t.nominate_languages_help()
                    value=student.languages.clone()
                    understood=skills.unwrap_or_default()
                    error=at("languages")
                />
        }
        .into_any();
        view! { <Fieldset legend=t.nominate_person()>{fields}</Fieldset> }.into_any()
    }

    /// When, for how long, and whether to wait.
    fn stay(&self, years: &[AcademicYear]) -> AnyView {
        let (t, form) = (self.t, self.form);
        let years = years.iter().map(|year| (year.to_string(), year.to_string())).collect::<Vec<_>>();
        let terms = terms(t, self.flow);
        let (help, required) = if self.flow.kind.counts_days() {
            (t.nominate_days_help(), Some(t.required()))
        } else {
            (t.nominate_months_help(), None)
        };
        let length = self.length(help, required);
        let fields = view! {
                <div class="form-row">
                    <Select
                        name="form[year]"
                        label=t.nomination_year()
                        options=years
                        selected=form.year.clone()
                        required=t.required()
                        error=self.faults.at("year")
                        width=Width::Half
                    />
                    <Select
                        name="form[term]"
                        label=t.nominate_term()
                        options=terms
                        selected=form.term.clone()
                        none=t.nominate_unknown()
                        required=t.required()
                        error=self.faults.at("term")
                        width=Width::Half
                    />
                </div>
                {length}
                <Checkbox
                    name="form[waitlist]"
                    label=t.nominate_no_wait()
                    value="no"
                    checked=form.waitlist == "no"
                />
        }
        .into_any();
        view! { <Fieldset legend=t.nominate_stay()>{fields}</Fieldset> }.into_any()
    }

    /// For how long, alone: another year or term is another nomination.
    fn length_alone(&self) -> AnyView {
        let length = self.length(self.t.nominate_duration_help(), None);
        view! { <Fieldset legend=self.t.nominate_stay()>{length}</Fieldset> }.into_any()
    }

    fn length(&self, help: &'static str, required: Option<&'static str>) -> AnyView {
        let t = self.t;
        let label = if self.flow.kind.counts_days() { t.nominate_days() } else { t.nominate_months() };
        view! {
            <Field
                name="form[months]"
                label=label
                help=help
                required=required
                inputmode="decimal"
                value=self.form.months.clone()
                error=self.faults.at("months")
                width=Width::Short
            />
        }
        .into_any()
    }

    /// What the host is asked; folded while nothing asks for it.
    fn exception(&self, is_open: bool) -> AnyView {
        let (t, form) = (self.t, self.form);
        let error = self.faults.at("exception");
        let is_open = is_open || error.is_some() || !form.exception.is_empty();
        view! {
            <details class="more" open=is_open>
                <summary>{t.nominate_exception()}</summary>
                <TextArea
                    name="form[exception]"
                    label=t.act_reason()
                    help=t.nominate_exception_help()
                    value=form.exception.clone()
                    rows=3
                    error=error
                />
            </details>
        }
        .into_any()
    }
}

/// The terms that a flow offers.
pub(super) fn terms(t: Texts, flow: &Flow) -> Vec<(String, String)> {
    flow.offered_terms().into_iter().map(|term| (term.to_string(), t.term(term))).collect()
}

/// The form that corrects what the host rejected.
#[component]
pub fn CorrectNominationPage() -> impl IntoView {
    let desk = Desk::current();
    let id = param("id");
    page(async move {
        let id = id.parse().map_err(|_| AppError::NotFound)?;
        let correction = Correction::open(&desk, id).await?;
        let kept = kept::<NominationForm>(&desk, &format!("/nominations/{id}/nominate")).await?;
        let eligibility = nominations::check(&desk, &correction.flow, &correction.form).await?;
        Ok(correct(&desk, &correction, kept, eligibility.as_ref()))
    })
}

fn correct(
    desk: &Desk,
    correction: &Correction,
    kept: Option<Kept<NominationForm>>,
    eligibility: Option<&Eligibility>,
) -> AnyView {
    let t = Texts(desk.lang());
    let record = &correction.record;
    let error = kept.as_ref().and_then(|kept| kept.error.clone());
    let form = kept.map_or_else(|| correction.form.clone(), |kept| kept.form);
    let typed = Typed { t, form: &form, faults: Faults::of(t, error.as_ref()), flow: &correction.flow.flow };
    let back = desk.href(&format!("/nominations/{}", record.id));
    let name = t.nomination_title(&record.student_name);
    let trail = vec![(desk.href("/nominations"), t.nominations().to_owned()), (back.clone(), name)];
    let since = show_day(record.since.date_naive(), desk.lang());
    let reason = match &record.state {
        domain::nomination::State::Rejected { reason } => t.nomination_reason(reason.as_str()),
        _ => String::new(),
    };
    let refused = match &error {
        Some(AppError::NotEligible { .. }) => view! {
            <Notice tone=Tone::Warning title=t.nominate_not_eligible() live=true>
                <p>{t.nominate_not_eligible_help()}</p>
            </Notice>
        }
        .into_any(),
        other => refusal(t, other.as_ref(), "form."),
    };
    let is_asked = matches!(error, Some(AppError::NotEligible { .. }));
    let student = typed.student(false);
    let stay = typed.length_alone();
    let exception = typed.exception(is_asked);
    let criteria = eligibility.map(|eligibility| criteria(desk, eligibility));
    view! {
        {title(t.do_nominate_again())}
        <Breadcrumbs label=t.nominations() trail=trail here=t.do_nominate_again() />
        <PageHeader title=t.do_nominate_again() lead=reason eyebrow=since />
        {refused}
        <form class="form" method="post" action="/api/correct_nomination" novalidate>
            <input type="hidden" name="lang" value=desk.lang().code() />
            <input type="hidden" name="id" value=record.id.to_string() />
            {once(desk)}
            {student}
            {stay}
            {exception}
            <Actions>
                <Button kind=ButtonKind::Primary>{t.do_nominate_again()}</Button>
                <ButtonLink href=back kind=ButtonKind::Quiet>
                    {t.cancel()}
                </ButtonLink>
            </Actions>
        </form>
        <Section id="eligibility" title=t.eligibility_section()>{criteria}</Section>
    }
    .into_any()
}
