//! How many event streams one worker may hold open.
//!
//! Promises: a new stream is never refused, because an alert may be waiting for it: the oldest
//! ends instead, and its client may come again; workers without streams take no memory.

use crate::model::id::WorkerId;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// Streams of one worker: a desk, a telephone, and those that a lost network has not ended yet.
const STREAMS_MAX: usize = 8;

/// The open streams of every worker, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Streams(Arc<Mutex<Open>>);

type Open = HashMap<WorkerId, VecDeque<Arc<Notify>>>;

/// One open stream's place; dropped with it.
#[derive(Debug)]
pub(super) struct Place {
    streams: Streams,
    worker: WorkerId,
    end: Arc<Notify>,
}

impl Streams {
    /// Takes a place for a worker's new stream, and ends the oldest if there are too many.
    pub(super) fn open(&self, worker: WorkerId) -> Place {
        let end = Arc::new(Notify::new());
        let mut open = self.held();
        let own = open.entry(worker).or_default();
        own.push_back(Arc::clone(&end));
        if own.len() > STREAMS_MAX
            && let Some(oldest) = own.pop_front()
        {
            oldest.notify_one();
        }
        drop(open);
        Place { streams: self.clone(), worker, end }
    }

    fn held(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Waits until a newer stream has taken this one's place.
    pub(super) async fn taken(&self) {
        self.end.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.streams.held();
        if let Some(own) = open.get_mut(&self.worker) {
            own.retain(|end| !Arc::ptr_eq(end, &self.end));
            if own.is_empty() {
                open.remove(&self.worker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn a_new_stream_ends_the_oldest_of_the_same_worker_alone() {
        let (streams, one, other) = (Streams::default(), WorkerId::random(), WorkerId::random());
        let beside = streams.open(other);
        let mut places: Vec<_> = (0..STREAMS_MAX).map(|_| streams.open(one)).collect();
        let ended =
            |places: &[Place]| places.iter().map(|place| place.taken().now_or_never().is_some()).collect::<Vec<_>>();
        assert!(ended(&places).iter().all(|ended| !ended));
        places.push(streams.open(one));
        assert_eq!(ended(&places).iter().position(|ended| *ended), Some(0));
        assert_eq!(beside.taken().now_or_never(), None);
        // One that has gone by itself makes room.
        places.remove(3);
        places.push(streams.open(one));
        assert!(ended(&places).iter().all(|ended| !ended));
        drop((places, beside));
        assert!(streams.held().is_empty());
    }
}
