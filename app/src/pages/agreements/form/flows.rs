//! The rows of an agreement's form in which its flows and pools are entered.

use super::{Drawn, party_options, rows_of};
use crate::{
    desk::{Desk, rows::LANGUAGES},
    ui::*,
};
use domain::{
    eqf::EqfLevel,
    flow::{
        CapPeriod, FlowForm, FlowLanguageForm, LANGUAGES_MAX, MobilityKind, PoolForm, SeatUnit,
        TermDeadlineForm,
    },
    language::{Cefr, LanguageTag},
    month_day::MonthDay,
    problem::codes,
    term::Term,
};
use leptos::prelude::*;

/// Terms whose boxes stand in the form; other parts of the year are typed.
const TERMS: [Term; 3] = [Term::S1, Term::S2, Term::Year];

/// All flows, and the button that adds one.
pub(super) fn rows(desk: &Desk, drawn: &Drawn) -> AnyView {
    let Drawn { t, form, faults, .. } = drawn;
    let rows = form.flows.iter().enumerate().map(|(i, flow)| row(desk, drawn, i, flow)).collect_view();
    let said = [t.form_flows(), t.form_flows_help(), t.form_add_flow()];
    rows_of("flows", "add_flow", said, faults.at("flows"), rows.into_any())
}

/// All pools, once there are flows that may share them.
pub(super) fn pools(drawn: &Drawn) -> Option<AnyView> {
    let Drawn { t, form, faults, .. } = drawn;
    if form.flows.is_empty() && form.pools.is_empty() {
        return None;
    }
    let rows = form.pools.iter().enumerate().map(|(i, pool)| pool_row(drawn, i, pool)).collect_view();
    let said = [t.form_pools(), t.form_pools_help(), t.form_add_pool()];
    Some(rows_of("pools", "add_pool", said, faults.at("pools"), rows.into_any()))
}

fn row(desk: &Desk, drawn: &Drawn, i: usize, flow: &FlowForm) -> AnyView {
    let t = drawn.t;
    let row = FlowRow { drawn, i, flow };
    let (mirror, remove) = (t.form_mirror_flow(i + 1), t.form_remove_flow(i + 1));
    view! {
        <fieldset class="fieldset row" id=format!("flow-{i}")>
            <legend>{t.form_flow(i + 1)}</legend>
            <input type="hidden" name=row.name("id") value=flow.id.clone() />
            {row.between(desk)}
            {row.places()}
            {row.counting()}
            {row.asked()}
            {row.deadlines()}
            <div class="cluster">
                <Button name="intent" value=format!("mirror_flow:{i}") icon=Glyph::Plus small=true>
                    {mirror}
                </Button>
                <Button
                    kind=ButtonKind::Quiet
                    name="intent"
                    value=format!("remove_flow:{i}")
                    icon=Glyph::Trash
                    small=true
                >
                    {remove}
                </Button>
            </div>
        </fieldset>
    }
    .into_any()
}

/// One flow that is being drawn.
#[derive(Clone, Copy)]
struct FlowRow<'a> {
    drawn: &'a Drawn,
    i: usize,
    flow: &'a FlowForm,
}

