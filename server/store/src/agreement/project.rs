//! What lists show and search finds, taken from the revision that rules and from the facts.

use super::{read::get, write::lock};
use crate::{
    Result, StoreError, Tx, flow,
    institution::{self, Names},
    on,
    query::{Sql, execute},
    search, statements,
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    agreement::{Content, Course, Facts, Visibility, Watched},
    id::{AgreementId, InstitutionId, UserId},
    lang::Lang,
    multilingual::Multilingual,
};
use uuid::Uuid;

statements! {
    INSERT = "insert into agreement (id, ruling_number, latest_number, kind, title_fr, title_en, title_key_fr, title_key_en, starts, ends, is_open_ended, \
        shared_on, approved_on, signed_on, starts_on, ends_on, terminated_on, renewed_on, starts_key, ends_key, \
        owner_id, visibility, published_at, is_synthetic, created_by, created_at, updated_at, version, notice_months, renews_months) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $26, 1, $27, $28)";
    PROJECT = "update agreement set ruling_number = $2, latest_number = $3, kind = $4, title_fr = $5, title_en = $6, title_key_fr = $7, title_key_en = $8, starts = $9, ends = $10, \
        is_open_ended = $11, shared_on = $12, approved_on = $13, signed_on = $14, starts_on = $15, ends_on = $16, terminated_on = $17, renewed_on = $18, \
        starts_key = $19, ends_key = $20, notice_months = $21, renews_months = $22 where id = $1";
    DELETE_PARTIES = "delete from party where agreement_id = $1";
    DELETE_FIELDS = "delete from agreement_field where agreement_id = $1";
    DELETE_OWNERS = "delete from commitment_owner where agreement_id = $1";
    DELETE_AWAITING = "delete from awaiting where agreement_id = $1";
    INSERT_AWAITING = "insert into awaiting (agreement_id, institution_id, what, since) values ($1, $2, $3, $4)";
    DELETE_INVITED = "delete from invited_party where agreement_id = $1";
    INSERT_INVITED = "insert into invited_party (agreement_id, institution_id) values ($1, $2)";
    PREDECESSORS = "select agreement_id from succession where successor_id = $1 order by agreement_id";
    ALL_IDS = "select id from agreement order by id";
    FOLLOWED = "select distinct agreement_id from succession order by agreement_id";
    THOSE_OF = "select agreement_id from party where institution_id = $1 order by agreement_id";
}

/// Sorts before every start.
pub(super) const NO_START: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
/// Sorts after every end.
pub(super) const NO_END: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// What an agreement's row holds beside what follows from revisions and facts.
pub(super) struct Head {
    pub owner: Option<InstitutionId>,
    pub visibility: Visibility,
    pub published_at: Option<DateTime<Utc>>,
    pub is_synthetic: bool,
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
}

/// What an agreement's row holds by its revisions and facts.
struct Projection<'a> {
    content: &'a Content,
    ruling: i64,
    latest: i64,
    titles: [String; 2],
    title_keys: [String; 2],
    course: Course,
    notice_months: Option<i64>,
    renews_months: Option<i64>,
}

/// Binds the parameters 1 to 20, which `INSERT` and `PROJECT` have in common.
macro_rules! projected {
    ($query:expr, $id:expr, $projection:expr) => {
        $query
            .bind($id.0)
            .bind($projection.ruling)
            .bind($projection.latest)
            .bind($projection.content.kind.code())
            .bind(&$projection.titles[0])
            .bind(&$projection.titles[1])
            .bind(&$projection.title_keys[0])
            .bind(&$projection.title_keys[1])
            .bind($projection.content.period.starts.map(|date| date.to_string()))
            .bind($projection.content.period.ends.map(|date| date.to_string()))
            .bind($projection.content.period.is_open_ended)
            .bind($projection.course.shared_on)
            .bind($projection.course.approved_on)
            .bind($projection.course.signed_on)
            .bind($projection.course.starts_on)
            .bind($projection.course.ends_on)
            .bind($projection.course.terminated_on)
            .bind($projection.course.renewed_on)
            .bind($projection.course.starts_on.unwrap_or(NO_START))
            .bind($projection.course.ends_on.unwrap_or(NO_END))
    };
}

