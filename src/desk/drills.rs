//! Drills: an alert about nobody to whoever is on duty, to see whether an earnest one would come to somebody.
//!
//! Promises: a drill is marked as one in its kind, and so wherever it is shown; its words are fixed and begin with DRILL. It goes the way
//! of any alert: the same inboxes, streams and ladder, at the same times. It is about no man and no woman, touches no case, and is in no
//! figures. That nobody was on duty is what a drill finds out: it is recorded, and said at once. Its report names roles and agencies,
//! nobody's name, and each agency's part to those alone who may run a drill there.
//! Must never know: HTTP.

pub use super::climbed::{Climbed, Progress};
use super::oversight::of_agency;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AgencyId, AlertId, DrillId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::text::Prose;
use crate::policy::permit::Action;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::drills::NewDrill;
pub use crate::store::drills::{Drill, Part};
use crate::store::effect::Effect;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What whoever is on duty reads.
const WORDS: &str = "DRILL. This is a drill: nobody is in danger, and it is about no man and no woman. Do with it what you would do with an \
                     alert in earnest, here: open it and acknowledge it. If nobody does, more people are told, as in earnest.";

/// What whoever runs a drill is told that finds somebody missing.
const NOBODY: &str =
    "In some roles nobody is on duty: an alert in earnest that names nobody would find nobody there. See to the rota.";

/// How many agencies one drill is run in at most.
const AGENCIES_MAX: usize = 50;

/// A drill, as somebody runs it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunDrill {
    /// In which agencies; in one's own, if it does not say.
    #[serde(default)]
    pub agencies: Vec<AgencyId>,
    /// To whoever is on duty in these roles.
    pub roles: Vec<Role>,
    /// How urgent it is meant to be.
    pub severity: Severity,
}

/// What became of a drill.
#[derive(Debug)]
pub struct Drilled {
    /// The drill.
    pub drill: Drill,
    /// Of each agency of which the reader may know.
    pub agencies: Vec<DrilledIn>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

/// What became of it in one agency.
#[derive(Debug)]
pub struct DrilledIn {
    /// The agency.
    pub agency: AgencyId,
    /// How many were on duty in each role.
    pub roles: Vec<(Role, i64)>,
    /// The alert.
    pub alert: Option<AlertId>,
    /// How far each copy has come.
    pub people: Vec<Progress>,
    /// How far the ladder was climbed.
    pub ladder: Vec<Climbed>,
}

impl Progress {
    /// Says whether somebody gave a sign that it came to them: their client, or they themselves.
    #[must_use]
    pub const fn is_reached(&self) -> bool {
        let came = &self.came;
        came.taken.is_some() || came.read.is_some() || came.acknowledged.is_some() || came.acted.is_some()
    }
}

impl Desk {
    /// Runs a drill.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever runs no drills, or not in such an agency; [`Error::Invalid`] for an agency that is not there, or
    /// no role.
    pub async fn run_drill(&self, actor: &Actor, new: RunDrill, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let mut agencies: BTreeSet<AgencyId> = new.agencies.into_iter().collect();
        if agencies.is_empty() {
            agencies.insert(actor.agency().clone());
        }
        // One that is not the actor's own is the one that asks more.
        let asked = agencies.iter().find(|one| *one != actor.agency()).unwrap_or_else(|| actor.agency());
        let (id, item) = (DrillId::random(), of_agency(asked));
        let question = self.drill_question(actor, id);
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, Some(item.clone())).await?;
        let roles: BTreeSet<Role> = new.roles.into_iter().collect();
        let prepared = match fits(&agencies, &roles) {
            Ok(()) => self.drills_in(actor, id, (&agencies, &roles), new.severity).await,
            Err(why) => Err(why),
        };
        let (parts, alerts) = match prepared {
            Ok(prepared) => prepared,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let each = |part: &Part| serde_json::json!({ "agency": part.agency, "role": part.role, "on_duty": part.found });
        let mut answer = serde_json::json!({ "id": id, "at": self.now(), "drill": true });
        answer["roles"] = parts.iter().map(each).collect();
        if parts.iter().any(|part| part.found == 0) {
            answer["say"] = NOBODY.into();
        }
        let (author, agency) = (actor.word(), actor.agency().clone());
        let drill = Drill { id, author, agency, severity: new.severity, at: self.now() };
        let effect = Effect::Drill(NewDrill { drill, parts }, alerts);
        self.write(permit, &ask, Some(item), effect.into(), once.as_ref(), answer).await
    }

