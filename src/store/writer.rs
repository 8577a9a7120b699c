//! The group-committing writer, and the proofs that it makes.
//!
//! One task owns all writes. It takes what has queued while the last batch was flushed, gives
//! it one transaction, commits once, and only then answers. A job that breaks a constraint
//! fails alone; a commit that fails poisons the store, because what is on disk is then unknown.

use super::alerts::NewAlert;
use super::effect::{Change, Writes};
use super::entry::{hex, leaf_of};
use super::kept::Memory;
use super::log::{self, Head, Leaf};
use super::settle::{apply, fresh, move_facts};
use super::share_keys::KeyChange;
use super::table::Row;
use super::{Error, Store, sequencer};
use crate::ledger::note::Signer;
use crate::ledger::rows;
use crate::model::facts::Stamp;
use crate::model::id::EntryId;
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::IN_FORCE;
use crate::policy::help::Help;
use crate::policy::permit::{Action, Denial, Judgement, Permit};
use sqlx::AnyPool;
use std::sync::Arc;
use tokio::sync::{Notify, broadcast, mpsc, oneshot, watch};

/// Proof that an audit entry is on disk, under a signed checkpoint.
///
/// Made only in `store/writer.rs`; consumed by `Vault::open`.
#[derive(Debug)]
#[must_use = "a receipt that is dropped was recorded and opened nothing"]
pub struct Receipt {
    entry: EntryId,
    at: Moment,
    placed: Placed,
    action: Action,
    record: Record,
    items: Vec<Record>,
    obligations: Vec<String>,
}

/// Proof that a refusal is on disk. The only form of a denial that can become an answer.
///
/// Made only in `store/writer.rs`; consumed by `http/problem.rs`.
#[derive(Debug)]
#[must_use = "a refusal that is dropped tells the caller nothing"]
pub struct Refused {
    may_know: bool,
    lines: Vec<String>,
    help: Option<Box<Help>>,
}

/// Where an entry came to stand in the log.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) index: u64,
    pub(super) size: u64,
    pub(super) root: String,
}

impl Receipt {
    /// Returns the entry's id.
    #[must_use]
    pub const fn entry(&self) -> EntryId {
        self.entry
    }

    /// Returns when it was decided.
    #[must_use]
    pub const fn at(&self) -> Moment {
        self.at
    }

    /// Returns the entry's index in the log.
    #[must_use]
    pub const fn index(&self) -> u64 {
        self.placed.index
    }

    /// Returns the size of the log that covers the entry.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.placed.size
    }

    /// Returns the log's root at that size, in base64.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.placed.root
    }

    /// Returns what was permitted.
    #[must_use]
    pub const fn action(&self) -> Action {
        self.action
    }

    /// Returns what it was permitted on.
    #[must_use]
    pub const fn record(&self) -> Record {
        self.record
    }

    /// Returns the further records that the entry names.
    #[must_use]
    pub fn items(&self) -> &[Record] {
        &self.items
    }

    /// Returns what the permit obliges to.
    #[must_use]
    pub fn obligations(&self) -> &[String] {
        &self.obligations
    }
}

impl Refused {
    /// Says whether the caller may know that the record is there.
    #[must_use]
    pub const fn may_know(&self) -> bool {
        self.may_know
    }

    /// Returns what helps the caller, if they may know that the record is there.
    #[must_use]
    pub fn help(&self) -> Option<&Help> {
        self.help.as_deref()
    }

    /// Returns the policy lines or the guard that refused.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl Store {
    /// Records a permitted act and makes its change, in one transaction.
    ///
    /// # Errors
    /// [`Error::Stale`] if the facts have moved; [`Error::Busy`] if the queue is full, with nothing recorded;
    /// [`Error::Taken`] and [`Error::Dangling`] if the change contradicts what is there; [`Error::Unknown`].
    pub async fn commit(&self, permit: Permit, change: Change) -> Result<Receipt, Error> {
        let obligations = permit.obligations().to_vec();
        let mut judgement = permit.into_judgement();
        let (action, record) = (judgement.action, judgement.record);
        let mut writes = change.writes();
        if matches!(action, Action::Raise | Action::Acknowledge) && writes.moves.is_empty() {
            // A warning opens nothing and must not wait for facts to stand still. The policy hardly ever moves.
            judgement.stamps.retain(|stamp| stamp.subject == IN_FORCE);
        }
        let items = std::mem::take(&mut writes.items);
        let (entry, at, placed) = self.submit(judgement, "permit", writes, &items).await?;
        Ok(Receipt { entry, at, placed, action, record, items, obligations })
    }

