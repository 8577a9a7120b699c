//! Whom something in a case is put to by itself: who owes an answer, and who is told.
//!
//! Promises: an event that is known, a kind of alert that is known, and roles of a women's service only by way of each woman;
//! a proposed address is always put to somebody.
//! Must never know: who is asked, and about whom.

use super::error::{Error, Fault};
use super::events::Events;
use super::orders::event_word;
use super::reference::{AlertKind, word};
use super::rows::{Row, rows_of};
use crate::model::addresses::PROPOSED;
use crate::model::agencies::Role;
use crate::model::alerts::Severity;
use crate::model::clocks::EventWord;
use crate::model::words::vocabulary;

const CHECKS: &str = "checks.csv";

vocabulary! {
    /// What those owe to whom something is put.
    How {
        /// An answer.
        Ask = "ask",
        /// Nothing but to know it.
        Tell = "tell",
    }
}

vocabulary! {
    /// When a service is among those to whom something is put.
    When {
        /// Always: those on the case, else those on duty.
        Always = "always",
        /// Always: each woman's own workers by themselves, else those on duty who work with nobody of the case.
        EachWoman = "each-woman",
        /// Only if it is on the case.
        OnCase = "on-case",
        /// Only if the man is in MAPPA.
        InMappa = "in-mappa",
    }
}

/// One service to which an event is put.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// The event.
    pub on: EventWord,
    /// What is owed.
    pub how: How,
    /// What those are called who are asked.
    pub service: String,
    /// Their roles, the first before the next.
    pub roles: Vec<Role>,
    /// When.
    pub when: When,
    /// The kind of alert.
    pub kind: String,
    /// How fast somebody must act.
    pub severity: Severity,
    /// What is said.
    pub say: String,
}

/// All of them.
#[derive(Debug)]
pub struct Checks(Vec<Check>);

impl Checks {
    /// Reads `checks.csv`.
    pub(super) fn load(text: &str, events: &Events, kinds: &[AlertKind]) -> Result<Self, Error> {
        let mut all: Vec<Check> = Vec::new();
        for row in rows_of(CHECKS, text, 10)? {
            let check = check(&row, events, kinds)?;
            if all.iter().any(|known| known.on == check.on && known.service == check.service) {
                return Err(row.fault(CHECKS, Fault::Twice(check.service)));
            }
            all.push(check);
        }
        let asked = |one: &Check| one.on.as_str() == PROPOSED && one.how == How::Ask;
        if all.iter().any(asked) {
            Ok(Self(all))
        } else {
            Err(Error::file(CHECKS, Fault::Missing(PROPOSED.to_owned())))
        }
    }

    /// Returns those to whom an event of a word is put.
    pub fn on<'a>(&'a self, word: &'a str, how: How) -> impl Iterator<Item = &'a Check> {
        self.0.iter().filter(move |check| check.on.as_str() == word && check.how == how)
    }
}

fn check(row: &Row<'_>, events: &Events, kinds: &[AlertKind]) -> Result<Check, Error> {
    let unknown = |cell: &str| row.fault(CHECKS, Fault::Unknown(cell.to_owned()));
    let roles: Vec<Role> = row.cells[3].split('+').map(|role| word(CHECKS, row, role)).collect::<Result<_, _>>()?;
    let when: When = word(CHECKS, row, row.cells[4])?;
    let (kind, say) = (row.cells[5], row.cells[7]);
    let womens = |all: bool| {
        if all { roles.iter().all(|role| role.is_womens()) } else { roles.iter().any(|role| role.is_womens()) }
    };
    // The workers of two women are never asked as one.
    if womens(false) != womens(true) || womens(true) != (when == When::EachWoman) {
        return Err(unknown(row.cells[4]));
    }
    if !kinds.iter().any(|known| known.kind == kind) {
        return Err(unknown(kind));
    }
    if !(say.starts_with(|first: char| first.is_uppercase()) && say.ends_with('.')) {
        return Err(unknown(say));
    }
    if !matches!(row.cells[9], "verified" | "proposed") {
        return Err(unknown(row.cells[9]));
    }
    Ok(Check {
        on: event_word(CHECKS, row, row.cells[0], events)?,
        how: word(CHECKS, row, row.cells[1])?,
        service: row.cells[2].to_owned(),
        roles,
        when,
        kind: kind.to_owned(),
        severity: word(CHECKS, row, row.cells[6])?,
        say: say.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::reference::alert_kinds;

    fn load(text: &str) -> Result<Checks, Error> {
        let files = Files::embedded();
        Checks::load(text, &Events::load(&files.events).unwrap(), &alert_kinds(&files.alert_kinds).unwrap())
    }

    #[test]
    fn an_address_is_put_to_the_services_of_safety_and_all_are_asked_in_the_same_words() {
        let all = load(&Files::embedded().checks).unwrap();
        let asked: Vec<&Check> = all.on(PROPOSED, How::Ask).collect();
        let services: Vec<&str> = asked.iter().map(|check| check.service.as_str()).collect();
        assert_eq!(services, ["police", "childrens", "womens", "housing"]);
        assert!(asked.windows(2).all(|pair| (&pair[0].say, pair[0].severity) == (&pair[1].say, pair[1].severity)));
        assert_eq!(all.on("significant-change", How::Tell).count(), 3);
        assert_eq!(all.on("significant-change", How::Ask).count(), 0);
    }

    #[test]
    fn a_bad_row_is_refused_where_it_stands() {
        const GOOD: &str =
            "address-proposed, ask, police, police.offender-management, always, new-address, high, Look., x, proposed";
        assert!(load(GOOD).is_ok());
        let with = |from: &str, to: &str| load(&GOOD.replacen(from, to, 1)).unwrap_err();
        let unknown = |cell: &str| Error::line(CHECKS, 1, Fault::Unknown(cell.to_owned()));
        assert_eq!(with("ask", "beg"), unknown("beg"));
        assert_eq!(with("new-address", "old-address"), unknown("old-address"));
        assert_eq!(with("Look.", "look"), unknown("look"));
        assert_eq!(with("x, proposed", "x, perhaps"), unknown("perhaps"));
        assert_eq!(with("always", "each-woman"), unknown("each-woman"));
        assert_eq!(with("police.offender-management", "womens.worker"), unknown("always"));
        assert_eq!(with("police.offender-management", "womens.worker+police.response"), unknown("always"));
        assert_eq!(
            load(&format!("{GOOD}\n{GOOD}")).unwrap_err(),
            Error::line(CHECKS, 2, Fault::Twice("police".to_owned()))
        );
        let tells = GOOD.replacen("ask", "tell", 1);
        assert_eq!(load(&tells).unwrap_err(), Error::file(CHECKS, Fault::Missing(PROPOSED.to_owned())));
    }
}
