//! How a board looks: each part of it as HTML, in one language and zone. Templates escape every text.

use askama::Template;
use askama::filters::Safe;

use crate::board::view::{Budget, Open, Part, Rank, Row, Standing};
use crate::chat::web::connect::room_name;
use crate::chat::web::render::tone_name;
use crate::core::doc::{Field, Line, Text, Tone, Value, Verdict as Mark};
use crate::core::notice::words::{standing as standing_word, standing_mark};
use crate::core::standing::Verdict;
use crate::core::time::Instant;
use crate::i18n::spoken::{Run, RunKind, text_of};
use crate::i18n::{Facts, Locale, speak_line, tone_symbol, verdict_symbol};
use crate::web::words::Words;

type Drawing = Result<String, askama::Error>;
type Piece = Safe<String>;

/// Writes for one kind of reader, at a moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    pub(super) locale: Locale,
    pub(super) as_of: Instant,
    /// In the customer's words.
    pub(super) own: bool,
}

#[derive(Template)]
#[template(path = "board_line.html")]
struct LineView {
    runs: Vec<Run>,
}

#[derive(Template)]
#[template(path = "board_open.html")]
struct OpenView<'a> {
    tone: &'static str,
    symbol: &'static str,
    number: &'a str,
    head: Piece,
    lines: Vec<Piece>,
    clock: Option<(&'static str, &'static str, Piece, Piece)>,
}

#[derive(Template)]
#[template(path = "board_part.html")]
struct PartView<'a> {
    words: Words,
    id: String,
    part: &'a Part,
    rank: &'static str,
    standing: (&'static str, &'static str, String),
    about: String,
    room: Option<String>,
    services: Vec<ServiceView>,
    lists: Vec<List>,
    rows: Vec<RowView>,
    unfolded: bool,
    kept: String,
    /// The page of the newest review and what it is called.
    review: Option<(String, String)>,
    next_review: Option<String>,
    record: Option<(String, String)>,
}

struct ServiceView {
    class: &'static str,
    symbol: &'static str,
    name: String,
    how: Piece,
}

struct List {
    name: &'static str,
    heading: String,
    opens: Vec<Piece>,
}

struct RowView {
    name: String,
    period: String,
    class: &'static str,
    symbol: &'static str,
    standing: String,
    figure: Piece,
    budget: Option<BudgetView>,
}

struct BudgetView {
    words: String,
    burns: Option<String>,
    /// What is used and what has passed, in halves of a percent.
    bar: Option<(i64, i64)>,
}

#[derive(Template)]
#[template(path = "board_beside.html")]
struct BesideView {
    id: &'static str,
    heading: String,
    opens: Vec<Piece>,
    lines: Vec<Piece>,
}

/// By which a script and a style sheet know a rank.
pub(super) const fn rank_name(rank: Rank) -> &'static str {
    match rank {
        Rank::Broken => "broken",
        Rank::AtRisk => "at-risk",
        Rank::Open => "open",
        Rank::Unmeasured => "unmeasured",
        Rank::Well => "well",
    }
}

/// By which a page knows the part of an agreement.
pub(super) fn part_id(part: &Part) -> String {
    format!("a-{}", part.agreement)
}

const fn class(mark: Mark) -> &'static str {
    match mark {
        Mark::Kept => "kept",
        Mark::Broken => "broken",
        Mark::Running => "running",
        Mark::AtRisk => "at-risk",
        Mark::Paused => "paused",
        Mark::Unknown => "unknown",
    }
}

impl Pen {
    const fn words(&self) -> Words {
        Words(self.locale.language)
    }

    fn runs(&self, line: &[Text]) -> Vec<Run> {
        speak_line(line, self.locale, &Facts::default(), self.as_of)
    }

    /// As plain text.
    pub(super) fn text(&self, line: impl Into<Line>) -> String {
        text_of(&self.runs(&line.into()))
    }

    fn line(&self, line: &[Text]) -> Result<Piece, askama::Error> {
        Ok(Safe(LineView { runs: self.runs(line) }.render()?))
    }

    fn open(&self, open: &Open) -> Result<Piece, askama::Error> {
        let clock = |field: &Field| -> Result<_, askama::Error> {
            let mark = field.verdict.unwrap_or(Mark::Unknown);
            Ok((class(mark), verdict_symbol(mark), self.line(&field.name)?, self.line(&field.value)?))
        };
        let view = OpenView {
            tone: tone_name(open.tone),
            symbol: tone_symbol(open.tone),
            number: &open.number,
            head: self.line(&open.head)?,
            lines: open.lines.iter().map(|line| self.line(line)).collect::<Result<_, _>>()?,
            clock: open.clock.as_ref().map(clock).transpose()?,
        };
        Ok(Safe(view.render()?))
    }

    fn opens(&self, opens: &[Open]) -> Result<Vec<Piece>, askama::Error> {
        opens.iter().map(|open| self.open(open)).collect()
    }

    fn list(
        &self,
        name: &'static str,
        heading: String,
        opens: &[Open],
    ) -> Result<Option<List>, askama::Error> {
        let opens = self.opens(opens)?;
        Ok((!opens.is_empty()).then_some(List { name, heading, opens }))
    }

