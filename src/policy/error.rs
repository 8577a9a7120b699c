//! What can be wrong with policy files.
//!
//! A fault names the file, the line and the word, so that whoever wrote it can mend it.
//! Policy files hold no personal data, so their words may stand in messages.

/// A policy that is not taken. The one that ran before goes on running.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Error {
    /// One line is wrong.
    #[error("{file} line {line}: {fault}")]
    Line {
        /// Which file.
        file: &'static str,
        /// Which line, from 1.
        line: usize,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The file as a whole is wrong.
    #[error("{file}: {fault}")]
    File {
        /// Which file.
        file: &'static str,
        /// What is wrong with it.
        fault: Fault,
    },
    /// casbin could not read or answer what this crate could: the two no longer mean the same.
    #[error("casbin does not take the policy")]
    Casbin(#[source] CasbinFault),
}

/// What casbin said.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
#[error("{0}")]
pub struct CasbinFault(pub(super) String);

/// What is wrong with a line or a file.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum Fault {
    /// Nothing in it: casbin would still evaluate it once, with every column empty.
    #[error("holds no lines")]
    Empty,
    /// Not the model that is compiled here.
    #[error("is not the model that this program compiles")]
    Model,
    /// Not `p`, `g`, `g2`, `g3` or `g4`: casbin would drop it in silence.
    #[error("{0} is not a type of line")]
    LineType(String),
    /// Too few or too many cells.
    #[error("has {found} cells where {wanted} belong")]
    Cells {
        /// How many belong.
        wanted: usize,
        /// How many stand there.
        found: usize,
    },
    /// An empty cell: a wildcard is written as a star.
    #[error("has an empty cell")]
    EmptyCell,
    /// A quoted cell: not all of casbin's implementations read it alike.
    #[error("has a quoted cell")]
    Quoted,
    /// A comment behind a line: casbin would read it as part of the last cell.
    #[error("has a comment behind it: give it a line of its own")]
    TrailingComment,
    /// A character that does not belong in a word.
    #[error("{0} holds a character that words do not have")]
    Character(String),
    /// A word that the vocabulary does not hold, or that belongs in another column.
    #[error("{0} is not a word that goes here")]
    Unknown(String),
    /// A word that stands twice in the vocabulary, in one list or in two.
    #[error("{0} stands twice")]
    Twice(String),
    /// A number outside of what the program takes.
    #[error("{name} must be {least} to {most}")]
    Bounds {
        /// Which.
        name: String,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
    },
    /// A word of the program that the file leaves out.
    #[error("{0} is missing")]
    Missing(String),
    /// Neither `allow` nor `deny`: casbin would ignore it in silence.
    #[error("{0} is not an effect: write allow or deny")]
    Effect(String),
    /// A line id that was used before.
    #[error("the id {0} was used before")]
    IdTwice(String),
    /// A line id of another form.
    #[error("{0} is not an id: write D or A for deny or allow, and digits")]
    Id(String),
    /// An obligation that nobody carries out.
    #[error("{0} is not an obligation")]
    Obligation(String),
    /// A link between words that it cannot join.
    #[error("{0} cannot be linked to {1} here")]
    Link(String, String),
    /// A group without members.
    #[error("{0} has no members")]
    NoMembers(String),
    /// Groups within groups, deeper than casbin follows them, or in a circle.
    #[error("{0} is nested too deeply or in a circle")]
    Depth(String),
    /// A line that no seat can ever match.
    #[error("no seat can ever match it")]
    Idle,
    /// A fact that is neither held, nor not, nor indifferent.
    #[error("{0} is not y, n or a star")]
    YesNo(String),
    /// A link that stands there already: one of the two was meant for something else.
    #[error("{0} is linked to {1} already")]
    LinkedTwice(String, String),
    /// A line that allows what another denies, or denies what another allows, in the same words.
    #[error("contradicts {0}: the two match exactly the same")]
    Contradicts(String),
    /// A line that allows only what another allows, with the same obligations.
    #[error("allows nothing that {0} does not allow already")]
    Covered(String),
    /// A line that allows nothing, because all of it is denied.
    #[error("allows nothing: all that it matches is denied by other lines")]
    WhollyDenied,
    /// A word, a number or an expression that cannot mean anything where it stands.
    #[error("{word} {why}")]
    Means {
        /// What stands there.
        word: String,
        /// Why it cannot.
        why: &'static str,
    },
    /// A required invariant that says something else than it did when the program was built.
    #[error("{0} is required, and does not say here what the program requires")]
    Weakened(String),
    /// A required invariant that these lines break.
    #[error("{id} is required and does not hold ({words}): {found}")]
    Broken {
        /// Which.
        id: String,
        /// What it says.
        words: String,
        /// What breaks it.
        found: String,
    },
}

impl Error {
    /// States a fault of one line.
    pub(super) const fn line(file: &'static str, line: usize, fault: Fault) -> Self {
        Self::Line { file, line, fault }
    }

    /// States a fault of a file.
    pub(super) const fn file(file: &'static str, fault: Fault) -> Self {
        Self::File { file, fault }
    }
}
