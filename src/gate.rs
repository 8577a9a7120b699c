//! The only door. Every act passes here: decide, record, then let through.
//!
//! Promises: nothing is done that was not permitted and recorded; a refusal is recorded before
//! it is told; facts that moved between decision and commit are judged again.
//! Must never know: the nouns, HTTP, why anybody asks.

mod in_force;
mod opening;

pub use in_force::Held;

use crate::model::cases::CaseHead;
use crate::model::facts::{Facts, Item};
use crate::policy::Policy;
use crate::policy::bundle::{Approvers, Bundle};
use crate::policy::permit::{Ask, Denial, Level, Permit};
use crate::store::alerts::NewAlert;
use crate::store::effect::Change;
use crate::store::{self, Receipt, Refused, Store};
use crate::vault::{self, Vault};
use in_force::Live;
use std::sync::Arc;

/// How often facts may move under one decision before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

/// Decides, records and opens.
pub struct Gate {
    /// What is kept.
    pub store: Store,
    /// Who may: one policy for each request.
    pub policy: Held,
    /// What is sealed.
    pub vault: Arc<Vault>,
    live: Arc<Live>,
}

impl Clone for Gate {
    /// A clone is for one request: it holds the policy that is in force now.
    fn clone(&self) -> Self {
        let Self { store, vault, live, .. } = self;
        Self { store: store.clone(), policy: live.hold(), vault: vault.clone(), live: live.clone() }
    }
}

/// Why an act did not pass.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Policy said no; that is recorded.
    #[error("refused by {}", .0.lines().join("+"))]
    Refused(Refused),
    /// Too much is waiting, or the facts would not stand still. Nothing was recorded.
    #[error("too much is waiting")]
    Busy,
    /// The facts or the policy moved after the change was prepared. Nothing was recorded.
    #[error("the facts have moved")]
    Moved,
    /// The store did not do it.
    #[error("the store did not do it")]
    Store(#[source] store::Error),
    /// The vault did not do it. The log says that it was to be done.
    #[error("the vault did not do it")]
    Vault(#[source] vault::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::Busy | store::Error::Stale => Self::Busy,
            other => Self::Store(other),
        }
    }
}

impl Gate {
    /// Builds the gate over a policy that stands for itself. [`Gate::start`] takes the one in force.
    #[must_use]
    pub fn new(store: Store, policy: Arc<Policy>, approvers: Approvers, vault: Arc<Vault>) -> Self {
        let live = Live::new(policy, approvers, Bundle::built_in());
        Self { store, policy: live.hold(), vault, live }
    }

    /// Decides and records in one step. The [`Receipt`] proves both.
    ///
    /// # Errors
    /// As [`Gate::decide`] and [`Gate::commit`].
    pub async fn pass(&self, ask: &Ask<'_>, item: Option<Item>, change: Change) -> Result<Receipt, Error> {
        let permit = self.decide(ask, item.clone()).await?;
        self.commit_anew(permit, ask, item, change).await
    }

    /// Decides. For acts whose change can be prepared only by one who may: nothing is looked up for others.
    ///
    /// # Errors
    /// [`Error::Refused`] when policy says no (already recorded); [`Error::Busy`] when nothing was recorded.
    pub async fn decide(&self, ask: &Ask<'_>, item: Option<Item>) -> Result<Permit, Error> {
        let facts = self.facts(ask, item).await?;
        self.judge(ask, &facts).await
    }

    /// Reads facts, and takes the policy that is in force by them.
    ///
    /// # Errors
    /// [`Error::Busy`] if the policy moved twice in one request; [`Error::Store`].
    pub async fn facts(&self, ask: &Ask<'_>, item: Option<Item>) -> Result<Facts, Error> {
        let facts = self.store.facts(ask, item).await?;
        self.follow(&facts).await?;
        Ok(facts)
    }

