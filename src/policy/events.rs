//! The words for what happens in supervision: `events.csv`.
//!
//! Promises: a word stands once, under the row of the disclosure matrix that such an event falls under; none of them is about
//! a woman or a child, because an event is of the man's record. The words about clocks themselves are there.
//! Must never know: who records what, and which clocks there are.

use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::agencies::Role;
use crate::model::clocks::EventWord;
use crate::model::notes::Category;
use crate::model::words::vocabulary;

const EVENTS: &str = "events.csv";

vocabulary! {
    /// Of what an event is.
    EventOf {
        /// Of one order: it counts for no other.
        Order = "order",
        /// Of the case: it counts for each of its orders.
        Case = "case",
    }
}

vocabulary! {
    /// Whether an event is recorded with what shows it.
    Evidence {
        /// It is not taken without.
        Needed = "needed",
        /// It may be given.
        Optional = "optional",
        /// There is none to give.
        Nothing = "-",
    }
}

vocabulary! {
    /// What those see of an event who may see a summary of attendance.
    Shows {
        /// He was there.
        Present = "present",
        /// He was not.
        Absent = "absent",
        /// He came and was sent away, or left.
        SentAway = "sent-away",
        /// An absence was accepted, on evidence.
        Excused = "excused",
        /// That there was something.
        Nothing = "-",
    }
}

/// A word and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRule {
    /// The word.
    pub word: EventWord,
    /// The row of the disclosure matrix that such an event falls under.
    pub category: Category,
    /// Of what it is.
    pub of: EventOf,
    /// Whether what shows it is needed.
    pub evidence: Evidence,
    /// The roles that alone record it; empty: whoever may write under its category.
    pub by: Vec<Role>,
    /// What those see of it who may see a summary of attendance.
    pub shows: Shows,
    /// What it means.
    pub meaning: String,
    /// Where that is written.
    pub source: String,
}

/// All words for what happens.
#[derive(Debug)]
pub struct Events(Vec<EventRule>);

impl Events {
    /// Reads `events.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut all: Vec<EventRule> = Vec::new();
        for row in rows_of(EVENTS, text, 8)? {
            let rule = EventRule {
                word: word(EVENTS, &row, row.cells[0])?,
                category: word(EVENTS, &row, row.cells[1])?,
                of: word(EVENTS, &row, row.cells[2])?,
                evidence: word(EVENTS, &row, row.cells[3])?,
                by: roles(&row)?,
                shows: word(EVENTS, &row, row.cells[5])?,
                meaning: row.cells[6].to_owned(),
                source: row.cells[7].to_owned(),
            };
            if rule.category.is_protected() {
                let why = "is about somebody who is protected: no event of the man's record is";
                return Err(row.fault(EVENTS, Fault::Means { word: rule.category.to_string(), why }));
            }
            if rule.source == "-" {
                return Err(row.fault(EVENTS, Fault::EmptyCell));
            }
            if all.iter().any(|known| known.word == rule.word) {
                return Err(row.fault(EVENTS, Fault::Twice(rule.word.to_string())));
            }
            all.push(rule);
        }
        let all = Self(all);
        match EventWord::NEEDED.iter().find(|word| all.get(word).is_none()) {
            Some(word) => Err(Error::file(EVENTS, Fault::Missing((*word).to_owned()))),
            None => Ok(all),
        }
    }

    /// Returns what is known of a word.
    #[must_use]
    pub fn get(&self, word: &str) -> Option<&EventRule> {
        self.0.iter().find(|rule| rule.word.as_str() == word)
    }

    /// Returns every word, in the order of the file.
    pub fn all(&self) -> impl Iterator<Item = &EventRule> {
        self.0.iter()
    }
}

impl EventRule {
    /// Says whether a role may be the one that records it, as far as the word says.
    #[must_use]
    pub fn is_for(&self, role: Option<Role>) -> bool {
        self.by.is_empty() || role.is_some_and(|role| self.by.contains(&role))
    }
}

fn roles(row: &Row<'_>) -> Result<Vec<Role>, Error> {
    match row.cells[4] {
        "*" => Ok(Vec::new()),
        names => names.split('+').map(|name| word(EVENTS, row, name)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    #[test]
    fn every_word_is_known_by_its_category() {
        let events = Events::load(&Files::embedded().events).unwrap();
        let missed = events.get("contact-missed").unwrap();
        assert_eq!((missed.category, missed.of), (Category::Attendance, EventOf::Order));
        assert_eq!(events.get("excuse-accepted").unwrap().evidence, Evidence::Needed, "5.25");
        let breach = events.get("breach-decided").unwrap();
        assert!(breach.is_for(Some(Role::TeamManager)) && !breach.is_for(Some(Role::CaseManager)), "5.28");
        assert!(missed.is_for(Some(Role::CaseManager)) && missed.shows == Shows::Absent);
        for word in ["manager-discussed", "rmp-approved"] {
            let by = events.get(word).unwrap();
            assert!(by.is_for(Some(Role::TeamManager)) && !by.is_for(Some(Role::CaseManager)), "{word}: of a manager");
        }
        let accepted = events.get("mappa-plan-accepted").unwrap();
        assert!(accepted.is_for(Some(Role::MappaCoordinator)) && !accepted.is_for(Some(Role::MappaAdministrator)));
        assert!(events.get("contact").is_none() && events.all().count() >= 60);
        let sentence = |rule: &EventRule| rule.meaning.starts_with(char::is_uppercase) && rule.meaning.len() > 10;
        assert_eq!(events.all().find(|rule| !sentence(rule)), None);
    }

    #[test]
    fn a_bad_row_is_refused_where_it_stands() {
        let text = Files::embedded().events;
        let line = text.lines().position(|line| line.starts_with("contact-missed,")).unwrap() + 1;
        let with = |from: &str, to: &str| {
            let changed: Vec<String> = text
                .lines()
                .map(|row| if row.starts_with("contact-missed,") { row.replacen(from, to, 1) } else { row.to_owned() })
                .collect();
            Events::load(&changed.join("\n")).unwrap_err()
        };
        let at = |fault| Error::line(EVENTS, line, fault);
        let unknown = |cell: &str| at(Fault::Unknown(cell.to_owned()));
        assert_eq!(with("contact-missed", "Contact-missed"), unknown("Contact-missed"));
        assert_eq!(with("contact-missed", "contact-kept"), at(Fault::Twice("contact-kept".to_owned())));
        assert_eq!(with("attendance", "attending"), unknown("attending"));
        assert_eq!(with("order", "orders"), unknown("orders"));
        assert_eq!(with("*", "justice.judge"), unknown("justice.judge"));
        assert_eq!(with("absent", "asleep"), unknown("asleep"));
        assert!(with("attendance", "safe-contact").to_string().contains("is about somebody who is protected"));
        for word in [EventWord::WAIVED, EventWord::EXTENDED, EventWord::CORRECTION] {
            let without = text.replace(&format!("{word},"), "other-word,");
            assert_eq!(Events::load(&without).unwrap_err(), Error::file(EVENTS, Fault::Missing(word.to_owned())));
        }
    }
}
