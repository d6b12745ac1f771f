//! Turns a platform-free [`Doc`] or [`Form`] into the words of one language and zone.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::{FluentArgs, FluentValue};

use super::bundle::{self, Lack};
use super::picture::SpokenPicture;
use super::spoken::{
    Run, RunKind, Spoken, SpokenBlock, SpokenButton, SpokenCell, SpokenField, SpokenForm, SpokenFormField,
    SpokenTable, text_of,
};
use super::{Language, Locale, format};
use crate::chat::Account;
use crate::chat::inert::{self, Breaks};
use crate::core::doc::{Block, Button, Cell, Doc, Field, Form, FormField, Table, Text, Tone, Value, Verdict};
use crate::core::event::{PersonId, ProseId};
use crate::core::picture::Picture;
use crate::core::time::Instant;

/// What a message only refers to: who people are, and what they wrote. Whatever is missing here has been
/// erased, and is shown so.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub people: BTreeMap<PersonId, KnownPerson>,
    pub prose: BTreeMap<ProseId, String>,
}

/// A person as others see them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownPerson {
    /// Their display name; text from outside.
    pub name: String,
    /// Where they can be mentioned; the platform picks its own.
    pub accounts: Vec<Account>,
}

/// The longest text from outside inside a line, in characters as people count them.
pub const LONGEST_PIECE: usize = 300;
/// The longest quotation of what somebody wrote.
pub const LONGEST_QUOTE: usize = 2_000;

/// The message in the reader's words.
pub fn speak(doc: &Doc, locale: Locale, facts: &Facts) -> Spoken {
    Speaker::new(locale, facts, doc.as_of).doc(doc)
}

/// The same with every quotation in full, however long: for answers that are cut into pages.
pub fn speak_in_full(doc: &Doc, locale: Locale, facts: &Facts) -> Spoken {
    let mut speaker = Speaker::new(locale, facts, doc.as_of);
    speaker.longest_quote = usize::MAX;
    speaker.doc(doc)
}

/// The form in the reader's words. `as_of` decides which times need their date.
pub fn speak_form(form: &Form, locale: Locale, facts: &Facts, as_of: Instant) -> SpokenForm {
    Speaker::new(locale, facts, as_of).form(form)
}

/// One line in the reader's words.
pub fn speak_line(line: &[Text], locale: Locale, facts: &Facts, as_of: Instant) -> Vec<Run> {
    Speaker::new(locale, facts, as_of).line(line)
}

/// A picture in the reader's words.
pub fn speak_picture(picture: &Picture, locale: Locale, facts: &Facts, as_of: Instant) -> SpokenPicture {
    let mut speaker = Speaker::new(locale, facts, as_of);
    SpokenPicture::of(picture, &mut |line| speaker.plain(line))
}

/// The words behind a key that needs no arguments.
pub fn words(key: &str, language: Language) -> String {
    bundle::message(language, key, &FluentArgs::new(), &mut Vec::new()).into_owned()
}

/// The words behind a key with counts, such as how many more lines there are.
pub fn counted(key: &'static str, counts: &[(&'static str, i64)], language: Language) -> String {
    let mut args = FluentArgs::new();
    for (name, count) in counts {
        args.set(*name, FluentValue::from(*count));
    }
    bundle::message(language, key, &args, &mut Vec::new()).into_owned()
}

