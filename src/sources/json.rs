//! Lenient JSON: one unreadable field never spoils its neighbours.
//!
//! An object is taken apart into raw fields, and each is read by itself: unknown fields cost nothing, a
//! field said twice counts as said last, a field of the wrong type is as good as absent.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::text::Reader;
use super::warning::WarningCode;
use super::{Fault, MOST_EVENTS};

/// How deep objects and lists may lie within one another.
pub const DEPTH: usize = 64;

/// The body as text: without a byte order mark, with bytes that are no UTF-8 replaced.
pub fn decode<'a>(body: &'a [u8], reader: &mut Reader) -> Cow<'a, str> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = String::from_utf8_lossy(body);
    reader.invalid_utf8 |= matches!(text, Cow::Owned(_));
    text
}

/// Checks that a text is JSON, and not nested too deep.
pub fn whole(text: &str) -> Result<&RawValue, Fault> {
    if depth_exceeds(text, DEPTH) {
        return Err(Fault {
            code: WarningCode::TooDeep,
            reason: format!("the JSON is nested deeper than {DEPTH}"),
            summary: None,
        });
    }
    serde_json::from_str(text).map_err(|error| Fault {
        code: WarningCode::MalformedJson,
        reason: match (error.is_eof(), text.trim().is_empty()) {
            (_, true) => "the body is empty".to_owned(),
            (true, _) => "the JSON breaks off".to_owned(),
            // serde_json's own words may quote the body, so only the place is taken.
            _ => format!("not JSON from line {} column {}", error.line(), error.column()),
        },
        summary: None,
    })
}

fn depth_exceeds(text: &str, most: usize) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => {
                depth += 1;
                if depth > most {
                    return true;
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// The fields of an object.
#[derive(Debug, Default)]
pub struct Fields<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> Fields<'a> {
    /// None when the value is no object.
    pub fn of(value: &'a RawValue) -> Option<Self> {
        serde_json::from_str(value.get()).ok().map(Self)
    }

    pub fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.0.get(name).copied()
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A string; or a number or truth value as it is written. Null and absent are none.
    pub fn text(&self, name: &str, reader: &mut Reader) -> Option<String> {
        let value = self.raw(name)?;
        match scalar(value) {
            Scalar::Text(text) => Some(reader.clean(text)),
            Scalar::Null => None,
            Scalar::Other => {
                reader.warnings.add(WarningCode::FieldUnreadable, name);
                None
            }
        }
    }

    /// An object of texts, such as labels. Entries of other types are left out and told.
    pub fn texts(&self, name: &str, reader: &mut Reader) -> BTreeMap<String, String> {
        let Some(value) = self.raw(name).filter(|value| value.get() != "null") else {
            return BTreeMap::new();
        };
        let Some(fields) = Fields::of(value) else {
            reader.warnings.add(WarningCode::FieldUnreadable, name);
            return BTreeMap::new();
        };
        let mut texts = BTreeMap::new();
        for entry in fields.names() {
            if let Some(text) = fields.text(entry, reader) {
                texts.insert(reader.clean(Cow::Borrowed(entry)), text);
            }
        }
        texts
    }

    /// The members of a list; none when it is no list.
    pub fn list(&self, name: &str) -> Option<List<'a>> {
        list(self.raw(name)?)
    }
}

/// A JSON value that is not a list or an object.
enum Scalar<'a> {
    Text(Cow<'a, str>),
    Null,
    Other,
}

fn scalar(value: &RawValue) -> Scalar<'_> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'"') => match string(text) {
            Some(text) => Scalar::Text(text),
            None => Scalar::Other,
        },
        Some(b'{' | b'[') | None => Scalar::Other,
        Some(b'n') => Scalar::Null,
        _ => Scalar::Text(Cow::Borrowed(text)),
    }
}

/// A JSON string. Half a surrogate pair, which is no character, becomes U+FFFD.
fn string(text: &str) -> Option<Cow<'_, str>> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    if !inside.contains('\\') {
        return Some(Cow::Borrowed(inside));
    }
    if let Ok(read) = serde_json::from_str::<String>(text) {
        return Some(Cow::Owned(read));
    }
    let bytes = serde_json::Deserializer::from_str(text).deserialize_bytes(Bytes).ok()?;
    Some(Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Vec<u8>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

/// The members of a list, at most [`MOST_EVENTS`].
#[derive(Debug, Default)]
pub struct List<'a> {
    pub members: Vec<&'a RawValue>,
    /// How many more there were.
    pub left: usize,
}

impl List<'_> {
    /// Tells of the members that were too many.
    pub fn tell(&self, reader: &mut Reader) {
        if self.left > 0 {
            reader.warnings.add(WarningCode::EventsLeft, self.left.to_string());
        }
    }
}

/// The members of a list; none when the value is no list.
pub fn list(value: &RawValue) -> Option<List<'_>> {
    serde_json::Deserializer::from_str(value.get()).deserialize_seq(Members).ok()
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = List<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<List<'de>, A::Error> {
        let mut list = List::default();
        while list.members.len() < MOST_EVENTS {
            match sequence.next_element()? {
                Some(member) => list.members.push(member),
                None => return Ok(list),
            }
        }
        while sequence.next_element::<IgnoredAny>()?.is_some() {
            list.left += 1;
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_of_strings() {
        assert!(!depth_exceeds(r#"{"a":"[[[[[[\"{{{{"}"#, 1));
        assert!(depth_exceeds("[[]]", 1));
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(whole(&nested(DEPTH)).is_ok());
        assert_eq!(whole(&nested(DEPTH + 1)).unwrap_err().code, WarningCode::TooDeep);
        assert_eq!(whole(&"[".repeat(1_000_000)).unwrap_err().code, WarningCode::TooDeep);
    }

    #[test]
    fn a_bad_field_leaves_its_neighbours() {
        let mut reader = Reader::default();
        let text =
            r#"{"a":"x","a":"y","half":"z\ud83d!","n":12345678901234567890123,"b":true,"o":{},"z":null}"#;
        let fields = Fields::of(whole(text).unwrap()).unwrap();
        assert_eq!(fields.text("a", &mut reader).as_deref(), Some("y"));
        assert!(fields.text("half", &mut reader).unwrap().starts_with("z\u{FFFD}"));
        assert_eq!(fields.text("n", &mut reader).as_deref(), Some("12345678901234567890123"));
        assert_eq!(fields.text("b", &mut reader).as_deref(), Some("true"));
        assert_eq!(fields.text("z", &mut reader), None);
        assert_eq!(fields.text("o", &mut reader), None);
        assert_eq!(
            reader.finish().iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["field_unreadable:o"]
        );
    }

    #[test]
    fn what_is_not_utf_8_is_replaced() {
        let mut reader = Reader::default();
        assert_eq!(decode(b"\xEF\xBB\xBF{\"a\":\"\xFF\"}", &mut reader), "{\"a\":\"\u{FFFD}\"}");
        assert!(reader.invalid_utf8);
    }

    #[test]
    fn reasons_never_quote_the_body() {
        for (text, reason) in [
            ("", "the body is empty"),
            ("{\"a\":", "the JSON breaks off"),
            ("{\"a\":secret}", "not JSON from line 1 column 6"),
        ] {
            assert_eq!(whole(text).unwrap_err().reason, reason);
        }
    }
}
