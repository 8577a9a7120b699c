//! What the loader refuses, where it stands; and that nothing of what was collected was left out.

use super::super::{CLOCKS, Clocks};
use super::POLICY;
use crate::model::clocks::{Limit, Status, Unit};
use crate::policy::error::{Error, Fault};
use crate::policy::events::Events;
use crate::policy::files::Files;

const HEAD: &str = "condition, level:high, High\ncondition, level:low, Low\n";
const RULE: &str =
    "A-RULE, 5.2, 1, working-day, order-made, first-contact, *, half, justice.team-manager, a law, verified";

/// Loads a rule after a change of one cell.
fn with(cell: usize, text: &str) -> Result<Clocks, Error> {
    let mut cells: Vec<&str> = RULE.split(", ").collect();
    cells[cell] = text;
    load(&format!("{HEAD}{}", cells.join(", ")))
}

fn load(clocks: &str) -> Result<Clocks, Error> {
    let files = Files { clocks: clocks.to_owned(), ..Files::embedded() };
    Clocks::load(&files, &Events::load(&files.events)?)
}

#[test]
fn a_bad_rule_is_refused_where_it_stands() {
    assert!(with(0, "A-RULE").is_ok());
    let unknown = |word: &str| Fault::Unknown(word.to_owned());
    for (cell, text, fault) in [
        (0, "a-rule", Fault::Character("a-rule".to_owned())),
        (2, "soon", unknown("soon")),
        (2, "+1", unknown("+1")),
        (2, "1000", unknown("1000")),
        (3, "fortnight", unknown("fortnight")),
        (3, "session before gossip", unknown("gossip")),
        (4, "order-maid", unknown("order-maid")),
        (5, "first-contakt", unknown("first-contakt")),
        (6, "levle:high", unknown("levle:high")),
        (7, "nearly", unknown("nearly")),
        (7, "0-working-day-left", unknown("0-working-day-left")),
        (8, "justice.manager", unknown("justice.manager")),
        (9, "", Fault::EmptyCell),
        (10, "perhaps", unknown("perhaps")),
    ] {
        assert_eq!(with(cell, text).unwrap_err(), Error::line(CLOCKS, 3, fault), "{text}");
    }
    for (cell, text, why) in [
        (2, "-", "only what an area sets can stand open"),
        (2, "0", "leaves no time"),
        (3, "immediate", "is not at once"),
        (3, "date", "is not the day that the event names"),
        (3, "session", "does not say before what"),
        (3, "session before group-started", "counts other sessions"),
        (4, "order-made|significant-change", "write two rules"),
        (4, "first-contact", "is its own trigger"),
        (5, "first-contact*0", "never be counted"),
        (5, "first-contact & first-contact", "twice"),
        (5, "first-contact|order-made", "in the same instant what it starts"),
        (5, "clock-waived", "never be met"),
        (5, "contact-kept/week*4", "could never be met in time"),
        (6, "level:high & level:low", "can never apply"),
        (7, "-", "does not say when it is nearly over"),
        (9, "-", "has no source"),
    ] {
        let error = with(cell, text).unwrap_err();
        assert!(
            matches!(error, Error::Line { file: CLOCKS, line: 3, .. }) && error.to_string().contains(why),
            "{error}"
        );
    }
}

#[test]
fn an_area_keeps_a_rule_otherwise_and_never_with_more_time_than_its_source_gives() {
    let unset = "B-RULE, -, -, working-day, order-made, first-contact, *, half, justice.team-manager, x, area-set";
    let with = |line: &str| load(&format!("{HEAD}{RULE}\n{unset}\n{line}"));
    let kept = with("area, B-RULE, north-ayrshire, 7, half|2-working-day-left, what the council agreed").unwrap();
    let event = super::event(1, "order-made", super::at(super::FRIDAY));
    let of = |area| {
        let clocks = kept.reckon(area, std::slice::from_ref(&event), &|_, _| Vec::new(), super::at(super::FRIDAY));
        let clock = clocks.into_iter().find(|clock| clock.rule.name == "B-RULE").unwrap();
        (clock.due.map(|due| due.to_string()), clock.rule.source.clone())
    };
    assert_eq!(
        of(Some("north-ayrshire")),
        (Some("2026-12-10T00:00:00Z".to_owned()), "what the council agreed".to_owned())
    );
    assert_eq!((of(Some("south-ayrshire")), of(None)), ((None, "x".to_owned()), (None, "x".to_owned())));
    assert_eq!(kept.rule("B-RULE").unwrap().limit, Limit::ByArea, "the rule itself is as it was");
    let amber = with("area, A-RULE, north-ayrshire, =, half|1-working-day-left, what the council agreed").unwrap();
    let clocks = amber.reckon(
        Some("north-ayrshire"),
        std::slice::from_ref(&event),
        &|_, _| Vec::new(),
        super::at(super::FRIDAY),
    );
    assert_eq!(clocks[0].amber_at, Some(super::at("2026-12-01T00:00:00Z")));

    let line = 5;
    for (text, fault) in [
        ("area, C-RULE, north-ayrshire, 1, =, x", Fault::Unknown("C-RULE".to_owned())),
        ("area, B-RULE, east-kilgowkie, 1, =, x", Fault::Unknown("east-kilgowkie".to_owned())),
        ("area, B-RULE, north-ayrshire, soon, =, x", Fault::Unknown("soon".to_owned())),
        ("area, B-RULE, north-ayrshire, 7, nearly, x", Fault::Unknown("nearly".to_owned())),
        ("area, B-RULE, north-ayrshire, 7, =", Fault::Cells { wanted: 6, found: 5 }),
    ] {
        assert_eq!(with(text).unwrap_err(), Error::line(CLOCKS, line, fault), "{text}");
    }
    for (text, why) in [
        ("area, A-RULE, north-ayrshire, 2, =, x", "longer than the source"),
        ("area, B-RULE, north-ayrshire, 0, =, x", "leaves no time"),
        ("area, A-RULE, north-ayrshire, =, =, x", "changes nothing there"),
        ("area, B-RULE, north-ayrshire, 7, =, -", "has no source"),
        ("area, B-RULE, north-ayrshire, 7, -, x", "does not say when it is nearly over"),
    ] {
        let error = with(text).unwrap_err().to_string();
        assert!(error.contains(why), "{text}: {error}");
    }
    let twice = "area, B-RULE, north-ayrshire, 7, =, x";
    assert_eq!(
        with(&format!("{twice}\n{twice}")).unwrap_err(),
        Error::line(CLOCKS, 6, Fault::Twice("B-RULE".to_owned()))
    );
}

