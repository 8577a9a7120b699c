//! How a woman or child is reached safely: who may be told, what is recorded of it, and where each way stands.
//!
//! Promises: her own service alone works by it, and for a child the children's service; every way is reckoned anew at each look
//! from what is committed, so nothing that happened can be passed by; the hub itself reaches nobody.
//! Must never know: HTTP, SQL.

pub mod asks;
pub mod marks;
pub mod numbers;
pub mod write;

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::fields::{FieldReader, FieldWriter};
use crate::model::id::{AgencyId, ProtectedId, SafeAskId, SafeMarkId, WorkerId};
use crate::model::notes::Category;
use crate::model::protected::{ProtectedHead, Relation};
use crate::model::safe_contact::standing::{Answer, Doubt, Ended, Known, Standing, Verified, choose};
use crate::model::safe_contact::windows::Window;
use crate::model::safe_contact::{CardWords, Mark, Said};
use crate::model::sealed::{Record, Sealed};
use crate::model::time::Moment;
use crate::policy::contact_changes::{ContactChange, Makes, Of};
use crate::policy::limits::Limit;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
pub use crate::store::safe_contact::{KeptAsk, KeptCard, KeptMark};
use crate::vault::Disclosure;
use std::collections::HashMap;

/// How much of the history is shown: the latest.
const HISTORY_MAX: usize = 100;

const SAID_UNSAFE: &str = "A worker of her service has said that this way is not safe.";

/// A record as those see it who work with her.
#[derive(Debug)]
pub struct OpenContact {
    /// What stands in clear, and the words; nothing if nothing is recorded.
    pub card: Option<(KeptCard, OpenCard)>,
    /// Where each way stands, in their order.
    pub standing: Vec<Standing>,
    /// What was said of ways, oldest first.
    pub marks: Vec<KeptMark>,
    /// Who asked to reach her, oldest first.
    pub asks: Vec<KeptAsk>,
    /// Who looked where she is in an emergency, newest first.
    pub reveals: Vec<(Moment, Role, AgencyId)>,
    /// What was written beside marks, askings and outcomes.
    pub said: Words,
    /// Where the look stands in the log.
    pub recorded: Recorded,
}

/// The opened words of a record.
#[derive(Debug)]
pub struct OpenCard(Disclosure<CardWords>);

/// What was written beside marks, askings and outcomes.
#[derive(Debug, Default)]
pub struct Words {
    opened: Option<Disclosure<Vec<Said>>>,
    places: HashMap<Beside, usize>,
}

/// Beside what something was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Beside {
    /// A mark.
    Mark(SafeMarkId),
    /// An asking.
    Ask(SafeAskId),
    /// The outcome of an asking.
    Outcome(SafeAskId),
}

/// All that is recorded of somebody's ways, but for the words.
struct Ways {
    card: Option<KeptCard>,
    marks: Vec<KeptMark>,
    asks: Vec<KeptAsk>,
    known: Known,
}

impl OpenCard {
    /// Returns the words.
    #[must_use]
    pub const fn words(&self) -> &CardWords {
        self.0.value()
    }
}

impl Words {
    /// Returns what was written beside something.
    #[must_use]
    pub fn beside(&self, what: Beside) -> Option<&Said> {
        self.opened.as_ref()?.value().get(*self.places.get(&what)?)
    }
}

/// Returns the row of the matrix under which somebody is reached: a child's is the children's service's.
const fn category_of(relation: Relation) -> Category {
    match relation {
        Relation::Child => Category::Child,
        _ => Category::SafeContact,
    }
}

/// Puts a question about how somebody is reached.
fn about(desk: &Desk, actor: &Actor, action: Action, id: ProtectedId, head: Option<&ProtectedHead>) -> Question {
    Question {
        action,
        record: Record::SafeContact(id),
        case: head.map(|head| head.case),
        about: Some(id),
        category: head.map_or(Category::SafeContact, |head| category_of(head.relation)),
        purpose: desk.purpose(actor, None),
    }
}

