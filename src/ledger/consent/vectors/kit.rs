//! What the examples are made of: fixed keys, a chain of events, a small log.

use crate::ledger::consent::directory::{BY_KEY, End, Handover, Key, ROTATED, hands_over, version};
use crate::ledger::consent::event::{Event, Notice, link};
use crate::ledger::consent::jws::{Header, Signature, signing_input, thumbprint};
use crate::ledger::consent::package::{Directory, Listed, NoticeText, Package, Seal, SignedEvent};
use crate::ledger::consent::seal::SIGNED;
use crate::ledger::consent::{NOT_SHOWN, base64url, from_base64url};
use crate::ledger::note::{Checkpoint, Signer as LogSigner};
use crate::ledger::{Hash, leaf, tree};
use crate::model::consents::ConsentEvent;
use crate::model::time::Second;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;

/// The head of an Ed25519 private key in PKCS #8; 32 bytes of seed follow.
const PKCS8_HEAD: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
const LOG: &str = "vectors.lippen.invalid/log";
pub(super) const WORDS: &str = "Made-up words: she agreed at the office, and asked that nobody ring her at home.";
pub(super) const SALT: [u8; 32] = [7; 32];
pub(super) const NOTICE: &str = "A made-up notice. You can say no. You can change your mind at any time.\n";

/// A key with its private part.
pub(super) struct Held {
    pub(super) pair: Ed25519KeyPair,
    pub(super) key: Key,
}

impl Held {
    fn new(seed: u8, of: &str) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
        let (kid, x) = (thumbprint(&public), base64url(&public));
        let from = second("2026-01-01T00:00:00Z");
        Self { pair, key: Key { kid, of: of.to_owned(), x, held_by: "hub".to_owned(), from } }
    }

    /// Signs with a header of one's own.
    pub(super) fn signs(&self, header: &[u8], payload: &[u8]) -> Signature {
        let protected = base64url(header);
        let signature = base64url(self.pair.sign(&signing_input(&protected, payload)).as_ref());
        Signature { protected, signature }
    }
}

pub(super) fn second(text: &str) -> Second {
    text.parse().unwrap()
}

/// Everybody who signs, and a stranger of the same agency.
pub(super) struct Kit {
    pub(super) worker: Held,
    pub(super) agency: Held,
    pub(super) hub: Held,
    pub(super) other: Held,
    log: LogSigner,
}

impl Kit {
    pub(super) fn new() -> Self {
        let log = |seed: u8| LogSigner::from_pkcs8(LOG, &[&PKCS8_HEAD[..], &[seed; 32]].concat()).unwrap();
        Self {
            worker: Held::new(1, "u:5d1e0f3a-6f0b-4c59-9a53-0d6f1f3c7a11"),
            agency: Held::new(2, "agency:made-up-womens-service"),
            hub: Held::new(3, "hub:vectors"),
            other: Held::new(4, "u:0a9b8c7d-6e5f-4a3b-8c2d-1e0f9a8b7c66"),
            log: log(9),
        }
    }

    pub(super) fn log_key(&self) -> String {
        self.log.vkey()
    }

    pub(super) fn signers(&self) -> [&Held; 3] {
        [&self.worker, &self.agency, &self.hub]
    }

    /// The first event: she agrees that police are told what she says.
    pub(super) fn given(&self) -> Event {
        let id = "4b5c6d7e-8f90-4a1b-9c2d-3e4f5a6b7cbb".to_owned();
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Event {
            chain: id.clone(),
            id,
            seq: 1,
            prev: None,
            hub: self.hub.key.of.clone(),
            case: "7e3d9b10-2c5f-4a86-9d47-f1b0c8e2a555".to_owned(),
            subject: "c2a9e5d1-7b34-4f68-a0c9-3e1d5b7f8644".to_owned(),
            event: ConsentEvent::Given,
            kind: "womens-service".to_owned(),
            basis: "consent".to_owned(),
            recipients: words(&["agency:health-board", "agency:police-scotland"]),
            categories: words(&["protected-account"]),
            purposes: words(&["victim-safety"]),
            not_before: Some(second("2026-11-22T10:00:00Z")),
            expires: Some(second("2027-02-23T00:00:00Z")),
            notice: Some(Notice {
                id: "notice-en-1".to_owned(),
                sha256: Hash::of(&[NOTICE.as_bytes()]).to_hex(),
                lang: "en-GB".to_owned(),
            }),
            method: "in-person".to_owned(),
            asked_alone: true,
            worker: self.worker.key.of.clone(),
            agency: self.agency.key.of.clone(),
            recorded: second("2026-11-22T10:02:11Z"),
            event_time: Some(second("2026-11-22T09:50:00Z")),
            free_text_commit: None,
        }
    }

