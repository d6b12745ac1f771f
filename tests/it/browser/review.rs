//! The page of a review in a real browser: both languages, by keys, on a phone, in the dark, and on paper.

use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};

use super::Browser;
use crate::boards::{base, session};
use crate::desk::world::World;
use crate::reviews::issue;

/// WebDriver's own command to print.
#[derive(Debug)]
struct Print;

impl WebDriverCompatibleCommand for Print {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/print", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        // A4 in centimetres; the margins are the page's own.
        let page = json!({ "width": 21.0, "height": 29.7 });
        (http::Method::POST, Some(json!({ "page": page, "background": true }).to_string()))
    }
}

/// How many pages a PDF has: each is an object of its own, and their list another.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.match_indices("/Type /Page").filter(|(at, found)| !text[at + found.len()..].starts_with('s')).count()
}

impl Browser {
    /// Prints to a file under the target directory, and says how many pages it took.
    async fn print(&self, name: &str) -> usize {
        let Value::String(printed) = self.client.issue_cmd(Print).await.unwrap() else { unreachable!() };
        let pdf = decode(&printed);
        assert!(pdf.starts_with(b"%PDF"), "no PDF");
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.pdf")), &pdf).unwrap();
        pages(&pdf)
    }

    async fn shows_review(&self, name: &str) {
        self.find("article .provenance").await;
        self.picture(name).await;
        self.fits().await;
        self.is_accessible(name).await;
    }
}

/// Base64, as WebDriver gives files.
fn decode(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = text.bytes().filter_map(|byte| ALPHABET.iter().position(|known| *known == byte));
    let digits: Vec<usize> = digits.collect();
    let bits = |four: &[usize]| {
        let whole = four.iter().fold(0_usize, |whole, digit| whole << 6 | digit) << (6 * (4 - four.len()));
        [whole >> 16, whole >> 8, whole].map(|byte| u8::try_from(byte & 0xFF).unwrap())[..four.len() - 1]
            .to_vec()
    };
    digits.chunks(4).filter(|four| four.len() > 1).flat_map(bits).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_read_on_screens_on_a_phone_by_keys_and_on_paper() {
    let Some(browser) = Browser::open("en").await else { return };
    let world = World::start().await;
    issue(&world, "acme", 7).await;
    let token = session(&world, "jonas").await;
    browser.client.goto(&format!("{}/sign-in", base(&world))).await.unwrap();
    let cookie = json!({ "name": "upheld", "value": token, "url": base(&world), "httpOnly": true });
    browser.cdp("Network.setCookie", cookie).await;
    browser.client.goto(&format!("{}/reviews?lang=en", base(&world))).await.unwrap();
    browser.find(".list a").await;
    browser.picture("reviews").await;
    browser.is_accessible("reviews").await;
    browser.find(".list a").await.click().await.unwrap();
    browser.shows_review("review").await;
    // The sheet of style is the page's only help: everything is there without a script.
    assert_eq!(browser.evaluate("document.scripts.length").await, json!(0));
    browser.until("document.querySelectorAll('article svg').length >= 6").await;
    browser.until("document.querySelector('.objectives tbody tr .symbol').textContent === '✗'").await;
    browser.dark(true).await;
    browser.shows_review("review-dark").await;
    browser.dark(false).await;
    assert!((1..=2).contains(&browser.print("review").await), "it does not fit two pages");

    // By keys: into the wide tables, which can be moved, and to another language.
    browser.shift_tab_to("one.matches('.table.wide')").await;
    browser.shift_tab_to("one.lang === 'zh-TW'").await;
    browser.keys(&Key::Enter.to_string()).await;
    browser.until("document.documentElement.lang === 'zh-TW'").await;
    browser.shows_review("review-zh").await;
    assert!((1..=2).contains(&browser.print("review-zh").await), "it does not fit two pages in Chinese");

    browser.size(360, 740, true).await;
    browser.client.refresh().await.unwrap();
    browser.shows_review("review-phone-zh").await;
    browser.client.goto(&format!("{}/review/REV-7?lang=en", base(&world))).await.unwrap();
    browser.shows_review("review-phone").await;
    browser.dark(true).await;
    browser.shows_review("review-phone-dark").await;
    browser.close().await;
    world.app.stop().await;
}
