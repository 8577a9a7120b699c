//! Which events of supervision alert somebody by themselves, and in which words.
//!
//! Promises: each word at most once; the kind is one of `alert-kinds.csv`, so its recipients and their right to read it
//! are settled there.
//! Must never know: who is alerted, and about whom.

use super::error::{Error, Fault};
use super::events::Events;
use super::orders::event_word;
use super::reference::{AlertKind, word};
use super::rows::{Row, rows_of};
use crate::model::alerts::Severity;
use crate::model::clocks::EventWord;

const RAISES: &str = "raises.csv";

/// What an event says to those whom it alerts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raise {
    /// The event's word.
    pub word: EventWord,
    /// The kind of alert.
    pub kind: String,
    /// How fast somebody must act.
    pub severity: Severity,
    /// What is said.
    pub say: String,
    /// What she may be told; nothing: ask first.
    pub may_tell_her: Option<String>,
}

/// All of them.
#[derive(Debug)]
pub struct Raises(Vec<Raise>);

impl Raises {
    /// Reads `raises.csv`.
    pub(super) fn load(text: &str, events: &Events, kinds: &[AlertKind]) -> Result<Self, Error> {
        let mut all: Vec<Raise> = Vec::new();
        for row in rows_of(RAISES, text, 7)? {
            let raise = raise(&row, events, kinds)?;
            if all.iter().any(|known| known.word == raise.word) {
                return Err(row.fault(RAISES, Fault::Twice(raise.word.into())));
            }
            all.push(raise);
        }
        Ok(Self(all))
    }

    /// Returns what each event says that alerts somebody.
    #[must_use]
    pub fn all(&self) -> &[Raise] {
        &self.0
    }

    /// Returns what an event says, if it alerts anybody.
    #[must_use]
    pub fn by(&self, word: &str) -> Option<&Raise> {
        self.0.iter().find(|raise| raise.word.as_str() == word)
    }
}

fn raise(row: &Row<'_>, events: &Events, kinds: &[AlertKind]) -> Result<Raise, Error> {
    let unknown = |cell: &str| row.fault(RAISES, Fault::Unknown(cell.to_owned()));
    let (kind, say, tell) = (row.cells[1], row.cells[3], row.cells[4]);
    if !kinds.iter().any(|known| known.kind == kind) {
        return Err(unknown(kind));
    }
    if !matches!(row.cells[6], "verified" | "proposed") {
        return Err(unknown(row.cells[6]));
    }
    for words in [say, tell].into_iter().filter(|words| *words != "-") {
        if !(words.starts_with(|first: char| first.is_uppercase()) && words.ends_with('.')) {
            return Err(unknown(words));
        }
    }
    Ok(Raise {
        word: event_word(RAISES, row, row.cells[0], events)?,
        kind: kind.to_owned(),
        severity: word(RAISES, row, row.cells[2])?,
        say: say.to_owned(),
        may_tell_her: (tell != "-").then(|| tell.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::reference::alert_kinds;

    fn load(text: &str) -> Result<Raises, Error> {
        let files = Files::embedded();
        Raises::load(text, &Events::load(&files.events).unwrap(), &alert_kinds(&files.alert_kinds).unwrap())
    }

    #[test]
    fn a_missed_group_alerts_without_a_reason() {
        let all = load(&Files::embedded().raises).unwrap();
        let missed = all.by("group-session-missed").unwrap();
        assert_eq!((missed.kind.as_str(), missed.severity), ("missed-session", Severity::High));
        assert!(missed.say.contains("No reason"));
        assert_eq!(all.by("significant-change").unwrap().may_tell_her, None);
        assert!(all.by("contact-kept").is_none());
    }

    #[test]
    fn a_bad_row_is_refused_where_it_stands() {
        const GOOD: &str = "recalled, recall, critical, He is recalled., He is in prison., a law, verified";
        assert!(load(GOOD).is_ok());
        let with = |from: &str, to: &str| load(&GOOD.replacen(from, to, 1)).unwrap_err();
        let unknown = |cell: &str| Error::line(RAISES, 1, Fault::Unknown(cell.to_owned()));
        assert_eq!(with(", recall,", ", recollect,"), unknown("recollect"));
        assert_eq!(with("critical", "urgent"), unknown("urgent"));
        assert_eq!(with("recalled,", "recollected,"), unknown("recollected"));
        assert_eq!(with("He is recalled.", "he is recalled"), unknown("he is recalled"));
        assert_eq!(with("verified", "certain"), unknown("certain"));
        let twice = load(&format!("{GOOD}\n{GOOD}")).unwrap_err();
        assert_eq!(twice, Error::line(RAISES, 2, Fault::Twice("recalled".to_owned())));
    }
}
