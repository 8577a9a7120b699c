//! Where an agency's own systems are told that something waits.
//!
//! Promises: whoever keeps the agency's accounts says it, for their own agency and for no other. A secret is shown once, when it is
//! made, and no answer is kept that holds one. Two secrets sign for a day after a new one was made.
//! Must never know: how a request is sent, where a name leads.

use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::dispatch::{EndpointKey, Target};
use crate::model::id::{EndpointId, EndpointKeyId, EntryId, TestId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::courier::Count;
use crate::policy::permit::{Action, Permit};
use crate::store::effect::{Effect, Outward};
use crate::store::endpoints::{Endpoint, EndpointAct, KeptKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// What a secret begins with, as the Standard Webhooks specification says.
const SECRET: &str = "whsec_";

/// A new endpoint, as whoever keeps the accounts writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddEndpoint {
    /// The address: `https://`, a name, a path.
    pub url: Line<500>,
}

/// An empty body.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct OfEndpoint {}

/// What an endpoint was given: its secret, for the only time.
pub struct Given {
    /// The endpoint.
    pub id: EndpointId,
    /// Its secret.
    pub secret: Line<100>,
    /// Where it stands in the log.
    pub recorded: Recorded,
}

/// An endpoint as its keeper sees it.
#[derive(Debug)]
pub struct Shown {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// When the officers were last told that nothing gets through.
    pub told: Option<Moment>,
    /// When something last got through.
    pub done: Option<Moment>,
}

/// A page of endpoints.
#[derive(Debug)]
pub struct Endpoints {
    /// They.
    pub items: Vec<Shown>,
    /// Where the next page begins, if there may be one.
    pub next: Option<EndpointId>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Enters an endpoint, and returns its secret.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever keeps no accounts; [`Error::Invalid`] for an address that cannot be told anything, and for one
    /// too many.
    pub async fn add_endpoint(&self, actor: &Actor, new: AddEndpoint) -> Result<Given, Error> {
        let (id, at) = (EndpointId::random(), self.now());
        let question = self.of_endpoint(actor, Record::Endpoint(id));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_url(actor, &new.url).await {
            return Err(self.declined(permit, why).await);
        }
        let (key, secret) = self.new_secret(new.url, at).await?;
        let endpoint = Endpoint { id, agency: actor.agency().clone(), at, ended: None };
        let effect = Outward::Endpoint(Box::new(EndpointAct::Add(endpoint, key, actor.word())));
        let receipt = self.gate.commit_anew(permit, &ask, None, effect.into()).await?;
        Ok(Given { id, secret, recorded: Recorded::from(&receipt) })
    }

    /// Makes the next secret of an endpoint, and returns it. The one before signs too for a day.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such endpoint of the agency; [`Error::Conflict`] if it has ended.
    pub async fn rekey_endpoint(&self, actor: &Actor, id: EndpointId) -> Result<Given, Error> {
        let (permit, question) = self.own_endpoint(actor, id).await?;
        let Some(last) = self.gate.store.endpoint_keys(id).await?.into_iter().next() else {
            return Err(Error::NotFound);
        };
        let at = self.now();
        // The address stands with each secret: it is opened for the hub, so that it can be sealed again.
        let service = Actor::service("courier", actor.agency().clone());
        let opening = Question { action: Action::List, record: Record::Search(EntryId::random()), ..question };
        let reading = opening.by(&service);
        let receipt = self.gate.serve(&reading, Effect::Disclose(vec![last.words.place.record]).into()).await?;
        let opened = self.gate.open_many(&reading, vec![last.words], receipt).await?;
        let url = opened.value().first().ok_or(Error::Unknown)?.url.reveal();
        let (key, secret) = self.new_secret(Line::new(url).map_err(|_| Error::Unknown)?, at).await?;
        let effect = Outward::Endpoint(Box::new(EndpointAct::Rekey(id, key)));
        let receipt = self.gate.commit_anew(permit, &question.by(actor), None, effect.into()).await?;
        Ok(Given { id, secret, recorded: Recorded::from(&receipt) })
    }

    /// Ends an endpoint: nothing more is sent there.
    ///
    /// # Errors
    /// As [`Desk::rekey_endpoint`].
    pub async fn end_endpoint(&self, actor: &Actor, id: EndpointId, once: Option<Once>) -> Result<Written, Error> {
        let at = self.now();
        let answer = serde_json::json!({ "id": id, "ended_at": at });
        self.acts_on_endpoint(actor, id, once, answer, EndpointAct::End(id, "ended", at)).await
    }

    /// Sends a test to an endpoint.
    ///
    /// # Errors
    /// As [`Desk::rekey_endpoint`].
    pub async fn try_endpoint(&self, actor: &Actor, id: EndpointId, once: Option<Once>) -> Result<Written, Error> {
        let (test, at) = (TestId::random(), self.now());
        let answer = serde_json::json!({ "id": test, "endpoint": id, "asked_at": at });
        self.acts_on_endpoint(actor, id, once, answer, EndpointAct::Try(id, test, at)).await
    }

    /// Lists the endpoints of the actor's own agency: their addresses stay sealed.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever keeps no accounts.
    pub async fn endpoints(&self, actor: &Actor, after: Option<EndpointId>, limit: i64) -> Result<Endpoints, Error> {
        let question = self.of_endpoint(actor, Record::Search(EntryId::random()));
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let found = self.gate.store.endpoints(actor.agency(), after, limit).await?;
        let next = (found.len() as i64 == limit).then(|| found.last().map(|one| one.id)).flatten();
        let mut items = Vec::with_capacity(found.len());
        for endpoint in found {
            let (told, done) = self.gate.store.heard_of(Target::Endpoint(endpoint.id)).await?;
            items.push(Shown { endpoint, told, done });
        }
        Ok(Endpoints { items, next, recorded: Recorded::from(&receipt) })
    }

    async fn acts_on_endpoint(
        &self,
        actor: &Actor,
        id: EndpointId,
        once: Option<Once>,
        answer: serde_json::Value,
        act: EndpointAct,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (permit, question) = self.own_endpoint(actor, id).await?;
        let effect = Outward::Endpoint(Box::new(act));
        self.write(permit, &question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }

    /// Permits something about an endpoint of the actor's own agency that has not ended.
    async fn own_endpoint(&self, actor: &Actor, id: EndpointId) -> Result<(Permit, Question), Error> {
        let question = self.of_endpoint(actor, Record::Endpoint(id));
        let ask = question.by(actor);
        let found = self.gate.store.endpoint(id).await?.filter(|one| &one.agency == actor.agency());
        let Some(endpoint) = found else { return Err(self.gate.asked_for_nothing(&ask).await.into()) };
        let permit = self.gate.decide(&ask, None).await?;
        if endpoint.ended.is_some() {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        Ok((permit, question))
    }

    async fn check_url(&self, actor: &Actor, given: &Line<500>) -> Result<(), Error> {
        if !is_url(given.reveal()) {
            return Err(Error::field(
                "url",
                "is not an address that the hub may tell: write https://, a name and a path, without a user or a fragment",
            ));
        }
        let most = self.gate.policy.couriers().number(Count::Endpoints);
        if self.gate.store.live_endpoints(actor.agency()).await? >= most {
            return Err(Error::field("url", "is one too many: end another endpoint first"));
        }
        Ok(())
    }

    async fn new_secret(&self, url: Line<500>, at: Moment) -> Result<(KeptKey, Line<100>), Error> {
        let (id, drawn) = (EndpointKeyId::random(), self.gate.vault.salt()?);
        let secret = format!("{SECRET}{}", STANDARD.encode(drawn));
        let line = |text: &str| Line::new(text).map_err(|_| Error::Unknown);
        let words = self.seal(KeptKey::place(id), &EndpointKey { url, secret: line(&secret)? }).await?;
        Ok((KeptKey { id, at, words }, line(&secret)?))
    }

    fn of_endpoint(&self, actor: &Actor, record: Record) -> Question {
        let (action, category) = (Action::Connect, Category::Identity);
        Question { action, record, case: None, about: None, category, purpose: self.purpose(actor, None) }
    }
}

/// Says whether a text has the shape of an address that the hub may tell. Where its name leads is seen to whenever it is told.
fn is_url(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let named = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
    let numbered = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0));
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !b"#\\<>\"@".contains(&byte));
    named && numbered && plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_the_hub_may_tell_is_plain() {
        for good in ["https://hooks.example.org/hub?x=1", "https://example.org", "https://127.0.0.1:9443/in"] {
            assert!(is_url(good), "{good}");
        }
        for bad in [
            "http://example.org/",
            "https://",
            "https:///x",
            "ftp://example.org",
            "https://user@example.org/",
            "https://example.org/#x",
            "https://example.org:0/",
            "https://example.org:70000/",
            "https://exa mple.org/",
            "https://[::1]/",
            "https://example.org\\@evil.example/",
            "https://ex%61mple.org/",
            "file:///etc/passwd",
        ] {
            assert!(!is_url(bad), "{bad}");
        }
    }
}
