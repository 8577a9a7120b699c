//! A client that costs little: HTTP/1.1 over TLS, kept alive, its requests written by hand.
//!
//! Load and hub share one machine, so every microsecond that the client takes is taken from
//! the hub. It understands what this hub answers and nothing more.
//! Must never know: what is measured.

use anyhow::Context;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// One connection that stays open.
pub(super) struct Connection {
    stream: TlsStream<TcpStream>,
    /// What has arrived and was not yet taken.
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects and shakes hands.
    pub(super) async fn open(to: SocketAddr, tls: &Arc<ClientConfig>) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(to).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::IpAddress(to.ip().into());
        let stream = TlsConnector::from(tls.clone()).connect(name, stream).await?;
        Ok(Self { stream, buffer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends one request and returns the status and the body of its answer.
    pub(super) async fn ask(&mut self, request: &[u8]) -> anyhow::Result<(u16, Vec<u8>)> {
        self.send(request).await?;
        let head = self.head().await?;
        let length = head.length.context("an answer without a length")?;
        while self.buffer.len() < length {
            self.more().await?;
        }
        Ok((head.status, self.buffer.drain(..length).collect()))
    }

    /// Sends one request and leaves its answer open, to be read with [`Connection::chunk`].
    pub(super) async fn listen(&mut self, request: &[u8]) -> anyhow::Result<u16> {
        self.send(request).await?;
        Ok(self.head().await?.status)
    }

    /// Returns the next chunk of an open answer.
    pub(super) async fn chunk(&mut self) -> anyhow::Result<Vec<u8>> {
        let line = self.up_to(b"\r\n").await?;
        let length =
            usize::from_str_radix(std::str::from_utf8(&line)?.trim(), 16).context("a chunk without a length")?;
        while self.buffer.len() < length + 2 {
            self.more().await?;
        }
        let mut chunk: Vec<u8> = self.buffer.drain(..length + 2).collect();
        chunk.truncate(length);
        Ok(chunk)
    }

    async fn send(&mut self, request: &[u8]) -> anyhow::Result<()> {
        self.stream.write_all(request).await?;
        Ok(self.stream.flush().await?)
    }

    async fn head(&mut self) -> anyhow::Result<Head> {
        let head = self.up_to(b"\r\n\r\n").await?;
        Head::parse(&head).context("an answer that is not HTTP/1.1")
    }

    /// Takes everything up to and with `end`.
    async fn up_to(&mut self, end: &[u8]) -> anyhow::Result<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.windows(end.len()).position(|window| window == end) {
                return Ok(self.buffer.drain(..at + end.len()).collect());
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> anyhow::Result<()> {
        let read = self.stream.read_buf(&mut self.buffer).await?;
        anyhow::ensure!(read > 0, "the hub closed a connection");
        Ok(())
    }
}

/// What the first lines of an answer say.
struct Head {
    status: u16,
    length: Option<usize>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let status = text.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
        let named = |line: &str| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        };
        Some(Self { status, length: text.lines().find_map(named) })
    }
}

/// Writes a GET with a token, or without one where nobody asks for it.
pub(super) fn get(host: SocketAddr, path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// Writes a POST of JSON with a token.
pub(super) fn post(host: SocketAddr, path: &str, token: &str, body: &serde_json::Value) -> Vec<u8> {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}
