//! What holds however things interleave: the numbers, the proofs, the order of saying no.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, from, id_of, in_each, isla, morag, note_of};
use crate::world::Db;
use lippen::desk::notes::{OpenNote, Opened};
use lippen::desk::recall::RecallShare;
use lippen::desk::{Error, Once};
use lippen::ledger::tile::{Bundle, Tile};
use lippen::ledger::tree::{Edge, leaf_hash};
use lippen::ledger::{Hash, note, proof};
use lippen::model::id::{CaseId, EntryId, InvolvementId, NoteId, ShareId};
use lippen::model::sealed::Record;
use lippen::model::shares::Purpose;
use lippen::policy::permit::{Action, Ask};
use lippen::store::audit::is_included;
use lippen::store::cases::NewInvolvement;
use lippen::store::effect::{Change, Effect, Promise};
use lippen::store::{self, Receipt};
use serde_json::json;
use std::collections::BTreeSet;
use tokio::task::JoinSet;

/// What a job is made to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Good,
    Shown,
    Duplicate,
    Dangling,
    UsedKey,
}

/// A change that succeeds, or breaks a constraint in one of three ways.
fn change(house: &House, kind: Kind, taken: InvolvementId) -> Change {
    let involve = |id, case| Effect::Involve(NewInvolvement { id, case, worker: morag(), about: None });
    let (fresh, case) = (InvolvementId::random(), house.case());
    let mut change: Change = match kind {
        Kind::Good | Kind::UsedKey => involve(fresh, case).into(),
        Kind::Shown => Effect::Disclose(Vec::new()).into(),
        Kind::Duplicate => involve(taken, case).into(),
        Kind::Dangling => involve(fresh, CaseId::random()).into(),
    };
    if kind == Kind::UsedKey {
        let word = |text: &str| text.to_owned();
        change.promise = Some(Promise { actor: word("a"), key: word("used"), body: word("b"), answer: word("{}") });
    }
    change
}

fn fits(kind: Kind, outcome: &Result<Receipt, store::Error>) -> bool {
    match kind {
        Kind::Good | Kind::Shown => outcome.is_ok(),
        Kind::Duplicate | Kind::UsedKey => matches!(outcome, Err(store::Error::Taken)),
        Kind::Dangling => matches!(outcome, Err(store::Error::Dangling)),
    }
}

/// A mixture that differs from run to run of the numbers, not from run to run of the test.
fn kind(n: u64) -> Kind {
    match n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 60 {
        0 => Kind::Duplicate,
        1 => Kind::Dangling,
        2 => Kind::UsedKey,
        3..8 => Kind::Shown,
        _ => Kind::Good,
    }
}

/// Commits many jobs at once and returns what became of each.
async fn at_once(house: &House, jobs: Vec<(Kind, Change)>) -> Vec<(Kind, Result<Receipt, store::Error>)> {
    let mut tasks = JoinSet::new();
    for (kind, change) in jobs {
        let (store, permit) = (house.store().clone(), house.permit(Record::Search(EntryId::random())).await);
        tasks.spawn(async move { (kind, store.commit(permit, change).await) });
    }
    tasks.join_all().await
}

#[test]
fn good_and_bad_jobs_at_once_leave_numbers_without_gaps_and_only_the_bad_fail() {
    in_each(async |house| {
        let taken = InvolvementId::random();
        let mut first = change(&house, Kind::Duplicate, taken);
        first.promise = change(&house, Kind::UsedKey, taken).promise;
        let before = at_once(&house, vec![(Kind::Good, first)]).await.remove(0).1.unwrap().size();
        let jobs: Vec<_> = (0..400).map(|n| (kind(n), change(&house, kind(n), taken))).collect();
        let done = at_once(&house, jobs).await;
        let wrong: Vec<_> = done.iter().filter(|(kind, outcome)| !fits(*kind, outcome)).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        let numbers: BTreeSet<u64> =
            done.iter().filter_map(|(_, outcome)| Some(outcome.as_ref().ok()?.index())).collect();
        let good = done.iter().filter(|(_, outcome)| outcome.is_ok()).count() as u64;
        assert!(good < 400 && good > 200, "a mixture");
        assert_eq!(numbers, (before..before + good).collect());
        assert_eq!(house.is_sound().await, before + good);
        house.stop().await;
    });
}

