//! Numbers that stand for many: medians and percentiles.
//!
//! Promises: the median of an even count is the mean of the middle two; a percentile is a
//! value that was measured, never one between two.
//! Must never know: what was measured.

/// Returns the median, or 0 of nothing.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        count if count.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// Returns the smallest value that at least `percent` of a hundred values do not exceed, or 0 of nothing.
pub(super) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100).clamp(1, sorted.len().max(1));
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

/// Returns how often a value of `one` is larger than a value of `other`, ties counting half: 0.5 if nobody could tell
/// the two apart by a value (Mann and Whitney's statistic, as a chance). 0.5 of nothing.
pub(super) fn told_apart(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one.iter().map(|v| (*v, true)).chain(other.iter().map(|v| (*v, false))).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks, mut at) = (0.0, 0);
    while at < all.len() {
        let end = at + all[at..].iter().take_while(|(value, _)| *value == all[at].0).count();
        // Ranks run from 1; those of equal values share their mean.
        let rank = (at + 1 + end) as f64 / 2.0;
        ranks += rank * all[at..end].iter().filter(|(_, of_one)| *of_one).count() as f64;
        at = end;
    }
    let (n, m) = (one.len() as f64, other.len() as f64);
    if n * m > 0.0 { (ranks - n * (n + 1.0) / 2.0) / (n * m) } else { 0.5 }
}

/// Returns how far from 0.5 chance alone carries [`told_apart`], 19 times of 20, for this many values of each.
pub(super) fn by_chance(one: usize, other: usize) -> f64 {
    let (n, m) = (one as f64, other as f64);
    1.96 * ((n + m + 1.0) / (12.0 * n * m)).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_heaps_are_told_apart_as_far_as_they_differ() {
        let near = |value: f64, wanted: f64| (value - wanted).abs() < 1e-9;
        assert!(near(told_apart(&[3.0, 4.0], &[1.0, 2.0]), 1.0));
        assert!(near(told_apart(&[1.0, 2.0], &[3.0, 4.0]), 0.0));
        assert!(near(told_apart(&[1.0, 4.0], &[2.0, 3.0]), 0.5));
        assert!(near(told_apart(&[1.0, 1.0], &[1.0]), 0.5));
        assert!(near(told_apart(&[2.0, 1.0], &[1.0]), 0.75));
        assert!(near(told_apart(&[], &[1.0]), 0.5));
        assert!((0.011..0.012).contains(&by_chance(5000, 5000)));
    }
    use proptest::prelude::*;

    #[test]
    fn the_median_is_the_middle() {
        assert!(median(&[]).abs() < f64::EPSILON);
        assert!((median(&[5.0, 1.0, 3.0]) - 3.0).abs() < f64::EPSILON);
        assert!((median(&[4.0, 1.0, 3.0, 2.0]) - 2.5).abs() < f64::EPSILON);
    }

    #[test]
    fn a_percentile_was_measured() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        for (percent, value) in [(0, 1.0), (1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)] {
            assert!((percentile(&hundred, percent) - value).abs() < f64::EPSILON, "{percent}");
        }
        assert!((percentile(&[7.0], 99) - 7.0).abs() < f64::EPSILON);
        assert!(percentile(&[], 50).abs() < f64::EPSILON);
    }

    proptest! {
        #[test]
        fn at_most_half_is_beyond_either_side(values in prop::collection::vec(-1e6..1e6_f64, 1..50)) {
            let half = values.len() / 2;
            for middle in [median(&values), percentile(&values, 50)] {
                prop_assert!(values.iter().filter(|value| **value < middle).count() <= half);
                prop_assert!(values.iter().filter(|value| **value > middle).count() <= half);
            }
        }
    }
}
