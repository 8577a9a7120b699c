//! One day's work in the show case, with a word of its own in each thing that is written: every table is touched.

use super::{Answer, Hub, Wire, note};
use serde_json::{Value, json};

/// The words, each written in one place and standing nowhere else.
pub(crate) const WRITTEN: &[&str] = &[
    "glaumerydale",
    "sneckiebrae",
    "whigmaleerie-text",
    "bogleweb-opinion",
    "clartyneuk-source",
    "dreichmuir-alert",
    "fankledyke-tell",
    "haverburn-action",
    "kenspeckle-said",
    "lowsietoun-withdrawn",
    "mirkwynd-family",
    "nippitshaw-given",
    "oxterglen-relation",
    "pawkiehaugh-search",
    "quaichlaw-body",
    "rammybrig-url",
    "scunnerlea",
    "thrawnside-key",
    "unkiebank",
    "vennelford-share",
    "wabstermoor-kept",
    "yowdendrift-derived",
];

/// Does a day's work, and returns every answer that was no success.
pub(crate) fn tell(hub: &Hub) -> Vec<Answer> {
    let case = hub.manifest["cases"][0]["id"].as_str().expect("an id");
    let woman = &hub.manifest["cases"][0]["protected"][0]["id"];
    let (mut morag, mut isla) = (hub.cast("morag"), hub.cast("isla"));
    let mut words = note(woman, "Seen at glaumerydale, near sneckiebrae; whigmaleerie-text.");
    words["opinion"] = json!("I think bogleweb-opinion.");
    words["sources"] = json!(["clartyneuk-source"]);
    let written = morag.post_once(&format!("cases/{case}/notes"), "one-note", &words);
    let id = done(written, 201)["id"].as_str().expect("an id").to_owned();
    let alert = json!({ "severity": "high", "may_tell_her": "vennelford-share" });
    let shared = json!({
        "to": { "agency": "ayrshire-womens-service" }, "purpose": "victim-safety",
        "basis": { "type": "statutory-duty", "gateway": "2005-s10" }, "alert": alert,
    });
    let share = done(morag.post(&format!("notes/{id}/shares"), &shared), 201)["id"].as_str().expect("an id").to_owned();
    let raised = json!({
        "severity": "high", "kind": "missed-session", "about": woman, "text": "dreichmuir-alert",
        "may_tell_her": "fankledyke-tell",
    });
    let alert =
        done(morag.post(&format!("cases/{case}/alerts"), &raised), 202)["id"].as_str().expect("an id").to_owned();
    done(isla.get("alerts"), 200);
    done(isla.post(&format!("alerts/{alert}/acknowledgement"), &json!({})), 200);
    done(isla.post(&format!("alerts/{alert}/actions"), &json!({ "text": "I rang; haverburn-action." })), 201);
    done(isla.get(&format!("alerts/{alert}")), 200);
    done(isla.get(&format!("notes/{id}?purpose=victim-safety")), 200);
    done(isla.get(&format!("protected/{}/whereabouts", woman.as_str().expect("an id"))), 200);
    consent(&mut isla, case, woman);
    done(morag.post(&format!("shares/{share}/withdrawal"), &json!({})), 200);
    done(
        morag.post("people/search", &json!({ "family_name": "Cranreuchan", "given_name": "pawkiehaugh-search" })),
        200,
    );
    let known = json!({
        "family_name": "mirkwynd-family", "given_name": "nippitshaw-given", "relation": "oxterglen-relation",
    });
    done(hub.cast("kenneth").post("me/conflicts", &known), 201);
    done(morag.get(&format!("cases/{case}/readers")), 200);
    let kept = "She told me at length what he did in wabstermoor-kept before she went home.";
    let mut account = note(woman, kept);
    account["category"] = json!("protected-account");
    let source = done(isla.post(&format!("cases/{case}/notes"), &account), 201);
    let derived = json!({ "kind": "assessment", "text": "He may go to yowdendrift-derived.", "category": "risk-plan" });
    done(isla.post(&format!("notes/{}/derivative", source["id"].as_str().expect("an id")), &derived), 201);
    let pasted = json!({ "kind": "fact", "category": "attendance", "text": kept });
    done(morag.post(&format!("cases/{case}/notes"), &pasted), 422);
    let placed = json!({ "kind": "fact", "category": "attendance", "text": "At wabstermoor-kept, ZZ99 7QQ." });
    done(morag.post(&format!("cases/{case}/notes"), &placed), 422);
    mistakes(hub, case, &id)
}

fn consent(isla: &mut Wire, case: &str, woman: &Value) {
    let given = json!({
        "subject": woman, "event": "given", "kind": "womens-service", "recipients": ["ayrshire-womens-service"],
        "categories": ["protected-account"], "purposes": ["victim-safety"], "notice": { "id": "notice-en-1" },
        "method": "in-person", "asked_alone": true, "said": "She said kenspeckle-said.",
    });
    let consent = done(isla.post(&format!("cases/{case}/consents"), &given), 201);
    let consent = consent["id"].as_str().expect("an id");
    done(isla.get(&format!("consents/{consent}")), 200);
    done(isla.post(&format!("consents/{consent}/withdrawal"), &json!({ "said": "lowsietoun-withdrawn" })), 200);
}

/// Makes mistakes with telling words in bodies, addresses and headers. Only a short plain name of a field may come
/// back in an answer, so none of these is one.
fn mistakes(hub: &Hub, case: &str, note: &str) -> Vec<Answer> {
    let (mut kenneth, mut morag) = (hub.cast("kenneth"), hub.cast("morag"));
    let notes = format!("/api/v1/cases/{case}/notes");
    let bodies = [
        r#"{"kind": "quaichlaw-body"}"#.to_owned(),
        r#"{"of unkiebank": 1}"#.to_owned(),
        r#"{"text": "quaichlaw-body", "text": "quaichlaw-body"}"#.to_owned(),
        r#"{"text": "quaichlaw-body"#.to_owned(),
        format!(r#"{{"text": "{}"}}"#, "quaichlaw-body ".repeat(9000)),
    ];
    let mut answers: Vec<_> =
        bodies.iter().map(|body| hub.cast("morag").ask("POST", &notes, "", body).expect("an answer")).collect();
    let mut ask = |wire: &mut Wire, method, path: &str, more| {
        answers.push(wire.ask(method, path, more, "").expect("an answer"));
    };
    ask(&mut kenneth, "GET", &format!("/api/v1/notes/{note}"), "");
    ask(&mut kenneth, "GET", "/api/v1/notes/rammybrig-url", "");
    ask(&mut kenneth, "GET", "/rammybrig-url?rammybrig-url=rammybrig-url", "");
    ask(&mut kenneth, "DELETE", "/api/v1/notes/rammybrig-url", "");
    ask(&mut morag, "GET", &format!("/api/v1/notes/{note}?purpose=scunnerlea"), "");
    ask(&mut morag, "GET", &format!("/api/v1/cases/{case}/notes?of%20scunnerlea=1"), "");
    ask(&mut morag, "POST", &notes, "idempotency-key: thrawnside-key thrawnside-key\r\n");
    ask(&mut hub.holding("thrawnside-key"), "GET", "/api/v1/me", "");
    for answer in &answers {
        assert!(answer.status >= 400, "{}", answer.text());
    }
    answers
}

fn done(answer: std::io::Result<Answer>, status: u16) -> Value {
    let answer = answer.expect("it is running");
    assert_eq!(answer.status, status, "{}", answer.text());
    answer.json()
}
