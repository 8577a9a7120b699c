//! The arithmetic of limits against another calendar: whole numbers of days, counted by hand, that share nothing with the one
//! that is tested. Days are those since 1 January 1970, moments are microseconds.

use super::rule::{Applies, Limit, Near, Rule, Status, Unit};
use super::{EventWord, Happening, State, clocks};
use crate::model::agencies::Role;
use crate::model::calendar::{Calendar, Keeps};
use crate::model::id::EventId;
use crate::model::time::Moment;
use proptest::prelude::*;
use std::sync::Arc;

const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

/// Holidays for all; two of them the area `worker` works on, and `closer` is closed on three days more.
const LISTED: [(i64, i64, i64); 9] = [
    (2026, 4, 3),
    (2026, 6, 15),
    (2026, 8, 3),
    (2026, 11, 30),
    (2026, 12, 25),
    (2026, 12, 28),
    (2027, 1, 1),
    (2027, 1, 4),
    (2027, 3, 26),
];
const WORKED: [(i64, i64, i64); 2] = [(2026, 11, 30), (2027, 3, 26)];
const CLOSED: [(i64, i64, i64); 3] = [(2026, 4, 6), (2026, 9, 21), (2027, 3, 29)];

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn month_days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a date.
fn number(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(|year| 365 + i64::from(is_leap(year))).sum();
    years + (1..month).map(|month| month_days(year, month)).sum::<i64>() + day - 1
}

/// The date of a number.
fn date(number: i64) -> (i64, i64, i64) {
    let (mut left, mut year, mut month) = (number, 1970, 1);
    while left >= 365 + i64::from(is_leap(year)) {
        left -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    while left >= month_days(year, month) {
        left -= month_days(year, month);
        month += 1;
    }
    (year, month, left + 1)
}

/// Monday is 0; 1 January 1970 was a Thursday.
fn weekday(number: i64) -> i64 {
    (number + 3).rem_euclid(7)
}

/// The last Sunday of a month.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = number(year, month, month_days(year, month));
    last - (weekday(last) + 1) % 7
}

/// When a local day begins. The clocks change at one o'clock, so that the day of the change still begins in the old time.
fn begins(day: i64) -> i64 {
    let year = date(day).0;
    let summer = day > last_sunday(year, 3) && day <= last_sunday(year, 10);
    day * DAY - if summer { HOUR } else { 0 }
}

/// The local day of a moment.
fn local(at: i64) -> i64 {
    let utc = at.div_euclid(DAY);
    if at >= begins(utc + 1) { utc + 1 } else { utc }
}

fn works(day: i64, area: Option<&str>) -> bool {
    let is = |list: &[(i64, i64, i64)]| list.contains(&date(day));
    if area == Some("worker") && is(&WORKED) {
        return true;
    }
    weekday(day) < 5 && !is(&LISTED) && !(area == Some("closer") && is(&CLOSED))
}

/// The last local day of a limit.
fn last_day(day: i64, count: i64, unit: Unit, area: Option<&str>, named: i64) -> i64 {
    match unit {
        Unit::WorkingDay => (day + 1..).filter(|day| works(*day, area)).nth(count as usize - 1).unwrap(),
        Unit::WorkingDayBefore => (0..named).rev().filter(|day| works(*day, area)).nth(count as usize - 1).unwrap(),
        Unit::CalendarDay => day + count,
        Unit::CalendarWeek => day + 7 * count - 1,
        Unit::CalendarMonth | Unit::CalendarYear => {
            let months = if unit == Unit::CalendarYear { 12 * count } else { count };
            let (year, month, of_month) = date(day);
            let (year, month) = (year + (month - 1 + months) / 12, (month - 1 + months) % 12 + 1);
            number(year, month, of_month.min(month_days(year, month)))
        }
        _ => named,
    }
}

fn written((year, month, day): (i64, i64, i64)) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

fn calendar() -> Calendar {
    let listed = LISTED.map(written);
    let mut calendar = Calendar::new("GMT0BST,M3.5.0/1,M10.5.0", listed.iter().map(String::as_str)).unwrap();
    assert!(calendar.add_area("worker") && calendar.add_area("closer") && !calendar.add_area("closer"));
    for day in WORKED.map(written) {
        calendar.keep("worker", day.parse().unwrap(), Keeps::Open).unwrap();
    }
    for day in CLOSED.map(written) {
        calendar.keep("closer", day.parse().unwrap(), Keeps::Closed).unwrap();
    }
    calendar
}

fn rule(unit: Unit, limit: u32) -> Arc<Rule> {
    Arc::new(Rule {
        name: "RULE".to_owned(),
        paragraph: None,
        limit: Limit::Set(limit),
        unit,
        before: None,
        starts: "begun".parse().unwrap(),
        stops: "done".parse().unwrap(),
        applies: Applies(Vec::new()),
        near: vec![Near::Half, Near::Left(1, Unit::WorkingDay)],
        escalate: Role::TeamManager,
        source: "a source".to_owned(),
        status: Status::Verified,
    })
}

