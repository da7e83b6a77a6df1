//! `loket bench refusals`: seeded months of requests, given to Loket's choice of a host and to other choices, and what each refused.
//!
//! Nothing here goes outside: no account, no file, no clock.

mod day;
mod months;
mod table;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::tz::{self, TimeZone};
use serde::Serialize;

use self::day::{Day, Policy};
use self::months::{Asked, Month};
use crate::config::settings::RuleSettings;
use crate::domain::host::{Host, HostView, Reading};
use crate::domain::rules::Rules;

/// The months of a line unless told otherwise: from seed to seed its ratio then differs by about 0.03 in pools of three and 0.02 in
/// pools of ten.
const MONTHS: u32 = 120;
/// A hundred years: more says nothing more.
const MONTHS_MAX: i64 = 1_200;
/// The aim (DESIGN.md, 7): of what choosing the least loaded host refuses.
const AIM: f64 = 0.2;
/// How much of the hosts' working hours is asked for.
const PERCENTS: [u32; 4] = [60, 70, 80, 90];

/// The arguments.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Arguments {
    /// Other seeds give other months.
    #[arg(long, default_value_t = 2026)]
    seed: u64,
    /// Months of requests per line.
    #[arg(long, default_value_t = MONTHS, value_parser = clap::value_parser!(u32).range(1..=MONTHS_MAX))]
    months: u32,
    /// Also ask a choice that knows all later requests of the day; slow, so with few months.
    #[arg(long)]
    foresight: bool,
}

/// The hosts that a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Pool {
    /// So many of equal capacity.
    Equal(usize),
    /// Five: three for 100, one for 300, one for 500 people.
    Mixed,
}

impl Pool {
    /// How many people each host holds, in the order in which they are configured: the large ones first, as offices list them.
    fn capacities(self) -> Vec<u32> {
        match self {
            Pool::Equal(hosts) => vec![500; hosts],
            Pool::Mixed => vec![500, 300, 100, 100, 100],
        }
    }

    /// The hosts, nothing booked.
    fn hosts(self) -> Vec<HostView> {
        let one = |(index, capacity)| {
            let name = format!("Zoom-{:02}", index + 1);
            let host = Host { email: format!("{name}@example.go.id"), name, concurrent: 1, capacity, licensed: true };
            HostView { host, reading: Reading::Busy(Vec::new()), changes: 0 }
        };
        self.capacities().into_iter().enumerate().map(one).collect()
    }
}

/// What was refused.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
struct Tally {
    /// Everything.
    refused: u64,
    /// Refused although there was room, had meetings already booked been moved between hosts.
    fragmented: u64,
    /// Refused although at no instant of the slot with its buffers every host that could hold it had a meeting.
    not_all_busy: u64,
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.refused += other.refused;
        self.fragmented += other.fragmented;
        self.not_all_busy += other.not_all_busy;
    }
}

/// What is refused first come, first served, if meetings may be moved between hosts for each new request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Bound {
    /// Everything; on hosts of several capacities at least this.
    refused: u64,
    /// As in [`Tally`]; unknown where it depends on which host a meeting is on.
    not_all_busy: Option<u64>,
}

/// One line: one pool, so much asked for.
#[derive(Debug, Clone, Serialize)]
struct Line {
    pool: Pool,
    percent: u32,
    requests: u64,
    loket: Tally,
    least_loaded: Tally,
    first_fit: Tally,
    #[serde(skip_serializing_if = "Option::is_none")]
    foresight: Option<Tally>,
    if_moved: Bound,
    /// Loket's fragmented requests against the least loaded choice's.
    ratio: f64,
    aim_met: bool,
}

/// Runs the simulation and prints it.
pub(super) fn run(arguments: &Arguments, json: bool) -> anyhow::Result<ExitCode> {
    let lines = simulate(arguments);
    let text = if json { table::json(arguments, &lines)? } else { table::shown(arguments, &lines) };
    table::say(&text);
    Ok(ExitCode::SUCCESS)
}

/// All lines, on all processors.
fn simulate(arguments: &Arguments) -> Vec<Line> {
    let pools = [Pool::Equal(3), Pool::Equal(5), Pool::Equal(10), Pool::Mixed];
    let cases: Vec<(Pool, u32)> = pools.iter().flat_map(|pool| PERCENTS.map(|percent| (*pool, percent))).collect();
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some((pool, percent)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let line = line(*pool, *percent, arguments);
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(line);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(work);
        }
    });
    let mut lines = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    lines.sort_by_key(|line: &Line| cases.iter().position(|case| *case == (line.pool, line.percent)));
    lines
}

