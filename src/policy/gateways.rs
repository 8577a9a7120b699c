//! Statutory gateways: on which law which agency may share with which, about whom and for what.
//!
//! Promises: a gateway fits only where a row of `gateways.csv` says so in every column; a man whose MAPPA category
//! cannot be read fits none. The NHS is the trap: a health board is a responsible authority for restricted patients
//! only, so the gateway of what it shares depends on his category.
//! Must never know: who asks, and whether the policy lets them.

use super::error::{Error, Fault};
use super::reference::word;
use super::rows::{Row, rows_of};
use crate::model::agencies::{AgencyKind, Regime};
use crate::model::mappa::MappaStatus;
use crate::model::shares::{Purpose, is_gateway_code};
use std::collections::BTreeSet;
use std::str::FromStr;

const GATEWAYS: &str = "gateways.csv";

/// The word for every value of a column.
const ANY: &str = "any";

/// What a share would do, as far as a gateway cares.
#[derive(Clone, Copy, Debug)]
pub struct Flow {
    /// What kind of agency shares.
    pub from: AgencyKind,
    /// Under which data-protection regime.
    pub regime: Regime,
    /// What kind of agency receives.
    pub to: AgencyKind,
    /// The MAPPA category of the man; `None` if it cannot be read.
    pub status: Option<MappaStatus>,
    /// For what.
    pub purpose: Purpose,
}

/// One way in which a gateway fits.
#[derive(Debug)]
struct Fit {
    gateway: String,
    law: String,
    from: Vec<AgencyKind>,
    to: Vec<AgencyKind>,
    statuses: Vec<MappaStatus>,
    regimes: Vec<Regime>,
    purposes: Vec<Purpose>,
}

/// Every gateway that the partners rely on.
#[derive(Debug)]
pub struct Gateways(Vec<Fit>);

impl Gateways {
    /// Reads `gateways.csv`.
    pub(super) fn load(text: &str) -> Result<Self, Error> {
        let mut fits: Vec<Fit> = Vec::new();
        for row in rows_of(GATEWAYS, text, 10)? {
            let fit = fit(&row)?;
            // Two laws under one code would make the record say less than it must.
            if fits.iter().any(|known| known.gateway == fit.gateway && known.law != fit.law) {
                return Err(row.fault(GATEWAYS, Fault::Twice(fit.gateway)));
            }
            fits.push(fit);
        }
        Ok(Self(fits))
    }

    /// Says whether a gateway fits a flow.
    #[must_use]
    pub fn fits(&self, gateway: &str, flow: &Flow) -> bool {
        self.0.iter().any(|fit| fit.gateway == gateway && fit.covers(flow))
    }

    /// Returns the gateways that fit every one of the flows, in the order of their codes.
    #[must_use]
    pub fn fitting(&self, flows: &[Flow]) -> Vec<&str> {
        let codes: BTreeSet<&str> = self.0.iter().map(|fit| fit.gateway.as_str()).collect();
        codes.into_iter().filter(|code| flows.iter().all(|flow| self.fits(code, flow))).collect()
    }

    /// Returns the law behind a gateway, in words.
    #[must_use]
    pub fn law(&self, gateway: &str) -> Option<&str> {
        self.0.iter().find(|fit| fit.gateway == gateway).map(|fit| fit.law.as_str())
    }

    /// Returns each gateway's code once, in order.
    #[must_use]
    pub fn codes(&self) -> Vec<&str> {
        self.fitting(&[])
    }
}

impl Fit {
    fn covers(&self, flow: &Flow) -> bool {
        flow.status.is_some_and(|status| self.statuses.contains(&status))
            && self.from.contains(&flow.from)
            && self.to.contains(&flow.to)
            && self.regimes.contains(&flow.regime)
            && self.purposes.contains(&flow.purpose)
    }
}

fn fit(row: &Row<'_>) -> Result<Fit, Error> {
    let cells = &row.cells;
    if !is_gateway_code(cells[0]) {
        return Err(row.fault(GATEWAYS, Fault::Character(cells[0].to_owned())));
    }
    if !matches!(cells[8], "yes" | "no") {
        return Err(row.fault(GATEWAYS, Fault::Unknown(cells[8].to_owned())));
    }
    Ok(Fit {
        gateway: cells[0].to_owned(),
        law: cells[1].to_owned(),
        from: words(row, cells[2], AgencyKind::ALL)?,
        to: words(row, cells[3], AgencyKind::ALL)?,
        statuses: words(row, cells[4], MappaStatus::ALL)?,
        regimes: words(row, cells[5], Regime::ALL)?,
        purposes: words(row, cells[6], Purpose::ALL)?,
    })
}

/// Reads words joined by `+`, or the word for all of them; none stands twice.
fn words<T: FromStr + Copy + PartialEq>(row: &Row<'_>, cell: &str, all: &[T]) -> Result<Vec<T>, Error> {
    if cell == ANY {
        return Ok(all.to_vec());
    }
    let mut words = Vec::new();
    for text in cell.split('+') {
        let one = word(GATEWAYS, row, text)?;
        if words.contains(&one) {
            return Err(row.fault(GATEWAYS, Fault::Twice(text.to_owned())));
        }
        words.push(one);
    }
    Ok(words)
}

#[cfg(test)]
mod tests;
