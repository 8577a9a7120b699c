//! The vault opens nothing that the store has not recorded: with real receipts, from a real log.
#![expect(clippy::unwrap_used, reason = "a test's helper that fails fails the test")]

use crate::house::{House, case_head, in_each, morag};
use lippen::auth::Actor;
use lippen::model::id::{CaseId, EntryId, NoteId};
use lippen::model::notes::{Category, RiskNote};
use lippen::model::sealed::{Record, Sealed};
use lippen::model::shares::Purpose;
use lippen::policy::permit::{Action, Ask};
use lippen::store::Receipt;
use lippen::store::effect::Effect;
use lippen::vault::{Error, NotOpened};

/// Passes one act of Morag's on the case and returns its receipt, whose entry names `items` too.
async fn receipt(house: &House, actor: &Actor, action: Action, record: Record, items: Vec<Record>) -> Receipt {
    let (case, purpose) = (Some(house.case()), Purpose::Supervision);
    let category = Category::Attendance;
    let ask = Ask { actor, action, record, case, about: None, category, purpose };
    let item = match record {
        Record::Note(id) => Some(house.store().note(id).await.unwrap().unwrap().item()),
        _ => None,
    };
    house.gate.pass(&ask, item, Effect::Disclose(items).into()).await.unwrap()
}

async fn sealed(house: &House, note: NoteId) -> Sealed<RiskNote> {
    house.store().note(note).await.unwrap().unwrap().words
}

fn is_refused<T, S>(opened: Result<T, NotOpened<S>>) -> bool {
    matches!(opened, Err(NotOpened::Failed(Error::NotReceipted)))
}

#[test]
fn a_receipt_opens_its_own_note_and_no_other() {
    in_each(async |house| {
        let morag = house.admits(morag()).await;
        let (seven, eight) = (house.note(&morag, "seven").await, house.note(&morag, "eight").await);
        let reading = receipt(&house, &morag, Action::Read, Record::Note(seven), vec![]).await;
        let index = reading.index();
        let opened = house.gate.vault.open(sealed(&house, seven).await, reading).unwrap();
        assert_eq!((opened.value().text.reveal(), opened.index()), ("seven", index));
        let reading = receipt(&house, &morag, Action::Read, Record::Note(seven), vec![]).await;
        assert!(is_refused(house.gate.vault.open(sealed(&house, eight).await, reading)));
        // Words that were moved to the place of another note do not open there either.
        let moved = Sealed::<RiskNote>::found(sealed(&house, seven).await.place, sealed(&house, eight).await.bytes);
        let reading = receipt(&house, &morag, Action::Read, Record::Note(seven), vec![]).await;
        assert!(matches!(
            house.gate.vault.open(moved, reading),
            Err(NotOpened::Failed(Error::OtherKey | Error::Broken))
        ));
        house.stop().await;
    });
}

#[test]
fn a_receipt_for_an_act_that_shows_nothing_opens_nothing() {
    in_each(async |house| {
        let morag = house.admits(morag()).await;
        let note = house.note(&morag, "words").await;
        for action in [Action::Share, Action::Existence] {
            let receipt = receipt(&house, &morag, action, Record::Note(note), vec![Record::Note(note)]).await;
            assert!(is_refused(house.gate.vault.open(sealed(&house, note).await, receipt)), "{action}");
        }
        let sharing = receipt(&house, &morag, Action::Share, Record::Note(note), vec![Record::Note(note)]).await;
        assert!(is_refused(house.gate.vault.open_many(vec![sealed(&house, note).await], sharing)));
        let sharing = receipt(&house, &morag, Action::Share, Record::Note(note), vec![]).await;
        assert!(is_refused(house.gate.vault.open_many(Vec::<Sealed<RiskNote>>::new(), sharing)), "not even nothing");
        house.stop().await;
    });
}

#[test]
fn a_locked_vault_gives_the_receipt_back_and_opens_on_it_once_unlocked() {
    in_each(async |house| {
        let morag = house.admits(morag()).await;
        let note = house.note(&morag, "words").await;
        let reading = receipt(&house, &morag, Action::Read, Record::Note(note), vec![]).await;
        let (entry, size) = (reading.entry(), house.is_sound().await);
        house.gate.vault.forget_all();
        let Err(NotOpened::Locked(back)) = house.gate.vault.open(sealed(&house, note).await, reading) else {
            panic!("it is locked")
        };
        assert_eq!((back.receipt.entry(), back.drawers.as_slice()), (entry, [back.sealed.place.drawer].as_slice()));
        house.gate.unlock(&back.drawers).await.unwrap();
        let opened = house.gate.vault.open(back.sealed, back.receipt).unwrap();
        assert_eq!(opened.value().text.reveal(), "words");
        assert_eq!(house.is_sound().await, size, "one reading, one entry");
        house.stop().await;
    });
}

#[test]
fn a_list_opens_what_its_entry_names_and_only_of_its_case() {
    in_each(async |house| {
        let morag = house.admits(morag()).await;
        let (named, other) = (house.note(&morag, "named").await, house.note(&morag, "other").await);
        let list = async |names: &[NoteId]| {
            let items = names.iter().map(|id| Record::Note(*id)).collect();
            receipt(&house, &morag, Action::Read, Record::Case(house.case()), items).await
        };
        let words = async |notes: &[NoteId]| {
            let mut words = Vec::new();
            for note in notes {
                words.push(sealed(&house, *note).await);
            }
            words
        };
        let vault = &house.gate.vault;
        let opened = vault.open_many(words(&[named]).await, list(&[named]).await).unwrap();
        assert_eq!(opened.value()[0].text.reveal(), "named");
        assert!(is_refused(vault.open_many(words(&[named, other]).await, list(&[named]).await)));
        let mut elsewhere = words(&[named]).await;
        elsewhere[0].place.drawer.case = Some(CaseId::random());
        assert!(is_refused(vault.open_many(elsewhere, list(&[named]).await)), "a drawer of another case");
        house.stop().await;
    });
}

#[test]
fn the_importers_receipt_opens_nothing() {
    in_each(async |house| {
        let morag = house.admits(morag()).await;
        let note = house.note(&morag, "words").await;
        for record in [Record::Note(note), Record::Search(EntryId::random()), Record::Case(case_head(house.case()).id)]
        {
            let permit = house.permit(record).await;
            let effect = Effect::Disclose(vec![Record::Note(note)]);
            let receipt = house.store().commit(permit, effect.into()).await.unwrap();
            assert!(is_refused(house.gate.vault.open_many(vec![sealed(&house, note).await], receipt)));
        }
        house.stop().await;
    });
}