impl Desk {
    /// Shows how somebody is reached, where each way stands and why, and what was done about it. No number stands in it.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such person or the worker may not know of her; [`Error::Refused`].
    pub async fn safe_contact(&self, actor: &Actor, id: ProtectedId) -> Result<OpenContact, Error> {
        let head = self.whom_reached(actor, Action::Contact, id).await?;
        let question = about(self, actor, Action::Contact, id, Some(&head));
        let ask = question.by(actor);
        let mut ways = self.ways(&head).await?;
        ways.marks.drain(..ways.marks.len().saturating_sub(HISTORY_MAX));
        ways.asks.drain(..ways.asks.len().saturating_sub(HISTORY_MAX));
        let sealed = beside(&ways);
        let items = sealed.iter().map(|(_, one)| one.place.record).collect();
        let receipt = self.gate.pass(&ask, None, Effect::Disclose(items).into()).await?;
        let recorded = Recorded::from(&receipt);
        let mut said = Words::default();
        if !sealed.is_empty() {
            said.places = sealed.iter().enumerate().map(|(nth, (what, _))| (*what, nth)).collect();
            let sealed = sealed.into_iter().map(|(_, one)| one).collect();
            said.opened = Some(self.gate.open_many_of(&ask, None, sealed, receipt).await?);
        }
        let card = match ways.card {
            None => None,
            Some(card) => {
                let open = self.open_card(actor, &head, &card).await?;
                Some((card, open))
            }
        };
        let now = self.now();
        let routes = card.iter().flat_map(|(_, open)| &open.words().routes);
        let standing = routes.map(|one| ways.known.standing(one.id, now)).collect();
        let reveals = self.gate.store.reveals_of(id).await?;
        Ok(OpenContact { card, standing, marks: ways.marks, asks: ways.asks, reveals, said, recorded })
    }

    /// Returns whom a question is about, or records that it was about nobody.
    async fn whom_reached(&self, actor: &Actor, action: Action, id: ProtectedId) -> Result<ProtectedHead, Error> {
        match self.gate.store.protected(id).await? {
            Some(found) => Ok(found.head),
            None => {
                let question = about(self, actor, action, id, None);
                Err(self.gate.asked_for_nothing(&question.by(actor)).await.into())
            }
        }
    }

    /// Opens the words of a record, on a decision of its own.
    async fn open_card(&self, actor: &Actor, head: &ProtectedHead, card: &KeptCard) -> Result<OpenCard, Error> {
        let question = about(self, actor, Action::Contact, head.id, Some(head));
        let open = self.gate.open(&question.by(actor), None, card.words.clone()).await?;
        // A seal holds for her, and not for one version: an older one in the place of a newer would show ways that are gone.
        if open.value().version == card.version { Ok(OpenCard(open)) } else { Err(Error::Unknown) }
    }

    /// Reads all that is recorded of somebody's ways, as it is committed now.
    async fn ways(&self, head: &ProtectedHead) -> Result<Ways, Error> {
        let (store, now) = (&self.gate.store, self.now());
        let card = store.safe_card(head.id).await?;
        let marks = store.safe_marks(head.case, head.id).await?;
        let asks = store.safe_asks(head.case, head.id).await?;
        let mut known = Known::default();
        for mark in &marks {
            self.know_mark(mark, &mut known);
        }
        let changes = self.gate.policy.contact_changes();
        for ask in &asks {
            let outcome = ask.outcome.as_ref();
            if let Some((end, change)) =
                outcome.and_then(|end| Some((end, changes.by(Of::Outcome, end.outcome.as_str())?)))
            {
                let route = ask.route.filter(|_| !change.whole);
                know_change(change, (route, end.at, end.at, end.index.unwrap_or(i64::MAX)), &mut known);
            }
        }
        for one in store.contact_happenings(head.case, head.id, now).await? {
            let found = one.what.parse().ok().and_then(|of| changes.by(of, &one.word));
            if let Some(change) = found {
                know_change(change, (None, one.recorded, one.happened, one.index), &mut known);
            }
        }
        Ok(Ways { card, marks, asks, known })
    }

