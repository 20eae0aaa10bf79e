//! The balance of two institutions: what one sent the other against what it received, and what they may still send each other.

use super::{Desk, partners::family};
use crate::error::AppError;
use domain::{
    academic_year::AcademicYear,
    access::{ReadBalance, SetOpeningBalance, decide},
    balance::{Movement, OpeningForm, Weighed, YearBalance, balance},
    id::InstitutionId,
};
use store::{
    balance::{self as stored, Opening},
    institution::{self, InstitutionItem},
};

/// What may still go one way in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    /// Units left on flows whose number was agreed.
    pub remaining: i64,
    /// Flows that are open.
    pub flows: usize,
    /// Flows without an agreed number among them.
    pub not_agreed: usize,
}

impl Left {
    fn of<'a>(all: impl Iterator<Item = &'a stored::Left>) -> Self {
        all.fold(Self::default(), |left, flow| Self {
            remaining: left.remaining + flow.remaining.unwrap_or(0).max(0),
            flows: left.flows + 1,
            not_agreed: left.not_agreed + usize::from(flow.remaining.is_none()),
        })
    }
}

/// The balance of an institution with another.
#[derive(Debug, Clone)]
pub struct BalanceView {
    /// The two: the first is the one whose balance it is.
    pub pair: [InstitutionItem; 2],
    /// What it was before the registry counted.
    pub opening: Option<Opening>,
    /// Each year, the first one first.
    pub years: Vec<YearBalance>,
    /// The next academic year.
    pub next_year: AcademicYear,
    /// What may still be sent in it, and received.
    pub left: [Left; 2],
    /// Whether the reader may say what it was before.
    pub set: bool,
}

/// The balance of an institution with another, for the offices of the two.
pub async fn view(desk: &Desk, ids: [InstitutionId; 2]) -> Result<BalanceView, AppError> {
    decide(desk.actor(), ReadBalance(ids))?;
    let mut tx = desk.read().await?;
    let [of, with] = [family(&mut tx, ids[0]).await?, family(&mut tx, ids[1]).await?];
    if of.members.contains(&with.id) || with.members.contains(&of.id) {
        return Err(AppError::NotFound);
    }
    let items = institution::items(&mut tx, &ids).await?;
    let pair: [InstitutionItem; 2] = items.try_into().map_err(|_| AppError::NotFound)?;
    let moved = stored::moved(&mut tx, [&of, &with]).await?;
    let opening = stored::opening(&mut tx, ids[0], ids[1]).await?;
    let present = AcademicYear::of(desk.today());
    let next_year = present.next().unwrap_or(present);
    let left = stored::left(&mut tx, [&of, &with], next_year.first_year()).await?;
    let movements: Vec<Movement<'_>> = moved
        .iter()
        .map(|moved| Movement {
            flow: &moved.flow,
            is_out: moved.is_out,
            first_year: moved.first_year,
            is_expected: moved.is_expected,
            persons: moved.persons,
            units: moved.units,
        })
        .collect();
    let before = opening.as_ref().map_or(Weighed::default(), |opening| Weighed::hundredths(opening.balance));
    Ok(BalanceView {
        pair,
        years: balance(before, &movements),
        opening,
        next_year,
        left: [true, false].map(|is_out| Left::of(left.iter().filter(|left| left.is_out == is_out))),
        set: decide(desk.actor(), SetOpeningBalance(ids[0])).is_ok(),
    })
}

/// Says what the balance was before the registry counted.
pub async fn set_opening(
    desk: &Desk,
    [of, with]: [InstitutionId; 2],
    form: &OpeningForm,
) -> Result<(), AppError> {
    let permit = decide(desk.actor(), SetOpeningBalance(of))?;
    let (balance, reason) = form.parse()?;
    let mut tx = desk.write().await?;
    if of == with || institution::existing(&mut tx, &[of, with]).await?.len() < 2 {
        return Err(AppError::NotFound);
    }
    stored::set_opening(&mut tx, &permit, &desk.stamp(), with, balance, &reason).await?;
    Ok(tx.commit().await?)
}
