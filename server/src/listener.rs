//! Connections: how many, how slow, and how they end.

use crate::web::{Limits, Web};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{ConnectInfo, Request},
};
use hyper::{
    body::{Frame, Incoming, SizeHint},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto::Builder,
};
use std::{
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_io_timeout::TimeoutStream;
use tower::Service as _;

/// The largest head of a request, in bytes.
const HEAD: u32 = 64 << 10;
const STREAMS: u32 = 100;

/// Accepts connections until told to stop, then lets requests in flight finish.
pub async fn listen(listener: TcpListener, router: Router, web: Arc<Web>, mut stop: watch::Receiver<bool>) {
    let builder = Arc::new(builder(&web.limits));
    let room = Arc::new(Semaphore::new(web.limits.connections));
    loop {
        let accepting = async {
            let permit = room.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            biased;
            _ = stop.wait_for(|is_told| *is_told) => break,
            accepted = accepting => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let serving = serve(stream, peer, router.clone(), builder.clone(), web.clone(), stop.clone());
                tokio::spawn(async move {
                    serving.await;
                    drop(permit);
                });
            }
            Err(cause) => {
                // No file handle is free, or the client is gone: nothing to do but wait a little.
                tracing::warn!(%cause, "a connection could not be accepted");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    let all = u32::try_from(web.limits.connections).unwrap_or(u32::MAX);
    if timeout(web.limits.stop, room.acquire_many(all)).await.is_err() {
        tracing::warn!("some requests were cut off: they took too long");
    }
}

fn builder(limits: &Limits) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.head).max_buf_size(HEAD as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10))
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(HEAD);
    builder
}

/// What a connection is doing.
struct Activity {
    opened: Instant,
    in_flight: AtomicUsize,
    requests: AtomicU64,
    /// Milliseconds from opening to the end of the last request.
    ended: AtomicU64,
}

impl Activity {
    /// When to look again, and whether it should be closed now.
    fn look(&self, limits: &Limits) -> (Instant, bool) {
        if self.in_flight.load(Ordering::Relaxed) > 0 {
            return (Instant::now() + limits.idle, false);
        }
        let is_new = self.requests.load(Ordering::Relaxed) == 0;
        let patience = if is_new { limits.head } else { limits.idle };
        let until = self.opened + Duration::from_millis(self.ended.load(Ordering::Relaxed)) + patience;
        (until, until <= Instant::now())
    }
}

/// A request from its head to the end of its answer, which may be a stream that takes its time.
struct InFlight(Arc<Activity>);

impl InFlight {
    fn begin(activity: &Arc<Activity>) -> Self {
        activity.requests.fetch_add(1, Ordering::Relaxed);
        activity.in_flight.fetch_add(1, Ordering::Relaxed);
        Self(activity.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let passed = u64::try_from(self.0.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.ended.store(passed, Ordering::Relaxed);
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer that is in flight until its last byte is taken.
struct Answer {
    body: Body,
    _in_flight: InFlight,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    builder: Arc<Builder<TokioExecutor>>,
    web: Arc<Web>,
    mut stop: watch::Receiver<bool>,
) {
    let limits = &web.limits;
    let _ = stream.set_nodelay(true);
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.write));
    let activity = Arc::new(Activity {
        opened: Instant::now(),
        in_flight: AtomicUsize::new(0),
        requests: AtomicU64::new(0),
        ended: AtomicU64::new(0),
    });
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (in_flight, mut router) = (InFlight::begin(&activity), router.clone());
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            let answered = router.call(request).await;
            answered.map(|response| response.map(|body| Answer { body, _in_flight: in_flight }))
        }
    });

    web.numbers.connections.inc();
    let mut connection = pin!(builder.serve_connection(TokioIo::new(Box::pin(stream)), service));
    let mut is_closing = false;
    let mut look_at = Instant::now() + limits.head;
    loop {
        tokio::select! {
            // It ends by itself, or breaks: neither is news.
            _ = connection.as_mut() => break,
            _ = stop.wait_for(|is_told| *is_told), if !is_closing => is_closing = true,
            () = sleep_until(look_at) => {
                let (next, is_over) = activity.look(limits);
                if is_closing || (is_over && activity.requests.load(Ordering::Relaxed) == 0) {
                    break;
                }
                is_closing = is_over;
                look_at = next;
            }
        }
        if is_closing {
            connection.as_mut().graceful_shutdown();
            look_at = Instant::now() + limits.stop;
        }
    }
    web.numbers.connections.dec();
}