#[test]
fn every_proof_of_a_log_of_three_tiles_verifies_and_every_tile_is_what_the_leaves_say() {
    in_each(async |house| {
        let jobs = (0..640).map(|_| (Kind::Shown, Effect::Disclose(Vec::new()).into())).collect();
        at_once(&house, jobs).await;
        let head = note::open(&house.store().checkpoint().await.unwrap(), &house.vkey()).unwrap();
        let (mut edge, mut roots, mut hashes) = (Edge::empty(), vec![Edge::empty().root()], Vec::new());
        for leaf in leaves(&house, head.size).await {
            hashes.push(leaf_hash(&leaf));
            edge.push(leaf_hash(&leaf));
            roots.push(edge.root());
        }
        assert_eq!(edge.root(), head.root);
        for index in telling(head.size).filter(|index| *index < head.size) {
            let inclusion = house.store().inclusion(index).await.unwrap().unwrap();
            assert_eq!((inclusion.size, inclusion.index), (head.size, index));
            assert!(is_included(&inclusion, head.root), "{index}");
            assert_eq!(leaf_hash(&inclusion.leaf), hashes[usize::try_from(index).unwrap()]);
        }
        assert!(house.store().inclusion(head.size).await.unwrap().is_none(), "no entry beyond the head");
        for old in telling(head.size).filter(|old| *old > 0) {
            let (new, path) = house.store().consistency(old).await.unwrap().unwrap();
            let at = usize::try_from(old).unwrap();
            proof::verify_consistency(old, roots[at], new, head.root, &path).unwrap();
            if old < new {
                assert!(proof::verify_consistency(old, roots[at - 1], new, head.root, &path).is_err(), "{old}");
            }
        }
        assert!(house.store().consistency(head.size + 1).await.unwrap().is_none());
        tiles_fit(&house, &hashes).await;
        assert_eq!(house.is_sound().await, head.size);
        house.stop().await;
    });
}

/// The sizes at which a tree or a tile changes its shape, and every thirteenth between them.
fn telling(size: u64) -> impl Iterator<Item = u64> {
    (0..=size).filter(move |n| n % 13 == 0 || [255, 0, 1].contains(&(n % 256)) || n.is_power_of_two() || n + 2 > size)
}

/// Reads every leaf from the entry bundles.
async fn leaves(house: &House, size: u64) -> Vec<Vec<u8>> {
    let mut leaves = Vec::new();
    for index in 0..=size / 256 {
        let width = u16::try_from((size - index * 256).min(256)).unwrap();
        leaves.extend(house.store().entry_bundle(&Bundle { index, width }).await.unwrap().unwrap());
    }
    leaves
}

async fn tiles_fit(house: &House, hashes: &[Hash]) {
    let bytes = |hashes: &[Hash]| hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
    let mut above = Vec::new();
    for (index, chunk) in (0..).zip(hashes.chunks(256)) {
        for width in [1, chunk.len() / 2, chunk.len()] {
            let (tile, width) = (&chunk[..width], u16::try_from(width).unwrap());
            let stored = house.store().tile(&Tile { level: 0, index, width }).await.unwrap();
            assert_eq!(stored.unwrap(), bytes(tile), "tile 0/{index}.{width}");
            let leaves = house.store().entry_bundle(&Bundle { index, width }).await.unwrap().unwrap();
            assert_eq!(leaves.iter().map(|leaf| leaf_hash(leaf)).collect::<Vec<_>>(), tile);
        }
        let too_wide = Tile { level: 0, index, width: u16::try_from(chunk.len()).unwrap() + 1 };
        assert!(chunk.len() == 256 || house.store().tile(&too_wide).await.unwrap().is_none());
        if chunk.len() == 256 {
            let mut edge = Edge::empty();
            chunk.iter().for_each(|hash| edge.push(*hash));
            above.push(edge.root());
        }
    }
    assert_eq!(above.len(), 2, "two full tiles");
    let upper = house.store().tile(&Tile { level: 1, index: 0, width: 2 }).await.unwrap();
    assert_eq!(upper.unwrap(), bytes(&above));
    assert!(house.store().tile(&Tile { level: 1, index: 0, width: 3 }).await.unwrap().is_none());
}

#[test]
fn a_permit_on_facts_that_moved_is_refused_and_the_gate_judges_again() {
    in_each(async |house| {
        let (morag, isla) = (house.admits(morag()).await, house.admits(isla()).await);
        let note = house.note(&morag, "words").await;
        let share = share(&house, note).await;
        let item = house.store().note(note).await.unwrap().unwrap().item();
        let ask = Ask {
            actor: &isla,
            action: Action::Read,
            record: Record::Note(note),
            case: Some(house.case()),
            about: None,
            category: item.category,
            purpose: Purpose::VictimSafety,
        };
        let stale = house.gate.decide(&ask, Some(item.clone())).await.unwrap();
        let kept = house.gate.decide(&ask, Some(item.clone())).await.unwrap();
        house.desk.recall_share(&morag, share, RecallShare::default(), None).await.unwrap();
        let size = house.is_sound().await;
        let shown: Change = Effect::Disclose(Vec::new()).into();
        let outcome = house.store().commit(stale, shown.clone()).await;
        assert!(matches!(outcome, Err(store::Error::Stale)), "{outcome:?}");
        assert_eq!(house.is_sound().await, size, "a stale permit leaves no entry");
        let again = house.gate.commit(kept, &ask, Some(item), shown).await;
        assert!(matches!(again, Err(lippen::gate::Error::Refused(_))), "{again:?}");
        assert_eq!(house.is_sound().await, size + 1, "the second judgement is recorded");
        house.stop().await;
    });
}

