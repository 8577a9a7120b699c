//! Whose a signing key is: the worker's own, or one that they answer for.
//!
//! Promises: a key that is not there is nobody's; nobody answers for the key of their own seat. Must never know: what it signed.

use super::Reach;
use crate::auth::Seated;
use crate::model::agencies::AgencyKind;
use crate::model::id::WorkerId;
use crate::model::signers::KeyName;
use crate::store::{Error, Store};

impl Store {
    /// Says how a seat reaches a worker: as their own, or as another of their agency.
    pub(super) async fn sits_beside<A: Seated>(&self, actor: &A, worker: WorkerId) -> Result<Reach, Error> {
        let own = actor.worker() == Some(worker);
        let seat = if own { None } else { self.seat(worker).await? };
        let judges = seat.is_some_and(|(seat, _)| &seat.agency == actor.agency());
        Ok(Reach { addressed: own, judges, ..Reach::default() })
    }

    /// Says how a signing key reaches a worker: their own seat's; or one that they answer for, of their agency or another of its
    /// seats, and where their agency is the hub's, of any agency and of the hub.
    pub(super) async fn keeps<A: Seated>(&self, actor: &A, key: KeyName) -> Result<Reach, Error> {
        let owner = self.key_owner(key).await?;
        let Some((kind, name)) = owner.as_deref().and_then(|owner| owner.split_once(':')) else {
            return Ok(Reach::default());
        };
        let worker = if kind == "u" { name.parse().ok() } else { None };
        let own = worker.is_some() && worker == actor.worker();
        let theirs = match worker {
            Some(_) if own => false,
            Some(worker) => self.seat(worker).await?.is_some_and(|(seat, _)| &seat.agency == actor.agency()),
            None => actor.kind() == AgencyKind::Hub || (kind == "agency" && name == actor.agency().as_str()),
        };
        Ok(Reach { addressed: own, judges: theirs, ..Reach::default() })
    }
}
