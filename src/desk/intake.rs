//! How a caseload comes in: each act by the hub's own importer, each recorded like any other.
//!
//! Promises: what the importer writes is sealed, bound to its entry and numbered like the work
//! of a person; keys are made here for the first time and wrapped to their owner.
//! Must never know: where the caseload comes from.

use super::assessed::RecordAssessment;
use super::events::By;
use super::orders::MakeOrder;
use super::plans::WritePlan;
use super::{Desk, Error, Question};
use crate::auth::Actor;
use crate::model::agencies::{Agency, Role, WorkerName};
use crate::model::cases::{CaseHead, DeclaredConflict};
use crate::model::fields::Content;
use crate::model::id::{
    AgencyId, AssessmentId, CaseId, ConflictId, InvolvementId, OrderId, PlanId, ProtectedId, RotaId, WorkerId,
};
use crate::model::location::Whereabouts;
use crate::model::notes::{Category, Conditions, NoteHead, RiskNote};
use crate::model::people::{Identity, PersonSummary};
use crate::model::protected::{ProtectedHead, ProtectedName};
use crate::model::sealed::{Compartment, Drawer, Place, Record};
use crate::model::shares::Purpose;
use crate::model::summary::Summary;
use crate::model::text::Line;
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store::agencies::{NewAgency, NewWorker};
use crate::store::assessments::NewAssessment;
use crate::store::cases::{NewCase, NewConflict, NewInvolvement};
use crate::store::effect::{Change, Effect, Presence, Supervision};
use crate::store::notes::NewNote;
use crate::store::protected::NewProtected;
use crate::store::rota::{NewTurn, Turn, What};

/// A note that comes with a caseload.
pub struct OldNote {
    /// The note.
    pub id: crate::model::id::NoteId,
    /// Its case.
    pub case: CaseId,
    /// Who wrote it.
    pub author: WorkerId,
    /// For which agency.
    pub agency: AgencyId,
    /// When.
    pub created: Moment,
    /// What stands in clear.
    pub head: NoteHead,
    /// The words.
    pub words: RiskNote,
    /// What those see who may see a summary.
    pub summary: Option<Summary>,
}

impl Desk {
    /// Opens the directory of workers: its key is made and wrapped to the hub alone. Once, on an empty hub.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the directory is open already.
    pub async fn open_directory(&self, service: &Actor, hub: Agency) -> Result<(), Error> {
        let wraps = self.gate.vault.new_drawer(Drawer::directory(), &[])?;
        let change = Change { effect: Effect::JoinAgency(NewAgency(hub)), wraps, promise: None, frame: None };
        self.take_in(service, Record::Search(crate::model::id::EntryId::random()), None, change).await
    }

