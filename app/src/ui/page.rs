//! The pieces of a page's body, from its title down.

use super::Words;
use super::words::classes;
use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// The title of a page: what its tab and its breadcrumb say too.
#[component]
pub fn PageHeader(
    /// The title.
    #[prop(into)]
    title: String,
    /// The kind of thing this is, above the title.
    #[prop(into, optional)]
    eyebrow: Words,
    /// One sentence under the title.
    #[prop(into, optional)]
    lead: Words,
    /// Buttons and links at the right.
    #[prop(into, optional)]
    actions: Option<ViewFnOnce>,
    /// Badges and facts under the title.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="heading">
            <div class="words">
                {eyebrow.into_text().map(|text| view! { <p class="eyebrow">{text}</p> })}
                <h1>{title}</h1>
                {lead.into_text().map(|text| view! { <p class="lead">{text}</p> })}
                {children.map(|children| view! { <div class="cluster">{children()}</div> })}
            </div>
            {actions.map(|actions| view! { <div class="actions">{actions.run()}</div> })}
        </header>
    }
    .into_any()
}

/// The way down to a deep page.
#[component]
pub fn Breadcrumbs(
    /// What the list is, for those who hear it.
    #[prop(into)]
    label: String,
    /// Address and title of each page above, from the top.
    trail: Vec<(String, String)>,
    /// Title of this page.
    #[prop(into)]
    here: String,
) -> impl IntoView {
    view! {
        <nav class="crumbs" aria-label=label>
            <ol class="trail">
                {trail
                    .into_iter()
                    .map(|(href, title)| view! { <li><a href=href>{title}</a></li> })
                    .collect_view()}
                <li><span aria-current="page">{here}</span></li>
            </ol>
        </nav>
    }
}

/// A part of a page under its own title, with an address of its own.
#[component]
pub fn Section(
    /// What the address of the part ends with, after `#`.
    #[prop(into)]
    id: String,
    /// The title.
    #[prop(into)]
    title: String,
    /// What to write beside the title: a count, a link.
    #[prop(into, optional)]
    aside: Option<ViewFnOnce>,
    /// The part itself.
    children: Children,
) -> impl IntoView {
    let title_id = format!("{id}-title");
    let address = format!("#{id}");
    view! {
        <section class="section" id=id aria-labelledby=title_id>
            <div class="title">
                <h2>
                    <span id=title_id.clone()>{title}</span>
                    <a class="anchor" href=address aria-labelledby=title_id.clone()>
                        "#"
                    </a>
                </h2>
                {aside.map(|aside| view! { <div class="cluster">{aside.run()}</div> })}
            </div>
            {children()}
        </section>
    }
    .into_any()
}

/// A framed group of facts.
#[component]
pub fn Panel(
    /// The title, if it needs one.
    #[prop(into, optional)]
    title: Words,
    /// Level of the title in the outline of the page, 2 to 4.
    #[prop(default = 2)]
    level: u8,
    /// What to write beside the title.
    #[prop(into, optional)]
    aside: Option<ViewFnOnce>,
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let heading = title.into_text().map(|text| match level {
        3 => view! { <h3>{text}</h3> }.into_any(),
        4 => view! { <h4>{text}</h4> }.into_any(),
        _ => view! { <h2>{text}</h2> }.into_any(),
    });
    view! {
        <div class="panel">
            {heading
                .map(|heading| {
                    view! {
                        <div class="title">
                            {heading}
                            {aside.map(|aside| view! { <div class="cluster">{aside.run()}</div> })}
                        </div>
                    }
                })}
            <div class="body">{children()}</div>
        </div>
    }
    .into_any()
}

/// Panels side by side where there is room, else one under the other.
#[component]
pub fn Columns(
    /// The first takes two thirds, the second one third.
    #[prop(optional)]
    aside: bool,
    /// The panels.
    children: Children,
) -> impl IntoView {
    view! { <div class=classes(&["columns", if aside { "aside" } else { "" }])>{children()}</div> }
}
