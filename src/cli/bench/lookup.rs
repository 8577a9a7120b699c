//! Look-ups that are blocked because the worker knows the man, beside look-ups of nobody: can a clock tell them apart?
//!
//! Promises: the two come in an order that nobody can guess, on the same connections; an answer that differs in a byte
//! of its body but the receipt and the request's id ends the run.

use super::Plan;
use super::client::{Connection, post};
use super::figure::{Better, Figure, Words};
use super::hub::Hub;
use super::stats::{by_chance, told_apart};
use crate::demo::Caseload;
use anyhow::Context;
use serde_json::{Value, json};
use std::time::Instant;
use tokio::task::JoinSet;

/// Connections that ask at once.
const CLIENTS: usize = 8;

/// Measures both: as many look-ups of each as the plan has.
pub(super) async fn measure(hub: &Hub, plan: &Plan, tick: impl Fn()) -> anyhow::Result<Figure> {
    let requests = requests(hub)?;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let connection = hub.connect().await?;
        clients.spawn(ask(connection, requests.clone(), plan.lookups / CLIENTS, client as u64));
    }
    let mut times: [Vec<f64>; 2] = Default::default();
    while let Some(done) = clients.join_next().await {
        for (of, found) in times.iter_mut().zip(done??) {
            of.extend(found);
        }
    }
    tick();
    let [blocked, nobody] = &times;
    let (chance, luck) = (told_apart(blocked, nobody), by_chance(blocked.len(), nobody.len()));
    let words = Words {
        name: "blocked look-up".to_owned(),
        unit: "ms",
        counterpart: "look-up of nobody",
        goal: "1 ×, 0.50",
        did: format!(
            "{} look-ups of a man whom the worker has declared to know and {} of nobody, in random order, answered alike \
             in every byte. Whoever guesses by the clock which was which is right with a chance of {chance:.3}; 0.5 is a \
             coin, and luck alone gives 0.5 ± {luck:.3}.",
            blocked.len(),
            nobody.len()
        ),
    };
    Ok(Figure::of(words, Better::Less, times))
}

/// Returns the two requests: for the man whom a worker of the cast has declared to know, and for nobody.
fn requests(hub: &Hub) -> anyhow::Result<[Vec<u8>; 2]> {
    let caseload = Caseload::from_seed(super::hub::SEED);
    let conflict = caseload.conflicts.first().context("a caseload without a declared conflict")?;
    let case = caseload.cases.iter().find(|case| case.id == conflict.case).context("a conflict without a case")?;
    let token = super::hub::token(&hub.demo.manifest, &conflict.worker.to_string())?;
    let search = |family: &str| {
        let body = json!({ "family_name": family, "date_of_birth": case.person.born.to_string() });
        post(hub.addr, "/api/v1/people/search", &token, &body)
    };
    // A name of the same length, so that the requests are as long.
    Ok([search(&case.person.family), search(&"Q".repeat(case.person.family.chars().count()))])
}

/// Asks each of the two `count` times on one connection; returns milliseconds.
async fn ask(
    mut connection: Connection,
    requests: [Vec<u8>; 2],
    count: usize,
    seed: u64,
) -> anyhow::Result<[Vec<f64>; 2]> {
    let (mut times, mut said): ([Vec<f64>; 2], Option<Value>) = (Default::default(), None);
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    while times.iter().any(|of| of.len() < count) {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let which = usize::from(state >> 63 == 1);
        let start = Instant::now();
        let (status, body) = connection.ask(&requests[which]).await?;
        let took = start.elapsed().as_secs_f64() * 1e3;
        let mut body: Value = serde_json::from_slice(&body)?;
        if let Some(fields) = body.as_object_mut() {
            fields.remove("receipt");
        }
        anyhow::ensure!(status == 200, "a look-up was answered with status {status}");
        anyhow::ensure!(*said.get_or_insert_with(|| body.clone()) == body, "two look-ups were answered differently");
        if times[which].len() < count {
            times[which].push(took);
        }
    }
    Ok(times)
}
