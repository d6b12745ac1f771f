//! Every kind of message at every stage, for the tests that render them: one night at Checkout, 23 November
//! 2026 in Berlin, and what may go wrong around it.

mod drills;
mod quotes;
mod surveys;

use rust_decimal::Decimal;

use super::clock::ClockNotice;
use super::corrected::{Change, Corrected};
use super::destination::{Dead, DeadCause, Whose};
use super::digest::{Collected, Opened, OpenedIncident};
use super::history::{Happening, What};
use super::monitor::{HeardAgain, Silent};
use super::reopened::{Reopened, ReopenedBy, ReopenedForCustomer};
use super::stray::{Odd, Oddity, Test, Unreadable, Unrouted};
use super::view::*;
use super::{
    card, clock, corrected, customer, destination, digest, history, monitor, reopened, resolved, stray,
};
use crate::core::agreement::{ClockKind, Priority, ServiceLevel};
use crate::core::doc::{Doc, Period};
use crate::core::event::{CauseCategory, IncidentNumber, PersonId, ProseId};
use crate::core::incident::{ClosedBy, NoticedBy};
use crate::core::standing::Verdict;
use crate::core::stopwatch::Target;
use crate::core::time::{Instant, Span};

/// A time of that day in Berlin: `at("03:02")`.
pub fn at(time: &str) -> Instant {
    let local = chrono::NaiveTime::parse_from_str(time, "%H:%M").unwrap();
    let seconds = i64::from(chrono::Timelike::num_seconds_from_midnight(&local));
    Instant::parse("2026-11-22T23:00:00Z").unwrap() + Span::from_seconds(seconds)
}

pub fn person(id: &str) -> PersonId {
    PersonId::new(id)
}

fn prose(id: &str) -> ProseId {
    ProseId::new(id)
}

fn minutes(minutes: i64) -> Span {
    Span::from_minutes(minutes)
}

pub fn name(english: &str, chinese: &str) -> Localized {
    [("en", english), ("zh-TW", chinese)].map(|(tag, text)| (tag.to_owned(), text.to_owned())).into()
}

pub fn checkout() -> Localized {
    name("Checkout", "結帳服務")
}

const INCIDENT: IncidentNumber = IncidentNumber(42);

/// A clock that started at 03:02, as it stands at `now`.
pub fn clock_at(kind: ClockKind, target: i64, stop: Option<&str>, now: &str) -> ClockView {
    let start = at("03:02");
    let stopped = stop.map(at);
    let elapsed = stopped.unwrap_or_else(|| at(now)) - start;
    let due = start + minutes(target);
    let late = elapsed > minutes(target);
    ClockView {
        kind,
        priority: Priority::P1,
        target: Target::Elapsed(minutes(target)),
        working_time: false,
        length: Some(minutes(target)),
        elapsed,
        due: stopped.is_none().then_some(due),
        late_since: late.then_some(due),
        stopped,
        paused: false,
        at_risk: stopped.is_none() && !late && elapsed.micros() * 100 >= minutes(target).micros() * 75,
        late_before: false,
    }
}

const NOVEMBER: Period = Period::Month { year: 2026, month: 11 };

pub fn availability(value: &str, left: i64, standing: Verdict) -> ObjectiveView {
    let figures = FiguresView::Availability {
        value: Some(value.parse().unwrap()),
        target: Decimal::new(999, 1),
        left: Some(minutes(left)),
    };
    ObjectiveView { period: NOVEMBER, over: false, standing, figures }
}

fn within(span: Span) -> Promised {
    Promised { target: Target::Elapsed(span), working_time: false }
}

pub fn share(met: usize, of: usize, standing: Verdict) -> ObjectiveView {
    let figures = FiguresView::Share {
        clock: ClockKind::Response,
        percent: Decimal::from(95),
        within: within(minutes(15)),
        met,
        of,
    };
    ObjectiveView { period: NOVEMBER, over: false, standing, figures }
}

