//! Flows and pools: in the form of an agreement, on its page, and beside another revision.

use super::Texts;
use domain::{
    decimal::Decimal,
    eqf::EqfLevel,
    flow::{CapPeriod, FlowLanguage, MobilityKind, SeatUnit, TermDeadline},
    lang::Lang,
    language::LanguageTag,
    month_day::MonthDay,
    term::Term,
};

texts! {
    section_flows: "Flux de mobilité", "Mobility flows";
    flow_between(sender: &str, receiver: &str): ("{sender} → {receiver}"), ("{sender} → {receiver}");
    flow_places: "Places", "Places";
    flow_not_agreed: "pas encore convenu", "not yet agreed";
    flow_year_cap(year: &str, places: &str): ("{year} : {places}"), ("{year}: {places}");
    flow_year_caps: "Autres années", "Other years";
    flow_years: "Années", "Years";
    flow_years_from(year: &str): ("à partir de {year}"), ("from {year}");
    flow_years_until(year: &str): ("jusqu’à {year}"), ("until {year}");
    flow_carries_over: "Report", "Carry-over";
    flow_carries_over_text: "ce qu’une année laisse libre sert l’année suivante", "what a year leaves free may be used in the next";
    flow_budget: "Durée en tout", "Time in all";
    flow_conversion: "Décompte", "Counting";
    flow_conversion_text(semester: u32, year: u32, quarter: u32):
        ("un semestre compte {semester}, une année {year}, une autre partie de l’année {quarter}"),
        ("a semester counts {semester}, a year {year}, another part of the year {quarter}");
    flow_balance: "Équilibre", "Balance";
    flow_balance_text(weight: &str, ratio: &str): ("poids {weight}, rapport {ratio}"), ("weight {weight}, ratio {ratio}");
    flow_terms: "Périodes", "Terms";
    flow_levels: "Niveaux", "Levels";
    flow_fields: "Domaines", "Fields";
    flow_languages: "Langues", "Languages";
    flow_required: "exigé", "required";
    flow_recommended: "recommandé", "recommended";
    flow_asked: "Prérequis", "Asked for";
    flow_min_ects(credits: &str): ("{credits} crédits ECTS"), ("{credits} ECTS credits");
    flow_min_study_year(year: u8): ("année d’études {year} au moins"), ("year of study {year} at least");
    flow_blended: "Format", "Format";
    flow_blended_text: "en partie à distance", "partly at a distance";
    flow_conditions: "Autres conditions", "Other conditions";
    flow_deadlines: "Dates limites", "Deadlines";
    flow_nomination_by(day: &str): ("nomination avant le {day} inclus"), ("nomination by {day}");
    flow_application_by(day: &str): ("candidature avant le {day} inclus"), ("application by {day}");
    flow_pool: "Contingent partagé", "Shared pool";
    flow_pool_line(name: &str, places: &str): ("{name} : {places}"), ("{name}: {places}");

    form_flows: "Flux de mobilité", "Mobility flows";
    form_flows_help: "Les places que l’accord ouvre, d’une partie vers une autre ; un flux par sens et par type de mobilité. Ils font partie du contenu que les parties approuvent, et chacun peut les lire une fois l’accord publié.",
        "The places that the agreement opens, from one party to another; one flow for each direction and kind of mobility. They are part of the content that the parties approve, and everyone can read them once the agreement is published.";
    form_flow(number: usize): ("Flux {number}"), ("Flow {number}");
    form_add_flow: "Ajouter un flux", "Add a flow";
    form_remove_flow(number: usize): ("Retirer le flux {number}"), ("Remove flow {number}");
    form_mirror_flow(number: usize): ("Ajouter le flux retour du flux {number}"), ("Add the return flow of flow {number}");
    form_flow_kind: "Type de mobilité", "Kind of mobility";
    form_flow_sender: "Partie qui envoie", "Party that sends";
    form_flow_receiver: "Partie qui accueille", "Party that hosts";
    form_flow_cap: "Nombre de places", "Number of places";
    form_flow_cap_help: "Vide : pas encore convenu. Un point d’interrogation après le nombre : à confirmer.",
        "Empty: not yet agreed. A question mark after the number: to be confirmed.";
    form_pool_cap_help: "Vide : pas encore convenu.", "Empty: not yet agreed.";
    form_flow_cap_to_confirm: "Le nombre de places est à confirmer", "The number of places is to be confirmed";
    form_flow_cap_period: "Ces places valent", "These places are for";
    form_flow_unit: "Une place est", "A place is";
    form_flow_first_year: "Première année universitaire", "First academic year";
    form_flow_last_year: "Dernière année universitaire", "Last academic year";
    form_flow_years_help: "Par exemple 2026/2027. Vide : comme l’accord.", "For example 2026/2027. Empty: as the agreement.";
    form_flow_more_places: "Décompte : autres années, contingent, mois ou jours, report, équilibre", "Counting: other years, pool, months or days, carry-over, balance";
    form_flow_year_caps: "Années où le nombre diffère", "Years in which the number differs";
    form_flow_year_caps_help: "Par exemple 2026/2027: 3, 2027/2028: - (un tiret : pas encore convenu).", "For example 2026/2027: 3, 2027/2028: - (a dash: not yet agreed).";
    form_flow_pool: "Contingent partagé", "Shared pool";
    form_flow_pool_none: "Aucun", "None";
    form_flow_pool_help: "Une nomination prend alors une place du flux et une du contingent.", "A nomination then takes a place of the flow and one of the pool.";
    form_flow_budget: "Mois (étudiants) ou jours (personnel) en tout", "Months (students) or days (staff) in all";
    form_flow_budget_help: "Deux décimales au plus. Il limite en plus du nombre de places.", "At most two decimals. It binds beside the number of places.";
    form_flow_carries_over: "Ce qu’une année laisse libre sert l’année suivante", "What a year leaves free may be used in the next";
    form_flow_semester_units: "Un semestre compte", "A semester counts";
    form_flow_year_units: "Une année compte", "A year counts";
    form_flow_quarter_units: "Une autre partie de l’année compte", "Another part of the year counts";
    form_flow_units_help: "Seulement si l’on compte des semestres. Vide : 1, 2 et 1.", "Only where semesters are counted. Empty: 1, 2 and 1.";
    form_flow_weight: "Poids d’une place dans l’équilibre", "Weight of a place in the balance";
    form_flow_ratio: "Une arrivée vaut, en départs", "One who comes counts, in departures";
    form_flow_balance_help: "Vide : 1.", "Empty: 1.";
    form_flow_more_asked: "Qui peut partir : périodes, niveaux, domaines, langues, conditions", "Who may go: terms, levels, fields, languages, conditions";
    form_flow_terms: "Périodes", "Terms";
    form_flow_terms_help: "Rien de coché : un semestre ou l’année.", "None ticked: a semester or the year.";
    form_flow_parts: "Autres parties de l’année", "Other parts of the year";
    form_flow_parts_help: "Par exemple q1/4, q2/4 pour deux quarts ; q1/3 pour un trimestre.", "For example q1/4, q2/4 for two quarters; q1/3 for a third.";
    form_flow_levels: "Niveaux", "Levels";
    form_flow_levels_help: "Rien de coché : tous.", "None ticked: any.";
    form_flow_fields_help: "Codes séparés par des virgules, par exemple 0613, 0311. Vide : tous.", "Codes separated by commas, for example 0613, 0311. Empty: any.";
    form_flow_languages: "Langues", "Languages";
    form_flow_language(number: usize): ("Langue {number}"), ("Language {number}");
    form_flow_language_level(number: usize): ("Niveau de la langue {number}"), ("Level of language {number}");
    form_flow_language_required(number: usize): ("La langue {number} est exigée, pas seulement recommandée"), ("Language {number} is required, not recommended only");
    form_flow_add_language(flow: usize): ("Ajouter une langue au flux {flow}"), ("Add a language to flow {flow}");
    form_flow_any_level: "Niveau non précisé", "Level not said";
    form_flow_no_language: "Aucune", "None";
    form_flow_min_ects: "Crédits ECTS acquis, au moins", "ECTS credits earned, at least";
    form_flow_min_study_year: "Année d’études, au moins", "Year of study, at least";
    form_flow_is_blended: "Une partie a lieu à distance", "Part of it takes place at a distance";
    form_flow_conditions_fr: "Autres conditions, en français", "Other conditions, in French";
    form_flow_conditions_en: "Autres conditions, en anglais", "Other conditions, in English";
    form_flow_more_deadlines: "Dates limites de nomination et de candidature", "Deadlines for nomination and application";
    form_flow_deadlines_help: "Le jour et le mois, chaque année : 10/04 ou 10 avril. Une autre partie de l’année a ici sa ligne une fois le formulaire enregistré.",
        "The day and month, each year: 10/04 (day first) or April 10. Another part of the year has its line here once the form is saved.";
    form_flow_deadline(number: usize): ("Dates limites {number}"), ("Deadlines {number}");
    form_flow_term: "Période", "Term";
    form_flow_nomination: "Dernier jour pour nommer", "Last day to nominate";
    form_flow_application: "Dernier jour pour candidater auprès de l’hôte", "Last day to apply to the host";
    form_flow_of_term(what: &str, term: &str): ("{what}, {term}"), ("{what}, {term}");

    form_pools: "Contingents partagés", "Shared pools";
    form_pools_help: "Quand plusieurs flux puisent dans les mêmes places : nommez le contingent, puis choisissez-le dans chacun de ces flux.",
        "Where several flows draw on the same places: name the pool, then choose it in each of these flows.";
    form_pool(number: usize): ("Contingent {number}"), ("Pool {number}");
    form_add_pool: "Ajouter un contingent", "Add a pool";
    form_remove_pool(number: usize): ("Retirer le contingent {number}"), ("Remove pool {number}");
    form_pool_name_fr: "Nom, en français", "Name, in French";
    form_pool_name_en: "Nom, en anglais", "Name, in English";
}

