//! The words of an e-mail and of a webhook: all of them.
//!
//! Promises: they are made from a name without meaning, a moment and, for a code, that code: there is no way by which anything of a
//! case, a person or an agency could come into them. They name no field of work. The headers of an e-mail are these and no others.
//! Must never know: everything else.

use crate::model::time::Moment;

/// What stands before the body of an e-mail that says that something waits.
const WAITING: (&str, &str) = ("You have a message", "You have a message. Please sign in to read it.");

/// The same for one that brings a code.
const CODE: &str = "Your code";

/// Returns the e-mail that says that something waits.
pub(super) fn waiting(envelope: &Envelope<'_>) -> String {
    envelope.around(WAITING.0, WAITING.1)
}

/// Returns the e-mail that brings a code.
pub(super) fn code(envelope: &Envelope<'_>, code: &str) -> String {
    let (first, last) = code.split_at_checked(5).unwrap_or((code, ""));
    let body = format!("Your code is {first}-{last}\r\n\r\nIf you did not ask for one, you need do nothing.");
    envelope.around(CODE, &body)
}

/// What stands outside on an e-mail.
pub(super) struct Envelope<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// From whom.
    pub(super) from: &'a str,
    /// To whom.
    pub(super) to: &'a str,
    /// When.
    pub(super) at: Moment,
}

impl Envelope<'_> {
    fn around(&self, subject: &str, body: &str) -> String {
        let domain = self.from.rsplit_once('@').map_or("invalid", |(_, domain)| domain);
        let (date, name) = (date(self.at), self.name);
        let lines = [
            format!("Date: {date}"),
            format!("From: {}", self.from),
            format!("To: {}", self.to),
            format!("Subject: {subject}"),
            format!("Message-ID: <{name}@{domain}>"),
            "Auto-Submitted: auto-generated".to_owned(),
            String::new(),
            body.to_owned(),
            String::new(),
        ];
        lines.join("\r\n")
    }
}

/// Writes a moment as RFC 5322 does: `Tue, 24 Nov 2026 20:00:00 -0000`.
fn date(at: Moment) -> String {
    let stamp = jiff::Timestamp::from_microsecond(at.micros()).unwrap_or_default();
    jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_string(&stamp).unwrap_or_default()
}

/// Returns the body of a webhook.
pub(super) fn notice(name: &str, since: Moment, is_test: bool) -> String {
    let kind = if is_test { "notice.test" } else { "notice.waiting" };
    serde_json::json!({ "type": kind, "timestamp": since, "data": { "id": name } }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_micros(1_795_550_400_000_000);

    fn envelope() -> Envelope<'static> {
        Envelope { name: "0123abcd", from: "no-reply@post.example", to: "isla@example.org", at: AT }
    }

    #[test]
    fn an_e_mail_is_these_bytes() {
        let text = waiting(&envelope());
        assert_eq!(
            text,
            "Date: Tue, 24 Nov 2026 20:00:00 -0000\r\nFrom: no-reply@post.example\r\nTo: isla@example.org\r\n\
             Subject: You have a message\r\nMessage-ID: <0123abcd@post.example>\r\nAuto-Submitted: auto-generated\r\n\r\n\
             You have a message. Please sign in to read it.\r\n"
        );
        assert!(code(&envelope(), "ABCDEFGHJK").contains("\r\n\r\nYour code is ABCDE-FGHJK\r\n"));
    }

    #[test]
    fn a_webhook_is_these_bytes() {
        let text = notice("0123abcd", AT, false);
        assert_eq!(text, r#"{"data":{"id":"0123abcd"},"timestamp":"2026-11-24T20:00:00Z","type":"notice.waiting"}"#);
        assert!(notice("0123abcd", AT, true).contains("notice.test"));
    }
}