    /// Records a refusal.
    ///
    /// # Errors
    /// [`Error::Busy`] and [`Error::Unknown`]; the caller must then answer that nothing was decided.
    pub async fn commit_denial(&self, mut denial: Denial) -> Result<Refused, Error> {
        let help = denial.take_help();
        let may_know = denial.may_know();
        let mut judgement = denial.into_judgement();
        let lines = judgement.lines.clone();
        // A refusal stands whatever has moved since: it opens nothing.
        judgement.stamps.clear();
        self.submit(judgement, "deny", Writes::default(), &[]).await?;
        Ok(Refused { may_know, lines, help })
    }

    /// Records a refusal together with notices of it, in one transaction.
    ///
    /// # Errors
    /// As [`Store::commit_denial`].
    pub async fn commit_denial_telling(&self, mut denial: Denial, notices: Vec<NewAlert>) -> Result<Refused, Error> {
        let help = denial.take_help();
        let may_know = denial.may_know();
        let mut judgement = denial.into_judgement();
        let lines = judgement.lines.clone();
        judgement.stamps.clear();
        let rows = notices.into_iter().flat_map(NewAlert::rows).collect();
        self.submit(judgement, "deny", Writes { rows, ..Writes::default() }, &[]).await?;
        Ok(Refused { may_know, lines, help })
    }

    async fn submit(
        &self,
        judgement: Judgement,
        decision: &'static str,
        mut writes: Writes,
        items: &[Record],
    ) -> Result<(EntryId, Moment, Placed), Error> {
        let at = self.clock.now();
        let entry = EntryId::at(at);
        let name = entry.to_string();
        let digests: Vec<_> = writes.rows.iter_mut().map(|row| row.bind(&name)).collect();
        let digest = if digests.is_empty() { "-".to_owned() } else { hex(&rows::rows_digest(digests).0) };
        let basis = writes.basis.unwrap_or_else(|| "-".to_owned());
        let leaf = leaf_of(&judgement, decision, &name, at, [digest, basis], items, writes.signed)?;
        let (reply, answer) = oneshot::channel();
        let job =
            Job { stamps: judgement.stamps, rows: writes.rows, moves: writes.moves, keys: writes.keys, leaf, reply };
        // A full queue and a writer that has ended look alike to the caller: nothing was recorded.
        self.jobs.try_send(job).map_err(|_| Error::Busy)?;
        let placed = answer.await.map_err(|_| Error::Unknown)??;
        Ok((entry, at, placed))
    }
}

/// One job: what it was judged on, what it writes, whom to answer.
pub(super) struct Job {
    pub(super) stamps: Vec<Stamp>,
    pub(super) rows: Vec<Row>,
    pub(super) moves: Vec<String>,
    pub(super) keys: Vec<KeyChange>,
    leaf: Leaf,
    reply: oneshot::Sender<Result<Placed, Error>>,
}

/// Who must hear of a commit once it is on disk.
pub(super) struct Told {
    /// Event streams, after the answers.
    pub(super) news: broadcast::Sender<()>,
    /// What is kept in memory and may have moved, before the answers.
    pub(super) memory: Option<Arc<Memory>>,
}

impl Told {
    /// Has forgotten whatever depends on these subjects.
    fn forget(&self, subjects: &[String]) {
        if let Some(memory) = &self.memory {
            memory.forget(subjects);
        }
    }
}

/// How entries come by their index.
enum Numbering {
    /// The writer numbers them itself, in the same transaction (SQLite).
    Inline { head: Box<Head>, signer: Box<Signer>, told: Told },
    /// They wait in a table for the sequencer (PostgreSQL).
    Queued { confirm: mpsc::Sender<Vec<sequencer::Waiting>>, signer: Arc<Signer>, bell: Arc<Notify> },
}

/// The one task that writes.
pub(super) struct Writer {
    pool: AnyPool,
    batch_max: usize,
    numbering: Numbering,
    poison: watch::Sender<Option<String>>,
}

impl Writer {
    /// Returns a writer that numbers entries itself.
    pub(super) async fn inline(
        pool: AnyPool,
        signer: Signer,
        batch_max: usize,
        poison: watch::Sender<Option<String>>,
        told: Told,
    ) -> Result<Self, Error> {
        let mut one = pool.acquire().await.map_err(Error::because("connect"))?;
        let head = Box::new(Head::load(&mut one).await?);
        drop(one);
        let numbering = Numbering::Inline { head, signer: Box::new(signer), told };
        Ok(Self { pool, batch_max, numbering, poison })
    }

