//! Names, dates of birth and what somebody asks, as prints; and how the one fits the other.
//!
//! Promises: a name fits by its letters, by a form of the same name, by its sound, or not at all; a first letter alone fits, and
//! the two names the wrong way round do, only beside a date of birth and with all else by its letters; a date of birth fits, or
//! fits with day and month exchanged, or not at all.
//! Must never know: whose they are, who asks.

use super::prints::{Print, Prints, first};
use crate::model::matching::{Fit, forms};
use crate::model::people::{Identity, PersonSearch};
use crate::model::sounds::{letters, sound};
use crate::model::text::Line;
use crate::model::time::Day;

/// What kind of name it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Own,
    Other,
    Part,
    Middle,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Own, Self::Other, Self::Part, Self::Middle];
}

/// The prints of one name.
pub(super) struct Name {
    kind: Kind,
    pub(super) family: Family,
    pub(super) given: Given,
}

/// A family name as it is written, by its letters, by its sound.
#[derive(Clone, Copy)]
pub(super) struct Family([Print; 3]);

/// A given name as it is written and by its sound; the names that it may stand for, itself first; the sound of each.
#[derive(Clone)]
pub(super) struct Given {
    written: Print,
    /// His first letter; of what was asked only where no more than a letter was.
    initial: Option<Print>,
    pub(super) sounds: Vec<Print>,
    forms: Vec<Print>,
}

/// A date of birth, and the same whichever way day and month stand.
#[derive(Clone, Copy)]
pub(super) struct Born(pub(super) [Print; 2]);

/// What somebody asks, as prints. A double family name is looked for by its parts too.
pub(super) struct Asked {
    pub(super) families: Vec<(Family, Kind)>,
    pub(super) given: Option<Given>,
    /// The two names the other way round, where a date of birth stands beside them.
    pub(super) exchanged: Option<(Family, Given)>,
    pub(super) born: Option<Born>,
    pub(super) reference: Option<Print>,
    /// How many identifiers were given.
    pub(super) many: usize,
}

/// Returns every name by which a man is found: his own, its parts, with his other given names; and those he goes by beside.
pub(super) fn names(prints: &Prints, man: &Identity) -> Vec<Name> {
    let (family, given) = (man.family_name.reveal(), man.given_names.reveal());
    let mut all = vec![Name::of(prints, Kind::Own, family, first(given))];
    all.extend(parts(family).map(|part| Name::of(prints, Kind::Part, part, first(given))));
    all.extend(given.split_whitespace().skip(1).map(|other| Name::of(prints, Kind::Middle, family, other)));
    for alias in &man.aliases {
        let (family, given) = (alias.family_name.reveal(), alias.given_names.reveal());
        all.push(Name::of(prints, Kind::Other, family, first(given)));
    }
    all
}

/// Returns the parts of a double family name that can stand for themselves.
fn parts(family: &str) -> impl Iterator<Item = &str> {
    let is_double = family.contains('-');
    family.split('-').map(str::trim).filter(move |part| is_double && part.chars().count() > 2)
}

impl Name {
    fn of(prints: &Prints, kind: Kind, family: &str, given: &str) -> Self {
        let initial = letters(given).chars().next().map(|first| Given::initial(prints, first));
        let given = Given { initial, ..Given::of(prints, given) };
        Self { kind, family: Family::of(prints, family), given }
    }

    pub(super) fn write(&self, marks: &mut Vec<Print>) {
        marks.push(self.kind as Print | (self.given.forms.len() as Print) << 8);
        marks.extend(self.family.0);
        marks.extend([self.given.written, self.given.initial.unwrap_or_default()]);
        for (form, sound) in self.given.forms.iter().zip(&self.given.sounds) {
            marks.extend([*form, *sound]);
        }
    }

    pub(super) fn read(marks: &[Print]) -> Option<(Self, &[Print])> {
        let (head, rest) = marks.split_first()?;
        let kind = Kind::ALL.into_iter().find(|kind| *kind as Print == head & 0xff)?;
        let (family, rest) = rest.split_first_chunk::<3>()?;
        let ([written, initial], rest) = rest.split_first_chunk::<2>()?;
        let (both, rest) = rest.split_at_checked(usize::try_from(head >> 8).ok()? * 2)?;
        let (forms, sounds) = both.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip();
        Some((
            Self {
                kind,
                family: Family(*family),
                given: Given { written: *written, initial: Some(*initial), sounds, forms },
            },
            rest,
        ))
    }

    pub(super) fn fits(&self, asked: &Asked) -> Option<Vec<Fit>> {
        self.fits_as_given(asked).or_else(|| self.fits_exchanged(asked))
    }

    /// Says whether his own two names were given the wrong way round: by their letters, and beside his date of birth.
    fn fits_exchanged(&self, asked: &Asked) -> Option<Vec<Fit>> {
        let (family, given) = asked.exchanged.as_ref().filter(|_| self.kind == Kind::Own)?;
        let whole = self.family.fits(family)?.is_whole() && self.given.fits(given)?.is_whole();
        whole.then(|| vec![Fit::NamesExchanged])
    }

