//! The pack of a MAPPA meeting: for each reader their own, of what they may read of its agenda at this moment.
//!
//! Promises: a pack has no right of its own: everything in it was opened by the same reading, decided and recorded for this very
//! reader, as if they had asked for it alone; what is from or about somebody who is protected is in no pack; a version is made
//! when what the reader may read is another than the time before, and says what went and what came.
//! Must never know: HTTP, paper, SQL.

use super::meetings::{is_live, meet};
use super::meetings_shown::{AgendaLine, OpenMeeting};
use super::packed::CasePack;
use super::people::Me;
use super::{Desk, Error, Recorded};
use crate::auth::Actor;
use crate::model::id::{CaseId, MeetingId, WorkerId};
use crate::model::notes::Category;
use crate::model::packs::{PackItem, changes, manifest};
use crate::model::time::Moment;
use crate::policy::permit::Action;
use crate::store::meetings::{KeptMeeting, MeetingAct};
use crate::store::orders::plain;
pub use crate::store::packs::Pack;
use futures_util::{StreamExt, TryStreamExt, stream};

/// Cases on their way at once.
const AT_ONCE: usize = 4;

/// How often the same reader may have had a version made in the meantime.
const ATTEMPTS_MAX: usize = 3;

/// A pack that was opened.
pub struct OpenPack {
    /// The meeting.
    pub meeting: OpenMeeting,
    /// The version.
    pub pack: Pack,
    /// Its reader, with their name.
    pub reader: Me,
    /// Their role and their agency, in words.
    pub called: (String, String),
    /// When this copy was made.
    pub at: Moment,
    /// What is in it, case by case in the order of the agenda.
    pub cases: Vec<CasePack>,
    /// What stood in the version before and stands here no more.
    pub gone: Vec<PackItem>,
    /// What came to it with this version.
    pub new: Vec<PackItem>,
}

/// The versions of packs of a meeting.
#[derive(Debug)]
pub struct Packs {
    /// Those of the reader themselves, the newest first; to the office, everybody's.
    pub packs: Vec<Pack>,
    /// Who looks: of their own packs alone the records are shown.
    pub reader: Option<WorkerId>,
    /// The look.
    pub recorded: Recorded,
}

impl Desk {
    /// Opens the actor's pack of a meeting.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who neither runs the meeting nor is invited; [`Error::Invalid`] to who has not accepted its
    /// statement, or before it is issued.
    pub async fn pack(&self, actor: &Actor, id: MeetingId) -> Result<OpenPack, Error> {
        let mut meeting = self.meeting(actor, id).await?;
        if meeting.words.is_none() {
            let say =
                "has no pack for you yet: it must be issued, and you must have read and accepted its statement first";
            return Err(Error::field("", say));
        }
        let reader = self.me(actor).await?;
        meeting.agenda.retain(|line| is_live(&line.kept));
        let lines = std::mem::take(&mut meeting.agenda);
        let found = stream::iter(lines).map(async |line: AgendaLine| self.case_pack(actor, line).await);
        let cases: Vec<CasePack> = found.buffered(AT_ONCE).try_collect().await?;
        let items: Vec<PackItem> = cases.iter().flat_map(CasePack::items).collect();
        let (pack, gone, new) = self.version(actor, &meeting.kept, (&reader, items, &cases)).await?;
        let called = self.called(actor).await?;
        Ok(OpenPack { meeting, pack, reader, called, at: self.now(), cases, gone, new })
    }

    /// Returns the version that has these records: the newest one, if it does, or another that is written now.
    async fn version(
        &self,
        actor: &Actor,
        kept: &KeptMeeting,
        (reader, items, cases): (&Me, Vec<PackItem>, &[CasePack]),
    ) -> Result<(Pack, Vec<PackItem>, Vec<PackItem>), Error> {
        let (meeting, worker) = (kept.meeting.id, reader.seat.worker);
        for _ in 0..ATTEMPTS_MAX {
            let versions = self.gate.store.packs(meeting, worker).await?;
            let newest = versions.first().map(|pack| Ok::<_, Error>((pack.seq, pack.items()?))).transpose()?;
            let (seq, before) = newest.unwrap_or_default();
            if seq > 0 && before == items {
                let earlier = versions.get(1).map(Pack::items).transpose()?.unwrap_or_default();
                let (gone, new) = told(&earlier, &items, seq);
                let pack = versions.into_iter().next().ok_or(Error::Unknown)?;
                return Ok((pack, gone, new));
            }
            let seq = seq.saturating_add(1);
            let pack = Pack { meeting, worker, seq, manifest: manifest(meeting, worker, seq, &items), at: self.now() };
            match self.write_pack(actor, kept, pack.clone(), cases.iter().map(|case| case.case).collect()).await {
                // The same reader asked at another screen too.
                Err(crate::gate::Error::Store(crate::store::Error::Taken)) => {}
                written => {
                    written?;
                    let (gone, new) = told(&before, &items, seq);
                    return Ok((pack, gone, new));
                }
            }
        }
        Err(Error::Busy)
    }

    async fn write_pack(
        &self,
        actor: &Actor,
        kept: &KeptMeeting,
        pack: Pack,
        cases: Vec<CaseId>,
    ) -> Result<(), crate::gate::Error> {
        let question = self.meeting_question(actor, self.looks_by(actor, kept), kept.meeting.id);
        let item = plain(Category::MappaRecord, kept.meeting.agency.clone());
        let act = meet(MeetingAct::Pack(pack, cases));
        self.gate.pass(&question.by(actor), Some(item), act.into()).await.map(drop)
    }

    /// Lists the versions of the actor's pack; to the office, which versions of theirs everybody has had made.
    ///
    /// # Errors
    /// [`Error::NotFound`] to who neither runs the meeting nor is invited.
    pub async fn packs(&self, actor: &Actor, id: MeetingId) -> Result<Packs, Error> {
        let (kept, question, permit, own) = if self.runs_meeting(actor, id).await? {
            let running = self.running_meeting(actor, id).await?;
            (running.kept, running.question, running.permit, false)
        } else {
            let invited = self.invited(actor, id).await?;
            (invited.kept, invited.question, invited.permit, true)
        };
        let item = plain(Category::MappaRecord, kept.meeting.agency.clone());
        let look = meet(MeetingAct::Look(Vec::new())).into();
        let receipt = self.gate.commit(permit, &question.by(actor), Some(item), look).await?;
        let packs = match actor.worker() {
            Some(worker) if own => self.gate.store.packs(id, worker).await?,
            _ => self.gate.store.packs_of_meeting(id).await?,
        };
        Ok(Packs { packs, reader: actor.worker(), recorded: Recorded::from(&receipt) })
    }

    fn looks_by(&self, actor: &Actor, kept: &KeptMeeting) -> Action {
        if super::meetings_shown::runs(actor) && kept.meeting.agency == *actor.agency() {
            Action::Run
        } else {
            Action::Read
        }
    }

    async fn runs_meeting(&self, actor: &Actor, id: MeetingId) -> Result<bool, Error> {
        let found = self.gate.store.meeting(id).await?;
        Ok(found.is_some_and(|kept| self.looks_by(actor, &kept) == Action::Run))
    }
}

/// Returns what went and what came with a version; a first one has neither.
fn told(before: &[PackItem], now: &[PackItem], seq: i64) -> (Vec<PackItem>, Vec<PackItem>) {
    if seq < 2 {
        return (Vec::new(), Vec::new());
    }
    let (gone, new) = changes(before, now);
    (gone.into_iter().cloned().collect(), new.into_iter().cloned().collect())
}
