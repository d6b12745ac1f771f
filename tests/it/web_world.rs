//! The web chat with everything real but the desk: database, pages, server, clock.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::BoxFuture;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;
use upheld::chat::web::{Hub, WebChat};
use upheld::chat::{
    Address, Answer, Ask, Chat, CommandSpec, Desk, Inbound, OptionKind, OptionSpec, Outgoing,
};
use upheld::clock::{Clock, SystemClock};
use upheld::core::doc::{Press, Tone, Verdict, Weight};
use upheld::core::event::PersonId;
use upheld::core::time::Span;
use upheld::i18n::spoken::{
    Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenField, SpokenForm, SpokenFormField,
};
use upheld::i18n::{Language, Locale, format, tone_symbol, verdict_symbol};
use upheld::store::people::{Invite, Role, Token};
use upheld::store::record::Chain;
use upheld::store::rooms::Audience;
use upheld::store::{Mode, Store, StoreError};
use upheld::web::console::{self, Console, Persona, Room, RoomKind, Rooms};
use upheld::web::health::Parts;
use upheld::web::insight::Insight;
use upheld::web::metrics::{self, Metrics};
use upheld::web::site::Site;
use upheld::web::{assemble, exposure, health, server};

pub struct World {
    pub base: String,
    pub store: Store,
    pub chat: Arc<WebChat>,
    pub clock: Arc<dyn Clock>,
    pub site: Arc<Site>,
    pub desk: Arc<TestDesk>,
    shutdown: CancellationToken,
    server: tokio::task::JoinHandle<std::io::Result<()>>,
    _directory: tempfile::TempDir,
}

impl World {
    pub async fn start(demo: bool) -> Self {
        Self::serve(demo, false).await
    }

    pub async fn encrypted() -> Self {
        Self::serve(false, true).await
    }

    async fn serve(demo: bool, encrypted: bool) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("upheld.db").display());
        let store = Store::open(&url, Mode::Own).await.unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let chat = Arc::new(WebChat::new(store.clone(), Arc::new(Hub::default()), Arc::clone(&clock)));
        let desk = Arc::new(TestDesk {
            chat: Arc::clone(&chat),
            clock: Arc::clone(&clock),
            card: OnceCell::new(),
            handled: AtomicU32::new(0),
        });
        let listener = exposure::bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let bound = listener.local_addr().unwrap();
        let site = Arc::new(Site::new(None, bound, encrypted, Vec::new()));
        let parts = Parts::default();
        let metrics = Arc::new(Metrics::new(parts.clone(), &*clock));
        let shutdown = CancellationToken::new();
        let personas = if demo { personas(&store, &*clock).await } else { Vec::new() };
        let console = Arc::new(Console {
            store: store.clone(),
            chat: Arc::clone(&chat),
            desk: Arc::clone(&desk) as Arc<dyn Desk>,
            rooms: Arc::new(TestRooms(store.clone())),
            clock: Arc::clone(&clock),
            site: Arc::clone(&site),
            metrics: Arc::clone(&metrics),
            personas,
            attempts: console::Attempts::default(),
            session: tokio::sync::watch::channel(Span::from_days(30)).1,
            shutdown: shutdown.clone(),
        });
        let insight = Insight::new(Arc::clone(&site), None);
        let machines = health::router(parts, insight.clone()).merge(metrics::router(metrics, insight));
        let app = assemble(Arc::clone(&site), console::router(console), machines);
        let keys = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/tls"));
        let tls = match encrypted {
            true => Some(server::tls(&keys.join("certificate.pem"), &keys.join("key.pem")).await.unwrap()),
            false => None,
        };
        let limits = server::Limits::default();
        let server = tokio::spawn(server::run(listener, app, tls, limits, Vec::new(), shutdown.clone()));
        let base = site.link("");
        Self { base, store, chat, clock, site, desk, shutdown, server, _directory: directory }
    }

    /// The code of a fresh invitation.
    pub async fn invite(&self, role: Role) -> String {
        let token = Token::new().unwrap();
        let now = self.clock.now();
        let expires = now + Span::from_hours(48);
        self.store.write(Invite { hash: token.hash, role, created_by: None, now, expires }).await.unwrap();
        token.secret
    }

    pub async fn stop(self) {
        self.shutdown.cancel();
        self.server.await.unwrap().unwrap();
        self.store.close().await;
    }
}