    /// Reads the facts of those who may be meant by one question, with the heads of their cases, and takes the policy that is
    /// in force by them: for leaving out whom the worker may not know, never for opening.
    ///
    /// # Errors
    /// As [`Gate::facts`].
    pub async fn meant(&self, asks: &[Ask<'_>]) -> Result<Vec<(Facts, Option<CaseHead>)>, Error> {
        let meant = self.store.meant(asks).await?;
        if let Some((first, _)) = meant.first() {
            self.follow(first).await?;
        }
        Ok(meant)
    }

    /// Decides on facts that were read already.
    ///
    /// # Errors
    /// As [`Gate::decide`].
    pub async fn judge(&self, ask: &Ask<'_>, facts: &Facts) -> Result<Permit, Error> {
        match self.policy.decide(ask, facts) {
            Ok(permit) => Ok(permit),
            Err(denial) => Err(self.refuse(denial).await),
        }
    }

    /// Says of each item of a list how much of it the worker may know, each by its own question and facts: for leaving out
    /// what they may not, never for opening. Takes the policy that is in force by the facts.
    ///
    /// # Errors
    /// As [`Gate::facts`].
    pub async fn levels(&self, asks: &[Ask<'_>], facts: &[Facts]) -> Result<Vec<Option<Level>>, Error> {
        if let Some(first) = facts.first() {
            self.follow(first).await?;
        }
        Ok(asks.iter().zip(facts).map(|(ask, facts)| self.policy.level(ask, facts)).collect())
    }

    /// Says of each item of a list whether the worker may read it whole.
    ///
    /// # Errors
    /// As [`Gate::levels`].
    pub async fn read_whole(&self, asks: &[Ask<'_>], facts: &[Facts]) -> Result<Vec<bool>, Error> {
        let levels = self.levels(asks, facts).await?;
        Ok(levels.into_iter().map(|level| level == Some(Level::Full)).collect())
    }

    /// Records a permitted act. If the facts have moved since it was judged, it is judged again; if the policy has,
    /// whatever else was judged by it on the way here must be too.
    ///
    /// # Errors
    /// [`Error::Refused`] when the second judgement says no; [`Error::Busy`] when nothing was recorded;
    /// [`Error::Moved`] when the policy has moved: begin again, this gate holds the newer one.
    pub async fn commit(
        &self,
        permit: Permit,
        ask: &Ask<'_>,
        item: Option<Item>,
        change: Change,
    ) -> Result<Receipt, Error> {
        let by = self.policy.place();
        self.settle(permit, ask, item, change, || self.policy.place() == by).await
    }

    /// Records a permitted act of which nothing but the act itself was judged by the policy: if either has moved, it
    /// is judged again.
    ///
    /// # Errors
    /// [`Error::Refused`] when the second judgement says no; [`Error::Busy`] when nothing was recorded; [`Error::Moved`]
    /// if words of it were looked at by the rules of another policy than the one in force.
    pub async fn commit_anew(
        &self,
        permit: Permit,
        ask: &Ask<'_>,
        item: Option<Item>,
        change: Change,
    ) -> Result<Receipt, Error> {
        self.settle(permit, ask, item, change, || true).await
    }

    async fn settle(
        &self,
        permit: Permit,
        ask: &Ask<'_>,
        item: Option<Item>,
        change: Change,
        stands: impl Fn() -> bool,
    ) -> Result<Receipt, Error> {
        let mut permit = permit;
        for _ in 1..ATTEMPTS_MAX {
            self.looks_alike()?;
            match self.store.commit(permit, change.clone()).await {
                Err(store::Error::Stale) => permit = self.decide(ask, item.clone()).await?,
                settled => return Ok(settled?),
            }
            if !stands() {
                return Err(Error::Moved);
            }
        }
        self.looks_alike()?;
        Ok(self.store.commit(permit, change).await?)
    }

    /// Refuses to store what was looked at by the rules of a policy that is in force no more: they may have let pass what
    /// the newer ones would not.
    fn looks_alike(&self) -> Result<(), Error> {
        if self.policy.looks_alike() { Ok(()) } else { Err(Error::Moved) }
    }

    /// Records that a permitted act was not done, because what was asked for cannot be.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Busy`].
    pub async fn decline(&self, permit: Permit, why: &'static str) -> Result<(), Error> {
        let _ = self.store.commit_denial(permit.declined(why)).await?;
        Ok(())
    }

    /// Records that a permitted act was not done, and in the same transaction tells those who must know of it.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Busy`].
    pub async fn decline_telling(
        &self,
        permit: Permit,
        why: &'static str,
        notices: Vec<NewAlert>,
    ) -> Result<(), Error> {
        let _ = self.store.commit_denial_telling(permit.declined(why), notices).await?;
        Ok(())
    }

    /// Records a permitted act whose change was prepared on the very facts, and by the policy, that it was judged on.
    ///
    /// # Errors
    /// [`Error::Moved`] if either has moved: prepare it again.
    pub async fn commit_as_prepared(&self, permit: Permit, change: Change) -> Result<Receipt, Error> {
        self.looks_alike()?;
        match self.store.commit(permit, change).await {
            Err(store::Error::Stale) => {
                self.renew().await?;
                Err(Error::Moved)
            }
            settled => Ok(settled?),
        }
    }

    /// Passes an act of the hub's own services: loading a caseload, building an index.
    ///
    /// # Errors
    /// As [`Gate::pass`].
    pub async fn serve(&self, ask: &Ask<'_>, change: Change) -> Result<Receipt, Error> {
        let facts = self.store.no_facts(ask);
        for _ in 0..ATTEMPTS_MAX {
            let permit = match self.policy.service(ask, &facts) {
                Ok(permit) => permit,
                Err(denial) => return Err(self.refuse(denial).await),
            };
            match self.store.commit(permit, change.clone()).await {
                // A service's act stands on no fact: it was the policy that moved.
                Err(store::Error::Stale) => self.renew().await?,
                settled => return Ok(settled?),
            }
        }
        Err(Error::Busy)
    }

    /// Records how many callers were turned away at the door since the last time, by reason.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Busy`]: then they are counted again with the next.
    pub async fn turned_away(&self, ask: &Ask<'_>, reasons: Vec<String>) -> Result<(), Error> {
        let facts = self.store.no_facts(ask);
        let _ = self.store.commit_denial(self.policy.turned_away(ask, &facts, reasons)).await?;
        Ok(())
    }

    /// Records that somebody asked for what is not there, and gives the answer for what they may not know.
    ///
    /// # Errors
    /// Always: [`Error::Refused`], or why it could not be recorded.
    pub async fn asked_for_nothing(&self, ask: &Ask<'_>) -> Error {
        let facts: Facts = match self.facts(ask, None).await {
            Ok(facts) => facts,
            Err(error) => return error,
        };
        self.refuse(self.policy.nothing(ask, &facts)).await
    }

    async fn refuse(&self, denial: Denial) -> Error {
        match self.store.commit_denial(denial).await {
            Ok(refused) => Error::Refused(refused),
            Err(error) => error.into(),
        }
    }
}
