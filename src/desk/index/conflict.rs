//! The signs by which a worker is too close to a case: a name, an address, a telephone, a family name and a place.
//!
//! Promises: a declaration and a person share a sign exactly if one of these is the same, whatever the case, spacing and
//! punctuation; the same family name alone is no sign, because half a valley may bear it.
//! Must never know: who compares, and what follows.

use super::prints::{Print, Prints, first, last};
use crate::model::cases::DeclaredConflict;
use crate::model::people::Identity;
use crate::model::protected::ProtectedName;
use crate::model::text::Line;

/// Returns the signs of a man.
pub(super) fn of_person(prints: &Prints, man: &Identity) -> Vec<Print> {
    let family = man.family_name.reveal();
    let mut signs = vec![names(prints, family, man.given_names.reveal())];
    let others = man.aliases.iter().map(|one| names(prints, one.family_name.reveal(), one.given_names.reveal()));
    signs.extend(others);
    signs.extend(man.address.as_ref().map(|address| home(prints, address.reveal())));
    signs.extend(man.address.as_ref().and_then(|address| family_and_place(prints, family, address.reveal())));
    signs.extend(man.phone.as_ref().and_then(|number| phone(prints, number.reveal())));
    signs
}

/// Returns the signs of somebody whom a worker has declared.
pub(super) fn of_declared(prints: &Prints, words: &DeclaredConflict) -> Vec<Print> {
    let (family, address) = (words.family_name.reveal(), words.address.as_ref().map(Line::reveal));
    let mut signs = vec![names(prints, family, words.given_name.reveal())];
    signs.extend(address.map(|address| home(prints, address)));
    signs.extend(address.and_then(|address| family_and_place(prints, family, address)));
    signs.extend(words.phone.as_ref().and_then(|number| phone(prints, number.reveal())));
    signs
}

/// Returns the sign of a woman or child: her name alone. Where she is never comes into an index.
pub(super) fn of_protected(prints: &Prints, name: &ProtectedName) -> Print {
    names(prints, last(name.0.reveal()), name.0.reveal())
}

/// Returns the sign of a family name and the given name that somebody is called by.
pub(super) fn names(prints: &Prints, family: &str, given: &str) -> Print {
    prints.of("sign:names", &[family, first(given)])
}

/// Returns the fingerprint of a family name.
pub(super) fn family(prints: &Prints, name: &str) -> Print {
    prints.of("sign:family", &[name])
}

/// Returns the sign of a home: its first and last parts, which are house, street and postcode.
fn home(prints: &Prints, address: &str) -> Print {
    let mut parts = address.split([',', '\n']);
    let (house, code) = (parts.next().unwrap_or(""), parts.next_back().unwrap_or(""));
    prints.of("sign:home", &[&letters(house), &letters(code)])
}

/// Returns the sign of a family name in a town or village, where an address names one: the part before the postcode.
fn family_and_place(prints: &Prints, family: &str, address: &str) -> Option<Print> {
    let parts: Vec<&str> = address.split([',', '\n']).collect();
    let place = letters(parts.get(parts.len().checked_sub(2)?)?);
    (parts.len() > 2 && !place.is_empty()).then(|| prints.of("sign:family+place", &[family, &place]))
}

/// Returns the sign of a telephone: its last ten digits, so that `+44 7…` and `07…` are one.
fn phone(prints: &Prints, number: &str) -> Option<Print> {
    let digits: Vec<char> = number.chars().filter(char::is_ascii_digit).collect();
    let end: String = digits.iter().skip(digits.len().saturating_sub(10)).collect();
    (end.len() >= 7).then(|| prints.of("sign:phone", &[&end]))
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::time::{HandWound, Moment};
    use crate::vault::Vault;
    use std::sync::Arc;

    fn man() -> Identity {
        Identity {
            family_name: Line::new("MacAllister").unwrap(),
            given_names: Line::new("Ewan John").unwrap(),
            date_of_birth: "1987-03-09".parse().unwrap(),
            references: Vec::new(),
            address: Some(Line::new("12 Whaupnest Wynd, Port Lintie, ZZ99 3AB").unwrap()),
            phone: Some(Line::new("07700 900123").unwrap()),
            aliases: Vec::new(),
        }
    }

    fn shares_a_sign(family: &str, given: &str, address: Option<&str>, phone: Option<&str>) -> bool {
        let clock = Arc::new(HandWound::at(Moment::from_micros(0)));
        let prints = Prints::by(&Vault::new(Vault::generate("ayrshire").unwrap(), clock).unwrap());
        let words = DeclaredConflict {
            family_name: Line::new(family).unwrap(),
            given_name: Line::new(given).unwrap(),
            relation: Line::new("myself").unwrap(),
            address: address.map(|text| Line::new(text).unwrap()),
            phone: phone.map(|text| Line::new(text).unwrap()),
        };
        let his = of_person(&prints, &man());
        of_declared(&prints, &words).iter().any(|sign| his.contains(sign))
    }

    #[test]
    fn a_name_a_home_a_telephone_and_a_family_of_the_same_place_are_signs() {
        assert!(shares_a_sign(" macallister", "EWAN", None, None));
        assert!(shares_a_sign("Reid", "Ann", Some("12 whaupnest wynd, Port Lintie, zz993ab"), None));
        assert!(shares_a_sign("Reid", "Ann", None, Some("+44 7700 900123")));
        assert!(shares_a_sign("MacAllister", "Ann", Some("3 Creel Vennel, Port Lintie, ZZ99 1XY"), None));
    }

    #[test]
    fn a_family_name_alone_or_a_place_alone_is_none() {
        assert!(!shares_a_sign("MacAllister", "Ann", None, None));
        assert!(!shares_a_sign("MacAllister", "Ann", Some("3 Creel Vennel, Kilgowkie, ZZ99 1XY"), None));
        assert!(!shares_a_sign("Reid", "Ann", Some("3 Creel Vennel, Port Lintie, ZZ99 1XY"), None));
        assert!(!shares_a_sign("Reid", "Ann", None, Some("07700 900124")));
        assert!(!shares_a_sign("Reid", "Ann", Some("Port Lintie"), Some("999")));
    }

    #[test]
    fn a_woman_of_the_case_is_a_sign_by_her_name() {
        let clock = Arc::new(HandWound::at(Moment::from_micros(0)));
        let prints = Prints::by(&Vault::new(Vault::generate("ayrshire").unwrap(), clock).unwrap());
        let her = ProtectedName(Line::new("Shona May Reid").unwrap());
        assert_eq!(of_protected(&prints, &her), names(&prints, "reid", "Shona"));
    }
}
