//! What every handler shares: the desk, and those whom the hub trusts to say who is asking.

use super::finish::Finisher;
#[cfg(feature = "demo")]
use super::pages::cast::Cast;
use super::stop::Stop;
use super::streams::Streams;
use crate::auth::client_cert::ClientCerts;
use crate::auth::system_tokens::SystemTokens;
use crate::auth::token::Issuers;
use crate::desk::Desk;
use crate::desk::spool::Keeper;
use std::sync::Arc;

/// The state of the routes.
#[derive(Clone)]
pub struct Hub {
    /// What can be asked.
    pub desk: Desk,
    /// Whose tokens are believed.
    pub issuers: Arc<Issuers>,
    /// Which systems' certificates are believed.
    pub systems: Arc<ClientCerts>,
    /// Gives agencies' systems their tokens.
    pub system_tokens: Arc<SystemTokens>,
    /// The event streams that are open.
    pub streams: Streams,
    /// The cast that signs in by a browser, in the demonstration. No real hub has one.
    #[cfg(feature = "demo")]
    pub cast: Option<Arc<Cast>>,
    /// Keeps what must not be lost when the desk cannot be asked.
    pub keeper: Arc<Keeper>,
    /// Tells when this desk works no more: whoever follows its news must come again.
    pub over: Stop,
    /// Lets every write run to its end, whoever goes away.
    pub finisher: Finisher,
}
