//! `/calendar/SECRET.ics`: the private calendar of an office, as calendar programs read it.

use crate::{preferences, refusal::Refusal, web::Web};
use app::{
    desk::{
        AppState,
        feed::{self, Calendar},
        href, query_value,
    },
    texts::Texts,
};
use axum::{
    extract::{Path, Request, State},
    http::header,
    response::{IntoResponse as _, Response},
};
use chrono::{NaiveDate, TimeDelta};
use domain::{agreement::DeadlineKind, lang::Lang, partial_date::show_day};
use icalendar::{Component as _, Event, EventLike as _};
use std::sync::Arc;
use store::agreement::Deadlines;

/// How long a calendar program may keep what it read.
const KEPT: &str = "private, max-age=3600";

/// Answers the calendar that a secret opens; what opens nothing is not there.
pub async fn calendar(State(web): State<Arc<Web>>, Path(file): Path<String>, request: Request) -> Response {
    let Some(secret) = file.strip_suffix(".ics") else { return Refusal::NotFound.answer(&web, &request) };
    let named =
        query_value(request.uri().query().unwrap_or(""), "lang").and_then(|code| Lang::from_code(&code));
    let lang = named.unwrap_or_else(|| preferences::lang(request.headers(), request.uri().path()));
    match feed::calendar(&web.app, secret).await {
        Ok(Some(calendar)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
                (header::CACHE_CONTROL, KEPT),
                (header::CONTENT_DISPOSITION, "inline; filename=\"entente.ics\""),
            ];
            (headers, written(&web.app, &calendar, Texts(lang))).into_response()
        }
        Ok(None) => Refusal::NotFound.answer(&web, &request),
        Err(_) => Refusal::Busy.answer(&web, &request),
    }
}

/// The calendar as text. The same thing has the same UID each time, so that a date that moves moves its event.
fn written(app: &AppState, calendar: &Calendar, t: Texts) -> String {
    let name = calendar.name.best(t.lang()).1.to_string();
    let mut out = icalendar::Calendar::new();
    out.name(&t.feed_name(&name));
    let today = app.clock.now().date_naive();
    for agreement in &calendar.agreements {
        let Some(ends_on) = agreement.watched.first_ends_on else { continue };
        let title = title(agreement, t.lang());
        let deadline = agreement.watched.deadline(today);
        let notice = deadline.filter(|deadline| deadline.kind == DeadlineKind::Notice);
        if let Some(notice) = notice {
            let about = t.feed_notice_about(&show_day(notice.ends_on, t.lang()));
            let mut event = event(app, agreement, "notice", notice.on, &t.feed_notice(title), t.lang());
            out.push(event.description(&about).done());
        } else {
            // One that is over, or whose fate is decided, keeps the end it had.
            let course = &agreement.watched.course;
            let ended_on = course.terminated_on.or(course.renewed_on);
            let last = match ended_on.and_then(|day| day.pred_opt()) {
                Some(last) if agreement.watched.renews_months.is_some() => last,
                Some(last) => last.min(ends_on),
                None => ends_on,
            };
            out.push(event(app, agreement, "end", last, &t.feed_end(title), t.lang()).done());
        }
    }
    out.done().to_string()
}

fn event(
    app: &AppState,
    agreement: &Deadlines,
    kind: &str,
    on: NaiveDate,
    summary: &str,
    lang: Lang,
) -> Event {
    let host = app.public_url.split("://").nth(1).unwrap_or("entente");
    let url = format!("{}{}", app.public_url, href(lang, &format!("/agreements/{}", agreement.agreement)));
    let mut event = Event::new();
    event
        .uid(&format!("{kind}-{}@{host}", agreement.agreement))
        .timestamp(agreement.updated_at)
        .summary(summary)
        .url(&url)
        .starts(on)
        .ends(on + TimeDelta::days(1));
    event
}

fn title(agreement: &Deadlines, lang: Lang) -> &str {
    let (own, other) = match lang {
        Lang::Fr => (&agreement.title_fr, &agreement.title_en),
        Lang::En => (&agreement.title_en, &agreement.title_fr),
    };
    if own.is_empty() { other } else { own }
}
