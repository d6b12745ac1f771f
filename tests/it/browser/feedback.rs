//! The pages for feedback, by keys alone, on a phone.

use fantoccini::key::Key;
use upheld::core::voice::{FeedbackKind, FeedbackNumber, FeedbackState};

use super::Browser;
use crate::desk::feedback::promise;
use crate::desk::world::{OPS, World};
use crate::desk::written_pages::link;

#[tokio::test(flavor = "multi_thread")]
async fn somebody_complains_by_keys_on_a_phone_and_says_that_it_is_settled() {
    let Some(browser) = Browser::open("zh-TW").await else { return };
    let world = World::start().await;
    promise(&world).await;
    let page = format!("http://localhost:{}{}", world.app.address.port(), link(&world, "acme").await);
    browser.size(390, 844, true).await;
    browser.client.goto(&page).await.unwrap();
    browser.find("#feedback").await;
    browser.until("document.documentElement.lang === 'zh-TW'").await;
    browser.until("document.querySelector('[name=kind]:checked') === null").await;
    browser.fits().await;
    browser.picture("feedback-phone-zh").await;

    // The first key reaches the first field; sent empty, it asks for what is missing and takes the focus there.
    let tab = Key::Tab;
    browser.keys(&format!("{tab}{tab}{tab}{tab}{tab}{}", Key::Enter)).await;
    browser.find(".problem[role=alert]").await;
    browser.until("document.querySelectorAll('.error').length === 2").await;
    browser.until("document.activeElement.name === 'kind'").await;
    browser.fits().await;
    browser.picture("feedback-phone-zh-missing").await;
    browser.keys(&format!(" {}", Key::Down)).await;
    browser.until("document.querySelector('[name=kind]:checked').value === 'complaint'").await;
    browser.keys(&format!("{tab}{tab}第三次結帳失敗，\n沒有人回覆。{tab} {tab}{}", Key::Enter)).await;
    browser.find("#more").await;
    browser.until("document.querySelector('.about code').textContent === 'FB-1'").await;
    browser.until("document.querySelector('blockquote').textContent.includes('沒有人回覆')").await;
    browser.fits().await;
    browser.until("document.querySelector('[value=unquote]') !== null").await;
    browser.picture("feedback-own-phone-zh").await;

    world.told("anna", OPS, "/inbox answer 1 我們已更換金流閘道。").await;
    world.told("anna", OPS, "/inbox close 1 之後不會再發生。").await;
    browser.client.refresh().await.unwrap();
    browser.find("#settled").await;
    browser.fits().await;
    browser.picture("feedback-closed-phone-zh").await;
    browser.evaluate("document.querySelector('#text').focus()").await;
    browser.keys(&format!("{tab}{}", Key::Enter)).await;
    browser.until("document.querySelector('h1').textContent.includes('感謝您')").await;
    browser.picture("feedback-settled-phone-zh").await;
    let state = world.app.journal.read().await;
    let done = state.voice.feedback(FeedbackNumber(1)).unwrap();
    assert_eq!((done.kind, done.state()), (FeedbackKind::Complaint, FeedbackState::Settled));
    drop(state);
    browser.close().await;
    world.app.stop().await;
}
