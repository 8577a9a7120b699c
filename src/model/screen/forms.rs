//! Forms made of letters and digits: postcodes, telephone numbers, registrations, e-mail addresses.
//!
//! They are looked for in the folded words, so spaces, hyphens, look-alikes and what cannot be
//! seen do not hide them.

use super::Form;
use super::fold::{Before, Token, tokens};
use super::places;
use super::rules::{RuleKind, Rules};
use zeroize::Zeroizing;

/// Most words that are put together to one postcode.
const POSTCODE_PARTS: usize = 4;
/// Letters that the second half of a postcode does not use.
const NOT_INWARD: &str = "cikmov";

impl Rules {
    /// Returns what a text looks as if it holds, each kind once.
    #[must_use]
    pub fn forms(&self, text: &str) -> Vec<Form> {
        let words = tokens(text);
        let looks: [(Form, bool); 7] = [
            (Form::Postcode, postcode(self, &words)),
            (Form::Phone, phone(self, &words)),
            (Form::Address, places::address(self, &words)),
            (Form::School, places::school(self, &words)),
            (Form::Workplace, places::workplace(self, &words)),
            (Form::Vehicle, vehicle(self, &words)),
            (Form::Email, email(self, &words)),
        ];
        looks.into_iter().filter(|(_, found)| *found).map(|(form, _)| form).collect()
    }
}

/// Returns how many words from `at` on belong together: nothing but spaces and joints between them.
fn together(words: &[Token], at: usize, most: usize) -> usize {
    let joined = |token: &&Token| matches!(token.before, Before::Space | Before::Joint);
    let rest = words.get(at + 1..).unwrap_or_default();
    1 + rest.iter().take(most.saturating_sub(1)).take_while(joined).count()
}

fn compact(words: &[Token]) -> Zeroizing<String> {
    Zeroizing::new(words.iter().map(|word| word.text.as_str()).collect())
}

fn postcode(rules: &Rules, words: &[Token]) -> bool {
    (0..words.len()).any(|at| {
        // Letters one by one, as people write who do not want to be found.
        let single = together(words, at, 8);
        let spelt = words[at..at + single].iter().take_while(|word| word.text.chars().count() == 1).count();
        let spelt = (5..=spelt.min(7)).any(|length| is_postcode(rules, &compact(&words[at..at + length])));
        spelt
            || (1..=together(words, at, POSTCODE_PARTS)).any(|length| {
                let parts = &words[at..at + length];
                // In more than two pieces it is one only in capitals: "so 10 of us" is none.
                let clear = length <= 2 || parts.iter().all(|part| part.upper || part.is_digits());
                let split = length != 2 || !rules.has(RuleKind::Plain, &parts[0].text) && parts[1].text.len() == 3;
                clear
                    && (split || parts.iter().all(|part| part.upper || part.is_digits()))
                    && is_postcode(rules, &compact(parts))
            })
    })
}

/// Says whether the text is an outward and an inward half, O and I read as digits where a digit belongs.
fn is_postcode(rules: &Rules, text: &str) -> bool {
    if !text.is_ascii() || !(5..=7).contains(&text.len()) {
        return false;
    }
    let (outward, inward) = text.split_at(text.len() - 3);
    let mut end = inward.chars();
    let first = end.next().is_some_and(|c| digit(c).is_some());
    let inward_fits = first && end.all(|c| c.is_ascii_alphabetic() && !NOT_INWARD.contains(c));
    let splits = |letters: usize| {
        let (area, district) = outward.split_at(letters.min(outward.len()));
        let mut rest = district.chars();
        let number = rest.next().is_some_and(|c| digit(c).is_some());
        let tail = rest.next().is_none_or(|c| digit(c).is_some() || c.is_ascii_alphabetic()) && rest.next().is_none();
        number && tail && rules.has(RuleKind::PostcodeArea, area)
    };
    let digits = outward.bytes().any(|b| b.is_ascii_digit());
    inward_fits && digits && (splits(1) || splits(2))
}

/// Returns the digit that a character is or is taken for.
const fn digit(c: char) -> Option<char> {
    match c {
        'o' => Some('0'),
        'i' | 'l' => Some('1'),
        '0'..='9' => Some(c),
        _ => None,
    }
}

/// One or more digits in a row of words, and whether they may begin a number.
struct Digits {
    digits: Zeroizing<String>,
    /// A long first group, a plus, or digits one by one: not a date.
    begins: bool,
}

