//! May you: a pure function from a question and its facts to a permit or a denial.

pub mod permit;
