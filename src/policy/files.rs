//! The committed files of the policy, and the one name (digest) for all of them. The words that people are given before
//! they consent are of them: what somebody agreed to is policy.
//!
//! Promises: the digest changes with any byte of any file, and each decision carries it.
//! Must never know: what stands in the files.

use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The words of the notices that are built in.
const TEXTS: [(&str, &str); 4] = [
    ("notice-en-1.txt", include_str!("../../policies/notice-en-1.txt")),
    ("notice-man-en-1.txt", include_str!("../../policies/notice-man-en-1.txt")),
    ("notice-meeting-en-1.txt", include_str!("../../policies/notice-meeting-en-1.txt")),
    ("notice-pl-1.txt", include_str!("../../policies/notice-pl-1.txt")),
];

/// The text of each file in `policies/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// `model.conf`: the form of questions and lines.
    pub model: String,
    /// `policy.csv`: seats, groups and lines.
    pub policy: String,
    /// `vocab.csv`: the words.
    pub vocab: String,
    /// `roles.csv`: where roles sit and for what they act.
    pub roles: String,
    /// `categories.csv`: about whom categories are.
    pub categories: String,
    /// `alert-kinds.csv`: what alerts can be about.
    pub alert_kinds: String,
    /// `screen.csv`: what the screening of what is written looks for.
    pub screen: String,
    /// `limits.csv`: the numbers that the hub counts by.
    pub limits: String,
    /// `calendar.csv`: which days are working days.
    pub calendar: String,
    /// `events.csv`: the words for what happens in supervision.
    pub events: String,
    /// `clocks.csv`: by when what must happen in supervision.
    pub clocks: String,
    /// `emergency.csv`: what emergency access needs to know.
    pub emergency: String,
    /// `contact-changes.csv`: what puts a way of reaching somebody in doubt.
    pub contact_changes: String,
    /// `gateways.csv`: on which law which agency may share with which.
    pub gateways: String,
    /// `bases.csv`: on what a share may stand.
    pub bases: String,
    /// `disclosures.csv`: what a decision to tell somebody outside the arrangements needs.
    pub disclosures: String,
    /// `consents.csv`: the numbers of practice for recording consent.
    pub consents: String,
    /// `notices.csv`: what people are given to read before they consent.
    pub notices: String,
    /// The words of each notice that `notices.csv` names, by the file's name: `notice-en-1.txt`.
    pub texts: BTreeMap<String, String>,
    /// `continues.csv`: what goes on whatever is taken back.
    pub continues: String,
    /// `phones.csv`: whom to ring at night.
    pub phones: String,
    /// `checks.csv`: whom something in a case is put to by itself.
    pub checks: String,
    /// `ladder.csv`: who is told when nobody acknowledges an alert.
    pub ladder: String,
    /// `courier.csv`: what leaves the hub, and when.
    pub courier: String,
    /// `disclosure-matrix.csv`: what the partners agreed.
    pub disclosure: String,
    /// `orders.csv`: what a man can be supervised under.
    pub orders: String,
    /// `raises.csv`: which events alert somebody by themselves.
    pub raises: String,
    /// `tools.csv`: what is known of the tools by which men are assessed.
    pub tools: String,
    /// `programmes.csv`: the programmes that men take part in, by version.
    pub programmes: String,
    /// `gate.csv`: what must be done before a man begins a group.
    pub gate: String,
    /// `refusals.csv`: what a refusal says, and whom one can ask.
    pub refusals: String,
    /// `tests.csv`: questions with their answer.
    pub tests: String,
    /// `invariants.csv`: what must be so for every question.
    pub invariants: String,
    /// `matrix.csv`: all that is permitted, generated.
    pub matrix: String,
}

