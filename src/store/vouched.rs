//! Whether the signed log says that a program of this hub brought a policy into force that was built into it.
//!
//! Promises: a *yes* rests on a checkpoint that this hub's own log key signed: the entry is in the tree, its record says
//! that the start of a program adopted this very policy, and the row at this place is one that the entry wrote. Whoever
//! can only write to the database gets no *yes*.
//! Must never know: what stands in the files.

use super::policies::Adopted;
use super::table;
use super::verify::digest;
use super::{Error, Store, audit, read};
use crate::ledger::rows::rows_digest;
use crate::ledger::{leaf, note};
use sqlx::any::AnyRow;

/// The entry of a policy's adoption, once it is numbered. $1 place.
pub(super) const ENTRY: &str = "
    SELECT e.idx, e.entry, e.salt, e.record, e.leaf
      FROM policy_adopted p
      JOIN audit_entry e ON e.entry = p.entry
     WHERE p.place = $1";

/// What else that entry wrote into the same table. $1 entry.
pub(super) const ADOPTIONS: &str = "
    SELECT place, digest, version, previous, signers, approvers, sig_one, sig_two, added, removed, changed, at, entry
      FROM policy_adopted
     WHERE entry = $1
     LIMIT 2";

/// The files that it kept. $1 entry.
pub(super) const KEPT: &str = "
    SELECT digest, name, content, entry
      FROM policy_file
     WHERE entry = $1
     ORDER BY name
     LIMIT 1000";

impl Store {
    /// Says whether the log vouches for the adoption of what is built into a program. Of one that is not numbered yet it
    /// says no: ask again.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn is_vouched(&self, adopted: &Adopted) -> Result<bool, Error> {
        let found = sqlx::query(ENTRY).bind(adopted.place).fetch_optional(&self.readers).await;
        let Some(row) = found.map_err(Error::because("read the entry of an adoption"))? else { return Ok(false) };
        let Some(fields) = record(&row)? else { return Ok(false) };
        let says = |field: &str| fields.get(field).map_or("", String::as_str);
        let wanted = [
            ("entry", read::text(&row, "entry")?),
            ("actor", "hub:start".to_owned()),
            ("act", "adopt".to_owned()),
            ("kind", "policy".to_owned()),
            ("id", adopted.digest.to_string()),
            ("decision", "permit".to_owned()),
            ("rows", self.written_by(&read::text(&row, "entry")?).await?),
        ];
        if wanted.iter().any(|(field, value)| says(field) != value) {
            return Ok(false);
        }
        let index = u64::try_from(read::int(&row, "idx")?).map_err(|_| Error::Log { what: "an index" })?;
        let Some(proof) = self.inclusion(index).await? else { return Ok(false) };
        let signed = note::open(&proof.checkpoint, &self.vkey).ok();
        let included = signed.is_some_and(|of| of.size == proof.size && audit::is_included(&proof, of.root));
        Ok(included && proof.leaf == read::blob(&row, "leaf")?)
    }

    /// Returns the digest of the rows that an entry wrote into the two tables of policies.
    async fn written_by(&self, entry: &str) -> Result<String, Error> {
        let mut hashes = Vec::new();
        for (text, table) in [(ADOPTIONS, &table::POLICY_ADOPTED), (KEPT, &table::POLICY_FILE)] {
            let rows = sqlx::query(text).bind(entry.to_owned()).fetch_all(&self.readers).await;
            for row in rows.map_err(Error::because("read what an adoption wrote"))? {
                hashes.push(digest(&row, table)?);
            }
        }
        Ok(rows_digest(hashes).to_hex())
    }
}

/// Returns what a record says, if it is the one that its leaf commits to.
fn record(row: &AnyRow) -> Result<Option<leaf::Fields>, Error> {
    let Ok(salt) = <[u8; 32]>::try_from(read::blob(row, "salt")?) else { return Ok(None) };
    let stored = read::blob(row, "leaf")?;
    let fields = leaf::parse(&read::blob(row, "record")?);
    Ok(fields.filter(|fields| leaf::leaf(leaf::commitment(&salt, fields)).as_slice() == stored))
}
