//! Overrides, as they are kept: what was asked, who was asked to agree, what they said, what a review found.
//!
//! Promises: nothing is changed; an answer is a row of its own, and there is one. Whether an override holds now is a
//! question of rows and time (`store/facts.rs` asks the same in SQL).

use super::alerts::NewAlert;
use super::recipients::reachable;
use super::shares::{recipient, written};
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::agencies::Seat;
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, EntryId, NoteId, OverrideId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::overrides::{Answer, AnswerWords, Finding, FindingWords, Harm, OverrideState, OverrideWords, Told};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::shares::{Purpose, Recipient};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

macro_rules! overrides {
    ($of:literal) => {
        concat!(
            "SELECT o.id, o.note, o.case_id, o.author, o.agency, o.to_kind, o.to_id, o.purpose, o.harm, o.told, o.share,
                    o.due, o.reopens, o.created, o.sealed, n.about, n.category,
                    y.worker AS second, y.outcome AS answer, y.at AS answered, y.sealed AS said,
                    v.outcome AS finding, v.at AS reviewed, v.sealed AS found,
                    CAST((SELECT COUNT(*) FROM override_review w
                           WHERE w.override_id = o.id AND w.outcome = 'not-justified') AS BIGINT) AS unjustified,
                    CAST((SELECT COUNT(*) FROM share s JOIN share_end x ON x.share = s.id
                           WHERE s.basis = 'override' AND s.basis_ref = o.id) AS BIGINT) AS ended,
                    CAST((SELECT COUNT(*) FROM share s
                           WHERE s.basis = 'override' AND s.basis_ref = o.id) AS BIGINT) AS made
               FROM override_ask o
               JOIN note n ON n.id = o.note
               LEFT JOIN override_second y ON y.override_id = o.id
               LEFT JOIN override_review v ON v.id = (
                     SELECT l.id FROM override_review l WHERE l.override_id = o.id ORDER BY l.at DESC, l.id DESC LIMIT 1)
              WHERE ",
            $of
        )
    };
}

pub(super) const ONE: &str = overrides!("o.id = $1");

pub(super) const OF_CASE: &str = overrides!(
    "o.case_id = $1
                AND (o.created < $2 OR (o.created = $2 AND o.id < $3))
              ORDER BY o.created DESC, o.id DESC
              LIMIT $4"
);

/// Who may be the second person to somebody of agency $1 on case $2: the managers of the same women's service, and the
/// governance officers of other agencies; none who knows the man.
pub(super) const SECONDS: &str = concat!(
    "SELECT w.id, w.agency, a.kind, w.role
      FROM worker w
      JOIN agency a ON a.id = w.agency
     WHERE ((w.agency = $1 AND w.role = 'womens.manager') OR (w.agency <> $1 AND w.role = 'governance.officer'))
       AND ",
    reachable!("w.id", "$2"),
    "
     ORDER BY w.id
     LIMIT 50"
);

/// Who was asked to be the second person: no more than were found. $1 override.
pub(super) const CALLED_SEATS: &str = "
    SELECT w.id, w.agency, a.kind, w.role
      FROM override_called c
      JOIN worker w ON w.id = c.worker
      JOIN agency a ON a.id = w.agency
     WHERE c.override_id = $1
     ORDER BY w.id
     LIMIT 50";

/// An override that is asked for.
#[derive(Debug, Clone)]
pub struct NewOverride {
    /// The override.
    pub id: OverrideId,
    /// The note.
    pub note: NoteId,
    /// Its case, whose facts move.
    pub case: CaseId,
    /// Who asks.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// With whom it is shared.
    pub to: Recipient,
    /// For what.
    pub purpose: Purpose,
    /// What would happen otherwise.
    pub harm: Harm,
    /// Whether she was told.
    pub told: Told,
    /// The share that it becomes.
    pub share: ShareId,
    /// By when it must be confirmed, if it is live at once.
    pub due: Option<Moment>,
    /// Until when a late yes opens it again, if it was live at once.
    pub reopens: Option<Moment>,
    /// When it was asked for.
    pub created: Moment,
    /// Why.
    pub words: Sealed<OverrideWords>,
    /// Who is asked to agree.
    pub called: Vec<WorkerId>,
}

