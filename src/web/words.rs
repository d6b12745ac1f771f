//! The words of the pages themselves, in the reader's language.

use crate::i18n::{self, Language};

/// Looks words up for one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(pub Language);

impl Words {
    /// BCP 47, for `lang`.
    pub const fn tag(&self) -> &'static str {
        self.0.tag()
    }

    /// The words behind `key`.
    pub fn of(&self, key: &'static str) -> String {
        i18n::words(key, self.0)
    }

    /// The words behind `key`, with how many there are.
    pub fn counted(&self, key: &'static str, count: usize) -> String {
        i18n::counted(key, &[("count", i64::try_from(count).unwrap_or(i64::MAX))], self.0)
    }

    /// The language a browser asks for in `Accept-Language`, as far as Upheld speaks it. Any Chinese is
    /// better read in Traditional Chinese than in English.
    pub fn preferred(accept: &str) -> Language {
        let mut best = (0, Language::English);
        for range in accept.split(',') {
            let (tag, weight) = range.split_once(";q=").unwrap_or((range, "1"));
            let weight = thousandths(weight.trim());
            let tag = tag.trim().to_ascii_lowercase();
            let language = match tag.split('-').next() {
                Some("en") => Language::English,
                Some("zh") => Language::TraditionalChinese,
                _ => continue,
            };
            if weight > best.0 {
                best = (weight, language);
            }
        }
        best.1
    }
}

/// `0.8` is 800; nonsense is 0.
fn thousandths(weight: &str) -> u32 {
    let (whole, part) = weight.split_once('.').unwrap_or((weight, ""));
    let part: String = part.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), part.parse::<u32>()) {
        (Ok(whole), Ok(part)) => (whole.min(1) * 1000 + part).min(1000),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_ask_in_many_ways() {
        let chinese = Language::TraditionalChinese;
        for (accept, language) in [
            ("", Language::English),
            ("en-GB,en;q=0.9", Language::English),
            ("zh-TW,zh;q=0.9,en;q=0.8", chinese),
            ("zh-Hant", chinese),
            ("de-DE,de;q=0.9", Language::English),
            ("de,zh;q=0.4,en;q=0.5", Language::English),
            ("fr, zh-CN;q=0.7, en;q=0.3", chinese),
            (";;;,,q=", Language::English),
            ("en;q=0, zh;q=0.001", chinese),
        ] {
            assert_eq!(Words::preferred(accept), language, "{accept}");
        }
    }

    /// Every `web-…` key in the sources and templates of the pages.
    fn keys(directory: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                keys(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').filter(|piece| piece.strip_prefix("web-").is_some_and(is_key));
            found.extend(quoted.map(ToOwned::to_owned));
        }
    }

    fn is_key(rest: &str) -> bool {
        !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase() || c == '-')
    }

    #[test]
    fn every_word_of_the_pages_exists_and_is_used() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut used = std::collections::BTreeSet::new();
        keys(&root.join("src/web"), &mut used);
        keys(&root.join("src/chat/web"), &mut used);
        used.insert("web-persona-operator".to_owned());
        used.insert("web-persona-manager".to_owned());
        used.insert("web-persona-customer".to_owned());
        for language in Language::ALL {
            let file = root.join(format!("src/i18n/{language}-web.ftl"));
            let text = std::fs::read_to_string(file).unwrap();
            let there: std::collections::BTreeSet<String> = text
                .lines()
                .filter_map(|line| line.split_once(" = "))
                .map(|(key, _)| key.to_owned())
                .filter(|key| key.starts_with("web-"))
                .collect();
            assert_eq!(used, there, "{language}");
        }
    }
}
