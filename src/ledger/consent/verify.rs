//! The check of a whole chain, from nothing but the file and, if it is at hand, the log's public key.
//!
//! Promises: one fault anywhere makes the whole INVALID, whatever else is only not shown; a key that was replaced later
//! takes nothing from what it signed before; a key that was stolen does, unless the log had the event before that.
//! Must never know: the clock, the hub.

use super::directory::{self, COMPROMISED, End, Key, ROTATED};
use super::event::{Event, NotAnEvent, link};
use super::package::{BYTES_MAX, Package, SignedEvent};
use super::seal::SealedAt;
use super::verdict::{Outcome, Reason, Verdict};
use super::{commitment, from_base64url};
use crate::ledger::Hash;
use crate::model::time::Second;

/// Judges an exported file, as things stood `at` a time if one is given.
///
/// `log_key` is the key of the hub's log (`name+id+key`), from the hub itself or a partner: without it the proofs are
/// checked for their arithmetic only, and the file vouches for its own directory.
#[must_use]
pub fn verify(file: &[u8], log_key: Option<&str>, at: Option<Second>) -> Verdict {
    let package = (file.len() <= BYTES_MAX).then(|| serde_json::from_slice::<Package>(file).ok()).flatten();
    let good =
        package.filter(|package| package.v == 1 && package.kind == "consent-record" && !package.events.is_empty());
    let Some(package) = good else { return Verdict::not(Reason::Package, None, log_key.is_some()) };
    match (Judge { package: &package, log_key, doubt: None, reached: i64::MIN }).judge(at) {
        Ok(verdict) => verdict,
        Err((reason, event)) => Verdict::not(reason, event, log_key.is_some()),
    }
}

/// How far the clocks of two nodes of one hub may be apart, in microseconds: a minute.
const CLOCKS_APART: i64 = 60_000_000;

/// Why it fails, and at which event.
type Fault = (Reason, Option<usize>);

/// A signer of an event, as the directory has it.
struct Signer<'a> {
    key: &'a Key,
    /// That it was replaced.
    replaced: Option<&'a End>,
    /// That it was stolen: a key that was replaced may be found to have been stolen later.
    stolen: Option<&'a End>,
}

struct Judge<'a> {
    package: &'a Package,
    log_key: Option<&'a str>,
    /// The first thing that is not shown, if nothing is disproved.
    doubt: Option<Fault>,
    /// The latest moment to which the log had come that the file proves, in microseconds.
    reached: i64,
}

