//! The committed rules, one by one: each starts, stops, is waived, is given more time and goes late, by the days of the council.

use crate::model::clocks::{Clock, EventWord, Happening, Limit, Of, State, Unset};
use crate::model::id::{EventId, OrderId};
use crate::model::time::{Day, Moment, Second};
use crate::policy::Policy;
use crate::policy::events::EventOf;
use std::sync::LazyLock;

mod refused;

static POLICY: LazyLock<Policy> = LazyLock::new(|| Policy::embedded().unwrap());

/// A Friday, before the Monday that is St Andrew's Day.
const FRIDAY: &str = "2026-11-27T10:00:00Z";

/// The day that events name which speak of one.
const NAMED: &str = "2026-12-07";

fn at(text: &str) -> Moment {
    text.parse::<Second>().unwrap().moment()
}

/// An event of the one order, or of the case where such events are.
fn event(bits: u128, word: &str, happened: Moment) -> Happening {
    let rule = POLICY.events().get(word).unwrap();
    let order = (rule.of == EventOf::Order).then(|| OrderId::from_bits(1));
    let (id, word) = (EventId::from_bits(bits), rule.word.clone());
    Happening { id, order, word, happened, known: happened, date: None, of: None, until: None, corrects: None }
}

fn about(event: Happening, trigger: u128, rule: &str) -> Happening {
    Happening { of: Some(Of { event: EventId::from_bits(trigger), rule: Some(rule.to_owned()) }), ..event }
}

/// Reckons, where these words hold, and returns the clocks of one rule.
fn reckon(rule: &str, area: Option<&str>, holds: &str, events: &[Happening], now: Moment) -> Vec<Clock> {
    let words = |_, _| holds.split_whitespace().map(str::to_owned).collect();
    let mut clocks = POLICY.clocks().reckon(area, events, &words, now);
    clocks.retain(|clock| clock.rule.name == rule);
    clocks
}

/// A rule: what must hold, what starts it, what stops it, and by when when it starts on that Friday: by the list, and where
/// the council works on St Andrew's Day. `None` where the area has not set it.
type Expected<'a> = (&'a str, &'a str, &'a str, &'a str, Option<(&'a str, &'a str)>);

const ONE: Option<(&str, &str)> = Some(("2026-12-02T00:00:00Z", "2026-12-01T00:00:00Z"));
const TWO: Option<(&str, &str)> = Some(("2026-12-03T00:00:00Z", "2026-12-02T00:00:00Z"));
const FIVE: Option<(&str, &str)> = Some(("2026-12-08T00:00:00Z", "2026-12-05T00:00:00Z"));
const SEVEN: Option<(&str, &str)> = Some(("2026-12-10T00:00:00Z", "2026-12-09T00:00:00Z"));
const TWENTY: Option<(&str, &str)> = Some(("2026-12-31T00:00:00Z", "2026-12-30T00:00:00Z"));
const SAME_DAY: Option<(&str, &str)> = Some(("2026-11-28T00:00:00Z", "2026-11-28T00:00:00Z"));
const AT_ONCE: Option<(&str, &str)> = Some((FRIDAY, FRIDAY));
const THREE_MONTHS: Option<(&str, &str)> = Some(("2027-02-28T00:00:00Z", "2027-02-28T00:00:00Z"));
const SIX_MONTHS: Option<(&str, &str)> = Some(("2027-05-27T23:00:00Z", "2027-05-27T23:00:00Z"));
const A_YEAR: Option<(&str, &str)> = Some(("2027-11-28T00:00:00Z", "2027-11-28T00:00:00Z"));
const FOUR_WEEKS: Option<(&str, &str)> = Some(("2026-12-25T00:00:00Z", "2026-12-25T00:00:00Z"));
const NAMED_DAY: Option<(&str, &str)> = Some(("2026-12-08T00:00:00Z", "2026-12-08T00:00:00Z"));
const FIVE_BEFORE: Option<(&str, &str)> = Some(("2026-11-28T00:00:00Z", "2026-12-01T00:00:00Z"));

