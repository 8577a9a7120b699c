//! The directory of the keys that sign records of consent: keys, their ends, how one took the place of another, and who said
//! that one is lost.
//!
//! Promises: nothing of it is changed; each row is an entry of the log, which names the hash of what it says.
//! Must never know: private keys.

use super::alerts::NewAlert;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::ledger::consent::directory::{BY_KEY, BY_OFFICER, COMPROMISED, End, Handover, Key, ROTATED};
use crate::ledger::consent::{base64url, from_base64url};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::signers::KeyName;
use crate::model::time::{Moment, Second};
use sqlx::any::AnyRow;

macro_rules! keys {
    ($of:literal) => {
        concat!(
            "SELECT k.kid, k.whose, k.epoch, k.public, k.held_by, k.since, k.entry,
           r.at AS rotated, r.entry AS rotated_entry, c.at AS stolen, c.entry AS stolen_entry
      FROM signing_key k
      LEFT JOIN signing_key_end r ON r.kid = k.kid AND r.reason = 'rotated'
      LEFT JOIN signing_key_end c ON c.kid = k.kid AND c.reason = 'compromised'
     WHERE ",
            $of
        )
    };
}

/// $1 whose, $2 after this generation, $3 at most.
pub(super) const KEYS: &str = keys!(
    "k.whose = $1
       AND k.epoch > $2
     ORDER BY k.epoch
     LIMIT $3"
);

/// The keys that somebody may replace or vouch for: of a seat, and, for whoever answers for it, of an agency and its seats.
/// $1 the seat, $2 the agency's own keys, $3 the hub's, and with them those of every agency, $4 the agency whose seats are meant,
/// $5 after this key, $6 at most.
pub(super) const THEIRS: &str = keys!(
    "(k.whose = $1 OR k.whose = $2 OR k.whose = $3
        OR ($3 IS NOT NULL AND SUBSTR(k.whose, 1, 7) = 'agency:')
        OR EXISTS (SELECT 1 FROM worker w WHERE w.id = SUBSTR(k.whose, 3) AND w.agency = $4))
       AND k.kid > $5
     ORDER BY k.kid
     LIMIT $6"
);

pub(super) const WHOSE: &str = "SELECT whose FROM signing_key WHERE kid = $1";

/// $1 whose, $2 and $3 after this key and who vouches, $4 at most.
pub(super) const HANDOVERS: &str = "
    SELECT h.kid, h.old, h.voucher, h.signature, h.entry
      FROM signing_key k
      JOIN signing_key_handover h ON h.kid = k.kid
     WHERE k.whose = $1
       AND h.kid >= $2
       AND (h.kid > $2 OR h.voucher > $3)
     ORDER BY h.kid, h.voucher
     LIMIT $4";

/// $1 key, $2 after whose report, $3 at most.
pub(super) const REPORTS: &str = "
    SELECT reporter, since, at
      FROM signing_key_report
     WHERE kid = $1
       AND reporter > $2
     ORDER BY reporter
     LIMIT $3";

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

/// How a key took the place of another, and who says so.
#[derive(Debug, Clone)]
pub struct NewHandover {
    /// What the directory says of it.
    pub handover: Handover,
    /// The officer who vouches; nobody where the old key signed.
    pub officer: Option<WorkerId>,
    /// When.
    pub at: Moment,
}

impl NewHandover {
    fn row(self) -> Row {
        let Handover { old, new, by, signature } = self.handover;
        let voucher = self.officer.map_or(by, |officer| format!("u:{officer}"));
        let signature = signature.and_then(|text| from_base64url(&text));
        row![table::SIGNING_KEY_HANDOVER; new, old, voucher, signature, self.at.micros()]
    }
}

/// That somebody says that a key is lost, or stolen.
#[derive(Debug, Clone)]
pub struct NewReport {
    /// The key.
    pub key: String,
    /// Who says it.
    pub reporter: WorkerId,
    /// Since when others may have had it; lost only, if it is left out.
    pub since: Option<Second>,
    /// When it was said.
    pub at: Moment,
}

impl NewReport {
    fn row(self) -> Row {
        let since = self.since.map(|since| since.moment().micros());
        row![table::SIGNING_KEY_REPORT; self.key, self.reporter.to_string(), since, self.at.micros()]
    }
}

/// What changes in the directory in one commit: never an end without the key that signs instead.
#[derive(Debug, Clone, Default)]
pub struct SignerChange {
    /// A key that signs no more.
    pub end: Option<End>,
    /// The key that signs instead.
    pub next: Option<NewKey>,
    /// Who says that the one takes the place of the other.
    pub handover: Option<NewHandover>,
    /// That the old one is lost or stolen.
    pub report: Option<NewReport>,
    /// Who is told.
    pub notices: Vec<NewAlert>,
}

impl SignerChange {
    /// Returns the rows, and what the log's entry vouches for.
    pub(super) fn rows(self) -> (Vec<Row>, Option<String>) {
        let Self { end, next, handover, report, notices } = self;
        let signed: Vec<String> = [
            end.as_ref().map(End::digest),
            next.as_ref().map(|next| next.key.digest()),
            handover.as_ref().map(|one| one.handover.digest()),
        ]
        .into_iter()
        .flatten()
        .collect();
        let mut rows: Vec<Row> = next.into_iter().flat_map(NewKey::rows).collect();
        rows.extend(end.map(|end| row![table::SIGNING_KEY_END; end.kid, end.at.moment().micros(), end.reason]));
        rows.extend(handover.map(NewHandover::row));
        rows.extend(report.map(NewReport::row));
        rows.extend(notices.into_iter().flat_map(NewAlert::rows));
        (rows, (!signed.is_empty()).then(|| signed.join("+")))
    }
}

