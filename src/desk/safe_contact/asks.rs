//! Somebody asks to reach her: by the one way that is safe now, or not, with when the next is and whom to ask.
//!
//! Promises: every asking is recorded with what was answered; what was answered *now* is looked at once more after it is durable,
//! so that what was committed before it counts; a manager who goes beyond a refusal gives a reason, and her workers are told.

use super::{OpenCard, about, category_of, check_said};
use crate::auth::Actor;
use crate::desk::alerts::OpenAlert;
use crate::desk::{Desk, Error, Recorded};
use crate::model::agencies::Role;
use crate::model::alerts::HubKind;
use crate::model::facts::Item;
use crate::model::id::{AlertId, ProtectedId, SafeAskId, SafeRouteId, WorkerId};
use crate::model::protected::ProtectedHead;
use crate::model::safe_contact::standing::Answer;
use crate::model::safe_contact::{Reason, Said, State, Verdict};
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::{Change, Reaching};
use crate::store::safe_contact::{KeptAsk, KeptCard, place_of};
use serde::Deserialize;

/// What somebody asks who wants to reach her.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskContact {
    /// Why.
    pub reason: Reason,
    /// The alert that it answers.
    #[serde(default)]
    pub alert: Option<AlertId>,
    /// A manager goes beyond a refusal.
    #[serde(default)]
    pub beyond: Option<Beyond>,
}

/// How a manager goes beyond a refusal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beyond {
    /// By which way: never one that is unsafe.
    pub route: SafeRouteId,
    /// Why.
    pub said: Said,
}

/// What is answered.
#[derive(Debug)]
pub struct AnsweredAsk {
    /// The asking.
    pub id: SafeAskId,
    /// Whether, by which way and until when, or which way is next.
    pub answer: Answer,
    /// The words of the record.
    pub card: OpenCard,
    /// Why not.
    pub why: Vec<String>,
    /// The alert that it answers, if she may be reached now: with what she may be told.
    pub alert: Option<OpenAlert>,
    /// Who in her service can be asked.
    pub whom: Vec<(WorkerId, Role)>,
    /// Where it stands in the log.
    pub recorded: Recorded,
}

const BEYOND: &str = "A manager has gone beyond a refusal to reach her, and said why. It stands in her record of how she is reached. \
                      Look at it, and talk to her.";

