//! Pictures as they are drawn: their SVG, their pixels, and what hostile texts come to.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::OnceLock;

use resvg::tiny_skia::Pixmap;
use resvg::usvg::fontdb::Database;
use resvg::usvg::roxmltree::{Document, Node};

use super::samples::samples;
use super::*;
use crate::chat::inert::{self, Breaks};
use crate::core::picture::{Day, Reached};
use crate::core::standing::Verdict;
use crate::i18n::Language;
use crate::i18n::picture::SpokenBars;

/// This machine's fonts, if they have the letters of both languages. Found once for all tests.
pub(super) fn fonts() -> Option<Fonts> {
    static FOUND: OnceLock<Option<Fonts>> = OnceLock::new();
    FOUND.get_or_init(find_fonts).clone()
}

fn find_fonts() -> Option<Fonts> {
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

pub(super) fn every_sample() -> Vec<(String, SpokenPicture)> {
    let named = |language: Language| {
        let named = samples(language).into_iter();
        named.map(move |(name, picture)| (format!("{}-{name}", language.tag()), picture))
    };
    Language::ALL.into_iter().flat_map(named).collect()
}

/// Every sample as this machine draws it, drawn once for all tests.
pub(super) fn drawn(fonts: &Fonts) -> &'static [(String, SpokenPicture, Png)] {
    static DRAWN: OnceLock<Vec<(String, SpokenPicture, Png)>> = OnceLock::new();
    DRAWN.get_or_init(|| {
        let draw = |(name, picture): (String, SpokenPicture)| {
            let png = png(&picture, fonts).unwrap();
            (name, picture, png)
        };
        every_sample().into_iter().map(draw).collect()
    })
}

/// A picture with other words.
fn reworded(picture: SpokenPicture, text: &str) -> SpokenPicture {
    SpokenPicture { alt: text.to_owned(), ..picture.with_texts(|_| text.to_owned()) }
}

/// The picture of one sample, with other words.
fn worded(text: &str) -> SpokenPicture {
    reworded(samples(Language::English).swap_remove(0).1, text)
}

/// Every kind of picture, with these words in every place.
fn every_kind_worded(text: &str) -> Vec<(&'static str, SpokenPicture)> {
    let samples = samples(Language::English).into_iter();
    samples.map(|(name, picture)| (name, reworded(picture, text))).collect()
}

#[test]
fn every_kind_is_drawn_in_every_language() {
    for (name, picture) in every_sample() {
        insta::assert_snapshot!(name, svg(&picture));
    }
}

/// How much of a rectangle has its colour in the file, 0–1.
fn coloured(pixels: &Pixmap, node: &Node<'_, '_>) -> f32 {
    let place = |name: &str| node.attribute(name).unwrap_or("0").parse::<f32>().unwrap();
    let scale = pixels.width() as f32 / WIDTH as f32;
    let (left, top) = ((place("x") * scale) as usize, (place("y") * scale) as usize);
    let (right, bottom) = ((place("x") + place("width")) * scale, (place("y") + place("height")) * scale);
    let fill = u32::from_str_radix(&node.attribute("fill").unwrap()[1..], 16).unwrap() << 8 | 0xff;
    let rows = pixels.data().chunks_exact(pixels.width() as usize * 4).take(bottom as usize).skip(top);
    let (mut all, mut own) = (0.0, 0.0);
    for pixel in rows.flat_map(|row| row[left * 4..right as usize * 4].chunks_exact(4)) {
        assert_eq!(pixel[3], 255, "a chat's ground shows through");
        all += 1.0;
        own += f32::from(u8::from(pixel == fill.to_be_bytes()));
    }
    own / all
}

