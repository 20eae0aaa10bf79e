//! The form of an agreement: what someone typed, and how it is read.

use super::content::{
    AgreementKind, Content, LONG_TEXT_MAX, PARTIES_MAX, Party, PartyRole, Period, REFERENCE_MAX, Renewal,
    SUMMARY_MAX,
};
use crate::{
    coded::coded,
    commitment::{COMMITMENTS_MAX, Commitment, CommitmentForm},
    email::Email,
    flow::{self, FlowForm, PoolForm},
    id::InstitutionId,
    isced::IscedField,
    lang::Lang,
    multilingual::Multilingual,
    partial_date::{PartialDate, StatedDate},
    problem::{FieldErrors, Problem},
    text::{LongText, Text, optional},
    web_url::WebUrl,
};
use serde::{Deserialize, Serialize};

const NAME_MAX: u32 = 120;
const CONTACTS_MAX: usize = 10;
const SOURCES_MAX: usize = 20;
const MONTHS_MAX: i64 = 240;

coded! {
    /// Who may see an agreement that is published.
    Visibility {
        /// Everyone.
        Public = "public",
        /// The offices of its parties only.
        Parties = "parties",
    }
}

/// A person to write to. Not part of the content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Name.
    pub name: Text<NAME_MAX>,
    /// What the person does there.
    pub role: Option<Text<NAME_MAX>>,
    /// E-mail address.
    pub email: Option<Email>,
}

/// What stands beside a party without being content: contacts, and who signs, as announced.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartyNote {
    /// People to write to.
    pub contacts: Vec<Contact>,
    /// Who signs for the party.
    pub signatory: Option<Text<NAME_MAX>>,
    /// In what capacity.
    pub signatory_title: Option<Text<NAME_MAX>>,
    /// The day the document bears. The signature itself is a fact that a lead records.
    pub signed_on: Option<StatedDate>,
}

/// Where facts come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementSource {
    /// Title of the document or page.
    pub title: Text<200>,
    /// Its address.
    pub url: Option<WebUrl>,
    /// When it was read.
    pub read_on: Option<PartialDate>,
    /// What it says, or what is doubtful in it.
    pub note: Option<LongText<1_000>>,
    /// Whether what it says is to be confirmed.
    pub to_confirm: bool,
}

/// A form that was read without a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementDraft {
    /// What the revision fixes.
    pub content: Content,
    /// One note for each party, in the same order.
    pub notes: Vec<PartyNote>,
    /// Where facts come from.
    pub sources: Vec<AgreementSource>,
    /// Who may see it once published.
    pub visibility: Visibility,
}

/// What someone typed about a contact.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    /// Name.
    pub name: String,
    /// What the person does.
    pub role: String,
    /// E-mail address.
    pub email: String,
}

/// What someone typed about a party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PartyForm {
    /// Id of the institution chosen; empty while none is.
    pub institution: String,
    /// The name typed to find it.
    pub search: String,
    /// Code of the role.
    pub role: String,
    /// The party's own code for the agreement.
    pub reference: String,
    /// People to write to.
    pub contacts: Vec<ContactForm>,
    /// Who signs.
    pub signatory: String,
    /// In what capacity.
    pub signatory_title: String,
    /// On what day, as the document says.
    pub signed_on: String,
}

/// What someone typed about a source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceForm {
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Date read.
    pub read_on: String,
    /// What it says.
    pub note: String,
    /// `on` when to be confirmed.
    pub to_confirm: String,
}

/// What someone typed into the form of an agreement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementForm {
    /// Code of the kind.
    pub kind: String,
    /// Title in French.
    pub title_fr: String,
    /// Title in English.
    pub title_en: String,
    /// The parties, in order.
    pub parties: Vec<PartyForm>,
    /// First day, year or month.
    pub starts: String,
    /// `on` when that is to be confirmed.
    pub starts_to_confirm: String,
    /// Last day, year or month.
    pub ends: String,
    /// `on` when that is to be confirmed.
    pub ends_to_confirm: String,
    /// `on` when there is no end.
    pub is_open_ended: String,
    /// Months of notice.
    pub notice_months: String,
    /// `none`, `by_agreement` or `tacit`.
    pub renewal: String,
    /// Months of each tacit renewal.
    pub renewal_months: String,
    /// Summary in French.
    pub summary_fr: String,
    /// Summary in English.
    pub summary_en: String,
    /// Terms in French.
    pub terms_fr: String,
    /// Terms in English.
    pub terms_en: String,
    /// ISCED-F codes, separated by commas or spaces.
    pub fields: String,
    /// What it promises.
    pub commitments: Vec<CommitmentForm>,
    /// Which places it opens.
    pub flows: Vec<FlowForm>,
    /// Places that several flows share.
    pub pools: Vec<PoolForm>,
    /// `public` or `parties`.
    pub visibility: String,
    /// Where facts come from.
    pub sources: Vec<SourceForm>,
}

