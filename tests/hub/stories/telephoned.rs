//! She telephones the office: her own worker is away, and whoever takes the call records that she takes it back. What else
//! of hers still lets somebody read is named, and so is whoever could not be told.

use super::consent::{Team, consent, share_on};
use super::overrides::Scene;
use super::{note_about, nowhere};
use crate::house::{from, id_of, importer, in_each, isla, morag};
use crate::world::{Player, World, on_each_alone};
use lippen::demo::DemoWorker;
use lippen::desk::consents::Withdraw;
use lippen::desk::notes::WriteNote;
use lippen::desk::shares::ShareNote;
use lippen::model::id::{ConsentId, NoteId};
use lippen::model::shares::Purpose;
use serde_json::{Value, json};

const CALLS: &str = "He has telephoned her four times since Sunday.";

/// Returns somebody of the same service in a role who does not work with her.
fn colleague<'a>(world: &'a World, team: &Team<'_>, role: &str) -> &'a DemoWorker {
    let agency = &world.worker(team.worker).agency;
    let works = |one: &DemoWorker| team.case.involvements.iter().any(|part| part.worker == one.id);
    let fits = |one: &&DemoWorker| &one.agency == agency && one.role.to_string() == role && !works(one);
    world.caseload.workers.iter().find(fits).expect("a colleague")
}

async fn given(world: &World, team: &Team<'_>, worker: &Player) -> String {
    let path = format!("/api/v1/cases/{}/consents", team.case.id);
    worker.post(&path, consent(world, team, None)).await.is(201).id()
}

async fn count(who: &Player, kind: &str) -> usize {
    let (mut found, mut path) = (0, "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        found += page.is(200).items().iter().filter(|item| item["kind"] == kind).count();
        let Some(next) = page["next"].as_str() else { return found };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

#[test]
fn whoever_of_her_service_takes_the_call_ends_it_and_learns_nothing_of_her() {
    on_each_alone(async |world| {
        for role in ["womens.worker", "womens.manager"] {
            let team = Team::of(world);
            let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
            let note = note_about(&team.her.to_string(), "protected-account", CALLS);
            let note = worker.writes(team.case, note).await.id();
            let (first, second) = (given(world, &team, &worker).await, given(world, &team, &worker).await);
            worker.shares(&note, share_on(world, &team, &first)).await;
            officer.reads(&note, "public-protection").await.is(200);
            let someone = world.cast(&colleague(world, &team, role).key);
            let path = format!("/api/v1/consents/{first}/withdrawal");
            someone.is_told_nothing_at("/api/v1/consents/{}", &first).await;
            // Nobody outside the service, whoever they are, and the same for an id that nothing has.
            for stranger in ["kenneth", "graham", "norma", "owen"] {
                let asked = world.cast(stranger).post(&path, json!({})).await;
                let nothing = format!("/api/v1/consents/{}/withdrawal", nowhere());
                asked.is_problem(404, "not-found");
                asked.is_the_same_as(&world.cast(stranger).post(&nothing, json!({})).await);
            }
            let agency = world.worker(team.worker).agency.clone();
            let other = |one: &&DemoWorker| one.role.to_string() == "womens.worker" && one.agency != agency;
            let other = &world.caseload.workers.iter().find(other).expect("another service").key;
            world.cast(other).post(&path, json!({})).await.is_problem(404, "not-found");

            let told = count(&worker, "consent-withdrawn").await;
            let answer = someone.post(&path, json!({ "said": "She rang: no more." })).await;
            assert_eq!(answer.is(200)["event"], "withdrawn", "{answer}");
            assert_eq!(answer["other_consents"], json!([{ "consent": second }]), "{answer}");
            for field in ["stopped", "continues", "told", "past_recipients", "not_for_her"] {
                assert_eq!(answer[field], Value::Null, "{field}: {answer}");
            }
            answer.holds_no(&team.her.to_string()).holds_no(&team.case.id.to_string()).holds_no(&note);
            answer.holds_no(&world.worker(team.officer).agency.to_string()).holds_no("protected-account");
            officer.is_told_nothing_at("/api/v1/notes/{}?purpose=public-protection", &note).await;
            assert_eq!(count(&worker, "consent-withdrawn").await, told + 1, "her own worker hears of it");
            let shown = worker.get(&format!("/api/v1/consents/{first}")).await;
            assert_eq!((&shown.is(200)["event"], &shown["method"]), (&json!("withdrawn"), &json!("telephone")));
            // It opens nothing, and gives nobody a yes.
            someone.is_told_nothing_at("/api/v1/consents/{}", &first).await;
            someone.is_told_nothing_at("/api/v1/cases/{}", &team.case.id.to_string()).await;
            someone.post(&path, json!({})).await.is_problem(409, "conflict");
            let second = format!("/api/v1/consents/{second}/withdrawal");
            let last = someone.post(&second, json!({})).await;
            assert_eq!(last.is(200)["other_consents"], json!([]), "{last}");
        }
    });
}

#[test]
fn another_consent_that_still_lets_them_read_is_named() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let worker = world.cast(team.worker);
        let (first, second) = (given(world, &team, &worker).await, given(world, &team, &worker).await);
        let police = world.worker(team.officer).agency.to_string();
        let answer = worker.post(&format!("/api/v1/consents/{first}/withdrawal"), json!({})).await;
        let others = answer.is(200)["other_consents"].as_array().expect("a list");
        let other = others.iter().find(|one| one["consent"] == second.as_str()).expect("it is named");
        assert_eq!(other["recipients"], json!([police]), "{answer}");
        let line = answer["continues"].as_array().expect("a list").iter();
        let line = line.filter(|one| one["consent"] == second.as_str()).collect::<Vec<_>>();
        assert_eq!((line.len(), &line[0]["recipient"]), (1, &json!(police)), "{answer}");
        let say = answer["say"].as_str().expect("words");
        assert!(say.contains("on this agreement of yours") && say.contains("another agreement"), "{say}");
        let answer = worker.post(&format!("/api/v1/consents/{second}/withdrawal"), json!({})).await;
        assert!(!answer.is(200)["say"].as_str().expect("words").contains("another agreement"), "{answer}");
    });
}

