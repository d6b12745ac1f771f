//! Anonymity, attacked: with the whole database, the log and everything that is shown in hand, somebody who knows the
//! people and in which order they answered tries to find out who answered what.

mod order;
pub mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use serde_json::json;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};
use upheld::chat::{Answer, Ask};
use upheld::core::doc::Tone;
use upheld::core::event::PersonId;
use upheld::core::time::{Instant, Span};
use upheld::core::voice::RoundNumber;
use upheld::i18n::spoken::Spoken;
use upheld::store::people::{OpenSession, Token};

use crate::desk::world::{World, buttons};
pub use survey::{adopt, anonymous, link, send, wait_until};

/// Everything the program says while this test runs.
#[derive(Clone, Debug, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    /// Of every thread: the parts of the program run on many.
    fn listen() -> Self {
        let log = Self::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::set_global_default(subscriber).unwrap();
        log
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

/// How somebody answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Discord,
    Telegram,
    /// A button in the browser.
    Web,
    /// A typed line in the browser.
    Typed,
    /// A link, without an account.
    Link,
}

/// Somebody who answers.
struct Person {
    number: usize,
    agreement: &'static str,
    by: By,
    score: i64,
    /// Stands in their comment and nowhere else.
    word: String,
}

impl Person {
    fn account(&self) -> String {
        match self.by {
            By::Discord => format!("discord:{}", 9_100_000 + self.number),
            By::Telegram => format!("telegram:{}", 9_200_000 + self.number),
            By::Web | By::Typed | By::Link => format!("web:p{}", self.number),
        }
    }

    fn place(&self) -> String {
        let account = self.account();
        let (platform, user) = account.split_once(':').unwrap();
        format!("{platform}:@{user}")
    }
}

/// Two groups that are large enough, and one that is not; in the order in which they answer.
fn people() -> Vec<Person> {
    let ways = [By::Discord, By::Telegram, By::Web, By::Typed, By::Link];
    let groups = [("acme", [4, 1, 5, 2, 3]), ("formosa", [2, 5, 1, 3, 4])];
    let mut people = Vec::new();
    for place in 0..5 {
        for (agreement, scores) in groups {
            people.push((agreement, ways[place], scores[place]));
        }
        if place < 3 {
            people.push(("hudson", ways[place], 1));
        }
    }
    let person = |(number, (agreement, by, score))| {
        let word = format!("remark{number:02}x{}", hex::encode(upheld::clock::random::<6>().unwrap()));
        Person { number, agreement, by, score, word }
    };
    people.into_iter().enumerate().map(person).collect()
}

fn configured(people: &[Person], folder: &Path) {
    let file = folder.join("upheld.toml");
    let mut text = std::fs::read_to_string(&file).unwrap();
    for person in people.iter().filter(|person| person.by != By::Link) {
        let accounts = match person.by {
            By::Discord | By::Telegram => format!("accounts = [\"{}\"]\n", person.account()),
            _ => String::new(),
        };
        text.push_str(&format!(
            "\n[[people]]\nid = \"p{0}\"\nname = \"Person {0}\"\nrole = \"customer\"\nagreements = [\"{1}\"]\n{accounts}",
            person.number, person.agreement
        ));
    }
    std::fs::write(&file, text).unwrap();
    // A review that falls due while somebody answers would be taken for a trace of the answer.
    std::fs::remove_file(folder.join("reviews.toml")).unwrap();
    for agreement in std::fs::read_dir(folder.join("agreements")).unwrap() {
        let file = agreement.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        let (kept, _) = text.split_once("[[operations.reviews]]").unwrap();
        std::fs::write(&file, kept).unwrap();
    }
}

/// Every row of every table, as text with its place in the file.
type Dump = BTreeMap<String, Vec<Vec<String>>>;

