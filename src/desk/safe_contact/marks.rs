//! What is said of ways: that she was asked about them, and that one is not safe.
//!
//! Promises: that she was asked holds from the moment of asking, and not from when it was recorded; a way that is unsafe is ended
//! by whoever says so first, and cannot be verified again: it is written anew.

use super::{Ways, about, category_of, check_said};
use crate::auth::Actor;
use crate::desk::{Desk, Error, Once, Written};
use crate::model::alerts::HubKind;
use crate::model::id::{ProtectedId, SafeMarkId, SafeRouteId};
use crate::model::protected::ProtectedHead;
use crate::model::safe_contact::{Asked, Mark, Said, State};
use crate::model::sealed::Record;
use crate::model::time::{Moment, Second};
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Reaching;
use crate::store::safe_contact::{KeptMark, place_of};
use serde::Deserialize;

/// That she was asked, as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The version that she was asked about.
    pub version: u16,
    /// About which ways.
    pub routes: Vec<SafeRouteId>,
    /// When she was asked.
    pub asked: Second,
    /// How.
    pub how: Asked,
    /// On which occasion.
    #[serde(default)]
    pub said: Option<Said>,
}

/// That ways are not safe, as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SayUnsafe {
    /// Which ways.
    pub routes: Vec<SafeRouteId>,
    /// Why.
    #[serde(default)]
    pub said: Option<Said>,
}

const UNSAFE: &str = "A way of reaching her has been said to be unsafe. It is not used any more. Look at how she is reached, and ask \
                      her about the other ways before anybody uses them.";

impl Desk {
    /// Records that she was asked whether ways are safe, and said yes.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] for a way that is not of this version or is unsafe, and for a
    /// moment to come; [`Error::Conflict`] if another version was written meanwhile.
    pub async fn verify_contact(
        &self,
        actor: &Actor,
        id: ProtectedId,
        new: Verify,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let head = self.whom_reached(actor, Action::Create, id).await?;
        let question = about(self, actor, Action::Create, id, Some(&head));
        let permit = self.may_keep(actor, &head).await?;
        let (asked, now) = (new.asked.moment(), self.now());
        let checked = match self.named_ways(actor, &head, &new.routes).await {
            Ok((version, _)) if version != i64::from(new.version) => Err(Error::Conflict),
            Ok((_, ways)) => verifiable(&ways, &new.routes, (asked, now)),
            Err(why) => Err(why),
        };
        let over = self.gate.policy.limits().due(Limit::SafeContact, asked) <= now;
        let checked = match checked.and_then(|()| check_said(new.said.as_ref())) {
            Ok(()) if over => Err(Error::field("asked", "is too long ago: ask her again")),
            other => other,
        };
        if let Err(why) = checked {
            return Err(self.declined(permit, why).await);
        }
        let mark =
            self.sealed_mark(actor, &head, (Mark::Verified, Some((new.how, asked))), new.routes, new.said).await?;
        let answer = serde_json::json!({ "id": mark.id, "protected": id, "asked": new.asked.to_string() });
        let effect = Reaching::Mark(Box::new(mark), Vec::new());
        self.write(permit, &question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }

    /// Records that ways are not safe: from the commit on nobody is let through by them, and those are told who answer for it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] for a way that is not of the record.
    pub async fn say_unsafe(
        &self,
        actor: &Actor,
        id: ProtectedId,
        new: SayUnsafe,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let head = self.whom_reached(actor, Action::Contact, id).await?;
        let question = about(self, actor, Action::Contact, id, Some(&head));
        let permit = self.gate.decide(&question.by(actor), None).await?;
        let checked = match check_said(new.said.as_ref()) {
            Ok(()) => self.named_ways(actor, &head, &new.routes).await.map(drop),
            Err(why) => Err(why),
        };
        if let Err(why) = checked {
            return Err(self.declined(permit, why).await);
        }
        let (kind, category) = (HubKind::ContactUnsafe, category_of(head.relation));
        let alerts = self.tell_of_contact(actor, &head, (kind, category), UNSAFE).await?;
        let told: usize = alerts.iter().map(|alert| alert.recipients.len()).sum();
        let mark = self.sealed_mark(actor, &head, (Mark::Unsafe, None), new.routes, new.said).await?;
        let answer = serde_json::json!({ "id": mark.id, "protected": id, "told": told, "say": said_to(told) });
        let effect = Reaching::Mark(Box::new(mark), alerts);
        self.write(permit, &question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }

    /// Refuses ways that are none of the record's latest version, or stand twice; returns that version and where they stand.
    async fn named_ways(
        &self,
        actor: &Actor,
        head: &ProtectedHead,
        routes: &[SafeRouteId],
    ) -> Result<(i64, Ways), Error> {
        let ways = self.ways(head).await?;
        let Some(card) = &ways.card else { return Err(Error::field("routes", "are none: nothing is recorded yet")) };
        if routes.is_empty() {
            return Err(Error::field("routes", "is needed: name the ways that are meant"));
        }
        if routes.iter().enumerate().any(|(nth, one)| routes[..nth].contains(one)) {
            return Err(Error::field("routes", "names a way twice: name each once"));
        }
        let open = self.open_card(actor, head, card).await?;
        let there = |id: &SafeRouteId| open.words().routes.iter().any(|one| one.id == *id);
        if !routes.iter().all(there) {
            return Err(Error::field("routes", "names a way that is not of the record as it is now: read it again"));
        }
        Ok((card.version, ways))
    }

    async fn sealed_mark(
        &self,
        actor: &Actor,
        head: &ProtectedHead,
        (mark, asked): (Mark, Option<(Asked, Moment)>),
        routes: Vec<SafeRouteId>,
        said: Option<Said>,
    ) -> Result<KeptMark, Error> {
        let id = SafeMarkId::random();
        let place = place_of(head.case, head.id, Record::SafeMark(id));
        Ok(KeptMark {
            id,
            case: head.case,
            her: head.id,
            routes,
            mark,
            asked,
            author: actor.worker().ok_or(Error::NotFound)?,
            agency: actor.agency().clone(),
            created: self.now(),
            said: self.seal_if(place, said.as_ref()).await?,
            index: None,
        })
    }
}

/// Says what to do beside what was told, if that reached nobody.
pub(super) const fn said_to(told: usize) -> Option<&'static str> {
    match told {
        0 => Some("Nobody else of her service could be told by the hub: telephone whoever answers for it."),
        _ => None,
    }
}

fn verifiable(ways: &Ways, routes: &[SafeRouteId], (asked, now): (Moment, Moment)) -> Result<(), Error> {
    if asked > now {
        return Err(Error::field("asked", "is still to come: write when she was asked"));
    }
    let ended = |id: &SafeRouteId| ways.known.standing(*id, now).state == State::Unsafe;
    if routes.iter().any(ended) {
        let say = "names a way that was said to be unsafe: if she wants it back, write it anew in a new version";
        return Err(Error::field("routes", say));
    }
    Ok(())
}
