//! The web chat of the real program on the shipped configuration, from the first link to an incident in hand.

use fantoccini::key::Key;
use serde_json::json;
use upheld::clock::{Clock as _, SystemClock};
use upheld::core::time::Span;

use super::Browser;
use crate::program::{Files, Program, SECRET, alert};

/// The shipped configuration, with secrets that the test knows and a port and a database of its own.
fn shipped() -> Files {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/config"));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let mut upheld = read("upheld.toml").replace("127.0.0.1:8080", "127.0.0.1:{port}");
    upheld = upheld.replace("sqlite:../data/upheld.db", "sqlite:../upheld.db");
    for monitor in ["alertmanager", "scripts"] {
        let file = format!("{{ file = \"../data/{monitor}.secret\", create = true }}");
        assert!(upheld.contains(&file));
        upheld = upheld.replace(&file, &format!("\"{SECRET}\""));
    }
    let agreements = ["acme", "formosa", "hudson"];
    let agreements = agreements.map(|name| (name.to_owned(), read(&format!("agreements/{name}.toml"))));
    let surveys = ["after_incident", "onboarding", "quarterly", "yearly"];
    let surveys = surveys.map(|name| (name.to_owned(), read(&format!("surveys/{name}.toml"))));
    let services = read("services.toml");
    Files {
        upheld,
        services,
        agreements: agreements.to_vec(),
        surveys: surveys.to_vec(),
        reviews: String::new(),
        variables: Vec::new(),
    }
}

/// What Alertmanager posts when nobody can sign in any more, which began `minutes` ago.
async fn login_fails(program: &Program, name: &str, minutes: i64) {
    let began = (SystemClock.now() - Span::from_minutes(minutes)).to_string();
    let labels = json!({ "alertname": "LoginErrorsHigh", "job": "auth", "instance": "auth-2:9090",
        "severity": "critical" });
    let mut body = alert(name, &labels, &began, None);
    body["alerts"][0]["annotations"] = json!({ "summary": "Sign-ins fail: 38 % of requests answer 5xx" });
    assert_eq!(program.post("alertmanager", &body).await.unwrap(), 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_first_link_to_an_incident_in_hand() {
    let Some(browser) = Browser::open("en").await else { return };
    let program = Program::start(&shipped()).await;
    let link = program.first_link().await;

    // By keys alone: the name, the room, a command by its first letters.
    browser.client.goto(&link).await.unwrap();
    browser.until("document.activeElement.name === 'name'").await;
    browser.picture("real-link").await;
    browser.keys(&format!("Anna Weber{}", Key::Enter)).await;
    browser.until("document.activeElement.id === 'line'").await;
    browser.until("document.querySelector('h1').textContent === 'Operators'").await;
    browser.picture("real-empty").await;
    browser.keys("/sta").await;
    browser.until("document.querySelector('#menu li')").await;
    browser.picture("real-completion").await;
    browser.keys(&Key::Tab.to_string()).await;
    browser.until("document.getElementById('line').value.startsWith('/status')").await;
    browser.keys(&format!("{0}{0}", Key::Enter)).await;
    browser.until("document.querySelector('.private h2')").await;
    browser.picture("real-status").await;

    // A mark that a reload would wipe away.
    browser.evaluate("window.mark = 'here'").await;
    login_fails(&program, "a", 2).await;
    browser.find("[data-reference='INC-1'] .tone-disturbed").await;
    browser.fits().await;
    browser.picture("real-opened").await;
    browser.dark(true).await;
    browser.picture("real-opened-dark").await;
    browser.dark(false).await;
    browser.find("[data-reference='INC-1']:has(.fields) button.primary").await.click().await.unwrap();
    browser.find("[data-reference='INC-1'] .tone-in-hand").await;
    browser
        .until("document.querySelector('[data-reference=\"INC-1\"] .tone-in-hand').textContent.includes('Anna Weber')")
        .await;
    // What is open leads to the living card, and not to the call that came before it.
    browser.until("document.querySelector('#open .symbol').dataset.tone === 'in-hand'").await;
    assert_eq!(browser.evaluate("window.mark").await, json!("here"));
    browser.picture("real-acknowledged").await;

    browser.size(390, 844, true).await;
    browser.fits().await;
    browser.until("document.querySelector('#open a')").await;
    browser.find("#open a").await.click().await.unwrap();
    browser.picture("real-phone").await;
    browser.dark(true).await;
    browser.picture("real-phone-dark").await;

    // A customer who is told later is told now.
    let press = "[...document.querySelectorAll('.tone-in-hand button')]\
                 .find((one) => one.textContent.startsWith('Let the customer')).click()";
    browser.client.execute(press, Vec::new()).await.unwrap();
    browser.find(".rooms a[data-room=formosa] .unread:not([hidden])").await;

    // A customer's room in Chinese, with the pages in Chinese around it.
    browser.client.goto(&program.url("/chat/formosa")).await.unwrap();
    browser.find("#messages .card").await;
    browser.find(".account summary").await.click().await.unwrap();
    browser.find("button[name=language][value=zh-TW]").await.click().await.unwrap();
    browser.until("document.documentElement.lang === 'zh-TW'").await;
    browser.until("document.querySelector('#messages .card').textContent.includes('登入服務')").await;
    browser.fits().await;
    browser.picture("real-phone-customer-zh-dark").await;
    browser.dark(false).await;
    browser.size(1280, 860, false).await;
    browser.picture("real-customer-zh").await;
    browser.close().await;
}
