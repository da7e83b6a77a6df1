//! Google Sheets: reading the response tab and writing into Loket's own columns, by the google-sheets4 client.
//!
//! Invariants: people's text is only ever sent with `RAW` or as a `stringValue`, so that it cannot become a formula (law 5);
//! a row is only ever written by its metadata, which the server resolves (law 4); columns outside Loket's own get `null` (law 6).

pub mod door;
pub mod facts;
pub mod key;
pub mod marks;
pub mod patterns;
pub mod probe;
mod raw;
pub mod read;
pub mod trouble;
pub mod write;
