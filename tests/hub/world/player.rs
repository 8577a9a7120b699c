//! A member of the cast: somebody who can make requests, and nothing else.

use super::{Answer, Client, Listening};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST};
use hyper::{Request, Response};
use serde_json::Value;
use std::sync::Arc;

/// Somebody who asks.
#[derive(Clone)]
pub(crate) struct Player {
    /// Who, for what a failing test prints.
    pub(crate) name: String,
    token: Option<String>,
    client: Arc<Client>,
}

impl Player {
    pub(super) fn new(name: &str, token: Option<String>, client: Arc<Client>) -> Self {
        Self { name: name.to_owned(), token, client }
    }

    /// Asks for something.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], Bytes::new()).await
    }

    /// Sends JSON.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.post_text(path, &body.to_string()).await
    }

    /// Sends JSON with an idempotency key.
    pub(crate) async fn post_once(&self, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("content-type", "application/json"), ("idempotency-key", key)];
        self.send("POST", path, &headers, body.to_string().into()).await
    }

    /// Sends what claims to be JSON, as it stands.
    pub(crate) async fn post_text(&self, path: &str, body: &str) -> Answer {
        self.send("POST", path, &[(CONTENT_TYPE.as_str(), "application/json")], body.to_owned().into()).await
    }

    /// Sends anything.
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Bytes) -> Answer {
        let answer = self.client.send(self.request(method, path, headers, body)).await;
        Answer::new(&format!("{} asks {method} {path}", self.name), answer)
    }

    /// Opens the stream of alerts, after the event with id `last` if given.
    pub(crate) async fn listen(&self, last: Option<&str>) -> Listening {
        let headers: Vec<_> = last.map(|id| ("last-event-id", id)).into_iter().collect();
        let request = self.request("GET", "/api/v1/alerts/stream", &headers, Bytes::new());
        let (answer, connection) = self.client.open(request).await;
        Listening::new(&self.name, answer, connection)
    }

    /// Asks for something that never ends, and takes the beginning of the answer.
    pub(crate) async fn begins(&self, path: &str) -> Answer {
        let (answer, _connection) = self.client.open(self.request("GET", path, &[], Bytes::new())).await;
        let (head, body) = answer.into_parts();
        let whole =
            if head.status.is_success() { Bytes::new() } else { body.collect().await.expect("a body").to_bytes() };
        Answer::new(&format!("{} asks GET {path}", self.name), Response::from_parts(head, whole))
    }

    fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri(path).header(HOST, self.client.address());
        if let Some(token) = &self.token {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(Full::new(body)).expect("a request")
    }
}
