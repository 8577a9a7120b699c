//! The evenings of his group in the calendar of a woman's worker: when he is busy, and nothing of with what or with whom.

use super::commencement::{at, event, lists};
use crate::world::{Answer, Player, World, on_each_alone};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

/// Two men of one group worker, each with a woman whose worker sees when he is busy.
struct Scene<'a> {
    group: Player,
    first: &'a DemoCase,
    second: &'a DemoCase,
    places: [String; 2],
    her: Player,
}

impl<'a> Scene<'a> {
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
        let mut places = Vec::new();
        for case in [first, second] {
            places.push(lists(&world.cast(world.who(case, "justice.case-manager", None)), case).await);
        }
        let places = [places[0].clone(), places[1].clone()];
        Self { group: world.cast(&key), first, second, places, her: world.cast("isla") }
    }

    /// Begins a group that meets at these times, and returns it.
    async fn meets(&self, name: &str, sessions: &[&str], minutes: Option<u16>) -> String {
        let body = json!({
            "programme": "caledonian", "name": name, "starts": "2190-06-01", "sessions": sessions, "minutes": minutes,
        });
        self.group.post("/api/v1/programmes", body).await.is(201).id()
    }

    async fn joins(&self, group: &str, man: usize, session: Option<u8>) {
        let body = json!({ "place": self.places[man], "session": session });
        self.group.post(&format!("/api/v1/programmes/{group}/members"), body).await.is(201);
    }

    async fn plans(&self, group: &str, plan: Value) -> Answer {
        self.group.post(&format!("/api/v1/programmes/{group}/sessions"), plan).await
    }

    async fn calls_off(&self, group: &str, session: u8) -> Answer {
        let path = format!("/api/v1/programmes/{group}/sessions/{session}/cancellation");
        self.group.post(&path, json!({})).await
    }
}

/// Returns when he is busy, as somebody sees it: from when until when, or which day.
async fn busy(who: &Player, case: &DemoCase) -> Vec<(String, String)> {
    let page = who.get(&at(case, "appointments")).await;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |one: &Value| match one["begins"].is_string() {
        true => (text(&one["begins"]), text(&one["ends"])),
        false => (text(&one["day"]), String::new()),
    };
    page.is(200).items().iter().map(one).collect()
}

fn times(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter().map(|(begins, ends)| ((*begins).to_owned(), (*ends).to_owned())).collect()
}

const JUNE: &str = "2190-06-07T18:00:00Z";
const ONE: (&str, &str) = ("2190-06-07T18:00:00Z", "2190-06-07T20:00:00Z");
const TWO: (&str, &str) = ("2190-06-14T18:00:00Z", "2190-06-14T20:00:00Z");

#[test]
fn an_evening_is_busy_where_it_was_put_last_and_gone_when_it_is_called_off() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (case, her) = (scene.first, &scene.her);
        let group = scene.meets("monday-evening", &[ONE.0, TWO.0], Some(120)).await;
        assert_eq!(busy(her, case).await, times(&[]), "he is in no group yet");
        scene.joins(&group, 0, None).await;
        assert_eq!(busy(her, case).await, times(&[ONE, TWO]));
        let shown = scene.group.get(&format!("/api/v1/programmes/{group}")).await;
        assert_eq!(shown.is(200)["sessions"][0]["minutes"], 120);

        // Put off, it keeps its length and its name; with another length it has that one.
        let path = at(case, "appointments");
        let name = her.get(&path).await.is(200).items()[0]["id"].clone();
        let moved = json!({ "session": 1, "at": "2190-06-08T17:30:00Z" });
        assert_eq!(scene.plans(&group, moved).await.is(201)["minutes"], 120);
        let moved = ("2190-06-08T17:30:00Z", "2190-06-08T19:30:00Z");
        assert_eq!(busy(her, case).await, times(&[moved, TWO]));
        assert_eq!(her.get(&path).await.is(200).items()[0]["id"], name, "a calendar moves it, and keeps no other");
        scene.plans(&group, json!({ "session": 1, "at": JUNE, "minutes": 90 })).await.is(201);
        let shorter = (JUNE, "2190-06-07T19:30:00Z");
        assert_eq!(busy(her, case).await, times(&[shorter, TWO]));

        // Called off it is gone, twice is a mistake, and planned anew it is there.
        assert_eq!(scene.calls_off(&group, 1).await.is(201)["session"], 1);
        assert_eq!(busy(her, case).await, times(&[TWO]));
        scene.calls_off(&group, 1).await.is_problem(422, "invalid").blames("session");
        scene.calls_off(&group, 3).await.is_problem(422, "invalid").blames("session");
        her.post(&format!("/api/v1/programmes/{group}/sessions/2/cancellation"), json!({}))
            .await
            .is_problem(404, "not-found");
        // Nothing is known of how long the next one is: the day alone is.
        scene.plans(&group, json!({ "session": 3, "at": "2190-06-21T18:00:00Z" })).await.is(201);
        assert_eq!(busy(her, case).await, times(&[TWO, ("2190-06-21", "")]));
        for (minutes, wrong) in [(0, "minutes"), (1441, "minutes")] {
            let plan = json!({ "session": 4, "at": JUNE, "minutes": minutes });
            scene.plans(&group, plan).await.is_problem(422, "invalid").blames(wrong);
            let begin = json!({
                "programme": "caledonian", "name": "never", "starts": "2190-06-01", "minutes": minutes,
            });
            scene.group.post("/api/v1/programmes", begin).await.is_problem(422, "invalid").blames(wrong);
        }
    });
}

