//! Agreements: listed, shown, written, shared, published, signed.

mod numbers;

pub use numbers::in_the_way;

use super::{
    Desk,
    commitments::{self, CommitmentView},
    institutions::{COUNT_BOUND, PAGE_SIZE},
    life, listing,
};
use crate::error::AppError;
use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    access::{
        Actor, AgreementScope, CreateAgreement, DeleteDraft, EditAgreement, Nominate, PublishAgreement,
        ReadAudit, ReadBalance, ReadContent, ReadCoverage, ReadSummary, RenewAgreement, RevertAgreement,
        Role, ShareAgreement, SignAgreement, decide,
    },
    agreement::{
        AgreementDraft, AgreementForm, AgreementKind, Awaited, Difference, Pair, PartyForm, Standing,
        StandingChoice, Step, Watched, differences,
    },
    country::Country,
    flow::{FlowForm, MobilityKind},
    fold,
    id::{AgreementId, FlowId, InstitutionId, PoolId},
    isced::IscedField,
    lang::Lang,
    listing::Tag,
    partial_date::PartialDate,
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use store::{
    Tx,
    agreement::{self, AgreementFilter, AgreementRecord, AgreementSort, Cursor, Page, Related, Visible},
    audit::AuditLine,
    flow::{self, FlowRecord},
    institution::{self, InstitutionItem, Names},
};
use uuid::Uuid;

/// What the address of a list of agreements asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementQuery {
    /// Words.
    pub q: String,
    /// ISO 3166 code of a party's country.
    pub country: String,
    /// Id of a party.
    pub institution: String,
    /// Id of another party of the same agreements.
    pub partner: String,
    /// Code of a kind.
    pub kind: String,
    /// Code of a standing.
    pub standing: String,
    /// An academic year.
    pub year: String,
    /// ISCED-F code.
    pub field: String,
    /// `me`: waiting for the reader's offices.
    pub awaiting: String,
    /// A date: ending before it.
    pub ends_before: String,
    /// An academic year in which nothing binds the parties.
    pub uncovered: String,
    /// A tag of the reader's offices.
    pub tag: String,
    /// A day: the list as it stood or will stand on it; today unless said.
    pub on: String,
    /// Codes of the columns to show, with commas between.
    pub columns: String,
    /// Code of an order.
    pub sort: String,
    /// Where the page begins.
    pub after: String,
}

impl AgreementQuery {
    /// The day that is asked for, if any and understood.
    pub fn day(&self) -> Result<Option<NaiveDate>, Problem> {
        optional(&self.on, PartialDate::parse_day)
    }

    /// Reads the filter; what is not understood is named and does not filter. The institution's units come later.
    pub fn parse(&self, lang: Lang) -> (AgreementFilter, AgreementSort, Option<Cursor>, FieldErrors) {
        let mut errors = FieldErrors::default();
        let id = |raw: &str| raw.parse::<InstitutionId>().map_err(|_| Problem::UnknownInstitution);
        let sort = |code: &str| AgreementSort::from_code(code.trim(), lang).ok_or(Problem::NotAChoice);
        let cursor = |raw: &str| raw.parse::<Cursor>().map_err(|()| Problem::NotAChoice);
        // Whose offices, the one who asks knows.
        let me = |raw: &str| if raw == "me" { Ok(Vec::new()) } else { Err(Problem::NotAChoice) };
        let words = fold::searched(&self.q);
        let default_sort = if words.is_empty() { AgreementSort::Recent } else { AgreementSort::Relevance };
        let filter = AgreementFilter {
            visible: Visible::Public,
            words,
            country: errors.take("country", optional(&self.country, Country::parse)).flatten(),
            institutions: errors
                .take("institution", optional(&self.institution, id))
                .flatten()
                .into_iter()
                .collect(),
            partners: errors.take("partner", optional(&self.partner, id)).flatten().into_iter().collect(),
            kind: errors.take("kind", optional(&self.kind, AgreementKind::parse)).flatten(),
            standing: errors.take("standing", optional(&self.standing, StandingChoice::parse)).flatten(),
            year: errors.take("year", optional(&self.year, AcademicYear::parse)).flatten(),
            field: errors.take("field", optional(&self.field, IscedField::parse)).flatten(),
            awaiting: errors.take("awaiting", optional(&self.awaiting, me)).flatten(),
            ends_before: errors
                .take("ends_before", optional(&self.ends_before, PartialDate::parse))
                .flatten()
                .map(PartialDate::earliest),
            uncovered: errors.take("uncovered", optional(&self.uncovered, AcademicYear::parse)).flatten(),
            tag: errors
                .take("tag", optional(&self.tag, Tag::parse))
                .flatten()
                .map(|tag| (Vec::new(), tag.key())),
        };
        let sort = errors.take("sort", optional(&self.sort, sort)).flatten().unwrap_or(default_sort);
        let after = errors.take("after", optional(&self.after, cursor)).flatten();
        errors.take("on", self.day());
        (filter, sort, after, errors)
    }
}

