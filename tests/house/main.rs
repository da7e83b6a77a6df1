//! Stories through the whole house: the real binary, on the real clients, over real sockets, against the sandbox.

mod browser;
mod end;
mod faults;
mod invites;
mod kill;
mod office;
mod stories;
