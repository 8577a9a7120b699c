//! Somebody who asks as a browser does: with a cookie, and with forms of the pages that they were given.

use crate::world::{Answer, Player, World};
use hyper::body::Bytes;

/// One window of a browser.
pub(crate) struct Window {
    player: Player,
    /// The key that the browser holds.
    pub(crate) cookie: Option<String>,
    /// What stands in the forms of its pages.
    pub(crate) form: String,
}

impl Window {
    /// Opens a window, signed in as nobody.
    pub(crate) fn of(world: &World) -> Self {
        Self { player: world.nobody(), cookie: None, form: String::new() }
    }

    /// Goes to a page.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let cookie = self.cookie_line();
        let headers = [("accept", "text/html"), ("cookie", &cookie), ("sec-fetch-site", "none")];
        self.player.send("GET", path, &headers, Bytes::new()).await
    }

    /// Sends a form of the page, with what stands in the session's forms.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = [("form", &*self.form)];
        let own = if self.form.is_empty() { &[][..] } else { &form[..] };
        self.send(path, &[own, fields].concat()).await
    }

    /// Sends a form with these fields and no more.
    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.raw(path, &[("sec-fetch-site", "same-origin"), ("origin", "null")], FORM, pairs.join("&").into()).await
    }

    /// Sends anything, from anywhere.
    pub(crate) async fn raw(&self, path: &str, from: &[(&str, &str)], kind: &str, body: Bytes) -> Answer {
        let cookie = self.cookie_line();
        let own = [("accept", "text/html"), ("cookie", &*cookie), ("content-type", kind)];
        self.player.send("POST", path, &[&own[..], from].concat(), body).await
    }

    /// Presses the button of somebody of the cast, and keeps what the browser is given.
    pub(crate) async fn enters(&mut self, key: &str) -> Answer {
        let inside = self.send("/demo/sign-in", &[("as", key)]).await;
        let set = inside.is(303).headers["set-cookie"].to_str().expect("text");
        self.cookie = Some(set.split(['=', ';']).nth(1).expect("a key").to_owned());
        let mut page = self.get("/").await;
        if page.status == 303 {
            page = self.get("/status").await;
        }
        let form = page.text.split("name=\"form\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        form.expect("a form's token").clone_into(&mut self.form);
        inside
    }

    /// Signs in.
    pub(crate) async fn sign_in(&mut self, key: &str) {
        let _ = self.enters(key).await;
    }

    /// Signs out.
    pub(crate) async fn sign_out(&mut self) -> Answer {
        let gone = self.post("/sign-out", &[]).await;
        gone.is(303);
        (self.cookie, self.form) = (None, String::new());
        gone
    }

    fn cookie_line(&self) -> String {
        self.cookie.as_ref().map_or_else(|| "seen=yes".to_owned(), |key| format!("__Host-lippen={key}"))
    }
}

/// What a browser calls its forms.
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

/// Writes a value as a browser does.
pub(crate) fn encoded(value: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._*".contains(byte);
    value.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