/// What words find is counted up to this number only: each one found has to be looked up to know who may see it.
const FOUND_BOUND: i64 = 1_001;

/// A page of agreements.
#[derive(Debug, Clone)]
pub struct AgreementList {
    /// Its lines, the names in them, and where the next begins.
    pub page: Arc<Page>,
    /// How many there are in all, up to `bound`.
    pub count: i64,
    /// Where counting stopped.
    pub bound: i64,
    /// The filter as it was understood.
    pub filter: AgreementFilter,
    /// The order.
    pub sort: AgreementSort,
    /// The day as of which it stands.
    pub on: NaiveDate,
    /// What was not understood.
    pub errors: FieldErrors,
    /// The institution filtered by, with its names.
    pub institution: Option<InstitutionItem>,
    /// The same of its partner.
    pub partner: Option<InstitutionItem>,
}

/// What one may do with an agreement. Pages ask this and never about roles.
#[expect(clippy::struct_excessive_bools, reason = "one for each act; they do not depend on each other")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Read drafts, terms, contacts.
    pub content: bool,
    /// Edit.
    pub edit: bool,
    /// Share the latest revision.
    pub share: bool,
    /// Publish.
    pub publish: bool,
    /// Take it out of the public registry.
    pub withdraw: bool,
    /// Delete the draft.
    pub delete: bool,
    /// Record the signatures of these parties.
    pub sign: Vec<InstitutionId>,
    /// Record that these parties approve the latest revision.
    pub approve: Vec<InstitutionId>,
    /// Take back the approval of the latest revision by these parties.
    pub take_back: Vec<InstitutionId>,
    /// Drop the latest revision for the one before.
    pub revert: bool,
    /// End it before its time, for these parties or for all together.
    pub terminate: Option<Vec<InstitutionId>>,
    /// Take its termination back.
    pub withdraw_termination: bool,
    /// Begin the draft that renews it.
    pub renew: bool,
    /// Name the agreement that takes its place, or take that back.
    pub replace: bool,
    /// Put students forward for these flows.
    pub nominate: Vec<FlowId>,
    /// Read the balances of these pools.
    pub balances: Vec<PoolId>,
}

/// An agreement, as its page shows it.
#[derive(Debug, Clone)]
pub struct AgreementView {
    /// The agreement.
    pub record: AgreementRecord,
    /// The day as of which it is looked at.
    pub on: NaiveDate,
    /// What it is on that day.
    pub standing: Standing,
    /// Names of its parties and of its office.
    pub names: Names,
    /// Parties that have an office here.
    pub with_office: Vec<InstitutionId>,
    /// What the reader may do.
    pub allowed: Allowed,
    /// What it promises and how that is kept; nothing for those who may not read the content.
    pub commitments: Vec<CommitmentView>,
    /// The agreements before and after it that the reader may know of.
    pub related: Vec<Related>,
    /// The step before its end, or before the last day to give notice, that it has reached.
    pub step: Option<Step>,
    /// Which of its parties are no more covered in which year, as far as the reader may know.
    pub gaps: Vec<(Pair, AcademicYear)>,
    /// Its audit lines, for an administrator.
    pub audit: Vec<AuditLine>,
}

