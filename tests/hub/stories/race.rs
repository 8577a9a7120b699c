//! A decision on facts that move before the commit is made again: nothing is read on a consent
//! that was taken back before the reading was recorded.

use super::consent::{Team, consent, share_on};
use super::note_about;
use crate::world::{Db, on_each};
use futures_util::future::{join, join_all};
use serde_json::json;

const ROUNDS: usize = 8;
const READERS: usize = 6;

#[test]
fn no_reading_is_recorded_after_the_withdrawal_it_should_have_minded() {
    on_each(async |world| {
        let team = Team::of(world);
        let (worker, officer) = (world.cast(team.worker), world.cast(team.officer));
        let consents = format!("/api/v1/cases/{}/consents", team.case.id);
        for _ in 0..ROUNDS {
            let note = note_about(&team.her.to_string(), "protected-account", "He telephoned again.");
            let note = worker.writes(team.case, note).await.id();
            let given = worker.post(&consents, consent(world, &team, None)).await.is(201).id();
            worker.shares(&note, share_on(world, &team, &given)).await;
            let readings = join_all((0..READERS).map(|_| officer.reads(&note, "public-protection")));
            let path = format!("/api/v1/consents/{given}/withdrawal");
            let (readings, withdrawn) = join(readings, worker.post(&path, json!({}))).await;
            let index = withdrawn.is(200)["receipt"]["index"].as_u64().expect("a number in the log");
            for reading in &readings {
                match reading.status.as_u16() {
                    // The sequencer of PostgreSQL numbers by the moment of asking, not by the commit.
                    200 if world.db == Db::Postgres => {}
                    200 => assert!(reading["receipt"]["index"].as_u64() < Some(index), "read after {index}: {reading}"),
                    404 => {}
                    503 => drop(reading.is_problem(503, "busy")),
                    _ => panic!("{reading}"),
                }
            }
            for late in join_all((0..READERS).map(|_| officer.reads(&note, "public-protection"))).await {
                late.is_problem(404, "not-found");
            }
        }
    });
}
