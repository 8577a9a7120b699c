//! What each route wants to be sent.

use super::things::Things;
use crate::stories::{alert, note_about, nowhere, share_with};
use serde_json::{Value, json};

/// The ends of routes about alerts, and about who hears of them.
const OF_ALERTS: [&str; 8] =
    ["taken", "acknowledgements", "drills", "words", "wordings", "verification", "endpoints", "rota"];

/// Returns what a route of a case's lock wants to be sent.
fn of_a_lock(end: &str) -> Value {
    match end {
        "lock" => json!({ "reason": "A page of it lies open." }),
        "admissions" => json!({ "worker": nowhere(), "admitted": true }),
        _ => json!({ "finding": "stay-locked" }),
    }
}

/// Returns what a route wants to be sent.
pub(super) fn body(things: &Things, path: &str) -> Value {
    match path {
        _ if path.starts_with("/api/v1/referrals") => of_referral(things, path),
        _ if path.starts_with("/api/v1/meetings") => of_meeting(things, path),
        _ => by_end(things, path),
    }
}

/// Returns what the route with this end wants to be sent.
fn by_end(things: &Things, path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "conflicts" => json!({ "family_name": "Nosuchname", "given_name": "Ann", "relation": "my cousin" }),
        end if path.contains("{case}/lock") => of_a_lock(end),
        end if OF_ALERTS.contains(&end) => about_alerts(things, path),
        "end" | "notifications" | "email" | "secret" | "test" => json!({}),
        "search" => json!({ "family_name": "Nosuchname", "date_of_birth": "1971-02-03" }),
        "status-queries" => without_number(),
        "batch" => json!({ "lines": [without_number()] }),
        "incident" => json!({ "incident": "PS-20261120-0412" }),
        "notes" => note_about(things.id("protected"), "risk-assessment", "He was late."),
        "derivative" => {
            json!({ "kind": "assessment", "text": "He may try to approach somebody.", "category": "risk-plan" })
        }
        "preview" => {
            let mut note = note_about(things.id("protected"), "risk-assessment", "He was late.");
            note["case"] = json!(things.id("case"));
            note
        }
        "explain" => {
            json!({ "action": "read", "record": { "kind": "note", "id": things.id("note") }, "purpose": "victim-safety" })
        }
        "corrections" if path.starts_with("/api/v1/assessments") => assessment(),
        "corrections" => note_about(things.id("protected"), "protected-account", "She told me otherwise."),
        "withdrawals" => json!({ "subject": things.id("protected") }),
        "confirmation" => json!({ "deleted": true, "passed_on": false }),
        "alerts" => alert("threat", Some(things.id("protected").to_owned()), "He may come."),
        "shares" => share_with(json!({ "role": "justice.case-manager" }), "victim-safety"),
        // Nothing lies in the folder: whoever may ask is told so, and nobody else.
        "policies" => json!({ "manifest": "5b".repeat(32) }),
        "emergency-access" => {
            let mut ask = emergency(things.id("protected"));
            ask["step_up"] = json!({ "challenge": "AAAA", "key": "AAAA", "signature": "AAAA" });
            ask
        }
        "review" => json!({ "outcome": "justified", "reason": "The log of the incident was compared." }),
        "overrides" => json!({
            "to": { "role": "justice.case-manager" }, "purpose": "victim-safety", "harm": "serious-harm",
            "reason": "He has said when, and she cannot be reached.", "told": "yes",
        }),
        "approval" if path.starts_with("/api/v1/plans") => json!({}),
        "approval" => json!({ "outcome": "approved", "reason": "I have read the note." }),
        "disclosures" => json!({
            "decision": "not-disclose", "to": "His landlord", "basis": "public-interest", "reason": "He need not know.",
            "decided_by": "Team manager", "told_person": "yes", "review": "2190-01-01",
        }),
        "actions" => json!({ "text": "Telephoned her." }),
        "consents" => consent(things),
        "safe-contact" => safe_contact(),
        "verifications" => {
            json!({ "version": 1, "routes": [nowhere()], "asked": "2026-01-05T10:00:00Z", "how": "in-person" })
        }
        "unsafe" => json!({ "routes": [nowhere()] }),
        "asks" => json!({ "reason": "safety-planning" }),
        "outcome" => json!({ "outcome": "not-tried" }),
        end => of_supervision(things, end),
    }
}