impl Files {
    /// Returns the files that were built into the program.
    #[must_use]
    pub fn embedded() -> Self {
        Self {
            model: include_str!("../../policies/model.conf").to_owned(),
            policy: include_str!("../../policies/policy.csv").to_owned(),
            vocab: include_str!("../../policies/vocab.csv").to_owned(),
            roles: include_str!("../../policies/roles.csv").to_owned(),
            categories: include_str!("../../policies/categories.csv").to_owned(),
            alert_kinds: include_str!("../../policies/alert-kinds.csv").to_owned(),
            screen: include_str!("../../policies/screen.csv").to_owned(),
            limits: include_str!("../../policies/limits.csv").to_owned(),
            calendar: include_str!("../../policies/calendar.csv").to_owned(),
            events: include_str!("../../policies/events.csv").to_owned(),
            clocks: include_str!("../../policies/clocks.csv").to_owned(),
            emergency: include_str!("../../policies/emergency.csv").to_owned(),
            gateways: include_str!("../../policies/gateways.csv").to_owned(),
            bases: include_str!("../../policies/bases.csv").to_owned(),
            disclosures: include_str!("../../policies/disclosures.csv").to_owned(),
            consents: include_str!("../../policies/consents.csv").to_owned(),
            notices: include_str!("../../policies/notices.csv").to_owned(),
            texts: TEXTS.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect(),
            contact_changes: include_str!("../../policies/contact-changes.csv").to_owned(),
            continues: include_str!("../../policies/continues.csv").to_owned(),
            checks: include_str!("../../policies/checks.csv").to_owned(),
            phones: include_str!("../../policies/phones.csv").to_owned(),
            ladder: include_str!("../../policies/ladder.csv").to_owned(),
            courier: include_str!("../../policies/courier.csv").to_owned(),
            disclosure: include_str!("../../policies/disclosure-matrix.csv").to_owned(),
            orders: include_str!("../../policies/orders.csv").to_owned(),
            raises: include_str!("../../policies/raises.csv").to_owned(),
            tools: include_str!("../../policies/tools.csv").to_owned(),
            programmes: include_str!("../../policies/programmes.csv").to_owned(),
            gate: include_str!("../../policies/gate.csv").to_owned(),
            refusals: include_str!("../../policies/refusals.csv").to_owned(),
            tests: include_str!("../../policies/tests.csv").to_owned(),
            invariants: include_str!("../../policies/invariants.csv").to_owned(),
            matrix: include_str!("../../policies/matrix.csv").to_owned(),
        }
    }

    /// Returns the digest: SHA-256, in hexadecimal, of a list with one line (SHA-256, two spaces, name) for each file.
    ///
    /// The list has the form that `sha256sum` writes, so anybody can reckon it again.
    #[must_use]
    pub fn digest(&self) -> String {
        let list = self.named().iter().map(|(name, text)| format!("{}  {name}\n", hex(text))).collect::<String>();
        hex(&list)
    }

