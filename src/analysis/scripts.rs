//! The two scripts of Chinese: one spelling for both, and which of them a character proves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What a character says of the script it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    Traditional,
    Simplified,
}

#[derive(Debug, Default)]
struct Scripts {
    /// Traditional to simplified.
    simplified: BTreeMap<char, char>,
    proofs: BTreeMap<char, Proof>,
}

static SCRIPTS: LazyLock<Scripts> = LazyLock::new(|| read(include_str!("scripts.txt")));

fn read(text: &str) -> Scripts {
    let mut scripts = Scripts::default();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    for group in lines.flat_map(str::split_whitespace) {
        let mut target = None;
        let mut of_both = false;
        for letter in group.chars() {
            if letter == '~' {
                of_both = true;
                continue;
            }
            let proof = if target.is_none() { Proof::Simplified } else { Proof::Traditional };
            if !std::mem::take(&mut of_both) {
                scripts.proofs.insert(letter, proof);
            }
            match target {
                None => target = Some(letter),
                Some(simplified) => {
                    scripts.simplified.insert(letter, simplified);
                }
            }
        }
    }
    scripts
}

/// The one spelling of a character in which both scripts are compared: the simplified one, because several
/// traditional characters become one simplified and the way back would need a guess.
pub(super) fn one_spelling(letter: char) -> char {
    SCRIPTS.simplified.get(&letter).copied().unwrap_or(letter)
}

/// The script a character proves, if only one writes it.
pub(super) fn proof(letter: char) -> Option<Proof> {
    SCRIPTS.proofs.get(&letter).copied()
}

/// True for the characters of Chinese (and of Japanese, where they are borrowed).
pub(super) const fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_scripts_have_one_spelling() {
        let one = |text: &str| text.chars().map(one_spelling).collect::<String>();
        for (traditional, simplified) in [
            ("伺服器連線逾時，沒有回應", "伺服器连线逾时，没有回应"),
            ("裡面的資料遺失了", "里面的资料遗失了"),
            ("發票與頭髮", "发票与头发"),
            ("滿意這次的處理", "满意这次的处理"),
            ("為什麼還不恢復", "为什么还不恢复"),
        ] {
            assert_eq!(one(traditional), simplified);
            assert_eq!(one(simplified), simplified);
        }
    }

    #[test]
    fn the_table_is_whole_and_leads_nowhere_twice() {
        assert!(SCRIPTS.simplified.len() > 2_500);
        let chained: Vec<_> =
            SCRIPTS.simplified.iter().filter(|(_, to)| SCRIPTS.simplified.contains_key(to)).collect();
        assert_eq!(chained, []);
        assert!(SCRIPTS.simplified.iter().all(|(from, to)| is_han(*from) && is_han(*to)));
    }

    #[test]
    fn a_character_of_both_scripts_proves_neither() {
        assert_eq!(proof('這'), Some(Proof::Traditional));
        assert_eq!(proof('这'), Some(Proof::Simplified));
        assert_eq!([proof('后'), proof('里'), proof('台'), proof('太'), proof('慢')], [None; 5]);
    }
}
