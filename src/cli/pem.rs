//! Private keys in PEM, as openssl writes and reads them.

#[cfg(any(feature = "demo", test))]
use base64::{Engine as _, engine::general_purpose::STANDARD};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use zeroize::Zeroizing;

/// Writes PKCS #8 bytes.
#[cfg(any(feature = "demo", test))]
pub(super) fn write(pkcs8: &[u8]) -> Zeroizing<String> {
    let body = Zeroizing::new(STANDARD.encode(pkcs8));
    let mut text = Zeroizing::new(String::with_capacity(body.len() + 80));
    text.push_str("-----BEGIN PRIVATE KEY-----\n");
    for line in body.as_bytes().chunks(64) {
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text.push_str("-----END PRIVATE KEY-----\n");
    text
}

/// Reads PKCS #8 bytes; `None` if there are none.
pub(super) fn read(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let key = PrivatePkcs8KeyDer::from_pem_slice(text).ok()?;
    Some(Zeroizing::new(key.secret_pkcs8_der().to_vec()))
}
