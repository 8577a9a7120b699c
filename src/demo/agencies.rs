//! The agencies of the demonstration: the partners of one MAPPA area, and those beside them.
//!
//! Their short names stand in addresses, policies and `demo.json`; their keys are made by
//! the caller. One seat of every kind is filled.

use crate::model::agencies::{AgencyKind, Regime};
use crate::model::id::AgencyId;

pub(super) const POLICE: &str = "police-scotland";
pub(super) const AYRSHIRE_JUSTICE: &str = "ayrshire-justice-social-work";
pub(super) const DUMFRIES_JUSTICE: &str = "dumfries-justice-social-work";
pub(super) const PROGRAMMES: &str = "ayrshire-programme-team";
pub(super) const AYRSHIRE_WOMENS: &str = "ayrshire-womens-service";
pub(super) const DUMFRIES_WOMENS: &str = "dumfries-womens-service";
pub(super) const CHILDRENS: &str = "ayrshire-childrens-service";
pub(super) const MAPPA: &str = "south-west-mappa-office";
pub(super) const PRISON: &str = "prison-service";
pub(super) const HEALTH: &str = "ayrshire-health-board";
pub(super) const HOUSING: &str = "ayrshire-housing";
pub(super) const HUB: &str = "lippen-hub";
pub(super) const REVIEW: &str = "care-inspectorate-review";

/// An agency of the demonstration. Its names are public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAgency {
    /// Short name.
    pub id: AgencyId,
    /// Full name.
    pub name: &'static str,
    /// What it is.
    pub kind: AgencyKind,
    /// Which law its risk data falls under.
    pub regime: Regime,
}

/// Returns every agency.
pub(super) fn all() -> Vec<DemoAgency> {
    let agency = |&(id, name, kind, regime): &Row| DemoAgency { id: short_name(id), name, kind, regime };
    AGENCIES.iter().map(agency).collect()
}

/// Returns one of this file's short names as the model has it.
pub(super) fn short_name(text: &'static str) -> AgencyId {
    text.parse().expect("short names of this file are 2 to 64 of a-z and hyphen")
}

/// Returns what the agency with one of this file's short names is.
pub(super) fn kind_of(text: &'static str) -> AgencyKind {
    let found = AGENCIES.iter().find(|row| row.0 == text);
    found.expect("every short name of this file has its row").2
}

type Row = (&'static str, &'static str, AgencyKind, Regime);

const AGENCIES: &[Row] = {
    use AgencyKind as Kind;
    use Regime::{LawEnforcement, UkGdpr};
    &[
        (POLICE, "Police (demonstration)", Kind::Police, LawEnforcement),
        (AYRSHIRE_JUSTICE, "Ayrshire Justice Social Work (demonstration)", Kind::JusticeSocialWork, LawEnforcement),
        (DUMFRIES_JUSTICE, "Dumfries Justice Social Work (demonstration)", Kind::JusticeSocialWork, LawEnforcement),
        (PROGRAMMES, "Ayrshire Programme Team (demonstration)", Kind::ProgrammeDelivery, LawEnforcement),
        (AYRSHIRE_WOMENS, "Ayrshire Women's Service (demonstration)", Kind::WomensService, UkGdpr),
        (DUMFRIES_WOMENS, "Dumfries Women's Service (demonstration)", Kind::WomensService, UkGdpr),
        (CHILDRENS, "Ayrshire Children's Service (demonstration)", Kind::ChildrensService, UkGdpr),
        (MAPPA, "South West MAPPA Office (demonstration)", Kind::MappaOffice, LawEnforcement),
        (PRISON, "Prison Service (demonstration)", Kind::Prison, LawEnforcement),
        (HEALTH, "Ayrshire Health Board (demonstration)", Kind::Health, UkGdpr),
        (HOUSING, "Ayrshire Housing (demonstration)", Kind::Housing, UkGdpr),
        (HUB, "Lippen Hub Operations (demonstration)", Kind::Hub, UkGdpr),
        (REVIEW, "Inspection and Review (demonstration)", Kind::Review, UkGdpr),
    ]
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_agency_is_there_and_every_name_once() {
        let all = all();
        for kind in AgencyKind::ALL {
            assert!(all.iter().any(|agency| agency.kind == *kind), "{kind}");
        }
        let mut names: Vec<_> = all.iter().map(|agency| agency.id.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all.len());
    }
}
