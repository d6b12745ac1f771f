//! What keeps it from starting is told in words that say what to do, and touches nothing.

use std::net::TcpListener;

use super::{failing, refuses_to_start};
use crate::program::{Files, Program};

#[tokio::test]
async fn a_port_in_use_is_named_and_nothing_was_touched() {
    let mut program = Program::prepare(&Files::quick());
    let taken = TcpListener::bind(("127.0.0.1", program.port)).unwrap();
    let said = refuses_to_start(&mut program).await;
    assert!(said.contains(&format!("127.0.0.1:{}", program.port)) && said.contains("in use"), "{said}");
    assert!(!program.database().exists(), "a start that fails makes no database");
    drop(taken);
    program.run().await;
}

#[tokio::test]
async fn a_second_process_on_one_database_is_refused_and_the_first_goes_on() {
    let mut first = Program::start(&Files::quick()).await;
    let mut files = Files::quick();
    files.upheld =
        files.upheld.replace("sqlite:../upheld.db", &format!("sqlite:{}", first.database().display()));
    let mut second = Program::prepare(&files);
    let said = refuses_to_start(&mut second).await;
    let holder = format!("in use by another Upheld process (process {})", first.id());
    assert!(said.contains(&holder), "{said}");
    let migrated = second.output(&["migrate"]);
    assert!(!migrated.status.success());
    assert!(String::from_utf8_lossy(&migrated.stderr).contains(&holder), "{migrated:?}");
    assert_eq!(first.post("alertmanager", &failing("api-2")).await.unwrap(), 202);
    assert!(first.stop().await.success());
    second.run().await;
    assert!(second.stop().await.success(), "{}", second.log());
    assert!(second.succeed(&["journal", "verify"]).contains("The chain holds"));
}

#[tokio::test]
async fn a_broken_file_is_named_with_line_and_key_and_nothing_starts() {
    let mut files = Files::quick();
    let whole = files.agreements[0].1.clone();
    files.agreements[0].1 = whole.replace("level = \"SIL1\"", "levle = \"SIL1\"");
    let line = 1 + whole.lines().position(|line| line.starts_with("level")).unwrap();
    let mut program = Program::prepare(&files);
    let said = refuses_to_start(&mut program).await;
    assert!(said.contains(&format!("acme.toml:{line}: terms.levle: ")), "{said}");
    assert!(said.contains("level") && said.contains("nothing was started"), "{said}");
    assert!(!program.database().exists());
    let checked = program.output(&["check"]);
    assert_eq!(checked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&checked.stdout).contains(&format!("acme.toml:{line}: terms.levle: ")));
}
