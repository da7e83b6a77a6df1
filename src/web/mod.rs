//! The web.
pub mod serve;
