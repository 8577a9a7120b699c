//! What requests may say: each example of the description is sent, then bent field by field.
//!
//! Promises: a field is required, may be left out, may be null, and holds so many characters
//! exactly as the description says; a field that it does not name is refused.

use super::super::shares::Nothing;
use super::{document, operations, resolve, schema};
use crate::desk::addresses::{ConcludeAddress, ProposeAddress};
use crate::desk::alerts::{Acknowledge, ActOnAlert, RaiseAlert, TakeAlerts};
use crate::desk::assessed::RecordAssessment;
use crate::desk::checks::AnswerCheck;
use crate::desk::chronicle::RecordEvent;
use crate::desk::consents::{RecordConsent, Withdraw};
use crate::desk::contacts::{RecordContact, RecordNonCompliance};
use crate::desk::decisions::Decide;
use crate::desk::declared::Declare;
use crate::desk::derivatives::WriteDerivative;
use crate::desk::details::SendDetails;
use crate::desk::drills::RunDrill;
use crate::desk::emergency::AskEmergency;
use crate::desk::emergency::review::ReviewEmergency;
use crate::desk::endpoints::{AddEndpoint, OfEndpoint};
use crate::desk::evenings::CallOff;
use crate::desk::explain::AskWhy;
use crate::desk::groups::AcknowledgeSeveral;
use crate::desk::handling::AcceptConditions;
use crate::desk::heartbeats::TakeHeartbeat;
use crate::desk::imports::TakeImport;
use crate::desk::joining::JoinGroup;
use crate::desk::locks::{Admit, JudgeLock, LockCase};
use crate::desk::meeting_seats::{AcceptStatement, Invite};
use crate::desk::meetings::{CallOffMeeting, ListCase, SetMeeting};
use crate::desk::notes::WriteNote;
use crate::desk::notice_answers::AnswerNotice;
use crate::desk::notifications::{ProveMail, SetMail, Wish};
use crate::desk::orders::MakeOrder;
use crate::desk::overrides::AskOverride;
use crate::desk::places::ListForProgramme;
use crate::desk::plans::WritePlan;
use crate::desk::policies::AdoptPolicy;
use crate::desk::preview::PreviewNote;
use crate::desk::programmes::{BeginGroup, PlanSession};
use crate::desk::reassessed::RecallAssessments;
use crate::desk::recall::{ConfirmRecall, RecallShare};
use crate::desk::referrals::{AcceptReferral, FileReferral, ReturnReferral};
use crate::desk::registers::TakeRegister;
use crate::desk::rota::SetRota;
use crate::desk::safe_contact::asks::AskContact;
use crate::desk::safe_contact::marks::{SayUnsafe, Verify};
use crate::desk::safe_contact::numbers::EndContact;
use crate::desk::safe_contact::write::WriteContact;
use crate::desk::seconds::{AnswerOverride, ReviewOverride};
use crate::desk::shares::ShareNote;
use crate::desk::signers::{ReportKey, VouchKey};
use crate::desk::status_batch::AskStatusList;
use crate::desk::status_follow_up::AddIncident;
use crate::desk::status_queries::AskStatus;
use crate::desk::storms::JudgeStorm;
use crate::desk::whole::RecallNote;
use crate::desk::withdrawals::TakeBack;
use crate::desk::wordings::SayWording;
use crate::model::people::PersonSearch;
use crate::model::summary::Summary;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Says whether the program reads a body.
type Takes = fn(&Value) -> bool;

