//! Students whom home institutions put forward.

use crate::{
    Result, Stamp, StoreError, Tx,
    audit::{self, Change, Subject},
    on, statements,
};
use chrono::{DateTime, Utc};
use domain::{
    access::{Nominate, Permit},
    account::PersonName,
    email::Email,
    fold,
    id::{InstitutionId, StudentId},
    nomination::{Correction, Said},
    student::{Profile, StudentDraft},
    text::Text,
};
use serde_json::{Map, json};
use sqlx::FromRow;
use uuid::Uuid;

/// The columns of a [`StudentRow`].
macro_rules! columns {
    () => {
        "id, institution_id, name, email, number, profile, version, created_at"
    };
}

statements! {
    ABOVE = "select kind, parent_id from institution where id = $1";
    FIND = concat!("select ", columns!(), " from student where id = $1");
    FIND_BY_EMAIL = concat!("select ", columns!(), " from student where institution_id = $1 and email_key = $2");
    LOCK_BY_EMAIL = concat!("update student set version = version where institution_id = $1 and email_key = $2 returning ", columns!());
    INSERT = "insert into student (id, institution_id, name, email, email_key, number, profile, name_key, version, created_at, updated_at) \
        values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9) on conflict (institution_id, email_key) do nothing";
    LOCK = concat!("update student set version = version where id = $1 returning ", columns!());
    UPDATE = "update student set name = $2, email = $3, number = $4, profile = $5, name_key = $6, version = version + 1, updated_at = $7 where id = $1";
    NAMES = "select id, name from student";
    SET_KEY = "update student set name_key = $2 where id = $1";
}

/// A student of a home institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudentRecord {
    /// Which.
    pub id: StudentId,
    /// The home institution: a unit's students are its university's.
    pub institution: InstitutionId,
    /// What is known.
    pub draft: StudentDraft,
    /// Grows with each change.
    pub version: i64,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl StudentRecord {
    /// What is known once this is said, too: what is said anew replaces what was said before, and what is not said stays.
    #[must_use]
    pub fn with(&self, said: &StudentDraft) -> StudentDraft {
        let (old, new) = (&self.draft.profile, &said.profile);
        let languages = if new.languages.is_empty() { &old.languages } else { &new.languages };
        StudentDraft {
            name: said.name.clone(),
            email: said.email.clone(),
            number: said.number.clone().or_else(|| self.draft.number.clone()),
            profile: Profile {
                level: new.level.or(old.level),
                field: new.field.or(old.field),
                study_year: new.study_year.or(old.study_year),
                ects: new.ects.or(old.ects),
                languages: languages.clone(),
            },
        }
    }
}

#[derive(FromRow)]
struct StudentRow {
    id: Uuid,
    institution_id: Uuid,
    name: String,
    email: String,
    number: Option<String>,
    profile: String,
    version: i64,
    created_at: DateTime<Utc>,
}

impl StudentRow {
    fn record(self) -> Result<StudentRecord> {
        let draft = StudentDraft {
            name: PersonName::parse(&self.name).map_err(StoreError::corrupt)?,
            email: Email::parse(&self.email).map_err(StoreError::corrupt)?,
            number: self.number.as_deref().map(Text::parse).transpose().map_err(StoreError::corrupt)?,
            profile: serde_json::from_str::<Profile>(&self.profile).map_err(StoreError::corrupt)?,
        };
        Ok(StudentRecord {
            id: StudentId(self.id),
            institution: InstitutionId(self.institution_id),
            draft,
            version: self.version,
            created_at: self.created_at,
        })
    }
}

/// A student, if there is one.
pub async fn find(tx: &mut Tx, id: StudentId) -> Result<Option<StudentRecord>> {
    let row: Option<StudentRow> = on!(tx, |c| sqlx::query_as(sql::FIND).bind(id.0).fetch_optional(c).await?);
    row.map(StudentRow::record).transpose()
}

/// The institution whose students those of a sender are: a unit's are those of the first institution above that is none.
pub(crate) async fn home(tx: &mut Tx, sender: InstitutionId) -> Result<InstitutionId> {
    let mut home = sender.0;
    loop {
        let (kind, above): (String, Option<Uuid>) =
            on!(tx, |c| sqlx::query_as(sql::ABOVE).bind(home).fetch_one(c).await?);
        match above.filter(|_| kind == "unit") {
            Some(above) => home = above,
            None => return Ok(InstitutionId(home)),
        }
    }
}

