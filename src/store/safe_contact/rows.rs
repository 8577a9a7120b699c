//! Rows of how somebody is reached, read back.

use super::{Ended, KeptAsk, KeptCard, KeptMark, place, place_of};
use crate::model::safe_contact::{Asked, Outcome, Target};
use crate::model::sealed::{Record, Sealed};
use crate::model::time::Moment;
use crate::store::{Error, read};
use sqlx::any::AnyRow;

pub(super) fn card(row: &AnyRow) -> Result<KeptCard, Error> {
    let (case, her) = (read::word(row, "case_id")?, read::word(row, "protected")?);
    Ok(KeptCard {
        id: read::word(row, "id")?,
        case,
        her,
        version: read::int(row, "version")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        created: Moment::from_micros(read::int(row, "created")?),
        words: Sealed::found(place(case, her), read::blob(row, "sealed")?),
    })
}

pub(super) fn target(row: &AnyRow) -> Result<Sealed<Target>, Error> {
    let (case, her) = (read::word(row, "case_id")?, read::word(row, "protected")?);
    let at = place_of(case, her, Record::SafeRoute(read::word(row, "id")?));
    Ok(Sealed::found(at, read::blob(row, "sealed")?))
}

pub(super) fn mark(row: &AnyRow) -> Result<KeptMark, Error> {
    let (id, case, her) = (read::word(row, "id")?, read::word(row, "case_id")?, read::word(row, "protected")?);
    let routes = read::text(row, "routes")?;
    let routes = routes.split_whitespace().map(str::parse).collect::<Result<_, _>>();
    let how: Option<Asked> = read::maybe_word(row, "how")?;
    let at = place_of(case, her, Record::SafeMark(id));
    Ok(KeptMark {
        id,
        case,
        her,
        routes: routes.map_err(|_| Error::Word { column: "routes" })?,
        mark: read::word(row, "mark")?,
        asked: how.zip(read::maybe_int(row, "asked")?.map(Moment::from_micros)),
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        created: Moment::from_micros(read::int(row, "created")?),
        said: read::maybe_blob(row, "sealed")?.map(|bytes| Sealed::found(at, bytes)),
        index: read::maybe_int(row, "idx")?,
    })
}

pub(super) fn ask(row: &AnyRow) -> Result<KeptAsk, Error> {
    let (id, case, her) = (read::word(row, "id")?, read::word(row, "case_id")?, read::word(row, "protected")?);
    let at = place_of(case, her, Record::SafeAsk(id));
    let outcome: Option<Outcome> = read::maybe_word(row, "outcome")?;
    let outcome = match outcome.zip(read::maybe_int(row, "ended")?.map(Moment::from_micros)) {
        None => None,
        Some((outcome, ended)) => {
            let said = read::maybe_blob(row, "said")?.map(|bytes| Sealed::found(at, bytes));
            Some(Ended { outcome, at: ended, said, index: read::maybe_int(row, "idx")? })
        }
    };
    Ok(KeptAsk {
        id,
        case,
        her,
        reason: read::word(row, "reason")?,
        alert: read::maybe_word(row, "alert")?,
        verdict: read::word(row, "verdict")?,
        route: read::maybe_word(row, "route")?,
        author: read::word(row, "author")?,
        agency: read::word(row, "agency")?,
        created: Moment::from_micros(read::int(row, "created")?),
        said: read::maybe_blob(row, "sealed")?.map(|bytes| Sealed::found(at, bytes)),
        opened: read::maybe_int(row, "opened")?.map(Moment::from_micros),
        outcome,
    })
}
