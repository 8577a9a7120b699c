//! Who is told when nobody acknowledges an alert: data beside the policy.
//!
//! Promises: each severity has a ladder for every kind and agency; its rungs follow each other without a hole, none is due before
//! the one below it, and the last one, and no other, is the telephone.
//! Must never know: who is told of what.

use super::error::{Error, Fault};
use super::limits::Limits;
use super::reference::{AlertKind, word};
use super::rows::{Row, rows_of};
use crate::model::agencies::AgencyKind;
use crate::model::alerts::{HubKind, Severity};
use crate::model::id::AgencyId;
use crate::model::time::Moment;
use crate::model::words::vocabulary;

const LADDER: &str = "ladder.csv";

/// What stands for every kind, and for every agency.
const ANY: &str = "*";

/// The most rungs that a ladder may have.
const RUNGS_MAX: usize = 9;

vocabulary! {
    /// Who is told on a rung.
    Whom {
        /// Whoever stands in for one who is away, and whoever is on duty in the same service and role.
        Cover = "cover",
        /// The manager of the service, and whoever its rota names as senior.
        Manager = "manager",
        /// Whoever is on duty in the same role in another agency.
        Partner = "partner",
        /// The sender and the officers, with the numbers to ring.
        Telephone = "telephone",
    }
}

vocabulary! {
    /// How time is counted on a ladder.
    Pace {
        /// By the clock.
        Minute = "minute",
        /// By working days, to the end of the day.
        WorkingDay = "working-day",
    }
}

/// One rung.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    after: u32,
    pace: Pace,
    /// Who is told.
    pub whom: Whom,
}

impl Rung {
    /// Returns when it is reached by an alert that was stored then and that nobody acknowledges.
    #[must_use]
    pub fn due(&self, limits: &Limits, stored: Moment) -> Moment {
        match self.pace {
            Pace::Minute => stored.plus_seconds(i64::from(self.after) * 60),
            Pace::WorkingDay => limits.end_of_working_day(stored, self.after),
        }
    }
}

/// For whose answer a ladder is; the more it says, the further down.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Whose {
    Any,
    Kind(String),
    Agency(AgencyId),
}

#[derive(Debug)]
struct Ladder {
    severity: Severity,
    /// Of all kinds, if it names none.
    kinds: Vec<String>,
    whose: Whose,
    rungs: Vec<Rung>,
}

/// All of them.
#[derive(Debug)]
pub struct Ladders(Vec<Ladder>);

impl Ladders {
    /// Reads `ladder.csv`.
    pub(super) fn load(text: &str, known: &[AlertKind]) -> Result<Self, Error> {
        let mut all: Vec<Ladder> = Vec::new();
        for row in rows_of(LADDER, text, 9)? {
            let (severity, kinds, whose, rung) = rung(&row, known)?;
            let unknown = |cell: usize| Err(row.fault(LADDER, Fault::Unknown(row.cells[cell].to_owned())));
            let same = |one: &Ladder| one.severity == severity && one.kinds == kinds && one.whose == whose;
            let meets = |one: &Ladder| {
                let kind = one.kinds.iter().any(|kind| kinds.contains(kind));
                one.severity == severity && one.whose == whose && kind && one.kinds != kinds
            };
            if all.iter().any(meets) {
                return Err(row.fault(LADDER, Fault::Twice(row.cells[1].to_owned())));
            }
            let at = all.iter().position(same).unwrap_or_else(|| {
                all.push(Ladder { severity, kinds: kinds.clone(), whose: whose.clone(), rungs: Vec::new() });
                all.len() - 1
            });
            let Some(ladder) = all.get_mut(at) else { continue };
            let last = ladder.rungs.last();
            let number = row.cells[3].parse::<usize>().ok();
            if number != Some(ladder.rungs.len() + 1) || ladder.rungs.len() == RUNGS_MAX {
                return unknown(3);
            }
            if last.is_some_and(|last| last.whom == Whom::Telephone) {
                return unknown(6);
            }
            if last.is_some_and(|last| last.pace != rung.pace) {
                return unknown(5);
            }
            if last.is_some_and(|last| last.after > rung.after) {
                return unknown(4);
            }
            ladder.rungs.push(rung);
        }
        let ends = |one: &Ladder| one.rungs.last().is_some_and(|rung| rung.whom == Whom::Telephone);
        if !all.iter().all(ends) {
            return Err(Error::file(LADDER, Fault::Missing(Whom::Telephone.to_string())));
        }
        let of_all = |severity: &Severity| {
            all.iter().any(|one| one.severity == *severity && one.kinds.is_empty() && one.whose == Whose::Any)
        };
        match Severity::ALL.iter().find(|severity| !of_all(severity)) {
            Some(severity) => Err(Error::file(LADDER, Fault::Missing(severity.to_string()))),
            None => Ok(Self(all)),
        }
    }

