//! What goes on whatever is taken back: what, on which ground, and in words that can be read out. Data, with its source.
//!
//! Promises: each of the two has at least one line, and no line stands twice; the words are whole sentences.
//! Must never know: who takes what back.

use super::Policy;
use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::words::vocabulary;

const CONTINUES: &str = "continues.csv";

vocabulary! {
    /// Whose agreement was taken back.
    Whose {
        /// A woman's or a child's.
        Hers = "hers",
        /// The man's.
        His = "his",
    }
}

/// One thing that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoesOn {
    /// What, as a word.
    pub what: String,
    /// On which ground, as a word.
    pub basis: String,
    /// The sentence that can be read out.
    pub in_words: String,
    whose: Whose,
}

/// All that goes on.
#[derive(Debug)]
pub struct Continues(Vec<GoesOn>);

impl Continues {
    /// Reads `continues.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut lines: Vec<GoesOn> = Vec::new();
        for row in rows_of(CONTINUES, text, 6)? {
            let line = line(&row)?;
            if lines.iter().any(|known| known.whose == line.whose && known.what == line.what) {
                return Err(row.fault(CONTINUES, Fault::Twice(line.what)));
            }
            lines.push(line);
        }
        for whose in Whose::ALL {
            if lines.iter().all(|line| line.whose != *whose) {
                return Err(Error::file(CONTINUES, Fault::Missing(whose.to_string())));
            }
        }
        Ok(Self(lines))
    }

    /// Returns what goes on when one of the two takes agreement back, in the order of the file.
    pub fn of(&self, whose: Whose) -> impl Iterator<Item = &GoesOn> {
        self.0.iter().filter(move |line| line.whose == whose)
    }
}

impl Policy {
    /// Returns what goes on whatever is taken back.
    #[must_use]
    pub const fn continues(&self) -> &Continues {
        &self.book.continues
    }
}

fn line(row: &Row<'_>) -> Result<GoesOn, Error> {
    let [whose, what, basis, in_words] = [row.cells[0], row.cells[1], row.cells[2], row.cells[3]];
    let plain = |cell: &str| cell.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if let Some(cell) = [what, basis].into_iter().find(|cell| !plain(cell)) {
        return Err(row.fault(CONTINUES, Fault::Character(cell.to_owned())));
    }
    let sentence = in_words.starts_with(|first: char| first.is_uppercase()) && in_words.ends_with('.');
    if !sentence {
        return Err(row.fault(CONTINUES, Fault::Unknown(in_words.to_owned())));
    }
    if !matches!(row.cells[5], "yes" | "no") {
        return Err(row.fault(CONTINUES, Fault::Unknown(row.cells[5].to_owned())));
    }
    let (what, basis, in_words) = (what.to_owned(), basis.to_owned(), in_words.to_owned());
    Ok(GoesOn { what, basis, in_words, whose: word(CONTINUES, row, whose)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    #[test]
    fn the_committed_lines_say_what_goes_on_for_each_of_the_two() {
        let lines = Continues::load(&Files::embedded().continues).unwrap();
        let what = |whose| lines.of(whose).map(|line| &*line.what).collect::<Vec<_>>();
        assert_eq!(what(Whose::Hers), ["child-protection", "his-status-to-her", "serious-harm"]);
        assert_eq!(what(Whose::His), ["supervision", "safety-alerts"]);
        assert!(lines.of(Whose::Hers).all(|line| !line.in_words.contains("override")));
    }

    #[test]
    fn a_line_that_could_not_be_read_out_is_refused() {
        const HIS: &str = "his, supervision, statutory-duty, It goes on., the law, no";
        let with = |line: &str| Continues::load(&format!("{HIS}\n{line}")).unwrap_err();
        let at = |fault| Error::line(CONTINUES, 2, fault);
        let unknown = |cell: &str| at(Fault::Unknown(cell.to_owned()));
        assert_eq!(with("theirs, a, b, It goes on., the law, no"), unknown("theirs"));
        assert_eq!(with("hers, a, b, it goes on, the law, no"), unknown("it goes on"));
        assert_eq!(with("hers, a, b, It goes on., the law, perhaps"), unknown("perhaps"));
        assert_eq!(with("hers, A1, b, It goes on., the law, no"), at(Fault::Character("A1".to_owned())));
        assert_eq!(with(HIS), at(Fault::Twice("supervision".to_owned())));
        let without = Continues::load(HIS).unwrap_err();
        assert_eq!(without, Error::file(CONTINUES, Fault::Missing("hers".to_owned())));
    }
}
