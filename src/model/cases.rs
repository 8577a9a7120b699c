//! A case: one man, those who are protected from him, and those who work with them.

use super::agencies::Role;
use super::fields::{Content, FieldReader, FieldWriter};
use super::id::{AgencyId, CaseId, PersonId, ProtectedId, WorkerId};
use super::text::Line;

/// What stands in clear of a case: nothing that names anybody.
#[derive(Clone, Debug)]
pub struct CaseHead {
    /// The case.
    pub id: CaseId,
    /// The man.
    pub person: PersonId,
    /// The owning agency's reference, such as `SW-0001`.
    pub reference: String,
    /// The order or licence in a few words.
    pub label: String,
    /// MAPPA category and level, such as `category 1, level 2`.
    pub mappa: Option<String>,
    /// The agency that opened the case.
    pub owner: AgencyId,
}

/// One worker's part in a case.
#[derive(Clone, Debug)]
pub struct Involvement {
    /// The worker.
    pub worker: WorkerId,
    /// The worker's role.
    pub role: Role,
    /// The worker's agency.
    pub agency: AgencyId,
    /// The protected person whom the worker works with; `None` for the case as a whole.
    pub about: Option<ProtectedId>,
}

/// Whom a worker has declared to know. Sealed in the hub's directory.
#[derive(Debug)]
pub struct DeclaredConflict {
    /// Family name.
    pub family_name: Line<80>,
    /// Given name.
    pub given_name: Line<120>,
    /// How they know each other, such as `former partner`; `myself` for the worker's own particulars.
    pub relation: Line<80>,
    /// Where that person lives, if the worker said so.
    pub address: Option<Line<200>>,
    /// That person's telephone, if the worker said so.
    pub phone: Option<Line<30>>,
}

impl Content for DeclaredConflict {
    const TABLE: &'static str = "conflict";

    fn write(&self, out: &mut FieldWriter) {
        out.put(Some(self.family_name.reveal()));
        out.put(Some(self.given_name.reveal()));
        out.put(Some(self.relation.reveal()));
        out.put(self.address.as_ref().map(Line::reveal));
        out.put(self.phone.as_ref().map(Line::reveal));
    }

    fn read(input: &mut FieldReader<'_>) -> Option<Self> {
        Some(Self {
            family_name: Line::new(input.take()?).ok()?,
            given_name: Line::new(input.take()?).ok()?,
            relation: Line::new(input.take()?).ok()?,
            address: input.optional()?.map(Line::new).transpose().ok()?,
            phone: input.optional()?.map(Line::new).transpose().ok()?,
        })
    }
}
