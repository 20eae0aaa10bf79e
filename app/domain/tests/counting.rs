//! How places are counted: a table of what terms take, when a year is full, what is carried, and what two institutions owe each other.

use domain::{
    academic_year::AcademicYear,
    agreement::Course,
    balance::{Movement, Weighed, balance},
    decimal::Decimal,
    flow::{Conversion, Flow, SeatUnit, YearCap, usual_months},
    id::{FlowId, InstitutionId},
    seats::{Fullness, Tally},
    term::Term,
};
use uuid::Uuid;

fn flow(cap: Option<u32>) -> Flow {
    let [id, sender, receiver] = [1, 2, 3].map(Uuid::from_u128);
    Flow::of_students(FlowId(id), InstitutionId(sender), InstitutionId(receiver), cap)
}

fn semesters() -> Flow {
    Flow { unit: SeatUnit::Semester, ..flow(Some(4)) }
}

fn quarters(semester: u32, year: u32, quarter: u32) -> Flow {
    Flow { conversion: Conversion { semester, year, quarter }, ..semesters() }
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a number")
}

const fn quarter(n: u8, of: u8) -> Term {
    Term::Quarter { n, of }
}

#[test]
fn each_term_takes_the_units_of_its_flow() {
    let table = [
        (flow(None), Term::S1, 1),
        (flow(None), Term::S2, 1),
        (flow(None), Term::Year, 1),
        (flow(None), quarter(1, 4), 1),
        (semesters(), Term::S1, 1),
        (semesters(), Term::S2, 1),
        (semesters(), Term::Year, 2),
        (semesters(), quarter(2, 3), 1),
        // Three quarters make a year, and a semester counts for two of them.
        (quarters(2, 3, 1), Term::S1, 2),
        (quarters(2, 3, 1), Term::Year, 3),
        (quarters(2, 3, 1), quarter(3, 3), 1),
        (quarters(1, 1, 1), Term::Year, 1),
    ];
    for (flow, term, units) in table {
        assert_eq!(flow.units(term), units, "{:?} {term}", flow.conversion);
    }
}

#[test]
fn each_term_lasts_as_long_as_it_usually_does() {
    for (term, months) in [
        (Term::S1, "5"),
        (Term::S2, "5"),
        (Term::Year, "10"),
        (quarter(1, 4), "2.5"),
        (quarter(2, 3), "3.33"),
    ] {
        assert_eq!(usual_months(term), number(months), "{term}");
    }
}

#[test]
fn one_may_go_for_the_terms_that_are_offered() {
    let autumn = Flow { terms: vec![Term::S1, quarter(1, 4)], ..flow(None) };
    for (flow, term, takes) in [
        (flow(None), Term::S1, true),
        (flow(None), Term::Year, true),
        (flow(None), quarter(1, 4), false),
        (autumn.clone(), Term::S1, true),
        (autumn.clone(), Term::S2, false),
        (autumn.clone(), Term::Year, false),
        (autumn, quarter(1, 4), true),
    ] {
        assert_eq!(flow.takes(term), takes, "{term}");
    }
}

#[test]
fn two_terms_are_for_the_same_part_of_the_year_or_are_not() {
    let overlaps = |a: Term, b: Term| {
        let (a, b) = (a.twelfths(), b.twelfths());
        a.start < b.end && b.start < a.end
    };
    for (a, b, is) in [
        (Term::S1, Term::S2, false),
        (Term::S1, Term::Year, true),
        (Term::S2, Term::Year, true),
        (quarter(1, 2), Term::S1, true),
        (quarter(1, 2), Term::S2, false),
        (quarter(2, 3), Term::S1, true),
        (quarter(2, 3), Term::S2, true),
        (quarter(1, 3), Term::S2, false),
        (quarter(1, 4), quarter(2, 4), false),
        (quarter(3, 5), quarter(4, 5), true),
    ] {
        assert_eq!((overlaps(a, b), overlaps(b, a)), (is, is), "{a} {b}");
    }
}

/// Cap, adjusted, overridden, carried; held, accepted, confirmed; budget and what is spent of it.
type Row = (Option<i64>, [i64; 3], [i64; 3], Option<i64>, i64);

