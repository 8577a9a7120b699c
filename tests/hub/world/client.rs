//! A small HTTPS client that trusts the world's own authority and nothing else.
//!
//! Connections are kept and used again, each by one request at a time.

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use lippen::model::time::{Clock, Moment, RealClock};
use rustls_pki_types::pem::PemObject;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::time_provider::TimeProvider;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

type Body = Full<Bytes>;

/// When certificates are looked at.
#[derive(Debug)]
struct Then(Moment);

impl TimeProvider for Then {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from(self.0.seconds()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

/// How one reaches the hub.
pub(crate) struct Client {
    address: String,
    connector: TlsConnector,
    idle: Mutex<Vec<SendRequest<Body>>>,
}

impl Client {
    /// Returns a client of the hub at `base_url`, whose authority's certificate is in `ca`.
    pub(crate) fn new(base_url: &str, ca: &Path) -> Self {
        Self::looking_at(base_url, ca, RealClock.now())
    }

    /// The same, of a hub that lives at another time: certificates are looked at as if it were `now`.
    pub(crate) fn looking_at(base_url: &str, ca: &Path, now: Moment) -> Self {
        let mut roots = RootCertStore::empty();
        for cert in CertificateDer::pem_file_iter(ca).expect("the authority's certificate") {
            roots.add(cert.expect("a certificate")).expect("a certificate that can be trusted");
        }
        let (provider, then) = (Arc::new(aws_lc_rs::default_provider()), Arc::new(Then(now)));
        let config = ClientConfig::builder_with_details(provider, then).with_safe_default_protocol_versions();
        let config = config.expect("protocol versions").with_root_certificates(roots).with_no_client_auth();
        let address = base_url.strip_prefix("https://").expect("an https address").to_owned();
        Self { address, connector: TlsConnector::from(Arc::new(config)), idle: Mutex::default() }
    }

    /// Returns host and port.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Sends a request and returns the answer with its whole body.
    pub(crate) async fn send(&self, request: Request<Body>) -> Response<Bytes> {
        let mut connection = self.connection().await;
        let answer = connection.send_request(request).await.expect("the hub answers");
        let (head, body) = answer.into_parts();
        let body = body.collect().await.expect("the whole body comes").to_bytes();
        if connection.ready().await.is_ok() {
            self.idle.lock().expect("no test panics while it holds this").push(connection);
        }
        Response::from_parts(head, body)
    }

    /// Sends a request on a connection of its own and returns as soon as the answer begins.
    pub(crate) async fn open(&self, request: Request<Body>) -> (Response<Incoming>, SendRequest<Body>) {
        let mut connection = self.connect().await;
        (connection.send_request(request).await.expect("the hub answers"), connection)
    }

    async fn connection(&self) -> SendRequest<Body> {
        loop {
            let kept = self.idle.lock().expect("no test panics while it holds this").pop();
            let Some(mut kept) = kept else { return self.connect().await };
            if kept.ready().await.is_ok() {
                return kept;
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a connection's task ends with the connection or the world")]
    async fn connect(&self) -> SendRequest<Body> {
        let stream = TcpStream::connect(&self.address).await.expect("the hub listens");
        stream.set_nodelay(true).expect("a socket");
        let name = ServerName::try_from("127.0.0.1").expect("a name");
        let stream = self.connector.connect(name, stream).await.expect("the hub's certificate is trusted");
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
        tokio::spawn(connection);
        sender
    }
}
