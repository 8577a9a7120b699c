//! The keys of shared notes: put with the share, deleted with its end, checked against what the log binds.
//!
//! Promises: `share.key_digest` names each agency and the SHA-256 of its wrap, so a wrap that was changed, added or
//! brought back is found; one is missing only where a row of `share_key_end`, which the log binds, says that it went.

use super::consents::latest_said;
use super::withdrawals::EndedKey;
use super::{Error, Store, read};
use crate::ledger::Hash;
use crate::model::id::{AgencyId, CaseId, ShareId};
use crate::model::sealed::ShareKey;
use crate::model::time::Moment;
use sqlx::AnyConnection;
use std::collections::{HashMap, HashSet};

pub(super) const PUT: &str =
    "INSERT INTO share_key (share, note, recipient, file, signature) VALUES ($1, $2, $3, $4, $5)";

pub(super) const DROP: &str = "DELETE FROM share_key WHERE share = $1 AND recipient = $2";

pub(super) const DIGESTS: &str = "SELECT id, note, key_digest FROM share ORDER BY id";

pub(super) const KEYS: &str = "SELECT share, note, recipient, file, signature FROM share_key ORDER BY share, recipient";

pub(super) const ENDED: &str = "SELECT share, recipient FROM share_key_end ORDER BY share, recipient";

