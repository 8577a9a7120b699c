//! How clocks start, stop, are waived, extended and corrected: with rules made for it, on a calendar without holidays.

use super::{
    Applies, Clock, Corrected, EventWord, Happening, Limit, Near, Of, Rule, State, Status, Unit, Unset, Wanting, clocks,
};
use crate::model::agencies::Role;
use crate::model::calendar::Calendar;
use crate::model::id::{EventId, OrderId};
use crate::model::time::{Moment, Second};
use std::slice;
use std::sync::Arc;

fn at(text: &str) -> Moment {
    text.parse::<Second>().unwrap().moment()
}

/// A moment of November 2026, which begins on a Sunday: `"3 10:00"`.
fn nov(text: &str) -> Moment {
    let (day, time) = text.split_once(' ').unwrap();
    at(&format!("2026-11-{:02}T{time}:00Z", day.parse::<u32>().unwrap()))
}

fn id(bits: u128) -> EventId {
    EventId::from_bits(bits)
}

fn event(bits: u128, word: &str, when: &str) -> Happening {
    let (word, happened): (EventWord, _) = (word.parse().unwrap(), nov(when));
    Happening {
        id: id(bits),
        order: None,
        word,
        happened,
        known: happened,
        date: None,
        of: None,
        until: None,
        corrects: None,
    }
}

fn of_order(order: u128, event: Happening) -> Happening {
    Happening { order: Some(OrderId::from_bits(order)), ..event }
}

fn act(bits: u128, word: &str, when: &str, trigger: u128) -> Happening {
    let of = Some(Of { event: id(trigger), rule: Some("RULE".to_owned()) });
    Happening { of, ..event(bits, word, when) }
}

fn extension(bits: u128, when: &str, trigger: u128, until: &str) -> Happening {
    Happening { until: Some(until.parse().unwrap()), ..act(bits, EventWord::EXTENDED, when, trigger) }
}

/// What replaces an event, and when the hub learned of it.
fn correcting(was: u128, known: &str, event: Happening) -> Happening {
    Happening { corrects: Some(id(was)), known: nov(known), ..event }
}

fn rule(starts: &str, stops: &str, count: u32, unit: Unit) -> Rule {
    Rule {
        name: "RULE".to_owned(),
        paragraph: None,
        limit: Limit::Set(count),
        unit,
        before: None,
        starts: starts.parse().unwrap(),
        stops: stops.parse().unwrap(),
        applies: Applies(Vec::new()),
        near: vec![Near::Half, Near::Left(1, Unit::WorkingDay)],
        escalate: Role::TeamManager,
        source: "a source".to_owned(),
        status: Status::Verified,
    }
}

fn reckon(rule: Rule, events: &[Happening], now: &str) -> Vec<Clock> {
    let calendar = Calendar::new("GMT0BST,M3.5.0/1,M10.5.0", []).unwrap();
    clocks(&[Arc::new(rule)], events, &|_, _| Vec::new(), calendar.of(None), nov(now))
}

fn two_days(events: &[Happening], now: &str) -> Vec<Clock> {
    reckon(rule("absent", "seen", 2, Unit::WorkingDay), events, now)
}

fn stopped(when: &str, by: &[u128], late: bool) -> State {
    State::Stopped { at: nov(when), by: by.iter().map(|bits| id(*bits)).collect(), late }
}

fn words(clock: &Clock) -> String {
    let way = |way: &Vec<Wanting>| way.iter().map(|part| part.words[0].as_str()).collect::<Vec<_>>().join(" ");
    clock.wanting.iter().map(way).collect::<Vec<_>>().join("|")
}

#[test]
fn a_clock_runs_turns_amber_and_is_late() {
    let events = [event(1, "absent", "2 10:00")];
    for (now, state) in [
        ("2 10:00", State::Running),
        ("3 23:59", State::Running),
        ("4 00:00", State::Amber),
        ("4 23:59", State::Amber),
        ("5 00:00", State::Late),
    ] {
        let clock = &two_days(&events, now)[0];
        assert_eq!(clock.state, state, "{now}");
        assert_eq!((clock.due, clock.amber_at), (Some(nov("5 00:00")), Some(nov("4 00:00"))));
        assert!(words(clock) == "seen" && clock.state.is_open());
    }
    assert!(two_days(&events, "2 09:59").is_empty(), "it has not happened yet");
}

