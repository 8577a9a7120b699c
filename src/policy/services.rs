//! The hub's own services: each has one act, and no seat.

use super::Policy;
use super::guards;
use super::permit::{Action, Ask, Denial, Permit};
use crate::model::facts::Facts;
use crate::model::sealed::Record;

/// The word of the only actor that may import.
const IMPORTER: &str = "hub:import";

/// The word of the only actor that may open identities for the index in memory.
const INDEXER: &str = "hub:index";

/// The word of the only actor that may enter and end keys in the directory of signers.
const SIGNERS: &str = "hub:signers";

/// The word of the only actor that may bring what is built in into force.
const STARTER: &str = "hub:start";

/// The word of the service that deletes share keys whose time has run out.
const SWEEPER: &str = "hub:sweep";

/// The word of the service that tells of clocks that are late.
const WATCHER: &str = "hub:clocks";

/// The word of the service that tells more people while nobody acknowledges an alert.
const LADDER: &str = "hub:ladder";

/// The word of the service that shows that what is committed comes to those who listen.
const HEART: &str = "hub:heart";

/// The word of the service that finds alerts that came all at once, and tells how that ended.
const STORMS: &str = "hub:storms";

/// The word of the service that notes which copies were put before their recipient.
const SENDER: &str = "hub:inbox";

/// The word of the service that says outside the hub that something waits.
const COURIER: &str = "hub:courier";

/// The word of the service that settles what waits in the spool.
const SPOOLER: &str = "hub:spool";

/// The word of the service that opens what women may be told, for the alert with which it travels.
const WORDINGS: &str = "hub:wordings";

impl Policy {
    /// Permits the hub's own services their one act each: the importer to write, the indexer to open what it indexes, the
    /// keeper of signers to enter and end their keys, the sweeper to delete the keys of shares whose time has run out,
    /// the watcher of clocks to tell of those that are late, the ladder to tell more people of an alert that nobody acknowledges,
    /// the heart to beat, the watcher of storms to find alerts that came all at once and tell how that ended, the spool to settle what
    /// cannot be done as it was sent, the inbox to note what was put before its owner, and the courier to open where it goes and to
    /// note what came of it, and the wordings to open what women may be told.
    ///
    /// # Errors
    /// [`Denial`] to anybody else, and to a service that steps outside its act.
    #[expect(clippy::result_large_err, reason = "a denial is a proof like a permit and moves once, to the store")]
    pub fn service(&self, ask: &Ask<'_>, facts: &Facts) -> Result<Permit, Denial> {
        let judged = |line: &str| self.judgement(ask, facts, vec![line.to_owned()]);
        let line = match (ask.actor.word().as_str(), ask.action, ask.record) {
            (IMPORTER, Action::Create, _) => "service:import",
            (INDEXER, Action::List, Record::Search(_)) => "service:index",
            (SIGNERS, Action::Create, Record::Search(_)) => "service:signers",
            (STARTER, Action::Adopt, Record::Policy(_)) => "service:start",
            (SWEEPER, Action::Withdraw, Record::Search(_)) => "service:sweep",
            (WATCHER, Action::Raise, Record::Search(_)) => "service:clocks",
            (LADDER, Action::Raise, Record::Alert(_)) => "service:ladder",
            (HEART, Action::Raise, Record::Search(_)) => "service:heart",
            (STORMS, Action::Raise, Record::Storm(_)) => "service:storms",
            (SPOOLER, Action::Raise, Record::Search(_)) => "service:spool",
            (SENDER, Action::List, Record::Worker(_)) => "service:inbox",
            (WORDINGS, Action::List, Record::Search(_)) => "service:wordings",
            (COURIER, Action::List | Action::Raise, Record::Search(_)) => "service:courier",
            _ => return Err(Denial::of(judged(guards::SERVICE.name), false)),
        };
        if ask.actor.role().is_some() {
            Err(Denial::of(judged(guards::SERVICE.name), false))
        } else {
            Ok(Permit::granted(judged(line), Vec::new()))
        }
    }
}
