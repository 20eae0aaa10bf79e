//! What institutions have between them: the partners of one, and what happened between two.

use super::{Desk, agreements::visible, institutions::PAGE_SIZE};
use crate::error::AppError;
use domain::{
    access::{ReadCoverage, decide},
    agreement::{Contact, Step},
    fold::fold,
    id::{AgreementId, InstitutionId},
    lang::Lang,
    partner::{self, Coverage, Moment, Partner, Tie},
};
use std::collections::HashSet;
use store::{
    Tx,
    agreement::{self, AgreementFilter, AgreementSort, Page},
    institution::{self, InstitutionItem, Names},
    partner::{Event, Family, What},
    watch,
};

/// Deadlines shown at once.
const DEADLINES: usize = 20;
/// Agreements whose contacts are looked through.
const CONTACTS: i64 = 200;

/// A page of the partners of an institution.
#[derive(Debug, Clone, Default)]
pub struct PartnerList {
    /// By name. The gaps of a pair are there for those who may know them.
    pub partners: Vec<Partner>,
    /// Their names.
    pub names: Names,
    /// How many there are in all.
    pub count: usize,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// A deadline that comes near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadlineLine {
    /// Of which agreement.
    pub agreement: AgreementId,
    /// Its titles, in French and in English; either may be empty.
    pub titles: [String; 2],
    /// The step it has reached.
    pub step: Step,
}

/// Someone to write to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactLine {
    /// For which party.
    pub institution: InstitutionId,
    /// In which agreement.
    pub agreement: AgreementId,
    /// Who.
    pub contact: Contact,
}

/// Two institutions and what they have between them.
#[derive(Debug, Clone)]
pub struct Partnership {
    /// The two.
    pub pair: [InstitutionItem; 2],
    /// The names of whoever did something in the timeline, and of those to write to.
    pub names: Names,
    /// The agreements that name both, the last to begin first: a page of them.
    pub agreements: Page,
    /// The years covered by agreements on exchanges, for those who may know.
    pub coverage: Option<Coverage>,
    /// The deadlines that come near.
    pub deadlines: Vec<DeadlineLine>,
    /// The people named in agreements that the reader may read whole.
    pub contacts: Vec<ContactLine>,
    /// What happened, the latest first.
    pub events: Vec<Event>,
    /// Where the next page begins.
    pub next: Option<Moment>,
}

pub(super) async fn family(tx: &mut Tx, id: InstitutionId) -> Result<Family, AppError> {
    Ok(Family { id, members: institution::family(tx, id).await? })
}

/// What an institution's own page tells of its partners and deadlines.
pub(super) async fn around(
    desk: &Desk,
    tx: &mut Tx,
    id: InstitutionId,
    members: &[InstitutionId],
    limit: usize,
) -> Result<(PartnerList, Vec<DeadlineLine>), AppError> {
    let family = Family { id, members: members.to_vec() };
    let ties = store::partner::ties(tx, &visible(desk), &family, None).await?;
    let list = page_of(desk, tx, id, &ties, None, limit).await?;
    Ok((list, deadlines(desk, tx, &ties).await?))
}

/// A page of the partners of an institution, after a place in their order.
pub async fn list(
    desk: &Desk,
    id: InstitutionId,
    after: Option<&str>,
    limit: i64,
) -> Result<(InstitutionItem, PartnerList), AppError> {
    let mut tx = desk.read().await?;
    let item = institution::items(&mut tx, &[id]).await?.pop().ok_or(AppError::NotFound)?;
    let family = family(&mut tx, id).await?;
    let ties = store::partner::ties(&mut tx, &visible(desk), &family, None).await?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let list = page_of(desk, &mut tx, id, &ties, after, limit).await?;
    Ok((item, list))
}

async fn page_of(
    desk: &Desk,
    tx: &mut Tx,
    id: InstitutionId,
    ties: &[Tie],
    after: Option<&str>,
    limit: usize,
) -> Result<PartnerList, AppError> {
    let mut partners = partner::partners(id, ties, desk.today());
    let ids: Vec<InstitutionId> = partners.iter().map(|partner| partner.institution).collect();
    let names = institution::names(tx, &ids).await?;
    let place = |partner: &Partner| place(&names, partner.institution, desk.lang());
    partners.sort_by_cached_key(place);
    let count = partners.len();
    if let Some(after) = after {
        partners.retain(|partner| place(partner).as_str() > after);
    }
    let has_more = partners.len() > limit;
    partners.truncate(limit);
    for partner in &mut partners {
        if decide(desk.actor(), ReadCoverage([id, partner.institution])).is_err() {
            partner.gaps.clear();
        }
    }
    let next = partners.last().filter(|_| has_more).map(place);
    Ok(PartnerList { partners, names, count, next })
}