/// An agreement that is being written.
#[derive(Debug, Clone)]
pub struct AgreementDesk {
    /// What is saved; the empty form for a new one.
    pub saved: AgreementForm,
    /// The version that is; 0 for a new one.
    pub version: i64,
    /// Whether the other parties see the latest revision: a change is then a proposal to them.
    pub is_shared: bool,
}

/// What home shows.
#[derive(Debug, Clone)]
pub struct Home {
    /// Published agreements.
    pub agreements: i64,
    /// Institutions.
    pub institutions: i64,
    /// Countries with an institution.
    pub countries: i64,
    /// Changed last.
    pub recent: Page,
    /// Ending within twelve months.
    pub ending: Page,
    /// Drafts of the reader's office.
    pub drafts: Option<Page>,
    /// What waits for the reader's office.
    pub awaiting: Option<Page>,
}

/// Whose eyes this request's lists are for.
pub fn visible(desk: &Desk) -> Visible {
    if desk.actor().is_administrator() {
        return Visible::All;
    }
    let offices = desk.actor().covered(Role::Observer);
    if offices.is_empty() { Visible::Public } else { Visible::Offices(offices) }
}

/// What home shows to this reader.
pub async fn home(desk: &Desk) -> Result<Home, AppError> {
    const LINES: i64 = 8;
    let mut tx = desk.read().await?;
    let today = desk.today();
    let visible = visible(desk);
    let filter = AgreementFilter { visible: Visible::Public, ..AgreementFilter::default() };
    let drafts = match &visible {
        Visible::Offices(_) => {
            let filter = AgreementFilter {
                visible: visible.clone(),
                standing: Some(Standing::Draft.into()),
                ..AgreementFilter::default()
            };
            Some(agreement::list(&mut tx, &filter, AgreementSort::Recent, None, LINES, today).await?)
        }
        Visible::Public | Visible::All => None,
    };
    let mine = desk.actor().covered(Role::Officer);
    let awaiting = if mine.is_empty() {
        None
    } else {
        let filter =
            AgreementFilter { visible: visible.clone(), awaiting: Some(mine), ..AgreementFilter::default() };
        Some(agreement::list(&mut tx, &filter, AgreementSort::Recent, None, LINES, today).await?)
    };
    Ok(Home {
        agreements: agreement::count_published(&mut tx).await?,
        institutions: institution::count_all(&mut tx).await?,
        countries: institution::count_countries(&mut tx).await?,
        recent: agreement::list(&mut tx, &filter, AgreementSort::Recent, None, LINES, today).await?,
        ending: agreement::ending_soon(&mut tx, visible, LINES, today).await?,
        drafts,
        awaiting,
    })
}

/// A page of the list.
pub async fn list(desk: &Desk, query: &AgreementQuery) -> Result<AgreementList, AppError> {
    page(desk, query, PAGE_SIZE).await
}

/// A query as this reader means it: filter, order, and what was not understood.
pub async fn understood(
    desk: &Desk,
    query: &AgreementQuery,
) -> Result<(AgreementFilter, AgreementSort, FieldErrors), AppError> {
    let (filter, sort, _, errors) = understood_as(desk, query).await?;
    Ok((filter, sort, errors))
}

/// The same with the institution filtered by, and its partner.
async fn understood_as(
    desk: &Desk,
    query: &AgreementQuery,
) -> Result<(AgreementFilter, AgreementSort, [Option<InstitutionItem>; 2], FieldErrors), AppError> {
    let (mut filter, sort, _, errors) = query.parse(desk.lang());
    filter.visible = visible(desk);
    if let Some(offices) = &mut filter.awaiting {
        *offices = desk.actor().covered(Role::Officer);
    }
    if let Some((offices, _)) = &mut filter.tag {
        *offices = listing::offices(desk);
    }
    let named =
        [with_units(desk, &mut filter.institutions).await?, with_units(desk, &mut filter.partners).await?];
    Ok((filter, sort, named, errors))
}

