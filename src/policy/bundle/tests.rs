//! Every way in which a bundle can be wrong, each refused with its reason.

use super::*;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A folder with a sealed and signed policy, and the list by which its signers are believed.
struct Case {
    folder: TempDir,
    keys: [Approval; 2],
    approvers: Approvers,
}

impl Case {
    fn new() -> Self {
        let case = Self::unsealed();
        case.seal();
        case
    }

    fn unsealed() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in Files::embedded().named() {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let keys = [(); 2].map(|()| Approval::generate().unwrap().0);
        let list = [keys[0].line("ann"), keys[1].line("bob")].concat();
        Self { folder, keys, approvers: Approvers::parse(&list).unwrap() }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn seal(&self) {
        Bundle::seal(self.path(), 3, "2026-11-22".parse().unwrap(), None).unwrap();
        self.keys.iter().for_each(|key| drop(Bundle::sign(self.path(), key).unwrap()));
    }

    /// Seals and signs whatever lies there, though it is not sound: two people can err.
    fn seal_unseen(&self) {
        let text = |name: &str| fs::read_to_string(self.path().join(name)).ok();
        let manifest = Manifest::of(&Files::from_named(text).unwrap(), 3, "2026-11-22".parse().unwrap(), None);
        fs::write(self.path().join(MANIFEST), manifest.to_string()).unwrap();
        self.keys.iter().for_each(|key| drop(Bundle::sign(self.path(), key).unwrap()));
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let text = fs::read_to_string(self.path().join(file)).unwrap();
        assert!(text.contains(from), "{from}");
        fs::write(self.path().join(file), text.replacen(from, to, 1)).unwrap();
    }

    fn approve(&self) -> Result<Approved, Refusal> {
        Bundle::read(self.path())?.approve(&self.approvers, For::Adoption)
    }

    /// Returns where the first fault is and what it says.
    fn refused(&self) -> (String, String) {
        let refusal = self.approve().unwrap_err();
        assert!(refusal.word().starts_with("declined:policy-"));
        refusal.faults().remove(0)
    }
}

#[test]
fn what_two_people_signed_is_taken() {
    let approved = Case::new().approve().unwrap();
    assert_eq!(approved.signers, ["ann", "bob"]);
    assert_eq!((approved.policy.version(), approved.policy.digest().len()), (3, 64));
    assert_eq!(approved.policy.name(), approved.bundle.manifest().digest());
}

#[test]
fn whatever_is_wrong_with_the_folder_is_named() {
    let wrong = |file: &str, bytes: &[u8]| {
        let case = Case::new();
        fs::write(case.path().join(file), bytes).unwrap();
        case.refused()
    };
    assert_eq!(wrong("more.csv", b"x").0, "more.csv");
    // A notice that the catalogue does not name is no part of it either.
    assert_eq!(wrong("notice-zz-9.txt", b"x").0, "notice-zz-9.txt");
    assert!(wrong("a file with spaces", b"x").1.starts_with("a file with an odd name: does not belong"));
    assert!(wrong("roles.csv", b"\xff").1.contains("plain file of UTF-8"));
    assert!(wrong("manifest.sig.2", b"x").1.contains("64 bytes"));
    assert_eq!(
        wrong(MANIFEST, b"{}"),
        (format!("{MANIFEST} line 1"), "is not in the form that lippen policy seal writes".to_owned())
    );
    for file in
        ["roles.csv", "consents.csv", "notices.csv", "notice-pl-1.txt", MANIFEST, "manifest.sig.1", "manifest.sig.2"]
    {
        let case = Case::new();
        fs::remove_file(case.path().join(file)).unwrap();
        assert_eq!(case.refused(), (file.to_owned(), "is missing".to_owned()));
    }
    let case = Case::new();
    fs::remove_file(case.path().join("roles.csv")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", case.path().join("roles.csv")).unwrap();
    assert_eq!(case.refused().0, "roles.csv");
    assert_eq!(Bundle::read(Path::new("/nowhere/at/all")).unwrap_err(), Refusal::Folder(std::io::ErrorKind::NotFound));
}

#[test]
fn a_byte_changed_after_signing_is_found_in_every_file() {
    for (name, _) in Files::embedded().named() {
        let case = Case::new();
        let text = fs::read_to_string(case.path().join(name)).unwrap();
        fs::write(case.path().join(name), format!("{text}\n")).unwrap();
        assert_eq!(case.approve().unwrap_err(), Refusal::Changed { file: name.to_owned() });
    }
    // Changed together with its line in the manifest: then nobody signed it.
    let case = Case::new();
    let text = fs::read_to_string(case.path().join("roles.csv")).unwrap() + "\n";
    fs::write(case.path().join("roles.csv"), &text).unwrap();
    let read = |name: &str| fs::read_to_string(case.path().join(name)).ok();
    let manifest = Manifest::of(&Files::from_named(read).unwrap(), 3, "2026-11-22".parse().unwrap(), None);
    fs::write(case.path().join(MANIFEST), manifest.to_string()).unwrap();
    assert_eq!(case.approve().unwrap_err(), Refusal::Unlisted { number: 1 });
}

#[test]
fn two_different_people_of_the_list_sign_or_it_is_nothing() {
    let mut case = Case::new();
    let copy = |case: &Case, from: &str, to: &str| {
        assert_eq!(fs::copy(case.path().join(from), case.path().join(to)).unwrap(), 64);
    };
    assert_eq!(Bundle::sign(case.path(), &case.keys[0]).unwrap_err(), Refusal::Signed);
    copy(&case, "manifest.sig.1", "manifest.sig.2");
    assert_eq!(case.approve().unwrap_err(), Refusal::OneSigner);
    // One person with two keys is one person.
    let case_two = Case::new();
    let list = [case_two.keys[0].line("ann"), case_two.keys[1].line("ann")].concat();
    let refused = Bundle::read(case_two.path()).unwrap().approve(&Approvers::parse(&list).unwrap(), For::Adoption);
    assert_eq!(refused.unwrap_err(), Refusal::OneSigner);
    // Somebody who is not on the list; nobody on it at all.
    case.seal();
    case.approvers = Approvers::parse(&case.keys[0].line("ann")).unwrap();
    assert_eq!(case.approve().unwrap_err(), Refusal::Unlisted { number: 2 });
    case.approvers = Approvers::nobody();
    assert_eq!(case.approve().unwrap_err(), Refusal::Unlisted { number: 1 });
    // A former approver's signature holds what is in force, and brings nothing new into it.
    let list = [case.keys[0].line("ann").replace("current", "former"), case.keys[1].line("bob")].concat();
    case.approvers = Approvers::parse(&list).unwrap();
    assert_eq!(case.approve().unwrap_err(), Refusal::Former { number: 1 });
    assert!(Bundle::read(case.path()).unwrap().signers(&case.approvers, For::Standing).is_ok());
}

#[test]
fn a_list_of_approvers_is_read_strictly() {
    let line = Approval::generate().unwrap().0.line("ann");
    for (list, say) in [
        (line.repeat(2), "line 2"),
        (line.replace("ann", "Ann"), "line 1"),
        (line.replace("current", "retired"), "line 1"),
        (line.replace("MCowBQYDK2Vw", "MCowBQYDK2Vu"), "line 1"),
        ("ann, current\n".to_owned(), "line 1"),
    ] {
        let refused = Approvers::parse(&list).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("approvers.csv {say}: ")), "{refused}");
    }
}

