//! `lippen audit verify`: recomputes the whole log from what is stored, and says where it breaks.
//!
//! Promises: every byte of every entry, tile, head and bound row is covered; reads one
//! snapshot, so it may run beside a living hub; changes nothing and needs no key but the
//! log's public one. Memory grows with the number of bound rows, not with their size.

use super::log::{self, TILE};
use super::table::{Kind, TABLES, Table};
use super::{Engine, Error, Place, lite_url, read, share_keys};
use crate::ledger::note;
use crate::ledger::rows::{Value, row_hash, rows_digest};
use crate::ledger::tree::{Edge, leaf_hash};
use crate::ledger::{Hash, leaf};
use futures_util::TryStreamExt;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Connection};
use std::collections::HashMap;

pub(super) const ENTRIES: &str = "
    SELECT idx, entry, at, actor, case_id, salt, record, leaf
      FROM audit_entry
     ORDER BY idx";

pub(super) const QUEUED: &str = "
    SELECT entry, at, actor, case_id, salt, record, leaf
      FROM audit_queue
     ORDER BY entry";

pub(super) const ALL_TILES: &str = "SELECT level, n, hashes FROM audit_tile ORDER BY level, n";

/// What verification found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything fits.
    Sound {
        /// How many entries the log has.
        size: u64,
        /// Its root, in base64.
        root: String,
    },
    /// The first place where it does not.
    Broken {
        /// Where, in words: an index, a table, the head.
        place: String,
    },
}

/// Bound rows by entry: the hash of each, and the tables that they are in.
type Rows = HashMap<String, Vec<(Hash, &'static str)>>;

/// Recomputes the log. With `vkey`, the checkpoint's signature is checked too.
///
/// # Errors
/// [`Error::Database`] if the database cannot be read at all; what it holds is the verdict's matter.
pub async fn verify(place: &Place, vkey: Option<&str>) -> Result<Verdict, Error> {
    sqlx::any::install_default_drivers();
    let (engine, url) = match place {
        Place::Folder(folder) => (Engine::Lite, lite_url(&folder.join("hub.sqlite3"), "ro")),
        Place::Url(url) => (Engine::Pg, url.clone()),
    };
    let mut connection = AnyConnection::connect(&url).await.map_err(Error::because("connect"))?;
    let begin = match engine {
        Engine::Lite => "BEGIN",
        Engine::Pg => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    };
    sqlx::raw_sql(begin).execute(&mut connection).await.map_err(Error::because("begin"))?;
    let verdict = match walk(&mut connection, engine, vkey).await {
        Ok((size, root)) => Verdict::Sound { size, root: root.to_base64() },
        Err(Stop::Broken(place)) => Verdict::Broken { place },
        Err(Stop::Failed(error)) => return Err(error),
    };
    let _ = connection.close().await;
    Ok(verdict)
}

enum Stop {
    Broken(String),
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            // A column of another type than it was written with is a change, not a failure.
            Error::Column { column, .. } | Error::Word { column } => {
                Self::Broken(format!("column {column} holds another type"))
            }
            other => Self::Failed(other),
        }
    }
}

fn broken(place: impl Into<String>) -> Stop {
    Stop::Broken(place.into())
}