impl Texts {
    /// Who goes for what.
    pub const fn mobility_kind(self, kind: MobilityKind) -> &'static str {
        match kind {
            MobilityKind::StudentStudies => self.of("Études", "Studies"),
            MobilityKind::StudentTraineeship => self.of("Stage d’étudiants", "Student traineeship"),
            MobilityKind::StaffTeaching => self.of("Mission d’enseignement", "Teaching by staff"),
            MobilityKind::StaffTraining => self.of("Formation du personnel", "Training of staff"),
            MobilityKind::LearningTrip => self.of("Voyage d’études", "Learning trip"),
        }
    }

    /// What places are for.
    pub const fn cap_period(self, period: CapPeriod) -> &'static str {
        match period {
            CapPeriod::AcademicYear => self.of("Chaque année universitaire", "Each academic year"),
            CapPeriod::Agreement => self.of("Toute la durée de l’accord", "The whole agreement"),
        }
    }

    /// What a place is.
    pub const fn seat_unit(self, unit: SeatUnit) -> &'static str {
        match unit {
            SeatUnit::Person => self.of("Une personne, quelle que soit la durée", "A person, however long"),
            SeatUnit::Semester => self.of("Un semestre", "A semester"),
        }
    }

    /// A term, in the middle of a sentence.
    pub fn term(self, term: Term) -> String {
        match (self.0, term) {
            (Lang::Fr, Term::S1) => "premier semestre".to_owned(),
            (Lang::En, Term::S1) => "first semester".to_owned(),
            (Lang::Fr, Term::S2) => "second semestre".to_owned(),
            (Lang::En, Term::S2) => "second semester".to_owned(),
            (Lang::Fr, Term::Year) => "année entière".to_owned(),
            (Lang::En, Term::Year) => "whole year".to_owned(),
            (Lang::Fr, Term::Quarter { n, of }) => format!("partie {n} de l’année sur {of}"),
            (Lang::En, Term::Quarter { n, of }) => format!("part {n} of {of} of the year"),
        }
    }

    /// The term of a deadline: any where none is said.
    pub fn term_or_any(self, term: Option<Term>) -> String {
        term.map_or_else(|| self.of("toute période", "any term").to_owned(), |term| self.term(term))
    }

    /// A level of the European Qualifications Framework.
    pub fn eqf_level(self, level: EqfLevel) -> String {
        let (frame, number) = (self.of("CEC", "EQF"), level.level());
        let name = match number {
            5 => self.of("cycle court", "short cycle"),
            6 => self.of("licence", "bachelor"),
            7 => self.of("master", "master"),
            8 => self.of("doctorat", "doctorate"),
            _ => return format!("{frame} {number}"),
        };
        format!("{name} ({frame} {number})")
    }

    /// How many places: `5 par année`, `20 semestres pour tout l’accord`, or that it is not yet agreed.
    pub fn places(self, cap: Option<u32>, unit: SeatUnit, period: CapPeriod) -> String {
        let Some(cap) = cap else { return self.flow_not_agreed().to_owned() };
        let number = match unit {
            SeatUnit::Person => self.number(cap.into()),
            SeatUnit::Semester => {
                self.counted(cap.into(), self.of("semestre", "semester"), self.of("semestres", "semesters"))
            }
        };
        let period = match period {
            CapPeriod::AcademicYear => self.of("par année", "a year"),
            CapPeriod::Agreement => self.of("pour tout l’accord", "for the whole agreement"),
        };
        format!("{number} {period}")
    }

    /// A number with decimals, as the language writes it.
    pub fn decimal(self, number: impl ToString + Copy) -> String {
        match self.0 {
            Lang::Fr => number.to_string().replace('.', ","),
            Lang::En => number.to_string(),
        }
    }

    /// Hundredths of months or days, as a number with decimals.
    pub fn hundredths(self, hundredths: i64) -> String {
        self.decimal(Decimal::sum(hundredths))
    }

    /// Months or days that may be used.
    pub fn budget(self, number: impl ToString + Copy, kind: MobilityKind) -> String {
        let word = if kind.counts_days() { self.of("jours", "days") } else { self.of("mois", "months") };
        format!("{} {word}", self.decimal(number))
    }

    /// A language with its level, required or recommended.
    pub fn flow_language(self, language: &FlowLanguage) -> String {
        let level = language.level.map(|level| format!(" {level}")).unwrap_or_default();
        let need = if language.is_required { self.flow_required() } else { self.flow_recommended() };
        format!("{}{level}, {need}", language.language.name(self.0))
    }

    /// The deadlines of a term, in one line.
    pub fn term_deadline(self, deadline: &TermDeadline) -> String {
        let day = |day: MonthDay| day.show(self.0);
        let nomination = deadline.nomination.map(|on| self.flow_nomination_by(&day(on)));
        let application = deadline.application.map(|on| self.flow_application_by(&day(on)));
        let words = nomination.into_iter().chain(application).collect::<Vec<_>>().join(", ");
        self.form_error_named(&self.term_or_any(deadline.term), &words)
    }

    /// The name of a field of a flow or a pool, from its path below the row.
    pub(super) fn form_flow_leaf(self, steps: &[&str]) -> String {
        let number = |step: &str| step.parse::<usize>().map_or(0, |i| i + 1);
        match steps {
            ["languages", n, "language"] => self.form_flow_language(number(n)),
            ["languages", n, "level"] => self.form_flow_language_level(number(n)),
            ["languages", n, _] => self.form_flow_language_required(number(n)),
            ["deadlines", n, field] => {
                format!("{}, {}", self.form_flow_deadline(number(n)), self.form_flow_word(field))
            }
            [field] => self.form_flow_word(field).to_owned(),
            _ => self.form_field_name().to_owned(),
        }
    }

    fn form_flow_word(self, field: &str) -> &'static str {
        match field {
            "kind" => self.form_flow_kind(),
            "sender" => self.form_flow_sender(),
            "receiver" => self.form_flow_receiver(),
            "cap" => self.form_flow_cap(),
            "cap_to_confirm" => self.form_flow_cap_to_confirm(),
            "cap_period" => self.form_flow_cap_period(),
            "unit" => self.form_flow_unit(),
            "first_year" => self.form_flow_first_year(),
            "last_year" => self.form_flow_last_year(),
            "year_caps" => self.form_flow_year_caps(),
            "pool" => self.form_flow_pool(),
            "budget" => self.form_flow_budget(),
            "carries_over" => self.form_flow_carries_over(),
            "semester_units" => self.form_flow_semester_units(),
            "year_units" => self.form_flow_year_units(),
            "quarter_units" => self.form_flow_quarter_units(),
            "weight" => self.form_flow_weight(),
            "ratio" => self.form_flow_ratio(),
            "terms" => self.form_flow_terms(),
            "parts" => self.form_flow_parts(),
            "levels" => self.form_flow_levels(),
            "fields" => self.form_fields(),
            "languages" => self.form_flow_languages(),
            "min_ects" => self.form_flow_min_ects(),
            "min_study_year" => self.form_flow_min_study_year(),
            "is_blended" => self.form_flow_is_blended(),
            "conditions_fr" => self.form_flow_conditions_fr(),
            "conditions_en" => self.form_flow_conditions_en(),
            "deadlines" => self.flow_deadlines(),
            "term" => self.form_flow_term(),
            "nomination" => self.form_flow_nomination(),
            "application" => self.form_flow_application(),
            "name_fr" => self.form_pool_name_fr(),
            "name_en" => self.form_pool_name_en(),
            _ => self.form_field_name(),
        }
    }

    /// A code of a flow's or a pool's form in words; `None` for what is none.
    pub fn form_flow_code(self, field: &str, code: &str) -> Option<String> {
        let listed = |name: &dyn Fn(&str) -> Option<String>| {
            let words: Vec<_> =
                code.split(", ").map(|code| name(code).unwrap_or_else(|| code.to_owned())).collect();
            words.join(", ")
        };
        let words = match field {
            "kind" => self.mobility_kind(MobilityKind::parse(code).ok()?).to_owned(),
            "cap_period" => self.cap_period(CapPeriod::parse(code).ok()?).to_owned(),
            "unit" => self.seat_unit(SeatUnit::parse(code).ok()?).to_owned(),
            "terms" | "parts" | "term" => listed(&|code| Some(self.term(Term::parse(code).ok()?))),
            "levels" => listed(&|code| Some(self.eqf_level(EqfLevel::parse(code).ok()?))),
            "language" => LanguageTag::parse(code).ok()?.name(self.0),
            "nomination" | "application" => MonthDay::parse(code).ok()?.show(self.0),
            "cap_to_confirm" | "carries_over" | "is_blended" | "is_required" if code == "on" => {
                self.yes().to_owned()
            }
            _ => return None,
        };
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_with_what_they_are_for() {
        let (fr, en) = (Texts(Lang::Fr), Texts(Lang::En));
        let (year, whole) = (CapPeriod::AcademicYear, CapPeriod::Agreement);
        assert_eq!(fr.places(Some(5), SeatUnit::Person, year), "5 par année");
        assert_eq!(en.places(Some(20), SeatUnit::Semester, whole), "20 semesters for the whole agreement");
        assert_eq!(fr.places(None, SeatUnit::Semester, year), "pas encore convenu");
        assert_eq!(fr.budget("25.5", MobilityKind::StudentStudies), "25,5 mois");
        assert_eq!(en.budget("10", MobilityKind::StaffTeaching), "10 days");
    }

    #[test]
    fn codes_of_the_form_are_put_into_words() {
        let fr = Texts(Lang::Fr);
        for (field, code, words) in [
            ("kind", "student_studies", Some("Études")),
            ("terms", "S1, year", Some("premier semestre, année entière")),
            ("levels", "6, 7", Some("licence (CEC 6), master (CEC 7)")),
            ("language", "ja", Some("japonais")),
            ("nomination", "10/04", Some("10 avril")),
            ("is_required", "on", Some("Oui")),
            ("cap", "5", None),
        ] {
            assert_eq!(fr.form_flow_code(field, code).as_deref(), words, "{field}");
        }
        assert_eq!(fr.form_field("flows.1.languages.0.level"), "Flux 2, Niveau de la langue 1");
        assert_eq!(
            fr.form_field("flows.0.deadlines.2.nomination"),
            "Flux 1, Dates limites 3, Dernier jour pour nommer"
        );
        assert_eq!(fr.form_field("pools.0.name_en"), "Contingent 1, Nom, en anglais");
    }
}
