//! What a consent event must be to be recorded: its times, its notice, and what it may ask for at once.
//!
//! Promises: where she is and how she is reached is asked for on its own; saying yes again adds nothing to what she said
//! before; whoever took it back says yes anew, with everything that belongs to it.
//! Must never know: who records it.

use super::Error;
use super::recording::RecordConsent;
use super::signing::{Scope, no_such_notice};
use crate::model::consents::ConsentEvent;
use crate::model::notes::Category;
use crate::model::time::{Day, Moment, Second};
use crate::policy::Consents;
use crate::policy::continues::Whose;
use crate::store::consents::{ConsentHead, StoredConsent};

/// The most events of one chain that a worker may record; taking it back is always possible.
const CHAIN_MAX: i64 = 400;

/// A day, in seconds.
const DAY: i64 = 86_400;

/// Checks an event for itself.
pub(super) fn check(new: &RecordConsent, scope: &Scope, now: Moment, practice: &Consents) -> Result<(), Error> {
    if new.event == ConsentEvent::SharedWithoutConsent {
        return Err(Error::field(
            "event",
            "is recorded by the hub when somebody shares on another basis: write another word",
        ));
    }
    if new.event.needs_before() && new.chain.is_none() {
        return Err(Error::field(
            "chain",
            "is missing: name the chain that this event continues, or record it as given",
        ));
    }
    check_notice(new, practice)?;
    if let Some(at) = new.event_time {
        if at.moment() > now {
            return Err(Error::field("event_time", "is in the future: give the time at which it happened"));
        }
        if at.moment() < now.plus_seconds(-DAY * practice.oldest_days()) {
            return Err(Error::field(
                "event_time",
                "is too long ago: leave it out, and write in said when it happened and why it is recorded now",
            ));
        }
    }
    let ends = new.expires.map(Day::end);
    if ends.is_some_and(|end| !Second::of(end).can_be_written()) {
        return Err(Error::field("expires", "is too far ahead: give an earlier day, or leave it out"));
    }
    if ends.zip(new.not_before).is_some_and(|(end, from)| end <= from.moment()) {
        return Err(Error::field("expires", "is before not_before: give a later day, or leave one of them out"));
    }
    let mixed = scope.iter().any(|row| row.1.is_location()) && scope.iter().any(|row| !row.1.is_location());
    if mixed {
        return Err(Error::field(
            "categories",
            "names where she is or how she is reached together with something else: ask for that on its own, in an event of its own",
        ));
    }
    Ok(())
}

/// Checks an event against the latest of the chain that it continues.
pub(super) fn check_after(
    new: &RecordConsent,
    scope: &Scope,
    latest: &StoredConsent,
    now: Moment,
) -> Result<(), Error> {
    if latest.head.seq >= CHAIN_MAX {
        return Err(Error::field("chain", "has become too long: leave it out to begin a new one"));
    }
    if latest.head.kind != new.kind {
        return Err(Error::field("kind", "is not that of the chain: leave the chain out to begin a new one"));
    }
    check_change(new, &latest.head, now)?;
    let before = |category: Category| latest.scope.iter().any(|row| row.1 == category);
    if new.event == ConsentEvent::Renewed && scope.iter().any(|row| row.1.is_location() && !before(row.1)) {
        return Err(Error::field(
            "categories",
            "adds where she is or how she is reached, which she was not asked before: record it as given, on its own",
        ));
    }
    if new.event == ConsentEvent::Limited && scope.iter().any(|row| !latest.scope.contains(row)) {
        return Err(Error::field("event", "adds something that was not agreed to before: record it as given"));
    }
    Ok(())
}

/// Checks that there is something to narrow or to renew, and that narrowing adds no time.
fn check_change(new: &RecordConsent, before: &ConsentHead, now: Moment) -> Result<(), Error> {
    let lasts = before.event.is_live() && before.expires.is_none_or(|end| end > now);
    let agreed = match new.event {
        // What is over is not narrowed: that would begin it again.
        ConsentEvent::Limited => lasts,
        ConsentEvent::Renewed => before.event.is_live() || before.event == ConsentEvent::Expired,
        _ => return Ok(()),
    };
    if !agreed {
        let say = if new.event == ConsentEvent::Limited {
            "narrows what is not agreed to now: record it as given or renewed, with all that belongs to it"
        } else {
            "changes what is not agreed to now: record it as given, with all that belongs to it"
        };
        return Err(Error::field("event", say));
    }
    if new.event == ConsentEvent::Renewed {
        return Ok(());
    }
    if before.expires.is_some_and(|end| new.expires.is_none_or(|day| day.end() > end)) {
        let say = "is later than she agreed to before: give that day or an earlier one, or record it as renewed";
        return Err(Error::field("expires", say));
    }
    let early = |from: Moment| from > now && new.not_before.is_none_or(|at| at.moment() < from);
    if before.not_before.is_some_and(early) {
        let say = "is earlier than she agreed to before: give that time or a later one, or record it as renewed";
        return Err(Error::field("not_before", say));
    }
    Ok(())
}

fn check_notice(new: &RecordConsent, practice: &Consents) -> Result<(), Error> {
    let notice = practice.notice(new.notice.id.reveal()).ok_or_else(no_such_notice)?;
    let whose = if new.kind.is_his() { Whose::His } else { Whose::Hers };
    if notice.whose != whose {
        let say = "is not a notice for this kind of consent: a woman's notice is not given to the man, nor his to her. Give \
                   the one for this kind, and its id";
        return Err(Error::field("notice.id", say));
    }
    let asks = matches!(new.event, ConsentEvent::Proposed | ConsentEvent::Given | ConsentEvent::Renewed);
    if asks && notice.retired {
        return Err(Error::field(
            "notice.id",
            "is a notice that is no longer given: give her the one that is, and its id",
        ));
    }
    if new.notice.lang.as_ref().is_some_and(|lang| lang.reveal() != notice.lang) {
        return Err(Error::field(
            "notice.lang",
            "is not the language of that notice: give the notice that she was read, or leave the language out",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Files;
    use serde_json::json;

    #[test]
    fn nobody_is_asked_with_a_retired_notice_and_anybody_may_take_back_what_stands_on_one() {
        let mut files = Files::embedded();
        files.notices = files.notices.replace(", current,", ", retired,");
        let practice = Consents::load(&files).unwrap();
        for event in ConsentEvent::ALL {
            let body = json!({ "subject": "s", "event": event, "kind": "womens-service",
                "notice": { "id": "notice-en-1" }, "method": "in-person", "asked_alone": true });
            let asks = ["proposed", "given", "renewed"].contains(&event.as_str());
            let checked = check_notice(&serde_json::from_value(body).unwrap(), &practice);
            match checked {
                Err(Error::Invalid { errors }) if asks => assert_eq!(errors[0].field, "notice.id"),
                other => assert!(!asks && other.is_ok(), "{event}: {other:?}"),
            }
        }
    }
}
