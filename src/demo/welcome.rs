//! What `lippen demo` says when it is ready: what this is, and the main job as commands to copy.
//!
//! The commands are for bash or zsh with curl and jq; ids are written in, so that
//! each block works on its own after the first. The caller adds the last line.
//! Must never know: a token (the commands take it from `demo.json`) or a name of a woman.

use crate::model::id::{CaseId, ProtectedId};
use crate::model::time::Day;

/// What the welcome needs to know.
#[derive(Debug)]
pub struct Welcome<'a> {
    /// Where the hub listens, such as `https://127.0.0.1:8443`.
    pub base_url: &'a str,
    /// The data folder.
    pub data: &'a str,
    /// The file with the certificate of the demonstration's own authority.
    pub ca: &'a str,
    /// The file `demo.json`.
    pub demo_json: &'a str,
    /// The key of the case manager who writes.
    pub writer: &'a str,
    /// The key of the women's worker who is told.
    pub receiver: &'a str,
    /// The key of an officer who is not in the case.
    pub outsider: &'a str,
    /// The show case.
    pub case: CaseId,
    /// The woman with whom the women's worker works.
    pub woman: ProtectedId,
    /// The last day of the share: some weeks from today.
    pub expires: Day,
}

/// Returns the text, at most 45 lines, with a line end after the last.
#[must_use]
pub fn welcome(about: &Welcome<'_>) -> String {
    let shell = [
        ("{data}", quoted(about.data)),
        ("{ca}", quoted(about.ca)),
        ("{json}", quoted(about.demo_json)),
        ("{api}", quoted(&format!("{}/api/v1", about.base_url))),
        ("{base}", about.base_url.to_owned()),
        ("{pages}", about.base_url.replace("127.0.0.1", "localhost")),
        ("{writer}", about.writer.to_owned()),
        ("{receiver}", about.receiver.to_owned()),
        ("{outsider}", about.outsider.to_owned()),
        ("{case}", about.case.to_string()),
        ("{woman}", about.woman.to_string()),
        ("{expires}", about.expires.to_string()),
    ];
    // One pass from left to right: what is put in is never looked at again, so a folder may be called `{ca}`.
    let mut text = String::new();
    let mut rest = TEXT;
    while let Some(open) = rest.find('{') {
        text += &rest[..open];
        rest = &rest[open..];
        let gap = shell.iter().find(|(gap, _)| rest.starts_with(gap));
        let (kept, length) = gap.map_or(("{", 1), |(gap, value)| (value.as_str(), gap.len()));
        text += kept;
        rest = &rest[length..];
    }
    text + rest
}

/// Returns `text` as one word of the shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

const TEXT: &str = r#"
Lippen, demonstration. Every person in it is made up. It listens on this machine only,
and its keys are throw-away. Please do not type anything about real people into it.

  In a browser    {pages}/   (its certificate is throw-away: the browser warns)
  API, to read    {base}/docs
  Who is who      {json}   (names, roles, tokens, cases)
  Everything in   {data}

The main job, in a second terminal (bash or zsh, curl, jq). First, who is who:

token() { jq -r --arg key "?as=$1" '.workers[] | select(.sign_in | endswith($key)) | .token' {json}; }
hub() { local who=$1 what=$2; shift 2; curl -sS --noproxy '*' --cacert {ca} \
  -H "Authorization: Bearer $(token "$who")" "$@" {api}/"$what"; echo; }
post() { hub "$1" "$2" -H 'Content-Type: application/json' -H "Idempotency-Key: try-$(date +%s%N)" -d "$3"; }

1. A women's worker listens for alerts, and goes on listening:

hub {receiver} alerts/stream -N &

2. The case manager writes about the woman and shares it with her service, with an alert:

note=$(post {writer} cases/{case}/notes '{"kind": "assessment",
  "category": "risk-assessment", "about": "{woman}",
  "text": "He missed group and said he knows where she lives now.", "sources": ["telephone call"],
  "handling": {"share": "P", "conditions": null, "onward": "ask-originator",
    "use_with_man": "never", "action_on": "free", "attributable": true}}' | jq -r .id)
post {writer} "notes/$note/shares" '{"to": {"agency": "ayrshire-womens-service"}, "purpose": "victim-safety",
  "basis": {"type": "statutory-duty", "gateway": "2005-s10"}, "expires": "{expires}",
  "alert": {"severity": "high", "may_tell_her": "He was not at group tonight."}}' | jq

3. The women's worker finds the alert, says she has seen it, and reads the note:

alert=$(hub {receiver} alerts | jq -r '.items[-1].id')
post {receiver} "alerts/$alert/acknowledgement" '{}' | jq
hub {receiver} "notes/$note?purpose=victim-safety" | jq

4. A police officer who is not in the case learns nothing (404). Then: who looked, and is the log whole?

hub {outsider} "notes/$note?purpose=victim-safety" | jq
hub {writer} cases/{case}/readers | jq
lippen audit verify --data {data}

To stop listening: kill %1. To stop the hub: Ctrl-C here. To begin again: start it anew.
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn said(data: &str) -> String {
        welcome(&Welcome {
            base_url: "https://127.0.0.1:8443",
            data,
            ca: "/tmp/d/certs/ca.pem",
            demo_json: "/tmp/d/demo.json",
            writer: "morag",
            receiver: "isla",
            outsider: "kenneth",
            case: CaseId::from_bits(1),
            woman: ProtectedId::from_bits(2),
            expires: "2027-02-22".parse().unwrap(),
        })
    }

    #[test]
    fn it_is_short_and_has_no_gap() {
        let text = said("/tmp/d");
        assert!(text.lines().count() <= 45, "{}", text.lines().count());
        for line in text.lines() {
            assert!(line.chars().count() <= 115, "{line}");
        }
        for gap in ["data", "ca", "json", "api", "base", "writer", "receiver", "case", "woman", "expires"] {
            assert!(!text.contains(&format!("{{{gap}}}")), "{gap}");
        }
    }

    #[test]
    fn a_folder_with_odd_letters_stays_one_word() {
        assert!(said("/tmp/it's {ca}").contains(r"--data '/tmp/it'\''s {ca}'"));
    }
}
