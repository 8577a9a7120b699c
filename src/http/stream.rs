//! The event stream of a worker's alerts (server-sent events).
//!
//! Promises: an event carries ids, kind and severity, never words; it comes only after the
//! alert is on disk; the seat is looked at again before each batch, and the stream ends with
//! the seat, the credential, the hub or the house behind it, or when the worker opens too many others. A place given in
//! `Last-Event-ID` continues there. An event `heartbeat` shows that what is committed comes here: it is read from its row, like an
//! alert, and no timer makes one. When a note is taken back, an event `recalled` names the alert that told of it.

use super::alerts::{standing_item, tombstone};
use super::extract::Caller;
use super::heartbeats::on_stream;
use super::hub::Hub;
use super::lists::Page;
use super::problem::Problem;
use super::query::Query;
use super::stop::Stop;
use super::streams::Place;
use crate::desk::alerts::Standing;
use crate::desk::inbox::AlertStream;
use crate::desk::{Desk, Error};
use crate::model::id::DeliveryId;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{self, Stream};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;

/// How long a quiet stream waits before it looks again: other nodes' alerts, ended seats.
const LOOK: Duration = Duration::from_secs(1);

/// How often a quiet stream says that it lives, so that proxies and phones keep it open.
const ALIVE: Duration = Duration::from_secs(15);

/// `GET /api/v1/alerts/stream`
pub(super) async fn alerts(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<DeliveryId>>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let alerts = hub.desk.alert_stream(&actor, page.after.or(last)).await?;
    let place = actor.worker().map(|worker| hub.streams.open(worker));
    let events =
        events(Line { desk: hub.desk, alerts, over_soon: hub.over, place, ready: VecDeque::new(), over: false });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE).text("alive")).into_response())
}

/// One open stream and what it still has to say.
struct Line {
    desk: Desk,
    alerts: AlertStream,
    /// The hub's end, or that of the house behind it: nothing comes from this desk any more.
    over_soon: Stop,
    place: Option<Place>,
    ready: VecDeque<Event>,
    /// Its end has been told.
    over: bool,
}

/// What a stream does after waiting.
enum Turn {
    /// Looks whether something has come.
    Look,
    /// Ends: the hub does.
    End,
    /// Ends, and says why: its worker has opened too many others, and it would only take the place of another again.
    Replaced,
}

fn events(line: Line) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(line, |mut line| async move {
        loop {
            if line.over {
                return None;
            }
            if let Some(event) = line.ready.pop_front() {
                return Some((Ok(event), line));
            }
            match line.desk.next_alerts(&mut line.alerts).await {
                Ok(alerts) => {
                    // How far others have come is no reason to hold an alert back.
                    let standings = line.desk.standings_on(&line.alerts, &alerts).await.unwrap_or_default();
                    let standings = standings.into_iter().chain(std::iter::repeat_with(Standing::default));
                    line.ready = alerts
                        .iter()
                        .zip(standings)
                        .filter_map(|((head, copy), standing)| {
                            let event = Event::default().event("alert").id(copy.delivery.to_string());
                            event.json_data(standing_item(head, copy, &standing)).ok()
                        })
                        .collect();
                }
                // The seat or the credential has ended, and so has the stream.
                Err(Error::NotAdmitted) => return None,
                // The database did not answer; the client is still here, so try again.
                Err(_) => {}
            }
            if let Ok(gone) = line.desk.next_tombstones(&mut line.alerts).await {
                line.ready.extend(gone.iter().filter_map(|one| {
                    // Without a place of its own: whoever comes again continues at the last alert.
                    Event::default().event("recalled").json_data(tombstone(one)).ok()
                }));
            }
            if let Ok(Some(beat)) = line.desk.next_beat(&mut line.alerts).await {
                let told = on_stream(line.alerts.agency(), &beat);
                line.ready.extend(Event::default().event("heartbeat").json_data(told).ok());
            }
            if line.ready.is_empty() {
                match line.wait().await {
                    Turn::Look => {}
                    Turn::End => return None,
                    Turn::Replaced => {
                        line.over = true;
                        let told = Event::default().event("replaced").data("{}");
                        return Some((Ok(told), line));
                    }
                }
            }
        }
    })
}

impl Line {
    /// Waits until there may be news, or an end.
    async fn wait(&mut self) -> Turn {
        let Self { alerts, over_soon, place, .. } = self;
        let taken = async {
            match place {
                Some(place) => place.taken().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = over_soon.asked() => Turn::End,
            () = taken => Turn::Replaced,
            () = alerts.rung() => Turn::Look,
            () = tokio::time::sleep(LOOK) => Turn::Look,
        }
    }
}
