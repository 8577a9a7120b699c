//! Where a man stands, asked over 64 connections among a thousand men and among many more: at a steady rate, and without rest.
//!
//! Promises: every answer is read, and one that is not the right man's, with his order and his curfew, ends the run. At a
//! steady rate a question that was due while its connection waited for an answer is counted from when it was due: whoever had to
//! wait is counted so. Else it is counted from when it was sent, for a client that wakes late is not the hub's.

use super::Plan;
use super::client::{Connection, post};
use super::figure::{Better, Figure, Words};
use super::hub::Hub;
use super::life::resident;
use super::people::asked;
use super::stats::percentile;
use super::status_people::{WHOLE, crowd, take_in};
use crate::demo::Caseload;
use crate::model::agencies::Role;
use crate::model::id::PersonId;
use crate::model::text::Line;
use anyhow::Context;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;
use tokio::time::sleep_until;

/// Connections that ask at once.
const CLIENTS: usize = 64;

/// How often each of them asks: together 64 a second, as if each officer of a busy night had a line of their own and asked
/// again as soon as they had read the card.
const EACH: Duration = Duration::from_secs(1);

/// The same where they ask five times as often: together 320 a second.
const RUSH: Duration = Duration::from_millis(200);

/// Questions of each connection in a round: fewer have no percentiles.
const QUESTIONS_LEAST: u32 = 5;

/// One connection, and its questions with what each answer must hold.
struct Client {
    connection: Connection,
    asks: Vec<(Vec<u8>, String)>,
    next: usize,
}

/// What rounds of one size came to.
#[derive(Default)]
struct Measured {
    steady_p50: Vec<f64>,
    steady_p99: Vec<f64>,
    rush_p50: Vec<f64>,
    rush_p99: Vec<f64>,
    full_p50: Vec<f64>,
    full_p99: Vec<f64>,
    full_rate: Vec<f64>,
    memory: f64,
    bytes: usize,
}

/// Measures both sizes, the smaller one first: an index only grows.
pub(super) async fn measure(hub: &Hub, plan: &Plan, tick: impl Fn()) -> anyhow::Result<Vec<Figure>> {
    let men = take_in(hub).await?;
    let mut clients = gather(hub, &men).await?;
    tick();
    let few = rounds(hub, &mut clients, plan, &tick).await?;
    drop(clients);
    crowd(hub, plan.people);
    // Filling may take longer than the hub lets a silent connection stay.
    let mut clients = gather(hub, &men).await?;
    tick();
    let many = rounds(hub, &mut clients, plan, &tick).await?;
    Ok(figures(plan.people, few, many))
}

/// Connects the clients, each a police officer with men of their own to ask for.
async fn gather(hub: &Hub, men: &[PersonId]) -> anyhow::Result<Vec<Client>> {
    let caseload = Caseload::from_seed(super::hub::SEED);
    let officers = caseload.workers.iter().filter(|worker| worker.role == Role::PoliceResponse);
    let tokens: Vec<String> = officers
        .map(|worker| super::hub::token(&hub.demo.manifest, &worker.id.to_string()))
        .collect::<anyhow::Result<_>>()?;
    anyhow::ensure!(!tokens.is_empty(), "the caseload has no police officer");
    let mut clients = Vec::with_capacity(CLIENTS);
    for client in 0..CLIENTS {
        let token = &tokens[client % tokens.len()];
        let own = (0_u64..).zip(men).skip(client).step_by(CLIENTS);
        let asks = own.map(|(number, person)| Ok((question(hub, token, number)?, format!("\"person\":\"{person}\""))));
        let asks = asks.collect::<anyhow::Result<_>>()?;
        clients.push(Client { connection: hub.connect().await?, asks, next: 0 });
    }
    Ok(clients)
}

/// Writes the request by which an officer asks for a man: by another form of his given name than his own.
fn question(hub: &Hub, token: &str, number: u64) -> anyhow::Result<Vec<u8>> {
    let search = asked(number)?;
    let body = json!({
        "family_name": search.family_name.as_ref().map(Line::reveal),
        "given_name": search.given_name.as_ref().map(Line::reveal),
        "date_of_birth": search.date_of_birth.map(|day| day.to_string()),
        "incident": "PS-20261120-0412",
    });
    Ok(post(hub.addr, "/api/v1/status-queries", token, &body))
}

async fn rounds(hub: &Hub, clients: &mut Vec<Client>, plan: &Plan, tick: &impl Fn()) -> anyhow::Result<Measured> {
    let mut found = Measured { memory: resident()?, bytes: hub.demo.desk.index_bytes(), ..Measured::default() };
    round(clients, plan.round / 4, None).await?;
    for _ in 0..plan.rounds {
        let times = round(clients, plan.round.max(EACH * QUESTIONS_LEAST), Some(EACH)).await?;
        found.steady_p50.push(percentile(&times, 50));
        found.steady_p99.push(percentile(&times, 99));
        tick();
        let times = round(clients, plan.round.max(RUSH * 2 * QUESTIONS_LEAST), Some(RUSH)).await?;
        found.rush_p50.push(percentile(&times, 50));
        found.rush_p99.push(percentile(&times, 99));
        tick();
        let begin = Instant::now();
        let times = round(clients, plan.round, None).await?;
        found.full_rate.push(times.len() as f64 / begin.elapsed().as_secs_f64());
        found.full_p50.push(percentile(&times, 50));
        found.full_p99.push(percentile(&times, 99));
        tick();
    }
    Ok(found)
}

