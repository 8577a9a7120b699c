//! Forms made of words: addresses, schools, places of work.

use super::fold::{Before, Token};
use super::rules::{RuleKind, Rules};

/// Most words of a street's name.
const NAME_WORDS: usize = 3;
/// How far back it may be said whose work it is.
const SUBJECT_WORDS: usize = 4;

/// Says whether a phrase of a kind stands in the text.
pub(super) fn says(rules: &Rules, kind: RuleKind, words: &[Token]) -> bool {
    (0..words.len()).any(|at| phrase_at(rules, kind, words, at).is_some())
}

/// Returns how many words a phrase of a kind has that begins here.
fn phrase_at(rules: &Rules, kind: RuleKind, words: &[Token], at: usize) -> Option<usize> {
    let fits = |phrase: &&Vec<String>| {
        words.get(at..at + phrase.len()).is_some_and(|here| {
            let same = here.iter().zip(phrase.iter()).all(|(word, part)| word.text.as_str() == part);
            same && here.iter().skip(1).all(|word| word.before != Before::Stop)
        })
    };
    rules.phrases(kind, &words[at].text).iter().filter(fits).map(Vec::len).max()
}

/// Says whether a word is a name: it has a capital and is none of the plain words.
fn is_name(rules: &Rules, word: &Token) -> bool {
    word.capital && !rules.has(RuleKind::Plain, &word.text) && !word.has_digit()
}

/// Says whether a word is a house's number, such as 12, 12a or the first part of 3/2.
fn is_number(word: &Token) -> bool {
    let digits = word.text.bytes().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&digits) && word.text.len() <= digits + 1
}

pub(super) fn address(rules: &Rules, words: &[Token]) -> bool {
    (0..words.len()).any(|at| street(rules, words, at) || dwelling(rules, words, at) || house(rules, words, at))
}

/// A street's word with a name before it, and with a number before that unless the name has a capital.
fn street(rules: &Rules, words: &[Token], at: usize) -> bool {
    let word = &words[at];
    let (strong, weak) = (rules.has(RuleKind::Street, &word.text), rules.has(RuleKind::StreetWeak, &word.text));
    if !strong && !weak {
        return false;
    }
    let mut names = 0;
    for back in 1..=NAME_WORDS.min(at) {
        let one = &words[at - back];
        if words[at - back + 1].before == Before::Stop || one.has_digit() || rules.has(RuleKind::Plain, &one.text) {
            break;
        }
        names = back;
        let named = is_name(rules, one) && word.capital;
        if strong && named {
            return true;
        }
    }
    let number = at.checked_sub(names + 1).map(|before| &words[before]);
    let numbered = number.is_some_and(is_number) && names > 0 && words[at - names].before != Before::Stop;
    let capitals = (at - names..=at).all(|nth| words[nth].capital);
    numbered && (strong || capitals)
}

/// "Flat 3/2", "flat 4".
fn dwelling(rules: &Rules, words: &[Token], at: usize) -> bool {
    let word = &words[at];
    let Some(next) = words.get(at + 1).filter(|next| next.before != Before::Stop) else { return false };
    let after = words.get(at + 2);
    // "He left the flat 2 days ago" is no flat 2.
    let counted = after.is_some_and(|after| after.before == Before::Space && rules.has(RuleKind::Plain, &after.text));
    let more = after.is_some_and(|after| after.before == Before::Joint);
    rules.has(RuleKind::Dwelling, &word.text) && is_number(next) && (more || !counted)
}

/// "Rose Cottage".
fn house(rules: &Rules, words: &[Token], at: usize) -> bool {
    let word = &words[at];
    let named = at.checked_sub(1).is_some_and(|before| is_name(rules, &words[before]));
    rules.has(RuleKind::House, &word.text) && word.capital && named && word.before == Before::Space
}

pub(super) fn school(rules: &Rules, words: &[Token]) -> bool {
    let named = (1..words.len()).any(|at| {
        let Some(length) = phrase_at(rules, RuleKind::School, words, at) else { return false };
        let name = &words[at - 1];
        let near = words[at].before == Before::Space && name.is_word() && !rules.has(RuleKind::Plain, &name.text);
        // One plain word such as "school" needs capitals to be part of a name; "inverpuddock primary school" does not.
        near && ((name.capital && words[at].capital) || (length > 1 && name.text.chars().count() > 5))
    });
    named || says(rules, RuleKind::SchoolPhrase, words)
}

pub(super) fn workplace(rules: &Rules, words: &[Token]) -> bool {
    let named = (0..words.len()).any(|at| {
        let Some(length) = phrase_at(rules, RuleKind::Work, words, at) else { return false };
        let sentence = words[..at].iter().rev().take(SUBJECT_WORDS);
        let his = sentence.clone().any(|word| rules.has(RuleKind::He, &word.text));
        let name = words[at + length..].iter().take(2).any(|word| is_name(rules, word) && word.before == Before::Space);
        name && !his
    });
    named || says(rules, RuleKind::WorkPhrase, words)
}
