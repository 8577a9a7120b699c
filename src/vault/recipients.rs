//! The agencies that a drawer's key is wrapped to besides the hub.
//!
//! Promises: each is named once, none takes the hub's name, each has an X25519 recipient.
//! Must never know: which agencies ought to be on the list.

use super::error::Error;
use super::settings::check_name;
use super::wrap::HUB;
use age::x25519::Recipient;
use std::collections::HashSet;

/// Most agencies that one drawer's key is wrapped to; each wrap takes some 60 microseconds.
const RECIPIENTS_MAX: usize = 64;

/// Reads pairs of an agency's short name and its age recipient (`age1…`).
///
/// An agency may not be called `hub`, for its wrap would then pass for the hub's.
pub(super) fn parse(pairs: &[(String, String)]) -> Result<Vec<(&str, Recipient)>, Error> {
    let names: HashSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    if pairs.len() > RECIPIENTS_MAX || names.len() < pairs.len() || names.contains(HUB) {
        return Err(Error::Recipient);
    }
    pairs.iter().map(|(name, recipient)| Ok((name.as_str(), one(name, recipient)?))).collect()
}

fn one(name: &str, recipient: &str) -> Result<Recipient, Error> {
    check_name(name).map_err(|_| Error::Recipient)?;
    recipient.parse().map_err(|_| Error::Recipient)
}

#[cfg(test)]
mod tests {
    use super::*;
    use age::x25519::Identity;

    fn agency(name: &str) -> (String, String) {
        (name.to_owned(), Identity::generate().to_public().to_string())
    }

    #[test]
    fn recipients_are_agencies_each_named_once() {
        assert_eq!(parse(&[]).unwrap().len(), 0);
        assert_eq!(parse(&[agency("police"), agency("prison")]).unwrap()[1].0, "prison");
        let broken = ("police".to_owned(), "age1nonsense".to_owned());
        let many: Vec<_> = (0..=RECIPIENTS_MAX).map(|n| agency(&format!("agency-{n}"))).collect();
        for bad in [
            vec![agency("hub")],
            vec![agency("The Police")],
            vec![agency("police"), agency("police")],
            vec![broken],
            many,
        ] {
            assert_eq!(parse(&bad).map(|list| list.len()), Err(Error::Recipient));
        }
    }
}
