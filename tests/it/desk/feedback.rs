//! Feedback and complaints through the real program: what customers write, what operators do about it, and
//! what nobody else can see or do.

use upheld::chat::{Answer, Ask, Inbound};
use upheld::core::agreement::{ComplaintStage, ComplaintTerms, Objective, ObjectiveKind, Terms};
use upheld::core::event::Event;
use upheld::core::stopwatch::Target;
use upheld::core::time::Span;
use upheld::core::voice::{Feedback, FeedbackKind, FeedbackNumber, FeedbackState, Origin, StepKind};
use upheld::core::window::WindowKind;
use upheld::i18n::spoken::Spoken;
use upheld::store::record::Chain;
use upheld::store::rooms::{Audience, Seat};

use super::world::{ACME, OPS, World, behind, buttons, said};

const FORMOSA: &str = "web:formosa";
const TELEGRAM: &str = "telegram:-100";

pub async fn known(world: &World, number: u32) -> Feedback {
    let state = world.app.journal.read().await;
    state.voice.feedback(FeedbackNumber(number)).unwrap_or_else(|| panic!("no FB-{number}")).clone()
}

pub async fn words(world: &World, feedback: &Feedback) -> String {
    let id = &feedback.text.text.id;
    world.app.store.prose(std::slice::from_ref(id)).await.unwrap().remove(id).unwrap()
}

pub async fn count(world: &World) -> usize {
    world.app.journal.read().await.voice.all_feedback().count()
}

/// Acme is promised that a complaint is seen within an hour and answered within eight.
pub async fn promise(world: &World) {
    let stages = [(ComplaintStage::Acknowledge, 1), (ComplaintStage::Answer, 8)];
    let objectives = stages.map(|(stage, hours)| Objective {
        name: stage.name().to_owned(),
        services: [].into(),
        window: WindowKind::Month,
        calendar: "always".to_owned(),
        kind: ObjectiveKind::Complaints(ComplaintTerms {
            stage,
            target: Target::Elapsed(Span::from_hours(hours)),
            share: 90.into(),
            minimum_items: 0,
        }),
    });
    let adopt = move |state: &upheld::core::state::State, now| {
        let latest = state.agreements[&"acme".into()].latest().unwrap();
        let mut terms: Terms = (*latest.terms).clone();
        terms.objectives.extend(objectives);
        Ok::<_, std::convert::Infallible>(vec![Event::TermsAdopted {
            agreement: "acme".into(),
            version: latest.number + 1,
            effective: now,
            sha256: "promised".to_owned(),
            terms: Box::new(terms),
        }])
    };
    world.app.journal.append("promised".to_owned(), Vec::new(), adopt).await.unwrap();
}

