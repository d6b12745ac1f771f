//! One connection to Discord's gateway: serenity's client in a runtime of its own.
//!
//! serenity 0.12.5 cannot be stopped from outside while its first connection fails (its queuer keeps its own
//! manager alive and tries for ever), and it spins on its thread when the server closes without a code.
//! With a runtime of its own neither reaches the rest of Upheld, and dropping the runtime ends it all.

use std::time::Duration;

use serde_json::{Value, json};
use serenity::all::{
    ClientBuilder, ConnectionStage, Context, Event, GatewayIntents, HttpBuilder, Interaction,
    RawEventHandler, ShardManager,
};
use serenity::async_trait;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio_util::sync::CancellationToken;

/// How often serenity's state is looked at: of a resumption that fails it tells nobody.
const LOOK: Duration = Duration::from_millis(250);
/// How long the farewell to Discord may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// What the gateway tells.
#[derive(Debug)]
pub(super) enum News {
    /// Connected anew, as this application.
    Ready { application: u64 },
    /// Whether there is a connection now; while there is none serenity is trying again.
    Connected(bool),
    /// Somebody did something: an `INTERACTION_CREATE`.
    Interaction(Box<Value>),
    /// It ended and will not come back by itself.
    Ended { is_refused: bool, reason: String },
}

/// A running connection; ends when dropped.
#[derive(Debug)]
pub(super) struct Gateway {
    runtime: Option<Runtime>,
    news: UnboundedReceiver<News>,
    stop: CancellationToken,
    ended: CancellationToken,
}

impl Gateway {
    /// Connects to the gateway at `url`.
    ///
    /// # Errors
    /// When the system gives no thread for it.
    pub(super) fn open(token: &str, base: Option<&str>, url: String) -> std::io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("discord-gateway")
            .enable_all()
            .build()?;
        let (tell, news) = unbounded_channel();
        let (stop, ended) = (CancellationToken::new(), CancellationToken::new());
        let (stopped, done) = (stop.clone(), ended.clone().drop_guard());
        let mut http = HttpBuilder::new(token).ratelimiter_disabled(true);
        if let Some(base) = base {
            http = http.proxy(base);
        }
        runtime.spawn(async move {
            let _done = done;
            run(http, url, tell, stopped).await;
        });
        Ok(Self { runtime: Some(runtime), news, stop, ended })
    }

    /// The next news; `None` when there will be no more.
    pub(super) async fn next(&mut self) -> Option<News> {
        self.news.recv().await
    }

    /// Tells Discord that we leave, so that it shows the bot as offline at once.
    pub(super) async fn close(self) {
        self.stop.cancel();
        // Whether or not the farewell was heard, we leave.
        let _ = tokio::time::timeout(FAREWELL, self.ended.cancelled()).await;
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

async fn run(http: HttpBuilder, url: String, tell: UnboundedSender<News>, stop: CancellationToken) {
    // Slash commands, buttons and modals need no intent at all.
    let listener = Listener { tell: tell.clone() };
    let client =
        ClientBuilder::new_with_http(http.build(), GatewayIntents::empty()).raw_event_handler(listener).await;
    let mut client = match client {
        Ok(client) => client,
        Err(error) => {
            let _ = tell.send(News::Ended { is_refused: false, reason: error.to_string() });
            return;
        }
    };
    // The builder asks for the address once more, and takes Discord's own when that fails.
    *client.ws_url.lock().await = url;
    let shards = client.shard_manager.clone();
    tokio::select! {
        result = client.start() => {
            let is_refused = matches!(
                result,
                Err(serenity::Error::Gateway(serenity::gateway::GatewayError::InvalidAuthentication))
            );
            let reason = result.err().map_or_else(|| "the gateway ended".to_owned(), |error| error.to_string());
            let _ = tell.send(News::Ended { is_refused, reason });
        }
        () = stop.cancelled() => shards.shutdown_all().await,
        () = watch(&shards, &tell) => {}
    }
}

/// Tells of every change between connected and not connected. The five seconds that serenity itself takes to
/// begin a new session look connected.
async fn watch(shards: &ShardManager, tell: &UnboundedSender<News>) {
    let mut known = false;
    loop {
        tokio::time::sleep(LOOK).await;
        let is_connected =
            shards.runners.lock().await.values().any(|runner| runner.stage == ConnectionStage::Connected);
        if is_connected != known {
            known = is_connected;
            if tell.send(News::Connected(known)).is_err() {
                return;
            }
        }
    }
}

/// Passes serenity's events on. Nobody listening any more is no failure.
#[derive(Clone, Debug)]
struct Listener {
    tell: UnboundedSender<News>,
}

#[async_trait]
impl RawEventHandler for Listener {
    async fn raw_event(&self, _: Context, event: Event) {
        let news = match event {
            Event::Ready(ready) => News::Ready { application: ready.ready.application.id.get() },
            Event::InteractionCreate(event) => match as_sent(&event.interaction) {
                Some(interaction) => News::Interaction(Box::new(interaction)),
                None => return,
            },
            // What serenity cannot read arrives here, with what it would have been.
            Event::Unknown(event) if event.kind == "INTERACTION_CREATE" => {
                tracing::debug!("serenity cannot read an interaction; reading it ourselves");
                News::Interaction(Box::new(event.value))
            }
            Event::Unknown(event) => {
                tracing::info!(kind = event.kind, "Discord sent an event that cannot be read");
                return;
            }
            _ => return,
        };
        let _ = self.tell.send(news);
    }
}

/// The interaction as Discord sent it; serenity's own form leaves the type out.
fn as_sent(interaction: &Interaction) -> Option<Value> {
    let mut value = serde_json::to_value(interaction).ok()?;
    value["type"] = json!(u8::from(interaction.kind()));
    Some(value)
}
