//! The log, as others read it: checkpoint, tiles, proofs, and who looked at a case.

use super::log::{self, Head, TILE};
use super::{Error, Store, read};
use crate::ledger::tile::{Bundle, Node, Tile, hash_of};
use crate::ledger::{Hash, leaf, proof, tree};
use crate::model::id::{AgencyId, CaseId};
use sqlx::AnyConnection;
use std::collections::hash_map::{Entry, HashMap};

pub(super) const READERS: &str = "
    SELECT idx, record
      FROM (SELECT idx, record
              FROM audit_entry
             WHERE case_id = $1
               AND idx < $2
             ORDER BY idx DESC
             LIMIT $3) AS within
     UNION ALL
    SELECT idx, record
      FROM (SELECT e.idx, e.record
              FROM case_opened s
              JOIN audit_entry e ON e.entry = s.entry
             WHERE s.case_id = $1
               AND e.idx < $2
             ORDER BY e.idx DESC
             LIMIT $3) AS searches
     ORDER BY idx DESC
     LIMIT $3";

pub(super) const ENTRY: &str = "
    SELECT leaf
      FROM audit_entry
     WHERE idx = $1";

/// What an agency supplied to a case, and whom each is about; a sanitised note is about her of whom its source is.
pub(super) const OWNED: &str = "
    SELECT id, '' AS about FROM case_file WHERE id = $1 AND owner = $2
     UNION ALL
    SELECT f.person AS id, '' AS about FROM case_file f WHERE f.id = $1 AND f.owner = $2
     UNION ALL
    SELECT n.id, COALESCE(n.about, (SELECT s.about FROM derivative d JOIN note s ON s.id = d.source
                                     WHERE d.note = n.id), '') AS about
      FROM note n WHERE n.case_id = $1 AND n.agency = $2
     UNION ALL
    SELECT a.id, COALESCE(a.about, '') AS about FROM alert a
     WHERE a.case_id = $1 AND a.agency = $2
       AND NOT EXISTS (SELECT 1 FROM event v WHERE v.entry = a.entry)
       AND NOT EXISTS (SELECT 1 FROM assessment v WHERE v.entry = a.entry)
       AND NOT EXISTS (SELECT 1 FROM assessment_recall v WHERE v.entry = a.entry)
     UNION ALL
    SELECT id, subject AS about FROM consent WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT o.id, COALESCE(n.about, '') AS about FROM override_ask o JOIN note n ON n.id = o.note
     WHERE o.case_id = $1 AND o.agency = $2
     UNION ALL
    SELECT id, COALESCE(about, '') AS about FROM decision WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM supervision_order WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM event WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM proposed_address WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM assessment WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM plan WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM referral WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT id, '' AS about FROM wording WHERE case_id = $1 AND agency = $2
     UNION ALL
    SELECT r.id, r.about FROM plan_part r JOIN plan p ON p.id = r.plan WHERE p.case_id = $1 AND p.agency = $2
     LIMIT 10000";

/// An inclusion proof, as the API gives it.
#[derive(Debug)]
pub struct Inclusion {
    /// The entry's index.
    pub index: u64,
    /// The size of the log that the proof is for.
    pub size: u64,
    /// The entry's 36 bytes.
    pub leaf: Vec<u8>,
    /// The path to the root.
    pub path: Vec<Hash>,
    /// The signed checkpoint of that size.
    pub checkpoint: String,
}