/// Adds its units to the institution filtered by, if there is one; answers it with its names.
pub(super) async fn with_units(
    desk: &Desk,
    ids: &mut Vec<InstitutionId>,
) -> Result<Option<InstitutionItem>, AppError> {
    let Some(id) = ids.first().copied() else { return Ok(None) };
    let mut tx = desk.read().await?;
    let id = institution::resolve(&mut tx, &[id]).await?.get(&id).copied().unwrap_or(id);
    *ids = institution::family(&mut tx, id).await?;
    if ids.is_empty() {
        ids.push(id);
    }
    Ok(institution::items(&mut tx, &[id]).await?.pop())
}

/// The day as of which a list is asked for.
pub fn day(desk: &Desk, query: &AgreementQuery) -> NaiveDate {
    query.day().ok().flatten().unwrap_or_else(|| desk.today())
}

/// A page of the list, of at most so many lines.
pub async fn page(desk: &Desk, query: &AgreementQuery, limit: i64) -> Result<AgreementList, AppError> {
    let (_, _, after, _) = query.parse(desk.lang());
    let (filter, sort, [institution, partner], errors) = understood_as(desk, query).await?;
    let mut tx = desk.read().await?;
    let bound = if filter.words.is_empty() { COUNT_BOUND } else { FOUND_BOUND };
    let place = (sort, after, limit);
    let on = day(desk, query);
    let (page, count) = desk.state.lists.page(&mut tx, &filter, place, bound, on).await?;
    Ok(AgreementList { page, count, bound, filter, sort, on, errors, institution, partner })
}

/// The agreements that words find, those named so first: as many as a page shows, not counted.
pub async fn search(desk: &Desk, typed: &str) -> Result<Page, AppError> {
    let filter = AgreementFilter {
        visible: visible(desk),
        words: fold::searched(typed),
        ..AgreementFilter::default()
    };
    let mut tx = desk.read().await?;
    let today = desk.today();
    Ok(agreement::list(&mut tx, &filter, AgreementSort::Relevance, None, PAGE_SIZE, today).await?)
}

/// One agreement as it is today, if the reader may know of it.
pub async fn view(desk: &Desk, id: AgreementId) -> Result<AgreementView, AppError> {
    view_on(desk, id, desk.today()).await
}

/// The same with its standing on a day. What it says, what is awaited and what one may do is that of today.
pub async fn view_on(desk: &Desk, id: AgreementId, on: NaiveDate) -> Result<AgreementView, AppError> {
    let mut tx = desk.read().await?;
    let record = agreement::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    decide(desk.actor(), ReadSummary(&record.scope)).map_err(hidden)?;
    let observations = store::observation::list(&mut tx, id).await?;
    let mut ids = record.scope.parties.clone();
    ids.extend(record.scope.owner);
    ids.extend(observations.iter().filter_map(|observation| observation.office));
    let revisions = record.revisions.iter().flat_map(|revision| &revision.content.parties);
    ids.extend(revisions.map(|party| party.institution));
    ids.sort_unstable();
    ids.dedup();
    let names = institution::names(&mut tx, &ids).await?;
    let with_office = institution::with_office(&mut tx, &ids).await?;
    let allowed = allowed(desk, &mut tx, &record, &with_office).await?;
    let audit = match decide(desk.actor(), ReadAudit) {
        Ok(permit) => store::audit::list_of(&mut tx, &permit, id.0, 50).await?,
        Err(_) => Vec::new(),
    };
    let standing = record.course().standing(on);
    let commitments =
        if allowed.content { commitments::follow(desk, &record, &observations) } else { Vec::new() };
    let mut related = Vec::new();
    for other in &record.related {
        let scope = agreement::scope(&mut tx, other.agreement).await?;
        if scope.is_some_and(|scope| decide(desk.actor(), ReadSummary(&scope)).is_ok()) {
            related.push(other.clone());
        }
    }
    let step = Watched::of(&record.facts()).step(desk.today());
    let parties = record.ruling().map(|ruling| &ruling.content.parties[..]).unwrap_or_default();
    let parties: Vec<InstitutionId> = parties.iter().map(|party| party.institution).collect();
    let mut gaps = store::watch::gaps_among(&mut tx, &parties, desk.today()).await?;
    // Each side has gaps of its own; an administrator sees both, each pair once.
    gaps.retain(|((one, _), _)| decide(desk.actor(), ReadCoverage([*one, *one])).is_ok());
    for ((one, other), _) in &mut gaps {
        (*one, *other) = ((*one).min(*other), (*one).max(*other));
    }
    gaps.sort_unstable_by_key(|(pair, year)| (*year, *pair));
    gaps.dedup();
    Ok(AgreementView {
        record,
        on,
        standing,
        names,
        with_office,
        allowed,
        commitments,
        related,
        step,
        gaps,
        audit,
    })
}

