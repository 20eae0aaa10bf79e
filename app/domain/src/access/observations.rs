//! What one may want to do with the observations of an agreement's commitments. Reading them is reading the content.

use super::{Action, Actor, AgreementScope, EditAgreement, Office, Role, documents::of_office};
use crate::id::{InstitutionId, ObservationId};

/// What access rules need to know of an observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObservationScope {
    /// Which observation: a permit is good for this one only.
    pub id: ObservationId,
    /// The agreement whose commitment was observed.
    pub agreement: AgreementScope,
    /// The office that noted it; none where an administrator did.
    pub office: Option<InstitutionId>,
}

/// Note what was observed of a commitment: an officer of any party, whoever answers for the commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteObservation<'a>(pub &'a AgreementScope);

impl Action for NoteObservation<'_> {
    const NAME: &'static str = "note_observation";

    fn office(&self, actor: &Actor) -> Option<Office> {
        EditAgreement(self.0).office(actor)
    }
}

/// Withdraw an observation: the office that noted it, or an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawObservation<'a>(pub &'a ObservationScope);

impl Action for WithdrawObservation<'_> {
    const NAME: &'static str = "withdraw_observation";

    fn office(&self, actor: &Actor) -> Option<Office> {
        of_office(actor, &self.0.agreement, self.0.office, Role::Officer)
    }
}