/// What the message would need that a language file lacks, in any language. Empty for a sound message.
pub fn lacks(doc: &Doc) -> Vec<Lack> {
    let facts = Facts::default();
    let all = Language::ALL.into_iter().flat_map(|language| {
        let locale = Locale { language, zone: chrono_tz::UTC };
        let mut speaker = Speaker::new(locale, &facts, doc.as_of);
        speaker.doc(doc);
        speaker.lacks
    });
    all.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The people and the prose that a message refers to, each once, to be fetched before [`speak`].
pub fn referenced(doc: &Doc) -> (Vec<PersonId>, Vec<ProseId>) {
    let mut found = References::default();
    let blocks = doc.blocks.iter().flat_map(lines_of);
    let buttons = doc.buttons.iter().map(|button| button.label.as_slice());
    let picture = doc.picture.iter().flat_map(|picture| picture.lines()).map(Vec::as_slice);
    let ends = [doc.head.as_slice(), doc.footer.as_slice()].into_iter();
    for line in ends.chain(blocks).chain(picture).chain(buttons) {
        found.line(line);
    }
    found.done()
}

/// The people and the prose that a form refers to.
pub fn referenced_by_form(form: &Form) -> (Vec<PersonId>, Vec<ProseId>) {
    let mut found = References::default();
    found.line(&form.title);
    found.line(&form.intro);
    for field in &form.fields {
        found.line(&field.label);
        field.choices.iter().for_each(|(_, label)| found.line(label));
    }
    found.done()
}

fn lines_of(block: &Block) -> Vec<&[Text]> {
    match block {
        Block::Line(line) | Block::Quote(line) | Block::Heading(line) => vec![line],
        Block::Fields(fields) => {
            fields.iter().flat_map(|field| [field.name.as_slice(), field.value.as_slice()]).collect()
        }
        Block::List(lines) | Block::Lines(lines) => lines.iter().map(Vec::as_slice).collect(),
        Block::Table(table) => {
            let cells = table.rows.iter().flatten().map(|cell| &cell.text);
            std::iter::once(&table.caption).chain(&table.columns).chain(cells).map(Vec::as_slice).collect()
        }
    }
}

#[derive(Default)]
struct References {
    people: BTreeSet<PersonId>,
    prose: BTreeSet<ProseId>,
}

impl References {
    fn line(&mut self, line: &[Text]) {
        for text in line {
            match text {
                Text::Message { args, .. } => args.values().for_each(|value| self.value(value)),
                Text::Prose(prose) | Text::Excerpt(prose) => {
                    self.prose.insert(prose.clone());
                }
                Text::Value(value) => self.value(value),
                Text::Untrusted(_) | Text::Mark(_) => {}
            }
        }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Person(person) | Value::Mention(person) => {
                self.people.insert(person.clone());
            }
            Value::List(values) => values.iter().for_each(|value| self.value(value)),
            _ => {}
        }
    }

    fn done(self) -> (Vec<PersonId>, Vec<ProseId>) {
        (self.people.into_iter().collect(), self.prose.into_iter().collect())
    }
}

/// Frame the number of an argument inside a formatted message, so that the argument can become a run of
/// its own. No language file contains them, and arguments are never formatted as text themselves.
const OPEN: char = '\u{1}';
const CLOSE: char = '\u{2}';
/// Whole numbers up to here are exact as Fluent's numbers.
const EXACT: u64 = 1 << 53;

struct Speaker<'a> {
    locale: Locale,
    facts: &'a Facts,
    as_of: Instant,
    longest_quote: usize,
    lacks: Vec<Lack>,
}

impl<'a> Speaker<'a> {
    const fn new(locale: Locale, facts: &'a Facts, as_of: Instant) -> Self {
        Self { locale, facts, as_of, longest_quote: LONGEST_QUOTE, lacks: Vec::new() }
    }

    fn doc(&mut self, doc: &Doc) -> Spoken {
        Spoken {
            language: self.locale.language,
            tone: doc.tone,
            symbol: tone_symbol(doc.tone),
            head: self.line(&doc.head),
            reference: doc.reference.clone(),
            blocks: doc.blocks.iter().map(|block| self.block(block)).collect(),
            picture: doc
                .picture
                .as_ref()
                .map(|picture| Box::new(SpokenPicture::of(picture, &mut |line| self.plain(line)))),
            buttons: doc.buttons.iter().map(|button| self.button(button)).collect(),
            footer: self.line(&doc.footer),
        }
    }

    fn block(&mut self, block: &Block) -> SpokenBlock {
        let lines =
            |speaker: &mut Self, lines: &[Vec<Text>]| lines.iter().map(|line| speaker.line(line)).collect();
        match block {
            Block::Line(line) => SpokenBlock::Line(self.line(line)),
            Block::Fields(fields) => {
                SpokenBlock::Fields(fields.iter().map(|field| self.field(field)).collect())
            }
            Block::List(items) => SpokenBlock::List(lines(self, items)),
            Block::Quote(line) => SpokenBlock::Quote(self.runs(line, Breaks::Kept, self.longest_quote)),
            Block::Lines(rows) => SpokenBlock::Lines(lines(self, rows)),
            Block::Heading(line) => SpokenBlock::Heading(self.line(line)),
            Block::Table(table) => SpokenBlock::Table(self.table(table)),
        }
    }

