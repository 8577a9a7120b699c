//! Before a note is written or shared: what the hub says of who would see it is what then happens.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{agency, from, importer, in_each};
use crate::stories::{note_about, nowhere, share_with};
use crate::world::{Answer, Db, Player, Time, World, on_each};
use lippen::demo::{DemoCase, DemoWorker};
use lippen::model::agencies::Role;
use lippen::model::id::{InvolvementId, ProtectedId, WorkerId};
use lippen::model::notes::Category;
use lippen::model::protected::{ProtectedHead, Relation};
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

const PREVIEW: &str = "/api/v1/notes/preview";

/// Agency, role and access, with how many people.
type Counted = BTreeMap<(String, String, String), u64>;

/// Numbers that differ from draw to draw and not from run to run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }

    fn of<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }
}

/// Returns a note as it is sent to be looked at.
fn of_case(case: &DemoCase, mut note: Value, shares: &[Value]) -> Value {
    note["case"] = json!(case.id);
    note["shares"] = json!(shares);
    note
}

fn readers(preview: &Answer) -> Counted {
    let mut counted = Counted::new();
    for one in preview["readers"].as_array().unwrap() {
        let word = |field: &str| one[field].as_str().unwrap().to_owned();
        *counted.entry((word("agency"), word("role"), word("access"))).or_default() += one["people"].as_u64().unwrap();
    }
    counted
}

impl World {
    fn on(&self, case: &DemoCase) -> Vec<&DemoWorker> {
        let ids: BTreeSet<WorkerId> = case.involvements.iter().map(|part| part.worker).collect();
        self.caseload.workers.iter().filter(|one| ids.contains(&one.id)).collect()
    }

    /// Returns those of whom somebody is told on a case, without the team of another woman than the one it is about.
    async fn shown_to(&self, asker: &Player, case: &DemoCase, about: Option<ProtectedId>) -> Vec<&DemoWorker> {
        let shown = asker.get(&format!("/api/v1/cases/{}", case.id)).await;
        let ids: BTreeSet<&str> =
            shown.is(200)["involved"].as_array().unwrap().iter().map(|one| one["worker"].as_str().unwrap()).collect();
        let hers = |one: &DemoWorker| {
            let mut parts = case.involvements.iter().filter(|part| part.worker == one.id);
            about.is_none() || !one.role.is_womens() || parts.any(|part| part.about.is_none() || part.about == about)
        };
        self.on(case).into_iter().filter(|one| ids.contains(one.id.to_string().as_str()) && hers(one)).collect()
    }

    /// Returns the most that somebody is told of a note in the list of its case, for whatever purpose, and reads it.
    async fn access_of(&self, who: &DemoWorker, case: &DemoCase, note: &str) -> Option<String> {
        let player = self.cast(&who.key);
        let mut best: Option<String> = None;
        let order = |access: &str| ["full", "summary", "existence", "metadata"].iter().position(|one| *one == access);
        for purpose in Purpose::ALL {
            let path = format!("/api/v1/cases/{}/notes?limit=3&purpose={purpose}", case.id);
            let listed = player.get(&path).await;
            if listed.status != 200 {
                continue;
            }
            let access = listed.item(note).map(|item| item["access"].as_str().unwrap().to_owned());
            let read = player.reads(note, purpose.as_str()).await;
            assert_eq!(read.status == 200, access.as_deref() == Some("full"), "{}: {read}", who.key);
            assert_eq!(read.status == 404, access.is_none(), "{}: {read}", who.key);
            if let Some(access) = access {
                best = Some(best.filter(|best| order(best) <= order(&access)).unwrap_or(access));
            }
        }
        best
    }

    /// Claims that a preview counts exactly those who are shown, each as they really see the note.
    async fn is_as_previewed(&self, preview: &Answer, shown: &[&DemoWorker], case: &DemoCase, note: &str) {
        let (mut real, mut held, mut people) = (Counted::new(), 0, 0);
        for who in shown {
            let access = self.access_of(who, case, note).await;
            held += u64::from(access.as_deref() != Some("full"));
            if let Some(access) = access {
                people += 1;
                *real.entry((who.agency.to_string(), who.role.to_string(), access)).or_default() += 1;
            }
        }
        assert_eq!(readers(preview), real, "{preview}");
        let agencies: BTreeSet<_> = real.keys().map(|(agency, _, _)| agency).collect();
        assert_eq!(
            (preview["people"].as_u64(), preview["agencies"].as_u64()),
            (Some(people), Some(agencies.len() as u64))
        );
        let told = preview["held_back"].as_array().unwrap();
        assert_eq!(told.iter().map(|one| one["people"].as_u64().unwrap()).sum::<u64>(), held, "{preview}");
        for one in told {
            assert!(
                !one["because"].as_str().unwrap().is_empty() && !one["rule"].as_array().unwrap().is_empty(),
                "{one}"
            );
        }
    }
}

