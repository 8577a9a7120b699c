//! MAPPA referrals: filed whole, returned with a reason, put right and filed again, accepted with the risk management plan.
//!
//! Promises: what is missing is said all at once; nobody answers their own; whoever refers him learns nothing that hangs on a
//! protected person, and no word that is kept for one gets in; from filing and acceptance run the clocks of `clocks.csv`, by
//! events of the same commit. The co-ordinator who is to answer joins the case in the commit of the filing, and is told.

use super::events::{By, Event, Happened};
use super::goes::{Goes, Said};
use super::notices::Tell;
use super::{Desk, Error, Once, Question, Written};
use crate::auth::Actor;
use crate::model::alerts::{HubKind, Severity};
use crate::model::id::{CaseId, EventId, PlanId, ReferralId, WorkerId};
use crate::model::mappa::MappaStatus;
use crate::model::notes::Category;
use crate::model::referrals::{MappaLevel, ReferralOutcome, ReferralWords, ReturnWords, SeriousHarm};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::policy::permit::{Action, Permit};
use crate::store::alerts::NewAlert;
use crate::store::effect::Supervision;
use crate::store::referrals::{KeptReferral, NewReferral, NewReferralAnswer, Referral, ReferralAnswer, place};
use serde::Deserialize;

/// The events of an acceptance: that of the referral, and that of its plan. A clock may wait for both.
const ACCEPTED: [&str; 2] = ["mappa-referral-accepted", "mappa-plan-accepted"];

const FILED: &str = "A MAPPA referral waits for you on this case: accept it with the risk management plan, or return it \
                     and say what is missing.";

const ANSWERED: [&str; 2] = [
    "Your MAPPA referral came back. Read why, put it right and file it again.",
    "Your MAPPA referral is accepted, with the risk management plan. The time until the first meeting runs from now.",
];

/// A referral as a worker files it. What must be there is said all at once, so nothing but the case is asked of its form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileReferral {
    /// The case.
    pub case: CaseId,
    /// Why he is in MAPPA.
    #[serde(default)]
    pub category: Option<MappaStatus>,
    /// At which level he is to be managed.
    #[serde(default)]
    pub level: Option<MappaLevel>,
    /// How the referring agency classes the risk of serious harm.
    #[serde(default)]
    pub serious_harm: Option<SeriousHarm>,
    /// The version of the risk management plan that it stands on.
    #[serde(default)]
    pub plan: Option<PlanId>,
    /// The conviction, and what matters of his history.
    #[serde(default)]
    pub offence: Option<Prose<4000>>,
    /// What serious harm is to be feared, to what kind of person.
    #[serde(default)]
    pub risk: Option<Prose<4000>>,
    /// What is done now, and by whom.
    #[serde(default)]
    pub managed_now: Option<Prose<4000>>,
    /// What one agency alone cannot do.
    #[serde(default)]
    pub why_together: Option<Prose<4000>>,
    /// Which parts of the plan cannot be delivered at level 2; for level 3.
    #[serde(default)]
    pub why_not_level_2: Option<Prose<4000>>,
    /// The co-ordinator who is to answer, where none works on the case.
    #[serde(default)]
    pub to: Option<WorkerId>,
    /// The referral that went back, and is put right by this one.
    #[serde(default)]
    pub follows: Option<ReferralId>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// A return as the co-ordinator writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnReferral {
    /// What is to be put right.
    pub reason: Prose<2000>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// An acceptance.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AcceptReferral {
    /// The version of the risk management plan that is accepted with it.
    pub plan: PlanId,
}

