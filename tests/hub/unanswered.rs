//! What was asked about a proposed address and nobody answered, told by the hub itself: once, whichever node finds it first and
//! however often one starts; to whom, and of what nobody is told.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, agency, from, importer, in_each, isla, morag};
use crate::world::Db;
use lippen::auth::Actor;
use lippen::desk::late::Lookout;
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::id::{AddressId, CheckId, InvolvementId, ProtectedId, WorkerId};
use lippen::model::protected::{ProtectedHead, Relation};
use lippen::model::text::Line;
use lippen::model::time::Second;
use serde_json::{Value, json};

const KIND: &str = "answer-wanting";

/// A seat that a test fills beside Morag's and Isla's.
fn seat(number: u128) -> WorkerId {
    WorkerId::from_bits(number)
}

const OFFICER: u128 = 11;
const CHILDRENS: u128 = 12;
const HER_MANAGER: u128 = 13;
const GOVERNS: u128 = 14;
const LEADS: u128 = 15;
const OTHER: u128 = 16;
const OTHERS_MANAGER: u128 = 17;

/// Admits somebody at this node.
async fn admits(house: &House, who: WorkerId) -> Actor {
    let of = |number: u128| who == seat(number);
    let hers = who == isla() || [HER_MANAGER, OTHER, OTHERS_MANAGER].into_iter().any(of);
    let agency = match hers {
        true => "womens",
        false if of(OFFICER) => "police",
        false if of(CHILDRENS) => "childrens",
        false => "justice",
    };
    house.admits_of(who, agency).await
}

async fn appoints(house: &House, id: u128, of: &str, role: Role) -> WorkerId {
    let name = Line::new("A Worker").unwrap();
    house.desk.appoint(&importer(), seat(id), agency(of), role, name).await.unwrap();
    seat(id)
}

async fn joins(house: &House, worker: WorkerId, about: Option<ProtectedId>) -> InvolvementId {
    let id = InvolvementId::random();
    house.desk.involve(&importer(), id, house.case(), worker, about).await.unwrap();
    id
}

/// Every service is there: the police and the children's service on the case, and a manager of hers.
async fn with_everybody(house: &House) {
    for (id, kind) in [("police", AgencyKind::Police), ("childrens", AgencyKind::ChildrensService)] {
        let recipient = house.gate.vault.recipient();
        let new = Agency { id: agency(id), name: id.to_owned(), kind, regime: Regime::LawEnforcement, recipient };
        house.desk.join_agency(&importer(), new).await.unwrap();
    }
    let officer = appoints(house, OFFICER, "police", Role::PoliceOffenderManagement).await;
    let childrens = appoints(house, CHILDRENS, "childrens", Role::ChildrensWorker).await;
    joins(house, officer, None).await;
    joins(house, childrens, None).await;
    appoints(house, HER_MANAGER, "womens", Role::WomensManager).await;
    appoints(house, GOVERNS, "justice", Role::GovernanceOfficer).await;
}

/// Morag proposes an address; returns it, and in how many seconds every answer is due.
async fn proposes(house: &House, by: &Actor) -> (AddressId, i64) {
    let new = json!({ "kind": "move", "address": "3 Nowhere Street, Kilgowkie", "from": "2190-11-27" });
    let written = house.desk.propose_address(by, house.case(), from(new), None).await.unwrap();
    let answer: Value = serde_json::from_str(&written.answer).unwrap();
    let due: Second = from(answer["due"].clone());
    (from(answer["id"].clone()), due.moment().seconds() - house.desk.now().seconds())
}

async fn concludes(house: &House, by: &Actor, address: AddressId, outcome: Value) {
    house.desk.conclude_address(by, address, from(outcome), None).await.unwrap();
}

/// Returns what somebody is asked and has not answered.
async fn asked(house: &House, who: WorkerId) -> Vec<CheckId> {
    let by = admits(house, who).await;
    let (checks, ..) = house.desk.checks(&by, None, 100).await.unwrap();
    checks.iter().filter(|one| one.answer.is_none()).map(|one| one.id).collect()
}

async fn answers(house: &House, who: WorkerId) {
    let by = admits(house, who).await;
    for check in asked(house, who).await {
        let answer = from(json!({ "answer": "no-objection" }));
        house.desk.answer_check(&by, check, answer, None).await.unwrap();
    }
}