impl PartyForm {
    fn is_blank(&self) -> bool {
        self.institution.trim().is_empty()
            && self.search.trim().is_empty()
            && self.signatory.trim().is_empty()
    }
}

impl AgreementForm {
    /// The form without its rows that hold nothing.
    #[must_use]
    pub fn without_blank_rows(mut self) -> Self {
        self.parties.retain(|party| !party.is_blank());
        for party in &mut self.parties {
            party.contacts.retain(|contact| *contact != ContactForm::default());
        }
        self.commitments.retain(|commitment| !commitment.is_blank());
        self.flows.retain(|flow| !flow.is_blank());
        self.flows = self.flows.into_iter().map(FlowForm::without_blank_rows).collect();
        self.pools.retain(|pool| !pool.is_blank());
        self.sources.retain(|source| *source != SourceForm::default());
        self
    }

    /// Reads the form, or says what is wrong with which field. Indexes in the errors are those of the form.
    pub fn parse(&self) -> Result<AgreementDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = errors.take("kind", AgreementKind::parse(&self.kind));
        let title = self.parse_title(&mut errors);
        let (parties, notes) = self.parse_parties(&mut errors);
        let period = self.parse_period(&mut errors);
        let summary = texts::<SUMMARY_MAX>("summary", [&self.summary_fr, &self.summary_en], &mut errors);
        let terms = texts::<LONG_TEXT_MAX>("terms", [&self.terms_fr, &self.terms_en], &mut errors);
        let fields = errors.take_codes("fields", &self.fields, flow::FIELDS_MAX, IscedField::parse);
        let named: Vec<InstitutionId> = parties.iter().map(|party| party.institution).collect();
        let commitments = self.parse_commitments(&named, &mut errors);
        let (flows, pools) = flow::parse_all(&self.flows, &self.pools, &named, &mut errors);
        let visibility = match self.visibility.trim() {
            "" => Some(Visibility::Public),
            code => errors.take("visibility", Visibility::parse(code)),
        };
        let sources = self.parse_sources(&mut errors);
        match (kind, title, period, visibility) {
            (Some(kind), Some(title), Some(period), Some(visibility)) if errors.is_empty() => {
                let content = Content {
                    kind,
                    title,
                    parties,
                    period,
                    summary,
                    terms,
                    fields,
                    commitments,
                    flows,
                    pools,
                };
                Ok(AgreementDraft { content, notes, sources, visibility })
            }
            _ => Err(errors),
        }
    }

    fn parse_title(&self, errors: &mut FieldErrors) -> Option<Multilingual<Text<{ super::TITLE_MAX }>>> {
        let fr = errors.take("title_fr", optional(&self.title_fr, Text::parse));
        let en = errors.take("title_en", optional(&self.title_en, Text::parse));
        let (fr, en) = (fr?, en?);
        errors.take("title_fr", Multilingual::from_fr_en(fr, en))
    }

    fn parse_parties(&self, errors: &mut FieldErrors) -> (Vec<Party>, Vec<PartyNote>) {
        let (mut parties, mut notes) = (Vec::<Party>::new(), Vec::new());
        for (i, form) in self.parties.iter().enumerate().filter(|(_, form)| !form.is_blank()) {
            let at = |field: &str| format!("parties.{i}.{field}");
            let id = match form.institution.trim() {
                "" => Err(Problem::Required),
                raw => raw.parse::<InstitutionId>().map_err(|_| Problem::UnknownInstitution),
            };
            let institution = errors.take(&at("institution"), id);
            let role = match form.role.trim() {
                "" => Some(PartyRole::Signatory),
                code => errors.take(&at("role"), PartyRole::parse(code)),
            };
            let reference =
                errors.take(&at("reference"), optional(&form.reference, Text::<REFERENCE_MAX>::parse));
            let note = PartyNote {
                contacts: parse_contacts(form, i, errors),
                signatory: errors.take(&at("signatory"), optional(&form.signatory, Text::parse)).flatten(),
                signatory_title: errors
                    .take(&at("signatory_title"), optional(&form.signatory_title, Text::parse))
                    .flatten(),
                signed_on: errors
                    .take(&at("signed_on"), optional(&form.signed_on, StatedDate::parse))
                    .flatten(),
            };
            let (Some(institution), Some(role), Some(reference)) = (institution, role, reference) else {
                continue;
            };
            if parties.iter().any(|party| party.institution == institution) {
                errors.add(at("institution"), Problem::PartyTwice);
            }
            parties.push(Party { institution, role, reference });
            notes.push(note);
        }
        let named = self.parties.iter().filter(|form| !form.is_blank()).count();
        if named < 2 {
            errors.add("parties", Problem::TooFewParties);
        } else if named > PARTIES_MAX as usize {
            errors.add("parties", Problem::TooMany { max: PARTIES_MAX });
        }
        (parties, notes)
    }

    fn parse_period(&self, errors: &mut FieldErrors) -> Option<Period> {
        let stated = |raw: &str, mark: &str| {
            optional(raw, StatedDate::parse)
                .map(|date| date.map(|d| StatedDate { to_confirm: d.to_confirm || !mark.is_empty(), ..d }))
        };
        let starts = errors.take("starts", stated(&self.starts, &self.starts_to_confirm));
        let ends = errors.take("ends", stated(&self.ends, &self.ends_to_confirm));
        let months = |raw: &str| {
            let problem = Problem::NotANumber { min: 0, max: MONTHS_MAX };
            raw.trim().parse::<u16>().ok().filter(|n| i64::from(*n) <= MONTHS_MAX).ok_or(problem)
        };
        let notice_months = errors.take("notice_months", optional(&self.notice_months, months));
        let renewal = match self.renewal.trim() {
            "" | "none" => Some(Renewal::None),
            "by_agreement" => Some(Renewal::ByAgreement),
            "tacit" => {
                let problem = Problem::NotANumber { min: 1, max: MONTHS_MAX };
                let parsed = months(&self.renewal_months).ok().filter(|n| *n > 0).ok_or(problem);
                errors.take("renewal_months", parsed).map(|months| Renewal::Tacit { months })
            }
            _ => errors.take("renewal", Err(Problem::NotAChoice)),
        };
        let is_open_ended = !self.is_open_ended.is_empty();
        if let (Some(Some(starts)), Some(Some(ends))) = (starts.as_ref(), ends.as_ref())
            && ends.date.latest() < starts.date.earliest()
        {
            errors.add("ends", Problem::EndBeforeStart);
        }
        let has_end = self.ends.trim() != "";
        if has_end && is_open_ended {
            errors.add("ends", Problem::EndOfOpenEnded);
        } else if !has_end && matches!(renewal, Some(Renewal::Tacit { .. })) {
            errors.add("ends", Problem::NothingToRenew);
        }
        let period = Period {
            starts: starts?,
            ends: ends?,
            is_open_ended,
            notice_months: notice_months?,
            renewal: renewal?,
        };
        Some(period)
    }

    fn parse_commitments(&self, parties: &[InstitutionId], errors: &mut FieldErrors) -> Vec<Commitment> {
        let mut commitments = Vec::<Commitment>::new();
        for (i, form) in self.commitments.iter().enumerate().filter(|(_, form)| !form.is_blank()) {
            let path = format!("commitments.{i}");
            let Some(commitment) = form.parse(&path, parties, errors) else { continue };
            if commitments.iter().any(|other| other.id == commitment.id) {
                errors.add(format!("{path}.id"), Problem::Duplicate);
            }
            commitments.push(commitment);
        }
        if commitments.len() > COMMITMENTS_MAX as usize {
            errors.add("commitments", Problem::TooMany { max: COMMITMENTS_MAX });
        }
        commitments
    }

    fn parse_sources(&self, errors: &mut FieldErrors) -> Vec<AgreementSource> {
        if self.sources.len() > SOURCES_MAX {
            errors.add("sources", Problem::TooMany { max: 20 });
        }
        let mut sources = Vec::new();
        for (i, form) in self.sources.iter().enumerate().filter(|(_, form)| **form != SourceForm::default()) {
            let at = |field: &str| format!("sources.{i}.{field}");
            let title = errors.take(&at("title"), Text::parse(&form.title));
            let url = errors.take(&at("url"), optional(&form.url, WebUrl::parse));
            let read_on = errors.take(&at("read_on"), optional(&form.read_on, PartialDate::parse));
            let note = errors.take(&at("note"), optional(&form.note, LongText::parse));
            if let (Some(title), Some(url), Some(read_on), Some(note)) = (title, url, read_on, note) {
                sources.push(AgreementSource {
                    title,
                    url,
                    read_on,
                    note,
                    to_confirm: !form.to_confirm.is_empty(),
                });
            }
        }
        sources
    }
}

