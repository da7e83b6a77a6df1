//! A PostgreSQL server for tests: Debian's own, in a temporary folder, on a port of its own. It ends with the process that started it,
//! however that ends.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// Where Debian puts the versions.
const VERSIONS: &str = "/usr/lib/postgresql";
/// A slow machine needs some seconds for a new cluster.
const PATIENCE: Duration = Duration::from_mins(2);
/// Runs the server until its input ends, which is when the test process ends; then nothing is left of it.
const KEEPER: &str = r#"
set -e
folder=$(mktemp -d /tmp/postgres-test.XXXXXX)
trap 'rm -rf "$folder"' EXIT
"$1/initdb" -D "$folder/data" -U tester -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1
"$1/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$2" -c fsync=off -c max_connections=300 >>"$folder/log" 2>&1 3<&- &
server=$!
cat >/dev/null
kill -INT $server
wait $server || true
"#;

struct Server {
    port: u16,
    /// Its input is held open for as long as this process lives.
    keeper: Mutex<Child>,
}

static SERVER: OnceLock<Server> = OnceLock::new();
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// The folder of the server's programs, of the newest version that is there.
pub(super) fn programs() -> PathBuf {
    let number = |path: &PathBuf| path.file_name().and_then(|name| name.to_str()?.parse::<u32>().ok());
    let versions = std::fs::read_dir(VERSIONS).into_iter().flatten();
    let all = versions.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.join("bin/postgres").exists());
    let newest = all.max_by_key(number).expect("PostgreSQL is missing: `apt-get install postgresql`, as scripts/test does");
    newest.join("bin")
}

fn start() -> Server {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    // The server refuses to run as root.
    let root = rustix::process::geteuid().is_root();
    let mut command = Command::new(if root { "runuser" } else { "sh" });
    if root {
        command.args(["-u", "postgres", "--", "sh"]);
    }
    command.args(["-c", KEEPER, "keeper"]).arg(programs()).arg(port.to_string()).current_dir("/");
    let keeper = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    Server { port, keeper: Mutex::new(keeper) }
}

/// The address of a new database.
pub(super) async fn database() -> String {
    let server = SERVER.get_or_init(start);
    let at = |name: &str| format!("postgres://tester@127.0.0.1:{}/{name}", server.port);
    let began = Instant::now();
    let mut connection = loop {
        match PgConnection::connect(&at("postgres")).await {
            Ok(connection) => break connection,
            Err(error) => {
                let ended = server.keeper.lock().unwrap().try_wait().unwrap();
                assert!(ended.is_none(), "PostgreSQL ended as it started: {ended:?}");
                assert!(began.elapsed() < PATIENCE, "PostgreSQL does not start: {error}");
            }
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let name = format!("office_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    at(&name)
}
