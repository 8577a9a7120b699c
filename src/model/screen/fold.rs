//! Text as the screening reads it: words without case, accents, look-alike letters and what cannot be seen.
//!
//! Promises: two spellings that a reader takes for the same give the same words.

use zeroize::Zeroizing;

/// What stands before a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Before {
    /// The beginning, or the end of a sentence.
    Stop,
    /// White space.
    Space,
    /// A comma, a colon, a bracket: the sentence goes on.
    Comma,
    /// A hyphen, stroke, full stop or plus without space: parts of one thing.
    Joint,
    /// An at sign.
    At,
}

/// A word, folded.
pub(super) struct Token {
    pub(super) text: Zeroizing<String>,
    pub(super) before: Before,
    /// It began with a capital.
    pub(super) capital: bool,
    /// All its letters were capitals.
    pub(super) upper: bool,
    /// A plus stood right before it.
    pub(super) plus: bool,
}

impl Token {
    pub(super) fn is_digits(&self) -> bool {
        self.text.bytes().all(|b| b.is_ascii_digit())
    }

    pub(super) fn has_digit(&self) -> bool {
        self.text.bytes().any(|b| b.is_ascii_digit())
    }

    pub(super) fn is_word(&self) -> bool {
        self.text.chars().all(char::is_alphabetic)
    }
}

/// Bytes that nearly every word has room in.
const WORD_BYTES: usize = 32;

/// Reads a text into words.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut all: Vec<Token> = Vec::new();
    let mut word = Builder::default();
    let mut between = Between::default();
    for c in text.chars() {
        if invisible(c) {
            continue;
        }
        if is_apostrophe(c) && !word.text.is_empty() {
            // Its, it's and it’s are one word.
            continue;
        }
        let c = plain(c);
        if c.is_alphanumeric() {
            if word.text.is_empty() {
                (word.before, word.plus) = between.take(all.is_empty());
            }
            word.push(c);
        } else {
            all.extend(word.finish());
            between.see(c);
        }
    }
    all.extend(word.finish());
    all
}

#[derive(Default)]
struct Builder {
    text: Zeroizing<String>,
    before: Option<Before>,
    plus: bool,
    capital: bool,
    lower: bool,
}

impl Builder {
    fn push(&mut self, c: char) {
        self.capital |= self.text.is_empty() && c.is_uppercase();
        self.lower |= c.is_lowercase();
        if self.text.is_empty() {
            // Room for nearly every word: a string that grows leaves a copy of itself behind.
            self.text.reserve(WORD_BYTES);
        }
        self.text.extend(c.to_lowercase());
    }

    fn finish(&mut self) -> Option<Token> {
        let Self { text, before, plus, capital, lower } = std::mem::take(self);
        let upper = !lower && text.chars().any(char::is_alphabetic);
        let before = before.unwrap_or(Before::Stop);
        (!text.is_empty()).then_some(Token { text, before, capital, upper, plus })
    }
}

/// What has been seen since the last word.
#[derive(Default)]
struct Between {
    space: bool,
    comma: bool,
    stop: bool,
    joint: bool,
    at: bool,
    plus: bool,
}

impl Between {
    fn see(&mut self, c: char) {
        match c {
            '\n' => self.stop = true,
            c if c.is_whitespace() => {
                self.space = true;
                self.plus = false;
            }
            '@' => self.at = true,
            '+' => (self.joint, self.plus) = (true, true),
            '.' | '!' | '?' | ';' => (self.joint, self.stop) = (true, true),
            '-' | '/' | '_' | ':' | '\'' => self.joint = true,
            _ => self.comma = true,
        }
    }

