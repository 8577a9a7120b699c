//! Alert figures over HTTP: for those who answer for the agency, as JSON and as a table, and for nobody of another.

use super::alert;
use crate::world::on_each_alone;
use hyper::body::Bytes;

#[test]
fn figures_are_for_those_who_answer_for_the_agency_and_tell_nothing_of_today() {
    on_each_alone(async |world| {
        let case = world.show_case();
        let service = world.worker("aileen").agency.to_string();
        for _ in 0..6 {
            let new = alert("missed-session", Some(world.woman_a().to_string()), "He did not come.");
            world.cast("morag").raises(case, new).await;
        }
        let day = world.now().day().to_string();
        let path = format!("/api/v1/alert-figures?month={}", day.get(..7).expect("a month"));
        let shown = world.cast("aileen").get(&path).await;
        assert_eq!((&shown.is(200)["so_far"], &shown["least"]), (&true.into(), &5.into()), "{shown}");
        let figures = shown["agencies"][0]["figures"].as_array().expect("a list").clone();
        assert_eq!(figures.len(), 4);
        assert!(figures.iter().all(|one| one["owed"].is_null()), "nothing of today: {shown}");
        let csv = world.cast("aileen").send("GET", &path, &[("accept", "text/csv")], Bytes::new()).await;
        assert_eq!(csv.is(200).headers["content-type"], "text/csv; charset=utf-8");
        assert!(csv.text.starts_with("month,so_far,agency,severity,measure,value\r\n"), "{csv}");
        assert!(csv.text.contains(&format!("true,{service},critical,owed,few\r\n")), "{csv}");
        let whose = format!("{path}&agency={service}");
        for key in ["angus", "ruth", "graham", "emil", "irene", "(lead)"] {
            let key = if key == "(lead)" { world.who(case, "justice.team-manager", None) } else { key };
            let nothing = world.cast(key).get(&format!("{path}&agency=no-such-agency")).await;
            let refused = world.cast(key).get(&whose).await;
            refused.is_problem(404, "not-found").is_the_same_as(&nothing).holds_no(&service);
        }
        assert_eq!(world.cast("gavin").get(&whose).await.is(200)["agencies"][0]["agency"], service.as_str());
        world.cast("aileen").get("/api/v1/alert-figures?month=2999-01").await.is_problem(422, "invalid");
        world.cast("aileen").get("/api/v1/alert-figures?month=soon").await.is_problem(400, "bad-query");
    });
}
