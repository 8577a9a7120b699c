//! Signed events and their places in the log. The keys that signed them are in `signers.rs`.
//!
//! The payload is kept as the exact bytes that were signed: verification never writes them anew. Every field of it stands
//! in clear in the tables of consent already; what was said is sealed elsewhere and only bound here.

use super::audit::nodes;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::ledger::consent::package::Seal;
use crate::ledger::{leaf, proof};
use crate::model::consents::ConsentWords;
use crate::model::id::{CaseId, ConsentId};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

pub(super) const PAYLOAD: &str = "
    SELECT s.payload
      FROM consent c
      JOIN consent_signed s ON s.consent = c.id
     WHERE c.chain = $1
       AND c.seq = $2";

/// $1 an event of the chain, $2 after this position, $3 at most.
pub(super) const CHAIN: &str = "
    SELECT c.id, c.case_id, c.seq, c.sealed, s.payload, s.jws, s.entry
      FROM consent c
      JOIN consent_signed s ON s.consent = c.id
     WHERE c.chain = (SELECT chain FROM consent WHERE id = $1)
       AND c.seq > $2
     ORDER BY c.seq
     LIMIT $3";

pub(super) const ENTRY: &str = "
    SELECT idx, salt, record
      FROM audit_entry
     WHERE entry = $1";

pub(super) const ENTRY_AT: &str = "
    SELECT idx, salt, record
      FROM audit_entry
     WHERE idx = $1";

/// An event as it was signed.
#[derive(Debug, Clone)]
pub struct Signed {
    /// The exact bytes.
    pub payload: Vec<u8>,
    /// The signatures, as the JSON text of a detached JWS.
    pub jws: String,
}

impl Signed {
    pub(super) fn row(self, consent: &str) -> Row {
        row![table::CONSENT_SIGNED; consent.to_owned(), self.payload, self.jws]
    }
}

/// A signed event of a chain, with what is sealed of it and the log's entry.
#[derive(Debug)]
pub struct ChainEvent {
    /// The event.
    pub id: ConsentId,
    /// Its position in the chain, from 1.
    pub seq: i64,
    /// The exact bytes and their signatures.
    pub signed: Signed,
    /// What was said.
    pub words: Sealed<ConsentWords>,
    /// The log's entry that recorded it.
    pub entry: String,
}

impl Store {
    /// Returns the exact bytes of one event of a chain.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn payload(&self, chain: ConsentId, seq: i64) -> Result<Option<Vec<u8>>, Error> {
        let found = sqlx::query(PAYLOAD)
            .bind(chain.to_string())
            .bind(seq)
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a signed event"))?;
        found.map(|row| read::blob(&row, "payload")).transpose()
    }

    /// Returns every event of the chain that `id` belongs to, first to last.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn chain(&self, id: ConsentId) -> Result<Vec<ChainEvent>, Error> {
        let mut chain: Vec<ChainEvent> = Vec::new();
        loop {
            let rows = sqlx::query(CHAIN)
                .bind(id.to_string())
                .bind(chain.last().map_or(0, |event| event.seq))
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read a chain of consent"))?;
            if read::is_all(&mut chain, &rows, event)? {
                return Ok(chain);
            }
        }
    }

    /// Proves that the log has these entries; `None` for one that waits for its number.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn seals(&self, entries: &[&str]) -> Result<Vec<Option<Seal>>, Error> {
        let mut one = self.readers.acquire().await.map_err(Error::because("connect"))?;
        let mut found = Vec::with_capacity(entries.len());
        for entry in entries {
            let row = sqlx::query(ENTRY).bind((*entry).to_owned()).fetch_optional(&mut *one).await;
            found.push(row.map_err(Error::because("read an entry"))?);
        }
        sealed(&mut one, &found).await
    }

    /// Proves that the log has the entry with this index, and so had come to its moment.
    ///
    /// # Errors
    /// [`Error::Database`]; [`Error::Log`].
    pub async fn seal_at(&self, index: u64) -> Result<Option<Seal>, Error> {
        let index = i64::try_from(index).map_err(|_| Error::Log { what: "an index" })?;
        let mut one = self.readers.acquire().await.map_err(Error::because("connect"))?;
        let row = sqlx::query(ENTRY_AT).bind(index).fetch_optional(&mut *one).await;
        let found = [row.map_err(Error::because("read an entry"))?];
        Ok(sealed(&mut one, &found).await?.pop().flatten())
    }
}

/// Proves entries that were found. The head is read after them, so that it covers all of them.
async fn sealed(one: &mut AnyConnection, found: &[Option<AnyRow>]) -> Result<Vec<Option<Seal>>, Error> {
    let row = sqlx::query(super::log::HEAD).fetch_one(&mut *one).await.map_err(Error::because("read the head"))?;
    let (checkpoint, size) = (read::text(&row, "note")?, read::int(&row, "size")?);
    let size = u64::try_from(size).map_err(|_| Error::Log { what: "the head's size" })?;
    let mut seals = Vec::with_capacity(found.len());
    for row in found {
        let Some(row) = row else {
            seals.push(None);
            continue;
        };
        let index = u64::try_from(read::int(row, "idx")?).map_err(|_| Error::Log { what: "an index" })?;
        let salt: [u8; 32] = read::blob(row, "salt")?.try_into().map_err(|_| Error::Log { what: "a salt" })?;
        let fields = leaf::parse(&read::blob(row, "record")?).ok_or(Error::Log { what: "a record" })?;
        let plan = proof::inclusion_nodes(index, size).ok_or(Error::Log { what: "an index" })?;
        let path = plan.finish(&nodes(one, size, &plan.nodes).await?);
        let path = path.ok_or(Error::Log { what: "nodes of a proof" })?;
        seals.push(Some(Seal::of(index, size, &salt, &fields, &path, checkpoint.clone())));
    }
    Ok(seals)
}

fn event(row: &AnyRow) -> Result<ChainEvent, Error> {
    let id = read::word(row, "id")?;
    let case: CaseId = read::word(row, "case_id")?;
    let place = Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Consent(id) };
    let signed = Signed { payload: read::blob(row, "payload")?, jws: read::text(row, "jws")? };
    let (words, seq) = (Sealed::found(place, read::blob(row, "sealed")?), read::int(row, "seq")?);
    Ok(ChainEvent { id, seq, signed, words, entry: read::text(row, "entry")? })
}
