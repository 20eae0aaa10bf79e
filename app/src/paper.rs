//! A paper: what is printed of the registry, as data. A page shows it, and the server writes it as a file.

use chrono::NaiveDate;
use domain::lang::Lang;

/// A paper, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// The language of its words.
    pub lang: Lang,
    /// What it is of.
    pub title: String,
    /// What stands above the title.
    pub eyebrow: String,
    /// What stands below it.
    pub lead: String,
    /// Its sections, in order.
    pub sections: Vec<Section>,
    /// Lines at its end.
    pub foot: Vec<String>,
    /// The day it was drawn up.
    pub on: NaiveDate,
}

/// A section of a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its name in an address.
    pub id: &'static str,
    /// Its heading.
    pub heading: String,
    /// What it says.
    pub body: Body,
}

/// What a section says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Labels, each with what is said.
    Facts(Vec<(String, String)>),
    /// A table: each row has as many cells as there are columns.
    Table {
        /// What the columns are.
        columns: Vec<String>,
        /// The cells.
        rows: Vec<Vec<String>>,
    },
}
