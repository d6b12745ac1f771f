//! A database that cannot be read, or that somebody or something damaged.

use std::path::Path;

use upheld::store::{Mode, Store};

use super::{failing, refuses_to_start};
use crate::program::{Files, Program};

#[tokio::test]
async fn what_is_no_database_is_left_as_it_is() {
    let mut program = Program::prepare(&Files::quick());
    let place = program.database();
    std::fs::create_dir(&place).unwrap();
    let said = refuses_to_start(&mut program).await;
    let name = "upheld.db";
    assert!(said.contains(name) && said.contains("cannot be opened"), "{said}");
    std::fs::remove_dir(&place).unwrap();

    let garbage = "This is no database, however long one looks at it. ".repeat(200);
    std::fs::write(&place, &garbage).unwrap();
    let said = refuses_to_start(&mut program).await;
    assert!(said.contains(name) && said.contains("is not a database of Upheld"), "{said}");
    assert!(said.contains("upheld restore"), "{said}");
    assert_eq!(std::fs::read_to_string(&place).unwrap(), garbage);
}

/// A database of one incident, all of it in the one file, without a snapshot that would hide the journal.
async fn lived_in() -> Program {
    let mut program = Program::start(&Files::quick()).await;
    assert_eq!(program.post("alertmanager", &failing("api-2")).await.unwrap(), 202);
    program.manager("Maria").await.until("operators", "INC-1").await;
    program.kill();
    let url = format!("sqlite://{}", program.database().display());
    Store::open(&url, Mode::Own).await.unwrap().close().await;
    program
}

/// Writes over the first place where `wanted` stands, `back` bytes before it.
fn damage(file: &Path, wanted: &[u8], back: usize, with: &[u8]) {
    let mut bytes = std::fs::read(file).unwrap();
    let at = bytes.windows(wanted.len()).position(|window| window == wanted).unwrap() - back;
    bytes[at..at + with.len()].copy_from_slice(with);
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn damage_is_found_at_the_start_and_a_backup_comes_back() {
    let mut program = lived_in().await;
    let place = program.database();
    let good = std::fs::read(&place).unwrap();
    program.succeed(&["backup", "kept.db"]);

    damage(&place, b"SQLite format 3", 0, b"SQLite formal 3");
    let said = refuses_to_start(&mut program).await;
    assert!(said.contains("is damaged or is not a database of Upheld"), "{said}");

    // Inside of an entry: SQLite notices nothing, but the chain does.
    std::fs::write(&place, &good).unwrap();
    damage(&place, b"\"customer\":\"Acme GmbH\"", 0, b"\"customer\":\"Acme GmbX\"");
    let said = refuses_to_start(&mut program).await;
    assert!(said.contains("the chain is broken") && said.contains("upheld restore"), "{said}");
    let verified = program.output(&["journal", "verify"]);
    assert_eq!(verified.status.code(), Some(1));
    let verdict = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(verdict.contains("entry"), "{verdict}");

    // The page of the journal itself.
    std::fs::write(&place, &good).unwrap();
    let page = good.windows(4).position(|window| window == b"Acme").unwrap() / 4096 * 4096;
    let mut bytes = good.clone();
    bytes[page..page + 512].fill(0xff);
    std::fs::write(&place, bytes).unwrap();
    let said = refuses_to_start(&mut program).await;
    assert!(said.contains("is damaged") || said.contains("the chain is broken"), "{said}");
    assert!(said.contains("upheld restore"), "{said}");

    program.succeed(&["restore", "kept.db"]);
    program.run().await;
    assert!(program.stop().await.success(), "{}", program.log());
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
}
