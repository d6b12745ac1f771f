//! The program with many services, and both platforms and the web chat beside it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use upheld::core::state::State;
use upheld::journal::chain::Head;
use upheld::journal::restore;

use crate::fake::discord::{self, Fake};
use crate::fake::telegram::{self, Kind, Telegram};
use crate::program::{Files, Program};

/// For what must come in the end, on a slow machine that is busy with other tests.
pub const PATIENCE: Duration = Duration::from_secs(300);

/// Where one kind of reader reads.
#[derive(Clone, Debug)]
pub struct Places {
    pub discord: String,
    pub telegram: i64,
    pub web: &'static str,
}

impl Places {
    /// As addresses of the outbox.
    pub fn addresses(&self) -> [String; 3] {
        let Self { discord, telegram, web } = self;
        [format!("discord:{discord}"), format!("telegram:{telegram}"), format!("web:{web}")]
    }
}

/// An operator on both platforms.
#[derive(Clone, Debug)]
pub struct Person {
    pub discord: String,
    pub telegram: u64,
}

pub struct City {
    pub program: Program,
    pub discord: Arc<Fake>,
    pub telegram: Arc<Telegram>,
    pub operators: Places,
    pub customer: Places,
    pub people: [Person; 2],
}

impl City {
    /// Everything but the program, which is not started yet.
    pub async fn prepare(files: Files) -> Self {
        let (discord, telegram) = (Fake::start().await, Arc::new(Telegram::start().await));
        let places = |name: &str, web| Places {
            discord: discord.text_channel(name),
            telegram: telegram.chat(Kind::Supergroup, name),
            web,
        };
        let (operators, customer) = (places("operations", "operators"), places("acme", "acme"));
        let people = ["Anna Weber", "Ben Okafor"].map(|name| {
            let person =
                Person { discord: discord.person(name, "en-GB"), telegram: telegram.person(name, "en") };
            telegram.start_private(person.telegram);
            person
        });
        let (ops, acme) = (operators.telegram.to_string(), customer.telegram.to_string());
        let files = files
            .on("discord", &discord.url(), discord::TOKEN, &operators.discord, &customer.discord)
            .on("telegram", telegram.url().as_str(), telegram::TOKEN, &ops, &acme);
        let files = ["anna", "ben"].iter().zip(&people).fold(files, |files, (id, person)| {
            files
                .account(id, &format!("discord:{}", person.discord))
                .account(id, &format!("telegram:{}", person.telegram))
        });
        Self { program: Program::prepare(&files), discord, telegram, operators, customer, people }
    }

    /// What the running program has still to do: deliveries to journal, and messages to send.
    pub async fn left(&self) -> Vec<String> {
        let mut database = open(&self.program.database()).await;
        let left = "SELECT 'delivery ' || id FROM arrivals UNION ALL \
                    SELECT state || ' ' || key || COALESCE(' ' || last_error, '') FROM outbox \
                    WHERE state IN ('waiting', 'claimed')";
        sqlx::query_scalar(left).fetch_all(&mut database).await.unwrap()
    }

    /// Waits until nothing is left to be done.
    pub async fn at_rest(&self) {
        let began = Instant::now();
        loop {
            let left = self.left().await;
            if left.is_empty() {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "left: {left:#?}\n{}", self.program.log());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until every incident is over, and nothing is left to be said of it.
    pub async fn settled(&self) {
        let began = Instant::now();
        loop {
            self.at_rest().await;
            let state = self.state().await;
            let now = state.now.unwrap();
            let unsettled = state.ledger.unsettled().filter_map(|number| state.incident(number, now));
            let open = unsettled.filter(|incident| incident.is_open()).count();
            if open == 0 && self.left().await.is_empty() {
                return;
            }
            assert!(began.elapsed() < PATIENCE, "{open} incidents are open\n{}", self.program.log());
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The state as the journal tells it now.
    pub async fn state(&self) -> State {
        let store = self.program.store().await;
        let state = restore::replay(&store, State::default(), Head::START).await.unwrap().state;
        store.close().await;
        state
    }
}

/// The database of a program, or a copy of it.
pub async fn open(path: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(30));
    options.connect().await.unwrap()
}