/// Draws a note that somebody of a case could think of writing, and shares of it.
fn drawn(draws: &mut Draws, world: &World, case: &DemoCase) -> (Value, Option<ProtectedId>, Vec<Value>) {
    let about = (draws.below(3) > 0).then(|| draws.of(&case.protected).id);
    let category = draws.of(Category::ALL).as_str();
    let mut note = note_about("", category, "He was seen at the bus stop.");
    note["about"] = json!(about);
    let mut shares = Vec::new();
    for _ in 0..draws.below(3) {
        let who = *draws.of(&world.on(case));
        let to = match draws.below(3) {
            0 => json!({ "worker": who.id }),
            1 => json!({ "role": who.role }),
            _ => json!({ "agency": who.agency }),
        };
        shares.push(share_with(to, draws.of(Purpose::ALL).as_str()));
    }
    (note, about, shares)
}

/// Tells a story on each database in a world of its own: nobody else writes there meanwhile.
fn on_each_undisturbed(story: impl AsyncFn(&World)) {
    for db in [Db::Lite, Db::Postgres] {
        if let Some(world) = World::new(db, Time::Real) {
            world.tell(&story);
            world.stop();
        }
    }
}

#[test]
fn what_a_preview_says_is_what_then_happens() {
    on_each_undisturbed(async |world| {
        let (mut draws, mut compared, mut refused, mut shared) = (Draws(7), 0, 0, 0);
        for round in 0..120 {
            let case = draws.of(&world.caseload.cases[..12]);
            let asker = world.cast(&draws.of(&world.on(case)).key);
            let (note, about, shares) = drawn(&mut draws, world, case);
            let before = world.rows_written().await;
            let preview = asker.post(PREVIEW, of_case(case, note.clone(), &shares)).await;
            let why = json!({ "action": "create", "case": case.id, "category": note["category"], "about": about });
            let explained = asker.post("/api/v1/decisions/explain", why).await;
            assert_eq!(world.rows_written().await, before, "a look and a question write nothing");
            assert_eq!(
                explained["allowed"] == true,
                preview.status != 403 && preview.status != 404,
                "{explained}\n{preview}"
            );
            let written = asker.post(&format!("/api/v1/cases/{}/notes", case.id), note).await;
            if preview.status != 200 {
                preview.is_the_same_as(&written);
                refused += 1;
                continue;
            }
            let id = written.is(201).id();
            let warnings = preview["warnings"].as_array().unwrap();
            for (place, share) in shares.into_iter().enumerate() {
                let stops = |one: &&Value| {
                    one["stops"] == true && one["field"].as_str().unwrap().starts_with(&format!("shares[{place}]"))
                };
                let answer = asker.post(&format!("/api/v1/notes/{id}/shares"), share).await;
                assert_eq!(answer.status == 201, warnings.iter().find(stops).is_none(), "{answer}\n{preview}");
                shared += usize::from(answer.status == 201);
            }
            let there = asker.post(PREVIEW, json!({ "note": id })).await;
            if there.status == 200 {
                assert_eq!(readers(&there), readers(&preview), "round {round}: {there}\n{preview}");
                assert_eq!(there["held_back"], preview["held_back"], "round {round}");
            }
            if compared < 12 || round % 4 == 0 {
                let shown = world.shown_to(&asker, case, about).await;
                world.is_as_previewed(&preview, &shown, case, &id).await;
            }
            compared += 1;
        }
        assert!(compared > 20 && refused > 20 && shared > 5, "a mixture: {compared} {refused} {shared}");
    });
}

