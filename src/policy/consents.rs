//! What people are told before they consent, and the numbers of practice for recording it: files of the policy.
//!
//! Promises: each notice has its words, and they are the words that its hash names; no policy is
//! taken otherwise.
//! Must never know: who is asked, who may record it.

use super::continues::Whose;
use super::error::{Error, Fault};
use super::files::{Files, notice_file};
use super::reference::word;
use super::rows::{Row, rows_of};
use sha2::{Digest, Sha256};

const NOTICES: &str = "notices.csv";
/// Whose a text is that is no notice: of those who sit in a meeting.
const MEETING: &str = "meeting";

const RULES: &str = "consents.csv";

/// How many days before its recording an event may have happened.
const OLDEST: &str = "event-time-oldest";

/// The most bytes of a notice: it is a page that somebody is read, and every record that names it carries it.
const TEXT_MAX: usize = 65_536;

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
    pub text: String,
    /// Nobody is asked with it any more. What was agreed on it stands, and can be taken back.
    pub retired: bool,
    /// Whom it is for.
    pub whose: Whose,
}

/// What whoever is invited to a meeting accepts before anything of it is opened to them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Its version, such as `notice-meeting-en-1`.
    pub version: String,
    /// SHA-256 of its words, in hexadecimal.
    pub sha256: String,
    /// Its words.
    pub text: String,
    /// Nobody accepts it any more.
    pub retired: bool,
}

/// The catalogue of notices and the numbers of practice.
#[derive(Debug)]
pub struct Consents {
    notices: Vec<Notice>,
    statements: Vec<Statement>,
    oldest_days: i64,
}

impl Consents {
    /// Loads the catalogue, the words that it names, and the numbers.
    pub(crate) fn load(files: &Files) -> Result<Self, Error> {
        let (mut found, mut statements): (Vec<Notice>, Vec<Statement>) = (Vec::new(), Vec::new());
        for row in rows_of(NOTICES, &files.notices, 6)? {
            if row.cells[4] == MEETING {
                let (sha256, text, retired) = words(&row, files)?;
                let version = row.cells[0].to_owned();
                if statements.iter().any(|other| other.version == version) {
                    return Err(row.fault(NOTICES, Fault::Twice(version)));
                }
                statements.push(Statement { version, sha256, text, retired });
                continue;
            }
            let notice = notice(&row, files)?;
            if found.iter().any(|other| other.id == notice.id) {
                return Err(row.fault(NOTICES, Fault::Twice(notice.id)));
            }
            found.push(notice);
        }
        let named = |name: &str| {
            let of_meeting = statements.iter().any(|one| notice_file(&one.version) == name);
            of_meeting || found.iter().any(|notice| notice.file() == name)
        };
        let unnamed = |name: &&String| !named(name);
        if let Some(name) = files.texts.keys().find(unnamed) {
            return Err(Error::file(NOTICES, Fault::Missing(name.clone())));
        }
        Ok(Self { notices: found, statements, oldest_days: oldest_days(&files.consents)? })
    }

    /// Returns every notice, in the order of the catalogue.
    pub fn notices(&self) -> impl Iterator<Item = &Notice> {
        self.notices.iter()
    }

    /// Returns the confidentiality statement that is accepted for a meeting, if there is one.
    #[must_use]
    pub fn statement(&self) -> Option<&Statement> {
        self.statements.iter().rev().find(|statement| !statement.retired)
    }

    /// Returns a statement by its version, also one that nobody accepts any more.
    #[must_use]
    pub fn statement_of(&self, version: &str) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.version == version)
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

impl Notice {
    /// Returns the name of the file with its words.
    #[must_use]
    pub fn file(&self) -> String {
        notice_file(&self.id)
    }
}

/// Returns SHA-256 of a notice's words, in hexadecimal.
#[must_use]
pub fn words_hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads the numbers of practice.
fn oldest_days(rules: &str) -> Result<i64, Error> {
    let mut days = None;
    for row in rows_of(RULES, rules, 4)? {
        let [rule, value, unit] = [row.cells[0], row.cells[1], row.cells[2]];
        let unknown = |word: &str| row.fault(RULES, Fault::Unknown(word.to_owned()));
        if rule != OLDEST {
            return Err(unknown(rule));
        }
        if unit != "days" {
            return Err(unknown(unit));
        }
        let number: u16 = value.parse().map_err(|_| unknown(value))?;
        if days.replace(i64::from(number)).is_some() {
            return Err(row.fault(RULES, Fault::Twice(rule.to_owned())));
        }
    }
    days.ok_or_else(|| Error::file(RULES, Fault::Missing(OLDEST.to_owned())))
}

fn notice(row: &Row<'_>, files: &Files) -> Result<Notice, Error> {
    let (sha256, text, retired) = words(row, files)?;
    let whose = word(NOTICES, row, row.cells[4])?;
    Ok(Notice { id: row.cells[0].to_owned(), lang: row.cells[1].to_owned(), sha256, text, retired, whose })
}

