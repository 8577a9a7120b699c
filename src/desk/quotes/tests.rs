//! A note is compared from the moment that it is written, and counts as open only when it is stored.

use super::*;
use crate::model::time::RealClock;
use crate::policy::Policy;
use std::sync::Arc;

const SAID: &str = "he waited outside the library until she had locked the side door and walked to the bus";

fn vault() -> Vault {
    Vault::new(Vault::generate("ayrshire").unwrap(), Arc::new(RealClock)).unwrap()
}

fn words(text: &str) -> RiskNote {
    RiskNote { text: Prose::new(text).unwrap(), sources: Vec::new(), opinion: None, conditions: None }
}

fn source(written: u128) -> Source {
    Source {
        note: NoteId::random(),
        about: None,
        agency: "north-women".parse().unwrap(),
        hers: false,
        confides: false,
        author: None,
        written,
    }
}

/// Says whether a text quotes a kept note, and nothing if it cannot be said of this making.
fn quotes(all: &Quotes, by: By<'_>, (case, making): (CaseId, Making), text: &str) -> Option<bool> {
    let found = all.alike(by, (case, making), None, &[text])?;
    Some(found.iter().any(|one| !one.quoting.is_empty()))
}

fn in_a_world(story: impl Fn(&Quotes, By<'_>, CaseId)) {
    let (vault, policy) = (vault(), Policy::embedded().unwrap());
    story(&Quotes::default(), By { vault: &vault, rules: policy.screen() }, CaseId::random());
}

#[test]
fn what_is_being_written_is_compared_before_it_is_stored() {
    in_a_world(|all, by, case| {
        let (making, known) = all.making(by.rules, case);
        let coming = all.expect(by, case, source(1), true, &words(SAID));
        assert_eq!(quotes(all, by, (case, making), SAID), Some(true));
        assert_eq!(all.making(by.rules, case), (making, known), "it is not counted as stored");
        coming.arrived();
        assert_eq!(all.making(by.rules, case), (making, known + 1));
        assert_eq!(quotes(all, by, (case, making), SAID), Some(true));
    });
}

#[test]
fn what_was_not_stored_is_taken_back_and_all_is_counted_again() {
    in_a_world(|all, by, case| {
        let (making, _) = all.making(by.rules, case);
        all.expect(by, case, source(1), true, &words("what stays was kept before anybody else could repeat it"))
            .arrived();
        all.now_whole(case, making);
        assert!(all.is_whole(case, making));
        drop(all.expect(by, case, source(2), true, &words(SAID)));
        assert!(!all.is_whole(case, making));
        assert_eq!(quotes(all, by, (case, making), SAID), None, "whoever looked before must look again");
        let (again, known) = all.making(by.rules, case);
        assert_eq!((known, all.is_whole(case, again)), (1, false));
        assert_eq!(quotes(all, by, (case, again), SAID), Some(false));
        let stays = "what stays was kept before anybody else could repeat it";
        assert_eq!(quotes(all, by, (case, again), stays), Some(true));
    });
}

#[test]
fn words_are_open_only_when_they_are_stored_and_were_there_first() {
    in_a_world(|all, by, case| {
        let (making, _) = all.making(by.rules, case);
        let here = (case, making);
        let his = all.expect(by, case, source(1), false, &words(SAID));
        all.expect(by, case, source(2), true, &words(SAID)).arrived();
        assert_eq!(quotes(all, by, here, SAID), Some(true), "nobody on his side can have read it yet");
        his.arrived();
        assert_eq!(quotes(all, by, here, SAID), Some(false), "it stood there before she said it");
        let kept = "the neighbour of hers keeps a spare key under the third pot on the landing";
        all.expect(by, case, source(3), true, &words(kept)).arrived();
        all.expect(by, case, source(4), false, &words(kept)).arrived();
        assert_eq!(quotes(all, by, here, kept), Some(true), "what was kept first never becomes open");
    });
}

#[test]
fn who_keeps_the_same_words_keeps_them_when_another_lets_go() {
    in_a_world(|all, by, case| {
        all.expect(by, case, source(3), true, &words(SAID)).arrived();
        let open = all.expect(by, case, source(2), false, &words(SAID));
        drop(all.expect(by, case, source(1), true, &words(SAID)));
        open.arrived();
        let here = (case, all.making(by.rules, case).0);
        assert_eq!(quotes(all, by, here, SAID), Some(false), "the one that stays was kept later than it was open");
    });
}

#[test]
fn other_rules_begin_anew_and_what_they_missed_is_found_missing() {
    let (one, other) = (Policy::embedded().unwrap(), Rules::named([7; 32]));
    let vault = vault();
    let (by, all, case) = (By { vault: &vault, rules: one.screen() }, Quotes::default(), CaseId::random());
    let (first, _) = all.making(by.rules, case);
    let note = source(1);
    let id = note.note;
    let coming = all.expect(by, case, note, true, &words(SAID));
    let (second, known) = all.making(&other, case);
    assert!(first != second && known == 0);
    all.now_whole(case, second);
    coming.arrived();
    assert!(!all.is_whole(case, second), "a note was stored that this making has not");
    assert_eq!(all.missing(case, second, vec![id]), [id]);
}
