//! What a line of a caseload may say, and what is told of it when it may not.

use super::*;
use crate::model::text::Line;
use crate::model::time::Day;
use proptest::prelude::*;

fn today() -> Day {
    "2026-11-23".parse().unwrap()
}

/// Reads the template's own line with these cells instead.
fn read(changes: &[(&str, &str)]) -> Result<Man, Vec<Fault>> {
    let columns = ImportKind::Caseload.columns();
    let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
    let cell = |column: &Column| {
        let changed = changes.iter().find(|(name, _)| *name == column.name).map(|(_, text)| *text);
        Line::new(changed.unwrap_or(column.example)).ok()
    };
    let line = TableLine { line: 7, cells: columns.iter().map(cell).collect() };
    Man::read(&Places::of(ImportKind::Caseload, &names).unwrap(), &line, today())
}

#[test]
fn the_templates_own_line_is_a_man_with_his_order() {
    let man = read(&[]).unwrap();
    assert_eq!((man.line, man.reference.as_str()), (7, "SW-20417"));
    assert_eq!(man.identity.aliases.len(), 1);
    let order = man.order.unwrap();
    assert_eq!(order.requirements.len(), 3);
    assert_eq!((order.requirements[1].hours, order.requirements[1].months), (Some(120), Some(6)));
    assert_eq!(order.requirements[2].programme.as_ref().map(Line::reveal), Some("caledonian"));
    assert_eq!(read(&[("mappa", "sonr 1")]).unwrap().mappa.as_deref(), Some("category sonr, level 1"));
}

#[test]
fn whatever_is_wrong_is_told_by_column_and_never_repeated() {
    for (column, text) in [
        ("reference", "Ewan"),
        ("reference", "SW 1"),
        ("family_name", "=HYPERLINK(1)"),
        ("family_name", "0123"),
        ("given_names", "@x"),
        ("date_of_birth", "09/03/1987"),
        ("date_of_birth", "1987-02-30"),
        ("date_of_birth", "2027-01-01"),
        ("aliases", "Ewan"),
        ("aliases", "A,B;A,B;A,B;A,B;A,B;A,B;A,B;A,B;A,B;A,B;A,B"),
        ("references", "=1"),
        ("address", "-cmd"),
        ("phone", "none"),
        ("mappa", "3/2"),
        ("mappa", "sonr 4"),
        ("case_manager", "Morag"),
        ("order_kind", "probation"),
        ("order_made", "2027-01-01"),
        ("order_ends", "2026-01-01"),
        ("order_reference", "his mother"),
        ("requirements", "unpaid-work 120x"),
        ("requirements", "supervision 3h"),
        ("requirements", "programme Her House"),
        ("contact_level", "weekly"),
        ("first_contact", "2026-01-01"),
        ("another_man", "maybe"),
        ("order_kind", ""),
        ("order_made", ""),
    ] {
        let faults = read(&[(column, text)]).unwrap_err();
        assert!(faults.iter().all(|fault| fault.line == 7 && fault.column == Some(column)), "{column}: {faults:?}");
        assert!(text.len() < 3 || faults.iter().all(|fault| !fault.say.contains(text)), "{column}: {faults:?}");
    }
}

#[test]
fn all_that_is_wrong_with_a_line_is_told_at_once() {
    let faults = read(&[("family_name", ""), ("date_of_birth", "x"), ("phone", "x")]).unwrap_err();
    let columns: Vec<_> = faults.iter().filter_map(|fault| fault.column).collect();
    assert_eq!(columns, ["family_name", "date_of_birth", "phone"]);
}

#[test]
fn a_header_is_read_in_any_order_and_case_and_told_what_is_wrong() {
    let good = ["Date of birth", "given-names", "FAMILY_NAME", " reference "];
    assert!(Places::of(ImportKind::Caseload, &good).is_ok());
    let wrong = Places::of(ImportKind::Caseload, &["reference", "reference", "surname"]).unwrap_err();
    let at: Vec<_> = wrong.iter().map(|(at, _)| *at).collect();
    assert_eq!(at, [Some(1), Some(2), None, None, None]);
    assert!(!wrong.iter().any(|(_, say)| say.contains("surname")));
}

