//! Balance: what one institution has sent against what it received: to and from another, or on the flows of a pool.
//!
//! Balance = Σ out × weight − Σ in × weight × ratio, of each year and running from an opening balance on; the flow gives weight and
//! ratio. Above zero the institution has sent more than it received: it may receive more. Those who confirmed count, or whose stay
//! is over; who holds a place without that is only expected. Counted in units, and beside in people, without an opening balance. What its units send and
//! receive is the institution's; what stays among them is neither sent nor received.

use crate::{
    decimal::Decimal,
    flow::Flow,
    id::{InstitutionId, PoolId},
    nomination::Reason,
    problem::{FieldErrors, Problem},
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};

/// A hundredth of a hundredth: weights and ratios have two decimals each.
const PARTS: i64 = 10_000;

/// An amount of weighted units, in ten-thousandths. It may be less than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Weighed(pub i64);

impl Weighed {
    /// So many whole units.
    pub const fn units(units: i64) -> Self {
        Self(units * PARTS)
    }

    /// So many hundredths of a unit.
    pub const fn hundredths(hundredths: i64) -> Self {
        Self(hundredths * (PARTS / 100))
    }

    /// In hundredths, rounded half away from zero.
    pub const fn to_hundredths(self) -> i64 {
        let part = PARTS / 100;
        let half = if self.0 < 0 { -(part / 2) } else { part / 2 };
        (self.0 + half) / part
    }
}

impl std::ops::Add for Weighed {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Weighed {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Weighed {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| sum + one)
    }
}

/// What one unit of a flow weighs for whoever sends.
pub fn sent(flow: &Flow, units: i64) -> Weighed {
    Weighed(units * i64::from(flow.weight.hundredths()) * 100)
}

/// What one unit of a flow weighs for whoever receives.
pub fn received(flow: &Flow, units: i64) -> Weighed {
    Weighed(units * i64::from(flow.weight.hundredths()) * i64::from(flow.ratio.hundredths()))
}

/// People and units, one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Side {
    /// People.
    pub persons: i64,
    /// Units, each weighed.
    pub weighed: Weighed,
}

impl std::ops::Add for Side {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { persons: self.persons + other.persons, weighed: self.weighed + other.weighed }
    }
}

impl std::ops::Sub for Side {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { persons: self.persons - other.persons, weighed: self.weighed - other.weighed }
    }
}

impl Side {
    /// Where a running balance begins: an opening balance is one of units, and of nobody.
    const fn opening(weighed: Weighed) -> Self {
        Self { persons: 0, weighed }
    }
}

/// Whether a flow leaves an institution, given with its units, or comes to it. `None` where it does neither, or stays among them.
pub fn leaves(flow: &Flow, members: &[InstitutionId]) -> Option<bool> {
    match [flow.sender, flow.receiver].map(|id| members.contains(&id)) {
        [true, false] => Some(true),
        [false, true] => Some(false),
        _ => None,
    }
}

/// What moved on a flow in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// On which flow.
    pub flow: Flow,
    /// First year of the academic year.
    pub first_year: i32,
    /// Whether it is only expected: a place is held, and not confirmed.
    pub is_expected: bool,
    /// People.
    pub persons: i64,
    /// Units.
    pub units: i64,
}

/// A year of a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearBalance {
    /// First year of the academic year.
    pub first_year: i32,
    /// Who went.
    pub out: Side,
    /// Who came.
    pub inward: Side,
    /// Of this year alone: who went less who came.
    pub own: Side,
    /// With all years before, and the opening balance.
    pub running: Side,
    /// What it would be if everyone who holds a place went.
    pub expected: Weighed,
}

