//! Who is invited to a MAPPA meeting, what is opened to them, and what they accept first.
//!
//! Promises: whoever invites is told nothing of whom an invited worker knows; nothing of a case opens by a meeting before it
//! is issued and its statement accepted, nor after its time; an issue opens those cases alone whose MAPPA record the issuer
//! may read, each with its event, which answers the clock of the pack.
//! Must never know: HTTP, SQL.

use super::events::{By, Happened};
use super::meetings::{Running, is_live, meet, over};
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::id::{AgendaItemId, CaseId, EventId, MeetingId, MeetingSeatId, WorkerId};
use crate::model::meetings::SeatPart;
use crate::model::notes::Category;
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::{Action, Permit};
use crate::store::events::Event;
use crate::store::meetings::{Done, Issue, KeptItem, KeptMeeting, KeptSeat, MeetingAct, MeetingSeat, ROWS_MAX};
use crate::store::orders::plain;
use serde::Deserialize;

/// The event of a case that is opened with a meeting.
const ISSUED: &str = "mappa-pack-issued";

/// An invitation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Who.
    pub worker: WorkerId,
    /// For what.
    pub part: SeatPart,
}

/// What somebody accepts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptStatement {
    /// The version that they have read.
    pub version: Line<80>,
}

/// The statement that is accepted for a meeting.
#[derive(Debug)]
pub struct MeetingStatement {
    /// Its version.
    pub version: String,
    /// Its words.
    pub text: String,
    /// When the reader accepted it, for this meeting.
    pub accepted: Option<Moment>,
}

/// A meeting to which the actor is invited, with the permit to know of it.
pub(super) struct Invited {
    pub(super) kept: KeptMeeting,
    pub(super) seat: KeptSeat,
    pub(super) seats: Vec<KeptSeat>,
    pub(super) question: Question,
    pub(super) permit: Permit,
}

impl Desk {
    /// Invites somebody.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such meeting of the actor's office; [`Error::Invalid`].
    pub async fn invite(
        &self,
        actor: &Actor,
        meeting: MeetingId,
        new: Invite,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let running = self.running_meeting(actor, meeting).await?;
        let seats = self.gate.store.meeting_seats(&running.kept).await?;
        if let Err(why) = self.can_be_invited(&running.kept, &seats, &new).await {
            return Err(self.declined(running.permit, why).await);
        }
        let (id, author, created) = (MeetingSeatId::random(), running.worker, self.now());
        let before = seats.iter().filter(|one| one.seat.worker == new.worker).count();
        let seq = i64::try_from(before).unwrap_or(i64::MAX);
        let seat = MeetingSeat { id, meeting, worker: new.worker, seq, part: new.part, author, created };
        let answer = serde_json::json!({ "id": id, "meeting": meeting, "worker": new.worker, "part": new.part });
        self.write_meeting(actor, running, MeetingAct::Invite(seat), once.as_ref(), answer).await
    }

    /// Says in words why somebody cannot be invited. What they know of a man on the agenda is no reason, and is not looked at.
    async fn can_be_invited(&self, kept: &KeptMeeting, seats: &[KeptSeat], new: &Invite) -> Result<(), Error> {
        if let Some(why) = over(kept) {
            return Err(why);
        }
        let seat = self.gate.store.seat(new.worker).await?.filter(|(seat, _)| seat.active);
        if seat.is_none() {
            return Err(Error::field("worker", "has no seat in any agency of this hub: look them up again"));
        }
        let mut live = seats.iter().filter(|one| one.is_live());
        if live.clone().any(|one| one.seat.worker == new.worker) {
            let say = "is invited already: withdraw the invitation first to invite them for something else";
            return Err(Error::field("worker", say));
        }
        if new.part == SeatPart::Chair && live.any(|one| one.seat.part == SeatPart::Chair) {
            return Err(Error::field("part", "is taken: withdraw the invitation of the one who is to lead it first"));
        }
        if seats.len() >= ROWS_MAX {
            return Err(Error::field("", "has as many invitations as a meeting can have"));
        }
        Ok(())
    }

    /// Withdraws an invitation. What its holder sees by the meeting closes at once.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] if it is withdrawn already.
    pub async fn withdraw_invitation(
        &self,
        actor: &Actor,
        id: MeetingSeatId,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let meeting = self.gate.store.meeting_of_seat(id).await?.unwrap_or_else(MeetingId::random);
        let running = self.running_meeting(actor, meeting).await?;
        let seats = self.gate.store.meeting_seats(&running.kept).await?;
        let Some(seat) = seats.into_iter().find(|one| one.seat.id == id && one.ended.is_none()) else {
            return Err(self.declined(running.permit, Error::Conflict).await);
        };
        let done = Done { by: running.worker, at: self.now() };
        let answer =
            serde_json::json!({ "id": id, "meeting": meeting, "worker": seat.seat.worker, "withdrawn": done.at });
        let act = MeetingAct::Withdraw(id, seat.seat.worker, done);
        self.write_meeting(actor, running, act, once.as_ref(), answer).await
    }

