//! Who works in a case, and for whom.
//!
//! Promises: every woman has a women's worker of her own, no two women of one man the same;
//! police, the MAPPA office, prison, housing and health are in a case only through MAPPA.

use super::agencies::{
    AYRSHIRE_JUSTICE, AYRSHIRE_WOMENS, CHILDRENS, DUMFRIES_JUSTICE, DUMFRIES_WOMENS, HEALTH, HOUSING, MAPPA, POLICE,
    PRISON, PROGRAMMES,
};
use super::case::{DemoCase, DemoInvolvement};
use super::cast::{CATRIONA, DemoWorker, EILIDH, ISLA, MORAG};
use super::orders::{Area, Mappa, MappaCategory, MappaLevel, OrderKind};
use super::people::Relation;
use super::rota::Rota;
use super::seed::Draw;
use super::show;
use crate::model::agencies::Role;
use crate::model::id::{InvolvementId, ProtectedId};

struct Team {
    seed: u64,
    case: usize,
    parts: Vec<DemoInvolvement>,
}

impl Team {
    fn add(&mut self, worker: &DemoWorker, about: Option<ProtectedId>) {
        // Sixty-four parts to a case: the largest has about a dozen.
        let number = self.case * 64 + self.parts.len();
        let id = InvolvementId::from_bits(Draw::stream(self.seed, "involvement", number).bits());
        self.parts.push(DemoInvolvement { id, worker: worker.id, about });
    }
}

/// Returns who works in `case`.
pub(super) fn of(case: &DemoCase, number: usize, seed: u64, rota: &mut Rota<'_>) -> Vec<DemoInvolvement> {
    let mut team = Team { seed, case: number, parts: Vec::new() };
    with_the_man(&mut team, case, rota);
    with_the_family(&mut team, case, rota);
    if let Some(mappa) = case.mappa {
        under_mappa(&mut team, case.order, mappa, rota);
    }
    team.parts
}

fn with_the_man(team: &mut Team, case: &DemoCase, rota: &mut Rota<'_>) {
    let justice = if case.area == Area::Dumfries { DUMFRIES_JUSTICE } else { AYRSHIRE_JUSTICE };
    let manager = if team.case == show::SHOW { rota.named(MORAG) } else { rota.next(Role::CaseManager, justice) };
    team.add(manager, None);
    team.add(rota.next(Role::TeamManager, justice), None);
    if matches!(case.order, OrderKind::Caledonian | OrderKind::MovingForward) {
        team.add(rota.next(Role::GroupWorker, PROGRAMMES), None);
    }
    if case.order.has_support_worker() {
        team.add(rota.next(Role::SupportWorker, justice), None);
    }
}

fn with_the_family(team: &mut Team, case: &DemoCase, rota: &mut Rota<'_>) {
    let draw = &mut Draw::stream(team.seed, "family", team.case);
    for (nth, protected) in case.protected.iter().enumerate() {
        let about = Some(protected.id);
        if protected.relation == Relation::Child {
            // Not every child has a worker: the service is as short of hands as the others.
            if draw.once_in(2) {
                team.add(rota.next(Role::ChildrensWorker, CHILDRENS), about);
            }
            continue;
        }
        // Some women have moved over the boundary, and their service with them.
        let over = case.area == Area::Dumfries || draw.once_in(12);
        let service = if over { DUMFRIES_WOMENS } else { AYRSHIRE_WOMENS };
        let worker = match (team.case, nth) {
            (show::SHOW, 0) => rota.named(ISLA),
            (show::SHOW, _) => rota.named(CATRIONA),
            (show::ONE_SERVICE, 0) => rota.named(EILIDH),
            (show::ONE_SERVICE, _) => rota.named(ISLA),
            _ => rota.next(Role::WomensWorker, service),
        };
        team.add(worker, about);
    }
}

fn under_mappa(team: &mut Team, order: OrderKind, mappa: Mappa, rota: &mut Rota<'_>) {
    team.add(rota.next(Role::PoliceOffenderManagement, POLICE), None);
    match (order, mappa.category) {
        (_, MappaCategory::RestrictedPatient) => team.add(rota.next(Role::HealthLiaison, HEALTH), None),
        (OrderKind::Licence, _) => team.add(rota.next(Role::PrisonLiaison, PRISON), None),
        _ => {}
    }
    if order == OrderKind::Licence && mappa.category == MappaCategory::Notification {
        team.add(rota.next(Role::HousingLiaison, HOUSING), None);
    }
    if mappa.level == MappaLevel::One {
        return;
    }
    team.add(rota.next(Role::MappaCoordinator, MAPPA), None);
    team.add(rota.next(Role::MappaAdministrator, MAPPA), None);
    team.add(rota.next(Role::PanelMember, POLICE), None);
    if mappa.level == MappaLevel::Three {
        team.add(rota.next(Role::PanelMember, AYRSHIRE_JUSTICE), None);
    }
}
