//! Replacing the keys that sign records of consent: in the course of things, or because one is lost or stolen.
//!
//! Promises: a key never ends without the one that signs instead, in one commit, so that taking back is never held up for
//! want of a key. Whoever it belongs to replaces it, signed over with the old key. That it was lost or stolen is said by one
//! person and vouched for by another, an officer who is not the one who said it and whose key it is not: only then does
//! what it signed since lose its worth. What it signed before keeps it.
//! Must never know: how a key is made, what it signed.

use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::ledger::consent::base64url;
use crate::ledger::consent::directory::{BY_KEY, BY_OFFICER, COMPROMISED, End, Handover, ROTATED, hands_over};
use crate::model::agencies::{AgencyKind, Role};
use crate::model::alerts::{HubKind, Severity};
use crate::model::id::WorkerId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::signers::KeyName;
use crate::model::time::Second;
use crate::policy::permit::{Action, Permit};
use crate::store::effect::Effect;
pub use crate::store::signers::KnownKey;
use crate::store::signers::{NewHandover, NewReport, Report, SignerChange};
use crate::vault::SignerName;
use serde::Deserialize;
use serde_json::{Value, json};

/// How far ahead a key is replaced, in seconds: an event that is being signed now is stored before that.
const LEAD_SECONDS: i64 = 5;

/// How often a report is tried that met the key's replacement: a key is replaced once.
const TRIES: usize = 3;

/// Who writes to officers that a key was reported.
const AUTHOR: &str = "hub:signers";

/// What they are told. It names the key, whose owner the directory tells them.
const REPORTED: &str = "A key that signs records of consent was reported lost or stolen, and has been replaced. Speak to whoever \
                        it belongs to, by a way that you know to be theirs. If it is so, vouch for the next key: POST \
                        /api/v1/signing-keys/{key}/vouching. It takes somebody other than the one who reported it.";

/// That a key is lost or stolen, as it is said.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportKey {
    /// Since when others may have it; left out if it is lost and nobody has it.
    #[serde(default)]
    pub since: Option<Second>,
}

/// That somebody else's report is right.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VouchKey {
    /// Since when others may have the key: what was reported, said again by whoever vouches for it.
    #[serde(default)]
    pub since: Option<Second>,
}

/// A key as it is listed, with what was said of it.
#[derive(Debug)]
pub struct ListedKey {
    /// The key.
    pub known: KnownKey,
    /// That it is lost or stolen.
    pub reports: Vec<Report>,
}

/// A key that somebody acts on, with its place among its owner's keys.
struct Chosen {
    name: KeyName,
    known: KnownKey,
    all: Vec<KnownKey>,
}

impl Desk {
    /// Lists the keys that a worker may replace: their own, and for an officer those of their agency and its seats.
    ///
    /// # Errors
    /// [`Error::NotFound`] to whoever lists nothing.
    pub async fn signing_keys(
        &self,
        actor: &Actor,
        after: Option<KeyName>,
        limit: i64,
    ) -> Result<(Vec<ListedKey>, Option<KeyName>, Recorded), Error> {
        let worker = actor.worker().ok_or(Error::NotFound)?;
        let question = Question::of_no_record(Action::List, Category::Identity, self.purpose(actor, None));
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let hub = (actor.kind() == AgencyKind::Hub).then(|| self.gate.vault.hub());
        let officer = actor.role() == Some(Role::GovernanceOfficer);
        let agency = officer.then(|| (actor.agency(), hub));
        let mut listed = Vec::new();
        for known in self.gate.store.keys_of(worker, agency, after, limit).await? {
            let reports = match known.key.kid.parse() {
                Ok(name) => self.gate.store.key_reports(name).await?,
                Err(_) => Vec::new(),
            };
            listed.push(ListedKey { known, reports });
        }
        let next = (listed.len() as i64 == limit).then(|| listed.last()?.known.key.kid.parse().ok()).flatten();
        Ok((listed, next, Recorded::from(&receipt)))
    }

