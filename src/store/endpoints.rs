//! Agencies' own systems that are told that something waits, as they are kept.
//!
//! Promises: nothing of it is changed: a new secret is a row, and so is the end of an endpoint.
//! Must never know: an address, a secret.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::dispatch::EndpointKey;
use crate::model::id::{AgencyId, EndpointId, EndpointKeyId, TestId};
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

macro_rules! endpoints {
    ($where:literal) => {
        concat!(
            "
    SELECT n.id, n.agency, n.at, x.at AS ended, x.why
      FROM endpoint n
      LEFT JOIN endpoint_end x ON x.endpoint = n.id
     WHERE ",
            $where
        )
    };
}

/// $1 endpoint.
pub(super) const ONE: &str = endpoints!("n.id = $1");

/// $1 agency, $2 after this endpoint, $3 at most.
pub(super) const OF_AGENCY: &str = endpoints!("n.agency = $1 AND n.id > $2 ORDER BY n.id LIMIT $3");

/// $1 agency.
pub(super) const LIVE: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS live
      FROM endpoint n
     WHERE n.agency = $1
       AND NOT EXISTS (SELECT 1 FROM endpoint_end x WHERE x.endpoint = n.id)";

/// $1 endpoint. The latest two.
pub(super) const KEYS: &str = "
    SELECT k.id, k.at, k.sealed
      FROM endpoint_key k
      JOIN audit_entry e ON e.entry = k.entry
     WHERE k.endpoint = $1
     ORDER BY e.idx DESC
     LIMIT 2";

/// An endpoint as it is kept.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Whose.
    pub agency: AgencyId,
    /// Since when.
    pub at: Moment,
    /// When it ended, and why.
    pub ended: Option<(Moment, String)>,
}

/// One secret of an endpoint, sealed with its address.
#[derive(Debug, Clone)]
pub struct KeptKey {
    /// Its id.
    pub id: EndpointKeyId,
    /// Since when.
    pub at: Moment,
    /// The address and the secret.
    pub words: Sealed<EndpointKey>,
}

impl KeptKey {
    /// Returns the place of an address and a secret.
    #[must_use]
    pub const fn place(id: EndpointKeyId) -> Place {
        Place { drawer: Drawer::directory(), record: Record::EndpointKey(id) }
    }

    fn row(self, endpoint: EndpointId) -> Row {
        row![table::ENDPOINT_KEY; self.id.to_string(), endpoint.to_string(), self.at.micros(), self.words.bytes]
    }
}

/// What an agency says of its endpoints.
#[derive(Debug, Clone)]
pub enum EndpointAct {
    /// A new one, its first secret, and who said so: an actor's word.
    Add(Endpoint, KeptKey, String),
    /// Its next secret.
    Rekey(EndpointId, KeptKey),
    /// It is tried.
    Try(EndpointId, TestId, Moment),
    /// It ends, and why.
    End(EndpointId, &'static str, Moment),
}

impl EndpointAct {
    pub(super) fn rows(self) -> Vec<Row> {
        match self {
            Self::Add(new, key, author) => {
                let row = row![table::ENDPOINT; new.id.to_string(), new.agency.to_string(), author, new.at.micros()];
                vec![row, key.row(new.id)]
            }
            Self::Rekey(endpoint, key) => vec![key.row(endpoint)],
            Self::Try(endpoint, test, at) => {
                vec![row![table::ENDPOINT_TEST; test.to_string(), endpoint.to_string(), at.micros()]]
            }
            Self::End(endpoint, why, at) => {
                vec![row![table::ENDPOINT_END; endpoint.to_string(), why.to_owned(), at.micros()]]
            }
        }
    }
}

impl Store {
    /// Returns an endpoint.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn endpoint(&self, id: EndpointId) -> Result<Option<Endpoint>, Error> {
        let found = sqlx::query(ONE).bind(id.to_string()).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read an endpoint"))?.as_ref().map(endpoint).transpose()
    }

    /// Returns the endpoints of an agency, in the order of ids, ended ones too.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn endpoints(
        &self,
        agency: &AgencyId,
        after: Option<EndpointId>,
        limit: i64,
    ) -> Result<Vec<Endpoint>, Error> {
        let rows = sqlx::query(OF_AGENCY)
            .bind(agency.to_string())
            .bind(after.map(|id| id.to_string()).unwrap_or_default())
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read the endpoints of an agency"))?;
        rows.iter().map(endpoint).collect()
    }

    /// Returns how many endpoints of an agency have not ended.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn live_endpoints(&self, agency: &AgencyId) -> Result<i64, Error> {
        let row = sqlx::query(LIVE).bind(agency.to_string()).fetch_one(&self.readers).await;
        read::int(&row.map_err(Error::because("count endpoints"))?, "live")
    }

    /// Returns the latest two secrets of an endpoint, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn endpoint_keys(&self, id: EndpointId) -> Result<Vec<KeptKey>, Error> {
        let rows = sqlx::query(KEYS).bind(id.to_string()).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read the secrets of an endpoint"))?.iter().map(key).collect()
    }
}

fn endpoint(row: &AnyRow) -> Result<Endpoint, Error> {
    let ended = read::maybe_int(row, "ended")?.map(Moment::from_micros).zip(read::maybe_text(row, "why")?);
    Ok(Endpoint {
        id: read::word(row, "id")?,
        agency: read::word(row, "agency")?,
        at: Moment::from_micros(read::int(row, "at")?),
        ended,
    })
}

fn key(row: &AnyRow) -> Result<KeptKey, Error> {
    let id = read::word(row, "id")?;
    Ok(KeptKey {
        id,
        at: Moment::from_micros(read::int(row, "at")?),
        words: Sealed::found(KeptKey::place(id), read::blob(row, "sealed")?),
    })
}