    /// The events that follow it: she narrows it, she takes it back.
    pub(super) fn next(&self, before: &Event, payload: &[u8]) -> Event {
        let (id, event, recorded) = match before.seq {
            1 => ("6d7e8f90-a1b2-4c3d-8e4f-5a6b7c8d9ecc", ConsentEvent::Limited, "2026-11-22T11:00:00Z"),
            _ => ("8f90a1b2-c3d4-4e5f-9a6b-7c8d9eafb0dd", ConsentEvent::Withdrawn, "2026-11-22T12:00:00Z"),
        };
        let recipients = match event {
            ConsentEvent::Limited => vec!["agency:police-scotland".to_owned()],
            _ => Vec::new(),
        };
        let (categories, purposes) = match event {
            ConsentEvent::Limited => (before.categories.clone(), before.purposes.clone()),
            _ => (Vec::new(), Vec::new()),
        };
        let (seq, prev) = (before.seq + 1, Some(link(payload)));
        Event {
            id: id.to_owned(),
            seq,
            prev,
            event,
            recipients,
            categories,
            purposes,
            recorded: second(recorded),
            event_time: None,
            ..before.clone()
        }
    }

    /// Signs bytes as they are, in the name of the right three.
    pub(super) fn sign(&self, payload: &[u8]) -> SignedEvent {
        self.sign_by(payload, &self.signers())
    }

    pub(super) fn sign_by(&self, payload: &[u8], signers: &[&Held]) -> SignedEvent {
        let dir = version(&signers.iter().map(|held| &held.key).collect::<Vec<_>>());
        let sign = |held: &&Held| {
            let protected = Header { kid: held.key.kid.clone(), dir: dir.clone() }.protected();
            held.signs(&from_base64url(&protected).unwrap(), payload)
        };
        let signatures = signers.iter().map(sign).collect();
        SignedEvent { payload: base64url(payload), signatures, words: None, seal: None }
    }

    /// The first `count` events, signed.
    pub(super) fn chain(&self, count: usize) -> Vec<SignedEvent> {
        self.chain_of(self.given(), count)
    }

    pub(super) fn chain_of(&self, first: Event, count: usize) -> Vec<SignedEvent> {
        let (mut event, mut signed) = (first, Vec::new());
        for _ in 0..count {
            let payload = event.payload().unwrap();
            signed.push(self.sign(&payload));
            event = self.next(&event, &payload);
        }
        signed
    }

    pub(super) fn package(&self, events: &[SignedEvent]) -> Value {
        serde_json::to_value(self.plain(events)).unwrap()
    }

    /// A file with the right directory and the notice.
    pub(super) fn plain(&self, events: &[SignedEvent]) -> Package {
        let keys = self.signers().map(|held| Listed { entry: held.key.clone(), seal: None }).to_vec();
        let (id, lang, text) = ("notice-en-1".to_owned(), "en-GB".to_owned(), NOTICE.to_owned());
        Package {
            v: 1,
            kind: "consent-record".to_owned(),
            say: vec![NOT_SHOWN.to_owned()],
            events: events.to_vec(),
            directory: Directory { keys, ends: Vec::new(), handovers: Vec::new() },
            notices: vec![NoticeText { id, lang, sha256: Hash::of(&[NOTICE.as_bytes()]).to_hex(), text }],
            as_of: None,
            receipt: None,
        }
    }

    /// The same, with everything proved by a log that had come to a moment when it was exported.
    pub(super) fn as_of(&self, events: &[SignedEvent], at: &str) -> Value {
        serde_json::to_value(self.seal_as_of(self.plain(events), Some(second(at)))).unwrap()
    }

    /// The first two events, the second signed with the worker's next key; how that key came is for `by` to say: the old
    /// key, or whoever is named.
    pub(super) fn handed_over(&self, by: impl FnOnce(&End, &Key) -> Handover) -> Package {
        let at = second("2026-11-22T10:30:00Z");
        let mut next = Held::new(5, &self.worker.key.of);
        next.key.from = at;
        let first = self.given();
        let second_of = self.next(&first, &first.payload().unwrap()).payload().unwrap();
        let events =
            [self.sign(&first.payload().unwrap()), self.sign_by(&second_of, &[&next, &self.agency, &self.hub])];
        let mut package = self.ending(self.plain(&events), &self.worker, "2026-11-22T10:30:00Z", ROTATED);
        let entry = by(&package.directory.ends[0].entry, &next.key);
        package.directory.handovers.push(Listed { entry, seal: None });
        package.directory.keys.push(Listed { entry: next.key, seal: None });
        package
    }

