//! A share is read, taken back, confirmed; a note is corrected: what is kept of it, and what the log says of the readings.

use super::alerts::NewAction;
use super::notes::NewNote;
use super::share_keys::KeyChange;
use super::shares::NewShare;
use super::table::{self, Row, row};
use super::withdrawals::{EndedKey, Notice};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, AlertId, CaseId, DeliveryId, EntryId, NoteId, ShareId, WorkerId};
use crate::model::sealed::Sealed;
use crate::model::shares::RecallReason;
use crate::model::time::Moment;
use crate::policy::permit::Ask;
use sqlx::any::AnyRow;

/// Who has read on a share. $1 share, $2 after this worker, $3 at most.
pub(super) const READERS_ON: &str = "
    SELECT r.worker, w.agency, r.at,
           CAST((SELECT COUNT(*) FROM worker_end e WHERE e.worker = r.worker) AS BIGINT) AS gone
      FROM share_read r
      JOIN worker w ON w.id = r.worker
     WHERE r.share = $1
       AND r.worker > $2
     ORDER BY r.worker
     LIMIT $3";

/// The shares on which a worker would read a note for the first time. $1 note, $2 worker, $3 now, $4 purpose, $5 role,
/// $6 agency, $7 after this share, $8 at most.
pub(super) const UNREAD: &str = "
    SELECT s.id
      FROM share s
      JOIN share_key k ON k.share = s.id AND k.recipient = $6
     WHERE s.note = $1
       AND s.purpose = $4
       AND ((s.to_kind = 'worker' AND s.to_id = $2)
         OR (s.to_kind = 'role' AND s.to_id = $5)
         OR (s.to_kind = 'agency' AND s.to_id = $6))
       AND (s.expires IS NULL OR s.expires > $3)
       AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)
       AND NOT EXISTS (SELECT 1 FROM share_read r WHERE r.share = s.id AND r.worker = $2)
       AND s.id > $7
     ORDER BY s.id
     LIMIT $8";

/// What was confirmed of a share. $1 share, $2 after this worker, $3 at most.
pub(super) const CONFIRMATIONS: &str = "
    SELECT worker, at, deleted, passed_on
      FROM share_confirmation
     WHERE share = $1
       AND worker > $2
     ORDER BY worker
     LIMIT $3";

pub(super) const BREACH: &str = "SELECT id, opened, due FROM breach WHERE about = $1 AND kind = 'share-recalled'";

pub(super) const REASON: &str = "SELECT sealed FROM share_end WHERE share = $1";

/// The alert that asks a worker to confirm. $1 share, $2 worker.
pub(super) const TO_CONFIRM: &str = "
    SELECT a.id
      FROM share_notice q
      JOIN alert a ON a.id = q.alert AND a.kind = 'note-recalled'
      JOIN delivery d ON d.alert = a.id AND d.worker = $2
     WHERE q.share = $1
     ORDER BY a.raised DESC, a.id DESC
     LIMIT 1";

/// The shares that an alert tells of. $1 alert.
pub(super) const OF_ALERT: &str = "SELECT share FROM share_notice WHERE alert = $1 ORDER BY share LIMIT 100";

/// A worker who has read on a share.
#[derive(Debug, Clone)]
pub struct Reader {
    /// The worker.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// When they read it first.
    pub at: Moment,
    /// Their seat has ended since: they can be asked nothing any more.
    pub gone: bool,
}

fn reader(row: &AnyRow) -> Result<Reader, Error> {
    let at = Moment::from_micros(read::int(row, "at")?);
    let gone = read::int(row, "gone")? > 0;
    Ok(Reader { worker: read::word(row, "worker")?, agency: read::word(row, "agency")?, at, gone })
}

/// A worker reads a note for the first time on some shares.
#[derive(Debug, Clone)]
pub struct FirstReading {
    /// The shares.
    pub shares: Vec<ShareId>,
    /// The worker.
    pub worker: WorkerId,
    /// The case, whose facts move: whoever takes the share back at this moment must look again.
    pub case: CaseId,
    /// When.
    pub at: Moment,
}