fn acme(now: &str, acknowledged: Option<&str>, restored: Option<&str>) -> AgreementView {
    AgreementView {
        customer: "Acme GmbH".to_owned(),
        agreement: "acme".to_owned(),
        reference: "ACME-42".to_owned(),
        level: ServiceLevel::Sil1,
        version: 3,
        clocks: vec![
            clock_at(ClockKind::Resolution, 240, restored, now),
            clock_at(ClockKind::Update, 30, restored, now),
            clock_at(ClockKind::Response, 15, acknowledged.or(restored), now),
        ],
        objectives: vec![availability("99.9366", 22, Verdict::Met), share(19, 21, Verdict::AtRisk)],
        publication: Publication::Told,
        last_update: None,
        pause: None,
    }
}

fn borealis(now: &str) -> AgreementView {
    AgreementView {
        customer: "Borealis Oy".to_owned(),
        agreement: "borealis".to_owned(),
        reference: "BOR-7".to_owned(),
        level: ServiceLevel::Sil3,
        version: 1,
        clocks: vec![ClockView {
            working_time: true,
            paused: true,
            due: None,
            ..clock_at(ClockKind::Resolution, 480, None, now)
        }],
        objectives: Vec::new(),
        publication: Publication::OnApproval,
        last_update: None,
        pause: Some((at("03:10"), prose("pause"))),
    }
}

/// The operators' view at `now`.
pub fn operators(now: &str, acknowledged: Option<&str>, restored: Option<&str>) -> IncidentView {
    IncidentView {
        number: INCIDENT,
        service: checkout(),
        problem: Problem {
            summaries: vec!["5xx ratio above 5 %".to_owned()],
            more: 0,
            told: None,
            components: vec!["api-2".to_owned(), "api-3".to_owned()],
        },
        since: at("03:02"),
        priority: Priority::P1,
        noticed_by: NoticedBy::Monitor,
        owner: acknowledged.map(|time| (person("mira"), at(time))),
        cause: None,
        signs: Signs::AsExpected,
        resolved: restored.map(|time| (at(time), ClosedBy::Monitor)),
        runbook: Some("https://runbooks.example/checkout".to_owned()),
        agreements: vec![acme(now, acknowledged, restored)],
        on_call: vec![person("mira"), person("jon")],
        as_of: at(now),
    }
}

/// Acme's view at `now`.
pub fn customers(now: &str, acknowledged: Option<&str>, restored: Option<&str>) -> CustomerView {
    let acme = acme(now, acknowledged, restored);
    CustomerView {
        number: INCIDENT,
        reference: acme.reference,
        service: checkout(),
        problem: Some(name("some payments are failing", "部分付款失敗")),
        since: at("03:02"),
        level: acme.level,
        priority: Priority::P1,
        priority_reason: None,
        reported: false,
        in_hand: acknowledged.map(at),
        again: None,
        clocks: acme.clocks,
        objectives: vec![availability("99.9066", 13, Verdict::Met)],
        last_update: None,
        pause: None,
        resolved: restored.map(at),
        cause: None,
        as_of: at(now),
    }
}

fn resolved_view() -> IncidentView {
    let mut view = operators("03:27", Some("03:21"), Some("03:26"));
    view.agreements[0].objectives =
        vec![availability("99.9066", 13, Verdict::Met), share(19, 22, Verdict::Missed)];
    view
}

