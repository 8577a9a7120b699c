//! What may be done here: one function for each sentence that a worker would say.
//!
//! Promises: every function takes the actor first; every reading returns a
//! [`Disclosure`](crate::vault::Disclosure), every writing a receipt; *not there* and *not
//! yours to know* are one error.
//! Must never know: HTTP, HTML, status codes, SQL.

pub mod addresses;
pub mod agenda;
pub mod alerts;
pub mod answers_due;
pub mod appointments;
mod asked;
mod asking;
pub mod assessed;
pub mod assessments;
pub mod audit;
pub mod basis;
pub mod cases;
pub mod checks;
pub mod chronicle;
pub mod chronology;
pub mod climbed;
pub mod clocks;
pub mod commencement;
mod consent_rules;
pub mod consents;
pub mod contacts;
pub mod corrections;
pub mod courier;
pub mod decisions;
pub mod declared;
pub mod derivatives;
pub mod details;
mod door;
mod drawers;
pub mod drills;
pub mod emergency;
pub mod endpoints;
mod error;
pub mod evenings;
pub mod events;
pub mod explain;
pub mod export;
pub mod figures;
mod goes;
mod group_contacts;
pub mod groups;
pub mod handling;
pub mod heartbeats;
mod her_side;
pub mod imports;
mod in_words;
pub mod inbox;
mod index;
#[cfg(feature = "demo")]
pub mod intake;
pub mod joining;
mod known;
pub mod ladder;
pub mod late;
pub mod levels;
pub mod locks;
pub mod meeting_seats;
pub mod meetings;
pub mod meetings_shown;
pub mod merge;
pub mod notes;
pub mod notice_answers;
mod notices;
pub mod notifications;
mod obligations;
#[cfg(feature = "demo")]
pub mod old_programmes;
mod order_made;
mod order_replaced;
mod order_terms;
pub mod orders;
pub mod overrides;
pub mod overrides_shown;
mod oversight;
pub mod packed;
pub mod packs;
pub mod people;
mod phoned;
pub mod places;
pub mod plan_read;
pub mod plans;
pub mod policies;
mod present;
pub mod preview;
pub mod programmes;
pub mod protected;
mod question;
mod quotes;
mod raising;
pub mod readership;
mod reasons;
pub mod reassessed;
pub mod recall;
mod received;
mod recipients;
pub mod recording;
mod referral_form;
pub mod referrals;
pub mod referrals_shown;
pub mod registers;
mod roster;
pub mod rota;
pub mod safe_contact;
mod sanitised;
mod screen;
mod screened;
pub mod seconds;
pub mod sessions;
pub mod shares;
pub mod signers;
pub mod signing;
pub mod spool;
mod stand_ins;
mod status;
pub mod status_batch;
pub mod status_follow_up;
mod status_lines;
pub mod status_queries;
pub mod step_up;
pub mod storms;
mod summary;
mod sweep;
mod taken;
mod taken_back;
mod telephoned;
pub mod unacknowledged;
mod unanswered;
pub mod undelivered;
mod unseal;
pub mod whole;
pub mod withdrawals;
pub mod wordings;
mod words;
pub mod write_note;

pub use crate::policy::help::Help;
pub use crate::policy::permit::Level;
pub use error::{Error, FieldError};

use crate::auth::Actor;
use crate::auth::session::LastSeen;
use crate::gate::{self, Gate};
use crate::model::facts::Item;
use crate::model::shares::Purpose;
use crate::model::spooled::{SpoolAct, SpoolOutcome};
use crate::model::time::{Clock, Day, Moment};
use crate::policy::permit::{Ask, Permit};
use crate::store::Receipt;
use crate::store::effect::{Change, Promise};
use crate::store::spooled::{NewSpooled, OfFrame};
use question::Question;
use std::path::Path;
use std::sync::Arc;

/// Everything that can be asked of the hub. A clone is for one request: one policy judges it from start to end.
#[derive(Clone)]
pub struct Desk {
    gate: Gate,
    clock: Arc<dyn Clock>,
    index: Arc<index::Index>,
    quotes: Arc<quotes::Quotes>,
    door: Arc<door::Door>,
    heard: Arc<heartbeats::Heard>,
    coming: Arc<imports::Coming>,
    seen: Arc<LastSeen>,
    /// Where a policy is put that is to come into force, if this hub takes any.
    incoming: Option<Arc<Path>>,
}

/// Where an act stands in the log: what the caller is given as proof.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The entry's index.
    pub index: u64,
    /// The size of the log that covers it.
    pub size: u64,
    /// The log's root at that size, in base64.
    pub root: String,
    /// When it was decided.
    pub at: Moment,
}

impl From<&Receipt> for Recorded {
    fn from(receipt: &Receipt) -> Self {
        Self { index: receipt.index(), size: receipt.size(), root: receipt.root().to_owned(), at: receipt.at() }
    }
}

/// What a page of a list holds at most, unless the caller asks for less.
pub const PAGE_MAX: i64 = 100;

impl Desk {
    /// Opens the desk over a gate. The index of people is built by [`Desk::unseal`].
    #[must_use]
    pub fn new(gate: Gate, clock: Arc<dyn Clock>) -> Self {
        let (index, quotes, door) = (Arc::default(), Arc::default(), Arc::default());
        let (heard, coming, seen) = (Arc::default(), Arc::default(), Arc::default());
        Self { gate, clock, index, quotes, door, heard, coming, seen, incoming: None }
    }

    /// Names the folder into which operators put a policy that is to come into force.
    #[must_use]
    pub fn taking_policies_from(self, folder: &Path) -> Self {
        Self { incoming: Some(folder.into()), ..self }
    }

    /// Returns the present moment.
    #[must_use]
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the local day of the present moment.
    fn today(&self) -> Day {
        self.gate.policy.limits().local_day(self.now())
    }

