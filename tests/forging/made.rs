//! A proof cannot be made either: its makers are private to the room that judges.

use lippen::policy::permit::{Denial, Judgement, Permit, Scope};
use lippen::store::Receipt;
use lippen::vault::Disclosure;

pub fn permit(judgement: Judgement) -> Permit {
    Permit::granted(judgement, Vec::new()) //~ E0624
}

pub fn denial(judgement: Judgement) -> Denial {
    Denial::of(judgement, true) //~ E0624
}

pub fn judgement(ask: &lippen::policy::permit::Ask<'_>, facts: &lippen::model::facts::Facts) -> Judgement {
    Judgement::on(ask, facts, Vec::new(), "", todo!()) //~ E0624
}

pub fn scope() -> Scope {
    Scope::of(todo!(), todo!()) //~ E0624
}

pub fn disclosure(receipt: Receipt) -> Disclosure<String> {
    Disclosure::of(String::new(), receipt) //~ E0624
}
