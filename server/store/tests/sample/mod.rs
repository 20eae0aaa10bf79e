//! What the tests of institutions and agreements write down: a desk with a clock and numbered ids, people, forms.

#![allow(dead_code, unused_imports, reason = "each file of tests uses its own part of it")]

pub mod places;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    access::{
        Actor, AgreementScope, ApproveAgreement, CommentAgreement, CreateAgreement, CreateInstitution,
        DeleteDraft, EditAgreement, EditInstitution, Membership, Person, PublishAgreement, ReadAudit,
        RenewAgreement, RevertAgreement, Role, ShareAgreement, SignAgreement, TerminateAgreement, decide,
    },
    agreement::{
        AgreementDraft, AgreementForm, ApprovalDraft, ContentHash, Evidence, NotRenewed, PartyForm,
        SignatureDraft, TerminationDraft,
    },
    id::{AgreementId, InstitutionId, UserId},
    institution::InstitutionForm,
    partial_date::StatedDate,
    text::LongText,
};
use std::sync::Mutex;
use store::{
    Db, IdSource, Result, Stamp, StoreError, Tx,
    agreement::{self, AgreementRecord},
    audit::{self, AuditLine},
    institution::{self, InstitutionRecord},
    registry,
};
use uuid::Uuid;

/// Expands an expression once for each database, with the connection as `$c`.
macro_rules! on {
    ($tx:expr, |$c:ident| $body:expr) => {
        match $tx {
            store::Tx::Sqlite(tx) => {
                let $c = &mut **tx;
                $body
            }
            store::Tx::Postgres(tx) => {
                let $c = &mut **tx;
                $body
            }
        }
    };
}
pub(crate) use on;

/// A day, written `2026-10-05`.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// A person with a role in an institution and its units.
pub fn member(role: Role, institution: InstitutionId, units: &[InstitutionId]) -> Actor {
    let covers = [&[institution], units].concat();
    Actor::Person(Person {
        id: UserId(Uuid::from_u128(institution.0.as_u128() + (1 << 64))),
        name: "Camille Exemple".into(),
        is_administrator: false,
        memberships: vec![Membership { institution, role, covers }],
    })
}

/// An administrator without an office.
pub fn administrator() -> Actor {
    Actor::Person(Person {
        id: UserId(Uuid::from_u128(1 << 80)),
        name: "Dominique Exemple".into(),
        is_administrator: true,
        memberships: vec![],
    })
}

/// The form of a university.
pub fn university(name: &str, country: &str) -> InstitutionForm {
    InstitutionForm {
        kind: "university".into(),
        name_fr: name.into(),
        country: country.into(),
        ..InstitutionForm::default()
    }
}

/// The form of a framework agreement that all parties sign.
pub fn framework(title: &str, parties: &[InstitutionId]) -> AgreementForm {
    let party = |id: &InstitutionId| PartyForm {
        institution: id.to_string(),
        role: "signatory".into(),
        ..PartyForm::default()
    };
    AgreementForm {
        kind: "framework".into(),
        title_fr: title.into(),
        parties: parties.iter().map(party).collect(),
        renewal: "none".into(),
        visibility: "public".into(),
        ..AgreementForm::default()
    }
}

/// A signature of a day, as the document says; nothing where the text is empty.
pub fn signed(on: &str) -> SignatureDraft {
    SignatureDraft {
        signatory: None,
        signatory_title: None,
        signed_on: (!on.is_empty()).then(|| StatedDate::parse(on).expect("a date")),
        evidence: Evidence::default(),
        is_on_behalf: false,
    }
}

/// Notice given by a party, or by all of them together, with a letter to attest to it.
pub fn notice(party: Option<InstitutionId>, notified_on: &str, effective_on: &str) -> TerminationDraft {
    TerminationDraft {
        party,
        notified_on: day(notified_on),
        effective_on: day(effective_on),
        notice_months: 12,
        reason: None,
        evidence: Evidence { words: Some(LongText::parse("Letter").expect("a text")), ..Evidence::default() },
        is_on_behalf: false,
    }
}

/// Two offices, each with its lead, and the desk they write from.
pub struct Scene {
    pub desk: Desk,
    pub offices: [InstitutionId; 2],
    pub leads: [Actor; 2],
}

impl Scene {
    pub async fn new(db: Db) -> Self {
        let desk = Desk::new(db);
        let offices = [desk.university("IMT Mines Alès", "FR").await, desk.university("Kagawa", "JP").await];
        let leads = offices.map(|office| member(Role::Lead, office, &[]));
        Self { desk, offices, leads }
    }
}

/// Where tests write from: each write comes a second later than the one before, and ids count up, so that both
/// databases are told the same.
pub struct Desk {
    /// The database.
    pub db: Db,
    ids: IdSource,
    now: Mutex<DateTime<Utc>>,
}

