//! The kit every page is built from: small components that work without any script.
//!
//! A component takes sentences already worded in the reader's language, and decides nothing. Its look lives in
//! `style/`, one file per family, under the class names written here. Ids come from the names of fields
//! ([`field_id`]), never from chance. No component writes a `style` attribute: the content policy forbids it.

mod badge;
mod button;
mod choice;
mod diff;
mod error_summary;
mod field;
mod filter;
mod frame;
mod icon;
mod key_values;
mod menu;
mod notice;
mod page;
mod pager;
mod period;
mod person;
mod search_box;
mod seat_bar;
mod select;
mod table;
mod text_area;
mod timeline;
mod words;

#[cfg(feature = "design")]
mod gallery;
#[cfg(all(test, feature = "ssr"))]
mod tests;

pub use badge::{Count, StandingBadge, Stat, Tag, ToConfirm};
pub use button::{Actions, Button, ButtonKind, ButtonLink};
pub use choice::{Checkbox, CheckboxGroup, Choice, RadioGroup};
pub use diff::{Change, Diff};
pub use error_summary::ErrorSummary;
pub use field::{Field, Fieldset, Width};
pub use filter::{Chip, Chips, FilterRail, Listing};
pub use frame::{Footer, SkipLink, ThemeForm, TopBar};
#[cfg(feature = "design")]
pub use gallery::Gallery;
pub use icon::{Glyph, Icon};
pub use key_values::{Fact, KeyValues};
pub use menu::{Confirm, Menu};
pub use notice::{DemoBanner, EmptyState, Notice, Tone};
pub use page::{Breadcrumbs, Columns, PageHeader, Panel, Section};
pub use pager::Pager;
pub use period::{MarkKind, PeriodBar, PeriodMark};
pub use person::PersonLine;
pub use search_box::SearchBox;
pub use seat_bar::{SeatBar, SeatKey, SeatParts};
pub use select::Select;
pub use table::{Align, Column, Order, Row, Table};
pub use text_area::TextArea;
pub use timeline::{Timeline, TimelineEntry};
pub use words::{Words, field_id};
