//! Locking a case: somebody believes that words of it have got out, and nobody reads them until officers have looked.
//!
//! Whoever works on the case may lock it, at once and alone. Then its words open to nobody but those who were let in, one by one, by
//! whoever answers for their agency; the first who locked it is in, because they must go on. Alerts are raised, come and are opened as
//! ever, and so are the card at a door, her safe contact and emergency access: a lock must cost nobody her life. It ends when two
//! officers of two agencies have found that it may.
//!
//! Promises: what was decided before the lock opens nothing after it, but for emergency access; why somebody locked it is read by officers of their own agency
//! and of the hub alone; who works on the case in another agency is told to no officer.
//! Must never know: what a guard closes (`policy/guards.rs`), who is let in as a fact (`store/standing.rs`).

mod judged;
mod notices;

pub use judged::JudgeLock;

use super::{Desk, Error, Once, Question, Recorded, Written, promised};
use crate::auth::Actor;
use crate::gate;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::{AgencyId, CaseId, LockCallId, LockId, WorkerId};
use crate::model::locks::{LockFinding, LockWords};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Permit};
use crate::store;
use crate::store::effect::{Effect, Locking};
use crate::store::locks::place_of;
pub use crate::store::locks::{Admission, LiveLock, LockCall, LockWord};
use crate::vault::Disclosure;
use serde::Deserialize;

/// How often others may change the case at one moment before whoever locks it is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// How often one worker may say of one lock that words are out: each time all officers are told.
const CALLS_EACH: usize = 20;

const SAID_ENOUGH: &str =
    "was said by you many times already, and officers were told each time: telephone them. The case stays locked";

const SAY: &str = "The case is locked: its words open to nobody but you and those who are let in. Alerts still come. Officers of the \
                   agencies have been told and look into it. If somebody is in danger now, ring 999.";

const SAY_TOO: &str = "The case was locked already. What you say has gone to the officers who look into it. You are not let in by it: \
                       telephone your manager or governance officer.";

/// Why a case must be locked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LockCase {
    /// What has got out, or may have, as far as it is known. Officers of one's own agency and of the hub read it.
    pub reason: Prose<500>,
}

/// Lets somebody in to a locked case, or out again.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Admit {
    /// Somebody of one's own agency who works on the case.
    pub worker: WorkerId,
    /// In, or out.
    pub admitted: bool,
}

/// How the lock of a case stands, for one who may see it.
#[derive(Debug)]
pub struct CaseLock {
    /// The lock; none if the case is open.
    pub lock: Option<LiveLock>,
    /// Whether the reader is let in.
    pub admitted: bool,
    /// What officers are shown beside that.
    pub looked_into: Option<LookedInto>,
    /// Where the look stands in the log.
    pub recorded: Recorded,
}

/// What officers are shown of a lock: what is of their own agency; of others, that it is there.
#[derive(Debug)]
pub struct LookedInto {
    /// Who locked it, of the reader's agency.
    pub calls: Vec<LockCall>,
    /// For each of these, why; none for a manager.
    pub reasons: Option<Disclosure<Vec<LockWords>>>,
    /// How many of other agencies said so.
    pub other_calls: usize,
    /// Who was let in or out, of the reader's agency, oldest first.
    pub admissions: Vec<Admission>,
    /// What officers found, oldest first; whose it is, of the reader's agency alone.
    pub words: Vec<(LockFinding, Moment, Option<WorkerId>)>,
}

/// Somebody who comes to the lock of a case and may do what they ask for.
struct Comes {
    live: Option<LiveLock>,
    /// That of the lock; if there is none, one that is nobody's.
    id: LockId,
    question: Question,
    worker: WorkerId,
    permit: Permit,
}

