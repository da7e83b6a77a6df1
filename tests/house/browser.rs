//! The demo as a person in a browser: an answer filled in on the form page has its link in the sheet, the inbox and the schedule.

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::office::plain;
use crate::stories::client;

/// How long the browser waits for what is to appear.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often it looks.
const LOOK: Duration = Duration::from_millis(200);

/// A process that ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Two neighbouring ports that are free: the demo takes both.
fn free_ports() -> u16 {
    loop {
        let first = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = first.local_addr().unwrap().port();
        if port < u16::MAX && std::net::TcpListener::bind(("127.0.0.1", port + 1)).is_ok() {
            return port;
        }
    }
}

async fn until_it_answers(address: &str) {
    let waiting = async {
        while client().get(address).send().await.is_err() {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{address} does not answer"));
}

async fn browser(folder: &std::path::Path) -> (Process, WebDriver) {
    let port = free_ports();
    let driver = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .spawn()
        .expect("chromedriver is installed (on Debian: apt install chromium-driver)");
    let driver = Process(driver);
    until_it_answers(&format!("http://127.0.0.1:{port}/status")).await;
    let mut wishes = DesiredCapabilities::chrome();
    let profile = format!("--user-data-dir={}", folder.join("chromium").display());
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1280,900",
        &profile,
    ] {
        wishes.add_arg(flag).unwrap();
    }
    (driver, WebDriver::new(format!("http://127.0.0.1:{port}"), wishes).await.unwrap())
}

/// Waits until the page at an address shows a text, and gives its source.
async fn until_shown(driver: &WebDriver, address: &str, text: &str) -> String {
    let waiting = async {
        loop {
            driver.goto(address).await.unwrap();
            let source = driver.source().await.unwrap();
            if source.contains(text) {
                return source;
            }
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("{address} does not show `{text}`"))
}

#[tokio::test]
async fn an_answer_on_the_form_page_has_its_link_everywhere_within_seconds() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports();
    let demo = Command::new(env!("CARGO_BIN_EXE_loket"))
        .args(["demo", "--port", &port.to_string()])
        .env("NO_PROXY", "127.0.0.1")
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let _demo = Process(demo);
    let (web, people) = (format!("http://127.0.0.1:{port}"), format!("http://127.0.0.1:{}", port + 1));
    until_it_answers(&format!("{web}/healthz")).await;
    until_it_answers(&format!("{people}/form")).await;
    // Answers from before the first read of the sheet belong to the time before Loket.
    let ready = async {
        while !client().get(format!("{web}/readyz")).send().await.is_ok_and(|answer| answer.status().is_success()) {
            tokio::time::sleep(LOOK).await;
        }
    };
    tokio::time::timeout(PATIENCE, ready).await.expect("ready");

    let (_process, driver) = browser(folder.path()).await;
    let topic = "Rapat <b>lewat</b> peramban";
    let answer = plain("peramban", 5, (9, 0), (10, 30));
    driver.goto(format!("{people}/form")).await.unwrap();
    let date = answer.date.strftime("%Y-%m-%d").to_string();
    for (id, value) in [("tanggal_kegiatan", date.as_str()), ("waktu_mulai", "09:00"), ("waktu_selesai", "10:30")] {
        // A date input takes keys by the browser's own language: its value is set as a person's choice would.
        driver
            .execute(
                "const e = document.getElementById(arguments[0]); e.value = arguments[1]; e.dispatchEvent(new Event('input', {bubbles: true}));",
                vec![id.into(), value.into()],
            )
            .await
            .unwrap();
    }
    for (id, value) in [
        ("email_address", "dewi@example.go.id"),
        ("nama_pemohon", "Dewi Lestari"),
        ("unit_kerja", "Tim Kerja Uji"),
        ("nama_kegiatan", topic),
        ("jumlah_peserta", "45"),
        ("email_narahubung", "rudi@example.go.id"),
    ] {
        driver.find(By::Id(id)).await.unwrap().send_keys(value).await.unwrap();
    }
    driver.find(By::Id("submit")).await.unwrap().click().await.unwrap();
    driver.query(By::Id("recorded")).first().await.expect("the form says that the answer was recorded");

    until_shown(&driver, &format!("{people}/sheet"), "Terjadwal").await;
    let sheet = until_shown(&driver, &format!("{people}/sheet"), "https://us06web.zoom.us/j/").await;
    assert!(sheet.contains("VM-") && sheet.contains("Dewi Lestari"), "{sheet}");
    let inbox = until_shown(&driver, &format!("{people}/inbox"), "rudi@example.go.id").await;
    assert!(inbox.contains("dewi@example.go.id"), "{inbox}");
    let schedule = until_shown(&driver, &format!("{web}/jadwal"), "peramban").await;
    assert!(!schedule.contains("<b>lewat</b>") && !schedule.contains("Dewi Lestari"), "{schedule}");
    driver.quit().await.unwrap();
}
