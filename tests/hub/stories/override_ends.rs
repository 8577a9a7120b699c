//! Story 2, its end: the second person says no, a review finds that it should not have been, or nobody answers at all.
//! What was shared ends as whatever is taken back does, and nothing of its keys stays behind.

use super::note_about;
use super::overrides::{SHE_SAID, Scene, answers, asks, newest};
use crate::house::{House, agency, from, id_of, importer, in_each, isla, morag};
use crate::world::{Player, World, on_each};
use lippen::desk::Error;
use lippen::desk::notes::WriteNote;
use lippen::desk::overrides::AskOverride;
use lippen::desk::seconds::{AnswerOverride, ReviewOverride};
use lippen::model::agencies::Role;
use lippen::model::id::{NoteId, OverrideId, ShareId, WorkerId};
use lippen::model::overrides::OverrideState;
use lippen::model::sealed::{Compartment, Drawer};
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use serde_json::{Value, json};

const KEYS: &str = "SELECT CAST(COUNT(*) AS BIGINT) FROM share_key k JOIN share s ON s.id = k.share
                     WHERE s.basis = 'override' AND s.basis_ref = $1";

async fn keys(world: &World, id: &str) -> i64 {
    world.number(KEYS, id).await
}

/// Returns the copy of somebody's alert that came with a note.
async fn copy_of(who: &Player, note: &str) -> Value {
    let found = newest(who, "note-shared").await;
    assert_eq!(found["note"], note, "{found}");
    found
}

#[test]
fn a_no_takes_back_what_was_open_and_asks_whoever_read_it_to_delete_it() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let asked = scene.ask("life-at-risk").await;
        let (id, share) = (asked.id(), asked["share"].as_str().expect("a share").to_owned());
        scene.is_open_to_the_officer().await;
        let copy = copy_of(&scene.officer, &scene.note).await;
        assert_eq!((keys(world, &id).await, &copy["recalled_at"]), (1, &Value::Null), "{copy}");

        answers(&scene.manager, &id, "refused").await.is(200);
        scene.is_closed_to_the_officer().await;
        assert_eq!(keys(world, &id).await, 0, "the keys go in the commit of the no");
        let copy = scene.officer.finds(copy["id"].as_str().expect("an id")).await.expect("a tombstone");
        assert!(copy["recalled_at"].is_string(), "{copy}");
        assert!(copy["say"].as_str().is_some_and(|say| say.contains("after you read it")), "{copy}");

        let asks = newest(&scene.officer, "note-recalled").await;
        let open = scene.officer.opens(asks["id"].as_str().expect("an id")).await;
        assert_eq!(open.is(200)["shares"], json!([share]), "{open}");
        open.holds_no(SHE_SAID);
        let gone = json!({ "deleted": true, "passed_on": false });
        scene.officer.post(&format!("/api/v1/shares/{share}/confirmation"), gone).await.is(201);
        let shown = scene.worker.get(&format!("/api/v1/shares/{share}")).await;
        assert!(shown.is(200)["recalled_at"].is_string(), "{shown}");
        scene.worker.post(&format!("/api/v1/shares/{share}/withdrawal"), json!({})).await.is_problem(409, "conflict");
        let state = scene.worker.get(&format!("/api/v1/overrides/{id}")).await;
        assert_eq!(state.is(200)["state"], "refused", "{state}");
    });
}

#[test]
fn what_a_review_calls_unjustified_is_taken_back_from_the_corrected_note_too() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let id = scene.ask("serious-harm").await.id();
        answers(&scene.manager, &id, "approved").await.is(200);
        let copy = copy_of(&scene.officer, &scene.note).await;
        let corrected =
            note_about(&scene.team.her.to_string(), "protected-account", "She says that he has bought rope.");
        let path = format!("/api/v1/notes/{}/corrections", scene.note);
        let corrected = scene.worker.post(&path, corrected).await;
        assert_eq!(corrected.is(201)["shares"], 1, "{corrected}");
        scene.officer.reads(&corrected.id(), "victim-safety").await.is(200);
        assert_eq!(keys(world, &id).await, 2);

        let review = format!("/api/v1/overrides/{id}/review");
        let yes = json!({ "outcome": "justified", "reason": "She was in danger that night." });
        scene.manager.post(&review, yes).await.is(200);
        assert_eq!(keys(world, &id).await, 2, "what had to be goes on");
        let no = json!({ "outcome": "not-justified", "reason": "She had agreed to tell them herself." });
        scene.manager.post(&review, no.clone()).await.is(200);
        assert_eq!(keys(world, &id).await, 0, "the keys go in the commit of the finding");
        scene.is_closed_to_the_officer().await;
        scene.officer.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &corrected.id()).await;
        let copy = scene.officer.finds(copy["id"].as_str().expect("an id")).await.expect("a tombstone");
        assert_eq!(copy["say"], "Taken back before you read it: there is nothing to do.", "{copy}");
        let asked = newest(&scene.officer, "note-recalled").await;
        assert!(asked["acknowledged_at"].is_null(), "the corrected one was read: {asked}");
        scene.manager.post(&review, no).await.is(200);
    });
}

