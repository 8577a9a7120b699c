//! Whether a connection is alive: what it is waiting for, and since when.
//!
//! The library's own header timer cannot tell a client that is silent between two requests
//! from one that has sent half a header; this can. It is written at every read and request
//! and looked at now and then, so it is made of plain counters without locks.
//! Must never know: what is read or written.

use super::limits::Limits;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;

/// What ought to be done with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Health {
    /// Nothing.
    Well,
    /// Nobody asks anything: say goodbye.
    Idle,
    /// A header has been on its way for too long.
    SlowHeader,
    /// The client takes nothing of what is waiting for it.
    Stalled,
}

/// The protocol spoken on a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// Bytes between two requests are the beginning of the next.
    Http1,
    /// Bytes between two requests may be anything: acknowledgements, windows, pings.
    Http2,
}

/// A connection's counters. Times are milliseconds since its start plus one; 0 means "not now".
#[derive(Debug)]
pub(super) struct Pulse {
    start: Instant,
    in_hand: AtomicUsize,
    quiet_since: AtomicU64,
    header_since: AtomicU64,
    stuck_since: AtomicU64,
    bytes_begin_a_header: AtomicBool,
}

/// One request in hand; ends when dropped.
#[derive(Debug)]
pub(super) struct Beat(Arc<Pulse>);

impl Pulse {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            in_hand: AtomicUsize::new(0),
            quiet_since: AtomicU64::new(1),
            header_since: AtomicU64::new(0),
            stuck_since: AtomicU64::new(0),
            bytes_begin_a_header: AtomicBool::new(false),
        }
    }

    /// Notes that the handshake is over: the first header is due.
    pub(super) fn opened(&self, protocol: Protocol) {
        self.header_since.store(self.now(), Relaxed);
        self.bytes_begin_a_header.store(protocol == Protocol::Http1, Relaxed);
    }

    /// Notes that a whole header has come.
    pub(super) fn request(self: &Arc<Self>) -> Beat {
        self.in_hand.fetch_add(1, Relaxed);
        self.header_since.store(0, Relaxed);
        Beat(Arc::clone(self))
    }

    fn read(&self) {
        if self.bytes_begin_a_header.load(Relaxed) && self.in_hand.load(Relaxed) == 0 {
            let _ = self.header_since.compare_exchange(0, self.now(), Relaxed, Relaxed);
        }
    }

    fn waits_to_write(&self) {
        let _ = self.stuck_since.compare_exchange(0, self.now(), Relaxed, Relaxed);
    }

    fn wrote(&self) {
        self.stuck_since.store(0, Relaxed);
    }

    /// Judges the connection as it is now.
    pub(super) fn health(&self, limits: &Limits) -> Health {
        let over =
            |since: u64, limit: Duration| since > 0 && u128::from(self.now().saturating_sub(since)) > limit.as_millis();
        let header_since = self.header_since.load(Relaxed);
        if over(self.stuck_since.load(Relaxed), limits.stall) {
            Health::Stalled
        } else if self.in_hand.load(Relaxed) > 0 {
            Health::Well
        } else if header_since > 0 {
            if over(header_since, limits.header) { Health::SlowHeader } else { Health::Well }
        } else if over(self.quiet_since.load(Relaxed), limits.idle) {
            Health::Idle
        } else {
            Health::Well
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).map_or(u64::MAX, |ms| ms.saturating_add(1))
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        self.0.quiet_since.store(self.0.now(), Relaxed);
        self.0.in_hand.fetch_sub(1, Relaxed);
    }
}

/// A socket whose reads and writes are noted. It lies under TLS, where a write that
/// succeeds is one that the client made room for.
#[derive(Debug)]
pub(super) struct Watched<I> {
    inner: I,
    pulse: Arc<Pulse>,
}

impl<I> Watched<I> {
    pub(super) const fn new(inner: I, pulse: Arc<Pulse>) -> Self {
        Self { inner, pulse }
    }

    fn note<T>(&self, written: Poll<T>) -> Poll<T> {
        if written.is_pending() {
            self.pulse.waits_to_write()
        } else {
            self.pulse.wrote()
        }
        written
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Watched<I> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let read = Pin::new(&mut self.inner).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.pulse.read();
        }
        read
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Watched<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}
