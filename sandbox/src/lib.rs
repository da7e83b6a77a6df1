//! The outside world in a box.
