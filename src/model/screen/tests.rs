//! Each detector with what it must find, however it is written, and what it must leave alone.

mod chain;
mod ordinary;

use super::*;
use crate::policy::Policy;
use std::sync::OnceLock;

/// Returns the words and numbers that the program is built with.
fn rules() -> &'static Rules {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    POLICY.get_or_init(|| Policy::embedded().unwrap()).screen()
}

fn finds(form: Form, texts: &[&str]) {
    let rules = rules();
    for text in texts {
        assert!(rules.forms(text).contains(&form), "{form} in {text:?}: {:?}", rules.forms(text));
    }
}

fn leaves(form: Form, texts: &[&str]) {
    let rules = rules();
    for text in texts {
        assert!(!rules.forms(text).contains(&form), "{form} is not in {text:?}");
    }
}

#[test]
fn postcodes() {
    finds(
        Form::Postcode,
        &[
            "She is at ZZ99 1AB now",
            "zz991ab",
            "ZZ99-1AB",
            "zz99.1ab",
            "ZZ99\u{200B}1AB",
            "Z Z 9 9 1 A B",
            "z z 9 9 1 a b",
            "ZZ 99 1AB",
            "EH1 1YZ",
            "eh1 1yz",
            "G2 4SX",
            "g24sx",
            "ka12 8ss",
            "EC1A 1BB",
            "W1A 0AX",
            "ZZ99 IAB",
            "EHI 1YZ with EH1 OYZ",
            "ＺＺ９９ １ＡＢ",
            "postcode(ZZ99 1AB)",
            "ΖZ99 1AB",
            "Z\u{300}Z99 1AB",
        ],
    );
    leaves(
        Form::Postcode,
        &[
            "He came at 10 or 11 am on the 1st.",
            "so 10 of us, at 2 pm",
            "Section 10 of the 2005 act",
            "in room B12 on the 3rd",
            "LS/CMI review: level 2",
            "We spoke to 1st and 2nd line managers",
            "Order CP20 and 2 more",
            "the M8 was shut",
            "2005-s10",
        ],
    );
}

#[test]
fn telephone_numbers() {
    finds(
        Form::Phone,
        &[
            "07700 900123",
            "07700900123",
            "+44 7700 900123",
            "+44 (0)7700 900 123",
            "0044 7700 900123",
            "447700900123",
            "077 00 90 01 23",
            "0 7 7 0 0 9 0 0 1 2 3",
            "07700-900-123",
            "07700.900.123",
            "O77OO 9OO123",
            "o7700 9ool23",
            "07700\u{2060}900123",
            "oh seven seven double oh nine double oh one two three",
            "zero seven seven zero zero nine hundred? no: zero seven seven zero zero nine zero zero one two three",
            "01632 960 123",
            "(0131) 496 0000",
            "020 7946 0018",
            "her mobile is 960 1234",
            "٠٧٧٠٠ ٩٠٠١٢٣",
            "07700, 900, 123",
        ],
    );
    leaves(
        Form::Phone,
        &[
            "on 01/02/2026 at 10:30 with 5 others",
            "from 2026-11-20 to 2026-12-01",
            "Incident 4711 of 20 November 2026",
            "He did 12 hours, then 14, then 20 of 120",
            "one of the two, or three, came at four",
            "SW-2024-00417",
            "I phoned at 10:30 and at 11:45",
            "session 9 of 25, 19:05",
        ],
    );
}

#[test]
fn addresses() {
    finds(
        Form::Address,
        &[
            "12 Saltwhin Street",
            "12a saltwhin street",
            "at 7 Whaupnest Wynd, Auchenwhinnoch",
            "7 Quernhowebank Road",
            "She moved to Saltwhin Street",
            "Flat 3/2, 12 Hoolet Row",
            "flat 4",
            "12 Hoolet Row",
            "3 Partan Quay",
            "44 Clootie Cres",
            "Rose Cottage",
            "12 salt\u{200B}whin street",
            "12, Saltwhin Street",
            "ＳＡＬＴＷＨＩＮ Street",
            "21 Mowdiewort Road",
            "15 St Andrew's Street",
        ],
    );
    leaves(
        Form::Address,
        &[
            "He missed 3 sessions in a row.",
            "10 minutes late to court",
            "2 of them met on the street",
            "He left the flat 2 days ago",
            "Kirkdoolan Sheriff Court on Friday",
            "4 people were in the park",
            "He is on the road to change",
            "He was 5 minutes away when the street was shut",
            "2 weeks in the same place",
            "The tenancy was checked: 12 flats on the stair",
        ],
    );
}

