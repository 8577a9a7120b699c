//! The hub as its users meet it: one test binary with a server, two databases and a cast.

mod bad_input;
mod postgres;
mod routes;
mod stories;
mod world;
