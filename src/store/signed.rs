//! Signed events, the directory of the keys that signed them, and their places in the log.
//!
//! The payload is kept as the exact bytes that were signed: verification never writes them anew. Every field of it stands
//! in clear in the tables of consent already; what was said is sealed elsewhere and only bound here.

use super::audit::nodes;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::ledger::consent::base64url;
use crate::ledger::consent::directory::{End, Key};
use crate::ledger::consent::package::Seal;
use crate::ledger::{leaf, proof};
use crate::model::consents::ConsentWords;
use crate::model::id::{CaseId, ConsentId};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::{Moment, Second};
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

/// $1 whose, $2 after this generation, $3 at most.
pub(super) const KEYS: &str = "
    SELECT k.kid, k.whose, k.epoch, k.public, k.held_by, k.since, k.entry,
           e.at AS ended, e.reason, e.entry AS end_entry
      FROM signing_key k
      LEFT JOIN signing_key_end e ON e.kid = k.kid
     WHERE k.whose = $1
       AND k.epoch > $2
     ORDER BY k.epoch
     LIMIT $3";

pub(super) const ENTRY: &str = "
    SELECT idx, salt, record
      FROM audit_entry
     WHERE entry = $1";

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

/// A key that enters the directory.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// What the directory says of it.
    pub key: Key,
    /// Which generation of its owner's keys, from 1.
    pub epoch: i64,
    /// The public key.
    pub public: [u8; 32],
}

impl NewKey {
    pub(super) fn rows(self) -> Vec<Row> {
        let since = self.key.from.moment().micros();
        vec![
            row![table::SIGNING_KEY; self.key.kid, self.key.of, self.epoch, self.public.to_vec(), self.key.held_by, since],
        ]
    }
}

pub(super) fn end_row(end: End) -> Row {
    row![table::SIGNING_KEY_END; end.kid, end.at.moment().micros(), end.reason]
}

/// A key of the directory, with its end if it has one, and the log's entries that recorded both.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// The key.
    pub key: Key,
    /// Its generation.
    pub epoch: i64,
    /// The entry that recorded it.
    pub entry: String,
    /// That it signs no more, and the entry that recorded this.
    pub end: Option<(End, String)>,
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

    /// Returns every key of a signer, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn signing_keys(&self, of: &str) -> Result<Vec<KnownKey>, Error> {
        let mut keys: Vec<KnownKey> = Vec::new();
        loop {
            let rows = sqlx::query(KEYS)
                .bind(of.to_owned())
                .bind(keys.last().map_or(0, |key| key.epoch))
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read the directory of signers"))?;
            if read::is_all(&mut keys, &rows, known)? {
                return Ok(keys);
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
        // Read after the entries, so that it covers all of them.
        let row = sqlx::query(super::log::HEAD).fetch_one(&mut *one).await.map_err(Error::because("read the head"))?;
        let (checkpoint, size) = (read::text(&row, "note")?, read::int(&row, "size")?);
        let size = u64::try_from(size).map_err(|_| Error::Log { what: "the head's size" })?;
        let mut seals = Vec::with_capacity(found.len());
        for row in found {
            let Some(row) = row else {
                seals.push(None);
                continue;
            };
            let index = u64::try_from(read::int(&row, "idx")?).map_err(|_| Error::Log { what: "an index" })?;
            let salt: [u8; 32] = read::blob(&row, "salt")?.try_into().map_err(|_| Error::Log { what: "a salt" })?;
            let fields = leaf::parse(&read::blob(&row, "record")?).ok_or(Error::Log { what: "a record" })?;
            let plan = proof::inclusion_nodes(index, size).ok_or(Error::Log { what: "an index" })?;
            let path = plan.finish(&nodes(&mut one, size, &plan.nodes).await?);
            let path = path.ok_or(Error::Log { what: "nodes of a proof" })?;
            seals.push(Some(Seal::of(index, size, &salt, &fields, &path, checkpoint.clone())));
        }
        Ok(seals)
    }
}

fn event(row: &AnyRow) -> Result<ChainEvent, Error> {
    let id = read::word(row, "id")?;
    let case: CaseId = read::word(row, "case_id")?;
    let place = Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Consent(id) };
    let signed = Signed { payload: read::blob(row, "payload")?, jws: read::text(row, "jws")? };
    let (words, seq) = (Sealed::found(place, read::blob(row, "sealed")?), read::int(row, "seq")?);
    Ok(ChainEvent { id, seq, signed, words, entry: read::text(row, "entry")? })
}

fn known(row: &AnyRow) -> Result<KnownKey, Error> {
    let second = |micros| Second::of(Moment::from_micros(micros));
    let kid = read::text(row, "kid")?;
    let end =
        match (read::maybe_int(row, "ended")?, read::maybe_text(row, "reason")?, read::maybe_text(row, "end_entry")?) {
            (Some(at), Some(reason), Some(entry)) => Some((End { kid: kid.clone(), at: second(at), reason }, entry)),
            _ => None,
        };
    let key = Key {
        kid,
        of: read::text(row, "whose")?,
        x: base64url(&read::blob(row, "public")?),
        held_by: read::text(row, "held_by")?,
        from: second(read::int(row, "since")?),
    };
    Ok(KnownKey { key, epoch: read::int(row, "epoch")?, entry: read::text(row, "entry")?, end })
}
