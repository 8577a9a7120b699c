//! Shares, as they are kept. A share is never changed: taking it back is a row of its own.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId, NoteId, ShareId, WorkerId};
use crate::model::shares::{Basis, Purpose, Recipient};
use crate::model::time::Moment;

pub(super) const ONE: &str = "
    SELECT s.note, s.case_id, s.agency,
           CAST((SELECT COUNT(*) FROM share_end x WHERE x.share = s.id) AS BIGINT) AS ended
      FROM share s
     WHERE s.id = $1";

/// A note's release to one recipient.
#[derive(Debug, Clone)]
pub struct NewShare {
    /// The share.
    pub id: ShareId,
    /// The note.
    pub note: NoteId,
    /// Its case.
    pub case: CaseId,
    /// Who shares.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// With whom.
    pub to: Recipient,
    /// For what.
    pub purpose: Purpose,
    /// On what it stands.
    pub basis: Basis,
    /// From when on it no longer holds.
    pub expires: Option<Moment>,
    /// When it was made.
    pub created: Moment,
}

impl NewShare {
    pub(super) fn rows(self) -> Vec<Row> {
        let (to_kind, to_id) = match &self.to {
            Recipient::Worker(id) => ("worker", id.to_string()),
            Recipient::Role(role) => ("role", role.to_string()),
            Recipient::Agency(id) => ("agency", id.to_string()),
        };
        let basis = self.basis.word().to_owned();
        let basis_ref = match self.basis {
            Basis::Consent(chain) => Some(chain.to_string()),
            Basis::StatutoryDuty(gateway) => Some(gateway),
            Basis::VitalInterests | Basis::CourtOrder | Basis::PublicInterest => None,
        };
        vec![row![table::SHARE;
            self.id.to_string(), self.note.to_string(), self.case.to_string(), self.author.to_string(),
            self.agency.to_string(), to_kind.to_owned(), to_id, self.purpose.to_string(), basis, basis_ref,
            self.expires.map(Moment::micros), self.created.micros()]]
    }
}

/// A share as it is stored.
#[derive(Debug)]
pub struct StoredShare {
    /// The note that was shared.
    pub note: NoteId,
    /// Its case.
    pub case: CaseId,
    /// The agency that shared it.
    pub agency: AgencyId,
    /// Whether it has been taken back.
    pub ended: bool,
}

impl Store {
    /// Returns a share.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn share(&self, id: ShareId) -> Result<Option<StoredShare>, Error> {
        let found = sqlx::query(ONE)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a share"))?;
        found
            .map(|row| {
                Ok(StoredShare {
                    note: read::word(&row, "note")?,
                    case: read::word(&row, "case_id")?,
                    agency: read::word(&row, "agency")?,
                    ended: read::int(&row, "ended")? > 0,
                })
            })
            .transpose()
    }
}