async fn personas(store: &Store, clock: &dyn Clock) -> Vec<Persona> {
    let mut personas = Vec::new();
    for (id, name, about, role) in [
        ("operator", "Anna Berger", "web-persona-operator", Role::Manager),
        ("customer", "Chen Yi-Ting", "web-persona-customer", Role::Customer("acme".into())),
    ] {
        let token = Token::new().unwrap();
        let now = clock.now();
        let expires = now + Span::from_hours(1);
        store.write(Invite { hash: token.hash.clone(), role, created_by: None, now, expires }).await.unwrap();
        let accept =
            upheld::store::people::Accept { hash: token.hash, account: None, name: name.to_owned(), now };
        let (person, _) = store.write(accept).await.unwrap().unwrap();
        personas.push(Persona { id: id.to_owned(), person, name: name.to_owned(), about });
    }
    personas
}

/// Staff see the operators' room and every customer's, a representative their own.
#[derive(Debug)]
struct TestRooms(Store);

impl Rooms for TestRooms {
    fn visible<'a>(&'a self, person: &'a PersonId) -> BoxFuture<'a, Result<Vec<Room>, StoreError>> {
        Box::pin(async move {
            let people = self.0.people().await?;
            let roles = people.get(person).map(|person| person.roles.clone()).unwrap_or_default();
            let staff = roles.contains(&Role::Operator) || roles.contains(&Role::Manager);
            let mut rooms = Vec::new();
            if staff {
                rooms.push(room("web:operators", "Operators", RoomKind::Operators));
            }
            for (id, name) in [("acme", "Acme GmbH"), ("nordwind", "Nordwind Versand")] {
                if staff || roles.contains(&Role::Customer(id.into())) {
                    rooms.push(room(&format!("web:{id}"), name, RoomKind::Customer));
                }
            }
            if !roles.is_empty() {
                rooms.push(room(&format!("web:@{person}"), "Upheld", RoomKind::Direct));
            }
            Ok(rooms)
        })
    }

    fn refresh(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async { Ok(()) })
    }
}

fn room(address: &str, title: &str, kind: RoomKind) -> Room {
    let language = if address == "web:nordwind" { Language::TraditionalChinese } else { Language::English };
    let locale = Locale { language, zone: chrono_tz::Europe::Berlin };
    let address: Address = address.parse().unwrap();
    let audience = match kind {
        RoomKind::Direct => Audience::Person,
        RoomKind::Operators | RoomKind::Customer => Audience::Party(party(&address)),
    };
    Room { address, title: title.to_owned(), kind, audience, locale }
}

/// The party after whom a room of this world is named.
fn party(address: &Address) -> Chain {
    match address.channel.as_str() {
        "operators" => Chain::Operators,
        customer => Chain::Customer(customer.into()),
    }
}

/// Knows one incident and a few commands.
#[derive(Debug)]
pub struct TestDesk {
    chat: Arc<WebChat>,
    clock: Arc<dyn Clock>,
    card: OnceCell<String>,
    pub handled: AtomicU32,
}

pub fn own(text: &str) -> Vec<Run> {
    vec![Run::own(text)]
}

pub fn say(tone: Tone, head: &str) -> Spoken {
    Spoken {
        language: Language::English,
        tone,
        symbol: tone_symbol(tone),
        head: own(head),
        reference: None,
        blocks: Vec::new(),
        picture: None,
        buttons: Vec::new(),
        footer: Vec::new(),
    }
}

fn field(name: &str, verdict: Verdict, value: Vec<Run>) -> SpokenField {
    SpokenField { name: own(name), verdict: Some((verdict, verdict_symbol(verdict))), value }
}

fn press(label: &str, command: &str, weight: Weight) -> SpokenButton {
    SpokenButton { label: label.to_owned(), press: Press::Command(command.to_owned()), weight }
}

pub fn operators() -> Address {
    "web:operators".parse().unwrap()
}

