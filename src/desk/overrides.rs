//! Overrides: what is hers is shared against her wishes because of serious harm, by two people.
//!
//! Promises: the policy says who may; nothing is open until a second person, who was asked and is not the first, says
//! yes. If life is at risk it is open at once, on the clock: without a yes by the due time it closes, with a no it ends
//! at that moment. Her chain of consent tells of it in the same commit, and so does the record whether she was told.

use super::goes::{Goes, Said};
use super::shares::{ATTEMPTS_MAX, ShareTo, recipient, to_json};
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::model::agencies::{Role, Seat};
use crate::model::id::{NoteId, OverrideId, ShareId, WorkerId};
use crate::model::notes::{Category, Onward};
use crate::model::overrides::{Harm, OverrideState, OverrideWords, Told};
use crate::model::screen::Form;
use crate::model::sealed::Record;
use crate::model::shares::{Purpose, Recipient};
use crate::model::text::Prose;
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::alerts::NewAlert;
use crate::store::effect::{Effect, LiveShare};
use crate::store::notes::StoredNote;
use crate::store::overrides::{NewOverride, StoredOverride, place};
use serde::Deserialize;

/// An override as a worker asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskOverride {
    /// With whom: exactly one of the three.
    pub to: ShareTo,
    /// For what.
    pub purpose: Purpose,
    /// What would happen otherwise.
    pub harm: Harm,
    /// Who is in danger, and why it cannot wait for her agreement.
    pub reason: Prose<2000>,
    /// Whether she was told.
    pub told: Told,
    /// Why not, if she was not.
    #[serde(default)]
    pub why_not_told: Option<Prose<1000>>,
    /// Which of those who may be the second person is asked; all of them if it is left out.
    #[serde(default)]
    pub second: Option<SecondPerson>,
    /// What the writer has looked at again.
    #[serde(default)]
    pub checked: Vec<Form>,
}

/// The second person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondPerson {
    /// The worker.
    pub worker: WorkerId,
}

impl Desk {
    /// Asks for an override of a note: a second person is called, and if life is at risk it is shared at once.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`]; [`Error::Nobody`] if nobody may be the second person.
    pub async fn ask_override(
        &self,
        actor: &Actor,
        note: NoteId,
        new: &AskOverride,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let to = recipient(&new.to)?;
        let found = self.gate.store.note(note).await?;
        let (case, category) =
            found.as_ref().map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
        let (action, record) = (Action::Override, Record::Note(note));
        let question = Question { action, record, case, about: None, category, purpose: new.purpose };
        let ask = question.by(actor);
        let (Some(note), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        for _ in 0..ATTEMPTS_MAX {
            let permit = match self.gate.decide(&ask, Some(note.item())).await {
                Ok(permit) => permit,
                Err(error) => return Err(self.helped(actor, &note, new.purpose, error.into()).await),
            };
            let (asked, alert, live, goes) = match self.prepare_override(actor, author, &note, &to, new).await {
                Ok(prepared) => prepared,
                Err(why) => return Err(self.declined(permit, why).await),
            };
            let permit = self.screened(actor, permit, note.case, (goes, &said(new), &new.checked)).await?;
            let state = if live.is_some() { OverrideState::Unconfirmed } else { OverrideState::Waiting };
            let answer = serde_json::json!({
                "id": asked.id, "note": note.id, "to": to_json(&to), "harm": asked.harm, "state": state,
                "share": live.as_ref().map(|live| live.share.id), "due": asked.due, "asked": asked.called.len(),
            });
            let effect = Effect::AskOverride(Box::new(asked), Box::new(alert), live.map(Box::new));
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => return self.written(actor, settled, once.as_ref(), answer).await,
            }
        }
        Err(Error::Busy)
    }

