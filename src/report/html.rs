//! A review as HTML: the same article in the web's page and in a file whole by itself.

use std::fmt::Write as _;

use super::Report;
use super::told::{Beside, Told, ToldChapter};
use crate::chart;
use crate::core::doc::Verdict;
use crate::core::time::Instant;
use crate::i18n::picture::SpokenPicture;
use crate::i18n::spoken::{Run, RunKind, SpokenBlock, SpokenCell, SpokenField, SpokenTable, text_of};
use crate::i18n::{Language, Locale, words};

/// How it looks, on screens and on paper.
pub const STYLE: &str = include_str!("report.css");

/// The file: nothing in it leads anywhere else.
pub(super) fn whole(report: &Report<'_>, language: Language) -> String {
    let told = Told::of(report, language);
    let title = escaped(&format!("{} · {}", told.title, told.reference));
    format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body class=\"report\">\n<main>\n{}</main>\n</body>\n</html>\n",
        language.tag(),
        draw(&told, language)
    )
}

/// The article alone, for a page that brings the style.
pub fn article(report: &Report<'_>, language: Language) -> String {
    draw(&Told::of(report, language), language)
}

/// What was said and signed after it was issued; empty while there is nothing.
pub fn notes(report: &Report<'_>, beside: &Beside, language: Language, for_operators: bool) -> String {
    let locale = Locale { language, zone: report.document.zone };
    // Whenever it is read: with the date.
    let told = beside.told(report.facts, locale, Instant::from_seconds(0), for_operators);
    let mut page = Page { out: String::new(), language };
    told.iter().for_each(|part| page.chapter(part));
    page.out
}

fn draw(told: &Told, language: Language) -> String {
    let mut page = Page { out: String::new(), language };
    page.put(&format!("<article lang=\"{}\">\n<header>\n<h1>", language.tag()));
    page.text(&told.title);
    page.put("</h1>\n<p class=\"reference\">");
    page.text(&told.reference);
    page.put(" <span aria-hidden=\"true\">·</span> ");
    page.text(&told.zone);
    page.put("</p>\n</header>\n");
    told.chapters.iter().for_each(|chapter| page.chapter(chapter));
    page.put("</article>\n");
    page.out
}

/// What stands on the page so far.
struct Page {
    out: String,
    language: Language,
}

impl Page {
    /// Markup of our own.
    fn put(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        self.out.push_str(&escaped(text));
    }

    fn chapter(&mut self, chapter: &ToldChapter) {
        let name = chapter.name;
        self.put(&format!("<section class=\"{name}\" aria-labelledby=\"{name}\">\n<h2 id=\"{name}\">"));
        self.text(&chapter.heading);
        self.put("</h2>\n");
        chapter.blocks.iter().for_each(|block| self.block(block));
        if !chapter.pictures.is_empty() {
            self.put("<div class=\"pictures\">\n");
            chapter.pictures.iter().for_each(|picture| self.picture(picture));
            self.put("</div>\n");
        }
        self.put("</section>\n");
    }

    fn block(&mut self, block: &SpokenBlock) {
        match block {
            SpokenBlock::Line(runs) => self.framed("p", runs),
            SpokenBlock::Heading(runs) => self.framed("h3", runs),
            SpokenBlock::Quote(runs) => {
                self.put("<blockquote>");
                self.framed("p", runs);
                self.put("</blockquote>\n");
            }
            SpokenBlock::List(items) => {
                self.put("<ul>\n");
                items.iter().for_each(|item| self.framed("li", item));
                self.put("</ul>\n");
            }
            SpokenBlock::Lines(rows) => rows.iter().for_each(|row| self.framed("p", row)),
            SpokenBlock::Fields(fields) => {
                self.put("<dl>\n");
                fields.iter().for_each(|field| self.field(field));
                self.put("</dl>\n");
            }
            SpokenBlock::Table(table) => self.table(table),
        }
    }

    fn framed(&mut self, element: &str, runs: &[Run]) {
        self.put(&format!("<{element}>"));
        self.runs(runs);
        self.put(&format!("</{element}>\n"));
    }