    fn table(&mut self, table: &Table) -> SpokenTable {
        let mut row = |row: &Vec<Cell>| row.iter().map(|cell| self.cell(cell)).collect();
        let rows = table.rows.iter().map(&mut row).collect();
        SpokenTable {
            caption: self.line(&table.caption),
            columns: table.columns.iter().map(|line| self.line(line)).collect(),
            rows,
        }
    }

    fn cell(&mut self, cell: &Cell) -> SpokenCell {
        SpokenCell {
            verdict: cell.verdict.map(|verdict| (verdict, verdict_symbol(verdict))),
            text: self.line(&cell.text),
        }
    }

    fn field(&mut self, field: &Field) -> SpokenField {
        SpokenField {
            name: self.line(&field.name),
            verdict: field.verdict.map(|verdict| (verdict, verdict_symbol(verdict))),
            value: self.line(&field.value),
        }
    }

    fn plain(&mut self, line: &[Text]) -> String {
        text_of(&self.line(line))
    }

    fn button(&mut self, button: &Button) -> SpokenButton {
        SpokenButton { label: self.plain(&button.label), press: button.press.clone(), weight: button.weight }
    }

    fn form(&mut self, form: &Form) -> SpokenForm {
        SpokenForm {
            language: self.locale.language,
            title: self.plain(&form.title),
            intro: self.line(&form.intro),
            command: form.command.clone(),
            fields: form.fields.iter().map(|field| self.form_field(field)).collect(),
            submit: words("form-submit", self.locale.language),
            cancel: words("form-cancel", self.locale.language),
        }
    }

    fn form_field(&mut self, field: &FormField) -> SpokenFormField {
        let choices = field.choices.iter();
        SpokenFormField {
            name: field.name.clone(),
            label: self.plain(&field.label),
            value: field.value.clone(),
            multiline: field.multiline,
            required: field.required,
            max_length: field.max_length,
            choices: choices.map(|(value, label)| (value.clone(), self.plain(label))).collect(),
        }
    }

    fn line(&mut self, line: &[Text]) -> Vec<Run> {
        self.runs(line, Breaks::Joined, LONGEST_PIECE)
    }

    fn runs(&mut self, line: &[Text], breaks: Breaks, longest: usize) -> Vec<Run> {
        let mut runs = Vec::new();
        for text in line {
            match text {
                Text::Message { key, args } => self.message(key, args, &mut runs),
                Text::Untrusted(text) => push(&mut runs, self.outside(text, breaks, longest)),
                Text::Prose(id) => push(&mut runs, self.prose(id, breaks, longest)),
                Text::Excerpt(id) => push(&mut runs, self.prose(id, breaks, longest.min(LONGEST_PIECE))),
                Text::Value(value) => self.value(value, &mut runs),
                Text::Mark(mark) => push(&mut runs, Run::own(mark.as_ref())),
            }
        }
        runs
    }

    fn message(
        &mut self,
        key: &str,
        args: &BTreeMap<std::borrow::Cow<'static, str>, Value>,
        runs: &mut Vec<Run>,
    ) {
        let values: Vec<&Value> = args.values().collect();
        let mut given = FluentArgs::with_capacity(args.len());
        for (index, (name, value)) in args.iter().enumerate() {
            given.set(
                name.as_ref(),
                match value {
                    // A number itself, so that a message can choose its words by it.
                    Value::Count(count) if count.unsigned_abs() <= EXACT => FluentValue::from(*count),
                    _ => FluentValue::from(format!("{OPEN}{index}{CLOSE}")),
                },
            );
        }
        let text = bundle::message(self.locale.language, key, &given, &mut self.lacks);
        let mut rest = text.as_ref();
        while let Some((before, after)) = rest.split_once(OPEN) {
            push(runs, Run::own(before));
            let (index, after) = after.split_once(CLOSE).unwrap_or(("", after));
            if let Some(value) = index.parse::<usize>().ok().and_then(|index| values.get(index)) {
                self.value(value, runs);
            }
            rest = after;
        }
        push(runs, Run::own(rest));
    }

