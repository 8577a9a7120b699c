//! What can go wrong in the store, by what the caller can do about it.

/// Why the store did not do something. Says nothing of any value.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too much waits already. Nothing was recorded; try again shortly.
    #[error("the writer's queue is full")]
    Busy,
    /// The facts moved between decision and commit. Judge again.
    #[error("the facts have moved since the decision")]
    Stale,
    /// Something with that name is there already.
    #[error("it is there already")]
    Taken,
    /// It refers to something that is not there.
    #[error("it refers to something that is not there")]
    Dangling,
    /// Whether it was recorded is not known: look before trying again.
    #[error("whether it was recorded is not known")]
    Unknown,
    /// Another process holds the data folder.
    #[error("another process is using this data folder")]
    InUse,
    /// The data folder cannot be used.
    #[error("the data folder cannot be used")]
    Folder {
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// An SQLite that can lose committed transactions.
    #[error("SQLite {found} is older than 3.51.3, which can lose committed transactions")]
    OldSqlite {
        /// The version that was found.
        found: String,
    },
    /// The database belongs to another hub or environment.
    #[error("this database was stamped for another hub or environment ({found})")]
    OtherHub {
        /// The environment that was found.
        found: String,
    },
    /// The schema could not be brought up to date.
    #[error("the schema could not be brought up to date")]
    Migrate {
        /// Why.
        #[source]
        source: Box<sqlx::migrate::MigrateError>,
    },
    /// The database did not do what was asked.
    #[error("the database did not {what}")]
    Database {
        /// What was asked.
        what: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A column could not be read.
    #[error("column {column} could not be read")]
    Column {
        /// Which.
        column: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// A column holds a word that is not in its vocabulary.
    #[error("column {column} holds a word that it should not")]
    Word {
        /// Which.
        column: &'static str,
    },
    /// The policy in force cannot be taken: nothing is permitted until it can.
    #[error("the policy in force cannot be taken: {why}")]
    Policy {
        /// Why.
        why: String,
    },
    /// The log in the database contradicts itself.
    #[error("the log contradicts itself: {what}")]
    Log {
        /// In what.
        what: &'static str,
    },
}

impl Error {
    /// Names the operation for `map_err`, and tells constraint violations apart.
    pub(super) fn because(what: &'static str) -> impl Fn(sqlx::Error) -> Self {
        move |source| match source.as_database_error() {
            Some(error) if error.is_unique_violation() => Self::Taken,
            Some(error) if error.is_foreign_key_violation() => Self::Dangling,
            _ => Self::Database { what, source },
        }
    }
}
