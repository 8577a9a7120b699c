//! Tests of `auth/token.rs` that are not lists: time, memory, trust, and what chance comes up with.

use super::environment::Environment;
use super::issuer::{BadIssuer, Issuer, IssuerKind};
use super::token::Issuers;
use super::token_kit::{AUDIENCE, Good, Kit, POLICE, now, peer, worker};
use super::{Actor, NotAdmitted, Subject};
use crate::model::agencies::{AgencyKind, Role, Seat};
use crate::model::id::WorkerId;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;

#[test]
fn good_tokens_name_their_subject_and_agency() {
    let (kit, issuers) = (Kit::new(), Kit::new().issuers());
    assert!(issuers.verify(&kit.good(Good::People), now(), None).is_err(), "another kit's keys");
    let issuers = kit.issuers();
    for good in Good::ALL {
        let credential = issuers.verify(&kit.good(good), now(), good.peer().as_ref()).unwrap();
        let systems = good == Good::Systems;
        assert_eq!(*credential.subject(), if systems { Subject::System } else { Subject::Worker(worker()) });
        let agency = if good == Good::PeopleEs256 { "womens-service" } else { "police-scotland" };
        assert_eq!((credential.agency().as_str(), credential.token_id()), (agency, Some("t-1")));
        assert_eq!(credential.expires(), now().plus_seconds(210));
    }
}

#[test]
fn the_other_ways_to_write_a_good_token_are_taken() {
    let kit = Kit::new();
    let (mut header, mut claims) = (Good::People.header(), Good::People.claims());
    header["x5t#S256"] = json!(peer().to_string());
    claims["aud"] = json!([AUDIENCE]);
    claims["azp"] = json!("some-client");
    assert!(kit.issuers().verify(&kit.token(&header, &claims, "police"), now(), None).is_ok());
}

#[test]
fn a_remembered_token_is_asked_again_for_time_and_connection() {
    let kit = Kit::new();
    let issuers = kit.issuers();
    let (token, peer) = (kit.good(Good::Systems), peer());
    let reason = |at, with| issuers.verify(&token, at, with).map(drop).map_err(|e| e.reason());
    assert_eq!(reason(now(), Some(&peer)), Ok(()));
    assert_eq!(reason(now(), None), Err("cnf-no-certificate"));
    assert_eq!(reason(now().plus_seconds(-111), Some(&peer)), Err("iat-future"));
    assert_eq!(reason(now().plus_seconds(-110), Some(&peer)), Ok(()));
    assert_eq!(reason(now().plus_seconds(209), Some(&peer)), Ok(()));
    assert_eq!(reason(now().plus_seconds(210), Some(&peer)), Err("expired"));
    assert_eq!(reason(now(), Some(&peer)), Ok(()), "nothing wrong is remembered");
}

#[test]
fn the_leeway_holds_all_the_way_to_the_actor() {
    let kit = Kit::new();
    let agency = "police-scotland".parse().unwrap();
    let seat = Seat { worker: worker(), agency, kind: AgencyKind::Police, role: Role::PoliceResponse, active: true };
    let late = now().plus_seconds(209);
    let admit =
        |at| Actor::admit(kit.issuers().verify(&kit.good(Good::People), late, None).unwrap(), &seat, at).map(drop);
    assert_eq!(admit(late), Ok(()));
    assert_eq!(admit(now().plus_seconds(210)), Err(NotAdmitted::Expired));
}

#[test]
fn a_retired_key_is_refused_at_once_also_for_remembered_tokens() {
    let kit = Kit::new();
    let issuers = kit.issuers();
    let token = kit.good(Good::People);
    assert!(issuers.verify(&token, now(), None).is_ok());
    let kid = "police-1".parse().unwrap();
    assert!(issuers.retire_key(POLICE, &kid));
    assert!(!issuers.retire_key(POLICE, &kid));
    assert!(!issuers.retire_key("https://nobody.scot", &kid));
    assert_eq!(issuers.verify(&token, now(), None).unwrap_err().reason(), "kid-unknown");
    issuers.forget_worker(WorkerId::random());
    issuers.forget_all();
}

#[test]
fn an_agency_that_has_lapsed_is_refused_and_ends_its_credentials() {
    let kit = Kit::new();
    let mut list = kit.list();
    list[0].valid_until = Some(now().plus_seconds(60));
    let issuers = Issuers::new(Environment::Production, AUDIENCE.to_owned(), list).unwrap();
    let token = kit.good(Good::People);
    assert_eq!(issuers.verify(&token, now(), None).unwrap().expires(), now().plus_seconds(60));
    assert_eq!(issuers.verify(&token, now().plus_seconds(60), None).unwrap_err().reason(), "agency-lapsed");
}

