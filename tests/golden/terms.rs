//! What was agreed: terms and their later versions, the services with their routes and monitors, the surveys, and
//! when there are reviews.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use upheld::core::agreement::*;
use upheld::core::availability::{ExclusionMode, PartialTerm, UnknownPolicy};
use upheld::core::calendar::{Calendar, CalendarSpec, RangeSpec, Week, midnight};
use upheld::core::event::{IntegrationId, ServiceId, Severity};
use upheld::core::interval::Interval;
use upheld::core::review::{Plan, ReviewBook, Unapproved};
use upheld::core::score::ScoreKind;
use upheld::core::stopwatch::Target;
use upheld::core::survey::*;
use upheld::core::time::{Instant, Span};
use upheld::core::window::WindowKind;

use super::chance::Chance;
use super::customers::{CUSTOMERS, Customer, services};
use super::day;

/// The monitors, and which services each observes: by the place of the service.
pub const MONITORS: [&str; 3] = ["alertmanager", "zabbix", "kuma"];

pub fn monitor_of(place: usize) -> IntegrationId {
    IntegrationId::from(MONITORS[place % MONITORS.len()])
}

/// When the term of a customer begins and ends: most run on from before; one begins and one ends within the year.
pub fn term(customer: &Customer) -> (Instant, Option<Instant>) {
    let date =
        |month, date| NaiveDate::from_ymd_opt(2026, month, date).map(|date| midnight(customer.zone, date));
    match customer.id {
        "rioclaro" => (date(2, 10).unwrap_or(day(40)), None),
        "harbour" => (date(1, 1).unwrap_or(day(0)), date(10, 21)),
        _ => (date(1, 1).unwrap_or(day(0)), None),
    }
}

/// The versions of a customer's terms, with when each takes effect.
pub fn versions(customer: &Customer) -> Vec<(Instant, Terms)> {
    let first = terms(customer);
    let mut all = vec![(first.starts, first.clone())];
    match customer.id {
        // In the middle of April more is promised: a faster response and a second hour of every night.
        "acme" => {
            let from =
                NaiveDate::from_ymd_opt(2026, 4, 15).map_or(day(104), |date| midnight(customer.zone, date));
            let mut second = first;
            for objective in &mut second.objectives {
                match &mut objective.kind {
                    ObjectiveKind::Availability(terms) => terms.target = Decimal::new(9_995, 2),
                    ObjectiveKind::Clock(terms) if terms.clock == ClockKind::Response => {
                        terms.targets.insert(Priority::P1, Target::Elapsed(Span::from_minutes(10)));
                    }
                    _ => {}
                }
            }
            all.push((from, second));
        }
        // In September one service is left out, on a day at noon.
        "morningstar" => {
            let mut second = first;
            second.services.remove(&ServiceId::from("morningstar_storage"));
            all.push((day(252) + Span::from_hours(4), second));
        }
        _ => {}
    }
    all
}

/// When maintenance was agreed, for all services of a customer: a night or two of most months.
pub fn maintenance(customer: &Customer) -> Vec<Interval> {
    let mut chance = Chance::of(7, customer.id.bytes().map(u64::from).sum());
    let mut all = Vec::new();
    for month in 0..12 {
        if chance.percent(70) {
            let from = day(month * 30 + chance.between(3, 28)) + Span::from_minutes(chance.between(0, 300));
            all.push(Interval::new(from, from + Span::from_minutes(chance.between(3, 13) * 15)));
        }
    }
    all
}

fn terms(customer: &Customer) -> Terms {
    let (starts, ends) = term(customer);
    let exclusions = maintenance(customer).into_iter().enumerate().map(|(number, span)| DeclaredExclusion {
        from: span.start,
        until: span.end,
        services: BTreeSet::new(),
        reason: format!("Maintenance window {}", number + 1),
    });
    Terms {
        agreement: customer.agreement(),
        customer: customer.name.to_owned(),
        reference: customer.reference.to_owned(),
        level: customer.level,
        services: customer.services(),
        scope: Vec::new(),
        customer_duties: Vec::new(),
        contract: Some(format!("{}-2026-1", customer.reference)),
        zone: customer.zone,
        starts,
        ends,
        calendars: office(customer).map(|hours| ("office".to_owned(), hours)).into_iter().collect(),
        clocks: ClockRules {
            start: if customer.own == 4 { ClockStart::Occurred } else { ClockStart::FirstSignal },
            response_stops_on: ResponseStop::Either,
            at_risk_percent: 75,
            pin_at_start: customer.id == "thames",
            call_again_after: Span::from_minutes(30),
        },
        publish: match customer.level {
            ServiceLevel::Sil1 | ServiceLevel::Sil2 => Publish::AtOnce,
            _ => Publish::After(Span::from_minutes(3)),
        },
        objectives: objectives(customer),
        exclusions: exclusions.collect(),
        customer_texts: Vec::new(),
        improvement: upheld::core::improvement::Rules::default(),
    }
}

