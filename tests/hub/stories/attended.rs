//! Attendance of the past comes in as a table: who must know of a missed session of this week is told, and nobody is rung for
//! one of last year.

use super::note_about;
use super::tables::{Cells, ago, at, brings, faults, has, kind_of, rows, table};
use crate::world::on_each_alone;
use serde_json::{Value, json};

/// What her own service keeps for her.
const HERS: &str =
    "she heard him whistling behind the bakery and he asked for the blue suitcase before he went away again";

/// What is wrong: the cells instead, the column that is told, and words of what is said.
type Way<'a> = (Vec<(&'a str, &'a str)>, Option<&'static str>, &'static str);

fn wrong<'a>(day: &'a str, earlier: &'a str) -> [Way<'a>; 19] {
    [
        (vec![("date", "")], Some("date"), "is empty"),
        (vec![("date", "12/02/2026")], Some("date"), "is not a day"),
        (vec![("date", "2199-01-01")], Some("date"), "in the future"),
        (vec![("time", "9.30")], Some("time"), "not an hour"),
        (vec![("word", "")], Some("word"), "is empty"),
        (vec![("word", "stayed-away")], Some("word"), "comes in by a table"),
        (vec![("word", "recalled"), ("contact", "")], Some("word"), "comes in by a table"),
        (vec![("order", "probation")], Some("order"), "no kind of order"),
        (vec![("order", "restricted-patient")], Some("order"), "no order of his"),
        (vec![("contact", "")], Some("contact"), "is empty"),
        (vec![("contact", "by carrier pigeon")], Some("contact"), "one of the words"),
        (vec![("late", "yes")], Some("late"), "somebody who came"),
        (vec![("session", "0")], Some("session"), "not a session"),
        (vec![("session", "4")], Some("session"), "sessions of a programme"),
        (vec![("excused", day)], Some("evidence"), "on evidence alone"),
        (vec![("excused", earlier), ("evidence", "letter")], Some("excused"), "before the day of the absence"),
        (vec![("text", "=HYPERLINK(1)")], Some("text"), "formula"),
        (vec![("text", "She lives at ZZ99 3AB now.")], Some("text"), "record this line by hand"),
        (vec![("text", HERS)], Some("text"), "kept for a protected person"),
    ]
}

#[test]
fn a_session_missed_this_week_is_told_and_one_of_last_year_is_not() {
    on_each_alone(async |world| {
        let (fiona, case) = (world.cast("fiona"), world.show_case());
        let kind = kind_of(&fiona, case).await;
        let (recent, before, old) = (ago(world, 3), ago(world, 20), ago(world, 365));
        let line = |day, time, word, more: Cells<'static>| {
            let mut line = vec![
                ("reference", case.reference.as_str()),
                ("date", day),
                ("time", time),
                ("word", word),
                ("order", kind.as_str()),
                ("contact", "office"),
            ];
            line.extend(more);
            line
        };
        let lines = [
            line(&recent, "10:00", "contact-missed", &[("text", "Nobody answered the door.")]),
            line(&old, "10:00", "contact-missed", &[]),
            line(&old, "15:00", "contact-kept", &[("late", "yes")]),
            line(&before, "10:00", "contact-missed", &[("excused", ""), ("unannounced", "yes")]),
            line(&old, "", "contact-called-off", &[("contact", "telephone")]),
        ];
        // The last one's time is not known, and that day has others.
        let mut lines = lines.to_vec();
        lines[4][1].1 = &before;
        lines[4][2].1 = "16:30";
        let mut told = Vec::new();
        for key in ["isla", "catriona", "morag"] {
            told.push(has(&world.cast(key), "missed-session").await);
        }
        let there = rows(world).await;
        let preview = fiona.post("/api/v1/imports", table("attendance", &lines, false, false)).await;
        let says = json!({ "alerted": 2, "too_old": 1, "nobody": 2, "hours": 672 });
        assert_eq!((&preview.is(200)["told"], rows(world).await), (&says, there), "{preview}");
        let made = brings(&fiona, "attendance", &table("attendance", &lines, true, false)).await;
        assert_eq!((&made.is(201)["told"], &made["made"]), (&says, &json!(5)), "{made}");
        assert_eq!(rows(world).await, (there.0, there.1 + 5));
        for (key, told) in ["isla", "catriona", "morag"].into_iter().zip(told) {
            assert_eq!(has(&world.cast(key), "missed-session").await, told + 2, "{key}");
        }
        // What stands on the record is the same as by hand.
        let events = fiona.get(&at(case, "events?limit=20")).await;
        let missed: Vec<&Value> = events.is(200).items().iter().filter(|one| one["word"] == "contact-missed").collect();
        assert!(missed.len() >= 3, "{events}");
        let late = events.items().iter().find(|one| one["word"] == "contact-kept").expect("it is there");
        let late = fiona.get(&format!("/api/v1/events/{}", late["id"].as_str().expect("an id"))).await;
        assert_eq!((&late.is(200)["outcome"], &late["kind"]), (&json!("late"), &json!("office")), "{late}");

        let again = brings(&fiona, "attendance", &table("attendance", &lines, true, false)).await;
        assert_eq!(again.is(201)["repeated"], true);
        let twice = brings(&fiona, "twice", &table("attendance", &lines, true, true)).await;
        assert_eq!((&twice.is(200)["good"], rows(world).await.1), (&json!(0), there.1 + 5), "{twice}");
    });
}

