//! The contract of lists of agreements, on both databases: what they hold, in what order, for whose eyes.

mod sample;
mod support;

use chrono::{Days, NaiveDate};
use domain::{
    academic_year::AcademicYear,
    access::{Actor, ReadSummary, Role, decide},
    agreement::{AgreementKind, Course, Standing, StandingChoice},
    country::Country,
    fold,
    id::{AgreementId, InstitutionId},
    institution::InstitutionForm,
    isced::IscedField,
    lang::Lang,
};
use sample::{Chance, Desk, administrator, day, framework, member, on, signed};
use std::{collections::BTreeSet, sync::Arc};
use store::{
    Tx,
    agreement::{self, AgreementFilter, AgreementItem, AgreementSort, Cursor, Visible},
    institution,
};
use support::on_each_database;
use uuid::Uuid;

const TODAY: &str = "2026-10-05";

fn everything() -> AgreementFilter {
    AgreementFilter { visible: Visible::All, ..AgreementFilter::default() }
}

async fn list(tx: &mut Tx, filter: &AgreementFilter, on: NaiveDate) -> Vec<AgreementItem> {
    agreement::list(tx, filter, AgreementSort::Recent, None, 1_000, on).await.expect("listed").items
}

fn ids(items: &[AgreementItem]) -> BTreeSet<AgreementId> {
    items.iter().map(|item| item.id).collect()
}

/// Sets the dates a list knows of an agreement, as the projection would.
async fn set_course(tx: &mut Tx, id: AgreementId, course: &Course) {
    const SET: &str = "update agreement set shared_on = $2, approved_on = $3, signed_on = $4, starts_on = $5, ends_on = $6, terminated_on = $7, \
        renewed_on = $8, starts_key = $9, ends_key = $10 where id = $1";
    on!(tx, |c| {
        sqlx::query(SET)
            .bind(id.0)
            .bind(course.shared_on)
            .bind(course.approved_on)
            .bind(course.signed_on)
            .bind(course.starts_on)
            .bind(course.ends_on)
            .bind(course.terminated_on)
            .bind(course.renewed_on)
            .bind(course.starts_on.unwrap_or(day("0001-01-01")))
            .bind(course.ends_on.unwrap_or(day("9999-12-31")))
            .execute(c)
            .await
            .expect("set");
    });
}

/// Dates close together, so that every order of them comes up.
fn any_course(chance: &mut Chance) -> Course {
    let mut date = |percent: usize, within: usize| {
        let is_there = chance.is(percent);
        let days = u64::try_from(chance.below(within)).expect("days");
        is_there.then(|| day("2024-01-01") + Days::new(days))
    };
    Course {
        shared_on: date(70, 900),
        approved_on: date(40, 900),
        signed_on: date(75, 900),
        starts_on: date(60, 1_200),
        ends_on: date(65, 2_000),
        terminated_on: date(25, 1_500),
        renewed_on: date(25, 1_500),
    }
}

/// Some forty agreements whose dates are all over the place.
async fn many(desk: &Desk, count: usize) -> Vec<AgreementId> {
    let parties = [desk.university("aivancity", "FR").await, desk.university("Keiō", "JP").await];
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(desk.create(&Actor::Operator, &framework("Convention", &parties)).await);
    }
    all
}

#[tokio::test]
async fn the_filter_by_standing_says_what_the_domain_says_on_every_day() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let mut chance = Chance::new(2026);
        let all = many(&desk, 40).await;
        let mut met = BTreeSet::new();
        for _ in 0..6 {
            let mut tx = desk.write().await;
            for id in &all {
                set_course(&mut tx, *id, &any_course(&mut chance)).await;
            }
            let items = list(&mut tx, &everything(), day(TODAY)).await;
            let mut days: Vec<NaiveDate> = (0..8)
                .map(|_| day("2023-10-01") + Days::new(u64::try_from(chance.below(2_400)).expect("days")))
                .collect();
            // The days on which something turns.
            let course = items[0].course;
            days.extend(
                [course.ends_on, course.starts_on, course.signed_on, course.terminated_on, course.shared_on]
                    .into_iter()
                    .flatten(),
            );
            for on in days {
                for choice in StandingChoice::all() {
                    let filter = AgreementFilter { standing: Some(choice), ..everything() };
                    let found = list(&mut tx, &filter, on).await;
                    let is_taken = |item: &&AgreementItem| choice.takes(item.course.standing(on));
                    let should: Vec<_> = items.iter().filter(is_taken).cloned().collect();
                    assert_eq!(found, should, "{choice:?} on {on}");
                    let count = agreement::count(&mut tx, &filter, 1_000, on).await.expect("counted");
                    assert_eq!(usize::try_from(count).ok(), Some(should.len()));
                    if !should.is_empty() {
                        met.insert(choice.code());
                    }
                }
            }
        }
        assert_eq!(met.len(), StandingChoice::all().count(), "every standing came up");
    })
    .await;
}