/// The balance of an institution, given with its units, year by year, from an opening balance on. Each year from the first in which
/// anything moved to the last is there, whether or not the institution had a part in it.
pub fn balance(opening: Weighed, members: &[InstitutionId], movements: &[Movement]) -> Vec<YearBalance> {
    #[derive(Default)]
    struct Year {
        out: Side,
        inward: Side,
        expected: Weighed,
    }
    let mut years = BTreeMap::<i32, Year>::new();
    for movement in movements {
        let year = years.entry(movement.first_year).or_default();
        let (side, weighed, signed) = match leaves(&movement.flow, members) {
            Some(true) => {
                let weighed = sent(&movement.flow, movement.units);
                (&mut year.out, weighed, weighed)
            }
            Some(false) => {
                let weighed = received(&movement.flow, movement.units);
                (&mut year.inward, weighed, Weighed::default() - weighed)
            }
            None => continue,
        };
        year.expected = year.expected + signed;
        if !movement.is_expected {
            *side = *side + Side { persons: movement.persons, weighed };
        }
    }
    let (Some(first), Some(last)) = (years.keys().next().copied(), years.keys().next_back().copied()) else {
        return Vec::new();
    };
    let (mut running, mut expected) = (Side::opening(opening), opening);
    (first..=last)
        .map(|first_year| {
            let year = years.remove(&first_year).unwrap_or_default();
            let own = year.out - year.inward;
            running = running + own;
            expected = expected + year.expected;
            YearBalance { first_year, out: year.out, inward: year.inward, own, running, expected }
        })
        .collect()
}

/// A balance over all its years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// What it was before.
    pub opening: Weighed,
    /// Who went, in all years.
    pub out: Side,
    /// Who came.
    pub inward: Side,
    /// What it is after the last year.
    pub running: Side,
    /// What it would be if everyone who holds a place went.
    pub expected: Weighed,
}

impl Total {
    /// Adds up the years of a balance.
    pub fn of(opening: Weighed, years: &[YearBalance]) -> Self {
        let empty = Self { opening, running: Side::opening(opening), expected: opening, ..Self::default() };
        years.iter().fold(empty, |total, year| Self {
            out: total.out + year.out,
            inward: total.inward + year.inward,
            running: year.running,
            expected: year.expected,
            ..total
        })
    }
}

/// Of several institutions together. Where each ratio is 1 what all sent is what all received: the balances then add up to what
/// the opening balances do, which is nothing where these agree with each other.
impl std::iter::Sum for Total {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            opening: sum.opening + one.opening,
            out: sum.out + one.out,
            inward: sum.inward + one.inward,
            running: sum.running + one.running,
            expected: sum.expected + one.expected,
        })
    }
}

/// The running balances of many pairs at once: of the first of each with the second, the units of both included, counted flow by
/// flow. There is none where one of the two is a unit of the other.
#[derive(Debug, Clone, Default)]
pub struct RunningBalances {
    pairs: HashMap<[InstitutionId; 2], Weighed>,
    /// By each member of a family, the institutions of the pairs that it counts for.
    counts_for: HashMap<InstitutionId, Vec<InstitutionId>>,
}

impl RunningBalances {
    /// Of these pairs; the members of a family are told one by one, after the institution that they count for.
    pub fn new(
        pairs: &[[InstitutionId; 2]],
        families: impl IntoIterator<Item = (InstitutionId, InstitutionId)>,
    ) -> Self {
        let mut counts_for = HashMap::<_, Vec<_>>::new();
        for (institution, member) in families {
            counts_for.entry(member).or_default().push(institution);
        }
        let mut balances = Self { pairs: HashMap::new(), counts_for };
        let is_between = |[one, other]: [InstitutionId; 2]| {
            !balances.is_within(one, other) && !balances.is_within(other, one)
        };
        let between = pairs.iter().filter(|pair| is_between(**pair));
        balances.pairs = between.map(|pair| (*pair, Weighed::default())).collect();
        balances
    }

    /// Whether an institution counts for another: it is that one, or a unit of it.
    fn is_within(&self, one: InstitutionId, other: InstitutionId) -> bool {
        self.counts_for.get(&one).is_some_and(|above| above.contains(&other))
    }

    /// Adds what the balance of a pair was before the registry counted.
    pub fn open(&mut self, pair: [InstitutionId; 2], opening: Weighed) {
        if let Some(balance) = self.pairs.get_mut(&pair) {
            *balance = *balance + opening;
        }
    }

    /// Adds what moved on a flow to every pair that it is between.
    pub fn count(&mut self, flow: &Flow, units: i64) {
        let Self { pairs, counts_for } = self;
        let [senders, receivers] =
            [flow.sender, flow.receiver].map(|end| counts_for.get(&end).map_or(&[][..], Vec::as_slice));
        for (sender, receiver) in
            senders.iter().flat_map(|one| receivers.iter().map(move |other| (*one, *other)))
        {
            if let Some(balance) = pairs.get_mut(&[sender, receiver]) {
                *balance = *balance + sent(flow, units);
            }
            if let Some(balance) = pairs.get_mut(&[receiver, sender]) {
                *balance = *balance - received(flow, units);
            }
        }
    }