/// Reads the own line of a table's template with these cells instead.
fn line_of(kind: ImportKind, changes: &[(&str, &str)]) -> (Places, TableLine) {
    let names: Vec<&str> = kind.columns().iter().map(|column| column.name).collect();
    let cell = |column: &Column| {
        let changed = changes.iter().find(|(name, _)| *name == column.name).map(|(_, text)| *text);
        Line::new(changed.unwrap_or(column.example)).ok()
    };
    let line = TableLine { line: 7, cells: kind.columns().iter().map(cell).collect() };
    (Places::of(kind, &names).unwrap(), line)
}

#[test]
fn the_templates_of_orders_and_attendance_are_right_themselves() {
    let (places, line) = line_of(ImportKind::Orders, &[]);
    let order = OrderLine::read(&places, &line, today()).unwrap();
    assert_eq!((order.reference.as_str(), order.order.requirements.len()), ("SW-20417", 3));
    assert_eq!(order.court.as_ref().map(Line::reveal), Some("Port Lintie Sheriff Court"));
    let (places, line) = line_of(ImportKind::Attendance, &[]);
    let came = AttendanceLine::read(&places, &line, today()).unwrap();
    assert_eq!((came.word.as_str(), came.time.map(|time| time.parts())), ("contact-missed", Some((10, 0))));
    assert_eq!((came.evidence.len(), came.excused), (1, Some("2026-02-13".parse().unwrap())));
    for (order, named) in [
        ("licence", NamedOrder::Kind("licence".parse().unwrap())),
        (
            "3c1d7e96-6b4f-4a8c-8d2e-4135a796a5b3",
            NamedOrder::Id("3c1d7e96-6b4f-4a8c-8d2e-4135a796a5b3".parse().unwrap()),
        ),
    ] {
        let (places, line) = line_of(ImportKind::Attendance, &[("order", order)]);
        assert_eq!(AttendanceLine::read(&places, &line, today()).unwrap().order, Some(named));
    }
}

#[test]
fn an_excuse_without_evidence_and_one_before_the_absence_are_wrong() {
    for (cells, column) in [
        ([("evidence", ""), ("excused", "2026-02-13")], "evidence"),
        ([("evidence", "letter"), ("excused", "2026-02-11")], "excused"),
        ([("session", "0"), ("late", "")], "session"),
        ([("late", "perhaps"), ("session", "")], "late"),
    ] {
        let (places, line) = line_of(ImportKind::Attendance, &cells);
        let faults = AttendanceLine::read(&places, &line, today()).unwrap_err();
        assert!(faults.len() == 1 && faults[0].column == Some(column), "{faults:?}");
    }
}

proptest! {
    #[test]
    fn whatever_stands_in_a_line_of_another_table_is_read_or_told(cells in prop::collection::vec("\\PC{0,40}", 16)) {
        for kind in [ImportKind::Orders, ImportKind::Attendance] {
            let (places, mut line) = line_of(kind, &[]);
            line.cells = cells.iter().take(kind.columns().len()).map(|cell| Line::new(cell).ok()).collect();
            let wrong = match kind {
                ImportKind::Orders => OrderLine::read(&places, &line, today()).err(),
                _ => AttendanceLine::read(&places, &line, today()).err(),
            };
            prop_assert!(wrong.is_none_or(|faults| !faults.is_empty()));
        }
    }

    #[test]
    fn no_line_is_taken_with_a_name_that_a_spreadsheet_would_run(rest in "[=+@-][ -~]{0,30}") {
        prop_assert!(read(&[("family_name", &rest)]).is_err());
    }

    #[test]
    fn whatever_stands_in_a_line_is_read_or_told(cells in prop::collection::vec("\\PC{0,40}", 22)) {
        let names: Vec<&str> = ImportKind::Caseload.columns().iter().map(|column| column.name).collect();
        let places = Places::of(ImportKind::Caseload, &names).unwrap();
        let line = TableLine { line: 1, cells: cells.iter().map(|cell| Line::new(cell).ok()).collect() };
        if let Err(faults) = Man::read(&places, &line, today()) {
            prop_assert!(!faults.is_empty());
        }
    }
}
