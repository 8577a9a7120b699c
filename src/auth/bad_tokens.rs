//! Builds every bad token of `tests/data/bad-tokens.json` from a good one and offers it.
//!
//! Promises: a new bad input is one line of that file. The edits it may name are the values of
//! [`Edit`]; each bad token must be refused for the reason it states, before and after the good
//! one has been seen. Rows of other levels are there for the tests of the running hub.
//! Must never know: how tokens are checked.

use super::client_cert::Thumbprint;
use super::token_kit::{AUDIENCE, Good, Kit, NOW_S, now};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "about")]
    _about: Value,
    tokens: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    what: String,
    level: Level,
    #[serde(default)]
    from: Option<Good>,
    #[serde(default)]
    edits: Vec<Edit>,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    expect: Option<Value>,
}

#[derive(Deserialize, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
enum Level {
    /// The token alone is bad.
    Token,
    /// Needs a running hub.
    Http,
    /// The hub has no such door; `expect` says so.
    NotOffered,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Part {
    Header,
    Claims,
}

/// One change to a good token.
#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
enum Edit {
    /// Gives a member this value.
    Set { part: Part, key: String, value: Value },
    /// Gives a member this text as its value, JSON or not.
    Text { part: Part, key: String, text: String },
    /// Takes a member away.
    Remove { part: Part, key: String },
    /// Adds a member even if its key is there; `name` is the key as JSON text, with its quotes.
    Again { part: Part, name: String, value: Value },
    /// Sets a claim to so many seconds after the present.
    Shift { key: String, seconds: i64 },
    /// Gives a member a string of so many letters.
    Fill { part: Part, key: String, bytes: usize },
    /// Gives a member so many lists in each other.
    Nest { part: Part, key: String, depth: usize },
    /// Replaces a whole part by this text.
    Whole { part: Part, text: String },
    /// Signs with another key, or with what is none.
    Sign { with: String },
    /// Spoils the signed token.
    Finish { how: String },
    /// Offers it over another connection: `none`, `other` or `police`.
    Peer { is: String },
    /// Takes this key out of use first.
    Retire { issuer: String, kid: String },
}

/// Members as they will be written: key text and value text.
type Members = Vec<(String, String)>;

/// A token being written.
struct Draft<'a> {
    kit: &'a Kit,
    header: Members,
    claims: Members,
    whole: [Option<String>; 2],
    signer: String,
    finish: Vec<String>,
    peer: Option<Thumbprint>,
    retired: Option<(String, String)>,
}

impl<'a> Draft<'a> {
    fn new(kit: &'a Kit, good: Good) -> Self {
        let members = |value: &Value| -> Members {
            let members = value.as_object().unwrap().iter();
            members.map(|(key, value)| (Value::from(key.as_str()).to_string(), value.to_string())).collect()
        };
        Self {
            kit,
            header: members(&good.header()),
            claims: members(&good.claims()),
            whole: [None, None],
            signer: good.signer().to_owned(),
            finish: Vec::new(),
            peer: good.peer(),
            retired: None,
        }
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Set { part, key, value } => self.put(*part, key, value.to_string()),
            Edit::Text { part, key, text } => self.put(*part, key, text.clone()),
            Edit::Remove { part, key } => {
                let name = Value::from(key.as_str()).to_string();
                let before = self.members(*part).len();
                self.members(*part).retain(|(key, _)| *key != name);
                assert!(self.members(*part).len() < before, "nothing to remove: {key}");
            }
            Edit::Again { part, name, value } => self.members(*part).push((name.clone(), value.to_string())),
            Edit::Shift { key, seconds } => self.put(Part::Claims, key, (NOW_S + seconds).to_string()),
            Edit::Fill { part, key, bytes } => self.put(*part, key, format!("\"{}\"", "a".repeat(*bytes))),
            Edit::Nest { part, key, depth } => {
                self.put(*part, key, format!("{}{}", "[".repeat(*depth), "]".repeat(*depth)))
            }
            Edit::Whole { part, text } => self.whole[*part as usize] = Some(text.clone()),
            Edit::Sign { with } => self.signer.clone_from(with),
            Edit::Finish { how } => self.finish.push(how.clone()),
            Edit::Peer { is } => self.peer = (is != "none").then(|| Thumbprint::of(is.as_bytes())),
            Edit::Retire { issuer, kid } => self.retired = Some((self.kit.fill(issuer), kid.clone())),
        }
    }

    fn members(&mut self, part: Part) -> &mut Members {
        match part {
            Part::Header => &mut self.header,
            Part::Claims => &mut self.claims,
        }
    }

    fn put(&mut self, part: Part, key: &str, text: String) {
        let name = Value::from(key).to_string();
        let members = self.members(part);
        match members.iter_mut().find(|(key, _)| *key == name) {
            Some((_, value)) => *value = text,
            None => members.push((name, text)),
        }
    }

    fn token(&self) -> String {
        let text = |part: Part, members: &Members| {
            let joined: Vec<String> = members.iter().map(|(key, value)| format!("{key}:{value}")).collect();
            let whole = self.whole[part as usize].clone();
            self.kit.fill(&whole.unwrap_or_else(|| format!("{{{}}}", joined.join(","))))
        };
        let (header, claims) = (text(Part::Header, &self.header), text(Part::Claims, &self.claims));
        let token = self.kit.raw(header.as_bytes(), claims.as_bytes(), &self.signer);
        self.finish.iter().fold(token, |token, how| finish(&token, how))
    }
}

