//! How long the texts of answers are: as long as the types that hold them.
//!
//! Promises: the compiler reads each length from its field, so that a field that changes
//! fails here until the description says so too.

use super::{document, schema};
use crate::model::addresses::{AddressWords, ReplyWords};
use crate::model::agencies::WorkerName;
use crate::model::alerts::AlertText;
use crate::model::assessments::{AssessmentWords, LevelOverride};
use crate::model::consents::ConsentWords;
use crate::model::decisions::DecisionWords;
use crate::model::events::EventWords;
use crate::model::location::{Address, SafePhone};
use crate::model::meetings::MeetingWords;
use crate::model::notes::RiskNote;
use crate::model::orders::{Condition, OrderWords, Requirement};
use crate::model::overrides::OverrideWords;
use crate::model::people::Identity;
use crate::model::plans::{PlanAction, PlanWords, Scenario};
use crate::model::referrals::{ReferralWords, ReturnWords};
use crate::model::shares::BasisWords;
use crate::model::text::{Line, Prose};

fn line<T, const MAX: usize>(_: fn(&T) -> &Line<MAX>) -> usize {
    MAX
}

fn lines<T, const MAX: usize>(_: fn(&T) -> &Vec<Line<MAX>>) -> usize {
    MAX
}

fn maybe_line<T, const MAX: usize>(_: fn(&T) -> &Option<Line<MAX>>) -> usize {
    MAX
}

fn prose<T, const MAX: usize>(_: fn(&T) -> &Prose<MAX>) -> usize {
    MAX
}

fn maybe_prose<T, const MAX: usize>(_: fn(&T) -> &Option<Prose<MAX>>) -> usize {
    MAX
}

#[test]
fn texts_of_answers_are_as_long_as_their_types() {
    let table = [
        ("MeWorker", "/properties/name", line(|name: &WorkerName| &name.0)),
        ("Person", "/properties/family_name", line(|man: &Identity| &man.family_name)),
        ("Person", "/properties/given_names", line(|man: &Identity| &man.given_names)),
        ("Person", "/properties/references/items", lines(|man: &Identity| &man.references)),
        ("Person", "/properties/address", maybe_line(|man: &Identity| &man.address)),
        ("Person", "/properties/phone", maybe_line(|man: &Identity| &man.phone)),
        ("Note", "/properties/text", prose(|note: &RiskNote| &note.text)),
        ("Note", "/properties/opinion", maybe_prose(|note: &RiskNote| &note.opinion)),
        ("Note", "/properties/sources/items", lines(|note: &RiskNote| &note.sources)),
        ("Note", "/properties/handling/properties/conditions", maybe_line(|note: &RiskNote| &note.conditions)),
        ("Alert", "/allOf/1/properties/text", prose(|alert: &AlertText| &alert.text)),
        ("Alert", "/allOf/1/properties/may_tell_her", maybe_prose(|alert: &AlertText| &alert.may_tell_her)),
        ("ShareStands", "/properties/reason", maybe_prose(|basis: &BasisWords| &basis.reason)),
        ("ShareStands", "/properties/court", maybe_line(|basis: &BasisWords| &basis.court)),
        ("Override", "/allOf/1/properties/reason", prose(|words: &OverrideWords| &words.reason)),
        ("Override", "/allOf/1/properties/why_not_told", maybe_prose(|words: &OverrideWords| &words.why_not_told)),
        ("Decision", "/allOf/1/properties/to", line(|words: &DecisionWords| &words.to)),
        ("Decision", "/allOf/1/properties/reason", prose(|words: &DecisionWords| &words.reason)),
        ("Decision", "/allOf/1/properties/alternatives/items", lines(|words: &DecisionWords| &words.alternatives)),
        ("Decision", "/allOf/1/properties/decided_by", line(|words: &DecisionWords| &words.decided_by)),
        ("Decision", "/allOf/1/properties/why_not_told", maybe_prose(|words: &DecisionWords| &words.why_not_told)),
        ("Order", "/allOf/1/properties/court", maybe_line(|words: &OrderWords| &words.court)),
        ("Order", "/allOf/1/properties/reference", maybe_line(|words: &OrderWords| &words.reference)),
        ("Condition", "/properties/text", maybe_line(|one: &Condition| &one.text)),
        ("Requirement", "/properties/programme", maybe_line(|one: &Requirement| &one.programme)),
        ("Event", "/allOf/1/properties/text", maybe_prose(|words: &EventWords| &words.text)),
        ("Event", "/allOf/1/properties/evidence/items", lines(|words: &EventWords| &words.evidence)),
        ("Address", "/allOf/1/properties/address", line(|words: &AddressWords| &words.address)),
        ("Address", "/allOf/1/properties/text", maybe_prose(|words: &AddressWords| &words.text)),
        ("Check", "/allOf/1/properties/proposed", line(|words: &AddressWords| &words.address)),
        ("Check", "/allOf/1/properties/text", maybe_prose(|words: &AddressWords| &words.text)),
        ("CheckReply", "/properties/text", maybe_prose(|words: &ReplyWords| &words.text)),
        ("Assessment", "/allOf/1/properties/score", maybe_line(|words: &AssessmentWords| &words.score)),
        ("Assessment", "/allOf/1/properties/level", maybe_line(|words: &AssessmentWords| &words.level)),
        ("Assessment", "/allOf/1/properties/assessor", line(|words: &AssessmentWords| &words.assessor)),
        ("LevelOverride", "/properties/level", line(|one: &LevelOverride| &one.level)),
        ("LevelOverride", "/properties/reason", prose(|one: &LevelOverride| &one.reason)),
        ("RiskPlan", "/properties/nature", prose(|plan: &PlanWords| &plan.nature)),
        ("RiskPlan", "/properties/imminence", prose(|plan: &PlanWords| &plan.imminence)),
        ("RiskPlan", "/properties/warning_signs/items", lines(|plan: &PlanWords| &plan.warning_signs)),
        ("RiskPlan", "/properties/communicate_how", line(|plan: &PlanWords| &plan.communicate_how)),
        ("Scenario", "/properties/who", line(|one: &Scenario| &one.who)),
        ("PlanAction", "/properties/what", line(|one: &PlanAction| &one.what)),
        ("Consent", "/properties/said", maybe_prose(|consent: &ConsentWords| &consent.said)),
    ];
    as_long(&table);
}