impl FlowRow<'_> {
    fn name(self, field: &str) -> String {
        format!("form[flows][{}][{field}]", self.i)
    }

    fn at(self, field: &str) -> Words {
        self.drawn.faults.at(&format!("flows.{}.{field}", self.i))
    }

    /// A field of one line.
    fn field(self, field: &'static str, label: &'static str, help: &'static str, value: &str) -> AnyView {
        view! {
            <Field
                name=self.name(field)
                label=label
                help=help
                value=value.to_owned()
                error=self.at(field)
                width=Width::Half
            />
        }
        .into_any()
    }

    fn checkbox(self, field: &'static str, label: &'static str, value: &str) -> AnyView {
        view! {
            <Checkbox name=self.name(field) label=label checked=!value.is_empty() error=self.at(field) />
        }
        .into_any()
    }

    /// Fields folded behind one line, open where something is said or wrong.
    fn folded(self, label: &'static str, said: &[(&'static str, &str)], fields: AnyView) -> AnyView {
        let faults = &self.drawn.faults;
        let is_wrong =
            |field: &str| self.at(field).is_some() || faults.within(&format!("flows.{}.{field}", self.i));
        let is_open = said.iter().any(|(field, typed)| !typed.is_empty() || is_wrong(field));
        view! {
            <details class="more" open=is_open>
                <summary>{label}</summary>
                <div class="stack">{fields}</div>
            </details>
        }
        .into_any()
    }

    /// Who goes from where to where.
    fn between(self, desk: &Desk) -> AnyView {
        let (t, flow) = (self.drawn.t, self.flow);
        let kinds =
            MobilityKind::ALL.iter().map(|kind| (kind.code().to_owned(), t.mobility_kind(*kind).to_owned()));
        let party = |field: &'static str, label: &'static str, chosen: &String| {
            view! {
                <Select
                    name=self.name(field)
                    label=label
                    options=party_options(desk, self.drawn, chosen)
                    selected=chosen.clone()
                    none=t.form_choose()
                    required=t.required()
                    error=self.at(field)
                    width=Width::Half
                />
            }
        };
        view! {
            <Select
                name=self.name("kind")
                label=t.form_flow_kind()
                options=kinds.collect()
                selected=flow.kind.clone()
                none=t.form_choose()
                required=t.required()
                error=self.at("kind")
                width=Width::Half
            />
            <div class="form-row">
                {party("sender", t.form_flow_sender(), &flow.sender)}
                {party("receiver", t.form_flow_receiver(), &flow.receiver)}
            </div>
        }
        .into_any()
    }

    /// How many, of what, in which years.
    fn places(self) -> AnyView {
        let (t, flow) = (self.drawn.t, self.flow);
        let units = SeatUnit::ALL.iter().map(|unit| (unit.code().to_owned(), t.seat_unit(*unit).to_owned()));
        let years = t.form_flow_years_help();
        view! {
            <div class="form-row">
                {self.field("cap", t.form_flow_cap(), t.form_flow_cap_help(), &flow.cap)}
                {cap_period(self.drawn, self.name("cap_period"), &flow.cap_period, self.at("cap_period"))}
            </div>
            {self.checkbox("cap_to_confirm", t.form_flow_cap_to_confirm(), &flow.cap_to_confirm)}
            <Select
                name=self.name("unit")
                label=t.form_flow_unit()
                options=units.collect()
                selected=flow.unit.clone()
                error=self.at("unit")
            />
            <div class="form-row">
                {self.field("first_year", t.form_flow_first_year(), years, &flow.first_year)}
                {self.field("last_year", t.form_flow_last_year(), years, &flow.last_year)}
            </div>
        }
        .into_any()
    }

    /// What else counts: other years, the pool, months or days, carry-over, conversion, balance.
    fn counting(self) -> AnyView {
        let (t, flow) = (self.drawn.t, self.flow);
        let said = [
            ("year_caps", flow.year_caps.as_str()),
            ("pool", &flow.pool),
            ("budget", &flow.budget),
            ("carries_over", &flow.carries_over),
            ("semester_units", &flow.semester_units),
            ("year_units", &flow.year_units),
            ("quarter_units", &flow.quarter_units),
            ("weight", &flow.weight),
            ("ratio", &flow.ratio),
        ];
        let balance = t.form_flow_balance_help();
        let fields = view! {
            <Field
                name=self.name("year_caps")
                label=t.form_flow_year_caps()
                help=t.form_flow_year_caps_help()
                value=flow.year_caps.clone()
                error=self.at("year_caps")
            />
            <div class="form-row">
                {self.pool()}
                {self.field("budget", t.form_flow_budget(), t.form_flow_budget_help(), &flow.budget)}
            </div>
            {self.checkbox("carries_over", t.form_flow_carries_over(), &flow.carries_over)}
            <p class="help">{t.form_flow_units_help()}</p>
            <div class="form-row">
                {self.field("semester_units", t.form_flow_semester_units(), "", &flow.semester_units)}
                {self.field("year_units", t.form_flow_year_units(), "", &flow.year_units)}
                {self.field("quarter_units", t.form_flow_quarter_units(), "", &flow.quarter_units)}
            </div>
            <div class="form-row">
                {self.field("weight", t.form_flow_weight(), balance, &flow.weight)}
                {self.field("ratio", t.form_flow_ratio(), balance, &flow.ratio)}
            </div>
        };
        self.folded(t.form_flow_more_places(), &said, fields.into_any())
    }

    /// One of the pools of the form.
    fn pool(self) -> AnyView {
        let Drawn { t, form, .. } = self.drawn;
        let options = form.pools.iter().enumerate().map(|(i, pool)| {
            let (own, other) = match t.lang() {
                domain::lang::Lang::Fr => (&pool.name_fr, &pool.name_en),
                domain::lang::Lang::En => (&pool.name_en, &pool.name_fr),
            };
            let named = [own, other].into_iter().find(|name| !name.trim().is_empty()).cloned();
            (pool.id.clone(), named.unwrap_or_else(|| t.form_pool(i + 1)))
        });
        view! {
            <Select
                name=self.name("pool")
                label=t.form_flow_pool()
                help=t.form_flow_pool_help()
                options=options.collect()
                selected=self.flow.pool.clone()
                none=t.form_flow_pool_none()
                error=self.at("pool")
                width=Width::Half
            />
        }
        .into_any()
    }

    /// Who may go, and what is asked of them.
    fn asked(self) -> AnyView {
        let (t, flow) = (self.drawn.t, self.flow);
        // More rows than there are from the first were asked for.
        let more = if flow.languages.len() > LANGUAGES { "…" } else { "" };
        let languages: String =
            flow.languages.iter().map(|one| one.language.as_str()).chain([more]).collect();
        let said = [
            ("terms", flow.terms.as_str()),
            ("parts", &flow.parts),
            ("levels", &flow.levels),
            ("fields", &flow.fields),
            ("languages", &languages),
            ("min_ects", &flow.min_ects),
            ("min_study_year", &flow.min_study_year),
            ("is_blended", &flow.is_blended),
            ("conditions_fr", &flow.conditions_fr),
            ("conditions_en", &flow.conditions_en),
        ];
        let conditions = |field: &'static str, label: &'static str, value: &str, lang: &'static str| {
            view! {
                <TextArea
                    name=self.name(field)
                    label=label
                    value=value.to_owned()
                    rows=3
                    error=self.at(field)
                    lang=lang
                />
            }
        };
        let fields = view! {
            {self.terms()}
            {self.field("parts", t.form_flow_parts(), t.form_flow_parts_help(), &flow.parts)}
            {self.levels()}
            <Field
                name=self.name("fields")
                label=t.form_fields()
                help=t.form_flow_fields_help()
                value=flow.fields.clone()
                error=self.at("fields")
                list="isced"
            />
            {self.languages()}
            <div class="form-row">
                {self.field("min_ects", t.form_flow_min_ects(), "", &flow.min_ects)}
                {self.field("min_study_year", t.form_flow_min_study_year(), "", &flow.min_study_year)}
            </div>
            {self.checkbox("is_blended", t.form_flow_is_blended(), &flow.is_blended)}
            {conditions("conditions_fr", t.form_flow_conditions_fr(), &flow.conditions_fr, "fr")}
            {conditions("conditions_en", t.form_flow_conditions_en(), &flow.conditions_en, "en")}
        };
        self.folded(t.form_flow_more_asked(), &said, fields.into_any())
    }

    /// Boxes that are sent together, each with its code; what is typed beside them is kept too.
    fn boxes(
        self,
        field: &'static str,
        [legend, help]: [&'static str; 2],
        options: Vec<Choice>,
        typed: &str,
    ) -> AnyView {
        let ticked: Vec<String> = typed.split([',', ' ']).map(str::to_owned).collect();
        view! {
            <CheckboxGroup
                name=self.name(&format!("{field}]["))
                legend=legend
                help=help
                options=options
                selected=ticked
                error=self.at(field)
                inline=true
            />
        }
        .into_any()
    }

    fn terms(self) -> AnyView {
        let t = self.drawn.t;
        let options = TERMS.map(|term| Choice::new(term.to_string(), t.term(term)));
        let said = [t.form_flow_terms(), t.form_flow_terms_help()];
        self.boxes("terms", said, options.into(), &self.flow.terms)
    }

    fn levels(self) -> AnyView {
        let t = self.drawn.t;
        let options = EqfLevel::ALL.map(|level| Choice::new(level.to_string(), t.eqf_level(level)));
        let said = [t.form_flow_levels(), t.form_flow_levels_help()];
        self.boxes("levels", said, options.into(), &self.flow.levels)
    }

    fn languages(self) -> AnyView {
        let typed = &self.flow.languages;
        let count = typed.len().clamp(LANGUAGES, LANGUAGES_MAX as usize);
        let blank = FlowLanguageForm::default();
        let rows: Vec<_> = (0..count).map(|n| self.language(n, typed.get(n).unwrap_or(&blank))).collect();
        let id = field_id(&self.name("languages"));
        let wrong = self.at("languages").into_text().map(|words| view! { <p class="error">{words}</p> });
        let t = self.drawn.t;
        let add = (count < LANGUAGES_MAX as usize).then(|| {
            view! {
                <Button name="intent" value=format!("add_language:{}", self.i) icon=Glyph::Plus small=true>
                    {t.form_flow_add_language(self.i + 1)}
                </Button>
            }
        });
        view! {
            <div id=format!("flow-{}-languages", self.i)>
                <Fieldset legend=t.form_flow_languages() id=id>
                    {wrong}
                    {rows}
                    {add}
                </Fieldset>
            </div>
        }
        .into_any()
    }

    fn language(self, n: usize, typed: &FlowLanguageForm) -> AnyView {
        let t = self.drawn.t;
        let name = |field: &str| self.name(&format!("languages][{n}][{field}"));
        let at = |field: &str| self.at(&format!("languages.{n}.{field}"));
        let named = |tag: LanguageTag| (tag.to_string(), tag.name(t.lang()));
        let mut languages: Vec<_> = LanguageTag::common(t.lang()).into_iter().map(named).collect();
        // What was saved with a tag of its own is still shown.
        let known = LanguageTag::parse(&typed.language).ok().map(named);
        languages.extend(known.filter(|one| !languages.contains(one)).into_iter().collect::<Vec<_>>());
        let levels = Cefr::ALL.map(|level| (level.code().to_owned(), level.code().to_owned()));
        let number = n + 1;
        view! {
            <div class="form-row">
                <Select
                    name=name("language")
                    label=t.form_flow_language(number)
                    options=languages
                    selected=typed.language.clone()
                    none=t.form_flow_no_language()
                    error=at("language")
                    width=Width::Half
                />
                <Select
                    name=name("level")
                    label=t.form_flow_language_level(number)
                    options=levels.into()
                    selected=typed.level.clone()
                    none=t.form_flow_any_level()
                    error=at("level")
                    width=Width::Half
                />
            </div>
            <Checkbox
                name=name("is_required")
                label=t.form_flow_language_required(number)
                checked=!typed.is_required.is_empty()
            />
        }
        .into_any()
    }

    /// By when, term by term: those typed so far, then the usual ones, and other parts of the year, that are not among them.
    fn deadlines(self) -> AnyView {
        let (t, flow) = (self.drawn.t, self.flow);
        let mut rows = flow.deadlines.clone();
        let parts = codes(&flow.parts).filter_map(|part| Term::parse(part).ok());
        let terms = TERMS.into_iter().chain(parts).map(|term| term.to_string());
        for term in std::iter::once(String::new()).chain(terms) {
            if rows.iter().all(|row| row.term.trim() != term) {
                rows.push(TermDeadlineForm { term, ..TermDeadlineForm::default() });
            }
        }
        let days: String = rows.iter().flat_map(|row| [row.nomination.as_str(), &row.application]).collect();
        let rows: Vec<_> = rows.iter().enumerate().map(|(n, typed)| self.deadline(n, typed)).collect();
        let wrong = self.at("deadlines").into_text().map(|words| view! { <p class="error">{words}</p> });
        let fields = view! {
            <p class="help" id=field_id(&self.name("deadlines"))>{t.form_flow_deadlines_help()}</p>
            {wrong}
            {rows}
        };
        self.folded(t.form_flow_more_deadlines(), &[("deadlines", &days)], fields.into_any())
    }

    fn deadline(self, n: usize, typed: &TermDeadlineForm) -> AnyView {
        let t = self.drawn.t;
        let term = t.term_or_any(Term::parse(&typed.term).ok());
        let name = |field: &str| self.name(&format!("deadlines][{n}][{field}"));
        let day = |field: &'static str, label: &'static str, value: &str| {
            let read = MonthDay::parse(value).ok().map(|day| t.form_understood(&day.show(t.lang())));
            view! {
                <Field
                    name=name(field)
                    label=t.form_flow_of_term(label, &term)
                    value=value.to_owned()
                    understood=read.unwrap_or_default()
                    error=self.at(&format!("deadlines.{n}.{field}"))
                    width=Width::Half
                />
            }
        };
        view! {
            <input type="hidden" name=name("term") value=typed.term.clone() />
            <div class="form-row">
                {day("nomination", t.form_flow_nomination(), &typed.nomination)}
                {day("application", t.form_flow_application(), &typed.application)}
            </div>
        }
        .into_any()
    }
}

