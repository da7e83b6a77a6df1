//! Invites as another program reads them: the Python package `icalendar`, in a throw-away virtual environment.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::office::{Office, plain};
use crate::stories::client;

/// The environment with the parser; `HOUSE_VENV` names one that is kept between runs.
fn python(folder: &Path) -> PathBuf {
    let kept = std::env::var_os("HOUSE_VENV").map(PathBuf::from);
    let venv = kept.unwrap_or_else(|| folder.join("venv"));
    let python = venv.join("bin/python");
    if !python.exists() {
        let made = Command::new("python3").args(["-m", "venv"]).arg(&venv).status().expect("python3 is installed");
        assert!(made.success(), "python3 -m venv (on Debian: apt install python3-venv)");
    }
    let there = Command::new(&python).args(["-c", "import icalendar"]).output().unwrap().status.success();
    if !there {
        let installed = Command::new(&python).args(["-m", "pip", "install", "-q", "icalendar"]).status().unwrap();
        assert!(installed.success(), "pip install icalendar");
    }
    python
}

#[tokio::test]
async fn invites_and_feed_are_read_by_an_independent_parser() {
    let mut office = Office::open(30).await;
    office.start();
    let mut answer = plain("Rapat; \"besar\", 2026\\x — évaluasi 🙂", 3, (9, 0), (11, 30));
    answer.applicant = "Dr. \"Ana\"; Pratiwi, M.Si\u{7}".trim_end_matches('\u{7}').to_owned();
    office.answer(answer.clone());
    office.until_all(&["Terjadwal"]).await;
    let row = office.row(&answer.topic);
    let folder = office.folder.path().to_owned();
    let mut files = Vec::new();
    for letter in office.sandbox.mail().letters() {
        let Some(calendar) = letter.calendar() else { continue };
        assert_eq!(calendar.method, "REQUEST");
        let path = folder.join(format!("invite-{}.ics", letter.number));
        std::fs::write(&path, &calendar.text).unwrap();
        let attached = letter.attachments();
        assert!(attached.iter().any(|part| part.content == calendar.text.as_bytes()), "the same bytes are attached");
        files.push((path, letter.to[0].clone()));
    }
    assert_eq!(files.len(), 2, "applicant and contact person");
    let feed = client().get(format!("{}/jadwal.ics", office.web)).send().await.unwrap().text().await.unwrap();
    std::fs::write(folder.join("feed.ics"), feed).unwrap();
    let start = crate::office::instant(answer.date, answer.start).to_string();
    for (path, to) in &files {
        let said = Command::new(python(&folder))
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/house/read_invite.py"))
            .arg(path)
            .args([&answer.topic, &start, to, "vm@example.go.id", &row.text("Link Zoom"), &row.text("No. Tiket")])
            .arg(folder.join("feed.ics"))
            .output()
            .unwrap();
        assert!(said.status.success(), "{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    }
    office.close().await;
}
