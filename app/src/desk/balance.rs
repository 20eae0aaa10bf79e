//! Balances: what an institution sent another against what it received, the same on the flows of a pool, and what may still go.

use super::{
    Desk,
    nominations::{answered, hidden, keep_answer},
    partners::family,
};
use crate::error::AppError;
use chrono::Datelike as _;
use domain::{
    academic_year::AcademicYear,
    access::{ReadBalance, SetOpeningBalance, decide},
    agreement::TITLE_MAX,
    balance::{FlowLeft, Left, Movement, OpeningForm, Total, Weighed, YearBalance, balance, leaves},
    flow::{Flow, YearForms},
    id::{AgreementId, InstitutionId, PoolId},
    multilingual::Multilingual,
    text::Text,
};
use std::fmt::Display;
use store::{
    Tx, agreement,
    balance::{self as stored, Among, Opening, With},
    board::{self, PoolRecord},
    idempotency::Request,
    institution::{self, InstitutionItem},
    partner::Family,
};

/// The balance of one institution.
#[derive(Debug, Clone)]
pub struct OwnBalance {
    /// Whose.
    pub institution: InstitutionItem,
    /// What it was before the registry counted.
    pub opening: Option<Opening>,
    /// Each year, the first one first.
    pub years: Vec<YearBalance>,
    /// How the flows that it sends or receives on count their years.
    pub forms: YearForms,
    /// What may still be sent in the next year, and received.
    pub left: [Left; 2],
    /// Whether the reader may say what it was before.
    pub set: bool,
}

impl OwnBalance {
    fn of(
        desk: &Desk,
        (institution, opening): (InstitutionItem, Option<Opening>),
        members: &[InstitutionId],
        moved: &[Movement],
        left: &[FlowLeft],
    ) -> Self {
        let set = decide(desk.actor(), SetOpeningBalance(institution.id)).is_ok();
        let flows = flows_of(moved, left).filter(|flow| leaves(flow, members).is_some());
        let forms = YearForms::of(flows);
        let left = Left::each_way(left, members);
        let mut own = Self { institution, opening, years: Vec::new(), forms, left, set };
        own.years = balance(own.before(), members, moved);
        own
    }

    /// What it was before the registry counted: nothing unless said.
    pub fn before(&self) -> Weighed {
        self.opening.as_ref().map_or(Weighed::default(), |opening| Weighed::hundredths(opening.balance))
    }

    /// Over all its years.
    pub fn total(&self) -> Total {
        Total::of(self.before(), &self.years)
    }
}

/// The flows on which something moved or may still go.
fn flows_of<'a>(moved: &'a [Movement], left: &'a [FlowLeft]) -> impl Iterator<Item = &'a Flow> {
    moved.iter().map(|moved| &moved.flow).chain(left.iter().map(|left| &left.flow))
}

/// The balance of an institution with another.
#[derive(Debug, Clone)]
pub struct BalanceView {
    /// The balance.
    pub own: OwnBalance,
    /// With whom.
    pub partner: InstitutionItem,
    /// The calendar year in which the next academic year begins.
    pub next_year: i32,
}

/// The balances of those who share a pool.
#[derive(Debug, Clone)]
pub struct PoolBalanceView {
    /// The agreement that has the pool.
    pub agreement: AgreementId,
    /// Its title.
    pub title: Multilingual<Text<TITLE_MAX>>,
    /// The pool.
    pub pool: PoolId,
    /// Its names in French and in English; either may be empty.
    pub names: [String; 2],
    /// The balance of each, by name.
    pub sharers: Vec<OwnBalance>,
    /// How the flows of the pool count their years.
    pub forms: YearForms,
    /// What may still go in the next year on all flows of the pool together.
    pub left: Left,
    /// The calendar year in which the next academic year begins.
    pub next_year: i32,
}

impl PoolBalanceView {
    /// All balances together.
    pub fn together(&self) -> Total {
        self.sharers.iter().map(OwnBalance::total).sum()
    }
}

/// The page of the balance of one institution with another, below the language.
pub fn pair_page(of: impl Display, with: impl Display) -> String {
    format!("/institutions/{of}/with/{with}/balance")
}

/// The page of the balances in a pool, below the language.
pub fn pool_page(agreement: AgreementId, pool: PoolId) -> String {
    format!("/agreements/{agreement}/pools/{pool}/balance")
}

/// The calendar year in which the next academic year begins, and what is left then of each of these flows. Where all count calendar
/// years, it is the calendar year after the present one.
async fn next_year(
    desk: &Desk,
    tx: &mut Tx,
    among: Among<'_>,
    moved: &[Movement],
) -> Result<(i32, Vec<FlowLeft>), AppError> {
    let northern = AcademicYear::of(desk.today()).first_year() + 1;
    let left = stored::left(tx, among, northern).await?;
    let southern = desk.today().year() + 1;
    if southern == northern || !YearForms::of(flows_of(moved, &left)).is_southern() {
        return Ok((northern, left));
    }
    Ok((southern, stored::left(tx, among, southern).await?))
}

