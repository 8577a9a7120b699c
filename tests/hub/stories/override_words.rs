//! Why she is overruled is written for whoever is asked to be the second person, and they may be of an agency on his side.
//! So those words are looked at as any that go there.

use super::note_about;
use super::overrides::{SHE_SAID, Scene, answers, asks};
use crate::house::{House, agency, from, id_of, importer, in_each, isla, morag};
use crate::world::on_each;
use lippen::desk::notes::WriteNote;
use lippen::desk::seconds::{AnswerOverride, ReviewOverride};
use lippen::desk::{Error, Written};
use lippen::model::agencies::Role;
use lippen::model::id::{NoteId, OverrideId, WorkerId};
use lippen::model::text::Line;
use serde_json::{Value, json};

const ADDRESS: &str = "She is at 14 Kirk Street and he has found out, so police must know tonight.";
const TELEPHONE: &str = "I rang her worker on 01292 612345 and she says the same of him.";

/// Claims that the writer was asked to look again at a field because of this kind.
fn looks_again(written: &Result<Written, Error>, field: &str, kind: &str) {
    let Err(Error::LookAgain { errors }) = written else { panic!("{written:?}") };
    assert!(errors.iter().any(|one| one.field == field && one.kind == Some(kind)), "{errors:?}");
}

fn asked(reason: &str, checked: &[&str]) -> Value {
    let mut body = asks(&morag().to_string(), "serious-harm");
    body["reason"] = json!(reason);
    body["checked"] = json!(checked);
    body
}

fn says(reason: &str, outcome: &str, checked: &[&str]) -> Value {
    json!({ "outcome": outcome, "reason": reason, "checked": checked })
}

/// A service without a manager, an officer of oversight of another agency, and a note of what she told.
async fn told(house: &House) -> (NoteId, WorkerId) {
    let ruth = WorkerId::random();
    let name = Line::new("Ruth Aitken").expect("a name");
    let appointed = house.desk.appoint(&importer(), ruth, agency("justice"), Role::GovernanceOfficer, name).await;
    appointed.expect("a seat");
    let account: WriteNote = from(note_about(&house.woman().to_string(), "protected-account", SHE_SAID));
    let note = id_of(&house.desk.write_note(&house.admits(isla()).await, house.case(), account, None).await);
    (note, ruth)
}

#[test]
fn what_somebody_of_another_agency_reads_of_an_override_is_screened_in_each_of_its_texts() {
    in_each(async |house| {
        let (note, ruth) = told(&house).await;
        let author = house.admits(isla()).await;
        let ask = async |body: Value| house.desk.ask_override(&author, note, &from(body), None).await;
        looks_again(&ask(asked(ADDRESS, &[])).await, "reason", "address");
        // Her own worker may say it in her words, once she has looked at it again.
        looks_again(&ask(asked(SHE_SAID, &[])).await, "reason", "her-words");
        let mut why_not = asked("He has the means, and he says when it will be.", &[]);
        why_not["why_not_told"] = json!(TELEPHONE);
        looks_again(&ask(why_not).await, "why_not_told", "phone");
        let id: OverrideId = id_of(&ask(asked(SHE_SAID, &["her-words"])).await);

        let officer = house.admits(ruth).await;
        let answer = async |body: Value| {
            let new: AnswerOverride = from(body);
            house.desk.answer_override(&officer, id, &new, None).await
        };
        looks_again(&answer(says(TELEPHONE, "approved", &[])).await, "reason", "phone");
        // The officer is of his side: words that are kept for her are refused, whatever was looked at.
        let quoted = answer(says(SHE_SAID, "approved", &["her-words"])).await;
        let Err(Error::Invalid { errors }) = &quoted else { panic!("{quoted:?}") };
        assert_eq!(errors[0].field, "reason", "{errors:?}");
        let shown = house.desk.override_shown(&officer, id, None).await.expect("she was asked");
        assert!(shown.found.second.is_none(), "nothing was stored");
        answer(says(TELEPHONE, "approved", &["phone"])).await.expect("it was looked at again");

        let review = async |body: Value| {
            let new: ReviewOverride = from(body);
            house.desk.review_override(&officer, id, &new, None).await
        };
        looks_again(&review(says(ADDRESS, "justified", &[])).await, "reason", "address");
        assert!(matches!(review(says(SHE_SAID, "justified", &[])).await, Err(Error::Invalid { .. })));
        review(says("Police stopped him on the way.", "justified", &[])).await.expect("her own words");
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn inside_her_own_service_it_may_be_said_in_her_words_but_where_she_is_does_not_belong_there() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let path = format!("/api/v1/notes/{}/overrides", scene.note);
        let mut body = scene.body("serious-harm");
        body["reason"] = json!(ADDRESS);
        let refused = scene.worker.post(&path, body.clone()).await;
        refused.is_problem(422, "look-again").blames("reason").holds_no("Kirk Street");
        body["checked"] = json!(["address"]);
        scene.worker.post(&path, body.clone()).await.is(201);
        body["reason"] = json!(SHE_SAID);
        body["checked"] = json!([]);
        let id = scene.worker.post(&path, body).await.is(201).id();
        let answer = json!({ "outcome": "approved", "reason": TELEPHONE });
        let path = format!("/api/v1/overrides/{id}/approval");
        scene.manager.post(&path, answer).await.is_problem(422, "look-again").blames("reason").holds_no("612345");
        answers(&scene.manager, &id, "approved").await.is(200);
        let found = json!({ "outcome": "justified", "reason": TELEPHONE });
        let path = format!("/api/v1/overrides/{id}/review");
        scene.manager.post(&path, found).await.is_problem(422, "look-again").blames("reason");
    });
}
