//! Look-ups of a man among a million made-up ones, in the index that the hub keeps in memory.
//!
//! Promises: each man is made up of syllables and drawn from a seed; every look-up must find somebody, or the run ends.

use super::figure::{Better, Figure, Words};
use super::stats::median;
use crate::desk::people::Trial;
use crate::model::people::{Identity, PersonSearch};
use crate::model::text::Line;
use crate::model::time::RealClock;
use crate::vault::Vault;
use anyhow::Context;
use std::sync::Arc;
use std::time::Instant;

/// Men in the index.
const MEN: u64 = 1_000_000;

const FIRST: [&str; 12] = ["Bal", "Drum", "Kil", "Inver", "Mac", "Strath", "Glen", "Auch", "Dal", "Pit", "Ler", "Whin"];
const MIDDLE: [&str; 12] = ["bre", "ca", "do", "fi", "gow", "la", "mun", "no", "ro", "sto", "tay", "vie"];
const LAST: [&str; 12] = ["ber", "chan", "die", "ford", "gan", "kie", "lie", "mond", "nock", "rick", "son", "toun"];
const GIVEN: [&str; 12] =
    ["William", "Sandy", "Ewan", "Jock", "Robert", "Iain", "Thomas", "Hamish", "Callum", "David", "Stuart", "Rory"];
/// What the men are asked for by: forms of the same names in the same order.
const FORMS: [&str; 12] =
    ["Bill", "Alexander", "Euan", "John", "Rab", "Ian", "Tam", "James", "Malcolm", "Davie", "Stewart", "Roderick"];

/// Measures rounds of look-ups, each by family name, a form of the given name, and the date of birth.
pub(super) fn measure(rounds: usize, lookups: usize) -> anyhow::Result<Figure> {
    let vault = Vault::new(Vault::generate("bench")?, Arc::new(RealClock)).context("a vault for the index")?;
    // One after the other: a million of them in plain words would take more than the index. A look-up finds the gaps.
    let trial = Trial::of(vault, (0..MEN).filter_map(|number| man(number).ok()));
    let mut times: [Vec<f64>; 2] = Default::default();
    for round in 0..rounds {
        let mut took = Vec::with_capacity(lookups);
        for number in 0..lookups {
            let asked = asked(drawn((round * lookups + number) as u64) % MEN)?;
            let start = Instant::now();
            let found = trial.look(&asked);
            took.push(start.elapsed().as_secs_f64() * 1e6);
            anyhow::ensure!(found > 0, "a man who is in the index was not found");
        }
        times[1].push(median(&took));
        took.sort_by(f64::total_cmp);
        times[0].push(took[(took.len() * 99).div_ceil(100) - 1]);
    }
    let words = Words {
        name: "look-up of a man, p99".to_owned(),
        unit: "µs",
        counterpart: "median",
        goal: "10 ms",
        did: format!(
            "{lookups} look-ups a round among {MEN} made-up men, by family name, another form of the given name and date of \
             birth, on one thread. A man takes {} bytes of memory.",
            trial.bytes_each()
        ),
    };
    Ok(Figure::of(words, Better::Less, times))
}

/// Draws the parts of a man with a number: the same each time.
fn parts(number: u64) -> (String, usize, String) {
    let mut left = drawn(number);
    let mut next = |of: u64| {
        let part = left % of;
        left /= of;
        part
    };
    let mut syllable = |of: &[&'static str; 12]| of[usize::try_from(next(12)).unwrap_or_default()];
    let family = [syllable(&FIRST), syllable(&MIDDLE), syllable(&LAST)].concat();
    let given = usize::try_from(next(12)).unwrap_or_default();
    (family, given, format!("{}-{:02}-{:02}", 1950 + next(58), 1 + next(12), 1 + next(28)))
}

pub(super) fn man(number: u64) -> anyhow::Result<Identity> {
    let (family, given, born) = parts(number);
    Ok(Identity {
        family_name: Line::new(&family)?,
        given_names: Line::new(GIVEN[given])?,
        date_of_birth: born.parse()?,
        references: vec![Line::new(&format!("DEMO-S{number:08}"))?, Line::new(&format!("DEMO-P{number:08}"))?],
        address: Some(Line::new(&format!("{number} Nowhere Street, Madeupton, ZZ99 9ZZ"))?),
        phone: Some(Line::new(&format!("07700 {number:07}"))?),
        aliases: Vec::new(),
    })
}

pub(super) fn asked(number: u64) -> anyhow::Result<PersonSearch> {
    let (family, given, born) = parts(number);
    Ok(PersonSearch {
        family_name: Some(Line::new(&family)?),
        given_name: Some(Line::new(FORMS[given])?),
        date_of_birth: Some(born.parse()?),
        reference: None,
        purpose: None,
    })
}

/// Scatters a number (splitmix64).
const fn drawn(number: u64) -> u64 {
    let one = number.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    let two = (one ^ (one >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let three = (two ^ (two >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    three ^ (three >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_man_who_is_asked_for_is_found_by_another_form_of_his_name() {
        let vault = Vault::new(Vault::generate("bench").unwrap(), Arc::new(RealClock)).unwrap();
        let trial = Trial::of(vault, (0..600).map(|number| man(number).unwrap()));
        for number in 0..600 {
            assert!(trial.look(&asked(number).unwrap()) > 0, "{number}");
        }
        assert!((100..400).contains(&trial.bytes_each()), "{}", trial.bytes_each());
    }
}
