//! Story 2: she does not agree, and serious harm is near. Two people stand behind it; nothing opens on the word of one,
//! save while life is at risk, and then on the clock.

use super::consent::{Team, consent, share_on};
use super::{note_about, nowhere};
use crate::house::{agency, from, id_of, importer, in_each, isla, morag};
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use lippen::desk::notes::WriteNote;
use lippen::desk::overrides::AskOverride;
use lippen::desk::seconds::AnswerOverride;
use lippen::model::agencies::Role;
use lippen::model::id::{NoteId, WorkerId};
use lippen::model::overrides::OverrideState;
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use serde_json::{Value, json};

pub(super) const SHE_SAID: &str = "She says that he has bought petrol and asked where the children sleep.";
const WHY: &str = "He has the means and says when; her daughter is in the house.";

/// Returns the body of an override.
pub(super) fn asks(to: &str, harm: &str) -> Value {
    json!({
        "to": { "worker": to }, "purpose": "victim-safety", "harm": harm, "reason": WHY, "told": "no",
        "why_not_told": "He reads her telephone.",
    })
}

/// Her worker, the officer, her worker's manager, and a note of what she said.
pub(super) struct Scene<'a> {
    pub(super) world: &'a World,
    pub(super) team: Team<'a>,
    pub(super) worker: Player,
    pub(super) officer: Player,
    pub(super) manager: Player,
    pub(super) note: String,
}

impl<'a> Scene<'a> {
    pub(super) async fn of(world: &'a World) -> Self {
        let team = Team::of(world);
        let agency = &world.worker(team.worker).agency;
        let manages =
            |one: &&lippen::demo::DemoWorker| one.role.to_string() == "womens.manager" && &one.agency == agency;
        let manager = &world.caseload.workers.iter().find(manages).expect("each service has a manager").key;
        let (worker, officer, manager) = (world.cast(team.worker), world.cast(team.officer), world.cast(manager));
        let note = note_about(&team.her.to_string(), "protected-account", SHE_SAID);
        let note = worker.writes(team.case, note).await.id();
        Self { world, team, worker, officer, manager, note }
    }

    pub(super) fn body(&self, harm: &str) -> Value {
        asks(&self.world.worker(self.team.officer).id.to_string(), harm)
    }

    pub(super) async fn ask(&self, harm: &str) -> Answer {
        let asked = self.worker.post(&format!("/api/v1/notes/{}/overrides", self.note), self.body(harm)).await;
        asked.is(201).holds_no(WHY);
        asked
    }

    pub(super) async fn is_closed_to_the_officer(&self) {
        self.officer.is_told_nothing_at("/api/v1/notes/{}?purpose=victim-safety", &self.note).await;
    }

    pub(super) async fn is_open_to_the_officer(&self) {
        assert_eq!(self.officer.reads(&self.note, "victim-safety").await.is(200)["text"], SHE_SAID);
    }
}

pub(super) async fn answers(who: &Player, id: &str, outcome: &str) -> Answer {
    let body = json!({ "outcome": outcome, "reason": "I have spoken to her worker and read the note." });
    who.post(&format!("/api/v1/overrides/{id}/approval"), body).await
}