/// The schema of each body, and the type that reads it.
const BODIES: &[(&str, Takes)] = &[
    ("AddIncident", takes::<AddIncident>),
    ("AskStatus", takes::<AskStatus>),
    ("AskStatusList", takes::<AskStatusList>),
    ("AcceptConditions", takes::<AcceptConditions>),
    ("ActOnAlert", takes::<ActOnAlert>),
    ("JudgeStorm", takes::<JudgeStorm>),
    ("SetEmail", takes::<SetMail>),
    ("SetNotifications", takes::<Wish>),
    ("SetRota", takes::<SetRota>),
    ("TakeHeartbeat", takes::<TakeHeartbeat>),
    ("RunDrill", takes::<RunDrill>),
    ("SayWording", takes::<SayWording>),
    ("AcknowledgeSeveral", takes::<AcknowledgeSeveral>),
    ("TakeAlerts", takes::<TakeAlerts>),
    ("AdoptPolicy", takes::<AdoptPolicy>),
    ("AnswerNotice", takes::<AnswerNotice>),
    ("AnswerCheck", takes::<AnswerCheck>),
    ("AnswerOverride", takes::<AnswerOverride>),
    ("AskEmergency", takes::<AskEmergency>),
    ("AskOverride", takes::<AskOverride>),
    ("AskSafeContact", takes::<AskContact>),
    ("AskWhy", takes::<AskWhy>),
    ("AddEndpoint", takes::<AddEndpoint>),
    ("ConcludeAddress", takes::<ConcludeAddress>),
    ("ConfirmRecall", takes::<ConfirmRecall>),
    ("Decide", takes::<Decide>),
    ("DeclareConflict", takes::<Declare>),
    ("EndSafeContact", takes::<EndContact>),
    ("MakeOrder", takes::<MakeOrder>),
    ("Nothing", takes::<Acknowledge>),
    ("Nothing", takes::<CallOff>),
    ("Nothing", takes::<Nothing>),
    ("Nothing", takes::<OfEndpoint>),
    ("Nothing", takes::<RecallNote>),
    ("PersonSearch", takes::<PersonSearch>),
    ("PreviewNote", takes::<PreviewNote>),
    ("ProposeAddress", takes::<ProposeAddress>),
    ("RaiseAlert", takes::<RaiseAlert>),
    ("RecallAssessments", takes::<RecallAssessments>),
    ("RecallShare", takes::<RecallShare>),
    ("RecordAssessment", takes::<RecordAssessment>),
    ("RecordConsent", takes::<RecordConsent>),
    ("RecordContact", takes::<RecordContact>),
    ("RecordEvent", takes::<RecordEvent>),
    ("RecordNonCompliance", takes::<RecordNonCompliance>),
    ("LockCase", takes::<LockCase>),
    ("Admit", takes::<Admit>),
    ("JudgeLock", takes::<JudgeLock>),
    ("ReportKey", takes::<ReportKey>),
    ("ReviewEmergency", takes::<ReviewEmergency>),
    ("ReviewOverride", takes::<ReviewOverride>),
    ("SaySafeContactUnsafe", takes::<SayUnsafe>),
    ("ShareNote", takes::<ShareNote>),
    ("TakeBack", takes::<TakeBack>),
    ("TakeImport", takes::<TakeImport>),
    ("VerifySafeContact", takes::<Verify>),
    ("VerifyEmail", takes::<ProveMail>),
    ("VouchKey", takes::<VouchKey>),
    ("BeginGroup", takes::<BeginGroup>),
    ("JoinGroup", takes::<JoinGroup>),
    ("ListForProgramme", takes::<ListForProgramme>),
    ("PlanSession", takes::<PlanSession>),
    ("SendDetails", takes::<SendDetails>),
    ("TakeRegister", takes::<TakeRegister>),
    ("Withdraw", takes::<Withdraw>),
    ("WriteDerivative", takes::<WriteDerivative>),
    ("WriteNote", takes::<WriteNote>),
    ("WritePlan", takes::<WritePlan>),
    ("SetMeeting", takes::<SetMeeting>),
    ("ListCase", takes::<ListCase>),
    ("Invite", takes::<Invite>),
    ("CallOffMeeting", takes::<CallOffMeeting>),
    ("AcceptStatement", takes::<AcceptStatement>),
    ("AcceptReferral", takes::<AcceptReferral>),
    ("FileReferral", takes::<FileReferral>),
    ("ReturnReferral", takes::<ReturnReferral>),
    ("WriteSafeContact", takes::<WriteContact>),
];

fn takes<T: DeserializeOwned>(body: &Value) -> bool {
    serde_json::from_value::<T>(body.clone()).is_ok()
}

/// One body and where in it we are.
struct Bend<'a> {
    document: &'a Value,
    body: &'a Value,
    takes: Takes,
}

impl Bend<'_> {
    /// Says whether the body is taken with `value` at `place`, or without anything there.
    fn with(&self, place: &str, value: Option<Value>) -> bool {
        let mut body = self.body.clone();
        let (parent, name) = place.rsplit_once('/').unwrap();
        match (body.pointer_mut(parent).unwrap(), value) {
            (Value::Object(fields), Some(value)) => drop(fields.insert(name.to_owned(), value)),
            (Value::Object(fields), None) => drop(fields.remove(name)),
            (other, value) => other[name.parse::<usize>().unwrap()] = value.unwrap(),
        }
        (self.takes)(&body)
    }

    /// Tries every field of the object at `place`.
    fn object(&self, schema: &Value, place: &str) {
        assert_eq!(schema["additionalProperties"], false, "{place}: closed");
        assert!(!self.with(&format!("{place}/unheard-of"), Some(json!("x"))), "{place}: an unknown field is taken");
        let required: BTreeSet<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, field) in schema["properties"].as_object().unwrap() {
            let place = format!("{place}/{name}");
            assert_eq!(self.with(&place, None), !required.contains(&**name), "{place}: required or not");
            assert_eq!(self.with(&place, Some(Value::Null)), may_be_null(field), "{place}: null or not");
            self.field(field, &place);
        }
    }

    fn field(&self, field: &Value, place: &str) {
        let field = not_null(self.document, field);
        if let Some(max) = field["maxLength"].as_u64() {
            let long = |length: u64| Some(json!("x".repeat(usize::try_from(length).unwrap())));
            assert_eq!(field["minLength"], 1, "{place}");
            assert!(self.with(place, long(1)) && self.with(place, long(max)), "{place}: {max} characters");
            assert!(!self.with(place, long(max + 1)) && !self.with(place, long(0)), "{place}: too long or empty");
        } else if field["enum"].is_array() {
            // The policy names the kinds of alert, so the desk refuses the others, not the reader.
            let later = field == schema(self.document, "AlertKind");
            assert_eq!(self.with(place, Some(json!("unheard-of"))), later, "{place}: any word is taken");
        } else if field["type"] == "object" && !self.body.pointer(place).is_none_or(Value::is_null) {
            self.object(field, place);
        } else if field["type"] == "array" && self.body.pointer(&format!("{place}/0")).is_some() {
            self.field(&field["items"], &format!("{place}/0"));
        } else if field["type"] == "integer" {
            let edges = [field["minimum"].as_i64().unwrap(), field["maximum"].as_i64().unwrap()];
            assert!(edges.iter().all(|edge| self.with(place, Some(json!(edge)))), "{place}");
            assert!(![edges[0] - 1, edges[1] + 1].iter().any(|edge| self.with(place, Some(json!(edge)))), "{place}");
        }
    }
}

