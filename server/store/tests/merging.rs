//! Two institutions that turn out to be one: everything is about the one that stays, and nothing that was approved changes.

mod sample;
mod support;

use domain::{
    access::{Actor, MergeInstitutions, Operate, Role, decide},
    agreement::{AgreementForm, ContactForm},
    id::{AgreementId, InstitutionId, UserId},
    identifier::{Identifier, IdentifierKind},
    import::{
        ImportKind, Mapping, Sheet, SheetRow,
        institution::read,
        plan::{Step, plan},
    },
    institution::{InstitutionForm, NotMerged},
    partner,
};
use sample::{Desk, administrator, day, framework, member, on, signed, university};
use std::collections::BTreeSet;
use store::{
    Result, StoreError, Tx,
    account::{self, NewAccount},
    agreement::{self, AgreementFilter, AgreementSort, Visible},
    institution::{self, REFERENCES, aliases},
    membership, partner as partners,
};
use support::on_each_database;
use uuid::Uuid;

/// Makes one of two, as they are at this moment.
async fn merge(
    desk: &Desk,
    gone: InstitutionId,
    kept: InstitutionId,
) -> Result<std::result::Result<(), NotMerged>> {
    let permit = decide(&administrator(), MergeInstitutions).expect("an administrator may");
    let versions = [desk.institution(gone).await.version, desk.institution(kept).await.version];
    let mut tx = desk.write().await;
    let merged =
        institution::merge(&mut tx, &permit, &desk.stamp(), (gone, versions[0]), (kept, versions[1])).await?;
    tx.commit().await?;
    Ok(merged)
}

async fn merged(desk: &Desk, gone: InstitutionId, kept: InstitutionId) {
    merge(desk, gone, kept).await.expect("asked").expect("merged");
}

fn identified(name: &str, country: &str, pic: &str, erasmus: &str) -> InstitutionForm {
    InstitutionForm { pic: pic.into(), erasmus: erasmus.into(), ..university(name, country) }
}

/// The content of every revision as it is stored, with its hash.
async fn contents(desk: &Desk) -> Vec<(String, String)> {
    let mut tx = desk.read().await;
    on!(&mut tx, |c| sqlx::query_as("select content, content_hash from revision order by id")
        .fetch_all(c)
        .await)
    .expect("read")
}

async fn find(tx: &mut Tx, kind: IdentifierKind, value: &str) -> Option<InstitutionId> {
    let identifier = Identifier::parse(kind, value).expect("valid");
    institution::find_by_identifier(tx, &identifier).await.expect("asked")
}

async fn listed(desk: &Desk, institution: InstitutionId) -> Vec<AgreementId> {
    let mut tx = desk.read().await;
    let institutions = institution::family(&mut tx, institution).await.expect("asked");
    let filter = AgreementFilter { visible: Visible::All, institutions, ..AgreementFilter::default() };
    let page = agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 50, day("2026-10-05")).await;
    page.expect("listed").items.iter().map(|item| item.id).collect()
}

#[tokio::test]
async fn what_refers_to_an_institution_is_what_merging_knows() {
    on_each_database(|db| async move {
        let mut tx = db.read().await.expect("a transaction");
        let found: Vec<(String, String)> = match &mut tx {
            Tx::Sqlite(tx) => sqlx::query_as(
                "select m.name, f.\"from\" from sqlite_master m join pragma_foreign_key_list(m.name) f where m.type = 'table' and f.\"table\" = 'institution'",
            )
            .fetch_all(&mut **tx)
            .await,
            Tx::Postgres(tx) => sqlx::query_as(
                "select cast(conrelid as regclass)::text, a.attname::text from pg_constraint join pg_attribute a on a.attrelid = conrelid and a.attnum = conkey[1] \
                 where contype = 'f' and confrelid = 'institution'::regclass",
            )
            .fetch_all(&mut **tx)
            .await,
        }
        .expect("read");
        let found: BTreeSet<_> = found.iter().map(|(table, column)| (table.as_str(), column.as_str())).collect();
        assert_eq!(found, REFERENCES.iter().copied().collect(), "a table that refers to institutions is to be merged as well");
    })
    .await;
}

