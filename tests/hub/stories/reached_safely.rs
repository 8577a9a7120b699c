//! Story 1, step 5: her worker opens how she is reached, rings her within the hours that she gave, and says what came of it. And
//! what keeps everybody from ringing her otherwise.

mod closed;
mod told;

use super::{alert, nowhere};
use crate::world::{Answer, Player, World, on_each_from};
use lippen::model::id::ProtectedId;
use serde_json::{Value, json};

const NUMBER: &str = "07700 900555";
const CODE: &str = "bluebellcanary";
const SAY: &str = "Sandra from the dentist canary";
const NOTE: &str = "Her mother minds the bairns canary";

/// A Monday before ten, in the week in which clocks go forward.
const MONDAY: &str = "2027-03-22T09:30:00Z";

/// Somebody who works with one woman.
pub(super) struct Side {
    pub(super) her: ProtectedId,
    pub(super) worker: Player,
}

impl Side {
    pub(super) fn of(world: &World) -> Self {
        Self { her: world.woman_a(), worker: world.signs_in("isla") }
    }

    pub(super) fn path(&self, end: &str) -> String {
        format!("/api/v1/protected/{}/safe-contact{end}", self.her)
    }

    pub(super) async fn card(&self) -> Answer {
        self.worker.get(&self.path("")).await
    }

    /// Writes a version and returns its ways.
    pub(super) async fn writes(&self, replaces: u16, routes: Value) -> Vec<String> {
        let written = self.worker.post(&self.path(""), card(replaces, routes)).await;
        written.is(201).holds_no(NUMBER);
        let routes = written["routes"].as_array().expect("a list").clone();
        routes.iter().map(|id| id.as_str().expect("an id").to_owned()).collect()
    }

    /// Records that she was asked at a moment.
    pub(super) async fn verifies(&self, version: u16, routes: &[String], asked: &str) -> Answer {
        let body = json!({ "version": version, "routes": routes, "asked": asked, "how": "in-person" });
        self.worker.post(&self.path("/verifications"), body).await
    }

    pub(super) async fn asks(&self) -> Answer {
        let answer = self.worker.post(&self.path("/asks"), json!({ "reason": "safety-planning" })).await;
        answer.is(201).holds_no(NUMBER).holds_no(CODE);
        answer
    }

    pub(super) async fn sees(&self, ask: &str) -> Answer {
        self.worker.post(&format!("/api/v1/safe-contact/{ask}/number"), json!({})).await
    }

    pub(super) async fn ends(&self, ask: &str, outcome: &str) -> Answer {
        self.worker.post(&format!("/api/v1/safe-contact/{ask}/outcome"), json!({ "outcome": outcome })).await
    }

    /// Says where each way stands.
    pub(super) async fn states(&self) -> Vec<String> {
        let card = self.card().await;
        let routes = card.is(200)["routes"].as_array().expect("a list").clone();
        routes.iter().map(|one| one["state"].as_str().expect("a word").to_owned()).collect()
    }
}

pub(super) fn card(replaces: u16, routes: Value) -> Value {
    json!({ "replaces": replaces, "language": "en", "interpreter": "not-needed", "children": NOTE, "routes": routes })
}

/// A telephone, on the mornings of working days.
pub(super) fn mornings() -> Value {
    json!({
        "by": "telephone", "to": NUMBER, "say": SAY, "code_word": CODE,
        "windows": [{ "days": ["mon", "tue", "wed", "thu", "fri"], "from": "10:00", "until": "12:00" }],
    })
}

/// A text, in the evenings.
pub(super) fn evenings() -> Value {
    json!({
        "by": "text", "to": NUMBER, "say": SAY, "may_text": true,
        "windows": [{ "days": ["mon", "sun"], "from": "19:00", "until": "21:00" }],
    })
}

