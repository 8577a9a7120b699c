//! A hub and its agencies as chance has it: alerts that are raised twice, looks that do not happen, nodes that start anew, a clock that
//! leaps and goes back, people who answer, go away, or say nothing.
//!
//! `LIPPEN_SIMULATIONS` says how many worlds (50 if it does not), `LIPPEN_SIMULATION` the number of the first: a failure names its own.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use super::*;
use lippen::desk::Once;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// After so long nothing may be stuck: the longest ladder is over.
const AFTERWARDS: i64 = 10 * 24 * 60 * MINUTE;

/// Worlds that one house is for: its clock goes on through all of them, and no calendar reaches for ever.
const WORLDS: usize = 40;

/// What happens next.
#[derive(Debug, Clone)]
enum Turn {
    /// An alert, by his side or hers, so urgent; told again as often as its sender hears nothing.
    Raise { hers: bool, severity: usize, times: usize },
    /// Time goes on.
    Wind(i64),
    /// The clock is put back by seconds.
    Back(i64),
    /// One of those who hold an alert says that they have it, or what was done.
    Answer { alert: usize, holder: usize, acts: bool },
    /// One of them goes away for some hours.
    Leave { alert: usize, holder: usize, hours: i64 },
    /// A node looks.
    Look(usize),
    /// Both look at once.
    Both,
    /// A node begins anew and knows nothing.
    Start(usize),
}

/// A few faults, or as many as there is room for.
fn turns() -> impl Strategy<Value = Vec<Turn>> {
    let one = || {
        prop_oneof![
            3 => (any::<bool>(), 0_usize..3, 1_usize..4)
                .prop_map(|(hers, severity, times)| Turn::Raise { hers, severity, times }),
            4 => (1_i64..45).prop_map(|minutes| Turn::Wind(minutes * MINUTE)),
            1 => (1_i64..100).prop_map(|hours| Turn::Wind(hours * 60 * MINUTE)),
            1 => (1_i64..120).prop_map(Turn::Back),
            3 => (0_usize..4, 0_usize..8, any::<bool>())
                .prop_map(|(alert, holder, acts)| Turn::Answer { alert, holder, acts }),
            1 => (0_usize..4, 0_usize..8, 1_i64..6)
                .prop_map(|(alert, holder, hours)| Turn::Leave { alert, holder, hours }),
            4 => (0_usize..2).prop_map(Turn::Look),
            1 => Just(Turn::Both),
            1 => (0_usize..2).prop_map(Turn::Start),
        ]
    };
    prop_oneof![proptest::collection::vec(one(), 2..6), proptest::collection::vec(one(), 8..24)]
}

/// What one world has come to.
struct World<'a> {
    house: &'a House,
    nodes: [Lookout; 2],
    alerts: Vec<AlertId>,
    number: u64,
}

