//! The real program in this process: the shipped configuration, a database, the journal, the desk.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use upheld::app::{App, Start};
use upheld::chat::{Account, Address, Answer, Ask, Inbound};
use upheld::clock::{Clock, SystemClock};
use upheld::config::{self, Surroundings};
use upheld::core::doc::{Press, Tone};
use upheld::core::state::State;
use upheld::core::time::{Instant, Span};
use upheld::i18n::Language;
use upheld::i18n::spoken::{Spoken, SpokenForm};

pub const OPS: &str = "web:operators";
pub const ACME: &str = "web:acme";

/// Beside the people of the shipped configuration: somebody who speaks for two customers that share a
/// service, somebody who speaks for a third, an auditor, and a team.
const MORE: &str = r#"
[[people]]
id = "dora"
name = "Dora Both"
role = "customer"
agreements = ["acme", "formosa"]
zone = "Europe/Berlin"
accounts = ["discord:77", "telegram:77"]

[[people]]
id = "hugo"
name = "Hugo Hudson"
role = "customer"
agreements = ["hudson"]

[[people]]
id = "adam"
name = "Adam Auditor"
role = "auditor"

[[teams]]
id = "nightwatch"
name = "CANARY-O night watch"
members = ["anna", "maria"]
"#;

/// The host's clock, which the story may set forward.
#[derive(Debug, Default)]
struct Ahead(AtomicI64);

impl Clock for Ahead {
    fn now(&self) -> Instant {
        SystemClock.now() + Span::from_micros(self.0.load(Ordering::Relaxed))
    }
}

pub struct World {
    pub app: App,
    clock: Arc<Ahead>,
    asked: AtomicU32,
    pub folder: tempfile::TempDir,
}

impl World {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// The people of the shipped configuration alone.
    pub async fn shipped() -> Self {
        Self::of("", |_| {}).await
    }

    /// Changed before it is read.
    pub async fn with(change: impl FnOnce(&Path)) -> Self {
        Self::of(MORE, change).await
    }

    async fn of(more: &str, change: impl FnOnce(&Path)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config")), &folder.path().join("config"));
        std::fs::create_dir_all(folder.path().join("data")).unwrap();
        let file = folder.path().join("config/upheld.toml");
        let text = std::fs::read_to_string(&file).unwrap().replace("127.0.0.1:8080", "127.0.0.1:0");
        std::fs::write(&file, text + more).unwrap();
        let path = folder.path().join("config");
        change(&path);
        let loaded =
            config::load(&path, &Surroundings { now: SystemClock.now(), variables: Default::default() });
        let mut config = loaded.config.unwrap_or_else(|| panic!("{:?}", loaded.problems));
        config.create_missing_secrets().unwrap();
        let clock = Arc::new(Ahead::default());
        let start = Start { config, path: Some(path), clock: clock.clone(), personas: Vec::new() };
        let app = App::start(start).await.unwrap();
        Self { app, clock, asked: AtomicU32::new(0), folder }
    }

    /// Whatever is asked, by an account (`anna` is the web's) in a place (`web:acme`).
    pub async fn put(&self, who: &str, place: &str, ask: Ask) -> Answer {
        let parent = None;
        self.put_under(who, place, parent, ask).await
    }

