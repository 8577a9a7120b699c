//! Tests of the whole room: guards and lines together, and what the files promise.

use super::*;
use crate::model::agencies::AgencyKind;
use crate::model::facts::{Fact, Item};
use crate::model::id::{AgencyId, NoteId};
use crate::model::notes::{Onward, ShareCode};
use crate::model::sealed::Record;
use crate::model::time::Moment;

fn policy() -> Policy {
    Policy::embedded().unwrap()
}

fn agency(name: &str) -> AgencyId {
    name.parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test states facts")]
fn facts(category: Category, held: &[Fact]) -> Facts {
    let (share, onward) = (ShareCode::Permitted, Onward::None);
    let item =
        Item { category, about: None, owner: agency("ours"), share, onward, onward_roles: Vec::new(), expires: None };
    let (purpose, at) = (Purpose::VictimSafety, Moment::from_micros(0));
    let held = FactSet::of(held.iter().copied());
    Facts { held, item: Some(item), ..Facts::new(purpose, at, Vec::new()) }
}

/// Asks as somebody of the agency `ours`, for a woman's safety.
fn judged(policy: &Policy, role: Role, kind: AgencyKind, action: Action, facts: &Facts) -> Verdict {
    let category = facts.item.as_ref().unwrap().category;
    let purpose = Purpose::VictimSafety;
    let question = Question { role, kind, category, purpose, action, facts: facts.held };
    let agency = agency("ours");
    policy.verdict(Some(question), &Act { agency: &agency, action, category, purpose, knows: true }, facts)
}

fn refusal(line: &str, known: bool) -> Verdict {
    Verdict::Refused { lines: vec![line.to_owned()], known }
}

#[test]
fn a_permit_names_its_lines_and_obligations() {
    let facts = facts(Category::ProtectedAccount, &[Fact::Involved, Fact::Hers, Fact::Own]);
    let verdict = judged(&policy(), Role::WomensWorker, AgencyKind::WomensService, Action::Share, &facts);
    assert_eq!(verdict, Verdict::Granted { lines: vec!["A240".to_owned()], obligations: vec!["ack".to_owned()] });
}

#[test]
fn a_refusal_says_whether_there_is_anything_only_to_who_may_know() {
    let policy = policy();
    let worker = |held: &[Fact]| {
        let facts = facts(Category::Attendance, held);
        judged(&policy, Role::WomensWorker, AgencyKind::WomensService, Action::Read, &facts)
    };
    assert_eq!(worker(&[Fact::Involved, Fact::Hers]), refusal("default", true));
    assert_eq!(worker(&[Fact::Involved]), refusal("default", false));
    assert_eq!(worker(&[]), refusal("default", false));
}

#[test]
fn a_guard_beats_every_line_and_hides_what_it_must() {
    let policy = policy();
    let all = facts(Category::ProtectedAccount, Fact::ALL);
    let read = |facts: &Facts| judged(&policy, Role::WomensWorker, AgencyKind::WomensService, Action::Read, facts);
    assert!(matches!(read(&all), Verdict::Granted { .. }));
    assert_eq!(read(&Facts { conflicted: true, ..all.clone() }), refusal("guard:conflict", false));
    assert_eq!(read(&Facts { walled: true, ..all.clone() }), refusal("guard:wall", false));
    let mut over = all.clone();
    over.item.as_mut().unwrap().expires = Some(Moment::from_micros(0));
    assert_eq!(read(&over), refusal("guard:expired", true));
    over.held = FactSet::of([Fact::Involved, Fact::Hers, Fact::Released, Fact::Basis]);
    assert_eq!(read(&over), refusal("guard:expired", false));
}

#[test]
fn a_role_in_the_wrong_agency_and_a_service_have_no_seat() {
    let policy = policy();
    let facts = facts(Category::Attendance, Fact::ALL);
    let verdict = judged(&policy, Role::CaseManager, AgencyKind::Police, Action::Read, &facts);
    assert_eq!(verdict, refusal("guard:no-seat", false));
    let service = Actor::service("dispatch", agency("hub"));
    let (category, purpose) = (Category::Attendance, Purpose::VictimSafety);
    let record = Record::Note(NoteId::random());
    let ask = Ask { actor: &service, action: Action::Read, record, case: None, about: None, category, purpose };
    let denial = policy.decide(&ask, &facts).unwrap_err();
    assert!(!denial.may_know());
    assert_eq!(denial.judgement().lines, ["guard:no-seat"]);
    assert_eq!(policy.level(&ask, &facts), None);
    assert!(policy.scope(&service).is_none());
    assert!(policy.explain(&ask, &facts).is_none());
}

#[test]
fn a_service_does_its_one_act_and_nothing_else() {
    let policy = policy();
    let (importer, other) = (Actor::service("import", agency("hub")), Actor::service("dispatch", agency("hub")));
    let ask = |actor, action| Ask {
        actor,
        action,
        record: Record::Note(NoteId::from_bits(7)),
        case: None,
        about: None,
        category: Category::Identity,
        purpose: Purpose::VictimSafety,
    };
    let facts = facts(Category::Identity, &[]);
    let permit = policy.service(&ask(&importer, Action::Create), &facts).unwrap();
    assert_eq!(
        (permit.judgement().actor.as_str(), permit.judgement().policy.as_str()),
        ("hub:import", policy.digest())
    );
    for ask in [ask(&other, Action::Create), ask(&importer, Action::Read)] {
        let denial = policy.service(&ask, &facts).unwrap_err();
        assert_eq!((denial.may_know(), denial.judgement().lines.clone()), (false, vec!["guard:service".to_owned()]));
    }
}

#[test]
fn after_a_difference_the_stricter_answer_wins_and_says_why() {
    let policy = policy();
    let facts = facts(Category::Attendance, &[Fact::Involved, Fact::Hers]);
    let question = Question {
        role: Role::CaseManager,
        kind: AgencyKind::JusticeSocialWork,
        category: Category::Attendance,
        purpose: Purpose::VictimSafety,
        action: Action::Read,
        facts: facts.held,
    };
    let read = || judged(&policy, Role::CaseManager, AgencyKind::JusticeSocialWork, Action::Read, &facts);
    assert!(matches!(read(), Verdict::Granted { .. }));
    policy.tighten(&question);
    assert_eq!(read(), refusal("guard:replay", true));
}

#[test]
fn the_policy_of_the_house_passes_its_own_check() {
    let report = Policy::check();
    assert!(report.is_sound(), "{report}");
    assert!(report.tests >= 40 && report.invariants >= 30, "{report}");
}

#[test]
fn everybody_to_whom_an_alert_goes_can_read_it() {
    let policy = policy();
    let held = [Fact::Involved, Fact::Hers, Fact::Released, Fact::Basis];
    for alert in policy.alert_kinds() {
        for role in &alert.to {
            for (_, kind) in policy.book.seats.iter().filter(|(seated, _)| seated == role) {
                let (category, purpose) = (alert.category, policy.default_purpose(*role));
                let facts = FactSet::of(held);
                let read = Question { role: *role, kind: *kind, category, purpose, action: Action::Read, facts };
                assert!(policy.table().permits(&read), "{} to {role}", alert.kind);
                let answer = Question { action: Action::Acknowledge, ..read };
                assert!(policy.table().permits(&answer), "{} from {role}", alert.kind);
            }
        }
    }
}

#[test]
fn each_kind_of_alert_can_be_raised_by_somebody() {
    let policy = policy();
    for alert in policy.alert_kinds() {
        let raises = policy.book.seats.iter().any(|(role, kind)| {
            let (category, purpose) = (alert.category, policy.default_purpose(*role));
            let facts = FactSet::of([Fact::Involved]);
            policy.table().permits(&Question {
                role: *role,
                kind: *kind,
                category,
                purpose,
                action: Action::Raise,
                facts,
            })
        });
        assert!(raises, "{}", alert.kind);
    }
}

#[test]
fn roles_act_for_a_purpose_that_opens_their_work() {
    let policy = policy();
    assert_eq!(policy.default_purpose(Role::WomensWorker), Purpose::VictimSafety);
    assert_eq!(policy.default_purpose(Role::CaseManager), Purpose::Supervision);
    assert_eq!(policy.default_purpose(Role::GovernanceOfficer), Purpose::Governance);
    assert!(policy.alert_kind("missed-session").is_some());
    assert!(policy.alert_kind("gossip").is_none());
}
