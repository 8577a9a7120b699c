//! What was judged by the policy before is judged again: at this node and at another one.

use super::bundles::{built_in, lay, without_attendance, worded_anew};
use crate::house::{House, agency, importer, in_each, morag};
use crate::world::Db;
use lippen::auth::Actor;
use lippen::desk::policies::AdoptPolicy;
use lippen::desk::{Error, Written};
use lippen::gate;
use lippen::model::agencies::Role;
use lippen::model::facts::Item;
use lippen::model::id::{NoteId, WorkerId};
use lippen::model::notes::Category;
use lippen::model::policies::PolicyDigest;
use lippen::model::sealed::Record;
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use lippen::policy::Files;
use lippen::policy::bundle::Bundle;
use lippen::policy::permit::{Action, Ask};
use lippen::store::effect::Effect;

impl House {
    /// Appoints an officer of the hub's own agency.
    pub(crate) async fn officer(&self) -> Actor {
        let id = WorkerId::random();
        let name = Line::new("A Worker").unwrap();
        self.desk.appoint(&importer(), id, agency("hub"), Role::GovernanceOfficer, name).await.unwrap();
        self.admits_of(id, "hub").await
    }

    pub(crate) fn prepares(&self, files: &Files, version: u32) -> PolicyDigest {
        lay(&self.incoming(), files);
        let manifest = Bundle::seal(&self.incoming(), version, "2020-01-01".parse().unwrap(), None).unwrap();
        for approval in self.approvals() {
            Bundle::sign(&self.incoming(), approval).unwrap();
        }
        manifest.digest()
    }

    /// Adopts a policy, in a request of its own.
    pub(crate) async fn adopts(&self, officer: &Actor, files: &Files, version: u32) -> Written {
        let manifest = self.prepares(files, version);
        self.desk.clone().adopt_policy(officer, AdoptPolicy { manifest }, None).await.unwrap()
    }

    /// Says whether a request of its own is shown a note.
    pub(super) async fn shows(&self, reader: &Actor, note: NoteId) -> bool {
        match self.desk.clone().read_note(reader, note, None).await {
            Ok(_) => true,
            Err(Error::NotFound | Error::Refused { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Asks to read a note of the case manager's own.
pub(crate) async fn asks<'a>(house: &House, actor: &'a Actor, note: NoteId) -> (Ask<'a>, Option<Item>) {
    let stored = house.store().note(note).await.unwrap().unwrap();
    let ask = Ask {
        actor,
        action: Action::Read,
        record: Record::Note(note),
        case: Some(house.case()),
        about: None,
        category: Category::Attendance,
        purpose: Purpose::Supervision,
    };
    (ask, Some(stored.item()))
}

#[test]
fn a_decision_of_the_policy_before_opens_nothing_that_the_new_one_closes() {
    in_each(async |house| {
        let (by, officer) = (house.admits(morag()).await, house.officer().await);
        let note = house.note(&by, "words").await;
        let (ask, item) = asks(&house, &by, note).await;
        let (one, other) = (house.gate.clone(), house.gate.clone());
        let early = one.decide(&ask, item.clone()).await.unwrap();
        let late = other.decide(&ask, item.clone()).await.unwrap();
        house.adopts(&officer, &without_attendance(), 1).await;
        let shown = || Effect::Disclose(Vec::new()).into();
        let refused = one.commit_anew(early, &ask, item.clone(), shown()).await;
        assert!(matches!(refused, Err(gate::Error::Refused(_))), "{refused:?}");
        let refused = other.commit(late, &ask, item, shown()).await;
        assert!(matches!(refused, Err(gate::Error::Refused(_))), "{refused:?}");
        assert_eq!((one.policy.version(), other.policy.version()), (1, 1));
        // A permit of the old policy alone, without a second judgement, is worth nothing.
        assert!(!house.shows(&by, note).await);
        drop((one, other));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_request_begins_again_if_more_than_its_act_was_judged_by_the_policy_before() {
    in_each(async |house| {
        let (by, officer) = (house.admits(morag()).await, house.officer().await);
        let note = house.note(&by, "words").await;
        let (ask, item) = asks(&house, &by, note).await;
        let (one, other, third) = (house.gate.clone(), house.gate.clone(), house.gate.clone());
        let early = one.decide(&ask, item.clone()).await.unwrap();
        let late = other.decide(&ask, item.clone()).await.unwrap();
        let last = third.decide(&ask, item.clone()).await.unwrap();
        house.adopts(&officer, &worded_anew(), 1).await;
        let shown = || Effect::Disclose(Vec::new()).into();
        assert!(one.commit_anew(early, &ask, item.clone(), shown()).await.is_ok(), "judged again, and still permitted");
        let moved = other.commit(late, &ask, item.clone(), shown()).await;
        assert!(matches!(moved, Err(gate::Error::Moved)), "{moved:?}");
        let moved = third.commit_as_prepared(last, shown()).await;
        assert!(matches!(moved, Err(gate::Error::Moved)), "{moved:?}");
        assert_eq!((one.policy.version(), other.policy.version(), third.policy.version()), (1, 1, 1));
        // One request takes one newer policy, not two: it is told to come again.
        let permit = other.decide(&ask, item.clone()).await.unwrap();
        house.adopts(&officer, &built_in(), 2).await;
        let busy = other.commit_anew(permit, &ask, item, shown()).await;
        assert!(matches!(busy, Err(gate::Error::Busy)), "{busy:?}");
        drop((one, other, third));
        house.is_sound().await;
        house.stop().await;
    });
}

#[test]
fn a_policy_that_one_node_adopts_is_in_force_at_the_other_at_once() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let Some(first) = House::new(Db::Postgres).await else { return };
        let second = first.another().await;
        let (by, officer) = (first.admits(morag()).await, first.officer().await);
        let note = first.note(&by, "words").await;
        let (ask, item) = asks(&second, &by, note).await;
        let gate = second.gate.clone();
        let permit = gate.decide(&ask, item.clone()).await.unwrap();
        assert!(second.shows(&by, note).await);
        first.adopts(&officer, &without_attendance(), 1).await;
        let refused = gate.commit_anew(permit, &ask, item, Effect::Disclose(Vec::new()).into()).await;
        assert!(matches!(refused, Err(gate::Error::Refused(_))), "{refused:?}");
        assert!(!second.shows(&by, note).await && !first.shows(&by, note).await);
        assert_eq!(second.desk.clone().policy_digest(), first.desk.clone().policy_digest());
        // The other way round, and what is opened is open at once.
        second.adopts(&officer, &built_in(), 2).await;
        assert!(first.shows(&by, note).await && second.shows(&by, note).await);
        // Two at once: one comes into force, the other is told that its turn has passed, or to come again.
        let third = first.prepares(&without_attendance(), 3);
        let adopt = AdoptPolicy { manifest: third };
        let (one, other) = (first.desk.clone(), second.desk.clone());
        let both = futures_util::future::join(
            one.adopt_policy(&officer, adopt, None),
            other.adopt_policy(&officer, adopt, None),
        )
        .await;
        assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|done| **done).count(), 1, "{both:?}");
        drop((gate, one, other));
        first.is_sound().await;
        second.stop().await;
        first.stop().await;
    });
}
