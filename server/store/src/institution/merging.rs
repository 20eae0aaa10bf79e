//! Two institutions that are one. The one that goes leaves an alias behind: its id, its names and its identifiers find the
//! one that stays. What refers to it is written anew, save the content of revisions, whose hashes were approved and signed:
//! `agreement::find` reads those as naming the one that stays.

use super::{Names, by_institution, get, index_units, rewrite};
use crate::{
    Result, Stamp, StoreError, Tx, agreement,
    audit::{self, Change, Subject},
    on,
    query::{Sql, rows},
    registry, search, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{MergeInstitutions, Permit},
    agreement::Contact,
    fold,
    id::{AgreementId, InstitutionId},
    institution::{InstitutionDraft, NotMerged},
};
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

statements! {
    INSERT_ALIAS = "insert into institution_alias (id, kept_id, draft, merged_by, merged_name, merged_at) values ($1, $2, $3, $4, $5, $6)";
    INSERT_ALIAS_NAME = "insert into alias_name (alias_id, language, name, name_key) values ($1, $2, $3, $4)";
    INSERT_ALIAS_IDENTIFIER = "insert into alias_identifier (alias_id, kind, value, is_flagged) values ($1, $2, $3, $4)";
    ALIASES = "select id, draft, merged_name, merged_at from institution_alias where kept_id = $1 order by merged_at, id";
    WORDS = "select alias_name.name from alias_name join institution_alias on institution_alias.id = alias_name.alias_id where institution_alias.kept_id = $1 \
        union all select alias_identifier.value from alias_identifier join institution_alias on institution_alias.id = alias_identifier.alias_id where institution_alias.kept_id = $1";
    ALIAS_NAMES = "select alias_id, language, name from alias_name";
    SET_ALIAS_KEY = "update alias_name set name_key = $3 where alias_id = $1 and language = $2";
    TAKEN = "select count(*) from identifier join alias_identifier on alias_identifier.kind = identifier.kind and alias_identifier.value = identifier.value \
        join institution_alias on institution_alias.id = alias_identifier.alias_id \
        where identifier.institution_id = $1 and institution_alias.kept_id <> $1 and not identifier.is_flagged and not alias_identifier.is_flagged";
    WEIGHED = "select (select count(*) from (select agreement_id from party where institution_id = $1 union select agreement_id from invited_party where institution_id = $1 \
            union select id from agreement where owner_id = $1) as named) as agreements, \
        (select count(*) from institution where parent_id = $1) as units, (select count(*) from membership where institution_id = $1) as members, \
        (select count(*) from document where office_id = $1) as documents, (select count(distinct name_key) from tag where office_id = $1) as tags, \
        (select count(*) from saved_view where office_id = $1) as views, (select count(*) from link where institution_id = $1) as invitations, \
        (select count(*) from feed where institution_id = $1) as calendars";
    NAMING = "select distinct agreement_id from revision where content like $1 order by agreement_id";
    NAMING_BOTH = "select count(*) from revision where content like $1 and content like $2";
    NOTES_OF_BOTH = "select gone.agreement_id, gone.contacts, kept.contacts from party_note gone \
        join party_note kept on kept.agreement_id = gone.agreement_id and kept.institution_id = $2 where gone.institution_id = $1";
    SET_CONTACTS = "update party_note set contacts = $3 where agreement_id = $1 and institution_id = $2";
    ANNOUNCE = "update party_note set signatory = gone.signatory, signatory_title = gone.signatory_title, signed_on = gone.signed_on \
        from party_note as gone where gone.institution_id = $1 and party_note.institution_id = $2 and gone.agreement_id = party_note.agreement_id \
        and party_note.signatory is null and party_note.signatory_title is null and party_note.signed_on is null";
    DELETE_IDENTIFIERS = "delete from identifier where institution_id = $1";
    DELETE = "delete from institution where id = $1";
    DEALT_WORDS = "update dealt set item = replace(item, $1, $2) where item like '%' || $1 || '%' and not exists \
        (select 1 from dealt as other where other.institution_id = dealt.institution_id and other.item = replace(dealt.item, $1, $2))";
    DELETE_DEALT_WORDS = "delete from dealt where item like '%' || $1 || '%'";
    MOVE_UNITS = "update institution set parent_id = $2, version = version + 1, updated_at = $3 where parent_id = $1";
    MOVE_SUCCEEDED = "update institution set successor_id = $2, version = version + 1, updated_at = $3 where successor_id = $1 and id <> $2";
    CLEAR_SUCCESSOR = "update institution set successor_id = null where id = $2 and successor_id = $1";
}

