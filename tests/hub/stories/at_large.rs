//! Story 10, steps 4 and 5: a licence is revoked at night. A named officer must have the notice within two hours, whatever the
//! clocks on the walls do; what was done is written down each week; and it stays on the card until the prison has him.

use crate::patience::until;
use crate::world::{Answer, Player, World, on_each_from};
use lippen::demo::{DemoCase, OrderKind};
use serde_json::{Value, json};

/// Midnight, and in an hour the clocks go forward.
const NIGHT: &str = "2027-03-28T00:00:00Z";

const INCIDENT: &str = "PS-20270328-0042";

fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

/// A man on licence with police, prison and a woman's worker on his case.
fn licensed(world: &World) -> &DemoCase {
    let on_it = |case: &&DemoCase| {
        let roles = ["police.offender-management", "prison.liaison", "womens.worker"];
        case.order == OrderKind::Licence && roles.iter().all(|role| world.has(case, role))
    };
    world.caseload.cases.iter().find(on_it).expect("there are some")
}

async fn card(world: &World, case: &DemoCase) -> Answer {
    let ask = json!({
        "family_name": case.person.family, "given_name": case.person.given,
        "date_of_birth": case.person.born.to_string(), "incident": INCIDENT,
    });
    let told = world.signs_in("kenneth").post("/api/v1/status-queries", ask).await;
    assert_eq!(told.is(200)["match"], "one", "{told}");
    told
}

/// Returns the clocks of a rule that somebody sees in a case, the first to start first.
async fn clocks(who: &Player, case: &DemoCase, rule: &str) -> Vec<Value> {
    let page = who.get(&at(case, "clocks")).await;
    page.is(200).items().iter().filter(|one| one["clock"] == rule).cloned().collect()
}

/// Waits until somebody has so many notices of late clocks of a case, as urgent as this, or more.
async fn is_told(who: &Player, case: &DemoCase, severity: &str, many: usize) {
    until(format_args!("{} is told", who.name), async || {
        let page = who.get("/api/v1/alerts?limit=100").await;
        let of = |item: &&Value| {
            item["kind"] == "clock-late" && item["case"] == json!(case.id) && item["severity"] == severity
        };
        (page.is(200).items().iter().filter(of).count() >= many).then_some(())
    })
    .await;
}

/// Returns how many such notices somebody has.
async fn has(who: &Player, case: &DemoCase, severity: &str) -> usize {
    let page = who.get("/api/v1/alerts?limit=100").await;
    let of =
        |item: &&Value| item["kind"] == "clock-late" && item["case"] == json!(case.id) && item["severity"] == severity;
    page.is(200).items().iter().filter(of).count()
}

struct Scene<'a> {
    world: &'a World,
    case: &'a DemoCase,
    order: String,
}

impl Scene<'_> {
    fn player(&self, role: &str) -> Player {
        self.world.signs_in(self.world.who(self.case, role, None))
    }

    async fn records(&self, who: &Player, word: &str, more: Value) -> Answer {
        let now = lippen::model::time::Second::of(self.world.now());
        let mut event = json!({ "word": word, "happened": now, "order": self.order });
        more.as_object().expect("fields").iter().for_each(|(name, value)| event[name] = value.clone());
        who.post(&at(self.case, "events"), event).await
    }
}

async fn revoked(world: &World) -> (Scene<'_>, String) {
    let case = licensed(world);
    let keeper = world.signs_in(world.who(case, "justice.case-manager", None));
    let orders = keeper.get(&at(case, "orders")).await;
    let order = orders.is(200).items()[0]["id"].as_str().expect("an id").to_owned();
    let scene = Scene { world, case, order };
    let told = scene.records(&scene.player("prison.liaison"), "recalled", json!({})).await;
    let notice = told.is(201).id();
    (scene, notice)
}

/// Takes everybody of a role off a case.
async fn without(world: &World, case: &DemoCase, role: &str) {
    let of = |worker| world.caseload.workers.iter().any(|one| one.id == worker && one.role.to_string() == role);
    for part in case.involvements.iter().filter(|part| of(part.worker)) {
        let end = "INSERT INTO involvement_end (involvement, entry) VALUES ($1, 'outside')";
        world.does(end, &part.id.to_string()).await;
    }
}

/// Returns the notice of a kind that somebody has of a case.
async fn notice_of(who: &Player, case: &DemoCase, kind: &str) -> Option<String> {
    let page = who.get("/api/v1/alerts?limit=100").await;
    let found = page.is(200).items().iter().find(|one| one["kind"] == kind && one["case"] == json!(case.id));
    found.map(|one| one["id"].as_str().expect("an id").to_owned())
}

