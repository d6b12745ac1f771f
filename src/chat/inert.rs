//! Makes text from outside harmless before a platform's own escaping: what cannot be seen is shown, what
//! would call people or become a link lies still, and what is too long ends in a visible `…`.

mod fit;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

use super::Platform;

pub use fit::{Limits, fit, shorten};

/// What becomes of line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaks {
    /// One line: each run of breaks and spaces becomes one space.
    Joined,
    /// Kept, at most one empty line in a row.
    Kept,
}

/// Stands where a text was cut.
pub const ELLIPSIS: &str = "…";
/// Stands for text that is empty or blank.
const NOTHING: &str = "–";
/// One character as people count them holds at most this many code points; towers of accents are cut.
const TALLEST: usize = 12;
/// Breaks a mention, command or link without being seen. Telegram and Discord take it for no letter.
const JOINER: char = '\u{2060}';

/// The text with everything invisible shown (`⟨U+202E⟩`), on one line or several, at most `longest`
/// characters (as people count them) and never empty. The same text when applied twice. Goes before
/// [`still`].
pub fn harmless(text: &str, breaks: Breaks, longest: usize) -> String {
    let mut shown = String::with_capacity(text.len().min(longest.saturating_mul(8)));
    let mut count = 0;
    let mut cut = false;
    // A long text is looked at only as far as it can be shown.
    for grapheme in text.graphemes(true) {
        cut = count > longest;
        if cut {
            break;
        }
        let before = shown.len();
        show(grapheme, &mut shown);
        count += shown[before..].graphemes(true).count();
    }
    let mut tidy = match breaks {
        Breaks::Joined => shown.split_whitespace().collect::<Vec<_>>().join(" "),
        Breaks::Kept => tidy_lines(&shown),
    };
    if cut {
        tidy.push_str(ELLIPSIS);
    }
    if tidy.is_empty() {
        NOTHING.to_owned()
    } else {
        shorten(&tidy, longest, |text| text.graphemes(true).count())
    }
}

/// Lines without blanks at their ends; at most one empty line in a row, none first or last.
fn tidy_lines(text: &str) -> String {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    lines.join("\n").trim_end().to_owned()
}

fn show(grapheme: &str, shown: &mut String) {
    let mut before = None;
    let mut letters = grapheme.chars().peekable();
    let mut taken = 0;
    while let Some(letter) = letters.next() {
        if taken == TALLEST {
            shown.push('\u{fffd}');
            return;
        }
        taken += 1;
        match letter {
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => shown.push('\n'),
            '\r' => {
                if letters.peek() != Some(&'\n') {
                    shown.push('\n');
                }
            }
            '\t' => shown.push(' '),
            _ if joins_here(letter, before, letters.peek().copied()) => shown.push(letter),
            '\0'..='\u{1f}' => shown.push(char::from_u32(0x2400 + u32::from(letter)).unwrap_or('\u{fffd}')),
            '\u{7f}' => shown.push('␡'),
            _ if is_hidden(letter) => shown.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter))),
            _ => shown.push(letter),
        }
        before = Some(letter);
    }
}

/// Characters that shape what is beside them in honest text: joiners inside an emoji or in a script that
/// needs them, and the mark that asks for the coloured form.
fn joins_here(letter: char, before: Option<char>, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match letter {
        '\u{200d}' => {
            (is_pictograph(before) && after.is_some_and(is_pictograph)) || is_joining_script(before)
        }
        '\u{200c}' => is_joining_script(before),
        '\u{fe0e}' | '\u{fe0f}' => is_pictograph(before) || matches!(before, '0'..='9' | '#' | '*'),
        _ => false,
    }
}

