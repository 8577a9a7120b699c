//! Story 9: the commencement gate. Nobody begins a group, by whatever route, before each item is done or waived by a manager
//! with a reason; and that a women's service has what was sent tells of receipt alone.

use super::registers::told;
use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

pub(super) const LISTED: &str = "2026-01-12";

/// What case managers record; the programme team and the women's service say that they have what they need.
const BY_CASE_MANAGER: [&str; 9] = [
    "court-report-received",
    "sara-received",
    "statement-of-understanding-signed",
    "statement-of-agreement-signed",
    "collateral-received",
    "preparation-completed",
    "account-agreed",
    "children-check-made",
    "evaluation-1",
];

pub(super) fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

pub(super) fn event(case: &DemoCase, word: &str) -> Value {
    json!({ "word": word, "happened": "2026-02-02T10:00:00Z", "order": case.sentence.id })
}

/// Puts him on the waiting list and returns his place.
pub(super) async fn lists(keeper: &Player, case: &DemoCase) -> String {
    let body = json!({ "programme": "caledonian", "listed": LISTED });
    keeper.post(&at(case, "programme"), body).await.is(201).id()
}

/// Returns his place as somebody sees it.
pub(super) async fn seen(who: &Player, case: &DemoCase) -> Answer {
    who.get(&at(case, "programme")).await
}

pub(super) fn item(seen: &Answer, name: &str) -> Value {
    let items = seen.items()[0]["gate"]["items"].as_array().expect("a gate");
    items.iter().find(|one| one["item"] == name).unwrap_or_else(|| panic!("{name} is missing: {seen}")).clone()
}

/// Waives whatever is wanting, and lets him begin.
pub(super) async fn begins(world: &World, case: &DemoCase) {
    let manager = world.cast(world.who(case, "justice.team-manager", None));
    let gate = seen(&manager, case).await;
    for one in gate.is(200).items()[0]["gate"]["items"].as_array().expect("a gate") {
        if one["state"] == "missing" {
            let mut waiver = event(case, "gate-waived");
            waiver["item"] = one["item"].clone();
            waiver["text"] = json!("Seen on paper by the team.");
            manager.post(&at(case, "events"), waiver).await.is(201);
        }
    }
    let group = world.cast(world.who(case, "programme.group-worker", None));
    group.post(&at(case, "events"), event(case, "group-started")).await.is(201);
}

/// Returns the alert by which a women's service is told that details are there.
async fn told_of_details(who: &Player) -> Option<String> {
    told(who, "programme-details").await.pop()
}

