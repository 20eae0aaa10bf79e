//! Which agreements a list holds, and how many those are.

use crate::{
    Backend, Result, Tx, on,
    query::{Sql, value},
    search::{self, Kind, Query, Tier},
    statements,
};
use chrono::NaiveDate;
use domain::{
    academic_year::AcademicYear,
    agreement::{AgreementKind, Standing, StandingChoice, soon_limit},
    country::Country,
    id::InstitutionId,
    isced::IscedField,
};

statements! {
    COUNT_PUBLISHED = "select count(*) from agreement where visibility = 'public' and published_at is not null";
}

/// Whose eyes a list is for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Visible {
    /// Everyone's: what is published for all.
    #[default]
    Public,
    /// Someone's who belongs to offices: also what those are parties to, or manage.
    Offices(Vec<InstitutionId>),
    /// An administrator's.
    All,
}

/// Which agreements a list holds. What is not set does not filter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct AgreementFilter {
    /// Whose eyes.
    pub visible: Visible,
    /// Folded words, each the beginning of one of the agreement's.
    pub words: Vec<String>,
    /// With a party in this country.
    pub country: Option<Country>,
    /// With one of these as a party: an institution and its units.
    pub institutions: Vec<InstitutionId>,
    /// With one of these as a party, too: its partner and the units of that.
    pub partners: Vec<InstitutionId>,
    /// Of this kind.
    pub kind: Option<AgreementKind>,
    /// With this standing on the day asked for, or one of these.
    pub standing: Option<StandingChoice>,
    /// In force on some day of this academic year, as far as was signed on the day asked for: a signature counts for the whole period.
    pub year: Option<AcademicYear>,
    /// In this field, or one within it.
    pub field: Option<IscedField>,
    /// Waiting for one of these: an office's institutions. `None` does not filter.
    pub awaiting: Option<Vec<InstitutionId>>,
    /// Ending before this day.
    pub ends_before: Option<NaiveDate>,
    /// Between parties none of whose agreements that the reader sees is in force in this academic year.
    pub uncovered: Option<AcademicYear>,
    /// With a tag of one of these offices, by its key.
    pub tag: Option<(Vec<InstitutionId>, String)>,
}

/// That a date has been reached on a day.
fn push_reached(sql: &mut Sql, column: &'static str, on: NaiveDate) {
    sql.push(column).push(" <= ").bind(on);
}

/// That it has not, or that there is none.
fn push_ahead(sql: &mut Sql, column: &'static str, on: NaiveDate) {
    sql.push("(").push(column).push(" is null or ").push(column).push(" > ").bind(on).push(")");
}

const RENEWED_ON: &str = "agreement.renewed_on";
const TERMINATED_ON: &str = "agreement.terminated_on";
const SIGNED_ON: &str = "agreement.signed_on";
const APPROVED_ON: &str = "agreement.approved_on";
const SHARED_ON: &str = "agreement.shared_on";
const BEGINS: &str = "coalesce(agreement.starts_on, agreement.signed_on)";

/// The standing on a day, as a condition on the dates of a row. The counterpart of `Course::standing` and of
/// `StandingChoice::takes`; a test compares them.
fn push_standing(sql: &mut Sql, choice: StandingChoice, on: NaiveDate) {
    if choice == StandingChoice::Only(Standing::Renewed) {
        return push_reached(sql, RENEWED_ON, on);
    }
    push_ahead(sql, RENEWED_ON, on);
    sql.push(" and ");
    if choice == StandingChoice::Only(Standing::Terminated) {
        return push_reached(sql, TERMINATED_ON, on);
    }
    push_ahead(sql, TERMINATED_ON, on);
    sql.push(" and ");
    match choice {
        StandingChoice::NotOver => {
            sql.push("(");
            push_ahead(sql, SIGNED_ON, on);
            sql.push(" or agreement.ends_key >= ").bind(on).push(")");
        }
        StandingChoice::Binding => push_begun(sql, " >= ", on, on),
        StandingChoice::Only(Standing::EndingSoon) => {
            push_begun(sql, " >= ", on, on);
            sql.push(" and agreement.ends_key <= ").bind(soon_limit(on));
        }
        StandingChoice::Only(Standing::Expired) => {
            push_reached(sql, SIGNED_ON, on);
            sql.push(" and agreement.ends_on < ").bind(on);
        }
        StandingChoice::Only(Standing::Signed) => {
            push_reached(sql, SIGNED_ON, on);
            sql.push(" and agreement.ends_key >= ").bind(on).push(" and ").push(BEGINS).push(" > ").bind(on);
        }
        StandingChoice::Only(Standing::InForce | Standing::Renewed | Standing::Terminated) => {
            push_begun(sql, " > ", soon_limit(on), on);
        }
        StandingChoice::Only(Standing::Approved) => {
            push_ahead(sql, SIGNED_ON, on);
            sql.push(" and ");
            push_reached(sql, APPROVED_ON, on);
        }
        StandingChoice::Only(Standing::InNegotiation | Standing::Draft) => {
            push_ahead(sql, SIGNED_ON, on);
            sql.push(" and ");
            push_ahead(sql, APPROVED_ON, on);
            sql.push(" and ");
            if choice == StandingChoice::Only(Standing::Draft) {
                push_ahead(sql, SHARED_ON, on);
            } else {
                push_reached(sql, SHARED_ON, on);
            }
        }
    }
}