async fn dump(database: &Path) -> Dump {
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(database).read_only(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            .fetch_all(&pool)
            .await
            .unwrap();
    let mut dump = Dump::new();
    for table in tables {
        let sql = sqlx::AssertSqlSafe(format!("SELECT rowid AS place, * FROM \"{table}\" ORDER BY rowid"));
        let rows = sqlx::query(sql).fetch_all(&pool).await.unwrap();
        let text = |row: &sqlx::sqlite::SqliteRow| {
            let cell = |column: &sqlx::sqlite::SqliteColumn| {
                let place = column.ordinal();
                let value = row.try_get_raw(place).unwrap();
                // By what lies there and not by what it could be read as: a key may begin with a digit.
                match value.type_info().name() {
                    _ if value.is_null() => String::new(),
                    "BLOB" => hex::encode(row.try_get_unchecked::<Vec<u8>, _>(place).unwrap()),
                    "INTEGER" => row.try_get_unchecked::<i64, _>(place).unwrap().to_string(),
                    _ => row.try_get_unchecked::<String, _>(place).unwrap(),
                }
            };
            row.columns().iter().map(cell).collect()
        };
        dump.insert(table, rows.iter().map(text).collect());
    }
    pool.close().await;
    dump
}

/// What is new in each table, without what the program proves itself with.
fn news(before: &Dump, after: &Dump) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut news = BTreeMap::new();
    for (table, rows) in after {
        let known: BTreeSet<&Vec<String>> = before.get(table).into_iter().flatten().collect();
        let new = rows
            .iter()
            .filter(|row| !known.contains(row) && !row.iter().any(|cell| cell.ends_with("/proof")));
        let new: Vec<Vec<String>> = new.cloned().collect();
        if !new.is_empty() {
            news.insert(table.clone(), new);
        }
    }
    news
}

/// The files of a database, each byte as one character: text is searched faster.
fn raw(database: &Path) -> String {
    let wal = database.with_extension("db-wal");
    let files = [database.to_owned(), wal];
    files.iter().flat_map(|file| std::fs::read(file).unwrap_or_default()).map(char::from).collect()
}

fn once(answer: Answer) -> Spoken {
    match answer {
        Answer::Once(spoken) => spoken,
        other => panic!("it leaves a trace: {other:?}"),
    }
}

struct Attack {
    world: World,
    people: Vec<Person>,
    rounds: BTreeMap<&'static str, RoundNumber>,
    links: BTreeMap<usize, String>,
    sessions: BTreeMap<usize, String>,
    client: reqwest::Client,
}

impl Attack {
    async fn begin() -> Self {
        let people = people();
        let world = World::with(|folder| configured(&people, folder)).await;
        adopt(&world, [("pulse", anonymous(4))]).await;
        let mut rounds = BTreeMap::new();
        for agreement in ["acme", "formosa", "hudson"] {
            rounds.insert(agreement, send(&world, "pulse", agreement).await);
        }
        let (mut links, mut sessions) = (BTreeMap::new(), BTreeMap::new());
        for person in &people {
            match person.by {
                By::Link => {
                    links.insert(person.number, link(&world, rounds[person.agreement], true).await);
                }
                By::Web | By::Typed => {
                    sessions.insert(person.number, session(&world, person).await);
                }
                By::Discord | By::Telegram => {}
            }
        }
        Self { world, people, rounds, links, sessions, client: reqwest::Client::new() }
    }

    fn database(&self) -> std::path::PathBuf {
        self.world.folder.path().join("data/upheld.db")
    }

    async fn answers(&self, person: &Person) {
        let round = self.rounds[person.agreement];
        let Person { score, word, .. } = person;
        let (account, place) = (person.account(), person.place());
        match person.by {
            By::Discord | By::Telegram => {
                let thanks =
                    once(self.world.press(&account, &place, &format!("answer {round} {score}")).await);
                let (_, comment) = buttons(&thanks).remove(0);
                let Answer::Form(form) = self.world.press(&account, &place, &comment).await else { panic!() };
                once(self.world.fill(&account, &place, &form, &[("text", word)]).await);
                // Another device, the same person.
                let refused = once(self.world.press(&account, &place, &format!("answer {round} 1")).await);
                assert_eq!(refused.tone, Tone::Refused, "{}", refused.plain_text());
            }
            By::Web => {
                let shown =
                    self.posts(person, &[("act", "a"), ("press", &format!("answer {round} {score}"))]).await;
                let comment = format!("comment {round}");
                assert!(shown.contains(&format!("value=\"{comment}\"")), "{shown}");
                self.posts(person, &[("act", "b"), ("press", &comment)]).await;
                let shown =
                    self.posts(person, &[("act", "c"), ("form", &comment), ("field-text", word)]).await;
                assert!(!shown.contains("tone-refused"), "{shown}");
            }
            By::Typed => {
                self.posts(person, &[("act", "a"), ("line", &format!("/answer {round} {score}"))]).await;
                let shown =
                    self.posts(person, &[("act", "b"), ("line", &format!("/comment {round} {word}"))]).await;
                assert!(!shown.contains("tone-refused"), "{shown}");
                let shown =
                    self.posts(person, &[("act", "c"), ("line", &format!("/answer {round} 1"))]).await;
                assert!(shown.contains("tone-refused"), "{shown}");
            }
            By::Link => {
                let (page, fields) =
                    (&self.links[&person.number], [("q0", score.to_string()), ("comment", word.clone())]);
                let post = || self.client.post(page).header("origin", self.base()).form(&fields).send();
                let answer = post().await.unwrap();
                assert!(
                    answer.status().is_success() && answer.url().path().ends_with("/thanks"),
                    "{answer:?}"
                );
                assert_eq!(post().await.unwrap().status(), 404, "once");
            }
        }
    }

