//! Which flows a board holds, and what they have in the year looked at.

use crate::{exchange, query::Sql};
use domain::{
    academic_year::AcademicYear,
    country::Country,
    eqf::EqfLevel,
    flow::MobilityKind,
    id::InstitutionId,
    isced::IscedField,
    language::LanguageTag,
    seats::{Asked, Direction, Fullness, NEAR},
    term::Term,
};

/// How far the eyes of a reader reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// Flows that one of these sends or receives.
    Offices(Vec<InstitutionId>),
    /// These, and the flows of agreements that everyone may read.
    Published(Vec<InstitutionId>),
    /// All.
    All,
}

/// In which year a flow is open, as the catalogue of exchanges means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenIn {
    /// The academic year.
    pub year: AcademicYear,
    /// Whether places must be left in it.
    pub is_available: bool,
}

/// Which flows a board holds. What is not set does not filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoardFilter {
    /// How far the reader sees.
    pub reach: Reach,
    /// The calendar year in which the academic year looked at begins; the board shows the one before and the one after, too.
    pub year: i32,
    /// Whose board it is: the partner of a flow is the other end. A flow between others is seen from the one that sends.
    pub mine: Vec<InstitutionId>,
    /// Only flows that one of [`Self::mine`] sends or receives.
    pub only_mine: bool,
    /// Folded words, each the beginning of one of the partner's names.
    pub words: Vec<String>,
    /// One of these at the other end: an institution and its units.
    pub partners: Vec<InstitutionId>,
    /// In this country at the other end.
    pub country: Option<Country>,
    /// Asking for this level.
    pub level: Option<Asked<EqfLevel>>,
    /// Asking for this field, or one within it.
    pub field: Option<Asked<IscedField>>,
    /// Sent by one of these. This and the next three are the catalogue's own rules (see [`crate::exchange`]).
    pub homes: Vec<InstitutionId>,
    /// Asking for this language, or recommending it.
    pub language: Option<LanguageTag>,
    /// For this term.
    pub term: Option<Term>,
    /// Open in this year.
    pub open_in: Option<OpenIn>,
    /// Of this kind.
    pub kind: Option<MobilityKind>,
    /// Going this way.
    pub direction: Option<Direction>,
    /// As full as this in the year looked at (see [`domain::seats::is_as_full`]).
    pub fullness: Option<Fullness>,
    /// Open in the year looked at and in the one before, and used in neither.
    pub is_unused: bool,
}

/// The cap of the year looked at.
macro_rules! cap {
    () => {
        "case when seat.id is not null then seat.cap when own.flow_id is not null then own.cap else flow.cap end"
    };
}

/// Units that the year looked at has.
macro_rules! capacity {
    () => {
        "case when seat.id is not null then seat.capacity when own.flow_id is not null then coalesce(own.cap, 0) else coalesce(flow.cap, 0) end"
    };
}

/// Units that are taken of it.
macro_rules! used {
    () => {
        "coalesce(seat.used, 0)"
    };
}

/// How full the year looked at is: the counterpart of `Tally::fullness`, which a test compares with it. What is left of the
/// statement is the number of [`NEAR`].
const FULLNESS: &str = concat!(
    "case when seat.overridden > 0 and seat.used > seat.capacity - seat.overridden then 'over' when (",
    cap!(),
    ") is null and (",
    capacity!(),
    ") = 0 then 'not_agreed' when ",
    used!(),
    " >= (",
    capacity!(),
    ") or coalesce(seat.spent, 0) >= (case when seat.id is not null then seat.budget else flow.budget end) then 'full' when ",
    used!(),
    " = 0 then 'empty' when ((",
    capacity!(),
    ") - ",
    used!(),
    ") * "
);
const FULLNESS_END: &str = concat!(
    " <= (",
    capacity!(),
    ") or (",
    capacity!(),
    ") - ",
    used!(),
    " = 1 then 'near' else 'open' end = "
);

/// The pools, asked as flows are: a pool has neither caps of single years nor a budget.
const POOLS: &str = "(select id, cap, cap_period, cast(null as bigint) as budget from pool) flow";

/// That one of those whose board it is sends.
const SENT: &str = "flow.sender_id in (select mine.id from mine)";
/// That one of them receives.
const RECEIVED: &str = "flow.receiver_id in (select mine.id from mine)";

/// What is added up of a flow that is open in the year: each with its name. Nothing where nobody asked for a place yet, which adds
/// nothing; what is left only of a year that is not closed.
const NUMBERS: [(&str, &str); 7] = [
    (cap!(), "cap"),
    (capacity!(), "capacity"),
    ("seat.held", "held"),
    ("seat.accepted", "accepted"),
    ("seat.confirmed", "confirmed"),
    ("seat.waiting", "waiting"),
    (concat!("case when seat.closed_at is null then (", capacity!(), ") - ", used!(), " end"), "remaining"),
];

