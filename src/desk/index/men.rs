//! The men of the index: their prints by number, and which of them are meant by what somebody asks.
//!
//! Promises: nothing that can be read is kept; a man is found by every name that he goes by, however it is spelt, and by a
//! date of birth with day and month exchanged; whatever is given must fit, so a year that is one off finds nobody.
//! Must never know: who asks, and whether they may know.

use super::names::{Asked, Born, Name, names};
use super::prints::{Print, Prints};
use super::table::Table;
use crate::model::id::{CaseId, PersonId};
use crate::model::matching::{Confidence, Fit};
use crate::model::people::{Identity, PersonSearch};

/// Each man's number, and what he is found by.
#[derive(Default)]
pub(super) struct Men {
    ids: Vec<(PersonId, CaseId)>,
    /// Where each man's prints begin in `marks`.
    starts: Vec<u32>,
    /// The prints of his date of birth, then those of each of his names.
    marks: Vec<Print>,
    /// His own family name, for comparing with a worker's.
    families: Vec<Print>,
    by_id: Table,
    by_reference: Table,
    /// The sound of a family name with a date of birth, of a given name with one, of both names.
    by_sound: Table,
}

/// One who may be meant, and how what was asked fits him.
#[derive(Debug, Clone)]
pub(in crate::desk) struct Match {
    /// Who, in which case.
    pub(in crate::desk) place: (PersonId, CaseId),
    /// How each identifier fits.
    pub(in crate::desk) fits: Vec<Fit>,
    /// How sure one can be.
    pub(in crate::desk) confidence: Confidence,
}

impl Men {
    /// Adds a man; returns his number.
    pub(super) fn add(
        &mut self,
        prints: &Prints,
        (id, case): (PersonId, CaseId),
        man: &Identity,
        family: Print,
    ) -> u32 {
        let number = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        self.ids.push((id, case));
        self.families.push(family);
        self.starts.push(u32::try_from(self.marks.len()).unwrap_or(u32::MAX));
        self.by_id.add(prints.of("id", &[&id.to_string()]), number);
        for reference in &man.references {
            self.by_reference.add(prints.of("reference", &[reference.reveal()]), number);
        }
        let born = Born::of(prints, man.date_of_birth);
        self.marks.extend(born.0);
        let mut keys = Vec::new();
        for name in names(prints, man) {
            keys.push(key(name.family.heard(), born.either_way()));
            for sound in &name.given.sounds {
                keys.extend([key(*sound, born.either_way()), key(name.family.heard(), *sound)]);
            }
            name.write(&mut self.marks);
        }
        keys.sort_unstable();
        keys.dedup();
        keys.into_iter().for_each(|key| self.by_sound.add(key, number));
        number
    }

    /// Returns who has a number, in which case.
    pub(super) fn place(&self, number: u32) -> Option<(PersonId, CaseId)> {
        self.ids.get(number as usize).copied()
    }

    /// Says whether a man bears this family name.
    pub(super) fn bears(&self, prints: &Prints, man: PersonId, family: Print) -> bool {
        let mut numbers = self.by_id.of(prints.of("id", &[&man.to_string()]));
        numbers.any(|number| self.families.get(number as usize) == Some(&family))
    }

    /// Returns those whom a search begins with: by the reference, or by the first two of family name, date of birth and
    /// given name that it gives; exactly, by their own names. The caller compares the rest.
    pub(super) fn begun(&self, prints: &Prints, search: &PersonSearch) -> Vec<(PersonId, CaseId)> {
        let mut asked = Asked::of(prints, search);
        if asked.reference.is_some() {
            asked = Asked { families: Vec::new(), given: None, born: None, exchanged: None, ..asked };
        } else if asked.born.is_some() && !asked.families.is_empty() {
            asked.given = None;
            asked.exchanged = None;
        }
        self.exactly_meant(&asked)
    }

    /// Returns those who are meant exactly by everything that a search gives, by their own names.
    pub(super) fn exact(&self, prints: &Prints, search: &PersonSearch) -> Vec<(PersonId, CaseId)> {
        self.exactly_meant(&Asked::of(prints, search))
    }

