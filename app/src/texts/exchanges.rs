//! The catalogue of exchanges: the list, one flow, whether one could go.

use super::{Texts, of};
use domain::{
    eligibility::Eligibility,
    exchange::{Availability, Places},
    flow::SeatUnit,
};

texts! {
    exchanges_lead: "Où partir, et d’où venir : les places que les accords publiés ouvrent, avec leurs conditions et leurs dates limites.",
        "Where to go, and from where: the places that published agreements open, with their conditions and deadlines.";
    exchange_count_word: "échange", "exchange";
    exchange_count_words: "échanges", "exchanges";
    exchange_years: "Année universitaire", "Academic year";
    filter_home: "Établissement d’origine", "Home institution";
    filter_receiver: "Établissement d’accueil", "Host institution";
    filter_receiver_country: "Pays d’accueil", "Host country";
    filter_level: "Niveau d’études", "Level of study";
    filter_asked_help: "Ce qui n’en demande aucun est montré aussi.", "What asks for none is shown, too.";
    filter_language: "Langue demandée", "Language asked for";
    filter_term: "Période", "Term";
    filter_mobility_kind: "Type de mobilité", "Kind of mobility";
    filter_available: "Avec des places libres", "With places left";
    filter_exchange_words_help: "Nom, ville ou code d’un des deux établissements ; le début d’un mot suffit.",
        "Name, city or code of one of the two institutions; the beginning of a word is enough.";
    no_exchange_title: "Aucun échange ne correspond", "No exchange matches";
    no_exchange_text: "Retirez un filtre, ou regardez une autre année universitaire.", "Remove a filter, or look at another academic year.";
    no_exchange_yet: "Aucun échange n’est ouvert cette année-là", "No exchange is open in that year";
    no_exchange_yet_text: "Les places paraissent ici dès qu’un accord publié en ouvre. Regardez aussi une autre année universitaire.",
        "Places show here as soon as a published agreement opens some. Look at another academic year, too.";
    column_destination: "Destination", "Destination";
    column_country: "Pays", "Country";
    column_places: "Places", "Places";
    column_for_whom: "Pour qui", "For whom";
    column_terms: "Périodes", "Terms";
    exchange_from(sender: &str): ("au départ {}", of(sender)), ("from {sender}");
    exchange_anyone: "Tous niveaux et domaines", "Any level and field";
    exchange_passed(what: &str): ("{what} (délai passé)"), ("{what} (over)");
    exchange_until(term: &str, day: &str): ("{term} : nomination avant le {day} inclus"), ("{term}: nomination by {day}");
    exchange_full(capacity: &str): ("Complet ({capacity})"), ("Full ({capacity})");
    exchange_closed: "Année close", "Year closed";
    exchange_number_open: "Nombre pas encore convenu", "Number not yet agreed";
    exchange_left(left: &str, capacity: &str): ("{left} sur {capacity}"), ("{left} of {capacity}");
    exchange_not_open(year: &str): ("Pas ouvert en {year}"), ("Not open in {year}");
    exchange_shared: "Ces places puisent aussi dans un contingent que plusieurs flux partagent.",
        "These places also draw on a pool that several flows share.";
    exchange_dates(year: &str): ("Dates limites en {year}"), ("Deadlines in {year}");
    exchange_no_dates: "L’accord n’en dit rien : demandez au service des relations internationales de votre établissement.",
        "The agreement says nothing of them: ask the international office of your institution.";
    exchange_nomination: "Nomination par votre établissement", "Nomination by your institution";
    exchange_application: "Candidature auprès de l’établissement d’accueil", "Application to the host institution";
    exchange_conditions: "Conditions", "Conditions";
    exchange_no_conditions: "L’accord n’en pose aucune.", "The agreement sets none.";
    exchange_links: "Établissements et accord", "Institutions and agreement";
    exchange_sender: "Qui envoie", "Who sends";
    exchange_receiver: "Qui accueille", "Who hosts";
    exchange_agreement: "Accord", "Agreement";
    exchange_agreement_read: "Lire l’accord", "Read the agreement";
    exchange_all: "Tous les échanges", "All exchanges";
    exchange_ledger: "Voir le registre des places", "See the ledger of places";
    exchange_see: "Voir les places et vérifier si l’on peut partir", "See the places and check whether one could go";
    section_exchanges(year: &str): ("Échanges ouverts en {year}"), ("Exchanges open in {year}");
    exchanges_from_here: "Tous ceux ouverts à ses étudiants", "All that are open to its students";
    check_title: "Puis-je partir ?", "Can I go?";
    check_lead: "Rien de ce que vous indiquez n’est enregistré. Tout est facultatif : ce qui manque reste inconnu, et ce n’est pas un refus.",
        "Nothing that you give is kept. Everything is optional: what is missing stays unknown, and that is no refusal.";
    check_level: "Niveau du diplôme préparé", "Level of your programme";
    check_field: "Domaine d’études", "Field of study";
    check_study_year: "Année d’études au départ", "Year of study when leaving";
    check_ects: "Crédits ECTS acquis au départ", "ECTS credits earned when leaving";
    check_languages: "Langues et niveaux", "Languages and levels";
    check_languages_help: "Par exemple anglais B2, japonais A1.", "For example English B2, Japanese A1.";
    check_term: "Période souhaitée", "Term wanted";
    check_do: "Vérifier", "Check";
    check_result: "Réponse, règle par règle", "Answer, rule by rule";
    check_met: "Toutes les conditions sont remplies. La décision revient à votre établissement, puis à l’établissement d’accueil.",
        "All conditions are met. Your institution decides, then the host institution.";
    check_not_met: "Au moins une condition n’est pas remplie. L’établissement d’accueil peut faire une exception : parlez-en à votre établissement.",
        "At least one condition is not met. The host institution may make an exception: talk to your institution.";
    check_unknown: "Rien ne s’y oppose dans ce que vous avez indiqué ; des réponses restent inconnues.",
        "Nothing stands against it in what you gave; some answers remain unknown.";
    column_rule: "Règle", "Rule";
    column_answer: "Réponse", "Answer";
    column_rule_words: "Ce qui est demandé", "What is asked for";
    column_rule_source: "D’où vient la règle", "Where the rule is from";
}