/// Units of a pool that are left in the year looked at: the pool goes by the name of `flow`.
const POOL_LEFT: &str = concat!(capacity!(), " - ", used!());

/// What was counted in a year for each flow, or pool, and its cap for that year alone. The years are said once more as such: PostgreSQL
/// then leaves out all others before it joins.
fn push_numbers(sql: &mut Sql, of: &'static str, year: i64) {
    sql.push(" left join seat_year seat on seat.").push(of);
    sql.push(" = flow.id and seat.first_year = case flow.cap_period when 'agreement' then 0 else ")
        .bind(year);
    sql.push(" end and seat.first_year in (0, ").bind(year);
    sql.push(") left join flow_cap own on own.flow_id = flow.id and own.first_year = ").bind(year);
}

impl BoardFilter {
    /// All flows within reach, in a year.
    pub const fn new(reach: Reach, year: i32) -> Self {
        Self {
            reach,
            year,
            mine: Vec::new(),
            only_mine: false,
            words: Vec::new(),
            partners: Vec::new(),
            country: None,
            level: None,
            field: None,
            homes: Vec::new(),
            language: None,
            term: None,
            open_in: None,
            kind: None,
            direction: None,
            fullness: None,
            is_unused: false,
        }
    }

    /// The table of those whose board it is.
    pub(super) fn push_mine(&self, sql: &mut Sql) {
        sql.push("with mine (id) as (select institution.id from institution where institution.id in ");
        sql.list(self.mine.iter().map(|id| id.0)).push(") ");
    }

    /// ` from … where …`: the flows.
    pub(super) fn push_flows(&self, sql: &mut Sql) {
        self.push_tables(sql, self.fullness.is_some());
        self.push_conditions(sql);
    }

    /// `(select …)`: the flows, by what they are added up by, with the numbers of the year looked at.
    pub(super) fn push_counted(&self, sql: &mut Sql, by: &'static str, facets: &'static str) {
        sql.push("(select ").push(by).push(", flow.pool_id");
        for (number, name) in NUMBERS {
            sql.push(", case when ");
            self.push_open(sql);
            sql.push(" then ").push(number).push(" end as ").push(name);
        }
        self.push_tables(sql, true);
        // Last: a flow has several, its places are looked up once.
        sql.push(facets);
        self.push_conditions(sql);
        sql.push(")");
    }

    /// `(select …)`: the pools with the units that are left of each in the year looked at.
    pub(super) fn push_pools_left(&self, sql: &mut Sql) {
        sql.push("(select flow.id, ").push(POOL_LEFT).push(" as remaining from ").push(POOLS);
        push_numbers(sql, "pool_id", i64::from(self.year));
        sql.push(")");
    }

    /// Those flows that one of these sends or receives: said again so that an index finds them.
    pub(super) fn push_between(&self, sql: &mut Sql) {
        let partners = || self.partners.iter().map(|id| id.0);
        sql.push(" and (flow.sender_id in ").list(partners());
        sql.push(" or flow.receiver_id in ").list(partners()).push(")");
    }

    /// Whether the flow has places in the year looked at: it is open then, or they were counted.
    fn push_open(&self, sql: &mut Sql) {
        let year = i64::from(self.year);
        sql.push("(seat.first_year > 0 or (seat.id is not null and flow.is_dropped) or (not flow.is_dropped and (flow.first_year is null or flow.first_year <= ");
        sql.bind(year).push(") and (flow.last_year is null or flow.last_year >= ").bind(year).push(")))");
    }

    fn push_tables(&self, sql: &mut Sql, with_numbers: bool) {
        sql.push(" from flow join institution partner on partner.id = ");
        if self.mine.is_empty() {
            sql.push("flow.receiver_id");
        } else {
            sql.push("case when ").push(SENT).push(" then flow.receiver_id when ").push(RECEIVED);
            sql.push(" then flow.sender_id else flow.receiver_id end");
        }
        if matches!(self.reach, Reach::Published(_)) {
            sql.push(" join agreement on agreement.id = flow.agreement_id");
        }
        if with_numbers {
            push_numbers(sql, "flow_id", i64::from(self.year));
        }
    }

