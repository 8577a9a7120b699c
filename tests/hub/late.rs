//! Clocks that are late, told by the hub itself: once, whichever node finds them, however often it starts; and at how much it
//! looks.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{HUB, House, agency, from, id_of, importer, in_each, morag};
use crate::world::Db;
use lippen::auth::Actor;
use lippen::desk::late::Lookout;
use lippen::desk::orders::MakeOrder;
use lippen::model::agencies::Role;
use lippen::model::cases::CaseHead;
use lippen::model::clocks::Clock;
use lippen::model::id::{CaseId, EventId, InvolvementId, OrderId, PersonId, WorkerId};
use lippen::model::people::Identity;
use lippen::model::text::Line;
use lippen::model::time::Second;
use serde_json::{Value, json};

const DAY: i64 = 86_400;

fn leader() -> WorkerId {
    WorkerId::from_bits(3)
}

/// Lets somebody of justice social work take a seat.
async fn appoints(house: &House, id: WorkerId, role: Role) {
    let name = Line::new("A Worker").unwrap();
    house.desk.appoint(&importer(), id, agency("justice"), role, name).await.unwrap();
}

/// Morag's team manager joins the case.
async fn with_leader(house: &House) {
    appoints(house, leader(), Role::TeamManager).await;
    house.desk.involve(&importer(), InvolvementId::random(), house.case(), leader(), None).await.unwrap();
}

/// Somebody records a word of a case; returns its event.
async fn records(house: &House, by: &Actor, case: CaseId, word: &str, more: Value) -> EventId {
    let mut event = json!({ "word": word, "happened": Second::of(house.desk.now()) });
    more.as_object().unwrap().iter().for_each(|(name, value)| event[name] = value.clone());
    id_of(&house.desk.record_event(by, case, from(event), None).await)
}

async fn tells(house: &House, look: &mut Lookout) -> usize {
    house.desk.tell_what_is_late(look, &agency("hub")).await.unwrap()
}

/// Returns how many alerts of a kind somebody has.
async fn has(house: &House, who: WorkerId, kind: &str) -> usize {
    let by = house.admits(who).await;
    let inbox = house.desk.inbox(&by, None, 100).await.unwrap();
    inbox.items.iter().filter(|(head, _)| head.kind == kind).count()
}

