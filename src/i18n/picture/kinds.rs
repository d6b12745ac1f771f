//! The pictures of a review in words: what each kind says beside the names that it was given.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Say;
use crate::core::doc::{Line, Text, Value};
use crate::core::notice::words::standing;
use crate::core::picture::{Burn, Day, Distribution, Grid, Heat, Left, Reached, Timeline, Uptime};
use crate::core::standing::{AT_RISK_REMAINING_PERCENT, Verdict};
use crate::core::time::Span;
use crate::i18n::format;

/// How each day went.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenUptime {
    pub shown: Uptime<String>,
    /// What is in it, in the order of the key.
    pub key: Vec<(Day, String)>,
    /// How many rows are left out.
    pub more: Option<String>,
}

/// A budget that burns down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenBurn {
    pub shown: Burn<String>,
    /// What is left at last, as written.
    pub latest: Option<(Left, String)>,
    /// The lines' names, the first with the percentage below which a budget is at risk.
    pub at_risk: (Decimal, String),
    pub used_up: String,
    /// What a stretch is called of which nothing is known, if there is one.
    pub unknown: Option<String>,
}

/// The stages of incidents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenTimeline {
    pub shown: Timeline<String>,
    /// For each row, what each stage took and what all did, as written.
    pub took: Vec<(Vec<String>, String)>,
    /// What stages end with, in the order of the key.
    pub key: Vec<(Reached, String)>,
    /// How the bars are to be read.
    pub scale: String,
    /// What the sum is called.
    pub total: String,
    pub more: Option<String>,
}

/// How many took how long.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenDistribution {
    pub shown: Distribution<String>,
    /// For each bucket its name and its count as written.
    pub buckets: Vec<(String, String)>,
    /// How many kept what was promised, and what the others are called.
    pub in_time: Option<(String, String)>,
}

/// Hours of the week.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenHeat {
    pub shown: Heat,
    /// From Monday.
    pub weekdays: Vec<String>,
    /// What hours without anybody on call are called, and what came in them.
    pub uncovered: (String, String),
}

/// Objectives by month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpokenGrid {
    pub shown: Grid<String>,
    pub key: Vec<(Verdict, String)>,
    pub more: Option<String>,
}

fn key<T: Copy>(
    all: &[T],
    is_in: impl Fn(T) -> bool,
    name: impl Fn(T) -> Text,
    say: &mut Say<'_>,
) -> Vec<(T, String)> {
    all.iter().filter(|one| is_in(**one)).map(|one| (*one, say(&[name(*one)]))).collect()
}

/// How many there are beyond the most that are drawn.
fn more(count: usize, most: usize, say: &mut Say<'_>) -> Option<String> {
    let beyond = count.checked_sub(most).filter(|beyond| *beyond > 0)?;
    Some(say(&[Text::key("picture-more").with("count", i64::try_from(beyond).unwrap_or(i64::MAX))]))
}

impl SpokenUptime {
    pub(super) fn of(uptime: &Uptime, say: &mut Say<'_>) -> Self {
        let mut shown = uptime.map(&mut |line: &Line| say(line));
        let more = more(shown.rows.len(), Uptime::MOST_ROWS, say);
        shown.rows.truncate(Uptime::MOST_ROWS);
        let has = |day| day != Day::Ahead && shown.rows.iter().any(|row| row.days.contains(&day));
        Self { key: key(&Day::ALL, has, day_name, say), shown, more }
    }
}

fn day_name(day: Day) -> Text {
    match day {
        Day::Up => Text::key("picture-day-up"),
        Day::Partly => Text::key("picture-day-partly"),
        Day::Down => Text::key("picture-day-down"),
        Day::Unknown => Text::key("picture-day-unknown"),
        Day::Excluded => Text::key("picture-day-excluded"),
        Day::Ahead => Text::mark("–"),
    }
}

