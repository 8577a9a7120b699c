//! The main job: the case manager writes and shares, the right women's worker is alerted and
//! reads, and everybody else is told exactly what they would be told of nothing.

use super::{note_about, nowhere, share_with};
use crate::world::on_each;
use serde_json::{Value, json};

const SAID: &str = "He missed group and said he knows where she lives now.";
const HER: &str = "He was not at group tonight.";

#[test]
fn a_shared_note_reaches_her_worker_and_nobody_else() {
    on_each(async |world| {
        let case = world.show_case();
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let mut stream = isla.listen(None).await;

        let written = morag.writes(case, note_about(&world.woman_a().to_string(), "risk-assessment", SAID)).await;
        written.holds_no(SAID);
        let note = written.id();
        assert_eq!(written.headers["location"], format!("/api/v1/notes/{note}"), "{written}");
        isla.reads(&note, "victim-safety").await.is_problem(403, "refused").holds_no(SAID);

        let mut share = share_with(json!({ "agency": world.worker("isla").agency }), "victim-safety");
        share["alert"] = json!({ "severity": "high", "may_tell_her": HER });
        let shared = morag.shares(&note, share).await;
        let alert = shared["alert"].as_str().expect("the alert's id").to_owned();

        let share_id = shared.id();
        let event = stream.hears_of(&alert).await;
        assert_eq!((&event.data["note"], &event.data["severity"]), (&json!(note), &json!("high")));
        assert!(!event.data.to_string().contains(HER), "words on the stream: {}", event.data);
        let item = isla.finds(&alert).await.expect("it is in her inbox");
        // It was put on her stream, which is noted behind it; another story may have asked for what comes after it.
        assert!(["stored", "sent", "delivered"].iter().any(|state| item["state"] == *state), "{item}");
        assert_eq!(item["kind"], "note-shared");
        let opened = isla.opens(&alert).await;
        assert_eq!(opened.is(200)["may_tell_her"], HER, "{opened}");

        let acknowledged = isla.acknowledges(&alert).await;
        assert_eq!(acknowledged.is(200)["state"], "acknowledged", "{acknowledged}");
        let again = isla.acknowledges(&alert).await;
        assert_eq!(again.is(200)["repeated"], true, "{again}");
        assert_eq!(again["acknowledged_at"], isla.finds(&alert).await.expect("it stays")["acknowledged_at"]);

        let read = isla.reads(&note, "victim-safety").await;
        assert_eq!(read.is(200)["text"], SAID, "{read}");
        assert_eq!(read["handling"]["use_with_man"], "never", "{read}");
        isla.reads(&note, "supervision").await.is_problem(403, "refused").holds_no(SAID);

        let seen = morag.opens(&alert).await;
        let recipients = seen.is(200)["recipients"].as_array().expect("a list").clone();
        assert_eq!(recipients.len(), 1, "{seen}");
        assert_eq!(recipients[0]["worker"], world.worker("isla").id.to_string(), "{seen}");
        assert_eq!(recipients[0]["state"], "acknowledged", "{seen}");

        for key in ["catriona", "kenneth", "angus", "graham", "emil", "irene", "eilidh"] {
            let outsider = world.cast(key);
            outsider.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &note).await;
            outsider.is_told_nothing_at("/api/v1/notes/{}", &note).await;
            outsider.is_told_nothing_at("/api/v1/alerts/{}", &alert).await;
            let path = format!("/api/v1/notes/{note}/shares");
            let to_me = share_with(json!({ "worker": world.worker(key).id }), "victim-safety");
            let shared = outsider.post(&path, to_me.clone()).await;
            let nothing = outsider.post(&format!("/api/v1/notes/{}/shares", nowhere()), to_me).await;
            shared.is_problem(404, "not-found").is_the_same_as(&nothing);
            outsider.acknowledges(&alert).await.is(404).is_the_same_as(&outsider.acknowledges(&nowhere()).await);
            let recall = async |id: &str| outsider.post(&format!("/api/v1/shares/{id}/withdrawal"), json!({})).await;
            recall(&share_id).await.is(404).is_the_same_as(&recall(&nowhere()).await);
        }
        let catriona = world.cast("catriona");
        assert!(catriona.finds(&alert).await.is_none(), "the second woman's worker has her own alerts only");
        assert!(!world.notes_seen_by(&catriona, case).await.contains(&json!(note)));

        let isla_word = format!("u:{}", world.worker("isla").id);
        let entries = morag.readers_of(case).await;
        let is_hers = |entry: &&Value| entry["id"] == note && entry["act"] == "read" && entry["actor"] == isla_word;
        let decisions: Vec<_> = entries.iter().filter(is_hers).map(|entry| entry["decision"].clone()).collect();
        assert_eq!(decisions, ["deny", "permit", "deny"], "newest first: no purpose, read, not yet shared");
    });
}
