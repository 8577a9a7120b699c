use super::*;
use crate::model::id::WorkerId;
use crate::model::spooled::{Sender, SpoolAct, Words};
use crate::model::time::HandWound;
use std::os::unix::fs::PermissionsExt as _;

const SIZE: usize = 64 * 1024;

fn vault() -> Arc<Vault> {
    let clock = Arc::new(HandWound::at(Moment::from_micros(1_800_000_000_000_000)));
    Arc::new(Vault::new(Vault::generate("ayrshire").unwrap(), clock).unwrap())
}

fn act(worker: u128, key: &str, words: &str) -> SpooledAct {
    SpooledAct {
        act: SpoolAct::Alert,
        target: "case".to_owned(),
        sender: Sender { worker: Some(WorkerId::from_bits(worker)), agency: Some("police".parse().unwrap()) },
        key: key.to_owned(),
        digest: format!("of {words}"),
        received: 1_800_000_000_000_000,
        certain: true,
        request: "request".to_owned(),
        body: Words::new(words),
    }
}

fn words(spool: &Spool) -> Vec<Option<String>> {
    spool.waiting().iter().map(|one| one.act.as_ref().map(|act| act.body.reveal().to_owned())).collect()
}

#[test]
fn what_was_kept_is_there_after_a_start_and_goes_when_it_is_a_row() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    let spool = Spool::open(folder.path(), SIZE, vault.clone()).unwrap();
    assert!(matches!(Spool::open(folder.path(), SIZE, vault.clone()), Err(SpoolError::InUse)));
    assert_eq!(spool.append(&act(1, "a", "one"), SIZE).unwrap(), Kept::Now);
    assert_eq!(spool.append(&act(1, "b", "two"), SIZE).unwrap(), Kept::Now);
    drop(spool);
    let file = std::fs::read(folder.path().join("spool")).unwrap();
    assert_eq!(file.len(), SIZE);
    assert!(!file.windows(3).any(|some| some == b"one"), "sealed");
    let mode = std::fs::metadata(folder.path().join("spool")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let spool = Spool::open(folder.path(), SIZE, vault.clone()).unwrap();
    assert_eq!(words(&spool), [Some("one".to_owned()), Some("two".to_owned())]);
    assert_eq!(spool.append(&act(1, "a", "one"), SIZE).unwrap(), Kept::Before, "known again after a start");
    let prints: Vec<String> = spool.waiting().into_iter().map(|one| one.print).collect();
    spool.settled(&HashSet::from([prints[0].clone()])).unwrap();
    assert_eq!(words(&spool), [Some("two".to_owned())]);
    assert!(spool.stats().bytes > 0 && spool.stats().oldest.is_some());
    spool.settled(&prints.into_iter().collect()).unwrap();
    assert!(spool.is_empty());
    let empty = std::fs::read(folder.path().join("spool")).unwrap();
    assert!(empty[4096..].iter().all(|byte| *byte == 0) && empty.len() == SIZE && empty != file);
    assert_eq!(spool.append(&act(1, "a", "three"), SIZE).unwrap(), Kept::Now, "the key is free once it is a row");
    drop(spool);
    assert_eq!(words(&Spool::open(folder.path(), SIZE, vault).unwrap()), [Some("three".to_owned())]);
}

#[test]
fn one_key_is_one_act_of_its_sender() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    let spool = Spool::open(folder.path(), SIZE, vault).unwrap();
    assert_eq!(spool.append(&act(1, "a", "one"), SIZE).unwrap(), Kept::Now);
    assert_eq!(spool.append(&act(1, "a", "one"), SIZE).unwrap(), Kept::Before);
    assert!(matches!(spool.append(&act(1, "a", "other"), SIZE), Err(SpoolError::Reused)));
    assert_eq!(spool.append(&act(2, "a", "other"), SIZE).unwrap(), Kept::Now);
    assert_eq!(spool.stats().frames, 2);
}

#[test]
fn one_sender_cannot_fill_it_and_a_full_one_says_so() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    let spool = Spool::open(folder.path(), SIZE, vault).unwrap();
    let most = SIZE / 4;
    let fill = |worker: u128| {
        let kept = (0..1000).map(|n| spool.append(&act(worker, &n.to_string(), "words"), most));
        let kept: Vec<_> = kept.take_while(Result::is_ok).collect();
        kept.len()
    };
    let (first, second) = (fill(1), fill(2));
    assert!(first > 5 && second.abs_diff(first) <= 1, "{first} {second}");
    let rest = fill(3) + fill(4) + fill(5);
    assert!(rest < 3 * first, "the file has an end");
    assert!(matches!(spool.append(&act(6, "x", "words"), most), Err(SpoolError::Full)));
    assert_eq!(spool.stats().frames, first + second + rest);
}

