//! The document around every page: its head, the bar above, the line below.

use crate::{
    desk::{AppState, Desk, href, imports, inbox, nominations},
    islands::Shortcuts,
    texts::Texts,
    ui::{DemoBanner, Footer, SearchBox, SkipLink, ThemeForm, TopBar},
};
use domain::{
    access::{ReadInbox, WatchSeats, decide},
    lang::Lang,
};
use leptos::{config::LeptosOptions, hydration::HydrationScripts, prelude::*};
use leptos_meta::{Meta, MetaTags, Title};
use store::registry::Registry;

/// The document. Scripts stand in every head; the server takes them out where a page has no islands.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let desk = Desk::find();
    let lang = desk.as_ref().map(Desk::lang).unwrap_or_default();
    let theme = desk.as_ref().map(|desk| desk.visit.theme).unwrap_or_default();
    let has_scripts = !options.output_name.is_empty();
    view! {
        <!DOCTYPE html>
        <html lang=lang.code() data-theme=theme.code()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {desk.as_ref().map(|desk| files(&desk.state))}
                {desk.as_ref().map(addresses)}
                {has_scripts.then(|| view! { <HydrationScripts options=options islands=true /> })}
                <MetaTags />
            </head>
            <body>
                <crate::routes::App />
            </body>
        </html>
    }
}

/// Style, fonts, icon.
fn files(state: &AppState) -> impl IntoView + use<> {
    let style = (!state.style.is_empty()).then(|| {
        let href = format!("/pkg/{}", state.style);
        view! { <link rel="stylesheet" href=href /> }
    });
    let fonts = state
        .fonts
        .iter()
        .map(|font| {
            let href = font.clone();
            view! { <link rel="preload" r#as="font" r#type="font/woff2" href=href crossorigin="" /> }
        })
        .collect_view();
    view! {
        {fonts}
        {style}
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    }
}

/// Where this page is, and where it is in the other language.
fn addresses(desk: &Desk) -> impl IntoView + use<> {
    let here = &desk.visit.path;
    let below = below_lang(here);
    let address = |path: &str| format!("{}{path}", desk.state.public_url);
    let alternates = below.map(|below| {
        Lang::ALL
            .map(|lang| {
                let href = address(&href(lang, below));
                view! { <link rel="alternate" hreflang=lang.code() href=href /> }
            })
            .collect_view()
    });
    view! {
        <link rel="canonical" href=address(here) />
        {alternates}
    }
}

/// What follows the language in a path: `/agreements` of `/fr/agreements`.
pub fn below_lang(path: &str) -> Option<&str> {
    let rest = path.strip_prefix('/')?;
    let end = rest.find('/').unwrap_or(rest.len());
    Lang::from_code(&rest[..end]).map(|_| &rest[end..])
}

/// The title and the description of a page: every page says them, once.
#[component]
pub fn PageMeta(
    /// What the tab, the heading and the breadcrumb say.
    #[prop(into)]
    title: String,
    /// One sentence for those who have not opened it yet.
    #[prop(into, optional)]
    description: Option<String>,
) -> impl IntoView {
    let texts = Texts(Desk::current().lang());
    let description = description.unwrap_or_else(|| texts.tagline().to_owned());
    let name = texts.name();
    let (title, rest) = if title == name { (title, texts.tagline()) } else { (title, name) };
    let text = title + " · " + rest;
    view! {
        <Title text=text />
        <Meta name="description" content=description />
    }
}

/// What stands around the body of a page.
#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let desk = Desk::current();
    let texts = Texts(desk.lang());
    // Where one only signs in, nothing is to be listened to: such a page loads no script.
    let listens = below_lang(&desk.visit.path).is_some_and(|below| !is_entrance(below));
    let is_demo = use_context::<Registry>().is_some_and(|registry| registry.holds_demo);
    view! {
        <SkipLink label=texts.skip_to_content() />
        {listens.then(|| view! { <Shortcuts /> })}
        {counted_bar(&desk, texts)}
        {is_demo.then(|| view! { <DemoBanner text=texts.demo_banner() /> })}
        <main id="main" class="page" tabindex="-1">
            {children()}
        </main>
        <Footer
            text=texts.footer_about()
            nav_label=texts.footer_navigation()
            links=vec![("/api/openapi.json".to_owned(), texts.footer_api().to_owned())]
        />
    }
    .into_any()
}

