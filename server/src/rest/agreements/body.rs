//! What one sends to write an agreement, and how it becomes the form that the domain reads.

use super::{
    commitments::CommitmentBody,
    flows::{self, FlowBody, PoolBody},
};
use crate::rest::shape::{self, FrEn, filled, mark};
use domain::{
    agreement::{AgreementForm, ApprovalForm, ContactForm, PartyForm, SignatureForm, SourceForm},
    commitment::CommitmentForm,
    flow::{FlowForm, PoolForm},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// An agreement to be written down.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!(example()))]
pub struct AgreementBody {
    /// What kind of agreement.
    #[schema(required, value_type = shape::AgreementKindCode)]
    pub kind: String,
    /// Its title, at most 200 characters, in one language or both.
    #[schema(required)]
    pub title: FrEn,
    /// The parties in the order of the agreement, 2 to 50; one of them is your own institution.
    #[schema(required)]
    pub parties: Vec<PartyBody>,
    /// From when to when.
    pub period: PeriodBody,
    /// A summary for everyone, at most 2,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<FrEn>,
    /// What was agreed, for the parties, at most 20,000 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<FrEn>,
    /// Fields of study: codes of ISCED-F 2013, 2 to 4 digits, at most 20.
    #[schema(example = json!(["0613"]))]
    pub fields: Vec<String>,
    /// What it promises, for the parties, at most 30.
    pub commitments: Vec<CommitmentBody>,
    /// Which places it opens, at most 40 flows.
    pub flows: Vec<FlowBody>,
    /// Places that several flows share, at most 10.
    pub pools: Vec<PoolBody>,
    /// Who may see it once it is published; `public` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::VisibilityCode>)]
    pub visibility: Option<String>,
    /// Where the facts come from, at most 20.
    pub sources: Vec<SourceBody>,
}

/// A party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PartyBody {
    /// Id of the institution.
    #[schema(required, format = Uuid)]
    pub institution: String,
    /// What it is in the agreement; `signatory` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::PartyRoleCode>)]
    pub role: Option<String>,
    /// The party's own code for the agreement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// People to write to, at most 10. The parties' offices see them.
    pub contacts: Vec<ContactBody>,
    /// Who signs, as announced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory: Option<String>,
    /// In what capacity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signatory_title: Option<String>,
    /// The day the document bears. A signature is recorded by `/sign`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub signed_on: Option<String>,
}

/// A person to write to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ContactBody {
    /// Name.
    #[schema(required)]
    pub name: String,
    /// What the person does there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// From when to when, and how it goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PeriodBody {
    /// First day; from the last signature unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub starts: Option<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub ends: Option<String>,
    /// Whether it says that it has no end.
    pub is_open_ended: bool,
    /// Months of notice to end it, 0 to 240.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_months: Option<i64>,
    /// What happens at the end; `none` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::RenewalCode>)]
    pub renewal: Option<String>,
    /// Months of each tacit renewal, 1 to 240.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewal_months: Option<i64>,
}

/// Where facts come from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SourceBody {
    /// Title of the document or page.
    #[schema(required)]
    pub title: String,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<shape::Edtf>)]
    pub read_on: Option<String>,
    /// What it says, or what is doubtful in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether what it says is to be confirmed.
    pub to_confirm: bool,
}

/// Signatures to record, all of them or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(example = json!({"hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "signatures": [{"institution": "01929b1c-7a10-7000-8000-000000000001",
    "signatory": "Camille Exemple", "signatory_title": "Directrice générale", "signed_on": "2024-01-10"}]}))]
pub struct SignaturesBody {
    /// The hash of the revision that was read, as GET shows it: another one is not signed.
    #[schema(required)]
    pub hash: String,
    /// One for each party that signed.
    #[schema(required)]
    pub signatures: Vec<SignatureBody>,
}

/// The signature of a party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SignatureBody {
    /// Id of the party.
    #[schema(required, format = Uuid)]
    pub institution: String,
    /// Who signed.
    pub signatory: Option<String>,
    /// In what capacity.
    pub signatory_title: Option<String>,
    /// When, as the document says; never later than today.
    #[schema(value_type = Option<shape::Edtf>)]
    pub signed_on: Option<String>,
    /// What attests to it, in words: this or a document is needed on behalf of a party without an account.
    pub evidence: Option<String>,
    /// Id of the document of the agreement that attests to it.
    #[schema(format = Uuid)]
    pub document: Option<String>,
}

