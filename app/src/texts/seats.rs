//! Places: how many there are, and what stands against taking one.

use super::Texts;
use domain::{
    eligibility::Criterion,
    nomination::NotPossible,
    partial_date::show_day,
    seats::{BelowUse, NotOpen, SeatRefusal},
};

texts! {
    seats_full: "Aucune place n’est libre pour ce séjour.", "No place is free for this stay.";
    seats_not_agreed: "L’accord n’est ni approuvé ni signé par tous, ou ne prévoit plus ce flux : personne ne peut être nommé.",
        "The agreement is neither approved nor signed by all, or has this flow no more: nobody can be nominated.";
    seats_out_of_years: "Ce flux ne couvre pas cette année universitaire.", "This flow does not cover that academic year.";
    seats_over: "Cette année universitaire est terminée.", "That academic year is over.";
    seats_not_begun: "Cette année universitaire n’a pas commencé : elle ne se clôt qu’ensuite.", "That academic year has not begun: it is closed only after that.";
    seats_closed: "Cette année est close pour ce flux.", "This year is closed for this flow.";
    seats_term: "Ce flux n’est pas ouvert à cette période.", "This flow is not open for that term.";
    seats_whole: "Les places valent pour toute la durée de l’accord : aucune année ne se clôt seule.",
        "The places are those of the whole agreement: no single year is closed.";
    seats_twice: "Cette personne est déjà nommée pour ce flux, cette année et cette période.",
        "This person is nominated already for this flow, year and term.";
    seats_elsewhere: "Cette personne a déjà confirmé une place pour la même période : il faut d’abord la retirer.",
        "This person has confirmed a place for the same term already: withdraw it first.";
    seats_below_use(used: &str, enough: &str): ("{used} : {enough}. Retirez d’abord des nominations."),
        ("{used}: {enough}. Withdraw nominations first.");
    seats_below_use_in(used: &str, enough: &str, year: &str): ("{used} en {year} : {enough}. Retirez d’abord des nominations."),
        ("{used} in {year}: {enough}. Withdraw nominations first.");
    seats_below_spent(spent: &str, budget: &str): ("Durée en tout : {spent} déjà pris, {budget} serait trop peu. Retirez d’abord des nominations."),
        ("Time in all: {spent} taken already, {budget} would be too little. Withdraw nominations first.");
    seats_below_spent_in(spent: &str, budget: &str, year: &str): ("Durée en tout pour {year} : {spent} déjà pris, {budget} serait trop peu. Retirez d’abord des nominations."),
        ("Time in all for {year}: {spent} taken already, {budget} would be too little. Withdraw nominations first.");
    seats_more_than_there(places: &str): ("{places} en tout : on ne peut pas en retirer davantage."),
        ("{places} in all: no more can be taken away.");
    seats_more_than_beyond(places: &str): ("{places} au-delà du plafond : on ne peut pas en reprendre davantage."),
        ("{places} beyond the cap: no more can be taken back.");
    seats_place_one: "place", "place";
    seats_place_many: "places", "places";
    seats_taken_one: "place est prise", "place is taken";
    seats_taken_many: "places sont prises", "places are taken";
    seats_not_enough_one: "ne suffit pas", "is not enough";
    seats_not_enough_many: "ne suffisent pas", "are not enough";
    seats_counted_otherwise: "Des personnes sont nommées : ni les parties du flux ni son type de mobilité ne changent plus et, tant qu’une nomination est en cours, ni la période du plafond, ni l’unité, ni les places communes. Ajoutez plutôt un autre flux.",
        "People are nominated: neither the parties of the flow nor its kind of mobility change any more and, while a nomination is open, neither what the cap is for, nor the unit, nor the pool. Add another flow instead.";
    seats_undecided(count: &str): ("On attend encore une réponse pour {count} : répondez ou retirez avant de clore l’année."),
        ("An answer is still awaited for {count}: answer or withdraw before closing the year.");
    nomination_not_from: "La nomination n’est plus dans un état qui le permet : elle a changé entre-temps.",
        "The nomination is not in a state for that any more: it changed meanwhile.";
    nomination_offer_over: "Le délai de réponse à cette offre est passé.", "The time to answer this offer is over.";
    nomination_not_begun(day: &str): ("Le séjour commence le {day} au plus tôt : il n’est pas terminé avant."), ("The stay begins on {day} at the earliest: it is not over before.");
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
            SeatRefusal::BelowUse(below) => self.below_use(below),
            SeatRefusal::BelowSpent(below) => {
                let (spent, budget) = (self.hundredths(below.used), self.hundredths(below.capacity));
                match below.year {
                    None => self.seats_below_spent(&spent, &budget),
                    Some(year) => self.seats_below_spent_in(&spent, &budget, &year.to_string()),
                }
            }
            SeatRefusal::MoreThanThere { there } => {
                self.seats_more_than_there(&self.number_of_places(*there))
            }
            SeatRefusal::MoreThanBeyond { beyond } => {
                self.seats_more_than_beyond(&self.number_of_places(*beyond))
            }
            SeatRefusal::CountedOtherwise => self.seats_counted_otherwise().to_owned(),
            SeatRefusal::Undecided { count } => self.seats_undecided(&self.number_of_nominations(*count)),
            SeatRefusal::NotPossible { why } => self.not_possible(*why),
        }
    }

    /// So many places.
    pub fn number_of_places(self, count: i64) -> String {
        self.counted(count, self.seats_place_one(), self.seats_place_many())
    }

    fn below_use(self, below: &BelowUse) -> String {
        let used = self.counted(below.used, self.seats_taken_one(), self.seats_taken_many());
        let enough = self.counted(below.capacity, self.seats_not_enough_one(), self.seats_not_enough_many());
        match below.year {
            None => self.seats_below_use(&used, &enough),
            Some(year) => self.seats_below_use_in(&used, &enough, &year.to_string()),
        }
    }

    /// Why nobody can be nominated.
    pub const fn not_open(self, why: NotOpen) -> &'static str {
        match why {
            NotOpen::NotAgreed => self.seats_not_agreed(),
            NotOpen::OutOfYears => self.seats_out_of_years(),
            NotOpen::Over => self.seats_over(),
            NotOpen::NotBegun => self.seats_not_begun(),
            NotOpen::Closed => self.seats_closed(),
            NotOpen::Term => self.seats_term(),
            NotOpen::WholeAgreement => self.seats_whole(),
        }
    }

    fn not_possible(self, why: NotPossible) -> String {
        match why {
            NotPossible::From { .. } => self.nomination_not_from().to_owned(),
            NotPossible::OfferOver => self.nomination_offer_over().to_owned(),
            NotPossible::OfferOpen => self.nomination_offer_open().to_owned(),
            NotPossible::NotBegun { begins_on } => {
                self.nomination_not_begun(&show_day(begins_on, self.lang()))
            }
        }
    }

    /// That conditions are not met: which, and what one can do.
    pub fn not_eligible(self, unmet: &[Criterion]) -> String {
        let said: Vec<String> = unmet.iter().map(|criterion| self.criterion(criterion)).collect();
        self.not_eligible_lead(&said.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{academic_year::AcademicYear, lang::Lang};

    #[test]
    fn fewer_places_than_are_taken_are_refused_in_the_right_number() {
        let below = |used, capacity, year| BelowUse { flow: None, pool: None, year, capacity, used };
        let said = |lang, used, capacity, year| {
            Texts(lang).seat_refusal(&SeatRefusal::BelowUse(below(used, capacity, year)))
        };
        let year = AcademicYear::northern(2026).ok();
        for (lang, used, capacity, words) in [
            (Lang::Fr, 1, 0, "1 place est prise : 0 ne suffit pas. Retirez d’abord des nominations."),
            (Lang::Fr, 3, 2, "3 places sont prises : 2 ne suffisent pas. Retirez d’abord des nominations."),
            (Lang::En, 1, 0, "1 place is taken: 0 are not enough. Withdraw nominations first."),
            (Lang::En, 2, 1, "2 places are taken: 1 is not enough. Withdraw nominations first."),
        ] {
            assert_eq!(said(lang, used, capacity, None), words);
        }
        for (why, fr, en) in [
            (
                SeatRefusal::BelowSpent(below(1_250, 1_000, None)),
                "Durée en tout : 12,5 déjà pris, 10 serait trop peu. Retirez d’abord des nominations.",
                "Time in all: 12.5 taken already, 10 would be too little. Withdraw nominations first.",
            ),
            (
                SeatRefusal::BelowSpent(below(1_250, 50, year)),
                "Durée en tout pour 2026/2027 : 12,5 déjà pris, 0,5 serait trop peu. Retirez d’abord des nominations.",
                "Time in all for 2026/2027: 12.5 taken already, 0.5 would be too little. Withdraw nominations first.",
            ),
            (
                SeatRefusal::MoreThanThere { there: 1 },
                "1 place en tout : on ne peut pas en retirer davantage.",
                "1 place in all: no more can be taken away.",
            ),
            (
                SeatRefusal::MoreThanBeyond { beyond: 0 },
                "0 place au-delà du plafond : on ne peut pas en reprendre davantage.",
                "0 places beyond the cap: no more can be taken back.",
            ),
        ] {
            assert_eq!(Texts(Lang::Fr).seat_refusal(&why), fr);
            assert_eq!(Texts(Lang::En).seat_refusal(&why), en);
        }
        let of_a_year = said(Lang::Fr, 2, 1, year);
        let words = "2 places sont prises en 2026/2027 : 1 ne suffit pas. Retirez d’abord des nominations.";
        assert_eq!(of_a_year, words);
        let southern = said(Lang::En, 2, 1, AcademicYear::southern(2027).ok());
        let words = "2 places are taken in 2027/2027: 1 is not enough. Withdraw nominations first.";
        assert_eq!(southern, words);
    }
}