fn parse_contacts(form: &PartyForm, party: usize, errors: &mut FieldErrors) -> Vec<Contact> {
    if form.contacts.len() > CONTACTS_MAX {
        errors.add(format!("parties.{party}.contacts"), Problem::TooMany { max: 10 });
    }
    let mut contacts = Vec::new();
    for (i, contact) in form.contacts.iter().enumerate().filter(|(_, c)| **c != ContactForm::default()) {
        let at = |field: &str| format!("parties.{party}.contacts.{i}.{field}");
        let name = errors.take(&at("name"), Text::parse(&contact.name));
        let role = errors.take(&at("role"), optional(&contact.role, Text::parse));
        let email = errors.take(&at("email"), optional(&contact.email, Email::parse));
        if let (Some(name), Some(role), Some(email)) = (name, role, email) {
            contacts.push(Contact { name, role, email });
        }
    }
    contacts
}

/// The French and English text of a field, if there is any.
fn texts<const MAX: u32>(
    field: &str,
    [fr, en]: [&str; 2],
    errors: &mut FieldErrors,
) -> Option<Multilingual<LongText<MAX>>> {
    let fr = errors.take(&format!("{field}_fr"), optional(fr, LongText::parse)).flatten();
    let en = errors.take(&format!("{field}_en"), optional(en, LongText::parse)).flatten();
    Multilingual::from_fr_en(fr, en).ok()
}

