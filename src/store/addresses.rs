//! Proposed addresses, what is asked about them and what was answered, as they are kept: where an address stands is reckoned
//! from these rows and from events, and is no row.

use super::alerts::NewAlert;
use super::events::Event;
use super::orders::plain;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::addresses::{AddressWords, CheckAnswer, Proposal, Put, ReplyWords};
use crate::model::facts::Item;
use crate::model::id::{AddressId, AgencyId, AlertId, CaseId, CheckId, EventId, ProtectedId, ReplyId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::time::{Day, Moment};
use crate::policy::permit::Scope;
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT id, case_id, kind, author, agency, starts, created, event, sealed
      FROM proposed_address
     WHERE id = $1";

pub(super) const OF_CASE: &str = "
    SELECT id, case_id, kind, author, agency, starts, created, event, sealed
      FROM proposed_address
     WHERE case_id = $1
       AND (created < $2 OR (created = $2 AND id < $3))
     ORDER BY created DESC, id DESC
     LIMIT $4";

/// What was asked about an address, each with its last answer. Each was asked of one service: there are few.
pub(super) const PUT: &str = "
    SELECT c.id, c.due, r.answer, r.at
      FROM address_check c
      LEFT JOIN check_reply r ON r.check_id = c.id
       AND r.seq = (SELECT MAX(l.seq) FROM check_reply l WHERE l.check_id = c.id)
     WHERE c.address = $1
     ORDER BY c.id
     LIMIT 1000";

pub(super) const CHECK: &str = "
    SELECT c.id, c.address, c.service, c.alert, c.due, a.case_id, a.kind, a.starts, a.created, l.about, r.answer
      FROM address_check c
      JOIN proposed_address a ON a.id = c.address
      JOIN alert l ON l.id = c.alert
      LEFT JOIN check_reply r ON r.check_id = c.id
       AND r.seq = (SELECT MAX(x.seq) FROM check_reply x WHERE x.check_id = c.id)
     WHERE c.id = $1";

/// What a worker is asked, in the order of the log. $1 worker, $2 and $3 the place after which to go on, $4 at most.
pub(super) const MINE: &str = "
    SELECT c.id, c.address, c.service, c.alert, c.due, a.case_id, a.kind, a.starts, a.created, l.about, r.answer
      FROM delivery d
      JOIN audit_entry e ON e.entry = d.entry
      JOIN address_check c ON c.alert = d.alert
      JOIN proposed_address a ON a.id = c.address
      JOIN alert l ON l.id = c.alert
      LEFT JOIN check_reply r ON r.check_id = c.id
       AND r.seq = (SELECT MAX(x.seq) FROM check_reply x WHERE x.check_id = c.id)
     WHERE d.worker = $1
       AND (e.idx > $2 OR (e.idx = $2 AND c.id > $3))
       AND NOT EXISTS (SELECT 1 FROM conflict_match m JOIN case_file f ON f.person = m.person
                        WHERE f.id = a.case_id AND m.worker = d.worker)
     ORDER BY e.idx, c.id
     LIMIT $4";

/// The place of a check in a worker's list. $1 check, $2 worker.
pub(super) const PLACE: &str = "
    SELECT e.idx
      FROM address_check c
      JOIN delivery d ON d.alert = c.alert AND d.worker = $2
      JOIN audit_entry e ON e.entry = d.entry
     WHERE c.id = $1";

/// What was answered to a check by one agency, first to last; of more than 200 answers, the latest. $1 check, $2 agency.
pub(super) const REPLIES: &str = "
    SELECT id, seq, worker, agency, answer, at, sealed
      FROM check_reply
     WHERE check_id = $1
       AND agency = $2
     ORDER BY seq DESC
     LIMIT 200";

/// How many answers a check has.
pub(super) const COUNT: &str = "
    SELECT CAST(COALESCE(MAX(seq), 0) AS BIGINT) AS many
      FROM check_reply
     WHERE check_id = $1";

/// A proposed address.
#[derive(Debug, Clone)]
pub struct Address {
    /// The address.
    pub id: AddressId,
    /// The case.
    pub case: CaseId,
    /// For what it is proposed.
    pub kind: Proposal,
    /// Who proposed it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// From which day on he would live there.
    pub starts: Day,
    /// When it was proposed.
    pub created: Moment,
    /// The event with which it stands in the chronology.
    pub event: EventId,
    /// Where it is.
    pub words: Sealed<AddressWords>,
}

impl Address {
    /// Returns what a decision of the policy needs to know of it.
    #[must_use]
    pub fn item(&self) -> Item {
        plain(CATEGORY, self.agency.clone())
    }
}

/// The row of the disclosure matrix under which proposed addresses fall.
pub const CATEGORY: Category = Category::SupervisionStatus;

/// A proposed address with what is asked about it, and the alerts to those who are: none exists without the others.
#[derive(Debug, Clone)]
pub struct NewAddress {
    /// The address.
    pub address: Address,
    /// Its event.
    pub event: Event,
    /// What is asked.
    pub checks: Vec<NewCheck>,
    /// The alerts.
    pub alerts: Vec<NewAlert>,
}

/// What one service is asked.
#[derive(Debug, Clone)]
pub struct NewCheck {
    /// The check.
    pub id: CheckId,
    /// Which service.
    pub service: String,
    /// The alert to those who owe the answer; `None` if nobody could be asked.
    pub alert: Option<AlertId>,
    /// By when.
    pub due: Moment,
}

impl NewAddress {
    pub(super) fn rows(self) -> Vec<Row> {
        let address = self.address;
        let id = address.id.to_string();
        let mut rows = self.event.rows();
        rows.extend(self.alerts.into_iter().flat_map(NewAlert::rows));
        rows.push(row![table::PROPOSED_ADDRESS;
            id.clone(), address.case.to_string(), address.kind.to_string(), address.author.to_string(),
            address.agency.to_string(), address.starts.to_string(), address.created.micros(),
            address.event.to_string(), address.words.bytes]);
        rows.extend(self.checks.into_iter().map(|check| {
            row![table::ADDRESS_CHECK;
                check.id.to_string(), id.clone(), check.service, check.alert.map(|alert| alert.to_string()),
                check.due.micros()]
        }));
        rows
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub struct NewReply {
    /// The answer.
    pub id: ReplyId,
    /// What it answers.
    pub check: CheckId,
    /// Which it is of that check: from 1.
    pub seq: i64,
    /// Who answers.
    pub worker: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// What.
    pub answer: CheckAnswer,
    /// When.
    pub at: Moment,
    /// In which words.
    pub words: Sealed<ReplyWords>,
}

impl NewReply {
    pub(super) fn rows(self) -> Vec<Row> {
        vec![row![table::CHECK_REPLY;
            self.id.to_string(), self.check.to_string(), self.seq, self.worker.to_string(), self.agency.to_string(),
            self.answer.to_string(), self.at.micros(), self.words.bytes]]
    }
}

/// What a worker is asked, as it is kept.
#[derive(Debug, Clone)]
pub struct Check {
    /// The check.
    pub id: CheckId,
    /// The address that it is about.
    pub address: AddressId,
    /// The case.
    pub case: CaseId,
    /// Which service is asked.
    pub service: String,
    /// The woman whose own workers are asked, if it is they.
    pub about: Option<ProtectedId>,
    /// The alert whose recipients owe the answer.
    pub alert: AlertId,
    /// By when.
    pub due: Moment,
    /// For what the address is proposed.
    pub kind: Proposal,
    /// From which day on he would live there.
    pub starts: Day,
    /// When it was asked.
    pub asked: Moment,
    /// The last answer.
    pub answer: Option<CheckAnswer>,
}

/// Returns the place of what was written of an address.
#[must_use]
pub const fn place(case: CaseId, id: AddressId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Address(id) }
}

/// Returns the place of what was written with an answer.
#[must_use]
pub const fn reply_place(case: CaseId, id: ReplyId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Reply(id) }
}

impl Store {
    /// Returns a proposed address.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn address(&self, id: AddressId) -> Result<Option<Address>, Error> {
        self.one(ONE, &id.to_string(), "read a proposed address", stored).await
    }

    /// Returns proposed addresses of a case, newest first, older than `before`. What a worker may know of them is for policy
    /// to say.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn addresses_of(
        &self,
        case: CaseId,
        before: Option<(Moment, AddressId)>,
        limit: i64,
    ) -> Result<Vec<Address>, Error> {
        self.page(OF_CASE, case, (before, limit), "read the proposed addresses of a case", stored).await
    }

    /// Returns what was asked about an address, each with its last answer.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn put_about(&self, id: AddressId) -> Result<Vec<(CheckId, Put)>, Error> {
        let rows = sqlx::query(PUT)
            .bind(id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what was asked about an address"))?;
        let put = |row: &AnyRow| {
            let answer: Option<CheckAnswer> = read::maybe_word(row, "answer")?;
            let at = read::maybe_int(row, "at")?.map(Moment::from_micros);
            let due = Moment::from_micros(read::int(row, "due")?);
            Ok((read::word(row, "id")?, Put { due, last: answer.zip(at) }))
        };
        rows.iter().map(put).collect()
    }

    /// Returns what somebody is asked.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn check(&self, id: CheckId) -> Result<Option<Check>, Error> {
        self.one(CHECK, &id.to_string(), "read a check", check).await
    }

    /// Returns what a worker is asked, in the order of the log, after a place.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn checks_of(
        &self,
        scope: &Scope,
        after: Option<(i64, CheckId)>,
        limit: i64,
    ) -> Result<Vec<Check>, Error> {
        let (index, id) = after.map_or((-1, String::new()), |(index, id)| (index, id.to_string()));
        let rows = sqlx::query(MINE)
            .bind(scope.worker().to_string())
            .bind(index)
            .bind(id)
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what a worker is asked"))?;
        rows.iter().map(check).collect()
    }

    /// Returns the place of a check in a worker's list.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn check_place(&self, scope: &Scope, id: CheckId) -> Result<Option<i64>, Error> {
        let found = sqlx::query(PLACE)
            .bind(id.to_string())
            .bind(scope.worker().to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a place in a list of checks"))?;
        found.map(|row| read::int(&row, "idx")).transpose()
    }

    /// Returns what one agency answered to a check, first to last.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn replies_of(&self, check: &Check, agency: &AgencyId) -> Result<Vec<NewReply>, Error> {
        let rows = sqlx::query(REPLIES)
            .bind(check.id.to_string())
            .bind(agency.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read what was answered"))?;
        let reply = |row: &AnyRow| {
            let id = read::word(row, "id")?;
            Ok(NewReply {
                id,
                check: check.id,
                seq: read::int(row, "seq")?,
                worker: read::word(row, "worker")?,
                agency: read::word(row, "agency")?,
                answer: read::word(row, "answer")?,
                at: Moment::from_micros(read::int(row, "at")?),
                words: Sealed::found(reply_place(check.case, id), read::blob(row, "sealed")?),
            })
        };
        rows.iter().rev().map(reply).collect()
    }

    /// Returns how many answers a check has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn replies_to(&self, check: CheckId) -> Result<i64, Error> {
        let row = sqlx::query(COUNT)
            .bind(check.to_string())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("count the answers to a check"))?;
        read::int(&row, "many")
    }
}

fn stored(row: &AnyRow) -> Result<Address, Error> {
    let (id, case) = (read::word(row, "id")?, read::word(row, "case_id")?);
    Ok(Address {
        id,
        case,
        kind: read::word(row, "kind")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        starts: read::word(row, "starts")?,
        created: Moment::from_micros(read::int(row, "created")?),
        event: read::word(row, "event")?,
        words: Sealed::found(place(case, id), read::blob(row, "sealed")?),
    })
}

fn check(row: &AnyRow) -> Result<Check, Error> {
    Ok(Check {
        id: read::word(row, "id")?,
        address: read::word(row, "address")?,
        case: read::word(row, "case_id")?,
        service: read::text(row, "service")?,
        about: read::maybe_word(row, "about")?,
        alert: read::word(row, "alert")?,
        due: Moment::from_micros(read::int(row, "due")?),
        kind: read::word(row, "kind")?,
        starts: read::word(row, "starts")?,
        asked: Moment::from_micros(read::int(row, "created")?),
        answer: read::maybe_word(row, "answer")?,
    })
}