    /// The balance of several with one other, each given with it: of what is within another of them nothing counts twice. None where there
    /// is none of any.
    pub fn sum(&self, pairs: &[[InstitutionId; 2]]) -> Option<Weighed> {
        let is_inner = |one| pairs.iter().any(|[other, _]| one != *other && self.is_within(one, *other));
        let outer = pairs.iter().filter(|[one, _]| !is_inner(*one));
        let balances: Vec<Weighed> = outer.filter_map(|pair| self.of(*pair)).collect();
        (!balances.is_empty()).then(|| balances.into_iter().sum())
    }

    /// The balance of the first with the second.
    pub fn of(&self, pair: [InstitutionId; 2]) -> Option<Weighed> {
        self.pairs.get(&pair).copied()
    }
}

/// What is left of a flow in a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowLeft {
    /// The flow.
    pub flow: Flow,
    /// Units that are left of its places; none where no number was agreed.
    pub remaining: Option<i64>,
    /// Hundredths of months or days that are left of its budget; none where it has no budget.
    pub budget: Option<i64>,
    /// The pool that it draws on, and what is left of that one, likewise.
    pub pool: Option<(PoolId, Option<i64>)>,
}

impl FlowLeft {
    /// Units that may still be taken: no more than its places, nor than its budget allows to those who go for its shortest term.
    /// None where no number was agreed.
    fn units(&self) -> Option<i64> {
        let within = self.budget.map_or(i64::MAX, |left| self.flow.units_within(left));
        self.remaining.map(|places| places.min(within).max(0))
    }
}

/// What may still go one way in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// Units left on flows whose number was agreed, within their budgets.
    pub remaining: i64,
    /// Flows that are open.
    pub flows: usize,
    /// Flows without an agreed number among them: their own, or that of the pool they draw on.
    pub not_agreed: usize,
}

impl Left {
    /// What is left of several flows. Those of a pool have together no more than it has.
    pub fn of<'a>(flows: impl IntoIterator<Item = &'a FlowLeft>) -> Self {
        let mut left = Self::default();
        let mut pools = BTreeMap::<PoolId, (i64, i64)>::new();
        for flow in flows {
            left.flows += 1;
            match (flow.units(), flow.pool) {
                (None, _) | (_, Some((_, None))) => left.not_agreed += 1,
                (Some(own), None) => left.remaining += own,
                (Some(own), Some((pool, Some(shared)))) => {
                    pools.entry(pool).or_insert((0, shared.max(0))).0 += own;
                }
            }
        }
        left.remaining += pools.into_values().map(|(own, shared)| own.min(shared)).sum::<i64>();
        left
    }

    /// What an institution, given with its units, may still send, and receive.
    pub fn each_way(flows: &[FlowLeft], members: &[InstitutionId]) -> [Self; 2] {
        [true, false]
            .map(|is_out| Self::of(flows.iter().filter(|left| leaves(&left.flow, members) == Some(is_out))))
    }
}

/// What someone typed to say what a balance was before the registry counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpeningForm {
    /// Id of the institution whose balance in a pool it is; of two institutions the address says it.
    pub institution: String,
    /// Units: above zero where more was sent than received, with a minus where less was.
    pub balance: String,
    /// Where it comes from.
    pub reason: String,
}

impl OpeningForm {
    /// Whose balance it is, of those who share a pool.
    pub fn of(&self, sharers: &[InstitutionId]) -> Result<InstitutionId, FieldErrors> {
        let mut errors = FieldErrors::default();
        let chosen = self.institution.trim().parse().ok().filter(|id| sharers.contains(id));
        errors.take("institution", chosen.ok_or(Problem::NotAChoice)).ok_or(errors)
    }

