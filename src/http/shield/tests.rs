//! The shield, asked without a network.

use super::*;
use crate::http::headers::REQUEST_ID;
use axum::body::Body;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use http_body_util::BodyExt;
use tower::ServiceExt;

async fn breaks() -> StatusCode {
    panic!("the secret")
}

async fn ask(request: axum::http::request::Builder) -> (Response, serde_json::Value) {
    let page = || async { ([(CONTENT_SECURITY_POLICY, "default-src 'self'")], "page") };
    let router = Router::new()
        .route("/things/{id}", get(|| async { "thing" }))
        .route("/page", get(page))
        .route("/panic", get(breaks));
    let answer = over(router).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = answer.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let json = serde_json::from_slice(&body).unwrap_or_default();
    (Response::from_parts(parts, Body::empty()), json)
}

fn to(path: &str) -> axum::http::request::Builder {
    axum::http::Request::get(path)
}

#[tokio::test]
async fn every_answer_is_dressed_and_named_by_the_hub() {
    for path in ["/things/7", "/nowhere", "/panic", "/things/7?token=x"] {
        let (answer, _) = ask(to(path).header("x-request-id", "mine")).await;
        let headers = answer.headers();
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers[CONTENT_SECURITY_POLICY].to_str().unwrap().starts_with("default-src 'none'"));
        let id = headers[REQUEST_ID].to_str().unwrap();
        assert!(id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()), "{id}");
    }
    let (page, _) = ask(to("/page")).await;
    assert_eq!(page.headers()[CONTENT_SECURITY_POLICY], "default-src 'self'");
}

#[tokio::test]
async fn a_panic_becomes_a_constant_answer() {
    let (answer, body) = ask(to("/panic")).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers()[CONTENT_TYPE], "application/problem+json");
    assert_eq!(body["type"], "https://lippen.invalid/problems/broken");
    assert_eq!(body["instance"], answer.headers()[REQUEST_ID].to_str().unwrap());
    assert!(!body.to_string().contains("secret"));
}

#[tokio::test]
async fn compressed_requests_and_second_credentials_are_refused() {
    let (answer, body) = ask(to("/things/7").header("content-encoding", "gzip")).await;
    assert_eq!((answer.status().as_u16(), body["status"].as_u64()), (415, Some(415)));
    let twice = to("/things/7").header("authorization", "Bearer a").header("authorization", "Bearer b");
    assert_eq!(ask(twice).await.0.status(), StatusCode::BAD_REQUEST);
    assert_eq!(ask(to("/things/7").header("authorization", "Bearer a")).await.0.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_token_in_the_open_is_refused_and_not_repeated() {
    let canary = "canary-4711";
    for path in ["access_token", "token", "%74oken", "ToKeN", "a=1&id_token"] {
        let (answer, body) = ask(to(&format!("/things/7?{path}={canary}"))).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{path}");
        assert!(!body.to_string().contains(canary));
    }
    let cookie = to("/things/7").header("cookie", "a=b").header("cookie", format!("c=d; token={canary}"));
    assert_eq!(ask(cookie).await.0.status(), StatusCode::BAD_REQUEST);
    let harmless = to("/things/7?as=token").header("cookie", "mytoken=x; y=token");
    assert_eq!(ask(harmless).await.0.status(), StatusCode::OK);
}
