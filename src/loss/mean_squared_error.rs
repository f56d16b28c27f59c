//! Mean squared error.

use crate::check::check_target;
use crate::{Error, Loss, Scalar};

/// Mean squared error: (1/K)·Σ(y − t)², the mean over the `K` outputs of a row.
///
/// delta = (2/K)·(y − t). y, t and delta: `[K]`. The link is the identity. The loss is +∞ where it exceeds
/// the largest number.
///
/// ```
/// use bareprop::{Loss, MeanSquaredError};
/// let mut delta = [0.0_f32; 2];
/// assert_eq!(MeanSquaredError.evaluate(&[1.0, 5.0], &[0.0, 2.0], &mut delta), 5.0);
/// assert_eq!(delta, [1.0, 3.0]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanSquaredError;

impl<T: Scalar, const K: usize> Loss<[T; K]> for MeanSquaredError {
    type Target = [T; K];

    fn check(&self) -> Result<(), Error> {
        Ok(())
    }

    #[inline]
    fn check_target(&self, row: usize, target: &[T; K]) -> Result<(), Error> {
        check_target(row, target, -T::MAX, T::MAX)
    }

    #[inline(always)]
    fn evaluate(&self, logits: &[T; K], target: &[T; K], delta: &mut [T; K]) -> T {
        let share = T::ONE / T::from_u32(K as u32);
        let mut loss = T::ZERO;
        for (delta, (&y, &t)) in delta.iter_mut().zip(logits.iter().zip(target)) {
            let difference = y - t;
            loss += difference * share * difference;
            *delta = (difference + difference) * share;
        }
        loss
    }

    #[inline(always)]
    fn link(&self, _: &mut [T; K]) {}
}
