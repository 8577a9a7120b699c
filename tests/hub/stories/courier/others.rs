//! The same before receivers that others wrote: a relay of `aiosmtpd`, and the library of Standard Webhooks.

use super::{SAID, raises, words};
use crate::tools::python_beside;
use crate::world::{Db, Time, Wired, World};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::process::Child;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A program beside the test, and the lines that it says.
struct Beside {
    child: Child,
    lines: Receiver<String>,
}

impl Beside {
    fn of(mut child: Child) -> Self {
        let (out, (send, lines)) = (child.stdout.take().expect("its output"), channel());
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if send.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    fn next(&self) -> Value {
        let line = self.lines.recv_timeout(Duration::from_secs(30)).expect("it says something");
        serde_json::from_str(&line).expect("JSON")
    }

    fn is_told(&mut self, line: &str) {
        writeln!(self.child.stdin.as_mut().expect("its input"), "{line}").expect("it listens");
        assert!(self.next()["secrets"].is_number());
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_relay_and_a_library_that_others_wrote_get_exactly_what_was_promised() {
    for db in [Db::Lite, Db::Postgres] {
        let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port();
        let smtp = Some(SocketAddr::from(([127, 0, 0, 1], port)));
        let Some(world) = World::wired(db, Time::Real, Wired { smtp, webhooks: true }) else { continue };
        let file = |name: &str| world.data().join("certs").join(name).display().to_string();
        let args = [port.to_string(), file("server.pem"), file("server.key")];
        let Some(child) = python_beside("receivers.py", &args) else { return };
        let beside = Mutex::new(Some(Beside::of(child)));
        world.tell(async |world: &World| {
            let beside = beside.lock().expect("nobody panics with it").take().expect("one story");
            meets(world, beside).await;
        });
        world.stop();
    }
}

async fn meets(world: &World, mut beside: Beside) {
    let port = beside.next()["port"].as_u64().expect("a port");
    let (morag, tracy) = (world.cast("morag"), world.cast("tracy"));
    let mail = json!({ "address": "morag@example.org" });
    morag.post("/api/v1/me/notifications/email", mail).await.is(202);
    let came = beside.next();
    let text = came["mail"].as_str().expect("an e-mail").to_owned();
    assert_eq!((&came["from"], &came["to"]), (&json!("no-reply@demo.invalid"), &json!(["morag@example.org"])));
    let code = text.split_once("Your code is ").and_then(|(_, rest)| rest.split_whitespace().next()).expect("a code");
    morag.post("/api/v1/me/notifications/email/verification", json!({ "code": code })).await.is(200);

    let url = json!({ "url": format!("https://127.0.0.1:{port}/in") });
    let given = tracy.post("/api/v1/endpoints", url).await;
    beside.is_told(given.is(201)["secret"].as_str().expect("a secret"));
    let of = format!("/api/v1/endpoints/{}", given.id());
    tracy.post(&format!("{of}/test"), json!({})).await.is(202);
    let came = beside.next();
    assert_eq!((&came["hook"]["type"], &came["known"]), (&json!("notice.test"), &json!([true])), "{came}");
    assert_eq!(came["altered"], false, "a byte more is another message");

    let next = tracy.post(&format!("{of}/secret"), json!({})).await;
    beside.is_told(next.is(201)["secret"].as_str().expect("a secret"));
    raises(world, "critical").await;
    let (mut mails, mut hooks) = (vec![text], Vec::new());
    while mails.len() < 2 || hooks.is_empty() {
        let came = beside.next();
        match came["mail"].as_str() {
            Some(text) => mails.push(text.to_owned()),
            None => hooks.push(came),
        }
    }
    for came in &hooks {
        assert_eq!(came["known"], json!([true, true]), "both secrets sign for a day: {came}");
        assert_eq!((&came["hook"]["data"]["id"], &came["altered"]), (&came["id"], &json!(false)), "{came}");
    }
    let left: Vec<String> = hooks.iter().map(|came| came["hook"].to_string()).chain(mails).collect();
    words::are_in_none_of(world, &left, SAID);
}
