//! Shares, as they are kept. A share is never changed: taking it back is a row of its own.

use super::table::{self, Row, row};
use super::{Error, Store, read, share_keys};
use crate::model::id::{AgencyId, CaseId, NoteId, OverrideId, ShareId, WorkerId};
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed, ShareKey};
use crate::model::shares::{Basis, BasisWords, Purpose, Recipient};
use crate::model::time::{Day, Moment};
use sqlx::any::AnyRow;

pub(super) const ONE: &str = "
    SELECT s.id, s.note, s.case_id, s.author, s.agency, s.to_kind, s.to_id, s.purpose, s.basis, s.basis_ref, s.expires,
           s.created,
           (SELECT x.ended FROM share_end x WHERE x.share = s.id) AS ended
      FROM share s
     WHERE s.id = $1";

/// The shares of a note, oldest first. $1 note, $2 and $3 after this moment and share, $4 at most.
pub(super) const OF_NOTE: &str = "
    SELECT s.id, s.note, s.case_id, s.author, s.agency, s.to_kind, s.to_id, s.purpose, s.basis, s.basis_ref, s.expires,
           s.created,
           (SELECT x.ended FROM share_end x WHERE x.share = s.id) AS ended
      FROM share s
     WHERE s.note = $1
       AND (s.created > $2 OR (s.created = $2 AND s.id > $3))
     ORDER BY s.created, s.id
     LIMIT $4";

/// What is shared on an override: its own share, and those that corrections carried on. $1 override, $2 after that share,
/// $3 at most.
pub(super) const ON_OVERRIDE: &str = "
    SELECT s.id, s.note, s.case_id, s.author, s.agency, s.to_kind, s.to_id, s.purpose, s.basis, s.basis_ref, s.expires,
           s.created,
           (SELECT x.ended FROM share_end x WHERE x.share = s.id) AS ended
      FROM share s
     WHERE s.basis = 'override'
       AND s.basis_ref = $1
       AND s.id > $2
     ORDER BY s.id
     LIMIT $3";

/// The agencies that hold a share's key, or held it: with when it went. $1 share.
pub(super) const HOLDERS: &str = "
    SELECT k.recipient, NULL AS ended FROM share_key k WHERE k.share = $1
     UNION ALL
    SELECT x.recipient, x.ended FROM share_key_end x WHERE x.share = $1
     ORDER BY recipient
     LIMIT 1000";

/// What a share stands on, with the words that were written when it was first shared. $1 share.
pub(super) const BASIS: &str = "
    SELECT s.case_id, s.basis, s.basis_ref, b.made, b.until, b.words_of, w.sealed
      FROM share s
      LEFT JOIN share_basis b ON b.share = s.id
      LEFT JOIN share_basis w ON w.share = COALESCE(b.words_of, b.share)
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
    /// The note's key, wrapped to each agency that is to read it.
    pub keys: Vec<ShareKey>,
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
    /// The words, or the share with which they were written: a corrected note's share stands on the words of the first.
    pub words: BasisWordsOf,
}

/// Where the words about a basis are.
#[derive(Debug, Clone)]
pub enum BasisWordsOf {
    /// Here.
    Written(Sealed<BasisWords>),
    /// With this share.
    First(ShareId),
}

