//! Contacts and compliance: how he was seen, whether he came, and what followed when he did not.
//!
//! Promises: each contact and each incident is an event of its own; an absence that was excused says so beside the absence,
//! never in its place; what became of a session of a group is its register's word; an excuse needs evidence (National Outcomes and Standards 2010, 5.25).

use super::events::Happened;
use super::{Desk, Error, Once, Written};
use crate::auth::Actor;
use crate::model::events::{Cause, ContactKind, EventWords, Outcome};
use crate::model::id::{CaseId, EventId, OrderId};
use crate::model::screen::Form;
use crate::model::summary::{Attendance, Attended, Summary};
use crate::model::text::{Line, Prose};
use crate::model::time::Second;
use serde::Deserialize;

/// Pieces of evidence that one event may name.
const EVIDENCE_MAX: usize = 10;

/// A contact as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordContact {
    /// How he was seen, or was to be.
    pub kind: ContactKind,
    /// What became of it.
    pub outcome: Outcome,
    /// When it was, or was to be.
    pub happened: Second,
    /// Under which order.
    #[serde(default)]
    pub order: Option<OrderId>,
    /// The planned contact that this is what became of: it is no longer to come.
    #[serde(default)]
    pub follows: Option<EventId>,
    /// Whether he was told of it beforehand.
    #[serde(default)]
    pub unannounced: bool,
    /// In words.
    #[serde(default)]
    pub text: Option<Prose<4000>>,
    /// What it was seen by.
    #[serde(default)]
    pub evidence: Vec<Line<300>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// An incident of non-compliance as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordNonCompliance {
    /// What he did, or did not do.
    pub text: Prose<4000>,
    /// When.
    pub happened: Second,
    /// Why, as far as it is known.
    #[serde(default)]
    pub cause: Option<Cause>,
    /// Under which order.
    #[serde(default)]
    pub order: Option<OrderId>,
    /// The contact or session at which it showed.
    #[serde(default)]
    pub follows: Option<EventId>,
    /// What it was seen by.
    #[serde(default)]
    pub evidence: Vec<Line<300>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

impl Desk {
    /// Records a contact with him, or one that he missed.
    ///
    /// # Errors
    /// As every event: [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`].
    pub async fn contact(
        &self,
        actor: &Actor,
        case: CaseId,
        new: RecordContact,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        let (event, checked) = self.contact_event(new)?;
        self.happen(actor, case, event, &checked, once).await.map_err(of_kind)
    }

    /// States what a contact becomes, and what its writer has looked at again.
    pub(super) fn contact_event(&self, new: RecordContact) -> Result<(Happened, Vec<Form>), Error> {
        few("evidence", &new.evidence)?;
        let rule = self.contact_word(new.kind, new.outcome)?;
        let attended = match new.outcome {
            Outcome::Kept => Some(Attended::Present),
            Outcome::Late => Some(Attended::Late),
            Outcome::Missed => Some(Attended::Absent),
            Outcome::SentAway => Some(Attended::SentAway),
            Outcome::CalledOff => None,
        };
        let happened = new.happened.moment();
        let on = self.gate.policy.limits().local_day(happened);
        let summary = attended.map(|attended| Attendance { on, attended, session: None, excused: None });
        let words = EventWords {
            text: new.text,
            evidence: new.evidence,
            contact: Some(new.kind),
            unannounced: new.unannounced,
            outcome: Some(new.outcome),
            ..EventWords::default()
        };
        let summary = summary.map(Summary::Attendance);
        let (order, follows) = (new.order, new.follows);
        let event = Happened { order, follows, words, summary, ..Happened::new(rule, happened) };
        Ok((event, new.checked))
    }

    /// Records an incident of non-compliance: every one, whatever follows (5.21, 5.24). It suspends nothing by itself (5.31).
    ///
    /// # Errors
    /// As every event: [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`].
    pub async fn non_compliance(
        &self,
        actor: &Actor,
        case: CaseId,
        new: RecordNonCompliance,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        few("evidence", &new.evidence)?;
        let words =
            EventWords { text: Some(new.text), evidence: new.evidence, cause: new.cause, ..EventWords::default() };
        let rule = self.word("non-compliance")?;
        let event =
            Happened { order: new.order, follows: new.follows, words, ..Happened::new(rule, new.happened.moment()) };
        self.happen(actor, case, event, &new.checked, once).await
    }
}

/// Names the field of a contact that its word comes from.
fn of_kind(why: Error) -> Error {
    match why {
        Error::Invalid { mut errors } => {
            errors.iter_mut().filter(|error| error.field == "word").for_each(|error| error.field = "kind".into());
            Error::Invalid { errors }
        }
        other => other,
    }
}

/// Refuses a list that is too long to be read.
pub(super) fn few<T>(field: &'static str, list: &[T]) -> Result<(), Error> {
    if list.len() <= EVIDENCE_MAX {
        return Ok(());
    }
    Err(Error::field(field, "are too many: name at most 10"))
}
