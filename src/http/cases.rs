//! Cases, and where a protected person is, over HTTP.

use super::answer::{Answer, disclosed, marked, ok, receipt};
use super::extract::{Caller, Id};
use super::hub::Hub;
use super::lists::Page;
use super::notes::For;
use super::people::person;
use super::query::Query;
use crate::desk::Level;
use crate::desk::cases::OpenPerson;
use crate::model::cases::CaseHead;
use crate::model::id::{CaseId, PersonId, ProtectedId};
use crate::model::location::{Address, SafePhone};
use crate::model::people::Identity;
use crate::model::text::Line;
use axum::extract::State;
use serde_json::{Value, json};

/// `GET /api/v1/cases`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<CaseId>>) -> Answer {
    let (cases, next, recorded) = hub.desk.cases(&actor, page.after, page.limit()?).await?;
    let items: Vec<Value> = cases.iter().map(clear).collect();
    ok(json!({ "items": items, "next": next, "receipt": receipt(&recorded) }))
}

/// `GET /api/v1/cases/{case}`
pub(super) async fn show(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(case): Id<CaseId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.case(&actor, case, why.purpose).await?;
    let mut body = clear(&open.head);
    let (person, receipt) = opened_person(open.head.person, &open.person);
    body["access"] = person["access"].clone();
    body["person"] = person;
    body["protected"] = open
        .protected
        .iter()
        .map(|head| json!({ "id": head.id, "pseudonym": head.pseudonym, "relation": head.relation }))
        .collect();
    body["involved"] = open
        .involved
        .iter()
        .map(|one| json!({ "worker": one.worker, "role": one.role, "agency": one.agency, "about": one.about }))
        .collect();
    body["receipt"] = receipt;
    ok(body)
}

/// Shows who he is, as far as the reader may know, and the receipt.
pub(super) fn opened_person(id: PersonId, open: &OpenPerson) -> (Value, Value) {
    let (level, shown, receipt) = match open {
        OpenPerson::Full(found) => (Level::Full, found.value().first().map(|one| whole(id, one)), disclosed(found)),
        OpenPerson::Summary(found) => {
            (Level::Summary, found.value().first().map(|one| person(id, one)), disclosed(found))
        }
    };
    let mut shown = shown.unwrap_or_default();
    shown["access"] = json!(level.as_str());
    (shown, receipt)
}

/// `GET /api/v1/protected/{protected}/whereabouts`
pub(super) async fn whereabouts(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(protected): Id<ProtectedId>,
    Query(why): Query<For>,
) -> Answer {
    let open = hub.desk.whereabouts(&actor, protected, why.purpose).await?;
    let place = open.place.value();
    let mut body = json!({
        "protected": protected,
        "address": place.address.as_ref().map(Address::reveal),
        "school": place.school.as_ref().map(Address::reveal),
        "workplace": place.workplace.as_ref().map(Address::reveal),
        "safe_phone": place.safe_phone.as_ref().filter(|_| !open.asks_first).map(SafePhone::reveal),
        "receipt": disclosed(&open.place),
    });
    marked(&mut body, open.watermark.as_deref());
    ok(body)
}

/// Shows all that is recorded of who a man is.
fn whole(id: PersonId, identity: &Identity) -> Value {
    json!({
        "id": id, "family_name": identity.family_name.reveal(), "given_names": identity.given_names.reveal(),
        "date_of_birth": identity.date_of_birth,
        "references": identity.references.iter().map(Line::reveal).collect::<Vec<_>>(),
        "address": identity.address.as_ref().map(Line::reveal),
        "phone": identity.phone.as_ref().map(Line::reveal),
    })
}

fn clear(head: &CaseHead) -> Value {
    json!({ "id": head.id, "reference": head.reference, "label": head.label, "mappa": head.mappa, "owner": head.owner })
}
