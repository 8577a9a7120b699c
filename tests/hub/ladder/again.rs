//! Each rung once: whoever starts, whichever node is faster, whatever happens meanwhile.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use super::*;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

#[test]
fn a_hub_that_starts_in_the_middle_tells_what_is_due_once() {
    in_each(async |house| {
        with_everybody(&house).await;
        let alert = raises(&house, morag(), "missed-session", "high", Some(house.woman())).await;
        house.wind(15 * MINUTE);
        assert_eq!(climbs(&house, &mut Lookout::default()).await, 1);
        house.wind(15 * MINUTE);
        let mut look = Lookout::default();
        assert_eq!((climbs(&house, &mut look).await, climbs(&house, &mut look).await), (1, 0));
        assert!(look.has_walked());
        assert_eq!(climbs(&house, &mut Lookout::default()).await, 0);
        assert_eq!(rungs(&house, alert).await.len(), 2);
        let looks = look.looks();
        house.wind(MINUTE);
        climbs(&house, &mut look).await;
        assert!(look.looks() <= looks + 1, "what is not due is not looked at");
        house.stop().await;
    });
}

#[test]
fn two_nodes_reach_each_rung_once_also_when_somebody_acknowledges_at_that_moment() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        with_everybody(&first).await;
        let second = first.another().await;
        let (mut one, mut other, hub) = (Lookout::default(), Lookout::default(), agency("hub"));
        for round in 0..6 {
            let alert = raises(&first, morag(), "missed-session", "high", Some(first.woman())).await;
            first.wind(15 * MINUTE);
            let by = first.admits(isla()).await;
            let answer = async {
                if round % 2 == 1 {
                    first.desk.acknowledge(&by, alert).await.unwrap();
                }
            };
            let both = tokio::join!(first.desk.climb(&mut one, &hub), second.desk.climb(&mut other, &hub), answer);
            let told: usize = [both.0, both.1].into_iter().filter_map(Result::ok).sum();
            let later = climbs(&first, &mut one).await + climbs(&second, &mut other).await;
            let reached = rungs(&first, alert).await.len();
            assert_eq!(told + later, reached, "in round {round}");
            assert!(if round % 2 == 1 { reached <= 1 } else { reached == 1 }, "in round {round}");
            acknowledges(&second, isla(), alert).await;
            first.wind(200 * MINUTE);
            assert_eq!(climbs(&first, &mut one).await + climbs(&second, &mut other).await, 0, "it was acknowledged");
            assert_eq!(rungs(&second, alert).await.len(), reached);
        }
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}

#[test]
fn when_a_node_ends_in_the_middle_of_a_ladder_the_other_climbs_on() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        with_everybody(&first).await;
        let alert = raises(&first, morag(), "missed-session", "high", Some(first.woman())).await;
        first.wind(15 * MINUTE);
        assert_eq!(climbs(&first, &mut Lookout::default()).await, 1);
        let second = first.another().await;
        first.stop().await;
        second.wind(200 * MINUTE);
        let mut look = Lookout::default();
        assert_eq!((climbs(&second, &mut look).await, climbs(&second, &mut look).await), (2, 0));
        let rungs: Vec<i64> = rungs(&second, alert).await.iter().map(|one| one.0).collect();
        assert_eq!(rungs, [1, 2, 3]);
        second.is_sound().await;
        second.stop().await;
    });
}

/// What happens next in a random world.
#[derive(Debug, Clone)]
enum Turn {
    Wind(i64),
    Acknowledge(usize),
    Leave(usize),
    Look,
    Start,
}

fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let one = prop_oneof![
        (1_i64..40).prop_map(Turn::Wind),
        (0_usize..8).prop_map(Turn::Acknowledge),
        (0_usize..8).prop_map(Turn::Leave),
        Just(Turn::Look),
        Just(Turn::Start),
    ];
    proptest::collection::vec(one, 1..10)
}

#[test]
fn whatever_happens_an_alert_ends_acknowledged_or_with_somebody_told_to_telephone() {
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(6) });
    runner
        .run(&(turns(), 0_usize..3), |(turns, severity)| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let house = House::new(Db::Lite).await.unwrap();
                with_everybody(&house).await;
                ends_well(&house, turns, ["critical", "high", "normal"].get(severity).unwrap()).await;
                house.stop().await;
            });
            Ok(())
        })
        .unwrap();
}

async fn ends_well(house: &House, turns: Vec<Turn>, severity: &str) {
    let mut look = Lookout::default();
    let alert = raises(house, morag(), "missed-session", severity, None).await;
    for turn in turns {
        let copies = held(house, alert).await;
        let nth = |n: usize| copies.get(n % copies.len()).map(|copy| copy.worker).unwrap();
        match turn {
            Turn::Wind(minutes) => house.wind(minutes * MINUTE),
            Turn::Acknowledge(n) => acknowledges(house, nth(n), alert).await,
            Turn::Leave(n) => {
                sets(house, nth(n), json!({ "what": "leave" })).await;
            }
            Turn::Look => {
                climbs(house, &mut look).await;
            }
            Turn::Start => look = Lookout::default(),
        }
        let walled = held(house, alert).await;
        let both = walled.iter().filter(|copy| copy.worker == isla() || copy.worker == seat(OTHER));
        assert!(both.into_iter().all(|copy| copy.stands_in.is_none()), "neither stands in for the other");
    }
    house.wind(10 * 24 * 60 * MINUTE);
    climbs(house, &mut look).await;
    let (copies, rungs) = (held(house, alert).await, house.store().rungs(alert).await.unwrap());
    for first in copies.iter().filter(|copy| !copy.joined) {
        let key = first.delivery.to_string();
        let answers = |copy: &&Held| {
            let stands = copy.stands_in.as_ref().is_some_and(|(of, _)| *of == key);
            copy.came.acknowledged.is_some() && (copy.delivery == first.delivery || stands)
        };
        let rang = rungs.iter().any(|rung| rung.obligation == key && rung.whom == "telephone" && rung.found > 0);
        assert!(copies.iter().any(|copy| answers(&copy)) || rang, "{key}: {rungs:?}");
    }
    assert_eq!(climbs(house, &mut Lookout::default()).await, 0, "and there it stays");
}
