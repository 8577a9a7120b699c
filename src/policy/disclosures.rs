//! What a decision to tell, or not to tell, somebody outside the arrangements needs, and by which route they are told.
//!
//! Promises: each decision has one route with words for whoever recorded it; a field that a row asks for is one that a
//! decision has. Data, with its source. (`disclosure.rs` is another matter: what the partners agreed.)
//! Must never know: who is told, and who decides.

use super::Policy;
use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::decisions::{DisclosureBasis, Verdict};
use crate::model::words::vocabulary;

const DISCLOSURES: &str = "disclosures.csv";

/// The longest word of a route: assets/openapi.json says so.
const ROUTE_MAX: usize = 40;

vocabulary! {
    /// A field that a decision may need.
    Needed {
        /// The day by which it is looked at again.
        Review = "review",
        /// The day by which he is to have told them himself.
        SelfDisclosureDeadline = "self_disclosure_deadline",
    }
}

/// By which route somebody is told.
#[derive(Debug, PartialEq, Eq)]
pub struct Route {
    of: Verdict,
    /// Its word.
    pub route: String,
    /// What whoever recorded the decision is told.
    pub say: String,
}

/// What a field is needed for.
#[derive(Debug, PartialEq, Eq)]
enum For {
    Verdict(Verdict),
    Basis(DisclosureBasis),
}

/// A field that is needed.
#[derive(Debug)]
struct Need {
    of: For,
    field: Needed,
    say: String,
}

/// All routes and needs.
#[derive(Debug)]
pub struct Disclosures {
    routes: Vec<Route>,
    needs: Vec<Need>,
}

impl Disclosures {
    /// Reads `disclosures.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut all = Self { routes: Vec::new(), needs: Vec::new() };
        for row in rows_of(DISCLOSURES, text, 6)? {
            all.take(&row)?;
        }
        match Verdict::ALL.iter().find(|verdict| all.routes.iter().all(|route| route.of != **verdict)) {
            Some(verdict) => Err(Error::file(DISCLOSURES, Fault::Missing(verdict.to_string()))),
            None => Ok(all),
        }
    }

    fn take(&mut self, row: &Row<'_>) -> Result<(), Error> {
        let [kind, of, value, say] = [row.cells[0], row.cells[1], row.cells[2], row.cells[3]];
        let unknown = |cell: &str| row.fault(DISCLOSURES, Fault::Unknown(cell.to_owned()));
        let twice = || row.fault(DISCLOSURES, Fault::Twice(of.to_owned()));
        if !matches!(row.cells[5], "yes" | "no") {
            return Err(unknown(row.cells[5]));
        }
        match kind {
            "route" => {
                let route = Route { of: word(DISCLOSURES, row, of)?, route: value.to_owned(), say: say.to_owned() };
                if value.len() > ROUTE_MAX || !value.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
                    return Err(row.fault(DISCLOSURES, Fault::Character(value.to_owned())));
                }
                if !(say.starts_with(|first: char| first.is_uppercase()) && say.ends_with('.')) {
                    return Err(unknown(say));
                }
                if self.routes.iter().any(|known| known.of == route.of) {
                    return Err(twice());
                }
                self.routes.push(route);
            }
            "needs" => {
                let verdict = of.parse().map(For::Verdict).ok();
                let of = verdict.or_else(|| of.parse().map(For::Basis).ok()).ok_or_else(|| unknown(of))?;
                let need = Need { of, field: word(DISCLOSURES, row, value)?, say: say.to_owned() };
                if !say.starts_with("is needed") {
                    return Err(unknown(say));
                }
                if self.needs.iter().any(|known| known.of == need.of && known.field == need.field) {
                    return Err(twice());
                }
                self.needs.push(need);
            }
            other => return Err(row.fault(DISCLOSURES, Fault::LineType(other.to_owned()))),
        }
        Ok(())
    }

    /// Returns the route of a decision.
    #[must_use]
    pub fn route(&self, of: Verdict) -> Option<&Route> {
        self.routes.iter().find(|route| route.of == of)
    }

    /// Returns the fields that a decision on this basis must have, each with what is said where it is left out.
    pub fn needs(&self, verdict: Verdict, basis: DisclosureBasis) -> impl Iterator<Item = (Needed, &str)> {
        let meant = move |need: &&Need| [For::Verdict(verdict), For::Basis(basis)].contains(&need.of);
        self.needs.iter().filter(meant).map(|need| (need.field, &*need.say))
    }
}