fn operators_cards() -> Vec<(&'static str, Doc)> {
    let opened = operators("03:04", None, None);
    let mut everything = operators("03:45", Some("03:21"), None);
    everything.noticed_by = NoticedBy::Customer;
    everything.problem.told = Some(prose("report"));
    everything.problem.more = 4;
    everything.signs = Signs::NoWord(at("03:30"));
    everything.cause = Some(CauseView {
        category: CauseCategory::Change,
        internal: Some(prose("internal")),
        customer: Some(prose("public")),
    });
    everything.agreements[0].last_update = Some((at("03:30"), prose("update")));
    everything.agreements[0].clocks[1] =
        ClockView { late_before: true, ..clock_at(ClockKind::Update, 58, None, "03:45") };
    everything.agreements.push(borealis("03:45"));
    let mut uncovered = operators("03:04", None, None);
    uncovered.agreements.clear();
    uncovered.on_call.clear();
    let mut held = operators("03:04", None, None);
    held.agreements[0].publication = Publication::HeldUntil(at("03:12"));
    let mut still = resolved_view();
    still.signs = Signs::StillFiring;
    let mut quiet = operators("03:28", Some("03:09"), None);
    quiet.signs = Signs::Quieting(at("03:26"));
    vec![
        ("card-opened", card::card(&opened)),
        ("card-at-risk", card::card(&operators("03:14", None, None))),
        ("card-late", card::card(&operators("03:18", None, None))),
        ("card-in-hand", card::card(&operators("03:10", Some("03:09"), None))),
        ("card-in-hand-after-late", card::card(&operators("03:22", Some("03:21"), None))),
        ("card-quieting", card::card(&quiet)),
        ("card-held-back", card::card(&held)),
        ("card-two-customers", card::card(&everything)),
        ("card-no-agreement", card::card(&uncovered)),
        ("card-resolved", card::card(&resolved_view())),
        ("card-resolved-still-firing", card::card(&still)),
        ("resolved-operators", resolved::operators(&resolved_view(), at("03:26"))),
    ]
}

fn customers_cards() -> Vec<(&'static str, Doc)> {
    let mut unnamed = customers("03:04", None, None);
    unnamed.problem = None;
    unnamed.reported = true;
    let mut talked = customers("03:45", Some("03:21"), None);
    talked.last_update = Some((at("03:30"), prose("update")));
    talked.pause = Some((at("03:40"), prose("pause")));
    talked.priority_reason = Some(prose("reason"));
    talked.clocks[0] = ClockView { paused: true, due: None, ..talked.clocks[0].clone() };
    talked.clocks[1] = clock_at(ClockKind::Update, 58, None, "03:45");
    let mut done = customers("03:27", Some("03:21"), Some("03:26"));
    done.objectives.push(share(19, 22, Verdict::Missed));
    done.cause = Some((CauseCategory::Change, Some(prose("public"))));
    let mut again = customers("03:41", None, None);
    again.again = Some(at("03:40"));
    again.clocks = vec![clock_at(ClockKind::Response, 15, Some("03:09"), "03:41"), again.clocks[0].clone()];
    let mut waiting = customers("03:14", None, None);
    waiting.clocks.push(clock_at(ClockKind::Waiting, 10, None, "03:14"));
    waiting.clocks.push(clock_at(ClockKind::NextReply, 60, None, "03:14"));
    vec![
        ("customer-opened", customer::card(&customers("03:04", None, None))),
        ("customer-unnamed-reported", customer::card(&unnamed)),
        ("customer-late", customer::card(&customers("03:18", None, None))),
        ("customer-in-hand", customer::card(&customers("03:10", Some("03:09"), None))),
        ("customer-all-late", customer::card(&customers("08:00", None, None))),
        ("customer-waiting", customer::card(&waiting)),
        ("customer-again", customer::card(&again)),
        ("customer-talked", customer::card(&talked)),
        ("customer-resolved", customer::card(&customers("03:27", Some("03:21"), Some("03:26")))),
        ("customer-resolved-missed", resolved::customer(&done, at("03:26"))),
    ]
}

/// A clock that needs somebody, at `now`.
pub fn clock_notice(
    kind: ClockKind,
    target: i64,
    now: &str,
    owner: Option<&str>,
    call: &[&str],
) -> ClockNotice {
    ClockNotice {
        number: INCIDENT,
        service: checkout(),
        customer: "Acme GmbH".to_owned(),
        priority: Priority::P1,
        clock: clock_at(kind, target, None, now),
        owner: owner.map(person),
        call: call.iter().map(|id| person(id)).collect(),
        unstaffed: false,
        as_of: at(now),
    }
}

