//! Zoom: looking at accounts, and making meetings, by its REST API.
//!
//! Invariants: `start_url` and host keys are never read out of an answer, so they can be neither kept nor shown (law 5);
//! a POST is never repeated by the client itself, and no redirect is followed.

pub mod accounts;
pub mod door;
mod leaving;
mod limits;
pub mod listing;
pub mod meetings;
pub mod probe;
pub mod token;
