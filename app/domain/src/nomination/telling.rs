//! Who is told of what is done to a nomination: the student and two offices, by letter, by a line of an inbox, or not at all.
//!
//! | act | student | home | host |
//! | --- | --- | --- | --- |
//! | nominate | letter | letter | letter, to answer |
//! | queue | letter | letter | |
//! | offer | letter | letter | |
//! | take | letter | letter | letter, to answer |
//! | decline, lapse | letter | letter, to know | letter, to know |
//! | accept | letter | letter | letter |
//! | reject | letter | letter, to correct | letter |
//! | confirm | letter | letter, to know | letter, to know |
//! | withdraw | letter | letter, to know | letter, to know |
//! | complete | letter | letter | letter |
//!
//! - The student gets a letter of each step, their own included: it is what they keep of it.
//! - An office is told nothing of what it did itself, on another's behalf or not.
//! - The host is told nothing before it was asked, and once it was asked all that ends the nomination.
//! - What is awaited of someone who cannot speak for themselves stands in the inbox of the office that speaks for them.

use super::{ActKind, Side};
use crate::inbox::Request;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doer {
    /// On whose side.
    pub by: Side,
    /// Whether for someone without an account.
    pub is_on_behalf: bool,
}

/// Who speaks for themselves in a nomination: has an account, or an office with someone in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speakers {
    /// The student.
    pub student: bool,
    /// The home institution.
    pub home: bool,
    /// The host institution.
    pub host: bool,
}

impl Speakers {
    /// The office that speaks for a side.
    const fn office_of(self, side: Side) -> Option<Side> {
        match side {
            Side::Student | Side::Home => Some(if self.home { Side::Home } else { Side::Host }),
            Side::Host => Some(if self.host { Side::Host } else { Side::Home }),
            Side::Registry => None,
        }
    }

    /// The office that did something; none where the student did it, or the registry.
    const fn office_of_doer(self, doer: Doer) -> Option<Side> {
        match (doer.by, doer.is_on_behalf) {
            (Side::Registry, _) | (Side::Student, false) => None,
            (Side::Host, true) => Some(Side::Home),
            (Side::Home, true) => Some(Side::Host),
            (by, _) => self.office_of(by),
        }
    }
}

impl ActKind {
    /// To whom a letter goes when it is done: to the student, and to each office that is concerned, but to the one that did it.
    pub fn letters(self, doer: Doer, speakers: Speakers) -> Vec<Side> {
        let own = speakers.office_of_doer(doer);
        let sides: &[Side] = match self {
            Self::Queue | Self::Offer => &[Side::Student, Side::Home],
            Self::Nominate
            | Self::Take
            | Self::Decline
            | Self::Lapse
            | Self::Accept
            | Self::Reject
            | Self::Confirm
            | Self::Withdraw
            | Self::Complete => &[Side::Student, Side::Home, Side::Host],
        };
        sides.iter().copied().filter(|side| Some(*side) != own).collect()
    }

