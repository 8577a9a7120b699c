//! One case of a pack: what its reader may read of it, each part asked for as the reader would by themselves.
//!
//! Promises: a part that is closed to the reader is not there, and nothing says that it is not; of the lists the newest page
//! is taken along, and that there is more is said; nothing that is from or about somebody who is protected is taken along,
//! not to her own worker either: it is read in the hub.
//! Must never know: HTTP, paper, SQL.

use super::assessments::OpenAssessment;
use super::cases::{OpenCase, OpenPerson};
use super::chronology::{Entry, still_there};
use super::clocks::CaseClocks;
use super::decisions::OpenDecision;
use super::meetings_shown::AgendaLine;
use super::notes::{NoteLine, OpenNote, Opened};
use super::orders::OpenOrder;
use super::plan_read::{OpenPlan, SeenPlan};
use super::referrals_shown::OpenReferral;
use super::{Desk, Error, PAGE_MAX};
use crate::auth::Actor;
use crate::model::id::CaseId;
use crate::model::packs::{PackAccess, PackItem};
use crate::model::sealed::Record;
use crate::model::shares::Purpose;
use crate::policy::permit::Level;
use futures_util::{StreamExt, TryStreamExt, stream};

/// For what everything in a pack is read.
const WHY: Option<Purpose> = Some(Purpose::Mappa);

/// Openings of one list on their way at once: those that come together share a commit.
const AT_ONCE: usize = 16;

/// What stands of a case in a pack.
pub struct CasePack {
    /// The case.
    pub case: CaseId,
    /// Its line on the agenda.
    pub line: AgendaLine,
    /// Who he is, if the reader may know.
    pub known: Option<OpenCase>,
    /// His orders and licences.
    pub orders: Vec<OpenOrder>,
    /// What happened, the last first.
    pub events: Vec<Entry>,
    /// Older events are in the hub.
    pub older_events: bool,
    /// The clocks that run or have run.
    pub clocks: Option<CaseClocks>,
    /// The assessments that stand, the newest first.
    pub assessments: Vec<OpenAssessment>,
    /// The newest version of his plan.
    pub plan: Option<OpenPlan>,
    /// The notes that stand, the newest first.
    pub notes: Vec<OpenNote>,
    /// Older notes are in the hub.
    pub older_notes: bool,
    /// Decisions about telling others.
    pub decisions: Vec<OpenDecision>,
    /// The referral that was accepted.
    pub referral: Option<OpenReferral>,
}

impl Desk {
    /// Reads a case for a pack: whatever of it is open to the reader.
    pub(super) async fn case_pack(&self, actor: &Actor, line: AgendaLine) -> Result<CasePack, Error> {
        let case = line.kept.item.case;
        let referral = match line.referral {
            Some(id) => still_there(self.referral(actor, id, WHY).await)?,
            None => None,
        };
        // Whoever may not know the case sees what the list of the meeting alone opens.
        let known = still_there(self.case(actor, case, WHY).await)?;
        let mut pack = CasePack::new(case, line, known, referral);
        if pack.known.is_some() {
            if let Some(told) = still_there(self.chronology(actor, case, WHY, None, PAGE_MAX).await)? {
                (pack.orders, pack.events, pack.older_events) = (told.orders, told.events, told.next.is_some());
            }
            pack.clocks = still_there(self.clocks_of(actor, case, WHY).await)?.map(|(clocks, _)| clocks);
            (pack.notes, pack.older_notes) = self.pack_notes(actor, case).await?;
            pack.assessments = self.pack_assessments(actor, case).await?;
            pack.plan = self.pack_plan(actor, case).await?;
            pack.decisions = self.pack_decisions(actor, case).await?;
        }
        Ok(pack)
    }

    async fn pack_notes(&self, actor: &Actor, case: CaseId) -> Result<(Vec<OpenNote>, bool), Error> {
        let Some((lines, next, _)) = still_there(self.notes(actor, case, WHY, None, PAGE_MAX).await)? else {
            return Ok((Vec::new(), false));
        };
        let open = lines.into_iter().filter(may_be_taken).map(|line| self.read_note(actor, line.id, WHY));
        let open: Vec<_> = stream::iter(open).buffered(AT_ONCE).map(still_there).try_collect().await?;
        let stands = |note: &OpenNote| note.superseded_by.is_none() && note.note.ended.is_none();
        Ok((open.into_iter().flatten().filter(stands).collect(), next.is_some()))
    }

