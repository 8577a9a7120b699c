//! The pages through the front door, without a browser: sessions, forms, headers, and who is shown what.

mod browser_like;
mod forms;
mod status;

use crate::world::{World, on_each, on_each_alone};
pub(crate) use browser_like::{FORM, Window};
use lippen::http::pages::PAGES;

/// What every page says of what it may load.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

#[test]
fn only_the_button_signs_in_and_its_key_is_kept_nowhere() {
    on_each_alone(async |world| {
        let begin = i64::try_from(world.log_size().await).expect("a size");
        let mut window = Window::of(world);
        for path in ["/", "/demo/sign-in", "/demo/sign-in?as=kenneth"] {
            let page = window.get(path).await;
            page.is(200);
            assert!(page.headers.get("set-cookie").is_none() && window.cookie.is_none(), "a GET signs nobody in");
        }
        window.get("/demo/sign-in?as=nobody").await.is(404);
        window.get("/demo/sign-in?as=kenneth&as=isla").await.is(400);
        let inside = window.enters("kenneth").await;
        assert_eq!(inside.is(303).headers["location"], "/");
        let set = inside.headers["set-cookie"].to_str().expect("text").to_owned();
        let (own, flags) = set.split_once("; ").expect("flags");
        assert_eq!(flags, "Path=/; Secure; HttpOnly; SameSite=Lax");
        let key = own.strip_prefix("__Host-lippen=").expect("its name").to_owned();
        assert_eq!(key.len(), 43);
        window.get("/status").await.is(200).holds_no(&key);
        let kept = world.number("SELECT CAST(COUNT(*) AS BIGINT) FROM session WHERE print = $1 OR id = $1", &key).await;
        let records = world.records_from(begin).await;
        assert!(kept == 0 && records.iter().all(|one| one.values().all(|value| !value.contains(&key))));
        window.sign_out().await;
        let acts: Vec<_> = world.records_from(begin).await;
        let acts: Vec<_> = acts.iter().filter(|one| one["kind"] == "session").map(|one| one["act"].as_str()).collect();
        assert_eq!(acts, ["sign-in", "sign-out"]);
    });
}

#[test]
fn a_key_that_somebody_else_chose_is_never_taken_over() {
    on_each(async |world| {
        let mut window = Window::of(world);
        let chosen = "A".repeat(43);
        window.cookie = Some(chosen.clone());
        window.sign_in("kenneth").await;
        assert_ne!(window.cookie.as_ref(), Some(&chosen), "a new key at sign-in");
        let mut attacker = Window::of(world);
        attacker.cookie = Some(chosen);
        attacker.get("/status").await.is(401);
        let first = window.cookie.clone();
        window.sign_in("lynsey").await;
        attacker.cookie = first;
        attacker.get("/status").await.is(401);
        window.get("/status").await.is(200);
    });
}

#[test]
fn a_session_ends_by_idleness_by_time_and_by_signing_out() {
    on_each_alone(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        world.wind(899);
        window.get("/status").await.is(200);
        world.wind(901);
        let out = window.get("/status").await;
        assert!(out.is(401).text.contains("You are not signed in") && out.text.contains("/demo/sign-in"), "{out}");
        assert!(out.headers.get("www-authenticate").is_none());
        window.sign_in("kenneth").await;
        for _ in 0..44 {
            world.wind(800);
            window.get("/status").await.is(200);
        }
        world.wind(800);
        window.get("/status").await.is(401);
        window.sign_in("kenneth").await;
        let key = window.cookie.clone();
        let gone = window.sign_out().await;
        assert!(gone.headers["set-cookie"].to_str().expect("text").contains("Max-Age=0"));
        window.cookie = key;
        window.get("/status").await.is(401);
        window.get("/").await.is(200).holds_no("Sign out");
    });
}

#[test]
fn a_page_takes_no_token_and_an_interface_no_session() {
    on_each(async |world| {
        world.cast("kenneth").get("/status").await.is(401);
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        window.get("/api/v1/me").await.is_problem(401, "invalid-token");
        for cookie in ["token=x", "access_token=x"] {
            let headers = [("cookie", cookie)];
            let refused = world.nobody().send("GET", "/status", &headers, hyper::body::Bytes::new()).await;
            assert!(refused.is(400).text.contains("A token stands where it can be seen"), "{refused}");
        }
        let own = format!("__Host-lippen={}", window.cookie.clone().expect("a key"));
        let twice = [("cookie", &*format!("{own}; {own}"))];
        world.nobody().send("GET", "/status", &twice, hyper::body::Bytes::new()).await.is(401);
    });
}

/// Who is shown what: page, and what police response, offender management, a women's worker, a governance officer, the
/// platform's operator and nobody are answered.
#[rustfmt::skip]
const SHOWN: &[(&str, &str, [u16; 6])] = &[
    //                                  PR   PO   WW   DP   OP  nobody
    ("get", "/",                       [303, 200, 200, 200, 200, 200]),
    ("get", "/status",                 [200, 200, 404, 404, 404, 401]),
    ("post", "/status",                [422, 422, 404, 404, 404, 401]),
    ("get", "/status/list",            [200, 200, 404, 404, 404, 401]),
    ("post", "/status/list",           [422, 422, 404, 404, 404, 401]),
    ("get", "/status/follow-up",       [200, 200, 404, 200, 404, 401]),
    ("post", "/status/follow-up",      [404, 404, 404, 404, 404, 401]),
    ("post", "/sign-out",              [303, 303, 303, 303, 303, 401]),
    ("get", "/demo/sign-in",           [200, 200, 200, 200, 200, 200]),
    ("post", "/demo/sign-in",          [404, 404, 404, 404, 404, 404]),
    ("get", "/assets/{hash}/{file}",   [404, 404, 404, 404, 404, 404]),
];