impl Desk {
    /// Asks to reach somebody.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if nothing is recorded, for an alert that is none of the asker's,
    /// for a reason too short.
    pub async fn ask_contact(&self, actor: &Actor, id: ProtectedId, new: AskContact) -> Result<AnsweredAsk, Error> {
        let head = self.whom_reached(actor, Action::Contact, id).await?;
        let question = about(self, actor, Action::Contact, id, Some(&head));
        let permit = self.gate.decide(&question.by(actor), None).await?;
        let ways = self.ways(&head).await?;
        let Some(kept) = ways.card.clone() else {
            let say = "cannot be reached by the hub: nothing is recorded of how she is reached safely. Do not contact her \
                       before her worker has asked her";
            return Err(self.declined(permit, Error::field("", say)).await);
        };
        let card = self.open_card(actor, &head, &kept).await?;
        let answer = match &new.beyond {
            None => Ok(self.answer(card.words(), &ways.known)),
            Some(beyond) => self.goes_beyond(&card, &ways.known, beyond),
        };
        let answer = match answer.and_then(|answer| check_reason(&new).map(|()| answer)) {
            Ok(answer) => answer,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let alert = self.alert_answered(actor, &head, new.alert).await?.filter(|_| answer.now.is_some());
        let (ask, recorded) = self.commit_ask(actor, (&head, &kept), permit, new, &answer).await?;
        // What was committed before the asking counts, whatever was read before that.
        let known = self.ways(&head).await?.known;
        let again = self.answer(card.words(), &known);
        let way = |one: &Answer| one.now.map(|(id, _)| id);
        let answer = match answer.verdict {
            // By another way than the one that was recorded: ask again, and that one is.
            Verdict::Now if way(&again) != way(&answer) => {
                let verdict = if again.verdict == Verdict::Now { Verdict::NotVerified } else { again.verdict };
                Answer { verdict, now: None, next: again.next }
            }
            _ => answer,
        };
        let alert = alert.filter(|_| answer.now.is_some());
        let why = if answer.now.is_some() { Vec::new() } else { whys(&card, &known, self.now()) };
        let whom = self.her_service(actor, &head).await?;
        Ok(AnsweredAsk { id: ask, answer, card, why, alert, whom, recorded })
    }

    async fn commit_ask(
        &self,
        actor: &Actor,
        (head, kept): (&ProtectedHead, &KeptCard),
        permit: crate::policy::permit::Permit,
        new: AskContact,
        answer: &Answer,
    ) -> Result<(SafeAskId, Recorded), Error> {
        let (id, is_beyond) = (SafeAskId::random(), new.beyond.is_some());
        let place = place_of(head.case, head.id, Record::SafeAsk(id));
        let said = self.seal_if(place, new.beyond.as_ref().map(|beyond| &beyond.said)).await?;
        let ask = KeptAsk {
            id,
            case: head.case,
            her: head.id,
            reason: new.reason,
            alert: new.alert,
            verdict: answer.verdict,
            route: answer.now.map(|(route, _)| route),
            author: actor.worker().ok_or(Error::NotFound)?,
            agency: actor.agency().clone(),
            created: self.now(),
            said,
            opened: None,
            outcome: None,
        };
        if !is_beyond {
            let question = about(self, actor, Action::Contact, head.id, Some(head));
            let change: Change = Reaching::Ask(Box::new(ask), Vec::new()).into();
            let receipt = self.gate.commit_anew(permit, &question.by(actor), None, change).await?;
            return Ok((id, Recorded::from(&receipt)));
        }
        let category = category_of(head.relation);
        let item = Item { about: Some(head.id), ..kept.item(category) };
        let question = about(self, actor, Action::Manage, head.id, Some(head));
        let ask_manage = question.by(actor);
        let permit = self.gate.decide(&ask_manage, Some(item.clone())).await?.and(permit);
        let alerts = self.tell_of_contact(actor, head, (HubKind::ContactBeyond, category), BEYOND).await?;
        let change: Change = Reaching::Ask(Box::new(ask), alerts).into();
        let receipt = self.gate.commit_anew(permit, &ask_manage, Some(item), change).await?;
        Ok((id, Recorded::from(&receipt)))
    }

    /// Says by which way a manager goes, beyond what would be answered. What is unsafe stays closed.
    fn goes_beyond(
        &self,
        card: &OpenCard,
        known: &crate::model::safe_contact::standing::Known,
        beyond: &Beyond,
    ) -> Result<Answer, Error> {
        let now = self.now();
        if !card.words().routes.iter().any(|one| one.id == beyond.route) {
            return Err(Error::field("beyond.route", "is no way of the record as it is now: read it again"));
        }
        if known.standing(beyond.route, now).state == State::Unsafe {
            let say = "was said to be unsafe, and nobody goes beyond that: choose another way";
            return Err(Error::field("beyond.route", say));
        }
        let limits = self.gate.policy.limits();
        if beyond.said.0.reveal().chars().count() < limits.least(Limit::Reason) {
            return Err(Error::field("beyond.said", "is too short: say why in a sentence that others can judge"));
        }
        let until = limits.due(Limit::SafeContactAsk, now);
        Ok(Answer { verdict: Verdict::Overridden, now: Some((beyond.route, until)), next: None })
    }

    /// Opens the alert that an asking answers, for what she may be told: by the reader's own right to it, and no other.
    async fn alert_answered(
        &self,
        actor: &Actor,
        head: &ProtectedHead,
        alert: Option<AlertId>,
    ) -> Result<Option<OpenAlert>, Error> {
        let Some(alert) = alert else { return Ok(None) };
        let none =
            || Error::field("alert", "is none that you were sent about her: take it from your inbox, or leave it out");
        match self.read_alert(actor, alert, None).await {
            Ok(open) => {
                let fits = open.head.case == Some(head.case) && open.head.about.is_none_or(|about| about == head.id);
                if fits && open.copy.is_some() { Ok(Some(open)) } else { Err(none()) }
            }
            Err(Error::NotFound | Error::Refused { .. }) => Err(none()),
            Err(other) => Err(other),
        }
    }
}

fn check_reason(new: &AskContact) -> Result<(), Error> {
    if (new.reason == Reason::Alert) != new.alert.is_some() {
        return Err(Error::field("alert", "belongs to the reason alert: give both or neither"));
    }
    check_said(new.beyond.as_ref().map(|beyond| &beyond.said))
}

/// Returns why ways are not verified, each reason once.
pub(super) fn whys(card: &OpenCard, known: &crate::model::safe_contact::standing::Known, now: Moment) -> Vec<String> {
    let mut why: Vec<String> = Vec::new();
    for one in card.words().routes.iter().flat_map(|route| known.standing(route.id, now).why) {
        if !why.contains(&one) {
            why.push(one);
        }
    }
    why
}
