//! Lists that are long: page after page to the end, each thing once, nothing that is not the reader's, and no gap to show it.

use super::note_about;
use super::overrides::Scene;
use crate::world::{Player, on_each, on_each_alone};
use serde_json::{Value, json};

/// Walks a list with pages of `limit`, newest first. Returns each page's ids.
async fn pages(who: &Player, path: &str, limit: usize) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("{path}?limit={limit}{after}")).await;
        let ids = page.is(200).items().iter().map(|item| item["id"].as_str().expect("an id").to_owned());
        pages.push(ids.collect());
        let Some(next) = page["next"].as_str() else { return pages };
        after = format!("&after={next}");
    }
}

fn decision(reason: &str) -> Value {
    json!({
        "decision": "not-disclose", "to": "His landlord", "basis": "public-interest", "reason": reason,
        "decided_by": "Team manager", "told_person": "yes", "review": "2190-03-01",
    })
}

/// Claims that the list of `who` is `wanted`, whatever the size of a page; that no page but the last is short; and that
/// another one's thing is no place in it.
async fn is_whole(who: &Player, path: &str, wanted: &[String], not_theirs: &str) {
    for limit in [1, 2, 3, 100] {
        let pages = pages(who, path, limit).await;
        assert_eq!(pages.concat(), wanted, "pages of {limit}");
        let (_, whole) = pages.split_last().expect("a page");
        assert!(whole.iter().all(|page| page.len() == limit), "{pages:?}");
    }
    let nowhere = who.get(&format!("{path}?after={}", super::nowhere())).await;
    nowhere.is_problem(422, "invalid").blames("after");
    who.get(&format!("{path}?after={not_theirs}")).await.is_the_same_as(&nowhere).holds_no(not_theirs);
    for limit in ["0", "101"] {
        who.get(&format!("{path}?limit={limit}")).await.is_problem(422, "invalid").blames("limit");
    }
}

#[test]
fn decisions_are_listed_to_the_end_and_those_of_others_leave_no_gap() {
    on_each(async |world| {
        let team = super::consent::Team::of(world);
        let officer = world.cast(team.officer);
        let leads = world.cast(world.who(team.case, "justice.team-manager", None));
        let path = format!("/api/v1/cases/{}/disclosures", team.case.id);
        let (mut hers, mut theirs) = (Vec::new(), Vec::new());
        for nth in 0..5 {
            hers.push(officer.post(&path, decision(&format!("He need not know, {nth}."))).await.is(201).id());
            theirs.push(leads.post(&path, decision(&format!("Nor need they, {nth}."))).await.is(201).id());
        }
        hers.reverse();
        theirs.reverse();
        is_whole(&officer, &path, &hers, &theirs[2]).await;
        is_whole(&leads, &path, &theirs, &hers[2]).await;
        let worker = world.cast(team.worker);
        assert_eq!(pages(&worker, &path, 1).await, [Vec::<String>::new()], "her worker is told of none, and of no gap");
    });
}

#[test]
fn overrides_are_listed_to_the_end_to_her_side_and_to_nobody_else() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let path = format!("/api/v1/cases/{}/overrides", scene.team.case.id);
        let before = pages(&scene.worker, &path, 100).await.concat();
        let mut asked = Vec::new();
        for nth in 0..5 {
            let note = note_about(&scene.team.her.to_string(), "protected-account", &format!("He came again, {nth}."));
            let note = scene.worker.writes(scene.team.case, note).await.id();
            let made = scene.worker.post(&format!("/api/v1/notes/{note}/overrides"), scene.body("serious-harm")).await;
            asked.push(made.is(201).id());
        }
        asked.reverse();
        let first = asked[0].clone();
        asked.extend(before);
        is_whole(&scene.worker, &path, &asked, &super::nowhere()).await;
        assert_eq!(pages(&scene.officer, &path, 1).await, [Vec::<String>::new()], "the officer is told of none");
        let nothing = scene.officer.get(&format!("{path}?after={}", super::nowhere())).await;
        scene.officer.get(&format!("{path}?after={first}")).await.is_the_same_as(&nothing).holds_no(&first);
    });
}

#[test]
fn an_act_that_tells_somebody_twice_leaves_no_gap_between_pages() {
    on_each_alone(async |world| {
        let (case, morag, isla) = (world.show_case(), world.cast("morag"), world.cast("isla"));
        let at = |end: &str| format!("/api/v1/cases/{}/{end}", case.id);
        let order = morag.get(&at("orders")).await.is(200).items()[0]["id"].clone();
        let mut event = json!({ "word": "contact-missed", "happened": "2026-01-05T10:00:00Z", "order": order });
        for _ in 0..4 {
            event["word"] = json!("contact-missed");
            let wrong = morag.post(&at("events"), event.clone()).await.is(201).id();
            let mut right = event.clone();
            (right["word"], right["corrects"]) = (json!("group-session-missed"), json!(wrong));
            morag.post(&at("events"), right).await.is(201);
        }
        let whole = pages(&isla, "/api/v1/alerts", 100).await.concat();
        assert!(whole.len() >= 12, "three for each: {whole:?}");
        let single = pages(&isla, "/api/v1/alerts", 1).await.concat();
        for alert in &whole {
            assert!(single.contains(alert), "{alert} is passed by where a page ends");
        }
    });
}
