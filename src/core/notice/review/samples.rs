//! A review of Acme's November 2026, and every message around it, for the tests that render them.

mod work;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::*;
use crate::core::agreement::{ClockKind, ComplaintStage, Priority, ServiceLevel};
use crate::core::event::{
    AgreementId, CauseCategory, IncidentNumber, PersonId, ProseId, ServiceId, SurveyId,
};
use crate::core::incident::NoticedBy;
use crate::core::interval::Interval;
use crate::core::notice::samples::{checkout, name, person};
use crate::core::reading::ThemeId;
use crate::core::review::document::*;
use crate::core::review::{Occasion, ReviewNumber, Side, Subject};
use crate::core::score::{Counts, Scale, ScoreKind, Trend};
use crate::core::standing::Verdict;
use crate::core::stopwatch::Target;
use crate::core::time::Instant;
use crate::core::voice::{FeedbackNumber, RoundNumber};

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn minutes(minutes: i64) -> Span {
    Span::from_minutes(minutes)
}

fn service() -> (ServiceId, BTreeMap<String, String>) {
    (ServiceId::new("checkout"), checkout())
}

fn november() -> Interval {
    Interval::new(at("2026-10-31T23:00:00Z"), at("2026-11-30T23:00:00Z"))
}

fn availability(value: &str, used: i64) -> Figure {
    Figure::Availability {
        value: Some(dec(value)),
        coverage: Some(dec("99.98")),
        down: minutes(used),
        unknown: minutes(8),
        excluded: minutes(120),
        budget: minutes(43),
        left: minutes(43 - used),
    }
}

fn objective(name: &str, target: Goal, value: Figure, verdict: Verdict) -> ObjectiveRow {
    ObjectiveRow {
        name: name.to_owned(),
        service: None,
        window: november(),
        period: WindowKind::Month,
        over: true,
        version: 3,
        verdict,
        target,
        value,
        days: Vec::new(),
        before: None,
        trend: None,
    }
}

fn targets() -> BTreeMap<Priority, Target> {
    let elapsed = |length| Target::Elapsed(minutes(length));
    [(Priority::P1, elapsed(15)), (Priority::P2, elapsed(60))].into()
}

fn in_time(met: u32, of: u32) -> Figure {
    Figure::InTime { met, of, pending: 1, range: Some((dec("69.6"), dec("98.8"))) }
}

/// What was down on a day of November, in minutes; a maintenance and an hour without monitoring among them.
fn days() -> Vec<Day> {
    let down = [(3, 3), (14, 17), (23, 24), (27, 3)];
    let on = |all: &[(u64, i64)], number| {
        all.iter().find(|(day, _)| *day == number).map_or(Span::ZERO, |(_, length)| minutes(*length))
    };
    let one = |number: u64| Day {
        date: day("2026-10-31") + chrono::Days::new(number),
        down: on(&down, number),
        unknown: on(&[(9, 8)], number),
        excluded: on(&[(15, 120)], number),
        length: Span::from_days(1),
    };
    (1..=30).map(one).collect()
}

fn responses() -> Vec<Response> {
    let all = [(1, 4), (1, 7), (2, 3), (2, 9), (2, 21), (2, 48), (2, 12), (1, 19), (2, 71), (2, 30), (2, 8)];
    let response = |(priority, took): (u32, i64)| {
        let (priority, target) = if priority == 1 { (Priority::P1, 15) } else { (Priority::P2, 60) };
        Response {
            incident: None,
            priority,
            took: minutes(took),
            target: Some(minutes(target)),
            late: took > target,
        }
    };
    all.map(response).to_vec()
}

fn objectives() -> Vec<ObjectiveRow> {
    let up = Goal::Availability { percent: dec("99.9") };
    let clock = ClockKind::Response;
    let share = Goal::Share { clock, percent: dec("95"), targets: targets(), working_time: false };
    let mean = Goal::Mean { clock: ClockKind::Resolution, targets: targets(), working_time: true };
    let slowest = Goal::Percentile { clock, percent: dec("90"), targets: targets(), working_time: false };
    let times = |length, kept| TimesRow {
        priority: Priority::P1,
        value: minutes(length),
        target: minutes(60),
        of: 12,
        kept,
    };
    let mut rows = vec![
        ObjectiveRow {
            service: Some(service()),
            before: Some((availability("99.9512", 21), Verdict::Met)),
            days: days(),
            ..objective("availability", up.clone(), availability("99.8913", 47), Verdict::Missed)
        },
        ObjectiveRow {
            before: Some((in_time(18, 21), Verdict::Missed)),
            trend: Some(Trend::Unclear),
            ..objective("response", share, in_time(19, 20), Verdict::Met)
        },
        objective(
            "slowest response",
            slowest,
            Figure::Times { rows: vec![times(12, true)], of: 12, pending: 0 },
            Verdict::Met,
        ),
        ObjectiveRow {
            over: false,
            period: WindowKind::Quarter,
            window: Interval::new(at("2026-09-30T22:00:00Z"), at("2026-12-31T23:00:00Z")),
            ..objective(
                "resolution",
                mean,
                Figure::Times { rows: vec![times(55, true)], of: 12, pending: 2 },
                Verdict::AtRisk,
            )
        },
    ];
    rows.extend(voiced());
    rows
}