    /// Says whether the hub can work: the database answers and the writer lives.
    pub async fn is_ready(&self) -> bool {
        self.gate.store.is_ready().await
    }

    /// Returns how many jobs wait for the writer, for metrics.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.gate.store.waiting()
    }

    /// Returns the policy's digest, for the health page.
    #[must_use]
    pub fn policy_digest(&self) -> &str {
        self.gate.policy.digest()
    }

    /// Drops data keys whose time is up. Called now and then, for a hub in which nobody works.
    pub fn sweep_keys(&self) {
        self.gate.vault.sweep();
    }

    /// Says whether the policy moved since `by` was in force, and nothing was recorded: what several judgements were
    /// made for is then begun again, by the newer one alone.
    fn begins_again<T>(&self, by: i64, done: &Result<T, Error>) -> bool {
        matches!(done, Err(Error::Busy)) && self.gate.policy.place() != by
    }

    /// Returns the purpose that was given, or the usual one of the actor's role.
    fn purpose(&self, actor: &Actor, given: Option<Purpose>) -> Purpose {
        given.or_else(|| actor.role().map(|role| self.gate.policy.default_purpose(role))).unwrap_or(Purpose::Governance)
    }
}

/// A write that may come twice: the caller's key and the digest of route and body.
#[derive(Debug, Clone)]
pub struct Once {
    /// The caller's `Idempotency-Key`.
    pub key: String,
    /// SHA-256 of method, path and body, in hexadecimal.
    pub body: String,
    /// The frame of the spool that it came from, if it waited there.
    pub frame: Option<Waited>,
}

/// A frame of the spool whose act is carried out.
#[derive(Debug, Clone)]
pub struct Waited {
    /// SHA-256 of the frame, in hexadecimal.
    print: String,
    of: OfFrame,
    merged: Moment,
}

impl Waited {
    /// Returns the row of the frame, in the commit of its act.
    fn row(&self, answer: &serde_json::Value) -> NewSpooled {
        let alert = (self.of.act == SpoolAct::Alert).then(|| answer["id"].as_str()?.parse().ok()).flatten();
        NewSpooled {
            frame: self.print.clone(),
            of: Some(self.of.clone()),
            outcome: SpoolOutcome::Done,
            alert,
            at: self.merged,
            sealed: None,
        }
    }
}

impl Once {
    /// Returns when it came and when it was taken over, if it waited in the spool.
    fn waited(&self) -> Option<(Moment, Moment)> {
        self.frame.as_ref().map(|frame| (frame.of.received.min(frame.merged), frame.merged))
    }
}

/// The answer to a write: what was made, and whether it was made now or before.
#[derive(Debug)]
pub struct Written {
    /// The answer, ids and words only.
    pub answer: String,
    /// Where it stands in the log; `None` for an answer that is repeated.
    pub recorded: Option<Recorded>,
}

impl Desk {
    /// Returns the answer that was given to this very request before, if it was.
    ///
    /// # Errors
    /// [`Error::Reused`] if the key was used for another request.
    async fn repeated(&self, actor: &Actor, once: Option<&Once>) -> Result<Option<Written>, Error> {
        let Some(once) = once else { return Ok(None) };
        match self.gate.store.answer(&actor.word(), &once.key).await? {
            Some((body, answer)) if body == once.body => Ok(Some(Written { answer, recorded: None })),
            Some(_) => Err(Error::Reused),
            None => Ok(None),
        }
    }

    /// Passes a write through the gate, keeping its answer under the caller's key.
    async fn write(
        &self,
        permit: Permit,
        ask: &Ask<'_>,
        item: Option<Item>,
        change: Change,
        once: Option<&Once>,
        answer: serde_json::Value,
    ) -> Result<Written, Error> {
        let (change, answer) = promised(ask.actor, change, once, &answer);
        let settled = self.gate.commit_anew(permit, ask, item, change).await;
        self.written(ask.actor, settled, once, answer).await
    }

    /// Turns what the gate said into what the caller is told.
    async fn written(
        &self,
        actor: &Actor,
        settled: Result<Receipt, gate::Error>,
        once: Option<&Once>,
        answer: String,
    ) -> Result<Written, Error> {
        match settled {
            Ok(receipt) => Ok(Written { answer, recorded: Some(Recorded::from(&receipt)) }),
            Err(gate::Error::Store(crate::store::Error::Taken)) if once.is_some() => {
                // The same request came twice at once: the other one won, and its answer is ours.
                self.repeated(actor, once).await?.ok_or(Error::Conflict)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Records that a permitted act was not done, and gives the caller the reason.
    async fn declined(&self, permit: Permit, why: Error) -> Error {
        let word = match why {
            Error::Nobody => "declined:nobody-to-receive",
            Error::Conflict => "declined:done-already",
            Error::LookAgain { .. } => "declined:look-again",
            _ => "declined:cannot-be-done",
        };
        match self.gate.decline(permit, word).await {
            Ok(()) => why,
            Err(error) => error.into(),
        }
    }
}

/// Says that the place after which a page was asked for is none that the caller may know of.
fn no_place() -> Error {
    Error::field("after", "is not a place in this list: start again without it")
}

/// Adds the promise of the answer to a change that carries the caller's key.
fn promised(actor: &Actor, mut change: Change, once: Option<&Once>, answer: &serde_json::Value) -> (Change, String) {
    change.frame = once.and_then(|once| once.frame.as_ref()).map(|frame| Box::new(frame.row(answer)));
    let answer = answer.to_string();
    change.promise = once.map(|once| Promise {
        actor: actor.word(),
        key: once.key.clone(),
        body: once.body.clone(),
        answer: answer.clone(),
    });
    (change, answer)
}
