//! On what a share may stand: which basis carries whose data, for whom and for what. Data, with its source.
//!
//! Promises: each basis that can be named has its row for what is hers and for what is his, and no two; whatever a row does
//! not let through is refused with words of that row. What is no row's to say (that her no takes a second person, that a
//! consent covers what is shared) is not asked here.
//! Must never know: who shares, what a note says.

use super::Policy;
use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::agencies::Regime;
use crate::model::shares::Purpose;
use crate::model::words::vocabulary;
use std::str::FromStr;

const BASES: &str = "bases.csv";

/// The word for every value of a column.
const ANY: &str = "any";
/// The word for no value of a column.
const NONE: &str = "none";
/// The word for nothing to say.
const NOTHING: &str = "-";

vocabulary! {
    /// What somebody names as the basis of a share.
    Ground {
        /// The subject's recorded consent.
        Consent = "consent",
        /// A statutory gateway.
        StatutoryDuty = "statutory-duty",
        /// Somebody's life.
        VitalInterests = "vital-interests",
        /// A court's order.
        CourtOrder = "court-order",
        /// The public interest.
        PublicInterest = "public-interest",
    }
}

/// Whose data a basis is to carry: a protected person's, or else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Whose {
    /// About a protected person, or of a protected category.
    Hers,
    /// All else.
    His,
}

/// What one basis carries.
#[derive(Debug)]
pub struct Carries {
    ground: Ground,
    whose: &'static [Whose],
    regimes: Vec<Regime>,
    purposes: Vec<Purpose>,
    otherwise: String,
}

/// What each basis carries.
#[derive(Debug)]
pub struct Bases(Vec<Carries>);

impl Carries {
    /// Says whether it matters under which regime an agency works.
    #[must_use]
    pub fn asks_for_regime(&self) -> bool {
        self.regimes.len() < Regime::ALL.len()
    }

    /// Returns what is said to whoever shares for this purpose, under this regime if it matters; `None` if it carries that.
    #[must_use]
    pub fn refusal(&self, purpose: Purpose, regime: Option<Regime>) -> Option<&str> {
        let regime = regime.map_or(!self.asks_for_regime(), |regime| self.regimes.contains(&regime));
        let carries = regime && self.purposes.contains(&purpose);
        (!carries).then_some(&*self.otherwise)
    }
}

impl Bases {
    /// Reads `bases.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut all: Vec<Carries> = Vec::new();
        for row in rows_of(BASES, text, 7)? {
            let one = carries(&row)?;
            let twice =
                |known: &Carries| known.ground == one.ground && known.whose.iter().any(|who| one.whose.contains(who));
            if all.iter().any(twice) {
                return Err(row.fault(BASES, Fault::Twice(one.ground.to_string())));
            }
            all.push(one);
        }
        let bases = Self(all);
        for ground in Ground::ALL {
            if [Whose::Hers, Whose::His].iter().any(|whose| bases.of(*ground, *whose).is_none()) {
                return Err(Error::file(BASES, Fault::Missing(ground.to_string())));
            }
        }
        Ok(bases)
    }

    /// Returns what a basis carries of somebody's.
    #[must_use]
    pub fn of(&self, ground: Ground, whose: Whose) -> Option<&Carries> {
        self.0.iter().find(|one| one.ground == ground && one.whose.contains(&whose))
    }
}

impl Policy {
    /// Returns on what a share may stand.
    #[must_use]
    pub const fn bases(&self) -> &Bases {
        &self.book.bases
    }
}

fn carries(row: &Row<'_>) -> Result<Carries, Error> {
    let [ground, whose, regimes, written, otherwise] =
        [row.cells[0], row.cells[1], row.cells[2], row.cells[3], row.cells[4]];
    let unknown = |cell: &str| row.fault(BASES, Fault::Unknown(cell.to_owned()));
    let whose: &[Whose] = match whose {
        "hers" => &[Whose::Hers],
        "his" => &[Whose::His],
        "both" => &[Whose::Hers, Whose::His],
        other => return Err(unknown(other)),
    };
    if !matches!(row.cells[6], "yes" | "no") {
        return Err(unknown(row.cells[6]));
    }
    let (regimes, purposes) = (words(row, regimes, Regime::ALL)?, words(row, written, Purpose::ALL)?);
    // Whoever is refused is told what to do, and words that nobody is ever told are a slip.
    let refuses = regimes.len() < Regime::ALL.len() || purposes.len() < Purpose::ALL.len();
    if refuses == (otherwise == NOTHING) {
        return Err(unknown(otherwise));
    }
    let ground = word(BASES, row, ground)?;
    // That is what a disclosure stands on: a policy that let a share stand on it would promise what the hub does not do.
    if ground == Ground::PublicInterest && !purposes.is_empty() {
        return Err(unknown(written));
    }
    Ok(Carries { ground, whose, regimes, purposes, otherwise: otherwise.to_owned() })
}

