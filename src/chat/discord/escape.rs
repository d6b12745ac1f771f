//! Makes text inert for Discord: escapes its markdown and keeps to a length. What is invisible or broken
//! into lines is made harmless first, by [`inert`].

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use crate::chat::inert::{self, Breaks};

/// Longer than anything that fits a message, in characters as people count them.
const LONGEST: usize = 6_000;

/// What may be done with a text that is written onto a [`Canvas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trust {
    /// Upheld's own words: formatting characters escaped, addresses stay links.
    Own,
    /// Text from outside: addresses do not become links either.
    Untrusted,
}

/// The length Discord counts; UTF-16 units are never fewer than code points, so both readings are kept.
pub(super) fn length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

/// Text without markup (a footer, a label, a name), at most `limit` long, shortened visibly.
pub(super) fn plain(text: &str, limit: usize) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let mut canvas = Canvas::new(limit);
    canvas.by_grapheme(&harmless(text), |grapheme, _| Cow::Borrowed(grapheme));
    canvas.finish()
}

fn harmless(text: &str) -> String {
    inert::harmless(text, Breaks::Joined, LONGEST)
}

/// Where the text stands in its line; some characters mean something only there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spot {
    LineStart,
    /// Only digits so far: a full stop would make a numbered list.
    Digits,
    Inside,
}

/// A text that grows up to a limit and is then cut with `…`, never inside an escape or a mark-up pair.
#[derive(Debug)]
pub(super) struct Canvas {
    text: String,
    room: usize,
    spot: Spot,
    cut: bool,
    /// Lines begun after the cut, and so left out.
    lost: usize,
    /// Where the last line began, and where its text begins behind a leading mark.
    line: (usize, usize),
}

impl Canvas {
    /// At most `limit` long (see [`length`]); `limit` is at least 1.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            room: limit.saturating_sub(1),
            spot: Spot::LineStart,
            cut: false,
            lost: 0,
            line: (0, 0),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Our own markup, whole or not at all.
    pub(super) fn markup(&mut self, markup: &str) -> bool {
        let long = length(markup);
        if self.cut || long > self.room {
            self.cut = true;
            return false;
        }
        self.room -= long;
        self.text.push_str(markup);
        self.spot = Spot::Inside;
        true
    }

    /// Begins a line with `mark`, such as `> `.
    pub(super) fn new_line(&mut self, mark: &str) {
        let start = self.text.len();
        let begun = if self.text.is_empty() { mark.to_owned() } else { format!("\n{mark}") };
        if self.markup(&begun) {
            self.line = (start, self.text.len());
            // Inside a quotation a line begins once more; behind a bullet it does not matter.
            self.spot = Spot::LineStart;
        } else {
            self.lost += 1;
        }
    }

    /// How many lines were left out whole.
    pub(super) const fn lost(&self) -> usize {
        self.lost
    }

    /// Text in a mark-up pair, such as `**`; closed even when the text is cut.
    pub(super) fn within(&mut self, mark: &str, write: impl FnOnce(&mut Self)) {
        let both = 2 * length(mark);
        if self.cut || both >= self.room {
            self.cut = true;
            return;
        }
        self.room -= both;
        let before = self.text.len();
        self.text.push_str(mark);
        let start = self.text.len();
        write(self);
        if self.cut {
            let end = self.text[start..].trim_end().len();
            self.text.truncate(start + end);
        }
        if self.text.len() == start {
            // An empty pair would show its own marks.
            self.text.truncate(before);
            self.room += both;
        } else {
            self.text.push_str(mark);
        }
    }

    /// Text that must read exactly as it is in a place with markdown.
    pub(super) fn escaped(&mut self, text: &str, trust: Trust) {
        let text = match trust {
            // Spaces at its ends stay: they part it from its neighbours.
            Trust::Own => Cow::Owned(text.replace(['\n', '\r', '\t'], " ")),
            Trust::Untrusted if text.is_empty() => return,
            Trust::Untrusted => Cow::Owned(harmless(text)),
        };
        self.by_grapheme(&text, |grapheme, spot| Cow::Owned(escape(grapheme, spot, trust)));
    }

    /// An identifier as code. A backtick would end it, so such text is escaped instead.
    pub(super) fn code(&mut self, text: &str) {
        let text = harmless(text);
        if text.contains('`') || length(&text) + 2 > self.room {
            self.escaped(&text, Trust::Untrusted);
        } else {
            self.markup(&format!("`{text}`"));
        }
    }