/// Signed and begun on a day, with an end as far from another as said.
fn push_begun(sql: &mut Sql, than: &'static str, ends: NaiveDate, on: NaiveDate) {
    push_reached(sql, SIGNED_ON, on);
    sql.push(" and ");
    push_reached(sql, BEGINS, on);
    sql.push(" and agreement.ends_key").push(than).bind(ends);
}

/// How agreements with a certain party are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Parties {
    /// From the parties to their agreements: costs as much as there are.
    Gathered,
    /// From each agreement to its parties: quick where an agreement with such a party is never far.
    LookedUp,
}

/// So many of a kind are never far apart in a list.
const MANY: i64 = 2_000;

const IN_COUNTRY: &str =
    "party join institution on institution.id = party.institution_id where institution.country = ";
const ONE_OF: &str = "party where party.institution_id in ";

/// How to find the agreements of a page. PostgreSQL decides that by itself; SQLite has no numbers to decide by.
pub(super) async fn parties(tx: &mut Tx, filter: &AgreementFilter) -> Result<Parties> {
    if tx.backend() == Backend::Postgres {
        return Ok(Parties::Gathered);
    }
    let count = || Sql::new("select count(*) from (select 1 as one from ");
    let mut counts = Vec::new();
    if let Some(country) = filter.country {
        let mut sql = count();
        sql.push(IN_COUNTRY).bind(country.code());
        counts.push(sql);
    }
    if !filter.institutions.is_empty() {
        let mut sql = count();
        sql.push(ONE_OF).list(filter.institutions.iter().map(|id| id.0));
        counts.push(sql);
    }
    for mut sql in counts {
        sql.push(" limit ").bind(MANY).push(") as counted");
        let count: i64 = value!(tx, sql);
        if count < MANY {
            return Ok(Parties::Gathered);
        }
    }
    Ok(Parties::LookedUp)
}

fn push_parties(sql: &mut Sql, filter: &AgreementFilter, parties: Parties) {
    const GATHERED: &str = " and agreement.id in (select party.agreement_id from ";
    const LOOKED_UP: &str = " and exists (select 1 from party where party.agreement_id = agreement.id and ";
    if let Some(country) = filter.country {
        match parties {
            Parties::Gathered => sql.push(GATHERED).push(IN_COUNTRY),
            Parties::LookedUp => sql
                .push(LOOKED_UP)
                .push("(select institution.country from institution where institution.id = party.institution_id) = "),
        };
        sql.bind(country.code()).push(")");
    }
    for institutions in [&filter.institutions, &filter.partners] {
        if institutions.is_empty() {
            continue;
        }
        match parties {
            Parties::Gathered => sql.push(GATHERED).push(ONE_OF),
            Parties::LookedUp => sql.push(LOOKED_UP).push("party.institution_id in "),
        };
        sql.list(institutions.iter().map(|id| id.0)).push(")");
    }
}

/// The condition that the reader may see the agreement of a table of that name.
pub(crate) fn push_visible(sql: &mut Sql, visible: &Visible, table: &'static str) {
    sql.push("((")
        .push(table)
        .push(".visibility = 'public' and ")
        .push(table)
        .push(".published_at is not null) or ");
    push_whole(sql, visible, table);
    sql.push(")");
}

/// The condition that the reader may read all of the agreement of a table of that name.
pub(crate) fn push_whole(sql: &mut Sql, visible: &Visible, table: &'static str) {
    match visible {
        Visible::All => sql.push("1 = 1"),
        Visible::Public => sql.push("1 = 0"),
        Visible::Offices(offices) => {
            let ids = || offices.iter().map(|id| id.0);
            sql.push("(").push(table).push(".owner_id in ").list(ids());
            sql.push(" or (").push(table).push(".shared_on is not null and ").push(table);
            sql.push(".id in (select party.agreement_id from party where party.institution_id in ")
                .list(ids());
            sql.push(" union select invited_party.agreement_id from invited_party where invited_party.institution_id in ");
            sql.list(ids()).push(")))")
        }
    };
}

