//! Groups of programmes: who runs one makes it, sees its list, and says when it meets.
//!
//! Promises: a group is there for the group workers of its own agency and for nobody else, and of its men each of them sees
//! those of their own cases; a group keeps the version of the template that it began with.

use super::appointments::check_minutes;
use super::roster::Man;
use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::id::{CaseId, PlaceId, ProgrammeId};
use crate::model::notes::Category;
use crate::model::programmes::GroupName;
use crate::model::sealed::Record;
use crate::model::text::Line;
use crate::model::time::{Day, Moment, Second};
use crate::policy::permit::{Action, Permit, Scope};
use crate::policy::programmes::Template;
use crate::store::effect::Supervision;
use crate::store::orders::plain;
pub use crate::store::programmes::{Group, Sitting};
use crate::store::programmes::{Planned, ProgrammeAct};
use serde::Deserialize;

/// Sessions that may be planned at once.
const SESSIONS_MAX: usize = 60;

/// A group as a worker begins it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BeginGroup {
    /// Of which programme: a name of `policies/programmes.csv`.
    pub programme: Line<40>,
    /// Of which version; the one whose day came last, if it is left out.
    #[serde(default)]
    pub version: Option<Line<40>>,
    /// What it is called; it names nobody.
    pub name: GroupName,
    /// Its first day.
    pub starts: Day,
    /// When its sessions are to be, the first one first.
    #[serde(default)]
    pub sessions: Vec<Second>,
    /// For how many minutes each of them; nothing: not said.
    #[serde(default)]
    pub minutes: Option<u16>,
}

/// When a session is to be, as a worker says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanSession {
    /// Which.
    pub session: u8,
    /// When.
    pub at: Second,
    /// For how many minutes; as long as it was to be before, if it is left out.
    #[serde(default)]
    pub minutes: Option<u16>,
}

/// Somebody of a group, as those who run it see him.
#[derive(Debug)]
pub struct GroupMan {
    /// His case.
    pub case: CaseId,
    /// His place.
    pub place: PlaceId,
    /// From when on he waited.
    pub listed: Day,
    /// When he began.
    pub started: Option<Moment>,
    /// He is suspended, by a decision about him alone.
    pub suspended: bool,
    /// The group has ended for him.
    pub ended: bool,
    /// How many sessions he has attended.
    pub attended: usize,
}

/// A group with its list.
#[derive(Debug)]
pub struct OpenGroup {
    /// The group.
    pub group: Group,
    /// What people call the programme.
    pub title: String,
    /// How many sessions it has at most; nothing: not set.
    pub most: Option<u8>,
    /// When its sessions are to be.
    pub sessions: Vec<Sitting>,
    /// Those of it whom the worker may know of.
    pub men: Vec<GroupMan>,
}

/// A group that the actor runs, with the permit to.
pub(super) struct Running {
    pub(super) group: Group,
    pub(super) question: Question,
    pub(super) permit: Permit,
    pub(super) scope: Scope,
}

