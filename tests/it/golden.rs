//! The golden year: its reviews are kept, counted again by hand, and the same whenever and wherever it is played.

use std::time::Instant as Watch;

use crate::golden_year::play;

#[test]
fn the_year_is_full() {
    let begun = Watch::now();
    let year = play(&mut |_, _, _| None);
    println!("{} entries, {} notices in {:?}", year.entries.len(), year.notices, begun.elapsed());
}
