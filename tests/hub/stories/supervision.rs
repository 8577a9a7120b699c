//! What a man is supervised under and what happens meanwhile: each reader sees as much as the matrix says, and no woman is
//! named to anybody who may not know of her.

use crate::world::{Player, World, on_each, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const WHY: &str = "His mother rang and said that the bus had not come.";

fn order(women: &[String]) -> Value {
    json!({
        "kind": "community-payback", "court": "Kilgowkie Sheriff Court", "reference": "KIL-77", "made": "2026-01-05",
        "received": "2026-01-06", "ends": "2028-01-04",
        "requirements": [{ "kind": "supervision" }, { "kind": "programme", "programme": "caledonian" }],
        "conditions": [
            { "kind": "no-contact", "protected": women, "text": "not to contact or approach the persons named" },
            { "kind": "curfew", "from": "19:00", "to": "07:00" },
        ],
        "contact_level": "high",
    })
}

fn missed(order: &str) -> Value {
    json!({ "kind": "group", "outcome": "missed", "happened": "2026-01-12T19:05:00Z", "text": WHY, "order": order })
}

/// Returns an order of the case.
async fn some_order(keeper: &Player, case: &DemoCase) -> String {
    let list = keeper.get(&at(case, "orders")).await;
    list.is(200).items()[0]["id"].as_str().expect("an id").to_owned()
}

fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

/// Returns the ids of the alerts about attendance in somebody's inbox.
async fn told(who: &Player) -> Vec<String> {
    let (mut ids, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        let about = page
            .is(200)
            .items()
            .iter()
            .filter(|item| matches!(item["kind"].as_str(), Some("missed-session" | "put-right")));
        ids.extend(about.map(|item| item["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { return ids };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

fn liaison<'a>(world: &'a World, case: &DemoCase) -> &'a str {
    let prison = case.involvements.iter().find_map(|part| {
        let of = |one: &&lippen::demo::DemoWorker| one.id == part.worker && one.role.to_string() == "prison.liaison";
        world.caseload.workers.iter().find(of)
    });
    &prison.expect("a licence has its liaison").key
}

fn women(world: &World) -> Vec<String> {
    vec![world.woman_a().to_string(), world.woman_b().to_string()]
}

#[test]
fn an_order_shows_each_reader_what_the_matrix_says_and_no_woman_to_the_others_worker() {
    on_each(async |world| {
        let case = world.show_case();
        let morag = world.cast("morag");
        let made = morag.post(&at(case, "orders"), order(&women(world))).await;
        let id = made.is(201).id();
        assert_eq!(made["events"].as_array().map(Vec::len), Some(5), "made, received, begun, programme, level: {made}");
        let path = format!("/api/v1/orders/{id}");
        let whole = morag.get(&path).await;
        assert_eq!((&whole.is(200)["access"], &whole["court"]), (&json!("full"), &json!("Kilgowkie Sheriff Court")));
        assert_eq!(whole["conditions"][0]["protected"], json!(women(world)), "she works with both: {whole}");
        assert_eq!(whole["conditions"][1]["from"], "19:00");
        for (key, other) in [("isla", world.woman_b()), ("catriona", world.woman_a())] {
            let seen = world.cast(key).get(&path).await;
            assert_eq!((&seen.is(200)["access"], &seen["summary"]["no_contact"]), (&json!("summary"), &json!(true)));
            assert_eq!(seen["summary"]["curfew_hours"], "19:00 to 07:00", "her safety turns on it");
            assert_eq!((&seen["summary"]["curfew"], &seen["summary"]["exclusion"]), (&json!(true), &json!(false)));
            seen.holds_no(&other.to_string()).holds_no("Kilgowkie").holds_no("persons named");
            let list = world.cast(key).get(&at(case, "orders")).await;
            assert_eq!(list.is(200).item(&id).expect("it is listed")["access"], "summary");
            list.holds_no(&other.to_string());
        }
        for key in ["kenneth", "graham", "emil"] {
            world.cast(key).is_told_nothing_at("/api/v1/orders/{}", &id).await;
        }
    });
}

#[test]
fn a_condition_names_a_protected_person_by_reference_only() {
    on_each(async |world| {
        let case = world.show_case();
        let (morag, her) = (world.cast("morag"), &case.protected[0]);
        let path = at(case, "orders");
        let mut named = order(&[]);
        named["conditions"][0]["text"] = json!(format!("not to go near {} {}", her.given, her.family));
        let refused = morag.post(&path, named).await;
        refused.is_problem(422, "invalid").blames("conditions.text").holds_no(&her.family);
        let other = &world.caseload.cases[1].protected[0];
        for stranger in [other.id.to_string(), super::nowhere()] {
            let refused = morag.post(&path, order(&[stranger])).await;
            refused.is_problem(422, "invalid").blames("conditions.protected");
        }
        for (field, value, blamed) in [
            ("ends", json!("2025-12-31"), "ends"),
            ("made", json!("2190-01-01"), "made"),
            ("received", json!("2026-01-04"), "received"),
            ("officer", json!(world.worker("kenneth").id), "officer"),
        ] {
            let mut wrong = order(&[]);
            wrong[field] = value;
            morag.post(&path, wrong).await.is_problem(422, "invalid").blames(blamed);
        }
        let mut hour = order(&[]);
        hour["conditions"][1]["from"] = json!("25:00");
        morag.post(&path, hour).await.is_problem(422, "bad-field");
    });
}

#[test]
fn a_missed_contact_reaches_each_womans_worker_without_a_reason_and_leaves_no_trace_with_him() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let (isla, catriona, morag) = (world.cast("isla"), world.cast("catriona"), world.cast("morag"));
        let before = (told(&isla).await, told(&catriona).await);
        let order = some_order(&morag, case).await;
        let recorded = group.post(&at(case, "contacts"), missed(&order)).await;
        let id = recorded.is(201).id();
        for (worker, before) in [(&isla, before.0), (&catriona, before.1)] {
            let now = told(worker).await;
            let new: Vec<_> = now.iter().filter(|id| !before.contains(id)).collect();
            assert!(!new.is_empty(), "her worker is told");
            recorded.holds_no(new[0]);
            let open = worker.opens(new[0]).await;
            assert_eq!(open.is(200)["may_tell_her"], "He did not come to his group.", "{open}");
            open.holds_no("bus").holds_no(&world.woman_a().to_string()).holds_no(&world.woman_b().to_string());
            let seen = worker.get(&format!("/api/v1/events/{id}")).await;
            assert_eq!((&seen.is(200)["access"], &seen["summary"]["attended"]), (&json!("summary"), &json!("absent")));
            assert_eq!(seen["summary"]["on"], "2026-01-12");
            seen.holds_no("bus");
            assert!(!morag.get(&at(case, "events")).await.is(200).holds_no(new[0]).items().is_empty());
            group.get(&at(case, "notes")).await.is(200).holds_no(new[0]);
        }
        let whole = morag.get(&format!("/api/v1/events/{id}")).await;
        assert_eq!((&whole.is(200)["text"], &whole["outcome"]), (&json!(WHY), &json!("missed")), "{whole}");
        // A women's worker writes nothing into his record.
        isla.post(&at(case, "contacts"), missed(&order)).await.is_problem(403, "refused");
        isla.post(&at(case, "non-compliance"), json!({ "text": WHY, "happened": "2026-01-12T19:05:00Z" }))
            .await
            .is_problem(403, "refused");
    });
}

#[test]
fn the_chronology_holds_every_incident_in_the_order_of_its_recording() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let morag = world.cast("morag");
        let order = morag.post(&at(case, "orders"), order(&[])).await.is(201).id();
        world.wind(1);
        let first = morag.post(&at(case, "contacts"), missed(&order)).await.is(201).id();
        let incident = json!({
            "text": "He did not come and did not ring.", "happened": "2026-01-12T19:05:00Z", "cause": "drift",
            "order": order, "follows": first, "evidence": ["the register of that evening"],
        });
        world.wind(1);
        let second = morag.post(&at(case, "non-compliance"), incident.clone()).await.is(201).id();
        let page = morag.get(&format!("{}?limit=2", at(case, "events"))).await;
        let ids: Vec<_> = page.is(200).items().iter().map(|item| item["id"].clone()).collect();
        assert_eq!(ids, [json!(second), json!(first)], "{page}");
        assert_eq!(page.items()[0]["follows"], json!(first));
        let open = morag.get(&format!("/api/v1/events/{second}")).await;
        assert_eq!(
            (&open.is(200)["cause"], &open["evidence"][0]),
            (&json!("drift"), &json!("the register of that evening"))
        );
        for (field, value) in [("order", super::nowhere()), ("follows", super::nowhere())] {
            let mut wrong = incident.clone();
            wrong[field] = json!(value);
            morag.post(&at(case, "non-compliance"), wrong).await.is_problem(422, "invalid").blames(field);
        }
        let mut early = incident;
        early["happened"] = json!("2190-01-01T00:00:00Z");
        morag.post(&at(case, "non-compliance"), early).await.is_problem(422, "invalid").blames("happened");
        let next = morag.get(&format!("{}?after={}", at(case, "events"), super::nowhere())).await;
        next.is_problem(422, "invalid").blames("after");
    });
}

