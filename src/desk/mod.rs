//! The desk: the only place where decisions meet effects.
//!
//! | file | does |
//! |---|---|
//! | `wiring` | builds the house from its settings |
//! | `intake` | what a read of the sheet means: new answers, edits, rows that moved |
//! | `clerk` | the sheet: polls, marks rows, writes them |
//! | `pool` | looks at the Zoom accounts |
//! | `engine` | decides ticket by ticket, first come first served |
//! | `effects` | creates meetings, looks for lost ones, records what came of it |
//! | `post` | sends the letters that are due |
//! | `lease` | who runs the desk: stands by for it, keeps it, confirms it before a create |
//! | `outlived` | what a process makes of an outcome that came after its lease was lost |
//! | `notices` | what only people can mend is told to staff, once |
//! | `watch` | records outages and limits, tells staff of them, reports meetings of ours that are no ticket's |
//! | `telling` | what rows and letters say about a ticket |
//! | `health` | which party is down |
//! | `check` | looks at everything that a run needs, and says how to mend it |
//! | `run` | starts all of it and ends it in order |

pub mod check;
pub mod clerk;
pub mod effects;
pub mod engine;
pub mod health;
pub mod intake;
pub mod lease;
pub mod notices;
pub mod outlived;
pub mod pool;
pub mod post;
pub mod run;
pub mod telling;
pub mod watch;
pub mod wiring;
