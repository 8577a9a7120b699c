//! The policies that came into force, with every file of each.
//!
//! Promises: what is kept of a policy is enough to load it again, to check who signed it, and
//! to ask any past decision again; which one is in force is the newest place, and no other.
//! Must never know: what stands in the files, whose signatures count.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::policies::PolicyDigest;
use crate::model::time::Moment;
use sqlx::any::AnyRow;
use std::collections::HashMap;

macro_rules! adopted {
    ($($rest:literal)?) => {
        concat!(
            "SELECT place, digest, version, previous, signers, sig_one, sig_two, added, removed, changed, at
      FROM policy_adopted",
            $($rest)?
        )
    };
}

pub(super) const NEWEST: &str = adopted!(
    "
     ORDER BY place DESC
     LIMIT 1"
);

pub(super) const ONE: &str = adopted!(
    "
     WHERE place = $1"
);

pub(super) const HIGHEST: &str = "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) AS highest FROM policy_adopted";

pub(super) const FILES: &str = "SELECT name, content FROM policy_file WHERE digest = $1 ORDER BY name";

/// What was kept under a file's name, of the policies that were ever in force. $1 name, $2 after this policy, $3 at most.
pub(super) const KEPT_AS: &str = "
    SELECT digest, content
      FROM policy_file
     WHERE name = $1
       AND digest > $2
     ORDER BY digest
     LIMIT $3";

/// How many policies that were ever in force keep something else under a file's name. $1 name, $2 what it says.
pub(super) const OTHERWISE: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS policies
      FROM policy_file
     WHERE name = $1
       AND content <> $2";

/// How many texts of a file are looked at in one step.
const KEPT_AT_ONCE: i64 = 20;

/// A policy on its way into force.
#[derive(Debug, Clone)]
pub struct NewPolicy {
    /// Which in the row of those that were ever in force.
    pub place: i64,
    /// Its name.
    pub digest: PolicyDigest,
    /// Its version.
    pub version: u32,
    /// The one before it.
    pub previous: Option<PolicyDigest>,
    /// Who signed it; nobody signs what is built in.
    pub signers: Option<[String; 2]>,
    /// SHA-256 of the list by which they were believed.
    pub approvers: PolicyDigest,
    /// Their signatures; empty for what is built in.
    pub signatures: [Vec<u8>; 2],
    /// Its files by name, unless they are kept already.
    pub files: Vec<(String, String)>,
    /// Rows of its matrix that the one before had not.
    pub added: Vec<String>,
    /// Rows of the matrix before that it has not.
    pub removed: Vec<String>,
    /// Names of the files that are not those of the one before.
    pub changed: Vec<String>,
    /// When.
    pub at: Moment,
}

impl NewPolicy {
    /// Returns the rows that keep it.
    pub(super) fn rows(self) -> Vec<Row> {
        let digest = self.digest.to_string();
        let [one, two] = self.signatures;
        let adopted = row![table::POLICY_ADOPTED;
            self.place, digest.clone(), i64::from(self.version), self.previous.map(|digest| digest.to_string()),
            self.signers.map(|names| names.join("+")), self.approvers.to_string(), one, two, self.added.join("\n"),
            self.removed.join("\n"), self.changed.join("\n"), self.at.micros()];
        let files = self.files.into_iter();
        let files = files.map(|(name, content)| row![table::POLICY_FILE; digest.clone(), name, content]);
        [adopted].into_iter().chain(files).collect()
    }
}

/// A policy that came into force.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// Which in the row of those that were ever in force.
    pub place: i64,
    /// Its name.
    pub digest: PolicyDigest,
    /// Its version.
    pub version: u32,
    /// The one before it.
    pub previous: Option<PolicyDigest>,
    /// Who signed it; nobody signs what is built in.
    pub signers: Vec<String>,
    /// Their signatures.
    pub signatures: [Vec<u8>; 2],
    /// Rows of its matrix that the one before had not.
    pub added: Vec<String>,
    /// Rows of the matrix before that it has not.
    pub removed: Vec<String>,
    /// Names of the files that are not those of the one before.
    pub changed: Vec<String>,
    /// When.
    pub at: Moment,
}