/// Returns the newest alert of a kind in somebody's inbox.
pub(super) async fn newest(who: &Player, kind: &str) -> Value {
    let (mut found, mut path) = (None, "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        found = page.is(200).items().iter().rfind(|item| item["kind"] == kind).cloned().or(found);
        let Some(next) = page["next"].as_str() else { return found.expect("an alert of the kind") };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

#[test]
fn nothing_opens_until_a_second_person_says_yes() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let Scene { team, worker, officer, manager, note, .. } = &scene;
        let mut refused = consent(world, team, None);
        refused["event"] = json!("refused");
        let chain = worker.post(&format!("/api/v1/cases/{}/consents", team.case.id), refused).await.is(201).id();

        let asked = scene.ask("serious-harm").await;
        let id = asked.id();
        assert_eq!((&asked["state"], &asked["share"]), (&json!("waiting"), &Value::Null), "{asked}");
        scene.is_closed_to_the_officer().await;
        assert_eq!(worker.get(&format!("/api/v1/consents/{chain}")).await.is(200)["shared_without_consent"], 0);

        let call = newest(manager, "override-asked").await;
        let opened = manager.opens(call["id"].as_str().expect("an id")).await;
        assert!(opened.is(200)["text"].as_str().expect("words").contains(&id), "{opened}");
        opened.holds_no(WHY).holds_no(SHE_SAID);
        manager.acknowledges(call["id"].as_str().expect("an id")).await.is(200);

        answers(worker, &id, "approved").await.is_problem(403, "refused");
        for outsider in
            [officer, &world.cast("kenneth"), &world.cast("emil"), &world.cast("ruth"), &world.cast("graham")]
        {
            let answer = answers(outsider, &id, "approved").await;
            answer.is_problem(404, "not-found").is_the_same_as(&answers(outsider, &nowhere(), "approved").await);
            outsider.is_told_nothing_at("/api/v1/overrides/{}", &id).await;
        }
        scene.is_closed_to_the_officer().await;

        let shown = manager.get(&format!("/api/v1/overrides/{id}")).await;
        assert_eq!((&shown.is(200)["reason"], &shown["told"]), (&json!(WHY), &json!("no")), "{shown}");
        assert_eq!(shown["why_not_told"], "He reads her telephone.", "{shown}");
        let answer = answers(manager, &id, "approved").await;
        assert_eq!(answer.is(200)["state"], "live", "{answer}");
        answers(manager, &id, "refused").await.is_problem(409, "conflict");
        scene.is_open_to_the_officer().await;

        let told = newest(officer, "note-shared").await;
        assert_eq!(told["note"], *note);
        let told = officer.opens(told["id"].as_str().expect("an id")).await;
        assert!(told.is(200)["text"].as_str().expect("words").contains("NOT been told"), "{told}");
        let now = worker.get(&format!("/api/v1/consents/{chain}")).await;
        assert_eq!((&now.is(200)["event"], &now["shared_without_consent"]), (&json!("refused"), &json!(1)), "{now}");
        let listed = worker.get(&format!("/api/v1/cases/{}/overrides", team.case.id)).await;
        assert_eq!(listed.is(200).item(&id).expect("it is listed")["state"], "live");
        let listed = officer.get(&format!("/api/v1/cases/{}/overrides", team.case.id)).await;
        assert!(listed.is(200).item(&id).is_none(), "the one who receives is shown no reasons: {listed}");

        let entries = worker.readers_of(team.case).await;
        let acts: Vec<_> = entries.iter().filter(|one| one["id"] == id || one["id"] == *note).collect();
        assert!(acts.iter().any(|one| one["act"] == "override" && one["decision"] == "permit"), "{acts:?}");
        assert!(acts.iter().any(|one| one["act"] == "confirm" && one["decision"] == "deny"), "{acts:?}");
    });
}

#[test]
fn a_no_shares_nothing_and_a_review_ends_what_should_not_have_been() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let id = scene.ask("child-protection").await.id();
        let found = json!({ "outcome": "not-justified", "reason": "She had agreed to tell them herself." });
        let review =
            async |id: &str| scene.manager.post(&format!("/api/v1/overrides/{id}/review"), found.clone()).await;
        review(&id).await.is_problem(422, "invalid");
        assert_eq!(answers(&scene.manager, &id, "refused").await.is(200)["state"], "refused");
        scene.is_closed_to_the_officer().await;
        review(&id).await.is_problem(422, "invalid");

        let id = scene.ask("serious-harm").await.id();
        answers(&scene.manager, &id, "approved").await.is(200);
        scene.is_open_to_the_officer().await;
        scene.worker.post(&format!("/api/v1/overrides/{id}/review"), found.clone()).await.is_problem(403, "refused");
        assert_eq!(review(&id).await.is(200)["outcome"], "not-justified");
        scene.is_closed_to_the_officer().await;
        let shown = scene.worker.get(&format!("/api/v1/overrides/{id}")).await;
        assert_eq!((&shown.is(200)["state"], &shown["review"]["outcome"]), (&json!("ended"), &json!("not-justified")));
    });
}

#[test]
fn while_life_is_at_risk_it_opens_at_once_and_a_no_ends_it_at_once() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let asked = scene.ask("life-at-risk").await;
        assert_eq!(asked["state"], "unconfirmed", "{asked}");
        assert!(asked["due"].is_string() && asked["share"].is_string(), "{asked}");
        scene.is_open_to_the_officer().await;
        assert_eq!(newest(&scene.officer, "note-shared").await["severity"], "critical");
        answers(&scene.worker, &asked.id(), "approved").await.is_problem(403, "refused");
        answers(&scene.manager, &asked.id(), "refused").await.is(200);
        scene.is_closed_to_the_officer().await;
    });
}

