//! The preview of what a customer reads is what the customer reads.

use upheld::core::doc::Tone;
use upheld::i18n::Language;

use super::world::{OPS, World, behind, buttons, said};

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_is_in_the_customers_words_and_clocks() {
    let world = World::start().await;
    world.told("anna", OPS, "/open login nobody can log in").await;
    let shown = world.told("anna", OPS, "/preview 1 --customer=formosa").await;
    let text = shown.plain_text();
    assert_eq!((shown.language, shown.tone), (Language::TraditionalChinese, Tone::Disturbed), "{text}");
    assert!(
        text.contains("登入服務") && text.contains("Asia/Taipei") && text.contains("FORMOSA-1"),
        "{text}"
    );
    assert_eq!(shown.reference.as_deref(), Some("INC-1"));
    // Said in the operator's language, and that nobody has been told yet.
    assert!(text.contains("reads it") && text.contains("does not see this yet"), "{text}");
    assert_eq!(buttons(&shown), []);
    world.app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_is_shown_to_the_letter_for_each_customer_and_says_what_else_it_does() {
    let world = World::start().await;
    world.told("anna", OPS, "/open login nobody can log in").await;
    let acme = world.told("anna", OPS, "/update 1 We are on it.").await;
    let text = acme.plain_text();
    assert!(
        text.contains("ACME-1") && text.contains("We are on it.") && text.contains("Customer 1 of 2"),
        "{text}"
    );
    assert!(!text.contains("sending this shows it"), "Acme has been told: {text}");
    let formosa = said(world.press("anna", OPS, &behind(&acme, "Next page")).await, "next");
    let text = formosa.plain_text();
    assert_eq!(formosa.language, Language::TraditionalChinese);
    assert!(
        text.contains("FORMOSA-1") && text.contains("We are on it.") && text.contains("Asia/Taipei"),
        "{text}"
    );
    assert!(text.contains("sending this shows it"), "{text}");
    said(world.press("anna", OPS, &behind(&formosa, "Send")).await, "send");
    let shown = world.told("anna", OPS, "/preview 1 --customer=formosa").await;
    // What was shown is what is read now, but for the line that sending it made untrue.
    let only_card = |text: String| {
        text.lines()
            .filter(|line| {
                !line.contains("reads it") && !line.contains("sending this") && !line.contains("Customer 2")
            })
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(only_card(shown.plain_text()), only_card(text));
    world.app.stop().await;
}