/// Writes the row, parties, fields, owners of commitments and words of a new agreement.
pub(super) async fn insert(
    tx: &mut Tx,
    id: AgreementId,
    head: Head,
    facts: &Facts,
    names: &Names,
) -> Result<()> {
    let projection = projection(facts)?;
    on!(tx, |c| {
        projected!(sqlx::query(sql::INSERT), id, projection)
            .bind(head.owner.map(|owner| owner.0))
            .bind(head.visibility.code())
            .bind(head.published_at)
            .bind(head.is_synthetic)
            .bind(head.created_by.map(|user| user.0))
            .bind(head.created_at)
            .bind(projection.notice_months)
            .bind(projection.renews_months)
            .execute(c)
            .await?;
    });
    insert_details(tx, id, projection.content).await?;
    flow::insert(tx, id, projection.ruling, projection.content, &projection.course).await?;
    insert_negotiation(tx, id, facts, projection.content).await?;
    index(tx, id, projection.content, names).await
}

/// Writes whom an agreement waits for, and who takes part in its negotiation without being a party yet.
async fn insert_negotiation(tx: &mut Tx, id: AgreementId, facts: &Facts, ruling: &Content) -> Result<()> {
    let shared = facts.revisions.iter().rev().find(|revision| revision.shared_on.is_some());
    let is_new = |party: &InstitutionId| ruling.parties.iter().all(|other| other.institution != *party);
    let invited = shared.into_iter().flat_map(|revision| &revision.content.parties);
    on!(tx, |c| {
        for awaiting in facts.awaiting() {
            let insert = sqlx::query(sql::INSERT_AWAITING).bind(id.0).bind(awaiting.party.0);
            insert.bind(awaiting.what.code()).bind(awaiting.since).execute(&mut *c).await?;
        }
        for party in invited.map(|party| party.institution).filter(is_new) {
            sqlx::query(sql::INSERT_INVITED).bind(id.0).bind(party.0).execute(&mut *c).await?;
        }
    });
    Ok(())
}

/// Brings an agreement's row, parties, fields, owners of commitments and words in step with its revisions and facts, and those of the agreements
/// that it follows: once it is signed, they are renewed.
pub(crate) async fn project(tx: &mut Tx, id: AgreementId) -> Result<()> {
    project_one(tx, id).await?;
    let before: Vec<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::PREDECESSORS).bind(id.0).fetch_all(c).await?);
    for id in before.into_iter().map(AgreementId) {
        lock(tx, id).await?;
        project_one(tx, id).await?;
    }
    Ok(())
}

async fn project_one(tx: &mut Tx, id: AgreementId) -> Result<()> {
    let facts = get(tx, id).await?.facts();
    let projection = projection(&facts)?;
    on!(tx, |c| {
        let project = projected!(sqlx::query(sql::PROJECT), id, projection);
        let project = project.bind(projection.notice_months).bind(projection.renews_months);
        project.execute(&mut *c).await?;
        sqlx::query(sql::DELETE_PARTIES).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_FIELDS).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_OWNERS).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_AWAITING).bind(id.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_INVITED).bind(id.0).execute(c).await?;
    });
    insert_details(tx, id, projection.content).await?;
    flow::project(tx, id, projection.ruling, projection.content, &projection.course).await?;
    insert_negotiation(tx, id, &facts, projection.content).await?;
    let names = names_in(tx, [projection.content]).await?;
    index(tx, id, projection.content, &names).await
}

/// Brings every agreement's row and words in step again.
pub(crate) async fn refold(tx: &mut Tx) -> Result<()> {
    let ids: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::ALL_IDS).fetch_all(c).await?);
    for id in ids {
        project_one(tx, AgreementId(id)).await?;
    }
    // What follows another decides since when that one is renewed: once more, now that what follows is in step.
    let followed: Vec<Uuid> = on!(tx, |c| sqlx::query_scalar(sql::FOLLOWED).fetch_all(c).await?);
    for id in followed {
        project_one(tx, AgreementId(id)).await?;
    }
    Ok(())
}

