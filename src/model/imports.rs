//! A table that comes in from another system: which columns it has, and which men, orders and attendances its lines mean.
//!
//! Promises: a line is taken whole or not at all; what is wrong is told by line and column, with what to do, and never by
//! repeating what stands there; what stands in clear of a case has a form in which there is no room for a name.
//! Must never know: where the table comes from, who asks, whom the hub knows already.

mod attendance;
mod cells;
mod columns;
mod forms;
mod man;
mod order;
#[cfg(test)]
mod tests;

pub use attendance::{AttendanceLine, NamedOrder};
pub use cells::{Fault, Places, TableLine};
pub use columns::{Column, template};
pub use man::{Man, ManOrder};
pub use order::OrderLine;

use super::words::vocabulary;

/// Most lines of one table: one import is one commit, and nobody else writes while it is made.
pub const LINES_MAX: usize = 5_000;

/// Most characters of one cell.
pub const CELL_CHARS_MAX: usize = 1_000;

vocabulary! {
    /// What a table holds.
    ImportKind {
        /// Men, each with the order that he is supervised under.
        Caseload = "caseload",
        /// Orders, each for a man whose case the agency has.
        Orders = "orders",
        /// Contacts and sessions of the past: whether he came.
        Attendance = "attendance",
    }
}

impl ImportKind {
    /// Returns the columns of such a table.
    #[must_use]
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Caseload => columns::CASELOAD,
            Self::Orders => columns::ORDERS,
            Self::Attendance => columns::ATTENDANCE,
        }
    }
}
