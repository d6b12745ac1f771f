//! Telegram's HTML, read the way the Bot API reads it: what a person will see of a text, or why Telegram
//! would refuse the whole message.
//!
//! The adapter measures its own messages with it before they leave, so that a mistake in drawing costs the
//! markup and not the message.

/// A text as it is shown, with what is set apart in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    pub text: String,
    pub entities: Vec<Entity>,
}

/// A stretch of [`Parsed::text`]; offset and length in UTF-16 units, as Telegram counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entity {
    pub kind: EntityKind,
    pub offset: usize,
    pub length: usize,
}

/// How a stretch of text is set apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntityKind {
    Bold,
    Italic,
    Underline,
    Strikethrough,
    Spoiler,
    Code,
    Pre,
    Quote {
        expandable: bool,
    },
    /// A link to this address.
    Link(String),
    /// A person, by account number.
    Person(u64),
}

/// Why Telegram would refuse the text, in its own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MarkupError(pub String);

/// The length of a text in Telegram's units.
pub fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Writes text so that it is shown as it is.
pub fn escape(text: &str, html: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
}

/// Reads the text.
///
/// # Errors
/// On an unknown, unclosed or mismatched tag and on a malformed attribute.
pub fn parse(html: &str) -> Result<Parsed, MarkupError> {
    let mut reader =
        Reader { html, at: 0, text: String::new(), units: 0, open: Vec::new(), entities: vec![] };
    while let Some(letter) = reader.rest().chars().next() {
        match letter {
            '&' => {
                let shown = reader.character();
                reader.show(shown);
            }
            '<' if reader.rest().starts_with("</") => reader.close()?,
            '<' => reader.open()?,
            _ => {
                reader.at += letter.len_utf8();
                reader.show(letter);
            }
        }
    }
    if let Some(open) = reader.open.last() {
        return refuse(format!("Can't find end tag corresponding to start tag \"{}\"", open.tag));
    }
    reader.entities.sort_by_key(|entity| (entity.offset, usize::MAX - entity.length));
    Ok(Parsed { text: reader.text, entities: reader.entities })
}

impl Parsed {
    /// Whether nothing would be seen.
    pub fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

const TAGS: [&str; 15] = [
    "a",
    "b",
    "blockquote",
    "code",
    "del",
    "em",
    "i",
    "ins",
    "pre",
    "s",
    "span",
    "strike",
    "strong",
    "tg-spoiler",
    "u",
];

struct Open {
    tag: String,
    kind: EntityKind,
    offset: usize,
}

struct Reader<'a> {
    html: &'a str,
    at: usize,
    text: String,
    units: usize,
    open: Vec<Open>,
    entities: Vec<Entity>,
}

fn refuse<T>(reason: String) -> Result<T, MarkupError> {
    Err(MarkupError(reason))
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.html.get(self.at..).unwrap_or("")
    }

    fn show(&mut self, letter: char) {
        self.text.push(letter);
        self.units += letter.len_utf16();
    }

    /// A character reference, or the ampersand itself when it is none.
    fn character(&mut self) -> char {
        let rest = self.rest();
        let (shown, length) = reference(rest).unwrap_or(('&', 1));
        self.at += length;
        shown
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|letter| !wanted(letter)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn skip_space(&mut self) {
        self.take_while(|letter| letter.is_ascii_whitespace());
    }

    fn open(&mut self) -> Result<(), MarkupError> {
        let begin = self.at;
        self.at += 1;
        let tag = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_ascii_lowercase();
        if self.rest().is_empty() {
            return refuse(format!("Unclosed start tag at byte offset {begin}"));
        }
        let unsupported = || MarkupError(format!("Unsupported start tag \"{tag}\" at byte offset {begin}"));
        if !TAGS.contains(&tag.as_str()) {
            return Err(unsupported());
        }
        let attributes = self.attributes(&tag, begin)?;
        let value = |name: &str| attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.clone());
        let kind = match tag.as_str() {
            "b" | "strong" => EntityKind::Bold,
            "i" | "em" => EntityKind::Italic,
            "u" | "ins" => EntityKind::Underline,
            "s" | "strike" | "del" => EntityKind::Strikethrough,
            "tg-spoiler" => EntityKind::Spoiler,
            "span" if value("class").as_deref() == Some("tg-spoiler") => EntityKind::Spoiler,
            "code" => EntityKind::Code,
            "pre" => EntityKind::Pre,
            "blockquote" => EntityKind::Quote { expandable: value("expandable").is_some() },
            "a" => link(value("href").unwrap_or_default()),
            _ => return Err(unsupported()),
        };
        self.open.push(Open { tag, kind, offset: self.units });
        Ok(())
    }

    /// The attributes of a tag, up to and with its `>`.
    fn attributes(&mut self, tag: &str, begin: usize) -> Result<Vec<(String, String)>, MarkupError> {
        let mut found = Vec::new();
        loop {
            self.skip_space();
            if self.rest().starts_with('>') {
                self.at += 1;
                return Ok(found);
            }
            let name = self.take_while(|c| !c.is_ascii_whitespace() && c != '=' && c != '>').to_owned();
            if name.is_empty() {
                return refuse(format!("Empty attribute name in the tag \"{tag}\" at byte offset {begin}"));
            }
            self.skip_space();
            if !self.rest().starts_with('=') {
                if name == "expandable" && tag == "blockquote" && !self.rest().is_empty() {
                    found.push((name, String::new()));
                    continue;
                }
                return refuse(format!(
                    "Expected equal sign in declaration of an attribute of the tag \"{tag}\" at byte offset {begin}"
                ));
            }
            self.at += 1;
            self.skip_space();
            let value = self.value(begin)?;
            found.push((name, value));
        }
    }

    fn value(&mut self, begin: usize) -> Result<String, MarkupError> {
        let unclosed = || MarkupError(format!("Unclosed start tag at byte offset {begin}"));
        let mark = self.rest().chars().next().ok_or_else(unclosed)?;
        if mark != '"' && mark != '\'' {
            let value = self.take_while(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
            let token = self.at;
            return match self.rest().chars().next() {
                Some(c) if c.is_ascii_whitespace() || c == '>' => Ok(value.to_ascii_lowercase()),
                _ => refuse(format!("Unexpected end of name token at byte offset {token}")),
            };
        }
        self.at += 1;
        let mut value = String::new();
        loop {
            let letter = self.rest().chars().next().ok_or_else(unclosed)?;
            if letter == '&' {
                value.push(self.character());
                continue;
            }
            self.at += letter.len_utf8();
            if letter == mark {
                return if self.rest().is_empty() { Err(unclosed()) } else { Ok(value) };
            }
            value.push(letter);
        }
    }

    fn close(&mut self) -> Result<(), MarkupError> {
        let begin = self.at;
        let Some(open) = self.open.pop() else {
            return refuse(format!("Unexpected end tag at byte offset {begin}"));
        };
        self.at += 2;
        let tag = self.take_while(|c| !c.is_ascii_whitespace() && c != '>').to_ascii_lowercase();
        self.skip_space();
        if !self.rest().starts_with('>') {
            return refuse(format!("Unclosed end tag at byte offset {begin}"));
        }
        self.at += 1;
        if !tag.is_empty() && tag != open.tag {
            return refuse(format!(
                "Unmatched end tag at byte offset {begin}, expected \"</{}>\", found \"</{tag}>\"",
                open.tag
            ));
        }
        let length = self.units - open.offset;
        if length > 0 {
            self.entities.push(Entity { kind: open.kind, offset: open.offset, length });
        }
        Ok(())
    }
}

