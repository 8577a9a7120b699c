//! What her own workers are told of what others did: that an override ended, that he took his agreement back, that an
//! emergency access should not have been.
//!
//! Promises: each notice is about one woman or child and goes to those who work with her, in the trail of their own
//! service; it comes from the hub, so that whoever caused it learns neither whom it went to nor whether there is anybody.
//! One act makes one notice for her, however many notes it touches.

use super::{Desk, Error};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::cases::Involvement;
use crate::model::emergency::ReviewOutcome;
use crate::model::id::{AgencyId, AlertId, CaseId, GrantId, OverrideId, ProtectedId, WorkerId};
use crate::model::notes::Category;
use crate::model::overrides::{Answer, Finding};
use crate::model::protected::ProtectedHead;
use crate::model::text::Prose;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::overrides::StoredOverride;
use crate::store::reviews::GrantHead;
use std::collections::{BTreeMap, BTreeSet};

/// Who raises what her own side is told.
const AUTHOR: &str = "hub:her-side";

const TURNED_DOWN: &str = "The second person has said no to sharing something against her wishes. Nothing is open on it; what \
                           was open is closed, and whoever had read it is asked to delete it. Look at her safety plan, and \
                           decide with your manager what she is told.";

const UNJUSTIFIED: &str = "A review has found that sharing something against her wishes was not justified. What was shared is \
                           taken back, and whoever had read it is asked to delete it. Talk to her if she knows of it, and \
                           look at her safety plan.";

const CORRECTED: &str = "A note that is shared against her wishes has been corrected. Those who had the old one have the \
                         corrected one, and are told. Nobody else reads it.";

const HE_TOOK_BACK: &str = "He has refused or taken back his Statement of Agreement or Understanding. What the law asks to be \
                            shared and the alerts that keep her safe go on. How he takes it may change what she risks: talk \
                            to her, and look at her safety plan. He is not told that you know.";

/// What is told, and about whom.
struct News<'a> {
    case: CaseId,
    her: ProtectedId,
    kind: HubKind,
    category: Category,
    say: &'a str,
    /// Workers who are told besides those who work with her.
    besides: &'a [(AgencyId, WorkerId)],
    /// Who is not told.
    but: &'a [WorkerId],
}

impl Desk {
    /// Tells her side that the second person said no.
    pub(super) async fn tell_of_answer(
        &self,
        actor: &Actor,
        found: &StoredOverride,
        answer: Answer,
    ) -> Result<Vec<NewAlert>, Error> {
        if answer == Answer::Approved {
            return Ok(Vec::new());
        }
        self.tell_of_override(actor, found, TURNED_DOWN).await
    }

    /// Tells her side that a review found that it should not have been.
    pub(super) async fn tell_of_finding(
        &self,
        actor: &Actor,
        found: &StoredOverride,
        finding: Finding,
    ) -> Result<Vec<NewAlert>, Error> {
        if finding == Finding::Justified {
            return Ok(Vec::new());
        }
        self.tell_of_override(actor, found, UNJUSTIFIED).await
    }

    /// Tells her side that what is shared on overrides was corrected: once, however many of them.
    pub(super) async fn tell_of_correction(
        &self,
        actor: &Actor,
        overrides: &BTreeSet<OverrideId>,
    ) -> Result<Vec<NewAlert>, Error> {
        let Some(first) = overrides.first() else { return Ok(Vec::new()) };
        match self.gate.store.override_of(*first).await? {
            Some(found) => self.tell_of_override(actor, &found, CORRECTED).await,
            None => Ok(Vec::new()),
        }
    }

    async fn tell_of_override(&self, actor: &Actor, found: &StoredOverride, say: &str) -> Result<Vec<NewAlert>, Error> {
        let Some(her) = found.about else { return Ok(Vec::new()) };
        let asked = &found.asked;
        let besides = [(asked.agency.clone(), asked.author)];
        let but: Vec<WorkerId> = actor.worker().into_iter().collect();
        let kind = HubKind::OverrideChanged;
        let news = News { case: asked.case, her, kind, category: Category::Consent, say, besides: &besides, but: &but };
        self.tell_hers(&news, &self.gate.store.involved(asked.case).await?).await
    }

