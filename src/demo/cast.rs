//! The workers of the demonstration: every role at least once, enough of those who carry cases.
//!
//! Each has a key, the given name in small letters, by which sign-in links name them
//! (`?as=isla`). Names are the same for every seed; ids come from the seed.
//! Must never know: a token, a password.

use super::agencies::{
    AYRSHIRE_JUSTICE, AYRSHIRE_WOMENS, CHILDRENS, DUMFRIES_JUSTICE, DUMFRIES_WOMENS, HEALTH, HOUSING, HUB, MAPPA,
    POLICE, PRISON, PROGRAMMES, REVIEW, kind_of, short_name,
};
use super::seed::Draw;
use crate::model::agencies::{AgencyKind, Role};
use crate::model::id::{AgencyId, WorkerId};
use std::fmt;

/// A worker of the demonstration, in one seat.
pub struct DemoWorker {
    /// The worker.
    pub id: WorkerId,
    /// The word by which sign-in links name the worker, such as `isla`.
    pub key: String,
    /// Given name.
    pub given: &'static str,
    /// Family name.
    pub family: &'static str,
    /// The role.
    pub role: Role,
    /// The agency that the seat is in.
    pub agency: AgencyId,
    /// What kind of agency that is.
    pub kind: AgencyKind,
}

impl DemoWorker {
    /// Returns the full name, as `demo.json` shows it.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

impl fmt::Debug for DemoWorker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DemoWorker({})", self.id)
    }
}

/// Returns the cast of `seed`, always in the same order.
pub(super) fn all(seed: u64) -> Vec<DemoWorker> {
    let worker = |(number, &(given, family, role, agency)): (usize, &Row)| DemoWorker {
        id: WorkerId::from_bits(Draw::stream(seed, "worker", number).bits()),
        key: given.to_lowercase(),
        given,
        family,
        role,
        agency: short_name(agency),
        kind: kind_of(agency),
    };
    CAST.iter().enumerate().map(worker).collect()
}

/// The case manager of the show case.
pub(super) const MORAG: &str = "morag";
/// The worker of the first woman of the show case.
pub(super) const ISLA: &str = "isla";
/// The worker of the second woman of the show case, in another service.
pub(super) const CATRIONA: &str = "catriona";
/// A colleague of Isla's.
pub(super) const EILIDH: &str = "eilidh";
/// The support worker who has declared that he knows somebody.
pub(super) const CALUM: &str = "calum";

type Row = (&'static str, &'static str, Role, &'static str);

const CAST: &[Row] = &[
    ("Isla", "Kerr", Role::WomensWorker, AYRSHIRE_WOMENS),
    ("Morag", "Ferguson", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Catriona", "Bell", Role::WomensWorker, DUMFRIES_WOMENS),
    ("Eilidh", "Strang", Role::WomensWorker, AYRSHIRE_WOMENS),
    ("Kenneth", "Reid", Role::PoliceResponse, POLICE),
    ("Lynsey", "Hogg", Role::PoliceResponse, POLICE),
    ("Angus", "Petrie", Role::PoliceOffenderManagement, POLICE),
    ("Mhairi", "Laird", Role::PoliceOffenderManagement, POLICE),
    ("Yusuf", "Karim", Role::PoliceOffenderManagement, POLICE),
    ("Alasdair", "Munro", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Shona", "Lyle", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Derek", "Haddow", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Priya", "Raman", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Gillian", "Orr", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Stuart", "Baird", Role::CaseManager, AYRSHIRE_JUSTICE),
    ("Elspeth", "Maxwell", Role::CaseManager, DUMFRIES_JUSTICE),
    ("Robbie", "Kirkpatrick", Role::CaseManager, DUMFRIES_JUSTICE),
    ("Fiona", "Drummond", Role::TeamManager, AYRSHIRE_JUSTICE),
    ("Norma", "Jardine", Role::TeamManager, DUMFRIES_JUSTICE),
    ("Calum", "Tennant", Role::SupportWorker, AYRSHIRE_JUSTICE),
    ("Lesley", "Wark", Role::SupportWorker, AYRSHIRE_JUSTICE),
    ("Iqbal", "Sandhu", Role::SupportWorker, AYRSHIRE_JUSTICE),
    ("Tam", "Halliday", Role::SupportWorker, DUMFRIES_JUSTICE),
    ("Jean", "Glover", Role::SupportWorker, DUMFRIES_JUSTICE),
    ("Donald", "Weir", Role::GroupWorker, PROGRAMMES),
    ("Anjali", "Desai", Role::GroupWorker, PROGRAMMES),
    ("Craig", "Mutter", Role::GroupWorker, PROGRAMMES),
    ("Wioletta", "Nowak", Role::GroupWorker, PROGRAMMES),
    ("Ross", "Tulloch", Role::GroupWorker, PROGRAMMES),
    ("Bronagh", "Quinn", Role::GroupWorker, PROGRAMMES),
    ("Samina", "Qadir", Role::WomensWorker, AYRSHIRE_WOMENS),
    ("Jola", "Wilk", Role::WomensWorker, AYRSHIRE_WOMENS),
    ("Maureen", "Paton", Role::WomensWorker, AYRSHIRE_WOMENS),
    ("Heather", "Rae", Role::WomensWorker, DUMFRIES_WOMENS),
    ("Aileen", "Forsyth", Role::WomensManager, AYRSHIRE_WOMENS),
    ("Sheila", "Carruthers", Role::WomensManager, DUMFRIES_WOMENS),
    ("Niamh", "Docherty", Role::ChildrensWorker, CHILDRENS),
    ("Owen", "Pryde", Role::ChildrensWorker, CHILDRENS),
    ("Judith", "Ballantyne", Role::MappaCoordinator, MAPPA),
    ("Colin", "Speirs", Role::MappaAdministrator, MAPPA),
    ("Patricia", "Gow", Role::PanelMember, POLICE),
    ("Duncan", "Rennie", Role::PanelMember, AYRSHIRE_JUSTICE),
    ("Moira", "Teale", Role::PrisonLiaison, PRISON),
    ("Vikram", "Bose", Role::HealthLiaison, HEALTH),
    ("Sandra", "Aird", Role::HousingLiaison, HOUSING),
    ("Ruth", "Aitken", Role::GovernanceOfficer, AYRSHIRE_JUSTICE),
    ("Beth", "Lorimer", Role::GovernanceOfficer, AYRSHIRE_WOMENS),
    ("Graham", "Pollock", Role::AgencyAdmin, POLICE),
    ("Tracy", "Nairn", Role::AgencyAdmin, AYRSHIRE_JUSTICE),
    ("Emil", "Hart", Role::PlatformOperator, HUB),
    ("Irene", "Cowan", Role::Inspector, REVIEW),
    ("Gavin", "Muirhead", Role::GovernanceOfficer, HUB),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_played_and_every_key_opens_one_seat() {
        let cast = all(1);
        for role in Role::ALL {
            assert!(cast.iter().any(|worker| worker.role == *role), "{role}");
        }
        for worker in &cast {
            assert!(worker.key.bytes().all(|b| b.is_ascii_lowercase()), "{}", worker.key);
            assert_eq!(cast.iter().filter(|other| other.key == worker.key).count(), 1, "{}", worker.key);
        }
        for key in [MORAG, ISLA, CATRIONA, EILIDH, CALUM] {
            assert!(cast.iter().any(|worker| worker.key == key), "{key}");
        }
    }
}
