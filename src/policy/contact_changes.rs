//! What puts a way of reaching somebody in doubt, or ends it: data beside the policy.
//!
//! Promises: each word at most once, and one that is known; what ends a contact for her safety ends the way, and is told; his
//! release and a proposed address are never left out.
//! Must never know: who is reached, and how.

use super::error::{Error, Fault};
use super::events::Events;
use super::reference::{AlertKind, word};
use super::rows::{Row, rows_of};
use crate::model::alerts::HubKind;
use crate::model::consents::ConsentEvent;
use crate::model::safe_contact::Outcome;
use crate::model::words::vocabulary;

const CHANGES: &str = "contact-changes.csv";

/// Events without which no such table is taken.
const NEEDED: [&str; 3] = ["released", "address-proposed", "at-large"];

/// Outcomes that always end a way, and are told.
const ENDING: [Outcome; 2] = [Outcome::NotSafe, Outcome::AskedNotTo];

vocabulary! {
    /// What it is that happens.
    Of {
        /// An event of supervision.
        Event = "event",
        /// An alert on the case that is about her or about nobody.
        Alert = "alert",
        /// An event of her own consent.
        Consent = "consent",
        /// What came of trying to reach her.
        Outcome = "outcome",
    }
}

vocabulary! {
    /// What becomes of a way.
    Makes {
        /// She is asked again first.
        Unverified = "unverified",
        /// It is not used any more.
        Unsafe = "unsafe",
    }
}

/// One thing that puts ways in doubt, or ends one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactChange {
    /// What it is.
    pub of: Of,
    /// Its word.
    pub word: String,
    /// What becomes of the way.
    pub makes: Makes,
    /// Whether all ways are meant, and not only the one that was used.
    pub whole: bool,
    /// Whether those are told who answer for her workers.
    pub tells: bool,
    /// Why, in words for her worker.
    pub why: String,
}

/// All of them.
#[derive(Debug)]
pub struct ContactChanges(Vec<ContactChange>);

impl ContactChanges {
    /// Reads `contact-changes.csv`.
    pub(super) fn load(text: &str, events: &Events, kinds: &[AlertKind]) -> Result<Self, Error> {
        let mut all: Vec<ContactChange> = Vec::new();
        for row in rows_of(CHANGES, text, 8)? {
            let change = change(&row, events, kinds)?;
            if all.iter().any(|known| known.of == change.of && known.word == change.word) {
                return Err(row.fault(CHANGES, Fault::Twice(change.word)));
            }
            all.push(change);
        }
        let all = Self(all);
        if let Some(wanted) = NEEDED.iter().find(|wanted| all.by(Of::Event, wanted).is_none()) {
            return Err(Error::file(CHANGES, Fault::Missing((*wanted).to_owned())));
        }
        let ends = |outcome: &Outcome| {
            let found = all.by(Of::Outcome, outcome.as_str());
            found.is_some_and(|one| one.makes == Makes::Unsafe && one.tells)
        };
        match ENDING.iter().find(|outcome| !ends(outcome)) {
            Some(wanted) => Err(Error::file(CHANGES, Fault::Missing(wanted.to_string()))),
            None => Ok(all),
        }
    }

    /// Returns what a word does, if it does anything.
    #[must_use]
    pub fn by(&self, of: Of, word: &str) -> Option<&ContactChange> {
        self.0.iter().find(|one| one.of == of && one.word == word)
    }
}