#[tokio::test]
async fn the_filter_by_year_holds_what_is_in_force_on_some_day_of_it() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let mut chance = Chance::new(31);
        let all = many(&desk, 60).await;
        let mut tx = desk.write().await;
        for _ in 0..3 {
            for id in &all {
                set_course(&mut tx, *id, &any_course(&mut chance)).await;
            }
            let items = list(&mut tx, &everything(), day(TODAY)).await;
            for year in ["2023/2024", "2024/2024", "2024/2025", "2025/2026", "2028/2029"] {
                let year = AcademicYear::parse(year).expect("a year");
                let filter = AgreementFilter { year: Some(year), ..everything() };
                let found = list(&mut tx, &filter, day(TODAY)).await;
                let is_in_force = |course: &Course| {
                    // A signature counts for the whole period, whenever it came.
                    let (starts_on, signed_on) =
                        (course.starts_on.or(course.signed_on), course.signed_on.and(NaiveDate::MIN.into()));
                    let course = Course { starts_on, signed_on, ..*course };
                    year.starts_on()
                        .iter_days()
                        .take_while(|on| *on <= year.ends_on())
                        .any(|on| course.standing(on).is_in_force())
                };
                let should: Vec<_> = items.iter().filter(|item| is_in_force(&item.course)).collect();
                for item in &items {
                    let is_found = found.iter().any(|other| other.id == item.id);
                    assert_eq!(is_found, is_in_force(&item.course), "{year}: {:?}", item.course);
                }
                assert_eq!(found.len(), should.len());
            }
        }
    })
    .await;
}

/// Universities with units in three countries, and sixty agreements among them.
struct Registry {
    desk: Desk,
    institutions: Vec<(InstitutionId, Country)>,
    kagawa: InstitutionId,
}

const TITLES: [&str; 6] = [
    "Convention cadre",
    "Échange d’étudiants",
    "Declaration of intent",
    "Double diplôme",
    "Échange",
    "Zélé Œuvre",
];
const FIELDS: [&str; 6] = ["", "06", "061", "0613", "0619, 0413", "0713 04"];

async fn registry(db: store::Db, seed: u64) -> Registry {
    let desk = Desk::new(db);
    let mut chance = Chance::new(seed);
    let mut institutions = Vec::new();
    for (name, country) in [
        ("aivancity", "FR"),
        ("IMT Mines Alès", "FR"),
        ("Kagawa University", "JP"),
        ("Keiō", "JP"),
        ("IIIT Bangalore", "IN"),
    ] {
        institutions
            .push((desk.university(name, country).await, Country::parse(country).expect("a country")));
    }
    let kagawa = institutions[2].0;
    for name in ["Faculté d’ingénierie", "Faculté d’éducation"] {
        let form = InstitutionForm {
            kind: "unit".into(),
            parent: kagawa.to_string(),
            ..sample::university(name, "JP")
        };
        institutions
            .push((desk.insert(&form).await.expect("inserted"), Country::parse("JP").expect("a country")));
    }
    for _ in 0..60 {
        let mut parties: Vec<InstitutionId> = Vec::new();
        while parties.len() < 2 + chance.below(2) {
            let (party, _) = institutions[chance.below(institutions.len())];
            if !parties.contains(&party) {
                parties.push(party);
            }
        }
        let mut form = framework(chance.one(&TITLES), &parties);
        form.kind = chance.one(AgreementKind::ALL).code().into();
        form.fields = chance.one(&FIELDS).into();
        form.starts = chance.one(&["", "2024", "2025-09", "2025-09-01", "2025-09"]).into();
        form.ends = chance.one(&["", "2026", "2027-08", "2027-08-31", "2030"]).into();
        let id = desk.create(&Actor::Operator, &form).await;
        if chance.is(50) {
            desk.share(&Actor::Operator, id).await.expect("shared");
        }
        if chance.is(60) {
            for party in &parties {
                desk.sign(&Actor::Operator, id, *party, &signed("2024-02")).await.expect("signed");
            }
        }
        // Several are changed at the same instant.
        if chance.is(60) {
            desk.wait(chrono::TimeDelta::seconds(-1));
        }
    }
    Registry { desk, institutions, kagawa }
}

