//! What may lie in which drawer, and which receipt opens what. Pure rules; no keys.
//!
//! Promises: a receipt opens what its audit entry names and nothing else; location and
//! source open one at a time, each on a receipt of its own for reading in full.
//! Must never know: keys, plaintext, why the policy said yes.

use super::error::Error;
use super::keys::KEYS_MAX;
use crate::model::fields::Depth;
use crate::model::id::CaseId;
use crate::model::sealed::{Compartment, Drawer, Place, Record};
use crate::policy::permit::Action;
use std::collections::HashSet;

/// Most values that one receipt opens. Fewer than [`KEYS_MAX`], so that a list whose
/// every value lies in another drawer can be unlocked as a whole.
pub(super) const VALUES_MAX: usize = 1000;
const _: () = assert!(VALUES_MAX < KEYS_MAX);

/// Refuses whereabouts outside the person's own location drawer, anything else inside it, and workers outside the
/// directory.
pub(super) fn belongs(place: &Place) -> Result<(), Error> {
    let drawer = &place.drawer;
    let fits = match place.record {
        Record::Location(her) => in_her_own(drawer) && drawer.about == Some(her),
        // Which person a way leads to is in the seal's drawer, and in the row that the log binds.
        Record::SafeContact(her) => in_her_own(drawer) && drawer.about == Some(her),
        Record::SafeRoute(_) | Record::SafeMark(_) | Record::SafeAsk(_) => in_her_own(drawer),
        Record::Worker(_) => *drawer == Drawer { epoch: drawer.epoch, ..Drawer::directory() },
        _ => drawer.compartment != Compartment::Location && drawer.about.is_none(),
    };
    if fits { Ok(()) } else { Err(Error::WrongCompartment) }
}

/// Says whether a receipt for `action` on `record` opens the one value at `place`.
pub(super) fn opens_one(action: Action, record: Record, place: &Place) -> Result<(), Error> {
    let fits = record == place.record
        && match action {
            Action::Read => true,
            Action::Summary | Action::Search | Action::Existence => !opens_alone(place),
            // How she is reached safely, and where one way leads: each look is a decision of its own, and this is it.
            Action::Contact => matches!(place.record, Record::SafeContact(_) | Record::SafeRoute(_)),
            // Where a meeting is, to those who run it.
            Action::Run => matches!(place.record, Record::Meeting(_)),
            Action::Metadata
            | Action::Create
            | Action::Share
            | Action::Raise
            | Action::Acknowledge
            | Action::Consent
            | Action::Withdraw
            | Action::List
            | Action::Query
            | Action::Declare
            | Action::Adopt
            | Action::BreakGlass
            | Action::Review
            | Action::Override
            | Action::Confirm
            | Action::Disclose
            | Action::Manage
            | Action::Rekey
            | Action::Vouch
            | Action::Import
            | Action::Rota
            | Action::Oversee
            | Action::Drill
            | Action::Storm
            | Action::Lock
            | Action::Connect
            | Action::SignIn
            | Action::SignOut => false,
        };
    if fits { Ok(()) } else { Err(Error::NotReceipted) }
}

/// Refuses what lies deeper than the act is for: a summary is sealed by itself, and so is what stands on the envelope.
pub(super) fn deep_enough(action: Action, depth: Depth) -> Result<(), Error> {
    let reach = match action {
        Action::Existence => Depth::Label,
        Action::Summary | Action::Search | Action::Query => Depth::Summary,
        _ => Depth::Whole,
    };
    if depth <= reach { Ok(()) } else { Err(Error::NotReceipted) }
}

