//! A chronology as CSV: its mark first, then a line for each order and event.
//!
//! Promises: a cell that a spreadsheet would run as a formula begins with an apostrophe; words keep their line breaks, quoted.

use anyhow::Context;
use csv::{QuoteStyle, WriterBuilder};
use serde_json::Value;

/// The columns, by what they are called in the API's answer.
const COLUMNS: [(&str, &str); 16] = [
    ("what", ""),
    ("happened", "/happened"),
    ("recorded", "/recorded"),
    ("word", "/word"),
    ("category", "/category"),
    ("access", "/access"),
    ("day", "/day"),
    ("text", "/text"),
    ("evidence", "/evidence"),
    ("outcome", "/outcome"),
    ("more", ""),
    ("agency", "/agency"),
    ("author", "/author"),
    ("order", "/order"),
    ("id", "/id"),
    ("receipt", "/receipt/index"),
];

/// What stands in `more`: fields that few lines have.
const MORE: [&str; 14] = [
    "kind",
    "starts",
    "ends",
    "court",
    "reference",
    "requirements",
    "conditions",
    "officer",
    "deputy",
    "cause",
    "contact_level",
    "session",
    "clock",
    "summary",
];

/// Writes a chronology. Each cell stands in quotation marks: a program that splits at semicolons or tabs as well opens none
/// that begins with a formula.
pub(super) fn write(whole: &Value) -> anyhow::Result<String> {
    let mut out = WriterBuilder::new().flexible(true).quote_style(QuoteStyle::Always).from_writer(Vec::new());
    out.write_record([mark(whole)])?;
    out.write_record(COLUMNS.map(|(name, _)| name))?;
    let orders = whole["orders"].as_array().into_iter().flatten().map(|one| ("order", one));
    let events = whole["items"].as_array().into_iter().flatten().map(|one| ("event", one));
    for (what, one) in orders.chain(events) {
        out.write_record(COLUMNS.map(|(name, place)| match name {
            "what" => what.to_owned(),
            "more" => safe(&more(one)),
            // An order happened when it was made.
            "happened" if what == "order" => safe(&text(&one["made"])),
            _ => safe(&one.pointer(place).map(text).unwrap_or_default()),
        }))?;
    }
    let bytes = out.into_inner().map_err(|why| why.into_error()).context("it cannot be written")?;
    Ok(String::from_utf8(bytes)?)
}

/// Says who took it along, when and for what.
fn mark(whole: &Value) -> String {
    let mark = &whole["mark"];
    safe(&format!(
        "Taken from the hub by {} of {} at {} for {}: case {}, entry {} of its log. Keep this line on every copy. Never to him.",
        text(&mark["who"]),
        text(&mark["agency"]),
        text(&mark["at"]),
        text(&mark["purpose"]),
        text(&whole["case"]),
        text(&whole["receipt"]["index"]),
    ))
}

fn more(one: &Value) -> String {
    let fields = MORE.iter().filter(|name| !matches!(&one[**name], Value::Null));
    let fields = fields.filter(|name| one[**name].as_array().is_none_or(|list| !list.is_empty()));
    fields.map(|name| format!("{name}: {}", text(&one[*name]))).collect::<Vec<_>>().join("; ")
}

/// Writes a value as somebody reads it.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(" | "),
        Value::Object(fields) => {
            let given = fields.iter().filter(|(_, value)| !value.is_null());
            given.map(|(name, value)| format!("{name} {}", text(value))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// Puts an apostrophe before what a spreadsheet would run.
fn safe(cell: &str) -> String {
    let runs = cell.trim_start().starts_with(['=', '+', '-', '@']) || cell.starts_with(['\t', '\r', '\n']);
    if runs { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }

    fn chronology(text: &str) -> Value {
        json!({
            "case": "c", "mark": { "who": "u:1", "agency": "a", "purpose": "supervision", "at": "2026-11-20T19:05:00Z" },
            "orders": [{ "id": "o", "made": "2026-01-05", "kind": "licence", "receipt": { "index": 6 } }],
            "items": [{ "id": "e", "happened": "2026-11-20T10:00:00Z", "word": "contact-kept", "text": text,
                        "evidence": ["a letter"], "receipt": { "index": 7 } }],
            "receipt": { "index": 5 },
        })
    }

    #[test]
    fn each_line_bears_its_receipt_under_the_mark() {
        let rows = rows(&write(&chronology("He came,\non time.")).unwrap());
        assert!(rows[0][0].starts_with("Taken from the hub by u:1 of a at 2026-11-20T19:05:00Z for supervision"));
        assert_eq!(rows[1].len(), COLUMNS.len());
        assert_eq!((rows[2][0].as_str(), rows[2][1].as_str(), rows[2][15].as_str()), ("order", "2026-01-05", "6"));
        assert_eq!(
            (rows[2][10].as_str(), rows[3][7].as_str(), rows[3][15].as_str()),
            ("kind: licence", "He came,\non time.", "7")
        );
    }

    proptest! {
        #[test]
        fn no_cell_is_run_by_a_spreadsheet(text in "[ \\t\\r\\n]{0,2}[=+@|%-]?[ -~]{0,20}") {
            for cell in rows(&write(&chronology(&text)).unwrap()).iter().flatten() {
                prop_assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?}");
            }
        }
    }
}
