//! What the writer of something is asked and told about quoting it in reviews. Only they ever read it.

use crate::core::doc::{Block, Button, Doc, Line, Text, Tone, Value, Weight};
use crate::core::notice::card::button;
use crate::core::time::Instant;
use crate::core::voice::{Quoting, Wrote};

/// The quiet button under a receipt.
pub fn ask(wrote: Wrote) -> Button {
    button("quote-button-ask", &line(wrote, None), Weight::Secondary)
}

/// May it be quoted, and how?
pub fn question(wrote: Wrote, as_of: Instant) -> Doc {
    let mut doc = Doc::new(Tone::Information, about("quote-question", wrote), as_of)
        .line(Text::key("quote-question-how"))
        .line(Text::key("quote-changeable").with("command", command(wrote)));
    doc.buttons = vec![
        button("quote-button-named", &line(wrote, Some("named")), Weight::Secondary),
        button("quote-button-unnamed", &line(wrote, Some("unnamed")), Weight::Secondary),
        button("quote-button-no", &line(wrote, Some("no")), Weight::Secondary),
    ];
    doc
}

/// What holds from now on.
pub fn done(wrote: Wrote, how: Option<Quoting>, as_of: Instant) -> Doc {
    let key = match how {
        Some(Quoting::Named) => "quote-done-named",
        Some(Quoting::Unnamed) => "quote-done-unnamed",
        None => "quote-done-no",
    };
    let doc = Doc::new(Tone::Information, about(key, wrote), as_of);
    if how.is_none() {
        return doc.line(Text::key("quote-done-issued"));
    }
    let mut doc = doc.line(Text::key("quote-changeable").with("command", command(wrote)));
    doc.buttons = vec![button("quote-button-take-back", &line(wrote, Some("no")), Weight::Secondary)];
    doc
}

/// What somebody wrote; of each what they said about it, none where they said nothing yet.
pub fn list(written: &[(Wrote, Option<Option<Quoting>>)], as_of: Instant) -> Doc {
    if written.is_empty() {
        return Doc::new(Tone::Information, Text::key("quote-list-none"), as_of);
    }
    let row = |(wrote, said): &(Wrote, Option<Option<Quoting>>)| -> Line {
        let stands = said.map_or_else(|| Text::key("quote-undecided"), quoting);
        vec![Text::name(wrote.to_string()), Text::mark(" · "), stands]
    };
    let mut doc = Doc::new(Tone::Information, Text::key("quote-list-head"), as_of)
        .block(Block::List(written.iter().map(row).collect()));
    for (wrote, _) in written {
        doc = doc.button(Text::name(wrote.to_string()), line(*wrote, None), Weight::Secondary);
    }
    doc
}

/// How something may be quoted, in a few words.
pub fn quoting(how: Option<Quoting>) -> Text {
    Text::key(match how {
        Some(Quoting::Named) => "quote-named",
        Some(Quoting::Unnamed) => "quote-unnamed",
        None => "quote-no",
    })
}

/// A sentence about what somebody wrote.
pub fn about(key: &'static str, wrote: Wrote) -> Text {
    let text = Text::Message { key: key.into(), args: Default::default() };
    text.with("wrote", Value::Code(wrote.to_string()))
}

fn line(wrote: Wrote, how: Option<&str>) -> String {
    how.map_or_else(|| format!("quote {wrote}"), |how| format!("quote {wrote} {how}"))
}

fn command(wrote: Wrote) -> Value {
    Value::Code(format!("/{}", line(wrote, None)))
}
