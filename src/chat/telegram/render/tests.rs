//! What a drawn message looks like, and that no message whatever is refused or comes alive.

use proptest::prelude::*;

use super::super::markup::{EntityKind, Parsed, parse};
use super::*;
use crate::chat::Account;
use crate::core::doc::{Press, Tone, Weight};
use crate::core::time::Instant;
use crate::i18n::Language;
use crate::i18n::spoken::SpokenButton;

fn spoken(head: &str) -> Spoken {
    Spoken {
        language: Language::English,
        tone: Tone::Late,
        symbol: "■",
        head: vec![Run::own(head)],
        reference: None,
        blocks: Vec::new(),
        picture: None,
        buttons: Vec::new(),
        footer: Vec::new(),
    }
}

fn button(label: &str, command: &str) -> SpokenButton {
    SpokenButton {
        label: label.to_owned(),
        press: Press::Command(command.to_owned()),
        weight: Weight::Secondary,
    }
}

fn link(label: &str, address: &str) -> SpokenButton {
    SpokenButton { press: Press::Open(address.to_owned()), ..button(label, "") }
}

/// The card of `texts.md`.
fn card() -> Spoken {
    let field =
        |name: &str, verdict, value: Vec<Run>| SpokenField { name: vec![Run::own(name)], verdict, value };
    Spoken {
        reference: Some("INC-42".to_owned()),
        blocks: vec![
            SpokenBlock::Line(vec![Run::own("Checkout"), Run::own(" · "), Run::own("Acme GmbH")]),
            SpokenBlock::Line(vec![
                Run::untrusted("5xx ratio above 5 % on api-2.acme.io, /etc & <b>"),
                Run::own(" since "),
                Run { text: "03:02".to_owned(), kind: RunKind::Moment(Instant::from_seconds(0)) },
            ]),
            SpokenBlock::Fields(vec![
                field("Response", Some((Verdict::Broken, "✗")), vec![Run::own("late since 03:17")]),
                field("Customer", None, vec![Run::own("next update by 03:32")]),
            ]),
        ],
        buttons: vec![
            button("Acknowledge", "ack INC-42"),
            button("Escalate", "escalate INC-42"),
            button("Update customer", "update INC-42"),
            button("Why?", "why INC-42"),
            link("Runbook ↗", "https://wiki.example.com/checkout"),
            link("Graph", "http://grafana:3000/d/1"),
        ],
        footer: vec![Run::own("Europe/Berlin · agreement v3")],
        ..spoken("LATE · response · P1 · SIL1")
    }
}

#[test]
fn a_card_reads_as_intended() {
    let drawn = draw(&card(), false);
    assert_eq!(
        drawn.text,
        "■ <b>LATE · response · P1 · SIL1</b>  <code>INC-42</code>\n\
         Checkout · Acme GmbH\n\
         5xx ratio above 5 % on api-2.acme.io, /\u{2060}etc &amp; &lt;b&gt; since 03:02\n\n\
         <b>Response</b> ✗ late since 03:17\n\
         <b>Customer</b>: next update by 03:32\n\
         Graph: <code>http://grafana:3000/d/1</code>\n\n\
         <i>Europe/Berlin · agreement v3</i>"
            .replace("api-2.acme.io,", "api-2.\u{2060}acme.\u{2060}io,")
    );
    assert!(!drawn.wakes);
    let labels: Vec<Vec<String>> = drawn
        .keyboard
        .unwrap()
        .inline_keyboard
        .into_iter()
        .map(|row| row.into_iter().map(|key| key.text).collect())
        .collect();
    assert_eq!(labels, [vec!["Acknowledge", "Escalate"], vec!["Update customer", "Why?"], vec!["Runbook ↗"]]);
}

#[test]
fn a_host_name_can_be_copied() {
    let host = Spoken {
        blocks: vec![SpokenBlock::Line(vec![Run::untrusted("down on api-2.acme.io since 0.5 h")])],
        ..spoken("x")
    };
    assert_eq!(draw(&host, false).text, "■ <b>x</b>\ndown on <code>api-2.acme.io</code> since 0.\u{2060}5 h");
}