fn happening(word: &str, at: i64, id: u128) -> Happening {
    let word: EventWord = word.parse().unwrap();
    let (happened, known) = (Moment::from_micros(at), Moment::from_micros(at));
    let id = EventId::from_bits(id);
    Happening { id, order: None, word, happened, known, date: None, of: None, until: None, corrects: None }
}

const UNITS: [Unit; 8] = [
    Unit::Hour,
    Unit::WorkingDay,
    Unit::WorkingDayBefore,
    Unit::CalendarDay,
    Unit::CalendarWeek,
    Unit::CalendarMonth,
    Unit::CalendarYear,
    Unit::Date,
];

/// Moments of 2026 and 2027, every third of them within hours of a clock change or a midnight.
fn moments() -> impl Strategy<Value = i64> {
    let (first, last) = (number(2026, 1, 1) * DAY, number(2028, 1, 1) * DAY);
    let edge = |day: i64| (day * DAY - 3 * HOUR)..(day * DAY + 3 * HOUR);
    prop_oneof![
        4 => first..last,
        1 => edge(number(2026, 10, 25)),
        1 => edge(number(2026, 3, 29)),
        1 => (number(2026, 1, 1)..number(2028, 1, 1), -2..3_i64, -2..3_i64)
            .prop_map(|(day, hours, micros)| day * DAY + hours * HOUR + micros),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_limit_is_what_a_count_by_hand_says(
        at in moments(), unit in 0..UNITS.len(), count in 1..40_u32, area in 0..4_usize, ahead in 60..200_i64, later in 0..90 * DAY,
    ) {
        let (unit, area) = (UNITS[unit], [None, Some("worker"), Some("closer"), Some("elsewhere")][area]);
        let count = if unit == Unit::CalendarYear { count % 3 + 1 } else { count };
        let calendar = calendar();
        let (day, named) = (local(at), local(at) + ahead);
        let event = Happening { date: Some(written(date(named)).parse().unwrap()), ..happening("begun", at, 1) };
        let now = Moment::from_micros(at + later);
        let found = clocks(&[rule(unit, count)], &[event], &|_, _| Vec::new(), calendar.of(area), now);
        let (last, due) = if unit == Unit::Hour {
            let due = at + i64::from(count) * HOUR;
            (local(due - 1), due)
        } else {
            let last = last_day(day, i64::from(count), unit, area, named);
            (last, begins(last + 1))
        };
        prop_assert_eq!(found[0].due, Some(Moment::from_micros(due)), "{:?} {} {:?} from {}", unit, count, area, at);
        let working = (0..=last).rev().find(|day| works(*day, area)).unwrap();
        let near = (at + (due - at).div_euclid(2)).max(begins(working)).max(at).min(due);
        prop_assert_eq!(found[0].amber_at, Some(Moment::from_micros(near)), "{:?} {} {:?} from {}", unit, count, area, at);
        let state = if at + later >= due { State::Late } else if at + later >= near { State::Amber } else { State::Running };
        prop_assert_eq!(&found[0].state, &state);
    }

    #[test]
    fn a_stop_is_late_from_the_moment_when_the_day_is_over(at in moments(), count in 0..9_u32, off in -2..3_i64) {
        let calendar = calendar();
        let due = begins(local(at) + i64::from(count) + 1);
        let done = (due + off).max(at);
        let events = [happening("begun", at, 1), happening("done", done, 2)];
        let now = Moment::from_micros(due + DAY);
        let found = clocks(&[rule(Unit::CalendarDay, count)], &events, &|_, _| Vec::new(), calendar.of(None), now);
        let by = vec![EventId::from_bits(2)];
        let stopped = State::Stopped { at: Moment::from_micros(done), by, late: done >= due };
        prop_assert_eq!(&found[0].state, &stopped);
    }

    #[test]
    fn a_local_day_is_as_long_as_the_clocks_say(day in number(2020, 1, 1)..number(2035, 1, 1)) {
        let calendar = calendar();
        let there = calendar.of(None);
        let named = written(date(day)).parse().unwrap();
        prop_assert_eq!(there.begin(named).micros(), begins(day));
        prop_assert_eq!(there.end(named).micros(), begins(day + 1));
        let hours = (begins(day + 1) - begins(day)) / HOUR;
        let year = date(day).0;
        let changed = if day == last_sunday(year, 3) { 23 } else if day == last_sunday(year, 10) { 25 } else { 24 };
        prop_assert_eq!(hours, changed);
        prop_assert_eq!(there.day(there.begin(named)), named);
        prop_assert_eq!(there.day(Moment::from_micros(begins(day + 1) - 1)), named);
    }
}

#[test]
fn the_count_by_hand_is_right_where_one_can_look_it_up() {
    assert_eq!((number(1970, 1, 1), number(2000, 3, 1), weekday(number(2026, 11, 22))), (0, 11_017, 6));
    assert_eq!(date(last_sunday(2026, 10)), (2026, 10, 25));
    assert_eq!(date(last_sunday(2026, 3)), (2026, 3, 29));
    assert_eq!(begins(number(2026, 7, 1)), number(2026, 7, 1) * DAY - HOUR);
}
