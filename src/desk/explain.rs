//! Would this be allowed, by which rule, and whom to ask: a question about a question.
//!
//! Promises: nothing is decided and nothing is disclosed; *not there* and *not yours to know* are one answer, by the same
//! path as the act itself; what is told is recorded as a look at whether the record is there.
//! Must never know: HTTP, SQL.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::facts::{Facts, Item};
use crate::model::id::{AgencyId, AlertId, CaseId, ConsentId, NoteId, ProtectedId};
use crate::model::notes::{Category, Onward, ShareCode};
use crate::model::protected::Relation;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::help::{Grantor, Help};
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::notes::StoredNote;
use serde::Deserialize;

/// A question about a question.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskWhy {
    /// What one would do.
    pub action: Action,
    /// With what; or else a case and a category.
    #[serde(default)]
    pub record: Option<Named>,
    /// In which case something of a category would be.
    #[serde(default)]
    pub case: Option<CaseId>,
    /// Of which row of the disclosure matrix.
    #[serde(default)]
    pub category: Option<Category>,
    /// About whom it would be.
    #[serde(default)]
    pub about: Option<ProtectedId>,
    /// Which agency would have supplied it; one's own if it is left out.
    #[serde(default)]
    pub agency: Option<AgencyId>,
    /// For what; the role's usual purpose if it is left out.
    #[serde(default)]
    pub purpose: Option<Purpose>,
}

/// A record by its kind and id.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Named {
    /// A risk note.
    Note(NoteId),
    /// A case.
    Case(CaseId),
    /// An alert.
    Alert(AlertId),
    /// A consent event.
    Consent(ConsentId),
    /// A woman or child.
    Protected(ProtectedId),
}

/// What the answer to a question would be, and why.
#[derive(Debug)]
pub struct Explained {
    /// Whether it would be allowed.
    pub allowed: bool,
    /// The rule, in words, what is missing, whom to ask.
    pub help: Help,
    /// What it would oblige to, in words.
    pub duties: Vec<String>,
    /// Where the look stands in the log.
    pub recorded: Recorded,
}

/// A record as it is, or as it would be.
struct Found {
    question: Question,
    item: Option<Item>,
    note: Option<StoredNote>,
    /// Whether it is there.
    there: bool,
}

impl Desk {
    /// Says whether something would be allowed, by which rule, what is missing and whom to ask.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such record or the worker may not know of it; [`Error::Invalid`] if the body
    /// names neither a record nor a case with a category.
    pub async fn explain(&self, actor: &Actor, body: &AskWhy) -> Result<Explained, Error> {
        match (body.record, body.case, body.category) {
            (Some(record), None, None) if body.about.is_none() && body.agency.is_none() => {
                self.explain_record(actor, body, record).await
            }
            (None, Some(case), Some(category)) => self.explain_category(actor, body, case, category).await,
            _ => Err(Error::field("record", "stands alone: name a record, or a case and a category, and not both")),
        }
    }

    async fn explain_record(&self, actor: &Actor, body: &AskWhy, record: Named) -> Result<Explained, Error> {
        let purpose = self.purpose(actor, body.purpose);
        let found = self.named(actor, body.action, record, purpose).await?;
        let ask = found.question.by(actor);
        let facts = self.gate.facts(&ask, found.item.clone()).await?;
        let would = self.gate.policy.would(&ask, &facts);
        // An act that stands on no fact is permitted with any record: that tells of none. Only who may know that this one
        // is there is told anything; to all others it is not there, whatever they would do with it.
        let least = self.gate.policy.least(&ask, &facts);
        let Some(action) = least.filter(|_| would.known && found.there) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let look = Question { action, ..found.question };
        let shown = Effect::Disclose(Vec::new()).into();
        let receipt = self.gate.pass(&look.by(actor), found.item.clone(), shown).await?;
        let mut help =
            if would.allowed { self.allowed(&would.lines) } else { self.gate.policy.help(&ask, &facts, &would.lines) };
        self.name_grantors(actor, &mut help, found.note.as_ref(), purpose).await?;
        let duties = would.obligations.iter().map(|word| self.gate.policy.duty(word)).collect();
        Ok(Explained { allowed: would.allowed, help, duties, recorded: Recorded::from(&receipt) })
    }

