//! Shares, as they are kept. A share is never changed: taking it back is a row of its own.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId, NoteId, ShareId, WorkerId};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::shares::{Basis, BasisWords, Purpose, Recipient};
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT s.note, s.case_id, s.agency,
           CAST((SELECT COUNT(*) FROM share_end x WHERE x.share = s.id) AS BIGINT) AS ended
      FROM share s
     WHERE s.id = $1";

pub(super) const BASIS: &str = "
    SELECT s.case_id, s.basis, s.basis_ref, b.made, b.until, b.sealed
      FROM share s
      LEFT JOIN share_basis b ON b.share = s.id
     WHERE s.id = $1";

/// Returns the place of what is written about a share's basis: with the court papers of the case.
#[must_use]
pub fn basis_place(share: ShareId, case: CaseId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Share(share) }
}

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
    /// What was written about the basis.
    pub written: Option<Box<NewBasis>>,
}

/// What was written about a basis.
#[derive(Debug, Clone)]
pub struct NewBasis {
    /// The day of a court's order.
    pub made: Option<Day>,
    /// From when on the order no longer holds.
    pub until: Option<Moment>,
    /// The words.
    pub words: Sealed<BasisWords>,
}

impl NewShare {
    pub(super) fn rows(self) -> Vec<Row> {
        let (to_kind, to_id) = written(&self.to);
        let (basis, basis_ref) = (self.basis.word().to_owned(), self.basis.reference());
        let mut rows = vec![row![table::SHARE;
            self.id.to_string(), self.note.to_string(), self.case.to_string(), self.author.to_string(),
            self.agency.to_string(), to_kind.to_owned(), to_id, self.purpose.to_string(), basis, basis_ref,
            self.expires.map(Moment::micros), self.created.micros()]];
        rows.extend(self.written.map(|one| {
            let made = one.made.map(|day| day.to_string());
            row![table::SHARE_BASIS; self.id.to_string(), made, one.until.map(Moment::micros), one.words.bytes]
        }));
        rows
    }
}

/// Writes a recipient as a kind and an id.
pub(super) fn written(to: &Recipient) -> (&'static str, String) {
    match to {
        Recipient::Worker(id) => ("worker", id.to_string()),
        Recipient::Role(role) => ("role", role.to_string()),
        Recipient::Agency(id) => ("agency", id.to_string()),
    }
}

/// Reads a recipient back.
pub(super) fn recipient(row: &AnyRow) -> Result<Recipient, Error> {
    Ok(match read::text(row, "to_kind")?.as_str() {
        "worker" => Recipient::Worker(read::word(row, "to_id")?),
        "role" => Recipient::Role(read::word(row, "to_id")?),
        _ => Recipient::Agency(read::word(row, "to_id")?),
    })
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

/// What a share stands on, as it is stored.
#[derive(Debug)]
pub struct StoredBasis {
    /// Its word, such as `statutory-duty`.
    pub basis: String,
    /// What it refers to.
    pub reference: Option<String>,
    /// The day of a court's order.
    pub made: Option<String>,
    /// From when on the order no longer holds.
    pub until: Option<Moment>,
    /// What was written about it.
    pub words: Option<Sealed<BasisWords>>,
}

impl Store {
    /// Returns what a share stands on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn basis_of(&self, id: ShareId) -> Result<Option<StoredBasis>, Error> {
        let found = sqlx::query(BASIS)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read what a share stands on"))?;
        let Some(row) = found else { return Ok(None) };
        let place = basis_place(id, read::word(&row, "case_id")?);
        Ok(Some(StoredBasis {
            basis: read::text(&row, "basis")?,
            reference: read::maybe_text(&row, "basis_ref")?,
            made: read::maybe_text(&row, "made")?,
            until: read::maybe_int(&row, "until")?.map(Moment::from_micros),
            words: read::maybe_blob(&row, "sealed")?.map(|bytes| Sealed::found(place, bytes)),
        }))
    }

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
