//! Keys of workers' devices, and the challenges that they have answered, as they are kept.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::id::WorkerId;

/// A key that has not ended, of a seat that has not. $1 key, $2 worker.
pub(super) const ONE: &str = "
    SELECT k.public
      FROM device_key k
     WHERE k.kid = $1
       AND k.worker = $2
       AND k.kind = 'ed25519'
       AND NOT EXISTS (SELECT 1 FROM device_key_end e WHERE e.kid = k.kid)
       AND NOT EXISTS (SELECT 1 FROM worker_end w WHERE w.worker = k.worker)";

pub(super) const OF_WORKER: &str = "
    SELECT k.kid
      FROM device_key k
     WHERE k.worker = $1
       AND NOT EXISTS (SELECT 1 FROM device_key_end e WHERE e.kid = k.kid)
     ORDER BY k.kid
     LIMIT 20";

pub(super) const USED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS used
      FROM step_up_used
     WHERE nonce = $1";

/// A device key that is enrolled for a worker.
#[derive(Debug, Clone)]
pub struct NewDeviceKey {
    /// Its thumbprint.
    pub kid: String,
    /// Whose.
    pub worker: WorkerId,
    /// The public half.
    pub public: Vec<u8>,
}

impl NewDeviceKey {
    pub(super) fn row(self) -> Row {
        row![table::DEVICE_KEY; self.kid, self.worker.to_string(), "ed25519".to_owned(), self.public]
    }
}

impl Store {
    /// Returns the public half of a worker's live key.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn device_key(&self, worker: WorkerId, kid: &str) -> Result<Option<Vec<u8>>, Error> {
        let found = sqlx::query(ONE)
            .bind(kid.to_owned())
            .bind(worker.to_string())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a device key"))?;
        found.map(|row| read::blob(&row, "public")).transpose()
    }

    /// Returns the names of a worker's live keys; at most 20.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn device_keys(&self, worker: WorkerId) -> Result<Vec<String>, Error> {
        let rows = sqlx::query(OF_WORKER)
            .bind(worker.to_string())
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read device keys"))?;
        rows.iter().map(|row| read::text(row, "kid")).collect()
    }

    /// Says whether a challenge was used before.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn is_used(&self, nonce: &str) -> Result<bool, Error> {
        let row = sqlx::query(USED)
            .bind(nonce.to_owned())
            .fetch_one(&self.readers)
            .await
            .map_err(Error::because("read used challenges"))?;
        Ok(read::int(&row, "used")? > 0)
    }
}
