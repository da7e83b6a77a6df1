//! The HTTP listeners: an accept loop of our own, so that a connection can be closed at any point of a call.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited};
use hyper::body::{Body as HttpBody, Bytes, Frame, Incoming, SizeHint};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt as _;

use crate::calls::{Call, Party};
use crate::clock::Clock;
use crate::faults::{Action, Answered, Fate, Moment};
use crate::handle::World;
use crate::names;

/// The largest request body taken, in bytes. Google takes 10 MB and more; nothing larger is sent here on purpose.
const BODY_MAX: usize = 32 * 1024 * 1024;
/// What a garbled answer holds: bytes that are neither JSON nor UTF-8.
const GARBAGE: &[u8] = b"\xff\xfe<!doctype html><title>502</title>{\"id\":";
/// How long the half of a truncated answer is given to leave before the connection is closed.
const HALF_LEAVES: Duration = Duration::from_millis(20);

/// Who answers at a listener.
#[derive(Clone)]
pub(crate) struct HttpParty {
    observed: Option<(Party, Arc<World>)>,
    clock: Clock,
}

impl HttpParty {
    /// An outside party, whose calls are logged and may meet faults.
    pub(crate) fn observed(party: Party, world: &Arc<World>) -> Self {
        Self { observed: Some((party, Arc::clone(world))), clock: world.clock().clone() }
    }

    /// The pages for people: neither logged nor broken.
    pub(crate) fn people() -> Self {
        Self { observed: None, clock: Clock::default() }
    }
}

/// The connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed here on purpose")]
struct Closed;

/// Serves `router` at `listener` until `stopped` turns true or its sender is gone; then all connections are dropped.
pub(crate) async fn http(listener: TcpListener, party: HttpParty, router: Router, stopped: watch::Receiver<bool>) {
    let mut stop = stopped.clone();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match accepted {
            Ok((stream, _)) => {
                tokio::spawn(connection(stream, party.clone(), router.clone(), stopped.clone()));
            }
            Err(error) => tracing::warn!(%error, "cannot accept a connection"),
        }
    }
}

/// Serves one connection.
async fn connection(stream: TcpStream, party: HttpParty, router: Router, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "cannot set TCP_NODELAY");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let party = party.clone();
        let router = router.clone();
        // A task of its own: a call that has arrived is carried out even if the caller hangs up meanwhile.
        let answer = tokio::spawn(async move { answer(request, &party, router).await });
        async move { answer.await.unwrap_or(Err(Closed)) }
    });
    let served = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        served = served => if let Err(error) = served {
            tracing::debug!(%error, "a connection ended early");
        },
        _ = stopped.wait_for(|stop| *stop) => {}
    }
}

/// On an answer that was compressed: the bytes of its body before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plain(pub(crate) usize);

/// Takes one request through the faults and the router.
async fn answer(request: Request<Incoming>, party: &HttpParty, router: Router) -> Result<Response<Reply>, Closed> {
    let started = Instant::now();
    let at = party.clock.now();
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, BODY_MAX).collect().await else { return Err(Closed) };
    let body = body.to_bytes();
    let request = |body: Bytes| Request::from_parts(head.clone(), Body::from(body));

    let Some((who, world)) = &party.observed else {
        return Ok(carry_out(request(body), router).await.map(Reply::whole));
    };
    let moment = Moment {
        party: *who,
        name: names::of(*who, head.method.as_str(), head.uri.path()),
        target: head.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        body: body.to_vec(),
    };
    let fate = world.faults().fate(&moment);
    let mut answered = through(&fate, &moment, world, || carry_out(request(body), router)).await;
    if let Ok(answer) = &mut answered {
        dated(answer, &party.clock);
    }
    let sent = answered.as_ref().map_or(0, |answer| answer.body().left.len());
    let plain = answered.as_ref().ok().and_then(|answer| answer.extensions().get::<Plain>().copied());
    world.calls().record(Call {
        number: 0,
        at,
        party: *who,
        name: moment.name,
        method: head.method.to_string(),
        target: moment.target,
        status: answered.as_ref().ok().map(|answer| answer.status().as_u16()),
        request_bytes: moment.body.len(),
        response_bytes: sent,
        plain_bytes: plain.map_or(sent, |Plain(bytes)| bytes),
        took_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        faults: fate.rules,
    });
    answered
}

