//! Files that change, break or go while the program runs.

use serde_json::json;

use super::{failing, until_logged};
use crate::program::{Files, Program};

#[tokio::test]
async fn a_broken_file_leaves_the_old_in_force_and_is_told_in_log_and_chat() {
    let files = Files::quick();
    let mut program = Program::start(&files).await;
    let acme = program.folder().join("config/agreements/acme.toml");
    let whole = std::fs::read_to_string(&acme).unwrap();
    let broken = whole.replace("target = 99.9", "target = 101");
    let line = 1 + whole.lines().position(|line| line.starts_with("target =")).unwrap();
    std::fs::write(&acme, &broken).unwrap();
    program.signal("-HUP");
    until_logged(&program, "the configuration was not taken", 1).await;
    let place = format!("acme.toml:{line}: terms.objectives.availability.target: ");
    until_logged(&program, &place, 1).await;
    {
        let maria = program.manager("Maria").await;
        assert_eq!(maria.ask("operators", "1", "/reload").await.unwrap(), 200);
        let page = maria.until("operators", "the old one stays in force").await;
        assert!(page.contains(&format!("acme.toml:{line}:")), "{page}");
        assert_eq!(program.post("alertmanager", &failing("api-2")).await.unwrap(), 202);
        maria.until("operators", "promised 99.9 %").await;

        std::fs::write(&acme, whole.replace("target = 99.9", "target = 99.5")).unwrap();
        program.signal("-HUP");
        until_logged(&program, "the configuration was read again", 1).await;
        assert_eq!(maria.ask("operators", "2", "/ack 1").await.unwrap(), 200);
        let page = maria.until("operators", "promised 99.5 %").await;
        assert!(page.contains("agreement v2"), "{page}");
    }
    // A start with the broken file is refused, and with the repaired one changes nothing.
    assert!(program.stop().await.success());
    std::fs::write(&acme, &broken).unwrap();
    let said = super::refuses_to_start(&mut program).await;
    assert!(said.contains(&place), "{said}");
    std::fs::write(&acme, whole.replace("target = 99.9", "target = 99.5")).unwrap();
    program.run().await;
    assert!(program.stop().await.success());
    assert!(program.succeed(&["replay"]).contains("No difference"));
}

#[tokio::test]
async fn an_agreement_that_goes_sees_its_open_incident_to_the_end() {
    let mut files = Files::quick();
    let acme = files.agreements[0].1.clone();
    let globex =
        acme.replace("Acme GmbH", "Globex Ltd").replace("ACME", "GLOBEX").replace("web:acme", "web:globex");
    files.agreements.push(("globex".to_owned(), globex));
    let mut program = Program::start(&files).await;
    assert_eq!(program.post("alertmanager", &failing("api-2")).await.unwrap(), 202);
    let cookie = {
        let maria = program.manager("Maria").await;
        maria.until("acme", "We have been alerted").await;
        maria.until("globex", "We have been alerted").await;
        maria.until("operators", "INC-1").await;
        maria.into_cookie()
    };
    std::fs::remove_file(program.folder().join("config/agreements/acme.toml")).unwrap();
    let upheld = program.folder().join("config/upheld.toml");
    let text = std::fs::read_to_string(&upheld).unwrap();
    std::fs::write(&upheld, text.replace("agreements = [\"acme\"]", "agreements = [\"globex\"]")).unwrap();
    program.signal("-HUP");
    until_logged(&program, "the configuration was read again", 1).await;
    until_logged(&program, "its open incidents run to their end", 1).await;
    {
        let maria = program.visitor(cookie.clone());
        assert_eq!(maria.ask("operators", "0", "/reload").await.unwrap(), 200);
        maria.until("operators", "Its open incidents run to their end under its last terms").await;
        // Its clocks run on under its terms: acknowledged after the reload, resolved after a restart.
        assert_eq!(maria.ask("operators", "1", "/ack 1").await.unwrap(), 200);
        let page = maria.until("operators", "IN HAND").await;
        assert!(page.contains("Acme GmbH") && page.contains("Globex Ltd"), "{page}");
        assert!(page.contains("on call:"), "{page}");
        maria.until("acme", "An engineer has been working on it").await;
        maria.until("globex", "An engineer has been working on it").await;
    }
    assert!(program.stop().await.success(), "{}", program.log());
    program.run().await;
    {
        let maria = program.visitor(cookie);
        assert_eq!(maria.ask("operators", "2", "/resolve 1 rolled back").await.unwrap(), 200);
        maria.until("acme", "Checkout works again").await;
        maria.until("globex", "Checkout works again").await;
        // What begins now is no longer theirs.
        let labels = json!({ "alertname": "SearchDown", "service": "search", "severity": "critical" });
        let began = super::now();
        let alert = crate::program::alert("s1", &labels, &began, None);
        assert_eq!(program.post("alertmanager", &alert).await.unwrap(), 202);
        maria.until("globex", "Search").await;
        let page = maria.page("/chat/acme").await;
        assert!(!page.contains("Search is disturbed"), "{page}");
    }
    assert!(program.stop().await.success(), "{}", program.log());
    assert!(program.succeed(&["replay"]).contains("No difference"));
}
