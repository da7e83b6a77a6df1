//! Stories through the whole house: the real binary, on the real clients, over real sockets, against the sandbox.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    unreachable_pub,
    reason = "a test stops at what it did not expect, and has its own clock"
)]

mod browser;
mod checks;
mod clock;
mod commits;
mod demo;
mod down;
mod edits;
mod end;
mod faults;
mod full;
mod hands;
mod invites;
mod kill;
mod ledger;
mod letters;
mod limits;
mod matrix;
mod office;
mod people;
#[path = "../postgres/server.rs"]
mod postgres;
mod protected;
mod replicas;
mod rest;
mod restored;
mod sheets;
mod staff;
mod stories;
mod tidy;
mod trouble;
mod typed;
mod walk;
mod wire;
mod words;
