//! PostgreSQL: one fenced sequencer numbers the entries that all nodes have queued.
//!
//! Every node's writer commits its audit rows into a queue, in the transaction of the data.
//! One node leads: it holds an advisory lock **and** an epoch in the head row. A leader that
//! was paused and replaced finds another epoch and stops; its batch is rolled back. Rows are
//! taken by deletion, never by "greater than the last", so none can be missed.

use super::batch::{self, Mark};
use super::log::{self, Head, Leaf};
use super::writer::Placed;
use super::{Error, read};
use crate::ledger::Hash;
use crate::ledger::note::Signer;
use sqlx::AnyConnection;
use sqlx::{AnyPool, AssertSqlSafe};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, broadcast, mpsc, oneshot, watch};

/// Names the advisory lock. Any number that nothing else in this database uses: "lippen" in ASCII.
const LOCK: i64 = 0x6c69_7070_656e;

/// Entries in one pass. At 300 bytes each, a pass stays near a megabyte.
const PASS_MAX: i64 = 2048;

/// How long a quiet sequencer or confirmer waits before it looks again.
const TICK: Duration = Duration::from_millis(5);

/// How long a waiter waits to hear its number before it is told "unknown".
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) const ENQUEUE: &str = "INSERT INTO audit_queue (entry, at, actor, case_id, salt, record, leaf, mac) VALUES ";

pub(super) const LEAD: &str = "SELECT CAST(CASE WHEN pg_try_advisory_lock($1) THEN 1 ELSE 0 END AS BIGINT) AS leads";

pub(super) const NEXT_EPOCH: &str = "UPDATE audit_head SET epoch = epoch + 1 WHERE id = 1";

pub(super) const TAKE: &str = "
    DELETE FROM audit_queue
     WHERE entry IN (SELECT entry FROM audit_queue ORDER BY at, entry LIMIT $1)
    RETURNING entry, at, actor, case_id, salt, record, leaf, mac";

pub(super) const NUMBERED: &str = "SELECT entry, idx FROM audit_entry WHERE entry IN ";

/// An entry whose caller waits for its number.
pub(super) type Waiting = (String, oneshot::Sender<Result<Placed, Error>>);

/// Puts entries in the queue, inside the writer's transaction.
pub(super) async fn enqueue(on: &mut AnyConnection, leaves: &[Leaf], signer: &Signer) -> Result<(), Error> {
    for some in batch::fills(leaves) {
        let mut query =
            sqlx::query(AssertSqlSafe(format!("{ENQUEUE}{}", batch::places(Mark::Numbered, 8, some.len()))));
        for leaf in some {
            query = query
                .bind(leaf.entry.clone())
                .bind(leaf.at)
                .bind(leaf.actor.clone())
                .bind(leaf.case.clone())
                .bind(leaf.salt.clone())
                .bind(leaf.record.clone())
                .bind(leaf.leaf.to_vec())
                .bind(tag_of(leaf, signer)?);
        }
        query.execute(&mut *on).await.map_err(Error::because("queue for the log"))?;
    }
    Ok(())
}

/// The task that numbers entries while this node leads.
pub(super) struct Sequencer {
    pool: AnyPool,
    signer: Arc<Signer>,
    bell: Arc<Notify>,
    numbered: watch::Sender<u64>,
}

impl Sequencer {
    /// Returns a sequencer that wakes when `bell` rings.
    pub(super) fn new(pool: AnyPool, signer: Arc<Signer>, bell: Arc<Notify>) -> Self {
        Self { pool, signer, bell, numbered: watch::channel(0).0 }
    }

    /// Returns a watch on the size of the log, as far as this node has numbered it.
    pub(super) fn numbered(&self) -> watch::Receiver<u64> {
        self.numbered.subscribe()
    }

