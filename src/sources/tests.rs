//! What every source must withstand: arbitrary bytes, damaged real bodies, and its own words read back.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const REAL: [&[u8]; 4] = [
    include_bytes!("../../tests/data/webhooks/samples/alertmanager/mixed_group.json"),
    include_bytes!("../../tests/data/webhooks/samples/alertmanager/unicode_nul.json"),
    include_bytes!("../../tests/data/webhooks/samples/alertmanager/legacy_no_fingerprint.json"),
    include_bytes!("../../tests/data/webhooks/samples/alertmanager/ns_and_offset_times.json"),
];

fn warnings(parsed: &Parsed) -> Vec<String> {
    parsed.warnings.iter().map(ToString::to_string).collect()
}

fn alertmanager(alerts: &serde_json::Value) -> Parsed {
    parse(SourceKind::Alertmanager, json!({ "alerts": alerts }).to_string().as_bytes())
}

fn upheld(body: &str) -> Parsed {
    parse(SourceKind::Upheld, body.as_bytes())
}

/// What must hold whatever came in.
fn sound(parsed: &Parsed, body: &[u8]) {
    assert!(parsed.events.len() <= MOST_EVENTS && parsed.events.len() <= body.len() + 1);
    assert!(parsed.warnings.len() <= warning::MOST + 1);
    for warning in &parsed.warnings {
        assert!(warning.detail.chars().count() <= warning::DETAIL);
    }
    for event in &parsed.events {
        assert!(!event.key.is_empty() && event.key.len() <= text::KEY, "{:?}", event.key);
        assert!(event.summary.chars().count() <= text::SUMMARY);
        assert!(event.labels.len() <= text::LABELS && event.links.len() <= text::LINKS);
        let texts = event.labels.iter().flat_map(|(name, value)| [name, value]);
        for text in texts.chain([&event.key, &event.summary, &event.service]).chain(&event.description) {
            assert!(!text.contains('\0'));
        }
        assert!(event.links.iter().all(|link| text::is_web_address(&link.url)));
        assert!(event.status == SignalStatus::Resolved || event.ended.is_none());
    }
    if parsed.unreadable.is_some() {
        assert_eq!(parsed.events.len(), 1);
        assert_eq!(parsed.events[0].status, SignalStatus::Info);
    }
}

fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), 0..4_u8, any::<u8>(), 0..40_usize);
    (prop::sample::select(&REAL[..]), prop::collection::vec(edit, 0..8)).prop_map(|(real, edits)| {
        let mut body = real.to_vec();
        for (place, what, byte, length) in edits {
            if body.is_empty() {
                break;
            }
            let at = place.index(body.len());
            let end = (at + length).min(body.len());
            match what {
                0 => body[at] = byte,
                1 => drop(body.drain(at..end)),
                2 => {
                    let piece = body[at..end].to_vec();
                    body.splice(at..at, piece);
                }
                _ => body.truncate(at),
            }
        }
        body
    })
}

/// JSON of any shape whose objects use the names that sources look for.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let name = prop::sample::select(vec![
        "alerts",
        "labels",
        "annotations",
        "status",
        "fingerprint",
        "startsAt",
        "endsAt",
        "generatorURL",
        "truncatedAlerts",
        "key",
        "severity",
        "summary",
        "started",
        "ended",
        "links",
        "rel",
        "url",
        "test",
        "service",
        "description",
        "runbook_url",
        "other",
    ]);
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(|b| json!(b)),
        any::<i64>().prop_map(|n| json!(n)),
        any::<f64>().prop_map(|n| json!(n)),
        ".{0,20}".prop_map(|s| json!(s)),
        prop::sample::select(vec!["firing", "resolved", "2026-03-05T09:15:00Z", "0", "\0", "http://a.test/"])
            .prop_map(|s| json!(s)),
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(|list| json!(list)),
            prop::collection::btree_map(name.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| json!(map)),
        ]
    })
}

