//! What is asked back: nothing that was typed before is lost, and nobody is taken to speak for another.

use upheld::chat::Answer;
use upheld::core::event::{Act, AgreementId, IncidentNumber};

use super::world::{ACME, OPS, World, behind, buttons, said};

/// The acts of an incident so far.
async fn acts(world: &World, number: u32) -> Vec<Act> {
    let state = world.app.journal.read().await;
    let incident = state.incident(IncidentNumber(number), world.app.journal.now()).unwrap();
    incident.deeds.iter().map(|deed| deed.act.clone()).collect()
}

async fn prose(world: &World, act: &Act) -> String {
    let (Act::Reported { text, .. } | Act::Said { text, .. } | Act::Noted { text, .. }) = act else {
        panic!("{act:?}")
    };
    world.app.store.prose(std::slice::from_ref(&text.id)).await.unwrap().remove(&text.id).unwrap()
}

fn acme() -> Option<AgreementId> {
    Some("acme".into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_remembers_what_was_given_before_it() {
    let world = World::start().await;
    world.told("anna", OPS, "/open login --priority=P2 nobody can log in").await;

    let form = world.form("anna", OPS, "/pause 1 --customer=acme").await;
    assert!(form.fields.iter().all(|field| field.name != "customer"), "it is chosen: {form:?}");
    said(world.fill("anna", OPS, &form, &[("text", "we wait for them")]).await, "pause");
    let paused = acts(&world, 1).await;
    assert!(
        matches!(paused.last(), Some(Act::Paused { agreement, .. }) if *agreement == acme()),
        "{paused:?}"
    );

    let form = world.form("anna", OPS, "/update 1 --customer='Acme GmbH'").await;
    let preview = said(world.fill("anna", OPS, &form, &[("text", "We are on it.")]).await, "update");
    said(world.press("anna", OPS, &behind(&preview, "Send")).await, "send");
    let updated = acts(&world, 1).await;
    assert!(
        matches!(updated.last(), Some(Act::Updated { agreement, .. }) if *agreement == acme()),
        "{updated:?}"
    );

    let form = world.form("anna", OPS, "/open checkout --down --priority=P1").await;
    said(world.fill("anna", OPS, &form, &[("text", "all is dark")]).await, "open");
    let opened = acts(&world, 2).await;
    let Some(Act::Opened { impact, priority, .. }) = opened.first() else { panic!("{opened:?}") };
    assert_eq!(format!("{impact:?} {priority:?}"), "Down Some(P1)");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_written_anew_begins_with_what_was_written() {
    let world = World::start().await;
    world.told("anna", OPS, "/open login nobody can log in").await;
    let preview = world.told("anna", OPS, "/update 1 --customer=acme We are on it").await;
    let Answer::Form(form) = world.press("anna", OPS, &behind(&preview, "Write it anew")).await else {
        panic!("no form")
    };
    assert_eq!(form.fields[0].value.as_deref(), Some("We are on it"));
    assert!(form.command.contains("--customer=acme"), "{}", form.command);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_survives_the_choice() {
    let world = World::start().await;
    let here = "web:@dora";
    // Two customers, several services: two questions, and the words are still there.
    let which =
        said(world.slash("dora", here, "report", &[("text", "7 of us see a white page")]).await, "report");
    let whose = said(world.press("dora", here, &behind(&which, "Login")).await, "service");
    let names: Vec<String> = buttons(&whose).into_iter().map(|(label, _)| label).collect();
    assert_eq!(names, ["Acme GmbH", "福爾摩沙食品股份有限公司"].map(ToOwned::to_owned));
    let done = said(world.press("dora", here, &behind(&whose, &names[1])).await, "customer").plain_text();
    assert!(done.contains("INC-1"), "{done}");
    let reported = acts(&world, 1).await;
    assert!(matches!(&reported[0], Act::Reported { agreement, .. } if agreement.as_str() == "formosa"));
    assert_eq!(prose(&world, &reported[0]).await, "7 of us see a white page");

    // Nobody else can make use of it, and a foreign hand changes nothing.
    let Answer::Say { spoken, .. } = world.press("anna", OPS, &behind(&whose, &names[0])).await else {
        panic!()
    };
    assert!(spoken.plain_text().contains("no longer here"), "{}", spoken.plain_text());
    assert_eq!(acts(&world, 1).await.len(), 1);

    // The form of a report whose customer was chosen last does not ask again.
    let which = said(world.slash("dora", here, "report", &[("service", "login")]).await, "report");
    let Answer::Form(form) = world.press("dora", here, &behind(&which, &names[0])).await else { panic!() };
    said(world.fill("dora", here, &form, &[("text", "us too")]).await, "filled");
    assert!(
        matches!(acts(&world, 1).await.last(), Some(Act::Reported { agreement, .. }) if agreement.as_str() == "acme")
    );

    // Without its incident a note is still a note.
    world.told("anna", OPS, "/open checkout slow").await;
    let which = said(world.slash("anna", OPS, "note", &[("text", "2 disks are full")]).await, "note");
    let line = behind(&which, "INC-2 · Checkout");
    said(world.press("anna", OPS, &line).await, "note");
    let noted = acts(&world, 2).await;
    assert_eq!(prose(&world, noted.last().unwrap()).await, "2 disks are full");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_speaks_for_two_says_for_whom() {
    let world = World::start().await;
    let here = "web:@dora";
    world.told("anna", OPS, "/open login nobody can log in").await;
    world.told("anna", OPS, "/publish 1 --customer=formosa").await;
    let whose = world.told("dora", here, "/say 1 how long?").await;
    said(world.press("dora", here, &buttons(&whose)[1].1).await, "say");
    let said_by = acts(&world, 1).await;
    assert!(matches!(said_by.last(), Some(Act::Said { agreement, .. }) if agreement.as_str() == "formosa"));
    assert_eq!(prose(&world, said_by.last().unwrap()).await, "how long?");

    let whose = world.told("dora", here, "/incident 1").await;
    let acme = said(world.press("dora", here, &buttons(&whose)[0].1).await, "incident").plain_text();
    assert!(acme.contains("ACME-1") && !acme.contains("how long?"), "{acme}");

    world.told("anna", OPS, "/resolve 1").await;
    let whose = world.told("dora", here, "/reopen 1").await;
    said(world.press("dora", here, &buttons(&whose)[1].1).await, "reopen");
    let reopened = acts(&world, 1).await;
    assert!(
        matches!(reopened.last(), Some(Act::Reopened { agreement: Some(whom), .. }) if whom.as_str() == "formosa"),
        "{reopened:?}"
    );
    // In a channel there is only one.
    world.told("dora", ACME, "/say 1 and here?").await;
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slip_is_answered_with_what_was_meant() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report checkout it hangs").await;
    for (who, place, line, meant) in [
        ("jonas", ACME, "/status chekout", "No service “chekout” for Acme GmbH. Did you mean checkout?"),
        ("anna", OPS, "/status amce", "Did you mean acme?"),
        ("anna", OPS, "/why availability chekout", "No service “chekout”. Did you mean checkout?"),
        ("anna", OPS, "/why availabilty", "Did you mean availability?"),
        ("anna", OPS, "/why 1 resposne", "Did you mean response?"),
        ("anna", OPS, "/update 1 --customer=amce soon", "No customer “amce”. Did you mean acme?"),
        ("maria", OPS, "/invite customer amce", "Did you mean acme?"),
        ("maria", "web:side", "/bind amce", "Did you mean acme?"),
        ("jonas", ACME, "/report chekout it hangs", "Its services: checkout, login."),
    ] {
        let refusal = world.refused(who, place, line).await;
        assert!(refusal.contains(meant), "{line}: {refusal}");
    }
    // One press puts it right, with the text.
    let Answer::Say { spoken, .. } = world.ask("jonas", ACME, "/report chekout still hangs").await else {
        panic!()
    };
    said(world.press("jonas", ACME, &behind(&spoken, "Checkout")).await, "report");
    let reported = acts(&world, 1).await;
    assert_eq!(prose(&world, reported.last().unwrap()).await, "still hangs");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_without_its_object_offers_it() {
    let world = World::start().await;
    world.told("anna", OPS, "/open login nobody can log in").await;
    world.told("anna", OPS, "/open checkout slow").await;
    for (who, place, line, offered) in [
        ("anna", OPS, "/open", "open checkout"),
        ("dora", "web:@dora", "/report", "report checkout"),
        ("anna", OPS, "/why", "why INC-1"),
        ("anna", OPS, "/status", "status acme"),
        ("dora", "web:@dora", "/status", "status acme"),
        ("maria", "web:side", "/bind", "bind acme"),
        ("maria", OPS, "/invite", "invite customer"),
        ("maria", OPS, "/invite customer", "invite customer acme"),
        ("anna", OPS, "/ack", "ack INC-1"),
        ("anna", OPS, "/incident", "incident INC-2"),
    ] {
        let answer = world.told(who, place, line).await;
        let lines: Vec<String> = buttons(&answer).into_iter().map(|(_, line)| line).collect();
        assert!(lines.iter().any(|line| line == offered), "{line}: {lines:?}");
    }
    world.app.stop().await;
}
