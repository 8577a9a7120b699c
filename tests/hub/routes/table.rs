//! One row a route: who has the right to it, and what everybody else is answered.
//!
//! Promises: no route without its row (`routes.rs` counts them).

/// Who asks, in the order of the table: police response, police offender manager, group worker
/// of the case, worker of the other woman, agency administrator, platform operator, inspector.
pub(super) const CAST: [&str; 7] = ["kenneth", "angus", "(group)", "catriona", "graham", "emil", "irene"];

/// Method, path, who has the right to it, and what they and the cast are answered.
///
/// 404 is for the group worker of the case too where an item is about her: that role may know of no woman (guard `whom`).
/// 422 is for a kind of alert that their role never raises, on whatever case: it says which kinds it does raise.
/// A woman's consent is not there for anybody but her own service.
#[rustfmt::skip]
pub(super) const TABLE: &[(&str, &str, &str, u16, [u16; 7])] = &[
    //                                                       right worker  PR   PO   GW   WW2  AA   OP   EX
    ("get", "/api/v1/me",                                   "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/me/conflicts",                        "isla",  201, [201, 201, 201, 201, 201, 404, 201]),
    ("post", "/api/v1/me/step-up",                          "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/me/notifications",                     "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/me/notifications",                    "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    // Without an address: nothing is sent from now on.
    ("post", "/api/v1/me/notifications/email",              "isla",  202, [202, 202, 202, 202, 202, 202, 202]),
    // No code was sent to anybody.
    ("post", "/api/v1/me/notifications/email/verification", "isla",  422, [422, 422, 422, 422, 422, 422, 422]),
    ("post", "/api/v1/people/search",                       "morag", 200, [200, 200, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/status-queries",                      "lynsey", 200, [200, 200, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/status-queries/batch",                "lynsey", 200, [200, 200, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/status-queries",                       "ruth",  200, [404, 200, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/status-queries/{query}/incident",     "lynsey", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases",                                "morag", 200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/cases/{case}",                         "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/readers",                 "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/notes",                  "morag", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/notes",                   "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/notes/preview",                       "morag", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/decisions/explain",                   "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/alerts",                 "isla",  202, [404, 404, 422, 404, 404, 404, 404]),
    // His plan's words are for whoever answers for him, and for nobody on a woman's side.
    ("post", "/api/v1/cases/{case}/wordings",               "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/wordings",                "morag", 200, [404, 404, 403, 403, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/consents",               "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/notes/{note}",                         "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/derivative",             "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/notes/{note}/conditions",              "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/acceptance",             "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/shares",                 "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/protected/{protected}/whereabouts",    "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    // One version is there already: who writes on the same one is told so, and nobody else is told anything.
    ("post", "/api/v1/protected/{protected}/safe-contact",  "isla",  409, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/protected/{protected}/safe-contact",   "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/protected/{protected}/safe-contact/verifications", "isla", 422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/protected/{protected}/safe-contact/unsafe", "isla", 422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/protected/{protected}/safe-contact/asks", "isla", 201, [404, 404, 404, 404, 404, 404, 404]),
    // The asking was refused, because nobody had asked her: no number is shown for it.
    ("post", "/api/v1/safe-contact/{ask}/number",           "isla",  422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/safe-contact/{ask}/outcome",          "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/alerts",                               "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/alerts/stream",                        "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    // A place that is not theirs, told to each who has an inbox.
    ("post", "/api/v1/alerts/taken",                        "isla",  422, [422, 422, 422, 422, 404, 404, 422]),
    ("get", "/api/v1/alerts/unacknowledged",                "aileen", 200, [404, 200, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/storms",                               "ruth",  200, [404, 404, 404, 404, 404, 404, 404]),
    // None goes on: `stories/storms.rs` has one.
    ("post", "/api/v1/storms/{storm}/words",                "ruth",  404, [404, 404, 404, 404, 404, 404, 404]),
    // Whether alerts come on time is told to each of their own agency; a number that no heartbeat has, to nobody as one.
    ("get", "/api/v1/heartbeats",                           "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/heartbeats/taken",                    "isla",  422, [422, 422, 422, 422, 422, 422, 422]),
    // Drills and figures are for those who answer for an agency.
    ("post", "/api/v1/drills",                              "aileen", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/drills/{drill}",                       "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/alert-figures",                        "aileen", 200, [404, 200, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/alerts/due.ics",                       "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/alerts/groups",                        "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    // Of others' alerts each is told, one by one, that there is none of theirs.
    ("post", "/api/v1/alerts/acknowledgements",             "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/deliveries/undelivered",               "aileen", 200, [404, 200, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/endpoints",                           "tracy", 201, [404, 404, 404, 404, 201, 404, 404]),
    ("get", "/api/v1/endpoints",                            "tracy", 200, [404, 404, 404, 404, 200, 404, 404]),
    // Another agency's administrator is told of none.
    ("post", "/api/v1/endpoints/{endpoint}/secret",         "tracy", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/endpoints/{endpoint}/test",           "tracy", 202, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/endpoints/{endpoint}/end",            "tracy", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/rota",                                 "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/rota",                                "isla",  201, [201, 201, 201, 201, 201, 201, 201]),
    ("post", "/api/v1/rota/{turn}/end",                     "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/alerts/{alert}",                       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/alerts/{alert}/acknowledgement",      "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/alerts/{alert}/actions",              "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/alerts/{alert}/notice",               "isla",  404, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/consents/{consent}",                   "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/consents/{consent}/export",            "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/consents/{consent}/withdrawal",       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/withdrawals",            "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/corrections",            "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    // Hers is about her: it is taken back share by share.
    ("post", "/api/v1/notes/{note}/withdrawal",             "isla",  422, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/shares/{share}",                       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/shares/{share}/confirmation",         "morag", 404, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/shares/{share}/withdrawal",           "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/signing-keys",                         "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("post", "/api/v1/signing-keys/{key}/replacement",      "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/signing-keys/{key}/report",           "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/signing-keys/{key}/vouching",         "beth",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/policies/current",                     "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("post", "/api/v1/policies",                            "gavin", 422, [404, 404, 404, 404, 404, 404, 404]),
    // Without a proof there is no grant, whoever asks: that a proof opens it is a story of its own.
    ("post", "/api/v1/emergency-access",                    "lynsey", 422, [422, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/emergency-access",                     "ruth",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/emergency-access/{access}/review",    "ruth",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/shares/{share}/basis",                 "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/notes/{note}/overrides",              "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/overrides",               "isla",  200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/overrides/{override}",                 "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/overrides/{override}/approval",       "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/overrides/{override}/review",         "aileen", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/disclosures",            "(lead)", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/disclosures",             "(lead)", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/disclosures/{disclosure}",             "(lead)", 200, [404, 404, 404, 404, 404, 404, 404]),
    // Whoever is on the case sees its lists, each item by its own right. Conditions and events have their summary for some.
    ("post", "/api/v1/cases/{case}/orders",                 "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/orders",                  "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/orders/{order}",                       "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/contacts",               "morag", 201, [404, 404, 201, 403, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/non-compliance",         "morag", 201, [404, 404, 201, 403, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/events",                 "morag", 201, [404, 404, 201, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/events",                  "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/events/{event}",                       "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/chronology",              "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/appointments",            "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/appointments.ics",        "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/assessments",            "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/assessments",             "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/assessments/{assessment}",             "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/assessments/{assessment}/corrections", "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    // Nothing stands by those words: whoever may ask is told so, and nobody else.
    ("post", "/api/v1/assessments/recall",                  "(lead)", 422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/plans",                  "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/plans",                   "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    // What nobody has approved is there for those alone who see all of it.
    ("get", "/api/v1/plans/{plan}",                         "morag", 200, [404, 404, 404, 404, 404, 404, 404]),
    // One of his agency waits already; the co-ordinator who is named in it joined the case by it. The plan is not approved.
    ("post", "/api/v1/referrals",                           "morag", 422, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/referrals",               "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/referrals/{referral}",                 "morag", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/referrals/{referral}/acceptance",     "judith", 422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/referrals/{referral}/return",         "judith", 200, [404, 404, 404, 404, 404, 404, 404]),
    // Who is invited, and nobody else, knows of a meeting beside its office; it is on its agenda already; another statement.
    ("post", "/api/v1/meetings",                            "judith", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/meetings",                             "vikram", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/meetings/{meeting}",                   "colin", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/meetings/{meeting}/items",            "judith", 422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/meetings/{meeting}/seats",            "colin", 201, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/meetings/{meeting}/issue",            "judith", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/meetings/{meeting}/pack",              "judith", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/meetings/{meeting}/packs",             "vikram", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/meetings/{meeting}/statement",         "vikram", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/meetings/{meeting}/statement",        "vikram", 422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/agenda-items/{item}/end",             "judith", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/meeting-seats/{seat}/end",            "colin", 200, [404, 404, 404, 404, 404, 404, 404]),
    // No case of it needs to be the actor's own.
    ("post", "/api/v1/meetings/{meeting}/cancellation",     "colin", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/plans/{plan}/approval",               "(lead)", 200, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/clocks",                  "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/clocks",                               "morag", 200, [200, 200, 200, 200, 404, 404, 200]),
    // Whoever answers for a team's cases brings them in, for their own agency: here one line, only looked at.
    ("post", "/api/v1/imports",                             "(lead)", 200, [404, 404, 404, 404, 404, 404, 404]),
    // He has his place already: who may write of it is told so. Who runs no group is told of none.
    ("post", "/api/v1/cases/{case}/programme",              "morag", 409, [404, 404, 409, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/programme",               "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/programme/details",      "morag", 201, [404, 404, 422, 403, 404, 404, 404]),
    ("get", "/api/v1/waiting-list",                         "morag", 200, [200, 200, 200, 200, 404, 404, 200]),
    ("post", "/api/v1/programmes",                          "(group)", 201, [404, 404, 201, 404, 404, 404, 404]),
    ("get", "/api/v1/programmes",                           "(group)", 200, [404, 404, 200, 404, 404, 404, 404]),
    ("get", "/api/v1/programmes/{programme}",               "(group)", 200, [404, 404, 200, 404, 404, 404, 404]),
    ("post", "/api/v1/programmes/{programme}/members",      "(group)", 409, [404, 404, 201, 404, 404, 404, 404]),
    ("post", "/api/v1/programmes/{programme}/sessions",     "(group)", 201, [404, 404, 201, 404, 404, 404, 404]),
    ("get", "/api/v1/programmes/{programme}/sessions/{n}",  "(group)", 200, [404, 404, 200, 404, 404, 404, 404]),
    // It was planned just now: who calls it off a second time is told that there is nothing to call off.
    ("post", "/api/v1/programmes/{programme}/sessions/{n}/cancellation", "(group)", 422, [404, 404, 201, 404, 404, 404, 404]),
    // He has not begun: that is said to who runs the group alone.
    ("post", "/api/v1/programmes/{programme}/sessions/{n}/attendance", "(group)", 422, [404, 404, 422, 404, 404, 404, 404]),
    // Where an address stands is for those who hold his record; what one is asked about it for those who are asked.
    ("post", "/api/v1/cases/{case}/addresses",              "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/cases/{case}/addresses",               "morag", 200, [404, 404, 200, 200, 404, 404, 404]),
    ("get", "/api/v1/addresses/{address}",                  "morag", 200, [404, 404, 403, 403, 404, 404, 404]),
    ("post", "/api/v1/addresses/{address}/conclusion",      "morag", 201, [404, 404, 403, 403, 404, 404, 404]),
    ("get", "/api/v1/checks",                               "isla",  200, [200, 200, 200, 200, 404, 404, 200]),
    ("get", "/api/v1/checks/{check}",                       "isla",  200, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/checks/{check}/replies",              "isla",  201, [404, 404, 404, 404, 404, 404, 404]),
    ("get", "/api/v1/audit/checkpoint",                     "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/audit/consistency",                    "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/audit/tile/{*path}",                   "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    ("get", "/api/v1/audit/entries/{index}/proof",          "isla",  200, [200, 200, 200, 200, 200, 200, 200]),
    // Last, because it closes the case. Nobody of that id works there: whoever may let somebody in is told so.
    ("get", "/api/v1/cases/{case}/lock",                    "beth",  200, [404, 404, 200, 200, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/lock",                   "isla",  202, [404, 404, 202, 202, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/lock/admissions",        "beth",  422, [404, 404, 404, 404, 404, 404, 404]),
    ("post", "/api/v1/cases/{case}/lock/words",             "beth",  201, [404, 404, 403, 403, 404, 404, 404]),
];