    /// Returns a writer that leaves numbering to the sequencer.
    pub(super) fn queueing(
        pool: AnyPool,
        confirm: mpsc::Sender<Vec<sequencer::Waiting>>,
        batch_max: usize,
        poison: watch::Sender<Option<String>>,
        signer: Arc<Signer>,
        bell: Arc<Notify>,
    ) -> Self {
        Self { pool, batch_max, numbering: Numbering::Queued { confirm, signer, bell }, poison }
    }

    /// Takes what has queued, settles it, again and again, until every sender is gone.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Job>) {
        let mut batch = Vec::with_capacity(self.batch_max);
        while queue.recv_many(&mut batch, self.batch_max).await > 0 {
            if let Err(error) = self.settle(std::mem::take(&mut batch)).await {
                // Replies were dropped: each waiter hears that the outcome is unknown.
                tracing::error!(error = %error, "a commit failed; this writer ends, so that another recovers from disk");
                self.poison.send_replace(Some(error.to_string()));
                return;
            }
        }
    }

    async fn settle(&mut self, batch: Vec<Job>) -> Result<(), Error> {
        let begun = match self.numbering {
            // Before anything is read: whoever has only read is not let wait for the right to write.
            Numbering::Inline { .. } => self.pool.begin_with("BEGIN IMMEDIATE").await,
            Numbering::Queued { .. } => self.pool.begin().await,
        };
        let Ok(mut tx) = begun else {
            // Nothing has begun, so nothing was recorded: an honest "try again".
            batch.into_iter().for_each(|job| job.refuse(Error::Busy));
            return Ok(());
        };
        // Told after the commit: who looks again must find what a neighbour in the batch has done.
        let mut refused = Vec::new();
        let fresh = fresh(&mut tx, batch, matches!(self.numbering, Numbering::Queued { .. }), &mut refused).await?;
        if let Numbering::Inline { told, .. } = &self.numbering {
            // Whoever looks again reads it anew, whoever moved it.
            let stale = refused.iter().flat_map(|(job, _)| &job.stamps).map(|stamp| stamp.subject.clone());
            told.forget(&stale.filter(|subject| subject != IN_FORCE).collect::<Vec<_>>());
        }
        let jobs = apply(&mut tx, fresh, &mut refused).await?;
        if jobs.is_empty() {
            tx.rollback().await.map_err(Error::because("roll back"))?;
            refused.into_iter().for_each(|(job, why)| job.refuse(why));
            return Ok(());
        }
        move_facts(&mut tx, &jobs).await?;
        let moved: Vec<String> = jobs.iter().flat_map(|job| job.moves.iter().cloned()).collect();
        let (leaves, replies): (Vec<_>, Vec<_>) = jobs.into_iter().map(|job| (job.leaf, job.reply)).unzip();
        match &mut self.numbering {
            Numbering::Inline { head, signer, told } => {
                let next = log::append(&mut tx, head, &leaves, signer).await?;
                // If we stop here: the batch is gone, nobody was answered, nothing was shown.
                tx.commit().await.map_err(Error::because("commit"))?;
                // If we stop here: the batch is on disk, nobody was answered: over-recorded, the safe side.
                told.forget(&moved);
                let (first, size, root) = (head.size(), next.size(), next.root.to_base64());
                **head = next;
                for (index, reply) in (first..).zip(replies) {
                    let _ = reply.send(Ok(Placed { index, size, root: root.clone() }));
                }
                let _ = told.news.send(());
            }
            Numbering::Queued { confirm, signer, bell } => {
                sequencer::enqueue(&mut tx, &leaves, signer).await?;
                tx.commit().await.map_err(Error::because("commit"))?;
                let waiting = leaves.into_iter().zip(replies).map(|(leaf, reply)| (leaf.entry, reply)).collect();
                bell.notify_one();
                // The confirmer ends only with the process; then the replies drop and say "unknown".
                let _ = confirm.send(waiting).await;
            }
        }
        refused.into_iter().for_each(|(job, why)| job.refuse(why));
        Ok(())
    }
}

impl Job {
    /// Answers that the job was not done.
    pub(super) fn refuse(self, why: Error) {
        // The caller may have gone; the refusal then has no reader, and nothing was written.
        let _ = self.reply.send(Err(why));
    }
}
