//! From the moment at which an alert is raised to the women's worker's event stream, while others write.

use super::Plan;
use super::client::Connection;
use super::create;
use super::figure::{Better, Figure, Words};
use super::hub::Hub;
use super::stats::percentile;
use anyhow::Context;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// Clients that write notes meanwhile.
const WRITERS: usize = 64;

/// Rest between two alerts.
const REST: Duration = Duration::from_millis(10);

/// An alert that has not come by then is lost, and the run with it.
const LOST: Duration = Duration::from_secs(10);

/// Measures both, at the median and at the 99th percentile.
pub(super) async fn measure(hub: &Hub, plan: &Plan, tick: impl Fn()) -> anyhow::Result<Vec<Figure>> {
    let mut listener = hub.connect().await?;
    anyhow::ensure!(listener.listen(&hub.listen()).await? == 200, "the stream did not open");
    let mut sender = hub.connect().await?;
    let mut crowd = create::crowd(hub, WRITERS).await?;
    let (mut came, mut answered) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let alerts = raise(hub, &mut sender, &mut listener, plan.round * 2);
        let (times, writing) = tokio::join!(alerts, crowd.round(plan.round * 2));
        writing?;
        for (event, answer) in times? {
            came.push(event);
            answered.push(answer);
        }
        tick();
    }
    let figure = |percent: usize| {
        let words = Words {
            name: format!("alert on the stream, p{percent}"),
            unit: "ms",
            counterpart: "the sender's answer",
            goal: if percent == 99 { "under 100 ms" } else { "-" },
            did: format!(
                "{} alerts, each raised by POST and seen as an event by its recipient, while {WRITERS} clients wrote \
                 notes. The counterpart is the answer to the same POST.",
                came.len()
            ),
        };
        Figure::of(words, Better::Less, [vec![percentile(&came, percent)], vec![percentile(&answered, percent)]])
    };
    Ok(vec![figure(50), figure(99)])
}

/// Raises alerts one after the other. Returns for each the milliseconds to the event and to the answer.
async fn raise(
    hub: &Hub,
    sender: &mut Connection,
    listener: &mut Connection,
    time: Duration,
) -> anyhow::Result<Vec<(f64, f64)>> {
    let request = hub.raise_alert(hub.pair(0));
    let (begin, mut times) = (Instant::now(), Vec::new());
    while begin.elapsed() < time {
        let start = Instant::now();
        let ms = || start.elapsed().as_secs_f64() * 1e3;
        let answer = async {
            let (status, body) = sender.ask(&request).await?;
            anyhow::ensure!(status == 202, "an alert was answered with status {status}");
            anyhow::Ok((ms(), id(&body)?))
        };
        let event = async {
            let event = event(listener).await?;
            anyhow::Ok((ms(), id(&event)?))
        };
        let both = async { tokio::try_join!(answer, event) };
        let ((answered, sent), (came, seen)) = timeout(LOST, both).await.context("an alert did not come")??;
        anyhow::ensure!(sent == seen, "another alert came");
        times.push((came, answered));
        sleep(REST).await;
    }
    Ok(times)
}

/// Returns the data of the next alert: a heartbeat comes the same way.
async fn event(listener: &mut Connection) -> anyhow::Result<Vec<u8>> {
    loop {
        let chunk = listener.chunk().await?;
        let text = std::str::from_utf8(&chunk)?;
        if !text.lines().any(|line| line == "event: alert") {
            continue;
        }
        if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            return Ok(data.as_bytes().to_vec());
        }
    }
}

fn id(body: &[u8]) -> anyhow::Result<String> {
    let body: Value = serde_json::from_slice(body)?;
    Ok(body["id"].as_str().context("an alert without an id")?.to_owned())
}