/// Reads the words of a row, which are those of its hash, with whether anybody is still given them.
fn words(row: &Row<'_>, files: &Files) -> Result<(String, String, bool), Error> {
    let (id, sha256) = (row.cells[0], row.cells[2]);
    let file = notice_file(id);
    let text = files.texts.get(&file).ok_or_else(|| row.fault(NOTICES, Fault::Missing(file.clone())))?;
    if !(1..=TEXT_MAX).contains(&text.len()) {
        return Err(row.fault(NOTICES, Fault::Bounds { name: format!("bytes of {file}"), least: 1, most: TEXT_MAX }));
    }
    let hash = words_hash(text);
    if hash != sha256 {
        return Err(row.fault(NOTICES, Fault::Unknown(sha256.to_owned())));
    }
    let retired = match row.cells[3] {
        "current" => false,
        "retired" => true,
        other => return Err(row.fault(NOTICES, Fault::Unknown(other.to_owned()))),
    };
    Ok((hash, text.clone(), retired))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "event-time-oldest, 30, days, practice";

    /// Loads the catalogue of the house after a change.
    fn after(change: impl FnOnce(&mut Files)) -> Result<Consents, Error> {
        let mut files = Files::embedded();
        change(&mut files);
        Consents::load(&files)
    }

    #[test]
    fn the_last_statement_that_is_current_is_the_one_that_is_accepted() {
        let house = Consents::load(&Files::embedded()).unwrap();
        let first = house.statement().unwrap();
        assert_eq!(first.version, "notice-meeting-en-1");
        let next = |f: &mut Files, state: &str| {
            drop(f.texts.insert("notice-meeting-en-2.txt".to_owned(), "x".to_owned()));
            f.notices += &format!("notice-meeting-en-2, en-GB, {}, {state}, meeting, nobody\n", words_hash("x"));
        };
        let later = after(|f| next(f, "current")).unwrap();
        assert_eq!(later.statement().unwrap().version, "notice-meeting-en-2");
        assert_eq!(later.statement_of("notice-meeting-en-1"), Some(first), "the old one can be read");
        assert_eq!(after(|f| next(f, "retired")).unwrap().statement(), Some(first));
        assert!(later.notice("notice-meeting-en-2").is_none(), "nobody consents with it");
        let wrong = after(|f| f.texts.get_mut("notice-meeting-en-1.txt").unwrap().push('!')).unwrap_err();
        assert!(wrong.to_string().starts_with(NOTICES), "{wrong}");
    }

    #[test]
    fn every_text_is_in_the_catalogue_and_every_notice_has_its_text() {
        let consents = Consents::load(&Files::embedded()).unwrap();
        assert_eq!(consents.notices().count(), 3);
        let english = consents.notice("notice-en-1").unwrap();
        assert_eq!((&*english.lang, &*english.file()), ("en-GB", "notice-en-1.txt"));
        assert!(english.text.contains("You can say no."));
        assert!(consents.notice("notice-xx-1").is_none());
        assert_eq!(consents.oldest_days(), 30);
    }

    #[test]
    fn words_that_were_changed_are_refused() {
        let hash = "0".repeat(64);
        let english = Files::embedded().notices.lines().position(|line| line.starts_with("notice-en-1")).unwrap() + 1;
        let reworded = after(|f| f.texts.get_mut("notice-en-1.txt").unwrap().push('!')).unwrap_err();
        assert!(
            matches!(reworded, Error::Line { line, fault: Fault::Unknown(_), .. } if line == english),
            "{reworded}"
        );
        let wrong = after(|f| f.notices = format!("notice-en-1, en-GB, {hash}, current, hers, nobody")).unwrap_err();
        assert_eq!(wrong, Error::line(NOTICES, 1, Fault::Unknown(hash.clone())));
        let none = after(|f| f.notices = format!("notice-xx-1, en-GB, {hash}, current, hers, nobody")).unwrap_err();
        assert_eq!(none, Error::line(NOTICES, 1, Fault::Missing("notice-xx-1.txt".to_owned())));
        let theirs =
            after(|f| f.notices = f.notices.replacen(", current, hers,", ", current, theirs,", 1)).unwrap_err();
        assert!(matches!(theirs, Error::Line { fault: Fault::Unknown(word), .. } if word == "theirs"));
        let odd = after(|f| f.notices = f.notices.replacen(", current,", ", old,", 1)).unwrap_err();
        assert!(matches!(odd, Error::Line { fault: Fault::Unknown(word), .. } if word == "old"));
        let twice = after(|f| f.notices = f.notices.repeat(2)).unwrap_err();
        assert!(matches!(twice, Error::Line { fault: Fault::Twice(_), .. }));
        let unnamed = after(|f| drop(f.texts.insert("notice-zz-1.txt".to_owned(), "x".to_owned()))).unwrap_err();
        assert_eq!(unnamed, Error::file(NOTICES, Fault::Missing("notice-zz-1.txt".to_owned())));
        for size in [0, TEXT_MAX + 1] {
            let sized = after(|f| drop(f.texts.insert("notice-en-1.txt".to_owned(), "x".repeat(size)))).unwrap_err();
            assert!(matches!(sized, Error::Line { fault: Fault::Bounds { .. }, .. }), "{sized}");
        }
    }

    #[test]
    fn each_number_of_practice_stands_once_and_no_other_does() {
        let with = |rules: String| after(|f| f.consents = rules).unwrap_err();
        let at = |line, fault| Error::line(RULES, line, fault);
        let other = "another, 1, days, x";
        assert_eq!(with(format!("{RULE}\n{other}")), at(2, Fault::Unknown("another".to_owned())));
        assert_eq!(with(format!("{RULE}\n{RULE}")), at(2, Fault::Twice(OLDEST.to_owned())));
        assert_eq!(with(RULE.replace("30", "-1")), at(1, Fault::Unknown("-1".to_owned())));
        assert_eq!(with(RULE.replace("days", "weeks")), at(1, Fault::Unknown("weeks".to_owned())));
        assert_eq!(with(String::new()), Error::file(RULES, Fault::Empty));
    }
}
