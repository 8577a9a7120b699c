//! One event of a chain of consent: the fields that are signed, and nothing that names anybody.
//!
//! Promises: a payload that is taken has exactly these fields, each of its own shape; [`Event::payload`] writes the same
//! bytes for the same event. Must never know: keys, what was said.

use super::json::{self, Flaw, Value};
use crate::ledger::Hash;
use crate::model::consents::ConsentEvent;
use crate::model::time::Second;
use std::collections::BTreeMap;

/// The notice that was given, as it is bound into the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id, such as `notice-en-1`.
    pub id: String,
    /// SHA-256 of its text, in hexadecimal.
    pub sha256: String,
    /// The language of its text, such as `en-GB`.
    pub lang: String,
}

/// One event of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The event's id.
    pub id: String,
    /// The chain: the id of its first event.
    pub chain: String,
    /// Its position in the chain, from 1.
    pub seq: i64,
    /// SHA-256 of the bytes of the event before it, in hexadecimal; none for the first.
    pub prev: Option<String>,
    /// The hub where it was recorded: `hub:` and its short name.
    pub hub: String,
    /// The case.
    pub case: String,
    /// Whose consent: an id of this hub, never a name.
    pub subject: String,
    /// What happened.
    pub event: ConsentEvent,
    /// What kind of consent.
    pub kind: String,
    /// What the sharing stands on: `consent`, or the lawful basis of sharing without it.
    pub basis: String,
    /// Who may be told: `agency:` and a short name each.
    pub recipients: Vec<String>,
    /// What they may be told.
    pub categories: Vec<String>,
    /// For which purposes.
    pub purposes: Vec<String>,
    /// From when on it holds; from its recording if not given.
    pub not_before: Option<Second>,
    /// From when on it no longer holds.
    pub expires: Option<Second>,
    /// The notice that was given; none only where she was not asked.
    pub notice: Option<Notice>,
    /// How it was taken.
    pub method: String,
    /// Whether she was asked alone.
    pub asked_alone: bool,
    /// Who recorded it: `u:` and a seat's id.
    pub worker: String,
    /// For which agency: `agency:` and its short name.
    pub agency: String,
    /// When it was recorded.
    pub recorded: Second,
    /// When it happened, if that was earlier.
    pub event_time: Option<Second>,
    /// The commitment to what was said, if anything was.
    pub free_text_commit: Option<String>,
}

/// Why bytes are not an event.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
pub enum NotAnEvent {
    /// Not a document of the profile.
    #[error("{0}")]
    Profile(#[from] Flaw),
    /// A field is missing, is unknown or has another shape.
    #[error("has not exactly the fields of an event")]
    Fields,
}

impl Event {
    /// Reads the exact bytes that were signed.
    ///
    /// # Errors
    /// [`NotAnEvent`].
    pub fn read(payload: &[u8]) -> Result<Self, NotAnEvent> {
        let Value::Map(fields) = json::read(payload)? else { return Err(NotAnEvent::Fields) };
        Self::of(Fields(fields)).ok_or(NotAnEvent::Fields)
    }

    fn of(mut fields: Fields) -> Option<Self> {
        let of_version = fields.int("v")? == 1 && fields.word("type")? == "consent-event";
        let event = Self {
            id: fields.word("id")?,
            chain: fields.word("chain")?,
            seq: fields.int("seq").filter(|seq| *seq > 0)?,
            prev: fields.maybe("prev", hash)?,
            hub: fields.word("hub")?,
            case: fields.word("case")?,
            subject: fields.word("subject")?,
            event: fields.word("event")?.parse().ok()?,
            kind: fields.word("kind")?,
            basis: fields.word("basis")?,
            recipients: fields.words("recipients")?,
            categories: fields.words("categories")?,
            purposes: fields.words("purposes")?,
            not_before: fields.maybe("not_before", second)?,
            expires: fields.maybe("expires", second)?,
            notice: fields.maybe("notice", notice)?,
            method: fields.word("method")?,
            asked_alone: fields.bool("asked_alone")?,
            worker: fields.word("worker")?,
            agency: fields.word("agency")?,
            recorded: second(fields.take("recorded")?)?,
            event_time: fields.maybe("event_time", second)?,
            free_text_commit: fields.maybe("free_text_commit", hash)?,
        };
        let asked = event.notice.is_some() || event.overrules();
        (of_version && asked && fields.0.is_empty()).then_some(event)
    }