    fn fits_as_given(&self, asked: &Asked) -> Option<Vec<Fit>> {
        let mut fits = Vec::new();
        if self.kind == Kind::Other {
            fits.push(Fit::OtherName);
        }
        if !asked.families.is_empty() {
            let each = asked.families.iter().filter_map(|(family, kind)| {
                let fit = self.family.fits(family)?;
                let part = self.kind == Kind::Part || *kind == Kind::Part;
                // A part that only sounds alike is too little to go by.
                if part { fit.is_whole().then_some(Fit::FamilyPart) } else { Some(fit) }
            });
            fits.push(each.min()?);
        } else if self.kind == Kind::Part {
            return None;
        }
        match &asked.given {
            Some(given) => {
                let fit = self.given.fits(given).or_else(|| self.fits_initial(asked, &fits))?;
                fits.push(if self.kind == Kind::Middle { fit.is_whole().then_some(Fit::GivenOther)? } else { fit });
            }
            None if self.kind == Kind::Middle => return None,
            None => {}
        }
        Some(fits)
    }

    /// Says whether one letter was given and is his, beside a family name by its letters and a date of birth.
    fn fits_initial(&self, asked: &Asked, fits: &[Fit]) -> Option<Fit> {
        let first = asked.given.as_ref()?.initial.filter(|_| self.kind != Kind::Middle)?;
        let whole = asked.born.is_some() && fits.iter().any(|fit| matches!(fit, Fit::Family | Fit::FamilySpelt));
        (whole && self.given.initial == Some(first)).then_some(Fit::GivenInitial)
    }
}

impl Family {
    /// Returns the print of its sound.
    pub(super) const fn heard(&self) -> Print {
        self.0[2]
    }

    fn of(prints: &Prints, name: &str) -> Self {
        let (plain, sound) = (letters(name), sound(name));
        Self([prints.of("family", &[name]), prints.of("family-letters", &[&plain]), prints.of("sound", &[&sound])])
    }

    fn fits(&self, asked: &Self) -> Option<Fit> {
        let same = |at: usize| self.0[at] == asked.0[at];
        let ways = [Fit::Family, Fit::FamilySpelt, Fit::FamilySounds];
        ways.into_iter().enumerate().find_map(|(at, fit)| same(at).then_some(fit))
    }
}

impl Given {
    fn of(prints: &Prints, name: &str) -> Self {
        let all = forms(name);
        let form = |name: &String| prints.of("given-form", &[name]);
        let heard = |name: &String| prints.of("sound-given", &[&sound(name)]);
        let plain = letters(name);
        let mut chars = plain.chars();
        let alone = chars.next().filter(|_| chars.next().is_none());
        Self {
            written: prints.of("given", &[name]),
            initial: alone.map(|first| Self::initial(prints, first)),
            sounds: all.iter().map(heard).collect(),
            forms: all.iter().map(form).collect(),
        }
    }

    fn initial(prints: &Prints, first: char) -> Print {
        prints.of("given-initial", &[first.encode_utf8(&mut [0; 4])])
    }

    fn fits(&self, asked: &Self) -> Option<Fit> {
        if self.written == asked.written {
            Some(Fit::Given)
        } else if self.forms.first() == asked.forms.first() {
            Some(Fit::GivenSpelt)
        } else if self.forms.iter().any(|form| asked.forms.contains(form)) {
            Some(Fit::GivenForm)
        } else {
            (self.sounds.first() == asked.sounds.first()).then_some(Fit::GivenSounds)
        }
    }
}

impl Born {
    /// Returns the print of the date whichever way day and month stand.
    pub(super) const fn either_way(self) -> Print {
        self.0[1]
    }

    pub(super) fn of(prints: &Prints, day: Day) -> Self {
        let text = day.to_string();
        let mut parts: Vec<&str> = text.split('-').collect();
        let written = prints.of("born", &parts);
        if let [_, month_and_day @ ..] = parts.as_mut_slice() {
            month_and_day.sort_unstable();
        }
        Self([written, prints.of("born-either-way", &parts)])
    }

    pub(super) fn fits(self, asked: Self) -> Option<Fit> {
        let exchanged = self.0[1] == asked.0[1];
        if self.0[0] == asked.0[0] { Some(Fit::Born) } else { exchanged.then_some(Fit::BornExchanged) }
    }
}

impl Asked {
    pub(super) fn of(prints: &Prints, search: &PersonSearch) -> Self {
        let mut families = Vec::new();
        if let Some(name) = search.family_name.as_ref().map(Line::reveal) {
            families.push((Family::of(prints, name), Kind::Own));
            families.extend(parts(name).map(|part| (Family::of(prints, part), Kind::Part)));
        }
        let given = search.given_name.as_ref().map(|name| Given::of(prints, first(name.reveal())));
        let born = search.date_of_birth.map(|day| Born::of(prints, day));
        let reference = search.reference.as_ref().map(|one| prints.of("reference", &[one.reveal()]));
        let exchanged = match (&search.family_name, &search.given_name, born) {
            (Some(family), Some(given), Some(_)) => {
                Some((Family::of(prints, given.reveal()), Given::of(prints, first(family.reveal()))))
            }
            _ => None,
        };
        let many = [!families.is_empty(), given.is_some(), born.is_some(), reference.is_some()];
        Self { families, given, exchanged, born, reference, many: many.iter().filter(|given| **given).count() }
    }
}
