//! Story 10, steps 1 to 3: an address is proposed, those who must be asked are asked, and what they answer tells his side of
//! nobody who spoke.

mod answered;
mod unanswered;
mod unattended;

use super::nowhere;
use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::{DemoCase, DemoWorker};
use lippen::http::routes::ROUTES;
use serde_json::{Value, json};

/// The word in everything that her service writes.
pub(super) const MARK: &str = "wheeshtreply";

const OBJECTS: &str = "wheeshtreply She would not be safe with him there.";

/// Returns a case of a man who leaves prison: with its liaison, its police officer and a woman.
pub(super) fn leaving(world: &World) -> &DemoCase {
    let has = |case: &DemoCase, role: &str| case.involvements.iter().any(|part| role_of(world, part.worker) == role);
    let fits = |case: &&DemoCase| {
        ["prison.liaison", "police.offender-management", "womens.worker"].iter().all(|role| has(case, role))
    };
    world.caseload.cases.iter().find(fits).expect("a man who leaves prison, and a woman")
}

pub(super) fn role_of(world: &World, worker: lippen::model::id::WorkerId) -> String {
    let found = world.caseload.workers.iter().find(|one| one.id == worker);
    found.map(|one| one.role.to_string()).unwrap_or_default()
}

pub(super) fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

/// Returns a proposal of an address.
pub(super) fn proposal(address: &str) -> Value {
    json!({ "kind": "hdc", "address": address, "from": "2190-11-27" })
}

/// One question, and who was asked.
pub(super) struct Asked<'a> {
    pub(super) who: &'a DemoWorker,
    pub(super) player: Player,
    pub(super) id: String,
    pub(super) line: Value,
}

/// Returns whoever has been asked about an address that starts on a day, each with the question.
pub(super) async fn asked<'a>(world: &'a World, case: &DemoCase, from: &str) -> Vec<Asked<'a>> {
    let mut all = Vec::new();
    for who in &world.caseload.workers {
        let player = world.cast(&who.key);
        let list = player.get("/api/v1/checks?limit=100").await;
        // Some hold no list, and some no seat any more.
        if list.status == 404 || list.status == 401 {
            continue;
        }
        for line in list.is(200).items().iter().filter(|one| one["case"] == json!(case.id) && one["from"] == from) {
            let id = line["id"].as_str().expect("an id").to_owned();
            all.push(Asked { who, player: player.clone(), id, line: line.clone() });
        }
    }
    all
}

/// Answers for everybody who was asked: those of `service` with `answer`, the others that they know nothing against it.
pub(super) async fn answer_all(all: &[Asked<'_>], service: &str, answer: Value) {
    let mut done: Vec<&str> = Vec::new();
    for one in all {
        if done.contains(&one.id.as_str()) {
            continue;
        }
        done.push(&one.id);
        let body = if one.line["service"] == service { answer.clone() } else { json!({ "answer": "no-objection" }) };
        one.player.post(&format!("/api/v1/checks/{}/replies", one.id), body).await.is(201);
    }
}

/// Returns what somebody is shown of an address, without what differs from one address to the next whatever is answered.
pub(super) async fn shown(player: &Player, id: &str) -> Value {
    let mut body = player.get(&format!("/api/v1/addresses/{id}")).await.is(200).body.clone();
    let fields = body.as_object_mut().expect("an object");
    for name in ["id", "event", "proposed", "due", "receipt", "from"] {
        fields.remove(name);
    }
    body
}

/// Asks every reading route that is there for a case, and each thing that its lists name.
pub(super) async fn everything(player: &Player, case: &DemoCase, more: &[(&str, &str)]) -> Vec<Answer> {
    let mut all = Vec::new();
    for (_, route) in ROUTES.iter().filter(|(way, route)| *way == "get" && !route.ends_with("/stream")) {
        let path = route.replace("{case}", &case.id.to_string());
        let known = more.iter().fold(path, |path, (name, id)| path.replace(name, id));
        if known.contains('{') || route.starts_with("/api/v1/audit") {
            continue;
        }
        let limit = if route.ends_with('s') && !route.ends_with("/basis") { "?limit=100" } else { "" };
        let list = player.get(&format!("{known}{limit}")).await;
        for item in list.body["items"].as_array().into_iter().flatten() {
            let of_case = item["case"] == json!(case.id) && item["id"].is_string();
            let noun = ["events", "orders", "alerts", "checks", "addresses", "disclosures", "notes"];
            let last = route.rsplit('/').next().unwrap_or_default();
            if of_case && noun.contains(&last) {
                all.push(player.get(&format!("/api/v1/{last}/{}", item["id"].as_str().expect("an id"))).await);
            }
        }
        all.push(list);
    }
    all
}

#[test]
fn an_objection_of_her_service_looks_to_his_side_like_anybody_elses_and_her_words_reach_nobody_there() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        let keeper = world.cast(world.who(case, "justice.case-manager", None));
        let her = &case.protected[0];
        // Where she once lived, or lives: recording it answers nothing.
        let first = prison.post(&at(case, "addresses"), proposal(&her.whereabouts.address)).await;
        let one = first.is(201).id();
        let all = asked(world, case, "2190-11-27").await;
        for service in ["police", "childrens", "womens"] {
            assert!(all.iter().any(|ask| ask.line["service"] == service), "{service} is asked");
        }
        for ask in all.iter() {
            first.holds_no(&ask.id).holds_no(&ask.who.id.to_string());
            let womens = ask.line["service"] == "womens";
            let hers = case
                .involvements
                .iter()
                .any(|part| part.worker == ask.who.id && json!(part.about) == ask.line["about"]);
            assert_eq!(womens, ask.line["about"].is_string(), "for each woman her own: {}", ask.line);
            assert!(!womens || hers, "and nobody else's worker");
        }
        answer_all(&all, "womens", json!({ "answer": "objection", "text": OBJECTS })).await;

        let mut second = proposal(&her.whereabouts.address);
        second["from"] = json!("2190-11-28");
        let two = prison.post(&at(case, "addresses"), second).await.is(201).id();
        let again = asked(world, case, "2190-11-28").await;
        assert_eq!(all.len(), again.len(), "the same are asked, whatever they said before");
        answer_all(&again, "childrens", json!({ "answer": "objection", "text": "A child would be there." })).await;
        for player in [&prison, &keeper] {
            let (hers, theirs) = (shown(player, &one).await, shown(player, &two).await);
            assert_eq!(hers["state"], "objection");
            assert_eq!(hers, theirs, "who objects makes no difference to what is shown");
        }

        let her_side = |who: &DemoWorker| all.iter().any(|ask| ask.line["service"] == "womens" && ask.who.id == who.id);
        let her_check = &all.iter().find(|ask| ask.line["service"] == "womens").expect("she is asked").id;
        let more = [("{address}", one.as_str()), ("{check}", her_check.as_str())];
        for who in world.caseload.workers.iter().filter(|who| !her_side(who)) {
            for answer in everything(&world.cast(&who.key), case, &more).await {
                answer.holds_no(MARK).holds_no(her_check);
            }
        }
        assert_eq!(world.entries_naming(MARK).await, 0, "and the log holds no words");
        assert_eq!(world.entries_naming(&her.whereabouts.address).await, 0, "nor where it is");
    });
}

