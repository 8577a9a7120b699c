//! The whole chain, used as it is meant: so the other cases fail for the reason they give.
#![deny(unused_must_use)]

use lippen::auth::{Actor, Credential};
use lippen::model::agencies::Seat;
use lippen::model::facts::Facts;
use lippen::model::location::{Address, Whereabouts};
use lippen::model::notes::RiskNote;
use lippen::model::sealed::Sealed;
use lippen::model::time::Moment;
use lippen::policy::Policy;
use lippen::policy::permit::{Ask, Denial, Permit, Scope};
use lippen::store::effect::Change;
use lippen::store::{Receipt, Refused, Store};
use lippen::vault::{Disclosure, Vault};

pub fn admitted(credential: Credential, seat: &Seat, now: Moment) -> Option<Actor> {
    Actor::admit(credential, seat, now).ok()
}

pub async fn chain(
    (policy, store, vault): (&Policy, &Store, &Vault),
    (ask, facts, change): (&Ask<'_>, &Facts, Change),
    sealed: Sealed<RiskNote>,
) -> Result<Disclosure<RiskNote>, Refused> {
    let decided: Result<Permit, Denial> = policy.decide(ask, facts);
    match decided {
        Ok(permit) => {
            let receipt: Receipt = store.commit(permit, change).await.unwrap();
            Ok(vault.open(sealed, receipt).unwrap())
        }
        Err(denial) => Err(store.commit_denial(denial).await.unwrap()),
    }
}

pub fn refusal(refused: Refused) -> lippen::gate::Error {
    lippen::gate::Error::Refused(refused)
}

pub fn named<T>() {}

pub fn names() {
    named::<Scope>();
    named::<Whereabouts>();
    named::<Address>();
}
