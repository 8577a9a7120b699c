//! The group of the demonstration: four men have begun, one waits and his gate is not done.
//!
//! It is run by the group worker of the show case, with the last of the cases that she works on: those that stories and
//! walks begin with stay as they are.

use crate::auth::Actor;
use crate::demo::{Caseload, DemoCase, DemoWorker};
use crate::desk::Desk;
use crate::desk::old_programmes::OldEvent;
use crate::model::agencies::Role;
use crate::model::id::{PlaceId, ProgrammeId};
use crate::model::programmes::Mark;
use crate::model::text::Prose;
use crate::model::time::Moment;
use crate::store::places::{Join, PlaceRow};
use crate::store::programmes::{Group, Planned};
use crate::store::registers::Register;
use anyhow::Context;

const PROGRAMME: &str = "caledonian";
const VERSION: &str = "2024";

/// Men of the group, the one who waits included.
const MEN: usize = 5;

/// Sessions that have been.
const BEEN: u8 = 3;

/// A week, in seconds.
const WEEK: i64 = 7 * 86_400;

/// What was done of each gate: the rest is waived for those who have begun.
const DONE: [&str; 4] = ["court-report-received", "ls-cmi-received", "sara-received", "preparation-completed"];

/// What a manager waived, because it was done before there was a hub.
const WAIVED: [&str; 8] = [
    "understanding",
    "agreement",
    "collateral",
    "account",
    "children",
    "evaluation",
    "programme-team-receipt",
    "womens-service-receipt",
];

/// Loads the group.
pub(super) async fn load(desk: &Desk, importer: &Actor, caseload: &Caseload, now: Moment) -> anyhow::Result<()> {
    let runs = worker_of(caseload, caseload.cases.first().context("an empty caseload")?, Role::GroupWorker)?;
    let of_hers = |case: &&DemoCase| {
        let required =
            case.sentence.programme == Some(PROGRAMME) && i64::from(case.sentence.days_ago) * 86_400 > 6 * WEEK;
        required && case.involvements.iter().any(|one| one.worker == runs.id)
    };
    let cases: Vec<&DemoCase> = caseload.cases.iter().rev().filter(of_hers).take(MEN).collect();
    let group = ProgrammeId::random();
    let begun = now.plus_seconds(-i64::from(BEEN) * WEEK);
    let sessions = (1..=BEEN + 1).map(|session| Planned {
        group,
        session,
        at: Some(held(begun, session)),
        minutes: Some(120),
        author: runs.id,
        created: now,
    });
    let sessions: Vec<Planned> = sessions.collect();
    let made = Group {
        id: group,
        agency: runs.agency.clone(),
        programme: PROGRAMME.to_owned(),
        version: VERSION.to_owned(),
        name: "wednesday-evening".parse()?,
        starts: begun.day(),
        author: runs.id,
        created: now,
    };
    desk.take_group(importer, made, sessions.clone()).await?;
    let mut men = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let place = listed(desk, importer, (caseload, case), begun).await?;
        if number + 1 < cases.len() {
            let join = Join { place: place.id, group, session: None, author: runs.id, created: now };
            desk.take_joining(importer, &place, join).await?;
            desk.take_happened(importer, &place, gate(caseload, case, (runs, begun))?).await?;
            let mark = if number == 0 { Mark::Late } else { Mark::Present };
            men.push((place, mark));
        }
    }
    for one in sessions.iter().filter(|one| one.session <= BEEN && !men.is_empty()) {
        let (session, held) = (one.session, held(begun, one.session));
        let register = Register { group, session, seq: 1, held, author: runs.id, created: now };
        desk.take_old_register(importer, register, &runs.agency, &men).await?;
    }
    Ok(())
}

/// Returns when a session of the group is.
fn held(begun: Moment, session: u8) -> Moment {
    begun.plus_seconds(i64::from(session - 1) * WEEK + 3_600)
}

async fn listed(
    desk: &Desk,
    importer: &Actor,
    (caseload, case): (&Caseload, &DemoCase),
    begun: Moment,
) -> anyhow::Result<PlaceRow> {
    let keeper = worker_of(caseload, case, Role::CaseManager)?;
    let at = begun.plus_seconds(-WEEK);
    let place = PlaceRow {
        id: PlaceId::random(),
        case: case.id,
        order: case.sentence.id,
        programme: PROGRAMME.to_owned(),
        version: VERSION.to_owned(),
        listed: at.day(),
        author: keeper.id,
        agency: keeper.agency.clone(),
        created: begun,
    };
    desk.take_place(importer, place.clone(), event("programme-listed", at, keeper)).await?;
    Ok(place)
}

/// Returns what was done and waived before somebody began, and that he did.
fn gate(caseload: &Caseload, case: &DemoCase, (runs, begun): (&DemoWorker, Moment)) -> anyhow::Result<Vec<OldEvent>> {
    let (keeper, manager) =
        (worker_of(caseload, case, Role::CaseManager)?, worker_of(caseload, case, Role::TeamManager)?);
    let mut events: Vec<OldEvent> = DONE.iter().map(|word| event(word, begun, keeper)).collect();
    for item in WAIVED {
        let why = Prose::new("Done and seen on paper before this hub was there.")?;
        events.push(OldEvent { waives: Some((item.to_owned(), why)), ..event("gate-waived", begun, manager) });
    }
    events.push(event("group-started", begun, runs));
    Ok(events)
}

fn event(word: &'static str, happened: Moment, by: &DemoWorker) -> OldEvent {
    OldEvent { word, happened, waives: None, author: by.id, agency: by.agency.clone() }
}

fn worker_of<'a>(caseload: &'a Caseload, case: &DemoCase, role: Role) -> anyhow::Result<&'a DemoWorker> {
    let works = |one: &&DemoWorker| one.role == role && case.involvements.iter().any(|part| part.worker == one.id);
    caseload.workers.iter().find(works).context("nobody works on a case in a role that each has")
}