    /// Explains a question about something of a category that need not be there. Whoever may know of the case may ask.
    async fn explain_category(
        &self,
        actor: &Actor,
        body: &AskWhy,
        case: CaseId,
        category: Category,
    ) -> Result<Explained, Error> {
        let purpose = self.purpose(actor, body.purpose);
        let look = Question {
            action: Action::Existence,
            record: Record::Case(case),
            case: Some(case),
            about: None,
            category: Category::Identity,
            purpose,
        };
        if !self.gate.store.has_case(actor, case).await? {
            return Err(self.gate.asked_for_nothing(&look.by(actor)).await.into());
        }
        let receipt = self.gate.pass(&look.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let record = Record::Note(NoteId::at(self.now()));
        let question = Question { action: body.action, record, about: body.about, category, ..look };
        let made = matches!(body.action, Action::Create | Action::Raise | Action::Consent);
        let owner = body.agency.clone().unwrap_or_else(|| actor.agency().clone());
        let (share, onward) = (ShareCode::Permitted, Onward::AskOriginator);
        let item = Item { category, about: body.about, owner, share, onward, onward_roles: Vec::new(), expires: None };
        let ask = question.by(actor);
        let facts: Facts = self.gate.facts(&ask, (!made).then_some(item)).await?;
        let would = self.gate.policy.would(&ask, &facts);
        let mut help = if would.allowed {
            self.allowed(&would.lines)
        } else {
            self.gate.policy.help_supposed(&ask, &facts, &would.lines)
        };
        self.name_grantors(actor, &mut help, None, purpose).await?;
        let duties = would.obligations.iter().map(|word| self.gate.policy.duty(word)).collect();
        Ok(Explained { allowed: would.allowed, help, duties, recorded: Recorded::from(&receipt) })
    }

    fn allowed(&self, lines: &[String]) -> Help {
        let in_words = lines.iter().map(|line| self.gate.policy.in_words(line)).collect();
        Help { rule: lines.to_vec(), in_words, ..Help::default() }
    }

    /// Looks a record up as the route that shows it would.
    async fn named(&self, actor: &Actor, action: Action, record: Named, purpose: Purpose) -> Result<Found, Error> {
        let question = |record, case, about, category| Question { action, record, case, about, category, purpose };
        Ok(match record {
            Named::Note(id) => {
                let note = self.gate.store.note(id).await?;
                let (case, category) =
                    note.as_ref().map_or((None, Category::Identity), |note| (Some(note.case), note.head.category));
                let (item, there) = (note.as_ref().map(StoredNote::item), note.is_some());
                Found { question: question(Record::Note(id), case, None, category), item, note, there }
            }
            Named::Case(id) => {
                let there = self.gate.store.has_case(actor, id).await?;
                let question = question(Record::Case(id), Some(id), None, Category::Identity);
                Found { question, item: None, note: None, there }
            }
            Named::Alert(id) => {
                let head = self.gate.store.alert(id).await?.map(|(head, _)| head);
                let (case, category) =
                    head.as_ref().map_or((None, Category::Attendance), |head| (head.case, head.category));
                let about = head.as_ref().and_then(|head| head.about);
                let question = question(Record::Alert(id), case, about, category);
                Found { question, there: head.is_some(), item: head.map(|head| head.item()), note: None }
            }
            Named::Consent(id) => {
                let head = self.gate.store.consent(id).await?.map(|consent| consent.head);
                let (case, about) = head.as_ref().map_or((None, None), |head| (Some(head.case), head.about()));
                let record = Record::Consent(head.as_ref().map_or(id, |head| head.id));
                let question = question(record, case, about, Category::Consent);
                Found { question, item: None, note: None, there: head.is_some() }
            }
            Named::Protected(id) => {
                let found = self.gate.store.protected(id).await?;
                let case = found.as_ref().map(|found| found.head.case);
                if matches!(action, Action::Read | Action::Summary) {
                    let question = question(Record::Location(id), case, Some(id), Category::ProtectedAddress);
                    let there = found.is_some_and(|found| found.whereabouts.is_some());
                    return Ok(Found { question, item: None, note: None, there });
                }
                let child = found.as_ref().is_some_and(|found| found.head.relation == Relation::Child);
                let category = if child { Category::Child } else { Category::ServiceEngagement };
                let question = question(Record::Protected(id), case, Some(id), category);
                Found { question, item: None, note: None, there: found.is_some() }
            }
        })
    }
}

impl Desk {
    /// Adds to a refusal about a note who wrote it, by role, and who manages the asker, as far as the asker may know.
    pub(super) async fn helped(&self, actor: &Actor, note: &StoredNote, purpose: Purpose, error: Error) -> Error {
        let Error::Refused { lines, help: Some(mut help) } = error else { return error };
        match self.name_grantors(actor, &mut help, Some(note), purpose).await {
            Ok(()) => Error::Refused { lines, help: Some(help) },
            Err(error) => error,
        }
    }

    /// Names the roles of those who can grant what is missing: who wrote the note, unless its source may not be named or
    /// keeps her confidence; the asker's own manager; and whether somebody in that role is on duty.
    async fn name_grantors(
        &self,
        actor: &Actor,
        help: &mut Help,
        note: Option<&StoredNote>,
        purpose: Purpose,
    ) -> Result<(), Error> {
        let named = match note {
            Some(note) => self.are_named(actor, std::slice::from_ref(note)).await?.into_iter().all(|named| named),
            None => true,
        };
        for who in &mut help.who {
            if who.grantor == Grantor::Originator && !named {
                // The note itself does not say which agency it is from.
                who.agency = None;
                continue;
            }
            let (role, agency) = match (who.grantor, note) {
                (Grantor::Originator, Some(note)) => (self.role_of_author(actor, note, purpose).await?, &note.agency),
                (Grantor::Manager, _) => (self.role_of_manager(actor).await?, actor.agency()),
                _ => continue,
            };
            who.agency = Some(agency.clone());
            who.role = role;
            let Some(role) = role else { continue };
            for role in [role, Role::TeamManager, Role::WomensManager] {
                let duty = self.gate.store.on_duty(role, note.map(|note| note.case), None).await?;
                if duty.iter().any(|seat| &seat.agency == agency) {
                    who.on_duty = Some(role);
                    break;
                }
            }
        }
        Ok(())
    }

    async fn role_of_author(&self, actor: &Actor, note: &StoredNote, purpose: Purpose) -> Result<Option<Role>, Error> {
        let Some((seat, _)) = self.gate.store.seat(note.author).await? else { return Ok(None) };
        let own = &seat.agency == actor.agency();
        if !note.head.attributable && !own {
            return Ok(None);
        }
        let hidden = seat.kind.keeps_confidence() && !own;
        let known = !hidden || self.knows_side(actor, note.case, seat.kind, note.head.about, purpose).await?;
        Ok(known.then_some(seat.role))
    }

    async fn role_of_manager(&self, actor: &Actor) -> Result<Option<Role>, Error> {
        let managers = self.gate.store.managers_of(actor.agency(), None, actor.worker()).await?;
        let own = || managers.iter().filter(|seat| &seat.agency == actor.agency()).map(|seat| seat.role);
        Ok(own().find(|role| *role != Role::GovernanceOfficer).or_else(|| own().next()))
    }
}