#[test]
fn what_nobody_confirms_in_time_closes_and_a_late_yes_opens_it_again() {
    in_each(async |house| {
        // A service without a manager: an officer of oversight in another agency is the second person.
        let (by, ruth) = (importer(), WorkerId::random());
        let name = Line::new("Ruth Aitken").expect("a name");
        let appointed = house.desk.appoint(&by, ruth, agency("justice"), Role::GovernanceOfficer, name).await;
        appointed.expect("a seat");
        let account: WriteNote = from(note_about(&house.woman().to_string(), "protected-account", SHE_SAID));
        let author = house.admits(isla()).await;
        let note: NoteId = id_of(&house.desk.write_note(&author, house.case(), account, None).await);
        let ask: AskOverride = from(asks(&morag().to_string(), "life-at-risk"));
        let id = id_of(&house.desk.ask_override(&author, note, &ask, None).await);

        let reads = async || {
            let reader = house.admits(morag()).await;
            house.desk.read_note(&reader, note, Some(Purpose::VictimSafety)).await.is_ok()
        };
        let state = async || {
            let officer = house.admits(ruth).await;
            let open = house.desk.override_shown(&officer, id, None).await.expect("she was asked");
            open.found.state(house.desk.now())
        };
        assert!(reads().await);
        assert_eq!(state().await, OverrideState::Unconfirmed);
        house.wind(4 * 86_400);
        assert!(!reads().await, "one weekday has passed, whatever day it was");
        assert_eq!(state().await, OverrideState::Lapsed);
        let yes: AnswerOverride = from(json!({ "outcome": "approved", "reason": "I have asked her worker." }));
        let author = house.admits(isla()).await;
        assert!(house.desk.answer_override(&author, id, &yes, None).await.is_err(), "one person is not two");
        let officer = house.admits(ruth).await;
        house.desk.answer_override(&officer, id, &yes, None).await.expect("she was asked");
        assert!(reads().await);
        assert_eq!(state().await, OverrideState::Live);
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn that_she_was_overruled_changes_nothing_of_what_she_agreed_to() {
    on_each(async |world| {
        let scene = Scene::of(world).await;
        let Scene { team, worker, officer, manager, note, .. } = &scene;
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        let chain = worker.post(&consents, consent(world, team, None)).await.is(201).id();
        worker.shares(note, share_on(world, team, &chain)).await;
        assert_eq!(officer.reads(note, "public-protection").await.is(200)["text"], SHE_SAID);
        let id = scene.ask("serious-harm").await.id();
        answers(manager, &id, "approved").await.is(200);
        officer.reads(note, "public-protection").await.is(200);
        let withdrawn = worker.post(&format!("/api/v1/consents/{chain}/withdrawal"), json!({})).await;
        assert_eq!(withdrawn.is(200)["event"], "withdrawn");
        officer.reads(note, "public-protection").await.is_problem(404, "not-found");
        officer.reads(note, "victim-safety").await.is(200);
        let mut by_hand = consent(world, team, None);
        by_hand["event"] = json!("shared-without-consent");
        worker.post(&consents, by_hand).await.is_problem(422, "invalid").blames("event");
    });
}

#[test]
fn an_override_that_says_too_little_is_refused_with_the_field() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let path = format!("/api/v1/notes/{}/overrides", scene.note);
        let tries = [
            ("/reason", json!("safety"), "reason"),
            ("/told", json!("yes"), "why_not_told"),
            ("/why_not_told", Value::Null, "why_not_told"),
            ("/purpose", json!("emergency"), "purpose"),
            ("/to", json!({}), "to"),
            ("/second", json!({ "worker": world.worker(scene.team.worker).id }), "second.worker"),
            ("/second", json!({ "worker": world.worker("ruth").id }), "second.worker"),
        ];
        let before = world.rows_written().await;
        for (place, value, field) in tries {
            let mut body = scene.body("serious-harm");
            body[&place[1..]] = value;
            scene.worker.post(&path, body).await.is_problem(422, "invalid").blames(field).holds_no(WHY);
        }
        let unknown = {
            let mut body = scene.body("serious-harm");
            body["harm"] = json!("gossip");
            body
        };
        scene.worker.post(&path, unknown).await.is_problem(422, "bad-field").blames("harm");
        assert_eq!(world.rows_written().await, before);

        let address = note_about(&scene.team.her.to_string(), "protected-address", "She is at her sister's.");
        let address = scene.worker.writes(scene.team.case, address).await.id();
        let path = format!("/api/v1/notes/{address}/overrides");
        scene.worker.post(&path, scene.body("life-at-risk")).await.is_problem(403, "refused");
        let mut body = scene.body("life-at-risk");
        body["purpose"] = json!("emergency");
        scene.worker.post(&path, body).await.is(201);
        let manager = world.cast(scene.team.manager);
        manager.post(&path, scene.body("life-at-risk")).await.is_problem(404, "not-found");
    });
}
