//! Drills and the scorecard through the real program.

use upheld::chat::Answer;
use upheld::core::drill::{Ending, drills};
use upheld::core::event::IncidentNumber;
use upheld::core::interval::Interval;
use upheld::core::time::Span;

use super::world::{ACME, OPS, World, behind, said};

async fn settled(world: &World, wanted: impl Fn(&upheld::core::state::State) -> bool) {
    let waits = async {
        while !wanted(&*world.app.journal.read().await) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waits).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_is_dealt_with_by_the_commands_of_incidents_and_counts_nowhere() {
    let world = World::start().await;
    let before = world.told("anna", OPS, "/status").await.plain_text();
    let begun = world.told("maria", OPS, "/drill checkout P1").await;
    assert!(
        begun.plain_text().starts_with("○ DRILL ·") || begun.plain_text().contains("DRILL · DRILL-1"),
        "{begun:?}"
    );
    let drill = IncidentNumber::of_drill(1);
    settled(&world, |state| state.drills.running().count() == 1).await;
    // The only thing that is open, so that it need not be named.
    for line in
        ["/ack", "/incident DRILL-1", "/why drill-1", "/note DRILL-1 the disk is not full", "/call DRILL-1"]
    {
        let told = world.told("anna", OPS, line).await.plain_text();
        assert!(told.contains("DRILL · "), "{line}: {told}");
    }
    let listed = world.told("anna", OPS, "/incidents").await.plain_text();
    assert!(listed.contains("DRILL-1"), "{listed}");
    assert_eq!(world.told("anna", OPS, "/status").await.plain_text(), before, "no promise has moved");
    let form = world.form("anna", OPS, "/update DRILL-1").await;
    assert!(form.title.starts_with("DRILL · "), "{}", form.title);
    let preview = said(world.fill("anna", OPS, &form, &[("text", "We look into it.")]).await, "update");
    assert!(preview.plain_text().contains("DRILL · "), "{}", preview.plain_text());
    said(world.press("anna", OPS, &behind(&preview, "Send")).await, "send");
    // To the customer it is nothing, in the words for what is not there.
    let nothing = world.refused("jonas", ACME, "/incident 99").await;
    for line in
        ["/incident DRILL-1", "/why DRILL-1", "/complaint --incident DRILL-1 --text=bad", "/say DRILL-1 hm"]
    {
        let refused = world.refused("jonas", ACME, line).await;
        let same = refused.replace("DRILL · ", "").replace("DRILL-1", "INC-99");
        assert_eq!(same, nothing, "{line}");
    }
    assert!(!world.told("jonas", ACME, "/incidents").await.plain_text().contains("DRILL"));
    for line in
        ["/reopen DRILL-1", "/publish DRILL-1", "/drill checkout P2", "/inbox tie 1 --incident DRILL-1"]
    {
        world.refused("anna", OPS, line).await;
    }
    world.told("anna", OPS, "/resolve DRILL-1 done").await;
    let (now, state) = (world.app.journal.now(), world.app.journal.read().await);
    let week = Interval::new(now - Span::from_days(7), now + Span::from_days(1));
    let results = drills(&state, Some(&"acme".into()), None, week, now);
    assert_eq!(results.len(), 1);
    assert_eq!((results[0].drill, results[0].ending), (drill, Ending::Resolved));
    assert!(results[0].clocks.len() >= 3 && results[0].acknowledged.is_some(), "{:?}", results[0]);
    assert!(state.incidents(&"checkout".into(), now).is_empty());
    drop(state);
    let listed = world.told("anna", OPS, "/drill list").await.plain_text();
    assert!(listed.contains("DRILL-1") && listed.contains("taken by Anna Weber"), "{listed}");
    let card = world.told("anna", OPS, "/scorecard").await.plain_text();
    assert!(card.contains("0 incidents"), "{card}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_drill_begins_by_chance_ends_by_itself_and_is_told_to_whom_it_concerns() {
    let world = World::start().await;
    world.refused("anna", OPS, "/drill checkout P1 --customer=acme").await;
    for wrong in
        ["--within=90", "--within=9d", "--lasts=1m", "--lasts=2000h", "--customer=hudson --announced"]
    {
        world.refused("anna", OPS, &format!("/drill checkout P1 {wrong}")).await;
    }
    let Answer::Say { spoken, .. } = world.ask("anna", OPS, "/drill checkout --lasts=90m").await else {
        panic!()
    };
    assert!(format!("{:?}", spoken.buttons).contains("--lasts=90m"), "what was given goes along: {spoken:?}");
    world.told("anna", OPS, "/drill checkout P1 --within=4h --lasts=30m").await;
    let (planned, starts) = {
        let state = world.app.journal.read().await;
        let (_, drill) = state.drills.all().next().unwrap();
        (drill.planned, drill.plan.starts)
    };
    assert!(planned <= starts && starts < planned + Span::from_hours(4));
    let hidden = world.told("ben", OPS, "/drill list").await.plain_text();
    assert!(!hidden.contains("DRILL-1"), "{hidden}");
    assert!(world.told("anna", OPS, "/drill list").await.plain_text().contains("DRILL-1"));
    world.pass(starts - planned + Span::from_minutes(1));
    settled(&world, |state| state.drills.running().count() == 1).await;
    world.pass(Span::from_minutes(31));
    let first = IncidentNumber::of_drill(1);
    settled(&world, |state| state.drill_result(first).is_some()).await;
    let ending = world.app.journal.read().await.drill_result(first).unwrap().ending;
    assert_eq!(ending, Ending::RanOut);
    // One that a customer agreed to is theirs to see, and nobody else's.
    world.told("anna", OPS, "/drill checkout P2 --announced --customer=acme").await;
    let second = IncidentNumber::of_drill(2);
    let published =
        |state: &upheld::core::state::State| state.told(second).is_published(second, &"acme".into());
    settled(&world, published).await;
    let seen = world.told("jonas", ACME, "/incident DRILL-2").await.plain_text();
    assert!(seen.contains("DRILL · ") && !seen.contains("Anna"), "{seen}");
    world.refused("chen", "web:formosa", "/incident DRILL-2").await;
    world.told("anna", OPS, "/drill stop").await;
    world.refused("anna", OPS, "/drill stop").await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_did_what_is_for_managers_alone() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report checkout orders hang").await;
    world.told("anna", OPS, "/ack 1").await;
    world.told("anna", OPS, "/resolve 1").await;
    for (who, place) in [("anna", OPS), ("anna", "web:@anna"), ("maria", OPS)] {
        let told = world.told(who, place, "/scorecard").await.plain_text();
        assert!(told.contains("One incident") && !told.contains("Anna"), "{who} in {place}: {told}");
    }
    let told = world.told("maria", "web:@maria", "/scorecard").await.plain_text();
    assert!(told.contains("Anna Weber: took 1 first"), "{told}");
    let own = world.told("maria", "web:@maria", "/scorecard month 'Anna Weber'").await.plain_text();
    assert!(own.contains("Anna Weber") && !own.contains("When incidents opened"), "{own}");
    world.refused("anna", "web:@anna", "/scorecard 'Anna Weber'").await;
    assert!(told.contains("By team") && told.contains("Berlin desk: took 1 first"), "{told}");
    assert!(told.contains("finished 1 of 1 of their own · resolved 1"), "{told}");
    assert!(!told.contains("臺北組"), "nobody of it did anything: {told}");
    for named in ["berlin", "'Berlin DESK'"] {
        let team = world.told("maria", "web:@maria", &format!("/scorecard {named} month")).await.plain_text();
        assert!(team.contains("Berlin desk: took 1") && team.contains("Anna Weber: took 1"), "{team}");
        assert!(!team.contains("CANARY-O") && !team.contains("When incidents opened"), "{team}");
    }
    let idle = world.told("maria", "web:@maria", "/scorecard taipei").await.plain_text();
    assert!(idle.contains("臺北組") && idle.contains("nothing in this time"), "{idle}");
    // A team's name is to others as one that does not exist.
    for (who, place) in [("anna", OPS), ("anna", "web:@anna"), ("maria", OPS), ("adam", "web:@adam")] {
        let nowhere = world.refused(who, place, "/scorecard zzzzzzzzzz").await;
        let there = world.refused(who, place, "/scorecard nightwatch").await;
        assert_eq!(there.replace("nightwatch", "zzzzzzzzzz"), nowhere, "{who} in {place}");
        let named = world.refused(who, place, "/scorecard 'CANARY-O night watch'").await;
        assert_eq!(named.replace("CANARY-O night watch", "zzzzzzzzzz"), nowhere, "{who} in {place}");
        if who != "adam" {
            let whole = world.told(who, place, "/scorecard").await.plain_text();
            assert!(
                !whole.contains("By team") && !whole.contains("Berlin desk"),
                "{who} in {place}: {whole}"
            );
        }
    }
    for (who, place) in [("jonas", ACME), ("anna", ACME), ("adam", OPS)] {
        world.refused(who, place, "/scorecard").await;
    }
    let nothing = world.told("anna", OPS, "/scorecard last-year acme").await.plain_text();
    assert!(nothing.contains("nothing to measure") && nothing.contains("Acme GmbH"), "{nothing}");
    world.refused("anna", OPS, "/scorecard 2026-13 acme").await;
    world.app.stop().await;
}