fn office(customer: &Customer) -> Option<Calendar> {
    let day: Vec<RangeSpec> = vec![["08:00".to_owned(), "18:00".to_owned()]];
    let spec = CalendarSpec {
        tz: customer.zone.name().to_owned(),
        weekly: Week {
            mon: day.clone(),
            tue: day.clone(),
            wed: day.clone(),
            thu: day.clone(),
            fri: day,
            ..Week::default()
        },
        yearly_holidays: vec!["01-01".to_owned(), "12-25".to_owned()],
        ..CalendarSpec::default()
    };
    Calendar::new(&spec).ok()
}

/// The share that must be up, how long the first answer and the solution may take, in minutes for P1, and the
/// calendar that counts.
fn grade(level: ServiceLevel) -> (Decimal, i64, i64, &'static str) {
    match level {
        ServiceLevel::Sil1 => (Decimal::new(9_995, 2), 10, 120, "always"),
        ServiceLevel::Sil2 => (Decimal::new(999, 1), 15, 240, "always"),
        ServiceLevel::Sil3 => (Decimal::new(995, 1), 30, 480, "always"),
        ServiceLevel::Sil4 => (Decimal::new(99, 0), 60, 600, "office"),
        ServiceLevel::Sil5 => (Decimal::new(98, 0), 120, 1_200, "office"),
    }
}

fn objectives(customer: &Customer) -> Vec<Objective> {
    let (up, response, resolution, calendar) = grade(customer.level);
    let objective = |name: &str, calendar: &str, kind| Objective {
        name: name.to_owned(),
        services: BTreeSet::new(),
        window: WindowKind::Month,
        calendar: calendar.to_owned(),
        kind,
    };
    let availability = AvailabilityTerms {
        target: up,
        exclusions: if customer.own == 3 { ExclusionMode::CountUp } else { ExclusionMode::Subtract },
        unknown: UnknownPolicy::Leaves,
        combination: Combination::AnyDown,
        partial_term: PartialTerm::ShorterWindow,
        minimum_downtime: Span::ZERO,
        degraded_is_down: false,
    };
    let share = |percent| Measure::Share { percent: Decimal::from(percent) };
    let percentile = Measure::Percentile { percent: Decimal::from(90) };
    let mut all = vec![
        objective("availability", "always", ObjectiveKind::Availability(availability)),
        objective("response", calendar, clock(ClockKind::Response, response, share(90))),
        objective("resolution", calendar, clock(ClockKind::Resolution, resolution, percentile)),
    ];
    if customer.level <= ServiceLevel::Sil3 {
        all.push(objective("update", "always", clock(ClockKind::Update, 60, share(75))));
        all.push(objective("next_reply", "always", clock(ClockKind::NextReply, 60, share(80))));
        all.push(objective("waiting", "always", clock(ClockKind::Waiting, 45, Measure::Mean)));
    }
    let complaints = ComplaintTerms {
        stage: ComplaintStage::Answer,
        target: Target::BusinessDays { days: 2, end_of_day: false },
        share: Decimal::from(80),
        minimum_items: 0,
    };
    all.push(objective("complaints", "office", ObjectiveKind::Complaints(complaints)));
    let satisfaction = SatisfactionTerms {
        survey: "monthly".into(),
        score: ScoreKind::CSAT,
        target: Decimal::from(60),
        minimum_answers: 3,
    };
    all.push(objective("satisfaction", "always", ObjectiveKind::Satisfaction(satisfaction)));
    all
}

fn clock(clock: ClockKind, minutes: i64, measure: Measure) -> ObjectiveKind {
    let within = |times: i64| Target::Elapsed(Span::from_minutes(minutes * times));
    ObjectiveKind::Clock(ClockTerms {
        clock,
        targets: BTreeMap::from([
            (Priority::P1, within(1)),
            (Priority::P2, within(2)),
            (Priority::P3, within(4)),
        ]),
        measure,
        pauses: clock == ClockKind::Resolution,
        minimum_items: 0,
    })
}

fn both(english: &str, chinese: &str) -> Localized {
    BTreeMap::from([("en".to_owned(), english.to_owned()), ("zh-TW".to_owned(), chinese.to_owned())])
}

