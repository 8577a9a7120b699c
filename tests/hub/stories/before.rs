//! Before she shares what a woman said, her worker looks: whom the consent lets read it, and whom it no longer does.

use super::consent::{Team, consent, share_on};
use super::note_about;
use crate::world::{Answer, on_each};
use serde_json::{Value, json};

const CALLS: &str = "He has telephoned her four times since Sunday.";

fn officers<'a>(preview: &'a Answer, list: &str) -> Option<&'a Value> {
    let all = preview.is(200)[list].as_array().expect("a list");
    all.iter().find(|one| one["role"] == "police.offender-management")
}

#[test]
fn a_preview_reads_a_consent_as_the_reading_does() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let given = worker
            .post(&format!("/api/v1/cases/{}/consents", team.case.id), consent(world, &team, None))
            .await
            .is(201)
            .id();
        let mut note = note_about(&team.her.to_string(), "protected-account", CALLS);
        let share = share_on(world, &team, &given);
        let written = worker.writes(team.case, note.clone()).await.id();
        note["case"] = json!(team.case.id);
        note["shares"] = json!([share]);
        let there = json!({ "note": written });
        let look =
            async |body: &Value| worker.post("/api/v1/notes/preview", body.clone()).await.holds_no(CALLS).clone();

        let before = look(&there).await;
        assert!(officers(&before, "readers").is_none(), "{before}");
        assert_eq!(officers(&before, "held_back").expect("is told of")["from"], "existence", "{before}");

        let with = look(&note).await;
        let reader = officers(&with, "readers").expect("would read it");
        assert_eq!((&reader["access"], &reader["because"]), (&json!("full"), &json!("released")), "{with}");
        assert_eq!(reader["purpose"], "public-protection");
        worker.shares(&written, share).await;
        assert_eq!(look(&there).await["readers"], with["readers"]);
        assert_eq!(officer.reads(&written, "public-protection").await.is(200)["text"], CALLS);

        worker.post(&format!("/api/v1/consents/{given}/withdrawal"), json!({})).await.is(200);
        let after = look(&there).await;
        assert_eq!(after["readers"], before["readers"], "the share is there, what it stood on is not");
        assert_eq!(
            officers(&after, "held_back").expect("is told of")["because"],
            "The agency that supplied it has not released it for this purpose; What the release stands on does not hold now"
        );
        officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &written).await;
        let stopped = look(&note).await;
        assert!(officers(&stopped, "readers").is_none(), "{stopped}");
        assert_eq!(stopped["warnings"][0]["field"], "shares[0].basis.consent", "{stopped}");
    });
}