    /// A handover that somebody signs over.
    pub(super) fn signed_over(&self, by: &Held, end: &End, new: &Key) -> Handover {
        let signature = Some(base64url(by.pair.sign(&hands_over(end, new)).as_ref()));
        Handover { old: self.worker.key.kid.clone(), new: new.kid.clone(), by: BY_KEY.to_owned(), signature }
    }

    /// The same, with everything proved by a log whose entries were made a second after the events.
    pub(super) fn sealed(&self, events: &[SignedEvent]) -> Value {
        serde_json::to_value(self.seal(self.plain(events))).unwrap()
    }

    pub(super) fn seal(&self, package: Package) -> Package {
        self.seal_as_of(package, None)
    }

    fn seal_as_of(&self, mut package: Package, as_of: Option<Second>) -> Package {
        let Directory { keys, ends, handovers } = &package.directory;
        let mut entries: Vec<(String, i64)> =
            keys.iter().map(|key| (key.entry.digest(), micros(key.entry.from))).collect();
        entries.extend(ends.iter().map(|end| (end.entry.digest(), micros(end.entry.at))));
        entries.extend(handovers.iter().map(|one| (one.entry.digest(), micros(second("2026-11-22T10:02:11Z")))));
        entries.extend(package.events.iter().map(|event| {
            let payload = from_base64url(&event.payload).unwrap();
            (link(&payload), Event::read(&payload).map_or(0, |event| micros(event.recorded) + 1_000_000))
        }));
        entries.extend(as_of.map(|at| (String::new(), micros(at))));
        let mut seals = self.log_of(&entries).into_iter();
        package.directory.keys.iter_mut().for_each(|key| key.seal = seals.next());
        package.directory.ends.iter_mut().for_each(|end| end.seal = seals.next());
        package.directory.handovers.iter_mut().for_each(|one| one.seal = seals.next());
        package.events.iter_mut().for_each(|event| event.seal = seals.next());
        package.as_of = seals.next();
        package
    }

    fn log_of(&self, entries: &[(String, i64)]) -> Vec<Seal> {
        let fields = |(digest, at): &(String, i64)| -> leaf::Fields {
            let fields =
                [("at", at.to_string()), ("case", "-".to_owned()), (SIGNED, digest.clone()), ("v", "1".to_owned())];
            // An export's own entry signs nothing.
            let fields = fields.into_iter().filter(|(name, value)| *name != SIGNED || !value.is_empty());
            fields.map(|(name, value)| (name.to_owned(), value)).collect()
        };
        let salt = [8; 32];
        let leaf = |entry| tree::leaf_hash(&leaf::leaf(leaf::commitment(&salt, &fields(entry))));
        let leaves: Vec<Hash> = entries.iter().map(leaf).collect();
        let size = leaves.len() as u64;
        let checkpoint = Checkpoint { origin: LOG.to_owned(), size, root: root(&leaves) };
        let note = self.log.sign(&checkpoint).unwrap();
        let seal = |(index, entry): (usize, &(String, i64))| {
            Seal::of(index as u64, size, &salt, &fields(entry), &path(index, &leaves), note.clone())
        };
        entries.iter().enumerate().map(seal).collect()
    }

    /// Ends a key in a file.
    pub(super) fn ending(&self, package: Package, held: &Held, at: &str, reason: &str) -> Package {
        let mut package = package;
        let end = End { kid: held.key.kid.clone(), at: second(at), reason: reason.to_owned() };
        package.directory.ends.push(Listed { entry: end, seal: None });
        package
    }
}

fn micros(at: Second) -> i64 {
    at.moment().micros()
}

/// RFC 6962, section 2.1, as it is written there.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of(&[]),
        [one] => *one,
        more => {
            let (left, right) = more.split_at(half(more.len()));
            tree::node_hash(root(left), root(right))
        }
    }
}

fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() < 2 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut path, sibling) = if index < left.len() {
        (path(index, left), root(right))
    } else {
        (path(index - left.len(), right), root(left))
    };
    path.push(sibling);
    path
}

fn half(len: usize) -> usize {
    len.next_power_of_two() / 2
}
