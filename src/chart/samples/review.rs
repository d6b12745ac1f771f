//! The pictures of a service review, for tests: each as it will be met, and at its ends.

use rust_decimal::Decimal;

use crate::core::doc::{Doc, Line, Text, Tone, Value};
use crate::core::interval::Interval;
use crate::core::picture::{
    Burn, Course, Day, Days, Distribution, Goal, Grade, Grid, GridCell, GridRow, Heat, Left, Matrix, Picture,
    Placed, Reached, Shows, Timeline, Uptime,
};
use crate::core::standing::Verdict;
use crate::core::time::{Instant, Span};
use crate::i18n::picture::SpokenPicture;
use crate::i18n::{Facts, Language, Locale, speak};

/// By name.
pub(super) fn samples(language: Language) -> Vec<(&'static str, SpokenPicture)> {
    let words = Words { is_english: language == Language::English };
    let mut pictures = vec![
        ("uptime-month", words.uptime_month()),
        ("uptime-quarter", words.uptime_quarter()),
        ("burn", words.burn()),
        ("burn-over", words.burn_over()),
        ("timeline", words.timeline()),
        ("timeline-one", words.timeline_one()),
        ("distribution", words.distribution()),
        ("matrix", words.matrix()),
        ("heat", words.heat()),
        ("grid-year", words.grid_year()),
        ("grid-quarter", words.grid_quarter()),
    ];
    if words.is_english {
        pictures.extend([
            ("uptime-days", words.uptime_days()),
            ("burn-none", words.burn_none()),
            ("timeline-many", words.timeline_many()),
            ("distribution-none", words.distribution_none()),
            ("matrix-none", words.matrix_none()),
            ("heat-none", words.heat_none()),
            ("grid-many", words.grid_many()),
        ]);
    }
    let locale = Locale { language, zone: chrono_tz::UTC };
    let spoken = |(name, picture): (&'static str, Picture)| {
        let doc = Doc::new(Tone::Information, Text::mark("–"), at(0)).picture(picture);
        (name, *speak(&doc, locale, &Facts::default()).picture.unwrap())
    };
    pictures.into_iter().map(spoken).collect()
}

fn at(minutes: i64) -> Instant {
    Instant::parse("2026-11-01T00:00:00Z").unwrap() + Span::from_minutes(minutes)
}

fn line(text: impl Into<String>) -> Line {
    let text = text.into();
    if text.is_empty() { Line::new() } else { Text::from(Value::Name(text)).into() }
}

/// `.` up, `p` partly, `d` down, `?` unknown, `x` excluded, `-` ahead.
fn days(label: &str, value: &str, days: &str) -> Days {
    let day = |day| match day {
        'p' => Day::Partly,
        'd' => Day::Down,
        '?' => Day::Unknown,
        'x' => Day::Excluded,
        '-' => Day::Ahead,
        _ => Day::Up,
    };
    Days { label: line(label), value: line(value), days: days.chars().map(day).collect() }
}

fn november() -> Interval {
    Interval::new(at(0), at(30 * 1_440))
}

/// `12=80` is the percentage left on a day; `12=` is not known.
fn left(points: &str) -> Vec<Left> {
    let point = |point: &str| {
        let (day, percent) = point.split_once('=').unwrap();
        let day: Decimal = day.parse().unwrap();
        let minutes = (day * Decimal::from(1_440)).round().try_into().unwrap();
        Left { at: at(minutes), percent: percent.parse().ok() }
    };
    points.split(' ').map(point).collect()
}

/// `n2 t5 a9 r41 c60`: minutes from the beginning until it was noticed, told, …
fn course(label: &str, reached: &str) -> Course {
    let one = |one: &str| {
        let what = match &one[..1] {
            "n" => Reached::Noticed,
            "t" => Reached::Told,
            "a" => Reached::Acknowledged,
            "r" => Reached::Resolved,
            "c" => Reached::Confirmed,
            _ => Reached::Open,
        };
        (what, at(one[1..].parse().unwrap()))
    };
    Course::new(line(label), at(0), reached.split(' ').map(one))
}