fn tally((cap, [adjusted, overridden, carried], [held, accepted, confirmed], budget, spent): Row) -> Tally {
    Tally {
        cap,
        adjusted,
        overridden,
        carried,
        held,
        accepted,
        confirmed,
        waiting: 0,
        budget,
        spent,
        is_closed: false,
    }
}

#[test]
fn a_year_is_as_full_as_its_numbers_say() {
    let table: [(Row, i64, Fullness); 18] = [
        ((None, [0; 3], [0; 3], None, 0), 0, Fullness::NotAgreed),
        ((None, [1, 0, 0], [0; 3], None, 0), 1, Fullness::Empty),
        ((None, [0, 1, 0], [1, 0, 0], None, 0), 0, Fullness::Over),
        ((Some(0), [0; 3], [0; 3], None, 0), 0, Fullness::Full),
        ((Some(5), [0; 3], [0; 3], None, 0), 5, Fullness::Empty),
        ((Some(5), [0; 3], [1, 1, 1], None, 0), 2, Fullness::Open),
        ((Some(5), [0; 3], [1, 1, 2], None, 0), 1, Fullness::Near),
        ((Some(2), [0; 3], [1, 0, 0], None, 0), 1, Fullness::Near),
        ((Some(3), [0; 3], [1, 0, 0], None, 0), 2, Fullness::Open),
        ((Some(5), [0; 3], [5, 0, 0], None, 0), 0, Fullness::Full),
        ((Some(5), [-1, 0, 0], [0, 4, 0], None, 0), 0, Fullness::Full),
        ((Some(5), [0, 0, 3], [5, 0, 0], None, 0), 3, Fullness::Open),
        ((Some(5), [0, 1, 0], [0, 0, 5], None, 0), 1, Fullness::Near),
        ((Some(5), [0, 1, 0], [0, 0, 6], None, 0), 0, Fullness::Over),
        ((Some(20), [0; 3], [15, 0, 0], None, 0), 5, Fullness::Open),
        ((Some(20), [0; 3], [16, 0, 0], None, 0), 4, Fullness::Near),
        // Months bind before places.
        ((Some(20), [0; 3], [4, 0, 0], Some(2_000), 2_000), 16, Fullness::Full),
        ((Some(20), [0; 3], [4, 0, 0], Some(2_000), 1_999), 16, Fullness::Open),
    ];
    for (row, remaining, fullness) in table {
        let tally = tally(row);
        assert_eq!((tally.remaining(), tally.fullness()), (remaining, fullness), "{row:?}");
    }
}

#[test]
fn a_nomination_fits_where_places_and_months_both_suffice() {
    let table: [(Row, i64, i64, bool); 8] = [
        ((Some(2), [0; 3], [1, 0, 0], None, 500), 1, 500, true),
        ((Some(2), [0; 3], [1, 0, 0], None, 500), 2, 1_000, false),
        ((Some(9), [0; 3], [1, 0, 0], Some(1_000), 500), 1, 500, true),
        ((Some(9), [0; 3], [1, 0, 0], Some(1_000), 500), 1, 501, false),
        ((Some(1), [0; 3], [1, 0, 0], Some(9_000), 500), 1, 1, false),
        ((None, [0; 3], [0; 3], None, 0), 1, 500, false),
        ((None, [0, 1, 0], [0; 3], None, 0), 1, 500, true),
        ((Some(1), [0, 0, 2], [1, 0, 0], None, 0), 2, 0, true),
    ];
    for (row, units, months, fits) in table {
        assert_eq!(tally(row).fits(units, months), fits, "{row:?} {units} {months}");
    }
    let closed = Tally { is_closed: true, ..tally((Some(5), [0; 3], [0; 3], None, 0)) };
    assert!(!closed.fits(1, 1));
}

