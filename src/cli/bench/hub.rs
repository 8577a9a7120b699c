//! A demonstration hub to measure, in this process, in a folder that goes when it does.
//!
//! Must never know: what is measured.

use super::client::{Connection, get, post};
use crate::cli::demo::{self, Demo, Setting};
use crate::cli::reach::trusting;
use crate::demo::Caseload;
use crate::model::id::{CaseId, EntryId, ProtectedId};
use anyhow::Context;
use rustls::ClientConfig;
use serde_json::{Value, json};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Which made-up caseload.
pub(super) const SEED: u64 = 1;

/// Most pairs of a worker and a case among whom the load is spread.
const PAIRS_MAX: usize = 32;

/// A folder that is removed at the end, whatever the end is.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Names a new folder among the machine's temporary ones; the hub makes it.
    pub(super) fn new() -> Self {
        Self(std::env::temp_dir().join(format!("lippen-bench-{}", EntryId::random())))
    }

    /// Returns where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is made-up data in a temporary folder; the system will.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Who writes where.
#[derive(Clone)]
pub(super) struct Pair {
    /// The worker's token.
    pub(super) token: String,
    /// The case.
    pub(super) case: CaseId,
}

/// A hub that answers, and those who ask it.
pub(super) struct Hub {
    /// The demonstration.
    pub(super) demo: Demo,
    /// Where it listens.
    pub(super) addr: SocketAddr,
    /// How its clients speak.
    pub(super) tls: Arc<ClientConfig>,
    /// Case managers and cases that they work on.
    pub(super) pairs: Vec<Pair>,
    /// The first woman of the first pair's case, and the token of her worker.
    pub(super) woman: (ProtectedId, String),
}

impl Hub {
    /// Starts a hub in `folder` that puts at most `batch_max` jobs in one commit.
    pub(super) async fn start(folder: &Folder, batch_max: usize) -> anyhow::Result<Self> {
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let args = demo::Args {
            data: Some(folder.path().to_owned()),
            listen,
            database: None,
            seed: SEED,
            smtp: None,
            webhooks: false,
        };
        let demo = demo::start(args, Setting { batch_max, replay: false, ..Setting::default() }).await?;
        let addr = demo.base_url.trim_start_matches("https://").parse()?;
        let tls = trusting(&demo.data.join("certs").join("ca.pem"))?;
        let caseload = Caseload::from_seed(SEED);
        let writer = caseload.worker("morag").context("the cast has no case manager")?;
        let tokens = |id: String| token(&demo.manifest, &id);
        let mut pairs = Vec::new();
        for case in &caseload.cases {
            for part in &case.involvements {
                let role = caseload.workers.iter().find(|worker| worker.id == part.worker).map(|worker| worker.role);
                if role == Some(writer.role) && part.about.is_none() && pairs.len() < PAIRS_MAX {
                    pairs.push(Pair { token: tokens(part.worker.to_string())?, case: case.id });
                }
            }
        }
        let show = caseload.cases.first().context("an empty caseload")?;
        let woman = show.protected.first().context("a show case without a woman")?.id;
        let worker = caseload.worker("isla").context("the cast has no women's worker")?;
        let woman = (woman, tokens(worker.id.to_string())?);
        Ok(Self { addr, tls, pairs, woman, demo })
    }

    /// Starts a hub in a new `folder` that commits every request by itself. Its caseload comes in by batches, to save time.
    pub(super) async fn start_single(folder: &Folder) -> anyhow::Result<Self> {
        Self::start(folder, 256).await?.stop().await;
        Self::start(folder, 1).await
    }

    /// Connects a client.
    pub(super) async fn connect(&self) -> anyhow::Result<Connection> {
        Connection::open(self.addr, &self.tls).await
    }

    /// Returns the pair of client number `client`.
    pub(super) fn pair(&self, client: usize) -> &Pair {
        &self.pairs[client % self.pairs.len()]
    }

    /// Writes the request by which a pair writes a note.
    pub(super) fn write_note(&self, pair: &Pair) -> Vec<u8> {
        post(self.addr, &format!("/api/v1/cases/{}/notes", pair.case), &pair.token, &note())
    }

    /// Writes the request by which a pair reads a note.
    pub(super) fn read_note(&self, pair: &Pair, note: &str) -> Vec<u8> {
        get(self.addr, &format!("/api/v1/notes/{note}"), &pair.token)
    }

    /// Writes the request by which a pair raises an alert about `woman`.
    pub(super) fn raise_alert(&self, pair: &Pair) -> Vec<u8> {
        let body = json!({
            "severity": "high", "kind": "missed-session", "about": self.woman.0,
            "text": "He was not at group tonight and did not answer his telephone.",
        });
        post(self.addr, &format!("/api/v1/cases/{}/alerts", pair.case), &pair.token, &body)
    }

    /// Writes the request by which the woman's worker listens for alerts.
    pub(super) fn listen(&self) -> Vec<u8> {
        get(self.addr, "/api/v1/alerts/stream", &self.woman.1)
    }

    /// Ends it cleanly.
    pub(super) async fn stop(self) {
        self.demo.stop().await;
    }
}

/// The note that is written: about half a page.
fn note() -> Value {
    json!({
        "kind": "assessment", "category": "attendance",
        "text": "He came to group twenty minutes late and left before the end. Asked about last week, he said \
                 that he had been working nights and that nobody had told him of the change. He was calm, spoke \
                 little, and would not take part in the second exercise. He has now missed two of the last five \
                 sessions. He agreed to telephone before noon tomorrow and to bring his rota next time.",
        "sources": ["group worker, by telephone"],
        "handling": { "share": "P", "conditions": null, "onward": "ask-originator", "use_with_man": "ask-first",
            "action_on": "free", "attributable": true },
    })
}

/// Returns the token of a worker of the manifest.
pub(super) fn token(manifest: &Value, worker: &str) -> anyhow::Result<String> {
    let workers = manifest["workers"].as_array().context("a manifest without workers")?;
    let found = workers.iter().find(|one| one["id"] == worker).context("a worker without a token")?;
    Ok(found["token"].as_str().context("a worker without a token")?.to_owned())
}
