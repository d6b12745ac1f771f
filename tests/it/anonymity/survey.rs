//! A survey that is adopted, sent and waited for.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use upheld::core::event::{Event, SurveyId};
use upheld::core::state::State;
use upheld::core::survey::{Audience, Identity, Localized, Question, QuestionKind, Survey, Trigger};
use upheld::core::time::{Instant, Span};
use upheld::core::voice::RoundNumber;
use upheld::store::links::MakeLinks;
use upheld::store::people::Token;

use crate::desk::world::{OPS, World};

pub fn both(english: &str, chinese: &str) -> Localized {
    BTreeMap::from([("en".to_owned(), english.to_owned()), ("zh-TW".to_owned(), chinese.to_owned())])
}

pub fn question(name: &str, text: Localized, kind: QuestionKind, optional: bool) -> Question {
    Question { name: name.to_owned(), text, kind, optional }
}

/// One question, sent by command, open for three weeks.
pub fn anonymous(minimum_group: u32) -> Survey {
    let text = both("How satisfied are you with us?", "您對我們的服務滿意嗎？");
    Survey {
        title: both("Pulse", "滿意度調查"),
        questions: vec![question("satisfied", text, QuestionKind::Csat, false)],
        identity: Identity::Anonymous,
        agreements: BTreeSet::new(),
        trigger: Trigger::Command,
        audience: Audience::Channel,
        open_for: Span::from_days(21),
        remind_after: None,
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group,
        quiet: None,
    }
}

pub async fn adopt<const N: usize>(world: &World, surveys: [(&str, Survey); N]) {
    let book = surveys.into_iter().map(|(id, survey)| (SurveyId::from(id), survey)).collect();
    let propose = move |_: &State, now: Instant| {
        let (effective, sha256, book) = (now, "test".to_owned(), Box::new(book));
        Ok::<_, Infallible>(vec![Event::SurveysAdopted { effective, sha256, book }])
    };
    let id = format!("test/adopt/{}", Token::new().unwrap().secret);
    world.app.journal.append(id, Vec::new(), propose).await.unwrap();
}

/// Waits until the state is as wished.
pub async fn wait_until(world: &World, is: impl Fn(&State) -> bool) {
    let mut changes = world.app.journal.changes();
    loop {
        changes.borrow_and_update();
        if is(&*world.app.journal.read().await) {
            return;
        }
        changes.changed().await.unwrap();
    }
}

/// Asks a customer, and waits until the people are known.
pub async fn send(world: &World, survey: &str, agreement: &str) -> RoundNumber {
    world.told("anna", OPS, &format!("/survey send {survey} {agreement}")).await;
    let round = RoundNumber(world.app.journal.read().await.voice.next_round().0 - 1);
    wait_until(world, |state| state.voice.round(round).is_some_and(|round| round.asked.is_some())).await;
    round
}

/// The address of a fresh link to a round.
pub async fn link(world: &World, round: RoundNumber, anonymous: bool) -> String {
    let token = Token::new().unwrap();
    let expires = world.app.clock.now() + Span::from_days(21);
    let make = MakeLinks { round, tokens: vec![token.clone()], expires, anonymous };
    world.app.store.write(make).await.unwrap();
    format!("http://localhost:{}{}", world.app.address.port(), upheld::web::survey::path(&token.secret))
}
