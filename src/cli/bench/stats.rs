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

#[cfg(test)]
mod tests {
    use super::*;
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
