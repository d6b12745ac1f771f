//! The whole page of a board, and what a page that is open must learn to be like it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use askama::Template;
use askama::filters::Safe;
use bytes::Bytes;
use serde_json::json;

use super::draw::{self, Pen, count};
use crate::board::Audience;
use crate::board::view::{Board, Part, Rank};
use crate::core::calendar::local_date;
use crate::core::doc::{Line, Text, Value};
use crate::core::time::Instant;
use crate::i18n::{Locale, format};
use crate::web::console::Frame;
use crate::web::statics;
use crate::web::words::Words;

/// Where the part of a page begins that depends on the figures.
const CUT: &str = "<main id=\"board\"";

/// For whom a page is drawn: everybody of an audience reads the same one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edition {
    pub(super) audience: Audience,
    pub(super) locale: Locale,
    /// Its address, without a slash at the end.
    pub(super) path: String,
}

/// A page as it was drawn; for the next one, what need not be drawn again.
#[derive(Debug)]
pub(super) struct Drawn {
    /// One more than that of the page before.
    pub(super) version: i64,
    pub(super) page: Bytes,
    /// Where [`CUT`] stands in it.
    pub(super) cut: usize,
    zipped: OnceLock<Bytes>,
    /// An event for pages of the version before.
    pub(super) step: Bytes,
    /// An event for pages of any version.
    whole: OnceLock<Bytes>,
    changed: String,
    summary: String,
    beside: Vec<(&'static str, String)>,
    parts: Vec<Sketch>,
}

/// One part with its drawing.
#[derive(Clone, Debug)]
struct Sketch {
    part: Arc<Part>,
    /// Times of another day are written otherwise.
    day: chrono::NaiveDate,
    id: Arc<str>,
    html: Arc<str>,
}

#[derive(Template)]
#[template(path = "board.html")]
struct PageView<'a> {
    page: Frame,
    style: String,
    script: String,
    path: &'a str,
    /// One customer's page, for those who have others.
    one: bool,
    version: i64,
    heading: String,
    summary: &'a str,
    changed: &'a str,
    zone: String,
    filters: bool,
    ranks: Vec<(&'static str, String)>,
    beside: Vec<Safe<&'a str>>,
    parts: Vec<Safe<&'a str>>,
}

impl Edition {
    /// The page up to where figures begin, for whoever comes before they are there.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub(super) fn beginning(&self) -> Result<Bytes, askama::Error> {
        let (page, cut) = self.page(0, "", "", &[], &[])?;
        Ok(page.slice(..cut))
    }

    /// The board drawn; none when nothing is to be seen that was not there `before`.
    ///
    /// # Errors
    /// When it cannot be drawn.
    pub(super) fn draw(&self, board: &Board, before: Option<&Drawn>) -> Result<Option<Drawn>, askama::Error> {
        let own = board.audience != Audience::Provider;
        let pen = Pen { locale: self.locale, as_of: board.as_of, own };
        let parts = self.sketches(board, before, &pen)?;
        let summary = summary(&pen, board);
        let mut beside = Vec::new();
        if !board.loose.is_empty() {
            beside.push(("board-loose", pen.loose(&board.loose)?));
        }
        if !board.silent.is_empty() {
            beside.push(("board-silent", pen.silent(&board.silent)?));
        }
        let told = before.map(|before| Step::between(before, &summary, &beside, &parts));
        if told.as_ref().is_some_and(Step::is_nothing) {
            return Ok(None);
        }
        let version = before.map_or_else(|| board.as_of.micros(), |before| before.version + 1);
        let changed = self.changed(&pen, board.as_of);
        let step = told.map_or_else(Bytes::new, |step| step.event(version, &changed));
        let (page, cut) = self.page(version, &summary, &changed, &beside, &parts)?;
        let (zipped, whole) = (OnceLock::new(), OnceLock::new());
        Ok(Some(Drawn { version, page, cut, zipped, step, whole, changed, summary, beside, parts }))
    }

    fn sketches(
        &self,
        board: &Board,
        before: Option<&Drawn>,
        pen: &Pen,
    ) -> Result<Vec<Sketch>, askama::Error> {
        let day = local_date(self.locale.zone, board.as_of);
        let known = before.iter().flat_map(|before| &before.parts);
        let known: BTreeMap<_, _> = known.map(|sketch| (&sketch.part.agreement, sketch)).collect();
        let sketch = |part: &Arc<Part>| {
            let same = known.get(&part.agreement).filter(|it| it.day == day && Arc::ptr_eq(&it.part, part));
            if let Some(same) = same {
                return Ok((*same).clone());
            }
            let (id, html) = (draw::part_id(part).into(), pen.part(part)?.into());
            Ok(Sketch { part: part.clone(), day, id, html })
        };
        board.parts.iter().map(sketch).collect()
    }

    fn changed(&self, pen: &Pen, at: Instant) -> String {
        let moment = format::moment(at, at, self.locale);
        pen.text(Text::key("board-changed").with("at", Value::Name(moment)))
    }