#[test]
fn each_incident_needs_a_contact_after_it() {
    let events = [event(1, "absent", "2 10:00"), event(2, "absent", "3 10:00"), event(3, "seen", "4 10:00")];
    let states =
        |events: &[Happening]| two_days(events, "9 10:00").into_iter().map(|clock| clock.state).collect::<Vec<_>>();
    let once = stopped("4 10:00", &[3], false);
    assert_eq!(states(&events), [once.clone(), once], "one contact after two incidents is after each");
    let between = [event(1, "absent", "2 10:00"), event(2, "seen", "2 11:00"), event(3, "absent", "3 10:00")];
    assert_eq!(states(&between), [stopped("2 11:00", &[2], false), State::Late]);
}

#[test]
fn only_what_comes_after_the_trigger_stops_it_or_what_comes_with_it() {
    let with =
        |when: &str| two_days(&[event(1, "seen", when), event(2, "absent", "2 10:00")], "9 10:00").remove(0).state;
    assert_eq!(with("2 09:59"), State::Late);
    assert_eq!(with("2 10:00"), stopped("2 10:00", &[1], false));
    assert_eq!(with("5 00:00"), stopped("5 00:00", &[1], true));
}

#[test]
fn two_orders_of_one_man_do_not_stop_each_others_clocks() {
    let one = of_order(1, event(1, "absent", "2 10:00"));
    let other = of_order(2, event(2, "absent", "2 11:00"));
    let seen = of_order(2, event(3, "seen", "3 10:00"));
    let state = |seen: Happening| {
        let clocks = two_days(&[one.clone(), other.clone(), seen], "9 10:00");
        clocks.into_iter().map(|clock| clock.state).collect::<Vec<_>>()
    };
    assert_eq!(state(seen), [State::Late, stopped("3 10:00", &[3], false)]);
    let of_case = stopped("3 10:00", &[3], false);
    assert_eq!(state(event(3, "seen", "3 10:00")), [of_case.clone(), of_case]);
}

#[test]
fn a_waiver_and_an_extension_stay_visible_and_undo_no_stop() {
    let (absent, seen) = (event(1, "absent", "2 10:00"), event(2, "seen", "6 10:00"));
    let waived = |when: &str| {
        let events = [absent.clone(), seen.clone(), act(3, EventWord::WAIVED, when, 1)];
        two_days(&events, "9 10:00").remove(0).state
    };
    assert_eq!(waived("3 10:00"), State::Waived { by: id(3), at: nov("3 10:00"), late: false });
    assert_eq!(waived("5 10:00"), State::Waived { by: id(3), at: nov("5 10:00"), late: true });
    assert_eq!(waived("7 10:00"), stopped("6 10:00", &[2], true), "it was stopped before, and late");

    let extended = |when: &str, until: &str| {
        two_days(&[absent.clone(), seen.clone(), extension(3, when, 1, until)], "9 10:00").remove(0)
    };
    let more = extended("4 10:00", "2026-11-06");
    assert_eq!((more.state, more.due), (stopped("6 10:00", &[2], false), Some(nov("7 00:00"))));
    let told = more.extended.unwrap();
    assert_eq!((told.by, told.was, told.late), (id(3), Some(nov("5 00:00")), false));
    assert!(extended("5 10:00", "2026-11-06").extended.unwrap().late, "it was late when it was given more time");
    assert_eq!(extended("7 10:00", "2026-11-08").state, stopped("6 10:00", &[2], true), "given after the stop");
    assert_eq!(extended("3 10:00", "2026-11-04").extended, None, "no more than it has");

    let other = Happening {
        of: Some(Of { event: id(1), rule: Some("OTHER".to_owned()) }),
        ..act(3, EventWord::WAIVED, "3 10:00", 1)
    };
    assert_eq!(two_days(&[absent.clone(), other], "9 10:00")[0].state, State::Late, "another clock was waived");
    let twice = [absent, extension(3, "3 10:00", 1, "2026-11-20"), extension(4, "4 10:00", 1, "2026-11-09")];
    assert_eq!(two_days(&twice, "9 10:00")[0].due, Some(nov("10 00:00")), "the last that was given counts");
}

