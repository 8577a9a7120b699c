//! Where somebody has said no: she, to what may be shared; a second person or a reviewer, to an override.
//!
//! Promises: a no counts until a later yes covers the same; one that was asked about a note holds for its correction.
//! Must never know: what anybody said in words.

use super::consents::{agreed, carries_sharing, latest_said};
use super::facts::{based, live, live_override};
use super::shares::written;
use super::{Error, Store, read};
use crate::model::id::{AgencyId, CaseId, NoteId, ProtectedId, ShareId};
use crate::model::notes::Category;
use crate::model::shares::Recipient;
use crate::model::time::Moment;

/// Whether she said no to an agency being told of a category: she refused it, took it back or narrowed it away, and no
/// yes of hers covers it now. A refusal that names nothing is one of everything.
/// $1 case, $2 subject, $3 now, $4 agency, $5 category.
pub(super) const SAID_NO: &str = concat!(
    "SELECT CAST(COUNT(*) AS BIGINT) AS no
       FROM consent c
      WHERE c.case_id = $1
        AND c.subject = $2
        AND c.event IN ('refused', 'withdrawn', 'limited')
        AND ",
    carries_sharing!(),
    " AND ",
    latest_said!(),
    " AND (EXISTS (SELECT 1 FROM consent p JOIN consent_scope o ON o.consent = p.id
                    WHERE p.chain = c.chain AND o.recipient = $4 AND o.category = $5)
        OR NOT EXISTS (SELECT 1 FROM consent p JOIN consent_scope o ON o.consent = p.id WHERE p.chain = c.chain))
       AND NOT EXISTS (
             SELECT 1 FROM consent c JOIN consent_scope o ON o.consent = c.id
              WHERE c.case_id = $1 AND c.subject = $2 AND o.recipient = $4 AND o.category = $5
                AND (c.not_before IS NULL OR c.not_before <= $3)
                AND (c.expires IS NULL OR c.expires > $3)
                AND ",
    agreed!(),
    ")"
);

/// Whether somebody has said no to an override of a note, or of the one that it corrects, for a recipient. $1 note, $2 kind of
/// recipient, $3 recipient.
pub(super) const TURNED_DOWN: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS no
      FROM override_ask o
     WHERE (o.note = $1 OR o.note IN (SELECT old FROM supersession WHERE note = $1))
       AND o.to_kind = $2
       AND o.to_id = $3
       AND (EXISTS (SELECT 1 FROM override_second y WHERE y.override_id = o.id AND y.outcome = 'refused')
         OR EXISTS (SELECT 1 FROM override_review v WHERE v.override_id = o.id AND v.outcome = 'not-justified'))";

/// Whether a share is live and what it stands on holds. $1 share, $2 note, $3 now.
pub(super) const STANDS: &str = concat!(
    "SELECT CAST(COUNT(*) AS BIGINT) AS yes FROM share s WHERE s.id = $1 AND s.note = $2 AND ",
    live!(),
    " AND ",
    based!()
);

impl Store {
    /// Says whether she said no to an agency being told of a category, and has not said yes since.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn said_no(
        &self,
        case: CaseId,
        her: ProtectedId,
        now: Moment,
        agency: &AgencyId,
        category: Category,
    ) -> Result<bool, Error> {
        let row = sqlx::query(SAID_NO)
            .bind(case.to_string())
            .bind(her.to_string())
            .bind(now.micros())
            .bind(agency.to_string())
            .bind(category.as_str())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read what she said no to"))?;
        Ok(read::int(&row, "no")? > 0)
    }

    /// Says whether an override of a note, or of the one that it corrects, was turned down for a recipient.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn was_turned_down(&self, note: NoteId, to: &Recipient) -> Result<bool, Error> {
        let (kind, to) = written(to);
        let row = sqlx::query(TURNED_DOWN)
            .bind(note.to_string())
            .bind(kind)
            .bind(to)
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read which overrides were turned down"))?;
        Ok(read::int(&row, "no")? > 0)
    }

    /// Says whether a share of a note is live and stands on something that holds.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn stands(&self, share: ShareId, note: NoteId, now: Moment) -> Result<bool, Error> {
        let row = sqlx::query(STANDS)
            .bind(share.to_string())
            .bind(note.to_string())
            .bind(now.micros())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read whether a share stands"))?;
        Ok(read::int(&row, "yes")? > 0)
    }
}