/// Whatever refers to an institution and is written anew when one goes: its table, its column, and how. A test compares this
/// list with the schema.
pub const REFERENCES: &[(&str, &str)] = &[
    ("agreement", "owner_id"),
    ("approval", "institution_id"),
    ("awaiting", "institution_id"),
    ("comment", "office_id"),
    ("commitment_owner", "institution_id"),
    ("dealt", "institution_id"),
    ("document", "office_id"),
    ("feed", "institution_id"),
    ("flow", "receiver_id"),
    ("flow", "sender_id"),
    ("gap", "institution_id"),
    ("gap", "partner_id"),
    ("identifier", "institution_id"),
    ("institution", "parent_id"),
    ("institution", "successor_id"),
    ("institution_alias", "kept_id"),
    ("institution_name", "institution_id"),
    ("invited_party", "institution_id"),
    ("link", "institution_id"),
    ("mass_renewal", "office_id"),
    ("membership", "institution_id"),
    ("observation", "office_id"),
    ("opening_balance", "institution_id"),
    ("opening_balance", "partner_id"),
    ("party", "institution_id"),
    ("party_note", "institution_id"),
    ("pool_opening", "institution_id"),
    ("reminder", "institution_id"),
    ("saved_view", "office_id"),
    ("signature", "institution_id"),
    ("student", "institution_id"),
    ("succession", "office_id"),
    ("tag", "office_id"),
    ("termination", "institution_id"),
    ("termination", "office_id"),
];

