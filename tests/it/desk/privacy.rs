//! What is held of a person: shown to them alone, and forgotten without a trace.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use upheld::chat::web::input::{Outcome, Sent, Speaker};
use upheld::chat::web::{Hub, WebChat};
use upheld::chat::{Account, Ask, Inbound};
use upheld::clock::SystemClock;
use upheld::core::event::PersonId;
use upheld::i18n::Language;
use upheld::i18n::spoken::Spoken;
use upheld::journal::chain::Head;
use upheld::journal::restore::{fingerprint, replay, restore};
use upheld::store::inbound::SetMark;
use upheld::store::record::Chain;
use upheld::store::rooms::{Audience, Seat};
use upheld::store::{Mode, Store, backup};

use super::world::{OPS, World, behind, said};

const NAME: &str = "Zdeňka Quetzalcoatl";
const ACCOUNT: &str = "discord:918273645546372819";
const ENGLISH: &str = "The flywheel in the cellar sings a waltz";
const CHINESE: &str = "機房的飛輪整晚唱著圓舞曲";
const COMMENT: &str = "Your zeppelin answered within a heartbeat";
const TELEPHONED: &str = "A gramophone would have told me sooner";
const HALF: &str = "An umbrella for the halberd";

/// What must be nowhere afterwards, as it may be written: plain, and as JSON may escape it.
fn traces() -> Vec<Vec<u8>> {
    let words = [
        NAME,
        "Quetzalcoatl",
        "918273645546372819",
        "flywheel",
        "飛輪",
        "圓舞曲",
        "zeppelin",
        "halberd",
        "gramophone",
    ];
    let escaped = |word: &str| -> String {
        let units = word.encode_utf16();
        units
            .map(
                |unit| if unit < 128 { char::from(unit as u8).to_string() } else { format!("\\u{unit:04x}") },
            )
            .collect()
    };
    words.iter().flat_map(|word| [word.as_bytes().to_vec(), escaped(word).into_bytes()]).collect()
}

/// The files below a folder in which one of the traces stands.
fn found(folder: &Path) -> Vec<PathBuf> {
    let traces = traces();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.retain(|path| {
        let bytes = std::fs::read(path).unwrap();
        traces.iter().any(|trace| bytes.windows(trace.len()).any(|window| window == trace))
    });
    files
}

struct Zdenka {
    world: World,
    person: PersonId,
    web: WebChat,
}

impl Zdenka {
    /// Somebody who came by invitation and left something everywhere.
    async fn arrives() -> Self {
        let survey = super::surveys::survey("channel", "named", "");
        let world =
            World::with(|path| std::fs::write(path.join("surveys/service.toml"), survey).unwrap()).await;
        let token = world.invited("/invite customer acme").await;
        let account: Account = ACCOUNT.parse().unwrap();
        let inbound = Inbound {
            id: "zdenka/join".to_owned(),
            account: account.clone(),
            display_name: NAME.to_owned(),
            from: account.direct(),
            parent: None,
            language: None,
            ask: Ask::Line(format!("/join {token}")),
        };
        said(world.app.desk.handle(inbound).await, "join");
        let person = world.app.directory.get().person(&account).unwrap().id.clone();
        let web = WebChat::new(world.app.store.clone(), Arc::new(Hub::default()), Arc::new(SystemClock));
        let zdenka = Self { world, person, web };
        zdenka.leaves_something().await;
        zdenka
    }

