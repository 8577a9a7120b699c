//! Consent chains, as they are kept: one row for each event, its scope beside it.

use super::signed::Signed;
use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::consents::{ConsentEvent, ConsentKind, ConsentMethod, ConsentWords};
use crate::model::id::{AgencyId, CaseId, ConsentId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Compartment, Drawer, Place, Record, Sealed};
use crate::model::shares::Purpose;
use crate::model::time::Moment;

/// The event `c` is the latest of its chain in which she said something. That she was overruled is an event of her chain
/// and says nothing of what she agreed to: whoever asks where a chain stands asks with this.
macro_rules! latest_said {
    () => {
        "c.seq = (SELECT MAX(l.seq) FROM consent l
                   WHERE l.chain = c.chain AND l.event <> 'shared-without-consent')"
    };
}

/// The event `c` is of a kind that carries sharing: the words of [`ConsentKind::carries_sharing`], held to it by a test.
macro_rules! carries_sharing {
    () => {
        "c.kind IN ('womens-service', 'child')"
    };
}

/// The event `c` is a yes to sharing, and the latest in which she said something.
macro_rules! agreed {
    () => {
        concat!(
            "c.event IN ('given', 'limited', 'renewed')
                        AND ",
            carries_sharing!(),
            "
                        AND ",
            latest_said!()
        )
    };
}

pub(super) use {agreed, carries_sharing, latest_said};

pub(super) const LATEST: &str = concat!(
    "SELECT c.id, c.chain, c.seq, c.case_id, c.subject, c.event, c.kind, c.expires, c.notice, c.method, c.asked_alone,
            c.author, c.agency, c.recorded, c.sealed, c.not_before, c.event_time,
            CAST((SELECT MAX(l.seq) FROM consent l WHERE l.chain = c.chain) AS BIGINT) AS last,
            CAST((SELECT COUNT(*) FROM consent w WHERE w.chain = c.chain
                     AND w.event = 'shared-without-consent') AS BIGINT) AS overruled,
            (SELECT f.agency FROM consent f WHERE f.id = c.chain) AS taken_by
       FROM consent c
      WHERE c.chain = (SELECT chain FROM consent WHERE id = $1)
        AND ",
    latest_said!(),
    " LIMIT 1"
);

/// The chains in which a woman or child of a case said what may be shared.
pub(super) const CHAINS: &str = concat!(
    "SELECT c.id
       FROM consent c
      WHERE c.case_id = $1
        AND c.subject = $2
        AND ",
    carries_sharing!(),
    "
        AND c.id = c.chain
      ORDER BY c.recorded DESC, c.id
      LIMIT 20"
);

pub(super) const SCOPE: &str = "
    SELECT recipient, category, purpose
      FROM consent_scope
     WHERE consent = $1
     ORDER BY recipient, category, purpose
     LIMIT 2000";

/// One event of a consent chain, in clear but for the words.
#[derive(Debug, Clone)]
pub struct ConsentHead {
    /// The event.
    pub id: ConsentId,
    /// The chain: the id of its first event.
    pub chain: ConsentId,
    /// Its position in the chain, from 1.
    pub seq: i64,
    /// The case.
    pub case: CaseId,
    /// Whose consent: a protected person's id, or the man's person id.
    pub subject: String,
    /// What happened.
    pub event: ConsentEvent,
    /// What kind of consent.
    pub kind: ConsentKind,
    /// From when on it holds; at once if not given.
    pub not_before: Option<Moment>,
    /// When it happened, if that was before it was recorded.
    pub event_time: Option<Moment>,
    /// From when on it no longer holds.
    pub expires: Option<Moment>,
    /// The notice that she was given, by id and version.
    pub notice: String,
    /// How it was taken.
    pub method: ConsentMethod,
    /// Whether she was asked alone.
    pub asked_alone: bool,
    /// Who recorded it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// When.
    pub recorded: Moment,
}

impl ConsentHead {
    /// Says whether sharing may stand on the chain whose latest event this is.
    #[must_use]
    pub fn holds_at(&self, now: Moment) -> bool {
        let begun = self.not_before.is_none_or(|from| from <= now);
        self.event.is_live() && begun && self.expires.is_none_or(|end| end > now)
    }

    /// Returns the protected person whose consent it is, if it is not the man's.
    #[must_use]
    pub fn about(&self) -> Option<ProtectedId> {
        match self.kind {
            ConsentKind::WomensService | ConsentKind::ContactPreference | ConsentKind::Child => {
                self.subject.parse().ok()
            }
            ConsentKind::StatementOfUnderstanding | ConsentKind::StatementOfAgreement => None,
        }
    }
}

/// An event that is recorded for the first time.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// The case, whose facts move.
    pub case: CaseId,
    /// The event.
    pub head: ConsentHead,
    /// Who may be told what for which purpose.
    pub scope: Vec<(AgencyId, Category, Purpose)>,
    /// What was said.
    pub words: Sealed<ConsentWords>,
    /// The event as worker, agency and hub signed it.
    pub signed: Signed,
}

