//! What a refusal says, as data: for each fact, guard and deny line what is in the way, who can change it, which ways are lawful.
//!
//! Promises: a word that the program does not know is refused; every fact, every guard, every grantor and every route has
//! its words, or the policy is not taken. That every deny line has its own is checked with the rest of the policy.
//! Must never know: who asks.

use super::error::{Error, Fault};
use super::guards;
use super::line::{Effect, Rule};
use super::rows::{Row, rows_of};
use super::ruling;
use crate::model::facts::Fact;
use crate::model::words::vocabulary;
use std::collections::HashMap;

/// The file of refusals.
pub(super) const REFUSALS: &str = "refusals.csv";

vocabulary! {
    /// Who can grant what is missing.
    Grantor {
        /// The agency that supplied the record.
        Originator = "originator",
        /// The asker's own manager.
        Manager = "manager",
        /// Those who answer for the asker's agency.
        Officers = "officers",
        /// Whoever chairs the meeting.
        Meeting = "meeting",
        /// Nobody.
        Nobody = "nobody",
    }
}

vocabulary! {
    /// A lawful way to what was refused, or to what can be done instead.
    Route {
        /// The agency that supplied it may release it.
        AskOriginator = "ask-originator",
        /// One's manager may add one to the case.
        AskManager = "ask-manager",
        /// Those who answer for one's agency may let one in to a locked case.
        AskOfficers = "ask-officers",
        /// A meeting may have it on its list.
        Meeting = "meeting",
        /// She may consent.
        Consent = "consent",
        /// Somebody is in danger now.
        EmergencyAccess = "emergency-access",
        /// Its conditions may be accepted.
        AcceptConditions = "accept-conditions",
        /// A note without what must be kept back.
        SanitisedNote = "sanitised-note",
        /// Those who may act can be told.
        RaiseAlert = "raise-alert",
        /// It may be open for what one really acts for.
        OtherPurpose = "other-purpose",
    }
}

/// What is in the way, in words, and what can be done about it.
#[derive(Debug, Clone)]
pub(super) struct Way {
    /// In words about anybody.
    pub(super) words: String,
    /// Who can grant it.
    pub(super) who: Vec<Grantor>,
    /// The lawful routes.
    pub(super) routes: Vec<Route>,
}

/// All words of refusals, by the word of a fact, guard or line.
#[derive(Debug)]
pub(super) struct Refusals {
    ways: HashMap<String, Way>,
    grantors: HashMap<Grantor, String>,
    routes: HashMap<Route, String>,
}

impl Refusals {
    /// Reads the file and holds it against the program's own words.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut all = Self { ways: HashMap::new(), grantors: HashMap::new(), routes: HashMap::new() };
        for row in rows_of(REFUSALS, text, 5)? {
            all.take(&row)?;
        }
        let facts = Fact::ALL.iter().map(|fact| fact.as_str());
        let words = facts.chain(guards::NAMES.iter().copied()).chain([ruling::DEFAULT, ruling::TIGHTENED]);
        let missing = words.into_iter().find(|word| !all.ways.contains_key(*word)).map(str::to_owned);
        let grantor = Grantor::ALL.iter().find(|who| !all.grantors.contains_key(who)).map(ToString::to_string);
        let route = Route::ALL.iter().find(|route| !all.routes.contains_key(route)).map(ToString::to_string);
        match missing.or(grantor).or(route) {
            Some(word) => Err(Error::file(REFUSALS, Fault::Missing(word))),
            None => Ok(all),
        }
    }

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let [of, word, words, who, routes] = row.cells[..] else {
            return Err(row.fault(REFUSALS, Fault::Cells { wanted: 5, found: row.cells.len() }));
        };
        let unknown = |word: &str| row.fault(REFUSALS, Fault::Unknown(word.to_owned()));
        let way = || Ok(Way { words: words.to_owned(), who: list(row, who)?, routes: list(row, routes)? });
        let taken = match of {
            "who" => self.grantors.insert(word.parse().map_err(|_| unknown(word))?, words.to_owned()).is_some(),
            "route" => self.routes.insert(word.parse().map_err(|_| unknown(word))?, words.to_owned()).is_some(),
            "fact" | "guard" | "line" | "none" => {
                let fits = match of {
                    "fact" => word.parse::<Fact>().is_ok(),
                    "guard" => guards::NAMES.contains(&word) || word == ruling::TIGHTENED,
                    "line" => word.strip_prefix('D').is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_digit())),
                    _ => word == ruling::DEFAULT,
                };
                if !fits {
                    return Err(unknown(word));
                }
                self.ways.insert(word.to_owned(), way()?).is_some()
            }
            other => return Err(unknown(other)),
        };
        if taken { Err(row.fault(REFUSALS, Fault::Twice(word.to_owned()))) } else { Ok(()) }
    }

    /// Returns what is in the way, by the word of a fact, a guard or a line.
    pub(super) fn way(&self, word: &str) -> Option<&Way> {
        self.ways.get(word)
    }

    /// Returns the words for who can grant something.
    pub(super) fn grantor(&self, who: Grantor) -> String {
        self.grantors.get(&who).cloned().unwrap_or_default()
    }

    /// Returns the words for a route.
    pub(super) fn route(&self, route: Route) -> String {
        self.routes.get(&route).cloned().unwrap_or_default()
    }

    /// Says what does not fit the lines of the policy: a deny line without words, words of a line that is gone.
    pub(super) fn faults(&self, rules: &[Rule]) -> Vec<String> {
        let denies = |id: &str| rules.iter().any(|rule| rule.effect == Effect::Deny && rule.id == id);
        let silent = rules.iter().filter(|rule| rule.effect == Effect::Deny && !self.ways.contains_key(&rule.id));
        let mut faults: Vec<String> =
            silent.map(|rule| format!("{REFUSALS}: the deny line {} has no words", rule.id)).collect();
        let gone = self.ways.keys().filter(|word| word.starts_with('D') && !denies(word));
        faults.extend(gone.map(|word| format!("{REFUSALS}: {word} is not a deny line")));
        faults.sort();
        faults
    }
}