#[test]
fn her_worker_rings_her_in_the_hours_that_she_gave_and_nobody_else_learns_of_it() {
    on_each_from(MONDAY, async |world| {
        let (side, case) = (Side::of(world), world.show_case());
        let (morag, catriona) = (world.signs_in("morag"), world.signs_in("catriona"));
        let group = world.signs_in(world.who(case, "programme.group-worker", None));
        let before = his_side(world, &[&morag, &group, &catriona]).await;

        assert_eq!(side.card().await.is(200)["version"], 0);
        side.worker.post(&side.path("/asks"), json!({ "reason": "verify" })).await.is_problem(422, "invalid");
        let routes = side.writes(0, json!([mornings(), evenings()])).await;
        assert_eq!(side.states().await, ["unverified", "unverified"]);
        let refused = side.asks().await;
        assert_eq!((&refused["contact"], &refused["route"]), (&json!("not-verified"), &Value::Null), "{refused}");
        assert!(refused["ask_whom"].to_string().contains("womens.manager"), "{refused}");
        side.sees(&refused.id()).await.is_problem(422, "invalid");

        // What happened at one moment has no order: the next is a second later.
        world.wind(1);
        side.verifies(1, &routes, "2027-03-22T09:00:00Z").await.is(201);
        assert_eq!(side.states().await, ["verified", "verified"]);
        let early = side.asks().await;
        assert_eq!(early["contact"], "not-now", "{early}");
        assert_eq!((&early["next"]["id"], &early["next"]["from"]), (&json!(routes[0]), &json!("2027-03-22T10:00:00Z")));

        world.wind_to("2027-03-22T10:05:00Z");
        let mut missed = alert("missed-session", None, "He did not attend.");
        missed["may_tell_her"] = json!("He did not come to his group.");
        let missed = morag.raises(case, missed).await.id();
        let ask = json!({ "reason": "alert", "alert": missed });
        let answer = side.worker.post(&side.path("/asks"), ask.clone()).await;
        answer.is(201).holds_no(NUMBER).holds_no(CODE);
        assert_eq!((&answer["contact"], &answer["route"]["id"]), (&json!("now"), &json!(routes[0])), "{answer}");
        assert_eq!((&answer["route"]["until"], &answer["route"]["say"]), (&json!("2027-03-22T12:00:00Z"), &json!(SAY)));
        assert_eq!((&answer["route"]["message"], &answer["route"]["never_text"]), (&Value::Null, &json!(true)));
        assert_eq!(answer["may_tell_her"], "He did not come to his group.", "{answer}");
        let number = side.sees(&answer.id()).await;
        assert_eq!((&number.is(200)["to"], &number["code_word"]), (&json!(NUMBER), &json!(CODE)), "{number}");
        side.sees(&answer.id()).await.is_problem(409, "conflict");
        side.ends(&answer.id(), "reached").await.is(201);
        side.ends(&answer.id(), "no-answer").await.is_problem(409, "conflict");

        let shown = side.card().await;
        shown.is(200).holds_no(NUMBER).holds_no(CODE);
        let asks = shown["asks"].as_array().expect("a list");
        assert_eq!(asks.iter().map(|one| &one["contact"]).collect::<Vec<_>>(), ["not-verified", "not-now", "now"]);
        assert_eq!(asks[2]["outcome"]["outcome"], "reached", "{shown}");
        assert_eq!(side.states().await, ["verified", "verified"]);
        // Where she is shows no number beside it any more: whoever works with her asks here.
        let place = side.worker.get(&format!("/api/v1/protected/{}/whereabouts", side.her)).await;
        assert_eq!(place.is(200)["safe_phone"], Value::Null, "{place}");

        for stranger in [&morag, &group, &catriona, &world.signs_in("eilidh"), &world.signs_in("angus")] {
            for (path, body) in side.everything(&answer.id(), &routes) {
                let here = stranger.post(&path, body.clone()).await;
                let place = path.replace(&side.her.to_string(), &nowhere()).replace(&answer.id(), &nowhere());
                here.is_problem(404, "not-found").is_the_same_as(&stranger.post(&place, body).await);
            }
            let path = side.path("");
            let nothing = stranger.get(&path.replace(&side.her.to_string(), &nowhere())).await;
            stranger.get(&path).await.is_problem(404, "not-found").is_the_same_as(&nothing);
        }
        assert_eq!(his_side(world, &[&morag, &group, &catriona]).await, before);
        for words in [NUMBER, CODE, SAY, NOTE] {
            assert_eq!(world.entries_naming(words).await, 0, "{words} stands in the log");
        }
    });
}

impl Side {
    /// Everything that can be sent about how she is reached.
    fn everything(&self, ask: &str, routes: &[String]) -> Vec<(String, Value)> {
        let asked = json!({ "version": 1, "routes": routes, "asked": "2027-03-22T09:00:00Z", "how": "in-person" });
        let beyond = json!({ "route": routes[0], "said": "He is on his way to her and she must be told." });
        vec![
            (self.path(""), card(1, json!([mornings()]))),
            (self.path("/verifications"), asked),
            (self.path("/unsafe"), json!({ "routes": routes })),
            (self.path("/asks"), json!({ "reason": "safety-planning" })),
            (self.path("/asks"), json!({ "reason": "safety-planning", "beyond": beyond })),
            (format!("/api/v1/safe-contact/{ask}/number"), json!({})),
            (format!("/api/v1/safe-contact/{ask}/outcome"), json!({ "outcome": "reached" })),
        ]
    }
}