fn clock_messages() -> Vec<(&'static str, Doc)> {
    let notice = clock_notice;
    let mut undue = notice(ClockKind::Response, 15, "03:14", None, &[]);
    undue.clock.due = None;
    vec![
        ("at-risk-response", clock::at_risk(&notice(ClockKind::Response, 15, "03:14", None, &["mira"]))),
        (
            "at-risk-resolution",
            clock::at_risk(&notice(ClockKind::Resolution, 240, "06:30", Some("mira"), &["mira"])),
        ),
        (
            "at-risk-update",
            clock::at_risk(&notice(ClockKind::Update, 30, "03:26", Some("mira"), &["mira", "jon"])),
        ),
        ("at-risk-next-reply", clock::at_risk(&notice(ClockKind::NextReply, 30, "03:26", None, &[]))),
        ("at-risk-waiting", clock::at_risk(&notice(ClockKind::Waiting, 30, "03:26", None, &[]))),
        ("at-risk-never-due", clock::at_risk(&undue)),
        (
            "at-risk-unstaffed",
            clock::at_risk(&ClockNotice {
                unstaffed: true,
                ..notice(ClockKind::Response, 15, "03:14", None, &["lena"])
            }),
        ),
        ("late-response", clock::late(&notice(ClockKind::Response, 15, "03:18", None, &["mira"]))),
        ("late-resolution", clock::late(&notice(ClockKind::Resolution, 240, "07:03", Some("mira"), &[]))),
        ("call-at-risk", clock::call(&notice(ClockKind::Response, 15, "03:14", None, &["jon"]))),
        ("call-late", clock::call(&notice(ClockKind::Response, 15, "03:18", None, &["jon"]))),
        ("call-nobody-on-call", clock::call(&notice(ClockKind::Response, 15, "03:18", None, &[]))),
    ]
}

fn digests() -> Vec<(&'static str, Doc)> {
    let one = |number: u32| OpenedIncident {
        number: IncidentNumber(number),
        service: if number.is_multiple_of(2) { checkout() } else { name("Search", "搜尋服務") },
        priority: Priority::ALL[usize::try_from(number % 3).unwrap()],
        customers: if number.is_multiple_of(5) {
            vec![]
        } else {
            vec!["Acme GmbH".to_owned(), "Borealis Oy".to_owned()]
        },
        since: at("03:02") + Span::from_seconds(i64::from(number)),
    };
    let opened = |count: u32| Opened {
        incidents: (1..=count).map(one).collect(),
        within: minutes(1),
        as_of: at("03:04"),
    };
    let about = history::About { number: INCIDENT, service: checkout() };
    let line = |what| history::entry(&about, &Happening { at: at("03:05"), what }, at("04:00")).head;
    let late = || What::Late { clock: ClockKind::Response, customer: "Acme GmbH".to_owned() };
    let whole =
        Collected { lines: (0..23).map(|_| line(late())).collect(), since: at("03:00"), as_of: at("04:00") };
    let collected = Collected {
        lines: vec![
            line(What::OpenedByMonitor),
            line(late()),
            line(What::Said { by: person("lena"), customer: "Acme GmbH".to_owned(), text: prose("report") }),
        ],
        since: at("03:00"),
        as_of: at("04:00"),
    };
    vec![
        ("digest-opened", digest::opened(&opened(23))),
        ("digest-opened-few", digest::opened(&opened(1))),
        ("digest-collected", digest::collected(&collected)),
        ("digest-collected-many", digest::collected(&whole)),
    ]
}

