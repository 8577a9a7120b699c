//! Lines that say nothing, and lines that contradict each other.
//!
//! Promises: a line that allows what is wholly denied, or what one other line allows with the
//! same obligations, is refused where it stands: somebody thinks that it does something.
//! Denials may say what other denials say: they are there for a later, careless allowance.
//! Must never know: what ought to be permitted.

use super::error::{Error, Fault};
use super::ground::{Block, Ground};
use super::line::{Effect, POLICY, Rule};
use crate::model::agencies::{AgencyKind, Role};

/// Refuses the first line that contradicts another, or allows nothing of its own.
pub(super) fn refuse(seats: &[(Role, AgencyKind)], rules: &[Rule], ground: &Ground) -> Result<(), Error> {
    let lines: Vec<Line<'_>> = rules.iter().map(|rule| Line::of(rule, seats)).collect();
    for (place, line) in lines.iter().enumerate() {
        if let Some(other) = lines[..place].iter().find(|other| line.contradicts(other)) {
            return Err(line.fault(Fault::Contradicts(other.rule.id.clone())));
        }
    }
    for (place, line) in lines.iter().enumerate().filter(|(_, line)| line.rule.effect == Effect::Allow) {
        // Two lines that say the same cover each other: the later one is the one too many.
        let covers = |(number, other): &(usize, &Line<'_>)| {
            *number != place && other.covers(line) && (*number < place || !line.covers(other))
        };
        if let Some((_, other)) = lines.iter().enumerate().find(covers) {
            return Err(line.fault(Fault::Covered(other.rule.id.clone())));
        }
        let open = |cell| line.rule.facts & !ground.denied(cell) != 0;
        if !Block::of(line.rule).cells(seats).into_iter().any(open) {
            return Err(line.fault(Fault::WhollyDenied));
        }
    }
    Ok(())
}

/// A line with the seats that it matches.
struct Line<'a> {
    rule: &'a Rule,
    seats: Vec<usize>,
}

impl<'a> Line<'a> {
    fn of(rule: &'a Rule, seats: &[(Role, AgencyKind)]) -> Self {
        Self { rule, seats: Block::of(rule).seats(seats) }
    }

    fn fault(&self, fault: Fault) -> Error {
        Error::line(POLICY, self.rule.line, fault)
    }

    /// Says whether the one matches all that the other matches.
    fn matches_all_of(&self, other: &Self) -> bool {
        let (mine, theirs) = (self.rule, other.rule);
        theirs.categories & !mine.categories == 0
            && theirs.purposes & !mine.purposes == 0
            && theirs.actions & !mine.actions == 0
            && theirs.facts & !mine.facts == 0
            && other.seats.iter().all(|seat| self.seats.contains(seat))
    }

    /// Says whether one line allows and the other denies exactly the same.
    fn contradicts(&self, other: &Self) -> bool {
        self.rule.effect != other.rule.effect && self.matches_all_of(other) && other.matches_all_of(self)
    }

    /// Says whether this allows all that the other allows, and obliges to the same.
    fn covers(&self, other: &Self) -> bool {
        self.rule.effect == Effect::Allow
            && self.rule.obligations == other.rule.obligations
            && self.matches_all_of(other)
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::error::{Error, Fault};
    use crate::policy::files::Files;
    use crate::policy::line::POLICY;
    use crate::policy::load::book;

    /// Loads the policy with one line more; returns what is wrong, and whether it is said of that line.
    fn with(line: &str) -> (Fault, bool) {
        let mut files = Files::embedded();
        files.policy.push_str(&format!("{line}\n"));
        let last = files.policy.lines().count();
        match book(&files).unwrap_err() {
            Error::Line { file: POLICY, line, fault } => (fault, line == last),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_line_that_allows_nothing_of_its_own_is_refused_where_it_stands() {
        let covered = |by: &str| (Fault::Covered(by.to_owned()), true);
        let line = "p, police.offender-management, *, identity, mappa, read, y, y, y, *, *, *, *, allow, -, A901";
        assert_eq!(with(line), covered("A001"));
        // The same in the same words, and the same seats in other words.
        assert_eq!(
            with("p, grp:lead, *, cat:record, *, act:know, y, y, *, *, *, *, *, allow, -, A902"),
            covered("A001")
        );
        let line = "p, health.liaison, at:health, health, *, act:know, y, y, *, *, *, *, *, allow, -, A903";
        assert_eq!(with(line), covered("A120"));
        let line = "p, prison.liaison, *, protected-account, *, read, y, y, *, *, *, *, *, allow, -, A904";
        assert_eq!(with(line), (Fault::WhollyDenied, true));
        // Denied by two lines together: D05 for programmes, D18 for what is not one's own.
        let line = "p, health.liaison, *, health, programme, act:work, *, *, *, *, *, *, *, allow, -, A905";
        assert_eq!(with(line), (Fault::WhollyDenied, true));
    }

    #[test]
    fn a_wider_line_shows_that_an_older_one_says_nothing_now() {
        let (fault, here) = with("p, grp:lead, *, cat:record, *, act:know, y, *, *, *, *, *, *, allow, -, A906");
        assert_eq!((fault, here), (Fault::Covered("A906".to_owned()), false), "A001 is the one that says nothing");
    }

    #[test]
    fn a_line_with_another_obligation_says_something() {
        let mut files = Files::embedded();
        files.policy.push_str("p, grp:lead, *, cat:record, mappa, act:know, y, y, *, *, *, *, *, allow, ack, A907\n");
        assert!(book(&files).is_ok());
    }

    #[test]
    fn lines_that_contradict_each_other_are_refused() {
        let contrary = |to: &str| (Fault::Contradicts(to.to_owned()), true);
        assert_eq!(
            with("p, grp:lead, *, cat:record, *, act:know, y, y, *, *, *, *, *, deny, -, D901"),
            contrary("A001")
        );
        assert_eq!(with("p, *, *, health, programme, *, *, *, *, *, *, *, *, allow, -, A908"), contrary("D05"));
    }

    #[test]
    fn a_link_that_stands_there_twice_is_refused() {
        for link in ["g, womens.worker, grp:womens", "g3, child, cat:protected", "g4, read, act:know"] {
            assert!(matches!(with(link), (Fault::LinkedTwice(..), true)), "{link}");
        }
        assert!(matches!(with("g2, womens.worker, at:womens-service"), (Fault::Link(..), true)));
    }
}
