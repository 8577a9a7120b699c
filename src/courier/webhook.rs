//! Requests to agencies' own systems.
//!
//! Promises: HTTPS with a certificate that verifies, to where `guard.rs` lets go and nowhere else; no redirect is followed and no
//! answer is read but its status. 2xx is done, 410 is gone, everything else is tried again.
//! Must never know: what waits, for whom.

use super::guard::Reach;
use super::{Outcome, letter, signature};
use crate::desk::courier::{Letter, Says};
use crate::model::dispatch::EndpointKey;
use crate::model::time::Moment;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::fmt;
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// The port of HTTPS.
const HTTPS: u16 = 443;

/// Tells agencies' systems that something waits.
pub struct Teller {
    tls: TlsConnector,
    reach: Reach,
}

/// Why a system could not be told.
#[derive(Debug, thiserror::Error)]
enum Untold {
    #[error("its address cannot be used")]
    Address,
    #[error("its name leads nowhere where the hub may connect to")]
    Reach,
    #[error("no secret of it can be read")]
    Secret,
    #[error("no connection")]
    Connection(#[from] std::io::Error),
    #[error("no answer")]
    Answer(#[from] hyper::Error),
    #[error("no request")]
    Request(#[from] hyper::http::Error),
}

impl Teller {
    /// Trusts the authorities that browsers trust, and these; connects to public addresses, and those within reach.
    ///
    /// # Errors
    /// A certificate that is none.
    pub fn new(authorities: Vec<CertificateDer<'static>>, reach: Reach) -> Result<Self, rustls::Error> {
        let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for one in authorities {
            roots.add(one)?;
        }
        let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)), reach })
    }

    /// Tells one system, signed with each of its secrets.
    pub(super) async fn tell(&self, keys: &[EndpointKey], letter: &Letter, now: Moment) -> Outcome {
        match self.status(keys, letter, now).await {
            Ok(status) if status.is_success() => Outcome::Done,
            Ok(StatusCode::GONE) => Outcome::Gone,
            Ok(status) => {
                tracing::warn!(status = status.as_u16(), "a system did not take a notice");
                Outcome::Failed
            }
            Err(error) => {
                tracing::warn!(%error, "a system could not be told");
                Outcome::Failed
            }
        }
    }

    async fn status(&self, keys: &[EndpointKey], letter: &Letter, now: Moment) -> Result<StatusCode, Untold> {
        let url: Uri = keys.first().and_then(|key| key.url.reveal().parse().ok()).ok_or(Untold::Address)?;
        let (host, port) = (url.host().ok_or(Untold::Address)?, url.port_u16().unwrap_or(HTTPS));
        let request = request(&url, keys, letter, now)?;
        let at = self.reach.find(host, port).await.ok_or(Untold::Reach)?;
        let name = ServerName::try_from(host.to_owned()).map_err(|_| Untold::Address)?;
        let stream = self.tls.connect(name, TcpStream::connect(at).await?).await?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
        let answer = sender.send_request(request);
        tokio::pin!(answer, connection);
        let answer = tokio::select! {
            answer = &mut answer => answer,
            // A peer that closes behind its answer ends the connection first.
            _ = &mut connection => answer.await,
        };
        Ok(answer?.status())
    }
}

fn request(url: &Uri, keys: &[EndpointKey], letter: &Letter, now: Moment) -> Result<Request<Full<Bytes>>, Untold> {
    let body = letter::notice(&letter.name, letter.since, letter.says == Says::Test);
    let second = now.seconds();
    let signed = signature::header(keys, &letter.name, second, &body).ok_or(Untold::Secret)?;
    let authority = url.authority().ok_or(Untold::Address)?.as_str();
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    Ok(Request::post(path)
        .header(HOST, authority)
        .header(CONTENT_TYPE, "application/json")
        .header("webhook-id", &letter.name)
        .header("webhook-timestamp", second)
        .header("webhook-signature", signed)
        .body(Full::new(Bytes::from(body)))?)
}

impl fmt::Debug for Teller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Teller")
    }
}
