//! What the standings of a period are, for every measure, window and change of terms.
