//! MAPPA meetings as they are shown: to the office whose they are, and to whoever is invited.
//!
//! Promises: an agenda is shown line by line, to each as their own cases and the meeting's list open them, and nobody is told
//! that there are others; nothing but the day is shown to who has not accepted the statement; that a women's or children's
//! service is invited is for the office and for that service to know.
//! Must never know: HTTP, SQL.

use super::meeting_seats::Invited;
use super::meetings::{Running, is_live, meet};
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::id::{MeetingId, ReferralId};
use crate::model::meetings::{Lacks, MeetingWords, SeatPart, too_long};
use crate::model::notes::Category;
use crate::model::referrals::ReferralOutcome;
use crate::policy::permit::Action;
use crate::store::meetings::MeetingAct;
pub use crate::store::meetings::{KeptItem, KeptMeeting, KeptSeat};
use crate::store::orders::plain;
use crate::vault::Disclosure;

/// A line of an agenda.
#[derive(Debug)]
pub struct AgendaLine {
    /// The line.
    pub kept: KeptItem,
    /// The referral that was accepted last.
    pub referral: Option<ReferralId>,
}

/// A meeting that was opened.
#[derive(Debug)]
pub struct OpenMeeting {
    /// What stands in clear.
    pub kept: KeptMeeting,
    /// Where it is; nothing to who has not accepted the statement.
    pub words: Option<Disclosure<MeetingWords>>,
    /// Those lines of the agenda that are open to the reader.
    pub agenda: Vec<AgendaLine>,
    /// Who is invited.
    pub seats: Vec<KeptSeat>,
    /// What it lacks; said to the office.
    pub lacks: Vec<Lacks>,
    /// That the agenda is too long, in words; said to the office.
    pub say: Option<String>,
    /// The look, if nothing was opened.
    pub recorded: Option<Recorded>,
}

impl Desk {
    /// Shows a meeting.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who neither runs it nor is invited.
    pub async fn meeting(&self, actor: &Actor, id: MeetingId) -> Result<OpenMeeting, Error> {
        if runs(actor) && self.gate.store.meeting(id).await?.is_some_and(|one| one.meeting.agency == *actor.agency()) {
            let running = self.running_meeting(actor, id).await?;
            return self.meeting_of_office(actor, running).await;
        }
        let invited = self.invited(actor, id).await?;
        self.meeting_of_invited(actor, invited).await
    }

    async fn meeting_of_office(&self, actor: &Actor, running: Running) -> Result<OpenMeeting, Error> {
        let Running { kept, question, permit, .. } = running;
        let lines = self.gate.store.agenda(kept.meeting.id).await?;
        let agenda = self.agenda_known(actor, &kept, lines).await?;
        let seats = self.gate.store.meeting_seats(&kept).await?;
        let live = agenda.iter().filter(|line| is_live(line));
        let minutes = live.map(|line| u32::from(line.item.minutes)).sum();
        let (say, lacks) = (too_long(minutes, u32::from(kept.meeting.minutes)), lacking(&agenda, &seats));
        let look = meet(MeetingAct::Look(agenda.iter().map(|line| line.item.case).collect())).into();
        let item = Some(plain(Category::MappaRecord, kept.meeting.agency.clone()));
        let sealed = kept.meeting.words.clone();
        let words = Some(self.gate.open_permitted(permit, &question.by(actor), item, sealed, look).await?);
        let agenda = self.with_referrals(agenda).await?;
        Ok(OpenMeeting { kept, words, agenda, seats, lacks, say, recorded: None })
    }

    async fn meeting_of_invited(&self, actor: &Actor, invited: Invited) -> Result<OpenMeeting, Error> {
        let Invited { kept, seat, seats, question, permit } = invited;
        let (ask, item) = (question.by(actor), Some(plain(Category::MappaRecord, kept.meeting.agency.clone())));
        if kept.issue.is_none() || seat.accepted.is_none() {
            let look = meet(MeetingAct::Look(Vec::new())).into();
            let receipt = self.gate.commit(permit, &ask, item, look).await?;
            let recorded = Some(Recorded::from(&receipt));
            let (agenda, lacks) = (Vec::new(), Vec::new());
            return Ok(OpenMeeting { kept, words: None, agenda, seats: vec![seat], lacks, say: None, recorded });
        }
        let lines = self.gate.store.agenda(kept.meeting.id).await?;
        let open = lines.into_iter().filter(|line| is_live(line) && line.issued.is_some()).collect();
        let agenda = self.agenda_known(actor, &kept, open).await?;
        let look = meet(MeetingAct::Look(agenda.iter().map(|line| line.item.case).collect())).into();
        let words = Some(self.gate.open_permitted(permit, &ask, item, kept.meeting.words.clone(), look).await?);
        let agenda = self.with_referrals(agenda).await?;
        let may_know = |one: &KeptSeat| one.agency == *actor.agency() || !one.kind.keeps_confidence();
        let seats = seats.into_iter().filter(|one| one.is_live() && may_know(one)).collect();
        Ok(OpenMeeting { kept, words, agenda, seats, lacks: Vec::new(), say: None, recorded: None })
    }

