//! `/privacy`: shows a person everything that is held of them, and forgets it.

use std::collections::BTreeMap;

use crate::commands::access::{Place, Role};
use crate::commands::asking::{Asking, Outcome, Reply};
use crate::commands::desk::Desk;
use crate::commands::people::role_line;
use crate::commands::spec::PrivacyAction;
use crate::core::doc::{Block, Doc, Line, Text, Value, Weight};
use crate::core::event::{Event, PersonId};
use crate::core::notice::quote::quoting;
use crate::core::voice::Word;
use crate::directory::Directory;
use crate::privacy::{self, Held, SHORT, Said};
use crate::store::people;

/// At most so many are offered where a name is that of several.
const OFFERED: usize = 10;

/// Whose data it is about.
struct Whom {
    person: PersonId,
    /// Said again by buttons: nothing for oneself, else the beginning of the random id.
    word: String,
}

impl Desk {
    /// `/privacy [export|erase] [person]`
    pub(super) async fn privacy(
        &self,
        asking: &Asking,
        action: Option<PrivacyAction>,
        person: Option<&str>,
        sure: bool,
        page: u32,
    ) -> Outcome {
        let Some(own) = asking.person.clone() else { return Err(asking.refuse_key("error-no-account")) };
        let directory = self.directory().get();
        let whom = match person.filter(|word| !word.trim().is_empty()) {
            None => Whom { person: own, word: String::new() },
            Some(word) => another(asking, &directory, action, word)?,
        };
        let parts = {
            let state = self.journal().read().await;
            privacy::parts(&state.voice, std::slice::from_ref(&whom.person))
        };
        let held = privacy::gather(self.store(), &parts).await.map_err(|error| {
            tracing::error!(%error, "what is held of a person could not be read");
            asking.refuse_key("error-not-read")
        })?;
        match action {
            None => Ok(Reply::Private(overview(asking, &whom, &held))),
            Some(PrivacyAction::Export) => {
                let theirs = held.people.iter().flat_map(|person| &person.roles);
                let withheld = theirs.into_iter().any(|role| match role {
                    people::Role::Customer(agreement) => {
                        !directory.may_leave(agreement, asking.from.platform)
                    }
                    _ => false,
                });
                if withheld {
                    return Err(asking.refuse_key("error-platform-not-allowed"));
                }
                let doc = exported(asking, &directory, &whom, &held);
                Ok(Reply::OncePages { doc, number: page, command: line("privacy export", &whom) })
            }
            Some(PrivacyAction::Erase) if !sure => {
                Ok(Reply::Private(question(asking, &directory, &whom, &held)))
            }
            Some(PrivacyAction::Erase) => {
                let erased = privacy::erase(self.store(), &parts, asking.now).await.map_err(|error| {
                    tracing::error!(%error, "a person could not be forgotten");
                    asking.refuse_key("privacy-not-erased")
                })?;
                let accounts = || held.people.iter().flat_map(|person| &person.accounts);
                self.held().forget(|account| accounts().any(|theirs| theirs == account));
                self.stored(asking, Ok(())).await?;
                tracing::info!(person = %whom.person, by = ?asking.person, "a person was forgotten");
                let count = |count: u64| Value::Count(i64::try_from(count).unwrap_or(i64::MAX));
                let mut doc = asking.say(Text::key("privacy-erased"));
                if erased.lasting > 0 {
                    doc = doc.line(Text::key("privacy-lasting").with("count", count(erased.lasting)));
                }
                // Nothing of ours keeps it: it would be the first thing to be kept again.
                Ok(Reply::Once(left(doc, &directory, &held)))
            }
        }
    }
}

