//! Shortens a message to what a platform takes, visibly: never dropped, never refused.

use unicode_segmentation::UnicodeSegmentation;

use super::ELLIPSIS;
use crate::core::doc::Press;
use crate::i18n::counted;
use crate::i18n::spoken::{Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenField};

/// What a platform takes, in its own units.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long a text is on this platform, escaping included where the platform counts it.
    pub measure: fn(&str) -> usize,
    /// The whole message: first line, reference, rows and footer.
    pub total: usize,
    /// What the platform's drawing adds to each row: line breaks, bold, marks.
    pub row_extra: usize,
    pub head: usize,
    /// One line, list item or quotation.
    pub row: usize,
    pub field_name: usize,
    pub field_value: usize,
    /// How many fields a message may have.
    pub fields: usize,
    pub footer: usize,
    pub buttons: usize,
    pub button_label: usize,
}

/// The message within the limits. Long lines end in `…`; rows that do not fit are left out from the end,
/// and a last line says how many and where the whole is; buttons too many become commands to type.
pub fn fit(mut spoken: Spoken, limits: &Limits) -> Spoken {
    let measure = limits.measure;
    unroll_tables(&mut spoken);
    cut_line(&mut spoken.head, limits.head, measure);
    cut_line(&mut spoken.footer, limits.footer, measure);
    spread_buttons(&mut spoken, limits);
    for block in &mut spoken.blocks {
        cut_block(block, limits);
    }
    drop_rows(&mut spoken, limits);
    spoken
}

/// The text, cut before the character (as people count them) that would exceed `limit`, with a visible
/// `…` that is counted too. `measure` tells how long a text is in the platform's own units.
pub fn shorten(text: &str, limit: usize, measure: impl Fn(&str) -> usize) -> String {
    if measure(text) <= limit {
        return text.to_owned();
    }
    let ends: Vec<usize> = text.grapheme_indices(true).map(|(start, _)| start).collect();
    let cut = |end: usize| format!("{}{ELLIPSIS}", text[..end].trim_end());
    // The longest beginning that fits; `measure` grows with the text.
    let fits = ends.partition_point(|end| measure(&cut(*end)) <= limit);
    fits.checked_sub(1).map_or_else(String::new, |last| cut(ends[last]))
}

/// Tables become fields, which can be cut and left out one by one.
fn unroll_tables(spoken: &mut Spoken) {
    for block in &mut spoken.blocks {
        if let SpokenBlock::Table(table) = block {
            *block = SpokenBlock::Fields(table.fields());
        }
    }
}

fn cut_line(line: &mut Vec<Run>, limit: usize, measure: fn(&str) -> usize) {
    if line_length(line, measure) <= limit {
        return;
    }
    let mut used = 0;
    for index in 0..line.len() {
        let length = measure(&line[index].text);
        // Room for the `…`, which the last run kept must carry.
        if used + length > limit.saturating_sub(measure(ELLIPSIS)) {
            let room = limit.saturating_sub(used);
            let run = &mut line[index];
            // Longer than the room even when it would just fit, so that the cut always shows.
            run.text = shorten(&format!("{}{ELLIPSIS}", run.text), room, measure);
            line.truncate(index + 1);
            return;
        }
        used += length;
    }
}

fn line_length(line: &[Run], measure: fn(&str) -> usize) -> usize {
    line.iter().map(|run| measure(&run.text)).sum()
}

fn cut_block(block: &mut SpokenBlock, limits: &Limits) {
    match block {
        SpokenBlock::Line(line) | SpokenBlock::Quote(line) | SpokenBlock::Heading(line) => {
            cut_line(line, limits.row, limits.measure);
        }
        SpokenBlock::List(lines) | SpokenBlock::Lines(lines) => {
            lines.iter_mut().for_each(|line| cut_line(line, limits.row, limits.measure));
        }
        SpokenBlock::Fields(fields) => {
            for field in fields {
                cut_line(&mut field.name, limits.field_name, limits.measure);
                cut_line(&mut field.value, limits.field_value, limits.measure);
            }
        }
        // None is left.
        SpokenBlock::Table(_) => {}
    }
}

/// Labels of bearable length; what exceeds the number of buttons is told as commands to type.
fn spread_buttons(spoken: &mut Spoken, limits: &Limits) {
    for button in &mut spoken.buttons {
        button.label = shorten(&button.label, limits.button_label, limits.measure);
    }
    if spoken.buttons.len() <= limits.buttons {
        return;
    }
    let typed = spoken.buttons.split_off(limits.buttons);
    spoken.blocks.push(SpokenBlock::List(typed.into_iter().map(as_typed).collect()));
}

