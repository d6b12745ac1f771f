//! What goes wrong on the platforms meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use serde_json::json;
use tokio::sync::Notify;

use crate::dice::Dice;
use crate::fake::discord::{Fake, Fault as OnDiscord};
use crate::fake::telegram::{Fault as OnTelegram, Telegram};

pub struct Trouble {
    discord: Arc<Fake>,
    telegram: Arc<Telegram>,
    goes_on: AtomicBool,
    pub made: AtomicUsize,
}

impl Trouble {
    pub fn new(discord: Arc<Fake>, telegram: Arc<Telegram>) -> Arc<Self> {
        Arc::new(Self { discord, telegram, goes_on: AtomicBool::new(true), made: AtomicUsize::new(0) })
    }

    /// No more of it.
    pub fn end(&self) {
        self.goes_on.store(false, SeqCst);
        self.discord.calm();
        self.telegram.calm();
    }

    pub async fn make(self: Arc<Self>, mut dice: Dice) {
        while self.goes_on.load(SeqCst) {
            match dice.below(10) {
                0..4 => self.on_discord(&mut dice),
                4 => self.at_the_gateway(&mut dice),
                _ => self.on_telegram(&mut dice),
            }
            tokio::time::sleep(dice.time(20, 120)).await;
        }
    }

    /// The next messages are taken, and their answers held back.
    pub fn hold(&self) {
        self.discord.fail_next("POST channels/", OnDiscord::Slow(Duration::from_secs(5)));
        self.telegram.fail_next("sendMessage", OnTelegram::Hold(Arc::new(Notify::new())));
    }

    fn on_discord(&self, dice: &mut Dice) {
        let fault = match dice.below(9) {
            0 | 1 => OnDiscord::TooMany(0.1),
            2 => OnDiscord::Refuse { status: 500, code: 0, message: "500: Internal Server Error" },
            3 => OnDiscord::Refuse { status: 503, code: 0, message: "upstream connect error" },
            4 => OnDiscord::Drop,
            5 => OnDiscord::DropAfterAccepting,
            6 => OnDiscord::Slow(dice.time(50, 1500)),
            7 => OnDiscord::Malformed,
            _ => OnDiscord::Page(502),
        };
        let call =
            *dice.pick(&["POST channels/", "PATCH channels/", "channels/", "interactions/", "gateway"]);
        if self.discord.lock().faults.len() < 4 {
            self.discord.fail_next(call, fault);
            self.made.fetch_add(1, SeqCst);
        }
    }

    fn at_the_gateway(&self, dice: &mut Dice) {
        if self.discord.lock().sessions.connection.is_none() {
            return;
        }
        match dice.below(4) {
            0 => self.discord.close_gateway(None),
            1 => self.discord.close_gateway(Some(4_000)),
            2 => self.discord.say_to_gateway(&json!({ "op": 7, "d": null, "s": null, "t": null })),
            _ => self.discord.say_to_gateway(&json!({ "op": 0, "t": "NONSENSE", "s": 1, "d": [1, "two"] })),
        }
        self.made.fetch_add(1, SeqCst);
    }

    fn on_telegram(&self, dice: &mut Dice) {
        let fault = match dice.below(8) {
            0 => OnTelegram::Refuse(429, "Too Many Requests: retry after 1", Some(1)),
            1 | 2 => OnTelegram::Refuse(500, "Internal Server Error", None),
            3 | 4 => OnTelegram::Drop,
            5 => OnTelegram::Garbage,
            6 => OnTelegram::Hold(Arc::new(Notify::new())),
            _ => OnTelegram::Proxy(502),
        };
        let methods = ["sendmessage", "editmessagetext", "answercallbackquery", "getupdates", "getme"];
        let method = *dice.pick(&methods);
        if self.telegram.look().faults.get(method).is_none_or(|waiting| waiting.len() < 2) {
            self.telegram.fail_next(method, fault);
            self.made.fetch_add(1, SeqCst);
        }
    }
}