impl Desk {
    /// Files a referral.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Refused`];
    /// [`Error::Invalid`] with everything that is missing or does not fit.
    pub async fn file_referral(
        &self,
        actor: &Actor,
        mut new: FileReferral,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (id, case) = (ReferralId::random(), new.case);
        // Whoever may write how he is managed may ask for it to be managed together.
        let purpose = self.purpose(actor, None);
        let question =
            Question { category: Category::RiskPlan, ..referral_question(Action::Create, id, Some(case), purpose) };
        let ask = question.by(actor);
        let (true, Some(author)) = (self.gate.store.has_case(actor, case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        let (to, follows, checked) = (new.to, new.follows, std::mem::take(&mut new.checked));
        let checks = self.check_referral(actor, &question, new).await;
        let (whole, answers) = match (checks, self.who_answers(actor, case, to).await?) {
            (Ok(whole), Ok(answers)) => (whole, answers),
            (Ok(_), Err(one)) => return Err(self.declined(permit, Error::Invalid { errors: vec![one] }).await),
            (Err(Error::Invalid { mut errors }), answers) => {
                errors.extend(answers.err());
                return Err(self.declined(permit, Error::Invalid { errors }).await);
            }
            (Err(why), _) => return Err(self.declined(permit, why).await),
        };
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &said(&whole.words), &checked)).await?;
        let before = match follows {
            Some(id) => self.gate.store.referral(id).await?,
            None => None,
        };
        let by = By { case, author, agency: actor.agency().clone(), at: self.now() };
        let corrects = before.map(|before| before.referral.event);
        let event = Happened { corrects, ..Happened::new(self.word("mappa-referred")?, by.at) };
        let event = self.sealed_event(&by, EventId::random(), event).await?;
        let notices = self.told_of_referral(actor, case, (HubKind::ReferralFiled, FILED), answers.told).await?;
        let referral = Referral {
            id,
            case,
            author,
            agency: by.agency,
            category: whole.category,
            level: whole.level,
            harm: whole.harm,
            plan: whole.plan,
            follows,
            event: event.id,
            created: by.at,
            words: self.seal(place(case, id), &whole.words).await?,
        };
        let answer = serde_json::json!({
            "id": id, "case": case, "category": whole.category, "level": whole.level, "event": event.id, "filed": by.at,
        });
        let effect = Supervision::Refer(Box::new(NewReferral { referral, event, joins: answers.joins, notices }));
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Returns a referral, with what is to be put right.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] to who is no co-ordinator, and to who filed it;
    /// [`Error::Conflict`] if it is answered already.
    pub async fn return_referral(
        &self,
        actor: &Actor,
        id: ReferralId,
        new: ReturnReferral,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (question, found, worker) = self.answering(actor, id).await?;
        let (ask, item, case) = (question.by(actor), found.referral.item(), found.referral.case);
        let permit = self.gate.decide(&ask, Some(item.clone())).await?;
        if let Err(why) = self.answerable(actor, &found, worker) {
            return Err(self.declined(permit, why).await);
        }
        if let Err(why) = self.refuse_names(actor, &question, "reason", new.reason.reveal()).await {
            return Err(self.declined(permit, why).await);
        }
        let words = [("reason", new.reason.reveal())];
        let permit = self.screened(actor, permit, case, (Goes::HisRecord, &words, &new.checked)).await?;
        let reason = Some(self.seal(place(case, id), &ReturnWords { reason: new.reason }).await?);
        let answer = ReferralAnswer { outcome: ReferralOutcome::Returned, worker, at: self.now(), reason };
        self.answered(actor, (question, permit), found, (answer, Vec::new()), once).await
    }

    /// Accepts a referral with a version of the risk management plan. The clocks of the first meeting run from it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if the plan is not approved or older than the one that the
    /// referral stands on, to who is no co-ordinator, and to who filed it; [`Error::Conflict`] if it is answered already.
    pub async fn accept_referral(
        &self,
        actor: &Actor,
        id: ReferralId,
        new: AcceptReferral,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let (question, found, worker) = self.answering(actor, id).await?;
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, Some(found.referral.item())).await?;
        let checks = match self.answerable(actor, &found, worker) {
            Ok(()) => self.check_plan_accepted(&found.referral, new.plan).await,
            Err(why) => Err(why),
        };
        if let Err(why) = checks {
            return Err(self.declined(permit, why).await);
        }
        let (case, now) = (found.referral.case, self.now());
        let mut events: Vec<Event> = Vec::new();
        for (word, at) in ACCEPTED.iter().zip(now.micros()..) {
            // Each a microsecond after the one before: lists keep their order.
            let at = Moment::from_micros(at);
            let by = By { case, author: worker, agency: actor.agency().clone(), at };
            let sets = Some(format!("mappa-level:{}", found.referral.level));
            let event = Happened { sets, follows: Some(found.referral.event), ..Happened::new(self.word(word)?, now) };
            events.push(self.sealed_event(&by, EventId::random(), event).await?);
        }
        let answer = ReferralAnswer { outcome: ReferralOutcome::Accepted, worker, at: now, reason: None };
        self.answered(actor, (question, permit), found, (answer, events), once).await
    }
}

