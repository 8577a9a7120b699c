//! The hub's front door: TLS, connections, requests and answers.
//!
//! Promises: nothing reaches a route before TLS 1.3, the host name, the header limits and
//! the shield have passed it; every answer carries a request id and the security headers;
//! a slow or greedy client costs only itself.
//! Must never know: SQL, keys, policy.

pub mod accept;
pub mod certs;
pub mod early;
pub mod finish;
pub mod hosts;
pub mod json;
pub mod limits;
pub mod query;
pub mod request_id;
pub mod shield;
pub mod stop;
pub mod tls;

mod body;
mod connection;
mod fault;
mod headers;
mod pulse;
mod seats;