/// Returns what his side and the other woman's worker are shown of him and of who looked, without what says of itself that
/// somebody looked just now; and claims that nothing of hers stands in it.
async fn his_side(world: &World, players: &[&Player]) -> Vec<Value> {
    let case = world.show_case();
    let mut seen = Vec::new();
    for player in players {
        for end in ["", "/chronology", "/notes"] {
            let answer = player.get(&format!("/api/v1/cases/{}{end}", case.id)).await;
            for words in [NUMBER, CODE, SAY, NOTE, "safe-contact"] {
                answer.is(200).holds_no(words);
            }
            seen.push(without_receipts(answer.body.clone()));
        }
        let readers = Value::from(player.readers_of(case).await).to_string();
        assert!(!readers.contains("safe-"), "{readers}");
    }
    seen
}

/// Leaves out where each look stands in the log, and who looked when.
fn without_receipts(body: Value) -> Value {
    match body {
        Value::Object(fields) => fields
            .into_iter()
            .filter(|(name, _)| !matches!(name.as_str(), "receipt" | "mark"))
            .map(|(name, one)| (name, without_receipts(one)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_receipts).collect(),
        other => other,
    }
}

#[test]
fn what_cannot_be_is_refused_in_words_that_repeat_nothing() {
    on_each_from(MONDAY, async |world| {
        let side = Side::of(world);
        let bent = |change: &dyn Fn(&mut Value)| {
            let mut way = mornings();
            change(&mut way);
            card(0, json!([way]))
        };
        let of = |from: &str, until: &str| json!([{ "days": ["mon"], "from": from, "until": until }]);
        let two = json!([{ "days": ["mon"], "from": "10:00", "until": "12:00" },
                         { "days": ["mon", "tue"], "from": "11:00", "until": "13:00" }]);
        let wrong: Vec<(&str, Value)> = vec![
            ("routes.windows.until", bent(&|way| way["windows"] = of("12:00", "10:00"))),
            ("routes.windows", bent(&|way| way["windows"] = two.clone())),
            ("routes.windows", bent(&|way| way["windows"] = json!([]))),
            ("routes.windows.days", bent(&|way| way["windows"][0]["days"] = json!([]))),
            ("routes.to", bent(&|way| way["to"] = json!("ask her sister"))),
            ("routes.to", bent(&|way| way["by"] = json!("e-mail"))),
            ("routes.say", bent(&|way| drop(way.as_object_mut().expect("a way").remove("say")))),
            ("routes.keep", card(0, json!([{ "keep": nowhere() }]))),
            ("routes.keep", bent(&|way| way["keep"] = json!(nowhere()))),
            ("routes", card(0, json!([]))),
        ];
        for (field, body) in wrong {
            let refused = side.worker.post(&side.path(""), body).await;
            refused.is_problem(422, "invalid").blames(field).holds_no(NUMBER).holds_no("sister");
        }
        for (from, until) in [("25:00", "26:00"), ("9:00", "12:00"), ("10:00", "24:01")] {
            let refused = side.worker.post(&side.path(""), bent(&|way| way["windows"] = of(from, until))).await;
            refused.is_problem(422, "bad-field").holds_no(from);
        }
        let mut unknown = card(0, json!([mornings()]));
        unknown["language"] = json!("klingon");
        side.worker.post(&side.path(""), unknown).await.is_problem(422, "bad-field").holds_no("klingon");
        side.worker.post(&side.path(""), card(1, json!([mornings()]))).await.is_problem(409, "conflict");

        let routes = side.writes(0, json!([mornings()])).await;
        let twice = [routes[0].clone(), routes[0].clone()];
        side.verifies(1, &twice, "2027-03-22T09:00:00Z").await.is_problem(422, "invalid").blames("routes");
        side.verifies(1, &[nowhere()], "2027-03-22T09:00:00Z").await.is_problem(422, "invalid").blames("routes");
        side.verifies(1, &[], "2027-03-22T09:00:00Z").await.is_problem(422, "invalid").blames("routes");
        side.verifies(1, &routes, "2027-03-22T09:31:00Z").await.is_problem(422, "invalid").blames("asked");
        side.verifies(1, &routes, "2026-12-01T09:00:00Z").await.is_problem(422, "invalid").blames("asked");
        side.verifies(2, &routes, "2027-03-22T09:00:00Z").await.is_problem(409, "conflict");
        let said = json!({ "routes": routes, "said": format!("Ring {NUMBER} instead.") });
        side.worker.post(&side.path("/unsafe"), said).await.is_problem(422, "invalid").blames("said").holds_no(NUMBER);
        for ask in [json!({ "reason": "alert" }), json!({ "reason": "verify", "alert": nowhere() })] {
            side.worker.post(&side.path("/asks"), ask).await.is_problem(422, "invalid").blames("alert");
        }
        let theirs = json!({ "reason": "alert", "alert": nowhere() });
        side.worker.post(&side.path("/asks"), theirs).await.is_problem(422, "invalid").blames("alert");
        assert_eq!(side.states().await, ["unverified"]);
    });
}
