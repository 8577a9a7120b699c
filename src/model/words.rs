//! Closed vocabularies: an enum whose every value has one written word.
//!
//! The word is what stands in policy files, audit records, JSON and database columns.

/// The text was not one of the words that this field takes.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("is not one of the words that go here: write one of {choices}")]
pub struct UnknownWord {
    /// The words that are taken, separated by commas.
    pub choices: String,
}

/// Declares an enum with one written word per value, `ALL`, `as_str`, `FromStr` and serde by that word.
macro_rules! vocabulary {
    ($(#[$doc:meta])+ $name:ident { $($(#[$vdoc:meta])+ $value:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])+
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub enum $name { $($(#[$vdoc])+ $value),+ }

        impl $name {
            /// Every value, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// Returns the written word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$value => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::words::UnknownWord;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$value),)+
                    _ => Err($crate::model::words::UnknownWord {
                        choices: Self::ALL.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                    }),
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::model::words::UnknownWord;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.as_str().to_owned()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

pub(crate) use vocabulary;
