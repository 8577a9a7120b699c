//! Signing in and out of a browser.
//!
//! Promises: a session begins with an actor whom a credential proved, and its beginning and its end are entries of the log; each
//! request proves anew that it lives, and its holder is admitted again like the bearer of a token. A sign-in ends what the same
//! browser held before. What ends by idleness is refused and counted at the door.
//! Must never know: cookies, where the key is kept.

use super::{Desk, Error, Once, Question, Written};
use crate::auth::session::{Over, SessionKey};
use crate::auth::{Actor, Credential};
use crate::model::id::SessionId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::sessions::KeptSession;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Presence;
use crate::store::sessions::SessionEnd;

impl Desk {
    /// Signs a worker in. Returns the key that their browser shows from then on; what it showed before ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] for a caller that is no worker; [`Error::Busy`] if nothing was recorded.
    pub async fn begin_session(&self, actor: &Actor, before: Option<&SessionKey>) -> Result<SessionKey, Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let (id, key, now) = (SessionId::random(), SessionKey::random(), self.now());
        let held = match before {
            Some(key) => self.gate.store.session(&key.print()).await?.filter(|session| !session.is_ended),
            None => None,
        };
        let new = KeptSession {
            id,
            print: key.print(),
            worker,
            agency: actor.agency().clone(),
            began: now,
            expires: self.gate.policy.limits().due(Limit::SessionLongest, now),
            is_ended: false,
        };
        let end = held.map(|session| SessionEnd { session: session.id, at: now });
        let question = self.of_session(actor, Action::SignIn, id);
        let _ = self.gate.pass(&question.by(actor), None, Presence::BeginSession(new, end).into()).await?;
        Ok(key)
    }

    /// Proves once more that the session of a key lives. Its holder is admitted by [`Desk::admit`].
    ///
    /// # Errors
    /// [`Error::NotAdmitted`], for every reason alike: the reason is counted at the door. [`Error::Store`].
    pub async fn resume_session(&self, key: &SessionKey) -> Result<Credential, Error> {
        let now = self.now();
        let since = self.gate.policy.limits().begun(Limit::SessionIdle, now);
        let kept = self.gate.store.session(&key.print()).await?;
        let resumed = kept.ok_or(Over::OtherKey).and_then(|kept| self.seen.resume(key, kept, now, since));
        resumed.map_err(|over| {
            self.turn_away(&over.to_string());
            Error::NotAdmitted
        })
    }

    /// Signs a browser out, on every node from the commit on. Signing out twice is signing out.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the session is not the actor's.
    pub async fn end_session(&self, actor: &Actor, key: &SessionKey) -> Result<(), Error> {
        let kept = self.gate.store.session(&key.print()).await?;
        let kept = kept.filter(|session| Some(session.worker) == actor.worker()).ok_or(Error::NotFound)?;
        if kept.is_ended {
            return Ok(());
        }
        let end = SessionEnd { session: kept.id, at: self.now() };
        let question = self.of_session(actor, Action::SignOut, kept.id);
        match self.gate.pass(&question.by(actor), None, Presence::EndSession(end).into()).await {
            // The same browser asked twice at once.
            Ok(_) | Err(crate::gate::Error::Store(crate::store::Error::Taken)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Ends the session whose key has this print, for its holder: kept under a key, because it may have waited in the spool.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the session is not the actor's; [`Error::Conflict`] if it had ended.
    pub(super) async fn end_session_of(
        &self,
        actor: &Actor,
        print: &str,
        once: Option<&Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once).await? {
            return Ok(before);
        }
        let kept = self.gate.store.session(print).await?;
        let kept = kept.filter(|session| Some(session.worker) == actor.worker()).ok_or(Error::NotFound)?;
        if kept.is_ended {
            return Err(Error::Conflict);
        }
        let end = SessionEnd { session: kept.id, at: self.now() };
        let question = self.of_session(actor, Action::SignOut, kept.id);
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let answer = serde_json::json!({ "state": "signed-out" });
        self.write(permit, &ask, None, Presence::EndSession(end).into(), once, answer).await
    }

    fn of_session(&self, actor: &Actor, action: Action, id: SessionId) -> Question {
        Question {
            action,
            record: Record::Session(id),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        }
    }
}
