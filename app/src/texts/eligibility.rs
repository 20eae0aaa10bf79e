//! Eligibility: what each rule asks for, what is known, and what it answers.

use super::Texts;
use domain::{
    eligibility::{Answer, Criterion, Rule, Source},
    flow::FlowLanguage,
    isced::IscedField,
    partial_date::show_day,
};

texts! {
    eligibility_level: "Niveau d’études", "Level of study";
    eligibility_field: "Domaine d’études", "Field of study";
    eligibility_language: "Langue", "Language";
    eligibility_study_year: "Année d’études", "Year of study";
    eligibility_credits: "Crédits ECTS", "ECTS credits";
    eligibility_term: "Période", "Term";
    eligibility_home: "Établissement d’origine", "Home institution";
    eligibility_deadline: "Délai de nomination", "Nomination deadline";
    eligibility_charter: "Charte Erasmus", "Erasmus charter";
    eligibility_met: "Rempli", "Met";
    eligibility_not_met: "Non rempli", "Not met";
    eligibility_unknown: "Inconnu", "Unknown";
    eligibility_advice: "Recommandé, non atteint", "Recommended, not reached";
    eligibility_registry: "Règle du registre", "Rule of the registry";
    eligibility_revision(number: i64): ("Accord, version {number}"), ("Agreement, revision {number}");
    eligibility_nothing_known: "Rien n’est indiqué.", "Nothing is given.";
    eligibility_known(what: &str): ("Indiqué : {what}."), ("Given: {what}.");
    eligibility_asks_level(what: &str): ("Niveau d’études demandé : {what}."), ("Level of study asked for: {what}.");
    eligibility_asks_field(what: &str): ("Domaine d’études demandé : {what}."), ("Field of study asked for: {what}.");
    eligibility_requires_language(what: &str): ("Langue demandée : {what}."), ("Language required: {what}.");
    eligibility_recommends_language(what: &str): ("Langue recommandée : {what}."), ("Language recommended: {what}.");
    eligibility_requires_skill(what: &str, level: &str): ("Niveau {level} demandé en {what}."), ("{what} at level {level} is required.");
    eligibility_recommends_skill(what: &str, level: &str):
        ("Niveau {level} recommandé en {what}."), ("{what} at level {level} is recommended.");
    eligibility_asks_study_year(least: u8): ("Année d’études demandée : {least} au moins."), ("Year of study asked for: {least} or later.");
    eligibility_asks_credits(least: &str): ("Crédits ECTS demandés : {least} au moins."), ("ECTS credits asked for: at least {least}.");
    eligibility_offers_terms(what: &str): ("Périodes ouvertes : {what}."), ("Terms offered: {what}.");
    eligibility_home_met: "L’établissement d’origine est celui qui envoie, ou en dépend.", "The home institution is the one that sends, or part of it.";
    eligibility_home_not_met: "L’établissement d’origine n’est pas celui qui envoie.", "The home institution is not the one that sends.";
    eligibility_home_unknown: "L’établissement d’origine n’est pas connu.", "The home institution is not known.";
    eligibility_in_time(until: &str): ("Nomination possible jusqu’au {until}."), ("Nominations are taken until {until}.");
    eligibility_too_late(until: &str, on: &str):
        ("Les nominations étaient possibles jusqu’au {until} ; constaté le {on}."), ("Nominations were taken until {until}; seen on {on}.");
    eligibility_charter_met: "Les établissements qui doivent avoir la charte (ECHE) ont un code Erasmus.",
        "The institutions that need the charter (ECHE) have an Erasmus code.";
    eligibility_charter_unknown: "Aucun code Erasmus n’est enregistré ici pour l’un des établissements qui doivent avoir la charte (ECHE) : on ne sait pas s’il l’a.",
        "No Erasmus code is recorded here for one of the institutions that need the charter (ECHE): whether it holds it is not known.";
}

