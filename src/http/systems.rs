//! What only agencies' systems ask: a token, on the strength of their certificate.

use super::answer::{Answer, ok};
use super::hub::Hub;
use super::peer::PeerCert;
use super::problem::Problem;
use crate::auth::client_cert::Thumbprint;
use crate::auth::system_tokens::LIFETIME_S;
use axum::Extension;
use axum::extract::State;
use serde_json::json;

/// `POST /oauth/token` on the systems' listener: a short token that only this certificate can use.
pub(super) async fn token(State(hub): State<Hub>, cert: Option<Extension<PeerCert>>) -> Answer {
    let Extension(PeerCert(der)) = cert.ok_or_else(Problem::not_found)?;
    let now = hub.desk.now();
    let credential = hub.systems.admit(&der, now).map_err(|why| {
        tracing::warn!(reason = %why, "a system was not admitted");
        Problem::invalid_token()
    })?;
    let issued = hub.system_tokens.issue(credential.agency(), &Thumbprint::of(&der), now);
    let token = issued.map_err(|why| {
        tracing::error!(reason = %why, "a system's token could not be issued");
        Problem::invalid_token()
    })?;
    ok(json!({ "access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S }))
}