pub fn service_book() -> ServiceBook {
    let service = |(place, sold): (usize, super::customers::Sold)| {
        let service = Service {
            name: both(&sold.english, &sold.chinese),
            components: BTreeSet::new(),
            quiet: Span::from_minutes(5),
            reopen_within: Span::from_minutes(30),
            observed_by: BTreeSet::from([monitor_of(place)]),
            observed_from: None,
            runbook: None,
        };
        (sold.id, service)
    };
    let liveness = |silence_after, silence| Liveness {
        silence_after: Span::from_hours(silence_after),
        silence,
        ttl: Span::from_hours(8),
    };
    let heartbeat = BTreeMap::from([("alertname".to_owned(), "Watchdog".to_owned())]);
    ServiceBook {
        services: services().into_iter().enumerate().map(service).collect(),
        routes: vec![Route {
            integration: None,
            labels: BTreeMap::new(),
            service: Chosen::Label("service".to_owned()),
            component: None,
            impact: None,
            priority: None,
        }],
        integrations: BTreeMap::from([
            ("alertmanager".into(), liveness(5, Silence::Heartbeat { labels: heartbeat })),
            ("zabbix".into(), liveness(13, Silence::Unknown)),
            ("kuma".into(), liveness(1, Silence::Up)),
        ]),
        priorities: BTreeMap::from([
            (Severity::Critical, Priority::P1),
            (Severity::Error, Priority::P2),
            (Severity::Warning, Priority::P3),
        ]),
        impacts: BTreeMap::from([
            (Severity::Critical, Impact::Down),
            (Severity::Error, Impact::Degraded),
            (Severity::Warning, Impact::Degraded),
        ]),
    }
}

/// Surveys with schedules of their own: one by name each month, an anonymous one each quarter, and one after
/// some incidents.
pub fn survey_book() -> SurveyBook {
    let survey = |title: Localized, kind, identity, trigger, minimum_group| Survey {
        title: title.clone(),
        questions: vec![Question { name: "score".to_owned(), text: title, kind, optional: false }],
        identity,
        agreements: BTreeSet::new(),
        trigger,
        audience: Audience::Channel,
        open_for: Span::from_days(6),
        remind_after: Some(Span::from_days(3)),
        cooldown: Span::ZERO,
        once_per: None,
        minimum_group,
        quiet: None,
    };
    let mut book = SurveyBook::new();
    let after = Trigger::Incident {
        delay: Span::from_hours(1),
        priorities: BTreeSet::from([Priority::P1, Priority::P2]),
        sample_percent: 8,
    };
    let title = both("How easy was it to get help?", "取得協助有多容易？");
    book.insert("after_incident".into(), survey(title, QuestionKind::Ces, Identity::Named, after, 3));
    if let Ok(cron) = "0 10 15 * *".parse() {
        let title = both("How satisfied are you with this month?", "您對本月的服務滿意嗎？");
        let monthly = Trigger::Schedule { cron };
        book.insert("monthly".into(), survey(title, QuestionKind::Csat, Identity::Named, monthly, 3));
    }
    if let Ok(cron) = "0 10 20 3,6,9,12 *".parse() {
        let title = both("Would you recommend us?", "您會推薦我們嗎？");
        let quarterly = Trigger::Schedule { cron };
        book.insert("quarterly".into(), survey(title, QuestionKind::Nps, Identity::Anonymous, quarterly, 4));
    }
    book
}

/// The customer whose drafts wait for an approval.
pub const HOLDS: &str = "morningstar";

/// Every customer has a review on the first Monday of the month at nine; two have a quarterly one, and the operators
/// a digest each month.
pub fn review_book() -> ReviewBook {
    let plan = |name: &str, schedule: &str, period, template: &str, before, unapproved| {
        Some(Plan {
            name: name.to_owned(),
            schedule: schedule.parse().ok()?,
            period,
            template: template.to_owned(),
            draft_before: Span::from_days(before),
            unapproved,
            zone: None,
        })
    };
    let mut book = ReviewBook::default();
    let digest = plan("digest", "0 8 1-7 * Mon", WindowKind::Month, "operators", 0, Unapproved::Publish);
    book.operators.extend(digest);
    for (place, customer) in CUSTOMERS.iter().enumerate() {
        let unapproved = if customer.id == HOLDS { Unapproved::Hold } else { Unapproved::Publish };
        let before = i64::try_from(place % 4).unwrap_or(0);
        let before = if customer.id == HOLDS { 3 } else { before };
        let monthly = plan("monthly", "0 9 1-7 * Mon", WindowKind::Month, "customer", before, unapproved);
        let mut plans: Vec<Plan> = monthly.into_iter().collect();
        if matches!(customer.id, "acme" | "thames") {
            let schedule = "30 9 1-7 1,4,7,10 Mon";
            plans.extend(plan("quarterly", schedule, WindowKind::Quarter, "short", 0, Unapproved::Publish));
        }
        book.agreements.insert(customer.agreement(), plans);
    }
    book
}
