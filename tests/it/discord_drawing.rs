//! What is drawn for Discord keeps its limits, whatever is said, and nothing from outside comes alive in it.

use proptest::prelude::*;
use serde_json::{Value, json};
use upheld::chat::discord::buttons::command_of;
use upheld::chat::discord::form::modal;
use upheld::chat::discord::menu::registration;
use upheld::chat::discord::render::{Drawing, carries, message};
use upheld::chat::{Account, CommandSpec, OptionKind, OptionSpec, Platform};
use upheld::core::doc::{Press, Tone, Verdict, Weight};
use upheld::core::time::Instant;
use upheld::i18n::Language;
use upheld::i18n::spoken::{
    Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenField, SpokenForm, SpokenFormField,
};

use crate::fake::discord::limits;

/// Texts that mean something to Discord, to terminals or to a careless reader.
const HOSTILE: [&str; 24] = [
    "@everyone @here",
    "<@1234567890> <@!1> <@&5>",
    "<#123> </pay:1> <id:customize>",
    "<t:0:R> <:pwned:1> <a:x:1> :skull:",
    "[pay here](https://evil.example)",
    "[a](<https://evil.example>) ![i](http://x)",
    "https://evil.example http://evil.example <https://evil.example>",
    "steam://run discord.gg/invite https://discord.gg/invite",
    "**bold** *it* __under__ _it_ ~~strike~~ ||spoiler||",
    "# heading\n## another\n-# small",
    "> quote\n>>> all of it",
    "- list\n* list\n+ list\n1. list",
    "`code` ``more`` ```block```",
    "``` @everyone ```\n@everyone",
    "\\@everyone \\\\@here \\",
    "\\`<@1>\\`",
    "line\r\nbreak\u{2028}and\u{2029}more\u{85}",
    "\u{202e}desrever\u{202c} \u{2066}isolate",
    "zero\u{200b}width\u{feff} \u{e0041}tag",
    "nul\0 bell\u{7} esc\u{1b}[31m",
    "   ",
    "",
    "👩‍🚒🇹🇼 e\u{301}\u{301}\u{301}",
    "／全形＠everyone",
];

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(HOSTILE.to_vec()).prop_map(ToOwned::to_owned),
        2 => prop::collection::vec(prop::sample::select(HOSTILE.to_vec()), 0..40).prop_map(|all| all.join(" ")),
        2 => ".{0,60}",
        1 => (prop::sample::select(vec!["a", "漢", "👩‍🚒", "*", "\n", "`", "\\", "_ "]), 0_usize..7_000)
            .prop_map(|(piece, count)| piece.repeat(count)),
    ]
}

fn run() -> impl Strategy<Value = Run> {
    let account = (prop::sample::select(Platform::ALL.to_vec()), prop_oneof!["[0-9]{1,20}", ".{0,5}"])
        .prop_map(|(platform, user)| Account { platform, user });
    let kind = prop_oneof![
        Just(RunKind::Own),
        Just(RunKind::Untrusted),
        Just(RunKind::Code),
        any::<i64>().prop_map(|micros| RunKind::Moment(Instant::from_micros(micros))),
        prop::collection::vec(account, 0..4).prop_map(RunKind::Mention),
    ];
    (words(), kind).prop_map(|(text, kind)| Run { text, kind })
}

fn line() -> impl Strategy<Value = Vec<Run>> {
    prop::collection::vec(run(), 0..5)
}

fn block() -> impl Strategy<Value = SpokenBlock> {
    let field = (line(), any::<bool>(), line()).prop_map(|(name, judged, value)| SpokenField {
        name,
        verdict: judged.then_some((Verdict::Broken, "✗")),
        value,
    });
    let lines = || prop::collection::vec(line(), 0..6);
    prop_oneof![
        line().prop_map(SpokenBlock::Line),
        line().prop_map(SpokenBlock::Heading),
        line().prop_map(SpokenBlock::Quote),
        lines().prop_map(SpokenBlock::List),
        lines().prop_map(SpokenBlock::Lines),
        prop::collection::vec(field, 0..30).prop_map(SpokenBlock::Fields),
    ]
}