    pub async fn put_under(&self, who: &str, place: &str, parent: Option<&str>, ask: Ask) -> Answer {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let account = if who.contains(':') { who.to_owned() } else { format!("web:{who}") };
        let account: Account = account.parse().unwrap();
        let inbound = Inbound {
            id: format!("test/{number}"),
            account,
            display_name: who.to_owned(),
            from: place.parse::<Address>().unwrap(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            language: None,
            ask,
        };
        self.app.desk.handle(inbound).await
    }

    /// Time passes, so that nobody has asked more than their share.
    pub fn pass(&self, span: Span) {
        self.clock.0.fetch_add(span.micros(), Ordering::Relaxed);
    }

    /// An invitation's word.
    pub async fn invited(&self, line: &str) -> String {
        let told = self.told("maria", OPS, line).await.plain_text();
        told.split("/join ").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned()
    }

    /// The id of what was asked last.
    pub fn last(&self) -> String {
        format!("test/{}", self.asked.load(Ordering::Relaxed) - 1)
    }

    pub async fn ask(&self, who: &str, place: &str, line: &str) -> Answer {
        self.put(who, place, Ask::Line(line.to_owned())).await
    }

    /// What is said, which is no refusal.
    pub async fn told(&self, who: &str, place: &str, line: &str) -> Spoken {
        said(self.ask(who, place, line).await, line)
    }

    pub async fn refused(&self, who: &str, place: &str, line: &str) -> String {
        match self.ask(who, place, line).await {
            Answer::Say { spoken, private } => {
                assert_eq!(spoken.tone, Tone::Refused, "{line}: {}", spoken.plain_text());
                assert!(private, "{line}: a refusal is for the one who asked");
                spoken.plain_text()
            }
            // What leaves no trace is for one person alone by itself.
            Answer::Once(spoken) => {
                assert_eq!(spoken.tone, Tone::Refused, "{line}: {}", spoken.plain_text());
                spoken.plain_text()
            }
            other => panic!("{line}: {other:?}"),
        }
    }

    pub async fn form(&self, who: &str, place: &str, line: &str) -> SpokenForm {
        match self.ask(who, place, line).await {
            Answer::Form(form) => form,
            other => panic!("{line}: {other:?}"),
        }
    }

    pub async fn fill(&self, who: &str, place: &str, form: &SpokenForm, values: &[(&str, &str)]) -> Answer {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let values: BTreeMap<String, String> = values.collect();
        self.put(who, place, Ask::Filled { command: form.command.clone(), values }).await
    }

    pub async fn press(&self, who: &str, place: &str, command: &str) -> Answer {
        self.put(who, place, Ask::Press { command: command.to_owned(), message: None }).await
    }

    /// The fields of a slash command.
    pub async fn slash(&self, who: &str, place: &str, name: &str, fields: &[(&str, &str)]) -> Answer {
        let menu = self.app.desk.menu(Language::English);
        let spec = menu.iter().find(|spec| spec.name == name).unwrap();
        let values = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.put(who, place, Ask::Words(spec.words(&values))).await
    }
}

pub fn said(answer: Answer, about: &str) -> Spoken {
    match answer {
        Answer::Say { spoken, .. } | Answer::Once(spoken) => {
            assert_ne!(spoken.tone, Tone::Refused, "{about}: {}", spoken.plain_text());
            spoken
        }
        other => panic!("{about}: {other:?}"),
    }
}

/// What is written on an answer's buttons, and what they do.
pub fn buttons(spoken: &Spoken) -> Vec<(String, String)> {
    let commands = spoken.buttons.iter().filter_map(|button| match &button.press {
        Press::Command(command) => {
            assert!(command.len() <= Press::LIMIT, "{command}");
            Some((button.label.clone(), command.clone()))
        }
        Press::Open(_) => None,
    });
    commands.collect()
}

/// The command behind the button with these words.
pub fn behind(spoken: &Spoken, label: &str) -> String {
    let found = buttons(spoken).into_iter().find(|(words, _)| words == label);
    found.unwrap_or_else(|| panic!("no button {label}: {}", spoken.plain_text())).1
}

fn copy(from: &Path, to: &Path) {
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

/// Waits until the journal says so.
pub async fn until(world: &World, wanted: impl Fn(&State) -> bool) {
    let mut changes = world.app.journal.changes();
    let waited = tokio::time::timeout(Duration::from_secs(30), async {
        while !wanted(&*world.app.journal.read().await) {
            changes.changed().await.unwrap();
        }
    });
    waited.await.expect("the journal never says so");
}
