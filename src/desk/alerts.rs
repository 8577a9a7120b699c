//! Victim-safety alerts: raised, read, acknowledged, acted on; receipts both ways.
//!
//! Promises: an alert and its recipients are one commit; it is never sent to nobody; the sender sees how far each recipient has come, as
//! far as the sender may know of them.

pub use super::climbed::{Climbed, Progress, Standing};
use super::goes::Goes;
use super::heartbeats::Hearer;
pub use super::storms::HeldBack;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::alerts::{ActionText, AlertText, DeliveryState, Severity};
use crate::model::id::{AlertId, CaseId, DeliveryId, EntryId, ProtectedId, ShareId, WorkerId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::sealed::{Place, Record};
use crate::model::shares::Purpose;
use crate::model::status::Phone;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Ask};
pub use crate::store::alerts::{AlertHead, Came, Copy, StoredAction};
use crate::store::alerts::{NewAction, NewAlert};
use crate::store::effect::Effect;
use crate::vault::Disclosure;
use serde::Deserialize;

/// An alert as a worker raises it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RaiseAlert {
    /// How fast somebody must act.
    pub severity: Severity,
    /// One of the kinds of `policies/alert-kinds.csv`.
    pub kind: String,
    /// The protected person that it is about; left out, it goes to each woman's own worker.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// What happened.
    pub text: Prose<2000>,
    /// What the worker may tell her.
    #[serde(default)]
    pub may_tell_her: Option<Prose<1000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// What a recipient did.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActOnAlert {
    /// In words.
    pub text: Prose<1000>,
    /// Whether the one whom it is about is safe, as far as the writer knows.
    #[serde(default)]
    pub confirmed_safe: bool,
}

/// Up to where a client has what it was sent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeAlerts {
    /// The last copy that it has.
    pub place: DeliveryId,
}

/// An empty body: one tap.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Acknowledge {}

/// An alert that was opened.
#[derive(Debug)]
pub struct OpenAlert {
    /// What stands in clear.
    pub head: AlertHead,
    /// The words, with their audit number.
    pub words: Disclosure<AlertText>,
    /// Why the words that she may be told are not for this reader, if they are not.
    pub held_back: Option<HeldBack>,
    /// Whom a worker rings before she is told anything, where there are no words for her.
    pub ask: Option<Phone>,
    /// The reader's own copy, if they are a recipient.
    pub copy: Option<Copy>,
    /// How far the recipients have come, as far as the reader may know of them.
    pub progress: Vec<Progress>,
    /// How far the ladder was climbed for each of those who owe an answer, as far as the reader may know of them.
    pub ladder: Vec<Climbed>,
    /// Where the reader stands with it, if they are a recipient.
    pub standing: Option<Standing>,
    /// The shares that it tells of, to its recipients and its sender.
    pub shares: Vec<ShareId>,
    /// What they did, as far as the reader may know of it; `None` if it could not be opened just now.
    pub done: Option<Done>,
}

impl OpenAlert {
    /// Returns what the worker may tell her; nothing while that is held back.
    #[must_use]
    pub fn may_tell_her(&self) -> Option<&Prose<1000>> {
        self.words.value().may_tell_her.as_ref().filter(|_| self.held_back.is_none())
    }
}

/// What the recipients of an alert did.
#[derive(Debug, Default)]
pub struct Done {
    /// Who and when, oldest first.
    pub actions: Vec<StoredAction>,
    /// For each, in which words.
    pub words: Option<Disclosure<Vec<ActionText>>>,
}

/// An acknowledgement.
#[derive(Debug)]
pub struct Acknowledged {
    /// When it was first given.
    pub at: Moment,
    /// Where it stands in the log; `None` if it had been given before.
    pub recorded: Option<Recorded>,
}

/// What is said of a critical alert beside that it is stored.
const RING: &str = "It is stored, and nobody has seen it yet. If somebody is in danger now, ring 999. Nobody acknowledges it? Telephone them.";

/// What is said of an alert that may not come to all of its recipients in time.
const DELAYED: &str = "Alerts to some of those whom it is for may be delayed: telephone them now.";

