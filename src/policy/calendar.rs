//! The working days, as `calendar.csv` says them: a list that is for all, and what single areas keep otherwise.
//!
//! Promises: a day stands once in the list, and an area's own day only where it changes something; an area is named before
//! it keeps a day, so that a misspelt one is refused.
//! Must never know: what is counted.

use super::error::{Error, Fault};
use super::rows::{Row, rows};
use crate::model::calendar::{Calendar, Keeps};

const CALENDAR: &str = "calendar.csv";

/// Whether somebody checked a line: its source says so; reckoned by a rule that the source gives; by a proclamation for one
/// year; or nobody did, and the area must say.
const STATES: [&str; 4] = ["verified", "reckoned", "by-proclamation", "proposed"];

/// Reads `calendar.csv`.
pub(super) fn load(text: &str) -> Result<Calendar, Error> {
    let rows = rows(CALENDAR, text)?;
    let (mut zone, mut holidays) = (None, Vec::new());
    for row in &rows {
        let own = matches!(row.cells[0], "local" | "works");
        row.expect_cells(CALENDAR, if own { 6 } else { 5 })?;
        let state = row.cells[row.cells.len() - 1];
        if !STATES.contains(&state) {
            return Err(unknown(row, state));
        }
        let value = row.cells[1];
        match row.cells[0] {
            "zone" if zone.is_none() => zone = Some(value.replace(' ', ",")),
            "holiday" if !holidays.contains(&value) && Calendar::new("GMT0", [value]).is_ok() => holidays.push(value),
            "area" | "local" | "works" => {}
            "zone" | "holiday" => return Err(unknown(row, value)),
            other => return Err(unknown(row, other)),
        }
    }
    let zone = zone.ok_or_else(|| Error::file(CALENDAR, Fault::Missing("zone".to_owned())))?;
    let mut calendar = Calendar::new(&zone, holidays).map_err(|_| Error::file(CALENDAR, Fault::Unknown(zone)))?;
    for row in &rows {
        take(&mut calendar, row)?;
    }
    Ok(calendar)
}

/// Takes the lines of areas, in the order of the file.
fn take(calendar: &mut Calendar, row: &Row<'_>) -> Result<(), Error> {
    let value = row.cells[1];
    let keeps = match row.cells[0] {
        "area" if !is_name(value) => return Err(row.fault(CALENDAR, Fault::Character(value.to_owned()))),
        "area" if !calendar.add_area(value) => return Err(row.fault(CALENDAR, Fault::Twice(value.to_owned()))),
        "local" => Keeps::Closed,
        "works" => Keeps::Open,
        _ => return Ok(()),
    };
    let area = row.cells[3];
    if !calendar.areas().any(|known| known == area) {
        return Err(unknown(row, area));
    }
    let day = value.parse().map_err(|_| unknown(row, value))?;
    let why = "changes nothing there: that area keeps the day so already";
    let nothing = |_| row.fault(CALENDAR, Fault::Means { word: value.to_owned(), why });
    calendar.keep(area, day, keeps).map_err(nothing)
}

/// Says whether an area is named as one is: 2 to 64 of `a-z 0-9 -`.
fn is_name(area: &str) -> bool {
    (2..=64).contains(&area.len()) && area.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn unknown(row: &Row<'_>, cell: &str) -> Error {
    row.fault(CALENDAR, Fault::Unknown(cell.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::Day;
    use crate::policy::files::Files;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn a_council_keeps_its_own_days_and_nobody_else_does() {
        let calendar = load(&Files::embedded().calendar).unwrap();
        let areas: Vec<&str> = calendar.areas().collect();
        assert_eq!(areas, ["dumfries-and-galloway", "east-ayrshire", "north-ayrshire", "south-ayrshire"]);
        let works = |area, text| calendar.of(area).is_working(day(text));
        assert!(works(None, "2026-04-06") && !works(Some("north-ayrshire"), "2026-04-06"), "Easter Monday");
        assert!(!works(None, "2026-11-30") && works(Some("dumfries-and-galloway"), "2026-11-30"), "St Andrew's Day");
        assert!(!works(Some("south-ayrshire"), "2026-11-30"), "another council keeps it");
        for area in areas.into_iter().map(Some).chain([None, Some("somewhere")]) {
            assert!(!works(area, "2026-06-15"), "the one-off of 2026");
            assert!(works(area, "2027-06-15") && !works(area, "2026-12-25") && !works(area, "2026-11-22"));
        }
    }

    #[test]
    fn a_line_that_is_wrong_or_changes_nothing_is_refused_where_it_stands() {
        const HEAD: &str =
            "zone, GMT0, x, y, verified\nholiday, 2026-12-25, x, y, verified\narea, here, x, y, proposed\n";
        let with = |row: &str| load(&format!("{HEAD}{row}")).unwrap_err();
        let at = |fault| Error::line(CALENDAR, 4, fault);
        let unknown = |cell: &str| at(Fault::Unknown(cell.to_owned()));
        assert!(load(&format!("{HEAD}local, 2026-04-06, x, here, y, proposed")).is_ok());
        assert!(load(&format!("{HEAD}works, 2026-12-25, x, here, y, proposed")).is_ok());
        assert_eq!(with("local, 2026-04-06, x, there, y, proposed"), unknown("there"));
        assert_eq!(with("local, 2026-04-31, x, here, y, proposed"), unknown("2026-04-31"));
        assert_eq!(with("local, 2026-04-06, x, here, y, perhaps"), unknown("perhaps"));
        assert_eq!(with("local, 2026-04-06, x, here, proposed"), at(Fault::Cells { wanted: 6, found: 5 }));
        assert_eq!(with("shut, 2026-04-06, x, here, proposed"), unknown("shut"));
        assert_eq!(with("area, here, x, y, proposed"), at(Fault::Twice("here".to_owned())));
        assert_eq!(with("area, Here, x, y, proposed"), at(Fault::Character("Here".to_owned())));
        for row in [
            "local, 2026-12-25, x, here, y, proposed",
            "local, 2026-04-05, x, here, y, proposed",
            "works, 2026-04-06, x, here, y, proposed",
        ] {
            assert!(with(row).to_string().contains("changes nothing there"), "{row}");
        }
        let twice = "local, 2026-04-06, x, here, y, proposed\n".repeat(2);
        assert!(matches!(with(&twice), Error::Line { line: 5, fault: Fault::Means { .. }, .. }));
    }
}