#[test]
fn an_evening_is_busy_where_he_is_to_be_and_only_as_long_as_he_has_a_place() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (case, her) = (scene.first, &scene.her);
        let monday = scene.meets("monday-evening", &[ONE.0, TWO.0], Some(120)).await;
        let tuesday = ["2190-06-08T18:00:00Z", "2190-06-15T18:00:00Z"];
        let other = scene.meets("tuesday-evening", &tuesday, Some(60)).await;
        scene.joins(&monday, 0, None).await;
        scene.joins(&other, 0, Some(2)).await;
        let guest = ("2190-06-15T18:00:00Z", "2190-06-15T19:00:00Z");
        assert_eq!(busy(her, case).await, times(&[ONE, guest]), "for one evening he is elsewhere");
        scene.joins(&other, 0, None).await;
        let first = ("2190-06-08T18:00:00Z", "2190-06-08T19:00:00Z");
        assert_eq!(busy(her, case).await, times(&[first, guest]), "and now for good");

        super::commencement::begins(world, case).await;
        let says = async |word: &str, second: u8| {
            let mut said = event(case, word);
            said["happened"] = json!(format!("2026-02-03T10:00:{second:02}Z"));
            scene.group.post(&at(case, "events"), said).await.is(201);
        };
        says("group-suspended", 1).await;
        assert_eq!(busy(her, case).await, times(&[]), "he is not to come");
        says("group-resumed", 2).await;
        assert_eq!(busy(her, case).await, times(&[first, guest]));
        says("group-ended", 3).await;
        assert_eq!(busy(her, case).await, times(&[]), "his place has ended");
    });
}

#[test]
fn a_calendar_says_busy_and_nothing_tells_an_evening_from_a_contact_or_two_men_of_one_group() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (case, her) = (scene.first, &scene.her);
        let group = scene.meets("monday-evening", &[ONE.0], Some(120)).await;
        scene.joins(&group, 0, None).await;
        scene.joins(&group, 1, None).await;
        let contact = json!({
            "word": "contact-planned", "happened": "2026-01-06T10:00:00Z", "order": case.sentence.id, "day": "2190-06-08",
            "at": "10:00", "minutes": 45,
        });
        world.cast("morag").post(&at(case, "events"), contact).await.is(201);
        let calendar = her.get(&at(case, "appointments.ics")).await;
        for word in [&group, "monday-evening", "caledonian", &scene.places[0], "roup", "rogramme", "ession"] {
            calendar.is(200).holds_no(word);
        }
        assert_eq!(calendar.text.matches("BEGIN:VEVENT").count(), 2, "{calendar}");
        assert!(calendar.text.contains("\r\nDTSTART:21900607T180000Z\r\nDTEND:21900607T200000Z\r\n"), "{calendar}");
        // The lines of the two differ in their times and names alone.
        let shape = |part: &str| -> Vec<String> {
            part.lines().map(|line| line.split([':', ';']).next().unwrap_or_default().to_owned()).collect()
        };
        let parts: Vec<&str> = calendar.text.split("BEGIN:VEVENT").skip(1).collect();
        let ends: Vec<_> = parts.iter().map(|part| part.split("END:VEVENT").next().unwrap_or_default()).collect();
        assert_eq!(shape(ends[0]), shape(ends[1]), "{calendar}");

        // To whoever works with the women of both, or reads both calendars, the two have nothing in common but their hours.
        let keeper = world.cast(world.who(scene.second, "justice.case-manager", None));
        let theirs = keeper.get(&at(scene.second, "appointments")).await;
        let evening = theirs.is(200).items().iter().find(|one| one["begins"] == ONE.0).expect("he is there too");
        calendar.holds_no(evening["id"].as_str().expect("an id"));
        // Who may not see his attendance sees none of it.
        let nobody = world.cast("kenneth").get(&at(case, "appointments.ics")).await;
        nobody.is_problem(404, "not-found");
        let id = her.get(&at(case, "appointments")).await.is(200).items()[0]["id"].clone();
        let opened = her.get(&format!("/api/v1/events/{}", id.as_str().expect("an id"))).await;
        opened.is_problem(404, "not-found");
    });
}

#[test]
fn an_evening_whose_register_was_taken_is_over() {
    on_each_alone(async |world| {
        let scene = Scene::of(world).await;
        let (case, her) = (scene.first, &scene.her);
        let group = scene.meets("monday-evening", &[ONE.0, TWO.0], Some(120)).await;
        scene.joins(&group, 0, None).await;
        super::commencement::begins(world, case).await;
        // It was held before it was to be.
        let register = json!({ "held": "2026-02-09T18:00:00Z", "men": [{ "case": case.id, "mark": "present" }] });
        let taken = scene.group.post(&format!("/api/v1/programmes/{group}/sessions/1/attendance"), register).await;
        taken.is(201);
        assert_eq!(busy(her, case).await, times(&[TWO]));
        scene.calls_off(&group, 1).await.is_problem(422, "invalid").blames("session");
    });
}
