//! Overrides as they are shown: to her own side, and to whoever was asked to be the second person.

use super::{Desk, Error, Question, Recorded};
use crate::auth::Actor;
use crate::model::id::{CaseId, OverrideId};
use crate::model::notes::Category;
use crate::model::overrides::{AnswerWords, FindingWords, OverrideWords};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
pub use crate::store::overrides::StoredOverride;
use crate::vault::Disclosure;

/// What recipients are told, if she was not told and if she was.
pub(super) const SHARED: [&str; 2] = [
    "A risk note was shared with you against her wishes, because of serious harm. She has NOT been told: do not speak to \
     her of it before you have spoken to the one who shared it. Open the note to read it.",
    "A risk note was shared with you against her wishes, because of serious harm. She has been told. Open the note to \
     read it.",
];

/// An override that was opened.
#[derive(Debug)]
pub struct OpenOverride {
    /// What stands in clear.
    pub found: StoredOverride,
    /// Why it was asked for, with its audit number.
    pub words: Disclosure<OverrideWords>,
    /// Why the second person said yes or no.
    pub said: Option<Disclosure<AnswerWords>>,
    /// Why the latest review found what it found.
    pub reviewed: Option<Disclosure<FindingWords>>,
}

impl Desk {
    /// Shows an override.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`].
    pub async fn override_shown(
        &self,
        actor: &Actor,
        id: OverrideId,
        purpose: Option<Purpose>,
    ) -> Result<OpenOverride, Error> {
        let found = self.gate.store.override_of(id).await?;
        let question = self.override_question(actor, Action::Read, id, found.as_ref(), purpose);
        let ask = question.by(actor);
        let Some(found) = found else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let item = || Some(found.item(question.about));
        let words = self.gate.open(&ask, item(), found.asked.words.clone()).await?;
        let said = match &found.second {
            Some((.., sealed)) => Some(self.gate.open(&ask, item(), sealed.clone()).await?),
            None => None,
        };
        let reviewed = match &found.reviewed {
            Some((.., sealed)) => Some(self.gate.open(&ask, item(), sealed.clone()).await?),
            None => None,
        };
        Ok(OpenOverride { found, words, said, reviewed })
    }

    /// Lists a case's overrides that the worker may read, newest first; no words.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such case or the worker may not know of it; [`Error::Invalid`] if `before` is no
    /// place in this list.
    pub async fn overrides(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
        before: Option<OverrideId>,
        limit: i64,
    ) -> Result<(Vec<StoredOverride>, Option<OverrideId>, Recorded), Error> {
        let recorded = self.looks_at(actor, case, purpose).await?;
        let mut place = match before {
            None => None,
            Some(id) => Some(self.override_place(actor, case, id, purpose).await?),
        };
        let mut shown = Vec::new();
        // A page is full of what the worker may read: a short one would tell of what they may not.
        while (shown.len() as i64) < limit {
            let page = self.gate.store.overrides_of(case, place, super::PAGE_MAX).await?;
            let Some(last) = page.last() else { break };
            place = Some((last.asked.created, last.asked.id));
            shown.extend(self.readable_overrides(actor, page, purpose).await?);
        }
        shown.truncate(usize::try_from(limit).unwrap_or_default());
        let next = (shown.len() as i64 == limit).then(|| shown.last().map(|one| one.asked.id)).flatten();
        Ok((shown, next, recorded))
    }

    /// Returns the place of an override in its list; of one that the worker may not read, what is said of none.
    async fn override_place(
        &self,
        actor: &Actor,
        case: CaseId,
        id: OverrideId,
        purpose: Option<Purpose>,
    ) -> Result<(Moment, OverrideId), Error> {
        let found = self.gate.store.override_of(id).await?.filter(|one| one.asked.case == case);
        let shown = self.readable_overrides(actor, found.into_iter().collect(), purpose).await?;
        let one = shown.first().ok_or_else(super::no_place)?;
        Ok((one.asked.created, one.asked.id))
    }

    /// Returns those overrides of one case that the worker may read, each decided by itself.
    async fn readable_overrides(
        &self,
        actor: &Actor,
        found: Vec<StoredOverride>,
        purpose: Option<Purpose>,
    ) -> Result<Vec<StoredOverride>, Error> {
        let question =
            |one: &StoredOverride| self.override_question(actor, Action::Read, one.asked.id, Some(one), purpose);
        let asks: Vec<_> = found.iter().map(|one| question(one).by(actor)).collect();
        let facts = self.gate.store.facts_of_overrides(&asks, &found).await?;
        let reads: Vec<bool> = self.gate.read_whole(&asks, &facts).await?;
        Ok(found.into_iter().zip(reads).filter_map(|(one, reads)| reads.then_some(one)).collect())
    }

    /// Records that a worker lists something of a case of which they may know.
    pub(super) async fn looks_at(
        &self,
        actor: &Actor,
        case: CaseId,
        purpose: Option<Purpose>,
    ) -> Result<Recorded, Error> {
        let question = Question {
            action: Action::Existence,
            record: Record::Case(case),
            case: Some(case),
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, purpose),
        };
        let ask = question.by(actor);
        if !self.gate.store.has_case(actor, case).await? {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        }
        self.refuse_if_locked(&question, actor).await?;
        let receipt = self.gate.pass(&ask, None, Effect::Disclose(Vec::new()).into()).await?;
        Ok(Recorded::from(&receipt))
    }
}