impl Desk {
    /// Raises an alert on a case.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] for an unknown kind or an `about` of another case;
    /// [`Error::Nobody`] if nobody at all would receive it: then it was not sent, and somebody must telephone.
    pub async fn raise_alert(
        &self,
        actor: &Actor,
        case: CaseId,
        new: RaiseAlert,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let Some(kind) = self.gate.policy.alert_kind(&new.kind) else {
            let kinds: Vec<&str> = self.gate.policy.alert_kinds().iter().map(|kind| kind.kind.as_str()).collect();
            return Err(Error::field("kind", &format!("is not a kind of alert: write one of {}", kinds.join(", "))));
        };
        let (category, roles) = (kind.category, self.told_of(&kind.to, new.about));
        let purpose = self.purpose(actor, None);
        self.check_kind(actor, category, purpose)?;
        let id = AlertId::random();
        let question = Question {
            action: Action::Raise,
            record: Record::Alert(id),
            case: Some(case),
            about: new.about,
            category,
            purpose,
        };
        let ask = question.by(actor);
        if !self.gate.store.has_case(actor, case).await? {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let permit = self.gate.decide(&ask, None).await?;
        let prepared = self.check_about(actor, case, category, new.about).await;
        let prepared = match prepared {
            Ok(()) => self.alert_recipients(case, new.about, &roles, category, Some(actor)).await,
            Err(why) => Err(why),
        };
        let recipients = match prepared {
            Ok(recipients) => recipients,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let mut said = vec![("text", new.text.reveal())];
        said.extend(new.may_tell_her.as_ref().map(|words| ("may_tell_her", words.reveal())));
        let permit = self.screened(actor, permit, case, (Goes::Recipients, &said, &new.checked)).await?;
        let head = AlertHead {
            id,
            case: Some(case),
            author: actor.word(),
            agency: actor.agency().clone(),
            about: new.about,
            kind: new.kind,
            category,
            severity: new.severity,
            note: None,
            raised: once.as_ref().and_then(Once::waited).map_or_else(|| self.now(), |(received, _)| received),
        };
        let words = self.seal(head.place(), &AlertText { text: new.text, may_tell_her: new.may_tell_her }).await?;
        let answer = stored(&head, &self.delayed_for(actor, &head, &recipients, purpose).await);
        let answer = self.durable(answer, once.as_ref()).await?;
        let effect = Effect::Raise(NewAlert { head, words, recipients });
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Returns to which agencies of the recipients alerts may be delayed, as far as the sender is shown recipients at all. That it
    /// cannot be found out keeps no alert back.
    async fn delayed_for(&self, actor: &Actor, head: &AlertHead, to: &[WorkerId], purpose: Purpose) -> Vec<Hearer> {
        let found = match self.sees_progress(actor, head, purpose).await {
            Ok(true) => self.delayed_among(to).await,
            Ok(false) => Ok(Vec::new()),
            Err(why) => Err(why),
        };
        found.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether alerts may be delayed could not be found out");
            Vec::new()
        })
    }

    /// Says before anything is looked up that a role never raises alerts of a kind, and which kinds it does raise: a
    /// worker who reports a threat must not be told that there is nothing here.
    fn check_kind(&self, actor: &Actor, category: Category, purpose: Purpose) -> Result<(), Error> {
        let Some(role) = actor.role() else { return Ok(()) };
        let policy = &self.gate.policy;
        let raises = |category| policy.ever(role, actor.kind(), category, purpose, Action::Raise);
        let kinds: Vec<&str> =
            policy.alert_kinds().iter().filter(|kind| raises(kind.category)).map(|kind| kind.kind.as_str()).collect();
        if raises(category) || kinds.is_empty() {
            return Ok(());
        }
        let say = format!("is not one that your role raises: write one of {}", kinds.join(", "));
        Err(Error::field("kind", &format!("{say}. It was NOT sent. If somebody is in danger now, ring 999")))
    }

    /// Shows an alert to a recipient, or to the one who raised it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn read_alert(&self, actor: &Actor, id: AlertId, purpose: Option<Purpose>) -> Result<OpenAlert, Error> {
        let purpose = self.purpose(actor, purpose);
        let found = self.gate.store.alert(id).await?;
        // Asked for whether there is such an alert or not, so that both take as long.
        let mut copy = match actor.worker() {
            Some(worker) => self.gate.store.copy_of(id, worker).await?,
            None => None,
        };
        let question = alert_question(Action::Read, id, found.as_ref().map(|(head, _)| head), purpose);
        let Some((head, words)) = found else {
            return Err(self.gate.asked_for_nothing(&question.by(actor)).await.into());
        };
        let sent = head.author == actor.word();
        let ask = question.by(actor);
        let words = self.gate.open(&ask, Some(head.item()), words).await?;
        if let Some(copy) = copy.as_mut().filter(|copy| copy.read.is_none()) {
            // Told to the sender only now: the words are open, and will be shown.
            let at = self.now();
            let first = Effect::ReadAlert(copy.delivery, at);
            match self.gate.pass(&ask, Some(head.item()), first.into()).await {
                Ok(_) | Err(crate::gate::Error::Store(crate::store::Error::Taken)) => copy.read = Some(at),
                Err(error) => return Err(error.into()),
            }
        }
        let seen = sent && self.sees_progress(actor, &head, purpose).await?;
        let (held, rungs) = (self.gate.store.held(id).await?, self.gate.store.rungs(id).await?);
        let (progress, ladder) = if seen { self.progress_in(&head, &held, &rungs) } else { Default::default() };
        let standing = actor.worker().filter(|_| copy.is_some());
        let standing = standing.map(|worker| self.stands(worker, &head, &held, &rungs));
        let done = if progress.is_empty() { Ok(Done::default()) } else { self.done_about(&ask, &head).await };
        // The alert is open already: what was done about it must not hide it.
        let done = done.inspect_err(|error| tracing::warn!(%error, "what was done about an alert was not opened")).ok();
        let held_back = if sent { None } else { self.stormy(&head).await? };
        let asks = copy.is_some() && (words.value().may_tell_her.is_none() || held_back.is_some());
        let ask = if asks { self.whom_to_ask(actor, &head).await? } else { None };
        let shares = if sent || copy.is_some() { self.gate.store.shares_of_alert(id).await? } else { Vec::new() };
        Ok(OpenAlert { head, words, held_back, ask, copy, progress, ladder, standing, shares, done })
    }

