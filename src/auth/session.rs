//! From the key that a browser shows to a [`Credential`]: its session was begun by a sign-in, and neither time nor anybody has
//! ended it.
//!
//! Promises: a key is 256 random bits that are no token, hold nothing and are kept nowhere but in the browser: the hub knows
//! its SHA-256 alone. Whoever is idle too long is out, by this node's own memory: a request that another node saw does not
//! count here, and after a start nobody was seen since they signed in, so the memory errs towards signing in again.
//! Must never know: the database (the desk brings the row), what anybody may do.

use super::{Credential, Subject};
use crate::model::id::SessionId;
use crate::model::sessions::KeptSession;
use crate::model::time::Moment;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// What a browser shows: 256 random bits. Shape in text: 43 characters, base64url without padding.
pub struct SessionKey(Zeroizing<[u8; 32]>);

impl SessionKey {
    /// Returns a new random key.
    ///
    /// # Panics
    /// If the operating system gives no random bytes.
    #[must_use]
    pub fn random() -> Self {
        let mut bits = Zeroizing::new([0_u8; 32]);
        aws_lc_rs::rand::fill(&mut *bits).expect("the operating system gives random bytes");
        Self(bits)
    }

    /// Reads the key that a browser shows; nothing if it has not its shape.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
        let mut bits = Zeroizing::new([0_u8; 32]);
        if bytes.len() != bits.len() {
            return None;
        }
        bits.copy_from_slice(&bytes);
        Some(Self(bits))
    }

    /// Writes the key for the browser, and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.0))
    }

    /// Returns what is kept of the key: SHA-256, in hexadecimal.
    #[must_use]
    pub fn print(&self) -> String {
        Sha256::digest(*self.0).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns what stands in each form of this session: whoever cannot read its pages cannot send its forms.
    #[must_use]
    pub fn form_token(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::new().chain_update(FORM).chain_update(*self.0).finalize())
    }

    /// Says whether a form is of this session. Takes the same time wherever the difference is.
    #[must_use]
    pub fn made(&self, token: &str) -> bool {
        self.form_token().as_bytes().ct_eq(token.as_bytes()).into()
    }
}

impl fmt::Debug for SessionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionKey")
    }
}

/// Why a session admits nobody. The browser is told one thing for all of them.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum Over {
    /// The key is not that of the session.
    #[error("session of another key")]
    OtherKey,
    /// It was ended: by its holder, or by the next sign-in of the same browser.
    #[error("session ended")]
    Ended,
    /// It has lasted as long as any may.
    #[error("session expired")]
    Expired,
    /// Nobody has asked for anything for too long.
    #[error("session idle")]
    Idle,
}

/// When each session was last seen by this node.
#[derive(Debug, Default)]
pub struct LastSeen(Mutex<HashMap<SessionId, Moment>>);

impl LastSeen {
    /// Admits the holder of a key once more, for this one request.
    ///
    /// Input: the session whose print the key has, as it is kept; the moment since which it must have been seen.
    ///
    /// # Errors
    /// [`Over`].
    pub fn resume(&self, key: &SessionKey, kept: KeptSession, now: Moment, since: Moment) -> Result<Credential, Over> {
        if !bool::from(key.print().as_bytes().ct_eq(kept.print.as_bytes())) {
            return Err(Over::OtherKey);
        }
        if kept.is_ended {
            return Err(Over::Ended);
        }
        if kept.expires <= now {
            return Err(Over::Expired);
        }
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let last = seen.get(&kept.id).copied().unwrap_or(kept.began);
        if last <= since {
            return Err(Over::Idle);
        }
        if seen.len() >= SEEN_MAX {
            // Whoever is forgotten so was idle: what is left then, their beginning, is older still.
            seen.retain(|_, last| *last > since);
        }
        seen.insert(kept.id, last.max(now));
        Ok(Credential {
            subject: Subject::Worker(kept.worker),
            agency: kept.agency,
            expires: kept.expires,
            token_id: None,
        })
    }
}

/// How many sessions are remembered before those that are idle are forgotten: 24 bytes each.
const SEEN_MAX: usize = 4096;

