//! Bodies that must be refused, bodies that must be taken, and what the answers say.

use super::*;
use crate::model::id::AgencyId;
use crate::model::notes::Category;
use crate::model::text::Prose;
use axum::Router;
use axum::body::Body;
use axum::http::Request as HttpRequest;
use axum::routing::post;
use futures_util::stream;
use http_body_util::BodyExt;
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use tower::ServiceExt;

#[derive(Deserialize)]
struct Share {
    to: To,
    text: Prose<20>,
    #[serde(default)]
    sources: Vec<String>,
    category: Option<Category>,
    hours: Option<u8>,
}

#[derive(Deserialize)]
struct To {
    agency: AgencyId,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Recipient {
    Nobody,
    Agency(AgencyId),
    Pair { first: u8, second: u8 },
}

const GOOD: &str = r#" {"to": {"agency":"police-scotland"}, "text" : "He \u006bnows.", "sources":["a","b"]} "#;

fn fault(json: &str) -> FieldError {
    match understand::<Share>(json.as_bytes()).map(drop).unwrap_err() {
        Flaw::Unclear(fault) | Flaw::Unfit(fault) => fault.into_error("body"),
        other => panic!("{json}: {other:?}"),
    }
}

async fn send(request: HttpRequest<Body>) -> (StatusCode, Value) {
    let route = post(|body: Strict<Share, 128>| async move {
        assert_eq!(body.value.text.reveal(), "He knows.");
        assert_eq!(body.value.to.agency.as_str(), "police-scotland");
        assert_eq!((body.value.sources.len(), body.value.category, body.value.hours), (2, None, None));
        assert_eq!(body.digest, <[u8; 32]>::from(Sha256::digest(GOOD.as_bytes())));
    });
    let answer = Router::new().route("/", route).oneshot(request).await.unwrap();
    let status = answer.status();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

fn json(body: impl Into<Body>) -> HttpRequest<Body> {
    HttpRequest::post("/").header("content-type", "application/json").body(body.into()).unwrap()
}

fn pieces(piece: &'static str, count: usize) -> Body {
    Body::from_stream(stream::iter((0..count).map(move |_| Ok::<_, std::io::Error>(piece))))
}

#[tokio::test]
async fn a_good_body_is_taken() {
    assert_eq!(send(json(GOOD)).await, (StatusCode::OK, Value::Null));
}

#[tokio::test]
async fn what_is_not_one_clear_document_is_refused() {
    let deep = "[".repeat(10_000);
    let utf16: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bad: [&[u8]; 22] = [
        br#"{"text":"a","text":"b"}"#,
        br#"{"text":"a","te\u0078t":"b"}"#,
        br#"{"to":{"agency":1,"agency":2}}"#,
        br#"{} {}"#,
        br#"{}x"#,
        br#"{"hours":NaN}"#,
        br#"{"hours":Infinity}"#,
        br#"{"text":"a\u0000b"}"#,
        b"{\"text\":\"a\0b\"}",
        b"{\"text\":\"\xff\"}",
        b"{\"text\":\"\xed\xa0\x80\"}",
        b"\xef\xbb\xbf{}",
        br#"{"text":"\ud800"}"#,
        br#"{} // said"#,
        br#"{/* said */}"#,
        br#"{"hours":01}"#,
        br#"{"hours":1e999}"#,
        br#"{"a":1,}"#,
        br#"{'a':1}"#,
        b" ",
        br#"{"text":"a"#,
        b"{\"text\":\"a\nb\"}",
    ];
    for bytes in bad.into_iter().map(<[u8]>::to_vec).chain([utf16[..100].to_vec(), deep.as_bytes()[..128].to_vec()]) {
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        let (status, body) = send(json(bytes)).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{shown}");
        assert_eq!(body["type"], "https://lippen.invalid/problems/bad-json", "{shown}");
        assert_eq!(body["errors"].as_array().unwrap().len(), 1);
    }
    assert!(scan::check(&deep).is_err());
}

#[test]
fn the_limits_are_where_they_are_said_to_be() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(scan::check(&nested(scan::DEPTH_MAX)).is_ok());
    assert!(scan::check(&nested(scan::DEPTH_MAX + 1)).is_err());
    let fields = |count: usize| {
        let all: BTreeMap<String, usize> = (0..count).map(|n| (format!("f{n}"), n)).collect();
        serde_json::to_string(&all).unwrap()
    };
    assert!(scan::check(&fields(scan::FIELDS_MAX)).is_ok());
    assert!(scan::check(&fields(scan::FIELDS_MAX + 1)).is_err());
}

#[tokio::test]
async fn only_json_by_name_is_read() {
    let named = |name: &str| HttpRequest::post("/").header("content-type", name).body(Body::from(GOOD)).unwrap();
    for good in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""] {
        assert_eq!(send(named(good)).await.0, StatusCode::OK, "{good}");
    }
    for bad in [
        "text/json",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7; charset=utf-8",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "application/json, text/plain",
        "",
    ] {
        assert_eq!(send(named(bad)).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{bad}");
    }
    let nameless = HttpRequest::post("/").body(Body::from(GOOD)).unwrap();
    assert_eq!(send(nameless).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let mut twice = json(GOOD);
    twice.headers_mut().append(CONTENT_TYPE, "application/json".parse().unwrap());
    assert_eq!(send(twice).await.0, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn what_is_too_large_is_refused_however_it_comes() {
    assert_eq!(send(json("x".repeat(129))).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(send(json(pieces("xxxxxxxx", usize::MAX))).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    for (length, status) in [("129", 413), ("99999999999999999999", 413), ("-1", 413), ("8", 413)] {
        let mut lying = json(pieces("xxxxxxxx", 2));
        lying.headers_mut().insert("content-length", length.parse().unwrap());
        assert_eq!(send(lying).await.0.as_u16(), status, "{length}");
    }
}

#[test]
fn nothing_at_all_is_the_empty_object() {
    #[derive(Deserialize)]
    struct Acknowledgement {}
    assert!(understand::<Acknowledgement>(b"").is_ok());
    assert!(understand::<Acknowledgement>(b" {} ").is_ok());
    assert!(understand::<Acknowledgement>(br#"{"x":1}"#).is_err());
    assert!(matches!(understand::<Share>(b""), Err(Flaw::Unfit(_))));
}

#[test]
fn the_answer_names_the_field_and_never_the_value() {
    let with = |rest: &str| format!(r#"{{"to":{{"agency":"police-scotland"}},"text":"ok",{rest}}}"#);
    let rows = [
        (r#"{"text":"ok"}"#.to_owned(), "to", "is missing"),
        (r#"{"to":{},"text":"ok"}"#.to_owned(), "to.agency", "is missing"),
        (r#"{"to":"canary"}"#.to_owned(), "to", "an object in braces"),
        (r#"{"to":["canary"]}"#.to_owned(), "to", "an object in braces"),
        (r#"{"to":{"agency":"Canary Street"}}"#.to_owned(), "to.agency", "short name"),
        (with(r#""sources":["a","b",{"canary":1}]"#), "sources[2]", "text in quotation marks"),
        (with(r#""sources":"canary""#), "sources", "a list"),
        (with(r#""category":"canary""#), "category", "write one of"),
        (with(r#""hours":256"#), "hours", "whole number"),
        (with(r#""hours":"canary""#), "hours", "whole number"),
        (with(r#""hours":-0"#), "hours", "whole number"),
        (with(r#""colour":"canary""#), "colour", "the fields are to, text, sources, category, hours"),
        (with(r#""canary street 5":1"#), "body", "has a field that is not known"),
        (format!(r#"{{"text":"{}"}}"#, "canary ".repeat(9)), "text", "too long"),
        (r#"["canary"]"#.to_owned(), "body", "an object in braces"),
        (with(r#""text":"canary""#), "text", "given twice"),
        (with(r#""sources":[canary]"#), "sources[0]", "is not JSON (line 1, column 59)"),
    ];
    for (json, field, say) in rows {
        let error = fault(&json);
        assert_eq!(error.field, field, "{json}: {error:?}");
        assert!(error.say.contains(say), "{json}: {error:?}");
        assert!(!error.say.to_lowercase().contains("canary"), "{error:?}");
    }
}

#[test]
fn enums_and_unknown_skipped_fields_are_read_as_strictly() {
    let read = |json: &str| understand::<Recipient>(json.as_bytes());
    assert!(matches!(read(r#""nobody""#), Ok(Recipient::Nobody)));
    assert!(matches!(read(r#"{"agency":"police-scotland"}"#), Ok(Recipient::Agency(id)) if id.as_str().len() == 15));
    assert!(matches!(read(r#"{"pair":{"first":1,"second":2}}"#), Ok(Recipient::Pair { first: 1, second: 2 })));
    for bad in
        [r#""agency""#, "{}", r#"{"nobody":null,"agency":"aa"}"#, r#"{"pair":{"first":1,"second":2,"x":3}}"#, "7"]
    {
        assert!(read(bad).is_err(), "{bad}");
    }
    assert!(understand::<(u8, u8)>(b"[1,2]").is_ok());
    assert!(understand::<(u8, u8)>(b"[1,2,3]").is_err());
    assert!(understand::<(u8, u8)>(b"[1]").is_err());
}

fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(|n| Value::from(f64::from(n) / 8.0)),
        "[^\0]*".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[^\0]{0,6}", inner, 0..6).prop_map(|m| m.into_iter().collect()),
        ]
    })
}

fn scraps() -> impl Strategy<Value = String> {
    let tokens = [
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\"a\"",
        "\"b\"",
        "\"\\u0061\"",
        "\"\\ud83d\\ude00\"",
        "\\",
        "\\u",
        "1",
        "-",
        "0",
        "-0",
        ".5",
        "1.25",
        "e3",
        "1E-2",
        "true",
        "false",
        "null",
        " ",
        "\n",
        "\u{1}",
        "é",
        "99999999999999999999",
    ];
    prop::collection::vec(prop::sample::select(tokens.to_vec()), 0..14).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn every_plain_document_is_read_as_others_read_it(document in documents()) {
        let text = document.to_string();
        prop_assert_eq!(understand::<Value>(text.as_bytes()), Ok(document));
    }

    #[test]
    fn what_is_taken_means_the_same_to_others(text in prop_oneof![scraps(), ".*"]) {
        if let Ok(value) = understand::<Value>(text.as_bytes()) && !text.is_empty() {
            prop_assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
        }
    }

    #[test]
    fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..60), text in scraps()) {
        let _ = understand::<Share>(&bytes);
        let _ = understand::<Share>(text.as_bytes());
        let _ = understand::<Recipient>(text.as_bytes());
        let _ = read::from_checked::<Value>(&text);
    }
}