impl FirstReading {
    pub(super) fn rows(&self) -> Vec<Row> {
        let row =
            |share: &ShareId| row![table::SHARE_READ; share.to_string(), self.worker.to_string(), self.at.micros()];
        self.shares.iter().map(row).collect()
    }
}

/// A share that went to the wrong people, to be assessed.
#[derive(Debug, Clone)]
pub struct NewBreach {
    /// The assessment.
    pub id: EntryId,
    /// By when.
    pub due: Moment,
}

/// A share is taken back.
#[derive(Debug, Clone)]
pub struct NewRecall {
    /// The share.
    pub share: ShareId,
    /// Its case, whose facts move.
    pub case: CaseId,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: Option<Sealed<RecallReason>>,
    /// The keys that go.
    pub ends: Vec<EndedKey>,
    /// Who is told.
    pub notices: Vec<Notice>,
    /// What must be assessed.
    pub breach: Option<NewBreach>,
}

impl NewRecall {
    pub(super) fn rows(&self) -> Vec<Row> {
        let reason = self.reason.as_ref().map(|words| words.bytes.clone());
        let mut rows = vec![row![table::SHARE_END; self.share.to_string(), self.at.micros(), reason]];
        rows.extend(self.ends.iter().map(|end| end.row(self.at)));
        rows.extend(self.breach.iter().map(|breach| {
            row![table::BREACH; breach.id.to_string(), "share-recalled".to_owned(), self.share.to_string(), self.at.micros(), breach.due.micros()]
        }));
        rows.extend(self.notices.iter().cloned().flat_map(Notice::rows));
        rows
    }
}

/// What a recipient says who had read what was taken back.
#[derive(Debug, Clone)]
pub struct NewConfirmation {
    /// The share.
    pub share: ShareId,
    /// The recipient.
    pub worker: WorkerId,
    /// When.
    pub at: Moment,
    /// Whether every copy is gone.
    pub deleted: bool,
    /// Whether it was passed on before.
    pub passed_on: bool,
    /// Their copy of the alert, if it was not acknowledged before.
    pub acknowledges: Option<DeliveryId>,
    /// What else they say.
    pub words: Option<NewAction>,
    /// Who is told that it had been passed on.
    pub notices: Vec<Notice>,
}

impl NewConfirmation {
    pub(super) fn rows(self) -> Vec<Row> {
        let mut rows = vec![row![table::SHARE_CONFIRMATION;
            self.share.to_string(), self.worker.to_string(), self.at.micros(), i64::from(self.deleted),
            i64::from(self.passed_on)]];
        let at = self.at.micros();
        rows.extend(self.acknowledges.map(|copy| row![table::ACKNOWLEDGEMENT; copy.to_string(), at]));
        rows.extend(self.words.map(NewAction::rows).unwrap_or_default());
        rows.extend(self.notices.into_iter().flat_map(Notice::rows));
        rows
    }
}

/// A note is corrected by a new one, which takes over its shares.
#[derive(Debug, Clone)]
pub struct NewCorrection {
    /// The corrected note.
    pub note: NewNote,
    /// The one that it takes the place of.
    pub old: NoteId,
    /// What both were made from, if they are sanitised notes.
    pub source: Option<NoteId>,
    /// The shares that carry over.
    pub shares: Vec<NewShare>,
    /// Who is told.
    pub notices: Vec<Notice>,
}

impl NewCorrection {
    pub(super) fn rows(self) -> (Vec<Row>, Vec<KeyChange>) {
        let (id, at) = (self.note.id.to_string(), self.note.created.micros());
        let mut rows = self.note.rows();
        rows.extend(self.source.map(|source| row![table::DERIVATIVE; id.clone(), source.to_string()]));
        rows.push(row![table::SUPERSESSION; self.old.to_string(), id, at]);
        let mut keys = Vec::new();
        for share in self.shares {
            keys.extend(share.keys.iter().cloned().map(KeyChange::Put));
            rows.extend(share.rows());
        }
        rows.extend(self.notices.into_iter().flat_map(Notice::rows));
        (rows, keys)
    }
}

/// A recipient's confirmation.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// The recipient.
    pub worker: WorkerId,
    /// When.
    pub at: Moment,
    /// Whether every copy is gone.
    pub deleted: bool,
    /// Whether it was passed on before.
    pub passed_on: bool,
}

