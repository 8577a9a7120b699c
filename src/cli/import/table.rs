//! A table as it stood in a file: its header, and each line that has anything in it.

use crate::desk::imports::{CELL_CHARS_MAX, TableLine};
use crate::model::text::{BadText, Line};

/// Most columns of a table: far more than any table here has.
pub(super) const COLUMNS_MAX: usize = 100;

/// A line that cannot be sent, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unsent {
    /// Its number in the file.
    pub(super) line: u32,
    /// Which cell, from 1; nothing if it is the line as a whole.
    pub(super) cell: Option<usize>,
    /// What is wrong and what to do.
    pub(super) say: String,
}

/// A table.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The names of the columns.
    pub(super) header: Vec<String>,
    /// In which line they stand.
    pub(super) header_line: u32,
    /// The lines that can be sent.
    pub(super) lines: Vec<TableLine>,
    /// Those that cannot: one for each line.
    pub(super) faults: Vec<Unsent>,
}

/// One cell as it was found.
pub(super) enum Cell<'a> {
    /// Words.
    Text(&'a str),
    /// What a spreadsheet shows where a formula failed.
    Failed,
}

impl Table {
    /// Adds a line: the first that has anything in it is the header.
    pub(super) fn add<'a>(&mut self, line: u32, cells: impl Iterator<Item = Cell<'a>>) {
        let (mut row, mut fault) = (Vec::new(), None);
        for (at, cell) in cells.enumerate() {
            if at >= COLUMNS_MAX {
                fault.get_or_insert((None, format!("has more than {COLUMNS_MAX} cells: look for separators too many")));
                break;
            }
            match taken(&cell) {
                Ok(cell) => row.push(cell),
                Err(say) => {
                    fault.get_or_insert((Some(at + 1), say));
                    row.push(None);
                }
            }
        }
        if fault.is_none() && row.iter().all(Option::is_none) {
            return;
        }
        if self.header_line == 0 {
            self.header_line = line;
            self.header = row.iter().map(|cell| cell.as_ref().map_or("", Line::reveal).to_owned()).collect();
            // Columns without a name at the end are a spreadsheet's habit.
            while self.header.last().is_some_and(String::is_empty) {
                self.header.pop();
            }
            return;
        }
        match fault {
            Some((cell, say)) => self.faults.push(Unsent { line, cell, say }),
            None => {
                while row.len() > self.header.len() && row.last().is_some_and(Option::is_none) {
                    row.pop();
                }
                self.lines.push(TableLine { line, cells: row });
            }
        }
    }
}

fn taken(cell: &Cell<'_>) -> Result<Option<Line<CELL_CHARS_MAX>>, String> {
    let Cell::Text(text) = cell else {
        return Err("holds an error of the spreadsheet: put the value itself there".to_owned());
    };
    match Line::new(text) {
        Ok(line) => Ok(Some(line)),
        Err(BadText::Empty) => Ok(None),
        Err(BadText::TooLong { .. }) => {
            Err("is far too long: shorten it, or look for a quotation mark that is not closed".to_owned())
        }
        Err(BadText::Unsafe) => {
            Err("holds a line break or a character that cannot be shown safely: remove it, or look \
                                     for a quotation mark that is not closed"
                .to_owned())
        }
    }
}