    /// Tells the workers of each woman and child of a case that he has taken his agreement back.
    pub(super) async fn tell_her_side_of_his(&self, actor: &Actor, case: CaseId) -> Result<Vec<NewAlert>, Error> {
        let involved = self.gate.store.involved(case).await?;
        let but: Vec<WorkerId> = actor.worker().into_iter().collect();
        let mut told = Vec::new();
        for head in self.gate.store.protected_of(case).await? {
            let (kind, category) = (HubKind::HisAgreement, Category::Consent);
            let news = News { case, her: head.id, kind, category, say: HE_TOOK_BACK, besides: &[], but: &but };
            told.extend(self.tell_hers(&news, &involved).await?);
        }
        Ok(told)
    }

    /// Tells the workers of those whose records an emergency access opened that it should not have been.
    pub(super) async fn tell_of_review(
        &self,
        actor: &Actor,
        (id, grant): (GrantId, &GrantHead),
        outcome: ReviewOutcome,
    ) -> Result<Vec<NewAlert>, Error> {
        if outcome != ReviewOutcome::NotJustified || grant.wrong {
            return Ok(Vec::new());
        }
        let mut opened = self.gate.store.opened_under(id).await?;
        opened.extend(grant.about);
        let involved = self.gate.store.involved(grant.case).await?;
        let user = self.gate.store.seat(grant.worker).await?.map(|(seat, _)| seat);
        let who = user.map_or_else(String::new, |seat| {
            format!(" by {} ({})", self.gate.policy.role_in_words(seat.role), seat.agency)
        });
        let at = self.gate.policy.limits().local(grant.begins);
        let say = format!(
            "An emergency access{who}, of {at}, has been found not justified. What it opened of hers is closed, and a breach \
             assessment is open. Talk to her: what was opened, and by whom. Look at her safety plan. It is access {id}."
        );
        let mut but: Vec<WorkerId> = actor.worker().into_iter().chain([grant.worker]).collect();
        but.extend(grant.second);
        let mut told = Vec::new();
        for her in opened {
            let (kind, category) = (HubKind::EmergencyJudged, Category::Audit);
            let news = News { case: grant.case, her, kind, category, say: &say, besides: &[], but: &but };
            told.extend(self.tell_hers(&news, &involved).await?);
        }
        Ok(told)
    }

    /// Tells those who work with somebody, and the managers of the actor's service, what became of reaching her.
    pub(super) async fn tell_of_contact(
        &self,
        actor: &Actor,
        head: &ProtectedHead,
        (kind, category): (HubKind, Category),
        say: &str,
    ) -> Result<Vec<NewAlert>, Error> {
        let managers = self.gate.store.managers_of(actor.agency(), Some(head.case), actor.worker()).await?;
        // Whoever answers for a women's service can open it; its data-protection officer cannot.
        let managers =
            managers.into_iter().filter(|seat| seat.role == Role::WomensManager && category != Category::Child);
        let besides: Vec<_> = managers.map(|seat| (seat.agency, seat.worker)).collect();
        let but: Vec<WorkerId> = actor.worker().into_iter().collect();
        let news = News { case: head.case, her: head.id, kind, category, say, besides: &besides, but: &but };
        self.tell_hers(&news, &self.gate.store.involved(head.case).await?).await
    }

    /// Writes one notice for each service whose workers work with her.
    async fn tell_hers(&self, news: &News<'_>, involved: &[Involvement]) -> Result<Vec<NewAlert>, Error> {
        let keeps = |one: &&Involvement| one.role.is_womens() || one.role == Role::ChildrensWorker;
        let hers = involved.iter().filter(keeps).filter(|one| one.about == Some(news.her));
        let mut services: BTreeMap<AgencyId, BTreeSet<WorkerId>> = BTreeMap::new();
        for (agency, worker) in hers.map(|one| (one.agency.clone(), one.worker)).chain(news.besides.iter().cloned()) {
            if !news.but.contains(&worker) && self.gate.store.is_reachable(worker, news.case).await? {
                services.entry(agency).or_default().insert(worker);
            }
        }
        let mut notices = Vec::new();
        for (agency, recipients) in services {
            let head = AlertHead {
                id: AlertId::random(),
                case: Some(news.case),
                author: AUTHOR.to_owned(),
                agency,
                about: Some(news.her),
                kind: news.kind.word(),
                category: news.category,
                severity: Severity::High,
                note: None,
                raised: self.now(),
            };
            let text = Prose::new(news.say).map_err(|_| Error::Unknown)?;
            let words = self.seal(head.place(), &AlertText { text, may_tell_her: None }).await?;
            notices.push(NewAlert { head, words, recipients: recipients.into_iter().collect() });
        }
        Ok(notices)
    }
}
