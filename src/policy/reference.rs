//! What is known of roles, categories and kinds of alert: facts beside the policy.
//!
//! Promises: every role and category of the program stands in its file exactly once.
//! Must never know: who may do what.

use super::error::{Error, Fault};
use super::rows::{Row, rows_of};
use crate::model::agencies::Role;
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

const ROLES: &str = "roles.csv";
const CATEGORIES: &str = "categories.csv";
const ALERT_KINDS: &str = "alert-kinds.csv";

/// A kind of alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertKind {
    /// Its word, such as `missed-session`.
    pub kind: String,
    /// Its name for people.
    pub name: String,
    /// The row of the disclosure matrix that such an alert falls under.
    pub category: Category,
    /// The roles on the case to which it goes.
    pub to: Vec<Role>,
}

/// Where a role sits and for what it acts.
#[derive(Debug, Clone)]
pub(super) struct RoleFacts {
    /// The only kind of agency that it sits in, as a word; `any` for several.
    pub(super) kind: String,
    /// For what it acts unless the worker says otherwise.
    pub(super) purpose: Purpose,
}

/// Reads a word of the program from a cell.
pub(super) fn word<T: FromStr>(file: &'static str, row: &Row<'_>, cell: &str) -> Result<T, Error> {
    cell.parse().map_err(|_| row.fault(file, Fault::Unknown(cell.to_owned())))
}

/// Reads `roles.csv`.
pub(super) fn roles(text: &str) -> Result<HashMap<Role, RoleFacts>, Error> {
    let mut roles = HashMap::new();
    for row in rows_of(ROLES, text, 5)? {
        let facts = RoleFacts { kind: row.cells[2].to_owned(), purpose: word(ROLES, &row, row.cells[4])? };
        if roles.insert(word(ROLES, &row, row.cells[0])?, facts).is_some() {
            return Err(row.fault(ROLES, Fault::Twice(row.cells[0].to_owned())));
        }
    }
    match Role::ALL.iter().find(|role| !roles.contains_key(*role)) {
        Some(role) => Err(Error::file(ROLES, Fault::Missing(role.to_string()))),
        None => Ok(roles),
    }
}

/// Reads `categories.csv`, and refuses it if it and the program differ on what is protected.
pub(super) fn categories(text: &str) -> Result<(), Error> {
    let mut seen = HashSet::new();
    for row in rows_of(CATEGORIES, text, 4)? {
        let category: Category = word(CATEGORIES, &row, row.cells[0])?;
        if !seen.insert(category) {
            return Err(row.fault(CATEGORIES, Fault::Twice(category.to_string())));
        }
        let about = row.cells[2];
        if category.is_protected() != matches!(about, "a protected person" | "a child") {
            return Err(row.fault(CATEGORIES, Fault::Unknown(about.to_owned())));
        }
    }
    match Category::ALL.iter().find(|category| !seen.contains(category)) {
        Some(category) => Err(Error::file(CATEGORIES, Fault::Missing(category.to_string()))),
        None => Ok(()),
    }
}

/// Reads `alert-kinds.csv`.
pub(super) fn alert_kinds(text: &str) -> Result<Vec<AlertKind>, Error> {
    let mut kinds: Vec<AlertKind> = Vec::new();
    for row in rows_of(ALERT_KINDS, text, 4)? {
        let kind = row.cells[0].to_owned();
        if kinds.iter().any(|known| known.kind == kind) {
            return Err(row.fault(ALERT_KINDS, Fault::Twice(kind)));
        }
        let category = word(ALERT_KINDS, &row, row.cells[2])?;
        let to = row.cells[3].split('+').map(|role| word(ALERT_KINDS, &row, role)).collect::<Result<_, _>>()?;
        kinds.push(AlertKind { kind, name: row.cells[1].to_owned(), category, to });
    }
    Ok(kinds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::files::Files;

    #[test]
    fn a_role_or_category_that_is_left_out_is_missed() {
        let files = Files::embedded();
        let without = |text: &str, start: &str| -> String {
            text.lines().filter(|line| !line.starts_with(start)).map(|line| format!("{line}\n")).collect()
        };
        assert_eq!(roles(&files.roles).unwrap().len(), 19);
        let missing = roles(&without(&files.roles, "prison.liaison")).unwrap_err();
        assert_eq!(missing, Error::file(ROLES, Fault::Missing("prison.liaison".to_owned())));
        let missing = categories(&without(&files.categories, "child")).unwrap_err();
        assert_eq!(missing, Error::file(CATEGORIES, Fault::Missing("child".to_owned())));
    }

    #[test]
    fn the_program_and_the_file_agree_on_what_is_protected() {
        let files = Files::embedded();
        assert_eq!(categories(&files.categories), Ok(()));
        assert!(
            categories(&files.categories.replace("Child information, a child", "Child information, the man")).is_err()
        );
    }

    #[test]
    fn an_alert_goes_to_roles_that_exist() {
        let kinds = alert_kinds(&Files::embedded().alert_kinds).unwrap();
        assert!(kinds.iter().any(|kind| kind.kind == "threat" && kind.to.len() == 3));
        assert!(alert_kinds("x, X, attendance, womens.workers").is_err());
        assert!(alert_kinds("x, X, attendance, womens.worker\nx, Y, child, childrens.worker").is_err());
    }
}
