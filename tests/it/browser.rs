//! The web chat in a real browser: Debian's Chromium, driven by chromedriver.

mod axe;
mod board;
mod feedback;
mod real;
mod review;
mod survey;

use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use upheld::chat::Chat;
use upheld::chat::web::Banner;
use upheld::core::doc::Tone;
use upheld::core::time::Span;
use upheld::i18n::Language;
use upheld::store::people::Role;

use crate::web_world::{World, operators, outgoing, say};

/// A browser of its own, closed with the test.
struct Browser {
    client: Client,
    driver: Child,
    _profile: tempfile::TempDir,
}

/// A command of the browser's own protocol.
#[derive(Debug)]
struct Cdp(&'static str, Value);

impl WebDriverCompatibleCommand for Cdp {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        (http::Method::POST, Some(json!({ "cmd": self.0, "params": self.1 }).to_string()))
    }
}

/// Long, because a loaded machine is slow; nothing waits longer than it must.
const PATIENCE: Duration = Duration::from_secs(60);

impl Browser {
    /// None where no Chromium is installed; under `CI=true` that is a failure.
    async fn open(language: &str) -> Option<Self> {
        let found = |program: &str| {
            let paths = std::env::var_os("PATH").unwrap_or_default();
            std::env::split_paths(&paths).any(|path| path.join(program).exists())
        };
        if !found("chromium") || !found("chromedriver") {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "Chromium is needed here and missing");
            let mut shown = std::io::stderr();
            writeln!(shown, "skipped: needs Chromium (Debian: apt-get install chromium chromium-driver)")
                .unwrap();
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut driver = Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|line| {
                let line = line.unwrap();
                let (_, port) = line.split_once("started successfully on port ")?;
                Some(port.trim_end_matches('.').parse::<u16>().unwrap())
            })
            .expect("chromedriver tells its port");
        // Nobody reads the rest; the pipe must not fill.
        std::thread::spawn(move || lines.for_each(drop));
        let arguments = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            &format!("--accept-lang={language}"),
            &format!("--user-data-dir={}", profile.path().display()),
        ];
        let capabilities = json!({ "goog:chromeOptions": { "args": arguments } });
        let Value::Object(capabilities) = capabilities else { unreachable!() };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://localhost:{port}"))
            .await
            .unwrap();
        let browser = Self { client, driver, _profile: profile };
        browser.size(1280, 860, false).await;
        Some(browser)
    }

    async fn cdp(&self, command: &'static str, parameters: Value) {
        self.client.issue_cmd(Cdp(command, parameters)).await.unwrap();
    }

    async fn size(&self, width: u32, height: u32, phone: bool) {
        let scale = if phone { 2 } else { 1 };
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": phone,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    async fn dark(&self, dark: bool) {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": scheme }] });
        self.cdp("Emulation.setEmulatedMedia", features).await;
    }

    /// Waits until something matches.
    async fn find(&self, selector: &str) -> Element {
        let wait = self.client.wait().at_most(PATIENCE);
        match wait.for_element(Locator::Css(selector)).await {
            Ok(found) => found,
            Err(error) => panic!("no {selector}: {error}\n{}", self.client.source().await.unwrap()),
        }
    }

    /// Waits until an expression of the page's own language is true.
    async fn until(&self, expression: &str) {
        // While a page loads, what is asked for is not there yet.
        let script = format!("try {{ return Boolean({expression}); }} catch {{ return false; }}");
        let started = std::time::Instant::now();
        while self.client.execute(&script, Vec::new()).await.unwrap() != json!(true) {
            let source = self.client.source().await.unwrap();
            assert!(started.elapsed() < PATIENCE, "never true: {expression}\n{source}");
            tokio::task::yield_now().await;
        }
    }

    async fn evaluate(&self, expression: &str) -> Value {
        self.client.execute(&format!("return {expression};"), Vec::new()).await.unwrap()
    }

    async fn keys(&self, keys: &str) {
        self.client.active_element().await.unwrap().send_keys(keys).await.unwrap();
    }

    /// Keeps a picture of the page under the target directory.
    async fn picture(&self, name: &str) {
        // Moving things have come to rest when every animation has finished and the room stands still.
        self.until("document.getAnimations().every((one) => one.playState === 'finished')").await;
        let still = "(() => { const one = document.querySelector('#stream') ?? {}; \
             const same = one.scrollTop === window.stood; window.stood = one.scrollTop; return same; })()";
        for _ in 0..3 {
            self.until(still).await;
        }
        let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join(format!("{name}.png")), self.client.screenshot().await.unwrap())
            .unwrap();
    }

    async fn close(mut self) {
        self.client.clone().close().await.unwrap();
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.driver.kill());
    }
}