/// Says whether a receipt for `action` on `record`, whose entry names `items`, opens all the values at `places`.
pub(super) fn opens_many(action: Action, record: Record, items: &[Record], places: &[Place]) -> Result<(), Error> {
    if places.len() > VALUES_MAX {
        return Err(Error::TooMany { max: VALUES_MAX });
    }
    let named: HashSet<Record> = items.iter().copied().collect();
    let fits = |place: &Place| {
        let within = match (action, record) {
            // A search is for the man; what else its entry may name is not for the searcher to read.
            (Action::Search, Record::Search(_)) => matches!(place.record, Record::Person(_)),
            // The card is for who he is and which kinds of condition his orders have.
            (Action::Query, Record::Query(_)) => matches!(place.record, Record::Person(_) | Record::Order(_)),
            // A worker's own list runs across cases.
            (Action::List, Record::Search(_)) => true,
            (Action::Read | Action::Summary | Action::List, Record::Case(case) | Record::Readers(case)) => {
                lies_in(place, case)
            }
            // What was done about an alert belongs to the alert; so does what it asks about, and what was answered.
            (Action::Read, Record::Alert(_)) => {
                matches!(place.record, Record::AlertAction(_) | Record::Address(_) | Record::Reply(_))
            }
            // What workers wrote beside their contacts lies in her drawer for its key, and is shown with how she is reached.
            (Action::Contact, Record::SafeContact(her)) => {
                matches!(place.record, Record::SafeMark(_) | Record::SafeAsk(_)) && place.drawer.about == Some(her)
            }
            // Why somebody said that a case must be locked belongs to the lock.
            (Action::Lock, Record::Lock(_)) => matches!(place.record, Record::LockCall(_)),
            // The earlier events of a consent belong to its latest.
            (Action::Read, Record::Consent(_)) => matches!(place.record, Record::Consent(_)),
            // What a corrected note's share stands on was written with the share of the first.
            (Action::Read, Record::Share(_)) => matches!(place.record, Record::Share(_)),
            _ => false,
        };
        within && named.contains(&place.record) && !opens_alone(place)
    };
    // A receipt that opens nothing opens an empty list neither.
    let discloses = matches!(
        (action, record),
        (Action::Search | Action::List, Record::Search(_))
            | (Action::Query, Record::Query(_))
            | (Action::Read | Action::Summary | Action::List, Record::Case(_) | Record::Readers(_))
            | (Action::Read, Record::Alert(_) | Record::Consent(_) | Record::Share(_))
            | (Action::Contact, Record::SafeContact(_))
            | (Action::Lock, Record::Lock(_))
    );
    if discloses && places.iter().all(fits) { Ok(()) } else { Err(Error::NotReceipted) }
}

/// Says whether a drawer is that of where one protected person is.
fn in_her_own(drawer: &Drawer) -> bool {
    drawer.compartment == Compartment::Location && drawer.case.is_some() && drawer.about.is_some()
}

/// Where she is, how she is reached and who said it: each look is a decision of its own.
fn opens_alone(place: &Place) -> bool {
    if matches!(place.record, Record::SafeMark(_) | Record::SafeAsk(_)) {
        return false;
    }
    matches!(place.drawer.compartment, Compartment::Location | Compartment::Source)
        || matches!(place.record, Record::Location(_) | Record::SafeContact(_) | Record::SafeRoute(_))
}