    fn push_conditions(&self, sql: &mut Sql) {
        self.push_shown(sql);
        self.push_reach(sql);
        self.push_partner(sql);
        self.push_asked(sql);
        exchange::push_homes(sql, &self.homes);
        exchange::push_offers(sql, self.language.as_ref(), self.term);
        if let Some(OpenIn { year, is_available }) = self.open_in {
            exchange::push_open_in(sql, year, is_available);
        }
        if let Some(kind) = self.kind {
            sql.push(" and flow.kind = ").bind(kind.code());
        }
        if let Some(fullness) = self.fullness {
            sql.push(" and ");
            self.push_open(sql);
            sql.push(" and (").push(FULLNESS).bind(NEAR).push(FULLNESS_END).bind(fullness.code());
            if fullness.is_scarce() {
                self.push_pools(sql, fullness);
            }
            sql.push(")");
        }
        if self.is_unused {
            self.push_unused(sql);
        }
    }

    /// Or those of the pool that the flow draws on.
    fn push_pools(&self, sql: &mut Sql, fullness: Fullness) {
        let year = i64::from(self.year);
        sql.push(" or flow.pool_id in (select flow.id from ").push(POOLS);
        push_numbers(sql, "pool_id", year);
        sql.push(" where ").push(FULLNESS).bind(NEAR).push(FULLNESS_END).bind(fullness.code()).push(")");
    }

    /// Flows of what all agreed on, open in one of the three years; those that are gone where someone used them then.
    fn push_shown(&self, sql: &mut Sql) {
        let [before, year, after] = [self.year - 1, self.year, self.year + 1].map(i64::from);
        sql.push(" where flow.is_agreed and (flow.first_year is null or flow.first_year <= ").bind(after);
        sql.push(") and (flow.last_year is null or flow.last_year >= ").bind(before);
        sql.push(") and (not flow.is_dropped or exists (select 1 from seat_year counted where counted.flow_id = flow.id and counted.used > 0 and counted.first_year in ");
        sql.list([before, year, after, 0]).push("))");
    }

    fn push_reach(&self, sql: &mut Sql) {
        let ends = |sql: &mut Sql, ids: &[InstitutionId]| {
            sql.push("flow.sender_id in ").list(ids.iter().map(|id| id.0));
            sql.push(" or flow.receiver_id in ").list(ids.iter().map(|id| id.0)).push(")");
        };
        match &self.reach {
            Reach::All => {}
            Reach::Offices(offices) => {
                sql.push(" and (");
                ends(sql, offices);
            }
            Reach::Published(offices) => {
                sql.push(" and ((agreement.visibility = 'public' and agreement.published_at is not null and not flow.is_dropped) or ");
                ends(sql, offices);
            }
        }
        match self.direction {
            Some(Direction::Out) => sql.push(" and ").push(SENT),
            Some(Direction::In) => sql.push(" and ").push(RECEIVED),
            None if self.only_mine => sql.push(" and (").push(SENT).push(" or ").push(RECEIVED).push(")"),
            None => sql,
        };
    }

    fn push_partner(&self, sql: &mut Sql) {
        for word in &self.words {
            sql.push(" and partner.id in (select called.institution_id from institution_name called where ");
            sql.begins("called.name_key", word).push(")");
        }
        if !self.partners.is_empty() {
            sql.push(" and partner.id in ").list(self.partners.iter().map(|id| id.0));
        }
        if let Some(country) = self.country {
            sql.push(" and partner.country = ").bind(country.code());
        }
    }

    fn push_asked(&self, sql: &mut Sql) {
        const NONE: &str =
            " and not exists (select 1 from flow_facet asked where asked.flow_id = flow.id and asked.kind = ";
        const SOME: &str =
            " and exists (select 1 from flow_facet asked where asked.flow_id = flow.id and asked.kind = ";
        match self.level {
            Some(Asked::Nothing) => sql.push(NONE).bind("level").push(")"),
            Some(Asked::For(level)) => {
                sql.push(SOME).bind("level").push(" and asked.value = ").bind(level.to_string()).push(")")
            }
            None => sql,
        };
        match self.field {
            Some(Asked::Nothing) => sql.push(NONE).bind("field").push(")"),
            Some(Asked::For(field)) => {
                // The field itself, or one within it: its code begins with this one.
                let length = i64::try_from(field.code().len()).unwrap_or(4);
                sql.push(SOME).bind("field").push(" and substr(asked.value, 1, cast(").bind(length);
                sql.push(" as integer)) = ").bind(field.code()).push(")")
            }
            None => sql,
        };
    }

    fn push_unused(&self, sql: &mut Sql) {
        let [before, year] = [self.year - 1, self.year].map(i64::from);
        sql.push(" and not flow.is_dropped and (flow.first_year is null or flow.first_year <= ").bind(before);
        sql.push(") and (flow.last_year is null or flow.last_year >= ").bind(year);
        sql.push(") and not exists (select 1 from seat_year counted where counted.flow_id = flow.id and counted.used > 0 and counted.first_year in ");
        sql.list([before, year, 0]).push(")");
    }
}
