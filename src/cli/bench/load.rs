//! Many clients at once, each asking its own requests one after the other.
//!
//! Promises: an answer that is not the expected one ends the measurement, so nothing that
//! failed is ever counted as fast.
//! Must never know: what the requests mean.

use super::client::Connection;
use anyhow::Context;
use rustls::ClientConfig;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// One client: its connection and the requests that it sends in turn.
struct Client {
    connection: Connection,
    requests: Vec<Vec<u8>>,
    next: usize,
}

/// Clients that stay connected between rounds.
pub(super) struct Crowd {
    clients: Vec<Client>,
    expected: u16,
}

impl Crowd {
    /// Connects one client for each list of requests; every answer must have the `expected` status.
    pub(super) async fn gather(
        to: SocketAddr,
        tls: &Arc<ClientConfig>,
        requests: Vec<Vec<Vec<u8>>>,
        expected: u16,
    ) -> anyhow::Result<Self> {
        let mut clients = Vec::with_capacity(requests.len());
        for requests in requests {
            clients.push(Client { connection: Connection::open(to, tls).await?, requests, next: 0 });
        }
        Ok(Self { clients, expected })
    }

    /// Lets every client ask until the time is up.
    pub(super) async fn round(&mut self, time: Duration) -> anyhow::Result<Round> {
        let (start, before, expected) = (Instant::now(), processor_seconds()?, self.expected);
        let mut running = JoinSet::new();
        for mut client in self.clients.drain(..) {
            running.spawn(async move {
                let mut answers = 0_u32;
                while start.elapsed() < time {
                    client.ask(expected).await?;
                    answers += 1;
                }
                anyhow::Ok((client, answers))
            });
        }
        let mut answers = 0;
        while let Some(ended) = running.join_next().await {
            let (client, its) = ended??;
            self.clients.push(client);
            answers += its;
        }
        let used = processor_seconds()? - before;
        Ok(Round {
            rate: f64::from(answers) / start.elapsed().as_secs_f64(),
            processor_us: used * 1e6 / f64::from(answers.max(1)),
        })
    }
}

/// What one round of a crowd came to.
#[derive(Clone, Copy)]
pub(super) struct Round {
    /// Answers a second.
    pub(super) rate: f64,
    /// Microseconds of processor time an answer, hub and clients together. Other programs do not change it much.
    pub(super) processor_us: f64,
}

/// Returns how much processor time the process has used, in all its threads.
fn processor_seconds() -> anyhow::Result<f64> {
    // The kernel's tick in this file is a hundredth of a second on every Linux.
    const TICK: f64 = 0.01;
    let stat = std::fs::read_to_string("/proc/self/stat").context("this system does not say how long it worked")?;
    // The program's name may hold spaces; what follows its closing bracket does not.
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |place: usize| fields.get(place).and_then(|field| field.parse::<f64>().ok());
    let (user, system) = ticks(11).zip(ticks(12)).context("a process without times")?;
    Ok((user + system) * TICK)
}

impl Client {
    async fn ask(&mut self, expected: u16) -> anyhow::Result<()> {
        let request = self.requests.get(self.next).context("a client without requests")?;
        self.next = (self.next + 1) % self.requests.len();
        let (status, _) = self.connection.ask(request).await?;
        anyhow::ensure!(status == expected, "an answer with status {status} instead of {expected}");
        Ok(())
    }
}

/// Lets two crowds take turns, so that whatever else the machine does meets both alike. Returns each one's rounds.
pub(super) async fn in_turns(
    one: &mut Crowd,
    other: &mut Crowd,
    rounds: usize,
    time: Duration,
    tick: impl Fn(),
) -> anyhow::Result<[Vec<Round>; 2]> {
    let warm = time / 4;
    one.round(warm).await?;
    other.round(warm).await?;
    let (mut ones, mut others) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        ones.push(one.round(time).await?);
        tick();
        others.push(other.round(time).await?);
        tick();
    }
    Ok([ones, others])
}
