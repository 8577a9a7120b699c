//! Whom an event of supervision alerts by itself, and in which words.
//!
//! Promises: each woman's own worker gets what `raises.csv` says, without a reason and with the day if it was not today; what is put
//! right is told to those whom the wrong one went to; if nobody at all can be told, those who answer for the agency are.
//! Must never know: what was written of the event.

use super::events::Happened;
use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::clocks::EventWord;
use crate::model::id::{AlertId, CaseId};
use crate::model::text::Prose;
use crate::policy::{AlertKind, Raise};
use crate::store::alerts::{AlertHead, NewAlert};

/// What governance officers are told if an event should have alerted somebody.
const NOBODY: &str = "Something happened in a case that should have alerted a woman's own worker or others, and nobody could be \
                      told: there is nobody on the case or on duty who could open it. It is recorded. Find out tonight who must \
                      know, and telephone.";

/// What whoever records something critical is told, whoever was alerted.
pub(super) const RING: &str = "It is recorded. If somebody is in danger now, ring 999. Do not rely on a screen: telephone those who \
                               must know at once.";

impl Desk {
    /// Says whether an event of a word is critical to those whom it alerts.
    pub(super) fn is_critical(&self, word: &EventWord) -> bool {
        self.gate.policy.raises().by(word.as_str()).is_some_and(|raise| raise.severity == Severity::Critical)
    }

    /// Prepares the alerts that an event raises: its own, and to those whom a wrong one went to that it has been put right.
    pub(super) async fn alerts_of(&self, actor: &Actor, case: CaseId, new: &Happened) -> Result<Vec<NewAlert>, Error> {
        let raises = self.gate.policy.raises();
        let mut alerts = Vec::new();
        if let Some(raise) = raises.by(new.word.as_str()).filter(|_| new.word.as_str() != EventWord::CORRECTION) {
            let limits = self.gate.policy.limits();
            let when = limits.local_day(new.happened) != limits.local_day(self.now());
            let mut say = match when {
                true => format!("{} It happened on {}.", raise.say, limits.local(new.happened)),
                false => raise.say.clone(),
            };
            if let Some(day) = new.day {
                say = format!("{say} The day: {day}.");
            }
            alerts.extend(self.raised(actor, case, (raise, raise), &say).await?);
        }
        let was = match new.corrects {
            Some(id) => self.gate.store.event(id).await?,
            None => None,
        };
        let right = raises.by(EventWord::CORRECTION);
        if let Some((was, right)) = was.and_then(|was| raises.by(was.word.as_str())).zip(right) {
            alerts.extend(self.raised(actor, case, (was, right), &right.say).await?);
        }
        Ok(alerts)
    }

    /// Writes one alert: to whom and how fast as `to` says, in the words of `words`.
    async fn raised(
        &self,
        actor: &Actor,
        case: CaseId,
        (to, words): (&Raise, &Raise),
        say: &str,
    ) -> Result<Vec<NewAlert>, Error> {
        let Some(kind) = self.gate.policy.alert_kind(&to.kind) else { return Ok(Vec::new()) };
        // Opened whoever is there: the opening is an entry of the log, and its gap must tell nobody whom the alert finds.
        // Whoever was told nothing of what happened is not told that it has been put right.
        let was_told = to.word == words.word || self.may_tell_of(case, to).await.is_some();
        let may_tell_her = if was_told { self.may_tell_of(case, words).await } else { None };
        let recipients = match self.alert_recipients(case, None, &kind.to, kind.category, Some(actor)).await {
            Ok(recipients) => recipients,
            Err(Error::Nobody) => return self.nobody_told(case, to.severity).await,
            Err(why) => return Err(why),
        };
        let mut head = head(actor, case, kind, to.severity, self.now());
        // In its row of the matrix and to whom `to` says; and no second alarm, if it is put right.
        head.kind.clone_from(&words.kind);
        let text = AlertText { text: Prose::new(say).map_err(|_| Error::Unknown)?, may_tell_her };
        let words = self.seal(head.place(), &text).await?;
        Ok(vec![NewAlert { head, words, recipients }])
    }

    /// Tells the officers who answer for the agency whose case it is that nobody could be alerted.
    pub(super) async fn nobody_told(&self, case: CaseId, severity: Severity) -> Result<Vec<NewAlert>, Error> {
        let owner = self.gate.store.case(case).await?.ok_or(Error::NotFound)?.owner;
        let officers = self.gate.store.officers_of(&owner, None, None).await?;
        self.to_oversight("hub", HubKind::NobodyTold, severity, NOBODY, &officers).await
    }
}

fn head(
    actor: &Actor,
    case: CaseId,
    kind: &AlertKind,
    severity: Severity,
    raised: crate::model::time::Moment,
) -> AlertHead {
    AlertHead {
        id: AlertId::random(),
        case: Some(case),
        author: actor.word(),
        agency: actor.agency().clone(),
        about: None,
        kind: kind.kind.clone(),
        category: kind.category,
        severity,
        note: None,
        raised,
    }
}
