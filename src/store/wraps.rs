//! Wrapped keys and kept answers, as they are stored.

use super::{Error, Store, read};
use crate::model::sealed::{Drawer, Wrap};

pub(super) const WRAPS: &str = "
    SELECT recipient, file, signature
      FROM key_wrap
     WHERE case_word = $1
       AND compartment = $2
       AND epoch = $3
     ORDER BY recipient
     LIMIT 100";

pub(super) const ANSWER: &str = "
    SELECT body, answer
      FROM idempotency
     WHERE actor = $1
       AND key = $2";

impl Store {
    /// Returns the wraps of a drawer's key, for every recipient.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wraps(&self, drawer: Drawer) -> Result<Vec<Wrap>, Error> {
        let rows = sqlx::query(WRAPS)
            .bind(drawer.case_word())
            .bind(drawer.compartment.to_string())
            .bind(drawer.epoch)
            .fetch_all(&self.readers)
            .await
            .map_err(Error::because("read wrapped keys"))?;
        rows.iter()
            .map(|row| {
                Ok(Wrap {
                    drawer,
                    recipient: read::text(row, "recipient")?,
                    file: read::blob(row, "file")?,
                    signature: read::blob(row, "signature")?,
                })
            })
            .collect()
    }

    /// Returns what a write under this key was answered: the digest of its body, and the answer.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn answer(&self, actor: &str, key: &str) -> Result<Option<(String, String)>, Error> {
        let found = sqlx::query(ANSWER)
            .bind(actor.to_owned())
            .bind(key.to_owned())
            .fetch_optional(&self.readers)
            .await
            .map_err(Error::because("read a kept answer"))?;
        found.map(|row| Ok((read::text(&row, "body")?, read::text(&row, "answer")?))).transpose()
    }
}