async fn sign_in(browser: &Browser, world: &World, role: Role, name: &str) {
    let code = world.invite(role).await;
    browser.client.goto(&format!("{}/join/{code}", world.base)).await.unwrap();
    browser.find("input[name=name]").await.send_keys(name).await.unwrap();
    browser.find("main button.primary").await.click().await.unwrap();
    browser.find("#line").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_acknowledges_and_the_card_changes_in_place() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start(false).await;
    world.desk.open_incident().await;

    browser.client.goto(&world.base).await.unwrap();
    browser.find("input[name=code]").await;
    browser.picture("sign-in").await;
    sign_in(&browser, &world, Role::Manager, "Anna Berger").await;
    browser.find("[data-reference='INC-42'] .tone-late").await;
    browser.picture("operators-late").await;
    browser.dark(true).await;
    browser.picture("operators-late-dark").await;
    browser.dark(false).await;

    // A mark that a reload would wipe away.
    browser.evaluate("window.mark = 'here'").await;
    browser.find("[data-reference='INC-42'] button.primary").await.click().await.unwrap();
    browser.find("[data-reference='INC-42'] .tone-in-hand").await;
    browser.until("[...document.querySelectorAll('.private h2')].some((one) => one.textContent.includes('You have INC-42'))").await;
    assert_eq!(browser.evaluate("window.mark").await, json!("here"));
    browser.picture("operators-acknowledged").await;

    browser.find("#line").await.send_keys("/status").await.unwrap();
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.querySelector('.own .line')?.textContent === '/status'").await;
    browser
        .until(
            "document.querySelector('#messages > li:last-child h2').textContent.includes('November so far')",
        )
        .await;
    browser.picture("operators-status").await;

    // What happens elsewhere is marked; what happened long ago can be fetched.
    for n in 0..45 {
        let words = say(Tone::Information, &format!("Entry {n}"));
        world.chat.send(&outgoing(&format!("entry/{n}"), operators(), words)).await.unwrap();
    }
    let acme = "web:acme".parse().unwrap();
    world.chat.send(&outgoing("elsewhere", acme, say(Tone::Information, "elsewhere"))).await.unwrap();
    browser.find(".rooms a[data-room=acme] .unread:not([hidden])").await;
    browser
        .until("document.querySelector('#messages > li:last-child').textContent.includes('Entry 44')")
        .await;
    browser.client.refresh().await.unwrap();
    browser.find("[data-earlier]").await;
    browser.until("document.querySelectorAll('#messages > li').length === 40").await;
    browser.find("[data-earlier]").await.click().await.unwrap();
    browser.until("!document.querySelector('[data-earlier]')").await;
    browser.find("[data-reference='INC-42']").await;
    browser.until("document.querySelectorAll('#messages > li').length === 50").await;
    browser.find("#open a").await.click().await.unwrap();
    browser.until("document.activeElement.dataset.reference === 'INC-42'").await;

    browser.size(390, 844, true).await;
    browser.find("#open a").await.click().await.unwrap();
    browser.picture("operators-phone").await;
    browser.dark(true).await;
    browser.picture("operators-phone-dark").await;

    browser.close().await;
    world.stop().await;
}

const FOCUSED: &str = "document.activeElement";

impl Browser {
    /// Goes backwards through what takes the focus until `expression` is true of it.
    async fn shift_tab_to(&self, expression: &str) {
        for _ in 0..40 {
            let found = format!("((one) => Boolean({expression}))({FOCUSED})");
            if self.evaluate(&found).await == json!(true) {
                // Whoever works by keys must see where they are.
                let outline = self.evaluate(&format!("getComputedStyle({FOCUSED}).outlineStyle")).await;
                assert_eq!(outline, json!("solid"));
                return;
            }
            self.keys(&format!("{}{}", Key::Shift, Key::Tab)).await;
        }
        panic!("the focus never came to {expression}");
    }

