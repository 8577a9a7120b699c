//! What women may be told when something happens in a case, as those who answer for his supervision have approved it beforehand.
//!
//! Promises: it travels with each alert that such an event raises from then on; until somebody says otherwise, what the partnership says
//! everywhere does. Words of one case are read by every woman's worker on it, so they say nothing of any woman: they are screened like his
//! record. If they cannot be opened, the alert goes without, and its reader asks first.
//! Must never know: HTTP, SQL.

use super::goes::Goes;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::alerts::HubKind;
use crate::model::clocks::EventWord;
use crate::model::facts::Item;
use crate::model::id::{AgencyId, CaseId, WordingId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::sealed::{Record, Sealed};
use crate::model::shares::Purpose;
use crate::model::status::Phone;
use crate::model::text::Prose;
use crate::model::wordings::{Tell, WordingText};
pub use crate::policy::Raise;
use crate::policy::permit::Action;
use crate::store::alerts::AlertHead;
use crate::store::effect::{Effect, Supervision};
use crate::store::orders::plain;
pub use crate::store::wordings::Wording;
use crate::store::wordings::place;
use crate::vault::Disclosure;
use serde::Deserialize;

/// The row of the disclosure matrix under which it falls: it is part of how he is managed.
const CATEGORY: Category = Category::RiskPlan;

/// What women may be told, as a worker says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SayWording {
    /// The kind of event: a word of `raises.csv`.
    pub event: EventWord,
    /// What may be told.
    pub tell: Tell,
    /// The words, if `tell` is `words`.
    #[serde(default)]
    pub words: Option<Prose<1000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// What women may be told of a case.
#[derive(Debug)]
pub struct Wordings {
    /// For each kind of event that alerts somebody, in the order of their words: what the partnership says, and what stands for this
    /// case if anything was said.
    pub items: Vec<(Raise, Option<Wording>)>,
    /// The words of those that have some, in their order.
    pub words: Disclosure<Vec<WordingText>>,
    /// Where the look stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Records what women may be told from now on when something of a kind happens in a case.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case, the worker may not write his plan, or another agency answers for it;
    /// [`Error::Invalid`] for an event that alerts nobody, words that are wanting or too many, words that are kept for somebody;
    /// [`Error::Conflict`] if somebody else said it at the same moment.
    pub async fn say_wording(
        &self,
        actor: &Actor,
        case: CaseId,
        new: SayWording,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = WordingId::random();
        let question = self.wording_question(actor, Action::Create, Record::Wording(id), case);
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        if let Err(why) = self.check_wording(actor, case, &new).await {
            return Err(self.declined(permit, why).await);
        }
        let said: Vec<_> = new.words.iter().map(|words| ("words", words.reveal())).collect();
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &said, &new.checked)).await?;
        let seq = self.gate.store.wording(case, &new.event).await?.map_or(0, |last| last.seq) + 1;
        let words = match new.words {
            Some(words) => Some(self.seal(place(case, id), &WordingText(words)).await?),
            None => None,
        };
        let (word, tell, created) = (new.event, new.tell, self.now());
        let answer = serde_json::json!({ "id": id, "case": case, "event": word, "tell": tell, "said_at": created });
        let agency = actor.agency().clone();
        let wording = Wording { id, case, word, seq, tell, author, agency, created, words };
        self.write(permit, &ask, None, Supervision::Word(Box::new(wording)).into(), once.as_ref(), answer).await
    }

    async fn check_wording(&self, actor: &Actor, case: CaseId, new: &SayWording) -> Result<(), Error> {
        if self.owner_of(case).await? != *actor.agency() {
            return Err(Error::NotFound);
        }
        if self.gate.policy.raises().by(new.event.as_str()).is_none() {
            let words: Vec<&str> = self.gate.policy.raises().all().iter().map(|raise| raise.word.as_str()).collect();
            let say = format!("is not an event that alerts anybody: write one of {}", words.join(", "));
            return Err(Error::field("event", &say));
        }
        match (new.tell, &new.words) {
            (Tell::Words, None) => Err(Error::field("words", "is needed: write what she may be told")),
            (Tell::AskFirst | Tell::Usual, Some(_)) => {
                Err(Error::field("words", "goes with tell: words alone. Leave it out, or change tell"))
            }
            _ => Ok(()),
        }
    }

    /// Lists what women may be told of a case: for each kind of event the partnership's words, and what stands for this case.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not read his plan.
    pub async fn wordings(&self, actor: &Actor, case: CaseId) -> Result<Wordings, Error> {
        let question = self.wording_question(actor, Action::Read, Record::Case(case), case);
        let ask = question.by(actor);
        if !self.gate.store.has_case(actor, case).await? {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let item = self.wording_item(case).await?;
        let raises = self.gate.policy.raises();
        let mut standing = self.gate.store.wordings_of(case).await?;
        standing.retain(|one| raises.by(one.word.as_str()).is_some());
        // A database has an order of its own for words.
        standing.sort_by(|one, other| one.word.as_str().cmp(other.word.as_str()));
        let sealed: Vec<Sealed<WordingText>> = standing.iter().filter_map(|one| one.words.clone()).collect();
        let named = sealed.iter().map(|one| one.place.record).collect();
        let receipt = self.gate.pass(&ask, Some(item.clone()), Effect::Disclose(named).into()).await?;
        let recorded = Recorded::from(&receipt);
        let words = self.gate.open_many_of(&ask, Some(item), sealed, receipt).await?;
        let own = |raise: &Raise| standing.iter().find(|one| one.word == raise.word).cloned();
        let mut items: Vec<_> = raises.all().iter().map(|raise| (raise.clone(), own(raise))).collect();
        items.sort_by(|(one, _), (other, _)| one.word.as_str().cmp(other.word.as_str()));
        Ok(Wordings { items, words, recorded })
    }

    /// Returns what women may be told of an event in a case, for the alert that it raises.
    pub(super) async fn may_tell_of(&self, case: CaseId, raise: &Raise) -> Option<Prose<1000>> {
        match self.wording_for(case, raise).await {
            Ok(words) => words,
            Err(error) => {
                tracing::warn!(%error, "what she may be told could not be opened: the alert goes without, to be asked for");
                None
            }
        }
    }

    /// Returns whom a worker of a women's or children's service rings before she is told of what happened in a case.
    pub(super) async fn whom_to_ask(&self, actor: &Actor, head: &AlertHead) -> Result<Option<Phone>, Error> {
        let of_kind = self.gate.policy.alert_kind(&head.kind).is_some() || head.kind == HubKind::NoteShared.word();
        let Some(case) = head.case.filter(|_| of_kind && actor.kind().keeps_confidence()) else { return Ok(None) };
        let owner = self.gate.store.case(case).await?.map(|case| case.owner);
        Ok(owner.map(|owner| self.gate.policy.phones().owner(&owner).clone()))
    }

    async fn wording_for(&self, case: CaseId, raise: &Raise) -> Result<Option<Prose<1000>>, Error> {
        let own = self.gate.store.wording(case, &raise.word).await?.filter(|one| one.tell != Tell::Usual);
        let Some(own) = own else {
            return raise.may_tell_her.as_deref().map(Prose::new).transpose().map_err(|_| Error::Unknown);
        };
        let Some(sealed) = own.words else { return Ok(None) };
        let service = Actor::service("wordings", own.agency);
        let question = Question::of_no_record(Action::List, CATEGORY, Purpose::VictimSafety);
        let ask = question.by(&service);
        let receipt = self.gate.serve(&ask, Effect::Disclose(vec![sealed.place.record]).into()).await?;
        let opened = self.gate.open_many(&ask, vec![sealed], receipt).await?;
        let words = opened.value().first().ok_or(Error::Unknown)?;
        Ok(Some(Prose::new(words.0.reveal()).map_err(|_| Error::Unknown)?))
    }

    async fn owner_of(&self, case: CaseId) -> Result<AgencyId, Error> {
        Ok(self.gate.store.case(case).await?.ok_or(Error::NotFound)?.owner)
    }

    async fn wording_item(&self, case: CaseId) -> Result<Item, Error> {
        Ok(plain(CATEGORY, self.owner_of(case).await?))
    }

    fn wording_question(&self, actor: &Actor, action: Action, record: Record, case: CaseId) -> Question {
        let purpose = self.purpose(actor, None);
        Question { action, record, case: Some(case), about: None, category: CATEGORY, purpose }
    }
}