impl Adopted {
    /// Says whether people signed it. What is built into a program is signed by nobody.
    #[must_use]
    pub fn is_signed(&self) -> bool {
        !self.signers.is_empty() || self.signatures.iter().any(|signature| !signature.is_empty())
    }

    fn read(row: &AnyRow) -> Result<Self, Error> {
        let lines = |column| Ok::<_, Error>(read::text(row, column)?.lines().map(str::to_owned).collect());
        Ok(Self {
            place: read::int(row, "place")?,
            digest: read::word(row, "digest")?,
            version: u32::try_from(read::int(row, "version")?).map_err(|_| Error::Word { column: "version" })?,
            previous: read::maybe_word(row, "previous")?,
            signers: read::maybe_text(row, "signers")?
                .iter()
                .flat_map(|names| names.split('+'))
                .map(str::to_owned)
                .collect(),
            signatures: [read::blob(row, "sig_one")?, read::blob(row, "sig_two")?],
            added: lines("added")?,
            removed: lines("removed")?,
            changed: lines("changed")?,
            at: Moment::from_micros(read::int(row, "at")?),
        })
    }
}

impl Store {
    /// Returns the policy in force; `None` before the first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn policy_in_force(&self) -> Result<Option<Adopted>, Error> {
        let found = sqlx::query(NEWEST).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read the policy in force"))?.as_ref().map(Adopted::read).transpose()
    }

    /// Returns the policy of a place.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn policy_at(&self, place: i64) -> Result<Option<Adopted>, Error> {
        let found = sqlx::query(ONE).bind(place).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read a policy"))?.as_ref().map(Adopted::read).transpose()
    }

    /// Returns which place is the newest: cheap, to be asked often.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn policy_place(&self) -> Result<i64, Error> {
        let row = sqlx::query(super::settle::POLICY).fetch_one(&self.readers).await;
        read::int(&row.map_err(Error::because("read which policy is in force"))?, "version")
    }

    /// Returns the highest version that was ever in force.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn highest_policy(&self) -> Result<u32, Error> {
        let row = sqlx::query(HIGHEST).fetch_one(&self.readers).await;
        let highest = read::int(&row.map_err(Error::because("read the highest version"))?, "highest")?;
        u32::try_from(highest).map_err(|_| Error::Word { column: "version" })
    }

    /// Returns the files of a policy that was in force, by name; none of one that never was.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn policy_files(&self, digest: PolicyDigest) -> Result<HashMap<String, String>, Error> {
        let rows = sqlx::query(FILES).bind(digest.to_string()).fetch_all(&self.readers).await;
        let rows = rows.map_err(Error::because("read the files of a policy"))?;
        rows.iter().map(|row| Ok((read::text(row, "name")?, read::text(row, "content")?))).collect()
    }

    /// Returns the text of a file that any policy kept here which was ever in force, if one has the text that is meant.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn policy_text(&self, file: &str, is_meant: impl Fn(&str) -> bool) -> Result<Option<String>, Error> {
        let mut after = String::new();
        loop {
            let rows = sqlx::query(KEPT_AS)
                .bind(file.to_owned())
                .bind(after)
                .bind(KEPT_AT_ONCE)
                .fetch_all(&self.readers)
                .await
                .map_err(Error::because("read what a policy kept"))?;
            let Some(last) = rows.last() else { return Ok(None) };
            after = read::text(last, "digest")?;
            for row in &rows {
                let text = read::text(row, "content")?;
                if is_meant(&text) {
                    return Ok(Some(text));
                }
            }
        }
    }

    /// Says whether a policy that was ever in force kept something else under a file's name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn said_otherwise(&self, file: &str, text: &str) -> Result<bool, Error> {
        let row = sqlx::query(OTHERWISE).bind(file.to_owned()).bind(text.to_owned()).fetch_one(&self.readers).await;
        Ok(read::int(&row.map_err(Error::because("compare what policies kept"))?, "policies")? > 0)
    }
}
