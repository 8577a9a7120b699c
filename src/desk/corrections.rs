//! Correcting a note: a new one takes its place, its live shares carry over, and everybody who had the old one is told.
//!
//! Promises: what it says is screened as any note is; the old note is never changed; the new one, its shares and the notices are one commit.

use super::derivatives::{bears_the_day, placed};
use super::goes::Goes;
use super::handling::{Origin, parts};
use super::notes::WriteNote;
use super::notices::{Tell, reach};
use super::{Desk, Error, Once, Question, Written, promised};
use crate::auth::Actor;
use crate::model::agencies::Seat;
use crate::model::alerts::{HubKind, Severity};
use crate::model::id::{NoteId, ShareId, WorkerId};
use crate::model::notes::{Category, Onward};
use crate::model::sealed::Record;
use crate::model::shares::Basis;
use crate::policy::permit::Action;
use crate::store::effect::Effect;
use crate::store::notes::{NewNote, StoredNote};
use crate::store::recalls::NewCorrection;
use crate::store::shares::NewShare;
use crate::store::withdrawals::Notice;
use std::collections::{BTreeMap, BTreeSet};

/// How often the facts may move while a correction is prepared before the caller is told to try again.
const ATTEMPTS_MAX: usize = 8;

const CORRECTED: &str = "A note that was shared with you has been corrected by those who wrote it. Open the corrected note, \
                         correct what you took from the old one, and say that you have this.";

const CORRECTED_ENDED: &str = "A note that you read, and that is no longer shared with you, has been corrected by those who \
                               wrote it. Do not rely on what you read. Please say that you have this.";