    /// Returns the place of each file's text with its name, in the order of names; those of the notices' words come beside.
    fn places(&mut self) -> [(&'static str, &mut String); 33] {
        [
            ("alert-kinds.csv", &mut self.alert_kinds),
            ("bases.csv", &mut self.bases),
            ("calendar.csv", &mut self.calendar),
            ("categories.csv", &mut self.categories),
            ("checks.csv", &mut self.checks),
            ("clocks.csv", &mut self.clocks),
            ("consents.csv", &mut self.consents),
            ("contact-changes.csv", &mut self.contact_changes),
            ("continues.csv", &mut self.continues),
            ("courier.csv", &mut self.courier),
            ("disclosure-matrix.csv", &mut self.disclosure),
            ("disclosures.csv", &mut self.disclosures),
            ("emergency.csv", &mut self.emergency),
            ("events.csv", &mut self.events),
            ("gate.csv", &mut self.gate),
            ("gateways.csv", &mut self.gateways),
            ("invariants.csv", &mut self.invariants),
            ("ladder.csv", &mut self.ladder),
            ("limits.csv", &mut self.limits),
            ("matrix.csv", &mut self.matrix),
            ("model.conf", &mut self.model),
            ("notices.csv", &mut self.notices),
            ("orders.csv", &mut self.orders),
            ("phones.csv", &mut self.phones),
            ("policy.csv", &mut self.policy),
            ("programmes.csv", &mut self.programmes),
            ("raises.csv", &mut self.raises),
            ("refusals.csv", &mut self.refusals),
            ("roles.csv", &mut self.roles),
            ("screen.csv", &mut self.screen),
            ("tests.csv", &mut self.tests),
            ("tools.csv", &mut self.tools),
            ("vocab.csv", &mut self.vocab),
        ]
    }

    /// Takes each file's text by its name: the files that every policy has, and those of the notices that it names.
    ///
    /// # Errors
    /// What `text` says of the first file that it does not give.
    pub fn each<E>(mut text: impl FnMut(&str) -> Result<String, E>) -> Result<Self, E> {
        let mut files = Self::default();
        for (name, place) in files.places() {
            *place = text(name)?;
        }
        for name in notices_of(&files.notices) {
            let words = text(&name)?;
            files.texts.insert(name, words);
        }
        Ok(files)
    }

    /// Takes each file's text by its name.
    ///
    /// # Errors
    /// The name of a file whose text is not given.
    pub fn from_named(text: impl Fn(&str) -> Option<String>) -> Result<Self, String> {
        Self::each(|name| text(name).ok_or_else(|| name.to_owned()))
    }

    /// Returns each file with its name, in the order of names.
    #[must_use]
    pub fn named(&self) -> Vec<(&str, &str)> {
        let files = [
            ("alert-kinds.csv", &self.alert_kinds),
            ("bases.csv", &self.bases),
            ("calendar.csv", &self.calendar),
            ("categories.csv", &self.categories),
            ("checks.csv", &self.checks),
            ("clocks.csv", &self.clocks),
            ("consents.csv", &self.consents),
            ("contact-changes.csv", &self.contact_changes),
            ("continues.csv", &self.continues),
            ("courier.csv", &self.courier),
            ("disclosure-matrix.csv", &self.disclosure),
            ("disclosures.csv", &self.disclosures),
            ("emergency.csv", &self.emergency),
            ("events.csv", &self.events),
            ("gate.csv", &self.gate),
            ("gateways.csv", &self.gateways),
            ("invariants.csv", &self.invariants),
            ("ladder.csv", &self.ladder),
            ("limits.csv", &self.limits),
            ("matrix.csv", &self.matrix),
            ("model.conf", &self.model),
            ("notices.csv", &self.notices),
            ("orders.csv", &self.orders),
            ("phones.csv", &self.phones),
            ("policy.csv", &self.policy),
            ("programmes.csv", &self.programmes),
            ("raises.csv", &self.raises),
            ("refusals.csv", &self.refusals),
            ("roles.csv", &self.roles),
            ("screen.csv", &self.screen),
            ("tests.csv", &self.tests),
            ("tools.csv", &self.tools),
            ("vocab.csv", &self.vocab),
        ];
        let texts = self.texts.iter().map(|(name, text)| (name.as_str(), text));
        let mut named: Vec<(&str, &str)> =
            files.into_iter().chain(texts).map(|(name, text)| (name, text.as_str())).collect();
        named.sort_unstable_by_key(|(name, _)| *name);
        named
    }
}

/// Returns the names of the files with the words of the notices that a catalogue names, each once. What else is wrong with
/// the catalogue is said when it is loaded.
fn notices_of(catalogue: &str) -> BTreeSet<String> {
    let ids = catalogue.lines().filter_map(|line| line.split(',').next());
    ids.map(|id| notice_file(id.trim())).filter(|name| is_notice(name)).collect()
}

/// Returns the name of the file with a notice's words.
#[must_use]
pub fn notice_file(id: &str) -> String {
    format!("{id}.txt")
}

/// Says whether a file's name is one that the words of a notice may have: `notice-`, 1 to 50 of `a-z 0-9 -`, `.txt`.
pub(super) fn is_notice(name: &str) -> bool {
    let id = name.strip_prefix("notice-").and_then(|rest| rest.strip_suffix(".txt")).unwrap_or_default();
    (1..=50).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn hex(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_byte_anywhere_is_another_policy() {
        let files = Files::embedded();
        let digest = files.digest();
        assert_eq!(digest.len(), 64);
        let words = |f: &mut Files| f.texts.values_mut().for_each(|text| text.push('\n'));
        let changes: [fn(&mut Files); 5] = [
            |f| f.policy.push('\n'),
            |f| f.matrix.push('\n'),
            |f| f.roles.push('\n'),
            |f| f.consents.push('\n'),
            words,
        ];
        for change in changes {
            let mut changed = files.clone();
            change(&mut changed);
            assert_ne!(changed.digest(), digest);
        }
    }

    #[test]
    fn the_words_of_each_notice_that_is_named_are_of_the_policy_and_no_others() {
        let files = Files::embedded();
        let named: Vec<&str> = files.named().iter().map(|(name, _)| *name).collect();
        assert!(named.is_sorted() && named.len() == 37, "{named:?}");
        assert!(TEXTS.iter().all(|(name, _)| named.contains(name)) && files.texts.len() == TEXTS.len());
        let given =
            |name: &str| files.named().iter().find(|(known, _)| *known == name).map(|(_, text)| (*text).to_owned());
        assert_eq!(Files::from_named(given).unwrap(), files);
        let without = |name: &str| given(name).filter(|_| name != "notice-pl-1.txt");
        assert_eq!(Files::from_named(without).unwrap_err(), "notice-pl-1.txt");
        let catalogue = "# notice-x\nnotice-en-2, en-GB\n../etc/passwd, x\nnotice-En, x\n notice-en-2 , twice\n";
        assert_eq!(Vec::from_iter(notices_of(catalogue)), ["notice-en-2.txt"]);
    }
}
