//! Carrying out what waited in the spool, once the hub works: by the same functions as at the door, as its sender, judged now.
//!
//! Promises: an act is done once, whatever of its first try is on disk: its answer is kept under its key, and the row of its frame is
//! of its own commit. What is refused is told to its sender in one constant sentence, whatever the reason, and never dropped. What
//! cannot be read is told to those who answer for the hub. A frame that fails, or at which the program itself fails, keeps no other
//! from its turn but what came after it on the same case, and none waits for ever.
//! Must never know: HTTP, tokens.

use super::signers::ReportKey;
use super::spool::Keeper;
use super::{Desk, Error, Once, Question, Waited, Written};
use crate::auth::{Actor, Credential, Subject};
use crate::model::agencies::{AgencyKind, Seat};
use crate::model::alerts::{AlertText, HubKind, Severity};
use crate::model::id::{AgencyId, AlertId, WorkerId};
use crate::model::notes::Category;
use crate::model::shares::Purpose;
use crate::model::spooled::{SpoolAct, SpoolOutcome, SpooledAct};
use crate::model::text::Prose;
use crate::policy::permit::Action;
use crate::store::alerts::{AlertHead, NewAlert};
use crate::store::effect::Effect;
use crate::store::spooled::{NewSpooled, OfFrame};
use crate::vault::Spooled;
use futures_util::FutureExt as _;
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::str::FromStr;

/// What the officers are told of a frame that cannot be read.
const DAMAGED: &str = "Something that was kept while the hub could not work cannot be read any more: the file was damaged, or the \
                       hub was cut off while it wrote. Somebody may have been told that an alert is kept that cannot go out. Ask \
                       those who sent alerts while the hub could not work, now. It is frame ";

/// What became of what waited.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Merged {
    /// Carried out.
    pub done: usize,
    /// Found done before, refused and told, or damaged and told.
    pub settled: usize,
}

impl Desk {
    /// Carries out an act of those that must not be lost.
    ///
    /// # Errors
    /// As the function of the act; [`Error::Invalid`] if the body is not the act's.
    pub async fn carry_out(&self, actor: &Actor, act: &SpooledAct, frame: Option<Waited>) -> Result<Written, Error> {
        let once = Some(Once { key: act.key.clone(), body: act.digest.clone(), frame });
        match act.act {
            SpoolAct::Alert => self.raise_alert(actor, target(act)?, body(act)?, once).await,
            SpoolAct::TakeBack => self.take_back(actor, target(act)?, body(act)?, once).await,
            SpoolAct::Lock => self.lock_case(actor, target(act)?, body(act)?, once).await,
            SpoolAct::Withdraw => self.withdraw_consent(actor, target(act)?, body(act)?, once).await,
            SpoolAct::ReportKey => self.report_key(actor, target(act)?, &body(act)?, once).await,
            SpoolAct::SignOut => self.end_session_of(actor, &act.target, once.as_ref()).await,
        }
    }

    /// Carries out whatever waits in the spool, in the order in which it came. What cannot be carried out yet holds up what came after
    /// it on the same case, and nothing else.
    ///
    /// # Errors
    /// Why something still waits: [`Error::Busy`], [`Error::Unknown`], [`Error::Store`], [`Error::Vault`]. What was settled stays so.
    pub async fn merge(&self, keeper: &Keeper, hub: &AgencyId) -> Result<Merged, Error> {
        let (mut merged, mut failed, mut held) = (Merged::default(), None, HashSet::<String>::new());
        for one in keeper.spool().waiting() {
            let settled = match self.order_of(&one).await {
                Ok(Some(order)) if held.contains(&order) => continue,
                Ok(order) => self.take_over(&one, keeper, hub).await.map_err(|why| (why, order)),
                Err(why) => Err((why, None)),
            };
            match settled {
                Ok(done) => {
                    merged.done += usize::from(done);
                    merged.settled += usize::from(!done);
                    let (spool, prints) = (keeper.spool().clone(), HashSet::from([one.print]));
                    keeper.forget(&prints);
                    let noted = tokio::task::spawn_blocking(move || spool.settled(&prints)).await;
                    if let Ok(Err(error)) = noted {
                        tracing::error!(%error, "the spool could not be renewed; what it holds is in the database");
                    }
                }
                // This one's own fault: those after it go on.
                Err((why, order)) if self.is_ready().await => {
                    failed = Some(why);
                    held.extend(order);
                }
                Err((why, _)) => return Err(why),
            }
        }
        failed.map_or(Ok(merged), Err)
    }

