//! Sorted scores: the ROC curve, the precision-recall curve, and the areas under them.

use super::{check_finite, ratio};
use crate::check::check_rows;
use crate::{Error, Scalar};

/// Labelled scores, sorted once from the highest, for the two curves and their areas.
///
/// Only the order of the scores matters, so that logits may be used in place of probabilities. Equal scores
/// are one step of a curve, so that their order in the data never changes a result.
///
/// Cost: O(m log m) comparisons to sort m rows in place, O(m) for everything else; one `usize` of scratch
/// memory for each row.
///
/// ```
/// use bareprop::metrics::Ranking;
/// let mut scratch = [0; 4];
/// let ranking = Ranking::new(&[2.0_f32, -1.0, 0.5, 0.5], &[true, false, true, false], &mut scratch)?;
/// assert_eq!(ranking.roc_auc(), Some(0.875)); // 3.5 of 4 pairs in order
/// # Ok::<(), bareprop::Error>(())
/// ```
/// Source: T. Fawcett (2006), *An introduction to ROC analysis*, algorithms 1 to 3.
#[derive(Clone, Copy, Debug)]
pub struct Ranking<'a, T: Scalar = f32> {
    scores: &'a [T],
    labels: &'a [bool],
    order: &'a [usize],
    positives: usize,
}

/// [`Ranking::roc_auc`] in one call, with memory for the sort from the heap.
///
/// # Errors
/// As [`Ranking::new`].
///
/// ```
/// use bareprop::metrics::roc_auc;
/// assert_eq!(roc_auc(&[0.9_f32, 0.6, 0.4, 0.2], &[true, false, true, false])?, Some(0.75));
/// # Ok::<(), bareprop::Error>(())
/// ```
#[cfg(feature = "std")]
pub fn roc_auc<T: Scalar>(scores: &[T], labels: &[bool]) -> Result<Option<f64>, Error> {
    Ok(Ranking::new(scores, labels, &mut std::vec![0; scores.len()])?.roc_auc())
}

/// A point of the ROC curve: the rates where every score of at least `threshold` is predicted positive.
///
/// ```
/// use bareprop::metrics::RocPoint;
/// let chance = RocPoint { threshold: 0.5, false_positive_rate: 0.3, true_positive_rate: 0.3 };
/// assert_eq!(chance.true_positive_rate - chance.false_positive_rate, 0.0); // Youden's J
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct RocPoint {
    /// A score that occurs, or +∞ for the first point.
    pub threshold: f64,
    /// FP / (FP + TN); 0 where there are no negatives (NaN in scikit-learn).
    pub false_positive_rate: f64,
    /// TP / (TP + FN); 0 where there are no positives (NaN in scikit-learn).
    pub true_positive_rate: f64,
}

/// A point of the precision-recall curve: precision and recall where every score of at least `threshold` is
/// predicted positive.
///
/// ```
/// use bareprop::metrics::PrecisionRecallPoint;
/// let point = PrecisionRecallPoint { threshold: 0.5, precision: 0.75, recall: 0.5 };
/// assert_eq!(2.0 * point.precision * point.recall / (point.precision + point.recall), 0.6); // F1
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PrecisionRecallPoint {
    /// A score that occurs, or +∞ for the first point.
    pub threshold: f64,
    /// TP / (TP + FP).
    pub precision: f64,
    /// TP / (TP + FN); 0 where there are no positives (1 in scikit-learn).
    pub recall: f64,
}

impl<'a, T: Scalar> Ranking<'a, T> {
    /// Sorts the rows, as indices in `scratch`. The previous content of `scratch` has no effect.
    ///
    /// # Errors
    /// [`Error::Lengths`] for slices of different lengths, [`Error::Empty`] for empty ones,
    /// [`Error::Scratch`] for fewer elements of scratch than rows, [`Error::Score`] for a score that is not
    /// finite.
    ///
    /// ```
    /// use bareprop::{Error, metrics::Ranking};
    /// let error = Ranking::new(&[0.5_f32, 0.1], &[true, false], &mut [0; 1]).unwrap_err();
    /// assert_eq!(error, Error::Scratch { needed: 2, found: 1 });
    /// ```
    pub fn new(scores: &'a [T], labels: &'a [bool], scratch: &'a mut [usize]) -> Result<Self, Error> {
        check_rows("scores and labels", scores.len(), labels.len())?;
        let found = scratch.len();
        let order = scratch.get_mut(..scores.len()).ok_or(Error::Scratch { needed: scores.len(), found })?;
        check_finite(scores)?;
        for (row, slot) in (0..scores.len()).zip(&mut *order) {
            *slot = row;
        }
        sort_descending(order, scores);
        let positives = labels.iter().fold(0_usize, |count, &label| count.wrapping_add(usize::from(label)));
        Ok(Self { scores, labels, order, positives })
    }