impl Texts {
    /// How many places are left of how many, or why nobody can say.
    pub fn places_left(self, places: &Places, unit: SeatUnit) -> String {
        let words = match unit {
            SeatUnit::Person => [
                self.of("place", "place"),
                self.of("places", "places"),
                self.of("place libre", "place left"),
                self.of("places libres", "places left"),
            ],
            SeatUnit::Semester => [
                self.of("semestre", "semester"),
                self.of("semestres", "semesters"),
                self.of("semestre libre", "semester left"),
                self.of("semestres libres", "semesters left"),
            ],
        };
        let capacity = places.own.capacity.unwrap_or(0);
        match places.availability() {
            Availability::Closed => self.exchange_closed().to_owned(),
            Availability::NotAgreed => self.exchange_number_open().to_owned(),
            Availability::Full => self.exchange_full(&self.counted(capacity, words[0], words[1])),
            Availability::Open => {
                let left = self.counted(places.remaining().unwrap_or(0), words[2], words[3]);
                self.exchange_left(&left, &self.number(capacity))
            }
        }
    }

    /// What all rules together come to.
    pub fn check_summary(self, eligibility: &Eligibility) -> &'static str {
        if eligibility.refuses() {
            self.check_not_met()
        } else if eligibility.unknown().next().is_some() {
            self.check_unknown()
        } else {
            self.check_met()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{exchange::Share, lang::Lang};

    #[test]
    fn places_are_said_in_the_unit_they_are_counted_in() {
        let places = |capacity, used| Places { own: Share { capacity, used }, ..Places::default() };
        for (places, unit, fr, en) in [
            (places(Some(5), 3), SeatUnit::Person, "2 places libres sur 5", "2 places left of 5"),
            (places(Some(5), 4), SeatUnit::Semester, "1 semestre libre sur 5", "1 semester left of 5"),
            (places(Some(3), 3), SeatUnit::Person, "Complet (3 places)", "Full (3 places)"),
            (places(None, 0), SeatUnit::Person, "Nombre pas encore convenu", "Number not yet agreed"),
            (
                Places { is_closed: true, ..places(Some(5), 3) },
                SeatUnit::Person,
                "Année close",
                "Year closed",
            ),
        ] {
            let said = [Lang::Fr, Lang::En].map(|lang| Texts(lang).places_left(&places, unit));
            assert_eq!(said, [fr, en]);
        }
    }
}