fn around() -> Vec<(&'static str, Doc)> {
    let silent = |services: Vec<Localized>| Silent {
        integration: "alertmanager".to_owned(),
        since: at("03:05"),
        expected_within: minutes(5),
        services,
        as_of: at("03:11"),
    };
    let heard = HeardAgain {
        integration: "alertmanager".to_owned(),
        silent_since: at("03:05"),
        at: at("03:25"),
        as_of: at("03:25"),
    };
    let unrouted = |labels: usize| Unrouted {
        integration: "alertmanager".to_owned(),
        name: "HighLatency @everyone".to_owned(),
        labels: (0..labels).map(|index| (format!("label{index}"), "<b>x</b>".to_owned())).collect(),
        more: if labels > 0 { 2 } else { 0 },
        as_of: at("03:11"),
    };
    let unreadable = Unreadable {
        integration: "alertmanager".to_owned(),
        received: at("03:05"),
        reason: "expected `alerts` at line 1 column 20".to_owned(),
        as_of: at("03:11"),
    };
    vec![
        ("monitor-silent", monitor::silent(&silent(vec![checkout(), name("Search", "搜尋服務")]))),
        ("monitor-silent-alone", monitor::silent(&silent(vec![]))),
        ("monitor-heard-again", monitor::heard_again(&heard)),
        ("stray-unrouted", stray::unrouted(&unrouted(8))),
        ("stray-unrouted-bare", stray::unrouted(&unrouted(0))),
        ("stray-unreadable", stray::unreadable(&unreadable)),
    ]
}

fn deliveries() -> Vec<(&'static str, Doc)> {
    let odd = |what, detail: &str, more| {
        let (integration, detail) = ("alertmanager".to_owned(), detail.to_owned());
        stray::odd(&Odd { integration, what, detail, received: at("03:05"), more, as_of: at("03:05") })
    };
    let test = |routed| Test {
        integration: "scripts".to_owned(),
        summary: "Backup of db1 failed".to_owned(),
        routed,
        as_of: at("03:05"),
    };
    vec![
        ("odd-truncated", odd(Oddity::Truncated, "12", 0)),
        ("odd-severity", odd(Oddity::SeverityUnmapped, "catastrophic", 3)),
        ("odd-status", odd(Oddity::StatusUnknown, "suppressed", 0)),
        ("odd-time", odd(Oddity::TimeUnreadable, "endsAt", 0)),
        ("odd-field", odd(Oddity::FieldUnreadable, "labels", 0)),
        ("odd-entry", odd(Oddity::EntryUnreadable, "7", 1)),
        ("odd-events-left", odd(Oddity::EventsLeft, "1500", 0)),
        ("odd-method", odd(Oddity::WrongMethod, "GET", 12)),
        ("odd-unauthorised", odd(Oddity::Unauthorised, "", 40)),
        ("odd-too-large", odd(Oddity::TooLarge, "", 0)),
        ("test-signal", stray::test(&test(Some((checkout(), Priority::P1))))),
        ("test-signal-unrouted", stray::test(&test(None))),
    ]
}

fn not_arriving() -> Vec<(&'static str, Doc)> {
    let dead = |cause, whose: Whose, lost, waiting| {
        let address = "discord:1234567890".to_owned();
        let since = at("03:05");
        destination::dead(&Dead { address, whose, cause, since, lost, waiting, as_of: at("03:11") })
    };
    let acme = || Whose::Customer("Acme GmbH".to_owned());
    vec![
        ("dead-gone", dead(DeadCause::Gone, acme(), 3, 0)),
        ("dead-forbidden", dead(DeadCause::Forbidden, Whose::Operators, 1, 0)),
        ("dead-alone", dead(DeadCause::Forbidden, Whose::Person(person("jon")), 1, 0)),
        ("dead-unauthorized", dead(DeadCause::Unauthorized, Whose::Operators, 0, 12)),
        ("dead-refused", dead(DeadCause::Refused, acme(), 2, 0)),
        ("dead-unreachable", dead(DeadCause::Unreachable, acme(), 0, 4)),
        ("dead-worn-out", dead(DeadCause::WornOut, acme(), 2, 5)),
        ("dead-uncertain", dead(DeadCause::Uncertain, acme(), 1, 0)),
        ("dead-unspeakable", dead(DeadCause::Unspeakable, Whose::Operators, 1, 0)),
    ]
}

