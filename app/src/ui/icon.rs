//! Drawings of one line on a grid of 20, in the colour of the text around them.

use leptos::prelude::*;

/// What an [`Icon`] shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each says what it draws")]
pub enum Glyph {
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    ArrowUp,
    Building,
    Calendar,
    Check,
    ChevronDown,
    Clock,
    Close,
    Contrast,
    Document,
    Download,
    External,
    Filter,
    Globe,
    Info,
    Logo,
    Mail,
    Menu,
    Moon,
    Pen,
    People,
    Plus,
    Print,
    Search,
    Sun,
    Trash,
    User,
    Warning,
}

impl Glyph {
    /// All of them, in the order of their names.
    pub const ALL: [Self; 30] = [
        Self::ArrowDown,
        Self::ArrowLeft,
        Self::ArrowRight,
        Self::ArrowUp,
        Self::Building,
        Self::Calendar,
        Self::Check,
        Self::ChevronDown,
        Self::Clock,
        Self::Close,
        Self::Contrast,
        Self::Document,
        Self::Download,
        Self::External,
        Self::Filter,
        Self::Globe,
        Self::Info,
        Self::Logo,
        Self::Mail,
        Self::Menu,
        Self::Moon,
        Self::Pen,
        Self::People,
        Self::Plus,
        Self::Print,
        Self::Search,
        Self::Sun,
        Self::Trash,
        Self::User,
        Self::Warning,
    ];

    const fn path(self) -> &'static str {
        match self {
            Self::ArrowDown => "M10 4v12M5 11l5 5 5-5",
            Self::ArrowLeft => "M16 10H4M9 5l-5 5 5 5",
            Self::ArrowRight => "M4 10h12M11 5l5 5-5 5",
            Self::ArrowUp => "M10 16V4M5 9l5-5 5 5",
            Self::Building => "M2.5 17h15M4 17V8l6-4 6 4v9M7.5 17v-6M10 17v-6M12.5 17v-6",
            Self::Calendar => "M3.5 5h13v11.5h-13zM3.5 8.5h13M7 3v3.5M13 3v3.5",
            Self::Check => "M4 10.5l4 4 8-9",
            Self::ChevronDown => "M5 7.5l5 5 5-5",
            Self::Clock => "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15M10 6v4l3 2",
            Self::Close => "M5 5l10 10M15 5L5 15",
            Self::Contrast => "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15v15M12.5 5v10M15 7v6",
            Self::Document => "M5 2.5h6.5L15.5 6.5v11H5zM11.5 2.5v4h4M7.5 10.5h5.5M7.5 13.5h5.5",
            Self::Download => "M10 3v9M6 8.5l4 4 4-4M3.5 16.5h13",
            Self::External => "M11.5 3.5h5v5M16.5 3.5L9 11M8 4.5H3.5v12h12V12",
            Self::Filter => "M3 5.5h14M5.5 10h9M8 14.5h4",
            Self::Globe => {
                "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15c-4.5 4.5-4.5 10.5 0 15 4.5-4.5 4.5-10.5 0-15M2.5 10h15"
            }
            Self::Info => "M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15M10 9v5M10 6v.3",
            Self::Logo => "M8.5 4.5a5.5 5.5 0 1 0 0 11M11.5 15.5a5.5 5.5 0 1 0 0-11M6 10h8",
            Self::Mail => "M2.5 4.5h15v11h-15zM2.5 5.5l7.5 6 7.5-6",
            Self::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Self::Moon => "M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z",
            Self::Pen => "M3.5 16.5l1-4L13.5 3.5a2.1 2.1 0 0 1 3 3L7.5 15.5zM11.5 5.5l3 3",
            Self::People => {
                "M7.5 9.5a3 3 0 1 1 0-6 3 3 0 0 1 0 6M2 16.5c0-6 11-6 11 0M13 3.8a3 3 0 0 1 0 5.4M15 12.3c2 .7 3 2.2 3 4.2"
            }
            Self::Plus => "M10 4v12M4 10h12",
            Self::Print => "M6 7V3h8v4M6 14H3V7h14v7h-3M6 11.5h8V17H6z",
            Self::Search => "M8.5 3a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M12.5 12.5L17 17",
            Self::Sun => {
                "M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M15.7 4.3l-1.1 1.1M5.4 14.6l-1.1 1.1"
            }
            Self::Trash => "M3.5 5.5h13M8 5.5V3h4v2.5M5 5.5L6 17h8l1-11.5M8.5 8.5v5.5M11.5 8.5v5.5",
            Self::User => "M10 10a3.5 3.5 0 1 1 0-7 3.5 3.5 0 0 1 0 7M3.5 17c0-7 13-7 13 0",
            Self::Warning => "M10 3L18 16.5H2zM10 8v4M10 14.2v.1",
        }
    }
}

/// A drawing beside words. It is never read aloud: the words beside it say the same.
#[component]
pub fn Icon(
    /// What it shows.
    name: Glyph,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
            <path
                d=name.path()
                fill="none"
                stroke="currentColor"
                stroke-width="1.6"
                stroke-linecap="round"
                stroke-linejoin="round"
            ></path>
        </svg>
    }
}