#[test]
fn a_name_in_small_pieces_lies_still_too() {
    for pieces in [&["evil", ".", "com"][..], &["ev", "il.", "c", "om"], &["x", ":", "/", "/y"]] {
        let code = |text: &&str| Run { text: (*text).to_owned(), kind: RunKind::Code };
        let line = SpokenBlock::Line(pieces.iter().map(code).collect());
        let text = draw(&Spoken { blocks: vec![line], ..spoken("x") }, true).text;
        assert!(text.contains('\u{2060}'), "{text:?}");
        assert_eq!(live(&Parsed { text, entities: Vec::new() }), Vec::<String>::new());
    }
}

#[test]
fn plain_has_no_markup_and_keeps_the_commands() {
    let drawn = draw(&card(), true);
    assert!(!drawn.html);
    assert!(drawn.text.starts_with("■ LATE · response · P1 · SIL1  INC-42\nCheckout · Acme GmbH\n5xx ratio"));
    assert!(drawn.text.contains("Runbook ↗: https:\u{2060}//"), "{}", drawn.text);
    let keys: Vec<_> = drawn.keyboard.unwrap().inline_keyboard.into_iter().flatten().collect();
    assert_eq!(keys.len(), 4);
}

#[test]
fn people_are_called_through_their_account_here() {
    let called = |accounts: Vec<Account>| Spoken {
        blocks: vec![SpokenBlock::Line(vec![Run {
            text: "Ann <3 @x".to_owned(),
            kind: RunKind::Mention(accounts),
        }])],
        ..spoken("AT RISK")
    };
    let here = called(vec!["discord:5".parse().unwrap(), "telegram:77".parse().unwrap()]);
    let drawn = draw(&here, false);
    assert!(drawn.text.ends_with("<a href=\"tg://user?id=77\">Ann &lt;3 @x</a>"));
    assert!(drawn.wakes);
    let elsewhere = draw(&called(vec!["discord:5".parse().unwrap()]), false);
    assert!(elsewhere.text.ends_with("\nAnn &lt;3 @\u{2060}x"));
    assert!(elsewhere.wakes);
}

#[test]
fn small_buttons_share_a_row() {
    let rated = Spoken {
        buttons: (1..=5).map(|n| button(&n.to_string(), &format!("rate INC-42 {n}"))).collect(),
        ..spoken("How did we do?")
    };
    assert_eq!(draw(&rated, false).keyboard.unwrap().inline_keyboard.len(), 1);
    let chinese = Spoken {
        buttons: vec![
            button("由我接手", "ack"),
            button("升級通報", "escalate"),
            button("更新客戶", "update"),
        ],
        ..spoken("x")
    };
    assert_eq!(draw(&chinese, false).keyboard.unwrap().inline_keyboard.len(), 1);
}

#[test]
fn what_telegram_would_refuse_as_a_button_is_written() {
    let long = "x".repeat(65);
    let odd = Spoken {
        buttons: vec![
            button("Long", &long),
            button("Ours", "~c"),
            link("Inside", "http://wiki/page"),
            link("Evil", "tg://resolve?domain=x"),
            link("Not a link", "nowhere"),
        ],
        ..spoken("x")
    };
    let drawn = draw(&odd, false);
    assert_eq!(drawn.keyboard, None);
    for written in [
        format!("Long: <code>/{long}</code>"),
        "Inside: <code>http://wiki/page</code>".to_owned(),
        "Evil: <code>tg://resolve?domain=x</code>".to_owned(),
        "Not a link: <code>nowhere</code>".to_owned(),
    ] {
        assert!(drawn.text.contains(&written), "{written} in {}", drawn.text);
    }
}