#[test]
fn nobody_begins_before_each_item_is_done_or_waived() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, aileen) = (world.cast("morag"), world.cast("aileen"));
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let manager = world.cast(world.who(case, "justice.team-manager", None));
        let start = event(case, "group-started");
        let early = group.post(&at(case, "events"), start.clone()).await;
        early.is_problem(422, "invalid").blames("word");
        lists(&morag, case).await;
        morag.post(&at(case, "programme"), json!({ "programme": "cdvp" })).await.is_problem(409, "conflict");
        let gate = seen(&group, case).await;
        assert_eq!(item(gate.is(200), "womens-service-receipt")["state"], "missing");
        assert_eq!((&item(&gate, "order")["state"], &gate.items()[0]["gate"]["open"]), (&json!("done"), &json!(false)));
        let refused = group.post(&at(case, "events"), start.clone()).await;
        refused.is_problem(422, "invalid").blames("word");
        assert!(refused.text.contains("womens-service-receipt") && refused.text.contains("ls-cmi"), "{refused}");

        for word in BY_CASE_MANAGER {
            morag.post(&at(case, "events"), event(case, word)).await.is(201);
        }
        // Who alone records an item: the programme team its receipt, nobody the sending but by sending.
        morag
            .post(&at(case, "events"), event(case, "referral-received"))
            .await
            .is_problem(422, "invalid")
            .blames("word");
        group.post(&at(case, "events"), event(case, "ls-cmi-received")).await.is_problem(403, "refused");
        morag.post(&at(case, "events"), event(case, "details-sent")).await.is_problem(422, "invalid").blames("word");
        group.post(&at(case, "events"), event(case, "referral-received")).await.is(201);

        let sent = morag.post(&at(case, "programme/details"), json!({ "to": "ayrshire-womens-service" })).await;
        let sent_id = sent.is(201).id();
        assert_eq!(item(&seen(&group, case).await, "womens-service-receipt")["state"], "sent");
        group.post(&at(case, "events"), start.clone()).await.is_problem(422, "invalid");
        let alert = told_of_details(&aileen).await.expect("her manager is told");
        sent.holds_no(&alert);
        aileen.opens(&alert).await.is(200).holds_no(&world.woman_a().to_string());
        aileen.acknowledges(&alert).await.is(200);
        let gate = seen(&group, case).await;
        let receipt = item(gate.is(200), "womens-service-receipt");
        assert_eq!((&receipt["state"], &receipt["done"][0]["event"]), (&json!("done"), &json!(sent_id)));

        // LS/CMI is wanting still: a manager waives it, and says why.
        let mut waiver = event(case, "gate-waived");
        waiver["item"] = json!("ls-cmi");
        manager.post(&at(case, "events"), waiver.clone()).await.is_problem(422, "invalid").blames("text");
        waiver["text"] = json!("It was done in prison and is on its way.");
        morag.post(&at(case, "events"), waiver.clone()).await.is_problem(422, "invalid");
        let mut other = waiver.clone();
        other["item"] = json!("shoe-size");
        manager.post(&at(case, "events"), other).await.is_problem(422, "invalid").blames("item");
        let waived = manager.post(&at(case, "events"), waiver).await.is(201).id();
        group.post(&at(case, "events"), start).await.is(201);
        let gate = seen(&group, case).await;
        let ls_cmi = item(gate.is(200), "ls-cmi");
        assert_eq!((&ls_cmi["state"], &ls_cmi["waived"]["event"]), (&json!("waived"), &json!(waived)));
        assert_eq!(ls_cmi["waived"]["why"], "It was done in prison and is on its way.");
        assert_eq!(ls_cmi["waived"]["by"], json!(world.worker(&manager.name).id));
        let place = &gate.items()[0];
        assert_eq!((&place["gate"]["open"], &place["listed"]), (&json!(true), &json!(LISTED)));
        assert_eq!((&place["planned"], &place["version"]), (&json!(25), &json!("2024")));
        assert!(place["started"].is_string(), "{gate}");
        assert!(world.entries_naming(&waived).await > 0 && world.entries_naming(&sent_id).await > 0, "on audit");
    });
}

#[test]
fn a_receipt_is_the_same_whoever_is_known_to_the_service_and_names_nobody() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, sheila, isla) = (world.cast("morag"), world.cast("sheila"), world.cast("isla"));
        let group = world.cast(world.who(case, "programme.group-worker", None));
        lists(&morag, case).await;
        let body = json!({ "to": "dumfries-womens-service" });
        isla.post(&at(case, "programme/details"), body.clone()).await.is_problem(403, "refused");
        let sent = morag.post(&at(case, "programme/details"), body).await.is(201).id();
        for wrong in ["police-scotland", "no-such-agency"] {
            let refused = morag.post(&at(case, "programme/details"), json!({ "to": wrong })).await;
            refused.is_problem(422, "invalid").blames("to");
        }
        // The service's manager is told, and none of those who work on the case by that.
        let alert = told_of_details(&sheila).await.expect("its manager is told");
        for key in ["isla", "catriona"] {
            assert!(told_of_details(&world.cast(key)).await.is_none(), "{key} is not told by whom she works with");
        }
        let before = item(&seen(&morag, case).await, "womens-service-receipt");
        sheila.acknowledges(&alert).await.is(200);
        let after = seen(&morag, case).await;
        let receipt = item(&after, "womens-service-receipt");
        let names = |one: &Value| one.as_object().expect("an item").keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&before), names(&receipt));
        assert_eq!((&receipt["have"], &receipt["done"][0]["event"]), (&json!(1), &json!(sent)));
        for who in [&morag, &group] {
            let file = [
                seen(who, case).await,
                who.get(&at(case, "events")).await,
                who.get(&format!("/api/v1/events/{sent}")).await,
            ];
            for part in &file {
                part.is(200).holds_no(&world.worker("sheila").id.to_string()).holds_no(&alert);
                part.holds_no("dumfries-womens");
            }
        }
        // Her worker sees how far he is, and nothing of the gate.
        let hers = seen(&isla, case).await;
        assert!(hers.is(200).items()[0]["gate"].is_null() && hers.items()[0]["listed"] == LISTED, "{hers}");
    });
}