#[test]
fn a_late_clock_is_told_once_however_often_the_hub_starts() {
    in_each(async |house| {
        with_leader(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        assert_eq!(tells(&house, &mut look).await, 0, "nothing has happened");
        let change = records(&house, &by, house.case(), "significant-change", json!({})).await;
        assert_eq!(tells(&house, &mut look).await, 1, "a review is due at once");
        assert_eq!((tells(&house, &mut look).await, tells(&house, &mut Lookout::default()).await), (0, 0));
        assert_eq!((has(&house, leader(), "clock-late").await, has(&house, morag(), "clock-late").await), (1, 1));
        house.wind(5 * DAY);
        assert_eq!(tells(&house, &mut look).await, 1, "and the manager was to hear of it within a working day");
        assert_eq!(has(&house, leader(), "clock-late").await, 2);

        // What is put right without another day starts the same clocks, and nobody is told of those again.
        let then = Second::of(house.desk.now().plus_seconds(-5 * DAY));
        let right = json!({ "corrects": change, "happened": then, "text": "He moved on the Monday." });
        let again = records(&house, &by, house.case(), "significant-change", right).await;
        assert_eq!((tells(&house, &mut look).await, tells(&house, &mut Lookout::default()).await), (0, 0));
        // A waiver stands beside it, and what was told stays in sight.
        let lead = house.admits(leader()).await;
        let waive = json!({ "follows": again, "clock": "NOS-SIGNIFICANT-CHANGE-REVIEW", "text": "It was not he who moved, but his brother." });
        records(&house, &lead, house.case(), "clock-waived", waive).await;
        assert_eq!(tells(&house, &mut look).await, 0);
        let (clocks, _) = house.desk.clocks_of(&lead, house.case(), None).await.unwrap();
        let states: Vec<_> = clocks.clocks.iter().map(|one| (one.state.word(), clocks.told(one).is_some())).collect();
        assert_eq!(states.len(), 2);
        assert!(states.contains(&("waived", true)) && states.contains(&("late", true)), "{states:?}");

        // More time that runs out is late once more.
        let until = Second::of(house.desk.now().plus_seconds(3 * DAY)).to_string()[..10].to_owned();
        let more = json!({ "follows": again, "clock": "NOS-SIGNIFICANT-CHANGE-MANAGER", "day": until, "text": "She is ill until the end of the week." });
        records(&house, &lead, house.case(), "clock-extended", more).await;
        assert_eq!(tells(&house, &mut look).await, 0);
        house.wind(5 * DAY);
        assert_eq!((tells(&house, &mut look).await, tells(&house, &mut look).await), (1, 0));
        drop((by, lead));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn two_nodes_tell_of_a_clock_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        with_leader(&first).await;
        let by = first.admits(morag()).await;
        let (mut one, mut other, hub) = (Lookout::default(), Lookout::default(), agency("hub"));
        for round in 1..=8 {
            records(&first, &by, first.case(), "significant-change", json!({})).await;
            first.wind(1);
            // Both at once: one of them is told that the other was faster, and looks again.
            let both = tokio::join!(
                first.desk.tell_what_is_late(&mut one, &hub),
                second.desk.tell_what_is_late(&mut other, &hub)
            );
            let told: usize = [both.0, both.1].into_iter().filter_map(Result::ok).sum();
            let later = tells(&first, &mut one).await + tells(&second, &mut other).await;
            assert_eq!(told + later, 1, "in round {round}");
            assert_eq!(has(&second, leader(), "clock-late").await, round, "in round {round}");
        }
        drop(by);
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}

#[test]
fn where_nobody_of_the_role_can_be_told_the_officers_are() {
    in_each(async |house| {
        let officer = WorkerId::from_bits(4);
        appoints(&house, officer, Role::GovernanceOfficer).await;
        let by = house.admits(morag()).await;
        records(&house, &by, house.case(), "significant-change", json!({})).await;
        // The change itself should have been told to more than there are.
        let before = has(&house, officer, "nobody-told").await;
        let mut look = Lookout::default();
        assert_eq!((tells(&house, &mut look).await, tells(&house, &mut look).await), (1, 0));
        let told = (has(&house, officer, "nobody-told").await, has(&house, morag(), "clock-late").await);
        assert_eq!(told, (before + 1, 1), "the case manager is told whoever else is");
        drop(by);
        house.stop().await;
    });
}

#[test]
fn what_a_table_brought_in_long_after_it_happened_is_late_and_told_to_nobody() {
    in_each(async |house| {
        with_leader(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        let lead = house.admits(leader()).await;
        let reference = format!("SW-{}", house.case());
        let day = |days: i64| Second::of(house.desk.now().plus_seconds(-days * DAY)).to_string()[..10].to_owned();
        let brings = async |made: String| {
            let table = json!({
                "kind": "orders", "commit": true, "columns": ["reference", "order_kind", "order_made"],
                "lines": [{ "line": 2, "cells": [reference, "community-payback", made] }],
            });
            let made = house.desk.import(&lead, from(table), None).await.unwrap();
            assert!(made.made, "{}", made.written.answer);
        };
        // Something happened before, so that the table is not what the case came with.
        records(&house, &lead, house.case(), "manager-discussed", json!({})).await;
        assert_eq!(tells(&house, &mut look).await, 0);
        brings(day(400)).await;
        assert_eq!((tells(&house, &mut look).await, tells(&house, &mut Lookout::default()).await), (0, 0));
        let (clocks, _) = house.desk.clocks_of(&by, house.case(), None).await.unwrap();
        let late = clocks.clocks.iter().filter(|one| one.state.word() == "late").count();
        assert!(late >= 2, "it is shown: {late}");
        assert_eq!(has(&house, leader(), "clock-late").await, 0);
        // What is new is told, however it came.
        brings(day(20)).await;
        assert!(tells(&house, &mut look).await >= 1);
        assert_eq!(has(&house, leader(), "clock-late").await, 1);
        drop((by, lead));
        house.is_sound().await;
        house.stop().await;
    });
}

/// Opens another case of Morag's.
async fn another_case(house: &House, number: usize) -> CaseId {
    let (case, by) = (CaseId::random(), importer());
    let head = CaseHead {
        id: case,
        person: PersonId::random(),
        reference: format!("SW-{number:04}"),
        label: "A case".to_owned(),
        mappa: None,
        owner: agency("justice"),
    };
    let man = Identity {
        family_name: Line::new(&format!("Doe{number}")).unwrap(),
        given_names: Line::new("John").unwrap(),
        date_of_birth: "1980-01-02".parse().unwrap(),
        references: Vec::new(),
        address: None,
        phone: None,
        aliases: Vec::new(),
    };
    house.desk.open_case(&by, head, &man).await.unwrap();
    house.desk.involve(&by, InvolvementId::random(), case, morag(), None).await.unwrap();
    case
}

#[test]
fn a_look_is_at_those_cases_alone_in_which_something_happened_or_is_due() {
    const CASES: usize = 30;
    in_each(async |house| {
        assert_eq!(HUB, "house");
        with_leader(&house).await;
        let (by, mut look, mut cases) = (house.admits(morag()).await, Lookout::default(), vec![house.case()]);
        for number in 1..CASES {
            cases.push(another_case(&house, number).await);
        }
        for case in &cases {
            records(&house, &by, *case, "report-requested", json!({ "day": "2026-12-07" })).await;
        }
        assert_eq!((tells(&house, &mut look).await, look.looks()), (0, CASES as u64), "each once, when it begins");
        for _ in 0..10 {
            assert_eq!((tells(&house, &mut look).await, look.looks()), (0, CASES as u64), "and then none");
        }
        records(&house, &by, cases[7], "report-requested", json!({ "day": "2026-12-20" })).await;
        assert_eq!((tells(&house, &mut look).await, look.looks()), (0, CASES as u64 + 1), "where something happened");
        let end: Second = "2026-12-08T00:00:00Z".parse().unwrap();
        house.wind(end.moment().seconds() - house.desk.now().seconds() - 1);
        assert_eq!((tells(&house, &mut look).await, look.looks()), (0, CASES as u64 + 1), "a second before");
        house.wind(2);
        assert_eq!(tells(&house, &mut look).await, CASES, "all that were due that day");
        assert_eq!(look.looks(), 2 * CASES as u64 + 1 + u64::from(!look.has_walked()));
        assert_eq!(tells(&house, &mut look).await, 0);
        drop(by);
        house.is_sound().await;
        house.stop().await;
    });
}

/// Returns an order that was made and notified four weeks ago.
fn an_old_order(house: &House) -> MakeOrder {
    let day = Second::of(house.desk.now().plus_seconds(-28 * DAY)).to_string()[..10].to_owned();
    from(json!({ "kind": "community-payback", "made": day, "notified": day }))
}

#[test]
fn what_was_late_when_a_case_was_brought_in_is_told_once_it_was_given_more_time() {
    in_each(async |house| {
        with_leader(&house).await;
        let (case, mut look) = (house.case(), Lookout::default());
        let by = (OrderId::random(), morag(), agency("justice"));
        house.desk.take_order(&importer(), case, by, an_old_order(&house)).await.unwrap();
        assert_eq!(tells(&house, &mut look).await, 0, "a caseload that comes in buries nothing");
        let lead = house.admits(leader()).await;
        let (clocks, _) = house.desk.clocks_of(&lead, case, None).await.unwrap();
        let late: Vec<_> = clocks.clocks.iter().filter(|one| one.state.word() == "late").collect();
        let name = |one: &&&Clock| one.rule.name == "NOS-INDUCTION";
        let one = late.iter().find(name).expect("no induction for four weeks");
        let until = Second::of(house.desk.now().plus_seconds(2 * DAY)).to_string()[..10].to_owned();
        let more = json!({ "follows": one.trigger.id, "clock": one.rule.name, "day": until, "text": "He was in hospital for three weeks." });
        records(&house, &lead, case, "clock-extended", more).await;
        assert_eq!((tells(&house, &mut look).await, has(&house, morag(), "clock-late").await), (0, 0));
        house.wind(4 * DAY);
        assert!(tells(&house, &mut look).await >= 1, "the time that was given is up");
        assert_eq!((has(&house, leader(), "clock-late").await, has(&house, morag(), "clock-late").await), (1, 1));
        drop(lead);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn an_order_that_a_worker_records_late_is_told_though_it_is_the_first_of_its_case() {
    in_each(async |house| {
        with_leader(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        let case = another_case(&house, 2).await;
        house.desk.involve(&importer(), InvolvementId::random(), case, leader(), None).await.unwrap();
        assert_eq!(tells(&house, &mut look).await, 0);
        house.desk.make_order(&by, case, an_old_order(&house), None).await.unwrap();
        assert!(tells(&house, &mut look).await >= 1, "nobody has seen him for four weeks");
        assert_eq!(has(&house, leader(), "clock-late").await, 1);
        drop(by);
        house.is_sound().await;
        house.stop().await;
    });
}