/// Lets every client ask until the time is up, once in each `every` or without rest; returns milliseconds.
async fn round(clients: &mut Vec<Client>, time: Duration, every: Option<Duration>) -> anyhow::Result<Vec<f64>> {
    let (begin, mut running) = (Instant::now(), JoinSet::new());
    for (place, mut client) in clients.drain(..).enumerate() {
        running.spawn(async move {
            let mut times = Vec::new();
            let mut due = begin + every.unwrap_or_default() * u32::try_from(place)? / u32::try_from(CLIENTS)?;
            while due.elapsed() < time && due < begin + time {
                let idle = Instant::now() < due;
                sleep_until(due.into()).await;
                let from = if idle { Instant::now() } else { due };
                client.ask().await?;
                times.push(from.elapsed().as_secs_f64() * 1e3);
                due = every.map_or_else(Instant::now, |every| due + every);
            }
            anyhow::Ok((client, times))
        });
    }
    let mut all = Vec::new();
    while let Some(done) = running.join_next().await {
        let (client, times) = done??;
        clients.push(client);
        all.extend(times);
    }
    Ok(all)
}

impl Client {
    async fn ask(&mut self) -> anyhow::Result<()> {
        let (request, person) = self.asks.get(self.next).context("a client without questions")?;
        self.next = (self.next + 1) % self.asks.len();
        let (status, body) = self.connection.ask(request).await?;
        anyhow::ensure!(status == 200, "a question was answered with status {status}");
        let body = std::str::from_utf8(&body)?;
        let holds = |text: &str| body.contains(text);
        anyhow::ensure!(holds(r#""match":"one""#) && holds(person), "a question was not answered with the right man");
        anyhow::ensure!(holds("19:00 to 07:00") && holds("Community payback"), "a card is not whole");
        Ok(())
    }
}

fn figures(people: u64, few: Measured, many: Measured) -> Vec<Figure> {
    let a_second = |each: Duration| 1_000 / each.as_millis().max(1) * CLIENTS as u128;
    let whole = format!(
        "{WHOLE} of the men are whole (case, sealed identity, order and events, through gate and log) and each is asked for; \
         the others are in the index alone, by the call by which unsealing puts them there. By family name, another form of \
         the given name and date of birth, over TLS 1.3 on {CLIENTS} open connections; every answer is compared with the \
         right man's card. Each leaves its entry of the log on disk before it is answered, and no answer comes sooner than its \
         floor of 5 ms."
    );
    let words = |name: &str, unit, goal, did: String| Words {
        name: format!("{name}, {people} people"),
        unit,
        counterpart: "1,000 people",
        goal,
        did,
    };
    let steady = format!(
        "{} questions a second, each timed from when it was sent, or from when it was due if its connection was not free then. {whole}",
        a_second(EACH)
    );
    let [of_many, of_few] = [percentile(&many.rush_p50, 50), percentile(&few.rush_p50, 50)];
    let rush = format!(
        "The same with {} questions a second. The median took {of_many:.1} ms, among {WHOLE} people {of_few:.1} ms.",
        a_second(RUSH)
    );
    let [at_p99, at_p50] = [percentile(&many.full_p99, 50), percentile(&few.full_p99, 50)];
    let full = format!(
        "The same without rest: each connection asks again at once, so that the processors are the limit. The 99th of a \
         hundred took {at_p99:.1} ms, among {WHOLE} people {at_p50:.1} ms."
    );
    let memory = format!(
        "Resident memory of hub and bench together before the questions, with all {people} men in the index and with {WHOLE} \
         and the caseload. The index takes {} bytes a man.",
        usize::try_from(people).map_or(0, |people| many.bytes / people.max(1))
    );
    vec![
        Figure::of(
            words("status query, p99", "ms", "under 10 ms", steady),
            Better::Less,
            [many.steady_p99, few.steady_p99],
        ),
        Figure::of(
            words("status query, p50", "ms", "0.5 ×", "As above.".to_owned()),
            Better::Less,
            [many.steady_p50, few.steady_p50],
        ),
        Figure::of(words("status query in a rush, p99", "ms", "-", rush), Better::Less, [many.rush_p99, few.rush_p99]),
        Figure::of(
            words("status query without rest, p50", "ms", "0.5 ×", full),
            Better::Less,
            [many.full_p50, few.full_p50],
        ),
        Figure::of(
            words("status queries without rest", "/s", "-", "As above.".to_owned()),
            Better::More,
            [many.full_rate, few.full_rate],
        ),
        Figure::of(words("memory", "MiB", "-", memory), Better::Less, [vec![many.memory], vec![few.memory]]),
    ]
}
