//! A bundle: the files of a policy, the manifest that names each byte of them, and two signatures.
//!
//! Promises: every file is read once, into memory, and what was read is what is checked and
//! kept; nothing of a bundle counts unless all of it is right. Whoever can write to the folder
//! can bring nothing into force: that takes two people of the governance key list.
//! Must never know: the database, HTTP, who asks for it.

mod approvers;
mod folder;
mod manifest;
#[cfg(test)]
mod tests;

pub use approvers::{Approval, Approvers, For, SIGNERS};
pub use manifest::Manifest;

use super::{Error, Files, Policy};
use crate::model::policies::PolicyDigest;
use crate::model::time::{Day, Moment};

/// The manifest's file.
pub const MANIFEST: &str = "manifest.json";
/// The signatures' files.
pub const SIGNATURES: [&str; SIGNERS] = ["manifest.sig.1", "manifest.sig.2"];

/// What was read, unchecked but for its form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    manifest: Manifest,
    files: Files,
    signatures: [Vec<u8>; SIGNERS],
}

/// A bundle whose signatures hold and whose policy loads and passes its own checks.
#[derive(Debug)]
pub struct Approved {
    /// The policy, not in force yet.
    pub policy: Policy,
    /// The bundle.
    pub bundle: Bundle,
    /// Who signed.
    pub signers: [String; 2],
}

/// What must be so for a policy to come into force.
#[derive(Debug, Clone, Copy)]
pub struct Standing {
    /// The policy in force.
    pub digest: PolicyDigest,
    /// The highest version that was ever in force.
    pub version: u32,
    /// The present moment.
    pub now: Moment,
}

/// Why a bundle is not taken. The policy that was in force stays.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Refusal {
    /// The folder cannot be read.
    #[error("the folder cannot be read: {0:?}")]
    Folder(std::io::ErrorKind),
    /// A file of a bundle is not there.
    #[error("{file}: is missing")]
    Missing {
        /// Which.
        file: String,
    },
    /// Something lies there that is no part of a bundle.
    #[error("{file}: does not belong in a bundle")]
    Extra {
        /// Which.
        file: String,
    },
    /// Not a plain file of at most 4 MiB of text.
    #[error("{file}: is not a plain file of UTF-8 text, at most 4 MiB")]
    Text {
        /// Which.
        file: String,
    },
    /// The words of a notice that was in force are others there: who consented on it consented to those.
    #[error(
        "{file}: says something else than it did when it was in force: words that change are a new notice with a new id"
    )]
    Reworded {
        /// Which.
        file: String,
    },
    /// Not in the form that `lippen policy seal` writes.
    #[error("{MANIFEST} line {line}: is not in the form that lippen policy seal writes")]
    Form {
        /// Where it first differs.
        line: usize,
    },
    /// Changed after the manifest was written.
    #[error("{file}: is not the file that the manifest names: its SHA-256 differs")]
    Changed {
        /// Which.
        file: String,
    },
    /// Not 64 bytes.
    #[error("manifest.sig.{number}: is not an Ed25519 signature of 64 bytes")]
    Signature {
        /// Which of the two.
        number: usize,
    },
    /// Not made over this manifest by anybody of the key list.
    #[error("manifest.sig.{number}: nobody of the governance key list made it over this manifest")]
    Unlisted {
        /// Which of the two.
        number: usize,
    },
    /// Made by somebody who approves no more.
    #[error("manifest.sig.{number}: whoever made it is a former approver")]
    Former {
        /// Which of the two.
        number: usize,
    },
    /// Both by one person.
    #[error("the two signatures are of one person: two different people must sign")]
    OneSigner,
    /// A key that is none.
    #[error("not an Ed25519 private key in PKCS #8 PEM, as openssl genpkey -algorithm ed25519 writes it")]
    Key,
    /// Two signatures are there already, or one by the same key.
    #[error("this key has signed already, or two signatures are there")]
    Signed,
    /// Another bundle than the one that was asked for.
    #[error("{MANIFEST}: the bundle there is not the one with this digest")]
    Other,
    /// Not above what was in force.
    #[error("{MANIFEST}: the version must be above {above}; to go back, sign an order with rolls_back")]
    Version {
        /// The highest that was ever in force.
        above: u32,
    },
    /// An order to take back another policy than the one in force.
    #[error("{MANIFEST}: rolls_back names another policy than the one in force")]
    RollsBack,
    /// Its day has not come.
    #[error("{MANIFEST}: it may come into force from {from} on")]
    Early {
        /// The day.
        from: Day,
    },
    /// Built into another program, as the database says, and the log does not say it.
    #[error("{MANIFEST}: no two people signed it, and the log does not say that a program of this hub brought it")]
    Unvouched,
    /// The files do not load.
    #[error(transparent)]
    Load(#[from] Error),
    /// Its own tests, invariants, agreement or matrix say no.
    #[error("{}", .0.join("\n"))]
    Unsound(Vec<String>),
}

