//! Draws what stands in a room as HTML, for one reader. Templates escape every text.

use askama::Template;
use askama::filters::Safe;

use super::content::Content;
use crate::chart;
use crate::chat::Account;
use crate::chat::inert::{Breaks, harmless};
use crate::core::doc::{Press, Tone, Verdict, Weight};
use crate::core::time::Instant;
use crate::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock, SpokenField, SpokenForm, SpokenTable, text_of};
use crate::i18n::{Locale, format};
use crate::store::rooms::RoomMessage;
use crate::web::words::Words;

/// For whom a page is drawn.
#[derive(Clone, Debug)]
pub struct Reader {
    pub account: Account,
    /// The words of the page around the messages.
    pub words: Words,
    /// The room's; times are written in its zone.
    pub locale: Locale,
    pub now: Instant,
    /// Where the room is: `/chat/operators`.
    pub path: String,
    /// Whether the room is the reader's own, so that nothing in it needs to be marked as private.
    pub direct: bool,
    /// Makes each form's act recognisable when it is sent twice.
    pub act: String,
}

/// Rows of arithmetic shown at once; the rest is folded, not cut.
const ROWS_SHOWN: usize = 24;
/// In characters.
const LONGEST_LINE: usize = 4_000;
const LONGEST_NAME: usize = 60;

#[derive(Template)]
#[template(path = "runs.html")]
struct RunsView<'a> {
    runs: &'a [Run],
    reader: &'a Reader,
}

#[derive(Template)]
#[template(path = "card.html")]
struct CardView<'a> {
    reader: &'a Reader,
    spoken: &'a Spoken,
    blocks: Vec<BlockView<'a>>,
    /// As SVG, whose texts are escaped, and in words.
    picture: Option<(Safe<String>, &'a str)>,
    tone: &'static str,
    id: i64,
    action: String,
    act: &'a str,
}