/// Reads words joined by `+`, or the word for all or none of them; none stands twice.
fn words<T: FromStr + Copy + PartialEq>(row: &Row<'_>, cell: &str, all: &[T]) -> Result<Vec<T>, Error> {
    match cell {
        ANY => return Ok(all.to_vec()),
        NONE => return Ok(Vec::new()),
        _ => {}
    }
    let mut words = Vec::new();
    for text in cell.split('+') {
        let one = word(BASES, row, text)?;
        if words.contains(&one) {
            return Err(row.fault(BASES, Fault::Twice(text.to_owned())));
        }
        words.push(one);
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    fn committed() -> String {
        Files::embedded().bases
    }

    #[test]
    fn the_committed_rows_say_what_each_basis_carries() {
        let bases = Bases::load(&committed()).unwrap();
        let refusal = |ground, whose, purpose, regime| {
            bases.of(ground, whose).unwrap().refusal(purpose, Some(regime)).map(str::to_owned)
        };
        for purpose in Purpose::ALL {
            for regime in Regime::ALL {
                let law = *regime == Regime::LawEnforcement;
                assert_eq!(refusal(Ground::Consent, Whose::Hers, *purpose, *regime), None);
                assert_eq!(refusal(Ground::Consent, Whose::His, *purpose, *regime).is_some(), law);
                let life = matches!(purpose, Purpose::Emergency | Purpose::VictimSafety);
                for whose in [Whose::Hers, Whose::His] {
                    assert_eq!(refusal(Ground::VitalInterests, whose, *purpose, *regime).is_none(), life);
                    assert_eq!(refusal(Ground::StatutoryDuty, whose, *purpose, *regime), None);
                    assert_eq!(refusal(Ground::CourtOrder, whose, *purpose, *regime), None);
                    assert!(refusal(Ground::PublicInterest, whose, *purpose, *regime).is_some());
                }
            }
        }
        let consent = bases.of(Ground::Consent, Whose::His).unwrap();
        assert!(consent.asks_for_regime());
        assert!(consent.refusal(Purpose::Supervision, None).is_some(), "a regime that nobody knows is not let through");
    }

    #[test]
    fn a_row_that_says_too_little_too_much_or_nothing_known_is_refused_where_it_stands() {
        const LIFE: &str = "vital-interests, both, any, emergency+victim-safety, may be";
        let text = committed();
        let lines: Vec<&str> = text.lines().collect();
        let at = |start: &str| lines.iter().position(|line| line.starts_with(start)).unwrap() + 1;
        let with = |from: &str, to: &str| {
            assert!(committed().contains(from), "{from}");
            Bases::load(&committed().replacen(from, to, 1)).unwrap_err()
        };
        let unknown = |line, cell: &str| Error::line(BASES, line, Fault::Unknown(cell.to_owned()));
        let life = at("vital-interests");
        assert_eq!(with(LIFE, &LIFE.replace("emergency", "gossip")), unknown(life, "gossip"));
        assert_eq!(with(LIFE, &LIFE.replace("vital", "vita")), unknown(life, "vita-interests"));
        assert_eq!(with(LIFE, &LIFE.replace("both", "theirs")), unknown(life, "theirs"));
        let twice = with(LIFE, &LIFE.replace("victim-safety", "emergency"));
        assert_eq!(twice, Error::line(BASES, life, Fault::Twice("emergency".to_owned())));
        let order = "court-order, both, any, any, -,";
        assert_eq!(with(order, "court-order, both, any, any, why,"), unknown(at("court-order"), "why"));
        assert_eq!(with(order, "court-order, both, any, none, -,"), unknown(at("court-order"), "-"));
        let again = format!("{}{LIFE} so, a law, no\n", committed());
        let again = Bases::load(&again).unwrap_err();
        assert_eq!(again, Error::line(BASES, lines.len() + 1, Fault::Twice("vital-interests".to_owned())));
        let open = with("public-interest, both, none, none", "public-interest, both, none, mappa");
        assert_eq!(open, unknown(at("public-interest"), "mappa"));
        let half = with("consent, his, uk-gdpr", "# consent, his, uk-gdpr");
        assert_eq!(half, Error::file(BASES, Fault::Missing("consent".to_owned())));
        let perhaps = committed().replacen("schedule 8 paragraph 3, no", "schedule 8 paragraph 3, perhaps", 1);
        assert_eq!(Bases::load(&perhaps).unwrap_err(), unknown(life, "perhaps"));
    }
}
