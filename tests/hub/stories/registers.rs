//! Story 1 from a register: one act for the whole group, and each man's record, each woman's worker and each clock has its own
//! part of it. Nobody but those who run the group sees its list.

use super::commencement::{at, begins, event, lists, seen};
use crate::world::{Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

const HELD: &str = "2026-11-16T19:05:00Z";

/// A group of two men who have begun, of the group worker of the show case.
struct Evening<'a> {
    world: &'a World,
    group: Player,
    id: String,
    first: &'a DemoCase,
    second: &'a DemoCase,
    places: [String; 2],
}

impl<'a> Evening<'a> {
    async fn of(world: &'a World) -> Self {
        let first = world.show_case();
        let key = world.who(first, "programme.group-worker", None).to_owned();
        let worker = world.worker(&key).id;
        let other = |case: &&DemoCase| {
            case.id != first.id
                && case.sentence.programme == Some("caledonian")
                && case.involvements.iter().any(|one| one.worker == worker)
        };
        let second = world.caseload.cases.iter().find(other).expect("she has more than one case");
        let group = world.cast(&key);
        let mut places = Vec::new();
        for case in [first, second] {
            let keeper = world.cast(world.who(case, "justice.case-manager", None));
            places.push(lists(&keeper, case).await);
        }
        let body = json!({ "programme": "caledonian", "name": "monday-evening", "starts": "2026-09-07" });
        let id = group.post("/api/v1/programmes", body).await.is(201).id();
        for place in &places {
            let members = format!("/api/v1/programmes/{id}/members");
            group.post(&members, json!({ "place": place })).await.is(201);
        }
        let places = [places[0].clone(), places[1].clone()];
        Self { world, group, id, first, second, places }
    }

    fn path(&self, end: &str) -> String {
        format!("/api/v1/programmes/{}/{end}", self.id)
    }

    fn register(&self, marks: [&str; 2]) -> Value {
        json!({ "held": HELD, "men": [
            { "case": self.first.id, "mark": marks[0] }, { "case": self.second.id, "mark": marks[1] },
        ] })
    }
}

/// Returns the ids of the alerts of a kind in somebody's inbox, the oldest first.
pub(super) async fn told(who: &Player, kind: &str) -> Vec<String> {
    let (mut ids, mut path) = (Vec::new(), "/api/v1/alerts?limit=100".to_owned());
    loop {
        let page = who.get(&path).await;
        let of_kind = page.is(200).items().iter().filter(|item| item["kind"] == kind);
        ids.extend(of_kind.map(|item| item["id"].as_str().expect("an id").to_owned()));
        let Some(next) = page["next"].as_str() else { return ids };
        path = format!("/api/v1/alerts?limit=100&after={next}");
    }
}

fn clock<'a>(clocks: &'a crate::world::Answer, trigger: &Value) -> &'a Value {
    let named = |one: &&Value| one["clock"] == "NOS-NON-COMPLIANCE-CONTACT" && one["trigger"]["event"] == *trigger;
    clocks.items().iter().find(named).unwrap_or_else(|| panic!("no clock: {clocks}"))
}