/// Those that customers judge.
fn voiced() -> Vec<ObjectiveRow> {
    let satisfied = Goal::Satisfaction {
        survey: SurveyId::new("after_incident"),
        title: name("After an incident", "服務異常處理後"),
        kind: ScoreKind::CSAT,
        at_least: dec("85"),
    };
    let answered = Goal::Complaints {
        stage: ComplaintStage::Answer,
        percent: dec("90"),
        target: Target::BusinessDays { days: 2, end_of_day: true },
    };
    let score = |value: Option<&str>| Figure::Score {
        value: value.map(dec),
        n: 18,
        range: Some((dec("65.3"), dec("98.6"))),
        asked: 40,
        answered: 18,
    };
    vec![
        objective(
            "complaints",
            answered,
            Figure::InTime { met: 0, of: 0, pending: 0, range: None },
            Verdict::Insufficient,
        ),
        ObjectiveRow {
            before: Some((score(Some("77.7")), Verdict::Missed)),
            trend: Some(Trend::Risen),
            ..objective("satisfaction", satisfied, score(Some("88.88")), Verdict::Met)
        },
    ]
}

fn year() -> Year {
    let month = |number: i32| {
        NaiveDate::from_ymd_opt(2025 + (number + 11) / 12, u32::try_from((number + 11) % 12 + 1).unwrap(), 1)
            .unwrap()
    };
    let cell = |verdict, value: Option<&str>| Some(YearCell { verdict, value: value.map(dec) });
    let met = || cell(Verdict::Met, Some("99.95"));
    let up = Goal::Availability { percent: dec("99.9") };
    let share = Goal::Share {
        clock: ClockKind::Response,
        percent: dec("95"),
        targets: targets(),
        working_time: false,
    };
    let mut first = vec![None, None, met(), met(), cell(Verdict::NoData, None)];
    first.extend([met(), met(), cell(Verdict::AtRisk, Some("99.91")), met(), met(), met()]);
    first.push(cell(Verdict::Missed, Some("99.89")));
    let mut second = vec![None, None];
    second.extend((0..8).map(|_| cell(Verdict::Met, Some("97.5"))));
    second.extend([cell(Verdict::Missed, Some("85.71")), cell(Verdict::Met, Some("95"))]);
    Year {
        months: (0..12).map(month).collect(),
        rows: vec![
            YearRow { name: "availability".to_owned(), service: Some(service()), target: up, cells: first },
            YearRow { name: "response".to_owned(), service: None, target: share, cells: second },
        ],
    }
}

fn incident(number: u32, began: &str, priority: Priority, took: i64) -> IncidentRow {
    let began = at(began);
    let after = |length| Some(began + minutes(length));
    IncidentRow {
        number: IncidentNumber(number),
        service: service(),
        priority,
        noticed_by: NoticedBy::Monitor,
        began,
        noticed: began + minutes(2),
        told: after(5),
        acknowledged: after(7),
        resolved: after(took),
        confirmed: after(took + 30),
        disturbed: minutes(took),
        cause: Some(CauseCategory::Change),
        cause_text: Some(ProseId::new("public")),
        late: Vec::new(),
        reopened: 0,
    }
}

