//! Made-up names of people.
//!
//! Given names are ordinary ones of Scotland today; family names are built so that nobody
//! bears them. Put together they name no living person.
//! Must never know: a real person, a list of real names with dates of birth.

use super::seed::Draw;

/// A person's two names.
pub(super) struct FullName {
    pub(super) given: String,
    pub(super) family: String,
}

/// Returns a name for a man.
pub(super) fn mans(draw: &mut Draw) -> FullName {
    named(draw.pick(MEN), draw)
}

/// Returns a name for a woman.
pub(super) fn womans(draw: &mut Draw) -> FullName {
    named(draw.pick(WOMEN), draw)
}

/// Returns a name for a child, who bears the family name of one parent.
pub(super) fn childs(draw: &mut Draw, family: &str) -> FullName {
    let given = if draw.once_in(2) { draw.pick(WOMEN) } else { draw.pick(MEN) };
    FullName { given: given.to_owned(), family: family.to_owned() }
}

/// About one family in nine has a double name.
fn named(given: &str, draw: &mut Draw) -> FullName {
    let first = draw.pick(FAMILIES);
    let second = draw.pick(FAMILIES);
    let double = draw.once_in(9) && first != second;
    let family = if double { format!("{first}-{second}") } else { first.to_owned() };
    FullName { given: given.to_owned(), family }
}

const MEN: &[&str] = &[
    "Aidan",
    "Archie",
    "Arturo",
    "Bashir",
    "Brodie",
    "Bogdan",
    "Cailean",
    "Davie",
    "Dilraj",
    "Dougal",
    "Ewan",
    "Faisal",
    "Fearghas",
    "Fraser",
    "Gregor",
    "Harpreet",
    "Imran",
    "Innes",
    "Jakub",
    "Jamie",
    "Kacper",
    "Kazimierz",
    "Keir",
    "Lachlan",
    "Leszek",
    "Logan",
    "Manus",
    "Mirosław",
    "Murdo",
    "Naveed",
    "Neil",
    "Olek",
    "Padraig",
    "Rajesh",
    "Ruaridh",
    "Ryszard",
    "Seumas",
    "Struan",
    "Sukhdev",
    "Tariq",
    "Tomasz",
    "Torquil",
    "Uisdean",
    "Wullie",
    "Zbigniew",
    "Zeeshan",
];

const WOMEN: &[&str] = &[
    "Agnieszka",
    "Ailsa",
    "Amina",
    "Beathag",
    "Bogumiła",
    "Danuta",
    "Deirdre",
    "Effie",
    "Farzana",
    "Gosia",
    "Hafsa",
    "Halina",
    "Ishbel",
    "Jaswinder",
    "Jessie",
    "Kasia",
    "Kirsty",
    "Liusaidh",
    "Lorna",
    "Magda",
    "Marsaili",
    "Morven",
    "Nasreen",
    "Oighrig",
    "Parveen",
    "Peigi",
    "Rukhsana",
    "Seonag",
    "Senga",
    "Shabnam",
    "Simran",
    "Skye",
    "Sorcha",
    "Teresa",
    "Una",
    "Urszula",
    "Vaila",
    "Wanda",
    "Yasmin",
    "Zofia",
];

const FAMILIES: &[&str] = &[
    "Auchterwhin",
    "Badalpurwala",
    "Balnacreelie",
    "Barvinochenko",
    "Bursztynkiewicz",
    "Burnwhistle",
    "Cairnpebble",
    "Chandanwari",
    "Corbiesley",
    "Drumlithgowan",
    "Gowkthorn",
    "Gulmoharia",
    "Haughlinnet",
    "Jarzębinkowicz",
    "Kesarpurwala",
    "Kilspindrift",
    "Lintwhistle",
    "Lochranzelle",
    "MacCoilltean",
    "MacIlleDhrùchd",
    "Macwhinnoch",
    "Mgiełkiewicz",
    "Mossgavinie",
    "Nargisabadi",
    "Paproćkowicz",
    "Peatwrightly",
    "Salcianescu",
    "Saltwhin",
    "Skerrivane",
    "Strathpeever",
    "Torbrackie",
    "Wathglennan",
    "Whaupmuir",
    "Whinbreeley",
    "Zafranwala",
];
