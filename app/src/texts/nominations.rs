//! Nominations: their states, and what is done to them.

use super::Texts;
use domain::nomination::StateKind;

texts! {
    nomination_waitlisted: "En liste d’attente", "On the waitlist";
    nomination_offered: "Place offerte", "Place offered";
    nomination_nominated: "Nommé", "Nominated";
    nomination_accepted: "Accepté par l’accueil", "Accepted by the host";
    nomination_confirmed: "Confirmé", "Confirmed";
    nomination_completed: "Séjour terminé", "Stay completed";
    nomination_rejected: "Refusé par l’accueil", "Rejected by the host";
    nomination_withdrawn: "Retiré", "Withdrawn";
    nomination_declined: "Offre déclinée", "Offer declined";
    nomination_lapsed: "Offre expirée", "Offer lapsed";
}

impl Texts {
    /// What a nomination is.
    pub const fn nomination_state(self, state: StateKind) -> &'static str {
        match state {
            StateKind::Waitlisted => self.nomination_waitlisted(),
            StateKind::Offered => self.nomination_offered(),
            StateKind::Nominated => self.nomination_nominated(),
            StateKind::Accepted => self.nomination_accepted(),
            StateKind::Confirmed => self.nomination_confirmed(),
            StateKind::Completed => self.nomination_completed(),
            StateKind::Rejected => self.nomination_rejected(),
            StateKind::Withdrawn => self.nomination_withdrawn(),
            StateKind::Declined => self.nomination_declined(),
            StateKind::Lapsed => self.nomination_lapsed(),
        }
    }
}
