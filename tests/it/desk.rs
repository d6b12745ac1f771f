//! Every command through the real program: the shipped configuration, a database, the journal, the desk.

mod access;
mod asked_back;
mod channels;
mod preview;
mod why;
mod world;

use upheld::core::doc::Press;

use world::{ACME, OPS, World};

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