enum BlockView<'a> {
    Line(&'a [Run]),
    Heading(&'a [Run]),
    Quote(&'a [Run]),
    List(&'a [Vec<Run>]),
    Fields(&'a [SpokenField]),
    /// Shown, and folded.
    Lines(&'a [Vec<Run>], &'a [Vec<Run>]),
    Table(&'a SpokenTable),
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessageView<'a> {
    words: Words,
    message: &'a RoomMessage,
    class: &'static str,
    author: Option<String>,
    created: String,
    edited: Option<(Instant, String)>,
    only_you: bool,
    tone: Option<&'static str>,
    symbol: Option<&'static str>,
    reference: Option<&'a str>,
    card: Option<CardHtml<'a>>,
    line: Option<String>,
    history: Vec<Safe<String>>,
}

type CardHtml<'a> = Safe<CardView<'a>>;

#[derive(Template)]
#[template(path = "form.html")]
struct FormView<'a> {
    words: Words,
    form: &'a SpokenForm,
    intro: Safe<RunsView<'a>>,
    action: String,
    room_path: &'a str,
    act: &'a str,
}

#[derive(Template)]
#[template(path = "once.html")]
struct OnceView<'a> {
    words: Words,
    secret: bool,
    card: CardHtml<'a>,
    room_path: &'a str,
}

/// Words that are shown now and kept nowhere, as HTML. Of a secret it is said so.
///
/// # Errors
/// When they cannot be drawn.
pub fn once(spoken: &Spoken, secret: bool, reader: &Reader) -> Result<String, askama::Error> {
    let card = Safe(CardView::new(spoken, 0, reader));
    OnceView { words: reader.words, secret, card, room_path: &reader.path }.render()
}

/// A message as HTML, with what stands under it.
///
/// # Errors
/// When what is kept cannot be read, or drawn.
pub fn message(
    message: &RoomMessage,
    under: &[RoomMessage],
    reader: &Reader,
) -> Result<String, askama::Error> {
    let content =
        Content::from_json(&message.content).map_err(|error| askama::Error::Custom(error.into()))?;
    let history = under.iter().map(|entry| self::message(entry, &[], reader).map(Safe));
    let history = history.collect::<Result<_, _>>()?;
    let shown = |at: Instant| format::moment(at, reader.now, reader.locale);
    let mut view = MessageView {
        words: reader.words,
        message,
        class: "own",
        author: message.author.as_ref().map(|(_, name)| match name.as_str() {
            "" => reader.words.of("erased"),
            name => harmless(name, Breaks::Joined, LONGEST_NAME),
        }),
        created: shown(message.created),
        edited: message.edited.map(|at| (at, shown(at))),
        only_you: message.private && !reader.direct,
        tone: None,
        symbol: None,
        reference: None,
        card: None,
        line: None,
        history,
    };
    match &content {
        Content::Line(line) => view.line = Some(harmless(line, Breaks::Kept, LONGEST_LINE)),
        Content::Erased => view.line = Some(reader.words.of("erased")),
        Content::Said { spoken, .. } => {
            view.class = "said";
            view.tone = Some(tone_name(spoken.tone));
            view.symbol = Some(spoken.symbol);
            view.reference = spoken.reference.as_deref();
            view.card = Some(Safe(CardView::new(spoken, message.id, reader)));
        }
    }
    view.render()
}

/// A form as HTML, to be filled in and sent to the room's commands.
///
/// # Errors
/// When it cannot be drawn.
pub fn form(form: &SpokenForm, reader: &Reader) -> Result<String, askama::Error> {
    FormView {
        words: reader.words,
        form,
        intro: Safe(RunsView { runs: &form.intro, reader }),
        action: format!("{}/commands", reader.path),
        room_path: &reader.path,
        act: &reader.act,
    }
    .render()
}

impl<'a> CardView<'a> {
    fn new(spoken: &'a Spoken, id: i64, reader: &'a Reader) -> Self {
        let blocks = spoken.blocks.iter().map(BlockView::from).collect();
        let action = format!("{}/commands", reader.path);
        let drawn = spoken.picture.as_deref();
        let picture = drawn.map(|picture| (Safe(chart::svg(picture)), picture.alt.as_str()));
        Self { reader, spoken, blocks, picture, tone: tone_name(spoken.tone), id, action, act: &reader.act }
    }

    fn runs(&self, runs: &'a [Run]) -> Safe<RunsView<'a>> {
        Safe(RunsView { runs, reader: self.reader })
    }

    fn text(&self, runs: &[Run]) -> String {
        text_of(runs)
    }

    fn verdict(&self, verdict: &Verdict) -> &'static str {
        match verdict {
            Verdict::Kept => "kept",
            Verdict::Broken => "broken",
            Verdict::Running => "running",
            Verdict::AtRisk => "at-risk",
            Verdict::Paused => "paused",
            Verdict::Unknown => "unknown",
        }
    }

    fn weight(&self, weight: &Weight) -> &'static str {
        match weight {
            Weight::Primary => "primary",
            Weight::Secondary => "secondary",
            Weight::Danger => "danger",
        }
    }

    fn more(&self, rows: usize) -> String {
        self.reader.words.counted("web-more-lines", rows)
    }

    /// Links lead to the web or nowhere.
    fn link(&self, url: &str) -> Option<String> {
        let url = url::Url::parse(url).ok()?;
        matches!(url.scheme(), "http" | "https").then(|| url.into())
    }
}

impl RunsView<'_> {
    fn calls(&self, accounts: &[Account]) -> bool {
        accounts.contains(&self.reader.account)
    }
}

impl<'a> From<&'a SpokenBlock> for BlockView<'a> {
    fn from(block: &'a SpokenBlock) -> Self {
        match block {
            SpokenBlock::Line(line) => Self::Line(line),
            SpokenBlock::Heading(line) => Self::Heading(line),
            SpokenBlock::Quote(line) => Self::Quote(line),
            SpokenBlock::List(items) => Self::List(items),
            SpokenBlock::Fields(fields) => Self::Fields(fields),
            SpokenBlock::Table(table) => Self::Table(table),
            SpokenBlock::Lines(rows) => {
                let (shown, folded) = rows.split_at(rows.len().min(ROWS_SHOWN));
                Self::Lines(shown, folded)
            }
        }
    }
}

