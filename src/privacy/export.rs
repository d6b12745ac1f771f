//! What is held of a person as JSON, for programs. `docs/guides/operations.md` describes its form.

use serde_json::{Value, json};

use super::held::{Held, Said};
use crate::core::event::ProseId;
use crate::core::time::Instant;
use crate::store::people::{Person, Role};

/// The form's number; it grows when a field changes its meaning.
const FORM: u32 = 1;

/// Everything, with the texts in words.
pub fn export(held: &Held, now: Instant) -> Value {
    let pairs = |pairs: &[(Instant, Instant)]| -> Vec<Value> {
        let pair =
            |(from, until): &(Instant, Instant)| json!({ "from": moment(*from), "until": moment(*until) });
        pairs.iter().map(pair).collect()
    };
    let invitations = held.invitations.iter().map(|(role, made, taken)| {
        json!({ "role": role_name(role), "made": moment(*made), "taken": taken.map(moment) })
    });
    let lines = held
        .room_lines
        .iter()
        .map(|(at, room, text)| json!({ "at": moment(*at), "room": room, "text": text }));
    let wishes = held.wishes.iter().filter_map(|wishes| serde_json::from_str::<Value>(wishes).ok());
    let elsewhere = held.elsewhere.iter().map(|(platform, count)| (platform.name().to_owned(), json!(count)));
    json!({
        "form": FORM,
        "exported": moment(now),
        "people": held.people.iter().map(person).collect::<Vec<_>>(),
        "wishes": wishes.collect::<Vec<_>>(),
        "sessions": pairs(&held.sessions),
        "invitations": invitations.collect::<Vec<_>>(),
        "journal": held.said.iter().map(|said| entry(held, said)).collect::<Vec<_>>(),
        "asked": held.asked.iter().map(|(at, round)| json!({ "at": moment(*at), "round": round })).collect::<Vec<_>>(),
        "drafts": held.drafts.iter().map(|draft| text(held, draft)).collect::<Vec<_>>(),
        "web_chat": lines.collect::<Vec<_>>(),
        "messages_elsewhere": elsewhere.collect::<serde_json::Map<_, _>>(),
    })
}

fn moment(at: Instant) -> String {
    at.to_string()
}

fn person(person: &Person) -> Value {
    json!({
        "id": person.id,
        "name": person.name,
        "accounts": person.accounts.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "roles": person.roles.iter().map(role_name).collect::<Vec<_>>(),
    })
}

fn role_name(role: &Role) -> String {
    match role {
        Role::Operator => "operator".to_owned(),
        Role::Manager => "manager".to_owned(),
        Role::Auditor => "auditor".to_owned(),
        Role::Customer(agreement) => format!("customer/{agreement}"),
    }
}

fn entry(held: &Held, said: &Said) -> Value {
    let texts = said.texts().into_iter().map(|id| (id.as_str().to_owned(), text(held, id)));
    json!({
        "sequence": said.sequence,
        "recorded": moment(said.at),
        "written_down_by_another": said.for_them,
        "event": said.event,
        "texts": texts.collect::<serde_json::Map<_, _>>(),
    })
}

/// Null where it was erased.
fn text(held: &Held, id: &ProseId) -> Value {
    held.prose.get(id).map_or(Value::Null, |text| Value::String(text.clone()))
}