fn any_event() -> impl Strategy<Value = ParsedEvent> {
    let text = "[^\\x00-\\x1f]{1,40}";
    // A blank summary counts as none, and the key stands in for it.
    let said = "[^\\x00-\\x1f\\s][^\\x00-\\x1f]{0,39}";
    let micros = 1_000_000_000_000_000_i64..2_000_000_000_000_000;
    let labels = prop::collection::btree_map("[a-z]{1,8}", text, 1..6);
    let links = prop::option::of("https://[a-z]{1,10}\\.test/[a-z0-9?=&%]{0,20}");
    let word = prop::sample::select(vec![
        ("critical", Severity::Critical),
        ("error", Severity::Error),
        ("warning", Severity::Warning),
        ("info", Severity::Info),
    ]);
    ("[0-9a-f]{16}", any::<bool>(), word, micros.clone(), micros, said, prop::option::of(said), labels, links)
        .prop_map(|(key, fires, severity, started, ended, summary, description, mut labels, link)| {
            labels.insert("severity".to_owned(), severity.0.to_owned());
            labels.insert("service".to_owned(), "checkout".to_owned());
            ParsedEvent {
                key,
                status: if fires { SignalStatus::Firing } else { SignalStatus::Resolved },
                severity: severity.1,
                service: "checkout".to_owned(),
                started: Some(Instant::from_micros(started)),
                ended: (!fires).then(|| Instant::from_micros(ended)),
                summary,
                description,
                labels,
                links: link
                    .map(|url| Link { rel: "runbook".to_owned(), url })
                    .into_iter()
                    .filter(|link| text::is_web_address(&link.url))
                    .collect(),
            }
        })
}

fn word(status: SignalStatus) -> &'static str {
    if status == SignalStatus::Firing { "firing" } else { "resolved" }
}

fn as_alertmanager(event: &ParsedEvent) -> serde_json::Value {
    let mut annotations = json!({ "summary": event.summary });
    if let Some(description) = &event.description {
        annotations["description"] = json!(description);
    }
    if let Some(link) = event.links.first() {
        annotations["runbook_url"] = json!(link.url);
    }
    json!({
        "status": word(event.status), "fingerprint": event.key, "labels": event.labels,
        "annotations": annotations, "generatorURL": "",
        "startsAt": event.started.unwrap().to_string(),
        "endsAt": event.ended.map_or("0001-01-01T00:00:00Z".to_owned(), |ended| ended.to_string()),
    })
}

