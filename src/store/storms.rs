//! Alerts of an agency that came all at once, and what was said of them: a storm.
//!
//! Promises: a storm, each word about it, its end and each notice of that are rows of their own; of two nodes that find the same
//! one, one is refused as taken.
//! Must never know: the words of an alert, why there were so many.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::{AgencyId, AlertId, CaseId, StormId, WorkerId};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// The alerts of these kinds that came from one moment on. What waited in the spool came when it was taken over: until then nobody was told
/// of it. Whom an alert found is not looked at, so that a storm says nothing of whether a woman's worker is there. `$from` since,
/// `$kinds` the kinds, each between commas.
macro_rules! came {
    ($from:literal, $kinds:literal) => {
        concat!(
            "
      FROM (SELECT a.id, a.agency, a.case_id, a.raised, a.raised AS came
              FROM alert a
             WHERE a.raised > ",
            $from,
            "
               AND a.case_id IS NOT NULL
               AND ",
            $kinds,
            " LIKE '%,' || a.kind || ',%'
               AND NOT EXISTS (SELECT 1 FROM spooled p WHERE p.alert = a.id)
            UNION ALL
            SELECT a.id, a.agency, a.case_id, a.raised, p.at AS came
              FROM spooled p
             CROSS JOIN alert a
             WHERE p.alert IS NOT NULL
               AND a.id = p.alert
               AND p.at > ",
            $from,
            "
               AND a.case_id IS NOT NULL
               AND ",
            $kinds,
            " LIKE '%,' || a.kind || ',%') z"
        )
    };
}

/// The agencies with more of them than so many since then and since their last storm ended, if none goes on. $1 since, $2 so many, $3 kinds.
pub(super) const CROWDED: &str = concat!(
    "
    SELECT z.agency, CAST(COUNT(*) AS BIGINT) AS alerts",
    came!("$1", "$3"),
    "
     WHERE NOT EXISTS (SELECT 1 FROM storm s
                        WHERE s.agency = z.agency
                          AND NOT EXISTS (SELECT 1 FROM storm_end e WHERE e.storm = s.id AND e.at < z.came))
     GROUP BY z.agency
    HAVING COUNT(*) > $2
     ORDER BY z.agency"
);

/// How many an agency raised. $1 agency, $2 since, $3 until, $4 kinds.
pub(super) const NORMAL: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS alerts
      FROM alert a
     WHERE a.agency = $1
       AND a.raised > $2
       AND a.raised <= $3
       AND a.case_id IS NOT NULL
       AND $4 LIKE '%,' || a.kind || ',%'";

/// Those of women's and children's services to whom they went at once: a rung is none.
macro_rules! told {
    () => {
        "
      JOIN delivery d ON d.alert = z.id AND d.raised = z.raised
      JOIN worker w ON w.id = d.worker
      JOIN agency g ON g.id = w.agency
     WHERE z.agency = $1
       AND z.came <= $3
       AND g.kind IN ('womens-service', 'childrens-service')"
    };
}

/// Those of them who were told in a case. $1 agency, $2 since, $3 until, $4 kinds, $5 case.
pub(super) const TOLD: &str = concat!(
    "
    SELECT DISTINCT d.worker",
    came!("$2", "$4"),
    told!(),
    "
       AND z.case_id = $5
     ORDER BY d.worker"
);

/// The cases in which nobody has heard yet how a storm ended. $1 agency, $2 since, $3 until, $4 kinds, $5 storm, $6 at most.
pub(super) const UNTOLD: &str = concat!(
    "
    SELECT DISTINCT z.case_id",
    came!("$2", "$4"),
    told!(),
    "
       AND NOT EXISTS (SELECT 1 FROM storm_told t WHERE t.storm = $5 AND t.case_id = z.case_id)
     ORDER BY z.case_id
     LIMIT $6"
);

/// The storm that an alert belongs to, by when it came. Storms of an agency do not overlap. $1 agency, $2 when it was raised, $3 the alert.
pub(super) const AROUND: &str = "
    SELECT s.id, s.agency, s.number, s.since, s.began, s.alerts, s.normal, e.fit, e.at AS ended
      FROM storm s
      LEFT JOIN storm_end e ON e.storm = s.id
     WHERE s.agency = $1
       AND s.since < COALESCE((SELECT MIN(p.at) FROM spooled p WHERE p.alert = $3), $2)
       AND (e.at IS NULL OR e.at >= COALESCE((SELECT MIN(p.at) FROM spooled p WHERE p.alert = $3), $2))
     ORDER BY s.number
     LIMIT 1";

/// When the last storm of an agency ended. $1 agency.
pub(super) const LAST_END: &str = "
    SELECT MAX(e.at) AS at
      FROM storm s
      JOIN storm_end e ON e.storm = s.id
     WHERE s.agency = $1";

/// $1 storm.
pub(super) const ONE: &str = "
    SELECT s.id, s.agency, s.number, s.since, s.began, s.alerts, s.normal, e.fit, e.at AS ended
      FROM storm s
      LEFT JOIN storm_end e ON e.storm = s.id
     WHERE s.id = $1";

/// The last ones, newest first.
pub(super) const LAST: &str = "
    SELECT s.id, s.agency, s.number, s.since, s.began, s.alerts, s.normal, e.fit, e.at AS ended
      FROM storm s
      LEFT JOIN storm_end e ON e.storm = s.id
     ORDER BY s.began DESC, s.id
     LIMIT 100";

/// $1 agency.
pub(super) const NUMBER: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS number
      FROM storm
     WHERE agency = $1";

/// The last words of a storm, the newest first. $1 storm.
pub(super) const WORDS: &str = "
    SELECT number, worker, agency, fit, at
      FROM storm_word
     WHERE storm = $1
     ORDER BY number DESC
     LIMIT 100";

/// The words that count: the newest of each agency. $1 storm.
pub(super) const STANDING: &str = "
    SELECT w.number, w.worker, w.agency, w.fit, w.at
      FROM storm_word w
     WHERE w.storm = $1
       AND NOT EXISTS (SELECT 1 FROM storm_word n
                        WHERE n.storm = w.storm AND n.agency = w.agency AND n.number > w.number)
     ORDER BY w.number";

/// Alerts of an agency that came all at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storm {
    /// Its id.
    pub id: StormId,
    /// Whose alerts.
    pub agency: AgencyId,
    /// The how manieth of that agency, from 1.
    pub number: i64,
    /// After when they were raised.
    pub since: Moment,
    /// When it was found.
    pub began: Moment,
    /// How many there were that are meant for women's and children's services too, whether or not anybody of them is there.
    pub alerts: i64,
    /// How many there are in an hour otherwise.
    pub normal: i64,
    /// Whether they were right, and when two people had said so; none while it goes on.
    pub end: Option<(bool, Moment)>,
}

