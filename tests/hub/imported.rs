//! A caseload file through the program itself: looked at, refused whole, made without its wrong lines, never made twice.

use crate::process::{Hub, Place, program, verify};
use crate::stories::caseload::{COLUMNS, caseload, tells_what_is_wrong};
use serde_json::{Value, json};
use std::path::Path;

/// Writes a caseload as an office would: semicolons, quotes, a byte order mark.
fn written(path: &Path, rows: &[Vec<String>]) {
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let mut text = format!("\u{FEFF}{}\r\n", COLUMNS.join(";"));
    for row in rows {
        text.push_str(&row.iter().map(quoted).collect::<Vec<_>>().join(";"));
        text.push_str("\r\n");
    }
    std::fs::write(path, text).expect("a file");
}

/// Runs `lippen` as one of the cast and returns its exit code and both streams.
fn ran(place: &Place, who: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut command = program();
    let output = command.args(arguments).arg("--demo").arg(&place.data).args(["--as", who]).output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (output.status.code().expect("an exit code"), text(output.stdout), text(output.stderr))
}

#[test]
fn a_caseload_file_comes_in_through_the_program() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    let file = place.data.join("caseload.csv");
    let (rows, wrong) = caseload(5_000);
    written(&file, &rows);
    let file = file.display().to_string();
    let report = |arguments: &[&str]| {
        let (code, out, err) = ran(&place, "fiona", arguments);
        assert_eq!(err, "", "nothing is said where nobody looks");
        (code, serde_json::from_str::<Value>(&out).unwrap_or_else(|_| panic!("{out}")))
    };

    let (code, preview) = report(&["import", "--json", &file]);
    tells_what_is_wrong(&preview, &wrong);
    assert_eq!((code, &preview["outcome"], &preview["made"]), (1, &json!("preview"), &json!(0)));
    let (code, none) = report(&["import", "--json", "--commit", &file]);
    assert_eq!((code, &none["outcome"], &none["good"]), (1, &json!("nothing-made"), &json!(4_960)));
    let (code, good) = report(&["import", "--json", "--commit", "--good-lines", &file]);
    tells_what_is_wrong(&good, &wrong);
    assert_eq!((code, &good["outcome"], &good["made"]), (1, &json!("made"), &json!(4_960)));
    let (_, again) = report(&["import", "--json", "--commit", "--good-lines", &file]);
    assert_eq!((&again["outcome"], &again["import"]), (&json!("made-before"), &good["import"]));

    let (code, out, _) = ran(&place, "fiona", &["import", &file]);
    assert!(code == 1 && out.contains("is the reference of a case of your agency"), "{code} {out}");
    let (code, out, _) = ran(&place, "isla", &["import", &file]);
    assert!(code == 1 && out.contains("nothing was made"), "{code} {out}");
    assert!(!out.contains(&rows[0][1]), "no name of anybody: {out}");

    let search = json!({ "family_name": rows[7][1], "date_of_birth": rows[7][3] });
    let found = hub.cast("fiona").post("people/search", &search).expect("an answer").json();
    let case = found["people"][0]["case"].as_str().expect("a case").to_owned();
    let (code, out, err) = ran(&place, "fiona", &["export", "chronology", &case, "--purpose", "supervision"]);
    assert!(
        code == 0 && out.contains("contact-level-set") && out.starts_with("\"Taken from the hub by u:"),
        "{out}{err}"
    );
    let (code, out, err) = ran(&place, "isla", &["export", "chronology", &case]);
    assert!(code == 1 && out.is_empty() && err.contains("404"), "{code} {out} {err}");
    let (code, out, _) = ran(&place, "fiona", &["export", "appointments", &case]);
    assert!(code == 0 && out.starts_with("BEGIN:VCALENDAR\r\n"), "{out}");
    drop(hub);
    assert_eq!(verify(&place).0, 0);
}

#[test]
fn a_file_that_is_none_and_a_hub_that_is_away_are_told_politely() {
    let place = Place::new(None);
    std::fs::create_dir_all(&place.data).expect("a folder");
    let file = place.data.join("caseload.csv");
    for (bytes, say) in [
        (b"reference,family_name,given_names,date_of_birth\r\nSW-1,Jos\xE9,A,1980-01-01\r\n".as_slice(), "UTF-8"),
        (b"reference,surname\r\nSW-1,MacSecret\r\n", "column 2: is not a column"),
        (b"", "is empty"),
    ] {
        std::fs::write(&file, bytes).expect("a file");
        let mut command = program();
        command.args(["import", "--hub", "https://127.0.0.1:1", "--ca", "x", "--token-file", "x"]);
        let output = command.arg(&file).output().expect("it runs");
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.code() == Some(1) && out.contains(say) && !out.contains("MacSecret"), "{out}");
    }
    let template = program().args(["import", "--template", "caseload"]).output().expect("it runs");
    assert!(template.status.success() && template.stdout.starts_with(b"reference,family_name,"));
    std::fs::write(&file, &template.stdout).expect("a file");
    let mut away = program();
    away.args(["import", "--hub", "https://127.0.0.1:1", "--ca", "nowhere.pem", "--token-file", "x"]);
    let away = away.arg(&file).output().expect("it runs");
    let err = String::from_utf8_lossy(&away.stderr).into_owned();
    assert!(away.status.code() == Some(70) && err.contains("cannot be read"), "{err}");
}