impl NewOverride {
    pub(super) fn rows(self) -> Vec<Row> {
        let (to_kind, to_id) = written(&self.to);
        let id = self.id.to_string();
        let mut rows = vec![row![table::OVERRIDE_ASK;
            id.clone(), self.note.to_string(), self.case.to_string(), self.author.to_string(), self.agency.to_string(),
            to_kind.to_owned(), to_id, self.purpose.to_string(), self.harm.to_string(),
            i64::from(self.told == Told::Yes), self.share.to_string(), self.due.map(Moment::micros),
            self.reopens.map(Moment::micros), self.created.micros(), self.words.bytes]];
        rows.extend(self.called.iter().map(|worker| row![table::OVERRIDE_CALLED; id.clone(), worker.to_string()]));
        rows
    }
}

/// The second person's answer.
#[derive(Debug, Clone)]
pub struct NewAnswer {
    /// To which override.
    pub id: OverrideId,
    /// Of which case, whose facts move.
    pub case: CaseId,
    /// Who says it.
    pub worker: WorkerId,
    /// Yes or no.
    pub answer: Answer,
    /// When.
    pub at: Moment,
    /// Why.
    pub words: Sealed<AnswerWords>,
    /// Who is told of it on her side.
    pub notices: Vec<NewAlert>,
}

impl NewAnswer {
    pub(super) fn rows(self) -> Vec<Row> {
        let said = row![table::OVERRIDE_SECOND;
            self.id.to_string(), self.worker.to_string(), self.answer.to_string(), self.at.micros(), self.words.bytes];
        std::iter::once(said).chain(self.notices.into_iter().flat_map(NewAlert::rows)).collect()
    }
}

/// What a review found.
#[derive(Debug, Clone)]
pub struct NewFinding {
    /// Of which override.
    pub id: OverrideId,
    /// Of which case, whose facts move.
    pub case: CaseId,
    /// Who found it.
    pub worker: WorkerId,
    /// What.
    pub finding: Finding,
    /// When.
    pub at: Moment,
    /// Why.
    pub words: Sealed<FindingWords>,
    /// Who is told of it on her side.
    pub notices: Vec<NewAlert>,
}

impl NewFinding {
    pub(super) fn rows(self) -> Vec<Row> {
        let found = row![table::OVERRIDE_REVIEW;
            EntryId::random().to_string(), self.id.to_string(), self.worker.to_string(), self.finding.to_string(),
            self.at.micros(), self.words.bytes];
        std::iter::once(found).chain(self.notices.into_iter().flat_map(NewAlert::rows)).collect()
    }
}

/// An override as it is stored.
#[derive(Debug)]
pub struct StoredOverride {
    /// What was asked.
    pub asked: NewOverride,
    /// The protected person that the note is about.
    pub about: Option<ProtectedId>,
    /// The note's row in the disclosure matrix.
    pub category: Category,
    /// Who answered as the second person, what and when, and why.
    pub second: Option<(WorkerId, Answer, Moment, Sealed<AnswerWords>)>,
    /// What the latest review found and when, and why.
    pub reviewed: Option<(Finding, Moment, Sealed<FindingWords>)>,
    unjustified: bool,
    /// Whatever was shared on it was taken back.
    ended: bool,
}

impl StoredOverride {
    /// Says how the override stands at a moment.
    #[must_use]
    pub fn state(&self, now: Moment) -> OverrideState {
        self.stands(self.second.as_ref().map(|(_, answer, ..)| *answer), now)
    }

    /// Says how it stands at a moment with this answer of the second person.
    #[must_use]
    pub fn stands(&self, answer: Option<Answer>, now: Moment) -> OverrideState {
        match (answer, self.asked.due) {
            _ if self.unjustified => OverrideState::Ended,
            (Some(Answer::Refused), _) => OverrideState::Refused,
            _ if self.ended => OverrideState::Withdrawn,
            (Some(Answer::Approved), _) => OverrideState::Live,
            (None, Some(due)) if due > now => OverrideState::Unconfirmed,
            (None, Some(_)) => OverrideState::Lapsed,
            (None, None) => OverrideState::Waiting,
        }
    }