    fn exactly_meant(&self, asked: &Asked) -> Vec<(PersonId, CaseId)> {
        let whole = |fits: &Vec<Fit>| {
            fits.iter().all(|fit| matches!(fit, Fit::Reference | Fit::Family | Fit::Given | Fit::Born))
        };
        let candidates = self.candidates(asked).into_iter();
        candidates
            .filter(|number| self.fits(*number, asked).is_some_and(|fits| whole(&fits)))
            .filter_map(|n| self.place(n))
            .collect()
    }

    /// Returns all who may be meant, each with how everything that was given fits him.
    pub(super) fn matches(&self, prints: &Prints, search: &PersonSearch) -> Vec<Match> {
        let asked = Asked::of(prints, search);
        let one = |number: u32| {
            let fits = self.fits(number, &asked)?;
            Some(Match { place: self.place(number)?, confidence: Confidence::of(&fits, asked.many), fits })
        };
        self.candidates(&asked).into_iter().filter_map(one).collect()
    }

    /// Makes the tables as small as they get.
    pub(super) fn settle(&mut self) {
        [&mut self.by_id, &mut self.by_reference, &mut self.by_sound].into_iter().for_each(Table::settle);
        self.ids.shrink_to_fit();
        self.starts.shrink_to_fit();
        self.marks.shrink_to_fit();
        self.families.shrink_to_fit();
    }

    /// Returns how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        let tables = self.by_id.bytes() + self.by_reference.bytes() + self.by_sound.bytes();
        let prints = (self.marks.capacity() + self.families.capacity()) * size_of::<Print>();
        tables
            + prints
            + self.ids.capacity() * size_of::<(PersonId, CaseId)>()
            + self.starts.capacity() * size_of::<u32>()
    }

    /// Returns the numbers of those who share a key with what was asked, each once.
    fn candidates(&self, asked: &Asked) -> Vec<u32> {
        let sounds = asked.given.as_ref().map(|given| given.sounds.as_slice()).unwrap_or_default();
        let families = asked.families.iter().map(|(family, _)| family.heard());
        let keys: Vec<Print> = match (asked.born, asked.families.is_empty()) {
            (Some(born), false) => {
                let other = asked.exchanged.as_ref().map(|(family, _)| family.heard());
                families.chain(other).map(|family| key(family, born.either_way())).collect()
            }
            (Some(born), true) => sounds.iter().map(|sound| key(*sound, born.either_way())).collect(),
            (None, _) => families.flat_map(|family| sounds.iter().map(move |sound| key(family, *sound))).collect(),
        };
        let mut found: Vec<u32> = match asked.reference {
            Some(reference) => self.by_reference.of(reference).collect(),
            None => keys.into_iter().flat_map(|key| self.by_sound.of(key)).collect(),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Says how everything that was asked fits a man who was found: by the name that fits best; nothing if any of it does
    /// not.
    fn fits(&self, number: u32, asked: &Asked) -> Option<Vec<Fit>> {
        let from = *self.starts.get(number as usize)? as usize;
        let to = self.starts.get(number as usize + 1).map_or(self.marks.len(), |next| *next as usize);
        let (born, mut rest) = self.marks.get(from..to)?.split_first_chunk::<2>()?;
        let mut fits: Vec<Fit> = asked.reference.iter().map(|_| Fit::Reference).collect();
        if let Some(wanted) = asked.born {
            fits.push(Born(*born).fits(wanted)?);
        }
        if asked.families.is_empty() && asked.given.is_none() {
            return Some(fits);
        }
        let mut best: Option<Vec<Fit>> = None;
        while let Some((name, after)) = Name::read(rest) {
            rest = after;
            let Some(found) = name.fits(asked) else { continue };
            // The wrong way round with a date that is the wrong way round too is too little to go by.
            if found == [Fit::NamesExchanged] && !fits.contains(&Fit::Born) {
                continue;
            }
            let near = |fits: &[Fit]| fits.iter().map(|fit| (!fit.is_whole(), *fit)).max();
            let worse = |best: &Vec<Fit>| (count_near(best), near(best)) > (count_near(&found), near(&found));
            if best.as_ref().is_none_or(worse) {
                best = Some(found);
            }
        }
        fits.extend(best?);
        fits.sort_unstable();
        Some(fits)
    }
}

fn count_near(fits: &[Fit]) -> usize {
    fits.iter().filter(|fit| !fit.is_whole()).count()
}

/// Joins two prints to one that is neither's.
const fn key(one: Print, other: Print) -> Print {
    one.rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ other
}
