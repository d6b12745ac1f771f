//! What is wrong with the files, in words for the person who wrote them.

use std::cell::RefCell;
use std::fmt;

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is loaded while it stands.
    Error,
    /// Worth a look; the files load.
    Warning,
}

/// One thing that is wrong: where, what, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The path as it was given, such as `config/agreements/acme.toml`.
    pub file: String,
    /// From 1; none when it concerns the file as a whole.
    pub line: Option<usize>,
    pub severity: Severity,
    /// Such as `terms.objectives.availability.target`; empty when it concerns the file as a whole.
    pub key: String,
    pub what: String,
    /// What would be right.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        f.write_str(": ")?;
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        write!(f, "{}; {}", self.what, self.remedy)
    }
}

/// A value that is not what its key wants: what it is, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub what: String,
    pub remedy: String,
}

impl Wrong {
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// Where in the files something stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub file: String,
    pub line: Option<usize>,
    pub key: String,
    /// A single element of a list, which is there as written whatever is wrong beside it.
    pub element: bool,
}

impl Spot {
    /// A file as a whole.
    pub fn file(name: impl Into<String>) -> Self {
        Self { file: name.into(), line: None, key: String::new(), element: false }
    }
}

/// Collects every problem of a run.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    pub fn error(&self, spot: Spot, wrong: Wrong) {
        self.add(Severity::Error, spot, wrong);
    }

    pub fn warning(&self, spot: Spot, wrong: Wrong) {
        self.add(Severity::Warning, spot, wrong);
    }

    fn add(&self, severity: Severity, spot: Spot, wrong: Wrong) {
        let Spot { file, line, key, .. } = spot;
        let problem = Problem { file, line, severity, key, what: wrong.what, remedy: wrong.remedy };
        self.0.borrow_mut().push(problem);
    }

    /// True when an error was found at this place or on the way to it, so that what was read there is
    /// only a stand-in and nothing more should be said of it.
    pub fn spoilt(&self, spot: &Spot) -> bool {
        !spot.element
            && self.0.borrow().iter().any(|problem| {
                problem.severity == Severity::Error
                    && problem.file == spot.file
                    && spot
                        .key
                        .strip_prefix(problem.key.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
    }

    /// True when an error was found at this key or below it.
    pub fn spoilt_within(&self, spot: &Spot) -> bool {
        self.0.borrow().iter().any(|problem| {
            let below = problem.key.strip_prefix(spot.key.as_str());
            problem.severity == Severity::Error
                && problem.file == spot.file
                && below.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }

    /// Everything found, in the order of files and lines, each once.
    pub fn into_sorted(self) -> Vec<Problem> {
        let mut problems = self.0.into_inner();
        problems.sort();
        problems.dedup();
        problems
    }
}

/// Text as written by someone, set off from the sentence around it: on one line, bounded, nothing hidden.
pub(super) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = text
        .chars()
        .take(LONGEST)
        .flat_map(|letter| {
            let hidden = letter.is_control() || is_direction(letter);
            let plain = (!hidden).then_some(letter);
            plain.into_iter().chain(hidden.then(|| letter.escape_unicode()).into_iter().flatten())
        })
        .collect();
    if text.chars().count() > LONGEST {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// Characters that turn the direction of the text around them.
const fn is_direction(letter: char) -> bool {
    matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The known name most like `wrong`, if one is like enough to be meant.
pub(super) fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const LIKE_ENOUGH: f64 = 0.8;
    let wanted = wrong.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in known {
        let likeness = strsim::jaro_winkler(&wanted, &name.to_lowercase());
        if likeness >= LIKE_ENOUGH && best.is_none_or(|(score, _)| likeness > score) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name)
}

/// "did you mean `x`?", or the names there are.
pub(super) fn did_you_mean<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(name) = nearest(wrong, known.clone()) {
        return format!("did you mean `{name}`?");
    }
    match listed(known) {
        list if list.is_empty() => "there is none yet".to_owned(),
        list => format!("known here: {list}"),
    }
}

/// `a`, `b`, `c`, of a long list only the beginning.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    const MOST: usize = 12;
    let mut names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.dedup();
    let more = if names.len() > MOST { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(MOST)].join(", "))
}
