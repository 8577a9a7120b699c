//! Peers outside the hub that do what real ones do on bad days: they take, hang, refuse, and cut the line behind the last byte.

use crate::patience::until;
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufStream};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// What a peer does with what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// Takes it, and says so.
    Takes,
    /// Takes it, and cuts the line before it says so.
    Cuts,
    /// Says nothing for longer than anybody waits.
    Hangs,
    /// Says that it cannot, just now: 451 or 500.
    Refuses,
    /// Wants nothing more: 410.
    Gone,
    /// Sends it elsewhere: 302.
    Redirects,
}

/// A peer: its mood, and every byte that it was sent, one text for each message.
#[derive(Clone)]
pub(crate) struct Peer {
    pub(crate) at: SocketAddr,
    mood: Arc<Mutex<Mood>>,
    got: Arc<Mutex<Vec<String>>>,
}

impl Peer {
    fn new(at: SocketAddr) -> Self {
        Self { at, mood: Arc::new(Mutex::new(Mood::Takes)), got: Arc::default() }
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().expect("nobody panics with it") = mood;
    }

    fn mood(&self) -> Mood {
        *self.mood.lock().expect("nobody panics with it")
    }

    /// Returns what it was sent so far, taken or not.
    pub(crate) fn got(&self) -> Vec<String> {
        self.got.lock().expect("nobody panics with it").clone()
    }

    /// Waits until it was sent so many messages in all, and no more.
    pub(crate) async fn gets(&self, count: usize) -> Vec<String> {
        until(format_args!("{count} messages came"), async || (self.got().len() >= count).then_some(())).await;
        tokio::time::sleep(Duration::from_millis(1_200)).await;
        let got = self.got();
        assert_eq!(got.len(), count, "{got:#?}");
        got
    }

    fn keep(&self, text: String) {
        self.got.lock().expect("nobody panics with it").push(text);
    }

    /// A relay on a port that was taken before.
    #[expect(clippy::disallowed_methods, reason = "a peer's tasks end with the world's runtime")]
    pub(crate) fn relay(listener: std::net::TcpListener) -> Self {
        let peer = Self::new(listener.local_addr().expect("an address"));
        listener.set_nonblocking(true).expect("a socket");
        let (listener, here) = (TcpListener::from_std(listener).expect("a socket"), peer.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let here = here.clone();
                tokio::spawn(async move { here.speaks_smtp(BufStream::new(stream)).await });
            }
        });
        peer
    }

    /// A system with a certificate of the demonstration's authority.
    #[expect(clippy::disallowed_methods, reason = "a peer's tasks end with the world's runtime")]
    pub(crate) async fn system(data: &Path) -> Self {
        let chain = CertificateDer::pem_file_iter(data.join("certs/server.pem")).expect("a certificate");
        let chain = chain.collect::<Result<Vec<_>, _>>().expect("certificates");
        let key = PrivateKeyDer::from_pem_file(data.join("certs/server.key")).expect("a key");
        let config =
            ServerConfig::builder_with_provider(Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider()))
                .with_safe_default_protocol_versions()
                .expect("versions")
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .expect("a certificate that fits its key");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let peer = Self::new(listener.local_addr().expect("an address"));
        let here = peer.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (here, acceptor) = (here.clone(), acceptor.clone());
                tokio::spawn(async move {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        here.speaks_http(BufStream::new(stream)).await;
                    }
                });
            }
        });
        peer
    }

    async fn speaks_smtp(&self, mut stream: BufStream<impl AsyncRead + AsyncWrite + Unpin>) -> Option<()> {
        say(&mut stream, "220 relay.invalid").await?;
        let (mut text, mut line) = (String::new(), String::new());
        loop {
            line.clear();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            match line.get(..4).map(str::to_ascii_uppercase).as_deref() {
                Some("EHLO") => say(&mut stream, "250 relay.invalid").await?,
                Some("DATA") => {
                    say(&mut stream, "354 go on").await?;
                    text.push_str("\r\n");
                    loop {
                        line.clear();
                        if stream.read_line(&mut line).await.ok()? == 0 {
                            return None;
                        }
                        if line == ".\r\n" {
                            break;
                        }
                        text.push_str(&line);
                    }
                    self.keep(std::mem::take(&mut text));
                    match self.mood() {
                        Mood::Cuts => return None,
                        Mood::Hangs => tokio::time::sleep(Duration::from_secs(60)).await,
                        Mood::Takes => say(&mut stream, "250 taken").await?,
                        _ => say(&mut stream, "451 not now").await?,
                    }
                }
                Some("QUIT") => return say(&mut stream, "221 bye").await,
                _ => {
                    text.push_str(&line);
                    say(&mut stream, "250 yes").await?;
                }
            }
        }
    }

    async fn speaks_http(&self, mut stream: BufStream<impl AsyncRead + AsyncWrite + Unpin>) -> Option<()> {
        let (mut head, mut length) = (String::new(), 0);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            head.push_str(&line);
            if line == "\r\n" {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).await.ok()?;
        self.keep(head + &*String::from_utf8_lossy(&body));
        let status = match self.mood() {
            Mood::Cuts => return None,
            Mood::Hangs => {
                tokio::time::sleep(Duration::from_secs(60)).await;
                return None;
            }
            Mood::Takes => "204 No Content",
            Mood::Refuses => "500 Internal Server Error",
            Mood::Gone => "410 Gone",
            Mood::Redirects => "302 Found\r\nlocation: https://127.0.0.1:1/elsewhere",
        };
        say(&mut stream, &format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n")).await
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), line: &str) -> Option<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await.ok()?;
    stream.flush().await.ok()
}
