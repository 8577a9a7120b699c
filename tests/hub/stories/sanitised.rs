//! The sanitised note afterwards: her own worker looks who would read it, reads it back, corrects it and takes it back; and
//! its form tells nobody on his side which kind of service wrote it.

use super::consent::Team;
use super::derived::last_of_day;
use super::overrides::newest;
use super::{note_about, nowhere};
use crate::house::{House, agency, from, id_of, importer, in_each, isla};
use crate::world::{Answer, Player, on_each_alone};
use lippen::auth::Actor;
use lippen::demo::DemoCase;
use lippen::desk::derivatives::WriteDerivative;
use lippen::desk::notes::WriteNote;
use lippen::model::agencies::Role;
use lippen::model::id::{InvolvementId, NoteId, ProtectedId, WorkerId};
use lippen::model::protected::{ProtectedHead, Relation};
use lippen::model::text::Line;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const SHE_SAID: &str = "She says that he waits by the bakery when she brings the boy to football.";
const FIRST: &str = "There is reason to believe that he may look for somebody after work.";
const BETTER: &str = "There is reason to believe that he may look for somebody at the weekend.";

fn sanitised(text: &str) -> Value {
    json!({ "kind": "assessment", "text": text, "category": "risk-plan" })
}

/// Her worker writes what she was told, and a sanitised note of it; returns both.
async fn written(who: &Player, case: &DemoCase, her: ProtectedId) -> (String, String) {
    let account = note_about(&her.to_string(), "protected-account", SHE_SAID);
    let source = who.writes(case, account).await.id();
    let made = who.post(&format!("/api/v1/notes/{source}/derivative"), sanitised(FIRST)).await;
    (source, made.is(201).id())
}

/// Returns what is told of the readers in an agency.
fn readers<'a>(preview: &'a Answer, agency: &str) -> Vec<&'a Value> {
    preview["readers"].as_array().expect("a list").iter().filter(|one| one["agency"] == agency).collect()
}

#[test]
fn her_worker_looks_who_would_read_it_and_reads_it_back() {
    on_each_alone(async |world| {
        let (isla, case) = (world.cast("isla"), world.show_case());
        let (source, first) = written(&isla, case, world.woman_a()).await;
        let justice = world.worker("morag").agency.to_string();
        let hers = world.worker("isla").agency.to_string();

        let mut unwritten = sanitised(FIRST);
        unwritten["source"] = json!(source);
        for body in [unwritten, json!({ "note": first })] {
            let preview = isla.post("/api/v1/notes/preview", body.clone()).await;
            let full = |agency: &str| readers(preview.is(200), agency).iter().any(|one| one["access"] == "full");
            assert!(full(&justice) && full(&hers), "{preview}");
            preview.holds_no(SHE_SAID);
            for who in ["morag", "catriona", "angus", "donald"] {
                let refused = world.cast(who).post("/api/v1/notes/preview", body.clone()).await;
                assert!([403, 404].contains(&refused.status.as_u16()), "{who}: {refused}");
                refused.holds_no(&hers);
            }
        }

        let read = isla.get(&format!("/api/v1/notes/{first}")).await;
        assert_eq!((&read.is(200)["text"], &read["source"]), (&json!(FIRST), &json!(source)), "{read}");
        assert_eq!((&read["agency"], &read["dated"]), (&json!(hers), &json!("moment")), "{read}");
        let list = isla.get(&format!("/api/v1/cases/{}/notes?limit=100", case.id)).await;
        assert_eq!(list.is(200).item(&first).expect("it is listed")["access"], "full", "{list}");
    });
}

