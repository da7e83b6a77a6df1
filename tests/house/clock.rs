//! A clock that stories may move: the daemon runs under libfaketime, and the sandbox's clock goes with it. Only wall-clock time
//! jumps; waits of seconds take as long as ever.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};

use crate::office::Office;

/// Where Debian puts the library, by architecture.
const PLACES: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];

impl Office {
    /// Puts daemon and sandbox under one clock that can be moved, and moves it to ten past ten in Jakarta tomorrow, 03:10 UTC: far from
    /// the end of Zoom's day. Before the daemon starts.
    pub fn fake_clock(&mut self) {
        let library = PLACES.into_iter().find(|place| Path::new(place).exists()).expect("`apt-get install faketime`");
        let file = self.folder.path().join("clock");
        self.set("LD_PRELOAD", library);
        self.set("FAKETIME_TIMESTAMP_FILE", file.to_str().unwrap());
        self.set("FAKETIME_NO_CACHE", "1");
        self.set("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        self.set("DONT_FAKE_MONOTONIC", "1");
        let zone = jiff::tz::TimeZone::get("Asia/Jakarta").unwrap();
        let day = zone.to_datetime(Timestamp::now()).date().tomorrow().unwrap();
        let morning = zone.to_timestamp(day.at(10, 10, 0, 0)).unwrap();
        self.pass(morning.duration_since(Timestamp::now()));
    }

    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.sandbox.clock().shift(time);
        let ahead = self.sandbox.clock().now().duration_since(Timestamp::now()).as_secs();
        // Put in place whole: the daemon reads it at any moment.
        let (file, new) = (self.folder.path().join("clock"), self.folder.path().join("clock.new"));
        std::fs::write(&new, format!("{ahead:+}\n")).unwrap();
        std::fs::rename(new, file).unwrap();
    }

    /// Lets time pass until shortly after the next midnight UTC.
    pub fn pass_midnight(&self) {
        let now = self.sandbox.clock().now();
        let day = jiff::tz::TimeZone::UTC.to_datetime(now).date().tomorrow().unwrap();
        let morning = jiff::tz::TimeZone::UTC.to_timestamp(day.at(0, 1, 0, 0)).unwrap();
        self.pass(morning.duration_since(now));
    }
}
