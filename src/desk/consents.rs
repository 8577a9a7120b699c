//! Consent and agreement: recorded as events of a chain, enforced whenever something is read.

use super::screen::Goes;
use super::{Desk, Error, Once, Question, Written};
use crate::auth::Actor;
use crate::model::cases::CaseHead;
use crate::model::consents::{ConsentEvent, ConsentKind, ConsentMethod, ConsentWords};
use crate::model::id::{AgencyId, CaseId, ConsentId, ProtectedId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::sealed::{Compartment, Drawer, Place, Record};
use crate::model::shares::Purpose;
use crate::model::text::{Line, Prose};
use crate::model::time::Day;
use crate::policy::permit::{Action, Permit};
use crate::store::consents::{ConsentHead, NewConsent, StoredConsent};
use crate::store::effect::Effect;
use crate::vault::Disclosure;
use serde::Deserialize;

/// Rows of scope that one event may have: recipients × categories × purposes.
const SCOPE_MAX: usize = 500;

/// A consent event as a worker records it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordConsent {
    /// Whose: a protected person of the case, or the man's person id.
    pub subject: String,
    /// What happened.
    pub event: ConsentEvent,
    /// What kind of consent.
    pub kind: ConsentKind,
    /// The chain that the event continues; a new one if it is left out.
    #[serde(default)]
    pub chain: Option<ConsentId>,
    /// Agencies that may be told.
    #[serde(default)]
    pub recipients: Vec<AgencyId>,
    /// Categories that they may be told.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Purposes that they may be told for.
    #[serde(default)]
    pub purposes: Vec<Purpose>,
    /// The last day on which it holds.
    #[serde(default)]
    pub expires: Option<Day>,
    /// The notice that was given.
    pub notice: Notice,
    /// How it was taken.
    pub method: ConsentMethod,
    /// Whether she was asked alone.
    pub asked_alone: bool,
    /// What was said.
    #[serde(default)]
    pub said: Option<Prose<2000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// The notice that was given, by id and version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notice {
    /// Such as `notice-en-1`.
    pub id: Line<60>,
}

/// A withdrawal: nothing need be said.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// How it was taken back; in person if it is left out.
    #[serde(default)]
    pub method: Option<ConsentMethod>,
    /// What was said.
    #[serde(default)]
    pub said: Option<Prose<2000>>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// A consent that was opened.
#[derive(Debug)]
pub struct OpenConsent {
    /// The latest event and its scope.
    pub consent: StoredConsent,
    /// What was said, with its audit number.
    pub words: Disclosure<ConsentWords>,
}