#[test]
fn her_worker_hears_when_an_override_is_turned_down_corrected_or_found_wrong() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let Scene { team, worker, manager, note, .. } = &scene;
        let before = count(worker, "override-changed").await;
        let id = scene.ask("life-at-risk").await.id();
        super::overrides::answers(manager, &id, "refused").await.is(200);
        assert_eq!(count(worker, "override-changed").await, before + 1);
        let notice = super::overrides::newest(worker, "override-changed").await;
        let open = worker.opens(notice["id"].as_str().expect("an id")).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains("has said no")), "{open}");
        scene.officer.is_told_nothing_at("/api/v1/alerts/{}", notice["id"].as_str().expect("an id")).await;

        let again = scene.ask("serious-harm").await.id();
        super::overrides::answers(manager, &again, "approved").await.is(200);
        assert_eq!(count(worker, "override-changed").await, before + 1, "a yes needs no notice: it was asked for");
        let corrected = note_about(&team.her.to_string(), "protected-account", "She says that he has bought rope.");
        let corrected = worker.post(&format!("/api/v1/notes/{note}/corrections"), corrected).await;
        assert_eq!(corrected.is(201)["shares"], 1, "{corrected}");
        assert_eq!(count(worker, "override-changed").await, before + 1, "who corrects it knows");
        let no = json!({ "outcome": "not-justified", "reason": "She had agreed to tell them herself." });
        manager.post(&format!("/api/v1/overrides/{again}/review"), no).await.is(200);
        assert_eq!(count(worker, "override-changed").await, before + 2, "one notice for two notes");
    });
}

#[test]
fn each_womans_worker_hears_that_he_took_his_agreement_back_and_of_no_other_woman() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let (morag, isla, catriona) = (world.cast("morag"), world.cast("isla"), world.cast("catriona"));
        let statement = json!({ "subject": case.person.id, "event": "given", "kind": "statement-of-agreement",
            "notice": { "id": "notice-man-en-1" }, "method": "writing", "asked_alone": true });
        let given = morag.post(&format!("/api/v1/cases/{}/consents", case.id), statement).await.is(201).id();
        let back = morag.post(&format!("/api/v1/consents/{given}/withdrawal"), json!({})).await;
        back.is(200).holds_no(&world.woman_b().to_string());
        for (who, own, other) in
            [(&isla, world.woman_a(), world.woman_b()), (&catriona, world.woman_b(), world.woman_a())]
        {
            assert_eq!(count(who, "his-agreement").await, 1);
            let notice = super::overrides::newest(who, "his-agreement").await;
            assert_eq!(notice["about"], json!(own));
            who.opens(notice["id"].as_str().expect("an id")).await.is(200).holds_no(&other.to_string());
        }
        assert_eq!(count(&morag, "his-agreement").await, 0);
    });
}

