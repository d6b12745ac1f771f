//! What happens in the demonstration, when, and who does it when no visitor does.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;

use super::monitor::{Alert, Monitor};
use super::work::ZONE;
use crate::app::App;
use crate::chat::web::Banner;
use crate::chat::{Account, Ask, Inbound, Platform};
use crate::clock::{Clock, ScaledClock};
use crate::core::event::{IncidentNumber, ServiceId};
use crate::core::incident::Incident;
use crate::core::time::{Instant, Span};
use crate::i18n::{Language, words};

const ERRORS: [Alert; 2] = [
    Alert {
        fingerprint: "a1b2c3d4e5f60718",
        name: "PaymentErrorsHigh",
        job: "payments",
        instance: "api-2",
        severity: "critical",
        summary: "5xx ratio above 5 % on api-2",
    },
    Alert {
        fingerprint: "a1b2c3d4e5f60719",
        name: "PaymentErrorsHigh",
        job: "payments",
        instance: "api-3",
        severity: "critical",
        summary: "5xx ratio above 5 % on api-3",
    },
];

const SLOW: [Alert; 1] = [Alert {
    fingerprint: "b1b2c3d4e5f60718",
    name: "SearchLatencyHigh",
    job: "search",
    instance: "search-1",
    severity: "warning",
    summary: "p95 latency above 800 ms",
}];

/// A moment of the story, in minutes of Upheld's clock from its beginning.
struct Moment {
    minute: f32,
    key: &'static str,
}

const BREAKS: Moment = Moment { minute: 2.0, key: "demo-next-breaks" };
const AT_RISK: Moment = Moment { minute: 13.25, key: "demo-next-at-risk" };
const LATE: Moment = Moment { minute: 17.0, key: "demo-next-late" };
const TAKEN: Moment = Moment { minute: 19.0, key: "demo-next-taken" };
const UPDATED: Moment = Moment { minute: 21.0, key: "demo-next-updated" };
const RECOVERS: Moment = Moment { minute: 26.0, key: "demo-next-recovers" };
const RESOLVED: Moment = Moment { minute: 31.2, key: "demo-next-resolved" };
const ASKED: Moment = Moment { minute: 32.4, key: "demo-next-asked" };
const ANSWERED: Moment = Moment { minute: 37.0, key: "demo-next-answered" };
const OVER: Moment = Moment { minute: 38.0, key: "demo-next-over" };

struct Teller<'a> {
    app: &'a App,
    monitor: &'a Monitor,
    clock: &'a Arc<ScaledClock>,
    began: Instant,
}

/// Tells the story, and keeps the monitor alive for as long as it is polled.
///
/// # Errors
/// When the webhook does not take what the monitor posts.
pub async fn tell(app: &App, monitor: &Monitor, clock: &Arc<ScaledClock>, still: bool) -> Result<()> {
    let teller = Teller { app, monitor, clock, began: clock.now() };
    tokio::select! {
        () = monitor.watchdog() => Ok(()),
        told = async {
            if !still {
                teller.story().await?;
            }
            std::future::pending::<Result<()>>().await
        } => told,
    }
}

