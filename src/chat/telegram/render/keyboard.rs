//! The buttons under a message, in rows that fit a phone.

use teloxide::types::{InlineKeyboardButton, InlineKeyboardMarkup};
use url::Url;

use crate::chat::inert::{self, Breaks};
use crate::core::doc::Press;
use crate::i18n::spoken::SpokenButton;

/// How many columns of text a row of buttons shows on a phone without cutting a label.
const COLUMNS: usize = 34;
/// Most buttons in a row, and most when they hold only a digit or a symbol each.
const A_ROW: usize = 3;
const TINY: usize = 4;
const A_ROW_OF_TINY: usize = 5;
/// The longest label, in characters.
const LONGEST_LABEL: usize = 40;
/// Most buttons of a message.
const MOST: usize = 100;

/// Begins the data of the adapter's own buttons, which are no commands.
pub(in super::super) const OWN: char = '~';

/// The keyboard, and what cannot be a button here and is written into the text instead: label and target.
/// With `plain`, links are written too, because a link may be what the platform refused.
pub(super) fn keyboard(
    buttons: &[SpokenButton],
    plain: bool,
) -> (Option<InlineKeyboardMarkup>, Vec<(String, String)>) {
    let mut keys: Vec<InlineKeyboardButton> = Vec::new();
    let mut written = Vec::new();
    for button in buttons {
        let label = inert::harmless(&button.label, Breaks::Joined, LONGEST_LABEL);
        let full = keys.len() >= MOST;
        match &button.press {
            Press::Command(command) if !full && pressable(command) => {
                keys.push(InlineKeyboardButton::callback(label, command.clone()));
            }
            Press::Command(command) => written.push((label, format!("/{command}"))),
            Press::Open(address) => match linkable(address).filter(|_| !full && !plain) {
                Some(url) => keys.push(InlineKeyboardButton::url(label, url)),
                None => written.push((label, address.clone())),
            },
        }
    }
    ((!keys.is_empty()).then(|| InlineKeyboardMarkup::new(rows(keys))), written)
}

fn pressable(command: &str) -> bool {
    !command.trim().is_empty() && command.len() <= Press::LIMIT && !command.starts_with(OWN)
}

/// An address that Telegram accepts behind a button; it refuses the whole message for a host without a dot.
fn linkable(address: &str) -> Option<Url> {
    let url = Url::parse(address).ok()?;
    let known = matches!(url.scheme(), "http" | "https");
    let host = url.host_str().is_some_and(|host| host.contains('.') || host.starts_with('['));
    (known && host && url.as_str().len() <= 2000).then_some(url)
}

/// The keys in rows. All keys of a row are equally wide, so that the widest decides how many there may be.
pub(in super::super) fn rows(keys: Vec<InlineKeyboardButton>) -> Vec<Vec<InlineKeyboardButton>> {
    let mut rows: Vec<Vec<InlineKeyboardButton>> = Vec::new();
    let mut widest = 0;
    for key in keys {
        let width = columns(&key.text);
        let with_it = widest.max(width);
        let most = if with_it <= TINY { A_ROW_OF_TINY } else { A_ROW };
        match rows.last_mut() {
            Some(row) if row.len() < most && with_it * (row.len() + 1) <= COLUMNS => {
                row.push(key);
                widest = with_it;
            }
            _ => {
                rows.push(vec![key]);
                widest = width;
            }
        }
    }
    rows
}

/// The columns a label takes; East Asian letters and pictures take two.
fn columns(label: &str) -> usize {
    label.chars().map(|letter| if u32::from(letter) >= 0x1100 { 2 } else { 1 }).sum()
}