#[test]
fn the_day_of_the_waiting_list_stays_whatever_happens_later() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let morag = world.cast("morag");
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let place = lists(&morag, case).await;
        let waiting = group.get("/api/v1/waiting-list").await;
        assert_eq!(waiting.is(200).item(&place).expect("he waits")["listed"], LISTED);
        assert!(world.cast("isla").get("/api/v1/waiting-list").await.is(200).items().is_empty());
        let older =
            json!({ "programme": "caledonian", "version": "2010", "name": "old-group", "starts": "2026-02-02" });
        let made = group.post("/api/v1/programmes", older).await;
        let old = made.is(201).id();
        group.post(&format!("/api/v1/programmes/{old}/members"), json!({ "place": place })).await.is(201);
        let members = format!("/api/v1/programmes/{old}/members");
        group.post(&members, json!({ "place": place })).await.is_problem(409, "conflict");
        group.post(&members, json!({ "place": super::nowhere() })).await.is_problem(422, "invalid").blames("place");
        begins(world, case).await;
        let now = seen(&group, case).await;
        let here = &now.is(200).items()[0];
        assert_eq!((&here["listed"], &here["version"], &here["planned"]), (&json!(LISTED), &json!("2010"), &json!(26)));
        assert!(group.get("/api/v1/waiting-list").await.is(200).item(&place).is_none(), "he has his group");
        for (body, blamed) in [
            (json!({ "programme": "calling", "order": case.sentence.id }), "programme"),
            (json!({ "programme": "caledonian", "version": "1999" }), "version"),
            (json!({ "programme": "caledonian", "listed": "2190-01-01" }), "listed"),
            (json!({ "programme": "caledonian", "order": super::nowhere() }), "order"),
        ] {
            morag.post(&at(case, "programme"), body).await.is_problem(422, "invalid").blames(blamed);
        }
    });
}

#[test]
fn a_gate_counts_the_sessions_that_its_programme_asks_for() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let morag = world.cast("morag");
        let order = json!({ "kind": "community-payback", "made": "2026-01-05",
            "requirements": [{ "kind": "programme", "programme": "cdvp" }] });
        let order = morag.post(&at(case, "orders"), order).await.is(201).id();
        let listed = json!({ "programme": "cdvp", "order": order, "listed": LISTED });
        morag.post(&at(case, "programme"), listed).await.is(201);
        let session = json!({ "word": "preparation-session", "happened": "2026-02-02T10:00:00Z", "order": order });
        for (number, state) in [(1, "missing"), (2, "missing"), (3, "done")] {
            world.wind(1);
            morag.post(&at(case, "events"), session.clone()).await.is(201);
            let preparation = item(&seen(&morag, case).await, "preparation");
            assert_eq!((&preparation["have"], &preparation["state"]), (&json!(number), &json!(state)));
            assert_eq!((&preparation["need"], &preparation["verified"]), (&json!(3), &json!(true)));
        }
        let now = seen(&morag, case).await;
        let here = &now.items()[0];
        assert_eq!((&here["stage"], &here["planned"]), (&json!("preparation"), &json!(30)), "{now}");
        // A session that did not happen counts no more.
        let last = morag.get(&at(case, "events?limit=1")).await.is(200).items()[0]["id"].clone();
        let wrong = json!({ "word": "correction", "happened": "2026-02-02T10:00:00Z", "order": order, "corrects": last,
            "text": "It was another man." });
        world.wind(1);
        morag.post(&at(case, "events"), wrong).await.is(201);
        assert_eq!(item(&seen(&morag, case).await, "preparation")["have"], 2);
    });
}

#[test]
fn the_demonstration_has_a_group_that_runs_and_somebody_who_waits() {
    on_each_alone(async |world| {
        let group = world.cast(world.who(world.show_case(), "programme.group-worker", None));
        let groups = group.get("/api/v1/programmes").await;
        let id = groups.is(200).items()[0]["id"].as_str().expect("an id").to_owned();
        let open = group.get(&format!("/api/v1/programmes/{id}")).await;
        let men = open.is(200)["men"].as_array().expect("men");
        assert_eq!((men.len(), &open["planned"]), (4, &json!(25)), "{open}");
        assert!(men.iter().all(|man| man["attended"] == 3 && man["started"].is_string()), "{open}");
        let waiting = group.get("/api/v1/waiting-list").await;
        let who = waiting.is(200).items().first().expect("somebody waits")["case"].clone();
        let gate = group.get(&format!("/api/v1/cases/{}/programme", who.as_str().expect("an id"))).await;
        assert_eq!(gate.is(200).items()[0]["gate"]["open"], false);
        assert_eq!(item(&gate, "womens-service-receipt")["state"], "missing");
    });
}