#[test]
fn what_the_hub_learned_late_was_late_already() {
    let late = Happening { known: nov("6 10:00"), ..event(1, "absent", "2 10:00") };
    assert!(two_days(slice::from_ref(&late), "6 09:00").is_empty(), "nobody knew of it");
    let clock = two_days(slice::from_ref(&late), "6 10:00").remove(0);
    assert!(clock.late_when_known && clock.state == State::Late && clock.trigger.known == nov("6 10:00"));
    let seen = event(2, "seen", "3 10:00");
    assert!(!two_days(&[late.clone(), seen], "6 10:00")[0].late_when_known, "it was done in time");
    let soon = Happening { known: nov("4 10:00"), ..late.clone() };
    assert!(!two_days(&[soon], "6 10:00")[0].late_when_known);
    let immediate = reckon(rule("absent", "seen", 0, Unit::Immediate), &[late], "6 10:00").remove(0);
    assert!(immediate.state == State::Late && !immediate.late_when_known, "it says nothing of what is due at once");
}

#[test]
fn a_correction_takes_the_place_and_both_are_told() {
    let absent = event(1, "absent", "2 10:00");
    let moved = correcting(1, "4 10:00", event(2, "absent", "3 10:00"));
    let clocks = two_days(&[absent.clone(), moved.clone()], "4 12:00");
    assert_eq!(clocks.len(), 1);
    assert_eq!((clocks[0].trigger.id, clocks[0].due), (id(2), Some(nov("6 00:00"))));
    assert_eq!(clocks[0].corrected, [Corrected { was: id(1), by: id(2) }]);
    assert_eq!(two_days(&[absent.clone(), moved.clone()], "4 09:00")[0].trigger.id, id(1), "as it was seen then");

    let waiver = act(3, EventWord::WAIVED, "2 12:00", 1);
    let waived = two_days(&[absent.clone(), moved.clone(), waiver], "4 12:00").remove(0).state;
    assert_eq!(waived.word(), "waived", "it named the clock by its first name");

    let never = correcting(1, "4 10:00", event(2, EventWord::CORRECTION, "4 10:00"));
    let lost = two_days(&[absent.clone(), never], "9 10:00");
    assert_eq!(lost.len(), 1, "it does not vanish");
    assert_eq!((&lost[0].state, lost[0].trigger.id), (&State::Corrected { by: id(2) }, id(1)));
    assert!(!lost[0].state.is_open() && lost[0].wanting.is_empty());

    let again = correcting(2, "5 10:00", event(3, EventWord::CORRECTION, "5 10:00"));
    let lost = two_days(&[absent.clone(), moved, again], "9 10:00");
    assert_eq!(
        lost.iter().map(|clock| clock.state.clone()).collect::<Vec<_>>(),
        vec![State::Corrected { by: id(3) }; 2]
    );

    let seen = event(4, "seen", "3 10:00");
    let not_seen = correcting(4, "8 10:00", event(5, "absent", "3 10:00"));
    let clocks = two_days(&[absent, seen, not_seen], "9 10:00");
    assert_eq!(clocks.iter().map(|clock| clock.state.word()).collect::<Vec<_>>(), ["late", "late"]);
    assert_eq!(clocks[0].corrected, [Corrected { was: id(4), by: id(5) }], "what stopped it did not happen");
}

#[test]
fn of_two_corrections_the_last_stands_and_a_ring_corrects_nothing() {
    let absent = event(1, "absent", "2 10:00");
    let first = correcting(1, "3 10:00", event(2, "seen", "2 10:00"));
    let last = correcting(1, "3 11:00", event(3, "absent", "2 08:00"));
    let clocks = two_days(&[absent.clone(), first, last], "3 12:00");
    assert_eq!((clocks.len(), clocks[0].trigger.id, clocks[0].state.word()), (1, id(3), "running"));
    let ring = [Happening { corrects: Some(id(2)), ..absent }, correcting(1, "2 11:00", event(2, "absent", "2 11:00"))];
    assert_eq!(two_days(&ring, "3 12:00").len(), 2);
}

#[test]
fn a_written_follow_up_counts_only_after_the_attempt() {
    let in_person = || rule("absent", "seen | reason & rang > wrote", 2, Unit::WorkingDay);
    let absent = event(1, "absent", "2 10:00");
    let with = |events: &[Happening]| {
        let all: Vec<Happening> = [absent.clone()].into_iter().chain(events.iter().cloned()).collect();
        reckon(in_person(), &all, "4 12:00").remove(0)
    };
    assert_eq!(words(&with(&[])), "seen|reason rang wrote");
    let (reason, rang) = (event(2, "reason", "2 11:00"), event(3, "rang", "2 12:00"));
    assert_eq!(words(&with(slice::from_ref(&rang))), "seen|reason wrote");
    let early = event(4, "wrote", "2 11:30");
    assert_eq!(words(&with(&[reason.clone(), rang.clone(), early.clone()])), "seen|wrote", "before the attempt");
    let late = event(5, "wrote", "3 09:00");
    let done = with(&[reason.clone(), rang.clone(), early, late]);
    assert_eq!(done.state, stopped("3 09:00", &[2, 3, 5], false));
    assert!(done.wanting.is_empty());
    let met = with(&[reason, rang, event(5, "wrote", "3 09:00"), event(6, "seen", "3 08:00")]);
    assert_eq!(met.state, stopped("3 08:00", &[6], false), "whichever was met first");
}

