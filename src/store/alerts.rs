//! Alerts and their recipients' copies, as they are kept.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::alerts::{ActionText, AlertText, DeliveryState, HubKind, Severity};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, AlertId, CaseId, DeliveryId, EntryId, NoteId, ProtectedId, WorkerId};
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, case_id, author, agency, about, kind, category, severity, note, raised, sealed
      FROM alert
     WHERE id = $1";

pub(super) const ACTIONS: &str = "
    SELECT x.id, x.at, x.safe, x.sealed, d.worker, w.role, w.agency, g.kind
      FROM delivery d
      JOIN alert_action x ON x.delivery = d.id
      JOIN worker w ON w.id = d.worker
      JOIN agency g ON g.id = w.agency
     WHERE d.alert = $1
     ORDER BY x.at DESC, x.id DESC
     LIMIT 200";

/// An alert that is raised, with a copy for each recipient: they cannot exist without one another.
#[derive(Debug, Clone)]
pub struct NewAlert {
    /// What stands in clear.
    pub head: AlertHead,
    /// The words.
    pub words: Sealed<AlertText>,
    /// Who owes an answer.
    pub recipients: Vec<WorkerId>,
}

/// What stands in clear of an alert.
#[derive(Debug, Clone)]
pub struct AlertHead {
    /// The alert.
    pub id: AlertId,
    /// The case; `None` for an alert about the use of the hub itself.
    pub case: Option<CaseId>,
    /// Who raised it: an actor's word.
    pub author: String,
    /// For which agency.
    pub agency: AgencyId,
    /// The protected person that it is about.
    pub about: Option<ProtectedId>,
    /// Its kind, one of `policies/alert-kinds.csv`.
    pub kind: String,
    /// Its row in the disclosure matrix.
    pub category: Category,
    /// How fast somebody must act.
    pub severity: Severity,
    /// The note that came with it.
    pub note: Option<NoteId>,
    /// When it was raised.
    pub raised: Moment,
}

impl AlertHead {
    /// Returns the place of the alert's words.
    #[must_use]
    pub fn place(&self) -> Place {
        let drawer = self.case.map_or(Drawer::directory(), |case| Drawer::of(case, Compartment::Core));
        Place { drawer, record: Record::Alert(self.id) }
    }

    /// Says whether it is of a drill.
    #[must_use]
    pub fn is_drill(&self) -> bool {
        self.kind.parse().is_ok_and(HubKind::is_drill)
    }

    /// Returns what a decision needs to know of the alert.
    #[must_use]
    pub fn item(&self) -> Item {
        Item {
            category: self.category,
            about: self.about,
            owner: self.agency.clone(),
            share: ShareCode::Permitted,
            onward: Onward::AskOriginator,
            onward_roles: Vec::new(),
            expires: None,
        }
    }
}

impl NewAlert {
    pub(super) fn rows(self) -> Vec<Row> {
        let (head, id) = (self.head, self.words.place.record.id());
        let mut rows = vec![row![table::ALERT;
            id.clone(), head.case.map(|case| case.to_string()), head.author, head.agency.to_string(),
            head.about.map(|about| about.to_string()), head.kind, head.category.to_string(),
            head.severity.to_string(), head.note.map(|note| note.to_string()), head.raised.micros(), self.words.bytes]];
        rows.extend(self.recipients.iter().map(|worker| {
            row![table::DELIVERY; DeliveryId::random().to_string(), id.clone(), worker.to_string(), head.raised.micros()]
        }));
        rows
    }
}

/// What a recipient did.
#[derive(Debug, Clone)]
pub struct NewAction {
    /// The action's own id, which its seal is bound to.
    pub id: EntryId,
    /// The recipient's copy.
    pub delivery: DeliveryId,
    /// When.
    pub at: Moment,
    /// Whether she is safe, or whoever else it is about, as far as the recipient knows.
    pub safe: bool,
    /// What, in words.
    pub words: Sealed<ActionText>,
}

impl NewAction {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::ALERT_ACTION;
                self.id.to_string(), self.delivery.to_string(), self.at.micros(), i64::from(self.safe), self.words.bytes]]
    }
}