async fn walk(on: &mut AnyConnection, engine: Engine, vkey: Option<&str>) -> Result<(u64, Hash), Stop> {
    let mut rows = bound_rows(on).await?;
    let mut edge = Edge::empty();
    let mut levels: Vec<Vec<Hash>> = vec![Vec::new()];
    {
        let mut entries = sqlx::query(ENTRIES).fetch(&mut *on);
        while let Some(row) = entries.try_next().await.map_err(Error::because("read entries"))? {
            let hash = entry(&row, edge.size(), &mut rows)?;
            edge.push(hash);
            levels[0].push(hash);
        }
    }
    for row in sqlx::query(QUEUED).fetch_all(&mut *on).await.map_err(Error::because("read the queue"))? {
        let name = read::text(&row, "entry")?;
        if engine == Engine::Lite {
            // SQLite numbers as it commits: whatever lies in the queue was put there by somebody else.
            return Err(broken(format!("queue: entry {name} waits where nothing ever waits")));
        }
        record(&row, &format!("queue, entry {name}"), &mut rows)?;
    }
    if let Some((name, stray)) = rows.iter().next() {
        let tables: Vec<_> = stray.iter().map(|(_, table)| *table).collect();
        return Err(broken(format!("table {}: a row of entry {name}, which is not in the log", tables.join(", "))));
    }
    // The keys of shares are judged by rows, so only now that the rows are known to be whole.
    if let Some(place) = share_keys::fault(on).await? {
        return Err(broken(place));
    }
    tiles(on, levels).await?;
    head(on, &edge, vkey).await?;
    Ok((edge.size(), edge.root()))
}

/// Hashes every row that the log binds.
async fn bound_rows(on: &mut AnyConnection) -> Result<Rows, Stop> {
    let mut rows = Rows::new();
    for table in TABLES {
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).chain(["entry"]).collect();
        let text = format!("SELECT {} FROM {}", names.join(", "), table.name);
        let mut found = sqlx::query(AssertSqlSafe(text)).fetch(&mut *on);
        while let Some(row) = found.try_next().await.map_err(Error::because("read rows"))? {
            let hash = digest(&row, table)
                .map_err(|_| broken(format!("table {}: a column holds another type", table.name)))?;
            rows.entry(read::text(&row, "entry")?).or_default().push((hash, table.name));
        }
    }
    Ok(rows)
}

/// Hashes one row as the log binds it.
pub(super) fn digest(row: &AnyRow, table: &Table) -> Result<Hash, Error> {
    let mut columns = Vec::with_capacity(table.columns.len() + 1);
    for (name, kind) in table.columns {
        columns.push((*name, value(row, name, *kind)?));
    }
    columns.push(("entry", Value::Text(read::text(row, "entry")?)));
    let columns: Vec<(&str, &Value)> = columns.iter().map(|(name, value)| (*name, value)).collect();
    Ok(row_hash(table.name, &columns))
}

fn value(row: &AnyRow, column: &'static str, kind: Kind) -> Result<Value, Error> {
    Ok(match kind {
        Kind::Int => read::maybe_int(row, column)?.map_or(Value::Null, Value::Int),
        Kind::Text => read::maybe_text(row, column)?.map_or(Value::Null, Value::Text),
        Kind::Blob => read::maybe_blob(row, column)?.map_or(Value::Null, Value::Blob),
    })
}

/// Checks one entry: its place, its record against its columns, its leaf, the rows it wrote.
fn entry(row: &AnyRow, expected: u64, rows: &mut Rows) -> Result<Hash, Stop> {
    let index = read::int(row, "idx")?;
    if u64::try_from(index) != Ok(expected) {
        return Err(broken(format!("index {expected}: missing; index {index} comes next")));
    }
    record(row, &format!("index {index}"), rows)
}

