//! Signing in as one of the made-up cast: in the demonstration and nowhere else.
//!
//! Promises: a GET signs nobody in; the button issues a token of the demonstration's identity and takes it through the same
//! checks as any other token, so that a session stands on a credential here as everywhere; nothing of this is compiled into a
//! program without the demonstration.

use super::super::hub::Hub;
use super::super::problem::Problem;
use super::super::query::Query;
use super::cookie;
use super::form::Fields;
use super::view::{Page, Shell, answer};
use super::visitor::{elsewhere, is_from_here};
use crate::auth::demo::DemoIdentity;
use crate::desk::Error;
use crate::model::id::{AgencyId, WorkerId};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;
use std::sync::Arc;

/// The cast, and the identity that signs it in.
#[derive(Debug)]
pub struct Cast {
    /// The demonstration's identity.
    pub identity: Arc<DemoIdentity>,
    /// The members, those of one agency side by side.
    pub members: Vec<Member>,
}

/// One of the cast.
#[derive(Debug, Clone)]
pub struct Member {
    /// The word by which links name them.
    pub key: String,
    /// Name; made up.
    pub name: String,
    /// The role in words.
    pub role: String,
    /// The agency's name.
    pub agency_name: String,
    /// The agency.
    pub agency: AgencyId,
    /// The worker.
    pub worker: WorkerId,
}

/// `?as=`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::http) struct As {
    #[serde(default, rename = "as")]
    key: Option<String>,
}

#[derive(Template)]
#[template(path = "cast.html", config = "assets/pages/askama.toml")]
struct Choice<'a> {
    shell: Shell,
    agencies: Vec<(&'a str, Vec<&'a Member>)>,
}

#[derive(Template)]
#[template(path = "cast_one.html", config = "assets/pages/askama.toml")]
struct One<'a> {
    shell: Shell,
    member: &'a Member,
}

/// `GET /demo/sign-in`
pub(in crate::http) async fn choose(State(hub): State<Hub>, Query(asked): Query<As>) -> Page {
    let cast = hub.cast.as_deref().ok_or(Problem::not_found())?;
    let Some(key) = asked.key else {
        let shell = Shell::of_nobody("Who do you want to be?".to_owned());
        return Ok(answer(StatusCode::OK, &Choice { shell, agencies: cast.by_agency() }));
    };
    let member = cast.member(&key).ok_or(Problem::not_found())?;
    let shell = Shell::of_nobody("Sign in to the demonstration".to_owned());
    Ok(answer(StatusCode::OK, &One { shell, member }))
}

/// `POST /demo/sign-in`
pub(in crate::http) async fn sign_in(State(hub): State<Hub>, request: Request) -> Page {
    let (parts, body) = request.into_parts();
    let cast = hub.cast.clone().ok_or(Problem::not_found())?;
    if !is_from_here(&parts) {
        return Err(elsewhere(&hub));
    }
    let fields = Fields::read(&parts.headers, body, &["as"]).await?;
    let member = fields.get("as").and_then(|key| cast.member(key)).ok_or(Problem::not_found())?;
    let now = hub.desk.now();
    let token = cast.identity.issue(&member.agency, member.worker, now).map_err(|_| Problem::signed_out())?;
    let credential = hub.issuers.verify(&token, now, None).map_err(|_| Problem::signed_out())?;
    let actor = match hub.desk.admit(credential).await {
        Err(Error::NotAdmitted) => return Err(Problem::signed_out()),
        admitted => admitted?,
    };
    let before = cookie::shown(&parts.headers);
    let finisher = hub.finisher.clone();
    let key = finisher.run(async move { hub.desk.begin_session(&actor, before.as_ref()).await }).await?;
    let mut inside = Redirect::to("/").into_response();
    inside.headers_mut().extend(cookie::given(&key).map(|header| (SET_COOKIE, header)));
    Ok(inside)
}

impl Cast {
    fn member(&self, key: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.key == key)
    }

    fn by_agency(&self) -> Vec<(&str, Vec<&Member>)> {
        let mut agencies: Vec<(&str, Vec<&Member>)> = Vec::new();
        for member in &self.members {
            match agencies.iter_mut().find(|(name, _)| *name == member.agency_name) {
                Some((_, members)) => members.push(member),
                None => agencies.push((&member.agency_name, vec![member])),
            }
        }
        agencies
    }
}