const TWO_HOURS: Option<(&str, &str)> = Some(("2026-11-27T12:00:00Z", "2026-11-27T12:00:00Z"));
const A_WEEK: Option<(&str, &str)> = Some(("2026-12-04T00:00:00Z", "2026-12-04T00:00:00Z"));
const EIGHT_YEARS: Option<(&str, &str)> = Some(("2034-11-28T00:00:00Z", "2034-11-28T00:00:00Z"));
const FIFTEEN_YEARS: Option<(&str, &str)> = Some(("2041-11-28T00:00:00Z", "2041-11-28T00:00:00Z"));

const RULES: [Expected<'static>; 37] = [
    ("NOS-REPORT", "", "report-requested", "report-delivered", NAMED_DAY),
    ("RECALL-ACKNOWLEDGE", "", "recalled", "at-large-acknowledged", TWO_HOURS),
    ("AT-LARGE-PROGRESS", "", "at-large", "at-large-progress", A_WEEK),
    ("SONR-REVIEW-15", "", "notification-begun", "notification-reviewed", FIFTEEN_YEARS),
    ("SONR-REVIEW-8", "", "notification-begun-young", "notification-ended", EIGHT_YEARS),
    ("ORDER-EXPIRY", "expires", "order-started", "order-ended", NAMED_DAY),
    ("NOS-CONTACT", "community-order", "order-notified", "first-contact", ONE),
    ("NOS-CONTACT-RELEASE", "prison-release", "released", "first-contact", SAME_DAY),
    ("NOS-CONTACT-UNPAID-WORK", "unpaid-work", "order-made", "order-signed", ONE),
    ("NOS-ALLOCATE", "", "order-received", "officer-allocated", TWO),
    ("NOS-INDUCTION", "", "licence-imposed", "induction-begun", FIVE),
    ("NOS-INDUCTION-UNPAID-WORK", "unpaid-work", "order-made", "unpaid-work-induction-begun", FIVE),
    ("NOS-PLACEMENT", "unpaid-work", "order-made", "placement-commenced", SEVEN),
    (
        "NOS-UNPAID-WORK-HOURS",
        "unpaid-work unpaid-work:months-3",
        "unpaid-work-imposed",
        "hours-completed",
        THREE_MONTHS,
    ),
    ("NOS-FIRST-FOUR-WEEKS", "", "order-started", "plan-finalised", FOUR_WEEKS),
    (
        "NOS-CONTACT-LEVEL-REVIEW-VERY-HIGH",
        "level:very-high",
        "contact-level-set",
        "contact-level-reviewed",
        THREE_MONTHS,
    ),
    ("NOS-CONTACT-LEVEL-REVIEW-HIGH", "level:high", "found-stable", "contact-level-reviewed", THREE_MONTHS),
    ("NOS-CONTACT-LEVEL-REVIEW-MEDIUM-FIRST", "level:medium", "contact-level-set", "found-stable", THREE_MONTHS),
    ("NOS-CONTACT-LEVEL-REVIEW-MEDIUM", "level:medium", "found-stable", "contact-level-reviewed", SIX_MONTHS),
    ("NOS-CONTACT-LEVEL-REVIEW-LOW", "level:low", "contact-level-reviewed", "contact-level-set", SIX_MONTHS),
    ("NOS-SIGNIFICANT-CHANGE-MANAGER", "", "significant-change", "manager-discussed", ONE),
    ("NOS-SIGNIFICANT-CHANGE-REVIEW", "", "significant-change", "review-held", AT_ONCE),
    ("NOS-NON-COMPLIANCE-VISIT", "level:high", "non-compliance", "home-visit", SAME_DAY),
    (
        "NOS-NON-COMPLIANCE-CONTACT",
        "",
        "non-compliance",
        "no-contact-reason other-contact-attempted written-follow-up",
        TWO,
    ),
    ("NOS-BREACH-REPORT", "community-order", "breach-decided", "breach-lodged", FIVE),
    ("NOS-LICENCE-BREACH-CALL", "licence", "licence-breached", "licence-breach-called", AT_ONCE),
    ("NOS-LICENCE-BREACH-REPORT", "licence", "licence-breached", "licence-breach-reported", TWO),
    (
        "CDVP-PREPARATION",
        "programme:cdvp",
        "programme-required",
        "preparation-session preparation-session preparation-session",
        None,
    ),
    ("CDVP-EVALUATION-3", "programme:cdvp", "group-ended", "evaluation-3", SIX_MONTHS),
    (
        "MAPPA-LEVEL-2-FIRST-MEETING",
        "mappa-level:2",
        "mappa-referred mappa-plan-accepted",
        "mappa-meeting-held",
        TWENTY,
    ),
    ("MAPPA-LEVEL-3-FIRST-MEETING", "mappa-level:3", "mappa-referral-accepted", "mappa-meeting-held", None),
    ("MAPPA-REPLY", "", "mappa-information-requested", "mappa-replied", FIVE),
    ("MAPPA-PACK-ISSUE", "", "mappa-meeting-set", "mappa-pack-issued", FIVE_BEFORE),
    ("MAPPA-MINUTES", "", "mappa-meeting-held", "mappa-minutes-circulated", None),
    ("MAPPA-REVIEW", "", "mappa-review-set", "mappa-review-held", NAMED_DAY),
    ("OLR-RISK-PLAN", "lifelong-restriction", "rmp-approved", "rmp-reviewed", A_YEAR),
    ("NOS-NON-COMPLIANCE-VISIT", "level:very-high", "non-compliance", "no-visit-reason", SAME_DAY),
];