pub fn outgoing(key: &str, to: Address, spoken: Spoken) -> Outgoing {
    Outgoing {
        key: key.to_owned(),
        audience: party(&to),
        to,
        under: None,
        thread: None,
        spoken,
        enclosure: None,
        first_tried: None,
        plain: false,
        maybe_repeat: false,
    }
}

impl TestDesk {
    fn moment(&self, minutes: i64) -> Run {
        let now = self.clock.now();
        let at = now + Span::from_minutes(minutes);
        let locale = Locale { language: Language::English, zone: chrono_tz::Europe::Berlin };
        Run { text: format::moment(at, now, locale), kind: RunKind::Moment(at) }
    }

    /// The living card: late, or taken by somebody.
    pub fn incident(&self, taken_by: Option<&str>) -> Spoken {
        let tone = if taken_by.is_some() { Tone::InHand } else { Tone::Late };
        let head =
            if taken_by.is_some() { "IN HAND · P1 · SIL1" } else { "LATE · response · P1 · SIL1" };
        let mut card = say(tone, head);
        card.reference = Some("INC-42".to_owned());
        let response = match taken_by {
            Some(name) => vec![
                Run::own("promised within 15 min, late by 2 min; "),
                Run::untrusted(name),
                Run::own(" has it"),
            ],
            None => vec![
                Run::own("promised within 15 min, late since "),
                self.moment(-2),
                Run::own(", nobody has it"),
            ],
        };
        card.blocks = self.incident_blocks(response);
        let first = match taken_by {
            Some(_) => press("Mark as resolved", "resolve INC-42", Weight::Primary),
            None => press("Acknowledge", "ack INC-42", Weight::Primary),
        };
        card.buttons = vec![
            first,
            press("Escalate", "escalate INC-42", Weight::Secondary),
            press("Update customer", "update INC-42", Weight::Secondary),
            press("Why?", "why availability", Weight::Secondary),
            SpokenButton {
                label: "Runbook ↗".to_owned(),
                press: Press::Open("https://runbooks.example/checkout".to_owned()),
                weight: Weight::Secondary,
            },
        ];
        card.footer = own("Europe/Berlin · agreement v3 · on call: Anna Berger");
        card
    }

    fn incident_blocks(&self, response: Vec<Run>) -> Vec<SpokenBlock> {
        vec![
            SpokenBlock::Line(own("Checkout · Acme GmbH")),
            SpokenBlock::Line(vec![
                Run::untrusted("5xx ratio above 5 % on api-2, api-3 <script>alert(1)</script>"),
                Run::own(" since "),
                self.moment(-17),
            ]),
            SpokenBlock::Fields(vec![
                field("Response", Verdict::Broken, response),
                field(
                    "Resolution",
                    Verdict::Running,
                    vec![Run::own("promised within 4 h, by "), self.moment(223)],
                ),
                field(
                    "Availability",
                    Verdict::Kept,
                    own("November 99.93 % so far, promised 99.9 %; 22 min left"),
                ),
                field(
                    "Objective",
                    Verdict::AtRisk,
                    own("response 95 % in 15 min: 19 of 21 this month → AT RISK"),
                ),
                field(
                    "Customer",
                    Verdict::Running,
                    vec![Run::own("next update promised by "), self.moment(13)],
                ),
            ]),
        ]
    }

