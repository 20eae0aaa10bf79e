//! Recording the approval of a party.

use super::Evidence;
use crate::{id::DocumentId, problem::FieldErrors};
use serde::{Deserialize, Serialize};

/// An approval to record. It bears on the revision whose content hash was read, and on no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApprovalDraft {
    /// What attests to it.
    pub evidence: Evidence,
    /// Whether it is recorded by another party's office.
    pub is_on_behalf: bool,
}

/// What someone typed to record a party's approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ApprovalForm {
    /// Id of the party.
    pub institution: String,
    /// `on` when this approval is to be recorded.
    pub record: String,
    /// What attests to it, in words.
    pub evidence: String,
    /// Id of the document that attests to it.
    pub document: String,
}

impl ApprovalForm {
    /// Reads the form, where these documents are offered. On behalf of a party without an account, evidence is needed.
    pub fn parse(&self, is_on_behalf: bool, documents: &[DocumentId]) -> Result<ApprovalDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let evidence = Evidence::read(&mut errors, &self.evidence, &self.document, documents, is_on_behalf);
        errors.into_result(|| ApprovalDraft { evidence, is_on_behalf })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Problem;

    #[test]
    fn on_behalf_of_a_party_without_an_account_evidence_is_needed() {
        let form = ApprovalForm::default();
        assert!(form.parse(false, &[]).is_ok());
        let errors = form.parse(true, &[]).expect_err("no evidence");
        assert_eq!(errors.at("evidence"), Some(&Problem::EvidenceNeeded));
        let form = ApprovalForm { evidence: "E-mail of 3 May".into(), ..form };
        assert!(form.parse(true, &[]).is_ok());
    }
}
