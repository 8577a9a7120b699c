//! What is committed is answered so, whatever fails after it.

use crate::house::{from, id_of, in_each, isla, morag};
use crate::share_keys::tamper;
use crate::stories::note_about;
use lippen::model::id::NoteId;
use serde_json::json;

#[test]
fn a_note_that_is_stored_is_never_reported_as_failed() {
    in_each(async |house| {
        let (his, hers) = (house.admits(morag()).await, house.admits(isla()).await);
        let first = house.note(&his, "He came on time.").await;
        let account = note_about(&house.woman().to_string(), "protected-account", "She has heard nothing of him.");
        let told: NoteId = id_of(&house.desk.write_note(&hers, house.case(), from(account), None).await);

        // From here on, whoever asks which kind of agency this is gets no answer.
        tamper(&house, "ALTER TABLE agency RENAME TO agency_elsewhere").await;
        house.note(&his, "He came late.").await;
        let right = crate::house::note_of("He came half an hour late.");
        let corrected: NoteId = id_of(&house.desk.correct_note(&his, first, right, None).await);
        let plain =
            json!({ "kind": "assessment", "category": "risk-assessment", "text": "No contact is known of this week." });
        let derived: NoteId = id_of(&house.desk.derive_note(&hers, told, from(plain), None).await);
        tamper(&house, "ALTER TABLE agency_elsewhere RENAME TO agency").await;

        for id in [corrected, derived] {
            assert!(house.store().note(id).await.unwrap().is_some());
        }
        house.is_sound().await;
        house.stop().await;
    });
}
