//! The promises of the demonstration caseload, over several seeds.

mod unreal;

use super::*;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::{CaseId, WorkerId};
use crate::model::notes::{NoteKind, UseWithMan};
use crate::model::text::{Line, Prose};
use proptest::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Every text that would be sealed, in a fixed order.
fn plaintext(load: &Caseload) -> Vec<String> {
    let mut texts = Vec::new();
    for case in &load.cases {
        let man = &case.person;
        texts.extend([man.given.clone(), man.family.clone(), man.born.to_string(), man.address.clone()]);
        texts.extend(man.references.iter().map(|reference| reference.number.clone()));
        for protected in &case.protected {
            let at = &protected.whereabouts;
            texts.extend([protected.given.clone(), protected.family.clone(), at.address.clone()]);
            texts.extend([&at.school, &at.workplace, &at.safe_phone].into_iter().flatten().cloned());
        }
    }
    for note in &load.notes {
        texts.push(note.text.clone());
        texts.extend(note.sources.iter().chain(&note.opinion).cloned());
    }
    texts
}

/// Every text that stands in clear.
fn in_clear(load: &Caseload) -> Vec<String> {
    let mut texts: Vec<_> = load.agencies.iter().map(|agency| agency.name.to_owned()).collect();
    texts.extend(load.workers.iter().map(DemoWorker::name));
    for case in &load.cases {
        texts.extend([case.label.clone(), case.reference.clone()]);
        texts.extend(case.protected.iter().map(|protected| protected.pseudonym.clone()));
    }
    texts
}

fn ids(load: &Caseload) -> Vec<String> {
    let mut ids: Vec<_> = load.workers.iter().map(|worker| worker.id.to_string()).collect();
    for case in &load.cases {
        ids.extend([case.id.to_string(), case.person.id.to_string()]);
        ids.extend(case.protected.iter().map(|protected| protected.id.to_string()));
        ids.extend(case.involvements.iter().map(|part| part.id.to_string()));
    }
    ids.extend(load.notes.iter().map(|note| note.id.to_string()));
    ids.extend(load.conflicts.iter().map(|conflict| conflict.id.to_string()));
    ids
}

fn seats(load: &Caseload) -> BTreeMap<WorkerId, &DemoWorker> {
    load.workers.iter().map(|worker| (worker.id, worker)).collect()
}

/// The kind of agency that a role belongs in; `None` is any. Source: docs/data/roles.csv.
fn home(role: Role) -> Option<AgencyKind> {
    Some(match role {
        Role::PoliceResponse | Role::PoliceOffenderManagement => AgencyKind::Police,
        Role::CaseManager | Role::TeamManager | Role::SupportWorker => AgencyKind::JusticeSocialWork,
        Role::GroupWorker => AgencyKind::ProgrammeDelivery,
        Role::WomensWorker | Role::WomensManager => AgencyKind::WomensService,
        Role::ChildrensWorker => AgencyKind::ChildrensService,
        Role::MappaCoordinator | Role::MappaAdministrator => AgencyKind::MappaOffice,
        Role::PrisonLiaison => AgencyKind::Prison,
        Role::HealthLiaison => AgencyKind::Health,
        Role::HousingLiaison => AgencyKind::Housing,
        Role::PlatformOperator => AgencyKind::Hub,
        Role::Inspector => AgencyKind::Review,
        Role::PanelMember | Role::GovernanceOfficer | Role::AgencyAdmin => return None,
    })
}

#[test]
fn the_same_seed_gives_the_same_caseload() {
    let (one, again, other) = (Caseload::from_seed(7), Caseload::from_seed(7), Caseload::from_seed(8));
    assert_eq!((ids(&one), plaintext(&one), in_clear(&one)), (ids(&again), plaintext(&again), in_clear(&again)));
    assert_ne!(ids(&one), ids(&other));
    let ids = ids(&one);
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands for two things");
}

#[test]
fn the_ids_of_seed_one_are_these_for_good() {
    let digest = Sha256::digest(ids(&Caseload::from_seed(1)).join("\n"));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "a659660f035555c6a832d4fcccab106f4f46d9f23dd105085ba1e9836880dcbc");
}

