//! Every command through the real program: the shipped configuration, a database, the journal, the desk.

use std::sync::Arc;

use upheld::app::{App, Start};
use upheld::chat::{Account, Address, Answer, Ask, Inbound};
use upheld::clock::{Clock, SystemClock};
use upheld::config::{self, Surroundings};
use upheld::core::doc::{Press, Tone};
use upheld::i18n::spoken::Spoken;

struct World {
    app: App,
    asked: std::cell::Cell<u32>,
    _folder: tempfile::TempDir,
}

impl World {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(
            std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config")),
            &folder.path().join("config"),
        );
        std::fs::create_dir_all(folder.path().join("data")).unwrap();
        let file = folder.path().join("config/upheld.toml");
        let text = std::fs::read_to_string(&file).unwrap().replace("127.0.0.1:8080", "127.0.0.1:0");
        std::fs::write(&file, text).unwrap();
        let path = folder.path().join("config");
        let loaded =
            config::load(&path, &Surroundings { now: SystemClock.now(), variables: Default::default() });
        let mut config = loaded.config.unwrap();
        config.create_missing_secrets().unwrap();
        let start = Start { config, path: Some(path), clock: Arc::new(SystemClock), personas: Vec::new() };
        let app = App::start(start).await.unwrap();
        Self { app, asked: std::cell::Cell::new(0), _folder: folder }
    }

    async fn ask(&self, who: &str, place: &str, line: &str) -> Answer {
        self.asked.set(self.asked.get() + 1);
        let account: Account = format!("web:{who}").parse().unwrap();
        let from: Address = place.parse().unwrap();
        let id = format!("test/{}", self.asked.get());
        let inbound = Inbound {
            id,
            account,
            display_name: who.to_owned(),
            from,
            parent: None,
            language: None,
            ask: Ask::Line(line.to_owned()),
        };
        self.app.desk.handle(inbound).await
    }

    /// What is said, which is no refusal.
    async fn told(&self, who: &str, place: &str, line: &str) -> Spoken {
        match self.ask(who, place, line).await {
            Answer::Say { spoken, .. } => {
                assert_ne!(spoken.tone, Tone::Refused, "{line}: {}", spoken.plain_text());
                spoken
            }
            other => panic!("{line}: {other:?}"),
        }
    }

    async fn refused(&self, who: &str, place: &str, line: &str) -> String {
        match self.ask(who, place, line).await {
            Answer::Say { spoken, private } => {
                assert_eq!(spoken.tone, Tone::Refused, "{line}: {}", spoken.plain_text());
                assert!(private, "{line}: a refusal is for the one who asked");
                spoken.plain_text()
            }
            other => panic!("{line}: {other:?}"),
        }
    }
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

const OPS: &str = "web:operators";
const ACME: &str = "web:acme";

