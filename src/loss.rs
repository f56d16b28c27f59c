//! Losses: each computes its value and its delta together, from logits.

use crate::check::{check_setting, check_target};
use crate::functions::{sigmoid, softmax};
use crate::{Error, Layer, Row, Scalar};

/// The loss of one row of logits, and its derivative with respect to the logits.
///
/// The loss of a row is a scalar. Each loss states whether it is the sum or the mean over the outputs of the
/// row. The trainer takes the weighted mean over the rows of a batch.
///
/// The loss of a batch is Σ sᵢ·lossᵢ / Σ sᵢ·weightᵢ over its rows i, where sᵢ is the weight of the sample (1
/// without [`Samples::weighted`](crate::Samples::weighted)) and weightᵢ the weight of its class. lossᵢ
/// already contains the factor weightᵢ.
pub trait Loss<Y: Row> {
    /// The target of a row: the index of a class, or one number for each output.
    type Target;
    /// Whether the loss applies a link (sigmoid or softmax) itself. The network then has to end without an
    /// activation. A network that ends with one does not compile.
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

    /// The weight of a row with this target in the mean: 1, or the weight of its class.
    #[inline(always)]
    fn weight(&self, _target: &Self::Target) -> Y::Scalar {
        Y::Scalar::ONE
    }

    /// Returns the loss of a row, multiplied by the weight of its class, and writes ∂loss/∂logits into
    /// `delta`.
    fn evaluate(&self, logits: &Y, target: &Self::Target, delta: &mut Y) -> Y::Scalar;

    /// Turns logits into predictions, in place: probabilities for the cross-entropies, otherwise the values
    /// as they are.
    fn link(&self, logits: &mut Y);
}

/// Checks at compile time that a loss that takes logits is given logits, not the outputs of an activation.
pub(crate) const fn takes_outputs_of<L: Loss<N::Output>, N: Layer>() {
    let activated = matches!(N::ACTIVATED, Some(true));
    assert!(
        !(L::TAKES_LOGITS && activated),
        "this loss takes logits: give the last layer Identity, no other activation"
    );
}

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

/// Cross-entropy of the softmax of `K` logits, the sum over the classes; the target is the index of the
/// class.
///
/// loss = −Σₖ qₖ·ln pₖ, delta = p·Σq − q, with p = softmax(z) and qₖ = wₖ·((1 − ε)·[k = class] + ε/K). w are
/// the class weights, ε is the label smoothing. z, p, q, w and delta: `[K]`. The loss of a batch is divided
/// by the sum of the weights of its classes, as in PyTorch. Pass **logits**.
///
/// −ln pₖ is computed as m − zₖ + ln Σⱼ e^(zⱼ − m), where m is the largest logit of the row, so that no power
/// exceeds 1. The loss is summed in halves and doubled at the end, because m − zₖ may exceed the largest
/// number: for logits of ±3·10³⁸ in `f32` it is 6·10³⁸, and the largest number is 3.4·10³⁸. With q = 0.1 the
/// loss is 6·10³⁷. The loss is +∞ only where Σₖ qₖ·(−ln pₖ) exceeds the largest number.
///
/// Class weights combined with label smoothing move the minimum of the loss, because the share ε/K of each
/// class is multiplied by the weight of that class. With weights [0.1, 0.9] and ε = 0.1 the loss of a row of
/// class 0 is least at p₀ = 0.095/(0.095 + 0.045) = 0.68, not at 1 − ε/2 = 0.95. PyTorch does the same.
///
/// ```
/// use bareprop::{Loss, SoftmaxCrossEntropy};
/// let (loss, mut delta) = (SoftmaxCrossEntropy::<3>::default(), [0.0_f32; 3]);
/// assert_eq!(loss.evaluate(&[1000.0, 0.0, 0.0], &0, &mut delta), 0.0);
/// assert_eq!(delta, [0.0; 3]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SoftmaxCrossEntropy<const K: usize, T = f32> {
    /// The weight of a row of each class: finite numbers, at least 0; 1 by default.
    pub class_weights: [T; K],
    /// ε in [0, 1]: the target keeps 1 − ε, and ε is spread evenly over all classes. 0 by default.
    pub label_smoothing: T,
}

impl<T: Scalar, const K: usize> SoftmaxCrossEntropy<K, T> {
    /// Without weights and without label smoothing.
    pub const fn new() -> Self {
        SoftmaxCrossEntropy { class_weights: [T::ONE; K], label_smoothing: T::ZERO }
    }

    /// With the weights that make all classes count alike: wₖ = rows / (K · rows of class k), as
    /// `class_weight="balanced"` of scikit-learn.
    ///
    /// ```
    /// use bareprop::SoftmaxCrossEntropy;
    /// let loss = SoftmaxCrossEntropy::<2, f64>::balanced(&[0, 1, 0, 0])?;
    /// assert_eq!(loss.class_weights, [2.0 / 3.0, 2.0]);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`Error::Class`] for a class that is not below K, [`Error::MissingClass`] where one does not occur.
    pub fn balanced(classes: &[usize]) -> Result<Self, Error> {
        let mut counts = [0_u32; K];
        for (row, &class) in (0..classes.len()).zip(classes) {
            let count = counts.get_mut(class).ok_or(Error::Class { row, class, classes: K })?;
            *count = count.saturating_add(1);
        }
        if let Some(class) = counts.iter().position(|&count| count == 0) {
            return Err(Error::MissingClass { class });
        }
        let class_weights = counts.map(|count| T::from_f64(classes.len() as f64 / (K as f64 * f64::from(count))));
        Ok(SoftmaxCrossEntropy { class_weights, ..Self::new() })
    }
}

impl<T: Scalar, const K: usize> Default for SoftmaxCrossEntropy<K, T> {
    fn default() -> Self {
        Self::new()
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