/// Somebody else, for managers where no customer reads.
fn another(
    asking: &Asking,
    directory: &Directory,
    action: Option<PrivacyAction>,
    word: &str,
) -> Result<Whom, Doc> {
    let command = || Value::Code("/privacy".to_owned());
    let refuse = |key: &'static str| asking.refuse(Text::key(key).with("command", command()));
    if !asking.rights.roles.contains(&Role::Manager) {
        return Err(refuse("error-role"));
    }
    match asking.place {
        Place::Operators | Place::Direct => {}
        Place::Customer(_) => return Err(refuse("error-customer-channel")),
        Place::Unbound => return Err(refuse("error-unbound")),
    }
    let found = privacy::named(&directory.people, word);
    match found.as_slice() {
        [] => {
            Err(asking.refuse(Text::key("privacy-nobody").with("person", Value::Untrusted(word.to_owned()))))
        }
        [person] => Ok(Whom { person: person.clone(), word: short(person) }),
        several => {
            let verb = match action {
                None | Some(PrivacyAction::Export) => "privacy export",
                Some(PrivacyAction::Erase) => "privacy erase",
            };
            let doc = asking.say(Text::key("privacy-several"));
            let offer = |doc: Doc, person: &PersonId| {
                let label: Line = vec![Value::Person(person.clone()).into(), Text::mark(" · "), {
                    Text::Value(Value::Code(short(person)))
                }];
                doc.button(label, format!("{verb} {}", short(person)), Weight::Secondary)
            };
            Err(several.iter().take(OFFERED).fold(doc, offer))
        }
    }
}

fn short(person: &PersonId) -> String {
    person.as_str().chars().take(SHORT).collect()
}

fn line(verb: &str, whom: &Whom) -> String {
    if whom.word.is_empty() { verb.to_owned() } else { format!("{verb} {}", whom.word) }
}

fn count(number: usize) -> Value {
    Value::Count(i64::try_from(number).unwrap_or(i64::MAX))
}

/// What there is, in numbers.
fn counts(held: &Held) -> Vec<Line> {
    let accounts = held.people.iter().map(|person| person.accounts.len()).sum();
    vec![
        Text::key("privacy-count-accounts").with("count", count(accounts)).into(),
        Text::key("privacy-count-texts").with("count", count(held.prose.len())).into(),
        Text::key("privacy-count-messages").with("count", count(held.room_lines.len())).into(),
    ]
}

fn overview(asking: &Asking, whom: &Whom, held: &Held) -> Doc {
    asking
        .say(Text::key("privacy-head").with("person", Value::Person(whom.person.clone())))
        .block(Block::List(counts(held)))
        .line(Text::key("privacy-anonymous"))
        .button(Text::key("button-privacy-export"), line("privacy export", whom), Weight::Secondary)
        .button(Text::key("button-privacy-erase"), line("privacy erase", whom), Weight::Danger)
}

fn question(asking: &Asking, directory: &Directory, whom: &Whom, held: &Held) -> Doc {
    let stays =
        ["privacy-stays-scores", "privacy-stays-chain", "privacy-stays-others", "privacy-stays-backups"];
    let doc = asking
        .say(Text::key("privacy-question").with("person", Value::Person(whom.person.clone())))
        .block(Block::Heading(Text::key("privacy-goes").into()))
        .block(Block::List(counts(held)))
        .line(Text::key("privacy-goes-rights"))
        .block(Block::Heading(Text::key("privacy-stays").into()))
        .block(Block::List(stays.into_iter().map(|key| Text::key(key).into()).collect()));
    let sure = format!("{} --sure", line("privacy erase", whom));
    left(doc, directory, held).button(Text::key("button-privacy-sure"), sure, Weight::Danger)
}

/// What Upheld cannot delete, and where it is to be deleted.
fn left(doc: Doc, directory: &Directory, held: &Held) -> Doc {
    let mut doc = doc;
    for (platform, number) in &held.elsewhere {
        let number = Value::Count(i64::try_from(*number).unwrap_or(i64::MAX));
        let text = Text::key("privacy-elsewhere").with("count", number);
        doc = doc.line(text.with("platform", Value::Code(platform.name().to_owned())));
    }
    let accounts: Vec<_> = held.people.iter().flat_map(|person| &person.accounts).collect();
    let configured = directory.config.people.values();
    if configured.into_iter().any(|person| person.accounts.iter().any(|own| accounts.contains(&own))) {
        doc = doc.line(Text::key("privacy-configured"));
    }
    doc
}

