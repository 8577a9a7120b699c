//! What is taken along from the hub: a chronology with its words, and when he is to be seen, for whoever plans around it.

use super::note_about;
use crate::world::{Answer, Player, on_each, on_each_alone};
use serde_json::{Value, json};

/// Words that are hers.
const HERS: &str = "quietlimmercanary";

async fn record(who: &Player, case: &str, body: Value) -> Answer {
    who.post(&format!("/api/v1/cases/{case}/events"), body).await
}

#[test]
fn a_chronology_holds_his_record_each_on_its_receipt_and_nothing_of_hers() {
    on_each(async |world| {
        let (case, morag, isla) = (world.show_case(), world.cast("morag"), world.cast("isla"));
        let id = case.id.to_string();
        let note = note_about(&world.woman_a().to_string(), "protected-account", &format!("She said {HERS}."));
        isla.writes(case, note).await;
        let condition = json!({ "kind": "no-contact", "protected": [world.woman_a()], "text": "not to go near" });
        let order = json!({ "kind": "licence", "made": "2026-01-05", "conditions": [condition] });
        let order = morag.post(&format!("/api/v1/cases/{id}/orders"), order).await.is(201).id();
        let visit =
            json!({ "word": "home-visit", "happened": "2026-01-06T10:00:00Z", "order": order, "text": "He was in." });
        let visit = record(&morag, &id, visit).await.is(201).id();

        let mut after = String::new();
        let (mut receipts, mut seen) = (Vec::new(), Vec::new());
        loop {
            let page = morag.get(&format!("/api/v1/cases/{id}/chronology?limit=5{after}")).await;
            page.is(200).holds_no(HERS).holds_no(&world.woman_a().to_string()).holds_no(&world.woman_b().to_string());
            assert_eq!(page["mark"]["who"], format!("u:{}", world.worker("morag").id), "{page}");
            let orders = page["orders"].as_array().expect("orders");
            assert_eq!(orders.is_empty(), !after.is_empty(), "orders stand on the first page: {page}");
            for one in orders.iter().chain(page.items()) {
                if one["access"] != "full" && one["access"] != "summary" {
                    continue;
                }
                receipts.push(one["receipt"]["index"].as_u64().unwrap_or_else(|| panic!("no receipt: {one}")));
                seen.push(one.clone());
            }
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        let words = seen.iter().find(|one| one["id"] == visit.as_str()).expect("the visit");
        assert_eq!(words["text"], "He was in.");
        let made = seen.iter().find(|one| one["id"] == order.as_str()).expect("the order");
        assert_eq!(made["conditions"], json!([{ "kind": "no-contact", "from": null, "to": null }]));
        let several = receipts.len();
        receipts.sort_unstable();
        receipts.dedup();
        assert_eq!((several, several > 5), (receipts.len(), true), "each on a receipt of its own");
        // Her worker sees of it what she may see of each, and no words.
        let hers = isla.get(&format!("/api/v1/cases/{id}/chronology")).await;
        hers.is(200).holds_no("He was in.").holds_no("not to go near");
        world.cast("kenneth").get(&format!("/api/v1/cases/{id}/chronology")).await.is_problem(404, "not-found");
    });
}

#[test]
fn her_worker_sees_when_he_is_to_be_seen_and_nothing_else() {
    on_each_alone(async |world| {
        let (case, morag, isla) = (world.show_case().id.to_string(), world.cast("morag"), world.cast("isla"));
        let order = json!({ "kind": "licence", "made": "2026-01-05" });
        let order = morag.post(&format!("/api/v1/cases/{case}/orders"), order).await.is(201).id();
        let now = "2026-01-06T10:00:00Z";
        let plan = async |more: Value| {
            let mut body = json!({ "word": "contact-planned", "happened": now, "order": order, "text": "At the Skelpiecairn office" });
            body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            record(&morag, &case, body).await
        };
        // By local time: in summer an hour before UTC.
        let summer = plan(json!({ "day": "2190-07-01", "at": "10:00", "minutes": 45 })).await.is(201).id();
        let winter = plan(json!({ "day": "2190-12-01", "at": "10:00", "minutes": 30 })).await.is(201).id();
        let whole = plan(json!({ "day": "2190-12-02" })).await.is(201).id();
        let past = plan(json!({ "day": "2020-01-01", "at": "10:00", "minutes": 30 })).await.is(201).id();
        for (bad, field) in [
            (json!({ "at": "10:00", "minutes": 30 }), "day"),
            (json!({ "day": "2190-07-01", "at": "10:00" }), "minutes"),
            (json!({ "day": "2190-07-01", "minutes": 30 }), "at"),
            (json!({ "day": "2190-07-01", "at": "10:00", "minutes": 0 }), "minutes"),
            (json!({ "word": "home-visit", "at": "10:00", "minutes": 5 }), "at"),
        ] {
            assert_eq!(plan(bad).await.is_problem(422, "invalid")["errors"][0]["field"], field);
        }
        let path = format!("/api/v1/cases/{case}/appointments");
        let listed = async || {
            let answer = isla.get(&path).await;
            answer.is(200).holds_no("Skelpiecairn").holds_no(&world.worker("morag").id.to_string()).holds_no(&past);
            answer.items().iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(listed().await, [summer.clone(), winter.clone(), whole.clone()]);
        let answer = isla.get(&path).await;
        assert_eq!(answer.items()[0]["begins"], "2190-07-01T09:00:00Z", "{answer}");
        assert_eq!(answer.items()[1]["begins"], "2190-12-01T10:00:00Z", "{answer}");
        let calendar = isla.get(&format!("{path}.ics")).await;
        calendar.is(200).holds_no("Skelpiecairn").holds_no(&case).holds_no(&world.show_case().reference);
        assert_eq!(calendar.headers["content-type"], "text/calendar; charset=utf-8");
        assert!(calendar.text.contains("\r\nDTSTART:21900701T090000Z\r\nDTEND:21900701T094500Z\r\n"), "{calendar}");
        assert!(calendar.text.contains("\r\nDTSTART;VALUE=DATE:21901202\r\n"), "{calendar}");
        assert_eq!(calendar.text.matches("BEGIN:VEVENT").count(), 3);
        assert!(calendar.text.contains(&format!("\r\nUID:{summer}@lippen.invalid\r\n")), "stable: {calendar}");
        world.nobody().get(&format!("{path}.ics")).await.is_problem(401, "invalid-token");

        // Kept, moved, called off: each is no longer to come.
        let kept = json!({ "kind": "office", "outcome": "kept", "happened": now, "order": order, "follows": summer });
        morag.post(&format!("/api/v1/cases/{case}/contacts"), kept).await.is(201);
        assert_eq!(listed().await, [winter.clone(), whole.clone()]);
        let moved =
            plan(json!({ "day": "2190-12-03", "at": "09:30", "minutes": 30, "follows": winter })).await.is(201).id();
        assert_eq!(listed().await, [whole.clone(), moved.clone()]);
        let off = json!({ "word": "contact-called-off", "happened": now, "order": order, "follows": whole });
        record(&morag, &case, off).await.is(201);
        assert_eq!(listed().await, [moved]);
    });
}
