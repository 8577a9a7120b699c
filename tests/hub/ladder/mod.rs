//! The ladder of an alert by the hand of a wound clock: who is told when nobody acknowledges, what stops it, and that nobody is told
//! who must not be.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

mod again;
mod rota;
mod simulated;

use crate::house::{House, agency, from, importer, in_each, isla, morag};
use crate::world::Db;
use lippen::auth::Actor;
use lippen::desk::ladder::Lookout;
use lippen::desk::rota::SetRota;
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::id::{AlertId, InvolvementId, ProtectedId, RotaId, WorkerId};
use lippen::model::protected::{ProtectedHead, Relation};
use lippen::model::text::Line;
use lippen::model::time::Second;
use lippen::store::ladder::Held;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const MINUTE: i64 = 60;

/// A seat that a test fills beside Morag's and Isla's.
fn seat(number: u128) -> WorkerId {
    WorkerId::from_bits(number)
}

const OFFICER: u128 = 11;
const ON_CALL: u128 = 12;
const SENIOR: u128 = 13;
const HER_MANAGER: u128 = 14;
const OTHER: u128 = 15;
const HER_DUTY: u128 = 16;
const GOVERNS: u128 = 17;
const LEADS: u128 = 18;
const ADMIN: u128 = 19;
const ABROAD: u128 = 20;

fn agency_of(who: WorkerId) -> &'static str {
    let of = |numbers: &[u128]| numbers.iter().any(|number| who == seat(*number));
    match who {
        who if who == isla() || of(&[HER_MANAGER, OTHER, HER_DUTY]) => "womens",
        _ if of(&[ABROAD]) => "childrens",
        _ if of(&[OFFICER, ON_CALL, SENIOR, ADMIN]) => "police",
        _ => "justice",
    }
}

async fn admits(house: &House, who: WorkerId) -> Actor {
    house.admits_of(who, agency_of(who)).await
}

async fn appoints(house: &House, id: u128, of: &str, role: Role) -> WorkerId {
    let name = Line::new("A Worker").unwrap();
    house.desk.appoint(&importer(), seat(id), agency(of), role, name).await.unwrap();
    seat(id)
}

async fn joins(house: &House, worker: WorkerId, about: Option<ProtectedId>) {
    house.desk.involve(&importer(), InvolvementId::random(), house.case(), worker, about).await.unwrap();
}

async fn sets(house: &House, by: WorkerId, what: Value) -> RotaId {
    let new: SetRota = from(what);
    let written = house.desk.set_rota(&admits(house, by).await, new, None).await.unwrap();
    let answer: Value = serde_json::from_str(&written.answer).unwrap();
    from(answer["id"].clone())
}

/// Two women of one man and their workers in one service, its manager and its duty worker; the police with somebody on the case, on
/// call and senior; another force; those who answer for the man's agency.
async fn with_everybody(house: &House) -> ProtectedId {
    for (id, kind) in [("police", AgencyKind::Police), ("childrens", AgencyKind::Police)] {
        let recipient = house.gate.vault.recipient();
        let new = Agency { id: agency(id), name: id.to_owned(), kind, regime: Regime::LawEnforcement, recipient };
        house.desk.join_agency(&importer(), new).await.unwrap();
    }
    let officer = appoints(house, OFFICER, "police", Role::PoliceOffenderManagement).await;
    joins(house, officer, None).await;
    let on_call = appoints(house, ON_CALL, "police", Role::PoliceOffenderManagement).await;
    let senior = appoints(house, SENIOR, "police", Role::PoliceOffenderManagement).await;
    let abroad = appoints(house, ABROAD, "childrens", Role::PoliceOffenderManagement).await;
    let admin = appoints(house, ADMIN, "police", Role::AgencyAdmin).await;
    let manager = appoints(house, HER_MANAGER, "womens", Role::WomensManager).await;
    let duty = appoints(house, HER_DUTY, "womens", Role::WomensWorker).await;
    let other = appoints(house, OTHER, "womens", Role::WomensWorker).await;
    appoints(house, GOVERNS, "justice", Role::GovernanceOfficer).await;
    appoints(house, LEADS, "justice", Role::TeamManager).await;
    sets(house, admin, json!({ "worker": on_call, "what": "duty" })).await;
    sets(house, admin, json!({ "worker": senior, "what": "senior" })).await;
    sets(house, manager, json!({ "worker": duty, "what": "duty" })).await;
    house.desk.put_on_duty(&importer(), abroad).await.unwrap();
    let (id, case) = (ProtectedId::random(), house.case());
    let her = ProtectedHead { id, case, pseudonym: "W-1-B".to_owned(), relation: Relation::Partner };
    house.desk.protect(&importer(), her, Line::new("Mary Moe").unwrap(), None).await.unwrap();
    joins(house, other, Some(id)).await;
    id
}

