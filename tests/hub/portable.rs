//! One SQL text for two databases: each is prepared on both, and what must not change cannot be changed on either.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::House;
use crate::world::Db;
use lippen::cli::demo::{Args, Setting, start};
use lippen::ledger::note::Signer;
use lippen::model::time::RealClock;
use lippen::store::{Error, Mark, On, Place, STATEMENTS, Settings, Store, built};
use sqlx::{
    AssertSqlSafe, Column, Connection, Either, Executor, PgConnection, Row, SqlSafeStr, SqliteConnection, Statement,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// The tables whose rows move: a counter, a queue that is emptied, the head of the log.
const MOVING: [&str; 3] = ["audit_head", "audit_queue", "fact_version"];

/// What a statement takes and gives, as a database understands it: parameters and names of columns.
type Shape = (usize, Vec<String>);

/// Runs a test with a filled hub on each database that there is, and a connection of its own to it.
fn with_both(lite: impl AsyncFn(&mut SqliteConnection), pg: impl AsyncFn(&mut PgConnection)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        for db in [Db::Lite, Db::Postgres] {
            let Some(house) = House::new(db).await else { continue };
            eprintln!("on {db:?}:");
            match house.place() {
                Place::Folder(folder) => lite(&mut SqliteConnection::connect(&file(folder)).await.unwrap()).await,
                Place::Url(url) => pg(&mut PgConnection::connect(url).await.unwrap()).await,
            }
            house.stop().await;
        }
    });
}

fn file(folder: &Path) -> String {
    format!("sqlite://{}", folder.join("hub.sqlite3").display())
}

/// Every text with its name and where it is meant to run. A list of names stands in for one of any length.
fn texts() -> Vec<(String, On, String)> {
    let fixed = STATEMENTS.iter().map(|(name, on, text)| ((*name).to_owned(), *on, (*text).to_owned()));
    let numbered = built(Mark::Numbered).into_iter().map(|(name, text)| (name, On::Both, text));
    let plain = built(Mark::Plain).into_iter().map(|(name, text)| (format!("{name}, plain"), On::Lite, text));
    fixed.chain(numbered).chain(plain).collect()
}

macro_rules! shape {
    ($connection:expr, $name:expr, $text:expr) => {{
        let statement = $connection.prepare(AssertSqlSafe($text.clone()).into_sql_str()).await;
        let statement = statement.unwrap_or_else(|error| panic!("{}: {error}", $name));
        let parameters = match statement.parameters() {
            Some(Either::Left(types)) => types.len(),
            Some(Either::Right(count)) => count,
            None => 0,
        };
        let columns: Vec<String> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        (parameters, columns)
    }};
}

#[test]
fn every_statement_means_the_same_to_both_databases() {
    let numbered = |text: &str| (1..=200).rev().find(|n| text.contains(&format!("${n}")));
    let places = |text: &str| numbered(text).unwrap_or_else(|| text.matches('?').count());
    let fits = |name: &str, text: &str, shape: &Shape| assert_eq!(shape.0, places(text), "{name}: parameters");
    let on_lite = std::cell::RefCell::new(std::collections::BTreeMap::<String, Shape>::new());
    with_both(
        async |lite| {
            for (name, _, text) in texts().iter().filter(|(_, on, _)| *on != On::Pg) {
                let shape = shape!(lite, name, text);
                fits(name, text, &shape);
                on_lite.borrow_mut().insert(name.clone(), shape);
            }
        },
        async |pg| {
            for (name, on, text) in texts().iter().filter(|(_, on, _)| *on != On::Lite) {
                let shape = shape!(pg, name, text);
                fits(name, text, &shape);
                if *on == On::Both {
                    assert_eq!(Some(&shape), on_lite.borrow().get(name), "{name}");
                }
            }
        },
    );
    let names: BTreeSet<String> = texts().into_iter().map(|(name, ..)| name).collect();
    assert_eq!(names.len(), texts().len(), "each name once");
}

/// The statements that go through the log on purpose, page by page.
const WALK: [&str; 1] = ["verify::ENTRIES"];

/// Returns how the log is called in a statement: by its own name, or by others.
fn names_of_log(text: &str) -> BTreeSet<&str> {
    let words: Vec<&str> =
        text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).collect();
    let after = |at: usize| words.get(at + 1).copied().filter(|word| word.len() < 3);
    let log = words.iter().enumerate().filter(|(_, word)| **word == "audit_entry");
    log.map(|(at, name)| after(at).unwrap_or(name)).collect()
}

#[test]
fn no_statement_walks_through_the_whole_log() {
    with_both(
        async |lite| {
            let mut walking = BTreeSet::new();
            for (name, on, text) in STATEMENTS.iter().filter(|(.., text)| text.contains("audit_entry")) {
                if *on == On::Pg || !text.trim_start().starts_with("SELECT") {
                    continue;
                }
                let plan = sqlx::raw_sql(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}")));
                for step in plan.fetch_all(&mut *lite).await.unwrap_or_else(|error| panic!("{name}: {error}")) {
                    let step: String = step.get("detail");
                    let walks = |log: &&str| step == format!("SCAN {log}") || step.starts_with(&format!("SCAN {log} "));
                    if names_of_log(text).iter().any(walks) {
                        walking.insert(*name);
                    }
                }
            }
            assert_eq!(walking.into_iter().collect::<Vec<_>>(), WALK);
        },
        async |_| {},
    );
}

/// Returns the tables that the migrations name.
fn tables() -> BTreeSet<String> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/0001_hub.sql")).unwrap();
    let names =
        text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.split(' ').next().map(str::to_owned));
    names.collect()
}