/// What is simply said of the one that stays from then on. `$1` goes, `$2` stays. Where both have the same thing, that of the
/// one that stays is kept; a member of both keeps the higher role.
pub(super) const MOVES: &[&str] = &[
    "update institution_alias set kept_id = $2 where kept_id = $1",
    "update agreement set owner_id = $2 where owner_id = $1",
    "update approval set institution_id = $2 where institution_id = $1",
    "update signature set institution_id = $2 where institution_id = $1",
    "update termination set institution_id = $2 where institution_id = $1",
    "update termination set office_id = $2 where office_id = $1",
    "update succession set office_id = $2 where office_id = $1",
    "update comment set office_id = $2 where office_id = $1",
    "update document set office_id = $2 where office_id = $1",
    "update observation set office_id = $2 where office_id = $1",
    "update flow set sender_id = $2 where sender_id = $1",
    "update flow set receiver_id = $2 where receiver_id = $1",
    // What was said of the one that stays is kept; nothing is owed to oneself.
    "delete from opening_balance where institution_id in ($1, $2) and partner_id in ($1, $2)",
    "delete from opening_balance where institution_id = $1 and partner_id in (select kept.partner_id from opening_balance kept where kept.institution_id = $2)",
    "update opening_balance set institution_id = $2 where institution_id = $1",
    "delete from opening_balance where partner_id = $1 and institution_id in (select kept.institution_id from opening_balance kept where kept.partner_id = $2)",
    "update opening_balance set partner_id = $2 where partner_id = $1",
    "delete from pool_opening where institution_id = $1 and pool_id in (select kept.pool_id from pool_opening kept where kept.institution_id = $2)",
    "update pool_opening set institution_id = $2 where institution_id = $1",
    // Who was a student of both is one student.
    "update nomination set student_id = (select kept.id from student gone join student kept on kept.email_key = gone.email_key and kept.institution_id = $2 \
        where gone.id = nomination.student_id) \
        where student_id in (select gone.id from student gone join student kept on kept.email_key = gone.email_key and kept.institution_id = $2 where gone.institution_id = $1)",
    "update nomination_part set student_id = (select nomination.student_id from nomination where nomination.id = nomination_part.nomination_id) \
        where student_id in (select id from student where institution_id in ($1, $2))",
    "delete from student where institution_id = $1 and email_key in (select kept.email_key from student kept where kept.institution_id = $2)",
    "update student set institution_id = $2 where institution_id = $1",
    "insert into commitment_owner (agreement_id, institution_id) select agreement_id, $2 from commitment_owner where institution_id = $1 \
        on conflict (agreement_id, institution_id) do nothing",
    "delete from commitment_owner where institution_id = $1",
    "update mass_renewal set office_id = $2 where office_id = $1",
    "update saved_view set office_id = $2 where office_id = $1",
    "update link set institution_id = $2 where institution_id = $1",
    "insert into membership (account_id, institution_id, role, created_at) select account_id, $2, role, created_at from membership where institution_id = $1 \
        on conflict (account_id, institution_id) do update set role = case when \
        case excluded.role when 'lead' then 3 when 'officer' then 2 when 'observer' then 1 else 0 end > \
        case membership.role when 'lead' then 3 when 'officer' then 2 when 'observer' then 1 else 0 end then excluded.role else membership.role end",
    "delete from membership where institution_id = $1",
    "update party_note set institution_id = $2 where institution_id = $1 and agreement_id not in \
        (select kept.agreement_id from party_note as kept where kept.institution_id = $2)",
    "delete from party_note where institution_id = $1",
    "insert into tag (office_id, name_key, agreement_id, name, created_by, created_at) select $2, name_key, agreement_id, name, created_by, created_at \
        from tag where office_id = $1 on conflict (office_id, name_key, agreement_id) do nothing",
    "delete from tag where office_id = $1",
    "insert into reminder (agreement_id, institution_id, months, due_on, kind, made_at) select agreement_id, $2, months, due_on, kind, made_at \
        from reminder where institution_id = $1 on conflict (agreement_id, institution_id, months, due_on) do nothing",
    "delete from reminder where institution_id = $1",
    "delete from gap where (institution_id = $1 and partner_id = $2) or (institution_id = $2 and partner_id = $1)",
    "insert into gap (institution_id, partner_id, year, found_at, closed_at) select $2, partner_id, year, found_at, closed_at \
        from gap where institution_id = $1 on conflict (institution_id, partner_id, year) do nothing",
    "insert into gap (institution_id, partner_id, year, found_at, closed_at) select institution_id, $2, year, found_at, closed_at \
        from gap where partner_id = $1 on conflict (institution_id, partner_id, year) do nothing",
    "delete from gap where institution_id = $1 or partner_id = $1",
    "insert into dealt (institution_id, item, dealt_by, dealt_name, dealt_at) select $2, item, dealt_by, dealt_name, dealt_at \
        from dealt where institution_id = $1 on conflict (institution_id, item) do nothing",
    "delete from dealt where institution_id = $1",
    "update feed set institution_id = $2 where institution_id = $1 and not exists (select 1 from feed as kept where kept.institution_id = $2)",
    "delete from feed where institution_id = $1",
];

/// What was written about an institution that turned out to be another.
#[derive(Debug, Clone, PartialEq)]
pub struct Alias {
    /// The id that it had.
    pub id: InstitutionId,
    /// What was written about it.
    pub draft: InstitutionDraft,
    /// The name of who found out.
    pub merged_name: String,
    /// When.
    pub merged_at: DateTime<Utc>,
}