    /// Posts the card and what happened before it.
    pub async fn open_incident(&self) {
        let mut restored = say(Tone::Restored, "Login works again");
        restored.reference = Some("INC-41".to_owned());
        restored.blocks = vec![
            SpokenBlock::Line(own("Disturbed 01:02–01:26 (24 min).")),
            SpokenBlock::Fields(vec![
                field("Response", Verdict::Kept, own("9 min (promised 15 min)")),
                field("Resolution", Verdict::Kept, own("24 min (promised 4 h)")),
            ]),
        ];
        self.chat.send(&outgoing("incident/41", operators(), restored)).await.unwrap();
        let sent = self.chat.send(&outgoing("incident/42", operators(), self.incident(None))).await.unwrap();
        let under = Outgoing {
            under: Some(sent.message.clone()),
            ..outgoing("incident/42/1", operators(), say(Tone::Information, "Opened by alertmanager"))
        };
        self.chat.send(&under).await.unwrap();
        let mut for_customer = say(Tone::Late, "Checkout: some payments are failing");
        for_customer.reference = Some("ACME-42".to_owned());
        for_customer.blocks = vec![
            SpokenBlock::Line(vec![
                Run::own("Since "),
                self.moment(-17),
                Run::own(". We have been alerted; an engineer is being reached."),
            ]),
            SpokenBlock::Line(vec![
                Run::own("Promised: someone on it by "),
                self.moment(-2),
                Run::own(". We are late."),
            ]),
            SpokenBlock::Line(vec![Run::own("Next update by "), self.moment(13), Run::own(".")]),
        ];
        for_customer.buttons = vec![
            press("Why?", "why availability", Weight::Secondary),
            press("Tell us something", "tell ACME-42", Weight::Secondary),
        ];
        let acme: Address = "web:acme".parse().unwrap();
        self.chat.send(&outgoing("incident/42/acme", acme, for_customer)).await.unwrap();
        let mut chinese = say(Tone::Late, "結帳服務：部分付款失敗");
        chinese.language = Language::TraditionalChinese;
        chinese.reference = Some("NORD-42".to_owned());
        chinese.blocks = vec![
            SpokenBlock::Line(own("03:02 起。我們已收到警示，正在聯絡工程師。")),
            SpokenBlock::Line(own("承諾：03:17 前有人處理。我們已逾時，請見諒。")),
            SpokenBlock::Fields(vec![field(
                "可用性",
                Verdict::Kept,
                own("11 月至今 99.93 %，承諾 99.9 %，尚餘 22 分鐘"),
            )]),
        ];
        chinese.buttons = vec![
            press("為什麼？", "why availability", Weight::Secondary),
            press("告訴我們", "tell NORD-42", Weight::Secondary),
        ];
        let nordwind: Address = "web:nordwind".parse().unwrap();
        self.chat.send(&outgoing("incident/42/nordwind", nordwind, chinese)).await.unwrap();
        self.card.set(sent.message).unwrap();
    }

    async fn acknowledge(&self, name: &str) -> Answer {
        let card = self.card.get().unwrap();
        let changed = outgoing("incident/42", operators(), self.incident(Some(name)));
        self.chat.edit(card, &changed).await.unwrap();
        let under = Outgoing {
            under: Some(card.clone()),
            ..outgoing("incident/42/2", operators(), say(Tone::Information, "Acknowledged from the web chat"))
        };
        self.chat.send(&under).await.unwrap();
        Answer::Say { spoken: say(Tone::InHand, "You have INC-42."), private: true }
    }

    fn why(&self, page: u32) -> Answer {
        let mut why = say(Tone::Information, "Availability · Checkout · Acme · November 2026");
        let rows = (0..40).map(|n| own(&format!("INC-{}  06:{n:02}:00–06:{n:02}:50   50 s", n + page * 40)));
        why.blocks = vec![
            SpokenBlock::Line(own("1 − 1 769 / (1 914 060 − 18 000 − 720) = 99.9066 %")),
            SpokenBlock::Lines(rows.collect()),
        ];
        why.buttons = vec![press(
            &format!("Page {}", page + 2),
            &format!("why availability --page={}", page + 1),
            Weight::Secondary,
        )];
        why.footer = own(&format!("Page {} of 3", page + 1));
        Answer::Say { spoken: why, private: true }
    }

    fn update_form() -> Answer {
        let field = |name: &str, label: &str, multiline, required, choices| SpokenFormField {
            name: name.to_owned(),
            label: label.to_owned(),
            value: None,
            multiline,
            required,
            max_length: 500,
            choices,
        };
        let choice = |value: &str, label: &str| (value.to_owned(), label.to_owned());
        Answer::Form(SpokenForm {
            language: Language::English,
            title: "Update for Acme GmbH on INC-42".to_owned(),
            intro: own("The customer sees exactly what you write here, under the card."),
            command: "update INC-42".to_owned(),
            fields: vec![
                field("text", "What the customer is told", true, true, Vec::new()),
                field(
                    "next",
                    "Next update within",
                    false,
                    false,
                    vec![choice("15", "15 min"), choice("30", "30 min"), choice("60", "1 h")],
                ),
            ],
            submit: "Show me a preview".to_owned(),
            cancel: "/cancel".to_owned(),
        })
    }

