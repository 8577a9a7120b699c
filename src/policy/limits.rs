//! Limits of law and practice that the program goes by: `policies/limits.csv`, each with its source.
//!
//! Promises: a limit is read strictly or the policy is not taken; a name stands once.
//! Must never know: who goes by them.

use super::error::{Error, Fault};
use super::rows::rows_of;

const LIMITS: &str = "limits.csv";

/// One limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Its name, such as `breach-report`.
    pub name: String,
    /// How many.
    pub value: i64,
    /// Of what: `minute`, `hour`, `day`, or a unit that only whoever asks for the limit knows.
    pub unit: String,
}

impl Limit {
    /// Returns the limit in seconds, if it is in a unit of time that every calendar counts alike.
    #[must_use]
    pub fn seconds(&self) -> Option<i64> {
        let one = match self.unit.as_str() {
            "second" => 1,
            "minute" => 60,
            "hour" => 3_600,
            "day" => 86_400,
            _ => return None,
        };
        self.value.checked_mul(one)
    }
}

/// Reads `limits.csv`; a line of column names is passed over.
pub(super) fn limits(text: &str) -> Result<Vec<Limit>, Error> {
    let mut limits: Vec<Limit> = Vec::new();
    for row in rows_of(LIMITS, text, 6)?.into_iter().filter(|row| row.cells[0] != "name") {
        let (name, cell) = (row.cells[0].to_owned(), row.cells[1]);
        if limits.iter().any(|known| known.name == name) {
            return Err(row.fault(LIMITS, Fault::Twice(name)));
        }
        let value = cell.parse().ok().filter(|value| *value >= 0);
        let value = value.ok_or_else(|| row.fault(LIMITS, Fault::Unknown(cell.to_owned())))?;
        limits.push(Limit { name, value, unit: row.cells[2].to_owned() });
    }
    Ok(limits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "name,value,unit,calendar,source,verified\n";

    #[test]
    fn a_limit_is_read_in_seconds_where_every_calendar_agrees() {
        let text = format!(
            "{HEAD}# a comment\nreport,72,hour,every-hour,the law,yes\nvisit,2,working-day,areas,practice,no\n"
        );
        let read = limits(&text).unwrap();
        assert_eq!(read.iter().map(Limit::seconds).collect::<Vec<_>>(), [Some(259_200), None]);
    }

    #[test]
    fn what_is_no_limit_is_refused_with_its_line() {
        let line = |rows: &str| match limits(&format!("{HEAD}{rows}")).unwrap_err() {
            Error::Line { line, .. } => line,
            other => panic!("{other}"),
        };
        assert_eq!(line("report,many,hour,every-hour,the law,yes"), 2);
        assert_eq!(line("report,-1,hour,every-hour,the law,yes"), 2);
        assert_eq!(line("report,72,hour"), 2);
        assert_eq!(line("a,1,hour,c,s,yes\na,2,hour,c,s,yes"), 3);
    }
}
