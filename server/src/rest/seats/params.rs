//! Which flows a request is about.

use crate::rest::shape;
use app::desk::{board::BoardQuery, exchanges::ExchangeQuery};
use serde::Deserialize;
use utoipa::IntoParams;

/// Makes parameters that say which flows: by what they are narrowed, and whatever else one asks.
macro_rules! flow_params {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        $(#[$about])*
        #[derive(Debug, Default, Deserialize, IntoParams)]
        #[serde(default, deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            /// Words, each the beginning of one of the partner's name; case and accents do not matter. The partner is the receiver, or the
            /// sender where one's own office receives.
            #[param(example = "kagawa")]
            q: Option<String>,
            /// With this institution, or a unit of it, as that partner: its id.
            partner: Option<String>,
            /// With a partner in this country: ISO 3166-1 code, two letters.
            #[param(example = "JP")]
            country: Option<String>,
            /// Asking for this level, EQF 1 to 8; `none` for those that ask for none.
            #[param(example = "7")]
            level: Option<String>,
            /// Asking for this field of study, or one within it: a code of ISCED-F 2013; `none` for those that ask for none.
            #[param(example = "061")]
            field: Option<String>,
            /// Who goes for what.
            #[param(value_type = Option<shape::MobilityKindCode>)]
            kind: Option<String>,
            /// How full the year looked at is: the places of the flow, or those of its pool where few or none are left.
            #[param(value_type = Option<shape::FullnessCode>)]
            fullness: Option<String>,
            $($own)*
        }

        impl $name {
            /// Which flows.
            fn flows(&self) -> BoardQuery {
                let said = |raw: &Option<String>| raw.clone().unwrap_or_default();
                BoardQuery {
                    q: said(&self.q),
                    partner: said(&self.partner),
                    country: said(&self.country),
                    level: said(&self.level),
                    field: said(&self.field),
                    kind: said(&self.kind),
                    fullness: said(&self.fullness),
                    ..BoardQuery::default()
                }
            }
        }
    };
}

/// Makes the parameters of a board: which flows, and whose.
macro_rules! board_params {
    ($(#[$about:meta])* $name:ident { $($own:tt)* }) => {
        flow_params! {
            $(#[$about])*
            $name {
                /// Whose board: id of an institution, with its units; all of your offices unless said.
                office: Option<String>,
                /// Whether the office sends or receives.
                #[param(value_type = Option<shape::DirectionCode>)]
                direction: Option<String>,
                /// `on`: open in the year looked at and in the one before, and used in neither.
                #[param(example = "on")]
                unused: Option<String>,
                $($own)*
            }
        }

        impl $name {
            /// By what the board is narrowed.
            fn narrowed(&self) -> BoardQuery {
                let said = |raw: &Option<String>| raw.clone().unwrap_or_default();
                BoardQuery {
                    office: said(&self.office),
                    direction: said(&self.direction),
                    unused: said(&self.unused),
                    ..self.flows()
                }
            }
        }
    };
}

board_params! {
    /// Which flows, seen from whom. What is not given does not filter. The year looked at is the one in the middle.
    SeatParams {
        /// The calendar year in which the first of the three academic years begins; last year's unless said.
        #[param(value_type = Option<i32>, example = "2025")]
        from: Option<String>,
        /// The `next` of the page before.
        after: Option<String>,
        /// Lines of a page, 1 to 100; 50 unless said.
        #[param(example = "50")]
        pub(super) limit: Option<String>,
    }
}

impl From<SeatParams> for BoardQuery {
    fn from(params: SeatParams) -> Self {
        let narrowed = params.narrowed();
        Self { from: params.from.unwrap_or_default(), after: params.after.unwrap_or_default(), ..narrowed }
    }
}

board_params! {
    /// Which flows are added up, by what and for which year, the one looked at. What is not given does not filter.
    SumParams {
        /// What they are added up by; partner unless said.
        #[param(value_type = Option<shape::GroupingCode>)]
        by: Option<String>,
        /// The calendar year in which the academic year begins that is added up; the present one unless said.
        #[param(value_type = Option<i32>, example = "2026")]
        year: Option<String>,
        /// The `next` of the page before.
        after: Option<String>,
        /// Lines of a page of partners, 1 to 100; 50 unless said.
        #[param(example = "50")]
        pub(super) limit: Option<String>,
    }
}

impl From<SumParams> for BoardQuery {
    fn from(params: SumParams) -> Self {
        let narrowed = params.narrowed();
        let year = params.year.unwrap_or_default();
        Self {
            group: params.by.filter(|by| !by.trim().is_empty()).unwrap_or_else(|| "partner".to_owned()),
            // A board begins with the year before the one looked at.
            from: year
                .parse::<i32>()
                .ok()
                .and_then(|year| year.checked_sub(1))
                .map_or(year, |from| from.to_string()),
            after: params.after.unwrap_or_default(),
            ..narrowed
        }
    }
}

board_params! {
    /// Which flows a table has, seen from whom. What is not given does not filter. The year looked at is the one in the middle.
    TableParams {
        /// The calendar year in which the first of the three academic years begins; last year's unless said.
        #[param(value_type = Option<i32>, example = "2025")]
        from: Option<String>,
        /// What they are added up by, for the year looked at; flow by flow unless said.
        #[param(value_type = Option<shape::GroupingCode>)]
        by: Option<String>,
    }
}

impl From<TableParams> for BoardQuery {
    fn from(params: TableParams) -> Self {
        let narrowed = params.narrowed();
        Self { from: params.from.unwrap_or_default(), group: params.by.unwrap_or_default(), ..narrowed }
    }
}

flow_params! {
    /// Which flows. What is not given does not filter. The year looked at is the one in the middle.
    FlowParams {
        /// Open to the students of this institution: its id. Those of a unit go by their whole institution and by what that one is part of.
        home: Option<String>,
        /// Asking for this language, or recommending it: BCP-47 tag.
        #[param(example = "en")]
        language: Option<String>,
        /// For this term: `S1`, `S2`, `year`, `q1/4`.
        #[param(example = "S1")]
        term: Option<String>,
        /// Open in the academic year that begins in this calendar year: the one under way, or one of the two after it.
        #[param(value_type = Option<i32>, example = "2027")]
        year: Option<String>,
        /// `yes`: with places left, the pool's included, in that year; in the one after the year under way unless `year` is given.
        #[param(example = "yes")]
        available: Option<String>,
        /// The calendar year in which the first of the three academic years begins; last year's unless said.
        #[param(value_type = Option<i32>, example = "2025")]
        from: Option<String>,
        /// The `next` of the page before.
        after: Option<String>,
        /// Lines of a page, 1 to 100; 50 unless said.
        #[param(example = "50")]
        pub(super) limit: Option<String>,
    }
}

/// What is asked as in the catalogue, and the rest.
impl From<FlowParams> for (ExchangeQuery, BoardQuery) {
    fn from(params: FlowParams) -> Self {
        let flows = params.flows();
        let offered = ExchangeQuery {
            home: params.home.unwrap_or_default(),
            language: params.language.unwrap_or_default(),
            term: params.term.unwrap_or_default(),
            year: params.year.unwrap_or_default(),
            available: params.available.unwrap_or_default(),
            ..ExchangeQuery::default()
        };
        let (from, after) = (params.from.unwrap_or_default(), params.after.unwrap_or_default());
        (offered, BoardQuery { from, after, ..flows })
    }
}
