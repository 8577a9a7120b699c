//! Records that do not hold, one fault each.

use super::good::with_words;
use super::kit::{Held, Kit, WORDS, second};
use super::{Reason, Vector};
use crate::ledger::consent::directory::version;
use crate::ledger::consent::event::Event;
use crate::ledger::consent::package::SignedEvent;
use crate::ledger::consent::{base64url, from_base64url};
use serde_json::{Value, json};

/// Payloads that are not of the profile or not an event, each truly signed.
pub(super) fn documents(kit: &Kit) -> Vec<Vector> {
    let good = String::from_utf8(kit.given().payload().unwrap()).unwrap();
    let bent = |name: &str, reason, from: &str, to: &str| {
        let payload = good.replacen(from, to, 1);
        assert_ne!(payload, good, "{name}");
        Vector::invalid(name, reason, kit.package(&[kit.sign(payload.as_bytes())]))
    };
    let profile = |name: &str, from: &str, to: &str| bent(name, Reason::Profile, from, to);
    let fields = |name: &str, from: &str, to: &str| bent(name, Reason::Fields, from, to);
    let hash = &kit.given().notice.unwrap().sha256;
    let notice = &good[good.find("\"notice\"").unwrap()..good.find(",\"prev\"").unwrap()];
    let alone = "\"asked_alone\":true";
    let deep = format!("{alone},\"deep\":{}1{}", "[".repeat(8), "]".repeat(8));
    let long = format!("{alone},\"long\":\"{}\"", "x".repeat(17 * 1024));
    let event = |event: Event| kit.package(&[kit.sign(&event.payload().unwrap())]);
    vec![
        profile("a key twice", alone, &format!("{alone},{alone}")),
        profile("a key twice, once escaped", alone, &format!("{alone},\"\\u0061sked_alone\":true")),
        profile("a float", "\"seq\":1", "\"seq\":1.0"),
        profile("an exponent", "\"seq\":1", "\"seq\":1e0"),
        profile("minus zero", "\"seq\":1", "\"seq\":-0"),
        profile("2^53", "\"seq\":1", "\"seq\":9007199254740992"),
        profile("half a surrogate pair", "\"method\":\"in-person\"", "\"method\":\"\\ud800\""),
        profile("text that is not in NFC", "\"method\":\"in-person\"", "\"method\":\"e\u{301}\""),
        profile("a key in capitals", "\"asked_alone\"", "\"Asked_alone\""),
        profile("nested nine deep", alone, &deep),
        profile("17 KiB", alone, &long),
        profile("something after the end", "\"worker\"", "\"worker\" \"x\""),
        fields("a field that is unknown", alone, &format!("{alone},\"name\":\"x\"")),
        fields("a field that is missing", &format!("{alone},"), ""),
        fields("a version to come", "\"v\":1", "\"v\":2"),
        fields("another type", "\"consent-event\"", "\"consent-events\""),
        fields("a word that is none", "\"event\":\"given\"", "\"event\":\"gave\""),
        fields("yes as text", alone, "\"asked_alone\":\"true\""),
        fields("given without a notice", notice, "\"notice\":null"),
        fields("a time without seconds", "10:02:11Z", "10:02Z"),
        fields("a time with a fraction", "10:02:11Z", "10:02:11.5Z"),
        fields("a time in another zone", "10:02:11Z", "10:02:11+00:00"),
        fields("a day that is not there", "2026-11-22T10:02", "2026-02-30T10:02"),
        fields("a hash in capitals", hash, &hash.to_uppercase()),
        Vector::invalid(
            "expires before not_before",
            Reason::Times,
            event(Event { expires: Some(second("2026-11-22T09:00:00Z")), ..kit.given() }),
        ),
        Vector::invalid(
            "happened after it was recorded",
            Reason::Times,
            event(Event { event_time: Some(second("2026-11-22T10:02:12Z")), ..kit.given() }),
        ),
    ]
}

