//! Huber's loss.

use crate::check::{check_setting, check_target};
use crate::{Error, Loss, Scalar};

/// Huber's loss, the mean over the `K` outputs of a row.
///
/// For d = y − t, each output contributes ½d² where |d| ≤ h, otherwise h·(|d| − h/2).
/// delta = max(−h, min(d, h))/K. y, t and delta: `[K]`.
///
/// The loss is quadratic near the target and linear far from it, so that the gradient of an outlier is
/// bounded: with h = 1 an error of 10 has the loss 9.5 and the delta 1. The link is the identity.
///
/// ```
/// use bareprop::{Huber, Loss};
/// let mut delta = [0.0_f32];
/// assert_eq!(Huber::default().evaluate(&[10.0], &[0.0], &mut delta), 9.5);
/// assert_eq!(delta, [1.0]);
/// ```
/// Source: P. J. Huber (1964), "Robust Estimation of a Location Parameter".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Huber<T = f32> {
    /// h, the |d| from which on the loss is linear: a finite number, at least [`TINY`](Scalar::TINY); 1 by
    /// default.
    pub threshold: T,
}

impl<T: Scalar> Huber<T> {
    /// Huber's loss with this h.
    pub const fn new(threshold: T) -> Self {
        Huber { threshold }
    }
}

impl<T: Scalar> Default for Huber<T> {
    fn default() -> Self {
        Self::new(T::ONE)
    }
}

impl<T: Scalar, const K: usize> Loss<[T; K]> for Huber<T> {
    type Target = [T; K];

    fn check(&self) -> Result<(), Error> {
        check_setting("threshold", self.threshold, T::TINY, T::MAX)
    }

    #[inline]
    fn check_target(&self, row: usize, target: &[T; K]) -> Result<(), Error> {
        check_target(row, target, -T::MAX, T::MAX)
    }

    #[inline(always)]
    fn evaluate(&self, logits: &[T; K], target: &[T; K], delta: &mut [T; K]) -> T {
        let (half, quarter, h) = (T::from_f64(0.5), T::from_f64(0.25), self.threshold);
        let share = T::ONE / T::from_u32(K as u32);
        let mut half_loss = T::ZERO;
        for (delta, (&y, &t)) in delta.iter_mut().zip(logits.iter().zip(target)) {
            let held = (y - t).max(-h).min(h);
            // In halves, because |y − t| may exceed the largest number where h·|y − t| does not: with h =
            // 0.01, y = 3·10³⁸ and t = −3·10³⁸ the loss is 6·10³⁶.
            half_loss += held.abs() * share * ((half * y - half * t).abs() - quarter * held.abs());
            *delta = held * share;
        }
        half_loss + half_loss
    }

    #[inline(always)]
    fn link(&self, _: &mut [T; K]) {}
}
