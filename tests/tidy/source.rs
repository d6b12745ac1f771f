//! Reads Rust source so far as the rules need it: code without comments and text, which lines are tests,
//! and where functions begin and end.

use std::path::Path;

/// One Rust file.
#[derive(Debug)]
pub struct Source {
    /// Its path from the project's root, with `/`.
    pub path: String,
    pub text: String,
    /// The text with every comment, string and character blanked out, line for line.
    pub code: String,
    /// For each line, whether it is compiled for tests only.
    pub is_test: Vec<bool>,
}

/// A function and the lines it takes, from `fn` to its closing brace.
#[derive(Debug)]
pub struct Function {
    pub name: String,
    /// Counted from 1.
    pub line: usize,
    pub lines: usize,
    pub is_test: bool,
}

impl Source {
    pub fn read(root: &Path, path: &str) -> Self {
        let text = std::fs::read_to_string(root.join(path)).unwrap();
        Self::new(path, text)
    }

    pub fn new(path: &str, text: String) -> Self {
        let code = blank(&text);
        let is_test = test_lines(&code);
        Self { path: path.to_owned(), text, code, is_test }
    }

    /// Takes the whole file as tests.
    pub fn mark_as_test(&mut self) {
        self.is_test.iter_mut().for_each(|line| *line = true);
    }

    /// The code's lines with their numbers, counted from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The number of lines outside of tests.
    pub fn length(&self) -> usize {
        self.is_test.iter().filter(|is_test| !**is_test).count()
    }

    pub fn functions(&self) -> Vec<Function> {
        let words = words(&self.code);
        let mut found = Vec::new();
        for pair in words.windows(2) {
            if pair[0].1 != "fn" {
                continue;
            }
            let Some(end) = body_end(&self.code, pair[1].0) else { continue };
            let (first, last) = (line_of(&self.code, pair[0].0), line_of(&self.code, end));
            found.push(Function {
                name: pair[1].1.to_owned(),
                line: first,
                lines: last - first + 1,
                is_test: self.is_test[first - 1],
            });
        }
        found
    }

    /// The modules that this file declares for tests only: `#[cfg(test)] mod name;`.
    pub fn test_modules(&self) -> Vec<String> {
        let squeezed = self.code.split_whitespace().collect::<Vec<_>>().join(" ");
        let after = squeezed.split("#[cfg(test)]").skip(1);
        let named = after.filter_map(|rest| {
            let rest = rest.trim_start().trim_start_matches("pub(crate) ").trim_start_matches("pub ");
            let name = rest.strip_prefix("mod ")?;
            let end = name.find([';', ' ', '{'])?;
            name[end..].starts_with(';').then(|| name[..end].to_owned())
        });
        named.collect()
    }
}

/// Every identifier with its byte position.
pub fn words(code: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, c) in code.char_indices().chain([(code.len(), ' ')]) {
        match (start, c.is_alphanumeric() || c == '_') {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                found.push((from, &code[from..at]));
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// The line of a byte position, counted from 1.
pub fn line_of(code: &str, at: usize) -> usize {
    code[..at].matches('\n').count() + 1
}

/// The position of the brace that closes the body which begins after `from`; none for a mere declaration.
fn body_end(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    let mut brackets = 0_i32;
    for (offset, c) in code[from..].char_indices() {
        match c {
            '(' | '[' => brackets += 1,
            ')' | ']' => brackets -= 1,
            ';' if depth == 0 && brackets == 0 => return None,
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(from + offset);
                }
            }
            _ => {}
        }
    }
    None
}

/// Marks the items under `#[cfg(test)]` and `#[test]`.
fn test_lines(code: &str) -> Vec<bool> {
    let mut marks = vec![false; code.lines().count()];
    for attribute in ["#[cfg(test)]", "#[test]", "#[tokio::test", "#![cfg(test)]"] {
        for (at, _) in code.match_indices(attribute) {
            let end = match attribute {
                "#![cfg(test)]" => code.len(),
                _ => body_end(code, at + attribute.len()).unwrap_or(at),
            };
            let last = line_of(code, end).min(marks.len());
            for mark in &mut marks[line_of(code, at) - 1..last] {
                *mark = true;
            }
        }
    }
    marks
}