/// Morag shares a note with Isla, who may read it in full only so.
async fn share(house: &House, note: NoteId) -> ShareId {
    let by = house.admits(morag()).await;
    let body = json!({ "to": { "worker": isla() }, "purpose": "victim-safety", "basis": { "type": "vital-interests", "reason": "He is on his way to her." } });
    id_of(&house.desk.share_note(&by, note, &from(body), None).await)
}

#[test]
fn once_a_withdrawal_is_answered_no_reading_on_it_succeeds() {
    in_each(async |house| {
        let by = house.admits(morag()).await;
        for round in 0..4 {
            let note = house.note(&by, "words").await;
            let share = share(&house, note).await;
            let (readings, before) = readers(&house, note, 12).await;
            house.desk.recall_share(&by, share, RecallShare::default(), None).await.unwrap();
            // A reading that the log numbers after the withdrawal was judged on facts that no longer held.
            let withdrawn = house.is_sound().await;
            let (after, _) = readers(&house, note, 4).await;
            assert_eq!(opened(after).await.len(), 0, "round {round}");
            assert!(before.await.is_some(), "somebody read while it was shared");
            assert!(opened(readings).await.iter().all(|index| *index < withdrawn), "round {round}");
        }
        house.stop().await;
    });
}

type Reading = JoinSet<Option<u64>>;

/// Starts Isla's readings of a note: many at once, and one that ends before this returns.
async fn readers(house: &House, note: NoteId, count: usize) -> (Reading, impl Future<Output = Option<u64>>) {
    let mut readings = JoinSet::new();
    let isla = house.admits(isla()).await;
    let read = |opened: Result<OpenNote, Error>| match opened {
        Ok(OpenNote { words: Opened::Full(words), .. }) => Some(words.index()),
        Ok(OpenNote { words: Opened::Summary(_), .. }) => panic!("nobody gave it a summary"),
        Err(Error::Refused { .. } | Error::NotFound | Error::Busy) => None,
        Err(other) => panic!("{other:?}"),
    };
    let one = read(house.desk.read_note(&isla, note, Some(Purpose::VictimSafety)).await);
    for _ in 0..count {
        let (desk, isla) = (house.desk.clone(), house.admits(crate::house::isla()).await);
        readings.spawn(async move { read(desk.read_note(&isla, note, Some(Purpose::VictimSafety)).await) });
    }
    (readings, std::future::ready(one))
}

async fn opened(readings: Reading) -> Vec<u64> {
    readings.join_all().await.into_iter().flatten().collect()
}

#[test]
fn a_full_queue_is_an_honest_busy_that_leaves_nothing() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let house = House::new(Db::Lite).await.unwrap();
        let lippen::store::Place::Folder(folder) = house.place().clone() else { panic!("it is SQLite") };
        let before = house.is_sound().await;
        let url = format!("sqlite://{}", folder.join("hub.sqlite3").display());
        let mut other = <sqlx::SqliteConnection as sqlx::Connection>::connect(&url).await.unwrap();
        let mut permits = Vec::new();
        for _ in 0..5_000 {
            permits.push(house.permit(Record::Search(EntryId::random())).await);
        }
        sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
        let mut tasks = JoinSet::new();
        for permit in permits {
            let store = house.store().clone();
            tasks.spawn(async move { store.commit(permit, Effect::Disclose(Vec::new()).into()).await });
        }
        // Those that found no room are answered at once; the first of them proves that the queue is full.
        let full = tasks.join_next().await.unwrap().unwrap();
        assert!(matches!(full, Err(store::Error::Busy)), "{full:?}");
        sqlx::raw_sql("ROLLBACK").execute(&mut other).await.unwrap();
        let rest = tasks.join_all().await;
        let good = rest.iter().filter(|outcome| outcome.is_ok()).count() as u64;
        assert!(rest.iter().all(|outcome| matches!(outcome, Ok(_) | Err(store::Error::Busy))));
        assert!((1..5_000).contains(&good), "{good}");
        assert_eq!(house.is_sound().await, before + good, "what was refused left nothing");
        house.stop().await;
    });
}

#[test]
fn the_same_request_twice_at_once_is_done_once() {
    in_each(async |house| {
        let by = house.admits(morag()).await;
        let once = || Some(Once { key: "k".to_owned(), body: "b".to_owned(), frame: None });
        let write = || house.desk.write_note(&by, house.case(), note_of("words"), once());
        let answers = futures_util::future::join_all((0..8).map(|_| write())).await;
        let ids: BTreeSet<NoteId> = answers.iter().map(id_of).collect();
        assert_eq!(ids.len(), 1, "one note");
        assert_eq!(answers.iter().filter(|one| one.as_ref().unwrap().recorded.is_some()).count(), 1);
        house.stop().await;
    });
}