impl Policy {
    /// Returns what decisions about disclosure outside the arrangements need.
    #[must_use]
    pub const fn disclosures(&self) -> &Disclosures {
        &self.book.disclosures
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    fn committed() -> String {
        Files::embedded().disclosures
    }

    #[test]
    fn the_committed_rows_name_the_route_and_what_each_decision_needs() {
        let all = Disclosures::load(&committed()).unwrap();
        for verdict in Verdict::ALL {
            let route = all.route(*verdict).unwrap();
            assert!(route.route == "dsdas" && route.say.contains("Disclosure Scheme for Domestic Abuse Scotland"));
        }
        let needs = |verdict, basis| all.needs(verdict, basis).map(|(field, _)| field).collect::<Vec<_>>();
        assert_eq!(needs(Verdict::Disclose, DisclosureBasis::PublicInterest), []);
        assert_eq!(needs(Verdict::NotDisclose, DisclosureBasis::PublicInterest), [Needed::Review]);
        let both = needs(Verdict::NotDisclose, DisclosureBasis::SelfDisclosure);
        assert_eq!(both, [Needed::Review, Needed::SelfDisclosureDeadline]);
    }

    #[test]
    fn a_bad_row_is_refused_where_it_stands() {
        const ROUTES: &str =
            "route, disclose, a, It is told., a law, no\nroute, not-disclose, a, It is not., a law, no\n";
        const NEED: &str = "needs, not-disclose, review, is needed: give it, a law, no";
        assert!(Disclosures::load(&format!("{ROUTES}{NEED}")).is_ok());
        let with = |row: &str| Disclosures::load(&format!("{ROUTES}{row}")).unwrap_err();
        let at = |fault| Error::line(DISCLOSURES, 3, fault);
        let unknown = |cell: &str| at(Fault::Unknown(cell.to_owned()));
        assert_eq!(with(&NEED.replace("needs", "wants")), at(Fault::LineType("wants".to_owned())));
        assert_eq!(with(&NEED.replace("not-disclose", "gossip")), unknown("gossip"));
        assert_eq!(with(&NEED.replace("review", "receipt")), unknown("receipt"));
        assert_eq!(with(&NEED.replace("is needed", "give")), unknown("give: give it"));
        assert_eq!(with(&NEED.replace("law, no", "law, perhaps")), unknown("perhaps"));
        assert_eq!(with("route, disclose, a, It is told., a law, no"), at(Fault::Twice("disclose".to_owned())));
        let again = Disclosures::load(&format!("{ROUTES}{NEED}\n{NEED}")).unwrap_err();
        assert_eq!(again, Error::line(DISCLOSURES, 4, Fault::Twice("not-disclose".to_owned())));
        let route = |from: &str, to: &str| Disclosures::load(&ROUTES.replacen(from, to, 1)).unwrap_err();
        assert_eq!(route(", a,", ", A1,"), Error::line(DISCLOSURES, 1, Fault::Character("A1".to_owned())));
        let word = Error::line(DISCLOSURES, 1, Fault::Unknown("it is told".to_owned()));
        assert_eq!(route("It is told.", "it is told"), word);
        let missing = Error::file(DISCLOSURES, Fault::Missing("disclose".to_owned()));
        assert_eq!(route("route, disclose", "# route, disclose"), missing);
    }
}
