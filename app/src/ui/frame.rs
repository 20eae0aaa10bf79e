//! What stands around every page.

use super::{Glyph, Icon, Words};
use leptos::children::ViewFnOnce;
use leptos::prelude::*;

/// The first link of a page: past the frame, to what the page is for.
#[component]
pub fn SkipLink(
    /// Its words.
    #[prop(into)]
    label: String,
    /// Id of the `main` element.
    #[prop(default = "main".to_owned(), into)]
    target: String,
) -> impl IntoView {
    let mut address = target;
    address.insert(0, '#');
    view! { <a class="skip" href=address>{label}</a> }
}

/// Name, words, search, language, theme, account. Below 900 px words and account fold behind one handle.
#[component]
pub fn TopBar(
    /// Address of the first page.
    #[prop(into)]
    home: String,
    /// Name of the registry.
    #[prop(into)]
    name: String,
    /// What the words are, for those who hear them.
    #[prop(into)]
    nav_label: String,
    /// Address, wording, and whether the page is within it, for each word.
    nav: Vec<(String, String, bool)>,
    /// Words of the handle on a phone, such as "Menu".
    #[prop(into)]
    fold_label: String,
    /// A [`SearchBox`](super::SearchBox).
    #[prop(into, optional)]
    search: Option<ViewFnOnce>,
    /// Wording, address and language tag of this page in the other language.
    language: (String, String, &'static str),
    /// A [`ThemeForm`].
    #[prop(into, optional)]
    theme: Option<ViewFnOnce>,
    /// Address and wording of each link to what is one's own.
    #[prop(optional)]
    account: Vec<(String, String)>,
) -> impl IntoView {
    let (language, language_href, tag) = language;
    let links = |account: Vec<(String, String)>| {
        account.into_iter().map(|(href, label)| view! { <li><a href=href>{label}</a></li> }).collect_view()
    };
    let words = |nav: Vec<(String, String, bool)>| {
        nav.into_iter()
            .map(|(href, label, here)| {
                view! { <li><a href=href aria-current=here.then_some("page")>{label}</a></li> }
            })
            .collect_view()
    };
    view! {
        <header class="topbar">
            <div class="bar">
                <a class="name" href=home>
                    <Icon name=Glyph::Logo />
                    {name}
                </a>
                {search.map(ViewFnOnce::run)}
                <div class="tools">
                    <a href=language_href lang=tag hreflang=tag>
                        <span class="full">{language}</span>
                        <span class="brief" aria-hidden="true">{tag}</span>
                    </a>
                    {theme.map(ViewFnOnce::run)}
                    {(!account.is_empty())
                        .then(|| view! { <ul class="account">{links(account.clone())}</ul> })}
                </div>
                <nav class="words" aria-label=nav_label.clone()>
                    <ul class="list">{words(nav.clone())}</ul>
                </nav>
                <details class="fold">
                    <summary>
                        <Icon name=Glyph::Menu />
                        {fold_label}
                    </summary>
                    <nav aria-label=nav_label>
                        <ul class="list">{words(nav)}{links(account)}</ul>
                    </nav>
                </details>
            </div>
        </header>
    }
    .into_any()
}

/// Three buttons: the theme of the system, light, dark. Sends `theme` and `back`.
#[component]
pub fn ThemeForm(
    /// Where it is sent, by `post`.
    #[prop(into)]
    action: String,
    /// What it is about, for those who hear it.
    #[prop(into)]
    label: String,
    /// The theme now: `auto`, `light` or `dark`.
    #[prop(default = "auto")]
    now: &'static str,
    /// Wording of the three: of the system, light, dark.
    names: [String; 3],
    /// Address to come back to.
    #[prop(into, optional)]
    back: Words,
) -> impl IntoView {
    let choices = [("auto", Glyph::Contrast), ("light", Glyph::Sun), ("dark", Glyph::Moon)];
    let buttons = choices
        .into_iter()
        .zip(names)
        .map(|((value, glyph), name)| {
            view! {
                <button
                    type="submit"
                    name="theme"
                    value=value
                    title=name.clone()
                    aria-label=name
                    aria-pressed=if value == now { "true" } else { "false" }
                >
                    <Icon name=glyph />
                </button>
            }
        })
        .collect_view();
    view! {
        <form class="theme" method="post" action=action aria-label=label>
            {back.into_text().map(|back| view! { <input type="hidden" name="back" value=back /> })}
            {buttons}
        </form>
    }
    .into_any()
}

/// The line under every page.
#[component]
pub fn Footer(
    /// What this is, in one line.
    #[prop(into)]
    text: String,
    /// What the links are, for those who hear them.
    #[prop(into)]
    nav_label: String,
    /// Address and wording of each link.
    links: Vec<(String, String)>,
) -> impl IntoView {
    view! {
        <footer class="footer">
            <div class="bar">
                <p>{text}</p>
                <nav aria-label=nav_label>
                    <ul class="list">
                        {links
                            .into_iter()
                            .map(|(href, label)| view! { <li><a href=href>{label}</a></li> })
                            .collect_view()}
                    </ul>
                </nav>
            </div>
        </footer>
    }
    .into_any()
}