fn line(pool: Pool, percent: u32, arguments: &Arguments) -> Line {
    let hosts = pool.hosts();
    let rules = rules();
    let mut requests = 0;
    let [mut loket, mut least_loaded, mut first_fit, mut foresight, mut if_moved] = [Tally::default(); 5];
    for number in 0..arguments.months {
        // Hosts and percentage are in the seed, so that no two lines share their months.
        let month = Month { number, hosts: hosts.len(), percent };
        for asked in months::days(arguments.seed, month) {
            requests += asked.len() as u64;
            loket.add(day(&hosts, &rules, Policy::Loket, &asked));
            least_loaded.add(day(&hosts, &rules, Policy::LeastLoaded, &asked));
            first_fit.add(day(&hosts, &rules, Policy::FirstFit, &asked));
            if_moved.add(day(&hosts, &rules, Policy::IfMoved, &asked));
            if arguments.foresight {
                foresight.add(day(&hosts, &rules, Policy::Foresight, &asked));
            }
        }
    }
    let ratio = ratio(loket.fragmented, least_loaded.fragmented);
    let foresight = arguments.foresight.then_some(foresight);
    let not_all_busy = matches!(pool, Pool::Equal(_)).then_some(if_moved.not_all_busy);
    let if_moved = Bound { refused: if_moved.refused, not_all_busy };
    Line { pool, percent, requests, loket, least_loaded, first_fit, foresight, if_moved, ratio, aim_met: ratio <= AIM }
}

/// One day's requests in the order in which they came. Meetings do not last beyond a day, and nights are longer than anything
/// that a choice looks at, so that days can be played one by one.
fn day(hosts: &[HostView], rules: &Rules, policy: Policy, asked: &[Asked]) -> Tally {
    let mut day = Day::new(hosts.to_vec(), rules);
    let mut tally = Tally::default();
    for (index, request) in asked.iter().enumerate() {
        if !day.book(policy, request, &asked[index + 1..]) {
            tally.refused += 1;
            tally.fragmented += u64::from(day.room_if_moved(request));
            tally.not_all_busy += u64::from(!day.all_busy(request));
        }
    }
    tally
}

#[expect(clippy::cast_precision_loss, reason = "counts of requests are far below 2^52")]
fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// The rules that an office has without configuring any.
fn rules() -> Rules {
    RuleSettings::default().rules(TimeZone::fixed(tz::offset(7)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(months: u32) -> Arguments {
        Arguments { seed: 7, months, foresight: false }
    }

    #[test]
    fn the_same_seed_gives_the_same_figures() {
        let one = line(Pool::Equal(3), 80, &arguments(2));
        let two = line(Pool::Equal(3), 80, &arguments(2));
        assert_eq!((one.requests, one.loket, one.least_loaded), (two.requests, two.loket, two.least_loaded));
        let other = line(Pool::Equal(3), 80, &Arguments { seed: 8, ..arguments(2) });
        assert_ne!((one.requests, one.loket), (other.requests, other.loket));
    }

    #[test]
    fn loket_refuses_less_than_the_others_on_the_same_requests() {
        for pool in [Pool::Equal(3), Pool::Equal(5), Pool::Equal(10), Pool::Mixed] {
            let line = line(pool, 70, &arguments(6));
            assert!(line.loket.refused < line.first_fit.refused, "{line:?}");
            assert!(line.first_fit.refused < line.least_loaded.refused, "{line:?}");
            assert!(line.loket.fragmented * 3 < line.least_loaded.fragmented, "{line:?}");
            assert!(line.if_moved.refused < line.loket.refused, "{line:?}");
        }
    }

    #[test]
    fn a_whole_month_in_one_listing_gives_the_same() {
        let hosts = Pool::Equal(5).hosts();
        let rules = rules();
        let days = months::days(7, Month { number: 0, hosts: 5, percent: 90 });
        let mut by_day = Tally::default();
        for asked in &days {
            by_day.add(day(&hosts, &rules, Policy::Loket, asked));
        }
        let mut all: Vec<Asked> = days.concat();
        all.sort_by_key(|asked| asked.arrives);
        assert_eq!(day(&hosts, &rules, Policy::Loket, &all).refused, by_day.refused);
    }

    #[test]
    fn who_knows_the_day_refuses_least() {
        let line = line(Pool::Equal(3), 70, &Arguments { foresight: true, ..arguments(2) });
        let foresight = line.foresight.unwrap();
        assert!(foresight.fragmented < line.loket.fragmented, "{line:?}");
    }
}
