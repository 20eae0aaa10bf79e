//! What offices do with lists: tag many agreements, keep views, take the list away as a table.

use super::{
    Desk,
    agreements::{self, AgreementList, AgreementQuery},
};
use crate::{error::AppError, texts::Texts};
use chrono::NaiveDate;
use domain::{
    access::{Actor, ForgetView, KeepView, ReadSummary, Role, TagAgreements, decide},
    id::{AgreementId, InstitutionId},
    listing::{AgreementColumn, Tag, ViewForm},
    problem::{FieldErrors, Problem},
};
use std::collections::HashMap;
use store::{
    Tx,
    agreement::{self, AgreementItem, Page},
    institution::{self, Names},
    tag,
    view::{self, SavedView},
};
use uuid::Uuid;

/// Most agreements that are tagged at once.
pub const TAGGED_AT_ONCE: i64 = 500;
/// Agreements read at a time for a table that is taken away.
const EXPORTED_AT_ONCE: i64 = 500;
/// Most agreements in such a table.
const EXPORTED_MAX: usize = 200_000;

/// The offices whose tags and views the reader sees.
pub fn offices(desk: &Desk) -> Vec<InstitutionId> {
    offices_of(desk.actor())
}

/// The offices that someone reads for.
pub fn offices_of(actor: &Actor) -> Vec<InstitutionId> {
    let memberships = actor.person().map_or(&[][..], |person| &person.memberships);
    memberships.iter().filter(|m| m.role >= Role::Observer).map(|m| m.institution).collect()
}

/// The offices in whose name the reader may tag.
pub fn tagging_offices(desk: &Desk) -> Vec<InstitutionId> {
    offices(desk).into_iter().filter(|office| decide(desk.actor(), TagAgreements(*office)).is_ok()).collect()
}

/// What stands around a list: views to choose, tags to filter by, and the tags on its lines.
#[derive(Debug, Clone, Default)]
pub struct Around {
    /// Views kept.
    pub views: Vec<SavedView>,
    /// Keys and names of the tags in use.
    pub tags: Vec<(String, String)>,
    /// The tags on each agreement of the page.
    pub tagged: HashMap<AgreementId, Vec<String>>,
    /// The names of the reader's offices.
    pub offices: Names,
}

/// What stands around a page of a list for this reader; nothing for visitors.
pub async fn around(desk: &Desk, page: &Page) -> Result<Around, AppError> {
    let Some(person) = desk.actor().person() else { return Ok(Around::default()) };
    let offices = offices(desk);
    let ids: Vec<AgreementId> = page.items.iter().map(|item| item.id).collect();
    let mut tx = desk.read().await?;
    Ok(Around {
        views: view::list(&mut tx, person.id, &offices).await?,
        tags: tag::used(&mut tx, &offices).await?,
        tagged: tag::on(&mut tx, &offices, &ids).await?,
        offices: institution::names(&mut tx, &offices).await?,
    })
}

/// Puts a tag of an office on agreements that the reader sees, or takes it off: all or none. The office is the one of this
/// id, or the first in whose name the reader may tag.
pub async fn tag(
    desk: &Desk,
    office: &str,
    name: &str,
    is_taken_off: bool,
    ids: &[AgreementId],
) -> Result<(), AppError> {
    let offices = tagging_offices(desk);
    let first = match (offices.first(), desk.actor().person()) {
        (Some(first), _) => *first,
        (None, Some(_)) => return Err(AppError::Denied),
        (None, None) => return Err(AppError::SignIn),
    };
    let mut errors = FieldErrors::default();
    let office = errors.take("office", chosen(office, &offices)).flatten().unwrap_or(first);
    let permit = decide(desk.actor(), TagAgreements(office))?;
    let name = errors.take("tag", Tag::parse(name));
    if ids.is_empty() {
        errors.add("agreements", Problem::Required);
    } else if i64::try_from(ids.len()).is_ok_and(|count| count > TAGGED_AT_ONCE) {
        errors.add("agreements", Problem::TooMany { max: u32::try_from(TAGGED_AT_ONCE).unwrap_or(u32::MAX) });
    }
    let Some(name) = name else { return Err(errors.into()) };
    let name = errors.into_result(|| name)?;
    let mut tx = desk.write().await?;
    let seen = agreement::renewables(&mut tx, ids).await?;
    let may_see = |line: &agreement::Renewable| decide(desk.actor(), ReadSummary(&line.scope)).is_ok();
    if seen.len() != ids.len() || !seen.iter().all(may_see) {
        return Err(AppError::NotFound);
    }
    if is_taken_off {
        tag::remove(&mut tx, &permit, &desk.stamp(), &name, ids).await?;
    } else {
        tag::add(&mut tx, &permit, &desk.stamp(), &name, ids).await?;
    }
    Ok(tx.commit().await?)
}

/// The office of an id, if it is one of these.
fn chosen(raw: &str, offices: &[InstitutionId]) -> Result<Option<InstitutionId>, Problem> {
    let office = domain::listing::office(raw)?;
    if office.is_none_or(|office| offices.contains(&office)) { Ok(office) } else { Err(Problem::NotAChoice) }
}

/// The list to be tagged. Fails where the reader may not.
pub async fn to_tag(desk: &Desk, query: &AgreementQuery) -> Result<(AgreementList, Around), AppError> {
    if tagging_offices(desk).is_empty() {
        return Err(if desk.actor().person().is_some() { AppError::NotFound } else { AppError::SignIn });
    }
    let list = agreements::page(desk, query, TAGGED_AT_ONCE).await?;
    let around = around(desk, &list.page).await?;
    Ok((list, around))
}

