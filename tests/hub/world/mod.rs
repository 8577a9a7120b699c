//! A hub with made-up people, on either database, and the cast that can only make requests.
//!
//! Promises: what a test learns it learns from an answer, as a user would. A world that
//! tests share is never stopped and its clock never wound; who wants either makes their own.

mod answer;
mod client;
mod dated;
mod lent;
mod listen;
mod node;
mod player;
mod template;
mod wired;

pub(crate) use answer::Answer;
pub(crate) use client::Client;
pub(crate) use dated::on_each_from;
pub(crate) use listen::Listening;
pub(crate) use player::Player;
pub(crate) use wired::Wired;

use crate::patience::until;
use crate::postgres;
use lent::Loans;
use lippen::cli::demo::{Args, Demo, Setting, start};
use lippen::demo::{Caseload, DemoCase, DemoWorker};
use lippen::model::id::ProtectedId;
use lippen::model::time::{Clock, HandWound, Moment, RealClock};
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, OnceLock};
use tempfile::TempDir;
use template::{Start, last_evening};
use tokio::runtime::Runtime;

/// The seed of every test's caseload.
const SEED: u64 = 1;

/// Which database a world stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Db {
    /// SQLite in the world's folder.
    Lite,
    /// A fresh database of the throw-away PostgreSQL.
    Postgres,
}

/// Which clock a world goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Time {
    /// The machine's.
    Real,
    /// One that stands still until the test winds it.
    Wound,
}

/// A running hub.
pub(crate) struct World {
    /// Which database it stands on.
    pub(crate) db: Db,
    /// Whom and what the hub was filled with: a test's own knowledge, not the players'.
    pub(crate) caseload: Caseload,
    /// What stands in `demo.json`.
    pub(crate) manifest: Value,
    clock: Option<Arc<HandWound>>,
    people: Arc<Client>,
    demo: Option<Demo>,
    runtime: Runtime,
    folder: TempDir,
    borrowed: Mutex<Loans>,
    returned: Condvar,
    /// Other stories are told here at the same time.
    is_shared: bool,
    wired: Wired,
}

/// Tells a story on each database, in the worlds that all such stories share.
pub(crate) fn on_each(story: impl AsyncFn(&World)) {
    static LITE: OnceLock<Option<World>> = OnceLock::new();
    static POSTGRES: OnceLock<Option<World>> = OnceLock::new();
    for (db, shared) in [(Db::Lite, &LITE), (Db::Postgres, &POSTGRES)] {
        if let Some(world) = shared.get_or_init(|| World::shared(db)) {
            world.tell(&story);
        }
    }
}

/// Tells a story on each database, in a world of its own with a clock that the test winds.
pub(crate) fn on_each_alone(story: impl AsyncFn(&World)) {
    for db in [Db::Lite, Db::Postgres] {
        if let Some(world) = World::new(db, Time::Wound) {
            world.tell(&story);
            world.stop();
        }
    }
}

impl World {
    /// Starts a hub in which several stories are told at once.
    fn shared(db: Db) -> Option<Self> {
        Self::new(db, Time::Real).map(|world| Self { is_shared: true, ..world })
    }

    /// Starts a hub; nothing if its database is not installed here.
    pub(crate) fn new(db: Db, time: Time) -> Option<Self> {
        Self::wired(db, time, Wired::default())
    }

    /// Starts an empty hub and fills it; nothing if its database is not installed here.
    fn filled(db: Db, time: Time) -> Option<Self> {
        Self::going_by(db, wound(time), &RealClock, Wired::default())
    }

    /// Starts a hub that says outside that something waits.
    pub(crate) fn wired(db: Db, time: Time, wired: Wired) -> Option<Self> {
        if time == Time::Real {
            return Self::going_by(db, None, &RealClock, wired);
        }
        let Start { folder, database } = template::copied(db)?;
        Some(Self::in_folder(folder, db, database, (wound(time), &RealClock), wired))
    }

    /// Starts a hub that goes by a clock, and whose certificates are looked at by another.
    fn going_by(db: Db, wound: Option<Arc<HandWound>>, looked_at: &dyn Clock, wired: Wired) -> Option<Self> {
        let database = match db {
            Db::Lite => None,
            Db::Postgres => Some(postgres::database()?),
        };
        Some(Self::at(db, database, (wound, looked_at), wired))
    }

