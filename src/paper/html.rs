//! A paper as one page of HTML that needs nothing else: no script, no address, its style within it.
//!
//! Promises: words are escaped; it reads well on paper, in the dark and by a screen reader; it may load nothing.
//! Must never know: who asks.

use super::sheet::{Block, Paper, Rank, paragraphs};
use askama::Template;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// Its style.
const STYLE: &str = include_str!("../../assets/paper/paper.css");

/// What it may load: its own style, and nothing else from anywhere. Stands in the page too, which is read without the hub.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    use base64::Engine as _;
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'")
});

#[derive(Template)]
#[template(path = "paper.html", config = "assets/pages/askama.toml")]
struct Page<'a> {
    paper: &'a Paper,
}

impl Page<'_> {
    fn style(&self) -> &'static str {
        STYLE
    }

    fn policy(&self) -> &'static str {
        &POLICY
    }
}

/// Returns the page, and the policy under which it is to be sent.
///
/// # Errors
/// If the page cannot be written: never with words that are in memory.
pub fn html(paper: &Paper) -> Result<(String, &'static str), askama::Error> {
    Ok((Page { paper }.render()?, &POLICY))
}

#[cfg(test)]
mod tests {
    use super::super::sheet::tests::paper;
    use super::*;

    #[test]
    fn it_says_everything_once_and_as_words() {
        let (page, policy) = html(&paper()).unwrap();
        for said in
            ["Who he is", "Żółć-O’Lippen \u{1F600}", "&#60;b&#62;&#38;amp; #strong[not markup]", "Ring before you go."]
        {
            assert_eq!(page.matches(said).count(), 1, "{said}");
        }
        for mark in ["Judith Marr, MAPPA co-ordinator", "OFFICIAL-SENSITIVE", "24 November 2026, 13:05", "Version 3"] {
            assert!(page.contains(mark), "{mark}");
        }
        assert!(page.contains("<h2") && page.contains("<h3") && page.contains("scope=\"col\""));
        assert!(page.contains("<p>One.</p>") && !page.contains("<b>"));
        assert!(page.contains(&format!("<style>{STYLE}</style>")), "the hash is of these bytes");
        assert!(
            policy.contains("style-src 'sha256-")
                && !page.contains("<script")
                && !page.contains("http:")
                && !page.contains("https:")
        );
    }
}
