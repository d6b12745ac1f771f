//! The sheet a picture is drawn on: shapes and texts with the places and colours that all pictures share.

use svg::Node;
use svg::node::{Text, element::Element};
use unicode_segmentation::UnicodeSegmentation;

use super::WIDTH;
use crate::core::picture::Leaning;

pub(super) const INK: &str = "#1f2328";
pub(super) const SOFT: &str = "#57606a";
pub(super) const GROUND: &str = "#ffffff";
pub(super) const TRACK: &str = "#eef1f4";
pub(super) const RULE: &str = "#d8dee4";
/// Okabe and Ito's colours, those that stand on a light ground.
pub(super) const BLUE: &str = "#0072b2";
pub(super) const SKY: &str = "#56b4e9";
pub(super) const GREEN: &str = "#009e73";
pub(super) const ORANGE: &str = "#e69f00";
pub(super) const VERMILION: &str = "#d55e00";
/// Vermilion, deep enough for small white letters on it.
pub(super) const DEEP: &str = "#c24f00";

/// Around everything.
pub(super) const MARGIN: f64 = 16.0;
pub(super) const RIGHT: f64 = WIDTH as f64 - MARGIN;
/// Between the margins.
pub(super) const INNER: f64 = RIGHT - MARGIN;

pub(super) const TITLE: f64 = 17.0;
pub(super) const LABEL: f64 = 14.0;
pub(super) const SMALL: f64 = 13.0;

/// What reads well on screens and has the letters of both languages, the likeliest first.
const FAMILIES: &str =
    "Noto Sans TC, Noto Sans CJK TC, PingFang TC, Microsoft JhengHei, DejaVu Sans, sans-serif";

/// One of Okabe and Ito's colours for each leaning.
pub(super) const fn colour(leaning: Leaning) -> &'static str {
    match leaning {
        Leaning::Plain => BLUE,
        Leaning::Good => GREEN,
        Leaning::Between => ORANGE,
        Leaning::Bad => VERMILION,
    }
}

/// Where a text begins at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type {
    pub size: f64,
    pub bold: bool,
    pub ink: &'static str,
    pub anchor: Anchor,
    /// Rimmed with the ground's colour, to stand out from what it lies on.
    pub rimmed: bool,
}

impl Type {
    pub(super) const fn new(size: f64, ink: &'static str) -> Self {
        Self { size, bold: false, ink, anchor: Anchor::Start, rimmed: false }
    }

    pub(super) const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) const fn anchored(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) const fn rimmed(self) -> Self {
        Self { rimmed: true, ..self }
    }
}

/// A picture that grows from the top down.
pub(super) struct Sheet {
    elements: Vec<Element>,
    /// How far down it is drawn.
    pub bottom: f64,
}

impl Sheet {
    /// With its heading.
    pub(super) fn new(title: &str, note: &str) -> Self {
        let mut sheet = Self { elements: Vec::new(), bottom: MARGIN - 2.0 };
        sheet.paragraph(title, Type::new(TITLE, INK).bold());
        if !note.trim().is_empty() {
            sheet.bottom += 2.0;
            sheet.paragraph(note, Type::new(SMALL, SOFT));
        }
        sheet
    }

    /// At most two lines between the margins.
    fn paragraph(&mut self, text: &str, look: Type) {
        // Bold letters are wider.
        let counted = if look.bold { look.size * BOLD } else { look.size };
        for line in wrap(text, counted, INNER, 2) {
            self.bottom += look.size * 1.3;
            self.text(MARGIN, self.bottom - look.size * 0.3, &line, look);
        }
    }

    /// Where the text's base line begins, ends or has its middle.
    pub(super) fn text(&mut self, x: f64, y: f64, text: &str, look: Type) {
        let mut element =
            element("text", &[("x", number(x)), ("y", number(y)), ("font-size", number(look.size))]);
        element.assign("fill", look.ink);
        if look.bold {
            element.assign("font-weight", "700");
        }
        match look.anchor {
            Anchor::Start => {}
            Anchor::Middle => element.assign("text-anchor", "middle"),
            Anchor::End => element.assign("text-anchor", "end"),
        }
        if look.rimmed {
            element.assign("paint-order", "stroke");
            element.assign("stroke", GROUND);
            element.assign("stroke-width", "4");
            element.assign("stroke-linejoin", "round");
        }
        element.append(Text::new(allowed(text)));
        self.elements.push(element);
    }

