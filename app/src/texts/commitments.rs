//! Commitments: in the form of an agreement, on its page, and what is observed of them.

use super::Texts;
use domain::{
    academic_year::AcademicYear,
    commitment::{
        Bound, CommitmentStanding, Cycle, Measure, MeasureKind, Occurrence, Percent, Value, ValueKind,
    },
    lang::Lang,
    partial_date::{StatedDate, show_day},
};

texts! {
    commitment_no_party: "Une partie qui n’y est plus", "A party that is no longer there";
    section_commitments: "Engagements", "Commitments";
    commitments_none: "Cet accord ne contient pas d’engagement suivi.", "This agreement holds no commitment to follow.";
    commitments_former: "Engagements de versions antérieures", "Commitments of earlier revisions";
    commitment_measure: "Mesure", "Measure";
    commitment_owner: "Répondant", "Answerable";
    commitment_all_parties: "Toutes les parties", "All parties";
    commitment_period: "Période", "Period";
    commitment_last: "Dernière observation", "Last observation";
    commitment_last_none: "aucune", "none";
    commitment_due: "Prochaine échéance", "Due next";
    commitment_overdue(on: &str): ("{on}, dépassée"), ("{on}, overdue");
    observation_word: "observation", "observation";
    observation_words: "observations", "observations";
    commitment_occurrences: "Période par période", "Period by period";
    do_note_observation: "Noter une observation", "Note an observation";
    do_note_observation_of(what: &str): ("Noter une observation : {what}"), ("Note an observation: {what}");
    observation_new: "Noter une observation", "Note an observation";
    observation_lead: "Ce qui a été constaté, à quelle date, et ce qui l’atteste. Une observation ne se modifie pas : on la retire, avec la raison, et on en note une autre.",
        "What was found, on which day, and what attests to it. An observation is not changed: it is withdrawn, with the reason, and another is noted.";
    observation_on: "Constaté le", "Observed on";
    observation_on_help: "Le jour auquel la valeur se rapporte, par exemple 10/01/2025.", "The day that the value is of, for example 10/01/2025 (day first).";
    observation_value: "Valeur constatée", "Value observed";
    observation_percent_help: "En pour cent, par exemple 31,5.", "In percent, for example 31.5.";
    observation_count_help: "Combien de plus depuis l’observation précédente : les nombres s’additionnent.",
        "How many more since the observation before: numbers are added up.";
    observation_done: "Est-ce fait ?", "Is it done?";
    no: "Non", "No";
    observation_evidence: "Ce qui l’atteste", "What attests to it";
    observation_evidence_help: "En quelques mots ; ou un document, ou un lien, ci-dessous.", "In a few words; or a document or a link, below.";
    observation_link: "Lien vers la source", "Link to the source";
    do_save_observation: "Noter l’observation", "Note the observation";
    observation_source(host: &str): ("source : {host}"), ("source: {host}");
    observation_noted(who: &str, on: &str): ("notée par {who} le {on}"), ("noted by {who} on {on}");
    observation_withdrawn(who: &str, on: &str, why: &str): ("Retirée par {who} le {on} : {why}"), ("Withdrawn by {who} on {on}: {why}");
    observation_gone(value: &str): ("{value} (retirée)"), ("{value} (withdrawn)");
    do_withdraw_observation: "Retirer", "Withdraw";
    do_withdraw_observation_of(what: &str): ("Retirer l’observation « {what} »"), ("Withdraw the observation “{what}”");
    observation_withdraw: "Retirer l’observation", "Withdraw the observation";
    observation_withdraw_lead: "Elle reste visible avec la raison, et ne compte plus.", "It stays visible with the reason, and counts no more.";
    observation_reason: "Raison du retrait", "Why it is withdrawn";
    done_observation_noted: "L’observation est notée.", "The observation is noted.";
    done_observation_withdrawn: "L’observation est retirée ; elle ne compte plus.", "The observation is withdrawn; it counts no more.";

    form_commitments: "Engagements", "Commitments";
    form_commitments_help: "Ce que l’accord promet et qui sera suivi : une part, un nombre, une réponse, un rendez-vous. Il fait partie du contenu que les parties approuvent.",
        "What the agreement promises and is to be followed: a share, a number, an answer, something regular. It is part of the content that the parties approve.";
    form_commitment(number: usize): ("Engagement {number}"), ("Commitment {number}");
    form_commitment_text_fr: "L’engagement, en français", "The commitment, in French";
    form_commitment_text_en: "L’engagement, en anglais", "The commitment, in English";
    form_commitment_measure: "Comment il se mesure", "How it is measured";
    form_commitment_bound: "Dans quel sens", "In which direction";
    form_commitment_target: "Cible", "Target";
    form_commitment_target_help: "Une part en pour cent ou un nombre ; rien pour les autres mesures.", "A share in percent, or a number; nothing for other measures.";
    form_commitment_each: "À quel rythme", "How often";
    form_commitment_once: "Une fois, pour toute la période", "Once, for the whole period";
    form_commitment_year: "Chaque année universitaire", "Each academic year";
    form_commitment_every: "Tous les … mois", "Every … months";
    form_commitment_months: "Nombre de mois", "Number of months";
    form_commitment_owner: "Partie qui en répond", "Party that answers for it";
    form_commitment_starts: "À partir de", "From";
    form_commitment_ends: "Jusqu’à", "Until";
    form_commitment_due: "Échéance", "Due";
    form_commitment_due_help: "Pour ce qui n’est promis qu’une fois.", "For what is promised once.";
    form_commitment_more: "Période et échéance", "Period and due date";
    form_commitment_period_help: "Vide : comme l’accord.", "Empty: as the agreement.";
    form_add_commitment: "Ajouter un engagement", "Add a commitment";
    form_remove_commitment(number: usize): ("Retirer l’engagement {number}"), ("Remove commitment {number}");
}

