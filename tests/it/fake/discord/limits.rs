//! What Discord refuses: the limits of messages, modals and commands, and the body it answers with.

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// A refusal as Discord words it.
#[derive(Debug)]
pub struct Refusal {
    pub status: u16,
    pub body: Value,
}

impl Refusal {
    pub fn new(status: u16, code: i64, message: &str) -> Self {
        Self { status, body: json!({ "message": message, "code": code }) }
    }

    fn form(path: &str, complaint: &str) -> Self {
        let mut errors = json!({ "_errors": [{ "code": "INVALID", "message": complaint }] });
        for part in path.rsplit('.') {
            errors = json!({ part: errors });
        }
        Self { status: 400, body: json!({ "message": "Invalid Form Body", "code": 50035, "errors": errors }) }
    }
}

use super::state::File;

type Checked = Result<(), Refusal>;

/// UTF-16 units: the stricter reading of "characters".
fn long(text: &str) -> usize {
    text.encode_utf16().count()
}

fn text(value: &Value, path: &str, least: usize, most: usize) -> Checked {
    let Some(text) = value.as_str() else {
        return if least == 0 && value.is_null() {
            Ok(())
        } else {
            Err(Refusal::form(path, "This field is required"))
        };
    };
    if long(text.trim()) < least || long(text) > most {
        return Err(Refusal::form(path, &format!("Must be between {least} and {most} in length.")));
    }
    Ok(())
}

fn list<'a>(value: &'a Value, path: &str, most: usize) -> Result<&'a [Value], Refusal> {
    match value {
        Value::Null => Ok(&[]),
        Value::Array(items) if items.len() <= most => Ok(items),
        _ => Err(Refusal::form(path, &format!("Must be {most} or fewer in length."))),
    }
}

/// A message to be created (or, with `is_edit`, to take another's place).
pub fn message(body: &Value, is_edit: bool) -> Checked {
    text(&body["content"], "content", 0, 2_000)?;
    let embeds = list(&body["embeds"], "embeds", 10)?;
    let mut total = 0;
    for (at, embed) in embeds.iter().enumerate() {
        total += check_embed(embed, &format!("embeds.{at}"))?;
    }
    if total > 6_000 {
        return Err(Refusal::form("embeds", "Embed size exceeds maximum size of 6000"));
    }
    check_components(&body["components"])?;
    check_mentions(&body["allowed_mentions"])?;
    if let Some(nonce) = body["nonce"].as_str()
        && long(nonce) > 25
    {
        return Err(Refusal::form("nonce", "Must be 25 or fewer in length."));
    }
    let says_something = body["content"].as_str().is_some_and(|text| !text.trim().is_empty());
    if !says_something && embeds.is_empty() && !is_edit {
        return Err(Refusal::new(400, 50_006, "Cannot send an empty message"));
    }
    Ok(())
}

/// What a message says of its files, and where it shows them, against what came along.
pub fn files(body: &Value, files: &[File]) -> Checked {
    for (at, about) in list(&body["attachments"], "attachments", 10)?.iter().enumerate() {
        text(&about["description"], &format!("attachments.{at}.description"), 0, 1_024)?;
        if !files.iter().any(|file| about["id"] == file.id) {
            return Err(Refusal::form(&format!("attachments.{at}.id"), "Attachment data not found"));
        }
    }
    for (at, embed) in list(&body["embeds"], "embeds", 10)?.iter().enumerate() {
        let shown = embed["image"]["url"].as_str().and_then(|url| url.strip_prefix("attachment://"));
        if shown.is_some_and(|shown| !files.iter().any(|file| file.name == shown)) {
            return Err(Refusal::form(&format!("embeds.{at}.image.url"), "Referenced attachment not found"));
        }
    }
    if files.iter().any(|file| file.bytes.len() > 10 << 20) {
        return Err(Refusal::new(413, 40_005, "Request entity too large"));
    }
    Ok(())
}

fn check_embed(embed: &Value, path: &str) -> Result<usize, Refusal> {
    let at = |part: &str| format!("{path}.{part}");
    text(&embed["title"], &at("title"), 0, 256)?;
    text(&embed["description"], &at("description"), 0, 4_096)?;
    let mut parts = vec![&embed["title"], &embed["description"]];
    if !embed["footer"].is_null() {
        text(&embed["footer"]["text"], &at("footer.text"), 1, 2_048)?;
        parts.push(&embed["footer"]["text"]);
    }
    for field in list(&embed["fields"], &at("fields"), 25)? {
        text(&field["name"], &at("fields.name"), 1, 256)?;
        text(&field["value"], &at("fields.value"), 1, 1_024)?;
        parts.extend([&field["name"], &field["value"]]);
    }
    let total: usize = parts.iter().filter_map(|part| part.as_str()).map(long).sum();
    if total == 0 {
        return Err(Refusal::form(path, "This field is required"));
    }
    if embed["color"].as_u64().is_some_and(|colour| colour > 0x00FF_FFFF) {
        return Err(Refusal::form(&at("color"), "Must be less than or equal to 16777215."));
    }
    Ok(total)
}

fn check_components(components: &Value) -> Checked {
    let mut seen = BTreeSet::new();
    for (at, row) in list(components, "components", 5)?.iter().enumerate() {
        let path = format!("components.{at}");
        let buttons = list(&row["components"], &path, 5)?;
        if row["type"] != 1 || buttons.is_empty() {
            return Err(Refusal::form(&path, "Value of field \"type\" must be one of (1,)."));
        }
        for (at, button) in buttons.iter().enumerate() {
            check_button(button, &format!("{path}.components.{at}"), &mut seen)?;
        }
    }
    Ok(())
}