    fn base(&self) -> String {
        format!("http://localhost:{}", self.world.app.address.port())
    }

    async fn posts(&self, person: &Person, fields: &[(&str, &str)]) -> String {
        let page = format!("{}/chat/{}/commands", self.base(), person.agreement);
        let request =
            self.client.post(page).header("origin", self.base()).header("accept", "application/json");
        let cookie = format!("upheld={}", self.sessions[&person.number]);
        let answer = request.header("cookie", cookie).form(fields).send().await.unwrap();
        assert!(answer.status().is_success(), "{answer:?}");
        let answer: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(answer["kind"], json!("form"), "shown and not kept: {answer}");
        answer["html"].as_str().unwrap().to_owned()
    }

    fn id(&self, person: &Person) -> Option<PersonId> {
        let directory = self.world.app.directory.get();
        directory.person(&person.account().parse().unwrap()).map(|person| person.id.clone())
    }

    async fn counted(&self) {
        self.world.pass(Span::from_days(30));
        self.world.app.clock_moved();
        let rounds: Vec<RoundNumber> = self.rounds.values().copied().collect();
        wait_until(&self.world, |state| {
            rounds.iter().all(|round| state.voice.round(*round).unwrap().counted.is_some())
        })
        .await;
    }
}

async fn session(world: &World, person: &Person) -> String {
    let id = world.app.directory.get().person(&person.account().parse().unwrap()).unwrap().id.clone();
    let (token, now) = (Token::new().unwrap(), world.app.clock.now());
    let expires = now + Span::from_days(365);
    world.app.store.write(OpenSession { hash: token.hash, person: id, now, expires }).await.unwrap();
    token.secret
}

/// Tables that an answer changes while its round is open.
const OF_ANSWERS: [&str; 3] = ["survey_keys", "survey_participation", "survey_ballots"];

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_kept_joins_an_answer_to_a_person() {
    let log = Log::listen();
    let attack = Attack::begin().await;
    let database = attack.database();
    let mut moments = Vec::new();
    for person in &attack.people {
        attack.world.pass(Span::from_hours(26));
        let before = dump(&database).await;
        moments.push(attack.world.app.clock.now());
        attack.answers(person).await;
        let news = news(&before, &dump(&database).await);
        for (table, rows) in &news {
            let ticks =
                table == "journal" && rows.iter().all(|row| row.iter().any(|cell| cell.contains("\"tick\"")));
            assert!(
                OF_ANSWERS.contains(&table.as_str()) || ticks,
                "{:?} left a trace in {table}: {rows:?}",
                person.by
            );
        }
        assert!(news.contains_key("survey_ballots"), "{:?}", news.keys());
    }
    let open = dump(&database).await;
    let marks: Vec<i64> = open["survey_participation"].iter().map(|row| row[1].parse().unwrap()).collect();
    let keys: Vec<Vec<u8>> = open["survey_keys"].iter().map(|row| hex::decode(&row[2]).unwrap()).collect();
    assert_eq!((marks.len(), keys.len()), (13, 3));

    attack.counted().await;
    let (tables, bytes, log) = (dump(&database).await, raw(&database), log.text());
    for table in OF_ANSWERS {
        assert!(tables[table].is_empty(), "{table}");
    }
    let hidden = marks.iter().map(|mark| mark.to_be_bytes().to_vec()).chain(keys);
    for secret in hidden {
        let secret: String = secret.into_iter().map(char::from).collect();
        assert!(!bytes.contains(&secret), "{secret:?} is in the file");
    }
    for person in &attack.people {
        let large = person.agreement != "hudson";
        assert_eq!(bytes.contains(&person.word), large, "{:?} {}", person.by, person.agreement);
        assert!(
            !log.contains(&person.word) && !log.contains(&person.account()),
            "the log names {:?}",
            person.by
        );
        let id = attack.id(person);
        for (table, row) in tables.iter().flat_map(|(table, rows)| rows.iter().map(move |row| (table, row))) {
            let near = row.iter().any(|cell| cell.contains(&person.word));
            let named = id.as_ref().is_some_and(|id| row.iter().any(|cell| cell.contains(id.as_str())));
            assert!(!(near && named), "{table}: {row:?}");
            assert!(!near || table == "survey_answers", "{table}: {row:?}");
        }
    }
    no_moment_of_an_answer_is_kept(&tables, &moments);
    what_is_kept_is_what_was_answered(&attack, &tables).await;
    attack.world.app.stop().await;
}

