//! Eligibility: can one go? What a flow asks for against what is known of a student, rule by rule.
//!
//! Decisions, where an office would ask:
//! - What a flow does not ask for is no criterion, and what is not known is no refusal.
//! - A language that the profile does not name is not known: nobody lists every language, least of all the first. One that it
//!   names below the level asked for is not met. Regions do not matter: who knows `pt-BR` knows `pt`.
//! - A language that is recommended only binds nobody: where it falls short, that is advice.
//! - A field is met within any field of the flow: `0613` within `06`. The other way it is not known: who says `06` only may
//!   well be in `0613`.
//! - A deadline that has passed is not met, and said so, but does not refuse: who hosts decides about those who come late.
//! - The Erasmus charter (ECHE) is asked for between two countries of Erasmus+, of institutions of higher education only, as no
//!   other can hold one: of the one that sends, and of the one that receives unless it trains. An Erasmus code says that it is
//!   held; where no code is recorded, that is not known.

use crate::{
    academic_year::AcademicYear,
    country::Country,
    ects::Ects,
    eqf::EqfLevel,
    exchange::dates_of,
    flow::{Flow, FlowLanguage},
    id::AgreementId,
    institution::InstitutionKind,
    isced::IscedField,
    language::{Cefr, LanguageTag},
    student::Profile,
    term::Term,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What a rule answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// It is met.
    Met,
    /// It is not met.
    NotMet,
    /// What it asks about is not known.
    Unknown,
    /// It only recommends, and what is known falls short of it.
    Advice,
}

impl Answer {
    const fn of(is_met: bool) -> Self {
        if is_met { Self::Met } else { Self::NotMet }
    }

    /// The answer of what may not be known.
    fn of_known<T>(known: Option<T>, is_met: impl FnOnce(T) -> bool) -> Self {
        known.map_or(Self::Unknown, |known| Self::of(is_met(known)))
    }
}

/// A rule, with what it asks for and what is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum Rule {
    /// The level of the programme is one of these.
    Level {
        /// Levels asked for.
        asked: Vec<EqfLevel>,
        /// The student's.
        known: Option<EqfLevel>,
    },
    /// The field of study lies within one of these.
    Field {
        /// Fields asked for.
        asked: Vec<IscedField>,
        /// The student's.
        known: Option<IscedField>,
    },
    /// A language is known, to this level where one is said.
    Language {
        /// What the flow asks for.
        asked: FlowLanguage,
        /// The student's level.
        known: Option<Cefr>,
    },
    /// The year of study is reached.
    StudyYear {
        /// Year asked for, from 1.
        asked: u8,
        /// The student's.
        known: Option<u8>,
    },
    /// So many credits are had.
    Credits {
        /// Credits asked for.
        asked: Ects,
        /// The student's.
        known: Option<Ects>,
    },
    /// One may go for the term.
    Term {
        /// Terms that the flow offers.
        asked: Vec<Term>,
        /// The term that one would go for.
        known: Term,
    },
    /// The student's home is the institution that sends, a unit of it, or of the same institution.
    Home,
    /// The last day on which the home institution nominates.
    Deadline {
        /// That day.
        asked: NaiveDate,
        /// The day on which it is asked.
        known: NaiveDate,
    },
    /// Between countries of Erasmus+ the institutions that need the charter (ECHE) hold it.
    Charter,
}

/// Where a rule is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum Source {
    /// A revision of an agreement.
    Agreement {
        /// Which agreement.
        agreement: AgreementId,
        /// The number of its revision.
        revision: i64,
    },
    /// It holds for every flow of the registry.
    Registry,
}

/// A rule and what it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criterion {
    /// The rule.
    #[serde(flatten)]
    pub rule: Rule,
    /// Its answer.
    pub answer: Answer,
    /// Where it is from.
    pub source: Source,
}

impl Criterion {
    /// Whether it only warns.
    pub const fn is_warning(&self) -> bool {
        matches!(self.rule, Rule::Deadline { .. })
    }

    /// Whether it stands against going.
    pub fn refuses(&self) -> bool {
        self.answer == Answer::NotMet && !self.is_warning()
    }
}

/// What is known beside a student's profile.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether the student's home is the institution that sends, a unit of it, or of the same institution.
    pub is_home: Option<bool>,
    /// The institution that sends and the one that receives, as far as the charter goes.
    pub ends: Option<[End; 2]>,
}

/// What tells whether an institution holds the Erasmus charter. A unit is under the charter of its university: this is what is
/// known of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// What the institution is; of a unit, what its university is.
    pub kind: InstitutionKind,
    /// Where that one is.
    pub country: Country,
    /// Whether an Erasmus code is recorded, its own or of an institution that it is a unit of.
    pub has_code: bool,
}

/// Whether someone can go.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// For this flow,
    pub flow: &'a Flow,
    /// as this revision of this agreement has it,
    pub source: Source,
    /// with these studies,
    pub profile: &'a Profile,
    /// for this term
    pub term: Term,
    /// of this year,
    pub year: AcademicYear,
    /// asked on this day,
    pub on: NaiveDate,
    /// and with what is known beside.
    pub known: Known,
}

