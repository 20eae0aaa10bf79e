//! What institutions have between them: the agreements they are tied by, and what happened, day by day.

use crate::{
    Result, StoreError, Tx,
    agreement::{Visible, WatchedRow, push_visible, push_whole},
    query::{Sql, rows},
};
use domain::{
    agreement::{AgreementKind, Contact, PartyRole, SuccessionKind},
    document::DocumentKind,
    id::{AgreementId, DocumentId, InstitutionId},
    institution::InstitutionKind,
    partial_date::StatedDate,
    partner::{Above, EventKind, Moment, Tie, home},
};
use sqlx::FromRow;
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

#[derive(FromRow)]
struct TieRow {
    id: Uuid,
    kind: String,
    institution_id: Uuid,
    role: String,
    #[sqlx(flatten)]
    watched: WatchedRow,
}

/// An institution and all units below it: what these do is its own as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Family {
    /// The institution.
    pub id: InstitutionId,
    /// Itself and its units.
    pub members: Vec<InstitutionId>,
}

impl Family {
    fn ids(&self) -> impl Iterator<Item = Uuid> {
        self.members.iter().map(|id| id.0)
    }
}

/// The agreements that a reader sees of an institution, or of two. Their parties are those to which they belong: either of
/// the two for their units, and for what is a unit of another that other. Two statements.
pub async fn ties(tx: &mut Tx, visible: &Visible, of: &Family, with: Option<&Family>) -> Result<Vec<Tie>> {
    let mut sql = Sql::new(concat!(
        "select agreement.id, agreement.kind, party.institution_id, party.role, ",
        crate::agreement::watched_columns!(),
        " from agreement join party on party.agreement_id = agreement.id where "
    ));
    push_visible(&mut sql, visible, "agreement");
    for family in std::iter::once(of).chain(with) {
        sql.push(
            " and agreement.id in (select own.agreement_id from party as own where own.institution_id in ",
        );
        sql.list(family.ids()).push(")");
    }
    sql.push(" order by agreement.id, party.position");
    let rows: Vec<TieRow> = rows!(tx, sql);
    let above = above(tx, rows.iter().map(|row| row.institution_id).collect()).await?;
    // Of what it is a unit of itself, an institution is no partner.
    let parent = |id: &InstitutionId| above.get(id).and_then(|one| one.parent);
    let own: HashSet<InstitutionId> = std::iter::successors(parent(&of.id), parent).collect();
    let side = |id: InstitutionId| {
        if let Some(family) = std::iter::once(of).chain(with).find(|family| family.members.contains(&id)) {
            return Some(family.id);
        }
        let home = home(id, &above);
        Some(if own.contains(&home) { id } else { home }).filter(|id| !own.contains(id))
    };
    let mut ties: Vec<Tie> = Vec::new();
    for row in rows {
        let agreement = AgreementId(row.id);
        if ties.last().is_none_or(|tie| tie.agreement != agreement) {
            ties.push(Tie {
                agreement,
                kind: AgreementKind::parse(&row.kind).map_err(StoreError::corrupt)?,
                watched: row.watched.into(),
                parties: Vec::new(),
            });
        }
        if let (Some(tie), Some(party)) = (ties.last_mut(), side(InstitutionId(row.institution_id))) {
            tie.parties.push((party, PartyRole::parse(&row.role).map_err(StoreError::corrupt)?));
        }
    }
    Ok(ties)
}

/// These institutions and everything above them.
pub(crate) async fn above(tx: &mut Tx, ids: HashSet<Uuid>) -> Result<HashMap<InstitutionId, Above>> {
    let mut sql = Sql::new("with recursive above (id) as (select id from institution where id in ");
    sql.list(ids).push(
        " union select institution.parent_id from institution join above on institution.id = above.id where institution.parent_id is not null) \
         select institution.id, institution.kind, institution.parent_id from institution join above on above.id = institution.id",
    );
    let rows: Vec<(Uuid, String, Option<Uuid>)> = rows!(tx, sql);
    let entry = |(id, kind, parent): (Uuid, String, Option<Uuid>)| {
        let kind = InstitutionKind::parse(&kind).map_err(StoreError::corrupt)?;
        Ok((InstitutionId(id), Above { kind, parent: parent.map(InstitutionId) }))
    };
    rows.into_iter().map(entry).collect()
}

/// Whom to write to about the agreements of two institutions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartnerContacts {
    /// For which of the parties.
    pub institution: InstitutionId,
    /// In which agreement.
    pub agreement: AgreementId,
    /// The people.
    pub contacts: Vec<Contact>,
}

