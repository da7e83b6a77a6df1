//! The middle: one folder per outside party. They know the ground and nothing of each other.

pub mod clock;
pub mod mail;
pub mod sheet;
pub mod store;
pub mod zoom;
