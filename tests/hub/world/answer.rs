//! An answer, and what a test may say of it. A claim that fails prints all of the answer.

use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use hyper::{Response, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Index;

/// Headers that differ from answer to answer whatever is asked.
const OF_THE_MOMENT: [&str; 2] = ["date", "x-request-id"];

/// What somebody was told.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    asked: String,
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body, if it is JSON; else null.
    pub(crate) body: Value,
    /// The body as it came.
    pub(crate) text: String,
}

impl Answer {
    pub(super) fn new(asked: &str, answer: Response<Bytes>) -> Self {
        let (head, body) = answer.into_parts();
        let text = String::from_utf8_lossy(&body).into_owned();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { asked: asked.to_owned(), status: head.status, headers: head.headers, body, text }
    }

    /// Claims a status.
    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{self}");
        self
    }

    /// Claims a problem: RFC 9457, with this status and the last part of its type.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, slug: &str) -> &Self {
        self.is(status);
        assert_eq!(
            self.headers.get(CONTENT_TYPE).map(|kind| kind.as_bytes()),
            Some(&b"application/problem+json"[..]),
            "{self}"
        );
        assert!(self["type"].as_str().is_some_and(|kind| kind.ends_with(slug)), "not {slug}: {self}");
        assert_eq!(self["status"], status, "{self}");
        for name in ["title", "detail", "instance"] {
            assert!(self[name].as_str().is_some_and(|text| !text.is_empty()), "no {name}: {self}");
        }
        self
    }

    /// Claims a problem that names `field`.
    #[track_caller]
    pub(crate) fn blames(&self, field: &str) -> &Self {
        let errors = self["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(errors.iter().any(|error| error["field"] == field), "{field} is not named: {self}");
        self
    }

    /// Claims that these words are nowhere in the answer.
    #[track_caller]
    pub(crate) fn holds_no(&self, words: &str) -> &Self {
        let headers = format!("{:?}", self.headers);
        assert!(!self.text.contains(words) && !headers.contains(words), "it holds {words:?}: {self}");
        self
    }

    /// Claims that nobody could tell this answer from `other`: but for the request's id and the date they are one.
    #[track_caller]
    pub(crate) fn is_the_same_as(&self, other: &Self) -> &Self {
        assert_eq!(self.status, other.status, "{self}\n{other}");
        assert_eq!(lasting(&self.headers), lasting(&other.headers), "{self}\n{other}");
        assert_eq!(self.comparable(), other.comparable(), "{self}\n{other}");
        self
    }

    /// Returns the id of what was made or shown.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        self["id"].as_str().unwrap_or_else(|| panic!("no id: {self}")).to_owned()
    }

    /// Returns the items of a list.
    #[track_caller]
    pub(crate) fn items(&self) -> &[Value] {
        self["items"].as_array().unwrap_or_else(|| panic!("no items: {self}"))
    }

    /// Returns the item of a list with this id.
    pub(crate) fn item(&self, id: &str) -> Option<&Value> {
        self.items().iter().find(|item| item["id"] == id)
    }

    fn comparable(&self) -> Value {
        let mut body = self.body.clone();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("instance");
            fields.remove("receipt");
        }
        if body.is_null() { Value::from(self.text.clone()) } else { body }
    }
}

fn lasting(headers: &HeaderMap) -> BTreeMap<&str, Vec<&[u8]>> {
    let mut lasting: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
    for (name, value) in headers {
        if !OF_THE_MOMENT.contains(&name.as_str()) {
            lasting.entry(name.as_str()).or_default().push(value.as_bytes());
        }
    }
    lasting
}

impl Index<&str> for Answer {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.body[field]
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n{:#?}\n{}", self.asked, self.status, self.headers, self.text)
    }
}
