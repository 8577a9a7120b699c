//! Sealed values and the place each belongs to.
//!
//! A sealed value can be stored, moved and counted, never read. Its [`Place`] is bound into
//! the seal, so a value moved to another row, case or compartment no longer opens.

use super::id::{
    AddressId, AgendaItemId, AlertId, AssessmentId, CaseId, ChannelId, ConflictId, ConsentId, DecisionId, DoubtId,
    DrillId, EndpointId, EndpointKeyId, EntryId, EventId, GrantId, ImportId, LockCallId, LockId, MeetingId, NoteId,
    OrderId, OverrideId, PersonId, PlanId, PlanPartId, ProgrammeId, ProtectedId, QueryId, ReferralId, ReplyId,
    SafeAskId, SafeMarkId, SafeRouteId, SessionId, ShareId, StormId, WordingId, WorkerId,
};
use super::policies::PolicyDigest;
use super::signers::KeyName;
use super::words::vocabulary;
use std::fmt;
use std::marker::PhantomData;

vocabulary! {
    /// A drawer of a case with a key of its own.
    Compartment {
        /// Risk notes, alerts, the man's identity.
        Core = "core",
        /// Where a protected person is and how she is reached: address, school, workplace, safe telephone, safe contact.
        Location = "location",
        /// Who said it, where that would put somebody at risk.
        Source = "source",
        /// Packs, court papers, consent records.
        Legal = "legal",
    }
}

/// What a decision, an audit entry or a sealed value is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Record {
    /// A risk note.
    Note(NoteId),
    /// A share of a note.
    Share(ShareId),
    /// An alert.
    Alert(AlertId),
    /// What a recipient did about an alert.
    AlertAction(EntryId),
    /// A consent event.
    Consent(ConsentId),
    /// A decision to share against a woman's wishes.
    Override(OverrideId),
    /// A decision about disclosure outside the arrangements.
    Decision(DecisionId),
    /// A case and what lists it.
    Case(CaseId),
    /// The man's identity.
    Person(PersonId),
    /// A protected person's card.
    Protected(ProtectedId),
    /// A protected person's whereabouts.
    Location(ProtectedId),
    /// A worker's own entry in the directory.
    Worker(WorkerId),
    /// A declared conflict of interest.
    Conflict(ConflictId),
    /// Those who looked at a case.
    Readers(CaseId),
    /// An emergency grant.
    Emergency(GrantId),
    /// A search, named by its own audit entry because it is about nobody yet.
    Search(EntryId),
    /// A question where a man stands.
    Query(QueryId),
    /// A policy.
    Policy(PolicyDigest),
    /// A key that signs records of consent.
    SigningKey(KeyName),
    /// An order, licence or other episode of supervision.
    Order(OrderId),
    /// An event of supervision.
    Event(EventId),
    /// An address that is proposed for a man.
    Address(AddressId),
    /// What a service answered about one.
    Reply(ReplyId),
    /// A risk assessment as it was supplied.
    Assessment(AssessmentId),
    /// A batch of assessments that is marked at once.
    Doubt(DoubtId),
    /// One version of a risk management plan.
    Plan(PlanId),
    /// What a plan does for one protected person.
    PlanPart(PlanPartId),
    /// A referral for management under MAPPA.
    Referral(ReferralId),
    /// A MAPPA meeting.
    Meeting(MeetingId),
    /// A case on the agenda of one.
    AgendaItem(AgendaItemId),
    /// What women may be told of one kind of event in a case.
    Wording(WordingId),
    /// A group of a programme.
    Programme(ProgrammeId),
    /// A table that came in from another system.
    Import(ImportId),
    /// How a protected person is reached safely.
    SafeContact(ProtectedId),
    /// The number or place that one way leads to, and its code word.
    SafeRoute(SafeRouteId),
    /// What a worker wrote beside what was said of such ways.
    SafeMark(SafeMarkId),
    /// What a worker wrote beside a question how to reach her, and beside what came of it.
    SafeAsk(SafeAskId),
    /// A browser's sign-in.
    Session(SessionId),
    /// A drill.
    Drill(DrillId),
    /// Alerts of an agency that came all at once.
    Storm(StormId),
    /// A case that is locked.
    Lock(LockId),
    /// Why somebody said that it must be.
    LockCall(LockCallId),
    /// A worker's e-mail address.
    Channel(ChannelId),
    /// Where an agency's own system is told that something waits.
    Endpoint(EndpointId),
    /// Its address and one secret of it.
    EndpointKey(EndpointKeyId),
}