    async fn pack_assessments(&self, actor: &Actor, case: CaseId) -> Result<Vec<OpenAssessment>, Error> {
        let found = still_there(self.assessments(actor, case, WHY, None, PAGE_MAX).await)?;
        let lines = found.map(|(lines, _, _)| lines).unwrap_or_default();
        let stand = lines.into_iter().filter(|line| line.kept.replaced.is_none() && line.level <= Level::Summary);
        let open = stand.map(|line| self.assessment(actor, line.kept.assessment.id, WHY));
        let open: Vec<_> = stream::iter(open).buffered(AT_ONCE).map(still_there).try_collect().await?;
        Ok(open.into_iter().flatten().collect())
    }

    async fn pack_plan(&self, actor: &Actor, case: CaseId) -> Result<Option<OpenPlan>, Error> {
        let found = still_there(self.plans(actor, case, WHY, None, 1).await)?;
        let lines = found.map(|(lines, _, _)| lines).unwrap_or_default();
        match lines.first().filter(|line| line.level <= Level::Summary) {
            Some(line) => still_there(self.plan(actor, line.kept.plan.id, WHY).await),
            None => Ok(None),
        }
    }

    async fn pack_decisions(&self, actor: &Actor, case: CaseId) -> Result<Vec<OpenDecision>, Error> {
        let found = still_there(self.decisions(actor, case, WHY, None, PAGE_MAX).await)?;
        let found = found.map(|(found, _, _)| found).unwrap_or_default();
        let open = found.into_iter().filter(|one| one.about.is_none()).map(|one| self.decision(actor, one.id, WHY));
        let open: Vec<_> = stream::iter(open).buffered(AT_ONCE).map(still_there).try_collect().await?;
        Ok(open.into_iter().flatten().collect())
    }
}

/// Says whether a note may be taken along: it is open to the reader, and neither from nor about somebody who is protected.
fn may_be_taken(line: &NoteLine) -> bool {
    let about = line.more.as_ref().map(|(_, about, _)| about.is_some());
    line.level <= Level::Summary && about == Some(false) && !line.category.is_protected()
}

impl CasePack {
    const fn new(case: CaseId, line: AgendaLine, known: Option<OpenCase>, referral: Option<OpenReferral>) -> Self {
        Self {
            case,
            line,
            known,
            orders: Vec::new(),
            events: Vec::new(),
            older_events: false,
            clocks: None,
            assessments: Vec::new(),
            plan: None,
            notes: Vec::new(),
            older_notes: false,
            decisions: Vec::new(),
            referral,
        }
    }

    /// Returns what stands in it, in the order in which it is read.
    pub(super) fn items(&self) -> Vec<PackItem> {
        let full = |is| if is { PackAccess::Full } else { PackAccess::Summary };
        let of_him = self.known.iter();
        let him = |one: &OpenCase| (Record::Case(self.case), full(matches!(one.person, OpenPerson::Full(_))));
        let mut items: Vec<(Record, PackAccess)> = of_him.map(him).collect();
        items.extend(self.referral.iter().map(|one| (Record::Referral(one.kept.referral.id), PackAccess::Full)));
        items.extend(self.orders.iter().map(|one| (Record::Order(one.order.id), access(one.seen.level()))));
        items.extend(self.events.iter().map(|one| match one {
            Entry::Open(open) => (Record::Event(open.event.id), access(open.seen.level())),
            Entry::Known(line) => (Record::Event(line.event.id), access(line.level)),
        }));
        let assessed = |one: &OpenAssessment| (Record::Assessment(one.kept.assessment.id), access(one.seen.level()));
        items.extend(self.assessments.iter().map(assessed));
        let planned = |one: &OpenPlan| (Record::Plan(one.kept.plan.id), full(matches!(one.seen, SeenPlan::Full(_))));
        items.extend(self.plan.iter().map(planned));
        let noted = |one: &OpenNote| (Record::Note(one.note.id), full(matches!(one.words, Opened::Full(_))));
        items.extend(self.notes.iter().map(noted));
        items.extend(self.decisions.iter().map(|one| (Record::Decision(one.decision.id), PackAccess::Full)));
        let case = self.case;
        let item = |(record, access): (Record, _)| PackItem {
            case,
            kind: record.kind().to_owned(),
            record: record.id(),
            access,
        };
        items.into_iter().map(item).collect()
    }
}

const fn access(level: Level) -> PackAccess {
    match level {
        Level::Full => PackAccess::Full,
        Level::Summary => PackAccess::Summary,
        _ => PackAccess::Existence,
    }
}
