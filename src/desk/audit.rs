//! The log as the hub shows it: checkpoint, tiles and proofs to any partner; who looked, to those who may ask.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::ledger::Hash;
use crate::ledger::leaf::Fields;
use crate::ledger::tile::{Bundle, Tile};
use crate::model::agencies::Role;
use crate::model::id::CaseId;
use crate::model::notes::Category;
use crate::model::protected::ProtectedHead;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
pub use crate::store::audit::Inclusion;
use crate::store::effect::Effect;
use std::collections::HashSet;

impl Desk {
    /// Returns the newest signed checkpoint. It names nobody, so showing it is not an entry of its own.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn checkpoint(&self) -> Result<String, Error> {
        Ok(self.gate.store.checkpoint().await?)
    }

    /// Returns the bytes at a tile's path, the part after `tile/`: hashes, or a bundle of entries.
    ///
    /// # Errors
    /// [`Error::NotFound`] if it is no tile's path, or the log has not grown that far.
    pub async fn tile(&self, path: &str) -> Result<Vec<u8>, Error> {
        let found = match path.strip_prefix("entries/") {
            Some(_) => {
                let bundle = Bundle::parse_path(path).ok_or(Error::NotFound)?;
                let leaves = self.gate.store.entry_bundle(&bundle).await?;
                leaves.and_then(|leaves| Bundle::write(&leaves))
            }
            None => {
                let tile = Tile::parse_path(path).ok_or(Error::NotFound)?;
                self.gate.store.tile(&tile).await?
            }
        };
        found.ok_or(Error::NotFound)
    }

    /// Proves that an entry is in the log.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the log has no such index.
    pub async fn proof(&self, index: u64) -> Result<Inclusion, Error> {
        self.gate.store.inclusion(index).await?.ok_or(Error::NotFound)
    }

    /// Proves that the log of size `old` is the beginning of today's; gives today's size and the path.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the log never had that size.
    pub async fn consistency(&self, old: u64) -> Result<(u64, Vec<Hash>), Error> {
        self.gate.store.consistency(old).await?.ok_or(Error::NotFound)
    }

    /// Lists who did what on a case, newest first, as far as the actor may know of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the actor may not know of it.
    pub async fn readers(
        &self,
        actor: &Actor,
        case: CaseId,
        before: Option<u64>,
        limit: i64,
    ) -> Result<(Vec<(u64, Fields)>, Option<u64>, Recorded), Error> {
        let question = Question {
            action: Action::Read,
            record: Record::Readers(case),
            case: Some(case),
            about: None,
            category: Category::Audit,
            purpose: self.purpose(actor, Some(Purpose::Governance)),
        };
        let ask = question.by(actor);
        if !self.gate.store.has_case(actor, case).await? {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let receipt = self.gate.pass(&ask, None, Effect::Disclose(Vec::new()).into()).await?;
        let eyes = self.eyes(actor, &question).await?;
        let (mut seen, mut place) = (Vec::new(), before);
        // A page is full of what the actor may know: a short one, or a place in it, would tell of what they may not.
        while (seen.len() as i64) < limit {
            let page = self.gate.store.readers_of(case, place, super::PAGE_MAX).await?;
            let Some((last, _)) = page.last() else { break };
            place = Some(*last);
            seen.extend(page.into_iter().filter(|(_, fields)| eyes.may_see(fields)));
        }
        seen.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (seen.len() as i64 == limit).then(|| seen.last().map(|(index, _)| *index)).flatten();
        Ok((seen, next, Recorded::from(&receipt)))
    }

    async fn eyes(&self, actor: &Actor, question: &Question) -> Result<Eyes, Error> {
        let purpose = self.purpose(actor, None);
        let protected = self.protected_known(actor, &Question { purpose, ..*question }).await?;
        let involved = match question.case {
            Some(case) => self.gate.store.involved(case).await?,
            None => Vec::new(),
        };
        let known = involved.iter().filter(|one| super::cases::may_know(one, actor.worker(), &protected));
        let mut owned = match question.case {
            Some(case) => self.owned(actor, case, &protected).await?,
            None => HashSet::new(),
        };
        if actor.role().is_some_and(Role::is_womens) {
            owned.extend(protected.iter().map(|head| head.id.to_string()));
        }
        Ok(Eyes {
            me: actor.word(),
            case: question.case.map(|case| case.to_string()).unwrap_or_default(),
            agency: actor.agency().to_string(),
            oversight: actor.role() == Some(Role::GovernanceOfficer),
            known: known.map(|one| format!("u:{}", one.worker)).collect(),
            owned,
            shy: self.gate.store.shy_agencies().await?,
        })
    }
}

impl Desk {
    /// Returns what the actor's agency supplied, without what is about somebody of whom the actor may not know: its entries
    /// would tell that she is there, and to two workers of one women's service how many there are. Whoever answers for an
    /// agency that hears nothing in confidence sees all of it.
    async fn owned(&self, actor: &Actor, case: CaseId, known: &[ProtectedHead]) -> Result<HashSet<String>, Error> {
        let all = self.gate.store.protected_of(case).await?;
        let answers = actor.role() == Some(Role::GovernanceOfficer) && !actor.kind().keeps_confidence();
        let hidden = |about: &str| {
            let is = |head: &ProtectedHead| head.id.to_string() == about;
            !answers && all.iter().any(is) && !known.iter().any(is)
        };
        let owned = self.gate.store.owned(case, actor.agency()).await?;
        Ok(owned.into_iter().filter(|(_, about)| !hidden(about)).map(|(id, _)| id).collect())
    }
}

/// Whose entries an actor may see: their own, and who touched what their agency supplied.
struct Eyes {
    me: String,
    /// The case: whose agency keeps it may see who found it by a search or a question.
    case: String,
    agency: String,
    /// A governance officer sees the entries of their own agency too.
    oversight: bool,
    /// Those on the case whom the actor may know of.
    known: HashSet<String>,
    /// What the actor's agency supplied, and whom the actor works with.
    owned: HashSet<String>,
    /// Services whose workers stay unknown to those who may not know whom they work with.
    shy: HashSet<String>,
}

impl Eyes {
    fn may_see(&self, entry: &Fields) -> bool {
        let says = |field: &str| entry.get(field).map_or("", String::as_str);
        let actor = says("actor");
        if self.oversight && says("agency") == self.agency {
            return true;
        }
        if actor == self.me {
            // What one was refused stands in this list only where one may know of it: else to look here for one's own
            // attempt would tell whether what one asked for is there.
            return says("decision") != "deny" || self.owned.contains(says("id"));
        }
        let shy = self.shy.contains(says("agency")) && says("agency") != self.agency && !self.known.contains(actor);
        let by_name = [Action::Search, Action::Query].iter().any(|act| says("act") == act.as_str());
        let item = if by_name { self.case.as_str() } else { says("id") };
        self.owned.contains(item) && !shy
    }
}
