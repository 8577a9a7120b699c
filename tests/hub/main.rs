//! The hub as its users meet it: one test binary with a server, two databases and a cast.

mod architecture;
mod bad_input;
mod forging;
mod house;
mod nodes;
mod portable;
mod postgres;
mod properties;
mod routes;
mod stories;
mod vault;
mod world;
