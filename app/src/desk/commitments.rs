//! Commitments of agreements: how they are kept, and what is observed of them.

use super::{Desk, agreements, documents};
use crate::error::AppError;
use domain::{
    access::{Actor, NoteObservation, ObservationScope, ReadContent, WithdrawObservation, decide},
    commitment::{Commitment, Followed, Noted, ObservationForm, Term, WithdrawalForm},
    id::{AgreementId, CommitmentId, ObservationId},
};
use store::{
    agreement::{self, AgreementRecord},
    observation::{self, ObservationRecord},
};

/// A commitment, as the offices of the parties see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentView {
    /// The commitment, of the revision that rules; of the last one that held it, where that one does not.
    pub commitment: Commitment,
    /// Whether the revision that rules holds it.
    pub is_ruling: bool,
    /// How it is kept.
    pub followed: Followed,
    /// What was observed, the latest first.
    pub observations: Vec<ObservationView>,
    /// Whether the reader may note an observation.
    pub note: bool,
}

/// An observation, as the offices of the parties see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationView {
    /// The observation.
    pub record: ObservationRecord,
    /// Whether the reader may withdraw it.
    pub withdraw: bool,
}

/// How the commitments of an agreement stand today: those of the revision that rules in their order, then those of earlier
/// revisions that were observed.
pub(super) fn follow(
    desk: &Desk,
    record: &AgreementRecord,
    observations: &[ObservationRecord],
) -> Vec<CommitmentView> {
    let Some(ruling) = record.ruling() else { return Vec::new() };
    let term = Term::from(&record.course());
    let note = decide(desk.actor(), NoteObservation(&record.scope)).is_ok();
    let view = |commitment: &Commitment, is_ruling: bool| {
        let own = observations.iter().filter(|observation| observation.commitment == commitment.id);
        let noted: Vec<Noted> = own.clone().filter_map(ObservationRecord::noted).collect();
        let observations = own.map(|observation| {
            let scope = ObservationScope {
                id: observation.id,
                agreement: record.scope.clone(),
                office: observation.office,
            };
            let may = decide(desk.actor(), WithdrawObservation(&scope)).is_ok();
            ObservationView { record: observation.clone(), withdraw: may && observation.withdrawal.is_none() }
        });
        CommitmentView {
            commitment: commitment.clone(),
            is_ruling,
            followed: commitment.follow(term, &noted, desk.today()),
            observations: observations.collect(),
            note: note && is_ruling,
        }
    };
    let mut views: Vec<CommitmentView> =
        ruling.content.commitments.iter().map(|commitment| view(commitment, true)).collect();
    for observation in observations {
        if views.iter().any(|view| view.commitment.id == observation.commitment) {
            continue;
        }
        let former = record.revisions.iter().rev().find_map(|r| r.content.commitment(observation.commitment));
        views.extend(former.map(|commitment| view(commitment, false)));
    }
    views
}

/// The observations of a commitment, the latest first: for those who may read the content.
pub async fn observations(
    desk: &Desk,
    id: AgreementId,
    commitment: CommitmentId,
) -> Result<Vec<ObservationView>, AppError> {
    let view = agreements::view(desk, id).await?;
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    decide(desk.actor(), ReadContent(&view.record.scope))?;
    let found = view.commitments.into_iter().find(|view| view.commitment.id == commitment);
    Ok(found.ok_or(AppError::NotFound)?.observations)
}

/// Notes what was observed of a commitment that the revision that rules holds.
pub async fn note(
    desk: &Desk,
    id: AgreementId,
    commitment: CommitmentId,
    form: &ObservationForm,
) -> Result<ObservationId, AppError> {
    let mut tx = desk.write().await?;
    let scope = agreements::scope(desk, &mut tx, id).await?;
    let permit = decide(desk.actor(), NoteObservation(&scope))?;
    let record = agreement::get(&mut tx, id).await?;
    let promised = record.ruling().and_then(|ruling| ruling.content.commitment(commitment));
    let measure = promised.ok_or(AppError::NotFound)?.measure;
    let offered = documents::readable(desk, &mut tx, &scope).await?;
    let draft = form.parse(desk.today(), measure, &offered)?;
    let noted = observation::insert(&mut tx, &permit, &desk.stamp(), commitment, &draft).await?;
    tx.commit().await?;
    Ok(noted)
}

/// Withdraws an observation; answers the agreement it is about. The refusal looks the same whether there is one or not.
pub async fn withdraw(
    desk: &Desk,
    id: ObservationId,
    form: &WithdrawalForm,
) -> Result<AgreementId, AppError> {
    let hidden = || match desk.actor() {
        Actor::Visitor => AppError::SignIn,
        Actor::Person(_) | Actor::Operator => AppError::NotFound,
    };
    let mut tx = desk.write().await?;
    let record = observation::find(&mut tx, id).await?.ok_or_else(hidden)?;
    let scope = observation::scope(&mut tx, &record).await?;
    decide(desk.actor(), ReadContent(&scope.agreement)).map_err(|_| hidden())?;
    let permit = decide(desk.actor(), WithdrawObservation(&scope))?;
    let reason = form.parse()?;
    observation::withdraw(&mut tx, &permit, &desk.stamp(), reason.as_str()).await?;
    tx.commit().await?;
    Ok(record.agreement)
}
