//! A proof cannot be copied, and what it discloses cannot be shown by accident.

use lippen::auth::{Actor, Credential};
use lippen::model::location::{Address, Whereabouts};
use lippen::model::notes::RiskNote;
use lippen::policy::permit::{Denial, Permit};
use lippen::store::{Receipt, Refused};
use lippen::vault::Disclosure;

pub fn receipt_again(receipt: &Receipt) -> Receipt {
    receipt.clone() //~ E0308
}

pub fn receipt_of_a_moved_one(receipt: Receipt) -> Receipt {
    let again = receipt.clone(); //~ E0599
    again
}

fn copied<T: Clone>() {}
fn printed<T: std::fmt::Display>() {}
fn inspected<T: std::fmt::Debug>() {}
fn sent<T: serde::Serialize>() {}

pub fn attempts() {
    copied::<Credential>(); //~ E0277
    copied::<Actor>(); //~ E0277
    copied::<Permit>(); //~ E0277
    copied::<Denial>(); //~ E0277
    copied::<Refused>(); //~ E0277
    copied::<Disclosure<RiskNote>>(); //~ E0277
    copied::<RiskNote>(); //~ E0277
    copied::<Whereabouts>(); //~ E0277
    printed::<Disclosure<RiskNote>>(); //~ E0277
    printed::<RiskNote>(); //~ E0277
    printed::<Whereabouts>(); //~ E0277
    printed::<Address>(); //~ E0277
    inspected::<Whereabouts>(); //~ E0277
    inspected::<Address>(); //~ E0277
    sent::<Disclosure<RiskNote>>(); //~ E0277
    sent::<RiskNote>(); //~ E0277
    sent::<Whereabouts>(); //~ E0277
    sent::<Address>(); //~ E0277
    sent::<Credential>(); //~ E0277
    sent::<Receipt>(); //~ E0277
}