impl Record {
    /// Returns the kind's word, as it stands in audit records and seals.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Note(_) => "note",
            Self::Share(_) => "share",
            Self::Alert(_) => "alert",
            Self::AlertAction(_) => "alert-action",
            Self::Consent(_) => "consent",
            Self::Override(_) => "override",
            Self::Decision(_) => "disclosure",
            Self::Case(_) => "case",
            Self::Person(_) => "person",
            Self::Protected(_) => "protected",
            Self::Location(_) => "location",
            Self::Worker(_) => "worker",
            Self::Conflict(_) => "conflict",
            Self::Readers(_) => "readers",
            Self::Emergency(_) => "emergency",
            Self::Search(_) => "search",
            Self::Query(_) => "status-query",
            Self::Policy(_) => "policy",
            Self::SigningKey(_) => "signing-key",
            Self::Order(_) => "order",
            Self::Event(_) => "event",
            Self::Address(_) => "address",
            Self::Reply(_) => "reply",
            Self::Assessment(_) => "assessment",
            Self::Doubt(_) => "assessment-recall",
            Self::Plan(_) => "plan",
            Self::PlanPart(_) => "plan-part",
            Self::Referral(_) => "referral",
            Self::Meeting(_) => "meeting",
            Self::AgendaItem(_) => "agenda-item",
            Self::Wording(_) => "wording",
            Self::Programme(_) => "programme",
            Self::Import(_) => "import",
            Self::SafeContact(_) => "safe-contact",
            Self::SafeRoute(_) => "safe-route",
            Self::SafeMark(_) => "safe-contact-mark",
            Self::SafeAsk(_) => "safe-contact-ask",
            Self::Session(_) => "session",
            Self::Drill(_) => "drill",
            Self::Storm(_) => "storm",
            Self::Lock(_) => "case-lock",
            Self::LockCall(_) => "case-lock-call",
            Self::Channel(_) => "mail-channel",
            Self::Endpoint(_) => "endpoint",
            Self::EndpointKey(_) => "endpoint-key",
        }
    }

    /// Returns the id's text.
    #[must_use]
    pub fn id(self) -> String {
        match self {
            Self::Note(id) => id.to_string(),
            Self::Share(id) => id.to_string(),
            Self::Alert(id) => id.to_string(),
            Self::Consent(id) => id.to_string(),
            Self::Override(id) => id.to_string(),
            Self::Decision(id) => id.to_string(),
            Self::Case(id) | Self::Readers(id) => id.to_string(),
            Self::Person(id) => id.to_string(),
            Self::Protected(id) | Self::Location(id) | Self::SafeContact(id) => id.to_string(),
            Self::Worker(id) => id.to_string(),
            Self::Conflict(id) => id.to_string(),
            Self::Emergency(id) => id.to_string(),
            Self::AlertAction(id) | Self::Search(id) => id.to_string(),
            Self::Query(id) => id.to_string(),
            Self::Policy(digest) => digest.to_string(),
            Self::SigningKey(name) => name.to_string(),
            Self::Order(id) => id.to_string(),
            Self::Event(id) => id.to_string(),
            Self::Address(id) => id.to_string(),
            Self::Reply(id) => id.to_string(),
            Self::Assessment(id) => id.to_string(),
            Self::Doubt(id) => id.to_string(),
            Self::Plan(id) => id.to_string(),
            Self::PlanPart(id) => id.to_string(),
            Self::Referral(id) => id.to_string(),
            Self::Meeting(id) => id.to_string(),
            Self::AgendaItem(id) => id.to_string(),
            Self::Wording(id) => id.to_string(),
            Self::Programme(id) => id.to_string(),
            Self::Import(id) => id.to_string(),
            Self::SafeRoute(id) => id.to_string(),
            Self::SafeMark(id) => id.to_string(),
            Self::SafeAsk(id) => id.to_string(),
            Self::Session(id) => id.to_string(),
            Self::Drill(id) => id.to_string(),
            Self::Storm(id) => id.to_string(),
            Self::Lock(id) => id.to_string(),
            Self::LockCall(id) => id.to_string(),
            Self::Channel(id) => id.to_string(),
            Self::Endpoint(id) => id.to_string(),
            Self::EndpointKey(id) => id.to_string(),
        }
    }
}