    pub(super) fn rect(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        radius: f64,
        fill: &'static str,
    ) {
        let places = [("x", x), ("y", y), ("width", width), ("height", height), ("rx", radius)];
        let mut rect = element("rect", &places.map(|(name, value)| (name, number(value))));
        rect.assign("fill", fill);
        self.elements.push(rect);
    }

    pub(super) fn line(
        &mut self,
        from: (f64, f64),
        to: (f64, f64),
        width: f64,
        ink: &'static str,
        dashed: bool,
    ) {
        let places = [("x1", from.0), ("y1", from.1), ("x2", to.0), ("y2", to.1), ("stroke-width", width)];
        let mut line = element("line", &places.map(|(name, value)| (name, number(value))));
        line.assign("stroke", ink);
        if dashed {
            line.assign("stroke-dasharray", "6 4");
        }
        self.elements.push(line);
    }

    /// A line through points.
    pub(super) fn path(&mut self, points: &[(f64, f64)], width: f64, ink: &'static str) {
        let mut path = element("polyline", &[("points", places(points)), ("stroke-width", number(width))]);
        for (name, value) in
            [("fill", "none"), ("stroke", ink), ("stroke-linejoin", "round"), ("stroke-linecap", "round")]
        {
            path.assign(name, value);
        }
        self.elements.push(path);
    }

    /// The outline of a rectangle, drawn inside of it.
    pub(super) fn frame(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        thick: f64,
        ink: &'static str,
    ) {
        let half = thick / 2.0;
        let size = [("width", (width - thick).max(0.0)), ("height", (height - thick).max(0.0))];
        let places =
            [("x", x + half), ("y", y + half), size[0], size[1], ("rx", 1.5), ("stroke-width", thick)];
        let mut frame = element("rect", &places.map(|(name, value)| (name, number(value))));
        frame.assign("fill", "none");
        frame.assign("stroke", ink);
        self.elements.push(frame);
    }

    /// Slanting strokes over a rectangle, `gap` apart: a pattern that is no colour.
    pub(super) fn hatch(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        gap: f64,
        ink: &'static str,
    ) {
        let mut strokes = String::new();
        let mut along = gap;
        // Each stroke is where `across + down = along`, cut where the rectangle ends.
        while along < width + height {
            let (right, left) = (along.min(width), (along - height).max(0.0));
            let (top, bottom) = (along - right, along - left);
            let ends = [x + left, y + bottom, x + right, y + top].map(number);
            strokes.push_str(&format!("M{} {}L{} {}", ends[0], ends[1], ends[2], ends[3]));
            along += gap;
        }
        let mut hatch = element("path", &[("d", strokes), ("stroke-width", "1.2".to_owned())]);
        hatch.assign("stroke", ink);
        self.elements.push(hatch);
    }

    /// The surface between points.
    pub(super) fn surface(&mut self, points: &[(f64, f64)], fill: &'static str) {
        let mut surface = element("polygon", &[("points", places(points))]);
        surface.assign("fill", fill);
        self.elements.push(surface);
    }

    /// A rectangle of which the ground is seen through, 0 (all of it) to 1 (nothing of it).
    pub(super) fn tint(
        &mut self,
        (x, y): (f64, f64),
        (width, height): (f64, f64),
        fill: &'static str,
        opacity: f64,
    ) {
        let places = [
            ("x", x),
            ("y", y),
            ("width", width),
            ("height", height),
            ("rx", 2.0),
            ("fill-opacity", opacity),
        ];
        let mut tint = element("rect", &places.map(|(name, value)| (name, number(value))));
        tint.assign("fill", fill);
        self.elements.push(tint);
    }