    /// Adds the accepted referral of each case: whoever reads its line may read that.
    async fn with_referrals(&self, agenda: Vec<KeptItem>) -> Result<Vec<AgendaLine>, Error> {
        let mut lines = Vec::new();
        for kept in agenda {
            let found = self.gate.store.referrals_of(kept.item.case, None, super::PAGE_MAX).await?;
            let accepted = |outcome| outcome == ReferralOutcome::Accepted;
            let referral = found.iter().find(|one| one.answer.as_ref().is_some_and(|answer| accepted(answer.outcome)));
            lines.push(AgendaLine { referral: referral.map(|one| one.referral.id), kept });
        }
        Ok(lines)
    }

    /// Lists the meetings of the actor's office; to others, those to which they are invited; the latest first.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who has none; [`Error::Invalid`] if `after` is no place in this list.
    pub async fn meetings(
        &self,
        actor: &Actor,
        after: Option<MeetingId>,
        limit: i64,
    ) -> Result<(Vec<KeptMeeting>, Option<MeetingId>, Recorded), Error> {
        let Some(worker) = actor.worker() else { return Err(Error::NotFound) };
        let look = meet(MeetingAct::Look(Vec::new())).into();
        let store = &self.gate.store;
        let office = runs(actor);
        let (action, record, owner) = if office {
            (Action::Run, MeetingId::random(), actor.agency().clone())
        } else {
            let latest = store.meetings_for(worker, None, 1).await?.into_iter().next().map(|kept| kept.meeting);
            let id = latest.as_ref().map_or_else(MeetingId::random, |one| one.id);
            (Action::Read, id, latest.map_or_else(|| actor.agency().clone(), |one| one.agency))
        };
        let question = self.meeting_question(actor, action, record);
        let receipt = self.gate.pass(&question.by(actor), Some(plain(Category::MappaRecord, owner)), look).await?;
        let place = match after {
            None => None,
            Some(id) => Some((self.place_of_meeting(actor, id).await?.ok_or_else(super::no_place)?, id)),
        };
        let found = if office {
            store.meetings_of(actor.agency(), place, limit).await?
        } else {
            store.meetings_for(worker, place, limit).await?
        };
        let next = (found.len() as i64 == limit).then(|| found.last().map(|one| one.meeting.id)).flatten();
        Ok((found, next, Recorded::from(&receipt)))
    }

    /// Returns when a meeting begins that is of the actor's office, or to which they are invited.
    async fn place_of_meeting(
        &self,
        actor: &Actor,
        id: MeetingId,
    ) -> Result<Option<crate::model::time::Moment>, Error> {
        let Some(kept) = self.gate.store.meeting(id).await? else { return Ok(None) };
        let theirs = if runs(actor) {
            kept.meeting.agency == *actor.agency()
        } else {
            let seats = self.gate.store.meeting_seats(&kept).await?;
            seats.iter().any(|one| one.is_live() && Some(one.seat.worker) == actor.worker())
        };
        Ok(theirs.then_some(kept.meeting.starts))
    }
}

/// Says whether somebody's post is to run meetings. What they may do, the policy says.
pub(super) fn runs(actor: &Actor) -> bool {
    matches!(actor.role(), Some(Role::MappaCoordinator | Role::MappaAdministrator))
}

/// Says what a meeting lacks, as far as its reader knows the agenda.
fn lacking(agenda: &[KeptItem], seats: &[KeptSeat]) -> Vec<Lacks> {
    let has = |part| seats.iter().any(|one| one.is_live() && one.seat.part == part);
    let live = || agenda.iter().filter(|line| is_live(line));
    let lacks = [
        (Lacks::Chair, !has(SeatPart::Chair)),
        (Lacks::Minutes, !has(SeatPart::Minutes)),
        (Lacks::Members, !has(SeatPart::Member)),
        (Lacks::Agenda, live().next().is_none()),
        (Lacks::Issue, live().any(|line| line.issued.is_none())),
        (Lacks::Acceptance, seats.iter().any(|one| one.is_live() && one.accepted.is_none())),
    ];
    lacks.into_iter().filter(|(_, is)| *is).map(|(what, _)| what).collect()
}