#[test]
fn lines_that_do_not_go_together_are_refused() {
    let twice = load(&format!("{HEAD}{RULE}\n{RULE}")).unwrap_err();
    assert_eq!(twice, Error::line(CLOCKS, 4, Fault::Twice("A-RULE".to_owned())));
    let again = load(&format!("{HEAD}condition, level:low, Low\n{RULE}")).unwrap_err();
    assert_eq!(again, Error::line(CLOCKS, 3, Fault::Twice("level:low".to_owned())));
    let odd = load(&format!("{HEAD}condition, Level, x\n{RULE}")).unwrap_err();
    assert_eq!(odd, Error::line(CLOCKS, 3, Fault::Character("Level".to_owned())));
    assert_eq!(load(HEAD).map(drop), Err(Error::file(CLOCKS, Fault::Empty)));
    let short = load(&format!("{HEAD}A-RULE, 5.2")).unwrap_err();
    assert_eq!(short, Error::line(CLOCKS, 3, Fault::Cells { wanted: 11, found: 2 }));
    let choice = |limit| with(2, limit).map(drop).map_err(|error| error.to_string());
    assert_eq!(choice("3 if level:high|6 if level:low|court"), Ok(()));
    for (limit, why) in [
        ("3|6|court", "3 is not a word"),
        ("3 if level:high|6 if level:high", "level:high stands twice"),
        ("3 if level:none|court", "level:none is not a word"),
        ("0 if level:high|court", "level:high stands twice"),
    ] {
        assert!(choice(limit).unwrap_err().contains(why), "{limit}: {:?}", choice(limit));
    }
    let session =
        "A-RULE, -, 3, session before group-started, programme-required, STOP, *, -, justice.team-manager, x, verified";
    let counted = |stop: &str| load(&session.replace("STOP", stop)).map(drop).map_err(|error| error.to_string());
    assert_eq!(counted("preparation-session*3"), Ok(()));
    assert!(counted("preparation-session*2").unwrap_err().contains("counts other sessions"));
    assert!(counted("preparation-session*3|group-started").unwrap_err().contains("must come before itself"));
}

/// Reads the cells of a line in which some are quoted.
fn cells(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    let flat: String =
        parts.map(|(place, part)| if place % 2 == 1 { part.replace(',', ";") } else { part.to_owned() }).collect();
    flat.split(',').map(str::to_owned).collect()
}

#[test]
fn every_clock_that_was_collected_stands_here_or_among_the_limits() {
    const ELSEWHERE: [(&str, &str); 6] = [
        ("ALERT-ACKNOWLEDGE-CRITICAL", ""),
        ("ALERT-ACKNOWLEDGE-HIGH", ""),
        ("ALERT-ACKNOWLEDGE-NORMAL", ""),
        ("BREAK-GLASS-GRANT", "BREAKGLASS-GRANT"),
        ("BREAK-GLASS-REVIEW", "BREAKGLASS-REVIEW"),
        ("BREACH-NOTIFICATION", "BREACH-ICO"),
    ];
    let (files, collected) = (Files::embedded(), include_str!("../../../../docs/data/clocks.csv"));
    let mut found = 0;
    for line in collected.lines().skip(1) {
        let cells = cells(line);
        let [name, paragraph, limit, unit, status] = [0, 1, 2, 3, 8].map(|place| cells[place].as_str());
        let rule = POLICY.clocks().rule(name);
        if let Some((_, limit)) = ELSEWHERE.iter().find(|(known, _)| *known == name) {
            assert!(rule.is_none() && files.clocks.contains(name), "{name}");
            assert!(limit.is_empty() || files.limits.contains(&format!("\n{limit}, ")), "{name}");
            continue;
        }
        let rule = rule.unwrap_or_else(|| panic!("{name} is missing"));
        found += 1;
        assert_eq!((rule.unit.as_str(), rule.status.as_str()), (unit, status), "{name}");
        assert_eq!(rule.paragraph.as_deref().unwrap_or(""), paragraph, "{name}");
        match (&rule.limit, limit) {
            (Limit::ByArea, "") => assert_eq!(rule.status, Status::AreaSet, "{name}"),
            (Limit::Set(0), "") => assert_eq!(rule.unit, Unit::Date, "{name}"),
            (Limit::Set(number), limit) => assert_eq!(number.to_string(), limit, "{name}"),
            (Limit::Choice { numbers, court: true }, "3|6|court") => {
                assert_eq!(numbers.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [3, 6]);
            }
            (other, _) => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!(found, POLICY.clocks().rules().count(), "and nothing else stands here");
}

#[test]
fn every_condition_is_of_a_rule() {
    let text = Files::embedded().clocks;
    for condition in POLICY.clocks().conditions() {
        let mut rules = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("condition,"));
        assert!(rules.any(|line| line.contains(&condition.word)), "{} is of no rule", condition.word);
    }
}