/// Replaces comments, strings and characters by spaces; line ends stay.
fn blank(text: &str) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while let Some(c) = rest.chars().next() {
        let after_word = out.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let (length, keep) = match c {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (block_comment(rest), false),
            '"' => (string(rest, 1), false),
            '\'' => character(rest).map_or((1, true), |length| (length, false)),
            'r' | 'b' | 'c' if !after_word => prefixed(rest).map_or((1, true), |length| (length, false)),
            _ => (c.len_utf8(), true),
        };
        for c in rest[..length].chars() {
            out.push(if keep || c == '\n' { c } else { ' ' });
        }
        rest = &rest[length..];
    }
    out
}

fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// The length of a string whose text begins at `from`.
fn string(rest: &str, from: usize) -> usize {
    let mut escaped = false;
    for (offset, c) in rest[from..].char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return from + offset + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of a character; none when it is a lifetime or a label.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        let end = rest[3..].find('\'')?;
        return Some(3 + end + 1);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}

/// The length of `r"…"`, `r#"…"#`, `b"…"`, `br"…"`, `c"…"`, `b'…'`.
fn prefixed(rest: &str) -> Option<usize> {
    let kind: String = rest.chars().take_while(char::is_ascii_lowercase).take(2).collect();
    let kind = ["br", "cr", "r", "b", "c"].into_iter().find(|known| kind.starts_with(known))?;
    let body = &rest[kind.len()..];
    if kind.ends_with('r') {
        let hashes = body.chars().take_while(|c| *c == '#').count();
        let open = body[hashes..].starts_with('"');
        let close = format!("\"{}", "#".repeat(hashes));
        let from = kind.len() + hashes + 1;
        return open.then(|| rest[from..].find(&close).map_or(rest.len(), |at| from + at + close.len()));
    }
    match body.chars().next()? {
        '"' => Some(string(rest, kind.len() + 1)),
        '\'' if kind == "b" => character(body).map(|length| kind.len() + length),
        _ => None,
    }
}

#[test]
fn comments_and_texts_are_not_code() {
    let text = "let a = \"tokio \\\" sqlx\"; // axum\nlet b = r#\"reqwest \" x\"#; /* a /* b */ c */ let c = '\"';\nfn f<'a>(x: &'a str, y: char) { b\"x\"; b'\\''; '\\u{1F}'; br; }";
    let code = blank(text);
    assert_eq!(
        words(&code).into_iter().map(|(_, word)| word).collect::<Vec<_>>(),
        ["let", "a", "let", "b", "let", "c", "fn", "f", "a", "x", "a", "str", "y", "char", "br"]
    );
    assert_eq!(code.lines().count(), text.lines().count());
}

#[test]
fn functions_are_measured_and_tests_are_known() {
    let text = "fn one(x: [u8; 2]) -> u8 {\n    x[0]\n}\ntrait T {\n    fn none(&self);\n}\n\
                #[cfg(test)]\nmod tests {\n    #[test]\n    fn two() {\n    }\n}\nfn three() {}\n#[cfg(test)]\npub mod stories;\n";
    let source = Source::new("src/x.rs", text.to_owned());
    let found: Vec<_> =
        source.functions().into_iter().map(|f| (f.name, f.line, f.lines, f.is_test)).collect();
    assert_eq!(
        found,
        [
            ("one".to_owned(), 1, 3, false),
            ("two".to_owned(), 10, 2, true),
            ("three".to_owned(), 13, 1, false)
        ]
    );
    assert_eq!(source.test_modules(), ["stories"]);
    assert_eq!(source.length(), text.lines().count() - 7);
}