/// Carries the call out, or not, as its fate has it.
async fn through<F>(fate: &Fate, moment: &Moment, world: &World, carry_out: F) -> Result<Response<Reply>, Closed>
where
    F: AsyncFnOnce() -> Response<Bytes>,
{
    world.faults().go_through(&fate.before, moment).await;
    match &fate.end {
        Some(Action::CloseBefore) => return Err(Closed),
        Some(Action::Status(answer)) => return Ok(instead(answer)),
        _ => {}
    }
    let answer = carry_out().await;
    world.pulse().beat();
    world.faults().go_through(&fate.after, moment).await;
    match &fate.end {
        Some(Action::CloseAfter) => Err(Closed),
        Some(Action::StatusAfter(answer)) => Ok(instead(answer)),
        Some(Action::Garble) => Ok(garbled(answer)),
        Some(Action::Truncate) => Ok(answer.map(|body| Reply::half(&body))),
        _ => Ok(answer.map(Reply::whole)),
    }
}

/// The router's answer, with its whole body.
async fn carry_out(request: Request<Body>, router: Router) -> Response<Bytes> {
    let answer: Result<Response<Body>, Infallible> = router.oneshot(request).await;
    let Ok(answer) = answer;
    let (head, body) = answer.into_parts();
    match body.collect().await {
        Ok(body) => Response::from_parts(head, body.to_bytes()),
        Err(error) => {
            tracing::warn!(%error, "an answer of the sandbox broke off");
            let mut broken = Response::new(Bytes::new());
            *broken.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            broken
        }
    }
}

/// The answer with the time at which the party says to be.
fn dated(answer: &mut Response<Reply>, clock: &Clock) {
    let date = clock.now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        answer.headers_mut().entry(header::DATE).or_insert(date);
    }
}

/// An answer made up by a rule.
fn instead(answer: &Answered) -> Response<Reply> {
    let mut made = Response::new(Reply::whole(Bytes::from(answer.body.clone().into_bytes())));
    *made.status_mut() = StatusCode::from_u16(answer.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if answer.body.starts_with(['{', '[']) {
        made.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    for (name, value) in &answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value)) {
            made.headers_mut().insert(name, value);
        }
    }
    made
}

/// The answer's status and headers with a body that cannot be read.
fn garbled(answer: Response<Bytes>) -> Response<Reply> {
    let (mut head, _) = answer.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    if head.status == StatusCode::NO_CONTENT {
        head.status = StatusCode::OK;
    }
    Response::from_parts(head, Reply::whole(Bytes::from_static(GARBAGE)))
}

/// The body of an answer: whole, or broken off after its half.
struct Reply {
    left: Bytes,
    said: u64,
    breaks: Option<Pin<Box<tokio::time::Sleep>>>,
}

impl Reply {
    /// All of `body`.
    fn whole(body: Bytes) -> Self {
        Self { said: body.len() as u64, left: body, breaks: None }
    }

    /// Half of `body`, under a head that promises all of it.
    fn half(body: &Bytes) -> Self {
        // An empty body has no half: promise something and break off at once.
        let said = body.len().max(16) as u64;
        let left = body.slice(..body.len() / 2);
        Self { left, said, breaks: Some(Box::pin(tokio::time::sleep(HALF_LEAVES))) }
    }
}

impl HttpBody for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if !self.left.is_empty() {
            let left = std::mem::take(&mut self.left);
            return Poll::Ready(Some(Ok(Frame::data(left))));
        }
        match &mut self.breaks {
            None => Poll::Ready(None),
            Some(wait) => wait.as_mut().poll(context).map(|()| Some(Err(io::Error::other("broken off here on purpose")))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty() && self.breaks.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        // The promise of the head, also when the body breaks off.
        if self.breaks.is_none() { SizeHint::with_exact(self.left.len() as u64) } else { SizeHint::with_exact(self.said) }
    }
}
