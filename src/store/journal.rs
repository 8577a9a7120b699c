//! SQLite's journal, moved into the database beside the writer.
//!
//! A commit is on disk once it stands in the write-ahead journal. To move the journal's pages into the database is work for
//! later, and whoever commits must not wait for it: the writer would do so every 16 MiB, and one question in a hundred stood behind it.
//!
//! Promises: what is moved is flushed as SQLite flushes it; if this task ends or fails, the writer moves the journal itself as soon as
//! it has grown to `wal_autocheckpoint` pages.

use super::Error;
use sqlx::AnyPool;
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::sleep;

/// Waits for nobody: what a reader or the writer still uses stays for the next time.
pub(super) const MOVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// The shortest time between two moves. A page that many commits have touched meanwhile is moved once.
const EVERY: Duration = Duration::from_secs(1);

/// Moves what was committed, again and again, until nobody commits any more.
pub(super) async fn keep_short(pool: AnyPool, mut commits: broadcast::Receiver<()>) {
    loop {
        // To have missed some is to have heard of one.
        if matches!(commits.recv().await, Err(RecvError::Closed)) {
            return;
        }
        sleep(EVERY).await;
        commits = commits.resubscribe();
        if let Err(error) = sqlx::query(MOVE).execute(&pool).await.map_err(Error::because("move the journal")) {
            tracing::warn!(error = %error, "the journal was not moved; the writer does it when it has grown");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Engine, lite_url, pool};
    use super::*;
    use std::fs;

    #[tokio::test]
    async fn what_was_committed_comes_into_the_database_without_the_writer() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("hub.sqlite3");
        let url = lite_url(&file, "rwc");
        let (writing, moving) =
            (pool(Engine::Lite, &url, 1).await.unwrap(), pool(Engine::Lite, &url, 1).await.unwrap());
        sqlx::query("CREATE TABLE thing (text TEXT)").execute(&writing).await.unwrap();
        sqlx::query("INSERT INTO thing (text) VALUES ('SENTINEL-IN-PLACE')").execute(&writing).await.unwrap();
        let holds = || fs::read(&file).unwrap().windows(17).any(|bytes| bytes == b"SENTINEL-IN-PLACE");
        assert!(!holds(), "the writer itself has not moved it");
        let (news, commits) = broadcast::channel(1);
        let task = tokio::spawn(keep_short(moving, commits));
        news.send(()).unwrap();
        for _ in 0..100 {
            if holds() {
                break;
            }
            sleep(Duration::from_millis(100)).await;
        }
        assert!(holds(), "the journal stays where it was");
        drop(news);
        task.await.unwrap();
    }
}
