//! Never to him, on random worlds: the same work is done twice, once with what is hers and once without, and whoever is on
//! his side or works with another woman is told the same of both.
//!
//! Promises: every route is asked; bodies, headers, lists, their lengths and their next pages are compared, but for ids,
//! times of the log and receipts. Words that are marked stand in no answer to anybody whom the note was not released to.
//! What the program logs is searched in `canary`, which tells a story with the same acts.

mod about;
mod plain;

use crate::stories::{alert, note_about, nowhere, share_with};
use crate::world::{Answer, Db, Player, Time, World};
use lippen::demo::DemoCase;
use lippen::http::routes::ROUTES;
use lippen::model::id::ProtectedId;
use plain::{comparable, in_any_order};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// How many cases of each pair of worlds are worked on, if `LIPPEN_TEST_CASES` does not say. Each is asked about by some
/// twenty people on every route: a minute or two.
const CASES: usize = 2;
/// How many things are done in each.
const STEPS: usize = 14;
/// The word in everything that is hers.
const MARK: &str = "wheeshtcanary";
/// Rows of the matrix of which nobody on his side may know anything before a release.
const SECRET: [&str; 2] = ["protected-account", "protected-address"];
/// Rows of which some may know that there is something, or its summary: never the words.
const KEPT: [&str; 3] = ["service-engagement", "safe-contact", "child"];

/// Numbers from a seed.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        let nth = self.next() % among.len() as u64;
        &among[usize::try_from(nth).expect("a small number")]
    }

    fn word(&mut self) -> String {
        (0..7).map(|_| char::from(b'a' + (self.next() % 26) as u8)).collect()
    }
}

/// One thing that somebody does; those that are hers happen in one of the two worlds only.
#[derive(Debug, Clone)]
enum Step {
    /// Somebody on his side writes about him.
    Open { who: String, category: &'static str, text: String },
    /// Somebody on his side warns, and each woman's own worker answers.
    Warn { who: String, text: String },
    /// Her worker writes about her, and may share it with somebody of his side and take it back.
    Hers { who: String, about: String, category: &'static str, text: String, with: Option<String> },
    /// Her worker records her consent, and may record that she took it back.
    Consent { who: String, about: String, said: String, withdrawn: bool },
}

/// A case, the woman of the test, her worker, and those who must learn nothing.
struct Scene<'a> {
    case: &'a DemoCase,
    her: ProtectedId,
    worker: String,
    his: Vec<String>,
    strangers: Vec<String>,
}

/// What there is to ask about that is hers: ids in one world, and ids of nothing in the other.
#[derive(Default, Clone)]
struct Marked {
    notes: Vec<String>,
    shares: Vec<String>,
    consents: Vec<String>,
}

impl Marked {
    /// Returns as many ids that nothing has.
    fn of_nothing(&self) -> Self {
        let nowhere = |ids: &[String]| ids.iter().map(|_| nowhere()).collect();
        Self { notes: nowhere(&self.notes), shares: nowhere(&self.shares), consents: nowhere(&self.consents) }
    }
}

#[test]
fn nothing_of_hers_changes_what_his_side_is_told_with_sqlite() {
    twin(Db::Lite, seed(7));
}

#[test]
fn nothing_of_hers_changes_what_his_side_is_told_with_postgresql() {
    twin(Db::Postgres, seed(11));
}

/// Returns the number that the environment gives, if it does.
fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Returns the seed of the worlds: another one can be given by the environment, and a failing one is printed.
fn seed(usual: u64) -> u64 {
    let seed = given("LIPPEN_TEST_SEED").unwrap_or(usual);
    eprintln!("the seed is {seed}");
    seed
}

fn twin(db: Db, seed: u64) {
    let Some(with) = World::new(db, Time::Wound) else { return };
    let without = World::new(db, Time::Wound).expect("the same database as a moment ago");
    let (mut draw, mut answers) = (Draw(seed), 0);
    let scenes = scenes(&with, &mut draw);
    for scene in &scenes {
        let steps: Vec<Step> = (0..STEPS).map(|_| step(scene, &mut draw)).collect();
        let marked = RefCell::new(Marked::default());
        with.tell(async |world| *marked.borrow_mut() = play(world, scene.case, &steps, true).await);
        without.tell(async |world| drop(play(world, scene.case, &steps, false).await));
        let marked = marked.into_inner();
        assert!(!marked.notes.is_empty(), "something was hers");
        let (seen, unseen) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        with.tell(async |world| *seen.borrow_mut() = told(world, scene, &marked).await);
        let nothing = marked.of_nothing();
        without.tell(async |world| *unseen.borrow_mut() = told(world, scene, &nothing).await);
        let (seen, unseen) = (seen.into_inner(), unseen.into_inner());
        answers += seen.len();
        compare(&with, scene, &seen, &unseen, &steps);
        let words = RefCell::new(Draw(draw.next()));
        with.tell(async |world| words_stay(world, scene, &words).await);
    }
    // Afterwards: her workers are told of what was tried, and the two worlds are no longer the same.
    for scene in &scenes {
        let words = RefCell::new(Draw(draw.next()));
        with.tell(async |world| about::she_is_not_there(world, scene, &words).await);
    }
    eprintln!("{answers} answers were the same in both worlds");
    with.stop();
    without.stop();
}

/// Chooses cases with a woman who has a worker of her own, those of several women first.
fn scenes<'a>(world: &'a World, draw: &mut Draw) -> Vec<Scene<'a>> {
    let load = &world.caseload;
    let name = |id| load.workers.iter().find(|one| one.id == id).expect("everybody is in the cast");
    let mut scenes = Vec::new();
    let wanted = given("LIPPEN_TEST_CASES").map_or(CASES, |cases| usize::try_from(cases).expect("a small number"));
    let mut cases: Vec<&DemoCase> = load.cases.iter().filter(|case| case.protected.len() > 1).take(20).collect();
    while scenes.len() < wanted && !cases.is_empty() {
        let nth = usize::try_from(draw.next() % cases.len() as u64).expect("a small number");
        let case = if scenes.is_empty() { cases.remove(0) } else { cases.remove(nth) };
        let hers = case.involvements.iter().find(|part| part.about.is_some() && name(part.worker).role.is_womens());
        let Some(hers) = hers else { continue };
        let her = hers.about.expect("she has a worker");
        let knows = |key: &str| {
            let worker = load.worker(key).expect("of the cast");
            case.involvements.iter().any(|part| part.worker == worker.id && part.about == Some(her))
        };
        let role = |key: &str| load.worker(key).expect("of the cast").role.to_string();
        let on_case: BTreeSet<String> = case.involvements.iter().map(|part| name(part.worker).key.clone()).collect();
        let cares = |key: &str| role(key).starts_with("womens.") || role(key).starts_with("childrens.");
        let his: Vec<String> = on_case.iter().filter(|key| !cares(key)).cloned().collect();
        let mut roles = BTreeSet::new();
        let one_of_each = load.workers.iter().filter(|one| roles.insert(one.role.to_string()));
        let others = one_of_each.map(|one| one.key.clone()).chain(on_case.iter().cloned());
        let strangers = others.filter(|key| !knows(key) && !his.contains(key));
        let strangers: BTreeSet<String> = strangers.collect();
        let worker = name(hers.worker).key.clone();
        scenes.push(Scene { case, her, worker, his, strangers: strangers.into_iter().collect() });
    }
    assert_eq!(scenes.len(), wanted, "there are enough cases of several women");
    scenes
}

