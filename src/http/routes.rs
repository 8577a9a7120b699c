//! Every route on one page: what can be asked, and which function answers.

use super::hub::Hub;
use super::problem::{Problem, words};
use super::{
    addresses, alerts, assessments, audit, cases, chronology, clocks, consents, decisions, drills, emergency,
    endpoints, events, figures, groups, heartbeats, imports, locks, meetings, notes, notifications, operations, orders,
    overrides, packs, pages, people, plans, policies, previews, programmes, referrals, rota, safe_contact, shares,
    shield, signers, status, storms, stream, systems, wordings,
};
use axum::Router;
use axum::middleware::from_fn;
use axum::routing::{get, post};

macro_rules! routes {
    ($($method:ident $path:literal => $handler:path),+ $(,)?) => {
        /// Every route of the API: method and path. A test asks each of them as each member of the cast.
        pub const ROUTES: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        fn api() -> Router<Hub> {
            Router::new()$(.route($path, $method($handler)))+
        }
    };
}

routes! {
    get "/api/v1/me" => people::me,
    post "/api/v1/me/conflicts" => people::declare,
    post "/api/v1/me/step-up" => people::step_up,
    get "/api/v1/me/notifications" => notifications::show,
    post "/api/v1/me/notifications" => notifications::wish,
    post "/api/v1/me/notifications/email" => notifications::set_mail,
    post "/api/v1/me/notifications/email/verification" => notifications::prove_mail,
    post "/api/v1/people/search" => people::search,
    post "/api/v1/status-queries" => status::ask,
    post "/api/v1/status-queries/batch" => status::ask_list,
    get "/api/v1/status-queries" => status::list,
    post "/api/v1/status-queries/{query}/incident" => status::incident,
    get "/api/v1/cases" => cases::list,
    get "/api/v1/cases/{case}" => cases::show,
    get "/api/v1/cases/{case}/readers" => audit::readers,
    post "/api/v1/cases/{case}/notes" => notes::write,
    get "/api/v1/cases/{case}/notes" => notes::list,
    post "/api/v1/notes/preview" => previews::note,
    post "/api/v1/decisions/explain" => previews::explain,
    post "/api/v1/cases/{case}/alerts" => alerts::raise,
    post "/api/v1/cases/{case}/wordings" => wordings::say,
    get "/api/v1/cases/{case}/wordings" => wordings::list,
    post "/api/v1/cases/{case}/lock" => locks::lock,
    get "/api/v1/cases/{case}/lock" => locks::show,
    post "/api/v1/cases/{case}/lock/admissions" => locks::admit,
    post "/api/v1/cases/{case}/lock/words" => locks::judge,
    post "/api/v1/cases/{case}/consents" => consents::record,
    post "/api/v1/cases/{case}/withdrawals" => consents::take_back,
    get "/api/v1/notes/{note}" => notes::show,
    post "/api/v1/notes/{note}/derivative" => notes::derive,
    get "/api/v1/notes/{note}/conditions" => notes::conditions,
    post "/api/v1/notes/{note}/acceptance" => notes::accept,
    post "/api/v1/notes/{note}/shares" => shares::share,
    post "/api/v1/notes/{note}/corrections" => notes::correct,
    post "/api/v1/notes/{note}/withdrawal" => notes::recall,
    get "/api/v1/shares/{share}" => shares::show,
    post "/api/v1/shares/{share}/withdrawal" => shares::recall,
    post "/api/v1/shares/{share}/confirmation" => shares::confirm,
    get "/api/v1/shares/{share}/basis" => shares::basis,
    post "/api/v1/notes/{note}/overrides" => overrides::ask,
    get "/api/v1/cases/{case}/overrides" => overrides::list,
    get "/api/v1/overrides/{override}" => overrides::show,
    post "/api/v1/overrides/{override}/approval" => overrides::answer,
    post "/api/v1/overrides/{override}/review" => overrides::review,
    post "/api/v1/cases/{case}/orders" => orders::make,
    get "/api/v1/cases/{case}/orders" => orders::list,
    get "/api/v1/orders/{order}" => orders::show,
    post "/api/v1/cases/{case}/contacts" => events::contact,
    post "/api/v1/cases/{case}/non-compliance" => events::non_compliance,
    post "/api/v1/cases/{case}/events" => events::record,
    get "/api/v1/cases/{case}/events" => events::list,
    get "/api/v1/events/{event}" => events::show,
    post "/api/v1/cases/{case}/assessments" => assessments::record,
    get "/api/v1/cases/{case}/assessments" => assessments::list,
    post "/api/v1/assessments/recall" => assessments::recall,
    get "/api/v1/assessments/{assessment}" => assessments::show,
    post "/api/v1/assessments/{assessment}/corrections" => assessments::correct,
    post "/api/v1/cases/{case}/plans" => plans::write,
    get "/api/v1/cases/{case}/plans" => plans::list,
    get "/api/v1/plans/{plan}" => plans::show,
    post "/api/v1/plans/{plan}/approval" => plans::approve,
    post "/api/v1/referrals" => referrals::file,
    get "/api/v1/cases/{case}/referrals" => referrals::list,
    get "/api/v1/referrals/{referral}" => referrals::show,
    post "/api/v1/referrals/{referral}/return" => referrals::send_back,
    post "/api/v1/referrals/{referral}/acceptance" => referrals::accept,
    post "/api/v1/meetings" => meetings::set,
    get "/api/v1/meetings" => meetings::list,
    get "/api/v1/meetings/{meeting}" => meetings::show,
    post "/api/v1/meetings/{meeting}/items" => meetings::list_case,
    post "/api/v1/agenda-items/{item}/end" => meetings::take_off,
    post "/api/v1/meetings/{meeting}/seats" => meetings::invite,
    post "/api/v1/meeting-seats/{seat}/end" => meetings::withdraw,
    post "/api/v1/meetings/{meeting}/issue" => meetings::issue,
    post "/api/v1/meetings/{meeting}/cancellation" => meetings::call_off,
    get "/api/v1/meetings/{meeting}/pack" => packs::show,
    get "/api/v1/meetings/{meeting}/packs" => packs::list,
    get "/api/v1/meetings/{meeting}/statement" => meetings::statement,
    post "/api/v1/meetings/{meeting}/statement" => meetings::accept,
    get "/api/v1/cases/{case}/clocks" => clocks::of_case,
    get "/api/v1/clocks" => clocks::mine,
    post "/api/v1/cases/{case}/addresses" => addresses::propose,
    get "/api/v1/cases/{case}/addresses" => addresses::list,
    get "/api/v1/addresses/{address}" => addresses::show,
    post "/api/v1/addresses/{address}/conclusion" => addresses::conclude,
    get "/api/v1/checks" => addresses::mine,
    get "/api/v1/checks/{check}" => addresses::show_check,
    post "/api/v1/checks/{check}/replies" => addresses::answer,
    post "/api/v1/cases/{case}/programme" => programmes::list_him,
    get "/api/v1/cases/{case}/programme" => programmes::of_case,
    post "/api/v1/cases/{case}/programme/details" => programmes::send_details,
    get "/api/v1/waiting-list" => programmes::waiting,
    post "/api/v1/programmes" => groups::begin,
    get "/api/v1/programmes" => groups::list,
    get "/api/v1/programmes/{programme}" => groups::show,
    post "/api/v1/programmes/{programme}/members" => groups::join,
    post "/api/v1/programmes/{programme}/sessions" => groups::plan,
    get "/api/v1/programmes/{programme}/sessions/{n}" => groups::session,
    post "/api/v1/programmes/{programme}/sessions/{n}/cancellation" => groups::call_off,
    post "/api/v1/programmes/{programme}/sessions/{n}/attendance" => groups::attendance,
    get "/api/v1/cases/{case}/chronology" => chronology::show,
    get "/api/v1/cases/{case}/appointments" => chronology::appointments,
    get "/api/v1/cases/{case}/appointments.ics" => chronology::calendar,
    post "/api/v1/imports" => imports::take,
    post "/api/v1/cases/{case}/disclosures" => decisions::record,
    get "/api/v1/cases/{case}/disclosures" => decisions::list,
    get "/api/v1/disclosures/{disclosure}" => decisions::show,
    get "/api/v1/protected/{protected}/whereabouts" => cases::whereabouts,
    post "/api/v1/protected/{protected}/safe-contact" => safe_contact::write,
    get "/api/v1/protected/{protected}/safe-contact" => safe_contact::show,
    post "/api/v1/protected/{protected}/safe-contact/verifications" => safe_contact::verify,
    post "/api/v1/protected/{protected}/safe-contact/unsafe" => safe_contact::say_unsafe,
    post "/api/v1/protected/{protected}/safe-contact/asks" => safe_contact::ask,
    post "/api/v1/safe-contact/{ask}/number" => safe_contact::number,
    post "/api/v1/safe-contact/{ask}/outcome" => safe_contact::end,
    get "/api/v1/alerts" => alerts::inbox,
    get "/api/v1/alerts/stream" => stream::alerts,
    post "/api/v1/alerts/taken" => alerts::taken,
    get "/api/v1/alerts/unacknowledged" => alerts::unacknowledged,
    get "/api/v1/alerts/due.ics" => alerts::due,
    get "/api/v1/alerts/groups" => alerts::groups,
    post "/api/v1/alerts/acknowledgements" => alerts::acknowledge_several,
    get "/api/v1/deliveries/undelivered" => endpoints::undelivered,
    post "/api/v1/endpoints" => endpoints::add,
    get "/api/v1/endpoints" => endpoints::list,
    post "/api/v1/endpoints/{endpoint}/secret" => endpoints::rekey,
    post "/api/v1/endpoints/{endpoint}/end" => endpoints::end,
    post "/api/v1/endpoints/{endpoint}/test" => endpoints::try_it,
    get "/api/v1/alerts/{alert}" => alerts::show,
    post "/api/v1/alerts/{alert}/acknowledgement" => alerts::acknowledge,
    post "/api/v1/alerts/{alert}/actions" => alerts::act,
    get "/api/v1/alert-figures" => figures::show,
    post "/api/v1/drills" => drills::run,
    get "/api/v1/drills/{drill}" => drills::show,
    get "/api/v1/heartbeats" => heartbeats::list,
    post "/api/v1/heartbeats/taken" => heartbeats::taken,
    get "/api/v1/storms" => storms::list,
    post "/api/v1/storms/{storm}/words" => storms::judge,
    get "/api/v1/rota" => rota::list,
    post "/api/v1/rota" => rota::set,
    post "/api/v1/rota/{turn}/end" => rota::end,
    post "/api/v1/alerts/{alert}/notice" => alerts::answer_notice,
    get "/api/v1/consents/{consent}" => consents::show,
    get "/api/v1/consents/{consent}/export" => consents::export,
    post "/api/v1/consents/{consent}/withdrawal" => consents::withdraw,
    get "/api/v1/signing-keys" => signers::list,
    post "/api/v1/signing-keys/{key}/replacement" => signers::replace,
    post "/api/v1/signing-keys/{key}/report" => signers::report,
    post "/api/v1/signing-keys/{key}/vouching" => signers::vouch,
    get "/api/v1/policies/current" => policies::current,
    post "/api/v1/policies" => policies::adopt,
    post "/api/v1/emergency-access" => emergency::open,
    get "/api/v1/emergency-access" => emergency::list,
    post "/api/v1/emergency-access/{access}/review" => emergency::review,
    get "/api/v1/audit/checkpoint" => audit::checkpoint,
    get "/api/v1/audit/consistency" => audit::consistency,
    get "/api/v1/audit/tile/{*path}" => audit::tile,
    get "/api/v1/audit/entries/{index}/proof" => audit::proof,
}

/// What people and their programs ask, and how it is read.
pub fn people(hub: Hub) -> Router {
    let open = Router::new()
        .route("/openapi.json", get(operations::openapi))
        .route("/docs", get(operations::docs))
        .route("/docs/{file}", get(operations::docs_file))
        .route("/health/live", get(operations::live))
        .route("/health/ready", get(operations::ready));
    pages::over(guarded(api().merge(open).merge(pages::routes()).with_state(hub)))
}

/// What agencies' systems ask, on the listener that demands their certificate.
pub fn systems(hub: Hub) -> Router {
    let own = Router::new().route("/oauth/token", post(systems::token));
    guarded(api().merge(own).with_state(hub))
}

/// What operators ask, on a loopback listener.
pub fn operators(hub: Hub) -> Router {
    let own = Router::new()
        .route("/metrics", get(operations::metrics))
        .route("/health/live", get(operations::live))
        .route("/health/ready", get(operations::ready));
    guarded(own.with_state(hub))
}

/// Puts problems' words and the shield around routes; the fallbacks too.
fn guarded(router: Router) -> Router {
    let router = router
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(async || Problem::method())
        .layer(from_fn(words));
    shield::over(router)
}
