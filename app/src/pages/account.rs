//! One's own account: profile, password, sessions, tokens.

use super::{Faults, done, page, refusal, title};
use crate::{
    desk::{
        Desk,
        accounts::{self, OwnAccount, OwnForm, TOKEN_DAYS},
        cookies, kept, query_value,
    },
    error::AppError,
    texts::Texts,
    ui::{
        Actions, Button, ButtonKind, Checkbox, Choice, Column, Fact, Field, KeyValues, Notice, PageHeader,
        RadioGroup, Row, Section, Select, Table, Tag, Tone, Width,
    },
};
use domain::{account::TokenScope, lang::Lang};
use leptos::prelude::*;
use store::{session::Session, token::Token};

/// `/:lang/account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    let desk = Desk::current();
    let has_new = query_value(&desk.visit.query, "done").as_deref() == Some("token_created");
    let secret = has_new.then(|| cookies::take_once(&desk.state.sessions)).flatten();
    page(async move {
        let own = accounts::own_account(&desk).await?;
        let kept = kept::<OwnForm>(&desk, "/account").await?;
        let (form, error) = kept.map_or_else(Default::default, |kept| (kept.form, kept.error));
        Ok(show(&desk, own, secret, form, error.as_ref()))
    })
}

fn show(
    desk: &Desk,
    own: OwnAccount,
    secret: Option<String>,
    form: OwnForm,
    error: Option<&AppError>,
) -> impl IntoView + use<> {
    let t = Texts(desk.lang());
    let done = done(
        desk,
        &[
            ("password_changed", t.done_password_changed()),
            ("session_ended", t.done_session_ended()),
            ("token_revoked", t.done_token_revoked()),
            ("reminders", t.done_reminders()),
        ],
    );
    view! {
        {title(t.account())}
        <PageHeader
            title=t.account()
            lead=t.account_lead()
            actions=sign_out(desk)
        />
        {done}
        {secret.map(|secret| shown_once(t.token_once_title(), t.once_body(), t.token_label(), secret))}
        {refusal(t, error, "")}
        {profile(desk, &own)}
        {reminders(desk, &own)}
        {password(desk, &form, error)}
        {sessions(desk, own.sessions, own.present)}
        {tokens(desk, own.tokens, form, error)}
    }
}

/// The button that signs out.
fn sign_out(desk: &Desk) -> leptos::children::ViewFnOnce {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    leptos::children::ViewFnOnce::from(move || {
        view! {
            <form method="post" action="/api/sign_out">
                <input type="hidden" name="lang" value=lang />
                <Button>{t.sign_out()}</Button>
            </form>
        }
    })
}

/// A secret that is shown this once, in a field to copy it from.
pub(super) fn shown_once(
    heading: &'static str,
    body: &'static str,
    label: &'static str,
    secret: String,
) -> AnyView {
    view! {
        <Notice tone=Tone::Success title=heading live=true>
            <p>{body}</p>
            <Field name="once" label=label value=secret readonly=true autocomplete="off" />
        </Notice>
    }
    .into_any()
}

fn profile(desk: &Desk, own: &OwnAccount) -> AnyView {
    let t = Texts(desk.lang());
    let offices = own
        .offices
        .iter()
        .map(|office| {
            let href = desk.href(&format!("/institutions/{}", office.institution));
            let name = office.name.clone();
            view! {
                <li>
                    <a href=href>{name}</a>
                    " · "
                    {t.role(office.role)}
                </li>
            }
        })
        .collect_view();
    let offices = match (own.offices.is_empty(), own.account.is_administrator) {
        (true, true) => t.fact_administrator().into_any(),
        (true, false) => t.no_office().into_any(),
        (false, is_administrator) => view! {
            <ul class="plain">
                {is_administrator.then(|| view! { <li>{t.fact_administrator()}</li> })} {offices}
            </ul>
        }
        .into_any(),
    };
    let facts = vec![
        Fact::new(t.field_name(), own.account.name.clone()),
        Fact::new(t.field_email(), own.account.email.clone()),
        Fact::new(t.fact_offices(), offices),
    ];
    let languages = [(Lang::Fr, "Français"), (Lang::En, "English")];
    let languages = languages.map(|(lang, name)| (lang.code().to_owned(), name.to_owned()));
    let back = desk.href("/account");
    let selected = own.account.lang.code();
    view! {
        <Section id="profile" title=t.section_profile()>
            <KeyValues facts=facts />
            <form class="form" method="post" action="/api/set_preferences">
                <input type="hidden" name="back" value=back />
                <Select
                    name="lang"
                    label=t.field_language()
                    options=languages.to_vec()
                    selected=selected
                    width=Width::Half
                />
                <Actions>
                    <Button>{t.save_language()}</Button>
                </Actions>
            </form>
        </Section>
    }
    .into_any()
}

/// Whether one is reminded by mail; for those who belong to an office.
fn reminders(desk: &Desk, own: &OwnAccount) -> Option<AnyView> {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let wants_mail = own.wants_mail;
    let section = move || {
        view! {
            <Section id="reminders" title=t.section_reminders()>
                <form class="form" method="post" action="/api/set_reminders">
                    <input type="hidden" name="lang" value=lang />
                    <Checkbox name="wants_mail" label=t.wants_mail() checked=wants_mail />
                    <Actions>
                        <Button>{t.save_reminders()}</Button>
                    </Actions>
                </form>
            </Section>
        }
        .into_any()
    };
    (!own.offices.is_empty()).then(section)
}

