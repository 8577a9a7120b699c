//! How the indexes of people and of words come about when the hub starts: page by page, each page one entry of the log.
//!
//! Promises: nothing is opened that the log does not name; where a woman is, is not opened at all.

use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::fields::Content;
use crate::model::notes::Category;
use crate::model::sealed::Sealed;
use crate::model::shares::Purpose;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::vault::Disclosure;

/// Values that are opened on one receipt.
const PAGE: i64 = 500;

impl Desk {
    /// Builds the index: identities, the names of women and children, declarations, workers' own names; and the index of
    /// words: notes.
    ///
    /// # Errors
    /// [`Error::Vault`] if one does not open; [`Error::Store`].
    pub async fn unseal(&self, service: &Actor) -> Result<usize, Error> {
        let people = self.unseal_people(service).await?;
        self.unseal_protected(service).await?;
        self.index.settle();
        self.unseal_workers(service).await?;
        self.unseal_conflicts(service).await?;
        self.unseal_words(service).await?;
        Ok(people)
    }

    async fn unseal_people(&self, service: &Actor) -> Result<usize, Error> {
        let (mut people, mut after) = (0, None);
        loop {
            let page = self.gate.store.people(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(people) };
            after = Some(last.id);
            let places: Vec<_> = page.iter().map(|one| (one.id, one.case)).collect();
            let opened = self.open_for_index(service, page.into_iter().map(|one| one.identity).collect()).await?;
            for ((person, case), identity) in places.iter().zip(opened.value()) {
                self.index.add(&self.gate.vault, *person, *case, identity);
            }
            people += places.len();
        }
    }

    async fn unseal_protected(&self, service: &Actor) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.gate.store.protected_names(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.id);
            let places: Vec<_> = page.iter().map(|one| (one.person, one.case, one.id)).collect();
            let opened = self.open_for_index(service, page.into_iter().map(|one| one.name).collect()).await?;
            for (place, name) in places.iter().zip(opened.value()) {
                self.index.add_protected(&self.gate.vault, *place, name);
            }
        }
    }

    async fn unseal_workers(&self, service: &Actor) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.gate.store.worker_names(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.0);
            let workers: Vec<_> = page.iter().map(|one| one.0).collect();
            let opened = self.open_for_index(service, page.into_iter().map(|one| one.1).collect()).await?;
            for (worker, name) in workers.iter().zip(opened.value()) {
                self.index.add_worker(&self.gate.vault, *worker, name);
            }
        }
    }

    async fn unseal_conflicts(&self, service: &Actor) -> Result<(), Error> {
        let mut after = None;
        loop {
            let page = self.gate.store.conflicts(after, PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = Some(last.0);
            let declared: Vec<_> = page.iter().map(|one| (one.0, one.1)).collect();
            let opened = self.open_for_index(service, page.into_iter().map(|one| one.2).collect()).await?;
            for ((id, worker), words) in declared.iter().zip(opened.value()) {
                self.index.declare(&self.gate.vault, *worker, *id, words);
            }
        }
    }

    async fn open_for_index<C: Content>(
        &self,
        service: &Actor,
        sealed: Vec<Sealed<C>>,
    ) -> Result<Disclosure<Vec<C>>, Error> {
        let items = sealed.iter().map(|one| one.place.record).collect();
        let question = Question::of_no_record(Action::List, Category::Identity, Purpose::Governance);
        let ask = question.by(service);
        let receipt = self.gate.serve(&ask, Effect::Disclose(items).into()).await?;
        Ok(self.gate.open_many(&ask, sealed, receipt).await?)
    }
}
