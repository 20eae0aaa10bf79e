//! Rows of the form of an agreement that are added, removed or looked up by a button, without any script.

use super::{Desk, keep};
use crate::{api::agreements::AgreementSubmission, error::AppError};
use domain::{
    agreement::{AgreementForm, ContactForm, PartyForm, SourceForm},
    commitment::CommitmentForm,
    flow::{FlowForm, FlowLanguageForm, LANGUAGES_MAX, PoolForm},
};
use uuid::Uuid;

/// Rows for languages of a flow that the form has from the first.
pub const LANGUAGES: usize = 3;

/// Changes the rows as a button asks (`add_party`, `remove_party:1`, `change_party:1`, `find_party:1`,
/// `add_contact:1`, `add_commitment`, `remove_commitment:0`, `add_flow`, `remove_flow:0`, `mirror_flow:0`, `add_language:0`,
/// `add_pool`, `remove_pool:0`, `add_source`, `remove_source:0`). A new commitment, flow or pool has an id from the first. Answers the place in
/// the page to come back to, or `None` when the form is to be saved.
pub fn change(form: &mut AgreementForm, intent: &str, new_id: impl FnOnce() -> Uuid) -> Option<String> {
    let (verb, index) = intent.split_once(':').unwrap_or((intent, ""));
    let index: usize = index.parse().unwrap_or(usize::MAX);
    let anchor = match verb {
        "add_party" => {
            form.parties.push(PartyForm { role: "signatory".into(), ..PartyForm::default() });
            format!("party-{}", form.parties.len() - 1)
        }
        "remove_party" if index < form.parties.len() => {
            form.parties.remove(index);
            "parties".to_owned()
        }
        "change_party" => {
            form.parties.get_mut(index)?.institution.clear();
            format!("party-{index}")
        }
        "find_party" => format!("party-{index}"),
        "add_contact" => {
            form.parties.get_mut(index)?.contacts.push(ContactForm::default());
            format!("party-{index}")
        }
        "add_commitment" => {
            let id = new_id().to_string();
            form.commitments.push(CommitmentForm { id, ..CommitmentForm::default() });
            format!("commitment-{}", form.commitments.len() - 1)
        }
        "remove_commitment" if index < form.commitments.len() => {
            form.commitments.remove(index);
            "commitments".to_owned()
        }
        "add_flow" => {
            form.flows.push(FlowForm { id: new_id().to_string(), ..FlowForm::default() });
            format!("flow-{}", form.flows.len() - 1)
        }
        "mirror_flow" => {
            let there = form.flows.get(index)?;
            form.flows.push(there.mirrored(new_id().to_string()));
            format!("flow-{}", form.flows.len() - 1)
        }
        "remove_flow" if index < form.flows.len() => {
            form.flows.remove(index);
            "flows".to_owned()
        }
        "add_language" => {
            let languages = &mut form.flows.get_mut(index)?.languages;
            let more = languages.len().max(LANGUAGES) + 1;
            languages.resize(more.min(LANGUAGES_MAX as usize), FlowLanguageForm::default());
            format!("flow-{index}-languages")
        }
        "add_pool" => {
            form.pools.push(PoolForm { id: new_id().to_string(), ..PoolForm::default() });
            format!("pool-{}", form.pools.len() - 1)
        }
        "remove_pool" if index < form.pools.len() => {
            let gone = form.pools.remove(index);
            for flow in form.flows.iter_mut().filter(|flow| flow.pool == gone.id) {
                flow.pool.clear();
            }
            "pools".to_owned()
        }
        "add_source" => {
            form.sources.push(SourceForm::default());
            "sources".to_owned()
        }
        "remove_source" if index < form.sources.len() => {
            form.sources.remove(index);
            "sources".to_owned()
        }
        _ => return None,
    };
    Some(anchor)
}

/// Shows the form again with its rows changed.
pub async fn show_again(
    desk: &Desk,
    page: &str,
    submission: &AgreementSubmission,
    anchor: &str,
) -> Result<(), AppError> {
    let key = keep(desk, page, submission, None).await?;
    leptos_axum::redirect(&format!("{}?kept={key}#{anchor}", desk.href(page)));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buttons_add_and_remove_rows_and_saving_is_left_alone() {
        let mut form = AgreementForm::default();
        let change = |form: &mut AgreementForm, intent: &str| change(form, intent, || Uuid::from_u128(7));
        assert_eq!(change(&mut form, "add_party").as_deref(), Some("party-0"));
        assert_eq!(change(&mut form, "add_party").as_deref(), Some("party-1"));
        assert_eq!(change(&mut form, "add_contact:1").as_deref(), Some("party-1"));
        assert_eq!(change(&mut form, "remove_party:0").as_deref(), Some("parties"));
        assert_eq!(form.parties.len(), 1);
        assert_eq!(form.parties[0].contacts.len(), 1);
        assert_eq!(change(&mut form, "add_commitment").as_deref(), Some("commitment-0"));
        let id = Uuid::from_u128(7).to_string();
        assert_eq!(form.commitments[0].id, id);
        assert_eq!(change(&mut form, "remove_commitment:0").as_deref(), Some("commitments"));
        assert!(form.commitments.is_empty());
        assert_eq!(change(&mut form, "add_pool").as_deref(), Some("pool-0"));
        assert_eq!(change(&mut form, "add_flow").as_deref(), Some("flow-0"));
        assert_eq!((&form.flows[0].id, &form.pools[0].id), (&id, &id));
        form.flows[0] =
            FlowForm { sender: "a".into(), receiver: "b".into(), pool: id, ..FlowForm::default() };
        assert_eq!(change(&mut form, "mirror_flow:0").as_deref(), Some("flow-1"));
        assert_eq!([&form.flows[1].sender, &form.flows[1].receiver], ["b", "a"]);
        for rows in [4, 5, 5] {
            assert_eq!(change(&mut form, "add_language:1").as_deref(), Some("flow-1-languages"));
            assert_eq!(form.flows[1].languages.len(), rows);
        }
        assert_eq!(change(&mut form, "remove_flow:1").as_deref(), Some("flows"));
        assert_eq!(change(&mut form, "remove_pool:0").as_deref(), Some("pools"));
        assert_eq!((form.flows.len(), form.flows[0].pool.as_str(), form.pools.len()), (1, "", 0));
        let beside = [
            "add_language:1",
            "mirror_flow:1",
            "remove_flow:1",
            "remove_pool:0",
            "change_party:9",
            "add_contact:x",
        ];
        for intent in ["", "save", "remove_commitment:0", "remove_party:7"].into_iter().chain(beside) {
            assert_eq!(change(&mut form, intent), None, "{intent}");
        }
    }
}
