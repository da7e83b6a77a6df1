//! Finding the questions in the header row. Nothing is where it was: this is done anew on every read.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::header_problem::{HeaderProblem, Hint};

/// A field of a request: a question that Loket knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are the contract's own words; the table below tells their headers")]
pub enum Field {
    SubmittedAt,
    Email,
    Applicant,
    Unit,
    Topic,
    Date,
    EndDate,
    Start,
    End,
    Duration,
    Participants,
    ContactName,
    ContactEmail,
    ContactPhone,
    Service,
    Recording,
    Public,
    Notes,
}

/// The headers under which each field is found without configuration (the contract's table).
const HEADERS: &[(Field, &str, &[&str])] = &[
    (Field::SubmittedAt, "submitted_at", &["Timestamp", "Cap waktu", "Stempel waktu"]),
    (
        Field::Email,
        "email",
        &[
            "Email Address",
            "Alamat Email",
            "Email Pemohon",
            "Email Aktif",
            "Alamat Email Aktif",
            "E-mail",
            "Email",
            "Username",
            "Nama Pengguna",
        ],
    ),
    (Field::Applicant, "applicant", &["Nama Pemohon", "Nama Lengkap", "Nama Pengusul", "Nama Peminjam", "Nama Pegawai", "Nama"]),
    (
        Field::Unit,
        "unit",
        &[
            "Unit Kerja",
            "Unit Kerja/Instansi",
            "Instansi",
            "Asal Instansi",
            "Satuan Kerja",
            "Satker",
            "Bagian/Bidang",
            "Tim Kerja",
            "Unit",
        ],
    ),
    (
        Field::Topic,
        "topic",
        &[
            "Nama Kegiatan",
            "Judul Kegiatan",
            "Nama Rapat",
            "Judul Rapat",
            "Nama Acara",
            "Judul Acara",
            "Judul Meeting",
            "Agenda Rapat",
            "Agenda",
            "Topik",
            "Keperluan",
        ],
    ),
    (
        Field::Date,
        "date",
        &[
            "Tanggal Kegiatan",
            "Tanggal Pelaksanaan",
            "Hari/Tanggal",
            "Hari dan Tanggal",
            "Tanggal Rapat",
            "Tanggal Acara",
            "Tanggal Penggunaan",
            "Tanggal Mulai",
            "Tanggal",
        ],
    ),
    (Field::EndDate, "end_date", &["Tanggal Selesai", "Tanggal Berakhir", "Tanggal Akhir", "Sampai Tanggal"]),
    (
        Field::Start,
        "start",
        &[
            "Waktu Mulai",
            "Jam Mulai",
            "Pukul Mulai",
            "Waktu Pelaksanaan",
            "Waktu Kegiatan",
            "Jam Kegiatan",
            "Waktu",
            "Pukul",
            "Jam",
            "Tanggal dan Waktu Mulai",
            "Hari/Tanggal/Jam",
        ],
    ),
    (
        Field::End,
        "end",
        &["Waktu Selesai", "Jam Selesai", "Pukul Selesai", "Waktu Berakhir", "Jam Berakhir", "Sampai Jam", "Perkiraan Selesai"],
    ),
    (Field::Duration, "duration", &["Durasi", "Durasi Kegiatan", "Lama Kegiatan", "Estimasi Durasi"]),
    (
        Field::Participants,
        "participants",
        &[
            "Jumlah Peserta",
            "Perkiraan Jumlah Peserta",
            "Estimasi Jumlah Peserta",
            "Jumlah Partisipan",
            "Jumlah Undangan",
            "Kapasitas",
        ],
    ),
    (
        Field::ContactName,
        "contact_name",
        &["Nama Narahubung", "Narahubung", "Nara Hubung", "Contact Person", "CP", "PIC", "Nama PIC", "Penanggung Jawab"],
    ),
    (Field::ContactEmail, "contact_email", &["Email Narahubung", "Email PIC", "Email Penanggung Jawab"]),
    (
        Field::ContactPhone,
        "contact_phone",
        &[
            "No. HP Narahubung",
            "Nomor WhatsApp Narahubung",
            "No. HP Contact Person",
            "Nomor WhatsApp",
            "No. WA",
            "No. WA Aktif",
            "No. HP/WA",
            "No. HP",
            "Nomor HP",
            "Nomor Telepon",
        ],
    ),
    (Field::Service, "service", &["Jenis Layanan"]),
    (Field::Recording, "recording", &["Butuh Rekaman", "Rekaman"]),
    (Field::Public, "public", &["Terbuka untuk Umum", "Kegiatan Terbuka", "Sifat Kegiatan", "Sifat Rapat"]),
    (
        Field::Notes,
        "notes",
        &["Keterangan", "Keterangan Tambahan", "Catatan", "Catatan Tambahan", "Catatan Pemohon", "Permintaan Khusus"],
    ),
];

