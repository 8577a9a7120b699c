//! The man, and the women and children who are protected: made-up plaintext.
//!
//! Nothing here prints or serialises itself, as with real content, so that code written
//! against the demonstration keeps the habits that real data needs.

use super::names;
use super::seed::Draw;
use super::whereabouts;
use crate::model::id::{PersonId, ProtectedId};
use crate::model::time::Day;
use crate::model::words::vocabulary;
use std::fmt;

/// The man of a case.
pub struct DemoPerson {
    /// The man.
    pub id: PersonId,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Date of birth.
    pub born: Day,
    /// What agencies call him; every number begins with `DEMO`.
    pub references: Vec<DemoReference>,
    /// Where he lives.
    pub address: String,
    /// His telephone.
    pub phone: String,
    /// Other names that he goes by: given, family. One man in eight has one.
    pub aliases: Vec<(String, String)>,
}

/// One agency's number for a man.
pub struct DemoReference {
    /// Whose number it is: `chs` (criminal history) or `pnc` (police national computer).
    pub kind: &'static str,
    /// The number.
    pub number: String,
}

vocabulary! {
    /// What a protected person is to the man.
    Relation {
        /// Lives with him or goes out with him.
        Partner = "partner",
        /// Did so once.
        FormerPartner = "former partner",
        /// His child, or a child who lives or lived with him.
        Child = "child",
    }
}

/// A woman or child who is protected.
pub struct DemoProtected {
    /// The protected person.
    pub id: ProtectedId,
    /// What everybody calls her, such as `W-7KQ2MX`; holds no name and no number.
    pub pseudonym: String,
    /// What she is to the man.
    pub relation: Relation,
    /// Given name.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Where she is to be found.
    pub whereabouts: Whereabouts,
}

/// Where a protected person is to be found.
pub struct Whereabouts {
    /// Where she lives.
    pub address: String,
    /// A child's school.
    pub school: Option<String>,
    /// A woman's work.
    pub workplace: Option<String>,
    /// A number on which it is safe to ring her.
    pub safe_phone: Option<String>,
}

macro_rules! shown_by_id {
    ($($name:ident: $field:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.$field)
            }
        }
    )+};
}

shown_by_id!(DemoPerson: id, DemoReference: kind, DemoProtected: id);

impl fmt::Debug for Whereabouts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Whereabouts")
    }
}

/// Returns the man of the case with this number.
pub(super) fn man(seed: u64, case: usize) -> DemoPerson {
    let draw = &mut Draw::stream(seed, "man", case);
    let id = PersonId::from_bits(draw.bits());
    let name = names::mans(draw);
    let born = format!("{}-{:02}-{:02}", draw.between(1959, 2006), draw.between(1, 12), draw.between(1, 28));
    DemoPerson {
        id,
        given: name.given,
        family: name.family,
        born: born.parse().expect("every month has a 28th day"),
        references: vec![
            DemoReference { kind: "chs", number: format!("DEMO-S{:05}-{:04}", draw.below(100_000), case + 1) },
            DemoReference { kind: "pnc", number: format!("DEMO-P{:04}-{:04}Z", draw.below(10_000), case + 1) },
        ],
        address: whereabouts::address(draw),
        phone: whereabouts::mobile(&mut Draw::stream(seed, "his-phone", case)),
        aliases: also_known_as(&mut Draw::stream(seed, "alias", case)),
    }
}

fn also_known_as(draw: &mut Draw) -> Vec<(String, String)> {
    if !draw.once_in(8) {
        return Vec::new();
    }
    let name = names::mans(draw);
    vec![(name.given, name.family)]
}

/// Without vowels, so that no word comes about; without what is taken for one another on the telephone.
const MEANINGLESS: &[char] = &['F', 'H', 'J', 'K', 'L', 'M', 'Q', 'R', 'W', 'X', '2', '4', '6', '7', '9'];

/// Which of the protected people of a case somebody is: the case's number and a letter from 0 for A.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) case: usize,
    pub(super) letter: u8,
}

impl Place {
    fn draw(self, seed: u64) -> Draw {
        // Sixteen letters to a case: no case has more protected people.
        Draw::stream(seed, "protected", self.case * 16 + usize::from(self.letter))
    }

    /// Returns six letters and digits of no meaning: a number would tell how many others there are, and of which man.
    fn pseudonym(self, seed: u64, prefix: char) -> String {
        let draw = &mut Draw::stream(seed, "pseudonym", self.case * 16 + usize::from(self.letter));
        let word: String = (0..6).map(|_| draw.pick(MEANINGLESS)).collect();
        format!("{prefix}-{word}")
    }
}

/// Returns the woman who stands at `place`.
pub(super) fn woman(seed: u64, place: Place) -> DemoProtected {
    let draw = &mut place.draw(seed);
    let id = ProtectedId::from_bits(draw.bits());
    let name = names::womans(draw);
    let relation = if draw.once_in(3) { Relation::Partner } else { Relation::FormerPartner };
    let address = whereabouts::address(draw);
    let workplace = (!draw.once_in(3)).then(|| whereabouts::workplace(draw));
    let phone = if draw.once_in(5) { whereabouts::land_line(draw) } else { whereabouts::mobile(draw) };
    DemoProtected {
        id,
        pseudonym: place.pseudonym(seed, 'W'),
        relation,
        given: name.given,
        family: name.family,
        whereabouts: Whereabouts { address, school: None, workplace, safe_phone: Some(phone) },
    }
}

/// Returns the child of `mother` who stands at `place`; a child lives with the mother.
pub(super) fn child(seed: u64, place: Place, mother: &DemoProtected) -> DemoProtected {
    let draw = &mut place.draw(seed);
    let id = ProtectedId::from_bits(draw.bits());
    let name = names::childs(draw, &mother.family);
    let (address, school) = (mother.whereabouts.address.clone(), Some(whereabouts::school(draw)));
    DemoProtected {
        id,
        pseudonym: place.pseudonym(seed, 'C'),
        relation: Relation::Child,
        given: name.given,
        family: name.family,
        whereabouts: Whereabouts { address, school, workplace: None, safe_phone: None },
    }
}
