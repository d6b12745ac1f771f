//! A disk that is full, and an outside watchdog that hears of it by hearing nothing.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::{failing, until, until_part};
use crate::program::{Files, Program};

/// Room for a database, and not for much more.
struct Disk {
    folder: tempfile::TempDir,
    /// Else nobody may mount here, and the kernel bounds the size of the program's files instead.
    is_mounted: bool,
}

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "upheld"])
            .arg(folder.path())
            .output()
            .is_ok_and(|output| output.status.success());
        Self { folder, is_mounted: mounted }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("upheld.db")
    }

    /// The program, such that it survives when it may not write on.
    fn serve(&self, program: &Program) -> Command {
        let serve = program.command(&["serve"]);
        let mut shell = Command::new("sh");
        shell
            .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
            .arg(serve.get_program())
            .args(serve.get_args());
        shell.current_dir(program.folder()).env_clear();
        shell.envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell
    }

    fn fill(&self, program: &Program) {
        if self.is_mounted {
            let mut filler = File::create(self.folder.path().join("filler")).unwrap();
            while filler.write_all(&[0; 512]).is_ok() {}
        } else {
            let log = std::fs::metadata(self.folder.path().join("upheld.db-wal")).unwrap().len();
            limit(program, &log.to_string());
        }
    }

    fn make_room(&self, program: &Program) {
        if self.is_mounted {
            std::fs::remove_file(self.folder.path().join("filler")).unwrap();
        } else {
            limit(program, "unlimited");
        }
    }
}

/// Bounds the size of the files that it writes.
fn limit(program: &Program, bytes: &str) {
    let bounded = Command::new("prlimit")
        .args([format!("--pid={}", program.id()), format!("--fsize={bytes}:unlimited")])
        .status();
    assert!(bounded.unwrap().success());
}

impl Drop for Disk {
    fn drop(&mut self) {
        if self.is_mounted {
            drop(Command::new("umount").arg("--lazy").arg(self.folder.path()).status());
        }
    }
}

/// An outside watchdog: where it is called, and how often it was.
async fn watchdog() -> (String, Arc<AtomicU64>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/ping", listener.local_addr().unwrap());
    let heard = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&heard);
    let router = axum::Router::new().fallback(move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::ready("")
    });
    tokio::spawn(axum::serve(listener, router).into_future());
    (url, heard)
}

async fn until_heard(heard: &AtomicU64) {
    let before = heard.load(Ordering::SeqCst);
    until("a heartbeat", async || (heard.load(Ordering::SeqCst) > before).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_nothing_is_accepted_and_all_goes_on_when_there_is_room() {
    let disk = Disk::new();
    let (url, heard) = watchdog().await;
    let mut files = Files::quick();
    files.upheld =
        files.upheld.replace("sqlite:../upheld.db", &format!("sqlite:{}", disk.database().display()));
    files.upheld.push_str(&format!("\n[heartbeat]\nurl = \"{url}\"\ninterval = \"100 ms\"\n"));
    let mut program = Program::prepare(&files);
    program.launch_as(disk.serve(&program));
    until("an answer", async || program.is_healthy().await.then_some(())).await;
    until_heard(&heard).await;
    assert_eq!(program.post("alertmanager", &failing("api-0")).await.unwrap(), 202);

    disk.fill(&program);
    let mut accepted = vec!["api-0".to_owned()];
    // What is left of the files' last pages is used up first.
    for number in 1.. {
        let name = format!("api-{number}");
        match program.post("alertmanager", &failing(&name)).await.unwrap().as_u16() {
            202 => accepted.push(name),
            503 => break,
            status => panic!("{status}\n{}", program.log()),
        }
        assert!(number < 10_000, "there is no end of room");
    }
    let shown = until_part(&program, "database", "down").await;
    assert_eq!(shown["ready"], false, "{shown}");
    assert!(!disk.is_mounted || shown.to_string().contains("has no room left"), "{shown}");
    assert_eq!(program.post("alertmanager", &failing("refused")).await.unwrap(), 503);
    // One may have been under way.
    let last = heard.load(Ordering::SeqCst) + 1;
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(heard.load(Ordering::SeqCst) <= last, "it says that it works, and it does not");

    disk.make_room(&program);
    until_part(&program, "database", "up").await;
    until_heard(&heard).await;
    assert_eq!(program.post("alertmanager", &failing("api-after")).await.unwrap(), 202);
    accepted.push("api-after".to_owned());
    program.manager("Maria").await.until("operators", "INC-1").await;
    assert!(program.stop().await.success(), "{}", program.log());
    let journal = super::end::journal(&disk.database()).await;
    for name in accepted {
        assert!(journal.contains(&format!("\"{name}\"")), "{name} was accepted and is not in the journal");
    }
    assert!(!journal.contains("\"refused\""));
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
}