    async fn leaves_something(&self) {
        let (world, direct) = (&self.world, "discord:@918273645546372819");
        world.told(ACCOUNT, direct, &format!("/report checkout {ENGLISH}")).await;
        self.types(&format!("/say 1 {CHINESE}")).await;
        self.types(&format!("{ENGLISH}, I said")).await;
        self.types("/whoami").await;
        world.told(ACCOUNT, direct, "/notify late wake").await;
        world.told("anna", OPS, "/survey send service acme").await;
        super::surveys::asked(world, upheld::core::voice::RoundNumber(1)).await;
        // Written down for her, and then replaced by her own answer: the state forgets it, the journal does not.
        let told = format!("/survey record SUR-1 --person=\"{NAME}\" --score=4 --said=\"{TELEPHONED}\"");
        world.told("anna", OPS, &told).await;
        said(world.press(ACCOUNT, direct, "answer SUR-1 2").await, "an answer");
        let values = [("text".to_owned(), COMMENT.to_owned())].into();
        let comment = Ask::Filled { command: "comment SUR-1".to_owned(), values };
        said(world.put(ACCOUNT, direct, comment).await, "a comment");
        let form =
            SetMark { name: "form/discord:form:1:918273645546372819".to_owned(), value: HALF.to_owned() };
        world.app.store.write(form).await.unwrap();
        // What others read of hers stands in rooms, too.
        self.sees("anna", OPS, "/incident 1").await;
        self.sees("maria", OPS, "/revoke").await;
        self.sees("maria", OPS, &format!("/revoke \"{NAME}\"")).await;
    }

    fn speaker(&self, person: PersonId, name: &str, room: &str) -> Speaker {
        let party = if room == OPS { Chain::Operators } else { Chain::Customer("acme".into()) };
        let own = (format!("@{person}"), Audience::Person);
        let rooms = [(room.trim_start_matches("web:").to_owned(), Audience::Party(party)), own].into();
        Speaker {
            seat: Seat { person, rooms },
            name: name.to_owned(),
            room: room.parse().unwrap(),
            language: Language::English,
        }
    }

    async fn asks(&self, speaker: &Speaker, ask: Ask) -> Outcome {
        let sent = Sent { act: hex::encode(upheld::clock::random::<8>().unwrap()), ask };
        self.web.ask(&*self.world.app.desk, speaker, sent).await.unwrap()
    }

    async fn types(&self, line: &str) -> Outcome {
        let speaker = self.speaker(self.person.clone(), NAME, "web:acme");
        self.asks(&speaker, Ask::Line(line.to_owned())).await
    }

    /// Somebody else asks in the web chat.
    async fn sees(&self, who: &str, room: &str, line: &str) -> Outcome {
        let directory = self.world.app.directory.get();
        let person = directory.person(&format!("web:{who}").parse().unwrap()).unwrap();
        let speaker = self.speaker(person.id.clone(), &person.name, room);
        self.asks(&speaker, Ask::Line(line.to_owned())).await
    }

    fn data(&self) -> PathBuf {
        self.world.folder.path().join("data")
    }
}

