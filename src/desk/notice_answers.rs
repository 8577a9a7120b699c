//! What follows on a recall, or on a notice that he is at large, by those who were told of it: that a named officer has it, what
//! was done to find him, that the prison has him.
//!
//! Promises: whoever holds the notice answers it, whether they work on the case or were told because they are on duty; nobody
//! else does, and nothing else can be recorded in this way. It is an event of his chronology like any other.
//! Must never know: who else was told.

use super::alerts::alert_question;
use super::chronicle::RecordEvent;
use super::events::Event;
use super::{Desk, Error, Once, Written};
use crate::auth::Actor;
use crate::model::clocks::EventWord;
use crate::model::id::{AlertId, EventId};
use crate::model::screen::Form;
use crate::model::text::{Line, Prose};
use crate::model::time::Second;
use crate::policy::permit::Action;
use serde::Deserialize;

/// What can be recorded in this way.
const ANSWERS: [&str; 3] = [EventWord::ACKNOWLEDGED, "at-large-progress", "returned-to-custody"];

/// An answer to a notice as a worker gives it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerNotice {
    /// What: that one has it, what was done, that he is back.
    pub word: EventWord,
    /// When.
    pub happened: Second,
    /// In words.
    #[serde(default)]
    pub text: Option<Prose<4000>>,
    /// What it was seen by: the division's own number.
    #[serde(default)]
    pub evidence: Vec<Line<300>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

impl Desk {
    /// Records what follows on a notice.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such alert, it is no notice of this kind, or it is not the actor's;
    /// [`Error::Invalid`] for another word, one that is for another role, or evidence that is wanting.
    pub async fn answer_notice(
        &self,
        actor: &Actor,
        alert: AlertId,
        mut new: AnswerNotice,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let head = self.gate.store.alert(alert).await?.map(|(head, _)| head);
        let notice = self.gate.store.notice_of(alert).await?;
        let copy = match actor.worker() {
            Some(worker) => self.gate.store.copy_of(alert, worker).await?,
            None => None,
        };
        let question = alert_question(Action::Acknowledge, alert, head.as_ref(), self.purpose(actor, None));
        let ask = question.by(actor);
        let (Some(head), Some(notice), Some(_), Some(author)) = (head, notice, copy, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, Some(head.item())).await?;
        let checked = std::mem::take(&mut new.checked);
        let event = match self.answer_to(&notice, new) {
            Ok(event) => event,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let happened = self.happened(notice.case, event).await?;
        let by = (notice.case, author, EventId::random());
        let ready = self.readied(actor, (question, permit), by, happened, &checked).await?;
        let written = self.recorded(actor, ready, Some(head.item()), once).await?;
        self.note_that_they_have(actor, alert).await;
        Ok(written)
    }

    /// Returns an answer as the event that it is.
    fn answer_to(&self, notice: &Event, new: AnswerNotice) -> Result<RecordEvent, Error> {
        if !ANSWERS.contains(&new.word.as_str()) {
            let say = format!("does not follow on a notice: write one of {}", ANSWERS.join(", "));
            return Err(Error::field("word", &say));
        }
        let AnswerNotice { word, happened, text, evidence, checked } = new;
        let event = RecordEvent { order: notice.order, text, evidence, checked, ..RecordEvent::new(word, happened) };
        let event = RecordEvent { follows: Some(notice.id), ..event };
        self.check_record(&event)?;
        Ok(event)
    }
}