#[test]
fn a_yes_to_what_was_taken_back_says_that_it_stays_taken_back() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let asked = scene.ask("life-at-risk").await;
        let (id, share) = (asked.id(), asked["share"].as_str().expect("a share"));
        scene.worker.post(&format!("/api/v1/shares/{share}/withdrawal"), json!({})).await.is(200);
        let answer = answers(&scene.manager, &id, "approved").await;
        assert_eq!((&answer.is(200)["state"], &answer["share"]), (&json!("withdrawn"), &Value::Null), "{answer}");
        scene.is_closed_to_the_officer().await;
        let shown = scene.worker.get(&format!("/api/v1/overrides/{id}")).await;
        assert_eq!(shown.is(200)["state"], "withdrawn", "{shown}");
    });
}

/// A house in which Isla asks while life is at risk, and Ruth of another service is the second person.
struct Risk<'a> {
    house: &'a House,
    ruth: WorkerId,
    note: NoteId,
    id: OverrideId,
    share: ShareId,
}

impl<'a> Risk<'a> {
    async fn of(house: &'a House) -> Self {
        let (by, ruth) = (importer(), WorkerId::random());
        let name = Line::new("Ruth Aitken").expect("a name");
        let appointed = house.desk.appoint(&by, ruth, agency("justice"), Role::GovernanceOfficer, name).await;
        appointed.expect("a seat");
        let account: WriteNote = from(note_about(&house.woman().to_string(), "protected-account", SHE_SAID));
        let author = house.admits(isla()).await;
        let note: NoteId = id_of(&house.desk.write_note(&author, house.case(), account, None).await);
        let ask: AskOverride = from(asks(&morag().to_string(), "life-at-risk"));
        let asked = house.desk.ask_override(&author, note, &ask, None).await;
        let answer: Value = serde_json::from_str(&asked.as_ref().expect("it is asked").answer).expect("an answer");
        Self { house, ruth, note, id: id_of(&asked), share: from(answer["share"].clone()) }
    }

    async fn reads(&self) -> bool {
        let reader = self.house.admits(morag()).await;
        self.house.desk.read_note(&reader, self.note, Some(Purpose::VictimSafety)).await.is_ok()
    }

    async fn answers(&self, outcome: &str) -> Result<(), Error> {
        let said: AnswerOverride = from(json!({ "outcome": outcome, "reason": "I have asked her worker." }));
        let ruth = self.house.admits(self.ruth).await;
        self.house.desk.answer_override(&ruth, self.id, &said, None).await.map(drop)
    }

    async fn is_keyed(&self) -> bool {
        let holders = self.house.store().holders_of(self.share).await.expect("holders");
        assert_eq!(holders.len(), 1, "{holders:?}");
        holders.iter().any(|holder| holder.ended.is_none())
    }

    async fn sweep(&self) {
        self.house.desk.end_overdue_keys(&agency("hub")).await.expect("a sweep");
    }
}

#[test]
fn a_lapsed_override_keeps_its_key_while_a_late_yes_may_come_and_no_longer() {
    in_each(async |house| {
        let risk = Risk::of(&house).await;
        house.wind(4 * 86_400);
        risk.sweep().await;
        assert!(!risk.reads().await && risk.is_keyed().await, "closed, and a late yes may still open it");
        let ruth = house.admits(risk.ruth).await;
        let open = house.desk.override_shown(&ruth, risk.id, None).await.expect("she was asked");
        let until = open.found.asked.reopens.expect("a time for a late yes");
        house.wind((until.micros() - house.desk.now().micros()) / 1_000_000 + 1);
        let late = risk.answers("approved").await;
        assert!(format!("{late:?}").contains("outcome"), "a yes that comes too late says so: {late:?}");
        house.wind(120);
        risk.sweep().await;
        assert!(!risk.is_keyed().await, "no yes can open it any more");
        assert!(risk.answers("approved").await.is_err());
        risk.answers("refused").await.expect("a no is never too late");
        assert!(!risk.reads().await);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_late_yes_in_time_keeps_the_key_for_good() {
    in_each(async |house| {
        let risk = Risk::of(&house).await;
        house.wind(4 * 86_400);
        risk.answers("approved").await.expect("there is time for it");
        house.wind(90 * 86_400);
        risk.sweep().await;
        assert!(risk.is_keyed().await && risk.reads().await);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn the_vault_forgets_the_case_with_a_no_and_with_a_finding() {
    in_each(async |house| {
        for refused in [true, false] {
            let risk = Risk::of(&house).await;
            if !refused {
                risk.answers("approved").await.expect("she was asked");
            }
            assert!(risk.reads().await);
            let drawer = Drawer::of(house.case(), Compartment::Core);
            assert!(house.gate.vault.has_key(&drawer));
            if refused {
                risk.answers("refused").await.expect("she was asked");
            } else {
                let ruth = house.admits(risk.ruth).await;
                let found: ReviewOverride = from(json!({ "outcome": "not-justified", "reason": "It could wait." }));
                house.desk.review_override(&ruth, risk.id, &found, None).await.expect("she was asked");
            }
            assert!(!house.gate.vault.has_key(&drawer) && !risk.is_keyed().await);
            let ruth = house.admits(risk.ruth).await;
            let state = house.desk.override_shown(&ruth, risk.id, None).await.expect("she was asked");
            let wanted = if refused { OverrideState::Refused } else { OverrideState::Ended };
            assert_eq!(state.found.state(house.desk.now()), wanted);
        }
        house.is_sound().await;
        house.stop().await;
    });
}