/// A refusal looks the same whether the agreement exists or not.
fn hidden(_: domain::access::Denied) -> AppError {
    AppError::NotFound
}

async fn allowed(
    desk: &Desk,
    tx: &mut Tx,
    record: &AgreementRecord,
    with_office: &[InstitutionId],
) -> Result<Allowed, AppError> {
    let (actor, scope) = (desk.actor(), &record.scope);
    let Some(latest) = record.latest() else { return Ok(Allowed::default()) };
    let facts = record.facts();
    let is_open = latest.shared_at.is_some() && facts.settled(latest.number).is_none();
    let (mut sign, mut approve, mut take_back) = (Vec::new(), Vec::new(), Vec::new());
    let awaited = facts.awaiting();
    let is_awaited = |party| awaited.iter().any(|one| (one.party, one.what) == (party, Awaited::Approval));
    for id in facts.asked(latest.number) {
        let action = SignAgreement {
            scope,
            party: institution::above(tx, id).await?,
            party_has_members: with_office.contains(&id),
        };
        if decide(actor, action).is_err() {
            continue;
        }
        let signs = latest.content.signatories().any(|party| party.institution == id);
        if signs && record.signature(latest.id, id).is_none() {
            sign.push(id);
        }
        match record.approval(latest.id, id) {
            None if is_open || is_awaited(id) => approve.push(id),
            Some(_) if is_open => take_back.push(id),
            _ => {}
        }
    }
    let may_publish = decide(actor, PublishAgreement(scope)).is_ok();
    let leads = decide(actor, RenewAgreement(scope)).is_ok();
    let ruling = facts.ruling().map(|ruling| &ruling.content.parties[..]).unwrap_or_default();
    let parties: Vec<InstitutionId> = ruling.iter().map(|party| party.institution).collect();
    let on = desk.today();
    let notice = if leads { life::may_give_notice(desk, tx, scope, &parties).await? } else { Vec::new() };
    let termination = record.termination.as_ref().filter(|termination| termination.may_be_withdrawn(on));
    let withdraw_termination = leads
        && termination.is_some_and(|termination| termination.party.is_none_or(|id| notice.contains(&id)));
    let flows = agreed_flows(desk, tx, scope.id).await?;
    Ok(Allowed {
        content: decide(actor, ReadContent(scope)).is_ok(),
        edit: decide(actor, EditAgreement(scope)).is_ok(),
        share: latest.shared_at.is_none() && decide(actor, ShareAgreement(scope)).is_ok(),
        publish: scope.is_shared && record.published_at.is_none() && may_publish,
        withdraw: record.published_at.is_some() && may_publish,
        delete: record.may_delete() && decide(actor, DeleteDraft(scope)).is_ok(),
        terminate: (leads && facts.may_terminate(on)).then_some(notice),
        withdraw_termination,
        renew: leads && facts.not_renewed(record.is_followed()).is_none(),
        replace: leads && (scope.is_shared || latest.fixed_at.is_some()),
        revert: facts.may_revert() && decide(actor, RevertAgreement(scope)).is_ok(),
        nominate: open_flows(desk, &flows, with_office),
        balances: shared_pools(desk, &flows),
        sign,
        approve,
        take_back,
    })
}

