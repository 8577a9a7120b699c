//! Alert figures over HTTP: as JSON, and as a table for whoever asks for CSV.

use super::answer::{Answer, ok, receipt};
use super::extract::Caller;
use super::hub::Hub;
use super::query::Query;
use crate::desk::figures::{COUNTED, Figures, Minutes, Month, RUNGS, STATES, Shown};
use crate::model::alerts::Severity;
use crate::model::id::AgencyId;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What is said beside figures.
const SAY: &str =
    "Null: too few to be shown, or it would tell of those who are. That does not mean none. Times are in minutes.";

/// What stands in the table for what is not shown.
const FEW: &str = "few";

/// `?month=&agency=`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Of {
    month: Month,
    #[serde(default)]
    agency: Option<AgencyId>,
}

/// `GET /api/v1/alert-figures`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(of): Query<Of>,
    headers: HeaderMap,
) -> Answer {
    let found = hub.desk.figures(&actor, of.month, of.agency).await?;
    let asks = |accept: &str| accept.split(',').any(|kind| kind.split(';').next().map(str::trim) == Some("text/csv"));
    if headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).is_some_and(asks) {
        let headers = [
            (CONTENT_TYPE, "text/csv; charset=utf-8"),
            (CONTENT_DISPOSITION, "attachment; filename=\"alert-figures.csv\""),
        ];
        return Ok((headers, table(&found)).into_response());
    }
    let agencies: Vec<Value> = found.agencies.iter().map(in_one).collect();
    ok(json!({
        "month": found.month, "so_far": found.so_far, "until": found.until, "least": found.small.least,
        "rounded_to": found.small.round, "say": SAY, "agencies": agencies, "receipt": receipt(&found.recorded),
    }))
}

/// The severities, and the word for all of them, in the order of the figures.
fn severities() -> impl Iterator<Item = &'static str> {
    Severity::ALL.iter().map(|severity| severity.as_str()).chain(["all"])
}

fn in_one((agency, shown): &(AgencyId, Vec<Shown>)) -> Value {
    let figures: Vec<Value> = severities().zip(shown).map(|(severity, shown)| figure(severity, shown)).collect();
    json!({ "agency": agency, "figures": figures })
}

fn figure(severity: &str, shown: &Shown) -> Value {
    let mut value = json!({ "severity": severity, "owed": shown.owed });
    for (name, count) in COUNTED.iter().zip(&shown.counts) {
        value[*name] = json!(count);
    }
    let told = RUNGS.iter().zip(shown.counts.iter().skip(COUNTED.len()));
    value["told"] = told.map(|(whom, count)| ((*whom).to_owned(), json!(count))).collect::<Map<_, _>>().into();
    let times = STATES.iter().zip(&shown.times);
    value["minutes_to"] = times
        .map(|(state, times)| ((*state).to_owned(), json!(times.as_ref().map(minutes))))
        .collect::<Map<_, _>>()
        .into();
    value
}

fn minutes(times: &Minutes) -> Value {
    json!({ "median": times.median, "ninetieth": times.ninetieth, "longest": times.longest })
}

/// Writes one line for each number. Nothing in it was typed by anybody.
fn table(found: &Figures) -> String {
    let mut text = "month,so_far,agency,severity,measure,value\r\n".to_owned();
    for (agency, shown) in &found.agencies {
        for (severity, shown) in severities().zip(shown) {
            let mut line = |measure: &str, value: Option<String>| {
                let value = value.unwrap_or_else(|| FEW.to_owned());
                let _ = write!(text, "{},{},{agency},{severity},{measure},{value}\r\n", found.month, found.so_far);
            };
            line("owed", shown.owed.map(|many| many.to_string()));
            let told = RUNGS.iter().map(|whom| format!("told-{whom}"));
            for (name, count) in COUNTED.iter().map(|name| (*name).to_owned()).chain(told).zip(&shown.counts) {
                line(&name, count.map(|many| many.to_string()));
            }
            for (state, times) in STATES.iter().zip(&shown.times) {
                let parts = times.as_ref().map(|one| [one.median, one.ninetieth, one.longest]);
                for (place, part) in ["median", "ninetieth", "longest"].iter().enumerate() {
                    line(&format!("minutes-to-{state}-{part}"), parts.map(|parts| parts[place].to_string()));
                }
            }
        }
    }
    text
}
