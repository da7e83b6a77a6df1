//! `/users/{id}/meetings` and `/meetings/{id}`, a file for each call.

pub(super) mod create;
pub(super) mod delete;
mod fields;
pub(super) mod get;
pub(super) mod list;
pub(super) mod status;
pub(super) mod update;
