//! Story 3 on pages: what an officer is shown, what looks like nobody, and the number that comes later.

use super::browser_like::Window;
use crate::world::{Answer, World, on_each, on_each_alone};
use lippen::demo::{DemoCase, OrderKind};

const NUMBER: [(&str, &str); 2] = [("occasion", "number"), ("incident", "PS-20261120-0412")];

const REASON: &str = "Stopped on foot patrol; control has given no number yet.";

async fn asks(window: &Window, [family, given, born]: [&str; 3], occasion: &[(&str, &str)]) -> Answer {
    let parts: Vec<&str> = born.split('-').collect();
    let (year, month, day) = (parts[0], parts[1], parts[2]);
    let man = [("family_name", family), ("given_name", given), ("day", day), ("month", month), ("year", year)];
    window.post("/status", &[&man[..], occasion].concat()).await
}

async fn asks_of(window: &Window, case: &DemoCase, occasion: &[(&str, &str)]) -> Answer {
    let (man, born) = (&case.person, case.person.born.to_string());
    asks(window, [&man.family, &man.given, &born], occasion).await
}

#[test]
fn an_officer_is_shown_the_card_and_nothing_of_who_is_protected() {
    on_each(async |world| {
        let (mut window, show) = (Window::of(world), world.show_case());
        window.sign_in("kenneth").await;
        let page = asks_of(&window, show, &NUMBER).await;
        for words in [
            &*show.person.family,
            "One person fits",
            "Information as at",
            "before you tell her anything",
            "href=\"tel:",
        ] {
            assert!(page.is(200).text.contains(words), "{words}: {page}");
        }
        page.holds_no(&show.person.address).holds_no(&show.person.phone).holds_no(&show.id.to_string());
        for her in &show.protected {
            page.holds_no(&her.id.to_string()).holds_no(&her.pseudonym).holds_no(&her.family).holds_no(&her.given);
        }
        let title = page.text.split("<title>").nth(1).and_then(|rest| rest.split('<').next()).expect("a title");
        assert_eq!(title, "One person fits – Lippen");
    });
}

#[test]
fn nobody_and_somebody_hidden_are_one_page() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let hidden = world.caseload.cases.iter().find(|case| case.order == OrderKind::Diversion).expect("a diversion");
        let (man, born) = (&hidden.person, hidden.person.born.to_string());
        let page = asks_of(&window, hidden, &NUMBER).await;
        let nobody = asks(&window, ["Nosuchfamilyname", "Nobody", &born], &NUMBER).await;
        assert!(page.is(200).text.contains("does not mean not supervised"), "{page}");
        // What differs is what was typed, which comes back in the form, and the entry's number.
        let bare = |page: &Answer, typed: [&str; 2]| {
            let bare = typed.iter().fold(page.text.clone(), |text, typed| text.replace(typed, "TYPED"));
            let (before, after) = bare.split_once("Recorded as entry ").expect("an entry");
            format!("{before}{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        };
        assert_eq!(bare(&page, [&man.family, &man.given]), bare(&nobody, ["Nosuchfamilyname", "Nobody"]));
        let names = |page: &Answer| page.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(names(&page), names(&nobody));
    });
}

#[test]
fn the_number_is_added_later_and_until_then_others_see_the_question() {
    on_each_alone(async |world: &World| {
        let mut window = Window::of(world);
        window.sign_in("kenneth").await;
        let page = asks_of(&window, world.show_case(), &[("occasion", "none-yet"), ("reason", REASON)]).await;
        assert!(page.is(200).text.contains("You asked without an incident number"), "{page}");
        let query = page.text.split("name=\"query\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let query = query.expect("the question's id").to_owned();
        world.wind(5 * 3_600);
        let mut supervisor = Window::of(world);
        supervisor.sign_in("angus").await;
        let seen = supervisor.get("/status/follow-up").await;
        assert!(
            seen.is(200).text.contains(REASON) && seen.text.contains(&world.worker("kenneth").id.to_string()),
            "{seen}"
        );
        seen.holds_no(&world.show_case().person.family).holds_no(&world.show_case().person.given);
        window.sign_in("kenneth").await;
        assert!(window.get("/status/follow-up").await.is(200).text.contains(&query));
        for (incident, say) in
            [("", "is needed"), ("soon", "is not an incident number"), (&*"9".repeat(50), "is too long")]
        {
            let page = window.post("/status/follow-up", &[("query", &query), ("incident", incident)]).await;
            assert!(page.is(422).text.contains(say) && page.text.contains(&query), "{incident}: {page}");
        }
        for (not_ones_own, status) in [("", 404), ("x", 404), (&*crate::stories::nowhere(), 404)] {
            let fields = [("query", not_ones_own), ("incident", "PS-20261120-0412")];
            window.post("/status/follow-up", &fields).await.is(status);
        }
        let fields = [("query", &*query), ("incident", "PS-20261120-0412")];
        supervisor.post("/status/follow-up", &fields).await.is(404);
        let added = window.post("/status/follow-up", &fields).await;
        assert!(added.is(200).text.contains("The number was added"), "{added}");
        added.holds_no(&query);
        window.post("/status/follow-up", &fields).await.is(409);
        supervisor.get("/status/follow-up").await.is(200).holds_no(REASON);
    });
}

#[test]
fn a_list_says_of_each_line_what_is_wrong_with_it_and_stops_no_other() {
    on_each(async |world| {
        let mut window = Window::of(world);
        window.sign_in("lynsey").await;
        let man = &world.show_case().person;
        let own = format!("{}, {}, {}", man.family, man.given, man.born);
        let lines = [&*own, "Nosuch, Ewan, 31/2/1971", "Nosuch", "Nosuch, Ewan, 3/2/1971, x, y", "", "Nosuch, Ewan"]
            .join("\r\n");
        let page = window.post("/status/list", &[&[("lines", &*lines)][..], &NUMBER].concat()).await;
        assert!(
            page.is(200).text.contains("1 shown, 0 where more than one fits, 1 not known to this hub, 3 not asked"),
            "{page}"
        );
        for words in [
            "Line 1: One person fits",
            "Line 2: Not asked",
            "Date of birth is not a real date",
            "has more than four parts",
            "Line 5: Not known to this hub",
        ] {
            assert!(page.text.contains(words), "{words}: {page}");
        }
        for (lines, say) in [("", "is empty"), (&*"Nosuch, Ewan\n".repeat(51), "are too many")] {
            let page = window.post("/status/list", &[&[("lines", lines)][..], &NUMBER].concat()).await;
            assert!(page.is(422).text.contains(say) && page.text.contains("href=\"#lines\""), "{say}: {page}");
        }
    });
}
