//! Configuration: the file, the environment over it, secrets from files of their own, and errors that say which key is
//! wrong, what was found and what is allowed. Invariant: the environment is read here and nowhere else.

mod gather;
pub mod kinds;
pub mod load;
pub mod settings;
