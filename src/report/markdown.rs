//! A review as Markdown, with the tables of GitHub.

use std::fmt::Write as _;

use super::Report;
use super::told::{Told, ToldChapter};
use crate::core::doc::Verdict;
use crate::i18n::Language;
use crate::i18n::spoken::{Run, RunKind, SpokenBlock, SpokenTable};

pub(super) fn whole(report: &Report<'_>, language: Language) -> String {
    let told = Told::of(report, language);
    let mut out = format!("# {}\n\n", escaped(&told.title));
    // Writing to a string does not fail.
    let _ = writeln!(out, "{} · {}", escaped(&told.reference), escaped(&told.zone));
    told.chapters.iter().for_each(|part| chapter(&mut out, part));
    out
}

fn chapter(out: &mut String, chapter: &ToldChapter) {
    let _ = writeln!(out, "\n## {}", escaped(&chapter.heading));
    for block in &chapter.blocks {
        out.push('\n');
        self::block(out, block);
    }
    for picture in &chapter.pictures {
        let _ = writeln!(out, "\n**{}** {}", escaped(&picture.title), escaped(&picture.alt));
    }
}

fn block(out: &mut String, block: &SpokenBlock) {
    let mut put = |line: String| {
        out.push_str(&line);
        out.push('\n');
    };
    match block {
        SpokenBlock::Line(runs) => put(line(runs)),
        SpokenBlock::Heading(runs) => put(format!("### {}", line(runs))),
        SpokenBlock::Quote(runs) => line(runs).lines().for_each(|part| put(format!("> {part}"))),
        SpokenBlock::List(rows) | SpokenBlock::Lines(rows) => {
            rows.iter().for_each(|row| put(format!("- {}", line(row))));
        }
        SpokenBlock::Fields(fields) => fields.iter().for_each(|field| {
            put(format!("- **{}** {}{}", line(&field.name), mark(field.verdict), line(&field.value)));
        }),
        SpokenBlock::Table(rows) => table(out, rows),
    }
}

fn table(out: &mut String, table: &SpokenTable) {
    let mut row = |cells: Vec<String>| {
        let cells: Vec<String> = cells.into_iter().map(|cell| cell.replace('\n', " ")).collect();
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    };
    row(table.columns.iter().map(|column| in_cell(column)).collect());
    row(table.columns.iter().map(|_| "---".to_owned()).collect());
    for cells in &table.rows {
        row(cells.iter().map(|cell| format!("{}{}", mark(cell.verdict), in_cell(&cell.text))).collect());
    }
}

fn mark(verdict: Option<(Verdict, &'static str)>) -> String {
    verdict.map(|(_, symbol)| format!("{symbol} ")).unwrap_or_default()
}

fn line(runs: &[Run]) -> String {
    runs.iter().map(run).collect()
}

fn run(run: &Run) -> String {
    match run.kind {
        // Code spans know no escapes.
        RunKind::Code => format!("`{}`", run.text.replace('`', "'")),
        _ => escaped(&run.text),
    }
}

/// Within a table a bar ends the cell, in code too, and readers differ in how code may hold one: such code stands as
/// plain text, where it can be escaped.
fn in_cell(runs: &[Run]) -> String {
    runs.iter().map(|part| if part.text.contains('|') { escaped(&part.text) } else { run(part) }).collect()
}

/// Every letter that could begin markup stands for itself.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        if matches!(
            letter,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '@'
        ) {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
