//! What lists show and search finds, taken from the revision that rules and from the facts.

use super::read::{AgreementRecord, get};
use crate::{Result, StoreError, Tx, institution, on, search, statements};
use chrono::NaiveDate;
use domain::{
    agreement::Content,
    id::{AgreementId, InstitutionId},
    lang::Lang,
    multilingual::Multilingual,
};
use uuid::Uuid;

statements! {
    PROJECT = "update agreement set ruling_number = $2, latest_number = $3, kind = $4, title_fr = $5, title_en = $6, title_key = $7, starts = $8, ends = $9, \
        is_open_ended = $10, shared_on = $11, approved_on = $12, signed_on = $13, starts_on = $14, ends_on = $15, terminated_on = $16, renewed_on = $17, \
        starts_key = $18, ends_key = $19 where id = $1";
    DELETE_PARTIES = "delete from party where agreement_id = $1";
    INSERT_PARTY = "insert into party (agreement_id, position, institution_id, role, reference) values ($1, $2, $3, $4, $5)";
    DELETE_FIELDS = "delete from agreement_field where agreement_id = $1";
    INSERT_FIELD = "insert into agreement_field (agreement_id, code) values ($1, $2)";
    THOSE_OF = "select agreement_id from party where institution_id = $1 order by agreement_id";
}

/// Sorts before every start.
pub(super) const NO_START: NaiveDate = NaiveDate::from_ymd_opt(1, 1, 1).expect("a day");
/// Sorts after every end.
pub(super) const NO_END: NaiveDate = NaiveDate::from_ymd_opt(9999, 12, 31).expect("a day");

/// Brings an agreement's row, parties, fields and words in step with its revisions and facts.
pub(super) async fn project(tx: &mut Tx, id: AgreementId) -> Result<AgreementRecord> {
    let record = get(tx, id).await?;
    let facts = record.facts();
    let course = facts.course();
    let ruling = facts.ruling().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))?;
    let content = &ruling.content;
    let [title_fr, title_en] = Lang::ALL.map(|lang| title(content, lang));
    let title_key = domain::fold::fold(if title_fr.is_empty() { &title_en } else { &title_fr });
    let latest = record.latest().map_or(ruling.number, |latest| latest.number);
    on!(tx, |c| {
        sqlx::query(sql::PROJECT)
            .bind(id.0)
            .bind(ruling.number)
            .bind(latest)
            .bind(content.kind.code())
            .bind(&title_fr)
            .bind(&title_en)
            .bind(&title_key)
            .bind(content.period.starts.map(|date| date.to_string()))
            .bind(content.period.ends.map(|date| date.to_string()))
            .bind(content.period.is_open_ended)
            .bind(course.shared_on)
            .bind(course.approved_on)
            .bind(course.signed_on)
            .bind(course.starts_on)
            .bind(course.ends_on)
            .bind(course.terminated_on)
            .bind(course.renewed_on)
            .bind(course.starts_on.unwrap_or(NO_START))
            .bind(course.ends_on.unwrap_or(NO_END))
            .execute(&mut *c)
            .await?;
        sqlx::query(sql::DELETE_PARTIES).bind(id.0).execute(&mut *c).await?;
        for (position, party) in (0_i64..).zip(&content.parties) {
            sqlx::query(sql::INSERT_PARTY)
                .bind(id.0)
                .bind(position)
                .bind(party.institution.0)
                .bind(party.role.code())
                .bind(party.reference.as_ref().map(domain::text::Text::as_str))
                .execute(&mut *c)
                .await?;
        }
        sqlx::query(sql::DELETE_FIELDS).bind(id.0).execute(&mut *c).await?;
        for field in &content.fields {
            sqlx::query(sql::INSERT_FIELD).bind(id.0).bind(field.code()).execute(&mut *c).await?;
        }
    });
    index(tx, id, content).await?;
    get(tx, id).await
}

/// The title in a language; empty when there is none in it.
fn title(content: &Content, lang: Lang) -> String {
    content.title.in_lang(lang).map(|(_, title)| title.to_string()).unwrap_or_default()
}

/// Sets the words an agreement is found by: its titles first, then parties, references and summaries.
async fn index(tx: &mut Tx, id: AgreementId, content: &Content) -> Result<()> {
    fn words<T: ToString>(texts: &Multilingual<T>) -> String {
        texts.iter().map(|(_, text)| text.to_string()).collect::<Vec<_>>().join(" ")
    }
    let parties: Vec<InstitutionId> = content.parties.iter().map(|party| party.institution).collect();
    let names = institution::names(tx, &parties).await?;
    let mut body: Vec<String> = names.values().map(words).collect();
    body.extend(content.parties.iter().filter_map(|party| party.reference.as_ref()).map(ToString::to_string));
    body.extend(content.summary.as_ref().map(words));
    search::put(tx, search::Kind::Agreement, id.0, &words(&content.title), &body.join(" ")).await
}

/// Sets the words of every agreement of an institution again, after its name changed.
pub(crate) async fn index_those_of(tx: &mut Tx, institution: InstitutionId) -> Result<()> {
    let ids: Vec<Uuid> =
        on!(tx, |c| sqlx::query_scalar(sql::THOSE_OF).bind(institution.0).fetch_all(c).await?);
    for id in ids.into_iter().map(AgreementId) {
        let record = get(tx, id).await?;
        let ruling = record.ruling().ok_or_else(|| StoreError::corrupt("an agreement without a revision"))?;
        index(tx, id, &ruling.content).await?;
    }
    Ok(())
}
