//! What each row of a list of agreements would do, before anything is written.
//!
//! A row is the agreement that it names by its id, else the one that the office which manages it gave this code, else the one
//! of the same parties, kind, start and title. What others have seen or signed no import changes. A signature is recorded only
//! for whom whoever brought the list may record one; else it stays announced, and the row says so.

use super::{ReadRow, reasons};
use crate::{
    access::{
        Actor, AgreementScope, CreateAgreement, EditAgreement, ReadContent, SignAgreement, TagAgreements,
        decide,
    },
    agreement::{AgreementDraft, AgreementForm, PartyForm, SignatureDraft, SignatureForm},
    fold::fold,
    id::{AgreementId, InstitutionId},
    import::{
        ListColumn as Column,
        plan::{self as rows, PlannedRow, Reason, told},
    },
    listing::Tag,
};
use chrono::NaiveDate;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// Whom a text in a cell of parties names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Those that bear this identifier, or have exactly this name.
    pub institutions: Vec<InstitutionId>,
    /// The names that come nearest, where there is none.
    pub nearest: Vec<String>,
}

/// An agreement that the registry holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Present {
    /// What access rules need to know.
    pub scope: AgreementScope,
    /// What its form shows.
    pub draft: AgreementDraft,
    /// Its version.
    pub version: i64,
    /// Whether others have seen, approved or signed it.
    pub is_settled: bool,
    /// The tags of the offices that whoever brings the list reads for, folded.
    pub tags: HashSet<String>,
}

/// What the registry holds of what a list is about.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// Whom each text names.
    pub parties: HashMap<String, Found>,
    /// Each institution with those it is a unit of.
    pub above: HashMap<InstitutionId, Vec<InstitutionId>>,
    /// Those that have an office here.
    pub with_office: HashSet<InstitutionId>,
    /// Agreements that rows may be.
    pub agreements: HashMap<AgreementId, Present>,
}

impl Known {
    fn above(&self, institution: InstitutionId) -> Vec<InstitutionId> {
        self.above.get(&institution).cloned().unwrap_or_else(|| vec![institution])
    }
}

/// Who brings a list, when, and what attests to the signatures in it.
pub struct Context<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// On what day.
    pub on: NaiveDate,
    /// What attests to the signatures of a row.
    pub evidence: &'a dyn Fn(u32) -> String,
}

/// An agreement as a row has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    /// What is written.
    pub draft: AgreementDraft,
    /// The office that manages it.
    pub owner: Option<InstitutionId>,
    /// The signatures that are recorded with it.
    pub signatures: Vec<(InstitutionId, SignatureDraft)>,
    /// The tags that the office that manages it puts on it.
    pub tags: Vec<Tag>,
}

/// What is done for a row.
pub type Step = rows::Step<AgreementId, Intake, Present>;
/// A row, with what is done for it.
pub type PlannedAgreement = PlannedRow<Step>;
/// What a list does.
pub type Plan = rows::Plan<Step>;

/// Says what each row does.
pub fn plan(list: Vec<ReadRow>, known: &Known, context: &Context<'_>) -> Plan {
    let mut planner = Planner::new(known, context);
    let row = |mut row: ReadRow| {
        let (number, label) = (row.number, row.label.clone());
        let mut flags = std::mem::take(&mut row.remarks);
        let (step, reasons) = match planner.step(row, &mut flags) {
            Ok(step) => (step, flags),
            Err(refusals) => (Step::Refuse, refusals),
        };
        PlannedRow { number, label, is_normalised: false, reasons, step }
    };
    Plan { rows: list.into_iter().map(row).collect() }
}

struct Planner<'a> {
    known: &'a Known,
    context: &'a Context<'a>,
    /// The agreements that an office manages by the code it gave them.
    by_reference: HashMap<(InstitutionId, &'a str), &'a Present>,
    /// The agreements by what makes them alike.
    by_likeness: HashMap<String, &'a Present>,
    /// Agreements that a row of the file is, with that row.
    claimed: HashMap<AgreementId, u32>,
    /// What rows of the file add, by what makes it the same, with that row.
    added: HashMap<String, u32>,
}

/// By what two agreements are the same, where no code says so: parties, kind, start and title.
fn likeness(draft: &AgreementDraft) -> Vec<String> {
    let content = &draft.content;
    let mut parties: Vec<_> = content.parties.iter().map(|party| party.institution.to_string()).collect();
    parties.sort_unstable();
    let starts = content.period.starts.map(|starts| starts.date.to_string()).unwrap_or_default();
    let kind = content.kind.code();
    let titles = content.title.iter().map(|(_, title)| fold(title.as_str()));
    titles.map(|title| format!("{kind} {starts} {} {title}", parties.join(" "))).collect()
}

