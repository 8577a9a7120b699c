//! The hub's own accept loop.
//!
//! The framework's loop lets half a header wait for ever and counts nobody. This one gives
//! every connection a place, a pulse and an end.
//! Promises: never ends because of a client or a shortage; when told to stop it takes no
//! more, lets what is in hand finish, and says how much it had to cut.
//! Must never know: what routes do.

use super::connection::{self, House};
use super::hosts::Hosts;
use super::limits::{ACCEPT_REST, Limits};
use super::seats::Seats;
use super::stop::Stop;
use axum::Router;
use rustls::ServerConfig;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

/// What makes one listener different from another.
#[derive(Debug, Clone)]
pub struct Door {
    /// How it speaks TLS: see [`super::tls`].
    pub tls: Arc<ServerConfig>,
    /// The names it answers to.
    pub hosts: Hosts,
    /// What a client may use up.
    pub limits: Limits,
}

/// Serves `router` at `listener` until told to stop.
///
/// Output: how many connections were still busy when the draining time was over and had to
/// be cut. Work that must not be cut runs in a [`super::finish::Finisher`].
pub async fn serve(listener: TcpListener, door: Door, router: Router, mut stop: Stop) -> usize {
    let limits = door.limits;
    let places = Arc::new(Semaphore::new(limits.connections_max));
    let seats = Seats::new(limits.connections_per_peer_max);
    let house = Arc::new(House { acceptor: TlsAcceptor::from(door.tls), hosts: door.hosts, limits, router });
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = stop.asked() => break,
            Some(ended) = connections.join_next(), if !connections.is_empty() => note(ended),
            (place, stream, addr) = next(&listener, &places) => {
                let Some(seat) = seats.take(addr.ip()) else {
                    tracing::warn!("a peer has too many connections; the newest was closed");
                    continue;
                };
                let attended = connection::attend(stream, addr, Arc::clone(&house), stop.clone());
                connections.spawn(async move {
                    let _held = (place, seat);
                    attended.await;
                });
            }
        }
    }
    drop(listener);
    let all = async {
        while let Some(ended) = connections.join_next().await {
            note(ended);
        }
    };
    // Whether the time was enough shows in what is left.
    let _ = timeout(limits.drain, all).await;
    let cut = connections.len();
    connections.shutdown().await;
    cut
}

/// Returns the next connection, once there is a place for it. Until then clients wait in
/// the system's own queue.
async fn next(listener: &TcpListener, places: &Arc<Semaphore>) -> (OwnedSemaphorePermit, TcpStream, SocketAddr) {
    let place = Arc::clone(places).acquire_owned().await.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, addr)) => return (place, stream, addr),
            // The client went away while it was queueing.
            Err(error) if gone(&error) => {}
            Err(error) => {
                // Most likely no file handles are left. Some will be, when connections end.
                tracing::error!(kind = %error.kind(), "cannot accept a connection; trying again shortly");
                sleep(ACCEPT_REST).await;
            }
        }
    }
}

fn gone(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn note(ended: Result<(), JoinError>) {
    if ended.is_err_and(|error| error.is_panic()) {
        tracing::error!("a connection task panicked");
    }
}

#[cfg(test)]
mod tests;
