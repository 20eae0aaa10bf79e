//! Many agreements as their forms show them, in few statements.

use super::{
    life::families,
    read::{NoteRow, SourceRow, name_kept},
};
use crate::{
    Result, StoreError, Tx,
    query::{CHUNK, Sql, rows},
};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::AgreementScope,
    agreement::{AgreementDraft, AgreementSource, Content, PartyNote, Visibility},
    id::{AgreementId, InstitutionId},
};
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

/// An agreement as its form shows it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Drafted {
    /// What access rules need to know.
    pub scope: AgreementScope,
    /// The latest revision with what stands beside it.
    pub draft: AgreementDraft,
    /// Grows with each change.
    pub version: i64,
    /// Whether others have seen, approved, signed or ended it.
    pub is_settled: bool,
}

#[derive(FromRow)]
struct HeadRow {
    id: Uuid,
    owner_id: Option<Uuid>,
    visibility: String,
    published_at: Option<DateTime<Utc>>,
    shared_on: Option<NaiveDate>,
    version: i64,
    content: String,
    shared_at: Option<DateTime<Utc>>,
    fixed_at: Option<DateTime<Utc>>,
    revisions: i64,
    terminations: i64,
}

#[derive(FromRow)]
struct NoteOf {
    agreement_id: Uuid,
    #[sqlx(flatten)]
    row: NoteRow,
}

#[derive(FromRow)]
struct SourceOf {
    agreement_id: Uuid,
    #[sqlx(flatten)]
    row: SourceRow,
}

/// Agreements as their forms show them; what does not exist is left out.
pub(crate) async fn drafts(tx: &mut Tx, ids: &[AgreementId]) -> Result<Vec<Drafted>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(CHUNK) {
        found.extend(some(tx, ids).await?);
    }
    Ok(found)
}

async fn some(tx: &mut Tx, ids: &[AgreementId]) -> Result<Vec<Drafted>> {
    let list = || ids.iter().map(|id| id.0);
    let mut heads = Sql::new(
        "select agreement.id, agreement.owner_id, agreement.visibility, agreement.published_at, agreement.shared_on, agreement.version, \
         revision.content, revision.shared_at, revision.fixed_at, \
         (select count(*) from revision other where other.agreement_id = agreement.id) as revisions, \
         (select count(*) from termination where termination.agreement_id = agreement.id) as terminations \
         from agreement join revision on revision.agreement_id = agreement.id and revision.number = \
         (select max(latest.number) from revision latest where latest.agreement_id = agreement.id and latest.dropped_at is null) \
         where agreement.id in ",
    );
    heads.list(list());
    let heads: Vec<HeadRow> = rows!(tx, heads);
    let mut notes = Sql::new(
        "select agreement_id, institution_id, contacts, signatory, signatory_title, signed_on from party_note where agreement_id in ",
    );
    notes.list(list());
    let notes: Vec<NoteOf> = rows!(tx, notes);
    let mut sources = Sql::new(
        "select agreement_id, title, url, read_on, note, to_confirm from agreement_source where agreement_id in ",
    );
    sources.list(list()).push(" order by agreement_id, position");
    let sources: Vec<SourceOf> = rows!(tx, sources);
    let mut families = families(tx, ids).await?;
    let mut notes =
        by_agreement::<_, (InstitutionId, PartyNote)>(notes.into_iter().map(|of| (of.agreement_id, of.row)))?;
    let mut sources =
        by_agreement::<_, AgreementSource>(sources.into_iter().map(|of| (of.agreement_id, of.row)))?;
    let contents = heads.iter().map(|row| serde_json::from_str(&row.content).map_err(StoreError::corrupt));
    let mut contents: Vec<Content> = contents.collect::<Result<_>>()?;
    name_kept(tx, contents.iter_mut()).await?;
    heads
        .into_iter()
        .zip(contents)
        .map(|(row, content)| {
            let visibility = Visibility::parse(&row.visibility).map_err(StoreError::corrupt)?;
            let is_settled = row.shared_at.is_some()
                || row.fixed_at.is_some()
                || row.revisions > 1
                || row.terminations > 0;
            let mut beside: HashMap<_, _> = notes.remove(&row.id).unwrap_or_default().into_iter().collect();
            let notes =
                content.parties.iter().map(|party| beside.remove(&party.institution).unwrap_or_default());
            let notes = notes.collect();
            Ok(Drafted {
                scope: AgreementScope {
                    id: AgreementId(row.id),
                    owner: row.owner_id.map(InstitutionId),
                    parties: families.remove(&row.id).unwrap_or_default(),
                    is_shared: row.shared_on.is_some(),
                    is_published: row.published_at.is_some() && visibility == Visibility::Public,
                },
                draft: AgreementDraft {
                    content,
                    notes,
                    sources: sources.remove(&row.id).unwrap_or_default(),
                    visibility,
                },
                version: row.version,
                is_settled,
            })
        })
        .collect()
}

/// What stands beside each agreement, in the order given.
fn by_agreement<R, T: TryFrom<R, Error = StoreError>>(
    rows: impl Iterator<Item = (Uuid, R)>,
) -> Result<HashMap<Uuid, Vec<T>>> {
    let mut found: HashMap<Uuid, Vec<T>> = HashMap::new();
    for (agreement, row) in rows {
        found.entry(agreement).or_default().push(row.try_into()?);
    }
    Ok(found)
}
