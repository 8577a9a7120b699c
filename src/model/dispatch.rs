//! What leaves the hub: where it goes, how often it was tried, what came of it, and when it is tried again.
//!
//! Promises: when something is tried again is reckoned from when it was begun and when it was tried last; attempts that came between,
//! because something newer came for the same place, take nothing from it.
//! Must never know: what waits, for whom.

use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{ChannelId, EndpointId};
use super::text::Line;
use super::time::Moment;
use super::words::vocabulary;
use std::fmt;
use std::str::FromStr;

vocabulary! {
    /// By what it goes.
    Way {
        /// By e-mail.
        Mail = "mail",
        /// By a signed request to an agency's own system.
        Webhook = "webhook",
    }
}

vocabulary! {
    /// What came of one attempt.
    Outcome {
        /// The peer said that it has it.
        Done = "done",
        /// It did not.
        Failed = "failed",
        /// It was not tried, because the one before it failed or the round took too long.
        Held = "held",
        /// The peer said that it wants nothing more.
        Gone = "gone",
    }
}

vocabulary! {
    /// How something ended, for one place where it was to go.
    Settled {
        /// The peer said that it has it.
        Done = "done",
        /// The last attempt failed, too.
        Dead = "dead",
        /// Its recipient had set this kind aside.
        Muted = "muted",
        /// Its recipient had acknowledged it before it was sent.
        Seen = "seen",
    }
}

/// Where something goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Target {
    /// A worker's e-mail address.
    Channel(ChannelId),
    /// An agency's own system.
    Endpoint(EndpointId),
}

/// The text was not a target.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("not a target")]
pub struct NotATarget;

impl Target {
    /// Returns by what it goes there.
    #[must_use]
    pub const fn way(self) -> Way {
        match self {
            Self::Channel(_) => Way::Mail,
            Self::Endpoint(_) => Way::Webhook,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Channel(id) => write!(f, "c:{id}"),
            Self::Endpoint(id) => write!(f, "e:{id}"),
        }
    }
}

impl FromStr for Target {
    type Err = NotATarget;
    fn from_str(text: &str) -> Result<Self, NotATarget> {
        match text.split_once(':') {
            Some(("c", id)) => id.parse().map(Self::Channel).map_err(|_| NotATarget),
            Some(("e", id)) => id.parse().map(Self::Endpoint).map_err(|_| NotATarget),
            _ => Err(NotATarget),
        }
    }
}

/// When something was first begun and last begun, and whether that last attempt has an outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tried {
    /// How often it was begun.
    pub attempts: i64,
    /// When for the first time.
    pub first: Moment,
    /// When for the last time.
    pub last: Moment,
    /// What came of the last one, if that is known.
    pub outcome: Option<Outcome>,
}

impl Tried {
    /// Returns when it is tried again by these waits; nothing when the last of them is over. `draw` moves it by up to a fifth of the
    /// wait, so that what failed together does not come back together.
    #[must_use]
    pub fn again(&self, waits: &[i64], draw: u8) -> Option<Moment> {
        let mut offset = 0;
        for wait in waits {
            offset += wait;
            let at = self.first.plus_seconds(offset);
            if at > self.last {
                return Some(at.plus_micros(wait * 1_000_000 / 5 * i64::from(draw) / 256));
            }
        }
        None
    }
}

/// Where a worker's e-mail goes, and the code that proves that they read it there; sealed.
pub struct MailAddress {
    /// The address.
    pub address: Line<254>,
    /// The code that was sent to it.
    pub code: Line<20>,
}

impl Content for MailAddress {
    const TABLE: &'static str = "mail_channel";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.address.reveal()));
        out.put(Some(self.code.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self { address: Line::new(input.take()?).ok()?, code: Line::new(input.take()?).ok()? })
    }
}

/// Where an agency's own system listens, and a secret that it knows the hub by; sealed.
pub struct EndpointKey {
    /// The address.
    pub url: Line<500>,
    /// The secret, as it was given out: `whsec_` and base64.
    pub secret: Line<100>,
}

impl Content for EndpointKey {
    const TABLE: &'static str = "endpoint_key";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.url.reveal()));
        out.put(Some(self.secret.reveal()));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self { url: Line::new(input.take()?).ok()?, secret: Line::new(input.take()?).ok()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Moment {
        Moment::from_micros(seconds * 1_000_000)
    }

    fn tried(first: i64, last: i64) -> Tried {
        Tried { attempts: 2, first: at(first), last: at(last), outcome: Some(Outcome::Failed) }
    }

    #[test]
    fn it_is_tried_at_its_times_whatever_came_between() {
        let waits = [5, 300, 1_800];
        assert_eq!(tried(100, 100).again(&waits, 0), Some(at(105)));
        assert_eq!(tried(100, 105).again(&waits, 0), Some(at(405)));
        assert_eq!(tried(100, 250).again(&waits, 0), Some(at(405)), "an attempt between takes none away");
        assert_eq!(
            tried(100, 1_000).again(&waits, 0),
            Some(at(2_205)),
            "after an outage the times that passed are one"
        );
        assert_eq!(tried(100, 2_205).again(&waits, 0), None);
        let drawn = tried(100, 105).again(&waits, 255).unwrap();
        assert!(drawn > at(405) && drawn < at(405 + 60), "up to a fifth later");
    }

    #[test]
    fn a_target_has_one_name() {
        for target in [Target::Channel(ChannelId::random()), Target::Endpoint(EndpointId::random())] {
            assert_eq!(target.to_string().parse(), Ok(target));
        }
        for bad in ["", "c:", "x:00000000-0000-4000-8000-000000000001", "c"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