/// A key of the directory, with its ends, and the log's entries that recorded them.
#[derive(Debug, Clone)]
pub struct KnownKey {
    /// The key.
    pub key: Key,
    /// Its generation.
    pub epoch: i64,
    /// The entry that recorded it.
    pub entry: String,
    /// That it was replaced, or stolen or both, and the entries that recorded this.
    pub ends: Vec<(End, String)>,
}

/// What somebody said of a key.
#[derive(Debug, Clone)]
pub struct Report {
    /// Who.
    pub reporter: WorkerId,
    /// Since when it is stolen; lost only, if not given.
    pub since: Option<Second>,
}

impl Store {
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

    /// Returns keys of a seat, and with `agency` those of that agency and its seats; if the hub is named, its own and those of
    /// all agencies too. In the order of their names.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn keys_of(
        &self,
        seat: WorkerId,
        agency: Option<(&AgencyId, Option<&str>)>,
        after: Option<KeyName>,
        limit: i64,
    ) -> Result<Vec<KnownKey>, Error> {
        let hub = agency.and_then(|(_, hub)| hub).map(|hub| format!("hub:{hub}"));
        let agency = agency.map(|(agency, _)| agency.to_string());
        let rows = sqlx::query(THEIRS)
            .bind(format!("u:{seat}"))
            .bind(agency.as_ref().map(|agency| format!("agency:{agency}")))
            .bind(hub)
            .bind(agency)
            .bind(after.map(|after| after.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read signing keys"))?;
        rows.iter().map(known).collect()
    }

    /// Returns whose key it is; `None` if there is no such key.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn key_owner(&self, key: KeyName) -> Result<Option<String>, Error> {
        let found = sqlx::query(WHOSE).bind(key.to_string()).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read whose a signing key is"))?.map(|row| read::text(&row, "whose")).transpose()
    }

    /// Returns how a signer's keys took the place of each other, with the entries that recorded it.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn handovers(&self, of: &str) -> Result<Vec<(Handover, String)>, Error> {
        let mut found: Vec<(Handover, String, String)> = Vec::new();
        loop {
            let (key, voucher) =
                found.last().map(|(one, voucher, _)| (one.new.clone(), voucher.clone())).unwrap_or_default();
            let rows = sqlx::query(HANDOVERS)
                .bind(of.to_owned())
                .bind(key)
                .bind(voucher)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read how signing keys were handed over"))?;
            if read::is_all(&mut found, &rows, handover)? {
                return Ok(found.into_iter().map(|(one, _, entry)| (one, entry)).collect());
            }
        }
    }

    /// Returns what was said of a key that is lost or stolen.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn key_reports(&self, key: KeyName) -> Result<Vec<Report>, Error> {
        let mut reports: Vec<Report> = Vec::new();
        loop {
            let rows = sqlx::query(REPORTS)
                .bind(key.to_string())
                .bind(reports.last().map(|one| one.reporter.to_string()).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read reports of a signing key"))?;
            if read::is_all(&mut reports, &rows, report)? {
                return Ok(reports);
            }
        }
    }
}

fn second(micros: i64) -> Second {
    Second::of(Moment::from_micros(micros))
}

fn report(row: &AnyRow) -> Result<Report, Error> {
    Ok(Report { reporter: read::word(row, "reporter")?, since: read::maybe_int(row, "since")?.map(second) })
}

fn handover(row: &AnyRow) -> Result<(Handover, String, String), Error> {
    let voucher = read::text(row, "voucher")?;
    // Who the officer is stands in the log, and not in what is handed on.
    let by = if voucher == BY_KEY { BY_KEY } else { BY_OFFICER };
    let signature = read::maybe_blob(row, "signature")?.map(|bytes| base64url(&bytes));
    let (old, new) = (read::text(row, "old")?, read::text(row, "kid")?);
    Ok((Handover { old, new, by: by.to_owned(), signature }, voucher, read::text(row, "entry")?))
}

fn known(row: &AnyRow) -> Result<KnownKey, Error> {
    let kid = read::text(row, "kid")?;
    let mut ends = Vec::new();
    for (reason, at, entry) in [(ROTATED, "rotated", "rotated_entry"), (COMPROMISED, "stolen", "stolen_entry")] {
        if let (Some(at), Some(entry)) = (read::maybe_int(row, at)?, read::maybe_text(row, entry)?) {
            ends.push((End { kid: kid.clone(), at: second(at), reason: reason.to_owned() }, entry));
        }
    }
    let key = Key {
        kid,
        of: read::text(row, "whose")?,
        x: base64url(&read::blob(row, "public")?),
        held_by: read::text(row, "held_by")?,
        from: second(read::int(row, "since")?),
    };
    Ok(KnownKey { key, epoch: read::int(row, "epoch")?, entry: read::text(row, "entry")?, ends })
}
