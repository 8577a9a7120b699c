//! What refusals say: each is made by the program and held against the description's example.
//!
//! Promises: the type, title, status and detail of an example are the program's own words.

use super::super::json::{BODY_BYTES_MAX, Strict};
use super::super::notes::For;
use super::super::problem::{Problem, words};
use super::super::query::Query;
use super::super::shield;
use super::{document, schema, texts, walk};
use crate::desk::Error;
use crate::desk::alerts::Acknowledge;
use crate::desk::spool::NotKept;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::request::Builder;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// Asks a router that has one route for each way to be refused.
async fn refusal(problem: Option<Problem>, request: Builder, body: impl Into<Body>) -> Value {
    let read = async |_: Query<For>, _: Strict<Acknowledge>| "read";
    let broken = async |_: Request| -> &str { panic!("as asked") };
    let router = Router::new()
        .route("/read", post(read))
        .route("/broken", get(broken))
        .route("/refused", get(async || problem.map_or(Ok("not refused"), Err)))
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn(words));
    let answer = shield::over(router).oneshot(request.body(body.into()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let told: Value = serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(parts.headers["content-type"], "application/problem+json");
    assert_eq!(told["status"], parts.status.as_u16());
    told
}

/// Holds a refusal against the schema of all refusals and every example of its name.
fn check(document: &Value, told: &Value) {
    let kind = told["type"].as_str().unwrap();
    assert!(
        texts(&schema(document, "Problem")["properties"]["type"]["enum"]).contains(&kind),
        "{kind} is not described"
    );
    let mut found = 0;
    walk(&document["components"]["responses"], &mut |value| {
        if value["type"] == kind && value["instance"].is_string() {
            for part in ["title", "status", "detail"] {
                assert_eq!(value[part], told[part], "{kind}: {part}");
            }
            assert_eq!(value["errors"].is_array(), told["errors"].is_array(), "{kind}");
            found += 1;
        }
    });
    assert!(found > 0 || kind.ends_with("/method-not-allowed"), "{kind} has no example");
}

#[tokio::test]
async fn what_the_desk_refuses_is_told_as_described() {
    let document = document();
    let store = || Error::Store(crate::store::Error::Log { what: "an index" });
    let errors = [
        Error::NotFound,
        Error::Refused { lines: Vec::new(), help: None },
        Error::field("about", "is not of this case"),
        Error::LookAgain { errors: vec![crate::desk::FieldError::new("text", "holds what looks like a postcode")] },
        Error::Reused,
        Error::Conflict,
        Error::NotAdmitted,
        Error::NothingOpened { ring: vec![crate::desk::FieldError::new("ring", "a number")] },
        Error::Nobody,
        Error::Busy,
        Error::Unknown,
        store(),
        Error::Vault(crate::vault::Error::NoWrap),
    ];
    for error in errors {
        let told = refusal(Some(Problem::from(error)), Request::get("/refused"), "").await;
        check(&document, &told);
    }
}

#[tokio::test]
async fn what_is_refused_while_there_is_no_house_is_told_as_described() {
    let document = document();
    let phone = crate::model::status::Phone { number: "01632 960 471".to_owned(), whose: "Somebody".to_owned() };
    for problem in [Problem::spooling(), Problem::not_kept(NotKept::Lost { ring: vec![phone] })] {
        let told = refusal(Some(problem), Request::get("/refused"), "").await;
        check(&document, &told);
    }
}

#[tokio::test]
async fn what_is_refused_before_the_desk_is_told_as_described() {
    let document = document();
    let read = || Request::post("/read");
    let json = || read().header("content-type", "application/json");
    let twice = || read().header("authorization", "Bearer a").header("authorization", "Bearer b");
    let asked = [
        (read().header("content-encoding", "gzip"), String::new(), "encoded-body"),
        (twice(), String::new(), "many-authorizations"),
        (Request::post("/read?token=x"), String::new(), "token-in-the-open"),
        (Request::post("/read?x=1"), String::new(), "bad-query"),
        (read().header("content-type", "text/plain"), String::new(), "not-json"),
        (json(), "{".to_owned(), "bad-json"),
        (json(), r#"{"x":1}"#.to_owned(), "bad-field"),
        (json(), " ".repeat(BODY_BYTES_MAX + 1), "too-large"),
        (Request::get("/read"), String::new(), "method-not-allowed"),
        (Request::get("/broken"), String::new(), "broken"),
    ];
    for (request, body, slug) in asked {
        let told = refusal(None, request, body).await;
        assert!(told["type"].as_str().unwrap().ends_with(&format!("/{slug}")), "{slug}: {told}");
        check(&document, &told);
    }
}