#[test]
fn what_was_recorded_can_be_neither_changed_nor_deleted() {
    with_both(
        async |lite| {
            lite.execute("PRAGMA foreign_keys = OFF").await.unwrap();
            lite.execute("PRAGMA ignore_check_constraints = ON").await.unwrap();
            for table in tables() {
                let mut tx = lite.begin().await.unwrap();
                // A row trigger fires only where there is a row.
                let filled = format!("INSERT OR IGNORE INTO {table} SELECT {}", values(&mut tx, &table).await);
                tx.execute(AssertSqlSafe(filled)).await.unwrap_or_else(|error| panic!("{table}: {error}"));
                let first = column(&mut tx, &table).await;
                for text in [format!("UPDATE {table} SET {first} = {first}"), format!("DELETE FROM {table}")] {
                    let outcome = tx.execute(AssertSqlSafe(text.clone())).await;
                    let refused = outcome.is_err_and(|error| error.to_string().contains("is append-only"));
                    assert_eq!(refused, stays(&table, &text), "{text}");
                }
                tx.rollback().await.unwrap();
            }
        },
        async |pg| {
            for table in tables() {
                let first =
                    "SELECT column_name FROM information_schema.columns WHERE ordinal_position = 1 AND table_name = ";
                let first = pg.fetch_one(AssertSqlSafe(format!("{first}'{table}'"))).await.unwrap();
                let first: String = first.get(0);
                let change = format!("UPDATE {table} SET {first} = {first}");
                for text in [change, format!("DELETE FROM {table}"), format!("TRUNCATE {table} CASCADE")] {
                    let mut tx = pg.begin().await.unwrap();
                    let outcome = tx.execute(AssertSqlSafe(text.clone())).await;
                    let refused = outcome.is_err_and(|error| error.to_string().contains("is append-only"));
                    assert_eq!(refused, stays(&table, &text), "{text}");
                    tx.rollback().await.unwrap();
                }
            }
        },
    );
}

/// Says whether a change must be refused. The key of a share goes with the share, one by one; it is never another.
fn stays(table: &str, text: &str) -> bool {
    let goes = table == "share_key" && text.starts_with("DELETE");
    !MOVING.contains(&table) && !goes
}

async fn column(lite: &mut SqliteConnection, table: &str) -> String {
    lite.fetch_one(AssertSqlSafe(format!("SELECT name FROM pragma_table_info('{table}')"))).await.unwrap().get(0)
}

/// Writes a value for each column, of its kind, that every CHECK accepts.
async fn values(lite: &mut SqliteConnection, table: &str) -> String {
    let rows = lite.fetch_all(AssertSqlSafe(format!("SELECT type FROM pragma_table_info('{table}')"))).await.unwrap();
    let value = |kind: String| match kind.as_str() {
        "TEXT" => "'worker'",
        "BIGINT" => "1",
        "BYTEA" => "x'00'",
        other => panic!("{table}: {other} is not one of the three kinds that both databases share"),
    };
    rows.iter().map(|row| value(row.get(0))).collect::<Vec<_>>().join(", ")
}

#[test]
fn both_databases_hold_the_tables_of_the_migration_and_no_others() {
    let own = |names: Vec<String>| names.into_iter().filter(|name| name != "_sqlx_migrations").collect::<BTreeSet<_>>();
    with_both(
        async |lite| {
            let text = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
            let names = lite.fetch_all(text).await.unwrap();
            assert_eq!(own(names.iter().map(|row| row.get(0)).collect()), tables());
        },
        async |pg| {
            let text = "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = 'public'";
            let names = pg.fetch_all(text).await.unwrap();
            assert_eq!(own(names.iter().map(|row| row.get(0)).collect()), tables());
        },
    );
}

#[test]
fn the_sqlite_inside_is_new_enough_and_writes_ahead() {
    with_both(
        async |lite| {
            let version: String = lite.fetch_one("SELECT sqlite_version()").await.unwrap().get(0);
            let parts: Vec<u32> = version.split('.').map(|part| part.parse().unwrap()).collect();
            assert!(parts >= vec![3, 51, 3], "{version}");
            let mode: String = lite.fetch_one("PRAGMA journal_mode").await.unwrap().get(0);
            assert_eq!(mode, "wal");
        },
        async |_| {},
    );
}

#[test]
fn the_demonstration_refuses_a_database_of_real_cases() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::Folder(folder.path().to_owned());
        let settings = Settings { place, environment: "production", hub: "lippen-demo".to_owned(), batch_max: 256 };
        let signer = Signer::generate("demo.lippen.invalid/log").unwrap().0;
        let (store, running) = Store::open(settings, Arc::new(RealClock), signer).await.unwrap();
        drop(store);
        running.stop().await;
        let listen = "127.0.0.1:0".parse().unwrap();
        let args =
            Args { data: Some(folder.path().to_owned()), listen, database: None, seed: 1, smtp: None, webhooks: false };
        let refused = start(args, Setting { replay: false, ..Setting::default() }).await.err().unwrap();
        let why = refused.chain().find_map(|error| error.downcast_ref::<Error>());
        assert!(matches!(why, Some(Error::OtherHub { found }) if found == "production"), "{refused:#}");
    });
}

#[test]
fn a_second_process_on_the_folder_is_refused() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let house = House::new(Db::Lite).await.unwrap();
        let Place::Folder(folder) = house.place() else { panic!("it is SQLite") };
        let mut demo = Command::new(env!("CARGO_BIN_EXE_lippen"));
        let done = demo.args(["demo", "--listen", "127.0.0.1:0", "--data"]).arg(folder).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(!done.status.success() && said.contains("another process is using this data folder"), "{said}");
        house.stop().await;
    });
}
