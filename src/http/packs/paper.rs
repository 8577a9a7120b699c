//! A pack as a paper: what the meeting is, what changed, and case by case what its reader may read.
//!
//! Promises: the title, which also stands in the file's metadata, is about nobody; a part in which nothing is open to the
//! reader says so in the same words whether there is anything or not.
//! Must never know: HTML, PDF.

use super::super::hub::Hub;
use super::case;
use crate::desk::cases::OpenPerson;
use crate::desk::packed::CasePack;
use crate::desk::packs::OpenPack;
use crate::desk::{Desk, Error};
use crate::model::id::AgencyId;
use crate::model::packs::{PackItem, fingerprint, items};
use crate::model::text::{Line, Prose};
use crate::model::time::Moment;
use crate::paper::{Block, Mark, Paper, Rank};
use std::collections::{BTreeMap, BTreeSet};

/// How a pack is to be handled.
const HANDLING: &str = "OFFICIAL-SENSITIVE. MAPPA, in confidence";

/// What a pack is, said in each.
const WHAT: &str = "Everything here was read under the name of the person for whom this copy was made, as their rights were at \
                    that moment, and each reading stands in the hub's log. Each agency remains the owner of what it supplied: \
                    ask it before you pass anything on. What is from or about somebody who is protected is in no pack: it is \
                    read in the hub, by those to whom it was released.";

/// How things are called on this paper.
pub(super) struct Names<'a> {
    pub(super) desk: &'a Desk,
    agencies: BTreeMap<AgencyId, String>,
}

impl Names<'_> {
    /// Returns an agency's name; of one whose supplier is not named, that.
    pub(super) fn agency(&self, id: Option<&AgencyId>) -> String {
        let found = id.map(|id| self.agencies.get(id).cloned().unwrap_or_else(|| id.to_string()));
        found.unwrap_or_else(|| "not named".to_owned())
    }

    /// Returns the local day of a moment.
    pub(super) fn day(&self, at: Moment) -> String {
        self.desk.local_day(at).in_words()
    }

    /// Returns a moment in local time.
    pub(super) fn at(&self, at: Moment) -> String {
        self.desk.local(at)
    }
}

/// Makes the paper.
pub(super) async fn of(hub: &Hub, pack: &OpenPack) -> Result<Paper, Error> {
    let desk = &hub.desk;
    let ids: BTreeSet<AgencyId> = pack.cases.iter().flat_map(case::agencies).cloned().collect();
    let names = Names { desk, agencies: desk.agencies_called(ids).await? };
    let (meeting, print) = (&pack.meeting.kept.meeting, fingerprint(&pack.pack.manifest));
    let (role, agency) = pack.called.clone();
    let mark = Mark {
        who: format!("{}, {role}", pack.reader.name.value().0.reveal()),
        agency,
        at: names.at(pack.at),
        what: format!("Version {}, fingerprint {}", pack.pack.seq, print.get(..16).unwrap_or_default()),
        handling: HANDLING.to_owned(),
    };
    let title = format!("Pack for a MAPPA meeting at level {}, {}", meeting.level, names.at(meeting.starts));
    let mut paper = Paper::new(title, mark);
    paper.part(Rank::First, "The meeting", about(pack, &names));
    paper.part(Rank::Second, "Agenda", vec![agenda(pack)]);
    paper.part(Rank::Second, "This pack", this_pack(pack, &print));
    for (number, one) in pack.cases.iter().enumerate() {
        paper.part(Rank::First, format!("Case {}: {}", number + 1, called(one)), Vec::new());
        case::add(&mut paper, one, &names);
    }
    Ok(paper)
}

/// Returns how he is called.
pub(super) fn called(one: &CasePack) -> String {
    let name = |family: &Line<80>, given: &Line<120>| format!("{}, {}", family.reveal(), given.reveal());
    let found = match one.known.as_ref().map(|known| &known.person) {
        Some(OpenPerson::Full(found)) => found.value().first().map(|one| name(&one.family_name, &one.given_names)),
        Some(OpenPerson::Summary(found)) => found.value().first().map(|one| name(&one.family_name, &one.given_names)),
        None => None,
    };
    found.unwrap_or_else(|| "his name is not open to you".to_owned())
}

fn about(pack: &OpenPack, names: &Names<'_>) -> Vec<Block> {
    let meeting = &pack.meeting.kept.meeting;
    let words = pack.meeting.words.as_ref().map(crate::vault::Disclosure::value);
    let mut facts = vec![
        ("Level".to_owned(), meeting.level.to_string()),
        ("Begins".to_owned(), names.at(meeting.starts)),
        ("Lasts".to_owned(), format!("{} minutes", meeting.minutes)),
    ];
    if let Some(words) = words {
        facts.push(("Where".to_owned(), words.place.reveal().to_owned()));
        facts.extend(words.joining.as_ref().map(|words| ("How to join".to_owned(), Prose::reveal(words).to_owned())));
    }
    if let Some(issue) = &pack.meeting.kept.issue {
        facts.push(("Open until".to_owned(), names.at(issue.until)));
        facts.push(("Statement that was accepted".to_owned(), issue.statement.clone()));
    }
    vec![Block::Facts(facts)]
}

fn agenda(pack: &OpenPack) -> Block {
    let row = |(number, one): (usize, &CasePack)| {
        let item = &one.line.kept.item;
        vec![(number + 1).to_string(), called(one), item.purpose.to_string(), item.minutes.to_string()]
    };
    Block::Table {
        heads: vec!["Case", "Name", "Why", "Minutes"],
        rows: pack.cases.iter().enumerate().map(row).collect(),
    }
}

fn this_pack(pack: &OpenPack, print: &str) -> Vec<Block> {
    let many = items(&pack.pack.manifest).map_or(0, |items| items.len());
    let mut blocks = vec![
        Block::Words(WHAT.to_owned()),
        Block::Facts(vec![
            ("Version".to_owned(), pack.pack.seq.to_string()),
            ("Records in it".to_owned(), many.to_string()),
            ("Fingerprint of its list of records".to_owned(), print.to_owned()),
        ]),
    ];
    if pack.pack.seq > 1 {
        let list = |items: &[PackItem]| items.iter().map(|one| format!("{} {}", one.kind, one.record)).collect();
        blocks.push(Block::Warning(format!(
            "This version takes the place of version {}: destroy every copy of that one.",
            pack.pack.seq - 1
        )));
        if !pack.gone.is_empty() {
            blocks
                .push(Block::Words("No more in it, because it was taken back, corrected or closed to you:".to_owned()));
            blocks.push(Block::List(list(&pack.gone)));
        }
        if !pack.new.is_empty() {
            blocks.push(Block::Words("New in it:".to_owned()));
            blocks.push(Block::List(list(&pack.new)));
        }
    }
    blocks
}
