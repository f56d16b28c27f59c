//! Scans over many numbers: the largest magnitude, whether all are finite, whether an update is small enough.
//!
//! Magnitudes are compared by their bits: without the sign they are ordered as integers, with infinity behind
//! all finite numbers and NaN behind infinity. For −3, 2 and NaN the result is NaN.
//!
//! Two choices depend on the processor:
//!
//! 1. With vectors, `all_finite` looks at each number. With an FPU alone it adds 0·x up, and without one it
//!    looks at the largest magnitude.
//! 2. With an FPU and without vectors, `largest_update` tries a cheaper bound first: |xᵢ·δⱼ|² is at most
//!    Σx²·Σδ², which takes one multiply-add a number instead of a comparison of bits.

use crate::Scalar;
use crate::kernels::inlined_with_vectors;
use crate::kernels::plain::Plain;
use crate::scalar::sealed::Inside;

impl<const SOFT: bool, const VECTORS: bool> Plain<SOFT, VECTORS> {
    /// Whether no value is NaN or infinite. Without a branch, so that it becomes vector code where there are
    /// vectors.
    #[inline(always)]
    pub(crate) fn all_finite<T: Scalar>(values: &[T]) -> bool {
        if !VECTORS {
            return if SOFT { largest(values).is_finite() } else { zeros(values).is_zero() };
        }
        values.iter().fold(true, |finite, value| finite & value.is_finite())
    }

    inlined_with_vectors! {
        /// The largest |scale·xᵢ·δⱼ|, the bias counting as an input of 1, and whether it and all inputs are
        /// small enough for an update.
        pub(crate) fn largest_update<T: Scalar>(scale: T, x: &[T], delta: &[T]) -> (T, bool) {
            // Without vectors, but with an FPU, Σx² and Σδ² are less work, and mostly far below what would be
            // too much.
            if !VECTORS && !SOFT && surely_small(scale, x, delta) {
                return (T::ZERO, true);
            }
            let x = largest(x);
            let value = scale * largest(delta) * x.max(T::ONE);
            (value, value <= T::ONE / T::TINY && x.is_finite())
        }
    }
}

inlined_with_vectors! {
    /// The largest magnitude; NaN where there is one.
    fn largest<T: Scalar>(values: &[T]) -> T {
        values.iter().fold(T::ZERO, |largest, &value| largest.largest_magnitude(value, Inside))
    }
}

/// The first number that is not finite, or else the largest magnitude: what an error reports.
#[inline]
pub(crate) fn worst<T: Scalar>(values: &[T]) -> T {
    let mut largest = T::ZERO;
    for &value in values {
        if !value.is_finite() {
            return value;
        }
        largest = largest.max(value.abs());
    }
    largest
}

inlined_with_vectors! {
    /// Σ0·x: 0, or NaN where a value is NaN or infinite.
    fn zeros<T: Scalar>(values: &[T]) -> T {
        values.iter().fold(T::ZERO, |sum, &value| sum + value * T::ZERO)
    }
}

inlined_with_vectors! {
    /// Σx², in order.
    fn squares<T: Scalar>(values: &[T]) -> T {
        let (mut sum, mut values) = (T::ZERO, values);
        while let Some((&[a, b, c, d], rest)) = values.split_first_chunk() {
            sum = sum + a * a + b * b + c * c + d * d;
            values = rest;
        }
        values.iter().fold(sum, |sum, &value| sum + value * value)
    }
}

/// Whether Σx² and Σδ² already show that every |scale·xᵢ·δⱼ| is small enough.
#[inline(always)]
fn surely_small<T: Scalar>(scale: T, x: &[T], delta: &[T]) -> bool {
    scale <= T::ONE && squares(delta) * (T::ONE + squares(x)) <= T::ONE / T::TINY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds_find_what_is_not_finite() {
        let all = |values: &[f32]| {
            let found = [
                Plain::<false, false>::all_finite(values),
                Plain::<false, true>::all_finite(values),
                Plain::<true, false>::all_finite(values),
                Plain::<true, true>::all_finite(values),
            ];
            assert_eq!(found, [found[0]; 4], "{values:?}");
            found[0]
        };
        assert!(all(&[]) && all(&[0.0, -0.0, f32::MAX, -f32::MAX, 1e-45]));
        for odd in [f32::NAN, -f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            for place in 0..9 {
                let mut values = [-1.0; 9];
                values[place] = odd;
                assert!(!all(&values), "{odd} at {place}");
            }
        }
        assert!(!all(&[f32::INFINITY, f32::NEG_INFINITY]));
    }

    /// In order, to the last bit, whatever the number of values is.
    #[test]
    fn squares_are_summed_in_order() {
        let values = core::array::from_fn::<f32, 11, _>(|index| 0.3 * index as f32 - 1.7);
        for count in 0..=11 {
            let naive = values[..count].iter().fold(0.0, |sum, x| sum + x * x);
            assert_eq!(squares(&values[..count]), naive, "{count} values");
        }
    }

    #[test]
    fn sums_of_squares_bound_an_update() {
        let [half, quarter] = [50, 25].map(|exponent| (0..exponent).fold(1.0_f32, |power, _| power * 2.0));
        let small = |scale, x: [f32; 2], delta: [f32; 2]| surely_small(scale, &x, &delta);
        assert!(
            small(1.0, [0.0, 1.0], [1.0, 0.0])
                && small(1.0, [0.0; 2], [0.0, half])
                && small(1.0, [quarter, 0.0], [quarter, 0.0])
        );
        assert!(!small(1.5, [0.0; 2], [1.0; 2]), "the rate");
        assert!(!small(1.0, [1.0, 0.0], [half, 0.0]) && !small(1.0, [0.0; 2], [half; 2]), "δ");
        assert!(!small(1.0, [half, 0.0], [1.5, 0.0]) && !small(1.0, [quarter; 2], [quarter, 0.0]), "x");
        assert!(!small(1.0, [f32::NAN, 0.0], [1.0; 2]) && !small(1.0, [0.0; 2], [f32::NAN, 0.0]));
        assert!(!small(1.0, [f32::INFINITY, 0.0], [1.0; 2]) && !small(1.0, [f32::INFINITY, 0.0], [0.0; 2]));
    }
}
