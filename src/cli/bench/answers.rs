//! Answers as an office gets them: names, units and topics of usual length, a third with a note. Each asks for an hour of its own, so
//! that no account is ever short.

use jiff::ToSpan;
use jiff::civil::{Date, time};
use loket_sandbox::answer::Answer;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};

/// The hours at which events begin: with an hour each and the buffers between them, five fit into a day.
const HOURS: [i8; 5] = [7, 9, 11, 13, 15];
/// The first event is this many days ahead.
const DAYS_AHEAD: usize = 2;

const NAMES: [&str; 8] = [
    "Ana Pratiwi",
    "Budi Santoso",
    "Citra Lestari Wulandari",
    "Dedi Kurniawan, S.Pt.",
    "drh. Eka Nurhayati, M.Si.",
    "Fajar",
    "Gita Maharani",
    "Hendra Wijaya Saputra",
];
const UNITS: [&str; 5] =
    ["Tim Kerja Program", "Bagian Tata Usaha", "Tim Kerja Layanan dan Penerapan Standar", "Keuangan", "Balai Pengujian Mutu"];
const KINDS: [&str; 6] =
    ["Rapat Koordinasi", "Bimbingan Teknis", "Sosialisasi", "Pembahasan", "Evaluasi Triwulan", "Diskusi Kelompok Terpumpun"];
const SUBJECTS: [&str; 8] = [
    "Program dan Anggaran",
    "Standar Instrumen Peternakan",
    "Pengujian Pakan",
    "Rancangan SNI Kesehatan Hewan",
    "Pelaporan Kinerja",
    "Kerja Sama Antarlembaga",
    "Aplikasi Persuratan",
    "Penyusunan Laporan Tahunan Unit Kerja",
];
const NOTE: &str = "Mohon disiapkan sebelum acara dimulai, pimpinan akan membuka rapat. Terima kasih.";

/// The people who answer.
#[derive(Debug)]
pub(super) struct People {
    chance: StdRng,
    today: Date,
    count: usize,
}

impl People {
    /// People who ask for events after today.
    pub(super) fn new(seed: u64, today: Date) -> People {
        People { chance: StdRng::seed_from_u64(seed), today, count: 0 }
    }

    /// The next answer; its address is nobody else's.
    pub(super) fn next(&mut self) -> Answer {
        let (day, hour) = (DAYS_AHEAD + self.count / HOURS.len(), HOURS[self.count % HOURS.len()]);
        self.count += 1;
        let number = self.count;
        let pick = |of: &[&str], chance: &mut StdRng| of.choose(chance).copied().unwrap_or_default().to_owned();
        let chance = &mut self.chance;
        let topic = format!("{} {}", pick(&KINDS, chance), pick(&SUBJECTS, chance));
        let date = self.today.checked_add(i64::try_from(day).unwrap_or(0).days()).unwrap_or(self.today);
        Answer {
            email: format!("pemohon{number}@example.go.id"),
            applicant: pick(&NAMES, chance),
            unit: pick(&UNITS, chance),
            topic,
            date,
            start: time(hour, 0, 0, 0),
            end: time(hour + 1, 0, 0, 0),
            participants: chance.random_range(5..=90).to_string(),
            contact_name: pick(&NAMES, chance),
            contact_email: format!("narahubung{number}@example.go.id"),
            notes: if chance.random_range(0..3) == 0 { NOTE.to_owned() } else { String::new() },
            ..Answer::default()
        }
    }

    /// A moment within a stretch of so many milliseconds.
    pub(super) fn moment(&mut self, within: u64) -> u64 {
        self.chance.random_range(0..within.max(1))
    }
}