    /// Leads whenever it can, for as long as it can; ends with its task.
    pub(super) async fn run(self) {
        loop {
            if let Err(error) = self.lead().await {
                tracing::warn!(error = %error, "this node stopped numbering the log; another may go on");
            }
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
    }

    /// Numbers entries until something goes wrong. The session's lock falls with the connection.
    async fn lead(&self) -> Result<(), Error> {
        let mut session = self.pool.acquire().await.map_err(Error::because("connect"))?.detach();
        let leads = sqlx::query(LEAD).bind(LOCK).fetch_one(&mut session).await.map_err(Error::because("lead"))?;
        if read::int(&leads, "leads")? == 0 {
            return Ok(());
        }
        sqlx::query(NEXT_EPOCH).execute(&mut session).await.map_err(Error::because("start an epoch"))?;
        let epoch = Head::load(&mut session).await?.epoch;
        loop {
            while self.pass(&mut session, epoch).await? {}
            let _ = tokio::time::timeout(TICK, self.bell.notified()).await;
        }
    }

    /// Numbers what is queued, in one transaction. Says whether there may be more.
    async fn pass(&self, session: &mut AnyConnection, epoch: i64) -> Result<bool, Error> {
        let mut tx = sqlx::Connection::begin(session).await.map_err(Error::because("begin"))?;
        let rows =
            sqlx::query(TAKE).bind(PASS_MAX).fetch_all(&mut *tx).await.map_err(Error::because("take the queue"))?;
        if rows.is_empty() {
            return tx.rollback().await.map_err(Error::because("roll back")).map(|()| false);
        }
        // An entry that no node made is never signed: it is dropped, and what it came with fails verification.
        let genuine = |row| {
            queued(row, &self.signer).inspect_err(|error| tracing::error!(error = %error, "an entry was refused"))
        };
        let mut leaves: Vec<Leaf> = rows.iter().filter_map(|row| genuine(row).ok()).collect();
        leaves.sort_by(|a, b| (a.at, &a.entry).cmp(&(b.at, &b.entry)));
        let head = Head::load(&mut tx).await?;
        if head.epoch != epoch {
            return Err(Error::Log { what: "another node leads: this one is fenced" });
        }
        let next = log::append(&mut tx, &head, &leaves, &self.signer).await?;
        tx.commit().await.map_err(Error::because("commit"))?;
        self.numbered.send_replace(next.size());
        Ok(rows.len() as i64 == PASS_MAX)
    }
}

/// Tags a leaf, so that the node that numbers it can tell it from one that was slipped into the table.
fn tag_of(leaf: &Leaf, signer: &Signer) -> Result<Vec<u8>, Error> {
    let tag = signer.tag(&leaf.leaf).map_err(|_| Error::Log { what: "a queued leaf could not be tagged" })?;
    Ok(tag.to_vec())
}

fn queued(row: &sqlx::any::AnyRow, signer: &Signer) -> Result<Leaf, Error> {
    let leaf = Leaf {
        entry: read::text(row, "entry")?,
        at: read::int(row, "at")?,
        actor: read::text(row, "actor")?,
        case: read::maybe_text(row, "case_id")?,
        salt: read::blob(row, "salt")?,
        record: read::blob(row, "record")?,
        leaf: read::blob(row, "leaf")?.try_into().map_err(|_| Error::Log { what: "a queued leaf's length" })?,
    };
    if signer.is_tagged(&leaf.leaf, &read::blob(row, "mac")?) {
        Ok(leaf)
    } else {
        Err(Error::Log { what: "a queued leaf's tag" })
    }
}

/// Tells waiters their numbers once their entries are in the log, whichever node put them there.
pub(super) async fn confirm(
    pool: AnyPool,
    mut arrivals: mpsc::Receiver<Vec<Waiting>>,
    mut numbered: watch::Receiver<u64>,
    news: broadcast::Sender<()>,
) {
    let mut waiting: HashMap<String, (oneshot::Sender<Result<Placed, Error>>, tokio::time::Instant)> = HashMap::new();
    loop {
        tokio::select! {
            batch = arrivals.recv() => {
                let Some(batch) = batch else { return };
                let until = tokio::time::Instant::now() + PATIENCE;
                waiting.extend(batch.into_iter().map(|(entry, reply)| (entry, (reply, until))));
            }
            _ = numbered.changed(), if !waiting.is_empty() => {}
            () = tokio::time::sleep(TICK), if !waiting.is_empty() => {}
        }
        let entries: Vec<String> = waiting.keys().cloned().collect();
        match placed(&pool, &entries).await {
            Ok(found) => {
                let any = !found.is_empty();
                for (entry, place) in found {
                    if let Some((reply, _)) = waiting.remove(&entry) {
                        let _ = reply.send(Ok(place));
                    }
                }
                if any {
                    let _ = news.send(());
                }
            }
            Err(error) => tracing::warn!(error = %error, "could not look up numbers; trying again"),
        }
        // Whoever has waited too long hears "unknown" by the dropped reply: it is on disk, its number is not known.
        let now = tokio::time::Instant::now();
        waiting.retain(|_, (_, until)| *until > now);
    }
}

/// Looks up the numbers of entries, with a head that covers them.
async fn placed(pool: &AnyPool, entries: &[String]) -> Result<Vec<(String, Placed)>, Error> {
    let mut found = Vec::new();
    for some in batch::fills(entries) {
        let mut query =
            sqlx::query(AssertSqlSafe(format!("{NUMBERED}{}", batch::places(Mark::Numbered, some.len(), 1))));
        for entry in some {
            query = query.bind(entry.clone());
        }
        for row in query.fetch_all(pool).await.map_err(Error::because("look up numbers"))? {
            let index = u64::try_from(read::int(&row, "idx")?).map_err(|_| Error::Log { what: "an index" })?;
            found.push((read::text(&row, "entry")?, index));
        }
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // Read after the entries, so that the head covers all of them.
    let mut one = pool.acquire().await.map_err(Error::because("connect"))?;
    let head = Head::load(&mut one).await?;
    let (size, root): (u64, Hash) = (head.size(), head.root);
    let place = |index| Placed { index, size, root: root.to_base64() };
    Ok(found.into_iter().map(|(entry, index)| (entry, place(index))).collect())
}
