//! What is due for one target, and what of it is sent now: in order, at its times, by its recipient's wishes.
//!
//! Promises: what was begun and has no end is another node's, or was cut off: it is tried again after the time that a round may take.
//! What waits for a digest or the end of quiet hours holds up nothing else; what a peer did not take holds up what follows of the
//! same case, until it is tried again, which is at once when something newer comes.
//! Must never know: the words of an alert, how anything is sent.

use super::{Desk, Error, Letter, SKEW_SECONDS, Says};
use crate::model::dispatch::{Settled, Target, Tried, Way};
use crate::model::id::AgencyId;
use crate::model::notifications::Wishes;
use crate::model::sealed::Record;
use crate::model::time::Moment;
use crate::policy::courier::Count;
use crate::store::channels::Channel;
use crate::store::dispatches::{Due, Round};
use crate::store::endpoints::{Endpoint, KeptKey};
use std::collections::HashSet;

/// Most messages of one round.
const LETTERS_MAX: usize = 8;

/// Most items that one look takes.
const DUE_MAX: i64 = 500;

/// How long a round may take, in seconds, with what its node needs to note it: what has no end after that was cut off.
const ROUND_SECONDS: i64 = 60;

/// An hour, in seconds.
const HOUR: i64 = 3_600;

/// What is known of a target and of what is due for it.
pub(super) struct Found {
    pub(super) to: To,
    due: Vec<Due>,
    wishes: Wishes,
    /// When the officers were last told, and when something last got through.
    pub(super) heard: (Option<Moment>, Option<Moment>),
}

/// Where it goes, sealed.
pub(super) enum To {
    Mail(Channel),
    Endpoint(Endpoint, Vec<KeptKey>),
}

/// What is done about it now.
pub(super) struct Plan {
    pub(super) letters: Vec<Letter>,
    pub(super) round: Round,
    pub(super) next: Option<Moment>,
    pub(super) unsettled: Moment,
}

/// When something is sent.
enum When {
    Now,
    /// Then, because its recipient wishes so.
    Held(Moment),
    /// Then, because it failed or is on its way.
    At(Moment),
    Never,
}

impl Found {
    /// Returns the records that the receipt of a round opens.
    pub(super) fn opened(&self) -> Vec<Record> {
        match &self.to {
            To::Mail(channel) => vec![channel.words.place.record],
            To::Endpoint(_, keys) => keys.iter().map(|key| key.words.place.record).collect(),
        }
    }

    /// Says whether anything that is given up is of another kind than the notice that something was given up.
    pub(super) fn gives_up(&self, round: &Round, notice: &str) -> bool {
        let is_notice = |item: &str| {
            self.due.iter().any(|due| due.item == item && due.kind.as_ref().is_some_and(|(kind, _)| kind == notice))
        };
        round.settled.iter().any(|(item, how)| *how == Settled::Dead && !is_notice(item))
    }
}

impl Desk {
    /// Returns what is due for a target; nothing for one that has ended.
    pub(super) async fn found(&self, target: Target, unsettled: Option<Moment>) -> Result<Option<Found>, Error> {
        let (store, now) = (&self.gate.store, self.now());
        let (counts, heard) = (self.gate.policy.couriers(), store.heard_of(target).await?);
        match target {
            Target::Channel(id) => {
                let Some(channel) = store.channel(id).await? else { return Ok(None) };
                let (due, wishes) = match channel.proved {
                    Some(since) => {
                        let since = unsettled.map_or(since, |from| from.max(since));
                        let due = store.due_for_worker(target, channel.worker, since, DUE_MAX).await?;
                        (due, store.wishes(channel.worker).await?)
                    }
                    None if channel.at.plus_seconds(counts.number(Count::MailCode) * HOUR) <= now => return Ok(None),
                    None => (store.due_beside(target).await?, Wishes::default()),
                };
                Ok(Some(Found { to: To::Mail(channel), due, wishes, heard }))
            }
            Target::Endpoint(id) => {
                let Some(endpoint) = store.endpoint(id).await?.filter(|one| one.ended.is_none()) else {
                    return Ok(None);
                };
                let since = unsettled.map_or(endpoint.at, |from| from.max(endpoint.at));
                let mut due = store.due_for_agency(target, &endpoint.agency, since, DUE_MAX).await?;
                due.extend(store.due_beside(target).await?);
                let mut keys = store.endpoint_keys(id).await?;
                let both = keys.first().map(|key| key.at.plus_seconds(counts.number(Count::OldSecret) * HOUR));
                if both.is_none_or(|until| until <= now) {
                    keys.truncate(1);
                }
                Ok(Some(Found { to: To::Endpoint(endpoint, keys), due, wishes: Wishes::default(), heard }))
            }
        }
    }

