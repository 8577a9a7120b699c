//! A version of how somebody is reached is written: ways that are kept stay as they stand, new ones begin unverified.
//!
//! Promises: a version never changes another; of two who write at once one is told to look again; where a way leads is sealed by
//! itself in her own drawer, whose key only the hub and her service hold.

use super::{about, written_again};
use crate::auth::Actor;
use crate::desk::{Desk, Error, Once, Written};
use crate::model::id::{ProtectedId, SafeCardId, SafeRouteId};
use crate::model::location::Address;
use crate::model::protected::ProtectedHead;
use crate::model::safe_contact::windows::{self, BadWindows, Window};
use crate::model::safe_contact::{CardWords, Interpreter, Language, Means, RouteWords, Target};
use crate::model::sealed::{Drawer, Record, Sealed, Wrap};
use crate::model::text::{Line, Prose};
use crate::policy::permit::{Action, Permit};
use crate::store::effect::{Change, Reaching};
use crate::store::safe_contact::{KeptCard, NewCard, place, place_of};
use serde::Deserialize;

/// Ways that one record has at most.
const ROUTES_MAX: usize = 8;

/// Windows that one way has at most.
const WINDOWS_MAX: usize = 21;

/// A version as a worker writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteContact {
    /// The version that it takes the place of; 0 if there is none yet.
    pub replaces: u16,
    /// In which language.
    pub language: Language,
    /// Who interprets.
    pub interpreter: Interpreter,
    /// Who else may hear.
    #[serde(default)]
    pub heard_by: Option<Line<200>>,
    /// When children are there.
    #[serde(default)]
    pub children: Option<Line<200>>,
    /// The ways, the first before the next.
    pub routes: Vec<WriteRoute>,
}

/// A way as a worker writes it: one that is there already, or a new one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WriteRoute {
    /// The way that stays as it is.
    #[serde(default)]
    pub keep: Option<SafeRouteId>,
    /// By what.
    #[serde(default)]
    pub by: Option<Means>,
    /// Where it leads.
    #[serde(default)]
    pub to: Option<Address>,
    /// When.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// Who the worker says that they are.
    #[serde(default)]
    pub say: Option<Line<200>>,
    /// The only words that may be left as a message; left out: never leave one.
    #[serde(default)]
    pub message: Option<Line<200>>,
    /// A text message may be written to it. Left out: never.
    #[serde(default)]
    pub may_text: bool,
    /// The word by which she and the worker know each other.
    #[serde(default)]
    pub code_word: Option<Line<60>>,
    /// What else matters.
    #[serde(default)]
    pub note: Option<Prose<500>>,
}