fn incidents() -> Incidents {
    let late = IncidentRow {
        late: vec![ClockKind::Response, ClockKind::Update],
        reopened: 1,
        ..incident(42, "2026-11-23T02:02:00Z", Priority::P1, 24)
    };
    let told = IncidentRow {
        noticed_by: NoticedBy::Customer,
        cause: None,
        cause_text: None,
        ..incident(29, "2026-11-14T13:00:02Z", Priority::P2, 17)
    };
    Incidents {
        count: 5,
        before: 3,
        by_priority: [(Priority::P1, 2), (Priority::P2, 3)].into(),
        by_cause: [(CauseCategory::Change, 3), (CauseCategory::Supplier, 1)].into(),
        without_cause: 1,
        noticed_by_monitor: 3,
        noticed_by_customer: 1,
        noticed_by_operator: 1,
        reopened: 1,
        longest: Some(IncidentNumber(42)),
        rows: vec![late, told, incident(17, "2026-11-03T05:11:00Z", Priority::P2, 3)],
        responses: responses(),
    }
}

fn voice() -> Voice {
    let point = |first: &str, value: Option<&str>, n| ScorePoint {
        first: day(first),
        value: value.map(dec),
        range: value.map(|value| (dec(value) - dec("12"), (dec(value) + dec("8")).min(dec("100")))),
        n,
    };
    let mut counts = Counts::default();
    counts.add_many(5, 10);
    counts.add_many(4, 6);
    counts.add_many(2, 2);
    let after = SurveyRow {
        survey: SurveyId::new("after_incident"),
        title: name("After an incident", "服務異常處理後"),
        kind: ScoreKind::CSAT,
        counts,
        asked: 40,
        answered: 18,
        value: Some(dec("88.88")),
        range: Some((dec("65.3"), dec("98.6"))),
        before: Some(dec("77.7")),
        trend: Some(Trend::Risen),
        history: vec![
            point("2026-08-01", Some("82.1"), 14),
            point("2026-09-01", None, 0),
            point("2026-10-01", Some("77.7"), 9),
            point("2026-11-01", Some("88.88"), 18),
        ],
    };
    let effort = SurveyRow {
        survey: SurveyId::new("effort"),
        title: name("How easy is it", "使用是否容易"),
        kind: ScoreKind::Mean { scale: Scale::new(1, 7) },
        counts: Counts::default(),
        asked: 12,
        answered: 0,
        value: None,
        range: None,
        before: Some(dec("5.25")),
        trend: None,
        history: Vec::new(),
    };
    let theme = |id: &str, english: &str, chinese: &str, texts, uncovered| ThemeRow {
        theme: ThemeId::from(id),
        name: Some(name(english, chinese)),
        texts,
        negative: texts - 1,
        positive: 1,
        uncovered,
    };
    Voice {
        surveys: vec![after, effort],
        complaints: Handled { open: 1, closed: 2, late: 1 },
        feedback: Handled { open: 0, closed: 4, late: 0 },
        themes: vec![
            theme("speed", "Speed", "速度", 5, true),
            theme("words", "What we are told", "說明內容", 2, false),
        ],
        quotes: quotes(),
    }
}

/// One with a name, one without.
fn quotes() -> Vec<Quote> {
    let quote = |by: Option<&str>, text: &str| Quote {
        agreement: AgreementId::from("acme"),
        by: by.map(person),
        text: Some(ProseId::new(text)),
    };
    vec![quote(Some("lena"), "report"), quote(None, "reason")]
}

fn recommendations() -> Vec<Recommendation> {
    let months = ["2026-09-01", "2026-10-01", "2026-11-01"].map(day).to_vec();
    vec![
        Recommendation::MissedAgain {
            objective: "availability".to_owned(),
            service: Some(service()),
            months,
        },
        Recommendation::BurnExhausts {
            objective: "availability".to_owned(),
            service: Some(service()),
            at: at("2026-12-21T13:00:00Z"),
            used: dec("62.5"),
        },
        Recommendation::RecurringCause {
            cause: CauseCategory::Change,
            incidents: [17, 29, 42].map(IncidentNumber).to_vec(),
        },
        Recommendation::FellWhileGreen {
            survey: SurveyId::new("after_incident"),
            title: name("After an incident", "服務異常處理後"),
            from: dec("88.8"),
            to: dec("61.25"),
        },
        Recommendation::UncoveredTheme {
            theme: ThemeId::from("speed"),
            name: Some(name("Speed", "速度")),
            feedback: vec![FeedbackNumber(3), FeedbackNumber(7)],
            comments: vec![RoundNumber(4)],
        },
        Recommendation::Unobserved {
            service: service(),
            unknown: minutes(95),
            integrations: vec!["alertmanager".into()],
        },
    ]
}

