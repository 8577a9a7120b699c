//! Names of things: one type for each, so that mixing them up does not compile.
//!
//! Ids are random UUIDs (version 4): a version that carries its creation time would
//! tell a database reader when a woman first asked for help. Notes and entries may carry it
//! (version 7), because their rows hold the same moment in clear beside the id: what is written
//! together then lies together in the indexes, and writing a note touches half as many pages.

use super::time::Moment;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// The text was not an id: 36 characters, lower-case hexadecimal with hyphens.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an id: write 36 characters, lower-case hexadecimal with hyphens")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])+ $name:ident),+ $(,)?) => {$(
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// Returns a new random id.
            #[must_use]
            pub fn random() -> Self {
                Self(Uuid::new_v4())
            }

            /// Returns the id with these bits, for caseloads that are drawn from a seed.
            #[must_use]
            pub fn from_bits(bits: u128) -> Self {
                Self(uuid::Builder::from_u128(bits).with_version(uuid::Version::Random)
                    .with_variant(uuid::Variant::RFC4122).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                parse(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+};
}

ids! {
    /// A worker: one person in one seat (one role in one agency).
    WorkerId,
    /// The man: the person who is supervised.
    PersonId,
    /// A woman or child who is protected; also her pseudonym.
    ProtectedId,
    /// A case: one man and those who work with his family.
    CaseId,
    /// A worker's part in a case.
    InvolvementId,
    /// A risk note.
    NoteId,
    /// A share of one note with one recipient.
    ShareId,
    /// One event in a chain of consent.
    ConsentId,
    /// A victim-safety alert.
    AlertId,
    /// One recipient's copy of an alert.
    DeliveryId,
    /// A declaration that a worker knows somebody.
    ConflictId,
    /// A decision to share against a woman's wishes.
    OverrideId,
    /// A decision to tell, or not to tell, somebody outside the arrangements.
    DecisionId,
    /// One audit entry, before and after it has an index.
    EntryId,
    /// One wrapped key.
    WrapId,
    /// An emergency grant.
    GrantId,
    /// A look at whereabouts under an emergency grant.
    RevealId,
    /// A breach that was opened.
    BreachId,
    /// An order, licence or other episode of supervision.
    OrderId,
    /// One event of supervision: something that happened, as a worker recorded it.
    EventId,
    /// A sign-in of a browser, from its beginning to its end.
    SessionId,
    /// A question where a man stands.
    QueryId,
    /// An address that is proposed for a man.
    AddressId,
    /// What one service is asked about an address.
    CheckId,
    /// An answer to that.
    ReplyId,
    /// A risk assessment as it was supplied.
    AssessmentId,
    /// A batch of assessments that was marked at once.
    DoubtId,
    /// One version of a risk management plan.
    PlanId,
    /// A referral for management under MAPPA.
    ReferralId,
    /// A MAPPA meeting.
    MeetingId,
    /// A case on the agenda of one.
    AgendaItemId,
    /// An invitation to one.
    MeetingSeatId,
    /// What women may be told of one kind of event in a case.
    WordingId,
    /// What a plan does for one protected person.
    PlanPartId,
    /// A group of a programme that runs.
    ProgrammeId,
    /// A man's place in a programme, from the waiting list on.
    PlaceId,
    /// A place on the rota, or a leave.
    RotaId,
    /// Alerts of an agency that came all at once.
    StormId,
    /// A case that is locked.
    LockId,
    /// Somebody's word that a case must be locked.
    LockCallId,
    /// A table that came in from another system.
    ImportId,
    /// One version of how somebody is reached safely.
    SafeCardId,
    /// One way of reaching somebody.
    SafeRouteId,
    /// What was said of such ways: that she was asked about them, or that they are unsafe.
    SafeMarkId,
    /// Somebody asked to reach her.
    SafeAskId,
    /// A drill.
    DrillId,
    /// A worker's e-mail address.
    ChannelId,
    /// Where an agency's own system is told that something waits.
    EndpointId,
    /// One secret of such a place.
    EndpointKeyId,
    /// A message that somebody asked for to try such a place.
    TestId,
}

macro_rules! timed {
    ($($name:ident),+) => {$(
        impl $name {
            /// Returns a new id that begins with this moment, to the millisecond; 74 bits of it are random.
            #[must_use]
            pub fn at(moment: Moment) -> Self {
                Self(timed(moment))
            }

            /// Returns the moment that such an id begins with, in milliseconds.
            #[must_use]
            pub const fn millis(self) -> u128 {
                self.0.as_u128() >> 80
            }
        }
    )+};
}

timed! { NoteId, EntryId }

/// Draws a version 7 id: a moment, then bytes of a random id that no version or variant stands in.
fn timed(moment: Moment) -> Uuid {
    let millis = u64::try_from(moment.micros() / 1000).unwrap_or(0);
    let drawn = Uuid::new_v4().into_bytes();
    let mut random = [0; 10];
    random[..6].copy_from_slice(&drawn[..6]);
    random[6..].copy_from_slice(&drawn[9..13]);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

/// Reads exactly the canonical form, so that one thing has one name.
fn parse(text: &str) -> Result<Uuid, NotAnId> {
    let id = Uuid::try_parse(text).map_err(|_| NotAnId)?;
    if id.hyphenated().to_string() == text && !id.is_nil() { Ok(id) } else { Err(NotAnId) }
}

/// An agency's short name, such as `ayrshire-womens-service`.
///
/// Shape: 2 to 64 of `a-z`, `0-9`, `-`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AgencyId(String);

/// The text was not an agency's short name.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not an agency: write its short name, 2 to 64 of a-z, 0-9 and hyphen")]
pub struct NotAnAgency;

impl AgencyId {
    /// Returns the short name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AgencyId {
    type Err = NotAnAgency;
    fn from_str(text: &str) -> Result<Self, NotAnAgency> {
        let fits = (2..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if fits { Ok(Self(text.to_owned())) } else { Err(NotAnAgency) }
    }
}

impl TryFrom<String> for AgencyId {
    type Error = NotAnAgency;
    fn try_from(text: String) -> Result<Self, NotAnAgency> {
        text.parse()
    }
}

impl From<AgencyId> for String {
    fn from(id: AgencyId) -> Self {
        id.0
    }
}

impl fmt::Display for AgencyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_has_one_name() {
        let id = NoteId::random();
        assert_eq!(id.to_string().parse(), Ok(id));
        let loud = id.to_string().to_uppercase();
        for bad in [loud.as_str(), "", "{x}", "00000000-0000-0000-0000-000000000000", &format!("{id}0")] {
            // A draw of digits alone has no upper case and stays itself.
            assert!(bad == id.to_string() || bad.parse::<NoteId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_agency_is_a_short_plain_name() {
        assert!("police-scotland".parse::<AgencyId>().is_ok());
        for bad in ["", "a", "Police", "police scotland", "polis\u{301}", &"a".repeat(65)] {
            assert!(bad.parse::<AgencyId>().is_err(), "{bad}");
        }
    }
}