/// The columns of a table of agreements by which one is in force in a year.
struct InForce {
    signed_on: &'static str,
    begins: &'static str,
    ends_key: &'static str,
    over: [&'static str; 2],
}

const OWN: InForce = InForce {
    signed_on: SIGNED_ON,
    begins: BEGINS,
    ends_key: "agreement.ends_key",
    over: [TERMINATED_ON, RENEWED_ON],
};

const OTHER: InForce = InForce {
    signed_on: "other.signed_on",
    begins: "coalesce(other.starts_on, other.signed_on)",
    ends_key: "other.ends_key",
    over: ["other.terminated_on", "other.renewed_on"],
};

/// The condition that an agreement signed by a day is in force on some day of a year.
fn push_in_force(sql: &mut Sql, of: &InForce, year: AcademicYear, on: NaiveDate) {
    push_reached(sql, of.signed_on, on);
    sql.push(" and ").push(of.begins).push(" <= ").bind(year.ends_on());
    sql.push(" and ").push(of.ends_key).push(" >= ").bind(year.starts_on());
    sql.push(" and ").push(of.ends_key).push(" >= ").push(of.begins);
    for over in of.over {
        sql.push(" and (").push(over).push(" is null or (").push(over).push(" > ").bind(year.starts_on());
        sql.push(" and ").push(over).push(" > ").push(of.begins).push("))");
    }
}

/// The condition that no agreement between the same parties, this one or another, is in force in a year.
fn push_uncovered(sql: &mut Sql, filter: &AgreementFilter, year: AcademicYear, on: NaiveDate) {
    sql.push(" and ");
    push_reached(sql, SIGNED_ON, on);
    sql.push(" and not (");
    push_in_force(sql, &OWN, year, on);
    sql.push(
        ") and not exists (select 1 from party mine join party theirs on theirs.institution_id = mine.institution_id \
         join agreement other on other.id = theirs.agreement_id where mine.agreement_id = agreement.id and other.id <> agreement.id and ",
    );
    push_visible(sql, &filter.visible, "other");
    sql.push(" and ");
    push_in_force(sql, &OTHER, year, on);
    sql.push(" group by other.id having count(distinct mine.institution_id) >= 2)");
}

/// The condition that these institutions may be told of the agreement as its parties: it is shared, or one of theirs manages it.
pub(crate) fn push_told(sql: &mut Sql, institutions: &[InstitutionId]) {
    sql.push("(agreement.shared_on is not null or agreement.owner_id in ");
    sql.list(institutions.iter().map(|id| id.0)).push(")");
}

pub(super) fn push_filter(sql: &mut Sql, filter: &AgreementFilter, parties: Parties, on: NaiveDate) {
    push_visible(sql, &filter.visible, "agreement");
    if let Some(kind) = filter.kind {
        sql.push(" and agreement.kind = ").bind(kind.code());
    }
    push_parties(sql, filter, parties);
    if let Some(awaited) = &filter.awaiting {
        sql.push(" and agreement.id in (select awaiting.agreement_id from awaiting where awaiting.institution_id in ");
        sql.list(awaited.iter().map(|id| id.0)).push(")");
    }
    if let Some(field) = filter.field {
        sql.push(" and agreement.id in (select agreement_field.agreement_id from agreement_field where agreement_field.code >= ");
        sql.bind(field.code())
            .push(" and agreement_field.code < ")
            .bind(format!("{}:", field.code()))
            .push(")");
    }
    if let Some(year) = filter.year {
        sql.push(" and ");
        push_in_force(sql, &OWN, year, on);
    }
    if let Some(year) = filter.uncovered {
        push_uncovered(sql, filter, year, on);
    }
    if let Some(day) = filter.ends_before {
        sql.push(" and agreement.ends_key < ").bind(day);
    }
    if let Some((offices, key)) = &filter.tag {
        sql.push(" and agreement.id in (select tag.agreement_id from tag where tag.office_id in ");
        sql.list(offices.iter().map(|id| id.0)).push(" and tag.name_key = ").bind(key.as_str()).push(")");
    }
    if let Some(standing) = filter.standing {
        sql.push(" and (");
        push_standing(sql, standing, on);
        sql.push(")");
    }
}

/// How many agreements a list holds, counted up to a bound: beyond it the exact number costs more than it tells.
pub async fn count(tx: &mut Tx, filter: &AgreementFilter, bound: i64, on: NaiveDate) -> Result<i64> {
    let mut sql = Sql::new("select count(*) from (select 1 as one from ");
    if filter.words.is_empty() {
        sql.push("agreement");
    } else {
        // From the words to the agreements: it can stop at the bound, and need not gather all that is found first.
        let query = Query { kind: Kind::Agreement, words: &filter.words, tier: Tier::Anywhere };
        search::push_any(&mut sql, tx.backend(), query);
        sql.push(" join agreement on agreement.id = search_entry.subject_id");
    }
    sql.push(" where ");
    push_filter(&mut sql, filter, Parties::Gathered, on);
    sql.push(" limit ").bind(bound).push(") as counted");
    Ok(value!(tx, sql))
}

/// How many agreements everyone may read.
pub async fn count_published(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, |c| sqlx::query_scalar(sql::COUNT_PUBLISHED).fetch_one(c).await?))
}