fn as_upheld(event: &ParsedEvent) -> serde_json::Value {
    json!({
        "key": event.key, "status": word(event.status), "severity": event.labels["severity"],
        "summary": event.summary, "description": event.description, "labels": event.labels,
        "started": event.started.unwrap().to_string(), "ended": event.ended.map(|ended| ended.to_string()),
        "links": event.links.iter().map(|link| json!({"rel": link.rel, "url": link.url})).collect::<Vec<_>>(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes(body in prop::collection::vec(any::<u8>(), 0..300)) {
        for kind in SourceKind::ALL {
            sound(&parse(kind, &body), &body);
        }
    }

    #[test]
    fn damaged_bodies(body in damaged()) {
        for kind in SourceKind::ALL {
            sound(&parse(kind, &body), &body);
        }
    }

    #[test]
    fn any_shape_of_json(value in any_json()) {
        for body in [value.to_string(), json!({ "alerts": [value.clone()] }).to_string()] {
            for kind in SourceKind::ALL {
                sound(&parse(kind, body.as_bytes()), body.as_bytes());
            }
        }
    }

    #[test]
    fn what_is_written_is_read(events in prop::collection::vec(any_event(), 1..6)) {
        let alerts: Vec<_> = events.iter().map(as_alertmanager).collect();
        let read = alertmanager(&json!(alerts));
        prop_assert_eq!(read.unreadable, None);
        prop_assert_eq!(read.warnings, []);
        prop_assert_eq!(&read.events, &events);
        let objects: Vec<_> = events.iter().map(as_upheld).collect();
        let lines: Vec<_> = objects.iter().map(ToString::to_string).collect();
        for body in [json!(objects).to_string(), lines.join("\n")] {
            let read = upheld(&body);
            prop_assert_eq!(read.warnings, []);
            prop_assert_eq!(&read.events, &events);
        }
    }
}

#[test]
fn each_alert_has_a_status_of_its_own_and_an_unknown_one_never_fires() {
    let parsed = alertmanager(&json!([
        { "status": "FIRING", "fingerprint": "a" }, { "status": "resolved", "fingerprint": "b" },
        { "status": "suppressed", "fingerprint": "c" }, { "fingerprint": "d" },
    ]));
    let statuses: Vec<_> = parsed.events.iter().map(|event| event.status).collect();
    use SignalStatus::{Firing, Info, Resolved};
    assert_eq!(statuses, [Firing, Resolved, Info, Info]);
    assert_eq!(warnings(&parsed), ["status_unknown:suppressed", "status_unknown"]);
}

#[test]
fn a_resolve_without_an_end_leaves_it_open_when_it_ended() {
    for end in [json!("0001-01-01T00:00:00Z"), json!(null), json!(0), json!("")] {
        let parsed = alertmanager(&json!([{ "status": "resolved", "fingerprint": "a", "endsAt": end }]));
        assert_eq!((parsed.events[0].ended, warnings(&parsed).len()), (None, 0), "{end}");
    }
    let parsed = alertmanager(&json!([{ "status": "resolved", "fingerprint": "a", "endsAt": "later" }]));
    assert_eq!(
        (parsed.events[0].ended, warnings(&parsed)),
        (None, vec!["time_unreadable:endsAt".to_owned()])
    );
}

#[test]
fn a_bare_alert_is_named_by_what_it_has() {
    let of = |labels: serde_json::Value| {
        let event = alertmanager(&json!([{ "status": "firing", "labels": labels }])).events.remove(0);
        (event.summary, event.service)
    };
    let is = |summary: &str, service: &str| (summary.to_owned(), service.to_owned());
    assert_eq!(of(json!({ "alertname": "Down", "instance": "db1" })), is("Down", "db1"));
    assert_eq!(of(json!({ "instance": "db1", "job": "node" })), is("instance=db1, job=node", "node"));
    assert_eq!(of(json!({})), is("Alert without labels", "alertmanager"));
}

#[test]
fn a_link_is_a_web_address_or_no_link() {
    let parsed = alertmanager(
        &json!([{ "status": "firing", "fingerprint": "a", "generatorURL": "javascript:alert(1)",
        "annotations": { "runbook_url": "https://runbooks.example.test/x", "dashboard_url": "ftp://x.test/" } }]),
    );
    assert_eq!(parsed.events[0].links.len(), 1);
    assert_eq!(warnings(&parsed), ["link_dropped:generator", "link_dropped:dashboard"]);
}

#[test]
fn the_same_words_twice_count_once_but_two_episodes_count_twice() {
    let alert = |starts: &str| json!({ "status": "firing", "fingerprint": "a", "startsAt": starts });
    let (one, two) = (alert("2026-03-05T09:15:00Z"), alert("2026-03-05T09:16:00Z"));
    let parsed = alertmanager(&json!([one, one, two]));
    assert_eq!(parsed.events.len(), 2);
    assert_eq!(warnings(&parsed), ["duplicate:a"]);
}

#[test]
fn a_huge_group_loses_nothing() {
    let alerts: Vec<_> =
        (0..10_500).map(|n| json!({ "status": "firing", "fingerprint": format!("{n:016x}") })).collect();
    let parsed = alertmanager(&json!(alerts));
    assert_eq!(warnings(&parsed), ["many_events:10500"]);
    let batches = parsed.batches();
    assert_eq!(batches.iter().map(Vec::len).collect::<Vec<_>>(), [vec![BATCH; 10], vec![500]].concat());
    let keys: Vec<_> = batches.into_iter().flatten().map(|signal| signal.key).collect();
    assert_eq!(keys, (0..10_500).map(|n| format!("{n:016x}")).collect::<Vec<_>>());
}

#[test]
fn what_lies_beyond_every_real_group_is_counted() {
    let body = format!("{{\"alerts\":[{}{{}}]}}", "{},".repeat(MOST_EVENTS + 6));
    let parsed = parse(SourceKind::Alertmanager, body.as_bytes());
    assert!(warnings(&parsed).contains(&"events_left:7".to_owned()), "{:?}", warnings(&parsed));
}

#[test]
fn bodies_that_say_nothing_leave_one_remark() {
    for (kind, body, code, key) in [
        (SourceKind::Alertmanager, "", "malformed_json", "raw"),
        (SourceKind::Alertmanager, "{\"alerts\":[{", "malformed_json", "raw"),
        (
            SourceKind::Alertmanager,
            "[]",
            "unrecognised_shape",
            "body-sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5",
        ),
        (SourceKind::Alertmanager, "{\"alerts\":5}", "unrecognised_shape", ""),
        (SourceKind::Upheld, "hello", "malformed_json", "raw"),
        (SourceKind::Upheld, "{\"status\":\"firing\"}", "unrecognised_shape", ""),
        (SourceKind::Upheld, "[1,2]", "unrecognised_shape", ""),
    ] {
        let parsed = parse(kind, body.as_bytes());
        sound(&parsed, body.as_bytes());
        assert_eq!(warnings(&parsed)[0], code, "{body}");
        assert!(parsed.events[0].key.starts_with(key), "{body}: {}", parsed.events[0].key);
        assert!(parsed.unreadable.is_some());
        assert_eq!(parsed.into_signals(), []);
    }
    let custom = parse(SourceKind::Alertmanager, r#"{"text":"disk full on db1"}"#.as_bytes());
    assert_eq!(custom.events[0].summary, "disk full on db1");
}

#[test]
fn curl_sends_objects_lists_lines_and_forms() {
    let object = r#"{"key":"backup","status":"down","severity":"P2","service":"backup","summary":"Backup failed",
        "started":1772702100,"links":{"runbook":"https://runbooks.example.test/b"}}"#;
    let form = "key=backup&status=down&severity=P2&label.service=backup&summary=Backup+failed\
        &started=1772702100&link.runbook=https%3A%2F%2Frunbooks.example.test%2Fb";
    let one = upheld(object).events;
    assert_eq!(one.len(), 1);
    assert_eq!(one[0].started, Some(Instant::parse("2026-03-05T09:15:00Z").unwrap()));
    assert_eq!((one[0].status, one[0].severity), (SignalStatus::Firing, Severity::Error));
    assert_eq!(one[0].labels["service"], "backup");
    assert_eq!(upheld(&format!("[{object}]")).events, one);
    assert_eq!(upheld(form).events, one);
    assert_eq!(upheld(&format!("{}\n\n{{broken\n", object.replace('\n', " "))).events, one);
}

#[test]
fn one_bad_entry_leaves_the_others_and_says_which_it_was() {
    let parsed = upheld(
        "[{\"key\":\"a\",\"status\":\"firing\"}, 7, {}, {\"key\":\"b\",\"status\":\"ok\",\"ended\":\"soon\"}]",
    );
    assert_eq!(parsed.events.iter().map(|event| event.key.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(warnings(&parsed), ["entry_unreadable:2", "entry_unreadable:3", "time_unreadable:ended"]);
    let parsed = upheld("{\"status\":\"firing\",\"labels\":{\"service\":\"x\"}}");
    assert!(parsed.events[0].key.starts_with("labels-sha256:"));
    assert_eq!(warnings(&parsed), ["key_missing:1"]);
}

#[test]
fn a_test_acts_on_nothing() {
    for body in ["{\"key\":\"a\",\"status\":\"firing\",\"test\":true}", "key=a&status=firing&test=1"] {
        let parsed = upheld(body);
        assert!(parsed.is_test);
        assert_eq!(parsed.events.len(), 1);
        assert_eq!(parsed.into_signals(), []);
    }
}

#[test]
fn names_are_unique() {
    let names: std::collections::BTreeSet<_> = WarningCode::ALL.iter().map(|code| code.name()).collect();
    assert_eq!(names.len(), WarningCode::ALL.len());
    assert!(SourceKind::ALL.iter().all(|kind| kind.name().parse() == Ok(*kind)));
}