    /// Opens what the recipients did, for the one who raised the alert and may know.
    async fn done_about(&self, ask: &Ask<'_>, head: &AlertHead) -> Result<Done, Error> {
        let mut actions = self.gate.store.actions_on(head).await?;
        actions.retain(|one| may_read_of(ask.actor, head, one));
        if actions.is_empty() {
            return Ok(Done::default());
        }
        let items = actions.iter().map(|one| one.words.place.record).collect();
        let receipt = self.gate.pass(ask, Some(head.item()), Effect::Disclose(items).into()).await?;
        let sealed = actions.iter().map(|one| one.words.clone()).collect();
        let words = Some(self.gate.open_many_of(ask, Some(head.item()), sealed, receipt).await?);
        Ok(Done { actions, words })
    }

    /// Acknowledges an alert: one tap, with name and time. A second tap changes nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such alert or it was not addressed to the worker.
    pub async fn acknowledge(&self, actor: &Actor, id: AlertId) -> Result<Acknowledged, Error> {
        let (head, copy) = self.addressed(actor, id).await?;
        if let Some(at) = copy.acknowledged {
            return Ok(Acknowledged { at, recorded: None });
        }
        let question = alert_question(Action::Acknowledge, id, Some(&head), self.purpose(actor, None));
        let at = self.now();
        let effect = Effect::Acknowledge(copy.delivery, at);
        match self.gate.pass(&question.by(actor), Some(head.item()), effect.into()).await.map_err(Error::from) {
            Ok(receipt) => Ok(Acknowledged { at, recorded: Some(Recorded::from(&receipt)) }),
            Err(Error::Conflict) => {
                // Two taps at once: the first one counts.
                let first = self.addressed(actor, id).await?.1.acknowledged.ok_or(Error::Conflict)?;
                Ok(Acknowledged { at: first, recorded: None })
            }
            Err(error) => Err(error),
        }
    }

