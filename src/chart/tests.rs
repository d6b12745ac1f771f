//! Pictures as they are drawn: their SVG, their pixels, and what hostile texts come to.

use std::io::Write;

use resvg::tiny_skia::Pixmap;
use resvg::usvg::fontdb::Database;
use resvg::usvg::roxmltree::{Document, Node};

use super::samples::samples;
use super::*;
use crate::chat::inert::{self, Breaks};
use crate::i18n::Language;
use crate::i18n::picture::SpokenBars;

/// This machine's fonts, if they have the letters of both languages.
fn fonts() -> Option<Fonts> {
    let mut database = Database::new();
    database.load_system_fonts();
    let fonts = Fonts::new(database);
    if samples(Language::TraditionalChinese).iter().all(|(_, picture)| png(picture, &fonts).is_ok()) {
        return Some(fonts);
    }
    assert!(std::env::var("CI").as_deref() != Ok("true"), "fonts are needed here and missing");
    writeln!(std::io::stderr(), "skipped: needs fonts (Debian: apt-get install fonts-noto-cjk)").unwrap();
    None
}

fn every_sample() -> Vec<(String, SpokenPicture)> {
    let named = |language: Language| {
        let named = samples(language).into_iter();
        named.map(move |(name, picture)| (format!("{}-{name}", language.tag()), picture))
    };
    Language::ALL.into_iter().flat_map(named).collect()
}

/// The picture of one sample, with other words.
fn worded(text: &str) -> SpokenPicture {
    let (_, picture) = samples(Language::English).swap_remove(0);
    SpokenPicture { alt: text.to_owned(), ..picture.with_texts(|_| text.to_owned()) }
}

#[test]
fn every_kind_is_drawn_in_every_language() {
    for (name, picture) in every_sample() {
        insta::assert_snapshot!(name, svg(&picture));
    }
}

/// The pixel in the middle of a rectangle, as its file has it.
fn middle(pixels: &Pixmap, node: &Node<'_, '_>) -> String {
    let place = |name: &str| node.attribute(name).unwrap_or("0").parse::<f32>().unwrap();
    let scale = pixels.width() as f32 / WIDTH as f32;
    let x = (place("x") + place("width") / 2.0) * scale;
    let y = (place("y") + place("height") / 2.0) * scale;
    let pixel = pixels.pixel(x as u32, y as u32).unwrap().demultiply();
    assert_eq!(pixel.alpha(), 255, "a chat's ground shows through");
    format!("#{:02x}{:02x}{:02x}", pixel.red(), pixel.green(), pixel.blue())
}

#[test]
fn a_png_has_the_size_of_its_svg_and_the_colours_of_its_bars() {
    let Some(fonts) = fonts() else { return };
    for (name, picture) in every_sample() {
        let drawn = png(&picture, &fonts).unwrap();
        let pixels = Pixmap::decode_png(&drawn.bytes).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (drawn.width, drawn.height));
        let svg = svg(&picture);
        let document = Document::parse(&svg).unwrap();
        let root = document.root_element();
        let size = |name| root.attribute(name).unwrap().parse::<u32>().unwrap() * 3;
        assert_eq!((drawn.width, drawn.height), (size("width"), size("height")), "{name}");
        // A track's middle may lie under its bar, and the ground's under anything.
        let solid = |node: &Node<'_, '_>| {
            let fill = node.attribute("fill");
            node.has_tag_name("rect") && fill != Some(sheet::TRACK) && fill != Some(sheet::GROUND)
        };
        for rect in root.children().filter(solid) {
            assert_eq!(middle(&pixels, &rect), rect.attribute("fill").unwrap(), "{name}");
        }
        let inked = pixels.pixels().iter().filter(|pixel| pixel.red() < 0x50).count();
        assert!(inked > 2_000, "{name} has no words: {inked}");
        assert_eq!(png(&picture, &fonts).unwrap(), drawn, "{name} differs from one time to the next");
    }
}

