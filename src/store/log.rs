//! The log in the database: appending leaves, keeping full tiles, moving the signed head.
//!
//! Used by whoever may number entries: the writer itself on SQLite, the sequencer on
//! PostgreSQL. Each append moves the head from the size and epoch it was read at; if they
//! have moved, somebody else is numbering and this one must stop.

use super::batch::{self, Mark};
use super::{Error, read};
use crate::ledger::note::{Checkpoint, Signer};
use crate::ledger::tree::{Edge, leaf_hash, node_hash};
use crate::ledger::{Hash, leaf::LEAF_BYTES};
use sqlx::AnyConnection;
use sqlx::{AnyPool, AssertSqlSafe};

/// Hashes in a full tile.
pub(super) const TILE: u64 = 256;

pub(super) const HEAD: &str = "
    SELECT size, edge, note, epoch
      FROM audit_head
     WHERE id = 1";

pub(super) const FOUND_HEAD: &str = "
    INSERT INTO audit_head (id, size, edge, note, epoch)
    VALUES (1, 0, $1, $2, 1)";

pub(super) const MOVE_HEAD: &str = "
    UPDATE audit_head
       SET size = $1, edge = $2, note = $3
     WHERE id = 1
       AND size = $4
       AND epoch = $5";

pub(super) const ADD_ENTRIES: &str =
    "INSERT INTO audit_entry (idx, entry, at, actor, case_id, salt, record, leaf) VALUES ";

pub(super) const LEAVES: &str = "
    SELECT leaf
      FROM audit_entry
     WHERE idx >= $1
       AND idx < $2
     ORDER BY idx";

pub(super) const TILES: &str = "
    SELECT hashes
      FROM audit_tile
     WHERE level = $1
       AND n >= $2
       AND n < $3
     ORDER BY n";

pub(super) const ADD_TILE: &str = "
    INSERT INTO audit_tile (level, n, hashes)
    VALUES ($1, $2, $3)";

/// One audit entry before it has an index.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    pub(super) entry: String,
    pub(super) at: i64,
    pub(super) actor: String,
    pub(super) case: Option<String>,
    pub(super) salt: Vec<u8>,
    pub(super) record: Vec<u8>,
    pub(super) leaf: [u8; LEAF_BYTES],
}

/// The head of the log as it was read or written.
#[derive(Clone)]
pub(super) struct Head {
    pub(super) edge: Edge,
    pub(super) root: Hash,
    pub(super) epoch: i64,
}

impl Head {
    /// Reads the head.
    pub(super) async fn load(on: &mut AnyConnection) -> Result<Self, Error> {
        let row = sqlx::query(HEAD).fetch_one(on).await.map_err(Error::because("read the head"))?;
        let size = u64::try_from(read::int(&row, "size")?).map_err(|_| Error::Log { what: "the head's size" })?;
        let edge = Edge::from_bytes(size, &read::blob(&row, "edge")?).ok_or(Error::Log { what: "the head's edge" })?;
        Ok(Self { root: edge.root(), edge, epoch: read::int(&row, "epoch")? })
    }

    /// Returns the number of entries.
    pub(super) fn size(&self) -> u64 {
        self.edge.size()
    }
}

