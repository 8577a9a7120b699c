//! Each clock as those see it who work with it: it runs, is stopped, is waived by whoever it would be told to, and goes late
//! over a weekend with a bank holiday that one council keeps and another does not, and over both nights on which the clocks
//! change; then it is told, once, to that role and to the case manager.

mod rules;

use crate::patience;
use crate::world::{Player, World, on_each_from};
use lippen::demo::{Area, DemoCase, MappaLevel};
use lippen::model::time::{Moment, Second};
use lippen::policy::Policy;
use rules::{RULES, Row, Runs};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A Thursday: Good Friday follows, the night of the change, and Easter Monday, on which Dumfries works and Ayrshire does not.
const EASTER: &str = "2027-03-25T10:00:00Z";

/// A Friday before the other night.
const OCTOBER: &str = "2027-10-29T10:00:00Z";

/// What a manager alone records, whoever the clock is of.
const OF_MANAGERS: [&str; 2] = ["manager-discussed", "rmp-approved"];

/// One rule in one case.
struct Play<'a> {
    world: &'a World,
    row: &'static Row,
    case: &'a DemoCase,
    is_closed: bool,
    season: usize,
    /// What started the clock that is to be late.
    late: Option<String>,
}

fn at(case: &DemoCase, end: &str) -> String {
    format!("/api/v1/cases/{}/{end}", case.id)
}

fn plus(moment: &str, hours: i64) -> String {
    let from: Moment = moment.parse::<Second>().expect("a moment").moment();
    Second::of(from.plus_seconds(hours * 3_600)).to_string()
}

/// Returns the order that a rule is of, of a man of that council.
fn order(kind: &str, is_closed: bool) -> Value {
    let area = if is_closed { "south-ayrshire" } else { "dumfries-and-galloway" };
    let mut order = json!({ "kind": "community-payback", "made": "2026-01-05", "area": area });
    match kind {
        "licence" => order["kind"] = json!("licence"),
        "lifelong" => order["kind"] = json!("lifelong-restriction"),
        "expires" => order["kind"] = json!("structured-deferred-sentence"),
        "work" => order["requirements"] = json!([{ "kind": "unpaid-work", "hours": 100, "months": 3 }]),
        "cdvp" => order["requirements"] = json!([{ "kind": "programme", "programme": "cdvp" }]),
        "community" | "case" => {}
        level => order["contact_level"] = json!(level),
    }
    order
}

impl<'a> Play<'a> {
    fn new(world: &'a World, number: usize, is_closed: bool, season: usize) -> Self {
        let row = &RULES[number];
        let level = |case: &DemoCase| case.mappa.map(|mappa| mappa.level);
        let by_level = row.rule.starts_with("MAPPA-LEVEL");
        let wanted = if row.level() == "3" { MappaLevel::Three } else { MappaLevel::Two };
        let fits = |case: &&DemoCase| {
            // The one man at level 3 is of one council; the days of the order count, not where he lives.
            let there = row.level() == "3" || (case.area != Area::Dumfries) == is_closed;
            let own = row.level() == "3" || level(case) != Some(MappaLevel::Three);
            let known = case.id != world.show_case().id && own;
            there && known && world.has(case, row.told_to()) && (!by_level || level(case) == Some(wanted))
        };
        let cases: Vec<&DemoCase> = world.caseload.cases.iter().filter(fits).collect();
        assert!(!cases.is_empty(), "no case for {}", row.rule);
        // What is of the whole case would be stopped by what another rule's story records: each has its own where it can.
        Self { world, row, case: cases[number % cases.len()], is_closed, season, late: None }
    }

    fn player(&self, role: &str) -> Player {
        self.world.signs_in(self.world.who(self.case, role, None))
    }

    async fn order(&self) -> Option<String> {
        let keeper = self.player("justice.case-manager");
        let kind = if self.row.order.is_empty() { "case" } else { self.row.order };
        let made = keeper.post(&at(self.case, "orders"), order(kind, self.is_closed)).await;
        let id = made.is(201).id();
        (!self.row.order.is_empty()).then_some(id)
    }