impl Refusal {
    /// Returns the word that stands in the audit record: fixed, never something out of the files.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Folder(_) | Self::Missing { .. } | Self::Extra { .. } | Self::Text { .. } => "declined:policy-folder",
            Self::Form { .. } | Self::Changed { .. } | Self::Other | Self::Unvouched => "declined:policy-manifest",
            Self::Signature { .. } | Self::Unlisted { .. } | Self::Former { .. } => "declined:policy-signature",
            Self::OneSigner | Self::Key | Self::Signed => "declined:policy-signature",
            Self::Version { .. } | Self::RollsBack | Self::Early { .. } => "declined:policy-version",
            Self::Reworded { .. } => "declined:policy-notice",
            Self::Load(_) => "declined:policy-load",
            Self::Unsound(_) => "declined:policy-unsound",
        }
    }

    /// Returns each thing that is wrong as a place (file and line) and what is wrong there.
    #[must_use]
    pub fn faults(&self) -> Vec<(String, String)> {
        let all = match self {
            Self::Unsound(faults) => faults.clone(),
            other => vec![other.to_string()],
        };
        let split = |fault: String| match fault.split_once(": ") {
            Some((place, say)) if is_place(place) => (place.to_owned(), say.to_owned()),
            _ => ("bundle".to_owned(), fault),
        };
        all.into_iter().map(split).collect()
    }
}

/// Says whether the first part of a fault names a file, and perhaps a line.
fn is_place(text: &str) -> bool {
    let (file, line) = text.split_once(" line ").unwrap_or((text, "1"));
    file.contains('.') && !file.contains(' ') && line.bytes().all(|b| b.is_ascii_digit())
}

/// Says that a file is not there.
fn missing(file: &str) -> Refusal {
    Refusal::Missing { file: file.to_owned() }
}

/// Returns a file's name if it is plain, for messages.
fn plain(name: &str) -> String {
    let fits = name.len() <= 60 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if fits { name.to_owned() } else { "a file with an odd name".to_owned() }
}

impl Bundle {
    /// Puts a bundle together from texts that were kept under their names.
    ///
    /// # Errors
    /// [`Refusal::Missing`], [`Refusal::Form`], and [`Refusal::Changed`] if they no longer fit together.
    pub fn from_named(text: impl Fn(&str) -> Option<String>, signatures: [Vec<u8>; SIGNERS]) -> Result<Self, Refusal> {
        let manifest = Manifest::parse(&text(MANIFEST).ok_or_else(|| missing(MANIFEST))?)?;
        let files = Files::from_named(text).map_err(|file| Refusal::Missing { file })?;
        manifest.fits(&files)?;
        Ok(Self { manifest, files, signatures })
    }

    /// Returns the bundle of what is built into the program: nobody signs it but those who built the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self::built_from(Files::embedded())
    }

    /// Returns the bundle of files as a build of the program has them in it.
    #[must_use]
    pub fn built_from(files: Files) -> Self {
        Self { manifest: Manifest::built_in(&files), files, signatures: Default::default() }
    }

    /// Returns the manifest.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Says whether its manifest is of the one form that what is built into a program has.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        self.manifest == Manifest::built_in(&self.files)
    }

    /// Loads the policy strictly and has it pass its own checks, whoever signed it.
    ///
    /// # Errors
    /// [`Refusal::Load`] and [`Refusal::Unsound`].
    pub fn try_out(&self) -> Result<Policy, Refusal> {
        let policy = self.load()?;
        let report = policy.tried()?;
        if report.is_sound() { Ok(policy) } else { Err(Refusal::Unsound(report.faults)) }
    }

    /// Returns every file with its name, manifest first, as it is to be kept.
    #[must_use]
    pub fn named(&self) -> Vec<(String, String)> {
        let files = self.files.named().into_iter().map(|(name, text)| (name.to_owned(), text.to_owned()));
        [(MANIFEST.to_owned(), self.manifest.to_string())].into_iter().chain(files).collect()
    }

    /// Returns the two signatures; empty for what is built in.
    #[must_use]
    pub const fn signatures(&self) -> &[Vec<u8>; SIGNERS] {
        &self.signatures
    }

    /// Returns who signed.
    ///
    /// # Errors
    /// [`Refusal`] if it was not two different people of the list.
    pub fn signers(&self, approvers: &Approvers, wanted: For) -> Result<[String; 2], Refusal> {
        approvers.signers(self.manifest.to_string().as_bytes(), &self.signatures, wanted)
    }

    /// Checks who signed, loads the policy strictly and has it pass its own checks.
    ///
    /// # Errors
    /// [`Refusal`], of the first step that fails.
    pub fn approve(self, approvers: &Approvers, wanted: For) -> Result<Approved, Refusal> {
        let signers = self.signers(approvers, wanted)?;
        let policy = self.try_out()?;
        Ok(Approved { policy, bundle: self, signers })
    }

    /// Refuses a bundle whose turn it is not.
    ///
    /// # Errors
    /// [`Refusal::Version`], [`Refusal::RollsBack`] and [`Refusal::Early`].
    pub fn follows(&self, standing: &Standing) -> Result<(), Refusal> {
        let Manifest { version, valid_from, rolls_back, .. } = &self.manifest;
        match rolls_back {
            // An order to go back names what it takes back, so it is good once and never again.
            Some(digest) if *digest != standing.digest => return Err(Refusal::RollsBack),
            None if *version <= standing.version => return Err(Refusal::Version { above: standing.version }),
            _ => {}
        }
        if valid_from.start() > standing.now {
            return Err(Refusal::Early { from: *valid_from });
        }
        Ok(())
    }

    /// Loads the policy, under the manifest's digest and version.
    ///
    /// # Errors
    /// [`Error`] names the file, the line and what is wrong with it.
    pub fn load(&self) -> Result<Policy, Error> {
        Policy::load_as(self.files.clone(), &self.manifest)
    }
}
