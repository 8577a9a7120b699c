//! A policy read from a folder, to check it before anybody signs it.
//!
//! Promises: every file is read once, whole, and as text; one that is not there is named.
//! Must never know: what stands in the files.

use super::files::Files;
use std::path::Path;

/// A file of the policy could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{file} could not be read, so nothing was looked at: a policy is all of its files in one folder")]
pub struct Unread {
    /// Which file.
    file: String,
    /// Why.
    #[source]
    source: std::io::Error,
}

impl Files {
    /// Reads the files of a policy from `folder`.
    ///
    /// # Errors
    /// [`Unread`] names the first file that is not there, or is not text.
    pub fn read(folder: &Path) -> Result<Self, Unread> {
        let read = |file: &str| {
            let text = std::fs::read_to_string(folder.join(file));
            text.map_err(|source| Unread { file: file.to_owned(), source })
        };
        Self::each(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_of_the_house_is_the_policy_that_is_built_in() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/policies");
        assert_eq!(Files::read(Path::new(folder)).unwrap().digest(), Files::embedded().digest());
        let error = Files::read(Path::new("/nowhere")).unwrap_err();
        assert!(error.to_string().starts_with("alert-kinds.csv could not be read"), "{error}");
    }
}
