//! Where a man stands, over HTTP.

use super::answer::{Answer, made, ok, receipt};
use super::extract::{Caller, Id, Key};
use super::hub::Hub;
use super::json::Strict;
use super::lists::Page;
use super::query::Query;
use crate::auth::Actor;
use crate::desk::status_batch::{AskStatusList, BegunList, LineAnswer};
use crate::desk::status_follow_up::{AddIncident, ListedQuery};
use crate::desk::status_queries::{AskStatus, Found, One, StatusAnswer};
use crate::desk::{Error, Recorded};
use crate::model::id::QueryId;
use crate::model::matching::{Confidence, Fit};
use crate::model::status::{AtLarge, Phone, QueryWords, StatusCard};
use crate::model::text::{Line, Prose};
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;

/// The soonest that a question is answered, by itself or as one line of a list. Nobody and somebody hidden take the same
/// way; this covers what is left between them, and leaves an officer waiting for no time that anybody notices.
const SOONEST: Duration = Duration::from_millis(5);

pub(super) const NOBODY: &str = "Not known to this hub: this does not mean not supervised. Ring the numbers given here before you rely \
                      on it.";

pub(super) const SEVERAL: &str =
    "More than one person fits. Nobody is shown: ask for another identifier, and do not guess.";

const EXACT: &str =
    "One person fits in all that you gave. Compare the name and the date of birth with the man before you act.";

const NEARLY: &str = "One person fits, and not in every letter of what you gave. Read how it fits, and compare the name and the \
                      date of birth with the man before you act.";

const NO_GIVEN: &str = "One person fits by family name and date of birth. No given name was asked: compare it with the man \
                        before you act.";

const NO_BIRTH: &str = "One person here has these names. No date of birth was asked, and others who are not here may have the \
                        same names: ask for it before you act.";

const NO_FAMILY: &str = "One person here has this given name and date of birth. No family name was asked, and others who are \
                         not here may have both: ask for it before you act.";

const FAR: &str = "One person may be meant: more than one thing that you gave fits nearly, or one does and something is wanting. \
                   Read how it fits, and do not act on it before he is known by something else.";

const NOT_ASKED: &str = "This line was not asked: nothing was looked up. Correct what is said of it and ask it again.";

pub(super) const STALE: &str = "Old: nobody at the agency that keeps this has given a sign for a day or more. It may have changed: ring \
                     the case manager's number before you rely on it.";

pub(super) const SAFETY: &str = "A safety contact exists. Phone this number before you tell her anything.";

const NOT_RECORDED: &str = "What is null here is not recorded in this hub. It does not mean that there is none: ask the case \
                            manager's number.";

const MORE: &str = "If you need more, ring the case manager's number. If life is at risk, ask for emergency access: it is \
                    recorded, and others are told.";

pub(super) const NUMBERED: &str = "Recorded. A question is on no list any more; a list of questions stays in sight for its weeks. The log keeps \
                        both.";

/// `POST /api/v1/status-queries`
pub(super) async fn ask(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<AskStatus>) -> Answer {
    ok(answer_of(&answered(hub, actor, body.value).await?))
}

/// Asks, to the end and for as long as every answer takes.
pub(super) async fn answered(hub: Hub, actor: Actor, ask: AskStatus) -> Result<StatusAnswer, Error> {
    let finisher = hub.finisher.clone();
    let soonest = tokio::time::sleep(SOONEST);
    let answered = finisher.run(async move { hub.desk.ask_status(&actor, ask).await }).await;
    soonest.await;
    answered
}

/// `POST /api/v1/status-queries/batch`
pub(super) async fn ask_list(State(hub): State<Hub>, Caller(actor): Caller, body: Strict<AskStatusList>) -> Answer {
    let (begun, lines) = answered_list(hub, actor, body.value).await?;
    let lines: Vec<Value> = lines.iter().zip(1_u32..).map(|(told, number)| line_of(number, told)).collect();
    let follow_up = begun.follow_up.map(|from| json!({ "query": begun.id, "from": from }));
    ok(json!({ "lines": lines, "follow_up": follow_up, "receipt": placed(&begun.recorded) }))
}