impl<'a> Planner<'a> {
    /// Of several agreements that are found by the same, the oldest is.
    fn new(known: &'a Known, context: &'a Context<'a>) -> Self {
        let (mut by_reference, mut by_likeness) = (HashMap::new(), HashMap::new());
        let may_read = |present: &&Present| decide(context.actor, ReadContent(&present.scope)).is_ok();
        let mut readable: Vec<&Present> = known.agreements.values().filter(may_read).collect();
        readable.sort_unstable_by_key(|present| present.scope.id);
        for present in readable {
            for party in &present.draft.content.parties {
                if let (Some(owner), Some(reference)) = (present.scope.owner, &party.reference)
                    && known.above(party.institution).contains(&owner)
                {
                    by_reference.entry((owner, reference.as_str())).or_insert(present);
                }
            }
            for key in likeness(&present.draft) {
                by_likeness.entry(key).or_insert(present);
            }
        }
        Self { known, context, by_reference, by_likeness, claimed: HashMap::new(), added: HashMap::new() }
    }

    fn step(&mut self, row: ReadRow, flags: &mut Vec<Reason>) -> Result<Step, Vec<Reason>> {
        let ReadRow { number, id, mut form, own_reference, tags, .. } = row;
        let named = id.and_then(|id| self.readable(id));
        if let (Some(id), None) = (id, named) {
            flags.push(Reason::UnknownId { value: id.to_string() });
        }
        resolve(&mut form.parties, self.known, named)?;
        let parties: Vec<InstitutionId> =
            form.parties.iter().filter_map(|party| party.institution.parse().ok()).collect();
        let owner = match named {
            Some(present) => present.scope.owner,
            None => self.owner(&parties).map_err(|refusal| vec![refusal])?,
        };
        if let (Some(owner), Some(reference)) = (owner, own_reference)
            && let Some(at) = parties.iter().position(|party| self.known.above(*party).contains(&owner))
            && let Some(party) = form.parties.get_mut(at)
        {
            party.reference = reference;
        }
        let present = if let Some(present) = named.or_else(|| self.by_reference(&form, owner)) {
            Some(present)
        } else {
            let draft = form.parse().map_err(|errors| reasons(&form, errors))?;
            self.by_likeness(&draft)
        };
        match present {
            Some(present) => {
                let is_new = |tag: &&Tag| !present.tags.contains(&tag.key());
                flags.extend(tags_left_out(tags.iter().filter(is_new)));
                self.change(number, present, &form, flags)
            }
            None => self.add(number, &form, owner, tags, flags),
        }
    }

