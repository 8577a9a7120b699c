//! Takes the made-up caseload in, through the same door as everything else.

use super::assessments::{assessment_of, plan_of};
use super::orders::order_of;
use crate::auth::Actor;
use crate::auth::device::DeviceKey;
use crate::demo::{Caseload, DemoCase, DemoNote, DemoPerson, DemoProtected, Whereabouts as DemoWhereabouts};
use crate::desk::Desk;
use crate::desk::intake::OldNote;
use crate::desk::late::Lookout;
use crate::model::agencies::{Agency, AgencyKind, Role};
use crate::model::cases::{CaseHead, DeclaredConflict};
use crate::model::id::{AgencyId, WorkerId};
use crate::model::location::{Address, SafePhone, Whereabouts};
use crate::model::notes::{NoteHead, RiskNote};
use crate::model::people::{Alias, Identity};
use crate::model::protected::ProtectedHead;
use crate::model::summary::{Attendance, Summary};
use crate::model::text::{Line, Prose};
use crate::model::time::{Day, Moment};
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};
use std::collections::HashMap;

/// Acts on their way at once: enough to fill the writer's batches.
const AT_ONCE: usize = 128;

/// Roles whose first seats take what has no named recipient.
const ON_DUTY: [Role; 6] = [
    Role::PoliceOffenderManagement,
    Role::PoliceResponse,
    Role::WomensManager,
    Role::TeamManager,
    Role::ChildrensWorker,
    Role::PrisonLiaison,
];

/// Where the cast's keys come from.
pub(super) struct Keys<R, D> {
    /// An agency's age recipient.
    pub(super) recipient: R,
    /// A worker's device key, by the worker's key in the cast.
    pub(super) device: D,
}

/// Takes the caseload in if the hub is empty; otherwise opens what is there, if it is the whole of it.
///
/// The hub's own agency is the first row of a caseload and the declaration of a conflict the last: a first
/// start that was cut off between the two has answered nobody, and is never taken for a hub that is full.
pub(super) async fn fill(
    desk: &Desk,
    caseload: &Caseload,
    hub: &AgencyId,
    keys: Keys<impl Fn(&AgencyId) -> anyhow::Result<String>, impl Fn(&str) -> anyhow::Result<DeviceKey>>,
    now: Moment,
) -> anyhow::Result<()> {
    if !desk.knows_agency(hub).await? {
        return load(desk, &Actor::service("import", hub.clone()), caseload, keys, now).await;
    }
    if let Some(last) = caseload.conflicts.last() {
        anyhow::ensure!(
            desk.knows_conflict(last.id).await?,
            "the data is not the whole of this caseload: its first start was cut off, or had another --seed; \
             give another folder, or remove this one (and empty the database, if --database names one) and start again"
        );
    }
    desk.unseal(&Actor::service("index", hub.clone()))
        .await
        .context("the data does not open with the keys in this folder")?;
    Ok(())
}

/// Loads agencies, then workers, then cases, then notes and declarations: each needs what came before.
async fn load(
    desk: &Desk,
    importer: &Actor,
    caseload: &Caseload,
    keys: Keys<impl Fn(&AgencyId) -> anyhow::Result<String>, impl Fn(&str) -> anyhow::Result<DeviceKey>>,
    now: Moment,
) -> anyhow::Result<()> {
    // The hub's own comes first: it is how the next start sees that this one has begun.
    let mut agencies: Vec<_> = caseload.agencies.iter().collect();
    agencies.sort_by_key(|agency| agency.kind != AgencyKind::Hub);
    for agency in agencies {
        let (id, name, kind, regime) = (agency.id.clone(), agency.name.to_owned(), agency.kind, agency.regime);
        let agency = Agency { recipient: (keys.recipient)(&id)?, id, name, kind, regime };
        match kind {
            AgencyKind::Hub => desk.open_directory(importer, agency).await?,
            _ => desk.join_agency(importer, agency).await?,
        }
    }
    each(&caseload.workers, async |worker| {
        let name = Line::new(&worker.name())?;
        desk.appoint(importer, worker.id, worker.agency.clone(), worker.role, name).await?;
        Ok(desk.enrol_key(importer, worker.id, &(keys.device)(&worker.key)?).await?)
    })
    .await
    .context("the cast could not be appointed")?;
    for role in ON_DUTY {
        if let Some(worker) = caseload.workers.iter().find(|worker| worker.role == role) {
            desk.put_on_duty(importer, worker.id).await?;
        }
    }
    let agencies: HashMap<WorkerId, AgencyId> =
        caseload.workers.iter().map(|worker| (worker.id, worker.agency.clone())).collect();
    let first = caseload.cases.first().map(|case| case.id);
    each(&caseload.cases, async |case| open_case(desk, importer, (case, first == Some(case.id)), &agencies, now).await)
        .await
        .context("the cases could not be opened")?;
    each(&caseload.notes, async |note| take_note(desk, importer, note, &agencies, now).await)
        .await
        .context("the notes could not be taken in")?;
    super::programmes::load(desk, importer, caseload, now).await.context("the group could not be taken in")?;
    for conflict in &caseload.conflicts {
        let Some(case) = caseload.cases.iter().find(|case| case.id == conflict.case) else { continue };
        let words = DeclaredConflict {
            family_name: Line::new(&case.person.family)?,
            given_name: Line::new(&case.person.given)?,
            relation: Line::new(conflict.relation)?,
            address: None,
            phone: None,
        };
        desk.take_conflict(importer, conflict.id, conflict.worker, &words).await?;
    }
    Ok(())
}