/// Writes a workbook of one sheet whose cells are texts, but for days and times, which are numbers as a spreadsheet has them.
fn workbook(path: &Path, rows: &[Vec<&str>]) {
    use std::io::Write;
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let cell = |at: usize, row: usize, text: &str| {
        let column = char::from(b'A' + at as u8);
        match text.split_once(':') {
            Some((hour, minute)) if text.len() == 5 => {
                let minutes = hour.parse::<f64>().expect("hours") * 60.0 + minute.parse::<f64>().expect("minutes");
                format!(r#"<c r="{column}{row}" s="1"><v>{}</v></c>"#, minutes / 1_440.0)
            }
            _ => format!(r#"<c r="{column}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#),
        }
    };
    let row = |(at, cells): (usize, &Vec<&str>)| {
        let cells: String = cells.iter().enumerate().map(|(column, text)| cell(column, at + 1, text)).collect();
        format!(r#"<row r="{}">{cells}</row>"#, at + 1)
    };
    let sheet: String = rows.iter().enumerate().map(row).collect();
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
                r#"<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="Came" sheetId="1" r:id="r1"/></sheets></workbook>"#
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
                r#"<styleSheet xmlns="{main}"><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="20"/></cellXfs></styleSheet>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>"#),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).expect("a file"));
    for (name, text) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).expect("a part");
        zip.write_all(format!(r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}"#).as_bytes())
            .expect("a part");
    }
    zip.finish().expect("a workbook");
}

#[test]
fn orders_and_attendance_come_in_through_the_program() {
    let place = Place::new(None);
    let hub = Hub::start(&place);
    let men = place.data.join("men.csv");
    std::fs::write(
        &men,
        "reference,family_name,given_names,date_of_birth\nT-1,Macone,Ewan,1971-02-03\nT-2,Mactwo,Ewan,1972-02-03\n",
    )
    .expect("a file");
    let report = |arguments: &[&str]| {
        let (code, out, err) = ran(&place, "fiona", arguments);
        assert_eq!(err, "", "nothing is said where nobody looks");
        (code, serde_json::from_str::<Value>(&out).unwrap_or_else(|_| panic!("{out}")))
    };
    assert_eq!(report(&["import", "--json", "--commit", &men.display().to_string()]).0, 0);

    let orders = place.data.join("orders.csv");
    std::fs::write(&orders, "reference;order_kind;order_made;requirements\nT-1;community-payback;2024-02-02;supervision\nT-1;licence;2025-02-02;\nT-2;licence;2025-03-02;\nT-9;licence;2025-03-02;\n")
        .expect("a file");
    let orders = orders.display().to_string();
    let (code, preview) = report(&["import", "--kind", "orders", "--json", &orders]);
    assert_eq!(
        (code, &preview["outcome"], &preview["faults"][0]["line"]),
        (1, &json!("preview"), &json!(5)),
        "{preview}"
    );
    let (code, made) = report(&["import", "--kind", "orders", "--json", "--commit", "--good-lines", &orders]);
    assert_eq!((code, &made["outcome"], &made["made"]), (1, &json!("made"), &json!(3)), "{made}");
    let (_, again) = report(&["import", "--kind", "orders", "--json", "--commit", "--good-lines", &orders]);
    assert_eq!((&again["outcome"], &again["import"]), (&json!("made-before"), &made["import"]));

    let came = place.data.join("came.xlsx");
    workbook(
        &came,
        &[
            vec!["Reference", "Date", "Time", "Word", "Contact", "Order"],
            vec!["T-1", "2025-03-04", "10:30", "contact-kept", "office", "licence"],
            vec!["T-2", "2025-03-11", "", "contact-missed", "office"],
        ],
    );
    let came = came.display().to_string();
    let (code, out, _) = ran(&place, "fiona", &["import", "--kind", "attendance", "--commit", &came]);
    assert!(code == 0 && out.contains("2 attendances were made."), "{code} {out}");
    assert!(out.contains("Of 1 nobody is, because they are older than 28 days; of 1 nobody ever is."), "{out}");
    let (code, out, _) = ran(&place, "isla", &["import", "--kind", "attendance", "--commit", &came]);
    assert!(code == 1 && out.contains("nothing was made"), "{code} {out}");

    // What came in stands in his chronology, at the time of the table.
    let search = json!({ "family_name": "Macone", "date_of_birth": "1971-02-03" });
    let found = hub.cast("fiona").post("people/search", &search).expect("an answer").json();
    let case = found["people"][0]["case"].as_str().expect("a case").to_owned();
    let events = hub.cast("fiona").get(&format!("cases/{case}/events")).expect("an answer").json();
    let kept = events["items"].as_array().expect("a list").iter().find(|one| one["word"] == "contact-kept");
    assert_eq!(kept.expect("it is there")["happened"], "2025-03-04T10:30:00Z", "{events}");

    for kind in ["orders", "attendance"] {
        let template = program().args(["import", "--template", kind]).output().expect("it runs");
        assert!(template.status.success() && template.stdout.starts_with(b"reference,"));
    }
    drop(hub);
    assert_eq!(verify(&place).0, 0);
}