#[test]
fn what_a_year_leaves_of_what_was_agreed_is_carried_once() {
    let table: [(Row, bool, i64); 7] = [
        ((Some(5), [0; 3], [0, 0, 2], None, 0), true, 3),
        ((Some(5), [0; 3], [0, 0, 2], None, 0), false, 0),
        ((Some(5), [0; 3], [0, 0, 5], None, 0), true, 0),
        ((Some(5), [2, 0, 0], [0, 0, 5], None, 0), true, 2),
        // What an override opened and nobody took is not carried.
        ((Some(5), [0, 2, 0], [0, 0, 5], None, 0), true, 0),
        ((Some(5), [0, 2, 0], [0, 0, 4], None, 0), true, 1),
        ((None, [0; 3], [0; 3], None, 0), true, 0),
    ];
    for (row, carries_over, carried) in table {
        assert_eq!(tally(row).to_carry(carries_over, None), carried, "{row:?}");
    }
    let closed = Tally { is_closed: true, ..tally((Some(5), [0; 3], [0; 3], None, 0)) };
    assert_eq!(closed.to_carry(true, None), 0);
}

#[test]
fn a_flow_has_no_more_than_its_pool_leaves() {
    let free = |cap: i64, used: i64| tally((Some(cap), [0; 3], [used, 0, 0], None, 0));
    let beyond = |cap: i64, more: i64, used: i64| tally((Some(cap), [0, more, 0], [used, 0, 0], None, 0));
    let unsaid = tally((None, [0; 3], [0; 3], None, 0));
    // The flow, its pool; whether its places wait for the pool; how many of them go to the next year.
    let table = [
        (free(5, 2), free(9, 2), false, 3),
        (free(5, 2), free(4, 3), false, 1),
        (free(5, 2), free(4, 4), true, 0),
        (free(5, 5), free(4, 4), false, 0),
        (free(5, 0), unsaid, true, 0),
        (unsaid, free(4, 0), false, 0),
        (unsaid, unsaid, false, 0),
        // What an override opened of the pool, or of the flow, and nobody took is not carried.
        (free(5, 2), beyond(4, 2, 4), false, 0),
        (free(5, 2), beyond(4, 2, 3), false, 1),
        (beyond(5, 2, 5), free(9, 5), false, 0),
        (beyond(5, 2, 4), free(9, 5), false, 1),
        // More are taken than the cap has, by those whom an override let in.
        (free(5, 2), beyond(4, 2, 6), true, 0),
    ];
    for (own, pool, is_held_back, carried) in table {
        assert_eq!(own.is_held_back_by(&pool), is_held_back, "{own:?} {pool:?}");
        assert_eq!(own.to_carry(true, Some(&pool)), carried, "{own:?} {pool:?}");
        assert_eq!(own.to_carry(false, Some(&pool)), 0, "{own:?} {pool:?}");
    }
}

#[test]
fn places_without_time_for_the_shortest_stay_are_nobodys() {
    let of = |terms: Vec<Term>| Flow { terms, ..flow(Some(5)) };
    let left = |used, budget, spent| tally((Some(5), [0; 3], [used, 0, 0], budget, spent));
    let table = [
        (of(vec![Term::S1]), left(1, Some(1_000), 500), false),
        (of(vec![Term::S1]), left(1, Some(1_000), 501), true),
        (of(vec![Term::Year]), left(1, Some(1_400), 500), true),
        (of(vec![Term::Year, Term::S2]), left(1, Some(1_400), 500), false),
        (of(vec![Term::S1]), left(5, Some(1_000), 1_000), false),
        (of(vec![Term::S1]), left(0, Some(0), 0), true),
        (of(vec![Term::S1]), left(1, None, 500), false),
    ];
    for (flow, tally, is_out_of_time) in table {
        assert_eq!(tally.is_out_of_time(&flow), is_out_of_time, "{:?} {tally:?}", flow.terms);
    }
}

#[test]
fn what_is_taken_beyond_what_there_is_is_counted_in_places_and_in_time() {
    let of = |cap, used, budget, spent| tally((cap, [0; 3], [used, 0, 0], budget, spent));
    for (tally, excess) in [
        (of(Some(5), 3, None, 0), [0, 0]),
        (of(Some(2), 3, None, 1_500), [1, 0]),
        (of(None, 3, None, 1_500), [3, 0]),
        (of(Some(5), 3, Some(1_000), 1_500), [0, 500]),
        (of(Some(1), 3, Some(1_000), 1_500), [2, 500]),
    ] {
        assert_eq!(tally.excess(), excess, "{tally:?}");
    }
}

