//! What a permitted act changes: one variant for each kind of change, one arm for each variant.
//!
//! A new kind of change is one variant here, one arm in `effect/writes.rs`, one table.

mod locking;
mod outward;
mod reaching;
mod seats;
mod storming;
mod supervision;
mod writes;

pub use locking::Locking;
pub use outward::Outward;
pub use reaching::Reaching;
pub use seats::Presence;
pub use storming::Storming;
pub use supervision::Supervision;
pub(super) use writes::Writes;

use super::agencies::{NewAgency, NewWorker};
use super::alerts::{NewAction, NewAlert};
use super::cases::{NewCase, NewConflict, NewInvolvement};
use super::consents::NewConsent;
use super::decisions::Decision;
use super::derivatives::NewDerivative;
use super::devices::NewDeviceKey;
use super::drills::NewDrill;
use super::emergency::{NewGrant, NewReveal, UsedChallenge};
use super::heartbeats::Pulse;
use super::ladder::NewRung;
use super::note_ends::NewNoteEnd;
use super::notes::NewNote;
use super::overrides::{NewAnswer, NewFinding, NewOverride};
use super::policies::NewPolicy;
use super::protected::NewProtected;
use super::recalls::{FirstReading, NewConfirmation, NewCorrection, NewRecall};
use super::reviews::NewReview;
use super::share_keys::OverdueKey;
use super::shares::NewShare;
use super::signers::{NewKey, SignerChange};
use super::spooled::NewSpooled;
use super::status::{CardOpened, LaterIncident, NewQuery};
use super::withdrawals::NewWithdrawal;
use crate::model::id::{CaseId, DeliveryId, InvolvementId, NoteId, PersonId, WorkerId};
use crate::model::sealed::{Record, Wrap};
use crate::model::time::Moment;

