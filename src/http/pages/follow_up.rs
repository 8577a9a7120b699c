//! The day after: the number that came later; and what those who answer for the askers see.
//!
//! Must never know: about whom a question was.

use super::super::hub::Hub;
use super::super::problem::Problem;
use super::super::status::NUMBERED;
use super::status::{Wrong, pattern, wrong};
use super::view::{Page, Shell, answer};
use super::visitor::{Form, Sent, Visitor};
use crate::desk::status_follow_up::AddIncident;
use crate::desk::{Error, PAGE_MAX};
use crate::model::id::QueryId;
use crate::model::text::{Line, Prose};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

/// The form that adds a number.
#[derive(Debug)]
pub(in crate::http) struct Number;

impl Form for Number {
    const FIELDS: &'static [&'static str] = &["query", "incident"];
}

#[derive(Template)]
#[template(path = "follow_up.html", config = "assets/pages/askama.toml")]
struct FollowUp {
    shell: Shell,
    own: Vec<Own>,
    others: Option<Vec<Other>>,
    more: bool,
    added: Option<&'static str>,
    wrong: Option<(String, Wrong, String)>,
    pattern: String,
}

/// A question of one's own.
#[derive(Debug)]
struct Own {
    id: String,
    at: String,
    from: String,
}

/// A question of somebody else's.
#[derive(Debug)]
struct Other {
    at: String,
    worker: String,
    lines: Option<i64>,
    why: String,
}

/// What came of adding a number.
enum Added {
    Nothing,
    Done,
    Wrong(QueryId, Wrong, String),
}

/// `GET /status/follow-up`
pub(in crate::http) async fn show(State(hub): State<Hub>, visitor: Visitor) -> Page {
    shown(&hub, &visitor, Added::Nothing).await
}

/// `POST /status/follow-up`
pub(in crate::http) async fn add(State(hub): State<Hub>, sent: Sent<Number>) -> Page {
    let Sent { visitor, fields, .. } = sent;
    let query: QueryId = fields.get("query").and_then(|id| id.parse().ok()).ok_or(Problem::not_found())?;
    let typed = fields.typed("incident").to_owned();
    let incident = match fields.get("incident").map(Line::new) {
        Some(Ok(incident)) => incident,
        None => return shown(&hub, &visitor, Added::Wrong(query, empty("is needed: type it"), typed)).await,
        Some(Err(bad)) => return shown(&hub, &visitor, Added::Wrong(query, empty(&bad.to_string()), typed)).await,
    };
    let (finisher, desk) = (hub.finisher.clone(), hub.desk.clone());
    let (visitor, done) = finisher
        .run(async move {
            let done = desk.add_incident(&visitor.actor, query, &AddIncident { incident }, None).await;
            (visitor, done)
        })
        .await;
    let added = match done {
        Ok(_) => Added::Done,
        Err(Error::Invalid { errors }) => match errors.first() {
            Some(error) => Added::Wrong(query, wrong(error), typed),
            None => return Err(Error::Invalid { errors }.into()),
        },
        Err(error) => return Err(error.into()),
    };
    shown(&hub, &visitor, added).await
}

fn empty(say: &str) -> Wrong {
    Wrong { at: "incident", say: format!("Incident number {say}") }
}

/// Shows the page; it is there for those who ask and for those who answer for them.
async fn shown(hub: &Hub, visitor: &Visitor, added: Added) -> Page {
    let mut shell = Shell::of(hub, visitor, "Questions without a number").await?;
    let (asks, answers) = (shell.asks(), shell.answers());
    if !asks && !answers {
        return Err(Problem::not_found());
    }
    let mut own = Vec::new();
    if asks {
        for one in hub.desk.own_open_queries(&visitor.actor).await? {
            let from = hub.desk.local_day(one.follow_up).in_words();
            own.push(Own { id: one.id.to_string(), at: hub.desk.in_words(one.at), from });
        }
    }
    let (others, more) = if answers { others(hub, visitor).await? } else { (None, false) };
    let (added, wrong) = match added {
        Added::Nothing => (None, None),
        Added::Done => (Some(NUMBERED), None),
        Added::Wrong(query, wrong, typed) => (None, Some((query.to_string(), wrong, typed))),
    };
    shell.has_errors = wrong.is_some();
    let status = if wrong.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(answer(status, &FollowUp { shell, own, others, more, added, wrong, pattern: pattern(hub) }))
}

async fn others(hub: &Hub, visitor: &Visitor) -> Result<(Option<Vec<Other>>, bool), Error> {
    let list = hub.desk.open_queries(&visitor.actor, None, PAGE_MAX).await?;
    let item = |(one, words): (&crate::desk::status_follow_up::ListedQuery, &crate::model::status::QueryWords)| Other {
        at: hub.desk.in_words(one.at),
        worker: one.worker.to_string(),
        lines: one.lines,
        why: match (&words.incident, &words.reason) {
            (Some(incident), _) => format!("Incident {}", incident.reveal()),
            (None, reason) => reason.as_ref().map_or("No reason was given", Prose::reveal).to_owned(),
        },
    };
    Ok((Some(list.items.iter().zip(list.words.value()).map(item).collect()), list.next.is_some()))
}

impl FollowUp {
    /// Returns what is wrong with the number that was typed for a question, and what was typed.
    fn of_question(&self, id: &str) -> Option<(&str, &str)> {
        self.wrong
            .as_ref()
            .filter(|(query, ..)| query == id)
            .map(|(_, wrong, typed)| (wrong.say.as_str(), typed.as_str()))
    }
}
