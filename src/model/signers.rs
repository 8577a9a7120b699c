//! The name of a signing key: its thumbprint (RFC 7638), as the directory of signers has it.

use std::fmt;

/// A key's thumbprint. Shape: 43 letters of base64url, and no second spelling.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct KeyName(pub [u8; 32]);

/// The text was not the name of a key.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("is not the name of a key: write its 43 letters as the directory of signers has them")]
pub struct NotAKeyName;

/// The letters of base64url, each at the place of its six bits.
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// How many letters 32 bytes have.
const LENGTH: usize = 43;

impl std::str::FromStr for KeyName {
    type Err = NotAKeyName;
    fn from_str(text: &str) -> Result<Self, NotAKeyName> {
        if text.len() != LENGTH {
            return Err(NotAKeyName);
        }
        let (mut bytes, mut kept, mut bits, mut at) = ([0; 32], 0_u32, 0, 0);
        for letter in text.bytes() {
            let six = LETTERS.iter().position(|known| *known == letter).ok_or(NotAKeyName)?;
            kept = kept << 6 | u32::try_from(six).map_err(|_| NotAKeyName)?;
            bits += 6;
            if bits >= 8 {
                bits -= 8;
                bytes[at] = (kept >> bits & 0xff) as u8;
                kept &= (1 << bits) - 1;
                at += 1;
            }
        }
        // The last letter has two bits that stand for nothing: they are nought, or it would have a second spelling.
        if kept == 0 { Ok(Self(bytes)) } else { Err(NotAKeyName) }
    }
}

impl TryFrom<String> for KeyName {
    type Error = NotAKeyName;
    fn try_from(text: String) -> Result<Self, NotAKeyName> {
        text.parse()
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bit = |nth: usize| self.0.get(nth / 8).map_or(0, |byte| usize::from(byte >> (7 - nth % 8) & 1));
        (0..LENGTH).try_for_each(|letter| {
            let six = (letter * 6..letter * 6 + 6).fold(0, |six, nth| six << 1 | bit(nth));
            write!(f, "{}", char::from(LETTERS[six]))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_is_written_and_in_no_other_way() {
        // RFC 8037, appendix A.3.
        let text = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k";
        let name: KeyName = text.parse().unwrap();
        assert_eq!((name.0[0], name.0[31], name.to_string().as_str()), (0x90, 0x89, text));
        for byte in [0, 1, 0x7f, 0xff] {
            let name = KeyName([byte; 32]);
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        let last = |letter: &str| format!("{}{letter}", &text[..42]);
        for wrong in ["", "k", &text[..42], &format!("{text}A"), &last("l"), &last("="), &last("+"), &last("é")] {
            assert_eq!(wrong.parse::<KeyName>(), Err(NotAKeyName), "{wrong}");
        }
    }
}
