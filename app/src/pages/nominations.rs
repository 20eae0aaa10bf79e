//! Nominations: putting students forward, the list, one nomination, and what is done to it.

mod act;
mod form;
mod list;
mod listed;
mod show;

pub use act::ActOnNominationPage;
pub use form::{CorrectNominationPage, NominatePage};
pub use list::NominationsPage;
pub use listed::NominateListPage;
pub use show::NominationPage;

use crate::{desk::Desk, texts::Texts, ui::*};
use domain::eligibility::{Answer, Eligibility};
use leptos::prelude::*;

/// What every rule answers, with what is known and where the rule is from.
fn criteria(desk: &Desk, eligibility: &Eligibility) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::text(t.eligibility_condition()),
        Column::text(t.eligibility_answer_word()),
        Column::text(t.eligibility_said()),
        Column::text(t.eligibility_source_word()),
    ];
    let rows = eligibility.criteria.iter().map(|criterion| {
        let kind = match criterion.answer {
            Answer::Met => "met",
            Answer::NotMet => "missed",
            Answer::Advice => "at_risk",
            Answer::Unknown => "not_measured",
        };
        let label = t.eligibility_answer(criterion.answer);
        Row::new()
            .cell(t.eligibility_rule(&criterion.rule))
            .cell(view! { <StandingBadge kind=kind label=label /> })
            .cell(t.criterion(criterion))
            .cell(t.eligibility_source(criterion.source))
    });
    let rows: Vec<Row> = rows.collect();
    view! {
        <p class="quiet-text">{t.eligibility_lead()}</p>
        <Table id="criteria" caption=t.eligibility_section() caption_unseen=true columns=columns rows=rows fold=true />
    }
    .into_any()
}
