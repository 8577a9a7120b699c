//! The hub as its users meet it: one test binary with a server, two databases and a cast.

mod age;
mod bad_input;
mod canary;
mod cli;
mod crash;
mod postgres;
mod process;
mod python;
mod routes;
mod stories;
mod tamper;
mod world;