#[tokio::test]
async fn each_filter_and_all_together_hold_what_they_say() {
    on_each_database(|db| async move {
        let registry = registry(db, 5).await;
        compare_filters(&registry, 250).await;
        // Where parties abound, SQLite looks for them another way.
        crowd(&registry).await;
        compare_filters(&registry, 24).await;
    })
    .await;
}

/// Gives each institution so many parts in one of its agreements that it is never far in any list.
async fn crowd(registry: &Registry) {
    const CROWD: &str = "insert into party (agreement_id, position, institution_id, role, reference) \
        with recursive counted (i) as (select $2 union all select i + 1 from counted where i < $2 + 2000) \
        select $1, i, $3, 'associate', null from counted";
    let mut tx = registry.desk.read().await;
    let all = list(&mut tx, &everything(), day(TODAY)).await;
    tx.rollback().await.expect("over");
    let mut tx = registry.desk.write().await;
    for (first, (institution, _)) in (1_000_i64..).step_by(10_000).zip(&registry.institutions) {
        let is_one = |item: &&AgreementItem| item.parties.iter().any(|p| p.institution == *institution);
        let item = all.iter().find(is_one).expect("an agreement of each");
        on!(&mut tx, |c| {
            let crowd = sqlx::query(CROWD).bind(item.id.0).bind(first).bind(institution.0);
            crowd.execute(c).await.map(|_| ()).expect("crowded");
        });
    }
    tx.commit().await.expect("committed");
}

/// Asks for one filter at a time, then for some together, and compares with what each agreement says.
async fn compare_filters(registry: &Registry, rounds: usize) {
    let Registry { desk, institutions, kagawa } = registry;
    let mut chance = Chance::new(6);
    let mut tx = desk.read().await;
    let all = list(&mut tx, &everything(), day(TODAY)).await;
    let mut records = Vec::new();
    for item in &all {
        records.push(agreement::get(&mut tx, item.id).await.expect("there"));
    }
    let family = institution::family(&mut tx, *kagawa).await.expect("asked");
    assert_eq!(family.len(), 3);
    let mut met = 0;
    for round in 0..rounds {
        let mut wanted = |n: usize| if round < rounds * 2 / 5 { round % 6 == n } else { chance.is(35) };
        let wanted = [wanted(0), wanted(1), wanted(2), wanted(3), wanted(4), wanted(5)];
        let filter = AgreementFilter {
            visible: Visible::All,
            country: wanted[0].then(|| institutions[chance.below(institutions.len())].1),
            institutions: match (wanted[1], chance.is(50)) {
                (false, _) => vec![],
                (true, true) => family.clone(),
                (true, false) => vec![institutions[chance.below(institutions.len())].0],
            },
            kind: wanted[2].then(|| chance.one(AgreementKind::ALL)),
            standing: wanted[3].then(|| {
                chance
                    .one(&[Standing::Draft, Standing::InNegotiation, Standing::InForce, Standing::EndingSoon])
                    .into()
            }),
            field: wanted[4].then(|| {
                IscedField::parse(chance.one(&["06", "061", "0613", "04", "07", "0413"])).expect("a field")
            }),
            words: if wanted[5] {
                fold::words(chance.one(&[
                    "echange",
                    "conv",
                    "double dipl",
                    "ales",
                    "iiit echange",
                    "keio zele",
                    "introuvable",
                ]))
            } else {
                vec![]
            },
            ..AgreementFilter::default()
        };
        let holds = |item: &AgreementItem, record: &agreement::AgreementRecord| {
            let content = &record.ruling().expect("a revision").content;
            filter.country.is_none_or(|country| item.parties.iter().any(|party| party.country == country))
                && (filter.institutions.is_empty()
                    || content.parties.iter().any(|party| filter.institutions.contains(&party.institution)))
                && filter.kind.is_none_or(|kind| content.kind == kind)
                && filter.standing.is_none_or(|choice| choice.takes(record.course().standing(day(TODAY))))
                && filter.field.is_none_or(|field| content.fields.iter().any(|code| code.is_within(field)))
        };
        let found = list(&mut tx, &filter, day(TODAY)).await;
        let count = agreement::count(&mut tx, &filter, 1_000, day(TODAY)).await.expect("counted");
        assert_eq!(usize::try_from(count).ok(), Some(found.len()));
        assert_eq!(agreement::count(&mut tx, &filter, 2, day(TODAY)).await.expect("counted"), count.min(2));
        let names = institution::names(&mut tx, &institutions.iter().map(|(id, _)| *id).collect::<Vec<_>>())
            .await
            .expect("names");
        for (item, record) in all.iter().zip(&records) {
            let mut text = vec![item.title_fr.clone(), item.title_en.clone()];
            text.extend(
                item.parties.iter().map(|party| names[&party.institution].best(Lang::Fr).1.to_string()),
            );
            let words = fold::words(&text.join(" "));
            let is_said =
                filter.words.iter().all(|word| words.iter().any(|other| other.starts_with(word.as_str())));
            let is_found = found.iter().any(|other| other.id == item.id);
            assert_eq!(is_found, is_said && holds(item, record), "{filter:?} {item:?}");
        }
        met += found.len();
    }
    assert!(met > rounds, "the filters found something: {met}");
}