    /// Says whether an agency is there: an empty hub knows none.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn knows_agency(&self, agency: &AgencyId) -> Result<bool, Error> {
        Ok(self.gate.store.agency(agency).await?.is_some())
    }

    /// Says whether a declaration is there: the last thing that a caseload brings.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn knows_conflict(&self, id: ConflictId) -> Result<bool, Error> {
        Ok(self.gate.store.declared_by(id).await?.is_some())
    }

    /// Takes in an agency.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is there already.
    pub async fn join_agency(&self, service: &Actor, agency: Agency) -> Result<(), Error> {
        let record = Record::Search(crate::model::id::EntryId::random());
        self.take_in(service, record, None, Effect::JoinAgency(NewAgency(agency)).into()).await
    }

    /// Appoints a worker to a seat.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the seat is there already; [`Error::Invalid`] if the agency is not.
    pub async fn appoint(
        &self,
        service: &Actor,
        id: WorkerId,
        agency: AgencyId,
        role: Role,
        name: Line<120>,
    ) -> Result<(), Error> {
        let place = Place { drawer: Drawer::directory(), record: Record::Worker(id) };
        let own = WorkerName(name);
        let name = self.seal(place, &own).await?;
        let effect = Effect::Appoint(NewWorker { id, agency, role, name });
        self.take_in(service, Record::Worker(id), None, effect.into()).await?;
        self.index.add_worker(&self.gate.vault, id, &own);
        Ok(())
    }

    /// Puts a seat on duty, from now on.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn put_on_duty(&self, service: &Actor, worker: WorkerId) -> Result<(), Error> {
        let turn = Turn { id: RotaId::random(), worker, what: What::Duty, starts: self.now(), ends: None };
        let effect = Presence::SetRota(NewTurn { turn, author: service.word() });
        self.take_in(service, Record::Worker(worker), None, effect.into()).await
    }

    /// Ends a seat: from the commit on, its holder may do nothing.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it has ended already.
    pub async fn end_seat(&self, service: &Actor, worker: WorkerId) -> Result<(), Error> {
        self.take_in(service, Record::Worker(worker), None, Effect::EndSeat(worker).into()).await
    }

    /// Opens a case: its drawers' keys are made and wrapped to the hub and the owning agency.
    ///
    /// # Errors
    /// [`Error::Conflict`] if it is open already.
    pub async fn open_case(&self, service: &Actor, head: CaseHead, identity: &Identity) -> Result<(), Error> {
        let case = head.id;
        let mut wraps = self.new_drawer(Drawer::of(case, Compartment::Core), Some(&head.owner)).await?;
        wraps.extend(self.new_drawer(Drawer::of(case, Compartment::Legal), Some(&head.owner)).await?);
        let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Person(head.person) };
        let sealed = self.seal(place, identity).await?;
        let summary = self.seal(place, &PersonSummary::of(identity)).await?;
        let known_to = self.index.declared_by(&self.gate.vault, identity).into_iter().collect();
        let person = head.person;
        let effect = Effect::OpenCase(NewCase { head, identity: sealed, summary, known_to });
        self.take_in(service, Record::Case(case), Some(case), Change { effect, wraps, promise: None, frame: None })
            .await?;
        self.index.add(&self.gate.vault, person, case, identity);
        Ok(())
    }

    /// Records a protected person. If her whereabouts are known, a drawer of her own is opened for them, wrapped to
    /// the hub and to the agency that works with her; if none does, to the hub alone, never to the agency of the man.
    ///
    /// # Errors
    /// [`Error::Conflict`] if she is recorded already.
    pub async fn protect(
        &self,
        service: &Actor,
        head: ProtectedHead,
        name: Line<120>,
        whereabouts: Option<(&Whereabouts, Option<&AgencyId>)>,
    ) -> Result<(), Error> {
        let (case, id) = (head.case, head.id);
        let man = self.gate.store.case(case).await?.ok_or(Error::NotFound)?.person;
        let her = ProtectedName(name);
        let known_to = (man, self.index.declared_by_her(&self.gate.vault, &her).into_iter().collect());
        let name = self.seal_in(Drawer::of(case, Compartment::Core), Record::Protected(id), &her).await?;
        let mut wraps = Vec::new();
        let whereabouts = match whereabouts {
            None => None,
            Some((place, keeper)) => {
                let drawer = Drawer::whereabouts(case, id);
                wraps = self.new_drawer(drawer, keeper).await?;
                Some(self.seal_in(drawer, Record::Location(id), place).await?)
            }
        };
        let effect = Effect::Protect(NewProtected { head, name, whereabouts, known_to });
        self.take_in(service, Record::Protected(id), Some(case), Change { effect, wraps, promise: None, frame: None })
            .await?;
        self.index.add_protected(&self.gate.vault, (man, case, id), &her);
        Ok(())
    }

    /// Lets a worker join a case.
    ///
    /// # Errors
    /// [`Error::Conflict`]; [`Error::Invalid`] if worker, case or protected person are not there.
    pub async fn involve(
        &self,
        service: &Actor,
        id: InvolvementId,
        case: CaseId,
        worker: WorkerId,
        about: Option<ProtectedId>,
    ) -> Result<(), Error> {
        let effect = Effect::Involve(NewInvolvement { id, case, worker, about });
        self.take_in(service, Record::Worker(worker), Some(case), effect.into()).await
    }

    /// Takes in a note that was written elsewhere.
    ///
    /// # Errors
    /// [`Error::Conflict`]; [`Error::Invalid`] if case or author are not there.
    pub async fn take_note(&self, service: &Actor, old: OldNote) -> Result<(), Error> {
        let OldNote { id, case, author, agency, created, head, words, summary } = old;
        let place = Place { drawer: Drawer::of(case, Compartment::Core), record: Record::Note(id) };
        let label =
            words.conditions.as_ref().map(|line| Conditions(Line::new(line.reveal()).expect("it was taken once")));
        let conditions = self.seal_if(place, label.as_ref()).await?;
        let summary = self.seal_if(place, summary.as_ref()).await?;
        let sealed = self.seal(place, &words).await?;
        let kind = self.gate.store.agency(&agency).await?.ok_or(Error::NotFound)?.kind;
        let (agency_of, head_of) = (agency.clone(), head.clone());
        let (_, listed) = super::derivatives::placed(kind, &head, created);
        let note = NewNote { id, case, author, agency, created, listed, head, words: sealed, summary, conditions };
        let coming = self.expect(case, (id, &agency_of, kind, created), &head_of, &words);
        self.take_in(service, Record::Note(id), Some(case), Effect::WriteNote(note).into()).await?;
        coming.arrived();
        Ok(())
    }

    /// Takes in an order that was made elsewhere, with the events that come with it.
    ///
    /// # Errors
    /// [`Error::Conflict`]; [`Error::Invalid`] if case or author are not there.
    pub async fn take_order(
        &self,
        service: &Actor,
        case: CaseId,
        (id, author, agency): (OrderId, WorkerId, AgencyId),
        order: MakeOrder,
    ) -> Result<(), Error> {
        let by = By { case, author, agency, at: self.now() };
        let (order, events) = self.sealed_order(&by, id, order).await?;
        let effect = Supervision::MakeOrder(Box::new(order), events, Vec::new());
        self.take_in(service, Record::Order(id), Some(case), effect.into()).await
    }

    /// Takes in an assessment that was made elsewhere.
    ///
    /// # Errors
    /// [`Error::Conflict`]; [`Error::Invalid`] if case or author are not there.
    pub async fn take_assessment(
        &self,
        service: &Actor,
        case: CaseId,
        by: (WorkerId, AgencyId),
        assessment: RecordAssessment,
    ) -> Result<(), Error> {
        let id = AssessmentId::random();
        let assessment = self.sealed_assessment((id, case), by, assessment, None).await?;
        let effect = Supervision::RecordAssessment(Box::new(NewAssessment { assessment, notices: Vec::new() }));
        self.take_in(service, Record::Assessment(id), Some(case), effect.into()).await
    }

    /// Takes in the first version of a plan that was written elsewhere.
    ///
    /// # Errors
    /// [`Error::Conflict`]; [`Error::Invalid`] if case or author are not there.
    pub async fn take_plan(
        &self,
        service: &Actor,
        case: CaseId,
        by: (WorkerId, AgencyId),
        plan: WritePlan,
    ) -> Result<(), Error> {
        let id = PlanId::random();
        let new = self.first_version((id, case), by, plan).await?;
        self.take_in(service, Record::Plan(id), Some(case), Supervision::WritePlan(Box::new(new)).into()).await
    }

    /// Takes in a declaration of knowing somebody.
    ///
    /// # Errors
    /// [`Error::Conflict`].
    pub async fn take_conflict(
        &self,
        service: &Actor,
        id: ConflictId,
        worker: WorkerId,
        words: &DeclaredConflict,
    ) -> Result<(), Error> {
        // What was declared elsewhere was declared to managers there: whoever it means, their cases are closed.
        let him = self.index.meant_by(&self.gate.vault, words).into_iter().map(|(person, _)| person);
        let hers = self.index.protected_meant_by(&self.gate.vault, words).into_iter().map(|(person, ..)| person);
        let people: std::collections::BTreeSet<_> = him.chain(hers).collect();
        let people = people.into_iter().collect();
        let sealed = self.seal_in(Drawer::directory(), Record::Conflict(id), words).await?;
        let effect = Effect::Declare(NewConflict { id, worker, at: self.now(), words: sealed, people }, Vec::new());
        self.take_in(service, Record::Conflict(id), None, effect.into()).await?;
        self.index.declare(&self.gate.vault, worker, id, words);
        Ok(())
    }

    async fn seal_in<C: Content>(
        &self,
        drawer: Drawer,
        record: Record,
        content: &C,
    ) -> Result<crate::model::sealed::Sealed<C>, Error> {
        self.seal(Place { drawer, record }, content).await
    }

    pub(super) async fn take_in(
        &self,
        service: &Actor,
        record: Record,
        case: Option<CaseId>,
        change: Change,
    ) -> Result<(), Error> {
        let (action, category, purpose) = (Action::Create, Category::Identity, Purpose::Governance);
        let question = Question { action, record, case, about: None, category, purpose };
        let drawers: Vec<Drawer> = change.wraps.iter().map(|wrap| wrap.drawer).collect();
        let taken = self.gate.serve(&question.by(service), change).await;
        if taken.is_err() {
            // A key whose wraps are not on disk must seal nothing more.
            drawers.iter().for_each(|drawer| self.gate.vault.discard(drawer));
        }
        taken.map(drop).map_err(Error::from)
    }
}
