//! A list of questions where men stand: what a division looks at before a shift.
//!
//! Whoever may ask one question may ask a list: fifty can be asked one by one, and a narrower gate would have them asked so,
//! where nobody sees that they belong together. What is different is what others see: a list is an entry of its own before
//! any line is looked up, those who answer for the asker see it the next day whether it came with a number or not, and the
//! lines that one worker asks in a day are counted.
//! Promises: each line is a question of its own by the same rules, recorded by itself; one that cannot be asked stops no
//! other and counts for nothing; nobody escapes the count by asking twice at once.
//! Must never know: HTTP, SQL.

pub use super::status_lines::AskLine;
use super::status_queries::{InList, StatusAnswer, said};
use super::{Desk, Error, FieldError, Recorded};
use crate::auth::Actor;
use crate::model::id::QueryId;
use crate::model::text::{Line, Prose};
use crate::model::time::Moment;
use crate::policy::limits::Limit;
use crate::store::effect::Effect;
use crate::store::status::{NewQuery, place_of};
use serde::Deserialize;

/// How often the facts may move while a list is begun before the caller is told to try again.
const ATTEMPTS_MAX: usize = 3;

/// A list as it is asked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskStatusList {
    /// The lines.
    pub lines: Vec<AskLine>,
    /// The police incident number, for every line that says nothing of its own.
    #[serde(default)]
    pub incident: Option<Line<40>>,
    /// There is no number yet.
    #[serde(default)]
    pub no_incident_yet: bool,
    /// Why there is none.
    #[serde(default)]
    pub reason: Option<Prose<500>>,
}

/// A list that was recorded, and whose lines may now be asked.
#[derive(Debug)]
pub struct BegunList {
    /// The list.
    pub id: QueryId,
    /// From when others look at it; nothing if no line of it could be asked.
    pub follow_up: Option<Moment>,
    /// Where it stands in the log.
    pub recorded: Recorded,
}

/// What became of one line.
#[derive(Debug)]
pub enum LineAnswer {
    /// It was asked.
    Told(Box<StatusAnswer>),
    /// It was not, because of this.
    Wrong(Vec<FieldError>),
}

impl Desk {
    /// Records that a list is asked, before any line of it is looked up.
    ///
    /// # Errors
    /// [`Error::Invalid`] if it has no line or too many, or its asker has asked too many today; [`Error::NotFound`] if the
    /// actor asks no such thing.
    pub async fn begin_status_list(&self, actor: &Actor, list: &AskStatusList) -> Result<BegunList, Error> {
        self.check_list(list)?;
        let id = QueryId::random();
        let question = self.question_of(actor, id);
        let ask = question.by(actor);
        // What cannot be asked looks nothing up: it neither counts for the day nor has anybody look at it.
        let askable = list.lines.iter().filter(|line| self.can_ask(list, line)).count();
        let many = i64::try_from(askable).unwrap_or(i64::MAX);
        for _ in 0..ATTEMPTS_MAX {
            let permit = self.gate.decide(&ask, None).await?;
            let worker = actor.worker().ok_or(Error::NotFound)?;
            let (at, limits) = (self.now(), self.gate.policy.limits());
            let rate = limits.rate(Limit::StatusLinesPerDay);
            let asked = self.gate.store.lines_asked(worker, at.plus_seconds(-rate.within_s)).await?;
            if asked.saturating_add(many) > rate.times {
                let say = "are more than one worker may ask in lists in a day: ask the most urgent one by one";
                return Err(self.declined(permit, Error::field("lines", say)).await);
            }
            let follow_up = (many > 0).then(|| limits.due(Limit::QueryFollowUp, at));
            let query = NewQuery {
                id,
                worker,
                agency: actor.agency().clone(),
                at,
                follow_up,
                words: self.seal(place_of(id), &said(list.incident.as_ref(), list.reason.as_ref())?).await?,
                batch: None,
                lines: Some(many),
            };
            match self.gate.commit_as_prepared(permit, Effect::AskList(query).into()).await {
                Err(crate::gate::Error::Moved) => {}
                settled => return Ok(BegunList { id, follow_up, recorded: Recorded::from(&settled?) }),
            }
        }
        Err(Error::Busy)
    }

    /// Asks one line of a list that was begun.
    pub async fn ask_status_line(
        &self,
        actor: &Actor,
        list: QueryId,
        of: &AskStatusList,
        line: &AskLine,
    ) -> LineAnswer {
        let own_occasion = line.has_own_occasion();
        let ask = match line.read(of) {
            Ok(ask) => ask,
            Err(errors) => return LineAnswer::Wrong(errors),
        };
        match self.ask_status_in(actor, &ask, Some(InList { id: list, own_occasion })).await {
            Ok(told) => LineAnswer::Told(Box::new(told)),
            Err(Error::Invalid { errors }) => LineAnswer::Wrong(errors),
            Err(error) => {
                tracing::warn!(%error, "a line of a list was not answered");
                let say = "was not answered just now: ask it alone, or ring the numbers for what is not known";
                LineAnswer::Wrong(vec![FieldError::new("", say)])
            }
        }
    }

    /// Says whether a line will be looked up.
    fn can_ask(&self, list: &AskStatusList, line: &AskLine) -> bool {
        line.read(list).is_ok_and(|ask| self.check_question(&ask).is_ok())
    }

    fn check_list(&self, list: &AskStatusList) -> Result<(), Error> {
        let most = self.gate.policy.limits().most(Limit::StatusLines);
        let mut errors = Vec::new();
        if list.lines.is_empty() {
            errors.push(FieldError::new("lines", "is empty: give one line for each man"));
        } else if list.lines.len() > most {
            errors.push(FieldError::new("lines", &format!("are too many: ask {most} at a time")));
        }
        if list.incident.is_some() || list.no_incident_yet || list.reason.is_some() {
            errors.extend(self.check_occasion(list.incident.as_ref(), list.no_incident_yet, list.reason.as_ref()));
        }
        if errors.is_empty() { Ok(()) } else { Err(Error::Invalid { errors }) }
    }
}
