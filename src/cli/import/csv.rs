//! CSV as offices write it: a byte order mark or none, commas, semicolons or tabs, quotes, empty lines.

use super::file::Unreadable;
use super::table::{Cell, Table};
use csv::ReaderBuilder;

/// Reads a table.
pub(super) fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{FEFF}').unwrap_or(text),
        Err(why) => {
            let line = bytes[..why.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            return Err(Unreadable::Other(format!(
                "line {line} is not UTF-8: in the spreadsheet program, save it as CSV UTF-8, or as XLSX"
            )));
        }
    };
    let mut table = Table::default();
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(text)).from_reader(text.as_bytes());
    let (mut line, mut counted) = (1_u32, 0);
    for record in reader.records() {
        let record =
            record.map_err(|_| Unreadable::because("it is not CSV: save it again as CSV UTF-8, or as XLSX"))?;
        let place = record.position().map_or(0, csv::Position::byte);
        let begins = begin(text.as_bytes(), usize::try_from(place).unwrap_or(usize::MAX));
        let more = text.as_bytes()[counted..begins].iter().filter(|byte| **byte == b'\n').count();
        (line, counted) = (line.saturating_add(u32::try_from(more).unwrap_or(u32::MAX)), begins);
        table.add(line, record.iter().map(Cell::Text));
    }
    Ok(table)
}

/// Returns where a line really begins: the reader's places are those of the empty lines before it.
fn begin(bytes: &[u8], place: usize) -> usize {
    let place = place.min(bytes.len());
    let empty = bytes[place..].iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
    place + empty
}

/// Returns what stands between the names of the header most often.
fn separator(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |separator: u8| header.bytes().filter(|byte| *byte == separator).count();
    [b';', b'\t'].into_iter().filter(|one| count(*one) > count(b',')).max_by_key(|one| count(*one)).unwrap_or(b',')
}