/// What a form shows for an optional value.
pub(crate) fn shown<T: ToString>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// What a form holds for a mark.
pub(crate) fn mark(is_set: bool) -> String {
    if is_set { "on".into() } else { String::new() }
}

/// The text in one language of the interface; empty where there is none.
pub(crate) fn in_language<T: ToString>(texts: &Multilingual<T>, lang: Lang) -> String {
    texts
        .iter()
        .find(|(tag, _)| tag.to_string() == lang.code())
        .map(|(_, text)| text.to_string())
        .unwrap_or_default()
}

impl From<&AgreementDraft> for AgreementForm {
    fn from(draft: &AgreementDraft) -> Self {
        let content = &draft.content;
        let period = &content.period;
        let (renewal, renewal_months) = match period.renewal {
            Renewal::None => ("none", String::new()),
            Renewal::ByAgreement => ("by_agreement", String::new()),
            Renewal::Tacit { months } => ("tacit", months.to_string()),
        };
        let text = |texts: Option<&Multilingual<LongText<SUMMARY_MAX>>>, lang| {
            texts.map(|texts| in_language(texts, lang)).unwrap_or_default()
        };
        let long = |texts: Option<&Multilingual<LongText<LONG_TEXT_MAX>>>, lang| {
            texts.map(|texts| in_language(texts, lang)).unwrap_or_default()
        };
        Self {
            kind: content.kind.code().into(),
            title_fr: in_language(&content.title, Lang::Fr),
            title_en: in_language(&content.title, Lang::En),
            parties: content.parties.iter().zip(&draft.notes).map(PartyForm::from).collect(),
            starts: shown(period.starts.as_ref().map(|s| &s.date)),
            starts_to_confirm: mark(period.starts.as_ref().is_some_and(|s| s.to_confirm)),
            ends: shown(period.ends.as_ref().map(|s| &s.date)),
            ends_to_confirm: mark(period.ends.as_ref().is_some_and(|s| s.to_confirm)),
            is_open_ended: mark(period.is_open_ended),
            notice_months: shown(period.notice_months.as_ref()),
            renewal: renewal.into(),
            renewal_months,
            summary_fr: text(content.summary.as_ref(), Lang::Fr),
            summary_en: text(content.summary.as_ref(), Lang::En),
            terms_fr: long(content.terms.as_ref(), Lang::Fr),
            terms_en: long(content.terms.as_ref(), Lang::En),
            fields: content.fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            commitments: content.commitments.iter().map(CommitmentForm::from).collect(),
            flows: content.flows.iter().map(FlowForm::from).collect(),
            pools: content.pools.iter().map(PoolForm::from).collect(),
            visibility: draft.visibility.code().into(),
            sources: draft.sources.iter().map(SourceForm::from).collect(),
        }
    }
}

