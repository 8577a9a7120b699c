//! Stories told by the cast: who writes what, who learns it, and who learns nothing.

mod about;
mod addresses;
mod assessed;
mod at_large;
mod attended;
mod bases;
mod before;
pub(crate) mod caseload;
mod commencement;
mod conflict;
pub(crate) mod consent;
mod courier;
mod derived;
mod disclosure;
mod drills;
mod emergency;
mod emergency_once;
mod emergency_review;
mod evenings;
mod every_clock;
mod figures;
mod groups;
mod handling;
mod heartbeats;
mod her_no;
mod ladder;
mod locks;
mod long_lists;
mod look_again;
mod main_job;
mod meetings;
mod missed_session;
mod new_partner;
mod night;
mod night_list;
mod once;
mod override_ends;
mod override_words;
mod overrides;
mod overruled;
mod packs;
mod pieces;
mod plans;
mod quoted;
mod race;
mod reached;
mod reached_safely;
mod recall;
mod referrals;
mod registers;
mod replaced;
mod sanitised;
mod sense;
mod shares;
pub(crate) mod signed_consent;
mod storms;
mod stream;
mod summaries;
mod supervision;
mod tables;
mod taken_along;
mod telephoned;
mod threat;
mod told_at_once;
mod unknown;
mod walls;
mod withdrawal;
mod wordings;

use crate::world::{Answer, Player, World};
use lippen::demo::DemoCase;
use serde_json::{Value, json};

/// Returns the body of a risk note about somebody, for the eyes of those who keep her safe.
pub(crate) fn note_about(about: &str, category: &str, text: &str) -> Value {
    json!({
        "kind": "allegation", "category": category, "about": about, "text": text, "sources": ["telephone call"],
        "handling": {
            "share": "P", "onward": "ask-originator", "use_with_man": "never", "action_on": "free", "attributable": true,
        },
    })
}

/// Returns the body of a share on a statutory gateway that fits the purpose in the stories' cases.
pub(crate) fn share_with(to: Value, purpose: &str) -> Value {
    let gateway = if purpose == "supervision" { "caledonian-public-task" } else { "2005-s10" };
    json!({ "to": to, "purpose": purpose, "basis": { "type": "statutory-duty", "gateway": gateway } })
}

/// Returns the body of an alert.
pub(crate) fn alert(kind: &str, about: Option<String>, text: &str) -> Value {
    json!({ "kind": kind, "severity": "high", "about": about, "text": text })
}

impl Player {
    /// Writes a note on a case.
    pub(crate) async fn writes(&self, case: &DemoCase, note: Value) -> Answer {
        let written = self.post(&format!("/api/v1/cases/{}/notes", case.id), note).await;
        written.is(201);
        written
    }

    /// Shares a note.
    pub(crate) async fn shares(&self, note: &str, share: Value) -> Answer {
        let shared = self.post(&format!("/api/v1/notes/{note}/shares"), share).await;
        shared.is(201);
        shared
    }

    /// Asks to read a note for a purpose.
    pub(crate) async fn reads(&self, note: &str, purpose: &str) -> Answer {
        self.get(&format!("/api/v1/notes/{note}?purpose={purpose}")).await
    }

    /// Raises an alert on a case.
    pub(crate) async fn raises(&self, case: &DemoCase, alert: Value) -> Answer {
        let raised = self.post(&format!("/api/v1/cases/{}/alerts", case.id), alert).await;
        raised.is(202);
        raised
    }

    /// Asks to read an alert.
    pub(crate) async fn opens(&self, alert: &str) -> Answer {
        self.get(&format!("/api/v1/alerts/{alert}")).await
    }

    /// Says that they have an alert.
    pub(crate) async fn acknowledges(&self, alert: &str) -> Answer {
        self.post(&format!("/api/v1/alerts/{alert}/acknowledgement"), json!({})).await
    }

    /// Looks for an alert in the own inbox, page by page.
    pub(crate) async fn finds(&self, alert: &str) -> Option<Value> {
        let mut path = "/api/v1/alerts?limit=100".to_owned();
        loop {
            let page = self.get(&path).await;
            if let Some(item) = page.is(200).item(alert) {
                return Some(item.clone());
            }
            path = format!("/api/v1/alerts?limit=100&after={}", page["next"].as_str()?);
        }
    }

    /// Returns who did what on a case, newest first, as far as they may know.
    pub(crate) async fn readers_of(&self, case: &DemoCase) -> Vec<Value> {
        let (mut entries, mut after) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("/api/v1/cases/{}/readers?limit=100{after}", case.id)).await;
            entries.extend_from_slice(page.is(200).items());
            let Some(next) = page["next"].as_u64() else { return entries };
            after = format!("&after={next}");
        }
    }

    /// Claims that this place tells them exactly what a place tells where there is nothing.
    pub(crate) async fn is_told_nothing_at(&self, place: &str, id: &str) {
        let asked = self.get(&place.replace("{}", id)).await;
        let nothing = self.get(&place.replace("{}", &nowhere())).await;
        asked.is_problem(404, "not-found").is_the_same_as(&nothing).holds_no(id);
    }
}

impl World {
    /// Returns the ids of a case's notes as a worker sees them.
    pub(crate) async fn notes_seen_by(&self, who: &Player, case: &DemoCase) -> Vec<Value> {
        let listed = who.get(&format!("/api/v1/cases/{}/notes?limit=100", case.id)).await;
        listed.is(200).items().iter().map(|item| item["id"].clone()).collect()
    }
}

/// Returns an id that nothing has.
pub(crate) fn nowhere() -> String {
    lippen::model::id::NoteId::random().to_string()
}