    /// The number of negative labels.
    fn negatives(&self) -> usize {
        self.labels.len().wrapping_sub(self.positives)
    }

    /// The counts at each distinct score, from the highest.
    fn steps(&self) -> Steps<'a, T> {
        Steps { scores: self.scores, labels: self.labels, order: self.order, counts: Step::default() }
    }

    /// The points of the ROC curve, from (0, 0) at threshold +∞ to (1, 1), one for each distinct score, as
    /// scikit-learn's `roc_curve(…, drop_intermediate=False)`. Where a class is missing, its rate is 0 at
    /// every point (NaN in scikit-learn).
    ///
    /// ```
    /// use bareprop::metrics::Ranking;
    /// let mut scratch = [0; 3];
    /// let ranking = Ranking::new(&[0.9_f32, 0.2, 0.2], &[true, false, true], &mut scratch)?;
    /// let points = ranking.roc_curve().map(|point| (point.false_positive_rate, point.true_positive_rate));
    /// assert!(points.eq([(0.0, 0.0), (0.0, 0.5), (1.0, 1.0)]));
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn roc_curve(&self) -> impl Iterator<Item = RocPoint> + Clone + use<'a, T> {
        let (positives, negatives) = (self.positives as f64, self.negatives() as f64);
        let start = Step { threshold: f64::INFINITY, ..Step::default() };
        core::iter::once(start).chain(self.steps()).map(move |step| RocPoint {
            threshold: step.threshold,
            false_positive_rate: ratio(step.false_positives, negatives),
            true_positive_rate: ratio(step.true_positives, positives),
        })
    }

    /// The area under the ROC curve: the probability that a positive scores higher than a negative, where a
    /// tie counts ½. `None` where one of the classes is missing, because the area is then undefined (NaN in
    /// scikit-learn).
    ///
    /// It counts pairs instead of adding areas, so that the only rounding is that of one division as long as
    /// 2 · positives · negatives ≤ 2⁵³.
    ///
    /// ```
    /// use bareprop::metrics::Ranking;
    /// let mut scratch = [0; 3];
    /// let scores = [3.0_f64, 2.0, 1.0];
    /// assert_eq!(Ranking::new(&scores, &[true, false, true], &mut scratch)?.roc_auc(), Some(0.5));
    /// assert_eq!(Ranking::new(&scores, &[true; 3], &mut scratch)?.roc_auc(), None);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    /// Source: J. A. Hanley, B. J. McNeil (1982), *The meaning and use of the area under a ROC curve*.
    pub fn roc_auc(&self) -> Option<f64> {
        let pairs = self.positives as f64 * self.negatives() as f64;
        let (mut ordered, mut before) = (0.0, Step::default());
        for step in self.steps() {
            let negatives = step.false_positives - before.false_positives;
            ordered += negatives * (before.true_positives + step.true_positives) * 0.5;
            before = step;
        }
        if pairs > 0.0 { Some(ordered / pairs) } else { None }
    }

    /// The points of the precision-recall curve, from (precision 1, recall 0) at threshold +∞, one for each
    /// distinct score, as scikit-learn's `precision_recall_curve` in reverse order. Between two points the
    /// curve is not a straight line (J. Davis, M. Goadrich, 2006). Where there are no positives, recall is 0
    /// at every point (in scikit-learn it is 1 from the second point on).
    ///
    /// ```
    /// use bareprop::metrics::Ranking;
    /// let mut scratch = [0; 3];
    /// let ranking = Ranking::new(&[0.9_f32, 0.2, 0.4], &[true, true, false], &mut scratch)?;
    /// let points = ranking.precision_recall_curve().map(|point| (point.precision, point.recall));
    /// assert!(points.eq([(1.0, 0.0), (1.0, 0.5), (0.5, 0.5), (2.0 / 3.0, 1.0)]));
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    pub fn precision_recall_curve(&self) -> impl Iterator<Item = PrecisionRecallPoint> + Clone + use<'a, T> {
        let positives = self.positives as f64;
        let start = PrecisionRecallPoint { threshold: f64::INFINITY, precision: 1.0, recall: 0.0 };
        core::iter::once(start).chain(self.steps().map(move |step| PrecisionRecallPoint {
            threshold: step.threshold,
            precision: step.precision(),
            recall: ratio(step.true_positives, positives),
        }))
    }

    /// Average precision, Σ (Rₖ − Rₖ₋₁)·Pₖ over the points of the precision-recall curve, without
    /// interpolation, summed from the highest threshold. 0 where there are no positives, as in scikit-learn.
    ///
    /// ```
    /// use bareprop::metrics::Ranking;
    /// let mut scratch = [0; 3];
    /// let ranking = Ranking::new(&[0.9_f32, 0.5, 0.2], &[false, true, false], &mut scratch)?;
    /// assert_eq!(ranking.average_precision(), 0.5);
    /// # Ok::<(), bareprop::Error>(())
    /// ```
    /// Source: M. Zhu (2004), *Recall, precision and average precision*.
    pub fn average_precision(&self) -> f64 {
        let (mut sum, mut before) = (0.0, 0.0);
        for step in self.steps() {
            sum += (step.true_positives - before) * step.precision();
            before = step.true_positives;
        }
        ratio(sum, self.positives as f64)
    }
}

