//! A clock that steps back: it is told, what was written stays in order, and promises go on.

use std::path::Path;
use std::sync::Arc;

use upheld::app::{App, Start};
use upheld::chat::{Answer, Ask, Health, Inbound};
use upheld::clock::{Clock, ManualClock, SystemClock};
use upheld::config::{self, Surroundings};
use upheld::core::doc::Tone;
use upheld::core::event::IncidentNumber;
use upheld::core::time::Span;

use super::until;
use crate::program::{Files, Program, SECRET, alert};

async fn start(folder: &Path, clock: &Arc<ManualClock>) -> App {
    let path = folder.join("config");
    let surroundings = Surroundings { now: clock.now(), variables: Default::default() };
    let config = config::load(&path, &surroundings).config.unwrap();
    let start = Start { config, path: Some(path), clock: clock.clone(), personas: Vec::new() };
    App::start(start).await.unwrap()
}

async fn post(app: &App, instance: &str) {
    let labels = serde_json::json!({
        "alertname": "CheckoutErrorsHigh", "service": "checkout", "severity": "critical", "instance": instance,
    });
    // The monitor's own clock is right.
    let body = alert(instance, &labels, &SystemClock.now().to_string(), None);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client.post(format!("http://localhost:{}/webhooks/alertmanager", app.address.port()));
    assert_eq!(request.bearer_auth(SECRET).json(&body).send().await.unwrap().status(), 202);
    until("the delivery in the journal", async || (app.store.backlog().await.unwrap() == 0).then_some(()))
        .await;
}

/// Anna asks for something, and gets it.
async fn ask(app: &App, line: &str) {
    let inbound = Inbound {
        id: format!("test/{line}"),
        account: "web:anna".parse().unwrap(),
        display_name: "Anna".to_owned(),
        from: "web:operators".parse().unwrap(),
        parent: None,
        language: None,
        ask: Ask::Line(line.to_owned()),
    };
    let Answer::Say { spoken, .. } = app.desk.handle(inbound).await else { panic!("{line} is not answered") };
    assert_ne!(spoken.tone, Tone::Refused, "{line}: {}", spoken.plain_text());
}

async fn until_clock(app: &App, wanted: impl Fn(&Health) -> bool) {
    until("the state of the clock", async || {
        app.parts.states().get("clock").is_some_and(&wanted).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_steps_back_disorders_nothing_and_is_told() {
    let program = Program::prepare(&Files::quick().account("anna", "web:anna"));
    let begin = SystemClock.now();
    let clock = Arc::new(ManualClock::new(begin));
    let app = start(program.folder(), &clock).await;
    post(&app, "api-2").await;
    until_clock(&app, |health| *health == Health::Up).await;

    clock.set(begin - Span::from_hours(1));
    app.clock_moved();
    until_clock(&app, |health| matches!(health, Health::Down(why) if why.contains("set back by 3"))).await;
    assert!(app.parts.ready(), "deliveries are taken all the same");
    post(&app, "api-3").await;
    ask(&app, "/ack 1").await;
    // What follows from it is said at once, not in an hour.
    until("the card", async || {
        let card = app.store.message("card/1/web:operators").await.unwrap();
        card.filter(|row| row.sent_version == row.version && row.version >= 3)
    })
    .await;
    let now = app.journal.read().await.now.unwrap();
    assert!(now >= begin && now < begin + Span::from_minutes(5), "{now}");

    clock.set(begin + Span::from_minutes(10));
    app.clock_moved();
    until_clock(&app, |health| *health == Health::Up).await;
    ask(&app, "/status").await;
    let state = app.journal.read().await.clone();
    let incident = state.incident(IncidentNumber(1), clock.now()).unwrap();
    // An hour that did not pass makes nobody late.
    for (_, version) in state.covering(&incident, clock.now()) {
        let clocks = state.case(&incident, version, clock.now()).clocks();
        assert!(!clocks.is_empty() && clocks.iter().all(|clock| !clock.late()), "{clocks:#?}");
    }
    app.stop().await;

    // A start before the last entry: it waits for the clock, and takes what comes.
    clock.set(begin - Span::from_hours(1));
    let app = start(program.folder(), &clock).await;
    until_clock(&app, |health| matches!(health, Health::Down(_))).await;
    post(&app, "api-4").await;
    ask(&app, "/resolve 1").await;
    app.stop().await;
    assert!(program.succeed(&["journal", "verify"]).contains("The chain holds"));
    assert!(program.succeed(&["replay"]).contains("No difference"));
}
