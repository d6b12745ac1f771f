//! By schedule, in the agreement's zone: through both changes of the clocks, and while the program was down.

use upheld::core::time::Span;
use upheld::core::voice::RoundNumber;

use super::world::{ONE, World, survey};

/// At half past two, which one night does not have and another has twice.
async fn world(begin: &str) -> World {
    let survey =
        survey("channel", "after = \"schedule\"\ncron = \"30 2 * * *\"", "quiet_hours = \"12:00-12:01\"");
    World::start(begin, survey.replace("5d", "2h"), |_, _| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_the_clocks_skip_comes_once() {
    let world = world("2026-03-28T02:00:00Z").await;
    world.pass_until("2026-03-29T01:29:00Z");
    world.settled().await;
    assert_eq!(world.rounds().await, 0);
    world.pass_until("2026-03-29T01:30:05Z");
    world.asked(ONE).await;
    world.cards(ONE).await;
    world.pass_until("2026-03-30T00:29:00Z");
    world.settled().await;
    assert_eq!(world.rounds().await, 1);
    world.pass_until("2026-03-30T00:30:05Z");
    world.asked(RoundNumber(2)).await;
    world.cards(RoundNumber(2)).await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_that_comes_twice_asks_once_and_one_that_was_missed_asks_late_once() {
    let mut world = world("2026-10-24T12:00:00Z").await;
    world.pass_until("2026-10-25T00:30:05Z");
    world.asked(ONE).await;
    world.cards(ONE).await;
    world.pass_until("2026-10-25T01:30:05Z");
    world.settled().await;
    assert_eq!(world.rounds().await, 1, "the second half past two is the same one");
    // Down over three times of the schedule.
    world.stop().await;
    world.pass(Span::from_hours(3 * 24 + 4));
    world.run().await;
    let late = RoundNumber(2);
    world.asked(late).await;
    world.cards(late).await;
    world.settled().await;
    assert_eq!(world.rounds().await, 2, "once, not once for each that was missed");
    world.stop().await;
    world.run().await;
    world.settled().await;
    assert_eq!(world.rounds().await, 2);
    world.cards(late).await;
    world.ends().await;
}