/// Spoils a signed token.
fn finish(token: &str, how: &str) -> String {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let (header, claims) = message.split_once('.').unwrap();
    match how {
        "strip" => message.to_owned(),
        "empty" => format!("{message}."),
        "truncate" => format!("{message}.{}", &signature[..84]),
        "flip-first" => format!("{message}.{}", flipped(signature, 0)),
        "flip-middle" => format!("{message}.{}", flipped(signature, 43)),
        // The last of 86 letters carries two bits of the signature and four that must be nought.
        "trailing-bit" => format!("{message}.{}", flipped(signature, 85)),
        "pad" => format!("{token}=="),
        "standard-alphabet" => format!("{message}.{}+/", &signature[..84]),
        "space-before" => format!(" {token}"),
        "newline-after" => format!("{token}\n"),
        "four-parts" => format!("{token}.AAAA"),
        "five-parts" => format!("{header}.AAAA.AAAA.AAAA.AAAA"),
        "no-header" => format!(".{claims}.{signature}"),
        "no-claims" => format!("{header}..{signature}"),
        "flattened-json" => format!(r#"{{"protected":"{header}","payload":"{claims}","signature":"{signature}"}}"#),
        "general-json" => {
            format!(r#"{{"payload":"{claims}","signatures":[{{"protected":"{header}","signature":"{signature}"}}]}}"#)
        }
        "nothing" => String::new(),
        other => panic!("unknown way to spoil: {other}"),
    }
}

/// Changes the lowest bit of one letter, within the alphabet.
fn flipped(text: &str, at: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut letters = text.as_bytes().to_vec();
    let value = ALPHABET.iter().position(|l| *l == letters[at]).unwrap();
    letters[at] = ALPHABET[value ^ 1];
    String::from_utf8(letters).unwrap()
}

fn rows() -> Vec<Row> {
    let file: File = serde_json::from_str(include_str!("../../tests/data/bad-tokens.json")).unwrap();
    file.tokens
}

#[test]
fn every_bad_token_is_refused_for_its_reason() {
    let kit = Kit::new();
    let mut wrong = Vec::new();
    for row in rows().iter().filter(|row| row.level == Level::Token) {
        let issuers = kit.issuers();
        let good = row.from.unwrap_or(Good::People);
        assert!(issuers.verify(&kit.good(good), now(), good.peer().as_ref()).is_ok(), "{}: its good token", row.id);
        let mut draft = Draft::new(&kit, good);
        row.edits.iter().for_each(|edit| draft.edit(edit));
        if let Some((issuer, kid)) = &draft.retired {
            assert!(issuers.retire_key(issuer, &kid.parse().unwrap()), "{}", row.id);
        }
        let token = draft.token();
        for issuers in [&issuers, &issuers] {
            let outcome = issuers.verify(&token, now(), draft.peer.as_ref()).map(drop).map_err(|e| e.reason());
            if outcome != Err(row.reason.as_deref().unwrap_or("(none stated)")) {
                wrong.push(format!("{} {}: {outcome:?}, not {:?}", row.id, row.what, row.reason));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn an_edit_that_changes_nothing_leaves_a_good_token() {
    let kit = Kit::new();
    for good in Good::ALL {
        let token = Draft::new(&kit, good).token();
        assert!(kit.issuers().verify(&token, now(), good.peer().as_ref()).is_ok(), "{good:?}");
    }
    assert_eq!(kit.fill("{audience}"), AUDIENCE);
}

#[test]
fn every_row_of_the_design_is_there_once_and_says_what_it_expects() {
    let rows = rows();
    let ids: BTreeSet<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids.len(), rows.len(), "an id stands twice");
    for n in 1..=32 {
        let row = format!("N-C{n}.");
        assert!(ids.iter().any(|id| id.starts_with(&row)), "{row} is missing");
    }
    for row in &rows {
        let is_token = row.level == Level::Token;
        assert_eq!(is_token, row.reason.is_some() && row.expect.is_none() && !row.edits.is_empty(), "{}", row.id);
        assert_eq!(is_token, row.expect.is_none(), "{}", row.id);
    }
}
