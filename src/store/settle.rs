//! What a batch goes through between BEGIN and the log: judged fresh, inserted, facts moved.
//!
//! Promises: a job whose facts have moved is refused; a job that breaks a constraint fails
//! alone while its neighbours go on. Nobody is answered here: the refused must be told only
//! after the commit, or they would look again and not find what refused them.

use super::table::{Row, TABLES};
use super::writer::Job;
use super::{Error, batch, read};
use crate::model::facts::Stamp;
use sqlx::AnyConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use std::collections::{HashMap, HashSet};

pub(super) const VERSIONS: &str = "SELECT subject, version FROM fact_version WHERE subject IN ";
pub(super) const MOVE_FACTS: &str = "INSERT INTO fact_version (subject, version) VALUES ";
pub(super) const MOVED: &str = " ON CONFLICT (subject) DO UPDATE SET version = fact_version.version + 1";

/// Drops the jobs whose facts have moved, in the database or by an earlier job of the batch.
pub(super) async fn fresh(
    on: &mut AnyConnection,
    batch: Vec<Job>,
    shared: bool,
    refused: &mut Vec<(Job, Error)>,
) -> Result<Vec<Job>, Error> {
    let mut subjects: Vec<&str> = batch.iter().flat_map(|job| &job.stamps).map(|s| s.subject.as_str()).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let mut versions: HashMap<String, i64> = HashMap::new();
    for rung in batch::rungs(&subjects) {
        let places = batch::places(rung.len(), 1);
        // Other nodes may move facts too: hold these rows until we commit.
        let hold = if shared { " ORDER BY subject FOR SHARE" } else { "" };
        let mut query = sqlx::query(AssertSqlSafe(format!("{VERSIONS}{places}{hold}")));
        for subject in rung {
            query = query.bind((*subject).to_owned());
        }
        for row in query.fetch_all(&mut *on).await.map_err(Error::because("read versions"))? {
            versions.insert(read::text(&row, "subject")?, read::int(&row, "version")?);
        }
    }
    let mut moved: HashSet<String> = HashSet::new();
    let mut fresh = Vec::with_capacity(batch.len());
    for job in batch {
        let same =
            |s: &Stamp| versions.get(&s.subject).copied().unwrap_or(0) == s.version && !moved.contains(&s.subject);
        if job.stamps.iter().all(same) {
            moved.extend(job.moves.iter().cloned());
            fresh.push(job);
        } else {
            refused.push((job, Error::Stale));
        }
    }
    Ok(fresh)
}

/// Inserts every job's rows: all at once if that works, else each job alone so that only bad ones fail.
pub(super) async fn apply(
    on: &mut AnyConnection,
    jobs: Vec<Job>,
    refused: &mut Vec<(Job, Error)>,
) -> Result<Vec<Job>, Error> {
    let rows: Vec<&Row> = jobs.iter().flat_map(|job| &job.rows).collect();
    if rows.is_empty() || inserted(on, &rows).await?.is_ok() {
        return Ok(jobs);
    }
    let mut good = Vec::with_capacity(jobs.len());
    for job in jobs {
        let rows: Vec<&Row> = job.rows.iter().collect();
        match inserted(on, &rows).await? {
            Ok(()) => good.push(job),
            Err(why) => refused.push((job, why)),
        }
    }
    Ok(good)
}

/// Inserts rows under a savepoint. The outer error ends the batch; the inner one is the rows' own fault.
async fn inserted(on: &mut AnyConnection, rows: &[&Row]) -> Result<Result<(), Error>, Error> {
    if rows.is_empty() {
        return Ok(Ok(()));
    }
    let mut savepoint = on.begin().await.map_err(Error::because("set a savepoint"))?;
    match batch::insert(&mut savepoint, TABLES, rows).await.map_err(Error::because("insert")) {
        Ok(()) => savepoint.commit().await.map_err(Error::because("release a savepoint")).map(Ok),
        Err(why) => savepoint.rollback().await.map_err(Error::because("roll back")).map(|()| Err(why)),
    }
}

/// Counts up the version of each case and worker whose facts the batch moves.
pub(super) async fn move_facts(on: &mut AnyConnection, jobs: &[Job]) -> Result<(), Error> {
    let mut subjects: Vec<&String> = jobs.iter().flat_map(|job| &job.moves).collect();
    subjects.sort_unstable();
    subjects.dedup();
    for rung in batch::rungs(&subjects) {
        let text = format!("{MOVE_FACTS}{}{MOVED}", batch::places(2, rung.len()));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for subject in rung {
            query = query.bind((*subject).clone()).bind(1_i64);
        }
        query.execute(&mut *on).await.map_err(Error::because("move facts"))?;
    }
    Ok(())
}
