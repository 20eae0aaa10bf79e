//! Places: how many there are, and what stands against taking one.

use super::Texts;
use domain::{
    eligibility::Criterion,
    nomination::NotPossible,
    seats::{BelowUse, NotOpen, SeatRefusal},
};

texts! {
    seats_full: "Aucune place n’est libre pour ce séjour.", "No place is free for this stay.";
    seats_not_agreed: "L’accord n’est ni approuvé ni signé par tous, ou ne prévoit plus ce flux : personne ne peut être nommé.",
        "The agreement is neither approved nor signed by all, or has this flow no more: nobody can be nominated.";
    seats_out_of_years: "Ce flux ne couvre pas cette année universitaire.", "This flow does not cover that academic year.";
    seats_over: "Cette année universitaire est terminée.", "That academic year is over.";
    seats_closed: "Cette année est close pour ce flux.", "This year is closed for this flow.";
    seats_term: "Ce flux n’est pas ouvert à cette période.", "This flow is not open for that term.";
    seats_whole: "Les places valent pour toute la durée de l’accord : aucune année ne se clôt seule.",
        "The places are those of the whole agreement: no single year is closed.";
    seats_twice: "Cette personne est déjà nommée pour ce flux, cette année et cette période.",
        "This person is nominated already for this flow, year and term.";
    seats_elsewhere: "Cette personne a déjà confirmé une place pour la même période : il faut d’abord la retirer.",
        "This person has confirmed a place for the same term already: withdraw it first.";
    seats_below_use(used: i64, capacity: i64): ("{used} places sont prises : {capacity} ne suffisent pas. Retirez d’abord des nominations."),
        ("{used} places are taken: {capacity} are not enough. Withdraw nominations first.");
    seats_below_use_in(used: i64, capacity: i64, year: &str):
        ("{used} places sont prises en {year} : {capacity} ne suffisent pas. Retirez d’abord des nominations."),
        ("{used} places are taken in {year}: {capacity} are not enough. Withdraw nominations first.");
    seats_counted_otherwise: "Des places sont prises : tant qu’elles le sont, la période du plafond et les places communes ne changent pas.",
        "Places are taken: while they are, neither what the cap is for nor the pool can change.";
    seats_undecided(count: &str): ("On attend encore une réponse pour {count} : répondez ou retirez avant de clore l’année."),
        ("An answer is still awaited for {count}: answer or withdraw before closing the year.");
    seats_nomination_one: "nomination", "nomination";
    seats_nomination_many: "nominations", "nominations";
    nomination_not_from: "La nomination n’est plus dans un état qui le permet : elle a changé entre-temps.",
        "The nomination is not in a state for that any more: it changed meanwhile.";
    nomination_offer_over: "Le délai de réponse à cette offre est passé.", "The time to answer this offer is over.";
    nomination_offer_open: "Cette offre attend encore une réponse.", "This offer can still be answered.";
    not_eligible_lead(what: &str):
        ("Des conditions ne sont pas remplies : {what} Rien n’a été enregistré. Vous pouvez demander une exception à l’établissement d’accueil, en disant pourquoi."),
        ("Some conditions are not met: {what} Nothing was saved. You can ask the host for an exception, saying why.");
}

impl Texts {
    /// Why something cannot be done with places.
    pub fn seat_refusal(self, why: &SeatRefusal) -> String {
        match why {
            SeatRefusal::Full => self.seats_full().to_owned(),
            SeatRefusal::NotOpen { why } => self.not_open(*why).to_owned(),
            SeatRefusal::Twice => self.seats_twice().to_owned(),
            SeatRefusal::PlaceElsewhere => self.seats_elsewhere().to_owned(),
            SeatRefusal::BelowUse(BelowUse { first_year: None, capacity, used, .. }) => {
                self.seats_below_use(*used, *capacity)
            }
            SeatRefusal::BelowUse(BelowUse { first_year: Some(first), capacity, used, .. }) => {
                self.seats_below_use_in(*used, *capacity, &format!("{first}/{}", first + 1))
            }
            SeatRefusal::CountedOtherwise => self.seats_counted_otherwise().to_owned(),
            SeatRefusal::Undecided { count } => {
                let (one, many) = (self.seats_nomination_one(), self.seats_nomination_many());
                self.seats_undecided(&self.counted(*count, one, many))
            }
            SeatRefusal::NotPossible { why } => self.not_possible(*why).to_owned(),
        }
    }

    /// Why nobody can be nominated.
    pub const fn not_open(self, why: NotOpen) -> &'static str {
        match why {
            NotOpen::NotAgreed => self.seats_not_agreed(),
            NotOpen::OutOfYears => self.seats_out_of_years(),
            NotOpen::Over => self.seats_over(),
            NotOpen::Closed => self.seats_closed(),
            NotOpen::Term => self.seats_term(),
            NotOpen::WholeAgreement => self.seats_whole(),
        }
    }

    const fn not_possible(self, why: NotPossible) -> &'static str {
        match why {
            NotPossible::From { .. } => self.nomination_not_from(),
            NotPossible::OfferOver => self.nomination_offer_over(),
            NotPossible::OfferOpen => self.nomination_offer_open(),
        }
    }

    /// That conditions are not met: which, and what one can do.
    pub fn not_eligible(self, unmet: &[Criterion]) -> String {
        let said: Vec<String> = unmet.iter().map(|criterion| self.criterion(criterion)).collect();
        self.not_eligible_lead(&said.join(" "))
    }
}
