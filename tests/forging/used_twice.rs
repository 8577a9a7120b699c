//! A proof is used once: it moves.

use lippen::auth::{Actor, Credential};
use lippen::model::agencies::Seat;
use lippen::model::notes::RiskNote;
use lippen::model::sealed::Sealed;
use lippen::model::time::Moment;
use lippen::policy::permit::{Denial, Permit};
use lippen::store::effect::Change;
use lippen::store::{Receipt, Store};
use lippen::vault::Vault;

pub fn admitted_twice(credential: Credential, seat: &Seat, now: Moment) {
    let _first = Actor::admit(credential, seat, now);
    let _second = Actor::admit(credential, seat, now); //~ E0382
}

pub async fn committed_twice(store: &Store, permit: Permit, change: Change) {
    let _first = store.commit(permit, change.clone()).await;
    let _second = store.commit(permit, change).await; //~ E0382
}

pub async fn denied_twice(store: &Store, denial: Denial) {
    let _first = store.commit_denial(denial).await;
    let _second = store.commit_denial(denial).await; //~ E0382
}

pub fn opened_twice(vault: &Vault, note: Sealed<RiskNote>, receipt: Receipt) {
    let _first = vault.open(note.clone(), receipt);
    let _second = vault.open(note, receipt); //~ E0382
}