#[test]
fn what_is_wrong_with_a_table_of_attendance_is_told_and_nothing_is_half_done() {
    on_each_alone(async |world| {
        let (fiona, isla, case) = (world.cast("fiona"), world.cast("isla"), world.show_case());
        let (kind, day, earlier) = (kind_of(&fiona, case).await, ago(world, 5), ago(world, 6));
        let about = world.woman_a().to_string();
        isla.writes(case, note_about(&about, "protected-account", HERS)).await.is(201);
        let notices = has(&isla, "protected-words").await;
        let bad = wrong(&day, &earlier);
        let good = |time| {
            vec![
                ("reference", case.reference.as_str()),
                ("date", day.as_str()),
                ("time", time),
                ("word", "contact-missed"),
                ("order", kind.as_str()),
                ("contact", "office"),
            ]
        };
        let times: Vec<String> = (0..bad.len()).map(|at| format!("08:{at:02}")).collect();
        let mut lines = vec![good("20:00")];
        for ((cells, ..), time) in bad.iter().zip(&times) {
            lines.push(good(time).into_iter().chain(cells.iter().copied()).collect());
        }
        lines.push(good("20:00"));
        let there = rows(world).await;
        let none = brings(&fiona, "none", &table("attendance", &lines, true, false)).await;
        assert_eq!((&none.is(200)["made"], &none["good"]), (&json!(0), &json!(1)), "{none}");
        assert_eq!(
            (rows(world).await, has(&isla, "protected-words").await),
            (there, notices + 1),
            "her worker is told"
        );
        let told = faults(&none);
        for (at, (cells, column, say)) in bad.into_iter().enumerate() {
            let of: Vec<_> = told.iter().filter(|one| one.0 == at as u64 + 3).collect();
            assert!(of.iter().any(|one| one.1 == column && one.2.contains(say)), "{column:?} {say}: {of:?}");
            let repeats = |one: &&(u64, Option<&str>, &str)| {
                cells.iter().any(|(name, cell)| *name == "text" && one.2.contains(cell))
            };
            assert!(!of.iter().any(repeats), "{of:?}");
        }
        assert!(told.iter().any(|one| one.0 == 22 && one.2.contains("stands in this table before")), "{none}");
        let some = brings(&fiona, "some", &table("attendance", &lines, true, true)).await;
        assert_eq!((&some.is(201)["made"], rows(world).await.1), (&json!(1), there.1 + 1));
    });
}

#[test]
fn an_excuse_stands_beside_the_absence_and_is_told_as_the_absence_is() {
    on_each_alone(async |world| {
        let (fiona, isla, case) = (world.cast("fiona"), world.cast("isla"), world.show_case());
        let (kind, recent, old, today) = (kind_of(&fiona, case).await, ago(world, 6), ago(world, 90), ago(world, 1));
        let line = |day, excused| {
            vec![
                ("reference", case.reference.as_str()),
                ("date", day),
                ("word", "contact-missed"),
                ("order", kind.as_str()),
                ("contact", "office"),
                ("excused", excused),
                ("evidence", "letter of the surgery; bus ticket"),
            ]
        };
        let before = has(&isla, "missed-session").await;
        world.wind(1);
        let lines = [line(&recent, &today), line(&old, &today)];
        let made = brings(&fiona, "excused", &table("attendance", &lines, true, false)).await;
        assert_eq!(made.is(201)["told"], json!({ "alerted": 1, "too_old": 1, "nobody": 0, "hours": 672 }), "{made}");
        assert_eq!(
            has(&isla, "missed-session").await,
            before + 2,
            "the absence of this week, and that it is explained"
        );
        let events = fiona.get(&at(case, "events?limit=4")).await;
        let words: Vec<_> = events.is(200).items().iter().map(|one| one["word"].as_str().expect("a word")).collect();
        assert_eq!(words, ["excuse-accepted", "contact-missed", "excuse-accepted", "contact-missed"]);
        assert_eq!(events.items()[0]["follows"], events.items()[1]["id"], "{events}");
    });
}

#[test]
fn five_thousand_attendances_come_in_with_one_commit() {
    on_each_alone(async |world| {
        let fiona = world.cast("fiona");
        let number = |at: usize| format!("TEAM-{at:03}");
        let letters =
            |at: usize| format!("{at:03}").bytes().map(|digit| char::from(b'a' + (digit - b'0'))).collect::<String>();
        let man = |at: usize| {
            json!([number(at), format!("Mac{}", letters(at)), "Ewan", "1971-02-03", "licence", "2024-01-05"])
        };
        let men = json!({
            "kind": "caseload", "commit": true,
            "columns": ["reference", "family_name", "given_names", "date_of_birth", "order_kind", "order_made"],
            "lines": (0..100).map(|at| json!({ "line": at + 2, "cells": man(at) })).collect::<Vec<_>>(),
        });
        brings(&fiona, "men", &men).await.is(201);
        let days: Vec<String> = (0..50).map(|week| ago(world, 40 + 7 * week)).collect();
        let references: Vec<String> = (0..100).map(number).collect();
        let lines: Vec<_> = (0..5_000)
            .map(|at| {
                vec![
                    ("reference", references[at % 100].as_str()),
                    ("date", days[at / 100].as_str()),
                    ("time", "10:00"),
                    ("word", if at % 5 == 0 { "contact-missed" } else { "contact-kept" }),
                    ("contact", "office"),
                    ("text", if at % 5 == 0 { "Nobody answered the door." } else { "" }),
                ]
            })
            .collect();
        let (events, size) = (rows(world).await.1, world.log_size().await);
        let start = std::time::Instant::now();
        let made = brings(&fiona, "came", &table("attendance", &lines, true, false)).await;
        eprintln!("5,000 attendances took {:?}", start.elapsed());
        assert_eq!(made.is(201)["told"], json!({ "alerted": 0, "too_old": 1_000, "nobody": 4_000, "hours": 672 }));
        assert_eq!(rows(world).await.1, events + 5_000);
        assert!(world.log_size().await <= size + 20, "one entry, beside what the hub does by itself");
    });
}