/// The people named for either of two institutions in their agreements, as far as the reader may read those whole; the
/// agreement changed last first.
pub async fn contacts(
    tx: &mut Tx,
    visible: &Visible,
    pair: [&Family; 2],
    limit: i64,
) -> Result<Vec<PartnerContacts>> {
    let mut sql = Sql::new(
        "select party_note.institution_id, party_note.agreement_id, party_note.contacts from party_note \
         join agreement on agreement.id = party_note.agreement_id where party_note.contacts <> '[]' and ",
    );
    push_whole(&mut sql, visible, "agreement");
    sql.push(" and party_note.institution_id in ").list(pair.into_iter().flat_map(Family::ids));
    for family in pair {
        sql.push(
            " and agreement.id in (select own.agreement_id from party as own where own.institution_id in ",
        );
        sql.list(family.ids()).push(")");
    }
    sql.push(" order by agreement.updated_at desc, agreement.id, party_note.institution_id limit ")
        .bind(limit);
    let rows: Vec<(Uuid, Uuid, String)> = rows!(tx, sql);
    let contacts = |(institution, agreement, contacts): (Uuid, Uuid, String)| {
        Ok(PartnerContacts {
            institution: InstitutionId(institution),
            agreement: AgreementId(agreement),
            contacts: serde_json::from_str(&contacts).map_err(StoreError::corrupt)?,
        })
    };
    rows.into_iter().map(contacts).collect()
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A revision was written, or shared with the other parties.
    Revision {
        /// Its number.
        number: i64,
        /// Whether the other parties see it.
        is_shared: bool,
    },
    /// A revision was dropped for the one before.
    Dropped {
        /// Its number.
        number: i64,
    },
    /// A party approved a revision.
    Approved {
        /// Which party.
        party: InstitutionId,
        /// The number of the revision.
        number: i64,
    },
    /// A party signed a revision.
    Signed {
        /// Which party.
        party: InstitutionId,
        /// The number of the revision.
        number: i64,
    },
    /// The period begins.
    Begins,
    /// A document.
    Document {
        /// Which one.
        id: DocumentId,
        /// What it is.
        kind: DocumentKind,
        /// Its title.
        title: String,
        /// Where it is; none for a file kept here.
        link: Option<String>,
    },
    /// Someone gave notice to end it before its time: a party, or all together.
    Notice {
        /// Which party.
        party: Option<InstitutionId>,
    },
    /// It ends before its time.
    Terminated,
    /// Another agreement renews it, or takes its place.
    Followed {
        /// How.
        kind: SuccessionKind,
        /// Which one.
        by: AgreementId,
        /// Its title in French; may be empty.
        title_fr: String,
        /// Its title in English; may be empty.
        title_en: String,
    },
    /// The period is over.
    Ends,
}

/// Something that happened between two institutions, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the timeline.
    pub moment: Moment,
    /// The date as it was given, where it was: a day, a month or a year, with a mark where doubtful. A signature may have
    /// none; it stands by the day on which it was recorded.
    pub stated: Option<StatedDate>,
    /// The agreement it belongs to.
    pub agreement: AgreementId,
    /// Title of that in French; may be empty.
    pub title_fr: String,
    /// Title of that in English; may be empty.
    pub title_en: String,
    /// What kind of agreement.
    pub agreement_kind: AgreementKind,
    /// What happened.
    pub what: What,
}

#[derive(FromRow)]
struct EventRow {
    day: String,
    step: i64,
    id: Uuid,
    maker: Uuid,
    agreement_id: Uuid,
    party_id: Option<Uuid>,
    number: Option<i64>,
    stated: Option<String>,
    detail: Option<String>,
    label: Option<String>,
    link: Option<String>,
    successor_id: Option<Uuid>,
    title_fr: String,
    title_en: String,
    agreement_kind: String,
    successor_fr: Option<String>,
    successor_en: Option<String>,
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self> {
        let kind = EventKind::at(row.step).ok_or_else(|| StoreError::corrupt("a step of a timeline"))?;
        let missing = || StoreError::corrupt("an event that lacks something");
        let party = || row.party_id.map(InstitutionId).ok_or_else(missing);
        let number = || row.number.ok_or_else(missing);
        let detail = row.detail.as_deref().unwrap_or_default();
        let what = match kind {
            EventKind::Revision => What::Revision { number: number()?, is_shared: detail == "shared" },
            EventKind::Dropped => What::Dropped { number: number()? },
            EventKind::Approved => What::Approved { party: party()?, number: number()? },
            EventKind::Signed => What::Signed { party: party()?, number: number()? },
            EventKind::Begins => What::Begins,
            EventKind::Document => What::Document {
                id: DocumentId(row.id),
                kind: DocumentKind::parse(detail).map_err(StoreError::corrupt)?,
                title: row.label.ok_or_else(missing)?,
                link: row.link,
            },
            EventKind::Notice => What::Notice { party: row.party_id.map(InstitutionId) },
            EventKind::Terminated => What::Terminated,
            EventKind::Followed => What::Followed {
                kind: SuccessionKind::parse(detail).map_err(StoreError::corrupt)?,
                by: AgreementId(row.successor_id.ok_or_else(missing)?),
                title_fr: row.successor_fr.unwrap_or_default(),
                title_en: row.successor_en.unwrap_or_default(),
            },
            EventKind::Ends => What::Ends,
        };
        let stated = row.stated.as_deref().map(StatedDate::parse).transpose().map_err(StoreError::corrupt)?;
        Ok(Self {
            moment: Moment { day: row.day, kind, id: row.id, by: row.maker },
            stated,
            agreement: AgreementId(row.agreement_id),
            title_fr: row.title_fr,
            title_en: row.title_en,
            agreement_kind: AgreementKind::parse(&row.agreement_kind).map_err(StoreError::corrupt)?,
            what,
        })
    }
}