    /// Starts a hub on a PostgreSQL database of the test's own.
    pub(crate) fn beside(database: String, time: Time) -> Self {
        Self::at(Db::Postgres, Some(database), (wound(time), &RealClock), Wired::default())
    }

    fn at(db: Db, database: Option<String>, clocks: (Option<Arc<HandWound>>, &dyn Clock), wired: Wired) -> Self {
        Self::in_folder(tempfile::tempdir().expect("a temporary folder"), db, database, clocks, wired)
    }

    fn in_folder(
        folder: TempDir,
        db: Db,
        database: Option<String>,
        (wound, looked_at): (Option<Arc<HandWound>>, &dyn Clock),
        wired: Wired,
    ) -> Self {
        let data = Some(folder.path().join("data"));
        let listen = "127.0.0.1:0".parse().expect("an address");
        let args = Args { data, listen, database, seed: SEED, smtp: wired.smtp, webhooks: wired.webhooks };
        let clock: Arc<dyn Clock> = match &wound {
            Some(wound) => wound.clone(),
            None => Arc::new(RealClock),
        };
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("a runtime");
        let setting = Setting { clock, batch_max: 256, replay: false };
        let demo = runtime.block_on(start(args, setting)).expect("the demonstration starts");
        let manifest = demo.manifest.clone();
        let people = Client::looking_at(&demo.base_url, &demo.data.join("certs/ca.pem"), looked_at.now());
        let caseload = Caseload::from_seed(SEED);
        let world = Self {
            db,
            caseload,
            manifest,
            clock: wound,
            people: Arc::new(people),
            demo: Some(demo),
            runtime,
            folder,
            borrowed: Mutex::default(),
            returned: Condvar::new(),
            is_shared: false,
            wired,
        };
        world.runtime.block_on(world.has_a_heartbeat());
        world
    }

    /// Waits for the first heartbeat: what a test counts afterwards is its own.
    async fn has_a_heartbeat(&self) {
        let text = "SELECT CAST(COUNT(*) AS BIGINT) FROM heartbeat WHERE $1 = ''";
        until("the heart beats", async || (self.number(text, "").await > 0).then_some(())).await;
    }

    /// Runs a story here. The panic of a failing one names the database.
    pub(crate) fn tell(&self, story: impl AsyncFn(&World)) {
        eprintln!("on {:?}:", self.db);
        self.runtime.block_on(story(self));
    }

    /// Stops the hub cleanly and returns its folder, in which everything is as it was left.
    pub(crate) fn stop(mut self) -> TempDir {
        let demo = self.demo.take().expect("a world is stopped once");
        self.runtime.block_on(demo.stop());
        self.folder
    }

    /// Stops the hub and starts it again on the same folder and database, as if nobody had been there.
    pub(crate) fn starts_again(mut self) -> Self {
        let demo = self.demo.take().expect("the world is running");
        let data = demo.data.clone();
        self.runtime.block_on(demo.stop());
        let place = self.manifest["database"].as_str().expect("a database").to_owned();
        let database = (self.db == Db::Postgres).then_some(place);
        let (listen, Wired { smtp, webhooks }) = ("127.0.0.1:0".parse().expect("an address"), self.wired);
        let args = Args { data: Some(data), listen, database, seed: SEED, smtp, webhooks };
        let setting = Setting { clock: Arc::new(RealClock), batch_max: 256, replay: false };
        let demo = self.runtime.block_on(start(args, setting)).expect("the demonstration starts again");
        self.manifest = demo.manifest.clone();
        self.people = Arc::new(Client::new(&demo.base_url, &demo.data.join("certs/ca.pem")));
        self.demo = Some(demo);
        self
    }