fn step(scene: &Scene<'_>, draw: &mut Draw) -> Step {
    let marked =
        |draw: &mut Draw| format!("She told me of {} and {MARK}{} at {}.", draw.word(), draw.word(), draw.word());
    let (worker, about) = (scene.worker.clone(), scene.her.to_string());
    match draw.next() % 7 {
        0 | 1 => {
            let category = draw.pick(&["attendance", "risk-plan", "risk-assessment", "order-conditions"]);
            Step::Open { who: draw.pick(&scene.his).clone(), category, text: format!("He spoke of {}.", draw.word()) }
        }
        2 => Step::Warn { who: draw.pick(&scene.his).clone(), text: format!("He did not come; {}.", draw.word()) },
        3 => Step::Consent { who: worker, about, said: marked(draw), withdrawn: draw.next().is_multiple_of(2) },
        _ => {
            let category = *draw.pick(&SECRET);
            let with = (category == SECRET[0] && draw.next().is_multiple_of(2)).then(|| draw.pick(&scene.his).clone());
            Step::Hers { who: worker, about, category, text: marked(draw), with }
        }
    }
}

/// Does everything, each at a second of its own; what is hers in one world only.
async fn play(world: &World, case: &DemoCase, steps: &[Step], hers: bool) -> Marked {
    let mut marked = Marked::default();
    for step in steps {
        world.wind(1);
        match step {
            Step::Open { who, category, text } => {
                let body = json!({ "kind": "fact", "category": category, "text": text });
                world.cast(who).post(&format!("/api/v1/cases/{}/notes", case.id), body).await;
            }
            Step::Warn { who, text } => {
                let body = alert("missed-session", None, text);
                world.cast(who).post(&format!("/api/v1/cases/{}/alerts", case.id), body).await;
            }
            Step::Hers { who, about, category, text, with } if hers => {
                let worker = world.cast(who);
                let note = worker.writes(case, note_about(about, category, text)).await.id();
                if let Some(with) = with {
                    let to = share_with(json!({ "worker": world.worker(with).id }), "victim-safety");
                    let shared = worker.post(&format!("/api/v1/notes/{note}/shares"), to).await;
                    if shared.status == 201 {
                        let taken = format!("/api/v1/shares/{}/withdrawal", shared.id());
                        worker.post(&taken, json!({})).await.is(200);
                        marked.shares.push(shared.id());
                    }
                }
                marked.notes.push(note);
                about::reach(&worker, about, text).await;
            }
            Step::Consent { who, about, said, withdrawn } if hers => {
                let worker = world.cast(who);
                let given = json!({
                    "subject": about, "event": "given", "kind": "womens-service", "recipients": ["police-scotland"],
                    "categories": ["protected-account"], "purposes": ["victim-safety"], "method": "in-person",
                    "notice": { "id": "notice-en-1" }, "asked_alone": true, "said": said,
                });
                let given = worker.post(&format!("/api/v1/cases/{}/consents", case.id), given).await.is(201).id();
                if *withdrawn {
                    let path = format!("/api/v1/consents/{given}/withdrawal");
                    worker.post(&path, json!({ "said": said })).await.is(200);
                }
                marked.consents.push(given);
            }
            Step::Hers { .. } | Step::Consent { .. } => {}
        }
    }
    marked
}