#[test]
fn a_register_alerts_each_womans_own_worker_and_its_correction_is_seen_by_alert_and_clock() {
    on_each_alone(async |world| {
        let evening = Evening::of(world).await;
        let (case, other) = (evening.first, evening.second);
        let (isla, catriona, morag) = (world.cast("isla"), world.cast("catriona"), world.cast("morag"));
        begins(world, case).await;
        begins(world, other).await;
        let [isla_had, catriona_had] = [told(&isla, "missed-session").await, told(&catriona, "missed-session").await];
        let morag_had = told(&morag, "missed-session").await.len();
        let attendance = evening.path("sessions/9/attendance");
        let register = evening.register(["absent", "present"]);
        let taken = evening.group.post_once(&attendance, "monday-9", &register).await;
        let events = taken.is(201)["men"][0]["events"].clone();
        assert_eq!((events.as_array().map(Vec::len), &taken["register"]), (Some(2), &json!(1)), "{taken}");
        for (worker, had) in [(&isla, &isla_had), (&catriona, &catriona_had)] {
            let now = told(worker, "missed-session").await;
            let new: Vec<_> = now.iter().filter(|id| !had.contains(id)).collect();
            assert_eq!(new.len(), 1, "her own alert only");
            taken.holds_no(new[0]);
            let open = worker.opens(new[0]).await;
            open.is(200).holds_no(&other.id.to_string()).holds_no(&evening.id).holds_no("monday-evening");
            assert_eq!(open["may_tell_her"], "He did not come to his group.", "{open}");
            evening.group.get(&at(case, "events")).await.is(200).holds_no(new[0]);
        }
        assert_eq!(told(&morag, "missed-session").await.len(), morag_had + 1, "his case manager is told");
        let clocks = morag.get(&at(case, "clocks")).await;
        assert_eq!(clock(clocks.is(200), &events[1])["ended"], Value::Null);
        let whole = morag.get(&format!("/api/v1/events/{}", events[0].as_str().expect("an id"))).await;
        assert_eq!((&whole.is(200)["word"], &whole["session"]), (&json!("group-session-missed"), &json!(9)));
        whole.holds_no(&other.id.to_string()).holds_no(&evening.id);
        assert_eq!(seen(&evening.group, other).await.items()[0]["attended"], 1);

        // The same request again is the same register; the same session twice is a mistake; to put it right is said so.
        let again = evening.group.post_once(&attendance, "monday-9", &register).await;
        assert_eq!((&again.is(201)["repeated"], &again["men"]), (&json!(true), &taken["men"]));
        let twice = evening.group.post(&attendance, evening.register(["present", "present"])).await;
        twice.is_problem(422, "invalid").blames("men[0].case");
        world.wind(60);
        let mut right = json!({ "correcting": true, "men": [{ "case": case.id, "mark": "late" }] });
        let bare = evening.group.post(&attendance, right.clone()).await;
        bare.is_problem(422, "invalid").blames("men[0].text");
        right["men"][0]["text"] = json!("He came at a quarter past and signed the second sheet.");
        let corrected = evening.group.post(&attendance, right).await;
        assert_eq!(corrected.is(201)["register"], 2);
        let session = evening.group.get(&evening.path("sessions/9")).await;
        let line = session.is(200)["men"].as_array().expect("men").iter().find(|man| man["case"] == json!(case.id));
        let line = line.expect("he is listed");
        assert_eq!((&line["mark"], &line["before"]), (&json!("late"), &json!(["absent"])), "{session}");
        let clocks = morag.get(&at(case, "clocks")).await;
        assert_eq!(clock(clocks.is(200), &events[1])["state"], "corrected", "{clocks}");
        assert_eq!(told(&isla, "missed-session").await.len(), isla_had.len() + 1, "no second alarm");
        let after = told(&isla, "put-right").await;
        let put_right = after.last().expect("she is told");
        assert_eq!(after.len(), 1);
        let said = isla.opens(put_right).await.is(200)["text"].as_str().expect("words").to_owned();
        assert!(said.contains("put right"), "{said}");
        let old = morag.get(&format!("/api/v1/events/{}", events[0].as_str().expect("an id"))).await;
        assert_eq!(old.is(200)["word"], "group-session-missed", "the wrong one stays");
        assert_eq!(seen(&morag, case).await.items()[0]["attended"], 1);
    });
}

#[test]
fn a_register_is_taken_whole_or_not_at_all() {
    on_each_alone(async |world| {
        let evening = Evening::of(world).await;
        let attendance = evening.path("sessions/9/attendance");
        let not_begun = evening.group.post(&attendance, evening.register(["present", "present"])).await;
        not_begun.is_problem(422, "invalid").blames("men[0].case");
        begins(world, evening.first).await;
        begins(world, evening.second).await;
        let chronology = at(evening.first, "events?limit=100");
        let before = evening.group.get(&chronology).await.is(200).items().len();
        let bend = |place: &str, value: Value| {
            let mut register = evening.register(["absent", "absent"]);
            *register.pointer_mut(place).expect("a place") = value;
            register
        };
        let only = json!({ "held": HELD, "men": [{ "case": evening.first.id, "mark": "absent" }] });
        let stranger =
            world.caseload.cases.iter().find(|one| one.id != evening.first.id && one.id != evening.second.id);
        for (body, blamed) in [
            (bend("/men/1/case", json!(super::nowhere())), "men[1].case"),
            (bend("/men/1/case", json!(stranger.expect("there are many").id)), "men[1].case"),
            (bend("/men/1/case", json!(evening.first.id)), "men[1].case"),
            (bend("/held", json!("2190-01-01T00:00:00Z")), "held"),
            (bend("/held", Value::Null), "held"),
            (bend("/men", json!([])), "men"),
            (only, "men"),
        ] {
            evening.group.post(&attendance, body).await.is_problem(422, "invalid").blames(blamed);
        }
        evening.group.post(&attendance, bend("/men/1/mark", json!("asleep"))).await.is_problem(422, "bad-field");
        for session in ["0", "26"] {
            let path = evening.path(&format!("sessions/{session}/attendance"));
            let refused = evening.group.post(&path, evening.register(["absent", "absent"])).await;
            refused.is_problem(422, "invalid").blames("session");
        }
        let odd = evening.path("sessions/nine/attendance");
        evening.group.post(&odd, evening.register(["absent", "absent"])).await.is_problem(404, "not-found");
        assert_eq!(evening.group.get(&chronology).await.is(200).items().len(), before, "nothing was recorded");
    });
}

