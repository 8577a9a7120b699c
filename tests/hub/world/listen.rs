//! Somebody who listens to the stream of their alerts (server-sent events).

use http_body_util::{BodyExt, Full};
use hyper::Response;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper::header::CONTENT_TYPE;
use serde_json::Value;
use std::time::Duration;

/// Longer than anything that is going to come takes to come.
const PATIENCE: Duration = Duration::from_secs(90);

/// An alert as the stream tells it.
#[derive(Debug)]
pub(crate) struct Event {
    /// What it is: `alert`, `heartbeat` or `recalled`.
    pub(crate) kind: String,
    /// The place in the stream, for `Last-Event-ID`.
    pub(crate) id: String,
    /// What it says.
    pub(crate) data: Value,
}

/// An open stream.
pub(crate) struct Listening {
    name: String,
    body: Incoming,
    heard: String,
    _connection: SendRequest<Full<Bytes>>,
}

impl Listening {
    pub(super) fn new(name: &str, answer: Response<Incoming>, connection: SendRequest<Full<Bytes>>) -> Self {
        assert_eq!(answer.status().as_u16(), 200, "{name} may listen");
        assert_eq!(answer.headers().get(CONTENT_TYPE).map(|kind| kind.as_bytes()), Some(&b"text/event-stream"[..]));
        Self { name: name.to_owned(), body: answer.into_body(), heard: String::new(), _connection: connection }
    }

    /// Waits for the event about an alert and passes over others.
    pub(crate) async fn hears_of(&mut self, alert: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("{}'s stream ended before {alert}", self.name));
            if event.data["id"] == alert && event.kind == "alert" {
                return event;
            }
        }
    }

    /// Waits until an alert's note is said to have been taken back.
    pub(crate) async fn hears_the_end_of(&mut self, alert: &str) -> Event {
        loop {
            let event = self.next().await.unwrap_or_else(|| panic!("{}'s stream ended before {alert}", self.name));
            if event.data["id"] == alert && event.kind == "recalled" {
                return event;
            }
        }
    }

    /// Waits for the next heartbeat and passes over others.
    pub(crate) async fn hears_a_beat(&mut self) -> Event {
        loop {
            let event = self.any().await.unwrap_or_else(|| panic!("{}'s stream ended before a heartbeat", self.name));
            if event.kind == "heartbeat" {
                return event;
            }
        }
    }

    /// Returns the next event that is no heartbeat, or nothing if the stream ends.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            let event = self.any().await?;
            if event.kind != "heartbeat" {
                return Some(event);
            }
        }
    }

    /// Returns the next event, whatever it is.
    async fn any(&mut self) -> Option<Event> {
        loop {
            while let Some((event, rest)) = self.heard.split_once("\n\n") {
                let (event, rest) = (parse(event), rest.to_owned());
                self.heard = rest;
                if event.is_some() {
                    return event;
                }
            }
            let frame = tokio::time::timeout(PATIENCE, self.body.frame()).await;
            let frame = frame.unwrap_or_else(|_| panic!("{} heard nothing", self.name))?;
            let data = frame.expect("the stream is whole").into_data().unwrap_or_default();
            self.heard.push_str(std::str::from_utf8(&data).expect("text"));
        }
    }

    /// Waits until the stream ends and passes over what comes before.
    pub(crate) async fn ends(mut self) {
        while self.next().await.is_some() {}
    }
}

/// Reads one event; a comment that only says that the stream lives is none.
fn parse(text: &str) -> Option<Event> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let data = serde_json::from_str(field("data:")?).expect("an event's data is JSON");
    let kind = field("event:").expect("an event has a name").to_owned();
    let id = field("id:").map(str::to_owned);
    assert_eq!(id.is_some(), kind == "alert", "an alert has its place, and nothing else has");
    Some(Event { kind, id: id.unwrap_or_default(), data })
}