/// The flows that all agreed on, those that were dropped included; nothing for those who belong to no office.
async fn agreed_flows(desk: &Desk, tx: &mut Tx, id: AgreementId) -> Result<Vec<FlowRecord>, AppError> {
    if !desk.actor().is_administrator() && desk.actor().covered(Role::Observer).is_empty() {
        return Ok(Vec::new());
    }
    let flows = flow::of_agreement(tx, id).await?;
    Ok(flows.into_iter().filter(|record| record.is_agreed).collect())
}

/// The flows for which the reader may put students forward.
fn open_flows(desk: &Desk, agreed: &[FlowRecord], with_office: &[InstitutionId]) -> Vec<FlowId> {
    let own = agreed.iter().filter(|record| !record.is_dropped).filter(|record| {
        let scope = flow::scope_among(&record.flow, with_office);
        decide(desk.actor(), Nominate(&scope)).is_ok()
    });
    own.map(|record| record.flow.id).collect()
}

/// The pools whose balances the reader may read.
fn shared_pools(desk: &Desk, agreed: &[FlowRecord]) -> Vec<PoolId> {
    let mut sharers = BTreeMap::<PoolId, Vec<InstitutionId>>::new();
    for flow in agreed.iter().map(|record| &record.flow) {
        if let Some(pool) = flow.pool {
            sharers.entry(pool).or_default().extend([flow.sender, flow.receiver]);
        }
    }
    sharers.retain(|_, sharers| decide(desk.actor(), ReadBalance(sharers)).is_ok());
    sharers.into_keys().collect()
}

/// The scope of an agreement that the actor may at least know of. Otherwise, and whether there is one or not, a
/// visitor signs in first and others find nothing.
pub(super) async fn scope(desk: &Desk, tx: &mut Tx, id: AgreementId) -> Result<AgreementScope, AppError> {
    let hidden = || match desk.actor() {
        Actor::Visitor => AppError::SignIn,
        Actor::Person(_) | Actor::Operator => AppError::NotFound,
    };
    let scope = agreement::scope(tx, id).await?.ok_or_else(hidden)?;
    decide(desk.actor(), ReadSummary(&scope)).map_err(|_| hidden())?;
    Ok(scope)
}

/// The form of an agreement, or of a new one. Fails where one may not write.
pub async fn open(desk: &Desk, id: Option<AgreementId>) -> Result<AgreementDesk, AppError> {
    let Some(id) = id else {
        let parties = desk.actor().covered(Role::Officer);
        decide(desk.actor(), CreateAgreement { parties })?;
        return Ok(AgreementDesk { saved: new_form(desk), version: 0, is_shared: false });
    };
    let mut tx = desk.read().await?;
    let scope = scope(desk, &mut tx, id).await?;
    decide(desk.actor(), EditAgreement(&scope))?;
    let record = agreement::get(&mut tx, id).await?;
    let draft = record.draft().ok_or(AppError::NotFound)?;
    let is_shared = record.latest().is_some_and(|latest| latest.shared_at.is_some());
    Ok(AgreementDesk { saved: (&draft).into(), version: record.version, is_shared })
}

/// A new form: one's own institution is the first party, a second row waits.
fn new_form(desk: &Desk) -> AgreementForm {
    let own = desk.actor().person().and_then(|person| {
        person.memberships.iter().find(|m| m.role >= Role::Officer).map(|m| m.institution.to_string())
    });
    let party =
        |institution: String| PartyForm { institution, role: "signatory".into(), ..PartyForm::default() };
    AgreementForm {
        parties: vec![party(own.unwrap_or_default()), party(String::new())],
        visibility: "public".into(),
        ..AgreementForm::default()
    }
}

/// Fills in the parties whose name was typed in full: exactly one institution bears it.
pub async fn resolve_parties(desk: &Desk, form: &mut AgreementForm) -> Result<(), AppError> {
    for party in form.parties.iter_mut().filter(|p| p.institution.trim().is_empty()) {
        let typed = fold::fold(&party.search);
        if typed.is_empty() {
            continue;
        }
        let found = super::institutions::suggest(desk, &party.search, 20).await?;
        let bears_it =
            |item: &&InstitutionItem| item.names.iter().any(|(_, name)| fold::fold(name.as_str()) == typed);
        let mut exact = found.iter().filter(bears_it);
        if let (Some(item), None) = (exact.next(), exact.next()) {
            party.institution = item.id.to_string();
            party.search.clear();
        }
    }
    Ok(())
}

