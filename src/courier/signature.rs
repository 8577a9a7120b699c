//! Signatures of webhooks, as the Standard Webhooks specification 1.0.0 says.
//!
//! Promises: `v1,` and HMAC-SHA256 over name, second and body with a full stop between, once for each secret that is valid now.
//! Must never know: what is signed.

use crate::model::dispatch::EndpointKey;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Returns the value of the header; nothing if no secret can be read.
pub(super) fn header(keys: &[EndpointKey], name: &str, second: i64, body: &str) -> Option<String> {
    let signed = format!("{name}.{second}.{body}");
    let all: Option<Vec<String>> = keys.iter().map(|key| one(key.secret.reveal(), &signed)).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.join(" "))
}

fn one(secret: &str, signed: &str) -> Option<String> {
    let bytes = zeroize::Zeroizing::new(STANDARD.decode(secret.strip_prefix("whsec_")?).ok()?);
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &bytes), signed.as_bytes());
    Some(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::Line;

    fn key(secret: &str) -> EndpointKey {
        EndpointKey { url: Line::new("https://example.org/").unwrap(), secret: Line::new(secret).unwrap() }
    }

    #[test]
    fn signatures_are_those_of_another_program() {
        let first = key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let body = r#"{"test": 2432232314}"#;
        let name = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        // Reckoned with Python's hmac, and what the libraries of the specification test themselves by.
        let known = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(
            header(&[key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], name, 1_614_265_330, body).as_deref(),
            Some(known)
        );
        let both = header(&[first, key("whsec_AAAA")], name, 1_614_265_330, body).unwrap();
        assert!(both.starts_with(&format!("{known} v1,")), "{both}");
        assert_eq!(header(&[], name, 1, body), None);
        assert_eq!(header(&[key("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")], name, 1, body), None);
    }
}