/// What places are for.
fn cap_period(drawn: &Drawn, name: String, selected: &str, error: Words) -> AnyView {
    let t = drawn.t;
    let periods =
        CapPeriod::ALL.iter().map(|period| (period.code().to_owned(), t.cap_period(*period).to_owned()));
    view! {
        <Select
            name=name
            label=t.form_flow_cap_period()
            options=periods.collect()
            selected=selected.to_owned()
            error=error
            width=Width::Half
        />
    }
    .into_any()
}

fn pool_row(drawn: &Drawn, i: usize, pool: &PoolForm) -> AnyView {
    let Drawn { t, faults, .. } = drawn;
    let name = |field: &str| format!("form[pools][{i}][{field}]");
    let at = |field: &str| faults.at(&format!("pools.{i}.{field}"));
    let remove = t.form_remove_pool(i + 1);
    let field =
        |field: &'static str, label: &'static str, help: &'static str, value: &str, lang: &'static str| {
            view! {
                <Field
                    name=name(field)
                    label=label
                    help=help
                    value=value.to_owned()
                    error=at(field)
                    lang=lang
                    width=Width::Half
                />
            }
        };
    view! {
        <fieldset class="fieldset row" id=format!("pool-{i}")>
            <legend>{t.form_pool(i + 1)}</legend>
            <input type="hidden" name=name("id") value=pool.id.clone() />
            <div class="form-row">
                {field("name_fr", t.form_pool_name_fr(), t.form_title_help(), &pool.name_fr, "fr")}
                {field("name_en", t.form_pool_name_en(), "", &pool.name_en, "en")}
            </div>
            <div class="form-row">
                {field("cap", t.form_flow_cap(), t.form_pool_cap_help(), &pool.cap, "")}
                {cap_period(drawn, name("cap_period"), &pool.cap_period, at("cap_period"))}
            </div>
            <Button
                kind=ButtonKind::Quiet
                name="intent"
                value=format!("remove_pool:{i}")
                icon=Glyph::Trash
                small=true
            >
                {remove}
            </Button>
        </fieldset>
    }
    .into_any()
}
