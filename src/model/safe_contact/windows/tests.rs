//! Hours held against a second reckoning that knows no library: minutes, and the law of summer time.

use super::*;
use crate::model::calendar::Calendar;
use crate::model::time::Day;
use proptest::prelude::*;

const MINUTE: i64 = 60_000_000;

fn calendar() -> Calendar {
    Calendar::new("GMT0BST,M3.5.0/1,M10.5.0", []).unwrap()
}

/// Days since 1970 of the last Sunday of a month.
fn last_sunday(year: i64, month: i64) -> i64 {
    let last = if month == 3 || month == 10 { 31 } else { 30 };
    let day = days_of(year, month, last);
    // 1 January 1970 was a Thursday: Sundays are days 3, 10, …
    day - (day - 3).rem_euclid(7)
}

/// Days since 1970 of a date, by counting years and months.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let is_leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let years: i64 = (1970..year).map(|y| if is_leap(y) { 366 } else { 365 }).sum();
    let lengths = [31, if is_leap(year) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years + lengths.iter().take(usize::try_from(month - 1).unwrap()).sum::<i64>() + day - 1
}

/// Minutes by which clocks are ahead: an hour from 01:00 UTC of the last Sunday of March to that of October.
fn ahead(minute: i64, year: i64) -> i64 {
    let turn = |month| last_sunday(year, month) * 1440 + 60;
    if (turn(3)..turn(10)).contains(&minute) { 60 } else { 0 }
}

/// Says by brute force whether a minute of UTC is within windows.
fn is_open(windows: &[Window], minute: i64, year: i64) -> bool {
    let shown = minute + ahead(minute, year);
    let weekday = Weekday::ALL[usize::try_from((shown.div_euclid(1440) + 3).rem_euclid(7)).unwrap()];
    let of_day = u16::try_from(shown.rem_euclid(1440)).unwrap();
    windows.iter().any(|one| one.days.contains(&weekday) && (one.from.0..one.until.0).contains(&of_day))
}

/// The same answer as [`opening`], minute by minute.
fn by_minutes(windows: &[Window], minute: i64, year: i64) -> Opening {
    let at = |minute: i64| Moment::from_micros(minute * MINUTE);
    let within = minute..minute + 15 * 1440;
    let change = |wanted: bool| within.clone().find(|one| is_open(windows, *one, year) == wanted);
    if is_open(windows, minute, year) {
        return change(false).map_or(Opening::Never, |one| Opening::Until(at(one)));
    }
    change(true).map_or(Opening::Never, |one| Opening::From(at(one)))
}

fn window(days: &[Weekday], from: &str, until: &str) -> Window {
    Window { days: days.to_vec(), from: from.parse().unwrap(), until: until.parse().unwrap() }
}

