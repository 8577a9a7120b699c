//! Workers' e-mail addresses and what they wish about them, as they are kept.
//!
//! Promises: nothing of it is changed: an address that is proved takes the place of the one before by rows of its own, and the
//! latest wishes hold.
//! Must never know: an address, a code.

use super::table::{self, Row, row};
use super::{Error, Store, read};
use crate::model::dispatch::MailAddress;
use crate::model::id::{ChannelId, EntryId, WorkerId};
use crate::model::notifications::Wishes;
use crate::model::sealed::{Drawer, Place, Record, Sealed};
use crate::model::time::Moment;
use sqlx::any::AnyRow;

/// $1 worker. Those of the latest that have not ended, the latest first.
pub(super) const OF_WORKER: &str = "
    SELECT c.id, c.worker, c.at, c.sealed, p.at AS proved
      FROM mail_channel c
      JOIN audit_entry e ON e.entry = c.entry
      LEFT JOIN mail_channel_proof p ON p.channel = c.id
     WHERE c.worker = $1
       AND NOT EXISTS (SELECT 1 FROM mail_channel_end x WHERE x.channel = c.id)
     ORDER BY e.idx DESC
     LIMIT 20";

/// $1 channel. Nothing, once it has ended or its worker's seat has.
pub(super) const ONE: &str = "
    SELECT c.id, c.worker, c.at, c.sealed, p.at AS proved
      FROM mail_channel c
      LEFT JOIN mail_channel_proof p ON p.channel = c.id
     WHERE c.id = $1
       AND NOT EXISTS (SELECT 1 FROM mail_channel_end x WHERE x.channel = c.id)
       AND NOT EXISTS (SELECT 1 FROM worker_end w WHERE w.worker = c.worker)";

/// $1 worker, $2 since when.
pub(super) const ASKED: &str = "
    SELECT CAST(COUNT(*) AS BIGINT) AS asked
      FROM mail_channel c
     WHERE c.worker = $1
       AND c.at > $2";

/// $1 worker. The latest by its place in the log: two may have one moment.
pub(super) const WISH: &str = "
    SELECT w.mute, w.digest, w.quiet_from, w.quiet_to
      FROM mail_wish w
      JOIN audit_entry e ON e.entry = w.entry
     WHERE w.worker = $1
     ORDER BY e.idx DESC
     LIMIT 1";

/// An address as it is kept.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// Whose.
    pub worker: WorkerId,
    /// Since when.
    pub at: Moment,
    /// Since when it counts.
    pub proved: Option<Moment>,
    /// The address and its code.
    pub words: Sealed<MailAddress>,
}

impl Channel {
    /// Returns the place of an address and its code.
    #[must_use]
    pub const fn place(id: ChannelId) -> Place {
        Place { drawer: Drawer::directory(), record: Record::Channel(id) }
    }
}

/// What a worker says of where their e-mail goes.
#[derive(Debug, Clone)]
pub enum ChannelAct {
    /// A new address, to which a code is sent.
    Ask(Channel),
    /// The code came back; those before it end.
    Prove(ChannelId, Vec<ChannelId>, Moment),
    /// These end.
    End(Vec<ChannelId>, Moment),
    /// What they wish from now on.
    Wish(WorkerId, Wishes, Moment),
}

impl ChannelAct {
    pub(super) fn rows(self) -> Vec<Row> {
        let ends = |ended: Vec<ChannelId>, at: Moment| {
            ended.into_iter().map(move |one| row![table::MAIL_CHANNEL_END; one.to_string(), at.micros()])
        };
        match self {
            Self::Ask(new) => vec![row![table::MAIL_CHANNEL;
                new.id.to_string(), new.worker.to_string(), new.at.micros(), new.words.bytes]],
            Self::Prove(channel, before, at) => {
                let proof = row![table::MAIL_CHANNEL_PROOF; channel.to_string(), at.micros()];
                std::iter::once(proof).chain(ends(before, at)).collect()
            }
            Self::End(ended, at) => ends(ended, at).collect(),
            Self::Wish(worker, wishes, at) => {
                let (from, to) = wishes.quiet.unzip();
                let digest: Vec<String> = wishes.digest.iter().map(ToString::to_string).collect();
                vec![row![table::MAIL_WISH;
                    EntryId::random().to_string(), worker.to_string(), at.micros(), wishes.mute.join(" "), digest.join(" "),
                    from.map(i64::from), to.map(i64::from)]]
            }
        }
    }
}

impl Store {
    /// Returns the addresses of a worker that have not ended, the latest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn channels_of(&self, worker: WorkerId) -> Result<Vec<Channel>, Error> {
        let rows = sqlx::query(OF_WORKER).bind(worker.to_string()).fetch_all(&self.readers).await;
        rows.map_err(Error::because("read where somebody's e-mail goes"))?.iter().map(channel).collect()
    }

    /// Returns an address that has not ended, of somebody who has their seat.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn channel(&self, id: ChannelId) -> Result<Option<Channel>, Error> {
        let found = sqlx::query(ONE).bind(id.to_string()).fetch_optional(&self.readers).await;
        found.map_err(Error::because("read an address"))?.as_ref().map(channel).transpose()
    }

    /// Returns how many addresses a worker gave after a moment.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn channels_asked(&self, worker: WorkerId, since: Moment) -> Result<i64, Error> {
        let row = sqlx::query(ASKED).bind(worker.to_string()).bind(since.micros()).fetch_one(&self.readers).await;
        read::int(&row.map_err(Error::because("count addresses"))?, "asked")
    }

    /// Returns what a worker wishes now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wishes(&self, worker: WorkerId) -> Result<Wishes, Error> {
        let found = sqlx::query(WISH).bind(worker.to_string()).fetch_optional(&self.readers).await;
        let Some(row) = found.map_err(Error::because("read what somebody wishes"))? else {
            return Ok(Wishes::default());
        };
        let minutes =
            |column| Ok::<_, Error>(read::maybe_int(&row, column)?.and_then(|value| u16::try_from(value).ok()));
        let (mute, digest) = (read::text(&row, "mute")?, read::text(&row, "digest")?);
        let times: Result<Vec<u16>, _> = digest.split_whitespace().map(str::parse).collect();
        Ok(Wishes {
            mute: mute.split_whitespace().map(str::to_owned).collect(),
            digest: times.map_err(|_| Error::Word { column: "digest" })?,
            quiet: minutes("quiet_from")?.zip(minutes("quiet_to")?),
        })
    }
}

fn channel(row: &AnyRow) -> Result<Channel, Error> {
    let id = read::word(row, "id")?;
    Ok(Channel {
        id,
        worker: read::word(row, "worker")?,
        at: Moment::from_micros(read::int(row, "at")?),
        proved: read::maybe_int(row, "proved")?.map(Moment::from_micros),
        words: Sealed::found(Channel::place(id), read::blob(row, "sealed")?),
    })
}