#[test]
fn a_long_answer_is_shortened_where_it_is_long() {
    let line = |n: usize| vec![Run::own(format!("{n}: {}", "number ".repeat(12)))];
    let why = Spoken {
        blocks: vec![
            SpokenBlock::Line(vec![Run::own("before")]),
            SpokenBlock::Lines((0..100).map(line).collect()),
            SpokenBlock::Line(vec![Run::own("after")]),
        ],
        footer: vec![Run::own("the footer")],
        ..spoken("Availability")
    };
    let drawn = draw(&why, false);
    assert!(drawn.html);
    let parsed = parse(&drawn.text).unwrap();
    assert!(parsed.text.contains("before\n\n0: number"));
    assert!(parsed.text.contains("\nafter\n\nthe footer"));
    assert!(parsed.text.contains("more lines\nafter"), "{}", parsed.text);
    assert!(parsed.text.encode_utf16().count() > LONGEST - 300, "room is used");
}

#[test]
fn a_thousand_blocks_leave_a_note() {
    let many = Spoken {
        blocks: (0..2000).map(|n| SpokenBlock::Line(vec![Run::own(format!("line {n}"))])).collect(),
        footer: vec![Run::own("the footer")],
        ..spoken("Many")
    };
    let text = parse(&draw(&many, false).text).unwrap().text;
    assert!(text.ends_with("more lines\n\nthe footer"), "{text}");
    assert!(text.contains("line 200\n"));
}

/// What Telegram would make live by itself in text that is set apart by nothing.
fn live(parsed: &Parsed) -> Vec<String> {
    let units: Vec<u16> = parsed.text.encode_utf16().collect();
    let covered = |at: usize| {
        parsed.entities.iter().any(|entity| {
            matches!(entity.kind, EntityKind::Code | EntityKind::Person(_))
                && (entity.offset..entity.offset + entity.length).contains(&at)
        })
    };
    let open: String = char::decode_utf16(
        units.iter().enumerate().map(|(at, unit)| if covered(at) { u16::from(b' ') } else { *unit }),
    )
    .map(|letter| letter.unwrap_or(' '))
    .collect();
    let letters: Vec<char> = open.chars().collect();
    let word = |letter: Option<&char>| letter.is_some_and(|c| c.is_alphanumeric() || *c == '_');
    // Telegram's own notion of a host name: nearly all that is not ASCII belongs to one.
    let names = |c: &char| {
        c.is_alphanumeric()
            || "-_~".contains(*c)
            || (u32::from(*c) >= 0xc0 && !c.is_whitespace() && !(0x2000..=0x206f).contains(&u32::from(*c)))
    };
    let mut found = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let after = letters.get(at + 1);
        let wakes = match letter {
            '@' | '#' | '$' => word(after),
            '/' => word(after) && !word(before) && before != Some(&'/'),
            ':' => after == Some(&'/') && letters.get(at + 2) == Some(&'/'),
            '.' => before.is_some_and(names) && after.is_some_and(|c| c.is_alphanumeric()),
            _ => false,
        };
        if wakes {
            found.push(letters[at.saturating_sub(8)..(at + 8).min(letters.len())].iter().collect());
        }
    }
    found
}

fn hostile() -> impl Strategy<Value = String> {
    let nasty = proptest::sample::select(vec![
        "@everyone",
        "@durov",
        "/ack INC-1",
        "/stop@bot",
        "tg://user?id=1",
        "https://evil.example/x?y#z",
        "t.me/joinchat/x",
        "evil.com",
        "\u{1f600}.com",
        "a-.example",
        "a@b.example",
        "#tag",
        "$BTC",
        "</b>",
        "<b>",
        "<a href=\"tg://user?id=1\">x</a>",
        "&lt;b&gt;",
        "&#60;b&#62;",
        "\u{202e}gnp.exe",
        "\u{200b}",
        "\0",
        "\n\n\n\n",
        "\u{1f600}",
        "中文",
        "%s",
        "`x`",
        "*x*",
        "[x](http://x.example)",
        "10.0.0.1",
        "…",
        "\u{301}\u{301}\u{301}\u{301}",
        "x",
        " ",
        "-",
    ]);
    prop_oneof![
        4 => proptest::collection::vec(nasty, 0..12).prop_map(|parts| parts.concat()),
        1 => any::<String>(),
        1 => ("[a-z.@/<&]{1,3}", 1..3000_usize).prop_map(|(part, times)| part.repeat(times)),
    ]
}