fn promised() -> Promised {
    Promised {
        agreement: AgreementId::from("acme"),
        customer: "Acme GmbH".to_owned(),
        reference: "ACME".to_owned(),
        level: ServiceLevel::Sil1,
        contract: Some("C-2026-7".to_owned()),
        versions: vec![(3, at("2026-11-01T00:00:00Z"), "9f".repeat(32))],
        services: vec![service()],
    }
}

fn disputes() -> Vec<Dispute> {
    vec![Dispute {
        about: Some(IncidentNumber(42)),
        opened: at("2026-11-24T10:00:00Z"),
        settled: Some(at("2026-11-26T10:00:00Z")),
        text: Some(ProseId::new("reason")),
    }]
}

fn exclusions() -> Vec<Exclusion> {
    vec![Exclusion {
        from: at("2026-11-15T01:00:00Z"),
        until: at("2026-11-15T03:00:00Z"),
        services: Vec::new(),
        reason: "planned maintenance".to_owned(),
    }]
}

fn credits() -> Vec<Credit> {
    vec![Credit { objective: "availability".to_owned(), minor_units: 125_050, currency: "EUR".to_owned() }]
}

/// Every chapter of a customer's review with something to say.
pub fn document() -> Document {
    let comment =
        |text: &str| Comment { by: person("mira"), at: at("2026-12-04T09:00:00Z"), text: ProseId::new(text) };
    Document {
        format: FORMAT,
        review: ReviewNumber(7),
        revision: 1,
        subject: Subject::Agreement(AgreementId::from("acme")),
        occasion: Occasion::Plan("monthly".to_owned()),
        agreement: Some(promised()),
        zone: chrono_tz::Europe::Berlin,
        window: november(),
        period: Some(WindowKind::Month),
        due: at("2026-12-07T08:00:00Z"),
        late: false,
        provenance: Provenance {
            as_of: at("2026-12-07T08:00:00Z"),
            sequence: 41_233,
            build: "0.1.0".to_owned(),
            tzdb: "2025b".to_owned(),
            delivery: Some((812, "4c".repeat(32))),
        },
        sections: Section::ALL.into_iter().filter(|section| !section.is_internal()).collect(),
        verdict: Overall { met: 3, at_risk: 1, missed: 1, unknown: 1 },
        customers: Vec::new(),
        objectives: objectives(),
        year: Some(year()),
        incidents: incidents(),
        communication: Communication {
            first_message: Some(Times { n: 5, median: minutes(3), p90: minutes(8), longest: minutes(12) }),
            updates: Some((18, 19)),
            replies: Some((6, 6)),
            unanswered: 1,
            sent: 240,
            undelivered: 2,
        },
        disputes: disputes(),
        exclusions: exclusions(),
        credits: credits(),
        voice: voice(),
        forecast: vec![Forecast {
            objective: "availability".to_owned(),
            service: Some(service()),
            window: Interval::new(at("2026-11-30T23:00:00Z"), at("2026-12-31T23:00:00Z")),
            period: WindowKind::Month,
            exhausted: Some(at("2026-12-21T13:00:00Z")),
            certain: false,
            used: dec("62.5"),
            elapsed: dec("20.3"),
        }],
        recommendations: recommendations(),
        actions: work::actions(),
        risks: work::risks(),
        drills: work::drills(),
        scorecard: None,
        comments: [(Section::Objectives, comment("update")), (Section::Incidents, comment("public"))].into(),
        changes: Vec::new(),
    }
}

/// The same, corrected by what became known later.
pub fn revised_document() -> Document {
    Document {
        revision: 2,
        changes: vec![
            Change::Objective {
                name: "availability".to_owned(),
                service: Some(service()),
                was: Some((availability("99.9012", 42), Verdict::Met)),
                is: Some((availability("99.8913", 47), Verdict::Missed)),
            },
            Change::Incidents { was: 4, is: 5 },
            Change::Provenance {
                was: ("0.1.0".to_owned(), "2025a".to_owned()),
                is: ("0.1.0".to_owned(), "2025b".to_owned()),
            },
        ],
        ..document()
    }
}