/// Does something with each item, many at once, and stops at the first failure.
async fn each<T>(items: &[T], act: impl AsyncFn(&T) -> anyhow::Result<()>) -> anyhow::Result<()> {
    stream::iter(items).map(|item| act(item)).buffer_unordered(AT_ONCE).try_collect::<()>().await
}

async fn open_case(
    desk: &Desk,
    importer: &Actor,
    (case, shows): (&DemoCase, bool),
    agencies: &HashMap<WorkerId, AgencyId>,
    now: Moment,
) -> anyhow::Result<()> {
    let agency_of = |worker: &WorkerId| agencies.get(worker).cloned();
    let lead = case.involvements.iter().find(|one| one.about.is_none()).and_then(|one| agency_of(&one.worker));
    let owner = lead.context("a case without anybody who leads it")?;
    let head = CaseHead {
        id: case.id,
        person: case.person.id,
        reference: case.reference.clone(),
        // The demonstration's label tells what a case is good for trying; it stays in demo.json.
        label: case.order.to_string(),
        mappa: case.mappa.as_ref().map(|mappa| format!("category {}, level {}", mappa.category, mappa.level)),
        owner: owner.clone(),
    };
    desk.open_case(importer, head, &identity(&case.person)?).await?;
    for protected in &case.protected {
        let keeper =
            case.involvements.iter().find(|one| one.about == Some(protected.id)).and_then(|one| agency_of(&one.worker));
        protect(desk, importer, case, protected, keeper.as_ref()).await?;
    }
    for one in &case.involvements {
        desk.involve(importer, one.id, case.id, one.worker, one.about).await?;
    }
    if let Some(lead) = case.involvements.iter().find(|one| one.about.is_none()) {
        let by = (case.sentence.id, lead.worker, owner.clone());
        desk.take_order(importer, case.id, by, order_of(case, now)?).await?;
        let assessment = assessment_of(case, shows, now)?;
        desk.take_assessment(importer, case.id, (lead.worker, owner.clone()), assessment).await?;
        if shows {
            desk.take_plan(importer, case.id, (lead.worker, owner), plan_of(case, now)?).await?;
        }
    }
    Ok(())
}

/// Tells of what was late already when the caseload came, before anybody comes in.
pub(super) async fn tell_what_is_late(desk: &Desk, hub: &AgencyId) -> anyhow::Result<()> {
    let mut look = Lookout::default();
    while !look.has_walked() {
        desk.tell_what_is_late(&mut look, hub).await?;
    }
    Ok(())
}

async fn protect(
    desk: &Desk,
    importer: &Actor,
    case: &DemoCase,
    protected: &DemoProtected,
    keeper: Option<&AgencyId>,
) -> anyhow::Result<()> {
    let head = ProtectedHead {
        id: protected.id,
        case: case.id,
        pseudonym: protected.pseudonym.clone(),
        relation: protected.relation.as_str().parse()?,
    };
    let name = Line::new(&format!("{} {}", protected.given, protected.family))?;
    let place = whereabouts(&protected.whereabouts)?;
    Ok(desk.protect(importer, head, name, Some((&place, keeper))).await?)
}

async fn take_note(
    desk: &Desk,
    importer: &Actor,
    note: &DemoNote,
    agencies: &HashMap<WorkerId, AgencyId>,
    now: Moment,
) -> anyhow::Result<()> {
    let agency = agencies.get(&note.author).cloned().context("a note without an author")?;
    let handling = note.handling();
    let head = NoteHead {
        kind: note.kind,
        category: note.category,
        about: note.about,
        share: handling.share,
        onward: handling.onward,
        onward_roles: handling.onward_roles,
        use_with_man: handling.use_with_man,
        action_on: handling.action_on,
        attributable: handling.attributable,
        expires: handling.expires.map(Day::end),
        grade: note.grade(),
    };
    let words = RiskNote {
        text: Prose::new(&note.text)?,
        opinion: note.opinion.as_deref().map(Prose::new).transpose()?,
        sources: note.sources.iter().map(|source| Line::new(source)).collect::<Result<_, _>>()?,
        conditions: handling.conditions,
    };
    let created = now.plus_seconds(-86_400 * i64::from(note.days_ago));
    let summary = note.attended.map(|(attended, session)| {
        Summary::Attendance(Attendance { on: created.day(), attended, session: Some(session), excused: None })
    });
    let old = OldNote { id: note.id, case: note.case, author: note.author, agency, created, head, words, summary };
    Ok(desk.take_note(importer, old).await?)
}

fn identity(person: &DemoPerson) -> anyhow::Result<Identity> {
    Ok(Identity {
        family_name: Line::new(&person.family)?,
        given_names: Line::new(&person.given)?,
        date_of_birth: person.born,
        references: person.references.iter().map(|one| Line::new(&one.number)).collect::<Result<_, _>>()?,
        address: Some(Line::new(&person.address)?),
        phone: Some(Line::new(&person.phone)?),
        aliases: person.aliases.iter().map(alias).collect::<Result<_, _>>()?,
    })
}

fn alias((given, family): &(String, String)) -> anyhow::Result<Alias> {
    Ok(Alias { family_name: Line::new(family)?, given_names: Line::new(given)? })
}

fn whereabouts(place: &DemoWhereabouts) -> anyhow::Result<Whereabouts> {
    let address = |text: &Option<String>| text.as_deref().map(Address::new).transpose();
    Ok(Whereabouts {
        address: Some(Address::new(&place.address)?),
        school: address(&place.school)?,
        workplace: address(&place.workplace)?,
        safe_phone: place.safe_phone.as_deref().map(SafePhone::new).transpose()?,
    })
}
