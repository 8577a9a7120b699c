//! Story 6: a response officer opens her address because life is at risk; all whom it concerns are told; it is judged.

use super::{alert, nowhere};
use crate::device::{Device, file_of, to_sign};
use crate::world::{Answer, Player, on_each, on_each_alone};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lippen::demo::{DemoCase, OrderKind};
use serde_json::{Value, json};
use std::process::Command;

const REASON: &str = "Caller says that he is on his way to her with a knife.";
const INCIDENT: &str = "PS-20261120-0412";
const PATH: &str = "/api/v1/emergency-access";

/// Returns what an officer asks about the man of a case, without the proof.
fn about_him(case: &DemoCase, categories: &[&str]) -> Value {
    let man = json!({
        "family_name": case.person.family, "given_name": case.person.given.split(' ').next(),
        "date_of_birth": case.person.born,
    });
    json!({ "person": man, "categories": categories, "reason": REASON, "incident": INCIDENT })
}

pub(super) fn about_her(id: impl ToString, categories: &[&str]) -> Value {
    json!({ "about": id.to_string(), "categories": categories, "reason": REASON, "incident": INCIDENT })
}

/// Asks where somebody is, because life is at risk.
async fn looks(who: &Player, woman: impl ToString) -> Answer {
    who.get(&format!("/api/v1/protected/{}/whereabouts?purpose=emergency", woman.to_string())).await
}