/// An assessment that is open.
#[derive(Debug, Clone)]
pub struct Breach {
    /// The assessment.
    pub id: EntryId,
    /// Since when.
    pub opened: Moment,
    /// By when.
    pub due: Moment,
}

impl Store {
    /// Returns the workers who have read on a share, those who have left since among them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn readers_on(&self, share: ShareId) -> Result<Vec<Reader>, Error> {
        let mut readers: Vec<Reader> = Vec::new();
        loop {
            let rows = sqlx::query(READERS_ON)
                .bind(share.to_string())
                .bind(readers.last().map(|reader| reader.worker.to_string()).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read who has read on a share"))?;
            if read::is_all(&mut readers, &rows, reader)? {
                return Ok(readers);
            }
        }
    }

    /// Returns the shares on which the asker would read a note for the first time.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn unread_shares(&self, ask: &Ask<'_>, note: NoteId) -> Result<Vec<ShareId>, Error> {
        let (now, mut shares) = (self.clock.now().micros(), Vec::<ShareId>::new());
        loop {
            let rows = sqlx::query(UNREAD)
                .bind(note.to_string())
                .bind(ask.actor.worker().map(|worker| worker.to_string()))
                .bind(now)
                .bind(ask.purpose.to_string())
                .bind(ask.actor.role().map(|role| role.to_string()))
                .bind(ask.actor.agency().to_string())
                .bind(shares.last().map(ShareId::to_string).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read shares that were not read"))?;
            if read::is_all(&mut shares, &rows, |row| read::word(row, "id"))? {
                return Ok(shares);
            }
        }
    }

    /// Returns what recipients have confirmed of a share that was taken back.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn confirmations(&self, share: ShareId) -> Result<Vec<Confirmation>, Error> {
        let confirmation = |row: &AnyRow| {
            Ok(Confirmation {
                worker: read::word(row, "worker")?,
                at: Moment::from_micros(read::int(row, "at")?),
                deleted: read::int(row, "deleted")? != 0,
                passed_on: read::int(row, "passed_on")? != 0,
            })
        };
        let mut confirmations: Vec<Confirmation> = Vec::new();
        loop {
            let rows = sqlx::query(CONFIRMATIONS)
                .bind(share.to_string())
                .bind(confirmations.last().map(|one| one.worker.to_string()).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read confirmations"))?;
            if read::is_all(&mut confirmations, &rows, confirmation)? {
                return Ok(confirmations);
            }
        }
    }

    /// Returns the assessment of a share that went to the wrong people.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn breach_of(&self, share: ShareId) -> Result<Option<Breach>, Error> {
        let found = sqlx::query(BREACH)
            .bind(share.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read an assessment"))?;
        let moment = |row, column| Ok::<_, Error>(Moment::from_micros(read::int(row, column)?));
        found
            .as_ref()
            .map(|row| {
                Ok(Breach { id: read::word(row, "id")?, opened: moment(row, "opened")?, due: moment(row, "due")? })
            })
            .transpose()
    }

    /// Returns why a share was taken back, sealed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn reason(&self, case: CaseId, share: ShareId) -> Result<Option<Sealed<RecallReason>>, Error> {
        let found = sqlx::query(REASON)
            .bind(share.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read why a share was taken back"))?;
        let bytes = found.map(|row| read::maybe_blob(&row, "sealed")).transpose()?.flatten();
        Ok(bytes.map(|bytes| Sealed::found(super::shares::reason_place(case, share), bytes)))
    }

    /// Returns the alert that asks a worker to confirm that what was taken back is gone.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn alert_to_confirm(&self, share: ShareId, worker: WorkerId) -> Result<Option<AlertId>, Error> {
        let found = sqlx::query(TO_CONFIRM)
            .bind(share.to_string())
            .bind(worker.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read what is to be confirmed"))?;
        found.map(|row| read::word(&row, "id")).transpose()
    }

    /// Returns the shares that an alert tells of.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn shares_of_alert(&self, alert: AlertId) -> Result<Vec<ShareId>, Error> {
        let rows = sqlx::query(OF_ALERT)
            .bind(alert.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read the shares of an alert"))?;
        rows.iter().map(|row| read::word(row, "share")).collect()
    }
}