    /// Replaces a key in the course of things: what it signed goes on counting, and nothing more is signed with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such key or it is not theirs to replace; [`Error::Conflict`] if it was replaced
    /// before.
    pub async fn replace_key(&self, actor: &Actor, name: KeyName, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let question = self.key_question(actor, Action::Rekey, name);
        let (permit, chosen) = self.chosen(actor, &question).await?;
        if !chosen.known.ends.is_empty() {
            return Err(self.declined(permit, Error::Conflict).await);
        }
        let change = self.replacement(&chosen, BY_KEY)?;
        let answer = told(&chosen, &change, "replaced");
        self.change(actor, (permit, question), change, once, answer).await
    }

    /// Says that a key is lost or stolen: the next one signs from now on; what the old one signed loses nothing yet.
    ///
    /// Its owner may replace it at the same moment: then it is reported all the same, as one that has ended.
    ///
    /// # Errors
    /// As [`Desk::replace_key`]; [`Error::Conflict`] if they have said so before; [`Error::Invalid`] for a time that does not fit.
    pub async fn report_key(
        &self,
        actor: &Actor,
        name: KeyName,
        new: &ReportKey,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        for _ in 0..TRIES {
            match self.report_once(actor, name, new, once.clone()).await {
                Err(Error::Conflict) if self.reported(actor.worker(), name).await?.is_none() => {}
                settled => return settled,
            }
        }
        Err(Error::Busy)
    }

    /// Returns what a worker has said of a key, if they have said that it is lost or stolen.
    pub(super) async fn reported(&self, worker: Option<WorkerId>, name: KeyName) -> Result<Option<ReportKey>, Error> {
        let reports = self.gate.store.key_reports(name).await?;
        let own = reports.into_iter().find(|report| Some(report.reporter) == worker);
        Ok(own.map(|report| ReportKey { since: report.since }))
    }

    async fn report_once(
        &self,
        actor: &Actor,
        name: KeyName,
        new: &ReportKey,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let question = self.key_question(actor, Action::Rekey, name);
        let (permit, chosen) = self.chosen(actor, &question).await?;
        let reporter = actor.worker().ok_or(Error::NotFound)?;
        let now = Second::of(self.now());
        if new.since.is_some_and(|since| since > now) {
            let why = Error::field("since", "is in the future: give the time since when others may have the key");
            return Err(self.declined(permit, why).await);
        }
        let mut change = SignerChange::default();
        if chosen.known.ends.is_empty() {
            change = self.replacement(&chosen, BY_OFFICER)?;
        }
        let key = name.to_string();
        change.report = Some(NewReport { key: key.clone(), reporter, since: new.since, at: self.now() });
        let officers = self.gate.store.officers_of(actor.agency(), None, Some(reporter)).await?;
        let text = REPORTED.replace("{key}", &key);
        change.notices =
            self.to_oversight(AUTHOR, HubKind::SigningKeyReported, Severity::High, &text, &officers).await?;
        let mut answer = told(&chosen, &change, "reported");
        answer["told"] = json!(officers.len());
        self.change(actor, (permit, question), change, once, answer).await
    }

