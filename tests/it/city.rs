//! The program with many services, and both platforms and the web chat beside it.

use std::sync::Arc;

use crate::fake::discord::{self, Fake};
use crate::fake::telegram::{self, Kind, Telegram};
use crate::program::{Files, Program};

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
}
