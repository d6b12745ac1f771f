//! How large files and functions are. A budget is a smell alarm, not a goal: nothing is cut in two to pass.

use crate::source::Source;
use crate::{none_of, sources};

/// Lines of a file outside of tests: the aim is a median of 120 and a 95th percentile of 350.
const FILE_MEDIAN: usize = 240;
const FILE_95: usize = 480;
const FILE_MOST: usize = 700;
/// Lines of a function: the aim is a median of 10 and a 95th percentile of 45.
const FUNCTION_MEDIAN: usize = 12;
const FUNCTION_95: usize = 45;
const FUNCTION_MOST: usize = 75;

/// The smallest value that at least `percent` in a hundred of the values do not exceed.
fn percentile(sorted: &[usize], percent: usize) -> usize {
    sorted[(sorted.len() * percent).div_ceil(100).saturating_sub(1)]
}

/// Sizes with their places, the largest last.
fn judge(
    mut sizes: Vec<(usize, String)>,
    what: &str,
    median: usize,
    most_95: usize,
    most: usize,
) -> Vec<String> {
    sizes.sort();
    let plain: Vec<usize> = sizes.iter().map(|(size, _)| *size).collect();
    let (middle, high) = (percentile(&plain, 50), percentile(&plain, 95));
    println!(
        "{} {what}: median {middle}, 95th percentile {high}, largest {}",
        plain.len(),
        plain[plain.len() - 1]
    );
    let mut findings = Vec::new();
    if middle > median {
        findings.push(format!("the median of {what} is {middle} lines, more than {median}"));
    }
    if high > most_95 {
        findings.push(format!("the 95th percentile of {what} is {high} lines, more than {most_95}"));
        let largest = sizes.iter().rev().take(8);
        findings.extend(largest.map(|(size, place)| format!("{place}: {size} lines")));
    }
    let above = sizes.iter().filter(|(size, _)| *size > most);
    findings.extend(above.map(|(size, place)| {
        format!("{place}: {size} lines; what second thing does it do? Give that a room")
    }));
    findings
}

#[test]
fn files_stay_readable() {
    let of_src =
        sources().into_iter().filter(|source| source.path.starts_with("src/") && source.length() > 0);
    let sizes = of_src.map(|source: Source| (source.length(), format!("{}:1", source.path))).collect();
    none_of(&judge(sizes, "files", FILE_MEDIAN, FILE_95, FILE_MOST));
}

#[test]
fn functions_stay_readable() {
    let mut sizes = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("src/")) {
        let functions = source.functions().into_iter().filter(|function| !function.is_test);
        sizes.extend(functions.map(|f| (f.lines, format!("{}:{}: fn {}", source.path, f.line, f.name))));
    }
    none_of(&judge(sizes, "functions", FUNCTION_MEDIAN, FUNCTION_95, FUNCTION_MOST));
}

#[test]
fn a_percentile_is_the_nearest_rank() {
    let values: Vec<usize> = (1..=20).collect();
    assert_eq!((percentile(&values, 50), percentile(&values, 95), percentile(&[7], 95)), (10, 19, 7));
}