/// The right event, wrongly signed.
pub(super) fn signatures(kit: &Kit) -> Vec<Vector> {
    let payload = kit.given().payload().unwrap();
    let good = kit.sign(&payload);
    let bent = |name: &str, reason, bend: &dyn Fn(&mut SignedEvent)| {
        let mut event = good.clone();
        bend(&mut event);
        Vector::invalid(name, reason, kit.package(&[event]))
    };
    let text = String::from_utf8(payload.clone()).unwrap();
    // The same fields, the last one first: the same content in other bytes.
    let at = text.find("\"worker\"").unwrap();
    let moved = format!("{{{},{}}}", &text[at..text.len() - 1], &text[1..at - 1]);
    let others: [&Held; 3] = [&kit.other, &kit.agency, &kit.hub];
    let flip = |text: &str, at: usize| {
        let mut bytes = from_base64url(text).unwrap();
        bytes[at] ^= 1;
        base64url(&bytes)
    };
    let mut with_other = kit.plain(&[kit.sign_by(&payload, &others)]);
    with_other.directory.keys[0].entry = kit.other.key.clone();
    let at_method = text.find("in-person").unwrap();
    vec![
        bent("keys in another order, with the old signatures", Reason::Signature, &|event| {
            event.payload = base64url(moved.as_bytes());
        }),
        bent("a space, with the old signatures", Reason::Signature, &|event| {
            event.payload = base64url(text.replacen(':', ": ", 1).as_bytes());
        }),
        bent("one bit of the payload", Reason::Signature, &|event| event.payload = flip(&event.payload, at_method)),
        bent("one bit of a signature", Reason::Signature, &|event| {
            event.signatures[1].signature = flip(&event.signatures[1].signature, 5);
        }),
        bent("two signatures changed places", Reason::Signature, &|event| {
            let [one, two, _] = &mut event.signatures[..] else { panic!("three") };
            std::mem::swap(&mut one.signature, &mut two.signature);
        }),
        bent("a signature that is cut", Reason::Signature, &|event| event.signatures[0].signature.truncate(40)),
        Vector::invalid("signed by another worker", Reason::Signers, serde_json::to_value(with_other).unwrap()),
        bent("the agency's signature is missing", Reason::Signers, &|event| drop(event.signatures.remove(1))),
        bent("no signature at all", Reason::Signers, &|event| event.signatures.clear()),
        bent("the worker twice", Reason::Signers, &|event| event.signatures.push(event.signatures[0].clone())),
        bent("the hub in the agency's place", Reason::Signers, &|event| {
            event.signatures[1] = event.signatures[2].clone()
        }),
        bent("a header in base64 with padding", Reason::Header, &|event| event.signatures[0].protected.push('=')),
        bent("the payload in base64 with padding", Reason::Profile, &|event| event.payload.push('=')),
    ]
}