    /// Takes one frame over; whoever sent one that cannot be for too long is told.
    async fn take_over(&self, one: &Spooled, keeper: &Keeper, hub: &AgencyId) -> Result<bool, Error> {
        // A clone holds the policy of now.
        let desk = self.clone();
        let settled = match AssertUnwindSafe(desk.settle_frame(one, hub)).catch_unwind().await {
            Ok(settled) => settled,
            Err(_) => {
                keeper.note_panic();
                let act = one.act.as_ref().map(|act| act.act.as_str());
                tracing::error!(
                    frame = one.print,
                    act,
                    "the program failed at a frame of the spool; it is tried again"
                );
                Err(Error::Unknown)
            }
        };
        match settled {
            Err(why) if fails(&why) && self.is_ready().await && keeper.gives_up(&one.print) => {
                tracing::error!(frame = one.print, error = %why, "a frame of the spool failed for too long: its sender is told");
                self.clone().refuse_frame(one, hub).await
            }
            settled => settled,
        }
    }

    /// Returns what is carried out in the order in which it came: what is on one case; none for what stands by itself.
    async fn order_of(&self, one: &Spooled) -> Result<Option<String>, Error> {
        let Some(act) = &one.act else { return Ok(None) };
        Ok(match act.act {
            SpoolAct::Alert | SpoolAct::TakeBack => Some(act.target.clone()),
            // A lock waits behind nothing.
            SpoolAct::Lock => Some(format!("lock {}", act.target)),
            SpoolAct::Withdraw => match act.target.parse() {
                Ok(consent) => self.gate.store.consent(consent).await?.map(|found| found.head.case.to_string()),
                Err(_) => None,
            },
            SpoolAct::ReportKey | SpoolAct::SignOut => Some(act.target.clone()),
        })
    }

    /// Settles one frame; says whether its act was done by it.
    async fn settle_frame(&self, one: &Spooled, hub: &AgencyId) -> Result<bool, Error> {
        if self.gate.store.is_merged(&one.print).await? {
            return Ok(false);
        }
        let Some(act) = &one.act else { return self.tell_damaged(one, hub).await };
        let actor = match self.sender_of(act).await {
            Ok(actor) => actor,
            Err(Error::NotAdmitted | Error::NotFound) => return self.refuse_frame(one, hub).await,
            Err(why) => return Err(why),
        };
        let frame = Waited { print: one.print.clone(), of: of_frame(act), merged: self.now() };
        match self.carry_out(&actor, act, Some(frame)).await {
            Ok(Written { recorded: Some(_), .. }) => Ok(true),
            Ok(Written { answer, recorded: None }) => self.note_done_before(one, act, &answer, hub).await,
            Err(why) if fails(&why) => Err(why),
            Err(Error::Conflict) if self.is_so(act).await? => self.note_done_before(one, act, "{}", hub).await,
            Err(_) => self.refuse_frame(one, hub).await,
        }
    }

    /// Says whether what was wanted is so where it could not be done again: she had taken it back, a session had ended, or the same
    /// was reported of the key by the same person.
    async fn is_so(&self, act: &SpooledAct) -> Result<bool, Error> {
        match act.act {
            SpoolAct::Alert => Ok(false),
            SpoolAct::TakeBack | SpoolAct::Withdraw | SpoolAct::Lock | SpoolAct::SignOut => Ok(true),
            SpoolAct::ReportKey => {
                Ok(self.reported(act.sender.worker, target(act)?).await? == Some(body::<ReportKey>(act)?))
            }
        }
    }

