//! Long answers, cut into pages that each fit every platform; nothing is left out between them.

use crate::core::doc::{Press, Weight};
use crate::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenField};
use crate::i18n::{counted, words};

/// Rows on one page: a screen of a phone.
const ROWS: usize = 18;
/// What the rows of one page may weigh. Telegram takes 4,096 units, Discord 4,032 characters below the head;
/// the rest is for the head, the footer and what drawing adds.
const MOST: usize = 3_000;
/// A row heavier than this goes on in another row.
const LONGEST_ROW: usize = 1_200;
/// What drawing adds to a row: line breaks, marks, bold.
const ROW: usize = 12;
/// What Discord adds to a moment.
const MOMENT: usize = 24;

/// The page of this number, from 1, with buttons to its neighbours. `command` shows the same again.
pub fn page(spoken: Spoken, number: u32, command: &str) -> Spoken {
    let pages = cut(&spoken.blocks);
    if pages.len() <= 1 {
        return spoken;
    }
    let last = pages.len();
    let index = usize::try_from(number).unwrap_or(usize::MAX).clamp(1, last);
    // A picture belongs to the whole, so it is shown with the first page.
    let picture = spoken.picture.filter(|_| index == 1);
    let mut spoken =
        Spoken { picture, blocks: pages.into_iter().nth(index - 1).unwrap_or_default(), ..spoken };
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let of = counted("page-of", &[("page", count(index)), ("pages", count(last))], spoken.language);
    spoken.blocks.push(SpokenBlock::Line(vec![Run::own(of)]));
    for (there, other, key) in
        [(index > 1, index.wrapping_sub(1), "button-previous"), (index < last, index + 1, "button-next")]
    {
        if there {
            spoken.buttons.push(SpokenButton {
                label: words(key, spoken.language),
                press: Press::Command(format!("{command} --page={other}")),
                weight: Weight::Secondary,
            });
        }
    }
    spoken
}

/// How much of a message a text takes at most, whatever a platform adds to keep it inert.
fn weight(text: &str) -> usize {
    let letter = |c: char| c.len_utf16() + if c.is_ascii_punctuation() { 2 } else { 0 };
    text.chars().map(letter).sum()
}

fn weight_of(runs: &[Run]) -> usize {
    let run = |run: &Run| weight(&run.text) + if matches!(run.kind, RunKind::Moment(_)) { MOMENT } else { 4 };
    runs.iter().map(run).sum()
}

/// A row by itself, and whether it goes on in the row before it.
struct Row {
    block: SpokenBlock,
    weight: usize,
    continues: bool,
}

/// The rows in pages; a heading never stands last on a page.
fn cut(blocks: &[SpokenBlock]) -> Vec<Vec<SpokenBlock>> {
    let mut pages: Vec<Vec<Row>> = vec![Vec::new()];
    let (mut rows, mut weight) = (0, 0);
    for row in blocks.iter().flat_map(rows_of) {
        if rows > 0 && (rows == ROWS || weight + row.weight > MOST) {
            let mut headings = Vec::new();
            while let Some(heading) = pages
                .last_mut()
                .and_then(|page| page.pop_if(|last| matches!(last.block, SpokenBlock::Heading(_))))
            {
                headings.insert(0, heading);
            }
            rows = headings.len();
            weight = headings.iter().map(|heading| heading.weight).sum();
            pages.push(headings);
        }
        rows += 1;
        weight += row.weight;
        if let Some(page) = pages.last_mut() {
            page.push(row);
        }
    }
    pages.into_iter().filter(|page| !page.is_empty()).map(join).collect()
}

fn rows_of(block: &SpokenBlock) -> Vec<Row> {
    let lines = |runs: &[Run], make: fn(Vec<Run>) -> SpokenBlock| -> Vec<Row> {
        let parts = split(runs).into_iter().enumerate();
        parts
            .map(|(index, part)| Row {
                weight: weight_of(&part) + ROW,
                block: make(part),
                continues: index > 0,
            })
            .collect()
    };
    match block {
        SpokenBlock::Line(runs) => lines(runs, SpokenBlock::Line),
        SpokenBlock::Heading(runs) => lines(runs, SpokenBlock::Heading),
        SpokenBlock::Quote(runs) => lines(runs, SpokenBlock::Quote),
        SpokenBlock::List(items) => {
            items.iter().flat_map(|item| lines(item, |item| SpokenBlock::List(vec![item]))).collect()
        }
        SpokenBlock::Lines(items) => {
            items.iter().flat_map(|item| lines(item, |item| SpokenBlock::Lines(vec![item]))).collect()
        }
        SpokenBlock::Fields(fields) => fields.iter().flat_map(field_rows).collect(),
        SpokenBlock::Table(table) => table.fields().iter().flat_map(field_rows).collect(),
    }
}

