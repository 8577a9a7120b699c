//! A consent ends, whole or in part: its event, the keys that go with it and the notices, in one commit.

use super::alerts::NewAlert;
use super::consents::{NewConsent, agreed, carries_sharing, latest_said};
use super::facts::{based, live, live_override};
use super::share_keys::KeyChange;
use super::shares::recipient;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::Role;
use crate::model::id::{AgencyId, CaseId, ConsentId, NoteId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::Category;
use crate::model::shares::{BasisKind, Purpose, Recipient};
use crate::model::time::Moment;
use sqlx::any::AnyRow;
use std::collections::HashMap;

/// What stands on a consent now: one row for each agency that holds the key of a share. $1 chain, $2 and $3 after this key
/// of this share, $4 at most.
pub(super) const STANDING_ON: &str = "
    SELECT s.id, s.note, s.case_id, s.to_kind, s.to_id, s.purpose, n.category, n.about, k.recipient
      FROM share s
      JOIN share_key k ON k.share = s.id
      JOIN note n ON n.id = s.note
     WHERE s.basis = 'consent'
       AND s.basis_ref = $1
       AND s.id >= $2
       AND (s.id > $2 OR k.recipient > $3)
     ORDER BY s.id, k.recipient
     LIMIT $4";

/// The chains in which somebody's consent to sharing is live. No more than a hundred are begun
/// (`desk/consents.rs`), so that none is left out. $1 case, $2 subject, $3 now.
pub(super) const LIVE_CHAINS: &str = concat!(
    "SELECT c.id
       FROM consent c
      WHERE c.case_id = $1
        AND c.subject = $2
        AND (c.expires IS NULL OR c.expires > $3)
        AND ",
    agreed!(),
    " ORDER BY c.recorded, c.id
      LIMIT 1000"
);

/// What is shared about somebody on another basis than consent, holds now and goes on; `told` is 0 where it is an override
/// of which she was not told. $1 case, $2 protected person, $3 now.
pub(super) const CONTINUING: &str = concat!(
    "SELECT k.recipient, n.category, s.basis, CAST(COALESCE(a.told, 1) AS BIGINT) AS told,
            CAST(COUNT(*) AS BIGINT) AS shares
       FROM share s
       JOIN share_key k ON k.share = s.id
       JOIN note n ON n.id = s.note
       LEFT JOIN override_ask a ON s.basis = 'override' AND a.id = s.basis_ref
      WHERE s.case_id = $1
        AND n.about = $2
        AND s.basis <> 'consent'
        AND ",
    live!(),
    " AND ",
    based!(),
    "
      GROUP BY k.recipient, n.category, s.basis, COALESCE(a.told, 1)
      ORDER BY k.recipient, n.category, s.basis, COALESCE(a.told, 1)
      LIMIT 1000"
);

/// Who has read on a consent, ever. $1 chain.
pub(super) const READ_ON: &str = "
    SELECT w.agency, w.role, CAST(COUNT(DISTINCT r.worker) AS BIGINT) AS workers,
           CAST(COUNT(DISTINCT s.note) AS BIGINT) AS notes
      FROM share s
      JOIN share_read r ON r.share = s.id
      JOIN worker w ON w.id = r.worker
     WHERE s.basis = 'consent'
       AND s.basis_ref = $1
     GROUP BY w.agency, w.role
     ORDER BY w.agency, w.role
     LIMIT 1000";

/// Who has read on each share that stands on a consent. $1 chain, $2 and $3 after this reader of this share, $4 at most.
pub(super) const READ_BY_SHARE: &str = "
    SELECT r.share, r.worker
      FROM share s
      JOIN share_read r ON r.share = s.id
     WHERE s.basis = 'consent'
       AND s.basis_ref = $1
       AND s.id >= $2
       AND (s.id > $2 OR r.worker > $3)
     ORDER BY s.id, r.worker
     LIMIT $4";

/// An alert that tells of shares.
#[derive(Debug, Clone)]
pub struct Notice {
    /// The alert.
    pub alert: NewAlert,
    /// The shares that it tells of.
    pub shares: Vec<ShareId>,
}

impl Notice {
    pub(super) fn rows(self) -> Vec<Row> {
        let alert = self.alert.head.id.to_string();
        let mut rows = self.alert.rows();
        rows.extend(self.shares.iter().map(|share| row![table::SHARE_NOTICE; alert.clone(), share.to_string()]));
        rows
    }
}

/// The key of one share that one agency loses.
#[derive(Debug, Clone)]
pub struct EndedKey {
    /// The share.
    pub share: ShareId,
    /// The agency.
    pub agency: AgencyId,
}

impl EndedKey {
    pub(super) fn row(&self, at: Moment) -> Row {
        row![table::SHARE_KEY_END; self.share.to_string(), self.agency.to_string(), at.micros()]
    }

    pub(super) fn change(self) -> KeyChange {
        KeyChange::Drop(self.share, self.agency)
    }
}

/// Consent events, with all that they end.
#[derive(Debug, Clone)]
pub struct NewWithdrawal {
    /// The case, whose facts move.
    pub case: CaseId,
    /// When.
    pub at: Moment,
    /// The events, one for each chain.
    pub events: Vec<NewConsent>,
    /// The keys that go.
    pub ends: Vec<EndedKey>,
    /// Who is told.
    pub notices: Vec<Notice>,
}

impl NewWithdrawal {
    pub(super) fn rows(&self) -> Vec<Row> {
        let events = self.events.iter().cloned().flat_map(NewConsent::rows);
        let ends = self.ends.iter().map(|end| end.row(self.at));
        events.chain(ends).chain(self.notices.iter().cloned().flat_map(Notice::rows)).collect()
    }
}

/// One agency's share that stands on a consent.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The share.
    pub share: ShareId,
    /// The note.
    pub note: NoteId,
    /// Its case.
    pub case: CaseId,
    /// The agency that holds the key.
    pub agency: AgencyId,
    /// With whom it was shared.
    pub to: Recipient,
    /// For what.
    pub purpose: Purpose,
    /// The note's category.
    pub category: Category,
    /// Whom the note is about.
    pub about: Option<ProtectedId>,
}