#[tokio::test]
async fn a_list_is_kept_until_the_registry_changes_and_is_always_what_the_database_says() {
    on_each_database(|db| async move {
        let Registry { desk, institutions, .. } = registry(db, 9).await;
        let lists = agreement::Lists::default();
        let (sort, today) = (AgreementSort::Recent, day(TODAY));
        let filter = AgreementFilter { country: Country::parse("JP").ok(), ..everything() };
        let form = framework("Convention", &[institutions[0].0, institutions[2].0]);
        for _ in 0..2 {
            let mut tx = desk.read().await;
            let count = agreement::count(&mut tx, &filter, 1_000, today).await.expect("counted");
            let first = agreement::list(&mut tx, &filter, sort, None, 3, today).await.expect("listed");
            let next = agreement::list(&mut tx, &filter, sort, first.next.as_ref(), 3, today).await;
            let next = next.expect("listed");
            for (place, bound, page, count) in [
                ((sort, None, 3), 1_000, &first, count),
                ((sort, None, 3), 2, &first, 2),
                ((sort, first.next.clone(), 3), 1_000, &next, count),
            ] {
                let mut asked = async || lists.page(&mut tx, &filter, place.clone(), bound, today).await;
                let (new, counted) = asked().await.expect("listed");
                assert_eq!((&*new, counted), (page, count));
                let (kept, _) = asked().await.expect("listed");
                assert!(Arc::ptr_eq(&new, &kept), "asked once only");
            }
            tx.rollback().await.expect("over");
            desk.create(&Actor::Operator, &form).await;
        }
    })
    .await;
}

fn folded_title(item: &AgreementItem, lang: Lang) -> String {
    let (own, other) = match lang {
        Lang::Fr => (&item.title_fr, &item.title_en),
        Lang::En => (&item.title_en, &item.title_fr),
    };
    fold::fold(if own.is_empty() { other } else { own })
}

