//! Balance: what one institution has sent to another against what it received.
//!
//! Balance = Σ out × weight − Σ in × weight × ratio, of each year and running from an opening balance on; the flow gives weight and
//! ratio. Above zero the institution has sent more than it received: it may receive more. Those who confirmed count, or whose stay
//! is over; who holds a place without that is only expected. Counted in units; people are shown beside.

use crate::{decimal::Decimal, flow::Flow, nomination::Reason, problem::FieldErrors};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

impl Side {
    fn add(&mut self, persons: i64, weighed: Weighed) {
        self.persons += persons;
        self.weighed = self.weighed + weighed;
    }
}

/// What moved on a flow in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement<'a> {
    /// On which flow.
    pub flow: &'a Flow,
    /// Whether it leaves the institution whose balance it is.
    pub is_out: bool,
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
    /// Of this year alone.
    pub own: Weighed,
    /// With all years before, and the opening balance.
    pub running: Weighed,
    /// What it would be if everyone who holds a place went.
    pub expected: Weighed,
}

/// The balance of an institution with another, year by year, from an opening balance on. Years without any movement between two
/// that have some are there as well.
pub fn balance(opening: Weighed, movements: &[Movement<'_>]) -> Vec<YearBalance> {
    #[derive(Default)]
    struct Year {
        out: Side,
        inward: Side,
        expected: Weighed,
    }
    let mut years = BTreeMap::<i32, Year>::new();
    for movement in movements {
        let year = years.entry(movement.first_year).or_default();
        let (side, weighed, signed) = if movement.is_out {
            let weighed = sent(movement.flow, movement.units);
            (&mut year.out, weighed, weighed)
        } else {
            let weighed = received(movement.flow, movement.units);
            (&mut year.inward, weighed, Weighed::default() - weighed)
        };
        year.expected = year.expected + signed;
        if !movement.is_expected {
            side.add(movement.persons, weighed);
        }
    }
    let (Some(first), Some(last)) = (years.keys().next().copied(), years.keys().next_back().copied()) else {
        return Vec::new();
    };
    let (mut running, mut expected) = (opening, opening);
    (first..=last)
        .map(|first_year| {
            let year = years.remove(&first_year).unwrap_or_default();
            let own = year.out.weighed - year.inward.weighed;
            running = running + own;
            expected = expected + year.expected;
            YearBalance { first_year, out: year.out, inward: year.inward, own, running, expected }
        })
        .collect()
}

/// What someone typed to say what a balance was before the registry counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OpeningForm {
    /// Units: above zero where more was sent than received, with a minus where less was.
    pub balance: String,
    /// Where it comes from.
    pub reason: String,
}

impl OpeningForm {
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
    use crate::problem::Problem;

    #[test]
    fn an_opening_balance_is_typed_with_its_sign() {
        let read = |balance: &str, reason: &str| {
            OpeningForm { balance: balance.into(), reason: reason.into() }
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