async fn tells(house: &House, look: &mut Lookout) -> usize {
    house.desk.tell_what_is_late(look, &agency("hub")).await.unwrap()
}

/// Returns the notices of a kind that somebody has, in words; the last one last.
async fn has(house: &House, who: WorkerId, kind: &str) -> Vec<String> {
    let by = admits(house, who).await;
    let inbox = house.desk.inbox(&by, None, 100).await.unwrap();
    let mut said = Vec::new();
    for (head, _) in inbox.items.iter().filter(|(head, _)| head.kind == kind) {
        let open = house.desk.read_alert(&by, head.id, None).await.unwrap();
        said.push(open.words.value().text.reveal().to_owned());
    }
    said
}

#[test]
fn what_nobody_answered_is_told_once_to_each_service_and_its_manager_and_to_those_who_wait() {
    in_each(async |house| {
        with_everybody(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        let (address, due) = proposes(&house, &by).await;
        house.wind(due - 1);
        assert_eq!(tells(&house, &mut look).await, 0, "there is a second left");
        assert!(asked(&house, seat(HER_MANAGER)).await.is_empty(), "it was put to her own worker");
        house.wind(1);
        assert_eq!(tells(&house, &mut look).await, 3, "the police, the children's and the women's service");
        for who in [isla(), seat(OFFICER), seat(CHILDRENS), seat(HER_MANAGER), morag()] {
            assert_eq!(has(&house, who, KIND).await.len(), 1, "{who}");
        }
        let waits = has(&house, morag(), KIND).await.concat();
        assert!(waits.contains("Ring the services"), "{waits}");
        for word in ["police", "women", "child", "housing", "Isla"] {
            assert!(!waits.contains(word), "{waits}");
        }
        assert_eq!(has(&house, isla(), KIND).await, has(&house, seat(OFFICER), KIND).await, "all are told alike");
        assert_eq!(has(&house, seat(GOVERNS), "nobody-told").await.len(), 0);

        // Again, after a start, and on another node: nothing.
        house.wind(1);
        assert_eq!((tells(&house, &mut look).await, tells(&house, &mut Lookout::default()).await), (0, 0));
        assert_eq!(has(&house, morag(), KIND).await.len(), 1);
        // Her manager can answer from now on, and that counts.
        answers(&house, seat(HER_MANAGER)).await;
        assert!(asked(&house, isla()).await.is_empty(), "it is answered for the service");
        answers(&house, seat(OFFICER)).await;
        answers(&house, seat(CHILDRENS)).await;
        concludes(&house, &by, address, json!({ "outcome": "suitable", "reason": "Everybody has answered." })).await;
        drop(by);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn what_was_answered_in_the_moment_in_which_it_was_due_is_not_late() {
    in_each(async |house| {
        with_everybody(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        let (_, due) = proposes(&house, &by).await;
        house.wind(due);
        for who in [isla(), seat(OFFICER), seat(CHILDRENS)] {
            answers(&house, who).await;
        }
        assert_eq!(tells(&house, &mut look).await, 0);
        for who in [isla(), seat(HER_MANAGER), morag()] {
            assert!(has(&house, who, KIND).await.is_empty(), "{who}");
        }
        drop(by);
        house.stop().await;
    });
}

#[test]
fn of_an_address_that_is_closed_nobody_is_told_and_against_a_managers_decision_those_alone_who_owe_an_answer() {
    in_each(async |house| {
        with_everybody(&house).await;
        let lead = appoints(&house, LEADS, "justice", Role::TeamManager).await;
        joins(&house, lead, None).await;
        let (by, leads, mut look) = (house.admits(morag()).await, house.admits(lead).await, Lookout::default());
        let (first, _) = proposes(&house, &by).await;
        let (second, _) = proposes(&house, &by).await;
        let (third, due) = proposes(&house, &by).await;
        concludes(&house, &by, first, json!({ "outcome": "withdrawn", "reason": "He has found another one." })).await;
        concludes(&house, &by, second, json!({ "outcome": "not-suitable", "reason": "It is too far away." })).await;
        let despite = "The court decides today and the police have been telephoned.";
        let over = json!({ "outcome": "suitable", "despite": "waiting", "reason": despite });
        concludes(&house, &leads, third, over).await;
        house.wind(due);
        assert_eq!(tells(&house, &mut look).await, 3, "of the third alone");
        for who in [isla(), seat(OFFICER), seat(CHILDRENS)] {
            assert_eq!(has(&house, who, KIND).await.len(), 1, "{who}");
        }
        for who in [morag(), lead] {
            assert!(has(&house, who, KIND).await.is_empty(), "it was decided: nothing is waited for");
        }
        assert_eq!(tells(&house, &mut Lookout::default()).await, 0);
        drop((by, leads));
        house.stop().await;
    });
}

#[test]
fn where_everybody_of_a_service_has_left_the_hubs_rule_holds_and_who_waits_is_told_the_same() {
    in_each(async |house| {
        with_everybody(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        let (_, due) = proposes(&house, &by).await;
        house.wind(due);
        assert_eq!(tells(&house, &mut look).await, 3);
        let alike = has(&house, morag(), KIND).await;
        let (_, due) = proposes(&house, &by).await;
        for who in [isla(), seat(HER_MANAGER)] {
            house.desk.end_seat(&importer(), who).await.unwrap();
        }
        for who in [seat(OFFICER), seat(CHILDRENS)] {
            answers(&house, who).await;
        }
        let before = has(&house, seat(GOVERNS), "nobody-told").await.len();
        house.wind(due);
        assert_eq!(tells(&house, &mut look).await, 1);
        assert_eq!(has(&house, seat(GOVERNS), "nobody-told").await.len(), before + 1);
        let told = has(&house, morag(), KIND).await;
        assert_eq!(told.len(), 2);
        assert_eq!(told[1], alike[0], "one service or three, and whether anybody is left of it: the same words");
        drop(by);
        house.stop().await;
    });
}

#[test]
fn a_woman_who_is_known_later_changes_nothing_and_her_own_worker_is_not_told() {
    in_each(async |house| {
        with_everybody(&house).await;
        let (by, mut look) = (house.admits(morag()).await, Lookout::default());
        let (_, due) = proposes(&house, &by).await;
        let (other, theirs) = (ProtectedId::random(), appoints(&house, OTHER, "womens", Role::WomensWorker).await);
        let manages = appoints(&house, OTHERS_MANAGER, "womens", Role::WomensManager).await;
        let (case, relation) = (house.case(), Relation::Partner);
        let her = ProtectedHead { id: other, case, pseudonym: "W-2-B".to_owned(), relation };
        house.desk.protect(&importer(), her, Line::new("Joan Roe").unwrap(), None).await.unwrap();
        joins(&house, theirs, Some(other)).await;
        joins(&house, manages, Some(other)).await;
        house.wind(due);
        assert_eq!(tells(&house, &mut look).await, 3, "those who were asked, and nobody beside them");
        for who in [theirs, manages] {
            assert!(has(&house, who, KIND).await.is_empty(), "it was asked for another woman");
            assert!(asked(&house, who).await.is_empty());
        }
        assert_eq!(has(&house, isla(), KIND).await.len(), 1);
        assert_eq!(has(&house, morag(), KIND).await.len(), 1);
        drop(by);
        house.stop().await;
    });
}

#[test]
fn two_nodes_tell_of_an_unanswered_question_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        with_everybody(&first).await;
        let by = first.admits(morag()).await;
        let (mut one, mut other, hub) = (Lookout::default(), Lookout::default(), agency("hub"));
        for round in 1..=6 {
            let (_, due) = proposes(&first, &by).await;
            first.wind(due);
            // Both at once: one of them is told that the other was faster, and looks again.
            let both = tokio::join!(
                first.desk.tell_what_is_late(&mut one, &hub),
                second.desk.tell_what_is_late(&mut other, &hub)
            );
            let told: usize = [both.0, both.1].into_iter().filter_map(Result::ok).sum();
            let later = tells(&first, &mut one).await + tells(&second, &mut other).await;
            assert_eq!(told + later, 3, "in round {round}");
            for who in [morag(), isla(), seat(HER_MANAGER)] {
                assert_eq!(has(&second, who, KIND).await.len(), round, "in round {round}");
            }
        }
        drop(by);
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}