#[test]
fn a_policy_that_is_wrong_in_itself_is_named_by_file_and_line() {
    let wrong = |file: &str, from: &str, to: &str| {
        let case = Case::unsealed();
        case.change(file, from, to);
        // Whoever seals it is told at once; whoever signs it nevertheless changes nothing.
        let sealed = Bundle::seal(case.path(), 3, "2026-11-22".parse().unwrap(), None).unwrap_err();
        case.seal_unseen();
        assert_eq!(case.approve().unwrap_err(), sealed);
        case.refused()
    };
    let typo = wrong("policy.csv", "g2, womens.manager,", "g2, womens.manger,");
    assert!(typo.0.starts_with("policy.csv line ") && typo.1.contains("womens.manger"), "{typo:?}");
    let role = wrong("policy.csv", "p, platform.operator,", "p, platform.owner,");
    assert!(role.0.starts_with("policy.csv line ") && role.1.contains("platform.owner is not a word"), "{role:?}");
    for (file, from, to) in [
        ("consents.csv", "event-time-oldest, 30, days", "event-time-oldest, a month, days"),
        ("notices.csv", ", current,", ", past,"),
        ("bases.csv", "emergency+victim-safety, may", "emergency+gossip, may"),
        ("disclosures.csv", "route, disclose, dsdas, This", "route, disclose, DSDAS, This"),
        ("events.csv", "contact-missed, attendance", "contact-missed, attending"),
        ("clocks.csv", "breach-decided, breach-lodged", "breach-decided, breach-logged"),
        ("calendar.csv", "area, north-ayrshire", "area, north-arran"),
    ] {
        let found = wrong(file, from, to);
        assert!(found.0.starts_with(&format!("{file} line ")), "{found:?}");
    }
    let words = wrong("notice-en-1.txt", "You can say no.", "You cannot say no.");
    assert!(words.0.starts_with("notices.csv line "), "{words:?}");
    let test = wrong("tests.csv", "inv+her, allow, A001", "inv+her, allow, A002");
    assert!(test.1.contains("wanted"), "{test:?}");
    let broken = "p, womens.worker, *, housing, *, read, *, *, *, *, *, *, *, allow, -, A999\n# ---- Releasing";
    let case = Case::unsealed();
    case.change("policy.csv", "# ---- Releasing", broken);
    case.seal_unseen();
    let Refusal::Unsound(faults) = case.approve().unwrap_err() else { panic!("it is unsound") };
    assert!(faults.iter().any(|fault| fault.contains("invariant I22")), "{faults:?}");
    assert!(faults.iter().any(|fault| fault.starts_with("matrix.csv is not what the policy permits")), "{faults:?}");
}

#[test]
fn its_turn_comes_with_version_and_day() {
    let standing =
        Standing { digest: PolicyDigest([7; 32]), version: 3, now: Moment::from_micros(1_795_305_600_000_000) };
    let bundle = |version, day: &str, rolls_back| {
        let files = Files::embedded();
        let manifest = Manifest::of(&files, version, day.parse().unwrap(), rolls_back);
        Bundle { manifest, files, signatures: Default::default() }.follows(&standing)
    };
    assert_eq!(bundle(4, "2026-11-22", None), Ok(()));
    for version in [1, 2, 3] {
        assert_eq!(bundle(version, "2026-11-22", None), Err(Refusal::Version { above: 3 }));
        assert_eq!(bundle(version, "2026-11-22", Some(PolicyDigest([7; 32]))), Ok(()));
    }
    assert_eq!(bundle(4, "2026-11-22", Some(PolicyDigest([8; 32]))), Err(Refusal::RollsBack));
    assert_eq!(bundle(4, "2026-11-23", None), Err(Refusal::Early { from: "2026-11-23".parse().unwrap() }));
}
