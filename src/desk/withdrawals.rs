//! Taking consent back: one call, by whoever hears it; what stood on it closes with the commit.
//!
//! Promises: the event, the keys that go and the notices are one commit; what is ended is looked at again if any fact of
//! the case has moved; whoever reports it without being of her own service learns nothing of what she had agreed to.

use super::notices::{Around, Reach, Tell};
use super::signing::CONSENT;
use super::taken::{ATTEMPTS_MAX, Stopped, Taken};
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::model::agencies::{Role, Seat};
use crate::model::alerts::Severity;
use crate::model::consents::{ConsentEvent, ConsentMethod};
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, ConsentId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::text::Prose;
use crate::policy::permit::{Action, Ask, Level, Permit};
use crate::store::consents::{ConsentHead, NewConsent, StoredConsent};
use crate::store::effect::Effect;
use crate::store::withdrawals::{EndedKey, NewWithdrawal, Notice, Standing};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a recipient of a share is told. Not a word of what she said.
const NO_LONGER: &str = "No longer shared. Something that was shared with you on her agreement is not shared any more. \
                         Do not use it again and do not pass it on. What the law asks of you goes on as before. Please \
                         say that you have this.";

/// What her own worker is told.
const SHE_TOOK_BACK: &str = "She has taken back agreement to sharing, whole or in part, as a colleague has recorded. Talk \
                             to her: was she alone and free to decide, and does she know what goes on?";

/// What the case manager is told.
const HE_TOOK_BACK: &str = "He has refused his Statement of Agreement or Understanding, or taken it back. This is a matter \
                            of eligibility and compliance for you to look at. It switches nothing off: what the law asks \
                            to be shared and the alerts that keep her safe go on.";

/// A withdrawal as any worker on the case records it who hears it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeBack {
    /// Whose: a protected person of the case.
    pub subject: ProtectedId,
    /// Which agencies are no longer to be told; all of them if it is left out.
    #[serde(default)]
    pub recipients: Vec<AgencyId>,
    /// How it was taken back; in person if it is left out.
    #[serde(default)]
    pub method: Option<ConsentMethod>,
    /// What was said.
    #[serde(default)]
    pub said: Option<Prose<1000>>,
}

/// How much of what ended is told to whoever records a consent event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// Nothing: it is recorded.
    Nothing,
    /// That it holds from now on: they may not read her consent.
    Heard,
    /// What stopped, what goes on, who is told and who is not.
    All,
}

