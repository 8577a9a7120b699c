//! The log as the hub shows it: checkpoint, tiles and proofs to any partner; who looked, to those who may ask.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::ledger::leaf::Fields;
use crate::ledger::tile::Tile;
use crate::model::agencies::Role;
use crate::model::id::CaseId;
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::store::audit::Inclusion;
use crate::store::effect::Effect;

impl Desk {
    /// Returns the newest signed checkpoint. It names nobody, so showing it is not an entry of its own.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn checkpoint(&self) -> Result<String, Error> {
        Ok(self.gate.store.checkpoint().await?)
    }

    /// Returns a hash tile, or nothing if the log has not grown that far.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn tile(&self, tile: &Tile) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.gate.store.tile(tile).await?)
    }

    /// Returns an entry bundle's leaves, or nothing if the log has not grown that far.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn entry_bundle(&self, tile: &Tile) -> Result<Option<Vec<Vec<u8>>>, Error> {
        Ok(self.gate.store.entry_bundle(tile).await?)
    }

    /// Proves that an entry is in the log.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the log has no such index.
    pub async fn proof(&self, index: u64) -> Result<Inclusion, Error> {
        self.gate.store.inclusion(index).await?.ok_or(Error::NotFound)
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
        if self.gate.store.case(case).await?.is_none() {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        let receipt = self.gate.pass(&ask, None, Effect::Disclose(Vec::new()).into()).await?;
        let page = self.gate.store.readers_of(case, before, limit).await?;
        let next = (page.len() as i64 == limit).then(|| page.last().map(|(index, _)| *index)).flatten();
        let eyes = self.eyes(actor, &question).await?;
        let seen = page.into_iter().filter(|(_, fields)| eyes.may_see(fields)).collect();
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
        Ok(Eyes {
            me: actor.word(),
            agency: actor.agency().to_string(),
            oversight: actor.role() == Some(Role::GovernanceOfficer),
            known: known.map(|one| format!("u:{}", one.worker)).collect(),
        })
    }
}

/// Whose entries an actor may see.
struct Eyes {
    me: String,
    agency: String,
    /// A governance officer sees the entries of their own agency, and only those.
    oversight: bool,
    /// Those on the case whom the actor may know of.
    known: Vec<String>,
}

impl Eyes {
    fn may_see(&self, entry: &Fields) -> bool {
        let says = |field: &str| entry.get(field).map_or("", String::as_str);
        if self.oversight {
            return says("agency") == self.agency;
        }
        let actor = says("actor");
        let of_women = says("role").starts_with("womens.");
        actor == self.me || self.known.iter().any(|known| known == actor) || !of_women
    }
}
