//! All that is wrong with a form, above it.

use super::{Glyph, Icon, field_id};
use leptos::prelude::*;

/// All that is wrong with a form, each line leading to its field. Shows nothing when nothing is wrong.
///
/// It takes the focus as the page opens, so that it is read first.
#[component]
pub fn ErrorSummary(
    /// What to say above the lines, such as "Trois champs sont à revoir".
    #[prop(into)]
    title: String,
    /// Path or id of each field, and what is wrong with it, in the order of the form.
    errors: Vec<(String, String)>,
) -> impl IntoView {
    (!errors.is_empty()).then(|| {
        view! {
            <div class="errors" id="error-summary" role="alert" tabindex="-1" autofocus>
                <h2>
                    <Icon name=Glyph::Warning />
                    {title}
                </h2>
                <ul>
                    {errors
                        .into_iter()
                        .map(|(field, message)| {
                            view! { <li><a href=format!("#{}", field_id(&field))>{message}</a></li> }
                        })
                        .collect_view()}
                </ul>
            </div>
        }
    })
}