impl Store {
    /// Returns the newest signed checkpoint.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn checkpoint(&self) -> Result<String, Error> {
        let row = sqlx::query(log::HEAD).fetch_one(&self.readers).await.map_err(Error::because("read the head"))?;
        read::text(&row, "note")
    }

    /// Proves that an entry is in the log; `None` if the log has no such index.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn inclusion(&self, index: u64) -> Result<Option<Inclusion>, Error> {
        let mut one = self.readers.acquire().await.map_err(Error::because("connect"))?;
        let row = sqlx::query(log::HEAD).fetch_one(&mut *one).await.map_err(Error::because("read the head"))?;
        let checkpoint = read::text(&row, "note")?;
        let size = u64::try_from(read::int(&row, "size")?).map_err(|_| Error::Log { what: "the head's size" })?;
        let Some(plan) = proof::inclusion_nodes(index, size) else { return Ok(None) };
        let path = plan.finish(&nodes(&mut one, size, &plan.nodes).await?);
        let path = path.ok_or(Error::Log { what: "nodes of a proof" })?;
        let row = sqlx::query(ENTRY)
            .bind(log::as_int(index)?)
            .fetch_one(&mut *one)
            .await
            .map_err(Error::because("read an entry"))?;
        Ok(Some(Inclusion { index, size, leaf: read::blob(&row, "leaf")?, path, checkpoint }))
    }

    /// Proves that the log of size `old` is the beginning of today's; gives the size proved and the path.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn consistency(&self, old: u64) -> Result<Option<(u64, Vec<Hash>)>, Error> {
        let mut one = self.readers.acquire().await.map_err(Error::because("connect"))?;
        let size = Head::load(&mut one).await?.size();
        let Some(plan) = proof::consistency_nodes(old, size) else { return Ok(None) };
        let path = plan.finish(&nodes(&mut one, size, &plan.nodes).await?);
        Ok(Some((size, path.ok_or(Error::Log { what: "nodes of a proof" })?)))
    }

    /// Returns the bytes of a hash tile; `None` if the log has not grown that far.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, Error> {
        let mut one = self.readers.acquire().await.map_err(Error::because("connect"))?;
        let size = Head::load(&mut one).await?.size();
        let bottoms = size.checked_shr(8 * u32::from(tile.level)).unwrap_or(0);
        let end = tile.index.saturating_mul(TILE).saturating_add(u64::from(tile.width));
        if end > bottoms {
            return Ok(None);
        }
        let hashes = bottom(&mut one, tile).await?;
        Ok(Some(hashes.iter().flat_map(|hash| hash.0).collect()))
    }

    /// Returns the leaves of an entry bundle, in order; `None` if the log has not grown that far.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn entry_bundle(&self, tile: &Bundle) -> Result<Option<Vec<Vec<u8>>>, Error> {
        let from = tile.index.saturating_mul(TILE);
        let to = from.saturating_add(u64::from(tile.width));
        let mut one = self.readers.acquire().await.map_err(Error::because("connect"))?;
        if to > Head::load(&mut one).await?.size() {
            return Ok(None);
        }
        let rows = sqlx::query(log::LEAVES)
            .bind(log::as_int(from)?)
            .bind(log::as_int(to)?)
            .fetch_all(&mut *one)
            .await
            .map_err(Error::because("read leaves"))?;
        rows.iter().map(|row| read::blob(row, "leaf")).collect::<Result<_, _>>().map(Some)
    }

    /// Returns the ids of a case's records that an agency supplied, each with whom it is about; at most 10,000.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn owned(&self, case: CaseId, agency: &AgencyId) -> Result<Vec<(String, String)>, Error> {
        let rows = sqlx::query(OWNED)
            .bind(case.to_string())
            .bind(agency.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what an agency supplied"))?;
        rows.iter().map(|row| Ok((read::text(row, "id")?, read::text(row, "about")?))).collect()
    }

    /// Returns the records about a case, and the searches that opened its man, newest first, below index `before`.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn readers_of(
        &self,
        case: CaseId,
        before: Option<u64>,
        limit: i64,
    ) -> Result<Vec<(u64, leaf::Fields)>, Error> {
        let before = before.map_or(Ok(i64::MAX), log::as_int)?;
        let rows = sqlx::query(READERS)
            .bind(case.to_string())
            .bind(before)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who looked"))?;
        rows.iter()
            .map(|row| {
                let index = u64::try_from(read::int(row, "idx")?).map_err(|_| Error::Log { what: "an index" })?;
                let fields = leaf::parse(&read::blob(row, "record")?).ok_or(Error::Log { what: "a record" })?;
                Ok((index, fields))
            })
            .collect()
    }
}

/// Fetches the hashes of nodes, each tile once.
pub(super) async fn nodes(on: &mut AnyConnection, size: u64, wanted: &[Node]) -> Result<Vec<Hash>, Error> {
    let mut tiles: HashMap<(u8, u64), Vec<Hash>> = HashMap::new();
    let mut found = Vec::with_capacity(wanted.len());
    for node in wanted {
        let tile = Tile::holding(*node, size);
        let hashes = match tiles.entry((tile.level, tile.index)) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(gap) => gap.insert(bottom(on, &tile).await?),
        };
        found.push(hash_of(*node, &tile, hashes).ok_or(Error::Log { what: "a tile too short" })?);
    }
    Ok(found)
}

/// Returns a tile's bottom hashes: as stored if it is full, else computed from the level below.
async fn bottom(on: &mut AnyConnection, tile: &Tile) -> Result<Vec<Hash>, Error> {
    let (from, to) = (tile.index * TILE, tile.index * TILE + u64::from(tile.width));
    match tile.level {
        0 => log::leaf_hashes(on, from, to).await,
        level => log::tile_roots(on, i64::from(level) - 1, from, to).await,
    }
}

/// Says whether a leaf and a path lead to the root of a size: what a reader does with [`Inclusion`].
#[must_use]
pub fn is_included(inclusion: &Inclusion, root: Hash) -> bool {
    let hash = tree::leaf_hash(&inclusion.leaf);
    proof::verify_inclusion(hash, inclusion.index, inclusion.size, &inclusion.path, root).is_ok()
}