fn as_typed(button: SpokenButton) -> Vec<Run> {
    let (Press::Command(target) | Press::Open(target)) = &button.press;
    let slash = if matches!(button.press, Press::Command(_)) { "/" } else { "" };
    let command = Run { text: format!("{slash}{target}"), kind: RunKind::Code };
    vec![Run::untrusted(button.label), Run::own(": "), command]
}

/// What one row costs, and whether it may stand last.
struct Row {
    cost: usize,
    heading: bool,
    field: bool,
}

fn rows_of(block: &SpokenBlock, limits: &Limits) -> Vec<Row> {
    let cost = |line: &[Run]| line_length(line, limits.measure) + limits.row_extra;
    let plain = |line: &[Run]| Row { cost: cost(line), heading: false, field: false };
    match block {
        SpokenBlock::Line(line) | SpokenBlock::Quote(line) => vec![plain(line)],
        SpokenBlock::Heading(line) => vec![Row { heading: true, ..plain(line) }],
        SpokenBlock::List(lines) | SpokenBlock::Lines(lines) => {
            lines.iter().map(|line| plain(line)).collect()
        }
        SpokenBlock::Fields(fields) => fields.iter().map(|field| field_row(field, limits)).collect(),
        SpokenBlock::Table(table) => table.fields().iter().map(|field| field_row(field, limits)).collect(),
    }
}

fn field_row(field: &SpokenField, limits: &Limits) -> Row {
    let symbol = field.verdict.map_or(0, |(_, symbol)| (limits.measure)(symbol) + 1);
    let words = line_length(&field.name, limits.measure) + line_length(&field.value, limits.measure);
    Row { cost: symbol + words + limits.row_extra, heading: false, field: true }
}

fn drop_rows(spoken: &mut Spoken, limits: &Limits) {
    let rows: Vec<Row> = spoken.blocks.iter().flat_map(|block| rows_of(block, limits)).collect();
    let reference = spoken.reference.as_ref().map_or(0, |text| (limits.measure)(text) + 2);
    let symbol = (limits.measure)(spoken.symbol) + 1;
    let around =
        [&spoken.head, &spoken.footer].map(|line| line_length(line, limits.measure) + limits.row_extra);
    let fixed: usize = reference + symbol + around.iter().sum::<usize>();
    if longest_beginning(&rows, limits.total.saturating_sub(fixed), limits.fields) == rows.len() {
        return;
    }
    let most = (limits.measure)(&more(spoken, rows.len())) + limits.row_extra;
    let mut kept = longest_beginning(&rows, limits.total.saturating_sub(fixed + most), limits.fields);
    while kept > 0 && rows[kept - 1].heading {
        kept -= 1;
    }
    let note = more(spoken, rows.len() - kept);
    keep_rows(&mut spoken.blocks, kept);
    spoken.blocks.push(SpokenBlock::Line(vec![Run::own(note)]));
}

/// How many rows from the first on fit.
fn longest_beginning(rows: &[Row], room: usize, most_fields: usize) -> usize {
    let mut used = 0;
    let mut fields = 0;
    let fits = |row: &&Row| {
        used += row.cost;
        fields += usize::from(row.field);
        used <= room && fields <= most_fields
    };
    rows.iter().take_while(fits).count()
}

fn keep_rows(blocks: &mut Vec<SpokenBlock>, mut left: usize) {
    for block in blocks.iter_mut() {
        let length = match block {
            SpokenBlock::Line(_) | SpokenBlock::Quote(_) | SpokenBlock::Heading(_) => 1,
            SpokenBlock::List(lines) | SpokenBlock::Lines(lines) => {
                lines.truncate(left);
                lines.len()
            }
            SpokenBlock::Fields(fields) => {
                fields.truncate(left);
                fields.len()
            }
            SpokenBlock::Table(table) => {
                table.rows.truncate(left);
                table.rows.len()
            }
        };
        left = if length == 0 || left < length {
            // Marks the block as empty; removed below.
            *block = SpokenBlock::Lines(Vec::new());
            left
        } else {
            left - length
        };
    }
    blocks.retain(|block| !matches!(block, SpokenBlock::Lines(lines) if lines.is_empty()));
}

