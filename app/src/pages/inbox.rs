//! What awaits one's offices, by date; each line can be marked as dealt with.

use super::{agreements::name_of, done, page, query_string, refusal, title};
use crate::{
    desk::{
        Desk,
        inbox::{self, DealForm, Inbox, InboxQuery, Shown},
        kept, read_query,
    },
    error::AppError,
    texts::Texts,
    ui::*,
};
use domain::{
    inbox::{Item, ItemKind},
    lang::Lang,
    partial_date::show_day,
};
use leptos::prelude::*;
use store::{inbox::InboxItem, institution::Names};

/// `/:lang/inbox`.
#[component]
pub fn InboxPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let query: InboxQuery = read_query(&desk.visit.query);
        let inbox = inbox::inbox(&desk, &query).await?;
        let kept = kept::<DealForm>(&desk, "/inbox").await?;
        Ok(show(&desk, inbox, kept.and_then(|kept| kept.error).as_ref()))
    })
}

fn show(desk: &Desk, inbox: Inbox, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    // What is gone in the meantime can no more be dealt with.
    let error = error.map(|error| match error {
        AppError::Invalid { .. } => AppError::Conflict,
        other => other.clone(),
    });
    let count = i64::try_from(inbox.items.len()).unwrap_or(i64::MAX);
    let count = match inbox.shown {
        Shown::Open => t.counted(count, t.inbox_thing(), t.inbox_things()),
        Shown::Dealt => t.counted(count, t.inbox_thing_dealt(), t.inbox_things_dealt()),
        Shown::All => t.counted(count, t.inbox_thing_any(), t.inbox_things_any()),
    };
    // Where on the server is for administrators to know.
    let no_mail = desk.state.mail_folder.is_some().then(|| {
        view! { <p class="quiet-text small-text">{t.no_mail()}</p> }
    });
    let filters = filters(desk, &inbox);
    let body = if inbox.items.is_empty() {
        view! { <EmptyState title=t.inbox_empty_title() text=t.inbox_empty_text() /> }.into_any()
    } else {
        table(desk, inbox)
    };
    view! {
        {title(t.inbox())}
        <PageHeader title=t.inbox() lead=t.inbox_lead() />
        {done(desk, &[("dealt", t.done_dealt()), ("undealt", t.done_undealt())])}
        {refusal(t, error.as_ref(), "")}
        <div class="bar-above">
            <p>
                <strong>{count}</strong>
            </p>
            {filters}
        </div>
        {body}
        {no_mail}
    }
    .into_any()
}

fn address(desk: &Desk, kind: Option<ItemKind>, shown: Shown) -> String {
    let state = if shown == Shown::default() { "" } else { shown.code() };
    desk.href(&format!(
        "/inbox{}",
        query_string(&[("kind", kind.map_or("", ItemKind::code)), ("state", state)])
    ))
}

