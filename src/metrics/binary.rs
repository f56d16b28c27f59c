//! Two classes: the four counts and the ratios of them; losses of probabilities.

use super::{check_finite, check_probabilities, clip, correlation, mean, ratio};
use crate::check::{check_rows, setting};
use crate::{Error, Scalar};

/// The counts of yes-or-no predictions by prediction and truth. Counts saturate at `u64::MAX`.
///
/// |                    | actually positive | actually negative |
/// |---|---|---|
/// | predicted positive | true positive     | false positive    |
/// | predicted negative | false negative    | true negative     |
///
/// Every ratio is 0 where its denominator is 0, as in scikit-learn, which also warns.
///
/// ```
/// use bareprop::metrics::Confusion;
/// let mut confusion = Confusion::new();
/// for (predicted, actual) in [(true, true), (true, false), (false, false)] {
///     confusion.add(predicted, actual); // one at a time, as a stream delivers them
/// }
/// assert_eq!((confusion.precision(), confusion.recall()), (0.5, 1.0));
/// ```
/// Source: T. Fawcett (2006), *An introduction to ROC analysis*, section 2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Confusion {
    /// Predicted positive, actually positive.
    pub true_positives: u64,
    /// Predicted positive, actually negative.
    pub false_positives: u64,
    /// Predicted negative, actually negative.
    pub true_negatives: u64,
    /// Predicted negative, actually positive.
    pub false_negatives: u64,
}

impl Confusion {
    /// All counts 0.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// assert_eq!(Confusion::new().total(), 0);
    /// ```
    pub const fn new() -> Self {
        Self { true_positives: 0, false_positives: 0, true_negatives: 0, false_negatives: 0 }
    }

    /// Counts predictions.
    ///
    /// # Errors
    /// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let confusion = Confusion::from_labels(&[true, false, true], &[true, true, true])?;
    /// assert_eq!((confusion.true_positives, confusion.false_negatives), (2, 1));
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn from_labels(predicted: &[bool], actual: &[bool]) -> Result<Self, Error> {
        check_rows("predictions and labels", predicted.len(), actual.len())?;
        let mut confusion = Self::new();
        for (&predicted, &actual) in predicted.iter().zip(actual) {
            confusion.add(predicted, actual);
        }
        Ok(confusion)
    }

    /// Counts predictions from scores: positive where `score ≥ threshold`, so **a score equal to the
    /// threshold counts as positive**. The threshold is usually 0.5 for probabilities and 0 for logits.
    ///
    /// # Errors
    /// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones,
    /// [`Error::Score`] for a score that is not finite, [`Error::Setting`] for a threshold that is NaN.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let confusion = Confusion::from_scores(&[0.9_f32, 0.5, 0.1], &[true, false, false], 0.5)?;
    /// assert_eq!((confusion.true_positives, confusion.false_positives), (1, 1));
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn from_scores<T: Scalar>(scores: &[T], actual: &[bool], threshold: T) -> Result<Self, Error> {
        check_rows("scores and labels", scores.len(), actual.len())?;
        check_finite(scores)?;
        if threshold.to_f64().is_nan() {
            return Err(setting("threshold", threshold, -T::MAX, T::MAX));
        }
        let mut confusion = Self::new();
        for (&score, &actual) in scores.iter().zip(actual) {
            confusion.add(score >= threshold, actual);
        }
        Ok(confusion)
    }

