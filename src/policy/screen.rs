//! Reads `screen.csv`: the words and numbers that the screening of what is written goes by.
//!
//! Promises: a row that the screening cannot use is refused with its line, never passed over; no number stands twice,
//! and none lies outside what `screen-bounds.csv` allows, which is built into the program: whoever signs a policy cannot
//! switch the comparison off by a number.
//! Must never know: what anybody wrote.

use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::screen::{RuleKind, Rules};
use sha2::{Digest, Sha256};
use std::collections::{HashMap, HashSet};

const SCREEN: &str = "screen.csv";
const BOUNDS: &str = "screen-bounds.csv";

/// The least and the most that each number may be.
type Bounds = HashMap<&'static str, (usize, usize)>;

/// Reads `screen.csv`.
pub(super) fn rules(text: &str) -> Result<Rules, Error> {
    let bounds = bounds(include_str!("../../policies/screen-bounds.csv"))?;
    let mut rules = Rules::named(Sha256::digest(text.as_bytes()).into());
    let (mut names, mut numbers) = (HashSet::new(), HashMap::new());
    for row in rows_of(SCREEN, text, 3)? {
        let kind: RuleKind = word(SCREEN, &row, row.cells[0])?;
        if let Some((name, value)) = row.cells[1].split_once('=')
            && matches!(kind, RuleKind::Number | RuleKind::Digit | RuleKind::Repeat)
        {
            if !names.insert((kind, name.to_owned())) {
                return Err(row.fault(SCREEN, Fault::Twice(name.to_owned())));
            }
            if kind == RuleKind::Number {
                numbers.insert(name.to_owned(), (number(&row, (name, value), &bounds)?, row.line));
            }
        }
        rules.add(kind, row.cells[1]).map_err(|()| row.fault(SCREEN, Fault::Unknown(row.cells[1].to_owned())))?;
    }
    if let Some(kind) = rules.missing() {
        return Err(Error::file(SCREEN, Fault::Missing(kind.to_owned())));
    }
    fit(&numbers)?;
    Ok(rules)
}

/// Reads one number of the comparison.
fn number(row: &Row<'_>, (name, value): (&str, &str), bounds: &Bounds) -> Result<usize, Error> {
    let unknown = || row.fault(SCREEN, Fault::Unknown(row.cells[1].to_owned()));
    let number: usize = value.parse().map_err(|_| unknown())?;
    let (least, most) = *bounds.get(name).ok_or_else(unknown)?;
    if number < least || number > most {
        return Err(row.fault(SCREEN, Fault::Bounds { name: name.to_owned(), least, most }));
    }
    Ok(number)
}

/// Refuses runs that are longer than what counts as a quotation: then nothing ever would.
fn fit(numbers: &HashMap<String, (usize, usize)>) -> Result<(), Error> {
    let (Some((gram, line)), Some((quote, _)), Some((near, _))) =
        (numbers.get("gram"), numbers.get("quote"), numbers.get("near"))
    else {
        return Ok(());
    };
    let most = *quote.min(near);
    if *gram <= most {
        return Ok(());
    }
    Err(Error::line(SCREEN, *line, Fault::Bounds { name: "gram".to_owned(), least: 1, most }))
}

fn bounds(text: &'static str) -> Result<Bounds, Error> {
    let mut bounds = Bounds::new();
    for row in rows_of(BOUNDS, text, 4)? {
        let (least, most) = (word(BOUNDS, &row, row.cells[1])?, word(BOUNDS, &row, row.cells[2])?);
        if least > most || bounds.insert(row.cells[0], (least, most)).is_some() {
            return Err(row.fault(BOUNDS, Fault::Twice(row.cells[0].to_owned())));
        }
    }
    Ok(bounds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    #[test]
    fn what_the_screening_cannot_use_is_refused_where_it_stands() {
        let text = Files::embedded().screen;
        assert!(rules(&text).is_ok());
        for bad in ["number, quote=many, x", "number, quota=8, x", "digit, ten=10, x", "derivative, whereabouts, x"] {
            assert!(rules(&format!("{text}\n{bad}\n")).is_err(), "{bad}");
        }
        assert!(rules(&format!("{text}\nstreets, road, x\n")).is_err());
        let without = text.replace("number, quote=8", "# number, quote=8");
        assert_eq!(rules(&without).unwrap_err(), Error::file(SCREEN, Fault::Missing("quote".to_owned())));
    }

    #[test]
    fn what_is_hers_is_no_row_for_a_sanitised_note() {
        let text = Files::embedded().screen;
        assert!(rules(&format!("{text}\nderivative, protected-account, x\n")).is_err());
    }

    #[test]
    fn a_number_that_would_let_everything_pass_is_refused_with_its_line() {
        let text = Files::embedded().screen;
        let line = |from: &str| text.lines().position(|line| line.starts_with(from)).unwrap() + 1;
        for (from, to) in [
            ("number, gram=4", "number, gram=9"),
            ("number, gram=4", "number, gram=1"),
            ("number, quote=8", "number, quote=9000"),
            ("number, near=14", "number, near=18446744073709551615"),
            ("number, near=14", "number, near=0"),
            ("number, gap=2", "number, gap=0"),
        ] {
            let found = rules(&text.replace(from, to)).unwrap_err();
            let wanted = line(from);
            assert!(
                matches!(&found, Error::Line { line, fault: Fault::Bounds { .. }, .. } if *line == wanted),
                "{to}: {found}"
            );
        }
        // Within its own bounds, but longer than a quotation.
        let long = text.replace("number, gram=4", "number, gram=6").replace("number, quote=8", "number, quote=5");
        let found = rules(&long).unwrap_err();
        assert!(found.to_string().contains("gram must be 1 to 5"), "{found}");
        assert_eq!(
            found,
            Error::line(SCREEN, line("number, gram"), Fault::Bounds { name: "gram".into(), least: 1, most: 5 })
        );
    }

    #[test]
    fn what_stands_twice_is_refused_where_it_stands_again() {
        let text = Files::embedded().screen;
        for twice in ["number, quote=8, x", "number, quote=12, x", "digit, one=2, x", "repeat, double=3, x"] {
            let again = format!("{text}{twice}\n");
            let found = rules(&again).unwrap_err();
            let name = twice.split([' ', '=']).nth(1).unwrap();
            assert_eq!(found, Error::line(SCREEN, again.lines().count(), Fault::Twice(name.to_owned())));
        }
    }
}