#[tokio::test]
async fn agreements_stay_as_they_were_approved_and_are_the_kept_ones() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let gone = desk.insert(&identified("Kagawa Daigaku", "JP", "999643006", "")).await.expect("inserted");
        let kept = desk
            .insert(&InstitutionForm {
                hei_id: "kagawa-u.ac.jp".into(),
                ..university("Université de Kagawa", "JP")
            })
            .await
            .expect("inserted");
        let ales = desk.university("Alès", "FR").await;
        let lead = member(Role::Lead, ales, &[]);
        let mut form = AgreementForm {
            kind: "student_exchange".into(),
            starts: "2024-09-01".into(),
            ends: "2027-08-31".into(),
            ..framework("Échange", &[ales, gone])
        };
        form.parties[1].contacts =
            vec![ContactForm { name: "Hana Exemple".into(), ..ContactForm::default() }];
        let id = desk.create(&lead, &form).await;
        desk.share(&lead, id).await.expect("shared");
        let hash = desk.hash(id).await;
        for party in [ales, gone] {
            desk.approve(&lead, id, party, &hash).await.expect("approved");
        }
        desk.sign(&Actor::Operator, id, ales, &signed("2024-01-10")).await.expect("signed");
        let other = desk.create(&Actor::Operator, &framework("Autre", &[ales, kept])).await;
        let stored = contents(&desk).await;
        let before = desk.get(id).await;

        merged(&desk, gone, kept).await;

        assert_eq!(contents(&desk).await, stored, "not a byte of what was approved has changed");
        let record = desk.get(id).await;
        assert_eq!(record.latest().map(|latest| &latest.hash), before.latest().map(|latest| &latest.hash));
        let parties: Vec<_> =
            record.latest().expect("one").content.parties.iter().map(|party| party.institution).collect();
        assert_eq!(parties, [ales, kept]);
        assert_eq!(
            record.approvals.iter().map(|a| a.institution).collect::<BTreeSet<_>>(),
            [ales, kept].into()
        );
        assert_eq!(record.course(), before.course(), "its standing is what it was");
        assert_eq!(record.note(kept).map(|note| note.contacts.len()), Some(1));
        let facts = record.facts();
        assert_eq!(
            facts.awaiting().iter().map(|awaiting| awaiting.party).collect::<Vec<_>>(),
            [kept],
            "its signature is still awaited"
        );

        desk.sign(&Actor::Operator, id, kept, &signed("2024-01-12"))
            .await
            .expect("signed by the one that stays");
        assert_eq!(listed(&desk, kept).await.iter().copied().collect::<BTreeSet<_>>(), [id, other].into());
        assert_eq!(
            listed(&desk, gone).await,
            listed(&desk, InstitutionId(Uuid::nil())).await,
            "nobody is found by what went in the tables"
        );
        let family = partners::Family { id: ales, members: vec![ales] };
        let ties = partners::ties(&mut desk.read().await, &Visible::All, &family, None).await.expect("asked");
        let found = partner::partners(ales, &ties, day("2026-10-05"));
        assert_eq!(found.iter().map(|p| (p.institution, p.agreements)).collect::<Vec<_>>(), [(kept, 2)]);

        // What is saved without a change of content is no revision, though its text names the one that went.
        let draft = desk.get(id).await.draft().expect("a draft");
        let version = desk.get(id).await.version;
        desk.update(&lead, id, version, &AgreementForm::from(&draft)).await.expect("saved");
        assert_eq!(desk.get(id).await.revisions.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_kept_one_is_found_by_all_that_the_other_was() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let gone = desk
            .insert(&identified("École des mines d'Alès", "FR", "912703556", "F  ALES02"))
            .await
            .expect("inserted");
        let kept = desk.insert(&identified("IMT Mines Alès", "FR", "998584737", "")).await.expect("inserted");
        let unit = InstitutionForm {
            kind: "unit".into(),
            parent: gone.to_string(),
            ..university("Laboratoire", "FR")
        };
        let unit = desk.insert(&unit).await.expect("inserted");
        let count = desk.rows("institution").await;
        merged(&desk, gone, kept).await;
        assert_eq!(desk.rows("institution").await, count - 1);

        let record = desk.institution(kept).await;
        let form = InstitutionForm::from(&record.draft);
        assert_eq!(
            (form.pic.as_str(), form.erasmus.as_str()),
            ("998584737", "F  ALES02"),
            "its own, and what it lacked"
        );
        assert_eq!(desk.institution(unit).await.draft.parent, Some(kept));
        let mut tx = desk.read().await;
        for (kind, value) in [
            (IdentifierKind::Pic, "912703556"),
            (IdentifierKind::Pic, "998584737"),
            (IdentifierKind::Erasmus, "F  ALES02"),
        ] {
            assert_eq!(find(&mut tx, kind, value).await, Some(kept), "{value}");
        }
        for words in ["ecole mines", "912703556", "imt", "laboratoire imt"] {
            let words: Vec<String> = words.split(' ').map(ToOwned::to_owned).collect();
            let found = institution::suggest(&mut tx, &words, 10).await.expect("asked");
            assert_eq!(found.len(), if words[0] == "imt" { 2 } else { 1 }, "{words:?}");
            assert!(found.iter().all(|item| item.id == kept || item.id == unit));
        }
        assert!(institution::find(&mut tx, gone).await.expect("asked").is_none());
        assert_eq!(institution::resolve(&mut tx, &[gone, kept]).await.expect("asked"), [(gone, kept)].into());
        let alias = aliases(&mut tx, kept).await.expect("asked").pop().expect("one");
        assert_eq!((alias.id, InstitutionForm::from(&alias.draft).pic.as_str()), (gone, "912703556"));
        let duplicates = identified("Ecole des Mines d’Alès", "FR", "", "").parse().expect("valid");
        let alike = institution::likely_duplicates(&mut tx, &duplicates, None).await.expect("asked");
        assert_eq!(alike.iter().map(|item| item.id).collect::<Vec<_>>(), [kept]);
        drop(tx);

        let taken = desk.insert(&identified("Une autre", "FR", "912703556", "")).await;
        assert!(matches!(taken, Err(StoreError::Conflict(store::Constraint::IdentifierValue))), "{taken:?}");
        let version = desk.institution(kept).await.version;
        let own = InstitutionForm { pic: "912703556".into(), ..form };
        desk.amend(kept, version, &own).await.expect("it may bear its former one again");
    })
    .await;
}

