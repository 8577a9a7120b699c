//! Consent and agreement: recorded as events of a chain, enforced whenever something is read.

use super::goes::Goes;
pub use super::recording::{Notice, RecordConsent};
use super::signing::{CONSENT, Scope};
use super::withdrawals::Told;
use super::{Desk, Error, Once, Question, Written, consent_rules};
use crate::auth::Actor;
use crate::model::cases::CaseHead;
use crate::model::consents::{ConsentEvent, ConsentKind, ConsentMethod, ConsentWords};
use crate::model::id::{AgencyId, CaseId, ConsentId, ProtectedId};
use crate::model::notes::Category;
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::text::Prose;
use crate::model::time::{Day, Second};
use crate::policy::permit::{Action, Permit};
use crate::store::consents::{ConsentHead, StoredConsent};
use crate::vault::Disclosure;
use serde::Deserialize;

/// Rows of scope that one event may have: recipients × categories × purposes.
const SCOPE_MAX: usize = 500;

/// Chains that somebody may have live at once on one case: whoever takes all of them back ends all of them in one commit.
const CHAINS_MAX: usize = 100;

/// A withdrawal: nothing need be said.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Which agencies are no longer to be told; all of them if it is left out.
    #[serde(default)]
    pub recipients: Vec<AgencyId>,
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
        if new.event == ConsentEvent::SharedWithoutConsent {
            let say = "is recorded by an override alone: ask for one, and it stands in her chain by itself";
            return Err(Error::field("event", say));
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
        let (chain, seq) = match self.chain_of(case, &head, about, (&new, &scope), id).await {
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
            not_before: new.not_before.map(Second::moment),
            event_time: new.event_time.map(Second::moment),
            expires: new.expires.map(Day::end),
            notice: new.notice.id.reveal().to_owned(),
            method: new.method,
            asked_alone: new.asked_alone,
            author,
            agency: actor.agency().clone(),
            recorded: self.now(),
        };
        let verify = format!("/api/v1/consents/{id}/export");
        let answer = serde_json::json!({ "id": id, "chain": chain, "event": head.event, "verify": verify });
        let consent = match self.signed_consent(head, scope, new.said, CONSENT).await {
            Ok(signed) => signed,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        self.settle_consent(permit, (&ask, None), consent, once.as_ref(), answer, Told::Nothing).await
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
    pub(super) async fn screened_said(
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

    pub(super) fn consent_question(
        &self,
        actor: &Actor,
        id: ConsentId,
        case: CaseId,
        about: Option<ProtectedId>,
    ) -> Question {
        let (action, record, category) = (Action::Consent, Record::Consent(id), Category::Consent);
        Question { action, record, case: Some(case), about, category, purpose: self.purpose(actor, None) }
    }

    pub(super) async fn no_such_consent(&self, actor: &Actor, id: ConsentId) -> Error {
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
        (new, scope): (&RecordConsent, &Scope),
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
        // What she was asked with is looked up in this policy: the event is stored under no other.
        self.gate.policy.looked();
        consent_rules::check(new, scope, self.now(), self.gate.policy.consents())?;
        for (place, recipient) in new.recipients.iter().enumerate() {
            if self.gate.store.agency(recipient).await?.is_none() {
                let say = format!(
                    "must be agencies of this hub, and number {} is none: nothing would ever reach it. Give the id of one \
                     that is; what is told outside the hub is recorded as a decision about disclosure",
                    place + 1
                );
                return Err(Error::field("recipients", &say));
            }
        }
        let Some(chain) = new.chain else {
            self.check_room(case, new).await?;
            return Ok((id, 1));
        };
        let latest = self.latest_of(chain, case, &new.subject).await?;
        consent_rules::check_after(new, scope, &latest, self.now())?;
        if !latest.head.event.is_live() {
            self.check_room(case, new).await?;
        }
        Ok((latest.head.chain, latest.last + 1))
    }

    /// Checks that there is room for one more live chain, if this event makes one.
    async fn check_room(&self, case: CaseId, new: &RecordConsent) -> Result<(), Error> {
        if !(new.event.is_live() && new.kind.carries_sharing()) {
            return Ok(());
        }
        let live = self.gate.store.live_chains(case, &new.subject, self.now()).await?;
        if live.len() < CHAINS_MAX {
            return Ok(());
        }
        let say = "would be one consent too many: she has agreed to a hundred things here. Continue one of them, or take \
                   back what no longer matters";
        Err(Error::field("chain", say))
    }

    /// Returns the latest event of a chain, if it is of this subject in this case.
    async fn latest_of(&self, chain: ConsentId, case: CaseId, subject: &str) -> Result<StoredConsent, Error> {
        let latest = self.gate.store.consent(chain).await?;
        let latest = latest.filter(|latest| latest.head.case == case && latest.head.subject == subject);
        latest.ok_or_else(|| {
            Error::field("chain", "is not a chain of this subject in this case: leave it out to begin one")
        })
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
fn scope_of(new: &RecordConsent) -> Result<Scope, Error> {
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