impl SpokenBurn {
    pub(super) fn of(burn: &Burn, say: &mut Say<'_>) -> Self {
        let percent = |value| Value::Percent { value, decimals: 0 };
        let at_risk = Decimal::from(AT_RISK_REMAINING_PERCENT);
        let latest = burn.points.iter().rev().find_map(|point| Some((*point, point.percent?)));
        let unknown = burn.points.iter().any(|point| point.percent.is_none());
        Self {
            shown: burn.map(&mut |line: &Line| say(line)),
            latest: latest.map(|(point, left)| {
                let text = if left.is_sign_negative() && !left.is_zero() {
                    // Of what is over the next whole percent is told: less would be kinder than true.
                    Text::key("picture-burn-over").with("percent", percent(-left.floor()))
                } else {
                    Text::key("picture-burn-left").with("percent", percent(left))
                };
                (point, say(&[text]))
            }),
            at_risk: (at_risk, say(&[Text::key("picture-burn-at-risk").with("percent", percent(at_risk))])),
            used_up: say(&[Text::key("picture-burn-used-up").with("percent", percent(Decimal::ZERO))]),
            unknown: unknown.then(|| say(&[Text::key("picture-day-unknown")])),
        }
    }
}

impl SpokenTimeline {
    pub(super) fn of(timeline: &Timeline, say: &mut Say<'_>) -> Self {
        let mut shown = timeline.map(&mut |line: &Line| say(line));
        let more = more(shown.rows.len(), Timeline::MOST_ROWS, say);
        shown.rows.truncate(Timeline::MOST_ROWS);
        let mut took = |span: Span| say(&[Value::Duration(span).into()]);
        let rows = shown.rows.iter().map(|row| {
            let stages = row.stages.iter().map(|stage| took(stage.took)).collect();
            (stages, took(row.total()))
        });
        let rows = rows.collect();
        let has = |until| shown.rows.iter().flat_map(|row| &row.stages).any(|stage| stage.until == until);
        Self {
            took: rows,
            key: key(&Reached::ALL, has, stage_name, say),
            scale: say(&[Text::key("picture-stages-by-scale")]),
            total: say(&[Text::key("picture-stage-total")]),
            shown,
            more,
        }
    }
}

fn stage_name(until: Reached) -> Text {
    match until {
        Reached::Noticed => Text::key("picture-stage-noticed"),
        Reached::Told => Text::key("picture-stage-told"),
        Reached::Acknowledged => Text::key("picture-stage-acknowledged"),
        Reached::Resolved => Text::key("picture-stage-resolved"),
        Reached::Confirmed => Text::key("picture-stage-confirmed"),
        Reached::Open => Text::key("picture-stage-open"),
    }
}

impl SpokenDistribution {
    pub(super) fn of(distribution: &Distribution, say: &mut Say<'_>) -> Self {
        let shown = distribution.map(&mut |line: &Line| say(line));
        let mut before = None;
        let buckets = shown.buckets.iter().map(|bucket| {
            let name = match (bucket.until, before) {
                (Some(until), _) => Text::key("picture-until").with("span", Value::Duration(until)),
                (None, Some(before)) => Text::key("picture-beyond").with("span", Value::Duration(before)),
                (None, None) => Text::key("picture-any-length"),
            };
            before = bucket.until;
            (say(&[name]), written(bucket.count))
        });
        let buckets = buckets.collect();
        let total = shown.total();
        let in_time = shown.in_time().map(|met| {
            let text = Text::key("picture-in-time").with("met", count(met)).with("count", count(total));
            (say(&[text]), say(&[Text::key("picture-in-time-not")]))
        });
        Self { shown, buckets, in_time }
    }
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn written(number: u64) -> String {
    format::grouped(count(number))
}

impl SpokenHeat {
    pub(super) fn of(heat: &Heat, say: &mut Say<'_>) -> Self {
        let days = [
            Text::key("picture-monday"),
            Text::key("picture-tuesday"),
            Text::key("picture-wednesday"),
            Text::key("picture-thursday"),
            Text::key("picture-friday"),
            Text::key("picture-saturday"),
            Text::key("picture-sunday"),
        ];
        let came = Text::key("picture-incidents-uncovered").with("count", count(heat.uncovered()));
        Self {
            shown: heat.clone(),
            weekdays: days.into_iter().map(|day| say(&[day])).collect(),
            uncovered: (say(&[Text::key("picture-nobody-on-call")]), say(&[came])),
        }
    }
}

impl SpokenGrid {
    pub(super) fn of(grid: &Grid, say: &mut Say<'_>) -> Self {
        let mut shown = grid.map(&mut |line: &Line| say(line));
        let more = more(shown.rows.len(), Grid::MOST_ROWS, say);
        shown.rows.truncate(Grid::MOST_ROWS);
        let cells = || shown.rows.iter().flat_map(|row| row.cells.iter().flatten());
        let has = |verdict| cells().any(|cell| cell.verdict == verdict);
        Self { key: key(&Verdict::ALL, has, |verdict| standing(verdict).into(), say), shown, more }
    }
}

/// Changes the names that are drawn.
pub(super) type Change<'a> = dyn Fn(&str) -> String + 'a;

fn rename<T>(key: &mut [(T, String)], change: &Change<'_>) {
    rename_all(key.iter_mut().map(|(_, name)| name), change);
}

fn rename_all<'t>(texts: impl IntoIterator<Item = &'t mut String>, change: &Change<'_>) {
    texts.into_iter().for_each(|text| *text = change(text));
}

