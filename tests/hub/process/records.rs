//! What is in a hub's database, read past the hub.

#![expect(clippy::disallowed_methods, reason = "a test looks at what the hub has stored without asking the hub")]

use lippen::ledger::tree::{Edge, leaf_hash};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Connection, Row};
use std::collections::{BTreeMap, HashSet};

/// A connection to a database, on a runtime of its own.
pub(crate) struct Records {
    runtime: tokio::runtime::Runtime,
    connection: AnyConnection,
}

/// The log as it is stored: each entry's record, and the root at each size.
pub(crate) struct Log {
    /// The records, by index: field and value.
    pub(crate) records: Vec<BTreeMap<String, String>>,
    /// The roots, by size, in base64.
    pub(crate) roots: Vec<String>,
}

impl Records {
    /// Opens a database.
    pub(crate) fn open(url: &str) -> Self {
        sqlx::any::install_default_drivers();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let connection = runtime.block_on(AnyConnection::connect(url)).expect("the database opens");
        Self { runtime, connection }
    }

    /// Runs statements; returns what the database says if it refuses.
    pub(crate) fn run(&mut self, text: &str) -> Result<(), String> {
        let ran = sqlx::raw_sql(AssertSqlSafe(text.to_owned())).execute(&mut self.connection);
        self.runtime.block_on(ran).map(drop).map_err(|error| error.to_string())
    }

    /// Returns the first column of each row, as text.
    pub(crate) fn texts(&mut self, query: &str) -> Vec<String> {
        self.rows(query).iter().map(|row| row.try_get(0).expect("a text")).collect()
    }

    /// Says whether the query finds a row; a table that is not there has none.
    pub(crate) fn finds(&mut self, query: &str) -> bool {
        let row = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_optional(&mut self.connection);
        self.runtime.block_on(row).is_ok_and(|row| row.is_some())
    }

    fn rows(&mut self, query: &str) -> Vec<AnyRow> {
        let rows = sqlx::query(AssertSqlSafe(query.to_owned())).fetch_all(&mut self.connection);
        self.runtime.block_on(rows).unwrap_or_else(|error| panic!("{query}: {error}"))
    }

    /// Returns the first column of each row, as bytes.
    pub(crate) fn bytes(&mut self, query: &str) -> Vec<Vec<u8>> {
        self.rows(query).iter().map(|row| row.try_get(0).expect("bytes")).collect()
    }

    /// Returns the ids of a table.
    pub(crate) fn ids(&mut self, table: &str, column: &str) -> HashSet<String> {
        self.texts(&format!("SELECT {column} FROM {table}")).into_iter().collect()
    }

    /// Returns the whole log; its indexes have no gap.
    pub(crate) fn log(&mut self) -> Log {
        let query = "SELECT idx, record, leaf FROM audit_entry ORDER BY idx";
        let rows = self.runtime.block_on(sqlx::query(query).fetch_all(&mut self.connection)).expect("the log");
        let mut edge = Edge::empty();
        let (mut records, mut roots) = (Vec::new(), vec![edge.root().to_base64()]);
        for (expected, row) in (0_i64..).zip(&rows) {
            assert_eq!(row.try_get::<i64, _>(0).expect("an index"), expected, "the log has a gap");
            let record: Vec<u8> = row.try_get(1).expect("a record");
            records.push(serde_json::from_slice(&record).expect("a record is JSON"));
            edge.push(leaf_hash(&row.try_get::<Vec<u8>, _>(2).expect("a leaf")));
            roots.push(edge.root().to_base64());
        }
        Log { records, roots }
    }
}