impl Judge<'_> {
    fn judge(mut self, at: Option<Second>) -> Result<Verdict, Fault> {
        self.directory()?;
        self.handovers()?;
        self.export()?;
        let mut chain: Vec<(Event, String)> = Vec::new();
        let mut held_by_hub = false;
        for (nth, signed) in self.package.events.iter().enumerate() {
            let place = Some(nth + 1);
            let wrong = |reason| (reason, place);
            let payload = from_base64url(&signed.payload).ok_or(wrong(Reason::Profile))?;
            let event = Event::read(&payload).map_err(|why| match why {
                NotAnEvent::Profile(_) => wrong(Reason::Profile),
                NotAnEvent::Fields => wrong(Reason::Fields),
            })?;
            if !event.times_fit() {
                return Err(wrong(Reason::Times));
            }
            let signers = signers(self.package, signed, &event).map_err(wrong)?;
            check_signatures(signed, &payload, &signers).map_err(wrong)?;
            let sealed = self.sealed(signed, &event, &payload, place)?;
            self.check_dates(&event, &signers, sealed, place)?;
            follows(chain.last(), &event).map_err(wrong)?;
            self.check_notice(&event).map_err(wrong)?;
            check_words(signed, &event).map_err(wrong)?;
            held_by_hub |= signers.iter().any(|signer| signer.key.held_by == "hub" && signer.key.of != event.hub);
            chain.push((event, link(&payload)));
        }
        if let Some((reason, event)) = self.doubt {
            return Ok(Verdict { held_by_hub, ..Verdict::not(reason, event, self.log_key.is_some()) });
        }
        let at = at.or(chain.last().map(|(event, _)| event.recorded));
        let by_then = |event: &&Event| at.is_none_or(|at| event.recorded <= at);
        let by_then: Vec<&Event> = chain.iter().map(|(event, _)| event).filter(by_then).collect();
        let Some(at) = at.filter(|_| !by_then.is_empty()) else {
            return Ok(Verdict { held_by_hub, ..Verdict::not(Reason::NothingYet, None, self.log_key.is_some()) });
        };
        // What the file was made too early to know is not shown by it.
        if chain.last().is_none_or(|(last, _)| at > last.recorded) && at.moment().micros() > self.reached {
            return Ok(Verdict { held_by_hub, ..Verdict::not(Reason::Beyond, None, self.log_key.is_some()) });
        }
        // That she was overruled says nothing of what she agreed to.
        let said = by_then.iter().rfind(|event| !event.overrules());
        Ok(Verdict {
            outcome: Outcome::Valid,
            reason: Reason::Holds,
            event: None,
            at: Some(at),
            state: said.map(|event| (event.event, event.is_live_at(at))),
            overruled: by_then.iter().filter(|event| event.overrules()).count(),
            anchored: self.log_key.is_some(),
            held_by_hub,
        })
    }

    /// Checks the directory for itself: each key has its own name and stands there once, each end is of one of them, and a key
    /// is replaced once and stolen once.
    fn directory(&mut self) -> Result<(), Fault> {
        let (keys, ends) = (&self.package.directory.keys, &self.package.directory.ends);
        let wrong = (Reason::Directory, None);
        for (nth, key) in keys.iter().enumerate() {
            let once = keys[..nth].iter().all(|other| other.entry.kid != key.entry.kid);
            if key.entry.public().is_none() || !once || !matches!(&*key.entry.held_by, "hub" | "agency") {
                return Err(wrong);
            }
            self.seal(key.seal.as_ref().map(|seal| seal.holds(&key.entry.digest(), self.log_key)), None)?;
        }
        for (nth, end) in ends.iter().enumerate() {
            let known = keys.iter().any(|key| key.entry.kid == end.entry.kid);
            let same = |other: &End| (&other.kid, &other.reason) == (&end.entry.kid, &end.entry.reason);
            let once = ends[..nth].iter().all(|other| !same(&other.entry));
            if !known || !once || ![COMPROMISED, ROTATED].contains(&&*end.entry.reason) {
                return Err(wrong);
            }
            self.seal(end.seal.as_ref().map(|seal| seal.holds(&end.entry.digest(), self.log_key)), None)?;
        }
        Ok(())
    }

    /// Checks how keys took the place of others: by whom each handover is made, and that it is made once.
    fn handovers(&mut self) -> Result<(), Fault> {
        let directory = &self.package.directory;
        let key = |kid: &str| directory.keys.iter().map(|listed| &listed.entry).find(|key| key.kid == kid);
        for (nth, listed) in directory.handovers.iter().enumerate() {
            let one = &listed.entry;
            let once = directory.handovers[..nth]
                .iter()
                .all(|other| (&other.entry.new, &other.entry.by) != (&one.new, &one.by));
            let end = end_of(self.package, &one.old, ROTATED);
            let holds = key(&one.old).zip(key(&one.new)).is_some_and(|(old, new)| one.holds(old, new, end));
            if !once || !holds {
                return Err((Reason::Directory, None));
            }
            self.seal(listed.seal.as_ref().map(|seal| seal.holds(&one.digest(), self.log_key)), None)?;
        }
        Ok(())
    }

    /// Checks the export's own place in the log, if it is there: up to then the file can speak.
    fn export(&mut self) -> Result<(), Fault> {
        let Some(seal) = &self.package.as_of else { return Ok(()) };
        let at = seal.reaches(self.log_key).ok_or((Reason::Seal, None))?;
        self.reached = self.reached.max(at);
        Ok(())
    }

    /// Checks the event's own place in the log, and returns when it was sealed, if the log's key vouches for it.
    fn sealed(
        &mut self,
        signed: &SignedEvent,
        event: &Event,
        payload: &[u8],
        place: Option<usize>,
    ) -> Result<Option<SealedAt>, Fault> {
        let held = signed.seal.as_ref().map(|seal| seal.holds(&link(payload), self.log_key));
        let at = self.seal(held, place)?;
        if at.is_some_and(|at| at + CLOCKS_APART < event.recorded.moment().micros()) {
            return Err((Reason::Seal, place));
        }
        Ok(at.filter(|_| self.log_key.is_some()))
    }

    /// A proof that does not hold is a fault; one that is missing is a doubt, if somebody asks with the log's key.
    fn seal(&mut self, held: Option<Option<SealedAt>>, place: Option<usize>) -> Result<Option<SealedAt>, Fault> {
        match held {
            Some(None) => Err((Reason::Seal, place)),
            Some(Some(at)) => {
                self.reached = self.reached.max(at);
                Ok(Some(at))
            }
            None => {
                if self.log_key.is_some() {
                    self.doubt.get_or_insert((Reason::Unsealed, place));
                }
                Ok(None)
            }
        }
    }

    /// Holds each key's life against the event: a signature after a replacement is a fault, one by a stolen key a doubt,
    /// unless the log had the event before the theft.
    fn check_dates(
        &mut self,
        event: &Event,
        signers: &[Signer<'_>],
        sealed: Option<SealedAt>,
        place: Option<usize>,
    ) -> Result<(), Fault> {
        for Signer { key, replaced, stolen } in signers {
            if event.recorded < key.from || replaced.is_some_and(|end| event.recorded >= end.at) {
                return Err((Reason::KeyDates, place));
            }
            if stolen.is_some_and(|end| sealed.is_none_or(|at| at >= end.at.moment().micros())) {
                self.doubt.get_or_insert((Reason::Compromised, place));
            }
        }
        Ok(())
    }

    fn check_notice(&self, event: &Event) -> Result<(), Reason> {
        let Some(given) = &event.notice else { return Ok(()) };
        let same = self.package.notices.iter().find(|notice| notice.id == given.id && notice.sha256 == given.sha256);
        let text = same.filter(|notice| notice.lang == given.lang).ok_or(Reason::Notice)?;
        if Hash::of(&[text.text.as_bytes()]).to_hex() == given.sha256 { Ok(()) } else { Err(Reason::Notice) }
    }
}

