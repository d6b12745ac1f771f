//! On whatever day the demonstration is started there is something to do for its manager.

use crate::core::event::AgreementId;
use crate::core::improvement::{ActionState, is_overdue};
use crate::core::review::{Document, ReviewNumber, Subject};
use crate::core::state::State;
use crate::core::time::{Instant, Span};
use crate::store::{Mode, Store};

/// The days on which a month's end, a quarter's draft, or February might be in the way.
const DAYS: [&str; 3] = ["2026-11-26T02:10:00Z", "2027-01-01T22:30:00Z", "2027-02-27T12:00:00Z"];

async fn history(now: Instant) -> State {
    let folder = super::Folder::new(false).unwrap();
    super::files::write(&folder.path, 0, now).unwrap();
    let mut config = super::load(&folder.path, now).unwrap();
    config.create_missing_secrets().unwrap();
    let url = config.settings.store_url.reveal().unwrap();
    let store = Store::open(url, Mode::Own).await.unwrap();
    let state = super::history::write(&store, &config, now).await.unwrap();
    store.close().await;
    state
}

/// The one draft that nobody has approved.
fn waiting(state: &State) -> ReviewNumber {
    let waiting = state.reviews.drafts().filter(|(_, review)| review.approved.is_none());
    let waiting: Vec<_> = waiting.map(|(number, _)| number).collect();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    waiting[0]
}

fn there_is_something_to_do(state: &State, now: Instant) {
    let acme = Subject::Agreement(AgreementId::from("acme"));
    let review = state.reviews.review(waiting(state)).unwrap();
    assert_eq!(review.subject, acme);
    assert!(review.due > now + Span::from_hours(30) && review.due < now + Span::from_days(7));
    let open = state.improvement.actions().filter(|(_, action)| !action.now().state.is_over());
    let open: Vec<_> = open.map(|(_, action)| action.now()).collect();
    assert!(
        open.iter().all(|action| action.state == ActionState::Open && action.owner.is_some()),
        "{open:?}"
    );
    let overdue =
        open.iter().filter(|action| is_overdue(chrono_tz::Europe::Berlin, action.due.unwrap(), now));
    assert_eq!((overdue.count() > 0, open.len() >= 2), (true, true), "{open:?}");
    assert_eq!(state.improvement.risks().filter(|(_, risk)| risk.now().state.is_live()).count(), 1);
    assert_eq!(state.drills.all().filter(|(_, drill)| drill.ended().is_some()).count(), 1);
}

/// What the visitor approves tells of all of it.
fn its_review_tells_of_it(state: &State, now: Instant) {
    let number = waiting(state);
    let review = state.reviews.review(number).unwrap();
    let given = crate::core::review::compose::Given::default();
    let told: Document = crate::core::review::compose::compose(state, number, review, &given, now).unwrap();
    assert!(!told.actions.is_empty() && !told.risks.is_empty() && !told.drills.is_empty(), "{told:#?}");
}

#[tokio::test]
async fn on_any_day_there_is_a_draft_to_approve_and_something_to_do() {
    for day in DAYS {
        let now = Instant::from(day.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
        let state = history(now).await;
        there_is_something_to_do(&state, now);
        its_review_tells_of_it(&state, now);
    }
}