    /// Checks what was asked, and prepares the override, the call to a second person, and what goes live at once.
    async fn prepare_override(
        &self,
        actor: &Actor,
        author: WorkerId,
        note: &StoredNote,
        to: &Recipient,
        new: &AskOverride,
    ) -> Result<(NewOverride, NewAlert, Option<LiveShare>, Goes), Error> {
        check(new, self.gate.policy.limits().least(Limit::Reason))?;
        if note.head.onward == Onward::None && note.author != author {
            return Err(Error::field("", "may be passed on by its author alone: its handling says so"));
        }
        self.check_known(actor, note.case, note.head.about, (to, new.purpose)).await?;
        // Looked at now as well as when it goes live: nobody is asked to agree to what would reach nobody.
        let reached = self.share_recipients(note.case, note.head.about, to).await?;
        self.able_readers(note, reached, new.purpose).await?;
        let (id, created) = (OverrideId::random(), self.now());
        let called = self.second_persons(actor, author, note, new.second.as_ref()).await?;
        let goes = read_by(&called);
        let again = "it was taken once";
        let words = OverrideWords {
            reason: Prose::new(new.reason.reveal()).expect(again),
            why_not_told: new.why_not_told.as_ref().map(|words| Prose::new(words.reveal()).expect(again)),
        };
        // Whoever asks again after a no waits for a yes, also while life is at risk: a second person is not outvoted.
        let turned_down = self.gate.store.was_turned_down(note.id, to).await?;
        let at_risk = new.harm == Harm::LifeAtRisk && !turned_down;
        let due = at_risk.then(|| self.gate.policy.limits().due(Limit::OverrideConfirm, created));
        let asked = NewOverride {
            id,
            note: note.id,
            case: note.case,
            author,
            agency: actor.agency().clone(),
            to: to.clone(),
            purpose: new.purpose,
            harm: new.harm,
            told: new.told,
            share: ShareId::random(),
            due,
            reopens: due.map(|due| self.gate.policy.limits().due(Limit::OverrideReopen, due)),
            created,
            words: self.seal(place(note.case, id), &words).await?,
            called: called.into_iter().map(|seat| seat.worker).collect(),
        };
        let alert = self.call_second(&asked).await?;
        let live = if at_risk { Some(self.goes_live(&asked, note).await?) } else { None };
        Ok((asked, alert, live, goes))
    }

    /// Returns who is asked to be the second person: the managers of the worker's own service, and where there is none
    /// (or the manager asks) an officer of oversight in another agency. So no more people than needed learn of it.
    async fn second_persons(
        &self,
        actor: &Actor,
        author: WorkerId,
        note: &StoredNote,
        named: Option<&SecondPerson>,
    ) -> Result<Vec<Seat>, Error> {
        let mut seats = self.gate.store.seconds(actor.agency(), note.case).await?;
        seats.retain(|seat| seat.worker != author);
        if seats.iter().any(|seat| seat.role == Role::WomensManager) {
            seats.retain(|seat| seat.role == Role::WomensManager);
        }
        if let Some(named) = named {
            seats.retain(|seat| seat.worker == named.worker);
            if seats.is_empty() {
                let say = "cannot be the second person: leave it out, and all who can be are asked";
                return Err(Error::field("second.worker", say));
            }
        }
        if seats.is_empty() { Err(Error::Nobody) } else { Ok(seats) }
    }

    /// Returns the question that is asked about an override. It is a record about consent; whose, her own side knows.
    pub(super) fn override_question(
        &self,
        actor: &Actor,
        action: Action,
        id: OverrideId,
        found: Option<&StoredOverride>,
        purpose: Option<Purpose>,
    ) -> Question {
        let oversight = actor.role() == Some(Role::GovernanceOfficer);
        Question {
            action,
            record: Record::Override(id),
            case: found.map(|found| found.asked.case),
            about: found.and_then(|found| found.about).filter(|_| !oversight),
            category: Category::Consent,
            purpose: self.purpose(actor, purpose),
        }
    }
}

/// Says where the words of an override go, as they are screened: they are read by her own side, and by whoever was asked to
/// be the second person, who may be of an agency on his side.
pub(super) fn read_by(called: &[Seat]) -> Goes {
    if called.iter().all(|seat| seat.kind.keeps_confidence()) { Goes::HerNotes } else { Goes::Recipients }
}

/// Returns the texts of an override with their fields.
fn said(new: &AskOverride) -> Vec<Said<'_>> {
    let why_not = new.why_not_told.as_ref().map(|words| ("why_not_told", words.reveal()));
    [("reason", new.reason.reveal())].into_iter().chain(why_not).collect()
}

/// Checks what can be checked without looking at anything.
fn check(new: &AskOverride, least: usize) -> Result<(), Error> {
    if new.reason.reveal().chars().count() < least {
        let say = format!(
            "is too short: say in at least {least} characters who is in danger and why it cannot wait for her agreement"
        );
        return Err(Error::field("reason", &say));
    }
    if new.told == Told::No && new.why_not_told.is_none() {
        return Err(Error::field("why_not_told", "is needed: say why she was not told"));
    }
    if new.told == Told::Yes && new.why_not_told.is_some() {
        return Err(Error::field("why_not_told", "does not go with told: yes. Leave one of them out"));
    }
    if new.purpose == Purpose::Emergency && new.harm != Harm::LifeAtRisk {
        return Err(Error::field("purpose", "may be emergency only while life is at risk: write victim-safety"));
    }
    Ok(())
}
