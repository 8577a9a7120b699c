//! Keys of drawers: at hand, fetched, or made for the first time.

use super::{Desk, Error};
use crate::model::fields::Content;
use crate::model::id::AgencyId;
use crate::model::sealed::{Drawer, Place, Sealed, Wrap};

impl Desk {
    /// Seals `content`, fetching the drawer's key if it is not at hand.
    pub(super) async fn seal<C: Content>(&self, place: Place, content: &C) -> Result<Sealed<C>, Error> {
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

    /// Makes the key of a new drawer, wrapped to the hub and to the agency that keeps it, if there is one.
    pub(super) async fn new_drawer(&self, drawer: Drawer, keeper: Option<&AgencyId>) -> Result<Vec<Wrap>, Error> {
        let mut keepers = Vec::new();
        if let Some(id) = keeper {
            let keeper = self.gate.store.agency(id).await?.ok_or(Error::NotFound)?;
            keepers.push((keeper.id.to_string(), keeper.recipient));
        }
        Ok(self.gate.vault.new_drawer(drawer, &keepers)?)
    }
}