/// The same, of what is in his record.
fn of_supervision(things: &Things, end: &str) -> Value {
    match end {
        "assessments" => assessment(),
        "recall" => json!({
            "tool": "LS/CMI", "version": "1", "source": "nowhere", "from": "2026-01-01", "to": "2026-01-02",
            "state": "doubtful", "reason": "other",
        }),
        "notice" => json!({ "word": "at-large-progress", "happened": "2026-01-05T10:00:00Z" }),
        "plans" => plan(),
        "addresses" => json!({ "kind": "move", "address": "3 Nowhere Street", "from": "2190-11-27" }),
        "conclusion" => json!({ "outcome": "not-suitable", "reason": "He was told no." }),
        "replies" => json!({ "answer": "no-information" }),
        "orders" => json!({ "kind": "community-payback", "made": "2026-01-05" }),
        "programme" => json!({ "programme": "caledonian", "order": things.id("order"), "listed": "2026-01-05" }),
        "details" => json!({ "to": "ayrshire-womens-service", "order": things.id("order") }),
        "programmes" => json!({ "programme": "caledonian", "name": nowhere(), "starts": "2026-01-05" }),
        "members" => json!({ "place": things.id("place") }),
        "sessions" => json!({ "session": 9, "at": "2026-01-05T18:00:00Z" }),
        "attendance" => {
            json!({ "held": "2026-01-05T18:00:00Z", "men": [{ "case": things.id("case"), "mark": "present" }] })
        }
        "imports" => json!({
            "kind": "caseload", "columns": ["reference", "family_name", "given_names", "date_of_birth"],
            "lines": [{ "line": 2, "cells": ["SW-99", "Nosuchname", "Ewan", "1971-02-03"] }],
        }),
        "contacts" => {
            json!({ "kind": "office", "outcome": "missed", "happened": "2026-01-05T10:00:00Z", "order": things.id("order") })
        }
        "events" => json!({ "word": "home-visit", "happened": "2026-01-05T10:00:00Z", "order": things.id("order") }),
        "non-compliance" => {
            json!({ "text": "He did not come.", "happened": "2026-01-05T10:00:00Z", "order": things.id("order") })
        }
        _ => json!({}),
    }
}

/// Returns what an officer asks about a woman, without the proof.
pub(super) fn emergency(woman: &str) -> Value {
    json!({
        "about": woman, "categories": ["protected-address"], "incident": "PS-20261120-0412",
        "reason": "Caller says that he is on his way to her.",
    })
}

/// Returns what an officer asks at a door before there is an incident number.
pub(super) fn without_number() -> Value {
    json!({
        "family_name": "Nosuchname", "date_of_birth": "1971-02-03", "no_incident_yet": true,
        "reason": "Stopped on foot patrol; no number yet.",
    })
}

/// Returns how somebody is reached, for the first time.
fn safe_contact() -> Value {
    let window = json!({ "days": ["mon"], "from": "10:00", "until": "12:00" });
    let route = json!({ "by": "telephone", "to": "07700 900000", "say": "the dentist", "windows": [window] });
    json!({ "replaces": 0, "language": "en", "interpreter": "not-needed", "routes": [route] })
}

/// Returns an assessment, as its source gives it.
fn assessment() -> Value {
    json!({ "tool": "SARA", "version": "3", "level": "high", "on": "2026-01-05", "assessor": "A. Assessor", "source": "paper" })
}

/// Returns what the routes of a referral want.
fn of_referral(things: &Things, path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "return" => json!({ "reason": "The plan is not approved." }),
        "acceptance" => json!({ "plan": things.id("plan") }),
        _ => json!({
            "case": things.id("case"), "category": "rosh-other", "level": "2", "serious_harm": "high",
            "plan": things.id("plan"), "offence": "Assault.", "risk": "Grave injury.", "managed_now": "Weekly contact.",
            "why_together": "Police and health hold parts of it.", "to": things.coordinator(),
        }),
    }
}

/// Returns what the routes of a meeting want.
fn of_meeting(things: &Things, path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "items" => json!({ "case": things.id("case"), "purpose": "initial", "minutes": 30 }),
        "seats" => json!({ "worker": things.invited(), "part": "member" }),
        "issue" => json!({}),
        "statement" => json!({ "version": "notice-meeting-en-0" }),
        "cancellation" => json!({ "why": "postponed" }),
        _ => json!({ "level": "2", "starts": "2190-11-27T10:00:00Z", "minutes": 60, "place": "Room 4" }),
    }
}

/// Returns a consent to be recorded.
fn consent(things: &Things) -> Value {
    json!({
        "subject": things.id("protected"), "event": "given", "kind": "womens-service", "recipients": ["police-scotland"],
        "categories": ["protected-account"], "purposes": ["victim-safety"], "method": "in-person",
        "notice": { "id": "notice-en-1" }, "asked_alone": true,
    })
}

/// Returns a plan with the least that one must have.
fn plan() -> Value {
    let scenario = json!({ "context": "a", "what": "b", "who": "a partner", "when": "c", "how": "d", "why": "e" });
    let action = json!({ "what": "Ring the case manager.", "owner": { "role": "justice.case-manager" } });
    json!({
        "review": "2190-01-01",
        "plan": {
            "nature": "a", "seriousness": "b", "pattern": "c", "likelihood": "d", "imminence": "e", "warning_signs": ["f"],
            "scenarios": [scenario], "contingency": [action], "communicate_how": "by telephone", "communicate_every": "weekly",
        },
    })
}

fn about_alerts(things: &Things, path: &str) -> Value {
    match path.rsplit('/').next().unwrap_or_default() {
        "drills" => json!({ "roles": ["womens.worker"], "severity": "normal" }),
        "words" => json!({ "right": true }),
        "rota" => json!({ "what": "leave", "until": "2190-01-01T00:00:00Z" }),
        "wordings" => json!({ "event": "curfew-broken", "tell": "ask-first" }),
        "acknowledgements" => json!({ "alerts": [nowhere()] }),
        "verification" => json!({ "code": "ABCDE-FGHJK" }),
        "endpoints" => json!({ "url": "https://hooks.example.org/in" }),
        _ if path.starts_with("/api/v1/heartbeats") => json!({ "heartbeat": 900_000_000 }),
        _ => json!({ "place": things.id("case") }),
    }
}
