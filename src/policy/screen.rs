//! Reads `screen.csv`: the words and numbers that the screening of what is written goes by.
//!
//! Promises: a row that the screening cannot use is refused with its line, never passed over.
//! Must never know: what anybody wrote.

use super::error::{Error, Fault};
use super::reference::word;
use super::rows::rows_of;
use crate::model::screen::{RuleKind, Rules};

const SCREEN: &str = "screen.csv";

/// Reads `screen.csv`.
pub(super) fn rules(text: &str) -> Result<Rules, Error> {
    let mut rules = Rules::default();
    for row in rows_of(SCREEN, text, 3)? {
        let kind: RuleKind = word(SCREEN, &row, row.cells[0])?;
        rules.add(kind, row.cells[1]).map_err(|()| row.fault(SCREEN, Fault::Unknown(row.cells[1].to_owned())))?;
    }
    match rules.missing() {
        Some(kind) => Err(Error::file(SCREEN, Fault::Missing(kind.to_owned()))),
        None => Ok(rules),
    }
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
}
