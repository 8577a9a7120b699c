//! How a name sounds: names that are said alike in Scotland and Ireland have one sound, however they are spelt.
//!
//! Promises: Mac, Mc and M' are one; hyphens, apostrophes, spaces, letter case and accents make no difference; a name with
//! Mac and the same name without it differ. It is a rule about letters: the same name always has the same sound.
//! Must never know: whose name it is.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Letters that Unicode does not take apart, and what they are written as without their stroke.
const STROKED: [(char, &str); 9] =
    [('ł', "l"), ('ø', "o"), ('đ', "d"), ('ð', "d"), ('þ', "th"), ('ß', "ss"), ('æ', "ae"), ('œ', "oe"), ('ı', "i")];

/// Groups of letters and how they are said, tried in this order at each place. An empty sound is silent.
const GROUPS: [(&str, &str); 30] = [
    // Graham and Graeme.
    ("aham", "aem"),
    // Colquhoun, Farquhar.
    ("lquh", ""),
    ("quh", "k"),
    ("tch", "k"),
    ("sch", "sh"),
    ("ght", "t"),
    // Thomson and Thompson.
    ("mps", "ms"),
    ("mpt", "mt"),
    ("ph", "f"),
    // Gaelic: said as v, and v is heard as f.
    ("bh", "f"),
    ("mh", "f"),
    ("gh", ""),
    ("dh", "d"),
    ("th", "t"),
    // The ch of loch, which others write and say as k.
    ("ch", "k"),
    ("ck", "k"),
    ("qu", "k"),
    ("dge", "j"),
    ("dg", "j"),
    ("ce", "se"),
    ("ci", "si"),
    ("cy", "sy"),
    ("c", "k"),
    ("q", "k"),
    ("x", "ks"),
    ("cz", "k"),
    ("z", "s"),
    ("v", "f"),
    ("wh", "w"),
    ("wr", "r"),
];

/// Vowels that are said otherwise than their first letter: `i` for those in front of the mouth, `u` for those at its back.
const VOWELS: [(&str, char); 5] = [("ai", 'i'), ("ay", 'i'), ("ae", 'i'), ("ew", 'u'), ("eu", 'u')];

/// Returns the letters of a name: small, without accents, and nothing between them.
#[must_use]
pub fn letters(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let parts = name.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    for c in parts.filter(|c| c.is_alphanumeric()) {
        match STROKED.iter().find(|(stroked, _)| *stroked == c) {
            Some((_, plain)) => out.push_str(plain),
            None => out.push(c),
        }
    }
    out
}

/// Returns the sound of a name.
#[must_use]
pub fn sound(name: &str) -> String {
    let (mac, rest) = without_mac(name);
    let said = said(&rest);
    let mut out = String::with_capacity(said.len() + 1);
    if mac {
        out.push('#');
    }
    skeleton(&said, &mut out);
    out
}

/// Takes the son's prefix off, with a c or k that belongs to it as much as to the name: `McCallum` and `MacAllum`.
fn without_mac(name: &str) -> (bool, String) {
    let short = name.trim_start().strip_prefix(['M', 'm']).and_then(|rest| rest.strip_prefix(['\'', '’', '‘', '`']));
    let whole = letters(name);
    let rest = match short {
        Some(rest) => Some(letters(rest)),
        None => ["mac", "mc"].iter().find_map(|mac| whole.strip_prefix(mac)).map(str::to_owned),
    };
    match rest.as_deref().map(|rest| rest.trim_start_matches(['c', 'k'])) {
        Some(rest) if rest.chars().count() >= 2 => (true, rest.to_owned()),
        _ => (false, whole),
    }
}

/// Writes what is said in the place of what is written.
fn said(letters: &str) -> String {
    let first = [("kn", "n"), ("gn", "n"), ("gh", "g"), ("ps", "s")];
    let start = first.iter().find_map(|(written, said)| Some((*said, letters.strip_prefix(written)?)));
    let (mut out, mut rest) = start.map_or((String::new(), letters), |(said, rest)| (said.to_owned(), rest));
    while let Some(c) = rest.chars().next() {
        let group = GROUPS.iter().find_map(|(written, said)| Some((*said, rest.strip_prefix(written)?)));
        rest = if let Some((said, after)) = group {
            out.push_str(said);
            after
        } else {
            out.push(c);
            &rest[c.len_utf8()..]
        };
    }
    out
}

