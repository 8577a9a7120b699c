//! Groups of programmes over HTTP: their lists, their sessions, their registers.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::problem::Problem;
use super::query::Query;
use crate::desk::evenings::CallOff;
use crate::desk::joining::JoinGroup;
use crate::desk::programmes::{BeginGroup, Group, GroupMan, PlanSession, Sitting};
use crate::desk::registers::{SessionMan, TakeRegister};
use crate::model::id::ProgrammeId;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde_json::{Value, json};

/// The group and the session in the path. What is neither is answered like something that is not there.
#[derive(Debug)]
pub(super) struct Session(
    /// The group.
    ProgrammeId,
    /// Which session of it.
    u8,
);

impl FromRequestParts<Hub> for Session {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hub: &Hub) -> Result<Self, Problem> {
        let path = Path::<(String, String)>::from_request_parts(parts, hub).await;
        let Path((group, session)) = path.map_err(|_| Problem::not_found())?;
        // One number has one name: no sign, no zero before it.
        let number = session.parse::<u8>().ok().filter(|number| number.to_string() == session);
        match (group.parse(), number) {
            (Ok(group), Some(number)) => Ok(Self(group, number)),
            _ => Err(Problem::not_found()),
        }
    }
}

/// `POST /api/v1/programmes`
pub(super) async fn begin(State(hub): State<Hub>, Caller(actor): Caller, key: Key, body: Strict<BeginGroup>) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.begin_group(&actor, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, Some("/api/v1/programmes/"))
}

/// `GET /api/v1/programmes`
pub(super) async fn list(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Query(page): Query<Page<ProgrammeId>>,
) -> Answer {
    let limit = page.limit()?;
    let (groups, next, recorded) = hub.desk.groups(&actor, page.after, limit).await?;
    let items: Vec<Value> = groups.iter().map(head).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/programmes/{programme}`
pub(super) async fn show(State(hub): State<Hub>, Caller(actor): Caller, Id(group): Id<ProgrammeId>) -> Answer {
    let (open, recorded) = hub.desk.show_group(&actor, group).await?;
    let mut body = head(&open.group);
    let session = |one: &Sitting| json!({ "session": one.session, "at": one.at, "minutes": one.minutes });
    body["title"] = json!(open.title);
    body["planned"] = json!(open.most);
    body["sessions"] = open.sessions.iter().map(session).collect();
    body["men"] = open.men.iter().map(man).collect();
    body["receipt"] = receipt(&recorded);
    ok(body)
}

/// `POST /api/v1/programmes/{programme}/members`
pub(super) async fn join(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(group): Id<ProgrammeId>,
    key: Key,
    body: Strict<JoinGroup>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.join_group(&actor, group, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/programmes/{programme}/sessions`
pub(super) async fn plan(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(group): Id<ProgrammeId>,
    key: Key,
    body: Strict<PlanSession>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.plan_session(&actor, group, body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `POST /api/v1/programmes/{programme}/sessions/{n}/cancellation`
pub(super) async fn call_off(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Session(group, n): Session,
    key: Key,
    body: Strict<CallOff>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written = finisher.run(async move { hub.desk.call_off_session(&actor, (group, n), once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

/// `GET /api/v1/programmes/{programme}/sessions/{n}`
pub(super) async fn session(State(hub): State<Hub>, Caller(actor): Caller, Session(group, n): Session) -> Answer {
    let (open, recorded) = hub.desk.session(&actor, (group, n)).await?;
    let men: Vec<Value> = open.men.iter().map(marked).collect();
    ok(json!({
        "programme": open.group.id, "session": open.session, "at": open.at, "men": men, "receipt": receipt(&recorded),
    }))
}

/// `POST /api/v1/programmes/{programme}/sessions/{n}/attendance`
pub(super) async fn attendance(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Session(group, n): Session,
    key: Key,
    body: Strict<TakeRegister>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let written =
        finisher.run(async move { hub.desk.take_register(&actor, (group, n), body.value, once).await }).await?;
    made(StatusCode::CREATED, written, None)
}

fn head(group: &Group) -> Value {
    json!({
        "id": group.id, "agency": group.agency, "programme": group.programme, "version": group.version,
        "name": group.name, "starts": group.starts,
    })
}

fn man(man: &GroupMan) -> Value {
    json!({
        "case": man.case, "place": man.place, "listed": man.listed, "started": man.started, "suspended": man.suspended,
        "ended": man.ended, "attended": man.attended,
    })
}

fn marked(man: &SessionMan) -> Value {
    json!({
        "case": man.case, "place": man.place, "guest": man.guest, "expected": man.expected, "mark": man.mark,
        "event": man.event, "before": man.before,
    })
}