/// The bar; for those who have an inbox, with how much is in it, and for those who have nominations with the word that leads there
/// and how many await the student.
fn counted_bar(desk: &Desk, texts: Texts) -> AnyView {
    if desk.actor().person().is_none() {
        return bar(desk, texts, None, None).into_any();
    }
    let desk = desk.clone();
    view! {
        <Suspense>
            {Suspend::new(async move {
                let has_inbox = decide(desk.actor(), ReadInbox).is_ok();
                let count = if has_inbox { Some(inbox::count(&desk).await.unwrap_or(0)) } else { None };
                // A page is not refused because its frame cannot ask.
                let awaiting = nominations::awaiting(&desk).await.unwrap_or(None);
                bar(&desk, texts, count, awaiting)
            })}
        </Suspense>
    }
    .into_any()
}

fn bar(desk: &Desk, texts: Texts, inbox: Option<usize>, nominations: Option<i64>) -> impl IntoView + use<> {
    let below = below_lang(&desk.visit.path).unwrap_or("").to_owned();
    let within =
        |path: &str| below == path || below.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
    let word = |path: &str, label: &str| (desk.href(path), label.to_owned(), within(path));
    let mut nav = vec![
        word("/agreements", texts.agreements()),
        word("/institutions", texts.institutions()),
        word("/exchanges", texts.exchanges()),
    ];
    if let Some(awaiting) = nominations {
        let label = match awaiting {
            0 => texts.nominations().to_owned(),
            _ => texts.nominations_counted(awaiting),
        };
        nav.push(word("/nominations", &label));
    }
    if decide(desk.actor(), WatchSeats).is_ok() {
        nav.push(word("/seats", texts.seats()));
    }
    if let Some(count) = inbox {
        let label = if count == 0 { texts.inbox().to_owned() } else { texts.inbox_counted(count) };
        nav.push(word("/inbox", &label));
    }
    if !imports::kinds(desk).is_empty() {
        nav.push(word("/admin/imports", texts.imports()));
    }
    if desk.actor().is_administrator() {
        nav.push(word("/admin/audit", texts.audit()));
        nav.push(word("/admin/mail", texts.mail()));
    }

    let query = match desk.visit.query.as_str() {
        "" => String::new(),
        query => format!("?{query}"),
    };
    let other = desk.lang().other();
    let language =
        (texts.other_language().to_owned(), format!("{}{query}", href(other, &below)), other.code());
    let back = format!("{}{query}", desk.href(&below));

    let account = if let Some(person) = desk.actor().person() {
        vec![(desk.href("/account"), person.name.clone())]
    } else {
        vec![(desk.href(&sign_in(desk)), texts.sign_in().to_owned())]
    };
    let results = desk.href("/search");
    let searched = below
        .eq("/search")
        .then(|| crate::desk::query_value(&desk.visit.query, "q"))
        .flatten()
        .unwrap_or_default();
    let search = move || {
        view! {
            <SearchBox
                action=results
                label=texts.search()
                placeholder=texts.search_hint()
                hint="/"
                value=searched
            />
        }
    };
    let now = desk.visit.theme.code();
    let theme = move || {
        let names = [texts.theme_auto(), texts.theme_light(), texts.theme_dark()].map(str::to_owned);
        view! { <ThemeForm action="/api/set_preferences" label=texts.theme() now=now names=names back=back /> }
    };
    view! {
        <TopBar
            home=desk.href("")
            name=texts.name()
            nav_label=texts.main_navigation()
            nav=nav
            fold_label=texts.menu()
            search=search
            language=language
            theme=theme
            account=account
        />
    }
}

/// Whether a path, below the language, is where one comes in.
fn is_entrance(below: &str) -> bool {
    below.starts_with("/sign-in") || below.starts_with("/link/")
}

/// Where one signs in to come back to this page; `path` below the language.
pub fn sign_in(desk: &Desk) -> String {
    let visit = &desk.visit;
    let is_sign_in = below_lang(&visit.path).is_none_or(|below| below.starts_with("/sign-in"));
    if is_sign_in {
        return "/sign-in".to_owned();
    }
    let mut page = visit.path.clone();
    if !visit.query.is_empty() {
        page.push('?');
        page.push_str(&visit.query);
    }
    let next: String = url::form_urlencoded::byte_serialize(page.as_bytes()).collect();
    format!("/sign-in?next={next}")
}