#[tokio::test]
async fn a_chain_of_merges_ends_at_the_last() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let first = desk.insert(&identified("Première", "FR", "912703556", "")).await.expect("inserted");
        let second = desk.insert(&identified("Deuxième", "FR", "998584737", "")).await.expect("inserted");
        let third = desk.insert(&identified("Troisième", "FR", "999849326", "")).await.expect("inserted");
        let other = desk.university("Autre", "JP").await;
        let id = desk.create(&Actor::Operator, &framework("Accord", &[first, other])).await;
        desk.sign(&Actor::Operator, id, first, &signed("2024")).await.expect("signed");
        let stored = contents(&desk).await;
        merged(&desk, first, second).await;
        merged(&desk, second, third).await;
        assert_eq!(contents(&desk).await, stored);
        let record = desk.get(id).await;
        assert_eq!(record.latest().expect("one").content.parties[0].institution, third);
        assert_eq!(record.signatures[0].institution, third);
        assert_eq!(listed(&desk, third).await, [id]);
        let mut tx = desk.read().await;
        let resolved = institution::resolve(&mut tx, &[first, second, third]).await.expect("asked");
        assert_eq!(resolved, [(first, third), (second, third)].into());
        for pic in ["912703556", "998584737", "999849326"] {
            assert_eq!(find(&mut tx, IdentifierKind::Pic, pic).await, Some(third));
        }
        assert_eq!(aliases(&mut tx, third).await.expect("asked").len(), 2);
        drop(tx);
        // What names the first by its old id and another that is now the last is one agreement of two that are one.
        let fourth = desk.university("Quatrième", "FR").await;
        desk.create(&Actor::Operator, &framework("À trois", &[third, fourth, other])).await;
        assert_eq!(merge(&desk, fourth, third).await.expect("asked"), Err(NotMerged::SameAgreement));
        assert_eq!(merge(&desk, other, third).await.expect("asked"), Err(NotMerged::SameAgreement));
    })
    .await;
}