fn once(outcome: Outcome) -> Spoken {
    match outcome {
        Outcome::Once { spoken, .. } => spoken,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_forgotten_without_a_trace() {
    let zdenka = Zdenka::arrives().await;
    let (data, elsewhere) = (zdenka.data(), tempfile::tempdir().unwrap());
    let url = format!("sqlite://{}", data.join("upheld.db").display());
    let early = elsewhere.path().join("early.db");
    backup::backup(&url, &early).await.unwrap();
    assert_eq!(found(elsewhere.path()), std::slice::from_ref(&early), "the search finds what is there");
    let shown = once(zdenka.types("/privacy export").await).plain_text();
    for theirs in [NAME, ACCOUNT, ENGLISH] {
        assert!(shown.contains(theirs), "{theirs}: {shown}");
    }
    let held =
        upheld::privacy::gather(&zdenka.world.app.store, &[zdenka.person.clone()].into()).await.unwrap();
    let json = upheld::privacy::export(&held, zdenka.world.app.journal.now()).to_string();
    for theirs in [NAME, ACCOUNT, ENGLISH, CHINESE, COMMENT, TELEPHONED, "\"score\":2", "\"late\":\"wake\""] {
        assert!(json.contains(theirs), "{theirs}: {json}");
    }
    let erased = once(zdenka.types("/privacy erase --sure").await).plain_text();
    assert!(erased.contains("Erased"), "{erased}");
    assert_eq!(found(&data), [] as [PathBuf; 0], "while it runs");
    let Zdenka { world, person, .. } = zdenka;
    assert!(
        world.refused(ACCOUNT, "discord:@918273645546372819", "/privacy export").await.contains("not know")
    );
    let incident = world.told("anna", OPS, "/incident 1").await.plain_text();
    assert!(incident.contains("[erased]") && !incident.contains("flywheel"), "{incident}");
    let scores = {
        let state = world.app.journal.read().await;
        let round = state.voice.round(upheld::core::voice::RoundNumber(1)).unwrap();
        round.answers[&person].score()
    };
    assert_eq!(scores, Some(2), "scores stay");
    let World { app, folder, .. } = world;
    app.stop().await;
    assert_eq!(found(&data), [] as [PathBuf; 0], "after the end, with its snapshot");
    let late = elsewhere.path().join("late.db");
    backup::backup(&url, &late).await.unwrap();
    assert_eq!(found(elsewhere.path()), std::slice::from_ref(&early), "a fresh backup");
    sound(&url).await;
    // An older backup forgets again what was forgotten since it was made.
    let back = backup::restore(&url, &early, upheld::clock::Clock::now(&SystemClock)).await.unwrap();
    assert_eq!(back.erased_again, Some(1));
    assert_eq!(found(&data), [] as [PathBuf; 0], "after a restore");
    sound(&url).await;
    drop(folder);
}

/// Every chain holds, and a replay gives what is kept.
pub async fn sound(url: &str) {
    let store = Store::open(url, Mode::Look).await.unwrap();
    store.verify_journal().await.unwrap().unwrap();
    let chains = store.record_chains().await.unwrap();
    assert!(!chains.is_empty());
    for chain in chains {
        store.verify_record(&chain).await.unwrap().unwrap();
    }
    let kept = restore(&store).await.unwrap().state;
    let anew = replay(&store, Default::default(), Head::START).await.unwrap().state;
    assert_eq!(fingerprint(&kept).unwrap(), fingerprint(&anew).unwrap());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_managers_see_and_erase_what_is_held_of_others() {
    let zdenka = Zdenka::arrives().await;
    let world = &zdenka.world;
    for who in ["anna", "jonas", "adam"] {
        let alone = format!("web:@{who}");
        for line in [
            format!("/privacy --person={ACCOUNT}"),
            format!("/privacy export {ACCOUNT}"),
            format!("/privacy erase {ACCOUNT} --sure"),
        ] {
            assert!(world.refused(who, &alone, &line).await.contains("role"), "{who}: {line}");
        }
    }
    let refused = world.refused("maria", "web:acme", &format!("/privacy export {ACCOUNT}")).await;
    assert!(refused.contains("a customer reads here"), "{refused}");
    assert!(world.refused("maria", OPS, "/privacy export nobody").await.contains("nobody"));
    // In a group others read what is typed.
    let aloud = world.refused("telegram:77", "telegram:-100", "/privacy export").await;
    assert!(!aloud.contains("Dora"), "{aloud}");
    let shown = world.told("maria", OPS, &format!("/privacy export \"{NAME}\"")).await.plain_text();
    assert!(shown.contains(ACCOUNT) && shown.contains(ENGLISH), "{shown}");
    let question = world.told("maria", OPS, &format!("/privacy erase {ACCOUNT}")).await;
    let text = question.plain_text();
    assert!(text.contains("Scores stay") && text.contains("random id"), "{text}");
    let sure = behind(&question, "Erase for good");
    said(world.press("maria", OPS, &sure).await, "sure");
    assert_eq!(found(&zdenka.data()), [] as [PathBuf; 0]);
    // Who stands in the files comes back with them, and is told so.
    let mine = world.told("maria", OPS, "/privacy erase").await.plain_text();
    assert!(mine.contains("configuration files"), "{mine}");
}

/// The texts as they were approved.
#[tokio::test(flavor = "multi_thread")]
async fn what_privacy_says_in_both_languages() {
    let world = World::start().await;
    let mut said_in = Vec::new();
    for (who, place) in [("jonas", "web:@jonas"), ("chen", "web:@chen")] {
        for line in ["/privacy", "/privacy erase"] {
            said_in.push(format!("{line}\n{}", world.told(who, place, line).await.plain_text()));
        }
    }
    let all = said_in.join("\n\n");
    for words in
        ["What Upheld holds of", "Erase everything", "Upheld 保存的", "要刪除 Upheld 保存的", "設定檔"]
    {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert!(!all.contains("privacy-"), "every key has words: {all}");
}