    /// An agreement, if whoever brings the list may read it.
    fn readable(&self, id: AgreementId) -> Option<&'a Present> {
        let present = self.known.agreements.get(&id)?;
        decide(self.context.actor, ReadContent(&present.scope)).ok().map(|_| present)
    }

    /// The office that manages an agreement of these parties: that of whoever brings the list; where that is none, the first party
    /// that has one, else the first party.
    fn owner(&self, parties: &[InstitutionId]) -> Result<Option<InstitutionId>, Reason> {
        let above: Vec<_> = parties.iter().flat_map(|party| self.known.above(*party)).collect();
        let permit =
            decide(self.context.actor, CreateAgreement { parties: above }).map_err(|_| Reason::NotYours)?;
        let with_office = parties.iter().find(|party| self.known.with_office.contains(party));
        Ok(permit.office().or_else(|| with_office.or_else(|| parties.first()).copied()))
    }

    fn by_reference(&self, form: &AgreementForm, owner: Option<InstitutionId>) -> Option<&'a Present> {
        let owner = owner?;
        let is_own = |party: InstitutionId| self.known.above(party).contains(&owner);
        let reference = form.parties.iter().find_map(|party| {
            let id = party.institution.parse().ok()?;
            (is_own(id) && !party.reference.is_empty()).then_some(party.reference.as_str())
        })?;
        self.by_reference.get(&(owner, reference)).copied()
    }

    fn by_likeness(&self, draft: &AgreementDraft) -> Option<&'a Present> {
        let found = likeness(draft).into_iter().filter_map(|key| self.by_likeness.get(&key).copied());
        found.min_by_key(|present| present.scope.id)
    }

    fn change(
        &mut self,
        number: u32,
        present: &'a Present,
        said: &AgreementForm,
        flags: &mut Vec<Reason>,
    ) -> Result<Step, Vec<Reason>> {
        let id = present.scope.id;
        if let Some(row) = self.claimed.get(&id) {
            return Err(vec![Reason::SameAsRow { row: *row }]);
        }
        let before = AgreementForm::from(&present.draft);
        let merged = merged(said, &before);
        // What stands there says the same, whether or not it could be written anew.
        if merged == before {
            self.claimed.insert(id, number);
            return Ok(Step::Leave(id));
        }
        let draft = merged.parse().map_err(|errors| reasons(&merged, errors))?;
        if before.parse().is_ok_and(|before| before == draft) {
            self.claimed.insert(id, number);
            return Ok(Step::Leave(id));
        }
        if present.is_settled || decide(self.context.actor, EditAgreement(&present.scope)).is_err() {
            return Err(vec![Reason::Settled { agreement: id }]);
        }
        let dated = |form: &&PartyForm| !form.signed_on.is_empty();
        flags.extend(said.parties.iter().filter(dated).map(announced));
        self.claimed.insert(id, number);
        let after = Intake { draft, owner: present.scope.owner, signatures: Vec::new(), tags: Vec::new() };
        Ok(Step::Change { subject: id, before: Box::new(present.clone()), after: Box::new(after) })
    }

    fn add(
        &mut self,
        number: u32,
        form: &AgreementForm,
        owner: Option<InstitutionId>,
        mut tags: Vec<Tag>,
        flags: &mut Vec<Reason>,
    ) -> Result<Step, Vec<Reason>> {
        let draft = form.parse().map_err(|errors| reasons(form, errors))?;
        let mut keys = likeness(&draft);
        let own =
            draft.content.parties.iter().find(|party| {
                owner.is_some_and(|owner| self.known.above(party.institution).contains(&owner))
            });
        if let (Some(owner), Some(reference)) = (owner, own.and_then(|party| party.reference.as_ref())) {
            keys.push(format!("{owner} {reference}"));
        }
        if let Some(row) = keys.iter().find_map(|key| self.added.get(key)) {
            return Err(vec![Reason::SameAsRow { row: *row }]);
        }
        let signatures = self.signatures(number, form, &draft, owner, flags)?;
        if owner.is_none_or(|owner| decide(self.context.actor, TagAgreements(owner)).is_err()) {
            flags.extend(tags_left_out(&tags));
            tags.clear();
        }
        self.added.extend(keys.into_iter().map(|key| (key, number)));
        Ok(Step::Add(Box::new(Intake { draft, owner, signatures, tags })))
    }

    /// The signatures that a row has and whoever brings it may record.
    fn signatures(
        &self,
        number: u32,
        form: &AgreementForm,
        draft: &AgreementDraft,
        owner: Option<InstitutionId>,
        flags: &mut Vec<Reason>,
    ) -> Result<Vec<(InstitutionId, SignatureDraft)>, Vec<Reason>> {
        let parties = &draft.content.parties;
        let scope = AgreementScope {
            id: AgreementId(Uuid::nil()),
            owner,
            parties: parties.iter().flat_map(|party| self.known.above(party.institution)).collect(),
            is_shared: true,
            is_published: false,
        };
        let mut signatures = Vec::new();
        let signed = form.parties.iter().zip(parties);
        for (party, typed) in signed.map(|(typed, party)| (party, typed)) {
            if typed.signed_on.is_empty() || !party.role.signs() {
                continue;
            }
            let above = self.known.above(party.institution);
            let action = SignAgreement {
                scope: &scope,
                party: above.clone(),
                party_has_members: self.known.with_office.contains(&party.institution),
            };
            let Ok(permit) = decide(self.context.actor, action) else {
                flags.push(announced(typed));
                continue;
            };
            let is_on_behalf = permit.office().is_none_or(|office| !above.contains(&office));
            let signature = SignatureForm {
                signatory: typed.signatory.clone(),
                signatory_title: typed.signatory_title.clone(),
                signed_on: typed.signed_on.clone(),
                evidence: (self.context.evidence)(number),
                ..SignatureForm::default()
            };
            let signature = signature.parse(self.context.on, is_on_behalf, &[]).map_err(|errors| {
                let problems = errors.0.into_iter();
                problems
                    .map(|e| Reason::left_out(Column::SignedOn, &typed.signed_on, e.problem))
                    .collect::<Vec<_>>()
            })?;
            signatures.push((party.institution, signature));
        }
        Ok(signatures)
    }
}

/// The remark that some tags are not put on an agreement, where there are any.
fn tags_left_out<'a>(tags: impl IntoIterator<Item = &'a Tag>) -> Option<Reason> {
    let tags: Vec<&str> = tags.into_iter().map(Tag::as_str).collect();
    (!tags.is_empty()).then(|| Reason::TagsLeftOut { value: told(&tags.join(", ")) })
}

