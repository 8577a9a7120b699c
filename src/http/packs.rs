//! The pack of a MAPPA meeting over HTTP: as data, as a page that needs nothing else, as a PDF.
//!
//! Promises: the three say the same, because each is made of one opening; what stands of a record as data is what its own
//! address shows to the same reader; nothing of a pack is kept anywhere by the way.
//! Must never know: who may read what.

mod case;
mod paper;
mod plan;
mod record;

use super::answer::{Answer, disclosed, ok, receipt};
use super::cases::opened_person;
use super::extract::{Caller, Id};
use super::hub::Hub;
use super::problem::Problem;
use super::{assessments, chronology, clocks, decisions, meetings, notes, plans, referrals};
use crate::desk::Error;
use crate::desk::packed::CasePack;
use crate::desk::packs::{OpenPack, Pack};
use crate::model::id::MeetingId;
use crate::model::packs::{PackItem, fingerprint, items};
use crate::model::text::Prose;
use crate::paper::Paper;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// In which form a pack is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Data,
    Page,
    Pdf,
}

/// `GET /api/v1/meetings/{meeting}/pack`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(id): Id<MeetingId>,
    headers: HeaderMap,
) -> Answer {
    let form = form(&headers);
    let finisher = hub.finisher.clone();
    let desk = hub.desk.clone();
    let pack = finisher.run(async move { desk.pack(&actor, id).await }).await?;
    match form {
        Form::Data => ok(data(&hub, &pack)),
        Form::Page => page(&paper::of(&hub, &pack).await?),
        Form::Pdf => pdf(paper::of(&hub, &pack).await?).await,
    }
}

/// Returns the form that is asked for: the first of those that there are. Data, if none is.
fn form(headers: &HeaderMap) -> Form {
    let asked = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let kind = |one: &str| match one.split(';').next().map(str::trim) {
        Some("application/pdf") => Some(Form::Pdf),
        Some("text/html") => Some(Form::Page),
        Some("application/json") => Some(Form::Data),
        _ => None,
    };
    asked.split(',').find_map(kind).unwrap_or(Form::Data)
}

fn page(paper: &Paper) -> Answer {
    let (html, policy) = crate::paper::html(paper).map_err(|_| Error::Unknown)?;
    let mut answer = html.into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"pack.html\""));
    Ok(answer)
}

/// Sets the PDF away from the threads that answer others.
async fn pdf(paper: Paper) -> Answer {
    let set = tokio::task::spawn_blocking(move || crate::paper::pdf(&paper)).await;
    let bytes = set.map_err(|_| Error::Unknown)?.map_err(|error| {
        tracing::error!(%error, "a pack was not set");
        Problem::from(Error::Unknown)
    })?;
    let headers = [(CONTENT_TYPE, "application/pdf"), (CONTENT_DISPOSITION, "attachment; filename=\"pack.pdf\"")];
    let answer: Response = (headers, bytes).into_response();
    Ok(answer)
}

/// `GET /api/v1/meetings/{meeting}/packs`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Id(id): Id<MeetingId>) -> Answer {
    let found = hub.desk.packs(&actor, id).await?;
    let one = |pack: &Pack| {
        let mut shown = version(pack);
        if Some(pack.worker) == found.reader {
            shown["manifest"] = json!(pack.manifest);
            shown["items"] = items(&pack.manifest).iter().flatten().map(item).collect();
        }
        shown
    };
    ok(json!({ "items": found.packs.iter().map(one).collect::<Vec<_>>(), "receipt": receipt(&found.recorded) }))
}

fn version(pack: &Pack) -> Value {
    json!({
        "meeting": pack.meeting, "reader": pack.worker, "version": pack.seq, "made": pack.at,
        "fingerprint": fingerprint(&pack.manifest),
    })
}

fn item(one: &PackItem) -> Value {
    json!({ "case": one.case, "kind": one.kind, "id": one.record, "access": one.access })
}

/// Shows a pack as data.
fn data(hub: &Hub, pack: &OpenPack) -> Value {
    let mut body = version(&pack.pack);
    let words = pack.meeting.words.as_ref();
    body["as_at"] = json!(pack.at);
    body["made_for"] = json!({
        "name": pack.reader.name.value().0.reveal(), "role": pack.reader.seat.role, "agency": pack.reader.seat.agency,
    });
    body["about"] = meetings::head(&pack.meeting.kept);
    body["about"]["place"] = json!(words.map(|words| words.value().place.reveal()));
    body["about"]["joining"] = json!(words.and_then(|words| words.value().joining.as_ref().map(Prose::reveal)));
    body["cases"] = pack.cases.iter().map(|one| of_case(hub, one)).collect();
    body["gone"] = pack.gone.iter().map(item).collect();
    body["new"] = pack.new.iter().map(item).collect();
    body["receipt"] = words.map(disclosed).unwrap_or_default();
    body
}

fn of_case(hub: &Hub, one: &CasePack) -> Value {
    let known = one.known.as_ref().map(|known| opened_person(known.head.person, &known.person));
    let (person, receipt) = known.unwrap_or_default();
    json!({
        "case": one.case, "line": meetings::line(&one.line), "person": person, "person_receipt": receipt,
        "referral": one.referral.as_ref().map(referrals::opened),
        "orders": one.orders.iter().map(chronology::order).collect::<Vec<_>>(),
        "events": one.events.iter().map(chronology::entry).collect::<Vec<_>>(), "older_events": one.older_events,
        "clocks": one.clocks.as_ref().map(clocks::lines).unwrap_or_default(),
        "assessments": one.assessments.iter().map(assessments::opened).collect::<Vec<_>>(),
        "plan": one.plan.as_ref().map(plans::opened),
        "notes": one.notes.iter().map(notes::opened).collect::<Vec<_>>(), "older_notes": one.older_notes,
        "disclosures": one.decisions.iter().map(|one| decisions::opened(hub, one)).collect::<Vec<_>>(),
    })
}