impl SpokenUptime {
    pub(super) fn change(&mut self, change: &Change<'_>) {
        self.shown = self.shown.map(&mut |text: &String| change(text));
        rename(&mut self.key, change);
        rename_all(&mut self.more, change);
    }
}

impl SpokenBurn {
    pub(super) fn change(&mut self, change: &Change<'_>) {
        self.shown = self.shown.map(&mut |text: &String| change(text));
        let latest = self.latest.iter_mut().map(|(_, text)| text);
        let lines = [&mut self.at_risk.1, &mut self.used_up];
        rename_all(latest.chain(lines).chain(&mut self.unknown), change);
    }
}

impl SpokenTimeline {
    pub(super) fn change(&mut self, change: &Change<'_>) {
        self.shown = self.shown.map(&mut |text: &String| change(text));
        rename(&mut self.key, change);
        rename_all([&mut self.scale, &mut self.total].into_iter().chain(&mut self.more), change);
    }
}

impl SpokenDistribution {
    pub(super) fn change(&mut self, change: &Change<'_>) {
        self.shown = self.shown.map(&mut |text: &String| change(text));
        let sides = self.in_time.iter_mut().flat_map(|(met, late)| [met, late]);
        rename_all(self.buckets.iter_mut().map(|(name, _)| name).chain(sides), change);
    }
}

impl SpokenHeat {
    pub(super) fn change(&mut self, change: &Change<'_>) {
        let uncovered = [&mut self.uncovered.0, &mut self.uncovered.1];
        rename_all(self.weekdays.iter_mut().chain(uncovered), change);
    }
}

