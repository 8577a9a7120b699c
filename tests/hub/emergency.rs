//! Emergency access where no request can show it: nobody to tell, a key that has ended, a review that nobody made.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::device::Device;
use crate::house::{House, agency, from, id_of, importer, in_each, morag};
use lippen::auth::Actor;
use lippen::desk::Error;
use lippen::desk::emergency::Emergency;
use lippen::model::agencies::{Agency, AgencyKind, Regime, Role};
use lippen::model::id::{NoteId, WorkerId};
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use serde_json::json;

pub(crate) async fn appointed(house: &House, of: &str, role: Role) -> WorkerId {
    let id = WorkerId::random();
    house.desk.appoint(&importer(), id, agency(of), role, Line::new("A Worker").unwrap()).await.unwrap();
    id
}

/// Lets a police force join, with one response officer who has a device.
pub(crate) async fn officer(house: &House) -> (WorkerId, Device) {
    let (id, kind, regime) = (agency("police"), AgencyKind::Police, Regime::LawEnforcement);
    let police = Agency { id, name: "police".to_owned(), kind, regime, recipient: house.gate.vault.recipient() };
    house.desk.join_agency(&importer(), police).await.unwrap();
    let (officer, device) = (appointed(house, "police", Role::PoliceResponse).await, Device::new());
    house.desk.enrol_key(&importer(), officer, &device.public()).await.unwrap();
    (officer, device)
}

pub(crate) async fn asks(house: &House, who: &Actor, device: &Device) -> Result<Emergency, Error> {
    let mut ask = json!({
        "case": house.case(), "categories": ["risk-assessment"], "incident": "PS-20261120-0412",
        "reason": "Caller says that he is on his way to her.",
    });
    let challenge = house.desk.step_up(who).await.unwrap().challenge;
    ask["step_up"] = device.answers(&challenge, &ask);
    house.desk.emergency_access(who, &from(ask), None).await
}

pub(crate) async fn assessment(house: &House) -> NoteId {
    let note = json!({ "kind": "assessment", "category": "risk-assessment", "text": "High." });
    let author = house.admits(morag()).await;
    id_of(&house.desk.write_note(&author, house.case(), from(note), None).await)
}

#[test]
fn where_nobody_would_hear_of_it_there_is_no_grant() {
    in_each(async |house| {
        let (note, (id, device)) = (assessment(&house).await, officer(&house).await);
        let who = house.admits_of(id, "police").await;
        assert!(matches!(asks(&house, &who, &device).await, Err(Error::Nobody)), "no officer answers for it");
        let read = house.desk.read_note(&who, note, Some(Purpose::Emergency)).await;
        assert!(matches!(read, Err(Error::NotFound)));
        appointed(&house, "police", Role::GovernanceOfficer).await;
        assert!(matches!(asks(&house, &who, &device).await, Err(Error::Nobody)), "none outside the force");
        appointed(&house, "justice", Role::GovernanceOfficer).await;
        asks(&house, &who, &device).await.unwrap();
        let read = house.desk.read_note(&who, note, Some(Purpose::Emergency)).await.unwrap();
        assert!(read.watermark.is_some());
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_key_or_a_seat_that_has_ended_proves_nothing() {
    in_each(async |house| {
        let (note, (id, device)) = (assessment(&house).await, officer(&house).await);
        appointed(&house, "justice", Role::GovernanceOfficer).await;
        let who = house.admits_of(id, "police").await;
        asks(&house, &who, &device).await.unwrap();
        house.desk.end_key(&importer(), id, &device.kid).await.unwrap();
        let refused = asks(&house, &who, &device).await;
        let Err(Error::Invalid { errors }) = refused else { panic!("{refused:?}") };
        assert_eq!(errors[0].field, "step_up.key");
        assert!(house.desk.step_up(&who).await.unwrap().keys.is_empty());
        house.desk.end_seat(&importer(), id).await.unwrap();
        let read = house.desk.read_note(&who, note, Some(Purpose::Emergency)).await;
        assert!(matches!(read, Err(Error::NotFound)), "the grant ends with the seat");
        house.stop().await;
    });
}

#[test]
fn a_review_that_nobody_made_is_overdue() {
    in_each(async |house| {
        let (_, (id, device)) = (assessment(&house).await, officer(&house).await);
        let officer = appointed(&house, "justice", Role::GovernanceOfficer).await;
        let who = house.admits_of(id, "police").await;
        let given = asks(&house, &who, &device).await.unwrap();
        let ruth = house.admits(officer).await;
        let list = house.desk.emergencies(&ruth, None, 10).await.unwrap();
        assert!(list.items[0].id == given.id && list.items[0].review_by > list.now);
        house.wind(6 * 86_400);
        let ruth = house.admits(officer).await;
        let list = house.desk.emergencies(&ruth, None, 10).await.unwrap();
        assert!(list.items[0].review.is_none() && list.items[0].review_by <= list.now);
        assert!(matches!(
            house.desk.read_note(&who, NoteId::random(), Some(Purpose::Emergency)).await,
            Err(Error::NotFound)
        ));
        house.stop().await;
    });
}
