//! Where a man stands, in the few lines that an officer at a door needs; and what was said when somebody asked.
//!
//! Promises: a card has no place for a note, an assessment or an address, and none for who or how many are protected: that
//! somebody is shows as one number to ring.
//! Must never know: who asks, and whether they may.

use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{AgencyId, PersonId, WorkerId};
use super::text::{Line, Prose};
use super::time::{Day, Moment};

/// A number to ring, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// The number.
    pub number: String,
    /// Whose, in words.
    pub whose: String,
}

/// A recall, or a notice that he is unlawfully at large: what stands in red.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtLarge {
    /// Since when.
    pub since: Moment,
    /// What an officer does, in words.
    pub say: String,
    /// Who has it; none while nobody has said so.
    pub acknowledged: Option<Acknowledged>,
}

/// That a named officer has a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledged {
    /// The officer.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// When they said so.
    pub at: Moment,
}

/// Where a man stands. What nobody has recorded is not there, and the card says so; it is never taken for *no*.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusCard {
    /// The man.
    pub person: PersonId,
    /// What he is under, as the case is headed: `caledonian`.
    pub arrangement: String,
    /// What he is under, each in words with its last day; none of it, if nothing was ever recorded.
    pub orders: Option<Vec<(String, Option<Day>)>>,
    /// The kinds of condition that are live, in words: never whom or where they name.
    pub conditions: Option<Vec<String>>,
    /// The hours of a curfew.
    pub curfew: Option<String>,
    /// That he is recalled.
    pub recall: Option<AtLarge>,
    /// That he is unlawfully at large.
    pub at_large: Option<AtLarge>,
    /// How closely he is seen.
    pub contact_level: Option<String>,
    /// Whom to ring before anybody tells a woman or child anything, if somebody works with one.
    pub safety_contact: Option<Phone>,
    /// The agency whose case it is.
    pub owner: AgencyId,
    /// Its name.
    pub owner_name: String,
    /// Whom to ring there out of hours.
    pub owner_phone: Phone,
    /// When the owner last wrote anything of it.
    pub as_at: Moment,
    /// The owner has given no sign for so long that it may have changed.
    pub is_stale: bool,
}

/// What was said when somebody asked: the incident's number, or why there is none yet. Sealed.
#[derive(Debug)]
pub struct QueryWords {
    /// The number.
    pub incident: Option<Line<40>>,
    /// Why there is none yet.
    pub reason: Option<Prose<500>>,
}

impl Content for QueryWords {
    const TABLE: &'static str = "status_query";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.incident.as_ref().map(Line::reveal));
        out.put(self.reason.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            incident: input.optional()?.map(Line::new).transpose().ok()?,
            reason: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}

/// The incident's number, where it came later. Sealed.
#[derive(Debug)]
pub struct LaterNumber(
    /// The number.
    pub Line<40>,
);

impl Content for LaterNumber {
    const TABLE: &'static str = "status_query_incident";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.0.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self(Line::new(input.take()?).ok()?))
    }
}
