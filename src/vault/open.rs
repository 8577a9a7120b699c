//! Opens sealed values on the receipt of a durable audit entry.
//!
//! Promises: the receipt is judged before a key is looked for, and every key is at hand
//! before the first byte is opened. So a receipt that comes back has opened nothing, and
//! a receipt that has opened something is inside its [`Disclosure`] or gone.
//! Must never know: how the entry was recorded, how the plaintext will be shown.

use super::disclosure::Disclosure;
use super::error::{Error, NotOpened, Unopened};
use super::keys::DataKey;
use super::{Vault, record, release};
use crate::model::fields::{Content, FieldReader};
use crate::model::sealed::{Drawer, Place, Sealed};
use crate::store::Receipt;
use std::sync::Arc;

/// Two lists of different content that one act discloses; nothing for the second if it is known not to open.
pub type Both<A, B> = (Vec<Sealed<A>>, Option<Vec<Sealed<B>>>);

/// What was opened of [`Both`].
pub type BothOpen<A, B> = (Vec<A>, Option<Vec<B>>);

/// [`Both`], opened on one receipt, or why not.
pub type OpenedBoth<A, B> = Result<Disclosure<BothOpen<A, B>>, NotOpened<Both<A, B>>>;

impl Vault {
    /// Opens one value on a receipt for reading exactly that record.
    ///
    /// # Errors
    /// [`NotOpened::Locked`] gives value and receipt back, for one more try after [`Vault::unlock`].
    /// [`NotOpened::Failed`] keeps both: the receipt was for something else, or the seal does not hold.
    pub fn open<C: Content>(&self, sealed: Sealed<C>, receipt: Receipt) -> Result<Disclosure<C>, NotOpened<Sealed<C>>> {
        release::opens_one(receipt.action(), receipt.record(), &sealed.place)?;
        release::deep_enough(receipt.action(), C::DEPTH)?;
        let Some(key) = self.key(&sealed.place.drawer) else {
            let drawers = vec![sealed.place.drawer];
            return Err(NotOpened::Locked(Box::new(Unopened { drawers, sealed, receipt })));
        };
        Ok(Disclosure::of(self.open_with(&key, &sealed)?, receipt))
    }

    /// Opens a list on a receipt for a search, a list or a case whose audit entry names every record in it.
    ///
    /// All or nothing: one seal that does not hold closes the whole list. Whereabouts and
    /// sources never open in a list.
    ///
    /// # Errors
    /// As [`Vault::open`]; a locked list names every drawer that is missing.
    pub fn open_many<C: Content>(
        &self,
        sealed: Vec<Sealed<C>>,
        receipt: Receipt,
    ) -> Result<Disclosure<Vec<C>>, NotOpened<Vec<Sealed<C>>>> {
        let places: Vec<Place> = sealed.iter().map(|one| one.place).collect();
        release::opens_many(receipt.action(), receipt.record(), receipt.items(), &places)?;
        release::deep_enough(receipt.action(), C::DEPTH)?;
        let keys: Vec<Option<Arc<DataKey>>> = places.iter().map(|place| self.key(&place.drawer)).collect();
        let Some(keys) = keys.iter().cloned().collect::<Option<Vec<_>>>() else {
            let drawers = missing(&places, &keys);
            return Err(NotOpened::Locked(Box::new(Unopened { drawers, sealed, receipt })));
        };
        let values = keys.iter().zip(&sealed).map(|(key, one)| self.open_with(key, one)).collect::<Result<_, _>>()?;
        Ok(Disclosure::of(values, receipt))
    }

    /// Opens two lists of different content on one receipt whose entry names every record in both. The second may fail by
    /// itself: nothing of it opens if one of its seals does not hold.
    ///
    /// # Errors
    /// As [`Vault::open_many`].
    pub fn open_both<A: Content, B: Content>(&self, (first, second): Both<A, B>, receipt: Receipt) -> OpenedBoth<A, B> {
        let of_second = second.iter().flatten().map(|one| one.place);
        let places: Vec<Place> = first.iter().map(|one| one.place).chain(of_second).collect();
        release::opens_many(receipt.action(), receipt.record(), receipt.items(), &places)?;
        release::deep_enough(receipt.action(), A::DEPTH.max(B::DEPTH))?;
        let keys: Vec<Option<Arc<DataKey>>> = places.iter().map(|place| self.key(&place.drawer)).collect();
        let Some(at_hand) = keys.iter().cloned().collect::<Option<Vec<_>>>() else {
            let drawers = missing(&places, &keys);
            return Err(NotOpened::Locked(Box::new(Unopened { drawers, sealed: (first, second), receipt })));
        };
        let (ours, theirs) = at_hand.split_at(first.len());
        let whole = ours.iter().zip(&first).map(|(key, one)| self.open_with(key, one)).collect::<Result<_, _>>()?;
        let second =
            second.and_then(|them| theirs.iter().zip(&them).map(|(key, one)| self.open_with(key, one).ok()).collect());
        Ok(Disclosure::of((whole, second), receipt))
    }

    fn open_with<C: Content>(&self, key: &DataKey, sealed: &Sealed<C>) -> Result<C, Error> {
        let plaintext = record::open_bytes(key, &self.binding::<C>(&sealed.place), &sealed.bytes)?;
        FieldReader::content(&plaintext).ok_or(Error::OtherContent)
    }
}

fn missing(places: &[Place], keys: &[Option<Arc<DataKey>>]) -> Vec<Drawer> {
    let mut drawers: Vec<Drawer> = Vec::new();
    for (place, _) in places.iter().zip(keys).filter(|(_, key)| key.is_none()) {
        if !drawers.contains(&place.drawer) {
            drawers.push(place.drawer);
        }
    }
    drawers
}