    /// Nothing is wider than the screen.
    async fn fits(&self) {
        let page = self.evaluate("document.documentElement.scrollWidth - innerWidth").await;
        assert_eq!(page, json!(0), "the page can be moved sideways");
        let wide = self
            .evaluate(
                "[...document.querySelectorAll('main *')].filter((one) => one.getClientRects().length \
                 && !one.closest('.hidden, .open-now ul, h1, option') \
                 && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 80))",
            )
            .await;
        assert_eq!(wide, json!([]), "something is cut off");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_can_be_done_by_keys_alone() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start(false).await;
    world.desk.open_incident().await;
    let code = world.invite(Role::Operator).await;
    browser.client.goto(&format!("{}/join/{code}", world.base)).await.unwrap();
    browser.until("document.activeElement.name === 'name'").await;
    browser.keys(&format!("Bert Okafor{}", Key::Enter)).await;
    browser.find("#line").await;
    browser.until("document.activeElement.id === 'line'").await;

    // Completion: by the first letters, chosen with the arrows, taken with enter.
    browser.keys("/").await;
    browser.until("document.querySelectorAll('#menu li').length === 7").await;
    browser.picture("completion").await;
    browser.keys(&format!("pri{}", Key::Enter)).await;
    browser.until("document.getElementById('line').value === '/priority '").await;
    browser.keys("INC-42 ").await;
    browser.until("document.querySelectorAll('#menu li').length === 4").await;
    browser.keys(&Key::Down.to_string()).await;
    browser.picture("completion-choice").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.getElementById('line').value === '/priority INC-42 P2 '").await;
    browser.keys(&(Key::Control + "a")).await;
    browser.keys(&format!("{}/why availability{}", Key::Delete, Key::Enter)).await;
    browser.until("document.querySelector('.private .lines')").await;
    browser.picture("why").await;

    // A form: opened from its button, left with escape, filled, sent.
    browser.shift_tab_to("one.value === 'update INC-42'").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.activeElement.matches('#panel textarea')").await;
    browser.keys(&Key::Escape.to_string()).await;
    browser.until("document.activeElement.value === 'update INC-42'").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.activeElement.matches('#panel textarea')").await;
    browser.keys("The payment gateway is being restarted.").await;
    browser.picture("form").await;
    browser.keys(&format!("{0}{0}{1}", Key::Tab, Key::Enter)).await;
    browser.until("document.querySelector('blockquote')?.textContent.includes('being restarted')").await;
    browser.until("!document.querySelector('#panel form')").await;

    // A button: the focus stays with the card although it is drawn anew.
    browser.shift_tab_to("one.value === 'ack INC-42'").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.find("[data-reference='INC-42'] .tone-in-hand").await;
    browser.until("document.activeElement.closest('[data-reference=\"INC-42\"]')").await;
    browser.until("document.querySelector('#said').textContent.includes('IN HAND')").await;
    browser.client.execute("document.querySelector('.history').open = true", vec![]).await.unwrap();
    browser.until("document.querySelectorAll('.history li').length === 2").await;
    browser.picture("history").await;
    browser.close().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_shows_everything_and_comes_back_after_a_tunnel() {
    let Some(browser) = Browser::open("zh-TW").await else { return };
    let world = World::start(false).await;
    world.desk.open_incident().await;
    browser.size(360, 740, true).await;
    let code = world.invite(Role::Manager).await;
    browser.client.goto(&format!("{}/join/{code}", world.base)).await.unwrap();
    browser.find("input[name=name]").await;
    browser.fits().await;
    browser.picture("phone-sign-in-zh").await;
    browser.find("input[name=name]").await.send_keys("陳怡婷").await.unwrap();
    browser.find("main button.primary").await.click().await.unwrap();
    for (room, name) in
        [("operators", "phone-operators-zh"), ("nordwind", "phone-customer-zh"), ("acme", "phone-customer")]
    {
        browser.client.goto(&format!("{}/chat/{room}", world.base)).await.unwrap();
        browser.find("#messages .card").await;
        browser.fits().await;
        browser.picture(name).await;
    }
    browser.find("#line").await.send_keys("/").await.unwrap();
    browser.find("#menu li").await;
    browser.fits().await;
    browser.picture("phone-completion").await;
    browser.keys(&Key::Escape.to_string()).await;

    let offline = |offline: bool| {
        json!({
            "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1,
        })
    };
    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.emulateNetworkConditions", offline(true)).await;
    // An open stream survives the switch; the page must notice by itself that nothing comes any more.
    browser.client.execute("dispatchEvent(new Event('offline'))", vec![]).await.unwrap();
    browser.until("document.querySelector('#connection.lost:not([hidden])')").await;
    browser.picture("phone-reconnecting").await;
    let acme = "web:acme".parse().unwrap();
    let missed = outgoing("missed", acme, say(Tone::Restored, "Checkout works again"));
    world.chat.send(&missed).await.unwrap();
    browser.cdp("Network.emulateNetworkConditions", offline(false)).await;
    browser
        .until("document.querySelector('#messages > li:last-child').textContent.includes('works again')")
        .await;
    browser.until("!document.querySelector('#connection.lost')").await;
    browser.close().await;
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_of_the_demonstration_switches_eyes() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start(true).await;
    world.desk.open_incident().await;
    let texts = [(Language::English, "Next: the response clock runs out".to_owned())].into();
    let due = Some(world.clock.now() + Span::from_seconds(40));
    world.chat.hub().set_banner(Some(Banner { texts, due, factor: 30 }));
    browser.client.goto(&world.base).await.unwrap();
    browser.find(".personas button").await;
    browser.picture("demo-sign-in").await;
    browser.find(".personas button[value=customer]").await.click().await.unwrap();
    browser.find("[data-reference='ACME-42']").await;
    browser.until("document.querySelector('#banner .countdown').textContent.includes('sec')").await;
    browser.picture("demo-customer").await;
    browser.find(".account summary").await.click().await.unwrap();
    browser.picture("demo-personas").await;
    browser.find(".menu button[value=operator]").await.click().await.unwrap();
    browser.find("[data-reference='INC-42']").await;
    browser.dark(true).await;
    browser.picture("demo-operator-dark").await;
    browser.close().await;
    world.stop().await;
}
