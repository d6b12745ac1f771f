//! Ten thousand alerts on two hundred services within a minute, over the real webhook: no channel drowns,
//! nothing is lost, and no platform is spoken to faster than it allows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::Value;
use upheld::core::event::{IncidentNumber, ServiceId};
use upheld::core::incident::Incident;
use upheld::core::state::State;
use upheld::store::outbox::Row;

use crate::city::{City, Places, open};
use crate::program::{Files, firing, resolved, service, together};

const SERVICES: usize = 200;
const ALERTS: usize = 50;
/// Alertmanager sends a group again with what joined it; so many join at a time.
const JOIN: usize = 10;
const CONNECTIONS: usize = 12;
/// Openings told one by one.
const LIMIT: usize = 20;
/// All paces are the usual ones with their times divided by this, so that the end comes soon.
const FASTER: u64 = 40;
/// How late a message may come after its time because the machine is busy: the next ones need not wait as long.
const LATE: Duration = Duration::from_secs(4);
const MINUTE: i64 = 60_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_alerts_in_a_minute_drown_nobody_and_none_is_lost() {
    let mut city = City::prepare(files()).await;
    city.program.run().await;
    let began = Instant::now();
    let groups = pour(&city, rise).await;
    println!("{} alerts, {SERVICES} services: answered after {:.1?}", SERVICES * ALERTS, began.elapsed());
    city.at_rest().await;
    println!("journalled and told after {:.1?}", began.elapsed());
    let accepted = format!("outcome=\"accepted\"}} {}", SERVICES * ALERTS / JOIN);
    let metrics = city.program.get("/metrics").await;
    assert!(metrics.contains(&accepted), "no {accepted} in {metrics}");
    let state = city.state().await;
    nothing_is_lost(&state, &groups);
    let rows = rows(&city).await;
    for place in places(&city) {
        let (cards, digests) = told(&state, &rows, &place);
        println!("{place}: {cards} cards, {digests} digests");
    }
    for (name, seen) in shown(&city) {
        assert!(seen <= SERVICES + 2, "{name} holds {seen} messages");
    }

    let groups = Arc::new(groups);
    let ends = Arc::clone(&groups);
    pour(&city, move |at| vec![resolved(ends[at].clone())]).await;
    city.settled().await;
    println!("all over after {:.1?}", began.elapsed());
    let state = city.state().await;
    all_is_over(&city, &state, &self::rows(&city).await);
    kept_the_pace(&city);
    assert!(city.program.stop().await.success(), "{}", city.program.log());
    assert!(city.program.succeed(&["replay"]).contains("No difference"));
}

/// The usual paces, only faster; promises so long that nothing else falls due.
fn files() -> Files {
    let mut files = Files::quick().with_services(SERVICES, "1s", "1h");
    let ms = |usual: u64| usual / FASTER;
    for (name, pace) in [
        ("discord_channel", format!("5 in {} ms", ms(5_000))),
        ("discord_platform", format!("45 in {} ms", ms(1_000))),
        ("telegram_chat", format!("1 in {} ms", ms(1_000))),
        ("telegram_group", format!("10 in {} ms", ms(30_000))),
        ("telegram_platform", format!("28 in {} ms", ms(1_000))),
    ] {
        files.upheld =
            files.upheld.replace(&format!("{name} = \"1000 in 1s\""), &format!("{name} = \"{pace}\""));
    }
    let terms = &mut files.agreements[0].1;
    *terms = terms.replace("P1 = \"30s\"", "P1 = \"6h\"").replace("P1 = \"4h\"", "P1 = \"12h\"");
    *terms = terms.replace("P2 = \"1h\"", "P2 = \"7h\"").replace("P2 = \"8h\"", "P2 = \"24h\"");
    files
}

