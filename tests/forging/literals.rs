//! A proof cannot be written down: its fields are private.

use lippen::auth::{Actor, Credential};
use lippen::policy::permit::{Denial, Permit, Scope};
use lippen::store::{Receipt, Refused};
use lippen::vault::Disclosure;

pub fn credential() -> Credential {
    Credential { subject: todo!(), agency: todo!(), expires: todo!(), token_id: None } //~ E0451
}

pub fn actor() -> Actor {
    Actor { who: todo!(), agency: todo!(), kind: todo!(), role: None, expires: todo!() } //~ E0451
}

pub fn permit() -> Permit {
    Permit { judgement: todo!(), obligations: Vec::new() } //~ E0451
}

pub fn denial() -> Denial {
    Denial { judgement: todo!(), known: true } //~ E0451
}

pub fn scope() -> Scope {
    Scope { worker: todo!(), agency: todo!() } //~ E0451
}

#[rustfmt::skip]
pub fn receipt() -> Receipt {
    Receipt { entry: todo!(), at: todo!(), placed: todo!(), action: todo!(), record: todo!(), items: vec![], obligations: vec![] } //~ E0451
}

pub fn refused() -> Refused {
    Refused { may_know: true, lines: Vec::new() } //~ E0451
}

pub fn disclosure() -> Disclosure<String> {
    Disclosure { value: String::new(), receipt: todo!() } //~ E0451
}