    /// One agreement.
    pub(super) fn part(&self, part: &Part) -> Drawing {
        let words = self.words();
        let incidents = words.of(if self.own { "board-own-incidents" } else { "board-incidents" });
        let lists = [
            self.list("incidents", incidents, &part.incidents)?,
            self.list("complaints", words.of("board-complaints"), &part.complaints)?,
        ];
        let met = part.rows.iter().filter(|row| row.verdict == Verdict::Met).count();
        let kept = Text::key("board-kept").with("met", count(met)).with("all", count(part.rows.len()));
        let version = Text::key("agreement-version").with("version", i64::from(part.version));
        let about = vec![Text::name(part.level.to_string()), Text::mark(" · "), version];
        let services = part.services.iter().map(|service| -> Result<_, askama::Error> {
            let (class, symbol, how) = match service.disturbed {
                Some(since) => (
                    "disturbed",
                    tone_symbol(Tone::Disturbed),
                    Text::key("board-service-disturbed").with("since", since),
                ),
                None => ("well", verdict_symbol(Mark::Kept), Text::key("board-service-well")),
            };
            let name = self.text(Text::Value(service.name.clone()));
            Ok(ServiceView { class, symbol, name, how: self.line(&[how])? })
        });
        let record = part.record.as_ref().map(|record| {
            let lines = i64::try_from(record.lines).unwrap_or(i64::MAX);
            let head = Text::key("board-record").with("lines", lines).with("at", record.at);
            (self.text(head), record.hash.clone())
        });
        let view = PartView {
            words,
            id: part_id(part),
            part,
            rank: rank_name(part.rank),
            standing: self.standing(part.standing),
            about: self.text(about),
            room: part.room.as_ref().map(|room| format!("/chat/{}", room_name(room))),
            services: services.collect::<Result<_, _>>()?,
            lists: lists.into_iter().flatten().collect(),
            rows: part.rows.iter().map(|row| self.row(row)).collect::<Result<_, _>>()?,
            unfolded: self.own || matches!(part.rank, Rank::Broken | Rank::AtRisk | Rank::Open),
            kept: self.text(kept),
            review: part.reviews.newest.as_ref().map(|(number, called)| {
                (format!("/review/{number}?lang={}", words.tag()), self.text(called.clone()))
            }),
            next_review: part.reviews.next.map(|at| self.text(Text::key("board-next-review").with("at", at))),
            record,
        };
        view.render()
    }

    fn standing(&self, standing: Standing) -> (&'static str, &'static str, String) {
        let (mark, text) = match standing {
            Standing::Missed => (Mark::Broken, Value::term("standing-missed")),
            Standing::AtRisk => (Mark::AtRisk, Value::term("standing-at-risk")),
            Standing::Unmeasured => (Mark::Unknown, Value::term("standing-no-data")),
            Standing::MetAsMeasured => (Mark::Kept, Value::term("board-met-as-measured")),
            Standing::Met => (Mark::Kept, Value::term("standing-met")),
        };
        (class(mark), verdict_symbol(mark), self.text(Text::Value(text)))
    }

    fn row(&self, row: &Row) -> Result<RowView, askama::Error> {
        let mark = standing_mark(row.verdict);
        Ok(RowView {
            name: self.text(row.name.clone()),
            period: self.text(Text::Value(row.period.clone())),
            class: class(mark),
            symbol: verdict_symbol(mark),
            standing: self.text(Text::Value(standing_word(row.verdict))),
            figure: self.line(&row.figure)?,
            budget: row.budget.and_then(|budget| self.budget(budget)),
        })
    }

    /// Customers read of time that may be down; how many cases may be late they see from the figure.
    fn budget(&self, budget: Budget) -> Option<BudgetView> {
        if self.own && !budget.is_time {
            return None;
        }
        let key = match (self.own, budget.elapsed.is_some()) {
            (false, true) => Text::key("board-budget"),
            (false, false) => Text::key("board-budget-rolling"),
            (true, true) => Text::key("board-own-budget"),
            (true, false) => Text::key("board-own-budget-rolling"),
        };
        let percent = |value: i64| Value::percent(value.into());
        let text = key.with("used", percent(budget.used));
        let text = match budget.elapsed {
            Some(elapsed) => text.with("elapsed", percent(elapsed)),
            None => text,
        };
        let burns = budget.burns() && !self.own;
        Some(BudgetView {
            words: self.text(text),
            burns: burns.then(|| self.words().of("board-burns")),
            bar: budget.elapsed.map(|elapsed| (budget.used.clamp(0, 100) * 2, elapsed.clamp(0, 99) * 2)),
        })
    }

    /// What stands beside the agreements.
    pub(super) fn loose(&self, opens: &[Open]) -> Drawing {
        let (id, heading) = ("board-loose", self.words().of("board-loose"));
        BesideView { id, heading, opens: self.opens(opens)?, lines: Vec::new() }.render()
    }

    pub(super) fn silent(&self, silent: &[(String, Instant)]) -> Drawing {
        let lines = silent.iter().map(|(integration, since)| {
            let text = Text::key("status-silent").with("integration", Value::Name(integration.clone()));
            self.line(&[text.with("since", *since)])
        });
        let (id, heading) = ("board-silent", self.words().of("board-silent"));
        BesideView { id, heading, opens: Vec::new(), lines: lines.collect::<Result<_, _>>()? }.render()
    }
}

pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
