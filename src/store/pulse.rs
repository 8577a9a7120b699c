//! Whether PostgreSQL still answers, asked on a connection of its own.
//!
//! A network that is cut tells nobody: a query that waits for its answer then waits for ever, and whoever comes after it as well. So the
//! store asks once a second, and gives itself up if no answer comes; whoever runs it opens it again, on new connections. The server
//! lets go of what a silent node held, such as the lock of the one that numbers the log, some time later (`schema.rs`); should the node
//! still use it then, its epoch is over, and its pass is refused (`sequencer.rs`).
//! Must never know: what is stored.

use sqlx::{AnyPool, Connection as _};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// How long lies between two beats.
const EVERY: Duration = Duration::from_secs(1);

/// How long it may take until an answer comes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks until no answer has come for so long, and then says so to whoever runs the store. One connection that breaks is no reason: the
/// next question goes by another.
pub(super) async fn watch(pool: AnyPool, poison: watch::Sender<Option<String>>) {
    loop {
        sleep(EVERY).await;
        let mut why = "it did not answer in time".to_owned();
        let answered = async {
            while let Err(error) = async { pool.acquire().await?.ping().await }.await {
                why = error.to_string();
                sleep(EVERY).await;
            }
        };
        if timeout(PATIENCE, answered).await.is_ok() {
            continue;
        }
        tracing::error!(%why, "the database is gone; this store ends, so that another takes its place");
        poison.send_replace(Some(why));
        return;
    }
}
