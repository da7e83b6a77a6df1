//! Loket.