/// What Alertmanager posts of one service while its troubles grow.
fn rise(at: usize) -> Vec<Value> {
    let alerts: Vec<Value> =
        (0..ALERTS).map(|number| firing(&format!("{at}/{number}"), &service(at))).collect();
    (JOIN..=ALERTS).step_by(JOIN).map(|so_far| together(alerts[..so_far].to_vec())).collect()
}

/// Posts the bodies of each service in their order, and many services at once. Returns the last body of each.
async fn pour(city: &City, bodies: impl Fn(usize) -> Vec<Value>) -> Vec<Value> {
    let all: Vec<Vec<Value>> = (0..SERVICES).map(bodies).collect();
    let rounds = all[0].len();
    for round in 0..rounds {
        let next = AtomicUsize::new(0);
        let connections = (0..CONNECTIONS).map(|_| async {
            while let Some(bodies) = all.get(next.fetch_add(1, SeqCst)) {
                assert_eq!(city.program.post("alertmanager", &bodies[round]).await.unwrap(), 202);
            }
        });
        join_all(connections).await;
    }
    all.into_iter().map(|mut bodies| bodies.pop().unwrap()).collect()
}

fn nothing_is_lost(state: &State, groups: &[Value]) {
    let mut count = 0;
    for (at, group) in groups.iter().enumerate() {
        let watch = state.watch(&ServiceId::new(service(at))).unwrap();
        let known: BTreeSet<&str> = watch.firing().map(|(id, _)| id.key.as_str()).collect();
        let sent = group["alerts"].as_array().unwrap().iter();
        let sent: BTreeSet<&str> = sent.map(|alert| alert["fingerprint"].as_str().unwrap()).collect();
        assert_eq!(known, sent);
        count += known.len();
    }
    assert_eq!(count, SERVICES * ALERTS);
}

async fn rows(city: &City) -> BTreeMap<String, Row> {
    let mut database = open(&city.program.database()).await;
    let keys: Vec<String> =
        sqlx::query_scalar("SELECT key FROM outbox").fetch_all(&mut database).await.unwrap();
    let store = city.program.store().await;
    let mut rows = BTreeMap::new();
    for key in keys {
        let row = store.message(&key).await.unwrap().unwrap();
        rows.insert(key, row);
    }
    store.close().await;
    rows
}

fn places(city: &City) -> Vec<String> {
    let all = [&city.operators, &city.customer];
    all.into_iter().flat_map(Places::addresses).collect()
}

fn incidents(state: &State) -> Vec<(IncidentNumber, Incident)> {
    let now = state.now.unwrap();
    let all = state.ledger.unsettled().map(|number| (number, state.incident(number, now).unwrap()));
    all.collect()
}

/// Every incident has a card of its own or stands in the digest of its minute. How many cards and digests.
fn told(state: &State, rows: &BTreeMap<String, Row>, place: &str) -> (usize, usize) {
    let incidents = incidents(state);
    assert_eq!(incidents.len(), SERVICES);
    let mut minutes: BTreeMap<i64, usize> = BTreeMap::new();
    for (_, incident) in &incidents {
        *minutes.entry(incident.recorded().micros().div_euclid(MINUTE)).or_default() += 1;
    }
    let mut carded = 0;
    for (IncidentNumber(number), incident) in &incidents {
        let minute = incident.recorded().micros().div_euclid(MINUTE);
        let is_carded = rows.values().any(|row| is_card(row, *number, place));
        let digest = rows.get(&format!("digest/opened/{minute}/{place}"));
        carded += usize::from(is_carded);
        if !is_carded {
            let words = serde_json::to_string(&digest.unwrap().message.doc).unwrap();
            assert!(words.contains(&minutes[&minute].to_string()), "{} in {words}", minutes[&minute]);
        }
    }
    assert!(carded <= SERVICES);
    // A card comes as soon as an opening is a minute old and something changes.
    let first = incidents.iter().map(|(_, incident)| incident.recorded()).min().unwrap();
    if state.now.unwrap().micros() - first.micros() < MINUTE {
        assert_eq!(carded, LIMIT, "{place}");
    }
    let digests = rows.keys().filter(|key| key.starts_with("digest/") && key.ends_with(&format!("/{place}")));
    let digests = digests.count();
    assert!(
        (1..=minutes.len()).contains(&digests),
        "{place}: {digests} digests in {} minutes",
        minutes.len()
    );
    (carded, digests)
}

