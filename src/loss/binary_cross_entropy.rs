//! Binary cross-entropy.

use crate::check::{check_setting, check_target};
use crate::functions::sigmoid;
use crate::{Error, Loss, Scalar};

/// Binary cross-entropy of `K` logits, each an independent yes-or-no question; the mean over the `K`.
///
/// For logit z, target t in [0, 1], p = [`positive_weight`](Self::positive_weight):
/// loss = (1 − t)·softplus(z) + p·t·softplus(−z), delta = (1 − t)·σ(z) − p·t·σ(−z), both divided by K.
/// z, t and delta: `[K]`. With p = 1 and K = 1 the delta is σ(z) − t, as in textbooks.
///
/// The link is the sigmoid: pass **logits**, not probabilities. Nothing is clipped: for z = 1000 and t = 0
/// the loss is 1000, where −ln(1 − σ(z)) would be +∞, since σ(1000) rounds to 1. The loss of a finite z is +∞
/// only where it exceeds the largest number, which takes p > 1.
///
/// ```
/// use bareprop::{BinaryCrossEntropy, Loss};
/// let (loss, mut delta) = (BinaryCrossEntropy::default(), [0.0_f32]);
/// assert_eq!(loss.evaluate(&[0.0], &[1.0], &mut delta), core::f32::consts::LN_2);
/// assert_eq!(delta, [-0.5]);
/// assert_eq!(loss.evaluate(&[1e30], &[1.0], &mut delta), 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BinaryCrossEntropy<T = f32> {
    /// p, the weight of a positive target relative to a negative one, as PyTorch's `pos_weight`: a finite
    /// number, at least 0; 1 by default.
    pub positive_weight: T,
    /// ε in [0, 1]: each target t becomes t·(1 − ε) + ε/2. 0 by default.
    /// Source: C. Szegedy et al. (2016), "Rethinking the Inception Architecture for Computer Vision".
    pub label_smoothing: T,
}

impl<T: Scalar> BinaryCrossEntropy<T> {
    /// Without weights and without label smoothing.
    pub const fn new() -> Self {
        BinaryCrossEntropy { positive_weight: T::ONE, label_smoothing: T::ZERO }
    }

    /// With the positive weight that makes both answers count alike: negatives / positives, where a target of
    /// at least ½ is positive.
    ///
    /// ```
    /// use bareprop::BinaryCrossEntropy;
    /// let loss = BinaryCrossEntropy::balanced(&[[0.0], [1.0], [0.0], [0.0]])?;
    /// assert_eq!(loss.positive_weight, 3.0);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::MissingClass`] where one of the answers does not occur.
    pub fn balanced(targets: &[[T; 1]]) -> Result<Self, Error> {
        let positive = |[t]: &[T; 1]| usize::from(*t >= T::from_f64(0.5));
        let positives = targets.iter().fold(0_usize, |count, target| count.saturating_add(positive(target)));
        let counts = [targets.len().saturating_sub(positives), positives];
        let [no, yes] = counts.map(|count| count as f64);
        match counts.iter().position(|&count| count == 0) {
            Some(class) => Err(Error::MissingClass { class }),
            None => Ok(BinaryCrossEntropy { positive_weight: T::from_f64(no / yes), ..Self::new() }),
        }
    }
}

impl<T: Scalar> Default for BinaryCrossEntropy<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Scalar, const K: usize> Loss<[T; K]> for BinaryCrossEntropy<T> {
    type Target = [T; K];
    const TAKES_LOGITS: bool = true;

    fn check(&self) -> Result<(), Error> {
        check_setting("positive_weight", self.positive_weight, T::ZERO, T::MAX)?;
        check_setting("label_smoothing", self.label_smoothing, T::ZERO, T::ONE)
    }

    #[inline]
    fn check_target(&self, row: usize, target: &[T; K]) -> Result<(), Error> {
        check_target(row, target, T::ZERO, T::ONE)
    }

    #[inline(always)]
    fn evaluate(&self, logits: &[T; K], target: &[T; K], delta: &mut [T; K]) -> T {
        let share = T::ONE / T::from_u32(K as u32);
        let half_smoothing = self.label_smoothing * T::from_f64(0.5);
        let mut loss = T::ZERO;
        for (delta, (&z, &t)) in delta.iter_mut().zip(logits.iter().zip(target)) {
            let t = t * (T::ONE - self.label_smoothing) + half_smoothing;
            let (no, yes) = ((T::ONE - t) * share, self.positive_weight * t * share);
            let (e, log) = z.softplus_parts();
            let (near, far) = (T::ONE / (T::ONE + e), e / (T::ONE + e));
            let positive = z >= T::ZERO;
            let (sigmoid, complement) = if positive { (near, far) } else { (far, near) };
            let (above, below) = if positive { (z, T::ZERO) } else { (T::ZERO, -z) };
            loss += no * (above + log) + yes * (below + log);
            *delta = no * sigmoid - yes * complement;
        }
        loss
    }

    #[inline(always)]
    fn link(&self, logits: &mut [T; K]) {
        for z in logits {
            *z = sigmoid(*z);
        }
    }
}
