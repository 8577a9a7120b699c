//! The first three cases, which every walk through the demonstration meets, and the canaries.
//!
//! A canary is a word that stands nowhere but in the plaintext of this caseload. A test
//! that finds one in a database file, a log or an error has found a leak.
//! Must never know: chance; what is here is the same for every seed.

use super::case::DemoCase;
use super::seed::Draw;
use super::whereabouts;

/// The number of the show case: one man, two women, each with a worker in another service.
pub(super) const SHOW: usize = 0;
/// The number of the case whose two women have workers in one service.
pub(super) const ONE_SERVICE: usize = 1;
/// The number of the case whose man a support worker knows.
pub(super) const CONFLICT: usize = 2;

/// Words that stand in notes, names and whereabouts of every caseload, and in nothing that is not sealed.
pub const CANARIES: &[&str] = &[
    "Cranreuchan",
    "Ferntickleson",
    "Blaelumsdaine",
    "Quernhowebank",
    "Tirriveeloan",
    "Skelpiecairn",
    "Pirliewinkle Printworks",
    "Thistlewhindyke Primary",
    "plover-coloured umbrella",
    "Clishmaclaverie tearoom",
    "Bumclockie lane end",
    "Hirplewoodie path",
    "Snellwindie bus shelter",
    "Gloamwhistle park",
];

/// What the one earlier note of the show case says.
pub(super) const EARLIER_NOTE: &str = "He came to all three preparation sessions and was on time. He left his \
    plover-coloured umbrella behind and asked for it back at the next appointment.";

/// Sentences that carry a canary, one for each of the first notes.
pub(super) const DETAILS: &[&str] = &[
    "This was at the Clishmaclaverie tearoom.",
    "The place meant is the Bumclockie lane end.",
    "It happened on the Hirplewoodie path.",
    "The place meant is the Snellwindie bus shelter.",
    "This was beside Gloamwhistle park.",
];

/// Writes what is fixed over what was drawn.
pub(super) fn settle(case: &mut DemoCase, number: usize, seed: u64) {
    let draw = &mut Draw::stream(seed, "show", number);
    match (number, case.protected.as_mut_slice()) {
        (SHOW, [first, second]) => {
            "Cranreuchan".clone_into(&mut case.person.family);
            "Ferntickleson".clone_into(&mut first.family);
            "Blaelumsdaine".clone_into(&mut second.family);
            first.whereabouts.address = whereabouts::at("7 Quernhowebank, Skelpiecairn", draw);
            first.whereabouts.workplace = Some("Pirliewinkle Printworks".to_owned());
            second.whereabouts.address = whereabouts::at("22 Tirriveeloan, Kirkdoolan", draw);
        }
        (ONE_SERVICE, [_, _, child]) => {
            child.whereabouts.school = Some("Thistlewhindyke Primary School".to_owned());
        }
        _ => {}
    }
}