#[test]
fn a_flipped_bit_is_found_and_the_rest_is_read() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    let spool = Spool::open(folder.path(), SIZE, vault.clone()).unwrap();
    for (key, words) in [("a", "one"), ("b", "two"), ("c", "three")] {
        spool.append(&act(1, key, words), SIZE).unwrap();
    }
    let prints: Vec<String> = spool.waiting().into_iter().map(|one| one.print).collect();
    let room = spool.stats().bytes / 3;
    drop(spool);
    let path = folder.path().join("spool");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[4096 + room + room / 2] ^= 1;
    std::fs::write(&path, &bytes).unwrap();
    let spool = Spool::open(folder.path(), SIZE, vault).unwrap();
    assert_eq!(words(&spool), [Some("one".to_owned()), None, Some("three".to_owned())]);
    assert_eq!(spool.waiting()[1].print, prints[1], "it is told under its own name");
    assert_eq!(spool.append(&act(1, "d", "four"), SIZE).unwrap(), Kept::Now);
}

#[test]
fn a_file_on_a_disk_that_fails_promises_nothing_more() {
    // /dev/full takes no byte: it stands for a disk that fails in the middle.
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full")).unwrap();
    let spool = Spool::open(folder.path(), SIZE, vault).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open(folder.path().join("full")).unwrap();
    spool.chain().disk.replace_for_test(full);
    assert!(matches!(spool.append(&act(1, "a", "one"), SIZE), Err(SpoolError::File(_))));
    assert!(matches!(spool.append(&act(1, "b", "two"), SIZE), Err(SpoolError::Full)));
    assert!(spool.is_empty(), "what was not kept is not counted as kept");
    spool.settled(&HashSet::new()).unwrap();
    assert_eq!(spool.append(&act(1, "b", "two"), SIZE).unwrap(), Kept::Now, "a new file takes its place");
}

#[test]
fn what_comes_while_the_disk_works_waits_for_it_and_nobody_else_does() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    let spool = Spool::open(folder.path(), SIZE, vault.clone()).unwrap();
    spool.append(&act(1, "before", "one"), SIZE).unwrap();
    let kept = std::thread::scope(|scope| {
        // The disk works, for as long as this is held.
        let chain = spool.chain();
        let appends = (0..8).map(|n| {
            let spool = &spool;
            // The last two are one act that came twice.
            scope.spawn(move || spool.append(&act(1, &n.min(6).to_string(), "words"), SIZE).unwrap())
        });
        let appends: Vec<_> = appends.collect();
        while spool.inner().coming.len() < 7 {
            std::thread::yield_now();
        }
        assert!(
            !spool.is_empty() && spool.stats().frames == 1 && spool.waiting().len() == 1,
            "and nobody is told more"
        );
        assert!(appends.iter().all(|one| !one.is_finished()), "who appends is not answered before it is on disk");
        drop(chain);
        appends.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(kept.iter().filter(|one| **one == Kept::Now).count(), 7, "{kept:?}");
    assert_eq!((spool.stats().frames, spool.inner().coming.len()), (8, 0));
    drop(spool);
    assert_eq!(Spool::open(folder.path(), SIZE, vault).unwrap().stats().frames, 8);
}

#[test]
fn what_comes_at_once_goes_to_disk_with_one_flush_and_fails_together() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    std::os::unix::fs::symlink("/dev/full", folder.path().join("full")).unwrap();
    let spool = Spool::open(folder.path(), SIZE, vault).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open(folder.path().join("full")).unwrap();
    let failed = std::thread::scope(|scope| {
        let mut chain = spool.chain();
        chain.disk.replace_for_test(full);
        let appends = (0..4).map(|n| {
            let spool = &spool;
            scope.spawn(move || spool.append(&act(1, &n.to_string(), "words"), SIZE).unwrap_err())
        });
        let appends: Vec<_> = appends.collect();
        while spool.inner().coming.len() < 4 {
            std::thread::yield_now();
        }
        drop(chain);
        appends.into_iter().map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    // Had each been flushed by itself, the first would have failed and the others found the file broken.
    assert!(failed.iter().all(|why| matches!(why, SpoolError::File(_))), "{failed:?}");
    assert!(spool.is_empty() && spool.inner().coming.is_empty());
    spool.mend().unwrap();
    assert_eq!(spool.append(&act(1, "a", "one"), SIZE).unwrap(), Kept::Now);
}

#[test]
fn a_last_frame_that_is_taken_away_between_two_starts_is_not_found() {
    let (folder, vault) = (tempfile::tempdir().unwrap(), vault());
    let spool = Spool::open(folder.path(), SIZE, vault.clone()).unwrap();
    spool.append(&act(1, "a", "one"), SIZE).unwrap();
    let path = folder.path().join("spool");
    let one = std::fs::read(&path).unwrap();
    spool.append(&act(1, "b", "two"), SIZE).unwrap();
    drop(spool);
    std::fs::write(&path, one).unwrap();
    let spool = Spool::open(folder.path(), SIZE, vault).unwrap();
    // The limit of what is promised, as the page on security says it: what was logged elsewhere alone shows it.
    assert_eq!(words(&spool), [Some("one".to_owned())]);
}
