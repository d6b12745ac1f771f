//! The dashboards in a real browser: what each reader sees, what changes by itself, on a phone, by keys, in the dark,
//! and without a script.

use fantoccini::key::Key;
use serde_json::json;

use super::Browser;
use crate::boards::{base, fires, session};
use crate::desk::feedback::promise;
use crate::desk::world::{ACME, OPS, World};

/// Goes to a page as somebody of the configuration.
async fn look(browser: &Browser, world: &World, name: &str, path: &str) {
    let token = session(world, name).await;
    browser.client.goto(&format!("{}/sign-in", base(world))).await.unwrap();
    let cookie = json!({ "name": "upheld", "value": token, "url": base(world), "httpOnly": true });
    browser.cdp("Network.setCookie", cookie).await;
    browser.client.goto(&format!("{}{path}", base(world))).await.unwrap();
    browser.find("#board .part").await;
}

async fn live(browser: &Browser, words: &str) {
    browser.until(&format!("document.getElementById('connection').textContent === '{words}'")).await;
}

/// Pictures must not show the last moment of a change.
async fn shows(browser: &Browser, name: &str) {
    browser.until("document.getElementById('board')").await;
    browser.picture(name).await;
    browser.fits().await;
    browser.is_accessible(name).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_all_customers_and_what_changes_by_itself() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start().await;
    promise(&world).await;
    look(&browser, &world, "anna", "/dashboard").await;
    live(&browser, "live").await;
    browser.until("document.querySelectorAll('.part').length === 3").await;
    shows(&browser, "board-quiet").await;

    // A mark that a reload would wipe away.
    browser.evaluate("window.mark = 'here'").await;
    fires(&world, "auth", "LoginErrorsHigh", 16).await;
    fires(&world, "search", "SearchDown", 3).await;
    browser.until("document.querySelector('#a-acme .open .reference')?.textContent === 'INC-1'").await;
    browser.until("document.querySelector('#agreements > :first-child').id === 'a-acme'").await;
    browser.until("document.querySelector('#a-acme .clock.broken').textContent.includes('late since')").await;
    browser
        .until("document.getElementById('board-summary').textContent.includes('2 incidents are open')")
        .await;
    world.told("anna", OPS, "/ack 1").await;
    world.told("jonas", ACME, "/complaint Nobody answers the telephone.").await;
    browser.until("document.querySelector('#a-acme').textContent.includes('Anna Weber has it')").await;
    browser.until("document.querySelector('#a-acme').textContent.includes('FB-1')").await;
    assert_eq!(browser.evaluate("window.mark").await, json!("here"), "nothing was loaded again");
    shows(&browser, "board-operators").await;
    browser.dark(true).await;
    shows(&browser, "board-operators-dark").await;
    browser.dark(false).await;

    // By keys alone: past the header, a filter, a fold.
    browser.client.refresh().await.unwrap();
    browser.find("#filter:not([hidden])").await;
    live(&browser, "live").await;
    browser.keys(&Key::Tab.to_string()).await;
    browser.until("document.activeElement.matches('.skip')").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.activeElement.id === 'agreements'").await;
    browser.shift_tab_to("one.id === 'search'").await;
    browser.keys("hudson").await;
    browser.until("[...document.querySelectorAll('.part:not([hidden])')].map((one) => one.id).join() === 'a-hudson'").await;
    browser.until("document.getElementById('shown').textContent === '1 of 3 shown'").await;
    browser.shift_tab_to("one.textContent === 'Chat'").await;
    browser.evaluate("document.querySelector('#a-hudson > details summary').focus()").await;
    let folded = browser.evaluate("document.querySelector('#a-hudson > details').open").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until(&format!("document.querySelector('#a-hudson > details').open !== {folded}")).await;
    // What is told meanwhile folds nothing back, and takes neither filter nor focus.
    fires(&world, "payments", "PaymentErrorsHigh", 1).await;
    browser.until("document.querySelector('#a-acme').textContent.includes('INC-3')").await;
    browser.until("document.querySelector('#a-acme').hidden").await;
    browser.until("document.activeElement.closest('#a-hudson') !== null").await;
    browser.until(&format!("document.querySelector('#a-hudson > details').open !== {folded}")).await;

    browser.size(360, 740, true).await;
    browser.client.refresh().await.unwrap();
    live(&browser, "live").await;
    shows(&browser, "board-operators-phone").await;

    browser.close().await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_leads_to_the_chat_and_back_and_catches_up_after_a_tunnel() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start().await;
    look(&browser, &world, "anna", "/dashboard").await;
    fires(&world, "auth", "LoginErrorsHigh", 1).await;
    browser.until("document.querySelector('#a-acme').textContent.includes('INC-1')").await;
    // To the chat and back.
    browser.find(".ways a[href='/chat']").await.click().await.unwrap();
    browser.find("#line").await;
    browser.find(".top a[href='/dashboard']").await.click().await.unwrap();
    browser.find("#board .part").await;

    // The connection goes, and comes back with what was missed.
    live(&browser, "live").await;
    let offline = |offline: bool| json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    browser.cdp("Network.enable", json!({})).await;
    browser.cdp("Network.emulateNetworkConditions", offline(true)).await;
    browser.client.execute("dispatchEvent(new Event('offline'))", vec![]).await.unwrap();
    live(&browser, "not connected, trying again").await;
    world.told("anna", OPS, "/ack 1").await;
    browser.cdp("Network.emulateNetworkConditions", offline(false)).await;
    live(&browser, "live").await;
    browser.until("document.querySelector('#a-acme').textContent.includes('Anna Weber has it')").await;
    browser.close().await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_sees_their_own_on_a_phone_in_their_language() {
    let Some(browser) = Browser::open("zh-TW").await else { return };
    let world = World::start().await;
    browser.size(360, 740, true).await;
    look(&browser, &world, "jonas", "/dashboard").await;
    live(&browser, "即時更新中").await;
    assert_eq!(browser.evaluate("document.querySelectorAll('.part').length").await, json!(1));
    assert_eq!(browser.evaluate("document.getElementById('filter')").await, json!(null));
    fires(&world, "payments", "PaymentErrorsHigh", 20).await;
    browser.until("document.querySelector('.open').textContent.includes('部分付款失敗')").await;
    browser.until("document.querySelector('.services .disturbed').textContent.includes('起異常')").await;
    shows(&browser, "board-customer-phone-zh").await;
    browser.dark(true).await;
    shows(&browser, "board-customer-phone-zh-dark").await;
    browser.dark(false).await;
    browser.find("button[name=language][value=en]").await.click().await.unwrap();
    browser.until("document.documentElement.lang === 'en'").await;
    browser.until("location.pathname === '/dashboard'").await;
    live(&browser, "live").await;
    browser.size(1280, 860, false).await;
    shows(&browser, "board-customer").await;
    let own = browser.evaluate("document.body.textContent").await;
    assert!(!own.as_str().unwrap().contains("福爾摩沙") && !own.as_str().unwrap().contains("PaymentErrors"));
    browser.close().await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dashboard_is_whole_without_a_script() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start().await;
    look(&browser, &world, "anna", "/dashboard").await;
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    fires(&world, "auth", "LoginErrorsHigh", 1).await;
    // The link that loads the page again is all there is, and all that is needed.
    let begun = std::time::Instant::now();
    loop {
        browser.client.goto(&format!("{}/dashboard", base(&world))).await.unwrap();
        let refresh = browser.find(".state a[href='/dashboard']").await;
        refresh.click().await.unwrap();
        if browser.client.source().await.unwrap().contains("INC-1") {
            break;
        }
        assert!(begun.elapsed() < super::PATIENCE, "never INC-1");
    }
    let page = browser.client.source().await.unwrap();
    assert!(page.contains("id=\"filter\"") && page.contains("as it was then"), "{page}");
    let filter = browser.find("#filter").await;
    assert!(!filter.is_displayed().await.unwrap(), "what needs a script is not shown without one");
    browser.cdp("Emulation.setScriptExecutionDisabled", json!({ "value": false })).await;
    browser.close().await;
    world.app.stop().await;
}