#[test]
fn her_worker_corrects_it_and_takes_it_back() {
    on_each_alone(async |world| {
        let (isla, morag, case) = (world.cast("isla"), world.cast("morag"), world.show_case());
        let (source, first) = written(&isla, case, world.woman_a()).await;
        let justice = world.worker("morag").agency.to_string();
        let hers = world.worker("isla").agency.to_string();
        assert_eq!(morag.get(&format!("/api/v1/notes/{first}")).await.is(200)["text"], FIRST);
        let corrections = format!("/api/v1/notes/{first}/corrections");
        for (field, value) in [
            ("about", json!(world.woman_a())),
            ("category", json!("housing")),
            ("sources", json!(["her"])),
            ("kind", json!("intelligence")),
        ] {
            let mut wrong = sanitised(BETTER);
            wrong[field] = value;
            let refused = isla.post(&corrections, wrong).await;
            refused.is_problem(422, "invalid").blames(field);
        }
        isla.post(&corrections, sanitised(SHE_SAID)).await.is_problem(422, "invalid").blames("text");
        let corrected = isla.post(&corrections, sanitised(BETTER)).await;
        let second = corrected.is(201).id();
        assert!(corrected["told"].as_u64().is_some_and(|told| told >= 1), "{corrected}");
        let shown = morag.get(&format!("/api/v1/notes/{first}")).await;
        assert_eq!(shown.is(200)["superseded_by"]["note"], second.as_str(), "{shown}");
        assert!(shown["superseded_by"]["at"].as_str().expect("a day").ends_with("T00:00:00Z"), "{shown}");
        assert_eq!(isla.get(&format!("/api/v1/notes/{second}")).await.is(200)["source"], json!(source));
        let notice = newest(&morag, "note-corrected").await;
        assert_eq!((&notice["agency"], &notice["about"]), (&json!(justice), &Value::Null), "{notice}");
        let open = morag.opens(notice["id"].as_str().expect("an id")).await;
        assert!(open.is(200)["text"].as_str().is_some_and(|text| text.contains(&first)), "{open}");
        open.holds_no(&hers).holds_no(&source).holds_no(&world.worker("isla").id.to_string());

        assert_eq!(morag.get(&format!("/api/v1/notes/{second}")).await.is(200)["text"], BETTER);
        let back = format!("/api/v1/notes/{second}/withdrawal");
        for who in ["morag", "catriona", "angus", "fiona"] {
            let refused = world.cast(who).post(&back, json!({})).await;
            assert!([403, 404].contains(&refused.status.as_u16()), "{who}: {refused}");
            refused.holds_no(&hers);
        }
        let taken = isla.post(&back, json!({})).await;
        assert!(taken.is(200)["told"].as_u64().is_some_and(|told| told >= 1), "{taken}");
        morag.is_told_nothing_at("/api/v1/notes/{}", &second).await;
        assert!(!world.notes_seen_by(&morag, case).await.contains(&json!(second)));
        let notice = newest(&morag, "note-recalled").await;
        assert_eq!(notice["agency"], json!(justice), "{notice}");
        morag.opens(notice["id"].as_str().expect("an id")).await.is(200).holds_no(&hers);
        let own = isla.get(&format!("/api/v1/notes/{second}")).await;
        assert!(own.is(200)["recalled_at"].is_string(), "it stays with her service: {own}");
        isla.post(&back, json!({})).await.is_problem(409, "conflict");
        isla.post(&format!("/api/v1/notes/{}/withdrawal", nowhere()), json!({})).await.is_problem(404, "not-found");
    });
}

/// Returns the fields of an object.
fn fields(of: &Value) -> BTreeSet<String> {
    of.as_object().expect("an object").keys().cloned().collect()
}

/// Returns what somebody on his side is told of a note: the answer, its line in the list, and the page that begins behind it.
async fn told(who: &Player, case: &str, note: &str) -> [Value; 3] {
    let list = who.get(&format!("/api/v1/cases/{case}/notes?limit=100")).await;
    let line = list.is(200).item(note).expect("it is listed").clone();
    let after = who.get(&format!("/api/v1/cases/{case}/notes?limit=1&after={note}")).await;
    let read = who.get(&format!("/api/v1/notes/{note}")).await;
    [read.is(200).body.clone(), line, after.is(200).body.clone()]
}

