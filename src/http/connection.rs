//! One connection from its handshake to its end.
//!
//! Promises: the protocol is the one that TLS agreed on, never guessed from bytes; every
//! request has passed the header limits and the host check before a route sees it; the
//! connection ends when its pulse is bad. Its HTTP/2 requests are its own tasks and end
//! with it.

use super::body::{Counted, Timed};
use super::early::early;
use super::hosts::Hosts;
use super::limits::Limits;
use super::peer::{Peer, PeerCert};
use super::pulse::{Health, Protocol, Pulse, Watched};
use super::request_id::RequestId;
use super::stop::Stop;
use axum::Router;
use axum::body::Body;
use axum::http::header::EXPECT;
use axum::http::{HeaderMap, Request, Response, StatusCode, Version};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// What all connections of one listener share.
pub(super) struct House {
    pub(super) acceptor: TlsAcceptor,
    pub(super) hosts: Hosts,
    pub(super) limits: Limits,
    pub(super) router: Router,
}

/// What all requests of one connection share.
#[derive(Clone)]
struct Visit {
    house: Arc<House>,
    pulse: Arc<Pulse>,
    peer: Peer,
    cert: Option<PeerCert>,
    stop: Stop,
}

/// Serves one connection to its end.
pub(super) async fn attend(stream: TcpStream, addr: SocketAddr, house: Arc<House>, mut stop: Stop) {
    // Without this, small answers would wait for the client's acknowledgement. A socket
    // that refuses it is on its way out and will say so at the first read.
    let _ = stream.set_nodelay(true);
    let pulse = Arc::new(Pulse::new());
    let handshake = house.acceptor.accept(Watched::new(stream, Arc::clone(&pulse)));
    let handshake = timeout(house.limits.handshake, handshake);
    let done = tokio::select! {
        biased;
        () = stop.asked() => return,
        done = handshake => done,
    };
    let stream = match done {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return tracing::debug!(kind = %error.kind(), "a handshake failed"),
        Err(_late) => return tracing::debug!("a handshake took too long"),
    };
    let (_, tls) = stream.get_ref();
    // A client that was looking for another door is not told what is behind this one.
    if tls.server_name().is_some_and(|name| !house.hosts.knows(name)) {
        return tracing::debug!("a client asked for another host's certificate");
    }
    let cert = tls.peer_certificates().and_then(|chain| chain.first()).map(|own| PeerCert(Arc::from(own.as_ref())));
    let protocol = if tls.alpn_protocol() == Some(b"h2") { Protocol::Http2 } else { Protocol::Http1 };
    pulse.opened(protocol);
    let visit = Visit { house, pulse, peer: Peer { addr }, cert, stop };
    speak(stream, protocol, visit).await;
}

async fn speak(stream: TlsStream<Watched<TcpStream>>, protocol: Protocol, visit: Visit) {
    let (house, pulse, stop) = (Arc::clone(&visit.house), Arc::clone(&visit.pulse), visit.stop.clone());
    let limits = &house.limits;
    let io = TokioIo::new(stream);
    let service = service_fn(move |request| answer(visit.clone(), request));
    match protocol {
        Protocol::Http1 => {
            let mut http = http1::Builder::new();
            // The pulse watches headers: see pulse.rs.
            http.timer(TokioTimer::new())
                .header_read_timeout(None)
                .max_header_size(limits.header_bytes_max)
                .max_buf_size(limits.buffer_bytes_max);
            watch(http.serve_connection(io, service), &pulse, limits, stop).await;
        }
        Protocol::Http2 => {
            let mut http = http2::Builder::new(Streams::default());
            http.timer(TokioTimer::new())
                .max_concurrent_streams(limits.streams_max)
                .max_pending_accept_reset_streams(limits.resets_pending_max)
                .max_local_error_reset_streams(limits.resets_local_max)
                .max_frame_size(limits.frame_bytes_max)
                .max_header_list_size(u32::try_from(limits.header_bytes_max).unwrap_or(u32::MAX))
                .initial_stream_window_size(limits.stream_window_bytes)
                .initial_connection_window_size(limits.connection_window_bytes)
                .max_send_buf_size(limits.buffer_bytes_max)
                .keep_alive_interval(limits.ping)
                .keep_alive_timeout(limits.pong);
            watch(http.serve_connection(io, service), &pulse, limits, stop).await;
        }
    }
}

/// A connection that can be asked to finish what it has in hand.
trait Winding: Future<Output = Result<(), hyper::Error>> {
    /// Takes no more requests from now on.
    fn wind_up(self: Pin<&mut Self>);
}