fn phone(rules: &Rules, words: &[Token]) -> bool {
    (0..words.len()).any(|at| {
        let Some(first) = digits_at(rules, words, at) else { return false };
        if !first.1.begins {
            return false;
        }
        let cued = cue_before(rules, words, at);
        let mut all = Zeroizing::new(String::new());
        let mut next = at;
        while let Some((length, group)) = digits_at(rules, words, next) {
            let apart = next > at && !matches!(words[next].before, Before::Space | Before::Joint | Before::Comma);
            if apart || all.len() > 15 {
                break;
            }
            all.push_str(&group.digits);
            next += length;
            if is_phone(&all, words[at].plus) || (cued && (6..=8).contains(&all.len())) {
                return true;
            }
        }
        false
    })
}

/// Reads digits at a word: figures, figures with O and I among them, or digits spelt out. Returns how many words.
fn digits_at(rules: &Rules, words: &[Token], at: usize) -> Option<(usize, Digits)> {
    let word = words.get(at)?;
    if let (Some(times), Some(next)) = (rules.repeat(&word.text), words.get(at + 1)) {
        let digit = spelt(rules, &next.text)?;
        return Some((2, Digits { digits: Zeroizing::new(digit.repeat(times)), begins: true }));
    }
    if let Some(digit) = spelt(rules, &word.text) {
        return Some((1, Digits { digits: Zeroizing::new(digit), begins: true }));
    }
    let figures: Option<String> = word.has_digit().then(|| word.text.chars().map(digit).collect()).flatten();
    figures.map(|text| {
        let begins = text.len() >= 3 || text.len() == 1 || word.plus;
        (1, Digits { digits: Zeroizing::new(text), begins })
    })
}

fn spelt(rules: &Rules, word: &str) -> Option<String> {
    let figure = (word.len() == 1).then(|| word.chars().next().and_then(digit)).flatten();
    match rules.digit(word) {
        Some(digit) => Some(digit.to_string()),
        None => figure.filter(|_| word != "i").map(String::from),
    }
}

fn cue_before(rules: &Rules, words: &[Token], at: usize) -> bool {
    words[at.saturating_sub(4)..at].iter().any(|word| rules.has(RuleKind::PhoneCue, &word.text))
}

/// Says whether the digits are a number of the United Kingdom, in any of its spellings.
fn is_phone(digits: &str, plus: bool) -> bool {
    let abroad = digits.strip_prefix("0044").or_else(|| digits.strip_prefix("44"));
    let national = match abroad {
        Some(rest) => rest.strip_prefix('0').unwrap_or(rest),
        None if plus => return (10..=15).contains(&digits.len()),
        None => match digits.strip_prefix('0') {
            Some(rest) => rest,
            None => return false,
        },
    };
    let area = national.bytes().next().is_some_and(|b| matches!(b, b'1' | b'2' | b'3' | b'5' | b'7' | b'8' | b'9'));
    area && matches!(national.len(), 9 | 10)
}

fn vehicle(rules: &Rules, words: &[Token]) -> bool {
    let is = |text: &str, shape: &str| {
        let kind = |c: char| if c.is_ascii_digit() { '9' } else { 'a' };
        text.is_ascii() && text.chars().map(kind).eq(shape.chars())
    };
    let older = ["a999aaa", "a99aaa", "aaa999a", "aaa99a"];
    let free = |word: &Token| !rules.has(RuleKind::Plain, &word.text);
    (0..words.len()).any(|at| {
        let one = &words[at];
        if is(&one.text, "aa99aaa") || (one.upper && older.iter().any(|shape| is(&one.text, shape))) {
            return true;
        }
        if together(words, at, 2) < 2 {
            return false;
        }
        let (two, whole) = (&words[at + 1], compact(&words[at..at + 2]));
        let current = is(&one.text, "aa99") && is(&two.text, "aaa") && free(two);
        let capitals = one.upper && two.upper;
        current || (capitals && older.iter().any(|shape| is(&whole, shape)) && one.text.len() + two.text.len() >= 6)
    })
}

fn email(rules: &Rules, words: &[Token]) -> bool {
    let at = words.windows(3).any(|three| three[1].before == Before::At && three[2].before == Before::Joint);
    at || places::says(rules, RuleKind::Email, words)
}