/// Keeps the consonants, each once in a row, and of the vowels only the kind of the first.
fn skeleton(said: &str, out: &mut String) {
    let (mut vowel_came, mut last) = (false, None);
    for (at, c) in said.char_indices() {
        // y and w begin a name as consonants; h is said at its beginning alone.
        let is_vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u') || (at > 0 && matches!(c, 'y' | 'w' | 'h'));
        if !is_vowel {
            if last != Some(c) {
                out.push(c);
            }
            last = Some(c);
            continue;
        }
        if !vowel_came && c != 'h' {
            vowel_came = true;
            // The eu of Euan is not that of Steuart.
            let heard = if at == 0 { &VOWELS[..3] } else { &VOWELS[..] };
            let two = heard.iter().find(|(written, _)| said[at..].starts_with(written));
            let front = matches!(c, 'e' | 'i' | 'y');
            out.push(two.map_or(if front { 'i' } else { 'u' }, |(_, kind)| *kind));
        }
        last = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_said_alike_have_one_sound() {
        for alike in [
            &["MacDonald", "McDonald", "Mac Donald", "M'Donald", "M’Donald", "MACDONALD", "Macdonald"][..],
            &["McCallum", "MacCallum", "MacAllum", "McAllum"],
            &["McLean", "MacLean", "McClean", "McLaine", "Maclean"],
            &["Mackay", "McKay", "MacKay", "McCay"],
            &["MacKenzie", "McKenzie", "Mackenzie"],
            &["MacRae", "McCrae", "McCrea", "McRae"],
            &["O'Neill", "ONeill", "O’Neil", "Ó Néill", "O Neill"],
            &["Stewart", "Stuart", "Steuart"],
            &["Reid", "Reed", "Read"],
            &["Thomson", "Thompson"],
            &["Johnston", "Johnstone"],
            &["Graham", "Graeme", "Grahame"],
            &["Stephen", "Steven"],
            &["Clark", "Clarke"],
            &["Muir", "Moore", "More"],
            &["Farquhar", "Farquar"],
            &["Murdoch", "Murdock"],
            &["Dalziel", "Dalzell"],
            &["Knox", "Nox"],
            &["Wray", "Rae", "Ray"],
            &["Smith", "Smyth", "Smythe"],
            &["Łukasz", "Lukas"],
            &["Müller", "Muller"],
            &["Muhammad", "Mohammed", "Mohamad"],
            &["Euan", "Eúan"],
            &["Smith-Jones", "Smith Jones", "Smythe Jones"],
        ] {
            for name in alike {
                assert_eq!(sound(name), sound(alike[0]), "{name} and {}", alike[0]);
            }
        }
    }

    #[test]
    fn names_that_are_said_otherwise_differ() {
        for (one, other) in [
            ("MacDonald", "Donald"),
            ("MacGregor", "Gregor"),
            ("MacDonald", "MacDougall"),
            ("Reid", "Rudd"),
            ("Kerr", "Carr"),
            ("Brown", "Burns"),
            ("Wilson", "Watson"),
            ("Young", "Ewing"),
            ("Mack", "Kay"),
            ("Smith", "Smart"),
            ("Ewan", "Owen"),
        ] {
            assert_ne!(sound(one), sound(other), "{one} and {other}");
        }
    }

    #[test]
    fn letters_are_what_is_left_without_accents_and_marks() {
        assert_eq!(letters(" Ó'Néill-Mac a’ Ghobhainn "), "oneillmacaghobhainn");
        assert_eq!(letters("Łukasz Großmann"), "lukaszgrossmann");
        assert_eq!(letters("Mirosław"), letters("MIROSLAW"));
        assert_eq!(letters("李"), "李", "a script without small letters stays as it is");
    }
}