    fn page(
        &self,
        version: i64,
        summary: &str,
        changed: &str,
        beside: &[(&'static str, String)],
        parts: &[Sketch],
    ) -> Result<(Bytes, usize), askama::Error> {
        let words = Words(self.locale.language);
        let provider = self.audience == Audience::Provider;
        let zone = Text::key("board-zone").with("zone", Value::Name(self.locale.zone.name().to_owned()));
        let pen = Pen { locale: self.locale, as_of: Instant::from_micros(0), own: !provider };
        let ranks = [
            (Rank::Broken, "board-rank-broken"),
            (Rank::AtRisk, "board-rank-at-risk"),
            (Rank::Open, "board-rank-open"),
            (Rank::Unmeasured, "board-rank-unmeasured"),
            (Rank::Well, "board-rank-well"),
        ];
        let view = PageView {
            page: Frame { words },
            style: statics::path("board.css"),
            script: statics::path("board.js"),
            path: &self.path,
            one: self.path != super::HOME,
            version,
            heading: words.of(if provider { "board-heading" } else { "board-heading-own" }),
            summary,
            changed,
            zone: pen.text(zone),
            filters: provider,
            ranks: ranks.map(|(rank, key)| (draw::rank_name(rank), words.of(key))).to_vec(),
            beside: beside.iter().map(|(_, html)| Safe(html.as_str())).collect(),
            parts: parts.iter().map(|sketch| Safe(&*sketch.html)).collect(),
        };
        let html = view.render()?;
        let cut = html.find(CUT).unwrap_or(0);
        Ok((Bytes::from(html), cut))
    }
}

/// The sentence above everything: how many, how they stand, what is open.
fn summary(pen: &Pen, board: &Board) -> String {
    let ranked = |rank: Rank| board.parts.iter().filter(|part| part.rank == rank).count();
    let incidents = board.parts.iter().flat_map(|part| &part.incidents).chain(&board.loose);
    let incidents: std::collections::BTreeSet<_> = incidents.map(|open| &open.number).collect();
    let complaints: usize = board.parts.iter().map(|part| part.complaints.len()).sum();
    let some = |key: &'static str, number: usize| {
        (number > 0).then(|| Value::Name(pen.text(Text::key(key).with("count", count(number)))))
    };
    let all = |key: &'static str, number: usize| {
        Some(Value::Name(pen.text(Text::key(key).with("count", count(number)))))
    };
    let standing = [some("board-broken", ranked(Rank::Broken)), some("board-at-risk", ranked(Rank::AtRisk))];
    let mut standing: Vec<Value> = standing.into_iter().flatten().collect();
    if standing.is_empty() {
        standing.push(Value::term("board-all-kept"));
    }
    let open = match pen.own {
        true => [all("board-own-open", incidents.len()), None, None],
        false => [
            all("board-incidents-open", incidents.len()),
            some("board-complaints-open", complaints),
            some("board-monitors-silent", board.silent.len()),
        ],
    };
    let open: Vec<Value> = open.into_iter().flatten().collect();
    let line: Line = vec![
        Text::key("board-agreements").with("count", count(board.parts.len())),
        Text::key("board-between"),
        Text::Value(Value::List(standing)),
        Text::key("board-stop"),
        Text::Value(Value::List(open)),
        Text::key("board-end"),
    ];
    pen.text(line)
}

/// What differs between two pages.
struct Step {
    /// By id, as HTML; the summary as text.
    pieces: BTreeMap<String, String>,
    /// The order of the parts and what stands beside them, where it is another.
    order: Option<(Vec<String>, Vec<&'static str>)>,
}

impl Step {
    fn between(before: &Drawn, summary: &str, beside: &[(&'static str, String)], parts: &[Sketch]) -> Self {
        let mut pieces = BTreeMap::new();
        if before.summary != summary {
            pieces.insert("board-summary".to_owned(), summary.to_owned());
        }
        for (id, html) in beside {
            if !before.beside.iter().any(|(known, old)| known == id && old == html) {
                pieces.insert((*id).to_owned(), html.clone());
            }
        }
        let known: BTreeMap<_, _> = before.parts.iter().map(|it| (&it.id, &it.html)).collect();
        for sketch in parts {
            let same = known
                .get(&sketch.id)
                .is_some_and(|old| Arc::ptr_eq(old, &sketch.html) || **old == sketch.html);
            if !same {
                pieces.insert(sketch.id.to_string(), sketch.html.to_string());
            }
        }
        let ids = |parts: &[Sketch]| parts.iter().map(|it| it.id.to_string()).collect::<Vec<_>>();
        let sections = |all: &[(&'static str, String)]| all.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let now = (ids(parts), sections(beside));
        let order = (now != (ids(&before.parts), sections(&before.beside))).then_some(now);
        Self { pieces, order }
    }

    fn is_nothing(&self) -> bool {
        self.pieces.is_empty() && self.order.is_none()
    }

    fn event(&self, version: i64, changed: &str) -> Bytes {
        let order = self.order.as_ref().map(|(parts, beside)| json!({ "parts": parts, "beside": beside }));
        let data = json!({ "version": version, "changed": changed, "pieces": self.pieces, "order": order });
        frame("board", &data.to_string())
    }
}

/// One server-sent event; JSON has no line breaks.
pub(super) fn frame(name: &str, data: &str) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

impl Drawn {
    /// An event that makes a page of any version like this one.
    pub(super) fn whole(&self) -> Bytes {
        let all = || {
            let parts = self.parts.iter().map(|it| (it.id.to_string(), it.html.to_string()));
            let beside = self.beside.iter().map(|(id, html)| ((*id).to_owned(), html.clone()));
            let summary = [("board-summary".to_owned(), self.summary.clone())];
            let pieces = parts.chain(beside).chain(summary).collect();
            let ids = self.parts.iter().map(|it| it.id.to_string()).collect();
            let order = Some((ids, self.beside.iter().map(|(id, _)| *id).collect()));
            Step { pieces, order }.event(self.version, &self.changed)
        };
        self.whole.get_or_init(all).clone()
    }

    /// The page, compressed when first asked for.
    pub(super) fn zipped(&self) -> Bytes {
        self.zipped.get_or_init(|| zip(&self.page)).clone()
    }
}

/// Fast rather than small: one page serves everybody.
fn zip(page: &[u8]) -> Bytes {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory does not fail.
    let written = encoder.write_all(page).and_then(|()| encoder.finish());
    written.map_or_else(|_| Bytes::new(), Bytes::from)
}