fn corrections() -> Vec<(&'static str, Doc)> {
    let kept = clock_at(ClockKind::Response, 15, Some("03:16"), "05:00");
    let broken = ClockView {
        elapsed: minutes(15) + Span::from_millis(12_400),
        late_since: Some(at("03:17")),
        ..clock_at(ClockKind::Response, 15, Some("03:17"), "05:00")
    };
    let correction = |customer: Option<&str>, changes| Corrected {
        number: INCIDENT,
        service: checkout(),
        customer: customer.map(ToOwned::to_owned),
        changes,
        as_of: at("05:00"),
    };
    let all = vec![
        Change::Began { said: at("03:02"), is: at("02:58") },
        Change::Ended { said: at("03:26"), is: at("03:31") },
        Change::NotOver { said: at("03:26") },
        Change::Clock { said_late: true, is: kept.clone() },
        Change::Clock { said_late: false, is: broken },
        Change::Clock { said_late: false, is: kept.clone() },
    ];
    vec![
        ("corrected-operators", corrected::corrected(&correction(Some("Acme GmbH"), all))),
        (
            "corrected-customer",
            corrected::corrected(&correction(None, vec![Change::Clock { said_late: true, is: kept }])),
        ),
    ]
}

fn reopenings() -> Vec<(&'static str, Doc)> {
    let reopened = |by, call: &[&str], text: Option<&str>| Reopened {
        number: INCIDENT,
        service: checkout(),
        customers: vec!["Acme GmbH".to_owned()],
        priority: Priority::P1,
        at: at("03:40"),
        by,
        text: text.map(prose),
        call: call.iter().map(|id| person(id)).collect(),
        as_of: at("03:41"),
    };
    let own = |by_you| ReopenedForCustomer {
        number: INCIDENT,
        service: checkout(),
        at: at("03:40"),
        by_you,
        as_of: at("03:41"),
    };
    vec![
        ("reopened-by-monitor", reopened::operators(&reopened(ReopenedBy::Monitor, &["mira"], None))),
        (
            "reopened-by-operator",
            reopened::operators(&reopened(ReopenedBy::Operator(person("jon")), &[], Some("reason"))),
        ),
        (
            "reopened-by-customer",
            reopened::operators(&reopened(
                ReopenedBy::Customer("Acme GmbH".to_owned()),
                &["mira"],
                Some("report"),
            )),
        ),
        ("reopened-for-customer", reopened::customer(&own(false))),
        ("reopened-by-you", reopened::customer(&own(true))),
    ]
}

fn happenings() -> Vec<(&'static str, What)> {
    let (mira, lena) = (|| person("mira"), || person("lena"));
    let acme = || "Acme GmbH".to_owned();
    vec![
        ("opened-by-monitor", What::OpenedByMonitor),
        ("opened", What::Opened { by: mira(), text: prose("report") }),
        ("reported", What::Reported { by: lena(), customer: acme(), text: prose("report") }),
        ("acknowledged", What::Acknowledged { by: mira() }),
        ("called", What::Called { people: vec![person("jon")], customer: acme() }),
        ("called-nobody", What::Called { people: vec![], customer: acme() }),
        ("at-risk", What::AtRisk { clock: ClockKind::Response, customer: acme() }),
        ("late", What::Late { clock: ClockKind::Response, customer: acme() }),
        (
            "prioritised",
            What::Prioritised { by: mira(), from: Priority::P1, to: Priority::P3, reason: prose("reason") },
        ),
        ("paused", What::Paused { by: mira(), customer: None, reason: prose("pause") }),
        ("paused-for", What::Paused { by: mira(), customer: Some(acme()), reason: prose("pause") }),
        ("resumed", What::Resumed { by: mira(), customer: None, reason: None }),
        ("resumed-for", What::Resumed { by: mira(), customer: Some(acme()), reason: Some(prose("reason")) }),
        (
            "caused",
            What::Caused {
                by: mira(),
                category: CauseCategory::Change,
                internal: Some(prose("internal")),
                public: Some(prose("public")),
            },
        ),
        ("noted", What::Noted { by: mira(), text: prose("internal") }),
        ("updated", What::Updated { by: mira(), customer: None, text: prose("update") }),
        ("updated-for", What::Updated { by: mira(), customer: Some(acme()), text: prose("update") }),
        ("said", What::Said { by: lena(), customer: acme(), text: prose("report") }),
        ("published", What::Published { by: mira(), customer: acme() }),
        ("shown", What::Shown { customer: acme() }),
        ("resolved-by-monitor", What::ResolvedByMonitor),
        ("resolved", What::Resolved { by: mira(), text: Some(prose("update")) }),
        ("reopened-by-monitor", What::ReopenedByMonitor),
        ("reopened", What::Reopened { by: mira(), customer: None, text: None }),
        (
            "reopened-by-customer",
            What::Reopened { by: lena(), customer: Some(acme()), text: Some(prose("report")) },
        ),
        ("merged", What::Merged { into: IncidentNumber(41) }),
    ]
}