fn is_card(row: &Row, number: u32, place: &str) -> bool {
    let key = &row.message.key;
    let whose = [format!("card/{number}/{place}"), format!("card/{number}/acme/{place}")];
    row.card && whose.contains(key)
}

/// How many messages stand in each channel.
fn shown(city: &City) -> BTreeMap<String, usize> {
    let mut shown = BTreeMap::new();
    for places in [&city.operators, &city.customer] {
        let [discord, telegram, _] = places.addresses();
        shown.insert(discord, city.discord.messages(&places.discord).len());
        shown.insert(telegram, city.telegram.posts(places.telegram).len());
    }
    shown
}

/// Every incident is closed, and every channel was told so, under a card.
fn all_is_over(city: &City, state: &State, rows: &BTreeMap<String, Row>) {
    let incidents = incidents(state);
    assert_eq!(incidents.len(), SERVICES);
    for place in places(city) {
        for (IncidentNumber(number), incident) in &incidents {
            assert!(!incident.is_open());
            let resolved = format!("incident/{number}/resolved/");
            let mut told = rows.range(resolved.clone()..).take_while(|(key, _)| key.starts_with(&resolved));
            assert!(told.any(|(key, _)| key.ends_with(&format!("/{place}"))), "{number} on {place}");
        }
        let cards = (1..=SERVICES)
            .filter(|number| rows.values().any(|row| is_card(row, u32::try_from(*number).unwrap(), &place)));
        assert_eq!(cards.count(), SERVICES, "{place}");
    }
    for places in [&city.operators, &city.customer] {
        let here = city.discord.messages(&places.discord).len();
        assert!(here <= SERVICES + 3, "Discord shows {here} messages beside the threads");
    }
}

/// By the record of the platforms: nowhere more than so many at once, and then one in each so long.
fn kept_the_pace(city: &City) {
    let by_place = |taken: Vec<(Instant, String)>| {
        let mut places: BTreeMap<String, Vec<Instant>> = BTreeMap::new();
        taken.into_iter().for_each(|(at, place)| places.entry(place).or_default().push(at));
        places
    };
    let ms = |usual: u64| Duration::from_millis(usual / FASTER);
    let discord = city.discord.lock().taken.clone();
    let telegram = city.telegram.look().taken.clone();
    pace_of("all of Discord", &times(&discord), ms(1_000) / 45, 45);
    pace_of("all of Telegram", &times(&telegram), ms(1_000) / 28, 28);
    for (place, times) in by_place(discord.iter().map(|(at, place)| (*at, place.to_string())).collect()) {
        pace_of(&format!("discord:{place}"), &times, ms(1_000), 5);
    }
    for (place, times) in by_place(telegram.iter().map(|(at, place)| (*at, place.to_string())).collect()) {
        pace_of(&format!("telegram:{place}"), &times, ms(3_000), 10);
    }
}

fn times<T>(taken: &[(Instant, T)]) -> Vec<Instant> {
    taken.iter().map(|(at, _)| *at).collect()
}

fn pace_of(name: &str, times: &[Instant], every: Duration, burst: usize) {
    for (from, first) in times.iter().enumerate() {
        for (to, last) in times.iter().enumerate().skip(from + burst) {
            let least = every * u32::try_from(to - from - burst).unwrap();
            let took = last.duration_since(*first);
            assert!(took + LATE >= least, "{name}: {} messages in {took:?}", to - from + 1);
        }
    }
    let (first, last) = (times.first().unwrap(), times.last().unwrap());
    println!("{name}: {} messages in {:.1?}", times.len(), last.duration_since(*first));
}
