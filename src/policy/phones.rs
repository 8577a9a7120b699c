//! Whom to ring at night: data beside the policy.
//!
//! Promises: there is always a number for who is not known, for the owner of a case, for those of an agency who do not acknowledge
//! an alert, and for a safety contact; that for a safety contact is one, so that it cannot tell which service works with her, and
//! no women's or children's service has another.
//! Must never know: who asks about whom.

use super::error::{Error, Fault};
use super::rows::rows_of;
use crate::model::agencies::AgencyKind;
use crate::model::id::AgencyId;
use crate::model::status::Phone;

const PHONES: &str = "phones.csv";

/// What stands for every agency.
const ANY: &str = "*";

/// The numbers.
#[derive(Debug)]
pub struct Phones {
    not_known: Vec<Phone>,
    owners: Vec<(String, Phone)>,
    owner: Phone,
    alerts: Vec<(String, Phone)>,
    alert: Phone,
    safety_contact: Phone,
}

impl Phones {
    /// Reads `phones.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let (mut not_known, mut owners, mut owner, mut safety_contact) = (Vec::new(), Vec::new(), None, None);
        let (mut alerts, mut alert): (Vec<(String, Phone)>, Option<Phone>) = (Vec::new(), None);
        for row in rows_of(PHONES, text, 4)? {
            let [kind, of, number, whose] = [row.cells[0], row.cells[1], row.cells[2], row.cells[3]];
            let unknown = |cell: &str| row.fault(PHONES, Fault::Unknown(cell.to_owned()));
            let twice = || row.fault(PHONES, Fault::Twice(of.to_owned()));
            if !number.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+')) {
                return Err(unknown(number));
            }
            let phone = Phone { number: number.to_owned(), whose: whose.to_owned() };
            match (kind, of) {
                ("not-known", ANY) => not_known.push(phone),
                ("owner", ANY) if owner.is_none() => owner = Some(phone),
                ("safety-contact", ANY) if safety_contact.is_none() => safety_contact = Some(phone),
                ("alert", ANY) if alert.is_none() => alert = Some(phone),
                ("owner" | "alert" | "safety-contact", ANY) => return Err(twice()),
                ("owner", of) => {
                    of.parse::<AgencyId>().map_err(|_| unknown(of))?;
                    if owners.iter().any(|(known, _)| known == of) {
                        return Err(twice());
                    }
                    owners.push((of.to_owned(), phone));
                }
                ("alert", of) => {
                    if !is_of_agency(of) {
                        return Err(unknown(of));
                    }
                    if alerts.iter().any(|(known, _)| known == of) {
                        return Err(twice());
                    }
                    alerts.push((of.to_owned(), phone));
                }
                ("not-known" | "safety-contact", of) => return Err(unknown(of)),
                (other, _) => return Err(row.fault(PHONES, Fault::LineType(other.to_owned()))),
            }
        }
        let missing = |kind: &str| Error::file(PHONES, Fault::Missing(kind.to_owned()));
        if not_known.is_empty() {
            return Err(missing("not-known"));
        }
        let owner = owner.ok_or_else(|| missing("owner"))?;
        let safety_contact = safety_contact.ok_or_else(|| missing("safety-contact"))?;
        let alert = alert.ok_or_else(|| missing("alert"))?;
        Ok(Self { not_known, owners, owner, alerts, alert, safety_contact })
    }

    /// Returns whom to ring about somebody who is not known here.
    #[must_use]
    pub fn not_known(&self) -> &[Phone] {
        &self.not_known
    }

    /// Returns whom to ring out of hours at the agency whose case it is.
    #[must_use]
    pub fn owner(&self, agency: &AgencyId) -> &Phone {
        let agency = agency.to_string();
        self.owners.iter().find(|(of, _)| *of == agency).map_or(&self.owner, |(_, phone)| phone)
    }

    /// Returns whom to ring when nobody of an agency acknowledges an alert.
    #[must_use]
    pub fn alert(&self, agency: &AgencyId, kind: AgencyKind) -> &Phone {
        if kind.keeps_confidence() {
            return &self.safety_contact;
        }
        let of = |name: &str| self.alerts.iter().find(|(of, _)| of == name).map(|(_, phone)| phone);
        of(agency.as_str()).or_else(|| of(&format!("at:{kind}"))).unwrap_or(&self.alert)
    }

    /// Returns everybody who is rung about alerts, for whoever does not know from whom one may be on its way.
    #[must_use]
    pub fn alerts(&self) -> Vec<&Phone> {
        std::iter::once(&self.alert).chain(self.alerts.iter().map(|(_, phone)| phone)).collect()
    }

    /// Returns whom to ring before anybody speaks to a woman or child.
    #[must_use]
    pub const fn safety_contact(&self) -> &Phone {
        &self.safety_contact
    }
}

/// Says whether a word names an agency, or what one is that has a number of its own.
fn is_of_agency(of: &str) -> bool {
    match of.strip_prefix("at:") {
        Some(kind) => kind.parse::<AgencyKind>().is_ok_and(|kind| !kind.keeps_confidence()),
        None => of.parse::<AgencyId>().is_ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Files;

    #[test]
    fn every_agency_has_a_number() {
        let phones = Phones::load(&Files::embedded().phones).unwrap();
        let own = phones.owner(&"ayrshire-justice-social-work".parse().unwrap());
        let any = phones.owner(&"somewhere-else".parse().unwrap());
        let agency = "somewhere-else".parse().unwrap();
        let of = |kind| phones.alert(&agency, kind);
        assert!(of(AgencyKind::Police) != of(AgencyKind::Health));
        assert_eq!(of(AgencyKind::WomensService), phones.safety_contact());
        assert!(own != any && !phones.not_known().is_empty() && phones.safety_contact() != any);
    }

    #[test]
    fn a_list_with_a_hole_or_a_second_safety_contact_is_refused() {
        let text = Files::embedded().phones;
        for (from, to) in [
            ("not-known, *", "not-know, *"),
            ("not-known, *", "not-known, police"),
            ("owner, *", "owner, Police"),
            ("owner, dumfries-justice-social-work", "owner, ayrshire-justice-social-work"),
            ("safety-contact, *", "safety-contact, ayrshire-womens-service"),
            ("safety-contact, *", "owner, *"),
            ("alert, at:police", "alert, at:womens-service"),
            ("alert, at:police", "alert, at:justice-social-work"),
            ("alert, at:police", "alert, at:nowhere"),
            ("alert, at:police", "alert, *"),
            ("01632 960 471", "call us"),
        ] {
            assert!(Phones::load(&text.replacen(from, to, 1)).is_err(), "{to}");
        }
        for kind in ["not-known", "owner, *", "alert, *", "safety-contact"] {
            let less: Vec<&str> = text.lines().filter(|line| !line.starts_with(kind)).collect();
            assert!(Phones::load(&less.join("\n")).is_err(), "{kind}");
        }
        assert!(Phones::load(&(text + "safety-contact, *, 01632 960 999, Another service\n")).is_err());
    }
}
