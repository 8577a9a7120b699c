//! What stands behind the doors, which may change while they are open.
//!
//! Promises: each request is answered by what stands there when it comes in, from its start to its end.
//! Must never know: what that is.

use axum::Router;
use axum::extract::Request;
use std::sync::Arc;
use tokio::sync::watch;

/// What answers at each of the three listeners.
#[derive(Debug)]
pub struct Rooms {
    /// People and their programs.
    pub people: Router,
    /// Agencies' systems.
    pub systems: Router,
    /// Operators.
    pub operators: Router,
}

/// Returns what a listener serves: whatever stands behind it at the moment.
pub fn door(rooms: watch::Receiver<Arc<Rooms>>, room: fn(&Rooms) -> &Router) -> Router {
    Router::new().fallback(move |request: Request| {
        let mut router = room(&rooms.borrow()).clone();
        async move {
            let Ok(answer) = tower::Service::call(&mut router, request).await;
            answer
        }
    })
}
