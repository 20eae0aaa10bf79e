//! The forms of a ledger's page: more or fewer places, some beyond the cap.

use crate::{
    api::seats::Change,
    desk::{
        Desk, Kept, kept,
        seats::{Of, Places},
    },
    error::AppError,
    pages::{Faults, once, refusal, seats},
    texts::Texts,
    ui::*,
};
use domain::seats::AdjustmentForm;
use leptos::prelude::*;

/// What was sent to a form of this page, and came back.
pub(super) struct Back {
    change: Change,
    kept: Kept<AdjustmentForm>,
    in_the_way: Option<AnyView>,
}

impl Back {
    pub(super) async fn read(desk: &Desk, places: &Places) -> Result<Option<Self>, AppError> {
        for change in Change::ALL {
            let page = change.page(places.of, places.year.first_year());
            let Some(kept) = kept::<AdjustmentForm>(desk, &page).await? else { continue };
            let in_the_way = seats::in_the_way(desk, kept.error.as_ref()).await?;
            return Ok(Some(Self { change, kept, in_the_way }));
        }
        Ok(None)
    }

    /// Why it was refused, and who stands against it.
    pub(super) fn said(&mut self, desk: &Desk) -> AnyView {
        let refusal = refusal(Texts(desk.lang()), self.kept.error.as_ref(), self.change.prefix());
        let in_the_way = self.in_the_way.take();
        view! { {refusal} {in_the_way} }.into_any()
    }
}

/// The forms of those who decide how many places there are; nothing once the year is closed.
pub(super) fn changes(desk: &Desk, places: &Places, back: Option<&Back>) -> Option<AnyView> {
    let is_on_behalf = places.set.filter(|_| !places.ledger.tally.is_closed)?;
    let forms = [Change::Adjust, Change::Override];
    let forms = forms.map(|change| form(desk, places, change, is_on_behalf, back)).collect_view();
    Some(view! { <Columns>{forms}</Columns> }.into_any())
}

fn form(desk: &Desk, places: &Places, change: Change, is_on_behalf: bool, back: Option<&Back>) -> AnyView {
    let t = Texts(desk.lang());
    let back = back.filter(|back| back.change == change);
    let faults = Faults::of(t, back.and_then(|back| back.kept.error.as_ref()));
    let typed = back.map(|back| back.kept.form.clone()).unwrap_or_default();
    let (heading, help, label) = if change == Change::Override {
        (t.override_title(), t.override_help(), t.do_override())
    } else {
        (t.adjust_title(), t.adjust_help(), t.do_adjust())
    };
    let name = move |field: &str| change.field(field);
    let hidden = hidden(desk, places);
    let evidence = is_on_behalf.then(|| {
        view! {
            <TextArea
                name=name("evidence")
                label=t.adjust_evidence()
                help=t.adjust_evidence_help()
                required=t.required()
                value=typed.evidence.clone()
                rows=2
                error=faults.at("evidence")
            />
        }
    });
    view! {
        <Panel title=heading>
            <p class="quiet-text small-text">{help}</p>
            <form class="form" method="post" action=change.endpoint() novalidate>
                {hidden}
                <Field
                    name=name("units")
                    label=t.adjust_units()
                    help=t.adjust_units_help()
                    required=t.required()
                    value=typed.units.clone()
                    error=faults.at("units")
                    width=Width::Short
                />
                <TextArea
                    name=name("reason")
                    label=t.adjust_reason()
                    required=t.required()
                    value=typed.reason.clone()
                    rows=2
                    error=faults.at("reason")
                />
                {evidence}
                <Actions>
                    <Button>{label}</Button>
                </Actions>
            </form>
        </Panel>
    }
    .into_any()
}

/// What every form says: in which language, whose places, of which year; and a name of its own, by which it is carried out once.
pub(super) fn hidden(desk: &Desk, places: &Places) -> impl IntoView + use<> {
    let (name, id) = match places.of {
        Of::Flow(id) => ("flow", id.to_string()),
        Of::Pool(id) => ("pool", id.to_string()),
    };
    view! {
        <input type="hidden" name="lang" value=desk.lang().code() />
        <input type="hidden" name=name value=id />
        <input type="hidden" name="first_year" value=places.year.first_year().to_string() />
        {once(desk)}
    }
}