/// Says whether a schema lets null stand.
fn may_be_null(schema: &Value) -> bool {
    let among = |list: &Value, null: &Value| list.as_array().is_some_and(|list| list.contains(null));
    among(&schema["type"], &json!("null")) || among(&schema["anyOf"], &json!({ "type": "null" }))
}

/// Returns the schema of what stands where null does not.
fn not_null<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["anyOf"].as_array() {
        Some(choices) if may_be_null(schema) => resolve(document, &choices[0]),
        _ => resolve(document, schema),
    }
}

#[test]
fn every_body_is_held_against_its_type() {
    let document = document();
    let described: BTreeSet<&str> = operations(&document)
        .iter()
        .filter_map(|(_, _, one)| one.pointer("/requestBody/content/application~1json/schema/$ref"))
        .map(|place| place.as_str().unwrap().rsplit('/').next().unwrap())
        .collect();
    assert_eq!(described, BODIES.iter().map(|(name, _)| *name).collect());
}

#[test]
fn a_body_holds_what_is_described_and_nothing_else() {
    let document = document();
    for &(name, takes) in BODIES {
        let schema = schema(&document, name);
        let examples = schema["examples"].as_array().unwrap();
        for body in examples {
            assert!(takes(body), "{name}: {body}");
        }
        Bend { document: &document, body: &examples[0], takes }.object(schema, "");
    }
}

#[test]
fn a_body_may_be_left_out_where_nothing_in_it_is_needed() {
    let document = document();
    for (way, path, one) in operations(&document) {
        let Some(place) = one.pointer("/requestBody/content/application~1json/schema/$ref") else { continue };
        let name = place.as_str().unwrap().rsplit('/').next().unwrap();
        let needs = schema(&document, name)["required"].is_array() || schema(&document, name)["anyOf"].is_array();
        assert_eq!(one["requestBody"]["required"], needs, "{way} {path}");
    }
}

#[test]
fn each_basis_of_a_share_is_taken_as_described() {
    let document = document();
    let bases = schema(&document, "ShareBasis");
    let mapping = bases["discriminator"]["mapping"].as_object().unwrap();
    assert_eq!(mapping.len(), bases["oneOf"].as_array().unwrap().len());
    let id = json!("4b5c6d7e-8f90-4a1b-9c2d-3e4f5a6b7cbb");
    for (word, place) in mapping {
        let basis = resolve(&document, &json!({ "$ref": place })).clone();
        assert_eq!(basis["properties"]["type"]["const"], **word);
        let mut body = schema(&document, "ShareNote")["examples"][0].clone();
        body["basis"] = json!({ "type": word });
        for name in basis["properties"].as_object().unwrap().keys().filter(|name| *name != "type") {
            body["basis"][name] = match &**name {
                "consent" => id.clone(),
                "made" | "expires" => json!("2026-01-15"),
                _ => json!("2005-s10"),
            };
        }
        assert!(takes::<ShareNote>(&body), "{word}");
        Bend { document: &document, body: &body, takes: takes::<ShareNote> }.object(&basis, "/basis");
    }
}

#[test]
fn each_summary_is_taken_as_described() {
    let document = document();
    let choices = schema(&document, "Summary")["oneOf"].as_array().unwrap();
    let named: Vec<&str> = choices.iter().map(|one| one["required"][0].as_str().unwrap()).collect();
    assert_eq!(named, Summary::CATEGORIES.iter().map(|category| category.as_str()).collect::<Vec<_>>());
    for (choice, name) in choices.iter().zip(named) {
        let summary = resolve(&document, &choice["properties"][name]);
        let body = json!({ name: summary["examples"][0] });
        assert!(takes::<Summary>(&body), "{body}");
        Bend { document: &document, body: &body, takes: takes::<Summary> }.object(summary, &format!("/{name}"));
    }
}
