//! Whatever an agreement goes through: what was fixed stays, hashes are those of the content, versions grow by
//! one, and the lists say what the record says.

mod sample;
mod support;

use domain::{
    access::{Actor, Role},
    agreement::{AgreementForm, PartyForm},
    id::{AgreementId, InstitutionId},
};
use sample::{Chance, Desk, day, framework, member, signed};
use std::collections::BTreeMap;
use store::{
    StoreError,
    agreement::{self, AgreementFilter, AgreementRecord, AgreementSort, Visible},
};
use support::on_each_database;

fn any_form(chance: &mut Chance, all: &[InstitutionId]) -> AgreementForm {
    let first = chance.below(all.len());
    let mut parties = vec![all[first], all[(first + 1) % all.len()]];
    if chance.is(30) {
        parties.push(all[(first + 2) % all.len()]);
    }
    let mut form = framework(chance.one(&["Un", "Deux", "Échange", "Convention"]), &parties);
    form.title_en = chance.one(&["", "One", "Exchange"]).into();
    form.fields = chance.one(&["", "06", "0613, 04"]).into();
    form.starts = chance.one(&["", "2024", "2025-09-01?", "2026-01"]).into();
    form.ends = chance.one(&["", "2026", "2027-08-31", "2030"]).into();
    form.summary_fr = chance.one(&["", "Résumé"]).into();
    form.visibility = chance.one(&["public", "parties"]).into();
    let parties: &mut Vec<PartyForm> = &mut form.parties;
    parties[1].role = chance.one(&["signatory", "coordinator", "associate"]).into();
    parties[0].signatory = chance.one(&["", "Prof. Exemple"]).into();
    form
}

/// One step at random; answers what it did, and whether it was done.
async fn step(
    desk: &Desk,
    chance: &mut Chance,
    lead: &Actor,
    all: &[InstitutionId],
    record: &AgreementRecord,
) -> (&'static str, Result<(), StoreError>) {
    let id = record.id;
    match chance.below(10) {
        0..=2 => {
            let mut form = any_form(chance, all);
            // The lead's own party stays in it.
            if !form.parties.iter().any(|party| party.institution == all[0].to_string()) {
                form.parties[0].institution = all[0].to_string();
            }
            let version = if chance.is(80) { record.version } else { record.version - 1 };
            ("update", desk.update(lead, id, version, &form).await.map(|_| ()))
        }
        3 => {
            // The same again.
            let form = AgreementForm::from(&record.draft().expect("a draft"));
            ("save", desk.update(lead, id, record.version, &form).await.map(|_| ()))
        }
        4 => ("share", desk.share(lead, id).await),
        5 => ("publish", desk.publish(lead, id, chance.is(70)).await),
        6..=8 => {
            let party = chance.one(all);
            let on = chance.one(&["", "2024", "2025-06-01", "2026-10", "2031"]);
            ("sign", desk.sign(lead, id, party, &signed(on)).await)
        }
        _ if record.scope.is_shared => ("nothing", Ok(())),
        _ => ("delete", if chance.is(10) { desk.delete(lead, id).await } else { Ok(()) }),
    }
}

fn assert_sound(record: &AgreementRecord, fixed: &mut BTreeMap<i64, (String, String)>) {
    for (number, revision) in (1..).zip(&record.revisions) {
        assert_eq!(revision.number, number, "revisions are numbered without gaps");
        assert_eq!(revision.hash, revision.content.hash());
        let is_signed = record.signatures.iter().any(|signature| signature.revision == revision.id);
        assert_eq!(revision.fixed_at.is_some(), is_signed, "what is signed is fixed, and nothing else");
        let now = (revision.hash.to_string(), revision.content.canonical());
        if revision.fixed_at.is_some() {
            assert_eq!(fixed.entry(number).or_insert_with(|| now.clone()), &now, "what was fixed stays");
        }
    }
    assert!(fixed.len() <= record.revisions.len());
    assert!(record.scope.is_shared || !record.scope.is_published);
}

