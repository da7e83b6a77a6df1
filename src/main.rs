//! The command `loket`. What it does is in the library; here is only how it ends.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    loket::cli::main().await
}