fn announced(party: &PartyForm) -> Reason {
    Reason::AnnouncedOnly { value: told(&format!("{}, {}", party.search, party.signed_on)) }
}

/// Finds whom the parties of a row name; of several of one name, the one that is a party of the agreement the row names.
fn resolve(parties: &mut [PartyForm], known: &Known, named: Option<&Present>) -> Result<(), Vec<Reason>> {
    let mut refusals = Vec::new();
    let nobody = Found::default();
    for party in parties {
        let found = known.parties.get(&party.search).unwrap_or(&nobody);
        let is_party = |id: &&InstitutionId| {
            named.is_some_and(|present| present.draft.content.parties.iter().any(|p| p.institution == **id))
        };
        let value = told(&party.search);
        match found.institutions.as_slice() {
            [one] => party.institution = one.to_string(),
            [] => refusals.push(Reason::UnknownParty { value, nearest: found.nearest.clone() }),
            several => {
                let mut own = several.iter().filter(is_party);
                match (own.next(), own.next()) {
                    (Some(one), None) => party.institution = one.to_string(),
                    _ => refusals.push(Reason::AmbiguousParty { value, institutions: several.to_vec() }),
                }
            }
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// What is there, with what a row says of it: an empty cell says nothing.
fn merged(said: &AgreementForm, before: &AgreementForm) -> AgreementForm {
    let or = |said: &str, before: &str| if said.is_empty() { before } else { said }.to_owned();
    let mark = |said: &str, mark: &str| if said.is_empty() { mark } else { "" }.to_owned();
    let mut sources = before.sources.clone();
    let is_new = |source: &&crate::agreement::SourceForm| {
        before
            .sources
            .iter()
            .all(|known| known.url != source.url || (source.url.is_empty() && known.title != source.title))
    };
    sources.extend(said.sources.iter().filter(is_new).cloned());
    AgreementForm {
        kind: or(&said.kind, &before.kind),
        title_fr: or(&said.title_fr, &before.title_fr),
        title_en: or(&said.title_en, &before.title_en),
        parties: merged_parties(&said.parties, &before.parties),
        starts: or(&said.starts, &before.starts),
        starts_to_confirm: mark(&said.starts, &before.starts_to_confirm),
        ends: if said.is_open_ended.is_empty() { or(&said.ends, &before.ends) } else { said.ends.clone() },
        ends_to_confirm: mark(&said.ends, &before.ends_to_confirm),
        is_open_ended: if said.is_open_ended.is_empty() && !said.ends.is_empty() {
            String::new()
        } else {
            or(&said.is_open_ended, &before.is_open_ended)
        },
        notice_months: or(&said.notice_months, &before.notice_months),
        renewal: or(&said.renewal, &before.renewal),
        renewal_months: or(&said.renewal_months, &before.renewal_months),
        summary_fr: or(&said.summary_fr, &before.summary_fr),
        summary_en: or(&said.summary_en, &before.summary_en),
        fields: or(&said.fields, &before.fields),
        visibility: or(&said.visibility, &before.visibility),
        sources,
        terms_fr: before.terms_fr.clone(),
        terms_en: before.terms_en.clone(),
        commitments: before.commitments.clone(),
        flows: before.flows.clone(),
        pools: before.pools.clone(),
    }
}

/// The parties that a row names; their order is no change.
fn merged_parties(said: &[PartyForm], before: &[PartyForm]) -> Vec<PartyForm> {
    if said.is_empty() {
        return before.to_vec();
    }
    let of = |parties: &[PartyForm], party: &PartyForm| {
        parties.iter().find(|other| other.institution == party.institution).cloned()
    };
    let merged = |said: &PartyForm, before: PartyForm| {
        let or = |said: &String, before: String| if said.is_empty() { before } else { said.clone() };
        PartyForm {
            role: or(&said.role, before.role),
            reference: or(&said.reference, before.reference),
            signatory: or(&said.signatory, before.signatory),
            signatory_title: or(&said.signatory_title, before.signatory_title),
            signed_on: or(&said.signed_on, before.signed_on),
            ..before
        }
    };
    let are_the_same = said.len() == before.len() && before.iter().all(|party| of(said, party).is_some());
    if are_the_same {
        let with = |party: &PartyForm| {
            of(said, party).map_or_else(|| party.clone(), |said| merged(&said, party.clone()))
        };
        return before.iter().map(with).collect();
    }
    let known = |party: &PartyForm| {
        of(before, party)
            .unwrap_or_else(|| PartyForm { institution: party.institution.clone(), ..PartyForm::default() })
    };
    said.iter().map(|party| merged(party, known(party))).collect()
}

#[cfg(test)]
mod tests;
