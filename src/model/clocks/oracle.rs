//! The engine against a slower one that tries every choice of events; and what holds for every history.

use super::rule::{Applies, Limit, Rule, Status, Unit};
use super::{EventWord, Happening, State, clocks};
use crate::model::agencies::Role;
use crate::model::calendar::Calendar;
use crate::model::id::EventId;
use crate::model::time::Moment;
use proptest::prelude::*;
use std::sync::Arc;

const WORDS: [&str; 5] = ["absent", "seen", "reason", "rang", "wrote"];

/// Each event with the minute in which it happened, how many minutes later the hub learned of it, and what it corrects.
fn histories() -> impl Strategy<Value = Vec<(usize, i64, i64, Option<usize>)>> {
    proptest::collection::vec(
        (0..WORDS.len(), 0..30_i64, 0..10_i64, proptest::option::weighted(0.2, 0..12_usize)),
        0..12,
    )
}

fn events(history: &[(usize, i64, i64, Option<usize>)]) -> Vec<Happening> {
    let id = |place: usize| EventId::from_bits(place as u128 + 1);
    let event = |(place, (word, happened, later, corrects)): (usize, &(usize, i64, i64, Option<usize>))| {
        let word: EventWord = WORDS[*word].parse().unwrap();
        let happened = Moment::from_micros(happened * 60_000_000);
        // No two are learned at once, so that it does not matter in which order they are given.
        let known = Moment::from_micros(happened.micros() + later * 60_000_000 + place as i64);
        let corrects = corrects.filter(|was| *was < place).map(id);
        Happening { id: id(place), order: None, word, happened, known, date: None, of: None, until: None, corrects }
    };
    history.iter().enumerate().map(event).collect()
}

fn rule() -> Arc<Rule> {
    Arc::new(Rule {
        name: "RULE".to_owned(),
        paragraph: None,
        limit: Limit::Set(1),
        unit: Unit::CalendarDay,
        before: None,
        starts: "absent".parse().unwrap(),
        stops: "seen | reason & rang > wrote".parse().unwrap(),
        applies: Applies(Vec::new()),
        near: Vec::new(),
        escalate: Role::TeamManager,
        source: "a source".to_owned(),
        status: Status::Verified,
    })
}

/// Returns the first moment at which some choice of events meets the stop.
fn tried(events: &[Happening], from: Moment) -> Option<Moment> {
    let of = |word: &'static str| {
        events
            .iter()
            .filter(move |event| event.word.as_str() == word && event.happened >= from)
            .map(|event| event.happened)
    };
    let written = of("wrote")
        .filter(|wrote| of("reason").any(|reason| of("rang").any(|rang| reason <= *wrote && rang <= *wrote)));
    of("seen").chain(written).min()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_stop_is_the_first_that_any_choice_of_events_gives(history in histories()) {
        let history: Vec<_> = history.into_iter().map(|(word, at, later, _)| (word, at, later, None)).collect();
        let (all, calendar, now) = (events(&history), Calendar::new("GMT0", []).unwrap(), Moment::from_micros(i64::MAX / 2));
        for clock in clocks(&[rule()], &all, &|_, _| Vec::new(), calendar.of(None), now) {
            let found = if let State::Stopped { at, .. } = clock.state { Some(at) } else { None };
            prop_assert_eq!(found, tried(&all, clock.trigger.happened));
            prop_assert_eq!(found.is_none(), !clock.wanting.is_empty());
        }
    }

    #[test]
    fn no_trigger_that_was_ever_known_vanishes_and_the_order_given_does_not_matter(history in histories(), until in 0..60_i64) {
        let (all, calendar) = (events(&history), Calendar::new("GMT0", []).unwrap());
        let now = Moment::from_micros(until * 60_000_000);
        let reckon = |events: &[Happening]| clocks(&[rule()], events, &|_, _| Vec::new(), calendar.of(None), now);
        let found = reckon(&all);
        let known = all.iter().filter(|event| event.known <= now && event.happened <= now && event.word.as_str() == "absent");
        for trigger in known {
            let told = found.iter().any(|clock| {
                clock.trigger.id == trigger.id || clock.corrected.iter().any(|corrected| corrected.was == trigger.id)
            });
            prop_assert!(told, "{} vanished", trigger.id);
        }
        let key = |clock: &super::Clock| clock.trigger.id;
        let (mut one, mut other) = (found, reckon(&all.iter().rev().cloned().collect::<Vec<_>>()));
        one.sort_by_key(key);
        other.sort_by_key(key);
        prop_assert_eq!(one, other);
    }
}
