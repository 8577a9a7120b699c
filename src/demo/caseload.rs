//! The cases: each man, his order, those who are protected, those who work with them.
//!
//! Promises: references run from `SW-0001` without gaps; no label, reference or pseudonym
//! holds a name; a man of MAPPA category 3 is never at level 1 (orders.rs).
//! Must never know: what may be done with a case.

use super::case::{DemoCase, DemoConflict};
use super::cast::DemoWorker;
use super::orders::{Area, MappaCategory, OrderKind, Share, shares};
use super::people::{self, DemoProtected, Place, Relation};
use super::rota::Rota;
use super::seed::Draw;
use super::sentence;
use super::show;
use super::team;
use crate::model::id::{CaseId, ConflictId, WorkerId};
use std::collections::BTreeSet;

/// Returns every case of `seed`.
pub(super) fn all(seed: u64, cast: &[DemoWorker]) -> Vec<DemoCase> {
    let mut rota = Rota::of(cast, seed);
    let shares = shares();
    let each = shares.iter().flat_map(|share| std::iter::repeat_n(share, share.cases));
    each.enumerate().map(|(number, share)| opened(seed, number, share, &mut rota)).collect()
}

/// Returns the one conflict of interest: a support worker knows the man of the third case, which is not his.
pub(super) fn conflicts(seed: u64, worker: WorkerId, case: &DemoCase) -> Vec<DemoConflict> {
    vec![DemoConflict {
        id: ConflictId::from_bits(Draw::stream(seed, "conflict", 0).bits()),
        worker,
        case: case.id,
        person: case.person.id,
        relation: "he is the new partner of my former partner",
    }]
}

fn opened(seed: u64, number: usize, share: &Share, rota: &mut Rota<'_>) -> DemoCase {
    let draw = &mut Draw::stream(seed, "case", number);
    let id = CaseId::from_bits(draw.bits());
    let area = area(share.order, number, draw);
    let protected = family(seed, number, share, draw);
    let mut case = DemoCase {
        id,
        reference: format!("SW-{:04}", number + 1),
        label: String::new(),
        order: share.order,
        mappa: share.mappa,
        area,
        person: people::man(seed, number),
        sentence: sentence::of((share.order, share.mappa), &protected, number, seed),
        protected,
        involvements: Vec::new(),
    };
    show::settle(&mut case, number, seed);
    case.involvements = team::of(&case, number, seed, rota);
    case.label = label(&case, number, rota);
    case
}

/// Both programmes are Ayrshire's; every second one of the rest is over the boundary.
fn area(order: OrderKind, number: usize, draw: &mut Draw) -> Area {
    let ayrshire = draw.pick(&[Area::North, Area::South, Area::East]);
    let programme = matches!(order, OrderKind::Caledonian | OrderKind::MovingForward);
    if programme || number.is_multiple_of(2) { ayrshire } else { Area::Dumfries }
}

fn family(seed: u64, number: usize, share: &Share, draw: &mut Draw) -> Vec<DemoProtected> {
    let women = match (share.order, share.mappa.map(|mappa| mappa.category)) {
        (OrderKind::Caledonian, _) if number <= show::ONE_SERVICE => 2,
        (OrderKind::Caledonian, _) => 1 + usize::from(draw.once_in(6)),
        (OrderKind::BailSupervision, _) => number % 2,
        (_, Some(MappaCategory::OtherRisk)) => 1,
        _ => 0,
    };
    let mut letters = (0_u8..).map(|letter| Place { case: number, letter });
    let mothers: Vec<_> = letters.by_ref().take(women).map(|place| people::woman(seed, place)).collect();
    let mut children = Vec::new();
    for (nth, mother) in mothers.iter().enumerate() {
        let many = match number {
            show::SHOW => 0,
            show::ONE_SERVICE => usize::from(nth == 0),
            _ if draw.once_in(2) => draw.between(1, 2),
            _ => 0,
        };
        children.extend(letters.by_ref().take(many).map(|place| people::child(seed, place, mother)));
    }
    mothers.into_iter().chain(children).collect()
}

/// Returns what the case is an example of.
fn label(case: &DemoCase, number: usize, rota: &Rota<'_>) -> String {
    let restricted = case.mappa.is_some_and(|mappa| mappa.category == MappaCategory::RestrictedPatient);
    let mut label = if restricted { "Restricted patient" } else { case.order.title() }.to_owned();
    if let Some(mappa) = case.mappa {
        label += &format!(", MAPPA level {}", mappa.level);
    }
    let (children, women): (Vec<_>, Vec<_>) =
        case.protected.iter().partition(|protected| protected.relation == Relation::Child);
    let hers = case.involvements.iter().filter(|part| women.iter().any(|woman| part.about == Some(woman.id)));
    let services: BTreeSet<_> = hers.map(|part| rota.agency_of(part.worker)).collect();
    label += match (women.len(), services.len()) {
        (0, _) => "",
        (1, _) => ", one woman",
        (_, 1) => ", two women with different workers of one service",
        _ => ", two women with different workers",
    };
    label += match children.len() {
        0 => "",
        1 => ", one child",
        _ => ", children",
    };
    if number == show::CONFLICT {
        label += ", known to a worker who has declared it";
    }
    label
}