/// A field, and lines with what is too long for it.
fn field_rows(field: &SpokenField) -> Vec<Row> {
    let mut parts = split(&field.value).into_iter();
    let first = SpokenField { value: parts.next().unwrap_or_default(), ..field.clone() };
    let weight = weight_of(&first.name) + weight_of(&first.value) + 2 * ROW;
    let first = Row { block: SpokenBlock::Fields(vec![first]), weight, continues: false };
    let rest = parts.map(|part| Row {
        weight: weight_of(&part) + ROW,
        block: SpokenBlock::Line(part),
        continues: true,
    });
    std::iter::once(first).chain(rest).collect()
}

/// The runs in parts of bearable weight, each cut after a space where there is one.
fn split(runs: &[Run]) -> Vec<Vec<Run>> {
    let mut parts: Vec<Vec<Run>> = vec![Vec::new()];
    let mut used = 0;
    for run in runs {
        let mut rest = run.text.as_str();
        while !rest.is_empty() {
            let room = LONGEST_ROW.saturating_sub(used);
            let (taken, left) = rest.split_at(fitting(rest, room, used > 0));
            if !taken.is_empty() {
                used += weight_of(&[Run { text: taken.to_owned(), ..run.clone() }]);
                if let Some(part) = parts.last_mut() {
                    part.push(Run { text: taken.to_owned(), ..run.clone() });
                }
            }
            rest = left;
            if !rest.is_empty() {
                parts.push(Vec::new());
                used = 0;
            }
        }
    }
    parts
}

/// How many bytes of a text weigh no more than `room`; nothing when it may wait for the next part.
fn fitting(text: &str, room: usize, may_wait: bool) -> usize {
    if weight(text) + MOMENT <= room {
        return text.len();
    }
    let (mut sum, mut end, mut space) = (MOMENT, 0, None);
    for (at, c) in text.char_indices() {
        sum += weight(c.encode_utf8(&mut [0; 4]));
        if sum > room {
            break;
        }
        end = at + c.len_utf8();
        if c.is_whitespace() {
            space = Some(end);
        }
    }
    match space {
        Some(space) => space,
        None if may_wait => 0,
        None if end == 0 => text.chars().next().map_or(0, char::len_utf8),
        None => end,
    }
}