/// Approvals to record, all of them or none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalsBody {
    /// The hash of the revision that was read, as GET shows it: another one is not approved.
    #[schema(required)]
    pub hash: String,
    /// One for each party that approves.
    #[schema(required)]
    pub approvals: Vec<ApprovalBody>,
}

/// The approval of a party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalBody {
    /// Id of the party.
    #[schema(required, format = Uuid)]
    pub institution: String,
    /// What attests to it, in words: this or a document is needed on behalf of a party without an account.
    pub evidence: Option<String>,
    /// Id of the document of the agreement that attests to it.
    #[schema(format = Uuid)]
    pub document: Option<String>,
}

/// The approval of a party to take back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TakenBackBody {
    /// Id of the party.
    #[schema(required, format = Uuid)]
    pub institution: String,
    /// Number of the revision.
    #[schema(required)]
    pub revision: i64,
}

/// The revision to drop.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RevertBody {
    /// The hash of the latest revision, as GET shows it: another one is not dropped.
    #[schema(required)]
    pub hash: String,
}

/// A comment to write.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CommentBody {
    /// Number of the revision it is on.
    #[schema(required)]
    pub revision: i64,
    /// What it says; at most 2,000 characters.
    #[schema(required)]
    pub body: String,
}

/// An agreement as the documentation shows it.
fn example() -> serde_json::Value {
    json!({
        "kind": "student_exchange",
        "title": {"fr": "Échange d’étudiants", "en": "Student exchange"},
        "parties": [
            {"institution": "01929b1c-7a10-7000-8000-000000000001", "role": "coordinator", "reference": "RI-2024-07",
             "contacts": [{"name": "Camille Exemple", "role": "Relations internationales", "email": "camille@exemple.fr"}]},
            {"institution": "01929b1c-7a10-7000-8000-000000000002", "signatory": "Sacha Exemple", "signed_on": "2024-01"}
        ],
        "period": {"starts": "2024-09-01", "ends": "2029-08-31?", "notice_months": 6, "renewal": "tacit", "renewal_months": 12},
        "summary": {"en": "Five places a year in each direction."},
        "fields": ["0613"],
        "commitments": [{"id": "01929b1c-7a10-7000-8000-000000000003", "text": {"en": "Scholarship holders in every intake"},
            "measure": "share", "bound": "at_least", "target": "30", "each": "academic_year",
            "owner": "01929b1c-7a10-7000-8000-000000000001", "starts": "2024-09"}],
        "flows": [{"id": "01929b1c-7a10-7000-8000-000000000004", "kind": "student_studies",
            "sender": "01929b1c-7a10-7000-8000-000000000001", "receiver": "01929b1c-7a10-7000-8000-000000000002", "cap": 5,
            "cap_to_confirm": true, "cap_period": "academic_year", "unit": "person", "first_year": "2024/2025",
            "year_caps": {"2025/2026": 6, "2026/2027": null}, "pool": "01929b1c-7a10-7000-8000-000000000005",
            "terms": ["S1", "year", "q1/4"], "levels": [6, 7], "fields": ["0613"],
            "languages": [{"language": "en", "level": "B2", "is_required": true}], "min_ects": "120",
            "conditions": {"en": "A complete file"}, "deadlines": [{"term": "S1", "nomination": "--04-10", "application": "--05-01"}]}],
        "pools": [{"id": "01929b1c-7a10-7000-8000-000000000005", "name": {"en": "Places of both schools"}, "cap": 8,
            "cap_period": "academic_year"}],
        "visibility": "public",
        "sources": [{"title": "Signed document", "url": "https://exemple.fr/accord.pdf", "read_on": "2024-02-01"}]
    })
}

impl AgreementBody {
    /// Where a field of the form stands in the body.
    pub fn pointer(field: &str) -> String {
        match field {
            "starts" | "ends" | "is_open_ended" | "notice_months" | "renewal" | "renewal_months" => {
                format!("/period/{field}")
            }
            "starts_to_confirm" => "/period/starts".to_owned(),
            "ends_to_confirm" => "/period/ends".to_owned(),
            _ if field.starts_with("commitments.") => CommitmentBody::pointer(field),
            _ if field.starts_with("flows.") || field.starts_with("pools.") => flows::pointer(field),
            _ => match field.split_once('_') {
                Some((text @ ("title" | "summary" | "terms"), lang)) => format!("/{text}/{lang}"),
                _ => shape::pointer(field),
            },
        }
    }
}