fn password(desk: &Desk, form: &OwnForm, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let faults = Faults::of(t, error.filter(|_| form.form == "password"));
    let fields = new_password(t, &faults);
    view! {
        <Section id="password" title=t.section_password()>
            <form class="form" method="post" action="/api/change_password">
                <input type="hidden" name="lang" value=lang />
                <p class="quiet-text">{t.change_password_help()}</p>
                <Field
                    name="current"
                    label=t.field_current_password()
                    kind="password"
                    required=t.required()
                    error=faults.at("current")
                    autocomplete="current-password"
                />
                {fields}
                <Actions>
                    <Button kind=ButtonKind::Primary>{t.change_password()}</Button>
                </Actions>
            </form>
        </Section>
    }
    .into_any()
}

/// The two fields of a new password.
pub(super) fn new_password(t: Texts, faults: &Faults) -> AnyView {
    view! {
        <Field
            name="password"
            label=t.field_new_password()
            kind="password"
            help=t.field_new_password_help()
            required=t.required()
            error=faults.at("password")
            autocomplete="new-password"
        />
        <Field
            name="password_again"
            label=t.field_password_again()
            kind="password"
            required=t.required()
            error=faults.at("password_again")
            autocomplete="new-password"
        />
    }
    .into_any()
}

fn sessions(desk: &Desk, sessions: Vec<Session>, present: Option<domain::id::SessionId>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let has_others = sessions.iter().any(|session| Some(session.id) != present);
    let columns = vec![
        Column::text(t.column_browser()),
        Column::date(t.column_signed_in()),
        Column::date(t.column_seen()),
        Column::text(t.column_act()).unseen(),
    ];
    let rows = sessions.into_iter().map(|session| {
        let browser = t.browser(&session.agent);
        let label = t.end_session_of(&browser);
        let is_present = Some(session.id) == present;
        Row::new()
            .cell(view! {
                {browser}
                {is_present.then(|| view! { " " <Tag label=t.this_session() /> })}
            })
            .cell(t.moment(session.created_at))
            .cell(t.moment(session.seen_at))
            .cell(view! {
                <form method="post" action="/api/end_session">
                    <input type="hidden" name="lang" value=lang />
                    <input type="hidden" name="id" value=session.id.to_string() />
                    <Button kind=ButtonKind::Quiet small=true label=label>
                        {t.end_session()}
                    </Button>
                </form>
            })
    });
    let rows: Vec<Row> = rows.collect();
    let others = has_others.then(|| {
        view! {
            <form method="post" action="/api/end_other_sessions">
                <input type="hidden" name="lang" value=lang />
                <Actions>
                    <Button>{t.end_other_sessions()}</Button>
                </Actions>
            </form>
        }
    });
    view! {
        <Section id="sessions" title=t.section_sessions()>
            <p class="quiet-text">{t.sessions_lead()}</p>
            <Table id="session-table" caption=t.section_sessions() caption_unseen=true columns=columns rows=rows fold=true />
            {others}
        </Section>
    }
    .into_any()
}

fn tokens(desk: &Desk, tokens: Vec<Token>, form: OwnForm, error: Option<&AppError>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let table = token_table(desk, tokens);
    let faults = Faults::of(t, error.filter(|_| form.form == "token"));
    let scopes = TokenScope::ALL.map(|scope| Choice::new(scope.code(), t.token_may(scope)));
    let scope = if form.scope.is_empty() { TokenScope::Read.code().to_owned() } else { form.scope };
    let days = TOKEN_DAYS.map(|days| (days.to_string(), t.days(days)));
    let selected = if form.days.is_empty() { TOKEN_DAYS[1].to_string() } else { form.days };
    view! {
        <Section id="tokens" title=t.section_tokens()>
            <p class="quiet-text">{t.tokens_lead()}</p>
            {table}
            <form class="form" method="post" action="/api/create_token" data-plain="true">
                <input type="hidden" name="lang" value=lang />
                <Field
                    name="name"
                    label=t.token_name()
                    value=form.name
                    help=t.token_name_help()
                    required=t.required()
                    error=faults.at("name")
                    autocomplete="off"
                />
                <RadioGroup
                    name="scope"
                    legend=t.token_scope()
                    options=scopes.to_vec()
                    selected=scope
                    error=faults.at("scope")
                    inline=true
                />
                <Select
                    name="days"
                    label=t.token_days()
                    options=days.to_vec()
                    selected=selected
                    error=faults.at("days")
                    width=Width::Half
                />
                <Actions>
                    <Button>{t.new_token()}</Button>
                </Actions>
            </form>
        </Section>
    }
    .into_any()
}

fn token_table(desk: &Desk, tokens: Vec<Token>) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let now = desk.now();
    if tokens.is_empty() {
        return view! { <p>{t.no_token()}</p> }.into_any();
    }
    let columns = vec![
        Column::text(t.column_token()),
        Column::text(t.column_scope()),
        Column::date(t.column_expires()),
        Column::date(t.column_used()),
        Column::text(t.column_act()).unseen(),
    ];
    let rows = tokens.into_iter().map(|token| {
        let label = t.revoke_token_of(&token.name);
        let is_over = token.expires_at <= now;
        Row::new()
            .cell(token.name)
            .cell(t.token_may(token.scope))
            .cell(view! {
                {t.moment(token.expires_at)}
                {is_over.then(|| view! { " " <Tag label=t.is_over() /> })}
            })
            .cell(token.used_at.map_or_else(|| t.never_used().to_owned(), |at| t.moment(at)))
            .cell(view! {
                <form method="post" action="/api/revoke_token">
                    <input type="hidden" name="lang" value=lang />
                    <input type="hidden" name="id" value=token.id.to_string() />
                    <Button kind=ButtonKind::Quiet small=true label=label>
                        {t.revoke()}
                    </Button>
                </form>
            })
    });
    let rows: Vec<Row> = rows.collect();
    view! {
        <Table id="token-table" caption=t.section_tokens() caption_unseen=true columns=columns rows=rows fold=true />
    }
    .into_any()
}