#[tokio::test]
async fn each_order_pages_through_everything_once_also_where_keys_are_equal_or_missing() {
    on_each_database(|db| async move {
        let Registry { desk, .. } = registry(db, 8).await;
        let mut tx = desk.read().await;
        let all = list(&mut tx, &everything(), day(TODAY)).await;
        let starts = |item: &AgreementItem| (item.course.starts_on.unwrap_or(day("0001-01-01")), item.id);
        let ends = |item: &AgreementItem| (item.course.ends_on.unwrap_or(day("9999-12-31")), item.id);
        let words = fold::words("echange");
        for sort in Lang::ALL.into_iter().flat_map(AgreementSort::all) {
            let filter = match sort {
                AgreementSort::Relevance => AgreementFilter { words: words.clone(), ..everything() },
                _ => everything(),
            };
            let mut should = all.clone();
            match sort {
                AgreementSort::Recent => {
                    should.sort_by_key(|item| std::cmp::Reverse((item.updated_at, item.id)));
                }
                AgreementSort::Title(lang) => should.sort_by_key(|item| (folded_title(item, lang), item.id)),
                AgreementSort::Start => should.sort_by_key(|item| std::cmp::Reverse(starts(item))),
                AgreementSort::End => should.sort_by_key(ends),
                AgreementSort::Relevance => {
                    should.retain(|item| fold::words(&item.title_fr).contains(&words[0]));
                    should.sort_by_key(|item| std::cmp::Reverse(item.id));
                }
            }
            for limit in [3, 7, 60] {
                let mut paged = Vec::new();
                let mut after: Option<Cursor> = None;
                loop {
                    let page = agreement::list(&mut tx, &filter, sort, after.as_ref(), limit, day(TODAY))
                        .await
                        .expect("listed");
                    assert!(page.items.len() <= usize::try_from(limit).expect("a limit"));
                    for item in &page.items {
                        assert!(item.parties.iter().all(|party| page.names.contains_key(&party.institution)));
                    }
                    paged.extend(page.items);
                    let Some(next) = page.next else { break };
                    let read: Cursor = next.to_string().parse().expect("a cursor reads as it prints");
                    assert_eq!(read, next);
                    after = Some(read);
                }
                let found: Vec<_> = paged.iter().map(|item| item.id).collect();
                assert_eq!(
                    found,
                    should.iter().map(|item| item.id).collect::<Vec<_>>(),
                    "{sort:?} by {limit}"
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn relevance_puts_what_the_title_says_before_what_is_said_elsewhere_and_pages_across() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let keio = desk.university("Keiō", "JP").await;
        let ours = desk.university("aivancity", "FR").await;
        let mut should = (Vec::new(), Vec::new());
        for i in 0..9 {
            let title = if i % 3 == 0 { "Avec Keiō" } else { "Convention" };
            let id = desk.create(&Actor::Operator, &framework(title, &[ours, keio])).await;
            if i % 3 == 0 { should.0.push(id) } else { should.1.push(id) }
        }
        let should: Vec<_> = should.0.into_iter().rev().chain(should.1.into_iter().rev()).collect();
        let filter = AgreementFilter { words: fold::words("KEIO"), ..everything() };
        let mut tx = desk.read().await;
        for limit in 1..=9 {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let page = agreement::list(
                    &mut tx,
                    &filter,
                    AgreementSort::Relevance,
                    after.as_ref(),
                    limit,
                    day(TODAY),
                )
                .await
                .expect("listed");
                found.extend(page.items.iter().map(|item| item.id));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, should, "by {limit}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_place_that_is_none_begins_at_the_start_and_never_fails() {
    on_each_database(|db| async move {
        let Registry { desk, .. } = registry(db, 9).await;
        let mut tx = desk.read().await;
        let id = Uuid::from_u128(7);
        let made_up = [
            "",
            "zzz",
            "demain",
            "2026-13-45",
            "-262143-01-01",
            "+262142-12-31",
            "-262143-01-01T00:00:00Z",
            "+262142-12-31T23:59:59Z",
        ];
        for sort in Lang::ALL.into_iter().flat_map(AgreementSort::all) {
            let filter = AgreementFilter { words: fold::words("echange"), ..everything() };
            let first = agreement::list(&mut tx, &filter, sort, None, 5, day(TODAY)).await.expect("listed");
            for key in made_up {
                let place = Cursor::Key(key.into(), id);
                let page = agreement::list(&mut tx, &filter, sort, Some(&place), 5, day(TODAY)).await;
                let page = page.unwrap_or_else(|error| panic!("{sort:?} after {key:?}: {error}"));
                if !matches!(sort, AgreementSort::Title(_)) {
                    assert_eq!(page, first, "{sort:?} after {key:?}");
                }
            }
            for place in [Cursor::Age(true, i64::MIN), Cursor::Age(false, i64::MAX)] {
                agreement::list(&mut tx, &filter, sort, Some(&place), 5, day(TODAY)).await.expect("listed");
            }
        }
        for text in [
            "",
            ".",
            "t",
            "e",
            "x1",
            "00.00000000-0000-0000-0000-000000000007",
            "7",
            "7a.",
            "zz.0",
            "é.é",
            "t9999999999999999999",
            "6.00000000000000000000000000000007",
        ] {
            assert!(text.parse::<Cursor>().is_err(), "{text:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn each_sees_in_lists_exactly_what_each_may_read() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let kagawa = desk.university("Kagawa", "JP").await;
        let unit = InstitutionForm {
            kind: "unit".into(),
            parent: kagawa.to_string(),
            ..sample::university("Faculté", "JP")
        };
        let unit = desk.insert(&unit).await.expect("inserted");
        let ours = desk.university("aivancity", "FR").await;
        let stranger = desk.university("Ailleurs", "DE").await;
        let our_lead = member(Role::Lead, ours, &[]);
        let mut written = Vec::new();
        for visibility in ["public", "parties"] {
            for (author, parties) in
                [(&our_lead, [ours, unit]), (&our_lead, [ours, kagawa]), (&administrator(), [ours, unit])]
            {
                for state in 0..4 {
                    let mut form = framework(&format!("{visibility} {state}"), &parties);
                    form.visibility = visibility.into();
                    let id = desk.create(author, &form).await;
                    written.push(id);
                    if state == 0 {
                        continue;
                    }
                    desk.share(author, id).await.expect("shared");
                    if state >= 2 {
                        desk.publish(author, id, true).await.expect("published");
                    }
                    if state == 3 {
                        desk.publish(author, id, false).await.expect("withdrawn");
                    }
                }
            }
        }
        // An office that manages an agreement goes on managing it where another party takes it out.
        let id = desk.create(&our_lead, &framework("Sans nous", &[ours, kagawa])).await;
        desk.share(&our_lead, id).await.expect("shared");
        let kagawa_officer = member(Role::Officer, kagawa, &[unit]);
        desk.update(&kagawa_officer, id, 2, &framework("Sans nous", &[stranger, kagawa]))
            .await
            .expect("saved");
        written.push(id);

        let readers = [
            (Visible::Public, Actor::Visitor),
            (Visible::Public, member(Role::Student, ours, &[])),
            (Visible::All, administrator()),
            (Visible::Offices(vec![ours]), member(Role::Observer, ours, &[])),
            (Visible::Offices(vec![kagawa, unit]), kagawa_officer),
            (Visible::Offices(vec![unit]), member(Role::Officer, unit, &[])),
            (Visible::Offices(vec![stranger]), member(Role::Lead, stranger, &[])),
            (Visible::Offices(vec![]), member(Role::Student, kagawa, &[unit])),
        ];
        let mut tx = desk.read().await;
        let mut scopes = Vec::new();
        for id in &written {
            scopes.push(agreement::scope(&mut tx, *id).await.expect("asked").expect("there"));
        }
        let mut counts = Vec::new();
        for (visible, actor) in readers {
            let filter = AgreementFilter { visible: visible.clone(), ..AgreementFilter::default() };
            let found = ids(&list(&mut tx, &filter, day(TODAY)).await);
            for scope in &scopes {
                let may_read = decide(&actor, ReadSummary(scope)).is_ok();
                assert_eq!(found.contains(&scope.id), may_read, "{visible:?} {scope:?}");
            }
            counts.push(found.len());
        }
        assert_eq!(counts, [3, 3, 25, 23, 19, 13, 4, 3]);
        assert_eq!(agreement::count_published(&mut tx).await.expect("counted"), 3);
    })
    .await;
}

#[tokio::test]
async fn what_ends_soon_comes_with_the_earliest_end_first() {
    on_each_database(|db| async move {
        let desk = Desk::new(db);
        let all = many(&desk, 30).await;
        let mut chance = Chance::new(12);
        let mut tx = desk.write().await;
        for id in &all {
            set_course(&mut tx, *id, &any_course(&mut chance)).await;
        }
        let on = day("2026-02-01");
        let page = agreement::ending_soon(&mut tx, Visible::All, 5, on).await.expect("listed");
        let mut should: Vec<_> = list(&mut tx, &everything(), on).await;
        should.retain(|item| item.course.standing(on) == Standing::EndingSoon);
        should.sort_by_key(|item| (item.course.ends_on, item.id));
        should.truncate(5);
        assert!(!should.is_empty());
        assert_eq!(page.items, should);
    })
    .await;
}
