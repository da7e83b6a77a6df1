//! The methods below `spreadsheets.values`: reads, writes, append and clear.

pub(crate) mod append;
pub(crate) mod read;
pub(crate) mod write;
