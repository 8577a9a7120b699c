//! Events of supervision: what happened, when, and what a worker wrote of it. The chronology of a case is made of them.
//!
//! An event is never changed: what was wrong is corrected by another event, and both stay.
//! Source: National Outcomes and Standards 2010, 5.15 (record all contacts), 5.21 to 5.25.

use super::fields::{Content, FieldReader, FieldWriter};
use super::summary::ContactLevel;
use super::text::{Line, Prose};
use super::words::vocabulary;

vocabulary! {
    /// How he was seen.
    ContactKind {
        /// At the office.
        Office = "office",
        /// At his home.
        HomeVisit = "home-visit",
        /// By telephone.
        Telephone = "telephone",
        /// By video.
        Video = "video",
        /// In a group.
        Group = "group",
        /// On unpaid work.
        Placement = "placement",
        /// By a partner agency.
        Partner = "partner",
        /// In court.
        Court = "court",
        /// In prison.
        Prison = "prison",
    }
}

vocabulary! {
    /// What became of a contact that was planned.
    Outcome {
        /// He was seen.
        Kept = "kept",
        /// He was seen, and was late.
        Late = "late",
        /// He did not come, or was not there.
        Missed = "missed",
        /// He came and was sent away.
        SentAway = "sent-away",
        /// The agency called it off.
        CalledOff = "called-off",
    }
}

vocabulary! {
    /// Why he did not comply. Source: National Outcomes and Standards 2010, best practice of chapter 5.
    Cause {
        /// It slipped.
        Drift = "drift",
        /// He was not able to.
        Capability = "capability",
        /// Something happened to him.
        Crisis = "crisis",
        /// He would not.
        WilfulRefusal = "wilful-refusal",
    }
}

/// What a worker wrote of an event, sealed.
#[derive(Debug, Default)]
pub struct EventWords {
    /// In words.
    pub text: Option<Prose<4000>>,
    /// What it was seen by: a doctor's note, a court's letter.
    pub evidence: Vec<Line<300>>,
    /// How he was seen.
    pub contact: Option<ContactKind>,
    /// Whether he was told of it beforehand.
    pub unannounced: bool,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// Why he did not comply, as far as it is known.
    pub cause: Option<Cause>,
    /// How closely he is seen from now on.
    pub level: Option<ContactLevel>,
    /// Which session of a programme.
    pub session: Option<u8>,
}

impl Content for EventWords {
    const TABLE: &'static str = "event";

    fn write(&self, out: &mut FieldWriter) {
        out.put(self.text.as_ref().map(Prose::reveal));
        out.put_list(self.evidence.iter().map(Line::reveal));
        out.put(self.contact.map(ContactKind::as_str));
        out.put(Some(if self.unannounced { "y" } else { "n" }));
        out.put(self.outcome.map(Outcome::as_str));
        out.put(self.cause.map(Cause::as_str));
        out.put(self.level.map(ContactLevel::as_str));
        out.put(self.session.map(|session| session.to_string()).as_deref());
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            text: input.optional()?.map(Prose::new).transpose().ok()?,
            evidence: input.list()?.into_iter().map(Line::new).collect::<Result<_, _>>().ok()?,
            contact: input.optional()?.map(str::parse).transpose().ok()?,
            unannounced: input.take()? == "y",
            outcome: input.optional()?.map(str::parse).transpose().ok()?,
            cause: input.optional()?.map(str::parse).transpose().ok()?,
            level: input.optional()?.map(str::parse).transpose().ok()?,
            session: input.optional()?.map(str::parse).transpose().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_comes_back_from_its_bytes() {
        let words = EventWords {
            text: Some(Prose::new("He did not come.\nNobody answered.").unwrap()),
            evidence: vec![Line::new("register of 20 November").unwrap()],
            contact: Some(ContactKind::Group),
            unannounced: false,
            outcome: Some(Outcome::Missed),
            cause: None,
            level: Some(ContactLevel::High),
            session: Some(9),
        };
        let back: EventWords = FieldReader::content(&FieldWriter::bytes_of(&words)).unwrap();
        assert_eq!(back.text.unwrap().reveal(), "He did not come.\nNobody answered.");
        assert_eq!((back.evidence.len(), back.outcome), (1, Some(Outcome::Missed)));
        assert_eq!((back.cause, back.level, back.session), (None, Some(ContactLevel::High), Some(9)));
        let bare: EventWords = FieldReader::content(&FieldWriter::bytes_of(&EventWords::default())).unwrap();
        assert!(bare.text.is_none() && bare.evidence.is_empty());
    }
}