/// The form, as it would have been typed had its parties been known to be others by then.
async fn name_kept(tx: &mut Tx, form: &AgreementForm) -> Result<AgreementForm, AppError> {
    let mut form = form.clone();
    let id = |party: &PartyForm| party.institution.trim().parse::<InstitutionId>().ok();
    let kept = institution::resolve(tx, &form.parties.iter().filter_map(id).collect::<Vec<_>>()).await?;
    let parties = form.parties.iter_mut().map(|party| &mut party.institution);
    let owners = form.commitments.iter_mut().map(|commitment| &mut commitment.owner);
    let both = form.flows.iter_mut().flat_map(|flow| [&mut flow.sender, &mut flow.receiver]);
    for named in parties.chain(owners).chain(both) {
        if let Some(kept) = named.trim().parse().ok().and_then(|id: InstitutionId| kept.get(&id)) {
            *named = kept.to_string();
        }
    }
    Ok(form)
}

/// The form with the institutions that are kept, and with ids for the commitments, flows and pools that are new in it.
async fn complete(desk: &Desk, tx: &mut Tx, form: &AgreementForm) -> Result<AgreementForm, AppError> {
    let mut form = name_kept(tx, form).await?;
    let commitments = form.commitments.iter_mut().map(|commitment| &mut commitment.id);
    let flows = form.flows.iter_mut().map(|flow| &mut flow.id);
    let pools = form.pools.iter_mut().map(|pool| &mut pool.id);
    for id in commitments.chain(flows).chain(pools).filter(|id| id.trim().is_empty()) {
        *id = desk.stamp().id().to_string();
    }
    Ok(form)
}

/// The parsed form of an agreement, or of a new one: all its institutions known, one of them the writer's, and no number below what is
/// taken.
async fn parse(
    desk: &Desk,
    tx: &mut Tx,
    id: Option<AgreementId>,
    form: &AgreementForm,
) -> Result<(AgreementDraft, Vec<InstitutionId>), AppError> {
    let form = complete(desk, tx, form).await?;
    let draft = form.parse()?;
    let named: Vec<InstitutionId> = draft.content.parties.iter().map(|party| party.institution).collect();
    let existing = institution::existing(tx, &named).await?;
    let mut errors = FieldErrors::default();
    for (i, party) in form.parties.iter().enumerate() {
        if let Ok(id) = party.institution.trim().parse::<InstitutionId>()
            && !existing.contains(&id)
        {
            errors.add(format!("parties.{i}.institution"), Problem::UnknownInstitution);
        }
    }
    check_ids(tx, id, &form, &mut errors).await?;
    check_hosts(tx, &form, &mut errors).await?;
    if let Some(id) = id {
        numbers::check_caps(desk, tx, id, (&form, &draft.content), &mut errors).await?;
    }
    let mut offices = Vec::new();
    for id in &existing {
        offices.extend(institution::above(tx, *id).await?);
    }
    let is_own = desk.actor().is_administrator() || desk.actor().office_of(&offices, Role::Officer).is_some();
    if errors.is_empty() && !is_own {
        errors.add("parties", Problem::OwnPartyMissing);
    }
    Ok(errors.into_result(|| (draft, offices))?)
}

/// Notes which flows and pools bear the id of another agreement's: its places are not theirs.
async fn check_ids(
    tx: &mut Tx,
    id: Option<AgreementId>,
    form: &AgreementForm,
    errors: &mut FieldErrors,
) -> Result<(), AppError> {
    let flows = form.flows.iter().enumerate().map(|(i, flow)| (format!("flows.{i}.id"), &flow.id));
    let pools = form.pools.iter().enumerate().map(|(i, pool)| (format!("pools.{i}.id"), &pool.id));
    let given = flows.chain(pools).filter_map(|(field, id)| Some((field, id.trim().parse().ok()?)));
    let given: Vec<(String, Uuid)> = given.collect();
    if given.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = given.iter().map(|(_, id)| *id).collect();
    let others = store::flow::elsewhere(tx, id, &ids).await?;
    for (field, _) in given.into_iter().filter(|(_, id)| others.contains(id)) {
        errors.add(field, Problem::Duplicate);
    }
    Ok(())
}