impl Desk {
    /// Records that somebody takes consent back, whoever heard it.
    ///
    /// Whoever may not know of her consent is answered alike whether or not there is one.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such person on the case, or the worker may not know that she is in touch with
    /// a service; [`Error::Refused`]; [`Error::Busy`].
    pub async fn take_back(
        &self,
        actor: &Actor,
        case: CaseId,
        new: TakeBack,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let about = Some(new.subject);
        let question = Question {
            action: Action::Withdraw,
            record: Record::Protected(new.subject),
            case: Some(case),
            about,
            category: Category::ServiceEngagement,
            purpose: self.purpose(actor, None),
        };
        let ask = question.by(actor);
        let (true, Some(author)) = (self.is_of_case(case, new.subject).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let method = new.method.unwrap_or(ConsentMethod::InPerson);
        let knows = self.knows_consent(actor, case, new.subject).await?;
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, None).await?;
            // Whether there is anything to sign or not: from the list of their keys they learn nothing of her consent.
            self.has_signers(author, actor.agency()).await?;
            let mut events = Vec::new();
            for id in self.gate.store.live_chains(case, &new.subject.to_string(), self.now()).await? {
                let Some(stored) = self.gate.store.consent(id).await? else { continue };
                let said = new.said.as_ref().map(|said| said.reveal());
                events.extend(self.next_event(actor, author, stored, &new.recipients, method, said).await?);
            }
            let said = new.said.as_ref().map(|said| said.reveal());
            let taken = self.taken(actor, case, about, events, said).await?;
            let mut answer = serde_json::json!({ "case": case, "subject": new.subject, "state": "recorded" });
            if knows {
                answer["events"] = events_of(&taken.change);
                self.summarise(&mut answer, actor, (case, about), &taken).await?;
            } else {
                answer["say"] = super::summary::HEARD.into();
            }
            let effect = Effect::Withdraw(taken.change);
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                // Somebody else continued the chain at this moment: look again.
                Err(crate::gate::Error::Store(crate::store::Error::Taken)) => {
                    if let Some(before) = self.repeated(actor, once.as_ref()).await? {
                        return Ok(before);
                    }
                }
                settled => {
                    self.gate.vault.forget(case);
                    return self.written(actor, settled, once.as_ref(), answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Says whether the actor may read her consent: others learn nothing of it by reporting that she takes it back.
    pub(super) async fn knows_consent(&self, actor: &Actor, case: CaseId, about: ProtectedId) -> Result<bool, Error> {
        let question = Question {
            action: Action::Read,
            record: Record::Consent(ConsentId::random()),
            case: Some(case),
            about: Some(about),
            category: Category::Consent,
            purpose: self.purpose(actor, None),
        };
        let facts = self.gate.facts(&question.by(actor), None).await?;
        Ok(self.gate.policy.level(&question.by(actor), &facts) == Some(Level::Full))
    }

    /// Prepares the event that takes a consent back, for all recipients or for some; nothing if it changes nothing.
    pub(super) async fn next_event(
        &self,
        actor: &Actor,
        author: WorkerId,
        stored: StoredConsent,
        recipients: &[AgencyId],
        method: ConsentMethod,
        said: Option<&str>,
    ) -> Result<Option<NewConsent>, Error> {
        let mut scope = stored.scope;
        if !recipients.is_empty() && scope.iter().all(|(agency, ..)| !recipients.contains(agency)) {
            return Ok(None);
        }
        // Only a yes can be narrowed. Of a proposal, a refusal or what is over, the rest would become a yes: it goes whole.
        let narrows = stored.head.event.is_live() && !recipients.is_empty();
        scope.retain(|(agency, ..)| narrows && !recipients.contains(agency));
        let event = if scope.is_empty() { ConsentEvent::Withdrawn } else { ConsentEvent::Limited };
        let id = ConsentId::random();
        let head = ConsentHead {
            id,
            seq: stored.last + 1,
            event,
            method,
            author,
            agency: actor.agency().clone(),
            recorded: self.now(),
            event_time: None,
            ..stored.head
        };
        let said = said.map(|said| Prose::new(said).expect("it was taken once"));
        self.signed_consent(head, scope, said, CONSENT).await.map(Some)
    }

    /// Commits one consent event with all that it ends. The answer says in plain words as much of it as is to be told.
    pub(super) async fn settle_consent(
        &self,
        permit: Permit,
        (ask, item): (&Ask<'_>, Option<Item>),
        consent: NewConsent,
        once: Option<&Once>,
        answer: serde_json::Value,
        tell: Told,
    ) -> Result<Written, Error> {
        let (case, about) = (consent.case, consent.head.about());
        let mut permit = permit;
        for _ in 0..ATTEMPTS_MAX {
            let taken = self.taken(ask.actor, case, about, vec![consent.clone()], None).await?;
            let mut answer = answer.clone();
            match tell {
                Told::Nothing => {}
                Told::Heard => self.heard(&mut answer, ask.actor, (case, about), &taken).await?,
                Told::All => self.summarise(&mut answer, ask.actor, (case, about), &taken).await?,
            }
            let ends = !taken.ended.is_empty() || tell != Told::Nothing;
            let tells = ends || !taken.change.notices.is_empty();
            let effect = if tells { Effect::Withdraw(taken.change) } else { Effect::RecordConsent(consent.clone()) };
            let (change, answer) = promised(ask.actor, effect.into(), once, &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => permit = self.gate.decide(ask, item.clone()).await?,
                settled => {
                    if ends {
                        self.gate.vault.forget(case);
                    }
                    return self.written(ask.actor, settled, once, answer).await;
                }
            }
        }
        Err(Error::Busy)
    }

    /// Finds what these events end, and writes the notices to those who learn that something stopped.
    async fn taken(
        &self,
        actor: &Actor,
        case: CaseId,
        about: Option<ProtectedId>,
        events: Vec<NewConsent>,
        said: Option<&str>,
    ) -> Result<Taken, Error> {
        let (mut ended, mut stopped, mut readers) = (Vec::new(), Vec::new(), HashMap::new());
        for event in &events {
            let live = event.head.holds_at(self.now());
            let covers =
                |one: &Standing| live && event.scope.contains(&(one.agency.clone(), one.category, one.purpose));
            let standing = self.gate.store.standing_on(event.head.chain).await?;
            let before = ended.len();
            ended.extend(standing.into_iter().filter(|one| !covers(one)));
            if ended.len() > before {
                readers.extend(self.gate.store.readers_by_share(event.head.chain).await?);
            }
            if let Some(before) = self.gate.store.consent(event.head.chain).await? {
                let dropped = before.scope.into_iter().filter(|row| !live || !event.scope.contains(row));
                stopped.push(Stopped { chain: event.head.chain, dropped: dropped.collect() });
            }
        }
        let (mut notices, told, unreached) = self.tell_recipients(actor, case, about, (&ended, &readers)).await?;
        let narrows = |event: &NewConsent| matches!(event.head.event, ConsentEvent::Withdrawn | ConsentEvent::Limited);
        if events.iter().any(narrows) || !ended.is_empty() || events.is_empty() {
            notices.extend(self.tell_her_worker(actor, case, about, said).await?);
        }
        if events.iter().any(is_of_his_agreement) {
            notices.extend(self.tell_his_manager(actor, case).await?);
            let hers = self.tell_her_side_of_his(actor, case).await?;
            notices.extend(hers.into_iter().map(|alert| Notice { alert, shares: Vec::new() }));
        }
        let ends = ended.iter().map(|one| EndedKey { share: one.share, agency: one.agency.clone() }).collect();
        let chains = events.iter().map(|event| event.head.chain).collect();
        let change = NewWithdrawal { case, at: self.now(), events, ends, notices };
        Ok(Taken { ended, told, unreached, chains, stopped, change })
    }

    /// Tells each worker whom an ended share reached, under a row of the matrix that the share let them read.
    async fn tell_recipients(
        &self,
        actor: &Actor,
        case: CaseId,
        about: Option<ProtectedId>,
        (ended, readers): (&[Standing], &HashMap<ShareId, Vec<WorkerId>>),
    ) -> Result<(Vec<Notice>, Vec<Seat>, BTreeSet<AgencyId>), Error> {
        let (mut told, mut unreached) = (BTreeMap::<WorkerId, (Category, Seat)>::new(), BTreeSet::new());
        let (mut around, nobody) = (Around::default(), Vec::new());
        for one in ended {
            let of = Reach {
                share: one.share,
                case: one.case,
                about: one.about,
                to: &one.to,
                category: one.category,
                purpose: one.purpose,
            };
            let read = readers.get(&one.share).unwrap_or(&nobody);
            let reached = self.reached(&mut around, &of, &one.agency, read).await?;
            // Whoever has read it and is not among them has left: nobody of that agency says that the copies are gone.
            let mut left = reached.is_empty();
            for worker in read.iter().filter(|worker| !reached.contains_key(worker)) {
                let seat = self.gate.store.seat(*worker).await?.map(|(seat, _)| seat);
                left |= seat.is_some_and(|seat| seat.agency == one.agency && !seat.active);
            }
            if left {
                unreached.insert(one.agency.clone());
            }
            for (worker, seat) in reached {
                told.entry(worker).or_insert((one.category, seat));
            }
        }
        let mut groups: BTreeMap<&str, (Category, Vec<WorkerId>)> = BTreeMap::new();
        for (worker, (category, _)) in &told {
            groups.entry(category.as_str()).or_insert((*category, Vec::new())).1.push(*worker);
        }
        let mut notices = Vec::new();
        for (category, workers) in groups.into_values() {
            let say = NO_LONGER.to_owned();
            let tell = Tell {
                kind: "consent-withdrawn",
                category,
                severity: Severity::High,
                case,
                about,
                note: None,
                say,
                shares: Vec::new(),
            };
            notices.extend(self.notice(actor, tell, workers).await?);
        }
        Ok((notices, told.into_values().map(|(_, seat)| seat).collect(), unreached))
    }

    /// Tells the workers who work with her, unless one of them recorded it.
    async fn tell_her_worker(
        &self,
        actor: &Actor,
        case: CaseId,
        about: Option<ProtectedId>,
        said: Option<&str>,
    ) -> Result<Option<Notice>, Error> {
        let involved = self.gate.store.involved(case).await?;
        let hers = |role: Role| role.is_womens() || role == Role::ChildrensWorker;
        let mut workers: Vec<WorkerId> = involved
            .iter()
            .filter(|one| about.is_some() && one.about == about && hers(one.role))
            .map(|one| one.worker)
            .filter(|worker| Some(*worker) != actor.worker())
            .collect();
        workers.sort_unstable();
        workers.dedup();
        let say = said.map_or(SHE_TOOK_BACK.to_owned(), |said| format!("{SHE_TOOK_BACK}\n\nWhat was said: {said}"));
        let tell = Tell {
            kind: "consent-withdrawn",
            category: Category::Consent,
            severity: Severity::High,
            case,
            about,
            note: None,
            say,
            shares: Vec::new(),
        };
        self.notice(actor, tell, workers).await
    }

    /// Tells whoever manages his case; if there is nobody at all, the event is recorded all the same.
    async fn tell_his_manager(&self, actor: &Actor, case: CaseId) -> Result<Option<Notice>, Error> {
        const KIND: &str = "agreement-withdrawn";
        let Some(kind) = self.gate.policy.alert_kind(KIND) else { return Ok(None) };
        let workers = match self.alert_recipients(case, None, &kind.to, kind.category, None).await {
            Ok(workers) => workers,
            Err(Error::Nobody) => Vec::new(),
            Err(why) => return Err(why),
        };
        let tell = Tell {
            kind: KIND,
            category: kind.category,
            severity: Severity::High,
            case,
            about: None,
            note: None,
            say: HE_TOOK_BACK.to_owned(),
            shares: Vec::new(),
        };
        self.notice(actor, tell, workers).await
    }
}

fn is_of_his_agreement(event: &NewConsent) -> bool {
    event.head.kind.is_his() && matches!(event.head.event, ConsentEvent::Withdrawn | ConsentEvent::Refused)
}

fn events_of(change: &NewWithdrawal) -> serde_json::Value {
    let event =
        |one: &NewConsent| serde_json::json!({ "id": one.head.id, "chain": one.head.chain, "event": one.head.event });
    change.events.iter().map(event).collect()
}