    async fn answer(&self, inbound: Inbound) -> Answer {
        self.handled.fetch_add(1, Ordering::SeqCst);
        let line = match &inbound.ask {
            Ask::Line(line) => line.trim_start_matches('/').to_owned(),
            Ask::Press { command, .. } => command.clone(),
            Ask::Filled { values, .. } => {
                let mut told = say(Tone::Information, "The customer was told:");
                told.blocks = vec![SpokenBlock::Quote(vec![Run::untrusted(values["text"].clone())])];
                return Answer::Say { spoken: told, private: false };
            }
            other => panic!("{other:?}"),
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["ack", ..] => self.acknowledge(&inbound.display_name).await,
            ["update", ..] => Self::update_form(),
            ["invite", ..] => {
                let mut invitation = say(Tone::Information, "An invitation, good once");
                invitation.blocks =
                    vec![SpokenBlock::Line(vec![Run::own("/join 0f1e2d3c4b5a69788796a5b4c3d2e1f0")])];
                Answer::Once(invitation)
            }
            ["join", ..] => Answer::Say { spoken: say(Tone::Refused, "Not valid"), private: true },
            ["why", rest @ ..] => {
                let page = rest.iter().find_map(|word| word.strip_prefix("--page="));
                self.why(page.map_or(0, |page| page.parse().unwrap()))
            }
            ["status", ..] => {
                let mut status = say(Tone::Information, "Acme GmbH · November so far");
                status.blocks = vec![SpokenBlock::Fields(vec![
                    field("Availability", Verdict::Kept, own("99.93 %, promised 99.9 %; 22 min left")),
                    field("Response", Verdict::AtRisk, own("19 of 21 in 15 min, promised 95 %")),
                ])];
                Answer::Say { spoken: status, private: false }
            }
            [command, ..] if line.len() < inbound_line(&inbound).len() => {
                let head = format!("No command “{command}”. Did you mean /status?");
                Answer::Say { spoken: say(Tone::Refused, &head), private: true }
            }
            _ => Answer::Nothing,
        }
    }
}

fn inbound_line(inbound: &Inbound) -> &str {
    match &inbound.ask {
        Ask::Line(line) => line,
        _ => "",
    }
}

impl Desk for TestDesk {
    fn handle(&self, inbound: Inbound) -> BoxFuture<'_, Answer> {
        Box::pin(self.answer(inbound))
    }

    fn menu(&self, language: Language) -> Vec<CommandSpec> {
        let option = |name: &str, about: &str, positional, required, kind| OptionSpec {
            name: name.to_owned(),
            description: about.to_owned(),
            required,
            positional,
            given_as: name.to_owned(),
            kind,
        };
        let command = |name: &str, english: &str, chinese: &str, options| CommandSpec {
            name: name.to_owned(),
            description: if language == Language::English { english } else { chinese }.to_owned(),
            options,
        };
        let incident = || option("incident", "Which incident, such as INC-42", true, true, OptionKind::Text);
        vec![
            command(
                "ack",
                "Take an incident; its response clock stops",
                "接手事件，停止回應計時",
                vec![incident()],
            ),
            command("help", "What can be asked here", "可使用的指令", vec![]),
            command("incidents", "Open incidents", "未解決的事件", vec![]),
            command(
                "priority",
                "Change a priority, with a reason the customer sees",
                "變更優先順序",
                vec![
                    incident(),
                    option(
                        "priority",
                        "The new priority",
                        true,
                        true,
                        OptionKind::Choice(["P1", "P2", "P3", "P4"].map(String::from).to_vec()),
                    ),
                    option("reason", "Why, in a few words", false, true, OptionKind::Text),
                ],
            ),
            command(
                "status",
                "How every promise stands",
                "各項承諾的現況",
                vec![option("customer", "Whose", true, false, OptionKind::Text)],
            ),
            command("update", "Tell the customer how it goes", "向客戶更新進度", vec![incident()]),
            command(
                "why",
                "The arithmetic behind a figure",
                "數字的計算方式",
                vec![option("what", "An objective or an incident", true, true, OptionKind::Text)],
            ),
        ]
    }
}
