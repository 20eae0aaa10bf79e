//! Invented agreements among invented institutions, as many as asked for: the same for the same number, the same
//! number of those already there, and the same day.
//!
//! Every name says that it is made up. Nothing depends on chance: what an agreement is follows from its number, by
//! a small generator of our own; so does its id. Of each twenty agreements in a row, at least one has each standing.

use super::{DemoError, exchanges};
use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use domain::{
    access::{Actor, CreateInstitution, Operate, decide},
    agreement::{AgreementForm, AgreementKind, Evidence, PartyForm, SignatureDraft, SourceForm, Standing},
    id::{AgreementId, InstitutionId},
    institution::InstitutionForm,
    partial_date::PartialDate,
    text::LongText,
};
use std::sync::{Arc, atomic::AtomicU64};
use store::{
    Db, IdSource, Stamp, StoreError,
    agreement::{self, LoadedAgreement, Termination},
    institution,
};
use uuid::Uuid;

/// Written in one transaction.
const BATCH: u64 = 1_000;
/// Agreements to an institution.
const AGREEMENTS_EACH: u64 = 20;
/// One institution in each country, at least.
const FEWEST_INSTITUTIONS: u64 = COUNTRIES.len() as u64;
/// Where the ids of invented things begin, above any that a test counts; each thing has sixteen.
const INSTITUTION_IDS: u64 = 0x4000_0000_0000_0000;
const AGREEMENT_IDS: u64 = 0x5000_0000_0000_0000;

const COUNTRIES: [&str; 40] = [
    "FR", "DE", "ES", "IT", "PT", "BE", "NL", "PL", "SE", "FI", "NO", "DK", "IE", "AT", "CH", "CZ", "GR",
    "RO", "HU", "GB", "TR", "MA", "TN", "SN", "CI", "ZA", "EG", "IN", "CN", "JP", "KR", "VN", "TH", "AU",
    "BR", "AR", "CL", "MX", "CA", "US",
];

/// Code of the kind, French and English beginning of the name.
const INSTITUTIONS: [(&str, &str, &str); 10] = [
    ("university", "Université fictive de", "Invented University of"),
    ("university", "Université fictive de", "Invented University of"),
    ("school", "École fictive de", "Invented School of"),
    ("university", "Université fictive de", "Invented University of"),
    ("company", "Entreprise fictive de", "Invented Company of"),
    ("university", "Université fictive de", "Invented University of"),
    ("school", "École fictive de", "Invented School of"),
    ("public_authority", "Région fictive de", "Invented Region of"),
    ("university", "Université fictive de", "Invented University of"),
    ("research_body", "Laboratoire fictif de", "Invented Laboratory of"),
];

const SYLLABLES: [&str; 24] = [
    "bel", "cor", "dal", "fon", "gar", "lan", "lom", "mar", "mon", "nov", "pel", "que", "ril", "rov", "sal",
    "sen", "tar", "tol", "val", "ver", "vil", "vor", "zan", "zel",
];

/// Code of the field, and what it is called in titles.
const TOPICS: [(&str, &str, &str); 24] = [
    ("0732", "génie civil", "civil engineering"),
    ("0613", "informatique", "computer science"),
    ("0619", "intelligence artificielle", "artificial intelligence"),
    ("0713", "énergie", "energy"),
    ("0714", "électronique", "electronics"),
    ("0715", "mécanique", "mechanics"),
    ("0716", "aéronautique", "aeronautics"),
    ("0731", "architecture", "architecture"),
    ("0521", "environnement", "environment"),
    ("0532", "sciences de la Terre", "earth sciences"),
    ("0511", "biologie", "biology"),
    ("0531", "chimie", "chemistry"),
    ("0533", "physique", "physics"),
    ("0541", "mathématiques", "mathematics"),
    ("0311", "économie", "economics"),
    ("0412", "finance", "finance"),
    ("0413", "gestion", "management"),
    ("0421", "droit", "law"),
    ("0231", "langues", "languages"),
    ("0222", "histoire", "history"),
    ("0223", "philosophie", "philosophy"),
    ("0213", "beaux-arts", "fine arts"),
    ("0912", "médecine", "medicine"),
    ("0811", "agronomie", "agronomy"),
];

/// The standings of twenty agreements in a row. The one renewed is at an even place, and the next one renews it.
const STANDINGS: [Standing; 20] = [
    Standing::InForce,
    Standing::EndingSoon,
    Standing::Renewed,
    Standing::InForce,
    Standing::InNegotiation,
    Standing::Draft,
    Standing::InForce,
    Standing::Expired,
    Standing::InForce,
    Standing::Signed,
    Standing::InForce,
    Standing::Terminated,
    Standing::InForce,
    Standing::EndingSoon,
    Standing::Approved,
    Standing::InForce,
    Standing::Expired,
    Standing::InForce,
    Standing::InNegotiation,
    Standing::InForce,
];