impl From<AgreementBody> for AgreementForm {
    fn from(body: AgreementBody) -> Self {
        let (title_fr, title_en) = FrEn::into_form(Some(body.title));
        let (summary_fr, summary_en) = FrEn::into_form(body.summary);
        let (terms_fr, terms_en) = FrEn::into_form(body.terms);
        let period = body.period;
        let months = |months: Option<i64>| months.map(|n| n.to_string()).unwrap_or_default();
        Self {
            kind: body.kind,
            title_fr,
            title_en,
            parties: body.parties.into_iter().map(PartyForm::from).collect(),
            starts: period.starts.unwrap_or_default(),
            starts_to_confirm: String::new(),
            ends: period.ends.unwrap_or_default(),
            ends_to_confirm: String::new(),
            is_open_ended: mark(period.is_open_ended),
            notice_months: months(period.notice_months),
            renewal: period.renewal.unwrap_or_default(),
            renewal_months: months(period.renewal_months),
            summary_fr,
            summary_en,
            terms_fr,
            terms_en,
            fields: body.fields.join(", "),
            commitments: body.commitments.into_iter().map(CommitmentForm::from).collect(),
            flows: body.flows.into_iter().map(FlowForm::from).collect(),
            pools: body.pools.into_iter().map(PoolForm::from).collect(),
            visibility: body.visibility.unwrap_or_default(),
            sources: body.sources.into_iter().map(SourceForm::from).collect(),
        }
    }
}

impl From<PartyBody> for PartyForm {
    fn from(body: PartyBody) -> Self {
        // A form has blank rows that count for nothing; in JSON a party without an institution is a fault.
        let search = if body.institution.trim().is_empty() { "?".to_owned() } else { String::new() };
        let contact = |contact: ContactBody| ContactForm {
            name: contact.name,
            role: contact.role.unwrap_or_default(),
            email: contact.email.unwrap_or_default(),
        };
        Self {
            institution: body.institution,
            search,
            role: body.role.unwrap_or_default(),
            reference: body.reference.unwrap_or_default(),
            contacts: body.contacts.into_iter().map(contact).collect(),
            signatory: body.signatory.unwrap_or_default(),
            signatory_title: body.signatory_title.unwrap_or_default(),
            signed_on: body.signed_on.unwrap_or_default(),
        }
    }
}

impl From<SourceBody> for SourceForm {
    fn from(body: SourceBody) -> Self {
        Self {
            title: body.title,
            url: body.url.unwrap_or_default(),
            read_on: body.read_on.unwrap_or_default(),
            note: body.note.unwrap_or_default(),
            to_confirm: mark(body.to_confirm),
        }
    }
}

impl From<ApprovalBody> for ApprovalForm {
    fn from(body: ApprovalBody) -> Self {
        Self {
            institution: body.institution,
            record: mark(true),
            evidence: body.evidence.unwrap_or_default(),
            document: body.document.unwrap_or_default(),
        }
    }
}

impl From<SignatureBody> for SignatureForm {
    fn from(body: SignatureBody) -> Self {
        Self {
            institution: body.institution,
            record: mark(true),
            signatory: body.signatory.unwrap_or_default(),
            signatory_title: body.signatory_title.unwrap_or_default(),
            signed_on: body.signed_on.unwrap_or_default(),
            evidence: body.evidence.unwrap_or_default(),
            document: body.document.unwrap_or_default(),
        }
    }
}

/// A date with its mark, as EDTF writes it.
fn stated(date: &str, mark: &str) -> Option<String> {
    filled(date).map(|date| if mark.is_empty() { date } else { format!("{date}?") })
}

impl From<&AgreementForm> for AgreementBody {
    fn from(form: &AgreementForm) -> Self {
        Self {
            kind: form.kind.clone(),
            title: FrEn::of(&form.title_fr, &form.title_en).unwrap_or_default(),
            parties: form.parties.iter().map(PartyBody::from).collect(),
            period: PeriodBody {
                starts: stated(&form.starts, &form.starts_to_confirm),
                ends: stated(&form.ends, &form.ends_to_confirm),
                is_open_ended: !form.is_open_ended.is_empty(),
                notice_months: form.notice_months.parse().ok(),
                renewal: filled(&form.renewal),
                renewal_months: form.renewal_months.parse().ok(),
            },
            summary: FrEn::of(&form.summary_fr, &form.summary_en),
            terms: FrEn::of(&form.terms_fr, &form.terms_en),
            fields: form.fields.split(", ").filter(|code| !code.is_empty()).map(str::to_owned).collect(),
            commitments: form.commitments.iter().map(CommitmentBody::from).collect(),
            flows: form.flows.iter().map(FlowBody::from).collect(),
            pools: form.pools.iter().map(PoolBody::from).collect(),
            visibility: filled(&form.visibility),
            sources: form.sources.iter().map(SourceBody::from).collect(),
        }
    }
}