/// The tone's name in style sheets.
pub const fn tone_name(tone: Tone) -> &'static str {
    match tone {
        Tone::Late => "late",
        Tone::AtRisk => "at-risk",
        Tone::Disturbed => "disturbed",
        Tone::InHand => "in-hand",
        Tone::Restored => "restored",
        Tone::Information => "information",
        Tone::Corrected => "corrected",
        Tone::Refused => "refused",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::chat::Platform;
    use crate::core::event::PersonId;
    use crate::core::picture::Leaning;
    use crate::i18n::picture::{SpokenBar, SpokenBars, SpokenPicture, SpokenShows};
    use crate::i18n::spoken::{SpokenButton, SpokenCell};
    use crate::i18n::{Language, tone_symbol, verdict_symbol};

    fn picture() -> SpokenPicture {
        let bar = SpokenBar {
            label: "</svg><script>alert(2)</script>".to_owned(),
            count: 1,
            counted: "1".to_owned(),
            share: None,
            leaning: Leaning::Plain,
        };
        SpokenPicture {
            title: "Answers".to_owned(),
            note: String::new(),
            alt: "One <b>answer</b>".to_owned(),
            shows: SpokenShows::Bars(SpokenBars { bars: vec![bar], key: Vec::new() }),
        }
    }

    /// A message with every kind of part.
    pub fn full_card() -> Spoken {
        let at = Instant::parse("2026-11-23T02:17:00Z").unwrap();
        let field = |name: &str, verdict, value: Vec<Run>| SpokenField {
            name: vec![Run::own(name)],
            verdict: Some((verdict, verdict_symbol(verdict))),
            value,
        };
        let moment = Run { text: "03:17".to_owned(), kind: RunKind::Moment(at) };
        let button = |label: &str, press, weight| SpokenButton { label: label.to_owned(), press, weight };
        let me = Account { platform: Platform::Web, user: "anna".to_owned() };
        Spoken {
            language: Language::English,
            tone: Tone::Late,
            symbol: tone_symbol(Tone::Late),
            head: vec![Run::own("LATE · response · P1 · SIL1")],
            reference: Some("INC-42".to_owned()),
            blocks: vec![
                SpokenBlock::Line(vec![
                    Run::untrusted("<script>alert(1)</script> & co"),
                    Run::own(" since "),
                    moment.clone(),
                ]),
                SpokenBlock::Fields(vec![
                    field("Response", Verdict::Broken, vec![Run::own("late since "), moment]),
                    field("Resolution", Verdict::Running, vec![Run::own("by 07:02")]),
                ]),
                SpokenBlock::Heading(vec![Run::own("Also")]),
                SpokenBlock::List(vec![vec![Run { text: "checkout".to_owned(), kind: RunKind::Code }]]),
                SpokenBlock::Quote(vec![Run::untrusted("\"quoted\"")]),
                SpokenBlock::Table(SpokenTable {
                    caption: vec![Run::own("Promises")],
                    columns: vec![vec![Run::own("Promise")], vec![Run::own("Measured")]],
                    rows: vec![vec![
                        SpokenCell { verdict: None, text: vec![Run::own("availability")] },
                        SpokenCell {
                            verdict: Some((Verdict::Kept, verdict_symbol(Verdict::Kept))),
                            text: vec![Run::untrusted("99.95 % <i>")],
                        },
                    ]],
                }),
                SpokenBlock::Lines((0..30).map(|n| vec![Run::own(format!("row {n}"))]).collect()),
                SpokenBlock::Line(vec![Run { text: "@Anna".to_owned(), kind: RunKind::Mention(vec![me]) }]),
            ],
            picture: Some(Box::new(picture())),
            buttons: vec![
                button("Acknowledge", Press::Command("ack INC-42".to_owned()), Weight::Primary),
                button("Close \"it\"", Press::Command("resolve INC-42".to_owned()), Weight::Danger),
                button(
                    "Runbook",
                    Press::Open("https://runbooks.example/?a=1&b=2".to_owned()),
                    Weight::Secondary,
                ),
                button("Trap", Press::Open("javascript:alert(1)".to_owned()), Weight::Secondary),
            ],
            footer: vec![Run::own("Europe/Berlin")],
        }
    }

    pub fn reader(person: &str) -> Reader {
        Reader {
            account: Account { platform: Platform::Web, user: person.to_owned() },
            words: Words(Language::English),
            locale: Locale { language: Language::English, zone: chrono_tz::Europe::Berlin },
            now: Instant::parse("2026-11-23T02:20:00Z").unwrap(),
            path: "/chat/operators".to_owned(),
            direct: false,
            act: "act".to_owned(),
        }
    }

    fn kept(content: &Content) -> RoomMessage {
        RoomMessage {
            id: 7,
            room: "operators".to_owned(),
            under: None,
            content: content.to_json().unwrap(),
            author: None,
            private: false,
            created: Instant::parse("2026-11-22T02:02:00Z").unwrap(),
            edited: Some(Instant::parse("2026-11-23T02:17:30Z").unwrap()),
            change: 9,
        }
    }

    fn drawn(spoken: Spoken, person: &str) -> String {
        message(&kept(&Content::Said { spoken, command: None }), &[], &reader(person)).unwrap()
    }

    #[test]
    fn text_from_outside_is_text() {
        let html = drawn(full_card(), "anna");
        assert!(!html.contains("<script"), "{html}");
        assert!(
            html.contains("&#60;script&#62;alert(1)") || html.contains("&lt;script&gt;alert(1)"),
            "{html}"
        );
        assert_eq!(html.matches("</svg>").count(), 1, "{html}");
        assert!(!html.contains("<b>answer"), "{html}");
        assert!(!html.contains("javascript:"), "{html}");
        assert!(!html.contains("value=\"Close \"it"), "{html}");
        let hostile = Content::Line("</li><img src=x onerror=alert(1)>\u{202e}".to_owned());
        let author = Some((PersonId::new("p"), "<b>Eve</b>".to_owned()));
        let html = message(&RoomMessage { author, ..kept(&hostile) }, &[], &reader("anna")).unwrap();
        assert!(!html.contains("<img") && !html.contains("<b>Eve"), "{html}");
        assert!(!html.contains('\u{202e}'), "{html}");
    }

    #[test]
    fn everything_that_was_said_is_there() {
        let html = drawn(full_card(), "anna");
        for part in [
            "tone-late",
            "data-reference=\"INC-42\"",
            "<time datetime=\"2026-11-23T02:17:00Z\">03:17</time>",
            "class=\"broken\"",
            "name=\"press\" value=\"ack INC-42\" class=\"primary\"",
            "value=\"resolve INC-42\" class=\"danger\"",
            "rel=\"noopener noreferrer nofollow\"",
            "row 0",
            "row 29",
            "<details class=\"more\">",
            "<figure class=\"picture\"><svg ",
            "<summary>The picture in words</summary>",
            "22 Nov 03:02",
            "<footer>Europe/Berlin</footer>",
        ] {
            assert!(html.contains(part), "no {part} in {html}");
        }
    }

    #[test]
    fn who_is_called_sees_it() {
        assert!(drawn(full_card(), "anna").contains("class=\"mention me\""));
        assert!(drawn(full_card(), "bert").contains("class=\"mention\""));
    }
}
