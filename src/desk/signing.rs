//! How an event of consent is signed: by the recording worker's seat, the agency and the hub, with keys that the hub holds.
//!
//! Promises: an event that is stored has three signatures by keys that the directory had when it was recorded; a signer
//! without a key gets one first, as an entry of its own; a key that was replaced signs no more. How one is replaced is in
//! `signers.rs`.
//! Must never know: how a key is made, what a woman is called.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::ledger::consent::directory::{Key, ROTATED, version};
use crate::ledger::consent::event::{Event, NotAnEvent, Notice, link};
use crate::ledger::consent::jws::{Envelope, Header, Signature, signing_input, thumbprint};
use crate::ledger::consent::{base64url, commitment};
use crate::model::consents::{ConsentEvent, ConsentWords, NO_NOTICE};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::{Compartment, Drawer, Place, Record};
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::Second;
use crate::policy::Consents;
use crate::policy::permit::Action;
use crate::store;
use crate::store::consents::{ConsentHead, NewConsent};
use crate::store::effect::Effect;
use crate::store::signed::Signed;
use crate::store::signers::{KnownKey, NewKey};
use crate::vault::{self, SignerName};

/// Who may be told what for which purpose.
pub(super) type Scope = Vec<(AgencyId, Category, Purpose)>;

/// A signer, ready to sign.
struct Signer {
    name: SignerName,
    key: Key,
}

/// What an event of consent stands on.
pub(super) const CONSENT: &str = "consent";

impl Desk {
    /// Prepares an event to be recorded: seals what was said, binds it, and has the event signed. `basis` is `consent`, or
    /// the lawful basis of an event that records sharing without it.
    pub(super) async fn signed_consent(
        &self,
        mut head: ConsentHead,
        scope: Scope,
        said: Option<Prose<2000>>,
        basis: &str,
    ) -> Result<NewConsent, Error> {
        let prev = match head.seq {
            1 => None,
            seq => Some(self.gate.store.payload(head.chain, seq - 1).await?.ok_or(Error::Conflict)?),
        };
        let (hub, author, agency) =
            (format!("hub:{}", self.gate.vault.hub()), format!("u:{}", head.author), format!("agency:{}", head.agency));
        let mut signers = Vec::with_capacity(3);
        for of in [author, agency, hub] {
            signers.push(self.signer(of, Second::of(head.recorded)).await?);
        }
        // Another node's clock may be ahead: nobody signs before their key is there.
        let newest = signers.iter().map(|signer| signer.key.from.moment()).max().unwrap_or(head.recorded);
        head.recorded = head.recorded.max(newest);
        let (words, commit) = self.bound(said)?;
        let notice = given(&head, prev.as_deref(), self.gate.policy.consents())?;
        let event = event_of(&head, &scope, &signers, notice, (basis, commit, prev.map(|bytes| link(&bytes))));
        let payload = event.payload().map_err(unfit)?;
        let signed = Signed { jws: self.envelope(&signers, &payload)?, payload };
        let place = Place { drawer: Drawer::of(head.case, Compartment::Legal), record: Record::Consent(head.id) };
        let words = self.seal(place, &words).await?;
        Ok(NewConsent { case: head.case, head, scope, words, signed })
    }

    /// Sees to it that a worker and their agency have keys, whether or not anything is signed with them: that a key is there
    /// tells nobody that something was.
    pub(super) async fn has_signers(&self, author: WorkerId, agency: &AgencyId) -> Result<(), Error> {
        for of in [format!("u:{author}"), format!("agency:{agency}"), format!("hub:{}", self.gate.vault.hub())] {
            let _ = self.signer(of, Second::of(self.now())).await?;
        }
        Ok(())
    }