    /// Records a word; returns its event.
    async fn records(&self, word: &str, happened: &str, more: Value) -> String {
        let mut event = json!({ "word": word, "happened": happened });
        let fields = more.as_object().expect("fields").iter();
        fields.filter(|(_, value)| !value.is_null()).for_each(|(name, value)| event[name] = value.clone());
        let role = if OF_MANAGERS.contains(&word) { "justice.team-manager" } else { self.row.by };
        let by = self.player(role).post(&at(self.case, "events"), event).await;
        assert_eq!(by.status, 201, "{}: {by}", self.row.rule);
        by.id()
    }

    /// Records what starts the clock; returns its trigger.
    async fn starts(&self, order: Option<&String>, happened: &str) -> String {
        let mut trigger = String::new();
        for word in self.row.starts {
            let level = (*word == "contact-level-set").then_some(self.row.order);
            let more = json!({ "order": order, "day": self.row.names(self.season), "contact_level": level });
            trigger = self.records(word, happened, more).await;
        }
        trigger
    }

    /// Returns the clock that an event started, as the one sees it whom it would be told to.
    async fn clock(&self, trigger: &str) -> Value {
        let seen = self.player(self.row.told_to()).get(&at(self.case, "clocks")).await;
        let is = |one: &&Value| one["clock"] == self.row.rule && one["trigger"]["event"] == trigger;
        let found = seen.is(200).items().iter().find(is);
        found.unwrap_or_else(|| panic!("{} does not run: {seen}", self.row.rule)).clone()
    }

    /// It runs, and what stops it stops it.
    async fn is_stopped(&self) {
        let order = self.order().await;
        let happened = plus(&self.row.begins(self.season), -30 * 24);
        let trigger = self.starts(order.as_ref(), &happened).await;
        let clock = self.clock(&trigger).await;
        assert_eq!((&clock["ended"], &clock["told_to"]), (&Value::Null, &json!(self.row.told_to())), "{clock}");
        assert_eq!(clock["state"] == "not-set", self.row.runs == Runs::Unset, "{clock}");
        for (word, hours) in self.row.stops {
            let evidence = (*word == "at-large-acknowledged").then_some(json!(["PS-20270328-0042"]));
            let more = json!({ "order": order, "follows": trigger, "evidence": evidence });
            self.records(word, &plus(&happened, *hours), more).await;
        }
        let stopped = self.clock(&trigger).await;
        assert_eq!((&stopped["state"], &stopped["wanting"]), (&json!("stopped"), &json!([])), "{stopped}");
        let late = self.row.runs == Runs::AtOnce;
        assert_eq!(stopped["ended"]["late"], json!(late), "{stopped}");
    }

    /// It runs, and whoever it would be told to waives it; nobody else does.
    async fn is_waived(&self) {
        let order = self.order().await;
        let happened = plus(&self.row.begins(self.season), -20 * 24);
        let trigger = self.starts(order.as_ref(), &happened).await;
        let waive = json!({
            "word": "clock-waived", "happened": EASTER, "order": order, "follows": trigger, "clock": self.row.rule,
            "text": "He is in hospital until the summer and nothing can be done before.",
        });
        let keeper = self.player("justice.case-manager").post(&at(self.case, "events"), waive.clone()).await;
        assert!([403, 404, 422].contains(&keeper.status.as_u16()), "{}: {keeper}", self.row.rule);
        let leader = self.player(self.row.told_to());
        let done = leader.post(&at(self.case, "events"), waive).await;
        assert_eq!(done.status, 201, "{}: {done}", self.row.rule);
        let waived = self.clock(&trigger).await;
        assert_eq!((&waived["state"], &waived["ended"]["by"]), (&json!("waived"), &json!([done["id"]])), "{waived}");
    }