impl Texts {
    /// A kind of measure.
    pub const fn measure_kind(self, kind: MeasureKind) -> &'static str {
        match kind {
            MeasureKind::Share => self.of("Une part, en pour cent", "A share, in percent"),
            MeasureKind::Number => self.of("Un nombre", "A number"),
            MeasureKind::YesNo => self.of("Oui ou non", "Yes or no"),
            MeasureKind::Recurring => self.of("Un rendez-vous régulier", "Something regular"),
        }
    }

    /// On which side of the target.
    pub const fn bound(self, bound: Bound) -> &'static str {
        match bound {
            Bound::AtLeast => self.of("Au moins", "At least"),
            Bound::AtMost => self.of("Au plus", "At most"),
        }
    }

    /// Where a commitment stands.
    pub const fn commitment_standing(self, standing: CommitmentStanding) -> &'static str {
        match standing {
            CommitmentStanding::NotMeasured => self.of("Pas encore mesuré", "Not yet measured"),
            CommitmentStanding::OnTrack => self.of("En bonne voie", "On track"),
            CommitmentStanding::AtRisk => self.of("Menacé", "At risk"),
            CommitmentStanding::Met => self.of("Tenu", "Met"),
            CommitmentStanding::Missed => self.of("Non tenu", "Missed"),
        }
    }

    /// A percentage, as the language writes it.
    pub fn percent(self, percent: Percent) -> String {
        match self.0 {
            Lang::Fr => format!("{}\u{a0}%", percent.to_string().replace('.', ",")),
            Lang::En => format!("{percent}%"),
        }
    }

    /// What was observed.
    pub fn observed(self, value: Value) -> String {
        match value {
            Value::Percent(percent) => self.percent(percent),
            Value::Count(count) => self.number(count.into()),
            Value::Done(true) => self.yes().to_owned(),
            Value::Done(false) => self.no().to_owned(),
        }
    }

    /// What is promised, in figures: `30 % au moins, chaque année universitaire`.
    pub fn measure(self, measure: Measure) -> String {
        capitalised(&self.measure_words(measure))
    }

    fn measure_words(self, measure: Measure) -> String {
        let target = match measure {
            Measure::Share { bound, target, .. } => self.bounded(bound, &self.percent(target)),
            Measure::Number { bound, target, .. } => self.bounded(bound, &self.number(target.into())),
            Measure::YesNo => return self.measure_kind(MeasureKind::YesNo).to_owned(),
            Measure::Recurring { each } => return self.each(each),
        };
        measure.each().map_or_else(|| target.clone(), |each| format!("{target}, {}", self.each(each)))
    }

    fn bounded(self, bound: Bound, target: &str) -> String {
        match (self.0, bound) {
            (Lang::Fr, Bound::AtLeast) => format!("{target} au moins"),
            (Lang::Fr, Bound::AtMost) => format!("{target} au plus"),
            (Lang::En, Bound::AtLeast) => format!("at least {target}"),
            (Lang::En, Bound::AtMost) => format!("at most {target}"),
        }
    }

    fn each(self, cycle: Cycle) -> String {
        match (self.0, cycle) {
            (Lang::Fr, Cycle::AcademicYear) => "chaque année universitaire".to_owned(),
            (Lang::En, Cycle::AcademicYear) => "each academic year".to_owned(),
            (Lang::Fr, Cycle::Months(1)) => "chaque mois".to_owned(),
            (Lang::En, Cycle::Months(1)) => "every month".to_owned(),
            (Lang::Fr, Cycle::Months(months)) => format!("tous les {months} mois"),
            (Lang::En, Cycle::Months(months)) => format!("every {months} months"),
        }
    }

    /// When a promise is to be kept once more: an academic year, or from a day to a day.
    pub fn occurrence(self, cycle: Option<Cycle>, occurrence: &Occurrence) -> String {
        let day = |day| show_day(day, self.0);
        match (cycle, occurrence.starts_on, occurrence.due_on) {
            (Some(Cycle::AcademicYear), Some(starts_on), _) => AcademicYear::of(starts_on).to_string(),
            (_, Some(starts_on), Some(due_on)) => self.from_to(&day(starts_on), &day(due_on)),
            (_, Some(starts_on), None) => self.since(starts_on.into()),
            (_, None, Some(due_on)) => self.until(due_on.into()),
            (_, None, None) => self.no_period().to_owned(),
        }
    }

    /// What is asked of an observation of this kind.
    pub const fn observation_value_help(self, kind: ValueKind) -> &'static str {
        match kind {
            ValueKind::Percent => self.observation_percent_help(),
            ValueKind::Count => self.observation_count_help(),
            ValueKind::Done => "",
        }
    }

    pub(super) fn form_commitment_leaf(self, field: &str) -> &'static str {
        match field {
            "text_fr" => self.form_commitment_text_fr(),
            "text_en" => self.form_commitment_text_en(),
            "measure" => self.form_commitment_measure(),
            "bound" => self.form_commitment_bound(),
            "target" => self.form_commitment_target(),
            "each" => self.form_commitment_each(),
            "months" => self.form_commitment_months(),
            "owner" => self.form_commitment_owner(),
            "starts" => self.form_commitment_starts(),
            "ends" => self.form_commitment_ends(),
            "due" => self.form_commitment_due(),
            _ => self.form_field_name(),
        }
    }

    /// A code or a date of a commitment's form in words; `None` for what is neither.
    pub fn form_commitment_code(self, field: &str, code: &str) -> Option<String> {
        let words = match (field, code) {
            ("measure", code) => self.measure_kind(MeasureKind::parse(code).ok()?),
            ("bound", code) => self.bound(Bound::parse(code).ok()?),
            ("each", "academic_year") => self.form_commitment_year(),
            ("each", "months") => self.form_commitment_every(),
            ("starts" | "ends" | "due", date) => {
                let stated = StatedDate::parse(date).ok()?;
                let shown = stated.date.show(self.0);
                return Some(if stated.to_confirm {
                    format!("{shown} ({})", self.to_confirm())
                } else {
                    shown
                });
            }
            _ => return None,
        };
        Some(words.to_owned())
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