    /// Says what became of a drill so far.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is none, or it was run in no agency in which the actor may run one.
    pub async fn drilled(&self, actor: &Actor, id: DrillId) -> Result<Drilled, Error> {
        let question = self.drill_question(actor, id);
        let ask = question.by(actor);
        let mut of: BTreeMap<AgencyId, Vec<Part>> = BTreeMap::new();
        let found = self.gate.store.drill(id).await?;
        for part in found.iter().flat_map(|(_, parts)| parts) {
            let facts = self.gate.facts(&ask, Some(of_agency(&part.agency))).await?;
            if self.gate.policy.would_permit(&ask, &facts) {
                of.entry(part.agency.clone()).or_default().push(part.clone());
            }
        }
        let (Some((drill, _)), Some(first)) = (found, of.keys().next()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let shown = Effect::Disclose(Vec::new());
        let receipt = self.gate.pass(&ask, Some(of_agency(first)), shown.into()).await?;
        let mut agencies = Vec::new();
        for (agency, parts) in of {
            agencies.push(self.drilled_in(agency, &parts).await?);
        }
        Ok(Drilled { drill, agencies, recorded: Recorded::from(&receipt) })
    }

    fn drill_question(&self, actor: &Actor, id: DrillId) -> Question {
        Question {
            action: Action::Drill,
            record: Record::Drill(id),
            case: None,
            about: None,
            category: Category::Audit,
            purpose: self.purpose(actor, None),
        }
    }

    /// Prepares the alerts of a drill, one for each agency: nobody learns of another one's.
    async fn drills_in(
        &self,
        actor: &Actor,
        id: DrillId,
        (agencies, roles): (&BTreeSet<AgencyId>, &BTreeSet<Role>),
        severity: Severity,
    ) -> Result<(Vec<Part>, Vec<NewAlert>), Error> {
        let (mut parts, mut alerts) = (Vec::new(), Vec::new());
        for agency in agencies {
            if self.gate.store.agency(agency).await?.is_none() {
                return Err(Error::field("agencies", "names one that is not here: write the short names of agencies"));
            }
            let head = self.drill_head(actor, severity);
            let mut told: BTreeSet<WorkerId> = BTreeSet::new();
            let mut counts = Vec::new();
            for role in roles {
                let mut found = 0;
                for seat in self.gate.store.on_duty(*role, None, None).await? {
                    if &seat.agency == agency && self.could_open(&head, seat.worker).await? {
                        found += 1;
                        told.insert(seat.worker);
                    }
                }
                counts.push((*role, found));
            }
            let alert = (!told.is_empty()).then_some(head.id);
            parts.extend(counts.into_iter().map(|(role, found)| {
                let agency = agency.clone();
                Part { agency, role, found, alert: alert.filter(|_| found > 0) }
            }));
            if alert.is_some() {
                let text = AlertText { text: Prose::new(WORDS).map_err(|_| Error::Unknown)?, may_tell_her: None };
                let words = self.seal(head.place(), &text).await?;
                alerts.push(NewAlert { head, words, recipients: told.into_iter().collect() });
            }
        }
        tracing::info!(drill = %id, alerts = alerts.len(), "a drill is run");
        Ok((parts, alerts))
    }

    /// States what stands in clear of a drill's alert. It lies in the row of the matrix that each who works on cases reads, because it
    /// holds nothing of any.
    fn drill_head(&self, actor: &Actor, severity: Severity) -> AlertHead {
        AlertHead {
            id: AlertId::random(),
            case: None,
            author: actor.word(),
            agency: actor.agency().clone(),
            about: None,
            kind: HubKind::Drill.word(),
            category: Category::SupervisionStatus,
            severity,
            note: None,
            raised: self.now(),
        }
    }

    async fn drilled_in(&self, agency: AgencyId, parts: &[Part]) -> Result<DrilledIn, Error> {
        let roles = parts.iter().map(|part| (part.role, part.found)).collect();
        let alert = parts.iter().find_map(|part| part.alert);
        let found = match alert {
            Some(alert) => self.gate.store.alert(alert).await?,
            None => None,
        };
        let (people, ladder) = match &found {
            Some((head, _)) => {
                let (held, rungs) = (self.gate.store.held(head.id).await?, self.gate.store.rungs(head.id).await?);
                self.progress_in(head, &held, &rungs)
            }
            None => Default::default(),
        };
        Ok(DrilledIn { agency, roles, alert, people, ladder })
    }
}

/// Refuses a drill to nobody, or to more agencies than one person oversees.
fn fits(agencies: &BTreeSet<AgencyId>, roles: &BTreeSet<Role>) -> Result<(), Error> {
    if roles.is_empty() {
        return Err(Error::field("roles", "names nobody: write one role at least"));
    }
    if agencies.len() > AGENCIES_MAX {
        return Err(Error::field("agencies", "are too many for one drill: name 50 at most"));
    }
    Ok(())
}
