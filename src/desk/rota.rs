//! The rota of an agency: who is on duty, who answers for the service, who is away and who stands in.
//!
//! Promises: a worker sets their own, and whoever answers for the service or keeps its accounts sets anybody's of the same agency;
//! nobody names themselves senior. Who stands in is of the same agency and could hold the role. Whoever works in an agency sees
//! its rota and no other.
//! Must never know: why somebody is away.

use super::{Desk, Error, Once, Question, Recorded, Written};
use crate::auth::Actor;
use crate::model::agencies::Role;
use crate::model::id::{RotaId, WorkerId};
use crate::model::notes::Category;
use crate::model::sealed::Record;
use crate::model::time::{Moment, Second};
use crate::model::words::vocabulary;
use crate::policy::permit::Action;
use crate::store::effect::{Effect, Presence};
use crate::store::rota::NewTurn;
pub use crate::store::rota::{Turn, What};
use serde::Deserialize;

vocabulary! {
    /// What can be put on a rota.
    TurnWord {
        /// Takes what has no named recipient.
        Duty = "duty",
        /// Answers for the service at that time.
        Senior = "senior",
        /// Is away.
        Leave = "leave",
    }
}

/// Something for the rota, as a worker writes it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetRota {
    /// Whose; one's own, if it does not say.
    #[serde(default)]
    pub worker: Option<WorkerId>,
    /// What.
    pub what: TurnWord,
    /// From when; from now, if it does not say.
    #[serde(default)]
    pub from: Option<Second>,
    /// Until when; until somebody says so, if it does not say.
    #[serde(default)]
    pub until: Option<Second>,
    /// Who stands in while they are away.
    #[serde(default)]
    pub cover: Option<WorkerId>,
}

/// An empty body: it ends now.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct EndTurn {}

/// A page of a rota.
#[derive(Debug)]
pub struct Rota {
    /// What is not over.
    pub turns: Vec<Turn>,
    /// Where the next page begins, if there may be one.
    pub next: Option<RotaId>,
    /// Where the looking stands in the log.
    pub recorded: Recorded,
}

impl Desk {
    /// Puts something on the rota.
    ///
    /// # Errors
    /// [`Error::NotFound`] and [`Error::Refused`] for a seat of another agency, and for somebody else's if the actor does not
    /// answer for it; [`Error::Invalid`] for a time that is over, and for somebody who cannot stand in.
    pub async fn set_rota(&self, actor: &Actor, new: SetRota, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let worker = new.worker.or_else(|| actor.worker()).ok_or(Error::NotFound)?;
        let question = self.rota_question(actor, worker);
        let ask = question.by(actor);
        let permit = self.gate.decide(&ask, None).await?;
        let turn = match self.turn_of(actor, worker, &new).await {
            Ok(turn) => turn,
            Err(why) => return Err(self.declined(permit, why).await),
        };
        let answer = serde_json::json!({
            "id": turn.id, "worker": worker, "what": new.what, "from": turn.starts, "until": turn.ends, "cover": new.cover,
        });
        let effect = Presence::SetRota(NewTurn { turn, author: actor.word() });
        self.write(permit, &ask, None, effect.into(), once.as_ref(), answer).await
    }

    /// Ends a place on the rota before its time.
    ///
    /// # Errors
    /// [`Error::NotFound`] if there is no such place or it is not the actor's to end; [`Error::Conflict`] if somebody ended it
    /// at the same moment.
    pub async fn end_turn(&self, actor: &Actor, id: RotaId, once: Option<Once>) -> Result<Written, Error> {
        if let Some(before) = self.repeated(actor, once.as_ref()).await? {
            return Ok(before);
        }
        let found = self.gate.store.turn(id).await?;
        let question = self.rota_question(actor, found.as_ref().map_or_else(WorkerId::random, |turn| turn.worker));
        let ask = question.by(actor);
        let Some(turn) = found else { return Err(self.gate.asked_for_nothing(&ask).await.into()) };
        let permit = self.gate.decide(&ask, None).await?;
        let at = self.now();
        let answer = serde_json::json!({ "id": id, "worker": turn.worker, "ended_at": at });
        self.write(permit, &ask, None, Presence::EndTurn(turn, at).into(), once.as_ref(), answer).await
    }

    /// Shows what of the rota of the actor's own agency is not over.
    ///
    /// # Errors
    /// [`Error::NotFound`] for whoever holds no seat.
    pub async fn rota(&self, actor: &Actor, after: Option<RotaId>, limit: i64) -> Result<Rota, Error> {
        let question = self.rota_question(actor, actor.worker().ok_or(Error::NotFound)?);
        let receipt = self.gate.pass(&question.by(actor), None, Effect::Disclose(Vec::new()).into()).await?;
        let turns = self.gate.store.rota(actor.agency(), after, limit).await?;
        let next = (turns.len() as i64 == limit).then(|| turns.last().map(|turn| turn.id)).flatten();
        Ok(Rota { turns, next, recorded: Recorded::from(&receipt) })
    }

    fn rota_question(&self, actor: &Actor, worker: WorkerId) -> Question {
        Question {
            action: Action::Rota,
            record: Record::Worker(worker),
            case: None,
            about: None,
            category: Category::Identity,
            purpose: self.purpose(actor, None),
        }
    }

    async fn turn_of(&self, actor: &Actor, worker: WorkerId, new: &SetRota) -> Result<Turn, Error> {
        let now = self.now();
        let (starts, ends) = (new.from.map_or(now, Second::moment), new.until.map(Second::moment));
        if ends.is_some_and(|ends| ends <= now.max(starts)) {
            return Err(Error::field("until", "is over already, or before it begins: give a later time"));
        }
        let what = match new.what {
            TurnWord::Senior if actor.worker() == Some(worker) => {
                return Err(Error::field("what", "cannot be given to oneself: ask whoever keeps the rota"));
            }
            TurnWord::Leave => What::Leave(new.cover),
            TurnWord::Duty | TurnWord::Senior if new.cover.is_some() => {
                return Err(Error::field("cover", "is for whoever is away: leave it out"));
            }
            TurnWord::Duty => What::Duty,
            TurnWord::Senior => What::Senior,
        };
        if let Some(cover) = new.cover {
            self.check_cover(worker, cover).await?;
        }
        Ok(Turn { id: RotaId::random(), worker, what, starts: later_of(starts, now), ends })
    }

    /// Refuses who cannot stand in: another agency's, one who could not hold the role, or the one who is away.
    async fn check_cover(&self, worker: WorkerId, cover: WorkerId) -> Result<(), Error> {
        let away = self.gate.store.seat(worker).await?.map(|(seat, _)| seat);
        let other = self.gate.store.seat(cover).await?.map(|(seat, _)| seat).filter(|seat| seat.active);
        let fits = away.zip(other).is_some_and(|(away, other)| {
            let manages = matches!(other.role, Role::TeamManager | Role::WomensManager);
            worker != cover && away.agency == other.agency && (away.role == other.role || manages)
        });
        if fits {
            return Ok(());
        }
        Err(Error::field(
            "cover",
            "cannot stand in: name somebody else of the same agency in the same role, or its manager",
        ))
    }
}

/// What began before it was said begins when it is said: who was told meanwhile was told rightly.
fn later_of(starts: Moment, now: Moment) -> Moment {
    starts.max(now)
}
