//! From SVG to PNG. What no font has a shape for is never shown as an empty box.

use std::collections::BTreeSet;
use std::sync::Arc;

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Group, Node, Options, Tree};
use unicode_segmentation::UnicodeSegmentation;

use super::fonts::Fonts;
use super::svg;
use crate::i18n::picture::SpokenPicture;

/// Pixels to a unit: phones have three to a point.
const SCALE: u8 = 3;

/// A picture as every chat platform takes it.
#[derive(Clone, PartialEq, Eq)]
pub struct Png {
    pub bytes: Vec<u8>,
    /// In pixels.
    pub width: u32,
    pub height: u32,
}

impl std::fmt::Debug for Png {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Png")
            .field("width", &self.width)
            .field("height", &self.height)
            .finish_non_exhaustive()
    }
}

/// Why a picture is told in words instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPng {
    #[error("this machine has no fonts")]
    NoFonts,
    /// Letters, each once.
    #[error("no font here has the letters {0}")]
    NoFontFor(String),
    #[error("the picture cannot be drawn: {0}")]
    NotDrawn(String),
}

/// Draws the picture. A symbol that no font has is left out; a letter that none has makes the picture unfit.
///
/// # Errors
/// [`NoPng`]: the picture's alternative text is to be shown.
pub fn png(picture: &SpokenPicture, fonts: &Fonts) -> Result<Png, NoPng> {
    if fonts.is_empty() {
        return Err(NoPng::NoFonts);
    }
    let mut tree = read(picture, fonts)?;
    let mut missing = BTreeSet::new();
    collect_missing(tree.root(), &mut missing);
    let letters: String =
        missing.iter().flat_map(|text| text.chars()).filter(|c| c.is_alphanumeric()).collect();
    if !letters.is_empty() {
        return Err(NoPng::NoFontFor(letters.chars().take(20).collect()));
    }
    if !missing.is_empty() {
        let kept = |text: &str| {
            let shapes =
                text.graphemes(true).filter(|shape| !missing.iter().any(|lacking| shape.contains(lacking)));
            shapes.collect::<String>()
        };
        tree = read(&picture.clone().with_texts(kept), fonts)?;
    }
    paint(&tree)
}

fn read(picture: &SpokenPicture, fonts: &Fonts) -> Result<Tree, NoPng> {
    let options = Options { fontdb: Arc::clone(&fonts.database), ..Options::default() };
    Tree::from_str(&svg(picture), &options).map_err(|error| NoPng::NotDrawn(error.to_string()))
}

/// The texts for which no font has a shape: those that got every font's first glyph, the empty box.
fn collect_missing(group: &Group, missing: &mut BTreeSet<String>) {
    for node in group.children() {
        match node {
            Node::Group(inner) => collect_missing(inner, missing),
            Node::Text(text) => {
                let glyphs = text.layouted().iter().flat_map(|span| &span.positioned_glyphs);
                missing.extend(glyphs.filter(|glyph| glyph.id.0 == 0).map(|glyph| glyph.text.clone()));
            }
            Node::Path(_) | Node::Image(_) => {}
        }
    }
    missing.remove("");
}

fn paint(tree: &Tree) -> Result<Png, NoPng> {
    let too_large = || NoPng::NotDrawn("it is too large".to_owned());
    let size = tree.size().to_int_size().scale_by(f32::from(SCALE)).ok_or_else(too_large)?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or_else(too_large)?;
    let scale = f32::from(SCALE);
    resvg::render(tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    let bytes = pixels.encode_png().map_err(|error| NoPng::NotDrawn(error.to_string()))?;
    Ok(Png { bytes, width: size.width(), height: size.height() })
}
