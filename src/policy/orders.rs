//! What a man can be supervised under: its title, how it begins, which rules count it, and whether police see it at a door.
//!
//! Promises: each kind that the program knows stands in `orders.csv` exactly once, with its source.
//! Must never know: whose order it is.

use super::clocks::Condition;
use super::error::{Error, Fault};
use super::events::Events;
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::clocks::EventWord;
use crate::model::orders::OrderKind;

const ORDERS: &str = "orders.csv";

/// One kind of order.
#[derive(Debug, PartialEq, Eq)]
pub struct OrderRule {
    /// The kind.
    pub kind: OrderKind,
    /// What people call it.
    pub title: String,
    /// The event with which it begins.
    pub made: EventWord,
    /// The words by which clocks know it.
    pub counts: Vec<String>,
    /// Whether it stands on the card that police response sees.
    pub on_card: bool,
    /// Whether it follows a conviction.
    pub conviction: bool,
    /// Which notices that he is to be arrested can be recorded under it.
    pub recall: Vec<EventWord>,
}

/// Every kind of order.
#[derive(Debug)]
pub struct Orders(Vec<OrderRule>);

impl Orders {
    /// Reads `orders.csv`.
    pub(super) fn load(text: &str, events: &Events, conditions: &[Condition]) -> Result<Self, Error> {
        let mut all: Vec<OrderRule> = Vec::new();
        for row in rows_of(ORDERS, text, 8)? {
            let rule = OrderRule {
                kind: word(ORDERS, &row, row.cells[0])?,
                title: row.cells[1].to_owned(),
                made: event_word(ORDERS, &row, row.cells[2], events)?,
                counts: counts(&row, conditions)?,
                on_card: yes(ORDERS, &row, row.cells[4])?,
                conviction: yes(ORDERS, &row, row.cells[5])?,
                recall: recall(&row, events)?,
            };
            if all.iter().any(|known| known.kind == rule.kind) {
                return Err(row.fault(ORDERS, Fault::Twice(row.cells[0].to_owned())));
            }
            all.push(rule);
        }
        match OrderKind::ALL.iter().find(|kind| all.iter().all(|rule| rule.kind != **kind)) {
            Some(kind) => Err(Error::file(ORDERS, Fault::Missing(kind.to_string()))),
            None => Ok(Self(all)),
        }
    }

    /// Returns what is known of a kind.
    ///
    /// # Panics
    /// Never: a policy without one of the kinds is not loaded.
    #[must_use]
    pub fn of(&self, kind: OrderKind) -> &OrderRule {
        self.0.iter().find(|rule| rule.kind == kind).expect("each kind stands in the file")
    }
}

/// Reads `yes` or `no`.
pub(super) fn yes(file: &'static str, row: &Row<'_>, cell: &str) -> Result<bool, Error> {
    match cell {
        "yes" => Ok(true),
        "no" => Ok(false),
        other => Err(row.fault(file, Fault::Unknown(other.to_owned()))),
    }
}

/// Reads which notices can be recorded under an order; a hyphen for none.
fn recall(row: &Row<'_>, events: &Events) -> Result<Vec<EventWord>, Error> {
    let words = row.cells[6].split('+').filter(|word| *word != "-");
    words.map(|word| event_word(ORDERS, row, word, events)).collect()
}

/// Reads the words by which clocks know an order; a hyphen for none.
fn counts(row: &Row<'_>, conditions: &[Condition]) -> Result<Vec<String>, Error> {
    let words = row.cells[3].split_whitespace().filter(|word| *word != "-");
    let known = |word: &str| conditions.iter().any(|condition| condition.word == word);
    let unknown = |word: &str| row.fault(ORDERS, Fault::Unknown(word.to_owned()));
    words.map(|word| if known(word) { Ok(word.to_owned()) } else { Err(unknown(word)) }).collect()
}

/// Reads the word of an event that is known.
pub(super) fn event_word(file: &'static str, row: &Row<'_>, cell: &str, events: &Events) -> Result<EventWord, Error> {
    let known = events.get(cell).map(|rule| rule.word.clone());
    known.ok_or_else(|| row.fault(file, Fault::Unknown(cell.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::clocks::Clocks;
    use crate::policy::files::Files;

    fn load(text: &str) -> Result<Orders, Error> {
        let files = Files::embedded();
        let events = Events::load(&files.events).unwrap();
        Orders::load(text, &events, Clocks::load(&files, &events).unwrap().conditions())
    }

    #[test]
    fn each_kind_stands_in_the_file_and_diversion_on_no_card() {
        let all = load(&Files::embedded().orders).unwrap();
        for kind in OrderKind::ALL {
            assert_eq!(all.of(*kind).on_card, *kind != OrderKind::Diversion, "{kind}");
        }
        assert!(!all.of(OrderKind::BailSupervision).conviction);
        assert_eq!(all.of(OrderKind::Licence).made.as_str(), "licence-imposed");
    }

    #[test]
    fn a_bad_row_is_refused_where_it_stands() {
        let text = Files::embedded().orders;
        let line = text.lines().position(|line| line.starts_with("diversion")).unwrap() + 1;
        let with = |from: &str, to: &str| load(&text.replacen(from, to, 1)).unwrap_err();
        let at = |fault| Error::line(ORDERS, line, fault);
        assert_eq!(with("diversion, D", "divertion, D"), at(Fault::Unknown("divertion".to_owned())));
        assert_eq!(
            with("order-made, expires, no, no", "order-made, expires, no, never"),
            at(Fault::Unknown("never".to_owned()))
        );
        assert_eq!(with("\ndiversion", "\nlicence"), at(Fault::Twice("licence".to_owned())));
        let missing = Error::file(ORDERS, Fault::Missing("diversion".to_owned()));
        assert_eq!(with("\ndiversion", "\n# diversion"), missing);
        let word = at(Fault::Unknown("order-maid".to_owned()));
        assert_eq!(with("prosecution, order-made", "prosecution, order-maid"), word);
        let counted = with("prosecution, order-made, expires", "prosecution, order-made, every-order");
        assert_eq!(counted, at(Fault::Unknown("every-order".to_owned())));
    }
}
