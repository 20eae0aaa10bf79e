//! From the first day to the last, and where we are.

use leptos::prelude::*;

/// What a mark on a period stands for; each has a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// Today: a full disc.
    Today,
    /// Last day to give notice: a diamond.
    Notice,
    /// Another day that matters: an open disc.
    Other,
}

/// A day on a period.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodMark {
    /// What it stands for.
    pub kind: MarkKind,
    /// Where it stands, from 0 (the first day) to 1 (the last); held within.
    pub at: f64,
    /// What it says, such as "aujourd'hui" or "préavis avant le 1 septembre 2025".
    pub label: String,
}

impl PeriodMark {
    /// A mark.
    pub fn new(kind: MarkKind, at: f64, label: impl Into<String>) -> Self {
        Self { kind, at, label: label.into() }
    }
}

/// A period drawn to scale: its two ends, what has gone by, and its marks, all said in words too.
#[component]
pub fn PeriodBar(
    /// The first day, such as "17 avril 2021".
    #[prop(into)]
    starts: String,
    /// The last day, or that there is none.
    #[prop(into)]
    ends: String,
    /// How much has gone by, from 0 to 1.
    gone: f64,
    /// The marks, in order.
    #[prop(optional)]
    marks: Vec<PeriodMark>,
) -> impl IntoView {
    let drawn = marks
        .iter()
        .map(|mark| {
            view! {
                <svg x=percent(mark.at) y="10" width="1" height="1" overflow="visible">
                    <Shape kind=mark.kind />
                </svg>
            }
        })
        .collect_view();
    let key = (!marks.is_empty()).then(|| {
        let items = marks
            .into_iter()
            .map(|mark| {
                view! {
                    <li>
                        <svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
                            <Shape kind=mark.kind />
                        </svg>
                        {mark.label}
                    </li>
                }
            })
            .collect_view();
        view! { <ul class="key">{items}</ul> }
    });
    view! {
        <div class="period">
            <svg width="100%" height="20" aria-hidden="true">
                <rect class="rail-line" x="0" y="7" width="100%" height="6" rx="3"></rect>
                <rect class="gone" x="0" y="7" width=percent(gone) height="6" rx="3"></rect>
                {drawn}
            </svg>
            <p class="ends">
                <span>{starts}</span>
                <span class="visually-hidden">" – "</span>
                <span>{ends}</span>
            </p>
            {key}
        </div>
    }
    .into_any()
}

#[component]
fn Shape(kind: MarkKind) -> impl IntoView {
    let (class, path) = match kind {
        MarkKind::Today => ("mark today", "M0-5a5 5 0 0 1 0 10A5 5 0 0 1 0-5z"),
        MarkKind::Notice => ("mark notice", "M0-6L6 0 0 6-6 0z"),
        MarkKind::Other => ("mark", "M0-4.5a4.5 4.5 0 0 1 0 9 4.5 4.5 0 0 1 0-9z"),
    };
    view! { <path class=class d=path></path> }
}

/// A share as an SVG length, with one decimal.
fn percent(share: f64) -> String {
    let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
    format!("{:.1}%", share * 100.0)
}
