//! Wraps a drawer's key in an age file for one recipient, signed in its place.
//!
//! Promises: a key is taken from a wrap only after three independent checks: the hub's
//! signature over the row and the file, then age, then what the file itself says it is for.
//! An agency opens its own wraps with the stock `age` command and its identity.
//! Must never know: where wraps are stored, what the key seals.

use super::age_file::{TEXT_BYTES_MAX, open_file, seal_file};
use super::context::wrap_context;
use super::error::Error;
use super::keys::DataKey;
use crate::model::sealed::{Drawer, Wrap};
use crate::model::time::Moment;
use age::x25519::{Identity, Recipient};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// The recipient name of the hub's own wraps.
pub(super) const HUB: &str = "hub";

const SIGNED_LABEL: &[u8] = b"lippen-wrap/v1\0";
const SUITE: &str = "A256GCM-HKDF-SHA256";
const PURPOSE: &str = "lippen-data-key";

/// To whom a key is wrapped.
#[derive(Clone, Copy)]
pub(super) struct Addressee<'a> {
    /// [`HUB`], or the agency's short name.
    pub(super) name: &'a str,
    /// Its age recipient.
    pub(super) recipient: &'a Recipient,
}

/// What stands inside the age file. Its names and order are read by agencies too.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Inner<'a> {
    key: &'a str,
    case: &'a str,
    compartment: &'a str,
    epoch: i64,
    created: &'a str,
    suite: &'a str,
    purpose: &'a str,
}

/// Wraps `key` to one addressee and signs it into its place.
pub(super) fn wrap(
    key: &DataKey,
    drawer: Drawer,
    to: Addressee<'_>,
    created: Moment,
    signer: &Ed25519KeyPair,
) -> Result<Wrap, Error> {
    let text = inner_text(key, &drawer, created)?;
    let file = seal_file(to.recipient, &text).ok_or(Error::WrapFile)?;
    Ok(sign(drawer, to.name, file, signer))
}

/// Takes the key out of a wrap.
///
/// # Errors
/// [`Error::WrapSignature`], [`Error::WrapFile`] or [`Error::WrapContext`], in the order of the checks.
pub(super) fn unwrap(wrap: &Wrap, identity: &Identity, verifying_key: &[u8]) -> Result<DataKey, Error> {
    let message = signed_message(&wrap.drawer, &wrap.recipient, &wrap.file);
    UnparsedPublicKey::new(&ED25519, verifying_key)
        .verify(&message, &wrap.signature)
        .map_err(|_| Error::WrapSignature)?;
    let text = open_file(&wrap.file, identity).ok_or(Error::WrapFile)?;
    let inner: Inner<'_> = serde_json::from_slice(&text).map_err(|_| Error::WrapContext)?;
    check(&inner, &wrap.drawer)?;
    DataKey::filled(|bytes| match STANDARD.decode_slice(inner.key, bytes.as_mut_slice()) {
        Ok(32) => Ok(()),
        _ => Err(Error::WrapContext),
    })
}

/// Writes what stands inside, in memory that is wiped and never grows: growing leaves copies.
fn inner_text(key: &DataKey, drawer: &Drawer, created: Moment) -> Result<Zeroizing<Vec<u8>>, Error> {
    let mut letters = Zeroizing::new([0; 44]);
    STANDARD.encode_slice(key.bytes(), letters.as_mut_slice()).expect("32 bytes are 44 letters of base64");
    let inner = Inner {
        key: std::str::from_utf8(letters.as_slice()).expect("base64 is ASCII"),
        case: &drawer.case_word(),
        compartment: drawer.compartment.as_str(),
        epoch: drawer.epoch,
        created: &created.to_string(),
        suite: SUITE,
        purpose: PURPOSE,
    };
    let mut text = Zeroizing::new(Vec::with_capacity(TEXT_BYTES_MAX));
    serde_json::to_writer(&mut *text, &inner).map_err(|_| Error::WrapContext)?;
    Ok(text)
}