impl NewShare {
    pub(super) fn rows(self) -> Vec<Row> {
        let (to_kind, to_id) = written(&self.to);
        let (basis, basis_ref) = (self.basis.word().to_owned(), self.basis.reference());
        let mut rows = vec![row![table::SHARE;
            self.id.to_string(), self.note.to_string(), self.case.to_string(), self.author.to_string(),
            self.agency.to_string(), to_kind.to_owned(), to_id, self.purpose.to_string(), basis, basis_ref,
            self.expires.map(Moment::micros), self.created.micros(), share_keys::digest(&self.keys)]];
        rows.extend(self.written.map(|one| {
            let made = one.made.map(|day| day.to_string());
            let (first, sealed) = match one.words {
                BasisWordsOf::Written(words) => (None, Some(words.bytes)),
                BasisWordsOf::First(share) => (Some(share.to_string()), None),
            };
            row![table::SHARE_BASIS; self.id.to_string(), made, one.until.map(Moment::micros), first, sealed]
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
    /// The share.
    pub id: ShareId,
    /// The note that was shared.
    pub note: NoteId,
    /// Its case.
    pub case: CaseId,
    /// Who shared it.
    pub author: WorkerId,
    /// The agency that shared it.
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
    /// When it was taken back.
    pub ended: Option<Moment>,
}

/// An agency to which a share's key was given.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The agency.
    pub agency: AgencyId,
    /// When its key was deleted.
    pub ended: Option<Moment>,
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
    /// The share with which it was written: this one, or that of a note that was corrected.
    pub first: ShareId,
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
        let first = read::maybe_word(&row, "words_of")?.unwrap_or(id);
        let place = basis_place(first, read::word(&row, "case_id")?);
        Ok(Some(StoredBasis {
            basis: read::text(&row, "basis")?,
            reference: read::maybe_text(&row, "basis_ref")?,
            made: read::maybe_text(&row, "made")?,
            until: read::maybe_int(&row, "until")?.map(Moment::from_micros),
            first,
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
        found.as_ref().map(stored).transpose()
    }

    /// Returns every share of a note, ended or not, oldest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn shares_of(&self, note: NoteId) -> Result<Vec<StoredShare>, Error> {
        let mut shares: Vec<StoredShare> = Vec::new();
        loop {
            let (created, id) =
                shares.last().map_or((-1, String::new()), |one| (one.created.micros(), one.id.to_string()));
            let rows = sqlx::query(OF_NOTE)
                .bind(note.to_string())
                .bind(created)
                .bind(id)
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read the shares of a note"))?;
            if read::is_all(&mut shares, &rows, stored)? {
                return Ok(shares);
            }
        }
    }

    /// Returns whatever is or was shared on an override.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn shares_on_override(&self, id: OverrideId) -> Result<Vec<StoredShare>, Error> {
        let mut shares: Vec<StoredShare> = Vec::new();
        loop {
            let rows = sqlx::query(ON_OVERRIDE)
                .bind(id.to_string())
                .bind(shares.last().map(|share| share.id.to_string()).unwrap_or_default())
                .bind(read::ROWS_MAX)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read what is shared on an override"))?;
            if read::is_all(&mut shares, &rows, stored)? {
                return Ok(shares);
            }
        }
    }

    /// Returns the agencies that hold or held a share's key.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn holders_of(&self, share: ShareId) -> Result<Vec<Holder>, Error> {
        let rows = sqlx::query(HOLDERS)
            .bind(share.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read who holds a share's key"))?;
        let holder = |row| {
            let ended = read::maybe_int(row, "ended")?.map(Moment::from_micros);
            Ok(Holder { agency: read::word(row, "recipient")?, ended })
        };
        rows.iter().map(holder).collect()
    }
}

/// Returns the place of the words that say why a share was taken back.
#[must_use]
pub fn reason_place(case: CaseId, share: ShareId) -> Place {
    Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Share(share) }
}

fn stored(row: &AnyRow) -> Result<StoredShare, Error> {
    let basis = match read::text(row, "basis")?.as_str() {
        "consent" => Basis::Consent(read::word(row, "basis_ref")?),
        "statutory-duty" => Basis::StatutoryDuty(read::text(row, "basis_ref")?),
        "vital-interests" => Basis::VitalInterests,
        "court-order" => Basis::CourtOrder(read::text(row, "basis_ref")?),
        "override" => Basis::Override(read::word(row, "basis_ref")?),
        _ => return Err(Error::Word { column: "basis" }),
    };
    Ok(StoredShare {
        id: read::word(row, "id")?,
        note: read::word(row, "note")?,
        case: read::word(row, "case_id")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        to: recipient(row)?,
        purpose: read::word(row, "purpose")?,
        basis,
        expires: read::maybe_int(row, "expires")?.map(Moment::from_micros),
        created: Moment::from_micros(read::int(row, "created")?),
        ended: read::maybe_int(row, "ended")?.map(Moment::from_micros),
    })
}
