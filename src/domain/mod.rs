//! The ground: what Loket knows and how it decides. Values in, values out.
//!
//! Invariant: nothing here awaits, reads a clock, a file, the environment or chance, logs, or knows SQL, JSON or HTTP.
//!
//! The words of the house, one per idea:
//!
//! | word | means |
//! |---|---|
//! | Answer | one row of the response sheet, as Google Forms wrote it |
//! | Request | an answer that could be read: who asks for what, when |
//! | Ticket | one request's life at the counter, with its number `VM-2026-0001` |
//! | Slot | a stretch of time, start and end |
//! | Host | a Zoom account that holds meetings; the Pool is all of them |
//! | Meeting | a meeting that Zoom made for a ticket |
//! | Marker | the text in a meeting's agenda that says which intent made it |
//! | Intent | what is about to be done outside, recorded before it is done |
//! | Outcome | how an effect ended: done, not done, or unknown |
//! | Step | what a ticket needs next |
//! | Finding | one item of the set-up that was looked at; a Flaw is what is wrong with it and how to mend it |
//! | Letter | one mail to one person about one ticket |
//! | Ledger | the store's record of all this |
//! | Wait | until when a party's own limit holds |
//! | Outage | a party that is down, from when to when |
//! | Orphan | a meeting that carries a marker of ours and is no ticket's |
//! | Desk | one form, its sheet and its rules |

pub mod answer;
pub mod command;
pub mod finding;
pub mod free;
pub mod header_problem;
pub mod headers;
pub mod host;
pub mod intent;
pub mod letter;
pub mod limits;
pub mod meeting;
pub mod outage;
pub mod outcome;
pub mod phone;
pub mod prefill;
pub mod problem;
pub mod reading;
pub mod replacing;
pub mod request;
pub mod rows;
pub mod rules;
pub mod serial;
pub mod slot;
pub mod step;
pub mod text;
pub mod ticket;
pub mod waits;
pub mod withdrawing;
pub mod wording;
pub mod words;
