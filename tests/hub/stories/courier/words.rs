//! Words that must be in nothing that leaves the hub: those of the story, of the case, and of the field in the languages of the area.

use crate::world::World;

/// Words of the field: English, Scots, Gaelic, Polish, Urdu, Punjabi, Arabic, Romanian; in small letters.
const FIELD: &[&str] = &[
    "police",
    "violence",
    "abuse",
    "victim",
    "alert",
    "risk",
    "threat",
    "women",
    "protect",
    "mappa",
    "offender",
    "court",
    "safety",
    "urgent",
    "case",
    "lippen",
    "polis",
    "skaith",
    "fear",
    "poileas",
    "fòirneart",
    "cunnart",
    "policja",
    "przemoc",
    "ofiara",
    "ryzyko",
    "پولیس",
    "تشدد",
    "خطرہ",
    "ਪੁਲਿਸ",
    "ਹਿੰਸਾ",
    "ਖ਼ਤਰਾ",
    "شرطة",
    "عنف",
    "ضحية",
    "خطر",
    "poliți",
    "violenț",
    "victimă",
    "pericol",
];

/// Fails if a word of the story, of the case or of the field stands in anything that left.
pub(crate) fn are_in_none_of(world: &World, left: &[String], said: &str) {
    assert!(!left.is_empty(), "something left");
    let case = world.show_case();
    let mut words: Vec<String> = said.split([' ', '.']).filter(|word| word.len() > 4).map(str::to_lowercase).collect();
    words.extend(FIELD.iter().map(|word| (*word).to_owned()));
    words.extend([case.id.to_string(), case.reference.to_lowercase(), case.person.family.to_lowercase()]);
    words.extend(case.protected.iter().flat_map(|one| [one.id.to_string(), one.family.to_lowercase()]));
    words.extend(world.caseload.workers.iter().flat_map(|one| [one.id.to_string(), one.agency.to_string()]));
    words.extend(world.caseload.workers.iter().map(|one| one.family.to_lowercase()).filter(|name| name.len() > 4));
    for text in left {
        let small = text.to_lowercase();
        for word in &words {
            assert!(!small.contains(word.as_str()), "{word} left the hub in {text}");
        }
    }
}
