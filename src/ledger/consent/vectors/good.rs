//! Records that hold, and records of which it cannot be told.

use super::kit::{Kit, SALT, WORDS, second};
use super::{Outcome, Reason, Vector};
use crate::ledger::consent::directory::{BY_OFFICER, End, Handover};
use crate::ledger::consent::event::Event;
use crate::ledger::consent::package::{SignedEvent, Words};
use crate::ledger::consent::{base64url, commitment, from_base64url};
use crate::model::consents::ConsentEvent;
use serde_json::Value;

/// An event that binds what was said.
pub(super) fn with_words(kit: &Kit, text: &str) -> SignedEvent {
    let event = Event { free_text_commit: Some(commitment(&SALT, WORDS)), ..kit.given() };
    let words = Some(Words { salt: base64url(&SALT), text: text.to_owned() });
    SignedEvent { words, ..kit.sign(&event.payload().unwrap()) }
}

/// The first `count` events, and then that something was shared without consent, by whoever has the authority.
fn overruled(kit: &Kit, count: usize) -> Vec<SignedEvent> {
    let mut signed = kit.chain(count);
    let payload = signed.last().and_then(|last| from_base64url(&last.payload)).unwrap();
    let event = Event {
        id: "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4cee".to_owned(),
        event: ConsentEvent::SharedWithoutConsent,
        basis: "override".to_owned(),
        recipients: vec!["agency:police-scotland".to_owned()],
        expires: None,
        recorded: second("2026-11-22T13:00:00Z"),
        ..kit.next(&Event::read(&payload).unwrap(), &payload)
    };
    signed.push(kit.sign(&event.payload().unwrap()));
    signed
}

/// Somebody was overruled: that says nothing of what was agreed to.
pub(super) fn overrulings(kit: &Kit) -> Vec<Vector> {
    let unasked = Event {
        event: ConsentEvent::SharedWithoutConsent,
        basis: "vital-interests".to_owned(),
        notice: None,
        ..kit.given()
    };
    vec![
        Vector::valid("given, then shared without consent", kit.package(&overruled(kit, 1))).overruled(1),
        Vector::valid("given, limited, withdrawn, then shared without consent", kit.package(&overruled(kit, 3)))
            .says(ConsentEvent::Withdrawn, false)
            .overruled(1),
        Vector::valid("the same, before it was shared without consent", kit.package(&overruled(kit, 3)))
            .at("2026-11-22T12:30:00Z")
            .says(ConsentEvent::Withdrawn, false),
        Vector::valid("shared without consent, and no notice", kit.package(&kit.chain_of(unasked, 1)))
            .says_nothing()
            .overruled(1),
    ]
}

/// A key takes the place of another: signed with the old one, vouched for by an officer, or by nobody who may.
pub(super) fn handovers(kit: &Kit) -> Vec<Vector> {
    let value = |package| serde_json::to_value(package).unwrap();
    let signed = || kit.handed_over(|end, new| kit.signed_over(&kit.worker, end, new));
    let officer = kit.handed_over(|_, new| Handover {
        old: kit.worker.key.kid.clone(),
        new: new.kid.clone(),
        by: BY_OFFICER.to_owned(),
        signature: None,
    });
    let another = kit.handed_over(|end, new| kit.signed_over(&kit.other, end, new));
    let of_another_end = kit.handed_over(|end, new| {
        let end = End { at: second("2026-11-22T10:31:00Z"), ..end.clone() };
        kit.signed_over(&kit.worker, &end, new)
    });
    let unsigned = kit.handed_over(|end, new| Handover { signature: None, ..kit.signed_over(&kit.worker, end, new) });
    let mut no_end = signed();
    no_end.directory.ends.clear();
    let mut twice = signed();
    twice.directory.handovers.extend(signed().directory.handovers);
    let stolen = |at| value(kit.seal(kit.ending(signed(), &kit.worker, at, "compromised")));
    let late = kit.ending(kit.plain(&kit.chain(2)), &kit.worker, "2026-11-22T10:30:00Z", "rotated");
    let limited = |name: &str, package| Vector::valid(name, package).says(ConsentEvent::Limited, true);
    let wrong = |name: &str, package| Vector::invalid(name, Reason::Directory, value(package));
    vec![
        limited("the next key, signed over by the old one", value(kit.seal(signed()))).with_log_key(),
        limited("the next key, vouched for by an officer", value(kit.seal(officer))).with_log_key(),
        limited("replaced, and stolen after the log had it", stolen("2026-11-22T10:20:00Z")).with_log_key(),
        Vector::new(
            "replaced, and found to have been stolen before",
            Outcome::Indeterminate,
            Reason::Compromised,
            stolen("2026-11-22T10:00:00Z"),
        )
        .with_log_key(),
        Vector::invalid("signed with the old key after it was replaced", Reason::KeyDates, value(late)),
        wrong("signed over by another's key", another),
        wrong("signed over with another end", of_another_end),
        wrong("the old key's word without its signature", unsigned),
        wrong("a handover by a key that never ended", no_end),
        wrong("a handover twice", twice),
    ]
}

