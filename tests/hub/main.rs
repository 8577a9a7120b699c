//! The hub as its users meet it: one test binary with a server, two databases and a cast.

mod age;
mod architecture;
mod bad_input;
mod canary;
mod cli;
mod crash;
mod device;
mod emergency;
mod forging;
mod house;
mod nodes;
mod portable;
mod postgres;
mod process;
mod properties;
mod python;
mod routes;
mod standing;
mod stories;
mod tamper;
mod tools;
mod vault;
mod world;