#[test]
fn texts_of_a_referral_are_as_long_as_their_types() {
    as_long(&[
        ("OpenMeeting", "/allOf/1/properties/place", line(|words: &MeetingWords| &words.place)),
        ("OpenMeeting", "/allOf/1/properties/joining", maybe_prose(|words: &MeetingWords| &words.joining)),
        ("Referral", "/allOf/1/properties/offence", prose(|words: &ReferralWords| &words.offence)),
        ("Referral", "/allOf/1/properties/risk", prose(|words: &ReferralWords| &words.risk)),
        ("Referral", "/allOf/1/properties/managed_now", prose(|words: &ReferralWords| &words.managed_now)),
        ("Referral", "/allOf/1/properties/why_together", prose(|words: &ReferralWords| &words.why_together)),
        (
            "Referral",
            "/allOf/1/properties/why_not_level_2",
            maybe_prose(|words: &ReferralWords| &words.why_not_level_2),
        ),
        ("Referral", "/allOf/1/properties/reason", prose(|words: &ReturnWords| &words.reason)),
    ]);
}

/// Claims that a text of the document is as long as its type.
fn as_long(table: &[(&str, &str, usize)]) {
    let document = document();
    for &(name, place, max) in table {
        let text = schema(&document, name).pointer(place).unwrap_or_else(|| panic!("{name}{place}"));
        assert_eq!(text["maxLength"].as_u64(), u64::try_from(max).ok(), "{name}{place}");
    }
}

#[test]
fn whereabouts_are_as_long_as_they_can_be() {
    let document = document();
    let fields = &schema(&document, "Whereabouts")["properties"];
    let max = |name: &str| usize::try_from(fields[name]["maxLength"].as_u64().unwrap()).unwrap();
    for name in ["address", "school", "workplace"] {
        assert!(Address::new(&"x".repeat(max(name))).is_ok(), "{name}");
        assert!(Address::new(&"x".repeat(max(name) + 1)).is_err(), "{name}");
    }
    let number = |length: usize| format!("+1{}234567", " ".repeat(length - 8));
    assert!(SafePhone::new(&number(max("safe_phone"))).is_ok());
    assert!(SafePhone::new(&number(max("safe_phone") + 1)).is_err());
}