/// Somebody raises an alert; returns it.
async fn raises(house: &House, by: WorkerId, kind: &str, severity: &str, about: Option<ProtectedId>) -> AlertId {
    let new = json!({ "kind": kind, "severity": severity, "about": about, "text": "He was not there." });
    let written = house.desk.raise_alert(&admits(house, by).await, house.case(), from(new), None).await.unwrap();
    let answer: Value = serde_json::from_str(&written.answer).unwrap();
    from(answer["id"].clone())
}

async fn climbs(house: &House, look: &mut Lookout) -> usize {
    house.desk.climb(look, &agency("hub")).await.unwrap()
}

async fn acknowledges(house: &House, who: WorkerId, alert: AlertId) {
    house.desk.acknowledge(&admits(house, who).await, alert).await.unwrap();
}

async fn held(house: &House, alert: AlertId) -> Vec<Held> {
    house.store().held(alert).await.unwrap()
}

/// Returns who holds an alert.
async fn holders(house: &House, alert: AlertId) -> BTreeSet<WorkerId> {
    held(house, alert).await.iter().map(|copy| copy.worker).collect()
}

/// Returns how many notices somebody has that they must telephone.
async fn telephones(house: &House, who: WorkerId) -> usize {
    let inbox = house.desk.inbox(&admits(house, who).await, None, 100).await.unwrap();
    inbox.items.iter().filter(|(head, _)| head.kind == "alert-unanswered").count()
}

/// Returns the rungs that were reached, each with how many it told.
async fn rungs(house: &House, alert: AlertId) -> Vec<(i64, String, i64)> {
    house.store().rungs(alert).await.unwrap().into_iter().map(|one| (one.rung, one.whom, one.found)).collect()
}

fn set(of: &[WorkerId]) -> BTreeSet<WorkerId> {
    of.iter().copied().collect()
}

