//! Times as iCalendar (RFC 5545), for the calendar of whoever plans around them.
//!
//! Promises: every line ends with CR LF and is folded before its 76th byte; times are UTC, whole days are dates; nothing is
//! said but that somebody is busy.
//! Must never know: who, where, what for.

use crate::desk::answers_due::AnswerDue;
use crate::desk::appointments::Appointment;
use crate::model::time::{Day, Moment};

/// Most bytes of a line.
const LINE_BYTES: usize = 75;

/// Writes appointments as a calendar.
pub(super) fn calendar(appointments: &[Appointment]) -> String {
    let mut out = String::new();
    head(&mut out);
    let mut line = |text: &str| fold(&mut out, text);
    for one in appointments {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@lippen.invalid", one.id));
        line(&format!("DTSTAMP:{}", instant(one.recorded)));
        match one.window {
            Some((begins, ends)) => {
                line(&format!("DTSTART:{}", instant(begins)));
                line(&format!("DTEND:{}", instant(ends)));
            }
            None => {
                line(&format!("DTSTART;VALUE=DATE:{}", date(one.day)));
                line(&format!("DTEND;VALUE=DATE:{}", date(one.day.end().day())));
            }
        }
        line("SUMMARY:Busy");
        line("CLASS:PRIVATE");
        line("TRANSP:OPAQUE");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

/// Writes by when answers are owed as a calendar: each as a moment that takes no time.
pub(super) fn answers(owed: &[AnswerDue]) -> String {
    let mut out = String::new();
    head(&mut out);
    let mut line = |text: &str| fold(&mut out, text);
    for one in owed {
        line("BEGIN:VEVENT");
        line(&format!("UID:{}@lippen.invalid", one.id));
        line(&format!("DTSTAMP:{}", instant(one.since)));
        line(&format!("DTSTART:{}", instant(one.due)));
        line("SUMMARY:Answer due");
        line("CLASS:PRIVATE");
        line("TRANSP:TRANSPARENT");
        line("END:VEVENT");
    }
    line("END:VCALENDAR");
    out
}

fn head(out: &mut String) {
    for text in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lippen//Free and busy//EN", "CALSCALE:GREGORIAN"] {
        fold(out, text);
    }
}

/// Writes a line, folded: what goes on begins with a space, and no character is cut in two.
fn fold(out: &mut String, text: &str) {
    let mut used = 0;
    for letter in text.chars() {
        if used + letter.len_utf8() > LINE_BYTES {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(letter);
        used += letter.len_utf8();
    }
    out.push_str("\r\n");
}

/// Writes a moment as `20261123T100000Z`.
fn instant(at: Moment) -> String {
    let text = Moment::from_micros(at.seconds() * 1_000_000).to_string();
    text.replace(['-', ':'], "")
}

/// Writes a day as `20261123`.
fn date(day: Day) -> String {
    day.to_string().replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::EventId;
    use crate::model::time::Second;
    use proptest::prelude::*;

    #[test]
    fn a_calendar_is_as_the_standard_says() {
        let moment = |text: &str| serde_json::from_str::<Second>(&format!("\"{text}\"")).unwrap().moment();
        let one = |window| Appointment {
            id: EventId::from_bits(7),
            day: "2026-11-30".parse().unwrap(),
            window,
            recorded: moment("2026-11-23T09:30:15Z"),
        };
        let window = (moment("2026-11-30T10:00:00Z"), moment("2026-11-30T10:45:00Z"));
        let text = calendar(&[one(Some(window)), one(None)]);
        let lines: Vec<&str> = text.strip_suffix("\r\n").unwrap().split("\r\n").collect();
        assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains(['\r', '\n'])));
        let id = EventId::from_bits(7);
        let event = |from: &str, to: &str| {
            vec![
                "BEGIN:VEVENT".to_owned(),
                format!("UID:{id}@lippen.invalid"),
                "DTSTAMP:20261123T093015Z".to_owned(),
                from.to_owned(),
                to.to_owned(),
                "SUMMARY:Busy".to_owned(),
                "CLASS:PRIVATE".to_owned(),
                "TRANSP:OPAQUE".to_owned(),
                "END:VEVENT".to_owned(),
            ]
        };
        let first = event("DTSTART:20261130T100000Z", "DTEND:20261130T104500Z");
        let second = event("DTSTART;VALUE=DATE:20261130", "DTEND;VALUE=DATE:20261201");
        let head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Lippen//Free and busy//EN", "CALSCALE:GREGORIAN"];
        let head = head.into_iter().map(str::to_owned);
        let whole: Vec<String> = head.chain(first).chain(second).chain(["END:VCALENDAR".to_owned()]).collect();
        assert_eq!(lines, whole);
    }

    #[test]
    fn what_is_owed_is_a_moment_and_nothing_else() {
        let moment = |text: &str| serde_json::from_str::<Second>(&format!("\"{text}\"")).unwrap().moment();
        let (since, due) = (moment("2026-11-23T09:30:15Z"), moment("2026-11-23T09:45:15Z"));
        let text = answers(&[AnswerDue { id: EventId::from_bits(7), since, due }]);
        let event = text.split("CALSCALE:GREGORIAN\r\n").nth(1).unwrap();
        let id = EventId::from_bits(7);
        let whole = format!(
            "BEGIN:VEVENT\r\nUID:{id}@lippen.invalid\r\nDTSTAMP:20261123T093015Z\r\nDTSTART:20261123T094515Z\r\n\
             SUMMARY:Answer due\r\nCLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        assert_eq!(event, whole);
    }

    proptest! {
        #[test]
        fn a_folded_line_unfolds_to_itself(text in "[^\\r\\n]{0,400}") {
            let mut out = String::new();
            fold(&mut out, &text);
            prop_assert!(out.split("\r\n").all(|line| line.len() <= LINE_BYTES));
            prop_assert_eq!(out.strip_suffix("\r\n").unwrap().replace("\r\n ", ""), text);
        }
    }
}
