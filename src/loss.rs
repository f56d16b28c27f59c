//! Losses: value and delta together, from logits.

use crate::check::{check_setting, check_target, is_share};
use crate::functions::{sigmoid, softmax};
use crate::{Error, Layer, Row, Scalar};

/// A loss of one row of logits, with its derivative; the trainer takes the mean over the rows that are really
/// there.
///
/// The loss of a batch is Σ sᵢ·lossᵢ / Σ sᵢ·weightᵢ over its rows i, where sᵢ is the weight of the sample (1
/// without [`Samples::weighted`](crate::Samples::weighted)) and weightᵢ that of its class.
pub trait Loss<Y: Row> {
    /// What a row of logits is compared with.
    type Target;
    /// Whether the loss has a link of its own, so that the network has to end without an activation. A
    /// network that ends with one does not compile then.
    const TAKES_LOGITS: bool = false;

    /// Checks the settings of the loss itself.
    ///
    /// # Errors
    /// [`Error::Setting`] with the name of the field.
    fn check(&self) -> Result<(), Error>;

    /// Checks the target of row `row`.
    ///
    /// # Errors
    /// [`Error::Target`] or [`Error::Class`].
    fn check_target(&self, row: usize, target: &Self::Target) -> Result<(), Error>;

    /// What a row with this target counts for in the mean: 1, or the weight of its class.
    #[inline(always)]
    fn weight(&self, _target: &Self::Target) -> Y::Scalar {
        Y::Scalar::ONE
    }

    /// The loss of a row, already multiplied by its class's weight; `delta` becomes ∂loss/∂logits.
    fn evaluate(&self, logits: &Y, target: &Self::Target, delta: &mut Y) -> Y::Scalar;

    /// Turns logits into what people want to see, in place: probabilities, or the values as they are.
    fn link(&self, logits: &mut Y);
}

/// A loss that takes logits needs a network that gives them.
pub(crate) const fn takes_outputs_of<L: Loss<N::Output>, N: Layer>() {
    let activated = matches!(N::ACTIVATED, Some(true));
    assert!(
        !(L::TAKES_LOGITS && activated),
        "this loss takes logits: give the last layer Identity, no other activation"
    );
}

/// Binary cross-entropy on `K` logits, each a yes-or-no question of its own; the mean over the `K`.
///
/// For logit z, target t in [0, 1], p = [`positive_weight`](Self::positive_weight): loss = (1 −
/// t)·softplus(z) + p·t·softplus(−z), delta = (1 − t)·σ(z) − p·t·σ(−z). With p = 1 the delta is the
/// textbook's σ(z) − t. Nothing is clipped, and only p > 1 can make the loss of a finite z exceed the largest
/// number, which gives +∞. The link is the sigmoid: pass **logits**, not probabilities.
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
    /// What a positive target weighs against a negative one, a finite number from 0, 1 by default: PyTorch's
    /// `pos_weight`.
    pub positive_weight: T,
    /// ε in [0, 1]: each target t becomes t·(1 − ε) + ε/2. 0 by default.
    /// Source: C. Szegedy et al. (2016), "Rethinking the Inception Architecture for Computer Vision".
    pub label_smoothing: T,
}

impl<T: Scalar> Default for BinaryCrossEntropy<T> {
    fn default() -> Self {
        BinaryCrossEntropy { positive_weight: T::ONE, label_smoothing: T::ZERO }
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
        check_target(row, target, is_share)
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

/// Cross-entropy of the softmax of `K` logits; the target is the index of the class.
///
/// loss = −Σₖ qₖ·ln pₖ, delta = p·Σq − q, with p = softmax(z) and qₖ = wₖ·((1 − ε)·[k = class] + ε/K): w the
/// class weights, ε the label smoothing. The mean of a batch divides by Σ w of its classes, as PyTorch does.
/// −ln pₖ is computed as m − zₖ + ln Σ e^(z − m), each row with its own maximum m, and in halves: m − zₖ may
/// exceed the largest number. The loss is +∞ only where Σₖ qₖ·(−ln pₖ) exceeds it. Pass **logits**.
///
/// Class weights together with label smoothing move the minimum: a class of small weight takes its share ε/K
/// of the smoothing with its own small weight. With weights [0.1, 0.9] and ε = 0.1 the loss of a row of class
/// 0 is least at p₀ = 0.095/(0.095 + 0.045) = 0.68, not at 1 − ε/2 = 0.95. PyTorch does the same.
///
/// ```
/// use bareprop::{Loss, SoftmaxCrossEntropy};
/// let (loss, mut delta) = (SoftmaxCrossEntropy::<3>::default(), [0.0_f32; 3]);
/// assert_eq!(loss.evaluate(&[1000.0, 0.0, 0.0], &0, &mut delta), 0.0);
/// assert_eq!(delta, [0.0; 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftmaxCrossEntropy<const K: usize, T = f32> {
    /// What a row of each class weighs, finite numbers from 0, 1 by default.
    pub class_weights: [T; K],
    /// ε in [0, 1]: the target keeps 1 − ε, and ε is spread evenly over all classes. 0 by default.
    pub label_smoothing: T,
}

impl<T: Scalar, const K: usize> Default for SoftmaxCrossEntropy<K, T> {
    fn default() -> Self {
        SoftmaxCrossEntropy { class_weights: [T::ONE; K], label_smoothing: T::ZERO }
    }
}

impl<T: Scalar, const K: usize> Loss<[T; K]> for SoftmaxCrossEntropy<K, T> {
    type Target = usize;
    const TAKES_LOGITS: bool = true;

