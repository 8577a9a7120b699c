//! The men of whom it is asked where they stand: so many of them whole, the others in the index alone.
//!
//! Promises: whoever is asked for is whole: his case opened, his identity sealed, his order recorded with its events, each
//! through gate and log. The others are in the index of people by the very call by which unsealing puts them there.
//! Must never know: a real person, what is measured.

use super::hub::Hub;
use super::people::man;
use crate::auth::Actor;
use crate::cli::demo::HUB_AGENCY;
use crate::demo::Caseload;
use crate::desk::orders::MakeOrder;
use crate::model::cases::CaseHead;
use crate::model::id::{AgencyId, CaseId, OrderId, PersonId, WorkerId};
use crate::model::orders::{Condition, ConditionKind, OrderKind, Requirement, RequirementKind};
use crate::model::summary::ContactLevel;
use crate::model::time::Day;
use anyhow::Context;
use futures_util::{StreamExt, TryStreamExt, stream};

/// How many are whole: also the smaller of the two sizes that are compared.
pub(super) const WHOLE: u64 = 1_000;

/// Acts on their way at once: enough to fill the writer's batches.
const AT_ONCE: usize = 128;

/// Takes the whole ones in; returns who they are, in the order of their numbers.
pub(super) async fn take_in(hub: &Hub) -> anyhow::Result<Vec<PersonId>> {
    let caseload = Caseload::from_seed(super::hub::SEED);
    let writer = caseload.worker("morag").context("the cast has no case manager")?;
    let importer = Actor::service("import", HUB_AGENCY.parse().context("the hub's own agency")?);
    let by = (&importer, writer.id, &writer.agency);
    stream::iter(0..WHOLE).map(|number| one(hub, by, number)).buffered(AT_ONCE).try_collect().await
}

/// Puts the others into the index, so that there are `people` of them with those who are whole.
pub(super) fn crowd(hub: &Hub, people: u64) {
    // One after the other: a million of them in plain words would take more than the index. A question finds the gaps.
    hub.demo.desk.crowd_index((WHOLE..people).filter_map(|number| man(number).ok()));
}

async fn one(
    hub: &Hub,
    (importer, writer, owner): (&Actor, WorkerId, &AgencyId),
    number: u64,
) -> anyhow::Result<PersonId> {
    let (case, person, desk) = (CaseId::random(), PersonId::random(), &hub.demo.desk);
    let (reference, label) = (format!("BENCH-{number:08}"), "caledonian".to_owned());
    let head = CaseHead { id: case, person, reference, label, mappa: None, owner: owner.clone() };
    desk.open_case(importer, head, &man(number)?).await?;
    let made = desk.now().plus_seconds(-86_400 * 30).day();
    let by = (OrderId::random(), writer, owner.clone());
    desk.take_order(importer, case, by, order(made)?).await?;
    Ok(person)
}

/// Returns an order with a curfew, a person whom he must not contact, a programme and a contact level.
fn order(made: Day) -> anyhow::Result<MakeOrder> {
    let condition = |kind, from: Option<&str>, to: Option<&str>| -> anyhow::Result<Condition> {
        let hour = |text: Option<&str>| text.map(str::parse).transpose();
        Ok(Condition { kind, protected: Vec::new(), from: hour(from)?, to: hour(to)?, text: None })
    };
    let requirement = |kind| Requirement { kind, hours: None, months: None, programme: None };
    Ok(MakeOrder {
        kind: OrderKind::CommunityPayback,
        court: None,
        reference: None,
        made,
        notified: Some(made),
        received: Some(made),
        starts: None,
        ends: None,
        requirements: vec![requirement(RequirementKind::Supervision), requirement(RequirementKind::Programme)],
        conditions: vec![
            condition(ConditionKind::NoContact, None, None)?,
            condition(ConditionKind::Curfew, Some("19:00"), Some("07:00"))?,
        ],
        officer: None,
        deputy: None,
        area: None,
        contact_level: Some(ContactLevel::High),
        replaces: None,
        ends_protection: false,
        checked: Vec::new(),
    })
}