#[test]
fn a_diversion_is_not_there_for_police_response() {
    on_each(async |world| {
        let diverted = |case: &&DemoCase| case.sentence.kind == lippen::model::orders::OrderKind::Diversion;
        let case = world.caseload.cases.iter().find(diverted).expect("there are ten");
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let list = keeper.get(&at(case, "orders")).await;
        let id = list.is(200).items()[0]["id"].as_str().expect("an id").to_owned();
        assert_eq!(keeper.get(&format!("/api/v1/orders/{id}")).await.is(200)["kind"], "diversion");
        for key in ["kenneth", "angus"] {
            world.cast(key).is_told_nothing_at("/api/v1/orders/{}", &id).await;
        }
    });
}

/// Returns the clocks of a case that somebody sees, by one rule, newest last.
async fn clocks(who: &Player, case: &DemoCase, rule: &str) -> Vec<Value> {
    let page = who.get(&at(case, "clocks")).await;
    page.is(200).items().iter().filter(|one| one["clock"] == rule).cloned().collect()
}

#[test]
fn an_incident_starts_its_clocks_and_only_what_answers_it_stops_them() {
    on_each(async |world| {
        let case = world.show_case();
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let leads = world.cast(world.who(case, "justice.team-manager", None));
        let order = morag.post(&at(case, "orders"), order(&[])).await.is(201).id();
        let incident = json!({ "text": WHY, "happened": "2026-01-12T19:05:00Z", "order": order });
        let first = morag.post(&at(case, "non-compliance"), incident).await.is(201).id();
        let of = async |who: &Player, rule: &str| {
            let all = clocks(who, case, rule).await;
            all.into_iter().find(|one| one["trigger"]["event"] == json!(first)).expect("it runs")
        };
        let visit = of(&morag, "NOS-NON-COMPLIANCE-VISIT").await;
        assert_eq!(
            (&visit["due"], &visit["state"]),
            (&json!("2026-01-13T00:00:00Z"), &json!("late")),
            "high: same day"
        );
        assert_eq!(visit["late_when_known"], true, "it was late when the hub learned of it: {visit}");
        let contact = of(&morag, "NOS-NON-COMPLIANCE-CONTACT").await;
        assert_eq!(
            (&contact["due"], &contact["told_to"]),
            (&json!("2026-01-15T00:00:00Z"), &json!("justice.team-manager"))
        );
        assert_eq!(clocks(&isla, case, "NOS-NON-COMPLIANCE-CONTACT").await, [Value::Null; 0], "no clocks for her side");

        let event =
            |word: &str| json!({ "word": word, "happened": "2026-01-13T10:00:00Z", "order": order, "follows": first });
        // A letter alone answers nothing: it follows an attempt, and the attempt a reason.
        morag.post(&at(case, "events"), event("written-follow-up")).await.is(201);
        assert_eq!(of(&morag, "NOS-NON-COMPLIANCE-CONTACT").await["ended"], Value::Null);
        morag.post(&at(case, "events"), event("contacted-in-person")).await.is(201);
        let ended = of(&morag, "NOS-NON-COMPLIANCE-CONTACT").await;
        assert_eq!((&ended["state"], &ended["ended"]["late"]), (&json!("stopped"), &json!(false)), "{ended}");

        // The other is waived by a manager, with a reason, and stays in sight.
        let mut waive = event("clock-waived");
        waive["clock"] = json!("NOS-NON-COMPLIANCE-VISIT");
        morag.post(&at(case, "events"), waive.clone()).await.is_problem(422, "invalid").blames("text");
        waive["text"] = json!("He was in hospital that night.");
        morag.post(&at(case, "events"), waive.clone()).await.is_problem(422, "invalid").blames("word");
        let mut extend = waive.clone();
        (extend["word"], extend["day"]) = (json!("clock-extended"), json!("2190-01-01"));
        leads.post(&at(case, "events"), extend).await.is_problem(422, "invalid").blames("day");
        leads.post(&at(case, "events"), waive.clone()).await.is(201);
        let waived = of(&morag, "NOS-NON-COMPLIANCE-VISIT").await;
        assert_eq!((&waived["state"], &waived["ended"]["late"]), (&json!("waived"), &json!(true)), "{waived}");
        leads.post(&at(case, "events"), waive.clone()).await.is_problem(422, "invalid").blames("clock");
        waive["clock"] = json!("NOS-ALLOCATE");
        leads.post(&at(case, "events"), waive).await.is_problem(422, "invalid").blames("clock");

        let mine = morag.get("/api/v1/clocks?limit=100").await;
        let open = |one: &Value| matches!(one["state"].as_str(), Some("running" | "amber" | "late" | "not-set"));
        assert!(mine.is(200).items().iter().all(open), "{mine}");
    });
}

