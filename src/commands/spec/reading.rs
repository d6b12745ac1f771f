//! A typed line becomes a command, or says why it is none.

use clap::{CommandFactory, FromArgMatches};

use super::{Command, CommandLine, cause_name, feedback, improvement, names, option_of};
use crate::core::agreement::Priority;
use crate::core::event::CauseCategory;
use crate::core::improvement::Level;

/// Why a line is not a command. The words of clap never reach a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Misread {
    /// Nothing was typed.
    Empty,
    /// No such command; the nearest one, if any is near.
    Unknown { typed: String, near: Option<String> },
    /// A quote that is not closed.
    Quotes,
    /// A value that the command does not take, with what it would take.
    Value { command: String, typed: String, takes: Vec<String> },
    /// A word too many, or an option that it does not have.
    Extra { command: String, typed: String },
}

/// The words of a typed line; a quote may hold several.
pub fn split(line: &str) -> Result<Vec<String>, Misread> {
    let line = line.trim();
    let line = line.strip_prefix('/').unwrap_or(line);
    if let Some(words) = feedback::verbatim(line) {
        return Ok(words);
    }
    // To a shell `#` begins a remark; here `#42` is an incident.
    let words = shlex::split(&line.replace('#', "\\#"));
    let words = words.map(|words| words.into_iter().map(|word| word.replace("\\#", "#")).collect());
    words.or_else(|| lenient(line)).ok_or(Misread::Quotes)
}

/// A line with an unpaired quote is taken word by word, as a person at three in the morning means it.
fn lenient(line: &str) -> Option<Vec<String>> {
    let words: Vec<String> = line.split_whitespace().map(ToOwned::to_owned).collect();
    (!words.is_empty() && !words.iter().any(|word| word.starts_with("--"))).then_some(words)
}

/// Reads the words of a command.
///
/// # Errors
/// [`Misread`] says what could not be read, for the texts of `src/i18n`.
pub fn read(words: &[String]) -> Result<Command, Misread> {
    let Some(name) = words.first().filter(|word| !word.is_empty()) else { return Err(Misread::Empty) };
    let known = names();
    let lower = name.to_ascii_lowercase();
    if !known.contains(&lower) {
        let near = known.into_iter().map(|name| (strsim::damerau_levenshtein(&lower, &name), name)).min();
        let near = near.filter(|(distance, _)| *distance <= 2).map(|(_, name)| name);
        return Err(Misread::Unknown { typed: name.clone(), near });
    }
    let words = &improvement::hoisted(&lower, words);
    let definition = by_name(CommandLine::command(), &lower, &words[1..]);
    let words = listing(&lower, words);
    let words = std::iter::once(lower.clone()).chain(words[1..].iter().cloned());
    let read = definition.try_get_matches_from(words);
    let read = read.and_then(|matches| CommandLine::from_arg_matches(&matches));
    read.map(|line| line.command).map_err(|error| misread(&lower, &error))
}

/// `feedback list --state=open` is a list, though what follows a word of people is words of people otherwise.
fn listing(name: &str, words: &[String]) -> Vec<String> {
    let mut words = words.to_vec();
    let options = words.get(2).is_some_and(|word| option_of(word).is_some());
    if name == "feedback" && options && words.get(1).is_some_and(|word| word == "list") {
        let list = words.remove(1);
        words.push(list);
    }
    words
}

/// What usually stands at its place may be given by name: `--incident=42`; before the rest where the rest is words
/// of people. A platform with fields sends it so, and a field left empty then moves no other.
fn by_name(definition: clap::Command, name: &str, words: &[String]) -> clap::Command {
    definition.mut_subcommand(name, |command| {
        let told = command.get_arguments().any(clap::Arg::is_trailing_var_arg_set);
        let options = words.iter().map(|word| option_of(word));
        let given: Vec<&str> =
            if told { options.map_while(|option| option).collect() } else { options.flatten().collect() };
        let positional: Vec<clap::Id> = command
            .get_arguments()
            .filter(|argument| argument.is_positional() && !argument.is_trailing_var_arg_set())
            .map(|argument| argument.get_id().clone())
            .filter(|id| given.contains(&id.as_str()))
            .collect();
        positional.into_iter().fold(command, |command, id| {
            let long = id.clone();
            command.mut_arg(id, |argument| argument.long(long))
        })
    })
}

fn misread(command: &str, error: &clap::Error) -> Misread {
    use clap::error::{ContextKind, ContextValue};
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let takes = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.clone(),
        _ => Vec::new(),
    };
    match error.kind() {
        clap::error::ErrorKind::InvalidValue | clap::error::ErrorKind::ValueValidation => {
            let takes = if takes.is_empty() { takes_of(&text(ContextKind::InvalidArg)) } else { takes };
            Misread::Value { command: command.to_owned(), typed: text(ContextKind::InvalidValue), takes }
        }
        _ => Misread::Extra { command: command.to_owned(), typed: text(ContextKind::InvalidArg) },
    }
}

fn takes_of(argument: &str) -> Vec<String> {
    let argument = argument.to_ascii_uppercase();
    if argument.contains("PRIORITY") {
        Priority::ALL.map(|priority| priority.to_string()).to_vec()
    } else if argument.contains("CATEGORY") {
        CauseCategory::ALL.map(|category| cause_name(category).to_owned()).to_vec()
    } else if argument.contains("PROBABILITY") || argument.contains("IMPACT") {
        (1..=Level::MOST).map(|level| level.to_string()).collect()
    } else if argument.contains("RISK") {
        vec!["RISK-3".to_owned()]
    } else if argument.contains("FEEDBACK") || argument.contains("ABOUT") {
        vec!["FB-12".to_owned()]
    } else if argument.contains("WROTE") {
        vec!["FB-12".to_owned(), "SUR-7".to_owned()]
    } else if argument.contains("ROUND") {
        vec!["SUR-7".to_owned()]
    } else if argument.contains("INCIDENT") {
        vec!["INC-42".to_owned()]
    } else {
        Vec::new()
    }
}
