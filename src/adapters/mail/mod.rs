//! Mail: the letters' texts, the messages made of them, and the server that takes them.
//!
//! Invariant: no address, subject or body is logged here; what a person typed reaches a letter only through `text`.

pub mod compose;
pub mod invite;
pub mod letters;
pub mod probe;
mod reply;
pub mod smtp;
#[cfg(test)]
mod tests;
mod text;
pub mod url;