/// Checks a record against its columns, its leaf, and the rows that it wrote.
fn record(row: &AnyRow, place: &str, rows: &mut Rows) -> Result<Hash, Stop> {
    let at = |what: &str| broken(format!("{place}: {what}"));
    let name = read::text(row, "entry").map_err(|_| at("the entry's id holds another type"))?;
    let stored = read::blob(row, "leaf").map_err(|_| at("the leaf holds another type"))?;
    let record = read::blob(row, "record").map_err(|_| at("the record holds another type"))?;
    let salt: Vec<u8> = read::blob(row, "salt").map_err(|_| at("the salt holds another type"))?;
    let salt: [u8; 32] = salt.try_into().map_err(|_| at("the salt has another length"))?;
    let fields = leaf::parse(&record).ok_or_else(|| at("the record is not in its canonical form"))?;
    if leaf::leaf(leaf::commitment(&salt, &fields)).as_slice() != stored {
        return Err(at("the record or its salt does not match the leaf"));
    }
    let says = |field: &str| fields.get(field).map_or("", String::as_str);
    let case = read::maybe_text(row, "case_id").map_err(|_| at("the case holds another type"))?;
    let agree = says("entry") == name
        && says("at") == read::int(row, "at").map_err(|_| at("the time holds another type"))?.to_string()
        && says("actor") == read::text(row, "actor").map_err(|_| at("the actor holds another type"))?
        && says("case") == case.as_deref().unwrap_or("-");
    if !agree {
        return Err(at("a column differs from the record"));
    }
    let own = rows.remove(&name).unwrap_or_default();
    let tables: Vec<&str> = own.iter().map(|(_, table)| *table).collect();
    let hashes: Vec<Hash> = own.iter().map(|(hash, _)| *hash).collect();
    let digest = if hashes.is_empty() { "-".to_owned() } else { rows_digest(hashes).to_hex() };
    if says("rows") != digest {
        let tables = if tables.is_empty() { "none is left".to_owned() } else { format!("in {}", tables.join(", ")) };
        return Err(at(&format!("the rows that it wrote have changed ({tables})")));
    }
    Ok(leaf_hash(&stored))
}

/// Checks that each full tile is stored once and holds what the leaves say.
async fn tiles(on: &mut AnyConnection, mut levels: Vec<Vec<Hash>>) -> Result<(), Stop> {
    let width = usize::try_from(TILE).map_err(|_| Error::Log { what: "a tile's width" })?;
    let mut expected: HashMap<(i64, i64), Vec<u8>> = HashMap::new();
    let mut level = 0;
    while let Some(hashes) = levels.pop() {
        let mut above = Vec::new();
        for (n, tile) in (0_i64..).zip(hashes.chunks_exact(width)) {
            expected.insert((level, n), tile.iter().flat_map(|hash| hash.0).collect());
            above.push(log::fold(tile.to_vec()));
        }
        if !above.is_empty() {
            levels.push(above);
        }
        level += 1;
    }
    let mut found = sqlx::query(ALL_TILES).fetch(on);
    while let Some(row) = found.try_next().await.map_err(Error::because("read tiles"))? {
        let key = (read::int(&row, "level")?, read::int(&row, "n")?);
        if expected.remove(&key) != Some(read::blob(&row, "hashes")?) {
            return Err(broken(format!("tile {}/{}: differs from the leaves", key.0, key.1)));
        }
    }
    match expected.keys().min() {
        Some((level, n)) => Err(broken(format!("tile {level}/{n}: missing"))),
        None => Ok(()),
    }
}

/// Checks the head and its signed checkpoint against the tree.
async fn head(on: &mut AnyConnection, edge: &Edge, vkey: Option<&str>) -> Result<(), Stop> {
    let row = sqlx::query(log::HEAD).fetch_optional(on).await.map_err(Error::because("read the head"))?;
    let row = row.ok_or_else(|| broken("the head is missing"))?;
    let size = u64::try_from(read::int(&row, "size")?).unwrap_or(u64::MAX);
    if size != edge.size() {
        return Err(broken(format!("the head says {size} entries, the log has {}", edge.size())));
    }
    if read::blob(&row, "edge")? != edge.to_bytes() {
        return Err(broken("the head's edge differs from the leaves"));
    }
    let text = read::text(&row, "note")?;
    let checkpoint = match vkey {
        Some(key) => note::open(&text, key).map_err(|error| broken(format!("the checkpoint: {error}")))?,
        None => note::unverified(&text).map_err(|error| broken(format!("the checkpoint: {error}")))?,
    };
    if (checkpoint.size, checkpoint.root) != (size, edge.root()) {
        return Err(broken("the checkpoint is of another tree"));
    }
    Ok(())
}
