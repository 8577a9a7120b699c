//! The pack of a MAPPA meeting: each reader's own, in three forms that say the same; what is taken back is in the next version
//! no more, and the lists of both versions tell the truth.

use super::meetings::{DAY, accepts, invites, issues, lists, referred, set};
use super::{note_about, share_with};
use crate::world::{Answer, Player, World, on_each_alone};
use hyper::body::Bytes;
use lippen::model::packs::fingerprint;
use serde_json::{Value, json};

async fn pack(who: &Player, meeting: &str, form: &str) -> Answer {
    who.send("GET", &format!("/api/v1/meetings/{meeting}/pack"), &[("accept", form)], Bytes::new()).await
}

async fn data(who: &Player, meeting: &str) -> Answer {
    pack(who, meeting, "application/json").await
}

/// A meeting in ten days with the show case, to which these are invited; issued, and accepted by them.
async fn issued(world: &World, whom: &[(&str, &str)]) -> String {
    referred(world).await;
    let id = set(world, 10).await;
    lists(&world.cast("judith"), &id, world.show_case(), 30).await.is(201);
    for (key, part) in whom {
        invites(world, &id, key, part).await;
    }
    issues(world, &id).await.is(200);
    for (key, _) in whom {
        accepts(&world.cast(key), &id).await.is(200);
    }
    id
}

fn ids(of: &Value) -> Vec<String> {
    of.as_array().into_iter().flatten().filter_map(|one| one["id"].as_str()).map(str::to_owned).collect()
}

#[test]
fn everything_in_a_pack_is_what_its_reader_reads_at_its_own_address_and_nothing_is_hers() {
    on_each_alone(async |world| {
        let (case, isla, her) = (world.show_case(), world.cast("isla"), world.woman_a().to_string());
        let said = isla.writes(case, note_about(&her, "protected-account", "She told me of the lane.")).await.id();
        let readers = ["patricia", "angus", "isla", "judith"];
        let id = issued(world, &[("patricia", "chair"), ("angus", "member"), ("isla", "member")]).await;
        for key in readers {
            let who = world.cast(key);
            let pack = data(&who, &id).await;
            pack.is(200).holds_no(&said).holds_no("She told me of the lane").holds_no(&her);
            let cases = pack["cases"].as_array().unwrap();
            assert_eq!(cases.len(), 1, "{key}: {pack}");
            // Who works on the case, or whose post has its rows by the list, has its events; who has neither, the referral.
            assert_eq!(!cases[0]["events"].as_array().unwrap().is_empty(), key != "angus", "{key}");
            assert_eq!(cases[0]["referral"]["case"], json!(case.id), "{key}");
            for (noun, list) in [("notes", "notes"), ("assessments", "assessments"), ("orders", "orders")] {
                for id in ids(&cases[0][list]) {
                    who.get(&format!("/api/v1/{noun}/{id}?purpose=mappa")).await.is(200);
                }
            }
            let mine = who.get(&format!("/api/v1/meetings/{id}/packs")).await;
            let item = &mine.is(200).items()[0];
            assert!(mine.items().iter().any(|one| one["fingerprint"] == pack["fingerprint"]), "{key}");
            if key == "judith" {
                let whole = mine.items().iter().filter(|one| !one["manifest"].is_null()).count();
                assert_eq!(
                    (mine.items().len(), whole),
                    (4, 1),
                    "the office sees who has which, and what is in its own: {mine}"
                );
            } else {
                assert_eq!(json!(fingerprint(item["manifest"].as_str().unwrap())), pack["fingerprint"], "{key}");
                assert_eq!(mine.items().len(), 1, "{key}");
            }
        }
        for key in ["kenneth", "duncan", "irene"] {
            world.cast(key).is_told_nothing_at("/api/v1/meetings/{}/pack", &id).await;
            world.cast(key).is_told_nothing_at("/api/v1/meetings/{}/packs", &id).await;
        }
    });
}