    /// Returns the records of the log from an index on.
    #[expect(clippy::disallowed_methods, reason = "the test looks at the database from outside")]
    pub(crate) async fn records_from(&self, index: i64) -> Vec<lippen::ledger::leaf::Fields> {
        sqlx::any::install_default_drivers();
        let place = self.manifest["database"].as_str().expect("a database").to_owned();
        let url = if place.contains("://") { place } else { format!("sqlite://{}", self.data().join(place).display()) };
        let mut one = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.expect("the world's database");
        let text = format!("SELECT record FROM audit_entry WHERE idx >= {index} ORDER BY idx");
        let rows: Vec<Vec<u8>> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(text)).fetch_all(&mut one).await.expect("records");
        rows.iter().map(|record| lippen::ledger::leaf::parse(record).expect("a record")).collect()
    }

    /// Returns the data folder.
    pub(crate) fn data(&self) -> &Path {
        &self.demo.as_ref().expect("the world is running").data
    }

    /// Returns the time here.
    pub(crate) fn now(&self) -> Moment {
        self.clock.as_ref().map_or_else(|| RealClock.now(), |clock| clock.now())
    }

    /// Winds the clock of a world of one's own.
    pub(crate) fn wind(&self, seconds: i64) {
        self.clock.as_ref().expect("only a wound clock is wound").wind(seconds);
    }

    /// Waits until one of these cases is no other story's, and keeps it so.
    pub(crate) fn borrow_case<'a>(&self, cases: Vec<&'a DemoCase>) -> &'a DemoCase {
        assert!(!cases.is_empty(), "no case fits");
        let mut borrowed = self.borrowed.lock().expect("nobody panics with it");
        loop {
            let free = cases.iter().filter(|case| !borrowed.out.contains(&case.id));
            // What a story leaves behind is met by as few others as can be: the case that was lent least.
            if let Some(free) = free.min_by_key(|case| borrowed.times(case.id)) {
                borrowed.out.push(free.id);
                borrowed.lent.push(free.id);
                return free;
            }
            borrowed = self.returned.wait(borrowed).expect("nobody panics with it");
        }
    }

    /// Lets other stories have a case again.
    pub(crate) fn give_back(&self, case: &DemoCase) {
        self.borrowed.lock().expect("nobody panics with it").out.retain(|id| *id != case.id);
        self.returned.notify_all();
    }

    /// Returns a member of the cast by key, such as `isla`.
    pub(crate) fn cast(&self, key: &str) -> Player {
        self.holding(key, self.token(key))
    }

    /// Returns a member of the cast who signs in now, however far the clock was wound.
    pub(crate) fn cast_now(&self, key: &str) -> Player {
        let worker = self.worker(key);
        let demo = self.demo.as_ref().expect("the world is running");
        let token = demo.token(&worker.agency, worker.id, self.now()).expect("one of the cast");
        self.holding(key, &token)
    }

    /// Returns the token of a member of the cast.
    pub(crate) fn token(&self, key: &str) -> &str {
        let worker = self.worker(key);
        let workers = self.manifest["workers"].as_array().expect("a list of workers");
        let listed = workers.iter().find(|one| one["id"] == worker.id.to_string()).expect("each of the cast is listed");
        listed["token"].as_str().expect("a token")
    }

    /// Returns somebody with this token.
    pub(crate) fn holding(&self, name: &str, token: &str) -> Player {
        Player::new(name, Some(token.to_owned()), self.people.clone())
    }

    /// Returns somebody who shows no token.
    pub(crate) fn nobody(&self) -> Player {
        Player::new("nobody", None, self.people.clone())
    }

    /// Returns what the caseload knows of a member of the cast.
    pub(crate) fn worker(&self, key: &str) -> &DemoWorker {
        self.caseload.worker(key).unwrap_or_else(|| panic!("nobody is called {key}"))
    }

    /// Returns the case of two women whose workers are in different services: Isla's and Catriona's.
    pub(crate) fn show_case(&self) -> &DemoCase {
        &self.caseload.cases[0]
    }

    /// Returns Isla's woman of the show case.
    pub(crate) fn woman_a(&self) -> ProtectedId {
        self.show_case().protected[0].id
    }

    /// Returns Catriona's woman of the show case.
    pub(crate) fn woman_b(&self) -> ProtectedId {
        self.show_case().protected[1].id
    }

    /// Returns the key of the one who works in a case in a role, with `about` if given.
    pub(crate) fn who(&self, case: &DemoCase, role: &str, about: Option<ProtectedId>) -> &str {
        let mut parts = case.involvements.iter().filter(|part| about.is_none() || part.about == about);
        let found = parts.find_map(|part| {
            self.caseload.workers.iter().find(|one| one.id == part.worker && one.role.to_string() == role)
        });
        &found.unwrap_or_else(|| panic!("nobody works in {} as {role}", case.reference)).key
    }

    /// Counts what has been stored of the nouns that people write: a refusal adds to the log, never to these.
    ///
    /// # Panics
    /// If others write here meanwhile: then the number says nothing of one's own act.
    #[expect(clippy::disallowed_methods, reason = "the test looks at the database from outside")]
    pub(crate) async fn rows_written(&self) -> i64 {
        assert!(!self.is_shared, "who counts all rows needs a world of their own");
        let text =
            "SELECT CAST((SELECT COUNT(*) FROM note) + (SELECT COUNT(*) FROM share) + (SELECT COUNT(*) FROM alert)
                         + (SELECT COUNT(*) FROM consent) + (SELECT COUNT(*) FROM conflict) AS BIGINT)";
        sqlx::query_scalar(text).fetch_one(&mut self.database().await).await.expect("counts")
    }

    /// Returns the one number that a question to the database asks for.
    #[expect(clippy::disallowed_methods, reason = "the test looks at the database from outside")]
    pub(crate) async fn number(&self, text: &'static str, of: &str) -> i64 {
        sqlx::query_scalar(text).bind(of.to_owned()).fetch_one(&mut self.database().await).await.expect("a number")
    }

    /// Does something to the database from outside, as somebody could who can write there.
    #[expect(clippy::disallowed_methods, reason = "the test acts on the database from outside")]
    pub(crate) async fn does(&self, text: &'static str, of: &str) {
        sqlx::query(text).bind(of.to_owned()).execute(&mut self.database().await).await.expect("it is done");
    }

    /// Does away with a guard of the database, as somebody could who owns it.
    pub(crate) async fn unguards(&self, text: &'static str) {
        sqlx::raw_sql(text).execute(&mut self.database().await).await.expect("the guard is gone");
    }

    /// Returns the bytes that a question to the database asks for, one for each row.
    #[expect(clippy::disallowed_methods, reason = "the test looks at the database from outside")]
    pub(crate) async fn bytes(&self, text: &'static str, of: &str) -> Vec<Vec<u8>> {
        sqlx::query_scalar(text).bind(of.to_owned()).fetch_all(&mut self.database().await).await.expect("bytes")
    }

    async fn database(&self) -> sqlx::AnyConnection {
        sqlx::any::install_default_drivers();
        let place = self.manifest["database"].as_str().expect("a database").to_owned();
        let url = if place.contains("://") { place } else { format!("sqlite://{}", self.data().join(place).display()) };
        <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.expect("the world's database")
    }

    /// Counts the entries of the log that hold these words.
    #[expect(clippy::disallowed_methods, reason = "the test looks at the database from outside")]
    pub(crate) async fn entries_naming(&self, words: &str) -> usize {
        sqlx::any::install_default_drivers();
        let place = self.manifest["database"].as_str().expect("a database").to_owned();
        let url = if place.contains("://") { place } else { format!("sqlite://{}", self.data().join(place).display()) };
        let mut one = <sqlx::AnyConnection as sqlx::Connection>::connect(&url).await.expect("the world's database");
        let text = "SELECT record FROM audit_entry ORDER BY idx DESC LIMIT 200";
        let records: Vec<Vec<u8>> = sqlx::query_scalar(text).fetch_all(&mut one).await.expect("records");
        records.iter().filter(|record| String::from_utf8_lossy(record).contains(words)).count()
    }

    /// Counts the entries of the log for what people did: what the hub does by itself goes on whenever it is due.
    pub(crate) async fn acts(&self) -> i64 {
        let text = "SELECT CAST(COUNT(*) AS BIGINT) FROM audit_entry WHERE actor NOT LIKE 'hub:%' AND $1 = ''";
        self.number(text, "").await
    }

    /// Returns how many entries the log has, as its signed checkpoint says.
    pub(crate) async fn log_size(&self) -> u64 {
        let checkpoint = self.cast("ruth").get("/api/v1/audit/checkpoint").await;
        checkpoint.is(200);
        let size = checkpoint.text.lines().nth(1).and_then(|line| line.parse().ok());
        size.unwrap_or_else(|| panic!("a checkpoint's second line is its size: {checkpoint}"))
    }
}

/// Returns a clock that stands at the evening at which worlds begin, if one is asked for.
fn wound(time: Time) -> Option<Arc<HandWound>> {
    (time == Time::Wound).then(|| Arc::new(HandWound::at(last_evening())))
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "World({:?})", self.db)
    }
}