#[test]
fn the_numbers_are_those_published() {
    let load = Caseload::from_seed(1);
    let many = |order| load.cases.iter().filter(|case| case.order == order).count();
    assert_eq!((many(OrderKind::Caledonian), many(OrderKind::MovingForward)), (130, 70));
    assert_eq!((many(OrderKind::BailSupervision), many(OrderKind::DeferredSentence)), (20, 15));
    assert_eq!((many(OrderKind::UnpaidWork), many(OrderKind::Diversion)), (60, 10));
    let level = |level| load.cases.iter().filter(|case| case.mappa.is_some_and(|mappa| mappa.level == level)).count();
    assert_eq!((level(MappaLevel::One), level(MappaLevel::Two), level(MappaLevel::Three)), (94, 10, 1));
    for case in &load.cases {
        let mappa = case.mappa.map(|mappa| (mappa.category, mappa.level));
        assert_ne!(mappa, Some((MappaCategory::OtherRisk, MappaLevel::One)), "{case:?}");
    }
    for category in MappaCategory::ALL {
        let held = |case: &DemoCase| case.mappa.is_some_and(|mappa| mappa.category == *category);
        assert!(load.cases.iter().any(held), "{category}");
    }
    assert!((110..=130).contains(&load.notes.len()), "{}", load.notes.len());
}

#[test]
fn no_case_manager_is_left_with_far_more_than_forty_men() {
    let load = Caseload::from_seed(1);
    for worker in load.workers.iter().filter(|worker| worker.role == Role::CaseManager) {
        let parts = load.cases.iter().flat_map(|case| &case.involvements);
        let cases = parts.filter(|part| part.worker == worker.id).count();
        assert!((30..=45).contains(&cases), "{}: {cases}", worker.key);
    }
}

#[test]
fn every_worker_sits_where_the_role_belongs() {
    let load = Caseload::from_seed(1);
    for worker in &load.workers {
        assert!(home(worker.role).is_none_or(|kind| kind == worker.kind), "{}", worker.key);
        let agency = load.agencies.iter().find(|agency| agency.id == worker.agency);
        assert_eq!(agency.map(|agency| agency.kind), Some(worker.kind), "{}", worker.key);
    }
}

fn assert_parts_fit(load: &Caseload) {
    let seats = seats(load);
    for case in &load.cases {
        let mut seen = BTreeSet::new();
        for part in &case.involvements {
            let role = seats[&part.worker].role;
            let about = part.about.map(|id| case.protected.iter().find(|protected| protected.id == id).unwrap());
            let relation = about.map(|protected| protected.relation);
            let fits = match role {
                Role::WomensWorker => matches!(relation, Some(Relation::Partner | Relation::FormerPartner)),
                Role::ChildrensWorker => relation == Some(Relation::Child),
                Role::CaseManager | Role::TeamManager => relation.is_none(),
                Role::GroupWorker => {
                    relation.is_none() && matches!(case.order, OrderKind::Caledonian | OrderKind::MovingForward)
                }
                Role::SupportWorker => relation.is_none() && case.mappa.is_none(),
                Role::PoliceOffenderManagement | Role::PrisonLiaison | Role::HealthLiaison | Role::HousingLiaison => {
                    relation.is_none() && case.mappa.is_some()
                }
                Role::MappaCoordinator | Role::MappaAdministrator | Role::PanelMember => {
                    case.mappa.is_some_and(|mappa| mappa.level > MappaLevel::One)
                }
                _ => false,
            };
            assert!(fits, "{case:?} {role}");
            assert!(seen.insert((part.worker, part.about)), "{case:?}: {role} twice");
        }
        assert_women_have_workers_of_their_own(case, &seats);
    }
}

fn assert_women_have_workers_of_their_own(case: &DemoCase, seats: &BTreeMap<WorkerId, &DemoWorker>) {
    let women: Vec<_> = case.protected.iter().filter(|protected| protected.relation != Relation::Child).collect();
    let with_women = case.involvements.iter().filter(|part| seats[&part.worker].role == Role::WomensWorker);
    let workers: BTreeSet<_> = with_women.map(|part| part.worker).collect();
    assert_eq!(workers.len(), women.len(), "{case:?}");
    assert!(case.order != OrderKind::Caledonian || !women.is_empty(), "{case:?}");
    let managers = case.involvements.iter().filter(|part| seats[&part.worker].role == Role::CaseManager).count();
    assert_eq!(managers, 1, "{case:?}");
}

