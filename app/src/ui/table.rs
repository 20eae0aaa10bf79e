//! Tables: the heart of a ledger.

use super::words::classes;
use super::{Glyph, Icon, Words};
use leptos::prelude::*;

/// How a column stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Align {
    /// Words: from the left.
    #[default]
    Text,
    /// Figures: to the right, never broken.
    Number,
    /// Dates: from the left, never broken.
    Date,
}

impl Align {
    const fn class(self) -> Option<&'static str> {
        match self {
            Self::Text => None,
            Self::Number => Some("num"),
            Self::Date => Some("date"),
        }
    }
}

/// How a table is sorted by a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest, oldest or A first.
    Ascending,
    /// Largest, latest or Z first.
    Descending,
}

/// A column: its title, how it stands, how to sort by it.
#[derive(Debug, Clone, Default)]
pub struct Column {
    label: String,
    align: Align,
    hidden: bool,
    sort: Option<(String, Option<Order>)>,
}

impl Column {
    /// A column of words.
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// A column of figures.
    pub fn number(label: impl Into<String>) -> Self {
        Self { align: Align::Number, ..Self::text(label) }
    }

    /// A column of dates.
    pub fn date(label: impl Into<String>) -> Self {
        Self { align: Align::Date, ..Self::text(label) }
    }

    /// The same, its title heard but not seen: a column of buttons.
    #[must_use]
    pub fn unseen(self) -> Self {
        Self { hidden: true, ..self }
    }

    /// The same, its title a link that sorts; `now` when the table is sorted by it.
    #[must_use]
    pub fn sorted(self, href: impl Into<String>, now: Option<Order>) -> Self {
        Self { sort: Some((href.into(), now)), ..self }
    }
}

/// A line: one view per column.
pub struct Row(Vec<AnyView>);

impl Row {
    /// A line without cells.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The line with one cell more.
    #[must_use]
    pub fn cell(mut self, view: impl IntoView + 'static) -> Self {
        self.0.push(view.into_any());
        self
    }
}

impl Default for Row {
    fn default() -> Self {
        Self::new()
    }
}

/// A table. The first cell of a line is its name; a link of class `row-link` in it takes the whole line.
#[component]
pub fn Table(
    /// Id of the table in the page.
    #[prop(into)]
    id: String,
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// The caption is heard but not seen, where a title above says it.
    #[prop(optional)]
    caption_unseen: bool,
    /// The columns.
    columns: Vec<Column>,
    /// The lines.
    rows: Vec<Row>,
    /// The line of sums under the others.
    #[prop(optional)]
    foot: Option<Row>,
    /// Lines become cards on a phone; else the table scrolls sideways.
    #[prop(optional)]
    fold: bool,
    /// A class more; `pinned` keeps the first column in sight while a wide table scrolls.
    #[prop(into, optional)]
    class: Words,
) -> impl IntoView {
    let caption_id = format!("{id}-caption");
    let class = class.into_text().unwrap_or_default();
    let class = classes(&["table", if fold { "fold" } else { "" }, &class]);
    let lines = rows.into_iter().map(|row| line(row, &columns, fold)).collect_view();
    let foot = foot.map(|row| view! { <tfoot>{line(row, &columns, fold)}</tfoot> });
    let head = columns.into_iter().map(heading).collect_view();
    view! {
        <div class="scroll" role="group" tabindex="0" aria-labelledby=caption_id>
            <table class=class id=id>
                <caption>
                    <span id=caption_id.clone() class=caption_unseen.then_some("visually-hidden")>
                        {caption}
                    </span>
                </caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{lines}</tbody>
                {foot}
            </table>
        </div>
    }
    .into_any()
}

fn heading(column: Column) -> AnyView {
    let Column { label, align, hidden, sort } = column;
    let class = align.class();
    if let Some((href, now)) = sort {
        let (spoken, arrow) = match now {
            Some(Order::Ascending) => (Some("ascending"), Some(Glyph::ArrowUp)),
            Some(Order::Descending) => (Some("descending"), Some(Glyph::ArrowDown)),
            None => (None, None),
        };
        let arrow = arrow.map(|name| view! { <Icon name=name /> });
        view! {
            <th scope="col" class=class aria-sort=spoken>
                <a href=href>{label}{arrow}</a>
            </th>
        }
        .into_any()
    } else {
        view! {
            <th scope="col" class=class>
                <span class=hidden.then_some("visually-hidden")>{label}</span>
            </th>
        }
        .into_any()
    }
}

/// In a table that folds, what a cell holds stands as one block beside its title.
fn line(row: Row, columns: &[Column], fold: bool) -> AnyView {
    let cells = row
        .0
        .into_iter()
        .enumerate()
        .map(|(index, cell)| {
            let column = columns.get(index);
            let class = column.and_then(|column| column.align.class());
            if index == 0 {
                view! { <th scope="row" class=class>{cell}</th> }.into_any()
            } else {
                let label = column.filter(|column| !column.hidden).map(|column| column.label.clone());
                let cell = if fold { view! { <div class="cell">{cell}</div> }.into_any() } else { cell };
                view! { <td class=class data-label=label>{cell}</td> }.into_any()
            }
        })
        .collect_view();
    view! { <tr>{cells}</tr> }.into_any()
}