/// Notes where students would go to study at what is no university.
async fn check_hosts(tx: &mut Tx, form: &AgreementForm, errors: &mut FieldErrors) -> Result<(), AppError> {
    let studies = |flow: &FlowForm| MobilityKind::parse(&flow.kind).is_ok_and(MobilityKind::studies);
    let receiver = |flow: &FlowForm| flow.receiver.trim().parse::<InstitutionId>().ok();
    let flows = form.flows.iter().enumerate().filter(|(_, flow)| studies(flow));
    let hosts: Vec<(usize, InstitutionId)> =
        flows.filter_map(|(i, flow)| Some((i, receiver(flow)?))).collect();
    if hosts.is_empty() {
        return Ok(());
    }
    let ids: Vec<InstitutionId> = hosts.iter().map(|(_, id)| *id).collect();
    let named = institution::items(tx, &ids).await?;
    for (i, id) in hosts {
        if named.iter().any(|item| item.id == id && !item.kind.can_host_students()) {
            errors.add(format!("flows.{i}.receiver"), Problem::CannotHost);
        }
    }
    Ok(())
}

/// Writes down a new agreement.
pub async fn create(desk: &Desk, form: &AgreementForm) -> Result<AgreementId, AppError> {
    decide(desk.actor(), CreateAgreement { parties: desk.actor().covered(Role::Officer) })?;
    let mut tx = desk.write().await?;
    let (draft, parties) = parse(desk, &mut tx, None, form).await?;
    let permit = decide(desk.actor(), CreateAgreement { parties })?;
    let id = agreement::create(&mut tx, &permit, &desk.stamp(), &draft, false).await?;
    tx.commit().await?;
    Ok(id)
}

/// Saves the form of an agreement that is at this version; answers the new version.
pub async fn update(
    desk: &Desk,
    id: AgreementId,
    version: i64,
    form: &AgreementForm,
) -> Result<i64, AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), EditAgreement(&scope))?;
    let (draft, _) = parse(desk, &mut tx, Some(id), form).await?;
    let version = agreement::update(&mut tx, &permit, &desk.stamp(), version, &draft).await?;
    tx.commit().await?;
    Ok(version)
}

/// What differs between what is saved and what someone typed, as far as it is understood: the same said in other words is no
/// difference. Ids of commitments, flows and pools say nothing to a reader.
pub fn compare(saved: &AgreementForm, typed: &AgreementForm) -> Vec<Difference> {
    let understood = typed.parse().ok().map(|draft| AgreementForm::from(&draft));
    let typed = understood.unwrap_or_else(|| typed.clone().without_blank_rows());
    let mut changes = differences(&saved.clone().without_blank_rows(), &typed);
    let is_id = |field: &str| {
        matches!(field.split('.').collect::<Vec<_>>()[..], ["commitments" | "flows" | "pools", _, "id"])
    };
    changes.retain(|change| !is_id(&change.field));
    changes
}

/// Shares the latest revision with the parties' offices.
pub async fn share(desk: &Desk, id: AgreementId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), ShareAgreement(&scope))?;
    agreement::share(&mut tx, &permit, &desk.stamp()).await?;
    Ok(tx.commit().await?)
}

/// Publishes, or takes out of the public registry.
pub async fn publish(desk: &Desk, id: AgreementId, is_published: bool) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), PublishAgreement(&scope))?;
    agreement::publish(&mut tx, &permit, &desk.stamp(), is_published).await?;
    Ok(tx.commit().await?)
}

/// Deletes a draft that nobody approved or signed.
pub async fn delete(desk: &Desk, id: AgreementId) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let scope = scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), DeleteDraft(&scope))?;
    agreement::delete(&mut tx, &permit, &desk.stamp()).await?;
    Ok(tx.commit().await?)
}
