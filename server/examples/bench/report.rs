//! Figures, beside those to reach.

use serde_json::json;
use std::fmt;

/// What is to be reached.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// The value is at most this.
    AtMost(f64),
    /// The value is at least this.
    AtLeast(f64),
    /// The value is at least this part of what it is compared with.
    RatioAtLeast(f64),
    /// The value is at most so many times what it is compared with.
    RatioAtMost(f64),
    /// Only reported.
    None,
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(limit) => write!(f, "≤ {limit}"),
            Self::AtLeast(limit) => write!(f, "≥ {limit}"),
            Self::RatioAtLeast(limit) => write!(f, "ratio ≥ {limit}"),
            Self::RatioAtMost(limit) => write!(f, "ratio ≤ {limit}"),
            Self::None => Ok(()),
        }
    }
}

/// One figure.
#[derive(Debug, Clone)]
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    /// What the value is divided by.
    reference: Option<f64>,
    ratio: Option<f64>,
    database: Option<&'static str>,
    goal: Goal,
}

impl Figure {
    /// A figure; it is compared with the one to reach, where that is one of its own unit.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str, goal: Goal) -> Self {
        let reference = match goal {
            Goal::AtMost(limit) | Goal::AtLeast(limit) => Some(limit).filter(|limit| *limit > 0.0),
            Goal::RatioAtLeast(_) | Goal::RatioAtMost(_) | Goal::None => None,
        };
        let ratio = reference.map(|reference| value / reference);
        Self { name: name.into(), value, unit, reference, ratio, database: None, goal }
    }

    /// Measured beside another.
    pub fn against(mut self, reference: f64, ratio: f64) -> Self {
        (self.reference, self.ratio) = (Some(reference), Some(ratio));
        self
    }

    /// Measured on this database.
    pub fn on(mut self, database: &'static str) -> Self {
        self.database = Some(database);
        self
    }

    fn is_reached(&self) -> Option<bool> {
        match self.goal {
            Goal::AtMost(limit) => Some(self.value <= limit),
            Goal::AtLeast(limit) => Some(self.value >= limit),
            Goal::RatioAtLeast(limit) => Some(self.ratio? >= limit),
            Goal::RatioAtMost(limit) => Some(self.ratio? <= limit),
            Goal::None => None,
        }
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "value": rounded(self.value),
            "unit": self.unit,
            "reference": self.reference.map(rounded),
            "ratio": self.ratio.map(rounded),
            "database": self.database,
            "goal": self.goal.to_string(),
            "reached": self.is_reached(),
        })
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |value: Option<f64>| value.map(|value| rounded(value).to_string()).unwrap_or_default();
        let reached = match self.is_reached() {
            Some(true) => "reached",
            Some(false) => "MISSED",
            None => "",
        };
        let (name, database) = (&self.name, self.database.unwrap_or(""));
        let (value, reference, ratio) = (shown(Some(self.value)), shown(self.reference), shown(self.ratio));
        let (unit, goal) = (self.unit, self.goal.to_string());
        write!(
            f,
            "{name:<26} {database:<10} {value:>10} {unit:<14} {reference:>10} {ratio:>8}  {goal:<13} {reached}"
        )
    }
}

/// To four digits: more would be noise.
fn rounded(value: f64) -> f64 {
    if value == 0.0 {
        return value;
    }
    let places = 3.0 - value.abs().log10().floor();
    let factor = 10_f64.powf(places);
    if places <= 0.0 { value.round() } else { (value * factor).round() / factor }
}

/// Prints figures as they come.
#[derive(Debug)]
pub struct Report {
    is_json: bool,
    only: String,
    missed: Vec<Figure>,
}

impl Report {
    /// A report of the figures whose names begin so.
    pub fn new(is_json: bool, only: String) -> Self {
        if !is_json {
            println!(
                "{:<26} {:<10} {:>10} {:<14} {:>10} {:>8}  to reach",
                "name", "database", "value", "unit", "reference", "ratio"
            );
        }
        Self { is_json, only, missed: Vec::new() }
    }

    /// Adds a figure, if it is asked for.
    pub fn add(&mut self, figure: Figure) {
        if !figure.name.starts_with(&self.only) {
            return;
        }
        if self.is_json {
            println!("{}", figure.json());
        } else {
            println!("{figure}");
        }
        if figure.is_reached() == Some(false) {
            self.missed.push(figure);
        }
    }

    /// Says what was missed. What must not happen at all, and did, is an error.
    pub fn end(&self) -> crate::Result<()> {
        match &self.missed[..] {
            _ if self.is_json => {}
            [] => println!("Every figure is reached."),
            missed => {
                let names = missed.iter().map(|figure| {
                    format!("{} {}", figure.name, figure.database.unwrap_or("")).trim_end().to_owned()
                });
                println!("Missed: {}.", names.collect::<Vec<_>>().join(", "));
            }
        }
        let never = |figure: &&Figure| matches!(figure.goal, Goal::AtMost(limit) if limit == 0.0);
        match self.missed.iter().find(never) {
            Some(figure) => Err(format!("{} is {} and must be 0", figure.name, figure.value).into()),
            None => Ok(()),
        }
    }
}

/// The value below which this part of them lies; they are sorted by it.
pub fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let at = ((values.len().saturating_sub(1)) as f64 * part).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// The one in the middle.
pub fn median(values: &mut [f64]) -> f64 {
    quantile(values, 0.5)
}
