//! The cells of a line, by the names of their columns, and what is wrong with them.

use super::{CELL_CHARS_MAX, ImportKind};
use crate::model::text::Line;
use serde::Deserialize;
use std::collections::HashMap;

/// One line of a table. A cell that is empty is null; cells at the end may be left out.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableLine {
    /// Its number in the file, from 1: what is wrong is told by it.
    pub line: u32,
    /// What stands in it, in the order of the columns.
    pub cells: Vec<Option<Line<CELL_CHARS_MAX>>>,
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line.
    pub line: u32,
    /// The column; nothing if it is the line as a whole.
    pub column: Option<&'static str>,
    /// What is wrong and what to do; never what stands there.
    pub say: String,
}

/// Where each column stands.
#[derive(Debug)]
pub struct Places(HashMap<&'static str, usize>);

impl Places {
    /// Reads a header.
    ///
    /// # Errors
    /// Which names are wrong, by their number from 0, or that one is missing. A name is never repeated: a file without a
    /// header begins with a man.
    pub fn of(kind: ImportKind, header: &[&str]) -> Result<Self, Vec<(Option<usize>, String)>> {
        let (columns, mut places, mut wrong) = (kind.columns(), HashMap::new(), Vec::new());
        for (at, name) in header.iter().enumerate() {
            let name = name.trim().to_lowercase().replace([' ', '-'], "_");
            match columns.iter().find(|column| column.name == name) {
                None => wrong.push((
                    Some(at),
                    "is not a column of this table: take the names of the template, or leave the column out".to_owned(),
                )),
                Some(column) if places.insert(column.name, at).is_some() => {
                    wrong.push((Some(at), "stands in the header twice: leave one of the two out".to_owned()));
                }
                Some(_) => {}
            }
        }
        let missing = columns.iter().filter(|column| column.needed && !places.contains_key(column.name));
        wrong.extend(missing.map(|column| (None, format!("lack {}: each line needs it", column.name))));
        if wrong.is_empty() { Ok(Self(places)) } else { Err(wrong) }
    }
}

/// One line while it is read: everything that is wrong with it is found, not the first thing alone.
pub(super) struct Reading<'a> {
    places: &'a Places,
    line: &'a TableLine,
    faults: Vec<Fault>,
}

impl<'a> Reading<'a> {
    pub(super) const fn new(places: &'a Places, line: &'a TableLine) -> Self {
        Self { places, line, faults: Vec::new() }
    }

    /// Returns what stands in a column, if anything does.
    pub(super) fn given(&self, column: &'static str) -> Option<&'a str> {
        let cell = self.places.0.get(column).and_then(|at| self.line.cells.get(*at));
        cell.and_then(Option::as_ref).map(Line::reveal)
    }

    /// Says that something is wrong.
    pub(super) fn wrong(&mut self, column: Option<&'static str>, say: &str) {
        self.faults.push(Fault { line: self.line.line, column, say: say.to_owned() });
    }

    /// Reads a cell that may be empty.
    pub(super) fn maybe<T>(&mut self, column: &'static str, read: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        match read(self.given(column)?) {
            Ok(value) => Some(value),
            Err(say) => {
                self.wrong(Some(column), &say);
                None
            }
        }
    }

    /// Reads a cell that must not be empty.
    pub(super) fn needed<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        if self.given(column).is_none() {
            self.wrong(Some(column), "is empty: each line needs it");
        }
        self.maybe(column, read)
    }

    /// Returns the line's number if it has no more cells than the header has columns.
    pub(super) fn begin(&mut self) {
        let columns = self.places.0.values().max().map_or(0, |last| last + 1);
        if self.line.cells.len() > columns {
            self.wrong(
                None,
                "has more cells than the header has columns: look for a comma too many, or missing quotes",
            );
        }
    }

    pub(super) fn done(self) -> Vec<Fault> {
        self.faults
    }
}