/// Headers of the start column that hold the date too.
const START_WITH_DATE: &[&str] = &["tanggal dan waktu mulai", "hari/tanggal/jam"];

impl Field {
    /// All fields, in the contract's order.
    pub fn all() -> impl Iterator<Item = Field> {
        HEADERS.iter().map(|(field, _, _)| *field)
    }

    /// The field's name in configuration, database and logs.
    pub fn key(self) -> &'static str {
        HEADERS.iter().find(|(field, _, _)| *field == self).map_or("", |(_, key, _)| key)
    }

    /// The header people know it by, for messages.
    pub fn usual_header(self) -> &'static str {
        HEADERS.iter().find(|(field, _, _)| *field == self).map_or("", |(_, _, names)| names[0])
    }
}

/// A unit or zone that the header names in brackets: it holds for every answer in the column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words themselves")]
pub enum Qualifier {
    Hours,
    Minutes,
    Wib,
    Wita,
    Wit,
}

impl Qualifier {
    fn named(word: &str) -> Option<Qualifier> {
        match word {
            "jam" => Some(Qualifier::Hours),
            "menit" => Some(Qualifier::Minutes),
            "wib" => Some(Qualifier::Wib),
            "wita" => Some(Qualifier::Wita),
            "wit" => Some(Qualifier::Wit),
            _ => None,
        }
    }

    /// The IANA zone that it names, where it names one.
    pub fn zone(self) -> Option<&'static str> {
        match self {
            Qualifier::Wib => Some("Asia/Jakarta"),
            Qualifier::Wita => Some("Asia/Makassar"),
            Qualifier::Wit => Some("Asia/Jayapura"),
            Qualifier::Hours | Qualifier::Minutes => None,
        }
    }
}

/// Where a field stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Zero-based column.
    pub index: usize,
    /// What the header adds in brackets.
    pub qualifier: Option<Qualifier>,
    /// For [`Field::Start`]: the column holds the date too.
    pub with_date: bool,
}

/// The questions found in a header row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Questions {
    columns: BTreeMap<Field, Column>,
    /// Columns with a header that is neither a known question nor one of Loket's own, with their headers.
    pub others: Vec<(usize, String)>,
}

impl Questions {
    /// Finds the questions. `configured` are the headers of the configuration: they go first. `own` says whether a header is Loket's own.
    pub fn find(
        headers: &[String],
        configured: &BTreeMap<Field, String>,
        own: impl Fn(&str) -> bool,
    ) -> (Questions, Vec<HeaderProblem>) {
        let mut found = Questions::default();
        let mut problems = Vec::new();
        let read: Vec<(String, Option<Qualifier>)> = headers.iter().map(|header| normalise(header)).collect();
        let mut taken = vec![false; headers.len()];
        for (index, header) in headers.iter().enumerate() {
            taken[index] = own(header) || read[index].0.is_empty();
        }
        let configured_first = |field: &Field| !configured.contains_key(field);
        let mut order: Vec<Field> = Field::all().collect();
        order.sort_by_key(configured_first);
        for field in order {
            let names: Vec<String> = match configured.get(&field) {
                Some(header) => vec![normalise(header).0],
                None => names_of(field).map(|name| normalise(name).0).collect(),
            };
            let hit = |index: &usize| !taken[*index] && names.contains(&read[*index].0);
            let mut hits = (0..headers.len()).filter(hit);
            let Some(index) = hits.next() else { continue };
            if let Some(second) = hits.find(|second| read[*second] == read[index]) {
                let header = headers[index].clone();
                problems.push(HeaderProblem::Doubled { field, header, first: index + 1, second: second + 1 });
            }
            taken[index] = true;
            let with_date = field == Field::Start && START_WITH_DATE.contains(&read[index].0.as_str());
            found.columns.insert(field, Column { index, qualifier: read[index].1, with_date });
        }
        let rest = headers.iter().enumerate().filter(|(index, _)| !taken[*index]);
        found.others = rest.map(|(index, header)| (index, header.trim().to_owned())).collect();
        for required in [Field::SubmittedAt, Field::Email, Field::Applicant, Field::Topic, Field::Date, Field::Start] {
            let in_start = required == Field::Date && found.column(Field::Start).is_some_and(|start| start.with_date);
            if !in_start && found.column(required).is_none() {
                problems.push(HeaderProblem::Missing(required, found.hint(required, configured)));
            }
        }
        for field in configured.keys() {
            if found.column(*field).is_none() && !problems.iter().any(|problem| problem.field() == *field) {
                problems.push(HeaderProblem::NotThere(*field, found.hint(*field, configured)));
            }
        }
        (found, problems)
    }