#[test]
fn nothing_that_the_writer_can_read_shows_that_her_worker_was_told() {
    on_each_alone(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let said = "she heard him sharpening something behind the door and he asked for the car keys before he went.";
        let about = world.woman_a().to_string();
        isla.writes(case, note_about(&about, "protected-account", said)).await;
        let trail = async |who: &str| {
            let entries = world.cast(who).readers_of(case).await;
            entries.into_iter().filter(|one| one["kind"] == "alert").count()
        };
        let before = (trail("morag").await, trail("ruth").await);
        let mut pasted = note_about("", "risk-plan", said);
        pasted.as_object_mut().expect("an object").remove("about");
        let path = format!("/api/v1/cases/{}/notes", case.id);
        morag.post(&path, pasted).await.is_problem(422, "invalid");
        let notice = super::overrides::newest(&isla, "protected-words").await;
        let id = notice["id"].as_str().expect("an id");
        assert_eq!(notice["agency"], json!(world.worker("isla").agency), "it is in the trail of her service");
        isla.opens(id).await.is(200);
        isla.acknowledges(id).await.is(200);
        isla.post(&format!("/api/v1/alerts/{id}/actions"), json!({ "text": "I have rung her." })).await.is(201);
        assert_eq!((trail("morag").await, trail("ruth").await), before, "no trail of the writer's agency shows it");
        for who in ["morag", "ruth", "fiona"] {
            let seen = world.cast(who).readers_of(case).await;
            assert!(seen.iter().all(|one| one["id"] != id), "{who}");
        }
        for who in ["morag", "ruth", "fiona"] {
            world.cast(who).is_told_nothing_at("/api/v1/alerts/{}", id).await;
            world.cast(who).get("/api/v1/alerts?limit=100").await.holds_no(id);
        }
        assert!(isla.readers_of(case).await.iter().any(|one| one["id"] == id), "her own side sees who read it");
    });
}

#[test]
fn who_sent_it_hears_that_it_had_gone_further() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        for (deleted, passed_on, words) in [(true, true, "passed on"), (false, false, "not every copy")] {
            let note = note_about(&team.her.to_string(), "protected-account", CALLS);
            let note = worker.writes(team.case, note).await.id();
            let to = json!({ "worker": world.worker(team.officer).id });
            let share = worker.shares(&note, super::share_with(to, "victim-safety")).await.id();
            officer.reads(&note, "victim-safety").await.is(200);
            worker.post(&format!("/api/v1/shares/{share}/withdrawal"), json!({})).await.is(200);
            let before = count(&worker, "passed-on").await;
            let confirmed = json!({ "deleted": deleted, "passed_on": passed_on });
            officer.post(&format!("/api/v1/shares/{share}/confirmation"), confirmed).await.is(201);
            assert_eq!(count(&worker, "passed-on").await, before + 1);
            let notice = super::overrides::newest(&worker, "passed-on").await;
            let open = worker.opens(notice["id"].as_str().expect("an id")).await;
            let text = open.is(200)["text"].as_str().expect("words");
            assert!(text.contains(words) && text.starts_with("Police offender-management"), "{text}");
            assert_eq!(open["shares"], json!([share]), "{open}");
        }
    });
}

#[test]
fn who_could_not_be_told_is_named_so_that_somebody_telephones() {
    in_each(async |house| {
        let by = house.admits(isla()).await;
        let body = json!({ "subject": house.woman(), "event": "given", "kind": "womens-service",
            "recipients": ["justice"], "categories": ["protected-account"], "purposes": ["public-protection"],
            "notice": { "id": "notice-en-1" }, "method": "in-person", "asked_alone": true });
        let consent: ConsentId = id_of(&house.desk.record_consent(&by, house.case(), from(body), None).await);
        let account: WriteNote = from(note_about(&house.woman().to_string(), "protected-account", CALLS));
        let note: NoteId = id_of(&house.desk.write_note(&by, house.case(), account, None).await);
        let share: ShareNote = from(json!({ "to": { "worker": morag() }, "purpose": "public-protection",
            "basis": { "type": "consent", "consent": consent } }));
        house.desk.share_note(&by, note, &share, None).await.expect("it is shared");
        let reader = house.admits(morag()).await;
        house.desk.read_note(&reader, note, Some(Purpose::PublicProtection)).await.expect("she reads it");
        house.desk.end_seat(&importer(), morag()).await.expect("her seat ends");
        let back = house.desk.withdraw_consent(&by, consent, Withdraw::default(), None).await.expect("taken back");
        let answer: Value = serde_json::from_str(&back.answer).expect("an answer");
        assert_eq!(answer["not_reached"][0]["agency"], "justice", "{answer}");
        assert!(answer["not_reached"][0]["say"].as_str().is_some_and(|say| say.contains("Telephone them")), "{answer}");
        assert_eq!(answer["told"], json!([]), "{answer}");
    });
}
