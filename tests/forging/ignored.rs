//! A decision or a proof that is let drop is an error wherever `unused_must_use` is denied, as it is in this crate.
#![deny(unused_must_use)]

use lippen::model::facts::Facts;
use lippen::policy::Policy;
use lippen::policy::permit::{Ask, Denial, Permit, Scope};
use lippen::store::effect::Change;
use lippen::store::{Receipt, Refused, Store};
use lippen::vault::Disclosure;

fn made<T>() -> T {
    todo!()
}

pub fn decided(policy: &Policy, ask: &Ask<'_>, facts: &Facts) {
    policy.decide(ask, facts); //~ unused_must_use
}

pub async fn committed(store: &Store, permit: Permit, change: Change) {
    store.commit(permit, change).await; //~ unused_must_use
}

pub fn dropped() {
    made::<lippen::auth::Credential>(); //~ unused_must_use
    made::<Permit>(); //~ unused_must_use
    made::<Denial>(); //~ unused_must_use
    made::<Scope>(); //~ unused_must_use
    made::<Receipt>(); //~ unused_must_use
    made::<Refused>(); //~ unused_must_use
    made::<Disclosure<String>>(); //~ unused_must_use
}