impl Desk {
    /// Locks a case; if it is locked, adds what this worker says.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or they do not work on it; [`Error::Busy`].
    pub async fn lock_case(
        &self,
        actor: &Actor,
        case: CaseId,
        new: LockCase,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        for _ in 0..ATTEMPTS_MAX {
            let Comes { live, id, worker, permit, .. } = self.comes_to_lock(actor, Action::Lock, case).await?;
            let lock = live.unwrap_or_else(|| LiveLock { id, since: self.now() });
            if self.has_said_enough(id, worker).await? {
                return Err(self.declined(permit, Error::field("reason", SAID_ENOUGH)).await);
            }
            let call = self.lock_call(actor, worker, &new.reason, once.as_ref()).await?;
            let change = self.locking(case, live, lock, call).await?.of(case);
            let say = if live.is_some() { SAY_TOO } else { SAY };
            let answer = serde_json::json!({
                "case": case, "lock": lock.id, "state": "locked", "since": lock.since, "durable": "disk", "say": say,
            });
            let answer = self.durable(answer, once.as_ref()).await?;
            let (change, answer) = promised(actor, change, once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(gate::Error::Moved) => {}
                // Somebody else locked it at this moment, or this very request came twice.
                Err(gate::Error::Store(store::Error::Taken)) => {
                    if let Some(before) = self.repeated(actor, once.as_ref()).await? {
                        return Ok(before);
                    }
                }
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    /// Returns what every act on a lock begins with. A case that is not there is answered like one that they may not know of.
    async fn comes_to_lock(&self, actor: &Actor, action: Action, case: CaseId) -> Result<Comes, Error> {
        for _ in 0..ATTEMPTS_MAX {
            let live = self.gate.store.live_lock(case).await?;
            let id = live.map_or_else(LockId::random, |lock| lock.id);
            let question = lock_question(actor, action, case, id);
            let ask = question.by(actor);
            let (true, Some(worker)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
                return Err(self.gate.asked_for_nothing(&ask).await.into());
            };
            let permit = self.gate.decide(&ask, None).await?;
            // What is decided holds for the lock that was there before it: of one that came or went in between, the permit
            // would not be refused as stale.
            if self.gate.store.live_lock(case).await? == live {
                return Ok(Comes { live, id, question, worker, permit });
            }
        }
        Err(Error::Busy)
    }

    async fn has_said_enough(&self, lock: LockId, worker: WorkerId) -> Result<bool, Error> {
        let calls = self.gate.store.lock_calls(lock).await?;
        Ok(calls.iter().filter(|call| call.worker == worker).count() >= CALLS_EACH)
    }

    /// Prepares what happens: a lock, or one voice more for it.
    async fn locking(
        &self,
        case: CaseId,
        live: Option<LiveLock>,
        lock: LiveLock,
        call: LockCall,
    ) -> Result<Locking, Error> {
        let call = Box::new(call);
        if live.is_some() {
            return Ok(Locking::Call(lock.id, call, self.tell_officers(case, lock.id).await?));
        }
        let mut notices = self.tell_officers(case, lock.id).await?;
        notices.extend(self.tell_of_lock(case, Some(call.worker), true).await?);
        let (worker, agency, at) = (call.worker, call.agency.clone(), lock.since);
        let first = Admission { worker, agency, seq: 1, admitted: true, author: worker, at };
        let number = self.gate.store.next_lock(case).await?;
        Ok(Locking::Begin(lock, number, call, first, notices))
    }

    /// Refuses a look at a locked case in the lock's own words: a list of what it closes must not look like an empty one.
    pub(super) async fn refuse_if_locked(&self, question: &Question, actor: &Actor) -> Result<(), Error> {
        let read = Question { action: Action::Read, ..*question };
        let ask = read.by(actor);
        let facts = self.gate.facts(&ask, None).await?;
        if !facts.locked {
            return Ok(());
        }
        let permit = self.gate.judge(&ask, &facts).await?;
        Err(self.declined(permit, Error::NotFound).await)
    }

    /// Says whether a case is closed to a worker by its lock.
    pub(super) async fn is_closed_to(&self, actor: &Actor, case: CaseId) -> Result<bool, Error> {
        let question = Question {
            action: Action::Read,
            record: Record::Case(case),
            case: Some(case),
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        };
        Ok(self.gate.facts(&question.by(actor), None).await?.locked)
    }

    async fn lock_call(
        &self,
        actor: &Actor,
        worker: WorkerId,
        reason: &Prose<500>,
        once: Option<&Once>,
    ) -> Result<LockCall, Error> {
        let id = LockCallId::random();
        let words = LockWords(Prose::new(reason.reveal()).map_err(|_| Error::Unknown)?);
        let words = self.seal(place_of(id), &words).await?;
        let at = once.and_then(Once::waited).map_or_else(|| self.now(), |(received, _)| received);
        Ok(LockCall { id, worker, agency: actor.agency().clone(), at, words })
    }

    /// Says how the lock of a case stands.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case, or whoever asks neither works on it nor answers for somebody who does.
    pub async fn case_lock(&self, actor: &Actor, case: CaseId) -> Result<CaseLock, Error> {
        let Comes { live: lock, id, question, permit, .. } = self.comes_to_lock(actor, Action::Lock, case).await?;
        let ask = question.by(actor);
        let (all, calls) = (self.gate.store.lock_admissions(id).await?, self.gate.store.lock_calls(id).await?);
        let admitted = all.iter().any(|one| Some(one.worker) == actor.worker() && one.admitted);
        let whole = actor.kind() == AgencyKind::Hub;
        let (own, others): (Vec<LockCall>, _) =
            calls.into_iter().partition(|call| whole || &call.agency == actor.agency());
        let judges = actor.role() == Some(Role::GovernanceOfficer);
        let named = if judges { own.iter().map(|call| Record::LockCall(call.id)).collect() } else { Vec::new() };
        let receipt = self.gate.commit(permit, &ask, None, Effect::Disclose(named).into()).await?;
        let recorded = Recorded::from(&receipt);
        if !answers_for_others(actor) {
            return Ok(CaseLock { lock, admitted, looked_into: None, recorded });
        }
        let reasons = if judges {
            let sealed = own.iter().map(|call| call.words.clone()).collect();
            Some(self.gate.open_many(&ask, sealed, receipt).await?)
        } else {
            None
        };
        let theirs = |agency: &AgencyId| whole || agency == actor.agency();
        let words = self.gate.store.lock_words(id).await?.into_iter();
        let words = words.map(|one| (one.finding, one.at, theirs(&one.agency).then_some(one.worker))).collect();
        let admissions = all.into_iter().filter(|one| theirs(&one.agency)).collect();
        let looked_into = Some(LookedInto { calls: own, reasons, other_calls: others.len(), admissions, words });
        Ok(CaseLock { lock, admitted, looked_into, recorded })
    }

    /// Lets somebody of one's own agency in to a locked case, or out again.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Conflict`] if the case is not locked; [`Error::Invalid`] for oneself, and for whoever is nobody of
    /// one's agency on the case.
    pub async fn admit_to_locked(
        &self,
        actor: &Actor,
        case: CaseId,
        new: Admit,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let Comes { live, id, question, worker: author, permit } =
            self.comes_to_lock(actor, Action::Lock, case).await?;
        if !answers_for_others(actor) {
            return Err(self.declined(permit, Error::NotFound).await);
        }
        if live.is_none() {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let ask = question.by(actor);
        let involved = self.gate.store.involved(case).await?;
        let whole = actor.kind() == AgencyKind::Hub;
        let found = involved.iter().find(|one| one.worker == new.worker && (whole || &one.agency == actor.agency()));
        let Some(found) = found.filter(|one| one.worker != author) else {
            let say = "is nobody of your agency who works on the case, or yourself: nobody lets themselves in";
            return Err(self.declined(permit, Error::field("worker", say)).await);
        };
        let before = self.gate.store.lock_admissions(id).await?;
        let seq = before.iter().find(|one| one.worker == new.worker).map_or(1, |one| one.seq + 1);
        let (worker, agency, admitted, at) = (new.worker, found.agency.clone(), new.admitted, self.now());
        let admission = Admission { worker, agency, seq, admitted, author, at };
        let answer = serde_json::json!({ "lock": id, "worker": worker, "admitted": admitted, "at": at });
        self.write(permit, &ask, None, Locking::Admit(id, admission).of(case), once.as_ref(), answer).await
    }
}

/// Says whether a role answers for what others of its agency do.
fn answers_for_others(actor: &Actor) -> bool {
    matches!(actor.role(), Some(Role::GovernanceOfficer | Role::TeamManager | Role::WomensManager))
}

fn lock_question(actor: &Actor, action: Action, case: CaseId, lock: LockId) -> Question {
    let category = if answers_for_others(actor) { Category::Audit } else { Category::SupervisionStatus };
    Question {
        action,
        record: Record::Lock(lock),
        case: Some(case),
        about: None,
        category,
        purpose: Purpose::Governance,
    }
}
