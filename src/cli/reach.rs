//! How the program's commands reach a running hub: its API over TLS, as a worker, by the hub's own authority and no other.
//!
//! Promises: no token is taken from the command line, where every process of the machine can read it; an answer is bounded.
//! Must never know: what is asked.

use anyhow::{Context, ensure};
use clap::Args;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use zeroize::Zeroizing;

/// Most bytes of an answer: 32 MiB.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Most bytes of a token's file.
const TOKEN_BYTES_MAX: u64 = 16 * 1024;

/// Bytes that are sent at once, between two looks at how far it is.
const PIECE: usize = 64 * 1024;

/// Which hub, and as whom.
#[derive(Debug, Args)]
pub(super) struct Reach {
    /// The hub's address, such as https://hub.example:8443.
    #[arg(long, value_name = "URL", requires = "ca", requires = "token_file")]
    hub: Option<String>,
    /// The certificate of the hub's own authority, PEM: no other is trusted.
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The file that holds your token and that nobody else may read.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The data folder of a demonstration: address, authority and tokens are taken from its demo.json.
    #[arg(long, value_name = "DIR", requires = "cast", conflicts_with_all = ["hub", "ca", "token_file"])]
    demo: Option<PathBuf>,
    /// Which of the demonstration's cast, such as morag.
    #[arg(long = "as", value_name = "NAME")]
    cast: Option<String>,
}

/// A hub that can be asked.
pub(super) struct Hub {
    host: String,
    port: u16,
    token: Zeroizing<String>,
    tls: Arc<ClientConfig>,
}

/// An answer.
pub(super) struct Answer {
    /// Its status.
    pub(super) status: u16,
    /// Its body.
    pub(super) body: Vec<u8>,
}

impl Answer {
    /// Returns the body as JSON.
    pub(super) fn json(&self) -> anyhow::Result<Value> {
        serde_json::from_slice(&self.body).context("the hub's answer is not JSON")
    }

    /// Says in words why the hub refused.
    pub(super) fn refusal(&self) -> String {
        let body = self.json().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut said = format!("{} ({}). {}", text(&body["title"]), self.status, text(&body["detail"]));
        for error in body["errors"].as_array().into_iter().flatten() {
            said.push_str(&format!("\n  {}: {}", text(&error["field"]), text(&error["say"])));
        }
        said
    }
}

impl Reach {
    /// Says whether a hub was named at all; if not, says how, for standard error.
    pub(super) fn usage(&self) -> Option<&'static str> {
        let given = self.hub.is_some() || self.demo.is_some();
        (!given).then_some("say which hub: --hub, --ca and --token-file, or --demo and --as")
    }

    /// Reads what is needed to reach the hub.
    pub(super) fn hub(&self) -> anyhow::Result<Hub> {
        let (url, ca, token) = match (&self.demo, &self.hub, &self.ca, &self.token_file) {
            (Some(folder), ..) => from_demo(folder, self.cast.as_deref().unwrap_or_default())?,
            (None, Some(url), Some(ca), Some(file)) => (url.clone(), ca.clone(), token(file)?),
            _ => anyhow::bail!("say which hub: --hub, --ca and --token-file, or --demo and --as"),
        };
        let address = url.strip_prefix("https://").context("the hub's address must begin with https://")?;
        let address = address.trim_end_matches('/');
        let (host, port) = match address.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())) {
            Some((host, port)) => (host, port.parse().context("the hub's address has no such port")?),
            None => (address, 443),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Hub { host, port, token, tls: trusting(&ca)? })
    }
}

/// Returns how a client speaks that trusts the authority in this file and nobody else.
pub(super) fn trusting(ca: &Path) -> anyhow::Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    for one in CertificateDer::pem_file_iter(ca).context("the authority's certificate cannot be read")? {
        roots.add(one.context("the authority's certificate is no certificate in PEM")?)?;
    }
    ensure!(!roots.is_empty(), "the authority's file holds no certificate");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut tls = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_root_certificates(roots)
        .with_no_client_auth();
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(tls))
}

/// Reads a token from a file that only its owner may read.
fn token(file: &Path) -> anyhow::Result<Zeroizing<String>> {
    let about = std::fs::metadata(file).context("the token's file cannot be read")?;
    ensure!(about.len() <= TOKEN_BYTES_MAX, "the token's file is too long to hold a token");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        ensure!(about.permissions().mode() & 0o077 == 0, "others can read the token's file: chmod 600 it first");
    }
    let text = Zeroizing::new(std::fs::read_to_string(file).context("the token's file cannot be read")?);
    tidy(text.trim())
}

fn tidy(token: &str) -> anyhow::Result<Zeroizing<String>> {
    let fits = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
    ensure!(fits, "the token's file must hold one token and nothing else");
    Ok(Zeroizing::new(token.to_owned()))
}