impl Desk {
    /// Begins a group.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor runs no groups; [`Error::Invalid`] for a programme or version that there is not;
    /// [`Error::Conflict`] if the agency has a group of that name.
    pub async fn begin_group(&self, actor: &Actor, new: BeginGroup, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let id = ProgrammeId::random();
        let question = self.group_question(actor, id);
        let (ask, item) = (question.by(actor), plain(Category::Attendance, actor.agency().clone()));
        let permit = self.gate.decide(&ask, Some(item.clone())).await?;
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        let version = new.version.as_ref().map(Line::reveal);
        let template = match self.chosen_template(new.programme.reveal(), version).and_then(|one| self.fits(one, &new))
        {
            Ok(template) => template,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let created = self.now();
        let planned = (1..).zip(&new.sessions).map(|(session, at)| Planned {
            group: id,
            session,
            at: Some(at.moment()),
            minutes: new.minutes,
            author,
            created,
        });
        let planned: Vec<Planned> = planned.collect();
        let group = Group {
            id,
            agency: actor.agency().clone(),
            programme: template.name.clone(),
            version: template.version.clone(),
            name: new.name,
            starts: new.starts,
            author,
            created,
        };
        let answer = serde_json::json!({
            "id": id, "programme": group.programme, "version": group.version, "name": group.name.to_string(),
            "starts": group.starts, "sessions": planned.len(),
        });
        let act = ProgrammeAct::Found(Box::new(group), planned);
        self.write(permit, &ask, Some(item), Supervision::Programme(act).into(), once.as_ref(), answer).await
    }

    /// Returns a version of a programme by what a worker wrote.
    pub(super) fn chosen_template(&self, programme: &str, version: Option<&str>) -> Result<&Template, Error> {
        let programmes = self.gate.policy.programmes();
        let today = self.gate.policy.limits().local_day(self.now());
        let of_name: Vec<&Template> = programmes.all().filter(|one| one.name == programme).collect();
        if of_name.is_empty() {
            let mut names: Vec<&str> = programmes.all().map(|one| one.name.as_str()).collect();
            names.dedup();
            let say = format!("is not a programme of this hub: write one of {}", names.join(", "));
            return Err(Error::field("programme", &say));
        }
        let found = match version {
            Some(version) => programmes.of(programme, version),
            None => programmes.current(programme, today),
        };
        let versions = || of_name.iter().map(|one| one.version.as_str()).collect::<Vec<_>>().join(", ");
        let say = || format!("is not a version of it that has begun: write one of {}", versions());
        found.ok_or_else(|| Error::field("version", &say()))
    }

    fn fits<'a>(&self, template: &'a Template, new: &BeginGroup) -> Result<&'a Template, Error> {
        let most = self.gate.policy.programmes().group_of(template).most.map_or(SESSIONS_MAX, usize::from);
        if new.sessions.len() > most {
            return Err(Error::field("sessions", &format!("are too many: the programme has {most} at most")));
        }
        check_minutes(new.minutes)?;
        if !new.sessions.is_sorted() {
            return Err(Error::field("sessions", "are not in order: write the first one first"));
        }
        Ok(template)
    }

    /// Lists the groups of the actor's agency in the order of their names.
    ///
    /// # Errors
    /// [`Error::NotFound`] if the actor runs no groups; [`Error::Invalid`] if `after` is no place in this list.
    pub async fn groups(
        &self,
        actor: &Actor,
        after: Option<ProgrammeId>,
        limit: i64,
    ) -> Result<(Vec<Group>, Option<ProgrammeId>, Recorded), Error> {
        let question = self.group_question(actor, ProgrammeId::random());
        let (ask, item) = (question.by(actor), plain(Category::Attendance, actor.agency().clone()));
        let look = Supervision::Programme(ProgrammeAct::Look(Vec::new()));
        let receipt = self.gate.pass(&ask, Some(item), look.into()).await?;
        let after = match after {
            None => String::new(),
            Some(id) => {
                let found = self.gate.store.group(id).await?.filter(|one| one.agency == *actor.agency());
                found.ok_or_else(super::no_place)?.name.to_string()
            }
        };
        let groups = self.gate.store.groups(actor.agency(), &after, limit).await?;
        let next = (groups.len() as i64 == limit).then(|| groups.last().map(|one| one.id)).flatten();
        Ok((groups, next, Recorded::from(&receipt)))
    }

    /// Shows a group with its list: those of it who are of the worker's own cases.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such group or the actor does not run it.
    pub async fn show_group(&self, actor: &Actor, id: ProgrammeId) -> Result<(OpenGroup, Recorded), Error> {
        let running = self.running(actor, id).await?;
        let template = self.template(&running.group.programme, &running.group.version)?;
        let stage = self.gate.policy.programmes().group_of(template);
        let (title, most) = (template.title.clone(), stage.most);
        let sits = template.stages.iter().position(|one| one == stage);
        let men = self.men_of(&running.scope, &running.group, None).await?;
        let man = |man: &Man| GroupMan {
            case: man.place.case,
            place: man.place.id,
            listed: man.place.listed,
            started: man.progress.started,
            suspended: man.progress.suspended,
            ended: man.progress.ended,
            attended: sits.and_then(|at| man.progress.done.get(at)).copied().unwrap_or_default(),
        };
        let (men, sessions): (Vec<GroupMan>, _) = (men.iter().map(man).collect(), self.gate.store.sessions(id).await?);
        let cases = men.iter().map(|man| man.case).collect();
        let (group, recorded) = self.looked(actor, running, cases).await?;
        Ok((OpenGroup { group, title, most, sessions, men }, recorded))
    }

    /// Records that a group's list was looked at, beside the case of each man of it.
    pub(super) async fn looked(
        &self,
        actor: &Actor,
        running: Running,
        cases: Vec<CaseId>,
    ) -> Result<(Group, Recorded), Error> {
        let Running { group, question, permit, .. } = running;
        let item = plain(Category::Attendance, group.agency.clone());
        let look = Supervision::Programme(ProgrammeAct::Look(cases)).into();
        let receipt = self.gate.commit(permit, &question.by(actor), Some(item), look).await?;
        Ok((group, Recorded::from(&receipt)))
    }

    /// Says when a session is to be, or that it is put off.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such group or the actor does not run it; [`Error::Invalid`].
    pub async fn plan_session(
        &self,
        actor: &Actor,
        id: ProgrammeId,
        new: PlanSession,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let running = self.running(actor, id).await?;
        let Some(author) = actor.worker() else { return Err(Error::NotFound) };
        if let Err(why) = self.check_session(&running.group, new.session) {
            return Err(self.declined(running.permit, why).await);
        }
        if let Err(why) = check_minutes(new.minutes) {
            return Err(self.declined(running.permit, why).await);
        }
        let before = self.sitting(id, new.session).await?.and_then(|one| one.minutes);
        let (at, minutes) = (new.at.moment(), new.minutes.or(before));
        let planned = Planned { group: id, session: new.session, at: Some(at), minutes, author, created: self.now() };
        let answer = serde_json::json!({ "programme": id, "session": new.session, "at": at, "minutes": minutes });
        let effect = Supervision::Programme(ProgrammeAct::Plan(planned));
        self.write_for(actor, running, effect, once.as_ref(), answer).await
    }

    /// Refuses a session that the programme does not have.
    pub(super) fn check_session(&self, group: &Group, session: u8) -> Result<(), Error> {
        let template = self.template(&group.programme, &group.version)?;
        let most = self.gate.policy.programmes().group_of(template).most;
        if session >= 1 && most.is_none_or(|most| session <= most) {
            return Ok(());
        }
        let say = match most {
            Some(most) => format!("is not one of this programme: it has sessions 1 to {most}"),
            None => "is not one of this programme: the first session is 1".to_owned(),
        };
        Err(Error::field("session", &say))
    }

    /// Returns a group that the actor runs.
    pub(super) async fn running(&self, actor: &Actor, id: ProgrammeId) -> Result<Running, Error> {
        let question = self.group_question(actor, id);
        let ask = question.by(actor);
        let found = self.gate.store.group(id).await?;
        let (Some(group), Some(scope)) = (found, self.gate.policy.scope(actor)) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let permit = self.gate.decide(&ask, Some(plain(Category::Attendance, group.agency.clone()))).await?;
        Ok(Running { group, question, permit, scope })
    }

    pub(super) async fn write_for(
        &self,
        actor: &Actor,
        running: Running,
        effect: Supervision,
        once: Option<&Once>,
        answer: serde_json::Value,
    ) -> Result<Written, Error> {
        let Running { group, question, permit, .. } = running;
        let item = plain(Category::Attendance, group.agency);
        self.write(permit, &question.by(actor), Some(item), effect.into(), once, answer).await
    }

    fn group_question(&self, actor: &Actor, id: ProgrammeId) -> Question {
        let (record, category) = (Record::Programme(id), Category::Attendance);
        Question { action: Action::Run, record, case: None, about: None, category, purpose: self.purpose(actor, None) }
    }
}
