//! A hub that was filled once and stopped: where every world with a wound clock begins.
//!
//! Promises: a copy is a folder and a database of its own, with what the first filling left and the hub's own keys; nothing that a
//! world does reaches the template or another world. Filling takes most of a start, and all such worlds begin at the same moment.

use super::node::copy;
use super::{Db, Time, World};
use crate::postgres;
use lippen::model::time::{Clock, Moment, RealClock};
use std::sync::OnceLock;
use tempfile::TempDir;

/// A stopped hub.
struct Template {
    folder: TempDir,
    /// Its database, if that is not in the folder.
    database: Option<String>,
}

/// A folder to start in, and the database unless that is in it.
pub(super) struct Start {
    /// The folder.
    pub(super) folder: TempDir,
    /// The URL.
    pub(super) database: Option<String>,
}

/// Returns a copy of the filled hub; nothing if its database is not installed here.
pub(super) fn copied(db: Db) -> Option<Start> {
    static LITE: OnceLock<Option<Template>> = OnceLock::new();
    static POSTGRES: OnceLock<Option<Template>> = OnceLock::new();
    let kept = if db == Db::Lite { &LITE } else { &POSTGRES };
    let template = kept.get_or_init(|| filled(db)).as_ref()?;
    let database = match &template.database {
        Some(url) => Some(postgres::like(url)?),
        None => None,
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&template.folder.path().join("data"), &folder.path().join("data"));
    Some(Start { folder, database })
}

fn filled(db: Db) -> Option<Template> {
    let world = World::filled(db, Time::Wound)?;
    let place = world.manifest["database"].as_str().expect("a database").to_owned();
    let database = (db == Db::Postgres).then_some(place);
    Some(Template { folder: world.stop(), database })
}

/// Returns eight in the evening of yesterday (UTC), the same in all worlds: recent, past, and with midnight within a token's life.
pub(super) fn last_evening() -> Moment {
    static EVENING: OnceLock<Moment> = OnceLock::new();
    *EVENING.get_or_init(|| {
        let now = RealClock.now().seconds();
        Moment::from_micros((now - now.rem_euclid(86_400) - 4 * 3_600) * 1_000_000)
    })
}
