//! Agreements that exist already, taken in with their facts: one pass, nothing read back.

use super::{
    project::{self, Head, names_in},
    write::{self, NewRevision},
};
use crate::{Result, Stamp, Tx, audit::Change, institution, on, registry, statements};
use chrono::{DateTime, NaiveDate, Utc};
use domain::{
    access::{Operate, Permit},
    agreement::{AgreementDraft, Facts, RevisionFacts, SignatureDraft},
    id::{AgreementId, InstitutionId},
};
use std::ops::Range;
use uuid::Uuid;

statements! {
    INSERT_APPROVAL = "insert into approval (revision_id, institution_id, content_hash, approved_on, evidence, is_on_behalf, recorded_by, recorded_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8)";
    INSERT_TERMINATION = "insert into termination (agreement_id, institution_id, notified_on, effective_on, is_mutual, reason, recorded_by, recorded_at) \
        values ($1, null, $2, $3, $4, $5, $6, $7)";
    INSERT_SUCCESSION = "insert into succession (agreement_id, successor_id, kind, recorded_by, recorded_at) values ($1, $2, 'renewed_by', $3, $4)";
    SET_RENEWED = "update agreement set renewed_on = $2 where id = $1 and (renewed_on is null or renewed_on > $2)";
    COUNT_SYNTHETIC = "select count(*) from agreement where is_synthetic and id >= $1 and id < $2";
}

/// How an agreement was ended before its time, by all its parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Termination {
    /// When the parties were told.
    pub notified_on: NaiveDate,
    /// First day on which it no longer binds.
    pub effective_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

/// An agreement that exists already, with the facts about its one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedAgreement {
    /// What is written.
    pub draft: AgreementDraft,
    /// The office that manages it.
    pub owner: Option<InstitutionId>,
    /// Whether it is made up.
    pub is_synthetic: bool,
    /// When it was shared with the other parties.
    pub shared_at: Option<DateTime<Utc>>,
    /// Whether it is published, from this moment on.
    pub is_published: bool,
    /// Which parties approved it, when, and what attests to it.
    pub approvals: Vec<(InstitutionId, NaiveDate, String)>,
    /// Which parties signed it.
    pub signatures: Vec<(InstitutionId, SignatureDraft)>,
    /// How it was ended.
    pub termination: Option<Termination>,
    /// The agreement that it renews.
    pub renews: Option<AgreementId>,
}

/// Takes in agreements that exist already, in their order, each with a stamp of its own; answers their ids. The
/// one audit line of each holds what was written.
pub async fn load(
    tx: &mut Tx,
    permit: &Permit<Operate>,
    agreements: &[(Stamp, LoadedAgreement)],
) -> Result<Vec<AgreementId>> {
    let ids = take_in(tx, permit, "load_agreement", agreements).await?;
    registry::bump(tx).await?;
    Ok(ids)
}

/// The same, for whatever gives the right to it; `action` is the word of their audit lines.
pub(crate) async fn take_in<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    action: &str,
    agreements: &[(Stamp, LoadedAgreement)],
) -> Result<Vec<AgreementId>> {
    let contents = agreements.iter().map(|(_, loaded)| &loaded.draft.content);
    let names = names_in(tx, contents).await?;
    let mut ids = Vec::with_capacity(agreements.len());
    for (stamp, loaded) in agreements {
        let id = load_one(tx, permit, stamp, loaded, &names).await?;
        write::record(tx, permit, stamp, action, id, Change::to(&loaded.draft)).await?;
        ids.push(id);
    }
    Ok(ids)
}

async fn load_one<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    loaded: &LoadedAgreement,
    names: &institution::Names,
) -> Result<AgreementId> {
    let LoadedAgreement { draft, approvals, signatures, .. } = loaded;
    let content = &draft.content;
    let by = permit.user().map(|user| user.0);
    let id = AgreementId(stamp.id());
    let head = Head {
        owner: loaded.owner,
        visibility: draft.visibility,
        published_at: loaded.is_published.then_some(stamp.at),
        is_synthetic: loaded.is_synthetic,
        created_by: permit.user(),
        created_at: stamp.at,
    };
    let facts = facts(stamp, loaded);
    project::insert(tx, id, head, &facts, names).await?;
    let is_fixed = !approvals.is_empty() || !signatures.is_empty();
    let fixed_at = is_fixed.then_some(stamp.at);
    let revision = NewRevision { number: 1, content, shared_at: loaded.shared_at, fixed_at };
    let revision = write::insert_revision(tx, permit, stamp, id, &revision).await?;
    write::insert_beside(tx, id, draft).await?;
    let hash = content.hash();
    on!(tx, |c| {
        for (institution, approved_on, evidence) in approvals {
            sqlx::query(sql::INSERT_APPROVAL)
                .bind(revision.0)
                .bind(institution.0)
                .bind(hash.as_str())
                .bind(approved_on)
                .bind(evidence)
                .bind(false)
                .bind(by)
                .bind(stamp.at)
                .execute(&mut *c)
                .await?;
        }
        if let Some(termination) = &loaded.termination {
            sqlx::query(sql::INSERT_TERMINATION)
                .bind(id.0)
                .bind(termination.notified_on)
                .bind(termination.effective_on)
                .bind(true)
                .bind(&termination.reason)
                .bind(by)
                .bind(stamp.at)
                .execute(&mut *c)
                .await?;
        }
        if let Some(before) = loaded.renews {
            let succession =
                sqlx::query(sql::INSERT_SUCCESSION).bind(before.0).bind(id.0).bind(by).bind(stamp.at);
            succession.execute(&mut *c).await?;
            // What `project` would find: the day from which a signed successor rules.
            if let Some(renewed_on) = facts.course().succeeds_on() {
                sqlx::query(sql::SET_RENEWED).bind(before.0).bind(renewed_on).execute(&mut *c).await?;
            }
        }
    });
    for (institution, signature) in signatures {
        write::insert_signature(tx, permit, stamp, revision, *institution, signature).await?;
    }
    Ok(id)
}

/// The facts of its one revision.
fn facts(stamp: &Stamp, loaded: &LoadedAgreement) -> Facts {
    let approvals = loaded.approvals.iter().map(|(party, approved_on, _)| (*party, *approved_on));
    let signatures = loaded.signatures.iter().map(|(party, draft)| (*party, write::counts_on(stamp, draft)));
    let revision = RevisionFacts {
        number: 1,
        content: loaded.draft.content.clone(),
        shared_on: loaded.shared_at.map(|at| at.date_naive()),
        approvals: approvals.collect(),
        signatures: signatures.collect(),
    };
    let terminated_on = loaded.termination.as_ref().map(|termination| termination.effective_on);
    Facts { revisions: vec![revision], terminated_on, renewed_on: None }
}

/// How many agreements with such ids are made up.
pub async fn count_synthetic(tx: &mut Tx, ids: Range<Uuid>) -> Result<i64> {
    Ok(on!(tx, |c| {
        sqlx::query_scalar(sql::COUNT_SYNTHETIC).bind(ids.start).bind(ids.end).fetch_one(c).await?
    }))
}
