//! Each picture beside one that is kept in `tests/data/pictures`, compared as an eye does: fonts may differ a
//! little from machine to machine, colours and places may not.
//!
//! After a change that is wanted, `UPHELD_PICTURES_UPDATE=always cargo test --lib chart::likeness` writes them
//! anew; look at every one that changed before it is kept.

use std::path::PathBuf;

use resvg::tiny_skia::{IntSize, Pixmap};

use super::tests::{drawn, every_sample, fonts, only};
use super::*;
use crate::core::picture::{Day, Leaning};
use crate::core::standing::Verdict;

/// Pixels of the drawn picture, across and down, to one of the kept one.
const SMALLER: usize = 6;
/// The side of the squares that are compared, in pixels of the kept picture: eight units of the drawing, in
/// which anti-aliasing and the shapes of letters are lost.
const SQUARE: usize = 4;
/// So far apart (a and b of CIE Lab) is a colour another one. Letters of quite another font, on coloured
/// grounds too, leave less; a day of another colour more, in five squares.
const SEEN: f64 = 12.0;
/// So many squares may differ in colour.
const MOST_COLOURED: usize = 2;
/// So much may the lightness (L of CIE Lab, 0–100) differ in the mean. Quite another font leaves 1.5, no words
/// at all more.
const MOST_LIGHTNESS: f64 = 2.0;

/// How far two pictures are from each other.
#[derive(Clone, Copy, Debug)]
struct Distance {
    /// Squares whose colour differs visibly.
    coloured: usize,
    /// The mean difference in lightness.
    lightness: f64,
}

impl Distance {
    fn is_alike(self) -> bool {
        self.coloured <= MOST_COLOURED && self.lightness <= MOST_LIGHTNESS
    }
}

fn kept(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/pictures").join(format!("{name}.png"))
}

/// A drawn file as it is kept: each pixel the mean of a square of them.
fn small(drawn: &Png) -> Pixmap {
    let pixels = Pixmap::decode_png(&drawn.bytes).unwrap();
    let side = SMALLER as u32;
    let bytes =
        squares(&pixels, SMALLER).into_iter().flat_map(|[red, green, blue]| [red, green, blue, 255.0]);
    let bytes = bytes.map(|part| libm::round(part) as u8).collect();
    Pixmap::from_vec(bytes, IntSize::from_wh(pixels.width() / side, pixels.height() / side).unwrap()).unwrap()
}

/// The mean colour of each whole square, 0–255 each part, row by row.
fn squares(pixels: &Pixmap, side: usize) -> Vec<[f64; 3]> {
    let columns = pixels.width() as usize / side;
    let mut means = Vec::new();
    for rows in pixels.data().chunks_exact(pixels.width() as usize * 4 * side) {
        let mut sums = vec![[0_u32; 3]; columns];
        for row in rows.chunks_exact(pixels.width() as usize * 4) {
            for (sum, square) in sums.iter_mut().zip(row.chunks_exact(side * 4)) {
                for pixel in square.chunks_exact(4) {
                    sum.iter_mut().zip(pixel).for_each(|(sum, part)| *sum += u32::from(*part));
                }
            }
        }
        let all = (side * side) as f64;
        means.extend(sums.into_iter().map(|sum| sum.map(|sum| f64::from(sum) / all)));
    }
    means
}

/// CIE Lab of an sRGB colour under D65 (IEC 61966-2-1 and CIE 15).
fn lab(rgb: [f64; 3]) -> [f64; 3] {
    let linear = |part: f64| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { libm::pow((part + 0.055) / 1.055, 2.4) }
    };
    let [red, green, blue] = rgb.map(linear);
    let root = |part: f64| {
        if part > 216.0 / 24_389.0 { libm::cbrt(part) } else { (24_389.0 / 27.0 * part + 16.0) / 116.0 }
    };
    let x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505);
    let y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    let z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

/// L of CIE Lab of a colour such as `#0072b2`.
pub(super) fn lightness(colour: &str) -> Option<f64> {
    let digits = colour.strip_prefix('#')?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok().map(f64::from);
    Some(lab([part(0)?, part(2)?, part(4)?])[0])
}

fn distance(one: &Pixmap, other: &Pixmap) -> Distance {
    assert_eq!((one.width(), one.height()), (other.width(), other.height()));
    let pairs = squares(one, SQUARE).into_iter().zip(squares(other, SQUARE));
    let pairs: Vec<_> = pairs.map(|(one, other)| (lab(one), lab(other))).collect();
    let is_seen =
        |(one, other): &&([f64; 3], [f64; 3])| libm::hypot(one[1] - other[1], one[2] - other[2]) > SEEN;
    let lightness: f64 = pairs.iter().map(|(one, other)| (one[0] - other[0]).abs()).sum();
    Distance { coloured: pairs.iter().filter(is_seen).count(), lightness: lightness / pairs.len() as f64 }
}