/// Asks every route as everybody who must learn nothing; returns who asked what, and what they were told.
async fn told(world: &World, scene: &Scene<'_>, marked: &Marked) -> Vec<(String, Answer)> {
    let mut all = Vec::new();
    for key in scene.his.iter().chain(&scene.strangers) {
        let player = world.cast(key);
        // Oversight is shown each attempt of its own agency, and so that there was something to attempt.
        let oversees = world.worker(key).role.to_string() == "governance.officer";
        // Whoever of her own service takes her call ends a consent by the id that stands on her copy, and learns no more:
        // stories/telephoned.rs.
        let (asker, hers) = (world.worker(key), world.worker(&scene.worker));
        let takes_calls = asker.role.is_womens() && asker.agency == hers.agency;
        // A key that signs consents is shown to who holds it, perhaps for another woman, and to who answers for it.
        let signs = asker.role.is_womens() || oversees;
        let left_out = |route: &str| {
            (oversees && route.ends_with("/readers"))
                || (takes_calls && route == "/api/v1/consents/{consent}/withdrawal")
                || (signs && route == "/api/v1/signing-keys")
        };
        for (method, route) in ROUTES.iter().filter(|(_, route)| !left_out(route)) {
            for (nth, (path, body)) in asked(scene, marked, method, route).into_iter().enumerate() {
                let answer = match body {
                    _ if path.ends_with("/stream") => player.begins(&path).await,
                    None => player.get(&path).await,
                    Some(body) => player.post(&path, body).await,
                };
                let label = format!("{key}: {method} {route} ({nth})");
                all.push((label, answer));
            }
        }
        pages(&player, key, oversees, scene, &mut all).await;
    }
    all
}

/// Goes through the lists in small pages, for the links from one to the next.
async fn pages(player: &Player, key: &str, oversees: bool, scene: &Scene<'_>, all: &mut Vec<(String, Answer)>) {
    let case = scene.case.id;
    let lists = [format!("/api/v1/cases/{case}/notes?limit=2"), "/api/v1/alerts?limit=2".to_owned()];
    // Asked for last: one's own attempts at what is hers stand in no list either.
    let readers = (!oversees).then(|| format!("/api/v1/cases/{case}/readers?limit=2"));
    for path in lists.into_iter().chain(readers) {
        let mut after = String::new();
        for nth in 0..12 {
            let page = player.get(&format!("{path}{after}")).await;
            let next =
                page["next"].as_str().map(str::to_owned).or_else(|| page["next"].as_u64().map(|next| next.to_string()));
            all.push((format!("{key}: page {nth}"), page));
            let Some(next) = next else { break };
            after = format!("&after={next}");
        }
    }
}