/// Keys that have no time left: of shares that ran out, of those whose court order or consent did, and of overrides that
/// nobody confirmed while a late yes was still good. That a yes may be on its way is why those wait a minute more. Each
/// arm begins at an index of ends; no other key is looked at. $1 now.
pub(super) const OVERDUE: &str = concat!(
    "
    SELECT k.share, k.recipient, s.case_id
      FROM (SELECT e.id
              FROM share e
             WHERE e.expires <= $1
             UNION
            SELECT b.share
              FROM share_basis b
             WHERE b.until <= $1
             UNION
            SELECT v.id
              FROM override_ask o
             CROSS JOIN share v
             WHERE o.reopens <= $1 - 60000000
               AND v.basis_ref = o.id
               AND v.basis = 'override'
               AND NOT EXISTS (SELECT 1 FROM override_second y WHERE y.override_id = o.id)
             UNION
            SELECT g.id
              FROM consent c
             CROSS JOIN share g
             WHERE c.expires <= $1
               AND g.basis_ref = c.chain
               AND g.basis = 'consent'
               AND ",
    latest_said!(),
    ") t
     CROSS JOIN share_key k
     CROSS JOIN share s
     WHERE k.share = t.id
       AND s.id = t.id
     ORDER BY k.share, k.recipient
     LIMIT 500"
);

/// The cases of which keys went between two places in the log. The entries come first: there are few new ones. $1, $2,
/// $3 after this case, $4 at most.
pub(super) const GONE_SINCE: &str = "
    SELECT DISTINCT s.case_id
      FROM audit_entry e
     CROSS JOIN share_key_end x
     CROSS JOIN share s
     WHERE e.idx > $1
       AND e.idx <= $2
       AND x.entry = e.entry
       AND s.id = x.share
       AND s.case_id > $3
     ORDER BY s.case_id
     LIMIT $4";

/// The last index of the log.
pub(super) const LAST: &str = "SELECT CAST(COALESCE(MAX(idx), -1) AS BIGINT) AS last FROM audit_entry";

/// What happens to the key of a share, in the transaction of the act.
#[derive(Debug, Clone)]
pub(super) enum KeyChange {
    /// It is put.
    Put(ShareKey),
    /// It is deleted.
    Drop(ShareId, AgencyId),
}

/// One agency's key of a share that is to go.
#[derive(Debug, Clone)]
pub struct OverdueKey {
    /// The share.
    pub share: ShareId,
    /// The agency.
    pub agency: AgencyId,
    /// The share's case, whose facts move.
    pub case: CaseId,
}

impl OverdueKey {
    pub(super) fn end(self) -> EndedKey {
        EndedKey { share: self.share, agency: self.agency }
    }
}

/// Puts or deletes one key.
pub(super) async fn change(on: &mut AnyConnection, change: &KeyChange) -> sqlx::Result<()> {
    let query = match change {
        KeyChange::Put(key) => sqlx::query(PUT)
            .bind(key.share.to_string())
            .bind(key.note.to_string())
            .bind(key.recipient.clone())
            .bind(key.file.clone())
            .bind(key.signature.clone()),
        KeyChange::Drop(share, agency) => sqlx::query(DROP).bind(share.to_string()).bind(agency.to_string()),
    };
    query.execute(on).await.map(drop)
}

/// Returns the text that names each key of a share: `agency:sha256` with a space between, in the order of agencies.
pub(super) fn digest(keys: &[ShareKey]) -> Option<String> {
    let mut named: Vec<String> = keys.iter().map(|key| named(&key.recipient, &key.file, &key.signature)).collect();
    named.sort_unstable();
    (!named.is_empty()).then(|| named.join(" "))
}

/// The signature is always 64 bytes, so that no two pairs of file and signature give the same bytes.
fn named(recipient: &str, file: &[u8], signature: &[u8]) -> String {
    format!("{recipient}:{}", Hash::of(&[file, signature]).to_hex())
}

/// Returns what is wrong with the stored keys, if anything is.
pub(super) async fn fault(on: &mut AnyConnection) -> Result<Option<String>, Error> {
    let mut kept: HashMap<(String, String), (String, String)> = HashMap::new();
    for row in sqlx::query(KEYS).fetch_all(&mut *on).await.map_err(Error::because("read share keys"))? {
        let (share, recipient) = (read::text(&row, "share")?, read::text(&row, "recipient")?);
        let name = named(&recipient, &read::blob(&row, "file")?, &read::blob(&row, "signature")?);
        kept.insert((share, recipient), (read::text(&row, "note")?, name));
    }
    let mut ended = HashSet::new();
    for row in sqlx::query(ENDED).fetch_all(&mut *on).await.map_err(Error::because("read ends of share keys"))? {
        ended.insert((read::text(&row, "share")?, read::text(&row, "recipient")?));
    }
    for row in sqlx::query(DIGESTS).fetch_all(&mut *on).await.map_err(Error::because("read shares"))? {
        let (share, note) = (read::text(&row, "id")?, read::text(&row, "note")?);
        let wanted = read::maybe_text(&row, "key_digest")?.unwrap_or_default();
        for name in wanted.split_terminator(' ') {
            let recipient = name.split(':').next().unwrap_or_default();
            let place = (share.clone(), recipient.to_owned());
            let gone = ended.contains(&place);
            let what = match (kept.remove(&place), gone) {
                (None, true) => continue,
                (Some(found), false) if found == (note.clone(), name.to_owned()) => continue,
                (Some(_), false) => "was changed",
                (Some(_), true) => "was brought back after its end",
                (None, false) => "is missing, and nothing says that it ended",
            };
            return Ok(Some(format!("table share_key: the key of {recipient} for share {share} {what}")));
        }
    }
    Ok(kept.keys().min().map(|(share, who)| format!("table share_key: share {share} was never keyed to {who}")))
}

impl Store {
    /// Returns keys whose time has run out; at most 500.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn overdue_keys(&self, now: Moment) -> Result<Vec<OverdueKey>, Error> {
        let rows = sqlx::query(OVERDUE)
            .bind(now.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read keys whose time has run out"))?;
        rows.iter()
            .map(|row| {
                Ok(OverdueKey {
                    share: read::word(row, "share")?,
                    agency: read::word(row, "recipient")?,
                    case: read::word(row, "case_id")?,
                })
            })
            .collect()
    }

    /// Returns the last index of the log; before the first, -1.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last_index(&self) -> Result<i64, Error> {
        let row = sqlx::query(LAST).fetch_one(&self.readers).await.map_err(Error::because("read the log's end"))?;
        read::int(&row, "last")
    }

    /// Returns the cases of which keys went after an index of the log, and the index up to which it looked.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn keys_gone_since(&self, index: i64) -> Result<(Vec<CaseId>, i64), Error> {
        let last = self.last_index().await?;
        let mut cases: Vec<CaseId> = Vec::new();
        loop {
            let rows = sqlx::query(GONE_SINCE)
                .bind(index)
                .bind(last)
                .bind(cases.last().map(CaseId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read which keys went"))?;
            if read::is_all(&mut cases, &rows, |row| read::word(row, "case_id"))? {
                return Ok((cases, last));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::NoteId;

    #[test]
    fn a_digest_names_each_agency_in_one_order() {
        let key = |recipient: &str| ShareKey {
            share: ShareId::from_bits(1),
            note: NoteId::from_bits(2),
            recipient: recipient.to_owned(),
            file: recipient.as_bytes().to_vec(),
            signature: vec![7; 64],
        };
        assert_eq!(digest(&[]), None);
        let both = digest(&[key("b"), key("a")]).unwrap();
        assert_eq!(both, digest(&[key("a"), key("b")]).unwrap());
        assert!(both.starts_with("a:") && both.contains(" b:"), "{both}");
        assert_eq!(both.len(), 2 * (2 + 64) + 1);
    }
}
