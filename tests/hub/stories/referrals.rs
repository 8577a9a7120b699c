//! A MAPPA referral: refused with all that is missing, filed, returned once, put right, accepted; and whom it tells nothing.

use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

/// Writes a plan with the least that one must have, and has it approved if asked to.
pub(super) async fn plan(world: &World, case: &DemoCase, approved: bool) -> String {
    let action = json!({ "what": "Weekly contact", "owner": { "role": "justice.case-manager" } });
    let body = json!({
        "review": "2190-01-01",
        "plan": {
            "nature": "Assaults on partners.", "seriousness": "Injury that needed treatment.", "pattern": "Since 2019.",
            "likelihood": "High while he drinks.", "imminence": "Within weeks of a separation.",
            "warning_signs": ["He drinks again"],
            "scenarios": [{ "context": "After court", "what": "An assault", "who": "a former partner", "when": "at night",
                            "how": "by force", "why": "jealousy" }],
            "supervision": [action], "contingency": [action],
            "communicate_how": "by telephone", "communicate_every": "each week",
        },
    });
    world.wind(1);
    let writer = world.cast(world.who(case, "justice.case-manager", None));
    let id = writer.post(&format!("/api/v1/cases/{}/plans", case.id), body).await.is(201).id();
    if approved {
        let lead = world.cast(world.who(case, "justice.team-manager", None));
        lead.post(&format!("/api/v1/plans/{id}/approval"), json!({})).await.is(200);
    }
    id
}

pub(super) fn whole(world: &World, case: &DemoCase, plan: &str, level: &str) -> Value {
    let mut body = json!({
        "case": case.id, "category": "rosh-other", "level": level, "serious_harm": "high", "plan": plan,
        "offence": "Assault to severe injury.", "risk": "Grave injury to a partner.", "managed_now": "Weekly contact.",
        "why_together": "Police and health hold parts of it.", "to": world.worker("judith").id,
    });
    if level == "3" {
        body["why_not_level_2"] = json!("Senior managers must release the officers.");
    }
    body
}

pub(super) async fn files(who: &Player, body: Value) -> Answer {
    who.post("/api/v1/referrals", body).await
}

pub(super) async fn answers(who: &Player, id: &str, what: &str, body: Value) -> Answer {
    who.post(&format!("/api/v1/referrals/{id}/{what}"), body).await
}

/// Returns the fields that a refusal names, in order, each once.
pub(super) fn wrong(answer: &Answer) -> Vec<String> {
    let errors = answer.is_problem(422, "invalid")["errors"].as_array().expect("a list").clone();
    let mut fields: Vec<String> = errors.iter().map(|one| one["field"].as_str().expect("a field").to_owned()).collect();
    fields.sort();
    fields.dedup();
    fields
}

#[test]
fn what_is_missing_is_said_all_at_once_and_category_three_has_no_level_one() {
    on_each_alone(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let nothing = files(&morag, json!({ "case": case.id })).await;
        let all = ["category", "level", "managed_now", "offence", "plan", "risk", "serious_harm", "to", "why_together"];
        assert_eq!(wrong(&nothing), all, "{nothing}");
        let plan = plan(world, case, false).await;
        let mut third = whole(world, case, &plan, "3");
        third["why_not_level_2"] = Value::Null;
        assert_eq!(wrong(&files(&morag, third).await), ["why_not_level_2"]);
        let first = files(&morag, whole(world, case, &plan, "1")).await;
        assert_eq!(wrong(&first), ["level"]);
        assert!(first.to_string().contains("category 3 has no level 1"), "{first}");
        let mut never = whole(world, case, &plan, "2");
        never["category"] = json!("violent");
        assert_eq!(wrong(&files(&morag, never).await), ["category"]);
        let mut nobody = whole(world, case, &plan, "2");
        nobody["to"] = json!(world.worker("colin").id);
        assert_eq!(wrong(&files(&morag, nobody).await), ["to"], "an administrator answers no referral");
        let list = morag.get(&format!("/api/v1/cases/{}/referrals", case.id)).await;
        assert!(list.is(200).items().is_empty(), "nothing was filed: {list}");
    });
}

