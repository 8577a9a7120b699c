//! The name of a policy: SHA-256 of its manifest.

use std::fmt;

/// SHA-256 of a policy's manifest. Shape: 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PolicyDigest(pub [u8; 32]);

/// The text was not a digest.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("is not a digest: write the 64 hexadecimal digits that lippen policy verify prints")]
pub struct NotADigest;

impl std::str::FromStr for PolicyDigest {
    type Err = NotADigest;
    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let pairs: &[[u8; 2]; 32] = pairs.try_into().map_err(|_| NotADigest)?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(pairs) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        if rest.is_empty() { Ok(Self(bytes)) } else { Err(NotADigest) }
    }
}

/// Reads one digit; a capital would be a second spelling.
const fn digit(byte: u8) -> Result<u8, NotADigest> {
    match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(NotADigest),
    }
}

impl TryFrom<String> for PolicyDigest {
    type Error = NotADigest;
    fn try_from(text: String) -> Result<Self, NotADigest> {
        text.parse()
    }
}

impl From<PolicyDigest> for String {
    fn from(digest: PolicyDigest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for PolicyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_has_one_spelling() {
        let text = format!("{}0a", "f3".repeat(31));
        assert_eq!(text.parse::<PolicyDigest>().map(|digest| digest.to_string()), Ok(text.clone()));
        for bad in ["", &text[1..], &format!("{text}0"), &format!("{text}00"), &text.to_uppercase(), &"é".repeat(32)] {
            assert_eq!(bad.parse::<PolicyDigest>(), Err(NotADigest), "{bad}");
        }
    }
}