/// Which key seals a value: the compartment of a case, one protected person's whereabouts, or the hub's own directory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Drawer {
    /// The case; `None` is the hub's directory of workers.
    pub case: Option<CaseId>,
    /// The protected person whose own drawer it is: each one's whereabouts have a key of their own, so that the
    /// service of one woman on a case is never handed the key to another's address.
    pub about: Option<ProtectedId>,
    /// The compartment within it.
    pub compartment: Compartment,
    /// Which generation of its key, from 1.
    pub epoch: i64,
}

impl Drawer {
    /// Returns the drawer of a case's compartment, first generation of its key.
    #[must_use]
    pub const fn of(case: CaseId, compartment: Compartment) -> Self {
        Self { case: Some(case), about: None, compartment, epoch: 1 }
    }

    /// Returns the drawer of where one protected person is, first generation of its key.
    #[must_use]
    pub const fn whereabouts(case: CaseId, about: ProtectedId) -> Self {
        Self { case: Some(case), about: Some(about), compartment: Compartment::Location, epoch: 1 }
    }

    /// Returns the hub's directory, first generation of its key.
    #[must_use]
    pub const fn directory() -> Self {
        Self { case: None, about: None, compartment: Compartment::Core, epoch: 1 }
    }

    /// Returns the word for whose it is: `directory`, the case's id, or both ids with `/` between them.
    #[must_use]
    pub fn case_word(&self) -> String {
        match (self.case, self.about) {
            (None, _) => "directory".to_owned(),
            (Some(case), None) => case.to_string(),
            (Some(case), Some(about)) => format!("{case}/{about}"),
        }
    }
}

/// Where a sealed value belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The drawer whose key seals it.
    pub drawer: Drawer,
    /// The record that it is the content of.
    pub record: Record,
}

/// The sealed form of a `T`, with the place it belongs to.
pub struct Sealed<T> {
    /// Where it belongs; bound into the seal.
    pub place: Place,
    /// Format byte, key commitment, nonce, ciphertext and tag: see `vault::record`.
    pub bytes: Vec<u8>,
    content: PhantomData<fn() -> T>,
}

impl<T> Sealed<T> {
    /// Joins stored bytes with the place they were found in. Whether they belong there is found out when they are opened.
    #[must_use]
    pub const fn found(place: Place, bytes: Vec<u8>) -> Self {
        Self { place, bytes, content: PhantomData }
    }
}

impl<T> Clone for Sealed<T> {
    fn clone(&self) -> Self {
        Self { place: self.place, bytes: self.bytes.clone(), content: PhantomData }
    }
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} {})", self.place.record.kind(), self.place.record.id())
    }
}

/// One data key of a drawer, wrapped by age to one recipient and signed in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrap {
    /// The drawer that the key opens.
    pub drawer: Drawer,
    /// `hub`, or the agency's short name.
    pub recipient: String,
    /// An age file.
    pub file: Vec<u8>,
    /// Ed25519 over the context and the file's SHA-256: see `vault::wrap`.
    pub signature: Vec<u8>,
}

/// One note's own key, wrapped by age to one agency that it was shared with, and signed in its place.
///
/// It is there as long as the share holds for that agency, and is deleted with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareKey {
    /// The share.
    pub share: ShareId,
    /// The note, whose key it is: no other record's.
    pub note: NoteId,
    /// The agency's short name.
    pub recipient: String,
    /// An age file.
    pub file: Vec<u8>,
    /// Ed25519 over share, note, recipient and the file's SHA-256: see `vault::share_key`.
    pub signature: Vec<u8>,
}
