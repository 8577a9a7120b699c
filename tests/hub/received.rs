//! Who had a share and for how long: those who were there while it was open, and nobody else.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, agency, from, id_of, importer, in_each, isla, morag};
use lippen::desk::recall::Received;
use lippen::model::agencies::Role;
use lippen::model::id::{InvolvementId, NoteId, ShareId, WorkerId};
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use serde_json::{Value, json};

impl House {
    /// Another worker of the women's service comes to work with the woman.
    async fn joins(&self) -> WorkerId {
        let (by, worker) = (importer(), WorkerId::random());
        let name = Line::new("Una Boyd").unwrap();
        self.desk.appoint(&by, worker, agency("womens"), Role::WomensWorker, name).await.unwrap();
        self.desk.involve(&by, InvolvementId::random(), self.case(), worker, Some(self.woman())).await.unwrap();
        worker
    }

    /// Morag shares a note with every women's worker on the case.
    async fn shares_with_all(&self) -> (NoteId, ShareId) {
        let by = self.admits(morag()).await;
        let note = self.note(&by, "words").await;
        let body = json!({ "to": { "role": "womens.worker" }, "purpose": "victim-safety",
            "basis": { "type": "vital-interests", "reason": "He has said when." } });
        (note, id_of(&self.desk.share_note(&by, note, &from(body), None).await))
    }

    async fn is_read_by(&self, worker: WorkerId, note: NoteId) {
        let by = self.admits_of(worker, "womens").await;
        self.desk.read_note(&by, note, Some(Purpose::VictimSafety)).await.unwrap();
    }

    async fn received(&self, share: ShareId) -> Vec<Received> {
        let by = self.admits(morag()).await;
        self.desk.show_share(&by, share).await.unwrap().recipients
    }
}

fn of(received: &[Received], worker: WorkerId) -> Option<(usize, i64, bool)> {
    let one = received.iter().find(|one| one.seat.worker == worker)?;
    Some((one.readings.map_or(0, |all| all.count), one.open_seconds, one.closed.is_some()))
}

#[test]
fn each_had_it_while_they_were_there_and_it_was_open() {
    in_each(async |house| {
        let (note, share) = house.shares_with_all().await;
        house.wind(60);
        let late = house.joins().await;
        house.is_read_by(late, note).await;
        house.wind(60);
        assert_eq!(of(&house.received(share).await, isla()), Some((0, 120, false)));
        let by = house.admits(morag()).await;
        house.desk.recall_share(&by, share, Default::default(), None).await.unwrap();
        house.wind(60);
        let after = house.joins().await;
        house.wind(60);
        let received = house.received(share).await;
        assert_eq!(of(&received, isla()), Some((0, 120, true)));
        assert_eq!(of(&received, late), Some((1, 60, true)), "she came when it was open a minute already");
        assert_eq!(of(&received, after), None, "she came when it was closed");
        house.stop().await;
    });
}

#[test]
fn whoever_has_left_is_told_of_and_asked_nothing() {
    in_each(async |house| {
        let (note, share) = house.shares_with_all().await;
        let gone = house.joins().await;
        house.wind(60);
        house.is_read_by(gone, note).await;
        house.is_read_by(isla(), note).await;
        house.is_read_by(gone, note).await;
        house.desk.end_seat(&importer(), gone).await.unwrap();
        house.wind(60);
        let by = house.admits(morag()).await;
        let right = crate::house::note_of("right words");
        let corrected = house.desk.correct_note(&by, note, right, None).await.unwrap();
        let corrected: Value = serde_json::from_str(&corrected.answer).unwrap();
        assert_eq!((&corrected["shares"], &corrected["told"]), (&json!(1), &json!(1)), "{corrected}");

        let recalled = house.desk.recall_share(&by, share, Default::default(), None).await.unwrap();
        let recalled: Value = serde_json::from_str(&recalled.answer).unwrap();
        assert_eq!((&recalled["read_by"], &recalled["left"]), (&json!(1), &json!(1)), "{recalled}");
        assert_eq!(recalled["unread_by"], 0, "{recalled}");
        let asked = house.store().alert_to_confirm(share, gone).await.unwrap();
        assert!(asked.is_none(), "nobody can answer for an empty seat");
        assert!(house.store().alert_to_confirm(share, isla()).await.unwrap().is_some());
        let received = house.received(share).await;
        assert_eq!(of(&received, gone), Some((2, 60, true)), "what she read is told");
        assert_eq!(of(&received, isla()), Some((1, 120, true)));
        house.stop().await;
    });
}
