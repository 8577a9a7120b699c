//! One worker's connection to the hub, which may break off at any byte: then an error, never a panic.
//!
//! The world's client is for hubs that live; this one is for hubs that are killed.

use rustls_pki_types::ServerName;
use serde_json::{Value, json};
use std::io::{Error, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, StreamOwned};

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The status.
    pub(crate) status: u16,
    /// The headers, in lower case.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Returns the body as JSON; null if it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// Returns the body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A worker with a connection.
pub(crate) struct Wire {
    address: String,
    tls: Arc<ClientConfig>,
    token: String,
    stream: Option<Stream>,
}

impl Wire {
    /// Returns a worker who shows `token`.
    pub(crate) const fn new(address: String, tls: Arc<ClientConfig>, token: String) -> Self {
        Self { address, tls, token, stream: None }
    }

    /// Returns the same connection with another token.
    pub(super) fn with_token(mut self, token: &str) -> Self {
        token.clone_into(&mut self.token);
        self
    }

    /// Asks for something under `/api/v1/`.
    pub(crate) fn get(&mut self, what: &str) -> Result<Answer, Error> {
        self.ask("GET", &format!("/api/v1/{what}"), "", "")
    }

    /// Sends something under `/api/v1/`.
    pub(crate) fn post(&mut self, what: &str, body: &Value) -> Result<Answer, Error> {
        self.ask("POST", &format!("/api/v1/{what}"), "", &body.to_string())
    }

    /// Sends something under `/api/v1/` that may come twice under this key.
    pub(crate) fn post_once(&mut self, what: &str, key: &str, body: &Value) -> Result<Answer, Error> {
        self.ask("POST", &format!("/api/v1/{what}"), &format!("idempotency-key: {key}\r\n"), &body.to_string())
    }

    /// Sends any request: method, path, more headers with their line ends, body as it is.
    pub(crate) fn ask(&mut self, method: &str, path: &str, more: &str, body: &str) -> Result<Answer, Error> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect()?,
        };
        let mut request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\ncontent-length: {}\r\n{more}",
            self.address,
            self.token,
            body.len()
        );
        if !body.is_empty() {
            request += "content-type: application/json\r\n";
        }
        stream.write_all((request + "\r\n" + body).as_bytes())?;
        stream.flush()?;
        let answer = read(&mut stream)?;
        if !answer.head.contains("\r\nconnection: close") {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    fn connect(&self) -> Result<Stream, Error> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from("127.0.0.1").expect("an address is a name");
        let session = ClientConnection::new(self.tls.clone(), name).map_err(Error::other)?;
        Ok(StreamOwned::new(session, stream))
    }
}

/// Reads one answer to its last byte.
fn read(stream: &mut impl Read) -> Result<Answer, Error> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    let broken = || Error::from(ErrorKind::InvalidData);
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(broken)?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.map_or(Some(0), |length| length.trim().parse().ok()).ok_or_else(broken)?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Answer { status, head, body })
}

/// Asks for a page without TLS, as operators do on this machine.
pub(super) fn plain(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).expect("it reads");
    let mut said = String::new();
    stream.read_to_string(&mut said).expect("text");
    said
}

/// Returns a risk note about a woman, as `morag` may write it, with these words.
pub(crate) fn note(about: &Value, text: &str) -> Value {
    json!({
        "kind": "assessment", "category": "risk-assessment", "about": about, "text": text, "sources": ["telephone call"],
        "handling": {
            "share": "P", "conditions": null, "onward": "ask-originator", "use_with_man": "never",
            "action_on": "free", "attributable": true,
        },
    })
}
