//! Which cases a world that several stories share has lent.

use lippen::model::id::CaseId;

/// Which cases are lent to stories, and which have been.
#[derive(Default)]
pub(super) struct Loans {
    pub(super) out: Vec<CaseId>,
    pub(super) lent: Vec<CaseId>,
}

impl Loans {
    pub(super) fn times(&self, case: CaseId) -> usize {
        self.lent.iter().filter(|id| **id == case).count()
    }
}
