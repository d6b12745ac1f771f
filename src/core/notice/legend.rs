//! `/help symbols`: every symbol with the words that say the same.

use crate::core::doc::{Block, Doc, Field, Text, Tone, Value, Verdict};
use crate::core::time::Instant;

/// The legend. `symbols` gives the symbols that the platforms draw.
pub fn symbols(symbols: Symbols, as_of: Instant) -> Doc {
    let tones = [
        (Tone::Late, "legend-late"),
        (Tone::AtRisk, "legend-at-risk"),
        (Tone::Disturbed, "legend-disturbed"),
        (Tone::InHand, "legend-in-hand"),
        (Tone::Restored, "legend-restored"),
        (Tone::Corrected, "legend-corrected"),
        (Tone::Refused, "legend-refused"),
    ];
    let verdicts = [
        (Verdict::Kept, "legend-kept"),
        (Verdict::Broken, "legend-broken"),
        (Verdict::Running, "legend-running"),
        (Verdict::AtRisk, "legend-verdict-at-risk"),
        (Verdict::Paused, "legend-paused"),
        (Verdict::Unknown, "legend-unknown"),
    ];
    let row = |symbol: &'static str, key: &'static str| Field {
        name: Text::mark(symbol).into(),
        verdict: None,
        value: Text::from(Value::term(key)).into(),
    };
    let tones = tones.map(|(tone, key)| row((symbols.tone)(tone), key)).to_vec();
    let verdicts = verdicts.map(|(verdict, key)| row((symbols.verdict)(verdict), key)).to_vec();
    Doc::new(Tone::Information, Text::key("legend-title"), as_of)
        .block(Block::Heading(Text::key("legend-messages").into()))
        .block(Block::Fields(tones))
        .block(Block::Heading(Text::key("legend-promises").into()))
        .block(Block::Fields(verdicts))
}

/// Where the symbols come from.
#[derive(Clone, Copy, Debug)]
pub struct Symbols {
    pub tone: fn(Tone) -> &'static str,
    pub verdict: fn(Verdict) -> &'static str,
}
