//! What a mistyped word probably meant.

/// The candidate most like what was typed, if one is like it: at most one letter in three may differ.
pub fn near<T>(typed: &str, candidates: impl IntoIterator<Item = (String, T)>) -> Option<T> {
    let typed = typed.trim().to_lowercase();
    let most = (typed.chars().count() / 3).clamp(1, 3);
    let scored = candidates
        .into_iter()
        .map(|(name, candidate)| (strsim::damerau_levenshtein(&typed, &name.to_lowercase()), candidate));
    let best = scored.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= most).then_some(best.1)
}

#[cfg(test)]
mod tests {
    use super::near;

    #[test]
    fn a_slip_is_understood_and_another_word_is_not() {
        let known = || ["checkout", "login", "api"].map(|name| (name.to_owned(), name));
        assert_eq!(near("chekout", known()), Some("checkout"));
        assert_eq!(near("Checkuot", known()), Some("checkout"));
        assert_eq!(near("apo", known()), Some("api"));
        assert_eq!(near("payments", known()), None);
        assert_eq!(near("xy", known()), None);
    }
}