#[test]
fn two_that_are_needed_together_start_it_at_the_later() {
    let both = || rule("referred & accepted", "met", 20, Unit::WorkingDay);
    let (referred, accepted) = (event(1, "referred", "2 10:00"), event(2, "accepted", "5 10:00"));
    assert!(reckon(both(), slice::from_ref(&referred), "9 10:00").is_empty());
    let clock = reckon(both(), &[accepted.clone(), referred.clone()], "9 10:00").remove(0);
    assert_eq!((clock.trigger.id, clock.trigger.parts), (id(2), vec![id(1), id(2)]));
    assert_eq!(clock.due, Some(at("2026-12-04T00:00:00Z")));
    let more = [referred, accepted, event(3, "referred", "6 10:00"), event(4, "accepted", "6 11:00")];
    assert_eq!(reckon(both(), &more, "9 10:00").len(), 2, "each referral with an acceptance of its own");
    let apart = [of_order(1, event(1, "referred", "2 10:00")), of_order(2, event(2, "accepted", "5 10:00"))];
    assert!(reckon(both(), &apart, "9 10:00").is_empty(), "they are of two orders");
}

#[test]
fn a_week_without_contact_is_late_from_its_end_and_made_up_for_by_the_next() {
    let weekly = || rule("begun", "seen/week*4 & planned", 4, Unit::CalendarWeek);
    let begun = event(1, "begun", "2 10:00");
    let seen = |bits, when: &str| event(bits, "seen", when);
    let run = |events: &[Happening], now: &str| {
        let all: Vec<Happening> = [begun.clone()].into_iter().chain(events.iter().cloned()).collect();
        reckon(weekly(), &all, now).remove(0)
    };
    assert_eq!(run(&[], "8 12:00").due, Some(nov("9 00:00")), "the first week ends with Sunday");
    assert_eq!(run(&[], "9 00:00").state, State::Late);
    let first = run(&[seen(2, "2 10:00")], "9 00:00");
    assert_eq!(
        (first.due, first.state.word()),
        (Some(nov("16 00:00")), "running"),
        "seen at once counts for the first"
    );
    assert_eq!(first.wanting[0].iter().filter_map(|part| part.week).collect::<Vec<_>>(), [2, 3, 4]);
    let all = [seen(2, "3 10:00"), seen(3, "10 10:00"), seen(4, "17 10:00"), seen(5, "24 10:00")];
    let plan = event(6, "planned", "25 10:00");
    let done = |events: Vec<Happening>| run(&events, "29 23:59");
    assert_eq!(
        done(all.iter().cloned().chain([plan.clone()]).collect()).state,
        stopped("25 10:00", &[2, 3, 4, 5, 6], false)
    );
    assert_eq!(words(&done(all.to_vec())), "planned");
    assert_eq!(done(all.to_vec()).due, Some(nov("30 00:00")));
    let missed = [seen(2, "3 10:00"), seen(4, "17 10:00"), seen(5, "24 10:00"), plan.clone()];
    assert_eq!(done(missed.to_vec()).state, stopped("25 10:00", &[2, 4, 5, 6], true), "the second week had none");
    let excused = missed.iter().cloned().chain([extension(7, "16 10:00", 1, "2026-12-01")]).collect();
    assert_eq!(done(excused).state, stopped("25 10:00", &[2, 4, 5, 6], false), "a manager gave more time");
}