/// What a permit lets happen, all of it or nothing.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Content is shown: nothing changes. Names every record that the receipt may open beside its own.
    Disclose(Vec<Record>),
    /// A search: names whom it may open, in which cases, and carries the notices to managers if the searcher knows one.
    LookUp(Vec<(PersonId, CaseId)>, Vec<NewAlert>),
    /// An agency joins.
    JoinAgency(NewAgency),
    /// A worker is appointed to a seat.
    Appoint(NewWorker),
    /// A seat ends: what its holder may do ends with the commit.
    EndSeat(WorkerId),
    /// When a seat is there: the rota, and sign-ins by a browser.
    BePresent(Presence),
    /// A case is opened, with the man.
    OpenCase(NewCase),
    /// A protected person is recorded, with where she is.
    Protect(NewProtected),
    /// A worker joins a case.
    Involve(NewInvolvement),
    /// A worker leaves a case.
    Release(InvolvementId, CaseId),
    /// A worker declares knowing somebody, and managers are told.
    Declare(NewConflict, Vec<NewAlert>),
    /// A risk note is written.
    WriteNote(NewNote),
    /// A sanitised note is written, with what it was made from.
    Derive(NewDerivative),
    /// A worker accepts the conditions of a note.
    Accept(NoteId, WorkerId, Moment),
    /// A note is shared, and its recipients alerted if the sharer said so.
    Share(NewShare, Option<NewAlert>),
    /// An override is asked for, and a second person called. With what goes live at once, if life is at risk.
    AskOverride(Box<NewOverride>, Box<NewAlert>, Option<Box<LiveShare>>),
    /// The second person answers. With what goes live, if it was not live before; with a no, what is taken back.
    AnswerOverride(NewAnswer, Option<Box<LiveShare>>, Vec<NewRecall>),
    /// An override is reviewed. With what is taken back, if it should not have been.
    ReviewOverride(NewFinding, Vec<NewRecall>),
    /// A decision about disclosure outside the arrangements is recorded.
    Decide(Decision),
    /// Something of supervision.
    Supervise(Supervision),
    /// Something of how a protected person is reached safely.
    Reach(Reaching),
    /// Something of alerts that came all at once.
    Storm(Storming),
    /// Something of the lock of a case.
    Lock(CaseId, Locking),
    /// A share is taken back.
    Recall(NewRecall),
    /// A note is taken back whole, and its shares with it.
    EndNote(NewNoteEnd),
    /// A worker reads a note for the first time on a share.
    ReadFirst(FirstReading),
    /// A recipient says what became of what was taken back.
    Confirm(NewConfirmation),
    /// A note is corrected.
    Correct(NewCorrection),
    /// Consent ends, whole or in part, and what stood on it.
    Withdraw(NewWithdrawal),
    /// Keys of shares go because their time has run out.
    EndKeys(Vec<OverdueKey>, Moment),
    /// A consent event is recorded.
    RecordConsent(NewConsent),
    /// A key enters the directory of signers.
    EnterKey(NewKey),
    /// The directory of signers changes: a key signs no more and its owner's next one enters it, never one without the other;
    /// or somebody says that one is lost, or vouches for the next.
    ChangeSigner(Box<SignerChange>),
    /// An alert is raised.
    Raise(NewAlert),
    /// An alert is opened by a recipient for the first time: the sender will see that it was read.
    ReadAlert(DeliveryId, Moment),
    /// Copies are put before their recipient for the first time.
    Sent(Vec<DeliveryId>, Moment),
    /// A recipient's client has copies for the first time.
    Taken(Vec<DeliveryId>, Moment),
    /// A drill is run, with the alerts to whoever is on duty.
    Drill(NewDrill, Vec<NewAlert>),
    /// The hub's heart beats, or what agencies have of it is written down.
    Beat(Pulse),
    /// Nobody has acknowledged an alert, and those on a rung of its ladder are told.
    Climb(Box<NewRung>),
    /// Something of what is said outside the hub.
    Outward(Outward),
    /// A recipient says that they have it.
    Acknowledge(DeliveryId, Moment),
    /// A recipient says what was done.
    Act(NewAction),
    /// A policy comes into force: whatever was judged by the one before must be judged again.
    AdoptPolicy(Box<NewPolicy>),
    /// A device key is enrolled for a worker.
    EnrolKey(NewDeviceKey),
    /// A device key ends: nothing more is proved with it.
    EndDeviceKey(String, WorkerId),
    /// Emergency access is given, and those concerned are told.
    OpenEmergency(NewGrant),
    /// Emergency access was asked for in vain: the challenge is used up, and managers are told if it was about
    /// somebody whom the worker knows.
    TryEmergency(UsedChallenge, Vec<NewAlert>),
    /// Whereabouts are shown under emergency access.
    Reveal(NewReveal),
    /// Emergency access is judged.
    Review(NewReview),
    /// Somebody asks where a man stands. Names whose card it may open, and carries what a search carries.
    AskStatus(NewQuery, Option<CardOpened>, Vec<NewAlert>),
    /// Somebody asks a list of such questions: each line follows as a question of its own.
    AskList(NewQuery),
    /// The incident of such a question has its number.
    AddIncident(LaterIncident),
    /// A frame of the spool is settled without an act of its sender: it had been done before, was refused, or cannot be read.
    /// With notices to whoever must know.
    SettleFrame(Box<NewSpooled>, Vec<NewAlert>),
}

/// A share that an override makes: its recipients are alerted, and the woman's chain tells of it, in the same commit.
#[derive(Debug, Clone)]
pub struct LiveShare {
    /// The share.
    pub share: NewShare,
    /// The alert to its recipients.
    pub alert: NewAlert,
    /// An event of each chain of hers: shared without her consent.
    pub events: Vec<NewConsent>,
}

/// An effect with the keys that it needs and the answer that it promises.
#[derive(Debug, Clone)]
pub struct Change {
    /// What happens.
    pub effect: Effect,
    /// Wrapped keys of drawers that are opened for the first time.
    pub wraps: Vec<Wrap>,
    /// What the caller is told if the same request comes again.
    pub promise: Option<Promise>,
    /// The frame of the spool that it came from.
    pub frame: Option<Box<NewSpooled>>,
}

/// The answer to a write, kept under the caller's idempotency key.
#[derive(Debug, Clone)]
pub struct Promise {
    /// The actor's word.
    pub actor: String,
    /// The caller's key.
    pub key: String,
    /// SHA-256 of the route and body, in hexadecimal.
    pub body: String,
    /// The answer: ids only.
    pub answer: String,
}

impl From<Effect> for Change {
    fn from(effect: Effect) -> Self {
        Self { effect, wraps: Vec::new(), promise: None, frame: None }
    }
}
