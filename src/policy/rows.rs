//! Rows of the committed files: the plainest table there is.
//!
//! Promises: a comma always separates; nothing is quoted; no cell is empty; a comment has a
//! line of its own. Whatever is not so is refused with its line number, never repaired.
//! Must never know: what the cells mean.

use super::error::{Error, Fault};

/// One row and where it stands.
#[derive(Debug)]
pub(super) struct Row<'a> {
    /// Line number, from 1.
    pub(super) line: usize,
    /// Its cells, without the space around them.
    pub(super) cells: Vec<&'a str>,
}

impl Row<'_> {
    /// States a fault of this row.
    pub(super) const fn fault(&self, file: &'static str, fault: Fault) -> Error {
        Error::line(file, self.line, fault)
    }

    /// Refuses the row unless it has this many cells.
    pub(super) fn expect_cells(&self, file: &'static str, wanted: usize) -> Result<(), Error> {
        if self.cells.len() == wanted {
            return Ok(());
        }
        Err(self.fault(file, Fault::Cells { wanted, found: self.cells.len() }))
    }
}

/// Reads the rows of `text`; each must have this many cells.
pub(super) fn rows_of<'a>(file: &'static str, text: &'a str, wanted: usize) -> Result<Vec<Row<'a>>, Error> {
    let rows = rows(file, text)?;
    for row in &rows {
        row.expect_cells(file, wanted)?;
    }
    Ok(rows)
}

/// Reads the rows of `text`, however many cells each has.
pub(super) fn rows<'a>(file: &'static str, text: &'a str) -> Result<Vec<Row<'a>>, Error> {
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let row = Row { line: index + 1, cells: line.split(',').map(str::trim).collect() };
        for cell in &row.cells {
            let fault = match *cell {
                "" => Fault::EmptyCell,
                cell if cell.contains('"') => Fault::Quoted,
                cell if cell.contains('#') => Fault::TrailingComment,
                _ => continue,
            };
            return Err(row.fault(file, fault));
        }
        rows.push(row);
    }
    if rows.is_empty() { Err(Error::file(file, Fault::Empty)) } else { Ok(rows) }
}

/// Says whether a cell of `policy.csv` holds only what every casbin reads alike.
pub(super) fn is_plain(cell: &str) -> bool {
    cell.bytes().all(|b| b.is_ascii_alphanumeric() || b"_:*+.-".contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_passed_over_and_counted() {
        let rows = rows_of("f", "# a\n\n  x , y \n#b\nz,w\n", 2).unwrap();
        assert_eq!(
            rows.iter().map(|r| (r.line, r.cells.clone())).collect::<Vec<_>>(),
            [(3, vec!["x", "y"]), (5, vec!["z", "w"])]
        );
    }

    #[test]
    fn what_is_not_plain_is_refused_where_it_stands() {
        for (text, fault) in [
            ("a,b\na,\"b\"", Fault::Quoted),
            ("a,b\na,", Fault::EmptyCell),
            ("a,b\na,b # why", Fault::TrailingComment),
            ("a,b\na,b,c", Fault::Cells { wanted: 2, found: 3 }),
        ] {
            assert_eq!(rows_of("f", text, 2).unwrap_err(), Error::line("f", 2, fault), "{text}");
        }
        assert_eq!(rows_of("f", "# nothing\n", 2).unwrap_err(), Error::file("f", Fault::Empty));
    }
}