#[test]
fn a_womans_team_is_neither_shown_nor_counted_where_it_must_stay_unknown() {
    on_each(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let (hers, others) = (&world.worker("isla").agency, &world.worker("catriona").agency);
        let mut note = note_about("", "attendance", "He missed the group.");
        note["about"] = Value::Null;
        let group = world.cast(world.who(case, "programme.group-worker", None));
        let seen = group.post(PREVIEW, of_case(case, note.clone(), &[])).await;
        seen.is(200).holds_no("womens").holds_no(hers.as_str()).holds_no(others.as_str());
        let all = morag.post(PREVIEW, of_case(case, note, &[])).await;
        assert!(all.is(200).text.contains(hers.as_str()), "{all}");
        assert!(all["people"].as_u64() > seen["people"].as_u64(), "{all}\n{seen}");

        let about_a = note_about(&world.woman_a().to_string(), "risk-assessment", "He asked after her.");
        let share = share_with(json!({ "role": "womens.worker" }), "victim-safety");
        let preview = morag.post(PREVIEW, of_case(case, about_a, &[share])).await;
        assert!(hers != others && preview.is(200).text.contains(hers.as_str()), "{preview}");
        preview.holds_no(others.as_str());
        let isla = preview["readers"].as_array().unwrap().iter().find(|one| one["role"] == "womens.worker").unwrap();
        assert_eq!(
            (&isla["access"], &isla["because"], &isla["people"]),
            (&json!("full"), &json!("released"), &json!(1))
        );
        for worker in &world.caseload.workers {
            preview.holds_no(worker.family).holds_no(&worker.id.to_string());
        }
    });
}

#[test]
fn two_worlds_that_differ_in_what_the_asker_may_not_know_have_one_preview() {
    in_each(async |house| {
        let (desk, by, case) = (&house.desk, &importer(), house.case());
        let supporter = WorkerId::from_bits(3);
        let appoint = async |id, of: &str, role| {
            desk.appoint(by, id, agency(of), role, Line::new("A Worker").unwrap()).await.unwrap();
        };
        appoint(supporter, "justice", Role::SupportWorker).await;
        desk.involve(by, InvolvementId::random(), case, supporter, None).await.unwrap();
        let (asker, manager) = (house.admits(supporter).await, house.admits(crate::house::morag()).await);
        let look = async |who| {
            let body = from(json!({
                "case": case, "kind": "fact", "text": "He must be in by seven.", "category": "order-conditions",
                "shares": [
                    share_with(json!({ "role": "womens.worker" }), "victim-safety"),
                    share_with(json!({ "agency": "womens" }), "victim-safety"),
                    share_with(json!({ "role": "justice.case-manager" }), "supervision"),
                ],
            }));
            let preview = desk.preview_note(who, body).await.unwrap();
            format!("{:?} {:?}", preview.readership, preview.warnings)
        };
        let (before, known) = (look(&asker).await, look(&manager).await);
        assert!(!before.contains("Womens") && known.contains("Womens"), "{before}\n{known}");
        let (worker, woman) = (WorkerId::from_bits(4), ProtectedId::random());
        appoint(worker, "womens", Role::WomensWorker).await;
        let her = ProtectedHead { id: woman, case, pseudonym: "W-1-B".to_owned(), relation: Relation::Partner };
        desk.protect(by, her, Line::new("Ann Roe").unwrap(), None).await.unwrap();
        desk.involve(by, InvolvementId::random(), case, worker, Some(woman)).await.unwrap();
        assert_eq!(look(&asker).await, before, "what the asker may not know changes nothing");
        assert_ne!(look(&manager).await, known, "who may know of her sees that there is one more");
        house.is_sound().await;
        drop((asker, manager));
        house.stop().await;
    });
}

#[test]
fn what_would_be_refused_is_said_before_and_what_may_not_be_meant_is_too() {
    on_each(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let warned = |preview: &Answer, field: &str, stops: bool| {
            let warnings = preview.is(200)["warnings"].as_array().unwrap();
            assert!(warnings.iter().any(|one| one["field"] == field && one["stops"] == stops), "{field}: {preview}");
        };
        let note = note_about(&world.woman_a().to_string(), "risk-assessment", "He asked after her.");
        let mut put_to_him = note.clone();
        put_to_him["handling"]["use_with_man"] = json!("yes");
        warned(&morag.post(PREVIEW, of_case(case, put_to_him, &[])).await, "handling.use_with_man", true);

        let mut over = note.clone();
        over["handling"]["expires"] = json!("2020-01-01");
        let preview = morag.post(PREVIEW, of_case(case, over, &[])).await;
        warned(&preview, "handling.expires", false);
        let full = |one: &Value| one["access"] == "full" || one["access"] == "summary";
        assert!(!preview["readers"].as_array().unwrap().iter().any(full), "{preview}");

        let mut closed = note.clone();
        closed["handling"]["share"] = json!("C");
        closed["handling"]["onward"] = json!("meeting-only");
        let mut past = share_with(json!({ "role": "womens.worker" }), "victim-safety");
        past["expires"] = json!("2020-01-01");
        let shares = [
            past,
            share_with(json!({ "role": "housing.liaison", "agency": "police-scotland" }), "victim-safety"),
            share_with(json!({ "worker": nowhere() }), "victim-safety"),
            share_with(json!({ "role": "womens.worker" }), "victim-safety"),
        ];
        let preview = morag.post(PREVIEW, of_case(case, closed, &shares)).await;
        warned(&preview, "handling.conditions", true);
        warned(&preview, "shares[0].expires", true);
        warned(&preview, "shares[1].to", true);
        warned(&preview, "shares[2].to.worker", true);
        warned(&preview, "shares[3].purpose", true);
        let released = |one: &Value| one["because"] == "released";
        assert!(!preview["readers"].as_array().unwrap().iter().any(released), "{preview}");
    });
}