#[test]
fn a_longer_bar_is_more_answers_and_one_answer_is_seen() {
    let svg = svg(&samples(Language::English)[0].1);
    let document = Document::parse(&svg).unwrap();
    let solid = |node: &Node<'_, '_>| {
        node.attribute("height") == Some("20") && node.attribute("fill") != Some(sheet::TRACK)
    };
    let widths = document.root_element().children().filter(solid);
    let widths: Vec<f64> = widths.map(|bar| bar.attribute("width").unwrap().parse().unwrap()).collect();
    assert_eq!(widths.len(), 5);
    assert!(widths.is_sorted_by(|a, b| a > b), "{widths:?}");
    assert!((widths[1] / widths[0] - 31.0 / 42.0).abs() < 0.001, "{widths:?}");
    let mut lonely = worded("x");
    let SpokenShows::Bars(SpokenBars { bars, .. }) = &mut lonely.shows else { unreachable!() };
    (bars[0].count, bars[1].count) = (1_000_000, 1);
    let svg = super::svg(&lonely);
    assert!(svg.contains("width=\"3\""), "{svg}");
}

#[test]
fn hostile_words_are_words_and_stay_inside() {
    let mut texts = inert::hostile();
    texts.extend(
        ["</text><script>alert(1)</script>", "\" onload=\"alert(1)", "]]>&amp;<!--", "\0\u{b}\u{ffff}"]
            .map(ToOwned::to_owned),
    );
    for text in texts {
        let spoken = worded(&inert::harmless(&text, Breaks::Joined, 300));
        // Even what nobody made harmless makes no markup.
        for picture in [spoken, worded(&text)] {
            let svg = svg(&picture);
            let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
            for node in document.root_element().descendants().filter(Node::is_element) {
                let known = ["svg", "title", "desc", "rect", "text", "line", "polyline", "polygon", "circle"];
                assert!(known.contains(&node.tag_name().name()), "{text:?}: {svg}");
                for attribute in node.attributes() {
                    assert!(!attribute.name().starts_with("on") && attribute.name() != "href", "{svg}");
                }
            }
            let height: u32 = document.root_element().attribute("height").unwrap().parse().unwrap();
            assert!(height < 500, "{text:?} makes it {height} high");
        }
    }
}

#[test]
fn words_too_long_are_cut_where_they_end() {
    for text in ["w".repeat(300), "語".repeat(300), "wörd ".repeat(60)] {
        let svg = svg(&worded(&text));
        let document = Document::parse(&svg).unwrap();
        for node in document.root_element().children().filter(|node| node.has_tag_name("text")) {
            let size = node.attribute("font-size").unwrap().parse().unwrap();
            assert!(sheet::width(node.text().unwrap(), size) <= sheet::INNER + 0.01, "{svg}");
        }
    }
}

#[test]
fn what_no_font_has_is_never_an_empty_box() {
    let none = Fonts::new(Database::new());
    assert_eq!(png(&worded("x"), &none), Err(NoPng::NoFonts));
    let Some(fonts) = fonts() else { return };
    // A letter of Unicode 15 that hardly any font has, and a symbol of 16.
    assert_eq!(png(&worded("Gut \u{31350}"), &fonts), Err(NoPng::NoFontFor("\u{31350}".to_owned())));
    let drawn = png(&worded("Gut\u{1cc21}"), &fonts).unwrap();
    assert_eq!(drawn, png(&worded("Gut"), &fonts).unwrap());
    let plain = Fonts::new({
        let mut database = (*fonts.database).clone();
        let latin = |families: &[(String, resvg::usvg::fontdb::Language)]| {
            families.iter().any(|(name, _)| name == "DejaVu Sans")
        };
        let others: Vec<_> =
            database.faces().filter(|face| !latin(&face.families)).map(|face| face.id).collect();
        others.into_iter().for_each(|id| database.remove_face(id));
        database
    });
    if !plain.is_empty() {
        assert!(png(&samples(Language::English)[0].1, &plain).is_ok());
        assert!(matches!(png(&samples(Language::TraditionalChinese)[0].1, &plain), Err(NoPng::NoFontFor(_))));
    }
}

/// For looking at them: `UPHELD_PICTURES=/tmp/pictures cargo test --lib chart`.
#[test]
fn the_samples_can_be_looked_at() {
    let Some(folder) = std::env::var_os("UPHELD_PICTURES").map(std::path::PathBuf::from) else { return };
    let Some(fonts) = fonts() else { return };
    std::fs::create_dir_all(&folder).unwrap();
    for (name, picture) in every_sample() {
        std::fs::write(folder.join(format!("{name}.svg")), svg(&picture)).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), png(&picture, &fonts).unwrap().bytes).unwrap();
    }
}