async fn assert_in_step(desk: &Desk, record: &AgreementRecord) {
    let mut tx = desk.read().await;
    let filter = AgreementFilter { visible: Visible::All, ..AgreementFilter::default() };
    let page = agreement::list(&mut tx, &filter, AgreementSort::Recent, None, 1_000, day("2026-10-05")).await;
    let items = page.expect("listed").items;
    let item = items.iter().find(|item| item.id == record.id).expect("in the list");
    let facts = record.facts();
    let ruling = facts.ruling().expect("a revision");
    assert_eq!(item.course, facts.course());
    assert_eq!((item.ruling_number, record.ruling_number), (ruling.number, ruling.number));
    assert_eq!(item.latest_number, record.latest().expect("a revision").number);
    assert_eq!(item.updated_at, record.updated_at);
    assert_eq!(item.is_published, record.scope.is_published);
    assert_eq!((item.starts, item.ends), (ruling.content.period.starts, ruling.content.period.ends));
    let parties: Vec<_> = item.parties.iter().map(|party| (party.institution, party.role)).collect();
    let written: Vec<_> =
        ruling.content.parties.iter().map(|party| (party.institution, party.role)).collect();
    assert_eq!(parties, written);
    for field in &ruling.content.fields {
        let filter = AgreementFilter { field: Some(*field), ..filter.clone() };
        assert!(agreement::count(&mut tx, &filter, 1_000, day("2026-10-05")).await.expect("counted") > 0);
    }
}

#[tokio::test]
async fn whatever_an_agreement_goes_through_it_stays_sound() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let mut chance = Chance::new(99);
        let mut all = Vec::new();
        for name in ["aivancity", "Keiō", "IIIT", "Kagawa"] {
            all.push(desk.university(name, "FR").await);
        }
        let lead = member(Role::Lead, all[0], &[]);
        let mut done: BTreeMap<(&str, bool), usize> = BTreeMap::new();
        let mut most_revisions = 0;
        for _ in 0..12 {
            let id: AgreementId = desk.create(&lead, &framework("Début", &all[..2])).await;
            let mut fixed = BTreeMap::new();
            for _ in 0..25 {
                let before = desk.get(id).await;
                let (registry, lines) = (desk.revision().await, desk.audit(id.0).await.len());
                let (what, outcome) = step(&desk, &mut chance, &lead, &all, &before).await;
                *done.entry((what, outcome.is_ok())).or_default() += 1;
                if what == "delete"
                    && outcome.is_ok()
                    && agreement::find(&mut desk.read().await, id).await.expect("asked").is_none()
                {
                    break;
                }
                let after = desk.get(id).await;
                let (new_registry, new_lines) = (desk.revision().await, desk.audit(id.0).await.len());
                if after == before {
                    assert_eq!(
                        (new_registry, new_lines),
                        (registry, lines),
                        "{what} {outcome:?}: nothing, no line"
                    );
                } else {
                    assert!(outcome.is_ok(), "{what} {outcome:?}: what is refused changes nothing");
                    assert_eq!(after.version, before.version + 1, "{what}");
                    assert!(after.updated_at > before.updated_at, "{what}");
                    assert_eq!((new_registry, new_lines), (registry + 1, lines + 1), "{what}");
                }
                if let Err(error) = &outcome {
                    let is_expected = matches!(
                        error,
                        StoreError::Stale { .. } | StoreError::NotFound | StoreError::Conflict(_)
                    );
                    assert!(is_expected, "{what}: {error}");
                }
                assert_sound(&after, &mut fixed);
                assert_in_step(&desk, &after).await;
                most_revisions = most_revisions.max(after.revisions.len());
            }
        }
        println!("{:?}: {done:?}, at most {most_revisions} revisions", desk.db.backend());
        assert!(most_revisions >= 3);
        for what in ["update", "save", "share", "publish", "sign", "delete"] {
            assert!(done.contains_key(&(what, true)), "{what} was done");
        }
        for what in ["update", "publish", "sign"] {
            assert!(done.contains_key(&(what, false)), "{what} was refused");
        }
    })
    .await;
}