#[test]
fn every_picture_looks_as_it_did() {
    let Some(fonts) = fonts() else { return };
    let update = std::env::var_os("UPHELD_PICTURES_UPDATE").is_some_and(|value| value == "always");
    let mut unlike = Vec::new();
    for (name, _, drawn) in drawn(&fonts) {
        let (drawn, path) = (small(drawn), kept(name));
        if update {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, drawn.encode_png().unwrap()).unwrap();
        }
        let file = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let known = Pixmap::decode_png(&file).unwrap();
        if (known.width(), known.height()) != (drawn.width(), drawn.height()) {
            unlike.push(format!("{name} has another size"));
            continue;
        }
        let distance = distance(&drawn, &known);
        if !distance.is_alike() {
            unlike.push(format!("{name} differs: {distance:?}"));
        }
    }
    assert!(unlike.is_empty(), "{unlike:#?}");
}

#[test]
fn no_kept_picture_is_of_nothing() {
    let known: Vec<PathBuf> = every_sample().iter().map(|(name, _)| kept(name)).collect();
    for file in std::fs::read_dir(kept("x").parent().unwrap()).unwrap() {
        let path = file.unwrap().path();
        assert!(known.contains(&path), "{} belongs to no sample", path.display());
    }
}

/// The sample of this name and the same with something changed.
fn changed(name: &str, change: impl FnOnce(&mut SpokenShows)) -> (SpokenPicture, SpokenPicture) {
    let sample = every_sample().into_iter().find(|(known, _)| known == name).unwrap().1;
    let mut other = sample.clone();
    change(&mut other.shows);
    assert_ne!(sample, other);
    (sample, other)
}

#[test]
fn a_moved_bar_and_a_wrong_colour_are_seen() {
    let Some(fonts) = fonts() else { return };
    let longer = changed("en-csat", |shows| {
        let SpokenShows::Bars(bars) = shows else { panic!() };
        bars.bars[1].count += 3;
    });
    let leaning = changed("en-nps", |shows| {
        let SpokenShows::Bars(bars) = shows else { panic!() };
        bars.bars[3].leaning = Leaning::Bad;
    });
    let day = changed("en-uptime-month", |shows| {
        let SpokenShows::Uptime(uptime) = shows else { panic!() };
        uptime.shown.rows[0].days[2] = Day::Partly;
    });
    let lower = changed("en-burn", |shows| {
        let SpokenShows::Burn(burn) = shows else { panic!() };
        burn.shown.points[2].percent = Some(90.into());
        burn.shown.points[3].percent = Some(90.into());
    });
    let verdict = changed("en-grid-year", |shows| {
        let SpokenShows::Grid(grid) = shows else { panic!() };
        grid.shown.rows[0].cells[3].as_mut().unwrap().verdict = Verdict::AtRisk;
    });
    let point = changed("en-trend", |shows| {
        let SpokenShows::Trend(trend) = shows else { panic!() };
        trend.points[2].value.as_mut().unwrap().0 += rust_decimal::Decimal::from(4);
    });
    for (index, (sample, other)) in [longer, leaning, day, lower, verdict, point].iter().enumerate() {
        let [sample, other] = [sample, other].map(|picture| small(&png(picture, &fonts).unwrap()));
        let distance = distance(&sample, &other);
        assert!(!distance.is_alike(), "the change {index} is not seen: {distance:?}");
    }
}

#[test]
fn missing_words_are_seen() {
    let Some(fonts) = fonts() else { return };
    let (_, _, drawn) = drawn(&fonts).iter().find(|(name, ..)| name == "en-csat").unwrap();
    let drawn = small(drawn);
    let mut silent = drawn.clone();
    for pixel in silent.data_mut().chunks_exact_mut(4) {
        // Whatever is grey: letters, and no bar.
        if pixel.iter().take(3).max().unwrap() - pixel.iter().take(3).min().unwrap() < 30 {
            pixel.fill(255);
        }
    }
    let distance = distance(&drawn, &silent);
    assert!(!distance.is_alike() && distance.coloured <= MOST_COLOURED, "{distance:?}");
}

#[test]
fn another_font_makes_no_other_picture() {
    let Some(fonts) = fonts() else { return };
    let plain = only(&fonts, "DejaVu Sans");
    if plain.is_empty() {
        return;
    }
    let kinds =
        ["csat", "trend", "uptime-month", "burn", "timeline", "distribution", "matrix", "heat", "grid-year"];
    for kind in kinds {
        let name = format!("en-{kind}");
        let (_, picture, drawn) = drawn(&fonts).iter().find(|(known, ..)| *known == name).unwrap();
        let distance = distance(&small(drawn), &small(&png(picture, &plain).unwrap()));
        assert!(distance.is_alike(), "{name} differs: {distance:?}");
    }
}