    fn by_grapheme<'t>(&mut self, text: &'t str, mut draw: impl FnMut(&'t str, Spot) -> Cow<'t, str>) {
        for grapheme in text.graphemes(true) {
            if self.cut {
                return;
            }
            let drawn = draw(grapheme, self.spot);
            let long = length(&drawn);
            if long > self.room {
                self.cut = true;
                return;
            }
            self.room -= long;
            self.text.push_str(&drawn);
            self.spot = match (self.spot, grapheme.chars().next()) {
                (spot, Some(c)) if c.is_whitespace() && spot == Spot::LineStart => Spot::LineStart,
                (Spot::LineStart | Spot::Digits, Some(c)) if c.is_ascii_digit() => Spot::Digits,
                _ => Spot::Inside,
            };
        }
    }

    pub(super) fn finish(mut self) -> String {
        if self.cut {
            if self.text.len() == self.line.1 {
                // Nothing of the last line fitted but its mark.
                self.text.truncate(self.line.0);
            }
            self.text.truncate(self.text.trim_end().len());
            self.text.push('…');
        }
        self.text
    }
}

fn escape(grapheme: &str, spot: Spot, trust: Trust) -> String {
    let mut drawn = String::with_capacity(grapheme.len() + 1);
    for c in grapheme.chars() {
        let special = match c {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' | '@' => true,
            '#' | '-' | '+' => spot == Spot::LineStart,
            '.' | ')' => spot == Spot::Digits,
            // `https:`, `discord.gg/…` and `:emoji:` are recognised by these.
            ':' | '/' => trust == Trust::Untrusted,
            _ => false,
        };
        if special {
            drawn.push('\\');
        }
        drawn.push(c);
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;

    fn escaped(text: &str, trust: Trust) -> String {
        let mut canvas = Canvas::new(1000);
        canvas.escaped(text, trust);
        canvas.finish()
    }

    #[test]
    fn markup_mentions_and_links_from_outside_are_inert() {
        for (hostile, inert) in [
            ("@everyone <@123>", r"\@everyone \<\@123\>"),
            ("[pay](https://evil.example)", r"\[pay\](https\:\/\/evil.example)"),
            ("discord.gg/abc", r"discord.gg\/abc"),
            ("**bold** __under__ ||spoiler|| ~~x~~ `code`", {
                r"\*\*bold\*\* \_\_under\_\_ \|\|spoiler\|\| \~\~x\~\~ \`code\`"
            }),
            ("# heading", r"\# heading"),
            ("  -# small", r"\-# small"),
            ("1. list", r"1\. list"),
            ("a-b 1.5 #3", "a-b 1.5 #3"),
            (r"back\slash\", r"back\\slash\\"),
            ("right\u{202e}left", "right⟨U+202E⟩left"),
            ("nul\0", "nul␀"),
            ("<t:0:R> </cmd:1> <:e:1> <#1>", { r"\<t\:0\:R\> \<\/cmd\:1\> \<\:e\:1\> \<#1\>" }),
        ] {
            assert_eq!(escaped(hostile, Trust::Untrusted), inert);
        }
    }

    #[test]
    fn own_links_stay_links_and_own_text_stays_readable() {
        assert_eq!(escaped("see https://example.org: 95 % (3/4)", Trust::Own), {
            "see https://example.org: 95 % (3/4)"
        });
    }

    #[test]
    fn code_with_a_backtick_is_escaped_instead() {
        let mut canvas = Canvas::new(100);
        canvas.code("INC-42");
        canvas.markup(" ");
        canvas.code("a`b");
        assert_eq!(canvas.finish(), r"`INC-42` a\`b");
    }

    #[test]
    fn cutting_is_visible_and_keeps_pairs_whole() {
        let mut canvas = Canvas::new(12);
        canvas.within("**", |canvas| canvas.escaped("a very long name", Trust::Own));
        let text = canvas.finish();
        assert_eq!(text, "**a very**…");
        assert!(length(&text) <= 12);
        assert_eq!(plain("👩‍🚒👩‍🚒", 6), "👩‍🚒…", "a grapheme is kept or left out whole");
        assert_eq!(plain("two\r\nlines\u{2028}here", 50), "two lines here");
    }
}