/// Returns the notices of a grant in somebody's inbox, opened.
async fn notices(who: &Player, grant: &str) -> Vec<Answer> {
    let (mut found, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        for item in page.is(200).items().iter().filter(|item| item["kind"] == "emergency-access") {
            let opened = who.opens(item["id"].as_str().expect("an id")).await;
            if opened.is(200)["text"].as_str().expect("words").contains(grant) {
                found.push(opened);
            }
        }
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

#[test]
fn life_at_risk_opens_her_address_under_a_mark_and_for_nothing_else() {
    on_each_alone(async |world| {
        let (kenneth, case) = (world.cast("kenneth"), world.show_case());
        let note = super::note_about(&world.woman_a().to_string(), "risk-assessment", "He has said that he will.");
        let note = world.cast("morag").writes(case, note).await.id();
        looks(&kenneth, world.woman_a()).await.is_problem(404, "not-found");
        let given = world.breaks_glass("kenneth", about_him(case, &["protected-address", "risk-assessment"])).await;
        let (grant, words) = (given.is(201).id(), given["watermark"].as_str().expect("a mark").to_owned());
        let me = format!("u:{}", world.worker("kenneth").id);
        for part in [&me, INCIDENT, &grant] {
            assert!(words.contains(part), "{words}");
        }
        given.holds_no(&case.person.family).holds_no(&case.protected[0].whereabouts.address);
        assert_eq!(given["until"], world.now().plus_seconds(3_600).to_string());

        let opens = given["opens"].as_array().expect("a list");
        assert!(opens.iter().any(|one| one["kind"] == "note" && one["id"] == note.as_str()), "{given}");
        for one in opens {
            let id = one["id"].as_str().expect("an id");
            let path = match one["kind"].as_str() {
                Some("note") => format!("/api/v1/notes/{id}"),
                _ => format!("/api/v1/protected/{id}/whereabouts"),
            };
            let opened = kenneth.get(&format!("{path}?purpose=emergency")).await;
            let mark = opened.is(200)["watermark"].as_str().expect("a mark");
            assert!([&me, INCIDENT, &grant].iter().all(|part| mark.contains(*part)), "{mark}");
            kenneth.get(&path).await.is_problem(404, "not-found");
            kenneth.get(&format!("{path}?purpose=victim-safety")).await.is_problem(404, "not-found");
        }
        let seen = looks(&kenneth, world.woman_a()).await;
        assert_eq!(seen.is(200)["address"], case.protected[0].whereabouts.address.as_str());
        assert!(world.entries_naming(&format!("grant:{grant}")).await > opens.len(), "each look names the grant");

        looks(&world.cast("lynsey"), world.woman_a()).await.is_problem(404, "not-found");
        let other = &world.caseload.cases[4].protected[0].id;
        looks(&kenneth, other).await.is_problem(404, "not-found");
        kenneth.get(&format!("/api/v1/cases/{}", case.id)).await.is_problem(404, "not-found");
        let isla = world.cast("isla").get(&format!("/api/v1/protected/{}/whereabouts", world.woman_a())).await;
        assert!(isla.is(200)["watermark"].is_null(), "no mark over what is hers to see");
    });
}

#[test]
fn all_whom_it_concerns_are_told_in_the_same_moment_and_nobody_of_another_woman() {
    on_each(async |world| {
        let case = world.show_case();
        let given = world.breaks_glass("lynsey", about_him(case, &["protected-address"])).await;
        let grant = given.is(201).id();
        let (hers, others) = (world.woman_a().to_string(), world.woman_b().to_string());
        let manager = world.who(case, "justice.team-manager", None);
        for key in ["isla", "catriona", "aileen", "sheila", "morag", manager, "angus", "ruth", "beth"] {
            let who = world.cast(key);
            let told = notices(&who, &grant).await;
            assert!(!told.is_empty(), "{key} was not told");
            for one in &told {
                one.holds_no(&case.person.family).holds_no(&case.protected[0].whereabouts.address);
                one.holds_no(&case.protected[0].given).holds_no(&case.protected[1].given);
                who.acknowledges(&one.id()).await.is(200);
            }
        }
        for (key, own, other) in [("isla", &hers, &others), ("aileen", &hers, &others), ("sheila", &others, &hers)] {
            for one in notices(&world.cast(key), &grant).await {
                one.holds_no(other);
                assert_eq!(one["about"], own.as_str(), "{key}: {one}");
            }
        }
        for key in ["morag", "angus", "ruth", "beth"] {
            for one in notices(&world.cast(key), &grant).await {
                one.holds_no(&hers).holds_no(&others);
            }
        }
        for key in ["lynsey", "kenneth", "mhairi", "norma", "eilidh"] {
            assert!(notices(&world.cast(key), &grant).await.is_empty(), "{key} has nothing to do with it");
        }

        let only = world.breaks_glass("lynsey", about_her(&others, &["protected-address"])).await;
        let grant = only.is(201).id();
        assert!(notices(&world.cast("isla"), &grant).await.is_empty(), "she is not concerned");
        assert_eq!(notices(&world.cast("catriona"), &grant).await.len(), 1);
    });
}

#[test]
fn a_grant_about_one_woman_opens_nothing_of_the_other_and_only_what_was_asked() {
    on_each_alone(async |world| {
        let kenneth = world.cast("kenneth");
        let given = world.breaks_glass("kenneth", about_her(world.woman_b(), &["protected-address"])).await;
        assert_eq!(given.is(201)["opens"].as_array().map(Vec::len), Some(1), "{given}");
        looks(&kenneth, world.woman_b()).await.is(200);
        looks(&kenneth, world.woman_a()).await.is_problem(404, "not-found");
        let note = super::note_about(&world.woman_b().to_string(), "risk-assessment", "He has said that he will.");
        let note = world.cast("morag").writes(world.show_case(), note).await.id();
        kenneth.reads(&note, "emergency").await.is_problem(404, "not-found");
        let raised = alert("threat", Some(world.woman_b().to_string()), "He may come.");
        kenneth.post(&format!("/api/v1/cases/{}/alerts", world.show_case().id), raised).await.is(404);
        world.wind(3_599);
        looks(&kenneth, world.woman_b()).await.is(200);
        world.wind(1);
        kenneth
            .is_told_nothing_at("/api/v1/protected/{}/whereabouts?purpose=emergency", &world.woman_b().to_string())
            .await;
    });
}

#[test]
fn the_sixth_look_within_an_hour_is_refused() {
    on_each_alone(async |world| {
        let kenneth = world.cast("kenneth");
        for woman in [world.woman_a(), world.woman_b()] {
            world.breaks_glass("kenneth", about_her(woman, &["protected-address"])).await.is(201);
        }
        for look in 0..5 {
            let woman = if look % 2 == 0 { world.woman_a() } else { world.woman_b() };
            looks(&kenneth, woman).await.is(200);
        }
        let sixth = looks(&kenneth, world.woman_a()).await;
        sixth.is_problem(403, "refused").blames("ring");
        assert!(sixth.text.contains("08081 570 016"), "it says whom to ring: {sixth}");
        sixth.holds_no(&world.show_case().protected[0].whereabouts.address);
        looks(&world.cast("isla"), world.woman_a()).await.is(200);
    });
}

#[test]
fn looks_at_once_are_counted_one_by_one() {
    on_each_alone(async |world| {
        world.breaks_glass("kenneth", about_her(world.woman_a(), &["protected-address"])).await.is(201);
        let kenneth = world.cast("kenneth");
        let all = futures_util::future::join_all((0..12).map(|_| looks(&kenneth, world.woman_a()))).await;
        let shown = all.iter().filter(|answer| answer.status == 200).count();
        assert!((1..=5).contains(&shown), "{shown} of 12");
    });
}

#[test]
fn a_proof_is_for_one_worker_one_act_and_one_use() {
    on_each_alone(async |world| {
        let (kenneth, ask) = (world.cast("kenneth"), about_her(world.woman_a(), &["protected-address"]));
        let with = |proof: Value| {
            let mut whole = ask.clone();
            whole["step_up"] = proof;
            whole
        };
        let (his, hers) = (Device::of(world, "kenneth"), Device::of(world, "lynsey"));
        let challenge = world.challenge("kenneth").await;
        let good = his.answers(&challenge, &ask);
        let refused = async |proof: Value, field: &str| {
            kenneth.post(PATH, with(proof)).await.is_problem(422, "invalid").blames(field);
        };
        refused(hers.answers(&challenge, &ask), "step_up.key").await;
        let mut forged = hers.answers(&challenge, &ask);
        forged["key"] = json!(his.kid);
        refused(forged, "step_up.signature").await;
        refused(his.answers(&world.challenge("lynsey").await, &ask), "step_up.challenge").await;
        refused(his.answers("AAAAAAAAAAAAAAAA", &ask), "step_up.challenge").await;
        for (field, value) in [
            ("incident", json!("PS-20261120-0413")),
            ("reason", json!("Something else is happening to somebody.")),
            ("categories", json!(["protected-address", "child"])),
            ("about", json!(world.woman_b())),
        ] {
            let mut other = ask.clone();
            other[field] = value;
            refused(his.answers(&challenge, &other), "step_up.signature").await;
        }
        looks(&kenneth, world.woman_a()).await.is_problem(404, "not-found");
        kenneth.post(PATH, with(good.clone())).await.is(201);
        refused(good, "step_up.challenge").await;

        let late = world.challenge("kenneth").await;
        world.wind(300);
        refused(his.answers(&late, &ask), "step_up.challenge").await;
    });
}

#[test]
fn a_case_and_an_address_together_open_nobody_who_is_not_named() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let mut ask = json!({
            "case": case.id, "categories": ["protected-address"], "reason": REASON, "incident": INCIDENT,
        });
        for categories in [json!(["protected-address"]), json!(["risk-assessment", "protected-address"])] {
            ask["categories"] = categories;
            world.breaks_glass("kenneth", ask.clone()).await.is_problem(422, "invalid").blames("about");
        }
        let kenneth = world.cast("kenneth");
        looks(&kenneth, world.woman_a()).await.is_problem(404, "not-found");
        ask["about"] = json!(world.woman_a());
        world.breaks_glass("kenneth", ask).await.is(201).holds_no(&world.woman_b().to_string());
        looks(&kenneth, world.woman_a()).await.is(200);
        looks(&kenneth, world.woman_b()).await.is_problem(404, "not-found");
    });
}