fn check(inner: &Inner<'_>, drawer: &Drawer) -> Result<(), Error> {
    let fits = inner.case == drawer.case_word()
        && inner.compartment == drawer.compartment.as_str()
        && inner.epoch == drawer.epoch
        && inner.suite == SUITE
        && inner.purpose == PURPOSE
        && inner.created.parse::<jiff::Timestamp>().is_ok();
    if fits { Ok(()) } else { Err(Error::WrapContext) }
}

fn sign(drawer: Drawer, recipient: &str, file: Vec<u8>, signer: &Ed25519KeyPair) -> Wrap {
    let signature = signer.sign(&signed_message(&drawer, recipient, &file)).as_ref().to_vec();
    Wrap { drawer, recipient: recipient.to_owned(), file, signature }
}

fn signed_message(drawer: &Drawer, recipient: &str, file: &[u8]) -> Vec<u8> {
    let mut message = SIGNED_LABEL.to_vec();
    message.extend_from_slice(&wrap_context(drawer, recipient));
    message.extend_from_slice(digest(&SHA256, file).as_ref());
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{CaseId, ProtectedId};
    use crate::model::sealed::Compartment;
    use age::secrecy::ExposeSecret;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::KeyPair;
    use std::io::Write;
    use std::process::{Command, Stdio};

    const CREATED: Moment = Moment::from_micros(1_795_000_000_000_000);

    struct Bench {
        key: DataKey,
        drawer: Drawer,
        identity: Identity,
        signer: Ed25519KeyPair,
    }

    impl Bench {
        fn new() -> Self {
            Self {
                key: DataKey::random(&SystemRandom::new()).unwrap(),
                drawer: Drawer::whereabouts(CaseId::from_bits(1), ProtectedId::from_bits(3)),
                identity: Identity::generate(),
                signer: Ed25519KeyPair::generate().unwrap(),
            }
        }

        fn wrap(&self) -> Wrap {
            let to = Addressee { name: "womens-service", recipient: &self.identity.to_public() };
            wrap(&self.key, self.drawer, to, CREATED, &self.signer).unwrap()
        }

        fn file(&self, text: &[u8]) -> Vec<u8> {
            seal_file(&self.identity.to_public(), text).unwrap()
        }

        /// What stands in a genuine wrap, with `from` changed to `to`.
        fn text(&self, from: &str, to: &str) -> Vec<u8> {
            let text = inner_text(&self.key, &self.drawer, CREATED).unwrap();
            let text = std::str::from_utf8(&text).unwrap();
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1).into_bytes()
        }

        fn unwrap(&self, wrap: &Wrap) -> Result<DataKey, Error> {
            unwrap(wrap, &self.identity, self.signer.public_key().as_ref())
        }

        fn refusal_of_signed(&self, file: Vec<u8>) -> Error {
            self.unwrap(&sign(self.drawer, "womens-service", file, &self.signer)).unwrap_err()
        }
    }

    #[test]
    fn a_key_comes_back_from_its_wrap() {
        let bench = Bench::new();
        for _ in 0..50 {
            let wrap = bench.wrap();
            assert_eq!(bench.unwrap(&wrap).unwrap().bytes(), bench.key.bytes());
        }
    }

    #[test]
    fn a_row_that_was_changed_or_swapped_fails_its_signature() {
        let bench = Bench::new();
        let wrap = bench.wrap();
        let own = bench.drawer;
        for drawer in [
            Drawer { case: Some(CaseId::from_bits(2)), ..own },
            Drawer { case: None, ..own },
            Drawer { about: Some(ProtectedId::from_bits(4)), ..own },
            Drawer { about: None, ..own },
            Drawer { compartment: Compartment::Core, ..own },
            Drawer { epoch: 2, ..own },
        ] {
            let swapped = Wrap { drawer, ..wrap.clone() };
            assert_eq!(bench.unwrap(&swapped).unwrap_err(), Error::WrapSignature);
        }
        let renamed = Wrap { recipient: HUB.to_owned(), ..wrap.clone() };
        assert_eq!(bench.unwrap(&renamed).unwrap_err(), Error::WrapSignature);
        let other_file = Wrap { file: bench.wrap().file, ..wrap };
        assert_eq!(bench.unwrap(&other_file).unwrap_err(), Error::WrapSignature);
    }

    #[test]
    fn an_edited_or_foreign_signature_fails() {
        let bench = Bench::new();
        let wrap = bench.wrap();
        for byte in 0..wrap.signature.len() {
            let mut edited = wrap.clone();
            edited.signature[byte] ^= 1;
            assert_eq!(bench.unwrap(&edited).unwrap_err(), Error::WrapSignature, "{byte}");
        }
        let foreign = sign(bench.drawer, "womens-service", wrap.file, &Ed25519KeyPair::generate().unwrap());
        assert_eq!(bench.unwrap(&foreign).unwrap_err(), Error::WrapSignature);
    }

    #[test]
    fn a_foreign_file_does_not_open_even_when_signed() {
        let bench = Bench::new();
        assert_eq!(bench.refusal_of_signed(Bench::new().wrap().file), Error::WrapFile);
        assert_eq!(bench.refusal_of_signed(b"age-encryption.org/v1\n".to_vec()), Error::WrapFile);
        let mut altered = bench.wrap().file;
        *altered.last_mut().unwrap() ^= 1;
        assert_eq!(bench.refusal_of_signed(altered), Error::WrapFile);
    }

    #[test]
    fn a_file_for_another_place_is_refused_even_when_signed() {
        let bench = Bench::new();
        let case = bench.drawer.case_word();
        for (from, to) in [
            (case.as_str(), "directory"),
            ("\"location\"", "\"core\""),
            ("\"epoch\":1", "\"epoch\":2"),
            (SUITE, "A128GCM"),
            (PURPOSE, "lippen-audit-key"),
            ("\"created\":\"2", "\"created\":\"x"),
            ("\"key\":\"", "\"key\":\"AAAA"),
            ("=\"", "\""),
            ("{", "{\"extra\":1,"),
            ("{", "{\"epoch\":1,"),
            ("}", ""),
        ] {
            let file = bench.file(&bench.text(from, to));
            assert_eq!(bench.refusal_of_signed(file), Error::WrapContext, "{from} became {to}");
        }
        let unchanged = bench.file(&bench.text("{", "{"));
        assert!(bench.unwrap(&sign(bench.drawer, "womens-service", unchanged, &bench.signer)).is_ok());
    }

    #[test]
    fn an_agency_opens_its_wrap_with_the_stock_age_command() {
        if Command::new("age").arg("--version").output().is_err() {
            let required = std::env::var("LIPPEN_TEST_REQUIRE").unwrap_or_default();
            assert!(!required.split(',').any(|tool| tool.trim() == "age"), "age is required and not on PATH");
            eprintln!("skipped: the age command is not on PATH");
            return;
        }
        let bench = Bench::new();
        let folder = tempfile::tempdir().unwrap();
        let identity = folder.path().join("identity.txt");
        std::fs::write(&identity, bench.identity.to_string().expose_secret()).unwrap();
        let mut child = Command::new("age")
            .args(["--decrypt", "--identity"])
            .arg(&identity)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&bench.wrap().file).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        let inner: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let expected = serde_json::json!({
            "key": STANDARD.encode(bench.key.bytes()),
            "case": "00000000-0000-4000-8000-000000000001/00000000-0000-4000-8000-000000000003",
            "compartment": "location",
            "epoch": 1,
            "created": "2026-11-18T11:06:40Z",
            "suite": "A256GCM-HKDF-SHA256",
            "purpose": "lippen-data-key",
        });
        assert_eq!(inner, expected);
    }
}