#[test]
fn an_excuse_needs_evidence_and_nobody_writes_what_is_anothers_to_decide() {
    on_each(async |world| {
        let case = world.show_case();
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let order = morag.post(&at(case, "orders"), order(&[])).await.is(201).id();
        let incident = json!({ "text": WHY, "happened": "2026-01-12T19:05:00Z", "order": order });
        let first = morag.post(&at(case, "non-compliance"), incident).await.is(201).id();
        let event =
            |word: &str| json!({ "word": word, "happened": "2026-01-13T10:00:00Z", "order": order, "follows": first });
        let excuse = event("excuse-accepted");
        morag.post(&at(case, "events"), excuse.clone()).await.is_problem(422, "invalid").blames("evidence");
        let mut with = excuse;
        with["evidence"] = json!(["doctor's note of 13 January"]);
        let accepted = morag.post(&at(case, "events"), with).await.is(201).id();
        let seen = isla.get(&format!("/api/v1/events/{accepted}")).await;
        assert_eq!((&seen.is(200)["summary"]["excused"], &seen["summary"]["on"]), (&json!(true), &json!("2026-01-12")));
        seen.holds_no("doctor");
        morag.post(&at(case, "events"), event("breach-decided")).await.is_problem(422, "invalid").blames("word");
        let mut lowered = event("contact-kept");
        lowered["contact_level"] = json!("low");
        morag.post(&at(case, "events"), lowered).await.is_problem(422, "invalid").blames("contact_level");
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let mut erased = event("contact-kept");
        erased["corrects"] = json!(first);
        group.post(&at(case, "events"), erased).await.is_problem(422, "invalid").blames("corrects");
    });
}

