//! Limits of the free times that a letter names, each with its reason.

use jiff::SignedDuration;
use jiff::civil::{Time, time};

/// Free times in a letter: as many as can be read out in one telephone call.
pub const FREE_TIMES_MAX: usize = 5;
/// Of these on the asked day; the others are on later days, for whom that day does not suit.
pub const ON_ASKED_DAY_MAX: usize = 3;
/// Days after the asked one that are looked through: a week, since who needs longer chooses anew.
pub const DAYS_AFTER_MAX: i32 = 7;
/// Times of day are tried this far apart: people meet at the quarter hours.
pub const GRID_MINUTES: i64 = 15;
/// Two free times of one day start at least this far apart: a quarter of an hour is no other choice.
pub const APART: SignedDuration = SignedDuration::from_hours(1);
/// Beyond the lead time a free time is this far ahead: people need time to read the letter and to answer.
pub const ROOM_TO_ANSWER: SignedDuration = SignedDuration::from_mins(30);
/// Nobody is offered a meeting that starts before this hour, unless they asked for an earlier one: Indonesian offices open at half past seven.
pub const DAY_FROM: Time = time(7, 0, 0, 0);
/// Nobody is offered a meeting that ends after this hour, unless they asked for a later one: participants in the east of
/// Indonesia are two hours ahead of Jakarta.
pub const DAY_UNTIL: Time = time(21, 0, 0, 0);
/// The Friday prayer with the way to it, office time: nobody is asked to choose between it and a meeting.
pub const PRAYER: (Time, Time) = (time(11, 30, 0, 0), time(13, 0, 0, 0));
/// The noon break of Indonesian offices: offered only where nothing else is free.
pub const NOON: (Time, Time) = (time(12, 0, 0, 0), time(13, 0, 0, 0));
/// Times that are tried at most, on the asked day and those after it: bounds the work for one request.
pub const TRIED_MAX: usize = 8 * (24 * 4 + 1);
