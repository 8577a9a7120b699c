//! Opening what is sealed: only on a receipt, and only while what was decided still stands.
//!
//! Promises: a key that is dropped under an opening is fetched again; an opening that failed is recorded; what waited
//! long since it was decided is judged once more, by the policy of now, before it is shown.
//! Must never know: the nouns, HTTP, why anybody asks.

use super::{Error, Gate};
use crate::model::facts::Item;
use crate::model::fields::Content;
use crate::model::sealed::{Drawer, Sealed};
use crate::model::time::Moment;
use crate::policy::permit::{Ask, Permit};
use crate::store::Receipt;
use crate::store::effect::{Change, Effect};
use crate::vault::{self, Both, BothOpen, Disclosure, NotOpened};

/// How often a key may be dropped under one opening, because something of its case was taken back, before it fails.
const UNLOCKS_MAX: usize = 3;

/// How long a recorded reading may wait before it is opened, in microseconds: half of the second within which a
/// withdrawal takes hold. What waited longer is judged once more.
const STANDS_MICROS: i64 = 500_000;

impl Gate {
    /// Passes a reading of one sealed value and opens it.
    ///
    /// # Errors
    /// As [`Gate::pass`]; [`Error::Vault`] if the seal does not hold, which is recorded too.
    pub async fn open<C: Content>(
        &self,
        ask: &Ask<'_>,
        item: Option<Item>,
        sealed: Sealed<C>,
    ) -> Result<Disclosure<C>, Error> {
        self.open_with(ask, item, sealed, Effect::Disclose(Vec::new()).into()).await
    }

    /// Passes a reading of one sealed value that leaves more behind than its entry, and opens it.
    ///
    /// # Errors
    /// As [`Gate::open`].
    pub async fn open_with<C: Content>(
        &self,
        ask: &Ask<'_>,
        item: Option<Item>,
        sealed: Sealed<C>,
        change: Change,
    ) -> Result<Disclosure<C>, Error> {
        let permit = self.decide(ask, item.clone()).await?;
        self.open_permitted(permit, ask, item, sealed, change).await
    }

    /// Records a reading that was judged already, and opens the value.
    ///
    /// # Errors
    /// As [`Gate::open`]; [`Error::Store`] if the change contradicts what is there.
    pub async fn open_permitted<C: Content>(
        &self,
        permit: Permit,
        ask: &Ask<'_>,
        item: Option<Item>,
        sealed: Sealed<C>,
        change: Change,
    ) -> Result<Disclosure<C>, Error> {
        let receipt = self.commit(permit, ask, item.clone(), change).await?;
        self.open_on(ask, item, sealed, receipt).await
    }

    /// Opens one value on the receipt of an entry that was recorded for it.
    ///
    /// # Errors
    /// [`Error::Vault`] if the seal does not hold, which is recorded too; [`Error::Refused`] if it was taken back while it waited.
    pub async fn open_on<C: Content>(
        &self,
        ask: &Ask<'_>,
        item: Option<Item>,
        sealed: Sealed<C>,
        receipt: Receipt,
    ) -> Result<Disclosure<C>, Error> {
        let decided = receipt.at();
        let opened =
            self.unsealed(self.vault.open(sealed, receipt), |sealed, receipt| self.vault.open(sealed, receipt));
        let opened = self.settled(ask, opened.await).await?;
        self.still(ask, item, decided).await?;
        Ok(opened)
    }

    /// Opens several values on one receipt whose entry names them.
    ///
    /// # Errors
    /// [`Error::Vault`] if a seal does not hold, which is recorded too; [`Error::Store`] if a wrap cannot be read;
    /// [`Error::Refused`] if they were taken back while it waited.
    pub async fn open_many<C: Content>(
        &self,
        ask: &Ask<'_>,
        sealed: Vec<Sealed<C>>,
        receipt: Receipt,
    ) -> Result<Disclosure<Vec<C>>, Error> {
        self.open_many_of(ask, None, sealed, receipt).await
    }

