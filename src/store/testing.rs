//! Databases for tests: a fresh SQLite file, and a fresh database on a private PostgreSQL where there is one.

use std::future::Future;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

use sqlx::{Connection, PgConnection};
use tempfile::TempDir;

use super::{Mode, Store};

/// A database that can be opened again and again.
#[derive(Debug)]
pub(crate) struct Base {
    url: String,
    /// Removed with the test.
    directory: TempDir,
}

impl Base {
    pub fn sqlite() -> Self {
        let directory = tempfile::tempdir().unwrap();
        Self { url: format!("sqlite://{}", directory.path().join("upheld.db").display()), directory }
    }

    /// None where no PostgreSQL is installed; under `CI=true` that is a failure.
    pub async fn postgres() -> Option<Self> {
        let server = Server::running()?;
        let name = format!("t{}", hex::encode(crate::clock::random::<8>().unwrap()));
        let mut session = PgConnection::connect(&server.url("postgres")).await.unwrap();
        let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
        sqlx::raw_sql(create).execute(&mut session).await.unwrap();
        Some(Self { url: server.url(&name), directory: tempfile::tempdir().unwrap() })
    }

    pub async fn open(&self) -> Store {
        Store::open(&self.url, Mode::Own).await.unwrap()
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// A directory of the test's own; the SQLite file `upheld.db` lies in it.
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }
}

/// Runs a test on both databases, each time with a fresh one.
pub(crate) async fn on_both<F: Future<Output = ()>>(test: impl Fn(Base) -> F) {
    test(Base::sqlite()).await;
    if let Some(base) = Base::postgres().await {
        test(base).await;
    }
}

/// A PostgreSQL of this process alone. It stops when this process ends, however it ends: a shell waits for
/// the end of a pipe that we hold open.
struct Server {
    port: u16,
    directory: PathBuf,
    _keeper: Mutex<Child>,
}

impl Server {
    fn running() -> Option<&'static Self> {
        static SERVER: OnceLock<Option<Server>> = OnceLock::new();
        SERVER.get_or_init(Self::start).as_ref()
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://upheld@localhost:{}/{database}?host={}", self.port, self.directory.display())
    }

    fn start() -> Option<Self> {
        let Some(programs) = programs() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "PostgreSQL is needed here and missing");
            let mut shown = std::io::stderr();
            writeln!(shown, "skipped: needs PostgreSQL (Debian: apt-get install postgresql)").unwrap();
            return None;
        };
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let mut keeper = Command::new("sh")
            .args(["-c", SCRIPT, "sh", programs.to_str().unwrap(), &port.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // The script prints the directory once the server answers.
        let mut directory = String::new();
        let mut output = keeper.stdout.take().unwrap();
        let mut byte = [0];
        while output.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
            directory.push(char::from(byte[0]));
        }
        assert!(!directory.is_empty(), "PostgreSQL did not start");
        Some(Self { port, directory: directory.into(), _keeper: Mutex::new(keeper) })
    }
}

/// The newest `initdb` of Debian's layout, or the one on the path.
fn programs() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").ok();
    let mut found: Vec<PathBuf> = debian
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .map(|version| version.path().join("bin"))
        .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()))
        .filter(|programs| programs.join("initdb").exists() && programs.join("postgres").exists())
        .collect();
    found.sort();
    found.pop()
}

/// PostgreSQL refuses to run as root, so root becomes `postgres`. The data is thrown away: no need to flush.
const SCRIPT: &str = r#"
# An interrupted test run still cleans up behind itself: only the end of the pipe ends this script.
trap '' INT TERM HUP PIPE
dir=$(mktemp -d /tmp/upheld-pg.XXXXXX)
as=
if [ "$(id -u)" = 0 ]; then chown postgres "$dir"; as="setpriv --reuid=postgres --regid=postgres --init-groups"; fi
cd "$dir"
$as "$1/initdb" -D "$dir/data" -U upheld -A trust --no-sync -E UTF8 --locale=C >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }
$as "$1/postgres" -D "$dir/data" -p "$2" -k "$dir" -c listen_addresses= -c fsync=off -c max_connections=200 >>"$dir/log" 2>&1 &
server=$!
for i in $(seq 200); do
  "$1/psql" -h "$dir" -p "$2" -U upheld -d postgres -c 'select 1' >/dev/null 2>&1 && break
  sleep 0.05
done
echo "$dir"
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$dir"
"#;