/// The events that start a rule on that Friday; the last is its trigger. For the weeks, he was seen in each of them.
fn started(rule: &str, starts: &str) -> (Vec<Happening>, EventId) {
    let named: Day = NAMED.parse().unwrap();
    let with_day =
        |word: &str| matches!(word, "mappa-meeting-set" | "mappa-review-set" | "report-requested" | "order-started");
    let start = |(place, word): (usize, &str)| {
        let date = with_day(word).then_some(named);
        Happening { date, ..event(100 + place as u128, word, at(FRIDAY)) }
    };
    let mut events: Vec<Happening> = starts.split_whitespace().enumerate().map(start).collect();
    let trigger = events.last().unwrap().id;
    if rule == "NOS-FIRST-FOUR-WEEKS" {
        events.extend(
            (0..4).map(|week| event(200 + week, "contact-kept", at(FRIDAY).plus_seconds(week as i64 * 604_800))),
        );
    }
    (events, trigger)
}

/// What stops a rule, all of it at one moment.
fn stops(rule: &str, stops: &str, trigger: EventId, when: Moment) -> Vec<Happening> {
    let of = Some(Of { event: trigger, rule: Some(rule.to_owned()) });
    let stop = |(place, word)| Happening { of: of.clone(), ..event(300 + place as u128, word, when) };
    stops.split_whitespace().enumerate().map(stop).collect()
}

fn state(rule: &str, area: Option<&str>, holds: &str, events: &[Happening], now: Moment) -> Clock {
    let mut clocks = reckon(rule, area, holds, events, now);
    clocks.retain(|clock| clock.trigger.happened == at(FRIDAY));
    assert_eq!(clocks.len(), 1, "{rule}");
    clocks.remove(0)
}

#[test]
fn every_clock_starts_and_goes_late_by_the_days_of_the_council() {
    for (rule, holds, starts, _, due) in RULES {
        let (events, _) = started(rule, starts);
        for (area, due) in [
            (None, due.map(|due| due.0)),
            (Some("south-ayrshire"), due.map(|due| due.0)),
            (Some("dumfries-and-galloway"), due.map(|due| due.1)),
        ] {
            let Some(due) = due.map(at) else {
                let open = state(rule, area, holds, &events, at("2027-11-01T00:00:00Z"));
                assert!(open.due.is_none() && open.state.is_open() && open.state != State::Late, "{rule}");
                continue;
            };
            let before = due.plus_seconds(-1);
            let late = state(rule, area, holds, &events, due.max(at(FRIDAY)));
            assert_eq!((late.due, &late.state), (Some(due), &State::Late), "{rule} in {area:?}");
            if before >= at(FRIDAY) {
                let near = state(rule, area, holds, &events, before);
                assert_eq!(near.state, State::Amber, "{rule} in {area:?}");
                assert!(!near.wanting.is_empty() && near.amber_at.unwrap() < due, "{rule}");
            }
        }
    }
}