#[test]
fn story_1_the_cover_after_a_quarter_of_an_hour_then_the_manager_then_the_telephone() {
    in_each(async |house| {
        with_everybody(&house).await;
        let mut look = Lookout::default();
        let her = Some(house.woman());
        let alert = raises(&house, morag(), "missed-session", "high", her).await;
        assert_eq!(holders(&house, alert).await, set(&[isla()]));
        assert_eq!(climbs(&house, &mut look).await, 0, "nothing is due");
        house.wind(15 * MINUTE - 1);
        assert_eq!(climbs(&house, &mut look).await, 0);
        house.wind(1);
        assert_eq!((climbs(&house, &mut look).await, climbs(&house, &mut look).await), (1, 0));
        assert_eq!(
            holders(&house, alert).await,
            set(&[isla(), seat(HER_DUTY)]),
            "her cover, and not the other one's worker"
        );

        let sent = house.desk.read_alert(&house.admits(morag()).await, alert, None).await.unwrap();
        let ladder = sent.ladder.first().unwrap();
        assert_eq!((sent.progress.len(), ladder.rungs.len()), (2, 1), "{ladder:?}");
        assert!(ladder.next.is_some_and(|(rung, ..)| rung == 2) && ladder.telephone.is_none());
        let inbox = house.desk.inbox(&admits(&house, seat(HER_DUTY)).await, None, 10).await.unwrap();
        let standing = inbox.standings.first().unwrap();
        assert_eq!((standing.rung, &standing.escalated_from), (1, &vec![(agency("womens"), vec![isla()])]));
        assert!(standing.due.is_some());

        house.wind(15 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 1);
        assert!(holders(&house, alert).await.contains(&seat(HER_MANAGER)));
        house.wind(90 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 1);
        let rungs = rungs(&house, alert).await;
        assert_eq!(rungs.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(), ["cover", "manager", "telephone"]);
        assert_eq!((telephones(&house, morag()).await, telephones(&house, seat(GOVERNS)).await), (1, 1));
        let sent = house.desk.read_alert(&house.admits(morag()).await, alert, None).await.unwrap();
        assert!(sent.ladder.first().unwrap().telephone.is_some());
        house.wind(600 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 0, "the telephone is told once");
        for who in [isla(), seat(HER_DUTY), seat(HER_MANAGER)] {
            let inbox = house.desk.inbox(&admits(&house, who).await, None, 100).await.unwrap();
            assert!(inbox.items.iter().any(|(head, _)| head.id == alert), "it falls off nobody's list");
        }
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn story_2_each_agency_owes_its_own_answer_and_the_sender_gives_none() {
    in_each(async |house| {
        with_everybody(&house).await;
        let mut look = Lookout::default();
        let alert = raises(&house, isla(), "threat", "critical", Some(house.woman())).await;
        assert_eq!(holders(&house, alert).await, set(&[seat(OFFICER), morag()]));
        let by = house.admits(isla()).await;
        assert!(house.desk.acknowledge(&by, alert).await.is_err(), "the sender cannot answer for them");
        let act = || from(json!({ "text": "All is well.", "confirmed_safe": true }));
        assert!(house.desk.act(&by, alert, act(), None).await.is_err(), "nor close it");
        acknowledges(&house, morag(), alert).await;
        house.wind(5 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 1, "the police owe theirs still");
        assert_eq!(holders(&house, alert).await, set(&[seat(OFFICER), morag(), seat(ON_CALL)]));
        house.wind(10 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 1);
        assert!(holders(&house, alert).await.contains(&seat(SENIOR)));
        acknowledges(&house, seat(SENIOR), alert).await;
        house.wind(60 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 0, "the senior officer answered for the division");
        assert!(!holders(&house, alert).await.contains(&seat(ABROAD)));
        // It stays in the inbox of whoever has not acknowledged, and shows that somebody did.
        let inbox = house.desk.inbox(&admits(&house, seat(OFFICER)).await, None, 10).await.unwrap();
        let standing = inbox.standings.first().unwrap();
        assert!(standing.answered.is_some() && standing.due.is_none());
        let done: Value = {
            let written = house.desk.act(&admits(&house, seat(OFFICER)).await, alert, act(), None).await.unwrap();
            serde_json::from_str(&written.answer).unwrap()
        };
        assert_eq!(done["state"], "confirmed-safe");
        let sent = house.desk.read_alert(&by, alert, None).await.unwrap();
        assert!(sent.progress.iter().any(|one| one.worker == seat(OFFICER) && one.came.safe.is_some()));
        drop(by);
        house.stop().await;
    });
}

#[test]
fn another_force_is_told_where_nobody_of_the_first_answers_and_never_of_what_is_owed_by_a_womens_service() {
    in_each(async |house| {
        with_everybody(&house).await;
        let mut look = Lookout::default();
        let alert = raises(&house, isla(), "threat", "critical", Some(house.woman())).await;
        house.wind(30 * MINUTE);
        assert!(climbs(&house, &mut look).await >= 4, "all that is due, at once");
        assert!(holders(&house, alert).await.contains(&seat(ABROAD)));
        let order: Vec<i64> = {
            let all = house.store().rungs(alert).await.unwrap();
            all.iter().filter(|one| one.obligation == "police").map(|one| one.rung).collect()
        };
        assert_eq!(order, [1, 2, 3, 4], "in their order, though the clock leapt");
        let copies = held(&house, alert).await;
        let workers: BTreeSet<WorkerId> = copies.iter().map(|copy| copy.worker).collect();
        let deliveries: BTreeSet<_> = copies.iter().map(|copy| copy.delivery).collect();
        assert_eq!(workers.len(), deliveries.len(), "nobody has it twice");

        let hers = raises(&house, morag(), "missed-session", "critical", Some(house.woman())).await;
        house.wind(30 * MINUTE);
        climbs(&house, &mut look).await;
        let partner = rungs(&house, hers).await.into_iter().find(|one| one.1 == "partner").unwrap();
        assert_eq!(partner.2, 0, "no other service is told, and that is written down");
        assert!(!holders(&house, hers).await.contains(&seat(OTHER)));
        house.stop().await;
    });
}

#[test]
fn story_10_a_division_has_two_hours_then_its_senior_officer_is_told() {
    in_each(async |house| {
        with_everybody(&house).await;
        let mut look = Lookout::default();
        let alert = raises(&house, morag(), "at-large", "critical", None).await;
        let police = async |minutes: i64| {
            house.wind(minutes * MINUTE);
            climbs(&house, &mut look).await;
            let all = house.store().rungs(alert).await.unwrap();
            all.into_iter().filter(|one| one.obligation == "police").map(|one| one.whom).collect::<Vec<_>>()
        };
        let mut police = police;
        assert_eq!(police(14).await, Vec::<String>::new());
        assert_eq!(police(1).await, ["cover"]);
        assert_eq!(police(104).await, ["cover"]);
        assert_eq!(police(1).await, ["cover", "manager"]);
        assert_eq!(police(30).await, ["cover", "manager", "telephone"]);
        assert!(holders(&house, alert).await.contains(&seat(SENIOR)));
        house.stop().await;
    });
}

#[test]
fn each_womans_worker_owes_her_own_answer_and_no_rung_crosses_the_wall() {
    in_each(async |house| {
        with_everybody(&house).await;
        let mut look = Lookout::default();
        let alert = raises(&house, morag(), "missed-session", "high", None).await;
        assert_eq!(holders(&house, alert).await, set(&[isla(), seat(OTHER)]));
        acknowledges(&house, isla(), alert).await;
        house.wind(15 * MINUTE);
        assert_eq!(climbs(&house, &mut look).await, 1, "the other woman's worker owes hers");
        for (who, standings) in [(isla(), 0), (seat(OTHER), 0), (seat(HER_DUTY), 1)] {
            let inbox = house.desk.inbox(&admits(&house, who).await, None, 10).await.unwrap();
            let standing = inbox.standings.first().unwrap();
            assert_eq!(standing.escalated_from.len(), standings, "neither of the two learns of the other");
            assert_eq!(standing.answered.is_some(), who == isla(), "nor that she answered");
        }
        let about_a = raises(&house, morag(), "missed-session", "high", Some(house.woman())).await;
        sets(&house, seat(HER_MANAGER), json!({ "worker": seat(OTHER), "what": "duty" })).await;
        house.wind(120 * MINUTE);
        climbs(&house, &mut look).await;
        assert!(!holders(&house, about_a).await.contains(&seat(OTHER)), "on duty or not, she works with another woman");
        assert!(house.desk.read_alert(&admits(&house, seat(OTHER)).await, about_a, None).await.is_err());
        house.stop().await;
    });
}

#[test]
fn what_nobody_acknowledged_is_counted_for_those_who_answer_for_the_agency() {
    in_each(async |house| {
        with_everybody(&house).await;
        let alert = raises(&house, morag(), "missed-session", "high", None).await;
        let counts = async |who: WorkerId| {
            let actor = admits(&house, who).await;
            let found = house.desk.unacknowledged(&actor, None, 10).await?;
            Ok::<_, lippen::desk::Error>((found.counts, found.items.iter().map(|one| one.answers).sum::<usize>()))
        };
        assert_eq!(counts(seat(HER_MANAGER)).await.unwrap(), (vec![("high".to_owned(), 1)], 2));
        assert_eq!(counts(seat(LEADS)).await.unwrap(), (vec![], 0), "no other agency's");
        assert!(counts(isla()).await.is_err() && counts(morag()).await.is_err());
        acknowledges(&house, isla(), alert).await;
        assert_eq!(counts(seat(HER_MANAGER)).await.unwrap().1, 1);
        acknowledges(&house, seat(OTHER), alert).await;
        assert_eq!(counts(seat(HER_MANAGER)).await.unwrap(), (vec![], 0));
        house.stop().await;
    });
}

#[test]
fn a_copy_is_sent_when_it_is_shown_and_delivered_when_its_client_says_so() {
    in_each(async |house| {
        let alert = raises(&house, morag(), "missed-session", "high", None).await;
        let came = async || held(&house, alert).await.first().unwrap().came;
        assert!(came().await.sent.is_none());
        let by = house.admits(isla()).await;
        let inbox = house.desk.inbox(&by, None, 10).await.unwrap();
        let place = inbox.items.first().unwrap().1.delivery;
        assert!(came().await.sent.is_some() && came().await.taken.is_none(), "shown, and nobody knows whether it came");
        assert_eq!(house.desk.take_alerts(&by, place).await.unwrap(), 1);
        assert_eq!(house.desk.take_alerts(&by, place).await.unwrap(), 0);
        assert!(came().await.taken.is_some() && came().await.read.is_none());
        let next = raises(&house, morag(), "missed-session", "high", None).await;
        let mut stream = house.desk.alert_stream(&by, Some(place)).await.unwrap();
        let sent = house.desk.next_alerts(&mut stream).await.unwrap();
        let copy = sent.first().unwrap().1.delivery;
        let came = async || held(&house, next).await.first().unwrap().came;
        assert!(came().await.sent.is_none(), "it is noted once it is on the stream");
        assert!(house.desk.next_alerts(&mut stream).await.unwrap().is_empty());
        assert!(came().await.sent.is_some() && came().await.taken.is_none());
        house.desk.alert_stream(&by, Some(copy)).await.unwrap();
        assert!(came().await.taken.is_some(), "it came again and asked for what comes after");
        drop((by, stream));
        house.stop().await;
    });
}