#[tokio::test]
async fn two_that_are_two_are_not_merged_and_nothing_is_half_done() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let whole = desk.university("Ensemble", "FR").await;
        let unit =
            InstitutionForm {
                kind: "unit".into(), parent: whole.to_string(), ..university("Faculté", "FR")
            };
        let unit = desk.insert(&unit).await.expect("inserted");
        let deep = InstitutionForm {
            kind: "unit".into(),
            parent: unit.to_string(),
            ..university("Laboratoire", "FR")
        };
        let deep = desk.insert(&deep).await.expect("inserted");
        let other = desk.university("Autre", "FR").await;
        let id = desk.create(&Actor::Operator, &framework("Accord", &[whole, other])).await;
        let revision = desk.revision().await;
        for (gone, kept, why) in [
            (whole, whole, NotMerged::Same),
            (whole, deep, NotMerged::Family),
            (deep, whole, NotMerged::Family),
            (whole, other, NotMerged::SameAgreement),
            (other, whole, NotMerged::SameAgreement),
        ] {
            assert_eq!(merge(&desk, gone, kept).await.expect("asked"), Err(why));
        }
        assert_eq!(desk.rows("institution_alias").await, 0);
        assert_eq!(desk.revision().await, revision);

        // Named one after the other, in two revisions, the wrong one and the right one may become one.
        let actor = member(Role::Officer, whole, &[]);
        let third = desk.university("Bonne", "FR").await;
        let id_two = desk.create(&actor, &framework("Deux", &[whole, third])).await;
        desk.share(&actor, id_two).await.expect("shared");
        let right = desk.university("Bonne aussi", "FR").await;
        let version = desk.get(id_two).await.version;
        let mut form = framework("Deux", &[whole, right]);
        form.parties[1].contacts =
            vec![ContactForm { name: "Hana Exemple".into(), ..ContactForm::default() }];
        desk.update(&actor, id_two, version, &form).await.expect("saved");
        merged(&desk, third, right).await;
        let record = desk.get(id_two).await;
        assert!(record.revisions.iter().all(|revision| revision.content.parties[1].institution == right));
        assert_eq!(desk.rows("invited_party").await, 0, "nobody is invited to what it is a party to");

        let permit = decide(&administrator(), MergeInstitutions).expect("may");
        let mut tx = desk.write().await;
        let stale = institution::merge(&mut tx, &permit, &desk.stamp(), (unit, 1), (other, 9)).await;
        assert!(matches!(stale, Err(StoreError::Stale { current: 1 })), "{stale:?}");
        drop(tx);
        assert_eq!(listed(&desk, other).await, [id]);
    })
    .await;
}

async fn person(desk: &Desk, name: &str, offices: &[(InstitutionId, Role)]) -> UserId {
    let permit = decide(&Actor::Operator, Operate).expect("may");
    let mut tx = desk.write().await;
    let new = NewAccount {
        name: &domain::account::PersonName::parse(name).expect("a name"),
        email: &domain::email::Email::parse(&format!("{name}@exemple.invalid")).expect("an address"),
        password_hash: "",
        lang: domain::lang::Lang::Fr,
        is_administrator: false,
        is_demo: false,
    };
    let id = account::insert(&mut tx, &permit, &desk.stamp(), &new).await.expect("inserted");
    for (office, role) in offices {
        membership::insert(&mut tx, &permit, &desk.stamp(), id, *office, *role).await.expect("a member");
    }
    tx.commit().await.expect("committed");
    id
}

