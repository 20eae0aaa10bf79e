//! The mail: how much was sent, and what could not be; for administrators.

use super::{done, page, title};
use crate::{
    desk::{
        Desk,
        mail::{self, Mail},
    },
    texts::Texts,
    ui::*,
};
use leptos::prelude::*;
use store::outbox::Failing;

/// `/:lang/admin/mail`.
#[component]
pub fn MailPage() -> impl IntoView {
    let desk = Desk::current();
    page(async move {
        let mail = mail::mail(&desk).await?;
        Ok(show(&desk, mail))
    })
}

fn show(desk: &Desk, mail: Mail) -> AnyView {
    let t = Texts(desk.lang());
    let lang = desk.lang().code();
    let folder = desk.state.mail_folder.as_ref().map(|folder| {
        view! { <Notice tone=Tone::Info title=t.mail_in_folder(folder) /> }
    });
    let retry = (!mail.failing.is_empty()).then(|| {
        view! {
            <form method="post" action="/api/retry_mail">
                <input type="hidden" name="lang" value=lang />
                <Actions>
                    <Button>{t.mail_retry()}</Button>
                </Actions>
            </form>
        }
    });
    let failing = if mail.failing.is_empty() {
        view! { <p>{t.mail_failing_none()}</p> }.into_any()
    } else {
        table(t, mail.failing)
    };
    let counts = mail.counts;
    view! {
        {title(t.mail())}
        <PageHeader title=t.mail() lead=t.mail_lead() />
        {done(desk, &[("retried", t.done_mail_retried())])}
        {folder}
        <div class="stats">
            <Stat value=t.number(counts.sent) label=t.mail_sent() />
            <Stat value=t.number(counts.waiting) label=t.mail_waiting() />
            <Stat value=t.number(counts.given_up) label=t.mail_given_up() />
        </div>
        <Section id="failing" title=t.mail_failing()>
            {failing}
            {retry}
        </Section>
    }
    .into_any()
}

fn table(t: Texts, failing: Vec<Failing>) -> AnyView {
    let columns = vec![
        Column::text(t.mail_to()),
        Column::text(t.mail_subject()),
        Column::number(t.mail_tries()),
        Column::date(t.mail_next()),
        Column::text(t.mail_failure()),
    ];
    let rows = failing.into_iter().map(|message| {
        let next = message.next_at.map_or_else(|| t.mail_next_never().to_owned(), |at| t.moment(at));
        Row::new()
            .cell(view! { <PersonLine name=message.name email=message.email /> })
            .cell(message.subject)
            .cell(t.number(message.tries))
            .cell(next)
            .cell(view! { <span class="mono small-text">{message.failure.unwrap_or_default()}</span> })
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table id="mail" caption=t.mail_failing() caption_unseen=true columns=columns rows=rows fold=true /> }.into_any()
}