#[test]
fn the_cap_of_a_year_is_its_own_where_it_has_one() {
    let year = |first| AcademicYear::northern(first).expect("a year");
    let caps = vec![YearCap { year: year(2026), cap: Some(3) }, YearCap { year: year(2027), cap: None }];
    let flow = Flow { year_caps: caps, ..flow(Some(5)) };
    for (first, cap) in [(2025, Some(5)), (2026, Some(3)), (2027, None), (2028, Some(5))] {
        assert_eq!(flow.cap_in(year(first)), cap, "{first}");
    }
}

#[test]
fn a_flow_is_open_within_its_own_time_and_that_of_its_agreement() {
    let day = |text: &str| Some(text.parse().expect("a day"));
    let year = |first| AcademicYear::northern(first).ok();
    let bound = Course { starts_on: day("2024-09-01"), ends_on: day("2029-08-31"), ..Course::default() };
    let ended = Course { terminated_on: day("2027-09-01"), ..bound };
    let own = Flow { first_year: year(2025), last_year: year(2030), ..flow(None) };
    for (flow, course, first, last) in [
        (flow(None), Course::default(), None, None),
        (flow(None), bound, year(2024), year(2028)),
        (own.clone(), bound, year(2025), year(2028)),
        (own.clone(), ended, year(2025), year(2026)),
        (own, Course::default(), year(2025), year(2030)),
    ] {
        assert_eq!(flow.span(&course), (first, last), "{course:?}");
    }
}

#[test]
fn a_balance_is_what_went_less_what_came_weighed_by_each_flow() {
    let plain = flow(None);
    let heavy = Flow { weight: number("1.5"), ..flow(None) };
    // Two come for each that goes: one who comes weighs half.
    let two_to_one = Flow { ratio: number("0.5"), ..flow(None) };
    let back = |flow: &Flow| Flow { sender: flow.receiver, receiver: flow.sender, ..flow.clone() };
    let moved = |flow: &Flow, is_out, first_year, persons, units| Movement {
        flow: if is_out { flow.clone() } else { back(flow) },
        first_year,
        is_expected: false,
        persons,
        units,
    };
    let of = [plain.sender];
    let running = |opening, movements: &[Movement]| {
        balance(opening, &of, movements)
            .iter()
            .map(|year| year.running.weighed.to_hundredths())
            .collect::<Vec<_>>()
    };
    let zero = Weighed::default();
    let table = [
        (zero, vec![], vec![]),
        (zero, vec![moved(&plain, true, 2025, 3, 3)], vec![300]),
        (zero, vec![moved(&plain, true, 2025, 3, 3), moved(&plain, false, 2025, 2, 2)], vec![100]),
        (zero, vec![moved(&plain, false, 2025, 2, 4)], vec![-400]),
        (Weighed::units(-2), vec![moved(&plain, true, 2025, 3, 3)], vec![100]),
        (Weighed::hundredths(50), vec![moved(&heavy, true, 2025, 1, 1)], vec![200]),
        (zero, vec![moved(&heavy, false, 2025, 2, 2)], vec![-300]),
        (zero, vec![moved(&plain, true, 2025, 1, 1), moved(&two_to_one, false, 2025, 2, 2)], vec![0]),
        // A year in between in which nobody moved keeps what was.
        (zero, vec![moved(&plain, true, 2024, 1, 1), moved(&plain, false, 2026, 3, 3)], vec![100, 100, -200]),
    ];
    for (opening, movements, should) in table {
        assert_eq!(running(opening, &movements), should, "{movements:?}");
    }
    let expected = Movement { is_expected: true, ..moved(&plain, true, 2025, 2, 2) };
    let years = balance(zero, &of, &[expected, moved(&plain, true, 2025, 1, 1)]);
    assert_eq!((years[0].running.weighed, years[0].expected), (Weighed::units(1), Weighed::units(3)));
    assert_eq!((years[0].out.persons, years[0].inward.persons), (1, 0));
    for (ten_thousandths, hundredths) in [(149, 1), (150, 2), (-149, -1), (-150, -2)] {
        assert_eq!(Weighed(ten_thousandths).to_hundredths(), hundredths);
    }
}