    /// Returns the rungs for an alert and those of an agency who owe an answer, the first one first.
    #[must_use]
    pub fn of(&self, severity: Severity, kind: &str, agency: (&AgencyId, AgencyKind)) -> &[Rung] {
        let fits = |one: &&Ladder| {
            let whose = match &one.whose {
                Whose::Any => true,
                Whose::Kind(kind) => *kind == agency.1.to_string(),
                Whose::Agency(id) => id == agency.0,
            };
            let kind = one.kinds.is_empty() || one.kinds.iter().any(|known| known == kind);
            one.severity == severity && whose && kind
        };
        let most = self.0.iter().filter(fits).max_by_key(|one| (&one.whose, !one.kinds.is_empty()));
        most.map_or(&[], |one| &one.rungs)
    }
}

type Line = (Severity, Vec<String>, Whose, Rung);

fn rung(row: &Row<'_>, known: &[AlertKind]) -> Result<Line, Error> {
    let unknown = |cell: &str| row.fault(LADDER, Fault::Unknown(cell.to_owned()));
    let kinds = match row.cells[1] {
        ANY => Vec::new(),
        cell => cell.split('+').map(str::to_owned).collect(),
    };
    let climbs = |kind: &String| {
        let own = kind.parse::<HubKind>().is_ok_and(HubKind::climbs);
        own || known.iter().any(|known| known.kind == *kind)
    };
    if let Some(kind) = kinds.iter().find(|kind| !climbs(kind)) {
        return Err(unknown(kind));
    }
    let whose = match (row.cells[2], row.cells[2].strip_prefix("at:")) {
        (ANY, _) => Whose::Any,
        (_, Some(kind)) => Whose::Kind(word::<AgencyKind>(LADDER, row, kind)?.to_string()),
        (id, None) => Whose::Agency(word(LADDER, row, id)?),
    };
    if !matches!(row.cells[8], "verified" | "proposed") {
        return Err(unknown(row.cells[8]));
    }
    let after: u32 = word(LADDER, row, row.cells[4])?;
    if after == 0 || after > 100_000 {
        return Err(unknown(row.cells[4]));
    }
    let (pace, whom) = (word(LADDER, row, row.cells[5])?, word(LADDER, row, row.cells[6])?);
    Ok((word(LADDER, row, row.cells[0])?, kinds, whose, Rung { after, pace, whom }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;
    use crate::policy::reference::alert_kinds;

    fn load(text: &str) -> Result<Ladders, Error> {
        Ladders::load(text, &alert_kinds(&Files::embedded().alert_kinds).unwrap())
    }

    fn built_in() -> Ladders {
        load(&Files::embedded().ladder).unwrap()
    }

    fn agency(id: &str) -> AgencyId {
        id.parse().unwrap()
    }

    #[test]
    fn what_is_critical_is_in_somebodys_hands_within_half_an_hour_and_the_police_have_two_hours_for_a_notice() {
        let (ladders, limits) = (built_in(), Limits::load(&Files::embedded()).unwrap());
        let stored = Moment::from_micros(1_795_000_000_000_000);
        let minutes = |kind: &str, of: AgencyKind| -> Vec<(i64, &str)> {
            let rungs = ladders.of(Severity::Critical, kind, (&agency("somewhere"), of));
            rungs
                .iter()
                .map(|r| ((r.due(&limits, stored).seconds() - stored.seconds()) / 60, r.whom.as_str()))
                .collect()
        };
        let usual = [(5, "cover"), (15, "manager"), (30, "partner"), (30, "telephone")];
        assert_eq!(minutes("threat", AgencyKind::Police), usual);
        assert_eq!(minutes("at-large", AgencyKind::WomensService), usual);
        assert_eq!(minutes("at-large", AgencyKind::Police), [(15, "cover"), (120, "manager"), (150, "telephone")]);
    }

    #[test]
    fn what_is_normal_waits_for_the_end_of_a_working_day() {
        let (ladders, limits) = (built_in(), Limits::load(&Files::embedded()).unwrap());
        // A Saturday: Monday is the first working day.
        let stored = "2026-11-21T12:00:00Z".parse::<crate::model::time::Second>().unwrap().moment();
        let rungs = ladders.of(Severity::Normal, "other", (&agency("somewhere"), AgencyKind::Health));
        let due: Vec<String> = rungs.iter().map(|rung| limits.local(rung.due(&limits, stored))).collect();
        assert_eq!(due.len(), 3);
        assert!(due.is_sorted() && rungs.first().unwrap().due(&limits, stored) > stored.plus_seconds(2 * 86_400));
    }

    #[test]
    fn an_agencys_own_ladder_goes_before_that_of_what_it_is() {
        let own = "high, *, at:police, 1, 9, minute, telephone, x, proposed\n\
                   high, *, angus-police, 1, 8, minute, telephone, x, proposed\n\
                   high, threat, angus-police, 1, 7, minute, telephone, x, proposed\n\
                   high, threat, *, 1, 6, minute, telephone, x, proposed\n";
        let ladders = load(&format!("{}{own}", Files::embedded().ladder)).unwrap();
        let after =
            |kind: &str, id: &str, of| ladders.of(Severity::High, kind, (&agency(id), of)).first().unwrap().after;
        assert_eq!(after("threat", "angus-police", AgencyKind::Police), 7);
        assert_eq!(after("other", "angus-police", AgencyKind::Police), 8);
        assert_eq!(after("threat", "fife-police", AgencyKind::Police), 9);
        assert_eq!(after("threat", "somewhere", AgencyKind::Prison), 6);
        assert_eq!(after("other", "somewhere", AgencyKind::Prison), 15);
    }

    #[test]
    fn a_bad_row_is_refused_where_it_stands() {
        let all = Files::embedded().ladder;
        for (from, to) in [
            ("critical, *, *, 1", "urgent, *, *, 1"),
            ("critical, *, *, 1", "critical, nothing, *, 1"),
            ("critical, *, *, 1", "critical, alert-unanswered, *, 1"),
            ("critical, *, *, 1", "critical, *, at:nowhere, 1"),
            ("critical, *, *, 1", "critical, *, No Agency, 1"),
            ("critical, *, *, 2", "critical, *, *, 3"),
            ("critical, *, *, 2, 15", "critical, *, *, 2, 4"),
            ("critical, *, *, 2, 15", "critical, *, *, 2, 0"),
            ("critical, *, *, 2, 15, minute", "critical, *, *, 2, 15, working-day"),
            ("critical, *, *, 2, 15, minute", "critical, *, *, 2, 15, hour"),
            ("2, 15, minute, manager", "2, 15, minute, boss"),
            ("2, 15, minute, manager", "2, 15, minute, telephone"),
            ("4, 30, minute, telephone", "4, 30, minute, manager"),
            ("critical, recall+at-large, at:police, 2", "critical, recall, at:police, 1"),
            ("R25, proposed", "R25, perhaps"),
            ("R25, proposed", "R25"),
        ] {
            assert!(load(&all.replacen(from, to, 1)).is_err(), "{to}");
        }
        for severity in Severity::ALL {
            let less: Vec<&str> = all.lines().filter(|line| !line.starts_with(severity.as_str())).collect();
            let missing = Error::file(LADDER, Fault::Missing(severity.to_string()));
            assert_eq!(load(&less.join("\n")).unwrap_err(), missing);
        }
    }
}
