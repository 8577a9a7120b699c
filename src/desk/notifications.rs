//! Where a worker's e-mail goes and what they wish about it.
//!
//! Promises: an address counts once a code that was sent to it came back; the one before counts until then. A worker says it for
//! themselves and for nobody else. What is urgent heeds no wishes: the answer says so.
//! Must never know: how an e-mail is sent.

use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::alerts::HubKind;
use crate::model::dispatch::MailAddress;
use crate::model::id::{ChannelId, WorkerId};
use crate::model::notes::Category;
use crate::model::notifications::{Wishes, time, written};
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::courier::Count;
use crate::policy::permit::Action;
use crate::store::channels::{Channel, ChannelAct};
use crate::store::effect::{Effect, Outward};
use crate::vault::Disclosure;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

/// Most times of day at which a digest may come.
const TIMES_MAX: usize = 8;

/// Most kinds that may be set aside.
const KINDS_MAX: usize = 100;

/// The letters of a code: none that is taken for another.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// How many letters a code has: 50 bits, so that nobody guesses one.
const CODE_LENGTH: usize = 10;

/// What a worker wishes about e-mail.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wish {
    /// The kinds of alert that send no e-mail, unless they are urgent.
    #[serde(default)]
    pub mute: Vec<String>,
    /// The times of day at which what waits is said once, such as `08:30`.
    #[serde(default)]
    pub digest: Vec<String>,
    /// When nothing is sent.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
}

/// Hours of the day in which nothing is sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// From when, such as `22:00`.
    pub from: String,
    /// Until when, such as `07:00`; of the next day, if that is before.
    pub until: String,
}

/// Where a worker's e-mail shall go.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetMail {
    /// The address; without one nothing is sent any more.
    #[serde(default)]
    pub address: Option<Line<254>>,
}

/// The code that was sent to an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProveMail {
    /// The code.
    pub code: Line<40>,
}