fn at(text: &str) -> Moment {
    Moment::from_micros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

#[test]
fn a_time_is_what_a_clock_shows() {
    for good in ["00:00", "09:05", "23:59", "24:00"] {
        assert_eq!(good.parse::<TimeOfDay>().unwrap().to_string(), good);
    }
    for bad in ["25:00", "24:01", "9:00", "09:60", "0900", "", "09:00:00", "-1:00", "٠٩:٠٠", "+9:00"] {
        assert_eq!(bad.parse::<TimeOfDay>(), Err(NotATime), "{bad}");
    }
}

#[test]
fn windows_that_cannot_stand_beside_each_other_are_refused_in_words() {
    use Weekday::{Monday, Tuesday};
    let (morning, late) = (window(&[Monday], "10:00", "12:00"), window(&[Monday], "12:00", "13:00"));
    assert_eq!(check(&[morning.clone(), late, window(&[Tuesday], "11:00", "14:00")]), Ok(()));
    assert_eq!(check(&[]), Err(BadWindows::None));
    assert_eq!(check(&[window(&[Monday], "12:00", "10:00")]), Err(BadWindows::Backwards));
    assert_eq!(check(&[window(&[Monday], "12:00", "12:00")]), Err(BadWindows::Backwards));
    assert_eq!(check(&[morning, window(&[Tuesday, Monday], "11:59", "14:00")]), Err(BadWindows::Overlap));
    assert_eq!(check(&[window(&[], "10:00", "11:00")]), Err(BadWindows::Days));
    assert_eq!(check(&[window(&[Monday, Monday], "10:00", "11:00")]), Err(BadWindows::Days));
}

#[test]
fn on_the_nights_in_which_clocks_change() {
    let calendar = calendar();
    let local = calendar.of(None);
    let nights = [window(&[Weekday::Sunday], "01:15", "01:45")];
    // 28 March 2027: from 00:59 it is 02:00, and nobody's clock shows 01:15 that night.
    let spring = opening(&nights, &local, at("2027-03-28T00:30:00Z"));
    assert_eq!(spring, Opening::From(at("2027-04-04T00:15:00Z")));
    // 31 October 2027: 01:15 comes twice.
    assert_eq!(opening(&nights, &local, at("2027-10-31T00:20:00Z")), Opening::Until(at("2027-10-31T00:45:00Z")));
    assert_eq!(opening(&nights, &local, at("2027-10-31T00:50:00Z")), Opening::From(at("2027-10-31T01:15:00Z")));
    assert_eq!(opening(&nights, &local, at("2027-10-31T01:44:59Z")), Opening::Until(at("2027-10-31T01:45:00Z")));
    // A whole day of 25 hours, and what touches it, is one.
    let days = [window(&[Weekday::Sunday], "00:00", "24:00"), window(&[Weekday::Monday], "00:00", "01:00")];
    assert_eq!(opening(&days, &local, at("2027-10-30T23:00:00Z")), Opening::Until(at("2027-11-01T01:00:00Z")));
    // One minute past is past.
    let noon = [window(Weekday::ALL, "10:00", "12:00")];
    assert_eq!(opening(&noon, &local, at("2027-07-01T11:00:00Z")), Opening::From(at("2027-07-02T09:00:00Z")));
    assert_eq!(opening(&noon, &local, at("2027-07-01T10:59:59Z")), Opening::Until(at("2027-07-01T11:00:00Z")));
}

#[test]
fn the_second_reckoning_knows_the_law_of_summer_time() {
    assert_eq!(last_sunday(2027, 3) * 1440 * MINUTE, at("2027-03-28T00:00:00Z").micros());
    assert_eq!(last_sunday(2026, 10) * 1440 * MINUTE, at("2026-10-25T00:00:00Z").micros());
    assert_eq!("2027-03-28".parse::<Day>().unwrap().weekday_from_monday(), 6);
}

fn any_window() -> impl Strategy<Value = Window> {
    // Quarter hours, and the small hours more often than others.
    let time = prop_oneof![0u16..16, 0u16..97];
    (prop::sample::subsequence(Weekday::ALL.to_vec(), 1..=7), time.clone(), time).prop_filter_map(
        "ends before it begins",
        |(days, from, until)| {
            let (from, until) = (TimeOfDay(from * 15), TimeOfDay(until * 15));
            (from < until).then_some(Window { days, from, until })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn hours_are_what_minute_by_minute_they_are(
        windows in prop::collection::vec(any_window(), 1..4),
        (year, month) in (2026i64..2032, prop::sample::select(vec![3i64, 10])),
        minutes in -3 * 1440i64..2 * 1440,
    ) {
        let minute = last_sunday(year, month) * 1440 + minutes;
        let calendar = calendar();
        let now = Moment::from_micros(minute * MINUTE);
        let said = opening(&windows, &calendar.of(None), now);
        let wanted = by_minutes(&windows, minute, year);
        // Open without end is looked at as far as either looks.
        let endless = matches!(said, Opening::Until(until) if until.micros() > (minute + 14 * 1440) * MINUTE);
        prop_assert!(said == wanted || (endless && wanted == Opening::Never), "{said:?} and not {wanted:?}");
    }
}