#[test]
fn one_issuer_is_one_agency_and_one_agency_has_one_of_a_kind() {
    let kit = Kit::new();
    let with = |extra: Issuer| {
        let list = kit.list().into_iter().chain([extra]).collect();
        Issuers::new(Environment::Production, AUDIENCE.to_owned(), list).map(drop)
    };
    let police = kit.list().swap_remove(0);
    let agency = police.agency.clone();
    let other = Issuer { agency: "nhs-board".parse().unwrap(), ..police.clone() };
    assert_eq!(with(other.clone()), Err(BadIssuer::Twice { agency: other.agency.clone() }));
    let second = Issuer { issuer: "https://second.police.scot".to_owned(), ..police.clone() };
    assert_eq!(with(second.clone()), Err(BadIssuer::SecondOfKind { agency: agency.clone() }));
    let fresh = Issuer { issuer: "https://nhs.scot".to_owned(), ..other };
    assert_eq!(with(fresh.clone()), Ok(()));
    for (lifetime, kind) in [(0, IssuerKind::People), (36_001, IssuerKind::People), (301, IssuerKind::Systems)] {
        let bad = Issuer { max_lifetime_s: lifetime, kind, ..fresh.clone() };
        assert!(matches!(with(bad), Err(BadIssuer::Lifetime { .. })), "{lifetime}");
    }
    let keyless = Issuer { keys: [].into(), ..fresh.clone() };
    assert!(matches!(with(keyless), Err(BadIssuer::Keys { .. })));
    let misfit = Issuer { keys: kit.list()[2].keys.clone(), ..fresh };
    assert!(matches!(with(misfit), Err(BadIssuer::Keys { .. })));
    for audience in ["", "two words", &"a".repeat(256)] {
        let trust = Issuers::new(Environment::Production, audience.to_owned(), kit.list());
        assert_eq!(trust.map(drop), Err(BadIssuer::Audience));
    }
}

#[test]
fn a_refusal_shows_the_caller_nothing() {
    let refusal = Kit::new().issuers().verify("secret-token", now(), None).unwrap_err();
    assert_eq!(refusal.to_string(), "the token is not valid");
    assert!(!format!("{refusal:?}").contains("secret-token"));
}

proptest! {
    #[test]
    fn any_text_at_all_is_refused_and_nothing_breaks(bytes in proptest::collection::vec(any::<u8>(), 0..300), dotted in "[A-Za-z0-9_.-]{0,300}") {
        let issuers = Kit::new().issuers();
        prop_assert!(issuers.verify(&String::from_utf8_lossy(&bytes), now(), None).is_err());
        prop_assert!(issuers.verify(&dotted, now(), None).is_err());
    }

    #[test]
    fn a_good_token_with_any_letter_changed_is_refused(
        good in prop::sample::select(Good::ALL.to_vec()),
        edits in proptest::collection::vec((any::<Index>(), 0..3_u8, prop::char::any()), 1..4),
        seen in any::<bool>(),
    ) {
        let kit = Kit::new();
        let issuers = kit.issuers();
        let token = kit.good(good);
        if seen {
            prop_assert!(issuers.verify(&token, now(), good.peer().as_ref()).is_ok());
        }
        let mut letters: Vec<char> = token.chars().collect();
        for (index, kind, letter) in edits {
            let at = index.index(letters.len());
            match kind {
                0 => letters[at] = letter,
                1 => letters.insert(at, letter),
                _ => drop(letters.remove(at)),
            }
        }
        let changed: String = letters.into_iter().collect();
        let accepted = issuers.verify(&changed, now(), good.peer().as_ref()).is_ok();
        prop_assert_eq!(accepted, changed == token);
    }

    #[test]
    fn an_issuer_that_signs_anything_stays_in_its_own_agency(
        edits in proptest::collection::vec((any::<Index>(), any::<u8>()), 0..6),
        part in any::<bool>(),
    ) {
        let kit = Kit::new();
        let mut parts = [Good::People.header().to_string().into_bytes(), Good::People.claims().to_string().into_bytes()];
        let spoilt = &mut parts[usize::from(part)];
        for (index, byte) in edits {
            let at = index.index(spoilt.len());
            spoilt[at] = byte;
        }
        let token = kit.raw(&parts[0], &parts[1], "police");
        if let Ok(credential) = kit.issuers().verify(&token, now(), None) {
            prop_assert_eq!(credential.agency().as_str(), "police-scotland");
            prop_assert!(matches!(credential.subject(), Subject::Worker(_)));
        }
    }
}