    /// That nothing tells when events end: there is neither an end nor a duration, and the start is asked for alone. Answers to
    /// any other question for the time may hold both.
    pub fn no_end(&self, headers: &[String], configured: &BTreeMap<Field, String>) -> Option<HeaderProblem> {
        let start = self.column(Field::Start)?;
        let alone = normalise(headers.get(start.index)?).0.split_whitespace().any(|word| word == "mulai");
        let told = [Field::End, Field::Duration].iter().any(|field| self.column(*field).is_some());
        let reported = configured.contains_key(&Field::End) || configured.contains_key(&Field::Duration);
        (alone && !told && !reported).then(|| HeaderProblem::Missing(Field::End, self.hint(Field::End, configured)))
    }

    fn hint(&self, field: Field, configured: &BTreeMap<Field, String>) -> Hint {
        let unmatched: Vec<String> = self.others.iter().map(|(_, header)| header.clone()).collect();
        Hint::of(field, configured.get(&field).map(String::as_str), names_of(field), &unmatched)
    }

    /// Where a field stands, if the form asks for it.
    pub fn column(&self, field: Field) -> Option<Column> {
        self.columns.get(&field).copied()
    }

    /// All fields found, with their columns.
    pub fn columns(&self) -> impl Iterator<Item = (Field, Column)> + '_ {
        self.columns.iter().map(|(field, column)| (*field, *column))
    }

    /// What the header of a field adds in brackets.
    pub fn qualifier(&self, field: Field) -> Option<Qualifier> {
        self.column(field).and_then(|column| column.qualifier)
    }
}

fn names_of(field: Field) -> impl Iterator<Item = &'static str> {
    HEADERS.iter().filter(move |(of, _, _)| *of == field).flat_map(|(_, _, names)| names.iter().copied())
}

/// A header as it is compared: without case, numbering, `*`, `?`, `:`, line breaks, bracketed help and spaces around `/`.
/// A unit or zone in brackets is kept beside it.
pub fn normalise(header: &str) -> (String, Option<Qualifier>) {
    let (text, brackets) = split_brackets(header);
    let qualifier = brackets.iter().find_map(|inside| Qualifier::named(inside.trim().to_lowercase().as_str()));
    let lower: String = text.chars().filter(|c| !matches!(c, '*' | '?' | ':')).collect::<String>().to_lowercase();
    let words: Vec<&str> = lower.split_whitespace().collect();
    let joined = words.join(" ").replace(" /", "/").replace("/ ", "/");
    (without_number(&joined).trim().to_owned(), qualifier)
}

