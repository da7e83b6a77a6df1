//! Loket: the counter for virtual meetings of an Indonesian government office. A form answer comes in, a Zoom link goes
//! out, and everyone who has to know is told.
//!
//! `main → cli → desk, web → adapters → domain`: arrows point down only; `tests/shape.rs` holds them. ARCHITECTURE.md has the map.

pub mod adapters;
pub mod cli;
pub mod config;
pub mod desk;
pub mod domain;
pub mod telemetry;
pub mod web;
