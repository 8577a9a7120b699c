//! Many rows in one statement: the lists of places in the texts that are built at run time.
//!
//! The texts of the lengths that come most stay prepared (the driver keeps a hundred). Values are always bound, never written into the text.

use super::table::{Kind, Row, Table};
use crate::ledger::rows::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};
use std::fmt::Write;

/// Rows in one statement. The largest table has 18 columns: 64 × 18 = 1,152 binds, far below both databases' limits.
/// A batch of fewer rows is one statement for each table: every further one waits its turn for a processor, and under
/// load that takes as long as inserting five rows.
const ROWS_MAX: usize = 64;

/// How a place for a value is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mark {
    /// `?`, for SQLite: it would look the name of each numbered place up among all of them, and of 1,152 that took
    /// longer than inserting the rows.
    Plain,
    /// `$1`, for PostgreSQL.
    Numbered,
}

impl Mark {
    /// Returns the mark of the database at the other end.
    pub(super) fn of(connection: &AnyConnection) -> Self {
        if connection.backend_name() == "SQLite" { Self::Plain } else { Self::Numbered }
    }
}

/// Inserts `rows`, grouped by table in the order given, each group in as few statements as may be.
pub(super) async fn insert(to: &mut AnyConnection, tables: &[&'static Table], rows: &[&Row]) -> sqlx::Result<()> {
    let mark = Mark::of(to);
    for table in tables {
        let group: Vec<&Row> = rows.iter().copied().filter(|row| std::ptr::eq(row.table, *table)).collect();
        for some in fills(&group) {
            let text = statement(mark, table, some.len());
            let query = some.iter().fold(sqlx::query(AssertSqlSafe(text)), |query, row| bind_row(query, row));
            query.execute(&mut *to).await?;
        }
    }
    Ok(())
}

/// Writes `INSERT INTO name (columns…, entry) VALUES ($1, …), (…)` for this many rows.
pub(super) fn statement(mark: Mark, table: &Table, rows: usize) -> String {
    let mut text = format!("INSERT INTO {} (", table.name);
    for (name, _) in table.columns {
        let _ = write!(text, "{name}, ");
    }
    text.push_str("entry) VALUES ");
    text.push_str(&places(mark, table.columns.len() + 1, rows));
    text
}

/// Writes `($1, $2), ($3, $4)`, or `(?, ?), (?, ?)`, for this many columns and rows.
pub(super) fn places(mark: Mark, columns: usize, rows: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            text.push_str(if column == 1 { "" } else { ", " });
            let _ = match mark {
                Mark::Plain => write!(text, "?"),
                Mark::Numbered => write!(text, "${}", row * columns + column),
            };
        }
        text.push(')');
    }
    text
}

/// Splits items into as many as go into one statement.
pub(super) fn fills<T>(items: &[T]) -> impl Iterator<Item = &[T]> {
    items.chunks(ROWS_MAX)
}

/// Repeats the last of `items` until the last statement holds a power of two: for reading, where asking twice for the
/// same costs less than preparing one more text.
pub(super) fn pad<T: Copy>(items: &mut Vec<T>) {
    let rest = items.len() % ROWS_MAX;
    if let (Some(last), true) = (items.last().copied(), rest > 0) {
        items.resize(items.len() - rest + rest.next_power_of_two(), last);
    }
}

fn bind_row<'q>(mut query: Query<'q, Any, AnyArguments>, row: &Row) -> Query<'q, Any, AnyArguments> {
    let kinds = row.table.columns.iter().map(|(_, kind)| *kind).chain([Kind::Text]);
    for (kind, value) in kinds.zip(&row.values) {
        query = match value {
            Value::Int(n) => query.bind(*n),
            Value::Text(text) => query.bind(text.clone()),
            Value::Blob(bytes) => query.bind(bytes.clone()),
            Value::Null => match kind {
                Kind::Int => query.bind(None::<i64>),
                Kind::Text => query.bind(None::<String>),
                Kind::Blob => query.bind(None::<Vec<u8>>),
            },
        };
    }
    query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_names_each_column_and_place() {
        let table = Table { name: "t", columns: &[("a", Kind::Int)] };
        assert_eq!(statement(Mark::Numbered, &table, 2), "INSERT INTO t (a, entry) VALUES ($1, $2), ($3, $4)");
        assert_eq!(statement(Mark::Plain, &table, 2), "INSERT INTO t (a, entry) VALUES (?, ?), (?, ?)");
    }

    #[test]
    fn what_is_padded_fills_a_power_of_two() {
        for (length, filled) in [(0, vec![]), (1, vec![1]), (43, vec![64]), (64, vec![64]), (69, vec![64, 8])] {
            let mut items: Vec<u32> = (0..length).collect();
            pad(&mut items);
            assert_eq!(fills(&items).map(<[u32]>::len).collect::<Vec<_>>(), filled);
            assert!(items.iter().skip(length as usize).all(|item| *item + 1 == length));
        }
    }
}