fn change(row: &Row<'_>, events: &Events, kinds: &[AlertKind]) -> Result<ContactChange, Error> {
    let unknown = |cell: &str| row.fault(CHANGES, Fault::Unknown(cell.to_owned()));
    let (of, name): (Of, &str) = (word(CHANGES, row, row.cells[0])?, row.cells[1]);
    let known = match of {
        Of::Event => events.get(name).is_some(),
        Of::Alert => kinds.iter().any(|kind| kind.kind == name) || name.parse::<HubKind>().is_ok(),
        Of::Consent => name.parse::<ConsentEvent>().is_ok(),
        Of::Outcome => name.parse::<Outcome>().is_ok(),
    };
    if !known {
        return Err(unknown(name));
    }
    let makes: Makes = word(CHANGES, row, row.cells[2])?;
    let whole = one_of(row, 3, ["card", "route"])?;
    let tells = one_of(row, 4, ["manager", "-"])?;
    // What happens in a case happens on no way: it asks for all of them to be looked at, and her worker is told of it anyhow.
    if of != Of::Outcome && (makes != Makes::Unverified || !whole || tells) {
        return Err(unknown(row.cells[2]));
    }
    // No one call ends every way: an unsafe way is named.
    if makes == Makes::Unsafe && whole {
        return Err(unknown(row.cells[3]));
    }
    let why = row.cells[5];
    if !(why.starts_with(|first: char| first.is_uppercase()) && why.ends_with('.')) {
        return Err(unknown(why));
    }
    one_of(row, 7, ["verified", "proposed"])?;
    Ok(ContactChange { of, word: name.to_owned(), makes, whole, tells, why: why.to_owned() })
}

/// Says whether a cell holds the first of two words.
fn one_of(row: &Row<'_>, cell: usize, words: [&str; 2]) -> Result<bool, Error> {
    match words.iter().position(|word| *word == row.cells[cell]) {
        Some(nth) => Ok(nth == 0),
        None => Err(row.fault(CHANGES, Fault::Unknown(row.cells[cell].to_owned()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::reference::alert_kinds;

    fn load(text: &str) -> Result<ContactChanges, Error> {
        let files = Files::embedded();
        ContactChanges::load(text, &Events::load(&files.events).unwrap(), &alert_kinds(&files.alert_kinds).unwrap())
    }

    #[test]
    fn a_release_puts_every_way_in_doubt_and_a_bad_call_ends_one() {
        let all = load(&Files::embedded().contact_changes).unwrap();
        let released = all.by(Of::Event, "released").unwrap();
        assert_eq!((released.makes, released.whole, released.tells), (Makes::Unverified, true, false));
        let ended = all.by(Of::Outcome, "not-safe-ended").unwrap();
        assert_eq!((ended.makes, ended.whole, ended.tells), (Makes::Unsafe, false, true));
        assert!(all.by(Of::Outcome, "reached").is_none() && all.by(Of::Event, "contact-kept").is_none());
    }

    #[test]
    fn a_bad_row_is_refused_and_so_is_a_table_that_lacks_one() {
        let good = Files::embedded().contact_changes;
        for (from, to) in [
            ("event, released,", "event, relaesed,"),
            ("alert, mis-sent,", "alert, missent,"),
            ("consent, withdrawn,", "consent, taken,"),
            ("outcome, not-safe-ended,", "outcome, not-safe,"),
            ("event, released, unverified, card", "event, released, unsafe, card"),
            ("event, released, unverified, card", "event, released, unverified, route"),
            ("event, released, unverified, card, -", "event, released, unverified, card, manager"),
            ("not-safe-ended, unsafe, route", "not-safe-ended, unsafe, card"),
            ("not-safe-ended, unsafe, route, manager", "not-safe-ended, unsafe, route, -"),
            ("not-safe-ended, unsafe,", "not-safe-ended, unverified,"),
            ("He has been released.", "he has been released"),
            ("story 10, proposed", "story 10, certain"),
        ] {
            assert!(load(&good.replacen(from, to, 1)).is_err(), "{to}");
        }
        let without = |word: &str| good.lines().filter(|line| !line.contains(word)).collect::<Vec<_>>().join("\n");
        for wanted in ["event, released,", "event, at-large,", "address-proposed", "asked-not-to-be-rung"] {
            assert!(load(&without(wanted)).is_err(), "{wanted}");
        }
        assert!(
            load(&format!("{good}event, released, unverified, card, -, Again., Lippen design, proposed\n")).is_err()
        );
    }
}