/// Returns what is sent to a route: with every id of hers that fits, and with purposes that might open something.
fn asked(scene: &Scene<'_>, marked: &Marked, method: &str, path: &str) -> Vec<(String, Option<Value>)> {
    let case = scene.case.id.to_string();
    let of = |word: &str, ids: &[String]| ids.iter().map(|id| path.replace(word, id)).collect::<Vec<_>>();
    let paths = match path {
        _ if path.contains("{note}") => of("{note}", &marked.notes),
        _ if path.contains("{share}") => of("{share}", &marked.shares),
        _ if path.contains("{consent}") => of("{consent}", &marked.consents),
        _ if path.contains("{protected}") => of("{protected}", &[scene.her.to_string()]),
        _ if path.contains("{case}") => of("{case}", &[case]),
        // The log's hashes and length are anybody's; alerts of hers are told to those they went to.
        _ if path.contains("/audit/") || path.contains("{alert}") => Vec::new(),
        _ => vec![path.to_owned()],
    };
    let body = match path.rsplit('/').next().unwrap_or_default() {
        _ if method == "get" => None,
        "search" => Some(json!({ "family_name": MARK, "given_name": MARK })),
        "shares" => Some(share_with(json!({ "role": "justice.case-manager" }), "victim-safety")),
        "derivative" => Some(json!({ "kind": "fact", "text": "He may come.", "category": "risk-plan" })),
        "withdrawal" => Some(json!({})),
        // These would change what is there.
        _ => return Vec::new(),
    };
    let listed = path.ends_with("/notes") && method == "get";
    let again = |path: &String| {
        let purposes =
            ["", "?purpose=victim-safety", "?purpose=mappa", "?purpose=emergency", "?purpose=public-protection"];
        let many = method == "get" && (listed || path.contains("/notes/"));
        purposes.iter().take(if many { 5 } else { 1 }).map(move |end| format!("{path}{end}")).collect::<Vec<_>>()
    };
    paths.iter().flat_map(again).map(|path| (path, body.clone())).collect()
}

/// Claims that nobody could tell the two worlds apart.
fn compare(world: &World, scene: &Scene<'_>, seen: &[(String, Answer)], unseen: &[(String, Answer)], steps: &[Step]) {
    let manifest = world.manifest.to_string();
    let plain = |label: &str, answer: &Answer| {
        let body = if answer.body.is_null() { json!(answer.text) } else { answer.body.clone() };
        let headers = answer.headers.iter().filter(|(name, _)| !OF_THE_MOMENT.contains(&name.as_str()));
        let headers: Vec<String> = headers.map(|(name, value)| format!("{name}: {value:?}")).collect();
        let body = comparable(body, &manifest);
        // A rota is in the order of ids, which chance gives.
        (answer.status, headers, if label.contains("/api/v1/rota") { in_any_order(body) } else { body })
    };
    for (label, answer) in seen {
        answer.holds_no(MARK);
        assert!(!answer.text.contains("protected-words"), "{label}: {answer}");
    }
    let labels = |told: &[(String, Answer)]| told.iter().map(|(label, _)| label.clone()).collect::<Vec<_>>();
    let (these, those) = (labels(seen), labels(unseen));
    let other = these.iter().zip(&those).find(|(one, other)| one != other);
    assert_eq!(these.len(), those.len(), "{}: lists have other lengths: {other:?}\n{steps:#?}", scene.case.reference);
    for ((label, one), (_, other)) in seen.iter().zip(unseen) {
        assert_eq!(
            plain(label, one),
            plain(label, other),
            "{label} on {}\n{one}\n{other}\n{steps:#?}",
            scene.case.reference
        );
    }
}

/// Headers that differ from answer to answer, or with the length of a receipt.
const OF_THE_MOMENT: [&str; 3] = ["date", "x-request-id", "content-length"];

/// What is kept, and what is sanitised: the words of the first reach nobody on his side, the second leads to nobody.
async fn words_stay(world: &World, scene: &Scene<'_>, draw: &RefCell<Draw>) {
    let word = || draw.borrow_mut().word();
    let worker = world.cast(&scene.worker);
    let mut marked = Marked::default();
    let mut sources = Vec::new();
    for category in KEPT.iter().take(2).chain(&SECRET) {
        let text = format!("She said {MARK}{} to me about {}.", word(), word());
        sources.push(worker.writes(scene.case, note_about(&scene.her.to_string(), category, &text)).await.id());
    }
    let mut derived = Vec::new();
    for source in &sources {
        let body = json!({ "kind": "assessment", "text": format!("He may {}.", word()), "category": "risk-plan" });
        derived.push(worker.post(&format!("/api/v1/notes/{source}/derivative"), body).await.is(201).id());
    }
    marked.notes.extend(sources.iter().chain(&derived).cloned());
    let (id, agency) = (world.worker(&scene.worker).id.to_string(), world.worker(&scene.worker).agency.to_string());
    for (label, answer) in told(world, scene, &marked).await {
        answer.holds_no(MARK);
        for item in answer["items"].as_array().into_iter().flatten().chain([&answer.body]) {
            if derived.iter().any(|one| item["id"] == **one) {
                let text = item.to_string();
                assert!(!text.contains(&agency) && !text.contains(&id), "{label}: {answer}");
                assert!(item["source"].is_null(), "{label}: {answer}");
                assert!(sources.iter().all(|source| !text.contains(source)), "{label}: {answer}");
            }
        }
    }
}
