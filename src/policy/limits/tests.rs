//! The numbers that the hub counts by: each stands once, in its unit, and nothing else is taken.

use super::*;

#[test]
fn every_number_stands_once_in_the_unit_that_is_counted() {
    let files = Files::embedded();
    let limits = Limits::load(&files).unwrap();
    let from = Moment::from_micros(0);
    assert_eq!(limits.due(Limit::EmergencyGrant, from), from.plus_seconds(3_600));
    assert_eq!(limits.due(Limit::Breach, from), from.plus_seconds(72 * 3_600));
    assert_eq!(limits.least(Limit::Reason), 20);
    assert_eq!(limits.rate(Limit::Reveals), Rate { times: 5, within_s: 3_600 });
    for (from, to) in [
        ("STEP-UP, 5, minute", "STEP-UP, 5, per-hour"),
        ("STEP-UP, 5", "STEP-UP, 0"),
        ("STEP-UP", "STEP"),
        ("STEP-UP", "BREACH-ICO"),
        ("BREAKGLASS-REPEAT, 3, per-30-days", "BREAKGLASS-REPEAT, 3, hour"),
        ("REASON-LEAST, 20, character, -", "REASON-LEAST, 20, minute, clock"),
        ("REASON-LEAST, 20, character, -", "REASON-LEAST, 0, character, -"),
        ("UNPAID-WORK-MOST, 300, hour-of-work, -", "UNPAID-WORK-MOST, 300, hour, clock"),
        ("UNPAID-WORK-MONTHS, 36, month, -", "UNPAID-WORK-MONTHS, 36, line, -"),
        ("STATUS-LINES, 50, line, -", "STATUS-LINES, 50, character, -"),
        ("STATUS-LINES-PER-DAY, 200, per-day", "STATUS-LINES-PER-DAY, 200, hour"),
        ("FIGURES-LEAST, 5, count, -", "FIGURES-LEAST, 5, line, -"),
        ("FIGURES-ROUND, 5, count, -", "FIGURES-ROUND, 0, count, -"),
        ("HEARTBEAT-EVERY, 2, minute, clock", "HEARTBEAT-EVERY, 2, count, -"),
        ("STEP-UP, 5, minute, clock", "STEP-UP, 5, character, -"),
        ("SPOOL-SIZE, 4096, kibibyte", "SPOOL-SIZE, 4096, line"),
        ("working-day, scotland", "working-day, clock"),
        ("section 67(1), verified", "section 67(1), maybe"),
    ] {
        let limits = files.limits.replace(from, to);
        assert!(Limits::load(&Files { limits, ..files.clone() }).is_err(), "{to}");
    }
}

#[test]
fn a_calendar_or_a_list_with_a_hole_is_refused() {
    let files = Files::embedded();
    for (from, to) in [("zone,", "zones,"), ("2026-12-25", "2026-12-32"), ("2026-12-25", "2026-12-28")] {
        let calendar = files.calendar.replace(from, to);
        assert!(Limits::load(&Files { calendar, ..files.clone() }).is_err(), "{to}");
    }
    for kind in ["incident", "telephone", "second"] {
        let emergency = files.emergency.lines().filter(|line| !line.starts_with(&format!("{kind},")));
        let emergency = emergency.collect::<Vec<_>>().join("\n");
        assert!(Limits::load(&Files { emergency, ..files.clone() }).is_err(), "{kind}");
    }
}

#[test]
fn an_incident_number_is_written_as_one() {
    let limits = Limits::load(&Files::embedded()).unwrap();
    assert!(limits.is_incident("PS-20261120-0412"));
    for bad in [
        "",
        "x",
        "PS-20261120-412",
        "PS-20261120-04120",
        "ps-20261120-0412",
        "PS-2026112O-0412",
        "PS-٢٠٢٦١١٢٠-0412",
        "PS-99999999-9999",
    ] {
        assert!(!limits.is_incident(bad), "{bad}");
    }
    assert!(limits.is_closed("diversion") && !limits.is_closed("caledonian"));
}