    fn take(&mut self, first: bool) -> (Option<Before>, bool) {
        let Self { space, comma, stop, joint, at, plus } = std::mem::take(self);
        let before = if first {
            Before::Stop
        } else if at {
            Before::At
        } else if stop && (space || !joint) {
            Before::Stop
        } else if comma {
            Before::Comma
        } else if joint && !space {
            Before::Joint
        } else {
            Before::Space
        };
        (Some(before), plus)
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201B}' | '\u{02BC}' | '\u{00B4}' | '`' | '\u{FF07}')
}

/// Says whether a character takes no room of its own: zero-width, soft hyphen, accent that was put on, direction mark.
fn invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{3164}' | '\u{FFA0}'
        | '\u{FEFF}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0000}'..='\u{E0FFF}'
        | '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}')
}

/// Letters with accents, and what they are without.
const ACCENTED: [(&str, char); 22] = [
    ("àáâãäåāăąǎ", 'a'),
    ("çćĉċč", 'c'),
    ("ďđ", 'd'),
    ("èéêëēĕėęě", 'e'),
    ("ĝğġģ", 'g'),
    ("ĥħ", 'h'),
    ("ìíîïĩīĭįı", 'i'),
    ("ĵ", 'j'),
    ("ķ", 'k'),
    ("ĺļľŀł", 'l'),
    ("ñńņňŉ", 'n'),
    ("òóôõöøōŏő", 'o'),
    ("ŕŗř", 'r'),
    ("śŝşšș", 's'),
    ("ţťŧț", 't'),
    ("ùúûüũūŭůűų", 'u'),
    ("ŵ", 'w'),
    ("ýÿŷ", 'y'),
    ("źżž", 'z'),
    ("æ", 'a'),
    ("œ", 'o'),
    ("ß", 's'),
];

/// Letters of other scripts that look like Latin ones.
const ALIKE: [(&str, char); 20] = [
    ("аα", 'a'),
    ("вβ", 'b'),
    ("сϲ", 'c'),
    ("ԁ", 'd'),
    ("еє", 'e'),
    ("һ", 'h'),
    ("іι", 'i'),
    ("ј", 'j'),
    ("кκ", 'k'),
    ("ӏ", 'l'),
    ("м", 'm'),
    ("нη", 'n'),
    ("оοσ", 'o'),
    ("рρ", 'p'),
    ("ѕ", 's'),
    ("тτ", 't'),
    ("υ", 'u'),
    ("хχ", 'x'),
    ("уγ", 'y'),
    ("ζ", 'z'),
];

/// Returns the plain letter, digit or sign for one that looks like it, capitals kept.
fn plain(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let code = c as u32;
    let offset = |from: u32, to: u32| char::from_u32(code - from + to);
    let found = match code {
        0xFF01..=0xFF5E => offset(0xFF01, 0x21),
        0x660..=0x669 => offset(0x660, 0x30),
        0x6F0..=0x6F9 => offset(0x6F0, 0x30),
        0x966..=0x96F => offset(0x966, 0x30),
        0x2080..=0x2089 => offset(0x2080, 0x30),
        0x2460..=0x2468 => offset(0x2460, 0x31),
        0x24B6..=0x24CF => offset(0x24B6, 0x41),
        0x24D0..=0x24E9 => offset(0x24D0, 0x61),
        0x1D7CE..=0x1D7FF => char::from_u32((code - 0x1D7CE) % 10 + 0x30),
        0x1D400..=0x1D6A3 => {
            let letter = (code - 0x1D400) % 52;
            char::from_u32(if letter < 26 { letter + 0x41 } else { letter - 26 + 0x61 })
        }
        0xB9 => Some('1'),
        0xB2 | 0xB3 => offset(0xB2, 0x32),
        0x2070 => Some('0'),
        0x2074..=0x2079 => offset(0x2074, 0x34),
        0x2010..=0x2015 | 0x2212 => Some('-'),
        0x2024 => Some('.'),
        _ if c.is_whitespace() => Some(' '),
        _ => letter(c),
    };
    found.unwrap_or(c)
}

fn letter(c: char) -> Option<char> {
    let small = c.to_lowercase().next()?;
    let (_, letter) = ACCENTED.iter().chain(&ALIKE).find(|(letters, _)| letters.contains(small))?;
    Some(if c.is_uppercase() { letter.to_ascii_uppercase() } else { *letter })
}