impl Teller<'_> {
    async fn story(&self) -> Result<()> {
        println!(
            "The story takes about three minutes; {}× as fast as life. You can press and ask at any time.",
            self.clock.factor()
        );
        self.wait(&BREAKS).await;
        let broke = self.clock.now();
        self.monitor.fires(&ERRORS, broke).await?;
        self.say("The monitor reports: payments fail. A card is in the operators' room and in Acme's. Press Acknowledge in the next 75 seconds, or don't.");
        self.wait(&AT_RISK).await;
        let taken = self.taken().await;
        self.monitor.fires(&SLOW, self.clock.now()).await?;
        self.say(if taken { "Somebody has it: the response promise is kept. Search has become slow meanwhile." } else { "AT RISK: three quarters of the 15 minutes are used. The next on call is being called. Search has become slow, too." });
        self.wait(&LATE).await;
        self.say(if self.taken().await {
            "15 minutes are over: the response was in time."
        } else {
            "LATE: nobody took it within 15 minutes. Both sides see the same."
        });
        self.wait(&TAKEN).await;
        if !self.taken().await {
            self.run("ack").await;
            self.say("Anna takes it in hand.");
        }
        self.wait(&UPDATED).await;
        self.update().await;
        self.say("Anna updates the customer; Acme's card shows her words.");
        self.wait(&RECOVERS).await;
        self.monitor.ends(&ERRORS, broke).await?;
        self.monitor.ends(&SLOW, broke + Span::from_minutes(11)).await?;
        self.say("The monitor sees it work again. Quiet for five minutes, and it counts as resolved.");
        self.wait(&RESOLVED).await;
        self.say("Resolved: every clock has its verdict. As the customer you can press Still broken; ask /why availability.");
        self.wait(&ASKED).await;
        self.say("Acme is asked how it was handled. As Jonas, press a number on the card: one press, and a word if you like.");
        self.wait(&ANSWERED).await;
        self.answer().await;
        self.say("The operators see the answer beside how the promise stood: late, and yet forgiven? /survey shows what is open.");
        self.wait(&OVER).await;
        self.clock.set_factor(1);
        self.app.clock_moved();
        self.app.hub.set_banner(Some(self.banner("demo-over", None)));
        self.say("The story is over; the clock runs at the pace of life again. Look around: /status, /why response, /review, /incidents, /log.");
        Ok(())
    }

    fn say(&self, text: &str) {
        let time = self.clock.now().to_utc().with_timezone(&ZONE).format("%H:%M");
        println!("  {time}  {text}");
    }

    fn at(&self, moment: &Moment) -> Instant {
        #[expect(clippy::cast_possible_truncation, reason = "the story is minutes long")]
        let micros = (moment.minute * 60_000_000.0) as i64;
        self.began + Span::from_micros(micros)
    }

    /// Shows what happens next, and waits for it.
    async fn wait(&self, moment: &Moment) {
        let due = self.at(moment);
        self.app.hub.set_banner(Some(self.banner(moment.key, Some(due))));
        let seconds = self.clock.real((due - self.clock.now()).or_zero()).as_secs();
        println!("         next, in {seconds} s: {}", words(moment.key, Language::English));
        while self.clock.now() < due {
            tokio::time::sleep(
                self.clock.real(due - self.clock.now()).max(std::time::Duration::from_millis(5)),
            )
            .await;
        }
    }

    fn banner(&self, key: &'static str, due: Option<Instant>) -> Banner {
        let texts = Language::ALL.map(|language| (language, words(key, language)));
        Banner { texts: BTreeMap::from(texts), due, factor: self.clock.factor() }
    }

    async fn incident(&self) -> Option<(Incident, IncidentNumber)> {
        let state = self.app.journal.read().await;
        let incident = state.incidents(&ServiceId::new("checkout"), self.clock.now()).pop()?;
        let number = incident.number()?;
        Some((incident, number))
    }

    async fn taken(&self) -> bool {
        self.incident().await.is_some_and(|(incident, _)| incident.owner().is_some())
    }

    /// Jonas answers, unless a visitor did in his name.
    async fn answer(&self) {
        let round = {
            let state = self.app.journal.read().await;
            let mut open = state.voice.open_rounds();
            let waits =
                |round: &crate::core::voice::Round| round.incident.is_some() && round.answers.is_empty();
            open.find(|(_, round)| waits(round)).map(|(number, _)| number)
        };
        let Some(round) = round else { return };
        self.as_person("jonas", "Jonas Brandt", "acme", format!("answer {round} 4,updates")).await;
        let words = "You were late to start, but we always knew where we stood.";
        self.as_person("jonas", "Jonas Brandt", "acme", format!("comment {round} {words}")).await;
    }

    /// Anna types a command in the operators' room; what it answers is hers alone.
    async fn run(&self, command: &str) -> Option<crate::chat::Answer> {
        let (_, number) = self.incident().await?;
        Some(self.ask(format!("{command} {number}")).await)
    }

    async fn ask(&self, line: String) -> crate::chat::Answer {
        self.as_person("anna", "Anna Weber", "operators", line).await
    }

    async fn as_person(&self, user: &str, name: &str, room: &str, line: String) -> crate::chat::Answer {
        let account = Account { platform: Platform::Web, user: user.to_owned() };
        let from = crate::chat::Address {
            platform: Platform::Web,
            channel: room.to_owned(),
            thread: None,
            direct: false,
        };
        self.app
            .desk
            .handle(Inbound {
                id: format!("demo/{user}/{}", self.clock.now().micros()),
                account,
                display_name: name.to_owned(),
                from,
                parent: None,
                language: None,
                ask: Ask::Line(line),
            })
            .await
    }

    /// Writes the update, sees the preview, and sends it, as a person does.
    async fn update(&self) {
        let text = "We found a faulty release of the payment service and are rolling it back. Orders already placed are safe.";
        let Some((_, number)) = self.incident().await else { return };
        let answer = self.ask(format!("update {number} --text='{text}'")).await;
        let crate::chat::Answer::Say { spoken, .. } = answer else { return };
        let send = spoken.buttons.iter().find_map(|button| match &button.press {
            crate::core::doc::Press::Command(command) if command.contains("--draft=") => {
                Some(command.clone())
            }
            _ => None,
        });
        if let Some(send) = send {
            self.ask(send).await;
        }
    }
}