    fn field(&mut self, field: &SpokenField) {
        self.put("<div");
        self.put(&class(field.verdict));
        self.put("><dt>");
        self.runs(&field.name);
        self.put("</dt><dd>");
        self.symbol(field.verdict);
        self.runs(&field.value);
        self.put("</dd></div>\n");
    }

    /// On a phone its rows become cards, each cell with its column's name; its roles are written out, because
    /// browsers forget them then.
    fn table(&mut self, table: &SpokenTable) {
        let wide = if table.columns.len() > 8 { " wide" } else { "" };
        let caption = escaped(&text_of(&table.caption));
        self.put(&format!(
            "<div class=\"table{wide}\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\">"
        ));
        self.put(&format!(
            "<table role=\"table\"><caption>{caption}</caption>\n<thead role=\"rowgroup\"><tr role=\"row\">"
        ));
        for column in &table.columns {
            self.put("<th scope=\"col\" role=\"columnheader\">");
            self.runs(column);
            self.put("</th>");
        }
        self.put("</tr></thead>\n<tbody role=\"rowgroup\">\n");
        for row in &table.rows {
            self.put("<tr role=\"row\">");
            let columns = table.columns.iter().map(|column| text_of(column));
            row.iter().zip(columns).enumerate().for_each(|(place, (cell, column))| {
                if place == 0 { self.row_name(cell) } else { self.cell(cell, &column) }
            });
            self.put("</tr>\n");
        }
        self.put("</tbody></table></div>\n");
    }

    fn row_name(&mut self, cell: &SpokenCell) {
        self.put("<th scope=\"row\" role=\"rowheader\">");
        self.symbol(cell.verdict);
        self.runs(&cell.text);
        self.put("</th>");
    }

    fn cell(&mut self, cell: &SpokenCell, column: &str) {
        self.put(&format!("<td role=\"cell\" data-column=\"{}\"", escaped(column)));
        let empty = if cell.text.is_empty() { Some("empty") } else { None };
        self.put(&match empty {
            Some(empty) => format!(" class=\"{empty}\""),
            None => class(cell.verdict),
        });
        self.put(">");
        self.symbol(cell.verdict);
        self.runs(&cell.text);
        self.put("</td>");
    }

    /// The mark, and for those who do not see it its word.
    fn symbol(&mut self, verdict: Option<(Verdict, &'static str)>) {
        let Some((verdict, symbol)) = verdict else { return };
        let said = escaped(&words(word(verdict), self.language));
        self.put(&format!(
            "<span class=\"symbol\" aria-hidden=\"true\">{symbol}</span><span class=\"hidden\">{said} </span> "
        ));
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            let text = escaped(&run.text);
            match &run.kind {
                RunKind::Own => self.put(&text),
                RunKind::Untrusted | RunKind::Mention(_) => self.put(&format!("<bdi>{text}</bdi>")),
                RunKind::Code => self.put(&format!("<code>{text}</code>")),
                RunKind::Moment(at) => {
                    let utc = at.to_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
                    self.put(&format!("<time datetime=\"{utc}\">{text}</time>"));
                }
            }
        }
    }

    fn picture(&mut self, picture: &SpokenPicture) {
        self.put("<figure>");
        self.put(&chart::svg(picture));
        self.put("<figcaption>");
        self.text(&picture.alt);
        self.put("</figcaption></figure>\n");
    }
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "report-mark-kept",
        Verdict::Broken => "report-mark-broken",
        Verdict::Running => "report-mark-running",
        Verdict::AtRisk => "report-mark-at-risk",
        Verdict::Paused => "report-mark-paused",
        Verdict::Unknown => "report-mark-unknown",
    }
}

fn class(verdict: Option<(Verdict, &'static str)>) -> String {
    let name = match verdict {
        Some((Verdict::Kept, _)) => "kept",
        Some((Verdict::Broken, _)) => "broken",
        Some((Verdict::AtRisk, _)) => "at-risk",
        Some((Verdict::Running | Verdict::Paused, _)) => "running",
        Some((Verdict::Unknown, _)) => "unknown",
        None => return String::new(),
    };
    format!(" class=\"{name}\"")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("<br>"),
            letter if letter.is_control() => {
                // Writing to a string does not fail.
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out
}