#[test]
fn sessions_are_counted_and_must_come_before_the_group() {
    let prepared = || Rule {
        before: Some("grouped".parse().unwrap()),
        near: Vec::new(),
        ..rule("required", "prepared*3", 3, Unit::Session)
    };
    let required = event(1, "required", "2 10:00");
    let sessions = [event(2, "prepared", "3 10:00"), event(3, "prepared", "4 10:00")];
    let with = |more: &[Happening]| {
        let all: Vec<Happening> = [required.clone()].iter().chain(&sessions).chain(more).cloned().collect();
        reckon(prepared(), &all, "20 10:00").remove(0)
    };
    let open = with(&[]);
    assert_eq!((open.due, open.state, open.wanting[0][0].times), (None, State::Running, 1));
    let (group, third) = (event(4, "grouped", "9 10:00"), event(5, "prepared", "9 11:00"));
    assert_eq!(with(slice::from_ref(&group)).state, State::Late);
    assert_eq!(with(&[group, third.clone()]).state, stopped("9 11:00", &[2, 3, 5], true));
    assert_eq!(with(&[third]).state, stopped("9 11:00", &[2, 3, 5], false));
}

#[test]
fn what_must_answer_names_the_trigger_and_what_may_come_before_does_so_once() {
    let answered = || rule("asked", "replied@trigger", 5, Unit::WorkingDay);
    let reply = Happening { of: Some(Of { event: id(2), rule: None }), ..event(3, "replied", "3 10:00") };
    let events = [event(1, "asked", "2 10:00"), event(2, "asked", "2 10:00"), reply];
    let clocks = reckon(answered(), &events, "20 10:00");
    let state = |of: u128| clocks.iter().find(|clock| clock.trigger.id == id(of)).unwrap().state.clone();
    assert_eq!((state(1), state(2)), (State::Late, stopped("3 10:00", &[3], false)));

    let ever = || rule("told", "met@ever", 1, Unit::WorkingDay);
    let events = [event(1, "met", "2 10:00"), event(2, "told", "2 16:00"), event(3, "told", "9 16:00")];
    let states: Vec<State> = reckon(ever(), &events, "20 10:00").into_iter().map(|clock| clock.state).collect();
    assert_eq!(states, [stopped("2 10:00", &[1], false), State::Late], "the second needs a new one");
}

#[test]
fn what_comes_at_the_same_instant_starts_one_clock_and_does_not_end_it() {
    let review = || rule("set|reviewed", "set@after|reviewed@after|ended", 5, Unit::WorkingDay);
    let both = [event(1, "set", "2 10:00"), event(2, "reviewed", "2 10:00")];
    let clocks = reckon(review(), &both, "3 10:00");
    assert_eq!((clocks.len(), clocks[0].state.word(), clocks[0].trigger.parts.len()), (1, "running", 2));
    let next: Vec<Happening> = both.iter().cloned().chain([event(3, "reviewed", "3 10:00")]).collect();
    let states: Vec<State> = reckon(review(), &next, "3 10:00").into_iter().map(|clock| clock.state).collect();
    assert_eq!(states, [stopped("3 10:00", &[3], false), State::Running]);
    let twice = [event(1, "set", "2 10:00"), event(2, "set", "2 10:00")];
    assert_eq!(reckon(review(), &twice, "3 10:00").len(), 2, "two of one word are two");
    let ended = [event(1, "set", "2 10:00"), event(2, "ended", "2 10:00")];
    assert_eq!(reckon(review(), &ended, "3 10:00")[0].state, stopped("2 10:00", &[2], false));
}

#[test]
fn what_nobody_set_is_not_guessed() {
    let asked = event(1, "asked", "2 10:00");
    let by_area = || Rule { limit: Limit::ByArea, ..rule("asked", "done", 1, Unit::WorkingDay) };
    let clock = reckon(by_area(), slice::from_ref(&asked), "20 10:00").remove(0);
    assert_eq!((clock.state, clock.due, clock.amber_at), (State::NotSet { by: Unset::Area }, None, None));
    let given = reckon(by_area(), &[asked.clone(), extension(2, "3 10:00", 1, "2026-11-09")], "20 10:00").remove(0);
    assert_eq!((given.state, given.due, given.extended.unwrap().was), (State::Late, Some(nov("10 00:00")), None));
    let done = reckon(by_area(), &[asked.clone(), event(2, "done", "3 10:00")], "20 10:00").remove(0);
    assert_eq!(done.state, stopped("3 10:00", &[2], false));
    for unit in [Unit::Date, Unit::WorkingDayBefore] {
        let none = reckon(rule("asked", "done", 1, unit), slice::from_ref(&asked), "20 10:00").remove(0);
        assert_eq!(none.state, State::NotSet { by: Unset::Event }, "{unit}");
    }
}
