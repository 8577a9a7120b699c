//! The heart by the hand of a wound clock: it beats once over all nodes, its absence is noticed on both sides, and a closed office is no
//! alarm. And the figures of a month, from rows.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, agency, from, importer, in_each, isla, morag};
use crate::world::Db;
use lippen::desk::drills::RunDrill;
use lippen::desk::figures::{Figures, Shown};
use lippen::desk::heartbeats::{Hearing, Heart};
use lippen::desk::ladder::Lookout;
use lippen::desk::{Error, rota::SetRota};
use lippen::model::agencies::Role;
use lippen::model::id::{AlertId, WorkerId};
use lippen::model::text::Line;
use serde_json::{Value, json};

const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

fn manager() -> WorkerId {
    WorkerId::from_bits(31)
}

fn governs() -> WorkerId {
    WorkerId::from_bits(32)
}

fn of_justice() -> WorkerId {
    WorkerId::from_bits(33)
}

async fn with_managers(house: &House) {
    for (who, of, role) in [
        (manager(), "womens", Role::WomensManager),
        (governs(), "hub", Role::GovernanceOfficer),
        (of_justice(), "justice", Role::TeamManager),
    ] {
        house.desk.appoint(&importer(), who, agency(of), role, Line::new("A Worker").unwrap()).await.unwrap();
    }
}

async fn beats(house: &House, heart: &mut Heart) -> bool {
    house.desk.beat(heart, &agency("hub")).await.unwrap()
}

async fn takes(house: &House, who: WorkerId) -> Hearing {
    let last = house.store().last_heartbeat().await.unwrap().unwrap();
    house.desk.take_heartbeat(&house.admits(who).await, last.number).await.unwrap().state
}

async fn stands(house: &House, who: WorkerId) -> Hearing {
    house.desk.hearers(&house.admits(who).await).await.unwrap().agencies.first().unwrap().state
}

async fn on_duty(house: &House, who: WorkerId) {
    let by = house.admits_of(manager(), "womens").await;
    let turn: SetRota = from(json!({ "worker": who, "what": "duty" }));
    house.desk.set_rota(&by, turn, None).await.unwrap();
}

async fn raises(house: &House, by: WorkerId, severity: &str) -> Value {
    let new =
        json!({ "kind": "missed-session", "severity": severity, "about": house.woman(), "text": "He was not there." });
    let written = house.desk.raise_alert(&house.admits(by).await, house.case(), from(new), None).await.unwrap();
    serde_json::from_str(&written.answer).unwrap()
}