/// What was written, to somebody of a customer's alone.
fn customers_letters() -> Vec<(&'static str, Doc)> {
    let about = history::About { number: INCIDENT, service: checkout() };
    let letter =
        |what| history::customer_letter(&about, &Happening { at: at("03:17"), what }, at("03:17")).unwrap();
    let customer = "Acme GmbH".to_owned();
    vec![
        (
            "customer-letter-updated",
            letter(What::Updated { by: person("mira"), customer: None, text: prose("update") }),
        ),
        ("customer-letter-said", letter(What::Said { by: person("lena"), customer, text: prose("report") })),
    ]
}

/// The history lines, for operators and, where there is one, for the customer.
pub fn history_lines() -> Vec<(&'static str, Doc, Option<Doc>)> {
    let as_of = at("03:30");
    let lines = happenings().into_iter().map(|(name, what)| {
        let happening = Happening { at: at("03:09"), what };
        (name, history::operators(&happening, as_of), history::customer(&happening, as_of))
    });
    lines.collect()
}

/// Objectives of every kind and standing, as rows of a card.
fn objectives() -> Vec<(&'static str, Doc)> {
    let clock = ClockKind::Resolution;
    let mean = |value: Option<Span>, standing| ObjectiveView {
        period: Period::Quarter { year: 2026, quarter: 4 },
        over: false,
        standing,
        figures: FiguresView::Mean {
            clock,
            value,
            within: within(minutes(240)),
            of: usize::from(value.is_some()) * 7,
        },
    };
    let percentile = |value: Option<Span>, standing| ObjectiveView {
        period: Period::Month { year: 2025, month: 12 },
        over: true,
        standing,
        figures: FiguresView::Percentile {
            clock,
            percent: Decimal::from(90),
            value,
            within: Promised {
                target: Target::BusinessDays { days: 2, end_of_day: false },
                working_time: true,
            },
            of: usize::from(value.is_some()) * 21,
        },
    };
    let rolling = ObjectiveView {
        period: Period::Rolling(Span::from_days(30)),
        ..availability("99.95", 21, Verdict::Met)
    };
    let unknown = ObjectiveView {
        figures: FiguresView::Availability { value: None, target: Decimal::new(9995, 2), left: None },
        ..availability("0", 0, Verdict::NoData)
    };
    let over = ObjectiveView { over: true, ..availability("99.999", 41, Verdict::Met) };
    let mut view = operators("03:10", Some("03:09"), None);
    view.agreements[0].objectives = vec![
        rolling,
        unknown,
        over,
        availability("99.899999", -5, Verdict::Missed),
        share(3, 3, Verdict::Insufficient),
        mean(Some(minutes(245)), Verdict::Missed),
        mean(None, Verdict::NoData),
        percentile(Some(Span::from_hours(30)), Verdict::Met),
        percentile(None, Verdict::NoData),
    ];
    vec![("objectives", card::card(&view))]
}

/// Every sample by name.
pub fn all() -> Vec<(&'static str, Doc)> {
    [
        operators_cards(),
        customers_cards(),
        customers_letters(),
        clock_messages(),
        digests(),
        around(),
        deliveries(),
        not_arriving(),
        corrections(),
        reopenings(),
        objectives(),
        super::feedback::samples::all(),
        super::improvement::samples::all(),
        super::review::samples::all(),
        surveys::all(),
        quotes::all(),
        drills::all(),
    ]
    .concat()
}
