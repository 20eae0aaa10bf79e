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
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use domain::{
    agreement::{DeadlineKind, STEPS},
    lang::Lang,
    partial_date::show_day,
};
use icalendar::{Alarm, Component as _, Event, EventLike as _};
use std::{collections::HashSet, sync::Arc};
use store::{
    agreement::Deadlines,
    inbox::{Gap, Owed},
};

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
    let writer = Writer { app, t, today: app.clock.now().date_naive() };
    let mut out = icalendar::Calendar::new();
    out.name(&t.feed_name(calendar.name.best(t.lang()).1.as_ref()));
    out.extend(calendar.agreements.iter().filter_map(|agreement| writer.deadline(agreement)));
    let mut seen = HashSet::new();
    let owed = calendar.owed.iter().filter(|owed| seen.insert((owed.agreement, owed.commitment.id)));
    out.extend(owed.filter_map(|owed| writer.owed(owed)));
    out.extend(calendar.gaps.iter().map(|gap| writer.gap(gap, calendar)));
    out.done().to_string()
}

/// Writes events in a language, as things are on a day.
struct Writer<'a> {
    app: &'a AppState,
    t: Texts,
    today: NaiveDate,
}

impl Writer<'_> {
    /// The end of an agreement, or the last day to give notice.
    fn deadline(&self, agreement: &Deadlines) -> Option<Event> {
        let (t, watched) = (self.t, &agreement.watched);
        let ends_on = watched.first_ends_on?;
        let title = title(&agreement.title_fr, &agreement.title_en, t.lang());
        let path = format!("/agreements/{}", agreement.agreement);
        let event = |kind: &str, summary: &str, on| {
            let uid = format!("{kind}-{}", agreement.agreement);
            self.event(&uid, agreement.updated_at, &path, summary, on)
        };
        let Some(deadline) = watched.deadline(self.today) else {
            // One that is over, or whose fate is decided, keeps the end it had.
            let course = &watched.course;
            let ended_on = course.terminated_on.or(course.renewed_on);
            let last = match ended_on.and_then(|day| day.pred_opt()) {
                Some(last) if watched.renews_months.is_some() => last,
                Some(last) => last.min(ends_on),
                None => ends_on,
            };
            return Some(event("end", &t.feed_end(title), last));
        };
        let mut event = match deadline.kind {
            DeadlineKind::End => event("end", &t.feed_end(title), deadline.on),
            DeadlineKind::Notice => {
                let about = t.feed_notice_about(&show_day(deadline.ends_on, t.lang()));
                event("notice", &t.feed_notice(title), deadline.on).description(&about).done()
            }
        };
        let summary = event.get_summary().unwrap_or_default().to_owned();
        for reached_on in STEPS.iter().filter_map(|months| deadline.reached_on(*months)) {
            // At nine in the morning of the day, where its reader is.
            let before = TimeDelta::hours(9) - (deadline.on - reached_on);
            event.alarm(Alarm::display(&summary, before));
        }
        Some(event.done())
    }

    /// When a commitment is due next.
    fn owed(&self, owed: &Owed) -> Option<Event> {
        let lang = self.t.lang();
        let [fr, en] = &owed.titles;
        let uid = format!("commitment-{}-{}", owed.agreement, owed.commitment.id);
        let path = format!("/agreements/{}", owed.agreement);
        let summary = self.t.feed_commitment(title(fr, en, lang));
        let mut event = self.event(&uid, owed.updated_at, &path, &summary, owed.followed.due_on?);
        Some(event.description(owed.commitment.text.best(lang).1.as_ref()).done())
    }

    /// The day on which a year begins that no agreement covers.
    fn gap(&self, gap: &Gap, calendar: &Calendar) -> Event {
        let names = calendar.partners.get(&gap.partner);
        let partner = names.map(|names| names.best(self.t.lang()).1.to_string()).unwrap_or_default();
        // A solidus has no place in an identifier.
        let year = gap.year.to_string().replace('/', "-");
        let uid = format!("gap-{}-{}-{year}", gap.institution, gap.partner);
        let path = format!("/institutions/{}/with/{}", gap.institution, gap.partner);
        let summary = self.t.mail_gap_subject(&partner, &gap.year.to_string());
        self.event(&uid, gap.found_at, &path, &summary, gap.year.starts_on())
    }

    /// An event of a whole day, with the address of the page that tells more.
    fn event(&self, uid: &str, changed_at: DateTime<Utc>, path: &str, summary: &str, on: NaiveDate) -> Event {
        let host = self.app.public_url.split("://").nth(1).unwrap_or("entente");
        let url = format!("{}{}", self.app.public_url, href(self.t.lang(), path));
        let mut event = Event::new();
        event.uid(&format!("{uid}@{host}")).timestamp(changed_at).summary(summary).url(&url);
        event.starts(on).ends(on + TimeDelta::days(1)).done()
    }
}

fn title<'a>(fr: &'a str, en: &'a str, lang: Lang) -> &'a str {
    let (own, other) = match lang {
        Lang::Fr => (fr, en),
        Lang::En => (en, fr),
    };
    if own.is_empty() { other } else { own }
}
