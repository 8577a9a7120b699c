//! Is this the man? How what was asked for fits a man whom the hub knows, and how sure one can be of it.
//!
//! Promises: the confidence follows from which identifiers were given and how each of them fits, and from nothing else;
//! whatever was given must fit, and a year of birth fits exactly or not at all. What is said of it names identifiers and
//! never values.
//! Must never know: who is asked about, where prints come from, what may be shown.

use super::sounds::letters;
use super::words::vocabulary;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Which forms stand for which names: data, with its source in its head.
const FORMS: &str = include_str!("../../assets/given-names.csv");

vocabulary! {
    /// How sure one can be that it is he.
    Confidence {
        /// A reference, or both names and the date of birth; each exactly, with whatever else was given.
        Exact = "exact",
        /// The same with one of them near; or the family name and the date of birth, both exactly.
        Strong = "strong",
        /// Anything less: names without a date of birth, a given name with one, or more than one of them near.
        Possible = "possible",
    }
}

vocabulary! {
    /// How one identifier that was given fits, in the words that whoever asked is told.
    Fit {
        /// The agency's number is his.
        Reference = "reference fits",
        /// The family name is his, letter by letter.
        Family = "family name fits",
        /// Accents, hyphens, spaces or apostrophes differ.
        FamilySpelt = "family name fits, written otherwise",
        /// It is said like his.
        FamilySounds = "family name sounds alike",
        /// It is one part of a double name, his or the one that was given.
        FamilyPart = "part of a double family name fits",
        /// The given name is his first.
        Given = "given name fits",
        /// Accents, hyphens or spaces differ.
        GivenSpelt = "given name fits, written otherwise",
        /// One is a form of the other.
        GivenForm = "given name fits as a form of the same name",
        /// It is said like his.
        GivenSounds = "given name sounds alike",
        /// It is one of his other given names.
        GivenOther = "given name fits one that he has beside his first",
        /// It is the first letter of his given name, and no more was given.
        GivenInitial = "given name fits by its first letter alone",
        /// What was given as the family name is his given name, and the other way round.
        NamesExchanged = "both names fit with family name and given name exchanged",
        /// The names are not his own but others that he goes by.
        OtherName = "the name is another that he goes by",
        /// The date of birth is his.
        Born = "date of birth fits",
        /// It is his with day and month exchanged.
        BornExchanged = "date of birth fits with day and month exchanged",
    }
}

impl Fit {
    /// Says whether it fits as well as it can.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        matches!(self, Self::Reference | Self::Family | Self::FamilySpelt | Self::Given | Self::GivenSpelt | Self::Born)
    }

    /// Says whether it is a family name, whole or near.
    #[must_use]
    pub const fn is_of_family(self) -> bool {
        matches!(self, Self::Family | Self::FamilySpelt | Self::FamilySounds | Self::FamilyPart | Self::NamesExchanged)
    }

    /// Says whether it is a date of birth, whole or near.
    #[must_use]
    pub const fn is_of_birth(self) -> bool {
        matches!(self, Self::Born | Self::BornExchanged)
    }
}

impl Confidence {
    /// Weighs how each identifier that was given fits; `fits` holds one for each of them, and more where a name needs more
    /// words.
    #[must_use]
    pub fn of(fits: &[Fit], given: usize) -> Self {
        let near = fits.iter().filter(|fit| !fit.is_whole()).count();
        let (known, born) = (fits.contains(&Fit::Reference), fits.iter().any(|fit| fit.is_of_birth()));
        let enough = known || born && given >= 3;
        match (enough, near) {
            (true, 0) => Self::Exact,
            (true, 1) => Self::Strong,
            // A given name and a date of birth are many men's.
            (false, 0) if born && fits.iter().any(|fit| fit.is_of_family()) => Self::Strong,
            _ => Self::Possible,
        }
    }
}

/// Returns the names that a given name may stand for, as letters, itself first: `bill` and `william`.
#[must_use]
pub fn forms(given: &str) -> Vec<String> {
    let own = letters(given);
    let full = known_forms().get(own.as_str()).into_iter().flatten().map(|name| (*name).to_owned());
    let mut all = vec![own];
    all.extend(full);
    all
}

fn known_forms() -> &'static HashMap<&'static str, Vec<&'static str>> {
    static KNOWN: OnceLock<HashMap<&'static str, Vec<&'static str>>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known: HashMap<_, Vec<_>> = HashMap::new();
        for (form, full) in rows() {
            known.entry(form).or_default().push(full);
        }
        known
    })
}

fn rows() -> impl Iterator<Item = (&'static str, &'static str)> {
    let lines = FORMS.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_once(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_forms_is_whole() {
        let mut seen = std::collections::HashSet::new();
        let lines = FORMS.lines().filter(|line| !line.starts_with('#')).count();
        for (form, full) in rows() {
            assert_eq!((letters(form).as_str(), letters(full).as_str()), (form, full), "written as letters");
            assert!(form != full && seen.insert((form, full)), "{form}, {full}");
        }
        assert!(seen.len() == lines && lines > 200, "every line is a row");
        assert!(FORMS.contains("# Source"), "the source is named");
    }

    #[test]
    fn a_short_form_stands_for_each_of_its_names() {
        let alike = |one: &str, other: &str| forms(one).iter().any(|name| forms(other).contains(name));
        for (one, other) in [
            ("Bill", "William"),
            ("Sandy", "Alexander"),
            ("Rab", "Bobby"),
            ("Jock", "John"),
            ("Hamish", "James"),
            ("Bert", "Albert"),
            ("Bert", "Robert"),
            ("Ruaridh", "Rory"),
            ("Uilleam", "Wullie"),
        ] {
            assert!(alike(one, other) && alike(other, one), "{one} and {other}");
        }
        assert!(!alike("Albert", "Robert") && !alike("Bill", "Robert") && !alike("Ewan", "Owen"));
        assert_eq!(forms("Nosuchname"), ["nosuchname"]);
    }

    #[test]
    fn the_confidence_follows_from_what_was_given_and_how_it_fits() {
        use Fit::{
            Born, BornExchanged, Family, FamilySounds, Given, GivenForm, GivenInitial, NamesExchanged, OtherName,
            Reference,
        };
        for (fits, given, says) in [
            (&[Family, Given, Born][..], 3, Confidence::Exact),
            (&[Family, GivenForm, Born], 3, Confidence::Strong),
            (&[Family, Given, BornExchanged], 3, Confidence::Strong),
            (&[OtherName, Family, Given, Born], 3, Confidence::Strong),
            (&[FamilySounds, Given, BornExchanged], 3, Confidence::Possible),
            (&[Family, Born], 2, Confidence::Strong),
            (&[FamilySounds, Born], 2, Confidence::Possible),
            (&[Given, Born], 2, Confidence::Possible),
            (&[Family, GivenInitial, Born], 3, Confidence::Strong),
            (&[NamesExchanged, Born], 3, Confidence::Strong),
            (&[OtherName, Family, GivenInitial, Born], 3, Confidence::Possible),
            (&[Family, BornExchanged], 2, Confidence::Possible),
            (&[Family, Given], 2, Confidence::Possible),
            (&[Reference], 1, Confidence::Exact),
            (&[Reference, Family], 2, Confidence::Exact),
            (&[Reference, Born], 2, Confidence::Exact),
            (&[Reference, FamilySounds], 2, Confidence::Strong),
            (&[Reference, FamilySounds, BornExchanged], 3, Confidence::Possible),
        ] {
            assert_eq!(Confidence::of(fits, given), says, "{fits:?}");
        }
    }
}