#[test]
fn every_clock_is_stopped_in_time_and_late() {
    for (rule, holds, starts, stop, due) in RULES {
        let (events, trigger) = started(rule, starts);
        let due = due.map_or(at("2027-01-01T00:00:00Z"), |due| at(due.0));
        let ends = |when: Moment| {
            let all: Vec<Happening> = events.iter().cloned().chain(stops(rule, stop, trigger, when)).collect();
            state(rule, None, holds, &all, when.max(at("2028-06-01T00:00:00Z"))).state
        };
        let in_time = due.plus_seconds(-1).max(at(FRIDAY));
        assert!(
            matches!(ends(in_time), State::Stopped { at, late: false, .. } if at == in_time),
            "{rule}: {:?}",
            ends(in_time)
        );
        let limited = POLICY.clocks().rule(rule).unwrap().limit != Limit::ByArea && rule != "CDVP-PREPARATION";
        let too_late = due.plus_seconds(1);
        assert!(
            matches!(ends(too_late), State::Stopped { late, .. } if late == limited),
            "{rule}: {:?}",
            ends(too_late)
        );
    }
}

#[test]
fn every_clock_can_be_waived_and_be_given_more_time() {
    let (now, given) = (at("2047-02-01T00:00:00Z"), at(FRIDAY).plus_seconds(60));
    for (rule, holds, starts, ..) in RULES {
        let (events, trigger) = started(rule, starts);
        let with = |act: Happening| {
            let of = Some(Of { event: trigger, rule: Some(rule.to_owned()) });
            let all: Vec<Happening> = events.iter().cloned().chain([Happening { of, ..act }]).collect();
            state(rule, None, holds, &all, now)
        };
        let waived = with(event(900, EventWord::WAIVED, given));
        assert!(matches!(waived.state, State::Waived { by, .. } if by == EventId::from_bits(900)), "{rule}");
        let until = Some("2047-01-31".parse().unwrap());
        let more = with(Happening { until, ..event(901, EventWord::EXTENDED, given) });
        assert_eq!((more.due, more.state), (Some(now), State::Late), "{rule}");
        assert!(more.extended.is_some_and(|extended| extended.by == EventId::from_bits(901)), "{rule}");
    }
}

#[test]
fn no_clock_starts_where_it_does_not_apply_and_every_rule_is_shown() {
    for (rule, holds, starts, ..) in RULES.into_iter().filter(|(_, holds, ..)| !holds.is_empty()) {
        let (events, _) = started(rule, starts);
        let clocks = reckon(rule, None, "lifelong-restriction-x level:none", &events, at(FRIDAY));
        assert!(clocks.is_empty(), "{rule} needs {holds}");
    }
    for rule in POLICY.clocks().rules() {
        assert!(RULES.iter().any(|(name, ..)| *name == rule.name), "{} is not shown", rule.name);
    }
}

/// Says by when a rule is due that starts at a moment.
fn due(rule: &str, holds: &str, word: &str, from: &str, area: Option<&str>) -> String {
    let clocks = reckon(rule, area, holds, &[event(1, word, at(from))], at(from));
    clocks[0].due.unwrap().to_string()
}

#[test]
fn a_day_over_the_change_of_the_clocks_ends_at_local_midnight() {
    let same_day = |from: &str| due("NOS-NON-COMPLIANCE-VISIT", "level:high", "non-compliance", from, None);
    for (from, to) in [
        ("2026-10-24T22:30:00Z", "2026-10-24T23:00:00Z"),
        ("2026-10-24T23:30:00Z", "2026-10-26T00:00:00Z"),
        ("2026-10-25T00:30:00Z", "2026-10-26T00:00:00Z"),
        ("2026-10-25T01:30:00Z", "2026-10-26T00:00:00Z"),
        ("2026-03-28T23:30:00Z", "2026-03-29T00:00:00Z"),
        ("2026-03-29T00:30:00Z", "2026-03-29T23:00:00Z"),
        ("2026-03-29T22:59:59Z", "2026-03-29T23:00:00Z"),
        ("2026-03-29T23:00:00Z", "2026-03-30T23:00:00Z"),
    ] {
        assert_eq!(same_day(from), to, "from {from}");
    }
    let one = |from: &str| due("NOS-SIGNIFICANT-CHANGE-MANAGER", "", "significant-change", from, None);
    assert_eq!(one("2026-10-23T10:00:00Z"), "2026-10-27T00:00:00Z", "the clocks go back over that weekend");
    assert_eq!(one("2026-03-27T10:00:00Z"), "2026-03-30T23:00:00Z", "and forward over this");
}