#[test]
fn openssl_signs_what_the_hub_asks_for() {
    on_each(async |world| {
        let ask = about_her(world.woman_a(), &["protected-address"]);
        let challenge = world.challenge("kenneth").await;
        let folder = tempfile::tempdir().expect("a folder");
        let (text, out) = (folder.path().join("text"), folder.path().join("signature"));
        std::fs::write(&text, to_sign(&challenge, &ask)).expect("written");
        let mut openssl = Command::new("openssl");
        openssl.args(["pkeyutl", "-sign", "-rawin", "-inkey"]).arg(file_of(world, "kenneth"));
        let done = openssl.arg("-in").arg(&text).arg("-out").arg(&out).output().expect("openssl runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        let signature = URL_SAFE_NO_PAD.encode(std::fs::read(&out).expect("a signature"));
        let mut whole = ask;
        let kid = Device::of(world, "kenneth").kid;
        whole["step_up"] = json!({ "challenge": challenge, "key": kid, "signature": signature });
        world.cast("kenneth").post(PATH, whole).await.is(201);
    });
}

#[test]
fn what_an_emergency_does_not_open_is_answered_like_nobody() {
    on_each_alone(async |world| {
        let nobody = json!({ "family_name": "Nosuchname", "given_name": "Ann", "date_of_birth": "1971-02-03" });
        let mut unknown = about_him(world.show_case(), &["protected-address"]);
        unknown["person"] = nobody;
        let nothing = world.breaks_glass("kenneth", unknown).await;
        nothing.is_problem(404, "nothing-opened").blames("ring");
        assert!(nothing.text.contains("08081 570 016"), "{nothing}");

        let diversion =
            world.caseload.cases.iter().find(|case| case.order == OrderKind::Diversion).expect("a diversion");
        let manager = world.cast(world.who(diversion, "justice.case-manager", None));
        let note = json!({ "kind": "assessment", "category": "risk-assessment", "text": "High." });
        manager.writes(diversion, note).await;
        let his = world.caseload.cases.iter().skip(5).find(|case| case.order == OrderKind::Caledonian).expect("a case");
        let known = json!({ "family_name": his.person.family, "given_name": his.person.given, "relation": "brother" });
        world.cast("kenneth").post("/api/v1/me/conflicts", known).await.is(201);
        let at = |id: String| json!({ "case": id, "categories": ["risk-assessment"], "reason": REASON, "incident": INCIDENT });
        let at_diversion = at(diversion.id.to_string());
        let elsewhere = json!({
            "case": world.show_case().id, "about": his.protected[0].id, "categories": ["protected-address"],
            "reason": REASON, "incident": INCIDENT,
        });
        let (stored, told) = (world.rows_written().await, world.cast("isla").get("/api/v1/alerts?limit=100").await);
        for ask in [
            about_him(diversion, &["risk-assessment"]),
            at_diversion,
            about_him(world.show_case(), &["health"]),
            about_him(world.show_case(), &["protected-address", "health"]),
            about_him(world.show_case(), &["police-intelligence"]),
            at(nowhere()),
            about_her(nowhere(), &["protected-address"]),
            elsewhere,
        ] {
            let answer = world.breaks_glass("kenneth", ask).await;
            answer.is_the_same_as(&nothing);
        }
        assert_eq!(world.rows_written().await, stored, "nobody was told anything");
        let known = world.breaks_glass("kenneth", about_him(his, &["protected-address"])).await;
        known.is_the_same_as(&nothing);
        assert_eq!(world.rows_written().await, stored + 3, "officers of three agencies answer for him: each is told");
        for key in ["ruth", "beth", "gavin"] {
            let officer = world.cast(key);
            let inbox = officer.get("/api/v1/alerts?limit=100").await;
            let looked = inbox.is(200).items().iter().find(|item| item["kind"] == "own-lookup").cloned();
            officer.opens(looked.expect("a notice")["id"].as_str().expect("an id")).await.is(200);
        }
        world.breaks_glass("kenneth", at(his.id.to_string())).await.is_the_same_as(&nothing);
        looks(&world.cast("kenneth"), his.protected[0].id).await.is_problem(404, "not-found");
        assert_eq!(world.cast("isla").get("/api/v1/alerts?limit=100").await["items"], told["items"]);
        for key in ["isla", "morag", "angus", "ruth", "graham", "emil"] {
            let ask = about_him(world.show_case(), &["protected-address"]);
            world.breaks_glass(key, ask).await.is_problem(404, "not-found");
        }
    });
}

#[test]
fn an_emergency_without_its_words_is_none() {
    on_each_alone(async |world| {
        let (kenneth, acts) = (world.cast("kenneth"), world.acts().await);
        let long = "x".repeat(5_000);
        for (field, value, status, blamed) in [
            ("reason", json!(""), "bad-field", "reason"),
            ("reason", json!("x"), "invalid", "reason"),
            ("reason", json!("life at risk"), "invalid", "reason"),
            ("reason", json!(long), "bad-field", "reason"),
            ("incident", json!(" "), "bad-field", "incident"),
            ("incident", json!("x"), "invalid", "incident"),
            ("incident", json!("he rang in"), "invalid", "incident"),
            ("categories", json!([]), "invalid", "categories"),
            ("categories", json!(["child", "child"]), "invalid", "categories"),
            ("categories", json!(["whereabouts"]), "bad-field", "categories[0]"),
            ("case", json!(nowhere()), "invalid", "person"),
            ("person", json!(null), "invalid", "person"),
            ("person", json!({ "family_name": "Nosuchname" }), "invalid", "person"),
            ("person", json!({ "family_name": "Nosuchname", "reference": "CHS 1" }), "invalid", "person"),
            ("step_up", json!(null), "bad-field", "step_up"),
            ("agency", json!("police-scotland"), "bad-field", "agency"),
        ] {
            let mut ask = about_him(world.show_case(), &["protected-address"]);
            ask["step_up"] = json!({ "challenge": "AAAA", "key": "AAAA", "signature": "AAAA" });
            ask[field] = value;
            kenneth.post(PATH, ask).await.is_problem(422, status).blames(blamed);
        }
        assert_eq!(world.acts().await, acts, "nothing was asked");
    });
}
