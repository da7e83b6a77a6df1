//! Loket: the counter for virtual meetings of an Indonesian government office.

pub mod adapters;
pub mod config;
pub mod desk;
pub mod domain;
