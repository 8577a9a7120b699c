//! What a hub keeps in memory of its workers never outlives what the database says.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, agency, from, importer, in_each, isla, morag};
use lippen::auth::Actor;
use lippen::desk::Error;
use lippen::model::agencies::Role;
use lippen::model::id::{ConflictId, InvolvementId, NoteId, WorkerId};
use lippen::model::notes::Category;
use lippen::model::sealed::Record;
use lippen::model::shares::Purpose;
use lippen::model::text::Line;
use lippen::policy::permit::{Action, Ask};
use lippen::store::Place;
use lippen::store::effect::Effect;
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection, Executor};

/// Reads as a worker; says whether it was shown.
async fn reads(house: &House, actor: &Actor, note: NoteId) -> bool {
    match house.desk.read_note(actor, note, None).await {
        Ok(_) => true,
        Err(Error::NotFound | Error::Refused { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

/// Changes something by the hub's own importer.
async fn changes(house: &House, effect: Effect) {
    let by = importer();
    let ask = Ask {
        actor: &by,
        action: Action::Create,
        record: Record::Worker(morag()),
        case: Some(house.case()),
        about: None,
        category: Category::Identity,
        purpose: Purpose::Governance,
    };
    let _ = house.gate.serve(&ask, effect.into()).await.unwrap();
}

/// Makes another case manager of the same agency, on the case by an involvement of this id.
async fn another_manager(house: &House, involvement: InvolvementId) -> WorkerId {
    let (id, by) = (WorkerId::random(), importer());
    let role = "justice.case-manager".parse().unwrap();
    house.desk.appoint(&by, id, agency("justice"), role, Line::new("A Worker").unwrap()).await.unwrap();
    house.desk.involve(&by, involvement, house.case(), id, None).await.unwrap();
    id
}

#[test]
fn who_leaves_a_case_reads_nothing_more_of_it_and_who_comes_back_does() {
    in_each(async |house| {
        let involvement = InvolvementId::random();
        let worker = another_manager(&house, involvement).await;
        let (author, reader) = (house.admits(morag()).await, house.admits(worker).await);
        let note = house.note(&author, "words").await;
        for _ in 0..3 {
            assert!(reads(&house, &reader, note).await);
        }
        changes(&house, Effect::Release(involvement, house.case())).await;
        assert!(!reads(&house, &reader, note).await, "left");
        assert!(reads(&house, &author, note).await, "the other stays");
        let again = InvolvementId::random();
        house.desk.involve(&importer(), again, house.case(), worker, None).await.unwrap();
        assert!(reads(&house, &reader, note).await, "back");
        house.stop().await;
    });
}

#[test]
fn a_declaration_and_the_end_of_a_seat_close_what_was_open_a_moment_ago() {
    in_each(async |house| {
        let author = house.admits(morag()).await;
        let note = house.note(&author, "words").await;
        let (one, other) = (
            another_manager(&house, InvolvementId::random()).await,
            another_manager(&house, InvolvementId::random()).await,
        );
        let (knows, leaves) = (house.admits(one).await, house.admits(other).await);
        assert!(reads(&house, &knows, note).await && reads(&house, &leaves, note).await);
        let declared = lippen::model::cases::DeclaredConflict {
            address: None,
            phone: None,
            family_name: Line::new("Doe").unwrap(),
            given_name: Line::new("John").unwrap(),
            relation: Line::new("cousin").unwrap(),
        };
        house.desk.take_conflict(&importer(), ConflictId::random(), one, &declared).await.unwrap();
        assert!(!reads(&house, &knows, note).await, "knows him");
        house.desk.end_seat(&importer(), other).await.unwrap();
        assert!(!reads(&house, &leaves, note).await, "the seat has ended, whoever is still in the room");
        assert!(reads(&house, &author, note).await);
        house.stop().await;
    });
}

#[test]
fn a_namesake_is_answered_and_the_manager_is_told() {
    in_each(async |house| {
        let seats = [("Ann Doe", Role::CaseManager), ("Bea Roy", Role::TeamManager), ("Cara Orr", Role::CaseManager)];
        let mut workers = Vec::new();
        for (name, role) in seats {
            let id = WorkerId::random();
            let name = Line::new(name).unwrap();
            house.desk.appoint(&importer(), id, agency("justice"), role, name).await.unwrap();
            workers.push(house.admits(id).await);
        }
        let [namesake, manager, stranger] = workers.try_into().expect("three seats");
        let told = async || house.desk.inbox(&manager, None, 100).await.unwrap().items.len();
        let search = || from(json!({ "family_name": "Doe", "date_of_birth": "1980-01-02" }));
        house.desk.search(&stranger, search()).await.unwrap();
        assert_eq!(told().await, 0, "who bears another name");
        house.desk.search(&namesake, search()).await.unwrap();
        assert_eq!(told().await, 1, "who bears his name");
        house
            .desk
            .search(&namesake, from(json!({ "family_name": "Roe", "date_of_birth": "1980-01-02" })))
            .await
            .unwrap();
        assert_eq!(told().await, 1, "nobody was found");
        house.stop().await;
    });
}

#[test]
fn a_standing_that_somebody_else_moved_is_read_anew() {
    in_each(async |house| {
        let (morag, isla) = (house.admits(morag()).await, house.admits(isla()).await);
        let note = house.note(&morag, "words").await;
        assert!(reads(&house, &morag, note).await);
        let _ = reads(&house, &isla, note).await;
        // Nobody but the hub may do this; if somebody does, work goes on.
        let moved = format!(
            "INSERT INTO fact_version (subject, version) VALUES ('{}', 41)
                 ON CONFLICT (subject) DO UPDATE SET version = 41",
            house.case()
        );
        match house.place() {
            Place::Folder(folder) => {
                let url = format!("sqlite://{}", folder.join("hub.sqlite3").display());
                let mut beside = sqlx::SqliteConnection::connect(&url).await.unwrap();
                beside.execute(AssertSqlSafe(moved)).await.unwrap();
            }
            Place::Url(url) => {
                let mut beside = sqlx::PgConnection::connect(url).await.unwrap();
                beside.execute(AssertSqlSafe(moved)).await.unwrap();
            }
        }
        assert!(reads(&house, &morag, note).await, "found to be stale, forgotten, read anew");
        house.note(&morag, "more words").await;
        house.stop().await;
    });
}