/// Takes address, authority and token from a demonstration's folder.
fn from_demo(folder: &Path, name: &str) -> anyhow::Result<(String, PathBuf, Zeroizing<String>)> {
    let text = Zeroizing::new(std::fs::read(folder.join("demo.json")).context("the folder has no demo.json")?);
    let manifest: Value = serde_json::from_slice(&text).context("demo.json is not JSON")?;
    let link = format!("?as={name}");
    let mut cast = manifest["workers"].as_array().into_iter().flatten();
    let worker = cast.find(|one| one["sign_in"].as_str().is_some_and(|sign_in| sign_in.ends_with(&link)));
    let worker = worker.context("nobody of the cast has the name that --as gives")?;
    let text = |value: &Value| value.as_str().map(str::to_owned).context("demo.json is not of a demonstration");
    Ok((text(&manifest["base_url"])?, folder.join(text(&manifest["ca"])?), tidy(&text(&worker["token"])?)?))
}

/// Nothing of a question left this machine.
#[derive(Debug, thiserror::Error)]
#[error("the hub cannot be reached: nothing was sent")]
pub(super) struct NotSent;

impl Hub {
    /// Asks for something.
    pub(super) async fn get(&self, path: &str) -> anyhow::Result<Answer> {
        self.ask("GET", path, None, b"", |_| ()).await
    }

    /// Sends JSON, with a key under which it is done once; `sent` hears how many bytes are on their way.
    pub(super) async fn post(
        &self,
        path: &str,
        key: &str,
        body: &[u8],
        sent: impl FnMut(usize),
    ) -> anyhow::Result<Answer> {
        self.ask("POST", path, Some(key), body, sent).await
    }

    async fn ask(
        &self,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: &[u8],
        mut sent: impl FnMut(usize),
    ) -> anyhow::Result<Answer> {
        let mut stream = self.connect().await.context(NotSent)?;
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let mut head = Zeroizing::new(format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}:{}\r\nauthorization: Bearer {}\r\nconnection: close\r\n",
            self.port, *self.token
        ));
        if let Some(key) = key {
            head.push_str(&format!("content-type: application/json\r\nidempotency-key: {key}\r\n"));
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).await?;
        for piece in body.chunks(PIECE) {
            // A hub that refuses answers before it has read all: its words are worth more than the error of writing.
            if stream.write_all(piece).await.is_err() {
                break;
            }
            sent(piece.len());
        }
        let _ = stream.flush().await;
        let mut answer = Vec::new();
        // A hub that closes without a farewell has still said what it said.
        let read = (&mut stream).take(ANSWER_BYTES_MAX as u64 + 1).read_to_end(&mut answer).await;
        ensure!(answer.len() <= ANSWER_BYTES_MAX, "the hub's answer is too long");
        parse(&answer).context(if read.is_err() { "the connection broke" } else { "the hub's answer is not HTTP/1.1" })
    }

    async fn connect(&self) -> anyhow::Result<TlsStream<TcpStream>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port)).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::try_from(self.host.clone()).context("the hub's address names no host")?;
        Ok(TlsConnector::from(self.tls.clone()).connect(name, stream).await?)
    }
}

/// Reads a whole answer: its status, and its body by length or in chunks.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = (std::str::from_utf8(&bytes[..end]).ok()?, &bytes[end + 4..]);
    let status = head.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()?;
    let named = |name: &str| {
        let found = head.lines().skip(1).filter_map(|line| line.split_once(':'));
        found.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
    };
    let body = match (named("content-length"), named("transfer-encoding")) {
        (Some(length), _) => rest.get(..length.parse().ok()?)?.to_vec(),
        (None, Some("chunked")) => chunks(rest)?,
        _ => rest.to_vec(),
    };
    Some(Answer { status, body })
}

fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|two| two == b"\r\n")?;
        let length = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        if length == 0 {
            return Some(body);
        }
        let from = line + 2;
        body.extend_from_slice(rest.get(from..from.checked_add(length)?)?);
        rest = rest.get(from + length + 2..)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_length_and_in_chunks() {
        let answer = parse(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"{}".as_slice()));
        let chunked = b"HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1\r\nd\r\n0\r\n\r\n";
        assert_eq!(parse(chunked).map(|answer| (answer.status, answer.body)), Some((404, b"abcd".to_vec())));
    }

    #[test]
    fn an_answer_that_was_cut_off_is_none() {
        for cut in [
            "",
            "HTTP/1.1 200 OK\r\n",
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc",
            "SSH-2.0-x\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nabc",
        ] {
            assert!(parse(cut.as_bytes()).is_none(), "{cut:?}");
        }
    }

    #[test]
    fn a_token_is_one_word() {
        assert!(tidy("ey.J.x").is_ok());
        for bad in ["", "two words", "line\nfeed", "ü"] {
            assert!(tidy(bad).is_err(), "{bad:?}");
        }
    }
}
