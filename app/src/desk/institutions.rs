//! Institutions: looked up, listed, added, changed.

use super::{
    Desk, exchanges,
    partners::{self, DeadlineLine, PartnerList},
};
use crate::error::AppError;
use domain::{
    access::{CreateInstitution, EditInstitution, MergeInstitutions, ReadMembers, decide},
    country::Country,
    fold,
    id::InstitutionId,
    institution::{InstitutionDraft, InstitutionForm, InstitutionKind},
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::{Deserialize, Serialize};
use store::{
    Tx,
    agreement::{self, AgreementFilter, AgreementSort, Page},
    exchange::ExchangePage,
    institution::{self, Alias, InstitutionFilter, InstitutionItem, InstitutionRecord, Names},
};

/// Lines of a page of a list.
pub const PAGE_SIZE: i64 = 50;
/// Partners on the page of an institution.
const PARTNERS: usize = 12;
/// Exchanges on the page of an institution.
const EXCHANGES: i64 = 5;
/// A list is counted up to this number; beyond it "more than" is said.
pub const COUNT_BOUND: i64 = 10_001;

/// What the address of a list of institutions asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct InstitutionQuery {
    /// Words.
    pub q: String,
    /// Code of a kind.
    pub kind: String,
    /// ISO 3166 code.
    pub country: String,
    /// Where the page begins.
    pub after: String,
}

impl InstitutionQuery {
    /// Reads the filter; what is not understood is named and does not filter.
    pub fn parse(&self) -> (InstitutionFilter, FieldErrors) {
        let mut errors = FieldErrors::default();
        let filter = InstitutionFilter {
            words: fold::searched(&self.q),
            kind: errors.take("kind", optional(&self.kind, InstitutionKind::parse)).flatten(),
            country: errors.take("country", optional(&self.country, Country::parse)).flatten(),
        };
        if !self.after.is_empty() && self.cursor().is_none() {
            errors.add("after", Problem::NotAChoice);
        }
        (filter, errors)
    }

    /// Where the page begins: after a folded name and an id.
    fn cursor(&self) -> Option<(&str, InstitutionId)> {
        let (key, id) = self.after.split_once('~')?;
        (!key.contains(char::is_control)).then_some((key, id.parse().ok()?))
    }
}

/// A page of institutions.
#[derive(Debug, Clone, Default)]
pub struct InstitutionList {
    /// Its lines.
    pub items: Vec<InstitutionItem>,
    /// How many there are in all, up to [`COUNT_BOUND`].
    pub count: i64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// An institution, as its page shows it.
#[derive(Debug, Clone)]
pub struct InstitutionView {
    /// The institution.
    pub record: InstitutionRecord,
    /// The institutions that turned out to be this one.
    pub aliases: Vec<Alias>,
    /// Names of its parent and successor.
    pub names: Names,
    /// Its units.
    pub units: Vec<InstitutionItem>,
    /// Its agreements, and those of its units, that the reader may see.
    pub agreements: Page,
    /// The first exchanges that are open to its students.
    pub exchanges: ExchangePage,
    /// The first of its partners.
    pub partners: PartnerList,
    /// The deadlines that come near.
    pub deadlines: Vec<DeadlineLine>,
    /// What the reader may do.
    pub allowed: Allowed,
}

/// What one may do with an institution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowed {
    /// Edit it.
    pub edit: bool,
    /// See who belongs to its office.
    pub members: bool,
    /// Make one of it and another.
    pub merge: bool,
}

/// An institution that is being written.
#[derive(Debug, Clone)]
pub struct InstitutionDesk {
    /// The form.
    pub form: InstitutionForm,
    /// The version it is based on; 0 for a new one.
    pub version: i64,
    /// Institutions that may be the same one.
    pub duplicates: Vec<InstitutionItem>,
}

/// A page of the list.
pub async fn list(desk: &Desk, query: &InstitutionQuery) -> Result<InstitutionList, AppError> {
    page(desk, query, PAGE_SIZE).await
}

/// A page of the list, of at most so many lines.
pub async fn page(desk: &Desk, query: &InstitutionQuery, limit: i64) -> Result<InstitutionList, AppError> {
    let (filter, _) = query.parse();
    let mut tx = desk.read().await?;
    let mut items = institution::list(&mut tx, &filter, desk.lang(), query.cursor(), limit + 1).await?;
    let count = institution::count(&mut tx, &filter, COUNT_BOUND).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = items.len() > page;
    items.truncate(page);
    let place = |item: &InstitutionItem| format!("{}~{}", item.name_key(desk.lang()), item.id);
    let next = items.last().filter(|_| has_more).map(place);
    Ok(InstitutionList { items, count, next })
}

/// Institutions whose words begin with those typed.
pub async fn suggest(desk: &Desk, typed: &str, limit: i64) -> Result<Vec<InstitutionItem>, AppError> {
    let mut tx = desk.read().await?;
    Ok(institution::suggest(&mut tx, &fold::searched(typed), limit).await?)
}

