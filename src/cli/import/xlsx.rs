//! A sheet of an XLSX workbook, cell by cell.
//!
//! Promises: what the file unpacks to is counted before it is understood, whatever it says of itself; a cell far away takes no
//! room; dates are written as days, times of day as hours and minutes.

use super::file::Unreadable;
use super::table::{COLUMNS_MAX, Cell, Table};
use crate::desk::imports::LINES_MAX;
use calamine::{DataRef, Reader, Xlsx};
use std::collections::BTreeMap;
use std::io::{Cursor, Read, sink};
use zip::ZipArchive;

/// Most bytes that a workbook unpacks to: 64 MiB.
const UNPACKED_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Most files within a workbook.
const PARTS_MAX: usize = 1_000;

/// What is said of a file that cannot be understood.
const BROKEN: &str = "it is not an XLSX workbook that can be read: open it, and save it as XLSX again";

/// One cell's words; nothing where the spreadsheet shows an error.
type Words = Option<String>;

/// Reads the named sheet, or the first.
pub(super) fn read(bytes: &[u8], sheet: Option<&str>) -> Result<Table, Unreadable> {
    bounded(bytes)?;
    let broken = |_| Unreadable::because(BROKEN);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let names = book.sheet_names();
    let name = match sheet {
        Some(name) => names.iter().find(|one| one.as_str() == name),
        None => names.first(),
    };
    let name = name.cloned().ok_or_else(|| Unreadable::because("it has no sheet of that name: look at its tabs"))?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
    let mut rows: BTreeMap<u32, BTreeMap<usize, Words>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let Some(words) = words(cell.get_value()) else { continue };
        // Whatever stands beyond the last column is one cell too many, wherever that is.
        rows.entry(row).or_default().insert((column as usize).min(COLUMNS_MAX), words);
        // A line more than there may be is enough to know.
        if rows.len() > LINES_MAX + 2 {
            break;
        }
    }
    let mut table = Table::default();
    for (row, cells) in &rows {
        let last = cells.last_key_value().map_or(0, |(last, _)| *last);
        let cell = |at: usize| match cells.get(&at) {
            Some(Some(text)) => Cell::Text(text),
            Some(None) => Cell::Failed,
            None => Cell::Text(""),
        };
        table.add(row.saturating_add(1), (0..=last).map(cell));
    }
    Ok(table)
}

/// Refuses what would unpack without end, by unpacking it once into nothing.
fn bounded(bytes: &[u8]) -> Result<(), Unreadable> {
    let broken = |_| Unreadable::because(BROKEN);
    let mut parts = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let too_much =
        || Unreadable::because("it would unpack to more than 64 MiB: copy the table alone into a new workbook");
    if parts.len() > PARTS_MAX {
        return Err(too_much());
    }
    let mut left = UNPACKED_BYTES_MAX;
    for at in 0..parts.len() {
        let part = parts.by_index(at).map_err(broken)?;
        let read = std::io::copy(&mut part.take(left + 1), &mut sink()).map_err(|_| Unreadable::because(BROKEN))?;
        left = left.checked_sub(read).ok_or_else(too_much)?;
    }
    Ok(())
}

/// Writes what a cell holds, if it holds anything: white space is nothing, and makes no line.
fn words(value: &DataRef<'_>) -> Option<Words> {
    let text = match value {
        DataRef::Empty => return None,
        DataRef::Error(_) => return Some(None),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        // A time of day without a day: the fraction of one.
        DataRef::DateTime(when) if (0.0..1.0).contains(&when.as_f64()) => {
            let (.., hour, minute, second, _) = when.to_ymd_hms_milli();
            let minutes = (u16::from(hour) * 60 + u16::from(minute) + u16::from(second >= 30)) % (24 * 60);
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        }
        DataRef::DateTime(when) => {
            let (year, month, day, ..) = when.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    };
    (!text.trim().is_empty()).then_some(Some(text))
}