/// Writes the head of an empty log, once.
pub(super) async fn found(pool: &AnyPool, signer: &Signer) -> Result<(), Error> {
    let there = sqlx::query(HEAD).fetch_optional(pool).await.map_err(Error::because("read the head"))?;
    if there.is_some() {
        return Ok(());
    }
    let edge = Edge::empty();
    let note = checkpoint(signer, &edge)?;
    let insert = sqlx::query(FOUND_HEAD).bind(edge.to_bytes()).bind(note).execute(pool).await;
    match insert.map_err(Error::because("found the log")) {
        Ok(_) | Err(Error::Taken) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Appends `leaves` inside the caller's transaction and returns the head that they make.
pub(super) async fn append(
    on: &mut AnyConnection,
    head: &Head,
    leaves: &[Leaf],
    signer: &Signer,
) -> Result<Head, Error> {
    let mut next = head.clone();
    let mut first = head.size();
    for some in batch::fills(leaves) {
        let text = format!("{ADD_ENTRIES}{}", batch::places(Mark::of(on), 8, some.len()));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (index, leaf) in (first..).zip(some) {
            query = query
                .bind(as_int(index)?)
                .bind(leaf.entry.clone())
                .bind(leaf.at)
                .bind(leaf.actor.clone())
                .bind(leaf.case.clone())
                .bind(leaf.salt.clone())
                .bind(leaf.record.clone())
                .bind(leaf.leaf.to_vec());
            next.edge.push(leaf_hash(&leaf.leaf));
        }
        query.execute(&mut *on).await.map_err(Error::because("append to the log"))?;
        first += some.len() as u64;
    }
    keep_tiles(on, head.size(), next.size()).await?;
    next.root = next.edge.root();
    let note = checkpoint(signer, &next.edge)?;
    let moved = sqlx::query(MOVE_HEAD)
        .bind(as_int(next.size())?)
        .bind(next.edge.to_bytes())
        .bind(note)
        .bind(as_int(head.size())?)
        .bind(head.epoch)
        .execute(on)
        .await
        .map_err(Error::because("move the head"))?;
    if moved.rows_affected() == 1 { Ok(next) } else { Err(Error::Log { what: "somebody else moved the head" }) }
}

/// Signs what the edge stands for.
fn checkpoint(signer: &Signer, edge: &Edge) -> Result<String, Error> {
    let statement = Checkpoint { origin: signer.name().to_owned(), size: edge.size(), root: edge.root() };
    signer.sign(&statement).map_err(|_| Error::Log { what: "a checkpoint could not be signed" })
}

/// Stores each tile that became full between two sizes, lowest level first.
async fn keep_tiles(on: &mut AnyConnection, from: u64, to: u64) -> Result<(), Error> {
    let (mut from, mut to, mut level) = (from / TILE, to / TILE, 0);
    while from < to {
        for n in from..to {
            let hashes = if level == 0 {
                leaf_hashes(on, n * TILE, (n + 1) * TILE).await?
            } else {
                tile_roots(on, level - 1, n * TILE, (n + 1) * TILE).await?
            };
            let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
            sqlx::query(ADD_TILE)
                .bind(level)
                .bind(as_int(n)?)
                .bind(bytes)
                .execute(&mut *on)
                .await
                .map_err(Error::because("keep a tile"))?;
        }
        (from, to, level) = (from / TILE, to / TILE, level + 1);
    }
    Ok(())
}

/// Reads the leaf hashes of a range of indexes.
pub(super) async fn leaf_hashes(on: &mut AnyConnection, from: u64, to: u64) -> Result<Vec<Hash>, Error> {
    let rows = sqlx::query(LEAVES)
        .bind(as_int(from)?)
        .bind(as_int(to)?)
        .fetch_all(on)
        .await
        .map_err(Error::because("read leaves"))?;
    rows.iter().map(|row| Ok(leaf_hash(&read::blob(row, "leaf")?))).collect()
}

/// Computes the hash over each full tile of a range.
pub(super) async fn tile_roots(on: &mut AnyConnection, level: i64, from: u64, to: u64) -> Result<Vec<Hash>, Error> {
    let rows = sqlx::query(TILES)
        .bind(level)
        .bind(as_int(from)?)
        .bind(as_int(to)?)
        .fetch_all(on)
        .await
        .map_err(Error::because("read tiles"))?;
    rows.iter().map(|row| Ok(fold(hashes(&read::blob(row, "hashes")?)))).collect()
}

/// Splits a tile's bytes into hashes; a short rest is dropped and found out by the length.
pub(super) fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<32>().0.iter().map(|chunk| Hash(*chunk)).collect()
}

/// Hashes pairs until one is left: the root of a full tile.
pub(super) fn fold(mut hashes: Vec<Hash>) -> Hash {
    while hashes.len() > 1 {
        hashes = hashes.chunks(2).map(|pair| pair.get(1).map_or(pair[0], |right| node_hash(pair[0], *right))).collect();
    }
    hashes.first().copied().unwrap_or(Hash([0; 32]))
}

/// Sizes and indexes stay below 2^63: at a million entries a second, 292,000 years.
pub(super) fn as_int(n: u64) -> Result<i64, Error> {
    i64::try_from(n).map_err(|_| Error::Log { what: "a size beyond 2^63" })
}