    /// Says whether it closed unconfirmed and the time for a late yes is over too: its keys are gone or about to go.
    #[must_use]
    pub fn is_over(&self, now: Moment) -> bool {
        self.state(now) == OverrideState::Lapsed && self.asked.reopens.is_none_or(|end| end <= now)
    }

    /// Returns what a decision needs to know of it. It is a record about consent: whose, only her own side is told.
    #[must_use]
    pub fn item(&self, about: Option<ProtectedId>) -> Item {
        let owner = self.asked.agency.clone();
        let (share, onward) = (ShareCode::Permitted, Onward::None);
        Item { category: Category::Consent, about, owner, share, onward, onward_roles: Vec::new(), expires: None }
    }
}

/// Returns the place of an override's words: with the court papers and consents of the case.
#[must_use]
pub fn place(case: CaseId, id: OverrideId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Override(id) }
}

impl Store {
    /// Returns an override.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn override_of(&self, id: OverrideId) -> Result<Option<StoredOverride>, Error> {
        self.one(ONE, &id.to_string(), "read an override", stored).await
    }

    /// Returns overrides of a case, newest first, older than `before`. What a worker may know of them is for policy to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn overrides_of(
        &self,
        case: CaseId,
        before: Option<(Moment, OverrideId)>,
        limit: i64,
    ) -> Result<Vec<StoredOverride>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the overrides of a case", stored).await
    }

    /// Returns those who may be the second person to somebody of an agency on a case, in the order of their ids.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn seconds(&self, agency: &AgencyId, case: CaseId) -> Result<Vec<Seat>, Error> {
        let rows = sqlx::query(SECONDS)
            .bind(agency.to_string())
            .bind(case.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who may be the second person"))?;
        rows.iter().map(seat).collect()
    }

    /// Returns those who were asked to be the second person of an override, in the order of their ids.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn called_seats(&self, id: OverrideId) -> Result<Vec<Seat>, Error> {
        let rows = sqlx::query(CALLED_SEATS)
            .bind(id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who was asked to be the second person"))?;
        rows.iter().map(seat).collect()
    }
}

fn seat(row: &AnyRow) -> Result<Seat, Error> {
    Ok(Seat {
        worker: read::word(row, "id")?,
        agency: read::word(row, "agency")?,
        kind: read::word(row, "kind")?,
        role: read::word(row, "role")?,
        active: true,
    })
}

fn stored(row: &AnyRow) -> Result<StoredOverride, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    let place = place(case, id);
    let second = match read::maybe_word(row, "second")? {
        None => None,
        Some(worker) => {
            let at = Moment::from_micros(read::int(row, "answered")?);
            Some((worker, read::word(row, "answer")?, at, Sealed::found(place, read::blob(row, "said")?)))
        }
    };
    let reviewed = match read::maybe_word(row, "finding")? {
        None => None,
        Some(finding) => {
            let at = Moment::from_micros(read::int(row, "reviewed")?);
            Some((finding, at, Sealed::found(place, read::blob(row, "found")?)))
        }
    };
    let asked = NewOverride {
        id,
        note: read::word(row, "note")?,
        case,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        to: recipient(row)?,
        purpose: read::word(row, "purpose")?,
        harm: read::word(row, "harm")?,
        told: if read::int(row, "told")? != 0 { Told::Yes } else { Told::No },
        share: read::word(row, "share")?,
        due: read::maybe_int(row, "due")?.map(Moment::from_micros),
        reopens: read::maybe_int(row, "reopens")?.map(Moment::from_micros),
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(place, read::blob(row, "sealed")?),
        called: Vec::new(),
    };
    let made = read::int(row, "made")?;
    Ok(StoredOverride {
        asked,
        about: read::maybe_word(row, "about")?,
        category: read::word(row, "category")?,
        second,
        reviewed,
        unjustified: read::int(row, "unjustified")? > 0,
        ended: made > 0 && read::int(row, "ended")? == made,
    })
}