/// What goes on being shared about somebody.
#[derive(Debug)]
pub struct Continuing {
    /// The agency that reads it.
    pub agency: AgencyId,
    /// The notes' category.
    pub category: Category,
    /// On what they stand.
    pub basis: BasisKind,
    /// Whether she may hear of it: no, if it is an override of which she was not told.
    pub told: bool,
    /// How many shares.
    pub shares: i64,
}

/// Readers of one agency in one role.
#[derive(Debug)]
pub struct PastReaders {
    /// The agency.
    pub agency: AgencyId,
    /// The role.
    pub role: Role,
    /// How many workers.
    pub workers: i64,
    /// How many notes.
    pub notes: i64,
}

impl Store {
    /// Returns what stands on a consent's chain now, in the order of agencies.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn standing_on(&self, chain: ConsentId) -> Result<Vec<Standing>, Error> {
        let mut found: Vec<Standing> = Vec::new();
        loop {
            let (share, agency) =
                found.last().map(|one| (one.share.to_string(), one.agency.to_string())).unwrap_or_default();
            let rows = sqlx::query(STANDING_ON)
                .bind(chain.to_string())
                .bind(share)
                .bind(agency)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read what stands on a consent"))?;
            if read::is_all(&mut found, &rows, standing)? {
                found.sort_by(|one, other| (&one.agency, one.share).cmp(&(&other.agency, other.share)));
                return Ok(found);
            }
        }
    }

    /// Returns the latest events of the chains in which a subject's consent to sharing is live.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn live_chains(&self, case: CaseId, subject: &str, now: Moment) -> Result<Vec<ConsentId>, Error> {
        let rows = sqlx::query(LIVE_CHAINS)
            .bind(case.to_string())
            .bind(subject.to_owned())
            .bind(now.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read live consents"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }

    /// Returns what goes on being shared about somebody whatever becomes of consent.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn continuing(&self, case: CaseId, about: ProtectedId, now: Moment) -> Result<Vec<Continuing>, Error> {
        let rows = sqlx::query(CONTINUING)
            .bind(case.to_string())
            .bind(about.to_string())
            .bind(now.micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what goes on"))?;
        rows.iter()
            .map(|row| {
                Ok(Continuing {
                    agency: read::word(row, "recipient")?,
                    category: read::word(row, "category")?,
                    basis: read::word(row, "basis")?,
                    told: read::int(row, "told")? != 0,
                    shares: read::int(row, "shares")?,
                })
            })
            .collect()
    }

    /// Returns who has read on a consent's chain.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn read_on(&self, chain: ConsentId) -> Result<Vec<PastReaders>, Error> {
        let rows = sqlx::query(READ_ON)
            .bind(chain.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who has read on a consent"))?;
        rows.iter()
            .map(|row| {
                Ok(PastReaders {
                    agency: read::word(row, "agency")?,
                    role: read::word(row, "role")?,
                    workers: read::int(row, "workers")?,
                    notes: read::int(row, "notes")?,
                })
            })
            .collect()
    }

    /// Returns the workers who have read on each share that stands on a consent's chain.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn readers_by_share(&self, chain: ConsentId) -> Result<HashMap<ShareId, Vec<WorkerId>>, Error> {
        let mut found: Vec<(ShareId, WorkerId)> = Vec::new();
        loop {
            let (share, worker) =
                found.last().map(|(share, worker)| (share.to_string(), worker.to_string())).unwrap_or_default();
            let rows = sqlx::query(READ_BY_SHARE)
                .bind(chain.to_string())
                .bind(share)
                .bind(worker)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who has read on a consent's shares"))?;
            if read::is_all(&mut found, &rows, |row| Ok((read::word(row, "share")?, read::word(row, "worker")?)))? {
                break;
            }
        }
        let mut readers: HashMap<ShareId, Vec<WorkerId>> = HashMap::new();
        for (share, worker) in found {
            readers.entry(share).or_default().push(worker);
        }
        Ok(readers)
    }
}

fn standing(row: &AnyRow) -> Result<Standing, Error> {
    Ok(Standing {
        share: read::word(row, "id")?,
        note: read::word(row, "note")?,
        case: read::word(row, "case_id")?,
        agency: read::word(row, "recipient")?,
        to: recipient(row)?,
        purpose: read::word(row, "purpose")?,
        category: read::word(row, "category")?,
        about: read::maybe_word(row, "about")?,
    })
}