fn assert_notes_fit(load: &Caseload) {
    let cases: BTreeMap<CaseId, &DemoCase> = load.cases.iter().map(|case| (case.id, case)).collect();
    for note in &load.notes {
        let hers = |part: &DemoInvolvement| part.worker == note.author && part.about == note.about;
        assert!(cases[&note.case].involvements.iter().any(hers), "{note:?}");
        assert!(Prose::<8000>::new(&note.text).is_ok() && !note.sources.is_empty(), "{note:?}");
        assert!(note.sources.iter().all(|source| Line::<300>::new(source).is_ok()), "{note:?}");
        let handling = note.handling();
        assert!(note.about.is_none() || handling.use_with_man == UseWithMan::Never, "{note:?}");
        assert_eq!(note.grade().is_some(), note.kind == NoteKind::Intelligence, "{note:?}");
        assert_eq!(handling.conditions.is_some(), note.kind == NoteKind::Intelligence, "{note:?}");
    }
    assert_eq!(load.notes.iter().filter(|note| note.case == load.cases[0].id).count(), 1);
}

fn assert_show_cases(load: &Caseload) {
    let seats = seats(load);
    let played = |case: &DemoCase| -> Vec<_> {
        let play = |part: &DemoInvolvement| {
            let about = case.protected.iter().find(|protected| part.about == Some(protected.id));
            let seat = seats[&part.worker];
            (seat.key.clone(), seat.role, about.map(|protected| protected.pseudonym.clone()))
        };
        case.involvements.iter().map(play).collect()
    };
    let show = played(&load.cases[0]);
    assert_eq!(load.cases[0].order, OrderKind::Caledonian);
    assert_eq!(load.cases[0].label, "Caledonian order, two women with different workers");
    assert_eq!(show.len(), 5, "{show:?}");
    let women: Vec<_> = load.cases[0].protected.iter().map(|protected| protected.pseudonym.clone()).collect();
    for (key, role, woman) in [
        ("morag", Role::CaseManager, None),
        ("isla", Role::WomensWorker, Some(women[0].clone())),
        ("catriona", Role::WomensWorker, Some(women[1].clone())),
    ] {
        assert!(show.contains(&(key.to_owned(), role, woman)), "{key}");
    }
    assert!(show.iter().any(|part| part.1 == Role::GroupWorker) && show.iter().any(|part| part.1 == Role::TeamManager));
    let agency = |key: &str| load.worker(key).unwrap().agency.clone();
    assert_ne!(agency("isla"), agency("catriona"));
    let second = played(&load.cases[1]);
    for (nth, key) in ["eilidh", "isla"].into_iter().enumerate() {
        let woman = load.cases[1].protected[nth].pseudonym.clone();
        assert!(second.contains(&(key.to_owned(), Role::WomensWorker, Some(woman))), "{second:?}");
    }
    assert_eq!(agency("isla"), agency("eilidh"));
    let conflict = &load.conflicts[0];
    assert_eq!((conflict.case, conflict.person), (load.cases[2].id, load.cases[2].person.id));
    assert_eq!(seats[&conflict.worker].role, Role::SupportWorker);
    assert!(!load.cases[2].involvements.iter().any(|part| part.worker == conflict.worker));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn every_seed_keeps_the_promises(seed: u64) {
        let load = Caseload::from_seed(seed);
        assert_parts_fit(&load);
        assert_notes_fit(&load);
        assert_show_cases(&load);
        unreal::assert_no_name_in_clear(&load);
        unreal::assert_canaries(&load);
        unreal::assert_nothing_looks_real(&load);
    }
}

#[test]
fn nothing_here_reaches_outside() {
    let sources = [
        include_str!("../agencies.rs"),
        include_str!("../caseload.rs"),
        include_str!("../cast.rs"),
        include_str!("../mod.rs"),
        include_str!("../names.rs"),
        include_str!("../notes.rs"),
        include_str!("../orders.rs"),
        include_str!("../people.rs"),
        include_str!("../rota.rs"),
        include_str!("../seed.rs"),
        include_str!("../show.rs"),
        include_str!("../team.rs"),
        include_str!("../templates.rs"),
        include_str!("../welcome.rs"),
        include_str!("../whereabouts.rs"),
    ];
    for source in sources {
        let ways =
            ["std::fs", "std::net", "std::env", "std::io", "tokio::", "Clock", "now()", "random()", "crate::store"];
        for way in ways {
            assert!(!source.contains(way), "{way}");
        }
    }
}
