//! The 97.5 % point of Student's distribution.

use core::f64::consts::{FRAC_2_PI, FRAC_PI_2};

use super::Z_95;

/// Up to here the finite sum is taken; beyond, the expansion agrees to nine digits.
const SUMMED_TO: u64 = 200;
/// Halvings of the range: beyond these a double has no further digits.
const HALVINGS: usize = 60;

/// The point between whose negative and itself lie 95 % of Student's distribution with so many degrees of
/// freedom, at least one.
///
/// Abramowitz and Stegun 1964, Handbook of Mathematical Functions: 26.7.3 and 26.7.4 (a finite sum, solved
/// by halving) and, for many degrees, 26.7.5 (an expansion about the normal point).
pub fn student_95(freedom: u64) -> f64 {
    let freedom = freedom.max(1);
    if freedom > SUMMED_TO {
        return expanded(freedom as f64);
    }
    let (mut low, mut high) = (0.0, FRAC_PI_2);
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if within(middle, freedom) < 0.95 {
            low = middle;
        } else {
            high = middle;
        }
    }
    libm::sqrt(freedom as f64) * libm::tan(0.5 * (low + high))
}

/// The probability between −t and t, where `angle` is arctan(t/√freedom).
fn within(angle: f64, freedom: u64) -> f64 {
    let (sine, cosine) = (libm::sin(angle), libm::cos(angle));
    let odd = freedom % 2 == 1;
    let mut term = if odd { cosine } else { 1.0 };
    let (mut sum, mut below) = (0.0, if odd { 2_u64 } else { 1 });
    // One term for each step of two: the last has the power freedom − 2 of the cosine.
    for _ in 0..freedom / 2 {
        sum += term;
        term *= cosine * cosine * below as f64 / (below + 1) as f64;
        below += 2;
    }
    if odd { FRAC_2_PI * (angle + sine * sum) } else { sine * sum }
}

fn expanded(freedom: f64) -> f64 {
    let (z, square) = (Z_95, Z_95 * Z_95);
    let first = z * (square + 1.0) / 4.0;
    let second = z * ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    z + (first + (second + third / freedom) / freedom) / freedom
}