/// Finds how a key ended, for this reason.
fn end_of<'a>(package: &'a Package, kid: &str, reason: &str) -> Option<&'a End> {
    package.directory.ends.iter().map(|listed| &listed.entry).find(|end| end.kid == kid && end.reason == reason)
}

/// Finds the three signers in the directory, each once, and holds the directory against what they signed of it.
fn signers<'a>(package: &'a Package, signed: &SignedEvent, event: &Event) -> Result<Vec<Signer<'a>>, Reason> {
    let headers = signed.signatures.iter().map(super::jws::Signature::header).collect::<Option<Vec<_>>>();
    let headers = headers.ok_or(Reason::Header)?;
    let find = |kid: &String| {
        let key = package.directory.keys.iter().map(|listed| &listed.entry).find(|key| key.kid == *kid)?;
        let (replaced, stolen) = (end_of(package, kid, ROTATED), end_of(package, kid, COMPROMISED));
        Some(Signer { key, replaced, stolen })
    };
    let signers: Option<Vec<_>> = headers.iter().map(|header| find(&header.kid)).collect();
    let signers = signers.ok_or(Reason::Signers)?;
    let mut found: Vec<&str> = signers.iter().map(|signer| &*signer.key.of).collect();
    let mut wanted = [&*event.worker, &*event.agency, &*event.hub];
    found.sort_unstable();
    wanted.sort_unstable();
    if found != wanted {
        return Err(Reason::Signers);
    }
    let version = directory::version(&signers.iter().map(|signer| signer.key).collect::<Vec<_>>());
    if headers.iter().all(|header| header.dir == version) { Ok(signers) } else { Err(Reason::Directory) }
}

fn check_signatures(signed: &SignedEvent, payload: &[u8], signers: &[Signer<'_>]) -> Result<(), Reason> {
    let by = |(signature, signer): (&super::jws::Signature, &Signer<'_>)| {
        signer.key.public().is_some_and(|public| signature.is_by(&public, payload))
    };
    if signed.signatures.iter().zip(signers).all(by) { Ok(()) } else { Err(Reason::Signature) }
}

/// Says whether an event is the next of the chain: same case, subject, kind and hub, and it names the bytes before it.
fn follows(before: Option<&(Event, String)>, event: &Event) -> Result<(), Reason> {
    let fits = match before {
        None => event.seq == 1 && event.prev.is_none() && event.chain == event.id,
        Some((last, link)) => {
            let same = |of: fn(&Event) -> &String| of(last) == of(event);
            event.seq == last.seq + 1
                && event.prev.as_ref() == Some(link)
                && same(|one| &one.chain)
                && same(|one| &one.case)
                && same(|one| &one.subject)
                && same(|one| &one.kind)
                && same(|one| &one.hub)
        }
    };
    if fits { Ok(()) } else { Err(Reason::Chain) }
}

fn check_words(signed: &SignedEvent, event: &Event) -> Result<(), Reason> {
    let Some(words) = &signed.words else { return Ok(()) };
    let salt = from_base64url(&words.salt).and_then(|salt| <[u8; 32]>::try_from(salt).ok()).ok_or(Reason::Words)?;
    let same = event.free_text_commit.as_ref() == Some(&commitment(&salt, &words.text));
    if same { Ok(()) } else { Err(Reason::Words) }
}
