//! The middle: one folder per outside party. They know the ground and nothing of each other;
//! `templates` is what those share that write for people, `reach` looks whether addresses answer.

pub mod clock;
pub mod mail;
pub mod reach;
pub mod sheet;
pub mod store;
pub mod templates;
pub mod zoom;
