//! Every gateway against every flow that there can be, and every slip in the file.

use super::*;
use crate::policy::files::Files;

fn gateways() -> Gateways {
    Gateways::load(&Files::embedded().gateways).unwrap()
}

/// Calls `look` with every gateway and every flow.
fn each(mut look: impl FnMut(&str, Flow, bool)) {
    let gateways = gateways();
    for code in gateways.codes() {
        for (from, to) in AgencyKind::ALL.iter().flat_map(|from| AgencyKind::ALL.iter().map(move |to| (*from, *to))) {
            for regime in Regime::ALL.iter().copied() {
                for status in MappaStatus::ALL.iter().map(|status| Some(*status)).chain([None]) {
                    for purpose in Purpose::ALL.iter().copied() {
                        let flow = Flow { from, regime, to, status, purpose };
                        look(code, flow, gateways.fits(code, &flow));
                    }
                }
            }
        }
    }
}

#[test]
fn every_gateway_fits_where_the_law_says_and_nowhere_else() {
    let (mut seen, mut fitting) = (0, 0);
    each(|code, flow, fits| {
        seen += 1;
        fitting += usize::from(fits);
        let Flow { from, to, status, regime, purpose } = flow;
        let wrong = [
            ("nobody can read his category", status.is_none()),
            ("the hub and an inspection share nothing", matches!(from, AgencyKind::Hub | AgencyKind::Review)),
            ("nor does anybody share with them", matches!(to, AgencyKind::Hub | AgencyKind::Review)),
            ("section 10(1)(b) is not in force", code.starts_with("2005-s10") && status == Some(MappaStatus::Violent)),
            (
                "a health board is a responsible authority for restricted patients only",
                code == "2005-s10" && from == AgencyKind::Health && status != Some(MappaStatus::RestrictedPatient),
            ),
            (
                "and for them it is not one that merely co-operates",
                code == "2005-s10-dtc" && from == AgencyKind::Health && status == Some(MappaStatus::RestrictedPatient),
            ),
            (
                "responsible authorities do more than co-operate",
                code == "2005-s10-dtc"
                    && matches!(from, AgencyKind::Police | AgencyKind::JusticeSocialWork | AgencyKind::Prison),
            ),
            (
                "who is not in MAPPA is not supervised on its law",
                code.starts_with("2005-s10")
                    && status == Some(MappaStatus::NotIn)
                    && matches!(purpose, Purpose::Supervision | Purpose::Programme),
            ),
            (
                "section 1 is between the council and the prison",
                code == "2005-s1"
                    && !matches!(
                        (from, to),
                        (AgencyKind::JusticeSocialWork, AgencyKind::Prison)
                            | (AgencyKind::Prison, AgencyKind::JusticeSocialWork)
                    ),
            ),
            (
                "no women's service processes for law enforcement",
                from == AgencyKind::WomensService && regime == Regime::LawEnforcement,
            ),
            ("a police force always does", from == AgencyKind::Police && regime == Regime::UkGdpr),
            ("nothing is shared to be governed", purpose == Purpose::Governance),
        ];
        for (why, wrong) in wrong {
            assert!(!(wrong && fits), "{why}: {code} {flow:?}");
        }
    });
    assert_eq!(seen, gateways().codes().len() * 11 * 11 * 2 * 6 * 7);
    assert!(fitting > 100, "{fitting}");
}

#[test]
fn every_gateway_fits_something_and_has_its_law() {
    let mut used: BTreeSet<String> = BTreeSet::new();
    each(|code, _, fits| {
        if fits {
            used.insert(code.to_owned());
        }
    });
    let gateways = gateways();
    assert_eq!(used.iter().map(String::as_str).collect::<Vec<_>>(), gateways.codes());
    assert_eq!(gateways.law("2005-s10"), Some("Management of Offenders etc. (Scotland) Act 2005 section 10"));
    assert_eq!(gateways.law("gossip"), None);
}

#[test]
fn a_health_board_is_told_which_gateway_is_its_own() {
    let gateways = gateways();
    let of = |status| {
        let (from, to, regime) = (AgencyKind::Health, AgencyKind::MappaOffice, Regime::UkGdpr);
        gateways.fitting(&[Flow { from, regime, to, status: Some(status), purpose: Purpose::Mappa }])
    };
    assert_eq!(of(MappaStatus::RestrictedPatient), ["2005-s10"]);
    assert_eq!(of(MappaStatus::Notification), ["2005-s10-dtc"]);
    assert_eq!(of(MappaStatus::OtherRisk), ["2005-s10-dtc"]);
    assert_eq!(of(MappaStatus::NotIn), [""; 0]);
}

#[test]
fn each_slip_is_refused_with_its_line() {
    const GOOD: &str = "2005-s1, The Act, prison, health, none, uk-gdpr, mappa, somewhere, no, A note";
    assert!(Gateways::load(GOOD).is_ok());
    let unknown = |word: &str| Fault::Unknown(word.to_owned());
    let slips = [
        ("2005-s1,", "2005_S1,", Fault::Character("2005_S1".to_owned())),
        ("prison", "prisons", unknown("prisons")),
        ("prison", "at:prison", unknown("at:prison")),
        ("health", "any+health", unknown("any")),
        ("health", "health+health", Fault::Twice("health".to_owned())),
        ("none", "category-1", unknown("category-1")),
        ("uk-gdpr", "gdpr", unknown("gdpr")),
        ("mappa", "gossip", unknown("gossip")),
        (" no,", " maybe,", unknown("maybe")),
        (" no, A note", " no", Fault::Cells { wanted: 10, found: 9 }),
        ("somewhere", "", Fault::EmptyCell),
        ("A note", "A note # why", Fault::TrailingComment),
        ("The Act", "\"The Act\"", Fault::Quoted),
    ];
    for (from, to, fault) in slips {
        let text = format!("# a comment\n{GOOD}\n{}\n", GOOD.replacen(from, to, 1));
        assert_eq!(Gateways::load(&text).unwrap_err(), Error::line(GATEWAYS, 3, fault), "{to}");
    }
    let other_law = format!("{GOOD}\n{}", GOOD.replace("The Act", "Another Act"));
    let twice = Fault::Twice("2005-s1".to_owned());
    assert_eq!(Gateways::load(&other_law).unwrap_err(), Error::line(GATEWAYS, 2, twice));
    assert_eq!(Gateways::load("# nothing\n").unwrap_err(), Error::file(GATEWAYS, Fault::Empty));
}
