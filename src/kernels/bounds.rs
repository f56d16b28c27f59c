//! Scans over many numbers: the largest magnitude, and whether all are finite.

use crate::Scalar;
use crate::kernels::inlined_with_vectors;
use crate::scalar::VECTORS;

/// Whether no value is NaN or infinite. Without a branch, so that it becomes vector code where there are
/// vectors.
#[inline(always)]
pub(crate) fn all_finite<T: Scalar>(values: &[T]) -> bool {
    if !VECTORS {
        return largest(values).is_finite();
    }
    values.iter().fold(true, |finite, value| finite & value.is_finite())
}

inlined_with_vectors! {
    /// The largest magnitude; NaN where there is one.
    pub(crate) fn largest<T: Scalar>(values: &[T]) -> T {
        values.iter().fold(T::ZERO, |largest, &value| largest.largest_magnitude(value))
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
