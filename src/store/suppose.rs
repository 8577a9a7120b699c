//! Facts of what is not there yet: a note that is still being written, a share that nobody has made.
//!
//! Promises: what is supposed is added to what is there, and becomes yes or no in the one place where rows do
//! (`facts.rs`). It is asked about a seat, so nothing that is found here can be permitted or opened.

use super::facts::Reach;
use super::shares::NewShare;
use super::{Error, Store, read};
use crate::auth::Seated;
use crate::model::agencies::Seat;
use crate::model::facts::{Facts, Item};
use crate::model::id::{AgencyId, NoteId};
use crate::model::shares::{Basis, Purpose, Recipient};
use crate::policy::permit::Ask;

pub(super) const REACHED: &str = "
    SELECT DISTINCT s.to_kind, s.to_id, s.purpose
      FROM share s
     WHERE s.note = $1
       AND (s.expires IS NULL OR s.expires > $2)
       AND NOT EXISTS (SELECT 1 FROM share_end x WHERE x.share = s.id)
     ORDER BY s.to_kind, s.to_id, s.purpose
     LIMIT 500";

/// A share that is supposed to be there, and to whom what it stands on applies.
#[derive(Debug)]
pub struct Supposed {
    share: NewShare,
    /// The agencies that the consent covers; `None` if it stands on something else.
    covered: Option<Vec<AgencyId>>,
}

impl Supposed {
    /// Says whether it would be for somebody for a purpose.
    fn is_for<A: Seated>(&self, who: &A, purpose: Purpose) -> bool {
        let to = match &self.share.to {
            Recipient::Worker(worker) => who.worker() == Some(*worker),
            Recipient::Role(role) => who.role() == Some(*role),
            Recipient::Agency(agency) => who.agency() == agency,
        };
        to && self.share.purpose == purpose
    }

    /// Adds what it would do for somebody.
    fn on<A: Seated>(&self, who: &A, reach: Reach) -> Reach {
        let by_name = matches!(self.share.to, Recipient::Worker(_));
        let based = self.covered.as_ref().is_none_or(|covered| covered.contains(who.agency()));
        reach.released(by_name, based)
    }
}

impl Store {
    /// Looks at what a share would stand on, as it is now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn suppose(&self, share: NewShare, item: &Item) -> Result<Supposed, Error> {
        let covered = match &share.basis {
            Basis::Consent(chain) => {
                let found = self.consent(*chain).await?.filter(|consent| consent.head.holds_at(self.clock.now()));
                let scope = found.map(|consent| consent.scope).unwrap_or_default().into_iter();
                let here =
                    scope.filter(|(_, category, purpose)| (*category, *purpose) == (item.category, share.purpose));
                Some(here.map(|(agency, _, _)| agency).collect())
            }
            _ => None,
        };
        Ok(Supposed { share, covered })
    }

    /// States the facts that a seat would have of an item, if these shares were there too.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_if(&self, ask: &Ask<'_, Seat>, item: Item, shares: &[Supposed]) -> Result<Facts, Error> {
        let more = |reach, now| {
            let live = shares.iter().filter(|one| one.share.expires.is_none_or(|end| end > now));
            live.filter(|one| one.is_for(ask.actor, ask.purpose)).fold(reach, |reach, one| one.on(ask.actor, reach))
        };
        self.stated(ask, Some(item), more).await
    }

    /// States the facts that a seat has of a question about no item.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_of_seat(&self, ask: &Ask<'_, Seat>) -> Result<Facts, Error> {
        self.stated(ask, None, |reach, _| reach).await
    }

    /// States the facts that a seat would have of an alert, if it were sent to them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn facts_if_told(&self, ask: &Ask<'_, Seat>, item: Item) -> Result<Facts, Error> {
        self.stated(ask, Some(item), |reach, _| reach.told()).await
    }

    /// Returns with whom a note is shared now, and for which purposes; at most 500.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn reached(&self, note: NoteId) -> Result<Vec<(Recipient, Purpose)>, Error> {
        let rows = sqlx::query(REACHED)
            .bind(note.to_string())
            .bind(self.clock.now().micros())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read with whom a note is shared"))?;
        rows.iter()
            .map(|row| {
                let to = match read::text(row, "to_kind")?.as_str() {
                    "worker" => Recipient::Worker(read::word(row, "to_id")?),
                    "role" => Recipient::Role(read::word(row, "to_id")?),
                    "agency" => Recipient::Agency(read::word(row, "to_id")?),
                    _ => return Err(Error::Word { column: "to_kind" }),
                };
                Ok((to, read::word(row, "purpose")?))
            })
            .collect()
    }
}
