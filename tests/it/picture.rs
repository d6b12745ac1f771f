//! Messages with a picture through the real adapters: where it is shown, where its words are.

use std::io::Write;

use upheld::chart::Fonts;
use upheld::core::picture::Leaning;
use upheld::i18n::picture::{SpokenBar, SpokenBars, SpokenPicture, SpokenShows};
use upheld::i18n::spoken::Spoken;

/// What the picture says.
pub const ALT: &str = "Very satisfied: 3 of 4. <b>@everyone</b>: 1 of 4.";

/// The message with a picture in it.
pub fn with_picture(spoken: Spoken) -> Spoken {
    Spoken { picture: Some(Box::new(picture())), ..spoken }
}

fn picture() -> SpokenPicture {
    let bar = |label: &str, count: u64| SpokenBar {
        label: label.to_owned(),
        count,
        counted: count.to_string(),
        share: Some(format!("{} %", count * 25)),
        leaning: Leaning::Plain,
    };
    SpokenPicture {
        title: "您滿意嗎？".to_owned(),
        note: "4 answers".to_owned(),
        alt: ALT.to_owned(),
        shows: SpokenShows::Bars(SpokenBars {
            bars: vec![bar("Very satisfied", 3), bar("<b>@everyone</b>", 1)],
            key: Vec::new(),
        }),
    }
}

/// Whether this machine can draw it.
pub fn can_draw() -> bool {
    let mut database = resvg::usvg::fontdb::Database::new();
    database.load_system_fonts();
    if upheld::chart::png(&picture(), &Fonts::new(database)).is_ok() {
        return true;
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "fonts are needed here and missing");
    writeln!(std::io::stderr(), "skipped: needs fonts (Debian: apt-get install fonts-noto-cjk)").unwrap();
    false
}

/// Asserts that the file is the picture: as large as it should be, and with its bars.
pub fn assert_is_picture(file: &[u8]) {
    let pixels = resvg::tiny_skia::Pixmap::decode_png(file).unwrap();
    assert_eq!(pixels.width(), upheld::chart::WIDTH * 3);
    let blue = pixels.pixels().iter().filter(|p| (p.red(), p.green(), p.blue()) == (0, 0x72, 0xb2)).count();
    assert!(blue > 10_000, "no bars: {blue}");
}

/// A file that goes with a message.
pub fn file() -> upheld::chat::Enclosure {
    upheld::chat::Enclosure {
        name: "REV-7-1.html".to_owned(),
        media_type: "text/html; charset=utf-8",
        bytes: b"<!doctype html><p>3 of 6 promises kept</p>".to_vec().into(),
        link: Some("https://upheld.example/review/REV-7/1.html".to_owned()),
    }
}