fn button() -> impl Strategy<Value = SpokenButton> {
    let press = prop_oneof![
        "[a-z]{1,10} INC-[0-9]{1,5}".prop_map(Press::Command),
        Just(Press::Command("ack INC-42".to_owned())),
        words().prop_map(Press::Command),
        words().prop_map(Press::Open),
        (0_usize..700).prop_map(|long| Press::Open(format!("https://example.org/{}", "x".repeat(long)))),
    ];
    let weight = prop::sample::select(vec![Weight::Primary, Weight::Secondary, Weight::Danger]);
    (words(), press, weight).prop_map(|(label, press, weight)| SpokenButton { label, press, weight })
}

fn spoken() -> impl Strategy<Value = Spoken> {
    let tone = prop::sample::select(vec![Tone::Late, Tone::Restored, Tone::Information]);
    (
        (tone, prop::sample::select(vec!["■", ""]), line(), prop::option::of(words())),
        prop::collection::vec(block(), 0..6),
        prop::collection::vec(button(), 0..32),
        line(),
    )
        .prop_map(|((tone, symbol, head, reference), blocks, buttons, footer)| Spoken {
            language: Language::English,
            tone,
            symbol,
            head,
            reference,
            blocks,
            picture: None,
            buttons,
            footer,
        })
}

