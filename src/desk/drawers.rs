//! Keys of drawers: at hand, fetched, or made for the first time.

use super::{Desk, Error};
use crate::model::agencies::Seat;
use crate::model::fields::Content;
use crate::model::id::{AgencyId, ShareId};
#[cfg(feature = "demo")]
use crate::model::sealed::{Drawer, Wrap};
use crate::model::sealed::{Place, Sealed, ShareKey};
use crate::vault;
use std::collections::BTreeSet;

/// How often a key is fetched that is dropped again at once, because something of its case was taken back.
const TRIES_MAX: usize = 3;

impl Desk {
    /// Seals `content`, fetching the drawer's key if it is not at hand.
    pub(super) async fn seal<C: Content>(&self, place: Place, content: &C) -> Result<Sealed<C>, Error> {
        for _ in 1..TRIES_MAX {
            self.gate.unlock(&[place.drawer]).await?;
            match self.gate.vault.seal(place, content) {
                Err(vault::Error::Locked { .. }) => {}
                sealed => return Ok(sealed?),
            }
        }
        self.gate.unlock(&[place.drawer]).await?;
        Ok(self.gate.vault.seal(place, content)?)
    }

    /// Seals `content` if there is any.
    pub(super) async fn seal_if<C: Content>(
        &self,
        place: Place,
        content: Option<&C>,
    ) -> Result<Option<Sealed<C>>, Error> {
        match content {
            Some(content) => self.seal(place, content).await.map(Some),
            None => Ok(None),
        }
    }

    /// Wraps a note's own key to the agency of each recipient, for one share.
    pub(super) async fn share_keys<C: Content>(
        &self,
        sealed: &Sealed<C>,
        share: ShareId,
        recipients: &[Seat],
    ) -> Result<Vec<ShareKey>, Error> {
        let agencies: BTreeSet<&AgencyId> = recipients.iter().map(|seat| &seat.agency).collect();
        let mut to = Vec::with_capacity(agencies.len());
        for id in agencies {
            let agency = self.gate.store.agency(id).await?.ok_or(Error::NotFound)?;
            to.push((agency.id.to_string(), agency.recipient));
        }
        let drawer = [sealed.place.drawer];
        for _ in 1..TRIES_MAX {
            self.gate.unlock(&drawer).await?;
            match self.gate.vault.share_keys(sealed, share, &to) {
                Err(vault::Error::Locked { .. }) => {}
                keys => return Ok(keys?),
            }
        }
        self.gate.unlock(&drawer).await?;
        Ok(self.gate.vault.share_keys(sealed, share, &to)?)
    }

    /// Makes the key of a new drawer, wrapped to the hub and to the agency that keeps it, if there is one.
    #[cfg(feature = "demo")]
    pub(super) async fn new_drawer(&self, drawer: Drawer, keeper: Option<&AgencyId>) -> Result<Vec<Wrap>, Error> {
        let mut keepers = Vec::new();
        if let Some(id) = keeper {
            let keeper = self.gate.store.agency(id).await?.ok_or(Error::NotFound)?;
            keepers.push((keeper.id.to_string(), keeper.recipient));
        }
        Ok(self.gate.vault.new_drawer(drawer, &keepers)?)
    }
}