/// The balance of an institution with another, for the offices of the two.
pub async fn view(desk: &Desk, ids: [InstitutionId; 2]) -> Result<BalanceView, AppError> {
    decide(desk.actor(), ReadBalance(&ids))?;
    let mut tx = desk.read().await?;
    let [of, with] = [family(&mut tx, ids[0]).await?, family(&mut tx, ids[1]).await?];
    if of.members.contains(&with.id) || with.members.contains(&of.id) {
        return Err(AppError::NotFound);
    }
    let items = institution::items(&mut tx, &ids).await?;
    let [institution, partner]: [InstitutionItem; 2] = items.try_into().map_err(|_| AppError::NotFound)?;
    let among = Among::Pair([&of, &with]);
    let moved = stored::moved(&mut tx, among).await?;
    let (next_year, left) = next_year(desk, &mut tx, among, &moved).await?;
    let opening = stored::opening(&mut tx, ids[0], With::Partner(ids[1])).await?;
    let own = OwnBalance::of(desk, (institution, opening), &of.members, &moved, &left);
    Ok(BalanceView { own, partner, next_year })
}

/// Says what the balance was before the registry counted. A request that names itself is carried out once.
pub async fn set_opening(
    desk: &Desk,
    [of, with]: [InstitutionId; 2],
    form: &OpeningForm,
    request: Option<&Request>,
) -> Result<(), AppError> {
    let permit = decide(desk.actor(), SetOpeningBalance(of))?;
    let (balance, reason) = form.parse()?;
    let mut tx = desk.write().await?;
    if of == with || institution::existing(&mut tx, &[of, with]).await?.len() < 2 {
        return Err(AppError::NotFound);
    }
    if answered::<()>(&mut tx, &desk.stamp(), request).await?.is_some() {
        return Ok(());
    }
    stored::set_opening(&mut tx, &permit, &desk.stamp(), With::Partner(with), balance, &reason).await?;
    keep_answer(&mut tx, request, &()).await?;
    Ok(tx.commit().await?)
}

/// A pool and those who share it, if the reader may read their balances; the refusal looks the same whether there is one or not.
async fn shared(
    desk: &Desk,
    tx: &mut Tx,
    agreement: AgreementId,
    pool: PoolId,
) -> Result<(PoolRecord, Vec<Family>), AppError> {
    let sharers = stored::sharers(tx, agreement, pool).await?;
    let all: Vec<InstitutionId> = sharers.iter().flat_map(|family| family.members.iter().copied()).collect();
    let found = board::pool(tx, pool).await?.filter(|_| !all.is_empty()).ok_or_else(|| hidden(desk))?;
    decide(desk.actor(), ReadBalance(&all)).map_err(|_| hidden(desk))?;
    Ok((found, sharers))
}

/// The balances of those who share a pool, for their offices.
pub async fn pool(desk: &Desk, agreement: AgreementId, pool: PoolId) -> Result<PoolBalanceView, AppError> {
    let mut tx = desk.read().await?;
    let (found, families) = shared(desk, &mut tx, agreement, pool).await?;
    let among = Among::Pool(pool);
    let moved = stored::moved(&mut tx, among).await?;
    let (next_year, left) = next_year(desk, &mut tx, among, &moved).await?;
    let mut openings = stored::pool_openings(&mut tx, pool).await?;
    let ids: Vec<InstitutionId> = families.iter().map(|family| family.id).collect();
    let items = institution::items(&mut tx, &ids).await?;
    let mut sharers: Vec<OwnBalance> = items
        .into_iter()
        .zip(&families)
        .map(|(item, family)| {
            let opening = openings.remove(&family.id);
            OwnBalance::of(desk, (item, opening), &family.members, &moved, &left)
        })
        .collect();
    sharers.sort_by_cached_key(|own| (own.institution.name_key(desk.lang()), own.institution.id));
    let record = agreement::get(&mut tx, agreement).await?;
    Ok(PoolBalanceView {
        agreement,
        title: record.ruling().ok_or(AppError::NotFound)?.content.title.clone(),
        pool,
        names: [found.name_fr, found.name_en],
        sharers,
        forms: YearForms::of(flows_of(&moved, &left)),
        left: Left::of(&left),
        next_year,
    })
}

/// Says what the balance of one who shares a pool was before the registry counted. A request that names itself is carried out once.
pub async fn set_pool_opening(
    desk: &Desk,
    (agreement, pool): (AgreementId, PoolId),
    form: &OpeningForm,
    request: Option<&Request>,
) -> Result<(), AppError> {
    let mut tx = desk.write().await?;
    let (_, sharers) = shared(desk, &mut tx, agreement, pool).await?;
    let sharers: Vec<InstitutionId> = sharers.iter().map(|family| family.id).collect();
    let permit = decide(desk.actor(), SetOpeningBalance(form.of(&sharers)?))?;
    let (balance, reason) = form.parse()?;
    if answered::<()>(&mut tx, &desk.stamp(), request).await?.is_some() {
        return Ok(());
    }
    stored::set_opening(&mut tx, &permit, &desk.stamp(), With::Pool(pool), balance, &reason).await?;
    keep_answer(&mut tx, request, &()).await?;
    Ok(tx.commit().await?)
}