#[test]
fn where_no_officer_works_on_his_case_those_on_duty_are_told_and_answer_the_notice() {
    on_each_from(NIGHT, async |world| {
        let case = licensed(world);
        let keeper = world.signs_in(world.who(case, "justice.case-manager", None));
        let order = keeper.get(&at(case, "orders")).await.is(200).items()[0]["id"].as_str().expect("an id").to_owned();
        for role in ["police.offender-management", "prison.liaison"] {
            without(world, case, role).await;
        }
        let scene = Scene { world, case, order };
        scene.records(&keeper, "recalled", json!({})).await.is(201);
        world.wind(1);
        let on_duty = |role: &str| {
            let found = world.caseload.workers.iter().find(|one| one.role.to_string() == role).expect("somebody");
            world.signs_in(&found.key)
        };
        let (officer, prison) = (on_duty("police.offender-management"), on_duty("prison.liaison"));
        let theirs = notice_of(&officer, case, "recall").await.expect("the officer on duty is told");
        let prisons = notice_of(&prison, case, "recall").await.expect("the prison is told");
        let path = |alert: &str| format!("/api/v1/alerts/{alert}/notice");
        let now = lippen::model::time::Second::of(world.now());
        let has = |word: &str| json!({ "word": word, "happened": now, "evidence": [INCIDENT] });

        // Nobody answers a notice that is not theirs, or records anything else in this way, or what is for another role.
        let answer = has("at-large-acknowledged");
        let nothing = keeper.post(&path(&crate::stories::nowhere()), answer.clone()).await;
        keeper.post(&path(&theirs), answer.clone()).await.is_problem(404, "not-found").is_the_same_as(&nothing);
        officer.post(&path(&prisons), answer.clone()).await.is_problem(404, "not-found").is_the_same_as(&nothing);
        officer.post(&path(&theirs), has("recalled")).await.is_problem(422, "invalid").blames("word");
        officer.post(&path(&theirs), has("returned-to-custody")).await.is_problem(422, "invalid").blames("word");
        let bare = json!({ "word": "at-large-acknowledged", "happened": now });
        officer.post(&path(&theirs), bare).await.is_problem(422, "invalid").blames("evidence");

        officer.post(&path(&theirs), answer).await.is(201);
        let shown = card(world, case).await;
        let duty = world.caseload.workers.iter().find(|one| one.role.to_string() == "police.offender-management");
        let by = &shown["card"]["recall"]["acknowledged"]["worker"];
        assert_eq!(by, &json!(duty.expect("somebody").id), "{shown}");
        assert_eq!(clocks(&keeper, case, "RECALL-ACKNOWLEDGE").await[0]["state"], "stopped");
        officer.post(&path(&theirs), has("at-large-progress")).await.is(201);
        prison.post(&path(&prisons), has("returned-to-custody")).await.is(201);
        assert_eq!(card(world, case).await["card"]["recall"], Value::Null, "the prison has him");
    });
}

#[test]
fn nobody_is_recalled_from_an_order_of_the_court() {
    on_each_from(NIGHT, async |world| {
        let case = &world.caseload.cases[0];
        let keeper = world.signs_in(world.who(case, "justice.case-manager", None));
        let order = keeper.get(&at(case, "orders")).await.is(200).items()[0].clone();
        assert_eq!(order["kind"], "community-payback");
        let scene = Scene { world, case, order: order["id"].as_str().expect("an id").to_owned() };
        for word in ["recalled", "at-large"] {
            scene.records(&keeper, word, json!({})).await.is_problem(422, "invalid").blames("order");
        }
        let shown = card(world, case).await;
        assert_eq!((&shown["card"]["recall"], &shown["card"]["at_large"]), (&Value::Null, &Value::Null));
    });
}