impl<S> Winding for http1::Connection<TokioIo<TlsStream<Watched<TcpStream>>>, S>
where
    S: Service<Request<Incoming>, Response = Response<Counted>, Error = Infallible>,
{
    fn wind_up(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl<S> Winding for http2::Connection<TokioIo<TlsStream<Watched<TcpStream>>>, S, Streams>
where
    S: Service<Request<Incoming>, Response = Response<Counted>, Error = Infallible>,
    S::Future: Send + 'static,
{
    fn wind_up(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// Drives a connection until it ends, is told to stop, or deserves to be cut.
async fn watch<C: Winding>(connection: C, pulse: &Pulse, limits: &Limits, mut stop: Stop) {
    let mut connection = pin!(connection);
    let mut glance = interval(limits.glance());
    glance.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut told, mut goodbye) = (false, false);
    loop {
        tokio::select! {
            // The connection comes before the judgement: after a pause of the machine, what
            // has arrived in the meantime counts.
            biased;
            () = stop.asked(), if !told => {
                told = true;
                connection.as_mut().wind_up();
            }
            _ended = connection.as_mut() => return,
            _ = glance.tick() => match pulse.health(limits) {
                Health::Well => {}
                // One glance's time to say goodbye to each other.
                Health::Idle if !goodbye => {
                    goodbye = true;
                    connection.as_mut().wind_up();
                }
                cut => return tracing::debug!(reason = ?cut, "a connection was cut"),
            },
        }
    }
}

/// The HTTP/2 requests of one connection: tasks that are gone when it is.
#[derive(Clone, Default)]
struct Streams(Arc<Mutex<JoinSet<()>>>);

impl<F> hyper::rt::Executor<F> for Streams
where
    F: Future + Send + 'static,
{
    fn execute(&self, stream: F) {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            stream.await;
        });
    }
}

/// Checks a request's outside, gives it its name, and hands it to the router.
async fn answer(visit: Visit, request: Request<Incoming>) -> Result<Response<Counted>, Infallible> {
    let beat = visit.pulse.request();
    let id = RequestId::random();
    let (house, mut stop) = (Arc::clone(&visit.house), visit.stop.clone());
    // Whoever waits to be asked for the body sends nothing yet; HTTP/2 can call a body off.
    let (asks, can_call_off) = (request.headers().contains_key(EXPECT), request.version() >= Version::HTTP_2);
    let (head, body) = request.into_parts();
    let (body, unread) = Timed::new(body, house.limits.body, house.limits.body_bytes_max);
    let response = respond(visit, Request::from_parts(head, Body::new(body)), id).await;
    if let (false, Ok(rest)) = (can_call_off, { unread }.try_recv())
        && (rest.has_begun() || !asks)
    {
        tokio::select! {
            () = stop.asked() => {}
            () = rest.discard(house.limits.linger) => {}
        }
    }
    Ok(response.map(|body| Counted::new(body, beat)))
}

/// Refuses a request at the door, or hands it to the router. Its body has been dropped when this returns.
async fn respond(visit: Visit, mut request: Request<Body>, id: RequestId) -> Response<Body> {
    if let Some(refusal) = refuse(&visit.house, &request, &id) {
        tracing::info!(request.id = %id, status = refusal.status().as_u16(), "request refused at the door");
        return refusal;
    }
    let extensions = request.extensions_mut();
    extensions.insert(id);
    extensions.insert(visit.peer);
    extensions.insert(visit.stop);
    if let Some(cert) = visit.cert {
        extensions.insert(cert);
    }
    let Ok(response) = tower::Service::call(&mut visit.house.router.clone(), request).await;
    response
}

fn refuse<B>(house: &House, request: &Request<B>, id: &RequestId) -> Option<Response<Body>> {
    if too_large(request.headers(), &house.limits) {
        let status = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        return Some(early(
            status,
            "header-too-large",
            "The header is too large",
            "Send fewer or shorter headers.",
            id,
        ));
    }
    let misdirected = house.hosts.check(request.uri(), request.headers()).err()?;
    let detail = format!("Nothing was done: {misdirected}.");
    let status = StatusCode::MISDIRECTED_REQUEST;
    Some(early(status, "misdirected", "This is not the host that was asked for", &detail, id))
}

/// Says whether a header is over the limits; HTTP/2 counts lines and bytes in its own way, this counts alike.
fn too_large(headers: &HeaderMap, limits: &Limits) -> bool {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    headers.len() > limits.headers_max || bytes > limits.header_bytes_max
}