#[test]
fn nobody_sees_a_list_but_those_who_run_the_group() {
    on_each_alone(async |world| {
        let evening = Evening::of(world).await;
        let shown = evening.group.get(&format!("/api/v1/programmes/{}", evening.id)).await;
        assert_eq!(shown.is(200)["men"].as_array().map(Vec::len), Some(2));
        for key in ["isla", "catriona", "aileen", "morag", "fiona", "kenneth", "angus", "emil"] {
            let who = world.cast(key);
            who.is_told_nothing_at("/api/v1/programmes/{}", &evening.id).await;
            who.is_told_nothing_at("/api/v1/programmes/{}/sessions/9", &evening.id).await;
            who.get("/api/v1/programmes").await.is_problem(404, "not-found");
        }
        // Another worker of the same agency runs the group too, and sees of its men those on her own cases: none of these.
        let own = world.worker(&evening.group.name).id;
        let role = |one: &&lippen::demo::DemoWorker| one.role.to_string() == "programme.group-worker" && one.id != own;
        let works = |id| {
            [evening.first, evening.second].iter().any(|case| case.involvements.iter().any(|one| one.worker == id))
        };
        let colleague = world.caseload.workers.iter().filter(role).find(|one| !works(one.id)).expect("a colleague");
        let hers = world.cast(&colleague.key).get(&format!("/api/v1/programmes/{}", evening.id)).await;
        assert_eq!(hers.is(200)["men"], json!([]));
        hers.holds_no(&evening.first.id.to_string());
        // Of a man's own case nobody learns who else is in his group.
        let his = seen(&world.cast("morag"), evening.first).await;
        his.is(200).holds_no(&evening.second.id.to_string()).holds_no(&evening.places[1]);
        let readers = Value::from(evening.group.readers_of(evening.first).await).to_string();
        assert!(readers.contains(&own.to_string()), "whoever looked at the list is among those who looked at his case");
    });
}

#[test]
fn a_breach_suspends_nobody_and_a_decision_about_him_does() {
    on_each_alone(async |world| {
        let evening = Evening::of(world).await;
        let case = evening.first;
        begins(world, case).await;
        begins(world, evening.second).await;
        let manager = world.cast(world.who(case, "justice.team-manager", None));
        let morag = world.cast("morag");
        manager.post(&at(case, "events"), event(case, "breach-decided")).await.is(201);
        morag.post(&at(case, "events"), event(case, "breach-lodged")).await.is(201);
        assert_eq!(seen(&morag, case).await.is(200).items()[0]["suspended"], false, "5.31");
        let path = evening.path("sessions/9/attendance");
        let only = json!({ "held": HELD, "men": [{ "case": evening.second.id, "mark": "present" }] });
        evening.group.post(&path, only.clone()).await.is_problem(422, "invalid").blames("men");
        evening.group.post(&path, evening.register(["present", "present"])).await.is(201);
        morag.post(&at(case, "events"), event(case, "group-suspended")).await.is(201);
        assert_eq!(seen(&morag, case).await.items()[0]["suspended"], true);
        evening.group.post(&evening.path("sessions/10/attendance"), only).await.is(201);
    });
}

#[test]
fn for_one_evening_he_is_in_another_group_and_marked_there() {
    on_each_alone(async |world| {
        let evening = Evening::of(world).await;
        begins(world, evening.first).await;
        begins(world, evening.second).await;
        let body = json!({ "programme": "caledonian", "name": "tuesday-evening", "starts": "2026-09-08",
            "sessions": ["2026-09-08T18:00:00Z"] });
        let tuesday = evening.group.post("/api/v1/programmes", body).await.is(201).id();
        let join = json!({ "place": evening.places[0], "session": 9 });
        evening.group.post(&format!("/api/v1/programmes/{tuesday}/members"), join).await.is(201);
        let one = |case: &DemoCase, mark: &str| json!({ "held": HELD, "men": [{ "case": case.id, "mark": mark }] });
        let monday = evening.path("sessions/9/attendance");
        let absent = evening.group.post(&monday, evening.register(["absent", "present"])).await;
        absent.is_problem(422, "invalid").blames("men[0].case");
        evening.group.post(&monday, one(evening.second, "present")).await.is(201);
        let there = format!("/api/v1/programmes/{tuesday}/sessions/9/attendance");
        evening.group.post(&there, one(evening.first, "present")).await.is(201);
        let next = evening.group.get(&evening.path("sessions/10")).await;
        assert_eq!(next.is(200)["men"].as_array().map(Vec::len), Some(2), "the next time he is in his own: {next}");
        assert_eq!(seen(&evening.group, evening.first).await.items()[0]["attended"], 1);
        assert!(
            evening
                .world
                .number("SELECT CAST(COUNT(*) AS BIGINT) FROM programme_member WHERE place = $1", &evening.places[0])
                .await
                == 2
        );
    });
}
