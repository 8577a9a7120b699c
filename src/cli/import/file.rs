//! A file that holds a table: which kind it is, by its first bytes, and whether it may be read at all.

use super::table::Table;
use super::{csv, xlsx};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

/// Most bytes of a file: 16 MiB.
const FILE_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Why a file is no table that can be brought in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unreadable {
    /// The machine cannot read it.
    #[error("it cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// It is something else.
    #[error("{0}")]
    Other(String),
}

impl Unreadable {
    pub(super) fn because(say: &str) -> Self {
        Self::Other(say.to_owned())
    }
}

/// Reads the table of a file.
pub(super) fn read(path: &Path, sheet: Option<&str>) -> Result<Table, Unreadable> {
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > FILE_BYTES_MAX {
        return Err(Unreadable::because("it is longer than 16 MiB: split it, with the header in each part"));
    }
    table(&bytes, sheet)
}

/// Reads a table by what it begins with: the name of a file says nothing.
pub(super) fn table(bytes: &[u8], sheet: Option<&str>) -> Result<Table, Unreadable> {
    let table = match bytes {
        [b'P', b'K', 3, 4, ..] => xlsx::read(bytes, sheet)?,
        [0xD0, 0xCF, 0x11, 0xE0, ..] => {
            return Err(Unreadable::because(
                "it is locked with a password, or of the old kind (.xls): save it as .xlsx without a password",
            ));
        }
        _ if sheet.is_some() => {
            return Err(Unreadable::because("it is no XLSX file and has no sheets: leave --sheet out"));
        }
        _ => csv::read(bytes)?,
    };
    if table.header_line == 0 {
        return Err(Unreadable::because("it is empty: the first line must hold the names of the columns"));
    }
    if table.lines.is_empty() && table.faults.is_empty() {
        return Err(Unreadable::because("it has a header and no lines"));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::Line;
    use std::io::Write;

    fn cells(table: &Table) -> Vec<Vec<Option<&str>>> {
        table.lines.iter().map(|line| line.cells.iter().map(|cell| cell.as_ref().map(Line::reveal)).collect()).collect()
    }

    #[test]
    fn commas_semicolons_tabs_quotes_and_empty_lines_are_read() {
        for text in
            ["a,b\r\n\"x, y\",2\r\n\r\n,\r\n3,\r\n", "\u{FEFF}a;b\n\"x, y\";2\n;\n3;\n", "a\tb\nx, y\t2\n\n\n3\t\n"]
        {
            let table = table(text.as_bytes(), None).unwrap();
            assert_eq!(table.header, ["a", "b"], "{text:?}");
            assert_eq!(cells(&table), [[Some("x, y"), Some("2")], [Some("3"), None]], "{text:?}");
        }
        let table = table(b"a,b\n\n1,2\n", None).unwrap();
        assert_eq!(table.lines[0].line, 3);
    }

    #[test]
    fn what_cannot_be_sent_is_told_by_line_and_cell() {
        let long = format!("a,b\n1,{}\n2,x\n", "x".repeat(200_000));
        let long = table(long.as_bytes(), None).unwrap();
        assert_eq!((long.faults[0].line, long.faults[0].cell, long.lines.len()), (2, Some(2), 1));
        let open = table(b"a,b\n1,\"x\n2,y\n3,z\n", None).unwrap();
        assert!(open.faults[0].say.contains("quotation mark"), "{open:?}");
        let wide = format!("a,b\n{}\n", ",x".repeat(200));
        assert_eq!(table(wide.as_bytes(), None).unwrap().faults[0].cell, None);
    }

    #[test]
    fn what_is_no_table_is_refused_with_what_to_do() {
        for (bytes, say) in [
            (b"".as_slice(), "empty"),
            (b"a,b\n", "no lines"),
            (b"a,b\nJos\xE9,1\n", "UTF-8"),
            (b"\xFF\xFEa\0,\0", "UTF-8"),
            (b"\xD0\xCF\x11\xE0\xA1", "password"),
            (b"PK\x03\x04rubbish", "XLSX"),
        ] {
            let why = table(bytes, None).unwrap_err().to_string();
            assert!(why.contains(say), "{why}");
        }
    }

    fn workbook(sheet: &str, pad: usize) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        let head = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#;
        let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "http://schemas.openxmlformats.org/package/2006/relationships";
        let parts = [
            (
                "_rels/.rels",
                format!(
                    r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Men" sheetId="1" r:id="r1"/></sheets></workbook>"#
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    r#"<Relationships xmlns="{package}"><Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/></Relationships>"#
                ),
            ),
            (
                "xl/styles.xml",
                format!(
                    r#"<styleSheet xmlns="{main}"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="20"/></cellXfs></styleSheet>"#
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(r#"<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData>{}</worksheet>"#, " ".repeat(pad)),
            ),
        ];
        for (name, text) in parts {
            zip.start_file(name, options).unwrap();
            zip.write_all(format!("{head}{text}").as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn a_spreadsheet_is_read_with_its_dates_numbers_and_errors() {
        let text = |at: &str, text: &str| format!(r#"<c r="{at}" t="inlineStr"><is><t>{text}</t></is></c>"#);
        let rows = format!(
            r#"<row r="1">{}{}</row><row r="3">{}<c r="B3" s="1"><v>31845</v></c></row><row r="4">{}<c r="B4"><v>7</v></c></row><row r="5"><c r="A5" t="e"><v>#REF!</v></c></row>"#,
            text("A1", "reference"),
            text("B1", "date_of_birth"),
            text("A3", "SW-1"),
            text("A4", "SW-2"),
        );
        let table = table(&workbook(&rows, 0), None).unwrap();
        assert_eq!(table.header, ["reference", "date_of_birth"]);
        assert_eq!(cells(&table), [[Some("SW-1"), Some("1987-03-09")], [Some("SW-2"), Some("7")]]);
        assert_eq!((table.lines[0].line, table.faults[0].line), (3, 5));
        assert!(super::table(&workbook(&rows, 0), Some("Women")).unwrap_err().to_string().contains("sheet"));
    }

    #[test]
    fn a_time_of_day_is_read_as_hours_and_minutes() {
        for (cell, time) in [("0.4375", "10:30"), ("0", "00:00"), ("0.79513888888888884", "19:05")] {
            let rows = format!(
                r#"<row r="1"><c r="A1" t="inlineStr"><is><t>time</t></is></c></row><row r="2"><c r="A2" s="2"><v>{cell}</v></c></row>"#
            );
            assert_eq!(cells(&table(&workbook(&rows, 0), None).unwrap()), [[Some(time)]]);
        }
    }

    #[test]
    fn a_spreadsheet_that_unpacks_without_end_is_refused() {
        let bomb = workbook("", 70 * 1024 * 1024);
        assert!(bomb.len() < 1024 * 1024);
        assert!(table(&bomb, None).unwrap_err().to_string().contains("unpack"));
        // A cell at the far corner takes no room of its own.
        let far = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>"#;
        assert_eq!(table(&workbook(far, 0), None).unwrap().faults.len(), 1);
    }
}