const fn is_pictograph(letter: char) -> bool {
    matches!(letter, '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
        && !matches!(letter, '\u{205f}'..='\u{206f}' | '\u{3000}')
}

const fn is_joining_script(letter: char) -> bool {
    matches!(letter, '\u{620}'..='\u{8ff}' | '\u{900}'..='\u{dff}')
}

/// Control, direction, zero-width, filler, private-use, tag and never-assigned characters.
const fn is_hidden(letter: char) -> bool {
    matches!(letter,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
        | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{1fffe}' | '\u{1ffff}' | '\u{e0000}'..='\u{10ffff}')
}

/// The text with everything that the platform would turn into a call, a command or a link broken by an
/// invisible joiner; it reads as before. The same when applied twice. Escaping comes after.
pub fn still(text: &str, platform: Platform) -> Cow<'_, str> {
    let breaks: fn(Option<char>, char, &str) -> bool = match platform {
        Platform::Discord => wakes_discord,
        Platform::Telegram => wakes_telegram,
        // The pages make no links of their own and know no markup.
        Platform::Web => return Cow::Borrowed(text),
    };
    let mut calm = String::new();
    let mut copied = 0;
    let mut before = None;
    for (index, letter) in text.char_indices() {
        let end = index + letter.len_utf8();
        let after = &text[end..];
        if !after.starts_with(JOINER) && breaks(before, letter, after) {
            calm.push_str(&text[copied..end]);
            calm.push(JOINER);
            copied = end;
        }
        before = Some(letter);
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    calm.push_str(&text[copied..]);
    Cow::Owned(calm)
}

/// `@everyone`, `<@1>`, `<#1>`, `<@&1>`, `<:emoji:1>`, `<t:1>`, `</command:1>`, `<id:1>`, `scheme://`.
fn wakes_discord(_: Option<char>, letter: char, after: &str) -> bool {
    match letter {
        '@' | '<' => !after.is_empty(),
        ':' => after.starts_with("//"),
        _ => false,
    }
}

/// `@name`, `/command`, `#tag`, `$TAG`, `scheme://`, and names and addresses with dots in them, which
/// Telegram links without any scheme.
fn wakes_telegram(before: Option<char>, letter: char, after: &str) -> bool {
    let next = after.chars().next();
    let word_follows = next.is_some_and(|next| next.is_alphanumeric() || next == '_');
    match letter {
        '@' | '#' | '$' => word_follows,
        '/' => word_follows && !before.is_some_and(|before| before.is_alphanumeric() || before == '/'),
        ':' => after.starts_with("//"),
        // After the dot, so that no name can begin or end there.
        '.' => before.is_some_and(ends_a_name) && next.is_some_and(char::is_alphanumeric),
        _ => false,
    }
}

/// What Telegram takes for the end of a host name: letters, but pictures and the like as well.
fn ends_a_name(letter: char) -> bool {
    let plain = letter.is_alphanumeric() || matches!(letter, '-' | '_' | '~');
    plain || !(letter.is_ascii() || letter.is_whitespace() || matches!(letter, '\u{2000}'..='\u{206f}'))
}

/// Text that wants to do harm, for tests of whatever shows text from outside.
#[cfg(test)]
pub fn hostile() -> Vec<String> {
    serde_json::from_str(include_str!("../../tests/data/hostile.json")).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str) -> String {
        harmless(text, Breaks::Joined, 300)
    }

    #[test]
    fn what_cannot_be_seen_is_shown() {
        assert_eq!(line("user\u{202e}gnp.exe"), "user⟨U+202E⟩gnp.exe");
        assert_eq!(
            line("a\u{200b}b\u{feff}c\u{61c}d\u{e0041}e\u{e000}"),
            "a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+061C⟩d⟨U+E0041⟩e⟨U+E000⟩"
        );
        assert_eq!(line("\0\u{1b}[31m\u{7f}\u{9b}"), "␀␛[31m␡⟨U+009B⟩");
        for number in (0x202a..=0x202e).chain(0x2066..=0x2069).chain([0x200e, 0x200f]) {
            let letter = char::from_u32(number).unwrap();
            assert_eq!(line(&format!("a{letter}b")), format!("a⟨U+{number:04X}⟩b"));
        }
    }

    #[test]
    fn honest_text_stays_as_it_is() {
        for text in [
            "5xx ratio > 5 % on api-2, api-3",
            "結帳服務逾時，請見諒。",
            "می\u{200c}خواهم",
            "👨🏽\u{200d}💻 ❤\u{fe0f} 1\u{fe0f}\u{20e3}",
            "Größe é e\u{301}",
        ] {
            assert_eq!(line(text), text);
        }
    }

    #[test]
    fn nothing_is_never_shown_as_nothing() {
        for text in ["", " ", "\n\n", "\u{3000}\t"] {
            assert_eq!(line(text), NOTHING);
            assert_eq!(harmless(text, Breaks::Kept, 10), NOTHING);
        }
        assert_eq!(line("\u{2800}"), "⟨U+2800⟩");
    }

    #[test]
    fn line_breaks_are_joined_or_kept() {
        let text = "one\r\ntwo\rthree\u{2028}four\n\n\n\nfive  ";
        assert_eq!(line(text), "one two three four five");
        assert_eq!(harmless(text, Breaks::Kept, 300), "one\ntwo\nthree\nfour\n\nfive");
    }

    #[test]
    fn a_cut_is_seen_and_never_splits_what_people_see_as_one() {
        assert_eq!(harmless("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", Breaks::Joined, 2), "👩‍👩‍👧‍👦…");
        assert_eq!(harmless("abcdef", Breaks::Joined, 6), "abcdef");
        assert_eq!(harmless("abcdefg", Breaks::Joined, 6), "abcde…");
        assert!(harmless(&format!("a{}b", " ".repeat(900)), Breaks::Joined, 100).ends_with('…'));
        let tower = format!("Z{}a", "\u{351}".repeat(200));
        assert!(line(&tower).chars().count() < 20);
        assert!(line(&tower).ends_with("\u{fffd}a"));
    }

    #[test]
    fn nobody_is_called_and_nothing_is_linked() {
        let discord = |text: &str| still(text, Platform::Discord).replace(JOINER, "|");
        assert_eq!(
            discord("@everyone <@1> <#2> <@&3> </ack:4>"),
            "@|everyone <|@|1> <|#2> <|@|&3> <|/ack:4>"
        );
        assert_eq!(discord("see https://evil.example"), "see https:|//evil.example");
        let telegram = |text: &str| still(text, Platform::Telegram).replace(JOINER, "|");
        assert_eq!(
            telegram("@anna tg://user?id=1 /ack a/b #x $Y"),
            "@|anna tg:|//user?id=1 /|ack a/b #|x $|Y"
        );
        assert_eq!(telegram("t.me/x 5.3 s. Then"), "t.|me/x 5.|3 s. Then");
        assert_eq!(still("@everyone", Platform::Web), "@everyone");
    }

    #[test]
    fn hostile_text_is_harmless_on_every_platform() {
        for text in hostile() {
            for breaks in [Breaks::Joined, Breaks::Kept] {
                let shown = harmless(&text, breaks, 200);
                assert!(!shown.trim().is_empty());
                assert!(shown.graphemes(true).count() <= 200, "{shown}");
                let hidden = shown.char_indices().find(|(index, letter)| {
                    let before = shown[..*index].chars().next_back();
                    let after = shown[index + letter.len_utf8()..].chars().next();
                    is_hidden(*letter) && *letter != '\n' && !joins_here(*letter, before, after)
                });
                assert_eq!(hidden, None, "{shown}");
                let discord = still(&shown, Platform::Discord);
                for call in ["@everyone", "@here", "<@", "<#", "<:", "<a:", "</", "<t:", "<id:", "://"] {
                    assert!(!discord.contains(call), "{discord}");
                }
                let telegram = still(&shown, Platform::Telegram);
                assert!(!telegram.contains("://") && !telegram.contains("evil.example"), "{telegram}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_bounded_and_stays_the_same_when_shown_again(text in any::<String>(), longest in 1_usize..60) {
            for breaks in [Breaks::Joined, Breaks::Kept] {
                let once = harmless(&text, breaks, longest);
                prop_assert!(!once.is_empty());
                prop_assert!(once.graphemes(true).count() <= longest);
                prop_assert_eq!(&harmless(&once, breaks, longest), &once);
            }
        }

        #[test]
        fn breaking_calls_changes_nothing_that_is_seen(text in "[@#$/<:.a-z0-9 漢_]{0,40}") {
            for platform in Platform::ALL {
                let calm = still(&text, platform).into_owned();
                prop_assert_eq!(calm.replace(JOINER, ""), text.clone());
                let again = still(&calm, platform);
                prop_assert_eq!(again.as_ref(), calm.as_str());
                prop_assert!(platform == Platform::Web || !calm.contains("://"));
            }
        }
    }
}
