//! Words that people wrote: bounded, cleaned of control characters, wiped when dropped.
//!
//! [`Line`] is one line (a name, a reason); [`Prose`] may have several. Both are plaintext:
//! they cannot be printed, copied or serialised, only read through `reveal`.

use serde::Deserialize;
use std::fmt;
use zeroize::Zeroizing;

/// Why a text was not taken.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum BadText {
    /// Nothing but white space.
    #[error("is empty: write something")]
    Empty,
    /// More characters than the field holds.
    #[error("is too long: shorten it to {max} characters")]
    TooLong {
        /// The most characters that the field holds.
        max: usize,
    },
    /// A control character or one that reverses the direction of writing.
    #[error("holds a character that cannot be shown safely: remove control and direction-changing characters")]
    Unsafe,
}

macro_rules! texts {
    ($($(#[$doc:meta])+ $name:ident, $multi:literal);+ $(;)?) => {$(
        $(#[$doc])+
        #[derive(Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name<const MAX: usize>(Zeroizing<String>);

        impl<const MAX: usize> $name<MAX> {
            /// Takes `text` if it fits; surrounding white space is dropped.
            ///
            /// # Errors
            /// [`BadText`], which says what to do.
            pub fn new(text: &str) -> Result<Self, BadText> {
                check(text.trim(), MAX, $multi).map(|()| Self(Zeroizing::new(text.trim().to_owned())))
            }

            /// Returns the words themselves. Call it only where they are sealed, shown to one who may see, or compared.
            #[must_use]
            pub fn reveal(&self) -> &str {
                &self.0
            }
        }

        impl<const MAX: usize> TryFrom<String> for $name<MAX> {
            type Error = BadText;
            fn try_from(text: String) -> Result<Self, BadText> {
                Self::new(&Zeroizing::new(text))
            }
        }

        impl<const MAX: usize> fmt::Debug for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(stringify!($name))
            }
        }
    )+};
}

texts! {
    /// One line of plaintext, at most `MAX` characters.
    Line, false;
    /// Several lines of plaintext, at most `MAX` characters.
    Prose, true;
}

/// A text as it came, of which nothing was judged yet: bounded by the body that it came in. Wiped when dropped.
#[derive(Deserialize)]
#[serde(from = "String")]
pub struct Text(Zeroizing<String>);

impl Text {
    /// Returns the words themselves: to be taken into a [`Line`] or a [`Prose`], and nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Zeroizing::new(text))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text")
    }
}

/// Refuses what is empty, too long, or could fool the eye; every letter of every script is welcome.
fn check(text: &str, max: usize, lines: bool) -> Result<(), BadText> {
    if text.is_empty() {
        return Err(BadText::Empty);
    }
    if text.chars().count() > max {
        return Err(BadText::TooLong { max });
    }
    let allowed = |c: char| lines && matches!(c, '\n' | '\t');
    let turns = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    if text.chars().any(|c| (c.is_control() && !allowed(c)) || turns(c)) {
        return Err(BadText::Unsafe);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_script_are_welcome() {
        for good in ["Ó", "O'Neill-Mac a' Ghobhainn", "محمد", "李", "Zoë 🙂"] {
            assert_eq!(Line::<80>::new(good).unwrap().reveal(), good);
        }
    }

    #[test]
    fn what_could_fool_the_eye_is_refused() {
        assert_eq!(Line::<9>::new("  ").unwrap_err(), BadText::Empty);
        assert_eq!(Line::<3>::new("abcd").unwrap_err(), BadText::TooLong { max: 3 });
        for bad in ["a\u{202E}b", "a\0b", "a\nb", "a\u{1b}[2Jb"] {
            assert_eq!(Line::<9>::new(bad).unwrap_err(), BadText::Unsafe, "{bad:?}");
        }
        assert!(Prose::<9>::new("a\nb").is_ok());
    }

    #[test]
    fn words_are_not_printed_by_accident() {
        assert_eq!(format!("{:?}", Prose::<99>::new("secret").unwrap()), "Prose");
    }
}