    /// Another one starts that will be late after the weekend.
    async fn starts_late(&mut self) {
        let order = self.order().await;
        let trigger = self.starts(order.as_ref(), &self.row.begins(self.season)).await;
        if self.row.runs == Runs::Unset {
            let day = ["2027-03-28", "2027-11-01"][self.season];
            let extend = json!({
                "word": "clock-extended", "happened": EASTER, "follows": trigger, "clock": self.row.rule,
                "day": day, "text": "The area has set no number: until then.",
            });
            self.player(self.row.told_to()).post(&at(self.case, "events"), extend).await.is(201);
        }
        if self.row.runs == Runs::Group {
            let night = self.row.due(self.season, self.is_closed);
            self.opens_gate(order.as_deref()).await;
            self.records("group-started", night, json!({ "order": order })).await;
        }
        self.late = Some(trigger);
    }

    /// He may begin all the same: a manager waives what is wanting, the sessions of preparation too.
    async fn opens_gate(&self, order: Option<&str>) {
        let place = json!({ "programme": "cdvp", "order": order, "listed": "2027-03-01" });
        self.player("justice.case-manager").post(&at(self.case, "programme"), place).await.is(201);
        let manager = self.player("justice.team-manager");
        let places = manager.get(&at(self.case, "programme")).await;
        let place = places.is(200).items().iter().find(|one| one["order"].as_str() == order).expect("his place");
        for item in place["gate"]["items"].as_array().expect("a gate").iter().filter(|one| one["state"] != "done") {
            let waive = json!({
                "word": "gate-waived", "happened": EASTER, "order": order, "item": item["item"],
                "text": "The court wants him to begin at once.",
            });
            manager.post(&at(self.case, "events"), waive).await.is(201);
        }
    }

    /// It is due when the days of its council say, and not late a second before.
    fn is_late_at(&self, clock: &Value, due: &str) {
        let is_late = self.world.now() >= due.parse::<Second>().expect("a moment").moment();
        assert_eq!(clock["due"], json!(due), "{}: {clock}", self.row.rule);
        assert_eq!(clock["state"] == "late", is_late, "{} at {}: {clock}", self.row.rule, self.world.now());
    }

    fn is_mine(&self, clock: &Value) -> bool {
        clock["clock"] == self.row.rule && clock["trigger"]["event"].as_str() == self.late.as_deref()
    }
}

/// The notices of late clocks that somebody has, oldest first, by case.
type Notices = HashMap<String, Vec<String>>;

