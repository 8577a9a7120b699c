//! Bodies with limits: what comes in has a deadline and a size, what goes out is counted.
//!
//! Promises: a request's body that drips is cut at its deadline even inside a route; what no
//! route has read is taken off the wire before the answer, for a few seconds, so that a client
//! that is still sending hears it; a response may stay open for as long as the route likes.

use super::pulse::Beat;
use axum::body::Body as AxumBody;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::error::Error as StdError;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, Sleep, sleep_until};

/// Why the hub stopped reading a body.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub(super) enum Cut {
    /// Its deadline passed.
    #[error("the body came too slowly")]
    TooSlow,
    /// It is larger than any route takes.
    #[error("the body is too large")]
    TooLarge,
}

/// Finds the cut among the causes of an error, if it is one.
pub(super) fn cut_of(error: &(dyn StdError + 'static)) -> Option<Cut> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(cut) = error.downcast_ref() {
            return Some(*cut);
        }
        next = error.source();
    }
    None
}

/// A request's body.
pub(super) struct Timed {
    rest: Option<Rest>,
    /// Where to send what was not read.
    unread: Option<oneshot::Sender<Rest>>,
}

/// A body that is still to be read, and how much longer and larger it may be.
pub(super) struct Rest {
    inner: Incoming,
    end: Instant,
    left: u64,
    /// Somebody has begun to read it: a client that waits to be asked has been asked.
    begun: bool,
    /// Set up when the body first keeps us waiting; most never do.
    alarm: Option<Pin<Box<Sleep>>>,
}

type Failed = Box<dyn StdError + Send + Sync>;

impl Timed {
    /// Limits `inner` to `bytes_max` bytes within `time` from now. Whatever is not read of it can be received when this
    /// has been dropped.
    pub(super) fn new(inner: Incoming, time: Duration, bytes_max: u64) -> (Self, oneshot::Receiver<Rest>) {
        let (unread, rest) = oneshot::channel();
        let whole = Rest { inner, end: Instant::now() + time, left: bytes_max, begun: false, alarm: None };
        (Self { rest: Some(whole), unread: Some(unread) }, rest)
    }
}

impl Drop for Timed {
    fn drop(&mut self) {
        let rest = self.rest.take().filter(|rest| !rest.inner.is_end_stream());
        if let (Some(rest), Some(unread)) = (rest, self.unread.take()) {
            // Nobody waits for it: then it goes the way it would have gone.
            let _ = unread.send(rest);
        }
    }
}

impl Rest {
    /// Says whether the client was asked for the body.
    pub(super) const fn has_begun(&self) -> bool {
        self.begun
    }

    /// Takes the rest off the wire for at most this long and throws it away: a client that writes into a closed
    /// connection would be told "reset" by its own system, and never see why. The body's own limits hold too.
    pub(super) async fn discard(mut self, linger: Duration) {
        self.end = self.end.min(Instant::now() + linger);
        self.alarm = None;
        while let Some(Ok(_)) = poll_fn(|cx| self.poll(cx)).await {}
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failed>>> {
        let this = self;
        this.begun = true;
        // Asked first, so that bytes that keep dripping cannot outlive the deadline.
        if Instant::now() >= this.end {
            return Poll::Ready(Some(Err(Cut::TooSlow.into())));
        }
        let Poll::Ready(next) = Pin::new(&mut this.inner).poll_frame(cx) else {
            let alarm = this.alarm.get_or_insert_with(|| Box::pin(sleep_until(this.end)));
            return alarm.as_mut().poll(cx).map(|()| Some(Err(Cut::TooSlow.into())));
        };
        let Some(frame) = next else { return Poll::Ready(None) };
        let frame = frame?;
        let length = frame.data_ref().map_or(0, Bytes::len) as u64;
        match this.left.checked_sub(length) {
            Some(left) => this.left = left,
            None => return Poll::Ready(Some(Err(Cut::TooLarge.into()))),
        }
        Poll::Ready(Some(Ok(frame)))
    }
}

impl Body for Timed {
    type Data = Bytes;
    type Error = Failed;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Failed>>> {
        self.rest.as_mut().map_or(Poll::Ready(None), |rest| rest.poll(cx))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.as_ref().is_none_or(|rest| rest.inner.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.rest.as_ref().map_or_else(SizeHint::default, |rest| rest.inner.size_hint())
    }
}

/// A response's body; its request counts as in hand until the body is dropped.
pub(super) struct Counted {
    inner: AxumBody,
    _beat: Beat,
}

impl Counted {
    pub(super) const fn new(inner: AxumBody, beat: Beat) -> Self {
        Self { inner, _beat: beat }
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