/// An invented institution whose agreements come to their ends at many distances, and leave gaps.
pub(super) fn office() -> InstitutionId {
    InstitutionId(id(INSTITUTION_IDS, 2))
}

/// Adds as many; answers how many institutions and agreements were added. Each thousand is a transaction.
pub(super) async fn add(db: &Db, stamp: &Stamp, count: u32) -> Result<(usize, usize), DemoError> {
    let mut tx = db.read().await?;
    let number = |count: i64| u64::try_from(count).map_err(StoreError::corrupt);
    let first = agreement::count_synthetic(&mut tx, id(AGREEMENT_IDS, 0)..id(exchanges::IDS, 0)).await?;
    let first = number(first)?;
    let numbered = id(INSTITUTION_IDS, 0)..id(AGREEMENT_IDS, 0);
    let first_institution = number(institution::count_synthetic(&mut tx, numbered).await?)?;
    tx.rollback().await?;

    let end = first + u64::from(count);
    let institutions = (end / AGREEMENTS_EACH).max(FEWEST_INSTITUTIONS).max(first_institution);
    add_institutions(db, stamp, first_institution..institutions).await?;
    let permit = decide(&Actor::Operator, Operate)?;
    let numbers = Numbers { first, end, institutions, today: stamp.day(), now: stamp.at };
    for start in (first..end).step_by(usize::try_from(BATCH).unwrap_or(usize::MAX)) {
        let last = end.min(start + BATCH);
        let batch = (start..last)
            .map(|number| Ok((stamp_of(stamp, AGREEMENT_IDS, number), numbers.agreement(number)?)));
        let batch = batch.collect::<Result<Vec<_>, DemoError>>()?;
        let mut tx = db.write().await?;
        agreement::load(&mut tx, &permit, &batch).await?;
        tx.commit().await?;
        eprintln!("{} of {count} invented agreements", last - first);
    }
    let added = |first, end: u64| usize::try_from(end - first).unwrap_or(usize::MAX);
    Ok((added(first_institution, institutions), added(first, end)))
}

