//! What may be asked: to do what, to which record, for what purpose.

use crate::auth::{Actor, Seated};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::facts::FactSet;
use crate::model::id::{CaseId, ProtectedId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::words::vocabulary;

vocabulary! {
    /// What somebody wants to do.
    Action {
        /// See all of an item.
        Read = "read",
        /// See an item's summary.
        Summary = "summary",
        /// See that an item is there.
        Existence = "existence",
        /// See who did what and when, without content.
        Metadata = "metadata",
        /// Write an item.
        Create = "create",
        /// Release an item to somebody, or take a release back.
        Share = "share",
        /// Raise an alert.
        Raise = "raise",
        /// Say that an alert was seen, or what was done.
        Acknowledge = "acknowledge",
        /// Record consent, or its withdrawal.
        Consent = "record-consent",
        /// Record that somebody takes consent back, whoever hears it: never a giving.
        Withdraw = "withdraw",
        /// Look for a person by two identifiers.
        Search = "search",
        /// Ask at an incident where a man stands, by two identifiers.
        Query = "query",
        /// List one's own cases or inbox.
        List = "list",
        /// Declare that one knows somebody.
        Declare = "declare",
        /// Bring a policy into force.
        Adopt = "adopt",
        /// Ask for emergency access.
        BreakGlass = "break-glass",
        /// Judge whether emergency access was right.
        Review = "review",
        /// Share what is hers against her wishes, because of serious harm.
        Override = "override",
        /// Say yes or no to somebody's override as the second person, or review it.
        Confirm = "confirm",
        /// Record a decision to tell, or not to tell, somebody outside the arrangements.
        Disclose = "disclose",
        /// Answer as a manager for what one's agency recorded: approve a plan, say that assessments are not to be relied on.
        Manage = "manage",
        /// Replace a key that signs records of consent, or say that it is lost or stolen.
        Rekey = "rekey",
        /// Vouch, as the second person, for the key that takes the place of one that was lost or stolen.
        Vouch = "vouch",
        /// Run a group of a programme, or a meeting: its list, its sessions, its registers; its agenda, its invitations.
        Run = "run",
        /// Bring a caseload of one's own agency in.
        Import = "import",
        /// Work by the record of how somebody is reached safely: read it, ask to reach her, say what came of it.
        Contact = "contact",
        /// Set the rota: who is on duty, who is away, who stands in.
        Rota = "rota",
        /// See which alerts nobody of an agency has acknowledged, its figures and heartbeats, and what did not get through to it: ids
        /// and counts.
        Oversee = "oversee",
        /// Run a drill: an alert about nobody, to whoever is on duty.
        Drill = "drill",
        /// See which alerts came all at once, and say whether they were right.
        Storm = "storm",
        /// Lock a case whose words may have got out, see how the lock stands, and let somebody in.
        Lock = "lock",
        /// Say where one's agency's own systems are told that something waits.
        Connect = "connect",
        /// Begin a session of one's own in a browser.
        SignIn = "sign-in",
        /// End it.
        SignOut = "sign-out",
    }
}

/// How much of an item an actor may know, most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    /// All of it.
    Full,
    /// Its summary.
    Summary,
    /// That it is there.
    Existence,
    /// Who handled it and when.
    Metadata,
}

impl Level {
    /// Every level, most first.
    pub const ALL: [Self; 4] = [Self::Full, Self::Summary, Self::Existence, Self::Metadata];

    /// Returns the action that the level answers to in the policy.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Full => Action::Read,
            Self::Summary => Action::Summary,
            Self::Existence => Action::Existence,
            Self::Metadata => Action::Metadata,
        }
    }

    /// Returns the level's word for answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Summary => "summary",
            Self::Existence => "existence",
            Self::Metadata => "metadata",
        }
    }
}

/// One question: may this actor do this to that, for this purpose?
///
/// Asked about a seat instead of by an actor, it is a supposition: it can be judged, and never passes the gate.
#[derive(Debug)]
pub struct Ask<'a, A = Actor> {
    /// Who asks, or would.
    pub actor: &'a A,
    /// To do what.
    pub action: Action,
    /// To what.
    pub record: Record,
    /// In which case, where there is one.
    pub case: Option<CaseId>,
    /// The protected person that a new item is about; an item that exists knows its own.
    pub about: Option<ProtectedId>,
    /// Which row of the disclosure matrix.
    pub category: Category,
    /// For what.
    pub purpose: Purpose,
}

impl<A> Clone for Ask<'_, A> {
    fn clone(&self) -> Self {
        Self { ..*self }
    }
}

/// What policy is asked: a seat, a thing and what is so. It names nobody.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Question {
    /// The role.
    pub role: Role,
    /// In which kind of agency.
    pub kind: AgencyKind,
    /// Which row of the disclosure matrix.
    pub category: Category,
    /// For what.
    pub purpose: Purpose,
    /// To do what.
    pub action: Action,
    /// What holds.
    pub facts: FactSet,
}

/// Returns what the lines are asked, or `None` if the actor holds no seat.
pub(super) fn question<A: Seated>(ask: &Ask<'_, A>, facts: FactSet) -> Option<Question> {
    let (role, kind) = (ask.actor.role()?, ask.actor.kind());
    Some(Question { role, kind, category: ask.category, purpose: ask.purpose, action: ask.action, facts })
}

/// Says whether a worker asks for what is nobody's business but their own, which every worker may: to read their own entry of
/// the directory, to sign in and to sign out, to say where their e-mail goes and what they wish about it. That a session or an address is
/// theirs is seen to where it is read.
pub(super) fn is_oneself(ask: &Ask<'_>) -> bool {
    ask.actor.worker().is_some_and(|worker| match (ask.action, ask.record) {
        (Action::SignIn | Action::SignOut, Record::Session(_)) => true,
        (Action::Read | Action::Create, Record::Channel(_)) => true,
        (Action::Read | Action::Create, record) => record == Record::Worker(worker),
        _ => false,
    })
}