impl NewConsent {
    pub(super) fn rows(self) -> Vec<Row> {
        let head = self.head;
        let id = head.id.to_string();
        let mut rows = vec![
            row![table::CONSENT;
            id.clone(), head.chain.to_string(), head.seq, head.case.to_string(), head.subject,
            head.event.to_string(), head.kind.to_string(), head.expires.map(Moment::micros), head.notice,
            head.method.to_string(), i64::from(head.asked_alone), head.author.to_string(),
            head.agency.to_string(), head.recorded.micros(), self.words.bytes,
            head.not_before.map(Moment::micros), head.event_time.map(Moment::micros)],
            self.signed.row(&id),
        ];
        rows.extend(self.scope.into_iter().map(|(recipient, category, purpose)| {
            row![table::CONSENT_SCOPE; id.clone(), recipient.to_string(), category.to_string(), purpose.to_string()]
        }));
        rows
    }
}

/// The latest event of a chain by which she said something, with its scope.
#[derive(Debug)]
pub struct StoredConsent {
    /// The event.
    pub head: ConsentHead,
    /// Who may be told what for which purpose.
    pub scope: Vec<(AgencyId, Category, Purpose)>,
    /// What was said.
    pub words: Sealed<ConsentWords>,
    /// The position of the chain's last event, be it that she was overruled.
    pub last: i64,
    /// How often something was shared against her wishes.
    pub overruled: i64,
    /// The agency that took it: that of the chain's first event.
    pub taken_by: AgencyId,
}

impl Store {
    /// Returns the chains in which a protected person of a case said what may be shared, newest first; at most 20.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn chains_of(&self, case: CaseId, subject: ProtectedId) -> Result<Vec<ConsentId>, Error> {
        let rows = sqlx::query(CHAINS)
            .bind(case.to_string())
            .bind(subject.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read her consents"))?;
        rows.iter().map(|row| read::word(row, "id")).collect()
    }

    /// Returns the latest event of the chain that `id` belongs to.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn consent(&self, id: ConsentId) -> Result<Option<StoredConsent>, Error> {
        let found = sqlx::query(LATEST)
            .bind(id.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a consent"))?;
        let Some(row) = found else { return Ok(None) };
        let head = head(&row)?;
        let rows = sqlx::query(SCOPE)
            .bind(head.id.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read a consent's scope"))?;
        let scope = rows
            .iter()
            .map(|row| Ok((read::word(row, "recipient")?, read::word(row, "category")?, read::word(row, "purpose")?)))
            .collect::<Result<_, Error>>()?;
        let place = Place { drawer: Drawer::of(head.case, Compartment::Legal), record: Record::Consent(head.id) };
        let (words, last) = (Sealed::found(place, read::blob(&row, "sealed")?), read::int(&row, "last")?);
        let (overruled, taken_by) = (read::int(&row, "overruled")?, read::word(&row, "taken_by")?);
        Ok(Some(StoredConsent { head, scope, words, last, overruled, taken_by }))
    }
}

fn head(row: &sqlx::any::AnyRow) -> Result<ConsentHead, Error> {
    Ok(ConsentHead {
        id: read::word(row, "id")?,
        chain: read::word(row, "chain")?,
        seq: read::int(row, "seq")?,
        case: read::word(row, "case_id")?,
        subject: read::text(row, "subject")?,
        event: read::word(row, "event")?,
        kind: read::word(row, "kind")?,
        not_before: read::maybe_int(row, "not_before")?.map(Moment::from_micros),
        event_time: read::maybe_int(row, "event_time")?.map(Moment::from_micros),
        expires: read::maybe_int(row, "expires")?.map(Moment::from_micros),
        notice: read::text(row, "notice")?,
        method: read::word(row, "method")?,
        asked_alone: read::int(row, "asked_alone")? != 0,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        recorded: Moment::from_micros(read::int(row, "recorded")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The list in brackets behind `column`, as SQL writes it.
    fn list<'a>(text: &'a str, column: &str) -> Vec<&'a str> {
        let (_, after) = text.split_once(&format!("{column} IN (")).unwrap();
        let (list, _) = after.split_once(')').unwrap();
        list.split(", ").map(|word| word.trim_matches('\'')).collect()
    }

    #[test]
    fn what_the_queries_take_for_a_yes_to_sharing_is_what_the_model_says() {
        let kinds: Vec<&str> =
            ConsentKind::ALL.iter().filter(|kind| kind.carries_sharing()).map(|kind| kind.as_str()).collect();
        let events: Vec<&str> =
            ConsentEvent::ALL.iter().filter(|event| event.is_live()).map(|event| event.as_str()).collect();
        assert_eq!(kinds, ["womens-service", "child"], "his statements are conditions and not free");
        let facts = [super::super::facts::RELEASES_OF_NOTE, super::super::facts::RELEASES_OF_CASE];
        for text in facts.into_iter().chain([super::super::withdrawals::LIVE_CHAINS]) {
            assert_eq!(list(text, "c.kind"), kinds, "{text}");
            assert_eq!(list(text, "c.event"), events, "{text}");
            assert!(text.contains(latest_said!()), "{text}");
        }
        assert_eq!(list(CHAINS, "c.kind"), kinds);
        for text in [LATEST, super::super::share_keys::OVERDUE] {
            assert!(text.contains(latest_said!()), "{text}");
        }
    }
}