impl Desk {
    /// Corrects a note of one's own agency.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Refused`]; [`Error::Invalid`] if the correction is of another category or about
    /// somebody else; [`Error::Conflict`] if it was corrected before: correct the newer one.
    pub async fn correct_note(
        &self,
        actor: &Actor,
        id: NoteId,
        mut new: WriteNote,
        once: Option<Once>,
    ) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.gate.store.note(id).await?;
        let purpose = self.purpose(actor, new.purpose);
        let (case, category, about) = found
            .as_ref()
            .map_or((None, Category::Identity, None), |note| (Some(note.case), note.head.category, note.head.about));
        let created = self.now();
        if let (Some(old), Some(author)) = (&found, actor.worker())
            && let Some(behind) = self.stands_behind(actor, old, purpose).await?
        {
            return self.correct_sanitised(actor, (old, author), &behind, new, once.as_ref()).await;
        }
        // Whoever corrects passes on: the same is asked of them as of whoever shares it.
        let question = Question { action: Action::Share, record: Record::Note(id), case, about, category, purpose };
        let ask = question.by(actor);
        let (Some(old), Some(author)) = (found, actor.worker()) else {
            return Err(self.gate.asked_for_nothing(&ask).await.into());
        };
        let (given_category, given_about) = (new.category, new.about);
        let checked = std::mem::take(&mut new.checked);
        let parts = parts(new)?;
        let (fresh, listed) = placed(actor.kind(), &parts.head, created);
        for _ in 0..ATTEMPTS_MAX {
            let permit = match self.gate.decide(&ask, Some(old.item())).await {
                Ok(permit) => permit,
                Err(error) => return Err(self.helped(actor, &old, purpose, error.into()).await),
            };
            if let Err(why) = self.correctable(&old, author, given_category, given_about).await {
                return Err(self.declined(permit, why).await);
            }
            let screened = (&parts, checked.as_slice(), Some(Goes::InPlace));
            let permit = self.screened_note(actor, permit, old.case, screened).await?;
            let (agency, case) = (actor.agency().clone(), old.case);
            let note = self.sealed_note(Origin { id: fresh, listed, case, author, agency, created }, &parts).await?;
            let (shares, notices) = self.carry_over(actor, author, &old, &note).await?;
            let answer = serde_json::json!({
                "id": fresh, "supersedes": id, "case": old.case, "created": created, "shares": shares.len(),
                "told": notices.iter().map(|one| one.alert.recipients.len()).sum::<usize>(),
            });
            let effect = Effect::Correct(NewCorrection { note, old: id, source: None, shares, notices });
            let (change, answer) = promised(actor, effect.into(), once.as_ref(), &answer);
            let coming =
                self.expect(old.case, (fresh, actor.agency(), actor.kind(), created), &parts.head, &parts.words);
            match self.gate.commit_as_prepared(permit, change).await {
                Err(crate::gate::Error::Moved) => {}
                settled => {
                    let written = self.written(actor, settled, once.as_ref(), answer).await?;
                    if written.recorded.is_some() {
                        coming.arrived();
                    }
                    return Ok(written);
                }
            }
        }
        Err(Error::Busy)
    }

    /// Refuses what is no correction: of another matter, of another's note, or of one that was corrected before.
    async fn correctable(
        &self,
        old: &StoredNote,
        author: WorkerId,
        category: Category,
        about: Option<crate::model::id::ProtectedId>,
    ) -> Result<(), Error> {
        if old.head.onward == Onward::None && old.author != author {
            return Err(Error::field("", "may be corrected by its author alone: its handling says so"));
        }
        if category != old.head.category {
            let say = "must be that of the note: take back its shares and write another note instead";
            return Err(Error::field("category", say));
        }
        if about != old.head.about {
            let say = "must be whom the note is about: take back its shares and write another note instead";
            return Err(Error::field("about", say));
        }
        let gone = old.ended.is_some() || self.gate.store.versions(old.id).await?.0.is_some();
        if gone { Err(Error::Conflict) } else { Ok(()) }
    }

    /// Shares the corrected note with whoever has the old one, and writes the notices: also to those who only had it.
    async fn carry_over(
        &self,
        actor: &Actor,
        author: WorkerId,
        old: &StoredNote,
        note: &NewNote,
    ) -> Result<(Vec<NewShare>, Vec<Notice>), Error> {
        let (mut shares, mut notices) = (Vec::new(), Vec::new());
        let mut told: BTreeMap<WorkerId, ()> = BTreeMap::new();
        let (mut past, mut overruled): (Vec<WorkerId>, _) = (Vec::new(), BTreeSet::new());
        for share in self.gate.store.shares_of(old.id).await? {
            let holders = self.gate.store.holders_of(share.id).await?;
            let mut seats: Vec<Seat> = Vec::new();
            for holder in holders.iter().filter(|holder| holder.ended.is_none() && share.ended.is_none()) {
                let reached = self.reached_on(&reach(&share, old), &holder.agency).await?;
                seats.extend(reached.into_values());
            }
            let readers = self.gate.store.readers_on(share.id).await?;
            past.extend(readers.into_iter().filter(|reader| !reader.gone).map(|reader| reader.worker));
            // What its basis no longer carries is not carried over: a refused override, an order that has run out.
            if seats.is_empty() || !self.gate.store.stands(share.id, old.id, note.created).await? {
                continue;
            }
            if let Basis::Override(id) = &share.basis {
                overruled.insert(*id);
            }
            let id = ShareId::random();
            let keys = self.share_keys(&note.words, id, &seats).await?;
            let written = self.same_basis(share.id).await?;
            let workers: Vec<WorkerId> =
                seats.iter().map(|seat| seat.worker).filter(|worker| told.insert(*worker, ()).is_none()).collect();
            let tell = tell(note, Some(note.id), CORRECTED, vec![id]);
            notices.extend(self.notice(actor, tell, workers).await?);
            shares.push(NewShare {
                id,
                note: note.id,
                case: note.case,
                author,
                agency: actor.agency().clone(),
                to: share.to,
                purpose: share.purpose,
                basis: share.basis,
                expires: share.expires,
                created: note.created,
                keys,
                written: written.map(Box::new),
            });
        }
        let hers = self.tell_of_correction(actor, &overruled).await?;
        notices.extend(hers.into_iter().map(|alert| Notice { alert, shares: Vec::new() }));
        past.sort_unstable();
        past.dedup();
        past.retain(|worker| !told.contains_key(worker));
        // Whether it was shared or stood in his record: of a note whose writer is not named, whoever read it is told alike.
        if bears_the_day(actor.kind(), &old.head) {
            let known: Vec<WorkerId> = told.keys().copied().chain(past.iter().copied()).collect();
            notices.extend(self.tell_readers(actor, old, super::sanitised::CORRECTED, &known).await?);
        }
        notices.extend(self.notice(actor, tell(note, None, CORRECTED_ENDED, Vec::new()), past).await?);
        Ok((shares, notices))
    }
}

fn tell(note: &NewNote, with: Option<NoteId>, say: &str, shares: Vec<ShareId>) -> Tell {
    Tell {
        kind: HubKind::NoteCorrected.as_str(),
        category: note.head.category,
        severity: Severity::High,
        case: note.case,
        about: note.head.about,
        note: with,
        say: say.to_owned(),
        shares,
    }
}
