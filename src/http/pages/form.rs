//! Forms that browsers send, read strictly: one meaning or none.
//!
//! Promises: only `application/x-www-form-urlencoded`, at most [`FORM_BYTES_MAX`] bytes, in UTF-8; each field is known and given
//! once, so nothing can be slipped in beside what a page asked; the bytes that came and the fields read from them are wiped. A page
//! that shows them again is an answer like any other.
//! Must never know: what the fields mean.

use super::super::fault::Fault;
use super::super::json::{Flaw, collect};
use super::super::problem::Problem;
use super::super::query::pairs;
use crate::model::text::Text;
use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap};

/// Most bytes of a form: fifty lines of a list, every letter of them escaped, fit well into it.
const FORM_BYTES_MAX: usize = 64 * 1024;

impl From<Flaw> for Problem {
    /// No browser sends such a form of ours, so nobody needs to hear which field it was.
    fn from(flaw: Flaw) -> Self {
        Self::bad_form(match flaw {
            Flaw::Kind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Flaw::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Flaw::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Flaw::Broken | Flaw::NotText | Flaw::Unclear(_) | Flaw::Unfit(_) => StatusCode::BAD_REQUEST,
        })
    }
}

/// The field that says of which session a form is.
pub(super) const TOKEN: &str = "form";

/// What was typed, by field.
#[derive(Debug)]
pub(super) struct Fields(Vec<(&'static str, Text)>);

impl Fields {
    /// Reads a request's body as a form with these fields at most, beside [`TOKEN`].
    pub(super) async fn read(headers: &HeaderMap, body: Body, known: &[&'static str]) -> Result<Self, Flaw> {
        if !is_form(headers) {
            return Err(Flaw::Kind);
        }
        let bytes = collect(body, headers, FORM_BYTES_MAX).await?;
        let text = std::str::from_utf8(&bytes).map_err(|_| Flaw::NotText)?;
        Self::of(text, known).map_err(Flaw::Unclear)
    }

    fn of(text: &str, known: &[&'static str]) -> Result<Self, Fault> {
        let mut fields: Vec<(&'static str, Text)> = Vec::new();
        for pair in pairs(text) {
            let (name, value) = pair.map_err(|_| Fault::whole("is not readable: encode it as UTF-8"))?;
            let value = Text::from(value);
            let field = known.iter().chain(&[TOKEN]).find(|field| **field == name);
            let field = field.ok_or_else(|| Fault::whole("has a field that is not known here"))?;
            if fields.iter().any(|(given, _)| given == field) {
                return Err(Fault::whole("is given twice: give it once").under(field));
            }
            fields.push((field, value));
        }
        Ok(Self(fields))
    }

    /// Returns what was typed into a field; nothing if it was left empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(field, _)| *field == name);
        field.map(|(_, text)| text.reveal().trim()).filter(|text| !text.is_empty())
    }

    /// Returns what was typed into a field, to be shown to whoever typed it.
    pub(super) fn typed(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| *field == name).map_or("", |(_, text)| text.reveal())
    }
}

/// Says whether the body calls itself a form.
fn is_form(headers: &HeaderMap) -> bool {
    let mut lines = headers.get_all(CONTENT_TYPE).iter();
    let (Some(line), None) = (lines.next(), lines.next()) else { return false };
    let text = line.to_str().unwrap_or_default().to_ascii_lowercase();
    let mut parts = text.split(';').map(str::trim);
    let kind = parts.next() == Some("application/x-www-form-urlencoded");
    kind && parts.next().is_none_or(|part| part == "charset=utf-8") && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    const KNOWN: &[&str] = &["family_name", "reference"];

    #[test]
    fn what_is_clear_is_read() {
        let fields = Fields::of("form=x&family_name=+O%27Neill%2DMac+&reference=", KNOWN).unwrap();
        assert_eq!((fields.get("family_name"), fields.typed("family_name")), (Some("O'Neill-Mac"), " O'Neill-Mac "));
        assert_eq!((fields.get("reference"), fields.get(TOKEN), fields.get("given_name")), (None, Some("x"), None));
        assert!(Fields::of("", KNOWN).is_ok());
    }

    #[test]
    fn what_could_be_understood_in_two_ways_is_refused() {
        for bad in [
            "family_name=a&family_name=b",
            "family_name=&family_name=b",
            "form=a&form=b",
            "FAMILY_NAME=a",
            "family_name[]=a",
            "given_name=a",
            "family_name=%ff",
            "family_name=%zz",
            "family_name=%4",
            "=a",
            "a",
        ] {
            let fault = Fields::of(bad, KNOWN).unwrap_err().to_string();
            assert!(!fault.contains("given_name") && !fault.contains('%'), "{bad}: {fault}");
        }
    }

    #[test]
    fn only_what_calls_itself_a_form_is_one() {
        let of = |kinds: &[&str]| {
            let mut headers = HeaderMap::new();
            for kind in kinds {
                headers.append(CONTENT_TYPE, HeaderValue::from_str(kind).unwrap());
            }
            is_form(&headers)
        };
        assert!(of(&["application/x-www-form-urlencoded"]));
        assert!(of(&["Application/X-WWW-Form-Urlencoded; charset=UTF-8"]));
        for bad in [
            "text/plain",
            "application/json",
            "multipart/form-data; boundary=x",
            "",
            "application/x-www-form-urlencoded2",
        ] {
            assert!(!of(&[bad]), "{bad}");
        }
        assert!(!of(&[]) && !of(&["application/x-www-form-urlencoded", "application/x-www-form-urlencoded"]));
    }
}