/// Asks every line of a list, to the end and each for as long as every answer takes.
pub(super) async fn answered_list(
    hub: Hub,
    actor: Actor,
    list: AskStatusList,
) -> Result<(BegunList, Vec<LineAnswer>), Error> {
    let finisher = hub.finisher.clone();
    let asked = finisher.run(async move {
        let begun = hub.desk.begin_status_list(&actor, &list).await?;
        let mut lines = Vec::with_capacity(list.lines.len());
        for line in &list.lines {
            let soonest = tokio::time::sleep(SOONEST);
            let told = hub.desk.ask_status_line(&actor, begun.id, &list, line).await;
            soonest.await;
            lines.push(told);
        }
        Ok((begun, lines))
    });
    asked.await
}

/// Shows a line of a list: the same fields whatever became of it.
fn line_of(number: u32, told: &LineAnswer) -> Value {
    let mut answer = match told {
        LineAnswer::Told(told) => answer_of(told),
        LineAnswer::Wrong(_) => json!({
            "match": null, "confidence": null, "fits": [], "card": null, "as_at": null, "say": NOT_ASKED, "ring": [],
            "follow_up": null, "receipt": null,
        }),
    };
    answer["line"] = json!(number);
    answer["errors"] = match told {
        LineAnswer::Told(_) => json!([]),
        LineAnswer::Wrong(errors) => errors.iter().map(|one| json!({ "field": one.field, "say": one.say })).collect(),
    };
    answer
}

/// Shows what an officer is told.
fn answer_of(told: &StatusAnswer) -> Value {
    let (word, say) = match &told.found {
        Found::Nobody => ("none", NOBODY),
        Found::Several => ("several", SEVERAL),
        Found::One(one) => ("one", say_of(one.confidence, &one.fits)),
    };
    // Nothing but the receipt differs between two answers of nobody: the question's id is there only where it is needed.
    let follow_up = told.follow_up.map(|from| json!({ "query": told.id, "from": from }));
    let mut answer = json!({
        "match": word, "confidence": null, "fits": [], "card": null, "as_at": null, "say": say,
        "ring": told.ring.iter().map(phone).collect::<Vec<_>>(), "follow_up": follow_up,
        "receipt": placed(&told.recorded),
    });
    if let Found::One(one) = &told.found {
        answer["confidence"] = json!(one.confidence);
        answer["fits"] = json!(one.fits);
        answer["as_at"] = json!(one.card.as_at);
        answer["ring"] = json!([phone(&one.card.owner_phone)]);
        answer["card"] = shown(one);
    }
    answer
}

/// Says what was asked and how it fits: what was not asked is told apart from what fits nearly.
pub(super) fn say_of(confidence: Confidence, fits: &[Fit]) -> &'static str {
    let near = fits.iter().any(|fit| !fit.is_whole());
    let (family, born) = (fits.iter().any(|fit| fit.is_of_family()), fits.iter().any(|fit| fit.is_of_birth()));
    match (confidence, near) {
        (Confidence::Exact, _) => EXACT,
        (Confidence::Strong, true) => NEARLY,
        (Confidence::Strong, false) => NO_GIVEN,
        (Confidence::Possible, true) => FAR,
        (Confidence::Possible, false) if !born => NO_BIRTH,
        (Confidence::Possible, false) if !family => NO_FAMILY,
        (Confidence::Possible, false) => FAR,
    }
}

fn placed(recorded: &Recorded) -> Value {
    json!({ "index": recorded.index, "size": recorded.size, "root": recorded.root })
}

/// `GET /api/v1/status-queries`
pub(super) async fn list(State(hub): State<Hub>, Caller(actor): Caller, Query(page): Query<Page<i64>>) -> Answer {
    let list = hub.desk.open_queries(&actor, page.after, page.limit()?).await?;
    let items: Vec<Value> = list.items.iter().zip(list.words.value()).map(|(one, words)| item(one, words)).collect();
    ok(json!({ "items": items, "next": list.next, "receipt": receipt(&list.recorded) }))
}