pub(super) fn vectors(kit: &Kit) -> Vec<Vector> {
    let one = kit.chain(1);
    let loose = String::from_utf8(kit.given().payload().unwrap()).unwrap().replace("\":", "\" : ");
    let rotated = |at| kit.ending(kit.plain(&one), &kit.worker, at, "rotated");
    let stolen = |at| kit.ending(kit.plain(&one), &kit.agency, at, "compromised");
    let value = |package| serde_json::to_value(package).unwrap();
    let mans = Event {
        kind: "statement-of-agreement".to_owned(),
        recipients: Vec::new(),
        categories: Vec::new(),
        purposes: Vec::new(),
        expires: None,
        ..kit.given()
    };
    let unsealed = kit.package(&one);
    let unsure = |name, reason, package: Value| Vector::new(name, Outcome::Indeterminate, reason, package);
    let mut words_gone = with_words(kit, WORDS);
    words_gone.words = None;
    let mut older = kit.seal(stolen("2026-11-22T10:02:11Z"));
    older.events[0].seal = None;
    vec![
        Vector::valid("one event", kit.package(&one)),
        Vector::valid("given, limited, withdrawn", kit.package(&kit.chain(3))).says(ConsentEvent::Withdrawn, false),
        Vector::valid("the same, before it was withdrawn", kit.package(&kit.chain(3)))
            .at("2026-11-22T11:30:00Z")
            .says(ConsentEvent::Limited, true),
        Vector::valid("one event, when its time is over", kit.as_of(&one, "2027-03-01T09:00:00Z"))
            .at("2027-02-23T00:00:00Z")
            .says(ConsentEvent::Given, false),
        Vector::valid("the man's statement of agreement", kit.package(&kit.chain_of(mans, 1))),
        Vector::valid("with what was said", kit.package(&[with_words(kit, WORDS)])),
        Vector::valid("what was said is destroyed, the signature stays", kit.package(&[words_gone])),
        Vector::valid("spaces that were signed as they are", kit.package(&[kit.sign(loose.as_bytes())])),
        Vector::valid("a key that was replaced later", value(rotated("2026-12-01T00:00:00Z"))),
        Vector::valid("proved by the log", kit.sealed(&kit.chain(2))).with_log_key().says(ConsentEvent::Limited, true),
        Vector::valid("a key that was stolen after the log had it", value(kit.seal(stolen("2026-12-01T00:00:00Z"))))
            .with_log_key(),
        unsure(
            "a key that was stolen, nobody vouches for the log",
            Reason::Compromised,
            value(stolen("2026-12-01T00:00:00Z")),
        ),
        unsure("a key that was stolen before", Reason::Compromised, value(kit.seal(stolen("2026-11-22T10:02:11Z"))))
            .with_log_key(),
        unsure("nothing of it is proved by the log", Reason::Unsealed, unsealed).with_log_key(),
        unsure("a stolen key and no proof for the event", Reason::Unsealed, value(older)).with_log_key(),
        unsure("asked about a time after the file was made", Reason::Beyond, kit.as_of(&one, "2027-02-22T09:00:00Z"))
            .at("2027-02-23T00:00:00Z")
            .with_log_key(),
        unsure("asked about a later time, and nothing of it is proved by the log", Reason::Beyond, kit.package(&one))
            .at("2026-11-22T10:02:12Z"),
        unsure("asked about a time before it", Reason::NothingYet, kit.package(&one)).at("2026-11-22T10:02:10Z"),
    ]
    .into_iter()
    .inspect(|one| assert!(one.at.is_none_or(|at| at > second("2026-01-01T00:00:00Z"))))
    .collect()
}
