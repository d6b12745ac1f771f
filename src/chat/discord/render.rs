//! Draws [`Spoken`] as a Discord message: an embed coloured by tone, buttons below, a ping above. Pure.
//!
//! Whatever is drawn keeps Discord's limits, so that no message is refused for its length: text is cut
//! visibly, buttons that do not fit become lines. Fields are lines of the description (`**name** ✓ value`)
//! rather than embed fields: they keep their place among the other parts, and one line each on a phone.

use std::borrow::Cow;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::buttons::{Buttons, spelled_out};
use super::escape::{Canvas, Trust, length, plain};
use crate::chat::inert::{self, Breaks};
use crate::chat::{Account, Platform};
use crate::core::doc::Tone;
use crate::core::time::Instant;
use crate::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock, SpokenField, text_of};
use crate::i18n::{Language, counted};

/// Discord's limits, in characters, of the parts that Upheld uses.
const CONTENT: usize = 2_000;
const TITLE: usize = 256;
/// Title, description and footer of all embeds together may have 6,000; these three have 5,376.
const DESCRIPTION: usize = 4_096;
const FOOTER: usize = 1_024;
/// The text that stands for a picture.
const ALT: usize = 1_024;
/// Kept free for how many lines were left out.
const MORE: usize = 64;
/// People that one message may call.
const MENTIONS: usize = 100;

/// What the picture's file is called.
pub const PICTURE: &str = "picture.png";

/// How to draw a message, beside what it says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawing<'a> {
    /// By which the message can be recognised in its channel later; empty for answers.
    pub marker: &'a str,
    /// Text only: no embed, no components.
    pub plain: bool,
    /// Written first, for instance that this may be a repeat.
    pub note: &'a str,
    /// Only for the one who asked.
    pub private: bool,
    /// The picture comes along as attachment 0; otherwise what it says is told in words.
    pub picture: bool,
}

/// The message as the body of a create or edit request, every part present, so that an edit also removes.
pub fn message(spoken: &Spoken, drawing: &Drawing<'_>) -> Value {
    let shown = spoken.picture.as_deref().filter(|_| drawing.picture && !drawing.plain);
    let spoken = match (&spoken.picture, shown) {
        (Some(_), None) => Cow::Owned(spoken.clone().without_picture()),
        _ => Cow::Borrowed(spoken),
    };
    let called = called(&spoken);
    let mut body =
        if drawing.plain { text_only(&spoken, drawing, &called) } else { card(&spoken, drawing, &called) };
    if let Some(picture) = shown {
        let alt = plain(&picture.alt, ALT);
        body["attachments"] = json!([{ "id": 0, "filename": PICTURE, "description": alt }]);
    }
    body["allowed_mentions"] = json!({ "parse": [], "users": called });
    if drawing.private {
        body["flags"] = json!(64);
    }
    body
}

/// Whether a message, as Discord lists it, carries `marker`.
pub fn carries(message: &Value, marker: &str) -> bool {
    let ends = |value: &Value| value.as_str().is_some_and(|text| text.ends_with(marker));
    let each = |value: &Value| value.as_array().cloned().unwrap_or_default();
    !marker.is_empty()
        && (ends(&message["content"])
            || each(&message["embeds"]).iter().any(|embed| ends(&embed["footer"]["text"]))
            || each(&message["components"])
                .iter()
                .flat_map(|row| each(&row["components"]))
                .any(|button| ends(&button["custom_id"])))
}

fn card(spoken: &Spoken, drawing: &Drawing<'_>, called: &[String]) -> Value {
    let Buttons { rows, marked, left_over } = Buttons::of(spoken, drawing.marker);
    // A mention inside an embed rings nobody, and a ring without words tells nobody why.
    let rings = !called.is_empty() || !drawing.note.is_empty();
    let content = if rings { ring(spoken, drawing, called) } else { String::new() };
    let mut embed = json!({});
    let mut title = Canvas::new(TITLE);
    if !rings {
        head(&mut title, spoken);
    }
    let mut description = Canvas::new(DESCRIPTION - MORE);
    blocks(&mut description, spoken, &left_over);
    for (part, canvas) in [("title", title), ("description", description)] {
        if !canvas.is_empty() {
            embed[part] = json!(finish(canvas, spoken.language));
        }
    }
    let footer = footer(spoken, if marked { "" } else { drawing.marker });
    if !footer.is_empty() {
        embed["footer"] = json!({ "text": footer });
    }
    if spoken.picture.is_some() {
        embed["image"] = json!({ "url": format!("attachment://{PICTURE}") });
    }
    let is_blank = embed.as_object().is_none_or(serde_json::Map::is_empty);
    if is_blank && content.is_empty() {
        embed["description"] = json!("…");
    }
    embed["color"] = json!(colour(spoken.tone));
    let embeds = if is_blank && rings { json!([]) } else { json!([embed]) };
    json!({ "content": content, "embeds": embeds, "components": rows })
}

