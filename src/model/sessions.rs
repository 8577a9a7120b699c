//! A browser's sign-in, as it is kept.
//!
//! Must never know: the key that the browser shows. Only its print is here, which opens nothing.

use super::id::{AgencyId, SessionId, WorkerId};
use super::time::Moment;

/// A session as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSession {
    /// The session, as the log names it.
    pub id: SessionId,
    /// SHA-256 of the browser's key, in hexadecimal.
    pub print: String,
    /// Who signed in.
    pub worker: WorkerId,
    /// In which agency.
    pub agency: AgencyId,
    /// When.
    pub began: Moment,
    /// When it ends, whatever its holder does.
    pub expires: Moment,
    /// It was ended before that.
    pub is_ended: bool,
}
