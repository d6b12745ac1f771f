//! Platforms that refuse the token, are down or talk nonsense: the rest works meanwhile, and shows it.

use std::sync::Arc;

use serde_json::Value;
use tokio::net::TcpListener;

use super::{failing, until, until_part};
use crate::fake::discord::{self, Fake as Discord, Fault};
use crate::fake::telegram::{self, Kind, Telegram};
use crate::program::{Files, Program};

/// Operators' channel and customer's.
const SIDES: [&str; 2] = ["operators", "acme"];

/// Two platforms in trouble and the program that was configured for them.
struct Scene {
    discord: Arc<Discord>,
    telegram: Telegram,
    on_discord: [String; 2],
    on_telegram: [i64; 2],
    program: Program,
}

fn files(discord: &Discord, on_discord: &[String; 2], telegram: &str, on_telegram: [i64; 2]) -> Files {
    let [operators, acme] = on_telegram.map(|chat| chat.to_string());
    Files::quick().on("discord", &discord.url(), discord::TOKEN, &on_discord[0], &on_discord[1]).on(
        "telegram",
        telegram,
        telegram::TOKEN,
        &operators,
        &acme,
    )
}

impl Scene {
    /// `change` has the last word on the files.
    async fn prepare(change: impl Fn(&mut Files)) -> Self {
        let (discord, telegram) = (Discord::start().await, Telegram::start().await);
        let on_discord = SIDES.map(|side| discord.text_channel(side));
        let on_telegram = SIDES.map(|side| telegram.chat(Kind::Supergroup, side));
        let mut files = files(&discord, &on_discord, telegram.url().as_str(), on_telegram);
        change(&mut files);
        let program = Program::prepare(&files);
        Self { discord, telegram, on_discord, on_telegram, program }
    }

    /// Waits until every card on both platforms shows this.
    async fn until_cards_show(&self, operators: &str, customer: &str) {
        for (at, wanted) in [operators, customer].into_iter().enumerate() {
            until(&format!("{wanted} on both platforms"), async || {
                let card = |text: &str| text.contains("agreement v1") || text.contains("your reference");
                let discord = self.discord.messages(&self.on_discord[at]);
                let discord = discord.iter().any(|m| card(&m.text) && m.text.contains(wanted));
                let telegram = self.telegram.posts(self.on_telegram[at]);
                let telegram = telegram.iter().any(|m| card(&m.text) && m.text.contains(wanted));
                (discord && telegram).then_some(())
            })
            .await;
        }
    }
}

/// What must work whatever the platforms do: webhooks, the web chat, and a truthful `/readyz`. Gives what
/// Maria's browser keeps.
async fn the_rest_works(program: &Program, why: [&str; 2]) -> String {
    assert_eq!(program.post("alertmanager", &failing("api-2")).await.unwrap(), 202);
    let maria = program.manager("Maria").await;
    maria.until("operators", "INC-1").await;
    maria.until("acme", "some payments are failing").await;
    assert_eq!(maria.ask("operators", "1", "/status").await.unwrap(), 200);
    for (platform, why) in ["discord", "telegram"].into_iter().zip(why) {
        let shown: Value = until_part(program, platform, "down").await;
        let reason = shown["parts"][platform]["reason"].as_str().unwrap();
        assert!(reason.contains(why), "{shown}");
        assert_eq!((&shown["ready"], &shown["parts"]["web"]["state"]), (&Value::Bool(true), &"up".into()));
    }
    let log = program.log();
    assert!(!log.contains(discord::TOKEN) && !log.contains(telegram::TOKEN), "{log}");
    maria.into_cookie()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_told_and_the_rest_works() {
    let soon =
        |files: &mut Files| files.upheld = files.upheld.replace("[pace]", "[pace]\ngive_up_after = \"2s\"");
    let mut scene = Scene::prepare(soon).await;
    let good = std::mem::replace(&mut scene.discord.lock().token, "another".to_owned());
    scene.telegram.refuse_token(true);
    scene.program.run().await;
    let cookie = the_rest_works(&scene.program, ["DISCORD_TOKEN", "TELEGRAM_TOKEN"]).await;
    {
        let maria = scene.program.visitor(cookie);
        assert_eq!(maria.ask("operators", "2", "/status").await.unwrap(), 200);
        maria.until("operators", "check DISCORD_TOKEN").await;
        // Messages that were given up are told of where operators can read it.
        maria.until("operators", &format!("discord:{}", scene.on_discord[0])).await;
        maria.until("operators", &format!("telegram:{}", scene.on_telegram[0])).await;
        maria.until("operators", "Give Upheld a valid token and start it again.").await;
    }
    scene.discord.lock().token = good;
    scene.telegram.refuse_token(false);
    assert!(scene.program.stop().await.success());
    scene.program.run().await;
    assert_eq!(scene.program.post("alertmanager", &failing("api-3")).await.unwrap(), 202);
    scene.until_cards_show("INC-1", "INC-1").await;
    until_part(&scene.program, "discord", "up").await;
    until_part(&scene.program, "telegram", "up").await;
    assert!(scene.program.stop().await.success(), "{}", scene.program.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn platforms_that_are_down_at_the_start_get_everything_later() {
    let discord = Discord::start().await;
    let on_discord = SIDES.map(|side| discord.text_channel(side));
    discord.set_down(true);
    let late = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = late.local_addr().unwrap();
    drop(late);
    // As the fake numbers its supergroups.
    let on_telegram = [-1_000_000_000_001, -1_000_000_000_002];
    let files = files(&discord, &on_discord, &format!("http://{address}"), on_telegram);
    let program = Program::start(&files).await;
    the_rest_works(&program, ["cannot be reached", "cannot be reached"]).await;

    discord.set_down(false);
    let telegram = Telegram::on(TcpListener::bind(address).await.unwrap());
    assert_eq!(SIDES.map(|side| telegram.chat(Kind::Supergroup, side)), on_telegram);
    let mut scene = Scene { discord, telegram, on_discord, on_telegram, program };
    scene.until_cards_show("INC-1", "INC-1").await;
    until_part(&scene.program, "discord", "up").await;
    until_part(&scene.program, "telegram", "up").await;
    assert!(scene.program.stop().await.success(), "{}", scene.program.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn platforms_that_answer_nonsense_stop_nothing_else() {
    let mut scene = Scene::prepare(|_| {}).await;
    for _ in 0..500 {
        scene.discord.fail_next("", Fault::Page(200));
        for method in ["getMe", "getWebhookInfo", "deleteWebhook", "getUpdates", "sendMessage"] {
            scene.telegram.fail_next(method, telegram::Fault::Proxy(200));
        }
    }
    scene.program.run().await;
    the_rest_works(&scene.program, ["cannot be read", "unreadable"]).await;

    scene.discord.change(|state| state.faults.clear());
    scene.telegram.calm();
    until_part(&scene.program, "discord", "up").await;
    until_part(&scene.program, "telegram", "up").await;
    assert_eq!(scene.program.post("alertmanager", &failing("api-3")).await.unwrap(), 202);
    scene.until_cards_show("INC-1", "INC-1").await;
    assert!(scene.program.stop().await.success(), "{}", scene.program.log());
}
