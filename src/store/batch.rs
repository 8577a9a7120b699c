//! Many rows in one statement: the lists of places in the texts that are built at run time.
//!
//! Row counts follow a short ladder, so that each table has a handful of texts and every one
//! stays prepared. Values are always bound, never written into the text.

use super::table::{Kind, Row, Table};
use crate::ledger::rows::Value;
use sqlx::AnyConnection;
use sqlx::any::AnyArguments;
use sqlx::query::Query;
use sqlx::{Any, AssertSqlSafe};
use std::fmt::Write;

/// Rows in one statement. The largest table has 18 columns: 64 × 18 = 1,152 binds, far below both databases' limits.
/// Powers of two: any batch takes few statements, and each table has few texts.
const LADDER: [usize; 7] = [64, 32, 16, 8, 4, 2, 1];

/// Inserts `rows`, grouped by table in the order given, each group in as few statements as the ladder allows.
pub(super) async fn insert(to: &mut AnyConnection, tables: &[&'static Table], rows: &[&Row]) -> sqlx::Result<()> {
    for table in tables {
        let mut group: &[&Row] =
            &rows.iter().copied().filter(|row| std::ptr::eq(row.table, *table)).collect::<Vec<_>>();
        while !group.is_empty() {
            let step = LADDER.into_iter().find(|step| *step <= group.len()).unwrap_or(1);
            let (now, later) = group.split_at(step);
            let text = statement(table, step);
            let mut query = sqlx::query(AssertSqlSafe(text));
            for row in now {
                query = bind_row(query, row);
            }
            query.execute(&mut *to).await?;
            group = later;
        }
    }
    Ok(())
}

/// Writes `INSERT INTO name (columns…, entry) VALUES ($1, …), (…)` for this many rows.
pub(super) fn statement(table: &Table, rows: usize) -> String {
    let mut text = format!("INSERT INTO {} (", table.name);
    for (name, _) in table.columns {
        let _ = write!(text, "{name}, ");
    }
    text.push_str("entry) VALUES ");
    text.push_str(&places(table.columns.len() + 1, rows));
    text
}

/// Writes `($1, $2), ($3, $4)` for this many columns and rows.
pub(super) fn places(columns: usize, rows: usize) -> String {
    let mut text = String::new();
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 1..=columns {
            let _ = write!(text, "{}${}", if column == 1 { "" } else { ", " }, row * columns + column);
        }
        text.push(')');
    }
    text
}

/// Calls `each` with slices whose lengths climb down the ladder until all of `items` are done.
pub(super) fn rungs<T>(mut items: &[T]) -> Vec<&[T]> {
    let mut out = Vec::new();
    while !items.is_empty() {
        let step = LADDER.into_iter().find(|step| *step <= items.len()).unwrap_or(1);
        let (now, later) = items.split_at(step);
        out.push(now);
        items = later;
    }
    out
}

/// Repeats the last of `items` until one statement of the ladder takes them all, or several full ones and that one:
/// for reading, where asking twice for the same costs less than asking in two statements.
pub(super) fn pad<T: Copy>(items: &mut Vec<T>) {
    let full = LADDER[0];
    let rest = items.len() % full;
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
        assert_eq!(statement(&table, 2), "INSERT INTO t (a, entry) VALUES ($1, $2), ($3, $4)");
    }

    #[test]
    fn what_is_padded_climbs_down_one_rung() {
        for (length, rungs_of) in [(0, vec![]), (1, vec![1]), (43, vec![64]), (64, vec![64]), (70, vec![64, 8])] {
            let mut items: Vec<u32> = (0..length).collect();
            pad(&mut items);
            assert_eq!(rungs(&items).iter().map(|rung| rung.len()).collect::<Vec<_>>(), rungs_of);
            assert!(items.iter().skip(length as usize).all(|item| *item + 1 == length));
        }
    }

    #[test]
    fn the_ladder_takes_every_row_once() {
        let items: Vec<u32> = (0..89).collect();
        let lengths: Vec<_> = rungs(&items).iter().map(|r| r.len()).collect();
        assert_eq!(lengths, [64, 16, 8, 1]);
    }
}
