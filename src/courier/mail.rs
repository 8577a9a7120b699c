//! E-mail, by the operator's own relay.
//!
//! Promises: TLS to any relay but one on this machine. An e-mail counts as sent when the relay said that it has it. What went wrong is
//! said in no words that hold an address.
//! Must never know: why somebody gets an e-mail.

use super::letter::{self, Envelope};
use super::{Outcome, PATIENCE};
use crate::desk::courier::{Letter, Says};
use crate::model::dispatch::MailAddress;
use crate::model::time::Moment;
use lettre::address::Envelope as Route;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::fmt;
use std::net::SocketAddr;

/// Where the relay is and how it is spoken to.
pub enum Relay {
    /// On this machine, in clear: for the demonstration.
    Local(SocketAddr),
    /// By name, with TLS from the first byte, and the account there if it has one.
    Tls(String, Option<(String, String)>),
    /// By name, with TLS after a greeting; nothing is sent without it.
    StartTls(String, Option<(String, String)>),
}

/// Sends e-mail.
pub struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

/// Why e-mail cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// The relay is not on this machine, and was to be spoken to in clear.
    #[error("a relay that is not on this machine must be spoken to by TLS")]
    Clear,
    /// The sender's address is none.
    #[error("the sender's address is no e-mail address")]
    Sender,
    /// The relay's name is none.
    #[error("the relay's name cannot be used")]
    Relay,
}

impl Post {
    /// Opens nothing yet: each e-mail has a connection of its own.
    ///
    /// # Errors
    /// What is wrong with the relay's name or the sender's address.
    pub fn new(relay: Relay, from: &str) -> Result<Self, Unfit> {
        let from: Address = from.parse().map_err(|_| Unfit::Sender)?;
        let by = |made: Result<lettre::transport::smtp::AsyncSmtpTransportBuilder, _>,
                  account: Option<(String, String)>| {
            let builder = made.map_err(|_: lettre::transport::smtp::Error| Unfit::Relay)?;
            Ok(match account {
                Some((name, secret)) => builder.credentials(Credentials::new(name, secret)),
                None => builder,
            })
        };
        let builder = match relay {
            Relay::Local(at) if !at.ip().is_loopback() => return Err(Unfit::Clear),
            Relay::Local(at) => {
                AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(at.ip().to_string()).port(at.port())
            }
            Relay::Tls(host, account) => by(AsyncSmtpTransport::<Tokio1Executor>::relay(&host), account)?,
            Relay::StartTls(host, account) => by(AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&host), account)?,
        };
        Ok(Self { transport: builder.timeout(Some(PATIENCE)).build(), from })
    }

    /// Sends one e-mail.
    pub(super) async fn send(&self, to: &[MailAddress], letter: &Letter, now: Moment) -> Outcome {
        let Some(one) = to.first() else { return Outcome::Failed };
        let (from, address) = (self.from.to_string(), one.address.reveal());
        let envelope = Envelope { name: &letter.name, from: &from, to: address, at: now };
        let text = match letter.says {
            Says::Code => letter::code(&envelope, one.code.reveal()),
            Says::Waiting | Says::Test => letter::waiting(&envelope),
        };
        let Ok(recipient) = address.parse::<Address>() else { return Outcome::Failed };
        let Ok(route) = Route::new(Some(self.from.clone()), vec![recipient]) else { return Outcome::Failed };
        match self.transport.send_raw(&route, text.as_bytes()).await {
            Ok(_) => Outcome::Done,
            Err(error) => {
                // What the relay answers may hold the address: the log gets the kind of failure alone.
                let (lasting, late) = (error.is_permanent(), error.is_timeout());
                tracing::warn!(lasting, late, "the relay did not take an e-mail");
                Outcome::Failed
            }
        }
    }
}

impl fmt::Debug for Post {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Post")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_clear_to_this_machine_alone() {
        assert!(Post::new(Relay::Local("127.0.0.1:25".parse().unwrap()), "no-reply@post.example").is_ok());
        let far = Post::new(Relay::Local("192.0.2.1:25".parse().unwrap()), "no-reply@post.example");
        assert!(matches!(far, Err(Unfit::Clear)));
        assert!(matches!(Post::new(Relay::Tls("relay.example".to_owned(), None), "nobody"), Err(Unfit::Sender)));
    }
}