    /// Admits whoever sent an act, by the seat that they have now.
    #[expect(
        clippy::disallowed_methods,
        reason = "the frame was signed by this hub after their credential was verified"
    )]
    async fn sender_of(&self, act: &SpooledAct) -> Result<Actor, Error> {
        let (worker, agency) = match (act.act, &act.sender.worker, &act.sender.agency) {
            // Whoever held its key may end a session: its holder does.
            (SpoolAct::SignOut, ..) => {
                let session = self.gate.store.session(&act.target).await?.ok_or(Error::NotFound)?;
                (Some(session.worker), session.agency)
            }
            (_, worker, Some(agency)) => (*worker, agency.clone()),
            (_, _, None) => return Err(Error::NotAdmitted),
        };
        let subject = worker.map_or(Subject::System, Subject::Worker);
        self.admit(Credential::spooled(subject, agency)).await
    }

    /// Notes that the first try had been on disk.
    async fn note_done_before(
        &self,
        one: &Spooled,
        act: &SpooledAct,
        answer: &str,
        hub: &AgencyId,
    ) -> Result<bool, Error> {
        let answer: serde_json::Value = serde_json::from_str(answer).unwrap_or_default();
        let waited = Waited { print: one.print.clone(), of: of_frame(act), merged: self.now() };
        // The alert was told when it was stored: it did not come from here.
        let row = NewSpooled { outcome: SpoolOutcome::Before, alert: None, ..waited.row(&answer) };
        self.settle_as(row, Vec::new(), hub).await
    }

    /// Tells the sender that it was not done, in words that are the same for every reason, and keeps what was sent.
    async fn refuse_frame(&self, one: &Spooled, hub: &AgencyId) -> Result<bool, Error> {
        let Some(act) = &one.act else { return self.tell_damaged(one, hub).await };
        let notices = match (act.act, act.sender.worker) {
            // Whoever signed out is not there to be told, and nobody is in danger by it.
            (SpoolAct::SignOut, _) => Vec::new(),
            (_, Some(worker)) => self.notice_of_refusal(act, worker, hub).await?,
            (_, None) => self.officers_told(&self.unsent(act), HubKind::NotSent, hub).await?,
        };
        let (frame, sealed) = (one.print.clone(), Some(one.sealed.clone()));
        let of = Some(of_frame(act));
        let row = NewSpooled { frame, of, outcome: SpoolOutcome::Refused, alert: None, at: self.now(), sealed };
        self.settle_as(row, notices, hub).await
    }

    /// Tells those who answer for the hub that a frame cannot be read.
    async fn tell_damaged(&self, one: &Spooled, hub: &AgencyId) -> Result<bool, Error> {
        tracing::error!(frame = one.print, "a frame of the spool cannot be read");
        let say = format!("{DAMAGED}{}.", &one.print[..12.min(one.print.len())]);
        let notices = self.officers_told(&say, HubKind::SpoolDamaged, hub).await?;
        let (frame, sealed) = (one.print.clone(), (!one.sealed.is_empty()).then(|| one.sealed.clone()));
        let row = NewSpooled { frame, of: None, outcome: SpoolOutcome::Damaged, alert: None, at: self.now(), sealed };
        self.settle_as(row, notices, hub).await
    }

    /// Prepares what a sender is told, if they can still open anything; else what the officers are.
    async fn notice_of_refusal(
        &self,
        act: &SpooledAct,
        worker: WorkerId,
        hub: &AgencyId,
    ) -> Result<Vec<NewAlert>, Error> {
        let phones = self.gate.policy.phones();
        let phone = act.sender.agency.as_ref().map(|agency| phones.alert(agency, AgencyKind::Hub));
        let phone = phone.unwrap_or_else(|| phones.safety_contact());
        let at = self.gate.policy.limits().local(act.received_at());
        let what = if act.act == SpoolAct::Alert { "sent" } else { "done" };
        // Which of several it was: by what its own sender was told when it was kept, and by nothing of what it is on.
        let say = format!(
            "{} that you sent on {at} was kept while the hub could not work, and cannot be carried out. It was NOT {what}. The answer \
             that you had then calls it {}. Do not wait: telephone now: {}. Number: {}. If somebody is in danger, ring 999.",
            kind_of(act.act),
            act.key,
            phone.whose,
            phone.number
        );
        // In the row of the matrix that each who works on cases reads, because it holds nothing of any.
        let head = AlertHead {
            id: AlertId::random(),
            case: None,
            author: "hub".to_owned(),
            agency: hub.clone(),
            about: None,
            kind: HubKind::NotSent.word(),
            category: Category::SupervisionStatus,
            severity: Severity::Critical,
            note: None,
            raised: self.now(),
        };
        for category in [Category::SupervisionStatus, Category::Audit, Category::Attendance] {
            let head = AlertHead { category, ..head.clone() };
            if self.could_open(&head, worker).await? {
                let text = AlertText { text: Prose::new(&say).map_err(|_| Error::Unknown)?, may_tell_her: None };
                let words = self.seal(head.place(), &text).await?;
                return Ok(vec![NewAlert { head, words, recipients: vec![worker] }]);
            }
        }
        self.officers_told(&self.unsent(act), HubKind::NotSent, hub).await
    }

    /// Says what the officers are told of an act whose sender cannot be told.
    fn unsent(&self, act: &SpooledAct) -> String {
        format!(
            "{} that was kept while the hub could not work cannot be carried out, and whoever sent it has no seat any more to be told, or \
             is a system. It was NOT done. It came on {} from {} by request {}. Find out what it was, and telephone.",
            kind_of(act.act),
            self.gate.policy.limits().local(act.received_at()),
            act.sender.word(),
            act.request
        )
    }

    /// Prepares a notice to the officers of the hub, or to all if it has none.
    async fn officers_told(&self, say: &str, kind: HubKind, hub: &AgencyId) -> Result<Vec<NewAlert>, Error> {
        let all = self.gate.store.officers_of(hub, None, None).await?;
        let own: Vec<Seat> = all.iter().filter(|seat| &seat.agency == hub).cloned().collect();
        let officers = if own.is_empty() { all } else { own };
        self.to_oversight("hub", kind, Severity::Critical, say, &officers).await
    }

    /// Records what became of a frame.
    async fn settle_as(&self, row: NewSpooled, notices: Vec<NewAlert>, hub: &AgencyId) -> Result<bool, Error> {
        let service = Actor::service("spool", hub.clone());
        let question = Question::of_no_record(Action::Raise, Category::Audit, Purpose::VictimSafety);
        let effect = Effect::SettleFrame(Box::new(row), notices);
        match self.gate.serve(&question.by(&service), effect.into()).await.map_err(Error::from) {
            // It was settled a moment ago.
            Ok(_) | Err(Error::Conflict) => Ok(false),
            Err(why) => Err(why),
        }
    }
}