fn split_brackets(header: &str) -> (String, Vec<String>) {
    let (mut outside, mut inside, mut depth) = (String::new(), Vec::new(), 0_u32);
    for c in header.chars() {
        match c {
            '(' | '[' => {
                if depth == 0 {
                    inside.push(String::new());
                    outside.push(' ');
                }
                depth += 1;
            }
            ')' | ']' if depth > 0 => depth -= 1,
            c if depth == 0 => outside.push(c),
            c => {
                if let Some(last) = inside.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    (outside, inside)
}

/// Without a leading number such as `1.`, `2)` or `a.`.
fn without_number(text: &str) -> &str {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let letter = text.strip_prefix(|c: char| c.is_ascii_lowercase()).filter(|rest| rest.starts_with([')', '.']));
    let rest = if digits.len() < text.len() { digits } else { letter.unwrap_or(text) };
    match rest.strip_prefix(['.', ')']) {
        Some(bare) => bare.trim_start(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(headers: &[&str]) -> (Questions, Vec<HeaderProblem>) {
        let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
        Questions::find(&headers, &BTreeMap::new(), |h| h == "Status")
    }

    #[test]
    fn headers_are_compared_as_people_write_them() {
        for (written, bare, qualifier) in [
            ("  1. Nama Pemohon * ", "nama pemohon", None),
            ("NAMA\nKEGIATAN:", "nama kegiatan", None),
            ("Hari / Tanggal (mohon diisi lengkap)", "hari/tanggal", None),
            ("Durasi (jam)", "durasi", Some(Qualifier::Hours)),
            ("Waktu Mulai (WITA)", "waktu mulai", Some(Qualifier::Wita)),
            ("No. HP", "no. hp", None),
            ("12) Jam Mulai?", "jam mulai", None),
            ("E-mail", "e-mail", None),
        ] {
            assert_eq!(normalise(written), (bare.to_owned(), qualifier), "{written}");
        }
    }

    #[test]
    fn every_name_of_the_contract_finds_its_field_and_no_other() {
        for (field, _, names) in HEADERS {
            for name in *names {
                let (found, _) = find(&[name]);
                assert_eq!(found.columns().map(|(f, _)| f).collect::<Vec<_>>(), [*field], "{name}");
            }
        }
    }

    #[test]
    fn the_first_that_matches_wins_and_equal_ones_are_told() {
        let (found, problems) = find(&[
            "Timestamp",
            "Tanggal Surat",
            "Email",
            "Nama",
            "Topik",
            "Tanggal",
            "Jam",
            "Status",
            "Nama",
            "Tanggal Pengajuan",
        ]);
        assert_eq!(found.column(Field::Applicant).map(|c| c.index), Some(3));
        assert_eq!(found.column(Field::Date).map(|c| c.index), Some(5));
        assert_eq!(problems, [HeaderProblem::Doubled { field: Field::Applicant, header: "Nama".into(), first: 4, second: 9 }]);
        let others: Vec<&str> = found.others.iter().map(|(_, h)| h.as_str()).collect();
        assert_eq!(others, ["Tanggal Surat", "Nama", "Tanggal Pengajuan"]);
    }

    #[test]
    fn a_start_with_a_date_needs_no_date() {
        let (_, problems) = find(&["Cap waktu", "Email", "Nama", "Topik", "Tanggal dan Waktu Mulai"]);
        assert!(problems.is_empty(), "{problems:?}");
        let (_, problems) = find(&["Cap waktu", "Email", "Nama", "Topik", "Jam"]);
        let [HeaderProblem::Missing(Field::Date, hint)] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!(*hint, Hint::default());
    }

    #[test]
    fn an_end_that_nothing_tells_is_missing() {
        let no_end = |headers: &[&str]| {
            let (found, _) = find(headers);
            let headers: Vec<String> = headers.iter().map(|h| (*h).to_owned()).collect();
            found.no_end(&headers, &BTreeMap::new()).map(|problem| problem.field())
        };
        assert_eq!(no_end(&["Waktu Mulai", "Kelar"]), Some(Field::End));
        assert_eq!(no_end(&["Tanggal dan Waktu Mulai"]), Some(Field::End));
        assert_eq!(no_end(&["Waktu Mulai", "Durasi (jam)"]), None);
        assert_eq!(no_end(&["Waktu"]), None);
        assert_eq!(no_end(&["Waktu Pelaksanaan"]), None);
    }

    #[test]
    fn a_configured_header_that_is_not_there_is_told_also_where_requests_do_without() {
        let headers = ["Cap waktu", "Email", "Nama", "Topik", "Tanggal", "Jam", "Bagian"].map(str::to_owned);
        let configured = BTreeMap::from([(Field::Unit, "Bagian Kerja".to_owned())]);
        let (_, problems) = Questions::find(&headers, &configured, |_| false);
        let [HeaderProblem::NotThere(Field::Unit, hint)] = &problems[..] else { panic!("{problems:?}") };
        assert_eq!(hint.nearest.as_deref(), Some("Bagian"));
    }
}