#[tokio::test]
async fn offices_become_one_with_all_that_is_theirs() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let gone = desk.university("Une", "FR").await;
        let kept = desk.university("La même", "FR").await;
        let partner = desk.university("Partenaire", "JP").await;
        let lead = person(&desk, "lead", &[(gone, Role::Lead), (kept, Role::Observer)]).await;
        let student = person(&desk, "student", &[(gone, Role::Student), (kept, Role::Officer)]).await;
        let lone = person(&desk, "lone", &[(gone, Role::Officer)]).await;
        let id = desk.create(&member(Role::Lead, gone, &[]), &framework("Accord", &[gone, partner])).await;
        let ids = [gone, kept, partner].map(|id| id.0);
        let mut tx = desk.write().await;
        let at = desk.stamp().at;
        on!(&mut tx, |c| {
            for (from, to, year) in [(0, 2, "2026/2027"), (2, 0, "2026/2027"), (1, 2, "2026/2027"), (2, 0, "2025/2026"), (0, 1, "2026/2027")] {
                let gap = sqlx::query("insert into gap (institution_id, partner_id, year, found_at) values ($1, $2, $3, $4)");
                gap.bind(ids[from]).bind(ids[to]).bind(year).bind(at).execute(&mut *c).await.expect("written");
            }
            for (office, item) in [(2, format!("gap.{gone}.2026/2027")), (2, format!("gap.{kept}.2026/2027")), (2, format!("gap.{gone}.2025/2026")), (0, "end.x".to_owned())] {
                let dealt = sqlx::query("insert into dealt (institution_id, item, dealt_name, dealt_at) values ($1, $2, '', $3)");
                dealt.bind(ids[office]).bind(item).bind(at).execute(&mut *c).await.expect("written");
            }
            for office in [0, 1] {
                let tag = sqlx::query("insert into tag (office_id, name_key, agreement_id, name, created_at) values ($1, 'essai', $2, 'Essai', $3)");
                tag.bind(ids[office]).bind(id.0).bind(at).execute(&mut *c).await.expect("written");
                let feed = sqlx::query("insert into feed (institution_id, token_hash, created_at) values ($1, $2, $3)");
                feed.bind(ids[office]).bind(vec![u8::try_from(office).expect("small")]).bind(at).execute(&mut *c).await.expect("written");
            }
        });
        tx.commit().await.expect("committed");

        merged(&desk, gone, kept).await;

        let mut tx = desk.read().await;
        for (user, role) in [(lead, Role::Lead), (student, Role::Officer), (lone, Role::Officer)] {
            let actor = account::actor(&mut tx, user).await.expect("asked").expect("someone");
            let roles: Vec<_> = actor.memberships.iter().map(|m| (m.institution, m.role)).collect();
            assert_eq!(roles, [(kept, role)], "of two roles the higher");
        }
        let gaps: Vec<(Uuid, Uuid, String)> = on!(&mut tx, |c| sqlx::query_as("select institution_id, partner_id, year from gap").fetch_all(c).await).expect("read");
        let gaps: BTreeSet<_> = gaps.into_iter().collect();
        let gap = |one: InstitutionId, other: InstitutionId, year: &str| (one.0, other.0, year.to_owned());
        assert_eq!(gaps, [gap(kept, partner, "2026/2027"), gap(partner, kept, "2026/2027"), gap(partner, kept, "2025/2026")].into());
        let dealt: Vec<(Uuid, String)> = on!(&mut tx, |c| sqlx::query_as("select institution_id, item from dealt").fetch_all(c).await).expect("read");
        let dealt: BTreeSet<_> = dealt.into_iter().collect();
        assert_eq!(
            dealt,
            [(partner.0, format!("gap.{kept}.2026/2027")), (partner.0, format!("gap.{kept}.2025/2026")), (kept.0, "end.x".to_owned())].into()
        );
        drop(tx);
        assert_eq!((desk.rows("tag").await, desk.rows("feed").await), (1, 1));
        assert_eq!(desk.get(id).await.scope.owner, Some(kept));
        let mut told = desk.audit(kept.0).await.into_iter();
        let told = told.find(|line| line.action == "merge_institutions").expect("a line");
        assert!(told.before.is_some_and(|before| before.contains(&gone.to_string())));
        assert!(told.after.is_some());
    })
    .await;
}

#[tokio::test]
async fn a_list_that_still_has_both_changes_nothing_by_the_one_that_went() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let gone = desk.insert(&identified("Ancienne", "FR", "912703556", "")).await.expect("inserted");
        let kept = desk.insert(&identified("Nouvelle", "FR", "998584737", "")).await.expect("inserted");
        merged(&desk, gone, kept).await;
        let lines = [
            ["Legal Name", "PIC", "Country"],
            ["Nouvelle", "998584737", "FR"],
            ["Ancienne", "912703556", "FR"],
        ];
        let row = |(number, cells): (u32, [&str; 3])| SheetRow {
            number,
            cells: cells.map(ToOwned::to_owned).to_vec(),
        };
        let sheet = Sheet { rows: (1..).zip(lines).map(row).collect() };
        let mapping = Mapping::recognise(ImportKind::Institutions, &sheet).expect("headers");
        let rows: Vec<_> = sheet.below(&mapping).map(|row| read(row, &mapping)).collect();
        let known = store::import::known(&mut desk.read().await, &rows).await.expect("asked");
        let planned = plan(rows, &known);
        assert!(planned.rows.iter().all(|row| row.step == Step::Leave(kept)), "{planned:?}");
    })
    .await;
}