fn text_only(spoken: &Spoken, drawing: &Drawing<'_>, called: &[String]) -> Value {
    let end = if drawing.marker.is_empty() { String::new() } else { format!(" · {}", drawing.marker) };
    let mut content = Canvas::new(CONTENT - MORE - length(&end));
    call(&mut content, drawing, called);
    head(&mut content, spoken);
    let spelled_out: Vec<String> = spoken.buttons.iter().map(spelled_out).collect();
    blocks(&mut content, spoken, &spelled_out);
    if !spoken.footer.is_empty() {
        content.new_line("");
        words(&mut content, &spoken.footer);
    }
    let content = if content.is_empty() { "…".to_owned() } else { finish(content, spoken.language) };
    json!({ "content": content + &end, "embeds": [], "components": [] })
}

/// The line above the card that a phone shows as its notification.
fn ring(spoken: &Spoken, drawing: &Drawing<'_>, called: &[String]) -> String {
    let mut content = Canvas::new(CONTENT);
    call(&mut content, drawing, called);
    content.within("**", |content| head(content, spoken));
    content.finish()
}

fn call(content: &mut Canvas, drawing: &Drawing<'_>, called: &[String]) {
    for user in called {
        content.markup(&format!("<@{user}> "));
    }
    if !drawing.note.is_empty() {
        content.escaped(&format!("{} · ", drawing.note), Trust::Own);
    }
}

/// `■ LATE · response · P1 · SIL1 · INC-42`.
fn head(canvas: &mut Canvas, spoken: &Spoken) {
    if !spoken.symbol.is_empty() {
        canvas.escaped(&format!("{} ", spoken.symbol), Trust::Own);
    }
    words(canvas, &spoken.head);
    if let Some(reference) = &spoken.reference {
        canvas.escaped(" · ", Trust::Own);
        canvas.escaped(reference, Trust::Untrusted);
    }
}

fn footer(spoken: &Spoken, marker: &str) -> String {
    let text = plain(&text_of(&spoken.footer), FOOTER - length(marker) - 3);
    match (text.is_empty(), marker.is_empty()) {
        (_, true) => text,
        (true, false) => marker.to_owned(),
        (false, false) => format!("{text} · {marker}"),
    }
}

fn blocks(canvas: &mut Canvas, spoken: &Spoken, left_over: &[String]) {
    for block in &spoken.blocks {
        match block {
            SpokenBlock::Line(line) => draw_line(canvas, "", line, true),
            SpokenBlock::Heading(line) => {
                canvas.new_line("");
                canvas.within("**", |canvas| words(canvas, line));
            }
            SpokenBlock::Quote(line) => quote(canvas, line),
            SpokenBlock::Fields(fields) => fields.iter().for_each(|field| draw_field(canvas, field)),
            SpokenBlock::List(items) => items.iter().for_each(|item| draw_line(canvas, "• ", item, true)),
            SpokenBlock::Lines(rows) => rows.iter().for_each(|row| draw_line(canvas, "", row, false)),
            SpokenBlock::Table(table) => table.fields().iter().for_each(|field| draw_field(canvas, field)),
        }
    }
    for line in left_over {
        canvas.new_line("");
        canvas.escaped(line, Trust::Own);
    }
}

fn draw_line(canvas: &mut Canvas, mark: &str, line: &[Run], relative: bool) {
    canvas.new_line(mark);
    runs(canvas, line, relative);
}