    /// Counts one prediction.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let mut confusion = Confusion::new();
    /// confusion.add(true, false);
    /// assert_eq!(confusion.false_positives, 1);
    /// ```
    pub fn add(&mut self, predicted: bool, actual: bool) {
        let count = match (predicted, actual) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
            (false, true) => &mut self.false_negatives,
        };
        *count = count.saturating_add(1);
    }

    /// TP, FP, TN, FN.
    fn counts(&self) -> [f64; 4] {
        [self.true_positives, self.false_positives, self.true_negatives, self.false_negatives].map(|count| count as f64)
    }

    /// The number of predictions, TP + FP + TN + FN.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// assert_eq!(Confusion { true_positives: 3, false_negatives: 1, ..Confusion::new() }.total(), 4);
    /// ```
    pub fn total(&self) -> u64 {
        let positives = self.true_positives.saturating_add(self.false_negatives);
        positives.saturating_add(self.true_negatives).saturating_add(self.false_positives)
    }

    /// The share of right predictions, (TP + TN) / (TP + FP + TN + FN).
    ///
    /// It means little where one class is rare: with 5 % positives, always predicting negative gives 0.95.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// assert_eq!(Confusion { true_positives: 3, false_negatives: 1, ..Confusion::new() }.accuracy(), 0.75);
    /// ```
    pub fn accuracy(&self) -> f64 {
        let [tp, fp, tn, fn_] = self.counts();
        ratio(tp + tn, tp + fp + tn + fn_)
    }

    /// The share of positive predictions that are right, TP / (TP + FP).
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// assert_eq!(Confusion { true_positives: 3, false_positives: 1, ..Confusion::new() }.precision(), 0.75);
    /// ```
    pub fn precision(&self) -> f64 {
        let [tp, fp, ..] = self.counts();
        ratio(tp, tp + fp)
    }

    /// The share of positives that are predicted positive, TP / (TP + FN); also called sensitivity or true
    /// positive rate.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// assert_eq!(Confusion { true_positives: 3, false_negatives: 1, ..Confusion::new() }.recall(), 0.75);
    /// ```
    pub fn recall(&self) -> f64 {
        let [tp, _, _, fn_] = self.counts();
        ratio(tp, tp + fn_)
    }

    /// The share of negatives that are predicted negative, TN / (TN + FP); also called true negative rate.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let confusion = Confusion { true_negatives: 3, false_positives: 1, ..Confusion::new() };
    /// assert_eq!(confusion.specificity(), 0.75);
    /// ```
    pub fn specificity(&self) -> f64 {
        let [_, fp, tn, _] = self.counts();
        ratio(tn, tn + fp)
    }

    /// The harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN).
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let confusion = Confusion { true_positives: 1, false_positives: 2, ..Confusion::new() };
    /// assert_eq!(confusion.f1(), 0.5);
    /// ```
    /// Source: C. J. van Rijsbergen (1979), *Information Retrieval*, chapter 7, with β = 1.
    pub fn f1(&self) -> f64 {
        let [tp, fp, _, fn_] = self.counts();
        ratio(2.0 * tp, 2.0 * tp + fp + fn_)
    }

    /// The mean of recall and specificity. Where only one class occurs, it is the share of right predictions
    /// of that class, as in scikit-learn.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let confusion = Confusion { true_negatives: 95, false_negatives: 5, ..Confusion::new() };
    /// assert_eq!((confusion.accuracy(), confusion.balanced_accuracy()), (0.95, 0.5)); // always negative
    /// ```
    /// Source: K. H. Brodersen et al. (2010), *The balanced accuracy and its posterior distribution*.
    pub fn balanced_accuracy(&self) -> f64 {
        let [tp, fp, tn, fn_] = self.counts();
        let classes = f64::from(tp + fn_ > 0.0) + f64::from(tn + fp > 0.0);
        ratio(self.recall() + self.specificity(), classes)
    }

    /// Matthews' correlation between prediction and truth, from −1 to 1, with 0 for chance: (TP·TN − FP·FN) /
    /// √((TP+FP)·(TP+FN)·(TN+FP)·(TN+FN)). 0 where only one class occurs or is predicted, as in scikit-learn.
    ///
    /// ```
    /// # use bareprop::metrics::Confusion;
    /// let confusion = Confusion { true_positives: 2, true_negatives: 5, ..Confusion::new() };
    /// assert_eq!(confusion.matthews_correlation(), 1.0);
    /// ```
    /// Source: B. W. Matthews (1975), *Comparison of the predicted and observed secondary structure
    /// of T4 phage lysozyme*.
    pub fn matthews_correlation(&self) -> f64 {
        let [tp, fp, tn, fn_] = self.counts();
        correlation(tp * tn - fp * fn_, (tp + fp) * (tn + fn_), (tp + fn_) * (tn + fp))
    }
}

/// The mean over the rows of −ln(predicted probability of the actual label), in nats: `−(1/m) Σ [y·ln p + (1
/// − y)·ln(1 − p)]`.
///
/// p is first clipped to [ε, 1 − ε] with ε = [`T::EPSILON`](Scalar::EPSILON), as in scikit-learn. Thus a
/// wrong prediction with p = 0 or p = 1 has the loss −ln ε: 36.04 in `f64`, 15.94 in `f32`. No row has a
/// larger loss.
///
/// # Errors
/// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones,
/// [`Error::Score`] for a probability that is NaN or outside [0, 1].
///
/// ```
/// use bareprop::metrics::log_loss;
/// assert_eq!(log_loss(&[0.5_f32, 0.5], &[true, false])?, core::f64::consts::LN_2);
/// assert_eq!(log_loss(&[0.0_f32], &[true])?, 23.0 * core::f64::consts::LN_2); // ε is 2⁻²³
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: I. J. Good (1952), *Rational decisions*.
pub fn log_loss<T: Scalar>(probabilities: &[T], labels: &[bool]) -> Result<f64, Error> {
    check_rows("probabilities and labels", probabilities.len(), labels.len())?;
    check_probabilities(probabilities)?;
    Ok(mean(probabilities, labels, |p, label| {
        let p = clip(p);
        if label { -libm::log(p) } else { -libm::log1p(-p) }
    }))
}

/// The mean squared error of the probabilities, from 0 to 1: `(1/m) Σ (p − y)²`, y = 1 for a positive label
/// and 0 for a negative one.
///
/// # Errors
/// As [`log_loss`].
///
/// ```
/// use bareprop::metrics::brier_score;
/// assert_eq!(brier_score(&[0.5_f32, 1.0], &[true, true])?, 0.125);
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: G. W. Brier (1950), *Verification of forecasts expressed in terms of probability*; half of the
/// score there, which sums over both classes.
pub fn brier_score<T: Scalar>(probabilities: &[T], labels: &[bool]) -> Result<f64, Error> {
    check_rows("probabilities and labels", probabilities.len(), labels.len())?;
    check_probabilities(probabilities)?;
    Ok(mean(probabilities, labels, |p, label| {
        let error = p.to_f64() - f64::from(label);
        error * error
    }))
}