/// One recipient's copy of an alert.
#[derive(Debug, Clone)]
pub struct Copy {
    /// The copy.
    pub delivery: DeliveryId,
    /// Where the alert stands in the log, which orders an inbox.
    pub index: i64,
    /// When it was stored.
    pub stored: Moment,
    /// When the recipient first opened it.
    pub read: Option<Moment>,
    /// When the recipient said that they have it.
    pub acknowledged: Option<Moment>,
    /// When the recipient last said what was done.
    pub acted: Option<Moment>,
    /// When it was put on the recipient's stream, or shown in a page of their inbox.
    pub sent: Option<Moment>,
    /// When their client said that it has it, or asked for what comes after it.
    pub taken: Option<Moment>,
    /// When the recipient last said that she is safe.
    pub safe: Option<Moment>,
    /// When it was taken over from the spool, in which it waited since it came.
    pub merged: Option<Moment>,
    /// When what raised the alert was put right: it did not happen, or not so.
    pub put_right: Option<Moment>,
    /// When what the alert tells of was taken back from the recipient's agency: the copy is a tombstone.
    pub gone: Option<Moment>,
    /// Whether the recipient had read what the alert tells of.
    pub seen: bool,
}

/// What a recipient did, as it is kept.
#[derive(Debug, Clone)]
pub struct StoredAction {
    /// The recipient.
    pub worker: WorkerId,
    /// Their role.
    pub role: Role,
    /// Their agency.
    pub agency: AgencyId,
    /// What their agency is.
    pub kind: AgencyKind,
    /// When.
    pub at: Moment,
    /// Whether they said that she is safe.
    pub safe: bool,
    /// What, in words.
    pub words: Sealed<ActionText>,
}

impl Copy {
    /// Returns how far it has come.
    #[must_use]
    pub const fn came(&self) -> Came {
        let Self { sent, taken, read, acknowledged, acted, safe, .. } = *self;
        Came { sent, taken, read, acknowledged, acted, safe }
    }
}

/// How far a copy has come: each for the first time, what was done and said for the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Came {
    /// When it was put on the recipient's stream, or shown in a page of their inbox.
    pub sent: Option<Moment>,
    /// When their client said that it has it, or asked for what comes after it.
    pub taken: Option<Moment>,
    /// When they opened it.
    pub read: Option<Moment>,
    /// When they said that they have it.
    pub acknowledged: Option<Moment>,
    /// When they said what was done.
    pub acted: Option<Moment>,
    /// When they said that she is safe.
    pub safe: Option<Moment>,
}

impl Came {
    /// Returns the furthest that is known.
    #[must_use]
    pub const fn state(&self) -> DeliveryState {
        match self {
            Self { safe: Some(_), .. } => DeliveryState::ConfirmedSafe,
            Self { acted: Some(_), .. } => DeliveryState::Acted,
            Self { acknowledged: Some(_), .. } => DeliveryState::Acknowledged,
            Self { read: Some(_), .. } => DeliveryState::Read,
            Self { taken: Some(_), .. } => DeliveryState::Delivered,
            Self { sent: Some(_), .. } => DeliveryState::Sent,
            _ => DeliveryState::Stored,
        }
    }
}

impl Store {
    /// Returns an alert.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn alert(&self, id: AlertId) -> Result<Option<(AlertHead, Sealed<AlertText>)>, Error> {
        let found = sqlx::query(ONE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read an alert"))?;
        let Some(row) = found else { return Ok(None) };
        let head = head(&row)?;
        let words = Sealed::found(head.place(), read::blob(&row, "sealed")?);
        Ok(Some((head, words)))
    }
}

impl Store {
    /// Returns what the recipients of an alert did about it, oldest first; of more than 200 actions, the latest.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn actions_on(&self, alert: &AlertHead) -> Result<Vec<StoredAction>, Error> {
        let rows = sqlx::query(ACTIONS)
            .bind(alert.id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what was done"))?;
        rows.iter()
            .rev()
            .map(|row| {
                let place = Place { record: Record::AlertAction(read::word(row, "id")?), ..alert.place() };
                Ok(StoredAction {
                    worker: read::word(row, "worker")?,
                    role: read::word(row, "role")?,
                    agency: read::word(row, "agency")?,
                    kind: read::word(row, "kind")?,
                    at: Moment::from_micros(read::int(row, "at")?),
                    safe: read::int(row, "safe")? > 0,
                    words: Sealed::found(place, read::blob(row, "sealed")?),
                })
            })
            .collect()
    }
}

pub(super) fn head(row: &AnyRow) -> Result<AlertHead, Error> {
    Ok(AlertHead {
        id: read::word(row, "id")?,
        case: read::maybe_word(row, "case_id")?,
        author: read::text(row, "author")?,
        agency: read::word(row, "agency")?,
        about: read::maybe_word(row, "about")?,
        kind: read::text(row, "kind")?,
        category: read::word(row, "category")?,
        severity: read::word(row, "severity")?,
        note: read::maybe_word(row, "note")?,
        raised: Moment::from_micros(read::int(row, "raised")?),
    })
}
