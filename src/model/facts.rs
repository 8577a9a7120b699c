//! What the database says about one question, at one moment: the input of a decision.
//!
//! Each fact is a yes or no that some row proves. A fact that cannot be established is *no*.

use super::agencies::Role;
use super::id::{AgencyId, GrantId, ProtectedId};
use super::notes::{Category, Onward, ShareCode};
use super::shares::Purpose;
use super::time::Moment;
use super::words::vocabulary;

vocabulary! {
    /// The seven facts that policy lines may ask about, in the order of their bits.
    Fact {
        /// The worker is involved in the case now.
        Involved = "inv",
        /// The item is about no protected person, or about one whom the worker works with.
        Hers = "her",
        /// The worker's agency originated the item.
        Own = "own",
        /// The originator released this item to this worker, role or agency, for this purpose, and has not withdrawn it.
        Released = "rel",
        /// What the release stands on holds now: the consent is live, the gateway recorded.
        Basis = "bas",
        /// The worker is on the live list of a meeting that has this item.
        Meeting = "mtg",
        /// The worker holds a live emergency grant for this item.
        BreakGlass = "brk",
    }
}

/// A set of facts: bit *i* is `Fact::ALL[i]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct FactSet(u8);

impl FactSet {
    /// Returns the set of these facts.
    #[must_use]
    pub fn of(facts: impl IntoIterator<Item = Fact>) -> Self {
        Self(facts.into_iter().fold(0, |bits, fact| bits | (1 << fact as u8)))
    }

    /// Returns the set with these bits; the eighth is dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0x7f)
    }

    /// Returns the bits, 0 to 127.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Says whether `fact` holds.
    #[must_use]
    pub const fn has(self, fact: Fact) -> bool {
        self.0 & (1 << fact as u8) != 0
    }
}

/// The version of something whose facts were read. If it has moved, the decision is stale.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Stamp {
    /// A case's or a worker's id.
    pub subject: String,
    /// How often its facts had changed when they were read.
    pub version: i64,
}

/// Whom an item is about, as far as the one who asks may or may not know of such a person.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Whom {
    /// Nobody who is protected.
    #[default]
    Nobody,
    /// A woman, or another adult of the case.
    Adult,
    /// A child of the case.
    Child,
    /// Nobody of the case: whoever asks is told no more than of those whom they may least know of.
    Unknown,
}

/// What is known of the item that is asked for.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its row in the disclosure matrix.
    pub category: Category,
    /// The protected person that it is about.
    pub about: Option<ProtectedId>,
    /// The agency that supplied it.
    pub owner: AgencyId,
    /// P or C.
    pub share: ShareCode,
    /// Passing on.
    pub onward: Onward,
    /// The roles that it may be passed on to, where it names them.
    pub onward_roles: Vec<Role>,
    /// When it stops being readable.
    pub expires: Option<Moment>,
}

/// Everything that one decision is judged on. Only the store states facts.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The facts that hold.
    pub held: FactSet,
    /// The item, if the question is about one that exists.
    pub item: Option<Item>,
    /// The worker has declared, or the hub has found, that they know the person.
    pub conflicted: bool,
    /// The item is about a protected person whose worker is somebody else: walls between women's workers.
    pub walled: bool,
    /// Whom it is about, or would be.
    pub whom: Whom,
    /// The item has conditions that the worker has not accepted, and another agency supplied it.
    pub unaccepted: bool,
    /// The item's handling keeps it from the worker: it is for roles that theirs is not among, or for a meeting's list.
    pub kept_back: bool,
    /// The case is locked and the worker was not let in, and the item is one that a lock closes.
    pub locked: bool,
    /// The emergency grant by which [`Fact::BreakGlass`] holds.
    pub grant: Option<GrantId>,
    /// The purpose that the facts were read for.
    pub purpose: Purpose,
    /// When they were read.
    pub at: Moment,
    /// What they depend on.
    pub stamps: Vec<Stamp>,
}

impl Facts {
    /// States facts. Called in `store/` only: Clippy refuses it elsewhere.
    #[must_use]
    pub fn new(purpose: Purpose, at: Moment, stamps: Vec<Stamp>) -> Self {
        Self {
            held: FactSet::default(),
            item: None,
            conflicted: false,
            walled: false,
            whom: Whom::Nobody,
            unaccepted: false,
            kept_back: false,
            locked: false,
            grant: None,
            purpose,
            at,
            stamps,
        }
    }
}