    /// Opens a meeting to those who are invited, with those cases of its agenda that the actor may read. Issued again, what
    /// was put on the agenda since is opened too, and the statement that holds by then must be accepted.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such meeting of the actor's office; [`Error::Invalid`] if there is nothing to open.
    pub async fn issue_meeting(&self, actor: &Actor, id: MeetingId, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let running = self.running_meeting(actor, id).await?;
        let live: Vec<KeptItem> = self.gate.store.agenda(id).await?.into_iter().filter(is_live).collect();
        let cases: Vec<CaseId> = live.iter().map(|one| one.item.case).collect();
        let waiting = live.into_iter().filter(|one| one.issued.is_none()).collect();
        let lines = self.agenda_known(actor, &running.kept, waiting).await?;
        let issue = match self.next_issue(&running.kept, lines.is_empty()) {
            Ok(issue) => issue,
            Err(why) => return Err(self.declined(running.permit, why).await),
        };
        let items = self.opened_with(actor, &running, &issue, lines).await?;
        let answer = serde_json::json!({
            "id": id, "issued": issue.at, "until": issue.until, "statement": issue.statement,
            "events": items.iter().map(|(_, event)| event.id).collect::<Vec<_>>(),
        });
        let by = running.worker;
        self.write_meeting(actor, running, MeetingAct::Issue(id, issue, by, items, cases), once.as_ref(), answer).await
    }

    /// Returns the next issue of a meeting, or says in words why there is nothing to issue.
    fn next_issue(&self, kept: &KeptMeeting, nothing: bool) -> Result<Issue, Error> {
        if let Some(why) = over(kept) {
            return Err(why);
        }
        let Some(statement) = self.gate.policy.consents().statement() else {
            return Err(Error::field("", "has no confidentiality statement: the policy must name one first"));
        };
        let (at, until) = (self.now(), self.gate.policy.limits().due(Limit::MeetingWindow, kept.meeting.starts));
        if until <= at {
            return Err(Error::field("", "is over, and what it opened is closed: set another meeting"));
        }
        let same = kept.issue.as_ref().is_some_and(|issue| issue.statement == statement.version);
        if nothing && (kept.issue.is_none() || same) {
            return Err(Error::field("", "has nothing to open: put a case on the agenda first"));
        }
        let seq = kept.issue.as_ref().map_or(1, |issue| issue.seq.saturating_add(1));
        Ok(Issue { seq, statement: statement.version.clone(), until, at })
    }

    async fn opened_with(
        &self,
        actor: &Actor,
        running: &Running,
        issue: &Issue,
        lines: Vec<KeptItem>,
    ) -> Result<Vec<(AgendaItemId, Event)>, Error> {
        let mut items = Vec::new();
        for line in lines {
            let (case, author) = (line.item.case, running.worker);
            let by = By { case, author, agency: actor.agency().clone(), at: issue.at };
            let event = Happened { follows: Some(line.item.event), ..Happened::new(self.word(ISSUED)?, issue.at) };
            items.push((line.item.id, self.sealed_event(&by, EventId::random(), event).await?));
        }
        Ok(items)
    }

    /// Shows the statement that is to be accepted for a meeting.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who is not invited.
    pub async fn meeting_statement(&self, actor: &Actor, id: MeetingId) -> Result<(MeetingStatement, Recorded), Error> {
        let invited = self.invited(actor, id).await?;
        let (version, text) = self.statement_for(&invited.kept)?;
        let look = meet(MeetingAct::Look(Vec::new())).into();
        let item = plain(Category::MappaRecord, invited.kept.meeting.agency.clone());
        let receipt = self.gate.commit(invited.permit, &invited.question.by(actor), Some(item), look).await?;
        Ok((MeetingStatement { version, text, accepted: invited.seat.accepted }, Recorded::from(&receipt)))
    }

    /// Accepts it.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who is not invited; [`Error::Invalid`] for another version than the one that holds;
    /// [`Error::Conflict`] if they have accepted it already.
    pub async fn accept_statement(
        &self,
        actor: &Actor,
        id: MeetingId,
        new: AcceptStatement,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let invited = self.invited(actor, id).await?;
        let (version, _) = self.statement_for(&invited.kept)?;
        let wrong = if version != new.version.reveal() {
            Some(Error::field("version", "is not the statement that holds for this meeting: read that one first"))
        } else {
            invited.seat.accepted.map(|_| Error::Conflict)
        };
        if let Some(why) = wrong {
            return Err(self.declined(invited.permit, why).await);
        }
        let Invited { kept, seat, question, permit, .. } = invited;
        let done = Done { by: seat.seat.worker, at: self.now() };
        let answer = serde_json::json!({ "meeting": id, "version": version, "accepted": done.at });
        let act = meet(MeetingAct::Accept(seat.seat.id, version, done)).into();
        let item = plain(Category::MappaRecord, kept.meeting.agency);
        self.write(permit, &question.by(actor), Some(item), act, once.as_ref(), answer).await
    }

    /// Returns the statement that holds for a meeting: that of its latest issue; before it is issued, that of the policy.
    fn statement_for(&self, kept: &KeptMeeting) -> Result<(String, String), Error> {
        let consents = self.gate.policy.consents();
        let found = match &kept.issue {
            Some(issue) => consents.statement_of(&issue.statement),
            None => consents.statement(),
        };
        found.map(|found| (found.version.clone(), found.text.clone())).ok_or(Error::Unknown)
    }

    /// Returns a meeting to which the actor is invited, and that is not over for them.
    pub(super) async fn invited(&self, actor: &Actor, id: MeetingId) -> Result<Invited, Error> {
        let question = self.meeting_question(actor, Action::Read, id);
        let ask = question.by(actor);
        let Some(kept) = self.gate.store.meeting(id).await? else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, Some(plain(Category::MappaRecord, kept.meeting.agency.clone()))).await?;
        let seats = self.gate.store.meeting_seats(&kept).await?;
        let own = seats.iter().find(|one| one.is_live() && Some(one.seat.worker) == actor.worker()).cloned();
        match own {
            Some(seat) => Ok(Invited { kept, seat, seats, question, permit }),
            // Withdrawn since it was judged.
            None => Err(self.declined(permit, Error::NotFound).await),
        }
    }
}
