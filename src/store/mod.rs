//! The only SQL and the only writer: SQLite inside, PostgreSQL by URL, one text for both.
//!
//! Promises: nothing is written without a [`Permit`](crate::policy::permit::Permit) or a
//! [`Denial`](crate::policy::permit::Denial); a [`Receipt`] exists only after the commit that
//! holds its audit entry has returned; every list takes a scope or one case.
//! Must never know: keys, plaintext, HTTP.
#![expect(clippy::disallowed_methods, reason = "SQL and facts live in this room")]

pub mod addresses;
pub mod agencies;
pub mod alerts;
pub mod appointments;
pub mod assessments;
pub mod audit;
mod batch;
pub mod cases;
pub mod channels;
pub mod chronology;
pub mod consents;
pub mod decisions;
pub mod derivatives;
pub mod devices;
pub mod dispatches;
pub mod doubts;
pub mod drills;
pub mod effect;
pub mod emergency;
pub mod endpoints;
mod entry;
mod error;
pub mod events;
mod facts;
pub mod figures;
pub mod heartbeats;
pub mod imports;
mod inbox;
mod journal;
mod kept;
pub mod ladder;
pub mod late;
pub mod locks;
mod log;
pub mod meetings;
pub mod note_ends;
pub mod notes;
mod of_case;
pub mod opened_under;
pub mod order_heads;
pub mod orders;
pub mod overrides;
mod owing;
pub mod packs;
pub mod people;
pub mod places;
pub mod plans;
pub mod policies;
pub mod programmes;
pub mod protected;
mod pulse;
mod read;
pub mod recalls;
mod recipients;
pub mod referrals;
pub mod registers;
pub mod reviews;
pub mod rota;
pub mod safe_contact;
mod schema;
mod sequencer;
pub mod sessions;
mod settle;
pub mod share_keys;
pub mod shares;
pub mod signed;
pub mod signers;
pub mod spooled;
mod standing;
mod statements;
pub mod status;
pub mod stays;
pub mod storms;
pub mod suppose;
mod table;
pub mod tombstones;
pub mod unanswered;
pub mod undelivered;
pub mod verify;
mod vouched;
mod wishes;
pub mod withdrawals;
pub mod wordings;
mod wraps;
mod writer;

pub use batch::Mark;
pub use error::Error;
pub use facts::AT_ONCE;
pub use statements::{On, STATEMENTS, built};
pub use writer::{Receipt, Refused};

use crate::ledger::note::Signer;
use crate::model::time::Clock;
use kept::Memory;
use sqlx::AnyPool;
use sqlx::any::AnyPoolOptions;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, mpsc, watch};
use tokio::task::JoinHandle;

/// Readers at once. Each SQLite reader is a thread; two cores serve no more than these.
const READERS_MAX: u32 = 8;

/// Jobs that may wait for the writer: at 5,000 a second, under a second of waiting. Beyond it, an honest 503.
const QUEUE_MAX: usize = 4096;

/// How long the end waits for the writer's last batch.
const WRITER_MAX: Duration = Duration::from_secs(8);

/// Which database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    /// SQLite, in this process.
    Lite,
    /// PostgreSQL.
    Pg,
}

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Place {
    /// An SQLite file `hub.sqlite3` in this folder, which no other process may hold.
    Folder(PathBuf),
    /// A PostgreSQL URL.
    Url(String),
}

/// What the store needs to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the data is.
    pub place: Place,
    /// `demo` or `production`; stamped into a new database and compared in an old one.
    pub environment: &'static str,
    /// The hub's id; stamped likewise.
    pub hub: String,
    /// The most jobs in one commit, 1 to 256. 256 is the default; 1 is for measuring what grouping gains.
    pub batch_max: usize,
}

/// The database, its writer and its log.
#[derive(Clone)]
pub struct Store {
    readers: AnyPool,
    jobs: mpsc::Sender<writer::Job>,
    clock: Arc<dyn Clock>,
    /// Tells event streams that alerts have come; carries nothing.
    news: broadcast::Sender<()>,
    /// What this process alone can move; `None` where other nodes move it too.
    memory: Option<Arc<Memory>>,
    /// The log's public key.
    vkey: Arc<str>,
}

/// What keeps the store running; stop it last.
pub struct Running {
    tasks: Vec<JoinHandle<()>>,
    poisoned: watch::Receiver<Option<String>>,
    pools: Vec<AnyPool>,
    _lock: Option<File>,
}