impl Desk {
    /// Records the next version of how somebody is reached.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] for a way that cannot be; [`Error::Conflict`] if another version
    /// was written meanwhile.
    pub async fn write_contact(
        &self,
        actor: &Actor,
        id: ProtectedId,
        new: WriteContact,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let head = self.whom_reached(actor, Action::Create, id).await?;
        let question = about(self, actor, Action::Create, id, Some(&head));
        let ask = question.by(actor);
        let permit = self.may_keep(actor, &head).await?;
        let version = i64::from(new.replaces) + 1;
        let made = match self.made(actor, &head, new).await {
            Ok(made) => made,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let (words, targets) = made;
        let routes: Vec<SafeRouteId> = words.routes.iter().map(|one| one.id).collect();
        let (drawer, author) = (Drawer::whereabouts(head.case, id), actor.worker().ok_or(Error::NotFound)?);
        let wraps = self.her_drawer(actor, drawer).await?;
        let card = KeptCard {
            id: SafeCardId::random(),
            case: head.case,
            her: id,
            version,
            author,
            agency: actor.agency().clone(),
            created: self.now(),
            words: self.seal(place(head.case, id), &words).await?,
        };
        let targets = self.sealed_targets(&head, targets).await?;
        let answer = serde_json::json!({
            "protected": id, "version": version, "routes": routes, "recorded": card.created,
        });
        let effect = Reaching::Write(Box::new(NewCard { card, targets })).into();
        let is_new = !wraps.is_empty();
        let written = self
            .write(permit, &ask, None, Change { effect, wraps, promise: None, frame: None }, once.as_ref(), answer)
            .await;
        if is_new && written.is_err() {
            self.gate.vault.discard(&drawer);
        }
        written
    }

    /// Decides whether somebody may keep the record of one person: they write about her, and work by it.
    pub(super) async fn may_keep(&self, actor: &Actor, head: &ProtectedHead) -> Result<Permit, Error> {
        let works = about(self, actor, Action::Contact, head.id, Some(head));
        let part = self.gate.decide(&works.by(actor), None).await?;
        let writes = about(self, actor, Action::Create, head.id, Some(head));
        Ok(self.gate.decide(&writes.by(actor), None).await?.and(part))
    }

    /// Returns the words of a version, and where its new ways lead.
    async fn made(
        &self,
        actor: &Actor,
        head: &ProtectedHead,
        new: WriteContact,
    ) -> Result<(CardWords, Vec<(SafeRouteId, Target)>), Error> {
        let card = self.gate.store.safe_card(head.id).await?;
        if card.as_ref().map_or(0, |card| card.version) != i64::from(new.replaces) {
            return Err(Error::Conflict);
        }
        if new.routes.is_empty() || new.routes.len() > ROUTES_MAX {
            return Err(Error::field("routes", "needs 1 to 8 ways, the first before the next"));
        }
        let mut kept = match card {
            Some(card) if new.routes.iter().any(|one| one.keep.is_some()) => {
                written_again(self.open_card(actor, head, &card).await?.words())?.routes
            }
            _ => Vec::new(),
        };
        let (mut routes, mut targets) = (Vec::with_capacity(new.routes.len()), Vec::new());
        for one in new.routes {
            match one.keep {
                Some(id) => routes.push(taken(&mut kept, id, &one)?),
                None => {
                    let (route, target) = begun(one)?;
                    targets.push((route.id, target));
                    routes.push(route);
                }
            }
        }
        let WriteContact { replaces, language, interpreter, heard_by, children, .. } = new;
        let version = i64::from(replaces) + 1;
        Ok((CardWords { version, language, interpreter, heard_by, children, routes }, targets))
    }

    async fn sealed_targets(
        &self,
        head: &ProtectedHead,
        targets: Vec<(SafeRouteId, Target)>,
    ) -> Result<Vec<Sealed<Target>>, Error> {
        let mut sealed = Vec::with_capacity(targets.len());
        for (id, target) in targets {
            sealed.push(self.seal(place_of(head.case, head.id, Record::SafeRoute(id)), &target).await?);
        }
        Ok(sealed)
    }

    /// Makes her own drawer if she has none yet, wrapped to the hub and to the service that writes.
    async fn her_drawer(&self, actor: &Actor, drawer: Drawer) -> Result<Vec<Wrap>, Error> {
        if !self.gate.store.wraps(drawer).await?.is_empty() {
            return Ok(Vec::new());
        }
        let agency = self.gate.store.agency(actor.agency()).await?.ok_or(Error::NotFound)?;
        // Of two who make it at once the second is told to come again.
        self.gate.vault.new_drawer(drawer, &[(agency.id.to_string(), agency.recipient)]).map_err(|_| Error::Busy)
    }
}

/// Takes a way as it is over into the next version.
fn taken(kept: &mut Vec<RouteWords>, id: SafeRouteId, one: &WriteRoute) -> Result<RouteWords, Error> {
    let changed = one.by.is_some()
        || one.to.is_some()
        || !one.windows.is_empty()
        || one.say.is_some()
        || one.message.is_some()
        || one.may_text
        || one.code_word.is_some()
        || one.note.is_some();
    if changed {
        return Err(Error::field(
            "routes.keep",
            "stands alone: a way that changes is written anew, and she is asked about it",
        ));
    }
    let nth = kept.iter().position(|known| known.id == id);
    let say = "is no way of the version that this one replaces, or stands twice: take it from there, once";
    nth.map(|nth| kept.remove(nth)).ok_or_else(|| Error::field("routes.keep", say))
}

/// Begins a new way.
fn begun(one: WriteRoute) -> Result<(RouteWords, Target), Error> {
    let needed = |field: &str| Error::field(field, "is needed for a new way");
    let by = one.by.ok_or_else(|| needed("routes.by"))?;
    let to = one.to.ok_or_else(|| needed("routes.to"))?;
    let say = one.say.ok_or_else(|| needed("routes.say"))?;
    if one.windows.len() > WINDOWS_MAX {
        return Err(Error::field("routes.windows", "are too many: write hours that are alike into one"));
    }
    windows::check(&one.windows).map_err(|bad| Error::field(field_of(bad), &bad.to_string()))?;
    let target = Target { to, code_word: one.code_word };
    target.fits(by).map_err(|bad| Error::field("routes.to", &bad.to_string()))?;
    let route = RouteWords {
        id: SafeRouteId::random(),
        by,
        windows: one.windows,
        say,
        message: one.message,
        never_text: !one.may_text,
        note: one.note,
    };
    Ok((route, target))
}

/// Returns the field that is wrong with windows.
const fn field_of(bad: BadWindows) -> &'static str {
    match bad {
        BadWindows::None | BadWindows::Overlap => "routes.windows",
        BadWindows::Days => "routes.windows.days",
        BadWindows::Backwards => "routes.windows.until",
    }
}