impl World<'_> {
    async fn turn(&mut self, turn: &Turn) {
        let house = self.house;
        match *turn {
            Turn::Raise { hers, severity, times } => self.raise(hers, severity, times).await,
            Turn::Wind(seconds) => house.wind(seconds),
            Turn::Back(seconds) => house.wind(-seconds),
            Turn::Answer { alert, holder, acts } => {
                let Some((alert, who)) = self.holder(alert, holder).await else { return };
                let actor = admits(house, who).await;
                if acts {
                    let done = json!({ "text": "It is done.", "confirmed_safe": true });
                    house.desk.act(&actor, alert, from(done), None).await.unwrap();
                } else {
                    house.desk.acknowledge(&actor, alert).await.unwrap();
                }
            }
            Turn::Leave { alert, holder, hours } => {
                let Some((_, who)) = self.holder(alert, holder).await else { return };
                let until = house.store().now().plus_seconds(hours * 60 * MINUTE);
                sets(house, who, json!({ "what": "leave", "until": Second::of(until).to_string() })).await;
            }
            Turn::Look(node) => {
                climbs(house, &mut self.nodes[node]).await;
            }
            Turn::Both => {
                let ([one, other], hub) = (&mut self.nodes, agency("hub"));
                // Of two at once one may have been too late: its next look finds what is left.
                let _ = tokio::join!(house.desk.climb(one, &hub), house.desk.climb(other, &hub));
            }
            Turn::Start(node) => self.nodes[node] = Lookout::default(),
        }
    }

    /// Raises an alert as a client does that hears nothing and tries again with the same key.
    async fn raise(&mut self, hers: bool, severity: usize, times: usize) {
        let (by, kind) = if hers { (isla(), "threat") } else { (morag(), "missed-session") };
        let severity = ["critical", "high", "normal"][severity];
        let new = || {
            from(json!({ "kind": kind, "severity": severity, "about": self.house.woman(), "text": "He was there." }))
        };
        let (key, actor) = (format!("{}-{}", self.number, self.alerts.len()), admits(self.house, by).await);
        let mut ids = BTreeSet::new();
        for _ in 0..times {
            let once = Some(Once { key: key.clone(), body: kind.to_owned(), frame: None });
            let written = self.house.desk.raise_alert(&actor, self.house.case(), new(), once).await.unwrap();
            let answer: Value = serde_json::from_str(&written.answer).unwrap();
            ids.insert(from::<AlertId>(answer["id"].clone()));
        }
        assert_eq!(ids.len(), 1, "world {}: what was sent {times} times is one alert", self.number);
        self.alerts.extend(ids);
    }

    async fn holder(&self, alert: usize, holder: usize) -> Option<(AlertId, WorkerId)> {
        let alert = *self.alerts.get(alert % self.alerts.len().max(1))?;
        let copies = held(self.house, alert).await;
        copies.get(holder % copies.len()).map(|copy| (alert, copy.worker))
    }

    /// Says what is wrong with an alert once the faults are over.
    async fn wrong(&self, alert: AlertId) -> Option<String> {
        let (copies, rungs) = (held(self.house, alert).await, self.house.store().rungs(alert).await.unwrap());
        let mut seen: Vec<(WorkerId, String)> =
            copies.iter().map(|copy| (copy.worker, copy.delivery.to_string())).collect();
        seen.sort();
        seen.dedup();
        let people: BTreeSet<WorkerId> = seen.iter().map(|(worker, _)| *worker).collect();
        if people.len() != seen.len() {
            return Some(format!("somebody has it twice: {seen:?}"));
        }
        if copies.iter().any(|copy| copy.stands_in.is_some() && [isla(), seat(OTHER)].contains(&copy.worker)) {
            return Some("it went through the wall between two women's workers".to_owned());
        }
        let owners = copies.iter().filter(|copy| copy.stands_in.is_none() && !copy.joined);
        for key in owners.map(key_of).collect::<BTreeSet<_>>() {
            let theirs: Vec<_> = rungs.iter().filter(|rung| rung.obligation == key && rung.rung > 0).collect();
            let order: Vec<i64> = theirs.iter().map(|rung| rung.rung).collect();
            if order != (1..).take(order.len()).collect::<Vec<_>>() {
                return Some(format!("the rungs of {key} are {order:?}"));
            }
            let of =
                |copy: &&Held| key_of(copy) == key || copy.stands_in.as_ref().is_some_and(|(whose, _)| *whose == key);
            let answered = copies.iter().filter(of).any(|copy| copy.came.acknowledged.is_some());
            let rang = theirs.iter().any(|rung| rung.whom == "telephone" && rung.found > 0);
            if !answered && !rang {
                return Some(format!("{key} neither answered nor was anybody told to telephone: {rungs:?}"));
            }
        }
        None
    }

    /// Somebody answers for each, so that the next world begins with nothing owed.
    async fn close(&self) {
        for alert in &self.alerts {
            for worker in holders(self.house, *alert).await {
                acknowledges(self.house, worker, *alert).await;
            }
        }
    }
}

/// Returns to which obligation a copy belongs: itself in a women's service, its agency elsewhere.
fn key_of(copy: &Held) -> String {
    if copy.kind == AgencyKind::WomensService { copy.delivery.to_string() } else { copy.agency.to_string() }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Lets one world happen, and says what is wrong afterwards; returns how much happened.
async fn happens(house: &House, number: u64) -> (usize, usize) {
    let mut seed = [0; 32];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let turns = turns().new_tree(&mut TestRunner::new_with_rng(Config::default(), rng)).unwrap().current();
    let mut world = World { house, nodes: Default::default(), alerts: Vec::new(), number };
    for turn in &turns {
        world.turn(turn).await;
    }
    house.wind(AFTERWARDS);
    climbs(house, &mut world.nodes[0]).await;
    assert_eq!(climbs(house, &mut world.nodes[1]).await, 0, "world {number}: what was told is told again");
    for alert in &world.alerts {
        let wrong = world.wrong(*alert).await;
        assert_eq!(wrong, None, "world {number}, after {turns:?}");
    }
    world.close().await;
    (turns.len(), world.alerts.len())
}

#[test]
fn no_alert_is_lost_stuck_or_shown_twice_whatever_chance_does() {
    let (first, count) = (number("LIPPEN_SIMULATION", 1), number("LIPPEN_SIMULATIONS", 50));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let worlds: Vec<u64> = (first..first + count).collect();
    let (mut turns, mut alerts) = (0, 0);
    for worlds in worlds.chunks(WORLDS) {
        runtime.block_on(async {
            let house = House::new(Db::Lite).await.unwrap();
            with_everybody(&house).await;
            for number in worlds {
                let (turned, raised) = happens(&house, *number).await;
                (turns, alerts) = (turns + turned, alerts + raised);
            }
            house.is_sound().await;
            house.stop().await;
        });
    }
    eprintln!("{count} worlds from number {first}: {turns} turns, {alerts} alerts");
}