/// What a form's token is derived under, so that it is no print of the key.
const FORM: &[u8] = b"lippen-form/v1\0";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::WorkerId;

    const BEGAN: Moment = Moment::from_micros(1_790_000_000_000_000);

    fn kept(key: &SessionKey) -> KeptSession {
        KeptSession {
            id: SessionId::random(),
            print: key.print(),
            worker: WorkerId::random(),
            agency: "police-scotland".parse().unwrap(),
            began: BEGAN,
            expires: BEGAN.plus_seconds(36_000),
            is_ended: false,
        }
    }

    fn at(seconds: i64) -> (Moment, Moment) {
        (BEGAN.plus_seconds(seconds), BEGAN.plus_seconds(seconds - 900))
    }

    #[test]
    fn a_session_lives_while_it_is_used_and_no_longer_than_its_time() {
        let (key, seen) = (SessionKey::random(), LastSeen::default());
        let session = kept(&key);
        let resume = |seconds: i64| {
            let (now, since) = at(seconds);
            seen.resume(&key, session.clone(), now, since)
        };
        for seconds in (1..36_000).step_by(800) {
            let credential = resume(seconds).unwrap();
            assert_eq!(credential.subject(), &Subject::Worker(session.worker));
            assert_eq!((credential.expires(), credential.token_id()), (session.expires, None));
        }
        assert!(resume(35_999).is_ok());
        assert_eq!(resume(36_000).unwrap_err(), Over::Expired);
    }

    #[test]
    fn whoever_is_idle_is_out_and_stays_out() {
        let (key, seen) = (SessionKey::random(), LastSeen::default());
        let session = kept(&key);
        let resume = |seconds: i64| {
            let (now, since) = at(seconds);
            seen.resume(&key, session.clone(), now, since).map(drop)
        };
        assert_eq!(resume(899), Ok(()));
        assert_eq!(resume(899 + 900), Err(Over::Idle));
        assert_eq!(resume(899 + 901), Err(Over::Idle), "asking again does not bring it back");
        // A node that never saw it knows only when it began.
        let (now, since) = at(900);
        assert_eq!(LastSeen::default().resume(&key, session.clone(), now, since).unwrap_err(), Over::Idle);
    }

    #[test]
    fn an_ended_session_and_another_key_admit_nobody() {
        let (key, seen) = (SessionKey::random(), LastSeen::default());
        let (now, since) = at(1);
        let ended = KeptSession { is_ended: true, ..kept(&key) };
        assert_eq!(seen.resume(&key, ended, now, since).unwrap_err(), Over::Ended);
        assert_eq!(seen.resume(&SessionKey::random(), kept(&key), now, since).unwrap_err(), Over::OtherKey);
    }

    #[test]
    fn a_key_has_one_text_and_its_prints_differ_from_it() {
        let key = SessionKey::random();
        let text = key.reveal();
        assert_eq!(SessionKey::read(&text).unwrap().print(), key.print());
        assert!(text.len() == 43 && key.print().len() == 64 && key.form_token() != *text);
        for bad in ["", "AAAA", &format!("{}=", *text), &format!("{}A", *text), &"+".repeat(43), &"_".repeat(43)] {
            assert!(SessionKey::read(bad).is_none(), "{bad}");
        }
        assert!(key.made(&key.form_token()) && !key.made("") && !key.made(&SessionKey::random().form_token()));
        assert_eq!(format!("{key:?}"), "SessionKey");
    }

    #[test]
    fn the_memory_forgets_the_idle_alone() {
        let (seen, key) = (LastSeen::default(), SessionKey::random());
        let (now, since) = at(1);
        let live = kept(&key);
        for _ in 0..SEEN_MAX {
            let _ = seen.resume(&key, kept(&key), now, since).unwrap();
        }
        let (now, since) = at(850);
        let _ = seen.resume(&key, live.clone(), now, since).unwrap();
        let (now, since) = at(950);
        let late = KeptSession { began: now, ..kept(&key) };
        let _ = seen.resume(&key, late, now, since).unwrap();
        assert_eq!(seen.0.lock().unwrap().len(), 2);
        assert!(seen.resume(&key, live, now, since).is_ok());
    }
}
