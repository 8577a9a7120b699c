//! Sets on disk: their permissions, what they say, and when they are made anew.

use super::*;
use std::os::unix::fs::PermissionsExt;
use x509_parser::prelude::{FromDer, X509Certificate};

const NOW: Moment = Moment::from_micros(1_800_000_000_000_000);

fn agencies(names: &[&str]) -> Vec<AgencyId> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_set_is_private_and_its_authority_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let certs = make(dir.path(), &agencies(&["police-scotland", "womens-service"]), NOW).unwrap();
    assert_eq!(mode(&certs.folder), 0o700);
    assert_eq!(mode(&certs.server_key()), 0o600);
    assert!(certs.systems.iter().all(|system| mode(&system.key) == 0o600));
    let keys = std::fs::read_dir(&certs.folder)
        .unwrap()
        .filter(|entry| std::fs::read_to_string(entry.as_ref().unwrap().path()).unwrap().contains("PRIVATE KEY"));
    assert_eq!(keys.count(), 3, "one for the server, one for each agency, none for the authority");
}

#[test]
fn certificates_say_who_for_how_long_and_for_what() {
    let (issuer, _) = authority(NOW).unwrap();
    let key = KeyPair::generate().unwrap();
    let agency = &agencies(&["police-scotland"])[0];
    for (params, name, server_auth) in
        [(server(NOW), "Lippen demonstration hub", true), (client(agency, NOW).unwrap(), "police-scotland", false)]
    {
        let der = params.signed_by(&key, &issuer).unwrap();
        let (_, cert) = X509Certificate::from_der(der.der()).unwrap();
        assert_eq!(cert.subject().iter_common_name().next().unwrap().as_str().unwrap(), name);
        let days = (cert.validity().not_after.timestamp() - NOW.seconds()) / DAY_SECONDS;
        assert_eq!(days, VALID_DAYS);
        assert!(cert.validity().not_before.timestamp() < NOW.seconds());
        assert_eq!(cert.raw_serial().len(), 16);
        let usage = cert.extended_key_usage().unwrap().unwrap().value;
        assert_eq!((usage.server_auth, usage.client_auth), (server_auth, !server_auth));
        assert!(!cert.is_ca());
    }
}

#[test]
fn a_set_that_still_serves_is_kept() {
    let dir = tempfile::tempdir().unwrap();
    let both = agencies(&["police-scotland", "womens-service"]);
    let first = make(dir.path(), &both, NOW).unwrap();
    let later = NOW.plus_seconds((VALID_DAYS - REUSE_DAYS) * DAY_SECONDS);
    assert_eq!(make(dir.path(), &both, later).unwrap(), first);
    assert_eq!(make(dir.path(), &both[..1], later).unwrap().systems, first.systems[..1]);
}

#[test]
fn a_set_that_no_longer_serves_is_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    let one = agencies(&["police-scotland"]);
    let make = |agencies: &[AgencyId], now| make(dir.path(), agencies, now).unwrap();
    let thumbprint = |certs: &Certs| certs.systems[0].thumbprint;

    let first = make(&one, NOW);
    let late = NOW.plus_seconds((VALID_DAYS - REUSE_DAYS) * DAY_SECONDS + 1);
    let second = make(&one, late);
    assert_ne!(thumbprint(&first), thumbprint(&second), "too old");

    std::fs::copy(second.server_key(), &second.systems[0].key).unwrap();
    let third = make(&one, late);
    assert_ne!(thumbprint(&second), thumbprint(&third), "a key that is not the certificate's");

    std::fs::remove_file(third.ca()).unwrap();
    let fourth = make(&one, late);
    assert_ne!(thumbprint(&third), thumbprint(&fourth), "not whole");

    let fifth = make(&agencies(&["police-scotland", "health-board"]), late);
    assert_ne!(thumbprint(&fourth), thumbprint(&fifth), "an agency more");

    let other = tempfile::tempdir().unwrap();
    let stranger = super::make(other.path(), &one, late).unwrap();
    std::fs::copy(&stranger.systems[0].cert, &fifth.systems[0].cert).unwrap();
    std::fs::copy(&stranger.systems[0].key, &fifth.systems[0].key).unwrap();
    assert_ne!(thumbprint(&stranger), thumbprint(&make(&one, late)), "another set's");
    assert!(make(&one, NOW.plus_seconds(-VALID_DAYS * DAY_SECONDS)).systems[0].cert.exists());
}

#[test]
fn no_agency_takes_the_servers_place() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["ca", "server"] {
        assert!(matches!(make(dir.path(), &agencies(&[name]), NOW), Err(Error::Reserved(_))));
    }
}