/// Waits until a text stands in a room.
pub async fn posted(world: &World, room: &str, party: Chain, wanted: &str) -> String {
    let person = world.app.directory.get().person(&"web:maria".parse().unwrap()).unwrap().id.clone();
    let seat = Seat { person, rooms: [(room.to_owned(), Audience::Party(party))].into() };
    let found = async {
        loop {
            let page = world.app.store.room_page(&seat, room, None, 50).await.unwrap();
            let found = page.messages.into_iter().find(|message| message.content.contains(wanted));
            if let Some(message) = found {
                return message.content;
            }
            tokio::task::yield_now().await;
        }
    };
    let found = tokio::time::timeout(std::time::Duration::from_secs(30), found).await;
    found.unwrap_or_else(|_| panic!("`{wanted}` never stood in {room}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_complaint_on_telegram_taken_on_discord_not_settled_and_settled() {
    let world = World::start().await;
    promise(&world).await;
    world.told("maria", TELEGRAM, "/bind acme").await;
    world.told("maria", "discord:1", "/bind operators").await;
    let receipt = world.told("telegram:77", TELEGRAM, "/complaint Third time this month.").await;
    let text = receipt.plain_text();
    assert!(text.contains("FB-1") && text.contains("seen by") && text.contains("an answer by"), "{text}");
    let complaint = known(&world, 1).await;
    assert_eq!(complaint.origin, Origin::Channel(TELEGRAM.to_owned()));
    assert_eq!(complaint.kind, FeedbackKind::Complaint);
    let taken = world.press("anna", "discord:1", "inbox take FB-1").await;
    assert!(said(taken, "take").plain_text().contains("is yours"));
    let again = world.told("anna", OPS, "/inbox take 1").await.plain_text();
    assert!(again.contains("already"), "{again}");
    let form = world.form("anna", OPS, "/inbox answer FB-1").await;
    let intro = upheld::i18n::spoken::text_of(&form.intro);
    assert!(intro.contains("Third time this month."), "{intro}");
    said(world.fill("anna", OPS, &form, &[("text", "We changed the card gateway.")]).await, "answer");
    let form = world.form("anna", OPS, "/inbox close FB-1").await;
    said(world.fill("anna", OPS, &form, &[("text", "")]).await, "close without a word");
    assert_eq!(known(&world, 1).await.state(), FeedbackState::Closed);
    let Answer::Form(form) = world.press("telegram:77", TELEGRAM, "settled FB-1 no").await else { panic!() };
    assert!(known(&world, 1).await.is_open(), "it is open before the reason is given");
    said(world.fill("telegram:77", TELEGRAM, &form, &[("text", "It broke again.")]).await, "why");
    world.told("anna", OPS, "/inbox close 1 Now it holds.").await;
    let thanks = world.told("telegram:77", TELEGRAM, "/settled FB-1 yes").await.plain_text();
    assert!(thanks.contains("settled"), "{thanks}");
    let done = known(&world, 1).await;
    assert_eq!(done.state(), FeedbackState::Settled);
    let steps = done.steps.iter().map(|step| match step.kind {
        StepKind::Acknowledged => "seen",
        StepKind::Replied(_) => "answered",
        StepKind::Closed(_) => "closed",
        StepKind::Settled(_) => "settled",
        StepKind::Added(_) => "added",
        _ => "?",
    });
    let steps: Vec<&str> = steps.collect();
    assert_eq!(steps, ["seen", "answered", "closed", "settled", "added", "closed", "settled"]);
    let told = world.told("telegram:77", TELEGRAM, "/settled FB-1 yes").await.plain_text();
    assert!(told.contains("already"), "{told}");
    let shown = world.told("anna", OPS, "/inbox show 1").await.plain_text();
    for part in ["Third time this month.", "We changed the card gateway.", "It broke again.", "Now it holds."]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_promised_for_a_complaint_is_told_when_it_is_late() {
    let world = World::start().await;
    promise(&world).await;
    world.told("jonas", ACME, "/complaint The invoices are wrong.").await;
    posted(&world, "operators", Chain::Operators, "The invoices are wrong.").await;
    world.pass(Span::from_minutes(50));
    world.app.journal.poke();
    posted(&world, "operators", Chain::Operators, "AT RISK").await;
    world.pass(Span::from_minutes(11));
    world.app.journal.poke();
    posted(&world, "operators", Chain::Operators, "LATE").await;
    posted(&world, "acme", Chain::Customer("acme".into()), "We are late with your complaint").await;
    let listed = world.told("anna", OPS, "/inbox").await.plain_text();
    assert!(listed.contains("FB-1") && listed.contains("late since"), "{listed}");
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_writes_is_kept_letter_by_letter() {
    let world = World::start().await;
    let text = "It's \"fine\" -- but  #42 & <b>slow</b>\n\tsecond line --mood=x";
    world.told("jonas", ACME, &format!("/feedback {text}")).await;
    assert_eq!(words(&world, &known(&world, 1).await).await, text);
    let line = format!("/complaint --service checkout --customer=acme {text}");
    world.told("jonas", ACME, &line).await;
    let second = known(&world, 2).await;
    assert_eq!(words(&world, &second).await, text);
    assert_eq!(second.service, Some("checkout".into()));
    let long = "字".repeat(4_000);
    world.told("jonas", ACME, &format!("/feedback {long}")).await;
    assert_eq!(words(&world, &known(&world, 3).await).await, long);
    let refused = world.refused("jonas", ACME, &format!("/feedback {long}字")).await;
    assert!(refused.contains("4\u{202f}000"), "{refused}");
    let listed = world.told("jonas", ACME, "/feedback list").await.plain_text();
    assert!(listed.contains("FB-1"), "the word alone is no text: {listed}");
    let form = world.form("jonas", ACME, "/feedback").await;
    assert!(form.fields.iter().any(|field| field.name == "service"), "{form:?}");
    said(world.fill("jonas", ACME, &form, &[("text", "list"), ("service", "login")]).await, "form");
    assert_eq!(known(&world, 4).await.service, Some("login".into()));
    assert_eq!(count(&world).await, 4);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_is_repeated_is_one_complaint_and_one_receipt() {
    let world = World::start().await;
    let inbound = Inbound {
        id: "telegram:update:7".to_owned(),
        account: "telegram:77".parse().unwrap(),
        display_name: "Dora".to_owned(),
        from: "telegram:@77".parse().unwrap(),
        parent: None,
        language: None,
        ask: Ask::Line("/complaint --customer=acme Nobody answers.".to_owned()),
    };
    let first = said(world.app.desk.handle(inbound.clone()).await, "first").plain_text();
    let second = said(world.app.desk.handle(inbound).await, "second").plain_text();
    assert!(first.contains("FB-1") && second.contains("FB-1"), "{first}\n{second}");
    assert_eq!(count(&world).await, 1);
    assert_eq!(known(&world, 1).await.origin, Origin::Direct("telegram".to_owned()));
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_of_another_customer_sees_adds_to_or_settles_it() {
    let world = World::start().await;
    world.told("jonas", ACME, "/complaint A secret of Acme").await;
    world.told("anna", OPS, "/inbox close 1 done").await;
    let before = known(&world, 1).await;
    for line in
        ["/settled FB-1 yes", "/settled FB-1 no", "/feedback --about FB-1 x", "/feedback --about FB-1"]
    {
        let foreign = world.refused("chen", FORMOSA, line).await;
        let missing = world.refused("chen", FORMOSA, &line.replace("FB-1", "FB-99")).await;
        assert_eq!(foreign.replace("FB-1", "FB-99"), missing);
    }
    for line in ["/inbox", "/inbox show 1", "/inbox take 1", "/inbox answer 1 x"] {
        for (who, place) in [("chen", FORMOSA), ("jonas", ACME), ("anna", ACME), ("adam", OPS)] {
            let refused = world.refused(who, place, line).await;
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
    assert_eq!(known(&world, 1).await, before);
    // A colleague of the writer's speaks for the customer as well.
    world.told("dora", ACME, "/settled FB-1 yes").await;
    assert_eq!(known(&world, 1).await.state(), FeedbackState::Settled);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incidents_card_takes_a_complaint_and_who_speaks_for_two_says_for_whom() {
    let world = World::start().await;
    world.told("jonas", ACME, "/report login nobody can log in").await;
    world.told("chen", FORMOSA, "/report login the same").await;
    let card = world.told("jonas", ACME, "/incident 1").await;
    assert_eq!(behind(&card, "Make a complaint"), "complaint --incident INC-1");
    let Answer::Say { spoken, .. } = world.press("dora", "web:@dora", "complaint --incident INC-1").await
    else {
        panic!("two customers share it")
    };
    let acme = buttons(&spoken).into_iter().find(|(_, line)| line.contains("acme")).unwrap().1;
    let Answer::Form(form) = world.press("dora", "web:@dora", &acme).await else { panic!("{acme}") };
    said(world.fill("dora", "web:@dora", &form, &[("text", "too slow")]).await, "complaint");
    let complaint = known(&world, 1).await;
    assert_eq!(complaint.agreement, "acme".into());
    assert_eq!((complaint.incident.unwrap().0, complaint.service), (1, Some("login".into())));
    assert_eq!(complaint.stamp.incident.unwrap().0, 1);
    world.refused("jonas", ACME, "/complaint --incident INC-99 x").await;
    world.app.stop().await;
}

fn pressed(spoken: &Spoken, wanted: &str) -> String {
    let found = buttons(spoken).into_iter().find(|(_, line)| line.contains(wanted));
    found.unwrap_or_else(|| panic!("no {wanted}: {:?}", buttons(spoken))).1
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_asked_back_and_triage_is_for_operators_alone() {
    let world = World::start().await;
    assert!(world.told("anna", OPS, "/inbox").await.plain_text().contains("empty"));
    world.refused("anna", OPS, "/inbox take").await;
    world.told("jonas", ACME, "/feedback The graphs are nice.").await;
    world.told("jonas", ACME, "/report checkout orders hang").await;
    world.told("chen", FORMOSA, "/complaint Slow as ever.").await;
    let listed = world.told("anna", OPS, "/inbox list").await.plain_text();
    assert!(listed.find("FB-2") < listed.find("FB-1"), "complaints first: {listed}");
    let asked = said(world.ask("anna", OPS, "/inbox assign").await, "which one");
    let asked = said(world.press("anna", OPS, &pressed(&asked, "FB-1")).await, "whom");
    let maria = pressed_by_label(&asked, "Maria");
    assert!(said(world.press("anna", OPS, &maria).await, "assign").plain_text().contains("Maria"));
    let asked = said(world.ask("anna", OPS, "/inbox tie FB-1").await, "tie");
    said(world.press("anna", OPS, &pressed(&asked, "INC-1")).await, "tie");
    world.told("anna", OPS, "/inbox tie FB-1 --objective=availability").await;
    world.refused("anna", OPS, "/inbox tie FB-1 --objective=availibility").await;
    world.refused("anna", OPS, "/inbox tie FB-2 --incident INC-1").await;
    let asked = said(world.ask("anna", OPS, "/inbox file FB-1").await, "file");
    said(world.press("anna", OPS, &pressed(&asked, "--as=complaint")).await, "file");
    world.told("anna", OPS, "/inbox label FB-1 graphs, looks --mood positive").await;
    let wrong = world.refused("anna", OPS, "/inbox label FB-1 Über-all").await;
    assert!(wrong.contains("Über-all"), "{wrong}");
    let taken = world.refused("anna", OPS, "/inbox FB-1").await;
    assert!(taken.contains("show, take, assign"), "{taken}");
    let shown = world.told("anna", OPS, "/inbox show FB-1").await.plain_text();
    for part in ["complaint", "Maria", "INC-1", "availability", "graphs, looks", "positive"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    world.told("anna", OPS, "/inbox close FB-1 --wordless").await;
    let refused = world.refused("anna", OPS, "/inbox answer FB-1 more").await;
    assert!(refused.contains("closed"), "{refused}");
    world.told("anna", OPS, "/inbox reopen FB-1").await;
    assert!(known(&world, 1).await.is_open());
    world.app.stop().await;
}

fn pressed_by_label(spoken: &Spoken, wanted: &str) -> String {
    let found = buttons(spoken).into_iter().find(|(label, _)| label.contains(wanted));
    found.unwrap_or_else(|| panic!("no {wanted}: {:?}", buttons(spoken))).1
}
