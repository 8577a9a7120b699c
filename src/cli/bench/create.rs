//! Notes written through the whole house, beside the same house with one commit for each request.

use super::Plan;
use super::figure::{Figure, Words};
use super::hub::Hub;
use super::load::{Crowd, in_turns};

/// Measures both with this many clients.
pub(super) async fn measure(
    many: &Hub,
    single: &Hub,
    clients: usize,
    plan: &Plan,
    tick: impl Fn(),
) -> anyhow::Result<Figure> {
    let (mut one, mut other) = (crowd(many, clients).await?, crowd(single, clients).await?);
    let rounds = in_turns(&mut one, &mut other, plan.rounds, plan.round, tick).await?;
    let words = Words {
        name: format!("create, {clients} clients"),
        unit: "/s",
        counterpart: "one commit each",
        goal: if clients == 64 { "5 ×" } else { "-" },
        did: "POST of a note over TLS 1.3 on open connections, to two hubs in turns that differ only in the most jobs \
              of one commit (256, and 1). Both: token checked, seat read, policy decided on facts whose versions the commit compares, words \
              sealed, note and audit entry under a signed checkpoint, flushed to disk before the answer."
            .to_owned(),
    };
    Ok(Figure::of_load(words, &rounds))
}

/// Connects clients that write notes.
pub(super) async fn crowd(hub: &Hub, clients: usize) -> anyhow::Result<Crowd> {
    let requests = (0..clients).map(|client| vec![hub.write_note(hub.pair(client))]).collect();
    Crowd::gather(hub.addr, &hub.tls, requests, 201).await
}
