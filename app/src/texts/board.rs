//! The board of places, and the ledger of a flow in a year.

use super::{Texts, of, the};
use domain::{
    academic_year::AcademicYear,
    nomination::Side,
    seats::{Direction, Fullness, Grouping, LineKind, Tally},
};

texts! {
    seats: "Places", "Places";
    board_lead: "Vos flux de mobilité sur trois années : combien de places, qui les tient, ce qui reste.",
        "Your mobility flows over three years: how many places, who holds them, what is left.";
    board_flow: "Partenaire et flux", "Partner and flow";
    board_flow_id: "Flux", "Flow";
    board_partner: "Partenaire", "Partner";
    board_flow_one: "flux", "flow";
    board_flow_many: "flux", "flows";
    board_partner_many: "partenaires", "partners";
    board_group_one: "groupe", "group";
    board_group_many: "groupes", "groups";
    board_office: "Pour le service", "For the office";
    board_words: "Nom du partenaire", "Name of the partner";
    board_direction: "Sens", "Direction";
    board_fullness: "Occupation", "Fullness";
    board_fullness_help: "De l’année du milieu ; ou du contingent partagé, s’il y reste peu ou rien.",
        "Of the year in the middle; or of the shared pool, where few or none are left of it.";
    board_unused: "Sans usage depuis deux ans", "Unused for two years";
    board_gone: "n’est plus dans l’accord", "no longer in the agreement";
    board_whole: "places de tout l’accord", "places of the whole agreement";
    board_any_level: "Tous niveaux", "Any level";
    board_any_field: "Tous domaines", "Any field";
    board_group: "Additionner par", "Add up by";
    board_no_group: "flux par flux", "flow by flow";
    board_group_note: "Un flux ouvert à plusieurs niveaux ou domaines compte dans chacun ; les nombres sont dans l’unité de chaque flux.",
        "A flow for several levels or fields counts for each; numbers are in the unit of each flow.";
    board_group_balances: "L’équilibre avec un partenaire est celui de tous les échanges avec lui, quels que soient les filtres.",
        "The balance with a partner is that of all exchanges with it, whatever the filters.";
    board_flows: "Flux", "Flows";
    board_middle_year: "Année du milieu", "Middle year";
    board_semesters: "en semestres", "in semesters";
    board_calendar_years: "par années civiles", "by calendar years";
    board_years: "Années montrées", "Years shown";
    board_earlier: "Années précédentes", "Earlier years";
    board_later: "Années suivantes", "Later years";
    board_today: "Cette année", "This year";
    board_not_open: "pas ouvert", "not open";
    board_empty_title: "Aucun flux", "No flow";
    board_empty_text: "Les flux d’un accord paraissent ici dès que toutes les parties l’ont approuvé ou signé.",
        "The flows of an agreement appear here as soon as all parties have approved or signed it.";
    board_empty_filtered: "Aucun flux ne répond à ces filtres : retirez-en un.", "No flow passes these filters: remove one.";
    board_legend: "Légende", "Key";
    board_key_confirmed: "confirmée", "confirmed";
    board_key_kept: "acceptée ou réservée", "accepted or held";
    board_key_free: "libre", "free";
    board_key_waiting: "+1 : en liste d’attente", "+1: on the waitlist";
    board_key_beyond: "▲ : ouverte au-delà du plafond", "▲: opened beyond the cap";
    board_live: "En direct : les nombres suivent les changements.", "Live: the numbers follow each change.";
    board_not_live: "Pas de liaison directe : rechargez la page pour voir les changements.",
        "Not connected: reload the page to see changes.";
    board_reload: "Recharger", "Reload";
    board_list_changed: "La liste a changé :", "The list has changed:";
    board_show_anew: "la montrer à nouveau", "show it anew";
    board_balance(year: &str): ("Équilibre fin {year}"), ("Balance, end of {year}");
    board_balance_of(amount: &str, one: &str, other: &str, year: &str): ("{amount} : équilibre {} avec {}, fin {year}", of(one), the(other)),
        ("{amount}: balance of {one} with {other}, end of {year}");
    board_pool_line(name: &str): ("contingent partagé « {name} »"), ("shared pool “{name}”");

    seats_beyond(count: &str): ("▲ {count}"), ("▲ {count}");
    seats_in_line(count: &str): ("+{count}"), ("+{count}");

    ledger(year: &str): ("Places {year}"), ("Places {year}");
    ledger_lead: "Chaque unité, expliquée : ce que l’accord prévoit, ce qui a été ajouté ou retiré, qui tient une place.",
        "Every unit, explained: what the agreement says, what was added or taken away, who holds a place.";
    ledger_cap: "Plafond", "Cap";
    seat_cap(cap: &str): ("plafond {cap}"), ("cap {cap}");
    pool_capacity: "Places du contingent", "Places of the pool";
    pool_remaining: "Libres du contingent", "Free in the pool";
    ledger_capacity: "Places", "Places";
    ledger_held: "Réservées", "Held";
    ledger_accepted: "Acceptées", "Accepted";
    ledger_confirmed: "Confirmées", "Confirmed";
    ledger_remaining: "Libres", "Free";
    ledger_used: "Prises", "Taken";
    ledger_waiting: "En attente", "Waiting";
    ledger_overridden: "Au-delà du plafond", "Beyond the cap";
    ledger_closed: "Close", "Closed";
    ledger_year_closed: "Cette année est close : rien n’y change plus.", "This year is closed: nothing changes in it any more.";
    ledger_agreement: "Accord", "Agreement";
    ledger_agreement_link(revision: i64): ("voir l’accord (version {revision})"), ("see the agreement (revision {revision})");
    ledger_lines: "Le registre des places", "The ledger";
    ledger_when: "Quand", "When";
    ledger_what: "Quoi", "What";
    ledger_who: "Par", "By";
    ledger_change: "Places", "Places";
    ledger_taking: "Prises", "Taken";
    ledger_left: "Reste", "Left";
    ledger_sum: "Ensemble", "All";
    ledger_of_flow: "tel que prévu par l’accord", "as the agreement says";
    ledger_cap_to_confirm(cap: &str): ("{cap} (à confirmer)"), ("{cap} (to be confirmed)");
    ledger_revision(number: i64): ("version {number}"), ("revision {number}");
    ledger_a_student: "une personne", "a person";
    ledger_evidence(what: &str): ("Ce qui l’atteste : {what}"), ("What attests to it: {what}");
    ledger_none: "Le nombre de places n’est pas encore convenu.", "The number of places is not yet agreed.";
    ledger_line: "En liste d’attente", "On the waitlist";
    ledger_line_rule: "La première personne à qui une place libérée suffit la reçoit, dans l’ordre d’arrivée.",
        "The first person for whom a freed place suffices gets it, in the order in which they came.";
    ledger_line_none: "Personne n’attend.", "Nobody waits.";
    ledger_pool(name: &str): ("Contingent partagé « {name} »"), ("Shared pool “{name}”");
    ledger_pool_help: "Une nomination prend une place du flux et une du contingent.", "A nomination takes a place of the flow and one of the pool.";
    ledger_pool_see: "Voir les places du contingent", "See the places of the pool";
    ledger_pool_flows: "Les flux qui le partagent", "The flows that share it";
    held_back_title: "Le contingent partagé n’a plus de place.", "The shared pool has no place left.";
    held_back_not_agreed: "Le nombre de places du contingent partagé n’est pas encore convenu.", "The number of places of the shared pool is not agreed yet.";
    held_back_text: "Personne ne peut prendre les places libres de ce flux tant que le contingent n’en a pas aussi.",
        "Nobody can take the free places of this flow until the pool has some, too.";
    out_of_time_title: "La durée restante ne suffit plus pour un séjour habituel.", "The time left is not enough for a stay of the usual length.";
    out_of_time_text: "Il reste des places : seul un séjour plus court peut encore les prendre. Une nouvelle version de l’accord peut prévoir plus de durée.",
        "Places are left: only a shorter stay can still take them. Another revision of the agreement can provide more time.";
    ledger_budget_months(spent: &str, budget: &str): ("{spent} sur {budget} mois"), ("{spent} of {budget} months");
    ledger_budget_days(spent: &str, budget: &str): ("{spent} sur {budget} jours"), ("{spent} of {budget} days");

    adjust_title: "Plus ou moins de places", "More or fewer places";
    adjust_help: "Dans ce que vous décidez pour cette année. Moins que ce qui est pris est refusé.",
        "Within what you decide for this year. Fewer than are taken is refused.";
    adjust_units: "Nombre de places", "Number of places";
    adjust_units_help: "2 pour deux de plus, −2 pour deux de moins.", "2 for two more, −2 for two fewer.";
    adjust_reason: "Pourquoi", "Why";
    adjust_evidence: "Ce qui l’atteste", "What attests to it";
    adjust_evidence_help: "L’établissement d’accueil n’a pas de compte : dites sur quoi vous vous fondez, par exemple un courriel et sa date.",
        "The host has no account: say what you rely on, for example a message and its date.";
    do_adjust: "Changer le nombre de places", "Change the number of places";
    override_title: "Au-delà du plafond", "Beyond the cap";
    override_help: "Par exception : le tableau le marque d’un triangle, le registre garde la raison.",
        "As an exception: the board marks it with a triangle, the ledger keeps the reason.";
    do_override: "Ouvrir au-delà du plafond", "Open beyond the cap";
    close_title: "Clore l’année", "Close the year";
    close_help: "Quand tout est décidé : plus personne n’est nommé pour cette année.", "Once all is decided: nobody is nominated for this year any more.";
    do_close(year: &str): ("Clore {year}"), ("Close {year}");
    close_warning(carried: &str, leaving: &str): ("Cela ne se défait pas. {carried} {leaving}"), ("This cannot be undone. {carried} {leaving}");
    close_carries_one: "place libre passera à l’année suivante.", "place left goes to the next year.";
    close_carries_many: "places libres passeront à l’année suivante.", "places left go to the next year.";
    close_carries_nothing: "Rien ne passe à l’année suivante.", "Nothing goes to the next year.";
    close_line_one: "personne quittera la liste d’attente.", "person will leave the waitlist.";
    close_line_many: "personnes quitteront la liste d’attente.", "people will leave the waitlist.";
    close_line_none: "Personne n’attend.", "Nobody waits.";
    close_undecided: "Une nomination attend encore une réponse : tant qu’il y en a, l’année ne se clôt pas.",
        "A nomination is still to be answered: while there is one, the year is not closed.";
    close_see: "Les voir", "See them";
    in_the_way: "Ces nominations devraient être retirées d’abord :", "These nominations would have to be withdrawn first:";
    done_adjusted: "Le nombre de places est changé.", "The number of places is changed.";
    done_overridden: "Des places sont ouvertes au-delà du plafond.", "Places are open beyond the cap.";
    done_year_closed: "L’année est close.", "The year is closed.";
    person_one: "personne", "person";
    person_many: "personnes", "people";
}