/// One institution, with its units and agreements.
pub async fn view(desk: &Desk, id: InstitutionId) -> Result<InstitutionView, AppError> {
    let mut tx = desk.read().await?;
    let record = institution::get(&mut tx, id).await?;
    let units = institution::units(&mut tx, id, desk.lang()).await?;
    let related: Vec<_> = [record.draft.parent, record.draft.successor].into_iter().flatten().collect();
    let names = institution::names(&mut tx, &related).await?;
    let family = institution::family(&mut tx, id).await?;
    let (partners, deadlines) = partners::around(desk, &mut tx, id, &family, PARTNERS).await?;
    let filter = AgreementFilter {
        visible: super::agreements::visible(desk),
        institutions: family.clone(),
        ..AgreementFilter::default()
    };
    let agreements =
        agreement::list(&mut tx, &filter, AgreementSort::Recent, None, PAGE_SIZE, desk.today()).await?;
    let exchanges = exchanges::first_of(desk, &mut tx, id, EXCHANGES).await?;
    let has_members = has_office(&mut tx, id).await?;
    let allowed = Allowed {
        edit: decide(desk.actor(), EditInstitution { institution: id, has_members }).is_ok(),
        members: decide(desk.actor(), ReadMembers(id)).is_ok(),
        merge: decide(desk.actor(), MergeInstitutions).is_ok(),
    };
    let aliases = institution::aliases(&mut tx, id).await?;
    Ok(InstitutionView { record, aliases, names, units, agreements, exchanges, partners, deadlines, allowed })
}

/// The institution alone, and those that turned out to be it, for REST.
pub async fn get(desk: &Desk, id: InstitutionId) -> Result<(InstitutionRecord, Vec<Alias>), AppError> {
    let mut tx = desk.read().await?;
    Ok((institution::get(&mut tx, id).await?, institution::aliases(&mut tx, id).await?))
}

async fn has_office(tx: &mut Tx, id: InstitutionId) -> Result<bool, AppError> {
    Ok(!institution::with_office(tx, &[id]).await?.is_empty())
}

/// The form of an institution, or of a new one. Fails where one may not write.
pub async fn open(desk: &Desk, id: Option<InstitutionId>) -> Result<InstitutionDesk, AppError> {
    let Some(id) = id else {
        decide(desk.actor(), CreateInstitution)?;
        return Ok(InstitutionDesk { form: InstitutionForm::default(), version: 0, duplicates: Vec::new() });
    };
    let mut tx = desk.read().await?;
    let record = institution::get(&mut tx, id).await?;
    let has_members = has_office(&mut tx, id).await?;
    decide(desk.actor(), EditInstitution { institution: id, has_members })?;
    Ok(InstitutionDesk { form: (&record.draft).into(), version: record.version, duplicates: Vec::new() })
}

/// Institutions that may be the one in the form; none while the form cannot be read.
pub async fn likely_duplicates(
    desk: &Desk,
    form: &InstitutionForm,
    except: Option<InstitutionId>,
) -> Result<Vec<InstitutionItem>, AppError> {
    let Ok(draft) = form.parse() else { return Ok(Vec::new()) };
    let mut tx = desk.read().await?;
    Ok(institution::likely_duplicates(&mut tx, &draft, except).await?)
}

/// Adds an institution. One that looks like another is added only when said to be different.
pub async fn create(
    desk: &Desk,
    form: &InstitutionForm,
    is_different: bool,
) -> Result<InstitutionId, AppError> {
    let permit = decide(desk.actor(), CreateInstitution)?;
    let draft = form.parse()?;
    let mut tx = desk.write().await?;
    check_relations(&mut tx, None, &draft).await?;
    if !is_different && !institution::likely_duplicates(&mut tx, &draft, None).await?.is_empty() {
        return Err(AppError::LikelyDuplicate);
    }
    let id = institution::insert(&mut tx, &permit, &desk.stamp(), &draft, false)
        .await
        .map_err(|e| taken(e, &draft))?;
    tx.commit().await?;
    Ok(id)
}

/// Changes an institution that is at this version; answers the new version.
pub async fn update(
    desk: &Desk,
    id: InstitutionId,
    version: i64,
    form: &InstitutionForm,
) -> Result<i64, AppError> {
    let mut tx = desk.write().await?;
    institution::get(&mut tx, id).await?;
    let has_members = has_office(&mut tx, id).await?;
    let permit = decide(desk.actor(), EditInstitution { institution: id, has_members })?;
    let draft = form.parse()?;
    check_relations(&mut tx, Some(id), &draft).await?;
    let version = institution::update(&mut tx, &permit, &desk.stamp(), version, &draft)
        .await
        .map_err(|e| taken(e, &draft))?;
    tx.commit().await?;
    Ok(version)
}

/// Parent and successor exist, and no institution is below itself.
async fn check_relations(
    tx: &mut Tx,
    id: Option<InstitutionId>,
    draft: &InstitutionDraft,
) -> Result<(), AppError> {
    let mut errors = FieldErrors::default();
    let family = match id {
        Some(id) => institution::family(tx, id).await?,
        None => Vec::new(),
    };
    for (field, related) in [("parent", draft.parent), ("successor", draft.successor)] {
        let Some(related) = related else { continue };
        if institution::existing(tx, &[related]).await?.is_empty() {
            errors.add(field, Problem::UnknownInstitution);
        } else if (field == "parent" && family.contains(&related)) || Some(related) == id {
            errors.add(field, Problem::OwnParent);
        }
    }
    Ok(errors.into_result(|| ())?)
}

/// Names the identifiers of the form when one of them belongs to another institution.
fn taken(error: store::StoreError, draft: &InstitutionDraft) -> AppError {
    if !matches!(error, store::StoreError::Conflict(store::Constraint::IdentifierValue)) {
        return error.into();
    }
    let mut fields = FieldErrors::default();
    for identifier in &draft.identifiers {
        fields.add(identifier.kind.code(), Problem::TakenIdentifier);
    }
    fields.into()
}