fn projection(facts: &Facts) -> Result<Projection<'_>> {
    let ruling = facts.ruling().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))?;
    let content = &ruling.content;
    let [title_fr, title_en] = Lang::ALL.map(|lang| title(content, lang));
    // Each language's list sorts by what it shows: the other language's title where its own is missing.
    let title_keys = [(&title_fr, &title_en), (&title_en, &title_fr)]
        .map(|(own, other)| domain::fold::fold(if own.is_empty() { other } else { own }));
    let watched = Watched::of(facts);
    Ok(Projection {
        content,
        ruling: ruling.number,
        latest: facts.revisions.last().map_or(ruling.number, |latest| latest.number),
        titles: [title_fr, title_en],
        title_keys,
        course: watched.course,
        notice_months: watched.notice_months.map(i64::from),
        renews_months: watched.renews_months.map(i64::from),
    })
}

/// One statement for the parties, one for the fields, one for those that answer for a commitment.
async fn insert_details(tx: &mut Tx, id: AgreementId, content: &Content) -> Result<()> {
    if !content.parties.is_empty() {
        let mut sql =
            Sql::new("insert into party (agreement_id, position, institution_id, role, reference) values ");
        for (position, party) in (0_i64..).zip(&content.parties) {
            sql.push(if position == 0 { "(" } else { ", (" }).bind(id.0).push(", ").bind(position).push(", ");
            sql.bind(party.institution.0).push(", ").bind(party.role.code()).push(", ");
            match &party.reference {
                Some(reference) => sql.bind(reference.as_str()),
                None => sql.push("null"),
            };
            sql.push(")");
        }
        execute!(tx, sql);
    }
    if !content.fields.is_empty() {
        let mut sql = Sql::new("insert into agreement_field (agreement_id, code) values ");
        for (position, field) in content.fields.iter().enumerate() {
            sql.push(if position == 0 { "(" } else { ", (" })
                .bind(id.0)
                .push(", ")
                .bind(field.code())
                .push(")");
        }
        execute!(tx, sql);
    }
    let owners: Vec<InstitutionId> = content.answerable().collect();
    if !owners.is_empty() {
        let mut sql = Sql::new("insert into commitment_owner (agreement_id, institution_id) values ");
        for (position, owner) in owners.iter().enumerate() {
            sql.push(if position == 0 { "(" } else { ", (" }).bind(id.0).push(", ").bind(owner.0).push(")");
        }
        execute!(tx, sql);
    }
    Ok(())
}

/// The names of every party of these contents.
pub(super) async fn names_in<'a>(
    tx: &mut Tx,
    contents: impl IntoIterator<Item = &'a Content>,
) -> Result<Names> {
    let parties =
        contents.into_iter().flat_map(|content| content.parties.iter().map(|party| party.institution));
    let mut parties: Vec<InstitutionId> = parties.collect();
    parties.sort_unstable();
    parties.dedup();
    institution::names(tx, &parties).await
}

/// The title in a language; empty when there is none in it.
fn title(content: &Content, lang: Lang) -> String {
    content.title.in_lang(lang).map(|(_, title)| title.to_string()).unwrap_or_default()
}

/// Sets the words an agreement is found by: its titles first, then parties, references and summaries.
async fn index(tx: &mut Tx, id: AgreementId, content: &Content, names: &Names) -> Result<()> {
    fn words<T: ToString>(texts: &Multilingual<T>) -> String {
        texts.iter().map(|(_, text)| text.to_string()).collect::<Vec<_>>().join(" ")
    }
    let parties = content.parties.iter().filter_map(|party| names.get(&party.institution));
    let mut body: Vec<String> = parties.map(words).collect();
    body.extend(content.parties.iter().filter_map(|party| party.reference.as_ref()).map(ToString::to_string));
    body.extend(content.summary.as_ref().map(words));
    search::put(tx, search::Kind::Agreement, id.0, &words(&content.title), &body.join(" ")).await
}

/// Sets the words of every agreement of an institution again, after its name changed.
pub(crate) async fn index_those_of(tx: &mut Tx, institution: InstitutionId) -> Result<()> {
    let ids: Vec<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::THOSE_OF).bind(institution.0).fetch_all(c).await?);
    for id in ids.into_iter().map(AgreementId) {
        // Whoever is changing the agreement comes first or waits: its words are taken from what is committed.
        let record = lock(tx, id).await?;
        let ruling = record.ruling().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))?;
        let names = names_in(tx, [&ruling.content]).await?;
        index(tx, id, &ruling.content, &names).await?;
    }
    Ok(())
}