    /// Says what is sent to a target now, what is given up, and when to look again.
    pub(super) fn round_of(&self, target: Target, found: &Found) -> Plan {
        let (mut round, mut letters, mut next) = (Round::default(), Vec::<Letter>::new(), None::<Moment>);
        let (mut blocked, mut slots): (HashSet<&str>, Vec<Option<Moment>>) = (HashSet::new(), Vec::new());
        let sooner = |next: Option<Moment>, at: Moment| Some(next.map_or(at, |before| before.min(at)));
        for due in &found.due {
            if let Some(how) = self.needless(target, found, due) {
                round.settled.push((due.item.clone(), how));
                continue;
            }
            if blocked.contains(due.order.as_str()) {
                continue;
            }
            let (when, slot) = self.when(target, found, due);
            let same = slots.iter().position(|known| slot.is_some() && *known == slot);
            match when {
                When::Never => round.settled.push((due.item.clone(), Settled::Dead)),
                When::Held(at) => next = sooner(next, at),
                When::At(at) => {
                    next = sooner(next, at);
                    blocked.insert(&due.order);
                }
                When::Now if same.is_none() && letters.len() == LETTERS_MAX => {
                    next = sooner(next, self.now());
                    blocked.insert(&due.order);
                }
                When::Now => {
                    let begun = (due.item.clone(), due.tried.map_or(1, |tried| tried.attempts + 1));
                    round.begun.push(begun.clone());
                    match same.and_then(|at| letters.get_mut(at)) {
                        Some(letter) => letter.items.push(begun),
                        None => {
                            slots.push(slot);
                            letters.push(letter(found, due, begun));
                        }
                    }
                }
            }
        }
        letters.iter_mut().for_each(|letter| letter.name = self.letter_name(target, &letter.items));
        let first = found.due.iter().map(|due| due.since).min().unwrap_or_else(|| self.now());
        Plan { letters, round, next, unsettled: first.plus_seconds(-SKEW_SECONDS) }
    }

    /// Says whether an e-mail need not be sent at all: its recipient set the kind aside, or has it already.
    fn needless(&self, target: Target, found: &Found, due: &Due) -> Option<Settled> {
        let (kind, severity) = due.kind.as_ref()?;
        if target.way() != Way::Mail || due.tried.is_some() {
            return None;
        }
        let urgent = self.gate.policy.couriers().is_urgent(*severity);
        let muted = (!urgent && found.wishes.mutes(kind)).then_some(Settled::Muted);
        muted.or_else(|| due.acknowledged.then_some(Settled::Seen))
    }

    /// Says when something is sent; and with what it goes in one message, if it waited for a time of day.
    fn when(&self, target: Target, found: &Found, due: &Due) -> (When, Option<Moment>) {
        let (policy, now) = (&self.gate.policy, self.now());
        let heeds = target.way() == Way::Mail
            && due.kind.as_ref().is_some_and(|(_, severity)| !policy.couriers().is_urgent(*severity));
        let goes = if heeds { found.wishes.when(policy.clocks().calendar().of(None), due.since) } else { due.since };
        let slot = (heeds && !found.wishes.digest.is_empty()).then_some(goes);
        let when = match due.tried {
            None if goes <= now => When::Now,
            None => When::Held(goes),
            Some(Tried { outcome: None, last, .. }) if last.plus_seconds(ROUND_SECONDS) > now => {
                When::At(last.plus_seconds(ROUND_SECONDS))
            }
            Some(Tried { outcome: None, .. }) => When::Now,
            Some(tried) => {
                let newest = found.due.iter().map(|due| due.since).max();
                let is_new = newest.max(found.heard.1).is_some_and(|at| at > tried.last);
                let draw = self.gate.vault.fingerprint("dispatch-draw", &format!("{target} {}", due.item))[0];
                match tried.again(policy.couriers().retries(target.way()), draw) {
                    _ if is_new => When::Now,
                    None => When::Never,
                    Some(at) if at <= now => When::Now,
                    Some(at) => When::At(at),
                }
            }
        };
        (when, slot)
    }

    /// Returns the name of a message: the same for the same items to the same target, and without meaning to anybody else.
    fn letter_name(&self, target: Target, items: &[(String, i64)]) -> String {
        let of = items.iter().fold(target.to_string(), |all, (item, _)| format!("{all} {item}"));
        let print = self.gate.vault.fingerprint("dispatch-name", &of);
        print.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Returns the agency whose target it is.
    pub(super) async fn keeps(&self, found: &Found) -> Result<Option<AgencyId>, Error> {
        match &found.to {
            To::Mail(channel) => Ok(self.gate.store.seat(channel.worker).await?.map(|(seat, _)| seat.agency)),
            To::Endpoint(endpoint, _) => Ok(Some(endpoint.agency.clone())),
        }
    }
}

fn letter(found: &Found, due: &Due, begun: (String, i64)) -> Letter {
    let says = match (&due.kind, &found.to) {
        (Some(_), _) => Says::Waiting,
        (None, To::Mail(_)) => Says::Code,
        (None, To::Endpoint(..)) => Says::Test,
    };
    Letter { name: String::new(), says, since: due.since, items: vec![begun] }
}
