//! 202 means that it is on the disk, not in the kernel's memory: a kill cannot tell the two apart, the system
//! calls can.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use futures_util::future::join_all;
use serde_json::json;
use upheld::clock::{Clock as _, SystemClock};

use crate::program::{BINARY, Files, Program, alert};

const CALLS: &str = "trace=read,readv,recvfrom,recvmsg,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync";
/// Posted one after the other, then all at once, so that they share commits.
const ALONE: usize = 10;
const TOGETHER: usize = 40;

/// A system call, by the lines of the trace on which it began and ended.
#[derive(Clone, Debug)]
struct Call {
    began: usize,
    ended: usize,
    /// Name, arguments and result.
    text: String,
}

impl Call {
    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.text.starts_with(&format!("{name}(")))
    }

    /// What the first argument is open on: `14<socket:[4711]>`.
    fn on(&self) -> &str {
        let rest = self.text.split_once('(').map_or("", |(_, rest)| rest);
        rest.split([',', ')']).next().unwrap_or_default()
    }
}

#[tokio::test]
async fn every_202_comes_after_the_disk_has_it() {
    if !can_trace() {
        return;
    }
    let mut program = Program::prepare(&Files::quick());
    let trace = program.folder().join("trace");
    let mut command = Command::new("strace");
    // The tracer stands beside the program, so that the program is our own child.
    command.args(["-D", "-f", "-y", "-s", "8192", "-e", CALLS, "-o"]).arg(&trace).args([BINARY, "serve"]);
    program.furnish(&mut command);
    program.launch_as(command);
    program.until_healthy().await;

    let marks: Vec<String> = (0..ALONE + TOGETHER).map(|number| format!("mark{number:03}mark")).collect();
    for mark in &marks[..ALONE] {
        post(&program, mark).await;
    }
    join_all(marks[ALONE..].iter().map(|mark| post(&program, mark))).await;
    assert!(program.stop().await.success(), "{}", program.log());

    let calls = read(&trace);
    let mut syncs = std::collections::BTreeSet::new();
    for mark in &marks {
        syncs.insert(sync_of(&calls, mark).unwrap_or_else(|missing| panic!("{mark}: {missing}")));
    }
    println!("{} posts answered 202, each after one of {} syncs", marks.len(), syncs.len());
}

/// Whether this machine lets us watch system calls. Under `CI=true` it must.
fn can_trace() -> bool {
    let tried = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).stdin(Stdio::null()).output();
    let why = match tried {
        Ok(output) if output.status.success() => return true,
        Ok(output) => format!("the right to trace: {}", String::from_utf8_lossy(&output.stderr).trim()),
        Err(error) => format!("strace (Debian: apt-get install strace): {error}"),
    };
    assert!(std::env::var("CI").as_deref() != Ok("true"), "needed here and missing: {why}");
    writeln!(std::io::stderr(), "skipped: needs {why}").unwrap();
    false
}

/// The mark stands in the body several times, so that one of them is whole however the body is cut into pages.
async fn post(program: &Program, mark: &str) {
    let labels = json!({ "alertname": mark, "service": "checkout", "instance": mark, "severity": "warning" });
    let body = alert(mark, &labels, &SystemClock.now().to_string(), None);
    assert_eq!(program.post("alertmanager", &body).await.unwrap(), 202);
}

/// The sync before the answer to the post with this mark, by its line; or what of the chain is missing.
fn sync_of(calls: &[Call], mark: &str) -> Result<usize, &'static str> {
    let has = |call: &Call| call.text.contains(mark);
    let heard = calls.iter().find(|call| call.is(&["read", "readv", "recvfrom", "recvmsg"]) && has(call));
    let heard = heard.ok_or("was never read")?;
    let answered = calls.iter().find(|call| {
        call.began > heard.ended
            && call.on() == heard.on()
            && call.is(&["write", "writev", "sendto", "sendmsg"])
            && call.text.contains("HTTP/1.1 202")
    });
    let answered = answered.ok_or("was never answered")?;
    let is_database = |call: &&Call| call.on().contains("upheld.db");
    let mut files = calls.iter().filter(is_database).filter(|call| call.ended < answered.began);
    let written = files.find(|call| call.began > heard.ended && call.is(&["pwrite64", "write"]) && has(call));
    let written = written.ok_or("was answered before it was written")?;
    let synced = files.find(|call| {
        call.began > written.ended && call.on() == written.on() && call.is(&["fsync", "fdatasync"])
    });
    let synced = synced.ok_or("was answered before it was on the disk")?;
    if synced.text.ends_with("= 0") { Ok(synced.ended) } else { Err("the disk refused it") }
}

/// Reads what strace wrote, and puts calls together that others interrupted.
fn read(trace: &Path) -> Vec<Call> {
    let text = std::fs::read(trace).unwrap();
    let text = String::from_utf8_lossy(&text);
    let mut begun: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let mut calls = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        if let Some(start) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(thread, (at, start));
        } else if let Some((_, end)) = rest.split_once(" resumed>") {
            let Some((began, start)) = begun.remove(thread) else { continue };
            calls.push(Call { began, ended: at, text: format!("{start}{end}") });
        } else {
            calls.push(Call { began: at, ended: at, text: rest.to_owned() });
        }
    }
    calls.sort_by_key(|call| call.ended);
    calls
}

#[test]
fn the_chain_from_read_to_answer_is_followed_link_by_link() {
    let heard = r#"7 recvfrom(9<socket:[1]>, "POST / mark", 99, 0, NULL, NULL) = 11"#;
    let written = r#"8 pwrite64(5</x/upheld.db-wal>, "mark", 4096, 32) = 4096"#;
    let (syncs, synced) =
        ("8 fdatasync(5</x/upheld.db-wal> <unfinished ...>", "8 <... fdatasync resumed>) = 0");
    let answered = r#"7 sendto(9<socket:[1]>, "HTTP/1.1 202 Accepted", 21, 0, NULL, 0) = 21"#;
    let judge = |lines: &[&str]| {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), lines.join("\n")).unwrap();
        sync_of(&read(file.path()), "mark")
    };
    assert_eq!(judge(&[heard, written, syncs, synced, answered]), Ok(3));
    assert!(judge(&[heard, written, syncs, answered, synced]).is_err());
    assert!(judge(&[heard, syncs, written, synced, answered]).is_err());
    assert!(judge(&[heard, syncs, synced, answered, written]).is_err());
    assert!(judge(&[heard, written, answered]).is_err());
}