#[tokio::test(flavor = "multi_thread")]
async fn the_life_of_an_incident_by_command() {
    let world = World::start().await;
    let reported =
        world.told("jonas", ACME, "/report checkout orders hang at the last step").await.plain_text();
    assert!(reported.contains("INC-1"), "{reported}");
    for line in [
        "/status",
        "/incidents",
        "/incident 1",
        "/why 1",
        "/why availability checkout",
        "/preview 1 --customer=acme",
    ] {
        world.told("anna", OPS, line).await;
    }
    for line in [
        "/ack",
        "/note 1 it can't be the disk",
        "/priority 1 P1 every order is hit",
        "/pause 1 we wait for the carrier",
        "/resume 1",
        "/call 1",
    ] {
        world.told("anna", OPS, line).await;
    }
    let preview = world.told("anna", OPS, "/update 1 A fix is on its way.").await;
    assert!(preview.plain_text().contains("A fix is on its way."));
    let send = preview.buttons.iter().find_map(|button| match &button.press {
        Press::Command(command) if command.contains("--draft=") => Some(command.clone()),
        _ => None,
    });
    world.told("anna", OPS, &send.unwrap()).await;
    world.told("jonas", ACME, "/say 1 thank you, and how long?").await;
    world.told("anna", OPS, "/cause 1 software --public='A faulty release'").await;
    world.told("anna", OPS, "/resolve 1 rolled back").await;
    let seen = world.told("jonas", ACME, "/incident 1").await.plain_text();
    assert!(
        seen.contains("A fix is on its way.") && !seen.contains("disk") && !seen.contains("Anna"),
        "{seen}"
    );
    world.told("jonas", ACME, "/reopen 1 still hangs").await;
    assert!(world.told("anna", OPS, "/incidents").await.plain_text().contains("INC-1"));
    world.told("anna", OPS, "/log").await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_channels_and_what_is_not_theirs() {
    let world = World::start().await;
    for line in ["/whoami", "/notify late wake", "/notify", "/help", "/help symbols", "/test"] {
        world.told("anna", OPS, line).await;
    }
    world.told("maria", "web:side", "/bind formosa --language=zh-TW --zone=Asia/Taipei").await;
    let bound = world.told("maria", "web:side", "/status").await.plain_text();
    assert!(!bound.contains("Acme"), "a customer's channel shows that customer alone: {bound}");
    let invitation = world.told("maria", OPS, "/invite customer acme").await.plain_text();
    let token =
        invitation.split("/join ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned();
    world.told("newcomer", "web:@newcomer", &format!("/join {token}")).await;
    world.refused("another", "web:@another", &format!("/join {token}")).await;
    world.told("newcomer", ACME, "/status").await;
    world.told("maria", OPS, "/reload").await;
    world.told("anna", OPS, "/open search --priority=P2 the index is stale").await;
    let foreign = world.refused("jonas", ACME, "/incident 1").await;
    assert_eq!(
        foreign.replace("INC-99", "INC-1"),
        world.refused("jonas", ACME, "/incident 99").await.replace("INC-99", "INC-1")
    );
    for (who, place, line) in [
        ("jonas", ACME, "/ack 1"),
        ("jonas", OPS, "/status"),
        ("anna", ACME, "/note 1 hidden"),
        ("anna", OPS, "/invite operator"),
        ("nobody", OPS, "/status"),
        ("anna", OPS, "/stauts"),
    ] {
        world.refused(who, place, line).await;
    }
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_chooses_among_what_is_theirs_to_know() {
    let world = World::start().await;
    let chosen = world.told("jonas", ACME, "/notify late wake").await.plain_text();
    assert!(chosen.contains("wakes me") && chosen.contains("We wrote something to you"), "{chosen}");
    assert!(!chosen.contains("on-call"), "{chosen}");
    let refused = world.refused("jonas", ACME, "/notify call wake").await;
    assert!(refused.contains("opened, late, said, resolved"), "{refused}");
    assert!(world.told("anna", OPS, "/notify call digest").await.plain_text().contains("waits for a digest"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_whose_file_goes_keeps_its_channels_while_something_is_open() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report checkout orders hang at the last step").await;
    let config = world._folder.path().join("config");
    std::fs::remove_file(config.join("agreements/acme.toml")).unwrap();
    // Whoever represents them goes too, or the files would name an agreement that is not there.
    let text = std::fs::read_to_string(config.join("upheld.toml")).unwrap();
    let parts = text.split("[[people]]").filter(|part| !part.contains("id = \"jonas\""));
    std::fs::write(config.join("upheld.toml"), parts.collect::<Vec<_>>().join("[[people]]")).unwrap();
    world.app.reload().await;
    let directory = world.app.directory.get();
    let acme = "acme".into();
    assert!(!directory.config.agreements.contains_key(&acme), "the file is gone");
    assert!(directory.kept.contains_key(&acme) && !directory.on_call(&acme).is_empty());
    assert!(directory.bindings.contains_key(&ACME.parse().unwrap()), "{:?}", directory.bindings);
}