    /// Opens several values that belong to one item, on one receipt whose entry names them.
    ///
    /// # Errors
    /// As [`Gate::open_many`].
    pub async fn open_many_of<C: Content>(
        &self,
        ask: &Ask<'_>,
        item: Option<Item>,
        sealed: Vec<Sealed<C>>,
        receipt: Receipt,
    ) -> Result<Disclosure<Vec<C>>, Error> {
        let decided = receipt.at();
        let opened = self.vault.open_many(sealed, receipt);
        let opened = self.unsealed(opened, |sealed, receipt| self.vault.open_many(sealed, receipt));
        let opened = self.settled(ask, opened.await).await?;
        self.still(ask, item, decided).await?;
        Ok(opened)
    }

    /// Opens two lists of different content on one receipt whose entry names them all. Where the second does not open just
    /// now, the first does, and that the second did not is recorded.
    ///
    /// # Errors
    /// As [`Gate::open_many`], for the first.
    pub async fn open_both<A: Content, B: Content>(
        &self,
        ask: &Ask<'_>,
        (first, mut second): Both<A, B>,
        receipt: Receipt,
    ) -> Result<Disclosure<BothOpen<A, B>>, Error> {
        let decided = receipt.at();
        let drawers: Vec<Drawer> = second.iter().flatten().map(|one| one.place.drawer).collect();
        if self.unlock(&drawers).await.is_err() {
            second = None;
        }
        let opened = self.vault.open_both((first, second), receipt);
        let opened = self.unsealed(opened, |sealed, receipt| self.vault.open_both(sealed, receipt));
        let opened = self.settled(ask, opened.await).await?;
        if opened.value().1.is_none() {
            self.record_failure(ask).await?;
        }
        self.still(ask, None, decided).await?;
        Ok(opened)
    }

    /// Opens what was locked, fetching the keys that are not at hand, or no longer.
    async fn unsealed<S, D>(
        &self,
        mut opened: Result<D, NotOpened<S>>,
        open: impl Fn(S, Receipt) -> Result<D, NotOpened<S>>,
    ) -> Result<D, Error> {
        for _ in 0..UNLOCKS_MAX {
            let Err(NotOpened::Locked(back)) = opened else { break };
            self.unlock(&back.drawers).await?;
            opened = open(back.sealed, back.receipt);
        }
        opened.map_err(unopened)
    }

    /// Judges a reading once more that has waited long since it was decided, by the policy that is in force now: nothing
    /// is shown on what was taken back in the meantime. What the hub opens for itself is shown to nobody.
    async fn still(&self, ask: &Ask<'_>, item: Option<Item>, decided: Moment) -> Result<(), Error> {
        if ask.actor.is_service() || self.store.now().micros() - decided.micros() < STANDS_MICROS {
            return Ok(());
        }
        let facts = self.facts(ask, item).await?;
        self.judge(ask, &facts).await.map(drop)
    }

    /// Records that an opening failed: the log said that it was to be done, and now says that it was not.
    async fn settled<T>(&self, ask: &Ask<'_>, opened: Result<T, Error>) -> Result<T, Error> {
        if opened.is_err() {
            self.record_failure(ask).await?;
        }
        opened
    }

    async fn record_failure(&self, ask: &Ask<'_>) -> Result<(), Error> {
        let facts = self.store.facts(ask, None).await?;
        let _ = self.store.commit_denial(self.policy.failed(ask, &facts)).await?;
        Ok(())
    }

    /// Fetches keys that are not at hand.
    ///
    /// # Errors
    /// [`Error::Store`] and [`Error::Vault`].
    pub async fn unlock(&self, drawers: &[Drawer]) -> Result<(), Error> {
        for drawer in drawers {
            if !self.vault.has_key(drawer) {
                let wraps = self.store.wraps(*drawer).await?;
                self.vault.unlock(&wraps).map_err(Error::Vault)?;
            }
        }
        Ok(())
    }
}

fn unopened<S>(why: NotOpened<S>) -> Error {
    match why {
        NotOpened::Failed(error) => Error::Vault(error),
        NotOpened::Locked(back) => {
            // Between unlocking and opening the five minutes ran out, or the vault was shut.
            let drawer = back.drawers.first().copied().unwrap_or(Drawer::directory());
            Error::Vault(vault::Error::Locked { drawer })
        }
    }
}