/// The counts where every score of at least `threshold` is predicted positive.
#[derive(Clone, Copy, Debug, Default)]
struct Step {
    threshold: f64,
    true_positives: f64,
    false_positives: f64,
}

impl Step {
    /// TP / (TP + FP).
    fn precision(&self) -> f64 {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }
}

/// Iterates over the distinct scores from the highest; each step counts all rows of one score.
#[derive(Clone)]
struct Steps<'a, T> {
    scores: &'a [T],
    labels: &'a [bool],
    /// The rows that are not yet counted.
    order: &'a [usize],
    counts: Step,
}

impl<T: Scalar> Iterator for Steps<'_, T> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let score = *self.scores.get(*self.order.first()?)?;
        while let Some((&row, rest)) = self.order.split_first()
            && self.scores.get(row) == Some(&score)
        {
            match self.labels.get(row) {
                Some(true) => self.counts.true_positives += 1.0,
                _ => self.counts.false_positives += 1.0,
            }
            self.order = rest;
        }
        // −0 becomes +0, because the two are equal scores and the threshold must not depend on which came
        // first.
        self.counts.threshold = score.to_f64() + 0.0;
        Some(self.counts)
    }
}

/// Sorts row indices by descending score: heapsort, in place, O(m log m) in the worst case too.
/// Source: J. W. J. Williams (1964), Algorithm 232; R. W. Floyd (1964), Algorithm 245.
fn sort_descending<T: Scalar>(order: &mut [usize], scores: &[T]) {
    for root in (0..order.len() / 2).rev() {
        sift_down(order, root, scores);
    }
    for end in (1..order.len()).rev() {
        swap(order, 0, end);
        if let Some(heap) = order.get_mut(..end) {
            sift_down(heap, 0, scores);
        }
    }
}

/// Moves the row at `root` down until no child has a lower score.
fn sift_down<T: Scalar>(heap: &mut [usize], mut root: usize, scores: &[T]) {
    let score = |heap: &[usize], node: usize| Some(*scores.get(*heap.get(node)?)?);
    loop {
        let left = root.wrapping_mul(2).wrapping_add(1);
        let right = left.wrapping_add(1);
        let (Some(parent), Some(lowest)) = (score(heap, root), score(heap, left)) else { return };
        let (child, lowest) = match score(heap, right) {
            Some(other) if other < lowest => (right, other),
            _ => (left, lowest),
        };
        if lowest >= parent {
            return;
        }
        swap(heap, root, child);
        root = child;
    }
}

/// Exchanges two elements; does nothing where the indices are equal or out of range.
fn swap(values: &mut [usize], a: usize, b: usize) {
    if let Ok([a, b]) = values.get_disjoint_mut([a, b]) {
        core::mem::swap(a, b);
    }
}