/// The views that the reader sees: the own ones, and those of the reader's offices.
pub async fn views(desk: &Desk) -> Result<Vec<SavedView>, AppError> {
    let user = desk.actor().person().ok_or(AppError::SignIn)?.id;
    Ok(view::list(&mut desk.read().await?, user, &offices(desk)).await?)
}

/// Keeps a view of the list of agreements; of the offices that may see it, the one chosen or the first does.
pub async fn keep_view(desk: &Desk, form: &ViewForm) -> Result<SavedView, AppError> {
    let user = desk.actor().person().ok_or(AppError::SignIn)?.id;
    let draft = form.parse()?;
    let offices = offices(desk);
    if draft.office.is_some_and(|office| !offices.contains(&office)) {
        return Err(super::accounts::invalid("office", Problem::NotAChoice));
    }
    let office = draft.office.or(offices.first().copied()).filter(|_| draft.is_shared);
    let permit = decide(desk.actor(), KeepView { user, office })?;
    let mut tx = desk.write().await?;
    let id = view::insert(&mut tx, &permit, &desk.stamp(), &draft).await?;
    let kept = view::find(&mut tx, id).await?.ok_or(AppError::NotFound)?;
    tx.commit().await?;
    Ok(kept)
}

/// Forgets a view: one's own, or one of an office that one leads. One that is gone already, or that one may not forget, is
/// none to the one who asks.
pub async fn forget_view(desk: &Desk, id: Uuid) -> Result<(), AppError> {
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    let mut tx = desk.write().await?;
    let Some(view) = view::find(&mut tx, id).await? else { return Ok(()) };
    let Ok(permit) = decide(desk.actor(), ForgetView { user: view.account, office: view.office }) else {
        return Ok(());
    };
    view::delete(&mut tx, &permit, &desk.stamp(), id).await?;
    Ok(tx.commit().await?)
}

/// Exactly the filtered list, in its order, as a table of texts: the names of the columns first.
pub async fn table(desk: &Desk, query: &AgreementQuery) -> Result<Vec<Vec<String>>, AppError> {
    let t = Texts(desk.lang());
    let (filter, sort, errors) = agreements::understood(desk, query).await?;
    errors.into_result(|| ())?;
    let offices = offices(desk);
    let on = agreements::day(desk, query);
    let mut tx = desk.read().await?;
    let mut rows = vec![head(t)];
    let mut after = None;
    loop {
        let page = agreement::list(&mut tx, &filter, sort, after.as_ref(), EXPORTED_AT_ONCE, on).await?;
        let tags = tags(&mut tx, &offices, &page).await?;
        rows.extend(page.items.iter().map(|item| row(desk, &page, item, on, tags.get(&item.id))));
        after = page.next;
        if after.is_none() || rows.len() > EXPORTED_MAX {
            return Ok(rows);
        }
    }
}

async fn tags(
    tx: &mut Tx,
    offices: &[InstitutionId],
    page: &Page,
) -> Result<HashMap<AgreementId, Vec<String>>, AppError> {
    if offices.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<AgreementId> = page.items.iter().map(|item| item.id).collect();
    Ok(tag::on(tx, offices, &ids).await?)
}

fn head(t: Texts) -> Vec<String> {
    [
        t.export_id(),
        t.form_title_fr(),
        t.form_title_en(),
        t.filter_kind(),
        t.column_standing(),
        t.column_parties(),
        t.export_countries(),
        t.form_starts(),
        t.form_ends(),
        t.form_open_ended(),
        t.export_published(),
        t.fact_updated(),
        t.column_tags(),
    ]
    .map(str::to_owned)
    .to_vec()
}

fn row(
    desk: &Desk,
    page: &Page,
    item: &AgreementItem,
    on: NaiveDate,
    tags: Option<&Vec<String>>,
) -> Vec<String> {
    let t = Texts(desk.lang());
    let name = |id: &InstitutionId| page.names.get(id).map(|names| names.best(desk.lang()).1.to_string());
    let parties: Vec<String> = item.parties.iter().filter_map(|party| name(&party.institution)).collect();
    let countries: Vec<&str> = item.parties.iter().map(|party| party.country.code()).collect();
    let yes = |is: bool| if is { t.yes().to_owned() } else { String::new() };
    vec![
        item.id.to_string(),
        item.title_fr.clone(),
        item.title_en.clone(),
        t.agreement_kind(item.kind).to_owned(),
        t.standing(item.course.standing(on)).to_owned(),
        parties.join(" | "),
        countries.join(" | "),
        item.starts.map(|on| on.to_string()).unwrap_or_default(),
        item.ends.map(|on| on.to_string()).unwrap_or_default(),
        yes(item.is_open_ended),
        yes(item.is_published),
        item.updated_at.date_naive().to_string(),
        tags.map(|tags| tags.join(" | ")).unwrap_or_default(),
    ]
}

/// The columns that a list is asked to show; tags only for those who see some.
pub fn columns(desk: &Desk, query: &AgreementQuery) -> Vec<AgreementColumn> {
    let mut columns = AgreementColumn::chosen(&query.columns);
    if offices(desk).is_empty() {
        columns.retain(|column| *column != AgreementColumn::Tags);
    }
    columns
}