/// The first ten letters of an instant or a day are its day, in UTC, in both databases.
const SHARED: &str = "substr(cast(coalesce(revision.shared_at, revision.created_at) as text), 1, 10)";
/// The latest day that a stated date may mean, as a text to sort by: not all months have a 31st, and none needs one.
const DOCUMENT_DAY: &str = "coalesce(replace(coalesce(document.signed_on, document.sent_on, document.printed_on), '?', '') || \
    case length(replace(coalesce(document.signed_on, document.sent_on, document.printed_on), '?', '')) when 4 then '-12-31' when 7 then '-31' else '' end, \
    substr(cast(document.added_at as text), 1, 10))";

/// What happened between two institutions that the reader may know of, the latest first, after a place in that order. One
/// statement. Whoever may not read an agreement whole sees what its page shows: the revision that rules, and public
/// documents.
pub async fn timeline(
    tx: &mut Tx,
    visible: &Visible,
    pair: [&Family; 2],
    after: Option<&Moment>,
    limit: i64,
) -> Result<Vec<Event>> {
    let mut sql = Sql::new("with seen (id, is_whole) as (select agreement.id, case when ");
    push_whole(&mut sql, visible, "agreement");
    sql.push(" then 1 else 0 end from agreement where ");
    push_visible(&mut sql, visible, "agreement");
    for family in pair {
        sql.push(
            " and agreement.id in (select own.agreement_id from party as own where own.institution_id in ",
        );
        sql.list(family.ids()).push(")");
    }
    sql.push(
        ") select event.day, event.step, event.id, event.maker, event.agreement_id, event.party_id, event.number, event.stated, event.detail, \
         event.label, event.link, event.successor_id, agreement.title_fr, agreement.title_en, agreement.kind as agreement_kind, \
         successor.title_fr as successor_fr, successor.title_en as successor_en from (",
    );
    push_revisions(&mut sql);
    push_facts(&mut sql, pair);
    push_period(&mut sql);
    push_documents(&mut sql, visible);
    push_endings(&mut sql, visible);
    sql.push(
        ") as event join agreement on agreement.id = event.agreement_id left join agreement as successor on successor.id = event.successor_id",
    );
    if let Some(after) = after {
        sql.push(" where (event.day, event.step, event.id, event.maker) < (").bind(after.day.as_str());
        sql.push(", ").bind(after.kind.step()).push(", ").bind(after.id).push(", ").bind(after.by).push(")");
    }
    sql.push(" order by event.day desc, event.step desc, event.id desc, event.maker desc limit ").bind(limit);
    let rows: Vec<EventRow> = rows!(tx, sql);
    rows.into_iter().map(Event::try_from).collect()
}

/// Begins the events of a kind with their day; the other columns follow, then where they come from.
fn open(sql: &mut Sql, kind: EventKind, day: &'static str) {
    if kind != EventKind::Revision {
        sql.push(" union all ");
    }
    sql.push("select ").push(day).push(" as day, ").bind(kind.step()).push(" as step, ");
}

fn push_revisions(sql: &mut Sql) {
    open(sql, EventKind::Revision, SHARED);
    sql.push(
        "revision.id as id, revision.id as maker, seen.id as agreement_id, cast(null as uuid) as party_id, revision.number as number, \
         cast(null as text) as stated, case when revision.shared_at is null then 'written' else 'shared' end as detail, \
         cast(null as text) as label, cast(null as text) as link, cast(null as uuid) as successor_id \
         from seen join revision on revision.agreement_id = seen.id where seen.is_whole = 1",
    );
    open(sql, EventKind::Dropped, "substr(cast(revision.dropped_at as text), 1, 10)");
    sql.push(
        "revision.id, revision.id, seen.id, null, revision.number, null, null, null, null, null \
         from seen join revision on revision.agreement_id = seen.id where seen.is_whole = 1 and revision.dropped_at is not null",
    );
}