/// Workers' names belong to no case and are shown beside any.
fn lies_in(place: &Place, case: CaseId) -> bool {
    place.drawer.case == Some(case) || (place.drawer.case.is_none() && matches!(place.record, Record::Worker(_)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{
        ConsentId, EntryId, NoteId, OrderId, PersonId, ProtectedId, QueryId, SafeMarkId, SafeRouteId, ShareId, WorkerId,
    };

    fn case(number: u128) -> CaseId {
        CaseId::from_bits(number)
    }

    fn place(at: u128, compartment: Compartment, record: Record) -> Place {
        Place { drawer: Drawer::of(case(at), compartment), record }
    }

    fn whereabouts(whose: ProtectedId, record: Record) -> Place {
        Place { drawer: Drawer::whereabouts(case(1), whose), record }
    }

    fn core(at: u128, record: Record) -> Place {
        place(at, Compartment::Core, record)
    }

    #[test]
    fn one_record_opens_on_an_act_that_discloses_it() {
        let note = Record::Note(NoteId::random());
        for &action in Action::ALL {
            let discloses = matches!(action, Action::Read | Action::Summary | Action::Search | Action::Existence);
            assert_eq!(opens_one(action, note, &core(1, note)).is_ok(), discloses, "{action}");
            assert!(opens_one(action, Record::Note(NoteId::random()), &core(1, note)).is_err(), "{action}");
            assert!(opens_one(action, Record::Case(case(1)), &core(1, note)).is_err(), "{action}");
        }
    }

    #[test]
    fn nothing_opens_deeper_than_the_act_is_for() {
        let opened =
            |action| [Depth::Label, Depth::Summary, Depth::Whole].map(|depth| deep_enough(action, depth).is_ok());
        assert_eq!(opened(Action::Existence), [true, false, false]);
        assert_eq!(opened(Action::Summary), [true, true, false]);
        assert_eq!(opened(Action::Search), [true, true, false]);
        assert_eq!(opened(Action::Read), [true, true, true]);
    }

    #[test]
    fn location_and_source_open_alone_and_in_full() {
        let she = ProtectedId::random();
        let (her, note) = (Record::Location(she), Record::Note(NoteId::random()));
        for guarded in [whereabouts(she, her), place(1, Compartment::Source, note)] {
            for &action in Action::ALL {
                let opened = opens_one(action, guarded.record, &guarded).is_ok();
                assert_eq!(opened, action == Action::Read, "{action}");
                for whole in [Record::Case(case(1)), Record::Readers(case(1)), Record::Search(EntryId::random())] {
                    assert!(opens_many(action, whole, &[guarded.record], &[guarded]).is_err(), "{action}");
                }
            }
        }
    }

    #[test]
    fn how_she_is_reached_opens_alone_and_what_was_said_of_contacts_with_it() {
        let (she, other) = (ProtectedId::random(), ProtectedId::random());
        let (card, route) = (Record::SafeContact(she), Record::SafeRoute(SafeRouteId::random()));
        let said = Record::SafeMark(SafeMarkId::random());
        for guarded in [whereabouts(she, card), whereabouts(she, route)] {
            assert!(belongs(&guarded).is_ok() && belongs(&core(1, guarded.record)).is_err());
            for &action in Action::ALL {
                let opened = opens_one(action, guarded.record, &guarded).is_ok();
                assert_eq!(opened, matches!(action, Action::Contact | Action::Read), "{action}");
                assert!(opens_many(action, card, &[guarded.record], &[guarded]).is_err(), "{action}");
            }
        }
        assert!(belongs(&whereabouts(other, card)).is_err(), "another woman's drawer");
        let many = |whose, record| opens_many(Action::Contact, record, &[said], &[whereabouts(whose, said)]).is_ok();
        assert!(many(she, card) && !many(other, card) && !many(she, Record::Location(she)));
        assert!(
            opens_many(Action::List, Record::Case(case(1)), &[said], &[core(1, said)]).is_ok(),
            "never sealed there"
        );
        assert!(belongs(&core(1, said)).is_err());
    }

    #[test]
    fn a_case_opens_what_its_entry_names_in_that_case() {
        let (note, worker) = (Record::Note(NoteId::random()), Record::Worker(WorkerId::random()));
        let name = Place { drawer: Drawer::directory(), record: worker };
        let many =
            |items: &[Record], places: &[Place]| opens_many(Action::List, Record::Case(case(1)), items, places).is_ok();
        assert!(many(&[note, worker], &[core(1, note), name]));
        assert!(!many(&[note], &[core(1, note), name]), "not named");
        assert!(!many(&[note], &[core(2, note)]), "another case");
        assert!(!many(&[note], &[Place { drawer: Drawer::directory(), record: note }]), "no case");
        assert!(!many(&[Record::Case(case(1))], &[core(1, note)]), "the case's name is not its notes' names");
    }

    #[test]
    fn a_search_opens_the_people_it_found_in_any_case() {
        let (him, other) = (Record::Person(PersonId::random()), Record::Person(PersonId::random()));
        let note = Record::Note(NoteId::random());
        let found = |items: &[Record], places: &[Place]| {
            opens_many(Action::Search, Record::Search(EntryId::random()), items, places).is_ok()
        };
        assert!(found(&[him, other], &[core(1, him), core(2, other)]));
        assert!(found(&[], &[]));
        assert!(!found(&[him], &[core(1, him), core(2, other)]));
        assert!(!found(&[note], &[core(1, note)]));
    }

    #[test]
    fn a_question_where_he_stands_opens_who_he_is_and_his_orders_and_nothing_alone() {
        let (him, order) = (Record::Person(PersonId::random()), Record::Order(OrderId::random()));
        let (note, asked) = (Record::Note(NoteId::random()), Record::Query(QueryId::random()));
        let told = |items: &[Record], places: &[Place]| opens_many(Action::Query, asked, items, places).is_ok();
        assert!(told(&[him, order], &[core(1, him), place(1, Compartment::Legal, order)]));
        assert!(told(&[], &[]));
        assert!(!told(&[him], &[core(1, him), place(1, Compartment::Legal, order)]), "not named");
        assert!(!told(&[note], &[core(1, note)]));
        assert!(opens_one(Action::Query, order, &place(1, Compartment::Legal, order)).is_err());
    }

    #[test]
    fn a_consent_opens_the_events_of_its_chain_that_its_entry_names() {
        let [latest, first, other] = std::array::from_fn(|_| Record::Consent(ConsentId::random()));
        let note = Record::Note(NoteId::random());
        let legal = |record| place(1, Compartment::Legal, record);
        let opens = |action, items: &[Record], places: &[Place]| opens_many(action, latest, items, places).is_ok();
        assert!(opens(Action::Read, &[first, latest], &[legal(first), legal(latest)]));
        assert!(!opens(Action::Read, &[first], &[legal(other)]), "not named");
        assert!(!opens(Action::Read, &[note], &[core(1, note)]), "no event of a consent");
        assert!(!opens(Action::Consent, &[first], &[legal(first)]), "recording opens nothing");
    }

    #[test]
    fn a_share_opens_the_words_that_its_entry_names_and_were_written_with_the_first() {
        let [latest, first, other] = std::array::from_fn(|_| Record::Share(ShareId::random()));
        let note = Record::Note(NoteId::random());
        let legal = |record| place(1, Compartment::Legal, record);
        let opens = |action, items: &[Record], places: &[Place]| opens_many(action, latest, items, places).is_ok();
        assert!(opens(Action::Read, &[first], &[legal(first)]));
        assert!(!opens(Action::Read, &[first], &[legal(other)]), "not named");
        assert!(!opens(Action::Read, &[note], &[core(1, note)]), "no words of a share");
        assert!(!opens(Action::Share, &[first], &[legal(first)]), "sharing opens nothing");
    }

    #[test]
    fn acts_that_disclose_nothing_open_no_list_not_even_an_empty_one() {
        for action in [Action::Share, Action::Create, Action::Existence, Action::Metadata, Action::Raise] {
            assert!(opens_many(action, Record::Case(case(1)), &[], &[]).is_err(), "{action}");
        }
        assert!(opens_many(Action::Read, Record::Note(NoteId::random()), &[], &[]).is_err());
    }

    #[test]
    fn a_list_is_bounded() {
        let note = Record::Note(NoteId::random());
        let places = vec![core(1, note); VALUES_MAX + 1];
        let refused = opens_many(Action::List, Record::Case(case(1)), &[note], &places);
        assert_eq!(refused, Err(Error::TooMany { max: VALUES_MAX }));
    }

    #[test]
    fn whereabouts_lie_in_their_own_compartment_and_nothing_else_does() {
        let (she, another) = (ProtectedId::random(), ProtectedId::random());
        let her = Record::Location(she);
        let note = Record::Note(NoteId::random());
        let worker = Record::Worker(WorkerId::random());
        assert!(belongs(&whereabouts(she, her)).is_ok());
        assert!(belongs(&place(1, Compartment::Source, note)).is_ok());
        assert!(belongs(&Place { drawer: Drawer::directory(), record: worker }).is_ok());
        let beside =
            Place { drawer: Drawer { compartment: Compartment::Core, ..whereabouts(she, note).drawer }, record: note };
        for wrong in [
            core(1, her),
            place(1, Compartment::Location, her),
            whereabouts(another, her),
            whereabouts(she, Record::Protected(she)),
            place(1, Compartment::Location, note),
            beside,
            core(1, worker),
        ] {
            assert_eq!(belongs(&wrong), Err(Error::WrongCompartment));
        }
    }
}