#[test]
fn a_png_has_the_size_of_its_svg_and_the_colours_of_its_bars() {
    let Some(fonts) = fonts() else { return };
    for (name, picture, drawn) in drawn(&fonts) {
        let pixels = Pixmap::decode_png(&drawn.bytes).unwrap();
        assert_eq!((pixels.width(), pixels.height()), (drawn.width, drawn.height));
        let svg = svg(picture);
        let document = Document::parse(&svg).unwrap();
        let root = document.root_element();
        let size = |name| root.attribute(name).unwrap().parse::<u32>().unwrap() * 3;
        assert_eq!((drawn.width, drawn.height), (size("width"), size("height")), "{name}");
        // A track may lie under its bar, the ground under anything, and others are seen through.
        let solid = |node: &Node<'_, '_>| {
            let fill = node.attribute("fill");
            let covered = [Some(sheet::TRACK), Some(sheet::GROUND), Some("none")];
            node.has_tag_name("rect") && !covered.contains(&fill) && node.attribute("fill-opacity").is_none()
        };
        for rect in root.children().filter(solid) {
            let part = coloured(&pixels, &rect);
            // Hatched ones and those with words in them have the least.
            assert!(part > 0.25, "{name}: {part} of {rect:?}");
        }
        let inked = pixels.pixels().iter().filter(|pixel| pixel.red() < 0x50).count();
        assert!(inked > 2_000, "{name} has no words: {inked}");
        // This language has every kind.
        if name.starts_with("zh-TW") {
            assert_eq!(png(picture, &fonts).unwrap(), *drawn, "{name} differs from one time to the next");
        }
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

fn height(document: &Document<'_>) -> u32 {
    document.root_element().attribute("height").unwrap().parse().unwrap()
}

#[test]
fn hostile_words_are_words_and_stay_inside() {
    let mut texts = inert::hostile();
    texts.extend(
        ["</text><script>alert(1)</script>", "\" onload=\"alert(1)", "]]>&amp;<!--", "\0\u{b}\u{ffff}"]
            .map(ToOwned::to_owned),
    );
    let plain: BTreeMap<&str, String> =
        samples(Language::English).iter().map(|(name, picture)| (*name, super::svg(picture))).collect();
    for text in texts {
        let spoken = every_kind_worded(&inert::harmless(&text, Breaks::Joined, 300));
        // Even what nobody made harmless makes no markup.
        for (name, picture) in spoken.into_iter().chain(every_kind_worded(&text)) {
            let svg = svg(&picture);
            let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{error}: {svg}"));
            for node in document.root_element().descendants().filter(Node::is_element) {
                let known =
                    ["svg", "title", "desc", "rect", "text", "line", "polyline", "polygon", "circle", "path"];
                assert!(known.contains(&node.tag_name().name()), "{text:?}: {svg}");
                for attribute in node.attributes() {
                    assert!(!attribute.name().starts_with("on") && attribute.name() != "href", "{svg}");
                }
            }
            let (own, most) = (height(&document), height(&Document::parse(&plain[name]).unwrap()) + 300);
            assert!(own <= most, "{text:?} makes {name} {own} high, more than {most}");
        }
    }
}

/// From where to where a text goes, about.
fn ends(text: &Node<'_, '_>) -> (f64, f64) {
    let number = |name| text.attribute(name).unwrap().parse::<f64>().unwrap();
    let (x, wide) = (number("x"), sheet::width(text.text().unwrap_or_default(), number("font-size")));
    match text.attribute("text-anchor") {
        Some("middle") => (x - wide / 2.0, x + wide / 2.0),
        Some(_) => (x - wide, x),
        None => (x, x + wide),
    }
}

#[test]
fn words_too_long_are_cut_where_they_end() {
    for text in ["w".repeat(300), "語".repeat(300), "wörd ".repeat(60)] {
        for (name, picture) in every_kind_worded(&text) {
            let svg = svg(&picture);
            let document = Document::parse(&svg).unwrap();
            for node in document.root_element().children().filter(|node| node.has_tag_name("text")) {
                let (left, right) = ends(&node);
                assert!(left >= sheet::MARGIN - 4.0 && right <= sheet::RIGHT + 4.0, "{name}: {node:?}");
            }
        }
    }
}

/// The fonts of one family.
pub(super) fn only(fonts: &Fonts, family: &str) -> Fonts {
    let mut database = (*fonts.database).clone();
    let is_other = |families: &[(String, resvg::usvg::fontdb::Language)]| {
        families.iter().all(|(name, _)| name != family)
    };
    let others = database.faces().filter(|face| is_other(&face.families)).map(|face| face.id);
    others.collect::<Vec<_>>().into_iter().for_each(|id| database.remove_face(id));
    Fonts::new(database)
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
    let plain = only(&fonts, "DejaVu Sans");
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
    for (name, picture, drawn) in drawn(&fonts) {
        std::fs::write(folder.join(format!("{name}.svg")), svg(picture)).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), &drawn.bytes).unwrap();
    }
}

/// What a drawing is without its colours: its shapes, and the lightness (0–100) of what fills them.
fn colourless(draw: impl FnOnce(&mut Sheet)) -> (Vec<String>, Vec<f64>) {
    let mut sheet = Sheet::new("", "");
    draw(&mut sheet);
    let svg = sheet.finish("", "");
    let document = Document::parse(&svg).unwrap();
    let mut fills = Vec::new();
    let shapes = document.root_element().children().filter(Node::is_element).map(|node| {
        let attributes =
            node.attributes().filter(|attribute| !["fill", "stroke"].contains(&attribute.name()));
        let attributes = attributes.map(|attribute| format!("{}={}", attribute.name(), attribute.value()));
        fills.extend(node.attribute("fill").and_then(likeness::lightness));
        format!("{} {}", node.tag_name().name(), attributes.collect::<Vec<_>>().join(" "))
    });
    (shapes.collect(), fills)
}

/// Whether two drawings are told apart by who sees no colours.
fn differ(one: &(Vec<String>, Vec<f64>), other: &(Vec<String>, Vec<f64>)) -> bool {
    one.0 != other.0 || one.1.iter().zip(&other.1).any(|(one, other)| (one - other).abs() > 20.0)
}

#[test]
fn no_meaning_is_in_a_colour_alone() {
    let place = (20.0, 20.0);
    let size = (20.0, 20.0);
    let days: Vec<_> = Day::ALL.map(|day| colourless(|sheet| uptime::day(sheet, day, place, size))).to_vec();
    let stages: Vec<_> =
        Reached::ALL.map(|until| colourless(|sheet| timeline::part(sheet, until, place, size))).to_vec();
    let verdicts =
        Verdict::ALL.map(|verdict| colourless(|sheet| symbol::draw(sheet, verdict, place, 10.0, sheet::INK)));
    let sides = [false, true].map(|late| colourless(|sheet| distribution::fill(sheet, place, size, late)));
    for drawn in [days, stages, verdicts.to_vec(), sides.to_vec()] {
        for (index, one) in drawn.iter().enumerate() {
            assert!(drawn[..index].iter().all(|other| differ(one, other)), "{index}: {one:?}");
        }
    }
}
