//! The stretch of time that a question is about, as people type it: `2026-11`, `2026-q4`, `2026`, `last-month`.

use chrono::{Datelike, NaiveDate};

use crate::core::doc::Period;
use crate::core::voice::Dates;
use crate::core::window::WindowKind;

/// A calendar period by its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    kind: WindowKind,
    first: NaiveDate,
    until: NaiveDate,
}

impl Stretch {
    /// The calendar period of this kind that a date lies in.
    pub fn around(kind: WindowKind, date: NaiveDate) -> Self {
        let (first, until) = kind.dates(date);
        Self { kind, first, until }
    }

    /// The one before it.
    #[must_use]
    pub fn before(self) -> Self {
        Self::around(self.kind, self.first.pred_opt().unwrap_or(self.first))
    }

    /// So many that end with it, the oldest first.
    pub fn latest(self, count: usize) -> Vec<Self> {
        let mut all: Vec<Self> =
            std::iter::successors(Some(self), |period| Some(period.before())).take(count).collect();
        all.reverse();
        all
    }

    pub const fn kind(self) -> WindowKind {
        self.kind
    }

    pub const fn dates(self) -> Dates {
        Dates { from: self.first, until: self.until }
    }

    /// As messages name it.
    pub fn period(self) -> Period {
        Period::beginning(self.kind, self.first)
    }
}

/// Reads a period; `today` tells which is the running one. None when it is no period.
pub fn read(typed: &str, today: NaiveDate) -> Option<Stretch> {
    let typed = typed.trim().to_ascii_lowercase();
    let (last, name) = match typed.strip_prefix("last-") {
        Some(name) => (true, name),
        None => (false, typed.as_str()),
    };
    let kind = match name {
        "month" => Some(WindowKind::Month),
        "quarter" => Some(WindowKind::Quarter),
        "year" => Some(WindowKind::Year),
        "week" => Some(WindowKind::Week),
        _ => None,
    };
    if let Some(kind) = kind {
        let running = Stretch::around(kind, today);
        return Some(if last { running.before() } else { running });
    }
    if last {
        return None;
    }
    match typed.split_once('-') {
        Some((year, quarter)) if quarter.starts_with('q') => quarter_of(year_of(year)?, quarter),
        Some((year, month)) => {
            let month = Some(month).filter(|month| month.len() == 2)?.parse().ok()?;
            Some(Stretch::around(WindowKind::Month, NaiveDate::from_ymd_opt(year_of(year)?, month, 1)?))
        }
        None if typed.starts_with('q') => quarter_of(today.year(), &typed),
        None => Some(Stretch::around(WindowKind::Year, NaiveDate::from_ymd_opt(year_of(&typed)?, 1, 1)?)),
    }
}

fn year_of(typed: &str) -> Option<i32> {
    Some(typed).filter(|typed| typed.len() == 4 && typed.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

fn quarter_of(year: i32, typed: &str) -> Option<Stretch> {
    let quarter: u32 = typed.strip_prefix('q')?.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
    Some(Stretch::around(WindowKind::Quarter, NaiveDate::from_ymd_opt(year, quarter * 3 - 2, 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn dates(typed: &str) -> Option<(NaiveDate, NaiveDate)> {
        let Dates { from, until } = read(typed, date("2026-11-23"))?.dates();
        Some((from, until))
    }

    #[test]
    fn a_period_is_read_as_people_type_it() {
        for (typed, from, until) in [
            ("2026-11", "2026-11-01", "2026-12-01"),
            ("2026-Q4", "2026-10-01", "2027-01-01"),
            ("q1", "2026-01-01", "2026-04-01"),
            (" 2025 ", "2025-01-01", "2026-01-01"),
            ("month", "2026-11-01", "2026-12-01"),
            ("quarter", "2026-10-01", "2027-01-01"),
            ("year", "2026-01-01", "2027-01-01"),
            ("week", "2026-11-23", "2026-11-30"),
            ("last-month", "2026-10-01", "2026-11-01"),
            ("last-quarter", "2026-07-01", "2026-10-01"),
            ("last-year", "2025-01-01", "2026-01-01"),
        ] {
            assert_eq!(dates(typed), Some((date(from), date(until))), "{typed}");
        }
        for wrong in
            ["", "2026-13", "2026-1", "2026-q5", "q", "26", "20266", "last-2026", "last", "acme", "２０２６"]
        {
            assert_eq!(dates(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn periods_follow_one_another() {
        let quarter = read("2026-q1", date("2026-11-23")).unwrap();
        let six: Vec<NaiveDate> = quarter.latest(6).into_iter().map(|period| period.dates().from).collect();
        let first = ["2024-10-01", "2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01"];
        assert_eq!(six, first.map(date));
        assert_eq!(quarter.period(), Period::Quarter { year: 2026, quarter: 1 });
    }
}