/// The right event, signed under a header that is not the one form.
pub(super) fn headers(kit: &Kit) -> Vec<Vector> {
    let payload = kit.given().payload().unwrap();
    let dir = version(&kit.signers().map(|held| &held.key));
    let header = |name: &str, head: &str| {
        let header = head.replace("KID", &kit.worker.key.kid).replace("DIR", &dir);
        let mut event = kit.sign(&payload);
        event.signatures[0] = kit.worker.signs(header.as_bytes(), &payload);
        Vector::invalid(name, Reason::Header, kit.package(&[event]))
    };
    vec![
        header(
            "another name in the header",
            r#"{"alg":"EdDSA","dir":"DIR","exp":1,"kid":"KID","typ":"consent-event+jws"}"#,
        ),
        header(
            "crit in the header",
            r#"{"alg":"EdDSA","crit":["b64"],"dir":"DIR","kid":"KID","typ":"consent-event+jws"}"#,
        ),
        header("another typ", r#"{"alg":"EdDSA","dir":"DIR","kid":"KID","typ":"JWT"}"#),
        header("no typ", r#"{"alg":"EdDSA","dir":"DIR","kid":"KID"}"#),
        header("alg none", r#"{"alg":"none","dir":"DIR","kid":"KID","typ":"consent-event+jws"}"#),
        header(
            "alg twice in the header",
            r#"{"alg":"none","alg":"EdDSA","dir":"DIR","kid":"KID","typ":"consent-event+jws"}"#,
        ),
    ]
}

/// Events that are right each for itself.
pub(super) fn chains(kit: &Kit) -> Vec<Vector> {
    let chain = kit.chain(3);
    let first = kit.given();
    let second_of = |bend: &dyn Fn(Event) -> Event| {
        let next = bend(kit.next(&first, &first.payload().unwrap()));
        vec![chain[0].clone(), kit.sign(&next.payload().unwrap())]
    };
    let zeros = "0".repeat(64);
    let forked =
        [second_of(&|event| event), second_of(&|event| Event { asked_alone: false, ..event })[1..].to_vec()].concat();
    let not_first = Event { prev: Some(zeros.clone()), ..first.clone() };
    let bad = |name: &str, events: &[SignedEvent]| Vector::invalid(name, Reason::Chain, kit.package(events));
    vec![
        bad("prev of other bytes", &second_of(&|event| Event { prev: Some(zeros.clone()), ..event })),
        bad("no prev", &second_of(&|event| Event { prev: None, ..event })),
        bad("a first event that has one before it", &[kit.sign(&not_first.payload().unwrap())]),
        bad("a fork: two events after one", &forked),
        bad("the same event twice", &[chain[0].clone(), chain[0].clone()]),
        bad("an event left out", &[chain[0].clone(), chain[2].clone()]),
        bad("events in another order", &[chain[1].clone(), chain[0].clone()]),
        bad("another chain", &second_of(&|event| Event { chain: event.id.clone(), ..event })),
        bad("another subject", &second_of(&|event| Event { subject: "somebody-else".to_owned(), ..event })),
        bad("another case", &second_of(&|event| Event { case: "another".to_owned(), ..event })),
    ]
}

/// An event that is right, with a directory, notice or words that are not.
pub(super) fn surroundings(kit: &Kit) -> Vec<Vector> {
    let good = kit.package(&kit.chain(1));
    let bent = |name: &str, reason, place: &str, value: Value| Vector::invalid(name, reason, put(&good, place, value));
    let value = |package| serde_json::to_value(package).unwrap();
    let ended = |reason: &str| kit.ending(kit.plain(&kit.chain(1)), &kit.hub, "2026-11-22T10:02:11Z", reason);
    let young = Event { recorded: second("2025-12-31T23:59:59Z"), event_time: None, ..kit.given() };
    vec![
        bent(
            "the directory says that the agency held its key",
            Reason::Directory,
            "/directory/keys/1/entry/held_by",
            json!("agency"),
        ),
        bent("the directory gives the key to another", Reason::Signers, "/directory/keys/0/entry/of", json!("u:x")),
        bent("a key under another's name", Reason::Directory, "/directory/keys/0/entry/x", json!(kit.other.key.x)),
        bent(
            "a key that began later than was signed",
            Reason::Directory,
            "/directory/keys/0/entry/from",
            json!("2026-01-02T00:00:00Z"),
        ),
        bent("a key is missing", Reason::Signers, "/directory/keys", json!([])),
        Vector::invalid("an end for a reason that is none", Reason::Directory, value(ended("lost"))),
        Vector::invalid("a key that was replaced before", Reason::KeyDates, value(ended("rotated"))),
        Vector::invalid(
            "signed before the key was there",
            Reason::KeyDates,
            kit.package(&[kit.sign(&young.payload().unwrap())]),
        ),
        bent("other words of the notice", Reason::Notice, "/notices/0/text", json!("You must say yes.")),
        bent("the notice in another language", Reason::Notice, "/notices/0/lang", json!("pl")),
        bent("no notice", Reason::Notice, "/notices", json!([])),
        Vector::invalid(
            "other words than were said",
            Reason::Words,
            kit.package(&[with_words(kit, &WORDS.replace("agreed", "refused"))]),
        ),
        bent(
            "words where none were bound",
            Reason::Words,
            "/events/0/words",
            json!({ "salt": base64url(&[1; 32]), "text": "x" }),
        ),
    ]
}

/// An event that is right, with a proof of the log that is not, or in a file that is none.
pub(super) fn files(kit: &Kit) -> Vec<Vector> {
    let good = kit.package(&kit.chain(1));
    let sealed = kit.sealed(&kit.chain(2));
    let fields = sealed["events"][0]["seal"]["fields"].as_array().unwrap();
    let at = fields.iter().position(|field| field["shown"]["name"] == "at").unwrap();
    let later = put(&sealed, &format!("/events/0/seal/fields/{at}/shown/value"), json!("1900000000000000"));
    let swapped = put(&sealed, "/events/0/seal", sealed["events"][1]["seal"].clone());
    let note = sealed["events"][0]["seal"]["checkpoint"].as_str().unwrap();
    let note = note.replace("vectors.lippen.invalid/log", "another.lippen.invalid/log");
    let unsigned = put(&sealed, "/events/0/seal/checkpoint", json!(note));
    let as_of = kit.as_of(&kit.chain(1), "2027-03-01T09:00:00Z");
    let fields = as_of["as_of"]["fields"].as_array().unwrap();
    let at = fields.iter().position(|field| field["shown"]["name"] == "at").unwrap();
    let put_off = put(&as_of, &format!("/as_of/fields/{at}/shown/value"), json!("1900000000000000"));
    let file = |name: &str, place: &str, value: Value| Vector::invalid(name, Reason::Package, put(&good, place, value));
    vec![
        Vector::invalid("the log's proof of another event", Reason::Seal, swapped).with_log_key(),
        Vector::invalid("the log's time was changed", Reason::Seal, later),
        Vector::invalid("a checkpoint of another log", Reason::Seal, unsigned).with_log_key(),
        Vector::invalid("the time of the export was put off", Reason::Seal, put_off).with_log_key(),
        file("a form to come", "/v", json!(2)),
        file("no events", "/events", json!([])),
        file("something that goes nowhere", "/extra", json!(1)),
    ]
}

/// Returns a file with another value in one place.
fn put(package: &Value, place: &str, value: Value) -> Value {
    let mut package = package.clone();
    let (parent, last) = place.rsplit_once('/').unwrap();
    match package.pointer_mut(parent).unwrap() {
        Value::Array(items) => items[last.parse::<usize>().unwrap()] = value,
        other => other[last] = value,
    }
    package
}
