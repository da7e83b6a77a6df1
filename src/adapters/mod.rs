//! The middle: one folder per outside party. They know the ground and nothing of each other;
//! `templates` is what those share that write for people.

pub mod clock;
pub mod mail;
pub mod sheet;
pub mod store;
pub mod templates;
pub mod zoom;
