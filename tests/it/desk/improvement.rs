//! Action items and risks through the real program: who adds, sees, moves and ends them, and who is told.

use upheld::app::gaps;
use upheld::chat::Answer;
use upheld::core::improvement::{
    Action, ActionNumber, ActionState, Origin, RiskNumber, RiskState, Subject, carried, matrix,
};
use upheld::core::time::Span;
use upheld::store::record::Chain;

use super::feedback::posted;
use super::world::{ACME, OPS, World, behind, buttons, said};

const FORMOSA: &str = "web:formosa";

async fn known(world: &World, number: u32) -> Action {
    let state = world.app.journal.read().await;
    state.improvement.action(ActionNumber(number)).unwrap_or_else(|| panic!("no ACT-{number}")).clone()
}

async fn stands(world: &World, number: u32) -> ActionState {
    known(world, number).await.now().state
}

#[tokio::test(flavor = "multi_thread")]
async fn an_action_item_from_the_first_word_to_what_it_changed() {
    let world = World::start().await;
    let line = "/action add --customer=acme Two gateways in place of one --owner Ben --due 2030-12-24";
    let told = world.told("anna", OPS, line).await.plain_text();
    assert!(told.contains("ACT-1"), "{told}");
    let listed = world.told("anna", OPS, "/action list").await.plain_text();
    for part in ["ACT-1", "Acme GmbH", "Ben", "24 Dec 2030", "Two gateways in place of one"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    // The customer reads what is done for them, and not by whom.
    let theirs = world.told("jonas", ACME, "/action").await.plain_text();
    assert!(theirs.contains("Two gateways") && theirs.contains("24 Dec 2030") && !theirs.contains("Ben"));
    let shown = world.told("jonas", ACME, "/action show 1").await;
    assert!(buttons(&shown).is_empty() && !shown.plain_text().contains("Ben"), "{}", shown.plain_text());
    // Nobody else's sees it.
    let foreign = world.refused("chen", FORMOSA, "/action show ACT-1").await;
    let missing = world.refused("chen", FORMOSA, "/action show ACT-9").await;
    assert_eq!(foreign.replace("ACT-1", "ACT-9"), missing);
    let moved = world.told("anna", OPS, "/action due ACT-1 31 Dec 2030 the vendor delivers late").await;
    assert!(moved.plain_text().contains("ACT-1"));
    let shown = world.told("anna", OPS, "/action show 1").await.plain_text();
    assert!(shown.contains("31 Dec 2030") && shown.contains("put off once"), "{shown}");
    assert!(shown.contains("the vendor delivers late"), "{shown}");
    let form = world.form("anna", OPS, "/action done ACT-1").await;
    said(world.fill("anna", OPS, &form, &[("text", "No single gateway can fail alone.")]).await, "done");
    assert_eq!(stands(&world, 1).await, ActionState::Done);
    let refused = world.refused("anna", OPS, "/action due ACT-1 tomorrow").await;
    assert!(refused.contains("Reopen"), "{refused}");
    assert!(world.told("anna", OPS, "/action").await.plain_text().contains("Nothing to do"));
    let all = world.told("jonas", ACME, "/action list --all").await.plain_text();
    assert!(all.contains("ACT-1") && all.contains("done"), "{all}");
    let state = world.app.journal.read().await;
    let now = world.app.journal.now() + Span::from_seconds(1);
    let acme = "acme".into();
    let items = carried(&state, Some(&acme), now - Span::from_hours(1), now, now);
    assert_eq!(items.len(), 1);
    assert_eq!((items[0].position.state, items[0].position.moved), (ActionState::Done, 1));
    drop(state);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_wishes_is_shown_to_operators_taken_and_answered() {
    let world = World::start().await;
    let form = world.form("jonas", ACME, "/action add").await;
    let noted = said(world.fill("jonas", ACME, &form, &[("text", "Invoices as PDF, please")]).await, "wish");
    assert!(noted.plain_text().contains("ACT-1"), "{}", noted.plain_text());
    assert_eq!(stands(&world, 1).await, ActionState::Wish);
    posted(&world, "operators", Chain::Operators, "Invoices as PDF, please").await;
    world.refused("jonas", ACME, "/action done ACT-1 it is").await;
    world.refused("jonas", ACME, "/action assign ACT-1 Anna").await;
    let card = world.told("anna", OPS, "/action show ACT-1").await;
    let Answer::Form(form) = world.press("anna", OPS, &behind(&card, "Take it on")).await else { panic!() };
    said(world.fill("anna", OPS, &form, &[("due", "in 2 weeks")]).await, "plan");
    let taken = known(&world, 1).await;
    assert_eq!((taken.now().state, &taken.origin), (ActionState::Open, &Origin::Wish));
    assert!(taken.now().owner.is_some(), "whoever says it does it");
    posted(&world, "acme", Chain::Customer("acme".into()), "We take on what you wished").await;
    world.told("anna", OPS, "/action done ACT-1 Every invoice comes as PDF now.").await;
    posted(&world, "acme", Chain::Customer("acme".into()), "Every invoice comes as PDF now.").await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_internal_is_ours_until_it_is_shared_and_slips_are_answered() {
    let world = World::start().await;
    world.told("anna", OPS, "/action add Ask for a discount --customer=acme --hidden").await;
    assert!(world.told("jonas", ACME, "/action").await.plain_text().contains("Nothing to do"));
    world.refused("jonas", ACME, "/action show ACT-1").await;
    world.told("anna", OPS, "/action share ACT-1").await;
    assert!(world.told("jonas", ACME, "/action").await.plain_text().contains("Ask for a discount"));
    world.told("anna", OPS, "/action add Tidy the cellar").await;
    assert_eq!(known(&world, 2).await.agreement, None);
    let slips = [
        ("/action due ACT-1 someday", "someday"),
        ("/action due ACT-1 2020-01-01", "passed"),
        ("/action assign ACT-1 Nobody Known", "Nobody Known"),
        ("/action show ACT-9", "/action list"),
        ("/action share ACT-2", "no customer"),
        ("/action add x --objective=availibility --customer=acme", "availability"),
        ("/action add x --incident=INC-99", "INC-99"),
        ("/action add x --risk=RISK-9", "RISK-9"),
        ("/action fix ACT-1", "plan"),
        ("/risk score RISK-9 1 2", "RISK-9"),
    ];
    for (line, wanted) in slips {
        let refused = world.refused("anna", OPS, line).await;
        assert!(refused.contains(wanted), "{line}: {refused}");
    }
    // Which one, whom, and when are asked back.
    let asked = said(world.ask("anna", OPS, "/action assign").await, "which one");
    let line = buttons(&asked).into_iter().find(|(_, line)| line.contains("ACT-2")).unwrap().1;
    let asked = said(world.press("anna", OPS, &line).await, "whom");
    let maria = buttons(&asked).into_iter().find(|(label, _)| label.contains("Maria")).unwrap().1;
    said(world.press("anna", OPS, &maria).await, "assign");
    let form = world.form("anna", OPS, "/action due ACT-2").await;
    said(world.fill("anna", OPS, &form, &[("due", "tomorrow"), ("text", "")]).await, "due");
    assert!(known(&world, 2).await.now().due.is_some());
    // A slash command's fields say the same.
    let fields = [("action", "add"), ("text", "--hidden things"), ("owner", "me"), ("due", "in 3 days")];
    said(world.slash("anna", OPS, "action", &fields).await, "slash");
    let third = known(&world, 3).await;
    assert!(third.now().owner.is_some() && third.now().due.is_some() && !third.now().internal);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_is_told_to_the_operators_when_it_is_overdue() {
    let world = World::start().await;
    world.told("anna", OPS, "/action add Renew the certificate --due=tomorrow").await;
    world.pass(Span::from_days(5));
    world.app.journal.poke();
    let told = posted(&world, "operators", Chain::Operators, "OVERDUE").await;
    assert!(told.contains("Renew the certificate") && told.contains("nobody has it"), "{told}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_risk_from_the_first_doubt_to_its_end() {
    let world = World::start().await;
    let form = world.form("anna", OPS, "/risk add --customer=acme").await;
    let values =
        [("text", "One supplier alone"), ("probability", "4"), ("impact", "5"), ("due", "in 3 months")];
    said(world.fill("anna", OPS, &form, &values).await, "risk");
    let listed = world.told("anna", OPS, "/risk").await.plain_text();
    for part in ["RISK-1", "One supplier alone", "20 of 25", "Acme GmbH"] {
        assert!(listed.contains(part), "{part}: {listed}");
    }
    world.told("anna", OPS, "/risk mitigate RISK-1 A second one is under contract.").await;
    world.told("anna", OPS, "/risk score RISK-1 2 5").await;
    world.told("anna", OPS, "/risk assign RISK-1 Maria").await;
    world.told("anna", OPS, "/risk review RISK-1 in 6 months").await;
    assert_eq!(matrix(&*world.app.journal.read().await, |_| true), [(RiskNumber(1), 2, 5)]);
    let shown = world.told("anna", OPS, "/risk show 1").await.plain_text();
    for part in ["A second one is under contract.", "20 of 25", "10 of 25", "Maria"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let theirs = world.told("jonas", ACME, "/risk show RISK-1").await.plain_text();
    assert!(theirs.contains("under contract") && !theirs.contains("Maria") && !theirs.contains("Anna"));
    world.refused("chen", FORMOSA, "/risk show RISK-1").await;
    world.refused("jonas", ACME, "/risk close RISK-1 enough").await;
    let levels = world.refused("anna", OPS, "/risk score RISK-1 7 9").await;
    assert!(levels.contains("1 to 5"), "{levels}");
    let taken = world.refused("anna", OPS, "/risk dismiss RISK-1 none").await;
    assert!(taken.contains("Close"), "{taken}");
    world.told("anna", OPS, "/risk close RISK-1 Both deliver.").await;
    world.refused("anna", OPS, "/risk score RISK-1 1 1").await;
    world.told("anna", OPS, "/risk reopen RISK-1").await;
    world.told("anna", OPS, "/risk accept RISK-1 It is cheaper.").await;
    let state = world.app.journal.read().await.improvement.risk(RiskNumber(1)).unwrap().now().state;
    assert_eq!(state, RiskState::Accepted);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gaps_in_the_configuration_are_proposed_once_and_go_away_when_they_are_filled() {
    let world = World::start().await;
    let look = async || gaps::look(&world.app.journal, &world.app.directory.get()).await.unwrap();
    let channels = async |customer: &'static str| {
        let state = world.app.journal.read().await;
        state.improvement.seen(Some(&customer.into()), &Subject::OneChannel)
    };
    look().await;
    let first = channels("hudson").await.expect("Hudson has one room");
    let count = world.app.journal.read().await.improvement.risks().count();
    look().await;
    assert_eq!(world.app.journal.read().await.improvement.risks().count(), count);
    let listed = world.told("anna", OPS, &format!("/risk show {first}")).await;
    assert!(listed.plain_text().contains("one place at most"), "{}", listed.plain_text());
    assert!(world.told("hugo", "web:hudson", "/risk").await.plain_text().contains("No risk"));
    world.told("anna", OPS, &format!("/risk dismiss {first} They want no more.")).await;
    look().await;
    assert_eq!(channels("hudson").await, Some(first));
    world.told("maria", "web:library", "/bind hudson").await;
    look().await;
    assert_eq!(channels("hudson").await, None);
    world.told("maria", "web:library", "/bind nobody").await;
    look().await;
    assert!(channels("hudson").await.is_some_and(|again| again > first), "it came back");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_wrote_here_is_found_and_handed_out() {
    let world = World::start().await;
    world.told("jonas", ACME, "/action add The flywheel sings").await;
    let export = world.told("jonas", "web:@jonas", "/privacy export").await.plain_text();
    assert!(export.contains("The flywheel sings") && export.contains("ACT-1"), "{export}");
    world.app.stop().await;
}