/// Says whether that is the hub's own failure, so that the act is tried again.
const fn fails(why: &Error) -> bool {
    matches!(why, Error::Busy | Error::Unknown | Error::Store(_) | Error::Vault(_))
}

/// Says of what kind an act is, to whoever sent it or answers for the hub.
const fn kind_of(act: SpoolAct) -> &'static str {
    match act {
        SpoolAct::Alert => "An alert",
        SpoolAct::TakeBack => "That somebody takes consent back",
        SpoolAct::Withdraw => "That a consent is taken back by its id",
        SpoolAct::Lock => "That a case is locked",
        SpoolAct::ReportKey => "That a signing key is lost or stolen",
        SpoolAct::SignOut => "A sign-out",
    }
}

fn of_frame(act: &SpooledAct) -> OfFrame {
    OfFrame {
        act: act.act,
        sender: act.sender.word(),
        request: act.request.clone(),
        received: act.received_at(),
        certain: act.certain,
    }
}

/// Reads what the act is on. What is no id is answered like something that is not there.
fn target<T: FromStr>(act: &SpooledAct) -> Result<T, Error> {
    act.target.parse().map_err(|_| Error::NotFound)
}

/// Reads a body that the door has read once: it has one meaning.
fn body<T: DeserializeOwned>(act: &SpooledAct) -> Result<T, Error> {
    serde_json::from_str(act.body.reveal()).map_err(|_| Error::field("body", "is not what goes here"))
}