/// Returns the notices of late clocks of those who are to be told, by their names.
async fn notices(plays: &[Play<'_>]) -> HashMap<String, Notices> {
    let mut all = HashMap::new();
    for play in plays {
        for role in [play.row.told_to(), "justice.case-manager"] {
            let who = play.player(role);
            if all.contains_key(&who.name) {
                continue;
            }
            let (mut found, mut path) = (Notices::new(), "/api/v1/alerts?limit=100".to_owned());
            loop {
                let page = who.get(&path).await;
                for item in page.is(200).items().iter().filter(|item| item["kind"] == "clock-late") {
                    let text = |field: &str| item[field].as_str().expect("an id").to_owned();
                    found.entry(text("case")).or_default().push(text("id"));
                }
                let Some(next) = page["next"].as_str() else { break };
                path = format!("/api/v1/alerts?limit=100&after={next}");
            }
            all.insert(who.name.clone(), found);
        }
    }
    all
}

/// Winds to a moment, and looks at every clock, and whether it is told if it is late by then.
async fn until(world: &World, plays: &[Play<'_>], to: &str) {
    world.wind_to(to);
    let mut seen: HashMap<(String, String), Vec<Value>> = HashMap::new();
    for play in plays {
        let (who, due) = (play.player(play.row.told_to()), play.row.due(play.season, play.is_closed));
        let key = (who.name.clone(), play.case.id.to_string());
        patience::until(format_args!("somebody is told of {}", play.row.rule), async || {
            if !seen.contains_key(&key) {
                let page = who.get(&at(play.case, "clocks")).await;
                seen.insert(key.clone(), page.is(200).items().to_vec());
            }
            let clock = seen[&key].iter().find(|clock| play.is_mine(clock));
            let clock = clock.unwrap_or_else(|| panic!("{} does not run", play.row.rule));
            play.is_late_at(clock, due);
            if due > to || !clock["told"].is_null() {
                return Some(());
            }
            seen.remove(&key);
            None
        })
        .await;
    }
}

/// Starts those that begin by day, or those that begin in the night.
async fn start(plays: &mut [Play<'_>], at_night: bool) {
    for play in plays {
        let night = matches!(play.row.runs, Runs::Today | Runs::Hours | Runs::AtOnce | Runs::Group);
        if night == at_night {
            play.starts_late().await;
        }
    }
}

/// Each was told to the role and to the case manager, in words that say nothing of what is late.
async fn all_were_told(plays: &[Play<'_>], before: &HashMap<String, Notices>) {
    let now = notices(plays).await;
    let of = |all: &HashMap<String, Notices>, who: &Player, case: &str| all[&who.name].get(case).cloned();
    for play in plays {
        for role in [play.row.told_to(), "justice.case-manager"] {
            let (who, case) = (play.player(role), play.case.id.to_string());
            let (had, mine) = (of(before, &who, &case).unwrap_or_default(), of(&now, &who, &case).unwrap_or_default());
            assert!(mine.len() > had.len(), "{} was told nothing new of {}", who.name, play.row.rule);
            let open = who.opens(mine.last().expect("one")).await;
            let text = open.is(200)["text"].as_str().expect("words").to_owned();
            assert!(text.contains("late") && text.contains("Look at its clocks."), "{open}");
            open.holds_no(play.row.rule);
        }
    }
}

#[test]
fn every_rule_of_the_policy_has_its_story() {
    let policy = Policy::embedded().expect("the policy that is built in");
    let known: Vec<&str> = policy.clocks().rules().map(|rule| rule.name.as_str()).collect();
    let told: Vec<&str> = RULES.iter().map(|row| row.rule).collect();
    assert_eq!(known.iter().filter(|name| !told.contains(name)).count(), 0, "{known:?}");
    assert_eq!(known.len(), told.len(), "and no other");
    for row in &RULES {
        let rule = policy.clocks().rule(row.rule).expect("it is known");
        assert_eq!(rule.escalate.to_string(), row.told_to(), "{}", row.rule);
    }
}

#[test]
fn every_clock_starts_and_is_stopped_and_another_is_waived() {
    on_each_from(EASTER, async |world| {
        for number in 0..RULES.len() {
            let play = Play::new(world, number, number % 2 == 0, 0);
            play.is_stopped().await;
            play.is_waived().await;
        }
    });
}

#[test]
fn every_clock_goes_late_over_easter_by_the_days_of_the_council_and_is_told() {
    on_each_from(EASTER, async |world| {
        let both = |number| [false, true].map(|is_closed| Play::new(world, number, is_closed, 0));
        let mut plays: Vec<Play<'_>> = (0..RULES.len()).flat_map(both).collect();
        start(&mut plays, false).await;
        let before = notices(&plays).await;
        world.wind_to("2027-03-28T01:00:00Z");
        start(&mut plays, true).await;
        until(world, &plays, "2027-03-29T22:59:59Z").await;
        until(world, &plays, "2027-03-29T23:00:00Z").await;
        until(world, &plays, "2027-03-30T22:59:59Z").await;
        until(world, &plays, "2027-03-30T23:00:00Z").await;
        all_were_told(&plays, &before).await;
    });
}

#[test]
fn every_clock_goes_late_over_the_night_on_which_the_clocks_go_back_and_is_told() {
    on_each_from(OCTOBER, async |world| {
        let mut plays: Vec<Play<'_>> = (0..RULES.len()).map(|number| Play::new(world, number, true, 1)).collect();
        start(&mut plays, false).await;
        let before = notices(&plays).await;
        world.wind_to("2027-10-31T01:00:00Z");
        start(&mut plays, true).await;
        until(world, &plays, "2027-11-01T23:59:59Z").await;
        until(world, &plays, "2027-11-02T00:00:00Z").await;
        all_were_told(&plays, &before).await;
    });
}