/// What every rule answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Eligibility {
    /// The rules that apply, in the order one reads them.
    pub criteria: Vec<Criterion>,
}

impl Eligibility {
    /// Whether a rule stands against going.
    pub fn refuses(&self) -> bool {
        self.criteria.iter().any(Criterion::refuses)
    }

    /// The rules that are not met, those that only warn among them.
    pub fn unmet(&self) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(|criterion| criterion.answer == Answer::NotMet)
    }

    /// The rules about which something is not known.
    pub fn unknown(&self) -> impl Iterator<Item = &Criterion> {
        self.criteria.iter().filter(|criterion| criterion.answer == Answer::Unknown)
    }
}

impl Question<'_> {
    /// What every rule that applies answers.
    pub fn answer(&self) -> Eligibility {
        let own = [self.level(), self.field()].into_iter().flatten();
        let studies = [self.study_year(), self.credits(), Some(self.term())].into_iter().flatten();
        let beside = [self.deadline(), Some(self.home()), self.charter()].into_iter().flatten();
        Eligibility { criteria: own.chain(self.languages()).chain(studies).chain(beside).collect() }
    }

    fn criterion(&self, rule: Rule, answer: Answer) -> Criterion {
        Criterion { rule, answer, source: self.source }
    }

    fn level(&self) -> Option<Criterion> {
        let (asked, known) = (self.flow.levels.clone(), self.profile.level);
        let answer = Answer::of_known(known, |level| asked.contains(&level));
        (!asked.is_empty()).then(|| self.criterion(Rule::Level { asked, known }, answer))
    }

    fn field(&self) -> Option<Criterion> {
        let (asked, known) = (self.flow.fields.clone(), self.profile.field);
        let answer = match known {
            Some(field) if asked.iter().any(|wanted| field.is_within(*wanted)) => Answer::Met,
            Some(field) if !asked.iter().any(|wanted| wanted.is_within(field)) => Answer::NotMet,
            _ => Answer::Unknown,
        };
        (!asked.is_empty()).then(|| self.criterion(Rule::Field { asked, known }, answer))
    }

    fn languages(&self) -> impl Iterator<Item = Criterion> {
        self.flow.languages.iter().map(|asked| {
            let known = self.profile.level_of(&asked.language);
            let answer = match Answer::of_known(known, |level| asked.level.is_none_or(|least| level >= least))
            {
                Answer::NotMet if !asked.is_required => Answer::Advice,
                answer => answer,
            };
            self.criterion(Rule::Language { asked: asked.clone(), known }, answer)
        })
    }

    fn study_year(&self) -> Option<Criterion> {
        let (asked, known) = (self.flow.min_study_year?, self.profile.study_year);
        let answer = Answer::of_known(known, |year| year >= asked);
        Some(self.criterion(Rule::StudyYear { asked, known }, answer))
    }

    fn credits(&self) -> Option<Criterion> {
        let (asked, known) = (self.flow.min_ects?, self.profile.ects);
        let answer = Answer::of_known(known, |credits| credits >= asked);
        Some(self.criterion(Rule::Credits { asked, known }, answer))
    }

    /// Without terms of its own a flow offers those that every flow does.
    fn term(&self) -> Criterion {
        let source = if self.flow.terms.is_empty() { Source::Registry } else { self.source };
        let rule = Rule::Term { asked: self.flow.offered_terms(), known: self.term };
        Criterion { rule, answer: Answer::of(self.flow.takes(self.term)), source }
    }

    fn deadline(&self) -> Option<Criterion> {
        let asked = dates_of(self.flow, self.term, self.year)?.nomination?;
        let answer = Answer::of(self.on <= asked);
        Some(self.criterion(Rule::Deadline { asked, known: self.on }, answer))
    }

    fn home(&self) -> Criterion {
        let answer = Answer::of_known(self.known.is_home, |is_home| is_home);
        Criterion { rule: Rule::Home, answer, source: Source::Registry }
    }

    fn charter(&self) -> Option<Criterion> {
        let [sender, receiver] = self.known.ends?;
        let is_within = sender.country.is_in_erasmus() && receiver.country.is_in_erasmus();
        if !is_within || sender.country == receiver.country {
            return None;
        }
        let host = (!self.flow.kind.trains()).then_some(receiver);
        let asked = [Some(sender), host].into_iter().flatten();
        let mut asked = asked.filter(|end| end.kind.can_host_students()).peekable();
        asked.peek()?;
        let answer = if asked.all(|end| end.has_code) { Answer::Met } else { Answer::Unknown };
        Some(Criterion { rule: Rule::Charter, answer, source: Source::Registry })
    }
}

impl Profile {
    /// How well a language is known, its regions aside; `None` where the profile does not say.
    pub fn level_of(&self, language: &LanguageTag) -> Option<Cefr> {
        let own = self.languages.iter().filter(|skill| skill.language.primary() == language.primary());
        own.map(|skill| skill.level).max()
    }
}

#[cfg(test)]
mod tests;