/// Approvals and signatures of the two: others are on the page of the agreement.
fn push_facts(sql: &mut Sql, pair: [&Family; 2]) {
    let of_the_two = |sql: &mut Sql| {
        sql.list(pair.into_iter().flat_map(Family::ids));
    };
    open(sql, EventKind::Approved, "cast(approval.approved_on as text)");
    sql.push(
        "revision.id, approval.institution_id, seen.id, approval.institution_id, revision.number, null, null, null, null, null \
         from seen join agreement on agreement.id = seen.id join revision on revision.agreement_id = seen.id \
         join approval on approval.revision_id = revision.id \
         where (seen.is_whole = 1 or revision.number = agreement.ruling_number) and approval.institution_id in ",
    );
    of_the_two(sql);
    open(sql, EventKind::Signed, "cast(signature.counts_on as text)");
    sql.push(
        "revision.id, signature.institution_id, seen.id, signature.institution_id, revision.number, signature.signed_on, null, null, null, null \
         from seen join agreement on agreement.id = seen.id join revision on revision.agreement_id = seen.id \
         join signature on signature.revision_id = revision.id \
         where (seen.is_whole = 1 or revision.number = agreement.ruling_number) and signature.institution_id in ",
    );
    of_the_two(sql);
}

/// The first and the last day of what was signed; none that it did not live to see.
fn push_period(sql: &mut Sql) {
    open(sql, EventKind::Begins, "cast(agreement.starts_on as text)");
    sql.push(
        "agreement.id, agreement.id, agreement.id, null, null, agreement.starts, null, null, null, null \
         from seen join agreement on agreement.id = seen.id where agreement.signed_on is not null and agreement.starts_on is not null \
         and (agreement.terminated_on is null or agreement.terminated_on > agreement.starts_on) \
         and (agreement.renewed_on is null or agreement.renewed_on > agreement.starts_on)",
    );
    open(sql, EventKind::Ends, "cast(agreement.ends_on as text)");
    sql.push(
        "agreement.id, agreement.id, agreement.id, null, null, agreement.ends, null, null, null, null \
         from seen join agreement on agreement.id = seen.id where agreement.signed_on is not null and agreement.ends_on is not null \
         and (agreement.terminated_on is null or agreement.terminated_on > agreement.ends_on) \
         and (agreement.renewed_on is null or agreement.renewed_on > agreement.ends_on)",
    );
}

/// As `ReadDocument` says; a test compares the two.
fn push_documents(sql: &mut Sql, visible: &Visible) {
    open(sql, EventKind::Document, DOCUMENT_DAY);
    sql.push(
        "document.id, document.id, seen.id, document.office_id, document.revision_number, \
         coalesce(document.signed_on, document.sent_on, document.printed_on), document.kind, document.title, document.link, null \
         from seen join document on document.agreement_id = seen.id \
         where (document.visibility = 'public' or (seen.is_whole = 1 and (document.visibility = 'parties'",
    );
    match visible {
        Visible::All => {
            sql.push(" or 1 = 1");
        }
        Visible::Public => {}
        Visible::Offices(offices) => {
            sql.push(" or document.office_id in ").list(offices.iter().map(|id| id.0));
        }
    }
    sql.push(")))");
}

fn push_endings(sql: &mut Sql, visible: &Visible) {
    open(sql, EventKind::Notice, "cast(termination.notified_on as text)");
    sql.push(
        "seen.id, seen.id, seen.id, termination.institution_id, null, null, null, null, null, null \
         from seen join termination on termination.agreement_id = seen.id",
    );
    open(sql, EventKind::Terminated, "cast(termination.effective_on as text)");
    sql.push(
        "seen.id, seen.id, seen.id, null, null, null, null, null, null, null \
         from seen join termination on termination.agreement_id = seen.id",
    );
    open(sql, EventKind::Followed, "substr(cast(succession.recorded_at as text), 1, 10)");
    sql.push(
        "seen.id, later.id, seen.id, null, null, null, succession.kind, null, null, later.id \
         from seen join succession on succession.agreement_id = seen.id join agreement as later on later.id = succession.successor_id \
         where later.signed_on is not null and ",
    );
    push_visible(sql, visible, "later");
}
