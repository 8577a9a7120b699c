//! What is kept in the spool while nothing can be committed: an act that must not be lost, as its sender sent it.
//!
//! Promises: its words are wiped when it is dropped, and stand in no debug print. It says who sent it and never by which token.

use super::id::{AgencyId, WorkerId};
use super::time::Moment;
use super::words::vocabulary;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

vocabulary! {
    /// An act that goes through when nothing can be committed.
    SpoolAct {
        /// An alert on a case.
        Alert = "alert",
        /// Somebody of a case takes consent back.
        TakeBack = "take-back",
        /// A case is locked.
        Lock = "lock",
        /// One consent is taken back by its id.
        Withdraw = "withdraw",
        /// A signing key is said to be lost or stolen: it signs no more.
        ReportKey = "report-key",
        /// A browser signs out: its session admits nobody any more.
        SignOut = "sign-out",
    }
}

vocabulary! {
    /// What became of a frame of the spool.
    SpoolOutcome {
        /// It was done, in the same commit.
        Done = "done",
        /// It had been done before: the first try was on disk, and only its answer was lost.
        Before = "before",
        /// It was not done, and whoever sent it was told.
        Refused = "refused",
        /// It could not be read, and those who answer for the hub were told.
        Damaged = "damaged",
    }
}

/// Who sent it, as their credential said when it was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// The worker; none for an agency's system, and for a browser whose session could not be looked up.
    pub worker: Option<WorkerId>,
    /// The agency; none for such a browser.
    pub agency: Option<AgencyId>,
}

impl Sender {
    /// Returns the word that it counts under.
    #[must_use]
    pub fn word(&self) -> String {
        match (&self.worker, &self.agency) {
            (Some(worker), _) => format!("u:{worker}"),
            (None, Some(agency)) => format!("s:{agency}"),
            (None, None) => "browser".to_owned(),
        }
    }
}

/// An act as it came in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpooledAct {
    /// Which.
    pub act: SpoolAct,
    /// On what: the id that stood in the path; of a session the print of its key.
    pub target: String,
    /// Who sent it.
    pub sender: Sender,
    /// The key under which its answer is kept: the sender's own, or one made of the request's id.
    pub key: String,
    /// SHA-256 of method, path and body, in hexadecimal.
    pub digest: String,
    /// When it came, in microseconds since 1970.
    pub received: i64,
    /// Whether the clock could be believed then.
    pub certain: bool,
    /// The request's id.
    pub request: String,
    /// The body as it came.
    pub body: Words,
}

/// The bytes of a body: text that was read as JSON, wiped when dropped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
#[serde(transparent)]
pub struct Words(String);

impl Words {
    /// Takes a body.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Returns it, to be read as JSON. An empty body is the empty object.
    #[must_use]
    pub fn reveal(&self) -> &str {
        if self.0.is_empty() { "{}" } else { &self.0 }
    }
}

impl SpooledAct {
    /// Returns when it came.
    #[must_use]
    pub const fn received_at(&self) -> Moment {
        Moment::from_micros(self.received)
    }

    /// Writes it, in memory that is wiped.
    ///
    /// # Errors
    /// None that is known: every part is text, a number or a word.
    pub fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, serde_json::Error> {
        // Room for every byte escaped, so that nothing grows: growing leaves copies.
        let mut bytes = Zeroizing::new(Vec::with_capacity(6 * self.body.0.len() + 2048));
        serde_json::to_writer(&mut *bytes, self).map(|()| bytes)
    }

    /// Reads what [`SpooledAct::to_bytes`] wrote.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        serde_json::from_slice(bytes).ok()
    }
}

impl fmt::Debug for SpooledAct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SpooledAct({} by {})", self.act, self.sender.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_act_is_read_as_it_was_written_and_says_nothing_in_prints() {
        let act = SpooledAct {
            act: SpoolAct::Alert,
            target: "x".to_owned(),
            sender: Sender { worker: Some(WorkerId::from_bits(1)), agency: Some("police".parse().unwrap()) },
            key: "k".to_owned(),
            digest: "d".to_owned(),
            received: 7,
            certain: true,
            request: "r".to_owned(),
            body: Words::new("{\"text\":\"He \u{1}is outside.\"}"),
        };
        let bytes = act.to_bytes().unwrap();
        assert_eq!(SpooledAct::from_bytes(&bytes).unwrap(), act);
        assert!(bytes.len() <= bytes.capacity() && !format!("{act:?}").contains("outside"));
        assert_eq!(SpooledAct::from_bytes(&bytes[1..]), None);
        assert_eq!(Words::new("").reveal(), "{}");
    }
}