    /// What the office of a side finds in its inbox once it is done, until something else is.
    pub fn line(self, office: Side, doer: Doer, speakers: Speakers) -> Option<Request> {
        let is_its_word = |side: Side| speakers.office_of(side) == Some(office);
        let own = |own: Request, for_another: Request, side: Side| {
            is_its_word(side).then_some(if office == side { own } else { for_another })
        };
        match self {
            Self::Nominate | Self::Take => own(Request::Answer, Request::AnswerFor, Side::Host),
            Self::Reject => own(Request::Correct, Request::CorrectFor, Side::Home),
            Self::Offer | Self::Accept => {
                (!speakers.student && is_its_word(Side::Student)).then_some(Request::Speak)
            }
            Self::Decline | Self::Lapse | Self::Confirm | Self::Withdraw => {
                let is_office = matches!(office, Side::Home | Side::Host);
                (is_office && speakers.office_of_doer(doer) != Some(office)).then_some(Request::Know)
            }
            Self::Queue | Self::Complete => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Side::{Home, Host, Registry, Student};

    const ALL: Speakers = Speakers { student: true, home: true, host: true };

    const fn doer(by: Side) -> Doer {
        Doer { by, is_on_behalf: false }
    }

    const fn for_another(by: Side) -> Doer {
        Doer { by, is_on_behalf: true }
    }

    type Told = (ActKind, Doer, &'static [Side], [Option<Request>; 2]);

    /// What is done by whom, to whom letters go, and what stands in the inbox of the home and of the host.
    const TABLE: [Told; 21] = [
        (ActKind::Nominate, doer(Home), &[Student, Host], [None, Some(Request::Answer)]),
        (ActKind::Queue, doer(Home), &[Student], [None, None]),
        (ActKind::Offer, doer(Registry), &[Student, Home], [None, None]),
        (ActKind::Take, doer(Student), &[Student, Home, Host], [None, Some(Request::Answer)]),
        (ActKind::Take, for_another(Student), &[Student, Host], [None, Some(Request::Answer)]),
        (ActKind::Decline, doer(Student), &[Student, Home, Host], [Some(Request::Know), Some(Request::Know)]),
        (ActKind::Decline, for_another(Student), &[Student, Host], [None, Some(Request::Know)]),
        (ActKind::Lapse, doer(Registry), &[Student, Home, Host], [Some(Request::Know), Some(Request::Know)]),
        (ActKind::Accept, doer(Host), &[Student, Home], [None, None]),
        (ActKind::Reject, doer(Host), &[Student, Home], [Some(Request::Correct), None]),
        (ActKind::Confirm, doer(Student), &[Student, Home, Host], [Some(Request::Know), Some(Request::Know)]),
        (ActKind::Confirm, for_another(Student), &[Student, Host], [None, Some(Request::Know)]),
        (
            ActKind::Withdraw,
            doer(Student),
            &[Student, Home, Host],
            [Some(Request::Know), Some(Request::Know)],
        ),
        (ActKind::Withdraw, for_another(Student), &[Student, Host], [None, Some(Request::Know)]),
        (ActKind::Withdraw, doer(Home), &[Student, Host], [None, Some(Request::Know)]),
        (ActKind::Withdraw, doer(Host), &[Student, Home], [Some(Request::Know), None]),
        (
            ActKind::Withdraw,
            doer(Registry),
            &[Student, Home, Host],
            [Some(Request::Know), Some(Request::Know)],
        ),
        (ActKind::Complete, doer(Home), &[Student, Host], [None, None]),
        (ActKind::Complete, doer(Host), &[Student, Home], [None, None]),
        (ActKind::Accept, for_another(Host), &[Student, Host], [None, None]),
        (ActKind::Queue, for_another(Home), &[Student, Home], [None, None]),
    ];

    #[test]
    fn of_every_act_all_are_told_whom_the_table_names() {
        for (act, by, letters, [home, host]) in TABLE {
            assert_eq!(act.letters(by, ALL), letters, "{act:?} {by:?}");
            assert_eq!(act.line(Home, by, ALL), home, "home: {act:?} {by:?}");
            assert_eq!(act.line(Host, by, ALL), host, "host: {act:?} {by:?}");
            for side in [Student, Registry] {
                assert_eq!(act.line(side, by, ALL), None, "no office: {act:?}");
            }
        }
        for act in ActKind::ALL {
            assert!(TABLE.iter().any(|row| row.0 == *act), "{act:?}");
        }
    }

    #[test]
    fn the_student_hears_of_everything_and_an_office_of_nothing_that_it_did() {
        for act in ActKind::ALL {
            for by in Side::ALL {
                for is_on_behalf in [false, true] {
                    for bits in 0..8_u8 {
                        let speakers =
                            Speakers { student: bits & 1 > 0, home: bits & 2 > 0, host: bits & 4 > 0 };
                        let doer = Doer { by: *by, is_on_behalf };
                        let letters = act.letters(doer, speakers);
                        assert_eq!(letters[0], Student, "{act:?} {doer:?}");
                        if let Some(own) = speakers.office_of_doer(doer) {
                            assert!(!letters.contains(&own), "{act:?} {doer:?} {speakers:?}");
                            assert_ne!(act.line(own, doer, speakers), Some(Request::Know), "{act:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn what_is_awaited_of_who_has_no_account_stands_in_one_inbox_of_who_speaks_for_them() {
        let lines =
            |act: ActKind, by, speakers| [Home, Host].map(|office| act.line(office, doer(by), speakers));
        let no_host = Speakers { host: false, ..ALL };
        let no_home = Speakers { home: false, ..ALL };
        for act in [ActKind::Nominate, ActKind::Take] {
            assert_eq!(lines(act, Home, no_host), [Some(Request::AnswerFor), None]);
            assert_eq!(lines(act, Home, no_home), [None, Some(Request::Answer)]);
        }
        assert_eq!(lines(ActKind::Reject, Host, no_home), [None, Some(Request::CorrectFor)]);
        assert_eq!(lines(ActKind::Reject, Host, no_host), [Some(Request::Correct), None]);
        for act in [ActKind::Offer, ActKind::Accept] {
            for (speakers, expected) in [
                (Speakers { student: false, ..ALL }, [Some(Request::Speak), None]),
                (Speakers { student: false, ..no_home }, [None, Some(Request::Speak)]),
                (Speakers { student: false, ..no_host }, [Some(Request::Speak), None]),
                (ALL, [None, None]),
            ] {
                assert_eq!(lines(act, Registry, speakers), expected, "{act:?} {speakers:?}");
            }
        }
    }
}
