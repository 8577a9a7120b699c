//! What people are told before they consent, and the numbers of practice for recording it: data beside the policy.
//!
//! Promises: each notice has its words, and they are the words that its hash names; the program does not start otherwise.
//! Must never know: who is asked, who may record it.

use super::continues::Whose;
use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use sha2::{Digest, Sha256};

const NOTICES: &str = "notices.csv";
const RULES: &str = "consents.csv";

/// The words of each notice, by its id. A notice that has been used is never changed: another one is added.
const TEXTS: [(&str, &str); 3] = [
    ("notice-en-1", include_str!("../../policies/notices/notice-en-1.txt")),
    ("notice-pl-1", include_str!("../../policies/notices/notice-pl-1.txt")),
    ("notice-man-en-1", include_str!("../../policies/notices/notice-man-en-1.txt")),
];

/// A notice that somebody is given before they are asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, such as `notice-en-1`.
    pub id: String,
    /// The language of its words, such as `en-GB`.
    pub lang: String,
    /// SHA-256 of its words, in hexadecimal.
    pub sha256: String,
    /// Its words.
    pub text: &'static str,
    /// Nobody is asked with it any more. What was agreed on it stands, and can be taken back.
    pub retired: bool,
    /// Whom it is for.
    pub whose: Whose,
}

/// The catalogue of notices and the numbers of practice.
#[derive(Debug)]
pub struct Consents {
    notices: Vec<Notice>,
    oldest_days: i64,
}

impl Consents {
    /// Loads what was built into the program.
    pub(super) fn embedded() -> Result<Self, Error> {
        Self::load(include_str!("../../policies/notices.csv"), include_str!("../../policies/consents.csv"))
    }

    pub(crate) fn load(notices: &str, rules: &str) -> Result<Self, Error> {
        let mut found: Vec<Notice> = Vec::new();
        for row in rows_of(NOTICES, notices, 6)? {
            let notice = notice(&row)?;
            if found.iter().any(|other| other.id == notice.id) {
                return Err(row.fault(NOTICES, Fault::Twice(notice.id)));
            }
            found.push(notice);
        }
        let rows = rows_of(RULES, rules, 4)?;
        let days = rows.iter().find(|row| row.cells[..1] == ["event-time-oldest"] && row.cells[2] == "days");
        let days = days.ok_or_else(|| Error::file(RULES, Fault::Missing("event-time-oldest".to_owned())))?;
        let oldest_days =
            days.cells[1].parse().map_err(|_| days.fault(RULES, Fault::Unknown(days.cells[1].to_owned())))?;
        Ok(Self { notices: found, oldest_days })
    }

    /// Returns a notice.
    #[must_use]
    pub fn notice(&self, id: &str) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.id == id)
    }

    /// Returns how many days before its recording an event may have happened.
    #[must_use]
    pub const fn oldest_days(&self) -> i64 {
        self.oldest_days
    }
}

fn notice(row: &Row<'_>) -> Result<Notice, Error> {
    let (id, lang, sha256) = (row.cells[0], row.cells[1], row.cells[2]);
    let text = TEXTS.iter().find(|(name, _)| *name == id).map(|(_, text)| *text);
    let text = text.ok_or_else(|| row.fault(NOTICES, Fault::Missing(format!("policies/notices/{id}.txt"))))?;
    let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    if hash != sha256 {
        return Err(row.fault(NOTICES, Fault::Unknown(sha256.to_owned())));
    }
    let retired = match row.cells[3] {
        "current" => false,
        "retired" => true,
        other => return Err(row.fault(NOTICES, Fault::Unknown(other.to_owned()))),
    };
    let whose = word(NOTICES, row, row.cells[4])?;
    Ok(Notice { id: id.to_owned(), lang: lang.to_owned(), sha256: hash, text, retired, whose })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "event-time-oldest, 30, days, practice";

    #[test]
    fn every_text_is_in_the_catalogue_and_every_notice_has_its_text() {
        let consents = Consents::embedded().unwrap();
        assert_eq!(consents.notices.len(), TEXTS.len());
        let english = consents.notice("notice-en-1").unwrap();
        assert_eq!(english.lang, "en-GB");
        assert!(english.text.contains("You can say no."));
        assert!(consents.notice("notice-xx-1").is_none());
        assert_eq!(consents.oldest_days(), 30);
    }

    #[test]
    fn words_that_were_changed_are_refused() {
        let hash = "0".repeat(64);
        let wrong = Consents::load(&format!("notice-en-1, en-GB, {hash}, current, hers, nobody"), RULE).unwrap_err();
        assert_eq!(wrong, Error::line(NOTICES, 1, Fault::Unknown(hash.clone())));
        let none = Consents::load(&format!("notice-xx-1, en-GB, {hash}, current, hers, nobody"), RULE).unwrap_err();
        assert_eq!(none, Error::line(NOTICES, 1, Fault::Missing("policies/notices/notice-xx-1.txt".to_owned())));
        let real = include_str!("../../policies/notices.csv");
        let whose = real.replacen(", current, hers,", ", current, theirs,", 1);
        assert!(matches!(Consents::load(&whose, RULE), Err(Error::Line { .. })));
        let odd = real.replacen(", current,", ", old,", 1);
        assert!(
            matches!(Consents::load(&odd, RULE), Err(Error::Line { fault: Fault::Unknown(word), .. }) if word == "old")
        );
        assert!(matches!(Consents::load(real, "another, 1, days, x"), Err(Error::File { .. })));
        assert!(matches!(Consents::load(&real.repeat(2), RULE), Err(Error::Line { fault: Fault::Twice(_), .. })));
    }
}
