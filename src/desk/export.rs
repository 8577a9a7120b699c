//! A chain of consent as one file that anybody can check without the hub.
//!
//! Promises: whoever may read the consent gets all its events with signatures, keys, notices and the log's proofs; the
//! words come only as a disclosure. Only the keys that signed these events are in it: no list of who else works where.
//! Must never know: what the words say.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::ledger::consent::directory::{End, Handover, Key};
use crate::ledger::consent::event::Event;
use crate::ledger::consent::jws::Envelope;
use crate::ledger::consent::package::{Directory, Listed, NoticeText, Package, Seal, SignedEvent};
use crate::ledger::consent::{HELD_BY_HUB, MAY_BE_LATER, NOT_SHOWN, base64url};
use crate::model::consents::ConsentWords;
use crate::model::id::ConsentId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::policy::{notice_file, words_hash};
use crate::store;
use crate::store::effect::Effect;
use crate::store::signed::ChainEvent;
use crate::store::signers::KnownKey;
use crate::vault::Disclosure;
use std::collections::BTreeSet;

/// A chain on its way out: the file without the words, and the words of each event.
#[derive(Debug)]
pub struct Exported {
    /// The file; its events have no words yet.
    pub package: Package,
    /// The words of each event, in the order of the events, with their audit number.
    pub words: Disclosure<Vec<ConsentWords>>,
}

impl Desk {
    /// Hands out a whole chain with all that is needed to check it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn export_consent(
        &self,
        actor: &Actor,
        id: ConsentId,
        purpose: Option<Purpose>,
    ) -> Result<Exported, Error> {
        let Some(consent) = self.gate.store.consent(id).await? else {
            return Err(self.no_such_consent(actor, id).await);
        };
        let question = Question {
            action: Action::Read,
            record: Record::Consent(consent.head.id),
            case: Some(consent.head.case),
            about: consent.head.about(),
            category: Category::Consent,
            purpose: self.purpose(actor, purpose),
        };
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let chain = self.gate.store.chain(id).await?;
        let named = chain.iter().map(|event| Record::Consent(event.id)).collect();
        let receipt = self.gate.commit(permit, &ask, None, Effect::Disclose(named).into()).await?;
        let sealed = chain.iter().map(|event| event.words.clone()).collect();
        let index = receipt.index();
        let words = self.gate.open_many(&ask, sealed, receipt).await?;
        let mut package = self.package(chain).await?;
        // The export's own entry: up to its moment the file can speak.
        package.as_of = self.gate.store.seal_at(index).await?;
        Ok(Exported { package, words })
    }

    async fn package(&self, chain: Vec<ChainEvent>) -> Result<Package, Error> {
        let (mut events, mut read) = (Vec::with_capacity(chain.len()), Vec::with_capacity(chain.len()));
        let (mut names, mut kids) = (BTreeSet::new(), BTreeSet::new());
        let entries: Vec<&str> = chain.iter().map(|event| &*event.entry).collect();
        let seals = self.gate.store.seals(&entries).await?;
        for (event, seal) in chain.iter().zip(seals) {
            let one = Event::read(&event.signed.payload).map_err(|_| corrupt("a signed event"))?;
            let envelope: Envelope =
                serde_json::from_str(&event.signed.jws).map_err(|_| corrupt("an event's signatures"))?;
            names.extend([one.worker.clone(), one.agency.clone(), one.hub.clone()]);
            kids.extend(envelope.signatures.iter().filter_map(|signature| Some(signature.header()?.kid)));
            let payload = base64url(&event.signed.payload);
            events.push(SignedEvent { payload, signatures: envelope.signatures, words: None, seal });
            read.push(one);
        }
        let (mut known, mut handed) = (Vec::new(), Vec::new());
        for name in &names {
            known.extend(self.gate.store.signing_keys(name).await?);
            handed.extend(self.gate.store.handovers(name).await?);
        }
        known.retain(|key| kids.contains(&key.key.kid));
        // Each handover once, between keys that are in the file.
        let mut told = BTreeSet::new();
        handed.retain(|(one, _)| {
            kids.contains(&one.old) && kids.contains(&one.new) && told.insert((one.new.clone(), one.by.clone()))
        });
        let directory = self.directory(known, handed).await?;
        let notices = self.notices(&read).await?;
        let say = [NOT_SHOWN, HELD_BY_HUB, MAY_BE_LATER].map(str::to_owned).to_vec();
        Ok(Package {
            v: 1,
            kind: "consent-record".to_owned(),
            say,
            events,
            directory,
            notices,
            as_of: None,
            receipt: None,
        })
    }

    /// Returns the words of the notices that the events name, each once: those of the policy in force, or of the one that was
    /// when she was asked. They are the words that the event's hash names, or there is no file.
    async fn notices(&self, events: &[Event]) -> Result<Vec<NoticeText>, Error> {
        let mut notices: Vec<NoticeText> = Vec::new();
        for given in events.iter().filter_map(|event| event.notice.as_ref()) {
            if notices.iter().any(|known| known.id == given.id && known.sha256 == given.sha256) {
                continue;
            }
            let meant = |text: &str| words_hash(text) == given.sha256;
            let known = self.gate.policy.consents().notice(&given.id).filter(|known| known.sha256 == given.sha256);
            let text = match known {
                Some(known) => Some(known.text.clone()),
                None => self.gate.store.policy_text(&notice_file(&given.id), meant).await?,
            };
            let text = text.ok_or_else(|| corrupt("a notice that was given"))?;
            let (id, lang, sha256) = (given.id.clone(), given.lang.clone(), given.sha256.clone());
            notices.push(NoticeText { id, lang, sha256, text });
        }
        Ok(notices)
    }

    async fn directory(&self, known: Vec<KnownKey>, handed: Vec<(Handover, String)>) -> Result<Directory, Error> {
        let entries: Vec<&str> = known.iter().map(|key| &*key.entry).collect();
        let seals = self.gate.store.seals(&entries).await?;
        let listed = |(key, seal): (&KnownKey, Option<Seal>)| Listed { entry: key.key.clone(), seal };
        let keys: Vec<Listed<Key>> = known.iter().zip(seals).map(listed).collect();
        let ends: Vec<(End, String)> = known.into_iter().flat_map(|key| key.ends).collect();
        Ok(Directory { keys, ends: self.listed(ends).await?, handovers: self.listed(handed).await? })
    }

    /// Joins entries of the directory with their places in the log.
    async fn listed<T>(&self, found: Vec<(T, String)>) -> Result<Vec<Listed<T>>, Error> {
        let entries: Vec<&str> = found.iter().map(|(_, entry)| &**entry).collect();
        let seals = self.gate.store.seals(&entries).await?;
        Ok(found.into_iter().zip(seals).map(|((entry, _), seal)| Listed { entry, seal }).collect())
    }
}

fn corrupt(what: &'static str) -> Error {
    Error::Store(store::Error::Log { what })
}
