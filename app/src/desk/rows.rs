//! Rows of the form of an agreement that are added, removed or looked up by a button, without any script.

use super::{Desk, keep};
use crate::{api::agreements::AgreementSubmission, error::AppError};
use domain::{
    agreement::{AgreementForm, ContactForm, PartyForm, SourceForm},
    commitment::CommitmentForm,
    id::CommitmentId,
};

/// Changes the rows as a button asks (`add_party`, `remove_party:1`, `change_party:1`, `find_party:1`,
/// `add_contact:1`, `add_commitment`, `remove_commitment:0`, `add_source`, `remove_source:0`). A new commitment has an id from
/// the first. Answers the place in the page to come back to, or `None` when the form is to be saved.
pub fn change(
    form: &mut AgreementForm,
    intent: &str,
    new_id: impl FnOnce() -> CommitmentId,
) -> Option<String> {
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
        let change = |form: &mut AgreementForm, intent: &str| {
            change(form, intent, || CommitmentId(uuid::Uuid::from_u128(7)))
        };
        assert_eq!(change(&mut form, "add_party").as_deref(), Some("party-0"));
        assert_eq!(change(&mut form, "add_party").as_deref(), Some("party-1"));
        assert_eq!(change(&mut form, "add_contact:1").as_deref(), Some("party-1"));
        assert_eq!(change(&mut form, "remove_party:0").as_deref(), Some("parties"));
        assert_eq!(form.parties.len(), 1);
        assert_eq!(form.parties[0].contacts.len(), 1);
        assert_eq!(change(&mut form, "add_commitment").as_deref(), Some("commitment-0"));
        assert_eq!(form.commitments[0].id, uuid::Uuid::from_u128(7).to_string());
        assert_eq!(change(&mut form, "remove_commitment:0").as_deref(), Some("commitments"));
        assert!(form.commitments.is_empty());
        for intent in ["", "save", "remove_commitment:0", "remove_party:7", "add_contact:x", "change_party:9"]
        {
            assert_eq!(change(&mut form, intent), None, "{intent}");
        }
    }
}