impl Texts {
    /// What a rule is about.
    pub const fn eligibility_rule(self, rule: &Rule) -> &'static str {
        match rule {
            Rule::Level { .. } => self.eligibility_level(),
            Rule::Field { .. } => self.eligibility_field(),
            Rule::Language { .. } => self.eligibility_language(),
            Rule::StudyYear { .. } => self.eligibility_study_year(),
            Rule::Credits { .. } => self.eligibility_credits(),
            Rule::Term { .. } => self.eligibility_term(),
            Rule::Home => self.eligibility_home(),
            Rule::Deadline { .. } => self.eligibility_deadline(),
            Rule::Charter => self.eligibility_charter(),
        }
    }

    /// What a rule answers, in a word or two.
    pub const fn eligibility_answer(self, answer: Answer) -> &'static str {
        match answer {
            Answer::Met => self.eligibility_met(),
            Answer::NotMet => self.eligibility_not_met(),
            Answer::Unknown => self.eligibility_unknown(),
            Answer::Advice => self.eligibility_advice(),
        }
    }

    /// Where a rule is from.
    pub fn eligibility_source(self, source: Source) -> String {
        match source {
            Source::Agreement { revision, .. } => self.eligibility_revision(revision),
            Source::Registry => self.eligibility_registry().to_owned(),
        }
    }

    /// What a rule asks for and what is known, in sentences.
    pub fn criterion(self, criterion: &Criterion) -> String {
        let (asked, known) = match &criterion.rule {
            Rule::Level { asked, known } => {
                let levels = asked.iter().map(|level| self.eqf_level(*level));
                (self.eligibility_asks_level(&self.one_of(levels)), known.map(|level| self.eqf_level(level)))
            }
            Rule::Field { asked, known } => {
                let fields = asked.iter().map(|field| self.field_named(*field));
                (
                    self.eligibility_asks_field(&self.one_of(fields)),
                    known.map(|field| self.field_named(field)),
                )
            }
            Rule::Language { asked, known } => {
                (self.language_asked(asked), known.map(|level| level.to_string()))
            }
            Rule::StudyYear { asked, known } => {
                (self.eligibility_asks_study_year(*asked), known.map(|year| year.to_string()))
            }
            Rule::Credits { asked, known } => {
                let credits = self.decimal(*asked);
                (self.eligibility_asks_credits(&credits), known.map(|known| self.decimal(known)))
            }
            Rule::Term { asked, known } => {
                let terms = asked.iter().map(|term| self.term(*term));
                (self.eligibility_offers_terms(&self.one_of(terms)), Some(self.term(*known)))
            }
            Rule::Home => return self.home_sentence(criterion.answer).to_owned(),
            Rule::Deadline { asked, known } => {
                let (until, on) = (show_day(*asked, self.0), show_day(*known, self.0));
                return if criterion.answer == Answer::Met {
                    self.eligibility_in_time(&until)
                } else {
                    self.eligibility_too_late(&until, &on)
                };
            }
            Rule::Charter => return self.charter_sentence(criterion.answer).to_owned(),
        };
        let known = known.map_or_else(
            || self.eligibility_nothing_known().to_owned(),
            |known| self.eligibility_known(&known),
        );
        format!("{asked} {known}")
    }

    /// A field of study, by its code and name.
    pub(super) fn field_named(self, field: IscedField) -> String {
        format!("{field} {}", field.name(self.0))
    }

    fn language_asked(self, asked: &FlowLanguage) -> String {
        let name = asked.language.name(self.0);
        match (asked.level, asked.is_required) {
            (Some(level), true) => self.eligibility_requires_skill(&name, level.code()),
            (Some(level), false) => self.eligibility_recommends_skill(&name, level.code()),
            (None, true) => self.eligibility_requires_language(&name),
            (None, false) => self.eligibility_recommends_language(&name),
        }
    }

    const fn home_sentence(self, answer: Answer) -> &'static str {
        match answer {
            Answer::Met => self.eligibility_home_met(),
            Answer::NotMet => self.eligibility_home_not_met(),
            Answer::Unknown | Answer::Advice => self.eligibility_home_unknown(),
        }
    }

    const fn charter_sentence(self, answer: Answer) -> &'static str {
        match answer {
            Answer::Met => self.eligibility_charter_met(),
            Answer::NotMet | Answer::Unknown | Answer::Advice => self.eligibility_charter_unknown(),
        }
    }

    /// Things of which one is enough: `a, b ou c`.
    fn one_of(self, things: impl Iterator<Item = String>) -> String {
        let mut things: Vec<String> = things.collect();
        let last = things.pop().unwrap_or_default();
        if things.is_empty() { last } else { format!("{} {} {last}", things.join(", "), self.of("ou", "or")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        ects::Ects,
        language::{Cefr, LanguageTag},
    };
    use domain::{eqf::EqfLevel, lang::Lang, term::Term};

    fn said(rule: Rule, answer: Answer) -> [String; 2] {
        let criterion = Criterion { rule, answer, source: Source::Registry };
        [Lang::Fr, Lang::En].map(|lang| Texts(lang).criterion(&criterion))
    }

    fn language(level: Option<Cefr>, is_required: bool) -> FlowLanguage {
        FlowLanguage { language: LanguageTag::from(Lang::En), level, is_required }
    }

    #[test]
    fn a_rule_says_what_it_asks_for_and_what_is_known() {
        let eqf = |level| EqfLevel::new(level).expect("a level");
        let day = |text: &str| text.parse().expect("a day");
        let table = [
            (
                Rule::Level { asked: vec![eqf(6), eqf(7)], known: Some(eqf(5)) },
                "Niveau d’études demandé : licence (CEC 6) ou master (CEC 7). Indiqué : cycle court (CEC 5).",
                "Level of study asked for: bachelor (EQF 6) or master (EQF 7). Given: short cycle (EQF 5).",
            ),
            (
                Rule::Language { asked: language(Some(Cefr::B2), true), known: Some(Cefr::B1) },
                "Niveau B2 demandé en anglais. Indiqué : B1.",
                "English at level B2 is required. Given: B1.",
            ),
            (
                Rule::Language { asked: language(None, false), known: None },
                "Langue recommandée : anglais. Rien n’est indiqué.",
                "Language recommended: English. Nothing is given.",
            ),
            (
                Rule::Credits { asked: Ects::from_halves(121), known: Some(Ects::from_halves(60)) },
                "Crédits ECTS demandés : 60,5 au moins. Indiqué : 30.",
                "ECTS credits asked for: at least 60.5. Given: 30.",
            ),
            (
                Rule::Term {
                    asked: vec![Term::S1, Term::S2, Term::Year],
                    known: Term::Quarter { n: 2, of: 4 },
                },
                "Périodes ouvertes : premier semestre, second semestre ou année entière. Indiqué : partie 2 de l’année sur 4.",
                "Terms offered: first semester, second semester or whole year. Given: part 2 of 4 of the year.",
            ),
            (
                Rule::Deadline { asked: day("2026-04-10"), known: day("2026-04-11") },
                "Les nominations étaient possibles jusqu’au 10 avril 2026 ; constaté le 11 avril 2026.",
                "Nominations were taken until April 10, 2026; seen on April 11, 2026.",
            ),
            (
                Rule::Home,
                "L’établissement d’origine n’est pas celui qui envoie.",
                "The home institution is not the one that sends.",
            ),
        ];
        for (rule, fr, en) in table {
            assert_eq!(said(rule, Answer::NotMet), [fr, en]);
        }
    }

    #[test]
    fn every_rule_has_words_in_both_languages() {
        let field = IscedField::parse("0613").expect("a field");
        let rules = [
            Rule::Field { asked: vec![field], known: Some(field) },
            Rule::Language { asked: language(None, true), known: None },
            Rule::Language { asked: language(Some(Cefr::A1), false), known: None },
            Rule::StudyYear { asked: 2, known: None },
            Rule::Home,
            Rule::Charter,
        ];
        for rule in rules {
            for answer in [Answer::Met, Answer::NotMet, Answer::Unknown, Answer::Advice] {
                let [fr, en] = said(rule.clone(), answer);
                assert!(fr.ends_with('.') && en.ends_with('.') && fr != en, "{fr} {en}");
            }
        }
    }
}