#[test]
fn a_referral_comes_back_once_is_put_right_and_accepted_with_its_plan() {
    on_each_alone(async |world| {
        let (case, morag, judith) = (world.show_case(), world.cast("morag"), world.cast("judith"));
        let draft = plan(world, case, false).await;
        let first = files(&morag, whole(world, case, &draft, "2")).await.is(201).id();
        assert_eq!(wrong(&files(&morag, whole(world, case, &draft, "2")).await), ["case"], "one waits already");
        let read = judith.get(&format!("/api/v1/referrals/{first}")).await;
        assert_eq!((&read.is(200)["level"], &read["outcome"]), (&json!("2"), &Value::Null), "{read}");
        let told = judith.get("/api/v1/alerts").await;
        assert!(told.is(200).items().iter().any(|one| one["kind"] == "referral-filed"), "{told}");
        assert_eq!(wrong(&answers(&judith, &first, "acceptance", json!({ "plan": draft })).await), ["plan"]);
        answers(&morag, &first, "return", json!({ "reason": "Myself." })).await.is_problem(403, "refused");
        answers(&judith, &first, "return", json!({ "reason": "Have the plan approved." })).await.is(200);
        answers(&judith, &first, "return", json!({ "reason": "Again." })).await.is_problem(409, "conflict");
        let back = morag.get(&format!("/api/v1/referrals/{first}")).await;
        assert_eq!(
            (&back.is(200)["outcome"], &back["reason"]),
            (&json!("returned"), &json!("Have the plan approved."))
        );

        let approved = plan(world, case, true).await;
        let mut second = whole(world, case, &approved, "3");
        assert_eq!(wrong(&files(&morag, second.clone()).await), ["follows"]);
        second["follows"] = json!(first);
        let second = files(&morag, second).await.is(201).id();
        assert_eq!(morag.get(&format!("/api/v1/referrals/{first}")).await.is(200)["again"], json!(second));
        let accepted = answers(&judith, &second, "acceptance", json!({ "plan": approved })).await;
        assert_eq!(accepted.is(200)["events"].as_array().map(Vec::len), Some(2), "{accepted}");
        answers(&judith, &second, "acceptance", json!({ "plan": approved })).await.is_problem(409, "conflict");
    });
}

#[test]
fn a_prison_that_refers_him_reads_why_it_came_back_and_no_referral_of_another_agency() {
    on_each_alone(async |world| {
        let case = super::addresses::leaving(world);
        let (prison, manager) = ("prison.liaison", "justice.case-manager");
        let [prison, manager] = [prison, manager].map(|role| world.cast(world.who(case, role, None)));
        let draft = plan(world, case, false).await;
        let own = files(&prison, whole(world, case, &draft, "2")).await.is(201).id();
        let other = files(&manager, whole(world, case, &draft, "2")).await.is(201).id();
        answers(&world.cast("judith"), &own, "return", json!({ "reason": "Say when he is let out." })).await.is(200);
        let back = prison.get(&format!("/api/v1/referrals/{own}")).await;
        assert_eq!(back.is(200)["reason"], "Say when he is let out.", "{back}");
        prison.get(&format!("/api/v1/referrals/{other}")).await.is_problem(404, "not-found");
        let list = prison.get(&format!("/api/v1/cases/{}/referrals", case.id)).await;
        assert_eq!(list.is(200).items().iter().map(|one| &one["id"]).collect::<Vec<_>>(), [&json!(own)], "{list}");
    });
}

#[test]
fn the_clock_of_the_first_meeting_runs_from_the_later_of_filing_and_acceptance() {
    on_each_alone(async |world| {
        let (case, morag, judith) = (world.show_case(), world.cast("morag"), world.cast("judith"));
        let approved = plan(world, case, true).await;
        let id = files(&morag, whole(world, case, &approved, "2")).await.is(201).id();
        let clock = async |who: &Player| {
            let clocks = who.get(&format!("/api/v1/cases/{}/clocks", case.id)).await;
            let of = |one: &&Value| one["clock"] == "MAPPA-LEVEL-2-FIRST-MEETING";
            clocks.is(200).items().iter().find(of).cloned()
        };
        assert!(clock(&judith).await.is_none(), "the plan is not accepted yet");
        world.wind(3_600);
        let accepted = answers(&judith, &id, "acceptance", json!({ "plan": approved })).await;
        let events = accepted.is(200)["events"].clone();
        // The second event of an acceptance is known a microsecond after the first.
        world.wind(1);
        let running = clock(&judith).await.expect("it runs");
        assert_eq!(running["trigger"]["event"], events[1], "from the acceptance of the plan: {running}");
    });
}

#[test]
fn a_referral_tells_neither_womans_worker_anything_and_takes_in_no_word_of_hers() {
    on_each_alone(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let plan = plan(world, case, true).await;
        let said = "she told me that he keeps her passport in the blue tin above the cooker and counts her money";
        let her = world.woman_a().to_string();
        world.cast("isla").writes(case, super::note_about(&her, "protected-account", said)).await;
        let mut quoting = whole(world, case, &plan, "2");
        quoting["risk"] = json!(format!("It is said that {said}."));
        let refused = files(&morag, quoting).await;
        assert_eq!(refused.status.as_u16(), 422, "{refused}");
        let id = files(&morag, whole(world, case, &plan, "2")).await.is(201).id();
        for key in ["isla", "catriona", "kenneth", "angus", "irene", "graham", "emil"] {
            world.cast(key).is_told_nothing_at("/api/v1/referrals/{}", &id).await;
        }
        for key in ["isla", "catriona"] {
            let list = world.cast(key).get(&format!("/api/v1/cases/{}/referrals", case.id)).await;
            assert!(list.is(200).items().is_empty(), "{list}");
        }
    });
}
