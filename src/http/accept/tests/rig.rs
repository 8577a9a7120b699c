//! A hub of one router on a free port, and clients that may be as rude as they like.

use crate::http::accept::{Door, serve};
use crate::http::certs::{self, Certs};
use crate::http::hosts::Hosts;
use crate::http::limits::Limits;
use crate::http::stop::{Stopper, switch};
use crate::http::tls::{self, Identity, Trust};
use crate::model::time::{Clock, RealClock};
use axum::Router;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Which of the two doors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    People,
    Systems,
}

/// Limits that make a patient hub, so that a busy machine does not cut anybody.
pub(super) const PATIENT: Limits = Limits::STANDARD;

/// How long an impatient hub waits.
pub(super) const SHORT: Duration = Duration::from_millis(200);

pub(super) struct Rig {
    pub(super) addr: SocketAddr,
    pub(super) certs: Certs,
    pub(super) stopper: Stopper,
    pub(super) served: JoinSet<usize>,
    dir: TempDir,
}

pub(super) async fn rig(kind: Kind, limits: Limits, router: Router) -> Rig {
    let dir = tempfile::tempdir().unwrap();
    let certs = set(&dir);
    let identity = Identity::load(&certs.server_cert(), &certs.server_key()).unwrap();
    let tls = match kind {
        Kind::People => tls::people(identity),
        Kind::Systems => tls::systems(identity, Trust::load(&certs.ca(), None).unwrap()),
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let addr = listener.local_addr().unwrap();
    let door = Door { tls: tls.unwrap(), hosts: Hosts::local(addr.port()), limits };
    let (stopper, stop) = switch();
    let mut served = JoinSet::new();
    served.spawn(serve(listener, door, router, stop));
    Rig { addr, certs, stopper, served, dir }
}

/// Makes a set of its own, with one agency.
pub(super) fn set(dir: &TempDir) -> Certs {
    certs::make(dir.path(), &["police-scotland".parse().unwrap()], RealClock.now()).unwrap()
}

impl Rig {
    /// Connects without TLS.
    pub(super) async fn tcp(&self) -> TcpStream {
        TcpStream::connect(self.addr).await.unwrap()
    }

    /// Connects with TLS, with the agency's certificate of `shown` if there is one.
    pub(super) async fn tls(&self, shown: Option<&Certs>, alpn: &[u8]) -> TlsStream<TcpStream> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(self.certs.ca()).unwrap()).unwrap();
        let config = ClientConfig::builder_with_provider(Arc::new(tls::provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match shown.map(|certs| &certs.systems[0]) {
            None => config.with_no_client_auth(),
            Some(system) => {
                let chain = vec![CertificateDer::from_pem_file(&system.cert).unwrap()];
                config.with_client_auth_cert(chain, PrivateKeyDer::from_pem_file(&system.key).unwrap()).unwrap()
            }
        };
        config.alpn_protocols = vec![alpn.to_vec()];
        let name = ServerName::try_from("localhost").unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, self.tcp().await).await.unwrap()
    }

    /// Connects as a browser would.
    pub(super) async fn browser(&self) -> TlsStream<TcpStream> {
        self.tls(None, b"http/1.1").await
    }

    /// Returns a GET request with a right host and these further header lines.
    pub(super) fn get(&self, path: &str, lines: &str) -> String {
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\n{lines}\r\n", self.addr.port())
    }

    /// Tells the hub to stop and returns how many connections it cut.
    pub(super) async fn stopped(mut self) -> usize {
        self.stopper.stop();
        let cut = self.served.join_next().await.unwrap().unwrap();
        drop(self.dir);
        cut
    }
}

/// Sends `text` and returns everything until the hub closes.
pub(super) async fn say(stream: &mut TlsStream<TcpStream>, text: &str) -> String {
    stream.write_all(text.as_bytes()).await.unwrap();
    rest(stream).await
}

/// Returns everything until the hub closes. A cut without a goodbye is an end as well.
pub(super) async fn rest(stream: &mut TlsStream<TcpStream>) -> String {
    let mut heard = Vec::new();
    let _ = stream.read_to_end(&mut heard).await;
    String::from_utf8_lossy(&heard).into_owned()
}

/// Reads until `end` has come.
pub(super) async fn until(stream: &mut TlsStream<TcpStream>, end: &str) -> String {
    let mut heard = String::new();
    while !heard.contains(end) {
        heard.push(char::from(stream.read_u8().await.unwrap()));
    }
    heard
}

/// Runs a client beside the test.
#[expect(clippy::disallowed_methods, reason = "every test awaits the handle")]
pub(super) fn beside<T: Send + 'static>(client: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    tokio::spawn(client)
}