#[test]
fn a_recall_is_acknowledged_by_a_named_officer_within_two_hours_or_the_unit_is_told() {
    on_each_from(NIGHT, async |world| {
        let (scene, notice) = revoked(world).await;
        let (officer, keeper) = (scene.player("police.offender-management"), scene.player("justice.case-manager"));
        let red = card(world, scene.case).await;
        assert_eq!((&red["card"]["recall"]["since"], &red["card"]["at_large"]), (&json!(NIGHT), &Value::Null));
        assert_eq!(red["card"]["recall"]["acknowledged"], Value::Null, "nobody has it yet: {red}");
        let running = clocks(&officer, scene.case, "RECALL-ACKNOWLEDGE").await;
        let due = &running.last().expect("it runs")["due"];
        assert_eq!(due, "2027-03-28T02:00:00Z", "two hours, of which the clocks skip one: {running:?}");

        // Not by anybody: a named officer, with the number that shows it, of that very notice.
        let full = json!({ "follows": notice, "evidence": [INCIDENT] });
        scene.records(&keeper, "at-large-acknowledged", full.clone()).await.is_problem(422, "invalid").blames("word");
        let bare = scene.records(&officer, "at-large-acknowledged", json!({ "follows": notice })).await;
        bare.is_problem(422, "invalid").blames("evidence");
        let none = scene.records(&officer, "at-large-acknowledged", json!({ "evidence": [INCIDENT] })).await;
        none.is_problem(422, "invalid").blames("follows");
        let other = scene.records(&officer, "arrested-for-other", json!({})).await.is(201).id();
        let wrong = json!({ "follows": other, "evidence": [INCIDENT] });
        let wrong = scene.records(&officer, "at-large-acknowledged", wrong).await;
        wrong.is_problem(422, "invalid").blames("follows");

        // A second before it is not late; then the unit and the case manager are told, and managers find it among what is late.
        let before = (has(&officer, scene.case, "high").await, has(&keeper, scene.case, "high").await);
        world.wind_to("2027-03-28T01:59:59Z");
        assert_eq!(clocks(&officer, scene.case, "RECALL-ACKNOWLEDGE").await[0]["state"], "amber");
        world.wind(1);
        is_told(&officer, scene.case, "high", before.0 + 1).await;
        is_told(&keeper, scene.case, "high", before.1 + 1).await;
        let leader = scene.player("justice.team-manager");
        let mut path = "/api/v1/clocks?limit=20".to_owned();
        let listed = loop {
            let page = leader.get(&path).await;
            let missing = |one: &&Value| one["clock"] == "RECALL-ACKNOWLEDGE" && one["state"] == "late";
            if let Some(found) = page.is(200).items().iter().find(missing) {
                break found.clone();
            }
            path = format!("/api/v1/clocks?limit=20&after={}", page["next"].as_str().expect("it is listed"));
        };
        assert_eq!((&listed["trigger"]["event"], &listed["case"]), (&json!(notice), &json!(scene.case.id)));

        // Late is better than never, and both show.
        world.wind(60);
        scene.records(&officer, "at-large-acknowledged", full).await.is(201);
        let ended = clocks(&officer, scene.case, "RECALL-ACKNOWLEDGE").await.pop().expect("it is there");
        assert_eq!((&ended["state"], &ended["ended"]["late"]), (&json!("stopped"), &json!(true)), "{ended}");
        assert!(!ended["told"].is_null(), "{ended}");
        let named = card(world, scene.case).await;
        let by = &named["card"]["recall"]["acknowledged"];
        let police = world.who(scene.case, "police.offender-management", None);
        let id = world.worker(police).id.to_string();
        assert_eq!((&by["worker"], &by["agency"]), (&json!(id), &json!("police-scotland")), "{named}");
        assert_eq!(by["at"], "2027-03-28T02:01:00Z");

        // Her worker knows that he is wanted. Which officer has it is not for her.
        let womens = scene.player("womens.worker");
        assert_eq!(clocks(&womens, scene.case, "RECALL-ACKNOWLEDGE").await, [Value::Null; 0]);
        let events = womens.get(&at(scene.case, "events")).await;
        let notice = |one: &&Value| one["word"] == "at-large-acknowledged";
        let notice = events.is(200).items().iter().find(notice).expect("that somebody has it is no secret");
        assert!(!notice.to_string().contains(&id), "{notice}");
    });
}

#[test]
fn each_week_wants_an_entry_until_the_prison_service_has_him() {
    on_each_from(NIGHT, async |world| {
        let (scene, notice) = revoked(world).await;
        let officer = scene.player("police.offender-management");
        let full = json!({ "follows": notice, "evidence": [INCIDENT] });
        scene.records(&officer, "at-large-acknowledged", full).await.is(201);
        let last = async |who: &Player| clocks(who, scene.case, "AT-LARGE-PROGRESS").await.pop().expect("it runs");
        assert_eq!(last(&officer).await["due"], "2027-04-03T23:00:00Z", "the seventh day");

        // An arrest for another matter takes nothing off the card, and stands for no entry.
        scene.records(&officer, "arrested-for-other", json!({ "text": "Arrested for theft." })).await.is(201);
        assert!(card(world, scene.case).await["card"]["recall"]["say"].is_string());
        let had = has(&officer, scene.case, "normal").await;
        world.wind_to("2027-04-03T23:00:00Z");
        let officer = scene.player("police.offender-management");
        assert_eq!(last(&officer).await["state"], "late");
        is_told(&officer, scene.case, "normal", had + 1).await;
        let done = json!({ "text": "Two visits were made at night and the port was told." });
        scene.records(&officer, "at-large-progress", done).await.is(201);
        let all = clocks(&officer, scene.case, "AT-LARGE-PROGRESS").await;
        let states: Vec<&str> = all.iter().filter_map(|one| one["state"].as_str()).collect();
        assert_eq!(states, ["stopped", "running"], "{all:?}");
        assert_eq!((&all[0]["ended"]["late"], &all[1]["due"]), (&json!(true), &json!("2027-04-10T23:00:00Z")));

        // Only the prison service ends it.
        world.wind(3_600);
        for role in ["police.offender-management", "justice.case-manager"] {
            let refused = scene.records(&scene.player(role), "returned-to-custody", json!({})).await;
            refused.is_problem(422, "invalid").blames("word");
        }
        assert!(card(world, scene.case).await["card"]["recall"]["say"].is_string());
        scene.records(&scene.player("prison.liaison"), "returned-to-custody", json!({})).await.is(201);
        assert_eq!(card(world, scene.case).await["card"]["recall"], Value::Null);
        assert_eq!(last(&officer).await["state"], "stopped");
    });
}
