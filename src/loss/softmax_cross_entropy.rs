//! Cross-entropy of classes.

use crate::check::{check_setting, count_classes};
use crate::functions::softmax;
use crate::{Error, Loss, Scalar};

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
        let counts = count_classes::<K, usize>(classes, |&class| class)?;
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