    /// Reads it: hundredths of units, and where they come from.
    pub fn parse(&self) -> Result<(i64, Reason), FieldErrors> {
        let mut errors = FieldErrors::default();
        let typed = self.balance.trim();
        let (is_negative, digits) = match typed.strip_prefix(['-', '−']) {
            Some(digits) => (true, digits),
            None => (false, typed.strip_prefix('+').unwrap_or(typed)),
        };
        let balance = errors.take("balance", Decimal::parse(digits));
        let reason = errors.take("reason", Reason::parse(&self.reason));
        match (balance, reason) {
            (Some(balance), Some(reason)) => {
                let hundredths = i64::from(balance.hundredths());
                Ok((if is_negative { -hundredths } else { hundredths }, reason))
            }
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        flow::{MobilityKind, SeatUnit},
        id::FlowId,
        term::Term,
    };
    use uuid::Uuid;

    fn institution(n: u128) -> InstitutionId {
        InstitutionId(Uuid::from_u128(n))
    }

    /// A flow of the pool numbered 9 from one institution to another.
    fn flow(sender: u128, receiver: u128) -> Flow {
        let id = FlowId(Uuid::from_u128(100 * sender + receiver));
        let flow = Flow::of_students(id, institution(sender), institution(receiver), Some(5));
        Flow { pool: Some(PoolId(Uuid::from_u128(9))), ..flow }
    }

    fn hundredths(weighed: [Weighed; 2]) -> [i64; 2] {
        weighed.map(Weighed::to_hundredths)
    }

    #[test]
    fn of_several_with_one_other_nothing_counts_twice() {
        let [office, unit, second, partner] = [1, 2, 3, 4].map(institution);
        let pairs = [[office, partner], [unit, partner], [second, partner]];
        let families = [(office, office), (office, unit), (unit, unit), (second, second), (partner, partner)];
        let mut balances = RunningBalances::new(&pairs, families);
        for sender in [1, 2, 3] {
            balances.count(&flow(sender, 4), 1);
        }
        let sum = |pairs: &[[InstitutionId; 2]]| balances.sum(pairs).map(Weighed::to_hundredths);
        assert_eq!(sum(&pairs), Some(300), "the unit is in its institution's");
        assert_eq!(
            (sum(&pairs[..1]), sum(&pairs[1..2]), sum(&pairs[1..])),
            (Some(200), Some(100), Some(200))
        );
        assert_eq!(sum(&[[partner, partner]]), None);
    }

    #[test]
    fn the_balances_of_a_pool_are_those_of_each_who_shares_it() {
        // 1 has the unit 11, which sends for it. A ratio of 0.5: who comes weighs half.
        let half = Decimal::parse("0.5").expect("a number");
        let halved = Flow { ratio: half, ..flow(3, 1) };
        let moved = |flow: &Flow, first_year, persons, units, is_expected| Movement {
            flow: flow.clone(),
            first_year,
            is_expected,
            persons,
            units,
        };
        let movements = [
            moved(&flow(11, 2), 2024, 2, 3, false),
            moved(&flow(2, 3), 2024, 1, 1, false),
            moved(&halved, 2026, 3, 3, false),
            moved(&flow(1, 3), 2026, 1, 2, true),
            // Within one institution: nothing is sent or received.
            moved(&flow(11, 1), 2026, 7, 7, false),
        ];
        let all = [vec![institution(1), institution(11)], vec![institution(2)], vec![institution(3)]];
        let openings = [Weighed::units(-1), Weighed::units(1), Weighed::default()];
        let years: Vec<Vec<YearBalance>> = all
            .iter()
            .zip(openings)
            .map(|(members, opening)| balance(opening, members, &movements))
            .collect();
        // Each year's own, and running; the year in which nothing moved is there as well.
        let table = [
            [(2024, [300, 200]), (2025, [0, 200]), (2026, [-150, 50])],
            [(2024, [-200, -100]), (2025, [0, -100]), (2026, [0, -100])],
            [(2024, [-100, -100]), (2025, [0, -100]), (2026, [300, 200])],
        ];
        for (years, should) in years.iter().zip(table) {
            let told: Vec<_> = years
                .iter()
                .map(|year| (year.first_year, hundredths([year.own.weighed, year.running.weighed])))
                .collect();
            assert_eq!(told, should);
        }
        // In people nothing weighs, and nobody was before: two went in three units, three came.
        let people: Vec<_> = years[0].iter().map(|year| [year.own.persons, year.running.persons]).collect();
        assert_eq!(people, [[2, 2], [0, 2], [-3, -1]]);
        let totals: Vec<Total> =
            years.iter().zip(openings).map(|(years, opening)| Total::of(opening, years)).collect();
        assert_eq!((totals[0].out.persons, totals[0].inward.persons), (2, 3));
        assert_eq!(hundredths([totals[0].running.weighed, totals[0].expected]), [50, 250]);
        let together: Total = totals.into_iter().sum();
        assert_eq!((together.out.persons, together.inward.persons), (6, 6), "who went came somewhere");
        assert_eq!(together.running.persons, 0, "and counts for nobody together");
        // Three who came at half weigh 1.5 less than as they went; all else is even.
        assert_eq!(hundredths([together.running.weighed, together.expected]), [150, 150]);
        assert_eq!(
            Total::of(Weighed::units(2), &[]).running,
            Side { persons: 0, weighed: Weighed::units(2) }
        );
    }

    #[test]
    fn many_running_balances_are_those_of_each_pair() {
        // 1 has the unit 11, 2 the unit 21. A ratio of 0.5: who comes weighs half.
        let half = Decimal::parse("0.5").expect("a number");
        let halved = Flow { ratio: half, ..flow(21, 11) };
        let moved = [
            (flow(1, 2), 3),
            (flow(11, 2), 2),
            (halved, 3),
            (flow(11, 1), 7),
            (flow(3, 1), 4),
            (flow(2, 3), 1),
        ];
        let families = [(1, vec![1, 11]), (2, vec![2, 21]), (3, vec![3]), (11, vec![11])];
        let members = |of: u128| -> Vec<InstitutionId> {
            let (_, members) = families.iter().find(|(id, _)| *id == of).expect("a family");
            members.iter().copied().map(institution).collect()
        };
        let pairs = [[1, 2], [2, 1], [11, 2], [1, 3], [3, 2], [11, 1], [1, 11]];
        let ids = pairs.map(|pair| pair.map(institution));
        let told = families
            .iter()
            .flat_map(|(id, _)| members(*id).into_iter().map(|member| (institution(*id), member)));
        let mut running = RunningBalances::new(&ids, told);
        running.open(ids[0], Weighed::hundredths(-150));
        running.open([4, 5].map(institution), Weighed::units(9));
        for (flow, units) in &moved {
            running.count(flow, *units);
        }
        for (pair, ids) in pairs.into_iter().zip(ids).take(5) {
            let [own, partner] = pair.map(members);
            let between: Vec<Movement> = moved
                .iter()
                .filter(|(flow, _)| {
                    let ends = [flow.sender, flow.receiver];
                    [&own, &partner].iter().all(|family| ends.iter().any(|end| family.contains(end)))
                })
                .map(|(flow, units)| Movement {
                    flow: flow.clone(),
                    first_year: 2026,
                    is_expected: false,
                    persons: *units,
                    units: *units,
                })
                .collect();
            let opening = if pair == [1, 2] { Weighed::hundredths(-150) } else { Weighed::default() };
            let years = balance(opening, &own, &between);
            assert_eq!(running.of(ids), years.last().map(|year| year.running.weighed), "{pair:?}");
        }
        assert_eq!(running.of(ids[0]).map(Weighed::to_hundredths), Some(200));
        assert_eq!([running.of(ids[5]), running.of(ids[6])], [None; 2], "a unit has no balance with its own");
    }

    #[test]
    fn flows_of_a_pool_have_together_no_more_left_than_it_has() {
        let pool = PoolId(Uuid::from_u128(9));
        let left = |sender, receiver, remaining, shared: Option<Option<i64>>| FlowLeft {
            flow: flow(sender, receiver),
            remaining,
            budget: None,
            pool: shared.map(|shared| (pool, shared)),
        };
        let table = [
            (vec![], (0, 0, 0)),
            (vec![left(1, 2, Some(3), None), left(1, 3, Some(4), None)], (7, 2, 0)),
            (vec![left(1, 2, Some(3), Some(Some(5))), left(1, 3, Some(4), Some(Some(5)))], (5, 2, 0)),
            (vec![left(1, 2, Some(3), Some(Some(5)))], (3, 1, 0)),
            (vec![left(1, 2, Some(3), Some(Some(5))), left(1, 3, Some(4), None)], (7, 2, 0)),
            (vec![left(1, 2, Some(3), Some(Some(-1))), left(1, 3, Some(-2), None)], (0, 2, 0)),
            (vec![left(1, 2, None, Some(Some(5))), left(1, 3, Some(4), Some(None))], (0, 2, 2)),
        ];
        for (flows, should) in table {
            let left = Left::of(&flows);
            assert_eq!((left.remaining, left.flows, left.not_agreed), should, "{flows:?}");
        }
        let flows = [left(11, 2, Some(3), None), left(2, 1, Some(2), None), left(11, 1, Some(9), None)];
        let [out, inward] = Left::each_way(&flows, &[institution(1), institution(11)]);
        assert_eq!((out.remaining, inward.remaining), (3, 2), "what stays within goes neither way");
    }

    #[test]
    fn no_more_is_left_than_the_budget_allows() {
        let quarter = Term::Quarter { n: 1, of: 4 };
        let semesters = |terms: Vec<Term>| Flow { unit: SeatUnit::Semester, terms, ..flow(1, 2) };
        let persons = |terms: Vec<Term>| Flow { terms, ..flow(1, 2) };
        // A semester is five months, the year ten, a quarter two and a half.
        let table = [
            (persons(vec![]), Some(3), None, Some(3)),
            (persons(vec![]), Some(3), Some(2_550), Some(3)),
            (persons(vec![]), Some(3), Some(1_499), Some(2)),
            (persons(vec![]), Some(3), Some(499), Some(0)),
            (persons(vec![]), Some(3), Some(-100), Some(0)),
            (persons(vec![]), Some(-1), Some(2_000), Some(0)),
            (persons(vec![]), None, Some(2_000), None),
            (persons(vec![Term::Year]), Some(3), Some(999), Some(0)),
            (persons(vec![Term::Year, quarter]), Some(9), Some(999), Some(3)),
            (semesters(vec![Term::Year]), Some(9), Some(2_500), Some(4)),
            (semesters(vec![]), Some(9), Some(2_500), Some(5)),
        ];
        let staff = Flow { kind: MobilityKind::StaffTeaching, ..flow(1, 2) };
        let days = [(400, Some(3)), (1, Some(3)), (0, Some(0))];
        let days = days.map(|(budget, should)| (staff.clone(), Some(3), Some(budget), should));
        for (flow, remaining, budget, should) in table.into_iter().chain(days) {
            let left = FlowLeft { flow, remaining, budget, pool: None };
            assert_eq!(left.units(), should, "{left:?}");
        }
        let spent = FlowLeft { flow: flow(1, 2), remaining: Some(4), budget: Some(499), pool: None };
        let left = Left::of([&spent]);
        assert_eq!((left.remaining, left.flows, left.not_agreed), (0, 1, 0));
    }

    #[test]
    fn an_opening_balance_in_a_pool_is_that_of_one_who_shares_it() {
        let sharers = [1, 2].map(institution);
        let of = |typed: String| OpeningForm { institution: typed, ..OpeningForm::default() }.of(&sharers);
        assert_eq!(of(format!(" {} ", institution(2))), Ok(institution(2)));
        for typed in [institution(3).to_string(), String::new()] {
            let errors = of(typed).expect_err("none of them");
            assert_eq!(errors.at("institution"), Some(&Problem::NotAChoice));
        }
    }

    #[test]
    fn an_opening_balance_is_typed_with_its_sign() {
        let read = |balance: &str, reason: &str| {
            OpeningForm { balance: balance.into(), reason: reason.into(), ..OpeningForm::default() }
                .parse()
                .map(|(hundredths, _)| hundredths)
                .map_err(|errors| errors.0[0].clone())
        };
        for (typed, hundredths) in [("3", 300), ("+2,5", 250), ("-1.25", -125), ("−4", -400), (" 0 ", 0)] {
            assert_eq!(read(typed, "Tableur de 2025"), Ok(hundredths), "{typed}");
        }
        for (typed, reason, field, problem) in [
            ("", "Tableur", "balance", Problem::Required),
            ("--1", "Tableur", "balance", Problem::NotADecimal),
            ("deux", "Tableur", "balance", Problem::NotADecimal),
            ("1", " ", "reason", Problem::Required),
        ] {
            let error = read(typed, reason).expect_err("a fault");
            assert_eq!((error.field.as_str(), error.problem), (field, problem), "{typed}");
        }
    }
}