/// What somebody said of a storm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StormWord {
    /// The how manieth about this storm, from 1.
    pub number: i64,
    /// Who.
    pub worker: WorkerId,
    /// Of which agency.
    pub agency: AgencyId,
    /// Whether the alerts were right.
    pub right: bool,
    /// When.
    pub at: Moment,
}

impl Storm {
    pub(super) fn row(&self) -> Row {
        row![table::STORM;
            self.id.to_string(), self.agency.to_string(), self.number, self.since.micros(), self.began.micros(),
            self.alerts, self.normal]
    }

    /// Returns the row by which it ends.
    pub(super) fn ended(id: StormId, right: bool, at: Moment) -> Row {
        row![table::STORM_END; id.to_string(), i64::from(right), at.micros()]
    }

    /// Returns the row that those told of a case have heard how it ended.
    pub(super) fn told(id: StormId, case: CaseId) -> Row {
        row![table::STORM_TOLD; id.to_string(), case.to_string()]
    }
}

impl StormWord {
    /// Says whether two people of two agencies have said the same.
    #[must_use]
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.right == other.right && self.agency != other.agency && self.worker != other.worker
    }

    pub(super) fn row(self, storm: StormId) -> Row {
        row![table::STORM_WORD;
            storm.to_string(), self.number, self.worker.to_string(), self.agency.to_string(), i64::from(self.right),
            self.at.micros()]
    }
}