/// `POST /api/v1/status-queries/{query}/incident`
pub(super) async fn incident(
    State(hub): State<Hub>,
    Caller(actor): Caller,
    Id(query): Id<QueryId>,
    key: Key,
    body: Strict<AddIncident>,
) -> Answer {
    let once = key.once(body.digest);
    let finisher = hub.finisher.clone();
    let done = finisher.run(async move { hub.desk.add_incident(&actor, query, &body.value, once).await }).await?;
    let mut answer: Value = serde_json::from_str(&done.answer).map_err(|_| Error::Unknown)?;
    answer["say"] = json!(NUMBERED);
    made(StatusCode::OK, crate::desk::Written { answer: answer.to_string(), ..done }, None)
}

fn shown(one: &One) -> Value {
    let card: &StatusCard = &one.card;
    let man = one.man.value().0.first();
    json!({
        "person": card.person,
        "family_name": man.map(|man| man.family_name.reveal()),
        "given_names": man.map(|man| man.given_names.reveal()),
        "date_of_birth": man.map(|man| man.date_of_birth),
        "arrangement": card.arrangement,
        "orders": card.orders.as_ref().map(|orders| {
            orders.iter().map(|(words, until)| json!({ "words": words, "until": until })).collect::<Vec<_>>()
        }),
        "conditions": card.conditions, "curfew": card.curfew, "contact_level": card.contact_level,
        "recall": card.recall.as_ref().map(at_large), "at_large": card.at_large.as_ref().map(at_large),
        "safety_contact": card.safety_contact.as_ref().map(|ring| json!({ "say": SAFETY, "ring": phone(ring) })),
        "owner": { "agency": card.owner, "name": card.owner_name, "ring": phone(&card.owner_phone) },
        "stale": card.is_stale, "banner": card.is_stale.then_some(STALE), "not_recorded": NOT_RECORDED,
        "need_more": { "say": MORE, "ring": phone(&card.owner_phone), "emergency": "POST /api/v1/emergency-access" },
    })
}

fn at_large(notice: &AtLarge) -> Value {
    let acknowledged = notice.acknowledged.as_ref();
    json!({
        "since": notice.since, "say": notice.say,
        "acknowledged": acknowledged.map(|by| json!({ "worker": by.worker, "agency": by.agency, "at": by.at })),
    })
}

fn phone(phone: &Phone) -> Value {
    json!({ "number": phone.number, "whose": phone.whose })
}

fn item(one: &ListedQuery, words: &QueryWords) -> Value {
    json!({
        "id": one.id, "worker": one.worker, "role": one.role, "at": one.at, "follow_up": one.follow_up,
        "reason": words.reason.as_ref().map(Prose::reveal), "lines": one.lines,
        "incident": words.incident.as_ref().map(Line::reveal),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_tells_what_was_not_asked_from_what_fits_nearly() {
        use Fit::{Born, Family, FamilySounds, Given, NamesExchanged, Reference};
        for (confidence, fits, say) in [
            (Confidence::Exact, &[Family, Given, Born][..], EXACT),
            (Confidence::Exact, &[Reference], EXACT),
            (Confidence::Strong, &[NamesExchanged, Born], NEARLY),
            (Confidence::Strong, &[Family, Born], NO_GIVEN),
            (Confidence::Possible, &[Family, Given], NO_BIRTH),
            (Confidence::Possible, &[FamilySounds, Given], FAR),
            (Confidence::Possible, &[Given, Born], NO_FAMILY),
        ] {
            assert_eq!(
                (Confidence::of(fits, fits.len().max(2) + usize::from(say == NEARLY)), say_of(confidence, fits)),
                (confidence, say),
                "{fits:?}"
            );
        }
    }
}