/// Every line of what somebody wrote stays inside the quotation.
fn quote(canvas: &mut Canvas, line: &[Run]) {
    let text = inert::harmless(&text_of(line), Breaks::Kept, DESCRIPTION);
    for part in text.lines() {
        canvas.new_line("> ");
        canvas.escaped(part, Trust::Untrusted);
    }
}

/// The canvas's text and, where lines were left out, how many.
fn finish(canvas: Canvas, language: Language) -> String {
    match i64::try_from(canvas.lost()) {
        Ok(lost) if lost > 0 => {
            format!("{}\n{}", canvas.finish(), counted("more-lines", &[("count", lost)], language))
        }
        _ => canvas.finish(),
    }
}

fn draw_field(canvas: &mut Canvas, field: &SpokenField) {
    canvas.new_line("");
    canvas.within("**", |canvas| words(canvas, &field.name));
    if let Some((_, symbol)) = field.verdict {
        canvas.markup(&format!(" {symbol}"));
    }
    canvas.markup(" ");
    runs(canvas, &field.value, true);
}

/// One line. A single moment also gets the time left or passed, which every phone keeps current; several
/// moments are a range or a calculation, which it would only clutter.
fn runs(canvas: &mut Canvas, line: &[Run], relative: bool) {
    let moments = line.iter().filter(|run| matches!(run.kind, RunKind::Moment(_))).count();
    for run in line {
        match &run.kind {
            RunKind::Own => canvas.escaped(&run.text, Trust::Own),
            RunKind::Untrusted => canvas.escaped(&run.text, Trust::Untrusted),
            RunKind::Code => canvas.code(&run.text),
            RunKind::Moment(moment) => {
                canvas.escaped(&run.text, Trust::Own);
                if relative && moments == 1 {
                    canvas.markup(&since(*moment));
                }
            }
            RunKind::Mention(accounts) => match discord_user(accounts) {
                Some(user) => {
                    canvas.markup(&format!("<@{user}>"));
                }
                None => canvas.escaped(&run.text, Trust::Untrusted),
            },
        }
    }
}

/// One line where code, moments and mentions stand as their words.
fn words(canvas: &mut Canvas, line: &[Run]) {
    for run in line {
        let trust = if run.kind == RunKind::Own { Trust::Own } else { Trust::Untrusted };
        canvas.escaped(&run.text, trust);
    }
}

fn since(moment: Instant) -> String {
    format!(" (<t:{}:R>)", moment.micros().div_euclid(1_000_000))
}

/// The people this message calls on Discord, each once.
fn called(spoken: &Spoken) -> Vec<String> {
    let in_block = |block: &SpokenBlock| -> Vec<Run> {
        match block {
            SpokenBlock::Line(line) | SpokenBlock::Heading(line) | SpokenBlock::Quote(line) => line.clone(),
            SpokenBlock::Fields(fields) => {
                fields.iter().flat_map(|field| field.name.iter().chain(&field.value)).cloned().collect()
            }
            SpokenBlock::List(rows) | SpokenBlock::Lines(rows) => rows.concat(),
            SpokenBlock::Table(table) => {
                table.rows.iter().flatten().flat_map(|cell| &cell.text).cloned().collect()
            }
        }
    };
    let users: BTreeSet<u64> = spoken
        .head
        .iter()
        .chain(&spoken.footer)
        .cloned()
        .chain(spoken.blocks.iter().flat_map(in_block))
        .filter_map(|run| match run.kind {
            RunKind::Mention(accounts) => discord_user(&accounts),
            _ => None,
        })
        .collect();
    users.into_iter().take(MENTIONS).map(|user| user.to_string()).collect()
}

fn discord_user(accounts: &[Account]) -> Option<u64> {
    accounts.iter().find(|account| account.platform == Platform::Discord)?.user.parse().ok()
}

const fn colour(tone: Tone) -> u32 {
    match tone {
        Tone::Late => 0x00C9_2A2A,
        Tone::AtRisk => 0x00E8_590C,
        Tone::Disturbed => 0x00F0_8C00,
        Tone::InHand => 0x0019_71C2,
        Tone::Restored => 0x002F_9E44,
        Tone::Information => 0x0049_5057,
        Tone::Corrected => 0x0067_41D9,
        Tone::Refused => 0x0086_8E96,
    }
}
