//! Loket.
fn main() {}
