//! Notes read through the whole house, beside a bare read of the same rows.
//!
//! The bare reader is what somebody would write who needs no safeguards: the same doors, the
//! same file, one query by primary key, JSON. It knows no policy, writes no audit, opens no
//! seal, and exists only here.
#![expect(clippy::disallowed_methods, reason = "the bare reader stands outside the house and must not use its store")]

use super::Plan;
use super::figure::{Figure, Words};
use super::hub::Hub;
use super::load::{Crowd, in_turns};
use crate::http::accept::{self, Door};
use crate::http::hosts::Hosts;
use crate::http::limits::Limits;
use crate::http::stop::{Stopper, switch};
use crate::http::tls::{self, Identity};
use anyhow::Context;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sqlx::Row;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Notes that each pair reads in turn.
const NOTES_EACH: usize = 8;

/// Readers at once, as many as the hub's.
const READERS_MAX: u32 = 8;

const NOTE: &str = "
    SELECT id, case_id, author, agency, created, kind, category, about, sealed
      FROM note
     WHERE id = $1";

/// Measures both with this many clients.
pub(super) async fn measure(hub: &Hub, clients: usize, plan: &Plan, tick: impl Fn()) -> anyhow::Result<Figure> {
    let notes = notes(hub).await?;
    let bare = Bare::start(hub).await?;
    let of = |client: usize| &notes[client % notes.len()];
    let audited =
        (0..clients).map(|client| of(client).iter().map(|note| hub.read_note(hub.pair(client), note)).collect());
    let plain = (0..clients).map(|client| {
        let token = &hub.pair(client).token;
        of(client).iter().map(|note| super::client::get(bare.addr, &format!("/notes/{note}"), token)).collect()
    });
    let mut one = Crowd::gather(hub.addr, &hub.tls, audited.collect(), 200).await?;
    let mut other = Crowd::gather(bare.addr, &hub.tls, plain.collect(), 200).await?;
    let rounds = in_turns(&mut one, &mut other, plan.rounds, plan.round, tick).await?;
    drop(other);
    bare.stop().await;
    let words = Words {
        name: format!("read, {clients} clients"),
        unit: "/s",
        counterpart: "bare read",
        goal: "1 ×",
        did: "GET of a note over TLS 1.3 on open connections. The hub: token checked, seat read, policy decided on \
              facts whose versions the commit compares, the reading on disk in the log before the words were opened. The bare read: the same \
              doors, the same row by primary key from the same SQLite file; no policy, no audit, nothing decrypted."
            .to_owned(),
    };
    Ok(Figure::of_load(words, &rounds))
}

/// Writes the notes that are read, and returns their ids by pair.
async fn notes(hub: &Hub) -> anyhow::Result<Vec<Vec<String>>> {
    let mut connection = hub.connect().await?;
    let mut all = Vec::with_capacity(hub.pairs.len());
    for pair in &hub.pairs {
        let mut its = Vec::with_capacity(NOTES_EACH);
        for _ in 0..NOTES_EACH {
            let (status, body) = connection.ask(&hub.write_note(pair)).await?;
            anyhow::ensure!(status == 201, "a note was answered with status {status}");
            let body: Value = serde_json::from_slice(&body)?;
            its.push(body["id"].as_str().context("a note without an id")?.to_owned());
        }
        all.push(its);
    }
    Ok(all)
}

/// The bare reader.
struct Bare {
    addr: SocketAddr,
    stopper: Stopper,
    serving: JoinHandle<usize>,
    pool: SqlitePool,
}

impl Bare {
    async fn start(hub: &Hub) -> anyhow::Result<Self> {
        let file = SqliteConnectOptions::new().filename(hub.demo.data.join("hub.sqlite3")).read_only(true);
        let pool =
            SqlitePoolOptions::new().max_connections(READERS_MAX).test_before_acquire(false).connect_with(file).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let addr = listener.local_addr()?;
        let certs = hub.demo.data.join("certs");
        let identity = Identity::load(&certs.join("server.pem"), &certs.join("server.key"))?;
        let door = Door { tls: tls::people(identity)?, hosts: Hosts::local(addr.port()), limits: Limits::STANDARD };
        let router = Router::new().route("/notes/{note}", get(show)).with_state(pool.clone());
        let (stopper, stop) = switch();
        let serving = tokio::spawn(accept::serve(listener, door, router, stop));
        Ok(Self { addr, stopper, serving, pool })
    }

    async fn stop(self) {
        self.stopper.stop();
        // Its clients are gone; whatever it still says is of no interest.
        let _ = self.serving.await;
        self.pool.close().await;
    }
}

async fn show(State(pool): State<SqlitePool>, Path(note): Path<String>) -> Result<Json<Value>, StatusCode> {
    let row = sqlx::query(NOTE).bind(note).fetch_optional(&pool).await;
    let row = row.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?.ok_or(StatusCode::NOT_FOUND)?;
    let text = |column| row.try_get::<Option<String>, _>(column).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR);
    let created: i64 = row.try_get("created").map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let sealed: &[u8] = row.try_get("sealed").map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Json(json!({
        "id": text("id")?, "case": text("case_id")?, "author": text("author")?, "agency": text("agency")?,
        "created": created, "kind": text("kind")?, "category": text("category")?, "about": text("about")?,
        "sealed": STANDARD.encode(sealed),
    })))
}