/// The student of a home institution with this address, locked, with what is known now (see [`StudentRecord::with`]). The trail says
/// who is new, by name and address as of an account, and what changed; nothing where nothing did.
pub(crate) async fn put<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    institution: InstitutionId,
    draft: &StudentDraft,
) -> Result<StudentRecord> {
    let key = draft.email.key();
    let mut found = lock_by_key(tx, institution, &key).await?;
    if found.is_none() {
        let made = on!(tx, |c| {
            sqlx::query(sql::INSERT)
                .bind(stamp.id())
                .bind(institution.0)
                .bind(draft.name.as_str())
                .bind(draft.email.as_str())
                .bind(&key)
                .bind(draft.number.as_ref().map(Text::as_str))
                .bind(profile(&draft.profile)?)
                .bind(fold::fold(draft.name.as_str()))
                .bind(stamp.at)
                .execute(c)
                .await?
                .rows_affected()
        });
        found = lock_by_key(tx, institution, &key).await?;
        if made > 0
            && let Some(row) = &found
        {
            let change = Change::to(&json!({ "name": draft.name, "email": draft.email }));
            audit::record(tx, permit, stamp, "create_student", Subject::new("student", row.id), change)
                .await?;
        }
    }
    let record = found.ok_or_else(|| StoreError::corrupt("a student who vanished"))?.record()?;
    learn(tx, permit, stamp, record, draft).await
}

/// A locked student, with what is known once this is said, too, under the same address.
pub(crate) async fn learn<A>(
    tx: &mut Tx,
    permit: &Permit<A>,
    stamp: &Stamp,
    mut record: StudentRecord,
    draft: &StudentDraft,
) -> Result<StudentRecord> {
    let known = record.with(draft);
    if known != record.draft {
        on!(tx, |c| {
            sqlx::query(sql::UPDATE)
                .bind(record.id.0)
                .bind(known.name.as_str())
                .bind(known.email.as_str())
                .bind(known.number.as_ref().map(Text::as_str))
                .bind(profile(&known.profile)?)
                .bind(fold::fold(known.name.as_str()))
                .bind(stamp.at)
                .execute(c)
                .await?;
        });
        let change = changed(&record.draft, &known);
        let subject = Subject::new("student", record.id.0);
        audit::record(tx, permit, stamp, "edit_student", subject, change).await?;
        record.draft = known;
    }
    Ok(record)
}

/// The student of the sender whom a draft is about, by address; `None` where nobody was put forward under it.
pub async fn known(
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    draft: &StudentDraft,
) -> Result<Option<StudentRecord>> {
    let home = home(tx, permit.action().0.sender).await?;
    find_by_key(tx, home, &draft.email.key()).await?.map(StudentRow::record).transpose()
}

/// A student, kept from being changed by others before this transaction ends, and from taking or giving up places elsewhere. Students
/// are locked before places.
pub async fn lock(tx: &mut Tx, id: StudentId) -> Result<StudentRecord> {
    let row: Option<StudentRow> = on!(tx, |c| sqlx::query_as(sql::LOCK).bind(id.0).fetch_optional(c).await?);
    row.ok_or(StoreError::NotFound)?.record()
}

/// Writes down and locks the students of a list, who are then put forward one by one. They are taken by address, whatever the order
/// of the list: two lists with the same students wait for each other, and never in a circle.
pub async fn put_listed(
    tx: &mut Tx,
    permit: &Permit<Nominate<'_>>,
    stamp: &Stamp,
    drafts: impl Iterator<Item = &StudentDraft>,
) -> Result<()> {
    let home = home(tx, permit.action().0.sender).await?;
    let mut drafts: Vec<_> = drafts.map(|draft| (draft.email.key(), draft)).collect();
    drafts.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (_, draft) in drafts {
        put(tx, permit, stamp, home, draft).await?;
    }
    Ok(())
}

/// Computes the keys of all students again.
pub(crate) async fn refold(tx: &mut Tx) -> Result<()> {
    let names: Vec<(Uuid, String)> = on!(tx, |c| sqlx::query_as(sql::NAMES).fetch_all(c).await?);
    on!(tx, |c| {
        for (id, name) in names {
            sqlx::query(sql::SET_KEY).bind(id).bind(fold::fold(&name)).execute(&mut *c).await?;
        }
    });
    Ok(())
}

async fn find_by_key(tx: &mut Tx, institution: InstitutionId, key: &str) -> Result<Option<StudentRow>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(sql::FIND_BY_EMAIL).bind(institution.0).bind(key).fetch_optional(c).await?
    }))
}

async fn lock_by_key(tx: &mut Tx, institution: InstitutionId, key: &str) -> Result<Option<StudentRow>> {
    Ok(on!(tx, |c| {
        sqlx::query_as(sql::LOCK_BY_EMAIL).bind(institution.0).bind(key).fetch_optional(c).await?
    }))
}

/// What the trail says of a change: the fields that differ, before and after, and nothing else of what is known of the student.
fn changed(before: &StudentDraft, after: &StudentDraft) -> Change {
    let (mut was, mut is) = (Map::new(), Map::new());
    for Correction { field, before, after } in Correction::between(Said::of(before), Said::of(after)) {
        was.insert(field.code().to_owned(), json!(before));
        is.insert(field.code().to_owned(), json!(after));
    }
    if before.email != after.email {
        was.insert("email".to_owned(), json!(before.email));
        is.insert("email".to_owned(), json!(after.email));
    }
    Change::between(&was, &is)
}

fn profile(profile: &Profile) -> Result<String> {
    serde_json::to_string(profile).map_err(StoreError::corrupt)
}
