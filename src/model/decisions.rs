//! Decisions to tell, or not to tell, somebody outside the arrangements: a new partner, an employer.
//!
//! A decision is a record and opens nothing. Sharing inside the arrangements is another act.

use super::fields::{Content, FieldReader, FieldWriter};
use super::text::{Line, Prose};
use super::words::vocabulary;

vocabulary! {
    /// What was decided.
    Verdict {
        /// They are told.
        Disclose = "disclose",
        /// They are not told.
        NotDisclose = "not-disclose",
    }
}

vocabulary! {
    /// On what a disclosure outside the arrangements stands. Source: MAPPA National Guidance, chapter 13.
    DisclosureBasis {
        /// A police decision in the public interest.
        PublicInterest = "public-interest",
        /// A decision to protect a child.
        ChildProtection = "child-protection",
        /// A decision to protect an adult at risk.
        AdultProtection = "adult-protection",
        /// A court's order.
        CourtOrder = "court-order",
        /// He tells them himself, by a stated day.
        SelfDisclosure = "self-disclosure",
    }
}

/// The words of a decision, sealed.
#[derive(Debug)]
pub struct DecisionWords {
    /// Who is told, or is not.
    pub to: Line<300>,
    /// Why.
    pub reason: Prose<4000>,
    /// What else was considered.
    pub alternatives: Vec<Line<300>>,
    /// Who decided.
    pub decided_by: Line<200>,
    /// Why the person himself was not told, if he was not.
    pub why_not_told: Option<Prose<1000>>,
}

impl Content for DecisionWords {
    const TABLE: &'static str = "decision";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.to.reveal()));
        out.put(Some(self.reason.reveal()));
        out.put_list(self.alternatives.iter().map(Line::reveal));
        out.put(Some(self.decided_by.reveal()));
        out.put(self.why_not_told.as_ref().map(Prose::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            to: Line::new(input.take()?).ok()?,
            reason: Prose::new(input.take()?).ok()?,
            alternatives: input.list()?.into_iter().map(Line::new).collect::<Result<_, _>>().ok()?,
            decided_by: Line::new(input.take()?).ok()?,
            why_not_told: input.optional()?.map(Prose::new).transpose().ok()?,
        })
    }
}
