//! Every limit on what a stranger may use up before the hub knows who it is.
//!
//! One value is passed to each listener. Tests pass smaller ones; nothing else changes them.

use std::time::Duration;

/// The limits of one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest TLS handshake, from the first byte to the last.
    pub handshake: Duration,
    /// Longest time from the first byte of a request to the last byte of its header;
    /// also from the end of the handshake to the first whole header.
    pub header: Duration,
    /// Longest time from the header to the last byte of the request's body.
    pub body: Duration,
    /// Longest wait for the rest of a body that nobody wants, before its sender is told so.
    pub linger: Duration,
    /// Longest silence between two requests on a connection.
    pub idle: Duration,
    /// Longest time in which a client takes not a single byte of what is waiting for it.
    pub stall: Duration,
    /// Longest wait for requests in hand when the listener stops.
    pub drain: Duration,
    /// How often an HTTP/2 client is asked whether it is still there.
    pub ping: Duration,
    /// How long it may take to say so.
    pub pong: Duration,
    /// Most bytes of one request's header, names and values together.
    pub header_bytes_max: usize,
    /// Most header lines in one request.
    pub headers_max: usize,
    /// Most bytes of a request's body, whatever the route. Routes set lower limits of their own.
    pub body_bytes_max: u64,
    /// Most connections at once.
    pub connections_max: usize,
    /// Most connections at once from one address (one /64 network for IPv6).
    /// Connections from this machine itself count only towards the total.
    pub connections_per_peer_max: usize,
    /// Most HTTP/2 requests at once on a connection.
    pub streams_max: u32,
    /// Most HTTP/2 requests that a client opened and took back before they were looked at.
    pub resets_pending_max: usize,
    /// Most HTTP/2 requests that the hub had to reset because of the client's mistakes.
    pub resets_local_max: usize,
    /// Largest HTTP/2 frame.
    pub frame_bytes_max: u32,
    /// Most bytes that an HTTP/2 request may send before its route has read them.
    pub stream_window_bytes: u32,
    /// The same for all requests of a connection together.
    pub connection_window_bytes: u32,
    /// Most bytes that wait on an HTTP/1 connection, or for one HTTP/2 answer. At least 8 KiB.
    pub buffer_bytes_max: usize,
}

impl Limits {
    /// The limits of a real listener.
    pub const STANDARD: Self = Self {
        handshake: Duration::from_secs(10),
        header: Duration::from_secs(10),
        body: Duration::from_secs(30),
        linger: Duration::from_secs(5),
        idle: Duration::from_secs(60),
        stall: Duration::from_secs(60),
        drain: Duration::from_secs(10),
        ping: Duration::from_secs(30),
        pong: Duration::from_secs(20),
        header_bytes_max: 32 * 1024,
        headers_max: 100,
        body_bytes_max: 4 * 1024 * 1024,
        connections_max: 1024,
        connections_per_peer_max: 256,
        streams_max: 128,
        resets_pending_max: 20,
        resets_local_max: 128,
        frame_bytes_max: 16 * 1024,
        stream_window_bytes: 64 * 1024,
        connection_window_bytes: 256 * 1024,
        buffer_bytes_max: 64 * 1024,
    };

    /// Returns how often a connection is looked at: a quarter of the shortest limit,
    /// so that no client gets more than a quarter beyond what it is due.
    pub(super) fn glance(&self) -> Duration {
        let shortest = self.header.min(self.idle).min(self.stall);
        (shortest / 4).max(Duration::from_millis(1))
    }
}

/// How long the accept loop rests when the machine has no more file handles.
pub(super) const ACCEPT_REST: Duration = Duration::from_millis(100);