#[test]
fn the_heart_beats_every_two_minutes_and_its_absence_is_noticed() {
    in_each(async |house| {
        with_managers(&house).await;
        let mut heart = Heart::default();
        assert!(house.desk.late_for(&agency("womens")).await.unwrap().is_none(), "nothing is known before the first");
        assert!(beats(&house, &mut heart).await && !beats(&house, &mut heart).await);
        house.wind(2 * MINUTE - 1);
        assert!(!beats(&house, &mut heart).await, "not before its time");
        house.wind(1);
        assert!(beats(&house, &mut heart).await);
        assert!(!beats(&house, &mut Heart::default()).await, "a hub that starts does not beat twice");
        assert_eq!(house.store().last_heartbeat().await.unwrap().unwrap().number, 2);
        house.wind(10 * MINUTE - 1);
        assert!(house.desk.late_for(&agency("womens")).await.unwrap().is_none());
        house.wind(1);
        let late = house.desk.late_for(&agency("womens")).await.unwrap().unwrap();
        assert!(late.since == house.desk.now() && !late.ring.is_empty());
        assert!(beats(&house, &mut heart).await);
        assert!(house.desk.late_for(&agency("womens")).await.unwrap().is_none(), "it beats again");
        assert_eq!(house.desk.heart_health().await.unwrap(), (Some(0), 0));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_closed_office_is_quiet_and_one_with_somebody_on_duty_is_delayed() {
    in_each(async |house| {
        with_managers(&house).await;
        let mut heart = Heart::default();
        beats(&house, &mut heart).await;
        assert_eq!(stands(&house, isla()).await, Hearing::Never);
        assert_eq!(takes(&house, isla()).await, Hearing::OnTime);
        house.wind(10 * MINUTE);
        beats(&house, &mut heart).await;
        assert_eq!((stands(&house, isla()).await, stands(&house, morag()).await), (Hearing::Quiet, Hearing::Never));
        assert_eq!(raises(&house, morag(), "high").await["delayed"], json!([]), "an office that is closed is no alarm");
        on_duty(&house, isla()).await;
        assert_eq!(stands(&house, isla()).await, Hearing::Delayed);
        let told = raises(&house, morag(), "critical").await;
        let one = &told["delayed"][0];
        assert_eq!(
            (&one["agency"], &one["telephone"]["number"]),
            (&json!("womens"), &json!("08081 570 016")),
            "{told}"
        );
        assert!(told["say"].as_str().unwrap().contains("may be delayed"), "{told}");
        assert!(house.desk.late_for(&agency("womens")).await.unwrap().is_some(), "her own side is told too");
        assert!(house.desk.late_for(&agency("justice")).await.unwrap().is_none());
        assert_eq!(house.desk.heart_health().await.unwrap().1, 1);
        house.wind(2 * MINUTE);
        beats(&house, &mut heart).await;
        assert_eq!(takes(&house, isla()).await, Hearing::OnTime);
        house.wind(2 * MINUTE);
        beats(&house, &mut heart).await;
        let hears = house.store().hearing_of(&agency("womens")).await.unwrap().unwrap();
        assert_eq!(hears.people.unwrap().beat.number, 3, "written down with the next one");
        assert_eq!(hears.turned, Some((3, Hearing::OnTime)), "quiet, delayed, on time");
        let of_the_hub = house.desk.hearers(&house.admits_of(governs(), "hub").await).await.unwrap();
        assert!(of_the_hub.recorded.is_some());
        let states: Vec<_> = of_the_hub.agencies.iter().map(|one| (one.agency.to_string(), one.state)).collect();
        let states: Vec<_> = states.iter().map(|(of, state)| (of.as_str(), *state)).collect();
        assert_eq!(states, [("hub", Hearing::Never), ("justice", Hearing::Never), ("womens", Hearing::OnTime)]);
        let own = house.desk.hearers(&house.admits(morag()).await).await.unwrap();
        assert!(own.recorded.is_none() && own.agencies.len() == 1);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn two_nodes_beat_once_and_each_writes_down_what_it_heard() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        let (mut one, mut other, hub) = (Heart::default(), Heart::default(), agency("hub"));
        for round in 1..=5 {
            let both = tokio::join!(first.desk.beat(&mut one, &hub), second.desk.beat(&mut other, &hub));
            let beats = [both.0, both.1].into_iter().filter(|beat| matches!(beat, Ok(true))).count();
            assert!(beats >= 1, "in round {round}");
            assert_eq!(first.store().last_heartbeat().await.unwrap().unwrap().number, round, "once");
            takes(&first, morag()).await;
            takes(&second, isla()).await;
            first.wind(2 * MINUTE);
        }
        for _ in 0..3 {
            let _ = tokio::join!(first.desk.beat(&mut one, &hub), second.desk.beat(&mut other, &hub));
        }
        for of in ["justice", "womens"] {
            let hears = second.store().hearing_of(&agency(of)).await.unwrap().unwrap();
            assert_eq!(hears.people.unwrap().beat.number, 5, "{of}");
        }
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}

async fn figures(house: &House, who: WorkerId, of: &str, agency: Option<&str>) -> Result<Figures, Error> {
    let by = house.admits_of(who, of).await;
    house.desk.figures(&by, "2026-11".parse().unwrap(), agency.map(crate::house::agency)).await
}

fn of_high(shown: &Figures, of: &str) -> Shown {
    shown.agencies.iter().find(|(agency, _)| agency == &crate::house::agency(of)).unwrap().1[1].clone()
}

#[test]
fn the_figures_of_a_month_count_what_was_owed_and_no_drill_and_show_no_small_number() {
    in_each(async |house| {
        with_managers(&house).await;
        on_duty(&house, isla()).await;
        let mut look = Lookout::default();
        // The clock of a house begins on 18 November 2026.
        for number in 0..7 {
            let id: AlertId = from(raises(&house, morag(), "high").await["id"].clone());
            house.desk.climb(&mut look, &agency("hub")).await.unwrap();
            house.wind(if number == 6 { 16 * MINUTE } else { 5 * MINUTE });
            house.desk.climb(&mut look, &agency("hub")).await.unwrap();
            house.desk.acknowledge(&house.admits(isla()).await, id).await.unwrap();
        }
        raises(&house, morag(), "critical").await;
        let drill: RunDrill = from(json!({ "roles": ["womens.worker"], "severity": "high" }));
        house.desk.run_drill(&house.admits_of(manager(), "womens").await, drill, None).await.unwrap();

        let today = figures(&house, manager(), "womens", None).await.unwrap();
        assert!(today.so_far && of_high(&today, "womens").owed.is_none(), "nothing of today is told today");
        house.wind(DAY);
        let so_far = figures(&house, manager(), "womens", None).await.unwrap();
        assert!(so_far.so_far);
        house.wind(30 * DAY);
        let over = figures(&house, manager(), "womens", None).await.unwrap();
        assert!(!over.so_far);
        let high = of_high(&over, "womens");
        assert_eq!(high.owed, Some(5), "seven, rounded, and no drill among them");
        assert_eq!(high.counts, vec![None; high.counts.len()], "one was overdue: too few to be told");
        let acknowledged = high.times[3].unwrap();
        assert_eq!((acknowledged.median, acknowledged.longest), (5, 16));
        assert_eq!(high.times[4], None, "nobody said what was done");
        let all = over.agencies[0].1.last().unwrap();
        assert_eq!(
            (over.agencies[0].1[0].owed, all.owed),
            (None, None),
            "the total would tell of the one that is hidden"
        );
        let again = figures(&house, manager(), "womens", Some("womens")).await.unwrap();
        assert_eq!(again.agencies, over.agencies, "the same question has the same answer");

        let hub = figures(&house, governs(), "hub", None).await.unwrap();
        assert_eq!(of_high(&hub, "womens"), high);
        assert!(hub.agencies.len() == 3 && of_high(&hub, "justice").owed.is_none());
        for (who, of, whose) in [(of_justice(), "justice", "womens"), (manager(), "womens", "justice")] {
            let refused = figures(&house, who, of, Some(whose)).await.unwrap_err();
            assert!(matches!(refused, Error::NotFound), "{refused:?}");
        }
        let later = house.admits_of(manager(), "womens").await;
        let refused = house.desk.figures(&later, "2027-11".parse().unwrap(), None).await.unwrap_err();
        assert!(matches!(refused, Error::Invalid { .. }), "{refused:?}");
        house.is_sound().await;
        house.stop().await;
    });
}