fn outside() -> impl Strategy<Value = Run> {
    (hostile(), 0..4_u8).prop_map(|(text, kind)| match kind {
        0 => Run { text, kind: RunKind::Code },
        1 => Run { text, kind: RunKind::Mention(vec!["telegram:77".parse().unwrap()]) },
        _ => Run::untrusted(text),
    })
}

fn runs() -> impl Strategy<Value = Vec<Run>> {
    proptest::collection::vec(outside(), 0..4)
}

fn block() -> impl Strategy<Value = SpokenBlock> {
    let rows = || proptest::collection::vec(runs(), 0..30);
    prop_oneof![
        runs().prop_map(SpokenBlock::Line),
        runs().prop_map(SpokenBlock::Quote),
        runs().prop_map(SpokenBlock::Heading),
        rows().prop_map(SpokenBlock::List),
        rows().prop_map(SpokenBlock::Lines),
        proptest::collection::vec((runs(), runs()), 0..6).prop_map(|fields| {
            let field = |(name, value)| SpokenField { name, verdict: Some((Verdict::Kept, "✓")), value };
            SpokenBlock::Fields(fields.into_iter().map(field).collect())
        }),
    ]
}

fn any_button() -> impl Strategy<Value = SpokenButton> {
    (hostile(), hostile(), any::<bool>()).prop_map(|(label, target, open)| {
        let target: String = target.chars().take(200).collect();
        if open { link(&label, &target) } else { button(&label, &target) }
    })
}

prop_compose! {
    fn anything()(
        head in runs(),
        reference in proptest::option::of(hostile()),
        blocks in proptest::collection::vec(block(), 0..8),
        buttons in proptest::collection::vec(any_button(), 0..8),
        footer in runs(),
    ) -> Spoken {
        Spoken { head, reference, blocks, buttons, footer, ..spoken("") }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_message_is_accepted_and_inert(spoken in anything()) {
        let drawn = compose(&spoken, false);
        let parsed = parse(&drawn.text).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert!(markup::length(&parsed.text) <= LONGEST, "{} units", markup::length(&parsed.text));
        prop_assert!(!parsed.is_blank());
        let chosen = parsed.entities.iter().all(|entity| match &entity.kind {
            EntityKind::Link(_) => false,
            EntityKind::Person(id) => *id == 77,
            _ => true,
        });
        prop_assert!(chosen);
        let live = live(&parsed);
        prop_assert!(live.is_empty(), "{live:?}");
        for key in drawn.keyboard.iter().flat_map(|keyboard| keyboard.inline_keyboard.iter().flatten()) {
            prop_assert!(!key.text.trim().is_empty());
            match &key.kind {
                teloxide::types::InlineKeyboardButtonKind::CallbackData(data) => {
                    prop_assert!((1..=64).contains(&data.len()));
                }
                teloxide::types::InlineKeyboardButtonKind::Url(url) => {
                    prop_assert!(url.scheme() == "http" || url.scheme() == "https");
                }
                other => return Err(TestCaseError::fail(format!("{other:?}"))),
            }
        }
    }

    #[test]
    fn every_plain_message_is_accepted_and_inert(spoken in anything()) {
        let drawn = compose(&spoken, true);
        prop_assert!(markup::length(&drawn.text) <= LONGEST);
        prop_assert!(!drawn.text.trim().is_empty());
        let live = live(&Parsed { text: drawn.text, entities: Vec::new() });
        prop_assert!(live.is_empty(), "{live:?}");
    }
}
