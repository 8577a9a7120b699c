//! The manifest: version, first day, and SHA-256 of each file, in one byte form.
//!
//! Promises: what is read is written again and compared, so two texts never mean the same
//! policy; the policy's digest is SHA-256 of these bytes, and nothing else has that name.
//! Must never know: keys, who signs.

use super::Refusal;
use crate::model::policies::PolicyDigest;
use crate::model::time::Day;
use crate::policy::Files;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;

/// The day from which what is built in holds: it was always there.
const ALWAYS: &str = "1970-01-01";

/// What two people sign.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Rises with each policy; 0 is the one that is built in.
    pub version: u32,
    /// The first day on which it may come into force, in UTC.
    pub valid_from: Day,
    /// The policy in force that it takes back, if it is an order to go back: good for that one moment only.
    pub rolls_back: Option<PolicyDigest>,
    /// SHA-256 of each file, by name.
    pub files: BTreeMap<String, PolicyDigest>,
}

impl Manifest {
    /// States the manifest of these files.
    #[must_use]
    pub fn of(files: &Files, version: u32, valid_from: Day, rolls_back: Option<PolicyDigest>) -> Self {
        let files = files.named().into_iter().map(|(name, text)| (name.to_owned(), sha256(text.as_bytes()))).collect();
        Self { version, valid_from, rolls_back, files }
    }

    /// States the manifest of files that are built into the program.
    ///
    /// # Panics
    /// Never: the day is written above.
    #[must_use]
    pub fn built_in(files: &Files) -> Self {
        Self::of(files, 0, ALWAYS.parse().expect("a day"), None)
    }

    /// Reads exactly what [`Manifest`] writes.
    ///
    /// # Errors
    /// [`Refusal::Form`] for any other bytes.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let manifest: Self = serde_json::from_str(text).map_err(|error| Refusal::Form { line: error.line() })?;
        let written = manifest.to_string();
        if written == text {
            return Ok(manifest);
        }
        let same = written.lines().zip(text.lines()).take_while(|(one, other)| one == other).count();
        Err(Refusal::Form { line: same + 1 })
    }

    /// Returns the policy's name.
    #[must_use]
    pub fn digest(&self) -> PolicyDigest {
        sha256(self.to_string().as_bytes())
    }

    /// Refuses files that are not byte for byte those of the manifest.
    ///
    /// # Errors
    /// [`Refusal::Missing`], [`Refusal::Extra`] and [`Refusal::Changed`] name the file.
    pub fn fits(&self, files: &Files) -> Result<(), Refusal> {
        let named = files.named();
        if let Some(extra) = self.files.keys().find(|name| !named.iter().any(|(known, _)| known == name)) {
            return Err(Refusal::Extra { file: super::plain(extra) });
        }
        for (name, text) in named {
            let wanted = self.files.get(name).ok_or_else(|| super::missing(name))?;
            if *wanted != sha256(text.as_bytes()) {
                return Err(Refusal::Changed { file: name.to_owned() });
            }
        }
        Ok(())
    }
}

impl fmt::Display for Manifest {
    /// Writes the one byte form: two spaces, this order of fields, files by name, a line feed at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rolls_back = self.rolls_back.map_or("null".to_owned(), |digest| format!("\"{digest}\""));
        writeln!(f, "{{\n  \"version\": {},\n  \"valid_from\": \"{}\",", self.version, self.valid_from)?;
        writeln!(f, "  \"rolls_back\": {rolls_back},\n  \"files\": {{")?;
        for (place, (name, digest)) in self.files.iter().enumerate() {
            let comma = if place + 1 == self.files.len() { "" } else { "," };
            writeln!(f, "    \"{name}\": \"{digest}\"{comma}")?;
        }
        writeln!(f, "  }}\n}}")
    }
}

/// Returns SHA-256 of bytes.
pub(super) fn sha256(bytes: &[u8]) -> PolicyDigest {
    PolicyDigest(Sha256::digest(bytes).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_has_one_form() {
        let manifest = Manifest::of(&Files::embedded(), 3, "2026-11-22".parse().unwrap(), Some(sha256(b"old")));
        let text = manifest.to_string();
        assert_eq!(Manifest::parse(&text).unwrap(), manifest);
        let first = "{\n  \"version\": 3,\n  \"valid_from\": \"2026-11-22\",\n";
        assert!(text.starts_with(first) && text.ends_with("\"\n  }\n}\n"), "{text}");
        let last = text.lines().count();
        for (from, to, line) in [
            ("3,\n", "3, \n", 2),
            ("\"version\": 3", "\"version\": 03", 2),
            ("\"version\": 3", "\"version\": 3,\n  \"version\": 3", 3),
            ("22\",\n", "22\",\n  \"note\": 1,\n", 4),
            ("}\n}\n", "}\n}", last),
            ("}\n}\n", "}\n}\n\n", last),
        ] {
            let changed = text.replacen(from, to, 1);
            let refused = Manifest::parse(&changed).unwrap_err();
            assert!(matches!(&refused, Refusal::Form { line: found } if found.abs_diff(line) <= 2), "{refused}: {to}");
        }
    }

    #[test]
    fn each_file_is_held_to_its_digest() {
        let files = Files::embedded();
        let manifest = Manifest::built_in(&files);
        assert_eq!(manifest.fits(&files), Ok(()));
        let changed = Files { roles: format!("{}\n", files.roles), ..files.clone() };
        assert_eq!(manifest.fits(&changed), Err(Refusal::Changed { file: "roles.csv".to_owned() }));
        assert_ne!(Manifest::built_in(&changed).digest(), manifest.digest());
        let mut more = manifest.clone();
        more.files.insert("more.csv".to_owned(), sha256(b""));
        assert_eq!(more.fits(&files), Err(Refusal::Extra { file: "more.csv".to_owned() }));
        let mut less = manifest;
        less.files.remove("roles.csv");
        assert_eq!(less.fits(&files), Err(Refusal::Missing { file: "roles.csv".to_owned() }));
    }
}
