//! Lippen: a hub through which agencies share risk notes and victim-safety alerts.
//!
//! The store writes nothing the policy has not permitted.
//! The vault opens nothing the store has not recorded.
//! The pages show nothing the vault has not disclosed.

pub mod auth;
pub mod cli;
pub mod courier;
#[cfg(feature = "demo")]
pub mod demo;
pub mod desk;
pub mod gate;
pub mod http;
pub mod ledger;
pub mod model;
pub mod paper;
pub mod policy;
pub mod store;
pub mod vault;
