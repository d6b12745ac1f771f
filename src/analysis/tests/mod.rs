//! Reading by the shipped rules: sentences of customers, sentences of chance, and what is learnt.

mod chance;
mod learning;
mod sentences;

use super::*;
use crate::config::shipped_rules;
use crate::core::reading::{Reading, Sentiment, ThemeId, Tongue};

fn sentiment(text: &str) -> Option<Sentiment> {
    shipped_rules().read(text).reading.sentiment
}