#[test]
fn who_was_not_asked_is_told_what_is_told_of_nothing() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        let id = prison.post(&at(case, "addresses"), proposal("3 Nowhere Street, Kilgowkie")).await.is(201).id();
        let all = asked(world, case, "2190-11-27").await;
        let check = &all.iter().find(|ask| ask.line["service"] == "womens").expect("she is asked").id;
        let answer = json!({ "answer": "no-objection" });
        for key in
            [world.who(case, "prison.liaison", None), world.who(case, "justice.case-manager", None), "kenneth", "emil"]
        {
            let player = world.cast(key);
            player.is_told_nothing_at("/api/v1/checks/{}", check).await;
            let theirs = player.post(&format!("/api/v1/checks/{check}/replies"), answer.clone()).await;
            let nothing = player.post(&format!("/api/v1/checks/{}/replies", nowhere()), answer.clone()).await;
            theirs.is_problem(404, "not-found").is_the_same_as(&nothing);
            let place = player.get(&format!("/api/v1/checks?after={check}")).await;
            assert_ne!(place.status, 200, "{place}");
        }
        world.cast("kenneth").is_told_nothing_at("/api/v1/addresses/{}", &id).await;
        // Whoever is asked answers the question and does not see where it stands with the others.
        let hers = all.iter().find(|ask| ask.line["service"] == "womens").expect("she is asked");
        assert_ne!(hers.player.get(&format!("/api/v1/addresses/{id}")).await.status, 200);
        let open = hers.player.get(&format!("/api/v1/checks/{check}")).await;
        assert_eq!(open.is(200)["proposed"], "3 Nowhere Street, Kilgowkie");
        assert_eq!((&open["concluded"], &open["replies"]), (&Value::Null, &json!([])));
    });
}

#[test]
fn the_day_of_his_release_is_known_before_the_gate_opens() {
    on_each_alone(async |world| {
        let case = leaving(world);
        let prison = world.cast(world.who(case, "prison.liaison", None));
        let her = case.protected[0].id;
        let (worker, keeper) = (
            world.cast(world.who(case, "womens.worker", Some(her))),
            world.cast(world.who(case, "justice.case-manager", None)),
        );
        let order = prison.get(&at(case, "orders")).await.is(200).items()[0]["id"].clone();
        let now = jiff_second(world);
        let mut set = json!({ "word": "liberation-set", "happened": now, "order": order });
        prison.post(&at(case, "events"), set.clone()).await.is_problem(422, "invalid").blames("day");
        set["day"] = json!("2190-11-27");
        keeper.post(&at(case, "events"), set.clone()).await.is_problem(422, "invalid").blames("word");
        let told = async |who: &Player| {
            let page = who.get("/api/v1/alerts?limit=100").await;
            page.is(200)
                .items()
                .iter()
                .filter(|one| one["kind"] == "release" && one["case"] == json!(case.id))
                .cloned()
                .collect::<Vec<_>>()
        };
        let before = told(&worker).await.len();
        prison.post(&at(case, "events"), set).await.is(201);
        let alerts = told(&worker).await;
        assert_eq!(alerts.len(), before + 1, "at once, not on the day");
        let open = worker.opens(alerts.last().and_then(|one| one["id"].as_str()).expect("an id")).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains("2190-11-27")), "{open}");
        assert_eq!(open["may_tell_her"], "He is to leave prison soon.");
        let released = json!({ "word": "released", "happened": now, "order": order });
        let id = prison.post(&at(case, "events"), released).await.is(201).id();
        let clocks = keeper.get(&at(case, "clocks")).await;
        let of = |one: &&Value| one["clock"] == "NOS-CONTACT-RELEASE" && one["trigger"]["event"] == json!(id);
        assert!(clocks.is(200).items().iter().any(|one| of(&one)), "contact on the same day: {clocks}");
    });
}

/// Returns the present second of a world.
pub(super) fn jiff_second(world: &World) -> String {
    let text = json!(world.now()).as_str().expect("a moment").to_owned();
    match text.split_once('.') {
        Some((whole, _)) => format!("{whole}Z"),
        None => text,
    }
}