#[test]
fn a_look_is_recorded_and_is_for_those_who_could_write() {
    on_each(async |world| {
        let (case, morag) = (world.show_case(), world.cast("morag"));
        let note = note_about(&world.woman_a().to_string(), "risk-assessment", "He asked after her.");
        let body = of_case(case, note.clone(), &[]);
        let seen = morag.post(PREVIEW, body.clone()).await;
        let index = seen.is(200)["receipt"]["index"].as_u64().unwrap();
        morag.get(&format!("/api/v1/audit/entries/{index}/proof")).await.is(200);
        let mine = morag.readers_of(case).await;
        let entry = mine.iter().find(|one| one["index"] == index).unwrap();
        assert_eq!((&entry["act"], &entry["kind"]), (&json!("existence"), &json!("case")), "{entry}");

        let kenneth = world.cast("kenneth");
        let elsewhere = {
            let mut body = body.clone();
            body["case"] = json!(nowhere());
            body
        };
        let nothing = kenneth.post(PREVIEW, elsewhere).await;
        kenneth.post(PREVIEW, body).await.is_problem(404, "not-found").is_the_same_as(&nothing);

        let id = morag.writes(case, note).await.id();
        let isla = world.cast("isla");
        let refused = isla.post(PREVIEW, json!({ "note": id })).await;
        refused.is_problem(403, "refused");
        assert_eq!(refused["ask"]["who"][0]["agency"], world.worker("morag").agency.to_string(), "{refused}");
        let nothing = kenneth.post(PREVIEW, json!({ "note": nowhere() })).await;
        kenneth.post(PREVIEW, json!({ "note": id })).await.is_problem(404, "not-found").is_the_same_as(&nothing);

        morag.post(PREVIEW, json!({ "note": id, "kind": "fact" })).await.is_problem(422, "invalid").blames("note");
        let bare = morag.post(PREVIEW, json!({})).await;
        bare.is_problem(422, "invalid").blames("case").blames("kind").blames("category");
    });
}

#[test]
fn conditions_that_nobody_has_accepted_hold_it_back_and_the_refusal_says_how_to_go_on() {
    on_each(async |world| {
        let (case, morag, isla) = (world.show_case(), world.cast("morag"), world.cast("isla"));
        let mut note = note_about(&world.woman_a().to_string(), "risk-assessment", "He asked after her.");
        note["handling"]["share"] = json!("C");
        note["handling"]["conditions"] = json!("Not to be read out in the group.");
        let share = share_with(json!({ "role": "womens.worker" }), "victim-safety");
        let preview = morag.post(PREVIEW, of_case(case, note.clone(), std::slice::from_ref(&share))).await;
        let held = preview.is(200)["held_back"].as_array().unwrap().iter().find(|one| one["role"] == "womens.worker");
        assert_eq!(held.unwrap()["rule"], json!(["guard:conditions"]), "{preview}");
        let id = morag.writes(case, note).await.id();
        morag.shares(&id, share).await;
        let refused = isla.reads(&id, "victim-safety").await;
        assert_eq!(refused.is_problem(403, "refused")["rule"], json!(["guard:conditions"]), "{refused}");
        assert_eq!(refused["ask"]["routes"][0]["route"], "accept-conditions", "{refused}");
        isla.post(&format!("/api/v1/notes/{id}/acceptance"), json!({ "purpose": "victim-safety" })).await.is(200);
        let preview = morag.post(PREVIEW, json!({ "note": id })).await;
        let reader = preview.is(200)["readers"].as_array().unwrap().iter().find(|one| one["role"] == "womens.worker");
        assert_eq!(reader.unwrap()["access"], "full", "{preview}");
        isla.reads(&id, "victim-safety").await.is(200);
    });
}
