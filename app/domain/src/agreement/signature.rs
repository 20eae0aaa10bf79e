//! Recording the signature of a party.

use super::Evidence;
use crate::{
    id::DocumentId,
    partial_date::StatedDate,
    problem::{FieldErrors, Problem},
    text::{Text, optional},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A signature to record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureDraft {
    /// Who signed.
    pub signatory: Option<Text<120>>,
    /// In what capacity.
    pub signatory_title: Option<Text<120>>,
    /// When, as the document says.
    pub signed_on: Option<StatedDate>,
    /// What attests to it.
    pub evidence: Evidence,
    /// Whether it is recorded by another party's office.
    pub is_on_behalf: bool,
}

/// What someone typed to record a party's signature.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SignatureForm {
    /// Id of the party.
    pub institution: String,
    /// `on` when this signature is to be recorded.
    pub record: String,
    /// Who signed.
    pub signatory: String,
    /// In what capacity.
    pub signatory_title: String,
    /// When.
    pub signed_on: String,
    /// What attests to it, in words.
    pub evidence: String,
    /// Id of the document that attests to it.
    pub document: String,
}

impl SignatureForm {
    /// Reads the form on a day, where these documents are offered. On behalf of a party without an account, evidence is
    /// needed.
    pub fn parse(
        &self,
        on: NaiveDate,
        is_on_behalf: bool,
        documents: &[DocumentId],
    ) -> Result<SignatureDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let signatory = errors.take("signatory", optional(&self.signatory, Text::parse)).flatten();
        let signatory_title =
            errors.take("signatory_title", optional(&self.signatory_title, Text::parse)).flatten();
        let signed_on = errors.take("signed_on", optional(&self.signed_on, StatedDate::parse)).flatten();
        if signed_on.is_some_and(|stated| stated.date.earliest() > on) {
            errors.add("signed_on", Problem::InTheFuture);
        }
        let evidence = Evidence::read(&mut errors, &self.evidence, &self.document, documents, is_on_behalf);
        errors.into_result(|| SignatureDraft {
            signatory,
            signatory_title,
            signed_on,
            evidence,
            is_on_behalf,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_behalf_of_a_party_without_an_account_evidence_is_needed() {
        let today = "2024-01-11".parse().expect("a day");
        let form = SignatureForm { signed_on: "10/01/2024".into(), ..SignatureForm::default() };
        assert!(form.parse(today, false, &[]).is_ok());
        let errors = form.parse(today, true, &[]).expect_err("no evidence");
        assert_eq!(errors.at("evidence"), Some(&Problem::EvidenceNeeded));
    }

    #[test]
    fn nobody_has_signed_tomorrow() {
        let form = SignatureForm { signed_on: "2024-02".into(), ..SignatureForm::default() };
        let errors = form.parse("2024-01-31".parse().expect("a day"), false, &[]).expect_err("future");
        assert_eq!(errors.at("signed_on"), Some(&Problem::InTheFuture));
    }
}