impl Desk {
    /// Returns what an answer needs; a referral that is not there is answered like one that is not theirs.
    async fn answering(&self, actor: &Actor, id: ReferralId) -> Result<(Question, KeptReferral, WorkerId), Error> {
        let found = self.gate.store.referral(id).await?;
        let case = found.as_ref().map(|found| found.referral.case);
        let question = referral_question(Action::Create, id, case, self.purpose(actor, None));
        match (found, actor.worker()) {
            (Some(found), Some(worker)) => Ok((question, found, worker)),
            _ => Err(self.gate.asked_for_nothing(&question.by(actor)).await.into()),
        }
    }

    /// Refuses an answer to what is answered, to one's own, and by who is none of those whom `events.csv` names for it.
    fn answerable(&self, actor: &Actor, found: &KeptReferral, by: WorkerId) -> Result<(), Error> {
        if !self.word(ACCEPTED[0])?.is_for(actor.role()) {
            return Err(Error::field("", "is answered by the MAPPA co-ordinator: ask them"));
        }
        match found {
            one if one.answer.is_some() => Err(Error::Conflict),
            one if one.referral.author == by => {
                Err(Error::field("", "is answered by another co-ordinator than the one who filed it: ask a colleague"))
            }
            _ => Ok(()),
        }
    }

    async fn check_plan_accepted(&self, referral: &Referral, plan: PlanId) -> Result<(), Error> {
        let of_case = |found: &crate::store::plans::KeptPlan| found.plan.case == referral.case;
        let Some(found) = self.gate.store.plan(plan).await?.filter(of_case) else {
            return Err(Error::field("plan", "is no risk management plan of this case: choose a version of its list"));
        };
        let filed = self.gate.store.plan(referral.plan).await?.map_or(0, |filed| filed.plan.version);
        let say = match &found {
            one if one.approved.is_none() => {
                "is not approved: ask the referring agency's manager to approve it, or return the referral"
            }
            one if one.newer.is_some() => "is an old version: a newer one is approved already. Accept that one",
            one if one.plan.version < filed => "is older than the version that the referral stands on: accept that one",
            _ => return Ok(()),
        };
        Err(Error::field("plan", say))
    }

    /// Writes an answer, and tells who filed the referral.
    async fn answered(
        &self,
        actor: &Actor,
        (question, permit): (Question, Permit),
        found: KeptReferral,
        (answer, events): (ReferralAnswer, Vec<Event>),
        once: Option<Once>,
    ) -> Result<Written, Error> {
        let (referral, outcome) = (found.referral, answer.outcome);
        let say = ANSWERED[usize::from(outcome == ReferralOutcome::Accepted)];
        let tell = (HubKind::ReferralAnswered, say);
        let notices = self.told_of_referral(actor, referral.case, tell, vec![referral.author]).await?;
        let body = serde_json::json!({
            "id": referral.id, "case": referral.case, "outcome": outcome, "at": answer.at,
            "events": events.iter().map(|event| event.id).collect::<Vec<_>>(),
        });
        let item = Some(referral.item());
        let new = NewReferralAnswer { referral: referral.id, case: referral.case, answer, events, notices };
        let effect = Supervision::AnswerReferral(Box::new(new)).into();
        self.write(permit, &question.by(actor), item, effect, once.as_ref(), body).await
    }

    async fn told_of_referral(
        &self,
        actor: &Actor,
        case: CaseId,
        (kind, say): (HubKind, &str),
        to: Vec<WorkerId>,
    ) -> Result<Vec<NewAlert>, Error> {
        let tell = Tell {
            kind: kind.as_str(),
            category: Category::RiskPlan,
            severity: Severity::Normal,
            case,
            about: None,
            note: None,
            say: say.to_owned(),
            shares: Vec::new(),
        };
        Ok(self.notice(actor, tell, to).await?.map(|notice| notice.alert).into_iter().collect())
    }
}

pub(super) const fn referral_question(
    action: Action,
    id: ReferralId,
    case: Option<CaseId>,
    purpose: Purpose,
) -> Question {
    Question { action, record: Record::Referral(id), case, about: None, category: Category::MappaRecord, purpose }
}

/// Returns the texts of a referral with their fields: they are read in his record.
pub(super) fn said(words: &ReferralWords) -> Vec<Said<'_>> {
    let mut said = vec![
        ("offence", words.offence.reveal()),
        ("risk", words.risk.reveal()),
        ("managed_now", words.managed_now.reveal()),
        ("why_together", words.why_together.reveal()),
    ];
    said.extend(words.why_not_level_2.as_ref().map(|text| ("why_not_level_2", text.reveal())));
    said
}