impl From<(&Party, &PartyNote)> for PartyForm {
    fn from((party, note): (&Party, &PartyNote)) -> Self {
        Self {
            institution: party.institution.to_string(),
            search: String::new(),
            role: party.role.code().into(),
            reference: shown(party.reference.as_ref()),
            contacts: note
                .contacts
                .iter()
                .map(|contact| ContactForm {
                    name: contact.name.to_string(),
                    role: shown(contact.role.as_ref()),
                    email: shown(contact.email.as_ref()),
                })
                .collect(),
            signatory: shown(note.signatory.as_ref()),
            signatory_title: shown(note.signatory_title.as_ref()),
            signed_on: shown(note.signed_on.as_ref()),
        }
    }
}

impl From<&AgreementSource> for SourceForm {
    fn from(source: &AgreementSource) -> Self {
        Self {
            title: source.title.to_string(),
            url: shown(source.url.as_ref()),
            read_on: shown(source.read_on.as_ref()),
            note: shown(source.note.as_ref()),
            to_confirm: mark(source.to_confirm),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{super::differences, *};
    use uuid::Uuid;

    fn party(n: u128) -> PartyForm {
        PartyForm {
            institution: Uuid::from_u128(n).to_string(),
            role: "signatory".into(),
            signed_on: "2024-01-10".into(),
            ..PartyForm::default()
        }
    }

    fn declaration() -> AgreementForm {
        AgreementForm {
            kind: "declaration_of_intent".into(),
            title_fr: "Déclaration d’intention".into(),
            title_en: "Declaration of intent".into(),
            parties: vec![party(1), party(2), party(3), party(4)],
            starts: "2024-01-10".into(),
            renewal: "none".into(),
            fields: "0619".into(),
            visibility: "public".into(),
            sources: vec![SourceForm { title: "Compte rendu".into(), ..SourceForm::default() }],
            ..AgreementForm::default()
        }
    }

    fn faults(form: &AgreementForm) -> Vec<(String, Problem)> {
        let errors = form.parse().expect_err("invalid");
        errors.0.into_iter().map(|e| (e.field, e.problem)).collect()
    }

    #[test]
    fn a_form_survives_the_way_to_a_draft_and_back() {
        let draft = declaration().parse().expect("valid");
        assert_eq!(AgreementForm::from(&draft), declaration());
    }

    #[test]
    fn each_fault_is_named_at_its_field() {
        let one_party = AgreementForm { parties: vec![party(1)], ..declaration() };
        assert_eq!(faults(&one_party), [("parties".into(), Problem::TooFewParties)]);
        let twice = AgreementForm { parties: vec![party(1), party(1)], ..declaration() };
        assert_eq!(faults(&twice), [("parties.1.institution".into(), Problem::PartyTwice)]);
        let backwards = AgreementForm { starts: "2024".into(), ends: "2023-12".into(), ..declaration() };
        assert_eq!(faults(&backwards), [("ends".into(), Problem::EndBeforeStart)]);
        let both = AgreementForm { ends: "2027".into(), is_open_ended: "on".into(), ..declaration() };
        assert_eq!(faults(&both), [("ends".into(), Problem::EndOfOpenEnded)]);
        for is_open_ended in ["", "on"] {
            let (renewal, renewal_months) = ("tacit".into(), "12".into());
            let endless = AgreementForm {
                renewal,
                renewal_months,
                is_open_ended: is_open_ended.into(),
                ..declaration()
            };
            assert_eq!(faults(&endless), [("ends".into(), Problem::NothingToRenew)]);
        }
        let long = AgreementForm { title_fr: "é".repeat(300), ..declaration() };
        assert_eq!(faults(&long), [("title_fr".into(), Problem::TooLong { max: 200, actual: 300 })]);
        let control = AgreementForm { title_en: "a\u{7}b".into(), ..declaration() };
        assert_eq!(faults(&control), [("title_en".into(), Problem::ControlCharacter)]);
        let untitled = AgreementForm { title_fr: " ".into(), title_en: String::new(), ..declaration() };
        assert_eq!(faults(&untitled), [("title_fr".into(), Problem::Required)]);
        let field = AgreementForm { fields: "0619, 9876".into(), ..declaration() };
        assert_eq!(faults(&field), [("fields".into(), Problem::NotAnIscedField)]);
        let date = AgreementForm { starts: "31/02/2024".into(), ..declaration() };
        assert_eq!(faults(&date), [("starts".into(), Problem::NotADate)]);
        let mut unknown = declaration();
        unknown.parties[2].institution = "aivancity".into();
        assert_eq!(faults(&unknown), [("parties.2.institution".into(), Problem::UnknownInstitution)]);
    }

    #[test]
    fn blank_rows_count_for_nothing_and_keep_the_numbers_of_the_others() {
        let mut form = declaration();
        form.parties.insert(1, PartyForm { role: "signatory".into(), ..PartyForm::default() });
        form.parties[2].signed_on = "demain".into();
        assert_eq!(faults(&form), [("parties.2.signed_on".into(), Problem::NotADate)]);
        assert_eq!(form.without_blank_rows().parties.len(), 4);
    }

    #[test]
    fn the_hash_bears_on_the_content_alone() {
        let draft = declaration().parse().expect("valid");
        let mut noted = declaration();
        noted.parties[0].signatory = "Quelqu’un".into();
        noted.sources.clear();
        assert_eq!(noted.parse().expect("valid").content.hash(), draft.content.hash());
        let mut changed = declaration();
        changed.parties[0].role = "coordinator".into();
        assert_ne!(changed.parse().expect("valid").content.hash(), draft.content.hash());
    }

    fn promise(text: &str) -> CommitmentForm {
        CommitmentForm {
            id: Uuid::from_u128(9).to_string(),
            text_fr: text.into(),
            measure: "yes_no".into(),
            owner: Uuid::from_u128(2).to_string(),
            ..CommitmentForm::default()
        }
    }

    #[test]
    fn a_promise_is_content_and_without_one_the_hash_is_what_it_was() {
        let bare = declaration().parse().expect("valid").content;
        assert_eq!(
            bare.hash().as_str(),
            "2936b2a83e64f122bb2896f97eb68a1f628da0590c4f8ee599285fa79ec89edf",
            "agreements written down before there were commitments keep their hash"
        );
        let promises = AgreementForm { commitments: vec![promise("Un jury commun")], ..declaration() };
        let content = promises.parse().expect("valid").content;
        assert_ne!(content.hash(), bare.hash());
        assert_eq!(serde_json::from_str::<Content>(&content.canonical()).expect("JSON"), content);
        let reworded = AgreementForm { commitments: vec![promise("Un seul jury")], ..declaration() };
        let fields: Vec<_> = differences(&promises, &reworded).into_iter().map(|d| d.field).collect();
        assert_eq!(fields, ["commitments.0.text_fr"]);
    }

    #[test]
    fn the_faults_of_a_promise_are_named_and_blank_ones_count_for_nothing() {
        let blank = CommitmentForm { id: Uuid::from_u128(8).to_string(), ..CommitmentForm::default() };
        let mut form =
            AgreementForm { commitments: vec![blank, promise("A"), promise("B")], ..declaration() };
        assert_eq!(faults(&form), [("commitments.2.id".into(), Problem::Duplicate)]);
        form.commitments[2].id = Uuid::from_u128(10).to_string();
        form.commitments[2].owner = Uuid::from_u128(77).to_string();
        assert_eq!(faults(&form), [("commitments.2.owner".into(), Problem::NotAChoice)]);
        assert_eq!(form.without_blank_rows().commitments.len(), 2);
    }

    #[test]
    fn differences_are_told_field_by_field() {
        let mut mine = declaration();
        mine.title_en = "Declaration".into();
        mine.parties[3].role = "associate".into();
        let fields: Vec<_> = differences(&declaration(), &mine).into_iter().map(|d| d.field).collect();
        assert_eq!(fields, ["parties.3.role", "title_en"]);
    }
}