fn exported(asking: &Asking, directory: &Directory, whom: &Whom, held: &Held) -> Doc {
    let mut doc =
        asking.say(Text::key("privacy-exported").with("person", Value::Person(whom.person.clone())));
    doc = doc.block(Block::Lines(identity(directory, held)));
    if !held.said.is_empty() {
        doc = doc.block(Block::Heading(Text::key("privacy-said").into()));
    }
    for said in &held.said {
        doc = doc.block(Block::Line(deed(said)));
        doc = said
            .texts()
            .into_iter()
            .fold(doc, |doc, text| doc.block(Block::Quote(Text::Prose(text.clone()).into())));
    }
    if !held.drafts.is_empty() {
        doc = doc.block(Block::Heading(Text::key("privacy-drafts").into()));
        let drafts = held.drafts.iter().map(|draft| Block::Quote(Text::Prose(draft.clone()).into()));
        doc = drafts.fold(doc, Doc::block);
    }
    if !held.room_lines.is_empty() {
        doc = doc.block(Block::Heading(Text::key("privacy-messages").into()));
        let lines = held.room_lines.iter().map(|(at, room, text)| {
            let when = Text::Value(Value::ExactMoment(*at));
            let room = Text::Value(Value::Code(room.clone()));
            vec![when, Text::mark(" · "), room, Text::mark(" · "), Text::Untrusted(text.clone())]
        });
        doc = doc.block(Block::Lines(lines.collect()));
    }
    doc.line(Text::key("privacy-file").with("command", Value::Code("upheld privacy export".to_owned())))
}

fn identity(directory: &Directory, held: &Held) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for person in &held.people {
        lines.push(vec![
            Text::Untrusted(person.name.clone()),
            Text::mark(" · "),
            Text::Value(Value::Code(person.id.to_string())),
        ]);
        let accounts = person.accounts.iter();
        lines.extend(accounts.map(|account| Text::Value(Value::Code(account.to_string())).into()));
        lines.extend(person.roles.iter().map(|role| role_line(directory, role)));
    }
    for wishes in &held.wishes {
        let wishes: BTreeMap<String, String> = serde_json::from_str(wishes).unwrap_or_default();
        let wish = |(kind, how): (String, String)| Value::Code(format!("/notify {kind} {how}")).into();
        lines.extend(wishes.into_iter().map(wish).map(|text: Text| Line::from(text)));
    }
    for (from, until) in &held.sessions {
        let text = Text::key("privacy-session").with("from", Value::ExactMoment(*from));
        lines.push(text.with("until", Value::ExactMoment(*until)).into());
    }
    for (role, made, _) in &held.invitations {
        let mut line: Line =
            vec![Text::key("privacy-invitation").with("at", Value::ExactMoment(*made)), Text::mark(" · ")];
        line.extend(role_line(directory, role));
        lines.push(line);
    }
    for (at, round) in &held.asked {
        let text = Text::key("privacy-asked").with("at", Value::ExactMoment(*at));
        lines.push(text.with("round", Value::Code(round.clone())).into());
    }
    lines
}

/// When, what and about what; of an answer also what was given.
fn deed(said: &Said) -> Line {
    let code = |text: String| Text::Value(Value::Code(text));
    let mut line: Line = vec![Text::Value(Value::ExactMoment(said.at)), Text::mark(" · "), code(said.kind())];
    if let Some(about) = said.about() {
        line.extend([Text::mark(" · "), code(about)]);
    }
    if said.for_them {
        line.extend([Text::mark(" · "), Text::key("privacy-written-down")]);
    }
    let Event::Voice { word, .. } = &said.event else { return line };
    match &**word {
        Word::Answered { given, .. } => {
            line.extend([Text::mark(" · "), code(serde_json::to_string(given).unwrap_or_default())]);
        }
        Word::Quotable { allowed, .. } => {
            line.extend([Text::mark(" · "), quoting(allowed.as_ref().map(|allowed| allowed.how))]);
        }
        _ => {}
    }
    line
}
