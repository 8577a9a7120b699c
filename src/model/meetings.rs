//! A MAPPA meeting: where it is and how one joins it, what is on its agenda and who sits there.
//!
//! Promises: what names a place is sealed; whether an agenda fits its meeting is said in words and refuses nothing.
//! Source: MAPPA National Guidance 2022, documents 5A and 12, as docs/domain.md 1.5 has it.
//! Must never know: whose case is on an agenda.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::{Line, Prose};
use super::words::vocabulary;

vocabulary! {
    /// For what somebody is invited.
    SeatPart {
        /// Leads the meeting, and answers for its minutes.
        Chair = "chair",
        /// Writes the minutes.
        Minutes = "minutes",
        /// Speaks for an agency.
        Member = "member",
    }
}

vocabulary! {
    /// Why a case is on an agenda.
    ItemPurpose {
        /// For the first time at this level.
        Initial = "initial",
        /// A meeting before set the day.
        Review = "review",
    }
}

vocabulary! {
    /// Why a meeting is called off.
    WhyCancelled {
        /// It is held on another day: another meeting.
        Postponed = "postponed",
        /// Too few can come.
        TooFew = "too-few",
        /// It is not needed any more.
        NotNeeded = "not-needed",
    }
}

vocabulary! {
    /// What a meeting lacks before it can be held well.
    Lacks {
        /// Nobody leads it.
        Chair = "chair",
        /// Nobody writes the minutes.
        Minutes = "minutes-taker",
        /// Nobody else is invited.
        Members = "members",
        /// No case is on its agenda.
        Agenda = "agenda",
        /// Some case of its agenda is not opened to those who are invited.
        Issue = "issue",
        /// Somebody who is invited has not accepted the statement.
        Acceptance = "acceptance",
    }
}

/// The words of a meeting, sealed.
#[derive(Debug)]
pub struct MeetingWords {
    /// Where it is.
    pub place: Line<300>,
    /// How one joins it.
    pub joining: Option<Prose<2000>>,
}

impl Content for MeetingWords {
    const TABLE: &'static str = "meeting";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.place.reveal()));
        out.put(self.joining.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        let place = Line::new(input.take()?).ok()?;
        Some(Self { place, joining: input.optional()?.map(Prose::new).transpose().ok()? })
    }
}

/// Says in words that an agenda is longer than its meeting; nothing, if it fits.
#[must_use]
pub fn too_long(agenda: u32, meeting: u32) -> Option<String> {
    (agenda > meeting).then(|| {
        format!(
            "The agenda has {agenda} minutes and the meeting {meeting}: give the cases less time, take one off, or plan a \
             longer meeting."
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agenda_that_is_too_long_is_told_and_one_that_fits_is_not() {
        assert_eq!(too_long(60, 60), None);
        assert!(too_long(61, 60).is_some_and(|say| say.starts_with("The agenda has 61 minutes and the meeting 60:")));
    }

    #[test]
    fn the_words_of_a_meeting_come_back_from_their_bytes() {
        for joining in [None, Some(Prose::new("Ring the desk.").unwrap())] {
            let words = MeetingWords { place: Line::new("Room 4").unwrap(), joining };
            let bytes = FieldWriter::bytes_of(&words);
            let back: MeetingWords = FieldReader::content(&bytes).unwrap();
            assert_eq!(*FieldWriter::bytes_of(&back), *bytes);
            assert_eq!(back.place.reveal(), "Room 4");
        }
    }
}
