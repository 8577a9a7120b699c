//! Which world a hub serves: the demonstration or real cases.
//!
//! Promises: production refuses every issuer and key id that carries the demonstration's
//! mark, wherever the name stands (third of the five locks, see `auth/demo.rs`).
//! Must never know: where the word is stored, which command was run.

use crate::model::words::vocabulary;

vocabulary! {
    /// The world that a hub, its database and its keys belong to.
    Environment {
        /// A made-up caseload on one machine.
        Demo = "demo",
        /// Real cases.
        Production = "production",
    }
}

impl Environment {
    /// Says whether this world refuses an issuer or key id for the mark it carries.
    pub(super) fn refuses(self, name: &str) -> bool {
        match self {
            Self::Demo => false,
            Self::Production => is_marked(name),
        }
    }
}

/// Says whether any piece of `name` starts with the mark, in upper or lower case.
///
/// A piece is a longest run of ASCII letters, digits, `-` and `_`. So the mark is found at the
/// start of a key id, of any label of a host name and of any segment of a path.
fn is_marked(name: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.split(|c| !inside(c))
        .any(|piece| piece.get(..MARK.len()).is_some_and(|start| start.eq_ignore_ascii_case(MARK)))
}

/// The start of every name of the demonstration identity.
pub(super) const MARK: &str = "demo-";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn production_finds_the_mark_wherever_it_stands() {
        for marked in [
            "demo-1",
            "DEMO-x",
            "https://demo-identity.invalid/police",
            "https://login.demo-x.scot",
            "https://hub.scot/demo-police",
            "https://hub.scot:443/a/Demo-b",
        ] {
            assert!(Environment::Production.refuses(marked), "{marked}");
            assert!(!Environment::Demo.refuses(marked), "{marked}");
        }
        for plain in ["", "demo", "police-demo-1", "https://democracy.scot/demo", "https://a.scot/my_demo-x"] {
            assert!(!Environment::Production.refuses(plain), "{plain}");
        }
    }

    #[test]
    fn the_marker_is_in_the_program_exactly_when_the_demonstration_is() {
        // Written in two halves, so that this test does not put into the program what it looks for.
        // The same check on a release file is `strings lippen | grep` for the joined words.
        let marker = ["DEMO-IDENTITY", "-PRESENT"].concat();
        let program = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let found = program.windows(marker.len()).any(|w| w == marker.as_bytes());
        assert_eq!(found, cfg!(feature = "demo"));
    }
}
