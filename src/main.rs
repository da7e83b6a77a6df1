//! The command `loket`. What it does is in the library; here is only how it ends.

use std::process::ExitCode;

use loket::domain::limits::WORKERS;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(WORKERS).enable_all().build();
    match runtime {
        Ok(runtime) => runtime.block_on(loket::cli::main()),
        Err(error) => {
            eprintln!("loket: no threads can be started: {error}");
            ExitCode::FAILURE
        }
    }
}
