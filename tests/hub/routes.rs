//! Every route, asked by each member of the cast: one row a route, and no route without its row.
//!
//! Promises: without a live token every route answers 401; *not yours* and *not there* are
//! one answer; what is refused is refused to everybody whom the table does not name.

mod bodies;
mod table;
mod things;

use crate::stories::nowhere;
use crate::world::{World, on_each_alone};
use lippen::http::routes::ROUTES;
use table::{CAST, TABLE};
use things::Things;

/// Returns who is meant by a name of the table: of the show case its group worker and its team manager.
fn one_of<'a>(world: &'a World, key: &'a str) -> &'a str {
    match key {
        "(group)" => world.who(world.show_case(), "programme.group-worker", None),
        "(lead)" => world.who(world.show_case(), "justice.team-manager", None),
        key => key,
    }
}

#[test]
fn every_route_has_its_row() {
    for route in ROUTES {
        let rows = TABLE.iter().filter(|row| (row.0, row.1) == *route).count();
        assert_eq!(rows, 1, "{route:?} has {rows} rows in the table: say who may ask for it");
    }
    assert_eq!(TABLE.len(), ROUTES.len(), "the table has a row for a route that is gone");
}

#[test]
fn every_route_answers_each_of_the_cast_as_the_table_says() {
    on_each_alone(async |world| {
        let things = Things::lay_out(world).await;
        let mut wrong = Vec::new();
        for (method, path, right, granted, cast) in TABLE {
            for stranger in [world.nobody(), world.holding("garbage", "abc.def.ghi"), world.holding("empty", "")] {
                things.ask(&stranger, method, path).await.is_problem(401, "invalid-token");
            }
            for (key, status) in CAST.iter().zip(cast) {
                let player = world.cast(one_of(world, key));
                let answer = things.ask(&player, method, path).await;
                if answer.status.as_u16() != *status {
                    wrong.push(format!("{method} {path}: {key} got {} for {status}", answer.status.as_u16()));
                }
                if answer.status == 404 {
                    things.is_like_nothing(&player, method, path, &answer).await;
                }
            }
            let answer = things.ask(&world.cast(one_of(world, right)), method, path).await;
            if answer.status.as_u16() != *granted {
                wrong.push(format!("{method} {path}: {right} got {answer}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}

#[test]
fn a_token_that_has_run_out_opens_no_route() {
    on_each_alone(async |world| {
        let things = Things::lay_out(world).await;
        world.wind(36_000 + 60);
        for (method, path, right, ..) in TABLE {
            things.ask(&world.cast(one_of(world, right)), method, path).await.is_problem(401, "invalid-token");
        }
    });
}

#[test]
fn a_place_in_a_list_tells_nothing_of_a_case_or_a_note_that_is_not_yours() {
    // What is laid out has a worker away, which other stories would feel.
    on_each_alone(async |world| {
        let things = Things::lay_out(world).await;
        let group = world.cast(world.who(world.show_case(), "programme.group-worker", None));
        let path = |case: &str, place: &str| format!("/api/v1/cases/{case}/notes?after={place}");
        for key in ["kenneth", "graham", "emil"] {
            let stranger = world.cast(key);
            let nothing = stranger.get(&path(&nowhere(), &nowhere())).await;
            for place in [things.id("note"), &nowhere()] {
                stranger
                    .get(&path(things.id("case"), place))
                    .await
                    .is_problem(404, "not-found")
                    .is_the_same_as(&nothing);
            }
        }
        let nowhere = group.get(&path(things.id("case"), &nowhere())).await;
        group
            .get(&path(things.id("case"), things.id("note")))
            .await
            .is_problem(422, "invalid")
            .is_the_same_as(&nowhere);
        let mut after = String::new();
        loop {
            let page = group.get(&format!("/api/v1/cases/{}/notes?limit=1{after}", things.id("case"))).await;
            page.is(200).holds_no(things.id("note"));
            let Some(next) = page["next"].as_str() else { break };
            assert_eq!(page.items().len(), 1, "a page that goes on is full: {page}");
            after = format!("&after={next}");
        }
    });
}