/// Where a partner stands among the others: by its folded name, then its id.
fn place(names: &Names, id: InstitutionId, lang: Lang) -> String {
    let name = names.get(&id).map(|names| fold(names.best(lang).1.as_str())).unwrap_or_default();
    format!("{name}~{id}")
}

async fn deadlines(desk: &Desk, tx: &mut Tx, ties: &[Tie]) -> Result<Vec<DeadlineLine>, AppError> {
    let mut steps = partner::deadlines(ties, desk.today());
    steps.truncate(DEADLINES);
    let mut titles = watch::titles(tx, steps.iter().map(|(agreement, _)| *agreement)).await?;
    let line = |(agreement, step)| {
        let titles = titles.remove(&agreement).unwrap_or_default();
        DeadlineLine { agreement, titles, step }
    };
    Ok(steps.into_iter().map(line).collect())
}

/// What two institutions have between them, with the events after a place in the timeline. Two that are one, or of
/// which one is part of the other, have nothing.
pub async fn between(
    desk: &Desk,
    ids: [InstitutionId; 2],
    after: Option<&Moment>,
    limit: i64,
) -> Result<Partnership, AppError> {
    let mut tx = desk.read().await?;
    let [of, with] = [family(&mut tx, ids[0]).await?, family(&mut tx, ids[1]).await?];
    if of.members.contains(&with.id) || with.members.contains(&of.id) {
        return Err(AppError::NotFound);
    }
    let items = institution::items(&mut tx, &ids).await?;
    let pair: [InstitutionItem; 2] = items.try_into().map_err(|_| AppError::NotFound)?;
    let visible = visible(desk);
    let ties = store::partner::ties(&mut tx, &visible, &of, Some(&with)).await?;
    let filter = AgreementFilter {
        visible: visible.clone(),
        institutions: of.members.clone(),
        partners: with.members.clone(),
        ..AgreementFilter::default()
    };
    let agreements =
        agreement::list(&mut tx, &filter, AgreementSort::Start, None, PAGE_SIZE, desk.today()).await?;
    let may_know = decide(desk.actor(), ReadCoverage(ids)).is_ok();
    let coverage = may_know.then(|| partner::coverage((ids[0], ids[1]), &ties, desk.today()));
    let deadlines = deadlines(desk, &mut tx, &ties).await?;
    let contacts = store::partner::contacts(&mut tx, &visible, [&of, &with], CONTACTS).await?;
    let mut events =
        store::partner::timeline(&mut tx, &visible, [&of, &with], after, limit.saturating_add(1)).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let has_more = events.len() > page;
    events.truncate(page);
    let next = events.last().filter(|_| has_more).map(|event| event.moment.clone());
    let acting = events.iter().filter_map(|event| match event.what {
        What::Approved { party, .. } | What::Signed { party, .. } => Some(party),
        What::Notice { party } => party,
        _ => None,
    });
    let told: HashSet<InstitutionId> =
        acting.chain(contacts.iter().map(|contacts| contacts.institution)).collect();
    let names = institution::names(&mut tx, &told.into_iter().collect::<Vec<_>>()).await?;
    let contacts = each_once(contacts);
    Ok(Partnership { pair, names, agreements, coverage, deadlines, contacts, events, next })
}

/// Each person once for each party: by the address, else by the name; as the agreement changed last has it.
fn each_once(contacts: Vec<store::partner::PartnerContacts>) -> Vec<ContactLine> {
    let mut known = HashSet::new();
    let mut lines: Vec<ContactLine> = Vec::new();
    for of_party in contacts {
        for contact in of_party.contacts {
            let key = contact.email.as_ref().map_or_else(|| fold(contact.name.as_str()), ToString::to_string);
            if known.insert((of_party.institution, key)) {
                let (institution, agreement) = (of_party.institution, of_party.agreement);
                lines.push(ContactLine { institution, agreement, contact });
            }
        }
    }
    lines
}
