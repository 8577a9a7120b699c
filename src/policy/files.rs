//! The committed files of the policy, and the one name (digest) for all of them.
//!
//! Promises: the digest changes with any byte of any file, and each decision carries it.
//! Must never know: what stands in the files.

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The text of each file in `policies/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// `model.conf`: the form of questions and lines.
    pub model: String,
    /// `policy.csv`: seats, groups and lines.
    pub policy: String,
    /// `vocab.csv`: the words.
    pub vocab: String,
    /// `roles.csv`: where roles sit and for what they act.
    pub roles: String,
    /// `categories.csv`: about whom categories are.
    pub categories: String,
    /// `alert-kinds.csv`: what alerts can be about.
    pub alert_kinds: String,
    /// `screen.csv`: what the screening of what is written looks for.
    pub screen: String,
    /// `limits.csv`: the numbers that the hub counts by.
    pub limits: String,
    /// `calendar.csv`: which days are working days.
    pub calendar: String,
    /// `emergency.csv`: what emergency access needs to know.
    pub emergency: String,
    /// `gateways.csv`: on which law which agency may share with which.
    pub gateways: String,
    /// `continues.csv`: what goes on whatever is taken back.
    pub continues: String,
    /// `disclosure-matrix.csv`: what the partners agreed.
    pub disclosure: String,
    /// `refusals.csv`: what a refusal says, and whom one can ask.
    pub refusals: String,
    /// `tests.csv`: questions with their answer.
    pub tests: String,
    /// `invariants.csv`: what must be so for every question.
    pub invariants: String,
    /// `matrix.csv`: all that is permitted, generated.
    pub matrix: String,
}

impl Files {
    /// Returns the files that were built into the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            model: include_str!("../../policies/model.conf").to_owned(),
            policy: include_str!("../../policies/policy.csv").to_owned(),
            vocab: include_str!("../../policies/vocab.csv").to_owned(),
            roles: include_str!("../../policies/roles.csv").to_owned(),
            categories: include_str!("../../policies/categories.csv").to_owned(),
            alert_kinds: include_str!("../../policies/alert-kinds.csv").to_owned(),
            screen: include_str!("../../policies/screen.csv").to_owned(),
            limits: include_str!("../../policies/limits.csv").to_owned(),
            calendar: include_str!("../../policies/calendar.csv").to_owned(),
            emergency: include_str!("../../policies/emergency.csv").to_owned(),
            gateways: include_str!("../../policies/gateways.csv").to_owned(),
            continues: include_str!("../../policies/continues.csv").to_owned(),
            disclosure: include_str!("../../policies/disclosure-matrix.csv").to_owned(),
            refusals: include_str!("../../policies/refusals.csv").to_owned(),
            tests: include_str!("../../policies/tests.csv").to_owned(),
            invariants: include_str!("../../policies/invariants.csv").to_owned(),
            matrix: include_str!("../../policies/matrix.csv").to_owned(),
        }
    }

    /// Returns the digest: SHA-256, in hexadecimal, of a list with one line (SHA-256, two spaces, name) for each file.
    ///
    /// The list has the form that `sha256sum` writes, so anybody can reckon it again.
    #[must_use]
    pub fn digest(&self) -> String {
        let list = self.named().map(|(name, text)| format!("{}  {name}\n", hex(text))).concat();
        hex(&list)
    }

    /// Returns the place of each file's text with its name, in the order of names.
    pub(super) fn places(&mut self) -> [(&'static str, &mut String); 17] {
        [
            ("alert-kinds.csv", &mut self.alert_kinds),
            ("calendar.csv", &mut self.calendar),
            ("categories.csv", &mut self.categories),
            ("continues.csv", &mut self.continues),
            ("disclosure-matrix.csv", &mut self.disclosure),
            ("emergency.csv", &mut self.emergency),
            ("gateways.csv", &mut self.gateways),
            ("invariants.csv", &mut self.invariants),
            ("limits.csv", &mut self.limits),
            ("matrix.csv", &mut self.matrix),
            ("model.conf", &mut self.model),
            ("policy.csv", &mut self.policy),
            ("refusals.csv", &mut self.refusals),
            ("roles.csv", &mut self.roles),
            ("screen.csv", &mut self.screen),
            ("tests.csv", &mut self.tests),
            ("vocab.csv", &mut self.vocab),
        ]
    }

    /// Takes each file's text by its name.
    ///
    /// # Errors
    /// The name of a file whose text is not given.
    pub fn from_named(text: impl Fn(&str) -> Option<String>) -> Result<Self, &'static str> {
        let mut files = Self::default();
        for (name, place) in files.places() {
            *place = text(name).ok_or(name)?;
        }
        Ok(files)
    }

    /// Returns each file with its name, in the order of names.
    #[must_use]
    pub fn named(&self) -> [(&'static str, &str); 17] {
        [
            ("alert-kinds.csv", &self.alert_kinds),
            ("calendar.csv", &self.calendar),
            ("categories.csv", &self.categories),
            ("continues.csv", &self.continues),
            ("disclosure-matrix.csv", &self.disclosure),
            ("emergency.csv", &self.emergency),
            ("gateways.csv", &self.gateways),
            ("invariants.csv", &self.invariants),
            ("limits.csv", &self.limits),
            ("matrix.csv", &self.matrix),
            ("model.conf", &self.model),
            ("policy.csv", &self.policy),
            ("refusals.csv", &self.refusals),
            ("roles.csv", &self.roles),
            ("screen.csv", &self.screen),
            ("tests.csv", &self.tests),
            ("vocab.csv", &self.vocab),
        ]
    }
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_anywhere_is_another_policy() {
        let files = Files::embedded();
        let digest = files.digest();
        assert_eq!(digest.len(), 64);
        let changes: [fn(&mut Files); 3] = [|f| f.policy.push('\n'), |f| f.matrix.push('\n'), |f| f.roles.push('\n')];
        for change in changes {
            let mut changed = files.clone();
            change(&mut changed);
            assert_ne!(changed.digest(), digest);
        }
    }
}
