//! What waits in groups where more waits than is looked through: what is urgent is there, whenever it came.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, from, in_each, isla, morag};
use lippen::model::alerts::Severity;
use serde_json::json;

async fn raises(house: &House, severity: &str) {
    let new =
        json!({ "kind": "missed-session", "severity": severity, "about": house.woman(), "text": "He was not there." });
    let by = house.admits(morag()).await;
    house.desk.raise_alert(&by, house.case(), from(new), None).await.unwrap();
}

#[test]
fn the_most_urgent_is_found_behind_more_than_is_looked_through() {
    in_each(async |house| {
        let by = house.admits(isla()).await;
        for severity in ["normal"].repeat(101).into_iter().chain(["critical", "high"]) {
            raises(&house, severity).await;
        }
        let shown = house.desk.grouped(&by, 3).await.unwrap();
        let group = shown.groups.first().unwrap();
        assert_eq!((shown.groups.len(), group.severity, group.alerts.len()), (1, Severity::Critical, 102));
        assert!(!shown.whole, "one of the usual ones is not here");
        let shown = house.desk.grouped(&by, 4).await.unwrap();
        assert!(shown.whole && shown.groups.iter().map(|one| one.alerts.len()).sum::<usize>() == 103);
        house.is_sound().await;
        house.stop().await;
    });
}
