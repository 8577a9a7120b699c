//! Tests of `auth/directory.rs`: a good directory opens, and each fault alone closes it.

use super::client_cert::Thumbprint;
use super::directory::{DIRECTORY_BYTES_MAX, Directory, Error, GovernanceKey};
use super::environment::Environment;
use super::issuer::BadIssuer;
use super::system_tokens::SystemTokens;
use crate::model::id::AgencyId;
use crate::model::time::{Day, Moment};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

fn pair() -> Ed25519KeyPair {
    Ed25519KeyPair::generate().unwrap()
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn governance(pair: &Ed25519KeyPair) -> GovernanceKey {
    text(pair.public_key().as_ref()).parse().unwrap()
}

fn now() -> Moment {
    "2026-11-20".parse::<Day>().unwrap().end()
}

fn good() -> Value {
    let curve = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = curve.public_key().as_ref();
    json!({
        "format": "lippen-directory/1", "version": 7, "environment": "production", "audience": "https://hub.scot",
        "agencies": [
            {"agency": "police-scotland", "issuer": "https://login.police.scot", "algorithm": "EdDSA",
             "keys": [{"kid": "p1", "kty": "OKP", "crv": "Ed25519", "x": text(pair().public_key().as_ref())}],
             "thumbprints": [Thumbprint::of(b"police").to_string()], "valid_until": "2027-02-22"},
            {"agency": "womens-service", "issuer": "https://login.womens.scot/a", "algorithm": "ES256",
             "keys": [{"kid": "w1", "kty": "EC", "crv": "P-256", "x": text(&point[1..33]), "y": text(&point[33..])}],
             "thumbprints": [], "valid_until": "2026-11-20"}
        ]
    })
}

/// Signs the bytes with two keys and opens them.
fn opened(bytes: &[u8], now: Moment) -> Result<Directory, Error> {
    let (one, two) = (pair(), pair());
    let (s1, s2) = (one.sign(bytes), two.sign(bytes));
    Directory::open(bytes, &[s1.as_ref(), s2.as_ref()], &[governance(&one), governance(&two), governance(&pair())], now)
}

fn changed(change: impl FnOnce(&mut Value)) -> Result<Directory, Error> {
    let mut file = good();
    change(&mut file);
    opened(file.to_string().as_bytes(), now().plus_seconds(-1))
}

fn police() -> AgencyId {
    "police-scotland".parse().unwrap()
}

#[test]
fn a_good_directory_becomes_what_the_hub_trusts() {
    let directory = changed(|_| {}).unwrap();
    assert_eq!((directory.version(), directory.audience(), directory.lapsed().len()), (7, "https://hub.scot", 0));
    let hub = SystemTokens::new(
        Environment::Production,
        "https://hub.scot",
        "https://hub.scot",
        directory.agencies().cloned(),
    )
    .unwrap();
    let (issuers, certs) = directory.into_trust(hub.issuers()).unwrap();
    let peer = Thumbprint::of(b"police");
    let token = hub.issue(&police(), &peer, now()).unwrap();
    assert!(issuers.verify(&token, now(), Some(&peer)).is_ok());
    assert!(certs.revoke(&peer));
}

#[test]
fn two_different_people_must_have_signed_these_bytes() {
    let (one, two, stranger, bytes) = (pair(), pair(), pair(), good().to_string());
    let (bytes, keys) = (bytes.as_bytes(), [governance(&one), governance(&two)]);
    let (s1, s2, s3) = (one.sign(bytes), two.sign(bytes), stranger.sign(bytes));
    let (s1, s2, s3) = (s1.as_ref(), s2.as_ref(), s3.as_ref());
    let other = two.sign(b"other bytes");
    let refused = |signatures: &[&[u8]], keys: &[GovernanceKey]| {
        assert_eq!(Directory::open(bytes, signatures, keys, now()).unwrap_err(), Error::Signatures);
    };
    refused(&[], &keys);
    refused(&[s1], &keys);
    refused(&[s1, s1], &keys);
    refused(&[s1, s3], &keys);
    refused(&[s1, other.as_ref()], &keys);
    refused(&[s1, &s2[..63]], &keys);
    refused(&[s1, s2], &[governance(&one)]);
    refused(&[s1, s1], &[governance(&one), governance(&one)]);
    assert!(Directory::open(bytes, &[s3, s2, b"", s1], &keys, now()).is_ok());
    let touched = [bytes, b" "].concat();
    assert_eq!(Directory::open(&touched, &[s1, s2], &keys, now()).unwrap_err(), Error::Signatures);
}

#[test]
fn what_is_not_written_as_it_should_be_is_refused() {
    let shapes: [fn(&mut Value); 10] = [
        |f| f["note"] = json!("x"),
        |f| f["agencies"][0]["note"] = json!("x"),
        |f| f["agencies"][0]["keys"][0]["d"] = json!("private"),
        |f| drop(f.as_object_mut().unwrap().remove("version")),
        |f| f["version"] = json!(-1),
        |f| f["environment"] = json!("test"),
        |f| f["agencies"][0]["agency"] = json!("Police"),
        |f| f["agencies"][0]["algorithm"] = json!("RS256"),
        |f| f["agencies"][0]["thumbprints"][0] = json!("AAAA"),
        |f| f["agencies"][0]["valid_until"] = json!("2027-02-30"),
    ];
    for (n, change) in shapes.into_iter().enumerate() {
        assert!(matches!(changed(change).unwrap_err(), Error::Shape { .. }), "{n}");
    }
    let twice = good().to_string().replacen("\"version\":7", "\"version\":7,\"versio\\u006e\":8", 1);
    assert_eq!(opened(twice.as_bytes(), now()).unwrap_err(), Error::Shape { line: 0 });
    assert_eq!(opened(b"[]", now()).unwrap_err(), Error::Shape { line: 0 });
    assert_eq!(opened(&vec![b' '; DIRECTORY_BYTES_MAX + 1], now()).unwrap_err(), Error::Size);
}

#[test]
fn each_fault_has_its_own_name() {
    let agency = police;
    assert_eq!(changed(|f| f["format"] = json!("lippen-directory/2")).unwrap_err(), Error::Version);
    assert_eq!(changed(|f| f["version"] = json!(0)).unwrap_err(), Error::Version);
    assert_eq!(changed(|f| f["environment"] = json!("demo")).unwrap_err(), Error::Environment);
    assert_eq!(changed(|f| f["audience"] = json!("")).unwrap_err(), Error::Issuer(BadIssuer::Audience));
    let shape = Error::Issuer(BadIssuer::Shape { agency: agency() });
    assert_eq!(changed(|f| f["agencies"][0]["issuer"] = json!("http://login.police.scot")).unwrap_err(), shape);
    let demo = Error::Issuer(BadIssuer::Demo { agency: agency() });
    assert_eq!(changed(|f| f["agencies"][0]["issuer"] = json!("https://demo-identity.invalid/x")).unwrap_err(), demo);
    assert_eq!(changed(|f| f["agencies"][0]["keys"][0]["kid"] = json!("demo-1")).unwrap_err(), demo);
    let keys = Error::Issuer(BadIssuer::Keys { agency: agency() });
    assert_eq!(changed(|f| f["agencies"][0]["keys"] = json!([])).unwrap_err(), keys);
    let same = changed(|f| f["agencies"][1]["issuer"] = f["agencies"][0]["issuer"].clone()).unwrap_err();
    assert!(matches!(same, Error::Issuer(BadIssuer::Twice { .. })));
    let twice = changed(|f| f["agencies"][1]["agency"] = json!("police-scotland")).unwrap_err();
    assert_eq!(twice, Error::AgencyTwice { agency: agency() });
    let shared = changed(|f| f["agencies"][1]["thumbprints"] = f["agencies"][0]["thumbprints"].clone()).unwrap_err();
    assert!(matches!(shared, Error::CertificateTwice { .. }));
}

#[test]
fn keys_must_be_what_they_say() {
    let changes: [fn(&mut Value); 9] = [
        |f| f["agencies"][0]["keys"][0]["x"] = json!("AAAA"),
        |f| f["agencies"][0]["keys"][0]["x"] = json!("not base64!"),
        |f| f["agencies"][0]["keys"][0]["y"] = json!("AAAA"),
        |f| f["agencies"][0]["keys"][0]["kty"] = json!("oct"),
        |f| f["agencies"][0]["keys"][0]["crv"] = json!("Ed448"),
        |f| f["agencies"][0]["keys"][0]["kid"] = json!("../x"),
        |f| f["agencies"][0]["algorithm"] = json!("ES256"),
        |f| f["agencies"][0]["keys"] = json!([f["agencies"][0]["keys"][0], f["agencies"][0]["keys"][0]]),
        |f| f["agencies"][0]["keys"] = json!([f["agencies"][0]["keys"][0], f["agencies"][1]["keys"][0]]),
    ];
    for (n, change) in changes.into_iter().enumerate() {
        assert_eq!(changed(change).unwrap_err(), Error::Key { agency: police() }, "{n}");
    }
}

#[test]
fn an_entry_that_has_ended_is_left_out_and_named() {
    let file = good().to_string();
    let directory = opened(file.as_bytes(), now()).unwrap();
    assert_eq!(directory.lapsed(), ["womens-service".parse().unwrap()]);
    assert_eq!(directory.agencies().collect::<Vec<_>>(), [&police()]);
    let later = "2027-02-22".parse::<Day>().unwrap().end();
    assert_eq!(opened(file.as_bytes(), later).unwrap_err(), Error::Lapsed);
}