#[test]
fn two_hours_are_two_hours_also_in_the_night_on_which_the_clocks_change() {
    let two = |from: &str| due("RECALL-ACKNOWLEDGE", "", "at-large", from, None);
    assert_eq!(two("2026-10-25T00:30:00Z"), "2026-10-25T02:30:00Z", "the clocks go back, and nobody has an hour more");
    assert_eq!(two("2026-03-29T00:30:00Z"), "2026-03-29T02:30:00Z", "and forward, and nobody has an hour less");
    let noted = event(1, "at-large", at("2026-10-25T00:30:00Z"));
    let seen = |when: &str| {
        let answer = about(event(2, "at-large-acknowledged", at(when)), 1, "RECALL-ACKNOWLEDGE");
        reckon("RECALL-ACKNOWLEDGE", None, "", &[noted.clone(), answer], at("2026-10-26T00:00:00Z")).remove(0).state
    };
    assert!(matches!(seen("2026-10-25T02:30:00Z"), State::Stopped { late: false, .. }), "to the second");
    assert!(matches!(seen("2026-10-25T02:30:01Z"), State::Stopped { late: true, .. }));
}

#[test]
fn each_week_at_large_wants_an_entry_of_its_own_until_the_prison_has_him() {
    let day = |day: &str| at(&format!("2026-{day}T10:00:00Z"));
    let mut events = vec![event(1, "recalled", day("10-05")), event(2, "arrested-for-other", day("10-06"))];
    events.push(event(3, "at-large-progress", day("10-09")));
    let now = |events: &[Happening], now: &str| {
        let clocks = reckon("AT-LARGE-PROGRESS", None, "", events, day(now));
        clocks.iter().map(|clock| clock.state.word()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(now(&events, "10-10"), "stopped running", "an arrest for another matter ends nothing");
    assert_eq!(now(&events, "10-16"), "stopped late");
    events.push(event(4, "at-large-progress", day("10-17")));
    assert_eq!(now(&events, "10-18"), "stopped stopped running");
    events.push(event(5, "returned-to-custody", day("10-19")));
    assert_eq!(now(&events, "11-30"), "stopped stopped stopped");
}

#[test]
fn a_weekend_with_a_holiday_is_as_long_as_the_council_keeps_it() {
    let one = |from, area| due("NOS-SIGNIFICANT-CHANGE-MANAGER", "", "significant-change", from, area);
    let easter = "2026-04-02T10:00:00Z";
    assert_eq!(one(easter, None), "2026-04-06T23:00:00Z", "Easter Monday is no bank holiday");
    assert_eq!(one(easter, Some("north-ayrshire")), "2026-04-07T23:00:00Z");
    assert_eq!(one(easter, Some("dumfries-and-galloway")), "2026-04-06T23:00:00Z");
    assert_eq!(one("2026-06-12T10:00:00Z", None), "2026-06-16T23:00:00Z", "15 June 2026");
    assert_eq!(one("2027-06-11T10:00:00Z", None), "2027-06-14T23:00:00Z", "and no other year");
}

#[test]
fn a_month_ends_where_a_month_does() {
    let review = |from| due("NOS-CONTACT-LEVEL-REVIEW-HIGH", "level:high", "contact-level-set", from, None);
    assert_eq!(review("2026-11-30T10:00:00Z"), "2027-03-01T00:00:00Z", "28 February is the last day");
    assert_eq!(review("2027-11-30T10:00:00Z"), "2028-03-01T00:00:00Z", "29 February is");
    assert_eq!(review("2026-10-31T10:00:00Z"), "2027-02-01T00:00:00Z");
}

#[test]
fn unpaid_work_has_what_the_order_or_the_court_says() {
    let hours = |holds: &str, date: Option<&str>| {
        let imposed =
            Happening { date: date.map(|day| day.parse().unwrap()), ..event(1, "unpaid-work-imposed", at(FRIDAY)) };
        reckon("NOS-UNPAID-WORK-HOURS", None, &format!("unpaid-work {holds}"), &[imposed], at(FRIDAY)).remove(0)
    };
    assert_eq!(hours("unpaid-work:months-3", None).due, Some(at("2027-02-28T00:00:00Z")));
    assert_eq!(hours("unpaid-work:months-6", None).due, Some(at("2027-05-27T23:00:00Z")));
    assert_eq!(
        hours("unpaid-work:months-3", Some("2027-09-01")).due,
        Some(at("2027-09-01T23:00:00Z")),
        "the court's day"
    );
    assert_eq!(hours("", None).state, State::NotSet { by: Unset::Event });
}

#[test]
fn preparation_is_late_once_the_group_starts_without_it_and_a_week_without_contact_once_it_is_over() {
    let required = event(1, "programme-required", at(FRIDAY));
    let group = event(2, "group-started", at("2026-12-07T10:00:00Z"));
    let after = at("2026-12-07T11:00:00Z");
    let prepared = reckon("CDVP-PREPARATION", None, "programme:cdvp", &[required, group], after).remove(0);
    assert_eq!((prepared.state, prepared.due), (State::Late, Some(at("2026-12-07T10:00:00Z"))));

    let begun = event(1, "order-started", at(FRIDAY));
    let seen = event(2, "contact-kept", at(FRIDAY));
    let second = at("2026-12-11T00:00:00Z");
    let weeks = reckon("NOS-FIRST-FOUR-WEEKS", None, "", &[begun, seen], second).remove(0);
    assert_eq!((weeks.state, weeks.due), (State::Late, Some(second)), "the second week had no contact");
}

#[test]
fn a_new_level_ends_the_clock_of_the_old_and_starts_its_own() {
    let set = |bits, when: &str| event(bits, "contact-level-set", at(when));
    let events = [set(1, "2026-01-05T10:00:00Z"), set(2, "2026-02-02T10:00:00Z")];
    let lowered = at("2026-02-02T10:00:00Z");
    let level = |_, when: Moment| vec![if when < lowered { "level:high" } else { "level:low" }.to_owned()];
    let clocks = POLICY.clocks().reckon(None, &events, &level, at("2026-03-01T10:00:00Z"));
    let told: Vec<(&str, &str)> = clocks.iter().map(|clock| (&*clock.rule.name, clock.state.word())).collect();
    assert_eq!(told, [("NOS-CONTACT-LEVEL-REVIEW-HIGH", "stopped"), ("NOS-CONTACT-LEVEL-REVIEW-LOW", "running")]);
}

#[test]
fn contact_at_court_before_the_notification_counts_and_a_waiver_is_of_one_clock_only() {
    let (contact, told) =
        (event(1, "first-contact", at("2026-11-26T12:00:00Z")), event(2, "order-notified", at(FRIDAY)));
    let met = reckon("NOS-CONTACT", None, "community-order", &[contact, told], at(FRIDAY)).remove(0);
    assert!(matches!(met.state, State::Stopped { late: false, .. }), "5.2: immediately after court where possible");

    let missed = event(1, "non-compliance", at(FRIDAY));
    let waiver = about(event(2, EventWord::WAIVED, at(FRIDAY)), 1, "NOS-NON-COMPLIANCE-VISIT");
    let clocks = POLICY.clocks().reckon(None, &[missed, waiver], &|_, _| vec!["level:high".to_owned()], at(FRIDAY));
    let told: Vec<(&str, &str)> = clocks.iter().map(|clock| (&*clock.rule.name, clock.state.word())).collect();
    assert_eq!(told, [("NOS-NON-COMPLIANCE-VISIT", "waived"), ("NOS-NON-COMPLIANCE-CONTACT", "running")]);
}
