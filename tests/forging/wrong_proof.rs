//! One proof does not stand for another.

use lippen::gate::Gate;
use lippen::model::agencies::Seat;
use lippen::model::notes::RiskNote;
use lippen::model::sealed::Sealed;
use lippen::policy::permit::{Ask, Denial, Permit};
use lippen::store::effect::Change;
use lippen::store::{Refused, Store};
use lippen::vault::Vault;

pub fn opened_on_a_permit(vault: &Vault, sealed: Sealed<RiskNote>, permit: Permit) {
    let _ = vault.open(sealed, permit); //~ E0308
}

pub fn shown_a_denial(denial: Denial) -> lippen::gate::Error {
    lippen::gate::Error::Refused(denial) //~ E0308
}

pub async fn committed_a_denial(store: &Store, denial: Denial, change: Change) {
    let _ = store.commit(denial, change).await; //~ E0308
}

pub fn opened_on_a_refusal(vault: &Vault, sealed: Sealed<RiskNote>, refused: Refused) {
    let _ = vault.open(sealed, refused); //~ E0308
}

pub async fn decided_about_a_seat(gate: &Gate, supposed: &Ask<'_, Seat>) {
    let _ = gate.decide(supposed, None).await; //~ E0308
}