impl SpokenGrid {
    pub(super) fn change(&mut self, change: &Change<'_>) {
        self.shown = self.shown.map(&mut |text: &String| change(text));
        rename(&mut self.key, change);
        rename_all(&mut self.more, change);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doc::{Doc, Tone};
    use crate::core::interval::Interval;
    use crate::core::picture::{
        Bucket, Course, Days, Goal, Grade, GridCell, GridRow, Matrix, Picture, Placed, Shows, Stage,
    };
    use crate::core::time::Instant;
    use crate::i18n::picture::{SpokenPicture, SpokenShows};
    use crate::i18n::{Facts, Language, Locale, speak};

    /// Lines that are called `label-1`, `label-2`, …
    #[derive(Default)]
    struct Labels(u32);

    impl Labels {
        fn next(&mut self) -> Line {
            self.0 += 1;
            Text::from(Value::Name(format!("label-{}", self.0))).into()
        }
    }

    fn grade(grade: u8) -> Grade {
        Grade::new(grade).unwrap()
    }

    /// Every kind with a label in each place.
    fn kinds(label: &mut Labels) -> Vec<Shows> {
        let mut next = || label.next();
        let at = Instant::from_seconds;
        let days = vec![Day::Up, Day::Down, Day::Ahead];
        let rows = (0..10).map(|_| Days { label: next(), value: next(), days: days.clone() }).collect();
        let uptime = Uptime { rows, first: next(), last: next() };
        let window = Interval::new(at(0), at(100));
        let points =
            vec![Left::of(at(1), Span::from_seconds(-1), Span::from_seconds(3)), Left::unknown(at(2))];
        let burn = Burn::new(window, [next(), next()], points);
        let stages = vec![Stage { until: Reached::Told, took: Span::from_minutes(6) }];
        let timeline =
            Timeline { rows: (0..11).map(|_| Course { label: next(), stages: stages.clone() }).collect() };
        let goal = Goal { within: Span::from_minutes(15), label: next() };
        let times = [3, 15, 16].map(Span::from_minutes);
        let distribution = Distribution::of(times, &[Span::from_hours(1)], Some(goal));
        let risk = Placed { label: next(), probability: grade(2), impact: grade(5) };
        let matrix = Matrix { probability: next(), impact: next(), risks: vec![risk] };
        let cells = vec![Some(GridCell { verdict: Verdict::Missed, value: next() }), None];
        let row = GridRow { label: next(), cells };
        let grid = Grid { columns: vec![next(), next()], rows: vec![row] };
        vec![
            Shows::Uptime(uptime),
            Shows::Burn(burn),
            Shows::Timeline(timeline),
            Shows::Distribution(distribution),
            Shows::Matrix(matrix),
            Shows::Heat(Heat::default()),
            Shows::Grid(grid),
        ]
    }

    fn said(shows: Shows, language: Language) -> SpokenPicture {
        let picture = Picture { title: Line::new(), note: Line::new(), alt: Line::new(), shows };
        let doc = Doc::new(Tone::Information, Text::mark("–"), Instant::from_seconds(0)).picture(picture);
        *speak(&doc, Locale { language, zone: chrono_tz::UTC }, &Facts::default()).picture.unwrap()
    }

    fn found(value: &impl Serialize) -> usize {
        serde_json::to_string(value).unwrap().matches("label-").count()
    }

    #[test]
    fn every_label_is_a_line_is_said_and_can_be_changed() {
        let mut labels = Labels::default();
        let kinds = kinds(&mut labels);
        let known: usize = kinds.iter().map(found).sum();
        assert_eq!(known, usize::try_from(labels.0).unwrap());
        for shows in kinds {
            let picture = Picture { title: Line::new(), note: Line::new(), alt: Line::new(), shows };
            assert_eq!(picture.lines().len() - 3, found(&picture), "{picture:?}");
            let again: Picture = serde_json::from_str(&serde_json::to_string(&picture).unwrap()).unwrap();
            assert_eq!(again, picture);
            let spoken = said(picture.shows, Language::TraditionalChinese);
            let changed = spoken.clone().with_texts(|_| "x".to_owned());
            assert_eq!(found(&changed), 0, "{changed:?}");
            let is_ours = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
            // What remains of the language is in figures.
            let left = serde_json::to_string(&changed).unwrap().replace("分鐘", "");
            assert!(!left.contains(is_ours), "{left}");
        }
    }

    #[test]
    fn what_is_said_beside_the_labels() {
        let english = |shows| said(shows, Language::English).shows;
        let mut kinds = kinds(&mut Labels::default()).into_iter().map(english);
        let SpokenShows::Uptime(uptime) = kinds.next().unwrap() else { panic!() };
        assert_eq!((uptime.shown.rows.len(), uptime.more.as_deref()), (8, Some("2 more are not drawn")));
        let key = [(Day::Up, "up"), (Day::Down, "down longer than allowed")];
        assert_eq!(uptime.key, key.map(|(day, name)| (day, name.to_owned())));
        let SpokenShows::Burn(burn) = kinds.next().unwrap() else { panic!() };
        assert_eq!(burn.latest.unwrap().1, "34 % over budget");
        assert_eq!(burn.unknown.as_deref(), Some("not known"));
        let SpokenShows::Timeline(timeline) = kinds.next().unwrap() else { panic!() };
        assert_eq!(timeline.took[0], (vec!["6 min".to_owned()], "6 min".to_owned()));
        assert_eq!((timeline.took.len(), timeline.more.as_deref()), (10, Some("1 more is not drawn")));
        let SpokenShows::Distribution(distribution) = kinds.next().unwrap() else { panic!() };
        let buckets = [("up to 15 min", "2"), ("up to 1 h", "1"), ("over 1 h", "0")];
        assert_eq!(distribution.buckets, buckets.map(|(name, count)| (name.to_owned(), count.to_owned())));
        assert_eq!(distribution.in_time.unwrap().0, "2 of 3 in time");
        assert_eq!(distribution.shown.buckets[2], Bucket { until: None, count: 0 });
        let SpokenShows::Grid(grid) = kinds.nth(2).unwrap() else { panic!() };
        assert_eq!(grid.key, [(Verdict::Missed, "MISSED".to_owned())]);
    }
}
