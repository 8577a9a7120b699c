//! The door under good and bad clients, over real sockets. Waits end when connections do.

mod rig;

use super::*;
use crate::http::json::Strict;
use crate::http::peer::{Peer, PeerCert};
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use rig::{Kind, PATIENT, SHORT, beside, rest, rig, say, set, until};
use sha2::{Digest, Sha256};
use std::convert::Infallible;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};

fn pages() -> Router {
    Router::new()
        .route("/", get(|Extension(peer): Extension<Peer>| async move { format!("hello {}", peer.addr.ip()) }))
        .route("/body", post(|_: Strict<serde_json::Value>| async { "taken" }))
}

/// A router whose one page waits: says that it was asked, answers when told.
fn waiting() -> (Router, mpsc::Receiver<oneshot::Sender<()>>) {
    let (asked, heard) = mpsc::channel(1);
    let page = move || {
        let asked = asked.clone();
        async move {
            let (go, wait) = oneshot::channel();
            asked.send(go).await.unwrap();
            wait.await.map_or(StatusCode::GONE, |()| StatusCode::OK)
        }
    };
    (Router::new().route("/", get(page)), heard)
}

#[tokio::test]
async fn a_browser_is_answered() {
    let rig = rig(Kind::People, PATIENT, pages()).await;
    let heard = say(&mut rig.browser().await, &rig.get("/", "Connection: close\r\n")).await;
    assert!(heard.starts_with("HTTP/1.1 200 ") && heard.ends_with("hello 127.0.0.1"), "{heard}");
    assert_eq!(rig.stopped().await, 0);
}

#[tokio::test]
async fn http2_is_answered_and_misdirected_alike() {
    let rig = rig(Kind::People, PATIENT, pages()).await;
    // Static table: 0x88 is status 200; 421 is not in it and stands as digits.
    assert_eq!(h2_status(&rig, &format!("localhost:{}", rig.addr.port())).await[0], 0x88);
    assert_ne!(h2_status(&rig, "evil.example").await[0], 0x88);
    rig.stopped().await;
}

/// Asks for `/` over HTTP/2 by hand and returns the answer's packed header.
async fn h2_status(rig: &rig::Rig, authority: &str) -> Vec<u8> {
    let mut stream = rig.tls(None, b"h2").await;
    let mut hello = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00".to_vec();
    let mut header = vec![0x82, 0x84, 0x87, 0x41, u8::try_from(authority.len()).unwrap()];
    header.extend(authority.as_bytes());
    hello.extend([0, 0, u8::try_from(header.len()).unwrap(), 1, 0x5, 0, 0, 0, 1]);
    hello.extend(header);
    stream.write_all(&hello).await.unwrap();
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).await.unwrap();
        let mut payload = vec![0; usize::from(head[1]) * 256 + usize::from(head[2])];
        stream.read_exact(&mut payload).await.unwrap();
        if head[3] == 1 {
            return payload;
        }
    }
}