/// Which kinds, and whether dealt with: links, as orders of a list are.
fn filters(desk: &Desk, inbox: &Inbox) -> AnyView {
    let t = Texts(desk.lang());
    let link = |label: &'static str, kind, shown| {
        let href = address(desk, kind, shown);
        let here = ((kind, shown) == (inbox.kind, inbox.shown)).then_some("true");
        view! { <li><a href=href aria-current=here>{label}</a></li> }
    };
    let kinds = std::iter::once(None).chain(ItemKind::ALL.iter().copied().map(Some));
    let kinds = kinds
        .map(|kind| link(kind.map_or(t.inbox_all(), |kind| t.item_kind(kind)), kind, inbox.shown))
        .collect_view();
    let states = Shown::ALL.map(|shown| {
        let label = match shown {
            Shown::Open => t.inbox_open(),
            Shown::Dealt => t.inbox_dealt(),
            Shown::All => t.inbox_all(),
        };
        link(label, inbox.kind, shown)
    });
    view! {
        <nav class="sorts" aria-label=t.inbox_kinds()>
            <ul>{kinds}</ul>
        </nav>
        <nav class="sorts" aria-label=t.inbox_states()>
            <ul>{states.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

fn table(desk: &Desk, inbox: Inbox) -> AnyView {
    let t = Texts(desk.lang());
    let columns = vec![
        Column::date(t.inbox_day()),
        Column::text(t.inbox_what()),
        Column::text(t.inbox_office()),
        Column::text(t.inbox_act()).unseen(),
    ];
    let Inbox { items, names, kind, shown, .. } = inbox;
    let rows = items.into_iter().map(|item| row(desk, &item, &names, kind, shown)).collect::<Vec<_>>();
    view! { <Table id="inbox" caption=t.inbox() caption_unseen=true columns=columns rows=rows fold=true /> }
        .into_any()
}

fn row(desk: &Desk, item: &InboxItem, names: &Names, kind: Option<ItemKind>, shown: Shown) -> Row {
    let t = Texts(desk.lang());
    let lang = desk.lang();
    let day = show_day(item.item.day(), lang);
    let (subject, subject_lang, href) = subject(desk, item, names);
    let (words, day) = match item.item {
        Item::Awaited { what, .. } => (t.item_awaited(what).to_owned(), t.item_since(&day)),
        Item::Deadline { kind, months, .. } => (t.item_deadline(kind, months), day),
        Item::Commitment { call, .. } => (t.item_commitment(call).to_owned(), day),
        Item::Ended { ending, .. } => (t.item_ended(ending).to_owned(), day),
        Item::Gap { year, .. } => (t.item_gap(&year.to_string()), day),
        Item::Nomination { what, .. } => {
            let about = item.nomination.map(|about| {
                let [home, host] = [about.home, about.host].map(|id| name_of(names, id, lang));
                t.item_request(what, (about.state, about.answer_by), [&home, &host])
            });
            (about.unwrap_or_default(), t.item_since(&day))
        }
    };
    let dealt = item.dealt.as_ref().map(|dealt| {
        view! { <p class="under">{t.inbox_dealt_by(&dealt.name, &t.moment(dealt.at))}</p> }
    });
    let is_dealt = item.dealt.is_some();
    let (act, label, name) = if is_dealt {
        ("undo", t.inbox_undo_of(&subject), t.inbox_undo())
    } else {
        ("deal", t.inbox_is_dealt_of(&subject), t.inbox_is_dealt())
    };
    let institution = item.institution.to_string();
    let word = item.item.to_string();
    Row::new()
        .cell(day)
        .cell(view! {
            <a class="row-link" href=href lang=subject_lang>
                {subject}
            </a>
            <p class="under">{words}</p>
            {dealt}
        })
        .cell(name_of(names, item.institution, lang))
        .cell(view! {
            <form method="post" action="/api/deal_with_inbox">
                <input type="hidden" name="lang" value=lang.code() />
                <input type="hidden" name="institution" value=institution />
                <input type="hidden" name="item" value=word />
                <input type="hidden" name="act" value=act />
                <input type="hidden" name="kind" value=kind.map_or("", ItemKind::code) />
                <input type="hidden" name="state" value=shown.code() />
                <Button kind=ButtonKind::Quiet small=true label=label>
                    {name}
                </Button>
            </form>
        })
}

/// What a line is about, the language of those words where it is another, and its address.
fn subject(desk: &Desk, item: &InboxItem, names: &Names) -> (String, Option<&'static str>, String) {
    let lang = desk.lang();
    match item.item {
        Item::Gap { partner, .. } => {
            (name_of(names, partner, lang), None, desk.href(&format!("/institutions/{partner}")))
        }
        Item::Nomination { nomination, .. } => {
            let [name, _] = &item.titles;
            (name.clone(), None, desk.href(&format!("/nominations/{nomination}")))
        }
        Item::Awaited { agreement, .. }
        | Item::Deadline { agreement, .. }
        | Item::Commitment { agreement, .. }
        | Item::Ended { agreement, .. } => {
            let [fr, en] = &item.titles;
            let (own, other) = match lang {
                Lang::Fr => (fr, en),
                Lang::En => (en, fr),
            };
            let is_other = own.is_empty();
            let words = if is_other { other } else { own };
            let anchor = if item.item.kind() == ItemKind::Commitment { "#commitments" } else { "" };
            let href = desk.href(&format!("/agreements/{agreement}{anchor}"));
            (words.clone(), is_other.then_some(lang.other().code()), href)
        }
    }
}
