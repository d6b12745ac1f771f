//! Every command through the real program: the shipped configuration, a database, the journal, the desk.

mod access;
mod asked_back;
mod channels;
mod drill;
pub mod feedback;
mod improvement;
mod preview;
mod privacy;
mod quotes;
mod reviews;
mod surveys;
mod voice;
mod why;
pub mod world;
pub mod written_pages;

use upheld::chat::{Answer, Ask};
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::doc::Press;
use upheld::core::time::Span;
use upheld::store::people::OpenSession;
use upheld::store::record::Chain;
use upheld::store::rooms::{Audience, Seat};
use upheld::web::console::Rooms;

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
    let token = world.invited("/invite customer acme").await;
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
    let world = World::shipped().await;
    world.told("jonas", ACME, "/report checkout orders hang at the last step").await;
    let config = world.folder.path().join("config");
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

fn edit(path: std::path::PathBuf, from: &str, to: &str) {
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{}: {from}", path.display());
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_leave_only_to_the_platforms_that_an_agreement_allows() {
    let world = World::with(|config| {
        edit(config.join("agreements/acme.toml"), "[operations]", "[operations]\nplatforms = [\"web\"]");
        let file = config.join("upheld.toml");
        for (name, id) in [("Anna Weber", "11"), ("Jonas Brandt", "12"), ("Maria Rossi", "13")] {
            let accounts = format!("name = \"{name}\"\naccounts = [\"discord:{id}\"]");
            edit(file.clone(), &format!("name = \"{name}\""), &accounts);
        }
    })
    .await;
    let (anna, jonas, maria) = ("discord:11", "discord:12", "discord:13");
    world.told(maria, "discord:1", "/bind operators").await;
    world.told("jonas", ACME, "/report checkout orders hang").await;
    // `login` is shared with a customer who allows every platform.
    world.told("anna", OPS, "/open login --priority=P2 slow").await;
    for place in ["discord:1", "discord:@11"] {
        for line in ["/status", "/incidents", "/incidents --all", "/incident 2", "/why", "/preview 2", "/log"]
        {
            let told = world.told(anna, place, line).await;
            let text = format!("{} {:?}", told.plain_text(), told.buttons).to_lowercase();
            assert!(!text.contains("acme") && !text.contains("inc-1 "), "{place} {line}: {text}");
        }
        for line in
            ["/incident 1", "/why 1", "/preview 1", "/preview 2 --customer=acme", "/ack 1", "/status acme"]
        {
            let refused = world.refused(anna, place, line).await.to_lowercase();
            assert!(!refused.contains("acme gmbh"), "{place} {line}: {refused}");
        }
    }
    for line in ["/invite customer", "/bind"] {
        let Answer::Say { spoken, .. } = world.ask(maria, "discord:1", line).await else { panic!("{line}") };
        assert!(!format!("{:?}", spoken.buttons).contains("acme"), "{line}");
    }
    for line in ["/status", "/incidents", "/incident 1", "/log", "/report checkout again"] {
        let refused = world.refused(jonas, "discord:@12", line).await;
        assert!(refused.contains("may not go to this platform"), "{line}: {refused}");
    }
    assert!(world.told("anna", OPS, "/incidents").await.plain_text().contains("INC-1"));
    assert!(world.told("jonas", ACME, "/incident 1").await.plain_text().contains("ACME-1"));
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_read_that_somebody_has_it_and_not_who() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report checkout orders hang").await;
    world.told("anna", OPS, "/ack 1").await;
    for line in ["/status", "/incidents", "/incidents --all", "/incident 1", "/why 1"] {
        for (who, place) in [("jonas", ACME), ("anna", ACME), ("jonas", "web:@jonas")] {
            let told = world.told(who, place, line).await.plain_text();
            assert!(!told.contains("Anna"), "{line} by {who} in {place}: {told}");
        }
    }
    assert!(world.told("jonas", ACME, "/incidents").await.plain_text().contains("somebody has it"));
    assert!(world.told("anna", OPS, "/incidents").await.plain_text().contains("Anna Weber has it"));
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_room_that_is_bound_anew_shows_its_new_party_nothing_of_before() {
    let world = World::start().await;
    world.told("anna", OPS, "/open search --priority=P2 the index of Hudson is stale").await;
    world.told("anna", OPS, "/log").await;
    world.told("maria", OPS, "/bind acme").await;
    let log = world.told("jonas", OPS, "/log").await.plain_text();
    assert!(!log.contains("open") && !log.contains("card"), "{log}");
    let jonas = world.app.directory.get().person(&"web:jonas".parse().unwrap()).unwrap().id.clone();
    let rooms = world.app.directory.visible(&jonas).await.unwrap();
    let room = rooms.iter().find(|room| room.name() == "operators").unwrap();
    assert_eq!(room.audience, Audience::Party(Chain::Customer("acme".into())));
    let seat = Seat { person: jonas, rooms: [(room.name(), room.audience.clone())].into() };
    // Whether the card stood there before or comes only now: it was written for the operators.
    let posted = async || {
        let maria = Seat {
            rooms: [("operators".to_owned(), Audience::Party(Chain::Operators))].into(),
            ..seat.clone()
        };
        while world.app.store.room_page(&maria, "operators", None, 10).await.unwrap().messages.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), posted()).await.unwrap();
    let seen = world.app.store.room_page(&seat, "operators", None, 10).await.unwrap().messages;
    assert!(seen.iter().all(|message| !message.content.contains("Hudson")), "{seen:?}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_reported_under_an_agreement_that_is_over() {
    let world = World::shipped().await;
    world.told("chen", "web:formosa", "/report search slow").await;
    std::fs::remove_file(world.folder.path().join("config/agreements/formosa.toml")).unwrap();
    let file = world.folder.path().join("config/upheld.toml");
    edit(file, "role = \"customer\"\nagreements = [\"formosa\"]", "role = \"auditor\"");
    // Chen joined by an invitation as well, which outlives the file.
    let token = world.invited("/invite customer formosa").await;
    world.told("yijun", "web:@yijun", &format!("/join {token}")).await;
    world.told("maria", OPS, "/reload").await;
    let refused = world.refused("yijun", "web:@yijun", "/report search still slow").await;
    assert!(refused.contains("您的協議未涵蓋此項"), "{refused}");
    world.refused("yijun", "web:@yijun", "/report").await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_invitation_gave_a_manager_takes_back() {
    let world = World::start().await;
    assert!(world.told("maria", OPS, "/revoke").await.plain_text().contains("No invitation"));
    let token = world.invited("/invite operator").await;
    world.told("sam", "web:@sam", &format!("/join {token}")).await;
    let token = world.invited("/invite manager").await;
    world.told("kim", "web:@kim", &format!("/join {token}")).await;
    let kims = world.told("kim", OPS, "/invite manager").await.plain_text();
    let kims = kims.split("/join ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    world.told("sam", OPS, "/status").await;
    world.refused("sam", OPS, "/revoke kim manager").await;
    world.refused("kim", OPS, "/revoke kim manager").await;
    world.refused("maria", OPS, "/revoke anna operator").await;
    let directory = world.app.directory.get();
    let sam = directory.person(&"web:sam".parse().unwrap()).unwrap().id.clone();
    let now = SystemClock.now();
    let (hash, expires) = ("s".to_owned(), now + Span::from_days(1));
    world.app.store.write(OpenSession { hash, person: sam.clone(), now, expires }).await.unwrap();
    let offered = world.told("maria", OPS, "/revoke").await;
    let press = offered.buttons.iter().find(|button| button.label.starts_with("sam")).unwrap();
    let Press::Command(command) = press.press.clone() else { panic!("{press:?}") };
    let pressed = world.put("maria", OPS, Ask::Press { command, message: None }).await;
    assert!(matches!(pressed, Answer::Say { private: true, .. }), "{pressed:?}");
    world.refused("sam", OPS, "/status").await;
    assert_eq!(world.app.store.session("s", now).await.unwrap(), None, "sam is signed out");
    world.told("maria", OPS, "/revoke kim manager").await;
    world.refused("kim", OPS, "/invite manager").await;
    world.refused("kim", "web:@kim", &format!("/join {kims}")).await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stranger_is_answered_a_few_times_and_leaves_no_trace_in_the_record() {
    let world = World::start().await;
    let before = world.app.store.record(&Chain::Operators, 1000, 0).await.unwrap().len();
    let mut answers = Vec::new();
    for _ in 0..15 {
        answers.push(world.ask("nobody", OPS, "/status").await);
    }
    let said: Vec<String> = answers
        .iter()
        .filter_map(|answer| match answer {
            Answer::Say { spoken, private: true } => Some(spoken.plain_text()),
            _ => None,
        })
        .collect();
    assert_eq!(said.len(), 11, "ten answers, and one that says that it was too much");
    assert!(said[10].contains("much at once"), "{said:?}");
    assert!(matches!(answers[14], Answer::Nothing));
    assert_eq!(world.app.store.record(&Chain::Operators, 1000, 0).await.unwrap().len(), before);
    world.told("anna", OPS, "/status").await;
    assert_eq!(world.app.store.record(&Chain::Operators, 1000, 0).await.unwrap().len(), before + 1);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_makes_no_word_erased_and_no_reply_vanish() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report checkout orders hang").await;
    world.app.store.close().await;
    let refused = world.refused("anna", OPS, "/incident 1").await;
    assert!(refused.contains("could not be read"), "{refused}");
    let reply = Ask::ReplyTo { message: "1".to_owned(), text: "it is the disk".to_owned() };
    let Answer::Say { spoken, private: true } = world.put("anna", OPS, reply).await else { panic!() };
    assert!(spoken.plain_text().contains("could not be read"), "{}", spoken.plain_text());
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nothing_was_measured_nothing_is_called_kept() {
    let world = World::shipped().await;
    for (who, place) in [("anna", OPS), ("jonas", ACME)] {
        let status = world.told(who, place, "/status acme").await.plain_text();
        assert!(status.contains("Nothing has been measured yet"), "{status}");
    }
    world.app.stop().await;
}