    fn know_mark(&self, mark: &KeptMark, known: &mut Known) {
        for route in mark.routes.iter().copied() {
            match (mark.mark, mark.asked) {
                (Mark::Verified, Some((_, asked))) => {
                    let until = self.gate.policy.limits().due(Limit::SafeContact, asked);
                    known.verified.push(Verified { route, asked, until, index: mark.index });
                }
                (Mark::Verified, None) => {}
                (Mark::Unsafe, _) => known.ended.push(Ended { route, why: SAID_UNSAFE.to_owned() }),
            }
        }
    }

    /// Says by which way she may be reached now.
    fn answer(&self, words: &CardWords, known: &Known) -> Answer {
        let routes: Vec<(_, &[Window])> = words.routes.iter().map(|one| (one.id, one.windows.as_slice())).collect();
        choose(&routes, known, &self.gate.policy.limits().local_time(), self.now())
    }

    /// Returns who in her service can be asked: those who work with her, and her service's managers.
    async fn her_service(&self, actor: &Actor, head: &ProtectedHead) -> Result<Vec<(WorkerId, Role)>, Error> {
        let involved = self.gate.store.involved(head.case).await?;
        let hers = involved.iter().filter(|one| one.about == Some(head.id) && &one.agency == actor.agency());
        let mut whom: Vec<(WorkerId, Role)> = hers.map(|one| (one.worker, one.role)).collect();
        let managers = self.gate.store.managers_of(actor.agency(), Some(head.case), None).await?;
        let managers =
            managers.iter().filter(|seat| seat.role == Role::WomensManager && &seat.agency == actor.agency());
        whom.extend(managers.map(|seat| (seat.worker, seat.role)));
        whom.sort_unstable();
        whom.dedup();
        whom.retain(|(worker, _)| Some(*worker) != actor.worker());
        Ok(whom)
    }
}

/// Adds what a change makes of ways.
fn know_change(
    change: &ContactChange,
    (route, recorded, happened, index): (Option<crate::model::id::SafeRouteId>, Moment, Moment, i64),
    known: &mut Known,
) {
    let why = change.why.clone();
    match (change.makes, route) {
        (Makes::Unsafe, Some(route)) => known.ended.push(Ended { route, why }),
        (Makes::Unsafe, None) => {}
        (Makes::Unverified, route) => known.doubts.push(Doubt { route, why, recorded, happened, index }),
    }
}

/// Returns what was written beside marks, askings and outcomes, sealed.
fn beside(ways: &Ways) -> Vec<(Beside, Sealed<Said>)> {
    let marks = ways.marks.iter().filter_map(|one| Some((Beside::Mark(one.id), one.said.clone()?)));
    let asks = ways.asks.iter().flat_map(|one| {
        let asked = one.said.clone().map(|said| (Beside::Ask(one.id), said));
        let ended = one.outcome.as_ref().and_then(|end| Some((Beside::Outcome(one.id), end.said.clone()?)));
        asked.into_iter().chain(ended)
    });
    marks.chain(asks).collect()
}

/// Returns words of one's own that equal others: what was opened is lent, and a new version is written with them.
fn written_again(words: &CardWords) -> Result<CardWords, Error> {
    FieldReader::content(&FieldWriter::bytes_of(words)).ok_or(Error::Unknown)
}

/// Refuses words beside an act in which a number stands.
fn check_said(said: Option<&Said>) -> Result<(), Error> {
    match said {
        Some(said) if said.has_number() => {
            Err(Error::field("said", "is no place for a telephone number: record it as a way of reaching her"))
        }
        _ => Ok(()),
    }
}