async fn add_institutions(db: &Db, stamp: &Stamp, numbers: std::ops::Range<u64>) -> Result<(), DemoError> {
    let permit = decide(&Actor::Operator, CreateInstitution)?;
    let mut tx = db.write().await?;
    for number in numbers {
        let form = institution_form(number);
        let draft = form.parse().map_err(DemoError::broken(&form.name_en))?;
        institution::insert(&mut tx, &permit, &stamp_of(stamp, INSTITUTION_IDS, number), &draft, true)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// The stamp of one thing: the same instant, ids that follow from its number.
fn stamp_of(stamp: &Stamp, ids: u64, number: u64) -> Stamp {
    Stamp::new(stamp.at, IdSource::Counted(Arc::new(AtomicU64::new(first_id(ids, number)))))
}

const fn first_id(ids: u64, number: u64) -> u64 {
    ids + (number << 4)
}

fn id(ids: u64, number: u64) -> Uuid {
    Uuid::from_u128(u128::from(first_id(ids, number)))
}

fn institution_form(number: u64) -> InstitutionForm {
    let mut draws = Draws::new(INSTITUTION_IDS, number);
    let (kind, fr, en) = kind_of(number);
    let mut place: String = (0..2 + draws.below(2)).map(|_| *draws.one_of(&SYLLABLES)).collect();
    place[..1].make_ascii_uppercase();
    InstitutionForm {
        kind: kind.into(),
        name_fr: format!("{fr} {place} {number:04}"),
        name_en: format!("{en} {place} {number:04}"),
        country: COUNTRIES[index(number, COUNTRIES.len())].into(),
        city: place,
        ..InstitutionForm::default()
    }
}

/// Kinds go round beside the countries, not with them.
const fn kind_of(number: u64) -> (&'static str, &'static str, &'static str) {
    INSTITUTIONS[index(number + number / FEWEST_INSTITUTIONS, INSTITUTIONS.len())]
}

#[expect(clippy::cast_possible_truncation, reason = "less than the length")]
const fn index(number: u64, length: usize) -> usize {
    (number % length as u64) as usize
}

/// What every agreement of a run has in common.
struct Numbers {
    first: u64,
    end: u64,
    institutions: u64,
    today: NaiveDate,
    now: DateTime<Utc>,
}

/// When an agreement begins, ends and was signed.
struct Dates {
    starts: NaiveDate,
    ends: NaiveDate,
    signed: NaiveDate,
}

impl Numbers {
    fn agreement(&self, number: u64) -> Result<LoadedAgreement, DemoError> {
        // An agreement and the one it renews are about the same thing, among the same parties.
        let standing = self.standing(number);
        let theme = if self.renews(number).is_some() { number - 1 } else { number };
        let mut draws = Draws::new(AGREEMENT_IDS, theme);
        let mut form = self.form(number, &mut draws);
        let dates = self.dates(standing, self.renews(number).is_some(), &mut draws);
        let is_open_ended = standing == Standing::InForce && draws.below(8) == 0;
        form.starts = match draws.below(10) {
            0 if standing == Standing::InForce => {
                PartialDate::parse(&dates.starts.format("%Y-%m").to_string())
                    .unwrap_or_else(|_| dates.starts.into())
                    .to_string()
            }
            _ => dates.starts.to_string(),
        };
        if is_open_ended {
            form.is_open_ended = "on".into();
            (form.renewal, form.renewal_months) = ("none".into(), String::new());
        } else {
            form.ends = dates.ends.to_string();
        }
        let draft = form.parse().map_err(DemoError::broken(&form.title_en))?;

        let parties = draft.content.parties.iter();
        let signatories = parties.clone().filter(|party| party.role.signs()).map(|party| party.institution);
        let (approving, signing) = match standing {
            Standing::Draft => (0, 0),
            // Some party has made a first step in every other negotiation.
            Standing::InNegotiation => (index(number / 4, 2), 0),
            Standing::Approved => (parties.len(), 0),
            _ => (0, parties.len()),
        };
        let signature = SignatureDraft {
            signatory: None,
            signatory_title: None,
            signed_on: Some(PartialDate::from(dates.signed).into()),
            evidence: Evidence {
                words: Some(LongText::parse("Fictif · Invented").map_err(DemoError::problem("evidence"))?),
                ..Evidence::default()
            },
            is_on_behalf: false,
        };
        let agreed_on = dates.signed.min(self.today);
        Ok(LoadedAgreement {
            owner: parties.clone().map(|party| party.institution).next(),
            is_synthetic: true,
            shared_at: (standing != Standing::Draft).then_some(self.now),
            is_published: standing != Standing::Draft && number % 25 != 7,
            approvals: parties
                .take(approving)
                .map(|party| (party.institution, agreed_on, "Fictif · Invented".to_owned()))
                .collect(),
            signatures: signatories
                .take(signing)
                .map(|institution| (institution, signature.clone()))
                .collect(),
            termination: (standing == Standing::Terminated).then(|| {
                let effective_on = before(self.today, draws.below(90));
                let reason = Some("Fictif · Invented".to_owned());
                Termination { notified_on: before(effective_on, 180), effective_on, reason }
            }),
            renews: self.renews(number).map(|number| AgreementId(id(AGREEMENT_IDS, number))),
            draft,
        })
    }

    fn standing(&self, number: u64) -> Standing {
        match STANDINGS[index(number, STANDINGS.len())] {
            // The last of a run has nobody to renew it.
            Standing::Renewed if number + 1 == self.end => Standing::Expired,
            standing => standing,
        }
    }

    fn renews(&self, number: u64) -> Option<u64> {
        let before = number.checked_sub(1).filter(|before| *before >= self.first)?;
        (self.standing(before) == Standing::Renewed).then_some(before)
    }

    fn form(&self, number: u64, draws: &mut Draws) -> AgreementForm {
        let kind = *draws.one_of(AgreementKind::ALL);
        let (field, topic_fr, topic_en) = *draws.one_of(&TOPICS);
        let (kind_fr, kind_en) = kind_words(kind);
        let count = [2, 2, 2, 2, 2, 2, 2, 3, 3, 4, 4, 5][index(draws.next(), 12)];
        let broad = &field[..2];
        AgreementForm {
            kind: kind.code().into(),
            title_fr: format!("{kind_fr} fictif {number:06} : {topic_fr}"),
            title_en: format!("Invented {kind_en} {number:06}: {topic_en}"),
            parties: self.parties(number, count, draws),
            notice_months: ["", "3", "6", "12"][index(draws.next(), 4)].into(),
            renewal: ["none", "by_agreement", "tacit"][index(number, 3)].into(),
            renewal_months: if number % 3 == 2 { "12".into() } else { String::new() },
            summary_fr: format!("Accord inventé pour essayer le registre en grand, en {topic_fr}."),
            summary_en: format!("Agreement invented to try the registry at scale, in {topic_en}."),
            terms_fr: if number.is_multiple_of(5) {
                "Rien de ceci n’a été convenu.".into()
            } else {
                String::new()
            },
            terms_en: if number.is_multiple_of(5) {
                "None of this was agreed.".into()
            } else {
                String::new()
            },
            fields: if draws.below(3) == 0 { format!("{field}, {broad}") } else { field.into() },
            visibility: if number % 50 == 13 { "parties".into() } else { "public".into() },
            sources: if number.is_multiple_of(4) {
                vec![invented_source(number.is_multiple_of(8))]
            } else {
                Vec::new()
            },
            ..AgreementForm::default()
        }
    }

    /// Different institutions, the first two of which teach; low numbers come up more often, as hubs do.
    fn parties(&self, number: u64, count: usize, draws: &mut Draws) -> Vec<PartyForm> {
        let mut chosen: Vec<u64> = Vec::with_capacity(count);
        while chosen.len() < count {
            let institution = draws.below(self.institutions).min(draws.below(self.institutions));
            let teaches = matches!(kind_of(institution).0, "university" | "school");
            if (teaches || chosen.len() >= 2) && !chosen.contains(&institution) {
                chosen.push(institution);
            }
        }
        let party = |(position, institution): (usize, u64)| PartyForm {
            institution: id(INSTITUTION_IDS, institution).to_string(),
            role: match position {
                0 if count > 2 => "coordinator",
                3.. => "associate",
                _ => "signatory",
            }
            .into(),
            reference: if position == 0 { format!("FICTIF-{number:06}") } else { String::new() },
            ..PartyForm::default()
        };
        chosen.into_iter().enumerate().map(party).collect()
    }

    /// Dates that give the standing on the day of the run.
    fn dates(&self, standing: Standing, renews: bool, draws: &mut Draws) -> Dates {
        let today = self.today;
        let years = 36 + 12 * u32::try_from(draws.below(3)).unwrap_or_default();
        // The same for an agreement and the one that renews it.
        let handover = before(today, draws.below(300));
        let (starts, ends) = match standing {
            Standing::InForce if renews => (handover, handover + Months::new(years)),
            Standing::Renewed => (handover - Months::new(years), before(handover, 1)),
            Standing::Draft | Standing::InNegotiation | Standing::Approved | Standing::Signed => {
                let starts = after(today, 30 + draws.below(300));
                (starts, starts + Months::new(years))
            }
            // Three to five years that end more than a year from now.
            Standing::InForce => {
                let ends = after(today, 400 + draws.below(600));
                (ends - Months::new(years), ends)
            }
            Standing::EndingSoon => {
                let ends = after(today, 5 + draws.below(340));
                (ends - Months::new(years), ends)
            }
            Standing::Terminated => {
                (before(today, 400 + draws.below(300)), after(today, 400 + draws.below(600)))
            }
            Standing::Expired => {
                let ends = before(today, 1 + draws.below(900));
                (ends - Months::new(years), ends)
            }
        };
        let signed = before(starts.min(today), 1 + draws.below(120));
        Dates { starts, ends, signed }
    }
}

fn invented_source(to_confirm: bool) -> SourceForm {
    SourceForm {
        title: "Inventé pour les essais · Invented for trials".into(),
        to_confirm: if to_confirm { "on".into() } else { String::new() },
        ..SourceForm::default()
    }
}

/// A masculine French noun, and its English equivalent.
const fn kind_words(kind: AgreementKind) -> (&'static str, &'static str) {
    match kind {
        AgreementKind::DeclarationOfIntent => ("Protocole d’intention", "declaration of intent"),
        AgreementKind::Framework => ("Accord-cadre", "framework agreement"),
        AgreementKind::StudentExchange => ("Échange d’étudiants", "student exchange"),
        AgreementKind::StaffExchange => ("Échange d’enseignants", "staff exchange"),
        AgreementKind::DoubleDegree => ("Double diplôme", "double degree"),
        AgreementKind::JointDegree => ("Diplôme conjoint", "joint degree"),
        AgreementKind::LearningTrip => ("Voyage d’études", "learning trip"),
        AgreementKind::Research => ("Accord de recherche", "research agreement"),
        AgreementKind::Network => ("Réseau", "network"),
    }
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// `SplitMix64`: numbers that look drawn, and are the same each time.
struct Draws(u64);

impl Draws {
    /// What is drawn for one thing of a kind.
    const fn new(kind: u64, number: u64) -> Self {
        Self(kind ^ number.wrapping_mul(0xd134_2543_de82_ef95))
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    const fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    const fn one_of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[index(self.next(), list.len())]
    }
}
