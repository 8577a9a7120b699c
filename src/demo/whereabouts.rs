//! Addresses, schools, workplaces and telephone numbers that do not exist.
//!
//! Postcodes are in ZZ99, which is set aside for "no real place"; telephone numbers come
//! from the two ranges that Ofcom keeps for drama (01632 960xxx and 07700 900xxx).
//! Must never know: a real street, a postcode that letters are delivered to.

use super::seed::Draw;

/// Returns an address in an invented street of an invented town.
pub(super) fn address(draw: &mut Draw) -> String {
    let (house, street, town) = (draw.between(1, 180), draw.pick(STREETS), town(draw));
    at(&format!("{house} {street}, {town}"), draw)
}

/// Returns `place` with a pseudo-postcode after it.
pub(super) fn at(place: &str, draw: &mut Draw) -> String {
    let (first, second) = (draw.pick(POSTCODE_LETTERS), draw.pick(POSTCODE_LETTERS));
    format!("{place}, ZZ99 {}{first}{second}", draw.between(1, 9))
}

/// Returns a mobile number of the drama range.
pub(super) fn mobile(draw: &mut Draw) -> String {
    format!("07700 900{:03}", draw.below(1000))
}

/// Returns a land line of the drama range.
pub(super) fn land_line(draw: &mut Draw) -> String {
    format!("01632 960{:03}", draw.below(1000))
}

/// Returns an invented town.
pub(super) fn town(draw: &mut Draw) -> &'static str {
    draw.pick(TOWNS)
}

/// Returns a school that does not exist.
pub(super) fn school(draw: &mut Draw) -> String {
    draw.pick(SCHOOLS).to_owned()
}

/// Returns an employer that does not exist.
pub(super) fn workplace(draw: &mut Draw) -> String {
    draw.pick(WORKPLACES).to_owned()
}

/// Letters that stand in the second half of a postcode.
const POSTCODE_LETTERS: &[char] = &['A', 'B', 'D', 'E', 'F', 'G', 'H', 'J', 'L', 'N', 'P', 'R', 'S', 'T', 'U', 'W'];

const STREETS: &[&str] = &[
    "Whaupnest Wynd",
    "Gowkstane Gardens",
    "Lintie Loaning",
    "Peesweep Place",
    "Dookers Brae",
    "Saltwhin Street",
    "Mowdiewort Road",
    "Puddockburn Drive",
    "Heron Stank",
    "Brambleknock Avenue",
    "Creel Vennel",
    "Tumshie Terrace",
    "Clootie Crescent",
    "Hoolet Row",
    "Corbiesteps Court",
    "Bumbeleery Bank",
    "Partan Quay",
    "Spurgie Close",
];

const TOWNS: &[&str] = &[
    "Auchenwhinnoch",
    "Port Lintie",
    "Kirkdoolan",
    "Drumbrackie",
    "Inverpuddock",
    "Kilgowkie",
    "Strathwhaup",
    "Laighspurgie",
    "Dalhoolet",
    "Glencorbie Bridge",
];

const SCHOOLS: &[&str] = &[
    "Inverpuddock Primary School",
    "Kirkdoolan Academy",
    "Port Lintie Primary School",
    "Drumbrackie High School",
    "Dalhoolet Nursery",
    "Kilgowkie Primary School",
];

const WORKPLACES: &[&str] = &[
    "Partan Quay Fish Packers",
    "Kirkdoolan Garden Centre",
    "Drumbrackie Care Home",
    "Hoolet Row Bakery",
    "Strathwhaup Creamery",
    "Clootie Cleaning Co-operative",
    "Port Lintie Harbour Café",
];