/// What goes over to the one that stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct Weight {
    /// Agreements that name it, or that its office manages.
    pub agreements: i64,
    /// Units directly below it.
    pub units: i64,
    /// Members of its office.
    pub members: i64,
    /// Documents that its office added.
    pub documents: i64,
    /// Tags of its office.
    pub tags: i64,
    /// Views that its office sees.
    pub views: i64,
    /// Invitations into its office.
    pub invitations: i64,
    /// Addresses of its private calendar: one at most.
    pub calendars: i64,
}

/// Which of these ids are of institutions that turned out to be others, and which those are. One statement.
pub async fn resolve(tx: &mut Tx, ids: &[InstitutionId]) -> Result<HashMap<InstitutionId, InstitutionId>> {
    let mut sql = Sql::new("select id, kept_id from institution_alias where id in ");
    sql.list(ids.iter().map(|id| id.0));
    let rows: Vec<(Uuid, Uuid)> = rows!(tx, sql);
    Ok(rows.into_iter().map(|(id, kept)| (InstitutionId(id), InstitutionId(kept))).collect())
}

/// The institutions that turned out to be this one, the earliest found first.
pub async fn aliases(tx: &mut Tx, id: InstitutionId) -> Result<Vec<Alias>> {
    let rows: Vec<(Uuid, String, String, DateTime<Utc>)> =
        on!(tx, |c| sqlx::query_as(sql::ALIASES).bind(id.0).fetch_all(c).await?);
    let alias = |(id, draft, merged_name, merged_at): (Uuid, String, String, DateTime<Utc>)| {
        let draft = serde_json::from_str(&draft).map_err(StoreError::corrupt)?;
        Ok(Alias { id: InstitutionId(id), draft, merged_name, merged_at })
    };
    rows.into_iter().map(alias).collect()
}

/// The names of institutions that went, as far as these ids are theirs: for what tells of the past.
pub async fn names_once(tx: &mut Tx, ids: &[InstitutionId]) -> Result<Names> {
    let mut sql = Sql::new("select alias_id, language, name from alias_name where alias_id in ");
    sql.list(ids.iter().map(|id| id.0));
    let rows: Vec<(Uuid, String, String)> = rows!(tx, sql);
    by_institution(rows)
}

/// The names and identifiers of those that turned out to be an institution: it is found by them as well.
pub(super) async fn words(tx: &mut Tx, id: Uuid) -> Result<Vec<String>> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql::WORDS).bind(id).fetch_all(c).await?))
}

/// Computes the keys of former names again.
pub(super) async fn refold(tx: &mut Tx) -> Result<()> {
    let names: Vec<(Uuid, String, String)> =
        on!(tx, |c| sqlx::query_as(sql::ALIAS_NAMES).fetch_all(c).await?);
    for (alias, language, name) in names {
        on!(tx, |c| {
            let key = sqlx::query(sql::SET_ALIAS_KEY).bind(alias).bind(&language);
            key.bind(fold::fold(&name)).execute(c).await?;
        });
    }
    Ok(())
}

/// Refuses an identifier by which another institution is found that it once was.
pub(super) async fn check_identifiers(tx: &mut Tx, id: Uuid) -> Result<()> {
    let taken: i64 = on!(tx, |c| sqlx::query_scalar(sql::TAKEN).bind(id).fetch_one(c).await?);
    if taken > 0 { Err(StoreError::Conflict(crate::Constraint::IdentifierValue)) } else { Ok(()) }
}

/// What goes over to another institution when this one turns out to be it.
pub async fn weigh(tx: &mut Tx, _permit: &Permit<MergeInstitutions>, id: InstitutionId) -> Result<Weight> {
    Ok(on!(tx, |c| sqlx::query_as(sql::WEIGHED).bind(id.0).fetch_one(c).await?))
}

fn naming(id: InstitutionId) -> String {
    format!("%\"{id}\"%")
}