fn more(spoken: &Spoken, rows: usize) -> String {
    let count = [("count", i64::try_from(rows).unwrap_or(i64::MAX))];
    let note = counted("more-lines", &count, spoken.language);
    match &spoken.reference {
        Some(reference) => format!("{note} · /why {reference}"),
        None => note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doc::{Tone, Weight};
    use crate::i18n::Language;
    use crate::i18n::spoken::text_of;
    use proptest::prelude::*;

    fn letters(text: &str) -> usize {
        text.chars().count()
    }

    const SMALL: Limits = Limits {
        measure: letters,
        total: 120,
        row_extra: 1,
        head: 30,
        row: 40,
        field_name: 10,
        field_value: 20,
        fields: 3,
        footer: 10,
        buttons: 2,
        button_label: 8,
    };

    fn message(blocks: Vec<SpokenBlock>) -> Spoken {
        Spoken {
            language: Language::English,
            tone: Tone::Late,
            symbol: "■",
            head: vec![Run::own("LATE")],
            reference: Some("INC-42".to_owned()),
            blocks,
            picture: None,
            buttons: Vec::new(),
            footer: Vec::new(),
        }
    }

    fn rows(count: usize) -> SpokenBlock {
        SpokenBlock::Lines((0..count).map(|row| vec![Run::own(format!("row {row}"))]).collect())
    }

    fn field(name: &str) -> SpokenField {
        SpokenField { name: vec![Run::own(name)], verdict: None, value: vec![Run::own("1")] }
    }

    #[test]
    fn what_fits_is_left_alone() {
        let whole = message(vec![rows(3)]);
        assert_eq!(fit(whole.clone(), &SMALL), whole);
    }

    #[test]
    fn rows_are_left_out_from_the_end_and_counted() {
        let fitted = fit(message(vec![SpokenBlock::Heading(vec![Run::own("All")]), rows(40)]), &SMALL);
        assert_eq!(
            fitted.plain_text(),
            "■ LATE  INC-42\nAll\nrow 0\nrow 1\nrow 2\nrow 3\nrow 4\nrow 5\nrow 6\nrow 7\nrow 8\nrow 9\nrow 10\n… 29 more lines · /why INC-42"
        );
    }

    #[test]
    fn a_heading_does_not_stand_last() {
        let blocks = vec![rows(11), SpokenBlock::Heading(vec![Run::own("More")]), rows(20)];
        let fitted = fit(message(blocks), &SMALL);
        assert!(matches!(&fitted.blocks[..], [SpokenBlock::Lines(_), SpokenBlock::Line(_)]), "{fitted:?}");
    }

    #[test]
    fn fields_are_cut_and_counted() {
        let fields = ["one", "two", "three", "a name that is long", "five"].map(field).to_vec();
        let fitted = fit(message(vec![SpokenBlock::Fields(fields)]), &SMALL);
        assert_eq!(
            fitted.plain_text(),
            "■ LATE  INC-42\none: 1\ntwo: 1\nthree: 1\n… 2 more lines · /why INC-42"
        );
        let long = fit(message(vec![SpokenBlock::Fields(vec![field("a name that is long")])]), &SMALL);
        assert!(long.plain_text().contains("a name th…: 1"));
    }

    #[test]
    fn a_line_of_several_runs_is_cut_where_it_must() {
        let mut line = vec![Run::own("12345"), Run::untrusted("67890"), Run::own("abc")];
        cut_line(&mut line, 9, letters);
        assert_eq!(line, [Run::own("12345"), Run::untrusted("678…")]);
        let mut line = vec![Run::own("12345"), Run::untrusted("6789"), Run::own("abc")];
        cut_line(&mut line, 9, letters);
        assert_eq!(text_of(&line), "12345678…");
    }

    #[test]
    fn buttons_too_many_become_commands() {
        let button = |label: &str, command: &str| SpokenButton {
            label: label.to_owned(),
            press: Press::Command(command.to_owned()),
            weight: Weight::Secondary,
        };
        let mut whole = message(Vec::new());
        whole.buttons = vec![
            button("Acknowledge", "ack INC-42"),
            button("Why?", "why INC-42"),
            button("Log", "log INC-42"),
        ];
        let fitted = fit(whole, &SMALL);
        assert_eq!(fitted.buttons.len(), 2);
        assert_eq!(fitted.buttons[0].label, "Acknowl…");
        assert!(fitted.plain_text().ends_with("• Log: /log INC-42"));
    }

    proptest! {
        #[test]
        fn the_message_always_fits_and_says_what_it_lacks(
            lengths in prop::collection::vec(0_usize..200, 0..40), head in 0_usize..80, total in 90_usize..400,
        ) {
            let line = |length: usize| vec![Run::untrusted("x".repeat(length))];
            let mut whole = message(lengths.iter().map(|length| SpokenBlock::Line(line(*length))).collect());
            whole.head = line(head);
            let fitted = fit(whole, &Limits { total, ..SMALL });
            prop_assert!(letters(&fitted.plain_text()) <= total);
            let said = fitted.plain_text().contains("more line");
            prop_assert_eq!(said, fitted.blocks.len() != lengths.len() || said);
            if !said {
                prop_assert_eq!(fitted.blocks.len(), lengths.len());
            }
        }
    }
}