#[test]
fn no_field_and_no_place_tells_which_kind_of_service_wrote_it() {
    on_each_alone(async |world| {
        let team = Team::of(world);
        let (morag, angus, isla) = (world.cast(team.manager), world.cast(team.officer), world.cast(team.worker));
        let (case, id) = (team.case, team.case.id.to_string());
        let police =
            json!({ "kind": "assessment", "category": "risk-plan", "text": "He has asked who collects the mail." });
        let by_police = angus.writes(case, police.clone()).await.id();
        let (_, by_her_service) = written(&isla, case, team.her).await;
        let again = angus.writes(case, police).await.id();

        let (one, other) = (told(&morag, &id, &by_police).await, told(&morag, &id, &by_her_service).await);
        for (one, other) in one.iter().zip(&other) {
            assert_eq!(fields(one), fields(other));
        }
        let ([read, line, _], [hers, her_line, _]) = (&one, &other);
        assert_eq!(read["handling"], hers["handling"]);
        for both in [[read, hers], [line, her_line]] {
            for field in ["agency", "author", "about", "created", "dated"] {
                assert_eq!(both[0][field], both[1][field], "{field}");
            }
            assert_eq!(both[0]["dated"], "day");
            assert!(both[0]["created"].as_str().expect("a day").ends_with("T00:00:00Z"));
        }
        for field in ["grade", "source", "supersedes", "superseded_by", "recalled_at", "opinion", "watermark"] {
            assert_eq!(read[field].is_null(), hers[field].is_null(), "{field}");
        }
        // An id begins with the end of the day, so it tells no minute; and that is what orders the list.
        let day = NoteId::at(last_of_day(world.now())).to_string()[..8].to_owned();
        let ours = [by_police.as_str(), by_her_service.as_str(), again.as_str()];
        assert!(ours.iter().all(|note| note[..8] == day), "{ours:?}");
        let seen = world.notes_seen_by(&morag, case).await;
        let seen: Vec<&str> = seen.iter().filter_map(Value::as_str).filter(|one| one[..8] == day).collect();
        let mut ordered = seen.clone();
        ordered.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(seen, ordered, "they lie together, in the order of what was drawn");
        // Whoever wrote it sees the hour.
        let own = angus.get(&format!("/api/v1/notes/{by_police}")).await;
        assert_eq!(own.is(200)["dated"], "moment", "{own}");
        assert!(!own["created"].as_str().expect("a moment").ends_with("T00:00:00Z"), "{own}");
        // Taking it back is told alike.
        angus.post(&format!("/api/v1/notes/{by_police}/withdrawal"), json!({})).await.is(200);
        let notice = newest(&morag, "note-recalled").await;
        isla.post(&format!("/api/v1/notes/{by_her_service}/withdrawal"), json!({})).await.is(200);
        let hers = newest(&morag, "note-recalled").await;
        assert_eq!(fields(&notice), fields(&hers));
        for field in ["agency", "about", "category", "kind", "severity", "note"] {
            assert_eq!(notice[field], hers[field], "{field}");
        }
        let about_her = note_about(&team.her.to_string(), "protected-account", SHE_SAID);
        let kept = isla.writes(case, about_her).await.id();
        let refused = isla.post(&format!("/api/v1/notes/{kept}/withdrawal"), json!({})).await;
        refused.is_problem(422, "invalid");
    });
}

/// A colleague of Isla's, who works on the same case with another woman.
async fn colleague(house: &House) -> Actor {
    let (by, jean, other) = (importer(), WorkerId::random(), ProtectedId::random());
    let name = Line::new("Jean Muir").expect("a name");
    house.desk.appoint(&by, jean, agency("womens"), Role::WomensWorker, name).await.expect("a seat");
    let head = ProtectedHead { id: other, case: house.case(), pseudonym: "W2".to_owned(), relation: Relation::Partner };
    house.desk.protect(&by, head, Line::new("Ann Roe").expect("a name"), None).await.expect("she is of the case");
    house.desk.involve(&by, InvolvementId::random(), house.case(), jean, Some(other)).await.expect("she works there");
    house.admits_of(jean, "womens").await
}

#[test]
fn a_colleague_who_works_with_another_woman_learns_no_more_than_his_side() {
    in_each(async |house| {
        let author = house.admits(isla()).await;
        let account: WriteNote = from(note_about(&house.woman().to_string(), "protected-account", SHE_SAID));
        let source: NoteId = id_of(&house.desk.write_note(&author, house.case(), account, None).await);
        let new: WriteDerivative = from(sanitised(FIRST));
        let made: NoteId = id_of(&house.desk.derive_note(&author, source, new, None).await);
        house.desk.read_note(&author, made, None).await.expect("she reads it back");
        let jean = colleague(&house).await;
        assert!(house.desk.read_note(&jean, made, None).await.is_err(), "not hers to read");
        let (lines, _, _) = house.desk.notes(&jean, house.case(), None, None, 100).await.expect("a list");
        let line = lines.iter().find(|line| line.id == made).expect("she sees that there is a note");
        assert_eq!((line.agency.as_ref(), line.dated), (None, "day"), "and not that a colleague wrote it");
        assert!(house.desk.recall_note(&jean, made, None).await.is_err());
        assert!(house.desk.correct_note(&jean, made, from(sanitised(BETTER)), None).await.is_err());
        house.desk.recall_note(&author, made, None).await.expect("her own worker takes it back");
    });
}