/// The operators' week.
pub fn operators_document() -> Document {
    let customer = |name: &str, missed, used: Option<&str>| CustomerRow {
        agreement: AgreementId::new(name.split(' ').next().unwrap_or_default().to_lowercase()),
        customer: name.to_owned(),
        level: ServiceLevel::Sil2,
        verdict: Overall { met: 5, at_risk: 0, missed, unknown: 0 },
        incidents: missed * 2,
        budget_used: used.map(dec),
        complaints_open: missed,
    };
    work::of_operators(Document {
        subject: Subject::Operators,
        agreement: None,
        window: Interval::new(at("2026-11-15T23:00:00Z"), at("2026-11-22T23:00:00Z")),
        period: Some(WindowKind::Week),
        late: true,
        sections: Section::ALL.to_vec(),
        verdict: Overall { met: 15, at_risk: 0, missed: 1, unknown: 0 },
        customers: vec![
            customer("Acme GmbH", 1, Some("109.3")),
            customer("Formosa", 0, Some("12")),
            customer("Nordwind", 0, None),
        ],
        objectives: Vec::new(),
        year: None,
        comments: BTreeMap::new(),
        ..document()
    })
}

fn listed(stage: Stage) -> ListedReview {
    ListedReview {
        number: ReviewNumber(7),
        customer: Some("Acme GmbH".to_owned()),
        period: Some(WindowKind::Month),
        first: day("2026-11-01"),
        last: day("2026-11-30"),
        zone: chrono_tz::Europe::Berlin,
        stage,
    }
}

fn lists(now: Instant) -> Vec<(&'static str, Doc)> {
    let issued = |signed| Stage::Issued { at: at("2026-12-07T08:00:00Z"), revision: 2, signed };
    let due = at("2026-12-07T08:00:00Z");
    let all = [
        listed(Stage::Draft { due, waits: false }),
        listed(Stage::Draft { due, waits: true }),
        listed(issued(Some(0))),
        listed(issued(Some(1))),
        ListedReview { period: None, ..listed(issued(Some(2))) },
        ListedReview { customer: None, period: Some(WindowKind::Week), ..listed(issued(None)) },
        ListedReview { customer: None, period: Some(WindowKind::Week), ..listed(Stage::Dropped) },
    ];
    let coming = [
        PlannedReview {
            customer: Some("Acme GmbH".to_owned()),
            plan: "monthly".to_owned(),
            at: Some(at("2027-01-04T08:00:00Z")),
            draft: Some(at("2027-01-01T08:00:00Z")),
        },
        PlannedReview { customer: None, plan: "weekly".to_owned(), at: None, draft: None },
    ];
    vec![
        ("review-list", list(&all, 3, now)),
        ("review-list-empty", list(&[], 0, now)),
        ("review-next", planned(&coming, now)),
    ]
}

fn drafts(document: &Document, now: Instant) -> Vec<(&'static str, Doc)> {
    let due = at("2026-12-07T08:00:00Z");
    let approved = (person("mira"), now, false);
    let at_once = (person("mira"), now, true);
    let open = DraftView { document, due, hold: false, approved: None, as_of: now };
    vec![
        ("review-draft", draft(&open)),
        ("review-draft-holds", draft(&DraftView { hold: true, ..open })),
        ("review-draft-approved", draft(&DraftView { approved: Some(&approved), ..open })),
        ("review-draft-at-once", draft(&DraftView { approved: Some(&at_once), ..open })),
        ("review-waits", waits(&DraftView { hold: true, ..open })),
    ]
}

pub fn all() -> Vec<(&'static str, Doc)> {
    let now = at("2026-12-07T08:00:00Z");
    let (whole, revision, week) = (document(), revised_document(), operators_document());
    let late = Document {
        late: true,
        objectives: Vec::new(),
        verdict: Overall { met: 2, ..Overall::default() },
        ..document()
    };
    let nobody: BTreeMap<Side, (PersonId, Instant)> = BTreeMap::new();
    let one: BTreeMap<_, _> = [(Side::Customer, (person("lena"), now))].into();
    let both: BTreeMap<_, _> =
        one.clone().into_iter().chain([(Side::Provider, (person("mira"), now))]).collect();
    let link = Some("https://upheld.example/review/REV-7");
    let view = IssuedView { document: &whole, link, signed: &nobody, enclosed: None, as_of: now };
    let mut docs = vec![
        ("customer-review-issued", issued(&view)),
        ("customer-review-signed", issued(&IssuedView { signed: &both, ..view })),
        ("customer-review-late", issued(&IssuedView { document: &late, link: None, ..view })),
        ("customer-review-revised", revised(&IssuedView { document: &revision, ..view })),
        ("review-issued", issued_to_operators(&view)),
        ("review-issued-signed", issued_to_operators(&IssuedView { signed: &one, ..view })),
        ("review-digest", digest(&IssuedView { document: &week, link: None, ..view })),
    ];
    docs.extend(drafts(&whole, now));
    docs.extend(lists(now));
    docs
}
