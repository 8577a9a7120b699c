//! Every route, asked by each member of the cast: one row a route, and no route without its row.
//!
//! Promises: without a live token every route answers 401; *not yours* and *not there* are
//! one answer; what is refused is refused to everybody whom the table does not name.

use crate::stories::{alert, note_about, nowhere, share_with};
use crate::world::{Answer, Player, World, on_each, on_each_alone};
use lippen::http::routes::ROUTES;
use serde_json::{Value, json};

/// Who asks, in the order of the table: police response, police offender manager, group worker
/// of the case, worker of the other woman, agency administrator, platform operator, inspector.
const CAST: [&str; 7] = ["kenneth", "angus", "(group)", "catriona", "graham", "emil", "irene"];

/// Method, path, who has the right to it, and what they and the cast are answered.
///
/// 404 is for the group worker of the case too where an item is about her: that role may know of no woman (guard `whom`).
/// 422 is for a kind of alert that their role never raises, on whatever case: it says which kinds it does raise.
/// A woman's consent is not there for anybody but her own service.
#[rustfmt::skip]
const TABLE: &[(&str, &str, &str, u16, [u16; 7])] = &[
    //                                                       right worker  PR   PO   GW   WW2  AA   OP   EX
    ("get", "/api/v1/me",                                   "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/me/conflicts",                        "isla",  201, [201, 201, 201, 201, 201, 404, 201]),
    ("post", "/api/v1/me/step-up",                          "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/people/search",                       "morag", 200, [200, 200, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/status-queries",                      "lynsey", 200, [200, 200, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/status-queries",                       "ruth",  200, [404, 200, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/status-queries/{query}/incident",     "lynsey", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases",                                "morag", 200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/cases/{case}",                         "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/readers",                 "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/notes",                  "morag", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/notes",                   "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/notes/preview",                       "morag", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/decisions/explain",                   "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/alerts",                 "isla",  202, [404, 404, 422, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/consents",               "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/notes/{note}",                         "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/derivative",             "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/notes/{note}/conditions",              "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/acceptance",             "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/shares",                 "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/protected/{protected}/whereabouts",    "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/alerts",                               "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/alerts/stream",                        "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/alerts/{alert}",                       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/alerts/{alert}/acknowledgement",      "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/alerts/{alert}/actions",              "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/consents/{consent}",                   "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/consents/{consent}/export",            "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/consents/{consent}/withdrawal",       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/withdrawals",            "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/corrections",            "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    // Hers is about her: it is taken back share by share.
    ("post", "/api/v1/notes/{note}/withdrawal",             "isla",  422, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/shares/{share}",                       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/shares/{share}/confirmation",         "morag", 404, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/shares/{share}/withdrawal",           "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/signing-keys",                         "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("post", "/api/v1/signing-keys/{key}/replacement",      "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/signing-keys/{key}/report",           "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/signing-keys/{key}/vouching",         "beth",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/policies/current",                     "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/policies",                            "gavin", 422, [404, 404, 404, 404, 404, 404, 404]),
    // Without a proof there is no grant, whoever asks: that a proof opens it is a story of its own.
    ("post", "/api/v1/emergency-access",                    "lynsey", 422, [422, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/emergency-access",                     "ruth",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/emergency-access/{access}/review",    "ruth",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/shares/{share}/basis",                 "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/overrides",              "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/overrides",               "isla",  200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/overrides/{override}",                 "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/overrides/{override}/approval",       "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/overrides/{override}/review",         "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/disclosures",            "(lead)", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/disclosures",             "(lead)", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/disclosures/{disclosure}",             "(lead)", 200, [404, 404, 404, 404, 404, 404, 404]),
    // Whoever is on the case sees its lists, each item by its own right. Conditions and events have their summary for some.
    ("post", "/api/v1/cases/{case}/orders",                 "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/orders",                  "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/orders/{order}",                       "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/contacts",               "morag", 201, [404, 404, 201, 403, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/non-compliance",         "morag", 201, [404, 404, 201, 403, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/events",                 "morag", 201, [404, 404, 201, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/events",                  "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/events/{event}",                       "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/chronology",              "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/appointments",            "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/appointments.ics",        "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/clocks",                  "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/clocks",                               "morag", 200, [200, 200, 200, 200, 404, 404, 200]),
    // Whoever answers for a team's cases brings them in, for their own agency: here one line, only looked at.
    ("post", "/api/v1/imports",                             "(lead)", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/audit/checkpoint",                     "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/audit/consistency",                    "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/audit/tile/{*path}",                   "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/audit/entries/{index}/proof",          "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
];

/// The name of a key that nobody has.
const NO_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// What there is to ask about: all of it about Isla's woman, and hers alone.
struct Things {
    case: String,
    note: String,
    share: String,
    alert: String,
    consent: String,
    woman: String,
    access: String,
    overruling: String,
    decision: String,
    order: String,
    event: String,
    key: String,
    query: String,
}

#[test]
fn every_route_has_its_row() {
    for route in ROUTES {
        let rows = TABLE.iter().filter(|row| (row.0, row.1) == *route).count();
        assert_eq!(rows, 1, "{route:?} has {rows} rows in the table: say who may ask for it");
    }
    assert_eq!(TABLE.len(), ROUTES.len(), "the table has a row for a route that is gone");
}

#[test]
fn every_route_answers_each_of_the_cast_as_the_table_says() {
    on_each_alone(async |world| {
        let things = Things::lay_out(world).await;
        let group = world.who(world.show_case(), "programme.group-worker", None);
        let mut wrong = Vec::new();
        for (method, path, right, granted, cast) in TABLE {
            for stranger in [world.nobody(), world.holding("garbage", "abc.def.ghi"), world.holding("empty", "")] {
                things.ask(&stranger, method, path).await.is_problem(401, "invalid-token");
            }
            for (key, status) in CAST.iter().zip(cast) {
                let player = world.cast(if *key == "(group)" { group } else { key });
                let answer = things.ask(&player, method, path).await;
                if answer.status.as_u16() != *status {
                    wrong.push(format!("{method} {path}: {key} got {} for {status}", answer.status.as_u16()));
                }
                if answer.status == 404 {
                    things.is_like_nothing(&player, method, path, &answer).await;
                }
            }
            let lead = world.who(world.show_case(), "justice.team-manager", None);
            let answer = things.ask(&world.cast(if *right == "(lead)" { lead } else { right }), method, path).await;
            if answer.status.as_u16() != *granted {
                wrong.push(format!("{method} {path}: {right} got {answer}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_token_that_has_run_out_opens_no_route() {
    on_each_alone(async |world| {
        let things = Things::lay_out(world).await;
        world.wind(36_000 + 60);
        for (method, path, right, ..) in TABLE {
            let lead = world.who(world.show_case(), "justice.team-manager", None);
            let right = if *right == "(lead)" { lead } else { right };
            things.ask(&world.cast(right), method, path).await.is_problem(401, "invalid-token");
        }
    });
}

#[test]
fn a_place_in_a_list_tells_nothing_of_a_case_or_a_note_that_is_not_yours() {
    on_each(async |world| {
        let things = Things::lay_out(world).await;
        let group = world.cast(world.who(world.show_case(), "programme.group-worker", None));
        let path = |case: &str, place: &str| format!("/api/v1/cases/{case}/notes?after={place}");
        for key in ["kenneth", "graham", "emil"] {
            let stranger = world.cast(key);
            let nothing = stranger.get(&path(&nowhere(), &nowhere())).await;
            for place in [&things.note, &nowhere()] {
                stranger.get(&path(&things.case, place)).await.is_problem(404, "not-found").is_the_same_as(&nothing);
            }
        }
        let nowhere = group.get(&path(&things.case, &nowhere())).await;
        group.get(&path(&things.case, &things.note)).await.is_problem(422, "invalid").is_the_same_as(&nowhere);
        let mut after = String::new();
        loop {
            let page = group.get(&format!("/api/v1/cases/{}/notes?limit=1{after}", things.case)).await;
            page.is(200).holds_no(&things.note);
            let Some(next) = page["next"].as_str() else { break };
            assert_eq!(page.items().len(), 1, "a page that goes on is full: {page}");
            after = format!("&after={next}");
        }
    });
}

/// Returns what an officer asks about a woman, without the proof.
fn emergency(woman: &str) -> Value {
    json!({
        "about": woman, "categories": ["protected-address"], "incident": "PS-20261120-0412",
        "reason": "Caller says that he is on his way to her.",
    })
}

/// Returns what an officer asks at a door before there is an incident number.
fn without_number() -> Value {
    json!({
        "family_name": "Nosuchname", "date_of_birth": "1971-02-03", "no_incident_yet": true,
        "reason": "Stopped on foot patrol; no number yet.",
    })
}

impl Things {
    async fn lay_out(world: &World) -> Self {
        let (case, isla) = (world.show_case(), world.cast("isla"));
        let (morag, woman) = (json!({ "worker": world.worker("morag").id }), world.woman_a().to_string());
        let mut note = note_about(&woman, "protected-account", "She told me.");
        note["handling"]["share"] = json!("C");
        note["handling"]["conditions"] = json!("Ask me first.");
        let note = isla.writes(case, note).await.id();
        let share = isla.shares(&note, share_with(morag, "supervision")).await.id();
        let raised = alert("worrying-statement", Some(woman.clone()), "He said something.");
        let alert = world.cast("morag").raises(case, raised).await.id();
        let (case, consent) = (case.id.to_string(), nowhere());
        let ask = emergency(&woman);
        let access = world.breaks_glass("kenneth", ask).await.is(201).id();
        let [overruling, decision, order, event] = std::array::from_fn(|_| nowhere());
        let key = NO_KEY.to_owned();
        let asked = world.cast("lynsey").post("/api/v1/status-queries", without_number()).await;
        let query = asked.is(200)["follow_up"]["query"].as_str().expect("an id").to_owned();
        let mut things =
            Self { case, note, share, alert, consent, woman, access, overruling, decision, order, event, key, query };
        let given = isla.post(&things.at("/api/v1/cases/{case}/consents"), things.body("/consents")).await;
        things.consent = given.is(201).id();
        let keys = isla.get("/api/v1/signing-keys").await;
        things.key = keys.is(200).items()[0]["key"].as_str().expect("a key").to_owned();
        let asked = isla.post(&things.at("/api/v1/notes/{note}/overrides"), things.body("/overrides")).await;
        things.overruling = asked.is(201).id();
        let lead = world.cast(world.who(world.show_case(), "justice.team-manager", None));
        let decided = lead.post(&things.at("/api/v1/cases/{case}/disclosures"), things.body("/disclosures")).await;
        things.decision = decided.is(201).id();
        let morag = world.cast("morag");
        let path = |end: &str| format!("/api/v1/cases/{}/{end}", things.case);
        let (order, event) = (path("orders"), path("contacts"));
        things.order = morag.post(&order, things.body("/orders")).await.is(201).id();
        things.event = morag.post(&event, things.body("/contacts")).await.is(201).id();
        things
    }

    /// Returns the same, with ids that nothing has.
    fn nothing() -> Self {
        let [case, note, share, alert, consent, woman, access, overruling, decision, order, event, query] =
            std::array::from_fn(|_| nowhere());
        let key = NO_KEY.to_owned();
        Self { case, note, share, alert, consent, woman, access, overruling, decision, order, event, key, query }
    }

    /// Puts ids into a path.
    fn at(&self, path: &str) -> String {
        let filled = path.replace("{case}", &self.case).replace("{note}", &self.note).replace("{share}", &self.share);
        let filled = filled.replace("{alert}", &self.alert).replace("{consent}", &self.consent);
        let filled = filled.replace("{query}", &self.query);
        let filled = filled.replace("{access}", &self.access).replace("{key}", &self.key);
        let filled = filled.replace("{override}", &self.overruling).replace("{disclosure}", &self.decision);
        let filled = filled.replace("{order}", &self.order).replace("{event}", &self.event);
        let filled = filled.replace("{protected}", &self.woman).replace("{*path}", "0/000").replace("{index}", "3");
        if filled.ends_with("/consistency") { filled + "?from=2" } else { filled }
    }

    /// Returns what the route with this end wants to be sent.
    fn body(&self, path: &str) -> Value {
        match path.rsplit('/').next().unwrap_or_default() {
            "conflicts" => json!({ "family_name": "Nosuchname", "given_name": "Ann", "relation": "my cousin" }),
            "search" => json!({ "family_name": "Nosuchname", "date_of_birth": "1971-02-03" }),
            "status-queries" => without_number(),
            "incident" => json!({ "incident": "PS-20261120-0412" }),
            "notes" => note_about(&self.woman, "risk-assessment", "He was late."),
            "derivative" => {
                json!({ "kind": "assessment", "text": "He may try to approach somebody.", "category": "risk-plan" })
            }
            "preview" => {
                let mut note = note_about(&self.woman, "risk-assessment", "He was late.");
                note["case"] = json!(self.case);
                note
            }
            "explain" => {
                json!({ "action": "read", "record": { "kind": "note", "id": self.note }, "purpose": "victim-safety" })
            }
            "corrections" => note_about(&self.woman, "protected-account", "She told me otherwise."),
            "withdrawals" => json!({ "subject": self.woman }),
            "confirmation" => json!({ "deleted": true, "passed_on": false }),
            "alerts" => alert("threat", Some(self.woman.clone()), "He may come."),
            "shares" => share_with(json!({ "role": "justice.case-manager" }), "victim-safety"),
            // Nothing lies in the folder: whoever may ask is told so, and nobody else.
            "policies" => json!({ "manifest": "5b".repeat(32) }),
            "emergency-access" => {
                let mut ask = emergency(&self.woman);
                ask["step_up"] = json!({ "challenge": "AAAA", "key": "AAAA", "signature": "AAAA" });
                ask
            }
            "review" => json!({ "outcome": "justified", "reason": "The log of the incident was compared." }),
            "overrides" => json!({
                "to": { "role": "justice.case-manager" }, "purpose": "victim-safety", "harm": "serious-harm",
                "reason": "He has said when, and she cannot be reached.", "told": "yes",
            }),
            "approval" => json!({ "outcome": "approved", "reason": "I have read the note." }),
            "disclosures" => json!({
                "decision": "not-disclose", "to": "His landlord", "basis": "public-interest", "reason": "He need not know.",
                "decided_by": "Team manager", "told_person": "yes", "review": "2190-01-01",
            }),
            "imports" => json!({
                "kind": "caseload", "columns": ["reference", "family_name", "given_names", "date_of_birth"],
                "lines": [{ "line": 2, "cells": ["SW-99", "Nosuchname", "Ewan", "1971-02-03"] }],
            }),
            "orders" => json!({ "kind": "community-payback", "made": "2026-01-05" }),
            "contacts" => {
                json!({ "kind": "office", "outcome": "missed", "happened": "2026-01-05T10:00:00Z", "order": self.order })
            }
            "events" => json!({ "word": "home-visit", "happened": "2026-01-05T10:00:00Z", "order": self.order }),
            "non-compliance" => {
                json!({ "text": "He did not come.", "happened": "2026-01-05T10:00:00Z", "order": self.order })
            }
            "actions" => json!({ "text": "Telephoned her." }),
            "consents" => json!({
                "subject": self.woman, "event": "given", "kind": "womens-service", "recipients": ["police-scotland"],
                "categories": ["protected-account"], "purposes": ["victim-safety"], "method": "in-person",
                "notice": { "id": "notice-en-1" }, "asked_alone": true,
            }),
            _ => json!({}),
        }
    }

    async fn ask(&self, who: &Player, method: &str, path: &str) -> Answer {
        if path.ends_with("/stream") {
            return who.begins(&self.at(path)).await;
        }
        match method {
            "get" => who.get(&self.at(path)).await,
            _ => who.post(&self.at(path), self.body(path)).await,
        }
    }

    /// Asks for what is not there in the same way, and claims the same answer.
    async fn is_like_nothing(&self, who: &Player, method: &str, path: &str, answer: &Answer) {
        answer.is_problem(404, "not-found");
        answer.is_the_same_as(&Self::nothing().ask(who, method, path).await);
        let ids = [&self.case, &self.note, &self.share, &self.alert, &self.consent, &self.woman, &self.access];
        let more = [&self.overruling, &self.decision, &self.order, &self.event, &self.key, &self.query];
        for id in ids.into_iter().chain(more) {
            answer.holds_no(id);
        }
    }
}