    /// The surface between points, seen through.
    pub(super) fn band(&mut self, points: &[(f64, f64)], fill: &'static str) {
        let mut band = element("polygon", &[("points", places(points))]);
        band.assign("fill", fill);
        band.assign("fill-opacity", "0.18");
        self.elements.push(band);
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), radius: f64, fill: &'static str) {
        let mut dot = element("circle", &[("cx", number(x)), ("cy", number(y)), ("r", number(radius))]);
        dot.assign("fill", fill);
        dot.assign("stroke", GROUND);
        dot.assign("stroke-width", "2");
        self.elements.push(dot);
    }

    /// The whole as SVG, with its name and its description for those who do not see it.
    pub(super) fn finish(self, title: &str, alt: &str) -> String {
        let height = libm::ceil(self.bottom + MARGIN);
        let (wide, high) = (WIDTH.to_string(), number(height));
        let mut root = element(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg".to_owned()),
                ("viewBox", format!("0 0 {wide} {high}")),
                ("width", wide.clone()),
                ("height", high.clone()),
                ("role", "img".to_owned()),
                ("font-family", FAMILIES.to_owned()),
            ],
        );
        for (name, text) in [("title", title), ("desc", alt)] {
            let mut told = Element::new(name);
            told.append(Text::new(allowed(text)));
            root.append(told);
        }
        root.append(element("rect", &[("width", wide), ("height", high), ("fill", GROUND.to_owned())]));
        for element in self.elements {
            root.append(element);
        }
        root.to_string()
    }
}

fn element(name: &str, attributes: &[(&str, String)]) -> Element {
    let mut element = Element::new(name);
    for (name, value) in attributes {
        element.assign(*name, value.as_str());
    }
    element
}

fn places(points: &[(f64, f64)]) -> String {
    let point = |(x, y): &(f64, f64)| format!("{},{}", number(*x), number(*y));
    points.iter().map(point).collect::<Vec<_>>().join(" ")
}

/// A place to a hundredth of a unit: finer is not seen.
fn number(value: f64) -> String {
    let hundredths = libm::round(value * 100.0) / 100.0;
    // Never `-0`.
    format!("{}", hundredths + 0.0)
}

/// Without what XML has no place for.
fn allowed(text: &str) -> String {
    let fits = |c: &char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    text.chars().filter(fits).collect()
}

/// So much wider a bold text is than a plain one.
pub(super) const BOLD: f64 = 1.12;

/// Whether lines may break beside it and it is as wide as it is high.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f000..=0x1faff | 0x20000..=0x3fffd)
}

/// About how wide a text is, rather too much than too little: fonts differ, and the reader's is not known.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let of = |c: char| match c {
        _ if is_wide(c) => 1.0,
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '·' => 0.32,
        ' ' | '\u{a0}' | '\u{202f}' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '-' => 0.36,
        'm' | 'w' | 'M' | 'W' | '%' | '…' | '@' => 0.9,
        _ if c.is_uppercase() => 0.68,
        _ if c.is_ascii_digit() => 0.6,
        _ => 0.56,
    };
    text.chars().map(of).sum::<f64>() * size
}

/// The text within `room`, its end cut visibly where it is longer.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        if width(&kept, size) + width(grapheme, size) + width("…", size) > room {
            break;
        }
        kept.push_str(grapheme);
    }
    format!("{}…", kept.trim_end())
}

/// The text in at most `most` lines within `room`; the last is cut visibly.
pub(super) fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if lines.len() + 1 == most || width(rest, size) <= room {
            lines.push(fit(rest, size, room));
            break;
        }
        let end = line_end(rest, size, room);
        lines.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    lines
}

/// How many bytes of a text that is too long make its first line.
fn line_end(text: &str, size: f64, room: f64) -> usize {
    let (mut used, mut end, mut last) = (0.0, 0, None);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme, size);
        if used > room {
            break;
        }
        end = at + grapheme.len();
        let next = text[end..].chars().next().unwrap_or(' ');
        let closes = matches!(next, '，' | '。' | '、' | '：' | '；' | '！' | '？' | '）' | '」' | '』');
        if grapheme == " " || (!closes && (is_wide(next) || grapheme.chars().any(is_wide))) {
            last = Some(end);
        }
    }
    let least = text.graphemes(true).next().map_or(text.len(), str::len);
    last.unwrap_or(end).max(least)
}
