//! Papers: what is taken along to read, as a page of HTML that needs nothing else, or as a PDF that a screen reader follows.
//!
//! Promises: both forms say the same, in the same order, because both are made of one [`Paper`]; headings go down one step at
//! a time; every sheet bears who took it, when, and that it is not to be copied; nothing of it stands in a file's metadata but
//! a title that is about nobody.
//! Must never know: who may read what. It is given words that were opened for the very reader whom it names.

mod html;
mod pdf;
mod sheet;

pub use html::html;
pub use pdf::{Error, pdf};
pub use sheet::{Block, Mark, Paper, Part, Rank};