fn check_button<'a>(button: &'a Value, path: &str, seen: &mut BTreeSet<&'a str>) -> Checked {
    let at = |part: &str| format!("{path}.{part}");
    if button["type"] != 2 {
        return Err(Refusal::form(&at("type"), "Value of field \"type\" must be one of (2,)."));
    }
    text(&button["label"], &at("label"), 1, 80)?;
    match button["style"].as_u64() {
        Some(1..=4) => {
            text(&button["custom_id"], &at("custom_id"), 1, 100)?;
            if !button["url"].is_null() {
                return Err(Refusal::form(&at("url"), "A custom id and url cannot both be specified"));
            }
            if !seen.insert(button["custom_id"].as_str().unwrap_or_default()) {
                return Err(Refusal::form(&at("custom_id"), "Component custom id cannot be duplicated"));
            }
            Ok(())
        }
        Some(5) => {
            text(&button["url"], &at("url"), 1, 512)?;
            let url = button["url"].as_str().unwrap_or_default();
            if !button["custom_id"].is_null() || !(url.starts_with("http://") || url.starts_with("https://"))
            {
                return Err(Refusal::form(&at("url"), "Scheme must be one of ('http', 'https', 'discord')."));
            }
            Ok(())
        }
        _ => Err(Refusal::form(&at("style"), "Value must be one of {1, 2, 3, 4, 5}.")),
    }
}

fn check_mentions(allowed: &Value) -> Checked {
    let users = list(&allowed["users"], "allowed_mentions.users", 100)?;
    for parse in list(&allowed["parse"], "allowed_mentions.parse", 3)? {
        if parse == "users" && !users.is_empty() {
            return Err(Refusal::form("allowed_mentions", "users and parse:users are mutually exclusive"));
        }
    }
    if users.iter().any(|user| user.as_str().is_none_or(|id| id.parse::<u64>().is_err())) {
        return Err(Refusal::form("allowed_mentions.users", "Value is not snowflake."));
    }
    Ok(())
}

/// A modal as the data of a first answer.
pub fn modal(data: &Value) -> Checked {
    text(&data["title"], "data.title", 1, 45)?;
    text(&data["custom_id"], "data.custom_id", 1, 100)?;
    let rows = list(&data["components"], "data.components", 5)?;
    let mut seen = BTreeSet::new();
    if rows.is_empty() {
        return Err(Refusal::form("data.components", "Must be between 1 and 5 in length."));
    }
    for (at, row) in rows.iter().enumerate() {
        let inputs = list(&row["components"], &format!("data.components.{at}"), 1)?;
        let path = |part: &str| format!("data.components.{at}.components.0.{part}");
        let input = inputs.first().ok_or_else(|| Refusal::form(&path("type"), "This field is required"))?;
        if row["type"] != 1 || input["type"] != 4 || !matches!(input["style"].as_u64(), Some(1 | 2)) {
            return Err(Refusal::form(&path("type"), "Value of field \"type\" must be one of (4,)."));
        }
        text(&input["custom_id"], &path("custom_id"), 1, 100)?;
        text(&input["label"], &path("label"), 1, 45)?;
        text(&input["placeholder"], &path("placeholder"), 0, 100)?;
        let most = input["max_length"].as_u64().unwrap_or(4_000);
        if !(1..=4_000).contains(&most) {
            return Err(Refusal::form(&path("max_length"), "Must be between 1 and 4000."));
        }
        text(&input["value"], &path("value"), 0, usize::try_from(most).unwrap())?;
        if !seen.insert(input["custom_id"].as_str().unwrap_or_default()) {
            return Err(Refusal::form(&path("custom_id"), "Component custom id cannot be duplicated"));
        }
    }
    Ok(())
}

/// A whole registration of commands.
pub fn commands(body: &Value) -> Checked {
    let Some(all) = body.as_array() else {
        return Err(Refusal::form("_root", "Only iterables may be used in a ArrayType"));
    };
    let mut seen = BTreeSet::new();
    for (at, command) in list(body, "_root", 100).map(|_| all)?.iter().enumerate() {
        check_named(command, &at.to_string())?;
        if !seen.insert(command["name"].as_str()) {
            return Err(Refusal::form(&at.to_string(), "Application command names must be unique"));
        }
        let mut is_optional = false;
        for (number, option) in list(&command["options"], "options", 25)?.iter().enumerate() {
            let path = format!("{at}.options.{number}");
            check_named(option, &path)?;
            if is_optional && option["required"] == true {
                return Err(Refusal::form(
                    &path,
                    "Required options must be placed before non-required options",
                ));
            }
            is_optional = option["required"] != true;
            if !matches!(option["type"].as_u64(), Some(3..=5)) {
                return Err(Refusal::form(&path, "Value must be one of the option types"));
            }
            for choice in list(&option["choices"], &path, 25)? {
                text(&choice["name"], &path, 1, 100)?;
            }
        }
    }
    Ok(())
}

fn check_named(item: &Value, path: &str) -> Checked {
    let name = item["name"].as_str().unwrap_or_default();
    let is_good = (1..=32).contains(&name.len())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    if !is_good {
        return Err(Refusal::form(&format!("{path}.name"), "String value did not match validation regex."));
    }
    text(&item["description"], &format!("{path}.description"), 1, 100)?;
    for (locale, words) in item["description_localizations"].as_object().into_iter().flatten() {
        if !matches!(locale.as_str(), "zh-TW" | "zh-CN" | "en-US" | "en-GB" | "de" | "fr" | "ja") {
            return Err(Refusal::form(&format!("{path}.description_localizations"), "Unknown locale"));
        }
        text(words, &format!("{path}.description_localizations"), 1, 100)?;
    }
    Ok(())
}