/// Why two institutions cannot be one; `None` when they can.
pub async fn not_merged(
    tx: &mut Tx,
    _permit: &Permit<MergeInstitutions>,
    gone: InstitutionId,
    kept: InstitutionId,
) -> Result<Option<NotMerged>> {
    if gone == kept {
        return Ok(Some(NotMerged::Same));
    }
    if super::above(tx, gone).await?.contains(&kept) || super::above(tx, kept).await?.contains(&gone) {
        return Ok(Some(NotMerged::Family));
    }
    // A revision may name the one that stays by an id that it once had.
    let mut own = vec![kept];
    own.extend(aliases(tx, kept).await?.into_iter().map(|alias| alias.id));
    let mut others = vec![gone];
    others.extend(aliases(tx, gone).await?.into_iter().map(|alias| alias.id));
    for other in &others {
        for own in &own {
            let both: i64 = on!(tx, |c| {
                let both = sqlx::query_scalar(sql::NAMING_BOTH).bind(naming(*other)).bind(naming(*own));
                both.fetch_one(c).await?
            });
            if both > 0 {
                return Ok(Some(NotMerged::SameAgreement));
            }
        }
    }
    Ok(None)
}

/// Makes one of two institutions at these versions: what refers to the one that goes is from then on about the one that
/// stays, which takes from it what it lacks. Or says why not.
pub async fn merge(
    tx: &mut Tx,
    permit: &Permit<MergeInstitutions>,
    stamp: &Stamp,
    gone: (InstitutionId, i64),
    kept: (InstitutionId, i64),
) -> Result<std::result::Result<(), NotMerged>> {
    for id in [gone.0.min(kept.0), gone.0.max(kept.0)] {
        on!(tx, |c| sqlx::query(super::sql::LOCK).bind(id.0).execute(c).await.map(|_| ()))?;
    }
    let (before, stays) = (get(tx, gone.0).await?, get(tx, kept.0).await?);
    for (record, version) in [(&before, gone.1), (&stays, kept.1)] {
        if record.version != version {
            return Err(StoreError::Stale { current: record.version });
        }
    }
    let (gone, kept) = (gone.0, kept.0);
    if let Some(why) = not_merged(tx, permit, gone, kept).await? {
        return Ok(Err(why));
    }
    let once: Vec<InstitutionId> = aliases(tx, gone).await?.into_iter().map(|alias| alias.id).collect();
    leave_alias(tx, permit, stamp, gone, kept, &before.draft).await?;
    let naming = naming_any(tx, gone, &once).await?;
    write_anew(tx, stamp, gone, kept).await?;
    for id in naming {
        agreement::project(tx, id).await?;
    }
    search::remove(tx, search::Kind::Institution, gone.0).await?;
    on!(tx, |c| {
        sqlx::query(sql::DELETE_IDENTIFIERS).bind(gone.0).execute(&mut *c).await?;
        sqlx::query(sql::DELETE).bind(gone.0).execute(c).await?;
    });
    let merged = stays.draft.merged(kept, &before.draft, gone);
    let now = get(tx, kept).await?;
    rewrite(tx, stamp, kept, now.version, &now.draft, &merged).await?;
    index_units(tx, kept).await?;
    let subject = Subject::new("institution", kept.0);
    let change = Change::between(&((gone, &before.draft), (kept, &stays.draft)), &(kept, &merged));
    audit::record(tx, permit, stamp, "merge_institutions", subject, change).await?;
    registry::bump(tx).await?;
    Ok(Ok(()))
}