/// `m` met, `r` at risk, `x` missed, `i` insufficient, `-` no data, `.` nothing promised; each with its value.
fn grid_row(label: &str, cells: &str) -> GridRow {
    let cell = |cell: &str| {
        let verdict = match &cell[..1] {
            "m" => Verdict::Met,
            "r" => Verdict::AtRisk,
            "x" => Verdict::Missed,
            "i" => Verdict::Insufficient,
            "-" => Verdict::NoData,
            _ => return None,
        };
        Some(GridCell { verdict, value: line(cell[1..].replace('_', " ")) })
    };
    GridRow { label: line(label), cells: cells.split(' ').map(cell).collect() }
}

/// The words of a language.
struct Words {
    is_english: bool,
}

impl Words {
    const fn of<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        if self.is_english { english } else { chinese }
    }

    fn picture(&self, title: [&str; 2], note: [&str; 2], shows: Shows) -> Picture {
        let [title, note] = [title, note].map(|[english, chinese]| self.of(english, chinese));
        let alt = Text::from(Value::Name(format!("{title}. {note}."))).into();
        Picture { title: line(title), note: line(note), alt, shows }
    }

    fn uptime_month(&self) -> Picture {
        let rows = vec![
            days(self.of("Checkout", "結帳服務"), "99.93 %", "........p.........d...?...p...."),
            days(self.of("Sign-in", "登入服務"), "100 %", "......xx......................."),
            days(
                self.of("Search, the new one", "新版搜尋服務"),
                "98.12 %",
                "dd..p...........pd.............",
            ),
        ];
        let [first, last] = [self.of("1 Oct", "10/1"), self.of("31 Oct", "10/31")].map(line);
        self.picture(
            ["Availability by day", "每日可用性"],
            ["Acme GmbH · October 2026 · promised 99.9 %", "Acme GmbH · 2026 年 10 月 · 承諾 99.9 %"],
            Shows::Uptime(Uptime { rows, first, last }),
        )
    }

    fn uptime_quarter(&self) -> Picture {
        let rows = vec![
            days(self.of("October", "10 月"), "99.93 %", "........p.........d...?...p...."),
            days(self.of("November", "11 月"), "99.98 %", "....xx............p..........."),
            days(self.of("December, so far", "12 月至今"), "100 %", "..............-----------------"),
        ];
        self.picture(
            ["Checkout: the fourth quarter", "結帳服務：第四季"],
            ["Promised 99.9 %", "承諾 99.9 %"],
            Shows::Uptime(Uptime { rows, first: line("1"), last: line("31") }),
        )
    }

    /// A whole quarter in each row, and more rows than are drawn.
    fn uptime_days(&self) -> Picture {
        let quarter =
            "...........p.........d....?........xxx.................pp.......dd............?..........";
        let rows =
            (1..=10).map(|number| days(&format!("Service {number}"), "99.90 %", &format!("{quarter}...")));
        let (first, last) = (line("1 Oct"), line("31 Dec"));
        let shows = Shows::Uptime(Uptime { rows: rows.collect(), first, last });
        self.picture(["Availability by day", ""], ["Q4 2026", ""], shows)
    }

    fn ends(&self) -> [Line; 2] {
        [self.of("1 Nov", "11/1"), self.of("30 Nov", "11/30")].map(line)
    }

    fn burn(&self) -> Picture {
        let points = left("0=100 4.2=100 4.25=82 9=82 9.3=61 11= 12.5=61 17=58 17.2=34 22.9=34");
        self.picture(
            ["Checkout: error budget in November", "結帳服務：11 月的錯誤預算"],
            ["Promised 99.9 %: 43 min may be down", "承諾 99.9 %：可中斷 43 分鐘"],
            Shows::Burn(Burn::new(november(), self.ends(), points)),
        )
    }

    fn burn_over(&self) -> Picture {
        let points = left("0=100 3=96 3.1=52 12=47 12.2=18 19=18 19.4=-46 27=-46 27.3=-71 30=-71");
        self.picture(
            ["Search: error budget in November", "搜尋服務：11 月的錯誤預算"],
            ["Promised 99.5 %: 3 h 36 min may be down", "承諾 99.5 %：可中斷 3 小時 36 分鐘"],
            Shows::Burn(Burn::new(november(), self.ends(), points)),
        )
    }

    fn burn_none(&self) -> Picture {
        let shows = Shows::Burn(Burn::new(november(), self.ends(), vec![Left::unknown(at(0))]));
        self.picture(["Checkout: error budget", ""], ["Nothing is known yet", ""], shows)
    }

    fn timeline(&self) -> Picture {
        let rows = vec![
            course(self.of("INC-42 Checkout", "INC-42 結帳服務"), "n1 t6 a19 r84 c131"),
            course(self.of("INC-44 Sign-in", "INC-44 登入服務"), "n0 a3 t4 r17"),
            course(self.of("INC-47 Search", "INC-47 搜尋服務"), "t12 n12 a30 r1520 c1600"),
            course(self.of("INC-51 Checkout", "INC-51 結帳服務"), "n2 t5 a9 o45"),
        ];
        self.picture(
            ["Incidents in November", "11 月的事件"],
            ["4 incidents, the longest 1 d 2 h", "4 件，最長 1 天 2 小時"],
            Shows::Timeline(Timeline { rows }),
        )
    }

    fn timeline_one(&self) -> Picture {
        let rows = vec![course(self.of("INC-42 Checkout", "INC-42 結帳服務"), "n1 t6 a19 r84 c131")];
        self.picture(
            ["From the first failure to the end", "從發生到結束"],
            ["3 November 2026, 03:02 to 05:13", "2026/11/3 03:02 至 05:13"],
            Shows::Timeline(Timeline { rows }),
        )
    }

    fn timeline_many(&self) -> Picture {
        let row = |number: i64| {
            let (noticed, told, resolved) = (number % 4, number + 3, number * 7 + 20);
            course(
                &format!("INC-{number} A service with a name that is longer than a phone is wide"),
                &format!("n{noticed} t{told} r{resolved}"),
            )
        };
        let shows = Shows::Timeline(Timeline { rows: (1..=14).map(row).collect() });
        self.picture(["Incidents in November", ""], ["14 incidents", ""], shows)
    }

    fn goal(&self) -> Goal {
        let label = line(self.of("promised within 15 min", "承諾 15 分鐘內"));
        Goal { within: Span::from_minutes(15), label }
    }

    fn distribution(&self) -> Picture {
        let times = [
            1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 6, 6, 7, 7, 8, 8, 8, 9, 10, 11, 12, 12, 14, 15, 17, 19, 22, 44,
            61, 190,
        ];
        let edges = [2, 5, 10, 30, 60].map(Span::from_minutes);
        let shown = Distribution::of(times.map(Span::from_minutes), &edges, Some(self.goal()));
        self.picture(
            ["Time to response, priority 1", "優先等級 1 的回應時間"],
            ["November 2026 · promised 95 %", "2026 年 11 月 · 承諾 95 %"],
            Shows::Distribution(shown),
        )
    }

    fn distribution_none(&self) -> Picture {
        let shown = Distribution::of([], &[5, 60].map(Span::from_minutes), Some(self.goal()));
        self.picture(["Time to response", ""], ["No incidents", ""], Shows::Distribution(shown))
    }

    fn risks(&self, risks: &[(u8, u8)]) -> Shows {
        let risk = |(index, (probability, impact)): (usize, &(u8, u8))| Placed {
            label: line(format!("RISK-{}", index + 1)),
            probability: Grade::new(*probability).unwrap(),
            impact: Grade::new(*impact).unwrap(),
        };
        Shows::Matrix(Matrix {
            probability: line(self.of("Probability", "發生機率")),
            impact: line(self.of("Impact", "影響程度")),
            risks: risks.iter().enumerate().map(risk).collect(),
        })
    }

    fn matrix(&self) -> Picture {
        let risks =
            [(4, 5), (2, 5), (3, 3), (3, 3), (1, 2), (5, 1), (3, 4), (3, 4), (3, 4), (3, 4), (5, 5), (2, 2)];
        self.picture(
            ["Risks", "風險"],
            ["12 open · the number in a corner is probability × impact", "12 項 · 角落的數字為機率 × 影響"],
            self.risks(&risks),
        )
    }

    fn matrix_none(&self) -> Picture {
        self.picture(["Risks", ""], ["None open", ""], self.risks(&[]))
    }

    fn heat(&self) -> Picture {
        let (mut counts, mut on_call) = ([[0; 24]; 7], [[1; 24]; 7]);
        for day in 0..7_usize {
            for hour in 0..24_usize {
                let is_weekend = day > 4;
                if is_weekend && !(9..17).contains(&hour) || hour < 6 {
                    on_call[day][hour] = 0;
                }
                let busy = if (8..19).contains(&hour) && !is_weekend { 13 } else { 3 };
                counts[day][hour] = (((hour * 7 + day * 5) % 11 * busy / 10).saturating_sub(2)) as u64;
            }
        }
        counts[1][10] += 4;
        self.picture(
            ["When incidents begin", "事件發生的時段"],
            ["October to December 2026 · Europe/Berlin", "2026 年 10 月至 12 月 · Asia/Taipei"],
            Shows::Heat(Heat::of(&counts, Some(&on_call))),
        )
    }

    fn heat_none(&self) -> Picture {
        self.picture(["When incidents begin", ""], ["No incidents", ""], Shows::Heat(Heat::default()))
    }

    fn months(&self, months: std::ops::RangeInclusive<usize>) -> Vec<Line> {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let name = |month: usize| {
            if self.is_english { names[month - 1].to_owned() } else { format!("{month}月") }
        };
        months.map(|month| line(name(month))).collect()
    }

    fn grid_year(&self) -> Picture {
        let rows = vec![
            grid_row(
                self.of("Checkout · availability 99.9 %", "結帳服務 · 可用性 99.9 %"),
                ". . m100 m99.9 m99.9 x99.7 m99.9 m99.9 m100 x99.8 m99.9 r99.9",
            ),
            grid_row(
                self.of("Response P1 · 95 % within 15 min", "P1 回應 · 95 % 於 15 分鐘內"),
                ". . i m97 m100 m96 x90 m98 m95 m100 m96 r94",
            ),
            grid_row(
                self.of("Resolution P1 · 90 % within 4 h", "P1 解決 · 90 % 於 4 小時內"),
                ". . - m92 m94 x81 x85 m91 m90 m100 m95 m93",
            ),
            grid_row(
                self.of("Satisfaction · 80 %", "滿意度 · 80 %"),
                ". . i - m84 m81 x77 m82 m86 m88 m91 i",
            ),
        ];
        self.picture(
            ["Twelve months", "近十二個月"],
            ["What was promised, and whether it was kept", "承諾的目標與是否達成"],
            Shows::Grid(Grid { columns: self.months(1..=12), rows }),
        )
    }

    fn grid_quarter(&self) -> Picture {
        let rows = vec![
            grid_row(self.of("Checkout · 99.9 %", "結帳服務 · 99.9 %"), "m99.93_% x99.71_% r99.91_%"),
            grid_row(self.of("Sign-in · 99.5 %", "登入服務 · 99.5 %"), "m100_% m99.98_% -"),
        ];
        let columns = [["October", "10 月"], ["November", "11 月"], ["December", "12 月"]];
        let columns = columns.map(|[english, chinese]| line(self.of(english, chinese))).to_vec();
        self.picture(
            ["The fourth quarter", "第四季"],
            ["Availability by month", "各月可用性"],
            Shows::Grid(Grid { columns, rows }),
        )
    }

    /// More months and more objectives than are drawn.
    fn grid_many(&self) -> Picture {
        let mut columns = self.months(1..=12);
        columns.extend(self.months(1..=3));
        let row = |number: usize| {
            let cells = ["m99.9"; 14].join(" ");
            grid_row(
                &format!("Objective {number} of a provider that promises many things"),
                &format!("{cells} x9.1"),
            )
        };
        let shows = Shows::Grid(Grid { columns, rows: (1..=13).map(row).collect() });
        self.picture(["Fifteen months", ""], ["", ""], shows)
    }
}