fn drawing() -> impl Strategy<Value = Drawing<'static>> {
    let marker = prop::sample::select(vec!["", "abcdefghij"]);
    let note = prop::sample::select(vec!["", "may be a repeat"]);
    (marker, any::<bool>(), note, any::<bool>()).prop_map(|(marker, plain, note, private)| Drawing {
        marker,
        plain,
        note,
        private,
        picture: true,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_keeps_the_limits_and_carries_its_marker(spoken in spoken(), drawing in drawing()) {
        let drawn = message(&spoken, &drawing);
        let checked = limits::message(&drawn, false);
        prop_assert!(checked.is_ok(), "{:?}", checked);
        prop_assert_eq!(carries(&drawn, drawing.marker), !drawing.marker.is_empty());
        prop_assert!(!carries(&drawn, "klmnopqrst"));
        prop_assert_eq!(&drawn["allowed_mentions"]["parse"], &json!([]));
        for part in ["content", "embeds", "components"] {
            prop_assert!(drawn.get(part).is_some(), "an edit must also remove {}", part);
        }
    }

    #[test]
    fn every_command_comes_back_from_its_button(command in "[ -~]{1,64}") {
        let press = Press::Command(command.clone());
        let button = SpokenButton { label: "x".to_owned(), press, weight: Weight::Primary };
        let spoken = Spoken { buttons: vec![button; 3], ..said(Vec::new()) };
        let drawn = message(&spoken, &Drawing { marker: "abcdefghij", ..Drawing::default() });
        for at in 0..3 {
            let id = drawn["components"][0]["components"][at]["custom_id"].as_str().unwrap().to_owned();
            prop_assert_eq!(command_of(&id), &command);
        }
    }

    #[test]
    fn any_form_keeps_the_limits(
        title in words(), intro in line(), fields in prop::collection::vec(
            (words(), words(), prop::option::of(words()), any::<bool>(), any::<u16>(),
             prop::collection::vec((words(), words()), 0..4)), 1..8),
    ) {
        let fields = fields.into_iter().enumerate().map(|(at, (name, label, value, flag, max_length, choices))| {
            let name = if at == 0 { "text".to_owned() } else { name };
            SpokenFormField { name, label, value, multiline: flag, required: flag, max_length, choices }
        }).collect();
        let (submit, cancel) = (String::new(), String::new());
        let form = SpokenForm { language: upheld::i18n::Language::English, title, intro, command: "update INC-42".to_owned(), fields, submit, cancel };
        let drawn = modal(&form);
        let checked = limits::modal(&drawn);
        prop_assert!(checked.is_ok(), "{:?} {:#}", checked, drawn);
        prop_assert_eq!(command_of(drawn["custom_id"].as_str().unwrap()), "update INC-42");
    }

    #[test]
    fn any_menu_can_be_registered(description in words(), choices in prop::collection::vec(words(), 0..30)) {
        let option = |name: &str, required, kind| OptionSpec {
            name: name.to_owned(), description: description.clone(), required, positional: true,
            given_as: name.to_owned(), kind,
        };
        let menu = vec![CommandSpec {
            name: "status".to_owned(),
            description: description.clone(),
            options: vec![
                option("optional", false, OptionKind::Choice(choices)),
                option("needed", true, OptionKind::Integer),
            ],
        }];
        let checked = limits::commands(&registration(&menu, &[("zh-TW", menu.clone())]));
        prop_assert!(checked.is_ok(), "{:?}", checked);
    }

    #[test]
    fn nothing_from_outside_comes_alive(texts in prop::collection::vec(words(), 1..4), plain in any::<bool>()) {
        let untrusted = |text: &String| Run::untrusted(text.clone());
        let runs: Vec<Run> = texts.iter().map(untrusted).collect();
        let field = SpokenField { name: runs.clone(), verdict: None, value: runs.clone() };
        let spoken = Spoken {
            head: runs.clone(),
            footer: runs.clone(),
            blocks: vec![
                SpokenBlock::Line(runs.clone()),
                SpokenBlock::Quote(runs.clone()),
                SpokenBlock::Heading(runs.clone()),
                SpokenBlock::Fields(vec![field]),
                SpokenBlock::List(vec![runs.clone()]),
                SpokenBlock::Lines(vec![runs]),
            ],
            ..said(Vec::new())
        };
        let drawn = message(&spoken, &Drawing { plain, ..Drawing::default() });
        for part in [&drawn["content"], &drawn["embeds"][0]["title"], &drawn["embeds"][0]["description"]] {
            let alive = alive(part.as_str().unwrap_or_default());
            prop_assert!(alive.is_empty(), "{:?} in {}", alive, part);
        }
        prop_assert_eq!(&drawn["allowed_mentions"]["users"], &json!([]));
    }
}

fn said(blocks: Vec<SpokenBlock>) -> Spoken {
    Spoken {
        language: Language::English,
        tone: Tone::Information,
        symbol: "",
        head: vec![Run::own("head")],
        reference: None,
        blocks,
        picture: None,
        buttons: Vec::new(),
        footer: Vec::new(),
    }
}

/// What Discord would act upon in a text: everything special that is neither escaped nor the renderer's own
/// bold, quotation or bullet.
fn alive(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_prefix("> ").unwrap_or(line);
        let mut bare = String::new();
        let mut chars = line.chars();
        while let Some(c) = chars.next() {
            match c {
                // An escaped character is as inert as a letter.
                '\\' => bare.push(if chars.next().is_some() { 'x' } else { '\\' }),
                c => bare.push(c),
            }
        }
        let bare = bare.replace("**", "");
        let special = |c: char| "*_~`|<>[]@\\".contains(c);
        found.extend(bare.chars().filter(|c| special(*c)).map(String::from));
        let start = bare.trim_start();
        let is_list = start.split_once(['.', ')']).is_some_and(|(number, rest)| {
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit()) && rest.starts_with(' ')
        });
        if start.starts_with(['#', '-', '+']) || is_list {
            found.push(format!("line start: {start}"));
        }
        found.extend(["://", "discord.gg/"].into_iter().filter(|link| bare.contains(link)).map(String::from));
        let hides = |c: &char| {
            c.is_control()
                || matches!(c, '\u{200b}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        };
        found.extend(bare.chars().filter(hides).map(|c| format!("U+{:04X}", u32::from(c))));
    }
    found
}

#[test]
fn every_hostile_text_is_inert_in_every_place() {
    for hostile in HOSTILE {
        let line = vec![Run::own("label "), Run::untrusted(hostile), Run::own(" after")];
        let drawn = message(&said(vec![SpokenBlock::Line(line)]), &Drawing::default());
        let description = drawn["embeds"][0]["description"].as_str().unwrap();
        assert_eq!(alive(description), Vec::<String>::new(), "{hostile:?} → {description}");
        assert!(!description.contains('\n'), "{hostile:?} makes a line of its own");
    }
}

#[test]
fn a_long_answer_is_cut_visibly_and_buttons_that_do_not_fit_are_spelled_out() {
    let rows = vec![vec![Run::own("a line that is fairly long, with words")]; 300];
    let mut spoken = said(vec![SpokenBlock::Lines(rows)]);
    let drawn = message(&spoken, &Drawing::default());
    let description = drawn["embeds"][0]["description"].as_str().unwrap();
    let (shown, lost) = description.rsplit_once("\n… ").unwrap();
    let lost: usize = lost.strip_suffix(" more lines").unwrap().parse().unwrap();
    assert_eq!(shown.lines().count() + lost, 300);
    assert!(shown.ends_with('…') && description.len() > 3_900);

    spoken.blocks.clear();
    let button = |label: String, press| SpokenButton { label, press, weight: Weight::Secondary };
    spoken.buttons =
        (0..26).map(|at| button(format!("No {at}"), Press::Command(format!("why {at}")))).collect();
    spoken.buttons.push(button("Script".to_owned(), Press::Open("javascript:alert(1)".to_owned())));
    spoken
        .buttons
        .push(button("Far".to_owned(), Press::Open(format!("https://x.example/{}", "y".repeat(600)))));
    let drawn = message(&spoken, &Drawing::default());
    assert_eq!(drawn["components"].as_array().map(Vec::len), Some(5));
    let description = drawn["embeds"][0]["description"].as_str().unwrap();
    let lines: Vec<&str> = description.lines().collect();
    assert_eq!((lines[0], lines[1], lines.len()), ("No 25: /why 25", "Script", 3));
    assert!(lines[2].starts_with("Far: https://x.example/yyy"));
}

#[test]
fn a_range_of_moments_is_left_alone_and_a_single_one_gets_its_relative_time() {
    let moment = |text: &str| Run { text: text.to_owned(), kind: RunKind::Moment(Instant::from_seconds(60)) };
    let range = vec![moment("03:02"), Run::own("–"), moment("03:26")];
    let single = vec![Run::own("by "), moment("03:17")];
    let exact = SpokenBlock::Lines(vec![single.clone()]);
    let drawn =
        message(&said(vec![SpokenBlock::Line(range), SpokenBlock::Line(single), exact]), &Drawing::default());
    assert_eq!(drawn["embeds"][0]["description"], "03:02–03:26\nby 03:17 (<t:60:R>)\nby 03:17");
}

#[test]
fn plain_text_has_no_embed_and_says_what_to_type() {
    let mut spoken = said(vec![SpokenBlock::Line(vec![Run::own("one *line*")])]);
    let press = Press::Command("ack INC-42".to_owned());
    spoken.buttons = vec![SpokenButton { label: "Acknowledge".to_owned(), press, weight: Weight::Primary }];
    let drawn = message(&spoken, &Drawing { plain: true, marker: "abcdefghij", ..Drawing::default() });
    assert_eq!(drawn["content"], "head\none \\*line\\*\nAcknowledge: /ack INC-42 · abcdefghij");
    assert_eq!((drawn["embeds"].clone(), drawn["components"].clone()), (json!([]), Value::Array(Vec::new())));
}
