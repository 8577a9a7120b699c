//! Lines that say nothing, and lines that contradict each other.
//!
//! Promises: a line that allows what is wholly denied, or what one other line allows with the
//! same obligations, is refused where it stands: somebody thinks that it does something.
//! Denials may say what other denials say: they are there for a later, careless allowance.
//! Must never know: what ought to be permitted.

use super::error::{Error, Fault};
use super::ground::{Block, Ground};
use super::load::{Book, Effect, POLICY, Rule};

/// Refuses the first line that contradicts another, or allows nothing of its own.
pub(super) fn refuse(book: &Book, ground: &Ground) -> Result<(), Error> {
    let lines: Vec<Line<'_>> = book.rules.iter().map(|rule| Line::of(rule, book)).collect();
    for (place, line) in lines.iter().enumerate() {
        let fault = |fault| Error::line(POLICY, line.rule.line, fault);
        let contrary = lines[..place].iter().find(|other| line.contradicts(other));
        if let Some(other) = contrary {
            return Err(fault(Fault::Contradicts(other.rule.id.clone())));
        }
        if line.rule.effect == Effect::Deny {
            continue;
        }
        // Two lines that say the same cover each other: the later one is the one too many.
        let covers = |(number, other): &(usize, &Line<'_>)| {
            *number != place && other.covers(line) && (*number < place || !line.covers(other))
        };
        if let Some((_, other)) = lines.iter().enumerate().find(covers) {
            return Err(fault(Fault::Covered(other.rule.id.clone())));
        }
        let open = |cell| line.rule.facts & !ground.denied(cell) != 0;
        if !Block::of(line.rule).cells(&book.seats).into_iter().any(open) {
            return Err(fault(Fault::WhollyDenied));
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
    fn of(rule: &'a Rule, book: &Book) -> Self {
        Self { rule, seats: Block::of(rule).seats(&book.seats) }
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