impl Store {
    /// Returns the agencies of which more than so many alerts of these kinds came since then and since their last storm ended, with how
    /// many; none of which a storm goes on.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn crowded(&self, since: Moment, most: i64, kinds: &str) -> Result<Vec<(AgencyId, i64)>, Error> {
        let text = sqlx::query(CROWDED).bind(since.micros()).bind(most).bind(kinds.to_owned());
        let found = text.fetch_all(&self.readers).await;
        let rows = found.map_err(Error::because("count alerts that came at once"))?;
        rows.iter().map(|row| Ok((read::word(row, "agency")?, read::int(row, "alerts")?))).collect()
    }

    /// Counts such alerts of an agency that were raised after one moment and up to another.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn alerts_between(
        &self,
        agency: &AgencyId,
        (since, until): (Moment, Moment),
        kinds: &str,
    ) -> Result<i64, Error> {
        let text = sqlx::query(NORMAL).bind(agency.to_string()).bind(since.micros()).bind(until.micros());
        let text = text.bind(kinds.to_owned());
        let row = text.fetch_one(&self.readers).await.map_err(Error::because("count what is usual"))?;
        read::int(&row, "alerts")
    }

    /// Returns when the last storm of an agency ended, if it had one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last_storm_end(&self, agency: &AgencyId) -> Result<Option<Moment>, Error> {
        let row = sqlx::query(LAST_END).bind(agency.to_string()).fetch_one(&self.readers).await;
        let row = row.map_err(Error::because("read when a storm ended"))?;
        Ok(read::maybe_int(&row, "at")?.map(Moment::from_micros))
    }

    /// Returns the storm that an alert of this agency belongs to, if it came in one.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn storm_around(
        &self,
        agency: &AgencyId,
        (alert, raised): (AlertId, Moment),
    ) -> Result<Option<Storm>, Error> {
        let text = sqlx::query(AROUND).bind(agency.to_string()).bind(raised.micros()).bind(alert.to_string());
        let found = text.fetch_optional(&self.readers).await.map_err(Error::because("read a storm"))?;
        found.as_ref().map(storm).transpose()
    }

    /// Returns a storm.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn storm(&self, id: StormId) -> Result<Option<Storm>, Error> {
        let found = sqlx::query(ONE).bind(id.to_string()).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read a storm"))?.as_ref().map(storm).transpose()
    }

    /// Returns the last hundred storms, newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn storms(&self) -> Result<Vec<Storm>, Error> {
        let rows = sqlx::query(LAST).fetch_all(&self.readers).await.map_err(Error::because("read storms"))?;
        rows.iter().map(storm).collect()
    }

    /// Returns the number of the next storm of an agency.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn next_storm(&self, agency: &AgencyId) -> Result<i64, Error> {
        let row = sqlx::query(NUMBER).bind(agency.to_string()).fetch_one(&self.readers).await;
        Ok(read::int(&row.map_err(Error::because("count storms"))?, "number")? + 1)
    }

    /// Returns the last hundred words about a storm, the first of them first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn storm_words(&self, id: StormId) -> Result<Vec<StormWord>, Error> {
        let mut words = self.words_of(WORDS, id).await?;
        words.reverse();
        Ok(words)
    }

    /// Returns the words about a storm that count: the newest of each agency, the first of them first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn standing_words(&self, id: StormId) -> Result<Vec<StormWord>, Error> {
        self.words_of(STANDING, id).await
    }

    async fn words_of(&self, text: &'static str, id: StormId) -> Result<Vec<StormWord>, Error> {
        let rows = sqlx::query(text).bind(id.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read what was said of a storm"))?;
        let word = |row: &AnyRow| {
            Ok(StormWord {
                number: read::int(row, "number")?,
                worker: read::word(row, "worker")?,
                agency: read::word(row, "agency")?,
                right: read::int(row, "fit")? > 0,
                at: Moment::from_micros(read::int(row, "at")?),
            })
        };
        rows.iter().map(word).collect()
    }

    /// Returns cases in which nobody has heard yet how a storm ended, at most so many.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn untold_of_storm(
        &self,
        of: &Storm,
        until: Moment,
        (kinds, limit): (&str, i64),
    ) -> Result<Vec<CaseId>, Error> {
        let text = sqlx::query(UNTOLD)
            .bind(of.agency.to_string())
            .bind(of.since.micros())
            .bind(until.micros())
            .bind(kinds.to_owned())
            .bind(of.id.to_string())
            .bind(limit);
        let rows = text.fetch_all(&self.readers).await.map_err(Error::because("read who must hear of a storm"))?;
        rows.iter().map(|row| read::word(row, "case_id")).collect()
    }

    /// Returns those of women's and children's services whom its alerts told of in a case.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn told_in_storm(
        &self,
        of: &Storm,
        until: Moment,
        (kinds, case): (&str, CaseId),
    ) -> Result<Vec<WorkerId>, Error> {
        let text = sqlx::query(TOLD)
            .bind(of.agency.to_string())
            .bind(of.since.micros())
            .bind(until.micros())
            .bind(kinds.to_owned())
            .bind(case.to_string());
        let rows = text.fetch_all(&self.readers).await.map_err(Error::because("read who must hear of a storm"))?;
        rows.iter().map(|row| read::word(row, "worker")).collect()
    }
}

fn storm(row: &AnyRow) -> Result<Storm, Error> {
    let ended = read::maybe_int(row, "ended")?.map(Moment::from_micros);
    let fit = read::maybe_int(row, "fit")?.map(|fit| fit > 0);
    Ok(Storm {
        id: read::word(row, "id")?,
        agency: read::word(row, "agency")?,
        number: read::int(row, "number")?,
        since: Moment::from_micros(read::int(row, "since")?),
        began: Moment::from_micros(read::int(row, "began")?),
        alerts: read::int(row, "alerts")?,
        normal: read::int(row, "normal")?,
        end: fit.zip(ended),
    })
}