/// The rows of a page as blocks again.
fn join(rows: Vec<Row>) -> Vec<SpokenBlock> {
    let mut blocks: Vec<SpokenBlock> = Vec::new();
    for row in rows {
        match (blocks.last_mut(), row.block) {
            (Some(SpokenBlock::Quote(before)), SpokenBlock::Quote(more)) if row.continues => {
                before.extend(more);
            }
            (Some(SpokenBlock::Fields(before)), SpokenBlock::Fields(more)) => before.extend(more),
            (Some(SpokenBlock::List(before)), SpokenBlock::List(more))
            | (Some(SpokenBlock::Lines(before)), SpokenBlock::Lines(more)) => before.extend(more),
            (_, block) => blocks.push(block),
        }
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{discord, inert, telegram};
    use crate::core::doc::Tone;
    use crate::core::time::Instant;
    use crate::i18n::Language;
    use crate::i18n::spoken::text_of;
    use proptest::prelude::*;

    fn spoken(blocks: Vec<SpokenBlock>) -> Spoken {
        Spoken {
            language: Language::English,
            tone: Tone::Information,
            symbol: "",
            head: vec![Run::own("Head")],
            reference: Some("INC-42".to_owned()),
            blocks,
            picture: None,
            buttons: Vec::new(),
            footer: vec![Run::own("Europe/Berlin")],
        }
    }

    fn run() -> impl Strategy<Value = Run> {
        let text = prop_oneof![
            "[a-z ]{0,400}",
            "[@/#*_<>.:a-z \n]{0,3000}",
            "\\PC{0,300}",
            Just("告".repeat(1_500)),
            Just("@everyone ".repeat(200)),
        ];
        // A `…` would look like a cut.
        let text = text.prop_map(|text: String| text.replace('…', "."));
        (text, any::<bool>(), any::<bool>()).prop_map(|(text, own, moment)| match (own, moment) {
            (true, true) => {
                Run { text: "23 Nov 03:17:00".to_owned(), kind: RunKind::Moment(Instant::from_seconds(0)) }
            }
            (true, false) => Run::own(text.replace('\n', " ").chars().take(60).collect::<String>()),
            (false, _) => {
                // As a message has it when it is spoken.
                let text = inert::harmless(&text, inert::Breaks::Kept, usize::MAX);
                Run::untrusted(text)
            }
        })
    }

    fn block() -> impl Strategy<Value = SpokenBlock> {
        let line = || prop::collection::vec(run(), 1..3);
        let rows = || prop::collection::vec(prop::collection::vec(run(), 1..3), 1..12);
        prop_oneof![
            line().prop_map(SpokenBlock::Line),
            line().prop_map(SpokenBlock::Quote),
            Just(SpokenBlock::Heading(vec![Run::own("History")])),
            rows().prop_map(SpokenBlock::List),
            rows().prop_map(SpokenBlock::Lines),
            (line(), line()).prop_map(|(name, value)| {
                let name = vec![Run::own(text_of(&name).chars().take(40).collect::<String>())];
                SpokenBlock::Fields(vec![SpokenField { name, verdict: None, value }])
            }),
        ]
    }

    /// Every letter of these blocks, in order.
    fn letters(blocks: &[SpokenBlock]) -> String {
        let of = |runs: &[Run]| text_of(runs);
        let text: String = blocks
            .iter()
            .flat_map(|block| match block {
                SpokenBlock::Line(runs) | SpokenBlock::Heading(runs) | SpokenBlock::Quote(runs) => {
                    vec![of(runs)]
                }
                SpokenBlock::Fields(fields) => {
                    fields.iter().flat_map(|field| [of(&field.name), of(&field.value)]).collect()
                }
                SpokenBlock::List(rows) | SpokenBlock::Lines(rows) => {
                    rows.iter().map(|row| of(row)).collect()
                }
                SpokenBlock::Table(table) => {
                    table.fields().iter().flat_map(|field| [of(&field.name), of(&field.value)]).collect()
                }
            })
            .collect();
        text.chars().filter(|c| !c.is_whitespace()).collect()
    }

    fn all_pages(whole: &Spoken) -> Vec<Spoken> {
        let pages = cut(&whole.blocks).len().max(1);
        (1..=pages)
            .map(|number| page(whole.clone(), u32::try_from(number).unwrap(), "incident INC-42"))
            .collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_letter_is_on_one_page_and_no_page_is_cut(blocks in prop::collection::vec(block(), 0..8)) {
            let whole = spoken(blocks);
            let pages = all_pages(&whole);
            let mut read = String::new();
            for shown in &pages {
                let several = pages.len() > 1;
                let rows = &shown.blocks[..shown.blocks.len() - usize::from(several)];
                read.push_str(&letters(rows));
                prop_assert!(!matches!(rows.last(), Some(SpokenBlock::Heading(_))) || !several || shown == &pages[pages.len() - 1]);
                // What Telegram and Discord draw of it is shortened nowhere.
                let drawn = telegram::render::draw(shown, false);
                prop_assert!(drawn.html);
                let drawn = telegram::markup::parse(&drawn.text).unwrap().text;
                prop_assert!(drawn.encode_utf16().count() <= 4_096);
                prop_assert!(!drawn.contains(inert::ELLIPSIS), "{drawn}");
                let drawn = discord::render::message(shown, &Default::default());
                let description = drawn["embeds"][0]["description"].as_str().unwrap_or_default();
                prop_assert!(!description.contains(inert::ELLIPSIS), "{description}");
            }
            prop_assert_eq!(read, letters(&whole.blocks));
        }
    }

    #[test]
    fn pages_lead_to_their_neighbours_and_the_last_is_the_last() {
        let rows = (0..100).map(|row| vec![Run::own(row.to_string())]).collect();
        let whole = spoken(vec![SpokenBlock::Lines(rows)]);
        assert_eq!(all_pages(&whole).len(), 6);
        assert_eq!(page(whole.clone(), 99, "log"), page(whole.clone(), 6, "log"));
        let presses: Vec<Press> =
            page(whole, 2, "log").buttons.into_iter().map(|button| button.press).collect();
        assert_eq!(presses, ["log --page=1", "log --page=3"].map(|line| Press::Command(line.to_owned())));
    }

    #[test]
    fn a_short_answer_is_left_alone() {
        let short = spoken(vec![SpokenBlock::Line(vec![Run::own("y")])]);
        assert_eq!(page(short.clone(), 3, "log"), short);
    }
}