/// Within a minute of an answer nothing else happened that is written down.
fn no_moment_of_an_answer_is_kept(tables: &Dump, moments: &[Instant]) {
    let minute = Span::from_minutes(1).micros();
    for (table, rows) in tables {
        for row in rows.iter().filter(|row| !row.iter().any(|cell| cell.contains("\"tick\""))) {
            let numbers = row.iter().filter_map(|cell| cell.parse::<i64>().ok());
            for number in numbers {
                // Row numbers of the outbox are moments, too.
                for moment in [number, number >> 10] {
                    let near = moments.iter().find(|at| (at.micros() - moment).abs() < minute);
                    assert_eq!(near, None, "{table}: {row:?}");
                }
            }
        }
    }
}

async fn what_is_kept_is_what_was_answered(attack: &Attack, tables: &Dump) {
    let state = attack.world.app.journal.read().await;
    for (agreement, round) in &attack.rounds {
        let answered: Vec<&Person> =
            attack.people.iter().filter(|person| person.agreement == *agreement).collect();
        let counted = state.voice.round(*round).unwrap().counted.clone().unwrap();
        assert_eq!(counted.answered as usize, answered.len());
        let kept = attack.world.app.store.anonymous_answers(*round, &(*agreement).into()).await.unwrap();
        if *agreement == "hudson" {
            assert!(counted.scores.is_empty() && kept.is_empty(), "too few");
            continue;
        }
        let mut scores: Vec<i64> = answered.iter().map(|person| person.score).collect();
        scores.sort_unstable();
        let told = counted.scores.values().flat_map(|counts| counts.iter().map(|(score, _)| score));
        assert_eq!(told.collect::<Vec<_>>(), scores);
        let texts: BTreeSet<String> =
            kept.iter().flat_map(|kept| kept.ballot.texts.values().cloned()).collect();
        assert_eq!(texts, answered.iter().map(|person| person.word.clone()).collect());
    }
    let stored = &tables["survey_answers"];
    assert_eq!(stored.len(), 10);
    let days: BTreeSet<(&String, &String)> = stored.iter().map(|row| (&row[3], &row[6])).collect();
    assert_eq!(days.len(), 2, "the day is that of the close: {days:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_others_read_nothing_anonymous_is_written() {
    let world = World::with(|folder| configured(&people(), folder)).await;
    adopt(&world, [("pulse", anonymous(4))]).await;
    let round = send(&world, "pulse", "acme").await;
    let typed = Ask::Line(format!("/answer {round} 4"));
    let group = "telegram:-1001";
    world.told("maria", group, "/bind acme --language=en").await;
    let people = people();
    let person =
        people.iter().find(|person| person.by == By::Telegram && person.agreement == "acme").unwrap();
    let told = once(world.put(&person.account(), group, typed).await).plain_text();
    assert!(told.contains("Others would read"), "{told}");
    let pressed = once(world.press(&person.account(), group, &format!("answer {round} 4")).await);
    assert!(pressed.buttons.is_empty() && pressed.plain_text().len() <= 200, "{}", pressed.plain_text());
    let told = once(world.press(&person.account(), group, &format!("comment {round}")).await).plain_text();
    assert!(told.contains("Others would read"), "{told}");
    world.app.stop().await;
}