    fn value(&mut self, value: &Value, runs: &mut Vec<Run>) {
        let Locale { language, .. } = self.locale;
        let run = match value {
            Value::Count(count) => Run::own(format::grouped(*count)),
            Value::Number(number) => Run::own(format::number(*number)),
            Value::Percent { value, decimals } => Run::own(format::percent(*value, *decimals)),
            Value::Moment(at) => {
                Run { text: format::moment(*at, self.as_of, self.locale), kind: RunKind::Moment(*at) }
            }
            Value::ExactMoment(at) => {
                Run { text: format::exact_moment(*at, self.as_of, self.locale), kind: RunKind::Moment(*at) }
            }
            Value::Date(date) => Run::own(format::on(*date, self.as_of, self.locale)),
            Value::Duration(span) => Run::own(format::duration(*span, language)),
            Value::ExactDuration(span) => Run::own(format::exact_duration(*span, language)),
            Value::Target { target, working_time } => {
                Run::own(format::target(*target, *working_time, language))
            }
            Value::List(values) => return self.list(values, runs),
            Value::Zone => Run::own(self.locale.zone.name()),
            Value::Seconds(span) => Run::own(format::seconds(*span, language)),
            Value::ShortMonth(date) => Run::own(format::month(*date, language)),
            Value::Period { period, full } => {
                Run::own(format::period(*period, *full, self.as_of, self.locale))
            }
            Value::Name(name) => Run::own(inert::harmless(name, Breaks::Joined, LONGEST_PIECE)),
            Value::Localized(texts) => {
                Run::own(inert::harmless(localized(texts, language), Breaks::Joined, LONGEST_PIECE))
            }
            Value::Untrusted(text) => self.outside(text, Breaks::Joined, LONGEST_PIECE),
            Value::Term(key) => {
                let words = bundle::message(language, key, &FluentArgs::new(), &mut self.lacks);
                Run::own(words.into_owned())
            }
            Value::Person(person) => self.person(person, false),
            Value::Mention(person) => self.person(person, true),
            Value::Code(code) => {
                Run { text: inert::harmless(code, Breaks::Joined, LONGEST_PIECE), kind: RunKind::Code }
            }
        };
        push(runs, run);
    }

    fn list(&mut self, values: &[Value], runs: &mut Vec<Run>) {
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                push(runs, Run::own(words("list-separator", self.locale.language)));
            }
            self.value(value, runs);
        }
    }

    fn prose(&self, id: &ProseId, breaks: Breaks, longest: usize) -> Run {
        let known = self.facts.prose.get(id);
        known.map_or_else(|| self.erased(), |text| self.outside(text, breaks, longest))
    }

    fn outside(&self, text: &str, breaks: Breaks, longest: usize) -> Run {
        Run::untrusted(inert::harmless(text, breaks, longest))
    }

    fn person(&self, person: &PersonId, call: bool) -> Run {
        let Some(known) = self.facts.people.get(person) else { return self.erased() };
        let run = self.outside(&known.name, Breaks::Joined, LONGEST_PIECE);
        if call { Run { kind: RunKind::Mention(known.accounts.clone()), ..run } } else { run }
    }

    fn erased(&self) -> Run {
        Run::own(words("erased", self.locale.language))
    }
}

/// Adds a run; Upheld's own words grow together, empty ones vanish.
fn push(runs: &mut Vec<Run>, run: Run) {
    if run.text.is_empty() {
        return;
    }
    match runs.last_mut() {
        Some(last) if last.kind == RunKind::Own && run.kind == RunKind::Own => last.text.push_str(&run.text),
        _ => runs.push(run),
    }
}

/// The reader's language, else English, else whatever there is.
fn localized(texts: &BTreeMap<String, String>, language: Language) -> &str {
    let of = |language: Language| texts.get(language.tag()).filter(|text| !text.trim().is_empty());
    of(language)
        .or_else(|| of(Language::English))
        .or_else(|| texts.values().next())
        .map_or("–", String::as_str)
}

/// The symbol that says the same as the colour and the first words.
pub const fn tone_symbol(tone: Tone) -> &'static str {
    match tone {
        Tone::Late => "■",
        Tone::AtRisk => "◤",
        Tone::Disturbed => "▲",
        Tone::InHand => "◆",
        Tone::Restored => "●",
        Tone::Information => "",
        Tone::Corrected => "↺",
        Tone::Refused => "⊘",
    }
}

