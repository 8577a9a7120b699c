//! A proof cannot be written down: its fields are private.

use lippen::auth::{Actor, Credential};
use lippen::policy::permit::{Denial, Permit, Scope};
use lippen::store::{Receipt, Refused};
use lippen::vault::Disclosure;

fn made<T>() -> T {
    todo!()
}

pub fn credential() -> Credential {
    Credential { subject: todo!(), agency: todo!(), expires: todo!(), token_id: None } //~ E0451
}

pub fn actor() -> Actor {
    Actor { role: None, ..made() } //~ E0451
}

pub fn permit() -> Permit {
    Permit { judgement: todo!(), obligations: Vec::new() } //~ E0451
}

pub fn denial() -> Denial {
    Denial { judgement: todo!(), known: true, help: None } //~ E0451
}

pub fn scope() -> Scope {
    Scope { worker: todo!(), agency: todo!() } //~ E0451
}

pub fn receipt() -> Receipt {
    Receipt { items: Vec::new(), ..made() } //~ E0451
}

pub fn refused() -> Refused {
    Refused { may_know: true, lines: Vec::new(), help: None } //~ E0451
}

pub fn disclosure() -> Disclosure<String> {
    Disclosure { value: String::new(), receipt: todo!() } //~ E0451
}