/// What a worker wishes, and where their e-mail goes.
#[derive(Debug)]
pub struct Notifications {
    /// What they wish.
    pub wishes: Wishes,
    /// The addresses that have not ended, the latest first: its moment, since when it counts, and what it is.
    pub channels: Vec<(Moment, Option<Moment>, Disclosure<MailAddress>)>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Shows a worker's own wishes and addresses.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever holds no seat; [`Error::Vault`].
    pub async fn notifications(&self, actor: &Actor) -> Result<Notifications, Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let question = self.own(actor, Action::Read, Record::Worker(worker));
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let mut channels = Vec::new();
        for one in self.shown_channels(worker).await? {
            let question = self.own(actor, Action::Read, Record::Channel(one.id));
            channels.push((one.at, one.proved, self.gate.open(&question.by(actor), None, one.words).await?));
        }
        let wishes = self.gate.store.wishes(worker).await?;
        Ok(Notifications { wishes, channels, recorded: Recorded::from(&receipt) })
    }

    /// Says what a worker wishes from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever holds no seat; [`Error::Invalid`] for a kind or a time that is none.
    pub async fn wish(&self, actor: &Actor, wish: Wish, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let question = self.own(actor, Action::Create, Record::Worker(worker));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let wishes = match self.wishes_of(&wish) {
            Ok(wishes) => wishes,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let answer = shown(&wishes);
        let effect = Outward::Channel(ChannelAct::Wish(worker, wishes, self.now()));
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Takes an address to which a code is sent; without one, nothing is sent from now on.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever holds no seat; [`Error::Invalid`] for what is no address, and after too many in a day.
    pub async fn set_mail(&self, actor: &Actor, new: SetMail, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (worker, id, at) = (actor.worker().ok_or(Error::NotFound)?, ChannelId::random(), self.now());
        let question = self.own(actor, Action::Create, Record::Channel(id));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let Some(address) = new.address else {
            let ended = self.gate.store.channels_of(worker).await?.into_iter().map(|one| one.id).collect();
            let effect = Outward::Channel(ChannelAct::End(ended, at));
            let answer = serde_json::json!({ "id": null, "sent": false });
            return self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await;
        };
        if let Err(why) = self.check_address(worker, &address).await {
            return Err(self.declined(permit, why).await);
        }
        let words =
            self.seal(Channel::place(id), &MailAddress { address, code: new_code(&self.gate.vault.salt()?)? }).await?;
        let effect = Outward::Channel(ChannelAct::Ask(Channel { id, worker, at, proved: None, words }));
        let answer = serde_json::json!({ "id": id, "sent": true });
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Takes the code that was sent to the latest address: from now on it counts, and those before it end.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever holds no seat; [`Error::Invalid`] for a code that is not the one, or too old.
    pub async fn prove_mail(&self, actor: &Actor, proof: ProveMail) -> Result<Recorded, Error> {
        let (worker, now) = (actor.worker().ok_or(Error::NotFound)?, self.now());
        let mut channels = self.gate.store.channels_of(worker).await?.into_iter();
        let latest = channels.next();
        let id = latest.as_ref().map_or_else(ChannelId::random, |one| one.id);
        let question = self.own(actor, Action::Create, Record::Channel(id));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let hours = self.gate.policy.couriers().number(Count::MailCode);
        let fresh = |one: &Channel| one.proved.is_none() && one.at.plus_seconds(hours * 3_600) > now;
        let Some(channel) = latest.filter(fresh) else {
            return Err(self.declined(permit, wrong_code()).await);
        };
        let reading = self.own(actor, Action::Read, Record::Channel(id));
        let opened = self.gate.open(&reading.by(actor), None, channel.words).await?;
        let (given, kept) = (plain(proof.code.reveal()), plain(opened.value().code.reveal()));
        if !bool::from(given.as_bytes().ct_eq(kept.as_bytes())) {
            return Err(self.declined(permit, wrong_code()).await);
        }
        let effect = Outward::Channel(ChannelAct::Prove(id, channels.map(|one| one.id).collect(), now));
        let receipt = self.gate.commit_anew(permit, &ask, None, effect.into()).await?;
        Ok(Recorded::from(&receipt))
    }

    /// Returns the address that counts, and a later one that does not yet.
    async fn shown_channels(&self, worker: WorkerId) -> Result<Vec<Channel>, Error> {
        let mut channels = self.gate.store.channels_of(worker).await?;
        let counts = channels.iter().position(|one| one.proved.is_some());
        let latest = channels.first().map(|one| one.id);
        let counting = counts.and_then(|at| channels.get(at)).map(|one| one.id);
        channels.retain(|one| Some(one.id) == latest || Some(one.id) == counting);
        Ok(channels)
    }

    async fn check_address(&self, worker: WorkerId, given: &Line<254>) -> Result<(), Error> {
        if !is_address(given.reveal()) {
            return Err(Error::field("address", "is not an e-mail address: write it as name@example.org"));
        }
        let most = self.gate.policy.couriers().number(Count::MailCodes);
        if self.gate.store.channels_asked(worker, self.now().plus_seconds(-86_400)).await? >= most {
            return Err(Error::field("address", "is one too many for a day: try again tomorrow"));
        }
        Ok(())
    }

    fn wishes_of(&self, wish: &Wish) -> Result<Wishes, Error> {
        let known = |kind: &String| {
            kind.parse::<HubKind>().is_ok() || self.gate.policy.alert_kinds().iter().any(|one| one.kind == *kind)
        };
        if wish.mute.len() > KINDS_MAX || !wish.mute.iter().all(known) {
            return Err(Error::field("mute", "holds what is no kind of alert: take those that your inbox shows"));
        }
        let times: Option<Vec<u16>> = wish.digest.iter().map(|text| time(text)).collect();
        let times = times.filter(|times| times.len() <= TIMES_MAX);
        let digest =
            times.ok_or_else(|| Error::field("digest", "holds what is no time of day: write 08:30, eight at most"))?;
        let quiet = match &wish.quiet {
            None => None,
            Some(hours) => {
                let both = time(&hours.from).zip(time(&hours.until)).filter(|(from, until)| from != until);
                Some(both.ok_or_else(|| {
                    Error::field("quiet", "needs two times of day that differ, such as 22:00 and 07:00")
                })?)
            }
        };
        Ok(Wishes { mute: wish.mute.clone(), digest, quiet })
    }

    fn own(&self, actor: &Actor, action: Action, record: Record) -> Question {
        let (case, about, category) = (None, None, Category::Identity);
        Question { action, record, case, about, category, purpose: self.purpose(actor, None) }
    }
}

/// Writes wishes as they were said.
pub(super) fn shown(wishes: &Wishes) -> serde_json::Value {
    let digest: Vec<String> = wishes.digest.iter().map(|time| written(*time)).collect();
    let quiet = wishes.quiet.map(|(from, until)| serde_json::json!({ "from": written(from), "until": written(until) }));
    serde_json::json!({ "mute": wishes.mute, "digest": digest, "quiet": quiet })
}

impl Notifications {
    /// Writes the wishes as they were said.
    #[must_use]
    pub fn wished(&self) -> serde_json::Value {
        shown(&self.wishes)
    }
}

fn wrong_code() -> Error {
    Error::field("code", "is not the one that was sent last, or is too old: look again, or send the address once more")
}

/// Says whether a text can be an address to which e-mail is sent: plain letters, one `@`, a domain with a dot in it.
fn is_address(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let dotted = |part: &str| !part.is_empty() && part.split('.').all(|one| !one.is_empty());
    text.split_once('@').is_some_and(|(name, domain)| {
        let host = domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
        name.len() <= 64 && name.bytes().all(plain) && dotted(name) && host && dotted(domain) && domain.contains('.')
    })
}

fn new_code(drawn: &[u8; 32]) -> Result<Line<20>, Error> {
    let letters = drawn.iter().take(CODE_LENGTH).map(|byte| char::from(CODE_LETTERS[usize::from(byte % 32)]));
    Line::new(&letters.collect::<String>()).map_err(|_| Error::Unknown)
}

/// A code as it is compared: as people type it, with spaces or small letters.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain() {
        for good in ["isla@example.org", "i.o'neill+hub@mail.example.gov.uk"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "isla",
            "isla@",
            "@example.org",
            "isla@localhost",
            "i sla@example.org",
            "isla@exa mple.org",
            "a@b@c.org",
            "isla@example..org",
            ".isla@example.org",
            "isla@example.org\r\nBcc: x@y.z",
            "ïsla@example.org",
            "<isla@example.org>",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_code_is_typed_as_people_type() {
        let code = new_code(&[7; 32]).unwrap();
        assert_eq!(code.reveal().len(), CODE_LENGTH);
        let (first, last) = code.reveal().split_at(5);
        assert_eq!(plain(&format!(" {}-{last}", first.to_lowercase())), code.reveal());
        assert_ne!(new_code(&[8; 32]).unwrap().reveal(), code.reveal());
    }
}
