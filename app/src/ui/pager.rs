//! The way through a long list.

use super::{Glyph, Icon, Words};
use leptos::prelude::*;

/// Links to the lines before and after. One that leads nowhere is not shown.
#[component]
pub fn Pager(
    /// What the links are for, for those who hear them.
    #[prop(into)]
    label: String,
    /// Where we are, such as "51 à 100 sur 214".
    #[prop(into, optional)]
    status: Words,
    /// Address of the lines before.
    #[prop(into, optional)]
    previous: Words,
    /// Its words.
    #[prop(into)]
    previous_label: String,
    /// Address of the lines after.
    #[prop(into, optional)]
    next: Words,
    /// Its words.
    #[prop(into)]
    next_label: String,
) -> impl IntoView {
    view! {
        <nav class="pager" aria-label=label>
            <p class="status">{status.into_text()}</p>
            <div class="links">
                {previous
                    .into_text()
                    .map(|href| {
                        view! {
                            <a class="button" rel="prev" href=href>
                                <Icon name=Glyph::ArrowLeft />
                                {previous_label}
                            </a>
                        }
                    })}
                {next
                    .into_text()
                    .map(|href| {
                        view! {
                            <a class="button" rel="next" href=href>
                                {next_label}
                                <Icon name=Glyph::ArrowRight />
                            </a>
                        }
                    })}
            </div>
        </nav>
    }
    .into_any()
}