#[test]
fn what_is_put_right_stays_beside_what_was_wrong_and_her_worker_hears_of_it() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let order = some_order(&morag, case).await;
        let wrong = morag.post(&at(case, "contacts"), missed(&order)).await.is(201).id();
        let before = told(&isla).await;
        let right =
            json!({ "word": "contact-kept", "happened": "2026-01-12T19:05:00Z", "order": order, "corrects": wrong });
        let right = morag.post(&at(case, "events"), right).await.is(201).id();
        let now = told(&isla).await;
        let new: Vec<_> = now.iter().filter(|id| !before.contains(id)).collect();
        let open = isla.opens(new[0]).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains("put right")), "{open}");
        assert_eq!(open["kind"], "put-right", "no second alarm");
        assert_eq!(new.len(), 1, "what was kept alerts nobody by itself");
        let list = isla.get("/api/v1/alerts?limit=100").await;
        let first =
            list.is(200).items().iter().find(|one| Some(&one["id"]) == before.last().map(|id| json!(id)).as_ref());
        assert!(first.expect("the first alert")["put_right_at"].is_string(), "{list}");
        assert_eq!(morag.get(&format!("/api/v1/events/{right}")).await.is(200)["corrects"], json!(wrong));
        assert_eq!(morag.get(&format!("/api/v1/events/{wrong}")).await.is(200)["outcome"], "missed", "it stays");
        // He was away after all: the new word alerts by itself, with its day.
        let again =
            json!({ "word": "contact-missed", "happened": "2026-01-12T19:05:00Z", "order": order, "corrects": right });
        let before = told(&isla).await.len();
        let right = morag.post(&at(case, "events"), again).await.is(201).id();
        let now = told(&isla).await;
        assert_eq!(now.len(), before + 1);
        let open = isla.opens(now.last().expect("the new one")).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains("12 January 2026")), "{open}");
        let empty = json!({ "word": "correction", "happened": "2026-01-12T19:05:00Z", "corrects": right });
        morag.post(&at(case, "events"), empty).await.is_problem(422, "invalid").blames("text");
    });
}