/// Reads words joined by `+`, or `-` for none.
fn list<T: std::str::FromStr>(row: &Row<'_>, cell: &str) -> Result<Vec<T>, Error> {
    let words = cell.split('+').filter(|word| *word != "-");
    words.map(|word| word.parse().map_err(|_| row.fault(REFUSALS, Fault::Unknown(word.to_owned())))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Files, Policy};

    fn text() -> String {
        Files::embedded().refusals
    }

    #[test]
    fn every_fact_guard_and_deny_line_has_its_words() {
        let refusals = Refusals::load(&text()).unwrap();
        let policy = Policy::embedded().unwrap();
        assert_eq!(refusals.faults(&policy.book.rules), Vec::<String>::new());
        for fact in Fact::ALL {
            assert!(!refusals.way(fact.as_str()).unwrap().words.is_empty());
        }
    }

    #[test]
    fn every_guard_of_the_source_is_named() {
        // Read from the source, so that a guard that is added and not listed fails here.
        let source = concat!(include_str!("guards.rs"), include_str!("ruling.rs"));
        let code = source.split("#[cfg(test)]").next().unwrap_or_default().to_owned() + include_str!("ruling.rs");
        let named: Vec<&str> = code.split("\"guard:").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(named.len() > 7, "{named:?}");
        let refusals = Refusals::load(&text()).unwrap();
        for guard in named {
            assert!(refusals.way(&format!("guard:{guard}")).is_some(), "guard:{guard} has no words");
        }
    }

    #[test]
    fn a_slip_is_refused_where_it_stands() {
        let after = |from: &str, to: &str| {
            assert!(text().contains(from), "{from}");
            Refusals::load(&text().replacen(from, to, 1)).unwrap_err()
        };
        for (from, to) in [
            ("fact, inv,", "fact, involved,"),
            ("fact, inv,", "facts, inv,"),
            ("guard, guard:wall,", "guard, guard:walls,"),
            ("manager, ask-manager", "boss, ask-manager"),
            ("manager, ask-manager", "manager, ask-boss"),
            ("none, default,", "none, else,"),
            ("line, D01,", "line, A01,"),
        ] {
            assert!(matches!(after(from, to), Error::Line { fault: Fault::Unknown(_), .. }), "{to}");
        }
        assert!(matches!(after("line, D02,", "line, D01,"), Error::Line { fault: Fault::Twice(_), .. }));
        let row = text().lines().find(|line| line.starts_with("fact, her,")).unwrap().to_owned() + "\n";
        assert_eq!(after(&row, ""), Error::file(REFUSALS, Fault::Missing("her".to_owned())));
    }

    #[test]
    fn a_deny_line_without_words_and_words_without_a_line_are_faults_of_the_policy() {
        let mut files = Files::embedded();
        files.refusals = files.refusals.replacen("line, D01,", "line, D99,", 1);
        let report = Policy::check_files(files).to_string();
        assert!(report.contains("D01 has no words") && report.contains("D99 is not a deny line"), "{report}");
    }
}
