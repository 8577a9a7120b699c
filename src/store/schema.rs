//! The database as the hub expects it: version, migrations, stamp.
//!
//! Promises: no start on an SQLite older than 3.51.3 (older ones can lose committed
//! transactions when the WAL resets), on a schema that is ahead, or on a database that was
//! stamped for another environment.

use super::{Engine, Error, read};
use crate::model::time::Moment;
use sqlx::AnyConnection;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AnyPool, SqlStr};

const COMMON: &str = include_str!("../../migrations/0001_hub.sql");
const LITE: &str = include_str!("../../migrations/sqlite/0002_append_only.sql");
const PG: &str = include_str!("../../migrations/postgres/0002_append_only.sql");

/// The oldest SQLite that is safe here, as major, minor, patch.
const SQLITE_FLOOR: (u32, u32, u32) = (3, 51, 3);

pub(super) const SQLITE_VERSION: &str = "SELECT sqlite_version() AS version";

pub(super) const STAMP: &str = "SELECT environment, hub FROM hub_stamp WHERE id = 1";

pub(super) const SET_STAMP: &str = "
    INSERT INTO hub_stamp (id, environment, hub, created)
    VALUES (1, $1, $2, $3)";

/// Settings of one SQLite connection. FULL: a commit that was answered survives a power cut.
/// The first 256 MiB are read where the system holds them: each commit empties every reader's
/// own cache, and filling it again by copying took a fifth of a request. Writes are not mapped.
/// What has been written ahead is moved into place beside the writer (`journal.rs`); the writer does so itself only
/// where that has left 16,000 pages (64 MiB). Journals of single statements stay in memory.
pub(super) const PRAGMAS: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA busy_timeout = 5000;
    PRAGMA wal_autocheckpoint = 16000;
    PRAGMA temp_store = MEMORY;
    PRAGMA mmap_size = 268435456;
    PRAGMA secure_delete = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA recursive_triggers = ON;
    PRAGMA trusted_schema = OFF";

/// Settings of one PostgreSQL connection. A commit that was answered is on disk; bound values reach no log.
pub(super) const PG_SETTINGS: &str = "
    SET synchronous_commit = on;
    SET client_min_messages = warning;
    SET statement_timeout = '15s';
    SET tcp_keepalives_idle = 10;
    SET tcp_keepalives_interval = 5;
    SET tcp_keepalives_count = 2;
    SET tcp_user_timeout = '20s'";

/// Applies what is missing of the migrations, and nothing else.
pub(super) async fn migrate(pool: &AnyPool, engine: Engine) -> Result<(), Error> {
    let own = match engine {
        Engine::Lite => LITE,
        Engine::Pg => PG,
    };
    let of = |version, name: &'static str, text: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, SqlStr::from_static(text), false)
    };
    Migrator::with_migrations(vec![of(1, "hub", COMMON), of(2, "append only", own)])
        .run(pool)
        .await
        .map_err(|source| Error::Migrate { source: Box::new(source) })
}

/// Refuses an SQLite with the WAL-reset fault.
pub(super) async fn assert_version(on: &mut AnyConnection) -> Result<(), Error> {
    let row = sqlx::query(SQLITE_VERSION).fetch_one(on).await.map_err(Error::because("read the version"))?;
    let found = read::text(&row, "version")?;
    let mut parts = found.split('.').map(|part| part.parse().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    if (next(), next(), next()) >= SQLITE_FLOOR { Ok(()) } else { Err(Error::OldSqlite { found }) }
}

/// Stamps a new database, or refuses one that was stamped for another environment or hub.
pub(super) async fn stamp(pool: &AnyPool, environment: &str, hub: &str, now: Moment) -> Result<(), Error> {
    let found = sqlx::query(STAMP).fetch_optional(pool).await.map_err(Error::because("read the stamp"))?;
    let Some(row) = found else {
        let insert = sqlx::query(SET_STAMP).bind(environment.to_owned()).bind(hub.to_owned()).bind(now.micros());
        insert.execute(pool).await.map_err(Error::because("write the stamp"))?;
        return Ok(());
    };
    let found = (read::text(&row, "environment")?, read::text(&row, "hub")?);
    if (found.0.as_str(), found.1.as_str()) == (environment, hub) {
        Ok(())
    } else {
        Err(Error::OtherHub { found: found.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_reader_checks_references_syncs_fully_and_writes_ahead() {
        sqlx::any::install_default_drivers();
        let folder = tempfile::tempdir().unwrap();
        let url = super::super::lite_url(&folder.path().join("hub.sqlite3"), "rwc");
        let pool = super::super::pool(Engine::Lite, &url, 1).await.unwrap();
        for (pragma, value) in [("synchronous", 2), ("foreign_keys", 1), ("secure_delete", 1), ("trusted_schema", 0)] {
            let text = format!("SELECT CAST({pragma} AS BIGINT) AS value FROM pragma_{pragma}");
            let row = sqlx::query(sqlx::AssertSqlSafe(text)).fetch_one(&pool).await.unwrap();
            assert_eq!(read::int(&row, "value").unwrap(), value, "{pragma}");
        }
        let row = sqlx::query("SELECT journal_mode AS mode FROM pragma_journal_mode").fetch_one(&pool).await.unwrap();
        assert_eq!(read::text(&row, "mode").unwrap(), "wal");
    }
}
