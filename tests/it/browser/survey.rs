//! The page of a survey behind a link, by keys alone, on a phone, in both languages.

use std::collections::BTreeMap;

use fantoccini::key::Key;
use serde_json::json;
use upheld::core::survey::{ChoiceOption, Given, Identity, QuestionKind, Survey};
use upheld::core::voice::Via;

use super::Browser;
use crate::anonymity::survey::{both, question};
use crate::anonymity::{adopt, anonymous, link, send, wait_until};
use crate::desk::world::World;

/// Every kind of question.
fn whole(identity: Identity) -> Survey {
    let option = |name: &str, english: &str, chinese: &str| ChoiceOption {
        name: name.to_owned(),
        text: both(english, chinese),
    };
    let options = vec![
        option("speed", "Speed", "速度"),
        option("words", "How we keep you informed", "進度說明"),
        option("none", "Nothing at all", "都很好"),
    ];
    let mut survey = anonymous(4);
    survey.title = both("How did we do this quarter?", "您對本季的服務滿意嗎？");
    survey.identity = identity;
    survey.questions.extend([
        question(
            "recommend",
            both("How likely are you to recommend us?", "您有多大可能會推薦我們？"),
            QuestionKind::Nps,
            false,
        ),
        question(
            "better",
            both("What should become better first?", "最應該先改善什麼？"),
            QuestionKind::Choice { options },
            true,
        ),
        question("why", both("Why?", "為什麼？"), QuestionKind::Text, true),
    ]);
    survey
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_is_answered_by_keys_on_a_phone_and_its_link_is_used_up() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start().await;
    adopt(&world, [("quarterly", whole(Identity::Anonymous))]).await;
    let round = send(&world, "quarterly", "acme").await;
    let page = link(&world, round, true).await;
    browser.size(390, 844, true).await;
    for _ in 0..3 {
        // A preview of the link uses nothing up.
        assert_eq!(reqwest::get(&page).await.unwrap().headers()["referrer-policy"], "no-referrer");
    }
    browser.client.goto(&page).await.unwrap();
    browser.find("#survey").await;
    browser.fits().await;
    browser.picture("survey-phone").await;

    // Sent without an answer, it asks again and takes the focus there.
    browser.evaluate("document.querySelector('#comment').focus()").await;
    browser.keys(&format!("Quick & friendly{0}{1}", Key::Tab, Key::Enter)).await;
    browser.find(".problem[role=alert]").await;
    browser.until("document.activeElement.name === 'q0'").await;
    browser.until("document.querySelectorAll('.question.missing').length === 2").await;
    browser.until("document.querySelector('#comment').value === 'Quick & friendly'").await;
    browser.fits().await;
    browser.picture("survey-phone-missing").await;

    browser.keys(&format!(" {0}{0}{0}", Key::Right)).await;
    browser.until("document.querySelector('[name=q0]:checked').value === '4'").await;
    browser.keys(&format!("{} {}", Key::Tab, Key::Right)).await;
    browser.until("document.querySelector('[name=q1]:checked').value === '1'").await;

    // The other language keeps what is entered.
    browser.evaluate("document.querySelector('[name=language][value=zh-TW]').focus()").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.documentElement.lang === 'zh-TW'").await;
    browser.until("document.querySelector('[name=q0]:checked').value === '4'").await;
    browser.fits().await;
    browser.dark(true).await;
    browser.picture("survey-phone-zh-dark").await;
    browser.evaluate("document.querySelector('#survey button.primary').focus()").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("location.pathname.endsWith('/thanks')").await;
    browser.until("document.querySelector('h1').textContent === '謝謝您'").await;
    browser.picture("survey-thanks-zh-dark").await;
    browser.dark(false).await;

    browser.client.goto(&format!("{page}?lang=en")).await.unwrap();
    browser.until("document.querySelector('h1').textContent === 'Nothing to answer here'").await;
    browser.picture("survey-gone").await;
    let never = format!("{}x", &page[..page.len() - 1]);
    let (used, never) = (reqwest::get(&page).await.unwrap(), reqwest::get(&never).await.unwrap());
    assert_eq!(used.status(), never.status());
    assert_eq!(used.text().await.unwrap(), never.text().await.unwrap(), "used and never made look the same");
    browser.close().await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_known_can_be_changed_by_its_link() {
    let Some(browser) = Browser::open("zh-TW").await else { return };
    let world = World::start().await;
    adopt(&world, [("quarterly", whole(Identity::Confidential))]).await;
    let round = send(&world, "quarterly", "acme").await;
    let page = link(&world, round, false).await;
    browser.client.goto(&page).await.unwrap();
    browser.until("document.documentElement.lang === 'zh-TW'").await;
    browser.find("#survey").await;
    browser.picture("survey-desktop-zh").await;
    for (score, times) in [(2, 1), (5, 2)] {
        browser.evaluate(&format!("document.querySelector('[name=q0][value=\"{score}\"]').click()")).await;
        browser.evaluate("document.querySelector('[name=q1][value=\"9\"]').click()").await;
        browser.evaluate("document.querySelector('#q3').focus()").await;
        browser.keys("因為").await;
        browser.evaluate("document.querySelector('#survey button.primary').click()").await;
        browser.until("location.pathname.endsWith('/thanks')").await;
        browser.find("main a.button").await;
        browser.picture("survey-thanks-change-zh").await;
        wait_until(&world, |state| {
            let answers = &state.voice.round(round).unwrap().answers;
            assert!(answers.len() <= 1, "one answer a link");
            answers.values().any(|answer| answer.given[0] == Given::Score(score))
        })
        .await;
        if times == 1 {
            browser.find("main a.button").await.click().await.unwrap();
            browser.until("document.querySelector('[name=q0]:checked').value === '2'").await;
            browser.picture("survey-change-zh").await;
        }
    }
    let state = world.app.journal.read().await;
    let answer = state.voice.round(round).unwrap().answers.values().next().unwrap().clone();
    assert_eq!((answer.via, answer.given[1].clone()), (Via::Link, Given::Score(9)));
    let texts: BTreeMap<_, _> = world.app.store.prose(&[answer.texts[&3].text.id.clone()]).await.unwrap();
    assert_eq!(json!(texts.values().collect::<Vec<_>>()), json!(["因為"]));
    drop(state);
    browser.close().await;
    world.app.stop().await;
}