    /// Finds a signer's key of now; gives it its first one if it has none.
    async fn signer(&self, of: String, recorded: Second) -> Result<Signer, Error> {
        for _ in 0..2 {
            let known = self.gate.store.signing_keys(&of).await?;
            if let Some(current) = current(&known, recorded) {
                let name = SignerName { of, epoch: current.epoch };
                if thumbprint(&self.gate.vault.signer_public(&name)?) != current.key.kid {
                    return Err(Error::Vault(vault::Error::SigningKey));
                }
                return Ok(Signer { name, key: current.key.clone() });
            }
            let epoch = known.last().map_or(1, |last| last.epoch + 1);
            let service = self.keeper_of_signers()?;
            match self.enter_key(&service, SignerName { of: of.clone(), epoch }, recorded).await {
                // Somebody else entered it at the same moment: then it is there.
                Ok(()) | Err(Error::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(Error::Busy)
    }

    /// Enters a key in the directory.
    async fn enter_key(&self, service: &Actor, name: SignerName, from: Second) -> Result<(), Error> {
        let key = self.new_key(name, from)?;
        self.keep_directory(service, Effect::EnterKey(key)).await
    }

    /// Says of a key, truly, that the hub holds it.
    pub(super) fn new_key(&self, name: SignerName, from: Second) -> Result<NewKey, Error> {
        let public = self.gate.vault.signer_public(&name)?;
        let key = Key { kid: thumbprint(&public), of: name.of, x: base64url(&public), held_by: "hub".to_owned(), from };
        Ok(NewKey { key, epoch: name.epoch, public })
    }

    async fn keep_directory(&self, service: &Actor, effect: Effect) -> Result<(), Error> {
        let question = Question::of_no_record(Action::Create, Category::Identity, Purpose::Governance);
        let _ = self.gate.serve(&question.by(service), effect.into()).await?;
        Ok(())
    }

    fn keeper_of_signers(&self) -> Result<Actor, Error> {
        let hub = self.gate.vault.hub().parse().map_err(|_| vault::Error::HubName)?;
        Ok(Actor::service("signers", hub))
    }

    /// Binds what was said to 32 random bytes, so that it can be destroyed and the signature stay.
    fn bound(&self, said: Option<Prose<2000>>) -> Result<(ConsentWords, Option<String>), Error> {
        let Some(said) = said else { return Ok((ConsentWords { said: None, salt: None }, None)) };
        let salt = self.gate.vault.salt()?;
        let commit = commitment(&salt, said.reveal());
        let salt = Line::new(&crate::ledger::Hash(salt).to_hex()).map_err(|_| vault::Error::NoRandomness)?;
        Ok((ConsentWords { said: Some(said), salt: Some(salt) }, Some(commit)))
    }

    /// Has each signer sign, and writes the detached JWS.
    fn envelope(&self, signers: &[Signer], payload: &[u8]) -> Result<String, Error> {
        let dir = version(&signers.iter().map(|signer| &signer.key).collect::<Vec<_>>());
        let sign = |signer: &Signer| {
            let protected = Header { kid: signer.key.kid.clone(), dir: dir.clone() }.protected();
            let signature = self.gate.vault.sign_as(&signer.name, &signing_input(&protected, payload))?;
            Ok(Signature { protected, signature: base64url(&signature) })
        };
        let signatures = signers.iter().map(sign).collect::<Result<_, vault::Error>>()?;
        let text = serde_json::to_string(&Envelope { signatures });
        text.map_err(|_| Error::Store(store::Error::Log { what: "an envelope" }))
    }
}

/// Returns the notice that was given, as it is signed; none where something was shared without asking her.
///
/// If the event before it names the same one, it is taken from there: what she was given long ago stays what it was, and
/// to take something back depends on no catalogue of today.
fn given(head: &ConsentHead, before: Option<&[u8]>, practice: &Consents) -> Result<Option<Notice>, Error> {
    if head.event == ConsentEvent::SharedWithoutConsent && head.notice == NO_NOTICE {
        return Ok(None);
    }
    let signed = before.and_then(|payload| Event::read(payload).ok()).and_then(|event| event.notice);
    if let Some(notice) = signed.filter(|notice| notice.id == head.notice) {
        return Ok(Some(notice));
    }
    let known = practice.notice(&head.notice).ok_or_else(no_such_notice)?;
    Ok(Some(Notice { id: known.id.clone(), sha256: known.sha256.clone(), lang: known.lang.clone() }))
}

/// Picks the key that signs at a moment: the newest that has begun and not ended; if none has begun, the first to begin.
fn current(known: &[KnownKey], at: Second) -> Option<&KnownKey> {
    let lives = |key: &&KnownKey| key.ends.iter().all(|(end, _)| end.reason == ROTATED && end.at > at);
    let begun = known.iter().rev().filter(lives).find(|key| key.key.from <= at);
    begun.or_else(|| known.iter().find(lives))
}

fn event_of(
    head: &ConsentHead,
    scope: &Scope,
    signers: &[Signer],
    notice: Option<Notice>,
    (basis, free_text_commit, prev): (&str, Option<String>, Option<String>),
) -> Event {
    let each = |word: fn(&(AgencyId, Category, Purpose)) -> String| {
        let mut words: Vec<String> = scope.iter().map(word).collect();
        words.sort_unstable();
        words.dedup();
        words
    };
    let name = |nth: usize| signers.get(nth).map(|signer| signer.name.of.clone()).unwrap_or_default();
    Event {
        id: head.id.to_string(),
        chain: head.chain.to_string(),
        seq: head.seq,
        prev,
        hub: name(2),
        case: head.case.to_string(),
        subject: head.subject.clone(),
        event: head.event,
        kind: head.kind.to_string(),
        basis: basis.to_owned(),
        recipients: each(|(agency, _, _)| format!("agency:{agency}")),
        categories: each(|(_, category, _)| category.to_string()),
        purposes: each(|(_, _, purpose)| purpose.to_string()),
        not_before: head.not_before.map(Second::of),
        expires: head.expires.map(Second::of),
        notice,
        method: head.method.to_string(),
        asked_alone: head.asked_alone,
        worker: name(0),
        agency: name(1),
        recorded: Second::of(head.recorded),
        event_time: head.event_time.map(Second::of),
        free_text_commit,
    }
}

fn unfit(why: NotAnEvent) -> Error {
    match why {
        NotAnEvent::Profile(_) => Error::field("recipients", "are too many for one record: record fewer at a time"),
        NotAnEvent::Fields => Error::field("subject", "cannot stand in a signed record: give an id of this case"),
    }
}

/// Says that a notice is not in the catalogue.
pub(super) fn no_such_notice() -> Error {
    Error::field("notice.id", "is not a notice of this hub: give the id that stands on it, such as notice-en-1")
}

#[cfg(test)]
mod tests {
    use super::CONSENT;
    use super::*;
    use crate::model::consents::{ConsentKind, ConsentMethod};
    use crate::model::id::{CaseId, ConsentId};
    use crate::model::time::Moment;
    use crate::policy::Policy;

    fn head(notice: &str) -> ConsentHead {
        ConsentHead {
            id: ConsentId::from_bits(2),
            chain: ConsentId::from_bits(1),
            seq: 2,
            case: CaseId::from_bits(3),
            subject: "c2a9e5d1-7b34-4f68-a0c9-3e1d5b7f8644".to_owned(),
            event: ConsentEvent::Withdrawn,
            kind: ConsentKind::WomensService,
            not_before: None,
            event_time: None,
            expires: None,
            notice: notice.to_owned(),
            method: ConsentMethod::InPerson,
            asked_alone: true,
            author: WorkerId::from_bits(4),
            agency: "made-up-service".parse().unwrap(),
            recorded: Moment::from_micros(1_700_000_000_000_000),
        }
    }

    #[test]
    fn taking_back_needs_no_notice_that_is_still_in_the_catalogue() {
        let policy = Policy::embedded().unwrap();
        let gone = Notice { id: "notice-cy-7".to_owned(), sha256: "0".repeat(64), lang: "cy".to_owned() };
        assert!(policy.consents().notice(&gone.id).is_none());
        let signers: [Signer; 0] = [];
        let word = |event: &mut Event| {
            (event.hub, event.worker, event.agency) = ("hub:h".to_owned(), "u:w".to_owned(), "agency:a".to_owned());
        };
        let mut before = event_of(&head(&gone.id), &Vec::new(), &signers, Some(gone.clone()), (CONSENT, None, None));
        word(&mut before);
        let payload = before.payload().unwrap();
        let said = given(&head(&gone.id), Some(&payload), policy.consents());
        assert!(said.is_ok_and(|notice| notice == Some(gone.clone())));
        // With nothing before it, or another notice, the catalogue must know it.
        assert!(given(&head(&gone.id), None, policy.consents()).is_err());
        let other = given(&head("notice-en-1"), Some(&payload), policy.consents()).unwrap().unwrap();
        assert_eq!((&*other.id, &*other.lang), ("notice-en-1", "en-GB"));
    }
}