const WHO: [Option<&str>; 6] = [Some("kenneth"), Some("angus"), Some("isla"), Some("ruth"), Some("emil"), None];

#[test]
fn every_page_answers_each_of_the_cast_as_the_table_says_and_says_it_as_a_page() {
    on_each(async |world| {
        let listed: Vec<_> = SHOWN.iter().map(|(method, path, _)| (*method, *path)).collect();
        assert_eq!(listed, PAGES, "say of each page who may see it");
        let mut wrong = Vec::new();
        for (method, path, expected) in SHOWN {
            for (who, status) in WHO.iter().zip(expected) {
                let mut window = Window::of(world);
                if let Some(key) = who {
                    window.sign_in(key).await;
                }
                let answer = if *method == "get" { window.get(path).await } else { window.post(path, &[]).await };
                if answer.status.as_u16() != *status {
                    wrong.push(format!("{method} {path}: {who:?} got {}", answer.status));
                }
                if answer.status != 303 {
                    is_dressed(&answer, &format!("{method} {path}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

/// Claims that an answer is a page with all that a page must say to a browser.
fn is_dressed(answer: &crate::world::Answer, what: &str) {
    let header =
        |name: &str| answer.headers.get(name).and_then(|line| line.to_str().ok()).unwrap_or_default().to_owned();
    assert_eq!(header("content-security-policy"), POLICY, "{what}");
    assert_eq!(header("content-type"), "text/html; charset=utf-8", "{what}");
    assert_eq!(header("cache-control"), "no-store", "{what}");
    assert_eq!((header("referrer-policy"), header("x-content-type-options")), ("no-referrer".into(), "nosniff".into()));
    assert_eq!(header("cross-origin-opener-policy"), "same-origin", "{what}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{what}");
    assert!(
        header("strict-transport-security").starts_with("max-age=") && header("x-request-id").len() == 32,
        "{what}"
    );
    assert!(answer.text.contains("Everybody and everything here is made up"), "the demonstration says so: {what}");
    for inline in ["<script", "<style", "style=\"", "javascript:", " onclick"] {
        assert!(!answer.text.contains(inline), "{what} holds {inline}");
    }
}

#[test]
fn style_sheets_are_kept_by_their_hash_and_the_first_page_is_small() {
    on_each(async |world| {
        let window = Window::of(world);
        let page = window.get("/").await;
        let styles: Vec<&str> = page
            .text
            .split("<link rel=\"stylesheet\" href=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(styles.len(), 2);
        let mut bytes = page.text.len();
        for style in styles {
            let sheet = window.get(style).await;
            assert_eq!(sheet.is(200).headers["cache-control"], "public, max-age=31536000, immutable");
            assert_eq!(sheet.headers["content-type"], "text/css; charset=utf-8");
            bytes += sheet.text.len();
            let (folder, name) = style.rsplit_once('/').expect("a name");
            window.get(&format!("{folder}0/{name}")).await.is(404);
        }
        assert!(bytes < 200 * 1024, "the first page has {bytes} bytes in all");
    });
}

#[test]
fn an_address_where_nothing_is_is_a_page_for_a_browser_and_a_problem_for_a_program() {
    on_each(async |world| {
        let window = Window::of(world);
        for path in ["/nowhere", "/status/nowhere", "/demo"] {
            let page = window.get(path).await;
            is_dressed(page.is(404), path);
            assert!(page.text.contains("Nothing here that you can open"));
            world.nobody().get(path).await.is_problem(404, "not-found");
        }
        window.get("/api/v1/nowhere").await.is_problem(404, "not-found");
        let method = window.post("/", &[]).await;
        assert!(method.is(405).text.contains("That cannot be done here"), "{method}");
        let in_the_open = window.get("/status?token=x").await;
        is_dressed(in_the_open.is(400), "/status?token=x");
    });
}

#[test]
fn where_a_seat_has_no_page_the_first_page_says_so_and_shows_nothing_else() {
    on_each(async |world: &World| {
        let mut window = Window::of(world);
        window.sign_in("isla").await;
        let page = window.get("/").await;
        assert!(page.is(200).text.contains("Isla Kerr") && page.text.contains("no page for your work yet"), "{page}");
        for word in lippen::demo::CANARIES {
            page.holds_no(word);
        }
        window.sign_in("kenneth").await;
        assert_eq!(window.get("/").await.is(303).headers["location"], "/status");
    });
}

#[test]
fn whoever_must_not_wait_for_alerts_is_told_so_on_every_page_and_not_otherwise() {
    const BANNER: &str = "Alerts may be delayed: telephone.";
    on_each_alone(async |world| {
        let kenneth = world.cast("kenneth");
        let duty = serde_json::json!({ "worker": world.worker("kenneth").id, "what": "duty" });
        world.cast("graham").post("/api/v1/rota", duty).await.is(201);
        let last = kenneth.get("/api/v1/heartbeats").await["last"]["heartbeat"].clone();
        kenneth.post("/api/v1/heartbeats/taken", serde_json::json!({ "heartbeat": last })).await.is(200);
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        window.get("/status").await.is(200).holds_no(BANNER);
        world.wind(600);
        let page = window.get("/status").await;
        assert!(page.is(200).text.contains(BANNER) && page.text.contains("href=\"tel:"), "{page}");
        let mut stream = kenneth.listen(None).await;
        while stream.hears_a_beat().await.data["heartbeat"] == last {}
        let last = kenneth.get("/api/v1/heartbeats").await["last"]["heartbeat"].clone();
        kenneth.post("/api/v1/heartbeats/taken", serde_json::json!({ "heartbeat": last })).await.is(200);
        window.get("/status").await.is(200).holds_no(BANNER);
    });
}
