//! Forms: of this hub's own pages and of this session, with one meaning or none.

use super::browser_like::{FORM, Window};
use crate::world::on_each;
use hyper::body::Bytes;

const HERE: (&str, &str) = ("sec-fetch-site", "same-origin");

/// What nobody would like to see again.
const MARKER: &str = "Whigmaleerie-7731";

#[test]
fn a_form_from_elsewhere_is_refused_whoever_holds_the_cookie() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let mut other = Window::of(world);
        other.sign_in("lynsey").await;
        let good = Bytes::from(format!("form={}", window.form));
        for from in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("sec-fetch-site", "cross-site"), ("origin", "null")],
            &[HERE, ("origin", "https://evil.example")],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
        ] {
            for path in ["/status", "/sign-out", "/status/list", "/status/follow-up", "/demo/sign-in"] {
                let refused = window.raw(path, from, FORM, good.clone()).await;
                let words = "This did not come from a page of yours";
                assert!(refused.is(403).text.contains(words), "{path} from {from:?}: {refused}");
            }
        }
        for form in ["", "form=", "form=x", &format!("form={}", other.form), &format!("form={}x", window.form)] {
            window.raw("/sign-out", &[HERE], FORM, form.to_owned().into()).await.is(403);
        }
        window.get("/status").await.is(200);
        window.raw("/sign-out", &[HERE], FORM, good).await.is(303);
        window.get("/status").await.is(401);
        other.get("/status").await.is(200);
    });
}

#[test]
fn a_form_that_can_be_understood_in_two_ways_is_refused_and_not_repeated() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let own = format!("form={}&occasion=number&incident=PS-20261120-0412", window.form);
        let long = format!("{own}&family_name={MARKER}{}", "x".repeat(70_000));
        for (kind, body, status) in [
            (FORM, format!("{own}&family_name={MARKER}&family_name=b"), 400),
            (FORM, format!("{own}&form={}", window.form), 400),
            (FORM, format!("{own}&{MARKER}=1"), 400),
            (FORM, format!("{own}&lines={MARKER}"), 400),
            (FORM, format!("{own}&family_name=%ff{MARKER}"), 400),
            (FORM, format!("{own}&family_name=%zz{MARKER}"), 400),
            (FORM, format!("{own}&family_name%00={MARKER}"), 400),
            (FORM, long, 413),
            ("text/plain", format!("{own}&family_name={MARKER}"), 415),
            ("application/json", format!("{{\"family_name\": \"{MARKER}\"}}"), 415),
            ("multipart/form-data; boundary=x", format!("{own}&family_name={MARKER}"), 415),
            ("application/x-www-form-urlencoded; charset=latin1", format!("{own}&family_name={MARKER}"), 415),
        ] {
            let refused = window.raw("/status", &[HERE], kind, body.clone().into()).await;
            assert!(refused.text.contains("The form cannot be read"), "{}: {refused}", &body[..body.len().min(200)]);
            refused.is(status).holds_no(MARKER);
        }
    });
}

#[test]
fn what_is_wrong_is_said_at_its_field_and_what_was_typed_comes_back() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let number = [("occasion", "number"), ("incident", "PS-20261120-0412")];
        let both = [("family_name", "Nosuch"), ("given_name", "Ewan")];
        let long = "x".repeat(81);
        for (fields, more, at, say) in [
            (&[("family_name", MARKER)][..], &number[..], "family_name", "Give two of"),
            (&[("family_name", &*long), ("given_name", "Ewan")], &number, "family_name", "is too long"),
            (
                &[("family_name", "a\u{202e}b"), ("given_name", "Ewan")],
                &number,
                "family_name",
                "cannot be shown safely",
            ),
            (&both, &[], "occasion", "Say whether there is an incident number"),
            (
                &both,
                &[("incident", "PS-20261120-0412"), ("reason", "Control has given none so far.")],
                "occasion",
                "Say whether there is an incident number",
            ),
            (&both, &[("incident", "12")], "incident", "is not an incident number"),
            (&both, &[("reason", "later")], "reason", "20 characters or more"),
            (&both, &[("occasion", "perhaps")], "occasion", "Say whether there is an incident number"),
            (&both, &[("occasion", "number")], "incident", "Give the incident number"),
            (&both, &[("occasion", "number"), ("incident", "12")], "incident", "is not an incident number"),
            (&both, &[("occasion", "none-yet")], "reason", "is needed where there is no number yet"),
            (&both, &[("occasion", "none-yet"), ("reason", "later")], "reason", "20 characters or more"),
            (
                &[("family_name", "Nosuch"), ("day", "31"), ("month", "2"), ("year", "1971")],
                &number,
                "day",
                "real date",
            ),
            (&[("family_name", "Nosuch"), ("day", "3"), ("month", "2"), ("year", "71")], &number, "day", "real date"),
            (
                &[("family_name", "Nosuch"), ("day", "three"), ("month", "2"), ("year", "1971")],
                &number,
                "day",
                "real date",
            ),
            (&[("family_name", "Nosuch"), ("day", "3"), ("year", "1971")], &number, "month", "must have a month"),
        ] {
            let page = window.post("/status", &[fields, more].concat()).await;
            let what = format!("{fields:?} {more:?}: {page}");
            assert!(page.is(422).text.contains("There is a problem") && page.text.contains("<title>Error: "), "{what}");
            assert!(page.text.contains(&format!("<li><a href=\"#{at}\">")) && page.text.contains(say), "{what}");
            assert!(page.text.contains(&format!("id=\"{at}\"")), "the link leads to a field: {what}");
            for (_, typed) in fields.iter().chain(more).filter(|(name, _)| *name != "occasion") {
                assert!(
                    page.text.contains(&format!("value=\"{typed}\"")) || page.text.contains(&format!(">{typed}<")),
                    "{what}"
                );
            }
        }
    });
}

#[test]
fn whoever_typed_a_number_and_marked_no_circle_has_given_a_number() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let asked = [("family_name", "Nosuch"), ("given_name", "Ewan"), ("incident", "PS-20261120-0412")];
        assert!(window.post("/status", &asked).await.is(200).text.contains("does not mean not supervised"));
    });
}

#[test]
fn whatever_was_typed_comes_back_as_text() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        for bad in [
            "<script>alert(1)</script>",
            "\"><img src=x onerror=alert(1)>",
            "<svg onload=alert(1)>",
            "{{7*7}}",
            "' autofocus x='",
        ] {
            let typed = [("family_name", bad), ("occasion", "none-yet"), ("reason", bad)];
            let page = window.post("/status", &typed).await;
            page.is(422);
            let lines = window
                .post("/status/list", &[("lines", bad), ("occasion", "number"), ("incident", "PS-20261120-0412")])
                .await;
            for page in [page, lines] {
                for raw in ["<script>a", "<img", "<svg onload", "value=\"\">", ">49<"] {
                    let raw = raw.to_owned();
                    assert!(!page.text.contains(&raw) || raw == "value=\"\">", "{bad}: {page}");
                }
            }
        }
    });
}