#[test]
fn the_card_shows_what_he_is_under_and_a_recall_until_the_prison_confirms() {
    on_each(async |world| {
        let case = world
            .caseload
            .cases
            .iter()
            .find(|case| case.sentence.kind == lippen::model::orders::OrderKind::Licence)
            .expect("there are some");
        let (officer, keeper) = (world.cast("kenneth"), world.cast(world.who(case, "justice.case-manager", None)));
        let ask = json!({
            "family_name": case.person.family, "given_name": case.person.given, "date_of_birth": case.person.born,
            "incident": "PS-20261120-0412",
        });
        let card = async || {
            let answer = officer.post("/api/v1/status-queries", ask.clone()).await;
            assert_eq!(answer.is(200)["match"], "one", "{answer}");
            answer["card"].clone()
        };
        let before = card().await;
        assert_eq!((&before["orders"][0]["words"], &before["recall"]), (&json!("Licence"), &Value::Null), "{before}");
        assert!(before["conditions"].is_array() && before["contact_level"].is_string(), "{before}");
        let list = keeper.get(&at(case, "orders")).await;
        let order = list.is(200).items()[0]["id"].clone();
        let event = |word: &str, at: &str| json!({ "word": word, "happened": at, "order": order });
        keeper.post(&at(case, "events"), event("recalled", "2026-01-12T10:00:00Z")).await.is(201);
        keeper.post(&at(case, "events"), event("at-large", "2026-01-13T10:00:00Z")).await.is(201);
        // An officer reads the alert; whoever recorded the recall is not told who did.
        let is_his = |one: &&lippen::demo::DemoWorker| one.role.to_string() == "police.offender-management";
        let on_case = |one: &&lippen::demo::DemoWorker| case.involvements.iter().any(|part| part.worker == one.id);
        let officers = || world.caseload.workers.iter().filter(is_his);
        let told = world.cast(&officers().find(on_case).or_else(|| officers().next()).expect("an officer").key);
        let alerts = told.get("/api/v1/alerts?limit=100").await;
        let mut of_recall = alerts.is(200).items().iter().filter(|one| one["kind"] == "recall");
        let alert = of_recall.next_back().expect("he is told")["id"].as_str().expect("an id").to_owned();
        told.opens(&alert).await.is(200);
        let readers = Value::from(keeper.readers_of(case).await).to_string();
        assert!(!readers.contains(&alert), "{readers}");
        let red = card().await;
        assert_eq!(red["recall"]["since"], "2026-01-12T10:00:00Z", "{red}");
        assert!(red["at_large"]["say"].as_str().is_some_and(|say| say.contains("another matter")), "{red}");
        // Only the prison service says that he is back.
        let back = event("returned-to-custody", "2026-01-14T10:00:00Z");
        keeper.post(&at(case, "events"), back.clone()).await.is_problem(422, "invalid").blames("word");
        // Nor does anybody take it off the card by an event that they may write.
        let list = keeper.get(&at(case, "events")).await;
        let recall =
            list.is(200).items().iter().find(|one| one["word"] == "recalled").expect("it is there")["id"].clone();
        let prison = world.cast(liaison(world, case));
        let mut erased = event("order-varied", "2026-01-14T10:00:00Z");
        erased["corrects"] = recall;
        prison.post(&at(case, "events"), erased).await.is_problem(422, "invalid").blames("corrects");
        assert_eq!(card().await["recall"]["since"], "2026-01-12T10:00:00Z");
        prison.post(&at(case, "events"), back).await.is(201);
        let over = card().await;
        assert_eq!((&over["recall"], &over["at_large"]), (&Value::Null, &Value::Null), "{over}");
    });
}
