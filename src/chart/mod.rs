//! Draws the pictures of messages: from words and figures to SVG, and from that to PNG. Pure: fonts come in as
//! a value, and the same picture with the same fonts gives the same bytes.
//!
//! A picture is a card of its own, on its own ground, so that it reads alike in light and dark chats. It is as
//! wide as a phone. Colours are told apart by those who see few of them (Okabe and Ito, "Color Universal
//! Design", 2008), and what a colour says is also written.

mod bars;
mod burn;
mod distribution;
mod fonts;
mod grid;
mod heat;
mod key;
mod matrix;
mod raster;
mod sheet;
mod symbol;
mod timeline;
mod trend;
mod uptime;

#[cfg(test)]
mod likeness;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;

pub use fonts::Fonts;
pub use raster::{NoPng, Png, png};

use self::sheet::Sheet;
use crate::i18n::picture::{SpokenPicture, SpokenShows};

/// The width of every picture, in units of its SVG: points on a phone.
pub const WIDTH: u32 = 360;
/// The most bars and points that are drawn; what is beyond is in the alternative text.
pub const MOST_BARS: usize = 24;
pub const MOST_POINTS: usize = 60;

/// The picture as SVG, whole by itself and fit to stand inside a page: no script, no style sheet, no
/// reference to anything outside.
pub fn svg(picture: &SpokenPicture) -> String {
    let mut sheet = Sheet::new(&picture.title, &picture.note);
    match &picture.shows {
        SpokenShows::Bars(shown) => bars::draw(&mut sheet, shown),
        SpokenShows::Trend(shown) => trend::draw(&mut sheet, shown),
        SpokenShows::Uptime(shown) => uptime::draw(&mut sheet, shown),
        SpokenShows::Burn(shown) => burn::draw(&mut sheet, shown),
        SpokenShows::Timeline(shown) => timeline::draw(&mut sheet, shown),
        SpokenShows::Distribution(shown) => distribution::draw(&mut sheet, shown),
        SpokenShows::Matrix(shown) => matrix::draw(&mut sheet, shown),
        SpokenShows::Heat(shown) => heat::draw(&mut sheet, shown),
        SpokenShows::Grid(shown) => grid::draw(&mut sheet, shown),
    }
    sheet.finish(&picture.title, &picture.alt)
}