impl Desk {
    pub fn new(db: Db) -> Self {
        let ids = IdSource::Counted(std::sync::Arc::new(1.into()));
        Self { db, ids, now: Mutex::new(crate::support::at(0)) }
    }

    /// The stamp of the next second.
    pub fn stamp(&self) -> Stamp {
        let mut now = self.now.lock().expect("the clock");
        *now += TimeDelta::seconds(1);
        Stamp::new(*now, self.ids.clone())
    }

    /// Moves the clock on.
    pub fn wait(&self, time: TimeDelta) {
        *self.now.lock().expect("the clock") += time;
    }

    pub async fn read(&self) -> Tx {
        self.db.read().await.expect("a transaction")
    }

    pub async fn write(&self) -> Tx {
        self.db.write().await.expect("a transaction")
    }

    pub async fn insert(&self, form: &InstitutionForm) -> Result<InstitutionId> {
        let draft = form.parse().expect("a valid form");
        let permit = decide(&Actor::Operator, CreateInstitution).expect("the operator may");
        let mut tx = self.db.write().await?;
        let id = institution::insert(&mut tx, &permit, &self.stamp(), &draft, false).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// A university of that name.
    pub async fn university(&self, name: &str, country: &str) -> InstitutionId {
        self.insert(&university(name, country)).await.expect("inserted")
    }

    pub async fn amend(&self, id: InstitutionId, version: i64, form: &InstitutionForm) -> Result<i64> {
        let draft = form.parse().expect("a valid form");
        let action = EditInstitution { institution: id, has_members: false };
        let permit = decide(&Actor::Operator, action).expect("the operator may");
        let mut tx = self.db.write().await?;
        let version = institution::update(&mut tx, &permit, &self.stamp(), version, &draft).await?;
        tx.commit().await?;
        Ok(version)
    }

    pub async fn institution(&self, id: InstitutionId) -> InstitutionRecord {
        institution::get(&mut self.read().await, id).await.expect("there is one")
    }

    pub async fn create(&self, actor: &Actor, form: &AgreementForm) -> AgreementId {
        self.create_as_drafted(actor, &form.parse().expect("a valid form")).await
    }

    pub async fn create_as_drafted(&self, actor: &Actor, draft: &AgreementDraft) -> AgreementId {
        let parties = draft.content.parties.iter().map(|party| party.institution).collect();
        let permit = decide(actor, CreateAgreement { parties }).expect("may create");
        let mut tx = self.write().await;
        let id = agreement::create(&mut tx, &permit, &self.stamp(), draft, false).await.expect("created");
        tx.commit().await.expect("committed");
        id
    }

    pub async fn update(
        &self,
        actor: &Actor,
        id: AgreementId,
        version: i64,
        form: &AgreementForm,
    ) -> Result<i64> {
        self.update_as_drafted(actor, id, version, &form.parse().expect("a valid form")).await
    }

    pub async fn update_as_drafted(
        &self,
        actor: &Actor,
        id: AgreementId,
        version: i64,
        draft: &AgreementDraft,
    ) -> Result<i64> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, EditAgreement(&scope)).expect("may edit");
        let version = agreement::update(&mut tx, &permit, &self.stamp(), version, draft).await?;
        tx.commit().await?;
        Ok(version)
    }

    pub async fn share(&self, actor: &Actor, id: AgreementId) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, ShareAgreement(&scope)).expect("may share");
        agreement::share(&mut tx, &permit, &self.stamp()).await?;
        tx.commit().await
    }

    pub async fn publish(&self, actor: &Actor, id: AgreementId, is_published: bool) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, PublishAgreement(&scope)).expect("may publish");
        agreement::publish(&mut tx, &permit, &self.stamp(), is_published).await?;
        tx.commit().await
    }

    /// Signs the latest revision, whatever it is.
    pub async fn sign(
        &self,
        actor: &Actor,
        id: AgreementId,
        party: InstitutionId,
        signature: &SignatureDraft,
    ) -> Result<()> {
        let hash = self.hash(id).await;
        self.sign_as_read(actor, id, party, &hash, signature).await
    }

    /// Signs what has this hash.
    pub async fn sign_as_read(
        &self,
        actor: &Actor,
        id: AgreementId,
        party: InstitutionId,
        hash: &ContentHash,
        signature: &SignatureDraft,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let action = SignAgreement { scope: &scope, party: vec![party], party_has_members: false };
        let permit = decide(actor, action).expect("may sign");
        agreement::sign(&mut tx, &permit, &self.stamp(), party, hash, signature).await?;
        tx.commit().await
    }

    /// The hash of the latest revision.
    pub async fn hash(&self, id: AgreementId) -> ContentHash {
        self.get(id).await.latest().expect("a revision").hash.clone()
    }

    pub async fn approve(
        &self,
        actor: &Actor,
        id: AgreementId,
        party: InstitutionId,
        hash: &ContentHash,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let action = ApproveAgreement { scope: &scope, party: vec![party], party_has_members: false };
        let permit = decide(actor, action).expect("may approve");
        let draft = ApprovalDraft { evidence: Evidence::default(), is_on_behalf: false };
        agreement::approve(&mut tx, &permit, &self.stamp(), party, hash, &draft).await?;
        tx.commit().await
    }

    pub async fn withdraw_approval(
        &self,
        actor: &Actor,
        id: AgreementId,
        party: InstitutionId,
        number: i64,
    ) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let action = ApproveAgreement { scope: &scope, party: vec![party], party_has_members: false };
        let permit = decide(actor, action).expect("may withdraw");
        agreement::withdraw_approval(&mut tx, &permit, &self.stamp(), party, number).await?;
        tx.commit().await
    }

    pub async fn revert(&self, actor: &Actor, id: AgreementId, hash: &ContentHash) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, RevertAgreement(&scope)).expect("may revert");
        agreement::revert(&mut tx, &permit, &self.stamp(), hash).await?;
        tx.commit().await
    }

    pub async fn comment(&self, actor: &Actor, id: AgreementId, number: i64, body: &str) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, CommentAgreement(&scope)).expect("may comment");
        let body = LongText::parse(body).expect("a comment");
        agreement::comment(&mut tx, &permit, &self.stamp(), number, &body).await?;
        tx.commit().await
    }

    /// The party that gave notice, or all of them, end it.
    pub async fn terminate(&self, actor: &Actor, id: AgreementId, draft: &TerminationDraft) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let party = draft.party.map_or_else(|| scope.parties.clone(), |party| vec![party]);
        let action = TerminateAgreement { scope: &scope, party, party_has_members: false };
        let permit = decide(actor, action).expect("may terminate");
        agreement::terminate(&mut tx, &permit, &self.stamp(), draft).await?;
        tx.commit().await
    }

    pub async fn withdraw_termination(&self, actor: &Actor, id: AgreementId) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let party = scope.parties.clone();
        let action = TerminateAgreement { scope: &scope, party, party_has_members: false };
        let permit = decide(actor, action).expect("may withdraw");
        agreement::withdraw_termination(&mut tx, &permit, &self.stamp()).await?;
        tx.commit().await
    }

    pub async fn renew(&self, actor: &Actor, id: AgreementId) -> Result<Result<AgreementId, NotRenewed>> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, RenewAgreement(&scope)).expect("may renew");
        let renewed = agreement::renew(&mut tx, &permit, &self.stamp()).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    pub async fn replace(&self, actor: &Actor, id: AgreementId, successor: AgreementId) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, RenewAgreement(&scope)).expect("may replace");
        agreement::replace(&mut tx, &permit, &self.stamp(), successor).await?;
        tx.commit().await
    }

    pub async fn keep(&self, actor: &Actor, id: AgreementId, successor: AgreementId) -> Result<()> {
        let mut tx = self.db.write().await?;
        let scope = agreement::scope(&mut tx, id).await?.ok_or(StoreError::NotFound)?;
        let permit = decide(actor, RenewAgreement(&scope)).expect("may keep");
        agreement::keep(&mut tx, &permit, &self.stamp(), successor).await?;
        tx.commit().await
    }

    pub async fn delete(&self, actor: &Actor, id: AgreementId) -> Result<()> {
        let scope = agreement::scope(&mut self.db.read().await?, id).await?.ok_or(StoreError::NotFound)?;
        self.delete_as_of(actor, &scope).await
    }

    /// Deletes what was such when the right to do so was given.
    pub async fn delete_as_of(&self, actor: &Actor, scope: &AgreementScope) -> Result<()> {
        let permit = decide(actor, DeleteDraft(scope)).expect("may delete");
        let mut tx = self.db.write().await?;
        agreement::delete(&mut tx, &permit, &self.stamp()).await?;
        tx.commit().await
    }

    pub async fn get(&self, id: AgreementId) -> AgreementRecord {
        agreement::get(&mut self.read().await, id).await.expect("there is one")
    }

    /// The audit lines of a thing, the newest first.
    pub async fn audit(&self, subject: Uuid) -> Vec<AuditLine> {
        let permit = decide(&Actor::Operator, ReadAudit).expect("the operator may");
        audit::list_of(&mut self.read().await, &permit, subject, 100).await.expect("read")
    }

    pub async fn revision(&self) -> i64 {
        registry::get(&mut self.read().await).await.expect("read").revision
    }

    /// How many rows a table has.
    pub async fn rows(&self, table: &str) -> i64 {
        let mut tx = self.read().await;
        count(&mut tx, table).await
    }
}

async fn count(tx: &mut Tx, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    on!(tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(c).await).expect("counted")
}

/// Chance that is the same each time.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % bound as u64).expect("below the bound")
    }

    /// One of these.
    pub fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// True so many times in a hundred.
    pub fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