    /// Vouches for what somebody else said of a key, as the second person: the next key stands, and what the old one signed
    /// since it was stolen is no longer shown to be genuine.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such key or it is not theirs to vouch for; [`Error::Invalid`] if nobody else said
    /// exactly that; [`Error::Conflict`] if somebody vouched before.
    pub async fn vouch_key(
        &self,
        actor: &Actor,
        name: KeyName,
        new: &VouchKey,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let question = self.key_question(actor, Action::Vouch, name);
        let (permit, chosen) = self.chosen(actor, &question).await?;
        let officer = actor.worker().ok_or(Error::NotFound)?;
        let change = match self.vouched(&chosen, officer, new).await {
            Ok(change) => change,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let answer = told(&chosen, &change, "vouched");
        self.change(actor, (permit, question), change, once, answer).await
    }

    /// Checks what is vouched for, and writes what follows from it.
    async fn vouched(&self, chosen: &Chosen, officer: WorkerId, new: &VouchKey) -> Result<SignerChange, Error> {
        let reports = self.gate.store.key_reports(chosen.name).await?;
        if !reports.iter().any(|report| report.reporter != officer && report.since == new.since) {
            let say = "is not what somebody else has reported of this key: look at the list of keys, and give the time that \
                       was reported; to report it yourself, post to its report";
            return Err(Error::field("since", say));
        }
        let next = chosen.all.iter().find(|key| key.epoch == chosen.known.epoch + 1).ok_or(Error::Conflict)?;
        let (old, kid) = (chosen.known.key.kid.clone(), &next.key.kid);
        let handed = self.gate.store.handovers(&chosen.known.key.of).await?;
        if handed.iter().any(|(one, _)| &one.new == kid && one.by == BY_OFFICER) {
            return Err(Error::Conflict);
        }
        let end = new.since.map(|at| End { kid: old.clone(), at, reason: COMPROMISED.to_owned() });
        let handover = Handover { old, new: kid.clone(), by: BY_OFFICER.to_owned(), signature: None };
        let handover = Some(NewHandover { handover, officer: Some(officer), at: self.now() });
        Ok(SignerChange { end, handover, ..SignerChange::default() })
    }

    /// Ends a key a few seconds from now, and enters the next one of its owner. If the old key may speak for itself, it signs
    /// over that.
    fn replacement(&self, chosen: &Chosen, by: &str) -> Result<SignerChange, Error> {
        let (old, of) = (&chosen.known.key, chosen.known.key.of.clone());
        let newest = chosen.all.last().map_or(chosen.known.epoch, |last| last.epoch);
        let at = Second::of(self.now().plus_seconds(LEAD_SECONDS));
        let end = End { kid: old.kid.clone(), at, reason: ROTATED.to_owned() };
        let next = self.new_key(SignerName { of: of.clone(), epoch: newest + 1 }, at)?;
        let handover = if by == BY_KEY {
            let signer = SignerName { of, epoch: chosen.known.epoch };
            let signature = self.gate.vault.sign_as(&signer, &hands_over(&end, &next.key))?;
            let signature = Some(base64url(&signature));
            let handover =
                Handover { old: old.kid.clone(), new: next.key.kid.clone(), by: BY_KEY.to_owned(), signature };
            Some(NewHandover { handover, officer: None, at: self.now() })
        } else {
            None
        };
        Ok(SignerChange { end: Some(end), next: Some(next), handover, ..SignerChange::default() })
    }

    /// Decides, and finds the key: nothing is looked up for whoever may not.
    async fn chosen(&self, actor: &Actor, question: &Question) -> Result<(Permit, Chosen), Error> {
        let ask = question.by(actor);
        let Record::SigningKey(name) = question.record else { return Err(Error::NotFound) };
        let Some(of) = self.gate.store.key_owner(name).await? else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        let (all, kid) = (self.gate.store.signing_keys(&of).await?, name.to_string());
        let known = all.iter().find(|key| key.key.kid == kid).cloned().ok_or(Error::NotFound)?;
        Ok((permit, Chosen { name, known, all }))
    }

    fn key_question(&self, actor: &Actor, action: Action, name: KeyName) -> Question {
        Question {
            action,
            record: Record::SigningKey(name),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        }
    }

    async fn change(
        &self,
        actor: &Actor,
        (permit, question): (Permit, Question),
        change: SignerChange,
        once: Option<Once>,
        answer: Value,
    ) -> Result<Written, Error> {
        let effect = Effect::ChangeSigner(Box::new(change));
        self.write(permit, &question.by(actor), None, effect.into(), once.as_ref(), answer).await
    }
}

/// Returns what whoever changed the directory is told: names of keys and times.
fn told(chosen: &Chosen, change: &SignerChange, state: &str) -> Value {
    let next = change.next.as_ref().map(|next| next.key.kid.clone());
    let next = next.or_else(|| change.handover.as_ref().map(|one| one.handover.new.clone()));
    let next = next
        .or_else(|| chosen.all.iter().find(|key| key.epoch == chosen.known.epoch + 1).map(|key| key.key.kid.clone()));
    json!({
        "key": chosen.known.key.kid, "of": chosen.known.key.of, "state": state, "next": next,
        "ends": change.end.as_ref().map(|end| json!({ "at": end.at, "reason": end.reason })),
    })
}
