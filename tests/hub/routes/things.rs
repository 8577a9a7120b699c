//! What there is to ask about: all of it about Isla's woman, and hers alone. And the same with ids that nothing has.

use super::bodies::{self, emergency, without_number};
use crate::stories::{alert, note_about, nowhere, share_with};
use crate::world::{Answer, Player, World};
use serde_json::json;
use std::collections::BTreeMap;

/// The places that paths have for ids.
const PLACES: [&str; 28] = [
    "access",
    "address",
    "alert",
    "ask",
    "assessment",
    "case",
    "check",
    "consent",
    "disclosure",
    "drill",
    "endpoint",
    "event",
    "item",
    "key",
    "meeting",
    "note",
    "order",
    "override",
    "place",
    "plan",
    "programme",
    "protected",
    "query",
    "referral",
    "seat",
    "share",
    "storm",
    "turn",
];

/// The name of a key that nobody has.
const NO_KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// An id for each place.
pub(super) struct Things(BTreeMap<&'static str, String>);

impl Things {
    /// Puts everything there.
    pub(super) async fn lay_out(world: &World) -> Self {
        let mut things = Self::nothing();
        things.lay_out_hers(world).await;
        things.lay_out_his(world).await;
        things
    }

    async fn lay_out_hers(&mut self, world: &World) {
        let (case, isla) = (world.show_case(), world.cast("isla"));
        let (morag, woman) = (json!({ "worker": world.worker("morag").id }), world.woman_a().to_string());
        let mut note = note_about(&woman, "protected-account", "She told me.");
        note["handling"]["share"] = json!("C");
        note["handling"]["conditions"] = json!("Ask me first.");
        let note = isla.writes(case, note).await.id();
        self.is("share", isla.shares(&note, share_with(morag, "supervision")).await.id());
        let raised = alert("worrying-statement", Some(woman.clone()), "He said something.");
        self.is("alert", world.cast("morag").raises(case, raised).await.id());
        self.is("access", world.breaks_glass("kenneth", emergency(&woman)).await.is(201).id());
        self.is("case", case.id.to_string());
        self.is("note", note);
        self.is("protected", woman);
        let asked = world.cast("lynsey").post("/api/v1/status-queries", without_number()).await;
        self.is("query", asked.is(200)["follow_up"]["query"].as_str().expect("an id").to_owned());
        self.made(&isla, "turn", "/api/v1/rota").await;
        self.made(&world.cast("aileen"), "drill", "/api/v1/drills").await;
        self.made(&isla, "consent", "/api/v1/cases/{case}/consents").await;
        let keys = isla.get("/api/v1/signing-keys").await;
        self.is("key", keys.is(200).items()[0]["key"].as_str().expect("a key").to_owned());
        self.made(&isla, "override", "/api/v1/notes/{note}/overrides").await;
        self.ask(&isla, "post", "/api/v1/protected/{protected}/safe-contact").await.is(201);
        self.made(&isla, "ask", "/api/v1/protected/{protected}/safe-contact/asks").await;
    }

    /// Returns the co-ordinator who is to answer a referral.
    pub(super) fn coordinator(&self) -> String {
        self.0.get("coordinator").cloned().unwrap_or_else(nowhere)
    }

    /// Returns who is to be invited to a meeting.
    pub(super) fn invited(&self) -> String {
        self.0.get("invited").cloned().unwrap_or_else(nowhere)
    }

    async fn lay_out_his(&mut self, world: &World) {
        self.0.insert("coordinator", world.worker("judith").id.to_string());
        let (morag, isla) = (world.cast("morag"), world.cast("isla"));
        let lead = world.cast(super::one_of(world, "(lead)"));
        let group = world.cast(super::one_of(world, "(group)"));
        self.made(&lead, "disclosure", "/api/v1/cases/{case}/disclosures").await;
        self.made(&morag, "order", "/api/v1/cases/{case}/orders").await;
        self.made(&morag, "event", "/api/v1/cases/{case}/contacts").await;
        self.made(&morag, "assessment", "/api/v1/cases/{case}/assessments").await;
        self.made(&morag, "plan", "/api/v1/cases/{case}/plans").await;
        self.made(&morag, "referral", "/api/v1/referrals").await;
        let judith = world.cast("judith");
        self.0.insert("invited", world.worker("vikram").id.to_string());
        self.0.insert("invited-later", world.worker("moira").id.to_string());
        self.made(&judith, "meeting", "/api/v1/meetings").await;
        self.made(&judith, "item", "/api/v1/meetings/{meeting}/items").await;
        self.made(&judith, "seat", "/api/v1/meetings/{meeting}/seats").await;
        self.0.insert("invited", self.0["invited-later"].clone());
        self.made(&morag, "place", "/api/v1/cases/{case}/programme").await;
        self.made(&group, "programme", "/api/v1/programmes").await;
        self.made(&morag, "address", "/api/v1/cases/{case}/addresses").await;
        self.made(&world.cast("tracy"), "endpoint", "/api/v1/endpoints").await;
        let asked = isla.get("/api/v1/checks").await;
        self.is("check", asked.is(200).items()[0]["id"].as_str().expect("an id").to_owned());
    }

    /// Returns the same, with ids that nothing has.
    fn nothing() -> Self {
        let id = |place: &'static str| (place, if place == "key" { NO_KEY.to_owned() } else { nowhere() });
        Self(PLACES.into_iter().map(id).collect())
    }

    fn is(&mut self, place: &'static str, id: String) {
        assert!(self.0.insert(place, id).is_some(), "{place} is a place of no path");
    }

    /// Has something made, and keeps its id.
    async fn made(&mut self, who: &Player, place: &'static str, path: &str) {
        let made = self.ask(who, "post", path).await.is(201).id();
        self.is(place, made);
    }

    /// Returns the id that stands in a place of paths.
    pub(super) fn id(&self, place: &str) -> &str {
        &self.0[place]
    }

    /// Puts ids into a path.
    fn at(&self, path: &str) -> String {
        let mut filled = path.replace("{*path}", "0/000").replace("{index}", "3").replace("{n}", "9");
        for (place, id) in &self.0 {
            filled = filled.replace(&format!("{{{place}}}"), id);
        }
        match filled.rsplit('/').next() {
            Some("consistency") => filled + "?from=2",
            Some("alert-figures") => filled + "?month=2026-10",
            _ => filled,
        }
    }

    /// Asks.
    pub(super) async fn ask(&self, who: &Player, method: &str, path: &str) -> Answer {
        if path.ends_with("/stream") {
            return who.begins(&self.at(path)).await;
        }
        match method {
            "get" => who.get(&self.at(path)).await,
            _ => who.post(&self.at(path), bodies::body(self, path)).await,
        }
    }

    /// Asks for what is not there in the same way, and claims the same answer.
    pub(super) async fn is_like_nothing(&self, who: &Player, method: &str, path: &str, answer: &Answer) {
        answer.is_problem(404, "not-found");
        answer.is_the_same_as(&Self::nothing().ask(who, method, path).await);
        for id in self.0.values() {
            answer.holds_no(id);
        }
    }
}
