//! What a batch goes through between BEGIN and the log: judged fresh, inserted, facts moved.
//!
//! Promises: a job whose facts have moved is refused; a job that breaks a constraint fails
//! alone while its neighbours go on. Nobody is answered here: the refused must be told only
//! after the commit, or they would look again and not find what refused them.

use super::batch::Mark;
use super::table::{Row, TABLES};
use super::writer::Job;
use super::{Error, batch, read, share_keys};
use crate::model::facts::Stamp;
use crate::policy::IN_FORCE;
use sqlx::AnyConnection;
use sqlx::{AssertSqlSafe, Connection as _};
use std::collections::{HashMap, HashSet};

pub(super) const VERSIONS: &str = "SELECT subject, version FROM fact_version WHERE subject IN ";
/// How a batch holds the versions that it was judged on, where other nodes may move facts too.
const HOLD_TO_READ: &str = " ORDER BY subject FOR SHARE";
/// The same for a batch that moves facts itself: a shared hold that became an exclusive one later would meet
/// another node that does the same, and each would wait for the other.
const HOLD_TO_MOVE: &str = " ORDER BY subject FOR UPDATE";
pub(super) const MOVE_FACTS: &str = "INSERT INTO fact_version (subject, version) VALUES ";
pub(super) const UNMOVED: &str = " ON CONFLICT (subject) DO NOTHING";
pub(super) const MOVED: &str = " ON CONFLICT (subject) DO UPDATE SET version = fact_version.version + 1";

/// How a batch on PostgreSQL holds the policy in force until it has committed, and how one that moves it does: the
/// mover waits for whoever holds it, and those who come later wait behind the mover. An advisory lock, because it is
/// fair and no row is written for it; the number is `policy` in ASCII.
pub(super) const HOLD_POLICY: &str = "SELECT CAST(pg_advisory_xact_lock_shared(123623862526841) AS TEXT) AS held";
pub(super) const MOVE_POLICY: &str = "SELECT CAST(pg_advisory_xact_lock(123623862526841) AS TEXT) AS held";
/// Which policy is in force. Read after the lock, in a statement of its own: it then sees what the mover committed.
pub(super) const POLICY: &str = "SELECT version FROM fact_version WHERE subject = 'policy'";

/// Holds the policy where other nodes may move it, and returns how many have come into force.
async fn policy(on: &mut AnyConnection, batch: &[Job]) -> Result<i64, Error> {
    let moves = batch.iter().any(|job| job.moves.iter().any(|subject| subject == IN_FORCE));
    let hold = if moves { MOVE_POLICY } else { HOLD_POLICY };
    sqlx::query(hold).execute(&mut *on).await.map_err(Error::because("hold the policy"))?;
    let row = sqlx::query(POLICY).fetch_one(&mut *on).await.map_err(Error::because("read which policy is in force"))?;
    read::int(&row, "version")
}

/// Drops the jobs whose facts have moved, in the database or by an earlier job of the batch.
pub(super) async fn fresh(
    on: &mut AnyConnection,
    batch: Vec<Job>,
    shared: bool,
    refused: &mut Vec<(Job, Error)>,
) -> Result<Vec<Job>, Error> {
    let mut subjects: Vec<&str> = batch.iter().flat_map(|job| &job.stamps).map(|s| s.subject.as_str()).collect();
    let moving = batch.iter().any(|job| !job.moves.is_empty());
    if shared {
        subjects.extend(batch.iter().flat_map(|job| &job.moves).map(String::as_str));
    }
    subjects.sort_unstable();
    subjects.dedup();
    let mut versions: HashMap<String, i64> = HashMap::new();
    if shared {
        // The same one row for every batch of every node: held first, on its own, and by all at once.
        subjects.retain(|subject| *subject != IN_FORCE);
        versions.insert(IN_FORCE.to_owned(), policy(on, &batch).await?);
    }
    // Other nodes may move facts too: hold these rows, in one order everywhere, until we commit.
    let hold = match (shared, moving) {
        (false, _) => "",
        (true, false) => HOLD_TO_READ,
        (true, true) => HOLD_TO_MOVE,
    };
    if shared {
        let unmoved: Vec<_> = subjects.iter().map(|subject| (*subject, 0)).collect();
        count(on, &unmoved, UNMOVED).await?;
    }
    batch::pad(&mut subjects);
    for some in batch::fills(&subjects) {
        let places = batch::places(Mark::of(on), some.len(), 1);
        let mut query = sqlx::query(AssertSqlSafe(format!("{VERSIONS}{places}{hold}")));
        for subject in some {
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
    if inserted(on, &jobs.iter().collect::<Vec<_>>()).await?.is_ok() {
        return Ok(jobs);
    }
    let mut good = Vec::with_capacity(jobs.len());
    for job in jobs {
        match inserted(on, &[&job]).await? {
            Ok(()) => good.push(job),
            Err(why) => refused.push((job, why)),
        }
    }
    Ok(good)
}

/// Inserts the jobs' rows under a savepoint, and puts or deletes share keys with them. The outer error ends the batch;
/// the inner one is the rows' own fault.
async fn inserted(on: &mut AnyConnection, jobs: &[&Job]) -> Result<Result<(), Error>, Error> {
    let rows: Vec<&Row> = jobs.iter().flat_map(|job| &job.rows).collect();
    if rows.is_empty() {
        return Ok(Ok(()));
    }
    let mut savepoint = on.begin().await.map_err(Error::because("set a savepoint"))?;
    let mut done = batch::insert(&mut savepoint, TABLES, &rows).await;
    for change in jobs.iter().flat_map(|job| &job.keys) {
        if done.is_ok() {
            done = share_keys::change(&mut savepoint, change).await;
        }
    }
    match done.map_err(Error::because("insert")) {
        Ok(()) => savepoint.commit().await.map_err(Error::because("release a savepoint")).map(Ok),
        Err(why) => savepoint.rollback().await.map_err(Error::because("roll back")).map(|()| Err(why)),
    }
}

/// Counts up the version of each case and worker whose facts the batch moves, and of the policy.
pub(super) async fn move_facts(on: &mut AnyConnection, jobs: &[Job]) -> Result<(), Error> {
    let mut subjects: Vec<&String> = jobs.iter().flat_map(|job| &job.moves).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let moved: Vec<_> = subjects.into_iter().map(|subject| (subject.as_str(), 1)).collect();
    count(on, &moved, MOVED).await
}

/// Inserts versions; `or` says what happens where one is. A version that is not there counts as 0, but cannot be held.
async fn count(on: &mut AnyConnection, versions: &[(&str, i64)], or: &str) -> Result<(), Error> {
    for some in batch::fills(versions) {
        let text = format!("{MOVE_FACTS}{}{or}", batch::places(Mark::of(on), 2, some.len()));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for (subject, version) in some {
            query = query.bind((*subject).to_owned()).bind(*version);
        }
        query.execute(&mut *on).await.map_err(Error::because("move facts"))?;
    }
    Ok(())
}
