//! Joining a group: from the waiting list for good, or in another group for one evening.
//!
//! Promises: whoever lets somebody join runs the group and works on his case; the day from which he waited stays, and so
//! does every joining before.

use super::events::event_question;
use super::programmes::Group;
use super::{Desk, Error, Once, Written};
use crate::auth::Actor;
use crate::model::id::{EventId, PlaceId, ProgrammeId};
use crate::model::notes::Category;
use crate::policy::permit::Action;
use crate::store::effect::Supervision;
use crate::store::places::{Join, PlaceRow};
use crate::store::programmes::ProgrammeAct;
use serde::Deserialize;

/// Somebody joins a group, as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JoinGroup {
    /// Whose place: from the waiting list, or from his case.
    pub place: PlaceId,
    /// For this session alone, in the place of the same session of his own group; for good, if it is left out.
    #[serde(default)]
    pub session: Option<u8>,
}

impl Desk {
    /// Lets somebody join a group, for good or for one session. The day from which he waited stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such group or the actor does not run it; [`Error::Invalid`];
    /// [`Error::Conflict`] if he is in it already.
    pub async fn join_group(
        &self,
        actor: &Actor,
        id: ProgrammeId,
        new: JoinGroup,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let mut running = self.running(actor, id).await?;
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        let place = match self.check_join(actor, &running.group, &new).await {
            Ok(place) => place,
            Err(why) => return Err(self.declined(running.permit, why).await),
        };
        let writes = event_question(
            Action::Create,
            EventId::random(),
            Some(place.case),
            Category::Attendance,
            self.purpose(actor, None),
        );
        running.permit = running.permit.and(self.gate.decide(&writes.by(actor), None).await?);
        let join = Join { place: place.id, group: id, session: new.session, author, created: self.now() };
        let answer = serde_json::json!({
            "programme": id, "place": place.id, "case": place.case, "session": new.session, "listed": place.listed,
        });
        let effect = Supervision::Programme(ProgrammeAct::Join(join, place.case));
        let (change, answer) = super::promised(actor, effect.into(), once.as_ref(), &answer);
        // Two permits in one: if what either stands on has moved, the caller asks again.
        let settled = self.gate.commit_as_prepared(running.permit, change).await;
        self.written(actor, settled, once.as_ref(), answer).await
    }

    /// Says whether the actor may write of his attendance. Who may not is told nothing else than of a place that is not there.
    async fn may_mark(&self, actor: &Actor, place: &PlaceRow) -> Result<bool, Error> {
        let (id, category) = (EventId::random(), Category::Attendance);
        let question = event_question(Action::Create, id, Some(place.case), category, self.purpose(actor, None));
        let facts = self.gate.facts(&question.by(actor), None).await?;
        Ok(self.gate.policy.would_permit(&question.by(actor), &facts))
    }

    async fn check_join(&self, actor: &Actor, group: &Group, new: &JoinGroup) -> Result<PlaceRow, Error> {
        let found = self.gate.store.place(new.place).await?;
        let here = match &found {
            Some(place) => self.may_mark(actor, place).await?,
            None => false,
        };
        let Some(place) = found.filter(|_| here) else {
            let say = "is not a place of somebody on one of your cases: take it from the waiting list";
            return Err(Error::field("place", say));
        };
        if place.programme != group.programme {
            return Err(Error::field("place", "is for another programme: choose a group of that one"));
        }
        let home = self.home_of(&place).await?;
        match new.session {
            None if home == Some(group.id) => Err(Error::Conflict),
            Some(_) if home.is_none() => Err(Error::field(
                "session",
                "is for somebody who is in another group already: let him join one for good first",
            )),
            Some(session) => self.check_session(group, session).map(|()| place),
            None => Ok(place),
        }
    }
}