    fn check(&self) -> Result<(), Error> {
        for &weight in &self.class_weights {
            check_setting("class_weights", weight, T::ZERO, T::MAX)?;
        }
        check_setting("label_smoothing", self.label_smoothing, T::ZERO, T::ONE)
    }

    #[inline]
    fn check_target(&self, row: usize, &class: &usize) -> Result<(), Error> {
        if class < K { Ok(()) } else { Err(Error::Class { row, class, classes: K }) }
    }

    #[inline(always)]
    fn weight(&self, &class: &usize) -> T {
        self.class_weights.get(class).copied().unwrap_or(T::ZERO)
    }

    #[inline(always)]
    fn evaluate(&self, logits: &[T; K], &class: &usize, delta: &mut [T; K]) -> T {
        let mut largest = -T::MAX;
        for &z in logits {
            largest = z.max(largest);
        }
        let mut sum = T::ZERO;
        for (p, &z) in delta.iter_mut().zip(logits) {
            *p = (z - largest).exp();
        }
        for &p in delta.iter() {
            sum += p;
        }
        let half = T::from_f64(0.5);
        let (half_log_sum, half_largest) = (half * sum.ln(), half * largest);
        let spread = self.label_smoothing / T::from_u32(K as u32);
        let (mut half_loss, mut total) = (T::ZERO, T::ZERO);
        for (k, (&z, &weight)) in (0..K).zip(logits.iter().zip(&self.class_weights)) {
            let q = weight * if k == class { T::ONE - self.label_smoothing + spread } else { spread };
            total += q;
            half_loss += q * (half_log_sum + (half_largest - half * z));
        }
        let total = total.min(T::MAX);
        for (k, (p, &weight)) in (0..K).zip(delta.iter_mut().zip(&self.class_weights)) {
            let q = weight * if k == class { T::ONE - self.label_smoothing + spread } else { spread };
            *p = *p / sum * total - q;
        }
        half_loss + half_loss
    }

    #[inline(always)]
    fn link(&self, logits: &mut [T; K]) {
        softmax(logits);
    }
}

/// Mean squared error: (1/K)·Σ(y − t)² over the `K` outputs; delta = (2/K)·(y − t). The link changes nothing.
/// The loss is +∞ where it exceeds the largest number.
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
        check_target(row, target, T::is_finite)
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

/// Huber's loss, the mean over the `K` outputs: with d = y − t, ½d² where |d| ≤ h, else h·(|d| − h/2); delta
/// = d held within ±h, over K. Squared near the target, linear far from it, so that outliers pull less. The
/// link changes nothing.
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
    /// h, where the parabola ends: a finite number from [`TINY`](Scalar::TINY), 1 by default.
    pub threshold: T,
}

impl<T: Scalar> Default for Huber<T> {
    fn default() -> Self {
        Huber { threshold: T::ONE }
    }
}

impl<T: Scalar, const K: usize> Loss<[T; K]> for Huber<T> {
    type Target = [T; K];

    fn check(&self) -> Result<(), Error> {
        check_setting("threshold", self.threshold, T::TINY, T::MAX)
    }

    #[inline]
    fn check_target(&self, row: usize, target: &[T; K]) -> Result<(), Error> {
        check_target(row, target, T::is_finite)
    }

    #[inline(always)]
    fn evaluate(&self, logits: &[T; K], target: &[T; K], delta: &mut [T; K]) -> T {
        let (half, quarter, h) = (T::from_f64(0.5), T::from_f64(0.25), self.threshold);
        let share = T::ONE / T::from_u32(K as u32);
        let mut half_loss = T::ZERO;
        for (delta, (&y, &t)) in delta.iter_mut().zip(logits.iter().zip(target)) {
            let held = (y - t).max(-h).min(h);
            // In halves: |y − t| may exceed the largest number where h·|y − t| does not.
            half_loss += held.abs() * share * ((half * y - half * t).abs() - quarter * held.abs());
            *delta = held * share;
        }
        half_loss + half_loss
    }

    #[inline(always)]
    fn link(&self, _: &mut [T; K]) {}
}
