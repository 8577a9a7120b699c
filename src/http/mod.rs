//! The hub's front door: TLS, connections, requests and answers.
//!
//! Promises: nothing reaches a route before TLS 1.3, the host name, the header limits and
//! the shield have passed it; every answer carries a request id and the security headers;
//! a slow or greedy client costs only itself.
//! Must never know: SQL, keys, policy.

pub mod accept;
mod addresses;
mod alerts;
mod answer;
mod assessments;
mod audit;
mod cases;
pub mod certs;
mod chronology;
mod clocks;
mod consents;
pub mod counters;
mod decisions;
mod drills;
pub mod early;
mod emergency;
mod endpoints;
mod events;
mod extract;
mod figures;
pub mod finish;
mod groups;
pub mod hosts;
pub mod hub;
mod ical;
mod imports;
pub mod json;
pub mod limits;
mod lists;
mod locks;
mod loud;
mod meetings;
mod notes;
mod notifications;
mod operations;
mod orders;
mod overrides;
mod packs;
pub mod pages;
mod people;
mod plans;
mod policies;
mod previews;
mod problem;
mod programmes;
pub mod query;
mod referrals;
pub mod request_id;
pub mod rooms;
mod rota;
pub mod routes;
mod safe_contact;
mod shares;
pub mod shield;
mod signers;
pub mod spooling;
mod status;
pub mod stop;
mod storms;
mod stream;
pub mod streams;
mod systems;
pub mod tls;

mod body;
mod connection;
mod fault;
mod headers;
mod heartbeats;
#[cfg(test)]
mod openapi;
pub mod peer;
mod pulse;
mod seats;
mod wordings;
