//! Whether PostgreSQL still answers, asked on a connection of its own.
//!
//! A network that is cut tells nobody: a query that waits for its answer then waits for ever, and whoever comes after it as well. So the
//! store asks once a second, and gives itself up if no answer comes; whoever runs it opens it again, on new connections. It gives up
//! before the server does (`schema.rs`): what the server lets go of, such as the lock of the node that numbers the log, is used by nobody.
//! Must never know: what is stored.

use sqlx::{AnyPool, Connection as _};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long lies between two beats.
const EVERY: Duration = Duration::from_secs(1);

/// How long an answer may take. The server needs four times as long to let go of a node that has gone silent.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks until no answer comes, and then says so to whoever runs the store.
pub(super) async fn watch(pool: AnyPool, poison: watch::Sender<Option<String>>) {
    loop {
        sleep(EVERY).await;
        let asked = async { pool.acquire().await?.ping().await };
        let why = match timeout(PATIENCE, asked).await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it did not answer in time".to_owned(),
        };
        tracing::error!(%why, "the database is gone; this store ends, so that another takes its place");
        poison.send_replace(Some(why));
        return;
    }
}