#[test]
fn schools() {
    finds(
        Form::School,
        &[
            "Inverpuddock Primary School",
            "inverpuddock primary school",
            "Kirkdoolan Academy",
            "St Mungo's Academy",
            "St Mungo\u{2019}s Primary",
            "Dalhoolet Nursery",
            "outside her school",
            "at the school gate",
            "by the children's nursery",
            "KIRKDOOLAN ACADEMY",
        ],
    );
    leaves(
        Form::School,
        &[
            "He left school at sixteen.",
            "We talked about school",
            "He goes to college on Mondays",
            "The primary aim of the plan",
            "He said that the school had rung him",
        ],
    );
}

#[test]
fn places_of_work() {
    finds(
        Form::Workplace,
        &[
            "waiting outside her work",
            "He waits at her workplace",
            "She works at the bakery",
            "He knows where she works.",
            "Jane works at Partan Quay Fish Packers",
            "outside her\u{200B} work on Thursday",
            "She’s at her place of work",
            "the partner works in Kirkdoolan Garden Centre",
        ],
    );
    leaves(
        Form::Workplace,
        &[
            "He works at Kirkdoolan Garden Centre",
            "He is at work until five",
            "his work on the plan",
            "He started work in Kirkdoolan",
            "It works in practice",
            "He has been working at it",
        ],
    );
}

#[test]
fn vehicles_and_mail() {
    finds(Form::Vehicle, &["SA12 ABC", "sa12abc", "in SA12-ABC", "A123 BCD", "ABC 123D", "a white van, sk63 xyz"]);
    leaves(Form::Vehicle, &["on the A77 and the M8", "at 10 for tea", "CPO 123", "level 2 MAPPA", "EH12 for him"]);
    finds(
        Form::Email,
        &["jane@example.org", "jane . roe @ example.org", "jane at gmail", "jane at example dot co dot uk"],
    );
    leaves(Form::Email, &["He sent a mail", "10 people @ the session", "a dot on the map"]);
}

#[test]
fn a_quotation_is_found_however_it_is_dressed() {
    let rules = rules();
    let said =
        "She said that he had come to the school gate in Kirkdoolan on Monday and had stayed until she drove away.";
    let source: std::collections::HashSet<String> = rules.grams(said).iter().map(|gram| gram.text.to_owned()).collect();
    let quotes = |text: &str| {
        let grams = rules.grams(text);
        let texts: Vec<&str> = grams.iter().map(|gram| gram.text).collect();
        rules.is_quote(rules.overlap(&grams, |nth| source.contains(texts[nth])))
    };
    for copy in [
        said,
        "Reported: he had come to the school gate in Kirkdoolan on Monday.",
        "SHE SAID THAT HE HAD COME TO THE SCHOOL GATE",
        "she said, that he had come; to the school-gate",
        "She said that\u{200B} he had come to the sch\u{200D}ool gate",
        "“She said that he’d” no: she said that hé had còme to the school gate",
        "She said that hе had comе to thе school gatе",
        "She said that he had come to the school gate in Inverpuddock on Friday",
        "She said that he apparently had come to the school gate there on Monday and had stayed until she left",
        "She Said That He Had Come To The School Gate In",
    ] {
        assert!(quotes(copy), "{copy:?}");
    }
    for own in [
        "He was seen near a school on Monday and stayed for a while.",
        "He had come to the school on time and stayed until the end.",
        "She drove away.",
        "There is reason to believe that he may approach a protected person this week.",
        "He said that he had come to the office on Monday and had stayed until four.",
    ] {
        assert!(!quotes(own), "{own:?}");
    }
}

#[test]
fn to_try_one_name_after_another_tells_nothing() {
    let rules = rules();
    let texts = |text: &str| rules.grams(text).iter().map(|gram| gram.text.to_string()).collect::<Vec<_>>();
    let told = texts("She is staying with a friend in Auchenwhinnoch until Friday at number 12.");
    assert_eq!(told, texts("She is staying with a friend in Kirkdoolan until Monday at number 77."));
    assert!(told.iter().all(|gram| !gram.contains("auchen") && !gram.contains("12")));
    assert!(
        texts("we saw Morag Isla Catriona Jane Ann and went on to see her").iter().all(|gram| gram != "# # # #"),
        "a row of names is compared with nothing"
    );
}

#[test]
fn the_words_of_a_find_are_never_in_what_is_returned() {
    for form in Form::ALL {
        assert!(!form.name().is_empty());
    }
    let found = rules().forms("12 Saltwhin Street, ZZ99 1AB, 07700 900123");
    assert_eq!(found, [Form::Postcode, Form::Phone, Form::Address]);
}
