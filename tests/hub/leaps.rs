//! What happens between two steps of one opening: a key runs out, a grant ends, another policy comes into force. Each is
//! tried at every moment at which the opening looks at the clock.

use crate::emergency::{appointed, asks as asks_for_emergency, assessment, officer};
use crate::house::{House, agency, in_each, morag};
use crate::policy_reload::bundles::{built_in, without_attendance, worded_anew};
use crate::policy_reload::in_flight::asks;
use crate::share_keys::shared;
use crate::world::Db;
use lippen::desk::Error;
use lippen::desk::policies::AdoptPolicy;
use lippen::gate;
use lippen::model::agencies::Role;
use lippen::model::shares::Purpose;
use lippen::store::effect::Effect;
use std::sync::Arc;

/// More looks at the clock than any opening takes.
const LOOKS_MAX: usize = 60;

/// After six minutes a key that nobody used is no longer at hand.
const KEY_S: i64 = 360;

#[test]
fn a_key_that_goes_within_an_opening_is_fetched_again() {
    in_each(async |house| {
        let by = house.admits(morag()).await;
        let note = house.note(&by, "words").await;
        for look in 0..LOOKS_MAX {
            let (one, many) = (house.clock(), house.clock());
            house.wind(KEY_S);
            house.at_look(look, move || one.wind(KEY_S));
            house.desk.clone().read_note(&by, note, Some(Purpose::Supervision)).await.unwrap();
            let first = house.clock().has_happened();
            house.wind(KEY_S);
            house.at_look(look, move || many.wind(KEY_S));
            house.desk.clone().case(&by, house.case(), None).await.unwrap();
            if !first && !house.clock().has_happened() {
                assert!(look > 2, "an opening looks at the clock");
                house.is_sound().await;
                house.stop().await;
                return;
            }
        }
        panic!("no opening looks so often at the clock");
    });
}

#[test]
fn a_grant_that_ends_within_an_opening_shows_nothing_without_its_mark() {
    in_each(async |house| {
        let (note, (id, device)) = (assessment(&house).await, officer(&house).await);
        for of in ["police", "justice"] {
            appointed(&house, of, Role::GovernanceOfficer).await;
        }
        let mut ended = 0;
        for look in 0..LOOKS_MAX {
            let who = house.admits_of(id, "police").await;
            asks_for_emergency(&house, &who, &device).await.unwrap();
            let clock = house.clock();
            house.at_look(look, move || clock.wind(3_601));
            match house.desk.clone().read_note(&who, note, Some(Purpose::Emergency)).await {
                Ok(open) => assert!(open.watermark.is_some(), "look {look}"),
                Err(Error::NotFound | Error::Refused { .. }) => ended += 1,
                Err(error) => panic!("{error}"),
            }
            if !house.clock().has_happened() {
                assert!(ended > 1, "it was refused when the grant had ended");
                house.is_sound().await;
                house.stop().await;
                return;
            }
            house.wind(3_601);
        }
        panic!("no opening looks so often at the clock");
    });
}

#[test]
fn a_reading_that_waited_long_is_judged_by_the_policy_of_now() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let house = House::new(Db::Lite).await.unwrap();
        let (by, officer) = (house.admits(morag()).await, Arc::new(house.officer().await));
        let note = house.note(&by, "words").await;
        let (ask, item) = asks(&house, &by, note).await;
        for (look, version) in (0..LOOKS_MAX).zip((1..).step_by(2)) {
            let stored = house.store().note(note).await.unwrap().unwrap();
            let manifest = house.prepares(&without_attendance(), version);
            let (clock, desk, asks_for) = (house.clock(), house.desk.clone(), officer.clone());
            house.at_look(look, move || {
                clock.wind(1);
                let adopt = desk.adopt_policy(&asks_for, AdoptPolicy { manifest }, None);
                tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(adopt)).unwrap();
            });
            let gate = house.gate.clone();
            let permit = gate.decide(&ask, item.clone()).await;
            let shown = match permit {
                Ok(permit) => {
                    let change = Effect::Disclose(Vec::new()).into();
                    gate.open_permitted(permit, &ask, item.clone(), stored.words, change).await.map(drop)
                }
                Err(error) => Err(error),
            };
            if !house.clock().has_happened() {
                assert!(shown.is_ok() && look > 2, "{shown:?}");
                drop(gate);
                house.is_sound().await;
                house.stop().await;
                return;
            }
            assert!(matches!(shown, Err(gate::Error::Refused(_) | gate::Error::Moved)), "look {look}: {shown:?}");
            house.adopts(&officer, &built_in(), version + 1).await;
        }
        panic!("no opening looks so often at the clock");
    });
}

#[test]
fn the_sweep_of_a_desk_that_was_there_from_the_start_goes_on_after_two_policies() {
    in_each(async |house| {
        let (officer, desk) = (house.officer().await, house.desk.clone());
        for day in ["2026-12-01", "2026-12-15", "2026-12-31"] {
            shared(&house, Some(day)).await;
        }
        for (version, files) in [(1, worded_anew()), (2, built_in()), (3, worded_anew())] {
            house.adopts(&officer, &files, version).await;
            house.wind(16 * 86_400);
            assert!(!house.store().overdue_keys(house.desk.now()).await.unwrap().is_empty());
            desk.end_overdue_keys(&agency("hub")).await.unwrap();
            assert!(house.store().overdue_keys(house.desk.now()).await.unwrap().is_empty());
        }
        drop(desk);
        house.is_sound().await;
        house.stop().await;
    });
}