    /// Writes the bytes that are signed.
    ///
    /// # Errors
    /// [`NotAnEvent`] if they would not be read again: too many recipients for 16 KiB.
    pub fn payload(&self) -> Result<Vec<u8>, NotAnEvent> {
        let maybe = |text: Option<String>| text.map_or(Value::Null, Value::Text);
        let list = |words: &[String]| Value::List(words.iter().cloned().map(Value::Text).collect());
        let payload = json::write(&map([
            ("v", Value::Int(1)),
            ("type", text("consent-event")),
            ("id", text(&self.id)),
            ("chain", text(&self.chain)),
            ("seq", Value::Int(self.seq)),
            ("prev", maybe(self.prev.clone())),
            ("hub", text(&self.hub)),
            ("case", text(&self.case)),
            ("subject", text(&self.subject)),
            ("event", text(self.event.as_str())),
            ("kind", text(&self.kind)),
            ("basis", text(&self.basis)),
            ("recipients", list(&self.recipients)),
            ("categories", list(&self.categories)),
            ("purposes", list(&self.purposes)),
            ("not_before", maybe(self.not_before.map(|at| at.to_string()))),
            ("expires", maybe(self.expires.map(|at| at.to_string()))),
            ("notice", self.notice.as_ref().map_or(Value::Null, Notice::value)),
            ("method", text(&self.method)),
            ("asked_alone", Value::Bool(self.asked_alone)),
            ("worker", text(&self.worker)),
            ("agency", text(&self.agency)),
            ("recorded", text(&self.recorded.to_string())),
            ("event_time", maybe(self.event_time.map(|at| at.to_string()))),
            ("free_text_commit", maybe(self.free_text_commit.clone())),
        ]));
        Self::read(&payload).map(|_| payload)
    }

    /// Says whether its own times fit: it was recorded after it happened, and does not end before it begins.
    #[must_use]
    pub fn times_fit(&self) -> bool {
        let happened = self.event_time.is_none_or(|at| at <= self.recorded);
        let lasts = self.not_before.zip(self.expires).is_none_or(|(from, to)| from < to);
        happened && lasts
    }

    /// Says whether it records that something was shared without her consent: then she said nothing in it.
    #[must_use]
    pub fn overrules(&self) -> bool {
        self.event == ConsentEvent::SharedWithoutConsent
    }

    /// Says whether sharing may stand on it at a moment, if nothing came after it in which she said something.
    #[must_use]
    pub fn is_live_at(&self, at: Second) -> bool {
        self.event.is_live() && self.not_before.is_none_or(|from| from <= at) && self.expires.is_none_or(|end| end > at)
    }
}

impl Notice {
    fn value(&self) -> Value {
        map([("id", text(&self.id)), ("lang", text(&self.lang)), ("sha256", text(&self.sha256))])
    }
}

fn notice(value: Value) -> Option<Notice> {
    let Value::Map(fields) = value else { return None };
    let mut fields = Fields(fields);
    let (id, sha256) = (fields.word("id")?, hash(fields.take("sha256")?)?);
    let notice = Notice { id, sha256, lang: lang(fields.take("lang")?)? };
    fields.0.is_empty().then_some(notice)
}

/// Returns what the next event's `prev` says of these bytes.
#[must_use]
pub fn link(payload: &[u8]) -> String {
    Hash::of(&[payload]).to_hex()
}

/// Builds an object.
pub(super) fn map<const N: usize>(fields: [(&str, Value); N]) -> Value {
    Value::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Builds a text.
pub(super) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// The fields of an object, taken out one by one, so that what is left over is unknown.
struct Fields(BTreeMap<String, Value>);

impl Fields {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.0.remove(name)
    }

    fn int(&mut self, name: &str) -> Option<i64> {
        if let Value::Int(number) = self.take(name)? { Some(number) } else { None }
    }

    fn bool(&mut self, name: &str) -> Option<bool> {
        if let Value::Bool(yes) = self.take(name)? { Some(yes) } else { None }
    }

    fn word(&mut self, name: &str) -> Option<String> {
        word(self.take(name)?)
    }

    fn words(&mut self, name: &str) -> Option<Vec<String>> {
        let Value::List(items) = self.take(name)? else { return None };
        items.into_iter().map(word).collect()
    }

    /// Takes a field that must be there and may be null.
    fn maybe<T>(&mut self, name: &str, read: fn(Value) -> Option<T>) -> Option<Option<T>> {
        match self.take(name)? {
            Value::Null => Some(None),
            value => read(value).map(Some),
        }
    }
}

/// An id or a word: 1 to 120 of `a-z`, `0-9`, `:`, `.`, `-`.
fn word(value: Value) -> Option<String> {
    let Value::Text(text) = value else { return None };
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b':' | b'.' | b'-');
    ((1..=120).contains(&text.len()) && text.bytes().all(plain)).then_some(text)
}

/// A language tag: 2 to 35 letters, digits and hyphens.
fn lang(value: Value) -> Option<String> {
    let Value::Text(text) = value else { return None };
    ((2..=35).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')).then_some(text)
}

fn hash(value: Value) -> Option<String> {
    let Value::Text(text) = value else { return None };
    let plain = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    (text.len() == 64 && text.bytes().all(plain)).then_some(text)
}

fn second(value: Value) -> Option<Second> {
    if let Value::Text(text) = value { text.parse().ok() } else { None }
}
