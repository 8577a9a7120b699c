//! What somebody takes back: what ends with it, and who is told.

use crate::model::agencies::Seat;
use crate::model::id::{AgencyId, ConsentId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::store::withdrawals::{NewWithdrawal, Standing};

use std::collections::BTreeSet;

/// How often the facts may move while a withdrawal is prepared before the caller is told to try again. Each time somebody
/// else has got on with something; taking back must not lose to them for long.
pub(super) const ATTEMPTS_MAX: usize = 32;

/// What a withdrawal ends and whom it tells.
pub(super) struct Taken {
    pub(super) ended: Vec<Standing>,
    pub(super) told: Vec<Seat>,
    /// Agencies that had it and in which nobody could be told, or not everybody who has read it.
    pub(super) unreached: BTreeSet<AgencyId>,
    /// The chains that this is about.
    pub(super) chains: Vec<ConsentId>,
    pub(super) stopped: Vec<Stopped>,
    pub(super) change: NewWithdrawal,
}

/// The part of one chain's scope that no longer holds.
pub(super) struct Stopped {
    pub(super) chain: ConsentId,
    pub(super) dropped: Vec<(AgencyId, Category, Purpose)>,
}
