//! A worker's own device: it reads the key that the demonstration made, and signs what its worker is about to send.
//!
//! What is signed is put together here from the description of the API, not by the program's own code.

use crate::world::{Answer, World};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use lippen::auth::device::DeviceKey;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::PathBuf;

/// A device.
pub(crate) struct Device {
    pair: Ed25519KeyPair,
    /// The name of its key.
    pub(crate) kid: String,
}

impl Device {
    /// Makes a device with a new key.
    pub(crate) fn new() -> Self {
        Self::with(Ed25519KeyPair::generate().expect("a key"))
    }

    /// Returns the device of a member of the cast.
    pub(crate) fn of(world: &World, key: &str) -> Self {
        let pem = std::fs::read_to_string(file_of(world, key)).expect("a key file");
        let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        let pkcs8 = STANDARD.decode(body).expect("PEM");
        Self::with(Ed25519KeyPair::from_pkcs8(&pkcs8).expect("a private key"))
    }

    fn with(pair: Ed25519KeyPair) -> Self {
        let kid = DeviceKey::new(pair.public_key().as_ref()).expect("a public key").thumbprint();
        Self { pair, kid }
    }

    /// Signs for a colleague, as their second officer, what they are about to send.
    pub(crate) fn stands_by(&self, colleague: &str, challenge: &str, ask: &Value) -> Value {
        let text = to_sign_as("break-glass-second", &format!(" for {colleague}"), challenge, ask);
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(text.as_bytes()));
        json!({ "challenge": challenge, "key": self.kid, "signature": signature })
    }

    /// Returns the public half.
    pub(crate) fn public(&self) -> DeviceKey {
        DeviceKey::new(self.pair.public_key().as_ref()).expect("a public key")
    }

    /// Answers a challenge for what is about to be sent.
    pub(crate) fn answers(&self, challenge: &str, ask: &Value) -> Value {
        let signature = URL_SAFE_NO_PAD.encode(self.pair.sign(to_sign(challenge, ask).as_bytes()));
        json!({ "challenge": challenge, "key": self.kid, "signature": signature })
    }
}

/// Returns where the private key of a member of the cast lies.
pub(crate) fn file_of(world: &World, key: &str) -> PathBuf {
    let worker = world.worker(key).id.to_string();
    let workers = world.manifest["workers"].as_array().expect("a list of workers");
    let listed = workers.iter().find(|one| one["id"] == worker.as_str()).expect("each of the cast is listed");
    world.data().join(listed["step_up_key"].as_str().expect("a file"))
}

/// Returns what is signed for a request of emergency access.
pub(crate) fn to_sign(challenge: &str, ask: &Value) -> String {
    to_sign_as("break-glass", "", challenge, ask)
}

/// Returns what is signed for a request: `after` stands after the record.
fn to_sign_as(act: &str, after: &str, challenge: &str, ask: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let record = match &ask["person"] {
        Value::Null => {
            let named = |name: &str| ask[name].as_str().map(|id| format!("{name} {id}"));
            [named("case"), named("about")].into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        man => {
            let parts = ["family_name", "given_name", "date_of_birth", "reference"].map(|name| text(&man[name]));
            format!("person {}", parts.join("\t"))
        }
    };
    let categories = ask["categories"].as_array().expect("categories").iter().map(text).collect::<Vec<_>>().join("+");
    let said =
        format!("{act}\n{record}{after}\n{categories}\n{}\n{}", text(&ask["incident"]), text(&ask["reason"]).trim());
    let digest: String = Sha256::digest(said.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("lippen-step-up/v1\n{challenge}\n{digest}\n")
}

impl World {
    /// Gives a member of the cast a challenge.
    pub(crate) async fn challenge(&self, key: &str) -> String {
        let asked = self.cast(key).post("/api/v1/me/step-up", json!({})).await;
        asked.is(200)["challenge"].as_str().expect("a challenge").to_owned()
    }

    /// Lets one of the cast sign, as the second officer of another, what that one is about to send.
    pub(crate) async fn seconds(&self, second: &str, key: &str, ask: &Value) -> Value {
        let challenge = self.challenge(second).await;
        let colleague = self.worker(key).id.to_string();
        let mut proof = Device::of(self, second).stands_by(&colleague, &challenge, ask);
        proof["worker"] = json!(self.worker(second).id);
        proof
    }

    /// Asks for emergency access as a member of the cast does, with their own device.
    pub(crate) async fn breaks_glass(&self, key: &str, mut ask: Value) -> Answer {
        let challenge = self.challenge(key).await;
        ask["step_up"] = Device::of(self, key).answers(&challenge, &ask);
        self.cast(key).post("/api/v1/emergency-access", ask).await
    }
}
