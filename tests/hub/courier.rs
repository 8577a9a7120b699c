//! The courier by the hand of a wound clock: a hub that is cut off between sending and noting sends again, under the same name; two
//! nodes send once; and what one case is told goes in its order.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, agency, from, in_each, isla, morag};
use lippen::desk::courier::{Address, Goes, Lookout, Parcel, Says};
use lippen::model::dispatch::{Outcome, Target};
use serde_json::json;

/// How long a round may take before what it began counts as cut off, in seconds.
const ROUND: i64 = 60;

async fn raises(house: &House) {
    let new =
        json!({ "kind": "missed-session", "severity": "high", "about": house.woman(), "text": "He was not there." });
    let by = house.admits(morag()).await;
    house.desk.raise_alert(&by, house.case(), from(new), None).await.unwrap();
}

/// Looks at what is due, and returns what must be sent.
async fn looks(house: &House, look: &mut Lookout) -> Vec<(Target, Parcel)> {
    let mut parcels = Vec::new();
    for (target, unsettled) in house.desk.targets(look, |_| Goes::Now).await.unwrap() {
        let seen = house.desk.visit(target, unsettled, &agency("hub")).await;
        look.looked(target, seen.as_ref().map_err(|_| house.desk.now()));
        parcels.extend(seen.ok().and_then(|seen| seen.parcel).map(|parcel| (target, parcel)));
    }
    parcels
}

async fn ends(house: &House, parcel: &Parcel, outcome: Outcome) {
    let outcomes = vec![outcome; parcel.letters.len()];
    house.desk.sent(parcel, &outcomes, &agency("hub")).await.unwrap();
}

/// Isla gives an address and proves it.
async fn proves(house: &House, look: &mut Lookout) {
    let by = house.admits(isla()).await;
    house.desk.set_mail(&by, from(json!({ "address": "isla@example.org" })), None).await.unwrap();
    let sent = looks(house, look).await;
    let (_, parcel) = sent.first().unwrap();
    let Address::Mail(to) = &parcel.to else { panic!("an e-mail") };
    let code = to.value().first().unwrap().code.reveal().to_owned();
    assert_eq!(parcel.letters.first().map(|letter| letter.says), Some(Says::Code));
    ends(house, parcel, Outcome::Done).await;
    house.desk.prove_mail(&by, from(json!({ "code": code }))).await.unwrap();
    house.wind(1);
}

/// Returns the first letter of an alert that goes to her proved address, and its name.
async fn first_letter(house: &House) -> (Vec<(Target, Parcel)>, String, Lookout) {
    let mut look = Lookout::default();
    proves(house, &mut look).await;
    raises(house).await;
    let first = looks(house, &mut look).await;
    let name = first.first().unwrap().1.letters.first().unwrap().name.clone();
    (first, name, look)
}

#[test]
fn what_was_cut_off_is_sent_again_under_the_same_name_and_two_nodes_send_once() {
    in_each(async |house| {
        let (first, name, _) = first_letter(&house).await;
        // It was sent, and the hub was cut off before it was noted: nobody sends it until the round's time is over.
        drop(first);
        let mut anew = Lookout::default();
        assert!(looks(&house, &mut anew).await.is_empty(), "it may be on its way");
        house.wind(ROUND);
        let again = looks(&house, &mut anew).await;
        let (target, parcel) = again.first().unwrap();
        assert_eq!(parcel.letters.iter().map(|letter| &letter.name).collect::<Vec<_>>(), [&name]);
        assert!(house.desk.visit(*target, None, &agency("hub")).await.unwrap().parcel.is_none(), "once at a time");
        ends(&house, parcel, Outcome::Done).await;
        house.wind(ROUND);
        assert!(looks(&house, &mut anew).await.is_empty() && looks(&house, &mut Lookout::default()).await.is_empty());
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn what_one_case_is_told_goes_in_its_order_and_what_is_newer_brings_what_waits_along() {
    in_each(async |house| {
        let (first, name, mut look) = first_letter(&house).await;
        ends(&house, &first.first().unwrap().1, Outcome::Failed).await;
        house.wind(1);
        assert!(looks(&house, &mut look).await.is_empty(), "a minute is not over");
        raises(&house).await;
        house.wind(1);
        let both = looks(&house, &mut look).await;
        let names: Vec<&String> = both.first().unwrap().1.letters.iter().map(|letter| &letter.name).collect();
        assert_eq!((names.len(), names.first()), (2, Some(&&name)), "the older one first, at once");
        ends(&house, &both.first().unwrap().1, Outcome::Done).await;
        assert!(looks(&house, &mut look).await.is_empty());
        house.is_sound().await;
        house.stop().await;
    });
}