#[test]
fn the_page_and_the_pdf_say_what_the_data_says() {
    on_each_alone(async |world| {
        let id = issued(world, &[("patricia", "chair")]).await;
        let patricia = world.cast("patricia");
        let shown = data(&patricia, &id).await;
        let person = &shown.is(200)["cases"][0]["person"];
        let page = pack(&patricia, &id, "text/html").await;
        assert_eq!(page.is(200).headers["content-type"], "text/html; charset=utf-8");
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let name = shown["made_for"]["name"].as_str().unwrap();
        for words in [person["family_name"].as_str().unwrap(), name, "Risk management plan", "Clocks", "Version 1, "] {
            assert!(page.text.contains(words), "{words}");
        }
        let pdf = pack(&patricia, &id, "application/pdf").await;
        assert_eq!(pdf.is(200).headers["content-type"], "application/pdf");
        assert!(pdf.text.starts_with("%PDF-1.7"));
        let again = data(&patricia, &id).await;
        assert_eq!(
            (&again["version"], &again["fingerprint"]),
            (&json!(1), &shown["fingerprint"]),
            "nothing has changed"
        );
    });
}

#[test]
fn nothing_is_packed_for_who_has_not_accepted_nor_before_it_is_issued_nor_when_it_is_over() {
    on_each_alone(async |world| {
        referred(world).await;
        let id = set(world, 10).await;
        lists(&world.cast("judith"), &id, world.show_case(), 30).await.is(201);
        invites(world, &id, "angus", "member").await;
        let angus = world.cast("angus");
        data(&angus, &id).await.is_problem(422, "invalid");
        issues(world, &id).await.is(200);
        data(&angus, &id).await.is_problem(422, "invalid");
        accepts(&angus, &id).await.is(200);
        assert_eq!(data(&angus, &id).await.is(200)["version"], json!(1));
        world.wind(25 * DAY);
        world.cast_now("angus").is_told_nothing_at("/api/v1/meetings/{}/pack", &id).await;
    });
}

#[test]
fn what_is_taken_back_is_gone_with_a_new_version_that_says_so_and_the_old_list_still_names_it() {
    on_each_alone(async |world| {
        let case = world.show_case();
        // What he does in his programme is the co-ordinator's to read only once it was released to her.
        let note = json!({
            "kind": "assessment", "category": "programme-content", "text": "He has stopped talking.", "sources": ["group"],
            "handling": {
                "share": "P", "onward": "ask-originator", "use_with_man": "ask-first", "action_on": "free", "attributable": true,
            },
        });
        let note = world.cast("morag").writes(case, note).await.id();
        let id = issued(world, &[("patricia", "chair")]).await;
        let judith = world.cast("judith");
        data(&judith, &id).await.is(200).holds_no(&note);
        let share = share_with(json!({ "worker": world.worker("judith").id }), "mappa");
        let share = world.cast("morag").post(&format!("/api/v1/notes/{note}/shares"), share).await.is(201).id();
        let second = data(&judith, &id).await;
        assert_eq!((&second.is(200)["version"], ids(&second["new"])), (&json!(2), vec![note.clone()]), "{second}");
        assert!(ids(&second["cases"][0]["notes"]).contains(&note), "{second}");
        let back = json!({ "reason": "It was wrong." });
        world.cast("morag").post(&format!("/api/v1/shares/{share}/withdrawal"), back).await.is(200);
        let told = judith.get("/api/v1/alerts").await;
        assert!(told.items().iter().any(|one| one["kind"] == "note-recalled"), "who had it is told: {told}");
        let third = data(&judith, &id).await;
        assert_eq!((&third.is(200)["version"], ids(&third["gone"])), (&json!(3), vec![note.clone()]), "{third}");
        assert!(!third.text.contains("He has stopped"), "{third}");
        let versions = judith.get(&format!("/api/v1/meetings/{id}/packs")).await;
        let named: Vec<bool> = versions.items().iter().map(|one| ids(&one["items"]).contains(&note)).collect();
        assert_eq!(named, [false, true, false], "the newest first");
        let page = pack(&judith, &id, "text/html").await;
        assert!(page.text.contains("takes the place of version 2") && page.text.contains(&format!("note {note}")));
    });
}
