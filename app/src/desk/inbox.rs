//! What awaits one's offices, and that it was dealt with.

use super::Desk;
use crate::error::AppError;
use domain::{
    access::{DealWithInbox, ReadInbox, Role, decide},
    id::InstitutionId,
    inbox::{Item, ItemKind},
    problem::{FieldErrors, Problem},
    text::optional,
};
use serde::{Deserialize, Serialize};
use store::{
    inbox::{self, InboxItem},
    institution::{self, Names},
};

/// What of an inbox is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// What nobody has dealt with.
    #[default]
    Open,
    /// What someone has dealt with.
    Dealt,
    /// All.
    All,
}

impl Shown {
    /// All of them, in the order they are offered.
    pub const ALL: [Self; 3] = [Self::Open, Self::Dealt, Self::All];

    /// The word in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Dealt => "dealt",
            Self::All => "all",
        }
    }

    fn parse(code: &str) -> Result<Self, Problem> {
        Self::ALL.into_iter().find(|shown| shown.code() == code.trim()).ok_or(Problem::NotAChoice)
    }

    const fn takes(self, is_dealt: bool) -> bool {
        match self {
            Self::Open => !is_dealt,
            Self::Dealt => is_dealt,
            Self::All => true,
        }
    }
}

/// What is asked for, as the address says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct InboxQuery {
    /// Code of a kind.
    pub kind: String,
    /// `open` unless said, `dealt` or `all`.
    pub state: String,
}

impl InboxQuery {
    /// Reads it; what is not understood is named and does not filter.
    pub fn parse(&self) -> (Option<ItemKind>, Shown, FieldErrors) {
        let mut errors = FieldErrors::default();
        let kind = errors.take("kind", optional(&self.kind, ItemKind::parse)).flatten();
        let shown = errors.take("state", optional(&self.state, Shown::parse)).flatten().unwrap_or_default();
        (kind, shown, errors)
    }
}

/// What was sent to mark something as dealt with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DealForm {
    /// Id of the institution it awaits.
    pub institution: String,
    /// Its word.
    pub item: String,
}

/// An inbox, as far as it was asked for.
#[derive(Debug)]
pub struct Inbox {
    /// By date.
    pub items: Vec<InboxItem>,
    /// The names of offices and partners.
    pub names: Names,
    /// How much nobody has dealt with, whatever is shown.
    pub open: usize,
    /// The kind that is shown; all when none.
    pub kind: Option<ItemKind>,
    /// What is shown.
    pub shown: Shown,
}

async fn all(desk: &Desk) -> Result<Vec<InboxItem>, AppError> {
    let permit = decide(desk.actor(), ReadInbox)?;
    let institutions = desk.actor().covered(Role::Officer);
    Ok(inbox::list(&mut desk.read().await?, &permit, &institutions, desk.today()).await?)
}

/// What awaits one's offices.
pub async fn inbox(desk: &Desk, query: &InboxQuery) -> Result<Inbox, AppError> {
    let (kind, shown, _) = query.parse();
    let mut items = all(desk).await?;
    let open = items.iter().filter(|item| item.dealt.is_none()).count();
    items
        .retain(|item| shown.takes(item.dealt.is_some()) && kind.is_none_or(|kind| item.item.kind() == kind));
    let others = |item: &InboxItem| match (item.item, item.nomination) {
        (Item::Gap { partner, .. }, _) => vec![partner],
        (_, Some(about)) => vec![about.home, about.host],
        _ => Vec::new(),
    };
    let mut ids: Vec<InstitutionId> =
        items.iter().flat_map(|item| others(item).into_iter().chain([item.institution])).collect();
    ids.sort_unstable();
    ids.dedup();
    let names = institution::names(&mut desk.read().await?, &ids).await?;
    Ok(Inbox { items, names, open, kind, shown })
}

/// How much awaits one's offices; `None` for those who have no inbox.
pub async fn count(desk: &Desk) -> Option<usize> {
    decide(desk.actor(), ReadInbox).ok()?;
    // A page is not refused because its frame cannot count.
    let items = all(desk).await.ok()?;
    Some(items.iter().filter(|item| item.dealt.is_none()).count())
}

/// Marks something as dealt with, or takes that back.
pub async fn deal(desk: &Desk, form: &DealForm, is_dealt: bool) -> Result<(), AppError> {
    if desk.actor().person().is_none() {
        return Err(AppError::SignIn);
    }
    let institution: InstitutionId = form.institution.parse().map_err(|_| AppError::Denied)?;
    let permit = decide(desk.actor(), DealWithInbox(institution))?;
    let unknown = || super::accounts::invalid("item", Problem::NotAChoice);
    let item: Item = form.item.parse().map_err(|_| unknown())?;
    let is_there = |one: &InboxItem| one.institution == institution && one.item == item;
    if !all(desk).await?.iter().any(is_there) {
        return Err(unknown());
    }
    let mut tx = desk.write().await?;
    if is_dealt {
        inbox::deal(&mut tx, &permit, &desk.stamp(), item).await?;
    } else {
        inbox::undo(&mut tx, &permit, &desk.stamp(), item).await?;
    }
    Ok(tx.commit().await?)
}