impl Desk {
    /// Records a consent event.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if subject, scope or chain do not fit;
    /// [`Error::Conflict`] if somebody else continued the chain at the same moment.
    pub async fn record_consent(
        &self,
        actor: &Actor,
        case: CaseId,
        new: RecordConsent,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = ConsentId::random();
        let scope = scope_of(&new)?;
        let about = about(new.kind, &new.subject)?;
        let ask = self.consent_question(actor, id, case, about);
        let ask = ask.by(actor);
        let (Some(head), Some(author)) = (self.gate.store.case(case).await?, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, None).await?;
        let (chain, seq) = match self.chain_of(case, &head, about, &new, id).await {
            Ok(place) => place,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let permit = self.screened_said(actor, permit, case, about, (new.said.as_ref(), &new.checked)).await?;
        let head = ConsentHead {
            id,
            chain,
            seq,
            case,
            subject: new.subject,
            event: new.event,
            kind: new.kind,
            expires: new.expires.map(Day::end),
            notice: new.notice.id.reveal().to_owned(),
            method: new.method,
            asked_alone: new.asked_alone,
            author,
            agency: actor.agency().clone(),
            recorded: self.now(),
        };
        let place = Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Consent(id) };
        let words = self.seal(place, &ConsentWords { said: new.said }).await?;
        let answer = serde_json::json!({ "id": id, "chain": chain, "event": head.event, "verify": format!("/api/v1/consents/{id}") });
        let effect = Effect::RecordConsent(NewConsent { case, head, scope, words });
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Takes a consent back, in one call: from the commit on, nothing is read on it.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Conflict`] if it was taken back already.
    pub async fn withdraw_consent(
        &self,
        actor: &Actor,
        id: ConsentId,
        new: Withdraw,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let Some((stored, author)) = self.gate.store.consent(id).await?.zip(actor.worker()) else {
            return Err(self.no_such_consent(actor, id).await);
        };
        let case = stored.head.case;
        let event = ConsentId::random();
        let question = self.consent_question(actor, event, case, stored.head.about());
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        if stored.head.event == ConsentEvent::Withdrawn {
            return Err(Error::Conflict);
        }
        let said = (new.said.as_ref(), &*new.checked);
        let permit = self.screened_said(actor, permit, case, stored.head.about(), said).await?;
        let chain = stored.head.chain;
        let head = ConsentHead {
            id: event,
            seq: stored.head.seq + 1,
            event: ConsentEvent::Withdrawn,
            method: new.method.unwrap_or(ConsentMethod::InPerson),
            author,
            agency: actor.agency().clone(),
            recorded: self.now(),
            ..stored.head
        };
        let place = Place { drawer: Drawer::of(case, Compartment::Legal), record: Record::Consent(event) };
        let words = self.seal(place, &ConsentWords { said: new.said }).await?;
        let answer = serde_json::json!({ "id": event, "chain": chain, "event": "withdrawn" });
        let effect = Effect::RecordConsent(NewConsent { case, head, scope: Vec::new(), words });
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Shows the latest event of a consent's chain.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn consent(&self, actor: &Actor, id: ConsentId, purpose: Option<Purpose>) -> Result<OpenConsent, Error> {
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
        let words = self.gate.open(&question.by(actor), None, consent.words.clone()).await?;
        Ok(OpenConsent { consent, words })
    }

    /// Looks at what was said, if it goes into the man's record: his own statements do.
    async fn screened_said(
        &self,
        actor: &Actor,
        permit: Permit,
        case: CaseId,
        about: Option<ProtectedId>,
        (said, checked): (Option<&Prose<2000>>, &[Form]),
    ) -> Result<Permit, Error> {
        match said.filter(|_| about.is_none()) {
            None => Ok(permit),
            Some(said) => {
                let said = [("said", said.reveal())];
                self.screened(actor, permit, case, (Goes::HisRecord, &said, checked)).await
            }
        }
    }

    fn consent_question(&self, actor: &Actor, id: ConsentId, case: CaseId, about: Option<ProtectedId>) -> Question {
        let (action, record, category) = (Action::Consent, Record::Consent(id), Category::Consent);
        Question { action, record, case: Some(case), about, category, purpose: self.purpose(actor, None) }
    }

    async fn no_such_consent(&self, actor: &Actor, id: ConsentId) -> Error {
        let (action, record, category) = (Action::Read, Record::Consent(id), Category::Consent);
        let question =
            Question { action, record, case: None, about: None, category, purpose: self.purpose(actor, None) };
        self.gate.asked_for_nothing(&question.by(actor)).await.into()
    }

    /// Checks that the subject is of the case, and returns the chain that the event continues and its position there.
    async fn chain_of(
        &self,
        case: CaseId,
        head: &CaseHead,
        about: Option<ProtectedId>,
        new: &RecordConsent,
        id: ConsentId,
    ) -> Result<(ConsentId, i64), Error> {
        let of_case = match about {
            Some(id) => self.is_of_case(case, id).await?,
            None => new.subject == head.person.to_string(),
        };
        if !of_case {
            return Err(not_of_case());
        }
        if new.expires.is_some_and(|day| day.end() <= self.now()) {
            return Err(Error::field("expires", "is in the past: give a day to come, or leave it out"));
        }
        match new.chain {
            None => Ok((id, 1)),
            Some(chain) => self.next_in(chain, case, &new.subject).await,
        }
    }

    /// Returns the chain and the next position in it.
    async fn next_in(&self, chain: ConsentId, case: CaseId, subject: &str) -> Result<(ConsentId, i64), Error> {
        let latest = self.gate.store.consent(chain).await?;
        let latest = latest.filter(|latest| latest.head.case == case && latest.head.subject == subject);
        let latest = latest.ok_or_else(|| {
            Error::field("chain", "is not a chain of this subject in this case: leave it out to begin one")
        })?;
        Ok((latest.head.chain, latest.head.seq + 1))
    }
}

fn not_of_case() -> Error {
    Error::field(
        "subject",
        "is not of this case: give the id of a protected person of the case, or the man's person id for his statements",
    )
}

/// Says which protected person a consent is about; the man's statements are about none.
fn about(kind: ConsentKind, subject: &str) -> Result<Option<ProtectedId>, Error> {
    match kind {
        ConsentKind::StatementOfUnderstanding | ConsentKind::StatementOfAgreement => Ok(None),
        ConsentKind::WomensService | ConsentKind::ContactPreference | ConsentKind::Child => {
            subject.parse().map(Some).map_err(|_| not_of_case())
        }
    }
}

/// Multiplies out who may be told what for which purpose.
fn scope_of(new: &RecordConsent) -> Result<Vec<(AgencyId, Category, Purpose)>, Error> {
    let rows = new.recipients.len().saturating_mul(new.categories.len()).saturating_mul(new.purposes.len());
    if rows > SCOPE_MAX {
        return Err(Error::field(
            "recipients",
            "with categories and purposes make more than 500 combinations: record fewer at a time",
        ));
    }
    if new.event.is_live() && rows == 0 && new.kind == ConsentKind::WomensService {
        return Err(Error::field(
            "recipients",
            "categories and purposes must each name at least one: consent to nobody for nothing is none",
        ));
    }
    let mut scope = Vec::with_capacity(rows);
    for recipient in &new.recipients {
        for category in &new.categories {
            for purpose in &new.purposes {
                let row = (recipient.clone(), *category, *purpose);
                if !scope.contains(&row) {
                    scope.push(row);
                }
            }
        }
    }
    Ok(scope)
}