fn link(address: String) -> EntityKind {
    let person = address.strip_prefix("tg://user?id=").and_then(|id| id.parse().ok());
    person.map_or(EntityKind::Link(address), EntityKind::Person)
}

/// The character that `rest` begins by referring to, and how many bytes that takes.
fn reference(rest: &str) -> Option<(char, usize)> {
    let body = rest.strip_prefix('&')?;
    let (shown, length) = if let Some(number) = body.strip_prefix('#') {
        let (digits, base, before) = match number.strip_prefix('x') {
            Some(digits) => (digits, 16, 2),
            None => (number, 10, 1),
        };
        let end = digits.find(|c: char| !c.is_digit(base)).unwrap_or(digits.len());
        let code = u32::from_str_radix(&digits[..end], base).ok().filter(|code| *code != 0)?;
        (char::from_u32(code)?, before + end)
    } else {
        let end = body.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(body.len());
        let shown = match &body[..end] {
            "lt" => '<',
            "gt" => '>',
            "amp" => '&',
            "quot" => '"',
            _ => return None,
        };
        (shown, end)
    };
    let semicolon = usize::from(body[length..].starts_with(';'));
    Some((shown, 1 + length + semicolon))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_tags_and_references() {
        let parsed = parse(
            "<b>a&lt;</b> <a href=\"tg://user?id=7\">Ann</a> <blockquote expandable>x\u{1f600}</blockquote>",
        )
        .unwrap();
        assert_eq!(parsed.text, "a< Ann x\u{1f600}");
        assert_eq!(
            parsed.entities,
            [
                Entity { kind: EntityKind::Bold, offset: 0, length: 2 },
                Entity { kind: EntityKind::Person(7), offset: 3, length: 3 },
                Entity { kind: EntityKind::Quote { expandable: true }, offset: 7, length: 3 },
            ]
        );
    }

    #[test]
    fn refuses_what_telegram_refuses() {
        for (html, reason) in [
            ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
            ("a</b>", "Unexpected end tag at byte offset 1"),
            ("<b>a</i>", "Unmatched end tag at byte offset 4, expected \"</b>\", found \"</i>\""),
            ("<p>a</p>", "Unsupported start tag \"p\" at byte offset 0"),
            ("load < 5", "Unsupported start tag \"\" at byte offset 5"),
            ("a <@everyone> b", "Unsupported start tag \"@everyone\" at byte offset 2"),
            ("<b", "Unclosed start tag at byte offset 0"),
            ("<a href=\"x>y</a>", "Unclosed start tag at byte offset 0"),
        ] {
            match parse(html) {
                Err(error) => assert!(error.0 == reason, "{html}: {error}"),
                Ok(parsed) => panic!("{html} was read as {parsed:?}"),
            }
        }
    }

    #[test]
    fn an_unknown_reference_is_text() {
        assert_eq!(parse("&nbsp; & &#65; &#x41;B").unwrap().text, "&nbsp; & A AB");
    }

    proptest! {
        #[test]
        fn escaped_text_reads_as_it_was(text in any::<String>()) {
            let mut html = String::new();
            escape(&text, &mut html);
            let parsed = parse(&html).unwrap();
            prop_assert_eq!(parsed.text, text);
            prop_assert!(parsed.entities.is_empty());
        }

        #[test]
        fn never_panics(html in "[<>&;/a-z =\"'#x0-9\u{4e2d}]{0,60}") {
            let _ = parse(&html);
        }
    }
}
