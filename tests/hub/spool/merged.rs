//! What becomes of what was kept: consent that is taken back.

use super::{found, is_kept, on_each_now};
use crate::stories::consent::{Team, consent, share_on};
use crate::stories::note_about;
use serde_json::json;

#[test]
fn consent_that_was_taken_back_in_the_dark_holds_from_the_merge_on() {
    on_each_now(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let note =
            worker.writes(team.case, note_about(&team.her.to_string(), "protected-account", "He rang.")).await.id();
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        let given = worker.post(&consents, consent(world, &team, None)).await.is(201).id();
        worker.shares(&note, share_on(world, &team, &given)).await;
        officer.reads(&note, "public-protection").await.is(200);

        world.gets_stuck().await;
        let path = format!("/api/v1/consents/{given}/withdrawal");
        is_kept(&worker.post(&path, json!({ "method": "telephone", "said": "No more." })).await);
        world.is_spooling().await;
        // Said twice, by whoever heard it: one of the two finds it done.
        let taken = format!("/api/v1/cases/{}/withdrawals", team.case.id);
        let kept = worker.post(&taken, json!({ "subject": team.her })).await;
        assert!(is_kept(&kept)["say"].as_str().expect("words").contains("nothing that was shared has stopped yet"));

        world.gets_loose().await;
        world.works_again().await;
        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &note).await;
        let shown = worker.get(&format!("/api/v1/consents/{given}")).await;
        assert_eq!((&shown["event"], &shown["live"]), (&json!("withdrawn"), &json!(false)), "{shown}");
        assert_eq!(found(&worker, "It was NOT done").await.len(), 0);
        let outcomes = "SELECT CAST(COUNT(*) AS BIGINT) FROM spooled WHERE outcome = $1";
        assert_eq!(world.number(outcomes, "done").await, 2);
    });
}