impl From<&PartyForm> for PartyBody {
    fn from(form: &PartyForm) -> Self {
        let contact = |contact: &ContactForm| ContactBody {
            name: contact.name.clone(),
            role: filled(&contact.role),
            email: filled(&contact.email),
        };
        Self {
            institution: form.institution.clone(),
            role: filled(&form.role),
            reference: filled(&form.reference),
            contacts: form.contacts.iter().map(contact).collect(),
            signatory: filled(&form.signatory),
            signatory_title: filled(&form.signatory_title),
            signed_on: filled(&form.signed_on),
        }
    }
}

impl From<&SourceForm> for SourceBody {
    fn from(form: &SourceForm) -> Self {
        Self {
            title: form.title.clone(),
            url: filled(&form.url),
            read_on: filled(&form.read_on),
            note: filled(&form.note),
            to_confirm: !form.to_confirm.is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_an_agreement_and_survives_the_way_to_a_draft_and_back() {
        let body: AgreementBody = serde_json::from_value(example()).expect("a body");
        let draft = AgreementForm::from(body.clone()).parse().expect("no fault");
        let back = AgreementBody::from(&AgreementForm::from(&draft));
        let again = AgreementForm::from(back.clone()).parse().expect("no fault");
        assert_eq!(again, draft);
        assert_eq!(back.period, body.period);
        assert_eq!(back.title, body.title);
        assert_eq!(back.commitments, body.commitments);
        assert_eq!((back.flows, back.pools), (body.flows, body.pools));
    }

    #[test]
    fn each_field_is_named_by_where_it_stands() {
        for (field, pointer) in [
            ("title_fr", "/title/fr"),
            ("terms_en", "/terms/en"),
            ("ends", "/period/ends"),
            ("parties", "/parties"),
            ("parties.1.contacts.0.email", "/parties/1/contacts/0/email"),
            ("parties.0.signed_on", "/parties/0/signed_on"),
            ("sources.0.read_on", "/sources/0/read_on"),
            ("commitments", "/commitments"),
            ("commitments.2.text_fr", "/commitments/2/text/fr"),
            ("commitments.2.target", "/commitments/2/target"),
            ("flows", "/flows"),
            ("flows.0.receiver", "/flows/0/receiver"),
            ("flows.1.conditions_fr", "/flows/1/conditions/fr"),
            ("flows.1.year_units", "/flows/1/conversion/year"),
            ("flows.1.deadlines.0.nomination", "/flows/1/deadlines/0/nomination"),
            ("pools.0.name_en", "/pools/0/name/en"),
        ] {
            assert_eq!(AgreementBody::pointer(field), pointer);
        }
    }

    #[test]
    fn a_party_without_an_institution_is_a_fault_and_no_blank_row() {
        let mut body: AgreementBody = serde_json::from_value(example()).expect("a body");
        body.parties.push(PartyBody::default());
        let errors = AgreementForm::from(body).parse().expect_err("a fault");
        assert_eq!(errors.0[0].field, "parties.2.institution");
    }

    #[test]
    fn a_commitment_that_says_nothing_is_a_fault_and_no_blank_row() {
        let mut body: AgreementBody = serde_json::from_value(example()).expect("a body");
        let id = body.commitments[0].owner.clone();
        body.commitments.push(CommitmentBody { id, ..CommitmentBody::default() });
        let errors = AgreementForm::from(body).parse().expect_err("a fault");
        assert_eq!(errors.0[0].field, "commitments.1.text_fr");
    }

    #[test]
    fn a_flow_and_a_pool_that_say_nothing_are_faults_and_no_blank_rows() {
        let mut body: AgreementBody = serde_json::from_value(example()).expect("a body");
        body.flows.push(FlowBody { id: body.commitments[0].owner.clone(), ..FlowBody::default() });
        body.pools.push(PoolBody { id: body.commitments[0].owner.clone(), ..PoolBody::default() });
        let errors = AgreementForm::from(body).parse().expect_err("a fault");
        let fields: Vec<&str> = errors.0.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["flows.1.kind", "flows.1.sender", "flows.1.receiver", "pools.1.name_fr"]);
    }
}