impl Texts {
    /// How full a year is.
    pub const fn fullness(self, fullness: Fullness) -> &'static str {
        match fullness {
            Fullness::NotAgreed => self.flow_not_agreed(),
            Fullness::Empty => self.of("aucune place prise", "none taken"),
            Fullness::Open => self.of("des places libres", "places left"),
            Fullness::Near => self.of("presque complet", "almost full"),
            Fullness::Full => self.of("complet", "full"),
            Fullness::Over => self.of("au-delà du plafond", "beyond the cap"),
        }
    }

    /// Which way a flow goes.
    pub const fn direction(self, direction: Direction) -> &'static str {
        match direction {
            Direction::Out => self.of("Départs", "Outgoing"),
            Direction::In => self.of("Arrivées", "Incoming"),
        }
    }

    /// What flows are added up by.
    pub const fn grouping(self, by: Grouping) -> &'static str {
        match by {
            Grouping::Partner => self.of("partenaire", "partner"),
            Grouping::Country => self.of("pays", "country"),
            Grouping::Level => self.of("niveau", "level"),
            Grouping::Field => self.of("domaine", "field"),
        }
    }

    /// The same over the column that says which.
    pub const fn grouping_column(self, by: Grouping) -> &'static str {
        match by {
            Grouping::Partner => self.of("Partenaire", "Partner"),
            Grouping::Country => self.of("Pays", "Country"),
            Grouping::Level => self.of("Niveau", "Level"),
            Grouping::Field => self.of("Domaine", "Field"),
        }
    }

    /// What a line of a ledger is about.
    pub const fn line_kind(self, kind: LineKind) -> &'static str {
        match kind {
            LineKind::Cap => self.ledger_cap(),
            LineKind::Adjustment => self.of("Ajustement", "Adjustment"),
            LineKind::Override => self.ledger_overridden(),
            LineKind::CarriedIn => {
                self.of("Reporté de l’année précédente", "Carried over from the year before")
            }
            LineKind::CarriedOut => self.of("Reporté à l’année suivante", "Carried over to the next year"),
            LineKind::Taken => self.of("Prise par", "Taken by"),
            LineKind::Freed => self.of("Libérée par", "Given back by"),
        }
    }

    /// How many units go to the next year when this one is closed.
    pub fn close_carried(self, count: i64) -> String {
        if count == 0 {
            return self.close_carries_nothing().to_owned();
        }
        self.counted(count, self.close_carries_one(), self.close_carries_many())
    }

    /// How many people leave the line when a year is closed.
    pub fn close_leaving(self, count: i64) -> String {
        if count == 0 {
            return self.close_line_none().to_owned();
        }
        self.counted(count, self.close_line_one(), self.close_line_many())
    }

    /// Who wrote a line of a nomination, without a name.
    pub const fn ledger_side(self, side: Side) -> &'static str {
        match side {
            Side::Student => self.ledger_a_student(),
            Side::Home => self.of("l’établissement d’origine", "the home institution"),
            Side::Host => self.of("l’établissement d’accueil", "the host institution"),
            Side::Registry => self.of("le registre", "the registry"),
        }
    }

    /// A name of a pool, in this language or in the one it has.
    pub const fn pool_name<'a>(self, fr: &'a str, en: &'a str) -> &'a str {
        match self.0 {
            domain::lang::Lang::Fr if fr.is_empty() => en,
            domain::lang::Lang::En if !en.is_empty() => en,
            _ => fr,
        }
    }

    /// How many are taken of how many: `4/5`; only the taken ones where no number was agreed.
    pub fn seat_number(self, tally: &Tally) -> String {
        let used = self.number(tally.used());
        if tally.fullness() == Fullness::NotAgreed {
            used
        } else {
            format!("{used}/{}", self.number(tally.capacity()))
        }
    }

    /// How many of a year's places are confirmed, accepted, held and free, and the cap where there are more or fewer places than it; nothing
    /// while nobody has one.
    pub fn seat_shares(self, tally: &Tally) -> Option<String> {
        let mut parts: Vec<String> = self.seat_counts(tally).collect();
        let cap = tally.cap.filter(|cap| *cap != tally.capacity());
        parts.extend(cap.map(|cap| self.seat_cap(&self.number(cap))));
        (tally.used() > 0 || cap.is_some()).then(|| parts.join(" · "))
    }

    /// Places by what they are, of which there are any.
    fn seat_counts(self, tally: &Tally) -> impl Iterator<Item = String> + use<> {
        let free = (tally.remaining(), self.of("libre", "free"), self.of("libres", "free"));
        self.taken_counts([tally.confirmed, tally.accepted, tally.held])
            .chain((free.0 != 0).then(|| self.counted(free.0, free.1, free.2)))
    }

    /// Places that are confirmed, accepted and held, of which there are any.
    fn taken_counts(self, counts: [i64; 3]) -> impl Iterator<Item = String> + use<> {
        let words = [
            (self.of("confirmée", "confirmed"), self.of("confirmées", "confirmed")),
            (self.of("acceptée", "accepted"), self.of("acceptées", "accepted")),
            (self.of("réservée", "held"), self.of("réservées", "held")),
        ];
        let counts = counts.into_iter().zip(words).filter(|(count, _)| *count != 0);
        counts.map(move |(count, (one, many))| self.counted(count, one, many))
    }

    /// What taken places are, all together; nothing while none is taken.
    pub fn taken_shares(self, confirmed: i64, accepted: i64, held: i64) -> Option<String> {
        let parts: Vec<String> = self.taken_counts([confirmed, accepted, held]).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// The places of a year in a sentence, for those who do not see the bar.
    pub fn seat_sentence(self, year: AcademicYear, tally: &Tally) -> String {
        let mut parts = vec![self.fullness(tally.fullness()).to_owned()];
        parts.extend(self.seat_counts(tally));
        for (count, one, many) in [
            (
                tally.waiting,
                self.of("en liste d’attente", "on the waitlist"),
                self.of("en liste d’attente", "on the waitlist"),
            ),
            (
                tally.overridden,
                self.of("ouverte au-delà du plafond", "opened beyond the cap"),
                self.of("ouvertes au-delà du plafond", "opened beyond the cap"),
            ),
        ] {
            if count != 0 {
                parts.push(self.counted(count, one, many));
            }
        }
        if tally.is_closed {
            parts.push(self.of("année close", "year closed").to_owned());
        }
        self.form_error_named(&year.to_string(), &parts.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::lang::Lang;

    #[test]
    fn a_year_is_told_in_a_sentence() {
        let year = AcademicYear::northern(2026).expect("a year");
        let tally = Tally { cap: Some(5), confirmed: 2, held: 1, waiting: 1, ..Tally::default() };
        assert_eq!(
            Texts(Lang::Fr).seat_sentence(year, &tally),
            "2026/2027 : des places libres, 2 confirmées, 1 réservée, 2 libres, 1 en liste d’attente"
        );
        assert_eq!(Texts(Lang::En).seat_number(&tally), "3/5");
        let shares = |tally: &Tally| Texts(Lang::Fr).seat_shares(tally);
        assert_eq!(shares(&tally).as_deref(), Some("2 confirmées · 1 réservée · 2 libres"));
        let beyond = Tally { overridden: 1, ..tally };
        assert_eq!(shares(&beyond).as_deref(), Some("2 confirmées · 1 réservée · 3 libres · plafond 5"));
        assert_eq!(shares(&Tally { cap: Some(5), waiting: 1, ..Tally::default() }), None);
        let unsaid = Tally { waiting: 2, ..Tally::default() };
        assert_eq!(
            Texts(Lang::En).seat_sentence(year, &unsaid),
            "2026/2027: not yet agreed, 2 on the waitlist"
        );
        assert_eq!(Texts(Lang::En).seat_number(&unsaid), "0");
    }

    #[test]
    fn what_closing_a_year_does_agrees_in_number() {
        for (lang, count, carried, leaving) in [
            (
                Lang::Fr,
                1,
                "1 place libre passera à l’année suivante.",
                "1 personne quittera la liste d’attente.",
            ),
            (
                Lang::Fr,
                2,
                "2 places libres passeront à l’année suivante.",
                "2 personnes quitteront la liste d’attente.",
            ),
            (Lang::En, 1, "1 place left goes to the next year.", "1 person will leave the waitlist."),
            (Lang::En, 2, "2 places left go to the next year.", "2 people will leave the waitlist."),
        ] {
            let t = Texts(lang);
            assert_eq!(t.close_carried(count), carried);
            assert_eq!(t.close_leaving(count), leaving);
        }
    }

    #[test]
    fn a_pool_is_called_by_the_name_it_has() {
        assert_eq!(Texts(Lang::En).pool_name("Places communes", ""), "Places communes");
        assert_eq!(Texts(Lang::Fr).pool_name("", "Shared"), "Shared");
        assert_eq!(Texts(Lang::En).pool_name("Places communes", "Shared"), "Shared");
    }
}
