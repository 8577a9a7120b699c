//! The hub as its users meet it: one test binary with a server, two databases and a cast.

mod crash;
mod postgres;
mod process;