/// Leaves behind what an institution was, so that it is found by its id, its names and its identifiers.
async fn leave_alias(
    tx: &mut Tx,
    permit: &Permit<MergeInstitutions>,
    stamp: &Stamp,
    gone: InstitutionId,
    kept: InstitutionId,
    draft: &InstitutionDraft,
) -> Result<()> {
    let written = serde_json::to_string(draft).map_err(StoreError::corrupt)?;
    on!(tx, |c| {
        let alias = sqlx::query(sql::INSERT_ALIAS).bind(gone.0).bind(kept.0).bind(&written);
        let alias = alias.bind(permit.user().map(|user| user.0)).bind(permit.name()).bind(stamp.at);
        alias.execute(&mut *c).await?;
        for (language, name) in &draft.names {
            let name_row = sqlx::query(sql::INSERT_ALIAS_NAME).bind(gone.0).bind(language.as_str());
            name_row.bind(name.as_str()).bind(fold::fold(name.as_str())).execute(&mut *c).await?;
        }
        for identifier in &draft.identifiers {
            let row = sqlx::query(sql::INSERT_ALIAS_IDENTIFIER).bind(gone.0).bind(identifier.kind.code());
            row.bind(&identifier.value).bind(identifier.is_flagged).execute(&mut *c).await?;
        }
    });
    Ok(())
}

/// The agreements of which some revision names the one that goes, by its id or by one that it had.
async fn naming_any(tx: &mut Tx, gone: InstitutionId, once: &[InstitutionId]) -> Result<Vec<AgreementId>> {
    let mut found: Vec<Uuid> = Vec::new();
    for id in std::iter::once(&gone).chain(once) {
        let ids: Vec<Uuid> =
            on!(tx, |c| sqlx::query_scalar(sql::NAMING).bind(naming(*id)).fetch_all(c).await?);
        found.extend(ids);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found.into_iter().map(AgreementId).collect())
}

async fn write_anew(tx: &mut Tx, stamp: &Stamp, gone: InstitutionId, kept: InstitutionId) -> Result<()> {
    merge_contacts(tx, gone, kept).await?;
    on!(tx, |c| {
        for statement in MOVES {
            let query = sqlx::query(*statement).bind(gone.0);
            // What is left over goes.
            let query = if statement.contains("$2") { query.bind(kept.0) } else { query };
            query.execute(&mut *c).await?;
        }
        for statement in [sql::MOVE_UNITS, sql::MOVE_SUCCEEDED] {
            sqlx::query(statement).bind(gone.0).bind(kept.0).bind(stamp.at).execute(&mut *c).await?;
        }
        sqlx::query(sql::CLEAR_SUCCESSOR).bind(gone.0).bind(kept.0).execute(&mut *c).await?;
        let (gone, kept) = (gone.to_string(), kept.to_string());
        sqlx::query(sql::DEALT_WORDS).bind(&gone).bind(&kept).execute(&mut *c).await?;
        sqlx::query(sql::DELETE_DEALT_WORDS).bind(&gone).execute(c).await?;
    });
    Ok(())
}

/// Where an agreement once named the one and then the other, people are named for both: nobody is lost, nor who was announced to
/// sign.
async fn merge_contacts(tx: &mut Tx, gone: InstitutionId, kept: InstitutionId) -> Result<()> {
    let notes: Vec<(Uuid, String, String)> =
        on!(tx, |c| sqlx::query_as(sql::NOTES_OF_BOTH).bind(gone.0).bind(kept.0).fetch_all(c).await?);
    for (agreement, of_gone, of_kept) in notes {
        let read = |text: &str| serde_json::from_str::<Vec<Contact>>(text).map_err(StoreError::corrupt);
        let mut contacts = read(&of_kept)?;
        for contact in read(&of_gone)? {
            if !contacts.contains(&contact) {
                contacts.push(contact);
            }
        }
        let contacts = serde_json::to_string(&contacts).map_err(StoreError::corrupt)?;
        on!(tx, |c| {
            let set = sqlx::query(sql::SET_CONTACTS).bind(agreement).bind(kept.0).bind(&contacts);
            set.execute(c).await?;
        });
    }
    on!(tx, |c| sqlx::query(sql::ANNOUNCE).bind(gone.0).bind(kept.0).execute(c).await.map(|_| ()))?;
    Ok(())
}
