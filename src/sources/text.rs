//! Text from outside, bounded and cleaned; and the reader that does it while it notes what it had to change.

use std::borrow::Cow;
use std::collections::BTreeMap;

use url::Url;

use super::warning::{Warning, WarningCode, Warnings};
use super::{moment, severity};
use crate::core::event::{Link, Severity};
use crate::core::time::Instant;

/// Lengths to which texts are cut, in characters (keys and addresses: bytes). They bound what one alert can
/// cost for ever in the journal; real ones stay far below.
pub const SUMMARY: usize = 1_024;
pub const DESCRIPTION: usize = 8_192;
pub const LABEL_NAME: usize = 256;
pub const LABEL_VALUE: usize = 2_048;
pub const LABELS: usize = 128;
pub const KEY: usize = 256;
pub const ADDRESS: usize = 4_096;
pub const LINKS: usize = 10;

/// Cleans what a source's file reads, and collects the warnings.
#[derive(Debug, Default)]
pub struct Reader {
    pub warnings: Warnings,
    pub nul_replaced: bool,
    pub invalid_utf8: bool,
}

impl Reader {
    /// The warnings, in order; those about characters last.
    pub fn finish(mut self) -> Vec<Warning> {
        if self.nul_replaced {
            self.warnings.add(WarningCode::NulReplaced, "");
        }
        if self.invalid_utf8 {
            self.warnings.add(WarningCode::InvalidUtf8, "");
        }
        self.warnings.into_vec()
    }

    /// Replaces U+0000, which databases refuse.
    pub fn clean(&mut self, text: Cow<'_, str>) -> String {
        if text.contains('\0') {
            self.nul_replaced = true;
            text.replace('\0', "\u{FFFD}")
        } else {
            text.into_owned()
        }
    }

    /// Cuts to `most` characters, the last of which is then an ellipsis.
    pub fn shorten(&mut self, text: String, most: usize, field: &str) -> String {
        if text.len() <= most || text.chars().count() <= most {
            return text;
        }
        self.warnings.add(WarningCode::Shortened, field);
        text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
    }

    /// The severity that `word` means; unknown without a warning where there is no word.
    pub fn severity(&mut self, word: Option<&str>) -> Severity {
        let Some(word) = word.filter(|word| !word.trim().is_empty()) else { return Severity::Unknown };
        severity::read(word).unwrap_or_else(|| {
            self.warnings.add(WarningCode::SeverityUnmapped, word);
            Severity::Unknown
        })
    }

    pub fn moment(&mut self, text: Option<&str>, field: &str) -> Option<Instant> {
        moment::read(text?).unwrap_or_else(|_| {
            self.warnings.add(WarningCode::TimeUnreadable, field);
            None
        })
    }

    /// Adds a link if it is http or https; an empty address is no link.
    pub fn link(&mut self, links: &mut Vec<Link>, rel: &str, address: Option<&str>) {
        let Some(address) = address.map(str::trim).filter(|address| !address.is_empty()) else { return };
        if links.len() < LINKS && is_web_address(address) {
            links.push(Link { rel: rel.to_owned(), url: address.to_owned() });
        } else {
            self.warnings.add(WarningCode::LinkDropped, rel);
        }
    }

    /// Bounds names, values and their number; the first names in order stay.
    pub fn labels(&mut self, labels: BTreeMap<String, String>) -> BTreeMap<String, String> {
        if labels.len() > LABELS {
            self.warnings.add(WarningCode::Shortened, "labels");
        }
        labels
            .into_iter()
            .take(LABELS)
            .map(|(name, value)| {
                (self.shorten(name, LABEL_NAME, "label"), self.shorten(value, LABEL_VALUE, "label"))
            })
            .collect()
    }

    /// The sender's own key, if it can serve as one. What is too long is replaced by its hash.
    pub fn key(&mut self, key: Option<&str>) -> Option<String> {
        let key = key.map(str::trim).filter(|key| !key.is_empty())?;
        if key.chars().any(char::is_control) {
            return None;
        }
        if key.len() > KEY {
            return Some(format!("key-sha256:{}", super::short_hash(key.as_bytes())));
        }
        Some(key.to_owned())
    }
}

/// True for an absolute http or https address that a renderer can print as it stands.
pub fn is_web_address(address: &str) -> bool {
    address.len() <= ADDRESS
        && !address.chars().any(|c| c.is_control() || c.is_whitespace())
        && Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links() {
        for good in
            ["http://prom.example.test/graph?g0.expr=a+%3E+1&x", "HTTPS://example.test", "http://[::1]:9/"]
        {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "data:text/html,x",
            "//example.test",
            "tg://user?id=1",
            "https://",
            "http://a b",
            "http://a\nb",
            "wiki",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
        assert!(!is_web_address(&format!("https://example.test/{}", "x".repeat(ADDRESS))));
    }

    #[test]
    fn shortening_is_visible_and_told() {
        let mut reader = Reader::default();
        assert_eq!(reader.shorten("äöü".into(), 3, "summary"), "äöü");
        assert_eq!(reader.shorten("äöüß".into(), 3, "summary"), "äö…");
        assert_eq!(reader.finish(), [Warning::new(WarningCode::Shortened, "summary")]);
    }

    #[test]
    fn labels_and_keys_are_bounded() {
        let mut reader = Reader::default();
        let many = (0..500).map(|n| (format!("n{n}"), "v".repeat(5_000))).collect();
        let labels = reader.labels(many);
        assert_eq!(labels.len(), LABELS);
        assert!(labels.values().all(|value| value.chars().count() == LABEL_VALUE));
        assert_eq!(reader.key(Some("  ")), None);
        assert_eq!(reader.key(Some("a\u{1}b")), None);
        let long = reader.key(Some(&"k".repeat(1_000))).unwrap();
        assert!(long.starts_with("key-sha256:") && long.len() <= KEY);
    }
}