    /// Records what a recipient did about an alert.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such alert or it was not addressed to the worker.
    pub async fn act(&self, actor: &Actor, id: AlertId, new: ActOnAlert, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (head, copy) = self.addressed(actor, id).await?;
        let question = alert_question(Action::Acknowledge, id, Some(&head), self.purpose(actor, None));
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, Some(head.item())).await?;
        let (action, at) = (EntryId::random(), self.now());
        let place = Place { record: Record::AlertAction(action), ..head.place() };
        let words = self.seal(place, &ActionText(new.text)).await?;
        let safe = new.confirmed_safe;
        let state = if safe { DeliveryState::ConfirmedSafe } else { DeliveryState::Acted };
        let answer = serde_json::json!({ "id": action, "alert": id, "at": at, "state": state });
        let effect = Effect::Act(NewAction { id: action, delivery: copy.delivery, at, safe, words });
        let done = self.write(permit, &ask, Some(head.item()), effect.into(), once.as_ref(), answer).await?;
        self.note_that_they_have(actor, id).await;
        Ok(done)
    }

    /// Acknowledges an alert for one who has just done what it asks for: nobody is rung because they did not tap as well. If it
    /// cannot be recorded, what they did stands, and the ladder goes on.
    pub(super) async fn note_that_they_have(&self, actor: &Actor, id: AlertId) {
        if let Err(error) = self.acknowledge(actor, id).await {
            tracing::warn!(%error, "whoever acted on an alert could not be noted as having it");
        }
    }

    /// Returns the alert and the actor's own copy, or records that they asked for nothing of theirs.
    pub(super) async fn addressed(&self, actor: &Actor, id: AlertId) -> Result<(AlertHead, Copy), Error> {
        let found = self.gate.store.alert(id).await?.map(|(head, _)| head);
        let copy = match actor.worker() {
            Some(worker) => self.gate.store.copy_of(id, worker).await?,
            None => None,
        };
        let question = alert_question(Action::Acknowledge, id, found.as_ref(), self.purpose(actor, None));
        match found.zip(copy) {
            Some(both) => Ok(both),
            None => Err(self.gate.asked_for_nothing(&question.by(actor)).await.into()),
        }
    }

    /// Says whether a sender sees how far the recipients have come: those who may know that a woman works with a service.
    /// Others are shown nobody, whoever is there.
    async fn sees_progress(&self, actor: &Actor, head: &AlertHead, purpose: Purpose) -> Result<bool, Error> {
        match head.case {
            Some(case) => self.knows_women(actor, case, head.about, purpose).await,
            None => Ok(false),
        }
    }
}

/// Writes what the sender is told: that it is stored, to whom it may be delayed, and what to do.
fn stored(head: &AlertHead, delayed: &[Hearer]) -> serde_json::Value {
    let (state, at) = (DeliveryState::Stored, head.raised);
    let mut answer = serde_json::json!({ "id": head.id, "state": state, "stored_at": at, "durable": "disk" });
    answer["delayed"] = delayed.iter().map(told_of_delay).collect();
    let say = [(head.severity == Severity::Critical, RING), (!delayed.is_empty(), DELAYED)];
    let say: Vec<&str> = say.iter().filter(|(holds, _)| *holds).map(|(_, say)| *say).collect();
    if !say.is_empty() {
        answer["say"] = say.join(" ").into();
    }
    answer
}

/// Names an agency to which alerts may be delayed, and whom to ring there.
fn told_of_delay(one: &Hearer) -> serde_json::Value {
    let telephone = serde_json::json!({ "number": one.telephone.number, "whose": one.telephone.whose });
    serde_json::json!({ "agency": one.agency, "since": one.since, "telephone": telephone })
}

/// Says whether whoever raised an alert may read what a recipient did about it. Any such words may say where a woman
/// or child is, so they are for those who work with her alone: a women's or children's service, on an alert about one
/// person, and never what another such service wrote. Everybody else sees that something was done, and when.
fn may_read_of(reader: &Actor, head: &AlertHead, one: &StoredAction) -> bool {
    let same = &one.agency == reader.agency();
    reader.kind().keeps_confidence() && head.about.is_some() && (same || !one.kind.keeps_confidence())
}

/// Returns how far a copy has come.
#[must_use]
pub fn state(copy: &Copy) -> DeliveryState {
    copy.came().state()
}

pub(super) fn alert_question(action: Action, id: AlertId, head: Option<&AlertHead>, purpose: Purpose) -> Question {
    let record = Record::Alert(id);
    let (case, category) = head.map_or((None, Category::Attendance), |head| (head.case, head.category));
    Question { action, record, case, about: head.and_then(|head| head.about), category, purpose }
}