#[tokio::test]
async fn older_tls_and_no_tls_are_refused() {
    let rig = rig(Kind::People, PATIENT, pages()).await;
    // A whole TLS 1.2 hello: one suite, secp256r1, one signature scheme, no newer versions on offer.
    let mut hello = b"\x16\x03\x01\x00\x45\x01\x00\x00\x41\x03\x03".to_vec();
    hello.extend([7; 32]);
    hello.extend(b"\x00\x00\x02\xc0\x2b\x01\x00\x00\x16\x00\x0a\x00\x04\x00\x02\x00\x17");
    hello.extend(b"\x00\x0d\x00\x04\x00\x02\x04\x03\x00\x0b\x00\x02\x01\x00");
    let mut stream = rig.tcp().await;
    stream.write_all(&hello).await.unwrap();
    let mut heard = Vec::new();
    stream.read_to_end(&mut heard).await.unwrap();
    // Alert, fatal, protocol_version (70).
    assert_eq!((heard[0], &heard[5..]), (0x15, &[2, 70][..]));

    let mut plain = rig.tcp().await;
    plain.write_all(rig.get("/", "").as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    let _ = plain.read_to_end(&mut heard).await;
    assert!(!heard.starts_with(b"HTTP"));
    rig.stopped().await;
}

#[tokio::test]
async fn a_system_shows_its_certificate_or_is_not_heard() {
    let page = get(|Extension(cert): Extension<PeerCert>| async move { Sha256::digest(&*cert.0).to_vec() });
    let rig = rig(Kind::Systems, PATIENT, Router::new().route("/", page)).await;
    let ask = rig.get("/", "Connection: close\r\n");
    let mut good = rig.tls(Some(&rig.certs), b"http/1.1").await;
    good.write_all(ask.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    good.read_to_end(&mut heard).await.unwrap();
    assert!(heard.ends_with(&rig.certs.systems[0].thumbprint));

    let other = tempfile::tempdir().unwrap();
    let strange = set(&other);
    // The server's own certificate is not for clients.
    let mut server_only = rig.certs.clone();
    server_only.systems[0].cert = rig.certs.server_cert();
    server_only.systems[0].key = rig.certs.server_key();
    for shown in [None, Some(&strange), Some(&server_only)] {
        let mut stream = rig.tls(shown, b"http/1.1").await;
        let _ = stream.write_all(ask.as_bytes()).await;
        let refused = stream.read_u8().await.unwrap_err();
        assert!(refused.to_string().contains("alert"), "{refused}");
    }
    rig.stopped().await;
}

#[tokio::test]
async fn other_hosts_are_misdirected() {
    let rig = rig(Kind::People, PATIENT, pages()).await;
    for host in ["evil.example", "localhost", "localhost:1", "127.0.0.1:99999"] {
        let ask = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let heard = say(&mut rig.browser().await, &ask).await;
        assert!(heard.starts_with("HTTP/1.1 421 "), "{heard}");
        assert!(heard.contains("application/problem+json") && heard.contains("x-request-id"), "{heard}");
        assert!(!heard.contains("evil"));
    }
    rig.stopped().await;
}

#[tokio::test]
async fn large_headers_are_refused() {
    let rig = rig(Kind::People, PATIENT, pages()).await;
    let many: String = (0..100).map(|n| format!("x-{n}: 1\r\n")).collect();
    let long = format!("x: {}\r\n", "a".repeat(33 * 1024));
    for lines in [many, long] {
        let mut stream = rig.browser().await;
        let _ = stream.write_all(rig.get("/", &lines).as_bytes()).await;
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 431 "));
    }
    rig.stopped().await;
}

#[tokio::test]
async fn who_is_still_sending_hears_why_it_was_refused() {
    let rig = rig(Kind::People, PATIENT, pages()).await;
    // Far more than the sockets between the two hold, so that the refusal is ready long before it was all sent.
    let body = "x".repeat(900_000);
    for (path, kind, status) in [
        ("/body", "application/json", "413"),
        ("/body", "text/plain", "415"),
        ("/nowhere", "application/json", "404"),
        ("/", "application/json", "405"),
    ] {
        let length = body.len();
        let lines = format!("Content-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n");
        let head = rig.get(path, &lines).replacen("GET", "POST", 1);
        let heard = say(&mut rig.browser().await, &format!("{head}{body}")).await;
        assert!(heard.starts_with(&format!("HTTP/1.1 {status} ")), "{path} {kind}: {heard}");
    }
    // At the door too, and a body that never comes does not keep its answer waiting for long.
    let lines = format!("Host: evil.example\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len());
    let heard = say(&mut rig.browser().await, &format!("POST /body HTTP/1.1\r\n{lines}")).await;
    assert!(heard.starts_with("HTTP/1.1 421 "), "{heard}");
    // One that asks first is answered without being asked for a byte.
    let lines = "Content-Type: application/json\r\nContent-Length: 900000\r\nExpect: 100-continue\r\n";
    let mut stream = rig.browser().await;
    let heard = say(&mut stream, &rig.get("/body", lines).replacen("GET", "POST", 1)).await;
    assert!(heard.starts_with("HTTP/1.1 413 "), "{heard}");
    rig.stopped().await;
}

#[tokio::test]
async fn slow_senders_are_cut_off() {
    let rig = &rig(Kind::People, Limits { header: SHORT, body: SHORT, ..PATIENT }, pages()).await;
    let half = |said: &'static str| async move { say(&mut rig.browser().await, said).await };
    let half_a_second_one = async {
        let mut stream = rig.browser().await;
        stream.write_all(rig.get("/", "").as_bytes()).await.unwrap();
        until(&mut stream, "hello 127.0.0.1").await;
        say(&mut stream, "GET / HT").await
    };
    let body = async {
        let host = rig.addr.port();
        let head = format!("POST /body HTTP/1.1\r\nHost: localhost:{host}\r\nContent-Type: application/json\r\n");
        say(&mut rig.browser().await, &format!("{head}Content-Length: 9\r\n\r\n{{")).await
    };
    let silent_http2 = async { rest(&mut rig.tls(None, b"h2").await).await };
    let (none, some, second, answer, silent) =
        tokio::join!(half(""), half("GET / HTTP/1.1\r\nHost: loc"), half_a_second_one, body, silent_http2);
    assert_eq!((none.as_str(), some.as_str(), second.as_str()), ("", "", ""));
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("did not arrive in time"), "{answer}");
    assert!(!silent.contains("HTTP"));
}

#[tokio::test]
async fn slow_handshakes_are_cut_off() {
    let rig = rig(Kind::People, Limits { handshake: SHORT, ..PATIENT }, pages()).await;
    assert_eq!(rig.tcp().await.read_to_end(&mut Vec::new()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_stream_stays_open_while_an_idle_connection_ends() {
    let (chunks, feed) = mpsc::channel::<Bytes>(1);
    let feed = Arc::new(tokio::sync::Mutex::new(Some(feed)));
    let events = get(move || {
        let feed = Arc::clone(&feed);
        async move {
            let feed = feed.lock().await.take().unwrap();
            let next = |mut feed: mpsc::Receiver<Bytes>| async move {
                feed.recv().await.map(|chunk| (Ok::<_, Infallible>(chunk), feed))
            };
            Body::from_stream(futures_util::stream::unfold(feed, next)).into_response()
        }
    });
    let limits = Limits { header: SHORT, body: SHORT, idle: SHORT, ..PATIENT };
    let rig = rig(Kind::People, limits, pages().route("/events", events)).await;
    let mut stream = rig.browser().await;
    stream.write_all(rig.get("/events", "").as_bytes()).await.unwrap();
    until(&mut stream, "\r\n\r\n").await;

    // Two idle connections, one after the other: when the second has ended, the limits
    // have passed twice over the stream.
    for _ in 0..2 {
        let heard = say(&mut rig.browser().await, &rig.get("/", "")).await;
        assert!(heard.ends_with("hello 127.0.0.1"), "{heard}");
    }
    chunks.send(Bytes::from_static(b"still here")).await.unwrap();
    until(&mut stream, "still here").await;
    drop(chunks);
    until(&mut stream, "0\r\n\r\n").await;
    rig.stopped().await;
}

#[tokio::test]
async fn a_stop_lets_what_is_in_hand_finish() {
    let (router, mut asked) = waiting();
    let rig = rig(Kind::People, PATIENT, router).await;
    let (ask, mut stream) = (rig.get("/", ""), rig.browser().await);
    let client = beside(async move { say(&mut stream, &ask).await });
    let go = asked.recv().await.unwrap();
    let addr = rig.addr;
    rig.stopper.stop();
    // The port is closed as soon as the loop has heard; then the page is let go.
    while TcpStream::connect(addr).await.is_ok() {}
    go.send(()).unwrap();
    assert!(client.await.unwrap().starts_with("HTTP/1.1 200 "));
    assert_eq!(rig.stopped().await, 0);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let (router, mut asked) = waiting();
    let rig = rig(Kind::People, Limits { drain: SHORT, ..PATIENT }, router).await;
    let (ask, mut stream) = (rig.get("/", ""), rig.browser().await);
    let client = beside(async move { say(&mut stream, &ask).await });
    let _go = asked.recv().await.unwrap();
    assert_eq!(rig.stopped().await, 1);
    assert_eq!(client.await.unwrap(), "");
}

#[tokio::test]
async fn clients_beyond_the_limit_wait_for_a_place() {
    let rig = rig(Kind::People, Limits { connections_max: 1, idle: SHORT, ..PATIENT }, pages()).await;
    let mut first = rig.browser().await;
    first.write_all(rig.get("/", "").as_bytes()).await.unwrap();
    until(&mut first, "hello 127.0.0.1").await;
    // The second is greeted only when the first has been idle for too long.
    let heard = say(&mut rig.browser().await, &rig.get("/", "Connection: close\r\n")).await;
    assert!(heard.starts_with("HTTP/1.1 200 "));
    assert_eq!(rest(&mut first).await, "");
    rig.stopped().await;
}