/// The symbol beside a promise.
pub const fn verdict_symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Kept => "✓",
        Verdict::Broken => "✗",
        Verdict::Running => "…",
        Verdict::AtRisk => "◤",
        Verdict::Paused => "‖",
        Verdict::Unknown => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::doc::{Press, Weight};
    use crate::core::picture::{Bar, Bars, Group, Leaning, Shows};
    use crate::core::time::Span;

    fn locale(language: Language) -> Locale {
        Locale { language, zone: chrono_tz::Europe::Berlin }
    }

    fn now() -> Instant {
        Instant::parse("2026-11-23T02:20:00Z").unwrap()
    }

    fn say(line: &[Text]) -> Vec<Run> {
        speak_line(line, locale(Language::English), &Facts::default(), now())
    }

    #[test]
    fn an_unknown_key_is_shown_itself_and_nothing_panics() {
        let text = Text::Message { key: "no-such-key".into(), args: BTreeMap::new() };
        assert_eq!(say(std::slice::from_ref(&text)), [Run::own("no-such-key")]);
        assert_eq!(words("no-such-key", Language::TraditionalChinese), "no-such-key");
        let lacks = lacks(&Doc::new(Tone::Information, text, now()));
        let key = "no-such-key".to_owned();
        assert!(lacks.contains(&Lack::Key { language: Language::English, key: key.clone() }));
        assert!(lacks.contains(&Lack::Key { language: Language::TraditionalChinese, key }));
    }

    #[test]
    fn a_missing_argument_shows_its_name_and_is_told() {
        let doc = Doc::new(Tone::Refused, Text::key("error-unknown-command"), now());
        let spoken = speak(&doc, locale(Language::English), &Facts::default());
        assert!(text_of(&spoken.head).contains("$command"), "{spoken:?}");
        assert!(matches!(&lacks(&doc)[..], [Lack::Argument { .. }, Lack::Argument { .. }]));
    }

    #[test]
    fn text_from_outside_stays_apart_inside_a_sentence() {
        let hostile = "{ $command } \u{1}0\u{2} <b>@everyone</b>";
        let line = [Text::key("error-unknown-command").with("command", Value::Untrusted(hostile.to_owned()))];
        let runs = say(&line);
        let outside: Vec<&Run> = runs.iter().filter(|run| run.kind == RunKind::Untrusted).collect();
        assert_eq!(outside, [&Run::untrusted("{ $command } ␁0␂ <b>@everyone</b>")]);
        assert!(runs.len() > 1);
    }

    #[test]
    fn what_was_erased_is_shown_so() {
        let person = PersonId::new("p1");
        let line = [
            Value::Person(person.clone()).into(),
            Text::mark(" "),
            Text::Prose(ProseId::new("w1")),
            Text::mark(" "),
            Value::Mention(person).into(),
        ];
        assert_eq!(text_of(&say(&line)), "[erased] [erased] [erased]");
    }

    #[test]
    fn what_is_referred_to_is_found_wherever_it_stands_and_once() {
        let person = |id: &str| Value::Person(PersonId::new(id));
        let doc = Doc::new(Tone::Information, Text::key("x").with("by", person("head")), now())
            .line(Text::from(person("line")))
            .block(Block::Fields(vec![Field {
                name: Text::from(person("name")).into(),
                verdict: None,
                value: Text::from(Value::Mention(PersonId::new("value"))).into(),
            }]))
            .block(Block::List(vec![Text::from(person("line")).into()]))
            .block(Block::Lines(vec![Text::from(person("row")).into()]))
            .block(Block::Heading(Text::from(person("heading")).into()))
            .block(Block::Quote(Text::Prose(ProseId::new("quote")).into()))
            .picture(Picture {
                title: Text::from(person("title")).into(),
                note: Text::from(person("note")).into(),
                alt: Text::from(person("alt")).into(),
                shows: Shows::Bars(Bars {
                    bars: vec![Bar {
                        label: Text::from(person("bar")).into(),
                        count: 1,
                        share: None,
                        leaning: Leaning::Plain,
                    }],
                    key: vec![Group { leaning: Leaning::Plain, label: Text::from(person("group")).into() }],
                }),
            })
            .button(Text::from(person("button")), "why", Weight::Primary);
        let doc = Doc { footer: Text::from(person("footer")).into(), ..doc };
        let (people, prose) = referenced(&doc);
        let people: Vec<&str> = people.iter().map(PersonId::as_str).collect();
        assert_eq!(
            people,
            [
                "alt", "bar", "button", "footer", "group", "head", "heading", "line", "name", "note", "row",
                "title", "value"
            ]
        );
        assert_eq!(prose, [ProseId::new("quote")]);
    }

    #[test]
    fn people_are_named_and_called() {
        let account: Account = "discord:1".parse().unwrap();
        let known = KnownPerson { name: "Mira\u{202e}".to_owned(), accounts: vec![account.clone()] };
        let facts = Facts { people: [(PersonId::new("p"), known)].into(), ..Facts::default() };
        let line = [Value::Person(PersonId::new("p")).into(), Value::Mention(PersonId::new("p")).into()];
        let runs = speak_line(&line, locale(Language::English), &facts, now());
        let name = "Mira⟨U+202E⟩".to_owned();
        let called = Run { text: name.clone(), kind: RunKind::Mention(vec![account]) };
        assert_eq!(runs, [Run::untrusted(name), called]);
    }

    #[test]
    fn a_name_in_the_readers_language_or_the_next_best() {
        let texts = |pairs: &[(&str, &str)]| {
            Value::Localized(
                pairs.iter().map(|(tag, text)| ((*tag).to_owned(), (*text).to_owned())).collect(),
            )
        };
        let chinese = |value: Value| {
            text_of(&speak_line(
                &[value.into()],
                locale(Language::TraditionalChinese),
                &Facts::default(),
                now(),
            ))
        };
        assert_eq!(chinese(texts(&[("en", "Checkout"), ("zh-TW", "結帳服務")])), "結帳服務");
        assert_eq!(chinese(texts(&[("en", "Checkout"), ("zh-TW", " ")])), "Checkout");
        assert_eq!(chinese(texts(&[("de", "Kasse")])), "Kasse");
        assert_eq!(chinese(texts(&[])), "–");
    }

    #[test]
    fn quotes_keep_their_lines_and_other_places_do_not() {
        let prose = Text::Untrusted("one\n\n\n\ntwo".to_owned());
        let doc = Doc::new(Tone::Information, prose.clone(), now()).block(Block::Quote(prose.into()));
        let spoken = speak(&doc, locale(Language::English), &Facts::default());
        assert_eq!(text_of(&spoken.head), "one two");
        assert_eq!(spoken.blocks, [SpokenBlock::Quote(vec![Run::untrusted("one\n\ntwo")])]);
    }

    #[test]
    fn moments_keep_their_instant_and_huge_counts_their_digits() {
        let runs = say(&[Value::Moment(now()).into()]);
        assert_eq!(runs, [Run { text: "03:20".to_owned(), kind: RunKind::Moment(now()) }]);
        assert_eq!(
            text_of(&say(&[Text::key("more-lines").with("count", i64::MAX)])).matches('\u{202f}').count(),
            6
        );
        assert_eq!(say(&[Value::Duration(Span::from_minutes(17)).into()]), [Run::own("17 min")]);
    }

    #[test]
    fn forms_and_buttons_are_in_words() {
        let form = Form {
            title: Text::key("erased").into(),
            intro: Vec::new(),
            command: "update INC-42".to_owned(),
            fields: vec![FormField {
                name: "text".to_owned(),
                label: Text::Prose(ProseId::new("w")).into(),
                value: None,
                multiline: true,
                required: true,
                max_length: 500,
                choices: vec![("a".to_owned(), Text::from(Value::Person(PersonId::new("p"))).into())],
            }],
        };
        assert_eq!(referenced_by_form(&form), (vec![PersonId::new("p")], vec![ProseId::new("w")]));
        let spoken = speak_form(&form, locale(Language::TraditionalChinese), &Facts::default(), now());
        assert_eq!(spoken.submit, "送出");
        assert_eq!(spoken.fields[0].choices, [("a".to_owned(), "[已刪除]".to_owned())]);
        let doc = Doc::new(Tone::Late, Text::key("erased"), now()).button(
            Text::key("erased"),
            "ack INC-42",
            Weight::Primary,
        );
        let spoken = speak(&doc, locale(Language::English), &Facts::default());
        assert_eq!(spoken.buttons[0].press, Press::Command("ack INC-42".to_owned()));
        assert_eq!(spoken.plain_text(), "■ [erased]");
    }
}