impl Store {
    /// Opens the database, applies migrations, starts the writer.
    ///
    /// # Errors
    /// [`Error::InUse`] if another process holds the folder; [`Error::OldSqlite`]; [`Error::OtherHub`];
    /// [`Error::Migrate`]; [`Error::Database`].
    #[expect(clippy::disallowed_methods, reason = "the writer's tasks are owned by Running")]
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>, signer: Signer) -> Result<(Self, Running), Error> {
        sqlx::any::install_default_drivers();
        let (engine, url, lock) = locate(&settings.place)?;
        let writing = pool(engine, &url, 1).await?;
        if engine == Engine::Lite {
            let mut one = writing.acquire().await.map_err(Error::because("connect"))?;
            schema::assert_version(&mut one).await?;
        }
        schema::migrate(&writing, engine).await?;
        schema::stamp(&writing, settings.environment, &settings.hub, clock.now()).await?;
        log::found(&writing, &signer).await?;
        let readers = pool(engine, &url, READERS_MAX).await?;
        let (jobs, queue) = mpsc::channel(QUEUE_MAX);
        let (poison, poisoned) = watch::channel(None);
        let (news, _) = broadcast::channel(16);
        let vkey = signer.vkey().into();
        let batch_max = settings.batch_max.clamp(1, 256);
        let memory = (engine == Engine::Lite).then(|| Arc::new(Memory::new()));
        let (mut tasks, mut pools) = (Vec::new(), vec![readers.clone(), writing.clone()]);
        match engine {
            Engine::Lite => {
                let told = writer::Told { news: news.clone(), memory: memory.clone() };
                let writer = writer::Writer::inline(writing, signer, batch_max, poison, told).await?;
                tasks.push(tokio::spawn(writer.run(queue)));
                let moving = pool(engine, &url, 1).await?;
                pools.push(moving.clone());
                tasks.push(tokio::spawn(journal::keep_short(moving, news.subscribe())));
            }
            Engine::Pg => {
                let (confirm, waiting) = mpsc::channel(QUEUE_MAX);
                let (sequencing, asking) = (pool(engine, &url, 1).await?, pool(engine, &url, 1).await?);
                pools.extend([sequencing.clone(), asking.clone()]);
                let pulse = pulse::watch(asking, poison.clone());
                let bell = Arc::new(tokio::sync::Notify::new());
                let signer = Arc::new(signer);
                let writer =
                    writer::Writer::queueing(writing, confirm, batch_max, poison, signer.clone(), bell.clone());
                tasks.push(tokio::spawn(writer.run(queue)));
                let sequencer = sequencer::Sequencer::new(sequencing, signer, bell);
                let numbered = sequencer.numbered();
                tasks.push(tokio::spawn(sequencer.run()));
                tasks.push(tokio::spawn(pulse));
                tasks.push(tokio::spawn(sequencer::confirm(readers.clone(), waiting, numbered, news.clone())));
            }
        }
        Ok((Self { readers, jobs, clock, news, memory, vkey }, Running { tasks, poisoned, pools, _lock: lock }))
    }

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> crate::model::time::Moment {
        self.clock.now()
    }

    /// Says whether no other process writes: what this one knows to be all stays all.
    #[must_use]
    pub(crate) const fn is_alone(&self) -> bool {
        self.memory.is_some()
    }

    /// Returns a bell that rings when alerts may have come.
    #[must_use]
    pub fn news(&self) -> broadcast::Receiver<()> {
        self.news.subscribe()
    }

    /// Says whether the database answers.
    pub async fn is_ready(&self) -> bool {
        sqlx::query(log::HEAD).fetch_one(&self.readers).await.is_ok() && !self.jobs.is_closed()
    }

    /// Returns how many jobs wait for the writer, for metrics.
    #[must_use]
    pub fn waiting(&self) -> usize {
        QUEUE_MAX - self.jobs.capacity()
    }
}

impl Running {
    /// Waits until a commit has failed; returns why. This store must then be left: what is on disk is unknown to it.
    pub async fn poisoned(&mut self) -> String {
        loop {
            if let Some(why) = self.poisoned.borrow_and_update().clone() {
                return why;
            }
            if self.poisoned.changed().await.is_err() {
                return "the writer has ended".to_owned();
            }
        }
    }

    /// Ends the writer after its last batch and closes the database. Every [`Store`] must have been dropped.
    pub async fn stop(mut self) {
        // The writer's queue has closed with the last `Store`: it ends by itself, unless it waits for an answer that never comes.
        if let Some(writer) = self.tasks.first_mut() {
            let _ = tokio::time::timeout(WRITER_MAX, writer).await;
        }
        self.tasks.iter().for_each(JoinHandle::abort);
        for pool in &self.pools {
            pool.close().await;
        }
    }
}

impl Drop for Running {
    /// However a store is left, nothing of it writes or numbers any more.
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Turns a place into an engine, a URL and, for a folder, the lock that keeps other processes out.
fn locate(place: &Place) -> Result<(Engine, String, Option<File>), Error> {
    match place {
        Place::Url(url) => Ok((Engine::Pg, url.clone(), None)),
        Place::Folder(folder) => {
            let lock = File::create(folder.join("hub.lock")).map_err(|source| Error::Folder { source })?;
            lock.try_lock().map_err(|_| Error::InUse)?;
            Ok((Engine::Lite, lite_url(&folder.join("hub.sqlite3"), "rwc"), Some(lock)))
        }
    }
}

/// Writes the URL of an SQLite file. Only `%`, `?` and `#` need care in a path.
fn lite_url(file: &Path, mode: &str) -> String {
    let path = file.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    format!("sqlite://{path}?mode={mode}")
}

async fn pool(engine: Engine, url: &str, connections: u32) -> Result<AnyPool, Error> {
    let settings = match engine {
        Engine::Lite => schema::PRAGMAS,
        Engine::Pg => schema::PG_SETTINGS,
    };
    AnyPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(Duration::from_secs(5))
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move { sqlx::raw_sql(settings).execute(connection).await.map(drop) })
        })
        .connect(url)
        .await
        .map_err(Error::because("connect"))
}
