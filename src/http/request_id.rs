//! The name of one request: what a worker reads out to the help desk.
//!
//! It says nothing of who asked, when, or how busy the hub is. The hub makes it;
//! a client's own is never taken.

use std::fmt;

/// A request's name: 128 random bits in hexadecimal. A request extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Returns a new random name.
    #[must_use]
    pub fn random() -> Self {
        let mut bits = [0_u8; 16];
        aws_lc_rs::rand::fill(&mut bits).expect("the operating system gives random bytes");
        Self(format!("{:032x}", u128::from_be_bytes(bits)))
    }

    /// Returns the name's 32 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
