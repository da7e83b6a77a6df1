//! The first command of the README, as a newcomer runs it.

use tokio::process::Command;

#[tokio::test]
async fn the_demo_takes_every_request_to_its_right_end() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_loket"));
    command.args(["demo", "--once"]).current_dir(folder.path()).kill_on_drop(true);
    let output = command.output().await.unwrap();
    let (table, log) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{table}\n{log}");
    let last = table.lines().last().unwrap_or_default();
    let (right, all) = last.split_once(" of ").expect("a line that sums up");
    assert!(all.starts_with(&format!("{right} requests came to the right end")), "{table}");
}
