//! `/events/seats`: tells a page that stays open which seats change, as they change.
//!
//! A stream says where to look, not what there is to see: a flow and a year, for the page to ask for under its reader's own
//! rights. It ends by itself after a while, for the browser to ask again and its session to be looked at again; a page that
//! was without a stream, or is told `lost`, loads anew.

use crate::{
    rest::{Refused, problem::Kind, request::Asked},
    web::Web,
};
use app::error::AppError;
use axum::{
    extract::State,
    http::HeaderName,
    response::{
        IntoResponse as _, Response, Sse,
        sse::{self, KeepAlive},
    },
};
use domain::access::{WatchSeats, decide};
use futures_util::{Stream, stream};
use serde_json::json;
use std::{convert::Infallible, sync::Arc, time::Duration};
use store::live::Event;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, broadcast, watch},
    time::{Instant, sleep_until},
};

/// Where it is; what is below knows who asks by the session.
pub const EVENTS: &str = "/events/";
/// The address of the changes of places.
pub const SEATS: &str = "/events/seats";
/// A comment goes out when nothing happened for so long, so that proxies keep the stream open.
const ALIVE: Duration = Duration::from_secs(15);
/// Tells proxies to pass on each event at once.
const UNBUFFERED: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Room for streams, which end when the server stops.
#[derive(Debug)]
pub struct Streams {
    room: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl Streams {
    /// Room for that many.
    pub fn new(most: usize, stop: watch::Receiver<bool>) -> Self {
        Self { room: Arc::new(Semaphore::new(most)), stop }
    }
}

/// Streams the changes of places.
pub async fn seats(State(web): State<Arc<Web>>, Asked(desk): Asked) -> Response {
    let told = || {
        decide(desk.actor(), WatchSeats).map_err(AppError::from)?;
        let room = web.streams.room.clone().try_acquire_owned().map_err(|_| Kind::Busy)?;
        Ok::<_, Refused>(Told {
            heard: web.app.db.listen(),
            stop: web.streams.stop.clone(),
            until: Instant::now() + web.limits.stream,
            _room: room,
        })
    };
    match told() {
        Ok(told) => {
            let alive = KeepAlive::new().interval(ALIVE);
            ([(UNBUFFERED, "no")], Sse::new(told.events()).keep_alive(alive)).into_response()
        }
        Err(refused) => refused.answer(desk.lang(), SEATS),
    }
}

/// What one stream tells.
struct Told {
    heard: broadcast::Receiver<Event>,
    stop: watch::Receiver<bool>,
    until: Instant,
    _room: OwnedSemaphorePermit,
}

impl Told {
    /// The events, until the time is over or the server stops.
    fn events(self) -> impl Stream<Item = Result<sse::Event, Infallible>> {
        stream::unfold(self, |mut told| async move {
            let event = tokio::select! {
                biased;
                _ = told.stop.wait_for(|is_told| *is_told) => return None,
                () = sleep_until(told.until) => return None,
                heard = told.heard.recv() => match heard {
                    Ok(event) => event,
                    Err(broadcast::error::RecvError::Lagged(_)) => Event::Lost,
                    Err(broadcast::error::RecvError::Closed) => return None,
                },
            };
            Some((Ok(written(event)), told))
        })
    }
}

/// An event as it is sent; a browser takes none without data.
fn written(event: Event) -> sse::Event {
    let (name, data) = match event {
        Event::Seats { flow, first_year } => ("seats", json!({ "flow": flow, "first_year": first_year })),
        Event::Lost => ("lost", json!({})),
    };
    sse::Event::default().event(name).data(data.to_string())
}
