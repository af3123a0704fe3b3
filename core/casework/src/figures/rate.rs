//! Pure: a rate with what it rests on.

use super::{cells::Sums, fact::WHOLE};
use linli_procedure::Profile;

/// Under so many in the denominator nothing is compared.
pub const COMPARED_FROM: i64 = 30;
/// The quantile of the standard normal distribution for 95 %.
const Z: f64 = 1.959_964;

/// A figure's sums: a rate, or a count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// The denominator.
    pub total: i64,
    /// The numerator, in thousandths.
    pub value: i64,
    /// How many are wholly in the numerator.
    pub whole: i64,
    /// How many are partly in it.
    pub part: i64,
}

impl From<Sums> for Rate {
    fn from(sums: Sums) -> Rate {
        Rate { total: sums.total, value: sums.value, whole: sums.whole, part: sums.part }
    }
}

/// Per mille with the next half rounded up; `None` of nothing.
fn per_mille(value: i64, of: i64) -> Option<i64> {
    (of > 0).then(|| (2 * value + of) / (2 * of))
}

fn real(n: i64) -> f64 {
    i32::try_from(n).map_or(f64::from(i32::MAX), f64::from)
}

impl Rate {
    /// The rate in thousandths: 851 is 85.1 %.
    pub fn per_mille(&self) -> Option<i64> {
        per_mille(self.value, self.total)
    }

    /// Its 95 % interval (Wilson 1927), as fractions.
    pub fn interval(&self) -> Option<(f64, f64)> {
        if self.total <= 0 {
            return None;
        }
        let n = real(self.total);
        let p = real(self.value) / real(WHOLE) / n;
        let denominator = 1.0 + Z * Z / n;
        let middle = (p + Z * Z / (2.0 * n)) / denominator;
        let half = Z / denominator * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Some(((middle - half).max(0.0), (middle + half).min(1.0)))
    }

    /// Whether it rests on enough to be compared.
    pub fn compares(&self) -> bool {
        self.total >= COMPARED_FROM
    }

    /// Whether this rate lies wholly above another one.
    pub fn above(&self, other: &Rate) -> bool {
        match (self.interval(), other.interval()) {
            (Some((low, _)), Some((_, high))) => low > high,
            _ => false,
        }
    }
}

/// 综合 in thousandths; `None` unless each of the three is there.
pub(crate) fn overall(
    profile: &Profile,
    responded: Option<&Sums>,
    solved: Option<&Sums>,
    satisfied: Option<&Sums>,
) -> Option<i64> {
    let weighed = [
        (responded, super::facts::number(profile, "weight_responded", 30)),
        (solved, super::facts::number(profile, "weight_solved", 35)),
        (satisfied, super::facts::number(profile, "weight_satisfied", 35)),
    ];
    let (mut sum, mut weights) = (0, 0);
    for (sums, weight) in weighed {
        let sums = sums?;
        sum += weight * per_mille(sums.shared, sums.share)?;
        weights += weight;
    }
    per_mille(sum, weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(hits: i64, total: i64) -> Rate {
        Rate { total, value: hits * WHOLE, whole: hits, part: 0 }
    }

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Newcombe 1998, table I, method 3 (score without continuity correction)
        for (hits, total, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (from, to) = of(hits, total).interval().unwrap();
            assert!((from - low).abs() < 5e-5 && (to - high).abs() < 5e-5, "{hits}/{total}: {from}–{to}");
        }
        assert_eq!(of(0, 0).interval(), None);
    }

    #[test]
    fn thirty_can_be_compared() {
        assert!(!of(20, 29).compares() && of(20, 30).compares());
        assert_eq!(of(342, 402).per_mille(), Some(851));
        assert_eq!(
            Rate { total: 4, value: 2500, whole: 2, part: 1 }.per_mille(),
            Some(625),
            "a half counts half"
        );
        assert!(of(60, 100).above(&of(20, 100)) && !of(3, 10).above(&of(2, 10)), "small ones overlap");
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_rate(total in 1_i64..100_000, share in 0_i64..=1000) {
            let hits = total * share / 1000;
            let (low, high) = of(hits, total).interval().unwrap();
            let p = real(hits) / real(total);
            prop_assert!((0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
            prop_assert!(low <= p + 1e-9 && p <= high + 1e-9);
        }
    }
}
